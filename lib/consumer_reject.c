/* Records that are refused: their events on the way to the topic of rejects, and the
 * positions behind them once all of them are known to be there. A program that writes to
 * the wrong topic does so thousands of times: the rejects of all that is no event among
 * the next records go together, for one round to the broker. Those that lie one behind
 * the other are stored at once; the others when the batch that reads them again meets
 * them. */
#include "clock.h"
#include "consumer_internal.h"
#include "hash.h"
#include "log.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
    TOGETHER = 1000,
    GATHER_MS = 50,
    AGAIN_MS = 100,
    UNREADABLE_MS = 1000, /* then others have their turn */
    LOOK_MS = 1,
    INDEX_BITS = 16 /* of a token: which record; the rest: of which run */
};

_Static_assert(TOGETHER < 1 << INDEX_BITS, "a token names each");

struct refused {
    struct position *place;
    int64_t offset, bytes;
    struct sv id, detail; /* in the arena; id: by which it is known again */
    const char *reason;
    bool unreadable;
    uint32_t attempts;
    enum { TO_SEND, SENT, KNOWN } state;
};

static struct sv id_of(const struct wire_event *e, struct arena *a)
{
    char hash[HASH_HEX + 1];
    return arena_copy(a, e->id.n ? e->id : consuming_stand_in(e, hash));
}

/* At the place of `at`; those from there on go one further. */
static void insert(struct consuming *r, size_t at, const struct wire_event *e,
                   struct position *p, uint32_t attempts, const struct err *why)
{
    struct refusing *w = &r->refusing;
    if (!w->v) {
        w->v = mem_zalloc((TOGETHER + 1) * sizeof *w->v);
        arena_init_small(&w->arena, SIZE_MAX / 2);
    }
    const char *reason = why->reason ? why->reason : "invalid-event";
    bool unreadable = strcmp(reason, BUS_READ_UNREADABLE) == 0;
    memmove(&w->v[at + 1], &w->v[at], (w->n - at) * sizeof *w->v);
    w->n++;
    w->v[at] = (struct refused){.place = p,
                                .offset = e->offset,
                                .bytes = unreadable ? -1 : (int64_t)e->value.n,
                                .id = id_of(e, &w->arena),
                                .reason = reason,
                                .unreadable = unreadable,
                                .detail = arena_printf(&w->arena, "%s", why->text),
                                .attempts = attempts};
}

/* Behind it those stay whose rejects are known already. */
void consuming_refuse(struct consuming *r, struct bus_record *rec, const struct err *why)
{
    const struct wire_event *e = &rec->event;
    struct refusing *w = &r->refusing;
    w->run++; /* from 1: no token is 0 */
    if (w->n > TOGETHER) {
        w->n = w->known = w->first; /* they will be sent again */
        r->waiting.noted = 0;
    }
    insert(r, w->first, e, positions_find(&r->positions, e->topic, e->partition),
           r->attempts + 1, why);
    w->held = w->first + 1;
    r->held = HELD_REJECT;
    bus_release(rec);
}

/* Asked by a handle of its own, which has heard nothing of others, and waits for no other
 * partition: that is quicker than to assign all again for each of them. */
static bool is_unreadable(struct consuming *r, const struct position *p, int64_t offset,
                          int64_t ms)
{
    struct bus_place at = {p->topic, p->partition, offset};
    struct bus_read *read = NULL;
    struct wire_event e;
    struct err why = {0};
    int got = 2;
    if (bus_read_begin(r->d.bus, &at, ms, &read, &why) < 0)
        return false;
    while ((got = bus_read_look(read, &e, &why)) == 2)
        (void)poll(NULL, 0, LOOK_MS);
    bus_read_free(&read);
    return got < 0 && why.reason && strcmp(why.reason, BUS_READ_UNREADABLE) == 0;
}

void consuming_refuse_unreadable(struct consuming *r, struct bus_record *rec,
                                 struct position *p, const char *text)
{
    struct refusing *w = &r->refusing;
    struct wire_event e = {
        .topic = p->topic, .partition = p->partition, .offset = rec->event.offset};
    struct err why = {0};
    err_reject(&why, BUS_READ_UNREADABLE, "%s", text);
    consuming_refuse(r, rec, &why);
    int64_t end = clock_monotonic_ms() + UNREADABLE_MS, left = UNREADABLE_MS;
    while (w->n < TOGETHER && left > 0 && is_unreadable(r, p, ++e.offset, left)) {
        insert(r, w->held++, &e, p, 1, &why);
        left = end - clock_monotonic_ms();
    }
}

