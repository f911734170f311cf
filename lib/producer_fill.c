/* Documents come from the source: some are asked for ahead, so that threads read them
 * while the loop takes those before. */
#include "clock.h"
#include "convert.h"
#include "log.h"
#include "producer_internal.h"

enum {
    GULP_MS = 250, /* then signals and the socket have their turn */
    REPLAY_LOOK_MS = 1000,
    ASK_AGAIN_MS = 30000,
    TROUBLE_MS = 1000
};

/* What is to be read again, as the source would give it; 0 it is not there any more. */
static int replayed_doc(const struct producing *r, const struct reject_row *row,
                        struct ahead_doc *d)
{
    AUTO(buf_free) struct buf bytes = {0};
    struct err why = {0};
    if (reject_bytes(r->d.dir.p, row->sha256.p, &bytes, &why) < 0) {
        LOG(WARN, DOC_REJECTED, FS("id", row->id), FC("why", why.text));
        return 0;
    }
    d->doc = (struct doc){.name = arena_copy(&d->bytes, row->name),
                          .uri = arena_copy(&d->bytes, row->uri),
                          .source = arena_copy(&d->bytes, row->source),
                          .original = arena_copy(&d->bytes, buf_sv(&bytes)),
                          .media_type = arena_copy(&d->bytes, row->media_type),
                          .seen_ms = clock_wall_ms()};
    return 1;
}

/* Rejects whose replay was asked for go the way of any other document. */
static int take_replay(struct producing *r, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    struct reject_row row;
    if (r->ask_due_ms && now >= r->ask_due_ms) {
        r->ask_due_ms = now + ASK_AGAIN_MS;
        if (producing_begin(r, err) < 0 ||
            reject_ask_one(r->d.db, CONVERT_NO_PROCESS, err) < 0)
            return -1;
    }
    if (now < r->replay_due_ms || !window_room(r->window, 1))
        return 0;
    struct ahead_doc *d = ahead_place(r->ahead);
    if (!d)
        return 0;
    r->replay_due_ms = now + REPLAY_LOOK_MS;
    if (producing_begin(r, err) < 0)
        return -1;
    int got = reject_asked(r->d.db, &r->arena, &row, err);
    if (got <= 0)
        return got;
    r->replay_due_ms = 0; /* perhaps there are more */
    if (replayed_doc(r, &row, d) == 0)
        return reject_not_asked(r->d.db, row.id, err);
    d->serial = producing_enter(r, &d->doc, 0, row.id)->serial;
    ahead_put(r->ahead, d);
    return 0;
}

/* Taken in gulps: each is one commit, so a window that is full empties to half first. */
static bool has_room(struct producing *r)
{
    if (!window_room(r->window, 1))
        r->full = true;
    else if (window_room(r->window, WINDOW_BYTES / 2) &&
             window_docs(r->window) <= WINDOW_DOCS / 2)
        r->full = false;
    return !r->full;
}

/* What was asked for ahead is taken also where it fills the window. */
bool producing_may_take(struct producing *r)
{
    bool some = ahead_docs(r->ahead) > 0 || (has_room(r) && ahead_place(r->ahead));
    return some && r->established && !r->d.stopping && r->nprepared == 0 &&
           clock_monotonic_ms() >= r->pause_until_ms;
}

static int source_trouble(struct producing *r, const struct err *why, struct err *err)
{
    if (why->kind == ERR_FATAL) {
        *err = *why;
        return -1;
    }
    LOG(WARN, SOURCE_ERROR, FC("why", why->text));
    r->pause_until_ms = clock_monotonic_ms() + TROUBLE_MS;
    return 0;
}

/* Between two documents of a gulp: what was acknowledged meanwhile is committed, so that
 * a kill has only what was in flight sent again. What was only taken has time until the
 * gulp's end: none of it is sent before. */
static int settle_between(struct producing *r, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    if (!r->begun || now - r->began_ms < COMMIT_MS)
        return 0;
    bus_serve(r->d.bus);
    r->filling = true;
    int got = producing_settle(r, err);
    r->filling = false;
    if (got < 0)
        return -1;
    if (r->ended)
        return producing_commit(r, err);
    r->began_ms = now;
    return 0;
}

/* Asks the source until `most` documents wait, or it has none now, or there is no room.
 */
static int ask(struct producing *r, size_t most, bool *asks, struct err *err)
{
    while (*asks && ahead_docs(r->ahead) < most && window_room(r->window, 1)) {
        struct ahead_doc *d = ahead_place(r->ahead);
        struct err why = {0};
        if (!d)
            return 0;
        int got = r->p->next(r->ctx, &d->bytes, &d->doc, &why);
        *asks = got == 1;
        if (got != 1) /* the place stays as empty as it was */
            arena_reset(&d->bytes);
        if (got < 0)
            return source_trouble(r, &why, err);
        r->source_none = got == 0;
        if (got == 0)
            return 0;
        d->serial = producing_enter(r, &d->doc, d->doc.token, SV_NULL)->serial;
        ahead_put(r->ahead, d);
    }
    return 0;
}

/* In a gulp of few nobody is kept waiting by what comes behind. */
static size_t how_far(size_t left, size_t gulp)
{
    return gulp <= 2 * (size_t)PREPARED_DOCS_FIRST && left < AHEAD_DOCS ? left
                                                                        : AHEAD_DOCS;
}

/* 1 taken, 0 none is read yet, -1. */
static int take_next(struct producing *r, struct err *err)
{
    struct ahead_doc *d = ahead_take(r->ahead);
    if (!d)
        return 0;
    int rc = producing_take(r, window_find(r->window, d->serial), d, err);
    ahead_drop(r->ahead, d);
    return rc < 0 ? -1 : 1;
}

int producing_fill(struct producing *r, struct err *err)
{
    if (!producing_may_take(r))
        return 0;
    if (take_replay(r, err) < 0)
        return -1;
    bool asks = has_room(r);
    r->source_none &= !asks;
    size_t most = r->gulp ? r->gulp : PREPARED_DOCS_FIRST;
    r->gulp = 0; /* unless the source has more than this */
    int64_t end = clock_monotonic_ms() + GULP_MS;
    for (size_t docs = 0; docs < most && r->arena.used < PREPARED_BYTES; docs++) {
        if (settle_between(r, err) < 0 || producing_begin(r, err) < 0 ||
            ask(r, how_far(most - docs, most), &asks, err) < 0)
            return -1;
        int got = take_next(r, err);
        if (got <= 0)
            return got;
        if (clock_monotonic_ms() >= end) {
            r->gulp = most;
            return 0;
        }
    }
    r->gulp = most * 2 < PREPARED_DOCS ? most * 2 : PREPARED_DOCS;
    return 0;
}

void producing_drop_ahead(struct producing *r, const char *why)
{
    uint64_t serials[AHEAD_PLACES];
    size_t n = ahead_abandon(r->ahead, serials);
    for (size_t i = 0; i < n; i++) {
        struct entry *e = window_find(r->window, serials[i]);
        if (!e)
            continue;
        e->unsent = 0;
        entry_wait(e, why);
    }
}
