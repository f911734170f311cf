#include "bus_internal.h"

#include "clock.h"
#include "metric.h"

#include <string.h>

/* Headers and librdkafka's own book-keeping for one record, about. */
enum { RECORD_OVERHEAD = 1024, RECORD_SLACK = 65536, PURGE_WAIT_MS = 2000 };

size_t bus_record_cost(size_t key, size_t value)
{
    return key + value + RECORD_OVERHEAD;
}

/* KAFKA.md section 3: which report means that this record can never go. */
static enum verdict verdict_of(rd_kafka_resp_err_t code)
{
    if (!code)
        return VERDICT_OK;
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
        code == RD_KAFKA_RESP_ERR_INVALID_RECORD || code == RD_KAFKA_RESP_ERR_INVALID_MSG)
        return VERDICT_REJECT;
    return VERDICT_RETRY;
}

static void count(const char *topic, enum verdict v, uint32_t n)
{
    static struct metric *events;
    if (!events)
        events = metric_family("councilwire_events_total", METRIC_COUNTER,
                               "topic,outcome", "Records by topic and outcome");
    const char *outcome = v == VERDICT_OK       ? "ok"
                          : v == VERDICT_REJECT ? "reject"
                                                : "retry";
    metric_add(events, n, LABELS(topic, outcome));
}

/* A counter is looked up by its labels: once for all reports that came together. */
void bus_count_reports(struct bus *b)
{
    for (size_t i = 0; i < b->topics; i++)
        for (size_t v = VERDICT_OK; v <= VERDICT_REJECT; v++)
            if (b->reported[i][v]) {
                count(rd_kafka_topic_name(b->topic[i]), (enum verdict)v,
                      b->reported[i][v]);
                b->reported[i][v] = 0;
            }
}

static void note_report(struct bus *b, const rd_kafka_topic_t *t, const char *name,
                        enum verdict v)
{
    size_t i = 0;
    while (i < b->topics && b->topic[i] != t)
        i++;
    if (i < b->topics)
        b->reported[i][v]++;
    else
        count(name, v, 1);
}

/* The embedded broker drops the oldest batch of a partition in silence beyond 5 MiB. */
static void count_embedded(struct bus *b, const rd_kafka_message_t *m, const char *topic)
{
    size_t i = 0;
    while (i < b->nfilled && (b->filled[i].partition != m->partition ||
                              strcmp(b->filled[i].topic, topic) != 0))
        i++;
    if (i == b->nfilled) {
        if (i == BUS_PARTITIONS_KEPT)
            return;
        b->nfilled++;
        (void)snprintf(b->filled[i].topic, sizeof b->filled[i].topic, "%s", topic);
        b->filled[i].partition = m->partition;
        b->filled[i].bytes = 0;
    }
    b->filled[i].bytes += (int64_t)(m->len + m->key_len);
    if (b->filled[i].bytes > BUS_EMBEDDED_BYTES_MAX && !b->overfull) {
        b->overfull = true;
        char why[200];
        (void)snprintf(why, sizeof why, "%s/%d got %lld bytes", topic, (int)m->partition,
                       (long long)b->filled[i].bytes);
        bus_trouble(b, why);
    }
}

/* What Kafka limits is the batch: this record may be a small one that went with others.
 * They are offered again in smaller batches, until it was alone: as often as the limit of
 * the topic asks for, four times at most in the life of a process. */
static enum verdict too_large(struct bus *b, const rd_kafka_message_t *m)
{
    enum { SMALLER = 4, SMALLEST = 20000 };
    if (!b->fatal && m->key_len + m->len >= b->batch_bytes)
        return VERDICT_REJECT;
    if (!b->fatal)
        b->batch_bytes = b->batch_bytes > SMALLEST ? b->batch_bytes / SMALLER : 1;
    b->fatal = true;
    return VERDICT_RETRY;
}

void bus_on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    (void)rk;
    struct bus *b = opaque;
    const char *topic = m->rkt ? rd_kafka_topic_name(m->rkt) : "";
    size_t cost = bus_record_cost(m->key_len, m->len);
    b->bytes -= cost < b->bytes ? cost : b->bytes;
    b->records -= b->records > 0;
    enum verdict v = m->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? too_large(b, m)
                                                                    : verdict_of(m->err);
    note_report(b, m->rkt, topic, v);
    char why[300] = "";
    if (v == VERDICT_OK) {
        bus_patience_well(&b->patience);
        bus_is_up(b);
        if (b->embedded)
            count_embedded(b, m, topic);
    } else {
        bool clock = m->err == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
        (void)snprintf(why, sizeof why, "%s: %s%s", topic, rd_kafka_err2str(m->err),
                       clock ? " (look at the clocks of this machine and of the broker)"
                             : "");
        bus_trouble(b, why);
    }
    uint64_t token = (uint64_t)(uintptr_t)m->_private;
    b->o.delivered(b->o.ctx, token, v, v == VERDICT_OK ? NULL : why);
}

static int32_t partition_of(const rd_kafka_topic_t *t, const void *key, size_t n,
                            int32_t count, void *opaque, void *of_message)
{
    return rd_kafka_msg_partitioner_murmur2_random(
        t, key, n, count < BUS_PARTITIONS ? count : BUS_PARTITIONS, opaque, of_message);
}

rd_kafka_topic_t *bus_topic_new(rd_kafka_t *rk, const char *name)
{
    rd_kafka_topic_conf_t *c = rd_kafka_default_topic_conf_dup(rk);
    rd_kafka_topic_conf_set_partitioner_cb(c, partition_of);
    return rd_kafka_topic_new(rk, name, c);
}

