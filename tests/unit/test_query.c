/* The query language: what is refused and how, what matches, and that both back ends (SQL
 * over FTS5, evaluation in memory) give the same answer on random queries and decisions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/query.h"
#include "lib/query_set.h"

#include <stdio.h>
#include <stdlib.h>

static struct db *db;
static struct fts *fts;

static const char *const schema[] = {
    "CREATE TABLE decision(n INTEGER PRIMARY KEY, listed INTEGER, text TEXT, item TEXT, "
    "subject TEXT, body TEXT, addressee TEXT, type TEXT, code TEXT, number TEXT, doc "
    "TEXT, ref TEXT, kind TEXT, act TEXT, lang TEXT, status TEXT, marking TEXT, date "
    "TEXT, meeting TEXT, due TEXT)",
    "CREATE VIRTUAL TABLE decision_fts USING fts5(text, item, subject, body, addressee, "
    "type, code, number, doc, ref, content='decision', content_rowid='n', " FTS_TOKENIZE
    ")"};

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(db_open(":memory:", DB_DATA, &db, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(schema); i++)
        assert_int_equal(db_exec(db, schema[i], &err), 0);
    assert_int_equal(fts_new(db, &fts, &err), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fts_free(&fts);
    db_close(&db);
    return 0;
}

static void insert(int64_t n, const struct query_row *r)
{
    struct err err = {0};
    const struct sv *c = r->column;
    int rc = db_run(
        db, &err, "INSERT INTO decision VALUES(?,1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        "itttttttttttttttttt", n, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8],
        c[9], r->kind, r->act, r->lang, r->status, r->marking, r->date, r->meeting,
        r->due);
    assert_int_equal(rc, 0);
    rc = db_run(db, &err,
                "INSERT INTO decision_fts(rowid, text, item, subject, body, addressee, "
                "type, code, number, doc, ref) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                "itttttttttt", n, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8],
                c[9]);
    assert_int_equal(rc, 0);
}

static void empty_table(void)
{
    struct err err = {0};
    assert_int_equal(
        db_exec(db, "INSERT INTO decision_fts(decision_fts) VALUES('delete-all')", &err),
        0);
    assert_int_equal(db_exec(db, "DELETE FROM decision", &err), 0);
}

/* Bit n-1 of the result: decision n is found; at most 64 decisions. */
static uint64_t ask_sql(const struct query *q)
{
    struct arena a;
    arena_init(&a, SIZE_MAX);
    struct query_sql sql;
    struct err err = {0};
    query_sql(q, QUERY_DECISIONS, &a, &sql);
    struct buf text = {0};
    buf_lit(&text, "SELECT d.n FROM decision d WHERE d.listed IS NOT NULL AND (");
    buf_add_sv(&text, buf_sv(&sql.where));
    buf_lit(&text, ")");
    if (sql.match.p)
        buf_addf(&text,
                 " AND d.n IN (SELECT rowid FROM decision_fts WHERE decision_fts MATCH "
                 "?%zu)",
                 sql.nbind + 1);
    struct stmt *s = NULL;
    if (db_prepare(db, buf_sv(&text), &s, &err) != 0)
        fail_msg("%s: %s", text.p, err.text);
    for (size_t i = 0; i < sql.nbind; i++)
        stmt_bind_text(s, (int)i + 1, sql.bind[i]);
    if (sql.match.p)
        stmt_bind_text(s, (int)sql.nbind + 1, sql.match);
    uint64_t found = 0;
    int rc;
    while ((rc = stmt_step(s, &err)) == 1)
        found |= UINT64_C(1) << (stmt_int(s, 0) - 1);
    if (rc != 0)
        fail_msg("%s: %s", sql.match.p ? sql.match.p : text.p, err.text);
    stmt_free(&s);
    buf_free(&text);
    buf_free(&sql.where);
    arena_free(&a);
    return found;
}

static bool ask_memory(const struct query *q, const struct query_row *row)
{
    struct arena a;
    arena_init(&a, SIZE_MAX);
    bool found = query_match(q, query_words_new(&a, fts, row));
    arena_free(&a);
    return found;
}

/* -- what is refused */

