#include "api.h"

#include "lib/clock.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/json_write.h"
#include "webhook.h"

#include <stdio.h>

/* -- reading */

/* Who has the address of a webhook may post to it, and it may hold a password: over TCP,
 * which every user of the machine reaches, only its server is told. */
static void put_url(struct json_writer *w, struct sv url, bool local)
{
    size_t scheme = sv_find(url, SV("://"));
    struct sv rest = sv_sub(url, scheme == SIZE_MAX ? url.n : scheme + 3, url.n);
    AUTO(buf_free) struct buf server = {0};
    size_t host = 0, end = 0;
    for (; rest.p && end < rest.n && !strchr("/?#", rest.p[end]); end++)
        host = rest.p[end] == '@' ? end + 1 : host;
    buf_addf(&server, SV_FMT SV_FMT, SV_ARG(sv_sub(url, 0, url.n - rest.n)),
             SV_ARG(sv_sub(rest, host, end)));
    json_pair(w, "url", local ? url : buf_sv(&server));
}

static void put_time(struct json_writer *w, const char *name, int64_t ms)
{
    char time[CLOCK_RFC3339];
    if (ms)
        clock_rfc3339(ms, time);
    if (ms)
        json_pair(w, name, sv_cstr(time));
}

static int put_subscription(const struct api *api, struct json_writer *w,
                            const struct subscription *s, bool local, bool secret,
                            struct err *err)
{
    json_open_object(w);
    json_pair(w, "id", sv_cstr(s->id));
    json_pair(w, "query", sv_cstr(s->text));
    put_url(w, sv_cstr(s->url), local);
    json_pair(w, "state", sv_cstr(subscription_state_name[s->state]));
    json_pair(w, "reason", sv_cstr(s->reason));
    put_time(w, "kept_until", book_keeps_until(s));
    put_time(w, "missed_since", s->missed_since);
    json_pair_bool(w, "from_file", s->from_file);
    if (secret)
        json_pair(w, "secret", sv_cstr(s->secret));
    struct delivery_counts n = {0};
    if (ledger_count(api->book->db, s->n, &n, err) != 0)
        return -1;
    json_pair_int(w, delivery_state_name[DELIVERY_PENDING], n.pending);
    json_pair_int(w, delivery_state_name[DELIVERY_DONE], n.done);
    json_pair_int(w, delivery_state_name[DELIVERY_DEAD], n.dead);
    json_close_object(w);
    return 0;
}

static int list_subscriptions(const struct api *api, bool local, struct http_reply *r,
                              struct err *err)
{
    struct json_writer w = {.out = &r->body};
    json_open_array(&w);
    for (size_t i = 0; i < api->book->n; i++)
        if (put_subscription(api, &w, api->book->v[i], local, false, err) != 0)
            return -1;
    json_close_array(&w);
    return 0;
}

static bool state_named(struct sv name, int64_t *out)
{
    for (int k = DELIVERY_PENDING; k <= DELIVERY_WITHDRAWN; k++)
        if (sv_eq(name, sv_cstr(delivery_state_name[k]))) {
            *out = k;
            return true;
        }
    return false;
}

#define DELIVERY_COLUMNS                                                                 \
    "SELECT s.id, d.decision, d.key, d.webhook_id, d.state, d.attempt, d.next_at, "      \
    "d.created, d.finished, d.status, d.error FROM "

#define DELIVERY_ORDER " AND (?2<0 OR d.state=?2) ORDER BY d.n DESC LIMIT ?3"

/* The ledger keeps what was sent, for years: no question reads all of it to find a few,
 * while the loop waits. Of one decision, and of one subscription, their deliveries are in
 * that order; what waits and what was given up have an index each. */