static rd_kafka_topic_t *topic_of(struct bus *b, const char *name)
{
    for (size_t i = 0; i < b->topics; i++)
        if (strcmp(rd_kafka_topic_name(b->topic[i]), name) == 0)
            return b->topic[i];
    if (b->topics == BUS_TOPICS_KEPT)
        return NULL;
    return b->topic[b->topics++] = bus_topic_new(b->producer.rk, name);
}

static rd_kafka_headers_t *headers_of(const struct wire_event *e)
{
    rd_kafka_headers_t *h = rd_kafka_headers_new(e->headers);
    for (size_t i = 0; i < e->headers; i++)
        (void)rd_kafka_header_add(h, e->header[i].name, -1, e->header[i].value.p,
                                  (ssize_t)e->header[i].value.n);
    return h;
}

static rd_kafka_resp_err_t put(struct bus *b, rd_kafka_topic_t *topic,
                               const struct wire_event *e, uint64_t token)
{
    void *value, *key; /* librdkafka copies them: RD_KAFKA_MSG_F_COPY */
    memcpy(&value, &e->value.p, sizeof value);
    memcpy(&key, &e->key.p, sizeof key);
    uintptr_t number = (uintptr_t)token;
    void *opaque; /* a number that librdkafka hands back, never a pointer */
    memcpy(&opaque, &number, sizeof opaque);
    rd_kafka_headers_t *h = headers_of(e);
    /* Without the RD_KAFKA_V_ macros: they are statement expressions, no C11. */
    rd_kafka_resp_err_t r = rd_kafka_producev(
        b->producer.rk, RD_KAFKA_VTYPE_RKT, topic, RD_KAFKA_VTYPE_MSGFLAGS,
        RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_VALUE, value,
        e->value.p ? e->value.n : (size_t)0, RD_KAFKA_VTYPE_KEY, key, e->key.n,
        RD_KAFKA_VTYPE_HEADERS, h, RD_KAFKA_VTYPE_OPAQUE, opaque, RD_KAFKA_VTYPE_END);
    if (r)
        rd_kafka_headers_destroy(h);
    return r;
}

static int refused(struct bus *b, rd_kafka_resp_err_t r, const struct wire_event *e,
                   struct err *err)
{
    if (r == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return 1;
    if (r == RD_KAFKA_RESP_ERR__FATAL)
        b->fatal = true;
    bool large = r == RD_KAFKA_RESP_ERR__INVALID_ARG && e->value.n > BUS_RECORD_BYTES_MAX;
    if (large || verdict_of(r) == VERDICT_REJECT)
        return err_reject(err, "too-large", "%s: %s (%zu bytes)", e->topic,
                          rd_kafka_err2str(r), e->value.n);
    bus_trouble(b, rd_kafka_err2str(r));
    return err_set(err, ERR_TEMPORARY, "%s: %s", e->topic, rd_kafka_err2str(r));
}

int bus_produce(struct bus *b, const struct wire_event *e, uint64_t token,
                struct err *err)
{
    size_t cost = bus_record_cost(e->key.n, e->value.n);
    if (!b->producer.rk && b->address && bus_handle_open(b, false, err) < 0)
        return -1;
    if (!b->producer.rk)
        return err_set(err, ERR_TEMPORARY, "no address of a broker yet");
    if (b->overfull)
        return err_set(
            err, ERR_FATAL,
            "the embedded broker keeps 5 MiB a partition and forgets the oldest "
            "beyond: %s. For more papers start real Kafka (deploy/kafka/kafka "
            "start)",
            b->why);
    if (e->value.n > bus_record_bytes_max(b) + RECORD_SLACK)
        return err_reject(err, "too-large", "%s: a record of %zu bytes, %s takes %zu",
                          e->topic, e->value.n,
                          b->embedded ? "the embedded broker" : "Kafka",
                          bus_record_bytes_max(b));
    if (b->records >= BUS_RECORDS_MAX || (b->records && b->bytes + cost > BUS_BYTES_MAX))
        return 1;
    rd_kafka_topic_t *topic = topic_of(b, e->topic);
    if (!topic)
        return err_set(err, ERR_FATAL, "more than %d topics", (int)BUS_TOPICS_KEPT);
    rd_kafka_resp_err_t r = put(b, topic, e, token);
    if (r)
        return refused(b, r, e, err);
    b->bytes += cost;
    b->records++;
    return 0;
}

/* While its handle is being flushed a record does not linger. */
void bus_push(struct bus *b)
{
    enum { PUSH_MS = 1 };
    if (b->up && b->records > 0 && b->producer.rk)
        (void)rd_kafka_flush(b->producer.rk, PUSH_MS);
}

size_t bus_inflight_bytes(const struct bus *b)
{
    return b->bytes;
}

size_t bus_inflight_records(const struct bus *b)
{
    return b->records;
}

int bus_flush(struct bus *b, int64_t timeout_ms)
{
    int64_t end = clock_monotonic_ms() + timeout_ms;
    while (b->records > 0 && b->producer.rk && clock_monotonic_ms() < end)
        (void)rd_kafka_flush(b->producer.rk, 50);
    bus_count_reports(b);
    return b->records == 0 ? 0 : -1;
}

void bus_producer_drop(struct bus *b)
{
    (void)rd_kafka_purge(b->producer.rk, RD_KAFKA_PURGE_F_QUEUE |
                                             RD_KAFKA_PURGE_F_INFLIGHT |
                                             RD_KAFKA_PURGE_F_NON_BLOCKING);
    (void)rd_kafka_flush(b->producer.rk, PURGE_WAIT_MS);
    bus_count_reports(b);
    for (size_t i = 0; i < b->topics; i++)
        rd_kafka_topic_destroy(b->topic[i]);
    b->topics = 0;
    b->bytes = b->records = 0;
}
