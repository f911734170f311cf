#include "footnotes.h"

#include "ascii.h"
#include "block.h"

#include <string.h>

enum { NUMBER_MAX = 999, TIE_LOOK_AHEAD = 64 };

/* The superscript digit at p: its value, and its length in *n; -1 without one. */
static int superscript_digit(const char *p, const char *end, size_t *n)
{
    if (end - p >= 2 && p[0] == '\xc2') {
        *n = 2;
        return p[1] == '\xb9' ? 1 : p[1] == '\xb2' ? 2 : p[1] == '\xb3' ? 3 : -1;
    }
    if (end - p >= 3 && p[0] == '\xe2' && p[1] == '\x81') {
        int v = (unsigned char)p[2] - 0xb0;
        *n = 3;
        return v == 0 || (v >= 4 && v <= 9) ? v : -1;
    }
    return -1;
}

/* "^12" and "^12^", as text browsers and Markdown write a superscript; its length, or 0.
 */
static size_t read_caret(const char *p, const char *end, uint32_t *number)
{
    enum { DIGITS_MAX = 3 };
    const char *q = p + 1;
    uint32_t v = 0;
    for (; q < end && is_digit(*q) && q - p <= DIGITS_MAX; q++)
        v = v * 10 + (uint32_t)(*q - '0');
    if (q == p + 1 || (q < end && is_digit(*q)))
        return 0;
    *number = v;
    return (size_t)(q - p) + (q < end && *q == '^');
}

/* Reads ¹²³, <sup>123</sup> or ^123 at p; returns its length, or 0. */
static size_t read_superscript(const char *p, const char *end, uint32_t *number)
{
    const char *q = p;
    uint32_t v = 0;
    size_t n;
    if (*p == '^')
        return read_caret(p, end, number);
    if (*p == '<') {
        if (end - p < 12 || memcmp(p, "<sup>", 5) != 0)
            return 0;
        for (q += 5; q < end && *q >= '0' && *q <= '9' && v <= NUMBER_MAX; q++)
            v = v * 10 + (uint32_t)(*q - '0');
        if (q == p + 5 || end - q < 6 || memcmp(q, "</sup>", 6) != 0)
            return 0;
        *number = v;
        return (size_t)(q - p) + 6;
    }
    for (int d; q < end && v <= NUMBER_MAX && (d = superscript_digit(q, end, &n)) >= 0;
         q += n)
        v = v * 10 + (uint32_t)d;
    *number = v;
    return (size_t)(q - p);
}

/* m², km³: a unit, no footnote. */
static bool is_unit(const char *text, const char *p, uint32_t number)
{
    size_t at = (size_t)(p - text);
    return (number == 2 || number == 3) && at > 0 && text[at - 1] == 'm' &&
           (at == 1 || memchr(" kcd", text[at - 2], 4));
}

struct marks {
    struct scan *s;
    struct arena *a;
    struct footnote_mark *v;
    size_t n, cap;
};

static void add_mark(struct marks *m, size_t b, size_t e, uint32_t number)
{
    struct footnote_mark *k = arena_push(m->a, &m->v, &m->n, &m->cap, sizeof *k);
    *k = (struct footnote_mark){(uint32_t)b, (uint32_t)e, number, UINT32_MAX};
}

/* The superscript at `at` of a line: at its beginning it opens a footnote, elsewhere it
 * is a mark. Returns its end, or `at` when it is none. */
static size_t take_superscript(struct marks *m, struct line *l, size_t at)
{
    struct sv t = m->s->text;
    uint32_t number = 0;
    size_t n = read_superscript(t.p + at, t.p + t.n, &number);
    if (n == 0 || number == 0 || is_unit(t.p, t.p + at, number))
        return at + n;
    if (at == l->content && at + n < l->e)
        l->flags |= LINE_FOOTNOTE;
    else
        add_mark(m, at, at + n, number);
    return at + n;
}

static void read_superscripts(struct marks *m)
{
    struct scan *s = m->s;
    char copy[BLOCK_BYTES];
    for (size_t i = 0; i < s->nlines; i++) {
        struct line *l = &s->line[i];
        size_t end = l->flags & LINE_AS_MARKED ? l->e : l->b, behind = l->b;
        scan_fetch_ahead(s, i, LINE_AS_MARKED);
        for (size_t at = l->b; at < end; at += BLOCK_BYTES) {
            const char *p = block_of(s->text.p + at, s->text.n - at, copy);
            uint64_t may = block_one_of(p, '\xc2', '\xe2', '<') | block_equal(p, '^');
            if (end - at < BLOCK_BYTES)
                may &= ((uint64_t)1 << (end - at)) - 1;
            for (; may; may &= may - 1)
                if (at + block_first(may) >= behind)
                    behind = take_superscript(m, l, at + block_first(may));
        }
    }
}

