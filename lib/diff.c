#include "diff.h"

#include <stdlib.h>

/* -- names */

static uint64_t hash_of(struct sv s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static uint32_t *slot_of(const struct diff_names *t, struct sv name)
{
    size_t i = hash_of(name) & (t->slots - 1);
    while (t->slot[i] && !sv_eq(t->name[t->slot[i] - 1], name))
        i = (i + 1) & (t->slots - 1);
    return &t->slot[i];
}

static void grow(struct diff_names *t)
{
    t->slots = t->slots ? t->slots * 2 : 256;
    t->slot = arena_array(t->a, t->slots, sizeof *t->slot);
    for (size_t i = 0; i < t->n; i++)
        *slot_of(t, t->name[i]) = (uint32_t)i + 1;
}

uint32_t diff_number(struct diff_names *t, struct sv name)
{
    if (t->n * 2 >= t->slots)
        grow(t);
    uint32_t *slot = slot_of(t, name);
    if (!*slot) {
        struct sv *at = arena_push(t->a, &t->name, &t->n, &t->cap, sizeof *at);
        *at = name;
        *slot = (uint32_t)t->n;
    }
    return *slot - 1;
}

/* -- comparing */

struct seen { /* a symbol within the two ranges that are compared */
    uint32_t level;
    uint32_t in_a, in_b; /* how often */
    size_t b;            /* where in b */
};

struct match {
    size_t a, b;
    size_t before; /* the match before it in the longest order, + 1; 0: none */
};

struct compare {
    const uint32_t *a, *b;
    struct seen *seen; /* by symbol */
    uint32_t level;
    struct match *match; /* of the level under way */
    size_t *top;         /* places in match: the last of the best order of each length */
    int *trace;          /* of Myers: furthest places, edits after edits */
    struct arena *arena;
    struct diff_runs *out;
};

struct range {
    size_t a, a_end, b, b_end;
};

static void add(struct compare *c, enum diff_op op, size_t a, size_t b, size_t n)
{
    struct diff_runs *out = c->out;
    if (n == 0)
        return;
    struct diff_run *last = out->n ? &out->v[out->n - 1] : NULL;
    if (last && last->op == op) {
        last->n += n;
        return;
    }
    /* OUT behind IN goes before it */
    if (last && op == DIFF_OUT && last->op == DIFF_IN) {
        struct diff_run in = *last;
        struct diff_run *gone = out->n > 1 ? &out->v[out->n - 2] : NULL;
        if (gone && gone->op == DIFF_OUT) {
            gone->n += n;
            last->a += n;
            return;
        }
        *last = (struct diff_run){DIFF_OUT, a, in.b, n};
        in.a = a + n;
        struct diff_run *slot =
            arena_push(c->arena, &out->v, &out->n, &out->cap, sizeof *slot);
        *slot = in;
        return;
    }
    struct diff_run *slot =
        arena_push(c->arena, &out->v, &out->n, &out->cap, sizeof *slot);
    *slot = (struct diff_run){op, a, b, n};
}

static void replace(struct compare *c, const struct range *r)
{
    add(c, DIFF_OUT, r->a, r->b, r->a_end - r->a);
    add(c, DIFF_IN, r->a_end, r->b, r->b_end - r->b);
}

/* -- the shortest edit */

enum { ROW = 2 * DIFF_EDITS_MAX + 3, MIDDLE = DIFF_EDITS_MAX + 1 };

/* Diagonal k (a - b) is come to by an IN from the one above, else by an OUT. */
static bool comes_by_in(const int *before, int d, int k)
{
    return k == -d || (k != d && before[MIDDLE + k - 1] < before[MIDDLE + k + 1]);
}

/* The place in a where d edits lead to on diagonal k. */
static int led_to(const int *before, int d, int k)
{
    if (d == 0)
        return 0;
    return comes_by_in(before, d, k) ? before[MIDDLE + k + 1]
                                     : before[MIDDLE + k - 1] + 1;
}

/* The number of edits, or -1: more than DIFF_EDITS_MAX. Row d of the trace is what was
 * reached with d edits. */
static int count_edits(struct compare *c, const struct range *r)
{
    int n = (int)(r->a_end - r->a), m = (int)(r->b_end - r->b);
    for (int d = 0; d <= DIFF_EDITS_MAX; d++) {
        int *row = c->trace + (size_t)d * ROW;
        const int *before = d ? row - ROW : row;
        for (int k = -d; k <= d; k += 2) {
            int x = led_to(before, d, k), y = x - k;
            if (k < -m || k > n || x > n || y > m || y < 0) {
                row[MIDDLE + k] = x;
                continue;
            }
            while (x < n && y < m && c->a[r->a + (size_t)x] == c->b[r->b + (size_t)y]) {
                x++;
                y++;
            }
            row[MIDDLE + k] = x;
            if (x == n && y == m)
                return d;
        }
    }
    return -1;
}

struct step { /* one edit and the run of the same behind it */
    int x, y, same;
    bool in;
};

static void shortest(struct compare *c, const struct range *r)
{
    int edits = count_edits(c, r), x = (int)(r->a_end - r->a), y = (int)(r->b_end - r->b);
    struct step step[DIFF_EDITS_MAX];
    if (edits < 0) {
        replace(c, r);
        return;
    }
    for (int d = edits; d > 0; d--) {
        const int *before = c->trace + (size_t)(d - 1) * ROW;
        int k = x - y, from = led_to(before, d, k);
        bool in = comes_by_in(before, d, k);
        step[d - 1] = (struct step){from, from - k, x - from, in};
        x = in ? from : from - 1;
        y = in ? from - k - 1 : from - k;
    }
    add(c, DIFF_SAME, r->a, r->b, (size_t)x);
    for (int d = 0; d < edits; d++) {
        const struct step *s = &step[d];
        size_t a = r->a + (size_t)s->x, b = r->b + (size_t)s->y;
        if (s->in)
            add(c, DIFF_IN, a, b - 1, 1);
        else
            add(c, DIFF_OUT, a - 1, b, 1);
        add(c, DIFF_SAME, a, b, (size_t)s->same);
    }
}

/* -- what occurs once */

static void count_symbols(struct compare *c, const struct range *r)
{
    c->level++;
    for (size_t i = r->a; i < r->a_end; i++) {
        struct seen *s = &c->seen[c->a[i]];
        if (s->level != c->level)
            *s = (struct seen){.level = c->level};
        s->in_a++;
    }
    for (size_t i = r->b; i < r->b_end; i++) {
        struct seen *s = &c->seen[c->b[i]];
        if (s->level != c->level)
            *s = (struct seen){.level = c->level};
        s->in_b++;
        s->b = i;
    }
}

/* How many orders end before `b`: they are sorted by where their last match is in b. */
static size_t length_before(const struct compare *c, size_t orders, size_t b)
{
    size_t lo = 0, hi = orders;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->match[c->top[mid]].b < b)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The matches of the longest common order, in the arena; their number. */
static size_t longest_order(struct compare *c, const struct range *r, struct match **out)
{
    size_t n = 0, orders = 0;
    count_symbols(c, r);
    for (size_t i = r->a; i < r->a_end; i++) {
        const struct seen *s = &c->seen[c->a[i]];
        if (s->in_a != 1 || s->in_b != 1)
            continue;
        size_t length = length_before(c, orders, s->b);
        c->match[n] = (struct match){i, s->b, length ? c->top[length - 1] + 1 : 0};
        c->top[length] = n++;
        orders = length + 1 > orders ? length + 1 : orders;
    }
    if (orders == 0)
        return 0;
    *out = arena_array(c->arena, orders, sizeof **out);
    size_t at = c->top[orders - 1];
    for (size_t i = orders; i-- > 0;) {
        (*out)[i] = c->match[at];
        if (c->match[at].before)
            at = c->match[at].before - 1;
    }
    return orders;
}

static void skip_same(struct compare *c, struct range *r, size_t *behind)
{
    size_t n = 0;
    while (r->a + n < r->a_end && r->b + n < r->b_end && c->a[r->a + n] == c->b[r->b + n])
        n++;
    add(c, DIFF_SAME, r->a, r->b, n);
    r->a += n;
    r->b += n;
    *behind = 0;
    while (r->a < r->a_end && r->b < r->b_end &&
           c->a[r->a_end - 1] == c->b[r->b_end - 1]) {
        r->a_end--;
        r->b_end--;
        ++*behind;
    }
}

// NOLINTNEXTLINE(misc-no-recursion): DIFF_DEPTH_MAX bounds it
static void compare(struct compare *c, struct range r, int depth)
{
    size_t behind, end_a, end_b;
    struct match *m = NULL;
    skip_same(c, &r, &behind);
    end_a = r.a_end;
    end_b = r.b_end;
    bool open = r.a < r.a_end && r.b < r.b_end;
    size_t n = open && depth < DIFF_DEPTH_MAX ? longest_order(c, &r, &m) : 0;
    for (size_t i = 0; i < n; i++) {
        compare(c, (struct range){r.a, m[i].a, r.b, m[i].b}, depth + 1);
        add(c, DIFF_SAME, m[i].a, m[i].b, 1);
        r.a = m[i].a + 1;
        r.b = m[i].b + 1;
    }
    if (n)
        compare(c, (struct range){r.a, end_a, r.b, end_b}, depth + 1);
    else if (open)
        shortest(c, &r);
    else
        replace(c, &r);
    add(c, DIFF_SAME, end_a, end_b, behind);
}

void diff_compare(struct diff_side a, struct diff_side b, size_t symbols,
                  struct arena *arena, struct diff_runs *out)
{
    struct compare c = {.a = a.v, .b = b.v, .arena = arena, .out = out};
    *out = (struct diff_runs){0};
    c.seen = arena_array(arena, symbols + 1, sizeof *c.seen);
    c.match = arena_array(arena, a.n + 1, sizeof *c.match);
    c.top = arena_array(arena, a.n + 1, sizeof *c.top);
    c.trace = mem_alloc((size_t)(DIFF_EDITS_MAX + 1) * ROW * sizeof *c.trace);
    compare(&c, (struct range){0, a.n, 0, b.n}, 0);
    mem_free(&c.trace);
}
