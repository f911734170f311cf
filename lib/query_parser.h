/* query_parser — what the grammar (query.c), its words, values and dates (query_leaf.c)
 * and its fields (query_field.c) share; nobody else includes it.
 *
 * Owns:    nodes and what they point to lie in the query's arena.
 * Units:   `at`: bytes of the query; columns of messages count characters from 1.
 * Errors:  BAD_INPUT in parser.err, with the column.
 * Threads: one.
 */
#ifndef COUNCILWIRE_QUERY_PARSER_H
#define COUNCILWIRE_QUERY_PARSER_H

#include "query_tree.h"

enum field_kind { FIELD_WORDS, FIELD_VALUE, FIELD_DATE };

struct query_field_entry {
    const char *name;
    enum field_kind kind;
    unsigned columns;
    const char *values; /* the whole list where it is closed, else NULL */
};
extern const struct query_field_entry query_fields[F_COUNT];

struct parser {
    struct sv in;
    size_t at;
    int depth;
    enum query_field field; /* of the group we are in */
    struct fts *fts;
    struct query *q;
    struct err *err;
};

unsigned query_column_of(const struct parser *p, size_t at);
/* -1 with "column N: …". */
#define FAIL(p, at, ...)                                                                 \
    (err_set((p)->err, ERR_BAD_INPUT, __VA_ARGS__),                                      \
     err_wrap((p)->err, "column %u", query_column_of((p), (at))))

static inline bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static inline struct sv query_rest(const struct parser *p)
{
    return sv_sub(p->in, p->at, p->in.n);
}

struct query_node *query_new_node(struct parser *p, enum query_op op);

/* A word, value or date of a field, or nothing (*out NULL) where a word has no letter or
 * digit; at: where it stands, for messages. */
NODISCARD int query_leaf(struct parser *p, enum query_field field, struct sv value,
                         bool prefix, size_t at, struct query_node **out);
/* Is a field's name with its colon here? 1 and the parser stands behind it, 0, -1. */
NODISCARD int query_field_here(struct parser *p, enum query_field *out);

#endif
