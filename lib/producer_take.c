#include "clock.h"
#include "convert.h"
#include "log.h"
#include "metric.h"
#include "producer_internal.h"

#include <assert.h>
#include <string.h>

enum { COPY_BYTES = 256 * 1024, ASK_MS = 5000 };

/* ---- a document becomes events ---- */

/* What is sent lives as long as the gulp; its place is for the next document. */
static void bring_over(struct producing *r, struct ahead_doc *d)
{
    struct doc *doc = &d->doc;
    if (d->bytes.used > COPY_BYTES) {
        arena_adopt(&r->arena, &d->bytes);
        return;
    }
    bool same = doc->text.p == doc->original.p && doc->text.n == doc->original.n;
    doc->original = arena_copy(&r->arena, doc->original);
    doc->text = same ? doc->original : arena_copy(&r->arena, doc->text);
    doc->media_type = arena_copy(&r->arena, doc->media_type);
}

int producing_make(struct producing *r, struct ahead_doc *d, struct db *db,
                   struct made *out, struct err *err)
{
    struct arena *a = &r->arena;
    *out = (struct made){.parsed = d->parsed};
    if (d->parsed)
        metric_stage_took("convert", d->convert_us);
    if (d->rc < 0) {
        *err = d->err;
        return -1;
    }
    assert(out->parsed);
    metric_stage_took("parse", d->parse_us);
    bring_over(r, d);
    a->limit = a->used + ahead_share(&d->doc);
    a->overflow = false;
    out->key = event_key(a, &out->parsed->document, d->doc.text_sha256);
    enum space space = wire_space(out->parsed->document.marking);
    out->turn = (struct turn){.news = true};
    if (db && turn_take(db, out->key, d->doc.text_sha256, space, d->doc.again, &out->turn,
                        err) < 0)
        return -1;
    struct wire_publication publication = {
        .doc = &d->doc,
        .parsed = out->parsed,
        .key = out->key,
        .rules = r->parser->rules(r->knowledge),
        .turn = out->turn.turn,
        .news = out->turn.news,
        .time_ms = clock_wall_ms(),
        .message_max = r->d.bus ? bus_record_bytes_max(r->d.bus) : BUS_RECORD_BYTES_MAX};
    if (wire_build(&publication, a, &out->events, &out->nevents, err) < 0)
        return -1;
    return arena_overflow(a)
               ? err_reject(err, "too-large",
                            "its events need more than their share of memory")
               : 0;
}

/* ---- a document becomes a reject ---- */

static struct sv shown(struct sv s, struct arena *a)
{
    uint64_t repairs = 0;
    return s.p && s.n ? doc_normal_text(s, a, &repairs) : s;
}

void producing_rejected(const struct producing *r, const struct doc *d,
                        const struct made *m, const struct err *err,
                        struct wire_rejected *out)
{
    const char *reason = err->reason ? err->reason : "invalid";
    bool classified = strcmp(reason, "classified") == 0;
    bool known = m->parsed && (m->key.p || classified);
    struct sv marking = known ? m->parsed->document.marking : SV_NULL;
    bool told = known && !classified;
    *out = (struct wire_rejected){.stage = r->p->name,
                                  .reason = reason,
                                  .detail = classified ? SV_NULL : sv_cstr(err->text),
                                  .attempts = 1,
                                  .source = d->source,
                                  .name = told ? d->name : SV_NULL,
                                  .uri = told ? d->uri : SV_NULL,
                                  .sha256 = sv_cstr(d->original_sha256),
                                  .bytes = d->original.n || !d->reject_reason ||
                                                   strcmp(reason, "empty") == 0
                                               ? (int64_t)d->original.n
                                               : -1,
                                  .marking = marking,
                                  .space = told ? wire_space(marking) : SPACE_PUBLIC,
                                  .time_ms = clock_wall_ms()};
}

