/* The notifier: who hears what, once, signed; and what happens when a receiver fails. The
 * receiver is lib/httpd in this process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "consumers/notify/api.h"
#include "consumers/notify/sender.h"
#include "consumers/notify/webhook.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/hash.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/log.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static char dir[64];
static struct db *db;
static struct fts *fts;
static struct book book;
static struct sender *sender;
static struct httpd *receiver;
static struct arena arena;
static int64_t wall;
static int port;

/* -- the receiver */

struct heard {
    char id[64], path[64];
    bool signed_well, in_time;
    char signature[200];
    struct buf body;
};
static struct heard heard[300];
static size_t nheard;
static int answer_status[16]; /* of the next calls; 0: 204 */
static size_t nanswers;
static const char *retry_after;

static bool verify(const struct http_request *q)
{
    AUTO(buf_free) struct buf key = {0};
    AUTO(buf_free) struct buf want = {0};
    struct err err = {0};
    uint64_t stamp = 0;
    assert_int_equal(webhook_secret_read(SV(SECRET), &key, &err), 0);
    assert_true(sv_u64(http_request_header(q, "webhook-timestamp"), &stamp));
    webhook_sign(buf_sv(&key), http_request_header(q, "webhook-id"), (int64_t)stamp,
                 q->body, &want);
    return sv_find(http_request_header(q, "webhook-signature"), buf_sv(&want)) !=
           SIZE_MAX;
}

static int receive(void *ctx, const struct http_request *q, struct http_reply *r,
                   struct err *err)
{
    (void)ctx;
    (void)err;
    assert_true(nheard < ARRAY_LEN(heard));
    struct heard *h = &heard[nheard++];
    struct sv id = http_request_header(q, "webhook-id"),
              signature = http_request_header(q, "webhook-signature");
    uint64_t stamp = 0;
    assert_true(sv_u64(http_request_header(q, "webhook-timestamp"), &stamp));
    snprintf(h->id, sizeof h->id, "%.*s", (int)id.n, id.p);
    snprintf(h->path, sizeof h->path, "%.*s", (int)q->path.n, q->path.p);
    snprintf(h->signature, sizeof h->signature, "%.*s", (int)signature.n, signature.p);
    h->signed_well = verify(q);
    h->in_time = (int64_t)stamp == clock_wall_ms() / 1000;
    buf_add_sv(&h->body, q->body);
    r->status = nanswers && answer_status[0] ? answer_status[0] : 204;
    if (nanswers)
        memmove(answer_status, answer_status + 1, --nanswers * sizeof *answer_status);
    if (retry_after) {
        r->header[0] = "Retry-After";
        r->header[1] = retry_after;
    }
    return 0;
}

static void answers(int a, int b)
{
    answer_status[0] = a;
    answer_status[1] = b;
    nanswers = 2;
}

/* -- set-up */

static int64_t wall_now(void)
{
    return wall;
}

static int64_t monotonic_real(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int read_port(void)
{
    AUTO(buf_free) struct buf path = {0}, text = {0};
    struct err err = {0};
    buf_addf(&path, "%s/port", dir);
    assert_int_equal(file_read(path.p, 16, &text, &err), 0);
    return atoi(text.p);
}

static const char *allow[] = {"127.0.0.0/8", NULL};

static void open_notifier(void)
{
    struct err err = {0};
    char path[100];
    snprintf(path, sizeof path, "%s/state.db", dir);
    struct sender_options o = {.allow = allow, .timeout_ms = 5000};
    if (db_open(path, DB_LEDGER, &db, &err) != 0 || ledger_migrate(db, &err) != 0 ||
        fts_new(db, &fts, &err) != 0 || book_open(&book, db, fts, &err) != 0 ||
        sender_open(db, &o, &sender, &err) != 0)
        fail_msg("%s", err.text);
}

static void close_notifier(void)
{
    sender_close(&sender);
    book_close(&book);
    fts_free(&fts);
    db_close(&db);
}

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    snprintf(dir, sizeof dir, "/tmp/cw-notify-XXXXXX");
    assert_non_null(mkdtemp(dir));
    random_seed(1);
    wall = 1790000000000;
    clock_set(wall_now, monotonic_real);
    arena_init(&arena, SIZE_MAX);
    nheard = nanswers = 0;
    retry_after = NULL;
    http_global_init();
    if (httpd_start(dir, "127.0.0.1:0", 1 << 20, receive, NULL, &receiver, &err) != 0)
        fail_msg("%s", err.text);
    port = read_port();
    open_notifier();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[100];
    close_notifier();
    httpd_stop(&receiver);
    arena_free(&arena);
    for (size_t i = 0; i < nheard; i++)
        buf_free(&heard[i].body);
    memset(heard, 0, sizeof heard);
    clock_set(NULL, NULL);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command) == 0 ? 0 : -1; // NOLINT(cert-env33-c): a folder of our own
}

/* Runs both ends until the sender has nothing left to do now. */
static void run_at(int64_t now)
{
    for (int i = 0; i < 4000; i++) {
        struct err err = {0};
        struct pollfd v[8];
        int64_t wait = -1, other = -1;
        if (sender_turn(sender, book.v, book.n, now, &wait, &err) != 0)
            fail_msg("%s", err.text);
        if (sender_quiet(sender) && wait != 0)
            return;
        int n = sender_fds(sender, v, 1);
        n += httpd_fds(receiver, v + n, 4, &other);
        poll(v, (nfds_t)n, 20);
        httpd_run(receiver);
    }
    fail_msg("%s", "the sender does not come to rest");
}

static void run(void)
{
    run_at(wall);
}

