/* Tree to NFA, built from the end: each fragment is made with the node it goes on at. */
#include "letter.h"
#include "match_internal.h"

/* Recursion goes as deep as the pattern's groups are nested, at most MATCH_DEPTH. */
/* NOLINTBEGIN(misc-no-recursion) */

uint32_t match_nfa_node(struct match_builder *b, struct nfa_node n)
{
    if (b->nnode >= b->node_limit) {
        b->full = true;
        return 0;
    }
    n.pattern = (uint32_t)b->npattern;
    *MATCH_PUSH(b->node, b->nnode, b->cap_node) = n;
    return (uint32_t)(b->nnode - 1);
}

/* Sets repeat often and are few: those met last at a hash of their bits are remembered.
 */
static uint32_t set_index(struct match_builder *b, struct byte_set s)
{
    uint64_t h = (s.bit[0] ^ s.bit[1] * 3 ^ s.bit[2] * 5 ^ s.bit[3] * 7) *
                 UINT64_C(0x9E3779B97F4A7C15);
    uint32_t *known = &b->recent[h >> (64 - MATCH_RECENT_BITS)];
    if (*known < b->nset && memcmp(&b->set[*known], &s, sizeof s) == 0)
        return *known;
    for (size_t i = b->nset; i-- > 0;)
        if (memcmp(&b->set[i], &s, sizeof s) == 0)
            return *known = (uint32_t)i;
    *MATCH_PUSH(b->set, b->nset, b->cap_set) = s;
    return *known = (uint32_t)(b->nset - 1);
}

static uint32_t nfa_known_set(struct match_builder *b, uint32_t set, uint32_t out)
{
    return out == 0 ? 0
                    : match_nfa_node(b, (struct nfa_node){
                                            .kind = NFA_BYTES, .set = set, .out = out});
}

static uint32_t nfa_set(struct match_builder *b, struct byte_set s, uint32_t out)
{
    return out == 0 ? 0 : nfa_known_set(b, set_index(b, s), out);
}

static uint32_t nfa_range(struct match_builder *b, unsigned lo, unsigned hi, uint32_t out)
{
    struct byte_set s = {{0}};
    for (unsigned c = lo; c <= hi; c++)
        byte_set_add(&s, c);
    return nfa_set(b, s, out);
}

/* a == 0 stands for "no way yet", so that unions are built by folding. */
static uint32_t nfa_or(struct match_builder *b, uint32_t a, uint32_t alt)
{
    if (a == 0 || alt == 0)
        return a ? a : alt;
    return match_nfa_node(b, (struct nfa_node){.kind = NFA_SPLIT, .out = a, .alt = alt});
}

static size_t encode(uint32_t code, uint8_t bytes[4])
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; code >>= 6)
        bytes[i] = (uint8_t)(0x80 | (code & 0x3F));
    bytes[0] = (uint8_t)(lead[n] | code);
    return n;
}

/* lo and hi have the same length and, but for a tail of full continuation ranges, the
 * same bytes: one chain of byte ranges. */
static uint32_t nfa_chain(struct match_builder *b, uint32_t lo, uint32_t hi, uint32_t out)
{
    uint8_t l[4], h[4];
    size_t n = encode(lo, l);
    (void)encode(hi, h);
    for (size_t i = n; i-- > 0 && out != 0;)
        out = nfa_range(b, l[i], h[i], out);
    return out;
}

/* Code points from 0x80, cut until each piece is a chain. */
static uint32_t nfa_codes(struct match_builder *b, uint32_t lo, uint32_t hi, uint32_t out)
{
    static const uint32_t last[] = {0x7FF, 0xD7FF, 0xDFFF, 0xFFFF};
    uint32_t all = 0;
    for (size_t i = 0; i < ARRAY_LEN(last); i++)
        if (lo <= last[i] && hi > last[i])
            return nfa_or(b, nfa_codes(b, lo, last[i], out),
                          nfa_codes(b, last[i] + 1, hi, out));
    if (lo >= 0xD800 && hi <= 0xDFFF)
        return 0; /* surrogates are no characters */
    for (unsigned i = 1; i < 4; i++) {
        uint32_t m = ((uint32_t)1 << (6 * i)) - 1;
        if ((lo & ~m) == (hi & ~m))
            break;
        uint32_t cut = (lo & m) != 0 ? (lo | m) : (hi & m) != m ? (hi & ~m) - 1 : 0;
        if (cut == 0)
            continue;
        all = nfa_or(b, nfa_codes(b, lo, cut, out), nfa_codes(b, cut + 1, hi, out));
        return all;
    }
    return nfa_chain(b, lo, hi, out);
}

static size_t cases(uint32_t code, bool fold, uint32_t v[LETTER_CASES])
{
    v[0] = code;
    return fold ? letter_cases(code, v) : 1;
}

/* All variants differ in the last byte only: one chain, so that the automaton sees one
 * way. */
static bool same_but_last(const uint32_t *v, size_t n, struct byte_set *last)
{
    uint8_t first[4], other[4];
    size_t len = encode(v[0], first);
    byte_set_add(last, first[len - 1]);
    for (size_t i = 1; i < n; i++) {
        if (encode(v[i], other) != len || memcmp(first, other, len - 1) != 0)
            return false;
        byte_set_add(last, other[len - 1]);
    }
    return true;
}

