/* The archive alone: the test is the skeleton; `verify` and `cat` are the real command. A
 * killed process is a batch whose transaction is rolled back. */
#define _GNU_SOURCE
#include "lib/arena.h"
#include "lib/consumer_main.h"
#include "lib/file.h"
#include "lib/hash.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char root[64], dir[80];
static struct db *db;
static struct arena arena;
static struct err err;
static void *ctx;
static int64_t offset;

static void open_archive(void)
{
    struct consumer_env env = {dir, SPACE_PUBLIC};
    char path[128];
    snprintf(path, sizeof path, "%s/state.db", dir);
    ctx = mem_zalloc(consumer_self.ctx_size);
    assert_int_equal(db_open(path, DB_DATA, &db, &err), 0);
    if (consumer_self.open(ctx, db, &env, &err) != 0)
        fail_msg("%s", err.text);
    assert_int_equal(db_begin(db, &err), 0);
}

static int flush_and_commit(void)
{
    if (consumer_self.flush(ctx, &err) != 0) {
        db_rollback(db);
        consumer_self.undo(ctx);
        assert_int_equal(db_begin(db, &err), 0);
        return -1;
    }
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(db_begin(db, &err), 0);
    return 0;
}

static void close_archive(void)
{
    db_rollback(db);
    consumer_self.close(ctx);
    free(ctx);
    db_close(&db);
}

static int set_up(void **state)
{
    (void)state;
    err_clear(&err);
    offset = 0;
    snprintf(root, sizeof root, "/tmp/test_archive.XXXXXX");
    if (!mkdtemp(root))
        return -1;
    snprintf(dir, sizeof dir, "%s/archive", root);
    arena_init(&arena, 1 << 20);
    return mkdir(dir, 0755);
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    arena_free(&arena);
    file_calls.write = write;
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static const char *event_id = "0123";

static enum verdict give(enum wire_type type, const char *key, struct sv value)
{
    struct wire_event e = {.type = type,
                           .topic = wire_topic(type, SPACE_PUBLIC),
                           .key = sv_cstr(key),
                           .value = value,
                           .id = sv_cstr(event_id),
                           .marking = SV("none"),
                           .offset = offset++,
                           .log = 1};
    err_clear(&err);
    assert_int_equal(db_savepoint(db, &err), 0);
    enum verdict v = consumer_self.handle(ctx, db, &e, &arena, &err);
    assert_int_equal(v == VERDICT_OK ? db_release(db, &err) : db_rollback_to(db, &err),
                     0);
    return v;
}

static void text(const char *key, const char *value)
{
    assert_int_equal(give(WIRE_TEXT, key, sv_cstr(value)), VERDICT_OK);
}

static const char *object(const char *value)
{
    static char paths[2][256];
    static unsigned turn;
    char sha[HASH_HEX + 1], *path = paths[turn++ % 2];
    hash_sha256_hex(sv_cstr(value), sha);
    snprintf(path, sizeof paths[0], "%s/objects/%.2s/%.2s/%s.zst", dir, sha, sha + 2,
             sha);
    return path;
}

static bool stored(const char *value)
{
    return access(object(value), F_OK) == 0;
}

/* Exit code and output of a shell line. */
static int run(const char *line, char *out, size_t size)
{
    FILE *p = popen(line, "r");
    assert_non_null(p);
    size_t n = fread(out, 1, size - 1, p);
    out[n] = '\0';
    int status = pclose(p);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int councilwire(const char *arguments, char out[4096])
{
    char line[512];
    snprintf(line, sizeof line, BIN_DIR "/councilwire %s --state-dir %s 2>&1", arguments,
             root);
    return run(line, out, 4096);
}

static void assert_verify(int code, const char *says)
{
    char out[4096];
    int got = councilwire("verify", out);
    if (got != code || !strstr(out, says))
        fail_msg("verify ended with %d and said:\n%s\nexpected %d and: %s", got, out,
                 code, says);
}

static void shell(const char *fmt, ...) PRINTF(1, 2);

static void shell(const char *fmt, ...)
{
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    assert_int_equal(system(line), 0);
}

/* ---- cases ---- */

static void keeps_and_gives_back(void **state)
{
    (void)state;
    char out[4096], line[512], sha[HASH_HEX + 1];
    open_archive();
    text("ST-1-2017-INIT/en", "English text\n");
    text("ST-1-2017-INIT/fr", "texte\n");
    text("ST-2-2017-INIT/de", "deutsch\n");
    hash_sha256_hex(SV("%PDF"), sha);
    assert_int_equal(give(WIRE_ORIGINAL, sha, SV("%PDF")), VERDICT_OK);
    assert_false(stored("English text\n")); /* not before the flush */
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "4 objects, 31 bytes, 4 entries");
    assert_int_equal(councilwire("cat ST-1-2017-INIT", out), 0);
    assert_string_equal(out, "English text\n");
    assert_int_equal(councilwire("cat st-1-2017-init/fr", out), 0);
    assert_string_equal(out, "texte\n");
    assert_int_equal(councilwire("cat ST-2-2017-INIT", out), 0);
    assert_string_equal(out, "deutsch\n");
    snprintf(line, sizeof line, "cat %s", sha);
    assert_int_equal(councilwire(line, out), 0);
    assert_string_equal(out, "%PDF");
    assert_int_equal(councilwire("cat ST-1-2017", out), 65);
    assert_int_equal(councilwire("cat ST-3-2017-INIT", out), 65);
    /* names and contents as other tools see them */
    hash_sha256_hex(SV("texte\n"), sha);
    snprintf(line, sizeof line, "zstd -dc %s | sha256sum", object("texte\n"));
    assert_int_equal(run(line, out, sizeof out), 0);
    assert_memory_equal(out, sha, HASH_HEX);
}

static void a_repeat_has_no_effect(void **state)
{
    (void)state;
    open_archive();
    text("ST-1-2017-INIT/en", "A");
    text("ST-1-2017-INIT/en", "A");
    assert_int_equal(flush_and_commit(), 0);
    text("ST-1-2017-INIT/en", "A");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "1 objects, 1 bytes, 1 entries");
}

