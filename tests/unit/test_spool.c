/* The folder source: what it offers, in which order, and once. */
#define _GNU_SOURCE
#include "spool_bench.h"

#include <limits.h>

/* ---- what the scan finds ---- */

static void finds_what_lies_there_and_takes_it_once(void **state)
{
    (void)state;
    put("a.txt", "one");
    make_dir("sub");
    make_dir("sub/deeper");
    put("sub/deeper/b.txt", "two");
    put(".hidden", "x");
    put("c.part", "x");
    put("d.tmp", "x");
    make_dir(".dot");
    put(".dot/e.txt", "x");
    pass(3000);
    open_source(false);
    struct doc d1, d2;
    assert_true(next(&d1));
    assert_true(next(&d2));
    const struct doc *a = d1.name.p[0] == 'a' ? &d1 : &d2, *b = a == &d1 ? &d2 : &d1;
    char expected[512], sha[HASH_HEX + 1];
    assert_true(sv_eq(a->name, SV("a.txt")));
    assert_true(sv_eq(a->original, SV("one")));
    assert_true(sv_eq(b->name, SV("sub/deeper/b.txt")));
    snprintf(expected, sizeof expected, "file://%s/sub/deeper/b.txt", folder);
    assert_true(sv_eq(b->uri, sv_cstr(expected)));
    assert_true(sv_eq(b->source, SV("/councilwire/spool/test")));
    hash_sha256_hex(SV("two"), sha);
    assert_string_equal(b->original_sha256, sha);
    assert_false(a->had_before);
    done(&d1, VERDICT_OK);
    done(&d2, VERDICT_OK);
    expect_nothing();
    rescan();
    expect_nothing();
    close_source();
    open_source(false);
    expect_nothing();
    close_source();
}

/* It was read while it came, and not at the next start. */
static void a_tree_is_read_however_deep_it_is(void **state)
{
    (void)state;
    enum { DEEP = 150 };
    struct buf path = {0};
    for (int i = 1; i <= DEEP; i++) {
        buf_addf(&path, "%sd", i > 1 ? "/" : "");
        make_dir(path.p);
    }
    buf_addf(&path, "/a.txt");
    put(path.p, "one");
    put("d/d/b.txt", "two");
    open_source(false);
    take("d/d/b.txt");
    take(path.p);
    expect_nothing();
    rescan();
    expect_nothing();
    close_source();
    buf_free(&path);
}

static void a_found_file_rests_while_it_is_written(void **state)
{
    (void)state;
    FILE *f = fopen(at("a.txt"), "w");
    assert_non_null(f);
    assert_true(fputs("half", f) >= 0 && fflush(f) == 0);
    open_source(false);
    struct doc d;
    for (int i = 0; i < 20; i++)
        assert_int_equal(producer_self.next(ctx, &arena, &d, &err), 0);
    assert_false(producer_self.quiet(ctx));
    struct pollfd v[1];
    int64_t wait = -1;
    assert_int_equal(producer_self.fds(ctx, v, 1, &wait), 1);
    assert_in_range(wait, 1, 2000);
    pass(wait);
    take("a.txt"); /* nothing was written for a while */
    expect_nothing();
    assert_true(fputs(" and half", f) >= 0 && fclose(f) == 0);
    take("a.txt");
    close_source();
}

static void a_found_file_that_nobody_writes_is_taken_at_once(void **state)
{
    (void)state;
    put("a.txt", "one");
    open_source(false);
    int64_t before = monotonic;
    take("a.txt");
    assert_int_equal(before, monotonic);
    close_source();
}

static void a_time_in_the_future_is_no_obstacle(void **state)
{
    (void)state;
    put("a.txt", "one");
    struct timespec t[2] = {{time(NULL) + 86400, 0}, {time(NULL) + 86400, 0}};
    assert_int_equal(utimensat(AT_FDCWD, at("a.txt"), t, 0), 0);
    pass(3000);
    open_source(false);
    take("a.txt");
    close_source();
}

