/* Items: numbered headings in the order of the text. */
#include "outline.h"
#include "outline_count.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/line_facts.h"
#include "producers/parse/text/words.h"

#include <stdio.h>
#include <string.h>

enum {
    LISTED_LEAST = 3,   /* so many titles are a list */
    RUNNING_LINE = 400, /* a line this long holds more than a paragraph's beginning */
    RUNNING_PAGE = 160,
    RUNNING_HEADER = 200, /* and so does one with so much of the header */
    LONE_BYTES = 12,      /* a label alone on its line */
    RUNNING_FIRST = 3000  /* the first label of running text stands near its beginning */
};

void outline_add(struct outline *o, const struct label *l, const struct title *t)
{
    static const char *const rule[] = {[LABEL_ARABIC] = "outline: number",
                                       [LABEL_ROMAN] = "outline: Roman",
                                       [LABEL_UPPER] = "outline: capital",
                                       [LABEL_LOWER] = "outline: letter"};
    struct item *i =
        arena_push(o->a, &o->out->items, &o->out->nitems, &o->cap, sizeof *i);
    i->number = arena_copy(o->a, sv_cstr(l->text));
    i->span = (struct span){t->b, t->e};
    for (size_t k = 0; k < t->nholes; k++) {
        struct span *m = arena_push(o->a, &o->s->margin, &o->s->nmargins,
                                    &o->s->margins_cap, sizeof *m);
        *m = t->hole[k];
    }
    i->title = scan_plain(o->s, i->span, o->a);
    i->rule = t->strong ? "outline: heading" : rule[l->kind];
    o->text_since = false;
    if (l->kind != LABEL_ROMAN)
        o->restart = false;
}

/* A heading glued behind another: "**Summary of discussions****1. Organised Crime**". */
static size_t glued_heading(const struct scan *s, const struct line *l)
{
    if (!(l->flags & LINE_AS_GLUED))
        return SIZE_MAX;
    struct sv t = sv_sub(s->text, l->b, l->e);
    size_t at = sv_find(sv_sub(t, 1, t.n), SV("****"));
    return at == SIZE_MAX ? SIZE_MAX : l->b + 1 + at + 4;
}

/* "(1 January to 30 June 2011) 4. Practical arrangements": what the title above ends in
 * came down to the line of the next number. */
static size_t behind_aside(const struct outline *o, const struct line *l)
{
    enum { ASIDE_BYTES = 120 };
    const struct scan *s = o->s;
    size_t reach = l->e - l->content > ASIDE_BYTES ? l->content + ASIDE_BYTES : l->e;
    if (s->kind == SCAN_OTHER || o->text_since || s->text.p[l->content] != '(')
        return SIZE_MAX;
    const char *close = memchr(s->text.p + l->content, ')', reach - l->content);
    size_t at = close ? (size_t)(close - s->text.p) + 1 : reach;
    struct label next;
    while (at < l->e && s->text.p[at] == ' ')
        at++;
    if (at >= l->e || s->text.p[at - 1] != ' ' || !label_read(s, at, l->e, &next) ||
        !next.closed || next.kind != LABEL_ARABIC || next.parts > 1 ||
        next.part[0] != o->arabic[0] + 1)
        return SIZE_MAX;
    return at;
}

/* Where paragraphs are numbered, a short one is no heading. */
static bool is_paragraph_count(struct outline *o, const struct label *l, bool heading,
                               bool strong)
{
    if (l->kind != LABEL_ARABIC || l->parts > 1 || strong || !l->closed)
        return false;
    o->paragraphs += !heading;
    o->headings += heading;
    return o->paragraphs > o->headings + 1;
}

/* A site's page may tell the paper's beginning twice, first without its lines: the count
 * begins again. */
static void begin_again(struct outline *o, const struct label *l, const struct title *t)
{
    bool first = l->parts == 1 && l->part[0] == 1 && o->running && o->out->nitems > 1 &&
                 (l->kind == LABEL_ARABIC || l->kind == LABEL_ROMAN);
    if (!first || !sv_eq(o->out->items[0].number, sv_cstr(l->text)) ||
        !sv_eq(o->out->items[0].title, scan_plain(o->s, (struct span){t->b, t->e}, o->a)))
        return;
    memset(o->arabic, 0, sizeof o->arabic);
    o->roman = o->before_part = o->upper = o->lower = 0;
    o->running = 0;
    o->restart = true;
}

