/* What a match can begin with, read off the automaton: its first byte; a prefix of three
 * to eight bytes; and up to eight bytes behind that.
 *
 * How long the prefix is depends on its first three bytes, and how much is looked at
 * behind it on the prefix: as long as the list of what may come stays short and nothing
 * on it has ended. A blank can stand for very many sequences of bytes; only the single
 * one is listed, and where a text has another one the scan flags it and lets all pass
 * (match_is_flagged). So what the filter keeps is a superset of the places at which a
 * match begins. Making it costs the number of prefixes times LIST_MAX at the very worst.
 */
#include "match_internal.h"

#include <stdlib.h>

enum { FIRST = 3, LIST_MAX = 32 };

/* A place in the automaton: a state, and inside a run the operation that comes next. */
struct place {
    uint32_t state;
    uint32_t op, end; /* in automaton.op; equal: outside of a run */
    bool blank;       /* the last byte was a blank: a second one would be flagged */
};

/* Three bytes that a match may begin with, or a prefix, and where it leads. */
struct entry {
    uint32_t slot; /* the hash of its bytes */
    uint64_t key;  /* of three bytes; 0 for a prefix: what is behind it comes next */
    struct place at;
    bool flagged; /* in every text */
};

struct entries {
    struct entry *v;
    size_t n, cap;
};

/* The keys of so many bytes that may come, each with the place that it leads to. */
struct list {
    struct {
        uint64_t key;
        struct place at;
    } v[LIST_MAX];
    unsigned n, length;
    bool full;
};

struct filter {
    const struct automaton *a;
    struct matcher *m;
    struct entries beginning, prefix;
    uint64_t ended[1 << (MATCH_PREFIX_BITS - 6)]; /* by its hash, of a prefix on which a
                                                     match has ended: all may follow */
    /* The bytes of a class, one of those that are the same to the first hash, and to a
     * key. */
    struct {
        uint8_t byte[256];
        uint16_t n;
    } first[256], later[256];
    bool any[256]; /* the same of all bytes, where it does not matter what follows */
    struct list list[2]; /* while it grows: as it is, and with one byte more */
};

typedef void visit_fn(struct filter *f, struct place p, uint8_t byte, const void *ctx);

