/* lib/bus against librdkafka's mock cluster in this process. */
#include "lib/bus.h"
#include "lib/bus_internal.h"
#include "lib/bus_mock.h"
#include "lib/clock.h"
#include "lib/file.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PRODUCE = 0, TOO_LARGE = 10, NOT_ENOUGH_REPLICAS = 19, DENIED = 29, CUT = -195 };

#define TOPIC "council.texts"
#define LIFE  "councilwire-embedded-0123456789abcdef"

struct bench {
    struct bus_mock *mock;
    struct bus *bus;
    unsigned reports[4]; /* by verdict */
    uint64_t sum;        /* of tokens reported */
    char address_file[64];
};

static void on_delivered(void *ctx, uint64_t token, enum verdict v, const char *why)
{
    struct bench *b = ctx;
    assert_true((v == VERDICT_OK) == (why == NULL));
    b->reports[v]++;
    b->sum += token;
}

static int brokers = 1;

static void start_mock(struct bench *b, bool embedded)
{
    struct err err = {0};
    assert_int_equal(bus_mock_start(brokers, &b->mock, &err), 0);
    assert_int_equal(bus_mock_topic(b->mock, TOPIC, 3, &err), 0);
    if (embedded)
        assert_int_equal(bus_mock_topic(b->mock, LIFE, 1, &err), 0);
}

static void write_address(const struct bench *b)
{
    struct err err = {0};
    assert_int_equal(
        file_replace(b->address_file, sv_cstr(bus_mock_address(b->mock)), 0600, &err), 0);
}

static void probe(struct bench *b)
{
    const char *topics[] = {TOPIC, "council.nowhere"};
    int32_t partitions[2] = {-1, -1};
    int64_t end = clock_monotonic_ms() + 20000;
    struct err err = {0};
    while (bus_probe(b->bus, topics, 1, partitions, &err) != 1) {
        assert_true(clock_monotonic_ms() < end);
        bus_serve(b->bus);
        err_clear(&err);
    }
    assert_int_equal(partitions[0], 3);
    assert_true(bus_connected(b->bus));
}

static void setup_as(struct bench *b, bool embedded, bool consume)
{
    struct err err = {0};
    *b = (struct bench){0};
    (void)snprintf(b->address_file, sizeof b->address_file, "/tmp/test_bus.%d.address",
                   (int)getpid());
    start_mock(b, embedded);
    write_address(b);
    struct bus_options o = {.name = "councilwire-test",
                            .address_file = b->address_file,
                            .produce = true,
                            .consume = consume,
                            .watch = true,
                            .delivered = on_delivered,
                            .ctx = b};
    assert_int_equal(bus_open(&o, &b->bus, &err), 0);
    probe(b);
}

static void teardown(struct bench *b)
{
    bus_close(&b->bus);
    bus_mock_stop(&b->mock);
    (void)unlink(b->address_file);
}

static int produce(struct bench *b, uint64_t token, size_t size, struct err *err)
{
    char key[32];
    char *value = mem_zalloc(size + 1);
    (void)snprintf(key, sizeof key, "key-%llu", (unsigned long long)token % 7);
    struct wire_event e = {.type = WIRE_TEXT,
                           .topic = TOPIC,
                           .key = sv_cstr(key),
                           .value = {value, size},
                           .header = {{"ce_id", SV("0123")}, {"ce_source", SV("")}},
                           .headers = 2};
    int got = bus_produce(b->bus, &e, token, err);
    mem_free(&value);
    return got;
}

static void produce_some(struct bench *b, uint64_t from, uint64_t to)
{
    struct err err = {0};
    for (uint64_t t = from; t <= to; t++)
        while (produce(b, t, 100, &err) != 0) {
            assert_int_equal(err.kind, ERR_NONE);
            bus_serve(b->bus);
        }
}

static void every_record_is_reported_once(void **state)
{
    (void)state;
    struct bench b;
    setup_as(&b, false, false);
    produce_some(&b, 1, 1000);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(b.reports[VERDICT_OK], 1000);
    assert_int_equal(b.sum, 1000 * 1001 / 2);
    assert_int_equal(bus_inflight_bytes(b.bus), 0);
    teardown(&b);
}

