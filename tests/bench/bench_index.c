/* The index's effects, without Kafka, beside plain FTS5 inserts of the same texts (same
 * tokenizer and pragmas, 1,000 rows a transaction). usage: bench_index FOLDER PAPERS
 * PAPER...
 *
 * Prints: papers, bytes, decisions, MB/s of processor time of both, ratio. The index
 * reads each event (JSON), keeps tables of documents, items, references and decisions,
 * and three full text tables.
 */
#include "consumers/index/store.h"
#include "lib/clock.h"
#include "lib/db_fts.h"
#include "lib/doc.h"
#include "lib/file.h"
#include "producers/parse/parse.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EVENTS_A_TRANSACTION = 1000 };

/* Processor time: what else runs on the machine counts little. */
static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct bench {
    struct db *plain, *index;
    struct store *store;
    struct knowledge *knowledge;
    struct buf *paper;
    size_t papers;
    int64_t plain_us, index_us, flush_us, part_us[WIRE_WITHDRAWN + 1];
    size_t bytes, decisions, rows, events;
    struct err err;
};

static void must(int rc, const struct err *err)
{
    if (rc == 0)
        return;
    fprintf(stderr, "bench_index: %s\n", err->text);
    exit(EXIT_RUNTIME);
}

/* The same paper under other numbers: every digit group before a slash is replaced. */
static void vary(const struct buf *in, struct buf *out)
{
    buf_reset(out);
    buf_add_sv(out, buf_sv(in));
    for (size_t i = 0; i + 6 < out->n; i++) {
        size_t n = 0;
        while (i + n < out->n && out->p[i + n] >= '0' && out->p[i + n] <= '9')
            n++;
        if (n >= 4 && i + n < out->n && out->p[i + n] == '/')
            for (size_t k = 0; k < n; k++)
                out->p[i + k] = (char)('1' + random_below(9));
        i += n;
    }
}

static void one_plain(struct bench *b, struct sv text)
{
    int64_t t = cpu_us();
    if (b->rows % 1000 == 0)
        must(db_begin(b->plain, &b->err), &b->err);
    must(db_run(b->plain, &b->err, "INSERT INTO plain(body) VALUES(?1)", "t", text),
         &b->err);
    if (++b->rows % 1000 == 0)
        must(db_commit(b->plain, &b->err), &b->err);
    b->plain_us += cpu_us() - t;
}

static int take(struct bench *b, struct wire_event *ev, struct arena *a)
{
    if (wire_read(ev, SPACE_PUBLIC, a, &b->err) != 0)
        return -1;
    switch (ev->type) {
    case WIRE_TEXT: return store_text(b->store, ev, &b->err);
    case WIRE_DECISION: return store_decision(b->store, ev, a, &b->err);
    case WIRE_DOCUMENT: return store_document(b->store, ev, a, &b->err);
    case WIRE_WITHDRAWN:
    case WIRE_ORIGINAL:
    case WIRE_REJECT: break;
    }
    return 0;
}

static void index_text(struct bench *b)
{
    int64_t t = cpu_us();
    must(store_index(b->store, &b->err), &b->err);
    b->flush_us += cpu_us() - t;
}

static void commit(struct bench *b)
{
    must(db_commit(b->index, &b->err), &b->err);
    if (store_waiting(b->store) > 6 << 20)
        index_text(b);
}

static void one_index(struct bench *b, struct wire_event *events, size_t n)
{
    struct arena a;
    arena_init(&a, SIZE_MAX);
    int64_t t = cpu_us();
    for (size_t i = 0; i < n; i++) {
        struct wire_event ev = events[i];
        ev.log = 1;
        ev.offset = (int64_t)b->events;
        if (b->events % EVENTS_A_TRANSACTION == 0)
            must(db_begin(b->index, &b->err), &b->err);
        int64_t from = cpu_us();
        must(take(b, &ev, &a), &b->err);
        b->part_us[ev.type] += cpu_us() - from;
        if (++b->events % EVENTS_A_TRANSACTION == 0)
            commit(b);
        arena_reset(&a);
    }
    b->index_us += cpu_us() - t;
    arena_free(&a);
}

