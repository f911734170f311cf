#define _GNU_SOURCE /* SOCK_CLOEXEC, TCP_USER_TIMEOUT */
#include "bus_internal.h"

#include "clock.h"
#include "json.h"
#include "log.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* allow.auto.create.topics: where Kafka makes topics for whoever asks for one, which is
 * its default, ours would be made with one partition, and be emptied after a week.
 * socket.timeout.ms: what bus_patience.h begins with; a batch (1 MB) must get through and
 * be answered within. */
static const char *const common_settings[] = {"socket.nagle.disable",
                                              "true",
                                              "socket.keepalive.enable",
                                              "true",
                                              "log.queue",
                                              "true",
                                              "statistics.interval.ms",
                                              "1000",
                                              "reconnect.backoff.ms",
                                              "50",
                                              "reconnect.backoff.max.ms",
                                              "1000",
                                              "retry.backoff.ms",
                                              "100",
                                              "topic.metadata.refresh.interval.ms",
                                              "60000",
                                              "socket.timeout.ms",
                                              "20000",
                                              "allow.auto.create.topics",
                                              "false",
                                              NULL};

/* The queue's bound here is a second belt: bus_produce counts what is in flight.
 * linger.ms must not be 0: with 2.0.2 a record that comes while others of its partition
 * are being sent is then now and then left for 500 ms (tests/bench/run latency: p99 540
 * ms). */
static const char *const producer_settings[] = {"enable.idempotence",
                                                "true",
                                                "acks",
                                                "all",
                                                "message.timeout.ms",
                                                "0",
                                                "max.in.flight.requests.per.connection",
                                                "5",
                                                "request.timeout.ms",
                                                "15000",
                                                "queue.buffering.max.kbytes",
                                                "32768",
                                                "queue.buffering.max.messages",
                                                "100000",
                                                "linger.ms",
                                                "1",
                                                "compression.codec",
                                                "lz4",
                                                "message.max.bytes",
                                                "10485760",
                                                NULL};

/* Who only produces has much at a time, or pushes what comes alone (bus_push): records
 * wait for company, since a request carries one batch and the broker's work goes by
 * requests. */
#define LINGER_MS "5"

/* The fetcher sleeps 1 s when the queue is full (2.0.2), see bus_wake. All that an answer
 * to it holds is decompressed at once, whatever the queue may hold: lz4 makes up to 255
 * bytes of one, so an answer is small (fetch.max.bytes is never less than
 * message.max.bytes; a larger record comes alone). receive.message.max.bytes: also what a
 * batch of zstd may unfold to; it is tried with three times as much as before each time,
 * so one of a third of it, which holds the largest record that we take, always fits.
 * fetch.error.backoff.ms: one that does not fit is told so often. */
static const char *const consumer_settings[] = {"enable.auto.commit",
                                                "false",
                                                "enable.auto.offset.store",
                                                "false",
                                                "auto.offset.reset",
                                                "error",
                                                "enable.partition.eof",
                                                "true",
                                                "queued.max.messages.kbytes",
                                                "4096",
                                                "queued.min.messages",
                                                "100000",
                                                "fetch.message.max.bytes",
                                                "131072",
                                                "message.max.bytes",
                                                "131072",
                                                "fetch.max.bytes",
                                                "131072",
                                                "receive.message.max.bytes",
                                                "33554432",
                                                "fetch.error.backoff.ms",
                                                "100",
                                                NULL};

/* What correctness stands on is not for a configuration to change. */
static const char *const reserved[] = {"enable.idempotence",
                                       "acks",
                                       "request.required.acks",
                                       "message.timeout.ms",
                                       "delivery.timeout.ms",
                                       "enable.auto.commit",
                                       "auto.commit.enable",
                                       "enable.auto.offset.store",
                                       "auto.offset.reset",
                                       "enable.partition.eof",
                                       "group.id",
                                       "client.id",
                                       "partitioner",
                                       "log.queue",
                                       "transactional.id",
                                       "isolation.level",
                                       "message.max.bytes",
                                       "allow.auto.create.topics",
                                       NULL};

static int set(rd_kafka_conf_t *c, const char *name, const char *value, struct err *err)
{
    char text[256];
    if (rd_kafka_conf_set(c, name, value, text, sizeof text) == RD_KAFKA_CONF_OK)
        return 0;
    return err_set(err, ERR_FATAL, "kafka.%s: %s", name, text);
}

static int set_all(rd_kafka_conf_t *c, const char *const *pairs, struct err *err)
{
    for (; *pairs; pairs += 2)
        if (set(c, pairs[0], pairs[1], err) < 0)
            return -1;
    return 0;
}

static int set_given(struct bus *b, rd_kafka_conf_t *c, struct err *err)
{
    for (size_t i = 0; i < b->o.nkafka; i++) {
        const char *name = b->o.kafka_names[i], *value = b->o.kafka_values[i];
        for (const char *const *r = reserved; *r; r++)
            if (strcmp(name, *r) == 0)
                return err_set(err, ERR_FATAL,
                               "kafka.%s: the promise that nothing is lost stands on it; "
                               "remove the line",
                               name);
        if (strcmp(name, "bootstrap.servers") == 0 ||
            strcmp(name, "metadata.broker.list") == 0)
            continue; /* chosen before: the option `bootstrap` comes first */
        if (set(c, name, value, err) < 0)
            return -1;
    }
    return 0;
}

