#include "print.h"

#include "lib/shown.h"

#define BOLD  "\033[1m"
#define FAINT "\033[2m"
#define FOUND "\033[1;33m"
#define PLAIN "\033[0m"

static void style(struct buf *out, struct print_style s, const char *code)
{
    if (s.colour)
        buf_addf(out, "%s", code);
}

static bool span_at(const struct json *spans, size_t i, size_t *b, size_t *e)
{
    int64_t from, to;
    const struct json *s = json_at(spans, i);
    if (!json_int(json_at(s, 0), &from) || !json_int(json_at(s, 1), &to) || from < 0 ||
        to < from)
        return false;
    *b = (size_t)from;
    *e = (size_t)to;
    return true;
}

static void add_marked(struct buf *out, struct sv t, const struct json *spans,
                       struct print_style s)
{
    size_t at = 0, b, e;
    for (size_t i = 0; i < json_count(spans); i++) {
        if (!span_at(spans, i, &b, &e) || b < at || e > t.n)
            continue;
        shown_add_text(out, sv_sub(t, at, b));
        style(out, s, FOUND);
        shown_add_text(out, sv_sub(t, b, e));
        style(out, s, PLAIN);
        at = e;
    }
    shown_add_text(out, sv_sub(t, at, t.n));
}

static void add_list(struct buf *out, const char *before, const struct json *list)
{
    for (size_t i = 0; i < json_count(list); i++) {
        buf_addf(out, "%s", i ? ", " : before);
        shown_add_text(out, json_text(json_at(list, i)));
    }
}

static void add_field(struct buf *out, const char *before, struct sv v)
{
    if (!v.n)
        return;
    buf_addf(out, "%s", before);
    shown_add_text(out, v);
}

/* ST-15754-2017-INIT/en  OUTCOME OF PROCEEDINGS  2017-12-04  LIMITE */
static void add_head(struct buf *out, struct sv key, const struct json *doc,
                     struct print_style s)
{
    style(out, s, BOLD);
    shown_add_text(out, key);
    style(out, s, PLAIN);
    add_field(out, "  ", json_member_text(doc, "type"));
    add_field(out, "  ", json_member_text(doc, "date"));
    add_field(out, "  ", json_member_text(doc, "marking"));
    buf_lit(out, "\n");
}

static void add_item(struct buf *out, const struct json *item, const struct json *spans,
                     struct print_style s)
{
    struct sv number = json_member_text(item, "number"),
              title = json_member_text(item, "title");
    if (!number.n && !title.n)
        return;
    buf_lit(out, "  ");
    add_field(out, "item ", number);
    buf_addf(out, "%s", number.n && title.n ? ": " : "");
    add_marked(out, title, spans, s);
    buf_lit(out, "\n");
}

static void add_steps(struct buf *out, const struct json *next)
{
    for (size_t i = 0; i < json_count(next); i++) {
        const struct json *step = json_at(next, i);
        buf_addf(out, "%s", i ? ", " : "; next: ");
        shown_add_text(out, json_member_text(step, "body"));
        add_field(out, " ", json_member_text(step, "date"));
    }
}

/* request: called-on, by COSI, to Commission; due 2018-03-01; next: Council 2017-12-07 */
static void add_decision(struct buf *out, const struct json *d, const struct json *spans,
                         struct print_style s)
{
    buf_lit(out, "  ");
    style(out, s, FAINT);
    shown_add_text(out, json_member_text(d, "kind"));
    add_field(out, ": ", json_member_text(d, "act"));
    add_field(out, ", by ", json_member_text(d, "by"));
    add_list(out, ", to ", json_member(d, "to"));
    add_field(out, "; due ", json_member_text(d, "due"));
    add_steps(out, json_member(d, "next"));
    if (sv_eq(json_member_text(d, "status"), SV("draft")))
        buf_lit(out, "; draft");
    style(out, s, PLAIN);
    buf_lit(out, "\n    ");
    add_marked(out, json_member_text(d, "text"), spans, s);
    buf_lit(out, "\n");
    if (json_count(json_member(d, "refs"))) {
        style(out, s, FAINT);
        add_list(out, "    refers to ", json_member(d, "refs"));
        style(out, s, PLAIN);
        buf_lit(out, "\n");
    }
}

/* What the line before said, so that it need not be said again. */
struct last {
    struct sv key, number, title; /* paper; item */
};

static bool same_item(const struct json *item, struct last *last)
{
    struct sv number = json_member_text(item, "number"),
              title = json_member_text(item, "title");
    bool same = sv_eq(number, last->number) && sv_eq(title, last->title);
    last->number = number;
    last->title = title;
    return same;
}

/* Hits of one paper that follow each other stand under one head, those of one item under
 * its title. */
static void add_hit(struct buf *out, const struct json *hit, struct last *last,
                    struct print_style s)
{
    const struct json *marks = json_member(hit, "highlights"),
                      *passages = json_member(hit, "passages"),
                      *doc = json_member(hit, "document"),
                      *decision = json_member(hit, "decision");
    struct sv key = json_member_text(hit, "key");
    bool same = sv_eq(key, last->key);
    if (!same) {
        *last = (struct last){.key = key};
        buf_addf(out, "%s", out->n ? "\n" : "");
        add_head(out, key, doc, s);
    }
    if (!same && json_member_text(doc, "subject").n) {
        buf_lit(out, "  ");
        add_marked(out, json_member_text(doc, "subject"), json_member(marks, "subject"),
                   s);
        buf_lit(out, "\n");
    }
    if (decision) {
        if (!same_item(json_member(hit, "item"), last))
            add_item(out, json_member(hit, "item"), json_member(marks, "item"), s);
        add_decision(out, decision, json_member(marks, "text"), s);
    }
    for (size_t i = 0; i < json_count(passages); i++) {
        const struct json *p = json_at(passages, i);
        add_item(out, json_member(p, "item"), NULL, s);
        buf_lit(out, "    … ");
        add_marked(out, json_member_text(p, "text"), json_member(p, "highlights"), s);
        buf_lit(out, " …\n");
    }
}

