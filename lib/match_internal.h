/* match_internal — what the files of the matcher share: the NFA that match_pattern.c
 * writes, the automaton that match_dfa.c makes of it and match_scan.c runs.
 *
 * The NFA has no cycle, because every repeat is bounded; so a match has a longest length
 * and a scan is linear.
 *
 * Owns:    see match.h.
 * Units:   nodes and states by index; index 0 of both is "dead".
 * Threads: see match.h.
 */
#ifndef COUNCILWIRE_MATCH_INTERNAL_H
#define COUNCILWIRE_MATCH_INTERNAL_H

#include "match.h"

enum {
    MATCH_PATTERN_BYTES = 512,     /* of one pattern as written */
    MATCH_LENGTH_MAX = 4096,       /* of the longest match of one pattern */
    MATCH_PATTERN_NODES = 1 << 16, /* NFA nodes of one pattern */
    MATCH_NODES = 1 << 21,         /* NFA nodes of one builder */
    MATCH_DEPTH = 100,             /* nested groups and placeholders */
    MATCH_STATES = 1 << 18,
    MATCH_BYTES = 16 << 20,
    MATCH_BLANKS = 3, /* a blank of a pattern stands for one to so many */
    MATCH_RECENT_BITS = 9,
    MATCH_FIRST_BITS = 14,
    MATCH_PREFIX_BITS = 18,
    MATCH_BEHIND_BITS = 19,
    MATCH_PREFIX_MAX = 8, /* bytes that are looked at, and again behind them */
    MATCH_PASSES = 1,     /* the bit of matcher.prefix and .behind that is always set */
    MATCH_RUN_DEPTH =
        3, /* a run begins at least so deep: the filter looks at what is before */
    MATCH_RUN_OPS = 2, /* a run that begins with no blank is at least so long */
    MATCH_RUN_MAX = 64 /* operations of one run */
};

enum nfa_kind { NFA_DEAD, NFA_BYTES, NFA_BLANK, NFA_SPLIT, NFA_ACCEPT };

struct nfa_node {
    enum nfa_kind kind;
    uint32_t set;     /* NFA_BYTES: index of a byte set; NFA_ACCEPT: pattern in order of
                         adding; NFA_BLANK: how many blanks may stand from here on */
    uint32_t out;     /* NFA_SPLIT: the one way */
    uint32_t alt;     /* NFA_SPLIT: the other way; NFA_BLANK: the node behind a C2 byte */
    uint32_t exit;    /* NFA_BLANK: behind the whole blank */
    uint32_t pattern; /* in order of adding */
};

struct byte_set {
    uint64_t bit[4];
};

static inline bool byte_set_has(const struct byte_set *s, unsigned b)
{
    return s->bit[b >> 6] >> (b & 63) & 1;
}

static inline void byte_set_add(struct byte_set *s, unsigned b)
{
    s->bit[b >> 6] |= (uint64_t)1 << (b & 63);
}

/* The tree of one pattern. */
enum tree_kind {
    TREE_CHAR,
    TREE_CLASS,
    TREE_BLANK,
    TREE_SEQ,
    TREE_ALT,
    TREE_REPEAT,
    TREE_REF
};

struct tree {
    enum tree_kind kind;
    bool fold;
    uint32_t a, b;  /* CHAR: code point; CLASS: first range, count; REPEAT: min, max */
    uint32_t last;  /* SEQ, ALT, REPEAT: last child; REF: target */
    uint32_t prev;  /* sibling before this, or 0 */
    uint32_t depth; /* of the tree below */
    uint32_t min_len, max_len; /* of what it matches, in bytes; max saturates */
};

struct code_range {
    uint32_t lo, hi;
};

struct placeholder {
    char *name;
    size_t name_n;
    uint32_t tree; /* a TREE_ALT */
};

struct pattern {
    uint32_t id;
    uint32_t start; /* NFA node */
};

