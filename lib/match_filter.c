/* What a match can begin with, read off the automaton: its first byte, and a prefix of
 * three to eight bytes. How long the prefix is depends on its first three bytes: as long
 * as the number of ways on stays small and none of them has ended. */
#include "match_internal.h"

#include <stdlib.h>

enum { FIRST = 3, MORE = MATCH_PREFIX_MAX - FIRST, WAYS_MAX = 64, TOO_MANY = 255 };

/* A place in the automaton: a state, and inside a run the operation that comes next. */
struct place {
    uint32_t state;
    uint32_t op, end; /* in automaton.op; equal: outside of a run */
    uint8_t blanks;   /* taken of the blank that `op` is */
    bool half;        /* the first byte of a no-break space was taken */
};

struct filter {
    const struct automaton *a;
    struct matcher *m;
    uint8_t (*ways)[MORE + 1]; /* of a state: how many prefixes of so many more bytes; 0:
                                  not counted yet */
    /* The bytes of a class, one of those that are the same to the first hash, and to a
     * key. */
    struct {
        uint8_t byte[256];
        uint16_t n;
    } first[256], later[256];
};

typedef void visit_fn(struct filter *f, struct place p, uint8_t byte, void *ctx);

static struct place at_state(const struct automaton *a, uint32_t state)
{
    struct place p = {.state = state};
    if (a->state[state].run) {
        const struct run *r = &a->run[a->state[state].run - 1];
        p.op = r->op;
        p.end = r->op + r->n;
    }
    return p;
}

static bool is_accept(const struct automaton *a, struct place p)
{
    return p.op == p.end && a->state[p.state].accept != 0;
}

static struct place behind_op(const struct automaton *a, struct place p)
{
    if (++p.op == p.end)
        return at_state(a, a->run[a->state[p.state].run - 1].next);
    p.blanks = 0;
    return p;
}

static void visit_byte_op(struct filter *f, struct place p, visit_fn *visit, void *ctx)
{
    visit(f, behind_op(f->a, p), f->a->op[p.op].value, ctx);
}

static void visit_blank_op(struct filter *f, struct place p, visit_fn *visit, void *ctx)
{
    struct place one = p, half = p;
    one.blanks++;
    one.half = false;
    half.half = true;
    if (p.half) {
        visit(f, one, 0xA0, ctx);
        return;
    }
    if (p.blanks < MATCH_BLANKS) {
        visit(f, one, ' ', ctx);
        visit(f, half, 0xC2, ctx);
    }
    if (p.blanks > 0) /* what follows a blank in a run is a byte, and none of these */
        visit_byte_op(f, behind_op(f->a, p), visit, ctx);
}

/* Every byte that leads on from p, and where to; of bytes that a key does not tell apart
 * one. */
static void each_step(struct filter *f, struct place p, visit_fn *visit, void *ctx)
{
    const struct automaton *a = f->a;
    const struct state *s = &a->state[p.state];
    if (p.op != p.end) {
        if (a->op[p.op].mask == 1)
            visit_blank_op(f, p, visit, ctx);
        else
            visit_byte_op(f, p, visit, ctx);
        return;
    }
    for (uint32_t i = 0; i < s->edges; i++) {
        struct edge e = a->edge[s->edge + i];
        struct place next = at_state(a, e.target);
        for (unsigned j = 0; j < f->later[e.cls].n; j++)
            visit(f, next, f->later[e.cls].byte[j], ctx);
    }
}

/* The same for one of the first three bytes; runs begin deeper. */
static void each_first_step(struct filter *f, struct place p, visit_fn *visit, void *ctx)
{
    const struct state *s = &f->a->state[p.state];
    for (uint32_t i = 0; i < s->edges; i++) {
        struct edge e = f->a->edge[s->edge + i];
        struct place next = at_state(f->a, e.target);
        for (unsigned j = 0; j < f->first[e.cls].n; j++)
            visit(f, next, f->first[e.cls].byte[j], ctx);
    }
}

struct counting {
    unsigned more, small, capital, other;
};

static unsigned count_ways(struct filter *f, struct place p, unsigned more);

/* A letter's two cases lead to one place as a rule, and have one key in any case. */
static void count_step(struct filter *f, struct place p, uint8_t byte, void *ctx)
{
    struct counting *c = ctx;
    unsigned *sum = (unsigned)byte - 'A' < 26   ? &c->capital
                    : (unsigned)byte - 'a' < 26 ? &c->small
                                                : &c->other;
    if (*sum <= WAYS_MAX)
        *sum += count_ways(f, p, c->more - 1);
}

/* About how many prefixes lead on from p for so many more bytes; TOO_MANY also where one
 * ends earlier. */
static unsigned count_ways(struct filter *f, struct place p, unsigned more)
{
    bool whole = p.op == p.end || (p.blanks == 0 && !p.half &&
                                   p.op == f->a->run[f->a->state[p.state].run - 1].op);
    struct counting c = {.more = more};
    if (more == 0)
        return 1;
    if (is_accept(f->a, p))
        return TOO_MANY;
    uint8_t *known = whole ? &f->ways[p.state][more] : NULL;
    if (known && *known != 0)
        return *known;
    each_step(f, p, count_step, &c);
    unsigned n = c.other + (c.small > c.capital ? c.small : c.capital);
    n = n > WAYS_MAX ? TOO_MANY : n;
    if (known)
        *known = (uint8_t)n;
    return n;
}

