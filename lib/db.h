/* db — SQLite, with one writer, prepared statements kept, and schema steps per module.
 *
 * The journal is WAL, with exactly one read-write connection a file; readers open
 * read-only. Ledgers that answered outward use DB_LEDGER (synchronous=FULL); data that
 * rolls back together with its position uses DB_DATA (NORMAL), or DB_BULK where large
 * rows come in batches: the same, in pages of 16 KiB where the file is new, with 8 MB of
 * them in memory; a ledger keeps 4 MB, DB_DATA 2. mmap_size=0,
 * trusted_schema=OFF.
 *
 * Owns:    the connection and its statements.
 * Units:   milliseconds for deadlines; integers are int64_t.
 * Errors:  TEMPORARY on full disk, busy, I/O; FATAL on a corrupt (DB_DAMAGED is its
 *          reason) or newer file (DB_NEWER).
 * Threads: one thread owns a connection.
 */
#ifndef COUNCILWIRE_DB_H
#define COUNCILWIRE_DB_H

#include "err.h"
#include "sv.h"

struct db;
struct stmt;

#define DB_DAMAGED "damaged-store"
#define DB_NEWER   "newer-store"

enum db_mode { DB_DATA, DB_BULK, DB_LEDGER, DB_READONLY };

NODISCARD int db_open(const char *path, enum db_mode mode, struct db **out,
                      struct err *err);
void db_close(struct db **db);
NODISCARD int db_exec(struct db *db, const char *sql, struct err *err);
/* Runs the steps that this file has not seen; steps are only ever added at the end. */
NODISCARD int db_migrate(struct db *db, const char *module, const char *const *steps,
                         size_t nsteps, struct err *err);
/* For readers: -1, TEMPORARY, where the file has not seen all steps or has seen others.
 */
NODISCARD int db_is_migrated(struct db *db, const char *module, size_t nsteps,
                             struct err *err);

NODISCARD int db_begin(struct db *db, struct err *err); /* BEGIN IMMEDIATE */
/* Ends reads that were not read to their end, too: they would hold the WAL. To step one
 * of them on is an error. */
NODISCARD int db_commit(struct db *db, struct err *err);
/* DB_DATA: what was committed so far is on the disk. A commit alone outlives the process,
 * not the machine. */
NODISCARD int db_sync(struct db *db, struct err *err);
void db_rollback(struct db *db);
/* DB_DATA: whether what is deleted from now on is overwritten at once. It is not where
 * only copies go, as in the merges of a full text. */
NODISCARD int db_erase(struct db *db, bool on, struct err *err);
bool db_in_transaction(struct db *db);
NODISCARD int db_savepoint(struct db *db, struct err *err);
NODISCARD int db_release(struct db *db, struct err *err);
NODISCARD int db_rollback_to(struct db *db,
                             struct err *err); /* undoes and drops the savepoint */

/* The statement for this literal (kept by its address), reset and unbound. */
NODISCARD int db_stmt(struct db *db, const char *sql_literal, struct stmt **out,
                      struct err *err);
/* The same for SQL made at run time: prepared anew, free with stmt_free. */
NODISCARD int db_prepare(struct db *db, struct sv sql, struct stmt **out,
                         struct err *err);
void stmt_free(struct stmt **s);
void stmt_bind_text(struct stmt *s, int i, struct sv v); /* null binds NULL; copied */
/* Not copied: v outlives the next db_stmt of this literal, or its SQLite statement's end.
 */
void stmt_bind_borrowed(struct stmt *s, int i, struct sv v);
void stmt_bind_blob(struct stmt *s, int i, struct sv v);
void stmt_bind_int(struct stmt *s, int i, int64_t v);
void stmt_bind_null(struct stmt *s, int i);
NODISCARD int stmt_step(struct stmt *s, struct err *err); /* 1 row, 0 done, -1 */
void stmt_reset(struct stmt *s);              /* ends a search before its last row */
struct sv stmt_text(struct stmt *s, int col); /* until the next step; NULL gives null */
int64_t stmt_int(struct stmt *s, int col);
bool stmt_is_null(struct stmt *s, int col);
/* Binds by format ("t" struct sv, "b" blob struct sv, "i" int64_t, "n" nothing), steps to
 * the end. */
NODISCARD int db_run(struct db *db, struct err *err, const char *sql_literal,
                     const char *fmt, ...);
/* The same, first column of the first row: 1 found, 0 none, -1. */
NODISCARD int db_get_int(struct db *db, int64_t *out, struct err *err,
                         const char *sql_literal, const char *fmt, ...);
int64_t db_changes(struct db *db);       /* rows changed by the last statement */
int64_t db_total_changes(struct db *db); /* since it was opened */
int64_t db_last_rowid(struct db *db);
/* From now on a statement that runs past `ms` ends TEMPORARY ("took too long"); 0: no
 * limit. */
void db_time_limit(struct db *db, int64_t ms);
void db_end_reads(struct db *db); /* of db_transaction.c */
/* the sqlite3 *, for lib modules that add functions only */
void *db_handle(struct db *db);

#endif
