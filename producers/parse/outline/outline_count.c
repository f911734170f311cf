#include "outline_count.h"
#include "producers/parse/text/ascii.h"

#include <stdio.h>
#include <string.h>

enum {
    GAP_MAX = 12,   /* agendas and summary records leave numbers out */
    RUNNING_GAP = 3 /* in running text a number is more likely something else */
};

static bool follows(unsigned v, unsigned last)
{
    return v == last + 1 || (v > last && v <= last + GAP_MAX);
}

/* Behind "55." a line that begins with "56." */
static bool goes_on(const struct scan *s, const struct label *l)
{
    enum { LINES_AHEAD = 120 };
    size_t i = scan_line_at(s, l->e);
    for (size_t n = 0; ++i < s->nlines && n < LINES_AHEAD; n++) {
        const struct line *line = &s->line[i];
        struct label next;
        if ((line->flags & LINE_AS_LABEL) &&
            !(line->flags & (LINE_FURNITURE | LINE_FOOTNOTE)) &&
            label_read(s, line->content, line->e, &next) && next.kind == LABEL_ARABIC &&
            next.parts == 1 && next.closed && next.part[0] == l->part[0] + 1)
            return true;
    }
    return false;
}

/* The items that Coreper discusses are numbered behind those that it only approves, which
 * may stand in an annex only. */
bool count_begins_high(const struct outline *o, const struct label *l)
{
    enum { ITEMS_APPROVED_MAX = 99 };
    bool listed = o->s->kind != SCAN_OTHER && o->arabic[0] == 0;
    bool part = listed && o->roman > 0;
    if (l->part[0] > ITEMS_APPROVED_MAX || l->part[0] <= o->arabic[0])
        return false;
    return part || o->high || (listed && l->closed && goes_on(o->s, l));
}

/* "3. ... II. OTHER ISSUES 4. ...": the numbers run on over the parts. */
static bool goes_on_in_part(const struct outline *o, const struct label *l)
{
    return o->roman > 1 && o->arabic[0] == 0 && o->before_part &&
           l->part[0] == o->before_part + 1;
}

static bool has_item(const struct outline *o, const struct label *l)
{
    for (size_t i = 0; i < o->out->nitems; i++)
        if (sv_eq(o->out->items[i].number, sv_cstr(l->text)))
            return true;
    return false;
}

/* Coreper takes an item out of its turn: "3.", "2.", "11."; a list below an item, which
 * counts from 1, is none of that. */
static bool out_of_turn(struct outline *o, const struct label *l)
{
    bool listed = l->part[0] == o->listed + 1;
    o->listed = l->part[0] == 1 || (listed && o->listed) ? l->part[0] : 0;
    return o->s->kind == SCAN_RECORD && o->roman > 0 && l->closed && !listed &&
           l->part[0] > 1 && l->part[0] < o->arabic[0] && !has_item(o, l);
}

/* "4.  7701/05 COPEN 66", behind item 2 and in front of item 3: a paper of another list,
 * which the item corrects. */
static bool is_listed_paper(const struct outline *o, const struct label *l)
{
    const struct line *line = &o->s->line[scan_line_at(o->s, l->e)];
    struct label next = *l;
    struct sv title = sv_trim(sv_sub(o->s->text, l->e, line->e));
    next.part[0] = o->arabic[0];
    return l->part[0] > o->arabic[0] + 1 && o->arabic[0] > 0 && title.n > 0 &&
           is_digit(title.p[0]) && goes_on(o->s, &next);
}

/* 1.2 follows 1 and 1.1; 2 follows 1.4. */
static bool accept_arabic(struct outline *o, const struct label *l, bool strong)
{
    unsigned highest = o->arabic[0];
    if (l->parts == 1) {
        bool fits = follows(l->part[0], o->arabic[0]) || count_begins_high(o, l) ||
                    goes_on_in_part(o, l) ||
                    (l->part[0] == 1 && (o->restart || strong)) || out_of_turn(o, l);
        bool open = o->dotless && l->part[0] == o->arabic[0] + 1;
        if (!fits || (!l->closed && !strong && !open) || is_listed_paper(o, l))
            return false;
    } else {
        bool child = l->part[0] == o->arabic[0] || follows(l->part[0], o->arabic[0]) ||
                     (o->restart && l->part[0] == 1);
        if (!child || l->part[l->parts - 1] > 40)
            return false;
    }
    for (size_t i = 0; i < LABEL_PARTS_MAX; i++)
        o->arabic[i] = i < l->parts ? l->part[i] : 0;
    if (l->parts == 1 && l->part[0] > 1 && l->part[0] < highest && o->roman > 0)
        o->arabic[0] = highest;
    o->upper = o->lower = 0;
    o->high = false;
    (void)snprintf(o->parent, sizeof o->parent, "%s", l->text);
    char *dot = strchr(o->parent, '.');
    if (l->parts == 2 && dot && dot[1] >= 'a') { /* "6. a)": "b)" goes on */
        o->lower = l->part[1];
        *dot = '\0';
    }
    return true;
}