/* "8." alone on line i, "a)" on the next: the letters share the number. */
static bool letter_follows(const struct scan *s, size_t i, const struct label *l)
{
    if (l->kind != LABEL_ARABIC || l->parts > 1 || !l->closed ||
        sv_trim(sv_sub(s->text, l->e, s->line[i].e)).n > 0)
        return false;
    size_t next = i + 1;
    while (next < s->nlines && next < i + 3 && (s->line[next].flags & LINE_BLANK))
        next++;
    struct label letter;
    return next < s->nlines && !(s->line[next].flags & LINE_BULLET) &&
           label_read(s, s->line[next].content, s->line[next].e, &letter) &&
           letter.kind == LABEL_LOWER && letter.part[0] == 1 && letter.closed;
}

/* "II LEGAL ANALYSIS": the dot behind a Roman number is left out, the title is in
 * capitals and has its lines to itself. */
static bool is_bare_part(const struct outline *o, size_t line, const struct label *l,
                         const struct title *t)
{
    enum { LETTERS_LEAST = 5 };
    const struct scan *s = o->s;
    size_t capitals = 0;
    bool alone = t->e >= title_trim_end(s, t->b, s->line[t->line].e);
    if (l->kind != LABEL_ROMAN || l->closed || l->part[0] != o->roman + 1 || !alone ||
        t->line > line + 1 ||
        (t->line + 1 < s->nlines && !(s->line[t->line + 1].flags & LINE_BLANK)))
        return false;
    for (size_t k = t->b; k < t->e; k++) {
        if (is_lower(s->text.p[k]) || is_digit(s->text.p[k]))
            return false;
        capitals += is_upper(s->text.p[k]);
    }
    return capitals >= LETTERS_LEAST;
}

/* Takes the heading at `at` of line i; false when there is none. *more: where the next
 * one begins in the same line, or 0. */
static bool read_one(struct outline *o, size_t i, size_t at, bool strong, size_t *last,
                     size_t *more)
{
    struct label l;
    struct title t;
    const struct line *line = &o->s->line[i];
    if (at + 4 < line->e && memcmp(o->s->text.p + at, "(*) ", 4) == 0)
        for (at += 4; at < line->e && o->s->text.p[at] == ' ';)
            at++; /* an item that a summary record sets apart */
    if (at >= line->e || !label_may_begin(o->s->text.p + at, line->e - at) ||
        !label_read(o->s, at, line->e, &l))
        return false;
    bool dotted = title_in_contents(o->s, at, line->e);
    if (dotted && (o->s->kind != SCAN_RECORD || o->contents.b < o->contents.e))
        return false; /* one entry alone has kept its dots: the others are headings */
    size_t inner = label_inside(o->s, &l, line->e);
    unsigned last_number = label_second(o->s, &l, line->e);
    if (inner || letter_follows(o->s, i, &l)) {
        if (!count_accept(o, &l, strong))
            return false;
        o->text_since = o->restart = false;
        *last = i;
        if (!inner || !label_read(o->s, inner, line->e, &l))
            return true;
    }
    bool heading = dotted ? contents_title(o->s, i, &l, o->s->nlines, &t)
                          : title_read(o->s, i, &l, &t);
    strong = strong || (heading && (t.strong || is_bare_part(o, i, &l, &t)));
    if (is_paragraph_count(o, &l, heading, strong) || !heading)
        return false;
    begin_again(o, &l, &t);
    /* "41. AOB" behind "19.": the last item keeps its number where others are left out */
    o->high = o->high ||
              (o->s->kind != SCAN_OTHER && l.closed && title_is_standing(o->s, t.b, t.e));
    if (!count_accept(o, &l, strong))
        return false;
    if (last_number)
        o->arabic[0] = last_number;
    *more = title_label_inside(o->s, &l, o->arabic[0] + 1, &t, line->e);
    if (*more) {
        t.e = *more;
        while (t.e > t.b && memchr(" -:", o->s->text.p[t.e - 1], 3))
            t.e--;
        t.line = i;
    }
    outline_add(o, &l, &t);
    for (size_t k = i; k <= t.line; k++)
        o->s->line[k].flags |= LINE_HEADING;
    *last = t.line;
    return true;
}

static bool read_heading(struct outline *o, size_t i, size_t at, bool strong,
                         size_t *last)
{
    size_t more = 0;
    bool found = read_one(o, i, at, strong, last, &more);
    while (found && more) {
        at = more;
        more = 0;
        (void)read_one(o, i, at, strong, last, &more);
    }
    return found;
}

/* "... JUR 301 II 20. Preparation": the items that are discussed begin there. */
static bool discussed_before(const struct scan *s, size_t at)
{
    struct sv before = sv_trim(sv_sub(s->text, at > 12 ? at - 12 : 0, at));
    return s->kind != SCAN_OTHER &&
           (sv_ends(before, SV(" II")) || sv_ends(before, SV(" II (*)")) ||
            sv_ends(before, SV(" (II)")));
}

