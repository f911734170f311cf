#include "header.h"

/* A name of the Council counts as two words of one language, twice at most. */
enum { NAMES_MAX = 2, NAME_SCORE = 120 };

/* Which language's frequent words the text is full of. A word of several languages counts
 * for each by its share; a text of names and numbers alone has none. */
int language_of(const struct zone *z, size_t b, size_t e)
{
    unsigned score[LANGUAGES_MAX] = {0}, names = 0;
    for (size_t i = b; i < e && i < z->n; i++) {
        const struct hit *name =
            zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_COUNCIL, -1);
        if (name && name->phrase->lang >= 0 && names < NAMES_MAX) {
            names++;
            score[name->phrase->lang] += NAME_SCORE;
        }
        const struct hit *h = zone_hit(z, i, PHRASE_STOPWORD, -1, -1);
        if (!h || h->end != i + 1)
            continue;
        uint32_t langs = h->phrase->langs;
        unsigned share = 60u / (unsigned)__builtin_popcount(langs);
        for (; langs; langs &= langs - 1)
            score[__builtin_ctz(langs)] += share + 1;
    }
    int best = -1;
    unsigned most = 90; /* a word and a half of one language alone */
    for (size_t i = 0; i < z->book->langs; i++)
        if (score[i] > most) {
            most = score[i];
            best = (int)i;
        }
    return best;
}
