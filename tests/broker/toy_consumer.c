/* A consumer for tests: table effect counts how often each (topic, key, ce_id) took
 * effect; its option `retry-every` makes every n-th event fail once, `undo-every` makes
 * it lose its transaction as SQLite does when I/O fails in the middle, `reject` refuses
 * the keys that contain it, `flush-ms` is what a transaction takes, `fits` how many
 * events may be in one; table batch counts them. With JUDGES_FIRST it is a consumer that
 * says so. */
#include "lib/consumer_main.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#ifndef JUDGES_FIRST
#define JUDGES_FIRST false
#endif

struct toy {
    struct db *db;
    int64_t retry_every, undo_every, flush_ms, fits; /* options */
    const char *reject;
    int64_t seen;
    int64_t failed_offset;
    int64_t undone, undone_at; /* times; events seen at the last one */
};

static const struct conf_opt options[] = {
    {"retry-every", CONF_INT, offsetof(struct toy, retry_every), "0", 0, 10000000, NULL,
     0, "every n-th event fails once", NULL},
    {"undo-every", CONF_INT, offsetof(struct toy, undo_every), "0", 0, 10000000, NULL, 0,
     "at every n-th event the whole transaction is undone once", NULL},
    {"reject", CONF_STRING, offsetof(struct toy, reject), NULL, 0, 0, NULL, 0,
     "refuse keys that contain this", NULL},
    {"flush-ms", CONF_INT, offsetof(struct toy, flush_ms), "0", 0, 999, NULL, 0,
     "what storing a transaction takes", NULL},
    {"fits", CONF_INT, offsetof(struct toy, fits), "0", 0, 10000, NULL, 0,
     "a transaction of more events can not be stored", NULL},
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL}};

static const char *const steps[] = {
    "CREATE TABLE effect (seq INTEGER PRIMARY KEY, topic TEXT, partition INTEGER, offset"
    " INTEGER, log INTEGER, key TEXT, ce_id TEXT, UNIQUE (log, topic, partition, "
    "offset));"
    "CREATE TABLE batch (n INTEGER PRIMARY KEY, effects INTEGER)"};

static int toy_open(void *ctx, struct db *db, const struct consumer_env *env,
                    struct err *err)
{
    (void)env;
    ((struct toy *)ctx)->db = db;
    return db_migrate(db, "toy", steps, 1, err);
}

static enum verdict toy_handle(void *ctx, struct db *tx, const struct wire_event *e,
                               struct arena *a, struct err *err)
{
    struct toy *t = ctx;
    (void)a;
    t->seen++;
    if (t->reject && *t->reject && sv_find(e->key, sv_cstr(t->reject)) != SIZE_MAX) {
        err_reject(err, "invalid-event", "the test refuses this key");
        return VERDICT_REJECT;
    }
    /* A plain INSERT: a record that took effect twice is an error of the skeleton. */
    if (db_run(tx, err,
               "INSERT INTO effect (topic, partition, offset, log, key, ce_id)"
               " VALUES (?, ?, ?, ?, ?, ?)",
               "tiiitt", sv_cstr(e->topic), (int64_t)e->partition, e->offset, e->log,
               e->key, e->id) < 0)
        return VERDICT_FATAL;
    if (t->retry_every && t->seen % t->retry_every == 0) {
        err_set(err, ERR_TEMPORARY, "the test fails this time");
        return VERDICT_RETRY;
    }
    if (t->undo_every && t->seen - t->undone_at >= t->undo_every * (t->undone + 1)) {
        t->undone++; /* ever more come in between: a large batch passes, too */
        t->undone_at = t->seen;
        db_rollback(tx);
        err_set(err, ERR_TEMPORARY, "the test loses its transaction");
        return VERDICT_RETRY;
    }
    return VERDICT_OK;
}

static int toy_flush(void *ctx, struct err *err)
{
    struct toy *t = ctx;
    int64_t open = 0;
    (void)poll(NULL, 0, (int)t->flush_ms); /* a slow disk */
    if (db_get_int(t->db, &open, err,
                   "SELECT count(*) - coalesce((SELECT max(effects) FROM batch), 0) "
                   "FROM effect",
                   "") < 0)
        return -1;
    if (t->fits && open > t->fits)
        return err_set(err, ERR_TEMPORARY, "the test has no room for all of it");
    return db_run(t->db, err, "INSERT INTO batch(effects) SELECT count(*) FROM effect",
                  "");
}

static void toy_close(void *ctx)
{
    (void)ctx;
}

static const enum wire_type topics[] = {WIRE_DOCUMENT, WIRE_DECISION, WIRE_TEXT};

const struct consumer consumer_self = {.name = "toysink",
                                       .summary = "counts effects for tests",
                                       .topics = topics,
                                       .ntopics = ARRAY_LEN(topics),
                                       .db_mode = DB_DATA,
                                       .judges_first = JUDGES_FIRST,
                                       .options = options,
                                       .ctx_size = sizeof(struct toy),
                                       .open = toy_open,
                                       .handle = toy_handle,
                                       .flush = toy_flush,
                                       .close = toy_close};