/* Any broker in state UP means that we are connected. */
/* NOLINTNEXTLINE(readability-non-const-parameter): librdkafka's type */
static int on_stats(rd_kafka_t *rk, char *json, size_t n, void *opaque)
{
    (void)rk;
    struct bus *b = opaque;
    /* 100 KB each second: read field by field only where it does not say so anyway */
    if (sv_find((struct sv){json, n}, SV("\"state\":\"UP\"")) != SIZE_MAX) {
        bus_is_up(b);
        return 0;
    }
    AUTO(json_free) struct json *root = NULL;
    struct err err = {0};
    if (json_read((struct sv){json, n}, &root, &err) < 0)
        return 0;
    const struct json *brokers = json_member(root, "brokers");
    for (size_t i = 0; i < json_count(brokers); i++) {
        const struct json *one = NULL;
        if (json_key_at(brokers, i, &one) &&
            sv_eq(json_member_text(one, "state"), SV("UP"))) {
            bus_is_up(b);
            return 0;
        }
    }
    bus_is_down(b, "no connection to a broker");
    return 0;
}

/* "… (after 312ms in state AUTH_REQ)": the same trouble must read the same each time. */
static void without_duration(char *text)
{
    char *end = strstr(text, " (after ");
    if (end)
        *end = '\0';
}

/* The first one stays: the addresses of a name are tried in turn. */
static void note_unreached(struct bus *b, const char *reason)
{
    if (!*bus_unreached(b)) {
        (void)snprintf(b->unreached, sizeof b->unreached, "%.*s",
                       (int)sizeof b->unreached - 1, reason);
        without_duration(b->unreached);
    }
    b->unreached_ms = clock_monotonic_ms();
}

/* When a connection that carried bytes until its end was closed, by any handle. */
static _Atomic int64_t moved_ms;

static int close_socket(int fd, void *opaque)
{
    enum { RECEIVED_MS = 500, ROOM_MS = 5000 }; /* a full window opens by halves */
    (void)opaque;
    struct tcp_info i = {0};
    socklen_t n = sizeof i;
    int waiting = 0; /* bytes that were sent, and not received yet */
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &n) == 0 &&
        ioctl(fd, SIOCOUTQ, &waiting) == 0 &&
        (i.tcpi_last_data_recv < RECEIVED_MS ||
         (waiting > 0 && i.tcpi_last_ack_recv < ROOM_MS)))
        atomic_store(&moved_ms, clock_monotonic_ms());
    return close(fd);
}

/* A connection was given up because an answer did not come in time. */
static void note_late(struct bus *b, const rd_kafka_t *rk, const char *reason)
{
    char what[160];
    if ((rk != b->producer.rk && rk != b->consumer.rk) ||
        !strstr(reason, "request(s) timed out") || b->fatal ||
        !bus_patience_late(&b->patience, clock_monotonic_ms(), atomic_load(&moved_ms)))
        return;
    b->fatal = true;
    (void)snprintf(what, sizeof what, "%.159s", reason);
    without_duration(what);
    (void)snprintf(b->fatal_why, sizeof b->fatal_why,
                   "%s; from now on requests have %lld s", what,
                   (long long)b->patience.now_ms / 1000);
}

/* Before 2.6.1 librdkafka sends its nonce twice (RFC 5802 section 5.1; librdkafka #4895).
 * Kafka 4 refuses that in the words that it has for a wrong password. */
static void explain_scram(struct bus *b)
{
    enum { NONCE_ONCE = 0x020601ff };
    char why[256];
    if (rd_kafka_version() >= NONCE_ONCE || !strstr(b->why, "SCRAM"))
        return;
    (void)snprintf(why, sizeof why, "%.255s", b->why);
    (void)snprintf(b->why, sizeof b->why,
                   "%s (or this is Kafka 4: SCRAM needs librdkafka 2.6.1 there, not %s)",
                   why, rd_kafka_version_str());
}

static void on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    struct bus *b = opaque;
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        rd_kafka_resp_err_t cause =
            rd_kafka_fatal_error(rk, b->fatal_why, sizeof b->fatal_why);
        b->out_of_order = cause == RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER ||
                          cause == RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID;
        b->fatal = true;
        bus_trouble(b, b->fatal_why);
    } else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        bus_is_down(b, reason);
    } else if (code == RD_KAFKA_RESP_ERR__TRANSPORT ||
               code == RD_KAFKA_RESP_ERR__RESOLVE ||
               code == RD_KAFKA_RESP_ERR__TIMED_OUT) {
        LOG(DEBUG, KAFKA, FC("why", reason));
        note_unreached(b, reason);
        if (code == RD_KAFKA_RESP_ERR__TIMED_OUT)
            note_late(b, rk, reason);
    } else {
        b->refused =
            code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL;
        bus_trouble(b, reason);
        without_duration(b->why);
        if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION)
            explain_scram(b);
    }
}

