#include "clock.h"
#include "consumer_internal.h"
#include "log.h"
#include "metric.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    REOPEN_MS = 1000,
    LAG_EVERY_MS = 1000,
    IDLE_MAX_MS = 1000,
    STUCK_EVERY_MS = 1000,
    STUCK_LOOKS = 20,    /* longer than a partition is without a leader */
    IDLE_PAUSE_MS = 250, /* after a failure; twice as long after each further one */
    IDLE_PAUSE_MAX_MS = 2000
};

struct consumer_options {
    int64_t space;
};

static const char *const spaces[] = {"public", "limite", NULL};

static const struct conf_opt consumer_conf[] = {
    {"space", CONF_ENUM, offsetof(struct consumer_options, space), "public", 0, 0, NULL,
     CONF_INSTANCE,
     "which half of the topics is read; limite keeps its state in ROOT/NAME-limite, and "
     "NAME-limite.conf stands before NAME.conf",
     spaces},
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL}};

/* ---- the loop ---- */

static void set_lag(struct consuming *r)
{
    static struct metric *lag;
    static int64_t due_ms;
    int64_t now = clock_monotonic_ms();
    if (now < due_ms)
        return;
    due_ms = now + LAG_EVERY_MS;
    if (!lag)
        lag =
            metric_family("councilwire_consumer_lag_records", METRIC_GAUGE,
                          "topic,partition", "Records between the position and the end");
    for (size_t i = 0; i < r->positions.n; i++) {
        const struct position *p = &r->positions.v[i];
        char number[16];
        (void)snprintf(number, sizeof number, "%d", (int)p->partition);
        int64_t high = bus_high(r->d.bus, p->topic, p->partition);
        metric_set(lag, high > p->next && !p->ended ? (double)(high - p->next) : 0,
                   LABELS(p->topic, number));
    }
}

/* Records known to wait behind the positions. */
static int64_t total_lag(const struct consuming *r)
{
    int64_t lag = 0;
    for (size_t i = 0; i < r->positions.n && r->d.bus; i++) {
        const struct position *p = &r->positions.v[i];
        int64_t high = bus_high(r->d.bus, p->topic, p->partition);
        lag += high > p->next && !p->ended ? high - p->next : 0;
    }
    return lag;
}

/* After an interruption the cluster, its topics or the positions may be others; topics
 * are deleted, made anew, and get more partitions. Nothing is open between two turns. */
static void look_again(struct consuming *r)
{
    char why[160];
    if (!r->established || !bus_connected(r->d.bus))
        return;
    if (bus_topics_changed(r->d.bus, why, sizeof why))
        LOG(WARN, BROKER_ERROR, FC("why", why));
    else if (r->ups == bus_ups(r->d.bus))
        return;
    r->ups = bus_ups(r->d.bus);
    r->established = false;
    r->doubted = !bus_embedded(r->d.bus); /* that one loses nothing but all */
    r->probe_due_ms = 0;
}

static int take_generation(struct consuming *r, struct err *err)
{
    if (bus_generation(r->d.bus) != r->generation) {
        r->generation = bus_generation(r->d.bus);
        r->established = false;
        r->probe_due_ms = 0;
        r->backoff_ms = 0;
        consuming_refusals_lost(r);
    }
    look_again(r);
    bool due =
        !r->established && !r->d.stopping && clock_monotonic_ms() >= r->probe_due_ms;
    if (!due)
        return 0;
    /* What is held was read by an assignment that is over: it comes again. */
    if (r->held != HELD_NONE)
        consuming_let_go(r);
    consuming_forget_next(r);
    return consuming_establish(r, err);
}

static int take_records(struct consuming *r, struct err *err)
{
    if (r->held != HELD_NONE && consuming_held(r, err) < 0)
        return -1;
    if (r->held == HELD_NONE && r->established && consuming_batch(r, err) < 0)
        return -1;
    return consuming_replay_asked(r, err);
}

/* The fetch that brought the last record told where its partition ended; to hear it from
 * an empty one takes half a second more. */
