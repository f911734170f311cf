/* consumer_internal — what the parts of the consumer skeleton share: consumer_run.c (life
 * and loop), consumer_place.c (which log, which positions), consumer_take.c (a batch, a
 * record and its verdict), consumer_replay.c (a reject again), consumer_stdin.c
 * (--stdin).
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

/* A record that was not taken: it is tried again, or its reject waits for its report. No
 * transaction is open meanwhile, and nothing else is read: the order stays. */
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
    uint64_t generation, ups;
    int64_t probe_due_ms, backoff_ms, replay_due_ms, wake_due_ms;
    bool to_show; /* positions moved, or are not told to be of the same topics yet */
    int64_t show_due_ms, shown_ms;
    uint64_t shown;                     /* the list that is to prove the marks; 0: none */
    int64_t idle_due_ms, idle_pause_ms; /* idle_pause_ms 0: idle did not fail */
    size_t wake_next;
    bool lagging; /* all fetched is taken, and there is more on the broker */

    enum held held;
    struct bus_record record; /* while held */
    int64_t held_due_ms, held_backoff_ms;
    uint32_t attempts;
    uint64_t reject_token; /* of the reject in flight; 0: none */
    enum verdict reject_verdict;
    bool reject_reported, told; /* told: /readyz names the record that is held */
    char reason[40], detail[600];

    struct { /* a reject, by the wish of a person; read NULL: none */
        struct bus_read *read;
        struct reject_row row; /* in the arena */
        struct arena arena;
    } replaying;

    int64_t counted[4]; /* records by verdict */
};

/* consumer_place.c */
int consuming_establish(struct consuming *r, struct err *err);
/* The log is another one than thought: this topic from its beginning. */
int consuming_replay(struct consuming *r, const char *topic, const char *why,
                     struct err *err);
void consuming_again(struct consuming *r,
                     const char *why); /* establish anew, with back-off */

/* consumer_take.c */
int consuming_batch(struct consuming *r, struct err *err);
int consuming_held(struct consuming *r, struct err *err);
/* Nothing is held, and no report is awaited, any more. */
void consuming_let_go(struct consuming *r);
/* The open batch is rolled back, and read again where `why` is TEMPORARY (0); else -1. */
int consuming_undo(struct consuming *r, const struct err *why, struct err *err);
/* 0 committed; 1 rolled back, to be read again; -1 the program cannot go on. */
int consuming_end_batch(struct consuming *r, struct err *err);
void consuming_report(void *ctx, uint64_t token, enum verdict v, const char *why);
/* Reads and handles in a savepoint of the open transaction. */
enum verdict consuming_handle(struct consuming *r, struct wire_event *e, struct err *err);
void consuming_count_begin(const struct consuming *r);
void consuming_count(struct consuming *r, const char *topic, enum verdict v,
                     const char *reason);

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
