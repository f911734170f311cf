#include "archive.h"

#include "lib/query.h"

#include <ctype.h>
#include <stdio.h>

const char archive_chain_zero[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

static const char *const steps[] = {
    "CREATE TABLE archive_entry(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
    " key TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,"
    " marking TEXT NOT NULL, stored TEXT NOT NULL, ce_id TEXT NOT NULL,"
    " chain TEXT NOT NULL)",
    /* which versions of a key are here, and which came last */
    "CREATE TABLE archive_version(kind TEXT NOT NULL, key TEXT NOT NULL,"
    " sha256 TEXT NOT NULL, log INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " withdrawn INTEGER NOT NULL, PRIMARY KEY(kind, key, sha256)) WITHOUT ROWID",
    "CREATE INDEX archive_version_object ON archive_version(sha256)",
    ("CREATE TABLE archive_head(one INTEGER PRIMARY KEY CHECK(one = 1),"
     " seq INTEGER NOT NULL, manifest_bytes INTEGER NOT NULL, chain TEXT NOT NULL)"),
    "CREATE INDEX archive_entry_key ON archive_entry(key)",
};

int manifest_migrate(struct db *db, struct err *err)
{
    return db_migrate(db, "archive", steps, ARRAY_LEN(steps), err);
}

static void copy_hex(char out[HASH_HEX + 1], struct sv s)
{
    size_t n = s.n < HASH_HEX ? s.n : HASH_HEX;
    memcpy(out, s.p, n);
    out[n] = '\0';
}

int manifest_head(struct db *db, struct archive_head *out, struct err *err)
{
    struct stmt *s;
    *out = (struct archive_head){0};
    memcpy(out->chain, archive_chain_zero, sizeof out->chain);
    if (db_stmt(db, "SELECT seq, manifest_bytes, chain FROM archive_head", &s, err) != 0)
        return -1;
    int rc = stmt_step(s, err);
    if (rc != 1)
        return rc;
    out->seq = stmt_int(s, 0);
    out->manifest_bytes = stmt_int(s, 1);
    copy_hex(out->chain, stmt_text(s, 2));
    return stmt_step(s, err) < 0 ? -1 : 0;
}

int manifest_store_head(struct db *db, const struct archive_head *h, struct err *err)
{
    return db_run(db, err, "INSERT OR REPLACE INTO archive_head VALUES(1, ?1, ?2, ?3)",
                  "iit", h->seq, h->manifest_bytes, sv_cstr(h->chain));
}

static void add_fields(const struct archive_entry *e, struct buf *out)
{
    buf_addf(out, "%lld\t", (long long)e->seq);
    buf_add_sv(out, e->kind);
    buf_addc(out, '\t');
    buf_add_sv(out, e->key);
    buf_addc(out, '\t');
    buf_add_sv(out, e->sha256);
    buf_addf(out, "\t%lld\t", (long long)e->bytes);
    buf_add_sv(out, e->marking);
    buf_addc(out, '\t');
    buf_add_sv(out, e->stored);
    buf_addc(out, '\t');
    buf_add_sv(out, e->ce_id);
}

void manifest_line(struct archive_entry *e, const char *before, struct buf *out)
{
    AUTO(buf_free) struct buf hashed = {0};
    buf_addf(&hashed, "%s\n", before);
    size_t start = hashed.n;
    add_fields(e, &hashed);
    hash_sha256_hex(buf_sv(&hashed), e->chain);
    buf_add_sv(out, sv_sub(buf_sv(&hashed), start, hashed.n));
    buf_addf(out, "\t%s\n", e->chain);
}

static bool is_hex(struct sv s)
{
    return s.n == HASH_HEX && strspn(s.p, "0123456789abcdef") >= HASH_HEX;
}

bool manifest_parse(struct sv line, struct archive_entry *out)
{
    struct sv field[9], rest = line;
    size_t n = 0;
    while (n < ARRAY_LEN(field) && sv_cut(&rest, '\t', &field[n]))
        n++;
    uint64_t seq, bytes;
    if (n != ARRAY_LEN(field) || rest.n != 0 || !sv_u64(field[0], &seq) ||
        !sv_u64(field[4], &bytes) || seq > INT64_MAX || bytes > INT64_MAX ||
        !is_hex(field[3]) || !is_hex(field[8]))
        return false;
    *out = (struct archive_entry){.seq = (int64_t)seq,
                                  .kind = field[1],
                                  .key = field[2],
                                  .sha256 = field[3],
                                  .bytes = (int64_t)bytes,
                                  .marking = field[5],
                                  .stored = field[6],
                                  .ce_id = field[7]};
    copy_hex(out->chain, field[8]);
    return true;
}

int manifest_insert(struct db *db, const struct archive_entry *e, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO archive_entry VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                  "itttitttt", e->seq, e->kind, e->key, e->sha256, e->bytes, e->marking,
                  e->stored, e->ce_id, sv_cstr(e->chain));
}

