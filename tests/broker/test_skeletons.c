/* producer_run and consumer_run as programs (toy_producer, toy_consumer) against
 * librdkafka's mock cluster in this process. */
#include "lib/bus.h"
#include "lib/bus_mock.h"
#include "lib/clock.h"
#include "lib/db.h"
#include "lib/file.h"
#include "lib/wire.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PRODUCE = 0, TOO_LARGE = 10, NOT_ENOUGH_REPLICAS = 19, DENIED = 29, ARGS = 16 };

#define PRODUCER BIN_DIR "/../tests/toy_producer"
#define CONSUMER BIN_DIR "/../tests/toy_consumer"
#define JUDGE    BIN_DIR "/../tests/toy_judge"
#define LIFE     "councilwire-embedded-0123456789abcdef"

static char root[64];
static struct bus_mock *mock;
static pid_t running[64]; /* killed at a test's end when it failed half-way */
static size_t nrunning;

/* ---- the bench ---- */

static void start_broker(const char *life)
{
    struct err err = {0};
    char path[96];
    assert_int_equal(bus_mock_start(1, &mock, &err), 0);
    for (int s = SPACE_PUBLIC; s <= SPACE_LIMITE; s++)
        for (int t = WIRE_DOCUMENT; t <= WIRE_REJECT; t++)
            assert_int_equal(bus_mock_topic(mock,
                                            wire_topic((enum wire_type)t, (enum space)s),
                                            3, &err),
                             0);
    if (life)
        assert_int_equal(bus_mock_topic(mock, life, 1, &err), 0);
    (void)snprintf(path, sizeof path, "%s/broker.address", root);
    assert_int_equal(file_replace(path, sv_cstr(bus_mock_address(mock)), 0600, &err), 0);
}

static void show_log(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "tail -12 %s/log >&2", root);
    (void)!system(command);
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(root, sizeof root, "/tmp/test_skeletons.XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    if (getenv("SHOW_LOG"))
        show_log();
    while (nrunning > 0) {
        pid_t pid = running[--nrunning];
        if (pid && kill(pid, SIGKILL) == 0)
            (void)waitpid(pid, NULL, 0);
    }
    bus_mock_stop(&mock);
    (void)snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

/* Starts a program with these arguments (NULL ends them), quiet, on our ROOT. */
static pid_t start(const char *program, ...)
{
    const char *argv[ARGS] = {program, "-q", "--state-dir", root};
    size_t n = 4;
    va_list ap;
    va_start(ap, program);
    while ((argv[n] = va_arg(ap, const char *)) && n < ARGS - 1)
        n++;
    va_end(ap);
    pid_t pid = fork();
    if (pid == 0) {
        char path[96];
        char **args;
        const char **borrowed = argv;
        memcpy(&args, &borrowed, sizeof args);
        (void)snprintf(path, sizeof path, "%s/log", root);
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        (void)dup2(fd, 1);
        (void)dup2(fd, 2);
        (void)execv(program, args);
        _exit(127);
    }
    assert_true(pid > 0 && nrunning < ARRAY_LEN(running));
    running[nrunning++] = pid;
    return pid;
}

static int end_of(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    for (size_t i = 0; i < nrunning; i++)
        if (running[i] == pid)
            running[i] = running[--nrunning];
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int64_t ask(const char *daemon, const char *sql)
{
    struct db *db = NULL;
    struct err err = {0};
    struct stmt *s = NULL;
    char path[128];
    int64_t out = -1;
    (void)snprintf(path, sizeof path, "%s/%s/state.db", root, daemon);
    assert_int_equal(db_open(path, DB_DATA, &db, &err), 0);
    assert_int_equal(db_prepare(db, sv_cstr(sql), &s, &err), 0);
    if (stmt_step(s, &err) == 1)
        out = stmt_int(s, 0);
    stmt_free(&s);
    db_close(&db);
    return out;
}

static bool in_log(const char *what)
{
    AUTO(buf_free) struct buf text = {0};
    struct err err = {0};
    char path[96];
    (void)snprintf(path, sizeof path, "%s/log", root);
    if (file_read(path, 64 << 20, &text, &err) < 0)
        return false; /* nobody has written yet */
    return sv_find(buf_sv(&text), sv_cstr(what)) != SIZE_MAX;
}

static void wait_for_log(const char *what)
{
    int64_t end = clock_monotonic_ms() + 30000;
    while (clock_monotonic_ms() < end && !in_log(what)) {
        struct timespec t = {0, 5000000};
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
    }
    if (!in_log(what))
        show_log();
    assert_true(in_log(what));
}

static void run_ok(pid_t pid)
{
    int code = end_of(pid);
    if (code != 0)
        show_log();
    assert_int_equal(code, 0);
}

/* Every paper that was acknowledged has its document, text and decision once. */
static void agree(int64_t documents)
{
    assert_int_equal(ask("toysink", "SELECT count(DISTINCT key) FROM effect"
                                    " WHERE topic = 'council.documents'"),
                     documents);
    assert_int_equal(ask("toysink", "SELECT count(DISTINCT key) FROM effect"
                                    " WHERE topic = 'council.texts'"),
                     documents);
    assert_int_equal(ask("toysink", "SELECT count(DISTINCT ce_id) FROM effect"
                                    " WHERE topic = 'council.decisions'"),
                     documents);
}

/* ---- tests ---- */

static void papers_become_effects(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "30", "--reject-every", "10", NULL));
    assert_int_equal(ask("toy", "SELECT count(*) FROM toy"), 30);
    assert_int_equal(ask("toy", "SELECT count(*) FROM reject WHERE reason = 'empty'"), 3);
    assert_int_equal(ask("toy", "SELECT count(*) FROM version WHERE acknowledged"), 27);
    run_ok(start(CONSUMER, "--once", NULL));
    agree(27);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 81);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 81);
    /* nothing is taken twice */
    run_ok(start(PRODUCER, "--once", "--count", "30", "--reject-every", "10", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 81);
}

