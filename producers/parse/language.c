#include "header.h"

/* Which language's frequent words the text is full of. A word of several languages counts
 * for each by its share; a text of names and numbers alone has none. */
int language_of(const struct zone *z, size_t b, size_t e)
{
    unsigned score[LANGUAGES_MAX] = {0};
    for (size_t i = b; i < e && i < z->n; i++) {
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
