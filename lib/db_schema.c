/* Schema steps of a module: which of them a file has seen, and those it has not. */
#include "db.h"

static int steps_seen(struct db *db, struct sv module, int64_t *out, struct err *err)
{
    *out = 0;
    return db_get_int(db, out, err, "SELECT step FROM schema_step WHERE module=?1", "t",
                      module) < 0
               ? -1
               : 0;
}

static int run_steps(struct db *db, struct sv module, const char *const *steps,
                     size_t from, size_t nsteps, struct err *err)
{
    for (size_t i = from; i < nsteps; i++)
        if (db_exec(db, steps[i], err) != 0)
            return err_wrap(err, "schema of " SV_FMT ", step %zu", SV_ARG(module), i + 1);
    return db_run(db, err,
                  "INSERT INTO schema_step(module, step) VALUES(?1, ?2) "
                  "ON CONFLICT(module) DO UPDATE SET step=excluded.step",
                  "ti", module, (int64_t)nsteps);
}

int db_migrate(struct db *db, const char *module, const char *const *steps, size_t nsteps,
               struct err *err)
{
    struct sv name = sv_cstr(module);
    int64_t seen = 0;
    if (db_begin(db, err) != 0)
        return -1;
    if (db_exec(db,
                "CREATE TABLE IF NOT EXISTS schema_step(module TEXT PRIMARY KEY, "
                "step INTEGER NOT NULL) WITHOUT ROWID",
                err) != 0 ||
        steps_seen(db, name, &seen, err) != 0)
        goto failed;
    if (seen < 0 || (uint64_t)seen > nsteps) {
        err->reason = DB_NEWER;
        err_set(err, ERR_FATAL,
                "database: %s was written by a newer version (schema step %lld, this "
                "version knows %zu)",
                module, (long long)seen, nsteps);
        goto failed;
    }
    if ((size_t)seen < nsteps &&
        run_steps(db, name, steps, (size_t)seen, nsteps, err) != 0)
        goto failed;
    if (db_commit(db, err) == 0)
        return 0;
failed:
    db_rollback(db);
    return -1;
}

int db_is_migrated(struct db *db, const char *module, size_t nsteps, struct err *err)
{
    int64_t seen = 0;
    if (steps_seen(db, sv_cstr(module), &seen, err) < 0)
        return -1;
    if (seen >= 0 && (uint64_t)seen == nsteps)
        return 0;
    return err_set(err, ERR_TEMPORARY,
                   "database: %s is of %s version (schema step %lld, this version knows "
                   "%zu); its daemon brings it up to date when it starts",
                   module, (uint64_t)seen > nsteps ? "a newer" : "an older",
                   (long long)seen, nsteps);
}