static void a_broker_may_come_later(void **state)
{
    (void)state;
    pid_t p = start(PRODUCER, "--once", "--count", "5", NULL);
    pid_t c = start(CONSUMER, NULL);
    wait_for_log("toysink\",\"event\":\"broker.wait");
    start_broker(LIFE);
    run_ok(p);
    assert_int_equal(kill(c, SIGTERM), 0);
    run_ok(c);
    run_ok(start(CONSUMER, "--once", NULL));
    agree(5);
}

static void a_retry_keeps_order_and_counts_once(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "40", NULL));
    run_ok(start(CONSUMER, "--once", "--retry-every", "7", NULL));
    assert_true(in_log("event.retry"));
    agree(40);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 120);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect a JOIN effect b"
                                    " ON a.topic = b.topic AND a.partition = b.partition"
                                    " AND a.seq < b.seq AND a.offset > b.offset"),
                     0);
}

/* SQLite undoes the whole transaction where I/O fails in the middle of a statement; what
 * the batch had taken before must not count as taken. */
static void a_transaction_that_is_undone_in_the_middle_is_read_again(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "40", NULL));
    run_ok(start(CONSUMER, "--once", "--undo-every", "47", NULL));
    assert_true(in_log("loses its transaction"));
    agree(40);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 120);
}

/* A disk that has no room for a whole batch takes it in parts. */
static void a_batch_that_can_not_be_stored_is_stored_in_parts(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "100", NULL));
    run_ok(start(CONSUMER, "--once", "--fits", "20", NULL));
    assert_true(in_log("has no room for all of it"));
    agree(100);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 300);
}

static void a_refused_record_becomes_a_reject_and_the_rest_goes_on(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "40", NULL));
    run_ok(start(CONSUMER, "--once", "--reject", "sha256-1", NULL));
    int64_t rejects = ask("toysink", "SELECT count(*) FROM reject");
    assert_true(rejects > 0);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect") + rejects, 120);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 120);
}

typedef void record_fn(void *ctx, const struct wire_event *e);

/* All that a topic holds now. */
static void each_record(const char *topic, record_fn *fn, void *ctx)
{
    struct bus_options o = {
        .name = "councilwire-test", .brokers = bus_mock_address(mock), .consume = true};
    struct bus_place at[3] = {{topic, 0, 0}, {topic, 1, 0}, {topic, 2, 0}};
    struct bus *bus = NULL;
    struct err err = {0};
    int32_t partitions = 0;
    int64_t end = clock_monotonic_ms() + 30000;
    size_t ends = 0;
    assert_int_equal(bus_open(&o, &bus, &err), 0);
    while (bus_probe(bus, &topic, 1, &partitions, &err) != 1 &&
           clock_monotonic_ms() < end)
        err_clear(&err);
    assert_int_equal(partitions, 3);
    assert_int_equal(bus_assign(bus, at, 3, &err), 0);
    while (ends < 3 && clock_monotonic_ms() < end) {
        struct bus_record r;
        struct timespec t = {0, 5000000};
        enum bus_kind kind = bus_next(bus, &r);
        ends += kind == BUS_END;
        if (kind == BUS_NONE)
            (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
        if (kind == BUS_RECORD)
            fn(ctx, &r.event);
        bus_release(&r);
        bus_serve(bus);
    }
    assert_int_equal(ends, 3);
    bus_close(&bus);
}

static void keep_key(void *ctx, const struct wire_event *e)
{
    struct err err = {0};
    assert_int_equal(db_run(ctx, &err, "INSERT OR IGNORE INTO k VALUES (?)", "t", e->key),
                     0);
}

/* How many keys the records of a topic have. */
static int64_t keys_on(const char *topic)
{
    struct db *db = NULL;
    struct err err = {0};
    int64_t n = 0;
    assert_int_equal(db_open(":memory:", DB_DATA, &db, &err), 0);
    assert_int_equal(db_exec(db, "CREATE TABLE k (key TEXT UNIQUE)", &err), 0);
    each_record(topic, keep_key, db);
    assert_int_equal(db_get_int(db, &n, &err, "SELECT count(*) FROM k", ""), 1);
    db_close(&db);
    return n;
}

static void count_record(void *ctx, const struct wire_event *e)
{
    (void)e;
    ++*(int64_t *)ctx;
}

static void forget_log(void)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/log", root);
    assert_int_equal(truncate(path, 0), 0);
}

static bool rejects_are(const char *condition, int64_t n)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM reject WHERE %s", condition);
    return ask("toysink", sql) == n;
}

