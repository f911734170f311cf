/* book — the subscriptions in force: those of the ledger, those of the file, and the
 * matching of a decision against all of them.
 *
 * The file has one JSON object a line, # begins a comment:
 *     {"id": "cosi", "query": "by:COSI kind:decision", "url": "https://example.org/hook",
 *      "secret_file": "cosi.secret"}
 * secret_file is relative to the file; group and others must not be able to read it.
 *
 * Owns:    the subscriptions, until book_close.
 * Units:   milliseconds of clock_steady_ms.
 * Errors:  BAD_INPUT names file and line, or what is wrong with a subscription; those of
 *          db.h.
 * Threads: the database's.
 */
#ifndef COUNCILWIRE_NOTIFY_BOOK_H
#define COUNCILWIRE_NOTIFY_BOOK_H

#include "ledger.h"
#include "lib/query_set.h"
#include "lib/wire.h"

enum {
    BOOK_MAX = 10000,
    BOOK_ID_MAX = 64,
    BOOK_ROTATION_MS = 24 * 60 * 60 * 1000 /* how long a replaced secret signs, too */
};

/* How long what comes is kept for a subscription that is disabled. */
#define BOOK_KEEPS_MS (INT64_C(30) * 24 * 60 * 60 * 1000)

struct book {
    struct db *db;
    struct fts *fts;
    struct subscription **v; /* in the order of their numbers */
    struct subscription **by_id;
    size_t n, cap;

    /* what their queries are asked by; NULL: made when next needed */
    struct query_set *set;
    const struct query **asked;
    uint32_t *found;
};

NODISCARD int book_open(struct book *b, struct db *db, struct fts *fts, struct err *err);
void book_close(struct book *b);

struct book_entry {
    struct sv id; /* null: made from the query's hash */
    struct sv query, url, secret;
    bool from_file;
};
/* New or changed; its own transaction. */
NODISCARD int book_put(struct book *b, const struct book_entry *e, int64_t now,
                       struct subscription **out, struct err *err);
/* Until when what comes is kept for it; 0: it is not disabled, or nothing is kept. */
int64_t book_keeps_until(const struct subscription *s);
struct subscription *book_find(const struct book *b, struct sv id);
NODISCARD int book_remove(struct book *b, struct subscription *s, struct err *err);
NODISCARD int book_set(struct book *b, struct subscription *s,
                       enum subscription_state state, const char *reason, int64_t now,
                       struct err *err);
/* Puts what the file holds and removes what it held before and no longer holds, all or
 * nothing: a file with a wrong line changes nothing. */
NODISCARD int book_read_file(struct book *b, const char *path, int64_t now,
                             struct err *err);

/* Writes a delivery for each subscription (`only`: that one) that asks for this decision
 * and has not heard of its document in another language; in the caller's transaction. The
 * number of new ones, or -1. */
NODISCARD int book_match(struct book *b, const struct wire_event *ev,
                         const struct wire_decision *d, bool thin,
                         struct subscription *only, int64_t now, struct arena *a,
                         struct err *err);

/* -- for book_file.c */

/* A checked one, not in the book. */
NODISCARD int book_make(const struct book_entry *e, struct fts *fts,
                        struct subscription **out, struct err *err);
/* What `s`, that shall replace `old` (NULL: nothing), goes on with. */
NODISCARD int book_follow(struct subscription *s, const struct subscription *old,
                          int64_t now, struct err *err);
/* Does it go to another URL than before? Then what waits is hastened. */
bool book_moves(const struct subscription *s, const struct subscription *old);
/* Into the book, in the place of the one with its id; out of it. The ledger has it. */
void book_take(struct book *b, struct subscription *s);
void book_drop(struct book *b, struct subscription *s);
void book_tell(const struct subscription *s, const char *state);

#endif
