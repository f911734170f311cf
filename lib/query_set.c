#include "query_set.h"

#include "query_tree.h"

#include <stdlib.h>

enum {
    PREFIX_BYTES_MAX = 32, /* a beginning of a beginning is a key, too */
    BITS = 64,
    COST_NEVER = 1 << 20, /* no key */
    COST_ALL = COST_NEVER + 1
};

/* FNV-1a: the hash of each beginning of a word comes with the hash of the word. */
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)
#define HASH_STEP  UINT64_C(0x100000001b3)

enum key_kind { KEY_WORD, KEY_PREFIX, KEY_VALUE };
enum { ANY_COLUMN = QUERY_COLUMNS };

static uint64_t hash_more(uint64_t h, struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * HASH_STEP;
    return h;
}

/* `place`: a column or ANY_COLUMN; a field for a value. */
static uint64_t key_of(uint64_t h, enum key_kind kind, unsigned place)
{
    h ^= (uint64_t)(place << 2 | kind) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 32;
}

struct key {
    uint64_t hash;
    uint32_t query;
};

struct slot { /* queries == 0: free */
    uint64_t hash;
    uint32_t first, queries;
};

struct query_set {
    const struct query *const *v;
    size_t n;
    uint64_t *always, *asked; /* a bit a query */
    struct key *key;
    size_t nkeys, keys_cap;
    uint32_t *filed; /* numbers, slot after slot */
    struct slot *slot;
    uint64_t mask; /* slots - 1 */
    uint64_t *filter;
    uint64_t filter_mask;      /* bits - 1 */
    uint64_t prefix_lengths;   /* bit n: some key is a beginning of n bytes */
    unsigned values;           /* bit F_X: some key is a value of the field */
    bool any_column, a_column; /* there are keys of these kinds */
    size_t evaluated;
};

/* -- which keys */

static unsigned column_of(const struct query_node *n)
{
    bool one = (n->columns & (n->columns - 1)) == 0;
    return one && n->columns ? (unsigned)__builtin_ctz(n->columns) : ANY_COLUMN;
}

/* How often a word may be met: short ones often, numbers hardly; and the columns of
 * bodies, addressees, types and codes hold few different words. */
static int word_cost(struct sv word, unsigned column, bool prefix)
{
    static const int by_length[] = {64, 64, 64, 48, 24, 12, 12};
    bool digit = false;
    for (size_t i = 0; i < word.n; i++)
        digit |= word.p[i] >= '0' && word.p[i] <= '9';
    int cost = digit && word.n > 2             ? 4
               : word.n < ARRAY_LEN(by_length) ? by_length[word.n]
                                               : 6;
    if (column >= QUERY_BODY && column <= QUERY_CODE)
        cost *= 8;
    return prefix ? cost * 4 : cost;
}

/* The word of a phrase that is its key; COST_NEVER: none of its words is. */
static int best_word(const struct query_node *n, size_t *best)
{
    int least = COST_NEVER;
    for (size_t i = 0; i < n->tokens.n; i++) {
        bool prefix = n->prefix && i + 1 == n->tokens.n;
        if (sv_eq(n->tokens.v[i], SV(QUERY_MARK)) || (prefix && n->tokens.v[i].n == 0))
            continue;
        int cost = word_cost(n->tokens.v[i], column_of(n), prefix);
        if (cost < least) {
            least = cost;
            *best = i;
        }
    }
    return least;
}

