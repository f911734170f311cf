#include "paper_diff.h"

#include <stdlib.h>

enum {
    LOOKED_MAX = 100000000, /* words of what is unmatched, that are looked at */
    SAME_PART = 2,          /* half of the words make a rewording */
    GLUE_WORDS = 2          /* so few words that stay are no island between changes */
};

struct comparing {
    struct arena *a;
    struct arena scratch; /* of one pair of texts */
    struct paper_diff *out;
};

/* -- words */

static bool next_word(struct sv *rest, struct sv *word)
{
    size_t b = 0, e;
    while (b < rest->n && (rest->p[b] == ' ' || rest->p[b] == '\n'))
        b++;
    for (e = b; e < rest->n && rest->p[e] != ' ' && rest->p[e] != '\n';)
        e++;
    *word = sv_sub(*rest, b, e);
    *rest = sv_sub(*rest, e, rest->n);
    return word->n > 0;
}

struct word_list {
    struct sv *word;
    uint32_t *number;
    size_t n, words_cap, numbers, numbers_cap;
};

static void add_words(struct word_list *l, struct sv text, struct diff_names *names,
                      struct arena *a)
{
    struct sv word;
    while (next_word(&text, &word)) {
        struct sv *w = arena_push(a, &l->word, &l->n, &l->words_cap, sizeof *w);
        uint32_t *n = arena_push(a, &l->number, &l->numbers, &l->numbers_cap, sizeof *n);
        *w = word;
        *n = diff_number(names, word);
    }
}

static struct sv join(const struct sv *v, size_t n, const char *between, struct arena *a)
{
    struct sv glue = sv_cstr(between);
    size_t bytes = n * glue.n;
    for (size_t i = 0; i < n; i++)
        bytes += v[i].n;
    char *p = arena_alloc(a, bytes + 1), *q = p;
    for (size_t i = 0; i < n; i++) {
        if (i) {
            memcpy(q, glue.p, glue.n);
            q += glue.n;
        }
        if (v[i].n)
            memcpy(q, v[i].p, v[i].n);
        q += v[i].n;
    }
    return (struct sv){p, (size_t)(q - p)};
}

/* A few words that stay between changes are read as part of them. */
static bool is_glue(const struct diff_runs *r, size_t i)
{
    return r->v[i].op == DIFF_SAME && r->v[i].n <= GLUE_WORDS && i > 0 && i + 1 < r->n &&
           r->v[i - 1].n > r->v[i].n && r->v[i + 1].n > r->v[i].n;
}

struct wordings {
    struct wording *v;
    size_t n, cap;
};

static void add_wording(struct wordings *w, enum diff_op op, const struct sv *word,
                        size_t n, struct arena *a)
{
    if (n == 0)
        return;
    struct wording *slot = arena_push(a, &w->v, &w->n, &w->cap, sizeof *slot);
    *slot = (struct wording){op, join(word, n, " ", a), n};
}

/* How two texts differ in their words; nothing when they do not. */
static struct wordings word_changes(struct comparing *c, const struct word_list *from,
                                    const struct word_list *to, size_t symbols)
{
    struct wordings w = {0};
    struct diff_runs r;
    struct arena *a = c->a;
    diff_compare((struct diff_side){from->number, from->n},
                 (struct diff_side){to->number, to->n}, symbols, &c->scratch, &r);
    if (r.n == 0 || (r.n == 1 && r.v[0].op == DIFF_SAME))
        return w;
    for (size_t i = 0; i < r.n;) {
        if (r.v[i].op == DIFF_SAME && !is_glue(&r, i)) {
            add_wording(&w, DIFF_SAME, from->word + r.v[i].a, r.v[i].n, a);
            i++;
            continue;
        }
        size_t a_b = r.v[i].a, b_b = r.v[i].b, a_e = a_b, b_e = b_b;
        for (; i < r.n && (r.v[i].op != DIFF_SAME || is_glue(&r, i)); i++) {
            a_e = r.v[i].a + (r.v[i].op != DIFF_IN ? r.v[i].n : 0);
            b_e = r.v[i].b + (r.v[i].op != DIFF_OUT ? r.v[i].n : 0);
        }
        add_wording(&w, DIFF_OUT, from->word + a_b, a_e - a_b, a);
        add_wording(&w, DIFF_IN, to->word + b_b, b_e - b_b, a);
    }
    return w;
}

