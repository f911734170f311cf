#include "clock.h"
#include "consumer_internal.h"
#include "log.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { AGAIN_FIRST_MS = 250, AGAIN_MAX_MS = 2000, WATERMARK_MS = 2000 };

void consuming_again(struct consuming *r, const char *why)
{
    if (!r->established && r->probe_due_ms > clock_monotonic_ms())
        return;
    int64_t b = r->backoff_ms ? r->backoff_ms * 2 : AGAIN_FIRST_MS;
    r->backoff_ms = b < AGAIN_MAX_MS ? b : AGAIN_MAX_MS;
    r->established = false;
    r->probe_due_ms = clock_monotonic_ms() + r->backoff_ms;
    LOG(WARN, BROKER_ERROR, FC("why", why), FI("pause_ms", r->backoff_ms));
    daemon_waits_for(&r->d, why);
}

void consuming_assign_again(struct consuming *r)
{
    r->established = false;
    r->probe_due_ms = 0;
}

static void wait_for(struct consuming *r, const char *why)
{
    r->probe_due_ms = clock_monotonic_ms() + AGAIN_FIRST_MS;
    daemon_waits_for(&r->d, why);
}

/* ---- one partition ---- */

/* Where a partition without a row begins. */
static int place_new(struct consuming *r, struct position *p, bool first, struct err *err)
{
    int64_t log;
    if (positions_next_log(r->d.db, p->topic, &log, err) < 0)
        return -1;
    /* Partitions of one topic share the number; the topic's first one makes it. */
    log = log > 1 ? log - 1 : 1;
    bool end = first && r->c->start == START_AT_END;
    if (position_place(r->d.db, p, log, end ? p->high : p->low, err) < 0)
        return -1;
    LOG(DEBUG, POSITION_NEW, FC("topic", p->topic), FI("partition", p->partition),
        FI("next", p->next), FI("log", log));
    return 0;
}

int consuming_replay(struct consuming *r, const char *topic, const char *why,
                     struct err *err)
{
    int64_t log;
    if (positions_next_log(r->d.db, topic, &log, err) < 0)
        return -1;
    LOG(WARN, TOPIC_ANEW, FC("topic", topic), FC("why", why), FI("log", log),
        FC("effect", "it is read from its beginning; if Kafka lost records of it, "
                     "councilwire-spool --offer-again brings them back"));
    consuming_count_break(topic, BREAK_ANEW);
    bus_show_anew(r->d.bus);
    for (size_t i = 0; i < r->positions.n; i++)
        if (strcmp(r->positions.v[i].topic, topic) == 0 &&
            position_place(r->d.db, &r->positions.v[i], log, r->positions.v[i].low, err) <
                0)
            return -1;
    return 0;
}

/* While it was read another broker may have become its leader that had less of it, or
 * other records at these places. */
static int step_back(struct consuming *r, struct position *p, struct err *err)
{
    int64_t next = p->next;
    int got = r->doubted ? position_step_back(r->d.db, p, err) : 0;
    if (got == 1)
        LOG(INFO, POSITION_REPLAY, FC("topic", p->topic), FI("partition", p->partition),
            FI("offset", p->next), FI("records", next - p->next), FI("log", p->log),
            FC("effect", "taken again: its broker may be another one since"));
    return got < 0 ? -1 : 0;
}

/* A stored position against what is there: 0, 1 the topic was made anew, -1. */
static int check_range(struct consuming *r, struct position *p, struct err *err)
{
    int64_t low = p->low, high = p->high;
    if (p->next > high)
        return 1;
    if (step_back(r, p, err) < 0)
        return -1;
    position_begin(p);
    p->ended = p->next >= high && !p->verify;
    if (p->next >= low)
        return 0;
    LOG(ERROR, TOPIC_LOST_RECORDS, FC("topic", p->topic), FI("partition", p->partition),
        FI("records", low - p->next), FI("next", low),
        FC("why", "retention removed them before they were read"));
    consuming_count_break(p->topic, BREAK_GONE);
    return db_run(r->d.db, err,
                  "UPDATE position SET next = ?, last = '' WHERE topic = ? AND partition "
                  "= ?",
                  "iti", low, sv_cstr(p->topic), (int64_t)p->partition) < 0
               ? -1
               : ((void)(p->next = p->stored_next = p->from = low),
                  (void)(p->last[0] = '\0'), 0);
}

/* ---- all of them ---- */

