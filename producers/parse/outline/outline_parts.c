/* What the outline has to know of a paper before it counts: where the header ends and the
 * agenda begins, a table of contents, lines that begin a part. */
#include "outline.h"
#include "producers/parse/text/ascii.h"

#include <string.h>

/* A line that begins a part of its own, after which numbers may begin again: an annex, or
 * the meeting with the associated States in the margins of the Council's. */
bool outline_begins_part(struct sv c)
{
    static const struct sv word[] = {{"ANNEX", 5},
                                     {"Annex", 5},
                                     {"ANNEXE", 6},
                                     {"ANHANG", 6},
                                     {"ANLAGE", 6},
                                     {"BIJLAGE", 7},
                                     {"BILAG", 5},
                                     {"ALLEGATO", 8},
                                     {"ANEXO", 5},
                                     {"BILAGA", 6},
                                     {"LIITE", 5},
                                     {"ADDENDUM", 8},
                                     {"MIXED COMMITTEE", 15},
                                     {"Mixed Committee", 15},
                                     {"COMITÉ MIXTE", 13},
                                     {"GEMISCHTER AUSSCHUSS", 20}};
    if (c.n >= 60 || c.n < 5 || !memchr("ABCGLM", c.p[0], 6))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(word); i++)
        if (title_begins_with(c, word[i]))
            return true;
    return false;
}

/* "(b) COREPER (Part 1)": below it a summary record counts from 1 again. */
bool outline_begins_coreper(const struct scan *s, const struct line *l)
{
    static const struct sv name[] = {
        {"COREPER (PART", 13}, {"COREPER (Part", 13}, {"Coreper (Part", 13}};
    struct sv c = sv_trim(sv_sub(s->text, l->content, l->e));
    if (s->kind != SCAN_RECORD || c.n > 24)
        return false;
    if (c.n > 4 && c.p[0] == '(' && c.p[2] == ')')
        c = sv_trim(sv_sub(c, 3, c.n));
    for (size_t i = 0; i < ARRAY_LEN(name); i++)
        if (sv_starts(c, name[i]))
            return true;
    return false;
}

/* "II", "II (*)" alone on a line of an agenda, "COREPER (PART 2)": the items that are
 * discussed. */
bool outline_begins_discussed(const struct scan *s, const struct line *l)
{
    if (s->kind == SCAN_OTHER)
        return false;
    struct sv c = sv_trim(sv_sub(s->text, l->content, l->e));
    bool second = c.n < 10 && sv_starts(c, SV("II")) && (c.n == 2 || c.p[2] == ' ');
    return second || (c.n < 20 && title_begins_with(c, SV("COREPER (PART")));
}

size_t outline_behind_part(const struct scan *s, const struct line *l, bool *second)
{
    static const struct sv part[] = {{"Page ", 5}, {"I ", 2},    {"II ", 3},
                                     {"(I) ", 4},  {"(II) ", 5}, {"Seite ", 6}};
    struct sv line = sv_sub(s->text, l->content, l->e);
    if (s->kind == SCAN_OTHER || line.n < 10 || !memchr("PI(S", line.p[0], 4))
        return l->content;
    for (size_t i = 0; i < ARRAY_LEN(part); i++) {
        struct label label;
        size_t n = title_begins_with(line, part[i]), at = l->content + n;
        if (!n || !label_read(s, at, l->e, &label) || label.kind != LABEL_ARABIC ||
            !label.closed)
            continue;
        size_t title = label.e;
        while (title < l->e && s->text.p[title] == ' ')
            title++;
        if (title == label.e || title >= l->e || !is_upper(s->text.p[title]))
            continue;
        *second = *second || sv_find(part[i], SV("II")) != SIZE_MAX;
        return at;
    }
    return l->content;
}

/* The text breaks off in its table of contents: what stands behind the last entry whose
 * dots are there is the next one. */
static bool breaks_off_in_contents(const struct scan *s, struct span found)
{
    enum { LEFT_MAX = 4 };
    unsigned last = 0;
    struct label l;
    for (size_t i = found.b; i < found.e; i++)
        if (label_read(s, s->line[i].content, s->line[i].e, &l) &&
            l.kind == LABEL_ARABIC && l.closed)
            last = l.part[0];
    size_t i = found.e, left = 0;
    while (i < s->nlines && s->line[i].flags & LINE_BLANK)
        i++;
    if (!last || i == s->nlines || !label_read(s, s->line[i].content, s->line[i].e, &l) ||
        !l.closed || l.kind != LABEL_ARABIC || l.part[0] != last + 1)
        return false;
    for (; i < s->nlines && left <= LEFT_MAX; i++)
        left += !(s->line[i].flags & LINE_BLANK);
    return left <= LEFT_MAX;
}

/* The lines from the first to the last one whose dots lead to a page, with what stands
 * between them: titles over two lines, and those that lost their page. */
