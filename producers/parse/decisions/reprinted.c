/* Decisions of a page that the text holds twice. */
#include "decide.h"

/* Blanks, line ends and marks of Markdown: a copy has them elsewhere. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\\' || c == '*';
}

/* How many bytes behind both places are the same, blanks not counted; at most `most`. */
static size_t same_behind(struct sv t, size_t x, size_t y, size_t most)
{
    size_t n = 0;
    for (; n < most; n++, x++, y++) {
        while (x < t.n && is_blank(t.p[x]))
            x++;
        while (y < t.n && is_blank(t.p[y]))
            y++;
        if (x >= t.n || y >= t.n || t.p[x] != t.p[y])
            break;
    }
    return n;
}

/* The same in front of them. */
static size_t same_before(struct sv t, size_t x, size_t y, size_t most)
{
    size_t n = 0;
    for (; n < most; n++, x--, y--) {
        while (x > 0 && is_blank(t.p[x - 1]))
            x--;
        while (y > 0 && is_blank(t.p[y - 1]))
            y--;
        if (x == 0 || y == 0 || t.p[x - 1] != t.p[y - 1])
            break;
    }
    return n;
}

/* Does the text around both places read the same? Around a long sentence one side does.
 */
static bool same_around(const struct scan *s, struct span x, struct span y, bool whole)
{
    enum { MOST = 70, EACH_SIDE = 15 };
    size_t before = same_before(s->text, x.b, y.b, MOST);
    if (whole ? before == MOST : before < EACH_SIDE)
        return whole;
    size_t behind = same_behind(s->text, x.e, y.e, MOST);
    return whole ? behind == MOST : behind >= EACH_SIDE && before + behind >= MOST;
}

/* The first bytes of a text, as many as most sentences have. */
static void fetch(struct sv s)
{
    enum { AT_ONCE = 64, MOST = 256 };
    for (size_t i = 0; i < s.n && i < MOST; i += AT_ONCE)
        PREFETCH(s.p + i);
}

static uint32_t hash_text(struct sv s)
{
    uint64_t h = s.n, eight;
    for (; s.n >= sizeof eight; s = sv_sub(s, sizeof eight, s.n)) {
        memcpy(&eight, s.p, sizeof eight);
        h = (h ^ eight) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return (uint32_t)(h >> 7);
}

/* A page that was printed twice decides nothing twice. The same may be said of several
 * items, though: "The Council approved the European Parliament's position ...". What
 * stands around it tells. */
void reprinted_drop(const struct deciding *d)
{
    enum { LONG = 80, PROBES = 8 };
    struct parsed *out = d->out;
    size_t slots = 16, n = 0;
    while (slots < 2 * out->ndecisions)
        slots *= 2;
    uint32_t *slot = arena_array(d->a, slots, sizeof *slot);
    for (size_t i = 0; i < out->ndecisions; i++) {
        struct decision *x = &out->decisions[i];
        if (i + SCAN_AHEAD < out->ndecisions)
            fetch(x[SCAN_AHEAD].text);
        bool again = false, whole = x->text.n >= LONG;
        size_t at = hash_text(x->text) & (slots - 1);
        unsigned probes = 0; /* a text that says the same all over costs no more */
        for (; slot[at] && !again && probes < PROBES;
             at = (at + 1) & (slots - 1), probes++) {
            const struct decision *y = &out->decisions[slot[at] - 1];
            again = y->span.b != x->span.b && y->kind == x->kind &&
                    sv_eq(y->text, x->text) && sv_eq(y->act, x->act) &&
                    sv_eq(y->by, x->by) && same_around(d->s, x->span, y->span, whole);
        }
        if (again)
            continue;
        if (probes < PROBES)
            slot[at] = (uint32_t)n + 1;
        out->decisions[n++] = *x;
    }
    out->ndecisions = n;
}