static void cat_prints_the_newest_version(void **state)
{
    (void)state;
    char out[4096];
    open_archive();
    text("ST-1-2017-INIT/en", "A");
    text("ST-1-2017-INIT/en", "B");
    assert_int_equal(flush_and_commit(), 0);
    assert_int_equal(councilwire("cat ST-1-2017-INIT/en", out), 0);
    assert_string_equal(out, "B");
    text("ST-1-2017-INIT/en", "A"); /* back again */
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_int_equal(councilwire("cat ST-1-2017-INIT", out), 0);
    assert_string_equal(out, "A");
    assert_verify(0, "2 objects, 2 bytes, 2 entries");
}

/* Each with an id of its own, as their turn gives them; an event that comes again has
 * that of the first time. */
static void cat_at_a_time_gives_a_text_that_came_back(void **state)
{
    (void)state;
    static const struct {
        const char *id, *text;
    } given[] = {{"a0", "A"}, {"b0", "B"}, {"a1", "A"}, {"b0", "B"},
                 {"a1", "A"}, {"b1", "B"}, {"a2", "A"}};
    char out[4096], at[64] = "";
    open_archive();
    for (size_t i = 0; i < ARRAY_LEN(given); i++) {
        event_id = given[i].id;
        text("ST-1-2017-INIT/en", given[i].text);
    }
    event_id = "0123";
    assert_int_equal(flush_and_commit(), 0);
    assert_verify(0, "2 objects, 2 bytes, 5 entries");
    assert_int_equal(councilwire("cat --at 2100-01-01 ST-1-2017-INIT", out), 0);
    assert_string_equal(out, "A");
    assert_int_equal(councilwire("cat --versions ST-1-2017-INIT", out), 0);
    snprintf(at, sizeof at, "%s", strstr(out, "returned"));
    assert_memory_equal(at, "returned   ST-1-2017-INIT/en", 28);
    /* a version that came back is held once, and goes once */
    assert_int_equal(give(WIRE_TEXT, "ST-1-2017-INIT/en", SV_NULL), VERDICT_OK);
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_false(stored("A") || stored("B"));
    assert_verify(0, "0 objects, 0 bytes, 7 entries");
    assert_int_equal(councilwire("cat --at 2100-01-01 ST-1-2017-INIT", out), 65);
}