/* A long line holds what were many: headings stand within it. */
static void read_running(struct outline *o, size_t i)
{
    const struct scan *s = o->s;
    size_t at = s->line[i].b, end = s->line[i].e, where;
    struct label l;
    struct title t;
    while (at < end) {
        size_t reach = o->running ? end : at + RUNNING_FIRST - o->searched;
        reach = reach < end ? reach : end;
        where = running_label(s, at, reach, &l);
        if (!o->running)
            o->searched += (where == SIZE_MAX ? reach : where) - at;
        if (where == SIZE_MAX)
            return;
        at = l.e;
        bool sentence;
        size_t inner = label_inside(s, &l, end);
        count_settle_kind(o, &l);
        /* codes in an agenda's first item may have drawn the header's end behind it */
        if (where < s->header_end && !o->running && l.part[0] != 1)
            continue;
        o->high = o->high || (l.kind == LABEL_ARABIC && discussed_before(s, where));
        if (!count_is_next(o, &l) && !count_begins_high(o, &l)) {
            o->text_since = true;
            continue;
        }
        if (inner && count_accept(o, &l, false)) {
            o->text_since = false;
            continue;
        }
        bool listed = o->running >= LISTED_LEAST && !o->text_since;
        if (inner || !running_title(s, &l, end, listed, &t, &sentence) ||
            !count_accept(o, &l, false)) {
            o->text_since = true;
            continue;
        }
        outline_add(o, &l, &t);
        o->running++;
        o->text_since = sentence;
        at = t.e;
    }
}

/* What were many lines: more than a paragraph's beginning, or most of a header. Where the
 * header was in one line, so is the short page behind it. */
static bool is_running(const struct scan *s, size_t i, bool lineless)
{
    const struct line *l = &s->line[i];
    size_t header = s->header_end < l->e ? s->header_end : l->e;
    bool begins = i == 0 || !(s->line[i - 1].flags & LINE_HEADER);
    return (begins && l->b + RUNNING_HEADER < header) ||
           (l->e - l->b > (lineless ? RUNNING_PAGE : RUNNING_LINE) &&
            l->e > s->header_end);
}

/* "-" between the items of a list that a site made. */
static bool is_lone_mark(const struct scan *s, const struct line *l)
{
    size_t e = title_trim_end(s, l->content, l->e);
    return e <= l->content || (e == l->content + 1 && s->text.p[l->content] == '-');
}

static bool lone_label(const struct scan *s, size_t i, struct label *l)
{
    const struct line *line = &s->line[i];
    return !(line->flags & (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE)) &&
           line->content < line->e && label_read(s, line->content, line->e, l) &&
           (l->parts == 2 || (l->closed && l->parts == 1)) &&
           sv_trim(sv_sub(s->text, l->e, line->e)).n == 0;
}

static bool list_title(const struct scan *s, size_t i, struct title *t)
{
    enum { LIST_TITLE_BYTES = 120 };
    const struct line *l = &s->line[i];
    struct label label;
    size_t e = l->e;
    while (e > l->content && s->text.p[e - 1] == ' ')
        e--;
    if (l->flags & (LINE_BLANK | LINE_FURNITURE | LINE_BULLET | LINE_TABLE) ||
        e < l->content + 3 || e - l->content > LIST_TITLE_BYTES ||
        memchr(".,;:", s->text.p[e - 1], 4) ||
        (s->text.p[l->content] >= 'a' && s->text.p[l->content] <= 'z') ||
        (label_read(s, l->content, l->e, &label) && label.closed))
        return false;
    *t = (struct title){.b = l->content, .e = e, .line = i};
    return true;
}

/* The line behind line i; in double-spaced text a blank one lies between. */
static size_t list_next(const struct scan *s, size_t i)
{
    return i + 1 < s->nlines && (s->line[i + 1].flags & LINE_BLANK) ? i + 2 : i + 1;
}

/* "1.", "2."; "1.1", "1.2", "2.1" */
static bool ascends(const struct label *one, const struct label *next)
{
    return next->part[0] > one->part[0] ||
           (next->parts == 2 && next->part[0] == one->part[0] &&
            next->part[1] > one->part[1]);
}

/* A list whose numbers came first, each on its own line, and as many titles behind them.
 */
