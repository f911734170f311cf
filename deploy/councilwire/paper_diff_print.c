#include "paper_diff.h"

#include "lib/buf.h"
#include "lib/shown.h"

#define BOLD  "\033[1m"
#define FAINT "\033[2m"
#define GONE  "\033[31m"
#define NEW   "\033[32m"
#define PLAIN "\033[0m"

enum { CONTEXT_WORDS = 8 };

struct printing {
    struct buf *out;
    bool colour;
};

static void style(const struct printing *p, const char *code)
{
    if (p->colour)
        buf_addf(p->out, "%s", code);
}

static void add_marked(const struct printing *p, enum diff_op op, struct sv s)
{
    bool gone = op == DIFF_OUT;
    style(p, gone ? GONE : NEW);
    buf_addf(p->out, "%s", gone ? "[-" : "{+");
    shown_add_text(p->out, s);
    buf_addf(p->out, "%s", gone ? "-]" : "+}");
    style(p, PLAIN);
}

static void add_title(const struct printing *p, const char *title)
{
    buf_lit(p->out, "\n");
    style(p, BOLD);
    buf_addf(p->out, "%s", title);
    style(p, PLAIN);
}

/* The first or the last n words. */
static struct sv some_words(struct sv s, size_t n, bool last)
{
    size_t at = last ? s.n : 0;
    while (last ? at > 0 : at < s.n) {
        if (s.p[last ? at - 1 : at] == ' ' && n-- == 1)
            break;
        at = last ? at - 1 : at + 1;
    }
    return last ? sv_sub(s, at, s.n) : sv_sub(s, 0, at);
}

/* What stays is shown by its words next to a change. */
static void add_same(const struct printing *p, const struct wording *w, bool first,
                     bool final)
{
    size_t shown = (first ? 0U : CONTEXT_WORDS) + (final ? 0U : CONTEXT_WORDS);
    if (w->n <= shown) {
        shown_add_text(p->out, w->words);
        return;
    }
    if (!first) {
        shown_add_text(p->out, some_words(w->words, CONTEXT_WORDS, false));
        buf_lit(p->out, " ");
    }
    buf_lit(p->out, "…");
    if (!final) {
        buf_lit(p->out, " ");
        shown_add_text(p->out, some_words(w->words, CONTEXT_WORDS, true));
    }
}

static void add_wordings(const struct printing *p, const struct wording *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_addf(p->out, "%s", i ? " " : "");
        if (w[i].op == DIFF_SAME)
            add_same(p, &w[i], i == 0, i + 1 == n);
        else
            add_marked(p, w[i].op, w[i].words);
    }
}

static void add_field(const struct printing *p, const struct field_change *f)
{
    for (const char *c = f->field; *c; c++)
        buf_addc(p->out, (char)(*c == '_' ? ' ' : *c));
    buf_lit(p->out, ": ");
    if (f->from.n)
        add_marked(p, DIFF_OUT, f->from);
    buf_addf(p->out, "%s", f->from.n && f->to.n ? " " : "");
    if (f->to.n)
        add_marked(p, DIFF_IN, f->to);
}

static void add_name(const struct printing *p, const struct paper *x)
{
    const struct document *d = &x->parsed.document;
    style(p, BOLD);
    shown_add_text(p->out, x->name);
    style(p, PLAIN);
    if (d->date.n) {
        buf_lit(p->out, " of ");
        shown_add_text(p->out, d->date);
    }
}

static void add_header(const struct printing *p, const struct paper_diff *d)
{
    if (d->nfields == 0)
        return;
    add_title(p, "Header");
    buf_lit(p->out, "\n");
    for (size_t i = 0; i < d->nfields; i++) {
        buf_lit(p->out, "  ");
        add_field(p, &d->field[i]);
        buf_lit(p->out, "\n");
    }
}

/* ": 12 as before, 1 changed, 2 new, 1 gone" */
static void add_counts(const struct printing *p, const struct changes *c)
{
    size_t n[3] = {0};
    for (size_t i = 0; i < c->n; i++)
        n[c->v[i].op]++;
    buf_addf(p->out, ": %zu as before", c->same);
    if (n[DIFF_SAME])
        buf_addf(p->out, ", %zu changed", n[DIFF_SAME]);
    if (n[DIFF_IN])
        buf_addf(p->out, ", %zu new", n[DIFF_IN]);
    if (n[DIFF_OUT])
        buf_addf(p->out, ", %zu gone", n[DIFF_OUT]);
    buf_lit(p->out, "\n");
}

static void add_sign(const struct printing *p, enum diff_op op)
{
    static const char *const sign[] = {"~", "-", "+"};
    style(p, op == DIFF_OUT ? GONE : op == DIFF_IN ? NEW : BOLD);
    buf_addf(p->out, "  %s ", sign[op]);
    style(p, PLAIN);
}

