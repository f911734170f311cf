#include "furniture.h"
#include "ascii.h"

#include "footnotes.h"

#include <string.h>

enum {
    WORDS_MAX = 24,
    RUN_LINES_MAX = 8 /* of a footer that extraction tore into lines */
};

/* What a word of a footer like "15754/17 FL/jg 2 DGD 1C LIMITE EN" is. */
enum word_class {
    WORD_TEXT,     /* none of a footer's */
    WORD_NUMBER,   /* 15754/17, 8714/1/12, /17 where digits were lost */
    WORD_SERIES,   /* CM, SN, CONV, …: capitals in front of the number */
    WORD_VERSION,  /* REV, ADD, COR, DCL */
    WORD_DIGITS,   /* page, or the number of a version */
    WORD_INITIALS, /* FL/jg: of author and typist */
    WORD_UNIT,     /* DGD, 1C, JAI.1 */
    WORD_LOWER,    /* typist alone */
    WORD_MARKING,  /* LIMITE */
    WORD_LANGUAGE  /* EN */
};

static bool is_number_word(struct sv w)
{
    size_t digits = 0, slashes = 0;
    for (size_t i = 0; i < w.n; i++) {
        if (is_digit(w.p[i]))
            digits++;
        else if (w.p[i] == '/')
            slashes++;
        else
            return i > 3 && w.p[i] == '(' && slashes; /* 15966/07(Presse275) */
    }
    return slashes > 0 && slashes < 3 && digits > 1 && is_digit(w.p[w.n - 1]);
}

static bool is_initials(struct sv w)
{
    const char *slash = memchr(w.p, '/', w.n);
    if (!slash || slash == w.p || slash + 1 == w.p + w.n)
        return false;
    for (size_t i = 0; i < w.n; i++)
        if (!is_upper(w.p[i]) && !is_lower(w.p[i]) && !memchr("/,+&-", w.p[i], 5))
            return false;
    return is_lower(w.p[w.n - 1]) && w.n <= 20;
}

static bool is_language_word(struct sv w)
{
    static const char codes[] = "BGCSDADEELENESETFIFRGAHRHUITLTLVMTNLPLPTROSKSLSV";
    if (w.n == 4 && w.p[0] == 'E' && (unsigned char)w.p[1] == 0xef)
        return true; /* E and U+FFFD: an N was lost */
    for (size_t i = 0; w.n == 2 && i + 1 < sizeof codes - 1; i += 2)
        if (memcmp(codes + i, w.p, 2) == 0)
            return true;
    return false;
}

static bool is_one_of(struct sv w, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i][0] == w.p[0] && sv_eq(w, sv_cstr(list[i])))
            return true;
    return false;
}

/* What parts the words of a footer. */
static bool parts_words(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '*' || c == '|' || c == '#';
}

static enum word_class class_of(struct sv w)
{
    static const char *const version[] = {"REV", "ADD", "COR", "DCL", "EXT", "INIT"};
    static const char *const series[] = {"CM",   "SN", "ST", "WK",      "DS",
                                         "CONV", "XT", "RE", "PE-CONS", "EUCO"};
    static const char *const marking[] = {"LIMITE", "PUBLIC", "RESTREINT", "UE",
                                          "UE/EU",  "EU",     "RESTRICTED"};
    size_t digits = 0, capitals = 0, small = 0;
    if (w.n > 4 && is_lower(w.p[w.n - 1]) && !memchr(w.p, '/', w.n)) /* most words */
        return WORD_TEXT;
    if (is_number_word(w))
        return WORD_NUMBER;
    bool listed = is_upper(w.p[0]); /* perhaps */
    if (listed && is_language_word(w))
        return WORD_LANGUAGE;
    if (listed && is_one_of(w, version, ARRAY_LEN(version)))
        return WORD_VERSION;
    if (listed && is_one_of(w, series, ARRAY_LEN(series)))
        return WORD_SERIES;
    if (listed && is_one_of(w, marking, ARRAY_LEN(marking)))
        return WORD_MARKING;
    if (is_initials(w))
        return WORD_INITIALS;
    for (size_t i = 0; i < w.n; i++) {
        digits += is_digit(w.p[i]);
        capitals += is_upper(w.p[i]) || (w.p[i] >= '-' && w.p[i] <= '/'); /* - . / */
        small += is_lower(w.p[i]);
    }
    if (digits == w.n)
        return w.n <= 4 ? WORD_DIGITS : WORD_TEXT;
    if (digits + capitals == w.n)
        return w.n <= 8 ? WORD_UNIT : WORD_TEXT;
    return small == w.n && w.n <= 4 ? WORD_LOWER : WORD_TEXT;
}

