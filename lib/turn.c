#include "turn.h"

static const char *const steps[] = {
    "CREATE TABLE version (key TEXT NOT NULL, sha256 TEXT NOT NULL, turn INTEGER NOT "
    "NULL,"
    " acknowledged INTEGER NOT NULL, PRIMARY KEY (key, sha256)) WITHOUT ROWID",
    /* sha256: the text last offered; spaces: bit 0 public, bit 1 limite */
    "CREATE TABLE version_key (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL,"
    " spaces INTEGER NOT NULL) WITHOUT ROWID"};

int turn_migrate(struct db *db, struct err *err)
{
    return db_migrate(db, "turn", steps, ARRAY_LEN(steps), err);
}

/* What the key holds now: 1 known, 0 new. */
static int look_up_key(struct db *db, struct sv key, struct sv sha256, bool *current,
                       int64_t *spaces, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db, "SELECT sha256, spaces FROM version_key WHERE key = ?", &s, err) < 0)
        return -1;
    stmt_bind_text(s, 1, key);
    int r = stmt_step(s, err);
    *current = r == 1 && sv_eq(stmt_text(s, 0), sha256);
    *spaces = r == 1 ? stmt_int(s, 1) : 0;
    stmt_reset(s); /* an open read holds the WAL */
    return r;
}

static int look_up_version(struct db *db, struct sv key, struct sv sha256, int64_t *turn,
                           bool *acknowledged, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db, "SELECT turn, acknowledged FROM version WHERE key = ? AND sha256 = ?",
                &s, err) < 0)
        return -1;
    stmt_bind_text(s, 1, key);
    stmt_bind_text(s, 2, sha256);
    int r = stmt_step(s, err);
    *turn = r == 1 ? stmt_int(s, 0) : 0;
    *acknowledged = r == 1 && stmt_int(s, 1) != 0;
    stmt_reset(s);
    return r;
}

int turn_take(struct db *db, struct sv key, const char *text_sha256, enum space space,
              bool offered_again, struct turn *out, struct err *err)
{
    struct sv sha = sv_cstr(text_sha256);
    bool current, acknowledged;
    int64_t spaces, turn, bit = space == SPACE_PUBLIC ? 1 : 2;
    int had_key = look_up_key(db, key, sha, &current, &spaces, err);
    int had = had_key < 0 ? -1 : look_up_version(db, key, sha, &turn, &acknowledged, err);
    if (had < 0)
        return -1;
    bool again = had && acknowledged && !current;
    if (again && offered_again) {
        *out = (struct turn){.turn = (uint64_t)turn, .past = true};
        return 0;
    }
    if (again) {
        turn++;
        acknowledged = false;
    }
    if ((!had || again) &&
        db_run(db, err,
               "INSERT INTO version VALUES (?1, ?2, ?3, 0) ON CONFLICT (key, sha256)"
               " DO UPDATE SET turn = ?3, acknowledged = 0",
               "tti", key, sha, turn) < 0)
        return -1;
    if ((!had_key || !current || !(spaces & bit)) &&
        db_run(db, err, "INSERT OR REPLACE INTO version_key VALUES (?, ?, ?)", "tti", key,
               sha, spaces | bit) < 0)
        return -1;
    out->turn = (uint64_t)turn;
    out->news = !acknowledged;
    out->past = false;
    out->withdraw = (spaces & ~bit) != 0;
    return 0;
}

int turn_acknowledge(struct db *db, struct sv key, const char *text_sha256, uint64_t turn,
                     enum space space, bool withdrawn, struct err *err)
{
    if (db_run(db, err,
               "UPDATE version SET acknowledged = 1"
               " WHERE key = ? AND sha256 = ? AND turn = ? AND NOT acknowledged",
               "tti", key, sv_cstr(text_sha256), (int64_t)turn) < 0)
        return -1;
    if (!withdrawn)
        return 0;
    return db_run(db, err, "UPDATE version_key SET spaces = ? WHERE key = ?", "it",
                  (int64_t)(space == SPACE_PUBLIC ? 1 : 2), key);
}