static void wait_for_rejects(const char *condition, int64_t n)
{
    int64_t end = clock_monotonic_ms() + 30000;
    while (clock_monotonic_ms() < end && !rejects_are(condition, n)) {
        struct timespec t = {0, 20000000};
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
    }
    assert_true(rejects_are(condition, n));
}

/* The report of a reject may come with the very connection that makes all be read again:
 * it is not taken for that of another record. */
static void a_reject_under_way_in_an_outage_stands_for_itself(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "150", NULL));
    pid_t p = start(CONSUMER, "--reject", "sha256-", "-v", NULL);
    for (int i = 0; i < 4; i++) {
        wait_for_log("event.rejected");
        bus_mock_down(mock, true);
        wait_for_log("broker.wait");
        forget_log();
        bus_mock_down(mock, false);
    }
    wait_for_rejects("1", 450);
    assert_int_equal(kill(p, SIGTERM), 0);
    run_ok(p);
    assert_int_equal(keys_on("council.rejects"), 450);
}

static void wait_for_beyond(const char *sql, int64_t n)
{
    int64_t end = clock_monotonic_ms() + 30000;
    while (clock_monotonic_ms() < end && ask("toysink", sql) <= n) {
        struct timespec t = {0, 2000000};
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
    }
    assert_true(ask("toysink", sql) > n);
}

static void count_delivery(void *ctx, uint64_t token, enum verdict v, const char *why)
{
    (void)token, (void)why;
    *(int64_t *)ctx += v == VERDICT_OK;
}

struct stranger {
    struct bus *bus;
    int64_t sent, delivered;
};

static void come_in_with(struct stranger *s, const char *codec)
{
    const char *const names[] = {"compression.codec"}, *const values[] = {codec};
    struct bus_options o = {.name = "a-stranger",
                            .brokers = bus_mock_address(mock),
                            .nkafka = 1,
                            .kafka_names = names,
                            .kafka_values = values,
                            .produce = true,
                            .delivered = count_delivery,
                            .ctx = &s->delivered};
    struct err err = {0};
    assert_int_equal(bus_open(&o, &s->bus, &err), 0);
}

static void come_in(struct stranger *s)
{
    come_in_with(s, "lz4");
}

static void send(struct stranger *s, const struct wire_event *e)
{
    struct err err = {0};
    assert_int_equal(bus_produce(s->bus, e, (uint64_t)++s->sent, &err), 0);
}

static void leave(struct stranger *s)
{
    int64_t end = clock_monotonic_ms() + 30000;
    while (s->delivered < s->sent && clock_monotonic_ms() < end) {
        struct timespec t = {0, 1000000};
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
        bus_serve(s->bus);
    }
    bus_close(&s->bus);
    assert_int_equal(s->delivered, s->sent);
}

/* Records of a program that knows nothing of Councilwire, with keys of their own. */
static void write_foreign(const char *topic, int64_t first, int64_t n)
{
    struct stranger s = {0};
    come_in(&s);
    for (int64_t i = 0; i < n; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "stranger-%lld", (long long)first + i);
        send(&s, &(struct wire_event){
                     .topic = topic, .key = sv_cstr(key), .value = SV("no event")});
    }
    leave(&s);
}

/* Two records in a batch that unfold to 800 KB. */
static void write_unreadable(const char *topic, const char *key)
{
    struct stranger s = {0};
    AUTO(buf_free) struct buf value = {0};
    for (size_t i = 0; i < 400000; i++)
        buf_addc(&value, ' ');
    come_in_with(&s, "zstd");
    for (int i = 0; i < 2; i++)
        send(&s, &(struct wire_event){
                     .topic = topic, .key = sv_cstr(key), .value = buf_sv(&value)});
    leave(&s);
}

struct copies {
    struct arena arena;
    struct wire_event v[500];
    size_t n;
};

static void keep_copy(void *ctx, const struct wire_event *e)
{
    struct copies *c = ctx;
    assert_true(c->n < ARRAY_LEN(c->v));
    struct wire_event *own = &c->v[c->n++];
    *own = (struct wire_event){.topic = e->topic,
                               .key = arena_copy(&c->arena, e->key),
                               .value = arena_copy(&c->arena, e->value),
                               .headers = e->headers};
    for (size_t i = 0; i < e->headers; i++)
        own->header[i] =
            (struct wire_header){arena_copy(&c->arena, sv_cstr(e->header[i].name)).p,
                                 arena_copy(&c->arena, e->header[i].value)};
}

/* What the topic holds once more, and before each of them a record that is no event, with
 * its key: so both lie in the same partition. */
static void write_by_turns(const char *topic)
{
    struct stranger s = {0};
    struct copies *c = mem_zalloc(sizeof *c);
    arena_init(&c->arena, SIZE_MAX / 2);
    each_record(topic, keep_copy, c);
    come_in(&s);
    for (size_t i = 0; i < c->n; i++) {
        send(&s, &(struct wire_event){
                     .topic = topic, .key = c->v[i].key, .value = SV("no event")});
        c->v[i].topic = topic;
        send(&s, &c->v[i]);
    }
    leave(&s);
    arena_free(&c->arena);
    mem_free(&c);
}