static void cat_takes_a_number_as_it_is_printed(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *text;
    } cases[] = {{"15754/17", "first"},
                 {"'st 15754/17'", "first"},
                 {"15754/1/17", "revision"},
                 {"'15754/1/17 REV 1'", "revision"},
                 {"'15754/17 ADD 2'", "addition"}};
    char out[4096], command[100];
    open_archive();
    text("ST-15754-2017-INIT/en", "first");
    text("ST-15754-2017-INIT/fr", "premier");
    text("ST-15754-2017-REV-1/en", "revision");
    text("ST-15754-2017-REV-11/en", "eleventh");
    text("ST-15754-2017-ADD-2/en", "addition");
    text("ST-15754-2018-INIT/en", "another year");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        snprintf(command, sizeof command, "cat %s", cases[i].asked);
        assert_int_equal(councilwire(command, out), 0);
        assert_string_equal(out, cases[i].text);
    }
    assert_int_equal(councilwire("cat 15754/16", out), 65);
    assert_int_equal(councilwire("cat 'CM 15754/17'", out), 65);
    assert_int_equal(councilwire("cat '15754/17 *'", out), 65);
}

static void a_kill_before_the_commit_leaves_nothing(void **state)
{
    (void)state;
    open_archive();
    text("ST-1-2017-INIT/en", "A");
    assert_int_equal(flush_and_commit(), 0);
    text("ST-2-2017-INIT/en", "B");
    close_archive(); /* written, not flushed */
    open_archive();
    text("ST-2-2017-INIT/en", "B");
    assert_int_equal(consumer_self.flush(ctx, &err), 0);
    close_archive(); /* flushed, not committed: object and manifest line are there */
    assert_true(stored("B"));
    open_archive();
    text("ST-3-2017-INIT/en", "C");
    text("ST-2-2017-INIT/en", "B");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "3 objects, 3 bytes, 3 entries");
    shell("test -z \"$(ls %s/temporary)\"", dir);
}

static void a_lost_database_is_made_anew_from_the_manifest(void **state)
{
    (void)state;
    char out[4096];
    open_archive();
    text("ST-1-2017-INIT/en", "A");
    text("ST-2-2017-INIT/en", "gone");
    assert_int_equal(flush_and_commit(), 0);
    assert_int_equal(give(WIRE_TEXT, "ST-2-2017-INIT/en", SV_NULL), VERDICT_OK);
    assert_int_equal(flush_and_commit(), 0);
    shell("cp %s/state.db %s/backup.db", dir, root);
    event_id = "4567";
    text("ST-1-2017-INIT/en", "B");
    text("ST-3-2017-INIT/en", "C");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_int_equal(councilwire("cat --versions ST-1-2017-INIT", out), 0);
    char *stored_then = mem_copy(out, sv_cstr(out).n);
    shell("cp -a %s %s/whole", dir, root);
    for (int backup = 0; backup < 2; backup++) {
        shell("rm -rf %s && cp -a %s/whole %s && rm %s/state.db*", dir, root, dir, dir);
        if (backup)
            shell("cp %s/backup.db %s/state.db", root, dir);
        open_archive();
        event_id = "4567";
        text("ST-1-2017-INIT/en", "B"); /* what the topic still holds comes again */
        assert_int_equal(flush_and_commit(), 0);
        close_archive();
        assert_int_equal(councilwire("cat --versions ST-1-2017-INIT", out), 0);
        assert_string_equal(out, stored_then);
        assert_int_equal(councilwire("cat ST-1-2017-INIT", out), 0);
        assert_string_equal(out, "B");
        assert_int_equal(councilwire("cat ST-3-2017-INIT", out), 0);
        assert_verify(0, "3 objects, 3 bytes, 5 entries");
    }
    event_id = "0123";
    mem_free(&stored_then);
}

static void an_undone_batch_leaves_no_line(void **state)
{
    (void)state;
    open_archive();
    text("ST-1-2017-INIT/en", "A");
    text("ST-2-2017-INIT/en", "B");
    assert_int_equal(consumer_self.flush(ctx, &err), 0);
    db_rollback(db); /* the commit failed */
    consumer_self.undo(ctx);
    assert_int_equal(db_begin(db, &err), 0);
    text("ST-1-2017-INIT/en", "A");
    assert_int_equal(flush_and_commit(), 0);
    shell("test $(wc -l < %s/manifest) = 1", dir);
    close_archive();
    assert_verify(1, "foreign: "); /* B's object, which comes again */
}

static void an_object_of_a_dead_batch_is_compared(void **state)
{
    (void)state;
    open_archive();
    shell("mkdir -p $(dirname %s) && printf damaged > %s", object("A"), object("A"));
    text("ST-1-2017-INIT/en", "A");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "1 objects");
}