/* ---- what inotify tells ---- */

static void a_closed_or_moved_in_file_is_taken_at_once(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    int64_t before = monotonic;
    put("a.txt", "one");
    take("a.txt");
    put(".b.txt.part", "two");
    assert_int_equal(rename(at(".b.txt.part"), at("b.txt")), 0);
    take("b.txt");
    assert_int_equal(link(at(".."), at("nothing")), -1);
    expect_nothing();
    assert_int_equal(before, monotonic); /* nothing had to wait */
    close_source();
}

static void an_open_file_is_left_alone(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    FILE *f = fopen(at("a.txt"), "w");
    assert_non_null(f);
    assert_true(fputs("half", f) >= 0 && fflush(f) == 0);
    expect_nothing();
    assert_true(fputs(" and half", f) >= 0 && fclose(f) == 0);
    struct doc d = take("a.txt");
    assert_true(sv_eq(d.original, SV("half and half")));
    close_source();
}

/* Made without a name, which it gets once it is whole: of its end nothing is told. */
static void a_file_that_got_its_name_at_last_is_taken(void **state)
{
    (void)state;
    char from[40];
    open_source(false);
    expect_nothing();
    int fd = open(folder, O_TMPFILE | O_RDWR, 0644);
    if (fd < 0) /* not on this file system */
        skip();
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    assert_int_equal(write(fd, "one", 3), 3);
    assert_int_equal(linkat(AT_FDCWD, from, AT_FDCWD, at("a.txt"), AT_SYMLINK_FOLLOW), 0);
    assert_int_equal(write(fd, "two", 3), 3);
    expect_nothing();
    pass(300);
    expect_nothing(); /* it is still being written */
    assert_int_equal(close(fd), 0);
    pass(2000);
    struct doc d = take("a.txt");
    assert_true(sv_eq(d.original, SV("onetwo")));
    assert_int_equal(mknod(at("b.txt"), S_IFREG | 0644, 0), 0);
    expect_nothing();
    pass(300);
    expect_reject("b.txt", "empty");
    pass(2000);
    expect_nothing();
    close_source();
}

/* As the kernel shows one that is being cut to be written anew. */
static void a_file_without_bytes_is_looked_at_twice(void **state)
{
    (void)state;
    struct doc d;
    put("a.txt", "");
    put("b.txt", "");
    pass(3000);
    open_source(false);
    for (int i = 0; i < 20; i++)
        assert_int_equal(producer_self.next(ctx, &arena, &d, &err), 0);
    put("a.txt", "one");
    take("a.txt");
    expect_reject("b.txt", "empty");
    expect_nothing();
    close_source();
}

static void new_folders_are_watched_and_read(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    make_dir("sub");
    put("sub/early.txt", "one"); /* before the watch is there */
    take("sub/early.txt");
    int64_t before = monotonic;
    put("sub/later.txt", "two");
    take("sub/later.txt");
    assert_int_equal(before, monotonic);
    assert_int_equal(rename(at("sub"), at("renamed")), 0);
    expect_nothing(); /* moved files are known */
    put("renamed/third.txt", "three");
    take("renamed/third.txt");
    close_source();
}

/* What came while nobody was there: of several files of one paper the one that was
 * written last is its latest version, whatever the folder's own order. */
static void what_lies_there_is_taken_oldest_first(void **state)
{
    (void)state;
    enum { FILES = 100 };
    char name[16], text[16];
    for (int i = 0; i < FILES; i++) {
        struct timespec t[2] = {{1000000, 0}, {1000000 + (i * 37) % FILES, 0}};
        snprintf(name, sizeof name, "%d.txt", i);
        snprintf(text, sizeof text, "text %d", i);
        put(name, text);
        assert_int_equal(utimensat(AT_FDCWD, at(name), t, 0), 0);
    }
    pass(3000);
    open_source(false);
    for (int age = 0; age < FILES; age++)
        for (int i = 0; i < FILES; i++)
            if ((i * 37) % FILES == age) {
                snprintf(name, sizeof name, "%d.txt", i);
                take(name);
            }
    expect_nothing();
    close_source();
}

