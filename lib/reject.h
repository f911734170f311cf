/* reject — a daemon's own rejects, in table `reject` of its store, for `councilwire
 * rejects list | show | replay | purge`. A producer keeps the bytes of a rejected paper
 * (never those of a classified one) in DIR/rejected/SHA256 until replay or purge.
 *
 * Paths on the daemon's socket: GET /rejects, GET /rejects/ID, POST /rejects/ID/replay,
 * POST /rejects/ID/purge. A replay is only asked for here (column `asked`); the skeleton
 * does it and counts the attempt.
 *
 * Owns:    the table; results live in the arena given.
 * Units:   bytes; milliseconds since the epoch.
 * Errors:  TEMPORARY, FATAL as db.h; BAD_INPUT for an id that does not exist.
 * Threads: the loop's. reject_keep, reject_sync and reject_clear see to files, the rest
 * to the table only.
 */
#ifndef COUNCILWIRE_REJECT_H
#define COUNCILWIRE_REJECT_H

#include "db.h"
#include "httpd.h"
#include "wire.h"

enum { REJECT_ID = 17 };

struct reject_row {
    struct sv id, source, name, uri, topic, sha256, media_type, marking;
    int64_t partition, offset, attempts;
    bool kept; /* the bytes are there */
};

NODISCARD int reject_migrate(struct db *db, struct err *err);
/* The id of what was rejected: 16 hex of SHA-256 over its source and hash, or its place.
 */
void reject_id(const struct wire_rejected *r, char out[REJECT_ID]);
/* Once per thing: a second reject of it raises the attempts. Other bytes at the same
 * place (of a topic that was made anew) take the place of the first. */
NODISCARD int reject_store(struct db *db, const struct wire_rejected *r, bool kept,
                           struct sv media_type, struct err *err);
/* Next one whose replay was asked for: 1 found, 0 none, -1. It is under way then, and is
 * not found again until reject_asked_again, or a restart (reject_migrate). */
NODISCARD int reject_asked(struct db *db, struct arena *a, struct reject_row *out,
                           struct err *err);
/* Asks for the replay of all of this reason whose bytes were kept. */
NODISCARD int reject_ask_all(struct db *db, const char *reason, struct err *err);
NODISCARD int reject_ask_one(struct db *db, const char *reason, struct err *err);
NODISCARD int reject_asked_again(struct db *db, struct sv id, struct err *err);
/* The replay failed again: it is asked for no more. */
NODISCARD int reject_not_asked(struct db *db, struct sv id, struct err *err);
/* The same, and it was refused: its attempts rise, and this is why now. */
NODISCARD int reject_again(struct db *db, struct sv id, const char *reason,
                           const char *detail, int64_t time_ms, struct err *err);
/* Away with the row, and with its bytes where no other row has the same. */
NODISCARD int reject_remove(struct db *db, const char *dir, struct sv id,
                            struct err *err);
NODISCARD int reject_count(struct db *db, int64_t *out, struct err *err);

/* The bytes. On the disk only behind an fd_sync_fs, which goes before the row that says
 * that they are kept, once for many. */
NODISCARD int reject_keep(const char *dir, const char *sha256, struct sv bytes,
                          struct err *err);
void reject_clear(const char *dir); /* at a start: what a kill left half written */
NODISCARD int reject_bytes(const char *dir, const char *sha256, struct buf *out,
                           struct err *err);

/* 0 handled, 1 not mine, -1. */
int reject_serve(struct db *db, const char *dir, const struct http_request *q,
                 struct http_reply *r, struct err *err);

#endif