static char *keep(struct sv s)
{
    return s.p ? mem_copy(s.p, s.n) : NULL;
}

/* All that the reject will say is kept in the entry: its document's memory goes away. */
static void note_reject(struct producing *r, struct entry *e, const struct doc *d,
                        const struct made *m, struct err *cause)
{
    struct wire_rejected w;
    producing_rejected(r, d, m, cause, &w);
    entry_fail(e, VERDICT_REJECT, w.detail.p ? cause->text : NULL);
    e->reason = w.reason;
    e->classified = strcmp(w.reason, "classified") == 0;
    e->marking_known = w.name.p || w.uri.p || w.marking.p;
    e->space = w.space;
    e->name = keep(shown(d->name, &r->arena));
    e->uri = keep(shown(d->uri, &r->arena));
    e->marking = keep(w.marking);
    e->media_type = keep(d->media_type);
    e->original_bytes = w.bytes;
    memcpy(e->sha256, d->original_sha256, sizeof e->sha256);
    if (e->classified || d->original.n == 0)
        return;
    struct err own = {0};
    if (reject_keep(r->d.dir.p, e->sha256, d->original, &own) < 0) {
        err_wrap(&own, "keeping a rejected document");
        entry_fail(e, VERDICT_RETRY, own.text);
        return;
    }
    e->kept = ++r->kept;
}

/* What this machine has no converter for keeps no other paper waiting: it is asked for
 * again by the first start that finds one. Where it can make no process now, one of them
 * is tried now and then; all of them, once one could be converted. */
static int note_converter(struct producing *r, const struct ahead_doc *d,
                          const struct err *cause, bool *unconverted, struct err *err)
{
    const char *reason = cause && cause->reason ? cause->reason : "";
    bool no_process = strcmp(reason, CONVERT_NO_PROCESS) == 0;
    *unconverted = no_process || strcmp(reason, CONVERT_NONE) == 0;
    if (no_process && !r->ask_due_ms)
        r->ask_due_ms = clock_monotonic_ms() + ASK_MS;
    if (no_process || !r->ask_due_ms || !d->converts)
        return 0;
    r->ask_due_ms = 0;
    return reject_ask_all(r->d.db, CONVERT_NO_PROCESS, err);
}

/* What Kafka may still refuse is told by name, too. */
static void note_origin(struct producing *r, struct entry *e, const struct doc *d,
                        struct sv marking)
{
    e->name = keep(shown(d->name, &r->arena));
    e->uri = keep(shown(d->uri, &r->arena));
    e->marking = keep(marking);
    e->marking_known = true;
    e->original_bytes = (int64_t)d->original.n;
    memcpy(e->sha256, d->original_sha256, sizeof e->sha256);
}

/* ---- into the window ---- */

static void prepare(struct producing *r, const struct entry *e,
                    const struct wire_event *v, size_t n, bool decisions)
{
    for (size_t i = 0; i < n; i++) {
        if ((v[i].type == WIRE_DECISION) != decisions)
            continue;
        if (r->nprepared == r->prepared_cap) {
            r->prepared_cap = r->prepared_cap ? 2 * r->prepared_cap : 256;
            r->prepared = mem_resize(r->prepared, r->prepared_cap, sizeof *r->prepared);
        }
        r->prepared[r->nprepared++] = (struct prepared){&v[i], e->serial};
    }
}

/* Somebody waits to be told of decisions: they do not stand behind a long text. */
static void prepare_events(struct producing *r, struct entry *e, const struct made *m)
{
    prepare(r, e, m->events, m->nevents, true);
    prepare(r, e, m->events, m->nevents, false);
    e->unsent = (uint32_t)m->nevents;
    e->events = m->nevents;
}