/* The number that a line begins with, as superscript or plain digits behind which a blank
 * stands; 0 without one. */
static uint32_t line_number(const struct scan *s, const struct line *l, bool *plain)
{
    const char *p = s->text.p + l->content, *end = s->text.p + l->e;
    uint32_t v = 0;
    *plain = false;
    if (!(l->flags & LINE_AS_NUMBER))
        return 0;
    if (*p == '<' || *p == '^' || (unsigned char)*p >= 0xc2) {
        (void)read_superscript(p, end, &v);
        return v;
    }
    const char *q = p;
    for (; q < end && *q >= '0' && *q <= '9' && q - p < 3; q++)
        v = v * 10 + (uint32_t)(*q - '0');
    if (q == p || *p == '0' || end - q < 3 || (*q != ' ' && *q != '\t'))
        return 0;
    *plain = true;
    return v;
}

static bool is_word_end(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80 ||
           c == ')' || c == '"' || c == '\'';
}

/* EC3, FP7, G8: capitals whose digit is part of the name. */
static bool is_short_name(struct sv t, size_t b)
{
    enum { NAME_MAX_LETTERS = 5 };
    size_t n = 0;
    while (n < b && n <= NAME_MAX_LETTERS && t.p[b - 1 - n] >= 'A' &&
           t.p[b - 1 - n] <= 'Z')
        n++;
    return n > 0 && n < NAME_MAX_LETTERS;
}

/* Digits glued to a word, or blank and then punctuation behind them ("1997 1 , the"): a
 * mark if a footnote of that number follows. Returns the number, or 0. */
static uint32_t glued_number(struct sv t, size_t b, size_t *e)
{
    uint32_t v = 0;
    size_t i = b;
    for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9' && i - b < 3; i++)
        v = v * 10 + (uint32_t)(t.p[i] - '0');
    *e = i;
    if (i - b > 2 ||
        (i < t.n && (is_word_end(t.p[i]) || (t.p[i] >= '0' && t.p[i] <= '9'))))
        return 0;
    if (is_word_end(t.p[b - 1]))
        return is_short_name(t, b) || (i < t.n && memchr("/-%", t.p[i], 3)) ? 0 : v;
    bool blank = t.p[b - 1] == ' ' && b > 1 && t.p[b - 2] != ' ';
    return blank && i + 1 < t.n && t.p[i] == ' ' && memchr(",;.", t.p[i + 1], 3) ? v : 0;
}

/* Where a digit comes next: looked for over many lines at once. */
struct digit_ahead {
    char digit;
    size_t from, at; /* text[from, at) holds none */
    bool found;      /* it stands at `at`; else nobody has looked there */
};

/* The first such digit in text[b, e), or e. */
static size_t next_digit(struct digit_ahead *d, struct sv t, char digit, size_t b,
                         size_t e)
{
    enum { AT_ONCE = 4096 };
    if (d->digit != digit || b < d->from || b > d->at)
        *d = (struct digit_ahead){digit, b, b, false};
    while (d->at < e && !d->found) {
        size_t n = t.n - d->at < AT_ONCE ? t.n - d->at : AT_ONCE;
        const char *p = memchr(t.p + d->at, digit, n);
        d->found = p != NULL;
        d->at = p ? (size_t)(p - t.p) : d->at + n;
    }
    return d->at < e ? d->at : e;
}

/* Takes the glued marks of a line that continue the count; the highest number seen. */
static uint32_t read_glued(struct marks *m, const struct line *l, uint32_t seen,
                           struct digit_ahead *ahead)
{
    enum { GLUED_MAX = 99 };
    size_t at = l->b + (l->b == 0), e;
    while (at < l->e && seen < GLUED_MAX) {
        char first = (char)('0' + (seen + 1 < 10 ? seen + 1 : (seen + 1) / 10));
        if ((at = next_digit(ahead, m->s->text, first, at, l->e)) == l->e)
            break;
        if (glued_number(m->s->text, at, &e) == seen + 1) {
            add_mark(m, at, e, ++seen);
            at = e;
        } else {
            at++;
        }
    }
    return seen;
}