struct match_builder {
    struct tree *tree; /* [0] unused */
    size_t ntree, cap_tree;
    struct code_range *range;
    size_t nrange, cap_range;
    struct placeholder *holder;
    size_t nholder, cap_holder;
    struct byte_set *set;
    size_t nset, cap_set;
    uint32_t recent[1 << MATCH_RECENT_BITS]; /* sets, by hash */
    uint32_t ascii[2][128]; /* of a sign, and of it in any case: its set + 1, or 0 */
    struct nfa_node *node;  /* [0] dead */
    size_t nnode, cap_node;
    struct pattern *pattern; /* in order of adding */
    size_t npattern, cap_pattern;
    size_t node_limit; /* for the pattern being added */
    bool full;         /* the limit was met */
    uint32_t
        culprit; /* id of the pattern that took most states when match_build failed */
};

/* Where all patterns that are left go the same way, its bytes are compared instead of
 * walked: op (mask, value) says (byte | mask) == value. Mask 1, whose even values no byte
 * can meet, says blanks: value 0 one to three, value 2 none to two. */
struct run_op {
    uint8_t mask, value;
};

enum { RUN_BLANKS = 1, RUN_BLANK = 0, RUN_MORE_BLANKS = 2 };

struct run {
    uint32_t op, n;
    uint32_t next;
};

/* What subset construction yields: states in the order in which they were met, [0] dead,
 * [1] the start; the edges of one state lie together, by class. */
struct edge {
    uint32_t target;
    uint8_t cls;
};

struct state {
    uint32_t edge, edges;
    uint32_t accept; /* pattern in order of adding + 1, or 0 */
    uint32_t run;    /* index + 1, or 0: then it has no edges and accepts nothing */
};

struct automaton {
    struct state *state;
    size_t nstate, cap_state;
    struct edge *edge;
    size_t nedge, cap_edge;
    struct run *run; /* next: a state */
    size_t nrun, cap_run;
    struct run_op *op;
    size_t nop, cap_op;
    uint8_t cls[256]; /* 0: bytes that no pattern holds */
    unsigned classes;
};

/* A piece of a run: `n` bytes to compare, up to eight at once, then `least` to `most`
 * blanks. Where (eight bytes | mask) == value, the first n are as they should be: the
 * bytes behind them have mask and value 255. */
struct segment {
    uint64_t mask, value;
    uint32_t next; /* where the run ends: a `to`; else 0, and the next segment goes on */
    uint8_t n, least, most, spare; /* no padding: it would differ in match_image.c */
};

/* The automaton packed: state s (a place in `slot`) goes with class c where slot[s + c]
 * has c in its low byte. The rows of many states lie in each other's gaps, so that the
 * whole stays in the processor's cache. */
struct matcher { /* match_image.c knows all pointers */
    uint8_t cls[256];
    uint32_t *slot; /* an edge: to << 8 | class; else see to_kind */
    size_t nslot;
    uint32_t start; /* 0: no patterns */
    struct segment *segment;
    size_t nsegment;
    uint32_t *id;
    size_t npattern, nstate;
    /* The filter (match_filter.c). Hashed first three bytes say how much of the first
     * eight is looked at, then the hashed prefix's bit whether a match may begin so; and
     * the same again for up to eight bytes behind it. */
    uint8_t first[1 << MATCH_FIRST_BITS]; /* how much; 0: no match begins so */
    uint64_t prefix[1 << (MATCH_PREFIX_BITS - 6)];
    uint8_t more_bytes[1 << MATCH_PREFIX_BITS]; /* how many are looked at behind it */
    uint64_t behind[1 << (MATCH_BEHIND_BITS - 6)];
    uint64_t mask[MATCH_PREFIX_MAX + 1]; /* of so many bytes */
    /* Matches begin at word starts, and at those of these bytes that are met: */
    uint8_t begins[256];  /* 1: a match begins with this byte, no ASCII letter or digit */
    uint8_t sign[8];      /* the same, below 0x80 */
    unsigned nsigns;      /* > 8: `sign` does not hold them all */
    bool begins_high;     /* some match begins with a byte of 0x80 or above */
    uint16_t bit[256][8]; /* the places of the bits of a byte, low ones first */
    uint8_t bits[256];    /* how many there are */
    bool borrowed;        /* slot, segment and id lie in an image */
    struct matcher *more; /* matcher_join; or NULL */
    uint32_t *before;
};

/* `to` = index << 2 | kind. No class has the number of a slot that is no edge: UTF-8 uses
 * 243 bytes. */
