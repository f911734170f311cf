#include "passage.h"

#include <assert.h>

/* Spans [first, last) fit into one passage; its worth is how many different words of the
 * query it shows, then how many at all. */
static unsigned worth(const struct query_span *spans, size_t first, size_t last)
{
    uint64_t leaves = 0;
    for (size_t i = first; i < last; i++)
        leaves |= UINT64_C(1) << (spans[i].leaf % 64);
    size_t more = last - first < 16 ? last - first : 16;
    return (unsigned)__builtin_popcountll(leaves) * 32 + (unsigned)more;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f';
}

/* Widens [b, e) to PASSAGE_BYTES and then to the next blanks, a little at most. */
static void widen(struct sv text, struct passage *p)
{
    size_t room = p->e - p->b < PASSAGE_BYTES ? PASSAGE_BYTES - (p->e - p->b) : 0;
    size_t before = room / 3 < p->b ? room / 3 : p->b;
    size_t b = p->b - before, e = p->e + (room - before);
    e = e < text.n ? e : text.n;
    while (b > 0 && b < p->b && !is_blank(text.p[b - 1]))
        b++;
    while (e < text.n && e > p->e && !is_blank(text.p[e]))
        e--;
    p->b = b;
    p->e = e;
    while (p->b < p->e && is_blank(text.p[p->b]))
        p->b++;
    while (p->e > p->b && is_blank(text.p[p->e - 1]))
        p->e--;
}

static bool overlaps(const struct passage *list, size_t n, const struct passage *p)
{
    for (size_t i = 0; i < n; i++)
        if (p->b < list[i].e && list[i].b < p->e)
            return true;
    return false;
}

static bool best_left(struct sv text, const struct query_span *spans, size_t n,
                      const struct passage *taken, size_t ntaken, struct passage *out)
{
    unsigned best = 0;
    for (size_t i = 0; i < n; i++) {
        size_t last = i + 1;
        while (last < n && last - i < 32 && spans[last].b >= spans[i].b &&
               spans[last].e - spans[i].b <= PASSAGE_BYTES)
            last++;
        unsigned w = worth(spans, i, last);
        if (w <= best)
            continue;
        struct passage p = {spans[i].b, spans[last - 1].e, i, last - i};
        widen(text, &p);
        if (overlaps(taken, ntaken, &p))
            continue;
        best = w;
        *out = p;
    }
    return best > 0;
}

size_t passage_choose(struct sv text, const struct query_span *spans, size_t n,
                      struct passage out[PASSAGES_MAX])
{
    size_t count = 0;
    struct passage p;
    while (count < PASSAGES_MAX && best_left(text, spans, n, out, count, &p)) {
        assert(p.b <= p.e && p.e <= text.n);
        size_t at = count++;
        for (; at > 0 && out[at - 1].b > p.b; at--)
            out[at] = out[at - 1];
        out[at] = p;
    }
    return count;
}
