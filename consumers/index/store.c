#include "store.h"

#include "lib/hash.h"
#include "lib/query.h"
#include "row_json.h"
#include "schema.h"

#include <assert.h>

struct store {
    struct db *db;
    /* numbers of the next new rows; all rows below `mark` are in the full text */
    int64_t next_text, next_document, next_decision;
    int64_t mark_text, mark_document, mark_decision;
    size_t waiting;
    size_t merged;       /* full texts in which nothing is left to merge */
    struct buf last_key; /* of the paper that was found last; its number never changes */
    int64_t last_paper;  /* 0: none */
};

static int read_marks(struct store *s, struct err *err)
{
    struct stmt *st;
    if (db_stmt(s->db,
                "SELECT f.text, f.document, f.decision, (SELECT ifnull(max(n),0)+1 FROM "
                "text), (SELECT ifnull(max(n),0)+1 FROM document), (SELECT "
                "ifnull(max(n),0)+1 FROM decision) FROM full_text f",
                &st, err) != 0)
        return -1;
    int rc = stmt_step(st, err);
    if (rc != 1)
        return rc == 0 ? err_set(err, ERR_FATAL, "the index has lost its marks") : -1;
    int64_t *const mark[] = {&s->mark_text, &s->mark_document, &s->mark_decision},
                   *const next[] = {&s->next_text, &s->next_document, &s->next_decision};
    for (int i = 0; i < 3; i++) {
        *mark[i] = stmt_int(st, i);
        *next[i] = stmt_int(st, 3 + i);
        s->waiting += *next[i] > *mark[i];
        *next[i] = *next[i] > *mark[i] ? *next[i] : *mark[i];
    }
    return stmt_step(st, err);
}

int store_open(struct db *db, struct store **out, struct err *err)
{
    struct store *s = mem_zalloc(sizeof *s);
    s->db = db;
    if (schema_migrate(db, err) != 0 || read_marks(s, err) != 0) {
        store_free(&s);
        return -1;
    }
    *out = s;
    return 0;
}

void store_free(struct store **s)
{
    if (*s)
        buf_free(&(*s)->last_key);
    mem_free(s);
}

/* -- full text: old rows (without paper) out, new rows in */

static int forget_texts(struct store *s, struct err *err)
{
    if (db_run(
            s->db, err,
            "INSERT INTO body_fts(body_fts, rowid, body) SELECT 'delete', n, body FROM "
            "text WHERE paper IS NULL AND n<?1",
            "i", s->mark_text) != 0)
        return -1;
    return db_run(s->db, err, "DELETE FROM text WHERE paper IS NULL", "");
}

static int forget_documents(struct store *s, struct err *err)
{
    if (db_run(s->db, err,
               "INSERT INTO head_fts(head_fts, rowid, subject, type, code, number, doc, "
               "ref) SELECT 'delete', n, subject, type, code, number, doc, ref FROM "
               "document WHERE paper IS NULL AND n<?1",
               "i", s->mark_document) != 0)
        return -1;
    return db_run(s->db, err, "DELETE FROM document WHERE paper IS NULL", "");
}

static int forget_decisions(struct store *s, struct err *err)
{
    if (db_run(s->db, err,
               "INSERT INTO decision_fts(decision_fts, rowid, text, item, subject, body, "
               "addressee, type, code, number, doc, ref, id) SELECT 'delete', n, text, "
               "item, subject, body, addressee, type, code, number, doc, ref, id FROM "
               "decision WHERE paper IS NULL AND n<?1",
               "i", s->mark_decision) != 0)
        return -1;
    return db_run(s->db, err, "DELETE FROM decision WHERE paper IS NULL", "");
}

/* What a withdrawn paper said does not stay in free pages of the file. */
static int forget_old(struct store *s, struct err *err)
{
    struct err why = {0};
    if (db_erase(s->db, true, err) != 0)
        return -1;
    int rc = forget_texts(s, err) != 0 || forget_documents(s, err) != 0 ||
                     forget_decisions(s, err) != 0
                 ? -1
                 : 0;
    if (db_erase(s->db, false, &why) != 0 && rc == 0) {
        *err = why;
        rc = -1;
    }
    return rc;
}

static int add_new(struct store *s, struct err *err)
{
    struct db *db = s->db;
    if (db_run(db, err,
               "INSERT INTO body_fts(rowid, body) SELECT n, body FROM text WHERE n>=?1",
               "i", s->mark_text) != 0 ||
        db_run(db, err,
               "INSERT INTO head_fts(rowid, subject, type, code, number, doc, ref) "
               "SELECT n, subject, type, code, number, doc, ref FROM document WHERE "
               "n>=?1",
               "i", s->mark_document) != 0)
        return -1;
    return db_run(
        db, err,
        "INSERT INTO decision_fts(rowid, text, item, subject, body, addressee, "
        "type, code, number, doc, ref, id) SELECT n, text, item, subject, body, "
        "addressee, type, code, number, doc, ref, id FROM decision WHERE n>=?1",
        "i", s->mark_decision);
}

