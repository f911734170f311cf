/* What stood below the title of an item: actions.tsv. */
#include "ascii.h"
#include "outline.h"

#include <string.h>

size_t title_begins_with(struct sv text, struct sv words)
{
    static const char apostrophe[] = "\xe2\x80\x99";
    size_t at = 0;
    for (size_t i = 0; i < words.n; i++) {
        if (words.p[i] == '\'' &&
            sv_starts(sv_sub(text, at, text.n), sv_cstr(apostrophe)))
            at += sizeof apostrophe - 1;
        else if (words.p[i] == ' ' && at < text.n && text.p[at] == ' ')
            while (at < text.n && text.p[at] == ' ')
                at++;
        else if (at < text.n && text.p[at] == words.p[i])
            at++;
        else
            return 0;
    }
    return at;
}

/* The first row whose words do not begin with a byte before `c`: the table is sorted. */
static size_t first_row(const struct knowledge_table *t, char c)
{
    size_t lo = 0, hi = t->rows;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if ((unsigned char)t->row[mid].cell[0].p[0] < (unsigned char)c)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

bool title_action_begins(const struct scan *s, size_t at, size_t end)
{
    struct sv rest = sv_sub(s->text, at, end);
    const struct knowledge_table *t = s->actions;
    if (!t || rest.n < 5 || is_digit(rest.p[0]))
        return false;
    for (size_t i = first_row(t, rest.p[0]);
         i < t->rows && t->row[i].cell[0].p[0] == rest.p[0]; i++) {
        char second = t->row[i].cell[0].n > 1 ? t->row[i].cell[0].p[1] : ' ';
        if (second != rest.p[1] && is_lower(second))
            continue;
        size_t n = title_begins_with(rest, t->row[i].cell[0]);
        if (n && (t->row[i].cell[2].n == 0 || sv_trim(rest).n == n))
            return true;
    }
    return false;
}

/* A comma, or a dash behind which a title goes on, stands before the blanks at `at`. */
static bool behind_dash(const char *t, size_t b, size_t at)
{
    while (at > b && t[at - 1] == ' ')
        at--;
    return at > b && memchr(",-:\x93\x94", t[at - 1], 5) != NULL;
}

bool title_action_inside(const struct scan *s, size_t b, size_t at, size_t end)
{
    const char *t = s->text.p;
    if (t[at] != ' ' || (!s->dashed && behind_dash(t, b, at)))
        return false;
    return at + 1 < end && !is_lower(t[at + 1]) && title_action_begins(s, at + 1, end);
}
