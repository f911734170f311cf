#include "clock.h"
#include "file.h"
#include "log.h"
#include "metric.h"
#include "producer_internal.h"

#include <stdio.h>
#include <string.h>

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MAX_MS = 5000, WITHDRAWAL_EVENTS = 3 };

/* SQLite undoes the whole transaction where I/O fails in the middle of a statement. */
static int still_begun(const struct producing *r, struct err *err)
{
    return db_in_transaction(r->d.db)
               ? 0
               : err_set(err, ERR_TEMPORARY, "database: it undid what was not committed");
}

int producing_begin(struct producing *r, struct err *err)
{
    if (r->begun)
        return still_begun(r, err);
    if (db_begin(r->d.db, err) < 0)
        return -1;
    r->began_ms = clock_monotonic_ms();
    r->begun = true;
    r->ended = 0;
    return 0;
}

int producing_commit(struct producing *r, struct err *err)
{
    if (!r->begun)
        return 0;
    if (still_begun(r, err) < 0 || db_commit(r->d.db, err) < 0)
        return -1;
    r->begun = false;
    return 0;
}

void producing_report(void *ctx, uint64_t serial, enum verdict v, const char *why)
{
    struct producing *r = ctx;
    struct entry *e = r->window ? window_find(r->window, serial) : NULL;
    if (!e || e->outstanding == 0)
        return;
    entry_report(e, v, why);
    if (entry_ready(e))
        e->reported_ms = clock_wall_ms();
}

/* ---- records that follow on the reports of the first ones ---- */

/* Sends what of these records was not sent yet; the rest goes on the next call. */
static int send_late(struct producing *r, struct entry *e, const struct wire_event *v,
                     size_t n, struct err *err)
{
    while (e->late < n && e->verdict == VERDICT_OK) {
        struct err cause = {0};
        int got = bus_produce(r->d.bus, &v[e->late], e->serial, &cause);
        if (got == 1)
            return 0;
        if (got < 0 && cause.kind == ERR_FATAL)
            return daemon_configuration(err, "%s", cause.text);
        if (got < 0) {
            entry_fail(e, VERDICT_RETRY, cause.text);
            return 0;
        }
        e->outstanding++;
        e->late++;
        r->lingers = true;
    }
    return 0;
}

static int send_withdrawal(struct producing *r, struct entry *e, struct err *err)
{
    struct arena a;
    struct wire_event *v;
    size_t n;
    arena_init(&a, 1 << 20);
    enum space other = e->space == SPACE_PUBLIC ? SPACE_LIMITE : SPACE_PUBLIC;
    wire_build_withdrawal(sv_cstr(e->key), other, sv_cstr(e->source),
                          SV("its marking changed"), clock_wall_ms(), &a, &v, &n);
    e->phase = PHASE_WITHDRAWAL;
    int got = send_late(r, e, v, n, err);
    arena_free(&a);
    return got;
}

static struct wire_rejected rejected_of(const struct producing *r, const struct entry *e)
{
    return (struct wire_rejected){.stage = r->p->name,
                                  .reason = e->reason ? e->reason : "too-large",
                                  .detail = sv_cstr(e->detail),
                                  .attempts = 1,
                                  .source = sv_cstr(e->source),
                                  .name = sv_cstr(e->name),
                                  .uri = sv_cstr(e->uri),
                                  .sha256 =
                                      sv_cstr(e->sha256[0] ? e->sha256 : e->text_sha256),
                                  .bytes = e->original_bytes,
                                  .marking = sv_cstr(e->marking),
                                  .space = e->space,
                                  .time_ms = clock_wall_ms()};
}

/* The verdict REJECT becomes OK for the reject's own record: its report decides. */
static int send_reject(struct producing *r, struct entry *e, struct err *err)
{
    struct arena a;
    struct wire_event v;
    arena_init(&a, 1 << 20);
    if (e->phase != PHASE_REJECT) {
        e->phase = PHASE_REJECT;
        e->verdict = VERDICT_OK;
        e->late = 0;
    }
    struct wire_rejected w = rejected_of(r, e);
    uint64_t repairs = 0;
    if (w.detail.p)
        w.detail = doc_normal_text(w.detail, &a, &repairs);
    if (!e->marking_known)
        w.name = w.uri = SV_NULL;
    wire_build_reject(&w, &a, &v);
    int got = send_late(r, e, &v, 1, err);
    arena_free(&a);
    return got;
}

/* ---- the end of a document ---- */

static struct metric *documents, *rejects, *latency, *success;

