#include "history.h"

#include "lib/bus.h"
#include "lib/clock.h"
#include "lib/moment.h"
#include "lib/root.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { PARTITIONS_MAX = 256, PROBE_MS = 200, REACH_MS = 10000, ASK_MS = 5000 };

/* A paper that was withdrawn, and where that stands last. */
struct gone {
    char *key, *time;
    int32_t partition;
    int64_t offset;
};

struct reading {
    const struct history_options *o;
    enum wire_type wanted;
    struct gone *gone; /* in the order of keys, once all were read */
    size_t ngone;
    struct bus *bus;
    const char *topic;
    struct bus_place place[PARTITIONS_MAX];
    int64_t end[PARTITIONS_MAX];        /* without follow: where to stop */
    size_t n, left;                     /* partitions; of them not yet at their end */
    uint8_t unreadable[PARTITIONS_MAX]; /* how often that was said since the last one */
    uint64_t generation;
    struct arena arena;
};

static const char *const spaces[] = {"public", "limite", NULL};

const struct conf_opt history_conf[] = {
    {"state-dir", CONF_STRING, offsetof(struct history_conf, state_dir), NULL, 0, 0,
     "DIR", 0, "ROOT: where broker.address is", NULL},
    {"bootstrap", CONF_STRING, offsetof(struct history_conf, bootstrap), NULL, 0, 0,
     "HOST:PORT,...", 0, "Kafka brokers; else the address in ROOT/broker.address", NULL},
    {"space", CONF_ENUM, offsetof(struct history_conf, space), "public", 0, 0, NULL, 0,
     "which half of the topics is read", spaces},
    {"from", CONF_STRING, offsetof(struct history_conf, from), NULL, 0, 0, "TIME", 0,
     "also what is on the topics since then (2026-08-01, or beginning)", NULL},
    {"end", CONF_BOOL, offsetof(struct history_conf, end), "false", 0, 0, NULL, 0,
     "stop at the ends of the topics", NULL},
    {.name = NULL}};

static bool stop_asked(const struct reading *r, int timeout_ms)
{
    struct pollfd v[2] = {{bus_fd(r->bus), POLLIN, 0}, {r->o->stop_fd, POLLIN, 0}};
    nfds_t n = r->o->stop_fd > 0 ? 2 : 1;
    poll(v, n, timeout_ms);
    return n == 2 && (v[1].revents & POLLIN);
}

/* 1 the topic is there, 0 stop was asked for, -1 */
static int reach(struct reading *r, int32_t *partitions, struct err *err)
{
    int64_t until = clock_monotonic_ms() + REACH_MS;
    bool told = false;
    for (;;) {
        struct err why = {0};
        *partitions = 0;
        bus_serve(r->bus);
        int rc = bus_probe(r->bus, &r->topic, 1, partitions, &why);
        if (rc < 0) {
            *err = why;
            return -1;
        }
        if (rc == 1 && *partitions > 0)
            return 1;
        if (!r->o->follow && clock_monotonic_ms() > until && rc == 1)
            return err_set(err, ERR_TEMPORARY, "%s: there is no such topic", r->topic);
        if (!r->o->follow && clock_monotonic_ms() > until)
            return err_set(err, ERR_TEMPORARY,
                           "no broker answers within %d s (%s): start it, or name "
                           "another with --bootstrap HOST:PORT",
                           (int)REACH_MS / 1000,
                           why.text[0] ? why.text : "ROOT/broker.address is not there");
        if (!told && clock_monotonic_ms() > until - REACH_MS + 2000) {
            fprintf(stderr, "waiting for the broker\n");
            told = true;
        }
        if (stop_asked(r, PROBE_MS))
            return 0;
    }
}

/* Where a partition begins: where it was, as far as that can be on the same broker. */
static int64_t place_of(const struct reading *r, size_t had, int32_t partition,
                        int64_t low, int64_t high, bool again)
{
    int64_t was = (size_t)partition < had ? r->place[partition].offset : -1;
    if (was >= low && was <= high)
        return was;
    return r->o->from || again ? low : high;
}