static int index_all(struct store *s, struct err *err)
{
    if (db_begin(s->db, err) != 0)
        return -1;
    if (forget_old(s, err) != 0 || add_new(s, err) != 0 ||
        db_run(s->db, err, "UPDATE full_text SET text=?1, document=?2, decision=?3",
               "iii", s->next_text, s->next_document, s->next_decision) != 0 ||
        db_commit(s->db, err) != 0) {
        db_rollback(s->db);
        return -1;
    }
    return 0;
}

int store_index(struct store *s, struct err *err)
{
    if (s->waiting == 0)
        return 0;
    if (index_all(s, err) != 0)
        return -1;
    s->mark_text = s->next_text;
    s->mark_document = s->next_document;
    s->mark_decision = s->next_decision;
    s->waiting = s->merged = 0;
    return 0;
}

int store_merge(struct store *s, struct err *err)
{
    /* pages at a time: a few milliseconds */
    static const char *const step[] = {
        "INSERT INTO body_fts(body_fts, rank) VALUES('merge', 32)",
        "INSERT INTO decision_fts(decision_fts, rank) VALUES('merge', 32)",
        "INSERT INTO head_fts(head_fts, rank) VALUES('merge', 32)"};
    if (s->merged == ARRAY_LEN(step))
        return 0;
    int64_t before = db_total_changes(s->db);
    if (db_run(s->db, err, step[s->merged], "") != 0)
        return -1;
    s->merged += db_total_changes(s->db) - before < 2; /* FTS5: it was a no-op */
    return 1;
}

void store_undo(struct store *s)
{
    s->last_paper = 0;
}

size_t store_waiting(const struct store *s)
{
    return s->waiting;
}

/* Nothing is changed by an event that is refused: all reading comes before. */
static int fits(const struct arena *a, struct err *err)
{
    return arena_overflow(a) ? err_reject(err, "too-large",
                                          "handling needs more than its share of memory")
                             : 0;
}

/* -- papers */

struct paper {
    int64_t paper;
    int64_t document_log, document_offset, text_log, text_offset;
};

static int paper_of(struct db *db, struct sv key, struct paper *out, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT paper, document_log, document_offset, text_log, text_offset "
                "FROM paper WHERE key=?1",
                &s, err) != 0)
        return -1;
    stmt_bind_text(s, 1, key);
    int rc = stmt_step(s, err);
    if (rc < 0)
        return -1;
    if (rc == 1) {
        *out = (struct paper){stmt_int(s, 0), stmt_int(s, 1), stmt_int(s, 2),
                              stmt_int(s, 3), stmt_int(s, 4)};
        return stmt_step(s, err) < 0 ? -1 : 0;
    }
    if (db_run(db, err, "INSERT INTO paper(key) VALUES(?1)", "t", key) != 0)
        return -1;
    *out = (struct paper){db_last_rowid(db), -1, -1, -1, -1};
    return 0;
}

/* The number alone. The decisions of a paper follow each other, so it is mostly that of
 * the event before; only a row that stood before this event is remembered, since this
 * event may yet be undone. */
static int number_of(struct store *s, struct sv key, int64_t *out, struct err *err)
{
    if (s->last_paper && sv_eq(buf_sv(&s->last_key), key)) {
        *out = s->last_paper;
        return 0;
    }
    int rc =
        db_get_int(s->db, out, err, "SELECT paper FROM paper WHERE key=?1", "t", key);
    if (rc < 0)
        return -1;
    if (rc == 1) {
        buf_reset(&s->last_key);
        buf_add_sv(&s->last_key, key);
        s->last_paper = *out;
        return 0;
    }
    if (db_run(s->db, err, "INSERT INTO paper(key) VALUES(?1)", "t", key) != 0)
        return -1;
    *out = db_last_rowid(s->db);
    return 0;
}

static bool newer(const struct wire_event *ev, int64_t log, int64_t offset)
{
    return ev->log > log || (ev->log == log && ev->offset > offset);
}

struct sv store_work(struct sv id)
{
    size_t dashes = 0;
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] == '-' && ++dashes == 3)
            return sv_sub(id, 0, i);
    return SV_NULL;
}

/* -- texts */

static int drop_text(struct db *db, int64_t paper, struct err *err)
{
    return db_run(db, err, "UPDATE text SET paper=NULL WHERE paper=?1", "i", paper);
}

