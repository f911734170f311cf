#include "owner.h"

#include "buf.h"

static const char *const steps[] = {"CREATE TABLE owner (name TEXT NOT NULL)"};

static int refuse(struct sv whose, const char *name, bool limite, const char *dir,
                  struct err *err)
{
    err->reason = ERR_CONFIGURATION;
    return err_set(err, ERR_FATAL,
                   "%s/state.db is the store of " SV_FMT ", not of %s%s: put it back "
                   "into its own folder; begin here with a backup of this one's, or "
                   "without a state.db (move state.db-wal, -shm as well)",
                   dir, SV_ARG(whose), name, limite ? "-limite" : "");
}

/* What an earlier version left has the daemon's own module in its schema, once it was
 * opened whole, and positions in topics of its space only. 1 another's, 0, -1. */
static int is_foreign(struct db *db, const char *name, bool limite, struct err *err)
{
    int64_t module = 0, space = 0, read = 0;
    if (db_get_int(db, &module, err,
                   "SELECT count(*) > 0 AND sum(module = ?1) = 0 FROM schema_step WHERE "
                   "module NOT IN ('position', 'position_mark', 'reject', 'log_id', "
                   "'turn', 'at_ends', 'owner')",
                   "t", sv_cstr(name)) < 0 ||
        db_get_int(db, &read, err,
                   "SELECT count(*) FROM sqlite_master WHERE name = 'position'", "") < 0)
        return -1;
    if (read && db_get_int(db, &space, err,
                           "SELECT count(*) FROM position WHERE (topic LIKE "
                           "'council.limite.%') <> ?1",
                           "i", (int64_t)limite) < 0)
        return -1;
    return module || space;
}

static int claim(struct db *db, const char *name, bool limite, struct sv own,
                 const char *dir, struct err *err)
{
    int foreign = is_foreign(db, name, limite, err);
    if (foreign != 0)
        return foreign < 0
                   ? -1
                   : refuse(SV("another daemon or space"), name, limite, dir, err);
    return db_run(db, err, "INSERT INTO owner VALUES (?1)", "t", own);
}

int owner_check(struct db *db, const char *name, bool limite, const char *dir,
                struct err *err)
{
    AUTO(buf_free) struct buf own = {0}, whose = {0};
    struct stmt *s;
    buf_addf(&own, "%s%s", name, limite ? "-limite" : "");
    if (db_migrate(db, "owner", steps, ARRAY_LEN(steps), err) < 0 ||
        db_stmt(db, "SELECT name FROM owner", &s, err) < 0)
        return -1;
    int rc = stmt_step(s, err);
    if (rc < 0)
        return -1;
    if (rc == 0)
        return claim(db, name, limite, buf_sv(&own), dir, err);
    buf_add_sv(&whose, stmt_text(s, 0));
    while ((rc = stmt_step(s, err)) == 1)
        continue;
    if (rc < 0)
        return -1;
    return sv_eq(buf_sv(&whose), buf_sv(&own))
               ? 0
               : refuse(buf_sv(&whose), name, limite, dir, err);
}
