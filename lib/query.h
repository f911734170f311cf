/* query — the language of `search` and of subscriptions, and its two back ends: SQL over
 * an FTS5 index, and evaluation in memory against one decision. Both cut and fold words
 * by FTS5's own tokenizer (db_fts.h); tests/unit/test_query.c proves that they agree.
 *
 *     word word       both             "a phrase"      the words in this order
 *     a OR b          either           prefix*         also "a phr"*
 *     -a, NOT a       not              ( … )           groups; also kind:(a OR b)
 *     type: code: by: to: ref: id: item: subject: text:
 *                     the words stand together in one value of that field; by:=Council:
 *                     the whole value. ref:14317/12 and id:14317/12 also find the
 *                     canonical form of a paper's number.
 *     kind: act: lang: status: marking:
 *                     the value itself; act:adop*; marking:none: nothing printed
 *     date: meeting: due:    (due:* : any)
 *                     2017, 2017-11, 2017-11-21, 2017-01..2017-12, 2017.., ..2017-06; a
 *                     date that is known only to the month is in a range when it is so
 *                     as far as it is known
 *
 * A word alone stands anywhere in a decision's text, item title, subject, body,
 * addressees, document type, subject codes or number; for documents, in the whole text. A
 * word without any letter or digit is passed over.
 *
 * Owns:    a struct query is one arena; query_sql's results live in the arena given.
 * Units:   bytes; columns in messages count characters from 1.
 * Errors:  BAD_INPUT "column N: what is wrong; remedy". Bounds: the enum below.
 * Threads: one; a query is read-only once made. Time: linear in query and text.
 */
#ifndef COUNCILWIRE_QUERY_H
#define COUNCILWIRE_QUERY_H

#include "arena.h"
#include "buf.h"
#include "db_fts.h"
#include "wire.h"

enum {
    QUERY_BYTES_MAX = 2000,
    QUERY_LEAVES_MAX = 64,  /* words, phrases, conditions */
    QUERY_DEPTH_MAX = 16,   /* parentheses */
    QUERY_PHRASE_MAX = 64,  /* words of one phrase: bits of a machine word */
    QUERY_SPANS_MAX = 2000, /* highlights of one text */
};

/* The full text columns of a decision, in the order of the index's table decision_fts. */
enum query_column {
    QUERY_TEXT,
    QUERY_ITEM,
    QUERY_SUBJECT,
    QUERY_BODY,
    QUERY_ADDRESSEE,
    QUERY_TYPE,
    QUERY_CODE,
    QUERY_NUMBER,
    QUERY_DOC,
    QUERY_REF,
    QUERY_COLUMNS
};
extern const char *const query_column_name[QUERY_COLUMNS];

/* One decision as it is searched. A column with several values holds them between marks
 * (query_join), which are words of their own to the tokenizer: so no phrase runs over two
 * values. */
struct query_row {
    struct sv column[QUERY_COLUMNS];
    struct sv kind, act, lang, status, marking; /* marking null: none */
    struct sv date, meeting, due;
};
void query_row_from(const struct wire_decision *d, struct arena *a,
                    struct query_row *out);
struct sv query_join(struct arena *a, struct svs values);
struct sv query_join1(struct arena *a, struct sv value);
/* The values again, without the marks; false at the end. */
bool query_split(struct sv *rest, struct sv *value);

/* A paper's number as it is printed, "14317/12", "ST 15584/1/12 REV 1", as words of its
 * canonical id, "14317-2012", "ST-15584-2012 REV 1"; false when it is none. */
bool query_number(struct arena *a, struct sv printed, struct sv *out);
/* The same of what papers cite besides: "COM(2020) 610 final" gives "COM:2020:0610",
 * "Directive 2011/36/EU" 32011L0036, "Article 82 TFEU" TFEU:82. */
bool query_citation(struct arena *a, struct sv printed, struct sv *out);

struct query;
NODISCARD int query_fits(struct sv text, struct err *err); /* by its length */
NODISCARD int query_parse(struct sv text, struct fts *fts, struct query **out,
                          struct err *err);
void query_free(struct query **q);
struct sv query_text(const struct query *q);

/* A decision's words, cut once and asked by any number of queries. */
struct query_words;
struct query_words *query_words_new(struct arena *a, struct fts *fts,
                                    const struct query_row *row);
bool query_match(const struct query *q, const struct query_words *w);

/* SQL. For decisions the condition speaks of table `decision d` with number n, the
 * columns of struct query_row by name (lists joined by query_join), and decision_fts
 * (rowid = n); for documents of `document p` (n, paper, date, meeting, lang, marking,
 * listed: the ids of its decisions) and head_fts (rowid = p.n; subject, type, code,
 * number, doc, ref), `text` (n, paper) and body_fts (rowid = text.n), and decision d
 * (paper, id). */
enum query_target { QUERY_DECISIONS, QUERY_DOCUMENTS };
struct query_sql {
    struct sv match;  /* FTS5 expression over decision_fts or body_fts that must hold and
                         ranks; null when there is none */
    struct buf where; /* the rest; "1" when there is none; free with buf_free */
    struct sv bind[QUERY_LEAVES_MAX * 4]; /* of ?1 … in `where`, all text */
    size_t nbind;
};
void query_sql(const struct query *q, enum query_target target, struct arena *a,
               struct query_sql *out);

/* Where the query's words and phrases stand in a text (those that are not excluded and
 * look at `column`; QUERY_COLUMNS: those that look at a document's whole text). */
struct query_span {
    size_t b, e;
    unsigned leaf; /* which word or phrase */
};
size_t query_highlight(const struct query *q, struct fts *fts, enum query_column column,
                       struct sv text, struct query_span *out, size_t max);

#endif