static int value_cost(const struct query_node *n)
{
    if (n->prefix || n->field == F_MARKING)
        return COST_NEVER;
    return n->field == F_ACT ? 100 : n->field == F_KIND ? 300 : 900;
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by the parser
static int node_cost(const struct query_node *n)
{
    size_t best;
    int cost;
    switch (n->op) {
    case Q_AND:
        cost = COST_NEVER;
        for (const struct query_node *c = n->child; c; c = c->next) {
            int one = node_cost(c);
            cost = one < cost ? one : cost;
        }
        return cost;
    case Q_OR:
        cost = 0;
        for (const struct query_node *c = n->child; c && cost < COST_NEVER; c = c->next)
            cost += node_cost(c);
        return cost < COST_NEVER ? cost : COST_NEVER;
    case Q_TERM: return best_word(n, &best);
    case Q_VALUE: return value_cost(n);
    case Q_NOT:
    case Q_RANGE: break;
    }
    return COST_NEVER;
}

static void add_key(struct query_set *s, uint64_t hash, uint32_t query)
{
    if (s->nkeys == s->keys_cap) {
        s->keys_cap = s->keys_cap ? s->keys_cap * 2 : 64;
        s->key = mem_resize(s->key, s->keys_cap, sizeof *s->key);
    }
    s->key[s->nkeys++] = (struct key){hash, query};
}

static void file_word(struct query_set *s, const struct query_node *n, uint32_t query)
{
    size_t best = 0;
    (void)best_word(n, &best);
    struct sv word = n->tokens.v[best];
    unsigned column = column_of(n);
    bool prefix = n->prefix && best + 1 == n->tokens.n;
    if (prefix && word.n > PREFIX_BYTES_MAX)
        word.n = PREFIX_BYTES_MAX;
    if (prefix)
        s->prefix_lengths |= UINT64_C(1) << word.n;
    s->any_column |= column == ANY_COLUMN;
    s->a_column |= column != ANY_COLUMN;
    uint64_t h = hash_more(HASH_BEGIN, word);
    add_key(s, key_of(h, prefix ? KEY_PREFIX : KEY_WORD, column), query);
}

/* Only where node_cost is less than COST_NEVER. */
// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by the parser
static void file_node(struct query_set *s, const struct query_node *n, uint32_t query)
{
    const struct query_node *best = NULL;
    int least = COST_ALL;
    switch (n->op) {
    case Q_AND:
        for (const struct query_node *c = n->child; c; c = c->next) {
            int one = node_cost(c);
            if (one < least) {
                least = one;
                best = c;
            }
        }
        if (best)
            file_node(s, best, query);
        break;
    case Q_OR:
        for (const struct query_node *c = n->child; c; c = c->next)
            file_node(s, c, query);
        break;
    case Q_TERM: file_word(s, n, query); break;
    case Q_VALUE:
        s->values |= 1U << n->field;
        add_key(s, key_of(hash_more(HASH_BEGIN, n->value), KEY_VALUE, n->field), query);
        break;
    case Q_NOT:
    case Q_RANGE: break;
    }
}

/* -- the tables */

static int by_hash(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->query > y->query) - (x->query < y->query);
}

static size_t power_of_two(size_t least)
{
    size_t n = BITS;
    while (n < least)
        n *= 2;
    return n;
}

static struct slot *slot_of(const struct query_set *s, uint64_t hash)
{
    uint64_t i = hash & s->mask;
    while (s->slot[i].queries && s->slot[i].hash != hash)
        i = (i + 1) & s->mask;
    return &s->slot[i];
}

static void build(struct query_set *s)
{
    size_t different = 0;
    if (s->nkeys)
        qsort(s->key, s->nkeys, sizeof *s->key, by_hash);
    for (size_t i = 0; i < s->nkeys; i++)
        different += i == 0 || s->key[i].hash != s->key[i - 1].hash;
    size_t slots = power_of_two(different * 2 + 1),
           bits = power_of_two(different * 16 + 1);
    s->slot = mem_zalloc(slots * sizeof *s->slot);
    s->mask = slots - 1;
    s->filter = mem_zalloc(bits / BITS * sizeof *s->filter);
    s->filter_mask = bits - 1;
    s->filed = mem_alloc((s->nkeys + 1) * sizeof *s->filed);
    for (size_t i = 0; i < s->nkeys; i++) {
        uint64_t hash = s->key[i].hash, bit = hash >> 32 & s->filter_mask;
        struct slot *slot = slot_of(s, hash);
        if (!slot->queries)
            *slot = (struct slot){.hash = hash, .first = (uint32_t)i};
        slot->queries++;
        s->filed[i] = s->key[i].query;
        s->filter[bit / BITS] |= UINT64_C(1) << bit % BITS;
    }
    mem_free(&s->key);
}