static void names_of_any_bytes_are_taken(void **state)
{
    (void)state;
    static const char *const names[] = {"with blank.txt", "new\nline.txt", "\xff\xfe.txt",
                                        "quote\".txt", "per%cent.txt"};
    open_source(false);
    expect_nothing();
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char text[8];
        snprintf(text, sizeof text, "%zu", i);
        put(names[i], text);
        struct doc d = take(names[i]);
        assert_null(memchr(d.uri.p, ' ', d.uri.n));
        assert_null(memchr(d.uri.p, '\n', d.uri.n));
        assert_null(memchr(d.uri.p, '\xff', d.uri.n));
    }
    struct doc d;
    put("x\xc3\xa9 %.txt", "last");
    assert_true(next(&d));
    assert_non_null(strstr(d.uri.p, "/x%C3%A9%20%25.txt"));
    done(&d, VERDICT_OK);
    rescan();
    expect_nothing();
    close_source();
}

/* ---- new, changed, moved, known ---- */

static void a_changed_file_is_offered_and_a_touched_one_is_not(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "A");
    assert_false(take("a.txt").had_before);
    put("a.txt", "A");
    expect_nothing();
    assert_int_equal(chmod(at("a.txt"), 0600), 0);
    rescan();
    expect_nothing();
    put("a.txt", "B");
    assert_false(take("a.txt").had_before);
    put("a.txt", "A"); /* back to an earlier state: the skeleton says that it is news */
    assert_true(take("a.txt").had_before);
    close_source();
}

static void a_change_at_the_same_size_and_time_is_seen(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    take("a.txt");
    struct stat st;
    assert_int_equal(stat(at("a.txt"), &st), 0);
    close_source();
    put("a.txt", "B");
    struct timespec t[2] = {st.st_atim, st.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, at("a.txt"), t, 0), 0);
    pass(3000);
    open_source(false);
    struct doc d = take("a.txt");
    assert_true(sv_eq(d.original, SV("B")));
    close_source();
}

static void a_moved_file_is_known(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    take("a.txt");
    assert_int_equal(rename(at("a.txt"), at("b.txt")), 0);
    expect_nothing();
    close_source();
    make_dir("sub");
    assert_int_equal(rename(at("b.txt"), at("sub/c.txt")), 0);
    open_source(false);
    expect_nothing();
    put("sub/c.txt", "C"); /* its new place is remembered */
    take("sub/c.txt");
    close_source();
}

static void a_copy_is_offered_as_had_before(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    take("a.txt");
    put("b.txt", "A");
    assert_true(take("b.txt").had_before);
    assert_int_equal(unlink(at("a.txt")), 0);
    assert_int_equal(unlink(at("b.txt")), 0);
    rescan();
    expect_nothing();
    put("c.txt", "A"); /* forgotten path, remembered content */
    assert_true(take("c.txt").had_before);
    close_source();
}

static void copies_in_flight_share_one_fate(void **state)
{
    (void)state;
    char name[32];
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "copy%d.txt", i);
        put(name, "same");
    }
    pass(3000);
    open_source(false);
    struct doc d;
    assert_true(next(&d));
    expect_nothing(); /* one of fifty */
    done(&d, VERDICT_OK);
    rescan();
    expect_nothing();
    close_source();
    open_source(false);
    expect_nothing();
    close_source();
}

static void copies_of_a_reject_are_refused_in_their_own_names(void **state)
{
    (void)state;
    put("a.txt", "bad");
    put("b.txt", "bad");
    pass(3000);
    open_source(false);
    struct doc d;
    assert_true(next(&d));
    expect_nothing();
    done(&d, VERDICT_REJECT);
    assert_true(next(&d));
    done(&d, VERDICT_REJECT);
    expect_nothing();
    close_source();
}