static ptrdiff_t full_disk(int fd, const void *p, size_t n)
{
    (void)fd;
    (void)p;
    (void)n;
    errno = ENOSPC;
    return -1;
}

static void a_full_disk_is_waited_out(void **state)
{
    (void)state;
    open_archive();
    file_calls.write = full_disk;
    assert_int_equal(give(WIRE_TEXT, "ST-1-2017-INIT/en", SV("A")), VERDICT_RETRY);
    file_calls.write = write;
    text("ST-1-2017-INIT/en", "A");
    file_calls.write = full_disk; /* the manifest */
    err_clear(&err);
    assert_int_equal(flush_and_commit(), -1);
    assert_int_equal(err.kind, ERR_TEMPORARY);
    file_calls.write = write;
    err_clear(&err);
    text("ST-1-2017-INIT/en", "A");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "1 objects, 1 bytes, 1 entries");
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    open_archive();
    assert_int_equal(give(WIRE_ORIGINAL, "0000", SV("x")), VERDICT_REJECT);
    assert_string_equal(err.reason, "invalid-event");
    assert_int_equal(give(WIRE_TEXT, "ST-1\t2/en", SV("x")), VERDICT_REJECT);
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "0 objects, 0 bytes, 0 entries");
}

static void a_withdrawn_paper_goes(void **state)
{
    (void)state;
    char out[4096];
    open_archive();
    text("ST-1-2017-INIT/en", "A");
    text("ST-1-2017-INIT/en", "shared");
    text("ST-2-2017-INIT/en", "shared");
    assert_int_equal(flush_and_commit(), 0);
    assert_int_equal(give(WIRE_TEXT, "ST-1-2017-INIT/en", SV_NULL), VERDICT_OK);
    assert_int_equal(flush_and_commit(), 0);
    assert_false(stored("A"));
    assert_true(stored("shared")); /* another paper's text as well */
    assert_int_equal(councilwire("cat ST-1-2017-INIT", out), 65);
    assert_verify(0, "1 objects, 6 bytes, 5 entries");
    text("ST-1-2017-INIT/en", "A"); /* and comes back, within one batch */
    assert_int_equal(give(WIRE_TEXT, "ST-1-2017-INIT/en", SV_NULL), VERDICT_OK);
    text("ST-1-2017-INIT/en", "A");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_true(stored("A"));
    assert_verify(0, "2 objects, 7 bytes, 8 entries");
}

/* ---- verify ---- */

static void fill(void)
{
    char key[40], value[40];
    open_archive();
    for (int i = 0; i < 20; i++) {
        snprintf(key, sizeof key, "ST-%d-2017-INIT/en", i);
        snprintf(value, sizeof value, "text %d", i);
        text(key, value);
        if (i % 7 == 0)
            assert_int_equal(flush_and_commit(), 0);
    }
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "20 objects");
}

static void a_missing_or_altered_file_is_named(void **state)
{
    (void)state;
    char name[300];
    fill();
    shell("mv %s %s/kept", object("text 3"), root);
    snprintf(name, sizeof name, "missing: %s", object("text 3"));
    assert_verify(1, name);
    shell("mv %s/kept %s", root, object("text 3"));
    shell("printf 'text 3!' | zstd -q -f -o %s", object("text 3"));
    snprintf(name, sizeof name, "altered: %s", object("text 3"));
    assert_verify(1, name);
    shell("printf x >> %s; truncate -s 5 %s", object("text 3"), object("text 3"));
    assert_verify(1, name);
    shell("cp %s %s", object("text 4"), object("text 3"));
    assert_verify(1, name);
    shell("printf 'text 3' | zstd -q -f -o %s", object("text 3"));
    assert_verify(0, "20 objects");
    shell("touch %s.old", object("text 3"));
    assert_verify(1, "foreign: ");
    shell("rm %s.old; touch %s/objects/stray", object("text 3"), dir);
    assert_verify(1, "objects/stray: no entry speaks of it");
}

static dev_t synced[64];
static size_t nsynced;

static int note_syncfs(int fd)
{
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    if (nsynced < ARRAY_LEN(synced))
        synced[nsynced++] = st.st_dev;
    return 0;
}