static struct subscription *subscribe(const char *id, const char *query, const char *path)
{
    char url[100];
    struct err err = {0};
    struct subscription *s = NULL;
    snprintf(url, sizeof url, "http://127.0.0.1:%d/%s", port, path);
    struct book_entry e = {.id = sv_cstr(id),
                           .query = sv_cstr(query),
                           .url = sv_cstr(url),
                           .secret = SV(SECRET)};
    if (book_put(&book, &e, wall, &s, &err) != 0)
        fail_msg("%s", err.text);
    return s;
}

/* -- events */

static struct wire_decision decision(int n, const char *document, const char *language,
                                     const char *text)
{
    struct wire_decision d = {.news = true};
    d.document.id = sv_cstr(document);
    d.document.language = sv_cstr(language);
    d.document.subject = SV("Internal security");
    d.document.type = SV("NOTE");
    d.decision.kind = KIND_REQUEST;
    d.decision.act = SV("invited");
    d.decision.by = SV("COSI");
    d.decision.text = sv_cstr(text);
    snprintf(d.decision.id, sizeof d.decision.id, "%032d", n);
    return d;
}

/* As consumers/notify/notify.c does it; how many were added. */
static int take(const struct wire_decision *d, bool thin)
{
    struct err err = {0};
    struct wire_event ev = {.time = SV("2026-09-21T13:46:40.000Z")};
    ev.key = arena_printf(&arena, SV_FMT "/" SV_FMT, SV_ARG(d->document.id),
                          SV_ARG(d->document.language));
    assert_int_equal(db_begin(db, &err), 0);
    int added = 0, first = ledger_see(db, ev.key, (struct sv){d->decision.id, 32}, &err);
    if (first > 0 && d->news)
        added = book_match(&book, &ev, d, thin, NULL, wall, &arena, &err);
    assert_int_equal(db_commit(db, &err), 0);
    return added;
}

static int64_t number(const char *sql)
{
    struct err err = {0};
    struct stmt *s = NULL;
    assert_int_equal(db_prepare(db, sv_cstr(sql), &s, &err), 0);
    assert_int_equal(stmt_step(s, &err), 1);
    int64_t n = stmt_int(s, 0);
    stmt_free(&s);
    return n;
}

/* -- the tests */

static void a_known_signature(void **state)
{
    (void)state;
    /* the example of the Standard Webhooks libraries */
    AUTO(buf_free) struct buf key = {0}, out = {0};
    struct err err = {0};
    assert_int_equal(webhook_secret_read(SV(SECRET), &key, &err), 0);
    webhook_sign(buf_sv(&key), SV("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
                 SV("{\"test\": 2432232314}"), &out);
    assert_true(
        sv_eq(buf_sv(&out), SV("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")));
    buf_reset(&key);
    assert_int_equal(webhook_secret_read(SV("whsec_c2hvcnQ="), &key, &err), -1);
    err_clear(&err);
    assert_int_equal(webhook_secret_read(SV("secret"), &key, &err), -1);
}

static void attempts_follow_the_table(void **state)
{
    (void)state;
    static const int64_t seconds[] = {0,     5,     300,   1800,  7200,
                                      18000, 36000, 50400, 72000, 86400};
    for (int64_t i = 0; i < WEBHOOK_ATTEMPTS; i++) {
        int64_t ms = webhook_delay_ms(i), base = seconds[i] * 1000;
        assert_true(ms >= base && ms <= base + base / 10);
    }
    assert_int_equal(webhook_delay_ms(WEBHOOK_ATTEMPTS), -1);
}

static void each_subscription_hears_once(void **state)
{
    (void)state;
    subscribe("a", "invited by:cosi", "a");
    subscribe("b", "kind:decision", "b");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "COSI invited Europol.");
    assert_int_equal(take(&d, false), 1);
    assert_int_equal(take(&d, false), 0); /* the event again */
    d.decision.kind = KIND_DECISION;      /* other rules, the same decision */
    assert_int_equal(take(&d, false), 0);
    run();
    run();
    assert_int_equal(nheard, 1);
    assert_true(heard[0].signed_well && heard[0].in_time);
    assert_string_equal(heard[0].path, "/a");
    AUTO(json_free) struct json *o = NULL;
    struct err err = {0};
    assert_int_equal(json_read(buf_sv(&heard[0].body), &o, &err), 0);
    assert_true(sv_eq(json_member_text(o, "type"), SV("decision.final")));
    const struct json *data = json_member(o, "data");
    assert_true(sv_eq(json_member_text(json_member(data, "decision"), "text"),
                      SV("COSI invited Europol.")));
    assert_true(sv_eq(json_member_text(json_member(data, "document"), "id"),
                      SV("ST-1-2017-INIT")));
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=1"), 1);
}

static void old_news_and_other_languages_are_not_told(void **state)
{
    (void)state;
    subscribe("a", "invited OR invitó", "a");
    struct wire_decision old = decision(1, "ST-1-2017-INIT", "en", "invited");
    old.news = false;
    assert_int_equal(take(&old, false), 0);
    old.news = true; /* once read it is known, matched or not */
    assert_int_equal(take(&old, false), 0);
    struct wire_decision en = decision(2, "ST-1-2017-INIT", "en", "invited"),
                         es = decision(3, "ST-1-2017-INIT", "es", "invitó"),
                         en2 = decision(4, "ST-1-2017-INIT", "en", "invited too");
    assert_int_equal(take(&en, false), 1);
    assert_int_equal(take(&es, false), 0);
    assert_int_equal(take(&en2, false), 1);
    subscribe("late", "invited", "late"); /* hears what comes after it was saved */
    struct wire_decision after = decision(5, "ST-2-2017-INIT", "en", "invited");
    assert_int_equal(take(&after, false), 2);
}