static void moved_while_in_flight(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    struct doc d = expect("a.txt");
    assert_int_equal(rename(at("a.txt"), at("b.txt")), 0);
    expect_nothing();
    done(&d, VERDICT_OK);
    expect_nothing();
    put("b.txt", "A");
    expect_nothing();
    close_source();
}

static void versions_in_flight_keep_their_order(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    struct doc a = expect("a.txt");
    put("a.txt", "B");
    struct doc b = expect("a.txt");
    put("a.txt", "A"); /* is news although "A" is in flight */
    struct doc c = expect("a.txt");
    assert_true(a.token < b.token && b.token < c.token);
    assert_true(sv_eq(c.original, SV("A")));
    done(&a, VERDICT_OK);
    done(&b, VERDICT_OK);
    done(&c, VERDICT_OK);
    rescan();
    expect_nothing();
    close_source();
}

/* ---- delivery ---- */

static void retry_offers_again_in_order(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "1");
    struct doc a = expect("a.txt");
    put("b.txt", "2");
    struct doc b = expect("b.txt");
    put("c.txt", "3");
    struct doc c = expect("c.txt");
    put("d.txt", "4"); /* told, not yet offered */
    producer_self.done(ctx, a.token, VERDICT_RETRY);
    producer_self.done(ctx, b.token, VERDICT_OK);
    producer_self.done(ctx, c.token, VERDICT_RETRY);
    take("a.txt");
    take("c.txt");
    take("d.txt");
    expect_nothing();
    close_source();
}

static void what_was_not_acknowledged_is_offered_after_a_kill(void **state)
{
    (void)state;
    put("a.txt", "1");
    pass(3000);
    open_source(false);
    expect("a.txt");
    kill_source();
    open_source(false);
    struct doc d = expect("a.txt");
    producer_self.done(ctx, d.token, VERDICT_OK); /* not committed */
    kill_source();
    open_source(false);
    take("a.txt");
    kill_source();
    open_source(false);
    expect_nothing();
    close_source();
}

static void another_log_gets_everything_again(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "1");
    take("a.txt");
    put("empty.txt", "");
    expect_reject("empty.txt", "empty");
    close_source();
    open_source(true);
    struct doc d1, d2;
    assert_true(next(&d1));
    assert_true(next(&d2));
    assert_false(d1.had_before || d2.had_before);
    done(&d1, d1.reject_reason ? VERDICT_REJECT : VERDICT_OK);
    done(&d2, d2.reject_reason ? VERDICT_REJECT : VERDICT_OK);
    expect_nothing();
    close_source();
    assert_int_equal(rename(at("a.txt"), at("b.txt")), 0);
    open_source(true);
    assert_true(next(&d1));
    assert_true(next(&d2));
    assert_false(d1.had_before || d2.had_before);
    close_source();
}

/* ---- rejects ---- */

static void what_is_no_file_is_refused_unread_and_once(void **state)
{
    (void)state;
    char outside[128];
    snprintf(outside, sizeof outside, "%s/secret", dir);
    FILE *f = fopen(outside, "w");
    assert_non_null(f);
    assert_true(fputs("secret", f) >= 0 && fclose(f) == 0);
    open_source(false);
    expect_nothing();
    assert_int_equal(symlink(outside, at("link.txt")), 0);
    expect_reject("link.txt", "not-a-file");
    assert_int_equal(mkfifo(at("pipe.txt"), 0644), 0);
    expect_reject("pipe.txt", "not-a-file");
    assert_int_equal(symlink(dir, at("folder")), 0);
    expect_reject("folder", "not-a-file");
    if (mknod(at("device.txt"), S_IFCHR | 0644, makedev(1, 3)) == 0)
        expect_reject("device.txt", "not-a-file");
    rescan();
    expect_nothing();
    close_source();
    open_source(false);
    expect_nothing();
    close_source();
}

