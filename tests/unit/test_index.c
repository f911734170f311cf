/* The index: what is stored whatever the order of the topics, what search and show give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "consumers/index/schema.h"
#include "consumers/index/search.h"
#include "consumers/index/store.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/hash.h"
#include "lib/json.h"
#include "lib/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct db *db;
static struct store *store;
static struct fts *fts;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    arena_init(&arena, SIZE_MAX);
    if (db_open(":memory:", DB_DATA, &db, &err) != 0 ||
        store_open(db, &store, &err) != 0 || fts_new(db, &fts, &err) != 0)
        fail_msg("%s", err.text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    store_free(&store);
    fts_free(&fts);
    db_close(&db);
    arena_free(&arena);
    return 0;
}

/* -- papers of the test */

struct paper {
    struct wire_event *events;
    size_t n;
    struct parsed parsed;
};

static struct sv copy(const char *s)
{
    return arena_copy(&arena, sv_cstr(s));
}

static struct svs list(const char *joined)
{
    struct svs out = {arena_array(&arena, 16, sizeof(struct sv)), 0};
    struct sv rest = copy(joined), one;
    while (sv_cut(&rest, '|', &one))
        out.v[out.n++] = one;
    return out;
}

/* Sentences of the text, each a decision of COSI; sentence i cites refs[i]. */
static const char *date_made = "2017-12-04", *due_made; /* of the next papers */

static struct paper make(const char *id, const char *language, const char *subject,
                         const char *const *sentences, const char *const *refs)
{
    struct paper p = {.n = 0};
    struct document *d = &p.parsed.document;
    struct buf text = {0};
    *d = (struct document){.id = copy(id),
                           .language = copy(language),
                           .subject = copy(subject),
                           .type = copy("NOTE"),
                           .date = copy(date_made),
                           .subject_codes = list("JAI 1|COSI 2")};
    p.parsed.items = arena_array(&arena, 1, sizeof(struct item));
    p.parsed.items[0] =
        (struct item){copy("4"), copy("Operational matters"), {0, 19}, NULL};
    p.parsed.nitems = 1;
    buf_lit(&text, "Operational matters\n\n");
    p.parsed.decisions = arena_array(&arena, 16, sizeof(struct decision));
    p.parsed.references = arena_array(&arena, 16, sizeof(struct reference));
    for (size_t i = 0; sentences[i]; i++) {
        struct decision *x = &p.parsed.decisions[p.parsed.ndecisions++];
        *x = (struct decision){.kind = i % 2 ? KIND_REQUEST : KIND_DECISION,
                               .act = copy(i % 2 ? "invited" : "agreed"),
                               .by = copy("COSI"),
                               .item = copy("4"),
                               .verb = copy("agreed"),
                               .text = copy(sentences[i]),
                               .to = list("Commission|Member States")};
        if (due_made)
            x->due.said = x->due.date = copy(due_made);
        x->span.b = text.n;
        buf_addf(&text, "%s\n", sentences[i]);
        x->span.e = text.n - 1;
        if (!refs || !refs[i])
            continue;
        x->refs = list(refs[i]);
        struct reference *r = &p.parsed.references[p.parsed.nreferences++];
        r->id = copy(refs[i]);
        r->text = r->id;
        r->spans = arena_array(&arena, 1, sizeof *r->spans);
        r->spans[r->nspans++] = x->span;
    }
    struct doc doc = {.source = SV("/councilwire/spool/t"), .text = buf_sv(&text)};
    doc.text = arena_copy(&arena, doc.text);
    buf_free(&text);
    doc.original = doc.text;
    hash_sha256_hex(doc.text, doc.text_sha256);
    hash_sha256_hex(doc.text, doc.original_sha256);
    struct sv key = event_key(&arena, d, doc.text_sha256);
    event_decision_ids(&p.parsed, key);
    struct wire_publication pub = {.doc = &doc,
                                   .parsed = &p.parsed,
                                   .key = key,
                                   .rules = SV("1"),
                                   .news = true,
                                   .time_ms = 1000};
    struct err err = {0};
    if (wire_build(&pub, &arena, &p.events, &p.n, &err) != 0)
        fail_msg("%s", err.text);
    return p;
}

