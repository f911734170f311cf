/* The folder source: what may happen between two of its steps. Each test is one window in
 * which a paper could be lost, or taken twice. */
#define _GNU_SOURCE
#include "spool_bench.h"

#include <sys/syscall.h>

/* ---- a file that changes at the very moment ---- */

/* Just before the source unlinks or renames this name, another file takes its place. */
static const char *swap_at;

static void swap(const char *name)
{
    if (!swap_at || strcmp(name, swap_at) != 0)
        return;
    swap_at = NULL;
    char target[128];
    snprintf(target, sizeof target, "%s/%s", folder, name);
    char aside[128];
    snprintf(aside, sizeof aside, "%s/aside", dir);
    FILE *f = fopen(aside, "w");
    assert_non_null(f);
    assert_true(fputs("newer", f) >= 0 && fclose(f) == 0);
    assert_int_equal(rename(aside, target), 0);
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* They stand before the C library's. */
int unlinkat(int fd, const char *path, int flags)
{
    swap(last_name(path));
    return (int)syscall(SYS_unlinkat, fd, path, flags);
}

int renameat2(int from, const char *path, int to, const char *name, unsigned flags)
{
    swap(last_name(path));
    return (int)syscall(SYS_renameat2, from, path, to, name, flags);
}

static void is_taken_after(const char *after)
{
    after_value = after;
    open_source(false);
    put("a.txt", "older");
    struct doc d = expect("a.txt");
    swap_at = "a.txt";
    done(&d, VERDICT_OK);
    assert_null(swap_at);
    d = take("a.txt");
    assert_true(sv_eq(d.original, SV("newer")));
    assert_int_equal(access(at("a.txt"), F_OK), -1);
    expect_nothing();
    close_source();
}

static void a_file_replaced_while_it_is_deleted_is_not_lost(void **state)
{
    (void)state;
    is_taken_after("delete");
}

static void a_file_replaced_while_it_is_moved_away_is_not_lost(void **state)
{
    (void)state;
    is_taken_after("move");
}

/* The name it has between the two steps of a deletion. */
static void a_kill_in_the_middle_of_a_deletion_leaves_nothing_behind(void **state)
{
    (void)state;
    after_value = "delete";
    put("a.txt", "A");
    pass(3000);
    open_source(false);
    take("a.txt");
    close_source();
    put(".councilwire-done-a.txt", "A");
    put(".councilwire-done-b.txt", "B"); /* whatever it is: it is looked at */
    open_source(false);
    struct doc d1 = {.text = SV_NULL}, d2 = {.text = SV_NULL};
    assert_true(next(&d1) && next(&d2));
    assert_true(d1.had_before != d2.had_before);
    done(&d1, VERDICT_OK);
    done(&d2, VERDICT_OK);
    expect_nothing();
    assert_int_equal(rmdir(folder), 0);
    close_source();
}

/* Two writes in one tick of the kernel's clock: same size, same times. */
static void a_second_write_within_one_tick_is_seen(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "A");
    take("a.txt");
    /* as if what was taken had been another content of the same stamp */
    assert_int_equal(db_run(db, &err, "UPDATE spool_file SET sha256 = 'another'", ""), 0);
    commit();
    int fd = open(at("a.txt"), O_WRONLY);
    assert_true(fd >= 0 && close(fd) == 0);
    take("a.txt");
    close_source();
}

static void nor_does_a_kill_hide_it(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "A");
    take("a.txt");
    assert_int_equal(db_run(db, &err, "UPDATE spool_file SET sha256 = 'another'", ""), 0);
    commit();
    kill_source();
    pass(3000);
    open_source(false);
    take("a.txt");
    rescan();
    expect_nothing();
    close_source();
}

/* ---- the process ends while a version is on its way ---- */

/* B may be on its topic already when the file is A again: the key must get A back. */
static void a_file_that_went_back_while_we_were_dead_is_offered(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    take("a.txt");
    put("a.txt", "B");
    expect("a.txt");
    commit(); /* B is sent from here on */
    kill_source();
    put("a.txt", "A");
    pass(3000);
    open_source(false);
    struct doc d = take("a.txt");
    assert_true(sv_eq(d.original, SV("A")));
    assert_true(d.had_before);
    expect_nothing();
    close_source();
}

static void the_same_where_another_file_took_its_place_and_left(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    take("a.txt");
    put("b.txt", "B");
    expect("b.txt");
    assert_int_equal(rename(at("b.txt"), at("a.txt")), 0);
    expect_nothing(); /* it is on its way, under its new name */
    commit();
    kill_source();
    put("a.txt", "A");
    pass(3000);
    open_source(false);
    assert_true(take("a.txt").had_before);
    close_source();
}

