#define _DEFAULT_SOURCE /* explicit_bzero */
#include "ledger.h"

#include "webhook.h"

#include <assert.h>
#include <stdio.h>

const char *const subscription_state_name[] = {"active", "paused", "disabled"};
const char *const delivery_state_name[] = {"pending", "done", "dead", "withdrawn"};

static const char *const steps[] = {
    "CREATE TABLE subscription(n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL"
    " UNIQUE, from_file INTEGER NOT NULL, query TEXT NOT NULL, url TEXT NOT NULL, secret"
    " TEXT NOT NULL, state INTEGER NOT NULL, reason TEXT, created INTEGER NOT NULL,"
    " failing_since INTEGER NOT NULL DEFAULT 0);"

    /* decisions read: beside each other for one paper, so that a store of any size grows
       at its end */
    "CREATE TABLE paper(paper INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);"
    "CREATE TABLE seen(paper INTEGER NOT NULL, decision TEXT NOT NULL, PRIMARY KEY(paper,"
    " decision)) WITHOUT ROWID;"

    "CREATE TABLE heard(subscription INTEGER NOT NULL, document TEXT NOT NULL, language"
    " TEXT NOT NULL, PRIMARY KEY(subscription, document)) WITHOUT ROWID;"

    "CREATE TABLE delivery(n INTEGER PRIMARY KEY, subscription INTEGER NOT NULL, decision"
    " TEXT NOT NULL, key TEXT NOT NULL, webhook_id TEXT NOT NULL, state INTEGER NOT NULL,"
    " attempt INTEGER NOT NULL, next_at INTEGER NOT NULL, created INTEGER NOT NULL,"
    " event_ms INTEGER NOT NULL, finished INTEGER, status INTEGER, error TEXT, body TEXT,"
    " UNIQUE(subscription, decision));"
    "CREATE INDEX delivery_due ON delivery(subscription, next_at) WHERE state=0;"
    "CREATE INDEX delivery_dead ON delivery(subscription) WHERE state=2;",

    ("ALTER TABLE subscription ADD COLUMN old_secret TEXT;"
     "ALTER TABLE subscription ADD COLUMN old_until INTEGER NOT NULL DEFAULT 0;"),

    /* so that what was sent is counted without reading it */
    "CREATE INDEX delivery_withdrawn ON delivery(subscription) WHERE state=3;",

    "ALTER TABLE subscription ADD COLUMN disabled_at INTEGER NOT NULL DEFAULT 0;",

    /* so that a paper that is withdrawn is found among all that waits */
    "CREATE INDEX delivery_paper ON delivery(key) WHERE state IN (0, 2);",
};

int ledger_migrate(struct db *db, struct err *err)
{
    return db_migrate(db, "notify", steps, ARRAY_LEN(steps), err);
}

/* One pass over what waits, however long a backlog is; what is due is passed over by the
 * index alone. */
static int mend_deliveries(struct db *db, int64_t now, struct err *err)
{
#define LONGEST                                                                          \
    "CASE attempt WHEN 0 THEN ?3 WHEN 1 THEN ?4 WHEN 2 THEN ?5 WHEN 3 THEN ?6 WHEN 4 "   \
    "THEN ?7 WHEN 5 THEN ?8 WHEN 6 THEN ?9 WHEN 7 THEN ?10 WHEN 8 THEN ?11 ELSE ?12 END"
    static_assert(WEBHOOK_ATTEMPTS == 10, "one parameter each");
    struct stmt *st;
    if (db_stmt(db,
                "UPDATE delivery SET next_at=?1+" LONGEST " WHERE state=0 AND next_at>?1 "
                "AND next_at > ?1 + max(" LONGEST ", CASE WHEN status IN (429, 502, 503, "
                "504) THEN ?2 ELSE 0 END)",
                &st, err) != 0)
        return -1;
    stmt_bind_int(st, 1, now);
    stmt_bind_int(st, 2, WEBHOOK_REST_MS_MAX);
    for (int i = 0; i < WEBHOOK_ATTEMPTS; i++)
        stmt_bind_int(st, 3 + i, webhook_delay_max_ms(i));
    return stmt_step(st, err);
}