/* "1 January 2004 on": a line that goes on with a day, no footnote. */
static bool is_day(const struct scan *s, const struct line *l)
{
    const char *p = s->text.p + l->content, *end = s->text.p + l->e;
    while (p < end && is_digit(*p))
        p++;
    while (p < end && *p == ' ')
        p++;
    if (p == end || !is_upper(*p))
        return false;
    while (p < end && *p != ' ')
        p++;
    const char *year = p + 1;
    return end - p > 4 && is_digit(year[0]) && is_digit(year[1]) && is_digit(year[2]) &&
           is_digit(year[3]) && (end - p == 5 || !is_digit(year[4]));
}

/* Looks for plain-digit footnotes in order: each needs its mark before it, a superscript
 * or one that is glued to a word. */
static void read_plain_footnotes(struct marks *glued, const struct marks *super)
{
    struct scan *s = glued->s;
    uint32_t expected = 1, seen = 0;
    size_t next = 0;
    struct digit_ahead ahead = {0};
    for (size_t i = 0; i < s->nlines; i++) {
        struct line *l = &s->line[i];
        bool plain;
        scan_fetch_ahead(s, i, LINE_AS_NUMBER);
        if (l->flags & LINE_BLANK)
            continue;
        uint32_t number = line_number(s, l, &plain);
        for (; next < super->n && super->v[next].b < l->b; next++)
            if (super->v[next].number > seen)
                seen = super->v[next].number;
        if (plain && number >= expected && number <= seen &&
            !(l->flags & (LINE_FURNITURE | LINE_TABLE)) && !is_day(s, l)) {
            l->flags |= LINE_FOOTNOTE;
            expected = number + 1;
        } else {
            seen = read_glued(glued, l, seen, &ahead);
        }
    }
}

/* A mark and the footnote of its number that comes next belong together. */
static void tie(struct marks *m)
{
    size_t next = 0;
    bool plain;
    for (size_t i = 0; m->n && i < m->s->nlines; i++) {
        const struct line *l = &m->s->line[i];
        if (!(l->flags & LINE_FOOTNOTE))
            continue;
        uint32_t number = line_number(m->s, l, &plain);
        for (size_t k = next; k < m->n && k < next + TIE_LOOK_AHEAD && m->v[k].b < l->b;
             k++)
            if (m->v[k].number == number) {
                m->v[k].line = (uint32_t)i;
                next = k + 1;
                break;
            }
    }
}

/* A footnote goes on until a blank line, the next footnote, or what is no text. */
static void extend_footnotes(struct scan *s)
{
    for (size_t i = 1; i < s->nlines; i++) {
        struct line *l = &s->line[i];
        if (s->line[i - 1].flags & LINE_FOOTNOTE &&
            !(l->flags & (LINE_BLANK | LINE_FURNITURE | LINE_BULLET)) &&
            s->text.p[l->b] != '#')
            l->flags |= LINE_FOOTNOTE;
    }
}

/* Whether a line begins as the first plain-digit footnote would: only then is it worth
 * looking for marks of that kind. */
static bool has_plain_footnotes(const struct scan *s)
{
    for (size_t i = 0; i < s->nlines; i++) {
        bool plain;
        scan_fetch_ahead(s, i, LINE_AS_NUMBER);
        if (line_number(s, &s->line[i], &plain) == 1 && plain)
            return true;
    }
    return false;
}

/* One list in text order; of the glued marks only those that have a footnote. */
static void merge(struct marks *out, const struct marks *x, const struct marks *y)
{
    out->v = arena_alloc(out->a, (x->n + y->n + 1) * sizeof *out->v);
    for (size_t i = 0, k = 0; i < x->n || k < y->n;) {
        bool first = k == y->n || (i < x->n && x->v[i].b < y->v[k].b);
        const struct footnote_mark *m = first ? &x->v[i++] : &y->v[k++];
        if (first || m->line != UINT32_MAX)
            out->v[out->n++] = *m;
    }
}

void footnotes_read(struct scan *s, struct arena *a)
{
    struct marks super = {.s = s, .a = a}, glued = super, all = super;
    read_superscripts(&super);
    if (s->text.n && has_plain_footnotes(s))
        read_plain_footnotes(&glued, &super);
    tie(&super);
    tie(&glued);
    if (glued.n)
        merge(&all, &super, &glued);
    else
        all = super;
    extend_footnotes(s);
    s->mark = all.v;
    s->nmarks = all.n;
    if (all.n)
        scan_index_marks(s);
}