static void records_that_are_no_events_go_together(void **state)
{
    enum { FOREIGN = 4000, RUNS = FOREIGN / 40 };
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "30", NULL));
    write_foreign("council.documents", 0, FOREIGN / 2);
    run_ok(start(PRODUCER, "--once", "--count", "60", NULL));
    write_foreign("council.texts", FOREIGN / 2, FOREIGN / 2);
    run_ok(start(CONSUMER, "--once", NULL));
    agree(60);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 180);
    assert_true(rejects_are("attempts = 1 AND reason = 'invalid-event'", FOREIGN));
    assert_int_equal(keys_on("council.rejects"), FOREIGN);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 180 + FOREIGN);
    assert_true(ask("toysink", "SELECT count(*) FROM batch") < RUNS);
    run_ok(start(CONSUMER, "--once", NULL)); /* and once is enough */
    assert_true(rejects_are("attempts = 1", FOREIGN));
}

/* A batch that can not be unfolded would hold its partition up for ever. */
static void records_that_can_not_be_read_are_refused(void **state)
{
    const char *const small = "--kafka.receive.message.max.bytes=300000";
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "30", NULL));
    write_unreadable("council.documents", "a");
    run_ok(start(PRODUCER, "--once", "--count", "60", NULL));
    run_ok(start(CONSUMER, small, "--once", NULL));
    agree(60);
    assert_true(rejects_are("reason = 'unreadable'", 2));
    assert_true(rejects_are("1", 2));
    assert_int_equal(keys_on("council.rejects"), 2);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 180 + 2);
    write_unreadable("council.documents", "a"); /* behind it nothing shows the log */
    run_ok(start(CONSUMER, small, "--once", NULL));
    run_ok(start(CONSUMER, small, "--once", NULL));
    assert_true(rejects_are("1", 4));
    run_ok(start(PRODUCER, "--once", "--count", "90", NULL));
    run_ok(start(CONSUMER, small, "--once", NULL));
    agree(90);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 270);
}

/* What was taken once is not taken again where it can not be read any more. */
static void a_last_record_that_can_not_be_read_again(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "30", NULL));
    write_unreadable("council.documents", "a");
    run_ok(start(CONSUMER, "--once", NULL)); /* it can: they are no events */
    assert_true(rejects_are("reason = 'invalid-event'", 2));
    run_ok(start(PRODUCER, "--once", "--count", "60", NULL));
    run_ok(start(CONSUMER, "--kafka.receive.message.max.bytes=300000", "--once", NULL));
    assert_true(in_log("the last record can not be read again: accepted"));
    agree(60);
    assert_true(rejects_are("1", 2));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 180);
}

static void history_ends_behind_records_that_can_not_be_read(void **state)
{
    char command[300];
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "30", NULL));
    write_unreadable("council.decisions", "a");
    run_ok(start(PRODUCER, "--once", "--count", "60", NULL));
    (void)snprintf(command, sizeof command,
                   "timeout 30 %s/councilwire tail --state-dir %s --from beginning --end "
                   "--kafka.receive.message.max.bytes=300000 >%s/log 2>&1",
                   BIN_DIR, root, root);
    assert_int_equal(system(command), 0);
}

/* A sink of 20 ms a transaction finds more of them waiting each time, however slowly they
 * are fetched. */
static void records_that_are_no_events_between_events(void **state)
{
    enum { DOCUMENTS = 400 };
    int64_t rejects = 0;
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "400", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    int64_t before = ask("toysink", "SELECT count(*) FROM batch");
    write_by_turns("council.documents");
    run_ok(start(CONSUMER, "--once", "--flush-ms", "20", NULL));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 4 * DOCUMENTS);
    assert_true(rejects_are("attempts = 1 AND reason = 'invalid-event'", DOCUMENTS));
    each_record("council.rejects", count_record, &rejects);
    assert_int_equal(rejects, DOCUMENTS);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 5 * DOCUMENTS);
    int64_t batches = ask("toysink", "SELECT count(*) FROM batch") - before;
    assert_true(batches < DOCUMENTS / 8); /* one by one: twice as many as there are */
}

/* Where the sink refuses, fails and undoes among them, too; and the consumer is killed.
 */
static void records_that_are_no_events_between_others_that_fail(void **state)
{
    const int64_t documents = 300;
    (void)state;
    start_broker(LIFE);
    run_ok(start(CONSUMER, "--once", NULL)); /* its tables */
    run_ok(start(PRODUCER, "--once", "--count", "300", NULL));
    write_by_turns("council.documents");
    write_by_turns("council.texts");
    for (int64_t i = 1; i <= 4; i++) {
        pid_t p = start(CONSUMER, "--reject", "77", "--retry-every", "53", "--undo-every",
                        "97", NULL);
        wait_for_beyond("SELECT sum(next) FROM position", i * documents);
        assert_int_equal(kill(p, SIGKILL), 0);
        (void)end_of(p);
    }
    run_ok(start(CONSUMER, "--once", "--reject", "77", "--retry-every", "53",
                 "--undo-every", "97", NULL));
    int64_t effects = ask("toysink", "SELECT count(*) FROM effect");
    int64_t refused = ask("toysink", "SELECT count(*) FROM reject");
    assert_true(rejects_are("attempts = 1 AND detail <> 'the test refuses this key'",
                            2 * documents));
    assert_int_equal(effects + refused, 7 * documents);
    assert_true(refused > 2 * documents);
    assert_int_equal(keys_on("council.rejects"), refused);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 7 * documents);
}

/* Of those whose reject was refused for a while, each is sent again; of the others none.
 */