int ledger_mend(struct db *db, int64_t now, struct err *err)
{
    if (db_begin(db, err) != 0)
        return -1;
    if (mend_deliveries(db, now, err) == 0 &&
        db_run(
            db, err,
            "UPDATE subscription SET failing_since=min(failing_since, ?1), "
            "disabled_at=min(disabled_at, ?1) WHERE failing_since>?1 OR disabled_at>?1",
            "i", now) == 0 &&
        db_commit(db, err) == 0)
        return 0;
    db_rollback(db);
    return -1;
}

/* -- subscriptions */

/* http(s)://HOST… without blanks; which hosts may be reached is decided at the call. */
static bool is_address(struct sv url)
{
    size_t host = sv_starts(url, SV("https://"))  ? 8
                  : sv_starts(url, SV("http://")) ? 7
                                                  : url.n;
    if (host >= url.n || url.p[host] == '/' || url.n > 2000)
        return false;
    for (size_t k = 0; k < url.n; k++)
        if ((unsigned char)url.p[k] <= ' ' || url.p[k] == 0x7F)
            return false;
    return url.p[host] != '[' || memchr(url.p + host, ']', url.n - host) != NULL;
}

static int is_secret(const char *secret, struct err *err)
{
    struct buf key = {0};
    int rc = webhook_secret_read(sv_cstr(secret), &key, err);
    if (key.p)
        explicit_bzero(key.p, key.cap);
    buf_free(&key);
    return rc;
}

int subscription_ready(struct subscription *s, struct fts *fts, struct err *err)
{
    struct query *query = NULL;
    if (!is_address(sv_cstr(s->url)))
        return err_set(err, ERR_BAD_INPUT,
                       "url: “%s” is no address of the form https://HOST/PATH", s->url);
    if (query_parse(sv_cstr(s->text), fts, &query, err) != 0)
        return err_wrap(err, "query");
    if (is_secret(s->secret, err) != 0 ||
        (s->old_secret && is_secret(s->old_secret, err) != 0)) {
        query_free(&query);
        return -1;
    }
    query_free(&s->query);
    s->query = query;
    return 0;
}

void subscription_free(struct subscription **sp)
{
    struct subscription *s = *sp;
    if (!s)
        return;
    query_free(&s->query);
    mem_free(&s->old_secret);
    mem_free(&s->id);
    mem_free(&s->text);
    mem_free(&s->url);
    mem_free(&s->secret);
    mem_free(&s->reason);
    mem_free(sp);
}

size_t subscription_place(struct subscription *const *v, size_t n, int64_t number)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (v[mid]->n < number)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && v[lo]->n == number ? lo : n;
}

static char *copy_of(struct sv v)
{
    return v.p ? mem_copy(v.p, v.n) : NULL;
}

int ledger_subscriptions(struct db *db, ledger_row *row, void *ctx, struct err *err)
{
    struct stmt *st;
    if (db_stmt(db,
                "SELECT n, id, query, url, secret, reason, from_file, state, "
                "failing_since, old_secret, old_until, disabled_at FROM subscription "
                "ORDER BY n",
                &st, err) != 0)
        return -1;
    int rc;
    while ((rc = stmt_step(st, err)) == 1) {
        struct subscription *s = mem_zalloc(sizeof *s);
        s->n = stmt_int(st, 0);
        s->id = copy_of(stmt_text(st, 1));
        s->text = copy_of(stmt_text(st, 2));
        s->url = copy_of(stmt_text(st, 3));
        s->secret = copy_of(stmt_text(st, 4));
        s->reason = copy_of(stmt_text(st, 5));
        s->from_file = stmt_int(st, 6) != 0;
        s->state = (enum subscription_state)stmt_int(st, 7);
        s->failing_since = stmt_int(st, 8);
        s->old_secret = copy_of(stmt_text(st, 9));
        s->old_until = stmt_int(st, 10);
        s->disabled_at = stmt_int(st, 11);
        if (row(ctx, s, err) != 0)
            return -1;
    }
    return rc;
}