static void what_is_pushed_does_not_linger(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    setup_as(&b, false, false);
    bus_close(&b.bus);
    const char *const name[] = {"linger.ms"}, *const value[] = {"60000"};
    struct bus_options o = {.name = "councilwire-test",
                            .address_file = b.address_file,
                            .nkafka = 1,
                            .kafka_names = name,
                            .kafka_values = value,
                            .produce = true,
                            .delivered = on_delivered,
                            .ctx = &b};
    assert_int_equal(bus_open(&o, &b.bus, &err), 0);
    probe(&b);
    produce_some(&b, 1, 20);
    int64_t end = clock_monotonic_ms() + 20000;
    while (b.reports[VERDICT_OK] < 20 && clock_monotonic_ms() < end)
        bus_push(b.bus);
    assert_int_equal(b.reports[VERDICT_OK], 20);
    bus_push(b.bus); /* with nothing to send */
    teardown(&b);
}

static void errors_become_verdicts(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    setup_as(&b, false, false);
    /* temporary: retried inside, nobody hears of it */
    bus_mock_fail(b.mock, PRODUCE, (int[]){NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS}, 2);
    produce_some(&b, 1, 1);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(b.reports[VERDICT_OK], 1);
    /* a record that can never go: producev took it, the report refuses it */
    bus_mock_fail(b.mock, PRODUCE, (int[]){TOO_LARGE}, 1);
    assert_int_equal(produce(&b, 2, 1000000, &err), 0);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(b.reports[VERDICT_REJECT], 1);
    /* no permission now: the document is offered again */
    bus_mock_fail(b.mock, PRODUCE, (int[]){DENIED}, 1);
    produce_some(&b, 3, 3);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(b.reports[VERDICT_RETRY], 1);
    teardown(&b);
}

static void a_cut_connection_loses_nothing(void **state)
{
    (void)state;
    struct bench b;
    setup_as(&b, false, false);
    bus_mock_fail(b.mock, PRODUCE, (int[]){CUT}, 1);
    produce_some(&b, 1, 50);
    assert_int_equal(bus_flush(b.bus, 30000), 0);
    assert_int_equal(b.reports[VERDICT_OK], 50);
    teardown(&b);
}

static void closing_without_flush_reports_retry(void **state)
{
    (void)state;
    struct bench b;
    setup_as(&b, false, false);
    bus_mock_down(b.mock, true);
    produce_some(&b, 1, 20);
    bus_close(&b.bus);
    assert_int_equal(b.reports[VERDICT_OK] + b.reports[VERDICT_RETRY], 20);
    assert_true(b.reports[VERDICT_RETRY] > 0);
    teardown(&b);
}

static void a_full_queue_says_so_and_frees_itself(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    setup_as(&b, false, false);
    int got = 0;
    uint64_t n = 0;
    while ((got = produce(&b, n + 1, 1 << 20, &err)) == 0)
        n++;
    assert_int_equal(got, 1);
    assert_in_range(n, 1, BUS_BYTES_MAX >> 20);
    assert_in_range(bus_inflight_bytes(b.bus), 1, BUS_BYTES_MAX);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(produce(&b, n + 1, 1 << 20, &err), 0);
    teardown(&b);
}

