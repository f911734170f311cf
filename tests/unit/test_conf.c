#include "lib/conf.h"

#include "lib/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct target {
    const char *listen, *token;
    struct conf_list folder;
    int64_t batch, limit_bytes, rest_ms, after, space;
    bool strict;
};

static const char *const after_words[] = {"keep", "move", "delete", NULL};
static const char *const spaces[] = {"public", "limite", NULL};
static const struct conf_opt options[] = {
    {"listen", CONF_STRING, offsetof(struct target, listen), "127.0.0.1:0", 0, 0, NULL, 0,
     "where", NULL},
    {"folder", CONF_LIST, offsetof(struct target, folder), NULL, 0, 0, NULL,
     CONF_REQUIRED, "folders watched", NULL},
    {"batch", CONF_INT, offsetof(struct target, batch), "100", 1, 1000, "events",
     CONF_RELOAD, "events a batch", NULL},
    {"max-document", CONF_BYTES, offsetof(struct target, limit_bytes), "8 MiB", 1024,
     1 << 26, NULL, 0, "largest text", NULL},
    {"rest-time", CONF_DURATION, offsetof(struct target, rest_ms), "2s", 0, 0, NULL,
     CONF_RELOAD, "rest", NULL},
    {"after", CONF_ENUM, offsetof(struct target, after), "keep", 0, 0, NULL, 0, "then",
     after_words},
    {"strict", CONF_BOOL, offsetof(struct target, strict), "false", 0, 0, NULL, 0,
     "be strict", NULL},
    {"token", CONF_STRING, offsetof(struct target, token), NULL, 0, 0, NULL,
     CONF_SECRET | CONF_RELOAD, "bearer token", NULL},
    {"space", CONF_ENUM, offsetof(struct target, space), "public", 0, 0, NULL,
     CONF_INSTANCE, "which half", spaces},
    {0},
};

static struct target target;
static const struct conf_program program = {
    .name = "councilwire-test",
    .summary = "tests",
    .usage = "[FILE...]",
    .example = "--folder /tmp",
    .parts = {{options, &target}},
};
static char dir[64], file_path[128];

