#define _DEFAULT_SOURCE /* explicit_bzero */
#include "sender_internal.h"

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/metric.h"
#include "webhook.h"

#include <assert.h>
#include <stdio.h>

enum {
    REST_MS = 1000, /* an endpoint that asks for less without a time */
    SETTLE_MS =
        50, /* each commit is a sync of the disk, and the next paper waits for it */
    SETTLE_MOST = SENDER_FLIGHTS / 4,
    DISABLE_AFTER_MS = 5 * 24 * 60 * 60 * 1000
};

/* -- results */

static int64_t wanted_rest(const struct http_answer *a)
{
    bool slow = a->status == 429 || (a->status >= 502 && a->status <= 504);
    if (!slow)
        return 0;
    int64_t rest = a->retry_after_ms >= 0 ? a->retry_after_ms : REST_MS;
    return rest < WEBHOOK_REST_MS_MAX ? rest : WEBHOOK_REST_MS_MAX;
}

static char *error_of(const struct http_answer *a)
{
    char text[240];
    if (a->status)
        snprintf(text, sizeof text, "HTTP %d", a->status);
    else
        snprintf(text, sizeof text, "%.230s", a->err.text);
    return mem_copy(text, sv_cstr(text).n);
}

static void conclude(struct sender *s, const struct flight *f,
                     const struct http_answer *a, struct outcome *o)
{
    int64_t now = s->now, rest = wanted_rest(a);
    *o = (struct outcome){.n = f->n,
                          .subscription = f->subscription,
                          .state = DELIVERY_DONE,
                          .attempt = f->attempt + 1,
                          .next_at = now,
                          .status = a->status};
    struct endpoint *e = &s->endpoint[f->endpoint];
    e->proven = a->status >= 200 && a->status < 300;
    if (e->proven) {
        e->places = e->places * 2 < SENDER_PLACES ? e->places * 2 : SENDER_PLACES;
        return;
    }
    e->places = 1;
    if (rest)
        e->rests_until = now + rest;
    o->error = error_of(a);
    if (a->status == 410) { /* it waits with its subscription */
        o->attempt = f->attempt;
        o->state = DELIVERY_PENDING;
        return;
    }
    int64_t delay = webhook_delay_ms(o->attempt);
    o->state = delay < 0 ? DELIVERY_DEAD : DELIVERY_PENDING;
    o->next_at = now + (delay > rest ? delay : rest);
}

static void on_answer(void *ctx, uint64_t token, struct http_answer *a)
{
    struct sender *s = ctx;
    struct flight *f = &s->flight[token];
    assert(f->n && s->nresults < SENDER_FLIGHTS && s->nflights > 0);
    if (s->nresults == 0)
        s->landed_ms = clock_monotonic_ms();
    struct result *r = &s->result[s->nresults++];
    r->flight = *f;
    r->gone = a->status == 410;
    conclude(s, f, a, &r->outcome);
    s->endpoint[f->endpoint].flights--;
    s->endpoint[f->endpoint].origin->flights--;
    s->nflights--;
    s->ndoubtful -= f->doubtful;
    f->n = 0;
}

static struct subscription *find(struct subscription *const *v, size_t n, int64_t number)
{
    size_t at = subscription_place(v, n, number);
    return at < n ? v[at] : NULL;
}

static void tell(struct sender *s, const struct result *r, const struct subscription *sub)
{
    const struct outcome *o = &r->outcome;
    struct sv id = sv_cstr(sub ? sub->id : "(removed)");
    struct sv decision = {r->flight.decision, 32};
    if (o->state == DELIVERY_DONE) {
        int64_t ms = clock_wall_ms() - r->flight.event_ms;
        metric_add(s->deliveries, 1, LABELS("webhook", "ok"));
        metric_observe(s->latency, (double)(ms < 0 ? 0 : ms) / 1000, LABELS("webhook"));
        LOG(INFO, DELIVERY, FS("subscription", id), FS("decision", decision),
            FI("attempt", o->attempt), FI("latency_ms", ms));
        return;
    }
    bool dead = o->state == DELIVERY_DEAD;
    metric_add(s->deliveries, 1, LABELS("webhook", dead ? "dead" : "retry"));
    LOG(WARN, DELIVERY_FAILED, FS("subscription", id), FS("decision", decision),
        FI("attempt", o->attempt), FC("why", o->error), FB("dead", dead));
}

