/* The rejects that a daemon keeps in its store. */
#include "lib/file.h"
#include "lib/reject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t ask(struct db *db, const char *sql)
{
    struct err err = {0};
    int64_t out = -1;
    assert_int_equal(db_get_int(db, &out, &err, sql, ""), 1);
    return out;
}

static void store(struct db *db, int64_t offset, int64_t bytes, const char *reason)
{
    struct err err = {0};
    struct wire_rejected r = {.stage = "index",
                              .reason = reason,
                              .attempts = 1,
                              .topic = "council.texts",
                              .partition = 1,
                              .offset = offset,
                              .bytes = bytes};
    assert_int_equal(reject_store(db, &r, false, SV_NULL, &err), 0);
}

static void a_place_is_one_reject_and_tells_what_is_there_now(void **state)
{
    (void)state;
    struct err why = {0};
    struct db *own;
    assert_int_equal(db_open(":memory:", DB_DATA, &own, &why), 0);
    assert_int_equal(reject_migrate(own, &why), 0);
    store(own, 7, 100, "invalid-event");
    store(own, 8, 100, "invalid-event");
    assert_int_equal(ask(own, "SELECT count(*) FROM reject"), 2);
    store(own, 7, 100, "misplaced"); /* only read again: nobody asked for an attempt */
    assert_int_equal(ask(own, "SELECT count(*) FROM reject"), 2);
    assert_int_equal(ask(own, "SELECT attempts FROM reject WHERE offset = 7"), 1);
    assert_int_equal(ask(own, "SELECT count(*) FROM reject WHERE reason = 'misplaced'"),
                     1);
    store(own, 7, 30, "invalid-event"); /* the topic was made anew */
    assert_int_equal(ask(own, "SELECT count(*) FROM reject"), 2);
    assert_int_equal(ask(own, "SELECT bytes FROM reject WHERE offset = 7"), 30);
    assert_int_equal(ask(own, "SELECT attempts FROM reject WHERE offset = 7"), 1);
    db_close(&own);
}

/* ---- those of a producer, with their bytes ---- */

static struct db *db;
static struct err err;
static struct arena arena;
static char dir[32];
static const char sha_a[] =
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static int set_up(void **state)
{
    (void)state;
    err_clear(&err);
    (void)snprintf(dir, sizeof dir, "/tmp/test_reject.XXXXXX");
    arena_init(&arena, 1 << 20);
    return mkdtemp(dir) && db_open(":memory:", DB_DATA, &db, &err) == 0 &&
                   reject_migrate(db, &err) == 0
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char path[64];
    db_close(&db);
    arena_free(&arena);
    (void)snprintf(path, sizeof path, "%s/rejected", dir);
    (void)rmdir(path);
    return rmdir(dir); /* nothing was left there */
}

static struct sv keep(const char *name, const char *bytes)
{
    char id[REJECT_ID];
    struct wire_rejected r = {.stage = "spool",
                              .reason = "binary",
                              .detail = SV("no text"),
                              .source = SV("/councilwire/spool/main"),
                              .name = sv_cstr(name),
                              .sha256 = sv_cstr(sha_a),
                              .bytes = 3,
                              .time_ms = 1000};
    assert_int_equal(reject_keep(dir, sha_a, sv_cstr(bytes), &err), 0);
    assert_int_equal(reject_store(db, &r, true, SV("text/plain"), &err), 0);
    reject_id(&r, id);
    return arena_copy(&arena, sv_cstr(id));
}

static bool are_kept(const char *bytes)
{
    AUTO(buf_free) struct buf b = {0};
    struct err none = {0};
    return reject_bytes(dir, sha_a, &b, &none) == 0 && sv_eq(buf_sv(&b), sv_cstr(bytes));
}

/* A store of an earlier version holds such ids. */
static void ids_are_those_of_earlier_versions(void **state)
{
    (void)state;
    char id[REJECT_ID];
    struct wire_rejected file = {.stage = "spool",
                                 .source = SV("/councilwire/spool/main"),
                                 .name = SV("a.bin"),
                                 .sha256 = sv_cstr(sha_a)};
    struct wire_rejected place = {.stage = "index",
                                  .source = SV("/councilwire/index"),
                                  .topic = "council.texts",
                                  .partition = 1,
                                  .offset = 7};
    memset(id, 'x', sizeof id);
    reject_id(&file, id);
    assert_string_equal(id, "b52738849adba1eb");
    reject_id(&place, id);
    assert_string_equal(id, "63e393ba248229cc");
}

