#include "lib/log.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t now = 1785585600123; /* 2026-08-01T12:00:00.123Z */

static int64_t fixed(void)
{
    return now;
}

/* What `act` writes to standard error. */
static struct buf captured(void (*act)(void))
{
    int ends[2], kept = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    log_init("councilwire-test", LOG_INFO);
    act();
    dup2(kept, STDERR_FILENO);
    close(kept);
    struct buf b = {0};
    struct err err = {0};
    assert_int_equal(fd_read_all(ends[0], 100000, &b, &err), 0);
    close(ends[0]);
    return b;
}

static void plain_line(void)
{
    LOG(INFO, DOC_PUBLISHED, FC("id", "ST-1-2017-INIT"), FI("offset", -7),
        FB("news", true), FS("none", SV_NULL));
}

static void writes_one_json_line(void **state)
{
    (void)state;
    struct buf b = captured(plain_line);
    assert_string_equal(
        b.p, "{\"ts\":\"2026-08-01T12:00:00.123Z\",\"level\":\"info\",\"daemon\":"
             "\"councilwire-test\",\"event\":\"doc.published\",\"id\":\"ST-1-2017-INIT\","
             "\"offset\":-7,\"news\":true,\"none\":null}\n");
    buf_free(&b);
}

static void hostile_line(void)
{
    LOG(INFO, DOC_SEEN, FS("name", SV("a\n\"b\\\x1b[31m\xff \xc3\xa9\xe2\x80\xae")));
}

static void escapes_controls_and_broken_bytes(void **state)
{
    (void)state;
    struct buf b = captured(hostile_line);
    assert_non_null(strstr(b.p, "\"name\":\"a\\u000a\\\"b\\\\\\u001b[31m\\\\xff \xc3\xa9"
                                "\\\\xe2\\\\x80\\\\xae\"}\n"));
    buf_free(&b);
}

static void long_line(void)
{
    char text[1000];
    memset(text, 'x', sizeof text);
    LOG(INFO, DOC_SEEN, FS("name", ((struct sv){text, sizeof text})));
}

static void cuts_long_values(void **state)
{
    (void)state;
    struct buf b = captured(long_line);
    assert_true(b.n < 450);
    assert_non_null(strstr(b.p, "xxx…\"}"));
    buf_free(&b);
}

static void below_the_threshold(void)
{
    LOG(DEBUG, DOC_SEEN, FC("id", "x"));
}

static void keeps_quiet_below_the_threshold(void **state)
{
    (void)state;
    struct buf b = captured(below_the_threshold);
    assert_int_equal(b.n, 0);
    buf_free(&b);
}

static void a_storm(void)
{
    for (int i = 0; i < 1000; i++)
        LOG(WARN, BROKER_ERROR, FC("broker", "down"), FI("try", i));
    LOG(WARN, BROKER_ERROR, FC("broker", "another"));
    LOG(ERROR, BROKER_ERROR, FC("broker", "down"));
    now += 20000;
    LOG(WARN, BROKER_ERROR, FC("broker", "down"));
}

static void repeated_warnings_are_counted_not_written(void **state)
{
    (void)state;
    struct buf b = captured(a_storm);
    size_t lines = 0;
    for (size_t i = 0; i < b.n; i++)
        lines += b.p[i] == '\n';
    assert_int_equal(lines, 10 + 1 + 1 + 1);
    assert_non_null(strstr(b.p, "\"broker\":\"another\""));
    assert_non_null(strstr(b.p, "\"suppressed\":990}"));
    buf_free(&b);
}

static void times_are_rfc3339(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } times[] = {{0, "1970-01-01T00:00:00.000Z"},
                 {951782399999, "2000-02-28T23:59:59.999Z"},
                 {951782400000, "2000-02-29T00:00:00.000Z"},
                 {1785585600123, "2026-08-01T12:00:00.123Z"},
                 {-1, "1969-12-31T23:59:59.999Z"},
                 {253402300799999, "9999-12-31T23:59:59.999Z"},
                 {INT64_MAX, "1900-01-00T00:00:00.807Z"}};
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        char text[CLOCK_RFC3339];
        clock_rfc3339(times[i].ms, text);
        assert_string_equal(text, times[i].text);
    }
}

int main(void)
{
    clock_set(fixed, fixed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_rfc3339),
        cmocka_unit_test(writes_one_json_line),
        cmocka_unit_test(escapes_controls_and_broken_bytes),
        cmocka_unit_test(cuts_long_values),
        cmocka_unit_test(keeps_quiet_below_the_threshold),
        cmocka_unit_test(repeated_warnings_are_counted_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
