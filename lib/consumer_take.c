#include "clock.h"
#include "consumer_internal.h"
#include "hash.h"
#include "log.h"
#include "metric.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    BATCH_RECORDS = 1000,
    BATCH_MS = 100,
    BATCH_BYTES = 16 * 1024 * 1024,
    PARTS = 4, /* that one which could not be stored is tried in */
    RETRY_FIRST_MS = 100,
    RETRY_MAX_MS = 2000, /* what had failed goes on within 5 s when its cause is gone */
    ARENA_BASE = 4 * 1024 * 1024,
    ARENA_PER_BYTE = 8,
    TELL_AFTER = 3,   /* attempts */
    UNDONE_MS = 5000, /* no batch was stored, and none failed again */
    WAKE_MS = 20,
    WOKEN = 5 /* partitions at once */
};

static struct metric *events, *rejects, *breaks;
static const char *const break_names[] = {"anew", "gone"};

/* Counters begin at 0, so that the first of a kind is seen as a rise. */
void consuming_count_begin(const struct consuming *r)
{
    static const char *const outcomes[] = {"ok", "reject", "retry"};
    if (events)
        return;
    events = metric_family("councilwire_events_total", METRIC_COUNTER, "topic,outcome",
                           "Records by topic and outcome");
    rejects = metric_family("councilwire_rejects_total", METRIC_COUNTER, "stage,reason",
                            "What could not be taken, and why");
    breaks =
        metric_family("councilwire_topic_breaks_total", METRIC_COUNTER, "topic,what",
                      "Topics read from the beginning of another log (anew), partitions "
                      "whose records went unread (gone)");
    for (size_t i = 0; i < r->c->ntopics && i < CONSUMER_TOPICS; i++) {
        for (size_t k = 0; k < ARRAY_LEN(outcomes); k++)
            metric_add(events, 0, LABELS(r->topics[i], outcomes[k]));
        for (size_t k = 0; k < ARRAY_LEN(break_names); k++)
            metric_add(breaks, 0, LABELS(r->topics[i], break_names[k]));
    }
}

void consuming_count_break(const char *topic, enum log_break what)
{
    if (breaks)
        metric_add(breaks, 1, LABELS(topic, break_names[what]));
}

void consuming_count(struct consuming *r, const char *topic, enum verdict v,
                     const char *reason)
{
    consuming_count_begin(r);
    r->counted[v]++;
    metric_add(events, 1,
               LABELS(topic, v == VERDICT_OK       ? "ok"
                             : v == VERDICT_REJECT ? "reject"
                                                   : "retry"));
    if (v == VERDICT_REJECT)
        metric_add(rejects, 1, LABELS(r->c->name, reason));
}

/* ---- one record ---- */

/* An event that was not taken leaves no trace. */
static int finish(struct consuming *r, enum verdict v, int64_t changes, struct err *err)
{
    struct db *db = r->d.db;
    if (!db_in_transaction(db)) /* SQLite undid it: I/O failed */
        return 0;
    if (!r->c->judges_first)
        return v == VERDICT_OK ? db_release(db, err) : db_rollback_to(db, err);
    assert(v != VERDICT_REJECT || db_total_changes(db) == changes);
    if (v != VERDICT_OK && v != VERDICT_REJECT)
        db_rollback(db);
    return 0;
}

int consuming_read(struct consuming *r, struct wire_event *e, struct err *err)
{
    arena_reset(&r->arena);
    r->arena.limit = ARENA_BASE + ARENA_PER_BYTE * e->value.n;
    return wire_read(e, (enum space)r->o.space, &r->arena, err);
}

static int run_handle(struct consuming *r, struct wire_event *e, enum verdict *v,
                      struct err *err)
{
    struct err cause = {0};
    int64_t changes = db_total_changes(r->d.db);
    if (consuming_read(r, e, &cause) < 0)
        *v = err_verdict(&cause);
    else if (!r->c->judges_first && db_savepoint(r->d.db, err) < 0)
        return -1;
    else {
        *v = r->c->handle(r->ctx, r->d.db, e, &r->arena, &cause);
        if (*v == VERDICT_OK && !r->c->judges_first && arena_overflow(&r->arena)) {
            *v = VERDICT_REJECT;
            err_reject(&cause, "too-large",
                       "handling needs more than its share of memory");
        }
        if (finish(r, *v, changes, err) < 0)
            return -1;
    }
    if (*v != VERDICT_OK)
        *err = cause;
    return 0;
}

