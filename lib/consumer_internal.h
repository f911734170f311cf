/* consumer_internal — what the parts of the consumer skeleton share: consumer_run.c (life
 * and loop), consumer_place.c (which log, which positions), consumer_take.c (a batch, a
 * record and its verdict), consumer_reject.c (records that are refused),
 * consumer_next.c (those that were read meanwhile), consumer_replay.c (a reject again),
 * consumer_stdin.c (--stdin).
 *
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_CONSUMER_INTERNAL_H
#define COUNCILWIRE_CONSUMER_INTERNAL_H

#include "consumer_main.h"
#include "daemon.h"
#include "log_id.h"
#include "position.h"
#include "reject.h"

enum { CONSUMER_TOPICS = 8 };

/* A record that was not taken: it is tried again; or refused, with those behind it that
 * are no events, and their rejects wait for their reports. No transaction is open
 * meanwhile, and nothing else is taken: the order stays. */
enum held { HELD_NONE, HELD_RETRY, HELD_REJECT };

struct consuming {
    const struct consumer *c;
    struct daemon d;
    struct {
        int64_t space;
    } o;
    void *ctx;
    const char *topics[CONSUMER_TOPICS + 1]; /* behind those of `c`: that of rejects */
    char source[80];

    struct positions positions;
    struct arena arena;
    bool opened, established, assigned, more; /* more: fetched records wait */
    bool drained; /* all that was told before the assignment has been heard */
    uint64_t generation, ups;
    int64_t probe_due_ms, backoff_ms, replay_due_ms, wake_due_ms;
    bool doubted; /* connection or leaders changed while records were taken */
    bool to_show; /* positions moved, or are not told to be of the same topics yet */
    int64_t show_due_ms, shown_ms;
    uint64_t shown;                     /* the list that is to prove the marks; 0: none */
    int64_t idle_due_ms, idle_pause_ms; /* idle_pause_ms 0: idle did not fail */
    size_t wake_next;
    bool away_looked;   /* how long it was away */
    int64_t at_ends_ms; /* monotonic: when it was noted last to be at the ends */
    int64_t stuck_due_ms;
    char stuck[200]; /* what does not come though it is there; "" */
    bool lagging;    /* all fetched is taken, and there is more on the broker */

    enum held held;
    struct bus_record record; /* of HELD_RETRY */
    struct waiting {          /* read already: they come before all others */
        struct bus_record *v;
        size_t first, n, bytes;
        size_t noted; /* those before it are known where they are refused */
    } waiting;
    int64_t undone_ms; /* a batch was undone then, and none was stored since; 0 */
    size_t batch_records, batch_most; /* of the open one; 0: BATCH_RECORDS */
    int64_t held_due_ms, held_backoff_ms;
    uint32_t attempts;
    bool told; /* /readyz names the record that is held */
    /* Those of HELD_REJECT, in their order; behind it those that wait to be read again
     * among others. */
    struct refusing {
        struct refused *v;
        size_t n, known; /* known: to be on the topic of rejects */
        size_t held;     /* so many stand before all that waits, and were released */
        size_t first;    /* those before it are stored, or will be with this batch */
        size_t counted;  /* of these */
        uint64_t run;    /* reports of others are of no interest */
        struct arena arena;
    } refusing;

    struct { /* a reject, by the wish of a person; read NULL: none */
        struct bus_read *read;
        struct reject_row row; /* in the arena */
        struct arena arena;
    } replaying;

    int64_t counted[4]; /* records by verdict */
};

/* consumer_away.c: look after positions are known, once; note when all topics are at
 * their ends, outside of transactions. */
NODISCARD int consuming_away_migrate(struct db *db, struct err *err);
NODISCARD int consuming_away_look(struct consuming *r, struct err *err);
void consuming_away_note(struct consuming *r);

/* consumer_place.c */
int consuming_establish(struct consuming *r, struct err *err);
/* The log is another one than thought: this topic from its beginning. */
int consuming_replay(struct consuming *r, const char *topic, const char *why,
                     struct err *err);