/* What a result means for its subscription: gone for good, or failing for days. */
static int judge(struct sender *s, const struct result *r, struct subscription *sub,
                 struct err *err)
{
    const struct outcome *o = &r->outcome;
    if (o->state == DELIVERY_PENDING && o->next_at < sub->due)
        sub->due = o->next_at;
    if (o->state == DELIVERY_DONE) {
        sub->failing_since = 0;
        return 0;
    }
    if (!sub->failing_since)
        sub->failing_since = s->now;
    bool long_failing =
        o->state == DELIVERY_DEAD && s->now - sub->failing_since > DISABLE_AFTER_MS;
    if (!r->gone && !long_failing)
        return 0;
    if (sub->state == SUBSCRIPTION_DISABLED) /* by another call, or not yet committed */
        return ledger_save(s->db, sub, s->now, err);
    sub->state = SUBSCRIPTION_DISABLED;
    sub->disabled_at = s->now;
    mem_free(&sub->reason);
    const char *why = r->gone ? "the receiver answered 410 Gone" : "failing for 5 days";
    sub->reason = mem_copy(why, sv_cstr(why).n);
    LOG(WARN, SUBSCRIPTION, FC("subscription", sub->id), FC("state", "disabled"),
        FC("why", why),
        FC("effect",
           "what comes is kept for 30 days; councilwire subscribe resume starts "
           "it again"));
    return ledger_save(s->db, sub, s->now, err);
}

static int write_all(struct sender *s, struct subscription *const *v, size_t n,
                     struct err *err)
{
    for (size_t i = s->nwritten; i < s->nresults; i++) {
        struct result *r = &s->result[i];
        struct subscription *sub = find(v, n, r->flight.subscription);
        if (ledger_settle(s->db, &r->outcome, s->now, err) != 0 ||
            (sub && judge(s, r, sub, err) != 0))
            return -1;
    }
    s->nwritten = s->nresults;
    return 0;
}

/* What is written is committed: it is told, and its places are free. */
static void finish(struct sender *s, struct subscription *const *v, size_t n)
{
    for (size_t i = 0; i < s->nwritten; i++) {
        tell(s, &s->result[i], find(v, n, s->result[i].flight.subscription));
        mem_free(&s->result[i].outcome.error);
    }
    s->nresults -= s->nwritten;
    memmove(s->result, s->result + s->nwritten, s->nresults * sizeof *s->result);
    s->nwritten = 0;
    s->landed_ms = clock_monotonic_ms();
}

/* How long the results may still wait for company, or for a batch that takes them along;
 * a delivery whose result waits is not tried again meanwhile. */
static int64_t patience_ms(const struct sender *s, size_t subscriptions)
{
    int64_t left = s->landed_ms + SETTLE_MS - clock_monotonic_ms();
    bool due = s->nresults >= SETTLE_MOST || subscriptions == 0 || left < 0;
    return due ? 0 : left;
}

static int settle(struct sender *s, struct subscription *const *v, size_t n,
                  struct err *err)
{
    if (s->nwritten)
        finish(s, v, n);
    if (s->nresults == 0 || patience_ms(s, n) > 0)
        return 0;
    if (db_begin(s->db, err) != 0)
        return -1;
    if (write_all(s, v, n, err) != 0 || db_commit(s->db, err) != 0) {
        db_rollback(s->db); /* the results stay and are written at the next turn */
        sender_undo(s);
        return -1;
    }
    finish(s, v, n);
    return 0;
}

int sender_flush(struct sender *s, struct subscription *const *v, size_t n, int64_t now,
                 struct err *err)
{
    s->now = now;
    return write_all(s, v, n, err);
}

void sender_undo(struct sender *s)
{
    s->nwritten = 0;
}

/* -- calls */

/* A delivery's number alone is not enough: one that was removed gives its number back. */
static bool is_of(const struct flight *f, int64_t n, int64_t subscription)
{
    return f->n == n && f->subscription == subscription;
}

/* On the wire, or with a result that the ledger does not know yet. */
static bool is_under_way(const struct sender *s, int64_t n, int64_t subscription)
{
    for (size_t i = 0; i < SENDER_FLIGHTS; i++)
        if (is_of(&s->flight[i], n, subscription))
            return true;
    for (size_t i = 0; i < s->nresults; i++)
        if (is_of(&s->result[i].flight, n, subscription))
            return true;
    return false;
}

