#include "moment.h"
#include "query_tree.h"

#include <assert.h>
#include <stdlib.h>

/* -- rows */

struct sv query_join(struct arena *a, struct svs values)
{
    if (values.n == 0)
        return SV_NULL;
    size_t n = 3;
    for (size_t i = 0; i < values.n; i++)
        n += values.v[i].n + 5;
    char *p = arena_alloc(a, n + 1);
    size_t at = 0;
    for (size_t i = 0; i < values.n; i++) {
        memcpy(p + at, QUERY_MARK " ", 4);
        at += 4;
        if (values.v[i].n)
            memcpy(p + at, values.v[i].p, values.v[i].n);
        at += values.v[i].n;
        p[at++] = ' ';
    }
    memcpy(p + at, QUERY_MARK, 4);
    return (struct sv){p, at + 3};
}

struct sv query_join1(struct arena *a, struct sv value)
{
    return value.n ? query_join(a, (struct svs){&value, 1}) : SV_NULL;
}

bool query_split(struct sv *rest, struct sv *value)
{
    if (!rest->p || rest->n < 8 || !sv_starts(*rest, SV(QUERY_MARK " ")))
        return false;
    struct sv body = sv_sub(*rest, 4, rest->n);
    size_t end = sv_find(body, SV(" " QUERY_MARK));
    if (end == SIZE_MAX)
        return false;
    *value = sv_sub(body, 0, end);
    *rest = sv_sub(body, end + 1, body.n);
    return true;
}

void query_row_from(const struct wire_decision *w, struct arena *a, struct query_row *out)
{
    const struct document *doc = &w->document;
    const struct decision *d = &w->decision;
    *out = (struct query_row){
        .column =
            {
                [QUERY_TEXT] = d->text,
                [QUERY_ITEM] = w->item_title,
                [QUERY_SUBJECT] = doc->subject,
                [QUERY_BODY] = query_join1(a, d->by),
                [QUERY_ADDRESSEE] = query_join(a, d->to),
                [QUERY_TYPE] = query_join1(a, doc->type),
                [QUERY_CODE] = query_join(a, doc->subject_codes),
                [QUERY_NUMBER] = query_join1(a, doc->number),
                [QUERY_DOC] = query_join1(a, doc->id),
                [QUERY_REF] = query_join(a, d->refs),
            },
        .kind = sv_cstr(decision_kind_name(d->kind)),
        .act = d->act,
        .lang = doc->language,
        .status = d->draft ? SV("draft") : SV("final"),
        .marking = doc->marking,
        .date = doc->date,
        .meeting = doc->meeting_date,
        .due = d->due.date.n            ? d->due.date
               : moment_is(d->due.said) ? d->due.said
                                        : SV_NULL,
    };
}

/* -- words */

static struct sv word_sv(const struct query_words *w, uint32_t i)
{
    return (struct sv){w->folded.p + w->v[i].at, w->v[i].n};
}

static void count_word(void *ctx, struct sv token, size_t b, size_t e)
{
    (void)b;
    (void)e;
    struct query_words *w = ctx;
    w->cap++;
    w->folded_cap += token.n;
}

static void add_word(void *ctx, struct sv token, size_t b, size_t e)
{
    (void)b;
    (void)e;
    struct query_words *w = ctx;
    assert(w->n < w->cap && w->folded.n + token.n <= w->folded_cap);
    w->v[w->n++] = (struct query_word){
        (uint32_t)w->folded.n, (uint32_t)token.n & 0xFFFFFF, (uint32_t)w->column & 0xFF};
    memcpy(w->folded.p + w->folded.n, token.p, token.n);
    w->folded.n += token.n;
}

/* Merge sort of indexes by word: stable, so equal words stay in text order, and n log n
 * on any input. */
