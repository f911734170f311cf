#include "lib/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct window *w;

static int set_up(void **state)
{
    (void)state;
    w = window_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    window_free(&w);
    return 0;
}

static struct entry *add(uint64_t token, const char *key, uint32_t records)
{
    struct entry *e = window_add(w, token, 100);
    struct sv k = sv_cstr(key);
    e->key = mem_copy(k.p, k.n);
    e->unsent = records;
    while (e->unsent > 0)
        entry_sent(e);
    return e;
}

static void documents_leave_in_token_order(void **state)
{
    (void)state;
    struct entry *a = add(1, "a", 2), *b = add(2, "b", 1);
    entry_report(b, VERDICT_OK, NULL);
    assert_true(entry_ready(b));
    assert_ptr_equal(window_head(w), a); /* b waits although it is ready */
    assert_false(entry_ready(a));
    entry_report(a, VERDICT_OK, NULL);
    entry_report(a, VERDICT_OK, NULL);
    assert_true(entry_ready(a));
    window_pop(w);
    assert_ptr_equal(window_head(w), b);
    assert_int_equal(window_docs(w), 1);
}

static void retry_takes_later_versions_of_the_same_key_along(void **state)
{
    (void)state;
    struct entry *a = add(1, "k", 1), *other = add(2, "other", 1), *b = add(3, "k", 1);
    entry_report(b, VERDICT_OK, NULL);
    entry_report(other, VERDICT_OK, NULL);
    entry_report(a, VERDICT_RETRY, "away");
    window_spread_retry(w, a);
    assert_int_equal(b->verdict, VERDICT_RETRY);
    assert_int_equal(other->verdict, VERDICT_OK);
}

static void the_worst_report_decides(void **state)
{
    (void)state;
    struct entry *a = add(1, "k", 3);
    entry_report(a, VERDICT_REJECT, "too large");
    entry_report(a, VERDICT_RETRY, "away");
    entry_report(a, VERDICT_OK, NULL);
    assert_int_equal(a->verdict, VERDICT_RETRY);
    assert_string_equal(a->detail, "away");
    assert_true(entry_ready(a));
}

static void reports_for_documents_that_left_find_nothing(void **state)
{
    (void)state;
    struct entry *a = add(1, "k", 1);
    uint64_t serial = a->serial;
    assert_ptr_equal(window_find(w, serial), a);
    window_pop(w);
    assert_null(window_find(w, serial));
    assert_null(window_find(w, serial + WINDOW_DOCS));
    assert_null(window_head(w));
}

static void what_is_never_reported_is_retried(void **state)
{
    (void)state;
    struct entry *a = add(1, "a", 2), *b = add(2, "b", 1), *c = add(3, "c", 1);
    entry_report(a, VERDICT_OK, NULL);
    entry_report(b, VERDICT_OK, NULL);
    window_lose(w, "gone");
    assert_true(entry_ready(a) && entry_ready(c));
    assert_int_equal(a->verdict, VERDICT_RETRY);
    assert_int_equal(b->verdict, VERDICT_OK); /* all of it was acknowledged */
    assert_int_equal(c->verdict, VERDICT_RETRY);
}

static void room_ends_and_comes_back(void **state)
{
    (void)state;
    size_t n = 0;
    while (window_room(w, 100)) {
        (void)add(n, "k", 0);
        n++;
    }
    assert_int_equal(n, WINDOW_DOCS);
    window_pop(w);
    assert_true(window_room(w, 100));
    assert_false(window_room(w, WINDOW_BYTES));
    while (window_head(w))
        window_pop(w);
    assert_true(window_room(w, 10 * (size_t)WINDOW_BYTES)); /* one large one, alone */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(documents_leave_in_token_order),
        TEST(retry_takes_later_versions_of_the_same_key_along),
        TEST(the_worst_report_decides),
        TEST(reports_for_documents_that_left_find_nothing),
        TEST(what_is_never_reported_is_retried),
        TEST(room_ends_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
