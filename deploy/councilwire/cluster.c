#include "cluster.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/root.h"

#include <string.h>
#include <unistd.h>

const struct conf_opt cluster_options_table[] = {
    {"state-dir", CONF_STRING, offsetof(struct cluster_options, state_dir), NULL, 0, 0,
     NULL, 0, "ROOT, whose broker.address is used where no bootstrap is given", NULL},
    {"bootstrap", CONF_STRING, offsetof(struct cluster_options, bootstrap), NULL, 0, 0,
     "HOST:PORT,...", 0, "Kafka brokers", NULL},
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL}};

static void no_reports(void *ctx, uint64_t token, enum verdict v, const char *why)
{
    (void)ctx, (void)token, (void)v, (void)why;
}

int cluster_open(const char *name, const struct cluster_options *o, const struct conf *c,
                 struct bus **out, struct err *err)
{
    AUTO(buf_free) struct buf root = {0}, address = {0};
    const char *const *names = NULL, *const *values = NULL;
    size_t n = conf_kafka(c, &names, &values);
    if (root_find(o->state_dir, &root, err) < 0)
        return -1;
    buf_addf(&address, "%s/broker.address", root.p);
    const char *brokers = o->bootstrap && *o->bootstrap ? o->bootstrap : NULL;
    for (size_t i = 0; i < n && !brokers; i++)
        if (strcmp(names[i], "bootstrap.servers") == 0)
            brokers = values[i];
    if (!brokers && access(address.p, F_OK) != 0) /* a command does not wait for one */
        return err_set(
            err, ERR_TEMPORARY,
            "no broker is known: there is no %s; name one with --bootstrap "
            "HOST:PORT, or start one: councilwire broker, or deploy/kafka/kafka "
            "start%s",
            address.p, root_elsewhere(buf_sv(&root)));
    struct bus_options b = {.name = name,
                            .brokers = brokers,
                            .address_file = address.p,
                            .nkafka = n,
                            .kafka_names = names,
                            .kafka_values = values,
                            .produce = true,
                            .delivered = no_reports};
    return bus_open(&b, out, err);
}

int cluster_probe(struct bus *b, const char *const *topics, size_t n, int32_t *partitions,
                  struct err *err)
{
    int64_t end = clock_monotonic_ms() + CLUSTER_REACH_MS;
    for (;;) {
        struct err why = {0};
        bus_serve(b);
        int got = bus_probe(b, topics, n, partitions, &why);
        if (got != 0 || clock_monotonic_ms() >= end) {
            *err = why;
            return got == 1 ? 0 : -1;
        }
    }
}