static uint8_t best_length(struct filter *f, struct place p)
{
    unsigned more = MORE;
    while (more > 0 && count_ways(f, p, more) == TOO_MANY)
        more--;
    return (uint8_t)(FIRST + more);
}

static void add_prefix(struct filter *f, uint64_t bytes, unsigned length)
{
    uint64_t key = match_key(match_coarse(bytes), f->m->length_mask[length]);
    uint32_t h = match_prefix_hash(key);
    f->m->prefix[h >> 6] |= (uint64_t)1 << (h & 63);
}

struct inserting {
    uint64_t key;
    unsigned at, length;
};

static void insert_step(struct filter *f, struct place p, uint8_t byte, void *ctx)
{
    struct inserting w = *(const struct inserting *)ctx;
    w.key |= (uint64_t)byte << (8 * w.at++);
    if (w.at < w.length) {
        each_step(f, p, insert_step, &w);
        return;
    }
    add_prefix(f, w.key, w.length);
}

static bool ascii_word(unsigned c)
{
    return c - '0' < 10 || (c | 0x20) - 'a' < 26;
}

/* May a match end between these bytes? */
static bool may_end(unsigned before, unsigned behind)
{
    return !(ascii_word(before) && ascii_word(behind)) && (behind & 0xC0) != 0x80;
}

/* Walks to every three bytes that a match may begin with. Behind an accepted first byte
 * or two any byte may follow that ends the word there. */
struct first_walk {
    uint32_t bytes;
    unsigned at;
    bool ended, insert;
};

static void first_step(struct filter *f, struct place p, uint8_t byte, void *ctx);

/* Recursion goes as deep as the prefix is long, at most MATCH_PREFIX_MAX. */
/* NOLINTBEGIN(misc-no-recursion) */
static void first_on(struct filter *f, struct place p, struct first_walk *w)
{
    if (!w->ended)
        each_first_step(f, p, first_step, w);
    if (w->ended || is_accept(f->a, p)) {
        struct first_walk any = *w;
        any.ended = true;
        for (unsigned c = 0; c < 256; c++)
            if (w->ended || may_end(w->bytes >> (8 * (w->at - 1)) & 0xff, c))
                first_step(f, p, (uint8_t)c, &any);
    }
}

static void first_step(struct filter *f, struct place p, uint8_t byte, void *ctx)
{
    struct first_walk w = *(const struct first_walk *)ctx;
    w.bytes |= (uint32_t)byte << (8 * w.at++);
    if (w.at < FIRST) {
        first_on(f, p, &w);
        return;
    }
    uint8_t *length = &f->m->length[match_first_hash(match_coarse(w.bytes))];
    if (!w.insert) {
        uint8_t n = w.ended ? FIRST : best_length(f, p);
        *length = *length == 0 || n < *length ? n : *length;
        return;
    }
    struct inserting in = {.key = w.bytes, .at = FIRST, .length = *length};
    if (*length > FIRST)
        each_step(f, p, insert_step, &in);
    else
        add_prefix(f, w.bytes, FIRST);
}

static void begins_with(struct matcher *m, unsigned c)
{
    if (ascii_word(c))
        return;
    m->begins[c] = 1;
    m->begins_high = m->begins_high || c >= 0x80;
    if (c < 0x80 && m->nsigns++ < ARRAY_LEN(m->sign))
        m->sign[m->nsigns - 1] = (uint8_t)c;
}

static void class_bytes(struct filter *f)
{
    for (unsigned c = 0; c < 256; c++) {
        unsigned cls = f->a->cls[c];
        bool first = true, later = true;
        for (unsigned d = 0; d < c; d++) {
            bool same = f->a->cls[d] == cls;
            uint64_t one = match_coarse(c), other = match_coarse(d);
            first = first && !(same && one == other);
            later = later && !(same && match_key(one, 0xff) == match_key(other, 0xff));
        }
        if (first)
            f->first[cls].byte[f->first[cls].n++] = (uint8_t)c;
        if (later)
            f->later[cls].byte[f->later[cls].n++] = (uint8_t)c;
    }
}

void match_filter(const struct automaton *a, struct matcher *m)
{
    if (a->nstate < 2)
        return;
    struct filter *f = mem_zalloc(sizeof *f);
    struct place start = at_state(a, 1);
    f->a = a;
    f->m = m;
    f->ways = mem_zalloc(a->nstate * sizeof *f->ways);
    class_bytes(f);
    for (unsigned n = FIRST; n <= MATCH_PREFIX_MAX; n++)
        m->length_mask[n] = UINT64_MAX >> (64 - 8 * n);
    for (uint32_t i = 0; i < a->state[1].edges; i++)
        for (unsigned c = 0; c < 256; c++)
            if (a->cls[c] == a->edge[a->state[1].edge + i].cls)
                begins_with(m, c);
    for (int pass = 0; pass < 2; pass++) {
        struct first_walk w = {.insert = pass == 1};
        first_on(f, start, &w);
    }
    free(f->ways);
    free(f);
}
/* NOLINTEND(misc-no-recursion) */
