/* `councilwire explain` names line and rule of what parse finds, and refuses wrong
 * numbers. */
#include "lib/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#define PAPER TESTS_DIR "/data/papers/st-15754-2017-init.txt"

static char out[1 << 16];

static int explain(const char *arguments)
{
    char command[1024];
    (void)snprintf(command, sizeof command, "%s/councilwire explain %s 2>&1", BIN_DIR,
                   arguments);
    FILE *f = popen(command, "r"); /* NOLINT(cert-env33-c): our own program */
    assert_non_null(f);
    out[fread(out, 1, sizeof out - 1, f)] = '\0';
    int status = pclose(f);
    return WEXITSTATUS(status);
}

static void test_list(void **state)
{
    (void)state;
    assert_int_equal(explain(PAPER), EXIT_DONE);
    assert_memory_equal(out, "ST-15754-2017-INIT, en: 11 items, 12 references, ", 48);
    assert_non_null(strstr(out, "item 1: Adoption of the agenda"));
    assert_non_null(strstr(out, "line 25    citations.tsv:"));
    assert_non_null(strstr(out, "cites ST-14260-2017-REV-1 as \"14260/1/17 REV 1\""));
    assert_non_null(strstr(out, "formulas.tsv:"));
}

static void test_one(void **state)
{
    (void)state;
    assert_int_equal(explain(PAPER " 1"), EXIT_DONE);
    assert_memory_equal(out, "1  line 23, bytes ", 18);
    assert_non_null(strstr(out, "rule: outline: number"));
    assert_non_null(strstr(out, "text: 1. Adoption of the agenda"));
}

static void test_wrong_use(void **state)
{
    (void)state;
    assert_int_equal(explain(PAPER " 0"), EXIT_USAGE);
    assert_int_equal(explain(PAPER " 99999"), EXIT_USAGE);
    assert_int_equal(explain(PAPER " x"), EXIT_USAGE);
    assert_int_equal(explain(""), EXIT_USAGE);
    assert_int_equal(explain("/nonexistent"), EXIT_REFUSED);
    assert_non_null(strstr(out, "/nonexistent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_list),
                                       cmocka_unit_test(test_one),
                                       cmocka_unit_test(test_wrong_use)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