static const char *deliveries_of(bool decision, bool subscription, int64_t state)
{
    if (decision)
        return DELIVERY_COLUMNS
            "subscription s CROSS JOIN delivery d ON d.subscription = s.n AND d.decision "
            "= ?4 WHERE (?1=0 OR s.n=?1)" DELIVERY_ORDER;
    if (subscription)
        return DELIVERY_COLUMNS "subscription s CROSS JOIN delivery d ON d.subscription "
                                "= s.n WHERE s.n=?1" DELIVERY_ORDER;
    if (state == DELIVERY_DEAD)
        return DELIVERY_COLUMNS
            "delivery d INDEXED BY delivery_dead JOIN subscription s ON s.n = "
            "d.subscription WHERE d.state=2 AND ?1=0" DELIVERY_ORDER;
    if (state == DELIVERY_PENDING)
        return DELIVERY_COLUMNS
            "delivery d INDEXED BY delivery_due JOIN subscription s ON s.n = "
            "d.subscription WHERE d.state=0 AND ?1=0" DELIVERY_ORDER;
    return DELIVERY_COLUMNS "delivery d JOIN subscription s ON s.n = d.subscription "
                            "WHERE ?1=0" DELIVERY_ORDER;
}

static int select_deliveries(const struct api *api, struct sv decision, int64_t s,
                             int64_t state, int64_t n, struct stmt **st, struct err *err)
{
    if (db_stmt(api->book->db, deliveries_of(decision.n > 0, s != 0, state), st, err) !=
        0)
        return -1;
    stmt_bind_int(*st, 1, s);
    stmt_bind_int(*st, 2, state);
    stmt_bind_int(*st, 3, n);
    if (decision.n)
        stmt_bind_text(*st, 4, decision);
    return 0;
}

static int list_deliveries(const struct api *api, const struct http_request *q,
                           struct http_reply *r, struct err *err)
{
    struct sv id = http_arg(q, "subscription"), state = http_arg(q, "state"),
              limit = http_arg(q, "limit");
    struct subscription *s = book_find(api->book, id);
    int64_t wanted = -1;
    uint64_t n = 100;
    if (id.n && !s)
        return err_set(err, ERR_BAD_INPUT, "no subscription “" SV_FMT "”", SV_ARG(id));
    if (state.n && !state_named(state, &wanted))
        return err_set(err, ERR_BAD_INPUT, "state is pending, done, dead or withdrawn");
    if (limit.n && (!sv_u64(limit, &n) || n < 1 || n > 10000))
        return err_set(err, ERR_BAD_INPUT, "limit is 1 to 10000");
    struct stmt *st;
    if (select_deliveries(api, http_arg(q, "decision"), s ? s->n : 0, wanted, (int64_t)n,
                          &st, err) != 0)
        return -1;
    struct json_writer w = {.out = &r->body};
    json_open_array(&w);
    int rc;
    while ((rc = stmt_step(st, err)) == 1) {
        json_open_object(&w);
        json_pair(&w, "subscription", stmt_text(st, 0));
        json_pair(&w, "decision", stmt_text(st, 1));
        json_pair(&w, "key", stmt_text(st, 2));
        json_pair(&w, "webhook_id", stmt_text(st, 3));
        json_pair(&w, "state", sv_cstr(delivery_state_name[stmt_int(st, 4)]));
        json_pair_int(&w, "attempts", stmt_int(st, 5));
        json_pair_int(&w, "next_at", stmt_int(st, 6));
        json_pair_int(&w, "created", stmt_int(st, 7));
        json_pair_int(&w, "finished", stmt_int(st, 8));
        json_pair_int(&w, "status", stmt_int(st, 9));
        json_pair(&w, "error", stmt_text(st, 10));
        json_close_object(&w);
    }
    json_close_array(&w);
    return rc;
}

/* -- changing */

