/* What a search costs beside the bare FTS5 query for the same words on the same file.
 * usage: bench_index_search DATABASE [TURNS]
 *
 * Prints a line a query: what is asked, p50 and p99 in ms of the whole answer (JSON with
 * highlights), p50 of the bare query (the 20 best row numbers by bm25), results. Wall
 * time: a person waits for it. The database is one that bench_index made; the page cache
 * is warm after the first turn, which is not counted.
 */
#include "consumers/index/search.h"
#include "lib/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TURNS = 25 };

struct asked {
    const char *name, *query;
    bool documents;
    enum search_order order;
    const char *bare; /* the same as an FTS5 expression; NULL: there is none */
};

static const struct asked list[] = {
    {"a word", "trafficking", false, SEARCH_BEST, "trafficking"},
    {"a common word", "council", false, SEARCH_BEST, "council"},
    {"two words", "terrorism internet", false, SEARCH_BEST, "terrorism internet"},
    {"two common words", "council security", false, SEARCH_BEST, "council security"},
    {"a phrase", "\"internal security strategy\"", false, false,
     "\"internal security strategy\""},
    {"a prefix", "terror*", false, SEARCH_BEST, "terror*"},
    {"a body and a word", "by:COSI terrorism", false, false,
     "{body} : cosi AND terrorism"},
    {"a kind and a word", "kind:request security", false, SEARCH_BEST, "security"},
    {"a word in a year", "security date:2017", false, SEARCH_BEST, "security"},
    {"a word, newest first", "security", false, SEARCH_NEWEST, "security"},
    {"a kind, newest first", "kind:request", false, SEARCH_NEWEST, NULL},
    {"a date range alone", "date:2017-01..2017-12", false, SEARCH_NEWEST, NULL},
    {"what is due", "due:*", false, SEARCH_NEWEST, NULL},
    {"a word, by deadline", "security", false, SEARCH_DUE, NULL},
    {"what is due, by deadline", "due:*", false, SEARCH_DUE, NULL},
    {"a citation", "ref:ST-15754-2017-INIT", false, SEARCH_BEST, NULL},
    {"a word that is nowhere", "qwertzuiop", false, SEARCH_BEST, "qwertzuiop"},
    {"documents, a word", "trafficking", true, SEARCH_BEST, NULL},
    {"documents, two words", "terrorism internet", true, SEARCH_BEST, NULL},
    {"documents, a phrase", "\"internal security strategy\"", true, SEARCH_BEST, NULL},
    {"documents, a type", "type:NOTE security", true, SEARCH_BEST, NULL},
    {"documents, a date range", "date:2017-01..2017-12", true, SEARCH_NEWEST, NULL},
};

static const char *const shown[] = {"ST-19-2017-INIT", "ST-1500-2017-INIT/en", "99/17"};

struct bench {
    struct db *db;
    struct fts *fts;
    size_t turns;
    double *ms;
};

static void must(int rc, const struct err *err)
{
    if (rc >= 0)
        return;
    fprintf(stderr, "bench_index_search: %s\n", err->text);
    exit(EXIT_RUNTIME);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void sort(struct bench *b)
{
    qsort(b->ms, b->turns, sizeof *b->ms, compare);
}

static size_t answer(struct bench *b, const struct asked *q)
{
    struct err err = {0};
    struct buf out = {0};
    struct search_request ask = {sv_cstr(q->query), q->documents, q->order, 20, 0};
    must(search_run(b->db, b->fts, &ask, &out, &err), &err);
    size_t n = out.n;
    buf_free(&out);
    return n;
}

static void bare(struct bench *b, const struct asked *q)
{
    struct err err = {0};
    struct stmt *s;
    must(db_stmt(b->db,
                 "SELECT rowid FROM decision_fts WHERE decision_fts MATCH ?1 ORDER BY "
                 "rank LIMIT 20",
                 &s, &err),
         &err);
    stmt_bind_text(s, 1, sv_cstr(q->bare));
    int rc;
    while ((rc = stmt_step(s, &err)) == 1)
        continue;
    must(rc, &err);
}

static void one(struct bench *b, const struct asked *q)
{
    size_t bytes = answer(b, q);
    for (size_t i = 0; i < b->turns; i++) {
        double from = now_ms();
        (void)answer(b, q);
        b->ms[i] = now_ms() - from;
    }
    sort(b);
    double p50 = b->ms[b->turns / 2], p99 = b->ms[b->turns * 99 / 100];
    printf("search: %-26s p50 %8.2f p99 %8.2f ms", q->name, p50, p99);
    if (q->bare) {
        bare(b, q);
        for (size_t i = 0; i < b->turns; i++) {
            double from = now_ms();
            bare(b, q);
            b->ms[i] = now_ms() - from;
        }
        sort(b);
        printf("  bare FTS5 %8.2f ms  ratio %.2f", b->ms[b->turns / 2],
               b->ms[b->turns / 2] / p50);
    }
    printf("  (%zu bytes of JSON)\n", bytes);
}

static void show(struct bench *b, const char *id)
{
    size_t bytes = 0;
    for (size_t i = 0; i <= b->turns; i++) {
        struct err err = {0};
        struct buf out = {0};
        double from = now_ms();
        must(show_run(b->db, b->fts, sv_cstr(id), &out, &err), &err);
        b->ms[i ? i - 1 : 0] = now_ms() - from;
        bytes = out.n;
        buf_free(&out);
    }
    sort(b);
    printf("search: show %-21s p50 %8.2f p99 %8.2f ms  (%zu bytes of JSON)\n", id,
           b->ms[b->turns / 2], b->ms[b->turns * 99 / 100], bytes);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_index_search DATABASE [TURNS]\n");
        return EXIT_USAGE;
    }
    struct err err = {0};
    struct bench b = {.turns = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : TURNS};
    b.turns = b.turns ? b.turns : 1;
    b.ms = mem_resize(NULL, b.turns, sizeof *b.ms);
    must(db_open(argv[1], DB_READONLY, &b.db, &err), &err);
    must(fts_new(b.db, &b.fts, &err), &err);
    for (size_t i = 0; i < ARRAY_LEN(list); i++)
        one(&b, &list[i]);
    for (size_t i = 0; i < ARRAY_LEN(shown); i++)
        show(&b, shown[i]);
    fts_free(&b.fts);
    db_close(&b.db);
    mem_free(&b.ms);
    return EXIT_DONE;
}
