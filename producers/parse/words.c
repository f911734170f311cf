#include "words.h"

bool words_hold(const struct words *list, struct sv word)
{
    for (const char *const *w = list->v; w < list->v + WORDS_MAX && *w; w++) {
        const char *p = *w;
        size_t n = 0; /* a text holds no NUL: what is shorter stops there */
        while (n < word.n && p[n] == word.p[n])
            n++;
        if (n == word.n && p[n] == '\0')
            return true;
    }
    return false;
}
