/* consumer_main — the main() of every consumer daemon. A consumer is one const struct;
 * arguments, configuration, log, signals, Kafka, positions, transactions, rejects,
 * metrics and health are here, once.
 *
 * The program defines `const struct consumer consumer_self` and links
 * lib/consumer_main.c, which is nothing but main(): consumer_run does the work.
 *
 * A batch of events is one SQLite transaction: effects, then flush, then the positions by
 * compare-and-set, then COMMIT (KAFKA.md section 4). Each handle runs in a savepoint; any
 * verdict but OK rolls back to it.
 *
 * Owns:    the state folder (locked), the database, the bus.
 * Units:   milliseconds, bytes.
 * Errors:  handle's verdict: RETRY keeps the order and tries again with back-off; REJECT
 *          goes to the rejects topic before the position moves; FATAL ends the process.
 *          flush or COMMIT failing TEMPORARY: the batch is rolled back and read again.
 * Threads: every function of the consumer is called in the loop's thread.
 * Store:   `handle` and `flush` run inside the skeleton's transaction; `open`, `idle`,
 *          `serve`, `reload` and `close` run outside of any and may BEGIN and COMMIT
 *          their own. After a failed store `close` and `open` may be called again:
 *          `close` leaves the context as it was before `open`, options apart.
 */
#ifndef COUNCILWIRE_CONSUMER_MAIN_H
#define COUNCILWIRE_CONSUMER_MAIN_H

#include "conf.h"
#include "db.h"
#include "httpd.h"
#include "wire.h"

#include <poll.h>

enum consumer_start { START_AT_BEGINNING, START_AT_END };

struct consumer_env {
    const char *state_dir; /* ROOT/NAME or ROOT/NAME-limite */
    enum space space;
};

struct consumer {
    const char *name, *summary;
    const enum wire_type *topics; /* kinds of topics read */
    size_t ntopics;
    enum consumer_start start; /* where a partition without a position begins */
    enum db_mode db_mode;
    const char *without_store; /* what a start with a new store means, for people */
    const char *after_absence; /* what to do after more than 30 days away; may be NULL */
    const struct conf_opt *options;
    size_t ctx_size;
    /* handle refuses an event, also for what it needs of the arena, before its first
     * change. Then no savepoint is kept for each (it copies every page that the event
     * touches), and where the store fails the whole batch is undone and read again. */
    bool judges_first;
    int (*open)(void *ctx, struct db *db, const struct consumer_env *env,
                struct err *err);
    enum verdict (*handle)(void *ctx, struct db *tx, const struct wire_event *ev,
                           struct arena *a,
                           struct err *err); /* event borrowed; arena reset after */
    int (*flush)(void *ctx,
                 struct err *err); /* effects outside tx are durable; may be NULL */
    /* The batch was rolled back after flush or instead of it: forget what is not in the
     * store. May be NULL. */
    void (*undo)(void *ctx);
    /* Ledger work outside any batch (retries, schedules); now_ms is clock_steady_ms,
     * *next_ms how long to sleep at most (-1: no need). TEMPORARY: called again after a
     * pause. May be NULL. */
    int (*idle)(void *ctx, int64_t now_ms, int64_t *next_ms, struct err *err);
    int (*fds)(void *ctx, struct pollfd *v, int max); /* may be NULL */
    /* 0 handled, 1 not mine, -1. May be NULL. */
    int (*serve)(void *ctx, const struct http_request *q, struct http_reply *r,
                 struct err *err);
    int (*reload)(void *ctx, struct err *err); /* SIGHUP; may be NULL */
    bool (*quiet)(
        void *ctx); /* nothing pending besides Kafka: --once may end. NULL: always */
    void (*close)(void *ctx);
};

extern const struct consumer consumer_self;

/* The whole program; returns its exit code. */
int consumer_run(const struct consumer *c, int argc, char **argv);

#endif
