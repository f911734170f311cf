#include "clock.h"
#include "convert.h"
#include "log.h"
#include "metric.h"
#include "producer_internal.h"

#include <stdio.h>
#include <string.h>

enum { PROBE_MS = 1000, REOPEN_MS = 1000 };

struct producer_options {
    const char *knowledge;
};

static const struct conf_opt producer_conf[] = {
    {"knowledge", CONF_STRING, offsetof(struct producer_options, knowledge), NULL, 0, 0,
     NULL, 0, "folder with further lines for the knowledge tables", NULL},
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL}};

/* ---- the parser's tables ---- */

static void *build_tables(void *arg)
{
    struct producing *r = arg;
    r->tables.rc = r->parser->open(r->o.knowledge, &r->knowledge, &r->tables.err);
    atomic_store(&r->tables.over, true);
    return NULL;
}

static void begin_tables(struct producing *r)
{
    if (r->tables.running || r->knowledge)
        return;
    atomic_store(&r->tables.over, false);
    r->tables.running = pthread_create(&r->tables.thread, NULL, build_tables, r) == 0;
    if (!r->tables.running)
        (void)build_tables(r);
}

static void join_tables(struct producing *r)
{
    if (r->tables.running)
        (void)pthread_join(r->tables.thread, NULL);
    r->tables.running = false;
}

/* Waits for them. A wrong line of theirs is a matter of configuration. */
static int take_tables(struct producing *r, struct err *err)
{
    if (r->d.rules[0])
        return 0;
    join_tables(r);
    if (r->tables.rc < 0)
        return daemon_configuration(err, "%s", r->tables.err.text);
    (void)snprintf(r->d.rules, sizeof r->d.rules, "%.64s",
                   r->parser->rules(r->knowledge).p);
    if (!r->d.action.dry_run)
        ahead_start(r->ahead, r->parser, r->knowledge);
    return 0;
}

/* ---- who is there ---- */

static void topics_of(const char *out[PRODUCER_TOPICS])
{
    size_t n = 0;
    for (int s = SPACE_PUBLIC; s <= SPACE_LIMITE; s++)
        for (int t = WIRE_DOCUMENT; t <= WIRE_REJECT; t++)
            out[n++] = wire_topic((enum wire_type)t, (enum space)s);
}

static int open_source(struct producing *r, enum log_change change, struct err *err)
{
    bool again = change == LOG_ANOTHER || r->d.action.offer_again;
    struct producer_env env = {bus_log_id(r->d.bus), again, r->d.dir.p};
    if (again)
        LOG(WARN, BROKER_CHANGED, FC("log", env.log_id),
            FC("why", change == LOG_ANOTHER ? "another broker" : "--offer-again"),
            FC("effect", "all is offered again"));
    if (r->p->open(r->ctx, r->d.db, &env, err) < 0)
        return err_wrap(err, "%s", r->p->name);
    r->opened = true;
    r->d.action.offer_again = false;
    return log_id_store(r->d.db, env.log_id, err);
}

/* Once the cluster and all topics are there: the log, the source, READY. */
static int establish(struct producing *r, struct err *err)
{
    const char *topics[PRODUCER_TOPICS];
    int32_t partitions[PRODUCER_TOPICS];
    struct err why = {0};
    r->probe_due_ms = clock_monotonic_ms() + PROBE_MS;
    topics_of(topics);
    int got = bus_probe(r->d.bus, topics, PRODUCER_TOPICS, partitions, &why);
    if (got <= 0) {
        if (got == 0) {
            r->probe_due_ms = clock_monotonic_ms() + PROBE_MS / 4;
            daemon_waits_for(&r->d, why.text);
            return 0;
        }
        *err = why;
        return -1;
    }
    for (size_t i = 0; i < PRODUCER_TOPICS; i++)
        if (partitions[i] == 0) {
            err_set(&why, ERR_TEMPORARY,
                    "topic %s is not there, or this user has no rights on it: "
                    "councilwire topics apply, councilwire acls apply",
                    topics[i]);
            daemon_waits_for(&r->d, why.text);
            return 0;
        }
    daemon_look_at_partitions(&r->d, topics, partitions, PRODUCER_TOPICS);
    enum log_change change;
    if (log_id_compare(r->d.db, bus_log_id(r->d.bus), r->d.dir.p, &change, err) < 0)
        return -1;
    if (change == LOG_REFUSED)
        return daemon_configuration(err, "%s", (*err).text);
    if ((change != LOG_SAME || !r->opened) && open_source(r, change, err) < 0)
        return -1;
    if (take_tables(r, err) < 0)
        return -1;
    r->established = true;
    r->ups = bus_ups(r->d.bus);
    daemon_is_ready(&r->d);
    return 0;
}

