#include "log_id.h"

static const char *const steps[] = {"CREATE TABLE log_id (id TEXT NOT NULL)"};

int log_id_migrate(struct db *db, struct err *err)
{
    return db_migrate(db, "log_id", steps, ARRAY_LEN(steps), err);
}

static int refuse(struct sv had, const char *now, const char *state_dir, struct err *err)
{
    return err_set(
        err, ERR_FATAL,
        "the state in %s belongs to %.*s, but the broker is %s: go back to that "
        "cluster (bootstrap = …), or begin anew by moving %s away",
        state_dir, SV_ARG(had), now, state_dir);
}

int log_id_compare(struct db *db, const char *now, const char *state_dir,
                   enum log_change *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db, "SELECT id FROM log_id", &s, err) < 0)
        return -1;
    int r = stmt_step(s, err);
    if (r < 0)
        return -1;
    struct sv had = r ? stmt_text(s, 0) : SV_NULL;
    bool was_kafka = sv_starts(had, SV("kafka:"));
    *out = !had.p                     ? LOG_FIRST
           : sv_eq(had, sv_cstr(now)) ? LOG_SAME
           : was_kafka                ? LOG_REFUSED
                                      : LOG_ANOTHER;
    if (*out == LOG_REFUSED)
        (void)refuse(had, now, state_dir, err);
    return stmt_step(s, &(struct err){0}) < 0 ? -1 : 0;
}

int log_id_store(struct db *db, const char *now, struct err *err)
{
    bool own = !db_in_transaction(db);
    if (own && db_begin(db, err) < 0)
        return -1;
    if (db_run(db, err, "DELETE FROM log_id", "") < 0 ||
        db_run(db, err, "INSERT INTO log_id VALUES (?)", "t", sv_cstr(now)) < 0) {
        if (own)
            db_rollback(db);
        return -1;
    }
    return own ? db_commit(db, err) : 0;
}
