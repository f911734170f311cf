#include "bus_internal.h"

#include "clock.h"
#include "file.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { ADDRESS_LOOK_MS = 250, DOWN_PATIENCE_MS = 1000, UP_PATIENCE_MS = 1000 };

void bus_trouble(struct bus *b, const char *why)
{
    (void)snprintf(b->why, sizeof b->why, "%.*s", (int)sizeof b->why - 1, why ? why : "");
}

void bus_is_up(struct bus *b)
{
    if (b->up)
        return;
    LOG(INFO, BROKER_UP, FC("address", b->address));
    b->up = true;
    b->ups++;
    bus_watch_up(b->watch, true);
}

void bus_is_down(struct bus *b, const char *why)
{
    if (!b->refused) /* that says more */
        bus_trouble(b, why);
    if (!b->up)
        return;
    b->up = false;
    bus_watch_up(b->watch, false);
    b->down_since_ms = clock_monotonic_ms();
    b->address_due_ms = b->down_since_ms + DOWN_PATIENCE_MS;
    LOG(WARN, BROKER_WAIT, FC("address", b->address), FC("why", why));
}

/* ---- handles ---- */

int bus_handle_open(struct bus *b, bool consumer, struct err *err)
{
    struct bus_handle *h = consumer ? &b->consumer : &b->producer;
    rd_kafka_conf_t *c = bus_conf_new(b, consumer, err);
    if (!c)
        return -1;
    char text[256];
    rd_kafka_t *rk = rd_kafka_new(consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, c,
                                  text, sizeof text);
    if (!rk) {
        rd_kafka_conf_destroy(c);
        return err_set(err, ERR_FATAL, "kafka: %s", text);
    }
    rd_kafka_set_log_queue(rk, NULL);
    if (consumer)
        rd_kafka_poll_set_consumer(rk);
    h->rk = rk;
    h->queue = consumer ? rd_kafka_queue_get_consumer(rk) : rd_kafka_queue_get_main(rk);
    rd_kafka_queue_io_event_enable(h->queue, b->pipe[1], "q", 1);
    b->tuned = consumer ? b->embedded : b->tuned;
    return 0;
}

void bus_handle_close(struct bus *b, struct bus_handle *h)
{
    if (!h->rk)
        return;
    bool producer = h == &b->producer;
    bus_watch_forget(b->watch);
    if (producer)
        bus_producer_drop(b);
    rd_kafka_queue_io_event_enable(h->queue, -1, NULL, 0);
    if (producer)
        rd_kafka_queue_destroy(h->queue);
    bus_reap(h->rk, producer ? NULL : h->queue, h->asker);
    *h = (struct bus_handle){0};
}

static int open_handles(struct bus *b, struct err *err)
{
    if (b->o.produce && !b->producer.rk && bus_handle_open(b, false, err) < 0)
        return -1;
    if (b->o.consume && !b->consumer.rk && bus_handle_open(b, true, err) < 0)
        return -1;
    return 0;
}

rd_kafka_t *bus_any(const struct bus *b)
{
    return b->consumer.rk ? b->consumer.rk : b->producer.rk;
}

/* The address in ROOT/broker.address, or an empty buffer. */
static void read_address(const struct bus *b, struct buf *out)
{
    struct err err = {0};
    if (!b->o.address_file || file_read(b->o.address_file, 4096, out, &err) < 0)
        buf_reset(out);
    while (out->n > 0 && strchr(" \t\r\n", out->p[out->n - 1]))
        out->p[--out->n] = '\0';
}

static void renew(struct bus *b)
{
    struct err err = {0};
    bus_handle_close(b, &b->producer);
    bus_handle_close(b, &b->consumer);
    b->fatal = false;
    b->generation++;
    if (open_handles(b, &err) < 0)
        bus_trouble(b, err.text);
}

static void look_at_address(struct bus *b)
{
    int64_t now = clock_monotonic_ms();
    if (b->up || b->o.brokers || now < b->address_due_ms)
        return;
    b->address_due_ms = now + ADDRESS_LOOK_MS;
    AUTO(buf_free) struct buf found = {0};
    read_address(b, &found);
    if (found.n == 0 || (b->address && strcmp(found.p, b->address) == 0))
        return;
    if (b->address)
        LOG(WARN, BROKER_CHANGED, FC("from", b->address), FC("to", found.p));
    mem_free(&b->address);
    b->address = mem_copy(found.p, found.n);
    b->log_id[0] = '\0';
    b->embedded = false;
    b->nfilled = 0;
    renew(b);
    b->down_since_ms = now;
    b->address_due_ms = now + DOWN_PATIENCE_MS;
}

/* ---- life ---- */

static char *copy_string(const char *s)
{
    struct sv v = sv_cstr(s);
    return v.p ? mem_copy(v.p, v.n) : NULL;
}