/* The key is made of its secret for each call: ten thousand would take their room. */
static int sign(const char *secret, const struct delivery *d, int64_t now_s,
                struct buf *out, struct err *err)
{
    struct buf key = {0};
    int rc = webhook_secret_read(sv_cstr(secret), &key, err);
    if (rc == 0)
        webhook_sign(buf_sv(&key), d->webhook_id, now_s, d->body, out);
    if (key.p)
        explicit_bzero(key.p, key.cap);
    buf_free(&key);
    return rc;
}

static int call(struct sender *s, const struct subscription *sub,
                const struct delivery *d, size_t slot, struct err *err)
{
    AUTO(buf_free) struct buf signature = {0};
    char id[64], stamp[48];
    int64_t now_s = clock_wall_ms() / 1000;
    buf_lit(&signature, "webhook-signature: ");
    if (sign(sub->secret, d, now_s, &signature, err) != 0)
        return -1;
    if (sub->old_secret && s->now < sub->old_until) {
        buf_addc(&signature, ' ');
        if (sign(sub->old_secret, d, now_s, &signature, err) != 0)
            return -1;
    }
    snprintf(id, sizeof id, "webhook-id: %.*s", (int)d->webhook_id.n, d->webhook_id.p);
    snprintf(stamp, sizeof stamp, "webhook-timestamp: %lld", (long long)now_s);
    const char *const headers[] = {"Content-Type: application/json", id, stamp,
                                   signature.p, NULL};
    struct http_call c = {.method = "POST",
                          .url = sub->url,
                          .body = d->body,
                          .headers = headers,
                          .timeout_ms = s->o.timeout_ms,
                          .connect_timeout_ms = 5000,
                          .answer_max = 4096,
                          .allow = s->o.allow,
                          .ca_file = s->o.ca_file,
                          .status_suffices = true,
                          .refuse_private = true};
    return http_start(s->http, slot, &c, err);
}

static void start(struct sender *s, const struct subscription *sub,
                  const struct delivery *d, size_t endpoint)
{
    size_t slot = 0;
    while (s->flight[slot].n)
        slot++;
    struct flight *f = &s->flight[slot];
    *f = (struct flight){.n = d->n,
                         .subscription = sub->n,
                         .attempt = d->attempt,
                         .event_ms = d->event_ms,
                         .endpoint = endpoint,
                         .doubtful = !s->endpoint[endpoint].proven};
    s->ndoubtful += f->doubtful;
    memcpy(f->decision, d->decision.p, d->decision.n < 32 ? d->decision.n : 32);
    s->nflights++;
    s->endpoint[endpoint].flights++;
    s->endpoint[endpoint].origin->flights++;
    struct http_answer failed = {.retry_after_ms = -1};
    if (call(s, sub, d, slot, &failed.err) != 0)
        on_answer(s, slot, &failed); /* a refused address, too, is a failed attempt */
}

/* Starts what is due and has room; afterwards sub->due is when to look again. */
static int start_due(struct sender *s, struct subscription *sub, size_t endpoint,
                     struct err *err)
{
    size_t room = sender_room(s, &s->endpoint[endpoint]);
    struct stmt *st;
    if (db_stmt(s->db,
                "SELECT n, decision, key, webhook_id, attempt, event_ms, body FROM "
                "delivery WHERE subscription=?1 AND state=0 AND next_at<=?2 ORDER BY "
                "next_at, n LIMIT ?3",
                &st, err) != 0)
        return -1;
    stmt_bind_int(st, 1, sub->n);
    stmt_bind_int(st, 2, s->now);
    /* those that are under way come first */
    stmt_bind_int(st, 3, (int64_t)(SENDER_PLACES * (size_t)2 + s->nresults));
    int rc;
    while (room > 0 && (rc = stmt_step(st, err)) != 0) {
        if (rc < 0)
            return -1;
        struct delivery d = {.n = stmt_int(st, 0),
                             .decision = stmt_text(st, 1),
                             .key = stmt_text(st, 2),
                             .webhook_id = stmt_text(st, 3),
                             .attempt = stmt_int(st, 4),
                             .event_ms = stmt_int(st, 5),
                             .body = stmt_text(st, 6)};
        if (is_under_way(s, d.n, sub->n))
            continue;
        start(s, sub, &d, endpoint);
        room--;
    }
    stmt_reset(st);
    if (room == 0) /* perhaps more: looked at again when a place is free */
        return 0;
    sub->due = INT64_MAX;
    int64_t due = 0;
    rc = db_get_int(s->db, &due, err,
                    "SELECT next_at FROM delivery WHERE subscription=?1 AND state=0 AND "
                    "next_at>?2 ORDER BY next_at LIMIT 1",
                    "ii", sub->n, s->now);
    if (rc == 1)
        sub->due = due;
    return rc < 0 ? -1 : 0;
}