/* Counters begin at 0, so that the first of a kind is seen as a rise. */
void producing_count_begin(const struct producing *r)
{
    static const char *const outcomes[] = {"ok", "reject", "retry"};
    if (documents)
        return;
    documents = metric_family("councilwire_documents_total", METRIC_COUNTER,
                              "stage,outcome", "Documents by stage and outcome");
    rejects = metric_family("councilwire_rejects_total", METRIC_COUNTER, "stage,reason",
                            "What could not be taken, and why");
    latency = metric_family("councilwire_publish_latency_seconds", METRIC_HISTOGRAM,
                            "source", "Document seen to last delivery report");
    success = metric_family("councilwire_source_last_success_timestamp_seconds",
                            METRIC_GAUGE, "source", "Last document published");
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        metric_add(documents, 0, LABELS(r->p->name, outcomes[i]));
}

static void count(struct producing *r, const struct entry *e, enum verdict v)
{
    producing_count_begin(r);
    const char *stage = r->p->name;
    r->counted[v]++;
    metric_add(documents, 1,
               LABELS(stage, v == VERDICT_OK       ? "ok"
                             : v == VERDICT_REJECT ? "reject"
                                                   : "retry"));
    if (v == VERDICT_REJECT)
        metric_add(rejects, 1, LABELS(stage, e->reason ? e->reason : "too-large"));
    if (v != VERDICT_OK)
        return;
    int64_t now = clock_wall_ms();
    bool known = e->seen_ms && e->reported_ms;
    metric_observe(latency, known ? (double)(e->reported_ms - e->seen_ms) / 1000 : 0,
                   LABELS(e->source ? e->source : stage));
    metric_set(success, (double)now / 1000, LABELS(e->source ? e->source : stage));
}

static int tell_source(struct producing *r, const struct entry *e, enum verdict v,
                       struct err *err)
{
    if (!e->replay) {
        r->p->done(r->ctx, e->token, v);
        return 0;
    }
    struct sv id = sv_cstr(e->replay_id);
    if (v == VERDICT_OK)
        return reject_remove(r->d.db, r->d.dir.p, id, err);
    return v == VERDICT_REJECT ? reject_not_asked(r->d.db, id, err)
                               : reject_asked_again(r->d.db, id, err);
}

static int end_ok(struct producing *r, const struct entry *e, struct err *err)
{
    if (turn_acknowledge(r->d.db, sv_cstr(e->key), e->text_sha256, e->turn, e->space,
                         e->phase == PHASE_WITHDRAWAL, err) < 0)
        return -1;
    daemon_did(&r->d, sv_cstr(e->key));
    if (e->events == 0)
        LOG(INFO, DOC_KNOWN, FC("key", e->key), FC("sha256", e->text_sha256),
            FI("turn", e->turn));
    else
        LOG(INFO, DOC_PUBLISHED, FC("key", e->key), FC("sha256", e->text_sha256),
            FI("events", e->events), FI("turn", e->turn), FI("bytes", e->bytes),
            FI("ms", clock_monotonic_ms() - e->taken_ms));
    if (e->phase == PHASE_WITHDRAWAL)
        LOG(INFO, DOC_WITHDRAWN, FC("key", e->key),
            FC("from", e->space == SPACE_PUBLIC ? "limite" : "public"));
    return 0;
}

static int end_reject(struct producing *r, const struct entry *e, struct err *err)
{
    struct wire_rejected w = rejected_of(r, e);
    if (reject_store(r->d.db, &w, e->kept != 0, sv_cstr(e->media_type), err) < 0)
        return -1;
    LOG(WARN, DOC_REJECTED, FC("name", e->name), FC("reason", w.reason),
        FC("why", e->detail), FS("sha256", w.sha256), FB("kept", e->kept != 0));
    return 0;
}

static void end_retry(struct producing *r, const struct entry *e)
{
    int64_t now = clock_monotonic_ms();
    r->source_none = false;
    if (now >= r->pause_until_ms) { /* what fails together is one failure */
        int64_t b = r->backoff_ms ? r->backoff_ms * 2 : BACKOFF_FIRST_MS;
        r->backoff_ms = b < BACKOFF_MAX_MS ? b : BACKOFF_MAX_MS;
        r->pause_until_ms = now + r->backoff_ms / 2 +
                            (int64_t)random_below((uint64_t)r->backoff_ms / 2 + 1);
    }
    if (e->key || !r->d.stopping) /* else a stop came before it was taken */
        LOG(WARN, DOC_RETRY, FC("key", e->key), FC("why", e->detail),
            FI("pause_ms", r->pause_until_ms - now));
    if (!e->behind)
        (void)snprintf(r->cause, sizeof r->cause, "%s", e->detail ? e->detail : "");
    if (!e->behind || !r->d.why_not[0])
        daemon_held_up(&r->d, r->cause[0] ? r->cause : e->detail);
    /* One that is not taken yet may be a later version of it: its key is not known. */
    producing_drop_ahead(r, "an earlier document goes first");
    window_spread_retry(r->window, e);
}