/* A sign of ASCII whose cases are such, too: one byte. */
static uint32_t nfa_ascii(struct match_builder *b, uint32_t code, bool fold, uint32_t out)
{
    uint32_t v[LETTER_CASES], *known = &b->ascii[fold][code];
    struct byte_set all = {{0}};
    if (*known == 0) {
        size_t n = cases(code, fold, v);
        if (!same_but_last(v, n, &all))
            return 0;
        *known = set_index(b, all) + 1;
    }
    return nfa_known_set(b, *known - 1, out);
}

static uint32_t nfa_char(struct match_builder *b, uint32_t code, bool fold, uint32_t out)
{
    uint32_t v[LETTER_CASES], all = code < 0x80 ? nfa_ascii(b, code, fold, out) : 0;
    if (all != 0 || out == 0)
        return all;
    size_t n = cases(code, fold, v);
    struct byte_set last = {{0}};
    if (same_but_last(v, n, &last)) {
        uint8_t bytes[4];
        size_t len = encode(code, bytes);
        out = nfa_set(b, last, out);
        for (size_t i = len - 1; i-- > 0;)
            out = out == 0 ? 0 : nfa_range(b, bytes[i], bytes[i], out);
        return out;
    }
    for (size_t i = 0; i < n; i++)
        all = nfa_or(b, all, nfa_chain(b, v[i], v[i], out));
    return all;
}

static uint32_t nfa_class(struct match_builder *b, const struct tree *t, bool fold,
                          uint32_t out)
{
    struct byte_set ascii = {{0}};
    bool any = false;
    uint32_t all = 0, v[LETTER_CASES];
    for (uint32_t i = t->a; i < t->a + t->b; i++) {
        struct code_range r = b->range[i];
        bool wide =
            r.hi - r.lo > 2000; /* refused with fold; inherited fold leaves it as it is */
        for (uint32_t c = r.lo; c <= r.hi && (c < 0x80 || (fold && !wide)); c++) {
            size_t n = cases(c, fold && !wide, v);
            for (size_t j = 0; j < n; j++) {
                if (v[j] < 0x80) {
                    byte_set_add(&ascii, v[j]);
                    any = true;
                } else if (c >= 0x80 && j > 0) {
                    all = nfa_or(b, all, nfa_chain(b, v[j], v[j], out));
                }
            }
        }
        if (r.hi >= 0x80)
            all = nfa_or(b, all, nfa_codes(b, r.lo < 0x80 ? 0x80 : r.lo, r.hi, out));
    }
    return any ? nfa_or(b, all, nfa_set(b, ascii, out)) : all;
}

/* One to three blanks. */
static uint32_t nfa_blank(struct match_builder *b, uint32_t out)
{
    uint32_t after = out, node = 0;
    for (int i = 0; i < MATCH_BLANKS && after != 0; i++) {
        uint32_t tail = nfa_range(b, 0xA0, 0xA0, after);
        node = tail == 0 ? 0
                         : match_nfa_node(b, (struct nfa_node){.kind = NFA_BLANK,
                                                               .set = (uint32_t)i + 1,
                                                               .out = after,
                                                               .alt = tail,
                                                               .exit = out});
        after = node == 0 || i + 1 == MATCH_BLANKS ? node : nfa_or(b, node, out);
    }
    return after;
}

static uint32_t nfa_repeat(struct match_builder *b, const struct tree *t, bool fold,
                           uint32_t out)
{
    uint32_t at = out;
    for (uint32_t i = t->a; i < t->b && at != 0; i++) {
        uint32_t one = match_nfa(b, t->last, fold, at);
        at = one == 0 ? 0 : nfa_or(b, one, out);
    }
    for (uint32_t i = 0; i < t->a && at != 0; i++)
        at = match_nfa(b, t->last, fold, at);
    return at;
}

uint32_t match_nfa(struct match_builder *b, uint32_t tree, bool fold, uint32_t out)
{
    struct tree t = b->tree[tree]; /* b->tree does not move here, but t is read often */
    uint32_t all = 0;
    fold = fold || t.fold;
    switch (t.kind) {
    case TREE_CHAR: return nfa_char(b, t.a, fold, out);
    case TREE_CLASS: return nfa_class(b, &t, fold, out);
    case TREE_BLANK: return nfa_blank(b, out);
    case TREE_REF: return match_nfa(b, t.last, fold, out);
    case TREE_REPEAT: return nfa_repeat(b, &t, fold, out);
    case TREE_SEQ:
        for (uint32_t c = t.last; c != 0 && out != 0; c = b->tree[c].prev)
            out = match_nfa(b, c, fold, out);
        return out;
    case TREE_ALT:
        for (uint32_t c = t.last; c != 0; c = b->tree[c].prev) {
            uint32_t one = match_nfa(b, c, fold, out);
            all = one == 0 ? 0 : nfa_or(b, all, one);
            if (all == 0)
                return 0;
        }
        return all;
    }
    return 0;
}
/* NOLINTEND(misc-no-recursion) */
