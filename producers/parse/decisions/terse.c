/* What a record says of an item in a word: "1. Adoption of the agenda: agreed", "3. Draft
 * conclusions (doc. 12345/12) - approved", or "Postponed." alone below the title. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

#include <string.h>

/* A colon, or a dash with a blank on each side, ends in front of the blanks before `at`.
 */
static bool mark_before(struct sv text, size_t at)
{
    static const struct sv dash[] = {{" -", 2}, {" –", 4}, {" —", 4}, {":", 1}};
    size_t e = at;
    while (e > 0 && text.p[e - 1] == ' ')
        e--;
    for (size_t i = 0; e < at && i < ARRAY_LEN(dash); i++)
        if (sv_ends(sv_sub(text, 0, e), dash[i]))
            return true;
    return false;
}

/* Does what begins at `at` end the outcome, or only say how it came about? */
static bool ends_outcome(struct sv text, size_t at, bool alone)
{
    static const struct words how =
        WORDS("with", "subject", "without", "as", "unanimously", "pending", "mit", "ohne",
              "avec", "sans", "sous", "met", "zonder", "med", "uden", "utan", "con",
              "senza", "sin");
    static const struct words more = WORDS("by", "on", "until", "following", "in", "to",
                                           "bis", "par", "jusqu", "tot", "door");
    while (at < text.n && text.p[at] == ' ')
        at++;
    if (at == text.n || memchr("\n.;,(", text.p[at], 5))
        return true;
    size_t e = at;
    while (e < text.n && byte_in_word(text.p[e]))
        e++;
    struct sv word = sv_sub(text, at, e);
    return one_of(word, &how) || (!alone && one_of(word, &more));
}

/* The row whose words stand at `at` and end an outcome; NULL: none. */
static const struct knowledge_row *outcome_at(const struct knowledge_table *t,
                                              struct sv text, size_t at, bool alone)
{
    const struct knowledge_row *found = NULL;
    struct sv rest = sv_sub(text, at, text.n);
    for (size_t i = 0; i < t->rows; i++) {
        struct sv w = t->row[i].cell[0];
        bool stands = w.n > 1 && rest.n >= w.n && (rest.p[0] | 0x20) == w.p[0] &&
                      memcmp(rest.p + 1, w.p + 1, w.n - 1) == 0;
        if (stands && (!found || found->cell[0].n < w.n) &&
            ends_outcome(text, at + w.n, alone))
            found = &t->row[i];
    }
    return found;
}

/* Behind papers in brackets, stops and blanks that stand at `at`. */
static size_t behind_brackets(struct sv text, size_t at)
{
    enum { FAR = 200 };
    size_t depth = 0, limit = at + FAR < text.n ? at + FAR : text.n;
    for (; at < limit && (depth || memchr(" \n.*_(", text.p[at], 6)); at++) {
        depth += text.p[at] == '(';
        depth -= text.p[at] == ')' && depth;
    }
    return at;
}

/* Behind the mark that stands at `at`, and its blank; `at` where there is none. */
static size_t behind_mark(struct sv text, size_t at)
{
    size_t e = at;
    while (e < text.n && e < at + 3 && memchr(":-\xe2\x80\x93\x94", text.p[e], 5))
        e++;
    return e > at && e < text.n && text.p[e] == ' ' && mark_before(text, e + 1) ? e + 1
                                                                                : at;
}

struct outcome {
    const struct knowledge_row *row;
    size_t b, word; /* where its sentence begins, and the word */
};

static bool outcome_read(const struct knowledge_table *t, struct sv text,
                         const struct item *i, struct outcome *out)
{
    *out = (struct outcome){.b = i->span.b};
    for (size_t at = i->span.e; at > i->span.b && !out->row; at--)
        if (text.p[at - 1] == ' ' && mark_before(text, at))
            out->row = outcome_at(t, text, out->word = at, false);
    if (out->row)
        return true;
    size_t at = behind_brackets(text, i->span.e), behind = behind_mark(text, at);
    bool alone = behind == at;
    if (at >= text.n || (alone && !is_upper(text.p[at]) && text.p[at - 1] != '\n'))
        return false;
    out->row = outcome_at(t, text, out->word = behind, alone);
    out->b = alone ? at : out->b;
    return out->row != NULL;
}

static bool is_decided(const struct parsed *p, size_t n, size_t b, size_t e)
{
    for (size_t i = 0; i < n; i++)
        if (p->decisions[i].span.b < e && p->decisions[i].span.e > b)
            return true;
    return false;
}

static void outcome_event(struct deciding *d, const struct outcome *x)
{
    const struct scan *s = d->s;
    size_t line = scan_line_at(s, x->b), last = scan_line_at(s, x->word);
    size_t end = s->line[last].e;
    const char *stop = memchr(s->text.p + x->word, '.', end - x->word);
    struct sentence at = {.b = (uint32_t)x->b,
                          .e = stop ? (uint32_t)(stop - s->text.p) + 1 : (uint32_t)end,
                          .line = line,
                          .last = last};
    view_of(d, line, at.b, at.e);
    struct sv front = scan_plain(s, (struct span){at.b, x->word}, d->a);
    uint32_t b = front.n < d->view.n ? (uint32_t)front.n : 0;
    d->acts.n = 1;
    d->acts.v[0] = (struct act){.row = x->row,
                                .kind = act_kind(x->row->cell[2]),
                                .act = x->row->cell[3],
                                .verb = x->row->cell[0],
                                .voice = VOICE_PASSIVE,
                                .by = d->self,
                                .b = b,
                                .e = b};
    decision_sentence(d, &at, &d->acts, 1);
}

void terse_outcomes(struct deciding *d)
{
    const struct knowledge_table *t = knowledge_table(d->s->k, "outcomes");
    const struct parsed *p = d->out;
    size_t before = p->ndecisions;
    struct outcome x;
    if (!t || d->mode != MODE_RECORD || !d->self.p)
        return;
    for (size_t i = 0; i < p->nitems; i++)
        if (outcome_read(t, d->s->text, &p->items[i], &x) &&
            !is_decided(p, before, x.b, x.word + 1))
            outcome_event(d, &x);
}
