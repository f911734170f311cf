/* Rows whose labels have lost their colons, as a site leaves them that strips punctuation
 * or sets labels and values in cells of their own: "From Presidency / To Delegations /
 * Subject …". A sender, an addressee and a subject that follow one another at the
 * beginnings of lines, none with a colon, are nothing else. */
#include "header.h"

enum { BARE_WITHIN = 300, ROWS_WITHIN = 110 };

/* A label in the paper's language at word i, that begins a line or a cell: its role, or
 * -1. *end is the word behind. */
static int label_at(const struct header *h, size_t i, size_t *end)
{
    static const uint8_t roles[] = {LABEL_FROM, LABEL_TO,   LABEL_SUBJECT, LABEL_ON,
                                    LABEL_PREV, LABEL_CION, LABEL_RECEIPT, LABEL_DATE};
    const struct zone *z = &h->z;
    const struct hit *best = NULL;
    struct date d;
    size_t first = i > 0 && zone_is(z, i - 1, WORD_NUMERO) ? i - 1 : i;
    if (!zone_flag(z, first, WORD_FIRST | WORD_CELL) || i >= z->n ||
        !(z->word[i].kinds >> PHRASE_LABEL & 1))
        return -1;
    for (size_t k = 0; k < ARRAY_LEN(roles); k++) {
        const struct hit *l = zone_hit(z, i, PHRASE_LABEL, roles[k], h->lang);
        if (l && l->phrase->lang == h->lang && (!best || l->end > best->end))
            best = l;
    }
    if (!best ||
        (best->phrase->role == LABEL_DATE && !date_at(z, best->end, h->lang, &d)))
        return -1;
    *end = best->end;
    return best->phrase->role;
}

/* The sender's label stands at word i; the word behind the subject's, 0 where the rows
 * are not complete, out of order, or have a colon. */
static size_t rows_end(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t end, last = i + ROWS_WITHIN < z->n ? i + ROWS_WITHIN : z->n;
    bool to = false;
    struct date d;
    for (size_t k = i; k < last; k++) {
        int role = label_at(h, k, &end);
        if (role < 0)
            continue;
        if (zone_is(z, end, ':') || (role == LABEL_FROM && k > i))
            return 0;
        if (role == LABEL_SUBJECT) /* "Subject to the above" is a sentence */
            return to && !zone_reads(z, end, "to") ? end : 0;
        /* an outcome names its body and the day that it met */
        to |= role == LABEL_TO || role == LABEL_DATE ||
              (role == LABEL_ON && date_at(z, end, h->lang, &d));
    }
    return 0;
}

void rows_find_bare(struct header *h)
{
    size_t end, last = h->begin + BARE_WITHIN;
    h->bare_b = h->bare_e = 0;
    if (h->lang < 0)
        return;
    for (size_t i = h->begin; i < h->z.n && i < last && !h->bare_e; i++)
        if (label_at(h, i, &end) == LABEL_FROM && (end = rows_end(h, i)) != 0) {
            h->bare_b = i;
            h->bare_e = end;
        }
}

size_t rows_bare(const struct header *h, size_t i)
{
    size_t end;
    bool may = i >= h->bare_b && i < h->bare_e && label_at(h, i, &end) >= 0;
    if (!may)
        return 0;
    /* "From. Presidency", "From; Presidency" */
    return end + (zone_is(&h->z, end, '.') || zone_is(&h->z, end, ';'));
}
