/* Any bytes as a query: refused with a message, or a query that both back ends take. */
#include "lib/query.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct db *db;
static struct fts *fts;

static void open_once(void)
{
    struct err err = {0};
    if (db)
        return;
    if (db_open(":memory:", DB_DATA, &db, &err) != 0 || fts_new(db, &fts, &err) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct query *q = NULL;
    struct err err = {0};
    struct query_sql sql;
    struct arena a;
    open_once();
    if (query_parse((struct sv){(const char *)data, size}, fts, &q, &err) != 0) {
        if (!err.text[0])
            abort();
        return 0;
    }
    arena_init(&a, SIZE_MAX);
    struct query_row row = {.column = {[QUERY_TEXT] = {(const char *)data, size}}};
    (void)query_match(q, query_words_new(&a, fts, &row));
    for (int t = QUERY_DECISIONS; t <= QUERY_DOCUMENTS; t++) {
        query_sql(q, (enum query_target)t, &a, &sql);
        buf_free(&sql.where);
    }
    arena_free(&a);
    query_free(&q);
    return 0;
}
