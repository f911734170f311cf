/* What tests do to a real cluster behind the daemons' backs:
 *
 *   kafka_admin BROKERS delete-topic TOPIC              waits until it is gone
 *   kafka_admin BROKERS delete-records TOPIC OFFSET     of each partition, those below
 * OFFSET
 *   kafka_admin BROKERS abort TOPIC N                   N records to partition 0, in a
 * transaction that is aborted
 *   kafka_admin BROKERS remake TOPIC N TEXT             deleted, made again at once, and
 * N records "TEXT, record I" in each partition kafka_admin BROKERS shown TOPIC GROUP
 * prints the sum of the positions that the group has shown
 *   kafka_admin BROKERS create TOPIC PARTITIONS [ID,ID] as soon as Kafka takes it; on
 * which brokers kafka_admin BROKERS partitions TOPIC N              so many from now on
 *   kafka_admin BROKERS config TOPIC NAME=VALUE...      these settings and no others
 *   kafka_admin BROKERS broker-config ID NAME=VALUE...  the same of a broker
 */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ANSWER_MS = 15000, PARTITIONS = 12 };

static void die(const char *what, const char *why)
{
    fprintf(stderr, "kafka_admin: %s: %s\n", what, why);
    exit(1);
}

static rd_kafka_event_t *await(rd_kafka_queue_t *q, const char *what)
{
    rd_kafka_event_t *e = rd_kafka_queue_poll(q, ANSWER_MS);
    if (!e)
        die(what, "no answer");
    if (rd_kafka_event_error(e))
        die(what, rd_kafka_event_error_string(e));
    return e;
}

static int there(rd_kafka_t *rk, const char *topic)
{
    const rd_kafka_metadata_t *md;
    int found = 0;
    rd_kafka_resp_err_t r = rd_kafka_metadata(rk, 1, NULL, &md, ANSWER_MS);
    if (r)
        die("metadata", rd_kafka_err2str(r));
    for (int i = 0; i < md->topic_cnt; i++)
        found |= strcmp(md->topics[i].topic, topic) == 0;
    rd_kafka_metadata_destroy(md);
    return found;
}

static void delete_topic(rd_kafka_t *rk, rd_kafka_queue_t *q, const char *topic)
{
    rd_kafka_DeleteTopic_t *d = rd_kafka_DeleteTopic_new(topic);
    rd_kafka_DeleteTopics(rk, &d, 1, NULL, q);
    rd_kafka_event_destroy(await(q, "delete-topic"));
    rd_kafka_DeleteTopic_destroy(d);
    time_t end = time(NULL) + ANSWER_MS / 1000;
    while (there(rk, topic))
        if (time(NULL) > end)
            die(topic, "is still there");
}

static void delete_records(rd_kafka_t *rk, rd_kafka_queue_t *q, const char *topic,
                           int64_t offset)
{
    rd_kafka_topic_partition_list_t *v = rd_kafka_topic_partition_list_new(PARTITIONS);
    for (int i = 0; i < PARTITIONS; i++) {
        int64_t low, high;
        rd_kafka_resp_err_t r =
            rd_kafka_query_watermark_offsets(rk, topic, i, &low, &high, ANSWER_MS);
        if (r)
            die(topic, rd_kafka_err2str(r));
        rd_kafka_topic_partition_list_add(v, topic, i)->offset =
            offset < high ? offset : high;
    }
    rd_kafka_DeleteRecords_t *d = rd_kafka_DeleteRecords_new(v);
    rd_kafka_DeleteRecords(rk, &d, 1, NULL, q);
    rd_kafka_event_t *e = await(q, "delete-records");
    const rd_kafka_topic_partition_list_t *done =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(e));
    for (int i = 0; i < done->cnt; i++)
        if (done->elems[i].err) /* a compacted topic refuses */
            die(topic, rd_kafka_err2str(done->elems[i].err));
    rd_kafka_event_destroy(e);
    rd_kafka_DeleteRecords_destroy(d);
    rd_kafka_topic_partition_list_destroy(v);
}