static bool at_end(const struct consuming *r, const struct position *p)
{
    int64_t high = bus_high(r->d.bus, p->topic, p->partition);
    return p->ended || (!p->verify && high >= p->high && high <= p->next);
}

/* Records are there, and do not come: librdkafka asks again in silence where a broker can
 * not read its own log. Behind a backlog a partition may wait for long; so only what is
 * left when all that comes was taken counts. */
static const struct position *look_for_stuck(struct consuming *r)
{
    const struct position *stuck = NULL;
    bool others = false;
    for (size_t i = 0; i < r->positions.n; i++) {
        struct position *p = &r->positions.v[i];
        bool waits = r->held == HELD_NONE && !at_end(r, p);
        p->looks = waits && p->next == p->looked_next ? p->looks + 1 : 0;
        p->looked_next = p->next;
        if (p->looks > STUCK_LOOKS)
            stuck = stuck ? stuck : p;
        else
            others |= waits;
    }
    return others ? NULL : stuck;
}

static const char *what_lacks(struct consuming *r)
{
    int64_t now = clock_monotonic_ms();
    if (daemon_is_mute(&r->d, r->held == HELD_REJECT, consuming_refusals_answered(r)))
        return daemon_mute(&r->d);
    if (!bus_connected(r->d.bus))
        return ""; /* that is told */
    if (now < r->stuck_due_ms || !r->established)
        return r->stuck;
    r->stuck_due_ms = now + STUCK_EVERY_MS;
    const struct position *p = look_for_stuck(r);
    r->stuck[0] = '\0';
    if (p)
        (void)snprintf(r->stuck, sizeof r->stuck,
                       "%s/%d: there are records from offset %lld on, and the broker "
                       "gives none: look at its log",
                       p->topic, (int)p->partition, (long long)p->next);
    return r->stuck;
}

static bool all_at_ends(const struct consuming *r)
{
    for (size_t i = 0; i < r->positions.n; i++)
        if (!at_end(r, &r->positions.v[i]))
            return false;
    return r->held == HELD_NONE && !r->more;
}

static int turn_over(struct consuming *r, struct err *err)
{
    struct err why = {0};
    bus_serve(r->d.bus);
    if (take_generation(r, err) < 0)
        return -1;
    if (!r->d.stopping && r->established) {
        if (take_records(r, &why) < 0 && consuming_undo(r, &why, err) < 0)
            return -1;
        consuming_show(r);
        set_lag(r);
        if (r->established && all_at_ends(r))
            consuming_away_note(r);
    } else if (!r->established) {
        struct bus_record rec;
        while (bus_next(r->d.bus, &rec) != BUS_NONE) /* serves callbacks too */
            bus_release(&rec);
    }
    return 0;
}

/* How long the loop may sleep, or -1. What fails for a while (a full disk) is tried again
 * with a pause; nothing that it holds is lost meanwhile. */
static int64_t idle_work(struct consuming *r, struct err *err)
{
    int64_t next_ms = -1, left = r->idle_due_ms - clock_monotonic_ms();
    struct err why = {0};
    if (!r->opened || !r->c->idle)
        return IDLE_MAX_MS;
    if (r->idle_pause_ms && left > 0)
        return left;
    if (r->c->idle(r->ctx, clock_steady_ms(), &next_ms, &why) == 0) {
        if (r->idle_pause_ms && r->established)
            daemon_is_ready(&r->d);
        r->idle_pause_ms = 0;
        return next_ms < 0 || next_ms > IDLE_MAX_MS ? IDLE_MAX_MS : next_ms;
    }
    if (why.kind == ERR_FATAL) {
        *err = why;
        return -1;
    }
    int64_t pause = r->idle_pause_ms ? 2 * r->idle_pause_ms : IDLE_PAUSE_MS;
    r->idle_pause_ms = pause < IDLE_PAUSE_MAX_MS ? pause : IDLE_PAUSE_MAX_MS;
    r->idle_due_ms = clock_monotonic_ms() + r->idle_pause_ms;
    daemon_waits_for(&r->d, why.text);
    return r->idle_pause_ms;
}