enum verdict consuming_handle(struct consuming *r, struct wire_event *e, struct err *err)
{
    enum verdict v = VERDICT_RETRY;
    if (run_handle(r, e, &v, err) < 0) {
        v = err->kind == ERR_FATAL ? VERDICT_FATAL : VERDICT_RETRY;
        db_rollback(r->d.db); /* without its savepoint the record can not be told apart */
    }
    if (v == VERDICT_OK)
        LOG(DEBUG, EVENT_TAKEN, FC("topic", e->topic), FI("partition", e->partition),
            FI("offset", e->offset), FS("ce_id", e->id), FS("key", e->key));
    else if (err->kind == ERR_NONE)
        err_set(err, ERR_TEMPORARY, "%s: no reason was given", r->c->name);
    return v;
}

/* /readyz says what is being waited for. */
void consuming_tell_held(struct consuming *r, const char *topic, int32_t partition,
                         int64_t offset, const char *why)
{
    char text[sizeof r->d.why_not];
    (void)snprintf(text, sizeof text, "%.80s/%d offset %lld: %.150s", topic,
                   (int)partition, (long long)offset, why);
    daemon_waits_for(&r->d, text);
    r->told = true;
}

/* The record is tried again after a while. */
static void hold(struct consuming *r, struct bus_record *rec, const struct err *err)
{
    struct wire_event *e = &rec->event;
    r->record = *rec;
    r->held = HELD_RETRY;
    r->attempts++;
    consuming_count(r, e->topic, VERDICT_RETRY, "");
    int64_t b = r->held_backoff_ms ? 2 * r->held_backoff_ms : RETRY_FIRST_MS;
    r->held_backoff_ms = b < RETRY_MAX_MS ? b : RETRY_MAX_MS;
    if (r->attempts >= TELL_AFTER)
        consuming_tell_held(r, e->topic, e->partition, e->offset, err->text);
    r->held_due_ms = clock_monotonic_ms() + b / 2 +
                     (int64_t)random_below((uint64_t)r->held_backoff_ms / 2 + 1);
    LOG(WARN, EVENT_RETRY, FC("topic", e->topic), FI("partition", e->partition),
        FI("offset", e->offset), FC("why", err->text), FI("attempts", r->attempts));
}

void consuming_let_go(struct consuming *r)
{
    if (r->told && r->established)
        daemon_is_ready(&r->d);
    r->told = false;
    bus_release(&r->record);
    r->held = HELD_NONE;
    r->held_backoff_ms = r->held_due_ms = 0;
    r->attempts = 0;
    r->more = true;
}

/* ---- the batch's end ---- */

static int write_batch(struct consuming *r, struct err *err)
{
    int64_t began_us = clock_monotonic_us();
    if (r->c->flush && r->c->flush(r->ctx, err) < 0)
        return -1;
    if (positions_store(r->d.db, &r->positions, err) < 0)
        return -1;
    if (db_commit(r->d.db, err) < 0)
        return -1;
    metric_stage("commit", began_us);
    positions_stored(&r->positions);
    consuming_refusals_stored(r);
    r->to_show = true;
    return 0;
}

/* What does not fit on a disk that is nearly full may fit in parts: some go now, and what
 * they let go makes room for others. */
static void take_fewer(struct consuming *r)
{
    r->batch_most = r->batch_records / PARTS > 0 ? r->batch_records / PARTS : 1;
}

static void take_more(struct consuming *r)
{
    r->batch_most = r->batch_most * 2 < BATCH_RECORDS ? r->batch_most * 2 : 0;
}

int consuming_undo(struct consuming *r, const struct err *why, struct err *err)
{
    db_rollback(r->d.db);
    take_fewer(r);
    if (r->opened && r->c->undo)
        r->c->undo(r->ctx);
    if (why->kind != ERR_TEMPORARY) {
        *err = *why;
        return -1;
    }
    r->undone_ms = clock_monotonic_ms();
    consuming_let_go(r); /* also of one that is being tried again just now */
    consuming_forget_next(r);
    consuming_again(r, why->text);
    return 0;
}

/* What was undone comes again, but where its topic lost it meanwhile. */
static void forget_undone(struct consuming *r, bool stored)
{
    if (!r->undone_ms || !r->established || r->held != HELD_NONE ||
        (!stored && clock_monotonic_ms() - r->undone_ms < UNDONE_MS))
        return;
    r->undone_ms = 0;
    daemon_is_ready(&r->d);
}

int consuming_end_batch(struct consuming *r, struct err *err)
{
    struct err why = {0};
    bool some = db_in_transaction(r->d.db);
    if (!some || write_batch(r, &why) == 0) {
        if (some)
            take_more(r);
        forget_undone(r, some);
        return 0;
    }
    return consuming_undo(r, &why, err) < 0 ? -1 : 1;
}

/* ---- what the bus hands over ---- */

static struct sv header_of(const struct wire_event *e, const char *name)
{
    for (size_t i = 0; i < e->headers; i++)
        if (strcmp(e->header[i].name, name) == 0)
            return e->header[i].value;
    return SV_NULL;
}

