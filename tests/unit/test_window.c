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
    struct entry *a = add(11, "a", 2), *b = add(12, "b", 1);
    assert_int_equal(a->serial, 1); /* 0 is no document of the bus */
    assert_int_equal(a->token, 11);
    assert_int_equal(b->token, 12);
    assert_null(window_find(w, b->serial + 1));
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

static void one_that_was_passed_by_sends_later_versions_behind_it(void **state)
{
    (void)state;
    struct entry *before = add(1, "k", 1), *a = add(2, "k", 0), *same = add(3, "k", 1),
                 *other = add(4, "other", 1), *later = add(5, "k", 1);
    memset(before->text_sha256, '0', 64);
    memset(later->text_sha256, '1', 64);
    window_passed(w, a);
    assert_int_equal(before->verdict, VERDICT_OK);
    assert_int_equal(a->verdict, VERDICT_OK);
    assert_int_equal(same->verdict, VERDICT_OK); /* the same text stands there anyway */
    assert_int_equal(other->verdict, VERDICT_OK);
    assert_int_equal(later->verdict, VERDICT_RETRY);
    window_spread_retry(w, a);
    assert_int_equal(same->verdict, VERDICT_RETRY);
    assert_int_equal(before->verdict, VERDICT_OK);
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
    struct entry *b = add(2, "k", 2);
    entry_report(b, VERDICT_REJECT, "too large");
    entry_report(b, VERDICT_OK, NULL);
    assert_int_equal(b->verdict, VERDICT_REJECT);
    assert_string_equal(b->detail, "too large");
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

static void room_ends_with_the_bytes_too(void **state)
{
    (void)state;
    for (uint64_t turn = 0; turn < 3; turn++) {
        (void)window_add(w, turn, WINDOW_BYTES - 10);
        assert_true(window_room(w, 10));
        assert_false(window_room(w, 11));
        (void)window_add(w, turn, 10);
        assert_false(window_room(w, 1));
        window_pop(w);
        assert_true(window_room(w, WINDOW_BYTES - 10));
        assert_false(window_room(w, WINDOW_BYTES - 9));
        window_pop(w);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(documents_leave_in_token_order),
        TEST(retry_takes_later_versions_of_the_same_key_along),
        TEST(one_that_was_passed_by_sends_later_versions_behind_it),
        TEST(the_worst_report_decides),
        TEST(reports_for_documents_that_left_find_nothing),
        TEST(what_is_never_reported_is_retried),
        TEST(room_ends_and_comes_back),
        TEST(room_ends_with_the_bytes_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