static struct wordings text_changes(struct comparing *c, struct sv from, struct sv to)
{
    struct diff_names names = {.a = &c->scratch};
    struct word_list x = {0}, y = {0};
    add_words(&x, from, &names, &c->scratch);
    add_words(&y, to, &names, &c->scratch);
    struct wordings w = word_changes(c, &x, &y, names.n);
    arena_reset(&c->scratch);
    return w;
}

/* -- fields */

static struct sv list_text(struct svs list, struct arena *a)
{
    return list.n ? join(list.v, list.n, "; ", a) : SV_NULL;
}

struct fields {
    struct field_change *v;
    size_t n, cap;
};

static void compare_field(struct fields *f, const char *name, struct sv from,
                          struct sv to, struct arena *a)
{
    if (sv_eq(from, to))
        return;
    struct field_change *slot = arena_push(a, &f->v, &f->n, &f->cap, sizeof *slot);
    *slot = (struct field_change){name, from.n ? from : SV_NULL, to.n ? to : SV_NULL};
}

static void compare_list(struct fields *f, const char *name, struct svs from,
                         struct svs to, struct arena *a)
{
    compare_field(f, name, list_text(from, a), list_text(to, a), a);
}

static void compare_headers(struct comparing *c)
{
    const struct document *x = &c->out->from->parsed.document,
                          *y = &c->out->to->parsed.document;
    struct fields f = {0};
    struct arena *a = c->a;
    compare_field(&f, "number", x->number, y->number, a);
    compare_field(&f, "date", x->date, y->date, a);
    compare_field(&f, "place", x->place, y->place, a);
    compare_field(&f, "marking", x->marking, y->marking, a);
    compare_field(&f, "type", x->type, y->type, a);
    compare_field(&f, "from", x->from, y->from, a);
    compare_list(&f, "to", x->to, y->to, a);
    compare_field(&f, "subject", x->subject, y->subject, a);
    compare_list(&f, "subject_codes", x->subject_codes, y->subject_codes, a);
    compare_field(&f, "meeting_date", x->meeting_date, y->meeting_date, a);
    compare_field(&f, "date_of_receipt", x->date_of_receipt, y->date_of_receipt, a);
    compare_field(&f, "language", x->language, y->language, a);
    compare_field(&f, "original_language", x->original_language, y->original_language, a);
    compare_field(&f, "commission_document", x->commission_document,
                  y->commission_document, a);
    compare_list(&f, "interinstitutional_files", x->interinstitutional_files,
                 y->interinstitutional_files, a);
    compare_list(&f, "previous_documents", x->previous_documents, y->previous_documents,
                 a);
    c->out->field = f.v;
    c->out->nfields = f.n;
}

static struct sv steps_text(const struct decision *d, struct arena *a)
{
    struct sv *step = arena_array(a, d->nnext + 1, sizeof *step);
    for (size_t i = 0; i < d->nnext; i++) {
        struct sv both[] = {d->next[i].body, d->next[i].date};
        step[i] = join(both, both[1].n ? 2 : 1, " ", a);
    }
    return list_text((struct svs){step, d->nnext}, a);
}

static void compare_decisions(struct change *ch, const struct decision *x,
                              const struct decision *y, struct arena *a)
{
    struct fields f = {0};
    compare_field(&f, "kind", sv_cstr(decision_kind_name(x->kind)),
                  sv_cstr(decision_kind_name(y->kind)), a);
    compare_field(&f, "act", x->act, y->act, a);
    compare_field(&f, "status", x->draft ? SV("draft") : SV("final"),
                  y->draft ? SV("draft") : SV("final"), a);
    compare_field(&f, "by", x->by, y->by, a);
    compare_list(&f, "to", x->to, y->to, a);
    compare_field(&f, "due", x->due.said, y->due.said, a);
    compare_field(&f, "next", steps_text(x, a), steps_text(y, a), a);
    ch->field = f.v;
    ch->nfields = f.n;
}

/* -- items and decisions: what is the same on both sides, then what is alike */

struct part {       /* an item or a decision */
    struct sv same; /* equal for those that are the same */
    struct sv text;
    struct word_list words; /* numbers in ascending order */
    size_t partner;         /* its place on the other side; SIZE_MAX: none */
};

