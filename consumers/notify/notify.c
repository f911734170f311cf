/* notify — tells subscribers of each new decision, once, by webhook. */
#include "api.h"
#include "lib/clock.h"
#include "lib/consumer_main.h"
#include "lib/daemon.h"
#include "lib/http.h"
#include "lib/log.h"
#include "sender.h"

struct notify {
    /* options */
    const char *subscriptions, *ca_file;
    struct conf_list allow;
    int64_t timeout_ms;

    struct db *db;
    struct fts *fts;
    struct book book;
    struct sender *sender;
    const char **allow_list; /* NULL-ended */
    enum space space;
};

static int open_sender(struct notify *x, struct err *err)
{
    x->allow_list = mem_zalloc((x->allow.n + 1) * sizeof *x->allow_list);
    for (size_t i = 0; i < x->allow.n; i++)
        x->allow_list[i] = x->allow.v[i];
    struct sender_options o = {
        .allow = x->allow_list, .ca_file = x->ca_file, .timeout_ms = x->timeout_ms};
    if (x->ca_file && http_check_ca(x->ca_file, err) != 0)
        return daemon_configuration(err, "webhook-ca: %s", err->text);
    return sender_open(x->db, &o, &x->sender, err);
}

static int read_file(struct notify *x, struct err *err)
{
    if (!x->subscriptions)
        return 0;
    return book_read_file(&x->book, x->subscriptions, clock_steady_ms(), err);
}

static int notify_open(void *ctx, struct db *db, const struct consumer_env *env,
                       struct err *err)
{
    struct notify *x = ctx;
    x->db = db;
    x->space = env->space;
    http_global_init();
    if (ledger_migrate(db, err) != 0 || ledger_mend(db, clock_steady_ms(), err) != 0 ||
        fts_new(db, &x->fts, err) != 0 || book_open(&x->book, db, x->fts, err) != 0 ||
        open_sender(x, err) != 0)
        return -1;
    if (read_file(x, err) == 0)
        return 0;
    return err->kind == ERR_TEMPORARY ? -1 : daemon_configuration(err, "%s", err->text);
}

static enum verdict take(struct notify *x, const struct wire_event *ev, struct arena *a,
                         struct err *err)
{
    struct wire_decision d;
    struct sv id = {d.decision.id, 32};
    int64_t now = clock_steady_ms();
    if (wire_read_decision(ev, a, &d, err) != 0)
        return err_verdict(err);
    int first = ledger_see(x->db, ev->key, id, err);
    if (first < 0)
        return err_verdict(err);
    bool thin = x->space == SPACE_LIMITE;
    if (first == 1 && d.news && book_match(&x->book, ev, &d, thin, NULL, now, a, err) < 0)
        return err_verdict(err);
    return VERDICT_OK;
}

static enum verdict notify_handle(void *ctx, struct db *tx, const struct wire_event *ev,
                                  struct arena *a, struct err *err)
{
    struct notify *x = ctx;
    (void)tx;
    switch (ev->type) {
    case WIRE_DECISION: return take(x, ev, a, err);
    case WIRE_WITHDRAWN:
        return ledger_withdraw(x->db, ev->key, clock_steady_ms(), err) == 0
                   ? VERDICT_OK
                   : err_verdict(err);
    case WIRE_DOCUMENT:
    case WIRE_TEXT:
    case WIRE_ORIGINAL:
    case WIRE_REJECT: break; /* not among our topics */
    }
    return VERDICT_OK;
}

static int notify_flush(void *ctx, struct err *err)
{
    struct notify *x = ctx;
    return sender_flush(x->sender, x->book.v, x->book.n, clock_steady_ms(), err);
}

static void notify_undo(void *ctx)
{
    struct notify *x = ctx;
    sender_undo(x->sender);
}

static int notify_idle(void *ctx, int64_t now_ms, int64_t *next_ms, struct err *err)
{
    struct notify *x = ctx;
    return sender_turn(x->sender, x->book.v, x->book.n, now_ms, next_ms, err);
}

