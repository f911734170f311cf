/* Decisions of a page that the text holds twice. */
#include "decide.h"

/* Does the text before, or behind, both places read the same? */
static bool same_around(const struct scan *s, struct span x, struct span y)
{
    enum { AROUND = 100 };
    const char *t = s->text.p;
    size_t before = x.b < y.b ? x.b : y.b, behind = s->text.n - (x.e > y.e ? x.e : y.e);
    return (before >= AROUND &&
            memcmp(t + x.b - AROUND, t + y.b - AROUND, AROUND) == 0) ||
           (behind >= AROUND && memcmp(t + x.e, t + y.e, AROUND) == 0);
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
 * stands around it tells. Short sentences are said again anyhow. */
void reprinted_drop(const struct deciding *d)
{
    enum { LONG = 80, PROBES = 32 };
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
        size_t at = whole ? hash_text(x->text) & (slots - 1) : 0;
        unsigned probes = 0; /* a text that says the same all over costs no more */
        for (; whole && slot[at] && !again && probes < PROBES;
             at = (at + 1) & (slots - 1), probes++) {
            const struct decision *y = &out->decisions[slot[at] - 1];
            again = y->span.b != x->span.b && y->kind == x->kind &&
                    sv_eq(y->text, x->text) && sv_eq(y->act, x->act) &&
                    sv_eq(y->by, x->by) && same_around(d->s, x->span, y->span);
        }
        if (again)
            continue;
        if (whole && probes < PROBES)
            slot[at] = (uint32_t)n + 1;
        out->decisions[n++] = *x;
    }
    out->ndecisions = n;
}
