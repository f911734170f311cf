#include "bus_mock.h"

#include "bus_internal.h"

struct bus_mock {
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *cluster;
};

static void no_log(const rd_kafka_t *rk, int level, const char *facility,
                   const char *text)
{
    (void)rk, (void)level, (void)facility, (void)text;
}

int bus_mock_start(int brokers, struct bus_mock **out, struct err *err)
{
    char text[256];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(c, no_log);
    if (rd_kafka_conf_set(c, "socket.nagle.disable", "true", text, sizeof text) ||
        rd_kafka_conf_set(c, "client.id", "councilwire-embedded", text, sizeof text)) {
        rd_kafka_conf_destroy(c);
        return err_set(err, ERR_FATAL, "embedded broker: %s", text);
    }
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, c, text, sizeof text);
    if (!rk) {
        rd_kafka_conf_destroy(c);
        return err_set(err, ERR_FATAL, "embedded broker: %s", text);
    }
    struct bus_mock *m = mem_zalloc(sizeof *m);
    m->rk = rk;
    m->cluster = rd_kafka_mock_cluster_new(rk, brokers);
    if (!m->cluster) {
        bus_mock_stop(&m);
        return err_set(err, ERR_FATAL, "embedded broker: it cannot listen");
    }
    *out = m;
    return 0;
}

const char *bus_mock_address(const struct bus_mock *m)
{
    return rd_kafka_mock_cluster_bootstraps(m->cluster);
}

int bus_mock_topic(struct bus_mock *m, const char *name, int partitions, struct err *err)
{
    rd_kafka_resp_err_t r = rd_kafka_mock_topic_create(m->cluster, name, partitions, 1);
    return r ? err_set(err, ERR_FATAL, "topic %s: %s", name, rd_kafka_err2str(r)) : 0;
}

void bus_mock_stop(struct bus_mock **mp)
{
    struct bus_mock *m = *mp;
    if (!m)
        return;
    if (m->cluster)
        rd_kafka_mock_cluster_destroy(m->cluster);
    rd_kafka_destroy(m->rk);
    mem_free(mp);
}

void bus_mock_fail(struct bus_mock *m, int api_key, const int *errors, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rd_kafka_mock_push_request_errors(m->cluster, (int16_t)api_key, 1,
                                          (rd_kafka_resp_err_t)errors[i]);
}

void bus_mock_down(struct bus_mock *m, bool down)
{
    if (down)
        (void)rd_kafka_mock_broker_set_down(m->cluster, -1);
    else
        (void)rd_kafka_mock_broker_set_up(m->cluster, -1);
}
