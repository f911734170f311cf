#include "db.h"

#include "clock.h"
#include "db_fts.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 512, BUSY_MS = 2000 };

struct stmt {
    sqlite3_stmt *s;
    sqlite3 *db;
    bool open; /* between its first row and its end: a read that holds the WAL */
    bool cut;  /* ended by a commit before its end */
};

struct kept { /* a statement by the address of its literal */
    const char *sql;
    struct stmt stmt;
};

struct db {
    sqlite3 *handle;
    struct kept kept[SLOTS]; /* open addressing */
    size_t nkept;
    int64_t deadline_ms; /* monotonic; 0: none */
};

static enum err_kind kind_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT: /* db_time_limit */
    case SQLITE_CANTOPEN: return ERR_TEMPORARY;
    default: return ERR_FATAL;
    }
}

static int fail(sqlite3 *db, int rc, const char *what, struct err *err)
{
    bool damaged = (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB;
    if (damaged && err->kind == ERR_NONE) {
        err->reason = DB_DAMAGED;
        return err_set(err, ERR_FATAL, "database: %s",
                       db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
    }
    const char *said = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
    bool system = (rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_IOERR;
    int why = db && system ? sqlite3_system_errno(db) : 0;
    if (why) /* "Too many open files" */
        return err_sys(err, kind_of(rc), why, "database: %s: %s", what, said);
    return err_set(err, kind_of(rc), "database: %s: %s", what, said);
}

int db_exec(struct db *db, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : fail(db->handle, rc, sql, err);
}

/* Pages go home, and two fsyncs, every 16 MiB, not 4. */
static int set_checkpoint(struct db *db, struct err *err)
{
    enum { WAL_BYTES = 16 << 20 };
    int64_t page;
    if (db_get_int(db, &page, err, "PRAGMA page_size", "") < 0)
        return -1;
    int rc = sqlite3_wal_autocheckpoint(db->handle, (int)(WAL_BYTES / page));
    return rc == SQLITE_OK ? 0 : fail(db->handle, rc, "checkpoint", err);
}

static int pragma(struct db *db, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : fail(db->handle, rc, "settings", err);
}

static int set_pragmas(struct db *db, enum db_mode mode, struct err *err)
{
    static const char common[] = "PRAGMA mmap_size=0; PRAGMA trusted_schema=OFF;"
                                 "PRAGMA cache_size=-8000; PRAGMA foreign_keys=ON;";
    /* Small rows: what a batch touches fits, and the system keeps the rest. */
    static const char small[] = "PRAGMA cache_size=-2000";
    static const char ledger[] = "PRAGMA cache_size=-4000; PRAGMA synchronous=FULL";
    static const char writer[] = "PRAGMA journal_mode=WAL;"
                                 "PRAGMA journal_size_limit=67108864;";
    /* First: SQLite 3.40 counts the pages of its cache by the size that they had before.
     */
    if (mode == DB_BULK && pragma(db, "PRAGMA page_size=16384", err) != 0)
        return -1;
    if (pragma(db, common, err) != 0)
        return -1;
    if (mode == DB_READONLY)
        return 0;
    if (pragma(db, writer, err) != 0 || set_checkpoint(db, err) != 0)
        return -1;
    if (mode == DB_LEDGER)
        return pragma(db, ledger, err);
    if (mode == DB_DATA && pragma(db, small, err) != 0)
        return -1;
    return pragma(db, "PRAGMA synchronous=NORMAL", err) != 0 ? -1
                                                             : db_erase(db, false, err);
}

/* SQLite opens read-only where it can not write; out of descriptors, too. */
static bool is_writable(const struct db *db, const char *path, enum db_mode mode,
                        struct err *err)
{
    if (mode == DB_READONLY || sqlite3_db_readonly(db->handle, "main") != 1)
        return true;
    err_set(err, access(path, W_OK) == 0 ? ERR_TEMPORARY : ERR_FATAL,
            "database: it can not be opened for writing");
    return false;
}

/* A ledger holds secrets: no one but its owner reads it, wherever it lies. SQLite gives
 * its other files the same rights. */
static void keep_private(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return; /* SQLite says why */
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077))
        (void)fchmod(fd, st.st_mode & 0700);
    (void)close(fd);
}

/* SQLite's own account of memory costs a lock and a count at every allocation. */
static void configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int db_open(const char *path, enum db_mode mode, struct db **out, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    if (mode == DB_LEDGER)
        keep_private(path);
    struct db *db = mem_zalloc(sizeof *db);
    int flags = mode == DB_READONLY ? SQLITE_OPEN_READONLY
                                    : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK) {
        int why = sqlite3_system_errno(db->handle);
        if (why)
            err_sys(err, kind_of(rc), why, "database: %s", sqlite3_errmsg(db->handle));
        else
            fail(db->handle, rc, "open", err);
        if ((rc & 0xff) == SQLITE_CANTOPEN && why != EMFILE && why != ENFILE)
            err->kind = ERR_FATAL; /* at the start: a wrong path, not a busy one */
    } else {
        sqlite3_extended_result_codes(db->handle, 1);
        sqlite3_busy_timeout(db->handle, BUSY_MS);
        if (is_writable(db, path, mode, err) && set_pragmas(db, mode, err) == 0) {
            *out = db;
            return 0;
        }
    }
    db_close(&db);
    return err_wrap(err, "%s", path);
}