struct query_set *query_set_new(const struct query *const *v, size_t n)
{
    struct query_set *s = mem_zalloc(sizeof *s);
    size_t words = n / BITS + 1;
    s->v = v;
    s->n = n;
    s->always = mem_zalloc(words * sizeof *s->always);
    s->asked = mem_zalloc(words * sizeof *s->asked);
    for (size_t i = 0; i < n; i++) {
        if (!v[i])
            continue;
        if (node_cost(v[i]->root) < COST_NEVER)
            file_node(s, v[i]->root, (uint32_t)i);
        else
            s->always[i / BITS] |= UINT64_C(1) << i % BITS;
    }
    build(s);
    return s;
}

void query_set_free(struct query_set **sp)
{
    struct query_set *s = *sp;
    if (!s)
        return;
    mem_free(&s->always);
    mem_free(&s->asked);
    mem_free(&s->filed);
    mem_free(&s->slot);
    mem_free(&s->filter);
    mem_free(sp);
}

/* -- a decision */

static void look(struct query_set *s, uint64_t hash)
{
    uint64_t bit = hash >> 32 & s->filter_mask;
    if (!(s->filter[bit / BITS] >> bit % BITS & 1))
        return;
    const struct slot *slot = slot_of(s, hash);
    for (uint32_t i = 0; i < slot->queries; i++) {
        uint32_t q = s->filed[slot->first + i];
        s->asked[q / BITS] |= UINT64_C(1) << q % BITS;
    }
}

static void look_both(struct query_set *s, uint64_t h, enum key_kind kind,
                      unsigned column)
{
    if (s->any_column)
        look(s, key_of(h, kind, ANY_COLUMN));
    if (s->a_column)
        look(s, key_of(h, kind, column));
}

static void look_for_word(struct query_set *s, struct sv word, unsigned column)
{
    uint64_t h = HASH_BEGIN;
    for (size_t i = 0; i < word.n; i++) {
        h = (h ^ (unsigned char)word.p[i]) * HASH_STEP;
        if (i < PREFIX_BYTES_MAX && s->prefix_lengths >> (i + 1) & 1)
            look_both(s, h, KEY_PREFIX, column);
    }
    look_both(s, h, KEY_WORD, column);
}

/* Values are compared without ASCII case, and a query's are in lower case. */
static void look_for_value(struct query_set *s, enum query_field field, struct sv value)
{
    uint64_t h = HASH_BEGIN;
    if (!(s->values >> field & 1) || !value.p)
        return;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        c = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        h = (h ^ (unsigned char)c) * HASH_STEP;
    }
    look(s, key_of(h, KEY_VALUE, field));
}

static void look_for_all(struct query_set *s, const struct query_words *w)
{
    const struct query_row *r = w->row;
    for (size_t i = 0; i < w->n; i++)
        look_for_word(s, (struct sv){w->folded.p + w->v[i].at, w->v[i].n},
                      w->v[i].column);
    look_for_value(s, F_KIND, r->kind);
    look_for_value(s, F_ACT, r->act);
    look_for_value(s, F_LANG, r->lang);
    look_for_value(s, F_STATUS, r->status);
}

size_t query_set_match(struct query_set *s, const struct query_words *w, uint32_t *out)
{
    size_t words = s->n / BITS + 1, n = 0;
    memcpy(s->asked, s->always, words * sizeof *s->asked);
    look_for_all(s, w);
    s->evaluated = 0;
    for (size_t i = 0; i < words; i++)
        for (uint64_t bits = s->asked[i]; bits; bits &= bits - 1) {
            size_t q = i * BITS + (size_t)__builtin_ctzll(bits);
            s->evaluated++;
            if (query_match(s->v[q], w))
                out[n++] = (uint32_t)q;
        }
    return n;
}

size_t query_set_evaluated(const struct query_set *s)
{
    return s->evaluated;
}
