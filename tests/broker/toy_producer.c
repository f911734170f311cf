/* A producer for tests: `count` papers, made up from their number; table toy remembers
 * which were acknowledged. Every `reject_every`-th is empty. */
#include "lib/clock.h"
#include "lib/daemon.h"
#include "lib/file.h"
#include "lib/producer_main.h"

#include <signal.h>
#include <stdio.h>

struct toy {
    int64_t count, reject_every, size, die_at, stop_at, slow_ms, undo_at; /* options */
    const char *paper;
    struct buf text;
    struct db *db;
    bool told;           /* a document was done since the last one was taken */
    int64_t next, retry; /* retry: lowest that must be offered again, 0 none */
};

static const struct conf_opt options[] = {
    {"count", CONF_INT, offsetof(struct toy, count), "10", 0, 10000000, NULL, 0, "papers",
     NULL},
    {"reject-every", CONF_INT, offsetof(struct toy, reject_every), "0", 0, 10000000, NULL,
     0, "every n-th is empty", NULL},
    {"size", CONF_BYTES, offsetof(struct toy, size), "1000", 0, 100000000, NULL, 0,
     "bytes of a paper", NULL},
    {"die-at", CONF_INT, offsetof(struct toy, die_at), "0", 0, 10000000, NULL, 0,
     "dies when it is asked for this one or a later one, right after some were done",
     NULL},
    {"stop-at", CONF_INT, offsetof(struct toy, stop_at), "0", 0, 10000000, NULL, 0,
     "dies when it is asked for this one", NULL},
    {"slow", CONF_DURATION, offsetof(struct toy, slow_ms), "0", 0, 1000, NULL, 0,
     "time that each one takes", NULL},
    {"undo-at", CONF_INT, offsetof(struct toy, undo_at), "0", 0, 10000000, NULL, 0,
     "loses its transaction, once, when it is asked for this one", NULL},
    {"paper", CONF_STRING, offsetof(struct toy, paper), NULL, 0, 0, NULL, 0,
     "a file whose text follows the made-up head", NULL},
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL}};

static const char *const steps[] = {"CREATE TABLE toy (n INTEGER PRIMARY KEY)"};

static int toy_open(void *ctx, struct db *db, const struct producer_env *env,
                    struct err *err)
{
    struct toy *t = ctx;
    t->db = db;
    t->next = 1;
    t->retry = 0;
    buf_reset(&t->text);
    if (db_migrate(db, "toy", steps, 1, err) < 0 ||
        (t->paper && *t->paper && file_read(t->paper, 1 << 20, &t->text, err) < 0))
        return -1;
    return env->log_changed ? db_exec(db, "DELETE FROM toy", err) : 0;
}

static void toy_close(void *ctx)
{
    struct toy *t = ctx;
    buf_free(&t->text);
}

static int toy_next(void *ctx, struct arena *a, struct doc *out, struct err *err)
{
    struct toy *t = ctx;
    if (t->retry) {
        t->next = t->retry;
        t->retry = 0;
    }
    for (; t->next <= t->count; t->next++) {
        int64_t found = 0;
        int got =
            db_get_int(t->db, &found, err, "SELECT 1 FROM toy WHERE n = ?", "i", t->next);
        if (got < 0)
            return -1;
        if (!found)
            break;
    }
    if (t->next > t->count)
        return 0;
    int64_t n = t->next++;
    if (t->die_at && n >= t->die_at && t->told)
        (void)raise(SIGKILL);
    if (t->stop_at == n)
        (void)raise(SIGKILL);
    t->told = false;
    for (int64_t end = clock_monotonic_ms() + t->slow_ms; clock_monotonic_ms() < end;)
        ; /* as a parser would be at it */
    if (n == t->undo_at && n) {
        t->undo_at = 0;
        fprintf(stderr, "toy: loses its transaction\n");
        if (db_exec(t->db, "ROLLBACK", err) < 0)
            return -1;
    }
    bool empty = t->reject_every && n % t->reject_every == 0;
    struct buf b = {0};
    buf_addf(&b,
             "Council of the European Union\nBrussels, 1 January 2020\n%lld/20\nNOTE\n\n"
             "1. The Council adopted the conclusions of paper %lld. ",
             (long long)n, (long long)n);
    if (t->text.n)
        buf_add_sv(&b, buf_sv(&t->text));
    while (!t->text.n && b.n < (size_t)t->size)
        buf_addf(&b, "%c", 'a' + (int)((b.n * 7 + (size_t)n) % 26));
    struct sv text = arena_copy(a, buf_sv(&b));
    buf_free(&b);
    *out = (struct doc){.token = (uint64_t)n,
                        .name = arena_printf(a, "paper-%lld.txt", (long long)n),
                        .source = SV("/councilwire/toy/test"),
                        .original = {text.p, empty ? 0 : text.n},
                        .seen_ms = clock_wall_ms()};
    return 1;
}

static void toy_done(void *ctx, uint64_t token, enum verdict v)
{
    struct toy *t = ctx;
    struct err err = {0};
    t->told = true;
    if (v == VERDICT_RETRY) {
        if (!t->retry || (int64_t)token < t->retry)
            t->retry = (int64_t)token;
        return;
    }
    if (db_run(t->db, &err, "INSERT OR IGNORE INTO toy VALUES (?)", "i", (int64_t)token) <
        0)
        fprintf(stderr, "toy: %s\n", err.text);
    if ((int64_t)token == t->count)
        fprintf(stderr, "toy: the last one is done\n");
}

const struct producer producer_self = {.name = "toy",
                                       .summary = "papers made up for tests",
                                       .options = options,
                                       .ctx_size = sizeof(struct toy),
                                       .open = toy_open,
                                       .next = toy_next,
                                       .done = toy_done,
                                       .close = toy_close};
