#include "lib/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];
static struct db *db;
static struct err err;

static const char *const steps[] = {
    "CREATE TABLE t(k TEXT PRIMARY KEY, v INTEGER, b BLOB)",
    "CREATE INDEX t_v ON t(v); INSERT INTO t(k, v) VALUES('from step 2', 2)",
};

/* In front of libc's: SQLite's own calls come here. */
static int syncs;
int fdatasync(int fd)
{
    syncs++;
    return fsync(fd);
}

static int set_up(void **state)
{
    (void)state;
    err_clear(&err);
    snprintf(path, sizeof path, "/tmp/test_db.XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 || db_open(path, DB_DATA, &db, &err) != 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[256];
    db_close(&db);
    snprintf(command, sizeof command, "rm -f %s %s-wal %s-shm", path, path, path);
    return system(command);
}

static int64_t number(const char *sql)
{
    int64_t n = -1;
    struct stmt *s;
    assert_int_equal(db_prepare(db, sv_cstr(sql), &s, &err), 0);
    assert_int_equal(stmt_step(s, &err), 1);
    n = stmt_int(s, 0);
    stmt_free(&s);
    return n;
}

static void schema_steps_run_once(void **state)
{
    (void)state;
    assert_int_equal(db_migrate(db, "test", steps, 1, &err), 0);
    assert_int_equal(number("SELECT count(*) FROM t"), 0);
    assert_int_equal(db_migrate(db, "test", steps, 2, &err), 0);
    assert_int_equal(db_migrate(db, "test", steps, 2, &err), 0);
    assert_int_equal(number("SELECT count(*) FROM t"), 1);
    assert_int_equal(db_migrate(db, "test", steps, 1, &err), -1);
    assert_int_equal(err.kind, ERR_FATAL);
    assert_non_null(strstr(err.text, "newer version"));
    assert_false(db_in_transaction(db));
}

static void a_failed_step_leaves_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {"CREATE TABLE a(x)", "CREATE TABLE nonsense("};
    assert_int_equal(db_migrate(db, "bad", bad, 2, &err), -1);
    assert_non_null(strstr(err.text, "schema of bad, step 2"));
    assert_int_equal(number("SELECT count(*) FROM sqlite_master WHERE name='a'"), 0);
}

static void binds_and_reads_every_type(void **state)
{
    (void)state;
    static const char get[] = "SELECT k, v, b FROM t WHERE k=?1";
    assert_int_equal(db_migrate(db, "test", steps, 1, &err), 0);
    struct sv key = {"a\0b", 3};
    assert_int_equal(db_run(db, &err, "INSERT INTO t(k, v, b) VALUES(?1, ?2, ?3)", "tib",
                            key, INT64_MIN, (struct sv){"\0\xff", 2}),
                     0);
    assert_int_equal(db_changes(db), 1);
    assert_int_equal(db_run(db, &err, "INSERT INTO t(k, v, b) VALUES(?1, ?2, ?3)", "tnb",
                            SV(""), SV("")),
                     0);
    struct stmt *s;
    assert_int_equal(db_stmt(db, get, &s, &err), 0);
    stmt_bind_text(s, 1, key);
    assert_int_equal(stmt_step(s, &err), 1);
    assert_true(sv_eq(stmt_text(s, 0), key));
    assert_true(stmt_int(s, 1) == INT64_MIN);
    assert_true(sv_eq(stmt_text(s, 2), ((struct sv){"\0\xff", 2})));
    assert_int_equal(stmt_step(s, &err), 0);
    struct stmt *again;
    assert_int_equal(db_stmt(db, get, &again, &err), 0);
    assert_ptr_equal(s, again);
    stmt_bind_text(again, 1, SV(""));
    assert_int_equal(stmt_step(again, &err), 1);
    assert_true(stmt_is_null(again, 1));
    assert_null(stmt_text(again, 1).p);
    assert_non_null(stmt_text(again, 2).p);
    assert_int_equal(stmt_text(again, 2).n, 0);
    int64_t v = 5;
    assert_int_equal(
        db_get_int(db, &v, &err, "SELECT v FROM t WHERE k=?1", "t", SV("no")), 0);
    assert_int_equal(v, 5);
}

static void savepoints_undo_one_step_only(void **state)
{
    (void)state;
    assert_int_equal(db_migrate(db, "test", steps, 1, &err), 0);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_savepoint(db, &err), 0);
    assert_int_equal(db_exec(db, "INSERT INTO t(k) VALUES('kept')", &err), 0);
    assert_int_equal(db_release(db, &err), 0);
    assert_int_equal(db_savepoint(db, &err), 0);
    assert_int_equal(db_exec(db, "INSERT INTO t(k) VALUES('undone')", &err), 0);
    assert_int_equal(db_rollback_to(db, &err), 0);
    assert_true(db_in_transaction(db));
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(number("SELECT count(*) FROM t WHERE k='kept'"), 1);
    assert_int_equal(number("SELECT count(*) FROM t"), 1);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_exec(db, "DELETE FROM t", &err), 0);
    db_rollback(db);
    assert_int_equal(number("SELECT count(*) FROM t"), 1);
}

