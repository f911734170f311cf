#include "search.h"

#include "lib/query.h"
#include "passage.h"

#include <assert.h>
#include <stdio.h>

/* -- pieces of JSON */

void search_put_values(struct json_writer *w, const char *key, struct sv joined)
{
    struct sv one;
    json_put_key(w, key);
    json_open_array(w);
    while (query_split(&joined, &one))
        json_put_string(w, one);
    json_close_array(w);
}

void search_put_first(struct json_writer *w, const char *key, struct sv joined)
{
    struct sv one = SV_NULL;
    (void)query_split(&joined, &one);
    json_pair(w, key, one);
}

void search_put_item(struct json_writer *w, struct sv number, struct sv title)
{
    json_put_key(w, "item");
    if (!number.p && !title.p) {
        json_put_null(w);
        return;
    }
    json_open_object(w);
    json_pair(w, "number", number);
    json_pair(w, "title", title);
    json_close_object(w);
}

enum { /* of SEARCH_DECISION_COLUMNS */
       D_ID,
       D_KEY,
       D_TEXT,
       D_ITEM,
       D_SUBJECT,
       D_BODY,
       D_ADDRESSEE,
       D_TYPE,
       D_CODE,
       D_NUMBER,
       D_DOC,
       D_REF,
       D_KIND,
       D_ACT,
       D_LANG,
       D_STATUS,
       D_MARKING,
       D_DATE,
       D_MEETING,
       D_DUE,
       D_DUE_SAID,
       D_ITEM_NUMBER,
       D_B,
       D_E,
       D_STEPS
};

static void put_span(struct json_writer *w, size_t b, size_t e)
{
    json_open_array(w);
    json_put_int(w, (int64_t)b);
    json_put_int(w, (int64_t)e);
    json_close_array(w);
}

void search_put_decision(struct json_writer *w, struct stmt *s)
{
    json_open_object(w);
    json_pair(w, "id", stmt_text(s, D_ID));
    json_pair(w, "kind", stmt_text(s, D_KIND));
    json_pair(w, "act", stmt_text(s, D_ACT));
    search_put_first(w, "by", stmt_text(s, D_BODY));
    json_pair(w, "item", stmt_text(s, D_ITEM_NUMBER));
    json_pair(w, "text", stmt_text(s, D_TEXT));
    json_put_key(w, "span");
    put_span(w, (size_t)stmt_int(s, D_B), (size_t)stmt_int(s, D_E));
    search_put_values(w, "to", stmt_text(s, D_ADDRESSEE));
    search_put_values(w, "refs", stmt_text(s, D_REF));
    json_put_key(w, "next");
    struct sv next = stmt_text(s, D_STEPS);
    json_put_raw(w, next.p ? next : SV("[]"));
    event_put_due(w, &(struct deadline){stmt_text(s, D_DUE_SAID), stmt_text(s, D_DUE)});
    json_pair(w, "status", stmt_text(s, D_STATUS));
    json_close_object(w);
}

static void put_paper(struct json_writer *w, struct stmt *s)
{
    json_put_key(w, "document");
    json_open_object(w);
    search_put_first(w, "id", stmt_text(s, D_DOC));
    json_pair(w, "language", stmt_text(s, D_LANG));
    search_put_first(w, "number", stmt_text(s, D_NUMBER));
    search_put_first(w, "type", stmt_text(s, D_TYPE));
    json_pair(w, "date", stmt_text(s, D_DATE));
    json_pair(w, "meeting_date", stmt_text(s, D_MEETING));
    json_pair(w, "subject", stmt_text(s, D_SUBJECT));
    search_put_values(w, "subject_codes", stmt_text(s, D_CODE));
    json_pair(w, "marking", stmt_text(s, D_MARKING));
    json_close_object(w);
}

/* -- one search */

struct search {
    struct db *db;
    struct fts *fts;
    const struct search_request *ask;
    struct query *query;
    struct json_writer w;
    struct query_span *spans; /* QUERY_SPANS_MAX */
    int64_t found[SEARCH_LIMIT_MAX + 1];
    size_t nfound;
};

/* The full text alone answers: its row numbers are the candidates. */
static bool fts_alone(const struct query_sql *sql)
{
    return sql->match.p && sv_eq(buf_sv(&sql->where), SV("1"));
}

