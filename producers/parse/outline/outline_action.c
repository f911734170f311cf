/* What stood below the title of an item: actions.tsv. */
#include "outline.h"
#include "producers/parse/text/ascii.h"

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

/* "Adoption CORLX 14514/21": only codes and numbers of the column beside it stand behind
 * what is to be done. */
static bool only_codes(struct sv rest)
{
    bool code = false;
    for (size_t i = 0; i < rest.n; i++) {
        if (is_lower(rest.p[i]) || (unsigned char)rest.p[i] >= 0x80)
            return false;
        code = code || is_upper(rest.p[i]) || is_digit(rest.p[i]);
    }
    struct sv first = sv_trim(rest);
    return code && first.n > 1 && first.p > rest.p && is_upper(first.p[0]) &&
           is_upper(first.p[1]);
}

static bool is_whole(const struct knowledge_row *row)
{
    return sv_eq(row->cell[2], SV("whole"));
}

static bool is_tail(const struct knowledge_row *row)
{
    return sv_eq(row->cell[2], SV("tail"));
}

bool title_action_begins(const struct scan *s, size_t at, size_t end)
{
    struct sv rest = sv_sub(s->text, at, end);
    const struct knowledge_table *t = s->actions;
    if (!t || rest.n < 5 || is_digit(rest.p[0]) ||
        !knowledge_action_begins(s->k, rest.p)) /* most places */
        return false;
    for (size_t i = 0; (i = knowledge_action_row(s->k, rest.p, i)) < t->rows; i++) {
        if (is_whole(&t->row[i]) || is_tail(&t->row[i]))
            continue;
        size_t n = title_begins_with(rest, t->row[i].cell[0]);
        struct sv behind = sv_sub(rest, n, rest.n); /* perhaps another column */
        if (n && (t->row[i].cell[2].n == 0 || sv_trim(behind).n == 0 ||
                  only_codes(behind) || sv_starts(behind, SV("   "))))
            return true;
    }
    return false;
}

/* The bytes of the longest of the titles that nearly every agenda has which it begins
 * with. */
static size_t standing_title(const struct scan *s, struct sv title)
{
    const struct knowledge_table *t = s->actions;
    size_t longest = 0;
    for (size_t i = t && title.n ? first_row(t, title.p[0]) : SIZE_MAX;
         t && i < t->rows && t->row[i].cell[0].p[0] == title.p[0]; i++) {
        size_t n = is_whole(&t->row[i]) ? title_begins_with(title, t->row[i].cell[0]) : 0;
        longest = n > longest ? n : longest;
    }
    return longest;
}

bool title_is_standing(const struct scan *s, size_t b, size_t end)
{
    return end > b && standing_title(s, sv_sub(s->text, b, end)) == end - b;
}

/* Behind "Any other business" a capital, a digit or a dash begins something else. */
size_t title_whole(const struct scan *s, size_t b, size_t end)
{
    struct sv rest = sv_sub(s->text, b, end);
    size_t longest = standing_title(s, rest), next = longest;
    while (next < rest.n && rest.p[next] == ' ')
        next++;
    bool other = next < rest.n && (is_upper(rest.p[next]) || is_digit(rest.p[next]) ||
                                   scan_bullet(rest.p + next, rest.p + rest.n));
    return longest && next > longest && other ? longest : 0;
}

/* A comma, or a dash behind which a title goes on, stands before the blanks at `at`. */
static bool behind_dash(const char *t, size_t b, size_t at)
{
    while (at > b && t[at - 1] == ' ')
        at--;
    return at > b && memchr(",-:\x93\x94", t[at - 1], 5) != NULL;
}

/* "Accession to the Convention: State of play": no line of its own. */
static bool behind_colon(const char *t, size_t b, size_t at)
{
    while (at > b && t[at - 1] == ' ')
        at--;
    return at > b && (t[at - 1] == ':' || t[at - 1] == ',');
}

bool title_action_inside(const struct scan *s, size_t b, size_t at, size_t end)
{
    const char *t = s->text.p;
    if (t[at] != ' ' || (behind_dash(t, b, at) && (!s->dashed || behind_colon(t, b, at))))
        return false;
    return at + 1 < end && (!is_lower(t[at + 1]) || t[at + 1] == 'a') &&
           title_action_begins(s, at + 1, end);
}

/* All of the words are a row of the table. */
static bool is_row(const struct scan *s, struct sv words)
{
    const struct knowledge_table *t = s->actions;
    for (size_t i = t && words.n ? first_row(t, words.p[0]) : SIZE_MAX;
         t && i < t->rows && t->row[i].cell[0].p[0] == words.p[0]; i++)
        if (!is_whole(&t->row[i]) &&
            title_begins_with(words, t->row[i].cell[0]) == words.n)
            return true;
    return false;
}

static bool is_code(const struct scan *s, struct sv word)
{
    const struct knowledge_table *t = knowledge_table(s->k, "codes");
    for (size_t i = 0; t && i < t->rows; i++)
        if (sv_eq(t->row[i].cell[0], word))
            return t->row[i].cell[1].n == 0;
    return false;
}

/* "... MI 290": where the code begins that ends text[b, e), or e. */
static size_t code_at_end(const struct scan *s, size_t b, size_t e)
{
    const char *p = s->text.p;
    size_t at = e;
    while (at > b && is_digit(p[at - 1]))
        at--;
    if (at == e || e - at > 4 || at == b || p[at - 1] != ' ')
        return e;
    while (at > b && p[at - 1] == ' ')
        at--;
    size_t end = at;
    while (at > b && (is_upper(p[at - 1]) || p[at - 1] == '-' || p[at - 1] == '/'))
        at--;
    return at > b && p[at - 1] == ' ' && is_code(s, sv_sub(s->text, at, end)) ? at : e;
}

size_t title_without_tail(const struct scan *s, size_t b, size_t e)
{
    enum { TAIL_MAX = 70, TITLE_LEAST = 8 };
    const char *p = s->text.p;
    for (bool again = true; again && s->kind == SCAN_AGENDA;) {
        size_t cut = code_at_end(s, b, e);
        again = cut < e;
        for (size_t at = e; !again && at > b + TITLE_LEAST && e - at < TAIL_MAX; at--) {
            if (p[at - 1] != ' ' || is_lower(p[at]) || behind_dash(p, b, at - 1) ||
                title_ends_open(s, b, at - 1) || !is_row(s, sv_sub(s->text, at, e)))
                continue;
            cut = at;
            again = true;
        }
        for (e = cut; e > b && p[e - 1] == ' ';)
            e--;
    }
    return e;
}