static void a_part_of_them_waits_for_permission(void **state)
{
    enum { FOREIGN = 900 };
    (void)state;
    int denied[7] = {DENIED, DENIED, 0, DENIED, DENIED, DENIED, DENIED};
    start_broker(LIFE);
    write_foreign("council.documents", 0, FOREIGN);
    bus_mock_fail(mock, PRODUCE, denied, 7);
    run_ok(start(CONSUMER, "--once", NULL));
    assert_true(rejects_are("attempts = 1", FOREIGN));
    assert_int_equal(keys_on("council.rejects"), FOREIGN);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), FOREIGN);
}

/* Broker and consumer go away in the middle of them: each is stored once, none is passed.
 */
static void records_that_are_no_events_in_outages(void **state)
{
    enum { ROUNDS = 4, A_ROUND = 1500, FOREIGN = ROUNDS * A_ROUND };
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "50", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    pid_t p = start(CONSUMER, NULL);
    for (int64_t i = 0; i < ROUNDS; i++) {
        write_foreign("council.documents", i * A_ROUND, A_ROUND);
        wait_for_beyond("SELECT count(*) FROM reject", i * A_ROUND);
        bus_mock_down(mock, true);
        if (i % 2) {
            assert_int_equal(kill(p, SIGKILL), 0);
            (void)end_of(p);
            p = start(CONSUMER, NULL);
        }
        bus_mock_down(mock, false);
    }
    wait_for_rejects("attempts = 1", FOREIGN);
    assert_int_equal(kill(p, SIGTERM), 0);
    run_ok(p);
    run_ok(start(CONSUMER, "--once", NULL));
    agree(50);
    assert_true(rejects_are("1", FOREIGN));
    assert_int_equal(keys_on("council.rejects"), FOREIGN);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 150 + FOREIGN);
}

/* A person asks for a replay: refused again, its attempts rise and nothing loops; not
 * refused any more, it takes effect once and is no reject any more. */
static void a_replay_is_refused_again_once_or_taken(const char *consumer)
{
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "12", NULL));
    run_ok(start(consumer, "--once", "--reject", "sha256-", NULL));
    int64_t all = ask("toysink", "SELECT count(*) FROM reject");
    assert_int_equal(all, 36);
    (void)ask("toysink", "UPDATE reject SET asked = 1 WHERE id = (SELECT min(id) FROM "
                         "reject)");
    pid_t refusing = start(consumer, "--reject", "sha256-", NULL);
    wait_for_rejects("attempts = 2 AND asked = 0", 1);
    assert_int_equal(kill(refusing, SIGTERM), 0);
    run_ok(refusing);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM reject"), all);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 0);
    (void)ask("toysink", "UPDATE reject SET asked = 1 WHERE attempts = 2");
    pid_t taking = start(consumer, NULL);
    wait_for_rejects("1", all - 1);
    assert_int_equal(kill(taking, SIGTERM), 0);
    run_ok(taking);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 1);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 36);
}

static void a_replay_of_a_consumer(void **state)
{
    (void)state;
    a_replay_is_refused_again_once_or_taken(CONSUMER);
}

static void a_replay_of_a_consumer_without_savepoints(void **state)
{
    (void)state;
    a_replay_is_refused_again_once_or_taken(JUDGE);
}

/* What failed for a moment is tried again, not forgotten. */
static void a_replay_that_fails_for_a_moment_is_tried_again(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "2", NULL));
    run_ok(start(CONSUMER, "--once", "--reject", "sha256-", NULL));
    (void)ask("toysink", "UPDATE reject SET asked = 1 WHERE id = (SELECT min(id) FROM "
                         "reject)");
    pid_t failing = start(CONSUMER, "--retry-every", "1", NULL);
    wait_for_log("the test fails this time");
    assert_int_equal(kill(failing, SIGTERM), 0);
    run_ok(failing);
    assert_true(rejects_are("asked = 1 AND attempts = 1", 1));
    pid_t taking = start(CONSUMER, NULL);
    wait_for_rejects("1", 5);
    assert_int_equal(kill(taking, SIGTERM), 0);
    run_ok(taking);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect"), 1);
}

/* The same of a consumer whose records have no savepoint of their own: what fails
 * half-way takes its batch with it, and all of it comes again. */
static void without_savepoints_nothing_is_lost_or_taken_twice(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "40", NULL));
    run_ok(start(JUDGE, "--once", "--retry-every", "47", "--reject", "sha256-1", NULL));
    assert_true(in_log("the test fails this time"));
    int64_t rejects = ask("toysink", "SELECT count(*) FROM reject");
    assert_true(rejects > 0);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect") + rejects, 120);
    assert_int_equal(ask("toysink", "SELECT sum(next) FROM position"), 120);
}

static void refused_permission_is_waited_for(void **state)
{
    (void)state;
    int denied[6] = {DENIED, DENIED, DENIED, DENIED, DENIED, DENIED};
    start_broker(LIFE);
    bus_mock_fail(mock, PRODUCE, denied, 6);
    run_ok(start(PRODUCER, "--once", "--count", "30", NULL));
    assert_true(in_log("doc.retry"));
    run_ok(start(CONSUMER, "--once", NULL));
    agree(30);
}