void producing_failure_over(struct producing *r)
{
    if (!r->backoff_ms || clock_monotonic_ms() < r->pause_until_ms)
        return;
    r->backoff_ms = 0;
    r->cause[0] = '\0';
    daemon_is_ready(&r->d);
}

static int end(struct producing *r, struct entry *e, enum verdict v, struct err *err)
{
    if (producing_begin(r, err) < 0)
        return -1;
    if (v == VERDICT_RETRY) {
        end_retry(r, e);
    } else {
        producing_failure_over(r); /* but for what was in flight beside it */
    }
    if ((v == VERDICT_OK && end_ok(r, e, err) < 0) ||
        (v == VERDICT_REJECT && end_reject(r, e, err) < 0) ||
        tell_source(r, e, v, err) < 0)
        return -1;
    count(r, e, v);
    r->ended++;
    window_pop(r->window);
    return 0;
}

/* The bytes of many rejects go to the disk together: those of a whole gulp. 1 they are
 * there, 0 later, -1. */
static int sync_kept(struct producing *r, const struct entry *e, struct err *err)
{
    if (e->kept <= r->synced)
        return 1;
    if (r->filling)
        return 0;
    /* A descriptor from before they were written hears of any failure since. */
    if (fd_sync_fs(r->d.lock, err) < 0)
        return err_wrap(err, "keeping a rejected document");
    r->synced = r->kept;
    return 1;
}

static int step_reject(struct producing *r, struct entry *e, struct err *err)
{
    if (e->phase != PHASE_REJECT || e->late == 0) {
        if (send_reject(r, e, err) < 0)
            return -1;
        return e->verdict == VERDICT_RETRY;
    }
    int kept = sync_kept(r, e, err);
    return kept <= 0 ? kept : end(r, e, VERDICT_REJECT, err) < 0 ? -1 : 1;
}

/* Its bytes are not here any more: they come with the next offer. */
static bool wants_its_bytes(const struct entry *e)
{
    return e->verdict == VERDICT_REJECT && e->phase == PHASE_EVENTS && e->key &&
           !e->kept && !e->replay && e->original_bytes > 0;
}

/* One step of the head: 1 it went on or off, 0 it waits, -1. */
static int step(struct producing *r, struct entry *e, struct err *err)
{
    if (wants_its_bytes(e)) {
        producing_refused(r, e);
        entry_fail(e, VERDICT_RETRY, r->refused.v[r->refused.n - 1].why);
    }
    if (e->verdict == VERDICT_RETRY)
        return end(r, e, VERDICT_RETRY, err) < 0 ? -1 : 1;
    if (e->verdict == VERDICT_REJECT || e->phase == PHASE_REJECT)
        return step_reject(r, e, err);
    if (e->withdraw && e->late < WITHDRAWAL_EVENTS) {
        if (send_withdrawal(r, e, err) < 0)
            return -1;
        return e->verdict == VERDICT_RETRY && e->outstanding == 0;
    }
    return end(r, e, VERDICT_OK, err) < 0 ? -1 : 1;
}

/* Rejects in a row do not wait for each other's reports. */
static int send_rejects_behind(struct producing *r, const struct entry *head,
                               struct err *err)
{
    struct entry *e = NULL;
    if (head->phase != PHASE_REJECT)
        return 0;
    for (uint64_t s = head->serial + 1; (e = window_find(r->window, s)); s++) {
        if (e->phase == PHASE_REJECT && e->late > 0)
            continue;
        if (!entry_ready(e) || e->verdict != VERDICT_REJECT || wants_its_bytes(e))
            return 0;
        if (send_reject(r, e, err) < 0)
            return -1;
        if (e->late == 0) /* the queue is full */
            return 0;
    }
    return 0;
}

int producing_settle(struct producing *r, struct err *err)
{
    for (;;) {
        struct entry *e = window_head(r->window);
        if (!e)
            return 0;
        if (!entry_ready(e))
            return send_rejects_behind(r, e, err);
        int got = step(r, e, err);
        if (got <= 0)
            return got;
    }
}