static int start(struct reading *r, bool again, struct err *err)
{
    int32_t partitions = 0;
    int rc = reach(r, &partitions, err);
    if (rc != 1)
        return rc;
    size_t had = bus_generation(r->bus) == r->generation ? r->n : 0;
    r->generation = bus_generation(r->bus);
    r->n = r->left = 0;
    for (int32_t i = 0; i < partitions && i < PARTITIONS_MAX; i++) {
        int64_t low, high;
        if (bus_watermarks(r->bus, r->topic, i, ASK_MS, &low, &high, err) != 0)
            return -1;
        r->place[r->n] =
            (struct bus_place){r->topic, i, place_of(r, had, i, low, high, again)};
        r->end[r->n] = high;
        r->left += r->place[r->n].offset < high;
        r->n++;
    }
    return bus_assign(r->bus, r->place, r->n, err) == 0 ? 1 : -1;
}

/* A record moves its partition; without follow the last one before the end counts. */
static void moved(struct reading *r, int32_t partition, int64_t next)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->place[i].partition != partition)
            continue;
        bool open = r->place[i].offset < r->end[i];
        r->place[i].offset = next;
        if (open && next >= r->end[i] && r->left > 0)
            r->left--;
    }
}

static void at_end(struct reading *r, int32_t partition)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->place[i].partition == partition)
            moved(r, partition,
                  r->place[i].offset < r->end[i] ? r->end[i] : r->place[i].offset);
}

/* What can not be unfolded is passed over record by record, as the daemons do, who reject
 * it; told twice it is not of an earlier assignment. */
static int pass_over(struct reading *r, int32_t partition, int64_t offset,
                     struct err *err)
{
    size_t i = 0;
    while (i < r->n && r->place[i].partition != partition)
        i++;
    if (i == r->n || ++r->unreadable[i] < 2)
        return 0;
    memset(r->unreadable, 0, sizeof r->unreadable);
    moved(r, partition, (offset > r->place[i].offset ? offset : r->place[i].offset) + 1);
    return bus_assign(r->bus, r->place, r->n, err);
}

static int by_key(const void *a, const void *b)
{
    const struct gone *x = a, *y = b;
    return strcmp(x->key, y->key);
}

/* Was its paper withdrawn after it? */
static bool is_gone(const struct reading *r, const struct wire_event *ev)
{
    AUTO(mem_free) char *key = mem_copy(ev->key.p, ev->key.n);
    struct gone wanted = {.key = key};
    const struct gone *g =
        r->ngone ? bsearch(&wanted, r->gone, r->ngone, sizeof *r->gone, by_key) : NULL;
    if (!g)
        return false;
    return g->partition == ev->partition ? ev->offset < g->offset
                                         : sv_cmp(ev->time, sv_cstr(g->time)) < 0;
}

static int one(struct reading *r, struct wire_event *ev, history_take *take, void *ctx,
               struct err *err)
{
    struct err why = {0};
    struct sv from = sv_cstr(r->o->from);
    arena_reset(&r->arena);
    if (wire_read(ev, r->o->space, &r->arena, &why) != 0 || ev->type != r->wanted ||
        !ev->value.p)
        return 0; /* the daemons reject it, with the reason */
    if (r->wanted != WIRE_WITHDRAWN &&
        ((from.n && sv_cmp(ev->time, from) < 0) || is_gone(r, ev)))
        return 0;
    return take(ctx, ev, err);
}

static int read_all(struct reading *r, history_take *take, void *ctx, struct err *err)
{
    while (r->o->follow || r->left > 0) {
        struct bus_record rec;
        bus_serve(r->bus);
        if (bus_generation(r->bus) != r->generation) {
            int rc = start(r, true, err);
            if (rc != 1)
                return rc;
        }
        int32_t partition = 0;
        int rc = 0;
        switch (bus_next(r->bus, &rec)) {
        case BUS_RECORD:
            partition = rec.event.partition;
            int64_t next = rec.event.offset + 1;
            rc = one(r, &rec.event, take, ctx, err);
            moved(r, partition, next);
            break;
        case BUS_END: at_end(r, rec.event.partition); break;
        case BUS_OUT_OF_RANGE:
        case BUS_LOST: rc = start(r, true, err) == 1 ? 0 : -1; break;
        case BUS_UNREADABLE:
            rc = pass_over(r, rec.event.partition, rec.event.offset, err);
            break;
        case BUS_TROUBLE: break;
        case BUS_NONE:
            if (stop_asked(r, 1000))
                return 0;
            continue;
        }
        bus_release(&rec);
        if (rc != 0)
            return -1;
    }
    return 0;
}