static const char rank_decisions[] =
    "bm25(decision_fts, 10, 4, 3, 3, 3, 2, 2, 2, 1, 1, 0)";

/* What orders a candidate; NULL: the order in which they came. */
static const char *order_key(const struct search *s, bool words)
{
    switch (s->ask->order) {
    case SEARCH_NEWEST: return s->ask->documents ? "p.date" : "d.date";
    case SEARCH_DUE: return "d.due";
    case SEARCH_BEST: break;
    }
    return !words ? NULL : s->ask->documents ? "bm25(body_fts)" : rank_decisions;
}

static void select_from(const struct search *s, bool words, bool row, struct buf *out)
{
    bool docs = s->ask->documents;
    if (!words)
        buf_addf(out, "%s", docs ? "document p" : "decision d");
    else if (!row)
        buf_addf(out, "%s", docs ? "body_fts" : "decision_fts");
    else if (docs)
        buf_lit(out, "body_fts CROSS JOIN text t INDEXED BY text_number ON t.n = "
                     "body_fts.rowid CROSS JOIN document p ON p.paper = t.paper");
    else
        buf_lit(out, "decision_fts CROSS JOIN decision d ON d.n = decision_fts.rowid");
}

/* Does the full text alone answer, without a row of the paper or decision? */
static bool needs_row(const struct search *s, const struct query_sql *sql)
{
    return !fts_alone(sql) || s->ask->order != SEARCH_BEST;
}

/* Candidates in the order in which they are shown. A word of every second decision has
 * too many to order them all while somebody waits: of those SEARCH_RANKED_MAX are. */
static void select_text(const struct search *s, const struct query_sql *sql,
                        struct buf *out)
{
    bool docs = s->ask->documents, words = sql->match.p != NULL, row = needs_row(s, sql);
    const char *table = docs ? "body_fts" : "decision_fts", *key = order_key(s, words);
    const char *number = words && !row ? "rowid" : docs ? "p.paper" : "d.n";
    bool due = s->ask->order == SEARCH_DUE;
    if (key)
        buf_addf(out, "SELECT n FROM (SELECT %s AS n, %s AS key FROM ", number, key);
    else
        buf_addf(out, "SELECT %s FROM ", number);
    select_from(s, words, row, out);
    buf_addf(out, " WHERE %s(", due ? "d.due IS NOT NULL AND " : "");
    buf_add_sv(out, buf_sv(&sql->where));
    buf_lit(out, ")");
    if (words)
        buf_addf(out, " AND %s MATCH ?%zu ORDER BY %s.rowid DESC", table, sql->nbind + 1,
                 table);
    else
        buf_addf(out, " ORDER BY %s%s", due ? "d.due, " : "", number);
    buf_addf(out, "%s", words || due ? "" : " DESC");
    if (key)
        buf_addf(out, " LIMIT %d) ORDER BY key%s, n DESC", (int)SEARCH_RANKED_MAX,
                 s->ask->order == SEARCH_NEWEST ? " DESC" : "");
}

/* The number of a decision or paper that may be shown, of a candidate. A decision counts
 * while its paper lists it: asked only here, as the list lies behind long columns. */
static int counts(struct search *s, int64_t candidate, bool text, int64_t *n,
                  struct err *err)
{
    if (!s->ask->documents)
        return db_get_int(s->db, n, err,
                          "SELECT d.n FROM decision d JOIN document l USING(paper) WHERE "
                          "d.n=?1 AND instr(l.listed, d.id) > 0",
                          "i", candidate);
    return text ? db_get_int(s->db, n, err,
                             "SELECT paper FROM text INDEXED BY text_number JOIN "
                             "document USING(paper) WHERE text.n=?1",
                             "i", candidate)
                : db_get_int(s->db, n, err, "SELECT paper FROM document WHERE paper=?1",
                             "i", candidate);
}

/* Leaves out `offset` of them and keeps one more than is shown. */
static int keep_those_that_count(struct search *s, struct stmt *st, bool texts,
                                 struct err *err)
{
    int64_t left_out = 0;
    int rc = 0;
    while (s->nfound <= (size_t)s->ask->limit && (rc = stmt_step(st, err)) == 1) {
        int64_t n;
        int good = counts(s, stmt_int(st, 0), texts, &n, err);
        if (good < 0)
            return -1;
        if (good == 0 || left_out++ < s->ask->offset)
            continue;
        assert(s->nfound < ARRAY_LEN(s->found));
        s->found[s->nfound++] = n;
    }
    return rc < 0 ? -1 : 0;
}