/* Nothing more is taken until the topics are there again; what is in flight waits in its
 * queue, or comes back. */
static void lose_topics(struct producing *r)
{
    char why[160];
    if (!bus_topics_changed(r->d.bus, why, sizeof why))
        return;
    daemon_waits_for(&r->d, why);
    r->established = false;
    r->probe_due_ms = 0;
}

/* The connection was away: behind the same address there may be another cluster now. */
static int look_again(struct producing *r, struct err *err)
{
    struct err why = {0};
    enum log_change change;
    int32_t partitions[PRODUCER_TOPICS];
    const char *topics[PRODUCER_TOPICS];
    if (!r->established || !bus_connected(r->d.bus))
        return 0;
    lose_topics(r);
    if (!r->established || r->ups == bus_ups(r->d.bus))
        return 0;
    topics_of(topics);
    if (bus_probe(r->d.bus, topics, PRODUCER_TOPICS, partitions, &why) <= 0)
        return 0; /* the next turn asks again */
    r->ups = bus_ups(r->d.bus);
    if (log_id_compare(r->d.db, bus_log_id(r->d.bus), r->d.dir.p, &change, err) < 0)
        return -1;
    if (change == LOG_REFUSED)
        return daemon_configuration(err, "%s", (*err).text);
    if (change != LOG_SAME) {
        r->established = false;
        r->probe_due_ms = 0;
        producing_abandon(r);
    }
    return 0;
}

static int take_generation(struct producing *r, struct err *err)
{
    if (bus_generation(r->d.bus) != r->generation) {
        r->generation = bus_generation(r->d.bus);
        r->established = false;
        r->probe_due_ms = 0;
        producing_abandon(r);
        window_lose(r->window, "its Kafka handle ended without a report");
    }
    if (look_again(r, err) < 0)
        return -1;
    bool due = !r->established && window_docs(r->window) == 0 && !r->d.stopping &&
               clock_monotonic_ms() >= r->probe_due_ms;
    return due ? establish(r, err) : 0;
}

/* ---- the loop ---- */

/* What is sent was stored before, and is on the disk: else a power cut might forget that
 * a space holds the key, and a paper that is LIMITE by then would never be withdrawn from
 * the public topics. Acknowledgements alone may wait for company, and need no
 * sync: they are asked for again. */
static int commit(struct producing *r, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    bool due = r->uncommitted || window_docs(r->window) == 0 || r->d.stopping ||
               now - r->began_ms >= COMMIT_MS;
    if (due && producing_commit(r, err) < 0)
        return -1;
    if (r->unsynced && db_sync(r->d.db, err) < 0)
        return -1;
    r->uncommitted = r->unsynced = false;
    return 0;
}

static int turn_over(struct producing *r, struct err *err)
{
    bus_serve(r->d.bus);
    if (atomic_load(&r->tables.over) && take_tables(r, err) < 0)
        return -1;
    if (take_generation(r, err) < 0)
        return -1;
    if (!r->established || r->d.stopping)
        producing_drop_ahead(r, "it is not taken now");
    if (producing_settle(r, err) < 0)
        return -1;
    /* What is acknowledged does not wait for a gulp to be parsed: a kill in the middle
     * would have it sent again. */
    if (!r->uncommitted && producing_may_take(r) && producing_commit(r, err) < 0)
        return -1;
    if (producing_fill(r, err) < 0)
        return -1;
    if (commit(r, err) < 0)
        return -1;
    bool some = r->nprepared > 0;
    /* The first gulp after a pause does not ask whether there is more. */
    bool alone = r->source_none || r->gulp <= 2 * (size_t)PREPARED_DOCS_FIRST;
    if (producing_send(r, alone, err) < 0)
        return -1;
    r->lingers |= some;
    if (r->lingers && alone) { /* else more comes, and goes together */
        bus_push(r->d.bus);
        r->lingers = false;
    }
    bus_serve(r->d.bus);
    return 0;
}