struct footer {
    size_t words, number, initials, language, unit, digits, versions;
};

/* Counts the words of a line by class; false as soon as one is text. */
static bool read_footer(struct sv line, struct footer *f)
{
    *f = (struct footer){0};
    while (line.n) {
        size_t n = 0;
        while (n < line.n && !parts_words(line.p[n]))
            n++;
        struct sv w = {line.p, n};
        line = sv_sub(line, n < line.n ? n + 1 : n, line.n);
        if (n == 0)
            continue;
        enum word_class k = class_of(w);
        if (k == WORD_TEXT || ++f->words > WORDS_MAX)
            return false;
        if (k == WORD_NUMBER && f->words > 2)
            return false;
        f->number += k == WORD_NUMBER;
        f->initials += k == WORD_INITIALS;
        f->language += k == WORD_LANGUAGE && sv_trim(line).n == 0;
        f->unit += k == WORD_UNIT || k == WORD_LOWER;
        f->digits += k == WORD_DIGITS;
        f->versions += k == WORD_VERSION;
    }
    return f->words > 0;
}

static struct sv line_content(const struct scan *s, const struct line *l)
{
    return sv_trim(sv_sub(s->text, l->content, l->e));
}

/* "━━━": one sign of box drawing over and over. */
static bool is_drawn_rule(struct sv line)
{
    enum { SIGN_BYTES = 3, LEAST_BYTES = 9 };
    if (line.n < LEAST_BYTES || line.n % SIGN_BYTES || line.p[0] != '\xe2' ||
        (line.p[1] != '\x94' && line.p[1] != '\x95'))
        return false;
    return memcmp(line.p, line.p + SIGN_BYTES, line.n - SIGN_BYTES) == 0;
}

/* "---", "***", "____": a rule, with nothing else on the line. */
static bool is_rule(struct sv line)
{
    if (is_drawn_rule(line))
        return true;
    if (line.n < 3 || !memchr("-_=*~", line.p[0], 5))
        return false;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != line.p[0] && line.p[i] != ' ')
            return false;
    return true;
}

/* "- 12 -", "Page 12", "12/34" with a form feed beside: a page's number. */
static bool is_page_number(struct sv c)
{
    bool dashed = c.n > 4 && c.p[0] == '-' && c.p[c.n - 1] == '-';
    if (dashed)
        c = sv_trim(sv_sub(c, 1, c.n - 1));
    bool named = sv_starts(c, SV("Page ")) || sv_starts(c, SV("page "));
    if (named)
        c = sv_sub(c, 5, c.n);
    size_t n = 0;
    while (n < c.n && is_digit(c.p[n]))
        n++;
    if (n == 0 || n > 4)
        return false;
    if (named)
        return n == c.n || c.p[n] == ':' || sv_starts(sv_sub(c, n, c.n), SV(" of ")) ||
               c.p[n] == '/';
    return dashed && n == c.n;
}

bool furniture_is_site_line(struct sv c)
{
    size_t n = 0;
    while (n < c.n && (is_digit(c.p[n]) || c.p[n] == '_'))
        n++;
    return (n > 5 && sv_eq(sv_sub(c, n, c.n), SV(".png"))) ||
           sv_starts(c, SV("PDF to HTML - Convert")) ||
           (n == 0 && sv_find(sv_sub(c, 0, c.n < 20 ? c.n : 20), SV(", Alm.del - ")) < 8);
}

/* "www.parlament.gv.at", at the edge of each page. */
static bool is_address(struct sv c)
{
    return c.n > 8 && sv_starts(c, SV("www.")) && !memchr(c.p, ' ', c.n);
}

/* A number alone on its line is a page's where a new page begins behind it, or where it
 * stands inside a sentence. */