static bool read_torn_list(struct outline *o, size_t i, size_t *last)
{
    enum { LIST_LEAST = 3, LIST_MOST = 40 };
    const struct scan *s = o->s;
    struct label label[LIST_MOST];
    struct title title[LIST_MOST];
    size_t n = 0, at = i, titles = 0;
    for (; at < s->nlines && n < LIST_MOST && lone_label(s, at, &label[n]); n++) {
        if (n == 0)
            count_settle_kind(o, &label[n]);
        if (label[n].kind != label[0].kind ||
            (n == 0 ? label[n].part[0] != 1 : !ascends(&label[n - 1], &label[n])))
            break;
        at = list_next(s, at);
    }
    if (n < LIST_LEAST)
        return false;
    for (; titles < n && at < s->nlines && list_title(s, at, &title[titles]); titles++)
        at = list_next(s, at);
    if (titles < n)
        return false;
    for (size_t k = 0; k < n; k++)
        if (count_accept(o, &label[k], true))
            outline_add(o, &label[k], &title[k]);
    *last = title[n - 1].line;
    return true;
}

/* "| 8.2 Cash controls | ES | AT, IT | 2017 |": who does what until when, no agenda. */
static bool is_wide_row(const struct scan *s, const struct line *l)
{
    enum { CELLS = 4 };
    size_t cells = 0;
    bool filled = false;
    if (s->kind != SCAN_OTHER || !(l->flags & LINE_TABLE))
        return false;
    for (size_t i = l->b; i < l->e; i++) {
        filled = filled || !memchr("| \t-", s->text.p[i], 5);
        if (s->text.p[i] == '|' || i + 1 == l->e) {
            cells += filled;
            filled = false;
        }
    }
    return cells >= CELLS;
}

/* The title of a number that moved in front of the list above it. */
static bool read_moved(struct outline *o, const struct moved_number *m, size_t *last)
{
    struct label l;
    struct title t;
    const struct line *number = &o->s->line[m->line];
    if (!label_read(o->s, number->content, number->e, &l) ||
        !title_read_apart(o->s, m->title, &l, &t) || !count_accept(o, &l, false))
        return false;
    outline_add(o, &l, &t);
    for (size_t k = m->title; k <= t.line; k++)
        o->s->line[k].flags |= LINE_HEADING;
    *last = t.line;
    return true;
}

int outline_read(struct scan *s, struct arena *a, struct parsed *out, struct err *err)
{
    (void)err;
    struct outline o = {.s = s, .a = a, .out = out, .restart = true};
    s->width = title_width(s);
    o.dotless = outline_lost_dots(s);
    outline_end_header(s, o.dotless);
    o.contents = outline_contents(s);
    size_t moved = 0;
    for (size_t i = 0; i < s->nlines; i++) {
        const struct line *l = &s->line[i];
        if (i + SCAN_AHEAD < s->nlines)
            PREFETCH(s->text.p + l[SCAN_AHEAD].content);
        while (moved < s->nmoved && s->moved[moved].title < i)
            moved++;
        if (moved < s->nmoved && s->moved[moved].title == i &&
            read_moved(&o, &s->moved[moved], &i))
            continue;
        if (is_running(s, i, o.lineless) && !(l->flags & (LINE_TABLE | LINE_FOOTNOTE)) &&
            o.searched < RUNNING_FIRST) {
            o.lineless = o.lineless || l->b + RUNNING_HEADER < s->header_end;
            read_running(&o, i);
            continue;
        }
        if (l->flags & (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE | LINE_HEADER) ||
            l->b < s->header_end || (i >= o.contents.b && i < o.contents.e) ||
            is_wide_row(s, l))
            continue;
        size_t at = l->flags & LINE_BULLET ? outline_listed(s, l)
                                           : outline_behind_part(s, l, &o.high);
        if (at == SIZE_MAX)
            continue;
        size_t last = i, glued = glued_heading(s, l);
        glued = glued == SIZE_MAX ? behind_aside(&o, l) : glued;
        bool may = l->flags & LINE_AS_LABEL || at != l->content;
        struct label lone;
        if (may && l->e - l->content < LONE_BYTES && lone_label(s, i, &lone) &&
            read_torn_list(&o, i, &last)) {
            i = last;
            continue;
        }
        if ((may && read_heading(&o, i, at, false, &last)) ||
            (glued != SIZE_MAX && read_heading(&o, i, glued, true, &last))) {
            i = last;
            continue;
        }
        if (outline_begins_part(sv_sub(s->text, l->content, l->e)))
            o.restart = true;
        else if (outline_begins_discussed(s, l) || outline_begins_coreper(s, l))
            o.high = true, o.restart = outline_begins_coreper(s, l) || o.restart;
        else if (!o.text_since && !title_is_citation_line(s, i) && !is_lone_mark(s, l))
            o.text_since = true;
    }
    if (!out->nitems && (s->kind == SCAN_RECORD || contents_of_record(&o)))
        contents_read(&o);
    for (size_t i = 0; i < s->nlines && !out->nitems && s->kind != SCAN_AGENDA; i++)
        if (is_running(s, i, o.lineless))
            contents_read_running(&o, &s->line[i]);
    return 0;
}
