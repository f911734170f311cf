/* NFA to automaton: subset construction over byte classes. Sets of one node are
 * remembered by the node, so that only where patterns share a beginning a set has to be
 * looked up. Where all nodes of a set go the same way, byte by byte or over a whole
 * blank, the way is one run and nothing on it becomes a state: that halves the states.
 *
 * Cost: each state once, times the nodes of its set; a run of n operations n times. */
#include "match_internal.h"

#include <assert.h>
#include <stdlib.h>

enum { POOL_MAX = 1 << 23, NO_STATE = 0 };

struct span32 {
    uint32_t at, n;
};

/* What a state is made of. */
struct origin {
    struct span32 items; /* in pool; sorted; at most one accepting node, the last */
    uint32_t hash;
    uint32_t depth;
};

struct link {
    uint32_t node, next;
};

struct set_info {
    bool one;   /* `op` takes it */
    bool blank; /* it holds a byte that a blank may begin with */
    struct run_op op;
};

struct dfa {
    struct match_builder *b;
    struct automaton *a;
    uint32_t *pool;
    size_t npool, cap_pool;
    struct span32 *closure; /* of a node, in pool; n == 0: not asked yet */
    uint32_t *state_of;     /* of a node's closure, or NO_STATE */
    uint32_t *mark;         /* of a node: the last collection that met it */
    uint32_t marks;
    uint32_t *stack, *item, *way;
    size_t cap_stack, nitem, cap_item, nway, cap_way;
    struct origin *origin; /* of a state */
    size_t norigin, cap_origin;
    uint32_t *slot; /* hash table of states */
    size_t nslot;
    uint8_t (*set_class)[256]; /* the classes of a byte set */
    uint16_t *set_classes;
    struct set_info *set_info;
    uint32_t blank_set, c2_set;
    uint32_t head[256]; /* of the links of a class, while a state is expanded */
    uint64_t heads[4];  /* the classes that have links */
    struct link *link;
    size_t nlink, cap_link;
    bool full;
};

static void dfa_free(struct dfa *d)
{
    free(d->pool);
    free(d->closure);
    free(d->state_of);
    free(d->mark);
    free(d->stack);
    free(d->item);
    free(d->way);
    free(d->origin);
    free(d->slot);
    free(d->set_class);
    free(d->set_classes);
    free(d->set_info);
    free(d->link);
}

static uint32_t set_of(struct match_builder *b, const char *bytes)
{
    struct byte_set s = {{0}};
    for (; *bytes; bytes++)
        byte_set_add(&s, (unsigned char)*bytes);
    *MATCH_PUSH(b->set, b->nset, b->cap_set) = s;
    return (uint32_t)(b->nset - 1);
}

/* Where the set is one byte, or two that differ in the bit of ASCII's case: the operation
 * of a run that takes it. */
static bool set_op(const struct byte_set *set, struct run_op *op)
{
    unsigned first = 256, n = 0, last = 0;
    for (unsigned c = 0; c < 256 && n < 3; c++)
        if (byte_set_has(set, c)) {
            first = n++ == 0 ? c : first;
            last = c;
        }
    if (n == 1)
        *op = (struct run_op){0, (uint8_t)first};
    else if (n == 2 && (first ^ last) == 0x20)
        *op = (struct run_op){0x20, (uint8_t)last};
    else
        return false;
    return true;
}