static void limite_notices_hold_ids_only(void **state)
{
    (void)state;
    subscribe("a", "canary", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited canary words");
    d.item_title = SV("canary title");
    d.document.subject = SV("canary subject");
    assert_int_equal(take(&d, true), 1);
    run();
    assert_int_equal(nheard, 1);
    assert_int_equal(sv_find(buf_sv(&heard[0].body), SV("canary")), SIZE_MAX);
    assert_int_equal(sv_find(buf_sv(&heard[0].body), SV("NOTE")), SIZE_MAX);
    assert_true(sv_find(buf_sv(&heard[0].body), SV("ST-1-2017-INIT")) != SIZE_MAX);
}

static void a_failure_is_tried_again_with_the_same_id(void **state)
{
    (void)state;
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    answers(500, 302); /* a redirect is a failure, too */
    take(&d, false);
    run();
    assert_int_equal(nheard, 1);
    wall += 4000;
    run();
    assert_int_equal(nheard, 1); /* not before its time */
    wall += 2000;
    run();
    assert_int_equal(nheard, 2);
    close_notifier(); /* and over a restart */
    open_notifier();
    wall += 331000;
    run();
    assert_int_equal(nheard, 3);
    assert_string_equal(heard[0].id, heard[1].id);
    assert_string_equal(heard[0].id, heard[2].id);
    assert_true(heard[2].signed_well && heard[2].in_time);
    assert_int_equal(number("SELECT attempt FROM delivery WHERE state=1"), 3);
}

static void a_step_of_the_wall_clock_moves_no_schedule(void **state)
{
    (void)state;
    static const int64_t years[] = {-10, 10};
    int64_t steady = wall; /* what clock_steady_ms goes on to say */
    subscribe("a", "invited", "a");
    for (int i = 0; i < 2; i++) {
        struct wire_decision d = decision(i, "ST-1-2017-INIT", "en", "invited");
        wall = 1790000000000;
        nheard = 0;
        answers(500, 204);
        take(&d, false);
        run_at(steady);
        assert_int_equal(nheard, 1);
        wall += years[i] * 365 * 86400 * 1000;
        run_at(steady + 4000);
        assert_int_equal(nheard, 1); /* not before its time */
        run_at(steady + 6000);
        assert_int_equal(nheard, 2);
        assert_true(heard[1].in_time); /* the signature's time is the wall clock's */
        for (size_t k = 0; k < nheard; k++)
            buf_free(&heard[k].body);
        steady += 10000;
        assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=1"), i + 1);
    }
    nheard = 0;
}

static void times_of_a_wrong_clock_are_brought_back(void **state)
{
    (void)state;
    struct err err = {0};
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited"),
                         e = decision(2, "ST-1-2017-INIT", "en", "invited 2");
    answers(500, 429);
    retry_after = "3600";
    take(&d, false);
    run();
    retry_after = NULL;
    wall += (int64_t)86400 * 1000;
    take(&e, false);
    close_notifier();
    wall -= (int64_t)30 * 365 * 86400 * 1000; /* they were written 30 years ahead */
    open_notifier();
    assert_int_equal(ledger_mend(db, wall, &err), 0);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=0"), 2);
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM delivery WHERE next_at>%lld",
             (long long)wall + 6000);
    assert_int_equal(number(sql), 0);
    snprintf(sql, sizeof sql, "SELECT failing_since>%lld FROM subscription",
             (long long)wall);
    assert_int_equal(number(sql), 0);
}

static void a_replaced_secret_signs_for_a_day(void **state)
{
    (void)state;
    struct err err = {0};
    struct subscription *s = subscribe("a", "invited", "a");
    struct book_entry e = {.id = SV("a"),
                           .query = SV("invited"),
                           .url = sv_cstr(s->url),
                           .secret = SV("whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY")};
    assert_int_equal(book_put(&book, &e, wall, &s, &err), 0);
    close_notifier();
    open_notifier();
    for (int i = 0; i < 2; i++) {
        struct wire_decision d = decision(i, "ST-1-2017-INIT", "en", "invited");
        take(&d, false);
        run();
        assert_int_equal(nheard, i + 1);
        /* SECRET is the old one: the receiver has not changed yet */
        assert_int_equal(heard[i].signed_well, i == 0);
        assert_int_equal(strchr(heard[i].signature, ' ') != NULL, i == 0);
        wall += BOOK_ROTATION_MS;
    }
}

static void retry_after_is_honoured(void **state)
{
    (void)state;
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited"),
                         e = decision(2, "ST-1-2017-INIT", "en", "invited 2");
    answers(429, 0);
    retry_after = "60";
    take(&d, false);
    run();
    assert_int_equal(nheard, 1);
    retry_after = NULL;
    take(&e, false); /* waits, too: the receiver asked for rest */
    wall += 30000;
    run();
    assert_int_equal(nheard, 1);
    wall += 31000;
    run();
    assert_int_equal(nheard, 3);
}

static struct buf api_says(const char *path)
{
    struct api api = {&book, SPACE_PUBLIC};
    struct http_request q = {
        .method = SV("POST"), .path = sv_cstr(path), .body = SV("{}"), .local = true};
    struct http_reply r = {.status = 200};
    struct err err = {0};
    assert_int_equal(api_serve(&api, &q, &r, &err), 0);
    assert_int_equal(r.status, 200);
    return r.body;
}

static void api_asks(const char *path)
{
    struct buf said = api_says(path);
    buf_free(&said);
}