int manifest_has_event(struct db *db, struct sv key, struct sv ce_id, struct err *err)
{
    int64_t one;
    return db_get_int(db, &one, err,
                      "SELECT 1 FROM archive_entry WHERE key = ?1 AND ce_id = ?2", "tt",
                      key, ce_id);
}

int manifest_rows(struct db *db, int64_t seq, int64_t last, int64_t max, struct buf *out,
                  struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT seq, kind, key, sha256, bytes, marking, stored, ce_id, chain"
                " FROM archive_entry WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3",
                &s, err) != 0)
        return -1;
    stmt_bind_int(s, 1, seq);
    stmt_bind_int(s, 2, last);
    stmt_bind_int(s, 3, max);
    int rc;
    while ((rc = stmt_step(s, err)) == 1) {
        struct archive_entry e = {.seq = stmt_int(s, 0),
                                  .kind = stmt_text(s, 1),
                                  .key = stmt_text(s, 2),
                                  .sha256 = stmt_text(s, 3),
                                  .bytes = stmt_int(s, 4),
                                  .marking = stmt_text(s, 5),
                                  .stored = stmt_text(s, 6),
                                  .ce_id = stmt_text(s, 7)};
        add_fields(&e, out);
        buf_addc(out, '\t');
        buf_add_sv(out, stmt_text(s, 8));
        buf_addc(out, '\n');
    }
    return rc;
}

/* The statement's first row as a line; it is read to its end. */
static int found(struct stmt *s, struct buf *out, struct err *err)
{
    int rc = stmt_step(s, err);
    if (rc != 1)
        return rc;
    for (int i = 0; i < 3; i++) {
        buf_add_sv(out, stmt_text(s, i));
        buf_addc(out, i < 2 ? '\t' : '\n');
    }
    while ((rc = stmt_step(s, err)) == 1)
        continue;
    return rc < 0 ? -1 : 1;
}

/* "15754/17 REV 2" as a pattern of keys, "*-15754-2017-REV-2/?*"; false when it is no
 * printed number. Without a suffix: INIT, or the revision between the slashes. */
static bool number_pattern(struct sv id, struct buf *out)
{
    struct arena a;
    struct sv number, rest = id;
    arena_init(&a, 1 << 16);
    bool is_number = id.n < 64 && query_number(&a, id, &number);
    for (size_t i = 0; is_number && i < number.n; i++) {
        char c = (char)toupper((unsigned char)number.p[i]);
        if (c == ' ')
            c = '-';
        is_number = c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        if (i == 0 && c >= '0' && c <= '9')
            buf_lit(out, "*-");
        buf_addc(out, c);
    }
    if (is_number && !memchr(number.p, ' ', number.n)) {
        struct sv before, between;
        (void)sv_cut(&rest, '/', &before);
        bool revised = sv_cut(&rest, '/', &between) && rest.n > 0;
        buf_addf(out, revised ? "-REV-%.*s" : "-INIT", (int)between.n, between.p);
    }
    buf_lit(out, "/?*");
    arena_free(&a);
    return is_number;
}

static int find_number(struct db *db, struct sv pattern, struct buf *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT kind, key, sha256 FROM archive_version WHERE kind = 'text'"
                " AND key GLOB ?1 AND NOT withdrawn"
                " ORDER BY key LIKE '%/en' DESC, key, log DESC, offset DESC",
                &s, err) != 0)
        return -1;
    stmt_bind_text(s, 1, pattern);
    return found(s, out, err);
}

int manifest_find(struct db *db, struct sv id, struct buf *out, struct err *err)
{
    struct stmt *s;
    AUTO(buf_free) struct buf pattern = {0};
    if (number_pattern(id, &pattern))
        return find_number(db, buf_sv(&pattern), out, err);
    AUTO(buf_free) struct buf upper = {0};
    if (is_hex(id)) {
        if (db_stmt(db,
                    "SELECT kind, key, sha256 FROM archive_version"
                    " WHERE sha256 = ?1 AND NOT withdrawn LIMIT 1",
                    &s, err) != 0)
            return -1;
        stmt_bind_text(s, 1, id);
        return found(s, out, err);
    }
    bool language = memchr(id.p, '/', id.n) != NULL;
    for (size_t i = 0; i < id.n && id.p[i] != '/'; i++)
        buf_addc(&upper, (char)toupper((unsigned char)id.p[i]));
    struct sv stem = buf_sv(&upper);
    if (sv_starts(id, SV("sha256-")))
        stem = sv_sub(id, 0, stem.n);
    AUTO(buf_free) struct buf low = {0}, high = {0};
    buf_addf(&low, SV_FMT "/", SV_ARG(stem));
    buf_addf(&high, SV_FMT "0", SV_ARG(stem)); /* the sign behind the slash */
    if (language) {
        buf_add_sv(&low, sv_sub(id, stem.n + 1, id.n));
        buf_reset(&high);
        buf_addf(&high, SV_FMT "!", SV_ARG(buf_sv(&low)));
    }
    if (db_stmt(db,
                "SELECT kind, key, sha256 FROM archive_version WHERE kind = 'text'"
                " AND key >= ?1 AND key < ?2 AND NOT withdrawn"
                " ORDER BY key LIKE '%/en' DESC, key, log DESC, offset DESC",
                &s, err) != 0)
        return -1;
    stmt_bind_text(s, 1, buf_sv(&low));
    stmt_bind_text(s, 2, buf_sv(&high));
    return found(s, out, err);
}