/* Where a larger disk holds the objects, that one is synced, too. */
static void objects_on_another_file_system_are_durable(void **state)
{
    (void)state;
    struct stat there, here;
    char large[64] = "/dev/shm/councilwire-test-XXXXXX";
    if (!mkdtemp(large))
        skip();
    fill();
    bool other =
        stat(large, &there) == 0 && stat(dir, &here) == 0 && there.st_dev != here.st_dev;
    if (other) {
        shell("mv %s/objects %s && ln -s %s/objects %s/objects", dir, large, large, dir);
        int (*before)(int) = file_calls.syncfs;
        open_archive();
        file_calls.syncfs = note_syncfs;
        nsynced = 0;
        text("ST-99-2017-INIT/en", "text 99");
        assert_int_equal(flush_and_commit(), 0);
        file_calls.syncfs = before;
        close_archive();
        bool object = false, manifest = false;
        for (size_t i = 0; i < nsynced; i++) {
            object |= synced[i] == there.st_dev;
            manifest |= synced[i] == here.st_dev;
        }
        assert_true(object && manifest);
        assert_verify(0, "21 objects");
    }
    shell("rm -rf %s", large);
    if (!other)
        skip();
}

static void links_to_elsewhere_are_named(void **state)
{
    (void)state;
    char name[300], folder[300];
    fill();
    shell("cp -a %s %s/good", dir, root);
    shell("mv %s %s/kept && ln -s %s/kept %s", object("text 3"), root, root,
          object("text 3"));
    snprintf(name, sizeof name, "linked: %s: is a symbolic link", object("text 3"));
    assert_verify(1, name);
    shell("ln -f %s/kept %s", root, object("text 3"));
    snprintf(name, sizeof name, "linked: %s: has another name", object("text 3"));
    assert_verify(1, name);
    shell("rm %s/kept", root);
    assert_verify(0, "20 objects");
    snprintf(folder, sizeof folder, "%.*s", (int)(sv_cstr(dir).n + 11), object("text 3"));
    shell("mv %s %s/kept && ln -s %s/kept %s", folder, root, root, folder);
    assert_verify(1, "its folder is a symbolic link");
    shell("rm %s && mv %s/kept %s", folder, root, folder);
    shell("rm %s && mkfifo %s", object("text 3"), object("text 3"));
    assert_verify(1, "altered: ");
    shell("rm -rf %s && cp -a %s/good %s", dir, root, dir);
    shell("printf '21\ttext' >> %s/manifest", dir);
    assert_verify(1, "manifest: 7 bytes at its end: are no whole line");
    open_archive();
    close_archive();
    assert_verify(0, "20 objects");
}

static void any_change_of_the_manifest_is_named(void **state)
{
    (void)state;
    fill();
    shell("cp -a %s %s/good", dir, root);
#define TAMPER(fmt, says)                                                                \
    do {                                                                                 \
        shell(fmt, dir);                                                                 \
        assert_verify(1, says);                                                          \
        shell("rm -rf %s && cp -a %s/good %s", dir, root, dir);                          \
        assert_verify(0, "20 objects");                                                  \
    } while (0)
    /* one copy only */
    TAMPER("sed -i 5d %s/manifest", "manifest: ");
    TAMPER("sed -i '$d' %s/manifest", "is not in the file");
    TAMPER("sed -i 's/ST-6-/ST-9-/' %s/manifest", "entry 7: the file and the database");
    TAMPER("sqlite3 %s/state.db 'DELETE FROM archive_entry WHERE seq=5'", "entry 5");
    TAMPER("sqlite3 %s/state.db 'DELETE FROM archive_entry WHERE seq=20'",
           "is not in the database");
    TAMPER("sqlite3 %s/state.db \"UPDATE archive_entry SET bytes=7 WHERE seq=3\"",
           "entry 3: ");
    TAMPER("sqlite3 %s/state.db \"UPDATE archive_head SET seq=19\"", "the head is none");
    /* both copies in the same way */
    TAMPER("cd %s && sed -i 5d manifest && sqlite3 state.db 'DELETE FROM archive_entry "
           "WHERE seq=5'",
           "entries are gone");
    TAMPER("cd %s && sed -i '$d' manifest && sqlite3 state.db 'DELETE FROM archive_entry "
           "WHERE seq=20'",
           "the head is none of the entries");
    TAMPER("cd %s && sed -i 's/ST-6-/ST-9-/' manifest && sqlite3 state.db \"UPDATE "
           "archive_entry SET key=replace(key,'ST-6-','ST-9-')\"",
           "entry 7: was altered");
    /* what `cat` goes by */
    TAMPER(
        "sqlite3 %s/state.db \"UPDATE archive_version SET key='ST-9-2017-INIT/fr' WHERE "
        "key='ST-6-2017-INIT/en'\"",
        "version: ST-9-2017-INIT/fr ");
    TAMPER("sqlite3 %s/state.db \"DELETE FROM archive_version WHERE "
           "key='ST-6-2017-INIT/en'\"",
           "can not be found by its ID");
    TAMPER("sqlite3 %s/state.db 'UPDATE archive_version SET withdrawn=1'",
           "counts as withdrawn, and is not");
#undef TAMPER
}

