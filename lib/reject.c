#include "reject.h"

#include "clock.h"
#include "doc.h"
#include "file.h"
#include "hash.h"
#include "json_write.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const steps[] = {
    "CREATE TABLE reject (id TEXT PRIMARY KEY, stage TEXT NOT NULL, reason TEXT NOT NULL,"
    " detail TEXT, attempts INTEGER NOT NULL, source TEXT, name BLOB, uri TEXT, topic "
    "TEXT,"
    " partition INTEGER, offset INTEGER, sha256 TEXT, bytes INTEGER, marking TEXT,"
    " media_type TEXT, kept INTEGER NOT NULL, time_ms INTEGER NOT NULL,"
    " asked INTEGER NOT NULL DEFAULT 0)"};

int reject_migrate(struct db *db, struct err *err)
{
    if (db_migrate(db, "reject", steps, ARRAY_LEN(steps), err) < 0)
        return -1;
    return db_run(db, err, "UPDATE reject SET asked = 1 WHERE asked = 2", "");
}

void reject_id(const struct wire_rejected *r, char out[REJECT_ID])
{
    AUTO(buf_free) struct buf b = {0};
    char hex[HASH_HEX + 1];
    buf_addf(&b, "%s\n", r->stage);
    buf_add_sv(&b, r->source);
    if (r->topic)
        buf_addf(&b, "\n%s/%d/%lld", r->topic, (int)r->partition, (long long)r->offset);
    else
        buf_addf(&b, "\n%.*s\n", (int)r->sha256.n, r->sha256.p ? r->sha256.p : "");
    if (!r->topic)
        buf_add_sv(&b, r->name); /* several empty files are several rejects */
    hash_sha256_hex(buf_sv(&b), hex);
    memcpy(out, hex, REJECT_ID - 1);
    out[REJECT_ID - 1] = '\0';
}

int reject_store(struct db *db, const struct wire_rejected *r, bool kept,
                 struct sv media_type, struct err *err)
{
    char id[REJECT_ID];
    reject_id(r, id);
    return db_run(
        db, err,
        "INSERT INTO reject (id, stage, reason, detail, attempts, source, name, uri, "
        "topic,"
        " partition, offset, sha256, bytes, marking, media_type, kept, time_ms)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        /* of a topic: only read again, since the place in its log was not certain */
        " ON CONFLICT (id) DO UPDATE SET attempts = CASE WHEN bytes IS NOT excluded.bytes"
        " THEN excluded.attempts WHEN topic IS NULL THEN attempts + 1"
        " ELSE max(attempts, excluded.attempts) END, asked = 0, reason = "
        "excluded.reason,"
        " detail = excluded.detail, source = excluded.source, sha256 = excluded.sha256,"
        " bytes = excluded.bytes, marking = excluded.marking, media_type = "
        "excluded.media_type,"
        " kept = excluded.kept, time_ms = excluded.time_ms",
        "ttttitbttiititti"
        "i",
        sv_cstr(id), sv_cstr(r->stage), sv_cstr(r->reason), r->detail,
        (int64_t)(r->attempts > 0 ? r->attempts : 1), r->source, r->name, r->uri,
        sv_cstr(r->topic), (int64_t)r->partition, r->offset, r->sha256, r->bytes,
        r->marking, media_type, (int64_t)kept, r->time_ms);
}

static void take_row(struct stmt *s, struct arena *a, struct reject_row *out)
{
    *out = (struct reject_row){.id = arena_copy(a, stmt_text(s, 0)),
                               .source = arena_copy(a, stmt_text(s, 1)),
                               .name = arena_copy(a, stmt_text(s, 2)),
                               .uri = arena_copy(a, stmt_text(s, 3)),
                               .topic = arena_copy(a, stmt_text(s, 4)),
                               .partition = stmt_int(s, 5),
                               .offset = stmt_int(s, 6),
                               .sha256 = arena_copy(a, stmt_text(s, 7)),
                               .media_type = arena_copy(a, stmt_text(s, 8)),
                               .marking = arena_copy(a, stmt_text(s, 9)),
                               .attempts = stmt_int(s, 10),
                               .kept = stmt_int(s, 11) != 0};
}