static void check(const char *what, rd_kafka_error_t *e)
{
    if (e)
        die(what, rd_kafka_error_string(e));
}

static void abort_some(rd_kafka_t *rk, const char *topic, int64_t n)
{
    static char value[] = "must not be seen";
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
    check("init", rd_kafka_init_transactions(rk, ANSWER_MS));
    check("begin", rd_kafka_begin_transaction(rk));
    for (int64_t i = 0; i < n; i++)
        if (rd_kafka_produce(t, 0, RD_KAFKA_MSG_F_COPY, value, sizeof value - 1, "k", 1,
                             NULL))
            die(topic, "produce");
    if (rd_kafka_flush(rk, ANSWER_MS))
        die(topic, "flush");
    check("abort", rd_kafka_abort_transaction(rk, ANSWER_MS));
    rd_kafka_topic_destroy(t);
}

/* "1,3": on which brokers each partition is, its leader first. */
static void assign(rd_kafka_NewTopic_t *t, int partitions, const char *brokers)
{
    int32_t v[8];
    size_t n = 0;
    char why[512];
    for (const char *p = brokers; p && n < 8; p = strchr(p, ','), p = p ? p + 1 : p)
        v[n++] = atoi(p);
    for (int i = 0; n && i < partitions; i++)
        if (rd_kafka_NewTopic_set_replica_assignment(t, i, v, n, why, sizeof why))
            die(brokers, why);
}

/* As soon as Kafka takes it: while the old one goes, the name is taken. */
static void create_topic(rd_kafka_t *rk, rd_kafka_queue_t *q, const char *topic,
                         int partitions, const char *brokers)
{
    char why[512];
    rd_kafka_NewTopic_t *t =
        rd_kafka_NewTopic_new(topic, partitions, -1, why, sizeof why);
    time_t end = time(NULL) + ANSWER_MS / 1000;
    rd_kafka_resp_err_t r;
    assign(t, partitions, brokers);
    do {
        size_t n;
        rd_kafka_CreateTopics(rk, &t, 1, NULL, q);
        rd_kafka_event_t *e = await(q, "create-topic");
        r = rd_kafka_topic_result_error(rd_kafka_CreateTopics_result_topics(
            rd_kafka_event_CreateTopics_result(e), &n)[0]);
        rd_kafka_event_destroy(e);
        if (r && (r != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS || time(NULL) > end))
            die(topic, rd_kafka_err2str(r));
    } while (r);
    rd_kafka_NewTopic_destroy(t);
}

static void remake(rd_kafka_t *rk, rd_kafka_queue_t *q, const char *topic, int n,
                   const char *text)
{
    delete_topic(rk, q, topic);
    create_topic(rk, q, topic, PARTITIONS, NULL);
    rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
    for (int i = 0; i < n * PARTITIONS; i++) {
        char value[256];
        int len = snprintf(value, sizeof value, "%s, record %d", text, i / PARTITIONS);
        if (rd_kafka_produce(t, i % PARTITIONS, RD_KAFKA_MSG_F_COPY, value, (size_t)len,
                             "k", 1, NULL))
            die(topic, "produce");
    }
    if (rd_kafka_flush(rk, ANSWER_MS))
        die(topic, "flush");
    rd_kafka_topic_destroy(t);
}

static void more_partitions(rd_kafka_t *rk, rd_kafka_queue_t *q, const char *topic, int n)
{
    char why[512];
    size_t results;
    rd_kafka_NewPartitions_t *p =
        rd_kafka_NewPartitions_new(topic, (size_t)n, why, sizeof why);
    if (!p)
        die(topic, why);
    rd_kafka_CreatePartitions(rk, &p, 1, NULL, q);
    rd_kafka_event_t *e = await(q, "partitions");
    rd_kafka_resp_err_t r =
        rd_kafka_topic_result_error(rd_kafka_CreatePartitions_result_topics(
            rd_kafka_event_CreatePartitions_result(e), &results)[0]);
    if (r)
        die(topic, rd_kafka_err2str(r));
    rd_kafka_event_destroy(e);
    rd_kafka_NewPartitions_destroy(p);
}