static bool is_lone_page(const struct scan *s, size_t i, struct sv c)
{
    if (c.n == 0 || c.n > 3)
        return false;
    for (size_t k = 0; k < c.n; k++)
        if (!is_digit(c.p[k]))
            return false;
    size_t next = i + 1;
    while (next < s->nlines && s->line[next].flags & LINE_BLANK && next < i + 4)
        next++;
    if (next >= s->nlines)
        return true;
    const struct line *l = &s->line[next];
    bool apart = next > i + 1 && i > 0 && s->line[i - 1].flags & LINE_BLANK;
    return memchr(s->text.p + s->line[i].b, '\f', l->content - s->line[i].b) ||
           (apart && l->content < l->e && is_lower(s->text.p[l->content]));
}

/* The paper's own number as the first line that begins with one prints it: digits only.
 */
static struct sv number_at_start(struct sv c)
{
    size_t b = 0, n;
    while (b < c.n && b < 8 && (is_upper(c.p[b]) || c.p[b] == '-' || c.p[b] == ' '))
        b++;
    for (n = b; n < c.n && (is_digit(c.p[n]) || c.p[n] == '/'); n++)
        ;
    struct sv w = sv_sub(c, b, n);
    return is_number_word(w) && is_digit(w.p[0]) ? w : SV_NULL;
}

/* The lines of a torn footer behind its number, or from its initials on: initials, page,
 * unit, language, each on its own. */
static void mark_run(struct scan *s, size_t from)
{
    size_t last = from, seen = 0;
    bool closed = false;
    for (size_t i = from; i < s->nlines && seen < RUN_LINES_MAX; i++) {
        struct footer f;
        struct sv c = line_content(s, &s->line[i]);
        if (c.n == 0)
            continue;
        if (c.n > 24 || !read_footer(c, &f) || f.number)
            break;
        seen++;
        if (f.language || f.initials) {
            last = i;
            closed = closed || f.language;
        }
        if (f.language)
            break;
    }
    for (size_t i = from; closed && i <= last; i++)
        if (!(s->line[i].flags & LINE_BLANK))
            s->line[i].flags |= LINE_FURNITURE;
}

static void read_line(struct scan *s, size_t i, struct sv *own)
{
    struct line *l = &s->line[i];
    struct sv c = line_content(s, l);
    struct footer f;
    if (is_rule(sv_trim(sv_sub(s->text, l->b, l->e))) || is_page_number(c) ||
        is_lone_page(s, i, c) || furniture_is_site_line(c) || is_address(c)) {
        l->flags |= LINE_FURNITURE;
        return;
    }
    if (!c.n || !read_footer(c, &f))
        return;
    /* Text came between the number and the rest. */
    if (f.initials == 1 && f.words == 1 && own->p)
        mark_run(s, i);
    if (!f.number)
        return;
    struct sv number = number_at_start(c);
    bool bare = f.words <= f.number + f.versions + f.digits + 1 && !f.initials && !f.unit;
    bool repeated = own->p && number.p && sv_eq(*own, number);
    bool whole = f.initials || (f.language && f.digits);
    if (whole || (bare && repeated)) {
        l->flags |= LINE_FURNITURE;
        if (!f.language)
            mark_run(s, i + 1);
    }
    if (!own->p && number.p)
        *own = number;
}

/* "• Upload / others / … / Embed Size (px) / Citation preview": a site's counters between
 * its own copy of the first page and the pages. */
static void mark_counters(struct scan *s)
{
    enum { HEAD_BYTES = 8192, LINES_ABOVE = 14 };
    size_t n = s->text.n;
    struct sv head = sv_sub(s->text, 0, n < HEAD_BYTES ? n : HEAD_BYTES);
    size_t at = sv_find(head, SV("(px)")); /* what no other head holds */
    if (at == SIZE_MAX || (at = sv_find(head, SV("Embed Size (px)"))) == SIZE_MAX)
        return;
    size_t last = scan_line_at(s, at), first = last;
    for (size_t i = last; i > 0 && i + LINES_ABOVE > last; i--)
        if (sv_ends(line_content(s, &s->line[i]), SV("Upload")))
            first = i;
    for (size_t i = first; i <= last; i++)
        if (!(s->line[i].flags & LINE_BLANK))
            s->line[i].flags |= LINE_FURNITURE;
}

