/* Packs the rows of the automaton into each other's gaps: first fit, a state before those
 * that it leads to, so that what a walk meets one after the other lies together. */
#include "match_internal.h"

#include <assert.h>
#include <stdlib.h>

enum { TRIES = 32, WINDOW = 512, ROOM = 4096 };

struct pack {
    uint32_t *slot;
    size_t n, cap;
    uint8_t *taken; /* 1: some state has its base here */
    size_t hint;    /* where to look for free slots */
    size_t used;    /* behind the last slot that is not free */
};

static void make_room(struct pack *k, size_t n)
{
    if (n > k->cap) {
        k->cap = 2 * n;
        k->slot = mem_resize(k->slot, k->cap, sizeof *k->slot);
        k->taken = mem_resize(k->taken, k->cap, sizeof *k->taken);
    }
    for (; k->n < n; k->n++) {
        k->slot[k->n] = SLOT_FREE;
        k->taken[k->n] = 0;
    }
}

static bool fits(const struct pack *k, const struct automaton *a, const struct state *s,
                 size_t base)
{
    if (k->taken[base] || (s->accept && k->slot[base] != SLOT_FREE))
        return false;
    for (uint32_t i = 0; i < s->edges; i++)
        if (k->slot[base + a->edge[s->edge + i].cls] != SLOT_FREE)
            return false;
    return true;
}

/* A base for the state: its first edge (or itself) goes into a free slot. */
static size_t find_base(struct pack *k, const struct automaton *a, const struct state *s)
{
    size_t first = s->accept || s->edges == 0 ? 0 : a->edge[s->edge].cls;
    if (k->used > WINDOW && k->hint < k->used - WINDOW)
        k->hint =
            k->used - WINDOW; /* gaps further back are few: a longer search costs more */
    while (k->hint < k->used && k->slot[k->hint] != SLOT_FREE)
        k->hint++;
    size_t at = k->hint > first ? k->hint : first + 1;
    for (unsigned tries = 0;; at++) {
        if (at + 2 * (size_t)MATCH_CLASSES > k->n)
            make_room(k, at + (size_t)ROOM);
        if (k->slot[at] != SLOT_FREE)
            continue;
        if (fits(k, a, s, at - first))
            return at - first;
        if (++tries == TRIES && at < k->used)
            at = k->used;
    }
}

static void take(struct pack *k, const struct automaton *a, const struct state *s,
                 size_t base)
{
    size_t last = base + (s->edges ? a->edge[s->edge + s->edges - 1].cls : 0);
    k->used = last >= k->used ? last + 1 : k->used;
    k->taken[base] = 1;
    if (s->accept)
        k->slot[base] = (s->accept - 1) << 8 | SLOT_ACCEPT;
    for (uint32_t i = 0; i < s->edges; i++)
        k->slot[base + a->edge[s->edge + i].cls] =
            0; /* written when all bases are known */
}

static uint32_t to(const struct automaton *a, const uint32_t *base, uint32_t state)
{
    const struct state *s = &a->state[state];
    enum to_kind kind = s->run ? TO_RUN : s->accept ? TO_ACCEPT : TO_STATE;
    assert(base[state] < TO_MAX);
    return base[state] << TO_BITS | (uint32_t)kind;
}

/* The operations of a run from *i on that make one segment. */
static struct segment segment(const struct automaton *a, uint32_t *i, uint32_t end)
{
    struct segment s = {.mask = UINT64_MAX, .value = UINT64_MAX};
    for (; *i < end && s.n < sizeof s.mask && a->op[*i].mask != RUN_BLANKS; ++*i, s.n++) {
        unsigned shift = 8 * s.n;
        s.mask ^= (uint64_t)(a->op[*i].mask ^ 0xFF) << shift;
        s.value ^= (uint64_t)(a->op[*i].value ^ 0xFF) << shift;
    }
    if (*i < end && a->op[*i].mask == RUN_BLANKS) {
        bool more = a->op[(*i)++].value == RUN_MORE_BLANKS;
        s.least = !more;
        s.most = more ? RUN_MORE_BLANKS : MATCH_BLANKS;
    }
    return s;
}

/* The segments of a run; the last of them has the state behind it in `next`. */
static void pack_run(const struct automaton *a, const struct run *r, struct matcher *m,
                     size_t *cap)
{
    for (uint32_t i = r->op; i < r->op + r->n;)
        *MATCH_PUSH(m->segment, m->nsegment, *cap) = segment(a, &i, r->op + r->n);
    m->segment[m->nsegment - 1].next = r->next;
}

static void link_runs(const struct automaton *a, const uint32_t *base, struct matcher *m)
{
    for (size_t i = 0; i < m->nsegment; i++)
        if (m->segment[i].next)
            m->segment[i].next = to(a, base, m->segment[i].next);
}

static void pack_edges(const struct automaton *a, const uint32_t *base, uint32_t *slot)
{
    for (size_t s = 1; s < a->nstate; s++)
        for (uint32_t i = 0; i < a->state[s].edges; i++) {
            struct edge e = a->edge[a->state[s].edge + i];
            slot[base[s] + e.cls] = to(a, base, e.target) << 8 | e.cls;
        }
}

/* Each state once, every one behind the first that leads to it: depth first. */
static uint32_t *walk_order(const struct automaton *a)
{
    uint32_t *order = mem_alloc((a->nstate + 1) * sizeof *order),
             *stack = mem_alloc((a->nedge + a->nstate + 1) * sizeof *stack);
    uint8_t *met = mem_zalloc(a->nstate + 1);
    size_t n = 0, depth = 0;
    for (uint32_t first = 1; first < a->nstate; first++) {
        for (stack[depth++] = first; depth > 0;) {
            uint32_t i = stack[--depth];
            const struct state *s = &a->state[i];
            if (met[i])
                continue;
            met[i] = 1;
            order[n++] = i;
            if (s->run)
                stack[depth++] = a->run[s->run - 1].next;
            for (uint32_t k = s->edges; k-- > 0;)
                stack[depth++] = a->edge[s->edge + k].target;
        }
    }
    free(stack);
    free(met);
    return order;
}

void match_pack(const struct automaton *a, struct matcher *m)
{
    struct pack k = {.hint = 1};
    uint32_t *base = mem_zalloc(a->nstate * sizeof *base), *order = walk_order(a);
    make_room(&k, 2 * (size_t)MATCH_CLASSES);
    for (size_t i = 0, cap = 0; i + 1 < a->nstate; i++) {
        const struct state *s = &a->state[order[i]];
        size_t b = s->run ? m->nsegment : find_base(&k, a, s);
        base[order[i]] = (uint32_t)b;
        if (s->run)
            pack_run(a, &a->run[s->run - 1], m, &cap);
        else
            take(&k, a, s, b);
    }
    free(order);
    pack_edges(a, base, k.slot);
    link_runs(a, base, m);
    memcpy(m->cls, a->cls, sizeof m->cls);
    m->start = a->nstate > 1 ? base[1] : 0;
    m->nstate = a->nstate;
    m->nslot = k.used + MATCH_CLASSES; /* every row can be read whole */
    m->slot = mem_resize(k.slot, m->nslot, sizeof *k.slot);
    free(k.taken);
    free(base);
}