static void copy_options(struct bus *b, const struct bus_options *o)
{
    b->o = *o;
    b->o.name = copy_string(o->name);
    b->o.brokers = copy_string(o->brokers);
    b->o.address_file = copy_string(o->address_file);
    char **names = mem_resize(NULL, o->nkafka + 1, sizeof *names);
    char **values = mem_resize(NULL, o->nkafka + 1, sizeof *values);
    for (size_t i = 0; i < o->nkafka; i++) {
        names[i] = copy_string(o->kafka_names[i]);
        values[i] = copy_string(o->kafka_values[i]);
    }
    b->o.kafka_names = (const char *const *)names;
    b->o.kafka_values = (const char *const *)values;
}

static void free_string(const char *s)
{
    char *p;
    memcpy(&p, &s, sizeof p);
    mem_free(&p);
}

static void free_options(struct bus *b)
{
    for (size_t i = 0; i < b->o.nkafka; i++) {
        free_string(b->o.kafka_names[i]);
        free_string(b->o.kafka_values[i]);
    }
    char **p;
    memcpy(&p, &b->o.kafka_names, sizeof p);
    mem_free(&p);
    memcpy(&p, &b->o.kafka_values, sizeof p);
    mem_free(&p);
    free_string(b->o.name);
    free_string(b->o.brokers);
    free_string(b->o.address_file);
}

static int make_pipe(int fds[2], struct err *err)
{
    if (pipe(fds) < 0)
        return err_sys(err, ERR_FATAL, errno, "pipe");
    for (int i = 0; i < 2; i++)
        if (fcntl(fds[i], F_SETFL, O_NONBLOCK) < 0 ||
            fcntl(fds[i], F_SETFD, FD_CLOEXEC) < 0)
            return err_sys(err, ERR_FATAL, errno, "pipe");
    return 0;
}

/* A setting that librdkafka refuses must be told also while no broker is known. */
static int check_settings(struct bus *b, struct err *err)
{
    for (int consumer = 0; consumer < 2; consumer++) {
        rd_kafka_conf_t *c = bus_conf_new(b, consumer == 1, err);
        if (!c)
            return -1;
        rd_kafka_conf_destroy(c);
    }
    return 0;
}

int bus_open(const struct bus_options *o, struct bus **out, struct err *err)
{
    struct bus *b = mem_zalloc(sizeof *b);
    b->batch_bytes = BUS_BATCH_BYTES;
    b->pipe[0] = b->pipe[1] = -1;
    copy_options(b, o);
    b->down_since_ms = clock_monotonic_ms();
    b->probe_timeout_ms = 100;
    if (o->brokers)
        b->address = copy_string(o->brokers);
    if (make_pipe(b->pipe, err) < 0 || check_settings(b, err) < 0 ||
        (b->address && open_handles(b, err) < 0)) {
        bus_close(&b);
        return -1;
    }
    if (o->watch)
        b->watch = bus_watch_new(b->pipe[1]);
    look_at_address(b);
    *out = b;
    return 0;
}

void bus_close(struct bus **bp)
{
    struct bus *b = *bp;
    *bp = NULL;
    if (!b)
        return;
    bus_handle_close(b, &b->producer);
    bus_handle_close(b, &b->consumer);
    bus_watch_free(&b->watch);
    fd_close(&b->pipe[0]);
    fd_close(&b->pipe[1]);
    mem_free(&b->address);
    free_options(b);
    mem_free(&b);
}

int bus_fd(const struct bus *b)
{
    return b->pipe[0];
}

/* The cause was told before what is purged with the handle. */
static void start_over(struct bus *b)
{
    const char *why = b->fatal_why[0] ? b->fatal_why : b->why;
    if (b->out_of_order)
        LOG(ERROR, BROKER_ERROR, FC("why", why),
            FC("effect", "the broker may miss records that it had acknowledged; what is "
                         "in flight is sent again by a new handle"),
            FC("remedy", "--offer-again, once it is well again"));
    else
        LOG(WARN, BROKER_ERROR, FC("why", why), FC("remedy", "a new Kafka handle"));
    b->out_of_order = false;
    b->fatal_why[0] = '\0';
    renew(b);
}

void bus_serve(struct bus *b)
{
    char bytes[64];
    while (read(b->pipe[0], bytes, sizeof bytes) > 0)
        ;
    if (b->producer.rk)
        (void)rd_kafka_poll(b->producer.rk, 0);
    bus_count_reports(b);
    if (b->fatal)
        start_over(b);
    look_at_address(b);
}

int64_t bus_next_ms(const struct bus *b)
{
    if (b->up || b->o.brokers)
        return 1000;
    int64_t left = b->address_due_ms - clock_monotonic_ms();
    return left > 0 ? left : 0;
}

uint64_t bus_generation(const struct bus *b)
{
    return b->generation;
}

uint64_t bus_ups(const struct bus *b)
{
    return b->ups;
}

bool bus_connected(const struct bus *b)
{
    return b->up;
}

const char *bus_unreached(const struct bus *b)
{
    bool fresh =
        b->unreached_ms && clock_monotonic_ms() - b->unreached_ms < BUS_UNREACHED_MS;
    return fresh ? b->unreached : "";
}

int64_t bus_down_ms(const struct bus *b)
{
    return b->up ? 0 : clock_monotonic_ms() - b->down_since_ms + 1;
}

