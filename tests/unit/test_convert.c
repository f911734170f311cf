#include "lib/child.h"
#include "lib/convert.h"
#include "lib/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64 << 20);
    return setenv("COUNCILWIRE_EXTRACT", BIN_DIR "/councilwire-extract", 1);
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct sv fixture(const char *name)
{
    struct err err = {0};
    AUTO(buf_free) struct buf path = {0}, content = {0};
    buf_addf(&path, "%s/data/formats/%s", TESTS_DIR, name);
    assert_int_equal(file_read(path.p, 64 << 20, &content, &err), 0);
    return arena_copy(&arena, buf_sv(&content));
}

static struct sv converted(struct sv original)
{
    struct err err = {0};
    struct doc d = {.original = original};
    if (convert_doc(&d, NULL, &arena, &err) != 0)
        fail_msg("%s", err.text);
    return d.converted;
}

static void refused(struct sv original, const char *reason)
{
    struct err err = {0};
    struct doc d = {.original = original};
    assert_int_equal(convert_doc(&d, NULL, &arena, &err), -1);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    assert_string_equal(err.reason, reason);
    assert_null(d.converted.p);
}

static bool holds(struct sv text, const char *what)
{
    return sv_find(text, sv_cstr(what)) != SIZE_MAX;
}

static void the_format_is_told_by_content(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum doc_format format;
    } cases[] = {
        {"", FORMAT_TEXT},
        {"Council of the\nEuropean Union", FORMAT_TEXT},
        {"A note<sup>1</sup> with <html> in it", FORMAT_TEXT},
        {"<https://example.org/> begins a text", FORMAT_TEXT},
        {"<!DOCTYPE html><title>x", FORMAT_HTML},
        {"\xef\xbb\xbf \n<!-- saved -->\n<HTML lang=en>", FORMAT_HTML},
        {"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-'><html>", FORMAT_HTML},
        {"<?xml version='1.0'?><ACT>", FORMAT_XML},
        {"<feed xmlns='http://www.w3.org/2005/Atom'>", FORMAT_XML},
        {"%PDF-1.4\n", FORMAT_PDF},
        {"see %PDF-1.4", FORMAT_TEXT},
        {"PK\x03\x04rest", FORMAT_DOCX},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(convert_sniff(sv_cstr(cases[i].bytes)), cases[i].format);
}

static void every_format_gives_the_running_text(void **state)
{
    (void)state;
    static const char *const names[] = {
        "st-15754-2017-init.html", "st-15754-2017-init.docx", "st-15754-2017-init.pdf"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct sv text = converted(fixture(names[i]));
        assert_true(holds(text, "15754/17\n"));
        assert_true(holds(text, "From: General Secretariat of the Council\n"));
        assert_true(holds(text, "The agenda set out in 14260/1/17 REV 1 was adopted."));
    }
}

