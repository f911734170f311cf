/* Replay of one reject, asked for by a person. */
#include "clock.h"
#include "consumer_internal.h"
#include "log.h"

enum { READ_ONE_MS = 3000 };

/* What becomes of the reject: gone, refused once more, or asked for again. */
static int settle_replay(struct consuming *r, struct sv id, enum verdict v,
                         const struct err *why, struct err *err)
{
    switch (v) {
    case VERDICT_OK: return reject_remove(r->d.db, r->d.dir.p, id, err);
    case VERDICT_REJECT:
        return reject_again(r->d.db, id, why->reason ? why->reason : "invalid-event",
                            why->text, clock_wall_ms(), err);
    case VERDICT_RETRY: return reject_asked_again(r->d.db, id, err);
    case VERDICT_FATAL: break;
    }
    *err = *why;
    return -1;
}

/* -1: the store can not begin. `got`, `e`: what bus_read_look gave. */
static int replay_record(struct consuming *r, int got, struct wire_event *e,
                         enum verdict *v, struct err *why, struct err *err)
{
    const struct reject_row *row = &r->replaying.row;
    struct position *p =
        positions_find(&r->positions, row->topic.p, (int32_t)row->partition);
    if (got == 0)
        err_reject(why, "gone", "the record is not on its topic any more");
    int rc = db_begin(r->d.db, err);
    if (got <= 0 || rc < 0) {
        *v = err_verdict(why);
    } else {
        e->log = p ? p->log : 0;
        *v = consuming_handle(r, e, why);
    }
    return rc;
}

static int replay_row(struct consuming *r, int got, struct wire_event *e, struct err *why,
                      struct err *err)
{
    struct sv id = r->replaying.row.id;
    enum verdict v;
    if (replay_record(r, got, e, &v, why, err) < 0)
        return -1;
    if (v == VERDICT_OK)
        LOG(INFO, POSITION_REPLAY, FS("reject", id), FB("taken", true));
    else
        LOG(WARN, POSITION_REPLAY, FS("reject", id), FB("taken", false),
            FC("why", why->text));
    if (settle_replay(r, id, v, why, err) < 0)
        return -1;
    return consuming_end_batch(r, err) < 0 ? -1 : 0;
}

void consuming_replay_free(struct consuming *r)
{
    if (r->replaying.read)
        arena_free(&r->replaying.arena);
    bus_read_free(&r->replaying.read);
}

/* The record that is being read, once it is there. */
static int replay_go_on(struct consuming *r, struct err *err)
{
    struct wire_event e;
    struct err why = {0};
    int got = bus_read_look(r->replaying.read, &e, &why);
    if (got == 2)
        return 0;
    got = replay_row(r, got, &e, &why, err);
    consuming_replay_free(r);
    return got;
}

static int replay_begin(struct consuming *r, struct err *err)
{
    const struct reject_row *row = &r->replaying.row;
    struct bus_place at = {row->topic.p, (int32_t)row->partition, row->offset};
    struct err why = {0};
    if (bus_read_begin(r->d.bus, &at, READ_ONE_MS, &r->replaying.read, &why) == 0)
        return 0;
    int got = replay_row(r, -1, NULL, &why, err);
    arena_free(&r->replaying.arena);
    return got;
}

int consuming_replay_asked(struct consuming *r, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    if (!r->established || r->held != HELD_NONE)
        return 0;
    if (r->replaying.read)
        return replay_go_on(r, err);
    if (now < r->replay_due_ms)
        return 0;
    r->replay_due_ms = now + 1000;
    arena_init(&r->replaying.arena, 1 << 20);
    int got = reject_asked(r->d.db, &r->replaying.arena, &r->replaying.row, err);
    if (got == 1)
        return replay_begin(r, err);
    arena_free(&r->replaying.arena);
    return got;
}