static bool is_full(const struct sender *s)
{
    return s->nflights + s->nresults >= SENDER_FLIGHTS;
}

/* A subscription's turn; *next_at: when one that must wait may go on. */
static int start_one(struct sender *s, struct subscription *sub, int64_t *next_at,
                     struct err *err)
{
    if (sub->due <= s->now) {
        size_t e = sender_endpoint(s, sub);
        struct endpoint *end = &s->endpoint[e];
        if (sub->at_once)
            end->rests_until = 0;
        sub->at_once = false;
        if (end->rests_until > s->now) {
            *next_at = end->rests_until < *next_at ? end->rests_until : *next_at;
            return 0;
        }
        if (sender_room(s, end) == 0)
            return 0; /* the end of a call wakes us */
        if (start_due(s, sub, e, err) != 0)
            return -1;
    }
    if (sub->due > s->now && sub->due < *next_at)
        *next_at = sub->due;
    return 0;
}

/* Goes round; where the last place was taken it goes on at the end of a call. */
static int start_all(struct sender *s, struct subscription *const *v, size_t n,
                     int64_t *next_at, struct err *err)
{
    size_t first = n ? ++s->first % n : 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = first + i < n ? first + i : first + i - n;
        struct subscription *sub = v[at];
        if (sub->state != SUBSCRIPTION_ACTIVE || sub->due == INT64_MAX)
            continue;
        if (start_one(s, sub, next_at, err) != 0)
            return -1;
        if (is_full(s)) {
            s->first = at;
            return 0;
        }
    }
    return 0;
}

int sender_turn(struct sender *s, struct subscription *const *v, size_t n, int64_t now,
                int64_t *next_ms, struct err *err)
{
    int64_t next_at = INT64_MAX;
    s->now = now;
    http_run(s->http);
    if (settle(s, v, n, err) != 0 || start_all(s, v, n, &next_at, err) != 0)
        return -1;
    http_run(s->http); /* connects and sends at once */
    int64_t wait = next_at == INT64_MAX ? -1 : next_at - now;
    int64_t patience = s->nresults ? patience_ms(s, n) : -1;
    if (patience >= 0 && (wait < 0 || patience < wait))
        wait = patience;
    (void)http_fds(s->http, NULL, 0, &wait);
    *next_ms = wait;
    return 0;
}

int sender_fds(struct sender *s, struct pollfd *v, int max)
{
    return http_fds(s->http, v, max, NULL);
}

bool sender_quiet(const struct sender *s)
{
    return s->nflights == 0 && s->nresults == 0;
}

/* -- life */

int sender_open(struct db *db, const struct sender_options *o, struct sender **out,
                struct err *err)
{
    struct sender *s = mem_zalloc(sizeof *s);
    s->db = db;
    s->o = *o;
    s->deliveries =
        metric_family("councilwire_deliveries_total", METRIC_COUNTER, "channel,outcome",
                      "Notifications by what came of an attempt.");
    static const char *const outcomes[] = {"ok", "retry", "dead"};
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        metric_add(s->deliveries, 0, LABELS("webhook", outcomes[i]));
    s->latency = metric_family("councilwire_alert_latency_seconds", METRIC_HISTOGRAM,
                               "channel", "From the decision event to its notification.");
    if (http_new(on_answer, s, &s->http, err) != 0) {
        mem_free(&s);
        return -1;
    }
    *out = s;
    return 0;
}

void sender_close(struct sender **sp)
{
    struct sender *s = *sp;
    if (!s)
        return;
    http_free(&s->http);
    for (size_t i = 0; i < s->nresults; i++)
        mem_free(&s->result[i].outcome.error);
    for (size_t i = 0; i < s->nendpoints; i++)
        mem_free(&s->endpoint[i].url);
    mem_free(&s->endpoint);
    mem_free(&s->by_url);
    for (size_t i = 0; i < s->norigins; i++) {
        mem_free(&s->origin[i]->name);
        mem_free(&s->origin[i]);
    }
    mem_free(&s->origin);
    mem_free(sp);
}
