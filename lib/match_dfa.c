/* NFA to automaton: subset construction over byte classes. Sets of one node are
 * remembered by the node, so that only where patterns share a beginning a set has to be
 * looked up. */
#include "match_internal.h"

#include <stdlib.h>

enum { POOL_MAX = 1 << 23, NO_STATE = 0 };

struct span32 {
    uint32_t at, n;
};

struct state {
    struct span32 items; /* in pool; sorted; at most one accepting node, the last */
    uint32_t hash;
    uint32_t accept; /* pattern + 1, or 0 */
    uint32_t run;    /* index + 1 of its run, or 0 */
    uint32_t row;    /* its row of transitions */
    uint32_t number; /* in the matcher */
    uint32_t depth;
};

struct link {
    uint32_t node, next;
};

struct dfa {
    struct match_builder *b;
    struct matcher *m;
    uint32_t *pool;
    size_t npool, cap_pool;
    struct span32 *closure; /* of a node, in pool; n == 0: not asked yet */
    uint32_t *state_of;     /* of a node's closure, or NO_STATE */
    uint32_t *mark;         /* of a node: the last collection that met it */
    uint32_t marks;
    uint32_t *stack, *item;
    size_t cap_stack, nitem, cap_item;
    struct state *state; /* [0] dead */
    size_t nstate, cap_state;
    uint32_t *slot; /* hash table of states */
    size_t nslot;
    uint16_t *row; /* transitions of states without a run, `classes` each */
    size_t nrow, cap_row, rows;
    unsigned classes;
    uint8_t (*set_class)[256]; /* the classes of a byte set */
    uint16_t *set_classes;
    uint32_t blank_set, c2_set;
    uint32_t head[256]; /* of the links of a class, while a state is expanded */
    uint8_t touched[256];
    size_t ntouched;
    struct link *link;
    size_t nlink, cap_link;
    struct run *run;
    size_t nrun, cap_run;
    struct run_op *op;
    size_t nop, cap_op;
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
    free(d->state);
    free(d->slot);
    free(d->row);
    free(d->set_class);
    free(d->set_classes);
    free(d->link);
    free(d->run);
    free(d->op);
}

static uint32_t set_of(struct match_builder *b, const char *bytes)
{
    struct byte_set s = {{0}};
    for (; *bytes; bytes++)
        byte_set_add(&s, (unsigned char)*bytes);
    *MATCH_PUSH(b->set, b->nset, b->cap_set) = s;
    return (uint32_t)(b->nset - 1);
}