static void empty_and_too_large_files_are_refused(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("empty.txt", "");
    struct doc e = expect_reject("empty.txt", "empty"); /* after it rested */
    char sha[HASH_HEX + 1];
    hash_sha256_hex(SV(""), sha);
    assert_string_equal(e.original_sha256, sha);
    put("large.txt", "x");
    assert_int_equal(truncate(at("large.txt"), 64 * 1024 * 1024 + 1), 0);
    expect_reject("large.txt", "too-large");
    rescan();
    expect_nothing();
    put("empty.txt", "no longer");
    take("empty.txt");
    close_source();
}

static void a_touched_file_that_is_filled_later_is_not_refused(void **state)
{
    (void)state;
    open_source(false);
    expect_nothing();
    put("a.txt", "");
    struct doc d;
    assert_int_equal(producer_self.next(ctx, &arena, &d, &err), 0);
    put("a.txt", "text");
    take("a.txt");
    expect_nothing();
    close_source();
}

static void an_unreadable_file_is_refused_until_it_can_be_read(void **state)
{
    (void)state;
    bool root = geteuid() == 0; /* who reads everything */
    if (root) {
        assert_int_equal(chown(dir, 65534, 65534) | chown(state_dir, 65534, 65534) |
                             chown(folder, 65534, 65534),
                         0);
        assert_int_equal(seteuid(65534), 0);
    }
    open_source(false);
    put("a.txt", "text");
    assert_int_equal(chmod(at("a.txt"), 0), 0);
    expect_reject("a.txt", "unreadable");
    rescan();
    expect_nothing();
    assert_int_equal(chmod(at("a.txt"), 0644), 0);
    rescan();
    take("a.txt");
    close_source();
    if (root)
        assert_int_equal(seteuid(0), 0);
}

static void a_rejected_file_stays_whatever_comes_after(void **state)
{
    (void)state;
    after_value = "delete";
    open_source(false);
    put("a.txt", "bad");
    struct doc d = expect("a.txt");
    done(&d, VERDICT_REJECT);
    assert_int_equal(access(at("a.txt"), F_OK), 0);
    rescan();
    expect_nothing();
    put("a.txt", "good");
    take("a.txt");
    assert_int_equal(access(at("a.txt"), F_OK), -1);
    close_source();
}

/* ---- after ---- */

static void moves_taken_files_and_keeps_their_folders(void **state)
{
    (void)state;
    after_value = "move";
    open_source(false);
    make_dir("sub");
    put("sub/a.txt", "one");
    take("sub/a.txt");
    assert_int_equal(access(at("sub/a.txt"), F_OK), -1);
    assert_int_equal(access(at(".done/sub/a.txt"), F_OK), 0);
    put("sub/a.txt", "two");
    take("sub/a.txt");
    assert_int_equal(access(at("sub/a.txt"), F_OK), -1);
    put("sub/a.txt", "one");
    assert_true(take("sub/a.txt").had_before);
    assert_int_equal(access(at("sub/a.txt"), F_OK), -1);
    struct buf b = {0};
    assert_int_equal(file_read(at(".done/sub/a.txt"), 10, &b, &err), 0);
    assert_string_equal(b.p, "one"); /* the first one was not overwritten */
    buf_free(&b);
    expect_nothing();
    close_source();
}

static void a_done_folder_inside_the_watched_one_is_not_read(void **state)
{
    (void)state;
    char done_folder[128];
    snprintf(done_folder, sizeof done_folder, "%s/finished", folder);
    after_value = "move";
    done_value = done_folder;
    open_source(false);
    put("a.txt", "one");
    take("a.txt");
    assert_int_equal(access(at("finished/a.txt"), F_OK), 0);
    expect_nothing();
    rescan();
    expect_nothing();
    close_source();
}