static int put(const struct api *api, const struct http_request *q, struct http_reply *r,
               struct err *err)
{
    AUTO(json_free) struct json *o = NULL;
    AUTO(buf_free) struct buf made = {0};
    if (json_read(q->body, &o, err) != 0)
        return -1;
    struct book_entry e = {.id = json_member_text(o, "id"),
                           .query = json_member_text(o, "query"),
                           .url = json_member_text(o, "url"),
                           .secret = json_member_text(o, "secret")};
    struct subscription *old = e.id.n ? book_find(api->book, e.id) : NULL;
    bool makes = !e.secret.n && !old; /* who gave it knows it: it is not told again */
    if (!e.secret.n && old) {
        buf_add_sv(&made, sv_cstr(old->secret));
        e.secret = buf_sv(&made);
    } else if (makes) {
        webhook_secret_make(&made);
        e.secret = buf_sv(&made);
    }
    struct subscription *s = NULL;
    /* What an earlier version took stays; in 75 hours it would be found to be no good. */
    bool same = old && sv_eq(sv_cstr(old->url), e.url);
    if ((e.url.n && !same && http_check_url(e.url, err) != 0) ||
        book_put(api->book, &e, clock_steady_ms(), &s, err) != 0)
        return -1;
    r->status = old ? 200 : 201;
    struct json_writer w = {.out = &r->body};
    return put_subscription(api, &w, s, true, makes, err);
}

/* A notification that says it is only a test, by the ordinary way. */
static int send_test(const struct api *api, struct subscription *s, struct err *err)
{
    unsigned char bytes[16];
    char decision[33], id[WEBHOOK_ID + 1], time[CLOCK_RFC3339];
    int64_t now = clock_steady_ms();
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(decision + 2 * i, 3, "%02x", bytes[i]);
    webhook_id(sv_cstr(s->id), (struct sv){decision, 32}, id);
    clock_rfc3339(clock_wall_ms(), time);
    AUTO(buf_free) struct buf body = {0};
    buf_addf(&body,
             "{\"type\":\"subscription.test\",\"timestamp\":\"%s\",\"data\":{"
             "\"subscription\":\"%s\"}}",
             time, s->id);
    struct delivery d = {.subscription = s->n,
                         .event_ms = clock_wall_ms(),
                         .decision = {decision, 32},
                         .key = SV("test"),
                         .webhook_id = {id, WEBHOOK_ID},
                         .body = buf_sv(&body)};
    if (ledger_add(api->book->db, &d, now, err) < 0)
        return -1;
    s->due = now;
    return 0;
}

static int retry(const struct api *api, struct subscription *s, struct err *err)
{
    int64_t now = clock_steady_ms();
    s->due = now;
    s->at_once = true;
    if (db_begin(api->book->db, err) != 0)
        return -1;
    if (ledger_hasten(api->book->db, s->n, true, now, err) == 0 &&
        db_commit(api->book->db, err) == 0)
        return 0;
    db_rollback(api->book->db);
    return -1;
}

static int take_history(const struct api *api, struct subscription *s, struct sv lines,
                        int *added, struct err *err)
{
    struct arena a;
    struct sv line;
    int rc = 0;
    arena_init(&a, SIZE_MAX);
    while (rc == 0 && sv_cut(&lines, '\n', &line)) {
        struct wire_event ev;
        struct wire_decision d;
        arena_reset(&a);
        if (!sv_trim(line).n)
            continue;
        rc = wire_read_line(line, &a, &ev, err);
        if (rc == 0)
            rc = wire_read(&ev, api->space, &a, err);
        if (rc != 0 || ev.type != WIRE_DECISION)
            continue;
        rc = wire_read_decision(&ev, &a, &d, err);
        if (rc != 0)
            continue;
        int n = book_match(api->book, &ev, &d, api->space == SPACE_LIMITE, s,
                           clock_steady_ms(), &a, err);
        rc = n < 0 ? -1 : 0;
        *added += n > 0 ? n : 0;
    }
    arena_free(&a);
    return rc;
}

static int history(const struct api *api, struct subscription *s,
                   const struct http_request *q, struct http_reply *r, struct err *err)
{
    int added = 0;
    if (db_begin(api->book->db, err) != 0)
        return -1;
    if (take_history(api, s, q->body, &added, err) != 0 ||
        db_commit(api->book->db, err) != 0) {
        db_rollback(api->book->db);
        return -1;
    }
    buf_addf(&r->body, "{\"added\":%d}", added);
    return 0;
}

