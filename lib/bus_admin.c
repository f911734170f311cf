#include "bus_internal.h"

#include "clock.h"

#include <string.h>

int bus_brokers(struct bus *b, int *out, struct err *err)
{
    const rd_kafka_metadata_t *md = NULL;
    rd_kafka_t *rk = bus_any(b);
    rd_kafka_resp_err_t r =
        rk ? rd_kafka_metadata(rk, 0, NULL, &md, 5000) : RD_KAFKA_RESP_ERR__TRANSPORT;
    if (r)
        return err_set(err, ERR_TEMPORARY, "metadata: %s", rd_kafka_err2str(r));
    *out = md->broker_cnt;
    rd_kafka_metadata_destroy(md);
    return 0;
}

rd_kafka_event_t *bus_admin_await(rd_kafka_queue_t *q, int64_t timeout_ms,
                                  struct err *err)
{
    int64_t end = clock_monotonic_ms() + timeout_ms;
    while (clock_monotonic_ms() < end) {
        rd_kafka_event_t *e = rd_kafka_queue_poll(q, 200);
        if (!e)
            continue;
        if (!rd_kafka_event_error(e))
            return e;
        (void)err_set(err, ERR_TEMPORARY, "%s", rd_kafka_event_error_string(e));
        rd_kafka_event_destroy(e);
        return NULL;
    }
    (void)err_set(err, ERR_TEMPORARY, "no answer within %lld ms", (long long)timeout_ms);
    return NULL;
}

rd_kafka_AdminOptions_t *bus_admin_options(rd_kafka_t *rk, rd_kafka_admin_op_t op,
                                           int64_t timeout_ms)
{
    char text[128];
    rd_kafka_AdminOptions_t *o = rd_kafka_AdminOptions_new(rk, op);
    (void)rd_kafka_AdminOptions_set_request_timeout(o, (int)timeout_ms, text,
                                                    sizeof text);
    return o;
}

static int topic_results(const rd_kafka_topic_result_t **v, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        rd_kafka_resp_err_t r = rd_kafka_topic_result_error(v[i]);
        if (r && r != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return err_set(err, ERR_FATAL, "topic %s: %s",
                           rd_kafka_topic_result_name(v[i]),
                           rd_kafka_topic_result_error_string(v[i])
                               ? rd_kafka_topic_result_error_string(v[i])
                               : rd_kafka_err2str(r));
    }
    return 0;
}

int bus_topic_create(struct bus *b, const struct bus_topic *t, int64_t timeout_ms,
                     struct err *err)
{
    rd_kafka_t *rk = bus_any(b);
    char text[256];
    if (!rk)
        return err_set(err, ERR_TEMPORARY, "no address of a broker");
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(t->name, t->partitions, t->replicas, text, sizeof text);
    if (!topic)
        return err_set(err, ERR_FATAL, "topic %s: %s", t->name, text);
    for (size_t i = 0; t->config[i]; i += 2)
        (void)rd_kafka_NewTopic_set_config(topic, t->config[i], t->config[i + 1]);
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *o =
        bus_admin_options(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout_ms);
    rd_kafka_CreateTopics(rk, &topic, 1, o, q);
    rd_kafka_event_t *e = bus_admin_await(q, timeout_ms, err);
    int got = -1;
    if (e) {
        size_t n = 0;
        const rd_kafka_topic_result_t **v = rd_kafka_CreateTopics_result_topics(
            rd_kafka_event_CreateTopics_result(e), &n);
        got = topic_results(v, n, err);
        rd_kafka_event_destroy(e);
    }
    rd_kafka_AdminOptions_destroy(o);
    rd_kafka_NewTopic_destroy(topic);
    rd_kafka_queue_destroy(q);
    return got;
}

/* ---- settings ---- */