static bool accept_roman(struct outline *o, const struct label *l, bool strong)
{
    /* "III" behind "I": a part was left out; one letter alone is less certain */
    bool near = l->text[1] && l->part[0] > o->roman && l->part[0] <= o->roman + 3;
    if ((!l->closed && !strong) ||
        !(l->part[0] == o->roman + 1 || near || (l->part[0] == 1 && o->restart)))
        return false;
    o->roman = l->part[0];
    o->before_part = o->arabic[0] ? o->arabic[0] : o->before_part;
    memset(o->arabic, 0, sizeof o->arabic);
    o->upper = o->lower = 0;
    o->parent[0] = '\0';
    o->restart = true;
    return true;
}

/* Letters belong to the number above them as long as only headings stand between ("4.B");
 * with text between a capital is a section of its own and a small letter is a point of
 * that text. */
static bool accept_letter(struct outline *o, struct label *l, bool strong)
{
    unsigned *last = l->kind == LABEL_UPPER ? &o->upper : &o->lower;
    bool goes_on = l->kind == LABEL_LOWER && *last && l->part[0] == *last + 1;
    bool under = o->parent[0] && (!o->text_since || strong || goes_on);
    bool section = l->kind == LABEL_UPPER && o->section && l->part[0] == o->section + 1 &&
                   o->s->text.p[l->e - 1] == '.';
    if (section) { /* "B." behind "5. Any other business": the second day of a meeting */
        o->section++;
        o->parent[0] = '\0';
        o->upper = o->lower = 0;
        return true;
    }
    if (l->part[0] != *last + 1 && l->part[0] != 1)
        return false;
    if (l->kind == LABEL_LOWER && !under)
        return false;
    if (l->kind == LABEL_UPPER && !under && !strong && o->s->text.p[l->e - 1] != '.')
        return false;
    *last = l->part[0];
    if (l->kind == LABEL_UPPER)
        o->lower = 0;
    if (!under && l->kind == LABEL_UPPER && l->part[0] == 1 && !o->arabic[0])
        o->section = 1;
    if (!under)
        return !o->text_since || strong || l->part[0] == 1 || o->upper == l->part[0];
    char *dot = strchr(o->parent, '.');
    char base[LABEL_TEXT_MAX];
    (void)snprintf(base, sizeof base, "%s", o->parent);
    if (l->kind == LABEL_UPPER && dot)
        base[dot - o->parent] = '\0';
    char number[2 * LABEL_TEXT_MAX];
    int n = snprintf(number, sizeof number, "%s.%s", base, l->text);
    if (n >= LABEL_TEXT_MAX)
        return false;
    memcpy(l->text, number, (size_t)n + 1);
    if (l->kind == LABEL_UPPER)
        memcpy(o->parent, number, (size_t)n + 1);
    return true;
}

/* One letter that may be either: V is five behind IV, and V behind U. */
void count_settle_kind(const struct outline *o, struct label *l)
{
    if (l->kind != LABEL_ROMAN || l->text[1])
        return;
    unsigned letter = (unsigned)(l->text[0] - 'A' + 1);
    bool roman = l->part[0] == o->roman + 1 || (l->part[0] == 1 && o->upper != 8);
    if (!roman || l->text[0] == 'C' || l->text[0] == 'L') {
        l->kind = LABEL_UPPER;
        l->part[0] = letter;
    }
}

bool count_accept(struct outline *o, struct label *l, bool strong)
{
    count_settle_kind(o, l);
    switch (l->kind) {
    case LABEL_ARABIC: return accept_arabic(o, l, strong);
    case LABEL_ROMAN: return accept_roman(o, l, strong);
    case LABEL_UPPER:
    case LABEL_LOWER: return accept_letter(o, l, strong);
    }
    return false;
}

/* "A. Background ... B. State of play": the first part of a note that has lettered ones.
 */
static bool section_begins(const struct outline *o, const struct label *l)
{
    enum { PART_BYTES = 20000 };
    size_t end = l->e + PART_BYTES < o->s->text.n ? l->e + PART_BYTES : o->s->text.n;
    struct sv rest = sv_sub(o->s->text, l->e, end);
    size_t next = sv_find(rest, SV(" B. "));
    return l->part[0] == 1 && !o->out->nitems && o->s->text.p[l->e - 1] == '.' &&
           next != SIZE_MAX && next + 4 < rest.n && is_upper(rest.p[next + 4]);
}

/* The next number of a count, or its first; letters belong to a heading of their own. */
bool count_is_next(const struct outline *o, const struct label *l)
{
    switch (l->kind) {
    case LABEL_ARABIC:
        if (!l->closed && l->parts == 2 && l->text[sv_cstr(l->text).n - 1] < 'A')
            return (l->part[0] == o->arabic[0] && l->part[1] == o->arabic[1] + 1) ||
                   (l->part[0] == o->arabic[0] + 1 && l->part[1] == 1);
        return l->parts > 1 || goes_on_in_part(o, l) ||
               (l->part[0] > o->arabic[0] &&
                l->part[0] <=
                    o->arabic[0] + (o->s->kind == SCAN_OTHER ? RUNNING_GAP : GAP_MAX));
    case LABEL_ROMAN: return l->part[0] <= o->roman + RUNNING_GAP;
    case LABEL_LOWER:
        if (o->parent[0] && o->lower && l->part[0] == o->lower + 1)
            return true;
        return o->parent[0] && !o->text_since;
    case LABEL_UPPER:
        if (o->section ? l->part[0] == o->section + 1 : section_begins(o, l))
            return true;
        return o->parent[0] && !o->text_since;
    }
    return false;
}