static void errors_name_column_and_remedy(void **state)
{
    (void)state;
    static const struct {
        const char *query, *says[3];
    } cases[] = {
        {"", {"asks for nothing", "kind:request"}},
        {" – & ", {"asks for nothing"}},
        {"cosi \"open phrase", {"column 6:", "not closed", "put a \""}},
        {"(a OR b", {"column 1:", "not closed", "add a )"}},
        {"a b)", {"column 4:", ") without its ("}},
        {"kind:decission", {"column 6:", "no value “decission”", "request"}},
        {"kind: request", {"column 1:", "no value", "without a blank"}},
        {"état typ:NOTE", {"column 6:", "no field “typ:”", "did you mean type:"}},
        {"date:2017-13", {"column 6:", "no date", "date:2017-01..2017-12"}},
        {"date:2018..2017", {"column 6:", "ends before", "2017..2018"}},
        {"date:2017*", {"takes no *"}},
        {"fo*o", {"column 1:", "* stands at the end"}},
        {"a OR", {"column 3:", "nothing behind OR"}},
        {"OR a", {"column 1:", "nothing before OR"}},
        {"a AND", {"column 3:", "AND stands between"}},
        {"a NOT", {"nothing behind NOT"}},
        {"a\x01z", {"column 2:", "control character"}},
        {"a\xffz", {"column 2:", "UTF-8"}},
        {"by:=council*", {"column 4:", "use one"}},
        {"((((((((((((((((((a))))))))))))))))))", {"column 17:", "at most 16 deep"}},
        {"----------------------a", {"at most 16 deep"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct query *q = NULL;
        struct err err = {0};
        assert_int_equal(query_parse(sv_cstr(cases[i].query), fts, &q, &err), -1);
        assert_null(q);
        assert_int_equal(err.kind, ERR_BAD_INPUT);
        for (size_t k = 0; k < 3 && cases[i].says[k]; k++)
            if (sv_find(sv_cstr(err.text), sv_cstr(cases[i].says[k])) == SIZE_MAX)
                fail_msg("%s\n  says: %s\n  not:  %s", cases[i].query, err.text,
                         cases[i].says[k]);
    }
}

static void size_is_bounded(void **state)
{
    (void)state;
    struct buf b = {0};
    struct query *q = NULL;
    struct err err = {0};
    for (int i = 0; i < QUERY_LEAVES_MAX; i++)
        buf_addf(&b, "w%d ", i);
    assert_int_equal(query_parse(buf_sv(&b), fts, &q, &err), 0);
    query_free(&q);
    buf_lit(&b, "more");
    assert_int_equal(query_parse(buf_sv(&b), fts, &q, &err), -1);
    assert_non_null(strstr(err.text, "at most 64"));
    buf_reset(&b);
    buf_addc(&b, '"');
    for (int i = 0; i <= QUERY_PHRASE_MAX; i++)
        buf_lit(&b, "w ");
    buf_addc(&b, '"');
    err_clear(&err);
    assert_int_equal(query_parse(buf_sv(&b), fts, &q, &err), -1);
    assert_non_null(strstr(err.text, "at most 64 words"));
    buf_reset(&b);
    while (b.n <= QUERY_BYTES_MAX)
        buf_lit(&b, "abc ");
    err_clear(&err);
    assert_int_equal(query_parse(buf_sv(&b), fts, &q, &err), -1);
    assert_non_null(strstr(err.text, "2000 bytes"));
    buf_free(&b);
}

/* -- what matches */

static struct wire_decision sample(void)
{
    static struct sv to[] = {{"Commission", 10}, {"Member States", 13}};
    static struct sv refs[] = {{"ST-14317-2012-INIT", 18}, {"2010/0246(COD)", 14}};
    static struct sv codes[] = {{"COPS 414", 8}, {"JAI 744", 7}};
    struct wire_decision d = {0};
    d.document.id = SV("ST-15584-2012-REV-1");
    d.document.number = SV("15584/1/12 REV 1");
    d.document.language = SV("en");
    d.document.type = SV("COVER NOTE");
    d.document.date = SV("2012-10-31");
    d.document.meeting_date = SV("2012-10");
    d.document.subject = SV("Summary of discussions, Évian-les-Bains");
    d.document.marking = SV("PUBLIC LIMITE");
    d.document.subject_codes = (struct svs){codes, 2};
    d.item_title = SV("Operational co-operation");
    d.decision.kind = KIND_REQUEST;
    d.decision.act = SV("called-on");
    d.decision.by = SV("COSI");
    d.decision.text = SV("calls on the Commission to report on Straße by the Council");
    d.decision.to = (struct svs){to, 2};
    d.decision.refs = (struct svs){refs, 2};
    d.decision.due.said = SV("2013-03-15");
    return d;
}

static const struct {
    const char *query;
    bool found;
} finds[] = {
    {"commission", true},
    {"COMMISSION report", true},
    {"\"the commission to\"", true},
    {"\"commission the\"", false},
    {"report straße", true},
    {"strasse", false}, /* FTS5 folds case, it does not spell out */
    {"evian", true},
    {"ÉVIAN-LES-BAINS", true},
    {"co-operation", true},
    {"cooperation", false},
    {"oper*", true},
    {"\"operational co-op\"*", true},
    {"absent OR report", true},
    {"absent OR missing", false},
    {"report -absent", true},
    {"report -commission", false},
    {"report NOT (absent OR commission)", false},
    {"-absent", true},
    {"-report", false},
    {"(absent OR report) AND commission", true},
    {"type:note", true},
    {"type:=note", false},
    {"type:=\"cover note\"", true},
    {"type:agenda", false},
    {"code:COPS", true},
    {"code:\"cops 414\"", true},
    {"code:\"414 jai\"", false}, /* never over two values */
    {"code:=cops", false},
    {"by:cosi", true},
    {"by:council", false},
    {"to:commission", true},
    {"to:\"member states\"", true},
    {"to:\"commission member\"", false},
    {"to:(council OR commission)", true},
    {"kind:request", true},
    {"kind:(decision OR noted)", false},
    {"kind:re*", true},
    {"act:called-on", true},
    {"ACT:Called*", true},
    {"act:called", false},
    {"ref:14317/12", true},
    {"ref:14317/13", false},
    {"ref:st-14317-2012-init", true},
    {"ref:2010/0246(COD)", true},
    {"(ref:2010/0246(COD))", true},
    {"id:15584/1/12", true},
    {"id:15584/12", true},
    {"id:\"15584/1/12 REV 1\"", true},
    {"id:ST-15584-2012", true},
    {"id:ST-15584-2012-INIT", false},
    {"15584/1/12", true},
    {"item:operational", true},
    {"item:report", false},
    {"subject:summary", true},
    {"text:summary", false},
    {"lang:EN", true},
    {"lang:fr", false},
    {"status:final", true},
    {"status:draft", false},
    {"marking:limite", true},
    {"marking:\"public limite\"", true},
    {"marking:none", false},
    {"marking:lim*", true},
    {"date:2012", true},
    {"date:2012-10-31", true},
    {"date:2012-10..2012-12", true},
    {"date:2012-11..", false},
    {"date:..2012-10", true},
    {"date:..2012-10-30", false},
    {"meeting:2012-10-02", true}, /* known to the month: may be */
    {"meeting:2012-11-02", false},
    {"due:2013-01..2013-06", true},
    {"due:*", true},
    {"-due:*", false},
    {"COM:2013:0179", false}, /* a citation, no field */
};

static void fields_and_words_find_what_they_say(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, SIZE_MAX);
    struct wire_decision d = sample();
    struct query_row row;
    query_row_from(&d, &a, &row);
    empty_table();
    insert(1, &row);
    for (size_t i = 0; i < ARRAY_LEN(finds); i++) {
        struct query *q = NULL;
        struct err err = {0};
        if (query_parse(sv_cstr(finds[i].query), fts, &q, &err) != 0)
            fail_msg("%s: %s", finds[i].query, err.text);
        if (ask_memory(q, &row) != finds[i].found)
            fail_msg("in memory: %s", finds[i].query);
        if ((ask_sql(q) == 1) != finds[i].found)
            fail_msg("SQL: %s", finds[i].query);
        query_free(&q);
    }
    arena_free(&a);
}

static void joined_values_come_apart_again(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, SIZE_MAX);
    struct sv in[] = {SV("Council"), SV(""), SV("a b")}, one;
    struct sv joined = query_join(&a, (struct svs){in, 3});
    for (size_t i = 0; i < 3; i++) {
        assert_true(query_split(&joined, &one));
        assert_true(sv_eq(one, in[i]));
    }
    assert_false(query_split(&joined, &one));
    assert_null(query_join(&a, (struct svs){NULL, 0}).p);
    arena_free(&a);
}

