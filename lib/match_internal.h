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
    MATCH_STATES = 65535,
    MATCH_BYTES = 16 << 20,
    MATCH_BLANKS = 3, /* a blank of a pattern stands for one to so many */
    MATCH_RUN_OPS = 4 /* a run is at least so long, and begins at least so deep */
};

enum nfa_kind { NFA_DEAD, NFA_BYTES, NFA_BLANK, NFA_SPLIT, NFA_ACCEPT };

struct nfa_node {
    enum nfa_kind kind;
    uint32_t
        set; /* NFA_BYTES: index of a byte set; NFA_ACCEPT: pattern in order of adding */
    uint32_t out;  /* NFA_SPLIT: the one way */
    uint32_t alt;  /* NFA_SPLIT: the other way; NFA_BLANK: the node behind a C2 byte */
    uint32_t exit; /* NFA_BLANK: behind the whole blank where this is its first, or 0 */
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
    struct nfa_node *node; /* [0] dead */
    size_t nnode, cap_node;
    struct pattern *pattern; /* in order of adding */
    size_t npattern, cap_pattern;
    size_t node_limit; /* for the pattern being added */
    bool full;         /* the limit was met */
    uint32_t
        culprit; /* id of the pattern that took most states when match_build failed */
};

/* Where only one way is left, its bytes are compared instead of walked: op (mask, value)
 * says (byte | mask) == value; mask 1 with value 0, which no byte can meet, says a whole
 * blank. */
struct run_op {
    uint8_t mask, value;
};

struct run {
    uint32_t op, n;
    uint32_t next;
};

struct matcher {
    uint8_t cls[256];
    uint16_t *next; /* state << shift | class; 0 = dead */
    unsigned shift;
    uint32_t start;
    /* States in this order: dead, plain, accepting, runs. */
    uint32_t first_accept, first_run, nstates;
    uint32_t *accept; /* [state - first_accept]: pattern in order of adding */
    struct run *run;  /* [state - first_run] */
    struct run_op *op;
    size_t nops;
    uint32_t *id;
    size_t npattern;
    uint64_t prefix[1024]; /* three-byte prefixes, hashed to 16 bits */
    /* Matches begin at word starts, and at those of these bytes that are met: */
    uint8_t begins[256]; /* 1: a match begins with this byte, which is no ASCII letter or
                            digit */
    uint8_t sign[8];     /* the same, below 0x80 */
    unsigned nsigns;     /* > 8: `sign` does not hold them all */
    bool begins_high;    /* some match begins with a byte of 0x80 or above */
};

static inline uint32_t match_prefix_hash(uint32_t three)
{
    return (three * UINT32_C(0x9E3779B1)) >> 16;
}

/* True where [.., at) and [at, ..) are parts of one word. */
bool match_inside_word(struct sv text, size_t at);

/* match_dfa.c */
NODISCARD int match_dfa(struct match_builder *b, struct matcher *m, struct err *err);
/* match_filter.c: what a match can begin with, read off the automaton. */
void match_filter(struct matcher *m);
/* match_nfa.c: the NFA of a tree that goes on at `out`; 0 when a limit is passed. */
uint32_t match_nfa(struct match_builder *b, uint32_t tree, bool fold, uint32_t out);
uint32_t match_nfa_node(struct match_builder *b, struct nfa_node n);

/* match_scan.c: the plain C path, for its test and bench. */
void match_scan_plain(const struct matcher *m, struct sv text, match_fn *hit, void *ctx);

#define MATCH_PUSH(v, n, cap)                                                            \
    ((v) = (n) == (cap) ? mem_resize((v), ((cap) = (cap) ? 2 * (cap) : 64), sizeof *(v)) \
                        : (v),                                                           \
     &(v)[(n)++])

#endif
