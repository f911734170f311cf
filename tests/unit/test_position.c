#include "lib/log_id.h"
#include "lib/position.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct db *db;
static struct err err;
static struct positions ps;
static const char *const topics[] = {"council.documents", "council.texts"};
static const int32_t partitions[] = {2, 3};

static int load(void)
{
    return positions_load(db, topics, partitions, 2, &ps, &err);
}

static int set_up(void **state)
{
    (void)state;
    err_clear(&err);
    if (db_open(":memory:", DB_DATA, &db, &err) < 0 || positions_migrate(db, &err) < 0 ||
        log_id_migrate(db, &err) < 0 || load() < 0)
        return -1;
    for (size_t i = 0; i < ps.n; i++)
        if (ps.v[i].stored || position_place(db, &ps.v[i], 1, 10, &err) < 0)
            return -1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    positions_free(&ps);
    db_close(&db);
    return 0;
}

static void what_was_stored_is_loaded(void **state)
{
    (void)state;
    assert_int_equal(ps.n, 5);
    struct position *p = positions_find(&ps, "council.texts", 2);
    assert_non_null(p);
    position_take(p, 41, SV("0123abcd"));
    assert_int_equal(positions_store(db, &ps, &err), 0);
    assert_int_equal(load(), 0);
    p = positions_find(&ps, "council.texts", 2);
    assert_int_equal(p->next, 42);
    assert_string_equal(p->last, "0123abcd");
    assert_int_equal(p->log, 1);
    assert_null(positions_find(&ps, "council.texts", 3));
    assert_null(positions_find(&ps, "council.decisions", 0));
}