int version_get(struct db *db, struct sv kind, struct sv key, struct sv sha256,
                struct archive_version *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT log, offset, withdrawn FROM archive_version"
                " WHERE kind = ?1 AND key = ?2 AND sha256 = ?3",
                &s, err) != 0)
        return -1;
    stmt_bind_text(s, 1, kind);
    stmt_bind_text(s, 2, key);
    stmt_bind_text(s, 3, sha256);
    int rc = stmt_step(s, err);
    if (rc != 1)
        return rc;
    *out = (struct archive_version){stmt_int(s, 0), stmt_int(s, 1), stmt_int(s, 2) != 0};
    return stmt_step(s, err) < 0 ? -1 : 1;
}

int version_put(struct db *db, struct sv kind, struct sv key, struct sv sha256,
                const struct archive_version *v, struct err *err)
{
    return db_run(db, err,
                  "INSERT OR REPLACE INTO archive_version VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                  "tttiii", kind, key, sha256, v->log, v->offset, (int64_t)v->withdrawn);
}

int version_is_newest(struct db *db, struct sv kind, struct sv key, struct sv sha256,
                      struct err *err)
{
    int64_t one;
    return db_get_int(db, &one, err,
                      "SELECT 1 FROM (SELECT sha256 FROM archive_version WHERE kind = ?1"
                      " AND key = ?2 AND NOT withdrawn ORDER BY log DESC, offset DESC"
                      " LIMIT 1) WHERE sha256 = ?3",
                      "ttt", kind, key, sha256);
}

int version_live(struct db *db, struct sv kind, struct sv key, int64_t log,
                 int64_t offset, struct buf *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT sha256 FROM archive_version WHERE kind = ?1 AND key = ?2"
                " AND NOT withdrawn AND (log < ?3 OR (log = ?3 AND offset < ?4))",
                &s, err) != 0)
        return -1;
    stmt_bind_text(s, 1, kind);
    stmt_bind_text(s, 2, key);
    stmt_bind_int(s, 3, log);
    stmt_bind_int(s, 4, offset);
    int rc;
    while ((rc = stmt_step(s, err)) == 1) {
        buf_add_sv(out, stmt_text(s, 0));
        buf_addc(out, '\n');
    }
    return rc;
}

int version_holders(struct db *db, struct sv sha256, int64_t *out, struct err *err)
{
    return db_get_int(
               db, out, err,
               "SELECT count(*) FROM archive_version WHERE sha256 = ?1 AND NOT withdrawn",
               "t", sha256) == 1
               ? 0
               : -1;
}

/* What `cat` goes by, against what the chain proves. A version that was withdrawn and
 * came again has its last word in the last entry. */
int version_strays(struct db *db, struct buf *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(
            db,
            "SELECT key, sha256, 'no entry speaks of this version' FROM "
            "archive_version v WHERE NOT EXISTS(SELECT 1 FROM archive_entry e WHERE "
            "e.key=v.key AND e.sha256=v.sha256 AND e.kind=v.kind) "
            "UNION ALL "
            "SELECT key, sha256, CASE withdrawn WHEN 1 THEN 'counts as withdrawn, and "
            "is not' ELSE 'was withdrawn, and does not count so' END FROM "
            "archive_version v WHERE v.kind='text' AND withdrawn <> (SELECT "
            "e.kind='withdrawn' FROM archive_entry e WHERE e.key=v.key AND "
            "e.sha256=v.sha256 AND e.kind IN ('text', 'returned', 'withdrawn') ORDER "
            "BY e.seq DESC LIMIT 1) "
            "UNION ALL "
            "SELECT key, sha256, 'can not be found by its ID' FROM archive_entry e "
            "WHERE kind IN ('text', 'original') AND NOT EXISTS(SELECT 1 FROM "
            "archive_version v WHERE v.kind=e.kind AND v.key=e.key AND "
            "v.sha256=e.sha256)",
            &s, err) != 0)
        return -1;
    int rc;
    while ((rc = stmt_step(s, err)) == 1)
        buf_addf(out, SV_FMT "\t" SV_FMT "\t" SV_FMT "\n", SV_ARG(stmt_text(s, 0)),
                 SV_ARG(stmt_text(s, 1)), SV_ARG(stmt_text(s, 2)));
    return rc;
}
