/* Lines on a terminal: broken between words, hanging under their text, never lost. */
#include "lib/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void folds(size_t columns, const char *text, const char *want)
{
    AUTO(buf_free) struct buf out = {0};
    term_fold(&out, sv_cstr(text), columns);
    if (!sv_eq(buf_sv(&out), sv_cstr(want)))
        fail_msg("%s\n got:\n" SV_FMT "\n want:\n%s", text, SV_ARG(buf_sv(&out)), want);
}

static void breaks_between_words(void **state)
{
    (void)state;
    folds(20, "short\n", "short\n");
    folds(20, "", "");
    folds(20, "\n\n", "\n\n");
    folds(20, "exactly twenty signs\n", "exactly twenty signs\n");
    folds(20, "one more than twenty!\n", "one more than\n  twenty!\n");
    folds(20, "    the Committee agreed on it\n",
          "    the Committee\n      agreed on it\n");
    folds(20, "a  gap of two  blanks that is long\n",
          "a  gap of two\n   blanks that is\n   long\n");
}

static void hangs_under_the_text(void **state)
{
    (void)state;
    folds(30, "  subject   New Pact on Migration and Asylum\n",
          "  subject   New Pact on\n            Migration and\n            Asylum\n");
}

static void a_long_word_stays_whole(void **state)
{
    (void)state;
    folds(20, "https://example.org/a/long/address and more\n",
          "https://example.org/a/long/address\n  and more\n");
    folds(20, "    averyveryverylongwordindeed\n", "    averyveryverylongwordindeed\n");
}

static void colours_and_letters_count_once(void **state)
{
    (void)state;
    folds(20, "\033[1mexactly\033[0m twenty signs\n",
          "\033[1mexactly\033[0m twenty signs\n");
    folds(20, "éééééééééé ééééééééé\n", "éééééééééé ééééééééé\n");
    folds(20, "broken \033[", "broken \033[\n");
}

/* Whatever the text: no line but of one word is longer, and no word is lost. */
static void nothing_is_lost(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int n = 0; n < 2000; n++) {
        char text[200];
        size_t size = 0, columns = 20 + (seed >> 8) % 40;
        while (size < sizeof text - 2) {
            seed = seed * 1103515245U + 12345U;
            text[size++] = "     abcdefghijklmnopqrstu"[(seed >> 16) % 26];
        }
        text[size++] = '\n';
        text[size] = '\0';
        AUTO(buf_free) struct buf out = {0};
        term_fold(&out, (struct sv){text, size}, columns);
        size_t i = 0, line = 0;
        for (size_t k = 0; k < out.n; k++) {
            line = out.p[k] == '\n' ? 0 : line + 1;
            assert_true(line <= columns + 60);
            if (out.p[k] == ' ' || out.p[k] == '\n')
                continue;
            while (text[i] == ' ')
                i++;
            assert_int_equal(out.p[k], text[i++]);
        }
        while (text[i] == ' ' || text[i] == '\n')
            i++;
        assert_int_equal(i, size);
    }
}

static void no_terminal_is_told(void **state)
{
    (void)state;
    if (term_columns() == 0)
        assert_false(term_colour());
    assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
    assert_false(term_colour());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(breaks_between_words),
                                       cmocka_unit_test(hangs_under_the_text),
                                       cmocka_unit_test(a_long_word_stays_whole),
                                       cmocka_unit_test(colours_and_letters_count_once),
                                       cmocka_unit_test(nothing_is_lost),
                                       cmocka_unit_test(no_terminal_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