static void set_config(rd_kafka_t *rk, rd_kafka_queue_t *q, rd_kafka_ResourceType_t what,
                       const char *name, char **pairs)
{
    size_t n;
    rd_kafka_ConfigResource_t *r = rd_kafka_ConfigResource_new(what, name);
    for (; *pairs; pairs++) {
        char *value = strchr(*pairs, '=');
        if (!value)
            die(*pairs, "no value");
        *value = '\0';
        if (rd_kafka_ConfigResource_set_config(r, *pairs, value + 1))
            die(*pairs, "is refused");
    }
    rd_kafka_AlterConfigs(rk, &r, 1, NULL, q);
    rd_kafka_event_t *e = await(q, "config");
    const rd_kafka_ConfigResource_t **done =
        rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(e), &n);
    if (n != 1 || rd_kafka_ConfigResource_error(done[0]))
        die(name, n ? rd_kafka_ConfigResource_error_string(done[0]) : "no answer");
    rd_kafka_event_destroy(e);
    rd_kafka_ConfigResource_destroy(r);
}

static void print_shown(const char *brokers, const char *topic, const char *group)
{
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (rd_kafka_conf_set(conf, "bootstrap.servers", brokers, why, sizeof why) ||
        rd_kafka_conf_set(conf, "group.id", group, why, sizeof why))
        die(group, why);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (!rk)
        die("rd_kafka_new", why);
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(PARTITIONS);
    rd_kafka_topic_partition_list_add_range(l, topic, 0, PARTITIONS - 1);
    rd_kafka_resp_err_t r = rd_kafka_committed(rk, l, ANSWER_MS);
    if (r)
        die(topic, rd_kafka_err2str(r));
    long long sum = 0;
    for (int i = 0; i < l->cnt; i++)
        sum += l->elems[i].offset > 0 ? l->elems[i].offset : 0;
    printf("%lld\n", sum);
    rd_kafka_topic_partition_list_destroy(l);
    rd_kafka_destroy(rk);
}

int main(int argc, char **argv)
{
    char why[512];
    if (argc < 4)
        die("usage", "kafka_admin BROKERS delete-topic|delete-records|abort|remake|shown|"
                     "create|partitions|config|broker-config TOPIC [N|GROUP] [TEXT]");
    if (strcmp(argv[2], "shown") == 0 && argc > 4) {
        print_shown(argv[1], argv[3], argv[4]);
        return 0;
    }
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], why, sizeof why))
        die(argv[1], why);
    if (strcmp(argv[2], "abort") == 0 &&
        rd_kafka_conf_set(conf, "transactional.id", argv[3], why, sizeof why))
        die(argv[3], why);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!rk)
        die("rd_kafka_new", why);
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    if (strcmp(argv[2], "delete-topic") == 0)
        delete_topic(rk, q, argv[3]);
    else if (strcmp(argv[2], "delete-records") == 0 && argc > 4)
        delete_records(rk, q, argv[3], strtoll(argv[4], NULL, 10));
    else if (strcmp(argv[2], "abort") == 0 && argc > 4)
        abort_some(rk, argv[3], strtoll(argv[4], NULL, 10));
    else if (strcmp(argv[2], "remake") == 0 && argc > 5)
        remake(rk, q, argv[3], atoi(argv[4]), argv[5]);
    else if (strcmp(argv[2], "create") == 0 && argc > 4)
        create_topic(rk, q, argv[3], atoi(argv[4]), argv[5]);
    else if (strcmp(argv[2], "partitions") == 0 && argc > 4)
        more_partitions(rk, q, argv[3], atoi(argv[4]));
    else if (strcmp(argv[2], "config") == 0)
        set_config(rk, q, RD_KAFKA_RESOURCE_TOPIC, argv[3], argv + 4);
    else if (strcmp(argv[2], "broker-config") == 0)
        set_config(rk, q, RD_KAFKA_RESOURCE_BROKER, argv[3], argv + 4);
    else
        die(argv[2], "no such order");
    rd_kafka_queue_destroy(q);
    rd_kafka_destroy(rk);
    return 0;
}
