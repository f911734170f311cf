/* Words that a hyphen breaks at a line's end, sentences that go on behind the edge of a
 * page, words that the number of a footnote is glued to: what such a place belongs to is
 * matched again, without what broke it. */
#include "ascii.h"
#include "block.h"
#include "line_facts.h"

#include <stdlib.h>
#include <string.h>

enum { AROUND = 160 }; /* bytes; the longest patterns reach this far */

/* Where the line's text ends. */
static size_t line_end(const struct scan *s, const struct line *l)
{
    size_t e = l->e;
    while (e > l->b && (s->text.p[e - 1] == ' ' || s->text.p[e - 1] == '\t'))
        e--;
    return e;
}

/* Where the word goes on whose hyphen ends the text of the line, or 0. */
static size_t goes_on_behind(const struct scan *s, size_t line, size_t next)
{
    const struct line *l = &s->line[line];
    if (!(l->flags & LINE_AS_BROKEN) || next >= s->nlines)
        return 0;
    const struct line *q = &s->line[next];
    return q->content + 1 < q->e && is_lower(s->text.p[q->content]) &&
                   byte_in_word(s->text.p[q->content + 1])
               ? q->content
               : 0;
}

bool scan_word_broken(const struct scan *s, size_t line, size_t next)
{
    return goes_on_behind(s, line, next) != 0;
}

/* Text [b, e) that breaks what stands around it. */
struct gap {
    size_t b, e;
    enum { GAP_IN_WORD, GAP_BEHIND_WORD, GAP_BETWEEN_WORDS } kind;
};

struct window {
    char text[2 * AROUND + 1];
    size_t b, e;      /* of the text */
    size_t cut, lost; /* where the window leaves bytes out, and how many */
    bool ends;        /* a word that ends at the cut was none before */
    struct token found;
    bool any;
};

static int take_whole(void *ctx, const struct match_hit *hit)
{
    struct window *w = ctx;
    bool over = hit->end > w->cut;
    if (hit->start >= w->cut || (!over && !(w->ends && hit->end == w->cut)))
        return 0;
    w->found =
        (struct token){(uint32_t)(w->b + hit->start),
                       (uint32_t)(w->b + hit->end + (over ? w->lost : 0)), hit->id};
    w->any = true;
    return 1;
}

/* What the gap lies in, or what ends at it. */
static bool match_whole(const struct scan *s, const struct gap *gap, struct window *w)
{
    const char *t = s->text.p;
    w->b = gap->b > AROUND - 1 ? gap->b - (AROUND - 1) : 0;
    while (w->b > 0 && w->b < gap->b && byte_in_word(t[w->b - 1]))
        w->b++;
    w->e = gap->e + AROUND < s->text.n ? gap->e + AROUND : s->text.n;
    w->cut = gap->b - w->b;
    w->lost = gap->e - gap->b;
    w->ends = gap->kind == GAP_BEHIND_WORD;
    w->any = false;
    memcpy(w->text, t + w->b, w->cut);
    size_t n = w->cut;
    if (gap->kind == GAP_BETWEEN_WORDS) {
        w->text[n++] = ' ';
        w->lost--;
    }
    memcpy(w->text + n, t + gap->e, w->e - gap->e);
    match_scan(knowledge_matcher(s->k), (struct sv){w->text, n + w->e - gap->e},
               take_whole, w);
    return w->any;
}

/* Puts the tokens of whole words among the others, instead of those that they overlap. */
static void put_tokens(struct scan *s, const struct token *whole, size_t n,
                       struct arena *a)
{
    struct token *all = arena_array(a, s->ntokens + n, sizeof *all);
    size_t k = 0, old = 0;
    if (arena_overflow(a))
        return;
    for (size_t i = 0; i < n; i++) {
        while (old < s->ntokens && s->token[old].e <= whole[i].b)
            all[k++] = s->token[old++];
        if (k && all[k - 1].e > whole[i].b)
            continue;
        all[k++] = whole[i];
        while (old < s->ntokens && s->token[old].b < whole[i].e)
            old++;
    }
    while (old < s->ntokens)
        all[k++] = s->token[old++];
    s->token = all;
    s->ntokens = k;
}

struct mending {
    struct scan *s;
    struct arena *a;
    struct token *whole;
    size_t n, cap;
    size_t gaps_left; /* a hostile text has one at every word */
};

/* True: the gap lies in something, or something ends at it. */
static bool mend(struct mending *m, struct gap gap)
{
    struct window w;
    if (m->gaps_left == 0)
        return false;
    m->gaps_left--;
    if (!match_whole(m->s, &gap, &w))
        return false;
    *(struct token *)arena_push(m->a, &m->whole, &m->n, &m->cap, sizeof w.found) =
        w.found;
    return true;
}