static void add_item(const struct printing *p, const struct item *m, bool title)
{
    shown_add_text(p->out, m->number);
    buf_addf(p->out, "%s", m->number.n && title ? "  " : "");
    if (title)
        shown_add_text(p->out, m->title);
}

static void add_changed_item(const struct printing *p, const struct paper_diff *d,
                             const struct change *c)
{
    const struct item *from = &d->from->parsed.items[c->from],
                      *to = &d->to->parsed.items[c->to];
    add_item(p, to, false);
    if (!sv_eq(from->number, to->number)) {
        buf_lit(p->out, " (was ");
        shown_add_text(p->out, from->number.n ? from->number : SV("without number"));
        buf_lit(p->out, ")");
    }
    buf_lit(p->out, "  ");
    if (c->nwordings)
        add_wordings(p, c->wording, c->nwordings);
    else
        shown_add_text(p->out, to->title);
}

static void add_items(const struct printing *p, const struct paper_diff *d)
{
    if (d->items.n == 0)
        return;
    add_title(p, "Items");
    add_counts(p, &d->items);
    for (size_t i = 0; i < d->items.n; i++) {
        const struct change *c = &d->items.v[i];
        add_sign(p, c->op);
        if (c->op == DIFF_OUT)
            add_item(p, &d->from->parsed.items[c->from], true);
        else if (c->op == DIFF_IN)
            add_item(p, &d->to->parsed.items[c->to], true);
        else
            add_changed_item(p, d, c);
        buf_lit(p->out, "\n");
    }
}

/* "request: called-on, by COSI, to Commission, due 2018-03" */
static void add_what(const struct printing *p, const struct decision *d)
{
    style(p, FAINT);
    buf_addf(p->out, "%s: ", decision_kind_name(d->kind));
    shown_add_text(p->out, d->act);
    if (d->by.n) {
        buf_lit(p->out, ", by ");
        shown_add_text(p->out, d->by);
    }
    for (size_t i = 0; i < d->to.n; i++) {
        buf_addf(p->out, "%s", i ? ", " : ", to ");
        shown_add_text(p->out, d->to.v[i]);
    }
    if (d->due.said.n) {
        buf_lit(p->out, ", due ");
        shown_add_text(p->out, d->due.said);
    }
    buf_addf(p->out, "%s", d->draft ? ", draft" : "");
    style(p, PLAIN);
}

static void add_decisions(const struct printing *p, const struct paper_diff *d)
{
    if (d->decisions.n == 0 && d->decisions.same == 0)
        return;
    add_title(p, "Decisions");
    add_counts(p, &d->decisions);
    for (size_t i = 0; i < d->decisions.n; i++) {
        const struct change *c = &d->decisions.v[i];
        const struct decision *now = c->op == DIFF_OUT
                                         ? &d->from->parsed.decisions[c->from]
                                         : &d->to->parsed.decisions[c->to];
        add_sign(p, c->op);
        add_what(p, now);
        for (size_t k = 0; k < c->nfields; k++) {
            buf_addf(p->out, "%s", k ? "; " : "\n      ");
            add_field(p, &c->field[k]);
        }
        buf_lit(p->out, "\n      ");
        if (c->nwordings)
            add_wordings(p, c->wording, c->nwordings);
        else
            shown_add_text(p->out, now->text);
        buf_lit(p->out, "\n");
    }
}

static void add_text(const struct printing *p, const struct paper_diff *d)
{
    const struct item *last = NULL;
    if (d->npassages == 0)
        return;
    add_title(p, "Text");
    buf_addf(p->out, ": %zu lines as before, %zu passage%s changed\n", d->lines_same,
             d->npassages, d->npassages == 1 ? "" : "s");
    for (size_t i = 0; i < d->npassages; i++) {
        const struct passage *x = &d->passage[i];
        if (x->item && x->item != last) {
            style(p, FAINT);
            buf_lit(p->out, "  under ");
            add_item(p, x->item, true);
            style(p, PLAIN);
            buf_lit(p->out, "\n");
        }
        last = x->item;
        buf_lit(p->out, "    ");
        add_wordings(p, x->wording, x->nwordings);
        buf_lit(p->out, "\n");
    }
}

void paper_diff_print(const struct paper_diff *d, bool colour, struct buf *out)
{
    struct printing p = {out, colour};
    add_name(&p, d->from);
    buf_lit(out, " → ");
    add_name(&p, d->to);
    buf_lit(out, "\n");
    if (d->nfields == 0 && d->items.n == 0 && d->decisions.n == 0 && d->npassages == 0) {
        buf_lit(out, "Nothing has changed but the way its lines are broken.\n");
        return;
    }
    add_header(&p, d);
    add_items(&p, d);
    add_decisions(&p, d);
    add_text(&p, d);
}