static void highlights_are_the_words_asked_for(void **state)
{
    (void)state;
    struct query *q = NULL;
    struct err err = {0};
    struct sv text = SV("The Évian group; the group of the group of friends. GROUP");
    assert_int_equal(
        query_parse(SV("evian OR \"group of friends\" -the by:group"), fts, &q, &err), 0);
    struct query_span s[8];
    size_t n = query_highlight(q, fts, QUERY_TEXT, text, s, 8);
    assert_int_equal(n, 2);
    assert_true(sv_eq(sv_sub(text, s[0].b, s[0].e), SV("Évian")));
    assert_true(sv_eq(sv_sub(text, s[1].b, s[1].e), SV("group of friends")));
    assert_int_equal(query_highlight(q, fts, QUERY_TEXT, text, s, 1), 1);
    assert_int_equal(query_highlight(q, fts, QUERY_BODY, SV("group"), s, 8), 1);
    query_free(&q);
}

/* -- the property */

static const char *const vocabulary[] = {
    "council",      "Council",   "COUNCIL", "conseil",  "Élan",       "elan",
    "E\xCC\x81lan", "straße",    "STRASSE", "İstanbul", "istanbul",   "Ελλάδα",
    "ελλαδα",       "Дума",      "дума",    "naïve",    "NAIVE",      "co-operation",
    "co",           "operation", "JHA",     "REV 1",    "15584/1/12", "2017",
    "(COD)",        "a",         "A",       "ångström", "Å",          "ﬁle",
    "file",         "x_y",       "don't",   "—",        "&",          "st.",
    "ŁÓDŹ",         "lodz",      "łodz",    "ǅ",        "日本",       "e-mail@x.eu"};
