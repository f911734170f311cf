/* A list of words holds its words and no others, whatever its mask lets through. */
#include "producers/parse/text/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct words some = WORDS("and", "or", "été", "a", "through", "\xe2", "-");

static void holds_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; some.v[i]; i++)
        assert_true(one_of(sv_cstr(some.v[i]), &some));
    assert_null(some.v[7]);
}

static void holds_no_others(void **state)
{
    (void)state;
    static const char *const other[] = {"",   "an",  "And",      "andy", "o",  "ors", "b",
                                        "ét", "thr", "throughs", "\xe3", "--", "add"};
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        assert_false(one_of(sv_cstr(other[i]), &some));
    assert_false(one_of(SV_NULL, &some));
    for (int c = 1; c < 256; c++) {
        char one[] = {(char)c, '\0'};
        assert_int_equal(one_of((struct sv){one, 1}, &some),
                         c == 'a' || c == '-' || c == 0xe2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(holds_its_words),
                                       cmocka_unit_test(holds_no_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