/* A broker that is away is told by ourselves, once; librdkafka would tell it for ever.
 * AUTOCREATE: the embedded broker can not be told to make no topics. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility,
                   const char *text)
{
    struct bus *b = rd_kafka_opaque(rk);
    static const char *const known[] = {"FAIL",   "ERROR",      "CONFWARN",
                                        "GETPID", "BROKERFAIL", "REQTMOUT",
                                        "COORD",  "AUTOCREATE", NULL};
    bool quiet = level > 4;
    for (const char *const *k = known; *k && !quiet; k++)
        quiet = strcmp(facility, *k) == 0;
    int64_t now = clock_monotonic_ms();
    if (!quiet && b && now >= b->log_after_ms) {
        b->log_after_ms = now + 1000;
        LOG(WARN, KAFKA, FC("facility", facility), FC("text", text));
        return;
    }
    LOG(DEBUG, KAFKA, FC("facility", facility), FC("text", text));
}

/* Descriptors are the process's, whichever handle found none left. */
static atomic_int no_socket;

int bus_no_socket(void)
{
    return atomic_load(&no_socket);
}

/* Without these a connection that died in silence (a host gone, a firewall that forgot
 * it) is found out by the time limit of a request, 60 s, or when idle in two hours; and
 * behind an outage TCP tries again so seldom that as long passes once more. A slow link
 * is not touched: its bytes are acknowledged. Called by threads of librdkafka, also of a
 * handle that was left to end by itself when its bus is gone: so the bus is not looked
 * at. */
static int open_socket(int domain, int type, int protocol, void *opaque)
{
    (void)opaque;
    static const struct {
        int name, value;
    } options[] = {{TCP_USER_TIMEOUT, 15000}, /* ms without any acknowledgement */
                   {TCP_KEEPIDLE, 5},
                   {TCP_KEEPINTVL, 5},
                   {TCP_KEEPCNT, 3},
                   {TCP_SYNCNT, 3}};
    int fd = socket(domain, type | SOCK_CLOEXEC, protocol);
    atomic_store(&no_socket, fd < 0 ? errno : 0);
    for (size_t i = 0; i < ARRAY_LEN(options) && fd >= 0; i++)
        (void)setsockopt(fd, IPPROTO_TCP, options[i].name, &options[i].value,
                         sizeof options[i].value);
    return fd;
}

static int set_batch(const struct bus *b, rd_kafka_conf_t *c, struct err *err)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", b->batch_bytes);
    return set(c, "batch.size", text, err);
}

/* Where a configuration says how long, it begins with that. */
static int set_patience(struct bus *b, rd_kafka_conf_t *c, struct err *err)
{
    char text[24];
    size_t n = sizeof text;
    if (b->patience.first_ms == 0 &&
        rd_kafka_conf_get(c, "socket.timeout.ms", text, &n) == RD_KAFKA_CONF_OK)
        bus_patience_init(&b->patience, strtoll(text, NULL, 10));
    (void)snprintf(text, sizeof text, "%lld",
                   (long long)bus_patience_ms(&b->patience, clock_monotonic_ms()));
    return set(c, "socket.timeout.ms", text, err);
}

rd_kafka_conf_t *bus_conf_new(struct bus *b, bool consumer, struct err *err)
{
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    rd_kafka_conf_set_opaque(c, b);
    rd_kafka_conf_set_error_cb(c, on_error);
    rd_kafka_conf_set_log_cb(c, on_log);
    rd_kafka_conf_set_stats_cb(c, on_stats);
    rd_kafka_conf_set_socket_cb(c, open_socket);
    rd_kafka_conf_set_closesocket_cb(c, close_socket);
    if (!consumer)
        rd_kafka_conf_set_dr_msg_cb(c, bus_on_report);
    bool bad =
        set_all(c, common_settings, err) < 0 ||
        set_all(c, consumer ? consumer_settings : producer_settings, err) < 0 ||
        (!consumer && !b->o.consume && set(c, "linger.ms", LINGER_MS, err) < 0) ||
        (consumer && set(c, "group.id", b->o.name, err) < 0) ||
        set(c, "client.id", b->o.name, err) < 0 ||
        (!consumer && set_batch(b, c, err) < 0) ||
        (b->address && set(c, "bootstrap.servers", b->address, err) < 0) ||
        set_given(b, c, err) < 0 || set_patience(b, c, err) < 0 ||
        (!consumer && b->batch_bytes < BUS_BATCH_BYTES && set_batch(b, c, err) < 0);
    /* On the embedded broker an empty fetch is not woken by new data: this is what the
     * first record after a pause waits at most, and what idle daemons cost (six consumers
     * and the broker: 6 % of a core, 16 % with 5 ms). */
    if (!bad && consumer && b->embedded)
        bad = set(c, "fetch.wait.max.ms", "20", err) < 0;
    if (bad) {
        rd_kafka_conf_destroy(c);
        return NULL;
    }
    return c;
}
