/* search — what the index answers, as JSON: GET /search and GET /show.
 *
 * Search in decisions: {"query", "documents": false, "results": [{"id", "key",
 * "document", "item", "decision", "highlights": {"text": [[b, e], …], "item": …,
 * "subject": …}}, …], "more"}; document, item and decision as in the decision event.
 * Search in documents: results are {"key", "document", "passages": [{"text", "span",
 * "highlights", "item"}, …]}.
 * Show: {"key", "document", "text": {"sha256", "bytes"}, "items", "decisions",
 * "references", "cited_by", "versions", "languages"}.
 *
 * Owns:    nothing; reads only, on the database given.
 * Units:   highlights are bytes of the string beside them; spans bytes of the text.
 * Errors:  BAD_INPUT: the query, with column and remedy; TEMPORARY: took too long.
 * Threads: the database's.
 */
#ifndef COUNCILWIRE_INDEX_SEARCH_H
#define COUNCILWIRE_INDEX_SEARCH_H

#include "lib/db_fts.h"
#include "lib/json_write.h"

enum {
    SEARCH_LIMIT = 20,
    SEARCH_LIMIT_MAX = 200,
    SEARCH_OFFSET_MAX = 10000,
    SEARCH_MS_MAX = 3000,
    SEARCH_RANKED_MAX = 20000 /* hits: of more, those that came last are ordered */
};

enum search_order {
    SEARCH_BEST,   /* by rank where there are words, else as they came, the last first */
    SEARCH_NEWEST, /* by the paper's date, the last first */
    SEARCH_DUE     /* decisions that have a deadline, by it, the first first */
};

struct search_request {
    struct sv query;
    bool documents;
    enum search_order order;
    int64_t limit, offset;
};
NODISCARD int search_run(struct db *db, struct fts *fts, const struct search_request *q,
                         struct buf *out, struct err *err);

/* id: ST-15754-2017-INIT, its key (…/en), its number (15754/17) or a decision's id. 1
 * found, 0 not (out: {"error", "similar": [keys]}), -1. */
NODISCARD int show_run(struct db *db, struct fts *fts, struct sv id, struct buf *out,
                       struct err *err);

/* Shared by both: the columns that a decision's JSON is made of, and that JSON. */
#define SEARCH_DECISION_COLUMNS                                                          \
    "d.id, k.key, d.text, d.item, d.subject, d.body, d.addressee, d.type, d.code, "      \
    "d.number, d.doc, d.ref, d.kind, d.act, d.lang, d.status, d.marking, d.date, "       \
    "d.meeting, d.due, d.due_said, d.item_number, d.b, d.e, d.steps"
void search_put_item(struct json_writer *w, struct sv number, struct sv title);
void search_put_decision(struct json_writer *w, struct stmt *s); /* the inner object */
void search_put_values(struct json_writer *w, const char *key, struct sv joined);
void search_put_first(struct json_writer *w, const char *key, struct sv joined);

#endif
