/* position — how far a consumer's store has taken each partition: (log, topic, partition,
 * next, ce_id of the last record), moved by compare-and-set in the transaction of the
 * effects (KAFKA.md section 4).
 *
 * `log` is a number of the store's own: it rises each time a topic is started from the
 * beginning of another log, so that (log, offset) orders what was read under one key.
 *
 * Owns:    table position; struct positions owns its array.
 * Units:   offsets and counts of records.
 * Errors:  FATAL when the compare-and-set fails: another instance writes here. As db.h.
 * Threads: the database's.
 * Invariant: 0 <= stored_next <= next; they differ only inside a batch. verify only with
 *          next > low.
 */
#ifndef COUNCILWIRE_POSITION_H
#define COUNCILWIRE_POSITION_H

#include "db.h"

enum { POSITION_TOPIC = 64, POSITION_LAST = 132 };

struct position {
    char topic[POSITION_TOPIC];
    int32_t partition;
    int64_t log, next;   /* next: offset to be read */
    int64_t stored_next; /* as in the table */
    int64_t low, high;   /* watermarks, as of when the place was last found */
    char
        last[POSITION_LAST]; /* ce_id (without: the value's hash) of the record at next-1;
                              * "" when not known */
    bool stored, verify, ended; /* verify: the record at next-1 is read again first */
};

struct positions {
    struct position *v;
    size_t n;
};

NODISCARD int positions_migrate(struct db *db, struct err *err);
/* What is stored for these topics; partitions without a row are appended with stored ==
 * false. */
NODISCARD int positions_load(struct db *db, const char *const *topics,
                             const int32_t *partitions, size_t n, struct positions *out,
                             struct err *err);
void positions_free(struct positions *p);
struct position *positions_find(struct positions *p, const char *topic,
                                int32_t partition);
/* A row for the first time, or from another place of another log. */
NODISCARD int position_place(struct db *db, struct position *p, int64_t log, int64_t next,
                             struct err *err);
/* Writes what moved; 0, or -1 when another instance moved it too. */
NODISCARD int positions_store(struct db *db, struct positions *p, struct err *err);
/* One more than the highest number of this topic. */
NODISCARD int positions_next_log(struct db *db, const char *topic, int64_t *out,
                                 struct err *err);
void position_take(struct position *p, int64_t offset, struct sv ce_id);

#endif