/* Two bytes are of one class when no set tells them apart. */
static void make_classes(struct dfa *d)
{
    struct match_builder *b = d->b;
    d->blank_set = set_of(b, " \t\n");
    d->c2_set = set_of(b, "\xC2");
    uint8_t *cls = d->a->cls;
    unsigned n = 1;
    for (size_t s = 0; s < b->nset && n < 256; s++) {
        uint8_t inside[256] = {0}; /* new class of an old one's members in the set */
        bool outside[256] = {false};
        unsigned before = n;
        for (unsigned c = 0; c < 256; c++)
            if (!byte_set_has(&b->set[s], c))
                outside[cls[c]] = true;
        for (unsigned c = 0; c < 256; c++) {
            if (!byte_set_has(&b->set[s], c) || !outside[cls[c]] || cls[c] >= before)
                continue;
            if (inside[cls[c]] == 0)
                inside[cls[c]] = (uint8_t)n++;
            cls[c] = inside[cls[c]];
        }
    }
    d->a->classes = n;
    assert(n <= MATCH_CLASSES);
    d->set_class = mem_alloc(b->nset * sizeof *d->set_class);
    d->set_classes = mem_zalloc(b->nset * sizeof *d->set_classes);
    d->set_info = mem_zalloc(b->nset * sizeof *d->set_info);
    for (size_t s = 0; s < b->nset; s++) {
        bool seen[256] = {false};
        struct set_info *info = &d->set_info[s];
        info->one = set_op(&b->set[s], &info->op);
        for (unsigned i = 0; i < 4; i++)
            info->blank =
                info->blank || (b->set[s].bit[i] &
                                (b->set[d->blank_set].bit[i] | b->set[d->c2_set].bit[i]));
        for (unsigned c = 0; c < 256; c++)
            if (byte_set_has(&b->set[s], c) && !seen[cls[c]]) {
                seen[cls[c]] = true;
                d->set_class[s][d->set_classes[s]++] = cls[c];
            }
    }
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Most sets are small, and nearly in order. */
static void sort_items(uint32_t *v, size_t n)
{
    if (n > 32) {
        qsort(v, n, sizeof *v, compare_u32);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        uint32_t x = v[i];
        size_t j = i;
        for (; j > 0 && v[j - 1] > x; j--)
            v[j] = v[j - 1];
        v[j] = x;
    }
}

static bool is_accept(const struct dfa *d, uint32_t node)
{
    return d->b->node[node].kind == NFA_ACCEPT;
}

/* Collects the nodes reached from `node` without a byte into d->item. */
static void collect(struct dfa *d, uint32_t node)
{
    size_t n = 0;
    *MATCH_PUSH(d->stack, n, d->cap_stack) = node;
    while (n > 0) {
        uint32_t at = d->stack[--n];
        if (d->mark[at] == d->marks)
            continue;
        d->mark[at] = d->marks;
        const struct nfa_node *v = &d->b->node[at];
        if (v->kind == NFA_SPLIT) {
            *MATCH_PUSH(d->stack, n, d->cap_stack) = v->alt;
            *MATCH_PUSH(d->stack, n, d->cap_stack) = v->out;
        } else {
            *MATCH_PUSH(d->item, d->nitem, d->cap_item) = at;
        }
    }
}

/* Sorts d->item and keeps of its accepting nodes only the one of the first pattern. */
static void normalise(struct dfa *d)
{
    uint32_t best = 0;
    size_t n = 0;
    for (size_t i = 0; i < d->nitem; i++) {
        uint32_t at = d->item[i];
        if (!is_accept(d, at))
            d->item[n++] = at;
        else if (best == 0 || d->b->node[at].set < d->b->node[best].set)
            best = at;
    }
    sort_items(d->item, n);
    if (best != 0)
        d->item[n++] = best;
    d->nitem = n;
}

static struct span32 keep_items(struct dfa *d)
{
    struct span32 s = {(uint32_t)d->npool, (uint32_t)d->nitem};
    for (size_t i = 0; i < d->nitem; i++)
        *MATCH_PUSH(d->pool, d->npool, d->cap_pool) = d->item[i];
    d->full = d->full || d->npool > POOL_MAX;
    return s;
}

static struct span32 closure(struct dfa *d, uint32_t node)
{
    if (d->closure[node].n == 0) {
        d->nitem = 0;
        d->marks++;
        collect(d, node);
        normalise(d);
        d->closure[node] = keep_items(d);
    }
    return d->closure[node];
}

static uint32_t items_hash(const uint32_t *v, size_t n)
{
    uint64_t h = n;
    for (size_t i = 0; i < n; i++)
        h = (h ^ v[i]) * UINT64_C(0x9E3779B97F4A7C15), h ^= h >> 29;
    return (uint32_t)h;
}

static void grow_slots(struct dfa *d)
{
    d->nslot = d->nslot ? 2 * d->nslot : 1024;
    free(d->slot);
    d->slot = mem_zalloc(d->nslot * sizeof *d->slot);
    for (size_t s = 1; s < d->norigin; s++) {
        size_t i = d->origin[s].hash & (d->nslot - 1);
        while (d->slot[i] != 0)
            i = (i + 1) & (d->nslot - 1);
        d->slot[i] = (uint32_t)s;
    }
}

static void add_state(struct dfa *d, struct origin o, uint32_t accept)
{
    struct automaton *a = d->a;
    *MATCH_PUSH(d->origin, d->norigin, d->cap_origin) = o;
    *MATCH_PUSH(a->state, a->nstate, a->cap_state) = (struct state){.accept = accept};
    d->full = d->full || a->nstate > MATCH_STATES;
}

/* The state of a set; `items` lies in the pool. */
static uint32_t state_for(struct dfa *d, struct span32 items, uint32_t depth)
{
    assert(d->pool && items.n > 0);
    const uint32_t *v = d->pool + items.at;
    uint32_t hash = items_hash(v, items.n);
    if (2 * d->norigin >= d->nslot)
        grow_slots(d);
    size_t i = hash & (d->nslot - 1);
    for (; d->slot[i] != 0; i = (i + 1) & (d->nslot - 1)) {
        const struct origin *o = &d->origin[d->slot[i]];
        if (o->hash == hash && o->items.n == items.n &&
            memcmp(d->pool + o->items.at, v, items.n * sizeof *v) == 0)
            return d->slot[i];
    }
    uint32_t last = v[items.n - 1];
    d->slot[i] = (uint32_t)d->norigin;
    add_state(d, (struct origin){items, hash, depth},
              is_accept(d, last) ? d->b->node[last].set + 1 : 0);
    return (uint32_t)(d->norigin - 1);
}

static uint32_t state_of_node(struct dfa *d, uint32_t node, uint32_t depth)
{
    if (d->state_of[node] == NO_STATE)
        d->state_of[node] = state_for(d, closure(d, node), depth);
    return d->state_of[node];
}

/* The state of what is in d->item. */
static uint32_t state_of_items(struct dfa *d, uint32_t depth)
{
    normalise(d);
    size_t before = d->npool, states = d->norigin;
    uint32_t s = state_for(d, keep_items(d), depth);
    if (d->norigin == states)
        d->npool = before;
    return s;
}

/* Do all nodes of d->way take the same: one byte, in any case perhaps, or a whole blank?
 */
static bool all_take(const struct dfa *d, struct run_op *op)
{
    for (size_t i = 0; i < d->nway; i++) {
        const struct nfa_node *v = &d->b->node[d->way[i]];
        struct run_op one = {RUN_BLANKS, RUN_BLANK};
        if (v->kind == NFA_BYTES && d->set_info[v->set].one)
            one = d->set_info[v->set].op;
        else if (v->kind != NFA_BLANK || v->set != MATCH_BLANKS)
            return false;
        if (i > 0 && (one.mask != op->mask || one.value != op->value))
            return false;
        *op = one;
    }
    return d->nway > 0;
}

/* A blank is taken whole, so what follows it must take bytes, and none of a blank's. */
static bool may_follow_blank(const struct dfa *d)
{
    for (size_t i = 0; i < d->nitem; i++) {
        const struct nfa_node *v = &d->b->node[d->item[i]];
        if (v->kind != NFA_BYTES || d->set_info[v->set].blank)
            return false;
    }
    return true;
}

static void go_on(struct dfa *d, struct run_op op)
{
    uint32_t *way = d->way;
    size_t cap = d->cap_way;
    *MATCH_PUSH(d->a->op, d->a->nop, d->a->cap_op) = op;
    d->way = d->item, d->nway = d->nitem, d->cap_way = d->cap_item;
    d->item = way, d->cap_item = cap;
}

/* Is d->way what is left behind one blank? Then goes on behind the whole blank. */
static void more_blanks(struct dfa *d)
{
    size_t blanks = 0;
    d->nitem = 0;
    d->marks++;
    for (size_t i = 0; i < d->nway; i++) {
        const struct nfa_node *v = &d->b->node[d->way[i]];
        if (v->kind != NFA_BLANK)
            continue;
        if (v->set != RUN_MORE_BLANKS)
            return;
        blanks++;
        collect(d, v->exit);
    }
    if (blanks > 0 && d->nitem + blanks == d->nway && may_follow_blank(d))
        go_on(d, (struct run_op){RUN_BLANKS, RUN_MORE_BLANKS});
}

/* Goes on from d->way as long as there is but one way. */
static void follow(struct dfa *d)
{
    struct run_op op;
    size_t end = d->a->nop + MATCH_RUN_MAX;
    while (d->a->nop < end && all_take(d, &op)) {
        bool blank = op.mask == RUN_BLANKS;
        d->nitem = 0;
        d->marks++;
        for (size_t i = 0; i < d->nway; i++) {
            const struct nfa_node *v = &d->b->node[d->way[i]];
            collect(d, blank ? v->exit : v->out);
        }
        if (blank && !may_follow_blank(d))
            return;
        go_on(d, op);
    }
}

static bool make_run(struct dfa *d, uint32_t s)
{
    struct automaton *a = d->a;
    struct origin o = d->origin[s];
    size_t first = a->nop;
    if (o.depth < MATCH_RUN_DEPTH)
        return false;
    d->nway = 0;
    for (uint32_t i = 0; i < o.items.n; i++)
        *MATCH_PUSH(d->way, d->nway, d->cap_way) = d->pool[o.items.at + i];
    more_blanks(d);
    follow(d);
    uint32_t n = (uint32_t)(a->nop - first);
    if (n == 0 || (n < MATCH_RUN_OPS && a->op[first].mask != RUN_BLANKS)) {
        a->nop = first;
        return false;
    }
    d->nitem = 0;
    for (size_t i = 0; i < d->nway; i++)
        *MATCH_PUSH(d->item, d->nitem, d->cap_item) = d->way[i];
    uint32_t next = state_of_items(d, o.depth + n);
    *MATCH_PUSH(a->run, a->nrun, a->cap_run) = (struct run){(uint32_t)first, n, next};
    a->state[s].run = (uint32_t)a->nrun;
    return true;
}

static void add_way(struct dfa *d, uint32_t set, uint32_t node)
{
    for (unsigned i = 0; i < d->set_classes[set]; i++) {
        uint8_t c = d->set_class[set][i];
        *MATCH_PUSH(d->link, d->nlink, d->cap_link) = (struct link){node, d->head[c]};
        d->head[c] = (uint32_t)d->nlink; /* index + 1 */
        d->heads[c >> 6] |= (uint64_t)1 << (c & 63);
    }
}

/* The state reached by a class: all that its links lead to. */
static uint32_t target(struct dfa *d, unsigned c, uint32_t depth)
{
    const struct link *l = &d->link[d->head[c] - 1];
    if (l->next == 0)
        return state_of_node(d, l->node, depth);
    d->nitem = 0;
    d->marks++;
    for (uint32_t i = d->head[c]; i != 0; i = d->link[i - 1].next)
        collect(d, d->link[i - 1].node);
    return state_of_items(d, depth);
}

static void expand(struct dfa *d, uint32_t s)
{
    struct automaton *a = d->a;
    struct origin o = d->origin[s];
    size_t first = a->nedge;
    d->nlink = 0;
    for (uint32_t i = 0; i < o.items.n; i++) {
        const struct nfa_node *v = &d->b->node[d->pool[o.items.at + i]];
        if (v->kind == NFA_BYTES) {
            add_way(d, v->set, v->out);
        } else if (v->kind == NFA_BLANK) {
            add_way(d, d->blank_set, v->out);
            add_way(d, d->c2_set, v->alt);
        }
    }
    for (unsigned w = 0; w < ARRAY_LEN(d->heads); w++)
        for (; d->heads[w] != 0; d->heads[w] &= d->heads[w] - 1) {
            unsigned c = 64 * w + (unsigned)__builtin_ctzll(d->heads[w]);
            uint32_t t = target(d, c, o.depth + 1);
            *MATCH_PUSH(a->edge, a->nedge, a->cap_edge) = (struct edge){t, (uint8_t)c};
            d->head[c] = 0;
        }
    a->state[s].edge = (uint32_t)first;
    a->state[s].edges = (uint32_t)(a->nedge - first);
}

static void start_state(struct dfa *d)
{
    d->nitem = 0;
    d->marks++;
    for (size_t i = 0; i < d->b->npattern; i++)
        collect(d, d->b->pattern[i].start);
    normalise(d);
    (void)state_for(d, keep_items(d), 0);
}

/* The pattern with most states; a state of several counts for the first. */
static uint32_t culprit(const struct dfa *d)
{
    const struct match_builder *b = d->b;
    uint32_t *count = mem_zalloc((b->npattern + 1) * sizeof *count), best = 0;
    for (size_t s = 1; s < d->norigin; s++) {
        uint32_t p = b->node[d->pool[d->origin[s].items.at]].pattern;
        if (++count[p] > count[best])
            best = p;
    }
    free(count);
    return b->pattern[best].id;
}

/* Of the packed form; the gaps between its rows count for little, but there is room for
 * as many as there are edges. */
static bool too_large(const struct dfa *d)
{
    const struct automaton *a = d->a;
    return d->full || a->nedge > TO_MAX / 2 || a->nop >= TO_MAX ||
           a->nedge * sizeof(uint32_t) + a->nrun * sizeof *a->run +
                   a->nop * sizeof *a->op >
               MATCH_BYTES;
}

int match_automaton(struct match_builder *b, struct automaton *a, struct err *err)
{
    struct dfa d = {.b = b, .a = a};
    int rc = 0;
    make_classes(&d);
    d.closure = mem_zalloc(b->nnode * sizeof *d.closure);
    d.state_of = mem_zalloc(b->nnode * sizeof *d.state_of);
    d.mark = mem_zalloc(b->nnode * sizeof *d.mark);
    add_state(&d, (struct origin){{0, 0}, 0, 0}, 0);
    if (b->npattern > 0)
        start_state(&d);
    for (size_t s = 1; s < a->nstate && !too_large(&d); s++)
        if (!make_run(&d, (uint32_t)s))
            expand(&d, (uint32_t)s);
    if (too_large(&d)) {
        b->culprit = culprit(&d);
        rc = err_set(err, ERR_BAD_INPUT,
                     "automaton over its limit of %d states and %d MiB", MATCH_STATES,
                     MATCH_BYTES >> 20);
    }
    dfa_free(&d);
    return rc;
}

void match_automaton_free(struct automaton *a)
{
    free(a->state);
    free(a->edge);
    free(a->run);
    free(a->op);
}
