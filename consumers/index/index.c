/* index — documents, items, references and decisions as tables and full text, so that
 * `search` and `show` can be answered. */
#include "lib/consumer_main.h"
#include "lib/log.h"
#include "search.h"
#include "store.h"

/* Text that may wait for the full text while more comes in. */
enum { WAITING_BYTES_MAX = 6 << 20 };

struct index {
    struct db *db;
    struct store *store;
    struct fts *fts;
    bool taken; /* an event since the last idle */
};

static int index_open(void *ctx, struct db *db, const struct consumer_env *env,
                      struct err *err)
{
    struct index *x = ctx;
    x->db = db;
    (void)env;
    return store_open(db, &x->store, err) != 0 || fts_new(db, &x->fts, err) != 0 ? -1 : 0;
}

static enum verdict index_handle(void *ctx, struct db *tx, const struct wire_event *ev,
                                 struct arena *a, struct err *err)
{
    (void)tx;
    struct index *x = ctx;
    int rc = 0;
    x->taken = true;
    switch (ev->type) {
    case WIRE_TEXT: rc = store_text(x->store, ev, err); break;
    case WIRE_DECISION: rc = store_decision(x->store, ev, a, err); break;
    case WIRE_DOCUMENT: rc = store_document(x->store, ev, a, err); break;
    case WIRE_WITHDRAWN: rc = store_withdrawn(x->store, ev, err); break;
    case WIRE_ORIGINAL:
    case WIRE_REJECT: break; /* not among our topics */
    }
    return rc == 0 ? VERDICT_OK : err_verdict(err);
}

static void index_undo(void *ctx)
{
    struct index *x = ctx;
    store_undo(x->store);
}

/* The full text follows when nothing more comes in, or when much is waiting: large steps
 * make few segments. With nothing to do, segments are merged. */
static int index_idle(void *ctx, int64_t now_ms, int64_t *next_ms, struct err *err)
{
    struct index *x = ctx;
    (void)now_ms;
    bool busy = x->taken;
    size_t waiting = store_waiting(x->store);
    x->taken = false;
    if (busy && waiting > 0 && waiting < WAITING_BYTES_MAX) {
        *next_ms = 2;
        return 0;
    }
    if (busy || waiting > 0)
        return store_index(x->store, err);
    int rc = store_merge(x->store, err);
    *next_ms = rc == 1 ? 0 : *next_ms;
    return rc < 0 ? -1 : 0;
}

static bool is_true(struct sv v)
{
    return v.n && !sv_eq(v, SV("0"));
}

static int number_arg(const struct http_request *q, const char *name, int64_t fallback,
                      int64_t *out, struct err *err)
{
    struct sv v = http_arg(q, name);
    uint64_t n;
    *out = fallback;
    if (!v.n)
        return 0;
    if (!sv_u64(v, &n) || n > INT32_MAX)
        return err_set(err, ERR_BAD_INPUT, "%s is no number", name);
    *out = (int64_t)n;
    return 0;
}

static int order_arg(struct sv v, enum search_order *out, struct err *err)
{
    *out = sv_eq(v, SV("newest")) ? SEARCH_NEWEST
           : sv_eq(v, SV("due"))  ? SEARCH_DUE
                                  : SEARCH_BEST;
    if (*out == SEARCH_BEST && v.n && !sv_eq(v, SV("best")))
        return err_set(err, ERR_BAD_INPUT, "sort is best, newest or due");
    return 0;
}

static int serve_search(struct index *x, const struct http_request *q,
                        struct http_reply *r, struct err *err)
{
    struct search_request ask = {
        .query = http_arg(q, "q"),
        .documents = is_true(http_arg(q, "documents")),
    };
    if (order_arg(http_arg(q, "sort"), &ask.order, err) != 0 ||
        number_arg(q, "limit", SEARCH_LIMIT, &ask.limit, err) != 0 ||
        number_arg(q, "offset", 0, &ask.offset, err) != 0)
        return -1;
    return search_run(x->db, x->fts, &ask, &r->body, err);
}

static int serve_show(struct index *x, const struct http_request *q, struct http_reply *r,
                      struct err *err)
{
    int rc = show_run(x->db, x->fts, http_arg(q, "id"), &r->body, err);
    if (rc == 0)
        r->status = 404;
    return rc < 0 ? -1 : 0;
}

static int index_serve(void *ctx, const struct http_request *q, struct http_reply *r,
                       struct err *err)
{
    struct index *x = ctx;
    bool search = sv_eq(q->path, SV("/search"));
    if (!search && !sv_eq(q->path, SV("/show")))
        return 1;
    if (!sv_eq(q->method, SV("GET"))) {
        r->status = 405;
        buf_lit(&r->body, "{\"error\":\"GET only\"}");
        return 0;
    }
    int rc = store_index(x->store, err);
    if (rc != 0 && err->kind == ERR_TEMPORARY) { /* a full disk: what is there answers */
        err_clear(err);
        rc = 0;
    }
    if (rc == 0)
        rc = search ? serve_search(x, q, r, err) : serve_show(x, q, r, err);
    return rc == 0 ? 0 : http_reply_error(r, err);
}

static void index_close(void *ctx)
{
    struct index *x = ctx;
    struct err err = {0};
    if (x->store && store_index(x->store, &err) != 0)
        LOG(WARN, EVENT_RETRY, FC("why", err.text)); /* done at the next start */
    fts_free(&x->fts);
    store_free(&x->store);
}

static const enum wire_type topics[] = {WIRE_TEXT, WIRE_DECISION, WIRE_DOCUMENT};
static const struct conf_opt options[] = {{.name = NULL}};

const struct consumer consumer_self = {
    .name = "index",
    .summary = "keeps documents and decisions searchable",
    .without_store = "the index is made anew from the topics",
    .after_absence = "stop it, move its state.db (with -wal, -shm) away and start it: it "
                     "reads all again, without what was withdrawn",
    .topics = topics,
    .ntopics = ARRAY_LEN(topics),
    .start = START_AT_BEGINNING,
    .db_mode = DB_BULK,
    .judges_first = true,
    .options = options,
    .ctx_size = sizeof(struct index),
    .open = index_open,
    .handle = index_handle,
    .undo = index_undo,
    .idle = index_idle,
    .serve = index_serve,
    .close = index_close,
};