/* "adop- ted" in the midst of a line that was many; "short- and long-term" is none. */
static void mend_within(struct mending *m, const struct line *l)
{
    static const struct sv joining[] = {
        {"and ", 4}, {"or ", 3}, {"und ", 4}, {"oder ", 5}, {"et ", 3}, {"ou ", 3},
        {"to ", 3},  {"bzw", 3}, {"en ", 3},  {"och ", 4},  {"og ", 3}, {"as ", 3}};
    const char *t = m->s->text.p, *end = t + l->e;
    for (const char *p = t + l->b; (p = memchr(p, '-', (size_t)(end - p))) != NULL; p++) {
        if (!hyphen_tears(p, t, end))
            continue;
        struct sv rest = {p + 2, (size_t)(end - p) - 2};
        bool suspended = false;
        for (size_t i = 0; i < ARRAY_LEN(joining) && !suspended; i++)
            suspended = sv_starts(rest, joining[i]);
        if (!suspended)
            (void)mend(m,
                       (struct gap){(size_t)(p - t), (size_t)(p - t) + 2, GAP_IN_WORD});
    }
}

void scan_mend_words(struct scan *s, struct arena *a)
{
    enum { WORDS_MOST = 5000 };
    struct mending m = {.s = s, .a = a, .gaps_left = WORDS_MOST};
    for (size_t i = 0; i < s->nlines; i++) {
        const struct line *l = &s->line[i];
        if (l->flags & LINE_AS_TORN)
            mend_within(&m, l);
        size_t next =
                   i + 1 < s->nlines && s->line[i + 1].flags & LINE_BLANK ? i + 2 : i + 1,
               behind = goes_on_behind(s, i, next);
        if (behind)
            (void)mend(&m, (struct gap){line_end(s, l) - 1, behind, GAP_IN_WORD});
    }
    if (m.n && !arena_overflow(a))
        put_tokens(s, m.whole, m.n, a);
}

/* What no sentence is: blank lines, a page's edge and its footnotes. */
static bool apart(const struct line *l)
{
    return l->flags & (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE);
}

/* Does the sentence of the line go on in the line `next`, behind the edge of a page? */
static bool goes_on(const struct scan *s, const struct line *l, const struct line *next)
{
    enum { LONG_LINE = 40 };
    size_t e = line_end(s, l);
    if (e <= l->content || next->content >= next->e || next->flags & LINE_BULLET)
        return false;
    char last = s->text.p[e - 1], first = s->text.p[next->content];
    bool open = byte_in_word(last) || last == ',' || last == '(' || last == '-';
    return open &&
           (is_lower(first) || (e - l->content >= LONG_LINE && byte_in_word(first)));
}

static void mend_pages(struct mending *m)
{
    const struct scan *s = m->s;
    for (size_t i = 0, last = 0; i < s->nlines; i++) {
        const struct line *l = &s->line[i];
        if (apart(l))
            continue;
        bool edge = false;
        for (size_t k = last + 1; k < i && !edge; k++)
            edge = (s->line[k].flags & (LINE_FURNITURE | LINE_FOOTNOTE)) != 0;
        if (edge && goes_on(s, &s->line[last], l))
            (void)mend(m, (struct gap){line_end(s, &s->line[last]), l->content,
                                       GAP_BETWEEN_WORDS});
        last = i;
    }
}

/* "agreed3 to": where digits end a word it was none that a table knows. */
static void mend_marks(struct mending *m)
{
    const struct scan *s = m->s;
    for (size_t i = 0; i < s->nmarks; i++) {
        const struct footnote_mark *k = &s->mark[i];
        bool digits = is_digit(s->text.p[k->b]);
        /* a superscript ends a word: of interest is what goes on behind it */
        bool goes_on = k->e + 1 < s->text.n && s->text.p[k->e] == ' ' &&
                       is_lower(s->text.p[k->e + 1]);
        if (k->b > 0 && byte_in_word(s->text.p[k->b - 1]) && (digits || goes_on))
            (void)mend(m,
                       (struct gap){k->b, k->e, digits ? GAP_BEHIND_WORD : GAP_IN_WORD});
    }
}

struct glued {
    struct footnote_mark *v;
    size_t n, cap, next; /* mark of the scan: the first behind what was looked at */
};