/* The key may hold another text by now: whether this is news is the skeleton's to say. */
static void
the_same_bytes_in_a_new_file_are_offered_though_the_old_one_is_gone(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    take("a.txt");
    put("b.txt", "B");
    take("b.txt");
    assert_int_equal(unlink(at("a.txt")), 0);
    put("c.txt", "A");
    assert_true(take("c.txt").had_before);
    expect_nothing();
    close_source();
}

/* ---- copies ---- */

static void
a_copy_is_offered_when_the_first_one_vanished_before_it_was_delivered(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "A");
    struct doc a = expect("a.txt");
    put("b.txt", "A");
    expect_nothing();
    assert_int_equal(unlink(at("a.txt")), 0);
    done(&a, VERDICT_RETRY);
    int64_t before = monotonic;
    take("b.txt");
    assert_int_equal(before, monotonic); /* without waiting for a scan */
    expect_nothing();
    close_source();
}

/* Of thousands of the same bytes the few copies are found, and one that was taken,
 * without a look at each of the others: it was done again for each, and took hours. */
static void thousands_of_the_same_bytes_are_no_burden(void **state)
{
    (void)state;
    enum { SAME = 20000 }; /* a look at each is more than db_time_limit lets pass */
    char sha[HASH_HEX + 1];
    struct buf sql = {0};
    hash_sha256_hex(SV("A"), sha);
    open_source(false);
    expect_nothing();
    buf_addf(&sql,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<%d) "
             "INSERT INTO spool_file SELECT CAST('/a/' || i AS BLOB), 1, '%s', "
             "0, 0, 1, 0, 0, 1 FROM n",
             SAME, sha);
    assert_int_equal(db_exec(db, sql.p, &err), 0);
    put("a.txt", "A");
    struct doc d;
    db_time_limit(db, 1);
    pass(1000);
    assert_true(next(&d));
    put("b.txt", "A");
    pass(3000);
    expect_nothing(); /* a copy of one that is in flight */
    done(&d, VERDICT_OK);
    db_time_limit(db, 0);
    int64_t left = -1;
    assert_int_equal(
        db_get_int(db, &left, &err, "SELECT count(*) FROM spool_file WHERE state=3", ""),
        1);
    assert_int_equal(left, 0);
    close_source();
    buf_free(&sql);
}

/* They were looked at again and again, and one of them went away each time. */
static void many_copies_go_away_with_the_first(void **state)
{
    (void)state;
    enum { COPIES = 1000 };
    char name[32];
    after_value = "move";
    for (int i = 0; i < COPIES; i++) {
        snprintf(name, sizeof name, "%d.txt", i);
        put(name, "A");
    }
    pass(3000);
    open_source(false);
    struct doc d;
    int offered = 1;
    assert_true(next(&d));
    expect_nothing(); /* all others are its copies */
    done(&d, VERDICT_OK);
    for (; next(&d); offered++)
        done(&d, VERDICT_OK);
    assert_in_range(offered, 1, 10);
    for (int i = 0; i < COPIES; i++) {
        snprintf(name, sizeof name, "%d.txt", i);
        assert_int_equal(access(at(name), F_OK), -1);
        snprintf(name, sizeof name, ".done/%d.txt", i);
        assert_int_equal(access(at(name), F_OK), 0);
    }
    close_source();
}

static void a_copy_that_changed_meanwhile_does_not_go_away(void **state)
{
    (void)state;
    after_value = "delete";
    put("a.txt", "A");
    put("b.txt", "A");
    pass(3000);
    open_source(false);
    struct doc a;
    assert_true(next(&a));
    const char *copy = sv_eq(a.name, SV("a.txt")) ? "b.txt" : "a.txt";
    expect_nothing();
    put(copy, "B");
    done(&a, VERDICT_OK);
    assert_int_equal(access(at(copy), F_OK), 0);
    assert_true(sv_eq(take(copy).original, SV("B")));
    close_source();
}

/* Each waited for the one before it, and for a scan. */
static void copies_of_a_reject_are_refused_together(void **state)
{
    (void)state;
    enum { COPIES = 600, AT_ONCE = 64 };
    char name[32];
    for (int i = 0; i < COPIES; i++) {
        snprintf(name, sizeof name, "%d.txt", i);
        put(name, "bad");
    }
    pass(3000);
    open_source(false);
    struct doc first, d[AT_ONCE];
    assert_true(next(&first));
    expect_nothing();
    done(&first, VERDICT_REJECT);
    int refused = 1, n = 1;
    for (; n > 0; refused += n) {
        for (n = 0; n < AT_ONCE && next(&d[n]); n++)
            ;
        if (refused == 1)
            assert_int_equal(n, AT_ONCE);
        for (int i = 0; i < n; i++)
            done(&d[i], VERDICT_REJECT);
    }
    assert_int_equal(refused, COPIES);
    rescan();
    expect_nothing();
    close_source();
}