static void bytes_go_with_the_last_that_has_them(void **state)
{
    (void)state;
    int64_t n = 0;
    struct sv a = keep("a.bin", "abc"), b = keep("b.bin", "abc");
    assert_false(sv_eq(a, b));
    assert_int_equal(reject_count(db, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_true(are_kept("abc"));
    assert_int_equal(reject_remove(db, dir, a, &err), 0);
    assert_true(are_kept("abc"));
    assert_int_equal(reject_remove(db, dir, a, &err), 0); /* no such one any more */
    assert_true(are_kept("abc"));
    assert_int_equal(reject_remove(db, dir, b, &err), 0);
    assert_false(are_kept("abc"));
    assert_int_equal(reject_count(db, &n, &err), 0);
    assert_int_equal(n, 0);
}

/* The next whose replay was asked for, or null. */
static struct sv asked(void)
{
    struct reject_row row = {0};
    int got = reject_asked(db, &arena, &row, &err);
    assert_in_range(got, 0, 1);
    if (got == 1) {
        assert_true(row.kept && sv_eq(row.sha256, sv_cstr(sha_a)));
        assert_true(sv_eq(row.source, SV("/councilwire/spool/main")));
        assert_true(sv_eq(row.name, SV("a.bin")));
        assert_true(sv_eq(row.media_type, SV("text/plain")));
    }
    return got ? row.id : SV_NULL;
}

static int serve(const char *method, const char *path, struct sv id, const char *behind,
                 struct buf *body)
{
    AUTO(buf_free) struct buf whole = {0};
    buf_addf(&whole, "%s" SV_FMT "%s", path, SV_ARG(id), behind);
    struct http_request q = {.method = sv_cstr(method), .path = buf_sv(&whole)};
    struct http_reply r = {.status = 200};
    int rc = reject_serve(db, dir, &q, &r, &err);
    buf_reset(body);
    buf_add_sv(body, buf_sv(&r.body));
    buf_free(&r.body);
    return rc == 0 ? r.status : -rc;
}

static void a_replay_is_under_way_once(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf body = {0};
    struct sv a = keep("a.bin", "abc");
    assert_null(asked().p);
    assert_int_equal(serve("POST", "/rejects/", a, "/replay", &body), 202);
    assert_true(sv_eq(asked(), a));
    assert_null(asked().p);
    assert_int_equal(reject_asked_again(db, a, &err), 0);
    assert_true(sv_eq(asked(), a));
    assert_int_equal(reject_migrate(db, &err), 0); /* a restart in the middle */
    assert_true(sv_eq(asked(), a));
    assert_int_equal(reject_not_asked(db, a, &err), 0);
    assert_int_equal(reject_migrate(db, &err), 0);
    assert_null(asked().p);
    assert_int_equal(serve("POST", "/rejects/", a, "/replay", &body), 202);
    assert_int_equal(reject_again(db, a, "too-large", "still", 2000, &err), 0);
    assert_null(asked().p);
    assert_int_equal(ask(db, "SELECT attempts FROM reject"), 2);
    assert_int_equal(ask(db, "SELECT time_ms FROM reject"), 2000);
    assert_int_equal(reject_remove(db, dir, a, &err), 0);
}

static void people_ask_by_id(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf body = {0};
    struct sv a = keep("a.bin", "abc"), none = SV("0000000000000000");
    assert_int_equal(serve("GET", "/rejects", SV(""), "", &body), 200);
    assert_int_equal(body.p[0], '[');
    assert_true(sv_find(buf_sv(&body), a) < body.n);
    assert_int_equal(serve("GET", "/rejects/", a, "", &body), 200);
    static const char *const says[] = {"\"stage\":\"spool\"",
                                       "\"reason\":\"binary\"",
                                       "\"attempts\":1",
                                       "\"bytes\":3",
                                       "\"kept\":true",
                                       "\"name\":\"a.bin\"",
                                       "\"time\":\"1970-01-01T00:00:01.000Z\""};
    for (size_t i = 0; i < ARRAY_LEN(says); i++)
        assert_true(sv_find(buf_sv(&body), sv_cstr(says[i])) < body.n);
    assert_true(sv_find(buf_sv(&body), SV("\"partition\"")) == SIZE_MAX);
    assert_int_equal(serve("GET", "/rejects/", none, "", &body), 404);
    assert_int_equal(serve("POST", "/rejects/", none, "/replay", &body), 404);
    assert_int_equal(serve("POST", "/rejects/", none, "/purge", &body), 404);
    assert_int_equal(serve("GET", "/rejects/", a, "/purge", &body), -1); /* not mine */
    assert_int_equal(serve("GET", "/rejects/", a, "/replay", &body), -1);
    assert_int_equal(serve("POST", "/rejects", SV(""), "", &body), -1);
    assert_int_equal(serve("GET", "/rejects", a, "", &body), -1);
    assert_int_equal(serve("GET", "/other/", a, "", &body), -1);
    assert_true(are_kept("abc"));
    assert_int_equal(serve("POST", "/rejects/", a, "/purge", &body), 200);
    assert_false(are_kept("abc"));
    assert_int_equal(serve("GET", "/rejects/", a, "", &body), 404);
}

static void a_store_that_fails_is_told(void **state)
{
    (void)state;
    int64_t n = 7;
    struct reject_row row;
    assert_int_equal(reject_count(db, &n, &err), 0);
    assert_int_equal(n, 0);
    assert_int_equal(db_exec(db, "DROP TABLE reject", &err), 0);
    assert_int_equal(reject_count(db, &n, &err), -1);
    err_clear(&err);
    assert_int_equal(reject_asked(db, &arena, &row, &err), -1);
    err_clear(&err);
    assert_int_equal(reject_remove(db, dir, SV("x"), &err), -1);
    err_clear(&err);
    assert_int_equal(reject_migrate(db, &err), -1);
    err_clear(&err);
    assert_int_equal(reject_keep("/proc/none", "0", SV("bytes"), &err),
                     -1); /* no such folder */
}

static void what_was_left_half_written_is_cleared(void **state)
{
    (void)state;
    char path[128];
    struct sv a = keep("a.bin", "abc");
    (void)snprintf(path, sizeof path, "%s/rejected/.%s.0123456789abcdef.tmp", dir, sha_a);
    assert_int_equal(file_replace(path, SV("ab"), 0600, &err), 0);
    reject_clear(dir);
    assert_int_equal(access(path, F_OK), -1);
    assert_true(are_kept("abc"));
    assert_int_equal(reject_remove(db, dir, a, &err), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_one_reject_and_tells_what_is_there_now),
        TEST(ids_are_those_of_earlier_versions),
        TEST(bytes_go_with_the_last_that_has_them),
        TEST(a_replay_is_under_way_once),
        TEST(people_ask_by_id),
        TEST(a_store_that_fails_is_told),
        TEST(what_was_left_half_written_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
