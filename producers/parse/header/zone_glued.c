/* A label in small letters that lost the blank before it, where lines or cells were
 * joined without one: "NOTEfrom: Presidencyto: Council". A colon follows it, and what
 * stands before it is a word of its own. */
#include "zone_glued.h"

#include "producers/parse/text/ascii.h"

enum { LABEL_LEAST = 2, LABEL_MOST = 8, NAME_LEAST = 4 };

/* A phrase of one of these kinds (bits) ends with the n letters. */
static bool is_phrase(const struct phrases *book, const uint16_t *letters, size_t n,
                      unsigned kinds)
{
    uint32_t node = 0;
    for (size_t i = 0; i < n; i++)
        if (!(node = phrases_step(book, node, letters[i])))
            return false;
    const struct phrase_end *end = n ? phrases_end(book, node) : NULL;
    return end && (end->kinds & kinds);
}

static bool colon_at(const char *p, const char *e)
{
    p += p < e && *p == ' ';
    return p < e && *p == ':';
}

bool zone_glued_label(const struct phrases *book, const char *p, const char *e)
{
    uint16_t letters[LABEL_MOST + 1] = {(uint16_t)(p[-1] | 0x20)};
    size_t n = 0;
    while (p + n < e && n < LABEL_MOST && is_lower(p[n])) {
        letters[n + 1] = (uint16_t)p[n];
        n++;
    }
    if (n < LABEL_LEAST || !colon_at(p + n, e))
        return false;
    bool capital = is_upper(p[-1]) && is_phrase(book, letters, n + 1, 1u << PHRASE_LABEL);
    return !capital && is_phrase(book, letters + 1, n, 1u << PHRASE_LABEL);
}

size_t zone_glued_tail(const struct phrases *book, const uint16_t *letters, size_t n,
                       const char *p, const char *e)
{
    if (n < LABEL_LEAST + NAME_LEAST || !colon_at(p, e))
        return 0;
    for (size_t k = LABEL_LEAST; k <= LABEL_MOST && k + NAME_LEAST <= n; k++) {
        if (!is_lower(p[-(long)k]))
            return 0;
        if (is_phrase(book, letters + n - k, k, 1u << PHRASE_LABEL) &&
            is_phrase(book, letters, n - k, 1u << PHRASE_ADDRESSEE))
            return k;
    }
    return 0;
}