static int wait_for_something(struct consuming *r, struct err *err)
{
    struct pollfd v[DAEMON_FDS];
    int n = 0;
    struct err why = {0};
    int64_t now = clock_monotonic_ms(), next_ms = idle_work(r, err);
    if (next_ms < 0)
        return -1;
    if (r->opened && r->c->fds && r->idle_pause_ms == 0)
        n = r->c->fds(r->ctx, v, DAEMON_FDS);
    if (!r->established && r->probe_due_ms - now < next_ms)
        next_ms = r->probe_due_ms > now ? r->probe_due_ms - now : 0;
    bool due = r->held == HELD_RETRY || consuming_refusals_wait(r);
    if (due && r->held_due_ms - now < next_ms)
        next_ms = r->held_due_ms > now ? r->held_due_ms - now : 0;
    if (r->to_show && r->established && r->show_due_ms - now < next_ms)
        next_ms = r->show_due_ms > now ? r->show_due_ms - now : 0;
    if (r->lagging && r->established && r->wake_due_ms - now < next_ms)
        next_ms = r->wake_due_ms > now ? r->wake_due_ms - now : 0;
    if (r->more && r->established && r->held == HELD_NONE)
        next_ms = 0;
    daemon_wait(&r->d, v, n, next_ms);
    if (r->d.reload) {
        r->d.reload = false;
        if (r->opened && r->c->reload && r->c->reload(r->ctx, &why) < 0)
            LOG(ERROR, CONF_WARNING, FC("why", why.text));
    }
    return 0;
}

static bool all_done(const struct consuming *r)
{
    if (r->d.stopping)
        return true; /* nothing is open between two turns */
    if (!r->d.action.once || !r->established || !all_at_ends(r))
        return false;
    return !r->c->quiet || r->c->quiet(r->ctx);
}

