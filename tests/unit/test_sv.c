/* lib/sv: finding one text in another. */
#include "lib/sv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static size_t find_plainly(struct sv s, struct sv what)
{
    for (size_t i = 0; i + what.n <= s.n; i++)
        if (memcmp(s.p + i, what.p, what.n) == 0)
            return i;
    return SIZE_MAX;
}

static unsigned next(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 16) % below;
}

/* Few different signs, so that what is looked for stands there often, and in parts. */
static void fill(char *to, size_t n, const char *signs, unsigned *seed)
{
    for (size_t i = 0; i < n; i++)
        to[i] = signs[next(seed, (unsigned)strlen(signs))];
}

static void find_gives_the_first_place(void **state)
{
    (void)state;
    static const char *const signs[] = {"ab", "ab ",    "aaaaaaaaX",
                                        "a:", "ab 2)(", "WhereX "};
    char text[400], what[12];
    unsigned seed = 7;
    for (unsigned i = 0; i < 60000; i++) {
        const char *of = signs[i % ARRAY_LEN(signs)];
        struct sv t = {text, next(&seed, sizeof text)}, w = {what, next(&seed, 6)};
        fill(text, t.n, of, &seed);
        fill(what, w.n, of, &seed);
        assert_int_equal(sv_find(t, w), find_plainly(t, w));
    }
}

static void find_goes_on_where_a_seldom_sign_is_frequent(void **state)
{
    (void)state;
    char text[300];
    memset(text, ':', sizeof text);
    struct sv t = {text, sizeof text};
    assert_int_equal(sv_find(t, SV("hereas:")), SIZE_MAX);
    memcpy(text + sizeof text - 7, "hereas:", 7);
    assert_int_equal(sv_find(t, SV("hereas:")), sizeof text - 7);
    assert_int_equal(sv_find(t, SV(": ")), SIZE_MAX);
    assert_int_equal(sv_find(t, SV("::")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_gives_the_first_place),
        cmocka_unit_test(find_goes_on_where_a_seldom_sign_is_frequent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
