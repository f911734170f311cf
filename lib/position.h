/* position — how far a consumer's store has taken each partition: (log, topic, partition,
 * next, ce_id of the last record), moved by compare-and-set in the transaction of the
 * effects (KAFKA.md section 4).
 *
 * `log` is a number of the store's own: it rises each time a topic is started from the
 * beginning of another log, so that (log, offset) orders what was read under one key.
 *
 * The mark is an earlier record, of which it is proven that it, and all before it, came
 * from this topic and these leaders of its partitions (bus_proven). A topic that was made
 * anew and read on in for a while before anybody noticed has another record there, though
 * the last one is its own. It stands in a table of its own, which programs of other
 * versions may leave as it is.
 *
 * Owns:    tables position and position_mark; struct positions owns its array.
 * Units:   offsets and counts of records.
 * Errors:  FATAL when the compare-and-set fails: another instance writes here. As db.h.
 * Threads: the database's.
 * Invariant: 0 <= stored_next <= next; they differ only inside a batch. low <= from <=
 *          next; from < next as long as verify. mark.next <= next.
 */
#ifndef COUNCILWIRE_POSITION_H
#define COUNCILWIRE_POSITION_H

#include "db.h"

enum { POSITION_TOPIC = 64, POSITION_LAST = 132 };

struct position_record { /* the record at next-1 */
    int64_t next;
    char id[POSITION_LAST]; /* its ce_id (without: the value's hash); "" when not known */
};

struct position {
    char topic[POSITION_TOPIC];
    int32_t partition;
    int64_t log, next;   /* next: offset to be read */
    int64_t stored_next; /* as in the table */
    int64_t low, high;   /* watermarks, as of when the place was last found */
    char
        last[POSITION_LAST]; /* ce_id (without: the value's hash) of the record at next-1;
                              * "" when not known */
    bool stored, verify, ended; /* verify: the records from `from` are read again first */
    int64_t from;               /* where reading begins */
    int32_t unreadable;         /* how often that was said since */
    int64_t looked_next;        /* where it stood when it was looked at, */
    int32_t looks; /* and how often it has stood there; both outlive a load */
    struct position_record mark, stored_mark;
    struct position_record told; /* as it was when it was told; to become the mark */
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
/* All that are stored, by topic and partition, for those who only look: 1, or 0 where the
 * store has none. */
NODISCARD int positions_stored_ones(struct db *db, struct positions *out,
                                    struct err *err);
void positions_free(struct positions *p);
struct position *positions_find(struct positions *p, const char *topic,
                                int32_t partition);
/* A row for the first time, or from another place of another log. */
NODISCARD int position_place(struct db *db, struct position *p, int64_t log, int64_t next,
                             struct err *err);
/* Writes what moved; 0, or -1 when another instance moved it too. */
NODISCARD int positions_store(struct db *db, struct positions *p, struct err *err);
/* 1 some are stored of partitions that are not there (any more), 0 none. */
NODISCARD int positions_beyond(struct db *db, const char *topic, int32_t partitions,
                               struct err *err);
NODISCARD int positions_forget_beyond(struct db *db, const char *topic,
                                      int32_t partitions, struct err *err);
/* The same places, under this number. */
NODISCARD int positions_renumber(struct db *db, struct positions *p, const char *topic,
                                 int64_t log, struct err *err);
/* One more than the highest number of this topic. */
NODISCARD int positions_next_log(struct db *db, const char *topic, int64_t *out,
                                 struct err *err);
/* Writes the marks that moved, in a transaction of their own; positions_store writes
 * those of partitions that moved, too. */
NODISCARD int positions_store_marks(struct db *db, struct positions *p, struct err *err);
/* What positions_store wrote was committed. */
void positions_stored(struct positions *p);
void position_take(struct position *p, int64_t offset, struct sv ce_id);
/* Goes on at `next`, in the transaction of the caller: what lies before can not be read
 * again, so nothing is known by which the log would be seen to be the same. */
NODISCARD int position_skip(struct db *db, struct position *p, int64_t next,
                            struct err *err);
/* The log may have been cut and have grown again since the mark: what follows it is taken
 * once more, under a new number. 1 so it will be, 0 nothing was taken since. */
NODISCARD int position_step_back(struct db *db, struct position *p, struct err *err);
/* From where to read and what to verify, once low is known. */
void position_begin(struct position *p);
/* The id that the record at this offset must have, NULL where none is known. */
const char *position_expects(const struct position *p, int64_t offset);
/* What it is now is what is being told; what was told is proven. Not while it verifies.
 */
void position_tell(struct position *p);
void position_proven(struct position *p);

#endif