struct span outline_contents(const struct scan *s)
{
    enum { APART_MAX = 12, BEFORE_DOTS = 3 };
    struct span found = {0};
    size_t dotted = 0;
    for (size_t i = s->contents_from;
         i < s->nlines && (!dotted || i < found.e + APART_MAX); i++) {
        struct sv line = sv_sub(s->text, s->line[i].b, s->line[i].e);
        if (!title_in_contents(s, s->line[i].b, s->line[i].e) &&
            !(s->line[i].content < s->line[i].e && s->text.p[s->line[i].content] == '.' &&
              sv_find(line, SV("........")) != SIZE_MAX)) /* its page is on the next */
            continue;
        found = (struct span){dotted ? found.b : i, i + 1};
        dotted++;
    }
    for (int back = 0;
         back < BEFORE_DOTS && found.b > 0 && !(s->line[found.b - 1].flags & LINE_BLANK);
         back++)
        found.b--; /* the first entry's number and words */
    if (dotted > 1 && breaks_off_in_contents(s, found))
        found.e = s->nlines;
    return dotted > 1 ? found : (struct span){0};
}

/* "• 1." alone: a list that a site made of an agenda. */
size_t outline_listed(const struct scan *s, const struct line *l)
{
    size_t at = l->content + scan_line_mark(s->text.p, l->content, l->e);
    while (at < l->e && memchr(" \n", s->text.p[at], 2))
        at++;
    struct label label;
    if (at == l->content || !label_read(s, at, l->e, &label) || !label.closed)
        return SIZE_MAX;
    return sv_trim(sv_sub(s->text, label.e, l->e)).n == 0 ? at : SIZE_MAX;
}

/* Line i begins with this Arabic number and a dot, or without one where all have lost
 * theirs. */
static bool has_number(const struct scan *s, size_t i, unsigned number, bool dotless)
{
    struct label l;
    const struct line *line = &s->line[i];
    size_t at = line->flags & LINE_BULLET ? outline_listed(s, line) : line->content;
    return !(line->flags & (LINE_BLANK | LINE_FURNITURE)) && at < line->e &&
           label_read(s, at, line->e, &l) && l.kind == LABEL_ARABIC &&
           (l.closed || dotless) && l.parts == 1 && l.part[0] == number;
}

/* "1 Adoption of the agenda", "2 ...", "3 ...", and none with a dot. Where the first one
 * holds the header, they are the pages of a paper whose lines are lost. */
bool outline_lost_dots(const struct scan *s)
{
    enum { LEAST = 3, PAGE_BYTES = 160 };
    unsigned next = 1;
    if (s->kind == SCAN_OTHER)
        return false;
    for (size_t i = 0; i < s->nlines; i++) {
        const struct line *l = &s->line[i];
        struct label label;
        if (l->flags & (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE | LINE_BULLET) ||
            l->content >= l->e || !is_digit(s->text.p[l->content]) ||
            !label_read(s, l->content, l->e, &label) || label.parts > 1)
            continue;
        if (label.closed || (l->b < s->header_end && l->e - l->b > PAGE_BYTES))
            return false;
        size_t title = label.e;
        while (title < l->e && s->text.p[title] == ' ')
            title++;
        next += label.part[0] == next && title < l->e && !is_digit(s->text.p[title]) &&
                !is_lower(s->text.p[title]);
    }
    return next > LEAST;
}

/* The line of "A. THURSDAY 9 JUNE 2016 (10.00)" right before line i, or i. */
static size_t part_before(const struct scan *s, size_t i)
{
    struct label l;
    size_t k = i;
    while (k > 0 && k + 3 > i && (s->line[k - 1].flags & LINE_BLANK))
        k--;
    return k > 0 && memchr("AI", s->text.p[s->line[k - 1].content], 2) &&
                   label_read(s, s->line[k - 1].content, s->line[k - 1].e, &l) && l.closed
               ? k - 1
               : i;
}

/* The last row of a header may have taken in the agenda behind it: where items 1 and 2
 * stand, the header is over. */
void outline_end_header(struct scan *s, bool dotless)
{
    enum { LOOK_LINES = 12 };
    size_t i = s->header_end ? scan_line_at(s, s->header_end) : 0;
    size_t first = i;
    while (first > 0 && s->line[first - 1].flags & LINE_HEADER)
        first--;
    for (; first <= i; first++) {
        if (!has_number(s, first, 1, dotless))
            continue;
        size_t left = LOOK_LINES;
        for (size_t k = first + 1; k < s->nlines && left > 0; k++) {
            left -= !(s->line[k].flags & (LINE_BLANK | LINE_FURNITURE));
            if (has_number(s, k, 2, dotless)) {
                first = part_before(s, first);
                s->header_end = s->line[first].b;
                for (; first <= i; first++)
                    s->line[first].flags &= (uint16_t)~LINE_HEADER;
                return;
            }
        }
    }
}