struct entry *producing_enter(struct producing *r, const struct doc *doc, uint64_t token,
                              struct sv replay_id)
{
    struct entry *e = window_add(r->window, token, doc->original.n);
    e->source = keep(doc->source);
    e->seen_ms = doc->seen_ms;
    e->taken_ms = clock_monotonic_ms();
    e->replay = replay_id.p != NULL;
    e->replay_id = keep(replay_id);
    e->unsent = 1; /* it waits to be taken */
    return e;
}

int producing_take(struct producing *r, struct entry *e, struct ahead_doc *d,
                   struct err *err)
{
    struct made m;
    struct err cause = {0};
    r->uncommitted = true;
    e->unsent = 0;
    bool unconverted,
        made = producing_make(r, d, r->d.db, &m, &cause) == 0 &&
               producing_was_refused(r, d->doc.original_sha256, &cause) == 0;
    if (note_converter(r, d, made ? NULL : &cause, &unconverted, err) < 0)
        return -1;
    if (made) {
        assert(m.parsed);
        e->key = keep(m.key);
        e->id = keep(m.parsed->document.id);
        memcpy(e->text_sha256, d->doc.text_sha256, sizeof e->text_sha256);
        e->turn = m.turn.turn;
        e->withdraw = m.turn.withdraw;
        e->space = wire_space(m.parsed->document.marking);
        note_origin(r, e, &d->doc, m.parsed->document.marking);
        /* Later versions that passed it by are offered again, to stand behind it. */
        window_passed(r->window, e);
        /* else the key holds this text now, or has got a later one */
        if (!m.turn.past && (!d->doc.had_before || m.turn.news)) {
            prepare_events(r, e, &m);
            r->unsynced = true;
        }
        return 0;
    }
    if (cause.kind == ERR_BAD_INPUT || unconverted) {
        note_reject(r, e, &d->doc, &m, &cause);
        return 0;
    }
    *err = cause; /* our own store, or worse: the loop opens all anew */
    return -1;
}

/* ---- out ---- */

static int send_one(struct producing *r, const struct prepared *p, struct err *err)
{
    struct entry *e = window_find(r->window, p->serial);
    struct err cause = {0};
    if (!e)
        return 0;
    if (e->verdict != VERDICT_OK) { /* the rest of a failed document stays here */
        e->unsent--;
        return 0;
    }
    int got = bus_produce(r->d.bus, p->event, p->serial, &cause);
    if (got == 0)
        entry_sent(e);
    if (got >= 0)
        return got;
    if (cause.kind == ERR_FATAL)
        return daemon_configuration(err, "%s", cause.text);
    e->unsent--;
    e->reason = cause.reason;
    entry_fail(e, err_verdict(&cause), cause.text);
    return 0;
}

/* A connection's requests are answered one by one, and one holds the records of one
 * partition: those of a topic are pushed before what comes behind them is given. */
static bool is_last_decision(const struct producing *r)
{
    const struct prepared *p = &r->prepared[r->sent];
    return p->event->type == WIRE_DECISION && r->sent + 1 < r->nprepared &&
           p[1].event->type != WIRE_DECISION;
}

int producing_send(struct producing *r, bool push, struct err *err)
{
    while (r->sent < r->nprepared) {
        int got = send_one(r, &r->prepared[r->sent], err);
        if (got < 0)
            return -1;
        if (got == 1)
            return 0;
        if (push && is_last_decision(r))
            bus_push(r->d.bus);
        r->sent++;
    }
    if (r->nprepared > 0 || r->arena.used > 0)
        arena_reset(&r->arena);
    r->nprepared = r->sent = 0;
    return 0;
}

void producing_abandon(struct producing *r)
{
    producing_drop_ahead(r, "the broker changed");
    for (; r->sent < r->nprepared; r->sent++) {
        struct entry *e = window_find(r->window, r->prepared[r->sent].serial);
        if (!e)
            continue;
        e->unsent--;
        entry_fail(e, VERDICT_RETRY, "the broker changed");
    }
    arena_reset(&r->arena);
    r->nprepared = r->sent = 0;
}