void furniture_read(struct scan *s, struct arena *a)
{
    struct sv own = SV_NULL;
    for (size_t i = 0; i < s->nlines; i++) {
        scan_fetch_ahead(s, i, LINE_AS_FOOTER);
        if ((s->line[i].flags & (LINE_AS_FOOTER | LINE_FURNITURE)) == LINE_AS_FOOTER)
            read_line(s, i, &own);
    }
    mark_counters(s);
    footnotes_read(s, a);
}

/* ---- footers inside a line ---- */

enum { INLINE_BYTES = 100, INLINE_WORDS = 14 };

/* Where the footer ends whose number ends at b, or 0: "FL/jg 2 DGD 1C LIMITE EN", "3 EN",
 * "ab/CD/ef 4". Behind another paper's number only the first kind is one. */
static size_t inline_end(struct sv text, size_t b, bool own)
{
    size_t end = text.n - b < INLINE_BYTES ? text.n : b + INLINE_BYTES, last = 0;
    bool page = false, initials = false;
    for (size_t at = b, words = 0; words < INLINE_WORDS; words++) {
        size_t e;
        while (at < end && (parts_words(text.p[at]) || text.p[at] == '\n'))
            at++;
        for (e = at; e < end && !parts_words(text.p[e]) && text.p[e] != '\n';)
            e++;
        if (e == at)
            break;
        enum word_class k = class_of(sv_sub(text, at, e));
        bool first = !page && !initials;
        if (k == WORD_TEXT || k == WORD_NUMBER || k == WORD_LOWER ||
            (first && (k == WORD_UNIT || k == WORD_LANGUAGE || k == WORD_MARKING)))
            break;
        at = e;
        initials = initials || k == WORD_INITIALS;
        if (k == WORD_LANGUAGE)
            return own || (initials && page) ? e : 0;
        if (k == WORD_DIGITS) { /* of "REV 1", or of the page */
            last = own && initials ? e : 0;
            page = true;
        }
    }
    return last;
}

/* A footer as a mark: like a footnote's, it is no part of what stands around it. */
void furniture_inside(struct scan *s, struct arena *a, struct sv number)
{
    struct footnote_mark *mark = NULL;
    size_t n = 0, cap = 0, old = 0, end;
    const char *blank = number.n ? memchr(number.p, ' ', number.n) : NULL;
    struct sv own = {number.p, blank ? (size_t)(blank - number.p) : number.n};
    for (size_t i = 0; i < s->ntokens; i++) {
        const struct token *k = &s->token[i];
        if (i + SCAN_AHEAD < s->ntokens)
            PREFETCH(s->text.p + k[SCAN_AHEAD].b);
        if (k->b < s->header_end || !is_digit(s->text.p[k->b]))
            continue;
        bool ours = own.n > 5 && s->text.n - k->b > own.n &&
                    memcmp(s->text.p + k->b, own.p, own.n) == 0;
        end = inline_end(s->text, ours ? k->b + own.n : k->e, ours);
        if (end == 0 || (!ours && !is_number_word(sv_sub(s->text, k->b, k->e))))
            continue;
        while (old < s->nmarks && s->mark[old].b < k->b)
            *(struct footnote_mark *)arena_push(a, &mark, &n, &cap, sizeof *mark) =
                s->mark[old++];
        for (; old < s->nmarks && s->mark[old].b < end; old++)
            if (s->mark[old].line != UINT32_MAX)
                s->line[s->mark[old].line].flags &= (uint16_t)~LINE_NOTED;
        *(struct footnote_mark *)arena_push(a, &mark, &n, &cap, sizeof *mark) =
            (struct footnote_mark){k->b, (uint32_t)end, 0, UINT32_MAX};
    }
    if (n == 0)
        return;
    while (old < s->nmarks)
        *(struct footnote_mark *)arena_push(a, &mark, &n, &cap, sizeof *mark) =
            s->mark[old++];
    s->mark = mark;
    s->nmarks = n;
    s->footers = true;
    scan_index_marks(s);
    scan_mend_footers(s, a);
}

bool furniture_holds(const struct scan *s, size_t at)
{
    size_t mark = s->footers ? scan_mark_at(s, at) : s->nmarks;
    return mark < s->nmarks && s->mark[mark].b <= at && s->mark[mark].number == 0;
}