/* It would be tried for 75 hours, and be dead then. */
static void an_address_that_can_not_be_called_is_refused_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *url, *said;
    } bad[] = {{"https://example.org:99999/x", "host and port"},
               {"https://example.org:0/x", "port 0"},
               {"https://b\xC3\xBC"
                "cher.example/x",
                "xn--"},
               {"https://exa mple.org/x", "url: "},
               {"https://@/x", "url: "}};
    struct api api = {&book, SPACE_PUBLIC};
    for (size_t i = 0; i <= ARRAY_LEN(bad); i++) {
        bool good = i == ARRAY_LEN(bad);
        AUTO(buf_free) struct buf body = {0};
        struct err err = {0};
        buf_addf(&body, "{\"query\":\"invited\",\"url\":\"%s\"}",
                 good ? "https://[2001:db8::1]:8443/x?y#z" : bad[i].url);
        struct http_request q = {.method = SV("POST"),
                                 .path = SV("/subscriptions"),
                                 .body = buf_sv(&body),
                                 .local = true};
        struct http_reply r = {.status = 200};
        assert_int_equal(api_serve(&api, &q, &r, &err), 0);
        assert_int_equal(r.status, good ? 201 : 400);
        assert_true(good || strstr(r.body.p, bad[i].said) != NULL);
        buf_free(&r.body);
    }
    assert_int_equal(book.n, 1);
}

static void gone_disables_and_what_comes_waits(void **state)
{
    (void)state;
    struct subscription *s = subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited"),
                         e = decision(2, "ST-1-2017-INIT", "en", "invited 2");
    answers(410, 0);
    take(&d, false);
    run();
    assert_int_equal(s->state, SUBSCRIPTION_DISABLED);
    assert_int_equal(take(&e, false), 1);
    run();
    assert_int_equal(nheard, 1);
    close_notifier();
    open_notifier();
    run();
    assert_int_equal(nheard, 1);
    assert_int_equal(book.v[0]->state, SUBSCRIPTION_DISABLED);
    assert_int_equal(book_keeps_until(book.v[0]), wall + BOOK_KEEPS_MS);
    api_asks("/subscriptions/a/resume");
    run();
    assert_int_equal(nheard, 3); /* the one that met 410, too */
    assert_string_equal(heard[0].id, heard[1].id);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=1"), 2);
    assert_int_equal(book_keeps_until(book.v[0]), 0);
}

static void what_can_not_be_stored_is_not_in_force(void **state)
{
    (void)state;
    struct err err = {0};
    struct subscription *s = subscribe("a", "invited", "a");
    assert_int_equal(db_exec(db, "PRAGMA query_only=ON", &err), 0);
    assert_int_equal(book_set(&book, s, SUBSCRIPTION_PAUSED, "as a test", wall, &err),
                     -1);
    assert_int_equal(s->state, SUBSCRIPTION_ACTIVE);
    assert_null(s->reason);
    err_clear(&err);
    assert_int_equal(db_exec(db, "PRAGMA query_only=OFF", &err), 0);
    assert_int_equal(book_set(&book, s, SUBSCRIPTION_PAUSED, "as a test", wall, &err), 0);
    assert_string_equal(s->reason, "as a test");
}

static void for_the_gone_for_good_nothing_grows_and_it_is_told(void **state)
{
    (void)state;
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited"),
                         e = decision(2, "ST-1-2017-INIT", "en", "invited 2");
    answers(410, 0);
    take(&d, false);
    run();
    wall += BOOK_KEEPS_MS + 1000;
    assert_int_equal(take(&e, false), 0);
    AUTO(buf_free) struct buf said = api_says("/subscriptions/a/resume");
    assert_non_null(strstr(said.p, "\"missed_since\":\"20"));
    run();
    assert_int_equal(nheard, 2);
}

static void what_waits_goes_at_once_where_it_is_asked_for(void **state)
{
    (void)state;
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    answers(500, 500);
    take(&d, false);
    run();
    run();
    assert_int_equal(nheard, 1); /* the next attempt is after 5 s */
    api_asks("/subscriptions/a/retry");
    run();
    assert_int_equal(nheard, 2);
    assert_int_equal(number("SELECT attempt FROM delivery"), 1);
    subscribe("a", "invited", "b"); /* another address */
    run();
    assert_int_equal(nheard, 3);
    assert_string_equal(heard[2].path, "/b");
    assert_string_equal(heard[2].id, heard[0].id);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=1"), 1);
}

/* "Not before tomorrow" is the receiver's wish, not its owner's, who has mended it. */
static void a_receivers_rest_ends_where_its_owner_says_so(void **state)
{
    (void)state;
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    answers(503, 0);
    retry_after = "86400";
    take(&d, false);
    run();
    retry_after = NULL;
    wall += (int64_t)3600 * 1000;
    run();
    assert_int_equal(nheard, 1);
    api_asks("/subscriptions/a/retry");
    run();
    assert_int_equal(nheard, 2);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=1"), 1);
}

static void a_new_address_is_no_longer_gone(void **state)
{
    (void)state;
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited"),
                         e = decision(2, "ST-2-2017-INIT", "en", "invited 2");
    answers(410, 0);
    take(&d, false);
    run();
    assert_int_equal(subscribe("a", "invited OR tasked", "a")->state,
                     SUBSCRIPTION_DISABLED);
    const struct subscription *s = subscribe("a", "invited OR tasked", "b");
    assert_int_equal(s->state, SUBSCRIPTION_ACTIVE);
    assert_null(s->reason);
    assert_int_equal(take(&e, false), 1);
    run();
    assert_int_equal(nheard, 3); /* with the one that met 410 */
    assert_string_equal(heard[1].path, "/b");
    assert_string_equal(heard[1].id, heard[0].id);
    assert_string_equal(heard[2].path, "/b");
}

