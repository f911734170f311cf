/* What the column beside a title put into it. */
#include "outline.h"
#include "producers/parse/text/ascii.h"

#include <string.h>

enum { GAP_LEAST = 3 }; /* blanks between two columns */

/* Where "     JEUN 50" begins that ends text[b, e): a subject code, set off by a gap; e
 * if there is none. */
static size_t code_column(const struct scan *s, size_t b, size_t e)
{
    const char *p = s->text.p;
    size_t at = e, capitals = 0;
    while (at > b && is_digit(p[at - 1]))
        at--;
    if (at == e || e - at > 4 || at == b || p[at - 1] != ' ')
        return e;
    while (at > b && p[at - 1] == ' ')
        at--;
    for (; at > b && (is_upper(p[at - 1]) || memchr("-/", p[at - 1], 2)); at--)
        capitals++;
    size_t gap = at;
    while (gap > b && p[gap - 1] == ' ')
        gap--;
    return capitals >= 2 && gap > b && at - gap >= GAP_LEAST ? gap : e;
}

void title_cut_codes(const struct scan *s, struct title *t)
{
    for (size_t k = scan_line_at(s, t->b); k <= t->line; k++) {
        size_t b = s->line[k].content > t->b ? s->line[k].content : t->b;
        size_t e = s->line[k].e < t->e ? s->line[k].e : t->e;
        while (e > b && s->text.p[e - 1] == ' ')
            e--;
        size_t gap = e > b ? code_column(s, b, e) : e;
        if (gap == e)
            continue;
        if (k == t->line)
            t->e = gap;
        else if (t->nholes < TITLE_HOLES_MAX)
            t->hole[t->nholes++] = (struct span){gap, e};
    }
}

void title_order_holes(struct title *t)
{
    for (size_t i = 1; i < t->nholes; i++)
        for (size_t k = i; k > 0 && t->hole[k].b < t->hole[k - 1].b; k--) {
            struct span later = t->hole[k - 1];
            t->hole[k - 1] = t->hole[k];
            t->hole[k] = later;
        }
    size_t n = 0;
    for (size_t i = 0; i < t->nholes; i++) {
        if (n && t->hole[i].b < t->hole[n - 1].e) {
            if (t->hole[i].e > t->hole[n - 1].e)
                t->hole[n - 1].e = t->hole[i].e;
        } else {
            t->hole[n++] = t->hole[i];
        }
    }
    t->nholes = n;
}
