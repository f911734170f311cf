#include "lib/arena.h"
#include "lib/file.h"
#include "producers/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

enum { TEXTS = 7, ROUNDS = 3, LIMIT = 64 << 20 };

static struct knowledge *tables;
static struct buf text[TEXTS];

/* Five papers, between them one that is classified and one that holds too much. */
static int set_up(void **state)
{
    static const char *const papers[] = {"st-12650-2017-init", "st-14186-2014-rev-1",
                                         "st-15584-2012-rev-1", "st-15754-2017-init",
                                         "st-8410-2013-init"};
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(papers); i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/data/papers/%s.txt", TESTS_DIR, papers[i]);
        if (file_read(path, SIZE_MAX, &text[i < 2 ? i : i + 2], &err))
            return -1;
    }
    buf_add_sv(&text[2],
               SV("COUNCIL OF THE EUROPEAN UNION\nBrussels, 3 May 2012\n9876/12\n"
                  "RESTREINT UE\nCOSI 30\nNOTE\nfrom: Presidency\nto: COSI\n"));
    for (int i = 0; i < 25000; i++)
        buf_addf(&text[3], "%d/%02d, ", 10000 + i % 89999, 10 + i / 12500);
    return knowledge_open(NULL, &tables, &err);
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXTS; i++)
        buf_free(&text[i]);
    knowledge_free(&tables);
    return 0;
}

static void write_json(const struct parsed *p, struct buf *out)
{
    struct json_writer w = {.out = out};
    buf_reset(out);
    event_put_parsed(&w, p);
}

/* What a job yields is what parse_text says of its text alone. */
static void check_alone(const struct parse_job *j)
{
    AUTO(buf_free) struct buf together = {0}, alone = {0};
    struct arena a;
    struct parsed p = {0};
    struct err err = {0};
    arena_init(&a, LIMIT);
    assert_int_equal(parse_text(tables, j->text, &a, &p, &err), j->rc);
    if (j->rc)
        assert_string_equal(err.reason, j->err.reason);
    assert_string_equal(err.text, j->err.text);
    write_json(&j->parsed, &together);
    write_json(&p, &alone);
    assert_true(sv_eq(buf_sv(&together), buf_sv(&alone)));
    arena_free(&a);
}

static void papers_read_together_say_what_each_says_alone(void **state)
{
    enum { JOBS = TEXTS * ROUNDS };
    static struct parse_job job[JOBS];
    struct arena a[JOBS];
    (void)state;
    for (size_t i = 0; i < JOBS; i++) {
        arena_init(&a[i], LIMIT);
        job[i] = (struct parse_job){.text = buf_sv(&text[i % TEXTS]), .a = &a[i]};
    }
    parse_texts(tables, job, JOBS);
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(job[i].rc, i % TEXTS == 2 || i % TEXTS == 3 ? -1 : 0);
        assert_int_equal(a[i].limit, LIMIT);
        check_alone(&job[i]);
        arena_free(&a[i]);
    }
    assert_string_equal(job[2].err.reason, "classified");
    assert_true(sv_eq(job[2].parsed.document.marking, SV("RESTREINT UE")));
    assert_string_equal(job[3].err.reason, "too-many");
}

/* Whose text could not even be made keeps its error. */
static void a_job_that_failed_before_is_left_alone(void **state)
{
    struct arena a[2];
    struct parse_job job[2];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        arena_init(&a[i], LIMIT);
        job[i] = (struct parse_job){.text = buf_sv(&text[0]), .a = &a[i]};
    }
    job[0].rc = err_reject(&job[0].err, "not-text", "before");
    parse_texts(tables, job, 2);
    assert_int_equal(job[0].rc, -1);
    assert_string_equal(job[0].err.reason, "not-text");
    assert_null(job[0].parsed.document.id.p);
    assert_int_equal(job[1].rc, 0);
    assert_true(sv_eq(job[1].parsed.document.id, SV("ST-12650-2017-INIT")));
    for (size_t i = 0; i < 2; i++)
        arena_free(&a[i]);
    parse_texts(tables, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(papers_read_together_say_what_each_says_alone),
        cmocka_unit_test(a_job_that_failed_before_is_left_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