/* No event of ours: no consumer needs to be asked, and no transaction to be open. */
static bool is_no_event(struct consuming *r, struct position *p, struct wire_event *e)
{
    struct err why = {0};
    if (e->offset < p->next || consuming_read(r, e, &why) == 0 ||
        err_verdict(&why) != VERDICT_REJECT)
        return false;
    insert(r, r->refusing.n, e, p, 1, &why);
    return true;
}

/* False: what comes behind the record is not to be looked at. What shows that a log is
 * the same comes before all that is new in it, so that is known here, too. */
static bool look_at(struct consuming *r, struct bus_record *rec, bool *first)
{
    struct wire_event *e = &rec->event;
    struct position *p = rec->kind == BUS_RECORD
                             ? positions_find(&r->positions, e->topic, e->partition)
                             : NULL;
    bool lost = rec->kind == BUS_LOST || rec->kind == BUS_OUT_OF_RANGE ||
                (p && consuming_is_another_log(p, e));
    *first = p && !lost && is_no_event(r, p, e) && *first;
    if (*first) {
        r->refusing.held = r->refusing.n;
        bus_release(rec);
    }
    return !lost && r->refusing.n < TOGETHER;
}

void consuming_refuse_more(struct consuming *r)
{
    struct waiting *w = &r->waiting;
    int64_t end = clock_monotonic_ms() + GATHER_MS;
    bool first = w->noted <= w->first, on = r->refusing.n < TOGETHER;
    for (size_t i = first ? w->first : w->noted; i < w->n && on; w->noted = ++i) {
        on = look_at(r, &w->v[i], &first);
        w->first += first;
    }
    if (w->first == w->n)
        w->first = w->n = w->noted = w->bytes = 0;
    while (on && consuming_wait_room(r) && clock_monotonic_ms() < end) {
        struct bus_record rec;
        if (bus_next(r->d.bus, &rec) == BUS_NONE)
            return;
        on = look_at(r, &rec, &first);
        if (!first)
            consuming_wait(r, &rec);
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
    w->n = w->known = w->held = w->first = w->counted = 0;
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
void consuming_refusals_stored(struct consuming *r)
{
    struct refusing *w = &r->refusing;
    for (; w->counted < w->first; w->counted++) {
        const struct refused *u = &w->v[w->counted];
        consuming_count(r, u->place->topic, VERDICT_REJECT, u->reason);
        LOG(WARN, EVENT_REJECTED, FC("topic", u->place->topic),
            FI("partition", u->place->partition), FI("offset", u->offset),
            FC("reason", u->reason), FS("why", u->detail));
    }
    if (w->n > 0 && w->first == w->n)
        consuming_refusals_end(r);
}

static int store_one(struct consuming *r, struct err *err)
{
    const struct refused *u = &r->refusing.v[r->refusing.first];
    struct wire_rejected w = rejected_of(r, u);
    if (u->unreadable && position_skip(r->d.db, u->place, u->offset + 1, err) < 0)
        return -1;
    if (!u->unreadable)
        position_take(u->place, u->offset, u->id);
    r->refusing.first++;
    return reject_store(r->d.db, &w, false, SV_NULL, err);
}

int consuming_refused(struct consuming *r, const struct position *p, int64_t offset,
                      struct err *err)
{
    const struct refusing *w = &r->refusing;
    const struct refused *u = w->first < w->n ? &w->v[w->first] : NULL;
    if (!u || u->state != KNOWN || u->place != p || u->offset != offset)
        return 0;
    return store_one(r, err) < 0 ? -1 : 1;
}

static int settle(struct consuming *r, struct err *err)
{
    bool unreadable = r->refusing.v[r->refusing.first].unreadable;
    if (db_begin(r->d.db, err) < 0)
        return -1;
    while (r->refusing.first < r->refusing.held)
        if (store_one(r, err) < 0)
            return -1;
    int got = consuming_end_batch(r, err);
    if (got == 0)
        consuming_let_go(r);
    if (got == 0 && unreadable)
        consuming_assign_again(r);
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
