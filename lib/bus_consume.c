#include "bus_internal.h"

#include "clock.h"

#include <assert.h>
#include <string.h>

static struct bus_handle *any_handle(struct bus *b)
{
    return b->consumer.rk ? &b->consumer : b->producer.rk ? &b->producer : NULL;
}

/* Why an end is not known: `code`, 0: nothing was said of its partition. */
static int no_end(const struct bus *b, const struct bus_range *v,
                  rd_kafka_resp_err_t code, bool asked, struct err *err)
{
    bool local = code < 0 || !asked; /* no broker said it */
    const char *why = local  ? "its broker does not answer"
                      : code ? rd_kafka_err2str(code)
                             : "not known yet";
    const char *whom = local ? bus_unreached(b) : "";
    return err_set(err, ERR_TEMPORARY, "%s/%d: watermarks: %s%s%s", v->topic,
                   (int)v->partition, why, *whom ? ": " : "", whom);
}

static int ask_ends(struct bus *b, struct bus_range *v, size_t n, int64_t which,
                    int64_t due, struct err *err)
{
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++)
        rd_kafka_topic_partition_list_add(l, v[i].topic, v[i].partition)->offset = which;
    rd_kafka_resp_err_t r = bus_ask_offsets(any_handle(b), &l, due);
    for (size_t i = 0; i < n && err->kind == ERR_NONE; i++) {
        const rd_kafka_topic_partition_t *p =
            rd_kafka_topic_partition_list_find(l, v[i].topic, v[i].partition);
        rd_kafka_resp_err_t own = r || !p ? r : p->err;
        if (own || !p || p->offset < 0)
            no_end(b, &v[i], own, p != NULL, err);
        else
            *(which == RD_KAFKA_OFFSET_BEGINNING ? &v[i].low : &v[i].high) = p->offset;
    }
    rd_kafka_topic_partition_list_destroy(l);
    return err->kind == ERR_NONE ? 0 : -1;
}

int bus_ranges(struct bus *b, struct bus_range *v, size_t n, int64_t timeout_ms,
               struct err *err)
{
    int64_t due = clock_monotonic_ms() + timeout_ms;
    if (!any_handle(b))
        return err_set(err, ERR_TEMPORARY, "no connection to a broker");
    return n == 0 || (ask_ends(b, v, n, RD_KAFKA_OFFSET_BEGINNING, due, err) == 0 &&
                      ask_ends(b, v, n, RD_KAFKA_OFFSET_END, due, err) == 0)
               ? 0
               : -1;
}

int bus_watermarks(struct bus *b, const char *topic, int32_t partition,
                   int64_t timeout_ms, int64_t *low, int64_t *high, struct err *err)
{
    struct bus_range v = {topic, partition, -1, -1};
    int got = bus_ranges(b, &v, 1, timeout_ms, err);
    *low = v.low;
    *high = v.high;
    return got;
}

int64_t bus_high(struct bus *b, const char *topic, int32_t partition)
{
    int64_t low = -1, high = -1;
    if (!b->consumer.rk ||
        rd_kafka_get_watermark_offsets(b->consumer.rk, topic, partition, &low, &high))
        return -1;
    return high >= 0 ? high : -1;
}

static rd_kafka_topic_partition_list_t *list_of(const struct bus_place *v, size_t n)
{
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++) {
        assert(v[i].offset >= 0); /* below are librdkafka's words for END and the like */
        rd_kafka_topic_partition_list_add(l, v[i].topic, v[i].partition)->offset =
            v[i].offset;
    }
    return l;
}

/* librdkafka 2.0.2 stops partitions that are assigned again by messages to its own main
 * thread; what stops them once more before the answer is there makes it abort. Questions
 * go the same way in turn: behind the first one's answer the stop was served, behind the
 * second one's the answer to it. */
static void await_stops(rd_kafka_t *rk)
{
    for (int i = 0; i < 2; i++) {
        rd_kafka_topic_partition_list_t *l = NULL;
        if (rd_kafka_assignment(rk, &l) == RD_KAFKA_RESP_ERR_NO_ERROR && l)
            rd_kafka_topic_partition_list_destroy(l);
    }
}