void consuming_again(struct consuming *r,
                     const char *why); /* establish anew, with back-off */

/* Assigns at once what the positions say now. */
void consuming_assign_again(struct consuming *r);

/* consumer_take.c */
int consuming_batch(struct consuming *r, struct err *err);
int consuming_held(struct consuming *r, struct err *err);
/* Nothing is held, and no report is awaited, any more. */
void consuming_let_go(struct consuming *r);
void consuming_tell_held(struct consuming *r, const char *topic, int32_t partition,
                         int64_t offset, const char *why);
/* The event of a record, in the arena, which is emptied before. */
int consuming_read(struct consuming *r, struct wire_event *e, struct err *err);
/* By what a record without an id is known again. */
struct sv consuming_stand_in(const struct wire_event *e, char *hash);
/* Does this record stand where p's last one was, and is it another? */
bool consuming_is_another_log(const struct position *p, const struct wire_event *e);
/* The open batch is rolled back, and read again where `why` is TEMPORARY (0); else -1. */
int consuming_undo(struct consuming *r, const struct err *why, struct err *err);
/* 0 committed; 1 rolled back, to be read again; -1 the program cannot go on. */
int consuming_end_batch(struct consuming *r, struct err *err);
/* Reads and handles in a savepoint of the open transaction. */
enum verdict consuming_handle(struct consuming *r, struct wire_event *e, struct err *err);
void consuming_count_begin(const struct consuming *r);
void consuming_count(struct consuming *r, const char *topic, enum verdict v,
                     const char *reason);
/* The log of the topic is not what it was. */
enum log_break { BREAK_ANEW, BREAK_GONE };
void consuming_count_break(const char *topic, enum log_break what);

/* consumer_next.c */
/* The next record: one that waits, or the bus's. */
enum bus_kind consuming_next(struct consuming *r, struct bus_record *out);
bool consuming_wait_room(const struct consuming *r);
void consuming_wait(struct consuming *r, const struct bus_record *rec);
/* What waits is released and will come again; so will what is known to be refused. */
void consuming_forget_next(struct consuming *r);
void consuming_next_free(struct consuming *r);

/* consumer_reject.c */
/* Begins HELD_REJECT; releases the record. */
void consuming_refuse(struct consuming *r, struct bus_record *rec, const struct err *why);
/* The same of one that can not be unfolded, and of those behind it that can not, either.
 * Afterwards all is assigned again. */
void consuming_refuse_unreadable(struct consuming *r, struct bus_record *rec,
                                 struct position *p, const char *why);
/* Reads on, to send the rejects of all that is no event at once; what is one waits. */
void consuming_refuse_more(struct consuming *r);
/* In the open batch: 1 its reject is known to be on its topic, and is stored; 0 not; -1.
 */
int consuming_refused(struct consuming *r, const struct position *p, int64_t offset,
                      struct err *err);
/* The batch was committed. */
void consuming_refusals_stored(struct consuming *r);
/* A turn of HELD_REJECT: sends, and when all are known stores them and lets go. */
int consuming_refusals(struct consuming *r, struct err *err);
bool consuming_refusals_wait(const struct consuming *r); /* for held_due_ms */
/* Another number with each report that came. */
int64_t consuming_refusals_answered(const struct consuming *r);
/* The handle is gone, and with it what was on its way. */
void consuming_refusals_lost(struct consuming *r);
void consuming_refusals_end(struct consuming *r);
void consuming_refusals_free(struct consuming *r);
void consuming_report(void *ctx, uint64_t token, enum verdict v, const char *why);

/* consumer_show.c */
void consuming_show_soon(struct consuming *r); /* of a new assignment */
/* Between two turns. */
void consuming_show(struct consuming *r);

/* consumer_replay.c */
int consuming_replay_asked(struct consuming *r, struct err *err);
void consuming_replay_free(struct consuming *r);

/* consumer_stdin.c */
int consuming_stdin(struct consuming *r, struct err *err);

#endif