/* What was read of a file to see that it is known is given back. */
static void the_bytes_of_known_files_do_not_pile_up(void **state)
{
    (void)state;
    enum { FILES = 30, BYTES = 100000 };
    static char text[BYTES + 1];
    char name[32];
    memset(text, 'x', BYTES);
    open_source(false);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "%d.txt", i);
        text[0] = (char)(i + 1);
        put(name, text);
        take(name);
    }
    for (int turn = 0; turn < 3; turn++) {
        arena_reset(&arena);
        for (int i = 0; i < FILES; i++) {
            snprintf(name, sizeof name, "%d.txt", i);
            assert_int_equal(utimensat(AT_FDCWD, at(name), NULL, 0), 0);
        }
        rescan();
        for (int i = 0; i < 3 * FILES; i++) {
            struct doc d;
            assert_int_equal(producer_self.next(ctx, &arena, &d, &err), 0);
            assert_in_range(arena.used, 0, 2 * BYTES);
        }
    }
    close_source();
}

static void a_copy_that_changed_meanwhile_is_taken_for_itself(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "A");
    struct doc a = expect("a.txt");
    put("b.txt", "A");
    expect_nothing();
    put("b.txt", "B");
    struct doc b = expect("b.txt");
    done(&a, VERDICT_OK);
    commit();
    kill_source(); /* b was not delivered */
    (void)b;
    pass(3000);
    open_source(false);
    b = take("b.txt");
    assert_true(sv_eq(b.original, SV("B")));
    expect_nothing();
    close_source();
}

/* ---- what could not be read ---- */

static void what_could_not_be_read_is_tried_again_by_each_scan(void **state)
{
    (void)state;
    put("a.txt", "A");
    pass(3000);
    open_source(false);
    take("a.txt");
    expect_nothing();
    /* as it is remembered after an error of the disk, or of rights that changed elsewhere
     */
    assert_int_equal(db_run(db, &err, "UPDATE spool_file SET state = 4", ""), 0);
    assert_int_equal(db_run(db, &err, "DELETE FROM spool_content", ""), 0);
    rescan();
    take("a.txt");
    rescan();
    expect_nothing();
    close_source();
}

/* ---- folders ---- */

static void a_watched_folder_that_is_made_anew_is_found_soon(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "A");
    take("a.txt");
    assert_int_equal(unlink(at("a.txt")), 0);
    assert_int_equal(rmdir(folder), 0);
    expect_nothing();
    assert_int_equal(mkdir(folder, 0755), 0);
    put("b.txt", "B");
    int64_t before = monotonic;
    struct doc d;
    bool found = false;
    while (!found && monotonic - before < 60000) {
        found = next(&d);
        if (!found)
            pass(1000);
    }
    assert_true(found);
    done(&d, VERDICT_OK);
    put("c.txt", "C"); /* and it is watched */
    before = monotonic;
    take("c.txt");
    assert_int_equal(before, monotonic);
    close_source();
}

int main(void)
{
    clock_set(wall_ms, monotonic_ms);
    const struct CMUnitTest tests[] = {
        TEST(a_file_replaced_while_it_is_deleted_is_not_lost),
        TEST(a_file_replaced_while_it_is_moved_away_is_not_lost),
        TEST(a_kill_in_the_middle_of_a_deletion_leaves_nothing_behind),
        TEST(a_second_write_within_one_tick_is_seen),
        TEST(nor_does_a_kill_hide_it),
        TEST(a_file_that_went_back_while_we_were_dead_is_offered),
        TEST(the_same_where_another_file_took_its_place_and_left),
        TEST(the_same_bytes_in_a_new_file_are_offered_though_the_old_one_is_gone),
        TEST(a_copy_is_offered_when_the_first_one_vanished_before_it_was_delivered),
        TEST(thousands_of_the_same_bytes_are_no_burden),
        TEST(many_copies_go_away_with_the_first),
        TEST(a_copy_that_changed_meanwhile_does_not_go_away),
        TEST(copies_of_a_reject_are_refused_together),
        TEST(the_bytes_of_known_files_do_not_pile_up),
        TEST(a_copy_that_changed_meanwhile_is_taken_for_itself),
        TEST(what_could_not_be_read_is_tried_again_by_each_scan),
        TEST(a_watched_folder_that_is_made_anew_is_found_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