struct sv consuming_stand_in(const struct wire_event *e, char *out)
{
    hash_sha256_hex(e->value, out);
    return sv_cstr(out);
}

/* An id within the value (structured mode) is not looked for: such a record passes. */
static bool is_another(const char *expected, const struct wire_event *e)
{
    char hash[HASH_HEX + 1];
    struct sv id = header_of(e, "ce_id");
    if (id.n == 0 && wire_is_structured(header_of(e, "content-type")))
        return false;
    if (id.n == 0)
        id = consuming_stand_in(e, hash);
    /* As position_take kept it: a longer id was cut. */
    id.n = id.n < POSITION_LAST - 1 ? id.n : POSITION_LAST - 1;
    return !sv_eq(id, sv_cstr(expected));
}

bool consuming_is_another_log(const struct position *p, const struct wire_event *e)
{
    const char *expected =
        p->verify && e->offset < p->next ? position_expects(p, e->offset) : NULL;
    return expected && is_another(expected, e);
}

/* Records before `next` come only to show that this is still the same log: 1 it is to be
 * handled, 0 not, -1 the topic was made anew (consuming_replay). */
static int compare(struct position *p, const struct wire_event *e)
{
    if (e->offset >= p->next) {
        if (p->verify)
            LOG(INFO, POSITION_REPLAY, FC("topic", p->topic),
                FI("partition", p->partition), FI("offset", p->next - 1),
                FC("effect", "the last record is gone by compaction: accepted"));
        p->verify = false;
        return 1;
    }
    bool another = consuming_is_another_log(p, e);
    p->verify = p->verify && e->offset < p->next - 1;
    return another ? -1 : 0;
}

static int begin_replay(struct consuming *r, const char *topic, struct err *err)
{
    char name[POSITION_TOPIC];
    (void)snprintf(name, sizeof name, "%s", topic);
    int got = consuming_end_batch(r, err);
    if (got != 0)
        return got < 0 ? -1 : 0;
    struct err why = {0};
    if (db_begin(r->d.db, err) < 0)
        return -1;
    if (consuming_replay(r, name, "another record stands where the last one was", &why) <
            0 ||
        db_commit(r->d.db, &why) < 0)
        db_rollback(r->d.db);
    consuming_again(r, why.kind ? why.text : "a topic was made anew");
    return 0;
}

/* 1 taken, go on; 0 stop here; -1. */
static int take(struct consuming *r, struct bus_record *rec, struct err *err)
{
    struct wire_event *e = &rec->event;
    struct position *p = positions_find(&r->positions, e->topic, e->partition);
    int same = p ? compare(p, e) : 0;
    if (same < 0) {
        int got = begin_replay(r, e->topic, err);
        bus_release(rec);
        return got;
    }
    if (same == 0) {
        bus_release(rec);
        return 1;
    }
    p->unreadable = 0;
    if (!db_in_transaction(r->d.db) && db_begin(r->d.db, err) < 0) {
        bus_release(rec);
        return -1;
    }
    e->log = p->log;
    struct err cause = {0};
    enum verdict v = consuming_handle(r, e, &cause);
    if (v == VERDICT_FATAL) {
        *err = cause;
        bus_release(rec);
        return -1;
    }
    if (!db_in_transaction(r->d.db)) { /* and with it what the batch had taken before */
        bus_release(rec);
        return consuming_undo(r, &cause, err);
    }
    int known = v == VERDICT_REJECT ? consuming_refused(r, p, e->offset, err) : 0;
    if (known != 0) {
        bus_release(rec);
        return known;
    }
    if (v == VERDICT_REJECT)
        consuming_refuse(r, rec, &cause);
    else if (v != VERDICT_OK)
        hold(r, rec, &cause);
    if (v != VERDICT_OK)
        return 0;
    position_take(p, e->offset, e->id);
    consuming_count(r, e->topic, v, NULL);
    daemon_did(&r->d, e->subject);
    bus_release(rec);
    return 1;
}

/* In the midst of what would show that the log is the same: that is accepted. */
static int skip_proof(struct consuming *r, struct position *p, const char *why,
                      struct err *err)
{
    int got = consuming_end_batch(r, err);
    if (got != 0)
        return got < 0 ? -1 : 0;
    LOG(WARN, POSITION_REPLAY, FC("topic", p->topic), FI("partition", p->partition),
        FI("offset", p->next), FC("why", why),
        FC("effect", "the last record can not be read again: accepted"));
    if (db_begin(r->d.db, err) < 0 || position_skip(r->d.db, p, p->next, err) < 0 ||
        db_commit(r->d.db, err) < 0)
        return -1;
    consuming_assign_again(r);
    return 0;
}

/* What will never be readable holds up its partition for ever: it is refused record by
 * record, since nobody knows how many there are. That the next one is among them is sure
 * when it is told twice of this assignment. */