static void wait_for_something(struct producing *r)
{
    struct pollfd v[DAEMON_FDS];
    int n = 0;
    int64_t next_ms = 1000, now = clock_monotonic_ms();
    struct entry *head = window_head(r->window);
    bool busy =
        head && entry_ready(head) &&
        (head->phase == PHASE_EVENTS ||
         (head->phase == PHASE_REJECT && head->late > 0)); /* else: a full queue */
    if (r->opened && producing_may_take(r)) {
        int64_t source_ms = -1;
        if (r->p->fds)
            n = r->p->fds(r->ctx, v, DAEMON_FDS, &source_ms);
        if (source_ms >= 0 && source_ms < next_ms)
            next_ms = source_ms;
        busy |= ahead_docs(r->ahead) > 0 || (!r->source_none && ahead_place(r->ahead));
    }
    if (n < DAEMON_FDS)
        v[n++] = (struct pollfd){ahead_fd(r->ahead), POLLIN, 0};
    if (!r->established && r->probe_due_ms - now < next_ms)
        next_ms = r->probe_due_ms > now ? r->probe_due_ms - now : 0;
    if (r->pause_until_ms > now && r->pause_until_ms - now < next_ms)
        next_ms = r->pause_until_ms - now;
    if (r->sent < r->nprepared && next_ms > 50)
        next_ms = 50;
    if (r->d.stopping && next_ms > 50)
        next_ms = 50;
    if (r->begun && next_ms > COMMIT_MS)
        next_ms = COMMIT_MS;
    daemon_wait(&r->d, v, n, busy ? 0 : next_ms);
    ahead_heard(r->ahead); /* the next turn looks */
    if (r->d.reload) {
        struct err why = {0};
        r->d.reload = false;
        if (r->opened && r->p->reload && r->p->reload(r->ctx, &why) < 0)
            LOG(ERROR, CONF_WARNING, FC("why", why.text));
    }
}

static bool all_done(const struct producing *r)
{
    bool idle = window_docs(r->window) == 0 && r->nprepared == 0;
    if (r->d.stopping)
        return idle || daemon_drain_over(&r->d);
    return r->d.action.once && idle && r->established && r->source_none &&
           clock_monotonic_ms() >= r->pause_until_ms &&
           (!r->p->quiet || r->p->quiet(r->ctx));
}

static void gauge(const struct producing *r)
{
    static struct metric *inflight;
    if (!inflight)
        inflight = metric_family("councilwire_inflight_documents", METRIC_GAUGE, "",
                                 "Documents taken and not yet acknowledged");
    metric_set(inflight, (double)window_docs(r->window), NO_LABELS);
}

static const char *what_lacks(struct producing *r)
{
    int64_t answers = -(int64_t)bus_inflight_records(r->d.bus);
    for (size_t i = 0; i < ARRAY_LEN(r->counted); i++)
        answers += r->counted[i];
    const struct entry *head = window_head(r->window);
    bool mute = daemon_is_mute(&r->d, head && !head->unsent, answers);
    const char *source = r->opened && r->p->lacks ? r->p->lacks(r->ctx) : "";
    return mute && !*source ? daemon_mute(&r->d) : source;
}

static int loop(struct producing *r, struct err *err)
{
    while (!all_done(r)) {
        if (daemon_is_gone(&r->d, err) || turn_over(r, err) < 0 ||
            daemon_patience(&r->d, err) < 0)
            return -1;
        gauge(r);
        daemon_lacks(&r->d, what_lacks(r));
        if (r->established && r->source_none && window_docs(r->window) == 0)
            producing_failure_over(r); /* what failed is not there any more */
        if (!all_done(r))
            wait_for_something(r);
    }
    return 0;
}

/* ---- life ---- */

static int open_all(struct producing *r, struct err *err)
{
    r->window = window_new();
    if (!r->d.db && daemon_open_state(&r->d, err) < 0)
        return -1;
    reject_clear(r->d.dir.p);
    begin_tables(r); /* signals are blocked by now */
    if (turn_migrate(r->d.db, err) < 0 || reject_migrate(r->d.db, err) < 0 ||
        log_id_migrate(r->d.db, err) < 0 || daemon_owns_store(&r->d, err) < 0 ||
        reject_ask_all(r->d.db, CONVERT_NO_PROCESS, err) < 0 ||
        (convert_available() && reject_ask_all(r->d.db, CONVERT_NONE, err) < 0))
        return -1;
    if (!r->d.httpd && daemon_open_http(&r->d, err) < 0)
        return -1;
    return daemon_open_bus(&r->d, true, false, producing_report, r, err);
}

static void close_all(struct producing *r)
{
    if (r->d.db && db_in_transaction(r->d.db))
        db_rollback(r->d.db);
    producing_drop_ahead(r, "all is opened again");
    bus_close(&r->d.bus);
    if (r->opened && r->p->close)
        r->p->close(r->ctx);
    r->opened = r->established = r->source_none = false;
    r->begun = r->uncommitted = r->unsynced = false;
    r->generation = 0;
    r->probe_due_ms = r->pause_until_ms = 0;
    r->nprepared = r->sent = 0;
    window_free(&r->window);
    arena_reset(&r->arena);
}