static void fatal_makes_a_new_handle(void **state)
{
    (void)state;
    struct bench b;
    setup_as(&b, false, false);
    uint64_t generation = bus_generation(b.bus);
    bus_mock_down(b.mock, true);
    produce_some(&b, 1, 10);
    (void)rd_kafka_test_fatal_error(
        b.bus->producer.rk, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test");
    int64_t end = clock_monotonic_ms() + 20000;
    while (bus_generation(b.bus) == generation && clock_monotonic_ms() < end) {
        struct pollfd p = {bus_fd(b.bus), POLLIN, 0};
        (void)poll(&p, 1, 100);
        bus_serve(b.bus);
    }
    assert_int_equal(b.reports[VERDICT_RETRY], 10);
    bus_mock_down(b.mock, false);
    probe(&b);
    produce_some(&b, 1, 10);
    assert_int_equal(bus_flush(b.bus, 30000), 0);
    assert_int_equal(b.reports[VERDICT_OK], 10);
    teardown(&b);
}

static void another_address_makes_new_handles(void **state)
{
    (void)state;
    struct bench b;
    setup_as(&b, false, true);
    bus_mock_stop(&b.mock);
    start_mock(&b, false);
    write_address(&b);
    int64_t end = clock_monotonic_ms() + 20000;
    while (bus_generation(b.bus) < 2 && clock_monotonic_ms() < end) {
        struct bus_record r;
        (void)bus_next(b.bus, &r);
        bus_release(&r);
        bus_serve(b.bus);
        struct pollfd p = {bus_fd(b.bus), POLLIN, 0};
        (void)poll(&p, 1, 50);
    }
    assert_int_equal(bus_generation(b.bus), 2);
    probe(&b);
    produce_some(&b, 1, 5);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(b.reports[VERDICT_OK], 5);
    teardown(&b);
}

static void the_embedded_broker_is_told_and_its_bounds_hold(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    setup_as(&b, true, false);
    assert_true(bus_embedded(b.bus));
    assert_string_equal(bus_log_id(b.bus), LIFE);
    assert_int_equal(produce(&b, 1, 5 << 20, &err), -1);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    assert_string_equal(err.reason, "too-large");
    err_clear(&err);
    int got = 0;
    for (uint64_t t = 0; t < 20 && got >= 0; t++) { /* one key, one partition */
        got = produce(&b, 7, 1 << 20, &err);
        (void)bus_flush(b.bus, 20000);
    }
    assert_int_equal(got, -1);
    assert_int_equal(err.kind, ERR_FATAL);
    assert_non_null(strstr(err.text, "deploy/kafka"));
    teardown(&b);
}

/* ---- consuming ---- */

static enum bus_kind next(struct bench *b, struct bus_record *r)
{
    int64_t end = clock_monotonic_ms() + 20000;
    while (clock_monotonic_ms() < end) {
        if (bus_next(b->bus, r) != BUS_NONE)
            return r->kind;
        struct pollfd p = {bus_fd(b->bus), POLLIN, 0};
        (void)poll(&p, 1, 20);
        bus_serve(b->bus);
    }
    return BUS_NONE;
}

/* Nothing is sent or read meanwhile: only the thread of the bus can notice. */
static void a_topic_that_goes_is_noticed_within_seconds(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    const char *topics[] = {TOPIC};
    int32_t partitions[1] = {-1};
    char why[160] = "";
    setup_as(&b, true, true);
    assert_false(bus_topics_changed(b.bus, why, sizeof why));
    bus_mock_topic_gone(b.mock, TOPIC, true);
    int64_t end = clock_monotonic_ms() + 8000;
    while (!bus_topics_changed(b.bus, why, sizeof why)) {
        struct pollfd p = {.fd = bus_fd(b.bus), .events = POLLIN};
        assert_true(clock_monotonic_ms() < end);
        (void)poll(&p, 1, 8000);
        int64_t from = clock_monotonic_ms();
        bus_serve(b.bus);
        assert_true(clock_monotonic_ms() - from < 500); /* the loop is not held up */
    }
    assert_string_equal(why, "topic " TOPIC " is gone");
    assert_int_equal(bus_probe(b.bus, topics, 1, partitions, &err), 1);
    assert_int_equal(partitions[0], 0);
    assert_false(bus_topics_changed(b.bus, why, sizeof why));
    bus_mock_topic_gone(b.mock, TOPIC, false);
    probe(&b);
    assert_false(bus_topics_changed(b.bus, why, sizeof why));
    teardown(&b);
}

static void await_change(struct bench *b, char *why, size_t size)
{
    int64_t end = clock_monotonic_ms() + 8000;
    while (!bus_topics_changed(b->bus, why, size)) {
        struct pollfd p = {.fd = bus_fd(b->bus), .events = POLLIN};
        assert_true(clock_monotonic_ms() < end);
        (void)poll(&p, 1, 1000);
        bus_serve(b->bus);
    }
}

/* It may have had less of the partition: who reads on has to look again. */
static void another_leader_is_noticed_within_seconds(void **state)
{
    (void)state;
    struct bench b;
    char why[160] = "";
    brokers = 2;
    for (int consume = 1; consume >= 0; consume--) {
        setup_as(&b, false, consume == 1);
        for (int p = 0; p < 3; p++)
            bus_mock_lead(b.mock, TOPIC, p, 1);
        probe(&b);
        bus_mock_lead(b.mock, TOPIC, 1, 2);
        if (consume) {
            await_change(&b, why, sizeof why);
            assert_string_equal(why, TOPIC "/1 has another leader");
            probe(&b);
        }
        (void)bus_flush(b.bus, 0);
        assert_false(bus_topics_changed(b.bus, why, sizeof why));
        teardown(&b);
    }
    brokers = 1;
}

static int32_t filled_partitions(struct bench *b, const char *topic, int32_t n,
                                 int64_t high[])
{
    int32_t last = -1;
    struct err err = {0};
    for (int32_t p = 0; p < n; p++) {
        int64_t low;
        assert_int_equal(bus_watermarks(b->bus, topic, p, 5000, &low, &high[p], &err), 0);
        last = high[p] > 0 ? p : last;
    }
    return last;
}

/* Else an earlier version of a paper would stand at a higher offset than its latest. */
static void a_key_stays_in_its_partition_when_there_are_more(void **state)
{
    (void)state;
    enum { KEYS = 150, MORE = 30 };
    struct bench b;
    struct err err = {0};
    int64_t few[BUS_PARTITIONS], many[MORE];
    setup_as(&b, true, true);
    assert_int_equal(bus_mock_topic(b.mock, "few", BUS_PARTITIONS, &err), 0);
    assert_int_equal(bus_mock_topic(b.mock, "many", MORE, &err), 0);
    for (int i = 0; i < 2 * KEYS; i++) {
        char key[32];
        int n = snprintf(key, sizeof key, "ST-%d-2017-INIT/en", 10000 + i / 2);
        struct wire_event e = {
            .topic = i % 2 ? "many" : "few", .key = {key, (size_t)n}, .value = SV("x")};
        assert_int_equal(bus_produce(b.bus, &e, (uint64_t)i, &err), 0);
    }
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(filled_partitions(&b, "few", BUS_PARTITIONS, few),
                     BUS_PARTITIONS - 1);
    assert_int_equal(filled_partitions(&b, "many", MORE, many), BUS_PARTITIONS - 1);
    assert_memory_equal(few, many, sizeof few);
    teardown(&b);
}

static void records_are_read_from_given_places(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    setup_as(&b, true, true);
    produce_some(&b, 7, 7); /* one key: one partition */
    for (int i = 0; i < 9; i++)
        produce_some(&b, 7, 7);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    int32_t where = -1;
    for (int32_t p = 0; p < 3; p++) {
        int64_t low, high;
        assert_int_equal(bus_watermarks(b.bus, TOPIC, p, 5000, &low, &high, &err), 0);
        if (high > 0) {
            assert_int_equal(where, -1);
            assert_int_equal(high, 10);
            where = p;
        }
    }
    struct bus_place at = {TOPIC, where, 4};
    assert_int_equal(bus_assign(b.bus, &at, 1, &err), 0);
    struct bus_record r;
    for (int64_t offset = 4; offset < 10; offset++) {
        assert_int_equal(next(&b, &r), BUS_RECORD);
        assert_int_equal(r.event.offset, offset);
        assert_int_equal(r.event.headers, 2);
        assert_string_equal(r.event.header[0].name, "ce_id");
        assert_int_equal(r.event.value.n, 100);
        bus_release(&r);
    }
    assert_int_equal(next(&b, &r), BUS_END);
    bus_release(&r);
    teardown(&b);
}

static void a_place_that_does_not_exist_is_told(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    setup_as(&b, true, true);
    struct bus_place at = {TOPIC, 0, 999};
    struct bus_record r;
    assert_int_equal(bus_assign(b.bus, &at, 1, &err), 0);
    assert_int_equal(next(&b, &r), BUS_OUT_OF_RANGE);
    assert_string_equal(r.event.topic, TOPIC);
    bus_release(&r);
    teardown(&b);
}

static void one_record_can_be_read_alone(void **state)
{
    (void)state;
    struct bench b;
    struct err err = {0};
    struct wire_event e;
    struct bus_read *read;
    setup_as(&b, true, true);
    for (int i = 0; i < 5; i++)
        produce_some(&b, 7, 7);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    for (int32_t p = 0; p < 3; p++) {
        int64_t low, high;
        assert_int_equal(bus_watermarks(b.bus, TOPIC, p, 5000, &low, &high, &err), 0);
        struct bus_place at = {TOPIC, p, 3};
        assert_int_equal(bus_read_begin(b.bus, &at, 10000, &read, &err), 0);
        int got;
        while ((got = bus_read_look(read, &e, &err)) == 2) {
            struct pollfd v = {bus_fd(b.bus), POLLIN, 0};
            poll(&v, 1, 10000); /* its end wakes */
            bus_serve(b.bus);
        }
        assert_int_equal(got, high == 5);
        if (high == 5)
            assert_int_equal(e.offset, 3);
        bus_read_free(&read);
        assert_null(read);
    }
    struct bus_place away = {TOPIC, 0, 3};
    int64_t began = clock_monotonic_ms();
    assert_int_equal(bus_read_begin(b.bus, &away, 60000, &read, &err), 0);
    bus_read_free(&read); /* given up */
    assert_true(clock_monotonic_ms() - began < 5000);
    teardown(&b);
}

/* The loop that asks serves /healthz, too: it gets its time back when it is over, and a
 * question that nobody answers does not keep later ones from being answered. */
static void a_broker_that_does_not_answer_holds_up_nobody(void **state)
{
    enum { LATE_MS = 8000, PATIENCE_MS = 200, SOON_MS = 4000 };
    (void)state;
    struct bench b;
    struct err err = {0};
    struct bus_range all[3] = {
        {TOPIC, 0, -1, -1}, {TOPIC, 1, -1, -1}, {TOPIC, 2, -1, -1}};
    struct bus_place places[2] = {{TOPIC, 0, 0}, {TOPIC, 1, 0}};
    setup_as(&b, true, true);
    produce_some(&b, 1, 3);
    assert_int_equal(bus_flush(b.bus, 20000), 0);
    assert_int_equal(bus_ranges(b.bus, all, 3, 20000, &err), 0);
    bus_mock_late(b.mock, LATE_MS);
    int64_t began = clock_monotonic_ms();
    bus_wake(b.bus, places, 2);
    assert_true(clock_monotonic_ms() - began < SOON_MS);
    for (int i = 0; i < 3; i++) {
        began = clock_monotonic_ms();
        assert_int_equal(bus_ranges(b.bus, all, 3, PATIENCE_MS, &err), -1);
        assert_int_equal(err.kind, ERR_TEMPORARY);
        assert_true(clock_monotonic_ms() - began < SOON_MS);
        err_clear(&err);
    }
    bus_mock_late(b.mock, 0);
    assert_int_equal(bus_ranges(b.bus, all, 3, 30000, &err), 0);
    assert_int_equal(all[0].high + all[1].high + all[2].high, 3);
    teardown(&b);
}

/* librdkafka stops what is assigned and starts it again; closed, or assigned once more,
 * before the stop is through it would stop it twice, and abort the process. */
static void assigned_again_and_closed_at_once(void **state)
{
    enum { TIMES = 10 };
    (void)state;
    for (int i = 0; i < TIMES; i++) {
        struct bench b;
        struct err err = {0};
        struct bus_place places[3] = {{TOPIC, 0, 0}, {TOPIC, 1, 0}, {TOPIC, 2, 0}};
        struct bus_record r;
        setup_as(&b, true, true);
        produce_some(&b, 1, 3);
        assert_int_equal(bus_flush(b.bus, 20000), 0);
        assert_int_equal(bus_assign(b.bus, places, 3, &err), 0);
        assert_int_equal(next(&b, &r), BUS_RECORD);
        bus_release(&r);
        assert_int_equal(bus_assign(b.bus, places, 3, &err), 0);
        if (i % 2)
            assert_int_equal(bus_assign(b.bus, places, 3, &err), 0);
        teardown(&b);
    }
}

/* ---- a broker that answers nothing any more ---- */

/* A broker in a process of its own; its address comes through the file. */
static pid_t start_other_broker(struct bench *b)
{
    (void)snprintf(b->address_file, sizeof b->address_file, "/tmp/test_bus.%d.address",
                   (int)getpid());
    (void)unlink(b->address_file);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    start_mock(b, false);
    write_address(b);
    for (;;)
        (void)pause();
}

/* Fetches, a commit and records are on their way when the broker freezes. */
static void a_frozen_broker_holds_up_no_end(void **state)
{
    (void)state;
    struct err err = {0};
    struct bench b = {0};
    pid_t broker = start_other_broker(&b);
    struct bus_options o = {.name = "councilwire-test",
                            .address_file = b.address_file,
                            .produce = true,
                            .consume = true,
                            .delivered = on_delivered,
                            .ctx = &b};
    assert_int_equal(bus_open(&o, &b.bus, &err), 0);
    probe(&b);
    struct bus_place places[3] = {{TOPIC, 0, 0}, {TOPIC, 1, 0}, {TOPIC, 2, 0}};
    assert_int_equal(bus_assign(b.bus, places, 3, &err), 0);
    produce_some(&b, 1, 50);
    assert_int_equal(bus_flush(b.bus, 10000), 0);
    struct bus_record r;
    for (int i = 0; i < 50;) {
        i += next(&b, &r) == BUS_RECORD;
        bus_release(&r);
    }
    assert_int_equal(kill(broker, SIGSTOP), 0);
    produce_some(&b, 51, 60);
    (void)!bus_show_positions(b.bus, places, 3);
    int64_t from = clock_monotonic_ms();
    bus_close(&b.bus);
    int64_t took = clock_monotonic_ms() - from;
    (void)kill(broker, SIGKILL);
    (void)waitpid(broker, NULL, 0);
    (void)unlink(b.address_file);
    assert_int_equal(b.reports[VERDICT_RETRY], 10); /* each is told */
    assert_in_range(took, 0, 8000);
}

static void a_setting_that_breaks_the_promise_is_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"acks", "1"}, {"enable.idempotence", "false"}, {"no.such.thing", "1"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct bus *bus = NULL;
        struct err err = {0};
        struct bus_options o = {.name = "councilwire-test",
                                .brokers = "127.0.0.1:1",
                                .nkafka = 1,
                                .kafka_names = &bad[i][0],
                                .kafka_values = &bad[i][1],
                                .produce = true,
                                .delivered = on_delivered};
        assert_int_equal(bus_open(&o, &bus, &err), -1);
        assert_non_null(strstr(err.text, bad[i][0]));
    }
}

