/* event — what parsing yields and how it goes on the wire: the shapes of DESIGN.md
 * sections 3 to 5.
 *
 * Owns:    nothing by itself; a struct parsed and all that it points to lives in the
 * arena (and the text) it was made from. Units:   spans are [b, e) in bytes of the
 * normalised text; dates are ISO, possibly partial. Errors:  see each function. Threads:
 * any; no state. A struct sv with p == NULL is JSON null.
 */
#ifndef COUNCILWIRE_EVENT_H
#define COUNCILWIRE_EVENT_H

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "json_write.h"

struct span {
    size_t b, e;
};

struct document {
    struct sv id, number, date, place, marking, type, from, subject, language;
    struct sv original_language, date_of_receipt, meeting_date, commission_document,
        revises;
    struct svs to, subject_codes, interinstitutional_files, previous_documents;
};

struct item {
    struct sv number, title;
    struct span span; /* of the title; plain(text[span]) == title */
    const char *rule; /* what made it an item, for explain; may be NULL */
};

struct reference {
    struct sv id, text, marking, url;
    struct span *spans; /* text order */
    size_t nspans, spans_cap;
    const char *rule; /* "citations.tsv:12", for explain; may be NULL */
};

enum decision_kind {
    KIND_DECISION,
    KIND_REQUEST,
    KIND_COMMITMENT,
    KIND_NOTED,
    KIND_STATEMENT
};

struct next_step {
    struct sv body, date;
};

struct deadline {   /* null, null: none */
    struct sv said; /* as printed: "early 2018", "15 November" */
    struct sv date; /* when that is: 2018, 2020-11-15; null where it can not be told */
};

struct decision {
    char id[33]; /* filled by event_decision_ids */
    bool draft;
    enum decision_kind kind;
    struct sv act, by, item, text;
    struct deadline due;
    struct sv verb; /* as printed; a bullet's is its lead-in's */
    struct span span;
    struct svs to, refs;
    struct next_step *next;
    size_t nnext;
    const char *rule; /* "formulas.tsv:40", for explain; may be NULL */
};

struct parsed {
    struct document document;
    struct item *items;
    size_t nitems;
    struct reference *references;
    size_t nreferences;
    struct decision *decisions;
    size_t ndecisions;
};

/* Bounds of DESIGN.md section 3. */
enum {
    TEXT_BYTES_MAX = 8 * 1024 * 1024,
    ORIGINAL_BYTES_MAX = 64 * 1024 * 1024,
    REFERENCES_MAX = 20000,
    ITEMS_MAX = 10000,
    DECISIONS_MAX = 10000
};

const char *decision_kind_name(enum decision_kind k);
/* key = id/language; without an id sha256-<32 hex>; without a language und. */
struct sv event_key(struct arena *a, const struct document *d,
                    const char *text_sha256_hex);
/* Fills decision[i].id (DESIGN.md section 6): key, text, verb, n. */
void event_decision_ids(struct parsed *p, struct sv key);
/* Members of an object that is open: "document": {…}, "items": […], "references": […]; an
 * item or decision is a value. */
struct json_writer;
void event_put_document(struct json_writer *w, const struct document *d);
void event_put_item(struct json_writer *w, const struct item *m);
void event_put_items(struct json_writer *w, const struct parsed *p);
void event_put_references(struct json_writer *w, const struct parsed *p);
void event_put_decision(struct json_writer *w, const struct decision *d);
/* Members "due" and, where it is known, "due_date" of an object that is open. */
void event_put_due(struct json_writer *w, const struct deadline *d);
/* The object that `councilwire parse` prints, as a value. */
void event_put_parsed(struct json_writer *w, const struct parsed *p);
#endif
