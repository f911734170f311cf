#include "outline.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/block.h"
#include "producers/parse/text/words.h"

#include <string.h>

enum {
    TITLE_LINES_MAX = 6,
    WIDTH_SAMPLE = 2000, /* lines */
    GAP_LEAST = 3,       /* blanks between two columns */
    PAGE_END_LINES = 18  /* of a footer that stands between a number and its title */
};

bool title_in_contents(const struct scan *s, size_t b, size_t e)
{
    struct sv x = sv_trim(sv_sub(s->text, b, e));
    return x.n && is_digit(x.p[x.n - 1]) && scan_leaders(x) != SIZE_MAX;
}

size_t title_line_filled(const struct scan *s, const struct line *l)
{
    size_t e = l->e;
    while (e > l->b && (s->text.p[e - 1] == ' ' || s->text.p[e - 1] == '\t'))
        e--;
    return e - l->b;
}

size_t title_width(const struct scan *s)
{
    size_t count[TITLE_WIDTH_MAX + 1] = {0}, n = 0, paragraphs = 0;
    for (size_t i = 0; i < s->nlines && i < WIDTH_SAMPLE; i++) {
        size_t length = title_line_filled(s, &s->line[i]);
        paragraphs += length > TITLE_WIDTH_MAX;
        if (length >= 40 && length <= TITLE_WIDTH_MAX &&
            !title_in_contents(s, s->line[i].b, s->line[i].e))
            count[length]++, n++;
    }
    if (paragraphs * 3 > n) /* lines are not broken at all */
        return TITLE_WIDTH_MAX;
    size_t above = 0;
    for (size_t w = TITLE_WIDTH_MAX; w > 40; w--)
        if ((above += count[w]) * 20 > n)
            return w;
    return TITLE_WIDTH_MAX;
}

/* "by criminal law" above "9280/17": the word of the title is none that the number needs.
 */
static bool is_number_apart(const struct scan *s, size_t token, size_t at)
{
    enum { DIGITS_LEAST = 4 };
    size_t n = 0;
    while (at + n < s->text.n && is_digit(s->text.p[at + n]))
        n++;
    const struct token *k = &s->token[token];
    return n >= DIGITS_LEAST && k->b < at && k->e == at + n + 3 &&
           s->text.p[at + n] == '/' && scan_token_in(s, token, "citations");
}

bool title_is_citation_line(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    size_t i = scan_token_at(s, l->content);
    if (i > 0 && is_number_apart(s, i - 1, l->content))
        return true;
    return i < s->ntokens && s->token[i].b == l->content && title_is_paper_token(s, i);
}

static size_t line_end(const struct scan *s, size_t line)
{
    return title_trim_end(s, s->line[line].b, s->line[line].e);
}

static size_t first_word(const struct scan *s, const struct line *l)
{
    size_t n = 0;
    while (l->content + n < l->e && !is_blank(s->text.p[l->content + n]))
        n++;
    return n;
}

/* No small letter, and some capitals. */
static bool is_capitals(const struct scan *s, size_t b, size_t e)
{
    size_t capitals = 0;
    for (size_t i = b; i < e; i++) {
        if (is_lower(s->text.p[i]))
            return false;
        capitals += is_upper(s->text.p[i]);
    }
    return capitals > 3;
}

/* Where the title's own column ends in text[b, e): behind it, set off by a gap, stands
 * the number of a paper; or the line of an agenda ends with it, and the words in front of
 * it need more: "Conference of the 13735/22". */
static size_t column_end(const struct scan *s, size_t b, size_t e)
{
    for (size_t i = scan_token_at(s, b); i < s->ntokens && s->token[i].b < e; i++) {
        size_t at = s->token[i].b, gap = at;
        while (gap > b && s->text.p[gap - 1] == ' ')
            gap--;
        bool apart =
            at - gap >= GAP_LEAST || (s->kind == SCAN_AGENDA && at > gap &&
                                      s->token[i].e >= e && title_ends_open(s, b, gap));
        if (apart && gap > b && title_is_paper_token(s, i))
            return gap;
    }
    return e;
}

