#include "lib/query.h"
#include "search.h"
#include "store.h"

#include <stdio.h>

struct show {
    struct db *db;
    struct fts *fts;
    struct json_writer w;
    int64_t paper;
};

/* -- which paper is meant */

static int paper_where(struct db *db, const char *sql_literal, struct sv v, int64_t *out,
                       struct err *err)
{
    return db_get_int(db, out, err, sql_literal, "t", v);
}

/* A printed number ("15754/17") or a decision's id, by the words of the index. */
static int paper_by_words(struct show *s, struct sv id, struct err *err)
{
    AUTO(buf_free) struct buf match = {0};
    buf_lit(&match, "\"");
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] != '"')
            buf_addc(&match, id.p[i]);
    buf_lit(&match, "\"");
    if (id.n == 32)
        return paper_where(s->db,
                           "SELECT paper FROM decision WHERE n IN (SELECT rowid FROM "
                           "decision_fts WHERE decision_fts MATCH '{id} : ' || ?1)",
                           buf_sv(&match), &s->paper, err);
    return paper_where(s->db,
                       "SELECT paper FROM document WHERE n IN (SELECT rowid FROM "
                       "head_fts WHERE head_fts MATCH '{number doc} : ' || ?1) ORDER BY "
                       "paper DESC LIMIT 1",
                       buf_sv(&match), &s->paper, err);
}

static int find_paper(struct show *s, struct sv id, struct err *err)
{
    int rc = paper_where(s->db,
                         "SELECT paper FROM document JOIN paper k USING(paper) WHERE "
                         "k.key=?1",
                         id, &s->paper, err);
    if (rc == 0)
        rc = paper_where(s->db,
                         "SELECT paper FROM document WHERE id=upper(?1) ORDER BY lang<>'"
                         "en', lang LIMIT 1",
                         id, &s->paper, err);
    bool words = false;
    for (size_t i = 0; i < id.n && !words; i++)
        words = (id.p[i] >= '0' && id.p[i] <= '9') || (id.p[i] >= 'a' && id.p[i] <= 'f');
    if (rc == 0 && words && id.n <= 200 && !memchr(id.p, 0, id.n))
        rc = paper_by_words(s, id, err);
    return rc;
}

/* "15754/17" as a phrase of the index, without the version: "15754-2017". */
static struct sv number_phrase(struct sv id, struct arena *a)
{
    struct sv number, stem;
    if (id.n > 200 || !query_number(a, id, &number) || !sv_cut(&number, ' ', &stem))
        return SV("\"\"");
    return arena_printf(a, "\"" SV_FMT "\"", SV_ARG(stem));
}

static int put_similar(struct show *s, struct sv id, struct err *err)
{
    struct stmt *st;
    struct arena a;
    if (db_stmt(s->db,
                "SELECT k.key FROM document JOIN paper k USING(paper) WHERE "
                "work=upper(?1) OR id BETWEEN upper(?2) AND upper(?2)||'~' OR n IN "
                "(SELECT rowid FROM head_fts WHERE head_fts MATCH '{doc} : ' || ?3) "
                "ORDER BY k.key LIMIT 10",
                &st, err) != 0)
        return -1;
    struct sv work = store_work(id);
    arena_init(&a, 1 << 16);
    stmt_bind_text(st, 1, work.p ? work : id);
    stmt_bind_text(st, 2, id);
    stmt_bind_text(st, 3, number_phrase(id, &a));
    arena_free(&a);
    json_open_object(&s->w);
    json_pair(&s->w, "error", SV("no such document or decision"));
    json_put_key(&s->w, "similar");
    json_open_array(&s->w);
    int rc;
    while ((rc = stmt_step(st, err)) == 1)
        json_put_string(&s->w, stmt_text(st, 0));
    json_close_array(&s->w);
    json_close_object(&s->w);
    return rc;
}

/* -- its parts: each writes one row */

typedef void put_row(struct json_writer *w, struct stmt *st);

static int put_rows(struct show *s, const char *name, const char *sql_literal,
                    put_row *row, struct err *err)
{
    struct stmt *st;
    if (db_stmt(s->db, sql_literal, &st, err) != 0)
        return -1;
    stmt_bind_int(st, 1, s->paper);
    json_put_key(&s->w, name);
    json_open_array(&s->w);
    int rc;
    while ((rc = stmt_step(st, err)) == 1)
        row(&s->w, st);
    json_close_array(&s->w);
    return rc;
}

static void item_row(struct json_writer *w, struct stmt *st)
{
    json_open_object(w);
    json_pair(w, "number", stmt_text(st, 0));
    json_pair(w, "title", stmt_text(st, 1));
    json_put_key(w, "span");
    json_open_array(w);
    json_put_int(w, stmt_int(st, 2));
    json_put_int(w, stmt_int(st, 3));
    json_close_array(w);
    json_close_object(w);
}

static void reference_row(struct json_writer *w, struct stmt *st)
{
    json_open_object(w);
    json_pair(w, "id", stmt_text(st, 0));
    json_pair(w, "text", stmt_text(st, 1));
    json_pair(w, "marking", stmt_text(st, 2));
    json_pair(w, "url", stmt_text(st, 3));
    json_put_key(w, "spans");
    json_put_raw(w, stmt_text(st, 4));
    json_pair(w, "key", stmt_text(st, 5)); /* where the index has that paper */
    json_close_object(w);
}

