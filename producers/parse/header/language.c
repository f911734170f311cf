#include "header.h"

/* A name of the Council counts as two words of one language, twice at most, a row's label
 * as one; a month or a Council meeting's name as half a word. */
enum {
    NAMES_MAX = 2,
    NAME_SCORE = 120,
    LABELS_MAX = 6,
    LABEL_SCORE = 60,
    HINTS_MAX = 8,
    HINT_SCORE = 40
};

/* Kinds of phrases that tell a language. */
enum {
    TELLING = 1 << PHRASE_STOPWORD | 1 << PHRASE_INSTITUTION | 1 << PHRASE_MONTH |
              1 << PHRASE_MEETING | 1 << PHRASE_LABEL
};

/* Which language's frequent words the text is full of. A word of several languages counts
 * for each by its share; a text of names and numbers alone has none. */
int language_of(const struct zone *z, size_t b, size_t e)
{
    unsigned score[LANGUAGES_MAX] = {0}, names = 0, hints = 0, labels = 0;
    for (size_t i = b; i < e && i < z->n; i++) {
        if (!(z->word[i].kinds & TELLING))
            continue;
        const struct hit *h = z->hit + z->word[i].hits;
        for (size_t n = z->word[i].nhits; n > 0; n--, h++) {
            const struct phrase *p = h->phrase;
            if (p->kind == PHRASE_STOPWORD && h->end == i + 1) {
                unsigned share = 60u / (unsigned)__builtin_popcount(p->langs) + 1;
                for (uint32_t langs = p->langs; langs; langs &= langs - 1)
                    score[__builtin_ctz(langs)] += share;
            } else if (p->kind == PHRASE_INSTITUTION && p->lang >= 0 &&
                       (p->role == INSTITUTION_COUNCIL ||
                        p->role == INSTITUTION_EUROPEAN_COUNCIL) &&
                       names < NAMES_MAX) {
                names++;
                score[p->lang] += NAME_SCORE;
            } else if (p->kind == PHRASE_LABEL && p->lang >= 0 && labels < LABELS_MAX &&
                       zone_is(z, h->end, ':')) {
                labels++;
                score[p->lang] += LABEL_SCORE;
            } else if ((p->kind == PHRASE_MONTH ||
                        (p->kind == PHRASE_MEETING && p->role == MEETING_SESSION)) &&
                       p->lang >= 0 && hints < HINTS_MAX) {
                hints++;
                score[p->lang] += HINT_SCORE;
            }
        }
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