struct parts {
    struct part *v;
    size_t n;
};

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void pair_same(struct parts *x, struct parts *y, struct arena *a)
{
    struct diff_names names = {.a = a};
    size_t *first, *next = arena_array(a, y->n + 1, sizeof *next);
    for (size_t i = 0; i < x->n; i++)
        (void)diff_number(&names, x->v[i].same);
    first = arena_array(a, names.n + y->n + 1, sizeof *first);
    for (size_t i = y->n; i-- > 0;) { /* those of a name, in order; + 1 */
        uint32_t name = diff_number(&names, y->v[i].same);
        next[i] = first[name];
        first[name] = i + 1;
    }
    for (size_t i = 0; i < x->n; i++) {
        size_t *at = &first[diff_number(&names, x->v[i].same)];
        if (!*at)
            continue;
        x->v[i].partner = *at - 1;
        y->v[*at - 1].partner = i;
        *at = next[*at - 1];
    }
}

static size_t common_words(const struct word_list *x, const struct word_list *y)
{
    size_t n = 0;
    for (size_t i = 0, k = 0; i < x->n && k < y->n;) {
        n += x->number[i] == y->number[k];
        bool step = x->number[i] <= y->number[k];
        k += y->number[k] <= x->number[i];
        i += step;
    }
    return n;
}

static void pair_alike(struct parts *x, struct parts *y)
{
    size_t looked = 0;
    for (size_t i = 0; i < x->n; i++) {
        size_t best = SIZE_MAX, most = 0;
        for (size_t k = 0; k < y->n && x->v[i].partner == SIZE_MAX; k++) {
            size_t all = x->v[i].words.n + y->v[k].words.n;
            if (y->v[k].partner != SIZE_MAX || looked > LOOKED_MAX)
                continue;
            size_t common = common_words(&x->v[i].words, &y->v[k].words);
            looked += all;
            if (common * 2 * SAME_PART >= all && common > most) {
                most = common;
                best = k;
            }
        }
        if (best != SIZE_MAX) {
            x->v[i].partner = best;
            y->v[best].partner = i;
        }
    }
}

static void number_words(struct parts *p, struct diff_names *names, struct arena *a)
{
    for (size_t i = 0; i < p->n; i++) {
        struct word_list *w = &p->v[i].words;
        if (p->v[i].partner != SIZE_MAX)
            continue;
        add_words(w, p->v[i].text, names, a);
        if (w->n)
            qsort(w->number, w->n, sizeof *w->number, by_number);
    }
}

static struct change *add_change(struct changes *c, enum diff_op op, size_t from,
                                 size_t to, struct arena *a)
{
    struct change *slot = arena_push(a, &c->v, &c->n, &c->cap, sizeof *slot);
    *slot = (struct change){.op = op, .from = from, .to = to};
    return slot;
}

/* In the order of the new paper; what went stands behind what it followed. */
static void compare_parts(struct comparing *cmp, struct parts *x, struct parts *y,
                          struct changes *out)
{
    struct arena *a = cmp->a;
    struct diff_names names = {.a = a};
    size_t gone = 0;
    pair_same(x, y, a);
    number_words(x, &names, a);
    number_words(y, &names, a);
    pair_alike(x, y);
    for (size_t k = 0; k <= y->n; k++) {
        size_t from = k < y->n ? y->v[k].partner : x->n;
        for (; from != SIZE_MAX && gone < from; gone++)
            if (x->v[gone].partner == SIZE_MAX)
                add_change(out, DIFF_OUT, gone, k, a);
        if (k == y->n)
            break;
        if (from == SIZE_MAX) {
            add_change(out, DIFF_IN, gone, k, a);
        } else if (sv_eq(x->v[from].same, y->v[k].same)) {
            out->same++;
        } else {
            struct change *c = add_change(out, DIFF_SAME, from, k, a);
            struct wordings w = text_changes(cmp, x->v[from].text, y->v[k].text);
            c->wording = w.v;
            c->nwordings = w.n;
        }
    }
}

static struct parts make_parts(size_t n, struct arena *a)
{
    struct parts p = {arena_array(a, n + 1, sizeof(struct part)), n};
    for (size_t i = 0; i < n; i++)
        p.v[i].partner = SIZE_MAX;
    return p;
}

static struct parts item_parts(const struct parsed *p, struct arena *a)
{
    struct parts out = make_parts(p->nitems, a);
    for (size_t i = 0; i < p->nitems; i++) {
        const struct item *m = &p->items[i];
        struct sv all[] = {m->number, m->title};
        out.v[i].same = join(all, ARRAY_LEN(all), "\n", a);
        out.v[i].text = m->title;
    }
    return out;
}

