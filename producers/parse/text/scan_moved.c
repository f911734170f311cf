/* Numbers that stand in front of the list above their titles. */
#include "ascii.h"
#include "scan.h"

#include <string.h>

enum { LIST_LINES_MAX = 120, TITLE_LINES = 3, TITLE_BYTES = 300 };

/* "3." alone on its line. */
static bool is_lone_number(const struct scan *s, const struct line *l)
{
    const char *p = s->text.p + l->content;
    size_t n = scan_line_end(s, l) - l->content;
    return l->flags & LINE_AS_LABEL && (n == 2 || n == 3) && is_digit(p[0]) &&
           p[0] != '0' && p[n - 1] == '.' && (n == 2 || is_digit(p[1]));
}

static bool is_set(const struct scan *s, size_t i, unsigned flag)
{
    return i < s->nlines && (s->line[i].flags & flag) != 0;
}

static size_t pass_blank(const struct scan *s, size_t i)
{
    while (is_set(s, i, LINE_BLANK))
        i++;
    return i;
}

/* The line before i that says something leads to a list, or is in one. */
static bool leads_to_list(const struct scan *s, size_t i)
{
    while (i > 0 && is_set(s, i - 1, LINE_BLANK))
        i--;
    if (i == 0)
        return false;
    const struct line *l = &s->line[i - 1];
    size_t e = scan_line_end(s, l);
    char last = '.';
    if (e > l->content)
        last = s->text.p[e - 1];
    return !(l->flags & LINE_TABLE) && !memchr(".!?", last, 3);
}

/* Behind the list whose first entry is line i: the paragraph's first line; s->nlines when
 * the list does not end in one. */
static size_t behind_list(const struct scan *s, size_t i)
{
    for (size_t first = i; i < s->nlines && i < first + LIST_LINES_MAX;) {
        if (!is_set(s, i, LINE_BULLET))
            return i;
        while (i < s->nlines && !is_set(s, i, LINE_BLANK))
            i++;
        i = pass_blank(s, i);
    }
    return s->nlines;
}

/* Some lines that begin with a capital, no sentence, and a blank line behind them. */
static bool may_be_title(const struct scan *s, size_t i)
{
    size_t end = i;
    if (i >= s->nlines || is_set(s, i, LINE_BLANK | LINE_TABLE | LINE_AS_FOOTER))
        return false;
    char first = s->text.p[s->line[i].content];
    while (end < s->nlines && !is_set(s, end, LINE_BLANK))
        end++;
    char last = s->text.p[scan_line_end(s, &s->line[end - 1]) - 1];
    return (is_upper(first) || (unsigned char)first >= 0xc3) && end < s->nlines &&
           end - i <= TITLE_LINES && s->line[end - 1].e - s->line[i].b < TITLE_BYTES &&
           !memchr(".;,", last, 3);
}

void scan_moved_numbers(struct scan *s, struct arena *a)
{
    size_t cap = 0;
    for (size_t i = 1; i + 1 < s->nlines; i++) {
        if (!is_lone_number(s, &s->line[i]) || !is_set(s, i - 1, LINE_BLANK) ||
            !is_set(s, i + 1, LINE_BLANK) || !leads_to_list(s, i))
            continue;
        size_t entry = pass_blank(s, i + 1), title;
        if (!is_set(s, entry, LINE_BULLET) ||
            !may_be_title(s, title = behind_list(s, entry)))
            continue;
        struct moved_number *m =
            arena_push(a, &s->moved, &s->nmoved, &cap, sizeof *s->moved);
        *m = (struct moved_number){(uint32_t)i, (uint32_t)title};
        s->line[i].flags |= LINE_FURNITURE;
    }
}