int main(int argc, char **argv)
{
    if (argc > 1) /* one test alone, by name */
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frozen_broker_holds_up_no_end), /* first: it forks */
        cmocka_unit_test(every_record_is_reported_once),
        cmocka_unit_test(what_is_pushed_does_not_linger),
        cmocka_unit_test(errors_become_verdicts),
        cmocka_unit_test(a_cut_connection_loses_nothing),
        cmocka_unit_test(closing_without_flush_reports_retry),
        cmocka_unit_test(a_full_queue_says_so_and_frees_itself),
        cmocka_unit_test(fatal_makes_a_new_handle),
        cmocka_unit_test(another_address_makes_new_handles),
        cmocka_unit_test(the_embedded_broker_is_told_and_its_bounds_hold),
        cmocka_unit_test(a_topic_that_goes_is_noticed_within_seconds),
        cmocka_unit_test(another_leader_is_noticed_within_seconds),
        cmocka_unit_test(a_key_stays_in_its_partition_when_there_are_more),
        cmocka_unit_test(records_are_read_from_given_places),
        cmocka_unit_test(a_place_that_does_not_exist_is_told),
        cmocka_unit_test(one_record_can_be_read_alone),
        cmocka_unit_test(a_broker_that_does_not_answer_holds_up_nobody),
        cmocka_unit_test(assigned_again_and_closed_at_once),
        cmocka_unit_test(a_setting_that_breaks_the_promise_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