static int ask_ranges(struct consuming *r, struct err *err)
{
    size_t n = r->positions.n;
    AUTO(mem_free) struct bus_range *v = mem_resize(NULL, n + 1, sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = (struct bus_range){r->positions.v[i].topic, r->positions.v[i].partition,
                                  -1, -1};
    if (bus_ranges(r->d.bus, v, n, WATERMARK_MS, err) < 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        r->positions.v[i].low = v[i].low;
        r->positions.v[i].high = v[i].high;
    }
    return 0;
}

/* With more partitions a key may have moved, and what it gets from now on stands at lower
 * offsets than what it had: another number of the log puts it behind. */
static int see_more_partitions(struct consuming *r, const char *topic, struct err *err)
{
    size_t stored = 0, fresh = 0;
    int64_t log;
    for (size_t i = 0; i < r->positions.n; i++)
        if (strcmp(r->positions.v[i].topic, topic) == 0)
            r->positions.v[i].stored ? stored++ : fresh++;
    if (stored == 0 || fresh == 0)
        return 0;
    if (positions_next_log(r->d.db, topic, &log, err) < 0)
        return -1;
    LOG(WARN, POSITION_NEW, FC("topic", topic), FI("partitions", stored + fresh),
        FI("before", stored), FI("log", log),
        FC("why", "it got more partitions: a key that moved with it has no order"));
    return positions_renumber(r->d.db, &r->positions, topic, log, err);
}

/* A topic never has fewer than before, but where it was made anew. */
static int see_fewer_partitions(struct consuming *r, const char *topic,
                                int32_t partitions, struct err *err)
{
    int got = positions_beyond(r->d.db, topic, partitions, err);
    if (got <= 0)
        return got;
    if (consuming_replay(r, topic, "it has fewer partitions than before", err) < 0)
        return -1;
    return positions_forget_beyond(r->d.db, topic, partitions, err);
}

static int place_all(struct consuming *r, const int32_t *partitions,
                     enum log_change change, struct err *err)
{
    for (size_t t = 0; t < r->c->ntopics; t++)
        if (see_more_partitions(r, r->topics[t], err) < 0 ||
            see_fewer_partitions(r, r->topics[t], partitions[t], err) < 0)
            return -1;
    for (size_t i = 0; i < r->positions.n; i++)
        if (!r->positions.v[i].stored &&
            place_new(r, &r->positions.v[i], change == LOG_FIRST, err) < 0)
            return -1;
    if (change == LOG_ANOTHER)
        for (size_t t = 0; t < r->c->ntopics; t++)
            if (consuming_replay(r, r->topics[t], "another log", err) < 0)
                return -1;
    for (size_t i = 0; i < r->positions.n; i++) {
        struct position *p = &r->positions.v[i];
        int got = check_range(r, p, err);
        if (got < 0 ||
            (got == 1 &&
             consuming_replay(r, p->topic, "the position lies beyond its end", err) < 0))
            return -1;
    }
    return log_id_store(r->d.db, bus_log_id(r->d.bus), err);
}

static int assign(struct consuming *r, struct err *err)
{
    struct bus_place *v = mem_resize(NULL, r->positions.n + 1, sizeof *v);
    for (size_t i = 0; i < r->positions.n; i++) {
        const struct position *p = &r->positions.v[i];
        v[i] = (struct bus_place){p->topic, p->partition, p->from};
    }
    int got = bus_assign(r->d.bus, v, r->positions.n, err);
    mem_free(&v);
    return got;
}

static int open_sink(struct consuming *r, struct err *err)
{
    if (r->opened)
        return 0;
    struct consumer_env env = {r->d.dir.p, (enum space)r->o.space};
    if (r->c->open(r->ctx, r->d.db, &env, err) < 0) {
        if (r->c->close)
            r->c->close(r->ctx);
        return err_wrap(err, "%s", r->c->name);
    }
    r->opened = true;
    return 0;
}

/* 1 all topics are there, 0 not yet (told), -1. The topic of rejects counts: without it
 * the first record that is refused would hold all others up, and nobody would know why.
 */
static int probe(struct consuming *r, int32_t *partitions, struct err *err)
{
    struct err why = {0};
    size_t n = r->c->ntopics + 1;
    int got = bus_probe(r->d.bus, r->topics, n, partitions, &why);
    if (got < 0) {
        *err = why;
        return -1;
    }
    if (got == 0) {
        wait_for(r, why.text);
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (partitions[i] == 0) {
            err_set(&why, ERR_TEMPORARY,
                    "topic %s is not there, or this user has no rights on it: "
                    "councilwire topics apply, councilwire acls apply",
                    r->topics[i]);
            wait_for(r, why.text);
            return 0;
        }
    daemon_look_at_partitions(&r->d, r->topics, partitions, n);
    return 1;
}

static int place_in_transaction(struct consuming *r, const int32_t *partitions,
                                enum log_change change, struct err *err)
{
    if (positions_load(r->d.db, r->topics, partitions, r->c->ntopics, &r->positions,
                       err) < 0 ||
        ask_ranges(r, err) < 0 || db_begin(r->d.db, err) < 0)
        return -1;
    if (place_all(r, partitions, change, err) < 0) {
        db_rollback(r->d.db);
        return -1;
    }
    return db_commit(r->d.db, err);
}

static int place_and_assign(struct consuming *r, const int32_t *partitions,
                            struct err *err)
{
    enum log_change change;
    if (log_id_compare(r->d.db, bus_log_id(r->d.bus), r->d.dir.p, &change, err) < 0)
        return -1;
    if (change == LOG_REFUSED)
        return daemon_configuration(err, "%s", err->text);
    return open_sink(r, err) < 0 ||
                   place_in_transaction(r, partitions, change, err) < 0 ||
                   consuming_away_look(r, err) < 0 || assign(r, err) < 0
               ? -1
               : 0;
}

int consuming_establish(struct consuming *r, struct err *err)
{
    int32_t partitions[CONSUMER_TOPICS + 1];
    struct err why = {0};
    int got = probe(r, partitions, err);
    if (got <= 0)
        return got;
    if (place_and_assign(r, partitions, &why) < 0) {
        if (why.kind == ERR_TEMPORARY) {
            wait_for(r, why.text);
            return 0;
        }
        *err = why;
        return -1;
    }
    r->established = true;
    r->drained = false;
    r->doubted = false;
    r->ups = bus_ups(r->d.bus);
    r->more = true;
    consuming_show_soon(r);
    if (!r->undone_ms) /* else it has to show first that it can store again */
        daemon_is_ready(&r->d);
    return 0;
}
