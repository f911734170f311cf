/* How long requests may take, on a slow link and with a broker that hangs. */
#include "lib/bus_patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Of a connection that carried bytes until its end. */
static bool late(struct bus_patience *p, int64_t now)
{
    return bus_patience_late(p, now, now - 1);
}

static void slow_link(void **state)
{
    (void)state;
    struct bus_patience p;
    bus_patience_init(&p, 20000);
    int64_t now = 1000000;
    assert_int_equal(bus_patience_ms(&p, now), 20000);
    assert_false(late(&p, now));
    assert_true(late(&p, now += 21000));
    assert_int_equal(bus_patience_ms(&p, now), 80000);
    assert_false(late(&p, now += 81000));
    assert_true(late(&p, now += 81000));
    assert_int_equal(bus_patience_ms(&p, now), BUS_PATIENCE_MOST_MS);
    assert_false(late(&p, now += 301000));
    assert_false(late(&p, now + 301000));
    assert_int_equal(bus_patience_ms(&p, now), BUS_PATIENCE_MOST_MS);
}

/* Whoever hangs does it once, all of them at the same time, or seldom. */
static void hanging_brokers(void **state)
{
    (void)state;
    struct bus_patience p;
    bus_patience_init(&p, 20000);
    int64_t now = 1000000;
    for (int i = 0; i < 10; i++) {
        for (int broker = 0; broker < 3; broker++)
            assert_false(late(&p, now + broker));
        now += 100000;
    }
    assert_int_equal(bus_patience_ms(&p, now), 20000);
}

static void half_open(void **state)
{
    (void)state;
    struct bus_patience p;
    bus_patience_init(&p, 20000);
    int64_t now = 1000000;
    for (int i = 0; i < 10; i++) {
        assert_false(bus_patience_late(&p, now += 21000, 0));
        bus_patience_well(&p);
    }
    assert_int_equal(bus_patience_ms(&p, now), 20000);
    /* nothing comes through at all: what swallows the bytes is slow behind them */
    assert_false(bus_patience_late(&p, now += 21000, 0));
    assert_true(bus_patience_late(&p, now += 21000, 0));
}

static void fast_again(void **state)
{
    (void)state;
    struct bus_patience p;
    bus_patience_init(&p, 1000);
    int64_t now = 1000000;
    assert_false(late(&p, now));
    assert_true(late(&p, now + 4000));
    assert_int_equal(bus_patience_ms(&p, now + 300000), 4000);
    assert_int_equal(bus_patience_ms(&p, now + 700000), 1000);
    /* without a handle that is made for another reason, too */
    bus_patience_init(&p, 1000);
    assert_false(late(&p, now));
    assert_true(late(&p, now + 4000));
    assert_true(late(&p, now + 700000));
    assert_int_equal(bus_patience_ms(&p, now + 700000), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_link), cmocka_unit_test(hanging_brokers),
        cmocka_unit_test(half_open), cmocka_unit_test(fast_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
