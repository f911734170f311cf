/* A time as people write it: of any precision, in the calendar, compared as text. */
#include "lib/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void is_a_time(void **state)
{
    (void)state;
    static const char *const good[] = {"2026",
                                       "2026-08",
                                       "2026-08-31",
                                       "2024-02-29",
                                       "2026-08-31T23",
                                       "2026-08-31T23:59",
                                       "2026-08-31T23:59:59",
                                       "2026-08-31T23:59:59Z",
                                       "2000-02-29",
                                       "2026-08-31T12Z",
                                       "2026-08-31T23:59:59.123Z"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(moment_is(sv_cstr(good[i])));
}

static void is_no_time(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "26",
                                      "2026-",
                                      "2026-8",
                                      "2026-13",
                                      "2026-00",
                                      "2026-02-29",
                                      "1900-02-29",
                                      "2026-08-32",
                                      "2026/08/31",
                                      "2026-08-31 12",
                                      "2026-08-31T24",
                                      "2026-08-31T23:60",
                                      "2026-08-31T23:59:59.",
                                      "2026-08-31T23:59:59.1x",
                                      "yesterday",
                                      "2026Z"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(moment_is(sv_cstr(bad[i])));
}

static void lies_within(void **state)
{
    (void)state;
    struct sv t = SV("2026-08-31T12:30:00.500Z");
    assert_int_equal(moment_cmp(t, SV("2026")), 0);
    assert_int_equal(moment_cmp(t, SV("2026-08-31")), 0);
    assert_int_equal(moment_cmp(t, SV("2026-08-31T12:30Z")), 0);
    assert_true(moment_cmp(t, SV("2026-08-30")) > 0);
    assert_true(moment_cmp(t, SV("2026-09")) < 0);
    assert_true(moment_cmp(t, SV("2026-08-31T12:29")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(is_a_time),
                                       cmocka_unit_test(is_no_time),
                                       cmocka_unit_test(lies_within)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
