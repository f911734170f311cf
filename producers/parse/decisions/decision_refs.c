/* Which papers a decision cites: those in its bytes, and in the footnotes that it points
 * to. */
#include "decide.h"
#include "producers/parse/text/places.h"

#include <stdlib.h>

enum { FOOTNOTE_MARKS = 64 };

static int by_place(const void *x, const void *y)
{
    const struct ref_at *a = x, *b = y;
    return (a->b > b->b) - (a->b < b->b);
}

static void sort_refs(struct deciding *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->out->nreferences; i++)
        n += d->out->references[i].nspans;
    d->refs = arena_alloc(d->a, (n + 1) * sizeof *d->refs);
    for (size_t i = 0; i < d->out->nreferences; i++)
        for (size_t j = 0; j < d->out->references[i].nspans; j++)
            d->refs[d->nrefs++] =
                (struct ref_at){(uint32_t)d->out->references[i].spans[j].b, (uint32_t)i};
    qsort(d->refs, d->nrefs, sizeof *d->refs, by_place);
}

static size_t ref_from(const struct deciding *d, size_t offset)
{
    return place_from(d->refs, offsetof(struct ref_at, b), sizeof *d->refs, 0, d->nrefs,
                      offset);
}

static void add_ref(struct deciding *d, struct svs *out, size_t *cap, uint32_t ref)
{
    struct sv id = d->out->references[ref].id;
    for (size_t i = 0; i < out->n; i++)
        if (sv_eq(out->v[i], id))
            return;
    *(struct sv *)arena_push(d->a, &out->v, &out->n, cap, sizeof *out->v) = id;
}

/* Those of the footnote that a mark in the sentence points to. */
static void footnote_refs(struct deciding *d, size_t line, struct svs *out, size_t *cap)
{
    const struct scan *s = d->s;
    if (line >= s->nlines)
        return;
    size_t last = line + 1;
    while (last < s->nlines && last - line < 6 &&
           (s->line[last].flags & (LINE_FOOTNOTE | LINE_NOTED)) == LINE_FOOTNOTE)
        last++;
    for (size_t i = ref_from(d, s->line[line].b);
         i < d->nrefs && d->refs[i].b < s->line[last - 1].e; i++)
        add_ref(d, out, cap, d->refs[i].ref);
}

struct svs decision_refs(struct deciding *d, size_t b, size_t e)
{
    if (!d->refs)
        sort_refs(d);
    const struct scan *s = d->s;
    struct svs out = {NULL, 0};
    size_t cap = 0, line = SIZE_MAX;
    for (size_t i = ref_from(d, b); i < d->nrefs && d->refs[i].b < e; i++) {
        if (line == SIZE_MAX)
            line = scan_line_at(s, b);
        while (line + 1 < s->nlines && s->line[line + 1].b <= d->refs[i].b)
            line++;
        if (!(s->line[line].flags & (LINE_FURNITURE | LINE_FOOTNOTE)))
            add_ref(d, &out, &cap, d->refs[i].ref);
    }
    size_t lo = place_from(s->mark, offsetof(struct footnote_mark, b), sizeof *s->mark, 0,
                           s->nmarks, b);
    for (size_t n = 0; lo < s->nmarks && s->mark[lo].b <= e && n < FOOTNOTE_MARKS;
         lo++, n++)
        footnote_refs(d, s->mark[lo].line, &out, &cap);
    return out;
}
