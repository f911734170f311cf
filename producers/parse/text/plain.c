/* plain(text[span]) of scan.h: one pass that copies runs and leaves marks out. What looks
 * ahead (links, tags) is bounded, so that the cost stays linear on hostile input. */
#include "scan.h"
#include "skip.h"

#include <string.h>

enum { LINK_TEXT_MAX = 400, LINK_TARGET_MAX = 1000, TAG_MAX = 200, MARK_MAX = 12 };

struct plain {
    const struct scan *s;
    const char *t;
    size_t at, end;
    size_t line;           /* index of the line that holds at */
    size_t mark;           /* next footnote mark */
    size_t link_b, link_e; /* "](target)" of the link that is open, or empty */
    bool in_footnote;      /* the span begins in a footnote: its lines count */
    char *out;
    size_t n;
    bool blank; /* one blank is owed before the next byte */
};

static void put(struct plain *p, const char *b, size_t n)
{
    if (p->blank && p->n)
        p->out[p->n++] = ' ';
    p->blank = false;
    memcpy(p->out + p->n, b, n);
    p->n += n;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0x80;
}

static bool is_punct(char c)
{
    return c > ' ' && c < 0x7f && !is_alnum(c);
}

/* Leaves out what stands at the beginning of a line: whole lines of furniture, a list's
 * mark that was set apart (blank to who reads lines), and the marks of headings and
 * quotations. */
static void begin_line(struct plain *p)
{
    const struct line *l = &p->s->line[p->line];
    unsigned skip = LINE_BLANK | LINE_FURNITURE | (p->in_footnote ? 0u : LINE_FOOTNOTE);
    if (l->flags & skip) {
        p->at = l->e < p->end ? l->e : p->end;
        return;
    }
    while (p->at < p->end && p->at < l->content && memchr("#> \t", p->t[p->at], 4))
        p->at++;
}

static void next_line(struct plain *p)
{
    p->blank = true;
    p->at++;
    while (p->line + 1 < p->s->nlines && p->s->line[p->line + 1].b <= p->at)
        p->line++;
    if (p->at < p->end && p->s->line[p->line].b == p->at)
        begin_line(p);
}

/* "[text](target)": what follows the text is remembered and passed over when it comes. */
static bool open_link(struct plain *p)
{
    size_t left = p->end - p->at;
    const char *b = p->t + p->at;
    const char *close = memchr(b, ']', left < LINK_TEXT_MAX ? left : LINK_TEXT_MAX);
    if (!close || close + 1 >= p->t + p->end || close[1] != '(')
        return false;
    left = (size_t)(p->t + p->end - close);
    const char *stop =
        memchr(close, ')', left < LINK_TARGET_MAX ? left : LINK_TARGET_MAX);
    if (!stop || memchr(close, '\n', (size_t)(stop - close)))
        return false;
    p->link_b = (size_t)(close - p->t);
    p->link_e = (size_t)(stop - p->t) + 1;
    p->at++;
    return true;
}

static bool same_fold(const char *p, const char *low, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((p[i] | 0x20) != low[i])
            return false;
    return true;
}

/* <sup>1</sup> goes with its content, which is a footnote mark; other tags go alone. */
static bool pass_tag(struct plain *p)
{
    size_t left = p->end - p->at;
    const char *b = p->t + p->at;
    size_t name = left > 1 && b[1] == '/' ? 2 : 1;
    if (left <= name || !((b[name] | 0x20) >= 'a' && (b[name] | 0x20) <= 'z'))
        return false;
    const char *close = memchr(b, '>', left < TAG_MAX ? left : TAG_MAX);
    if (!close || memchr(b, ':', (size_t)(close - b)) == b + name)
        return false;
    size_t n = (size_t)(close - b) + 1;
    for (size_t i = name; i + 1 < n; i++)
        if (!is_alnum(b[i])) {
            if (b[i] != ' ' && b[i] != '/' && b[i] != '\t')
                return false;
            break;
        }
    if (n == 5 && same_fold(b, "<sup>", 5)) {
        const char *e = memchr(close, '<', left - n < MARK_MAX ? left - n + 1 : MARK_MAX);
        if (e && (size_t)(b + left - e) >= 6 && same_fold(e, "</sup>", 6))
            n = (size_t)(e - b) + 6;
    } else if (n > 2 && memchr("bptdrlhBPTDRLH", b[name], 14) && n - name > 2) {
        p->blank = true; /* br, p, td, tr, li, h1: they part words; b, i do not */
    }
    p->at += n;
    return true;
}