static int find(struct search *s, struct err *err)
{
    struct arena a;
    struct query_sql sql;
    struct buf text = {0};
    struct stmt *st = NULL;
    arena_init(&a, SIZE_MAX);
    query_sql(s->query, s->ask->documents ? QUERY_DOCUMENTS : QUERY_DECISIONS, &a, &sql);
    select_text(s, &sql, &text);
    int rc = db_prepare(s->db, buf_sv(&text), &st, err);
    if (rc == 0) {
        for (size_t i = 0; i < sql.nbind; i++)
            stmt_bind_text(st, (int)i + 1, sql.bind[i]);
        if (sql.match.p)
            stmt_bind_text(st, (int)sql.nbind + 1, sql.match);
        db_time_limit(s->db, SEARCH_MS_MAX);
        rc = keep_those_that_count(s, st, !needs_row(s, &sql), err);
        db_time_limit(s->db, 0);
    }
    stmt_free(&st);
    buf_free(&text);
    buf_free(&sql.where);
    arena_free(&a);
    return rc;
}

static void put_highlights(struct search *s, const char *name, enum query_column column,
                           struct sv text)
{
    size_t n = query_highlight(s->query, s->fts, column, text, s->spans, 100);
    json_put_key(&s->w, name);
    json_open_array(&s->w);
    for (size_t i = 0; i < n; i++)
        put_span(&s->w, s->spans[i].b, s->spans[i].e);
    json_close_array(&s->w);
}

static int put_decision_hit(struct search *s, int64_t n, struct err *err)
{
    struct stmt *st;
    if (db_stmt(s->db,
                "SELECT " SEARCH_DECISION_COLUMNS
                " FROM decision d JOIN paper k ON k.paper = d.paper WHERE d.n=?1",
                &st, err) != 0)
        return -1;
    stmt_bind_int(st, 1, n);
    int rc = stmt_step(st, err);
    if (rc <= 0)
        return rc;
    struct json_writer *w = &s->w;
    json_open_object(w);
    json_pair(w, "id", stmt_text(st, D_ID));
    json_pair(w, "key", stmt_text(st, D_KEY));
    put_paper(w, st);
    search_put_item(w, stmt_text(st, D_ITEM_NUMBER), stmt_text(st, D_ITEM));
    json_put_key(w, "decision");
    search_put_decision(w, st);
    json_put_key(w, "highlights");
    json_open_object(w);
    put_highlights(s, "text", QUERY_TEXT, stmt_text(st, D_TEXT));
    put_highlights(s, "item", QUERY_ITEM, stmt_text(st, D_ITEM));
    put_highlights(s, "subject", QUERY_SUBJECT, stmt_text(st, D_SUBJECT));
    json_close_object(w);
    json_close_object(w);
    return stmt_step(st, err);
}

/* The item (section) in which a place of the text stands. */
static int put_section(struct search *s, int64_t paper, size_t at, struct err *err)
{
    struct stmt *st;
    if (db_stmt(s->db,
                "SELECT j.value->>'number', j.value->>'title' FROM document d, "
                "json_each(d.items) j WHERE d.paper=?1 AND j.value->>'$.span[0]' <= ?2 "
                "ORDER BY j.value->>'$.span[0]' DESC LIMIT 1",
                &st, err) != 0)
        return -1;
    stmt_bind_int(st, 1, paper);
    stmt_bind_int(st, 2, (int64_t)at);
    int rc = stmt_step(st, err);
    if (rc < 0)
        return -1;
    if (rc == 0)
        search_put_item(&s->w, SV_NULL, SV_NULL);
    else
        search_put_item(&s->w, stmt_text(st, 0), stmt_text(st, 1));
    return rc == 1 && stmt_step(st, err) < 0 ? -1 : 0;
}

/* Line ends and tabs are blanks in a passage; the length stays. */
static void put_passage_text(struct json_writer *w, struct sv text)
{
    AUTO(buf_free) struct buf b = {0};
    buf_add_sv(&b, text);
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] == '\n' || b.p[i] == '\t' || b.p[i] == '\f')
            b.p[i] = ' ';
    json_pair(w, "text", buf_sv(&b));
}