/* The new secret is given or made; for a day notices are signed with the old one, too. */
static int rotate(const struct api *api, struct subscription *s,
                  const struct http_request *q, struct http_reply *r, struct err *err)
{
    AUTO(json_free) struct json *o = NULL;
    AUTO(buf_free) struct buf made = {0};
    if (s->from_file)
        return err_set(err, ERR_BAD_INPUT,
                       "%s is in the file; put the new secret into its secret_file and "
                       "reload (SIGHUP)",
                       s->id);
    if (json_read(q->body, &o, err) != 0)
        return -1;
    struct sv secret = json_member_text(o, "secret");
    if (!secret.n) {
        webhook_secret_make(&made);
        secret = buf_sv(&made);
    }
    struct book_entry e = {.id = sv_cstr(s->id),
                           .query = sv_cstr(s->text),
                           .url = sv_cstr(s->url),
                           .secret = secret};
    if (book_put(api->book, &e, clock_steady_ms(), &s, err) != 0)
        return -1;
    struct json_writer w = {.out = &r->body};
    return put_subscription(api, &w, s, true, made.n != 0, err);
}

static int act(const struct api *api, struct subscription *s, struct sv action,
               const struct http_request *q, struct http_reply *r, struct err *err)
{
    int64_t now = clock_steady_ms();
    int rc;
    if (sv_eq(action, SV("history")))
        return history(api, s, q, r, err);
    if (sv_eq(action, SV("rotate")))
        return rotate(api, s, q, r, err);
    if (sv_eq(action, SV("remove"))) {
        buf_lit(&r->body, "{\"removed\":true}");
        if (s->from_file)
            return err_set(err, ERR_BAD_INPUT, "%s is in the file; remove it there",
                           s->id);
        return book_remove(api->book, s, err);
    }
    if (sv_eq(action, SV("pause")))
        rc = book_set(api->book, s, SUBSCRIPTION_PAUSED, NULL, now, err);
    else if (sv_eq(action, SV("resume")))
        rc = book_set(api->book, s, SUBSCRIPTION_ACTIVE, NULL, now, err);
    else if (sv_eq(action, SV("test")))
        rc = send_test(api, s, err);
    else if (sv_eq(action, SV("retry")))
        rc = retry(api, s, err);
    else
        return 1;
    struct json_writer w = {.out = &r->body};
    return rc != 0 ? -1 : put_subscription(api, &w, s, true, false, err);
}

static int change(const struct api *api, struct sv rest, const struct http_request *q,
                  struct http_reply *r, struct err *err)
{
    if (!q->local) {
        r->status = 403;
        buf_lit(&r->body, "{\"error\":\"subscriptions are changed over the daemon's Unix "
                          "socket only\"}");
        return 0;
    }
    if (rest.n == 0)
        return put(api, q, r, err);
    struct sv id, action = sv_sub(rest, 1, rest.n);
    if (!sv_cut(&action, '/', &id))
        return 1;
    struct subscription *s = book_find(api->book, id);
    if (!s) {
        r->status = 404;
        struct json_writer w = {.out = &r->body};
        json_open_object(&w);
        json_pair(&w, "error", SV("no such subscription"));
        json_close_object(&w);
        return 0;
    }
    return act(api, s, action, q, r, err);
}

int api_serve(const struct api *api, const struct http_request *q, struct http_reply *r,
              struct err *err)
{
    struct sv base = SV("/subscriptions");
    bool get = sv_eq(q->method, SV("GET")), post = sv_eq(q->method, SV("POST"));
    struct sv rest =
        sv_starts(q->path, base) ? sv_sub(q->path, base.n, q->path.n) : SV_NULL;
    int rc = 1;
    if (get && sv_eq(q->path, SV("/deliveries")))
        rc = list_deliveries(api, q, r, err);
    else if (get && sv_eq(q->path, base))
        rc = list_subscriptions(api, q->local, r, err);
    else if (post && rest.p && (rest.n == 0 || rest.p[0] == '/'))
        rc = change(api, rest, q, r, err);
    return rc < 0 ? http_reply_error(r, err) : rc;
}