/* Whether line `next` goes on with the title that ends at `e` of the line before it. */
static bool continues(const struct scan *s, const struct title *t, size_t next)
{
    const struct line *l = &s->line[next], *before = &s->line[t->line];
    struct label label;
    if (l->flags &
            (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE | LINE_BULLET | LINE_TABLE) ||
        l->content >= l->e || s->text.p[l->b] == '#' || l->content > l->b + l->indent)
        return false;
    size_t end = column_end(s, before->content < t->b ? t->b : before->content, t->e);
    size_t length = title_line_filled(s, before);
    char first = s->text.p[l->content];
    bool labelled = label_read(s, l->content, l->e, &label);
    bool deeper = labelled && label.parts > 1; /* "2.1" */
    if (s->kind == SCAN_AGENDA && labelled && label.closed && label.kind == LABEL_LOWER &&
        !title_ends_open(s, t->b, end))
        return false; /* a bracket that was never closed */
    if (title_is_open(s, t->b, end) ||
        (is_digit(first) && !deeper && title_leads_to_number(s, t->b, end)))
        return true;
    if (title_action_begins(s, l->content, l->e))
        return false;
    if (label_read(s, l->content, l->e, &label) && label.closed)
        return false;
    if (title_breaks_name(s, t->b, end, l->content, l->e) ||
        title_wraps_behind_number(s, t, next))
        return true;
    if (length >= 40 && length <= TITLE_WIDTH_MAX && is_capitals(s, t->b, t->e) &&
        is_capitals(s, l->content, l->e))
        return true;
    if (first == '(' && title_has_verb(s, l->content, l->e))
        return false; /* "(a revised version was distributed)" */
    if (first == '(' ||
        (is_lower(first) && length * 2 >= s->width && length <= TITLE_WIDTH_MAX))
        return length <= TITLE_WIDTH_MAX;
    size_t i = scan_token_at(s, l->content);
    bool body = i < s->ntokens && s->token[i].b == l->content && /* "Europol presented" */
                scan_token_in(s, i, "bodies") && s->token[i].e < line_end(s, next);
    if (body)
        return false;
    return length <= TITLE_WIDTH_MAX && length + 1 + first_word(s, l) > s->width + 2;
}

/* "13880/17 and 13881/17 + COR 1": no other words in small letters. */
static bool holds_numbers_only(const struct scan *s, const struct line *l)
{
    static const struct words joint = WORDS("and", "to", "doc.", "docs.", "et", "und");
    for (size_t e, b = l->content; b < l->e; b = e + 1) {
        bool small = false;
        for (e = b; e < l->e && !is_blank(s->text.p[e]); e++)
            small = small || is_lower(s->text.p[e]);
        if (small && !one_of(sv_sub(s->text, b, e), &joint))
            return false;
    }
    return true;
}

/* "samenleving", "in the waters west of Ireland": the words of an agenda's title that go
 * on below the number of its right-hand column. */
static bool goes_on_below(const struct scan *s, size_t line)
{
    static const struct sv other[] = {{"doc", 3}, {"poss", 4}, {"to ", 3}, {"and ", 4}};
    const struct line *l = &s->line[line];
    struct sv text = sv_sub(s->text, l->content, l->e);
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        if (sv_starts(text, other[i]))
            return false;
    for (size_t i = 0; i < text.n; i++)
        if (is_digit(text.p[i]) || text.p[i] == '/') /* "mk/LSB/ipj" of a footer */
            return false;
    return s->kind == SCAN_AGENDA && text.n > 4 && is_lower(text.p[1]) &&
           !title_action_begins(s, l->content, l->e);
}

/* A number from the right-hand column that extraction put into the title: the line is
 * passed over, when the title goes on behind it. */
static bool pass_torn_number(struct scan *s, struct title *t)
{
    size_t next = t->line + 1;
    if (next + 1 >= s->nlines || !title_is_citation_line(s, next) ||
        !holds_numbers_only(s, &s->line[next]) ||
        !(title_is_open(s, t->b, t->e) || goes_on_below(s, next + 1)) ||
        !is_lower(s->text.p[s->line[next + 1].content]) ||
        s->line[next + 1].flags & LINE_BLANK)
        return false;
    s->line[next].flags |= LINE_FURNITURE;
    t->line = next + 1;
    t->e = line_end(s, next + 1);
    return true;
}

/* Where the title begins: behind the label, or on the next line when the label stands
 * alone. */
static bool find_begin(const struct scan *s, size_t line, const struct label *label,
                       struct title *t)
{
    size_t at = label->e;
    t->line = line;
    while (at < s->line[line].e &&
           (is_blank(s->text.p[at]) || s->text.p[at] == '|' ||
            (unsigned char)s->text.p[at] == 0xc2 || (unsigned char)s->text.p[at] == 0xa0))
        at++;
    if (title_trim_end(s, at, s->line[line].e) > at) {
        t->b = at;
        return true;
    }
    size_t passed = 0; /* a page's end came between */
    for (size_t next = line + 1; next < s->nlines && next <= line + 3 + passed; next++) {
        const struct line *l = &s->line[next];
        if (l->flags & LINE_FURNITURE && passed < PAGE_END_LINES)
            passed +=
                next + 1 < s->nlines && s->line[next + 1].flags & LINE_BLANK ? 3 : 1;
        if (l->flags & (LINE_BLANK | LINE_FURNITURE))
            continue;
        if (l->flags & (LINE_FOOTNOTE | LINE_BULLET) || l->content >= l->e)
            return false;
        struct label other;
        t->line = next;
        t->b = l->content;
        return label->closed && !(label_read(s, l->content, l->e, &other) &&
                                  title_trim_end(s, other.e, l->e) == other.e);
    }
    return false;
}

/* "**Title** and the text goes on", "TITLE IN CAPITALS and so on": the title is the part
 * that stands out. */
