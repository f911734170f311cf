#include "lib/turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define KEY SV("ST-1-2020-INIT/en")
#define A   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct db *db;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    err_clear(&err);
    return db_open(":memory:", DB_DATA, &db, &err) == 0 && turn_migrate(db, &err) == 0
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    db_close(&db);
    return 0;
}

static struct turn take(const char *sha256, enum space space)
{
    struct turn t = {0};
    assert_int_equal(turn_take(db, KEY, sha256, space, false, &t, &err), 0);
    return t;
}

static void acknowledge(const char *sha256, uint64_t turn, enum space space,
                        bool withdrawn)
{
    assert_int_equal(turn_acknowledge(db, KEY, sha256, turn, space, withdrawn, &err), 0);
}

static void offered_again_is_the_same_turn_and_no_news(void **state)
{
    (void)state;
    struct turn t = take(A, SPACE_PUBLIC);
    assert_int_equal(t.turn, 0);
    assert_true(t.news);
    t = take(A, SPACE_PUBLIC); /* after a crash: not acknowledged yet */
    assert_int_equal(t.turn, 0);
    assert_true(t.news);
    acknowledge(A, 0, SPACE_PUBLIC, false);
    t = take(A, SPACE_PUBLIC);
    assert_int_equal(t.turn, 0);
    assert_false(t.news);
}

static void a_text_that_comes_back_is_news(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 3; round++) {
        struct turn a = take(A, SPACE_PUBLIC);
        assert_int_equal(a.turn, round);
        assert_true(a.news);
        acknowledge(A, a.turn, SPACE_PUBLIC, false);
        struct turn b = take(B, SPACE_PUBLIC);
        assert_int_equal(b.turn, round);
        assert_true(b.news);
        acknowledge(B, b.turn, SPACE_PUBLIC, false);
    }
}

static void a_retry_keeps_the_ids_of_both_versions(void **state)
{
    (void)state;
    (void)take(A, SPACE_PUBLIC);
    (void)take(B, SPACE_PUBLIC);
    assert_int_equal(take(A, SPACE_PUBLIC).turn, 0);
    assert_int_equal(take(B, SPACE_PUBLIC).turn, 0);
}

static void a_late_report_of_an_earlier_turn_acknowledges_nothing(void **state)
{
    (void)state;
    (void)take(A, SPACE_PUBLIC);
    acknowledge(A, 0, SPACE_PUBLIC, false);
    (void)take(B, SPACE_PUBLIC);
    acknowledge(B, 0, SPACE_PUBLIC, false);
    assert_int_equal(take(A, SPACE_PUBLIC).turn, 1);
    acknowledge(A, 0, SPACE_PUBLIC, false);
    assert_true(take(A, SPACE_PUBLIC).news);
}

static void another_space_withdraws_until_that_was_acknowledged(void **state)
{
    (void)state;
    assert_false(take(A, SPACE_LIMITE).withdraw);
    acknowledge(A, 0, SPACE_LIMITE, false);
    assert_true(take(B, SPACE_PUBLIC).withdraw);
    assert_true(take(B, SPACE_PUBLIC).withdraw); /* a crash in between */
    acknowledge(B, 0, SPACE_PUBLIC, true);
    assert_false(take(B, SPACE_PUBLIC).withdraw);
    assert_true(take(A, SPACE_LIMITE).withdraw); /* and back */
}

static void the_space_that_is_left_is_known(void **state)
{
    (void)state;
    (void)take(A, SPACE_LIMITE);
    assert_true(take(B, SPACE_PUBLIC).withdraw);
    acknowledge(B, 0, SPACE_PUBLIC, true);
    assert_true(take(A, SPACE_LIMITE).withdraw); /* it is on the public topics */
}

static void the_same_text_in_the_other_space_is_withdrawn_too(void **state)
{
    (void)state;
    assert_false(take(A, SPACE_PUBLIC).withdraw);
    assert_true(take(A, SPACE_LIMITE).withdraw);
    acknowledge(A, 0, SPACE_LIMITE, true);
    assert_true(take(A, SPACE_PUBLIC).withdraw);
    assert_true(take(A, SPACE_LIMITE).withdraw); /* a crash: both spaces hold it */
    assert_true(take(A, SPACE_PUBLIC).withdraw);
}

/* On another log, where a source offers all of its files once more. */
static void an_earlier_version_offered_again_stays_what_it_is(void **state)
{
    (void)state;
    struct turn t = {.withdraw = true};
    (void)take(A, SPACE_PUBLIC);
    acknowledge(A, 0, SPACE_PUBLIC, false);
    (void)take(B, SPACE_PUBLIC);
    acknowledge(B, 0, SPACE_PUBLIC, false);
    assert_int_equal(turn_take(db, KEY, A, SPACE_PUBLIC, true, &t, &err), 0);
    assert_true(t.past);
    assert_false(t.news || t.withdraw);
    assert_int_equal(t.turn, 0);
    acknowledge(A, 0, SPACE_PUBLIC, false);
    assert_int_equal(turn_take(db, KEY, B, SPACE_PUBLIC, true, &t, &err), 0);
    assert_false(t.past || t.news);
    assert_int_equal(t.turn, 0);
    t = take(A, SPACE_PUBLIC); /* it comes back, by itself */
    assert_false(t.past);
    assert_true(t.news);
    assert_int_equal(t.turn, 1);
    assert_int_equal(turn_take(db, KEY, A, SPACE_PUBLIC, true, &t, &err), 0);
    assert_false(t.past); /* not acknowledged yet */
}

static void a_store_that_fails_is_told(void **state)
{
    (void)state;
    static const char *const tables[] = {"DROP TABLE version_key", "DROP TABLE version"};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        struct err why = {0};
        struct turn out = {.turn = 7};
        assert_int_equal(db_exec(db, tables[i], &why), 0);
        assert_int_equal(turn_take(db, KEY, A, SPACE_PUBLIC, false, &out, &why), -1);
        assert_int_equal(out.turn, 7);
        err_clear(&why);
        assert_int_equal(turn_acknowledge(db, KEY, A, 0, SPACE_PUBLIC, true, &why), -1);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(offered_again_is_the_same_turn_and_no_news),
        TEST(a_text_that_comes_back_is_news),
        TEST(a_retry_keeps_the_ids_of_both_versions),
        TEST(a_late_report_of_an_earlier_turn_acknowledges_nothing),
        TEST(another_space_withdraws_until_that_was_acknowledged),
        TEST(the_space_that_is_left_is_known),
        TEST(the_same_text_in_the_other_space_is_withdrawn_too),
        TEST(an_earlier_version_offered_again_stays_what_it_is),
        TEST(a_store_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
