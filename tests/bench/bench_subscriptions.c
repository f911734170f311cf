/* What telling subscriptions apart costs: N queries, of the kinds that people ask and of
 * the papers' own words, against each decision of the papers.
 *   bench_subscriptions N PAPER...
 * Prints: decisions, matches a decision, queries evaluated a decision, nanoseconds a
 * decision by the set, and by asking each query; nanoseconds for cutting a decision into
 * words, which both need; microseconds for making the set. */
#include "lib/doc.h"
#include "lib/file.h"
#include "lib/query_set.h"
#include "producers/parse/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { QUERIES_MAX = 100000, DECISIONS_LIMIT = 20000, WORDS_MAX = 20000, TURNS = 5 };

static struct arena memory;
static struct query_row row[DECISIONS_LIMIT];
static const struct query_words *cut[DECISIONS_LIMIT];
static size_t rows;
static const char *word[WORDS_MAX]; /* of the papers, once for each place */
static size_t words;
static struct query *query[QUERIES_MAX];
static uint32_t out[QUERIES_MAX];
static uint64_t state = 1;

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool done, const char *what)
{
    if (!done) {
        (void)fprintf(stderr, "bench_subscriptions: %s\n", what);
        exit(1);
    }
}

static size_t below(size_t n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(state >> 33) % n;
}

static void add_words(struct sv text)
{
    for (size_t i = 0; i < text.n && words < WORDS_MAX;) {
        size_t b = i;
        while (i < text.n && ((text.p[i] | 32) >= 'a' && (text.p[i] | 32) <= 'z'))
            i++;
        if (i - b >= 5)
            word[words++] = arena_copy(&memory, sv_sub(text, b, i)).p;
        i += i == b;
    }
}

static void read_paper(const struct knowledge *k, const char *path)
{
    struct err err = {0};
    AUTO(buf_free) struct buf in = {0};
    struct parsed p = {0};
    uint64_t repairs;
    must(file_read(path, SIZE_MAX, &in, &err) == 0, err.text);
    struct sv text = doc_normal_text(buf_sv(&in), &memory, &repairs);
    must(parse_text_unbounded(k, text, &memory, &p, &err) == 0, err.text);
    add_words(text);
    for (size_t i = 0; i < p.ndecisions && rows < DECISIONS_LIMIT; i++) {
        struct wire_decision d = {.document = p.document, .decision = p.decisions[i]};
        query_row_from(&d, &memory, &row[rows++]);
    }
}

/* Eight kinds in turn: words, phrases, bodies, prefixes, papers, a subject in a range. */
static void make_query(struct fts *fts, size_t i)
{
    static const char *const body[] = {"COSI",       "Council", "Coreper",
                                       "Presidency", "CATS",    "Commission"};
    static const char *const kind[] = {"request", "decision", "noted", "commitment"};
    const char *a = word[below(words)], *b = word[below(words)];
    AUTO(buf_free) struct buf text = {0};
    struct err err = {0};
    switch (i % 8) {
    case 0: buf_addf(&text, "%s %s", a, b); break;
    case 1: buf_addf(&text, "by:%s %s", body[below(ARRAY_LEN(body))], a); break;
    case 2: buf_addf(&text, "\"%s %s\"", a, b); break;
    case 3: buf_addf(&text, "%s OR (%s -%s)", a, b, word[below(words)]); break;
    case 4:
        buf_addf(&text, "to:%s kind:%s %s", body[below(ARRAY_LEN(body))],
                 kind[below(ARRAY_LEN(kind))], a);
        break;
    case 5: buf_addf(&text, "%.5s* %s", a, b); break;
    case 6: buf_addf(&text, "ref:%zu/12", 1000 + below(15000)); break;
    default: buf_addf(&text, "subject:%s date:2010..", a); break;
    }
    must(query_parse(buf_sv(&text), fts, &query[i], &err) == 0, err.text);
}

static double by_set(size_t n, size_t *matches, size_t *evaluated, double *making)
{
    double best = 1e9, t = seconds();
    struct query_set *set = query_set_new((const struct query *const *)query, n);
    *making = seconds() - t;
    for (int turn = 0; turn < TURNS; turn++) {
        *matches = *evaluated = 0;
        t = seconds();
        for (size_t i = 0; i < rows; i++) {
            *matches += query_set_match(set, cut[i], out);
            *evaluated += query_set_evaluated(set);
        }
        t = seconds() - t;
        best = t < best ? t : best;
    }
    query_set_free(&set);
    return best;
}

static double one_by_one(size_t n, size_t *matches)
{
    double t = seconds();
    *matches = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t q = 0; q < n; q++)
            *matches += query_match(query[q], cut[i]);
    return seconds() - t;
}

static double cut_all(struct fts *fts)
{
    double t = seconds();
    for (size_t i = 0; i < rows; i++)
        cut[i] = query_words_new(&memory, fts, &row[i]);
    return seconds() - t;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct db *db;
    struct fts *fts;
    struct knowledge *k;
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, found, same, evaluated;
    must(argc > 2 && n > 0 && n <= QUERIES_MAX, "usage: bench_subscriptions N PAPER...");
    arena_init(&memory, SIZE_MAX);
    must(knowledge_open(NULL, &k, &err) == 0 &&
             db_open(":memory:", DB_DATA, &db, &err) == 0 && fts_new(db, &fts, &err) == 0,
         err.text);
    for (int i = 2; i < argc; i++)
        read_paper(k, argv[i]);
    must(rows > 0 && words > 0, "no decisions in the papers");
    for (size_t i = 0; i < n; i++)
        make_query(fts, i);
    double making, cutting = cut_all(fts), set = by_set(n, &found, &evaluated, &making),
                   each = one_by_one(n, &same), by = (double)rows / 1e9;
    must(found == same, "the set and its queries do not agree");
    printf("decisions %zu matches %.1f evaluated %.1f set %.0f each %.0f cut %.0f made "
           "%.0f\n",
           rows, (double)found / (double)rows, (double)evaluated / (double)rows, set / by,
           each / by, cutting / by, making * 1e6);
    for (size_t i = 0; i < n; i++)
        query_free(&query[i]);
    knowledge_free(&k);
    fts_free(&fts);
    db_close(&db);
    arena_free(&memory);
    return 0;
}