static int put_passages(struct search *s, int64_t paper, struct sv text, bool sections,
                        struct err *err)
{
    struct passage p[PASSAGES_MAX];
    size_t nspans =
        query_highlight(s->query, s->fts, QUERY_COLUMNS, text, s->spans, QUERY_SPANS_MAX);
    size_t n = passage_choose(text, s->spans, nspans, p);
    struct json_writer *w = &s->w;
    for (size_t i = 0; i < n; i++) {
        json_open_object(w);
        put_passage_text(w, sv_sub(text, p[i].b, p[i].e));
        json_put_key(w, "span");
        put_span(w, p[i].b, p[i].e);
        json_put_key(w, "highlights");
        json_open_array(w);
        for (size_t k = 0; k < nspans; k++)
            if (s->spans[k].b >= p[i].b && s->spans[k].e <= p[i].e)
                put_span(w, s->spans[k].b - p[i].b, s->spans[k].e - p[i].b);
        json_close_array(w);
        if (!sections)
            search_put_item(w, SV_NULL, SV_NULL);
        else if (put_section(s, paper, p[i].b, err) != 0)
            return -1;
        json_close_object(w);
    }
    return 0;
}

static int put_document_hit(struct search *s, int64_t paper, struct err *err)
{
    struct stmt *st;
    if (db_stmt(s->db,
                "SELECT k.key, p.header, t.body, p.text_sha256 = t.sha256 FROM document "
                "p JOIN paper k USING(paper) LEFT JOIN text t USING(paper) WHERE "
                "p.paper=?1",
                &st, err) != 0)
        return -1;
    stmt_bind_int(st, 1, paper);
    int rc = stmt_step(st, err);
    if (rc <= 0)
        return rc;
    struct json_writer *w = &s->w;
    json_open_object(w);
    json_pair(w, "key", stmt_text(st, 0));
    json_put_key(w, "document");
    json_put_raw(w, stmt_text(st, 1));
    json_put_key(w, "passages");
    json_open_array(w);
    struct sv text = stmt_text(st, 2);
    if (text.p && put_passages(s, paper, text, stmt_int(st, 3) == 1, err) != 0)
        return -1;
    json_close_array(w);
    json_close_object(w);
    return stmt_step(st, err);
}

static int put_results(struct search *s, struct err *err)
{
    struct json_writer *w = &s->w;
    size_t limit = (size_t)s->ask->limit;
    json_open_object(w);
    json_pair(w, "query", s->ask->query);
    json_pair_bool(w, "documents", s->ask->documents);
    json_put_key(w, "results");
    json_open_array(w);
    for (size_t i = 0; i < s->nfound && i < limit; i++) {
        int rc = s->ask->documents ? put_document_hit(s, s->found[i], err)
                                   : put_decision_hit(s, s->found[i], err);
        if (rc < 0)
            return -1;
    }
    json_close_array(w);
    json_pair_bool(w, "more", s->nfound > limit);
    json_close_object(w);
    return 0;
}

int search_run(struct db *db, struct fts *fts, const struct search_request *q,
               struct buf *out, struct err *err)
{
    struct search s = {.db = db, .fts = fts, .ask = q, .w = {.out = out}};
    if (q->limit < 1 || q->limit > SEARCH_LIMIT_MAX || q->offset < 0 ||
        q->offset > SEARCH_OFFSET_MAX)
        return err_set(err, ERR_BAD_INPUT, "limit is 1 to %d, offset 0 to %d",
                       (int)SEARCH_LIMIT_MAX, (int)SEARCH_OFFSET_MAX);
    if (q->documents && q->order == SEARCH_DUE)
        return err_set(err, ERR_BAD_INPUT,
                       "decisions have deadlines, papers have none; search in decisions "
                       "by deadline, or in papers without it");
    if (query_parse(q->query, fts, &s.query, err) != 0)
        return -1;
    s.spans = mem_resize(NULL, QUERY_SPANS_MAX, sizeof *s.spans);
    int rc = find(&s, err) == 0 ? put_results(&s, err) : -1;
    mem_free(&s.spans);
    query_free(&s.query);
    return rc;
}