/* One or two digits at b behind a small word, and nothing glued behind them. */
static size_t glued_end(struct sv t, size_t b)
{
    enum { DIGITS_MAX = 2, LETTERS_LEAST = 3 };
    size_t e = b;
    while (e < t.n && is_digit(t.p[e]))
        e++;
    bool word = b >= LETTERS_LEAST && is_lower(t.p[b - 2]) && is_lower(t.p[b - 3]);
    bool open =
        e < t.n && (byte_in_word(t.p[e]) || memchr("/-%_@", t.p[e], 5) ||
                    (strchr(".,:", t.p[e]) && e + 1 < t.n && byte_in_word(t.p[e + 1])));
    return word && !open && e - b <= DIGITS_MAX && t.p[b] != '0' ? e : 0;
}

/* The number of a footnote whose text is not here: it is one where a word that a table
 * knows ends before it, or goes on behind it. */
static void take_glued(struct mending *m, struct glued *g, size_t b)
{
    const struct scan *s = m->s;
    size_t e = glued_end(s->text, b);
    while (g->next < s->nmarks && s->mark[g->next].e <= b)
        g->next++;
    if (!e || (g->next < s->nmarks && s->mark[g->next].b < e) ||
        !mend(m, (struct gap){b, e, GAP_BEHIND_WORD}))
        return;
    struct footnote_mark *k = arena_push(m->a, &g->v, &g->n, &g->cap, sizeof *k);
    uint32_t number = (uint32_t)(s->text.p[b] - '0');
    if (e > b + 1)
        number = 10 * number + (uint32_t)(s->text.p[b + 1] - '0');
    *k = (struct footnote_mark){(uint32_t)b, (uint32_t)e, number, UINT32_MAX};
}

static void find_glued(struct mending *m, struct glued *g)
{
    struct sv t = m->s->text;
    char copy[BLOCK_BYTES];
    uint64_t before = 0; /* the last byte of the block before was a small letter */
    for (size_t at = 0; at < t.n; at += BLOCK_BYTES) {
        const char *p = block_of(t.p + at, t.n - at, copy);
        uint64_t small = block_between(p, 'a', 'z');
        uint64_t glued = block_between(p, '0', '9') & (small << 1 | before);
        before = small >> 63;
        for (; glued; glued &= glued - 1)
            take_glued(m, g, at + block_first(glued));
    }
}

/* Puts the marks among the others. */
static void put_marks(struct scan *s, const struct glued *g, struct arena *a)
{
    struct footnote_mark *all = arena_array(a, s->nmarks + g->n, sizeof *all);
    if (!g->n || arena_overflow(a))
        return;
    for (size_t i = 0, k = 0; i + k < s->nmarks + g->n;) {
        bool first = k == g->n || (i < s->nmarks && s->mark[i].b < g->v[k].b);
        all[i + k] = first ? s->mark[i] : g->v[k];
        i += first;
        k += !first;
    }
    s->mark = all;
    s->nmarks += g->n;
}

static int compare_tokens(const void *a, const void *b)
{
    const struct token *x = a, *y = b;
    return x->b != y->b ? (x->b < y->b ? -1 : 1) : (x->e > y->e ? -1 : x->e < y->e);
}

static void put_mended(struct mending *m)
{
    qsort(m->whole, m->n, sizeof *m->whole, compare_tokens);
    put_tokens(m->s, m->whole, m->n, m->a);
    scan_index(m->s, m->a);
}

/* So many gaps are looked at: more than papers have. */
static size_t gaps_most(const struct scan *s)
{
    enum { LEAST = 64, BYTES_A_GAP = 200 };
    return LEAST + s->text.n / BYTES_A_GAP;
}

void scan_mend_pages(struct scan *s, struct arena *a)
{
    struct mending m = {.s = s, .a = a, .gaps_left = gaps_most(s)};
    struct glued glued = {0};
    mend_pages(&m);
    mend_marks(&m);
    find_glued(&m, &glued);
    if (m.n == 0 || arena_overflow(a))
        return;
    put_marks(s, &glued, a);
    put_mended(&m);
}

void scan_mend_footers(struct scan *s, struct arena *a)
{
    struct mending m = {.s = s, .a = a, .gaps_left = gaps_most(s)};
    const char *t = s->text.p;
    for (size_t i = 0; i < s->nmarks; i++) {
        size_t b = s->mark[i].b, e = s->mark[i].e;
        while (b > 0 && (unsigned char)t[b - 1] <= ' ')
            b--;
        while (e < s->text.n && (unsigned char)t[e] <= ' ')
            e++;
        if (s->mark[i].number == 0 && b > 0 && e < s->text.n && byte_in_word(t[b - 1]) &&
            byte_in_word(t[e]))
            (void)mend(&m, (struct gap){b, e, GAP_BETWEEN_WORDS});
    }
    if (m.n > 0 && !arena_overflow(a))
        put_mended(&m);
}