static const char *const separators[] = {" ",  " ", " ",        ", ",
                                         "\n", "-", "\xC2\xA0", " – "};
static const char *const kinds[] = {"decision", "request", "noted"};
static const char *const dates[] = {"2012",    "2012-10",    "2012-10-31",
                                    "2013-01", "2013-01-05", "2014-12-31"};
static const char *const markings[] = {NULL, "PUBLIC", "LIMITE", "PUBLIC LIMITE"};

#define PICK(list) list[random_below(ARRAY_LEN(list))]

static struct sv some_words(struct arena *a, size_t max)
{
    struct buf b = {0};
    size_t n = random_below(max + 1);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%s", i ? PICK(separators) : "", PICK(vocabulary));
    struct sv out = n ? arena_copy(a, buf_sv(&b)) : SV_NULL;
    buf_free(&b);
    return out;
}

static struct sv some_values(struct arena *a)
{
    struct sv v[3];
    size_t n = random_below(4);
    for (size_t i = 0; i < n; i++) {
        v[i] = some_words(a, 3);
        if (!v[i].p)
            v[i] = SV("");
    }
    return query_join(a, (struct svs){v, n});
}

static void random_row(struct arena *a, struct query_row *r)
{
    *r = (struct query_row){0};
    r->column[QUERY_TEXT] = some_words(a, 12);
    r->column[QUERY_ITEM] = some_words(a, 4);
    r->column[QUERY_SUBJECT] = some_words(a, 4);
    for (int c = QUERY_BODY; c < QUERY_COLUMNS; c++)
        r->column[c] = some_values(a);
    r->kind = sv_cstr(PICK(kinds));
    r->act = random_below(4) ? sv_cstr(PICK(vocabulary)) : SV_NULL;
    r->lang = random_below(4) ? SV("en") : SV_NULL;
    r->status = random_below(2) ? SV("final") : SV("draft");
    r->marking = sv_cstr(PICK(markings));
    r->date = random_below(4) ? sv_cstr(PICK(dates)) : SV_NULL;
    r->meeting = random_below(4) ? sv_cstr(PICK(dates)) : SV_NULL;
    r->due = random_below(4) ? sv_cstr(PICK(dates)) : SV_NULL;
}

