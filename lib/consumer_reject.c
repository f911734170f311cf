/* Records that are refused: their events on the way to the topic of rejects, and the
 * positions behind them once all of them are known to be there. A program that writes to
 * the wrong topic does so thousands of times: refused records that lie one behind the
 * other go together, for one sync of the disk and one round to the broker. */
#include "clock.h"
#include "consumer_internal.h"
#include "hash.h"
#include "log.h"

#include <stdio.h>

enum {
    TOGETHER = 1000,
    GATHER_MS = 50,
    AGAIN_MS = 100,
    INDEX_BITS = 16 /* of a token: which record; the rest: of which run */
};

_Static_assert(TOGETHER < 1 << INDEX_BITS, "a token names each");

struct refused {
    struct position *place;
    int64_t offset, bytes;
    struct sv id, detail; /* in the arena; id: by which it is known again */
    const char *reason;
    uint32_t attempts;
    enum { TO_SEND, SENT, KNOWN } state;
};

static struct sv id_of(const struct wire_event *e, struct arena *a)
{
    char hash[HASH_HEX + 1];
    return arena_copy(a, e->id.n ? e->id : consuming_stand_in(e, hash));
}

static void add(struct consuming *r, const struct wire_event *e, struct position *p,
                uint32_t attempts, const struct err *why)
{
    struct refusing *w = &r->refusing;
    if (!w->v) {
        w->v = mem_zalloc(TOGETHER * sizeof *w->v);
        arena_init_small(&w->arena, SIZE_MAX / 2);
    }
    const char *reason = why->reason ? why->reason : "invalid-event";
    w->v[w->n++] = (struct refused){.place = p,
                                    .offset = e->offset,
                                    .bytes = (int64_t)e->value.n,
                                    .id = id_of(e, &w->arena),
                                    .reason = reason,
                                    .detail = arena_printf(&w->arena, "%s", why->text),
                                    .attempts = attempts};
}

void consuming_refuse(struct consuming *r, struct bus_record *rec, const struct err *why)
{
    const struct wire_event *e = &rec->event;
    r->refusing.run++; /* from 1: no token is 0 */
    add(r, e, positions_find(&r->positions, e->topic, e->partition), r->attempts + 1,
        why);
    r->held = HELD_REJECT;
    bus_release(rec);
}

/* No event of ours: no consumer needs to be asked, and no transaction to be open. */
static bool is_no_event(struct consuming *r, struct bus_record *rec)
{
    struct wire_event *e = &rec->event;
    struct err why = {0};
    struct position *p = rec->kind == BUS_RECORD
                             ? positions_find(&r->positions, e->topic, e->partition)
                             : NULL;
    if (!p || p->verify || e->offset < p->next)
        return false;
    if (consuming_read(r, e, &why) == 0 || err_verdict(&why) != VERDICT_REJECT)
        return false;
    add(r, e, p, 1, &why);
    return true;
}

void consuming_refuse_more(struct consuming *r)
{
    int64_t end = clock_monotonic_ms() + GATHER_MS;
    while (r->refusing.n < TOGETHER && clock_monotonic_ms() < end) {
        struct bus_record rec;
        if (bus_next(r->d.bus, &rec) == BUS_NONE)
            return;
        if (!is_no_event(r, &rec)) {
            r->next = rec;
            r->has_next = true;
            return;
        }
        bus_release(&rec);
    }
}

/* ---- on the way ---- */

static struct wire_rejected rejected_of(const struct consuming *r,
                                        const struct refused *u)
{
    return (struct wire_rejected){.stage = r->c->name,
                                  .reason = u->reason,
                                  .detail = u->detail,
                                  .attempts = u->attempts,
                                  .source = sv_cstr(r->source),
                                  .topic = u->place->topic,
                                  .partition = u->place->partition,
                                  .offset = u->offset,
                                  .bytes = u->bytes,
                                  .space = (enum space)r->o.space,
                                  .time_ms = clock_wall_ms()};
}

static void tell(struct consuming *r, const struct refused *u, const char *why)
{
    consuming_tell_held(r, u->place->topic, u->place->partition, u->offset, why);
}

