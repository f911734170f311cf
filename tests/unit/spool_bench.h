/* spool_bench — the folder source alone, for its tests: the test is the skeleton. A
 * killed process is a source that is closed without `done`.
 *
 * Owns:    a folder in /tmp a test, with the watched folder and the store in it.
 * Threads: one.
 */
#ifndef COUNCILWIRE_TESTS_SPOOL_BENCH_H
#define COUNCILWIRE_TESTS_SPOOL_BENCH_H

#include "lib/arena.h"
#include "lib/clock.h"
#include "lib/doc.h"
#include "lib/file.h"
#include "lib/hash.h"
#include "lib/producer_main.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64], state_dir[80], folder[80];
static struct db *db;
static struct arena arena;
static struct err err;
static void *ctx;
static const char *after_value, *done_value;
static int64_t wall, monotonic; /* offsets to the real clocks */

static inline int64_t real_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline int64_t wall_ms(void)
{
    return real_ms(CLOCK_REALTIME) + wall;
}

static inline int64_t monotonic_ms(void)
{
    return real_ms(CLOCK_MONOTONIC) + monotonic;
}

static inline void pass(int64_t ms)
{
    wall += ms;
    monotonic += ms;
}

/* ---- a skeleton ---- */

static inline void set_option(const char *name, enum conf_type type, const char *text)
{
    const struct conf_opt *o = producer_self.options;
    while (o->name && strcmp(o->name, name) != 0)
        o++;
    assert_non_null(o->name);
    assert_int_equal(o->type, type);
    char *at = (char *)ctx + o->offset;
    int64_t number = 0;
    if (type == CONF_STRING) {
        memcpy(at, &text, sizeof text);
        return;
    }
    if (type == CONF_ENUM)
        while (o->choices[number] && strcmp(o->choices[number], text) != 0)
            number++;
    else
        number = strtoll(text, NULL, 10);
    memcpy(at, &number, sizeof number);
}

static inline void open_source(bool log_changed)
{
    static const char *folders[1];
    struct conf_list list = {folders, 1};
    struct producer_env env = {"log", log_changed, state_dir};
    char path[128];
    folders[0] = folder;
    ctx = mem_zalloc(producer_self.ctx_size);
    memcpy((char *)ctx + producer_self.options[0].offset, &list, sizeof list);
    set_option("name", CONF_STRING, "test");
    set_option("after", CONF_ENUM, after_value ? after_value : "keep");
    set_option("done-folder", CONF_STRING, done_value);
    set_option("rest", CONF_DURATION, "2000");
    set_option("rescan", CONF_DURATION, "600000");
    snprintf(path, sizeof path, "%s/state.db", state_dir);
    assert_int_equal(db_open(path, DB_DATA, &db, &err), 0);
    if (producer_self.open(ctx, db, &env, &err) != 0)
        fail_msg("%s", err.text);
    assert_int_equal(db_begin(db, &err), 0);
}

/* Everything up to the last commit stays. */
static inline void close_source(void)
{
    assert_int_equal(db_commit(db, &err), 0);
    producer_self.close(ctx);
    free(ctx);
    db_close(&db);
    arena_reset(&arena);
}

static inline void kill_source(void)
{
    db_rollback(db);
    producer_self.close(ctx);
    free(ctx);
    db_close(&db);
    arena_reset(&arena);
}

static inline void commit(void)
{
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(db_begin(db, &err), 0);
}

/* The next document; false once the source is quiet. Time passes where it waits. */
static inline bool next(struct doc *d)
{
    for (int i = 0; i < 100000; i++) {
        *d = (struct doc){0};
        int rc = producer_self.next(ctx, &arena, d, &err);
        if (rc < 0)
            fail_msg("%s", err.text);
        if (rc == 1)
            return true;
        struct pollfd v[2];
        int64_t wait = -1;
        producer_self.fds(ctx, v, 2, &wait);
        if (producer_self.quiet(ctx))
            return false;
        if (wait > 0)
            pass(wait);
    }
    fail_msg("never quiet");
    return false;
}

static inline struct doc expect(const char *name)
{
    struct doc d;
    if (!next(&d))
        fail_msg("%s was not offered", name);
    if (!sv_eq(d.name, sv_cstr(name)))
        fail_msg("%s was offered, not %s", d.name.p, name);
    return d;
}

static inline void expect_nothing(void)
{
    struct doc d;
    if (next(&d))
        fail_msg("%s was offered", d.name.p);
}

static inline void done(const struct doc *d, enum verdict v)
{
    producer_self.done(ctx, d->token, v);
    commit();
}

static inline struct doc take(const char *name)
{
    struct doc d = expect(name);
    done(&d, VERDICT_OK);
    return d;
}

static inline struct doc expect_reject(const char *name, const char *reason)
{
    struct doc d = expect(name);
    assert_non_null(d.reject_reason);
    assert_string_equal(d.reject_reason, reason);
    assert_int_equal(d.original.n, 0);
    done(&d, VERDICT_REJECT);
    return d;
}

static inline void rescan(void)
{
    pass(600001);
}

/* ---- files ---- */

static inline const char *at(const char *name)
{
    static char path[4][512];
    static unsigned i;
    i = (i + 1) % 4;
    snprintf(path[i], sizeof path[i], "%s/%s", folder, name);
    return path[i];
}

static inline void put(const char *name, const char *text)
{
    FILE *f = fopen(at(name), "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static inline void make_dir(const char *name)
{
    assert_int_equal(mkdir(at(name), 0755), 0);
}

static inline int set_up(void **state)
{
    (void)state;
    wall = monotonic = 0;
    after_value = done_value = NULL;
    err_clear(&err);
    snprintf(dir, sizeof dir, "/tmp/test_spool.XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(state_dir, sizeof state_dir, "%s/state", dir);
    snprintf(folder, sizeof folder, "%s/in", dir);
    arena_init(&arena, SIZE_MAX / 2);
    return mkdir(state_dir, 0755) != 0 || mkdir(folder, 0755) != 0 ? -1 : 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    char command[200];
    arena_free(&arena);
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", dir, dir);
    return system(command);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