/* The record of `p` at this offset was taken, and the batch committed. */
static void take(struct position *p, int64_t offset, struct sv id)
{
    assert_int_equal(db_begin(db, &err), 0);
    position_take(p, offset, id);
    assert_int_equal(positions_store(db, &ps, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    positions_stored(&ps);
}

static void the_first_one_is_like_the_others(void **state)
{
    (void)state;
    take(&ps.v[0], 10, SV("a"));
    take(&ps.v[0], 11, SV("b")); /* compared with what was stored last */
    assert_int_equal(load(), 0);
    assert_int_equal(ps.v[0].next, 12);
    assert_true(ps.v[0].stored);
    assert_string_equal(ps.v[0].topic, "council.documents");
    assert_int_equal(ps.v[1].next, 10);
    assert_string_equal(ps.v[1].last, "");
    assert_false(db_in_transaction(db));
}

static void partitions_that_came_later_are_not_stored(void **state)
{
    (void)state;
    static const int32_t more[] = {4, -1};
    assert_int_equal(positions_load(db, topics, more, 2, &ps, &err), 0);
    assert_int_equal(ps.n, 4);
    assert_true(ps.v[1].stored);
    assert_int_equal(ps.v[1].log, 1);
    assert_false(ps.v[2].stored);
    assert_int_equal(ps.v[2].next, 0);
    assert_int_equal(ps.v[3].partition, 3);
    assert_null(positions_find(&ps, topics[0], 4));
    assert_null(positions_find(&ps, topics[0], -1));
}

static void who_only_looks_sees_all_that_is_stored(void **state)
{
    (void)state;
    struct positions seen = {0};
    take(positions_find(&ps, "council.texts", 1), 10, SV("first"));
    assert_int_equal(positions_stored_ones(db, &seen, &err), 1);
    assert_int_equal(seen.n, 5);
    assert_string_equal(seen.v[0].topic, "council.documents");
    assert_string_equal(seen.v[3].topic, "council.texts");
    assert_int_equal(seen.v[3].partition, 1);
    assert_int_equal(seen.v[3].next, 11);
    assert_int_equal(seen.v[3].log, 1);
    assert_string_equal(seen.v[3].last, "first");
    positions_free(&seen);
    assert_int_equal(db_exec(db, "DELETE FROM position", &err), 0);
    assert_int_equal(positions_stored_ones(db, &seen, &err), 0);
    assert_int_equal(db_exec(db, "DROP TABLE position", &err), 0);
    assert_int_equal(positions_stored_ones(db, &seen, &err), 0);
    assert_int_equal(seen.n, 0);
    positions_free(&seen);
}

static void an_id_of_any_length_is_kept_as_far_as_there_is_room(void **state)
{
    (void)state;
    char id[2 * POSITION_LAST];
    memset(id, 'x', sizeof id);
    position_take(&ps.v[0], 10, (struct sv){id, sizeof id});
    assert_int_equal(sv_cstr(ps.v[0].last).n, POSITION_LAST - 1);
    position_take(&ps.v[0], 11, (struct sv){id, POSITION_LAST - 1});
    assert_int_equal(sv_cstr(ps.v[0].last).n, POSITION_LAST - 1);
    position_take(&ps.v[0], 12, (struct sv){id, POSITION_LAST - 2});
    assert_int_equal(sv_cstr(ps.v[0].last).n, POSITION_LAST - 2);
}

static void another_place_knows_nothing_of_the_one_before(void **state)
{
    (void)state;
    struct position *p = &ps.v[0];
    take(p, 10, SV("first"));
    p->verify = p->ended = true;
    p->told = p->mark;
    assert_int_equal(position_place(db, p, 2, 5, &err), 0);
    assert_false(p->verify);
    assert_false(p->ended);
    assert_true(p->stored);
    assert_string_equal(p->last, "");
    assert_string_equal(p->mark.id, "");
    assert_string_equal(p->told.id, "");
    assert_int_equal(p->from, 5);
    position_begin(p);
    assert_int_equal(p->from, 5);
    assert_false(p->verify);
    assert_null(position_expects(p, 4));
    assert_int_equal(load(), 0);
    assert_int_equal(ps.v[0].next, 5);
    assert_int_equal(ps.v[0].log, 2);
}

static void a_store_that_fails_is_told(void **state)
{
    (void)state;
    int64_t log = 0;
    struct positions seen = {0};
    take(&ps.v[0], 10, SV("first"));
    position_take(&ps.v[0], 11, SV("second"));
    ps.v[0].verify = false;
    position_tell(&ps.v[0]);
    position_proven(&ps.v[0]);
    assert_int_equal(db_exec(db, "DROP TABLE position_mark", &err), 0);
    assert_int_equal(positions_store_marks(db, &ps, &err), -1);
    assert_false(db_in_transaction(db));
    err_clear(&err);
    assert_int_equal(positions_store(db, &ps, &err), -1);
    err_clear(&err);
    assert_int_equal(db_exec(db, "DROP TABLE position; CREATE TABLE position (x)", &err),
                     0);
    assert_int_equal(positions_store(db, &ps, &err), -1);
    err_clear(&err);
    assert_int_equal(positions_next_log(db, "council.texts", &log, &err), -1);
    err_clear(&err);
    assert_int_equal(positions_stored_ones(db, &seen, &err), -1);
    assert_int_equal(seen.n, 0);
    err_clear(&err);
    assert_int_equal(position_place(db, &ps.v[0], 2, 0, &err), -1);
    assert_int_equal(ps.v[0].log, 1); /* untouched */
    err_clear(&err);
    assert_int_equal(load(), -1);
    assert_int_equal(ps.n, 5);
}

static void a_second_writer_is_noticed(void **state)
{
    (void)state;
    assert_int_equal(db_exec(db,
                             "UPDATE position SET next = 11 WHERE topic = 'council.texts'"
                             " AND partition = 1",
                             &err),
                     0);
    position_take(positions_find(&ps, "council.texts", 1), 20, SV("x"));
    assert_int_equal(positions_store(db, &ps, &err), -1);
    assert_int_equal(err.kind, ERR_FATAL);
    assert_non_null(strstr(err.text, "another instance"));
}

static void a_batch_that_was_rolled_back_is_forgotten(void **state)
{
    (void)state;
    struct position *p = positions_find(&ps, "council.documents", 0);
    assert_int_equal(db_begin(db, &err), 0);
    position_take(p, 99, SV("y"));
    assert_int_equal(positions_store(db, &ps, &err), 0);
    db_rollback(db);
    static const char *const topic[] = {"council.documents"};
    static const int32_t one[] = {1};
    assert_int_equal(positions_load(db, topic, one, 1, &ps, &err), 0);
    assert_int_equal(positions_find(&ps, topic[0], 0)->next, 10);
}

static void numbers_of_logs_rise_by_topic(void **state)
{
    (void)state;
    int64_t log = 0;
    assert_int_equal(positions_next_log(db, "council.texts", &log, &err), 0);
    assert_int_equal(log, 2);
    assert_int_equal(
        position_place(db, positions_find(&ps, "council.texts", 0), log, 0, &err), 0);
    assert_int_equal(positions_next_log(db, "council.texts", &log, &err), 0);
    assert_int_equal(log, 3);
    assert_int_equal(positions_next_log(db, "council.documents", &log, &err), 0);
    assert_int_equal(log, 2);
    assert_int_equal(positions_next_log(db, "council.rejects", &log, &err), 0);
    assert_int_equal(log, 1);
}

static struct position *loaded(void)
{
    assert_int_equal(load(), 0);
    struct position *p = positions_find(&ps, "council.texts", 1);
    position_begin(p);
    return p;
}

static void what_is_not_proven_is_looked_at_again(void **state)
{
    (void)state;
    struct position *p = loaded();
    assert_false(p->verify);
    take(p, 10, SV("first"));
    take(p, 11, SV("second"));
    take(p, 12, SV("third"));
    p = loaded(); /* nothing is proven: from the first that was taken */
    assert_true(p->verify);
    assert_int_equal(p->from, 10);
    assert_string_equal(position_expects(p, 10), "first");
    assert_null(position_expects(p, 11));
    assert_string_equal(position_expects(p, 12), "third");
    position_tell(p); /* not while it verifies */
    position_proven(p);
    assert_int_equal(p->mark.next, 11);
    p->verify = false;
    position_tell(p);
    take(p, 13, SV("fourth"));
    position_proven(p);
    assert_int_equal(positions_store_marks(db, &ps, &err), 0);
    p = loaded();
    assert_int_equal(p->from, 12);
    assert_string_equal(position_expects(p, 12), "third");
    assert_string_equal(position_expects(p, 13), "fourth");
}

static void marks_are_written_once_they_moved(void **state)
{
    (void)state;
    struct position *p = loaded();
    take(p, 10, SV("first"));
    take(p, 11, SV("second"));
    int64_t changes = db_total_changes(db);
    assert_int_equal(positions_store_marks(db, &ps, &err), 0);
    assert_int_equal(db_total_changes(db), changes); /* stored with the position */
    position_tell(p);
    position_proven(p);
    assert_int_equal(positions_store_marks(db, &ps, &err), 0);
    assert_int_equal(db_total_changes(db), changes + 1);
    assert_false(db_in_transaction(db));
    assert_int_equal(positions_store_marks(db, &ps, &err), 0);
    assert_int_equal(db_total_changes(db), changes + 1);
    p = loaded();
    assert_int_equal(p->from, 11);
    assert_true(p->verify);
}

static void a_mark_holds_while_its_record_can_be_there(void **state)
{
    (void)state;
    struct position *p = loaded();
    take(p, 10, SV("first"));
    take(p, 20, SV("last"));
    for (int64_t low = 9; low < 13; low++) {
        assert_int_equal(load(), 0);
        p = positions_find(&ps, "council.texts", 1);
        p->low = low;
        position_begin(p);
        assert_int_equal(p->from, low <= 10 ? 10 : 20);
        assert_true(p->verify);
    }
    assert_int_equal(load(), 0);
    p = positions_find(&ps, "council.texts", 1);
    p->low = 21; /* all that was read is gone */
    position_begin(p);
    assert_false(p->verify);
    assert_int_equal(p->from, 21);
}

static void a_mark_of_another_log_or_gone_is_none(void **state)
{
    (void)state;
    struct position *p = loaded();
    take(p, 10, SV("first"));
    take(p, 20, SV("last"));
    assert_int_equal(load(), 0);
    p = positions_find(&ps, "council.texts", 1);
    p->low = 15; /* retention took it: the last one is all there is */
    position_begin(p);
    assert_int_equal(p->from, 20);
    assert_int_equal(position_place(db, p, 2, 0, &err), 0);
    take(p, 30, SV("other"));
    p = loaded();
    assert_int_equal(p->from, 30);
}

static void a_store_without_marks_begins_at_the_last_record(void **state)
{
    (void)state;
    struct position *p = loaded();
    take(p, 10, SV("first"));
    take(p, 11, SV("second"));
    assert_int_equal(db_exec(db, "DELETE FROM position_mark", &err), 0);
    assert_int_equal(loaded()->from, 11);
}

static void so_much_is_not_read_again(void **state)
{
    (void)state;
    struct position *p = loaded();
    take(p, 10, SV("first"));
    take(p, 10000000, SV("last"));
    assert_int_equal(loaded()->from, 10000000);
}

/* What a broker lost are the last records: those are taken again, however far the mark is
 * behind. */
static void a_mark_that_is_far_behind_is_stepped_back_to_in_part(void **state)
{
    (void)state;
    struct position *p = loaded();
    int64_t log = p->log;
    take(p, 10, SV("first"));
    take(p, 10000000, SV("last"));
    assert_int_equal(position_step_back(db, p, &err), 1);
    assert_int_equal(p->next, 10000001 - 100000);
    assert_true(p->log > log);
    position_begin(p);
    assert_int_equal(p->from, p->next);
    assert_false(p->verify);
    assert_int_equal(loaded()->next, p->next);
}

static enum log_change compare(const char *now)
{
    enum log_change change = LOG_SAME;
    struct err local = {0};
    assert_int_equal(log_id_compare(db, now, "/state", &change, &local), 0);
    assert_int_equal(local.kind == ERR_FATAL, change == LOG_REFUSED);
    return change;
}

static void a_log_is_followed_or_refused(void **state)
{
    (void)state;
    static const char one[] = "councilwire-embedded-0000000000000001";
    static const char two[] = "councilwire-embedded-0000000000000002";
    assert_int_equal(compare(one), LOG_FIRST);
    assert_int_equal(log_id_store(db, one, &err), 0);
    assert_int_equal(compare(one), LOG_SAME);
    assert_int_equal(compare(two), LOG_ANOTHER);
    assert_int_equal(compare("kafka:x"), LOG_ANOTHER);
    assert_int_equal(log_id_store(db, "kafka:x", &err), 0);
    assert_int_equal(compare("kafka:x"), LOG_SAME);
    assert_int_equal(compare("kafka:y"), LOG_REFUSED);
    assert_int_equal(compare(one), LOG_REFUSED);
}

/* The broker may be another one since, with other records there. */
static void what_follows_the_mark_is_taken_again_as_newer(void **state)
{
    (void)state;
    struct position *p = &ps.v[0];
    take(p, 10, SV("a"));
    position_tell(p);
    position_proven(p);
    assert_int_equal(position_step_back(db, p, &err), 0); /* nothing follows it */
    assert_int_equal(p->log, 1);
    take(p, 11, SV("b"));
    take(p, 12, SV("c"));
    assert_int_equal(position_step_back(db, p, &err), 1);
    for (int i = 0; i < 2; i++) { /* also as it is stored */
        assert_int_equal(p->next, 11);
        assert_int_equal(p->stored_next, 11);
        assert_int_equal(p->log, 2);
        assert_string_equal(p->last, "a");
        assert_int_equal(p->mark.next, 11);
        assert_int_equal(position_step_back(db, p, &err), 0);
        position_begin(p);
        assert_int_equal(p->from, 10);
        assert_string_equal(position_expects(p, 10), "a");
        assert_int_equal(load(), 0);
        p = &ps.v[0];
    }
    assert_int_equal(ps.v[1].log, 1);
    take(p, 11, SV("b"));
    p->low = 11; /* the mark's record is gone: nothing can be compared */
    assert_int_equal(position_step_back(db, p, &err), 0);
    assert_int_equal(p->next, 12);
}

static void a_topic_with_other_partitions_is_known(void **state)
{
    (void)state;
    int64_t left = -1;
    assert_int_equal(positions_beyond(db, topics[1], 3, &err), 0);
    assert_int_equal(positions_beyond(db, topics[1], 2, &err), 1);
    take(&ps.v[4], 10, SV("a"));
    take(&ps.v[2], 10, SV("a"));
    assert_int_equal(positions_forget_beyond(db, topics[1], 2, &err), 0);
    assert_int_equal(positions_beyond(db, topics[1], 2, &err), 0);
    assert_int_equal(
        db_get_int(db, &left, &err,
                   "SELECT count(*) FROM position_mark WHERE topic = 'council.texts'",
                   ""),
        1);
    assert_int_equal(left, 1);
    assert_int_equal(positions_renumber(db, &ps, topics[1], 7, &err), 0);
    assert_int_equal(ps.v[2].log, 7);
    assert_int_equal(ps.v[1].log, 1);
    assert_int_equal(load(), 0);
    assert_int_equal(ps.v[2].log, 7);
    assert_int_equal(ps.v[2].mark.next, 11); /* it goes with its log */
    assert_int_equal(ps.v[1].log, 1);
    assert_false(ps.v[4].stored);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_stored_is_loaded),
        TEST(the_first_one_is_like_the_others),
        TEST(partitions_that_came_later_are_not_stored),
        TEST(who_only_looks_sees_all_that_is_stored),
        TEST(an_id_of_any_length_is_kept_as_far_as_there_is_room),
        TEST(another_place_knows_nothing_of_the_one_before),
        TEST(a_store_that_fails_is_told),
        TEST(a_second_writer_is_noticed),
        TEST(a_batch_that_was_rolled_back_is_forgotten),
        TEST(numbers_of_logs_rise_by_topic),
        TEST(what_is_not_proven_is_looked_at_again),
        TEST(marks_are_written_once_they_moved),
        TEST(a_mark_holds_while_its_record_can_be_there),
        TEST(a_mark_of_another_log_or_gone_is_none),
        TEST(a_store_without_marks_begins_at_the_last_record),
        TEST(so_much_is_not_read_again),
        TEST(a_mark_that_is_far_behind_is_stepped_back_to_in_part),
        TEST(what_follows_the_mark_is_taken_again_as_newer),
        TEST(a_topic_with_other_partitions_is_known),
        TEST(a_log_is_followed_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