int64_t bus_silent_ms(const struct bus *b)
{
    return b->up ? bus_watch_silent_ms(b->watch) : 0;
}

const char *bus_why(const struct bus *b)
{
    return b->why;
}

const char *bus_log_id(const struct bus *b)
{
    return b->log_id;
}

bool bus_embedded(const struct bus *b)
{
    return b->embedded;
}

bool bus_topics_changed(struct bus *b, char *why, size_t size)
{
    return bus_watch_changed(b->watch, why, size);
}

int bus_broker_count(const struct bus *b)
{
    return b->brokers > 0 ? b->brokers : 1;
}

size_t bus_record_bytes_max(const struct bus *b)
{
    return b->embedded ? BUS_EMBEDDED_BYTES_MAX - 64 * 1024 : BUS_RECORD_BYTES_MAX;
}

/* ---- who is there ---- */

static bool is_embedded_name(const char *topic)
{
    struct sv name = sv_cstr(topic), prefix = SV("councilwire-embedded-");
    if (!sv_starts(name, prefix) || name.n != prefix.n + 16)
        return false;
    return strspn(name.p + prefix.n, "0123456789abcdef") == 16;
}

static void take_identity(struct bus *b, rd_kafka_t *rk, const rd_kafka_metadata_t *md)
{
    b->embedded = false;
    for (int i = 0; i < md->topic_cnt; i++)
        if (is_embedded_name(md->topics[i].topic)) {
            b->embedded = true;
            (void)snprintf(b->log_id, sizeof b->log_id, "%s", md->topics[i].topic);
            return;
        }
    char *id = rd_kafka_clusterid(rk, 0);
    (void)snprintf(b->log_id, sizeof b->log_id, "kafka:%s", id ? id : "");
    if (id)
        rd_kafka_mem_free(rk, id);
}

static void take_partitions(const rd_kafka_metadata_t *md, const char *const *topics,
                            size_t n, int32_t *partitions)
{
    for (size_t t = 0; t < n; t++) {
        partitions[t] = 0;
        for (int i = 0; i < md->topic_cnt; i++)
            if (strcmp(md->topics[i].topic, topics[t]) == 0 && !md->topics[i].err)
                partitions[t] = md->topics[i].partition_cnt;
    }
}

/* The producer knows a topic's partitions only after metadata that came when the topic
 * was known to it; without this its first record waits a second. */
static void warm_up(struct bus *b, const char *const *topics, size_t n)
{
    if (!b->producer.rk)
        return;
    for (size_t i = 0; i < n && b->topics < BUS_TOPICS_KEPT; i++) {
        bool have = false;
        for (size_t k = 0; k < b->topics && !have; k++)
            have = strcmp(rd_kafka_topic_name(b->topic[k]), topics[i]) == 0;
        if (!have)
            b->topic[b->topics++] = bus_topic_new(b->producer.rk, topics[i]);
    }
}

int bus_probe(struct bus *b, const char *const *topics, size_t n, int32_t *partitions,
              struct err *err)
{
    if (!bus_any(b)) {
        err_set(err, ERR_TEMPORARY, "no address of a broker yet%s%s",
                b->o.address_file ? ": waiting for " : "",
                b->o.address_file ? b->o.address_file : "");
        return 0;
    }
    warm_up(b, topics, n);
    rd_kafka_t *rk = b->producer.rk ? b->producer.rk : b->consumer.rk;
    const rd_kafka_metadata_t *md = NULL;
    /* Short only while it is not known whether anybody is there: a broker that deletes a
     * topic answers late, and "timed out" would stand where the topic should be named. */
    int64_t patience_ms = b->up && b->probe_timeout_ms < UP_PATIENCE_MS
                              ? UP_PATIENCE_MS
                              : b->probe_timeout_ms;
    rd_kafka_resp_err_t r = rd_kafka_metadata(rk, 1, NULL, &md, (int)patience_ms);
    if (r == RD_KAFKA_RESP_ERR__TIMED_OUT && b->probe_timeout_ms < 2000)
        b->probe_timeout_ms *= 2;
    if (r) {
        int no_socket = bus_no_socket();
        if (no_socket)
            err_sys(err, ERR_TEMPORARY, no_socket, "%s: no socket", b->address);
        else
            err_set(err, ERR_TEMPORARY, "%s: %s", b->address,
                    b->refused ? b->why : rd_kafka_err2str(r));
        return 0;
    }
    b->brokers = md->broker_cnt;
    take_identity(b, rk, md);
    take_partitions(md, topics, n, partitions);
    b->why[0] = '\0';
    b->refused = false;
    bus_is_up(b);
    int got = 1;
    if (b->consumer.rk && b->embedded != b->tuned) {
        bus_handle_close(b, &b->consumer);
        if (bus_handle_open(b, true, err) < 0)
            got = -1;
    }
    if (got == 1)
        bus_watch_known(b->watch, b->producer.rk ? b->producer.rk : b->consumer.rk,
                        b->embedded ? NULL : b->consumer.rk, topics, n, md);
    rd_kafka_metadata_destroy(md);
    return got;
}
