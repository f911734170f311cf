/* query_tree — what query.c parses into and what a decision is cut into; shared by the
 * back ends and query_set, by nobody else. */
#ifndef COUNCILWIRE_QUERY_TREE_H
#define COUNCILWIRE_QUERY_TREE_H

#include "query.h"

#include <assert.h>

/* Between two values stands U+E000, for private use: a word of its own to the tokenizer,
 * which no text of the Council carries. */
#define QUERY_MARK "\xEE\x80\x80"

enum query_op { Q_AND, Q_OR, Q_NOT, Q_TERM, Q_VALUE, Q_RANGE };

enum query_field {
    F_NONE, /* a word alone */
    F_TYPE,
    F_CODE,
    F_BY,
    F_TO,
    F_REF,
    F_ID,
    F_ITEM,
    F_SUBJECT,
    F_TEXT,
    F_KIND,
    F_ACT,
    F_LANG,
    F_STATUS,
    F_MARKING,
    F_DATE,
    F_MEETING,
    F_DUE,
    F_COUNT
};

/* Ten thousand subscriptions hold theirs all the time: it is kept small. */
struct query_node {
    struct query_node *child, *next;
    union {
        struct {               /* Q_TERM */
            struct sv raw;     /* as FTS5 shall tokenise it */
            struct svs tokens; /* as the tokenizer cut it; at least one */
        };
        struct { /* Q_RANGE: null or "2017-01", null or "2017-12" */
            struct sv lo, hi;
        };
        struct sv value; /* Q_VALUE: ASCII lower case */
    };
    enum query_op op : 8;
    enum query_field field : 8;
    uint16_t columns; /* Q_TERM: bit per query_column; F_NONE also looks at the whole text
                       */
    uint8_t leaf;     /* number of the term, from 0 */
    bool prefix;      /* of the last token; Q_VALUE: of the value */
};
static_assert(sizeof(struct query_node) <= 64, "see above");
static_assert(QUERY_COLUMNS <= 16 && QUERY_LEAVES_MAX <= UINT8_MAX, "they fit");

struct query {
    struct arena arena;
    struct sv text;
    struct query_node *root;
    unsigned terms; /* leaves of op Q_TERM */
    size_t leaves;
};

struct query_word {
    uint32_t at; /* in `folded` */
    uint32_t n : 24, column : 8;
};

struct query_words {
    const struct query_row *row;
    struct buf folded;    /* arena memory once built */
    struct query_word *v; /* in text order, column after column */
    size_t n, cap;
    uint32_t *order; /* indexes, sorted by word, then place */
    struct arena *a;
    enum query_column column; /* under way */
    size_t folded_cap;
};

#endif
