/* The second baseline of the producer bench: what any program would pay that sends the
 * records of the spool (keys, values, headers) and does nothing else.
 *
 *   plain_records BROKER CODEC TOPIC...     reads the topics to their ends, then sends
 * all again in the order of their times; prints: records bytes seconds cpu-seconds
 */
#define _DEFAULT_SOURCE
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { TOPICS_MAX = 16 };

static struct {
    rd_kafka_message_t **record;
    size_t n, cap, delivered;
    long bytes;
} run;

_Noreturn static void die(const char *what, const char *why)
{
    fprintf(stderr, "plain_records: %s: %s\n", what, why);
    exit(1);
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    (void)rk;
    (void)opaque;
    if (m->err)
        die("delivery", rd_kafka_err2str(m->err));
    run.delivered++;
}

static rd_kafka_t *open_handle(rd_kafka_type_t type, const char *broker,
                               const char *const (*settings)[2])
{
    char why[512];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    if (rd_kafka_conf_set(c, "bootstrap.servers", broker, why, sizeof why))
        die("bootstrap.servers", why);
    for (; (*settings)[0]; settings++)
        if (rd_kafka_conf_set(c, (*settings)[0], (*settings)[1], why, sizeof why))
            die((*settings)[0], why);
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(c, on_report);
    rd_kafka_t *rk = rd_kafka_new(type, c, why, sizeof why);
    if (!rk)
        die("handle", why);
    return rk;
}

static void keep(rd_kafka_message_t *m)
{
    rd_kafka_timestamp_type_t type;
    if (run.n == run.cap) {
        run.cap = run.cap ? 2 * run.cap : 4096;
        run.record = realloc(run.record, run.cap * sizeof(void *));
        if (!run.record)
            die("memory", "out of it");
    }
    run.bytes += (long)(m->len + m->key_len);
    (void)rd_kafka_message_timestamp(m, &type);
    run.record[run.n++] = m;
}

static int all_partitions(rd_kafka_t *rk, const char *topic,
                          rd_kafka_topic_partition_list_t *out)
{
    const struct rd_kafka_metadata *md;
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
    if (rd_kafka_metadata(rk, 0, t, &md, 10000) || md->topic_cnt != 1)
        die(topic, "no metadata");
    int n = md->topics[0].partition_cnt;
    for (int p = 0; p < n; p++)
        rd_kafka_topic_partition_list_add(out, topic, p)->offset = 0;
    rd_kafka_metadata_destroy(md);
    rd_kafka_topic_destroy(t);
    return n;
}

static rd_kafka_t *read_all(const char *broker, char *const *topics, int n)
{
    static const char *const settings[][2] = {{"group.id", "plain"},
                                              {"enable.partition.eof", "true"},
                                              {"enable.auto.commit", "false"},
                                              {"queued.max.messages.kbytes", "1000000"},
                                              {NULL, NULL}};
    rd_kafka_t *rk = open_handle(RD_KAFKA_CONSUMER, broker, settings);
    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(n);
    int left = 0;
    for (int i = 0; i < n; i++)
        left += all_partitions(rk, topics[i], parts);
    if (rd_kafka_assign(rk, parts))
        die("assign", "refused");
    rd_kafka_topic_partition_list_destroy(parts);
    while (left > 0) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, 10000);
        if (!m)
            die("consume", "nothing came for 10 s");
        if (!m->err) {
            keep(m);
            continue;
        }
        if (m->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            die("consume", rd_kafka_message_errstr(m));
        left--;
        rd_kafka_message_destroy(m);
    }
    return rk;
}

static int by_time(const void *a, const void *b)
{
    rd_kafka_timestamp_type_t type;
    rd_kafka_message_t *const *x = a, *const *y = b;
    int64_t s = rd_kafka_message_timestamp(*x, &type);
    int64_t t = rd_kafka_message_timestamp(*y, &type);
    return s < t ? -1 : s > t;
}

static void send_all(rd_kafka_t *rk, char *const *topics, int n)
{
    rd_kafka_topic_t *topic[TOPICS_MAX] = {NULL};
    for (int i = 0; i < n; i++)
        topic[i] = rd_kafka_topic_new(rk, topics[i], NULL);
    const struct rd_kafka_metadata *md;
    if (rd_kafka_metadata(rk, 0, topic[0], &md, 10000))
        die(topics[0], "no metadata");
    rd_kafka_metadata_destroy(md);
    for (size_t i = 0; i < run.n; i++) {
        const rd_kafka_message_t *m = run.record[i];
        rd_kafka_headers_t *h = NULL;
        int t = 0;
        while (strcmp(topics[t], rd_kafka_topic_name(m->rkt)) != 0)
            t++;
        (void)rd_kafka_message_headers(m, &h);
        rd_kafka_resp_err_t r = RD_KAFKA_RESP_ERR_NO_ERROR;
        do {
            rd_kafka_headers_t *own = h ? rd_kafka_headers_copy(h) : NULL;
            r = rd_kafka_producev(rk, RD_KAFKA_VTYPE_RKT, topic[t],
                                  RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY,
                                  RD_KAFKA_VTYPE_VALUE, m->payload, m->len,
                                  RD_KAFKA_VTYPE_KEY, m->key, m->key_len,
                                  RD_KAFKA_VTYPE_HEADERS, own, RD_KAFKA_VTYPE_END);
            if (r && own)
                rd_kafka_headers_destroy(own);
            if (r)
                rd_kafka_poll(rk, 10);
        } while (r == RD_KAFKA_RESP_ERR__QUEUE_FULL);
        if (r)
            die("produce", rd_kafka_err2str(r));
        if (i % 64 == 0)
            rd_kafka_poll(rk, 0);
    }
    while (rd_kafka_outq_len(rk) > 0)
        rd_kafka_poll(rk, 100);
    for (int i = 0; i < n; i++)
        rd_kafka_topic_destroy(topic[i]);
}

static double cpu(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc - 3 > TOPICS_MAX)
        die("usage", "BROKER CODEC TOPIC...");
    const char *const settings[][2] = {{"enable.idempotence", "true"},
                                       {"acks", "all"},
                                       {"message.timeout.ms", "0"},
                                       {"queue.buffering.max.kbytes", "16384"},
                                       {"message.max.bytes", "10485760"},
                                       {"linger.ms", "20"},
                                       {"batch.size", "1000000"},
                                       {"socket.nagle.disable", "true"},
                                       {"partitioner", "murmur2_random"},
                                       {"compression.codec", argv[2]},
                                       {NULL, NULL}};
    rd_kafka_t *consumer = read_all(argv[1], argv + 3, argc - 3);
    qsort(run.record, run.n, sizeof(void *), by_time);
    struct timespec a, b;
    double before = cpu();
    clock_gettime(CLOCK_MONOTONIC, &a);
    rd_kafka_t *producer = open_handle(RD_KAFKA_PRODUCER, argv[1], settings);
    send_all(producer, argv + 3, argc - 3);
    clock_gettime(CLOCK_MONOTONIC, &b);
    if (run.delivered != run.n)
        die("delivery", "not all records were delivered");
    double s = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
    printf("%zu %ld %.3f %.3f\n", run.n, run.bytes, s, cpu() - before);
    rd_kafka_destroy(producer);
    for (size_t i = 0; i < run.n; i++)
        rd_kafka_message_destroy(run.record[i]);
    free(run.record);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return 0;
}