int ledger_save(struct db *db, struct subscription *s, int64_t now, struct err *err)
{
    if (db_run(db, err,
               "INSERT INTO subscription(id, from_file, query, url, secret, state, "
               "reason, created, failing_since, old_secret, old_until, disabled_at) "
               "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12) ON "
               "CONFLICT(id) DO UPDATE SET from_file=?2, query=?3, url=?4, secret=?5, "
               "state=?6, reason=?7, failing_since=?9, old_secret=?10, old_until=?11, "
               "disabled_at=?12",
               "titttitiitii", sv_cstr(s->id), (int64_t)s->from_file, sv_cstr(s->text),
               sv_cstr(s->url), sv_cstr(s->secret), (int64_t)s->state, sv_cstr(s->reason),
               now, s->failing_since, sv_cstr(s->old_secret), s->old_until,
               s->disabled_at) != 0)
        return -1;
    return db_get_int(db, &s->n, err, "SELECT n FROM subscription WHERE id=?1", "t",
                      sv_cstr(s->id)) == 1
               ? 0
               : -1;
}

int ledger_remove(struct db *db, int64_t n, struct err *err)
{
    return db_run(db, err, "DELETE FROM subscription WHERE n=?1", "i", n) != 0 ||
                   db_run(db, err, "DELETE FROM heard WHERE subscription=?1", "i", n) !=
                       0 ||
                   db_run(db, err, "DELETE FROM delivery WHERE subscription=?1", "i",
                          n) != 0
               ? -1
               : 0;
}

/* -- decisions read */

static int paper_of(struct db *db, struct sv key, int64_t *out, struct err *err)
{
    int rc = db_get_int(db, out, err, "SELECT paper FROM paper WHERE key=?1", "t", key);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    if (db_run(db, err, "INSERT INTO paper(key) VALUES(?1)", "t", key) != 0)
        return -1;
    *out = db_last_rowid(db);
    return 0;
}

int ledger_see(struct db *db, struct sv key, struct sv decision, struct err *err)
{
    int64_t paper;
    if (paper_of(db, key, &paper, err) != 0 ||
        db_run(db, err, "INSERT OR IGNORE INTO seen(paper, decision) VALUES(?1, ?2)",
               "it", paper, decision) != 0)
        return -1;
    return db_changes(db) == 1;
}

int ledger_knows(struct db *db, struct sv key, struct sv decision, struct err *err)
{
    int64_t one;
    return db_get_int(db, &one, err,
                      "SELECT 1 FROM seen JOIN paper USING(paper) WHERE key=?1 AND "
                      "decision=?2",
                      "tt", key, decision);
}

int ledger_hear(struct db *db, int64_t subscription, struct sv document,
                struct sv language, struct err *err)
{
    int64_t same;
    if (db_run(db, err,
               "INSERT OR IGNORE INTO heard(subscription, document, language) "
               "VALUES(?1, ?2, ?3)",
               "itt", subscription, document, language) != 0)
        return -1;
    if (db_changes(db) == 1)
        return 1;
    int rc = db_get_int(db, &same, err,
                        "SELECT language=?3 FROM heard WHERE subscription=?1 AND "
                        "document=?2",
                        "itt", subscription, document, language);
    return rc < 0 ? -1 : rc == 1 && same == 1;
}

/* -- deliveries */