int reject_asked(struct db *db, struct arena *a, struct reject_row *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(
            db,
            "SELECT id, source, name, uri, topic, partition, offset, sha256, media_type,"
            " marking, attempts, kept FROM reject WHERE asked = 1 ORDER BY time_ms"
            " LIMIT 1",
            &s, err) < 0)
        return -1;
    int r = stmt_step(s, err);
    if (r <= 0)
        return r;
    take_row(s, a, out);
    if (stmt_step(s, err) < 0 ||
        db_run(db, err, "UPDATE reject SET asked = 2 WHERE id = ?", "t", out->id) < 0)
        return -1;
    return 1;
}

int reject_ask_all(struct db *db, const char *reason, struct err *err)
{
    return db_run(db, err, "UPDATE reject SET asked = 1 WHERE reason = ? AND kept", "t",
                  sv_cstr(reason));
}

int reject_ask_one(struct db *db, const char *reason, struct err *err)
{
    return db_run(db, err,
                  "UPDATE reject SET asked = 1 WHERE id = (SELECT id FROM reject WHERE"
                  " reason = ? AND kept ORDER BY time_ms LIMIT 1)",
                  "t", sv_cstr(reason));
}

int reject_asked_again(struct db *db, struct sv id, struct err *err)
{
    return db_run(db, err, "UPDATE reject SET asked = 1 WHERE id = ?", "t", id);
}

int reject_not_asked(struct db *db, struct sv id, struct err *err)
{
    return db_run(db, err, "UPDATE reject SET asked = 0 WHERE id = ?", "t", id);
}

int reject_again(struct db *db, struct sv id, const char *reason, const char *detail,
                 int64_t time_ms, struct err *err)
{
    return db_run(db, err,
                  "UPDATE reject SET attempts = attempts + 1, asked = 0, reason = ?2, "
                  "detail = ?3, time_ms = ?4 WHERE id = ?1",
                  "ttti", id, sv_cstr(reason), sv_cstr(detail), time_ms);
}

int reject_count(struct db *db, int64_t *out, struct err *err)
{
    *out = 0;
    return db_get_int(db, out, err, "SELECT count(*) FROM reject", "") < 0 ? -1 : 0;
}

/* ---- the bytes ---- */

static void path_of(struct buf *out, const char *dir, const char *sha256)
{
    buf_addf(out, "%s/rejected/%s", dir, sha256);
}

int reject_keep(const char *dir, const char *sha256, struct sv bytes, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s/rejected", dir);
    if (dir_make(path.p, 0750, err) < 0)
        return -1;
    buf_reset(&path);
    path_of(&path, dir, sha256);
    return file_put(path.p, bytes, 0640, err);
}

void reject_clear(const char *dir)
{
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s/rejected", dir);
    dir_clear(path.p);
}

int reject_bytes(const char *dir, const char *sha256, struct buf *out, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    path_of(&path, dir, sha256);
    return file_read(path.p, ORIGINAL_BYTES_MAX, out, err);
}

static void forget(const char *dir, const char *sha256)
{
    AUTO(buf_free) struct buf path = {0};
    path_of(&path, dir, sha256);
    (void)unlink(path.p);
}

/* 1 it was there, 0 not, -1. */
static int remove_row(struct db *db, const char *dir, struct sv id, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db, "SELECT sha256, kept FROM reject WHERE id = ?", &s, err) < 0)
        return -1;
    stmt_bind_text(s, 1, id);
    int step = stmt_step(s, err);
    if (step <= 0)
        return step;
    struct sv sha = stmt_text(s, 0);
    AUTO(mem_free) char *hex = mem_copy(sha.p ? sha.p : "", sha.n);
    bool kept = stmt_int(s, 1) != 0;
    int64_t left = 0;
    if (stmt_step(s, err) < 0 ||
        db_run(db, err, "DELETE FROM reject WHERE id = ?", "t", id) < 0 ||
        db_get_int(db, &left, err,
                   "SELECT count(*) FROM reject WHERE sha256 = ? AND kept", "t",
                   sv_cstr(hex)) < 0)
        return -1;
    if (kept && left == 0)
        forget(dir, hex);
    return 1;
}

int reject_remove(struct db *db, const char *dir, struct sv id, struct err *err)
{
    return remove_row(db, dir, id, err) < 0 ? -1 : 0;
}

/* ---- paths ---- */

enum { ROW_COLUMNS = 16 };
#define ROW_SQL                                                                          \
    "SELECT id, stage, reason, detail, attempts, source, name, uri, topic, partition,"   \
    " offset, sha256, bytes, marking, kept, time_ms FROM reject"