static int same_text(struct db *db, int64_t paper, struct sv sha256, struct err *err)
{
    int64_t one;
    return db_get_int(db, &one, err, "SELECT 1 FROM text WHERE paper=?1 AND sha256=?2",
                      "it", paper, sha256);
}

static int put_text(struct store *s, const struct wire_event *ev, const struct paper *p,
                    struct err *err)
{
    char hex[HASH_HEX + 1];
    hash_sha256_hex(ev->value, hex);
    struct sv sha256 = {hex, HASH_HEX};
    int same = p->text_log < 0 ? 0 : same_text(s->db, p->paper, sha256, err);
    if (same != 0)
        return same < 0 ? -1 : 0;
    if (p->text_log >= 0 && drop_text(s->db, p->paper, err) != 0)
        return -1;
    return db_run(
        s->db, err, "INSERT INTO text(n, paper, sha256, bytes, body) VALUES(?,?,?,?,?)",
        "iitit", s->next_text++, p->paper, sha256, (int64_t)ev->value.n, ev->value);
}

int store_text(struct store *s, const struct wire_event *ev, struct err *err)
{
    struct paper p;
    s->waiting += ev->value.n + 1;
    if (paper_of(s->db, ev->key, &p, err) != 0)
        return -1;
    if (!newer(ev, p.text_log, p.text_offset))
        return 0;
    int rc = ev->value.p ? put_text(s, ev, &p, err) : drop_text(s->db, p.paper, err);
    if (rc != 0)
        return -1;
    return db_run(s->db, err,
                  "UPDATE paper SET text_log=?2, text_offset=?3 WHERE paper=?1", "iii",
                  p.paper, ev->log, ev->offset);
}

/* -- documents */

static int drop_document(struct db *db, int64_t paper, struct err *err)
{
    return db_run(db, err, "UPDATE document SET paper=NULL WHERE paper=?1", "i", paper);
}

static struct sv reference_ids(const struct parsed *p, struct arena *a)
{
    struct svs ids = {arena_array(a, p->nreferences + 1, sizeof *ids.v), p->nreferences};
    for (size_t i = 0; i < p->nreferences; i++)
        ids.v[i] = p->references[i].id;
    return query_join(a, ids);
}

static int put_document(struct store *s, const struct wire_event *ev,
                        const struct wire_document *wd, int64_t paper, struct arena *a,
                        struct err *err)
{
    const struct document *d = &wd->parsed.document;
    AUTO(buf_free) struct buf items = {0};
    AUTO(buf_free) struct buf references = {0};
    AUTO(buf_free) struct buf listed = {0};
    row_items_json(&wd->parsed, &items);
    row_references_json(&wd->parsed, &references);
    buf_reserve(&listed, 1);
    row_listed_ids(&wd->parsed, &listed);
    return db_run(
        s->db, err,
        "INSERT INTO document(n, paper, id, work, subject, type, code, number, doc, ref, "
        "date, meeting, lang, marking, text_sha256, text_bytes, log, offset, header, "
        "items, reflist, listed) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        "iitttttttttttttiiitttt", s->next_document++, paper, d->id, store_work(d->id),
        d->subject, query_join1(a, d->type), query_join(a, d->subject_codes),
        query_join1(a, d->number), query_join1(a, d->id), reference_ids(&wd->parsed, a),
        d->date, d->meeting_date, d->language, d->marking, wd->text_sha256,
        wd->text_bytes, ev->log, ev->offset, row_header_json(wd, a), buf_sv(&items),
        buf_sv(&references), buf_sv(&listed));
}

int store_document(struct store *s, const struct wire_event *ev, struct arena *a,
                   struct err *err)
{
    struct paper p;
    struct wire_document wd;
    if (ev->value.p && (wire_read_document(ev, a, &wd, err) != 0 || fits(a, err) != 0))
        return -1;
    s->waiting += ev->value.n / 4 + 1;
    if (paper_of(s->db, ev->key, &p, err) != 0)
        return -1;
    if (!newer(ev, p.document_log, p.document_offset))
        return 0;
    if (p.document_log >= 0 && drop_document(s->db, p.paper, err) != 0)
        return -1;
    if (ev->value.p && put_document(s, ev, &wd, p.paper, a, err) != 0)
        return -1;
    return db_run(s->db, err,
                  "UPDATE paper SET document_log=?2, document_offset=?3 WHERE paper=?1",
                  "iii", p.paper, ev->log, ev->offset);
}

/* -- decisions */

struct have { /* the row that is there, if any */
    int64_t n, log, offset;
    bool found, same_words;
};