/* A beginning of a word, cut between characters. */
static void random_prefix(struct buf *out)
{
    struct sv w = sv_cstr(PICK(vocabulary));
    size_t n = 1 + random_below(w.n);
    while (n < w.n && ((unsigned char)w.p[n] & 0xC0) == 0x80)
        n++;
    for (size_t i = 0; i < n; i++)
        if (strchr("*\"() -", w.p[i]))
            buf_addc(out, 'x');
        else
            buf_addc(out, w.p[i]);
    buf_addc(out, '*');
}

static void random_leaf(struct buf *out)
{
    static const char *const words[] = {
        "",     "",    "",      "type:", "code:",    "by:",  "to:",
        "ref:", "id:", "item:", "by:=",  "subject:", "text:"};
    static const char *const values[] = {"kind:request",
                                         "kind:(noted OR decision)",
                                         "lang:en",
                                         "status:draft",
                                         "marking:none",
                                         "marking:limite",
                                         "marking:pub*",
                                         "act:Council",
                                         "act:co*",
                                         "due:*",
                                         "date:2012",
                                         "date:2012-10-31",
                                         "date:2012-10..",
                                         "meeting:..2013-01-05",
                                         "due:2012-10-31..2013-01"};
    if (random_below(4) == 0) {
        buf_addf(out, "%s", PICK(values));
        return;
    }
    const char *field = PICK(words);
    buf_addf(out, "%s", field);
    switch (random_below(field[0] ? 2 : 3)) {
    case 0:
        buf_addf(out, "\"%s%s%s\"", PICK(vocabulary), PICK(separators), PICK(vocabulary));
        break;
    case 1: buf_addf(out, "\"%s\"", PICK(vocabulary)); break;
    default: random_prefix(out); break;
    }
}

static void random_query(struct buf *out, int depth)
{
    size_t n = 1 + random_below(3);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addf(out, "%s", random_below(2) ? " " : " OR ");
        if (random_below(4) == 0)
            buf_addc(out, '-');
        if (depth > 0 && random_below(3) == 0) {
            buf_addc(out, '(');
            random_query(out, depth - 1);
            buf_addc(out, ')');
        } else {
            random_leaf(out);
        }
    }
}

static void both_back_ends_agree(void **state)
{
    (void)state;
    enum { ROWS = 60, QUERIES = 400, ROUNDS = 5 };
    static struct query_row rows[ROWS];
    size_t asked = 0, found = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        random_seed(round + 1);
        struct arena a;
        arena_init(&a, SIZE_MAX);
        empty_table();
        for (size_t i = 0; i < ROWS; i++) {
            random_row(&a, &rows[i]);
            insert((int64_t)i + 1, &rows[i]);
        }
        for (size_t k = 0; k < QUERIES; k++) {
            struct buf text = {0};
            struct query *q = NULL;
            struct err err = {0};
            random_query(&text, 2);
            if (query_parse(buf_sv(&text), fts, &q, &err) == 0) {
                uint64_t sql = ask_sql(q), memory = 0;
                for (size_t i = 0; i < ROWS; i++)
                    memory |= (uint64_t)ask_memory(q, &rows[i]) << i;
                if (sql != memory)
                    fail_msg("round %d: %s: SQL %llx, memory %llx", (int)round, text.p,
                             (unsigned long long)sql, (unsigned long long)memory);
                asked++;
                found += (size_t)__builtin_popcountll(memory);
            } else if (!strstr(err.text, "asks for nothing")) {
                fail_msg("%s: %s", text.p, err.text);
            }
            query_free(&q);
            buf_free(&text);
        }
        arena_free(&a);
    }
    /* the property means something: many queries, and neither all nor nothing is found */
    assert_true(asked > QUERIES * ROUNDS / 2);
    assert_true(found > asked && found < asked * ROWS * 3 / 4);
}

/* -- many queries at once */

enum { SET_QUERIES = 500 };

struct crowd {
    struct query *q[SET_QUERIES];
    const struct query *asked[SET_QUERIES]; /* every tenth is none */
};