static void footnote_marks_are_no_digits_of_a_word(void **state)
{
    (void)state;
    static const char *const names[] = {
        "st-8410-2013-init.html", "st-8410-2013-init.docx", "st-8410-2013-init.pdf"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(holds(converted(fixture(names[i])), "<sup>2</sup>. The"));
}

/* A label and its value are cells of one row; lists have their numbers. */
static void rows_and_lists_of_docx_are_read(void **state)
{
    (void)state;
    struct err err = {0};
    AUTO(buf_free) struct buf bytes = {0};
    assert_int_equal(
        file_read(TESTS_DIR "/fuzz/corpus/docx/lists.docx", 1 << 20, &bytes, &err), 0);
    struct sv text = converted(buf_sv(&bytes));
    assert_true(holds(text, "From\tTo\n"));
    assert_true(holds(text, "\na\tb\n"));
    assert_true(holds(text, "2. two\n"));
    assert_true(holds(text, "  a) inner<sup>3</sup>\n"));
}

static void formex_is_read(void **state)
{
    (void)state;
    struct sv text = converted(fixture("markup/formex.xml"));
    assert_true(holds(text, "1. The Council adopts it at 10<sup>th</sup> hour."));
    assert_true(holds(text, "2016/679<sup>1</sup>,"));
    assert_true(holds(text, "<sup>1</sup> OJ L 119, 4.5.2016, p. 1."));
    assert_true(holds(text, "From:\tPresidency\nTo:\tDelegations"));
    assert_true(holds(text, "\n- on quality,\n"));
    assert_true(holds(text, "- on costs of a \xe2\x80\x98paper\xe2\x80\x99.\n"));
    assert_true(holds(text, "\n(a) first;\n"));
    assert_false(holds(text, "hidden"));
}

static void akoma_ntoso_and_feeds_are_read(void **state)
{
    (void)state;
    struct sv akn = converted(fixture("markup/akn.xml"));
    assert_true(holds(akn, "Article 2"));
    assert_true(holds(akn, "Member States are invited to act."));
    assert_false(holds(akn, "hidden"));
    struct sv feed = converted(fixture("markup/feed.xml"));
    assert_true(holds(feed, "ST 15754 2017 INIT"));
    assert_true(holds(feed, "The Committee & others agreed on it\xe2\x80\xa6"));
    assert_false(holds(feed, "hidden"));
}

static struct sv repeated(const char *before, const char *piece, size_t times,
                          const char *after)
{
    AUTO(buf_free) struct buf b = {0};
    buf_addf(&b, "%s", before);
    for (size_t i = 0; i < times; i++)
        buf_add_sv(&b, sv_cstr(piece));
    buf_addf(&b, "%s", after);
    return arena_copy(&arena, buf_sv(&b));
}

static void bombs_are_refused(void **state)
{
    (void)state;
    refused(SV("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'cccc'>]><a>&b;</a>"),
            "invalid-markup");
    refused(repeated("<?xml version='1.0'?>", "<a>", 1000, ""), "invalid-markup");
    refused(repeated("<html><body>", "<div>", 5000, ""), "invalid-markup");
    refused(repeated("<html><body><p ", "a=1 ", 20000, ">x"), "invalid-markup");
    refused(SV("<?xml version='1.0'?><a><b></a>"), "invalid-markup");
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    struct sv docx = fixture("st-15754-2017-init.docx"),
              pdf = fixture("st-15754-2017-init.pdf");
    refused(sv_sub(docx, 0, docx.n / 2), "invalid-docx");
    refused(SV("PK\x03\x04nothing"), "invalid-docx");
    refused(SV("%PDF-1.4\nnothing"), "converter");
    refused(sv_sub(pdf, 0, 200), "converter");
    struct err err = {0};
    struct doc d = {.original = SV("%PDF-1.7\ntrailer << /Encrypt 1 0 R >>\n")};
    assert_int_equal(convert_doc(&d, NULL, &arena, &err), -1);
    assert_non_null(strstr(err.text, "it is encrypted with a password"));
}

static void a_program_without_end_is_ended(void **state)
{
    (void)state;
    static const char *const argv[] = {"sh", "-c", "while :; do :; done", NULL};
    struct child_spec s = {
        .program = "/usr/bin/dash", .argv = argv, .cpu_s = 1, .wall_ms = 100000};
    AUTO(buf_free) struct buf out = {0};
    struct err err = {0};
    enum child_end end;
    int code;
    assert_int_equal(child_run(&s, &out, &end, &code, &err), 0);
    assert_int_equal(end, CHILD_CPU);
    static const char *const loud[] = {"sh", "-c",
                                       "while :; do echo aaaaaaaaaaaaaaaa; done", NULL};
    s = (struct child_spec){
        .program = "/usr/bin/dash", .argv = loud, .output_max = 100000};
    assert_int_equal(child_run(&s, &out, &end, &code, &err), 0);
    assert_int_equal(end, CHILD_OUTPUT);
    s = (struct child_spec){.program = "/usr/bin/tail",
                            .argv = (const char *const[]){"tail", "-f", NULL},
                            .wall_ms = 200};
    assert_int_equal(child_run(&s, &out, &end, &code, &err), 0);
    assert_true(end == CHILD_TIMEOUT || (end == CHILD_DONE && code != 0));
}

/* Few descriptors are no fault of the paper; a program that can not run is none either.
 */
static void a_program_that_does_not_start_is_no_damaged_paper(void **state)
{
    (void)state;
    struct rlimit before, few;
    struct err err = {0};
    AUTO(buf_free) struct buf out = {0};
    enum child_end end;
    int code;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 40;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    struct sv text = converted(fixture("st-15754-2017-init.pdf"));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(holds(text, "15754/17"));

    struct child_spec s = {.program = "/etc/hostname",
                           .argv = (const char *const[]){"hostname", NULL}};
    assert_int_equal(child_run(&s, &out, &end, &code, &err), 0);
    assert_int_equal(end, CHILD_NOT_STARTED);
    struct doc d = {.original = fixture("st-15754-2017-init.html")};
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s", getenv("COUNCILWIRE_EXTRACT"));
    assert_int_equal(setenv("COUNCILWIRE_EXTRACT", "/bin/false.d/none", 1), 0);
    assert_int_equal(convert_doc(&d, NULL, &arena, &err), -1);
    assert_int_equal(err.kind, ERR_FATAL);
    assert_int_equal(setenv("COUNCILWIRE_EXTRACT", path.p, 1), 0);
}

static void a_child_reaches_nothing(void **state)
{
    (void)state;
    static const char *const tries[] = {
        "read x < /etc/passwd && echo reached", /* a file */
        "echo x > /tmp/councilwire-escape && echo reached",
        "(echo reached)", /* a process */
        "env | grep -q PATH=/ && echo reached",
    };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        const char *const argv[] = {"sh", "-c", tries[i], NULL};
        struct child_spec s = {.program = "/usr/bin/dash", .argv = argv};
        AUTO(buf_free) struct buf out = {0};
        struct err err = {0};
        enum child_end end;
        int code;
        assert_int_equal(child_run(&s, &out, &end, &code, &err), 0);
        assert_false(holds(buf_sv(&out), "reached"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_format_is_told_by_content),
        cmocka_unit_test(every_format_gives_the_running_text),
        cmocka_unit_test(footnote_marks_are_no_digits_of_a_word),
        cmocka_unit_test(rows_and_lists_of_docx_are_read),
        cmocka_unit_test(formex_is_read),
        cmocka_unit_test(akoma_ntoso_and_feeds_are_read),
        cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(a_program_without_end_is_ended),
        cmocka_unit_test(a_program_that_does_not_start_is_no_damaged_paper),
        cmocka_unit_test(a_child_reaches_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