/* Length of a superscript digit, which is a footnote mark unless it makes a unit (m²). */
static size_t superscript(const struct plain *p)
{
    const unsigned char *b = (const unsigned char *)p->t + p->at;
    size_t left = p->end - p->at;
    if (left >= 2 && b[0] == 0xc2 && (b[1] == 0xb9 || b[1] == 0xb2 || b[1] == 0xb3)) {
        bool unit = b[1] != 0xb9 && p->n && p->out[p->n - 1] == 'm' && !p->blank &&
                    (p->n == 1 || memchr(" kcd", p->out[p->n - 2], 4));
        return unit ? 0 : 2;
    }
    if (left >= 3 && b[0] == 0xe2 && b[1] == 0x81 && b[2] >= 0xb0 && b[2] <= 0xb9)
        return 3;
    return 0;
}

/* Length of a sign that carries no text: soft hyphen, zero-width space, word joiner, BOM.
 */
static size_t invisible(const struct plain *p)
{
    const unsigned char *b = (const unsigned char *)p->t + p->at;
    size_t left = p->end - p->at;
    if (left >= 2 && b[0] == 0xc2 && b[1] == 0xad)
        return 2;
    if (left >= 3 && b[0] == 0xe2 && b[1] == 0x80 && b[2] >= 0x8b && b[2] <= 0x8f)
        return 3;
    if (left >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf)
        return 3;
    return 0;
}

/* An underscore is emphasis at the edge of a word, unless it is part of a line to fill
 * in. */
static bool pass_underscore(struct plain *p)
{
    size_t b = p->at, e = p->at;
    while (e < p->end && p->t[e] == '_')
        e++;
    bool inside = b > 0 && e < p->s->text.n && is_alnum(p->t[b - 1]) && is_alnum(p->t[e]);
    if (e - b > 2 || inside)
        put(p, p->t + b, e - b);
    p->at = e;
    return true;
}

/* Takes a sign that is not plain text by itself; false when it is after all. */
static bool pass_special(struct plain *p)
{
    char c = p->t[p->at];
    size_t n;
    switch (c) {
    case '\n': next_line(p); return true;
    case ' ':
    case '\t':
    case '\f':
        p->blank = true;
        p->at++;
        return true;
    case '*': p->at++; return true;
    case '|':
        if (!(p->s->line[p->line].flags & LINE_TABLE))
            return false;
        p->blank = true;
        p->at++;
        return true;
    case '\\':
        if (p->at + 1 == p->end || !is_punct(p->t[p->at + 1]))
            return false;
        put(p, p->t + p->at + 1, 1);
        p->at += 2;
        return true;
    case '_': return pass_underscore(p);
    case '!':
        if (p->at + 1 == p->end || p->t[p->at + 1] != '[')
            return false;
        p->at++;
        if (open_link(p))
            return true;
        p->at--;
        return false;
    case '[': return open_link(p);
    case '<': return pass_tag(p);
    case '\xc2':
        if (p->at + 1 < p->end && p->t[p->at + 1] == '\xa0') {
            p->blank = true;
            p->at += 2;
            return true;
        }
        break;
    default: break;
    }
    n = superscript(p);
    n = n ? n : invisible(p);
    p->at += n;
    return n > 0;
}

static const char special[256] = {
    ['\n'] = 1, [' '] = 1, ['\t'] = 1, ['\f'] = 1, ['*'] = 1,  ['|'] = 1,  ['\\'] = 1,
    ['_'] = 1,  ['!'] = 1, ['['] = 1,  ['<'] = 1,  [0xc2] = 1, [0xe2] = 1, [0xef] = 1,
};