static void gather(struct crowd *c)
{
    for (size_t i = 0; i < SET_QUERIES;) {
        struct buf text = {0};
        struct err err = {0};
        random_query(&text, 2);
        if (query_parse(buf_sv(&text), fts, &c->q[i], &err) == 0) {
            c->asked[i] = i % 10 == 9 ? NULL : c->q[i];
            i++;
        }
        buf_free(&text);
    }
}

static void scatter(struct crowd *c)
{
    for (size_t i = 0; i < SET_QUERIES; i++)
        query_free(&c->q[i]);
}

/* Those that query_match takes, each asked. */
static size_t one_by_one(const struct crowd *c, const struct query_words *w,
                         uint32_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < SET_QUERIES; i++)
        if (c->asked[i] && query_match(c->asked[i], w))
            out[n++] = (uint32_t)i;
    return n;
}

static void a_set_finds_what_each_finds(void **state)
{
    (void)state;
    static struct crowd crowd;
    static uint32_t want[SET_QUERIES], got[SET_QUERIES];
    size_t found = 0, evaluated = 0, rows = 0;
    for (uint64_t round = 0; round < 6; round++) {
        random_seed(round + 100);
        gather(&crowd);
        struct query_set *set = query_set_new(crowd.asked, SET_QUERIES);
        for (int i = 0; i < 100; i++) {
            struct arena a;
            struct query_row row;
            arena_init(&a, SIZE_MAX);
            random_row(&a, &row);
            struct query_words *w = query_words_new(&a, fts, &row);
            size_t n = one_by_one(&crowd, w, want);
            assert_int_equal(query_set_match(set, w, got), n);
            assert_memory_equal(got, want, n * sizeof *want);
            found += n;
            evaluated += query_set_evaluated(set);
            rows++;
            arena_free(&a);
        }
        query_set_free(&set);
        scatter(&crowd);
    }
    assert_true(found > rows && found < rows * SET_QUERIES / 2);
    assert_true(evaluated >= found && evaluated < rows * SET_QUERIES);
}

/* What people ask for is not evaluated where its rarest word is not. */
static void a_set_evaluates_few(void **state)
{
    (void)state;
    static struct query *q[1000];
    static uint32_t out[1000];
    struct arena a;
    struct wire_decision d = sample();
    struct query_row row;
    arena_init(&a, SIZE_MAX);
    query_row_from(&d, &a, &row);
    for (size_t i = 0; i < ARRAY_LEN(q); i++) {
        struct buf text = {0};
        struct err err = {0};
        buf_addf(&text, "by:COSI kind:request commission subject%zu", i);
        assert_int_equal(query_parse(buf_sv(&text), fts, &q[i], &err), 0);
        buf_free(&text);
    }
    const struct query *const *all = (const struct query *const *)q;
    struct query_set *set = query_set_new(all, ARRAY_LEN(q));
    assert_int_equal(query_set_match(set, query_words_new(&a, fts, &row), out), 0);
    assert_int_equal(query_set_evaluated(set), 0);
    query_set_free(&set);
    for (size_t i = 0; i < ARRAY_LEN(q); i++)
        query_free(&q[i]);
    arena_free(&a);
}

static void any_bytes_are_answered(void **state)
{
    (void)state;
    static const char signs[] = "ab\"()*:-=. ORNTDkind2017-0\xC3\xA9\xE2\x80\x93\t";
    random_seed(7);
    for (int i = 0; i < 20000; i++) {
        char text[40];
        size_t n = random_below(sizeof text);
        for (size_t k = 0; k < n; k++)
            text[k] = signs[random_below(sizeof signs - 1)];
        struct query *q = NULL;
        struct err err = {0};
        int rc = query_parse((struct sv){text, n}, fts, &q, &err);
        assert_int_equal(rc == 0, q != NULL);
        assert_int_equal(rc == 0, err.kind == ERR_NONE);
        if (i % 20 == 0 && q)
            (void)ask_sql(q);
        query_free(&q);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_name_column_and_remedy),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(fields_and_words_find_what_they_say),
        cmocka_unit_test(joined_values_come_apart_again),
        cmocka_unit_test(highlights_are_the_words_asked_for),
        cmocka_unit_test(both_back_ends_agree),
        cmocka_unit_test(a_set_finds_what_each_finds),
        cmocka_unit_test(a_set_evaluates_few),
        cmocka_unit_test(any_bytes_are_answered),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