static int64_t next_offset;
static bool lazy; /* nothing is indexed before somebody asks */

static void take(struct wire_event ev, int64_t log, int64_t offset)
{
    struct arena a;
    struct err err = {0};
    arena_init(&a, SIZE_MAX);
    ev.log = log;
    ev.offset = offset;
    int rc = wire_read(&ev, SPACE_PUBLIC, &a, &err);
    if (rc == 0)
        switch (ev.type) {
        case WIRE_TEXT: rc = store_text(store, &ev, &err); break;
        case WIRE_DOCUMENT: rc = store_document(store, &ev, &a, &err); break;
        case WIRE_DECISION: rc = store_decision(store, &ev, &a, &err); break;
        case WIRE_WITHDRAWN: rc = store_withdrawn(store, &ev, &err); break;
        case WIRE_ORIGINAL:
        case WIRE_REJECT: fail_msg("%s", "not the index's"); break;
        }
    if (rc != 0 || (!lazy && random_below(3) && store_index(store, &err) != 0))
        fail_msg("%s", err.text);
    arena_free(&a);
}

static void take_paper(const struct paper *p)
{
    for (size_t i = 0; i < p->n; i++)
        take(p->events[i], 1, next_offset++);
}

static void withdraw(const char *key)
{
    struct wire_event *events;
    size_t n;
    wire_build_withdrawal(copy(key), SPACE_PUBLIC, SV("/councilwire/spool/t"),
                          SV("marking"), 1000, &arena, &events, &n);
    for (size_t i = 0; i < n; i++)
        take(events[i], 1, next_offset++);
}

/* -- questions */

static struct json *ask(const char *query, bool documents)
{
    struct err err = {0};
    struct buf out = {0};
    struct json *root = NULL;
    struct search_request q = {
        .query = sv_cstr(query), .documents = documents, .limit = 20};
    assert_int_equal(store_index(store, &err), 0);
    if (search_run(db, fts, &q, &out, &err) != 0)
        fail_msg("%s: %s", query, err.text);
    if (json_read(buf_sv(&out), &root, &err) != 0)
        fail_msg("%s: %s: %s", query, err.text, out.p);
    buf_free(&out);
    return root;
}

static size_t count(const char *query, bool documents)
{
    AUTO(json_free) struct json *root = ask(query, documents);
    return json_count(json_member(root, "results"));
}

static struct json *show(const char *id, int want)
{
    struct err err = {0};
    struct buf out = {0};
    struct json *root = NULL;
    assert_int_equal(store_index(store, &err), 0);
    assert_int_equal(show_run(db, fts, sv_cstr(id), &out, &err), want);
    assert_int_equal(json_read(buf_sv(&out), &root, &err), 0);
    buf_free(&out);
    return root;
}

static int64_t number(const char *sql)
{
    struct err err = {0};
    struct stmt *s = NULL;
    assert_int_equal(db_prepare(db, sv_cstr(sql), &s, &err), 0);
    assert_int_equal(stmt_step(s, &err), 1);
    int64_t n = stmt_int(s, 0);
    stmt_free(&s);
    return n;
}

