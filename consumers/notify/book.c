#define _DEFAULT_SOURCE /* explicit_bzero */
#include "book.h"

#include "lib/clock.h"
#include "lib/hash.h"
#include "lib/log.h"
#include "webhook.h"

#include <assert.h>
#include <stdio.h>

/* Where the id stands in by_id, or would. */
static size_t place_of(const struct book *b, struct sv id)
{
    size_t lo = 0, hi = b->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (sv_cmp(sv_cstr(b->by_id[mid]->id), id) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* A new one has the highest number: v stays in the order of numbers. */
static void add(struct book *b, struct subscription *s)
{
    size_t at = place_of(b, sv_cstr(s->id)), each = sizeof(struct subscription *);
    if (b->n == b->cap) {
        b->cap = b->cap ? b->cap * 2 : 64;
        b->v = mem_resize(b->v, b->cap, each);
        b->by_id = mem_resize(b->by_id, b->cap, each);
    }
    assert(b->n == 0 || b->v[b->n - 1]->n < s->n);
    memmove(b->by_id + at + 1, b->by_id + at, (b->n - at) * each);
    b->by_id[at] = s;
    b->v[b->n++] = s;
}

static void forget_set(struct book *b)
{
    query_set_free(&b->set);
}

void book_take(struct book *b, struct subscription *s)
{
    struct subscription *old = book_find(b, sv_cstr(s->id));
    forget_set(b);
    if (!old) {
        add(b, s);
        return;
    }
    b->by_id[place_of(b, sv_cstr(s->id))] = s;
    b->v[subscription_place(b->v, b->n, old->n)] = s;
    subscription_free(&old);
}

void book_drop(struct book *b, struct subscription *s)
{
    size_t at = place_of(b, sv_cstr(s->id)), place = subscription_place(b->v, b->n, s->n),
           each = sizeof(struct subscription *);
    forget_set(b);
    b->n--;
    memmove(b->by_id + at, b->by_id + at + 1, (b->n - at) * each);
    memmove(b->v + place, b->v + place + 1, (b->n - place) * each);
    subscription_free(&s);
}

static char *copy_of(struct sv v)
{
    return mem_copy(v.n ? v.p : "", v.n);
}

static int load(void *ctx, struct subscription *s, struct err *err)
{
    struct book *b = ctx;
    struct err why = {0};
    add(b, s);
    if (subscription_ready(s, b->fts, &why) != 0) { /* saved by another version */
        s->state = SUBSCRIPTION_DISABLED;
        mem_free(&s->reason);
        s->reason = mem_copy(why.text, sv_cstr(why.text).n);
        LOG(WARN, SUBSCRIPTION, FC("subscription", s->id), FC("state", "disabled"),
            FC("why", why.text));
    }
    return ledger_due(b->db, s->n, &s->due, err);
}

int book_open(struct book *b, struct db *db, struct fts *fts, struct err *err)
{
    *b = (struct book){.db = db, .fts = fts};
    return ledger_subscriptions(db, load, b, err);
}

void book_close(struct book *b)
{
    for (size_t i = 0; i < b->n; i++)
        subscription_free(&b->v[i]);
    forget_set(b);
    mem_free(&b->v);
    mem_free(&b->by_id);
    mem_free(&b->asked);
    mem_free(&b->found);
    b->n = b->cap = 0;
}

struct subscription *book_find(const struct book *b, struct sv id)
{
    size_t at = place_of(b, id);
    return at < b->n && sv_eq(sv_cstr(b->by_id[at]->id), id) ? b->by_id[at] : NULL;
}

/* -- changes */

static bool valid_id(struct sv id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return id.n > 0 && id.n <= BOOK_ID_MAX;
}

int book_make(const struct book_entry *e, struct fts *fts, struct subscription **out,
              struct err *err)
{
    struct subscription *s = mem_zalloc(sizeof *s);
    char hex[HASH_HEX + 1];
    struct buf both = {0};
    buf_addf(&both, "%.*s\n%.*s", (int)e->query.n, e->query.p ? e->query.p : "",
             (int)e->url.n, e->url.p ? e->url.p : "");
    hash_sha256_hex(buf_sv(&both), hex);
    buf_free(&both);
    s->id = copy_of(e->id.n ? e->id : (struct sv){hex, 12});
    s->text = copy_of(e->query);
    s->url = copy_of(e->url);
    s->secret = copy_of(e->secret);
    s->from_file = e->from_file;
    s->due = INT64_MAX;
    int rc = 0;
    if (!valid_id(sv_cstr(s->id)))
        rc = err_set(err, ERR_BAD_INPUT,
                     "id: letters, digits, - and _, at most %d; not “%s”",
                     (int)BOOK_ID_MAX, s->id);
    if (rc != 0 || subscription_ready(s, fts, err) != 0) {
        subscription_free(&s);
        return -1;
    }
    *out = s;
    return 0;
}

void book_tell(const struct subscription *s, const char *state)
{
    LOG(INFO, SUBSCRIPTION, FC("subscription", s->id), FC("state", state));
}

static int save(struct book *b, struct subscription *s, bool moves, int64_t now,
                struct err *err)
{
    if (db_begin(b->db, err) != 0)
        return -1;
    if (ledger_save(b->db, s, now, err) != 0 ||
        (moves && ledger_hasten(b->db, s->n, false, now, err) != 0) ||
        db_commit(b->db, err) != 0) {
        db_rollback(b->db);
        return -1;
    }
    book_tell(s, subscription_state_name[s->state]);
    return 0;
}

/* A secret that was replaced signs beside the new one for a while, so that the receiver
 * need not change at the same moment. */
static void keep_old_secret(struct subscription *s, const struct subscription *old,
                            int64_t now)
{
    bool same = strcmp(s->secret, old->secret) == 0;
    const char *kept = same ? old->old_secret : old->secret;
    int64_t until = same ? old->old_until : now + BOOK_ROTATION_MS;
    if (!kept || until <= now)
        return;
    s->old_secret = copy_of(sv_cstr(kept));
    s->old_until = until;
}

bool book_moves(const struct subscription *s, const struct subscription *old)
{
    return old && strcmp(s->url, old->url) != 0;
}

int64_t book_keeps_until(const struct subscription *s)
{
    return s->state == SUBSCRIPTION_DISABLED && s->disabled_at
               ? s->disabled_at + BOOK_KEEPS_MS
               : 0;
}

/* It is active again; what was kept meanwhile goes, and what was not is told. */
static void awake(struct subscription *s, int64_t now)
{
    int64_t until = book_keeps_until(s);
    char time[CLOCK_RFC3339];
    s->missed_since = until && until < now ? until : 0;
    s->disabled_at = 0;
    s->failing_since = 0;
    if (!s->missed_since)
        return;
    clock_rfc3339(s->missed_since, time);
    LOG(WARN, SUBSCRIPTION, FC("subscription", s->id), FC("state", "active"),
        FC("missed_since", time),
        FC("effect", "councilwire subscribe add with the same id and --from sends it"));
}

/* What the old receiver did says nothing of the new one. */
static void start_afresh(struct subscription *s, int64_t now)
{
    s->due = now;
    s->failing_since = 0;
    if (s->state == SUBSCRIPTION_DISABLED) {
        awake(s, now);
        s->state = SUBSCRIPTION_ACTIVE;
        mem_free(&s->reason);
    }
}

int book_follow(struct subscription *s, const struct subscription *old, int64_t now,
                struct err *err)
{
    if (!old)
        return 0;
    if (old->from_file != s->from_file)
        return err_set(err, ERR_BAD_INPUT,
                       "subscription %s is %s; choose another id, or change it there",
                       s->id, old->from_file ? "in the file" : "made by the command");
    s->n = old->n;
    s->state = old->state;
    s->due = old->due;
    s->failing_since = old->failing_since;
    s->disabled_at = old->disabled_at;
    s->reason = old->reason ? copy_of(sv_cstr(old->reason)) : NULL;
    keep_old_secret(s, old, now);
    if (book_moves(s, old))
        start_afresh(s, now);
    return 0;
}

int book_put(struct book *b, const struct book_entry *e, int64_t now,
             struct subscription **out, struct err *err)
{
    struct subscription *s = NULL;
    if (book_make(e, b->fts, &s, err) != 0)
        return -1;
    const struct subscription *old = book_find(b, sv_cstr(s->id));
    int rc = book_follow(s, old, now, err);
    if (rc == 0 && !old && b->n >= BOOK_MAX)
        rc = err_set(err, ERR_BAD_INPUT, "at most %d subscriptions", (int)BOOK_MAX);
    if (rc != 0 || save(b, s, book_moves(s, old), now, err) != 0) {
        subscription_free(&s);
        return -1;
    }
    book_take(b, s);
    *out = s;
    return 0;
}

int book_remove(struct book *b, struct subscription *s, struct err *err)
{
    if (db_begin(b->db, err) != 0)
        return -1;
    if (ledger_remove(b->db, s->n, err) != 0 || db_commit(b->db, err) != 0) {
        db_rollback(b->db);
        return -1;
    }
    book_tell(s, "removed");
    book_drop(b, s);
    return 0;
}

/* What can not be stored is not in force either: the next start would not know of it. */
int book_set(struct book *b, struct subscription *s, enum subscription_state state,
             const char *reason, int64_t now, struct err *err)
{
    struct subscription before = *s;
    if (state == SUBSCRIPTION_ACTIVE) {
        if (ledger_due(b->db, s->n, &s->due, err) != 0)
            return -1;
        awake(s, now);
    }
    s->state = state;
    s->reason = reason ? copy_of(sv_cstr(reason)) : NULL;
    if (save(b, s, false, now, err) == 0) {
        mem_free(&before.reason);
        return 0;
    }
    mem_free(&s->reason);
    *s = before;
    return -1;
}

/* -- matching */

static int64_t digits(struct sv s, size_t at, size_t n)
{
    int64_t v = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

/* "2026-08-01T12:00:00.123Z" to ms since the epoch; -1 where it is none. */
static int64_t time_ms(struct sv s)
{
    int64_t year = digits(s, 0, 4), month = digits(s, 5, 2), day = digits(s, 8, 2),
            hour = digits(s, 11, 2), minute = digits(s, 14, 2), second = digits(s, 17, 2);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || hour < 0 || minute < 0 ||
        second < 0 || s.p[s.n - 1] != 'Z')
        return -1;
    int64_t y = month <= 2 ? year - 1 : year, era = y / 400, yoe = y - era * 400,
            doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1,
            doe = yoe * 365 + yoe / 4 - yoe / 100 + doy,
            days = era * 146097 + doe - 719468;
    int64_t ms = s.n >= 24 && s.p[19] == '.' ? digits(s, 20, 3) : 0;
    return (days * 86400 + hour * 3600 + minute * 60 + second) * 1000 + (ms > 0 ? ms : 0);
}

static int add_delivery(struct book *b, struct subscription *s,
                        const struct wire_event *ev, const struct wire_decision *d,
                        bool thin, int64_t now, struct err *err)
{
    AUTO(buf_free) struct buf body = {0};
    char id[WEBHOOK_ID + 1];
    struct sv decision = {d->decision.id, 32},
              document = d->document.id.n ? d->document.id : ev->key,
              language = d->document.language.n ? d->document.language : SV("und");
    int rc = ledger_hear(b->db, s->n, document, language, err);
    if (rc <= 0)
        return rc;
    webhook_id(sv_cstr(s->id), decision, id);
    webhook_body(d, ev->key, sv_cstr(s->id), ev->time, thin, &body);
    int64_t event_ms = ev->time.n ? time_ms(ev->time) : -1;
    struct delivery delivery = {.subscription = s->n,
                                .event_ms = event_ms < 0 ? clock_wall_ms() : event_ms,
                                .decision = decision,
                                .key = ev->key,
                                .webhook_id = {id, WEBHOOK_ID},
                                .body = buf_sv(&body)};
    rc = ledger_add(b->db, &delivery, now, err);
    if (rc == 1 && s->due > now)
        s->due = now;
    return rc;
}

/* One that is disabled may be started again: for a while what comes waits for that. */
static bool is_kept_for(const struct subscription *s, int64_t now)
{
    return s->state != SUBSCRIPTION_DISABLED || now < book_keeps_until(s);
}

/* Made when it is first needed after a change: changes come in crowds. */
static void make_set(struct book *b)
{
    if (b->set)
        return;
    b->asked = mem_resize(b->asked, b->n + 1, sizeof(const struct query *));
    b->found = mem_resize(b->found, b->n + 1, sizeof *b->found);
    for (size_t i = 0; i < b->n; i++)
        b->asked[i] = b->v[i]->query;
    b->set = query_set_new(b->asked, b->n);
}

int book_match(struct book *b, const struct wire_event *ev, const struct wire_decision *d,
               bool thin, struct subscription *only, int64_t now, struct arena *a,
               struct err *err)
{
    struct query_row row;
    int made = 0;
    if (b->n == 0)
        return 0;
    query_row_from(d, a, &row);
    const struct query_words *words = query_words_new(a, b->fts, &row);
    if (only)
        return only->query && query_match(only->query, words)
                   ? add_delivery(b, only, ev, d, thin, now, err)
                   : 0;
    make_set(b);
    size_t found = query_set_match(b->set, words, b->found);
    for (size_t i = 0; i < found; i++) {
        struct subscription *s = b->v[b->found[i]];
        int rc = is_kept_for(s, now) ? add_delivery(b, s, ev, d, thin, now, err) : 0;
        if (rc < 0)
            return -1;
        made += rc;
    }
    return made;
}