static int loop(struct consuming *r, struct err *err)
{
    while (!all_done(r)) {
        if (daemon_is_gone(&r->d, err) || turn_over(r, err) < 0 ||
            daemon_patience(&r->d, err) < 0)
            return -1;
        daemon_lacks(&r->d, what_lacks(r));
        if (!all_done(r) && wait_for_something(r, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- life ---- */

static int open_state(struct consuming *r, struct err *err)
{
    if (!r->d.db && daemon_open_state(&r->d, err) < 0)
        return -1;
    return positions_migrate(r->d.db, err) < 0 || reject_migrate(r->d.db, err) < 0 ||
                   log_id_migrate(r->d.db, err) < 0 ||
                   consuming_away_migrate(r->d.db, err) < 0 ||
                   daemon_owns_store(&r->d, err) < 0
               ? -1
               : 0;
}

static int open_all(struct consuming *r, struct err *err)
{
    if (open_state(r, err) < 0 || (!r->d.httpd && daemon_open_http(&r->d, err) < 0))
        return -1;
    return daemon_open_bus(&r->d, false, true, consuming_report, r, err);
}

static void close_all(struct consuming *r)
{
    if (r->d.db && db_in_transaction(r->d.db))
        db_rollback(r->d.db);
    bus_release(&r->record);
    consuming_next_free(r);
    consuming_refusals_free(r);
    consuming_replay_free(r);
    bus_close(&r->d.bus);
    if (r->opened && r->c->close)
        r->c->close(r->ctx);
    r->opened = r->established = r->more = false;
    r->held = HELD_NONE;
    r->generation = 0;
    r->probe_due_ms = 0;
    positions_free(&r->positions);
}

static bool again_after(struct consuming *r, struct err *err)
{
    if (err->kind != ERR_TEMPORARY || r->d.stopping || r->d.action.once ||
        r->d.action.from_stdin)
        return false;
    LOG(ERROR, SOURCE_ERROR, FC("why", err->text), FC("effect", "all is opened again"));
    daemon_waits_for(&r->d, err->text);
    int64_t until = clock_monotonic_ms() + REOPEN_MS;
    while (!r->d.stopping && clock_monotonic_ms() < until)
        daemon_wait(&r->d, NULL, 0, until - clock_monotonic_ms());
    err_clear(err);
    return !r->d.stopping;
}

static int live(struct consuming *r)
{
    struct err err = {0};
    int64_t lag;
    consuming_count_begin(r);
    do {
        int got = open_all(r, &err);
        if (got == 0) {
            LOG(INFO, START, FC("dir", r->d.dir.p));
            got = loop(r, &err);
        }
        lag = total_lag(r);
        close_all(r);
        if (got == 0)
            break;
    } while (again_after(r, &err));
    if (r->d.ready)
        LOG(INFO, COUNTS, FI("taken", r->counted[VERDICT_OK]),
            FI("rejected", r->counted[VERDICT_REJECT]),
            FI("retried", r->counted[VERDICT_RETRY]), FI("left_on_topics", lag));
    return daemon_end(&r->d, &err);
}

static int filter(struct consuming *r)
{
    struct err err = {0};
    if (open_state(r, &err) == 0)
        (void)!consuming_stdin(r, &err);
    close_all(r);
    return daemon_end(&r->d, &err);
}

static int serve_sink(void *ctx, const struct http_request *q, struct http_reply *reply,
                      struct err *err)
{
    struct consuming *r = ctx;
    return r->opened && r->c->serve ? r->c->serve(r->ctx, q, reply, err) : 1;
}

static void tell_health(void *ctx, struct json_writer *w)
{
    struct consuming *r = ctx;
    json_pair(w, "space", sv_cstr(spaces[r->o.space]));
    json_pair_int(w, "lag", total_lag(r));
    json_pair_int(w, "taken", r->counted[VERDICT_OK]);
    json_pair_int(w, "rejected", r->counted[VERDICT_REJECT]);
    json_pair_int(w, "retried", r->counted[VERDICT_RETRY]);
}

static void name_topics(struct consuming *r)
{
    r->d.limite = r->o.space == SPACE_LIMITE;
    (void)snprintf(r->source, sizeof r->source, "/councilwire/%s%s", r->c->name,
                   r->d.limite ? "-limite" : "");
    assert(r->c->ntopics <= CONSUMER_TOPICS);
    for (size_t i = 0; i < r->c->ntopics; i++)
        r->topics[i] = wire_topic(r->c->topics[i], (enum space)r->o.space);
    r->topics[r->c->ntopics] = wire_topic(WIRE_REJECT, (enum space)r->o.space);
}

int consumer_run(const struct consumer *c, int argc, char **argv)
{
    struct consuming r = {.c = c};
    char name[64];
    r.ctx = mem_zalloc(c->ctx_size + 1);
    r.d = (struct daemon){.name = c->name,
                          .db_mode = c->db_mode,
                          .without_store = c->without_store,
                          .ctx = &r,
                          .serve = serve_sink,
                          .health = tell_health};
    arena_init(&r.arena, SIZE_MAX / 2);
    (void)snprintf(name, sizeof name, "councilwire-%s", c->name);
    struct conf_program program = {name,
                                   c->summary,
                                   "[--stdin]",
                                   "--stdin < events.ndjson",
                                   {{daemon_conf, &r.d.o},
                                    {consumer_conf, &r.o},
                                    {c->options, r.ctx},
                                    {NULL, NULL}}};
    int code = daemon_begin(&r.d, &program, argc, argv);
    name_topics(&r);
    if (code < 0 && r.d.action.dry_run)
        code = daemon_misused(name, "--dry-run", "a consumer takes --stdin");
    else if (code < 0 && r.d.action.offer_again)
        code = daemon_misused(name, "--offer-again", "a producer offers");
    else if (code < 0 && r.d.action.operands)
        code = daemon_misused(name, r.d.action.operand[0], "no operand is expected");
    if (code < 0)
        code = r.d.action.from_stdin ? filter(&r) : live(&r);
    else
        daemon_close(&r.d);
    arena_free(&r.arena);
    mem_free(&r.ctx);
    return code;
}