/* Path, query and password of an address may be secrets. */
static void an_address_is_told_to_its_owner_only(void **state)
{
    (void)state;
    struct err err = {0};
    struct subscription *s = NULL;
    struct book_entry e = {.id = SV("a"),
                           .query = SV("invited"),
                           .url = SV("http://me:hunter2@127.0.0.1:9/hunter2?hunter2"),
                           .secret = SV(SECRET)};
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    assert_int_equal(book_put(&book, &e, wall, &s, &err), 0);
    take(&d, false);
    run();
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE error LIKE "
                            "'http://127.0.0.1:9: %'"),
                     1);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE error LIKE '%hunter%'"),
                     0);
    for (int local = 0; local < 2; local++) {
        struct api api = {&book, SPACE_PUBLIC};
        struct http_request q = {
            .method = SV("GET"), .path = SV("/subscriptions"), .local = local};
        struct http_reply r = {.status = 200};
        assert_int_equal(api_serve(&api, &q, &r, &err), 0);
        assert_int_equal(strstr(r.body.p, "hunter2") != NULL, local);
        assert_non_null(
            strstr(r.body.p, local ? "me:hunter2@" : "\"http://127.0.0.1:9\""));
        buf_free(&r.body);
    }
}

static void after_the_last_attempt_it_is_dead(void **state)
{
    (void)state;
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    take(&d, false);
    for (int i = 0; i < WEBHOOK_ATTEMPTS + 2; i++) {
        answers(500, 500);
        run();
        wall += (int64_t)27 * 3600 * 1000;
    }
    assert_int_equal(nheard, WEBHOOK_ATTEMPTS);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=2"), 1);
    assert_int_equal(book.v[0]->state, SUBSCRIPTION_DISABLED); /* failing for days */
}

static void private_addresses_are_refused(void **state)
{
    (void)state;
    sender_close(&sender);
    struct sender_options o = {.allow = NULL, .timeout_ms = 5000};
    struct err err = {0};
    assert_int_equal(sender_open(db, &o, &sender, &err), 0);
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    take(&d, false);
    run();
    assert_int_equal(nheard, 0);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=0 AND attempt=1 "
                            "AND error IS NOT NULL"),
                     1);
}