static void cut_lead(const struct scan *s, struct title *t, bool closed)
{
    const char *p = s->text.p;
    if (t->e - t->b > 4 && memcmp(p + t->b, "**", 2) == 0) {
        size_t close = sv_find(sv_sub(s->text, t->b + 2, t->e), SV("**"));
        t->strong = true;
        if (close != SIZE_MAX)
            t->e = t->b + 2 + close;
        return;
    }
    size_t last = 0, words = 0, at = t->b;
    while (at < t->e) {
        size_t b = at;
        while (b < t->e && (is_blank(p[b]) || p[b] == '*'))
            b++;
        size_t e = b;
        bool small = false, capital = false;
        for (; e < t->e && !is_blank(p[e]); e++) {
            small = small || is_lower(p[e]);
            capital = capital || is_upper(p[e]);
        }
        bool ordinal = e > b && p[b] >= '0' && p[b] <= '9'; /* "295th" */
        if ((small && !ordinal) || e == b)
            break;
        words += capital;
        last = e;
        at = e;
    }
    if (words >= 3 && last < t->e && closed) {
        t->strong = true;
        t->e = title_trim_end(s, t->b, last);
    }
}

static bool has_letter(struct sv t)
{
    for (size_t i = 0; i < t.n; i++)
        if (is_lower(t.p[i]) || is_upper(t.p[i]) || (unsigned char)t.p[i] >= 0xc3)
            return true;
    return false;
}

/* In double-spaced text a blank line stands between the lines of a title: one that goes
 * on in small letters. */
static size_t line_of_title(const struct scan *s, const struct title *t, size_t next)
{
    if (next + 1 >= s->nlines || !(s->line[next].flags & LINE_BLANK) ||
        s->line[next + 1].flags & LINE_BLANK)
        return next;
    const struct line *l = &s->line[next + 1];
    bool small = l->content + 1 < l->e && is_lower(s->text.p[l->content]) &&
                 is_lower(s->text.p[l->content + 1]);
    return small || title_is_open(s, t->b, column_end(s, t->b, t->e)) ||
                   title_wraps_behind_number(s, t, next + 1) ||
                   (l->content < l->e && is_digit(s->text.p[l->content]) &&
                    title_leads_to_number(s, t->b, t->e))
               ? next + 1
               : next;
}

/* What is to be done, glued to the title's line. */
static void cut_action(const struct scan *s, struct title *t)
{
    for (size_t i = t->b + 3; i < t->e; i++) {
        const char *next = memchr(s->text.p + i, ' ', t->e - i);
        if (!next)
            break;
        i = (size_t)(next - s->text.p);
        if (next[1] != '(' && title_action_inside(s, t->b, i, t->e))
            t->e = i;
    }
}

/* The title that begins at t.b; its first line, or its number's, is `line`. */
static bool read_from(struct scan *s, size_t line, const struct label *label,
                      struct title t, struct title *out)
{
    const struct line *l = &s->line[line];
    t.strong =
        s->text.p[l->b] == '#' || (l->content > l->b && s->text.p[l->content - 1] == '*');
    t.e = line_end(s, t.line);
    if (l->flags & LINE_TABLE) {
        const char *cell = memchr(s->text.p + t.b, '|', t.e - t.b);
        t.e = cell ? title_trim_end(s, t.b, (size_t)(cell - s->text.p)) : t.e;
    } else {
        for (int i = 1; i < TITLE_LINES_MAX && t.e - t.b < TITLE_BYTES_MAX; i++) {
            if (pass_torn_number(s, &t))
                continue;
            size_t next = line_of_title(s, &t, t.line + 1);
            if (next >= s->nlines || s->text.p[l->b] == '#' ||
                title_is_citation_line(s, next) || !continues(s, &t, next))
                break;
            t.line = next;
            t.e = line_end(s, t.line);
        }
    }
    if (s->kind == SCAN_AGENDA) /* "Information from ..., supported by": no sentence */
        cut_action(s, &t);
    size_t whole = t.e;
    bool small = s->kind == SCAN_AGENDA && label->kind == LABEL_LOWER;
    cut_lead(s, &t, label->closed);
    if (t.e < whole &&
        title_begins_operative(s, t.b)) /* "INVITES THE COMMISSION, by 2017," */
        return false;
    if (t.e == whole && title_is_paragraph(s, &t, whole, small) &&
        !(t.strong && t.e - t.b <= TITLE_BYTES_MAX))
        return false;
    cut_action(s, &t);
    title_cut_codes(s, &t);
    title_cut_tail(s, &t);
    title_order_holes(&t);
    while (t.b < t.e && (is_blank(s->text.p[t.b]) || memchr("*|", s->text.p[t.b], 2)))
        t.b++;
    *out = t;
    return has_letter(sv_sub(s->text, t.b, t.e));
}

bool title_read(struct scan *s, size_t line, const struct label *label, struct title *out)
{
    struct title t = {0};
    return find_begin(s, line, label, &t) && read_from(s, line, label, t, out);
}

bool title_read_apart(struct scan *s, size_t line, const struct label *label,
                      struct title *out)
{
    struct title t = {.b = s->line[line].content, .line = line};
    return read_from(s, line, label, t, out);
}
