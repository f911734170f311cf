#define _DEFAULT_SOURCE /* explicit_bzero */
#include "book.h"

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/hash.h"
#include "lib/json.h"
#include "lib/log.h"
#include "webhook.h"

#include <assert.h>
#include <stdio.h>
#include <sys/stat.h>

static void add(struct book *b, struct subscription *s)
{
    b->v =
        mem_resize(b->v, b->n + 1,
                   sizeof(struct subscription *)); // NOLINT(bugprone-sizeof-expression)
    b->v[b->n++] = s;
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
    mem_free(&b->v);
    b->n = 0;
}

struct subscription *book_find(struct book *b, struct sv id)
{
    for (size_t i = 0; i < b->n; i++)
        if (sv_eq(sv_cstr(b->v[i]->id), id))
            return b->v[i];
    return NULL;
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

static int make(const struct book_entry *e, struct fts *fts, struct subscription **out,
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

static int save(struct book *b, struct subscription *s, int64_t now, struct err *err)
{
    if (db_begin(b->db, err) != 0)
        return -1;
    if (ledger_save(b->db, s, now, err) != 0 || db_commit(b->db, err) != 0) {
        db_rollback(b->db);
        return -1;
    }
    LOG(INFO, SUBSCRIPTION, FC("subscription", s->id),
        FC("state", subscription_state_name[s->state]));
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
    struct err ignored = {0}; /* it was read before */
    s->old_secret = copy_of(sv_cstr(kept));
    s->old_until = until;
    (void)!webhook_secret_read(sv_cstr(kept), &s->old_key, &ignored);
}

int book_put(struct book *b, const struct book_entry *e, int64_t now,
             struct subscription **out, struct err *err)
{
    struct subscription *s = NULL;
    if (make(e, b->fts, &s, err) != 0)
        return -1;
    struct subscription *old = book_find(b, sv_cstr(s->id));
    int rc = 0;
    if (old && old->from_file != e->from_file)
        rc = err_set(err, ERR_BAD_INPUT,
                     "subscription %s is %s; choose another id, or change it there",
                     s->id, old->from_file ? "in the file" : "made by the command");
    else if (!old && b->n >= BOOK_MAX)
        rc = err_set(err, ERR_BAD_INPUT, "at most %d subscriptions", (int)BOOK_MAX);
    if (rc == 0 && old) {
        s->state = old->state;
        s->due = old->due;
        s->failing_since = old->failing_since;
        s->reason = old->reason ? copy_of(sv_cstr(old->reason)) : NULL;
        keep_old_secret(s, old, now);
    }
    if (rc != 0 || save(b, s, now, err) != 0) {
        subscription_free(&s);
        return -1;
    }
    if (old) {
        for (size_t i = 0; i < b->n; i++)
            if (b->v[i] == old)
                b->v[i] = s;
        subscription_free(&old);
    } else {
        add(b, s);
    }
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
    LOG(INFO, SUBSCRIPTION, FC("subscription", s->id), FC("state", "removed"));
    for (size_t i = 0; i < b->n; i++)
        if (b->v[i] == s) {
            memmove(&b->v[i], &b->v[i + 1],
                    (b->n - i - 1) *
                        sizeof b->v[0]); // NOLINT(bugprone-sizeof-expression)
            b->n--;
            break;
        }
    subscription_free(&s);
    return 0;
}

int book_set(struct book *b, struct subscription *s, enum subscription_state state,
             const char *reason, int64_t now, struct err *err)
{
    s->state = state;
    mem_free(&s->reason);
    s->reason = reason ? copy_of(sv_cstr(reason)) : NULL;
    if (state == SUBSCRIPTION_ACTIVE) {
        s->failing_since = 0;
        if (ledger_due(b->db, s->n, &s->due, err) != 0)
            return -1;
    }
    return save(b, s, now, err);
}

/* -- the file */

static int read_secret(const char *list, struct sv name, struct buf *out, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    struct stat st;
    const char *slash = strrchr(list, '/');
    if (name.p && name.p[0] != '/' && slash)
        buf_add(&path, list, (size_t)(slash - list) + 1);
    buf_add_sv(&path, name);
    if (!name.n)
        return err_set(err, ERR_BAD_INPUT, "secret_file is missing");
    if (stat(path.p, &st) == 0 && (st.st_mode & 077))
        return err_set(err, ERR_BAD_INPUT, "%s: others can read it; chmod 600", path.p);
    return file_read(path.p, 1024, out, err);
}

static int read_line(struct book *b, const char *path, struct sv line, int64_t now,
                     struct err *err)
{
    AUTO(json_free) struct json *o = NULL;
    AUTO(buf_free) struct buf secret = {0};
    if (json_read(line, &o, err) != 0 ||
        read_secret(path, json_member_text(o, "secret_file"), &secret, err) != 0)
        return -1;
    struct book_entry e = {.id = json_member_text(o, "id"),
                           .query = json_member_text(o, "query"),
                           .url = json_member_text(o, "url"),
                           .secret = sv_trim(buf_sv(&secret)),
                           .from_file = true};
    struct subscription *s = NULL;
    assert(b && o);
    int rc = book_put(b, &e, now, &s, err);
    if (secret.p)
        explicit_bzero(secret.p, secret.n);
    if (rc != 0)
        return -1;
    if (s->named)
        return err_set(err, ERR_BAD_INPUT, "subscription %s stands twice", s->id);
    s->named = true;
    return 0;
}

int book_read_file(struct book *b, const char *path, int64_t now, struct err *err)
{
    AUTO(buf_free) struct buf text = {0};
    struct sv rest, line;
    if (file_read(path, 16U << 20, &text, err) != 0)
        return -1;
    for (size_t i = 0; i < b->n; i++)
        b->v[i]->named = false;
    rest = buf_sv(&text);
    for (int n = 1; sv_cut(&rest, '\n', &line); n++) {
        line = sv_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (read_line(b, path, line, now, err) != 0)
            return err_wrap(err, "%s:%d", path, n);
    }
    for (size_t i = b->n; i-- > 0;)
        if (b->v[i]->from_file && !b->v[i]->named && book_remove(b, b->v[i], err) != 0)
            return -1;
    return 0;
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

int book_match(struct book *b, const struct wire_event *ev, const struct wire_decision *d,
               bool thin, const struct subscription *only, int64_t now, struct arena *a,
               struct err *err)
{
    struct query_row row;
    int made = 0;
    if (b->n == 0)
        return 0;
    query_row_from(d, a, &row);
    const struct query_words *words = query_words_new(a, b->fts, &row);
    for (size_t i = 0; i < b->n; i++) {
        struct subscription *s = b->v[i];
        if ((only && s != only) || s->state == SUBSCRIPTION_DISABLED || !s->query ||
            !query_match(s->query, words))
            continue;
        int rc = add_delivery(b, s, ev, d, thin, now, err);
        if (rc < 0)
            return -1;
        made += rc;
    }
    return made;
}