/* Two bytes are of one class when no set tells them apart. */
static void make_classes(struct dfa *d)
{
    struct match_builder *b = d->b;
    d->blank_set = set_of(b, " \t\n");
    d->c2_set = set_of(b, "\xC2");
    uint8_t *cls = d->m->cls;
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
    d->classes = n;
    d->set_class = mem_alloc(b->nset * sizeof *d->set_class);
    d->set_classes = mem_zalloc(b->nset * sizeof *d->set_classes);
    for (size_t s = 0; s < b->nset; s++) {
        bool seen[256] = {false};
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
    qsort(d->item, n, sizeof *d->item, compare_u32);
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
    for (size_t s = 1; s < d->nstate; s++) {
        size_t i = d->state[s].hash & (d->nslot - 1);
        while (d->slot[i] != 0)
            i = (i + 1) & (d->nslot - 1);
        d->slot[i] = (uint32_t)s;
    }
}

/* The state of a set; `items` lies in the pool. */
static uint32_t state_for(struct dfa *d, struct span32 items, uint32_t depth)
{
    const uint32_t *v = d->pool + items.at;
    uint32_t hash = items_hash(v, items.n);
    if (2 * d->nstate >= d->nslot)
        grow_slots(d);
    size_t i = hash & (d->nslot - 1);
    for (; d->slot[i] != 0; i = (i + 1) & (d->nslot - 1)) {
        const struct state *s = &d->state[d->slot[i]];
        if (s->hash == hash && s->items.n == items.n &&
            memcmp(d->pool + s->items.at, v, items.n * sizeof *v) == 0)
            return d->slot[i];
    }
    uint32_t last = v[items.n - 1];
    d->slot[i] = (uint32_t)d->nstate;
    *MATCH_PUSH(d->state, d->nstate, d->cap_state) =
        (struct state){.items = items,
                       .hash = hash,
                       .accept = is_accept(d, last) ? d->b->node[last].set + 1 : 0,
                       .depth = depth};
    d->full = d->full || d->nstate > MATCH_STATES;
    return (uint32_t)(d->nstate - 1);
}

static uint32_t state_of_node(struct dfa *d, uint32_t node, uint32_t depth)
{
    if (d->state_of[node] == NO_STATE)
        d->state_of[node] = state_for(d, closure(d, node), depth);
    return d->state_of[node];
}

/* Where the closure of `node` is one node that takes bytes: that node, else 0. */
static uint32_t only_way(struct dfa *d, uint32_t node)
{
    struct span32 c = closure(d, node);
    uint32_t at = d->pool[c.at];
    return c.n == 1 && !is_accept(d, at) ? at : 0;
}

/* A set of one byte, or of two that differ in the bit of ASCII's case. */
static bool run_byte(const struct dfa *d, const struct nfa_node *v, struct run_op *op)
{
    unsigned first = 256, n = 0, last = 0;
    if (v->kind != NFA_BYTES)
        return false;
    for (unsigned c = 0; c < 256 && n < 3; c++)
        if (byte_set_has(&d->b->set[v->set], c)) {
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

static const struct run_op blank_op = {1, 0};

/* Follows the only way from `node` as far as it goes; adds its bytes to d->op and returns
 * where it ends. A blank is taken whole, so what follows it must not begin with one. */
static uint32_t follow(struct dfa *d, uint32_t node)
{
    for (;;) {
        struct run_op op;
        uint32_t at = only_way(d, node);
        const struct nfa_node *v = &d->b->node[at];
        if (at != 0 && v->kind == NFA_BLANK && v->exit != 0) {
            uint32_t behind = only_way(d, v->exit);
            if (behind == 0 || !run_byte(d, &d->b->node[behind], &op) ||
                byte_set_has(&d->b->set[d->blank_set], op.value) || op.value == 0xC2)
                return node;
            *MATCH_PUSH(d->op, d->nop, d->cap_op) = blank_op;
            node = v->exit;
        } else if (at != 0 && run_byte(d, v, &op)) {
            *MATCH_PUSH(d->op, d->nop, d->cap_op) = op;
            node = v->out;
        } else {
            return node;
        }
    }
}

static bool make_run(struct dfa *d, uint32_t s)
{
    struct state *st = &d->state[s];
    uint32_t only = d->pool[st->items.at], depth = st->depth;
    size_t first = d->nop;
    if (st->items.n != 1 || depth < MATCH_RUN_OPS || is_accept(d, only))
        return false;
    uint32_t end = follow(d, only);
    uint32_t n = (uint32_t)(d->nop - first);
    if (n < MATCH_RUN_OPS) {
        d->nop = first;
        return false;
    }
    uint32_t next = state_of_node(d, end, depth + n);
    *MATCH_PUSH(d->run, d->nrun, d->cap_run) = (struct run){(uint32_t)first, n, next};
    d->state[s].run = (uint32_t)d->nrun;
    return true;
}

static void add_way(struct dfa *d, uint32_t set, uint32_t node)
{
    for (unsigned i = 0; i < d->set_classes[set]; i++) {
        uint8_t c = d->set_class[set][i];
        if (d->head[c] == 0)
            d->touched[d->ntouched++] = c;
        *MATCH_PUSH(d->link, d->nlink, d->cap_link) = (struct link){node, d->head[c]};
        d->head[c] = (uint32_t)d->nlink; /* index + 1 */
    }
}

/* The state reached by a class: all that its links lead to. */
static uint32_t target(struct dfa *d, uint8_t c, uint32_t depth)
{
    const struct link *l = &d->link[d->head[c] - 1];
    if (l->next == 0)
        return state_of_node(d, l->node, depth);
    d->nitem = 0;
    d->marks++;
    for (uint32_t i = d->head[c]; i != 0; i = d->link[i - 1].next)
        collect(d, d->link[i - 1].node);
    normalise(d);
    size_t before = d->npool, states = d->nstate;
    uint32_t s = state_for(d, keep_items(d), depth);
    if (d->nstate == states)
        d->npool = before;
    return s;
}

static void expand(struct dfa *d, uint32_t s)
{
    struct state *st = &d->state[s];
    uint32_t depth = st->depth + 1;
    d->nlink = d->ntouched = 0;
    st->row = (uint32_t)d->rows++;
    for (uint32_t i = 0; i < st->items.n; i++) {
        const struct nfa_node *v = &d->b->node[d->pool[st->items.at + i]];
        if (v->kind == NFA_BYTES) {
            add_way(d, v->set, v->out);
        } else if (v->kind == NFA_BLANK) {
            add_way(d, d->blank_set, v->out);
            add_way(d, d->c2_set, v->alt);
        }
    }
    size_t row = d->nrow;
    for (unsigned c = 0; c < d->classes; c++)
        *MATCH_PUSH(d->row, d->nrow, d->cap_row) = 0;
    for (size_t i = 0; i < d->ntouched && !d->full; i++) {
        uint8_t c = d->touched[i];
        uint32_t t = target(d, c, depth);
        d->row[row + c] = (uint16_t)t;
    }
    for (size_t i = 0; i < d->ntouched; i++)
        d->head[d->touched[i]] = 0;
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

/* The numbers: dead, plain, accepting, runs. */
static void number_states(struct dfa *d)
{
    struct matcher *m = d->m;
    uint32_t n = 1;
    for (int pass = 0; pass < 3; pass++) {
        for (size_t s = 1; s < d->nstate; s++) {
            int kind = d->state[s].run ? 2 : d->state[s].accept ? 1 : 0;
            if (kind == pass)
                d->state[s].number = n++;
        }
        m->first_accept = pass == 0 ? n : m->first_accept;
        m->first_run = pass == 1 ? n : m->first_run;
    }
    m->nstates = n;
    m->start = d->state[1].number;
}

static void write_matcher(struct dfa *d)
{
    struct matcher *m = d->m;
    while ((1U << m->shift) < d->classes)
        m->shift++;
    m->next = mem_zalloc(((size_t)m->first_run << m->shift) * sizeof *m->next);
    m->accept = mem_zalloc((m->first_run - m->first_accept + 1) * sizeof *m->accept);
    m->run = mem_zalloc((m->nstates - m->first_run + 1) * sizeof *m->run);
    for (size_t s = 1; s < d->nstate; s++) {
        const struct state *st = &d->state[s];
        if (st->run) {
            struct run r = d->run[st->run - 1];
            r.next = d->state[r.next].number;
            m->run[st->number - m->first_run] = r;
            continue;
        }
        if (st->accept)
            m->accept[st->number - m->first_accept] = st->accept - 1;
        uint16_t *to = m->next + ((size_t)st->number << m->shift);
        const uint16_t *from = d->row + (size_t)st->row * d->classes;
        for (unsigned c = 0; c < d->classes; c++)
            to[c] = (uint16_t)d->state[from[c]].number;
    }
    m->op = mem_alloc((d->nop + 1) * sizeof *m->op);
    if (d->nop > 0)
        memcpy(m->op, d->op, d->nop * sizeof *m->op);
    m->nops = d->nop;
    m->npattern = d->b->npattern;
    m->id = mem_alloc((m->npattern + 1) * sizeof *m->id);
    for (size_t i = 0; i < m->npattern; i++)
        m->id[i] = d->b->pattern[i].id;
}

/* The pattern with most states; a state of several counts for the first. */
static uint32_t culprit(const struct dfa *d)
{
    const struct match_builder *b = d->b;
    uint32_t *count = mem_zalloc((b->npattern + 1) * sizeof *count), best = 0;
    for (size_t s = 1; s < d->nstate; s++) {
        uint32_t p = b->node[d->pool[d->state[s].items.at]].pattern;
        if (++count[p] > count[best])
            best = p;
    }
    free(count);
    return b->pattern[best].id;
}

static bool too_large(const struct dfa *d)
{
    unsigned shift = 0;
    while ((1U << shift) < d->classes)
        shift++;
    return d->full ||
           (d->rows << shift) * sizeof *d->row + d->nop * sizeof *d->op > MATCH_BYTES;
}

int match_dfa(struct match_builder *b, struct matcher *m, struct err *err)
{
    struct dfa d = {.b = b, .m = m};
    int rc = 0;
    make_classes(&d);
    d.closure = mem_zalloc(b->nnode * sizeof *d.closure);
    d.state_of = mem_zalloc(b->nnode * sizeof *d.state_of);
    d.mark = mem_zalloc(b->nnode * sizeof *d.mark);
    *MATCH_PUSH(d.state, d.nstate, d.cap_state) = (struct state){.number = 0};
    if (b->npattern > 0)
        start_state(&d);
    for (size_t s = 1; s < d.nstate && !too_large(&d); s++)
        if (!make_run(&d, (uint32_t)s))
            expand(&d, (uint32_t)s);
    if (too_large(&d)) {
        b->culprit = culprit(&d);
        rc = err_set(err, ERR_BAD_INPUT,
                     "automaton over its limit of %d states and %d MiB", MATCH_STATES,
                     MATCH_BYTES >> 20);
    } else {
        if (b->npattern > 0)
            number_states(&d);
        write_matcher(&d);
    }
    dfa_free(&d);
    return rc;
}
