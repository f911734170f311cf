/* query_set — which of many queries match one decision, without asking each of them.
 *
 * A query is filed under keys (a word in a column, the beginning of a word, a value) of
 * which at least one is in every decision that it matches: of what must all hold, the key
 * that is thought rarest; of alternatives, one of each. A decision's words lead to the
 * queries filed under them, and only those are evaluated (query_match). A query without
 * such a key (only dates, only exclusions) is evaluated for each decision.
 *
 * Owns:    its tables; the queries are borrowed and must outlive it.
 * Units:   a query's number is its place in the array given.
 * Errors:  none.
 * Threads: one. Time: linear in the decision's words and in the queries that share a key
 *          with it; queries / 64 machine words besides.
 */
#ifndef COUNCILWIRE_QUERY_SET_H
#define COUNCILWIRE_QUERY_SET_H

#include "query.h"

struct query_set;

/* Queries that are NULL match nothing. */
struct query_set *query_set_new(const struct query *const *v, size_t n);
void query_set_free(struct query_set **s);

/* The numbers of those that match, ascending; `out` has room for all. */
size_t query_set_match(struct query_set *s, const struct query_words *w, uint32_t *out);

/* How many the last query_set_match had to evaluate. */
size_t query_set_evaluated(const struct query_set *s);

#endif