static int unreadable(struct consuming *r, struct bus_record *rec, struct err *err)
{
    enum { SURE = 2 };
    struct wire_event *e = &rec->event;
    struct position *p =
        e->topic ? positions_find(&r->positions, e->topic, e->partition) : NULL;
    int got = 1;
    if (p && r->drained && ++p->unreadable >= SURE) {
        p->unreadable = 0;
        if (p->verify && e->offset < p->next) {
            got = skip_proof(r, p, rec->why, err);
        } else {
            e->offset = e->offset > p->next ? e->offset : p->next;
            consuming_refuse_unreadable(r, rec, p, rec->why);
            got = 0;
        }
    }
    bus_release(rec);
    return got;
}

/* 1 go on, 0 stop here, -1. */
static int other_event(struct consuming *r, struct bus_record *rec, struct err *err)
{
    if (rec->kind == BUS_UNREADABLE)
        return unreadable(r, rec, err);
    struct position *p =
        rec->event.topic
            ? positions_find(&r->positions, rec->event.topic, rec->event.partition)
            : NULL;
    if (rec->kind == BUS_END && p)
        p->ended = true;
    if (rec->kind == BUS_OUT_OF_RANGE || rec->kind == BUS_LOST)
        consuming_again(r, rec->why);
    if (rec->kind == BUS_TROUBLE)
        LOG(DEBUG, BROKER_ERROR, FC("why", rec->why));
    bus_release(rec);
    return 1;
}

/* The fetcher of librdkafka 2.0.2 sleeps up to 1 s once its queue was full; a question to
 * the partition's leader wakes it (measured: 45,000 records/s instead of 6,000). Each
 * broker has a fetcher of its own, so as many partitions are asked for in turn. */
static void wake_fetchers(struct consuming *r)
{
    struct bus_place v[WOKEN];
    size_t n = 0, last = r->wake_next, brokers = (size_t)bus_broker_count(r->d.bus);
    r->lagging = false;
    if (r->more || !bus_connected(r->d.bus))
        return;
    bool due = clock_monotonic_ms() >= r->wake_due_ms;
    for (size_t i = 0; i < r->positions.n && n < brokers && n < WOKEN; i++) {
        size_t at = (last + 1 + i) % r->positions.n;
        const struct position *p = &r->positions.v[at];
        if (p->ended || bus_high(r->d.bus, p->topic, p->partition) <= p->next)
            continue;
        r->lagging = true;
        if (!due)
            return;
        v[n++] = (struct bus_place){p->topic, p->partition, p->next};
        r->wake_next = at;
    }
    bus_wake(r->d.bus, v, n);
    if (n)
        r->wake_due_ms = clock_monotonic_ms() + WAKE_MS;
}

int consuming_batch(struct consuming *r, struct err *err)
{
    int64_t end = clock_monotonic_ms() + BATCH_MS;
    size_t records = 0, bytes = 0;
    size_t most = r->batch_most ? r->batch_most : BATCH_RECORDS;
    r->more = false;
    while (records < most && bytes < BATCH_BYTES && clock_monotonic_ms() < end) {
        struct bus_record rec;
        if (consuming_next(r, &rec) == BUS_NONE) {
            r->drained = true;
            break;
        }
        if (!r->established) { /* of an assignment that is over */
            bus_release(&rec);
            continue;
        }
        if (rec.kind == BUS_RECORD) {
            r->batch_records = ++records;
            bytes += rec.event.value.n;
            r->backoff_ms = 0;
        }
        int got = rec.kind == BUS_RECORD ? take(r, &rec, err) : other_event(r, &rec, err);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
    }
    r->more = records >= most || bytes >= BATCH_BYTES || clock_monotonic_ms() >= end;
    int got = consuming_end_batch(r, err);
    /* What lies behind one that is held has been fetched; and the answer to that question
     * comes after that to the fetch under way, which may wait for half a second. */
    if (got == 0 && r->established && r->held == HELD_NONE)
        wake_fetchers(r);
    if (got == 0 && r->established && r->held == HELD_REJECT)
        consuming_refuse_more(r);
    return got < 0 ? -1 : 0;
}

/* ---- a record that is held ---- */

static int try_again(struct consuming *r, struct err *err)
{
    struct bus_record rec = r->record;
    r->record = (struct bus_record){0};
    r->held = HELD_NONE;
    int got = take(r, &rec, err);
    if (got == 1)
        consuming_let_go(r);
    return got < 0 || consuming_end_batch(r, err) < 0 ? -1 : 0;
}

int consuming_held(struct consuming *r, struct err *err)
{
    if (r->held == HELD_REJECT)
        return consuming_refusals(r, err);
    return clock_monotonic_ms() < r->held_due_ms ? 0 : try_again(r, err);
}