// NOLINTNEXTLINE(misc-no-recursion): depth is log n
static void sort_words(const struct query_words *w, uint32_t *v, uint32_t *tmp, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2;
    sort_words(w, v, tmp, half);
    sort_words(w, v + half, tmp, n - half);
    memcpy(tmp, v, half * sizeof *v);
    size_t i = 0, j = half, k = 0;
    while (i < half && j < n)
        v[k++] = sv_cmp(word_sv(w, v[j]), word_sv(w, tmp[i])) < 0 ? v[j++] : tmp[i++];
    while (i < half)
        v[k++] = tmp[i++];
}

struct query_words *query_words_new(struct arena *a, struct fts *fts,
                                    const struct query_row *row)
{
    struct query_words *w = arena_zalloc(a, sizeof *w);
    w->row = row;
    w->a = a;
    for (int c = 0; c < QUERY_COLUMNS; c++)
        fts_tokenise(fts, row->column[c], count_word, w);
    w->folded.p = arena_alloc(a, w->folded_cap + 1);
    w->v = arena_array(a, w->cap + 1, sizeof *w->v);
    for (int c = 0; c < QUERY_COLUMNS; c++) {
        w->column = (enum query_column)c;
        fts_tokenise(fts, row->column[c], add_word, w);
    }
    w->order = arena_array(a, w->n + 1, sizeof *w->order);
    uint32_t *tmp = arena_array(a, w->n / 2 + 1, sizeof *tmp);
    for (size_t i = 0; i < w->n; i++)
        w->order[i] = (uint32_t)i;
    sort_words(w, w->order, tmp, w->n);
    return w;
}

/* -- evaluation */

static bool token_is(struct sv have, struct sv want, bool prefix)
{
    return prefix ? sv_starts(have, want) : sv_eq(have, want);
}

static bool phrase_at(const struct query_words *w, const struct query_node *n, size_t i)
{
    unsigned column = w->v[i].column;
    if (!(n->columns >> column & 1U) || i + n->tokens.n > w->n)
        return false;
    for (size_t k = 0; k < n->tokens.n; k++) {
        if (w->v[i + k].column != column)
            return false;
        bool last = k + 1 == n->tokens.n;
        if (!token_is(word_sv(w, (uint32_t)(i + k)), n->tokens.v[k], last && n->prefix))
            return false;
    }
    return true;
}