int ledger_add(struct db *db, const struct delivery *d, int64_t now, struct err *err)
{
    if (db_run(db, err,
               "INSERT OR IGNORE INTO delivery(subscription, decision, key, webhook_id, "
               "state, attempt, next_at, created, event_ms, body) "
               "VALUES(?1,?2,?3,?4,0,0,?5,?5,?6,?7)",
               "itttiit", d->subscription, d->decision, d->key, d->webhook_id, now,
               d->event_ms, d->body) != 0)
        return -1;
    return db_changes(db) == 1;
}

int ledger_withdraw(struct db *db, struct sv key, int64_t now, struct err *err)
{
    /* what was given up could be sent again */
    return db_run(db, err,
                  "UPDATE delivery INDEXED BY delivery_paper SET state=3, finished=?2, "
                  "body=NULL WHERE state IN (0, 2) AND key=?1",
                  "ti", key, now);
}

int ledger_settle(struct db *db, const struct outcome *o, int64_t now, struct err *err)
{
    bool open = o->state == DELIVERY_PENDING;
    if (db_run(db, err,
               "UPDATE delivery SET state=?2, attempt=?3, next_at=?4, status=?5, "
               "error=?6, finished=CASE WHEN ?2=0 THEN NULL ELSE ?7 END, body=CASE WHEN "
               "?2=1 THEN NULL ELSE body END WHERE n=?1 AND subscription=?8 AND state=0",
               "iiiiitii", o->n, (int64_t)o->state, o->attempt, o->next_at, o->status,
               sv_cstr(o->error), now, o->subscription) != 0)
        return -1;
    if (!open && o->state == DELIVERY_DONE)
        return db_run(db, err,
                      "UPDATE subscription SET failing_since=0 WHERE n=?1 AND "
                      "failing_since<>0",
                      "i", o->subscription);
    return db_run(db, err,
                  "UPDATE subscription SET failing_since=?2 WHERE n=?1 AND "
                  "failing_since=0",
                  "ii", o->subscription, now);
}

/* By indexes alone; those sent are what is left. The states are written out: only so is
 * an index of one state taken. */
int ledger_count(struct db *db, int64_t subscription, struct delivery_counts *out,
                 struct err *err)
{
    int64_t all = 0, withdrawn = 0;
    if (db_get_int(db, &all, err, "SELECT count(*) FROM delivery WHERE subscription=?1",
                   "i", subscription) < 0 ||
        db_get_int(db, &out->pending, err,
                   "SELECT count(*) FROM delivery WHERE subscription=?1 AND state=0", "i",
                   subscription) < 0 ||
        db_get_int(db, &out->dead, err,
                   "SELECT count(*) FROM delivery WHERE subscription=?1 AND state=2", "i",
                   subscription) < 0 ||
        db_get_int(db, &withdrawn, err,
                   "SELECT count(*) FROM delivery WHERE subscription=?1 AND state=3", "i",
                   subscription) < 0)
        return -1;
    out->done = all - out->pending - out->dead - withdrawn;
    return 0;
}

int ledger_hasten(struct db *db, int64_t subscription, bool dead, int64_t now,
                  struct err *err)
{
    static const char waiting[] = "UPDATE delivery SET attempt=0, next_at=?2 WHERE "
                                  "subscription=?1 AND state=0 AND next_at>?2",
                      given_up[] = "UPDATE delivery SET state=0, attempt=0, next_at=?2, "
                                   "finished=NULL WHERE subscription=?1 AND state=2";
    return db_run(db, err, waiting, "ii", subscription, now) != 0 ||
                   (dead && db_run(db, err, given_up, "ii", subscription, now) != 0)
               ? -1
               : 0;
}

int ledger_due(struct db *db, int64_t subscription, int64_t *out, struct err *err)
{
    *out = INT64_MAX;
    int64_t due;
    int rc = db_get_int(db, &due, err,
                        "SELECT next_at FROM delivery WHERE subscription=?1 AND state=0 "
                        "ORDER BY next_at LIMIT 1",
                        "i", subscription);
    if (rc == 1)
        *out = due;
    return rc < 0 ? -1 : 0;
}