size_t print_search(struct buf *out, const struct json *answer, struct print_style s)
{
    const struct json *results = json_member(answer, "results");
    struct last last = {.key = SV_NULL};
    for (size_t i = 0; i < json_count(results); i++)
        add_hit(out, json_at(results, i), &last, s);
    return json_count(results);
}

/* -- show */

static void add_line(struct buf *out, const char *name, struct sv v)
{
    if (!v.n)
        return;
    buf_addf(out, "  %-22s ", name);
    shown_add_text(out, v);
    buf_lit(out, "\n");
}

static void add_lines(struct buf *out, const char *name, const struct json *list)
{
    if (!json_count(list))
        return;
    buf_addf(out, "  %-22s ", name);
    add_list(out, "", list);
    buf_lit(out, "\n");
}

static void add_header(struct buf *out, const struct json *d)
{
    static const struct {
        const char *label, *member;
        bool list;
    } rows[] = {
        {"number", "number", false},
        {"place", "place", false},
        {"from", "from", false},
        {"to", "to", true},
        {"subject", "subject", false},
        {"subject codes", "subject_codes", true},
        {"meeting", "meeting_date", false},
        {"received", "date_of_receipt", false},
        {"original language", "original_language", false},
        {"procedures", "interinstitutional_files", true},
        {"Commission document", "commission_document", false},
        {"previous documents", "previous_documents", true},
        {"revises", "revises", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].list)
            add_lines(out, rows[i].label, json_member(d, rows[i].member));
        else
            add_line(out, rows[i].label, json_member_text(d, rows[i].member));
}

static bool add_title(struct buf *out, const char *title, const struct json *list,
                      struct print_style s)
{
    if (!json_count(list))
        return false;
    buf_lit(out, "\n");
    style(out, s, BOLD);
    buf_addf(out, "%s (%zu)", title, json_count(list));
    style(out, s, PLAIN);
    buf_lit(out, "\n");
    return true;
}

static void add_papers(struct buf *out, const char *title, const struct json *list,
                       struct sv self, struct print_style s)
{
    if (!add_title(out, title, list, s))
        return;
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *p = json_at(list, i);
        struct sv key = json_member_text(p, "key");
        buf_addf(out, "%s", sv_eq(key, self) ? "* " : "  ");
        shown_add_text(out, key);
        add_field(out, "  ", json_member_text(p, "type"));
        add_field(out, "  ", json_member_text(p, "date"));
        add_field(out, "  ", json_member_text(p, "subject"));
        buf_lit(out, "\n");
    }
}

static void add_references(struct buf *out, const struct json *list, struct print_style s)
{
    if (!add_title(out, "Cites", list, s))
        return;
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *r = json_at(list, i);
        struct sv key = json_member_text(r, "key");
        buf_lit(out, "  ");
        shown_add_text(out, json_member_text(r, "id"));
        add_field(out, "  “", json_member_text(r, "text"));
        buf_addf(out, "%s", json_member_text(r, "text").n ? "”" : "");
        add_field(out, "  → ", key);
        buf_lit(out, "\n");
    }
}

static const struct json *item_of(const struct json *items, struct sv number)
{
    for (size_t i = 0; number.n && i < json_count(items); i++)
        if (sv_eq(json_member_text(json_at(items, i), "number"), number))
            return json_at(items, i);
    return NULL;
}

static void add_decisions(struct buf *out, const struct json *decisions,
                          const struct json *items, struct print_style s)
{
    struct last last = {.key = SV_NULL};
    for (size_t i = 0; i < json_count(decisions); i++) {
        const struct json *d = json_at(decisions, i);
        const struct json *item = item_of(items, json_member_text(d, "item"));
        if (!same_item(item, &last))
            add_item(out, item, NULL, s);
        add_decision(out, d, NULL, s);
    }
}

void print_show(struct buf *out, const struct json *answer, struct print_style s)
{
    struct sv key = json_member_text(answer, "key");
    const struct json *items = json_member(answer, "items"),
                      *decisions = json_member(answer, "decisions"),
                      *versions = json_member(answer, "versions"),
                      *languages = json_member(answer, "languages");
    add_head(out, key, json_member(answer, "document"), s);
    add_header(out, json_member(answer, "document"));
    add_line(out, "text SHA-256",
             json_member_text(json_member(answer, "text"), "sha256"));
    if (add_title(out, "Items", items, s))
        for (size_t i = 0; i < json_count(items); i++)
            add_item(out, json_at(items, i), NULL, s);
    if (add_title(out, "Decisions", decisions, s))
        add_decisions(out, decisions, items, s);
    add_references(out, json_member(answer, "references"), s);
    add_papers(out, "Cited by", json_member(answer, "cited_by"), key, s);
    if (json_count(versions) > 1)
        add_papers(out, "Versions", versions, key, s);
    if (json_count(languages) > 1)
        add_papers(out, "Languages", languages, key, s);
}

void print_not_found(struct buf *out, const struct json *answer)
{
    shown_add_text(out, json_member_text(answer, "error"));
    add_list(out, "; perhaps ", json_member(answer, "similar"));
    buf_lit(out, "\n");
}