/* A socket that takes connections and never answers. */
static int open_silent(int *port_out)
{
    int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    assert_int_equal(bind(silent, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(silent, 1024), 0);
    assert_int_equal(getsockname(silent, (struct sockaddr *)&a, &len), 0);
    *port_out = ntohs(a.sin_port);
    return silent;
}

static void a_crowd_of_hanging_receivers_slows_nobody(void **state)
{
    (void)state;
    enum { CROWD = 400, NOTICES = 5 };
    struct err err = {0};
    struct subscription *s = NULL;
    int there, silent = open_silent(&there);
    for (int i = 0; i < CROWD; i++) {
        char url[100], id[16];
        snprintf(id, sizeof id, "mute-%d", i);
        snprintf(url, sizeof url, "http://127.0.0.1:%d/%d", there, i);
        struct book_entry e = {.id = sv_cstr(id),
                               .query = SV("invited"),
                               .url = sv_cstr(url),
                               .secret = SV(SECRET)};
        assert_int_equal(book_put(&book, &e, wall, &s, &err), 0);
    }
    subscribe("a", "known", "a");
    struct wire_decision d = decision(0, "ST-1-2017-INIT", "en", "known");
    take(&d, false);
    run(); /* it has answered well once */
    d = decision(1, "ST-1-2017-INIT", "en", "invited");
    assert_int_equal(take(&d, false), CROWD);
    int64_t wait = -1;
    assert_int_equal(sender_turn(sender, book.v, book.n, wall, &wait, &err), 0);
    for (int i = 2; i < 2 + NOTICES; i++) {
        d = decision(i, "ST-1-2017-INIT", "en", "known invited");
        assert_int_equal(take(&d, false), CROWD + 1);
    }
    int64_t end = monotonic_real() + 4000; /* a silent one is given up after 5 s */
    while (nheard < 1 + NOTICES && monotonic_real() < end) {
        struct pollfd v[8];
        wait = -1;
        assert_int_equal(sender_turn(sender, book.v, book.n, wall, &wait, &err), 0);
        int n = sender_fds(sender, v, 1);
        n += httpd_fds(receiver, v + n, 4, &wait);
        poll(v, (nfds_t)n, 20);
        httpd_run(receiver);
    }
    assert_int_equal(nheard, 1 + NOTICES);
    close(silent);
}

static void a_server_is_one_whoever_its_users_are(void **state)
{
    (void)state;
    enum { USERS = 100 };
    struct err err = {0};
    int there, silent = open_silent(&there), calls = 0;
    for (int i = 0; i < USERS; i++) {
        char url[100], id[16];
        struct subscription *s = NULL;
        snprintf(id, sizeof id, "user-%d", i);
        snprintf(url, sizeof url, "http://user%d@127.0.0.1:%d/", i, there);
        struct book_entry e = {.id = sv_cstr(id),
                               .query = SV("invited"),
                               .url = sv_cstr(url),
                               .secret = SV(SECRET)};
        assert_int_equal(book_put(&book, &e, wall, &s, &err), 0);
    }
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    assert_int_equal(take(&d, false), USERS);
    int64_t wait = -1;
    assert_int_equal(sender_turn(sender, book.v, book.n, wall, &wait, &err), 0);
    struct pollfd v = {silent, POLLIN, 0};
    for (; calls < USERS && poll(&v, 1, 100) == 1; calls++)
        close(accept(silent, NULL, NULL));
    assert_int_equal(calls, SENDER_ORIGIN_PLACES);
    close(silent);
}

static void a_hanging_receiver_slows_nobody(void **state)
{
    (void)state;
    struct err err = {0};
    char url[100];
    int there, silent = open_silent(&there);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", there);
    struct book_entry e = {.id = SV("mute"),
                           .query = SV("invited"),
                           .url = sv_cstr(url),
                           .secret = SV(SECRET)};
    struct subscription *s = NULL;
    assert_int_equal(book_put(&book, &e, wall, &s, &err), 0);
    subscribe("a", "invited", "a");
    for (int i = 0; i < 50; i++) {
        char text[32];
        snprintf(text, sizeof text, "invited %d", i);
        struct wire_decision d = decision(i, "ST-1-2017-INIT", "en", text);
        assert_int_equal(take(&d, false), 2);
    }
    for (int i = 0; i < 4000 && nheard < 50; i++) {
        struct pollfd v[8];
        int64_t wait = -1;
        assert_int_equal(sender_turn(sender, book.v, book.n, wall, &wait, &err), 0);
        int n = sender_fds(sender, v, 1);
        n += httpd_fds(receiver, v + n, 4, &wait);
        poll(v, (nfds_t)n, 20);
        httpd_run(receiver);
    }
    assert_int_equal(nheard, 50);
    close(silent);
}

static int64_t monotonic_still(void)
{
    return 1000;
}

static void turn_both(void)
{
    struct err err = {0};
    struct pollfd v[8];
    int64_t wait = -1, other = -1;
    assert_int_equal(sender_turn(sender, book.v, book.n, wall, &wait, &err), 0);
    int n = sender_fds(sender, v, 1);
    n += httpd_fds(receiver, v + n, 4, &other);
    poll(v, (nfds_t)n, 5);
    httpd_run(receiver);
}

static int64_t done_deliveries(void)
{
    struct err err = {0};
    int64_t n = -1;
    assert_int_equal(
        db_get_int(db, &n, &err, "SELECT count(*) FROM delivery WHERE state=1", ""), 1);
    return n;
}

/* A batch of the skeleton's with nothing of its own: what goes with it. */
static int64_t flush_in_a_batch(bool commit)
{
    struct err err = {0};
    int64_t before = db_total_changes(db);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(sender_flush(sender, book.v, book.n, wall, &err), 0);
    int64_t changes = db_total_changes(db) - before;
    if (commit) {
        assert_int_equal(db_commit(db, &err), 0);
        return changes;
    }
    db_rollback(db);
    sender_undo(sender);
    return changes;
}

static void results_wait_and_go_with_a_batch(void **state)
{
    (void)state;
    clock_set(wall_now, monotonic_still); /* their patience does not end */
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    take(&d, false);
    int64_t changes = 0;
    for (int i = 0; i < 2000 && changes == 0; i++) {
        turn_both();
        changes = flush_in_a_batch(false);
    }
    assert_true(changes > 0);
    for (int i = 0; i < 20; i++)
        turn_both();
    assert_int_equal(nheard, 1); /* not known to the ledger, and yet not sent again */
    assert_int_equal(done_deliveries(), 0);
    assert_false(sender_quiet(sender));
    assert_true(flush_in_a_batch(true) > 0);
    assert_int_equal(done_deliveries(), 1);
    assert_int_equal(flush_in_a_batch(true), 0);
    turn_both();
    assert_true(sender_quiet(sender));
    assert_int_equal(nheard, 1);
}

/* The number of a removed delivery is given out again: what comes of the old one's call
 * is not taken for news of the new one. */
static void what_was_removed_on_the_wire_ends_no_other(void **state)
{
    (void)state;
    struct err err = {0};
    int64_t wait = -1;
    struct subscription *a = subscribe("a", "invited", "old");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "COSI invited Europol."),
                         e = decision(2, "ST-2-2017-INIT", "en", "COSI invited Frontex.");
    assert_int_equal(take(&d, false), 1);
    assert_int_equal(sender_turn(sender, book.v, book.n, wall, &wait, &err), 0);
    assert_false(sender_quiet(sender)); /* on the wire */
    assert_int_equal(book_remove(&book, a, &err), 0);
    subscribe("a", "invited", "new");
    assert_int_equal(take(&e, false), 1);
    run();
    assert_int_equal(nheard, 2);
    assert_string_equal(heard[0].path, "/old");
    assert_string_equal(heard[1].path, "/new");
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=1"), 1);
}

static void withdrawn_papers_are_not_told(void **state)
{
    (void)state;
    struct err err = {0};
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    take(&d, false);
    assert_int_equal(ledger_withdraw(db, SV("ST-1-2017-INIT/en"), wall, &err), 0);
    run();
    assert_int_equal(nheard, 0);
    struct delivery_counts n;
    struct wire_decision e = decision(2, "ST-2-2017-INIT", "en", "invited");
    take(&e, false);
    run();
    assert_int_equal(ledger_count(db, book.v[0]->n, &n, &err), 0);
    assert_true(n.pending == 0 && n.done == 1 && n.dead == 0); /* that one is none */
}

/* What was given up before its paper was withdrawn is not sent again afterwards. */
static void withdrawn_papers_are_not_told_again(void **state)
{
    (void)state;
    struct err err = {0};
    subscribe("a", "invited", "a");
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    take(&d, false);
    assert_int_equal(db_exec(db, "UPDATE delivery SET state=2", &err), 0);
    assert_int_equal(ledger_withdraw(db, SV("ST-1-2017-INIT/en"), wall, &err), 0);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE body IS NOT NULL"), 0);
    api_asks("/subscriptions/a/retry");
    run();
    assert_int_equal(nheard, 0);
}

