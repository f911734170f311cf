/* The rejects that a daemon keeps in its store. */
#include "lib/reject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

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
    struct err err = {0};
    struct db *db;
    assert_int_equal(db_open(":memory:", DB_DATA, &db, &err), 0);
    assert_int_equal(reject_migrate(db, &err), 0);
    store(db, 7, 100, "invalid-event");
    store(db, 8, 100, "invalid-event");
    assert_int_equal(ask(db, "SELECT count(*) FROM reject"), 2);
    store(db, 7, 100, "misplaced");
    assert_int_equal(ask(db, "SELECT count(*) FROM reject"), 2);
    assert_int_equal(ask(db, "SELECT attempts FROM reject WHERE offset = 7"), 2);
    assert_int_equal(ask(db, "SELECT count(*) FROM reject WHERE reason = 'misplaced'"),
                     1);
    store(db, 7, 30, "invalid-event"); /* the topic was made anew */
    assert_int_equal(ask(db, "SELECT count(*) FROM reject"), 2);
    assert_int_equal(ask(db, "SELECT bytes FROM reject WHERE offset = 7"), 30);
    assert_int_equal(ask(db, "SELECT attempts FROM reject WHERE offset = 7"), 1);
    db_close(&db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_one_reject_and_tells_what_is_there_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
