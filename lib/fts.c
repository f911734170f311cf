#include "fts.h"

#include <assert.h>
#include <limits.h>
#include <sqlite3.h>

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