static int note_gone(void *ctx, const struct wire_event *ev, struct err *err)
{
    struct reading *r = ctx;
    (void)err;
    r->gone = mem_resize(r->gone, r->ngone + 1, sizeof *r->gone);
    r->gone[r->ngone++] = (struct gone){.key = mem_copy(ev->key.p, ev->key.n),
                                        .time = mem_copy(ev->time.p, ev->time.n),
                                        .partition = ev->partition,
                                        .offset = ev->offset};
    return 0;
}

static void gone_free(struct gone *g)
{
    mem_free(&g->key);
    mem_free(&g->time);
}

static int by_key_and_place(const void *a, const void *b)
{
    const struct gone *x = a, *y = b;
    int cmp = strcmp(x->key, y->key);
    if (cmp == 0 && x->partition == y->partition)
        return x->offset < y->offset ? -1 : 1;
    return cmp ? cmp : strcmp(x->time, y->time);
}

/* Decisions stay on their topic for ever; what is withdrawn is told behind them. So the
 * topic is read for that first. 1 read, 0 stop was asked for, -1 */
static int find_gone(struct reading *r, struct err *err)
{
    const struct history_options *asked = r->o;
    struct history_options all = *asked;
    all.follow = false;
    r->o = &all;
    r->wanted = WIRE_WITHDRAWN;
    int rc = start(r, false, err);
    if (rc == 1 && read_all(r, note_gone, r, err) != 0)
        rc = -1;
    r->o = asked;
    r->wanted = WIRE_DECISION;
    if (r->ngone)
        qsort(r->gone, r->ngone, sizeof *r->gone, by_key_and_place);
    size_t n = 0; /* the last one of each key is kept */
    for (size_t i = 0; i < r->ngone; i++) {
        if (i + 1 < r->ngone && strcmp(r->gone[i].key, r->gone[i + 1].key) == 0)
            gone_free(&r->gone[i]);
        else
            r->gone[n++] = r->gone[i];
    }
    r->ngone = n;
    r->n = 0; /* begins anew */
    return rc == 1 && stop_asked(r, 0) ? 0 : rc;
}

bool history_time(struct sv from)
{
    return from.n == 0 || moment_is(from);
}

int history_read(const struct history_options *o, history_take *take, void *ctx,
                 struct err *err)
{
    struct reading r = {.o = o, .wanted = o->documents ? WIRE_DOCUMENT : WIRE_DECISION};
    r.topic = wire_topic(r.wanted, o->space);
    AUTO(buf_free) struct buf root = {0};
    AUTO(buf_free) struct buf address = {0};
    if (!history_time(sv_cstr(o->from)))
        return err_set(err, ERR_BAD_INPUT,
                       "--from “%s” is no time; write 2026, 2026-08, 2026-08-01, "
                       "2026-08-01T12:00:00 or beginning",
                       o->from);
    if (root_find(o->state_dir, &root, err) != 0)
        return -1;
    buf_addf(&address, "%s/broker.address", root.p);
    struct bus_options b = {.name = "councilwire-tail",
                            .brokers = o->bootstrap,
                            .address_file = address.p,
                            .nkafka = o->nkafka,
                            .kafka_names = o->kafka_names,
                            .kafka_values = o->kafka_values,
                            .consume = true};
    arena_init(&r.arena, SIZE_MAX);
    int rc = bus_open(&b, &r.bus, err);
    rc = rc != 0                                     ? -1
         : o->from && !o->documents && !o->withdrawn ? find_gone(&r, err)
                                                     : 1;
    if (rc == 1)
        rc = start(&r, false, err);
    if (rc == 1)
        rc = read_all(&r, take, ctx, err);
    for (size_t i = 0; i < r.ngone; i++)
        gone_free(&r.gone[i]);
    mem_free(&r.gone);
    bus_close(&r.bus);
    arena_free(&r.arena);
    return rc < 0 ? -1 : 0;
}
