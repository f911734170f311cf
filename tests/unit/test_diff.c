/* What a diff says must be true on any two sequences, and short where it can be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/diff.h"

enum { LENGTH_MAX = 60, SYMBOLS_MAX = 64 };

static struct arena arena;

static struct diff_runs compare(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
                                size_t symbols)
{
    struct diff_runs out;
    diff_compare((struct diff_side){a, n}, (struct diff_side){b, m}, symbols, &arena,
                 &out);
    return out;
}

/* Runs cover both sides in order; SAME is the same. The number of symbols out and in. */
static size_t check(const struct diff_runs *r, const uint32_t *a, size_t n,
                    const uint32_t *b, size_t m)
{
    size_t at_a = 0, at_b = 0, edits = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct diff_run *run = &r->v[i];
        assert_true(run->n > 0);
        assert_int_equal(run->a, at_a);
        assert_int_equal(run->b, at_b);
        if (i) {
            assert_true(run->op != r->v[i - 1].op);
            assert_false(run->op == DIFF_OUT && r->v[i - 1].op == DIFF_IN);
        }
        at_a += run->op != DIFF_IN ? run->n : 0;
        at_b += run->op != DIFF_OUT ? run->n : 0;
        edits += run->op != DIFF_SAME ? run->n : 0;
        if (run->op == DIFF_SAME)
            assert_memory_equal(a + run->a, b + run->b, run->n * sizeof *a);
    }
    assert_int_equal(at_a, n);
    assert_int_equal(at_b, m);
    return edits;
}

static size_t least_edits(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
    static size_t same[LENGTH_MAX + 1][LENGTH_MAX + 1];
    for (size_t i = 0; i <= n; i++)
        for (size_t k = 0; k <= m; k++) {
            if (i == 0 || k == 0)
                same[i][k] = 0;
            else if (a[i - 1] == b[k - 1])
                same[i][k] = same[i - 1][k - 1] + 1;
            else
                same[i][k] =
                    same[i - 1][k] > same[i][k - 1] ? same[i - 1][k] : same[i][k - 1];
        }
    return n + m - 2 * same[n][m];
}

/* b is a with some symbols taken out, put in, or all others. */
static size_t change(const uint32_t *a, size_t n, uint32_t *b, size_t symbols)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (random_below(8) == 0)
            continue;
        if (random_below(8) == 0 && m < LENGTH_MAX)
            b[m++] = (uint32_t)random_below(symbols);
        if (m < LENGTH_MAX)
            b[m++] = random_below(10) ? a[i] : (uint32_t)random_below(symbols);
    }
    return m;
}

static void runs_are_true_and_short(void **state)
{
    (void)state;
    size_t edits = 0, least = 0;
    random_seed(11);
    for (int turn = 0; turn < 20000; turn++) {
        uint32_t a[LENGTH_MAX], b[LENGTH_MAX];
        size_t symbols = 1 + random_below(SYMBOLS_MAX), n = random_below(LENGTH_MAX + 1);
        for (size_t i = 0; i < n; i++)
            a[i] = (uint32_t)random_below(symbols);
        size_t m = change(a, n, b, symbols);
        struct diff_runs r = compare(a, n, b, m, symbols);
        size_t got = check(&r, a, n, b, m), best = least_edits(a, n, b, m);
        assert_true(got >= best);
        edits += got;
        least += best;
        arena_reset(&arena);
    }
    assert_true(least > 0 && edits * 100 < least * 110);
}

static void what_differs_too_much_is_replaced(void **state)
{
    (void)state;
    enum { N = 3000 };
    static uint32_t a[N], b[N];
    random_seed(5);
    for (size_t i = 0; i < N; i++) { /* nothing occurs once */
        a[i] = (uint32_t)random_below(40);
        b[i] = 40 + (uint32_t)random_below(40);
    }
    b[N - 1] = a[N - 1];
    struct diff_runs r = compare(a, N, b, N, 80);
    assert_int_equal(check(&r, a, N, b, N), 2 * (N - 1));
    assert_int_equal(r.n, 3);
    assert_int_equal(r.v[2].op, DIFF_SAME);
    r = compare(a, N, a, 0, 80);
    assert_int_equal(r.n, 1);
    r = compare(a, 0, a, 0, 80);
    assert_int_equal(r.n, 0);
}

static void large_ones_are_compared(void **state)
{
    (void)state;
    enum { N = 200000 };
    static uint32_t a[N], b[N];
    size_t m = 0;
    for (size_t i = 0; i < N; i++)
        a[i] = (uint32_t)i;
    for (size_t i = 0; i < N; i++)
        if (i % 1000 != 7)
            b[m++] = i % 1000 == 500 ? N : a[i];
    struct diff_runs r = compare(a, N, b, m, N + 1);
    assert_int_equal(check(&r, a, N, b, m), N / 1000 * 3);
}

static void names_have_numbers(void **state)
{
    (void)state;
    struct diff_names t = {.a = &arena};
    char text[1000][8];
    for (int turn = 0; turn < 2; turn++)
        for (uint32_t i = 0; i < 1000; i++) {
            text[i][0] = (char)('a' + i % 26);
            text[i][1] = (char)('a' + i / 26 % 26);
            text[i][2] = (char)('a' + i / 676);
            assert_int_equal(diff_number(&t, (struct sv){text[i], 3}), i);
        }
    assert_int_equal(t.n, 1000);
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, SIZE_MAX);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_true_and_short),
        cmocka_unit_test(what_differs_too_much_is_replaced),
        cmocka_unit_test(large_ones_are_compared),
        cmocka_unit_test(names_have_numbers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