static void lines_that_do_not_follow_are_kept_aside(void **state)
{
    (void)state;
    fill();
    shell("rm %s/state.db*; sed -i 's/ST-6-/ST-9-/' %s/manifest", dir, dir);
    open_archive();
    close_archive();
    assert_verify(1, "6 entries"); /* the objects of the others are foreign now */
    shell("test $(wc -l < %s/manifest.cut) = 14", dir);
}

static void an_earlier_head_must_be_in_the_chain(void **state)
{
    (void)state;
    char out[4096], line[200];
    fill();
    assert_int_equal(councilwire("verify", out), 0);
    const char *head = strstr(out, "head ");
    assert_non_null(head);
    snprintf(line, sizeof line, "verify --head %.64s", head + 5);
    open_archive();
    text("ST-77-2017-INIT/en", "later");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_int_equal(councilwire(line, out), 0);
    snprintf(line, sizeof line, "verify --head %064d", 7);
    assert_int_equal(councilwire(line, out), 1);
    assert_non_null(strstr(out, "is not in the chain"));
}

static void a_cut_manifest_stops_the_daemon(void **state)
{
    (void)state;
    struct consumer_env env = {dir, SPACE_PUBLIC};
    char path[128];
    fill();
    shell("sed -i '$d' %s/manifest", dir);
    snprintf(path, sizeof path, "%s/state.db", dir);
    ctx = mem_zalloc(consumer_self.ctx_size);
    assert_int_equal(db_open(path, DB_DATA, &db, &err), 0);
    assert_int_equal(consumer_self.open(ctx, db, &env, &err), -1);
    assert_int_equal(err.kind, ERR_FATAL);
    assert_non_null(strstr(err.text, "was cut"));
    assert_string_equal(err.reason, "configuration"); /* not started again for ever */
    consumer_self.close(ctx);
    free(ctx);
    db_close(&db);
}

static void a_lost_object_is_stored_again_when_it_comes_again(void **state)
{
    (void)state;
    fill();
    shell("rm %s", object("text 3"));
    assert_verify(1, "missing: ");
    open_archive();
    text("ST-3-2017-INIT/en", "text 3");
    assert_int_equal(flush_and_commit(), 0);
    close_archive();
    assert_verify(0, "20 objects, 130 bytes, 20 entries");
}

static void no_archive_is_said(void **state)
{
    (void)state;
    char out[4096];
    assert_int_equal(councilwire("verify", out), 1);
    assert_non_null(strstr(out, "no archive in"));
    assert_int_equal(councilwire("cat", out), 64);
    assert_int_equal(councilwire("verify --help", out), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_and_gives_back),
        TEST(a_repeat_has_no_effect),
        TEST(cat_prints_the_newest_version),
        TEST(cat_at_a_time_gives_a_text_that_came_back),
        TEST(cat_takes_a_number_as_it_is_printed),
        TEST(a_kill_before_the_commit_leaves_nothing),
        TEST(a_lost_database_is_made_anew_from_the_manifest),
        TEST(lines_that_do_not_follow_are_kept_aside),
        TEST(an_undone_batch_leaves_no_line),
        TEST(an_object_of_a_dead_batch_is_compared),
        TEST(a_full_disk_is_waited_out),
        TEST(what_does_not_fit_is_refused),
        TEST(a_withdrawn_paper_goes),
        TEST(a_missing_or_altered_file_is_named),
        TEST(links_to_elsewhere_are_named),
        TEST(objects_on_another_file_system_are_durable),
        TEST(any_change_of_the_manifest_is_named),
        TEST(an_earlier_head_must_be_in_the_chain),
        TEST(a_cut_manifest_stops_the_daemon),
        TEST(a_lost_object_is_stored_again_when_it_comes_again),
        TEST(no_archive_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