enum to_kind {
    TO_STATE,  /* the state at slot[index] */
    TO_ACCEPT, /* the same; slot[index] = pattern << 8 | SLOT_ACCEPT */
    TO_RUN,    /* the run whose first segment has that index */
    TO_BITS = 2,
    TO_MAX = 1 << (24 - TO_BITS)
};
enum { SLOT_ACCEPT = 255, SLOT_FREE = 253, MATCH_CLASSES = 250 };

/* Eight bytes of a text, the first one lowest. The builtin is never a call to the checked
 * memcpy, which takes longer than all that is done with the bytes. */
static inline uint64_t match_load(const uint8_t *p)
{
    uint64_t v;
    __builtin_memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

static inline void match_store(uint8_t *p, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    __builtin_memcpy(p, &v, sizeof v);
}

/* What the filter hashes of eight bytes: only letters (bit 0x40 alone) and what follows
 * the first byte of a character (bit 0x80 alone) keep their low half, so that all digits
 * are one, and most signs. Bit 0x80 becomes free for MATCH_FLAG. */
static inline uint64_t match_coarse(uint64_t eight)
{
    uint64_t whole = (eight >> 6 ^ eight >> 7) & UINT64_C(0x0101010101010101);
    return eight & (whole * 15 | UINT64_C(0x7070707070707070));
}

/* What may be a blank of more than one byte is flagged in a text: a blank or control byte
 * before another one, and the byte that a no-break space begins with. Where a prefix
 * holds a flag the filter lets it pass. A prefix with such a byte behind it may be
 * flagged too. */
#define MATCH_FLAGS UINT64_C(0x8080808080808080)

/* Does this byte make that one is flagged? */
static inline bool match_is_flagged(bool behind_blank, uint8_t byte)
{
    return byte == 0xC2 || (behind_blank && byte <= ' ');
}

static inline uint32_t match_first_hash(uint64_t coarse)
{
    return (((uint32_t)coarse & 0x7f7f7f) << 8) * UINT32_C(0x9E3779B1) >>
           (32 - MATCH_FIRST_BITS);
}

/* So many bytes of eight as mask says; letters in any case are one, and so are blanks. */
static inline uint64_t match_key(uint64_t coarse, uint64_t mask)
{
    return (coarse | UINT64_C(0x2020202020202020)) & mask;
}

static inline uint32_t match_prefix_hash(uint64_t key)
{
    return (uint32_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - MATCH_PREFIX_BITS));
}

/* Of the bytes behind a prefix, with the prefix's hash. */
static inline uint32_t match_behind_hash(uint64_t key, uint32_t prefix)
{
    return (uint32_t)(((key ^ prefix) * UINT64_C(0x9E3779B97F4A7C15)) >>
                      (64 - MATCH_BEHIND_BITS));
}

/* True where [.., at) and [at, ..) are parts of one word, or of one character. */
bool match_inside_word(struct sv text, size_t at);

/* match_dfa.c */
NODISCARD int match_automaton(struct match_builder *b, struct automaton *a,
                              struct err *err);
void match_automaton_free(struct automaton *a);
/* match_filter.c: what a match can begin with. */
void match_filter(const struct automaton *a, struct matcher *m);
/* Some match begins with this byte. */
void match_begins_with(struct matcher *m, unsigned c);
/* match_pack.c */
void match_pack(const struct automaton *a, struct matcher *m);
/* match_nfa.c: the NFA of a tree that goes on at `out`; 0 when a limit is passed. */
uint32_t match_nfa(struct match_builder *b, uint32_t tree, bool fold, uint32_t out);
uint32_t match_nfa_node(struct match_builder *b, struct nfa_node n);

/* match_scan.c: one way of scanning, for its test and bench; all find the same. */
enum match_path { MATCH_BEST, MATCH_AVX2, MATCH_VECTOR, MATCH_PLAIN };
void match_scan_path(const struct matcher *m, struct sv text, enum match_path path,
                     match_fn *hit, void *ctx);

#define MATCH_PUSH(v, n, cap)                                                            \
    ((v) = (n) == (cap) ? mem_resize((v), ((cap) = (cap) ? 2 * (cap) : 64), sizeof *(v)) \
                        : (v),                                                           \
     &(v)[(n)++])

#endif