/* Names are bytes: what is no UTF-8 is shown as U+FFFD. */
static void put_text(struct json_writer *w, const char *key, struct sv v, struct arena *a)
{
    uint64_t repairs = 0;
    json_pair(w, key, v.p && v.n ? doc_normal_text(arena_copy(a, v), a, &repairs) : v);
}

static void put_row(struct json_writer *w, struct stmt *s)
{
    static const char *const key[ROW_COLUMNS] = {
        "id",    "stage",     "reason", "detail", "attempts", "source",  "name", "uri",
        "topic", "partition", "offset", "sha256", "bytes",    "marking", "kept", "time"};
    struct arena a;
    arena_init(&a, 1 << 20);
    json_open_object(w);
    for (int i = 0; i < ROW_COLUMNS; i++) {
        bool number = i == 4 || i == 9 || i == 10 || i == 12;
        if ((i == 9 || i == 10) && stmt_is_null(s, 8))
            continue;
        if (i == 14) {
            json_pair_bool(w, key[i], stmt_int(s, i) != 0);
        } else if (i == 15) {
            char time[CLOCK_RFC3339];
            clock_rfc3339(stmt_int(s, i), time);
            json_pair(w, key[i], sv_cstr(time));
        } else if (number) {
            json_pair_int(w, key[i], stmt_int(s, i));
        } else {
            put_text(w, key[i], stmt_text(s, i), &a);
        }
    }
    json_close_object(w);
    arena_free(&a);
}

static int list(struct db *db, struct http_reply *r, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db, ROW_SQL " ORDER BY time_ms DESC, id LIMIT 1000", &s, err) < 0)
        return -1;
    struct json_writer w = {.out = &r->body};
    json_open_array(&w);
    int step;
    while ((step = stmt_step(s, err)) == 1)
        put_row(&w, s);
    json_close_array(&w);
    buf_addc(&r->body, '\n');
    return step < 0 ? -1 : 0;
}

static int not_there(struct http_reply *r)
{
    r->status = 404;
    buf_lit(&r->body, "{\"error\":\"no such reject\"}\n");
    return 0;
}

static int show(struct db *db, struct sv id, struct http_reply *r, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db, ROW_SQL " WHERE id = ?", &s, err) < 0)
        return -1;
    stmt_bind_text(s, 1, id);
    int step = stmt_step(s, err);
    if (step <= 0)
        return step < 0 ? -1 : not_there(r);
    struct json_writer w = {.out = &r->body};
    put_row(&w, s);
    buf_addc(&r->body, '\n');
    stmt_reset(s); /* an open read holds the WAL */
    return 0;
}

static int ask(struct db *db, struct sv id, struct http_reply *r, struct err *err)
{
    if (db_run(db, err,
               "UPDATE reject SET asked = 1 WHERE id = ? AND (kept OR topic NOT NULL)",
               "t", id) < 0)
        return -1;
    if (db_changes(db) == 0)
        return not_there(r);
    r->status = 202;
    buf_lit(&r->body, "{\"asked\":true}\n");
    return 0;
}

static int purge(struct db *db, const char *dir, struct sv id, struct http_reply *r,
                 struct err *err)
{
    int had = remove_row(db, dir, id, err);
    if (had <= 0)
        return had < 0 ? -1 : not_there(r);
    buf_lit(&r->body, "{\"purged\":true}\n");
    return 0;
}

int reject_serve(struct db *db, const char *dir, const struct http_request *q,
                 struct http_reply *r, struct err *err)
{
    struct sv prefix = SV("/rejects"), path = q->path;
    if (!sv_starts(path, prefix))
        return 1;
    path = sv_sub(path, prefix.n, path.n);
    if (path.n == 0 && sv_eq(q->method, SV("GET")))
        return list(db, r, err);
    if (path.n < 2 || path.p[0] != '/')
        return 1;
    struct sv rest = sv_sub(path, 1, path.n), id;
    (void)sv_cut(&rest, '/', &id);
    if (rest.n == 0 && sv_eq(q->method, SV("GET")))
        return show(db, id, r, err);
    if (sv_eq(rest, SV("replay")) && sv_eq(q->method, SV("POST")))
        return ask(db, id, r, err);
    if (sv_eq(rest, SV("purge")) && sv_eq(q->method, SV("POST")))
        return purge(db, dir, id, r, err);
    return 1;
}