/* Most spans are a few words on one line: they are their own plain text. */
static bool is_plain(const struct scan *s, struct sv t, size_t mark, size_t end)
{
    if (t.p[0] == ' ' || (mark < s->nmarks && s->mark[mark].b < end))
        return false;
    for (size_t i = 0; (i = skip_words(t.p, i, t.n)) < t.n; i++)
        if (special[(unsigned char)t.p[i]] &&
            (t.p[i] != ' ' || i + 1 == t.n || t.p[i + 1] == ' '))
            return false;
    return true;
}

/* Copies words with single blanks between them up to the next sign that needs a look, or
 * `stop`. */
static void copy_run(struct plain *p, size_t stop)
{
    size_t b = p->at;
    while (p->at < stop && (p->at = skip_words(p->t, p->at, stop)) < stop) {
        unsigned char c = (unsigned char)p->t[p->at];
        if (special[c] && (c != ' ' || p->at + 1 == stop || p->at == b ||
                           special[(unsigned char)p->t[p->at + 1]]))
            break;
        p->at++;
    }
    put(p, p->t + b, p->at - b);
}

static void copy(struct plain *p)
{
    while (p->at < p->end) {
        size_t stop = p->end;
        if (p->mark < p->s->nmarks) {
            const struct footnote_mark *m = &p->s->mark[p->mark];
            if (p->at >= m->b) {
                p->at = m->e;
                p->mark++;
                continue;
            }
            stop = m->b < stop ? m->b : stop;
        }
        if (p->at == p->link_b && p->link_e > p->link_b) {
            p->at = p->link_e;
            continue;
        }
        if (p->link_e > p->at && p->link_b < stop)
            stop = p->link_b > p->at ? p->link_b : stop;
        if (!special[(unsigned char)p->t[p->at]]) {
            copy_run(p, stop);
        } else if (!pass_special(p)) {
            put(p, p->t + p->at, 1);
            p->at++;
        }
    }
}

static struct sv plain_part(const struct scan *s, struct span span, struct arena *a)
{
    if (span.e <= span.b || !s->text.p)
        return SV("");
    size_t mark = scan_mark_at(s, span.b);
    struct sv t = sv_sub(s->text, span.b, span.e);
    size_t line = scan_line_at(s, span.b);
    if (is_plain(s, t, mark, span.e) &&
        !(s->line[line].b == span.b && memchr("#>", t.p[0], 2)))
        return t;
    struct plain p = {.s = s,
                      .t = s->text.p,
                      .at = span.b,
                      .end = span.e,
                      .line = line,
                      .mark = mark,
                      .in_footnote = (s->line[line].flags & LINE_FOOTNOTE) != 0,
                      .out = arena_alloc(a, t.n + 1)};
    if (s->line[line].b == span.b)
        begin_line(&p);
    copy(&p);
    p.out[p.n] = '\0';
    return (struct sv){p.out, p.n};
}

/* The first margin that lies inside the span, not at its ends. */
static size_t margin_inside(const struct scan *s, struct span span)
{
    size_t lo = 0, hi = s->nmargins;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->margin[mid].b <= span.b)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct sv scan_plain(const struct scan *s, struct span span, struct arena *a)
{
    size_t k = margin_inside(s, span);
    if (k >= s->nmargins || s->margin[k].e >= span.e)
        return plain_part(s, span, a);
    struct sv text = plain_part(s, (struct span){span.b, s->margin[k].b}, a);
    for (; k < s->nmargins && s->margin[k].e < span.e; k++) {
        size_t e = k + 1 < s->nmargins && s->margin[k + 1].e < span.e ? s->margin[k + 1].b
                                                                      : span.e;
        struct sv part = plain_part(s, (struct span){s->margin[k].e, e}, a);
        text = arena_printf(a, SV_FMT " " SV_FMT, SV_ARG(text), SV_ARG(part));
    }
    return text;
}
