#include "bus_mock.h"

#include "bus_internal.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { POKE_NS = 5 * 1000 * 1000 };

/* The cluster's thread reads its wake-up pipe only after it served what was asked, so a
 * question that comes in between waits for its next second (2.0.2, measured: 3 s for 11
 * topics). While a question is open, a connection every 5 ms wakes it. */
struct bus_mock {
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *cluster;
    uint16_t port;
    pthread_t poker;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool poking, asking, ending; /* under the lock */
};

static void connect_once(const struct bus_mock *m)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(m->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return;
    (void)!connect(fd, (const struct sockaddr *)&to, sizeof to);
    (void)close(fd);
}

static void *poke(void *arg)
{
    struct bus_mock *m = arg;
    pthread_mutex_lock(&m->lock);
    while (!m->ending) {
        if (!m->asking) {
            pthread_cond_wait(&m->changed, &m->lock);
            continue;
        }
        struct timespec t;
        (void)clock_gettime(CLOCK_REALTIME, &t);
        t.tv_nsec += POKE_NS;
        t.tv_sec += t.tv_nsec / 1000000000;
        t.tv_nsec %= 1000000000;
        (void)pthread_cond_timedwait(&m->changed, &m->lock, &t);
        if (!m->asking)
            continue;
        pthread_mutex_unlock(&m->lock);
        connect_once(m);
        pthread_mutex_lock(&m->lock);
    }
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

static void ask(struct bus_mock *m, bool asking, bool ending)
{
    pthread_mutex_lock(&m->lock);
    m->asking = asking;
    m->ending = ending;
    pthread_cond_signal(&m->changed);
    pthread_mutex_unlock(&m->lock);
}

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
    const char *colon = strchr(bus_mock_address(m), ':');
    m->port = (uint16_t)(colon ? strtoul(colon + 1, NULL, 10) : 0);
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->changed, NULL);
    m->poking = pthread_create(&m->poker, NULL, poke, m) == 0;
    *out = m;
    return 0;
}

const char *bus_mock_address(const struct bus_mock *m)
{
    return rd_kafka_mock_cluster_bootstraps(m->cluster);
}

int bus_mock_topic(struct bus_mock *m, const char *name, int partitions, struct err *err)
{
    ask(m, true, false);
    rd_kafka_resp_err_t r = rd_kafka_mock_topic_create(m->cluster, name, partitions, 1);
    ask(m, false, false);
    return r ? err_set(err, ERR_FATAL, "topic %s: %s", name, rd_kafka_err2str(r)) : 0;
}

void bus_mock_stop(struct bus_mock **mp)
{
    struct bus_mock *m = *mp;
    if (!m)
        return;
    if (m->poking)
        ask(m, true, false);
    if (m->cluster)
        rd_kafka_mock_cluster_destroy(m->cluster);
    if (m->poking) {
        ask(m, false, true);
        (void)pthread_join(m->poker, NULL);
    }
    rd_kafka_destroy(m->rk);
    mem_free(mp);
}

void bus_mock_fail(struct bus_mock *m, int api_key, const int *errors, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rd_kafka_mock_push_request_errors(m->cluster, (int16_t)api_key, 1,
                                          (rd_kafka_resp_err_t)errors[i]);
}

void bus_mock_topic_gone(struct bus_mock *m, const char *topic, bool gone)
{
    ask(m, true, false);
    rd_kafka_mock_topic_set_error(m->cluster, topic,
                                  gone ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
                                       : RD_KAFKA_RESP_ERR_NO_ERROR);
    ask(m, false, false);
}

void bus_mock_lead(struct bus_mock *m, const char *topic, int partition, int broker)
{
    ask(m, true, false);
    (void)rd_kafka_mock_partition_set_leader(m->cluster, topic, partition, broker);
    ask(m, false, false);
}

void bus_mock_down(struct bus_mock *m, bool down)
{
    ask(m, true, false);
    if (down)
        (void)rd_kafka_mock_broker_set_down(m->cluster, -1);
    else
        (void)rd_kafka_mock_broker_set_up(m->cluster, -1);
    ask(m, false, false);
}

void bus_mock_late(struct bus_mock *m, int ms)
{
    ask(m, true, false);
    (void)rd_kafka_mock_broker_set_rtt(m->cluster, -1, ms);
    ask(m, false, false);
}