/* First place in `order` whose word is not before `want`. */
static size_t lower_bound(const struct query_words *w, struct sv want)
{
    size_t lo = 0, hi = w->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (sv_cmp(word_sv(w, w->order[mid]), want) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool match_term(const struct query_words *w, const struct query_node *n)
{
    struct sv first = n->tokens.v[0];
    bool prefix = n->prefix && n->tokens.n == 1;
    for (size_t i = lower_bound(w, first); i < w->n; i++) {
        if (!token_is(word_sv(w, w->order[i]), first, prefix))
            return false;
        if (phrase_at(w, n, w->order[i]))
            return true;
    }
    return false;
}

static bool fold_is(struct sv have, struct sv want, bool prefix)
{
    if (have.n < want.n || (!prefix && have.n != want.n))
        return false;
    return sv_eq_fold(sv_sub(have, 0, want.n), want);
}

/* One or several whole words of the marking as it is printed. */
static bool match_marking(struct sv have, const struct query_node *n)
{
    if (have.n == 0)
        have = SV("none");
    for (size_t i = 0; i + n->value.n <= have.n; i++) {
        size_t e = i + n->value.n;
        bool begins = i == 0 || have.p[i - 1] == ' ';
        bool ends = n->prefix || e == have.n || have.p[e] == ' ';
        if (begins && ends && sv_eq_fold(sv_sub(have, i, e), n->value))
            return true;
    }
    return false;
}

static bool match_value(const struct query_row *r, const struct query_node *n)
{
    if (n->field == F_MARKING)
        return match_marking(r->marking, n);
    struct sv have = n->field == F_KIND   ? r->kind
                     : n->field == F_ACT  ? r->act
                     : n->field == F_LANG ? r->lang
                                          : r->status;
    return have.p && fold_is(have, n->value, n->prefix);
}

/* A date that is known in part is in a range in which it may lie: "2017-12" and
 * "2017-12-05" are compared as far as both go. */
static int date_cmp(struct sv have, struct sv bound)
{
    size_t n = have.n < bound.n ? have.n : bound.n;
    return sv_cmp(sv_sub(have, 0, n), sv_sub(bound, 0, n));
}

static bool match_range(const struct query_row *r, const struct query_node *n)
{
    struct sv have = n->field == F_DATE      ? r->date
                     : n->field == F_MEETING ? r->meeting
                                             : r->due;
    if (have.n == 0)
        return false;
    return (!n->lo.p || date_cmp(have, n->lo) >= 0) &&
           (!n->hi.p || date_cmp(have, n->hi) <= 0);
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by the parser
static bool match_node(const struct query_words *w, const struct query_node *n)
{
    switch (n->op) {
    case Q_AND:
        for (const struct query_node *c = n->child; c; c = c->next)
            if (!match_node(w, c))
                return false;
        return true;
    case Q_OR:
        for (const struct query_node *c = n->child; c; c = c->next)
            if (match_node(w, c))
                return true;
        return false;
    case Q_NOT: return !match_node(w, n->child);
    case Q_TERM: return match_term(w, n);
    case Q_VALUE: return match_value(w->row, n);
    case Q_RANGE: return match_range(w->row, n);
    }
    return false;
}

bool query_match(const struct query *q, const struct query_words *w)
{
    return match_node(w, q->root);
}

/* -- highlights: every phrase is a row of bits, each word of the text one step (shift
 * and), so that a text of any length is read once and nothing of it is kept. */

struct seeker {
    const struct query_node *leaf[QUERY_LEAVES_MAX];
    uint64_t state[QUERY_LEAVES_MAX];
    size_t nleaves;
    size_t begin[QUERY_PHRASE_MAX]; /* of the last words, by number modulo */
    size_t words;
    struct query_span *out;
    size_t n, max;
};

static void seek_word(void *ctx, struct sv token, size_t b, size_t e)
{
    struct seeker *s = ctx;
    s->begin[s->words++ % QUERY_PHRASE_MAX] = b;
    for (size_t i = 0; i < s->nleaves && s->n < s->max; i++) {
        const struct query_node *n = s->leaf[i];
        uint64_t here = 0;
        assert(n->tokens.n > 0 && n->tokens.n <= 64);
        for (size_t k = 0; k < n->tokens.n; k++)
            if (token_is(token, n->tokens.v[k], n->prefix && k + 1 == n->tokens.n))
                here |= UINT64_C(1) << k;
        s->state[i] = (s->state[i] << 1 | 1) & here;
        if (s->state[i] >> (n->tokens.n - 1) & 1) {
            size_t first = (s->words - n->tokens.n) % QUERY_PHRASE_MAX;
            s->out[s->n++] = (struct query_span){s->begin[first], e, n->leaf};
        }
    }
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by the parser
static void find_leaves(const struct query_node *n, enum query_column column,
                        struct seeker *s)
{
    if (n->op == Q_TERM) {
        bool looks = column == QUERY_COLUMNS ? n->field == F_NONE || n->field == F_TEXT
                                             : (n->columns >> column & 1U) != 0;
        if (looks)
            s->leaf[s->nleaves++] = n;
        return;
    }
    if (n->op == Q_AND || n->op == Q_OR)
        for (const struct query_node *c = n->child; c; c = c->next)
            find_leaves(c, column, s);
}

size_t query_highlight(const struct query *q, struct fts *fts, enum query_column column,
                       struct sv text, struct query_span *out, size_t max)
{
    struct seeker s = {.out = out, .max = max};
    find_leaves(q->root, column, &s);
    if (s.nleaves)
        fts_tokenise(fts, text, seek_word, &s);
    return s.n;
}
