/* query_tree — what query.c parses into; shared by the two back ends, by nobody else. */
#ifndef COUNCILWIRE_QUERY_TREE_H
#define COUNCILWIRE_QUERY_TREE_H

#include "query.h"

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

struct query_node {
    enum query_op op;
    struct query_node *child, *next;
    enum query_field field;
    /* Q_TERM */
    unsigned columns;  /* bit per query_column; F_NONE also looks at the whole text */
    struct sv raw;     /* as FTS5 shall tokenise it */
    struct svs tokens; /* as the tokenizer cut it; at least one */
    bool prefix;       /* of the last token; Q_VALUE: of the value */
    unsigned leaf;     /* number of the term, from 0 */
    /* Q_VALUE: ASCII lower case. Q_RANGE: lo null or "2017-01", hi null or "2017-12" */
    struct sv value, lo, hi;
};

struct query {
    struct arena arena;
    struct sv text;
    struct query_node *root;
    unsigned terms; /* leaves of op Q_TERM */
    size_t leaves;
};

#endif