static void a_record_that_kafka_refuses_becomes_a_reject(void **state)
{
    (void)state;
    start_broker(LIFE);
    /* until each goes alone: four rounds of its three records, and one of them again */
    for (int i = 0; i < 4 * 3 + 1; i++)
        bus_mock_fail(mock, PRODUCE, (int[]){TOO_LARGE}, 1);
    run_ok(start(PRODUCER, "--once", "--count", "1", NULL));
    /* by its name: a person has to find it */
    assert_int_equal(ask("toy", "SELECT count(*) FROM reject WHERE reason = 'too-large' "
                                "AND name <> '' AND bytes > 0 AND kept"),
                     1); /* with its bytes: the topic may take more one day */
    assert_int_equal(ask("toy", "SELECT count(*) FROM toy"), 1);
}

/* The topic takes less than our batches are: that is no fault of a record in them. */
static void small_records_that_went_together_go_again(void **state)
{
    (void)state;
    start_broker(LIFE);
    bus_mock_fail(mock, PRODUCE, (int[]){TOO_LARGE, TOO_LARGE}, 2);
    run_ok(start(PRODUCER, "--once", "--count", "50", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    assert_int_equal(ask("toy", "SELECT count(*) FROM reject"), 0);
    agree(50);
}

/* It answers all questions, and too few replicas are there to take a record. */
static void a_broker_that_acknowledges_nothing_is_told(void **state)
{
    (void)state;
    enum { FAILS = 600 };
    int fails[FAILS];
    for (size_t i = 0; i < FAILS; i++)
        fails[i] = NOT_ENOUGH_REPLICAS;
    start_broker(LIFE);
    bus_mock_fail(mock, PRODUCE, fails, FAILS);
    pid_t p = start(PRODUCER, "--count", "3", NULL);
    wait_for_log("the broker acknowledges nothing");
    wait_for_log("the last one is done");
    assert_int_equal(kill(p, SIGTERM), 0);
    run_ok(p);
    assert_int_equal(ask("toy", "SELECT count(*) FROM version WHERE acknowledged"), 3);
}

static void be_short_of_replicas(size_t times)
{
    for (size_t i = 0; i < times; i++)
        bus_mock_fail(mock, PRODUCE, (int[]){NOT_ENOUGH_REPLICAS}, 1);
}

/* A record that is refused holds all others up until the topic of rejects has it. */
static void a_consumer_whose_reject_is_not_acknowledged_says_so(void **state)
{
    (void)state;
    start_broker(LIFE);
    write_foreign("council.documents", 0, 1);
    be_short_of_replicas(80);
    pid_t p = start(CONSUMER, NULL);
    wait_for_log("the broker acknowledges nothing");
    wait_for_rejects("attempts = 1", 1);
    assert_int_equal(kill(p, SIGTERM), 0);
    run_ok(p);
}

/* KAFKA_STORAGE_ERROR is asked again by librdkafka in silence, for ever. */
static void a_consumer_that_is_given_nothing_says_so(void **state)
{
    enum { FETCH = 1, STORAGE = 56, MANY = 2000 };
    int storage[MANY];
    (void)state;
    for (size_t i = 0; i < MANY; i++)
        storage[i] = STORAGE;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "10", NULL));
    bus_mock_fail(mock, FETCH, storage, MANY);
    pid_t pid = start(CONSUMER, NULL);
    wait_for_log("and the broker gives none");
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(end_of(pid), 0);
}

static void once_does_not_wait_for_ever_for_acknowledgements(void **state)
{
    (void)state;
    start_broker(LIFE);
    write_foreign("council.documents", 0, 1);
    be_short_of_replicas(1000);
    assert_int_equal(end_of(start(CONSUMER, "--once", "--once-wait", "500ms", NULL)),
                     EXIT_TEMPORARY);
    assert_int_equal(
        end_of(start(PRODUCER, "--once", "--once-wait", "500ms", "--count", "1", NULL)),
        EXIT_TEMPORARY);
}