static int find_decision(struct db *db, int64_t paper, struct sv id,
                         const struct query_row *row, struct have *out, struct err *err)
{
    *out = (struct have){0};
    struct stmt *s;
    if (db_stmt(db,
                "SELECT n, log, offset, text, item, subject, body, addressee, "
                " type, code, number, doc, ref FROM decision WHERE paper=?1 "
                "AND id=?2",
                &s, err) != 0)
        return -1;
    stmt_bind_int(s, 1, paper);
    stmt_bind_text(s, 2, id);
    int rc = stmt_step(s, err);
    if (rc <= 0)
        return rc;
    *out = (struct have){stmt_int(s, 0), stmt_int(s, 1), stmt_int(s, 2), true, true};
    for (int i = 0; i < QUERY_COLUMNS; i++) {
        struct sv v = stmt_text(s, 3 + i);
        out->same_words =
            out->same_words && sv_eq(v, row->column[i]) && !v.p == !row->column[i].p;
    }
    return stmt_step(s, err) < 0 ? -1 : 0;
}

#define DECISION_VALUES                                                                  \
    "decision(n, paper, id, log, offset, text, item, subject, body, addressee, type, "   \
    "code, number, doc, ref, kind, act, lang, status, marking, date, meeting, due, "     \
    "due_said, item_number, b, e, steps) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"  \
    "?,?,?,?,?,?,?,?,?)"

static int put_decision(struct db *db, const char *sql_literal, int64_t n, int64_t paper,
                        const struct wire_event *ev, const struct wire_decision *wd,
                        const struct query_row *r, struct sv steps, struct err *err)
{
    const struct decision *d = &wd->decision;
    struct stmt *s;
    if (db_stmt(db, sql_literal, &s, err) != 0)
        return -1;
    int i = 1;
    stmt_bind_int(s, i++, n);
    stmt_bind_int(s, i++, paper);
    stmt_bind_borrowed(s, i++, (struct sv){d->id, 32});
    stmt_bind_int(s, i++, ev->log);
    stmt_bind_int(s, i++, ev->offset);
    for (int k = 0; k < QUERY_COLUMNS; k++)
        stmt_bind_borrowed(s, i++, r->column[k]);
    const struct sv rest[] = {r->kind, r->act,     r->lang, r->status,   r->marking,
                              r->date, r->meeting, r->due,  d->due.said, wd->item_number};
    for (size_t k = 0; k < ARRAY_LEN(rest); k++)
        stmt_bind_borrowed(s, i++, rest[k]);
    stmt_bind_int(s, i++, (int64_t)d->span.b);
    stmt_bind_int(s, i++, (int64_t)d->span.e);
    stmt_bind_borrowed(s, i++, steps);
    return stmt_step(s, err);
}

/* The paper has a decision of this id. */
static int put_again(struct store *s, const struct wire_event *ev,
                     const struct wire_decision *wd, const struct query_row *row,
                     int64_t paper, struct sv steps, struct err *err)
{
    struct have have;
    if (find_decision(s->db, paper, (struct sv){wd->decision.id, 32}, row, &have, err) !=
        0)
        return -1;
    assert(have.found);
    if (!newer(ev, have.log, have.offset))
        return 0;
    if (!have.same_words &&
        db_run(s->db, err, "UPDATE decision SET paper=NULL WHERE n=?1", "i", have.n) != 0)
        return -1;
    return put_decision(s->db, "INSERT OR REPLACE INTO " DECISION_VALUES,
                        have.same_words ? have.n : s->next_decision++, paper, ev, wd, row,
                        steps, err);
}

int store_decision(struct store *s, const struct wire_event *ev, struct arena *a,
                   struct err *err)
{
    struct wire_decision wd;
    struct query_row row;
    int64_t paper;
    if (wire_read_decision(ev, a, &wd, err) != 0 || fits(a, err) != 0)
        return -1;
    s->waiting += ev->value.n / 2 + 1;
    if (number_of(s, ev->key, &paper, err) != 0)
        return -1;
    query_row_from(&wd, a, &row);
    struct sv steps = row_steps_json(&wd.decision, a);
    /* Mostly it is new: the insert itself looks whether it is there. */
    if (put_decision(s->db,
                     "INSERT INTO " DECISION_VALUES " ON CONFLICT(paper, id) DO NOTHING",
                     s->next_decision, paper, ev, &wd, &row, steps, err) != 0)
        return -1;
    if (db_changes(s->db) == 0)
        return put_again(s, ev, &wd, &row, paper, steps, err);
    s->next_decision++;
    return 0;
}

int store_withdrawn(struct store *s, const struct wire_event *ev, struct err *err)
{
    int64_t paper;
    s->waiting++;
    if (number_of(s, ev->key, &paper, err) != 0)
        return -1;
    return db_run(s->db, err,
                  "UPDATE decision SET paper=NULL WHERE paper=?1 AND (log, offset) < "
                  "(?2, ?3)",
                  "iii", paper, ev->log, ev->offset);
}