static rd_kafka_event_t *ask_config(rd_kafka_t *rk, rd_kafka_ConfigResource_t *resource,
                                    bool alter, int64_t timeout_ms, struct err *err)
{
    rd_kafka_queue_t *q = rd_kafka_queue_new(rk);
    rd_kafka_AdminOptions_t *o = bus_admin_options(
        rk, alter ? RD_KAFKA_ADMIN_OP_ALTERCONFIGS : RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
        timeout_ms);
    if (alter)
        rd_kafka_AlterConfigs(rk, &resource, 1, o, q);
    else
        rd_kafka_DescribeConfigs(rk, &resource, 1, o, q);
    rd_kafka_event_t *e = bus_admin_await(q, timeout_ms, err);
    rd_kafka_AdminOptions_destroy(o);
    rd_kafka_queue_destroy(q);
    return e;
}

static int resource_error(const rd_kafka_ConfigResource_t *r, const char *topic,
                          struct err *err)
{
    rd_kafka_resp_err_t e = rd_kafka_ConfigResource_error(r);
    if (!e)
        return 0;
    const char *text = rd_kafka_ConfigResource_error_string(r);
    /* A node may hear of a new topic later than the one that made it. */
    bool later = e == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    return err_set(err, later ? ERR_TEMPORARY : ERR_FATAL, "topic %s: %s", topic,
                   text ? text : rd_kafka_err2str(e));
}

static int take_configs(rd_kafka_event_t *e, const char *topic, const char *const *names,
                        size_t n, struct arena *a, struct sv *values, struct err *err)
{
    size_t resources = 0, entries = 0;
    const rd_kafka_ConfigResource_t **r = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(e), &resources);
    if (resources == 0)
        return err_set(err, ERR_TEMPORARY, "topic %s: an empty answer", topic);
    if (resource_error(r[0], topic, err) < 0)
        return -1;
    const rd_kafka_ConfigEntry_t **v = rd_kafka_ConfigResource_configs(r[0], &entries);
    for (size_t k = 0; k < n; k++) {
        values[k] = SV_NULL;
        for (size_t i = 0; i < entries; i++)
            if (strcmp(rd_kafka_ConfigEntry_name(v[i]), names[k]) == 0)
                values[k] = arena_copy(a, sv_cstr(rd_kafka_ConfigEntry_value(v[i])));
    }
    return 0;
}

int bus_topic_config(struct bus *b, const char *topic, const char *const *names, size_t n,
                     int64_t timeout_ms, struct arena *a, struct sv *values,
                     struct err *err)
{
    rd_kafka_t *rk = bus_any(b);
    if (!rk)
        return err_set(err, ERR_TEMPORARY, "no address of a broker");
    rd_kafka_ConfigResource_t *resource =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    rd_kafka_event_t *e = ask_config(rk, resource, false, timeout_ms, err);
    int got = e ? take_configs(e, topic, names, n, a, values, err) : -1;
    if (e)
        rd_kafka_event_destroy(e);
    rd_kafka_ConfigResource_destroy(resource);
    return got;
}

/* AlterConfigs (2.0.2 has no incremental one) sets back what is not given: the caller
 * gives all that is to differ from the cluster's defaults. */
int bus_topic_alter(struct bus *b, const char *topic, const char *const *config,
                    int64_t timeout_ms, struct err *err)
{
    rd_kafka_t *rk = bus_any(b);
    if (!rk)
        return err_set(err, ERR_TEMPORARY, "no address of a broker");
    rd_kafka_ConfigResource_t *resource =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    for (size_t i = 0; config[i]; i += 2)
        (void)rd_kafka_ConfigResource_set_config(resource, config[i], config[i + 1]);
    rd_kafka_event_t *e = ask_config(rk, resource, true, timeout_ms, err);
    int got = -1;
    if (e) {
        size_t n = 0;
        const rd_kafka_ConfigResource_t **r = rd_kafka_AlterConfigs_result_resources(
            rd_kafka_event_AlterConfigs_result(e), &n);
        got = n ? resource_error(r[0], topic, err) : 0;
        rd_kafka_event_destroy(e);
    }
    rd_kafka_ConfigResource_destroy(resource);
    return got;
}