void db_close(struct db **dbp)
{
    struct db *db = *dbp;
    if (!db)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        sqlite3_finalize(db->kept[i].stmt.s);
    int rc = sqlite3_close(db->handle);
    assert(rc == SQLITE_OK); /* a statement of db_prepare was not freed */
    mem_free(&db);
    *dbp = NULL;
}

static int prepare(struct db *db, struct sv sql, unsigned flags, struct stmt *out,
                   struct err *err)
{
    if (sql.n > INT32_MAX)
        return err_set(err, ERR_FATAL, "database: statement too long");
    int rc = sqlite3_prepare_v3(db->handle, sql.p, (int)sql.n, flags, &out->s, NULL);
    out->db = db->handle;
    if (rc == SQLITE_OK)
        return 0;
    char what[120];
    snprintf(what, sizeof what, "%.*s", sql.n > 100 ? 100 : (int)sql.n, sql.p);
    return fail(db->handle, rc, what, err);
}

int db_stmt(struct db *db, const char *sql_literal, struct stmt **out, struct err *err)
{
    size_t i = ((uintptr_t)sql_literal >> 3) * 2654435761u % SLOTS;
    while (db->kept[i].sql && db->kept[i].sql != sql_literal)
        i = (i + 1) % SLOTS;
    struct kept *k = &db->kept[i];
    if (!k->sql) {
        assert(db->nkept < SLOTS / 2); /* literals only: their number is fixed */
        if (prepare(db, sv_cstr(sql_literal), SQLITE_PREPARE_PERSISTENT, &k->stmt, err) !=
            0)
            return -1;
        k->sql = sql_literal;
        db->nkept++;
    }
    stmt_reset(&k->stmt);
    k->stmt.cut = false;
    sqlite3_clear_bindings(k->stmt.s);
    *out = &k->stmt;
    return 0;
}

int db_prepare(struct db *db, struct sv sql, struct stmt **out, struct err *err)
{
    struct stmt *s = mem_zalloc(sizeof *s);
    if (prepare(db, sql, 0, s, err) != 0) {
        mem_free(&s);
        return -1;
    }
    *out = s;
    return 0;
}

void stmt_free(struct stmt **s)
{
    if (*s)
        sqlite3_finalize((*s)->s);
    mem_free(s);
    *s = NULL;
}

/* A failed binding is a wrong index or a value over SQLite's limit of 1 GB: ours. */
static void bound(int rc)
{
    assert(rc == SQLITE_OK);
}