/* `blank`: was the last byte one? */
static struct place at_state(const struct automaton *a, uint32_t state, bool blank)
{
    struct place p = {.state = state, .blank = blank};
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

static struct place behind_op(const struct automaton *a, struct place p, bool blank)
{
    p.blank = blank;
    return ++p.op < p.end ? p
                          : at_state(a, a->run[a->state[p.state].run - 1].next, blank);
}

/* Every byte that leads on from p and is not flagged, and where to; of bytes that a key
 * does not tell apart one. */
static void each_step(struct filter *f, struct place p, visit_fn *visit, const void *ctx)
{
    const struct automaton *a = f->a;
    while (p.op != p.end) {
        struct run_op op = a->op[p.op];
        bool blanks = op.mask == RUN_BLANKS;
        uint8_t byte = blanks ? ' ' : op.value;
        if (blanks && op.value == RUN_MORE_BLANKS) { /* none: they would be flagged */
            p = behind_op(a, p, p.blank);
            continue;
        }
        if (!match_is_flagged(p.blank, byte))
            visit(f, behind_op(a, p, byte <= ' '), byte, ctx);
        return;
    }
    const struct state *s = &a->state[p.state];
    for (uint32_t i = 0; i < s->edges; i++) {
        struct edge e = a->edge[s->edge + i];
        for (unsigned j = 0; j < f->later[e.cls].n; j++) {
            uint8_t byte = f->later[e.cls].byte[j];
            if (!match_is_flagged(p.blank, byte))
                visit(f, at_state(a, e.target, byte <= ' '), byte, ctx);
        }
    }
}

/* The same for one of the first three bytes, also what is flagged; runs begin deeper. */
static void each_first_step(struct filter *f, struct place p, visit_fn *visit,
                            const void *ctx)
{
    const struct state *s = &f->a->state[p.state];
    for (uint32_t i = 0; i < s->edges; i++) {
        struct edge e = f->a->edge[s->edge + i];
        for (unsigned j = 0; j < f->first[e.cls].n; j++) {
            uint8_t byte = f->first[e.cls].byte[j];
            visit(f, at_state(f->a, e.target, byte <= ' '), byte, ctx);
        }
    }
}

static void list_add(struct list *l, uint64_t key, struct place p)
{
    for (unsigned i = l->n; i-- > 0;)
        if (l->v[i].key == key && l->v[i].at.state == p.state && l->v[i].at.op == p.op &&
            l->v[i].at.blank == p.blank)
            return;
    l->full = l->full || l->n == LIST_MAX;
    if (l->full)
        return;
    l->v[l->n].key = key;
    l->v[l->n++].at = p;
}

static void list_step(struct filter *f, struct place p, uint8_t byte, const void *ctx)
{
    const uint64_t *key = ctx;
    uint64_t next = match_key(match_coarse(byte), 0xff);
    list_add(&f->list[1], *key | next << (8 * f->list[0].length), p);
}

/* One byte more on f->list[0]; false, and nothing is done, where something on it has
 * ended or it would become too long. */
static bool list_grow(struct filter *f)
{
    struct list *now = &f->list[0], *next = &f->list[1];
    next->n = 0;
    next->full = false;
    for (unsigned i = 0; i < now->n && !next->full; i++) {
        if (is_accept(f->a, now->v[i].at))
            return false;
        each_step(f, now->v[i].at, list_step, &now->v[i].key);
    }
    if (next->full)
        return false;
    next->length = now->length + 1;
    now->length = next->length;
    now->n = next->n;
    memcpy(now->v, next->v, next->n * sizeof *next->v);
    return true;
}

/* The list of what may come behind the entries of one slot, of `length` bytes now and up
 * to `most` as long as it can be. False: it is too long from the start. */
static bool list_from(struct filter *f, const struct entry *e, size_t n, unsigned length,
                      unsigned most)
{
    struct list *l = &f->list[0];
    l->n = 0;
    l->length = length;
    l->full = false;
    for (size_t i = 0; i < n; i++)
        if (!e[i].flagged)
            list_add(l, e[i].key, e[i].at);
    while (!l->full && l->length < most && list_grow(f))
        ;
    return !l->full;
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

static void add_behind(struct filter *f, uint64_t key, uint32_t prefix)
{
    uint32_t h = match_behind_hash(key, prefix);
    f->m->behind[h >> 6] |= (uint64_t)1 << (h & 63);
}

static void add_ended(struct filter *f, uint32_t prefix)
{
    f->m->prefix[prefix >> 6] |= (uint64_t)1 << (prefix & 63);
    f->ended[prefix >> 6] |= (uint64_t)1 << (prefix & 63);
    add_behind(f, 0, prefix);
}

/* Walks to every three bytes that a match may begin with. Behind an accepted first byte
 * or two any byte may follow that ends the word there. */
struct first_walk {
    uint32_t bytes;
    unsigned at;
    bool ended, flagged, blank;
};

static void first_step(struct filter *f, struct place p, uint8_t byte, const void *ctx);

/* Recursion goes three deep. */
/* NOLINTBEGIN(misc-no-recursion) */

static void first_on(struct filter *f, struct place p, const struct first_walk *w)
{
    if (!w->ended)
        each_first_step(f, p, first_step, w);
    if (w->ended || is_accept(f->a, p)) {
        struct first_walk any = *w;
        any.ended = true;
        for (unsigned c = 0; c < 256; c++)
            if (w->ended ? f->any[c] : may_end(w->bytes >> (8 * (w->at - 1)) & 0xff, c))
                first_step(f, p, (uint8_t)c, &any);
    }
}

static void first_step(struct filter *f, struct place p, uint8_t byte, const void *ctx)
{
    struct first_walk w = *(const struct first_walk *)ctx;
    w.flagged = w.flagged || match_is_flagged(w.blank, byte);
    w.blank = byte <= ' ';
    w.bytes |= (uint32_t)byte << (8 * w.at++);
    if (w.at < FIRST) {
        first_on(f, p, &w);
        return;
    }
    uint64_t coarse = match_coarse(w.bytes), key = match_key(coarse, f->m->mask[FIRST]);
    uint32_t slot = match_first_hash(coarse);
    if (w.ended) {
        f->m->first[slot] = FIRST;
        add_ended(f, match_prefix_hash(key));
    } else {
        *MATCH_PUSH(f->beginning.v, f->beginning.n, f->beginning.cap) =
            (struct entry){slot, key, p, w.flagged};
    }
}
/* NOLINTEND(misc-no-recursion) */

static int compare_slots(const void *a, const void *b)
{
    uint32_t x = ((const struct entry *)a)->slot, y = ((const struct entry *)b)->slot;
    return x < y ? -1 : x > y;
}

typedef void group_fn(struct filter *f, const struct entry *e, size_t n);

static void each_slot(struct filter *f, struct entries *e, group_fn *insert)
{
    size_t n;
    if (e->n > 0)
        qsort(e->v, e->n, sizeof *e->v, compare_slots);
    for (size_t i = 0; i < e->n; i += n) {
        for (n = 1; i + n < e->n && e->v[i + n].slot == e->v[i].slot; n++)
            ;
        insert(f, e->v + i, n);
    }
}

static void add_prefix(struct filter *f, uint64_t key, struct place at)
{
    uint32_t h = match_prefix_hash(key);
    f->m->prefix[h >> 6] |= (uint64_t)1 << (h & 63);
    *MATCH_PUSH(f->prefix.v, f->prefix.n, f->prefix.cap) =
        (struct entry){.slot = h, .at = at};
}

static void insert_prefixes(struct filter *f, const struct entry *e, size_t n)
{
    const struct list *l = &f->list[0];
    bool ended = f->m->first[e->slot] != 0;
    bool listed = list_from(f, e, n, FIRST, ended ? FIRST : MATCH_PREFIX_MAX);
    f->m->first[e->slot] = (uint8_t)(listed ? l->length : FIRST);
    for (size_t i = 0; i < n && !listed; i++)
        if (!e[i].flagged)
            add_prefix(f, e[i].key, e[i].at);
    for (unsigned i = 0; i < l->n && listed; i++)
        add_prefix(f, l->v[i].key, l->v[i].at);
}

static void insert_behind(struct filter *f, const struct entry *e, size_t n)
{
    const struct list *l = &f->list[0];
    if ((f->ended[e->slot >> 6] >> (e->slot & 63) & 1) != 0 ||
        !list_from(f, e, n, 0, MATCH_PREFIX_MAX)) {
        add_behind(f, 0, e->slot);
        return;
    }
    f->m->more_bytes[e->slot] = (uint8_t)l->length;
    for (unsigned i = 0; i < l->n; i++)
        add_behind(f, l->v[i].key, e->slot);
}

void match_begins_with(struct matcher *m, unsigned c)
{
    if (ascii_word(c))
        return;
    m->begins[c] = 1;
    m->begins_high = m->begins_high || c >= 0x80;
    if (c < 0x80 && m->nsigns++ < ARRAY_LEN(m->sign))
        m->sign[m->nsigns - 1] = (uint8_t)c;
}

/* Two bytes that the filter does not tell apart, to the first hash or to a key, and
 * behind which a match may end before the same bytes. */
static bool same_bytes(unsigned one, unsigned other, bool key)
{
    uint64_t a = match_coarse(one), b = match_coarse(other);
    return ascii_word(one) == ascii_word(other) && (one <= ' ') == (other <= ' ') &&
           (one == 0xC2) == (other == 0xC2) &&
           (key ? match_key(a, 0xff) == match_key(b, 0xff) : a == b);
}

static void class_bytes(struct filter *f)
{
    const uint8_t *cls = f->a->cls;
    for (unsigned c = 0; c < 256; c++) {
        bool first = true, later = true;
        f->any[c] = true;
        for (unsigned d = 0; d < c; d++) {
            first = first && !(cls[d] == cls[c] && same_bytes(c, d, false));
            later = later && !(cls[d] == cls[c] && same_bytes(c, d, true));
            f->any[c] = f->any[c] && match_coarse(c) != match_coarse(d);
        }
        if (first)
            f->first[cls[c]].byte[f->first[cls[c]].n++] = (uint8_t)c;
        if (later)
            f->later[cls[c]].byte[f->later[cls[c]].n++] = (uint8_t)c;
    }
}

void match_filter(const struct automaton *a, struct matcher *m)
{
    if (a->nstate < 2)
        return;
    struct filter *f = mem_zalloc(sizeof *f);
    struct first_walk w = {0};
    f->a = a;
    f->m = m;
    class_bytes(f);
    for (unsigned n = 1; n <= MATCH_PREFIX_MAX; n++)
        m->mask[n] = UINT64_MAX >> (64 - 8 * n);
    m->prefix[0] = m->behind[0] = (uint64_t)1 << MATCH_PASSES;
    for (uint32_t i = 0; i < a->state[1].edges; i++)
        for (unsigned c = 0; c < 256; c++)
            if (a->cls[c] == a->edge[a->state[1].edge + i].cls)
                match_begins_with(m, c);
    first_on(f, at_state(a, 1, false), &w);
    each_slot(f, &f->beginning, insert_prefixes);
    each_slot(f, &f->prefix, insert_behind);
    free(f->beginning.v);
    free(f->prefix.v);
    free(f);
}