/* A paper that is withdrawn is found among all that waits, not by looking at each. */
static void a_withdrawal_reads_nothing_of_others(void **state)
{
    (void)state;
    enum { WAITING = 20000 }; /* a look at each is more than db_time_limit lets pass */
    struct err err = {0};
    struct delivery e = {.subscription = subscribe("a", "invited", "a")->n,
                         .key = SV("ST-2-2017-INIT/en"),
                         .webhook_id = SV("msg_2"),
                         .body = SV("{}")};
    struct wire_decision d = decision(1, "ST-1-2017-INIT", "en", "invited");
    take(&d, false);
    assert_int_equal(db_begin(db, &err), 0);
    for (int i = 0; i < WAITING; i++) {
        char id[40];
        snprintf(id, sizeof id, "%032d", i + 2);
        e.decision = sv_cstr(id);
        assert_int_equal(ledger_add(db, &e, wall + 1000000, &err), 1);
    }
    assert_int_equal(db_commit(db, &err), 0);
    db_time_limit(db, 1);
    poll(NULL, 0, 5);
    assert_int_equal(ledger_withdraw(db, SV("ST-1-2017-INIT/en"), wall, &err), 0);
    assert_int_equal(ledger_withdraw(db, SV("ST-3-2017-INIT/en"), wall, &err), 0);
    db_time_limit(db, 0);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=3"), 1);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state=0"), WAITING);
}

static void write_file(const char *name, const char *text)
{
    char path[128];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(file_replace(path, sv_cstr(text), 0600, &err), 0);
}

static void the_file_is_followed(void **state)
{
    (void)state;
    struct err err = {0};
    char path[128];
    snprintf(path, sizeof path, "%s/list", dir);
    write_file("key", SECRET "\n");
    write_file("list",
               "# ours\n\n"
               "{\"id\": \"x\", \"query\": \"a\", \"url\": \"https://example.org/x\", "
               "\"secret_file\": \"key\"}\n"
               "{\"id\": \"y\", \"query\": \"b\", \"url\": \"https://example.org/y\", "
               "\"secret_file\": \"key\"}\n");
    assert_int_equal(book_read_file(&book, path, wall, &err), 0);
    assert_int_equal(book.n, 2);
    write_file("list", "{\"id\": \"y\", \"query\": \"b c\", \"url\": "
                       "\"https://example.org/y\", \"secret_file\": \"key\"}\n");
    assert_int_equal(book_read_file(&book, path, wall, &err), 0);
    assert_int_equal(book.n, 1);
    assert_string_equal(book.v[0]->text, "b c");
    write_file("list", "\n{\"id\": \"y\", \"query\": \"kind:foo\", \"url\": "
                       "\"https://example.org/y\", \"secret_file\": \"key\"}\n");
    assert_int_equal(book_read_file(&book, path, wall, &err), -1);
    assert_non_null(strstr(err.text, "list:2: query: column 6"));
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    assert_string_equal(book.v[0]->text, "b c"); /* what was in force stays */
    err_clear(&err);
    write_file("list", ""); /* a full disk, a writer that is not done */
    assert_int_equal(book_read_file(&book, path, wall, &err), -1);
    assert_non_null(strstr(err.text, "is empty"));
    assert_int_equal(book.n, 1);
    err_clear(&err);
    write_file("list", "# nobody\n");
    assert_int_equal(book_read_file(&book, path, wall, &err), 0);
    assert_int_equal(book.n, 0);
    write_file("list", "");
    assert_int_equal(book_read_file(&book, path, wall, &err), 0);
}

#define LINE(id, query)                                                                  \
    "{\"id\": \"" id "\", \"query\": \"" query                                           \
    "\", \"url\": \"https://example.org/\", \"secret_file\": \"key\"}\n"

static void a_file_with_a_wrong_line_changes_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    char path[128];
    snprintf(path, sizeof path, "%s/list", dir);
    write_file("key", SECRET "\n");
    write_file("list", LINE("x", "a") LINE("y", "b"));
    assert_int_equal(book_read_file(&book, path, wall, &err), 0);
    const struct subscription *x = book.v[0], *y = book.v[1];
    write_file("list", LINE("x", "changed") LINE("z", "new") LINE("y", "by:"));
    assert_int_equal(book_read_file(&book, path, wall, &err), -1);
    assert_non_null(strstr(err.text, "list:3: query"));
    err_clear(&err);
    write_file("list", LINE("z", "new") LINE("x", "changed") "# again\n" LINE("z", "c"));
    assert_int_equal(book_read_file(&book, path, wall, &err), -1);
    assert_non_null(strstr(err.text, "list:4: subscription z stands twice, first in "
                                     "line 1"));
    assert_int_equal(book.n, 2);
    assert_int_equal(
        number("SELECT count(*) FROM subscription WHERE query IN ('a', 'b')"), 2);
    err_clear(&err);
    write_file("list", LINE("w", "new") LINE("y", "b") LINE("x", "changed"));
    assert_int_equal(book_read_file(&book, path, wall, &err), 0);
    assert_int_equal(book.n, 3);
    assert_ptr_equal(book_find(&book, SV("y")), y); /* the same line: left alone */
    assert_ptr_not_equal(book_find(&book, SV("x")), x);
    assert_string_equal(book_find(&book, SV("x"))->text, "changed");
    assert_string_equal(book.v[2]->id, "w");
}

