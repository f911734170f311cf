#include "spool.h"

static const char *const steps[] = {
    /* path: bytes; state: enum file_state; generation: of the log it was given to */
    "CREATE TABLE spool_file(path BLOB PRIMARY KEY, state INTEGER NOT NULL,"
    " sha256 TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, modified_ns INTEGER NOT NULL, changed_ns INTEGER NOT NULL,"
    " generation INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX spool_file_content ON spool_file(sha256)",
    ("CREATE TABLE spool_generation(one INTEGER PRIMARY KEY CHECK(one = 1),"
     " generation INTEGER NOT NULL);"
     "INSERT INTO spool_generation VALUES(1, 1)"),
    /* every content that was acknowledged, also when its file is gone */
    "CREATE TABLE spool_content(sha256 TEXT PRIMARY KEY, generation INTEGER NOT NULL,"
    " taken_ms INTEGER NOT NULL) WITHOUT ROWID",
    /* of thousands of the same bytes the few copies are asked for, again and again */
    ("DROP INDEX spool_file_content;"
     "CREATE INDEX spool_file_content ON spool_file(sha256, state)"),
};

enum { PATHS = 8 };

int store_open(struct db *db, bool log_changed, int64_t *generation, struct err *err)
{
    if (db_migrate(db, "spool", steps, ARRAY_LEN(steps), err) != 0)
        return -1;
    if (log_changed &&
        db_run(db, err, "UPDATE spool_generation SET generation = generation + 1", "") !=
            0)
        return -1;
    return db_get_int(db, generation, err, "SELECT generation FROM spool_generation",
                      "") == 1
               ? 0
               : -1;
}

int store_get(struct db *db, struct sv path, struct remembered *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT state, sha256, device, inode, bytes, modified_ns, changed_ns,"
                " generation FROM spool_file WHERE path = ?1",
                &s, err) != 0)
        return -1;
    stmt_bind_blob(s, 1, path);
    int rc = stmt_step(s, err);
    if (rc != 1)
        return rc;
    *out = (struct remembered){.state = (enum file_state)stmt_int(s, 0)};
    struct sv sha = stmt_text(s, 1);
    memcpy(out->sha256, sha.p, sha.n < HASH_HEX ? sha.n : HASH_HEX);
    out->stamp = (struct stamp){stmt_int(s, 2), stmt_int(s, 3), stmt_int(s, 4),
                                stmt_int(s, 5), stmt_int(s, 6)};
    out->generation = stmt_int(s, 7);
    stmt_reset(s); /* an open read holds the WAL */
    return 1;
}

int store_put(struct db *db, struct sv path, const struct remembered *r, struct err *err)
{
    return db_run(db, err,
                  "INSERT OR REPLACE INTO spool_file VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                  " ?8, ?9)",
                  "bitiiiiii", path, (int64_t)r->state, sv_cstr(r->sha256),
                  r->stamp.device, r->stamp.inode, r->stamp.bytes, r->stamp.modified_ns,
                  r->stamp.changed_ns, r->generation);
}

int store_forget(struct db *db, struct sv path, struct err *err)
{
    return db_run(db, err, "DELETE FROM spool_file WHERE path = ?1", "b", path);
}

int store_any_copies(struct db *db, bool *out, struct err *err)
{
    int64_t any = 0;
    if (db_get_int(db, &any, err,
                   "SELECT EXISTS(SELECT 1 FROM spool_file WHERE state = 3)", "") < 0)
        return -1;
    *out = any != 0;
    return 0;
}

int store_paths(struct db *db, const char *sha256, bool copies, struct buf *out,
                struct err *err)
{
    static const char of_copies[] =
        "SELECT path FROM spool_file WHERE sha256 = ?1 AND state = 3"
        " LIMIT ?2",
                      of_others[] = "SELECT path FROM spool_file WHERE sha256 = ?1 AND"
                                    " state IN (1, 2, 4) LIMIT ?2";
    struct stmt *s;
    if (db_stmt(db, copies ? of_copies : of_others, &s, err) != 0)
        return -1;
    stmt_bind_text(s, 1, sv_cstr(sha256));
    stmt_bind_int(s, 2, PATHS);
    int rc;
    while ((rc = stmt_step(s, err)) == 1) {
        struct sv path = stmt_text(s, 0);
        buf_add(out, &path.n, sizeof path.n);
        buf_add_sv(out, path);
        buf_addc(out, '\0');
    }
    return rc;
}

bool store_cut_path(struct sv *rest, struct sv *path)
{
    size_t n;
    if (rest->n < sizeof n)
        return false;
    memcpy(&n, rest->p, sizeof n);
    *path = sv_sub(*rest, sizeof n, sizeof n + n);
    *rest = sv_sub(*rest, sizeof n + n + 1, rest->n);
    return true;
}

int store_path_behind(struct db *db, struct sv at, struct buf *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db, "SELECT path FROM spool_file WHERE path > ?1 ORDER BY path LIMIT 1",
                &s, err) != 0)
        return -1;
    stmt_bind_blob(s, 1, at);
    int rc = stmt_step(s, err);
    if (rc != 1)
        return rc;
    buf_reset(out);
    buf_add_sv(out, stmt_text(s, 0));
    return stmt_step(s, err) < 0 ? -1 : 1; /* to its end: an open read holds the WAL */
}

int store_had(struct db *db, const char *sha256, int64_t generation, struct err *err)
{
    int64_t one;
    return db_get_int(db, &one, err,
                      "SELECT 1 FROM spool_content WHERE sha256 = ?1 AND generation = ?2",
                      "ti", sv_cstr(sha256), generation);
}

int store_taken(struct db *db, const char *sha256, int64_t generation, int64_t now_ms,
                struct err *err)
{
    return db_run(db, err, "INSERT OR REPLACE INTO spool_content VALUES(?1, ?2, ?3)",
                  "tii", sv_cstr(sha256), generation, now_ms);
}