static int notify_fds(void *ctx, struct pollfd *v, int max)
{
    struct notify *x = ctx;
    return sender_fds(x->sender, v, max);
}

static int notify_serve(void *ctx, const struct http_request *q, struct http_reply *r,
                        struct err *err)
{
    struct notify *x = ctx;
    struct api api = {&x->book, x->space};
    return api_serve(&api, q, r, err);
}

static int notify_reload(void *ctx, struct err *err)
{
    return read_file(ctx, err);
}

/* --once ends when nothing is on the wire and nothing is due now; what waits for its
 * next attempt stays in the ledger. */
static bool notify_quiet(void *ctx)
{
    struct notify *x = ctx;
    int64_t now = clock_steady_ms();
    for (size_t i = 0; i < x->book.n; i++)
        if (x->book.v[i]->state == SUBSCRIPTION_ACTIVE && x->book.v[i]->due <= now)
            return false;
    return sender_quiet(x->sender);
}

/* Answers that are under way are worth a moment: each spares a repeat after the start. */
static void drain(struct notify *x)
{
    enum { DRAIN_MS = 2000 };
    int64_t until = clock_monotonic_ms() + DRAIN_MS;
    while (!sender_quiet(x->sender) && clock_monotonic_ms() < until) {
        struct pollfd v[1];
        struct err err = {0};
        int64_t wait = -1;
        if (sender_turn(x->sender, NULL, 0, clock_steady_ms(), &wait, &err) != 0)
            return;
        int n = sender_fds(x->sender, v, 1);
        if (!sender_quiet(x->sender))
            poll(v, (nfds_t)n, wait < 0 || wait > 100 ? 100 : (int)wait);
    }
}

/* What waits in the ledger goes on at the next start. */
static void tell_pending(const struct notify *x)
{
    int64_t n = 0;
    struct err err = {0};
    if (db_get_int(x->db, &n, &err, "SELECT count(*) FROM delivery WHERE state=0", "") >=
            0 &&
        n > 0)
        LOG(INFO, COUNTS, FI("pending_deliveries", n));
}

static void notify_close(void *ctx)
{
    struct notify *x = ctx;
    if (x->sender) {
        drain(x);
        tell_pending(x);
    }
    sender_close(&x->sender);
    book_close(&x->book);
    fts_free(&x->fts);
    mem_free(&x->allow_list);
}

static const enum wire_type topics[] = {WIRE_DECISION};

static const struct conf_opt options[] = {
    {"subscriptions", CONF_STRING, offsetof(struct notify, subscriptions), NULL, 0, 0,
     "FILE", CONF_RELOAD,
     "subscriptions, one JSON object a line: {\"id\", \"query\", \"url\", "
     "\"secret_file\"}",
     NULL},
    {"webhook-allow", CONF_LIST, offsetof(struct notify, allow), NULL, 0, 0,
     "HOST:PORT|CIDR", 0,
     "private addresses that webhooks may go to; all others are refused", NULL},
    {"webhook-ca", CONF_STRING, offsetof(struct notify, ca_file), NULL, 0, 0, "FILE", 0,
     "certificates (PEM) of the authorities that receivers are checked against, instead "
     "of the system's",
     NULL},
    {"webhook-timeout", CONF_DURATION, offsetof(struct notify, timeout_ms), "20s", 1000,
     60000, NULL, 0, "how long a receiver may take to answer", NULL},
    {.name = NULL}};

const struct consumer consumer_self = {
    .name = "notify",
    .summary = "tells subscribers of new decisions by webhook",
    .without_store = "it begins at the ends, with the subscriptions of its file only",
    .topics = topics,
    .ntopics = ARRAY_LEN(topics),
    .start = START_AT_END,
    .db_mode = DB_LEDGER,
    .options = options,
    .ctx_size = sizeof(struct notify),
    .open = notify_open,
    .handle = notify_handle,
    .flush = notify_flush,
    .undo = notify_undo,
    .idle = notify_idle,
    .fds = notify_fds,
    .serve = notify_serve,
    .reload = notify_reload,
    .quiet = notify_quiet,
    .close = notify_close,
};