/* A store that fails for a while (a full disk) is not the end: all is opened anew. */
static bool again_after(struct producing *r, struct err *err)
{
    if (err->kind != ERR_TEMPORARY || r->d.stopping || r->d.action.once)
        return false;
    LOG(ERROR, SOURCE_ERROR, FC("why", err->text), FC("effect", "all is opened again"));
    daemon_waits_for(&r->d, err->text);
    int64_t until = clock_monotonic_ms() + REOPEN_MS;
    while (!r->d.stopping && clock_monotonic_ms() < until)
        daemon_wait(&r->d, NULL, 0, until - clock_monotonic_ms());
    err_clear(err);
    return !r->d.stopping;
}

static int live(struct producing *r)
{
    struct err err = {0};
    producing_count_begin(r);
    do {
        int got = open_all(r, &err);
        if (got == 0) {
            LOG(INFO, START, FC("dir", r->d.dir.p));
            got = loop(r, &err);
        }
        size_t pending = r->window ? window_docs(r->window) : 0;
        if (pending && r->d.stopping)
            LOG(WARN, STOPPING, FI("pending", pending),
                FC("effect", "offered again at the next start"));
        close_all(r);
        if (got == 0)
            break;
    } while (again_after(r, &err));
    if (r->d.ready)
        LOG(INFO, COUNTS, FI("published", r->counted[VERDICT_OK]),
            FI("rejected", r->counted[VERDICT_REJECT]),
            FI("retried", r->counted[VERDICT_RETRY]));
    return daemon_end(&r->d, &err);
}

static int serve_source(void *ctx, const struct http_request *q, struct http_reply *reply,
                        struct err *err)
{
    struct producing *r = ctx;
    return r->opened && r->p->serve ? r->p->serve(r->ctx, q, reply, err) : 1;
}

static void tell_health(void *ctx, struct json_writer *w)
{
    struct producing *r = ctx;
    json_pair_int(w, "in_flight", r->window ? (int64_t)window_docs(r->window) : 0);
    json_pair_int(w, "published", r->counted[VERDICT_OK]);
    json_pair_int(w, "rejected", r->counted[VERDICT_REJECT]);
    json_pair_int(w, "retried", r->counted[VERDICT_RETRY]);
}

static void free_run(struct producing *r)
{
    join_tables(r);
    ahead_free(&r->ahead);
    arena_free(&r->arena);
    ahead_doc_free(&r->one);
    mem_free(&r->prepared);
    producing_refused_free(r);
    if (r->knowledge)
        r->parser->close(&r->knowledge);
    mem_free(&r->ctx);
}

int producer_run(const struct producer *p, const struct producer_parser *parser, int argc,
                 char **argv)
{
    struct producing r = {.p = p, .parser = parser};
    char name[64];
    struct err err = {0};
    r.ctx = mem_zalloc(p->ctx_size + 1);
    r.d = (struct daemon){.name = p->name,
                          .db_mode = DB_DATA,
                          .without_store = p->without_store,
                          .ctx = &r,
                          .serve = serve_source,
                          .health = tell_health};
    arena_init(&r.arena, SIZE_MAX / 2);
    ahead_doc_init(&r.one);
    r.ahead = ahead_new();
    r.arena.keep = PREPARED_BYTES / 2;
    (void)snprintf(name, sizeof name, "councilwire-%s", p->name);
    struct conf_program program = {name,
                                   p->summary,
                                   "[--offer-again | --dry-run FILE...]",
                                   "--dry-run paper.txt | jq .type",
                                   {{daemon_conf, &r.d.o},
                                    {producer_conf, &r.o},
                                    {p->options, r.ctx},
                                    {NULL, NULL}}};
    int code = daemon_begin(&r.d, &program, argc, argv);
    if (code < 0 && r.d.action.from_stdin)
        code = daemon_misused(name, "--stdin", "a producer takes --dry-run FILE...");
    else if (code < 0 && r.d.action.operands && !r.d.action.dry_run)
        code = daemon_misused(name, r.d.action.operand[0],
                              "operands stand behind --dry-run only");
    if (code < 0 && r.d.action.dry_run) {
        (void)build_tables(&r);
        if (take_tables(&r, &err) < 0) {
            fprintf(stderr, "%s: %s\n", name, err.text);
            code = EXIT_CONFIGURATION;
        } else {
            code = producing_dry_run(&r);
        }
    }
    if (code < 0)
        code = live(&r);
    else
        daemon_close(&r.d);
    free_run(&r);
    return code;
}