void stmt_bind_text(struct stmt *s, int i, struct sv v)
{
    if (!v.p)
        stmt_bind_null(s, i);
    else
        bound(sqlite3_bind_text64(s->s, i, v.p, v.n, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void stmt_bind_borrowed(struct stmt *s, int i, struct sv v)
{
    if (!v.p)
        stmt_bind_null(s, i);
    else
        bound(sqlite3_bind_text64(s->s, i, v.p, v.n, SQLITE_STATIC, SQLITE_UTF8));
}

void stmt_bind_blob(struct stmt *s, int i, struct sv v)
{
    if (!v.p)
        stmt_bind_null(s, i);
    else if (v.n == 0)
        bound(sqlite3_bind_zeroblob(s->s, i, 0));
    else
        bound(sqlite3_bind_blob64(s->s, i, v.p, v.n, SQLITE_TRANSIENT));
}

void stmt_bind_int(struct stmt *s, int i, int64_t v)
{
    bound(sqlite3_bind_int64(s->s, i, v));
}

void stmt_bind_null(struct stmt *s, int i)
{
    bound(sqlite3_bind_null(s->s, i));
}

int stmt_step(struct stmt *s, struct err *err)
{
    if (s->cut)
        return err_set(err, ERR_FATAL, "database: a commit within the rows of: %s",
                       sqlite3_sql(s->s));
    int rc = sqlite3_step(s->s);
    s->open = rc == SQLITE_ROW;
    if (s->open)
        return 1;
    if (rc != SQLITE_DONE)
        fail(s->db, rc, sqlite3_sql(s->s), err);
    stmt_reset(s);
    return rc == SQLITE_DONE ? 0 : -1;
}

void stmt_reset(struct stmt *s)
{
    sqlite3_reset(s->s); /* what it says was said by stmt_step */
    s->open = false;
}

void db_end_reads(struct db *db)
{
    for (size_t i = 0; i < SLOTS; i++) {
        struct stmt *s = &db->kept[i].stmt;
        if (!s->open)
            continue;
        stmt_reset(s);
        s->cut = true;
    }
}

struct sv stmt_text(struct stmt *s, int col)
{
    const void *p = sqlite3_column_blob(s->s, col); /* first: fixes the type's bytes */
    size_t n = (size_t)sqlite3_column_bytes(s->s, col);
    if (stmt_is_null(s, col))
        return SV_NULL;
    return (struct sv){p ? p : "", n};
}

int64_t stmt_int(struct stmt *s, int col)
{
    return sqlite3_column_int64(s->s, col);
}

bool stmt_is_null(struct stmt *s, int col)
{
    return sqlite3_column_type(s->s, col) == SQLITE_NULL;
}

static void bind_all(struct stmt *s, const char *fmt, va_list ap)
{
    for (int i = 1; *fmt; fmt++, i++)
        switch (*fmt) {
        case 't': stmt_bind_borrowed(s, i, va_arg(ap, struct sv)); break;
        case 'b': stmt_bind_blob(s, i, va_arg(ap, struct sv)); break;
        case 'i': stmt_bind_int(s, i, va_arg(ap, int64_t)); break;
        case 'n': stmt_bind_null(s, i); break;
        default: abort(); /* a format that does not exist */
        }
}

int db_run(struct db *db, struct err *err, const char *sql_literal, const char *fmt, ...)
{
    struct stmt *s;
    if (db_stmt(db, sql_literal, &s, err) != 0)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    bind_all(s, fmt, ap);
    va_end(ap);
    int rc;
    do
        rc = stmt_step(s, err);
    while (rc == 1);
    sqlite3_clear_bindings(s->s); /* they are borrowed */
    return rc;
}

int db_get_int(struct db *db, int64_t *out, struct err *err, const char *sql_literal,
               const char *fmt, ...)
{
    struct stmt *s;
    if (db_stmt(db, sql_literal, &s, err) != 0)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    bind_all(s, fmt, ap);
    va_end(ap);
    int rc = stmt_step(s, err);
    if (rc == 1)
        *out = stmt_int(s, 0);
    stmt_reset(s);
    sqlite3_clear_bindings(s->s);
    return rc;
}

int db_sync(struct db *db, struct err *err)
{
    sqlite3_file *wal = NULL;
    int rc = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    if (rc == SQLITE_OK && wal && wal->pMethods)
        rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    return rc == SQLITE_OK ? 0 : fail(NULL, rc, "sync", err);
}

/* Debian's SQLite overwrites by default. */
int db_erase(struct db *db, bool on, struct err *err)
{
    return db_exec(db, on ? "PRAGMA secure_delete=ON" : "PRAGMA secure_delete=FAST", err);
}

bool db_in_transaction(struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t db_total_changes(struct db *db)
{
    return sqlite3_total_changes64(db->handle);
}

int64_t db_last_rowid(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

static int past_deadline(void *ctx)
{
    const struct db *db = ctx;
    return clock_monotonic_ms() > db->deadline_ms;
}

void db_time_limit(struct db *db, int64_t ms)
{
    enum { STEPS_BETWEEN_LOOKS = 20000 };
    db->deadline_ms = ms ? clock_monotonic_ms() + ms : 0;
    sqlite3_progress_handler(db->handle, ms ? STEPS_BETWEEN_LOOKS : 0, past_deadline, db);
}

void *db_handle(struct db *db)
{
    return db->handle;
}

/* -- db_fts.h: here, because SQLite's header is included by one file only */

enum { TOKEN_BYTES_MAX = 32768 }; /* FTS5_MAX_TOKEN_SIZE: FTS5 cuts there */

struct fts {
    fts5_tokenizer api;
    Fts5Tokenizer *tokenizer;
    fts_fn *fn; /* of the call under way */
    void *ctx;
};

static fts5_api *find_api(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &s, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_pointer(s, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(s);
    sqlite3_finalize(s);
    return api;
}

int fts_new(struct db *db, struct fts **out, struct err *err)
{
    sqlite3 *handle = db_handle(db);
    fts5_api *api = find_api(handle);
    if (!api)
        return err_set(err, ERR_FATAL, "this SQLite has no FTS5: %s",
                       sqlite3_errmsg(handle));
    struct fts *f = mem_zalloc(sizeof *f);
    void *user = NULL;
    const char *args[] = {"remove_diacritics", "2"};
    if (api->xFindTokenizer(api, "unicode61", &user, &f->api) != SQLITE_OK ||
        f->api.xCreate(user, args, 2, &f->tokenizer) != SQLITE_OK) {
        mem_free(&f);
        return err_set(err, ERR_FATAL,
                       "this SQLite has no tokenizer unicode61 with "
                       "remove_diacritics 2");
    }
    *out = f;
    return 0;
}

void fts_free(struct fts **f)
{
    if (!*f)
        return;
    (*f)->api.xDelete((*f)->tokenizer);
    mem_free(f);
}

static int on_token(void *ctx, int flags, const char *token, int n, int b, int e)
{
    (void)flags;
    struct fts *f = ctx;
    size_t len = n > TOKEN_BYTES_MAX ? TOKEN_BYTES_MAX : (size_t)n;
    f->fn(f->ctx, (struct sv){token, len}, (size_t)b, (size_t)e);
    return SQLITE_OK;
}

void fts_tokenise(struct fts *f, struct sv text, fts_fn *fn, void *ctx)
{
    assert(text.n <= INT_MAX);
    if (text.n == 0)
        return;
    fts_fn *outer_fn = f->fn;
    void *outer_ctx = f->ctx;
    f->fn = fn;
    f->ctx = ctx;
    int rc = f->api.xTokenize(f->tokenizer, f, FTS5_TOKENIZE_DOCUMENT, text.p,
                              (int)text.n, on_token);
    assert(rc == SQLITE_OK || rc == SQLITE_NOMEM);
    f->fn = outer_fn;
    f->ctx = outer_ctx;
    if (rc == SQLITE_NOMEM)
        (void)mem_alloc(SIZE_MAX); /* ends the process as everywhere */
}