/* FTS5 compares the words of each table with its content. */
static void full_text_is_sound(void)
{
    struct err err = {0};
    static const char *const checks[] = {
        "INSERT INTO body_fts(body_fts, rank) VALUES('integrity-check', 1)",
        "INSERT INTO head_fts(head_fts, rank) VALUES('integrity-check', 1)",
        "INSERT INTO decision_fts(decision_fts, rank) VALUES('integrity-check', 1)"};
    assert_int_equal(store_index(store, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        if (db_exec(db, checks[i], &err) != 0)
            fail_msg("%s", err.text);
}

static const char *const first[] = {"The Committee endorsed the Évian roadmap.",
                                    "The Committee invited Europol to report.", NULL};
static const char *const first_refs[] = {"ST-14260-2017-REV-1", NULL};
static const char *const second[] = {"The Committee endorsed the Évian roadmap.",
                                     "The Committee invited Frontex to report.", NULL};

static void decisions_are_found_with_highlights(void **state)
{
    (void)state;
    struct paper p = make("ST-100-2017-INIT", "en", "Internal security", first, NULL);
    take_paper(&p);
    AUTO(json_free) struct json *root = ask("evian kind:decision code:cosi", false);
    const struct json *hit = json_at(json_member(root, "results"), 0);
    assert_non_null(hit);
    assert_true(sv_eq(json_member_text(hit, "key"), SV("ST-100-2017-INIT/en")));
    const struct json *d = json_member(hit, "decision");
    struct sv text = json_member_text(d, "text");
    assert_true(sv_eq(text, sv_cstr(first[0])));
    const struct json *span =
        json_at(json_member(json_member(hit, "highlights"), "text"), 0);
    int64_t b = 0, e = 0;
    assert_true(json_int(json_at(span, 0), &b) && json_int(json_at(span, 1), &e));
    assert_true(sv_eq(sv_sub(text, (size_t)b, (size_t)e), SV("Évian")));
    assert_int_equal(json_count(json_member(d, "to")), 2);
    assert_true(sv_eq(json_member_text(json_member(hit, "item"), "title"),
                      SV("Operational matters")));
    assert_int_equal(count("report", false), 1);
    assert_int_equal(count("subject:security", false), 2);
    assert_int_equal(count("roadmap kind:request", false), 0);
    full_text_is_sound();
}

static void documents_are_found_with_their_section(void **state)
{
    (void)state;
    struct paper p =
        make("ST-100-2017-INIT", "en", "Internal security", first, first_refs);
    take_paper(&p);
    AUTO(json_free) struct json *root = ask("\"invited europol\"", true);
    const struct json *hit = json_at(json_member(root, "results"), 0);
    const struct json *passage = json_at(json_member(hit, "passages"), 0);
    assert_non_null(passage);
    assert_true(sv_eq(json_member_text(json_member(passage, "item"), "number"), SV("4")));
    struct sv text = json_member_text(passage, "text");
    const struct json *span = json_at(json_member(passage, "highlights"), 0);
    int64_t b = 0, e = 0;
    assert_true(json_int(json_at(span, 0), &b) && json_int(json_at(span, 1), &e));
    assert_true(sv_eq(sv_sub(text, (size_t)b, (size_t)e), SV("invited Europol")));
    static const struct {
        const char *query;
        size_t found;
    } cases[] = {
        {"by:cosi", 1},
        {"by:cosi kind:request europol", 1},
        {"kind:noted", 0},
        {"-kind:noted", 1},
        {"type:note", 1},
        {"ref:14260/1/17", 1},
        {"ref:14260/2/17", 1},
        {"ref:\"14260/17 REV 1\"", 1},
        {"ref:14261/17", 0},
        {"date:2017-12 -frontex", 1},
        {"europol OR kind:noted", 1},
        {"lang:fr OR kind:noted", 0},
        {"id:100/17 status:final marking:none", 1},
        {"subject:internal to:commission", 1},
        {"act:invited text:europol", 1},
        {"date:2018 OR (roadmap -report)", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (count(cases[i].query, true) != cases[i].found)
            fail_msg("%s: %zu", cases[i].query, count(cases[i].query, true));
}

static void order_between_topics_does_not_matter(void **state)
{
    (void)state;
    static const char *const views[] = {"Évian", "Europol", "Frontex", "by:COSI"};
    static const size_t expected[] = {1, 0, 1, 2};
    random_seed(3);
    for (int round = 0; round < 50; round++) {
        struct paper v1 = make("ST-1-2017-INIT", "en", "Old", first, first_refs),
                     v2 = make("ST-1-2017-INIT", "en", "New", second, NULL);
        assert_int_equal(v1.n, 4);
        assert_int_equal(v2.n, 4);
        /* three topics, each in its order: text, decision x2, document; interleaved */
        const struct wire_event *queue[3][4] = {
            {&v1.events[0], &v2.events[0]},
            {&v1.events[1], &v1.events[2], &v2.events[1], &v2.events[2]},
            {&v1.events[3], &v2.events[3]}};
        static const size_t length[3] = {2, 4, 2};
        size_t at[3] = {0};
        for (size_t taken = 0; taken < 8;) {
            size_t t = random_below(3);
            if (at[t] == length[t])
                continue;
            take(*queue[t][at[t]], 1, (int64_t)at[t]);
            at[t]++;
            taken++;
        }
        for (size_t i = 0; i < ARRAY_LEN(views); i++)
            if (count(views[i], false) != expected[i])
                fail_msg("round %d: %s", round, views[i]);
        assert_int_equal(count("frontex", true), 1);
        assert_int_equal(count("europol", true), 0);
        assert_int_equal(number("SELECT count(*) FROM decision"), 3);
        full_text_is_sound();
        tear_down(NULL);
        set_up(NULL);
    }
}

static void a_repeat_changes_nothing_and_old_never_wins(void **state)
{
    (void)state;
    struct paper v1 = make("ST-1-2017-INIT", "en", "Old", first, NULL),
                 v2 = make("ST-1-2017-INIT", "en", "New", second, NULL);
    for (size_t i = 0; i < v1.n; i++)
        take(v1.events[i], 1, (int64_t)i);
    for (size_t i = 0; i < v2.n; i++)
        take(v2.events[i], 1, 10 + (int64_t)i);
    for (int repeat = 0; repeat < 2; repeat++)
        for (size_t i = 0; i < v1.n; i++)
            take(v1.events[i], 1, (int64_t)i);
    assert_int_equal(count("subject:new", false), 2);
    assert_int_equal(count("subject:old", false), 0);
    assert_int_equal(count("europol", true), 0);
    /* another log counts from its beginning, and is newer */
    for (size_t i = 0; i < v1.n; i++)
        take(v1.events[i], 2, (int64_t)i);
    assert_int_equal(count("europol", false), 1);
    assert_int_equal(count("frontex", false), 0);
    assert_int_equal(number("SELECT count(*) FROM decision"), 3);
    full_text_is_sound();
}

static void a_withdrawn_paper_leaves_nothing(void **state)
{
    (void)state;
    struct paper p = make("ST-1-2017-INIT", "en", "Canary subject", first, first_refs);
    take_paper(&p);
    withdraw("ST-1-2017-INIT/en");
    assert_int_equal(count("by:cosi", false), 0);
    assert_int_equal(count("europol", true), 0);
    static const char *const tables[] = {
        "SELECT count(*) FROM document",
        "SELECT count(*) FROM text",
        "SELECT count(*) FROM decision",
        "SELECT count(*) FROM body_fts WHERE body_fts MATCH 'europol'",
        "SELECT count(*) FROM decision_fts WHERE decision_fts MATCH 'canary OR europol'",
        "SELECT count(*) FROM head_fts WHERE head_fts MATCH 'canary'"};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        if (number(tables[i]) != 0)
            fail_msg("%s", tables[i]);
    full_text_is_sound();
    take_paper(&p); /* it comes back */
    assert_int_equal(count("by:cosi", false), 2);
    assert_int_equal(count("europol", true), 1);
    AUTO(json_free) struct json *gone = show("ST-2-2017-INIT", 0);
    assert_non_null(json_member(gone, "error"));
}

static void what_is_withdrawn_leaves_the_file(void **state)
{
    char path[] = "/tmp/test_index.XXXXXX";
    struct err err = {0};
    struct buf file = {0}, said = {0};
    int fd = mkstemp(path);
    assert_true(fd >= 0 && close(fd) == 0);
    tear_down(state);
    arena_init(&arena, SIZE_MAX);
    assert_int_equal(db_open(path, DB_DATA, &db, &err), 0);
    assert_int_equal(store_open(db, &store, &err), 0);
    for (int i = 0; i < 500; i++) /* more than a page of the file */
        buf_addf(&said, "COSI agreed on the forgotten words %d. ", i);
    const char *sentences[] = {said.p, NULL};
    struct paper p = make("ST-1-2017-INIT", "en", "Subject", sentences, NULL);
    take_paper(&p);
    assert_int_equal(store_index(store, &err), 0);
    withdraw("ST-1-2017-INIT/en");
    assert_int_equal(store_index(store, &err), 0);
    store_free(&store);
    db_close(&db); /* the log of changes goes home */
    assert_int_equal(file_read(path, 1 << 26, &file, &err), 0);
    assert_true(file.n > 4096);
    assert_true(sv_find(buf_sv(&file), SV("the forgotten words")) == SIZE_MAX);
    buf_free(&file);
    buf_free(&said);
    assert_int_equal(unlink(path), 0);
    arena_free(&arena);
    assert_int_equal(set_up(state), 0);
}

static void show_tells_versions_and_citations_both_ways(void **state)
{
    (void)state;
    static const char *const refs[] = {"ST-100-2017-INIT", NULL};
    struct paper a = make("ST-100-2017-INIT", "en", "First", first, NULL),
                 b = make("ST-100-2017-REV-1", "en", "Second", second, NULL),
                 c = make("ST-200-2017-INIT", "en", "Citing", first, refs),
                 d = make("ST-100-2017-INIT", "fr", "Premier", first, NULL);
    take_paper(&a);
    take_paper(&b);
    take_paper(&c);
    take_paper(&d);
    AUTO(json_free) struct json *root = show("st-100-2017-init", 1);
    assert_true(sv_eq(json_member_text(root, "key"), SV("ST-100-2017-INIT/en")));
    assert_int_equal(json_count(json_member(root, "items")), 1);
    assert_int_equal(json_count(json_member(root, "decisions")), 2);
    assert_int_equal(json_count(json_member(root, "versions")), 2);
    assert_int_equal(json_count(json_member(root, "languages")), 2);
    const struct json *by = json_member(root, "cited_by");
    assert_int_equal(json_count(by), 1);
    assert_true(
        sv_eq(json_member_text(json_at(by, 0), "key"), SV("ST-200-2017-INIT/en")));
    AUTO(json_free) struct json *citing = show("ST-200-2017-INIT/en", 1);
    assert_true(
        sv_eq(json_member_text(json_at(json_member(citing, "references"), 0), "key"),
              SV("ST-100-2017-INIT/en")));
    AUTO(json_free) struct json *by_decision = show(c.parsed.decisions[0].id, 1);
    assert_true(sv_eq(json_member_text(by_decision, "key"), SV("ST-200-2017-INIT/en")));
    AUTO(json_free) struct json *none = show("ST-100-2017-REV-9", 0);
    assert_int_equal(json_count(json_member(none, "similar")), 3);
    AUTO(json_free) struct json *printed = show("100/9/17", 0);
    assert_int_equal(json_count(json_member(printed, "similar")), 3);
    AUTO(json_free) struct json *another = show("101/17", 0);
    assert_int_equal(json_count(json_member(another, "similar")), 0);
}

static void what_a_crash_left_is_indexed_at_the_next_start(void **state)
{
    (void)state;
    struct err err = {0};
    struct paper v1 = make("ST-1-2017-INIT", "en", "Old", first, NULL),
                 v2 = make("ST-1-2017-INIT", "en", "New", second, NULL);
    lazy = true;
    for (int crash = 0; crash < 2; crash++) { /* before and after the first was indexed */
        for (size_t i = 0; i < v1.n; i++)
            take(v1.events[i], 2 * crash + 1, (int64_t)i);
        if (crash)
            assert_int_equal(store_index(store, &err), 0);
        for (size_t i = 0; i < v2.n; i++)
            take(v2.events[i], 2 * crash + 2, (int64_t)i);
        store_free(&store);
        assert_int_equal(store_open(db, &store, &err), 0);
        assert_true(store_waiting(store) > 0);
        assert_int_equal(count("frontex", false), 1);
        assert_int_equal(count("europol", true), 0);
        full_text_is_sound();
    }
    lazy = false;
}

static void a_batch_that_is_undone_is_taken_again(void **state)
{
    (void)state;
    struct err err = {0};
    const char *sentences[4] = {"COSI agreed.", "Europol agreed.", "Frontex agreed.",
                                NULL};
    struct paper p = make("ST-1-2017-INIT", "en", "S", sentences, NULL),
                 other = make("ST-2-2017-INIT", "en", "S", sentences, NULL);
    lazy = true;
    assert_int_equal(db_begin(db, &err), 0);
    take_paper(&p);
    db_rollback(db);
    store_undo(store);
    take(other.events[0], 1, next_offset++); /* gets the number that the undone one had */
    for (size_t i = p.n; i-- > 0;)
        take(p.events[i], 1, next_offset++);
    take_paper(&other);
    lazy = false;
    assert_int_equal(count("agreed", false), 6);
    assert_int_equal(count("id:ST-1-2017-INIT agreed", false), 3);
    full_text_is_sound();
}

/* One word's hits by pages of one, best or newest first: each once, and none that its
 * paper does not list any more. */
static void page_through(bool documents, enum search_order order, const char *query,
                         size_t hits)
{
    struct buf seen = {0};
    for (size_t i = 0; i <= hits; i++) {
        struct search_request q = {sv_cstr(query), documents, order, 1, (int64_t)i};
        struct err err = {0};
        struct buf out = {0};
        struct json *root = NULL;
        bool more = false;
        assert_int_equal(search_run(db, fts, &q, &out, &err), 0);
        assert_int_equal(json_read(buf_sv(&out), &root, &err), 0);
        const struct json *results = json_member(root, "results");
        assert_int_equal(json_count(results), i < hits);
        assert_true(json_bool(json_member(root, "more"), &more) &&
                    more == (i + 1 < hits));
        struct sv id = json_member_text(json_at(results, 0), documents ? "key" : "id");
        assert_true(i == hits || (id.n && sv_find(buf_sv(&seen), id) == SIZE_MAX));
        buf_add_sv(&seen, id);
        json_free(&root);
        buf_free(&out);
    }
    buf_free(&seen);
}

static void pages_hold_each_hit_once(void **state)
{
    (void)state;
    const char *old[] = {"COSI agreed on tobacco.", "COSI agreed on tobacco and paper.",
                         "COSI agreed on ships.", NULL};
    const char *new[] = {"COSI agreed on tobacco and paper.", NULL};
    struct err err = {0};
    for (int i = 0; i < 6; i++) {
        char id[40];
        snprintf(id, sizeof id, "ST-%d-2017-INIT", 15700 + i);
        struct paper p = make(id, "en", "On goods", old, NULL);
        take_paper(&p);
        if (i % 2 == 0)
            continue;
        p = make(id, "en", "On goods", new, NULL);
        take_paper(&p);
    }
    assert_int_equal(store_index(store, &err), 0);
    for (int k = 0; k < 2; k++) {
        enum search_order order = k ? SEARCH_NEWEST : SEARCH_BEST;
        page_through(false, order, "tobacco", 9);
        page_through(false, order, "tobacco kind:decision", 6);
        page_through(false, order, "kind:decision", 9);
        page_through(true, order, "tobacco", 6);
        page_through(true, order, "tobacco type:note", 6);
        page_through(true, order, "ships kind:decision date:2017", 3);
        page_through(true, order, "type:note", 6);
    }
}

/* The dates or deadlines of what is found, in its order. */
static void assert_order(const char *query, enum search_order order, bool documents,
                         const char *want)
{
    struct search_request q = {sv_cstr(query), documents, order, 10, 0};
    struct err err = {0};
    struct buf out = {0}, got = {0};
    struct json *root = NULL;
    assert_int_equal(search_run(db, fts, &q, &out, &err), 0);
    assert_int_equal(json_read(buf_sv(&out), &root, &err), 0);
    const struct json *results = json_member(root, "results");
    for (size_t i = 0; i < json_count(results); i++) {
        const struct json *hit = json_at(results, i);
        struct sv day = order == SEARCH_DUE
                            ? json_member_text(json_member(hit, "decision"), "due")
                            : json_member_text(json_member(hit, "document"), "date");
        buf_addf(&got, "%s" SV_FMT, i ? " " : "", SV_ARG(day));
    }
    assert_string_equal(got.p, want);
    json_free(&root);
    buf_free(&out);
    buf_free(&got);
}

static void found_by_date_and_by_deadline(void **state)
{
    (void)state;
    static const char *const came[][2] = {{"2017-05-02", "2018-06"},
                                          {"2016-01-20", NULL},
                                          {"2018-03-01", "2018-05-31"},
                                          {"2017-11-30", "2019-01-01"}};
    const char *one[] = {"COSI agreed on tobacco.", NULL};
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(came); i++) {
        char id[40];
        snprintf(id, sizeof id, "ST-%zu-2017-INIT", 15700 + i);
        date_made = came[i][0];
        due_made = came[i][1];
        struct paper p = make(id, "en", "On goods", one, NULL);
        take_paper(&p);
    }
    date_made = "2017-12-04";
    due_made = NULL;
    assert_int_equal(store_index(store, &err), 0);
    static const char by_date[] = "2018-03-01 2017-11-30 2017-05-02 2016-01-20",
                      by_deadline[] = "2018-05-31 2018-06 2019-01-01";
    static const char *const queries[] = {"tobacco", "kind:decision",
                                          "tobacco kind:decision"};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        assert_order(queries[i], SEARCH_NEWEST, false, by_date);
        assert_order(queries[i], SEARCH_DUE, false, by_deadline);
    }
    assert_order("tobacco", SEARCH_NEWEST, true, by_date);
    assert_order("type:note", SEARCH_NEWEST, true, by_date);
    assert_order("tobacco due:2018-06..", SEARCH_DUE, false, "2018-06 2019-01-01");
    struct search_request q = {SV("tobacco"), true, SEARCH_DUE, 10, 0};
    struct buf out = {0};
    assert_int_equal(search_run(db, fts, &q, &out, &err), -1);
    assert_non_null(strstr(err.text, "papers have none"));
    buf_free(&out);
}

static void segments_are_merged_when_there_is_time(void **state)
{
    (void)state;
    static const char segments[] = "SELECT count(DISTINCT segid) FROM decision_fts_idx";
    const char *one[] = {"COSI agreed to fight tobacco smuggling.", NULL};
    struct err err = {0};
    lazy = true;
    for (int i = 0; i < 7; i++) {
        char id[40];
        snprintf(id, sizeof id, "ST-%d-2017-INIT", 15700 + i);
        struct paper p = make(id, "en", "On tobacco", one, NULL);
        take_paper(&p);
        assert_int_equal(store_index(store, &err), 0);
    }
    lazy = false;
    assert_int_equal(number(segments), 7);
    int rc, steps = 0;
    while ((rc = store_merge(store, &err)) == 1)
        assert_true(++steps < 20);
    assert_int_equal(rc, 0);
    assert_int_equal(number(segments), 1);
    full_text_is_sound();
}

/* A file that an earlier version left, before text_number was there. */
static void a_file_of_the_former_layout_is_brought_up_to_date(void **state)
{
    (void)state;
    const char *one[] = {"COSI agreed to fight tobacco smuggling.",
                         "COSI agreed to report on tobacco.", NULL};
    struct paper p = make("ST-15754-2017-INIT", "en", "On tobacco", one, NULL);
    struct err err = {0};
    struct buf out = {0};
    take_paper(&p);
    assert_int_equal(store_index(store, &err), 0);
    store_free(&store);
    assert_int_equal(
        db_exec(db,
                "DROP INDEX decision_due; DROP INDEX text_number; DROP INDEX "
                "document_date; CREATE INDEX "
                "document_date ON document(date); UPDATE schema_step SET step=2;"
                "ALTER TABLE decision DROP COLUMN due_said; UPDATE decision SET due = "
                "CASE id WHEN (SELECT min(id) FROM decision) THEN 'early 2018' ELSE "
                "'2018-03' END",
                &err),
        0);
    assert_int_equal(schema_check(db, &err), -1);
    assert_int_equal(err.kind, ERR_TEMPORARY);
    err_clear(&err);
    assert_int_equal(store_open(db, &store, &err), 0);
    assert_int_equal(schema_check(db, &err), 0);
    assert_int_equal(number("SELECT count(*) FROM decision WHERE due_said='early 2018' "
                            "AND due IS NULL"),
                     1);
    assert_int_equal(
        number("SELECT count(*) FROM decision WHERE due_said='2018-03' AND due=due_said"),
        1);
    struct search_request q = {
        .query = SV("tobacco date:2017"), .documents = true, .limit = 20};
    assert_int_equal(search_run(db, fts, &q, &out, &err), 0);
    assert_true(sv_find(buf_sv(&out), SV("ST-15754-2017-INIT/en")) != SIZE_MAX);
    buf_free(&out);
}

/* The skeleton keeps no savepoint for an event of the index (judges_first). */
static void what_is_refused_has_changed_nothing(void **state)
{
    (void)state;
    const char *one[] = {"COSI agreed to fight tobacco smuggling.", NULL};
    struct paper p = make("ST-15754-2017-INIT", "en", "On tobacco", one, NULL);
    int64_t before = db_total_changes(db);
    for (size_t i = 0; i < p.n; i++) {
        struct wire_event ev = p.events[i];
        struct err err = {0};
        struct arena small;
        if (ev.type != WIRE_DOCUMENT && ev.type != WIRE_DECISION)
            continue;
        assert_int_equal(wire_read(&ev, SPACE_PUBLIC, &arena, &err), 0);
        arena_init(&small, 100);
        assert_int_equal(ev.type == WIRE_DOCUMENT
                             ? store_document(store, &ev, &small, &err)
                             : store_decision(store, &ev, &small, &err),
                         -1);
        assert_int_equal(err.kind, ERR_BAD_INPUT);
        assert_string_equal(err.reason, "too-large");
        arena_free(&small);
        err_clear(&err);
        ev.value = SV("{\"document\": 1}");
        assert_int_equal(ev.type == WIRE_DOCUMENT
                             ? store_document(store, &ev, &arena, &err)
                             : store_decision(store, &ev, &arena, &err),
                         -1);
        assert_int_equal(err.kind, ERR_BAD_INPUT);
    }
    assert_int_equal(db_total_changes(db), before);
}

static void limits_and_errors_are_told(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf out = {0};
    struct search_request q = {.query = SV("kind:foo"), .limit = 20};
    assert_int_equal(search_run(db, fts, &q, &out, &err), -1);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    q = (struct search_request){.query = SV("a"), .limit = SEARCH_LIMIT_MAX + 1};
    err_clear(&err);
    assert_int_equal(search_run(db, fts, &q, &out, &err), -1);
    buf_free(&out);
    const char *sentences[4] = {"One agreed.", "Two agreed.", "Three agreed.", NULL};
    struct paper p = make("ST-1-2017-INIT", "en", "S", sentences, NULL);
    take_paper(&p);
    q = (struct search_request){.query = SV("agreed"), .limit = 2};
    err_clear(&err);
    assert_int_equal(store_index(store, &err), 0);
    struct json *root = NULL;
    bool more = false;
    assert_int_equal(search_run(db, fts, &q, &out, &err), 0);
    assert_int_equal(json_read(buf_sv(&out), &root, &err), 0);
    assert_int_equal(json_count(json_member(root, "results")), 2);
    assert_true(json_bool(json_member(root, "more"), &more) && more);
    json_free(&root);
    buf_free(&out);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(decisions_are_found_with_highlights),
        CASE(documents_are_found_with_their_section),
        CASE(order_between_topics_does_not_matter),
        CASE(a_repeat_changes_nothing_and_old_never_wins),
        CASE(a_withdrawn_paper_leaves_nothing),
        CASE(what_is_withdrawn_leaves_the_file),
        CASE(pages_hold_each_hit_once),
        CASE(found_by_date_and_by_deadline),
        CASE(segments_are_merged_when_there_is_time),
        CASE(show_tells_versions_and_citations_both_ways),
        CASE(what_a_crash_left_is_indexed_at_the_next_start),
        CASE(a_batch_that_is_undone_is_taken_again),
        CASE(a_file_of_the_former_layout_is_brought_up_to_date),
        CASE(what_is_refused_has_changed_nothing),
        CASE(limits_and_errors_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