static void paper_row(struct json_writer *w, struct stmt *st)
{
    json_open_object(w);
    json_pair(w, "key", stmt_text(st, 0));
    json_pair(w, "id", stmt_text(st, 1));
    search_put_first(w, "type", stmt_text(st, 2));
    json_pair(w, "date", stmt_text(st, 3));
    json_pair(w, "subject", stmt_text(st, 4));
    json_pair(w, "language", stmt_text(st, 5));
    json_close_object(w);
}

/* Who cites this paper, whichever version of the citing paper is current. */
static int put_cited_by(struct show *s, struct sv doc, struct err *err)
{
    struct stmt *st;
    if (db_stmt(s->db,
                "SELECT k.key, p.id, p.type, p.date, p.subject, p.lang FROM document p "
                "JOIN paper k USING(paper) WHERE p.paper<>?1 AND p.n IN (SELECT "
                "rowid FROM head_fts WHERE head_fts MATCH ?2) ORDER BY p.date DESC, "
                "p.paper DESC LIMIT 200",
                &st, err) != 0)
        return -1;
    json_put_key(&s->w, "cited_by");
    json_open_array(&s->w);
    int rc = 0;
    if (doc.n) {
        AUTO(buf_free) struct buf match = {0};
        buf_addf(&match, "{ref} : \"%.*s\"", (int)doc.n, doc.p);
        stmt_bind_int(st, 1, s->paper);
        stmt_bind_text(st, 2, buf_sv(&match));
        while ((rc = stmt_step(st, err)) == 1)
            paper_row(&s->w, st);
    }
    json_close_array(&s->w);
    return rc;
}

static int put_parts(struct show *s, struct sv doc, struct err *err)
{
    static const char items[] =
        "SELECT j.value->>'number', j.value->>'title', j.value->>'$.span[0]', "
        "j.value->>'$.span[1]' FROM document d, json_each(d.items) j WHERE d.paper=?1";
    static const char decisions[] =
        "SELECT " SEARCH_DECISION_COLUMNS " FROM decision d JOIN paper k USING(paper) "
        "JOIN document l USING(paper) WHERE d.paper=?1 AND instr(l.listed, d.id) > 0 "
        "ORDER BY instr(l.listed, d.id)";
    static const char references[] =
        "SELECT j.value->>'id', j.value->>'text', j.value->>'marking', j.value->>'url', "
        "j.value->'spans', (SELECT k.key FROM document p JOIN paper k USING(paper) WHERE "
        "p.id=j.value->>'id' ORDER BY p.lang<>'en', p.lang LIMIT 1) FROM document d, "
        "json_each(d.reflist) j WHERE d.paper=?1";
    static const char versions[] =
        "SELECT k.key, p.id, p.type, p.date, p.subject, p.lang FROM document m JOIN "
        "document p ON p.work=m.work AND p.lang IS m.lang JOIN paper k ON "
        "k.paper=p.paper WHERE m.paper=?1 ORDER BY p.date, length(p.id), p.id LIMIT 200";
    static const char languages[] =
        "SELECT k.key, p.id, p.type, p.date, p.subject, p.lang FROM document m JOIN "
        "document p ON p.id=m.id JOIN paper k ON k.paper=p.paper WHERE m.paper=?1 "
        "ORDER BY p.lang LIMIT 50";
    return put_rows(s, "items", items, item_row, err) != 0 ||
                   put_rows(s, "decisions", decisions, search_put_decision, err) != 0 ||
                   put_rows(s, "references", references, reference_row, err) != 0 ||
                   put_cited_by(s, doc, err) != 0 ||
                   put_rows(s, "versions", versions, paper_row, err) != 0 ||
                   put_rows(s, "languages", languages, paper_row, err) != 0
               ? -1
               : 0;
}

static int put_all(struct show *s, struct err *err)
{
    struct stmt *st;
    if (db_stmt(
            s->db,
            "SELECT k.key, p.header, p.text_sha256, p.text_bytes, p.doc FROM document "
            "p JOIN paper k USING(paper) WHERE p.paper=?1",
            &st, err) != 0)
        return -1;
    stmt_bind_int(st, 1, s->paper);
    int rc = stmt_step(st, err);
    if (rc <= 0)
        return rc;
    struct json_writer *w = &s->w;
    json_open_object(w);
    json_pair(w, "key", stmt_text(st, 0));
    json_put_key(w, "document");
    json_put_raw(w, stmt_text(st, 1));
    json_put_key(w, "text");
    json_open_object(w);
    json_pair(w, "sha256", stmt_text(st, 2));
    json_pair_int(w, "bytes", stmt_int(st, 3));
    json_close_object(w);
    if (put_parts(s, stmt_text(st, 4), err) != 0 || stmt_step(st, err) < 0)
        return -1;
    json_close_object(w);
    return 1;
}

int show_run(struct db *db, struct fts *fts, struct sv id, struct buf *out,
             struct err *err)
{
    struct show s = {.db = db, .fts = fts, .w = {.out = out}};
    if (id.n == 0)
        return err_set(err, ERR_BAD_INPUT,
                       "show needs an id, for example "
                       "ST-15754-2017-INIT");
    db_time_limit(db, SEARCH_MS_MAX);
    int rc = find_paper(&s, id, err);
    if (rc == 1)
        rc = put_all(&s, err);
    else if (rc == 0)
        rc = put_similar(&s, id, err) < 0 ? -1 : 0;
    db_time_limit(db, 0);
    return rc;
}