static void readers_see_what_is_committed_and_can_not_write(void **state)
{
    (void)state;
    struct db *reader = NULL;
    int64_t n = -1;
    assert_int_equal(db_migrate(db, "test", steps, 2, &err), 0);
    assert_int_equal(db_open(path, DB_READONLY, &reader, &err), 0);
    assert_int_equal(db_get_int(reader, &n, &err, "SELECT count(*) FROM t", ""), 1);
    assert_int_equal(n, 1);
    assert_int_equal(db_exec(reader, "DELETE FROM t", &err), -1);
    err_clear(&err);
    assert_int_equal(db_is_migrated(reader, "test", 2, &err), 0);
    assert_int_equal(db_is_migrated(reader, "test", 3, &err), -1);
    assert_non_null(strstr(err.text, "older version"));
    err_clear(&err);
    assert_int_equal(db_is_migrated(reader, "test", 1, &err), -1);
    assert_non_null(strstr(err.text, "newer version"));
    db_close(&reader);
}

static void settings_are_those_promised(void **state)
{
    (void)state;
    struct stmt *s;
    assert_int_equal(db_prepare(db, SV("PRAGMA journal_mode"), &s, &err), 0);
    assert_int_equal(stmt_step(s, &err), 1);
    assert_true(sv_eq(stmt_text(s, 0), SV("wal")));
    stmt_free(&s);
    assert_int_equal(number("PRAGMA synchronous"), 1);
    assert_int_equal(number("PRAGMA trusted_schema"), 0);
    db_close(&db);
    assert_int_equal(db_open(path, DB_LEDGER, &db, &err), 0);
    assert_int_equal(number("PRAGMA synchronous"), 2);
}

/* A file keeps the pages that it was made with. */
static void bulk_files_have_large_pages(void **state)
{
    (void)state;
    assert_int_equal(number("PRAGMA page_size"), 4096);
    assert_int_equal(number("PRAGMA cache_size"), -2000);
    assert_int_equal(db_migrate(db, "test", steps, 1, &err), 0);
    db_close(&db);
    assert_int_equal(db_open(path, DB_BULK, &db, &err), 0);
    assert_int_equal(number("PRAGMA page_size"), 4096);
    assert_int_equal(number("PRAGMA wal_autocheckpoint"), (16 << 20) / 4096);
    db_close(&db);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(db_open(path, DB_BULK, &db, &err), 0);
    assert_int_equal(number("PRAGMA page_size"), 16384);
    assert_int_equal(number("PRAGMA wal_autocheckpoint"), (16 << 20) / 16384);
    assert_int_equal(number("PRAGMA cache_size"), -8000);
    assert_int_equal(db_migrate(db, "test", steps, 1, &err), 0);
}

/* A read of which one row was taken lives as long as its statement: the WAL would grow
 * with all that is ever written. */
static void a_commit_ends_reads_that_hold_the_wal(void **state)
{
    (void)state;
    enum { ROUNDS = 60, BLOB = 1 << 20, WAL_MOST = 40 << 20 };
    static char blob[BLOB];
    char wal[80];
    struct stat st;
    struct stmt *s;
    assert_int_equal(db_migrate(db, "test", steps, 2, &err), 0);
    assert_int_equal(db_exec(db, "INSERT INTO t(k, v) VALUES('other', 3)", &err), 0);
    for (int i = 0; i < ROUNDS; i++) {
        assert_int_equal(db_stmt(db, "SELECT k FROM t", &s, &err), 0);
        assert_int_equal(stmt_step(s, &err), 1);
        assert_int_equal(db_begin(db, &err), 0);
        assert_int_equal(db_run(db, &err, "UPDATE t SET b=?1, v=?2 WHERE k='other'", "bi",
                                (struct sv){blob, BLOB}, (int64_t)i),
                         0);
        assert_int_equal(db_commit(db, &err), 0);
    }
    snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(stat(wal, &st), 0);
    assert_true(st.st_size < WAL_MOST);
    assert_int_equal(stmt_step(s, &err), -1); /* it does not begin again from the top */
    err_clear(&err);
    assert_int_equal(number("SELECT count(*) FROM t"), 2);
}

static void a_commit_is_synced_when_asked(void **state)
{
    (void)state;
    assert_int_equal(db_migrate(db, "test", steps, 1, &err), 0);
    assert_int_equal(db_sync(db, &err), 0);
    syncs = 0;
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(db_run(db, &err, "INSERT INTO t VALUES('a', 1, NULL)", ""), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(syncs, 0);
    assert_int_equal(db_sync(db, &err), 0);
    assert_int_equal(syncs, 1);
}

static void a_file_that_is_no_database_is_fatal(void **state)
{
    (void)state;
    struct db *other = NULL;
    assert_int_equal(db_open("/proc/self/exe", DB_DATA, &other, &err), -1);
    assert_int_not_equal(err.kind, ERR_NONE);
    assert_null(other);
    err_clear(&err);
    assert_int_equal(db_open("/nowhere/x.db", DB_DATA, &other, &err), -1);
    assert_non_null(strstr(err.text, "/nowhere/x.db"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(schema_steps_run_once),
        TEST(a_failed_step_leaves_nothing),
        TEST(binds_and_reads_every_type),
        TEST(savepoints_undo_one_step_only),
        TEST(readers_see_what_is_committed_and_can_not_write),
        TEST(settings_are_those_promised),
        TEST(bulk_files_have_large_pages),
        TEST(a_commit_ends_reads_that_hold_the_wal),
        TEST(a_commit_is_synced_when_asked),
        TEST(a_file_that_is_no_database_is_fatal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
