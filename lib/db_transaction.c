/* Transactions, and the savepoint within one. */
#include "db.h"

#include <assert.h>

int db_begin(struct db *db, struct err *err)
{
    return db_run(db, err, "BEGIN IMMEDIATE", "");
}

/* A statement of which a row was read, and not its end, would keep the WAL from beginning
 * anew for as long as the process lives. */
int db_commit(struct db *db, struct err *err)
{
    db_end_reads(db);
    return db_run(db, err, "COMMIT", "");
}

void db_rollback(struct db *db)
{
    struct err ignored = {0};
    if (db_in_transaction(db) && db_run(db, &ignored, "ROLLBACK", "") != 0)
        assert(!db_in_transaction(db)); /* SQLite rolled back by itself */
}

int db_savepoint(struct db *db, struct err *err)
{
    return db_run(db, err, "SAVEPOINT step", "");
}

int db_release(struct db *db, struct err *err)
{
    return db_run(db, err, "RELEASE step", "");
}

int db_rollback_to(struct db *db, struct err *err)
{
    if (db_run(db, err, "ROLLBACK TO step", "") != 0)
        return -1;
    return db_release(db, err);
}