static int set_up(void **state)
{
    (void)state;
    target = (struct target){0};
    snprintf(dir, sizeof dir, "/tmp/test_conf.XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(file_path, sizeof file_path, "%s/test.conf", dir);
    setenv("CONFIGURATION_DIRECTORY", dir, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    unsetenv("CREDENTIALS_DIRECTORY");
    return system(command);
}

static void write_file(const char *text)
{
    struct err err = {0};
    assert_int_equal(file_replace(file_path, sv_cstr(text), 0640, &err), 0);
}

/* conf_read of the words given, NULL at the end; err in *err. */
static int read_with(struct conf **c, struct conf_action *action, struct err *err,
                     const char *const *words)
{
    static char copy[16][128];
    static char *argv[17];
    int argc = 1;
    argv[0] = copy[0];
    for (; words && *words; words++, argc++) {
        snprintf(copy[argc], sizeof copy[argc], "%s", *words);
        argv[argc] = copy[argc];
    }
    argv[argc] = NULL;
    *c = conf_new(&program);
    *err = (struct err){0};
    return conf_read(*c, argc, argv, action, err);
}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void layers_replace_each_other(void **state)
{
    (void)state;
    struct conf *c;
    struct conf_action a;
    struct err err;
    write_file("# comment\n\nfolder = /a, /b b\nfolder = /c\\,d\nbatch=7\n"
               "max_document = 16 MiB\nkafka.security.protocol = SSL\nafter = move\n");
    setenv("COUNCILWIRE_BATCH", "8", 1);
    setenv("COUNCILWIRE_REST_TIME", "250ms", 1);
    setenv("COUNCILWIRE_KAFKA_CLIENT_ID", "me", 1);
    setenv("COUNCILWIRE_SOMEBODY_ELSES", "x", 1);
    int rc = read_with(&c, &a, &err,
                       WORDS("one", "--batch", "9", "--strict", "--kafka.acks=all", "-v",
                             "--once", "--", "--two", "-"));
    unsetenv("COUNCILWIRE_BATCH");
    unsetenv("COUNCILWIRE_REST_TIME");
    unsetenv("COUNCILWIRE_KAFKA_CLIENT_ID");
    assert_string_equal(err.text, "");
    assert_int_equal(rc, 0);
    assert_int_equal(target.folder.n, 3);
    assert_string_equal(target.folder.v[0], "/a");
    assert_string_equal(target.folder.v[1], "/b b");
    assert_string_equal(target.folder.v[2], "/c,d");
    assert_int_equal(target.batch, 9);
    assert_int_equal(target.limit_bytes, 16 << 20);
    assert_int_equal(target.rest_ms, 250);
    assert_int_equal(target.after, 1);
    assert_true(target.strict);
    assert_string_equal(target.listen, "127.0.0.1:0");
    assert_null(target.token);
    assert_true(a.once && a.verbose && !a.check);
    assert_int_equal(a.operands, 3);
    assert_string_equal(a.operand[0], "one");
    assert_string_equal(a.operand[1], "--two");
    assert_string_equal(a.operand[2], "-");
    const char *const *names, *const *values;
    assert_int_equal(conf_kafka(c, &names, &values), 3);
    struct buf seen = {0};
    for (size_t i = 0; i < 3; i++)
        buf_addf(&seen, "%s=%s;", names[i], values[i]);
    assert_non_null(strstr(seen.p, "security.protocol=SSL;"));
    assert_non_null(strstr(seen.p, "client.id=me;"));
    assert_non_null(strstr(seen.p, "acks=all;"));
    buf_free(&seen);
    assert_true(conf_is_set(c, "max-document"));
    assert_false(conf_is_set(c, "listen"));
    assert_string_equal(conf_file(c), file_path);
    conf_free(&c);
}

static void refuse(const char *text, const char *const *words, int code, const char *said)
{
    struct conf *c;
    struct conf_action a;
    struct err err;
    write_file(text);
    assert_int_equal(read_with(&c, &a, &err, words), -1);
    if (!strstr(err.text, said))
        fail_msg("'%s' does not say '%s'", err.text, said);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    assert_int_equal(conf_exit_code(&err), code);
    conf_free(&c);
}

static void names_file_line_key_and_remedy(void **state)
{
    (void)state;
    refuse("folder = /a\n# x\nbacth = 3\n", NULL, 78,
           "test.conf:3: unknown key bacth; did you mean batch?");
    refuse("folder = /a\nmax-documnet = 3\n", NULL, 78, "did you mean max-document?");
    refuse("folder = /a\nbatch = many\n", NULL, 78,
           "test.conf:2: batch: many: expected a number");
    refuse("folder = /a\nbatch = 1001\n", NULL, 78, "expected 1 to 1000");
    refuse("folder = /a\nmax-document = 1 GiB\n", NULL, 78, "expected 1 KiB to 64 MiB");
    refuse("folder = /a\nmax-document = 99999999999999999 GiB\n", NULL, 78,
           "expected bytes");
    refuse("folder = /a\nrest-time = 5\n", NULL, 78, "expected a time");
    refuse("folder = /a\nafter = mve\n", NULL, 78, "did you mean move?");
    refuse("folder = /a\nstrict = perhaps\n", NULL, 78, "expected true or false");
    refuse("folder = /a\nbatch = 1\nbatch = 2\n", NULL, 78, "is set already at");
    refuse("folder = /a\nnonsense\n", NULL, 78,
           "test.conf:2: nonsense: expected key = value");
    refuse("batch = 1\n", NULL, 78, "test.conf: folder is required");
    refuse("folder = /a\nkafka.sasl.password = hunter2\n", NULL, 78,
           "write kafka.sasl.password-file = FILE");
    refuse("folder = /a\n", WORDS("--bacth", "3"), 64, "did you mean --batch?");
    refuse("folder = /a\n", WORDS("--chek"), 64, "did you mean --check?");
    refuse("folder = /a\n", WORDS("--batch"), 64, "a value is missing");
    refuse("folder = /a\n", WORDS("--batch=x"), 64,
           "--batch: batch: x: expected a number");
    refuse("folder = /a\n", WORDS("--once=yes"), 64, "takes no value");
    refuse("folder = /a\n", WORDS("-x"), 64, "-x: unknown key");
    refuse("folder = /a\n", WORDS("--config", "/nowhere/x"), 78, "/nowhere/x");
}

static void secrets_come_from_files_of_their_owner(void **state)
{
    (void)state;
    struct conf *c;
    struct conf_action a;
    struct err err = {0};
    char path[96], text[256];
    struct buf shown = {0};
    snprintf(path, sizeof path, "%s/token", dir);
    assert_int_equal(file_replace(path, SV("hunter2\n"), 0644, &err), 0);
    snprintf(text, sizeof text, "folder=/a\ntoken = %s\nkafka.sasl.password-file = %s\n",
             path, path);
    refuse(text, NULL, 78, "chmod 600");
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(read_with(&c, &a, &err, NULL), 0);
    assert_string_equal(target.token, "hunter2");
    const char *const *names, *const *values;
    assert_int_equal(conf_kafka(c, &names, &values), 1);
    assert_string_equal(names[0], "sasl.password");
    assert_string_equal(values[0], "hunter2");
    conf_print(c, &shown);
    assert_null(strstr(shown.p, "hunter2"));
    assert_non_null(strstr(shown.p, "# token: set, not shown"));
    conf_free(&c);

    write_file("folder = /a\n");
    setenv("CREDENTIALS_DIRECTORY", dir, 1);
    assert_int_equal(read_with(&c, &a, &err, NULL), 0);
    assert_string_equal(target.token, "hunter2");
    conf_free(&c);
    buf_free(&shown);
}

/* The name stands in the middle of the file: it is a slice of it. */
static void a_credential_is_found_by_the_name_that_the_file_gives(void **state)
{
    (void)state;
    struct conf *c;
    struct conf_action a;
    struct err err = {0};
    char path[96];
    snprintf(path, sizeof path, "%s/kafka-password", dir);
    assert_int_equal(file_replace(path, SV("hunter2\n"), 0644, &err), 0);
    setenv("CREDENTIALS_DIRECTORY", dir, 1);
    write_file("kafka.sasl.password-file = kafka-password\nfolder = /a\nbatch = 3\n");
    assert_int_equal(read_with(&c, &a, &err, NULL), 0);
    const char *const *names, *const *values;
    assert_int_equal(conf_kafka(c, &names, &values), 1);
    assert_string_equal(values[0], "hunter2");
    conf_free(&c);
    refuse("folder = /a\nkafka.sasl.password-file = other\nbatch = 3\n", NULL, 78,
           "nor in /tmp/test_conf.");
}

static void an_instance_has_a_file_of_its_own(void **state)
{
    (void)state;
    struct conf *c;
    struct conf_action a;
    struct err err = {0};
    char path[96];
    write_file("folder = /a\nbatch = 3\n");
    assert_int_equal(read_with(&c, &a, &err, WORDS("--space=limite")), 0);
    assert_int_equal(target.batch, 3); /* none of its own: the common one */
    conf_free(&c);
    snprintf(path, sizeof path, "%s/test-limite.conf", dir);
    assert_int_equal(file_replace(path, SV("folder = /a\nbatch = 4\n"), 0640, &err), 0);
    assert_int_equal(read_with(&c, &a, &err, WORDS("--space=limite")), 0);
    assert_int_equal(target.batch, 4);
    assert_string_equal(conf_file(c), path);
    conf_free(&c);
    setenv("COUNCILWIRE_SPACE", "limite", 1);
    assert_int_equal(read_with(&c, &a, &err, NULL), 0);
    assert_int_equal(target.batch, 4);
    conf_free(&c);
    assert_int_equal(read_with(&c, &a, &err, WORDS("--space=public")), 0);
    unsetenv("COUNCILWIRE_SPACE");
    assert_int_equal(target.batch, 3);
    conf_free(&c);
    refuse("batch = 3\n", NULL, 78, "write folder = ");
}

static void reload_takes_what_may_change(void **state)
{
    (void)state;
    struct conf *c;
    struct conf_action a;
    struct err err;
    struct buf others = {0};
    write_file("folder = /a\nbatch = 5\nkafka.acks = all\n");
    assert_int_equal(read_with(&c, &a, &err, NULL), 0);
    write_file("folder = /b\nbatch = 6\nrest-time = 1min\nkafka.acks = 1\n");
    assert_int_equal(conf_reload(c, &others, &err), 0);
    assert_int_equal(target.batch, 6);
    assert_int_equal(target.rest_ms, 60000);
    assert_string_equal(target.folder.v[0], "/a");
    assert_string_equal(others.p, "folder, kafka.acks");
    write_file("folder = /a\nbatch = 7\nrest-time = x\n");
    assert_int_equal(conf_reload(c, &others, &err), -1);
    assert_int_equal(target.batch, 6);
    err_clear(&err);
    write_file("folder = /a\n");
    assert_int_equal(conf_reload(c, &others, &err), 0);
    assert_int_equal(target.batch, 100);
    conf_free(&c);
    buf_free(&others);
}

static void texts_for_people_come_from_the_table(void **state)
{
    (void)state;
    struct conf *c;
    struct conf_action a;
    struct err err;
    struct buf b = {0};
    write_file("folder = /a\nbatch = 5\n");
    assert_int_equal(read_with(&c, &a, &err, NULL), 0);
    conf_print(c, &b);
    assert_non_null(strstr(b.p, "folder = /a\nbatch = 5\nmax-document = 8 MiB\n"));
    write_file(b.p); /* what is printed is a configuration */
    conf_free(&c);
    assert_int_equal(read_with(&c, &a, &err, NULL), 0);
    buf_reset(&b);
    conf_help(c, &b);
    assert_non_null(strstr(b.p, "Usage: councilwire-test [OPTION]... [FILE...]"));
    assert_non_null(
        strstr(b.p, "--after WORD\n      then (keep | move | delete) [keep]"));
    assert_non_null(strstr(b.p, "Example:\n  councilwire-test --folder /tmp"));
    buf_reset(&b);
    conf_sample(&program, &b);
    assert_non_null(strstr(b.p, "\n#max-document = 8 MiB\n"));
    assert_non_null(strstr(b.p, "\n#folder =\n"));
    write_file(b.p); /* all comments */
    conf_free(&c);
    assert_int_equal(read_with(&c, &a, &err, WORDS("--folder=/x")), 0);
    conf_free(&c);
    assert_int_equal(read_with(&c, &a, &err, WORDS("--help")), 0);
    assert_true(a.help);
    conf_free(&c);
    buf_free(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(layers_replace_each_other),
        TEST(names_file_line_key_and_remedy),
        TEST(secrets_come_from_files_of_their_owner),
        TEST(a_credential_is_found_by_the_name_that_the_file_gives),
        TEST(an_instance_has_a_file_of_its_own),
        TEST(reload_takes_what_may_change),
        TEST(texts_for_people_come_from_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
