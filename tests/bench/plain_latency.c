/* The baseline of the latency bench: one message at a time from produce to consume, same
 * broker, linger 1 ms unless told.
 *
 *   plain_latency BROKER TOPIC COUNT BYTES [LINGER_MS]   prints: p50_ms p99_ms max_ms
 */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void die(const char *what, const char *why)
{
    fprintf(stderr, "plain_latency: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char why[512];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why))
        die(name, why);
}

static rd_kafka_t *open_handle(rd_kafka_type_t type, const char *broker,
                               const char *linger)
{
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", broker);
    set(conf, "socket.nagle.disable", "true");
    if (type == RD_KAFKA_PRODUCER) {
        set(conf, "enable.idempotence", "true");
        set(conf, "acks", "all");
        set(conf, "linger.ms", linger);
    } else {
        set(conf, "group.id", "plain-latency");
        set(conf, "enable.auto.commit", "false");
    }
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (!rk)
        die("librdkafka", why);
    return rk;
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Waits for the message numbered n; others are of an earlier run. */
static void await(rd_kafka_t *c, const char *stamp, size_t size)
{
    for (double end = now_ms() + 20000; now_ms() < end;) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(c, 100);
        int mine = m && !m->err && m->len >= size && memcmp(m->payload, stamp, size) == 0;
        if (m)
            rd_kafka_message_destroy(m);
        if (mine)
            return;
    }
    die("consume", "the message did not come within 20 s");
}

int main(int argc, char **argv)
{
    if (argc < 5)
        die("usage", "BROKER TOPIC COUNT BYTES [LINGER_MS]");
    int count = atoi(argv[3]), bytes = atoi(argv[4]);
    rd_kafka_t *p = open_handle(RD_KAFKA_PRODUCER, argv[1], argc > 5 ? argv[5] : "1");
    rd_kafka_t *c = open_handle(RD_KAFKA_CONSUMER, argv[1], NULL);
    rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(parts, argv[2], 0)->offset = RD_KAFKA_OFFSET_END;
    if (rd_kafka_assign(c, parts))
        die("assign", argv[2]);
    rd_kafka_topic_partition_list_destroy(parts);
    rd_kafka_topic_t *t = rd_kafka_topic_new(p, argv[2], NULL);
    char *data = malloc((size_t)bytes + 64);
    double *ms = malloc(sizeof *ms * (size_t)count);
    if (!data || !ms || count < 1)
        die("memory", "out of it");
    memset(data, 'x', (size_t)bytes + 64);
    rd_kafka_message_t *first = rd_kafka_consumer_poll(c, 3000); /* joined at the end */
    if (first)
        rd_kafka_message_destroy(first);
    for (int i = -20; i < count; i++) { /* the first twenty warm it up */
        int n = snprintf(data, 64, "%d %.0f ", i, now_ms());
        double start = now_ms();
        if (rd_kafka_produce(t, 0, RD_KAFKA_MSG_F_COPY, data, (size_t)bytes, NULL, 0,
                             NULL) != 0)
            die("produce", "refused");
        rd_kafka_poll(p, 0);
        await(c, data, (size_t)n);
        if (i >= 0)
            ms[i] = now_ms() - start;
    }
    qsort(ms, (size_t)count, sizeof *ms, compare);
    printf("%.2f %.2f %.2f\n", ms[count / 2], ms[count * 99 / 100], ms[count - 1]);
    free(ms);
    free(data);
    rd_kafka_consumer_close(c);
    rd_kafka_destroy(c);
    rd_kafka_flush(p, 5000);
    rd_kafka_topic_destroy(t);
    rd_kafka_destroy(p);
    return 0;
}
