/* The values of rows that name papers: the earlier ones, and the Commission's. */
#include "header.h"

static void push_previous(struct header *h, const struct paper *p)
{
    struct sv id = paper_id(p, h->a);
    header_add(h, &h->previous, id);
}

/* A Council number that only repeats where the Commission paper came in: "8017/16
 * DATAPROTECT 31 - COM(2016) 194 final". */
static bool leads_to_commission(const struct header *h, const struct paper *p,
                                size_t limit)
{
    const struct zone *z = &h->z;
    size_t i = p->end, end;
    bool dash = false;
    while (i < limit) {
        struct paper add = *p;
        if (commission_at(z, i, &end, h->a).p)
            return dash;
        if (zone_is(z, i, '+') && paper_suffixes(z, i + 1, &add, h->a)) {
            i = add.end;
            continue;
        }
        dash |= zone_is(z, i, '-');
        end = masthead_code(h, i, true);
        if (!end && z->word[i].kind == WORD_SIGN)
            end = i + 1;
        if (!end)
            return false;
        i = end;
    }
    return false;
}

/* Further numbers belong to the Commission's row where that one waits too: on a line of
 * their own, or without a sign that makes a list. */
static bool previous_ends(const struct header *h, const struct paper *p, size_t i,
                          size_t limit)
{
    const struct zone *z = &h->z;
    return rows_waits(h, LABEL_CION) &&
           (leads_to_commission(h, p, limit) ||
            (h->previous.n > 0 && (zone_flag(z, i, WORD_FIRST) ||
                                   (z->word[i - 1].kind != WORD_SIGN &&
                                    !zone_hit(z, i - 1, PHRASE_STOPWORD, -1, -1)))));
}

/* "8673/04 ENFOPOL 43 + ADD 1, 8674/04": the papers up to what is no part of a list. */
size_t rows_previous(struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    struct paper base = {0}, p;
    while (i < limit) {
        size_t end = 0;
        if (paper_at(z, i, &p, h->a)) {
            if (previous_ends(h, &p, i, limit))
                break;
            base = p;
            push_previous(h, &p);
            end = p.end;
        } else if (zone_is(z, i, '+') && base.series) {
            p = base;
            if (paper_suffixes(z, i + 1, &p, h->a)) {
                push_previous(h, &p);
                end = p.end;
            }
        }
        struct marking m = {0}; /* the cited paper's */
        if (!end)
            end = marking_at(z, i, &m);
        if (!end)
            end = masthead_code(h, i, true);
        if (!end)
            (void)file_at(z, i, &end, h->a);
        if (!end && !rows_waits(h, LABEL_CION))
            (void)commission_at(z, i, &end, h->a);
        if (!end && z->word[i].kind == WORD_SIGN && !zone_is(z, i, '"'))
            end = i + 1;
        if (!end)
            break;
        i = end;
    }
    return i;
}

size_t rows_commission(struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    struct paper p;
    size_t last = i, end;
    while (i < limit) {
        struct sv id = commission_at(z, i, &end, h->a);
        if (id.p) {
            if (!h->commission.p)
                h->commission = id;
            i = last = end;
        } else if (paper_at(z, i, &p, h->a)) {
            if (h->commission.p && rows_waits(h, LABEL_PREV))
                break;
            i = last = p.end;
        } else if ((end = masthead_code(h, i, true)) != 0) {
            i = last = end;
        } else if (z->word[i].kind == WORD_SIGN ||
                   zone_hit(z, i, PHRASE_STOPWORD, -1, -1) ||
                   (i + 1 < limit && zone_is(z, i + 1, '/') && last == i)) {
            i++;
        } else if (zone_reads(z, i, "REV") || zone_reads(z, i, "ADD") ||
                   zone_reads(z, i, "COR") || zone_number(z, i) >= 0) {
            i = last = i + 1;
        } else {
            break;
        }
    }
    return last;
}