static struct parts decision_parts(const struct parsed *p, struct arena *a)
{
    struct parts out = make_parts(p->ndecisions, a);
    for (size_t i = 0; i < p->ndecisions; i++) {
        const struct decision *d = &p->decisions[i];
        struct sv all[] = {sv_cstr(decision_kind_name(d->kind)),
                           d->act,
                           d->by,
                           d->draft ? SV("draft") : SV("final"),
                           d->due.said,
                           list_text(d->to, a),
                           steps_text(d, a),
                           d->text};
        out.v[i].same = join(all, ARRAY_LEN(all), "\n", a);
        out.v[i].text = d->text;
    }
    return out;
}

/* -- lines */

static const struct item *item_of(const struct parsed *p, size_t at)
{
    const struct item *found = NULL;
    for (size_t i = 0; i < p->nitems && p->items[i].span.b <= at; i++)
        found = &p->items[i];
    return found;
}

static struct span span_of(const struct body_lines *l, size_t at, size_t n)
{
    if (n)
        return (struct span){l->span[at].b, l->span[at + n - 1].e};
    size_t where = at < l->n ? l->span[at].b : at ? l->span[at - 1].e : 0;
    return (struct span){where, where};
}

/* Lines [a, a + n) of the old paper stand as [b, b + m) in the new one. */
static void add_passage(struct comparing *c, size_t a, size_t n, size_t b, size_t m)
{
    const struct body_lines *x = &c->out->from->lines, *y = &c->out->to->lines;
    struct sv from = join(x->plain + a, n, "\n", c->a),
              to = join(y->plain + b, m, "\n", c->a);
    struct wordings w = text_changes(c, from, to);
    if (w.n == 0)
        return;
    struct passage *p = arena_push(c->a, &c->out->passage, &c->out->npassages,
                                   &c->out->passages_cap, sizeof *p);
    *p = (struct passage){.from = span_of(x, a, n),
                          .to = span_of(y, b, m),
                          .item = item_of(&c->out->to->parsed, span_of(y, b, m).b),
                          .wording = w.v,
                          .nwordings = w.n};
}

static struct diff_side line_numbers(const struct body_lines *l, struct diff_names *names,
                                     struct arena *a)
{
    uint32_t *v = arena_array(a, l->n + 1, sizeof *v);
    for (size_t i = 0; i < l->n; i++)
        v[i] = diff_number(names, l->plain[i]);
    return (struct diff_side){v, l->n};
}

static void compare_lines(struct comparing *c)
{
    struct diff_names names = {.a = c->a};
    struct diff_runs r;
    struct diff_side x = line_numbers(&c->out->from->lines, &names, c->a),
                     y = line_numbers(&c->out->to->lines, &names, c->a);
    diff_compare(x, y, names.n, c->a, &r);
    for (size_t i = 0; i < r.n; i++) {
        const struct diff_run *run = &r.v[i], *next = i + 1 < r.n ? run + 1 : NULL;
        if (run->op == DIFF_SAME) {
            c->out->lines_same += run->n;
        } else if (run->op == DIFF_IN) {
            add_passage(c, run->a, 0, run->b, run->n);
        } else if (next && next->op == DIFF_IN) {
            add_passage(c, run->a, run->n, next->b, next->n);
            i++;
        } else {
            add_passage(c, run->a, run->n, run->b, 0);
        }
    }
}

void paper_diff(const struct paper *from, const struct paper *to, struct arena *a,
                struct paper_diff *out)
{
    *out = (struct paper_diff){.from = from, .to = to};
    struct comparing c = {.a = a, .out = out};
    arena_init(&c.scratch, SIZE_MAX);
    struct parts x = item_parts(&from->parsed, a), y = item_parts(&to->parsed, a);
    compare_headers(&c);
    compare_parts(&c, &x, &y, &out->items);
    x = decision_parts(&from->parsed, a);
    y = decision_parts(&to->parsed, a);
    compare_parts(&c, &x, &y, &out->decisions);
    for (size_t i = 0; i < out->decisions.n; i++) {
        struct change *ch = &out->decisions.v[i];
        if (ch->op == DIFF_SAME)
            compare_decisions(ch, &from->parsed.decisions[ch->from],
                              &to->parsed.decisions[ch->to], a);
    }
    compare_lines(&c);
    arena_free(&c.scratch);
}