/* 0 on its way, 1 not now, -1. */
static int send_one(struct consuming *r, size_t i, struct err *err)
{
    struct refused *u = &r->refusing.v[i];
    struct wire_event out;
    struct err why = {0};
    struct wire_rejected w = rejected_of(r, u);
    uint64_t repairs = 0;
    arena_reset(&r->arena);
    r->arena.limit = SIZE_MAX / 2;
    w.detail = doc_normal_text(w.detail, &r->arena, &repairs);
    wire_build_reject(&w, &r->arena, &out);
    int got = bus_produce(r->d.bus, &out, r->refusing.run << INDEX_BITS | i, &why);
    if (got == 0)
        u->state = SENT;
    else if (got < 0 && why.kind == ERR_FATAL)
        return daemon_configuration(err, "%s", why.text);
    else if (got < 0)
        tell(r, u, why.text);
    return got == 0 ? 0 : 1;
}

static int send_all(struct consuming *r, struct err *err)
{
    for (size_t i = 0; i < r->refusing.n; i++) {
        int got = r->refusing.v[i].state == TO_SEND ? send_one(r, i, err) : 0;
        if (got == 0)
            continue;
        r->held_due_ms = clock_monotonic_ms() + AGAIN_MS;
        return got < 0 ? -1 : 0;
    }
    return 0;
}

void consuming_report(void *ctx, uint64_t token, enum verdict v, const char *why)
{
    struct consuming *r = ctx;
    struct refusing *w = &r->refusing;
    size_t i = token & ((1U << INDEX_BITS) - 1);
    if (token >> INDEX_BITS != w->run || i >= w->n || w->v[i].state != SENT)
        return; /* of a run that is over */
    if (v != VERDICT_RETRY) {
        w->v[i].state = KNOWN;
        w->known++;
        return;
    }
    w->v[i].state = TO_SEND;
    r->held_due_ms = clock_monotonic_ms() + AGAIN_MS;
    if (why)
        tell(r, &w->v[i], why);
}

void consuming_refusals_lost(struct consuming *r)
{
    struct refusing *w = &r->refusing;
    w->run++;
    for (size_t i = 0; i < w->n; i++)
        if (w->v[i].state == SENT)
            w->v[i].state = TO_SEND;
}

bool consuming_refusals_wait(const struct consuming *r)
{
    for (size_t i = 0; i < r->refusing.n; i++)
        if (r->refusing.v[i].state == TO_SEND)
            return true;
    return false;
}

int64_t consuming_refusals_answered(const struct consuming *r)
{
    return (int64_t)(r->refusing.run << INDEX_BITS) + (int64_t)r->refusing.known;
}

void consuming_refusals_end(struct consuming *r)
{
    struct refusing *w = &r->refusing;
    w->run++;
    w->n = w->known = 0;
    if (w->v)
        arena_reset(&w->arena);
}

void consuming_refusals_free(struct consuming *r)
{
    struct refusing *w = &r->refusing;
    consuming_refusals_end(r);
    if (w->v)
        arena_free(&w->arena);
    mem_free(&w->v);
}

/* ---- all are known ---- */

/* Counted and told once they are stored: what an outage undoes comes again. */
static void count_and_tell(struct consuming *r)
{
    for (size_t i = 0; i < r->refusing.n; i++) {
        const struct refused *u = &r->refusing.v[i];
        consuming_count(r, u->place->topic, VERDICT_REJECT, u->reason);
        LOG(WARN, EVENT_REJECTED, FC("topic", u->place->topic),
            FI("partition", u->place->partition), FI("offset", u->offset),
            FC("reason", u->reason), FS("why", u->detail));
    }
}

static int settle(struct consuming *r, struct err *err)
{
    if (db_begin(r->d.db, err) < 0)
        return -1;
    for (size_t i = 0; i < r->refusing.n; i++) {
        const struct refused *u = &r->refusing.v[i];
        struct wire_rejected w = rejected_of(r, u);
        position_take(u->place, u->offset, u->id);
        if (reject_store(r->d.db, &w, false, SV_NULL, err) < 0)
            return -1;
    }
    int got = consuming_end_batch(r, err);
    if (got == 0) {
        count_and_tell(r);
        consuming_let_go(r);
    }
    return got < 0 ? -1 : 0;
}

int consuming_refusals(struct consuming *r, struct err *err)
{
    if (r->refusing.known == r->refusing.n)
        return settle(r, err);
    if (clock_monotonic_ms() < r->held_due_ms)
        return 0;
    return send_all(r, err);
}