static void one(struct bench *b, size_t i, struct buf *text)
{
    struct arena a;
    arena_init(&a, SIZE_MAX);
    vary(&b->paper[i % b->papers], text);
    struct doc doc = {.source = SV("/councilwire/spool/bench"), .original = buf_sv(text)};
    struct parsed parsed = {.nitems = 0};
    must(doc_normalise(&doc, &a, &b->err), &b->err);
    must(parse_text_unbounded(b->knowledge, doc.text, &a, &parsed, &b->err), &b->err);
    parsed.document.id = arena_printf(&a, "ST-%zu-2017-INIT", i);
    parsed.document.marking = SV_NULL;
    struct sv key = event_key(&a, &parsed.document, doc.text_sha256);
    event_decision_ids(&parsed, key);
    struct wire_publication p = {
        .doc = &doc, .parsed = &parsed, .key = key, .rules = SV("1"), .news = true};
    struct wire_event *events;
    size_t n;
    must(wire_build(&p, &a, &events, &n, &b->err), &b->err);
    b->bytes += doc.text.n;
    b->decisions += parsed.ndecisions;
    one_plain(b, doc.text);
    one_index(b, events, n);
    arena_free(&a);
}

static struct db *open_in(const char *folder, const char *name, enum db_mode mode,
                          struct err *err)
{
    struct buf path = {0};
    struct db *db = NULL;
    buf_addf(&path, "%s/%s", folder, name);
    must(db_open(path.p, mode, &db, err), err);
    buf_free(&path);
    return db;
}

static void report(const struct bench *b, size_t papers)
{
    assert(papers > 0);
    double mb = (double)b->bytes / 1e6, plain = mb / ((double)b->plain_us / 1e6),
           index = mb / ((double)b->index_us / 1e6);
    printf("papers %zu, %.1f MB, decisions %zu\n", papers, mb, b->decisions);
    printf("plain FTS5 inserts %.1f MB/s\n", plain);
    printf("index %.1f MB/s (us a paper: text %lld, decisions %lld, document %lld, full "
           "text %lld)\n",
           index, (long long)(b->part_us[WIRE_TEXT] / (int64_t)papers),
           (long long)(b->part_us[WIRE_DECISION] / (int64_t)papers),
           (long long)(b->part_us[WIRE_DOCUMENT] / (int64_t)papers),
           (long long)(b->flush_us / (int64_t)papers));
    printf("index / plain FTS5: %.2f\n", index / plain);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: bench_index FOLDER PAPERS PAPER...\n");
        return EXIT_USAGE;
    }
    static struct bench b;
    size_t papers = (size_t)strtoul(argv[2], NULL, 10);
    struct buf text = {0};
    random_seed(1);
    must(knowledge_open(NULL, &b.knowledge, &b.err), &b.err);
    b.papers = (size_t)argc - 3;
    b.paper = mem_zalloc(b.papers * sizeof *b.paper);
    for (size_t i = 0; i < b.papers; i++)
        must(file_read(argv[3 + i], 8U << 20, &b.paper[i], &b.err), &b.err);
    b.plain = open_in(argv[1], "plain.db", DB_DATA, &b.err);
    b.index = open_in(argv[1], "index.db", DB_BULK, &b.err);
    must(db_exec(b.plain, "CREATE VIRTUAL TABLE plain USING fts5(body, " FTS_TOKENIZE ")",
                 &b.err),
         &b.err);
    must(store_open(b.index, &b.store, &b.err), &b.err);
    for (size_t i = 0; i < papers; i++)
        one(&b, i, &text);
    if (b.rows % 1000)
        must(db_commit(b.plain, &b.err), &b.err);
    if (b.events % EVENTS_A_TRANSACTION)
        commit(&b);
    int64_t rest = cpu_us();
    index_text(&b);
    b.index_us += cpu_us() - rest;
    report(&b, papers);
    store_free(&b.store);
    db_close(&b.plain);
    db_close(&b.index);
    knowledge_free(&b.knowledge);
    for (size_t i = 0; i < b.papers; i++)
        buf_free(&b.paper[i]);
    mem_free(&b.paper);
    buf_free(&text);
    return EXIT_DONE;
}