/* Each has an address of its own, and hears what it asked for, also after others were
 * changed. */
static void a_crowd_of_receivers_hears_once_each(void **state)
{
    (void)state;
    enum { CROWD = 300 };
    struct err err = {0};
    for (int i = 0; i < CROWD; i++) {
        char id[16], query[64];
        snprintf(id, sizeof id, "s%d", i);
        snprintf(query, sizeof query, i % 2 ? "by:COSI group%d" : "\"group%d invited\"",
                 i % 6);
        subscribe(id, query, id);
    }
    struct wire_decision d =
        decision(1, "ST-1-2017-INIT", "en", "group2 invited, group3 too");
    assert_int_equal(take(&d, false), 2 * CROWD / 6);
    run();
    assert_int_equal(nheard, CROWD / 3);
    assert_int_equal(book_remove(&book, book_find(&book, SV("s2")), &err), 0);
    subscribe("s9", "by:Council group3", "s9");
    assert_int_equal(book_set(&book, book_find(&book, SV("s8")), SUBSCRIPTION_DISABLED,
                              "test", wall, &err),
                     0);
    d = decision(2, "ST-1-2017-INIT", "en", "group2 invited, group3 again");
    assert_int_equal(take(&d, false), CROWD / 3 - 3);
    run();
    assert_int_equal(nheard, CROWD / 3 * 2 - 3);
    assert_int_equal(number("SELECT count(*) FROM delivery WHERE state<>1"), 0);
}

static int keep_row(void *ctx, struct subscription *s, struct err *err)
{
    struct subscription **out = ctx;
    (void)err;
    subscription_free(out);
    *out = s;
    return 0;
}

static void a_subscription_is_stored_whole_and_goes_whole(void **state)
{
    (void)state;
    struct err err = {0};
    struct db *own;
    char id[] = "a", text[] = "kind:request", url[] = "https://example.org/a",
         secret[] = "new", old_secret[] = "old";
    struct subscription s = {.id = id,
                             .text = text,
                             .url = url,
                             .secret = secret,
                             .old_secret = old_secret,
                             .old_until = 9,
                             .failing_since = 8,
                             .from_file = true},
                        *back = NULL;
    int64_t n = -1;
    assert_int_equal(db_open(":memory:", DB_DATA, &own, &err), 0);
    assert_int_equal(ledger_migrate(own, &err), 0);
    assert_int_equal(ledger_save(own, &s, 1, &err), 0);
    assert_int_equal(ledger_subscriptions(own, keep_row, &back, &err), 0);
    assert_non_null(back);
    assert_int_equal(back->n, s.n);
    assert_string_equal(back->id, s.id);
    assert_string_equal(back->text, s.text);
    assert_string_equal(back->url, s.url);
    assert_string_equal(back->secret, s.secret);
    assert_string_equal(back->old_secret, s.old_secret);
    assert_int_equal(back->old_until, 9);
    assert_int_equal(back->failing_since, 8);
    assert_true(back->from_file);
    assert_int_equal(ledger_hear(own, s.n, SV("ST-1"), SV("en"), &err), 1);
    assert_int_equal(ledger_hear(own, s.n, SV("ST-1"), SV("en"), &err), 1);
    assert_int_equal(ledger_hear(own, s.n, SV("ST-1"), SV("fr"), &err), 0);
    assert_int_equal(ledger_remove(own, s.n, &err), 0);
    assert_int_equal(db_get_int(own, &n, &err, "SELECT count(*) FROM subscription", ""),
                     1);
    assert_int_equal(n, 0);
    assert_int_equal(db_get_int(own, &n, &err, "SELECT count(*) FROM heard", ""), 1);
    assert_int_equal(n, 0);
    subscription_free(&back);
    db_close(&own);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_signature),
        cmocka_unit_test(attempts_follow_the_table),
        cmocka_unit_test(a_subscription_is_stored_whole_and_goes_whole),
        CASE(each_subscription_hears_once),
        CASE(old_news_and_other_languages_are_not_told),
        CASE(limite_notices_hold_ids_only),
        CASE(a_failure_is_tried_again_with_the_same_id),
        CASE(a_step_of_the_wall_clock_moves_no_schedule),
        CASE(times_of_a_wrong_clock_are_brought_back),
        CASE(a_replaced_secret_signs_for_a_day),
        CASE(retry_after_is_honoured),
        CASE(an_address_that_can_not_be_called_is_refused_at_once),
        CASE(gone_disables_and_what_comes_waits),
        CASE(what_can_not_be_stored_is_not_in_force),
        CASE(for_the_gone_for_good_nothing_grows_and_it_is_told),
        CASE(what_waits_goes_at_once_where_it_is_asked_for),
        CASE(a_receivers_rest_ends_where_its_owner_says_so),
        CASE(a_new_address_is_no_longer_gone),
        CASE(an_address_is_told_to_its_owner_only),
        CASE(after_the_last_attempt_it_is_dead),
        CASE(private_addresses_are_refused),
        CASE(a_server_is_one_whoever_its_users_are),
        CASE(a_hanging_receiver_slows_nobody),
        CASE(a_crowd_of_hanging_receivers_slows_nobody),
        CASE(results_wait_and_go_with_a_batch),
        CASE(what_was_removed_on_the_wire_ends_no_other),
        CASE(withdrawn_papers_are_not_told),
        CASE(withdrawn_papers_are_not_told_again),
        CASE(a_withdrawal_reads_nothing_of_others),
        CASE(the_file_is_followed),
        CASE(a_file_with_a_wrong_line_changes_nothing),
        CASE(a_crowd_of_receivers_hears_once_each),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
