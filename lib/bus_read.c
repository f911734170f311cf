/* One record, read by a handle and a thread of its own: the loop does not wait for it. */
#include "bus_internal.h"

#include "clock.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { POLL_MS = 50 };

struct bus_read {
    pthread_t thread;
    rd_kafka_t *rk;
    char topic[64];
    int32_t partition;
    int64_t offset, timeout_ms;
    int pipe; /* a byte wakes the loop */
    atomic_bool dropped, over;
    /* the thread's until `over` */
    struct arena arena;
    struct wire_event event;
    struct err err;
    int got;
};

static void copy_event(const struct wire_event *in, struct arena *a,
                       struct wire_event *out)
{
    *out = *in;
    out->topic = arena_copy(a, sv_cstr(in->topic)).p;
    out->key = arena_copy(a, in->key);
    out->value = arena_copy(a, in->value);
    for (size_t i = 0; i < in->headers; i++) {
        out->header[i].name = arena_copy(a, sv_cstr(in->header[i].name)).p;
        out->header[i].value = arena_copy(a, in->header[i].value);
    }
}

/* 1 it is this one, 0 there is none, 2 look further. */
static int judge(struct bus_read *r, const rd_kafka_message_t *m)
{
    enum bus_kind kind = bus_kind_of(m->err);
    if (kind == BUS_END || kind == BUS_OUT_OF_RANGE)
        return 0;
    if (kind == BUS_UNREADABLE && m->offset > r->offset)
        return 0;
    if (kind == BUS_UNREADABLE)
        return err_reject(&r->err, BUS_READ_UNREADABLE, "%s", rd_kafka_message_errstr(m));
    if (kind != BUS_RECORD)
        return 2;
    struct wire_event e;
    bus_fill_event(&e, m);
    if (e.offset != r->offset)
        return 0;
    copy_event(&e, &r->arena, &r->event);
    return 1;
}

static int await(struct bus_read *r)
{
    int64_t end = clock_monotonic_ms() + r->timeout_ms;
    while (clock_monotonic_ms() < end && !atomic_load(&r->dropped)) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(r->rk, POLL_MS);
        if (!m)
            continue;
        int got = judge(r, m);
        rd_kafka_message_destroy(m);
        if (got != 2)
            return got;
    }
    return err_set(&r->err, ERR_TEMPORARY, "%s/%d: no answer within %lld ms", r->topic,
                   (int)r->partition, (long long)r->timeout_ms);
}

static void *run(void *arg)
{
    struct bus_read *r = arg;
    r->got = await(r);
    bus_reap(r->rk, NULL, NULL);
    atomic_store(&r->over, true);
    (void)!write(r->pipe, "r", 1);
    return NULL;
}

static int assign(struct bus_read *r, struct err *err)
{
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(l, r->topic, r->partition)->offset = r->offset;
    rd_kafka_resp_err_t e = rd_kafka_assign(r->rk, l);
    rd_kafka_topic_partition_list_destroy(l);
    return e ? err_set(err, ERR_TEMPORARY, "assign: %s", rd_kafka_err2str(e)) : 0;
}

static int open_handle(struct bus *b, struct bus_read *r, struct err *err)
{
    char text[256];
    rd_kafka_conf_t *c = bus_conf_new(b, true, err);
    if (!c)
        return -1;
    /* These are for the loop's thread: they change the bus. */
    rd_kafka_conf_set_error_cb(c, NULL);
    rd_kafka_conf_set_stats_cb(c, NULL);
    rd_kafka_conf_set_log_cb(c, NULL);
    r->rk = rd_kafka_new(RD_KAFKA_CONSUMER, c, text, sizeof text);
    if (!r->rk) {
        rd_kafka_conf_destroy(c);
        return err_set(err, ERR_FATAL, "kafka: %s", text);
    }
    rd_kafka_poll_set_consumer(r->rk);
    if (assign(r, err) == 0)
        return 0;
    bus_reap(r->rk, NULL, NULL);
    return -1;
}

int bus_read_begin(struct bus *b, const struct bus_place *at, int64_t timeout_ms,
                   struct bus_read **out, struct err *err)
{
    struct bus_read *r = mem_zalloc(sizeof *r);
    (void)snprintf(r->topic, sizeof r->topic, "%s", at->topic);
    r->partition = at->partition;
    r->offset = at->offset;
    r->timeout_ms = timeout_ms;
    r->pipe = b->pipe[1];
    if (open_handle(b, r, err) < 0) {
        mem_free(&r);
        return -1;
    }
    arena_init(&r->arena, SIZE_MAX / 2);
    if (pthread_create(&r->thread, NULL, run, r) == 0) {
        *out = r;
        return 0;
    }
    bus_reap(r->rk, NULL, NULL);
    arena_free(&r->arena);
    mem_free(&r);
    return err_set(err, ERR_TEMPORARY, "no thread to be had");
}

int bus_read_look(const struct bus_read *r, struct wire_event *out, struct err *err)
{
    if (!atomic_load(&r->over))
        return 2;
    if (r->got == 1)
        *out = r->event;
    if (r->got < 0)
        *err = r->err;
    return r->got;
}

void bus_read_free(struct bus_read **rp)
{
    struct bus_read *r = *rp;
    if (!r)
        return;
    atomic_store(&r->dropped, true);
    (void)pthread_join(r->thread, NULL);
    arena_free(&r->arena);
    mem_free(rp);
}