static void kills_lose_nothing(void **state)
{
    (void)state;
    unsigned seed = 7;
    const char *text = getenv("SEED");
    seed = text ? (unsigned)strtoul(text, NULL, 10) : seed;
    random_seed(seed);
    start_broker(LIFE);
    for (int i = 0; i < 12; i++) {
        pid_t p = start(PRODUCER, "--count", "1500", "--size", "300", NULL);
        pid_t c = start(CONSUMER, "--retry-every", "113", NULL);
        struct timespec t = {0, (long)(random_below(150) + 5) * 1000 * 1000};
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
        assert_int_equal(kill(i % 2 ? p : c, SIGKILL), 0);
        t.tv_nsec = (long)random_below(20) * 1000 * 1000;
        (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
        assert_int_equal(kill(i % 2 ? c : p, SIGKILL), 0);
        (void)end_of(p);
        (void)end_of(c);
    }
    run_ok(start(PRODUCER, "--once", "--count", "1500", "--size", "300", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    agree(1500);
    /* the table's UNIQUE (log, topic, partition, offset) proves that no record took
     * effect twice; its sum that none was passed over */
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect") -
                         ask("toysink", "SELECT sum(next) FROM position"),
                     0);
}

static int64_t count_in_log(const char *what)
{
    AUTO(buf_free) struct buf text = {0};
    struct err err = {0};
    char path[96];
    (void)snprintf(path, sizeof path, "%s/log", root);
    assert_int_equal(file_read(path, 64 << 20, &text, &err), 0);
    struct sv rest = buf_sv(&text), wanted = sv_cstr(what);
    int64_t n = 0;
    for (size_t at; (at = sv_find(rest, wanted)) != SIZE_MAX; n++)
        rest = sv_sub(rest, at + wanted.n, rest.n);
    return n;
}

/* Killed while it takes further papers: what was acknowledged before them is committed,
 * and is not sent again. */
static void what_is_acknowledged_is_committed_before_more_is_taken(void **state)
{
    (void)state;
    start_broker(LIFE);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(
            end_of(start(PRODUCER, "-v", "--count", "100000", "--die-at", "150", NULL)),
            -SIGKILL);
        int64_t published = count_in_log("doc.published");
        assert_true(published > 0);
        assert_int_equal(ask("toy", "SELECT count(*) FROM toy"), published);
    }
}

/* In the middle of a gulp (documents 128 to 255, unless its time is over before): all
 * before it are acknowledged. */
static void reports_do_not_wait_for_a_gulp_to_be_parsed(void **state)
{
    (void)state;
    start_broker(LIFE);
    assert_int_equal(end_of(start(PRODUCER, "--count", "1000", "--slow", "1ms",
                                  "--stop-at", "220", NULL)),
                     -SIGKILL);
    run_ok(start(CONSUMER, "--once", NULL));
    int64_t done = ask("toy", "SELECT count(*) FROM toy");
    assert_in_range(done, 127, 219);
    /* all of what was acknowledged is there; what was in flight may be as well */
    assert_in_range(ask("toysink", "SELECT count(DISTINCT key) FROM effect"
                                   " WHERE topic = 'council.documents'"),
                    done, 219);
    assert_in_range(ask("toysink", "SELECT count(DISTINCT key) FROM effect"
                                   " WHERE topic = 'council.texts'"),
                    done, 219);
    assert_in_range(ask("toysink", "SELECT count(DISTINCT ce_id) FROM effect"
                                   " WHERE topic = 'council.decisions'"),
                    done, 219);
    assert_int_equal(ask("toy", "SELECT count(*) FROM version WHERE acknowledged"), done);
}

static void a_producer_that_loses_its_transaction_opens_all_anew(void **state)
{
    (void)state;
    start_broker(LIFE);
    pid_t p = start(PRODUCER, "--count", "40", "--undo-at", "20", NULL);
    wait_for_log("the last one is done");
    assert_true(in_log("loses its transaction"));
    assert_int_equal(kill(p, SIGTERM), 0);
    run_ok(p);
    assert_int_equal(ask("toy", "SELECT count(*) FROM version WHERE acknowledged"), 40);
    assert_int_equal(ask("toy", "SELECT count(*) FROM toy"), 40);
    run_ok(start(CONSUMER, "--once", NULL));
    agree(40);
}

static void a_topic_made_anew_is_replayed(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "20", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    bus_mock_stop(&mock);
    start_broker(LIFE); /* the same name: only the records tell */
    assert_int_equal(ask("toy", "DELETE FROM toy"), -1);
    run_ok(start(PRODUCER, "--once", "--count", "60", "--size", "500", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    assert_true(in_log("topic.anew"));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect WHERE log = 2"), 180);
}

static void another_life_of_the_embedded_broker_is_offered_all_again(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "20", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    bus_mock_stop(&mock);
    start_broker("councilwire-embedded-fedcba9876543210");
    run_ok(start(PRODUCER, "--once", "--count", "20", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect WHERE log = 2"), 60);
    assert_int_equal(ask("toysink", "SELECT count(DISTINCT ce_id) FROM effect"), 60);
}

static void another_kafka_cluster_is_refused(void **state)
{
    (void)state;
    start_broker(NULL);
    run_ok(start(PRODUCER, "--once", "--count", "2", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    (void)ask("toy", "UPDATE log_id SET id = 'kafka:elsewhere'");
    (void)ask("toysink", "UPDATE log_id SET id = 'kafka:elsewhere'");
    assert_int_equal(end_of(start(PRODUCER, "--once", NULL)), EXIT_CONFIGURATION);
    assert_int_equal(end_of(start(CONSUMER, "--once", NULL)), EXIT_CONFIGURATION);
    assert_true(in_log("kafka:elsewhere"));
}

static void a_position_beyond_the_end_is_replayed(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "20", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    (void)ask("toysink", "UPDATE position SET next = 1000 WHERE topic = 'council.texts'");
    run_ok(start(CONSUMER, "--once", NULL));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect WHERE log = 2"), 20);
}

/* Those partitions whose position still fits are read from the beginning as well. */
static void one_position_beyond_the_end_replays_all_of_its_topic(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "60", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    (void)ask("toysink",
              "UPDATE position SET next = 1000 WHERE topic = 'council.texts' AND"
              " partition = (SELECT max(partition) FROM position)");
    run_ok(start(CONSUMER, "--once", NULL));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect WHERE log = 2"), 60);
}

/* What a key gets in another partition stands at lower offsets than what it had. */
static void a_topic_that_got_more_partitions_is_numbered_anew(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "60", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM position WHERE log > 1"), 0);
    (void)ask("toysink",
              "DELETE FROM position WHERE topic = 'council.texts' AND partition = 2");
    run_ok(start(CONSUMER, "--once", NULL));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM position WHERE log = 2 AND"
                                    " topic = 'council.texts'"),
                     3);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM position WHERE log = 2"), 3);
    assert_in_range(ask("toysink", "SELECT count(*) FROM effect WHERE log = 2"), 1, 59);
}

static void a_topic_with_fewer_partitions_is_another_one(void **state)
{
    (void)state;
    start_broker(LIFE);
    run_ok(start(PRODUCER, "--once", "--count", "60", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    (void)ask("toysink", "INSERT INTO position VALUES ('council.texts', 3, 1, 0, '')");
    run_ok(start(CONSUMER, "--once", NULL));
    assert_true(in_log("fewer partitions"));
    assert_int_equal(ask("toysink", "SELECT count(*) FROM effect WHERE log = 2"), 60);
    assert_int_equal(ask("toysink", "SELECT count(*) FROM position WHERE partition = 3"),
                     0);
}

static void records_lost_by_retention_are_told(void **state)
{
    (void)state;
    start_broker(NULL); /* as Kafka: the embedded broker's bounds are not looked at */
    run_ok(start(CONSUMER, "--once", NULL));
    run_ok(start(PRODUCER, "--once", "--count", "60", "--size", "500000",
                 "--kafka.compression.codec", "none", NULL));
    run_ok(start(CONSUMER, "--once", NULL));
    assert_true(in_log("topic.lost_records"));
    assert_int_equal(
        ask("toysink", "SELECT count(*) FROM effect WHERE topic = 'council.documents'"),
        60);
    assert_in_range(
        ask("toysink", "SELECT count(*) FROM effect WHERE topic = 'council.texts'"), 1,
        59);
}

static void a_stop_with_the_broker_down_ends_soon(void **state)
{
    (void)state;
    start_broker(LIFE);
    pid_t p = start(PRODUCER, "--count", "100000", "--size", "2000", "-v", NULL);
    wait_for_log("doc.published");
    bus_mock_down(mock, true);
    wait_for_log("broker.wait");
    int64_t from = clock_monotonic_ms();
    assert_int_equal(kill(p, SIGTERM), 0);
    run_ok(p);
    assert_in_range(clock_monotonic_ms() - from, 0, 9000);
    assert_true(in_log("\"pending\":"));
}

static void two_instances_exclude_each_other(void **state)
{
    (void)state;
    start_broker(LIFE);
    pid_t c = start(CONSUMER, "-v", NULL);
    wait_for_log("daemon.ready");
    assert_int_equal(end_of(start(CONSUMER, "--once", NULL)), EXIT_RUNTIME);
    assert_true(in_log("in use"));
    assert_int_equal(kill(c, SIGTERM), 0);
    run_ok(c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
    if (argc > 1) /* one test alone, by name */
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        TEST(papers_become_effects),
        TEST(a_broker_may_come_later),
        TEST(a_retry_keeps_order_and_counts_once),
        TEST(a_transaction_that_is_undone_in_the_middle_is_read_again),
        TEST(a_batch_that_can_not_be_stored_is_stored_in_parts),
        TEST(a_replay_of_a_consumer),
        TEST(a_replay_of_a_consumer_without_savepoints),
        TEST(a_replay_that_fails_for_a_moment_is_tried_again),
        TEST(without_savepoints_nothing_is_lost_or_taken_twice),
        TEST(a_refused_record_becomes_a_reject_and_the_rest_goes_on),
        TEST(a_reject_under_way_in_an_outage_stands_for_itself),
        TEST(records_that_are_no_events_go_together),
        TEST(records_that_can_not_be_read_are_refused),
        TEST(a_last_record_that_can_not_be_read_again),
        TEST(history_ends_behind_records_that_can_not_be_read),
        TEST(records_that_are_no_events_between_events),
        TEST(records_that_are_no_events_between_others_that_fail),
        TEST(a_part_of_them_waits_for_permission),
        TEST(records_that_are_no_events_in_outages),
        TEST(refused_permission_is_waited_for),
        TEST(a_record_that_kafka_refuses_becomes_a_reject),
        TEST(small_records_that_went_together_go_again),
        TEST(a_broker_that_acknowledges_nothing_is_told),
        TEST(a_consumer_whose_reject_is_not_acknowledged_says_so),
        TEST(a_consumer_that_is_given_nothing_says_so),
        TEST(once_does_not_wait_for_ever_for_acknowledgements),
        TEST(kills_lose_nothing),
        TEST(what_is_acknowledged_is_committed_before_more_is_taken),
        TEST(reports_do_not_wait_for_a_gulp_to_be_parsed),
        TEST(a_producer_that_loses_its_transaction_opens_all_anew),
        TEST(a_topic_made_anew_is_replayed),
        TEST(another_life_of_the_embedded_broker_is_offered_all_again),
        TEST(another_kafka_cluster_is_refused),
        TEST(a_position_beyond_the_end_is_replayed),
        TEST(one_position_beyond_the_end_replays_all_of_its_topic),
        TEST(a_topic_that_got_more_partitions_is_numbered_anew),
        TEST(a_topic_with_fewer_partitions_is_another_one),
        TEST(records_lost_by_retention_are_told),
        TEST(a_stop_with_the_broker_down_ends_soon),
        TEST(two_instances_exclude_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
