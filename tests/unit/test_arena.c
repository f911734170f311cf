/* What the arena gives is there, zero where promised, and counted. */
#include "lib/arena.h"
#include "lib/arena_guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_push_grows(void **state)
{
    (void)state;
    struct arena a;
    size_t *v = NULL, n = 0, cap = 0;
    arena_init(&a, SIZE_MAX);
    for (size_t i = 0; i < 300000; i++) {
        size_t *slot = arena_push(&a, &v, &n, &cap, sizeof *v);
        assert_int_equal(*slot, 0);
        *slot = i + 1;
        if (i % 1000 == 0) /* others allocate in between */
            memset(arena_alloc(&a, i % 7000 + 1), 0xff, i % 7000 + 1);
    }
    for (size_t i = 0; i < n; i++)
        assert_int_equal(v[i], i + 1);
    arena_free(&a);
}

/* Large arrays grow in place: what they had before is given back. */
static void test_push_leaves_no_garbage(void **state)
{
    (void)state;
    struct arena a;
    char(*v)[64] = NULL;
    size_t n = 0, cap = 0;
    arena_init(&a, SIZE_MAX);
    while (n < 100000)
        (void)arena_push(&a, &v, &n, &cap, sizeof *v);
    assert_true(a.used <= cap * sizeof *v + 65536);
    arena_free(&a);
}

static void test_limit_latches(void **state)
{
    (void)state;
    struct arena a;
    int *v = NULL;
    size_t n = 0, cap = 0;
    arena_init(&a, (1 << 20) + (1 << 17));
    while (n < 200000)
        (void)arena_push(&a, &v, &n, &cap, sizeof *v);
    assert_false(arena_overflow(&a));
    while (n < 400000)
        (void)arena_push(&a, &v, &n, &cap, sizeof *v);
    assert_true(arena_overflow(&a));
    arena_reset(&a);
    assert_false(arena_overflow(&a));
    assert_int_equal(a.used, 0);
    assert_non_null(arena_alloc(&a, 100));
    arena_free(&a);
}

static void test_copies(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, SIZE_MAX);
    struct sv s = arena_copy(&a, SV("text"));
    assert_string_equal(s.p, "text");
    assert_null(arena_copy(&a, SV_NULL).p);
    assert_string_equal(arena_printf(&a, "%d-%s", 7, "x").p, "7-x");
    arena_free(&a);
}

/* What was handed out stays where it is, and both arenas go on. */
static void test_adopted_blocks_live_on(void **state)
{
    (void)state;
    struct arena a, b;
    char *v[64];
    arena_init(&a, 1 << 20);
    arena_init(&b, SIZE_MAX);
    for (int turn = 0; turn < 3; turn++) {
        struct sv mine = arena_copy(&a, SV("mine"));
        for (size_t i = 0; i < ARRAY_LEN(v); i++)
            v[i] = memset(arena_alloc(&b, 100 * i + 1), (int)i, 100 * i + 1);
        size_t sum = a.used + b.used;
        arena_adopt(&a, &b);
        assert_int_equal(a.used, sum);
        assert_int_equal(b.used, 0);
        memset(arena_alloc(&b, 5000), 0xff, 5000);
        arena_reset(&b);
        memset(arena_alloc(&a, 5000), 0xff, 5000);
        for (size_t i = 0; i < ARRAY_LEN(v); i++)
            assert_int_equal(v[i][100 * i], i);
        assert_true(sv_eq(mine, SV("mine")));
    }
    arena_adopt(&a, &b); /* it holds nothing */
    arena_alloc(&b, 1 << 20);
    assert_false(arena_overflow(&a));
    arena_adopt(&a, &b);
    assert_true(arena_overflow(&a));
    arena_free(&b);
    arena_free(&a);
}

/* Under AddressSanitizer who reads behind a block is told so, also after a reset; in
 * other builds nothing is closed. */
static void test_bytes_behind_a_block_are_closed(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 15, 16, 100, 60000, 70000, 1 << 20};
    bool guarded = ARENA_GUARD > 0;
    struct arena a;
    arena_init(&a, SIZE_MAX);
    for (int turn = 0; turn < 3; turn++) {
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            char *p = arena_alloc(&a, sizes[i]);
            memset(p, 1, sizes[i]);
            assert_int_equal(arena_is_closed(p + sizes[i]), guarded);
            assert_false(arena_is_closed(p + sizes[i] - 1));
        }
        arena_reset(&a);
    }
    char *v = NULL;
    size_t n = 0, cap = 0;
    while (n < 500000)
        (void)arena_push(&a, &v, &n, &cap, sizeof *v);
    assert_int_equal(arena_is_closed(v + cap), guarded);
    assert_false(arena_is_closed(v + cap - 1));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_push_grows),
        cmocka_unit_test(test_push_leaves_no_garbage),
        cmocka_unit_test(test_limit_latches),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_adopted_blocks_live_on),
        cmocka_unit_test(test_bytes_behind_a_block_are_closed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