static void a_file_that_changed_meanwhile_is_not_removed(void **state)
{
    (void)state;
    after_value = "delete";
    open_source(false);
    put("a.txt", "A");
    struct doc a = expect("a.txt");
    put("a.txt", "B");
    done(&a, VERDICT_OK);
    assert_int_equal(access(at("a.txt"), F_OK), 0);
    struct doc b = take("a.txt");
    assert_true(sv_eq(b.original, SV("B")));
    assert_int_equal(access(at("a.txt"), F_OK), -1);
    close_source();
}

static void copies_are_removed_too(void **state)
{
    (void)state;
    after_value = "delete";
    put("a.txt", "A");
    put("b.txt", "A");
    pass(3000);
    open_source(false);
    struct doc d;
    while (next(&d))
        done(&d, VERDICT_OK);
    assert_int_equal(access(at("a.txt"), F_OK), -1);
    assert_int_equal(access(at("b.txt"), F_OK), -1);
    close_source();
}

/* A name that is taken can have nothing put behind it where it is as long as may be. */
static void the_longest_name_goes_to_the_done_folder_twice(void **state)
{
    (void)state;
    char name[NAME_MAX + 1], done_name[300];
    memset(name, 'n', NAME_MAX);
    name[NAME_MAX] = '\0';
    after_value = "move";
    open_source(false);
    put(name, "A");
    take(name);
    put(name, "B");
    take(name);
    assert_int_equal(access(at(name), F_OK), -1);
    snprintf(done_name, sizeof done_name, ".done/%.*s.df7e70e5", NAME_MAX - 9, name);
    assert_int_equal(access(at(done_name), F_OK), 0);
    close_source();
}

static void vanished_files_change_nothing(void **state)
{
    (void)state;
    open_source(false);
    put("a.txt", "A");
    take("a.txt");
    put("b.txt", "B");
    assert_int_equal(unlink(at("b.txt")), 0);
    assert_int_equal(unlink(at("a.txt")), 0);
    expect_nothing();
    rescan();
    expect_nothing();
    int64_t rows = -1;
    assert_int_equal(db_get_int(db, &rows, &err, "SELECT count(*) FROM spool_file", ""),
                     1);
    assert_int_equal(rows, 0);
    close_source();
}

static void a_flood_is_found_by_the_scan(void **state)
{
    (void)state;
    char name[32], text[32];
    open_source(false);
    expect_nothing();
    for (int i = 0; i < 6000; i++) { /* more than the source holds in memory */
        snprintf(name, sizeof name, "f%d.txt", i);
        snprintf(text, sizeof text, "text %d", i);
        put(name, text);
    }
    int taken = 0;
    struct doc d;
    while (next(&d)) {
        producer_self.done(ctx, d.token, VERDICT_OK);
        arena_reset(&arena);
        taken++;
    }
    assert_int_equal(taken, 6000);
    rescan();
    expect_nothing();
    close_source();
}

static void wrong_folders_are_a_matter_of_configuration(void **state)
{
    (void)state;
    struct producer_env env = {"log", false, state_dir};
    char path[128];
    ctx = mem_zalloc(producer_self.ctx_size);
    snprintf(path, sizeof path, "%s/state.db", state_dir);
    assert_int_equal(db_open(path, DB_DATA, &db, &err), 0);
    assert_int_equal(producer_self.open(ctx, db, &env, &err), -1);
    assert_int_equal(err.kind, ERR_FATAL);
    assert_string_equal(err.reason, "configuration");
    err_clear(&err);
    static const char *folders[1] = {"/nowhere"};
    struct conf_list list = {folders, 1};
    memcpy((char *)ctx + producer_self.options[0].offset, &list, sizeof list);
    assert_int_equal(producer_self.open(ctx, db, &env, &err), -1);
    assert_string_equal(err.reason, "configuration");
    assert_non_null(strstr(err.text, "/nowhere"));
    free(ctx);
    db_close(&db);
}