int bus_assign(struct bus *b, const struct bus_place *v, size_t n, struct err *err)
{
    if (!b->consumer.rk)
        return err_set(err, ERR_TEMPORARY, "no connection to a broker");
    rd_kafka_topic_partition_list_t *l = n ? list_of(v, n) : NULL;
    rd_kafka_resp_err_t r = rd_kafka_assign(b->consumer.rk, l);
    if (l)
        rd_kafka_topic_partition_list_destroy(l);
    if (r)
        return err_set(err, ERR_TEMPORARY, "assign: %s", rd_kafka_err2str(r));
    await_stops(b->consumer.rk);
    return 0;
}

/* Only CloudEvents' own headers are taken; a record may carry others. */
static bool wanted(const char *name)
{
    return strncmp(name, "ce_", 3) == 0 || strcmp(name, "content-type") == 0 ||
           strcmp(name, "traceparent") == 0;
}

void bus_fill_event(struct wire_event *e, const rd_kafka_message_t *m)
{
    *e = (struct wire_event){0};
    e->topic = rd_kafka_topic_name(m->rkt);
    e->partition = m->partition;
    e->offset = m->offset;
    e->key = (struct sv){m->key, m->key_len};
    e->value = (struct sv){m->payload, m->payload ? m->len : 0};
    rd_kafka_headers_t *h = NULL;
    if (rd_kafka_message_headers(m, &h))
        return;
    const char *name;
    const void *value;
    size_t n;
    for (size_t i = 0;
         e->headers < WIRE_HEADERS && !rd_kafka_header_get_all(h, i, &name, &value, &n);
         i++)
        if (wanted(name))
            e->header[e->headers++] =
                (struct wire_header){name, {value ? value : "", value ? n : 0}};
}

enum bus_kind bus_kind_of(rd_kafka_resp_err_t code)
{
    if (!code)
        return BUS_RECORD;
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return BUS_END;
    if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        return BUS_OUT_OF_RANGE;
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
        code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        return BUS_LOST;
    if (code == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
        code == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED)
        return BUS_UNREADABLE;
    return BUS_TROUBLE;
}

enum bus_kind bus_next(struct bus *b, struct bus_record *out)
{
    *out = (struct bus_record){.kind = BUS_NONE};
    rd_kafka_message_t *m =
        b->consumer.rk ? rd_kafka_consumer_poll(b->consumer.rk, 0) : NULL;
    if (!m)
        return BUS_NONE;
    out->message = m;
    out->kind = bus_kind_of(m->err);
    if (m->rkt) {
        out->event.topic = rd_kafka_topic_name(m->rkt);
        out->event.partition = m->partition;
        out->event.offset = m->offset;
    }
    if (out->kind == BUS_RECORD) {
        bus_patience_well(&b->patience);
        bus_fill_event(&out->event, m);
    } else {
        out->why = rd_kafka_message_errstr(m);
        if (out->kind != BUS_END)
            bus_trouble(b, out->why);
    }
    return out->kind;
}

void bus_release(struct bus_record *r)
{
    if (r->message)
        rd_kafka_message_destroy(r->message);
    *r = (struct bus_record){.kind = BUS_NONE};
}

uint64_t bus_show_positions(struct bus *b, const struct bus_place *v, size_t n)
{
    if (!b->consumer.rk)
        return 0;
    rd_kafka_topic_partition_list_t *l = list_of(v, n);
    int got = bus_watch_show(b->watch, l, b->shows + 1);
    if (got < 0 && n > 0)
        (void)rd_kafka_commit(b->consumer.rk, l, 1);
    rd_kafka_topic_partition_list_destroy(l);
    if (got == 0)
        return 0;
    b->shows++;
    b->shown_unseen = got < 0 ? b->shows : 0;
    return b->shows;
}

uint64_t bus_proven(const struct bus *b)
{
    return b->shown_unseen ? b->shown_unseen : bus_watch_proven(b->watch);
}

void bus_show_anew(struct bus *b)
{
    bus_watch_anew(b->watch);
}