/* Its own databases would be offered, rejected, kept beside them and offered again. */
static void the_state_folder_is_left_alone(void **state)
{
    (void)state;
    char root[128], own[128], kept[160];
    snprintf(kept, sizeof kept, "%s", state_dir);
    snprintf(root, sizeof root, "%s/root", folder);
    snprintf(own, sizeof own, "%s/root/spool", folder);
    assert_int_equal(mkdir(root, 0755) | mkdir(own, 0755), 0);
    snprintf(state_dir, sizeof state_dir, "%s", own);
    put("a.txt", "one");
    put("root/other.txt", "two");
    put("root/spool/third.txt", "three");
    open_source(false);
    take("a.txt");
    expect_nothing();
    put("root/spool/fourth.txt", "four");
    rescan();
    expect_nothing();
    close_source();

    struct producer_env env = {"log", false, own};
    const char *folders[1] = {root};
    struct conf_list list = {folders, 1};
    char path[192];
    ctx = mem_zalloc(producer_self.ctx_size);
    memcpy((char *)ctx + producer_self.options[0].offset, &list, sizeof list);
    snprintf(path, sizeof path, "%s/state.db", own);
    assert_int_equal(db_open(path, DB_DATA, &db, &err), 0);
    assert_int_equal(producer_self.open(ctx, db, &env, &err), -1);
    assert_string_equal(err.reason, "configuration");
    assert_non_null(strstr(err.text, "is the state folder itself"));
    free(ctx);
    db_close(&db);
    snprintf(state_dir, sizeof state_dir, "%s", kept);
}

int main(void)
{
    clock_set(wall_ms, monotonic_ms);
    const struct CMUnitTest tests[] = {
        TEST(finds_what_lies_there_and_takes_it_once),
        TEST(a_tree_is_read_however_deep_it_is),
        TEST(a_found_file_rests_while_it_is_written),
        TEST(a_found_file_that_nobody_writes_is_taken_at_once),
        TEST(a_time_in_the_future_is_no_obstacle),
        TEST(a_closed_or_moved_in_file_is_taken_at_once),
        TEST(a_file_without_bytes_is_looked_at_twice),
        TEST(a_file_that_got_its_name_at_last_is_taken),
        TEST(an_open_file_is_left_alone),
        TEST(new_folders_are_watched_and_read),
        TEST(what_lies_there_is_taken_oldest_first),
        TEST(names_of_any_bytes_are_taken),
        TEST(a_changed_file_is_offered_and_a_touched_one_is_not),
        TEST(a_change_at_the_same_size_and_time_is_seen),
        TEST(a_moved_file_is_known),
        TEST(a_copy_is_offered_as_had_before),
        TEST(copies_in_flight_share_one_fate),
        TEST(copies_of_a_reject_are_refused_in_their_own_names),
        TEST(moved_while_in_flight),
        TEST(versions_in_flight_keep_their_order),
        TEST(retry_offers_again_in_order),
        TEST(what_was_not_acknowledged_is_offered_after_a_kill),
        TEST(another_log_gets_everything_again),
        TEST(what_is_no_file_is_refused_unread_and_once),
        TEST(empty_and_too_large_files_are_refused),
        TEST(a_touched_file_that_is_filled_later_is_not_refused),
        TEST(an_unreadable_file_is_refused_until_it_can_be_read),
        TEST(a_rejected_file_stays_whatever_comes_after),
        TEST(moves_taken_files_and_keeps_their_folders),
        TEST(a_done_folder_inside_the_watched_one_is_not_read),
        TEST(a_file_that_changed_meanwhile_is_not_removed),
        TEST(copies_are_removed_too),
        TEST(the_longest_name_goes_to_the_done_folder_twice),
        TEST(vanished_files_change_nothing),
        TEST(a_flood_is_found_by_the_scan),
        TEST(the_state_folder_is_left_alone),
        TEST(wrong_folders_are_a_matter_of_configuration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
