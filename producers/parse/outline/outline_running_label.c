/* Labels of headings in a paper whose lines are lost: any dot or bracket may close one.
 */
#include "outline.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/block.h"
#include "producers/parse/text/words.h"

#include <string.h>

/* The next full stop or closing bracket. */
static size_t next_close(struct sv t, size_t at, size_t end)
{
    char copy[BLOCK_BYTES];
    for (; at < end; at += BLOCK_BYTES) {
        const char *p = block_of(t.p + at, t.n - at, copy);
        uint64_t close = block_equal(p, '.') | block_equal(p, ')');
        if (close)
            return at + block_first(close) < end ? at + block_first(close) : end;
    }
    return end;
}

/* Of Greek, Cyrillic, or with an accent. */
static bool is_far_letter(char c)
{
    return (unsigned char)c >= 0xc3 && (unsigned char)c < 0xe2;
}

/* "57th session" */
static bool is_ordinal(const char *t, size_t at, size_t end)
{
    size_t e = at;
    while (e < end && is_digit(t[e]))
        e++;
    return e > at && end - e > 2 && is_lower(t[e]) && is_lower(t[e + 1]) &&
           t[e + 2] == ' ';
}

/* "Chapter I. ", "Annex 2. ": a number that belongs to the word before it. */
static bool belongs_to_word(const char *t, size_t at, size_t b)
{
    static const struct words list =
        WORDS("Chapter", "Chapters", "Annex", "Annexes", "Part", "Article", "Articles",
              "Title", "Section", "Phase", "Table", "Coreper", "COREPER", "No",
              "Protocol", "paragraph", "point", "Volume", "Level", "Pillar", "Heading");
    size_t e = b;
    while (e > at && t[e - 1] == ' ')
        e--;
    size_t w = e;
    while (w > at && t[w - 1] != ' ' && t[w - 1] != '\n')
        w--;
    return one_of((struct sv){t + w, e - w}, &list);
}

/* "as set out in 5973/1/15 REV 1. II. APPROVAL": the number of a version. */
static bool is_version(const char *t, size_t b)
{
    static const char *const group[] = {"REV", "ADD", "COR", "DCL", "EXT"};
    if (b < 5 || t[b - 1] != ' ')
        return false;
    for (size_t i = 0; i < ARRAY_LEN(group); i++)
        if (memcmp(t + b - 4, group[i], 3) == 0)
            return true;
    return false;
}

/* "2.1 Europol": two numbers, and no dot behind them. */
static bool is_second_level(const char *t, size_t b, size_t close, size_t end)
{
    size_t e = close + 1;
    while (e < end && is_digit(t[e]))
        e++;
    return close > b && is_digit(t[close - 1]) && e > close + 1 && e < close + 4 &&
           e + 2 < end && t[e] == ' ' && is_upper(t[e + 1]) && is_lower(t[e + 2]);
}

static bool is_month(const char *t, size_t at, size_t end)
{
    static const struct words list =
        WORDS("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
              "September", "Oktober", "November", "Dezember");
    size_t e = at;
    while (e < end && t[e] != ' ')
        e++;
    return one_of((struct sv){t + at, e - at}, &list);
}

/* "3.A. Judiciary" */
static bool is_lettered(const char *t, size_t close, size_t end)
{
    return close > 0 && is_digit(t[close - 1]) && t[close] == '.' && close + 3 < end &&
           is_upper(t[close + 1]) && memchr(".)", t[close + 2], 2) && t[close + 3] == ' ';
}

/* "2.Approval", "a)Legislative list": an agenda whose blanks are lost behind labels. */
static bool is_glued_label(const struct scan *s, size_t b, size_t close, size_t end)
{
    const char *t = s->text.p;
    return s->kind == SCAN_AGENDA && close > b && close + 2 < end &&
           is_upper(t[close + 1]) && is_lower(t[close + 2]) &&
           (t[close] == '.' ? is_digit(t[close - 1]) && is_digit(t[b])
                            : is_lower(t[b]) && close == b + 1);
}

/* "(a) n° E-007025/2011 put by ...": a written question that a record lists. */
static bool is_question(const struct scan *s, size_t at, size_t end)
{
    return s->kind == SCAN_RECORD && sv_starts(sv_sub(s->text, at, end), SV("n°"));
}

static size_t plain_label(const struct scan *s, size_t at, size_t end, struct label *out)
{
    enum { LABEL_BYTES = 5 };
    const char *t = s->text.p;
    bool agenda = s->kind == SCAN_AGENDA;
    for (size_t close = at; (close = next_close(s->text, close, end)) < end; close++) {
        size_t b = close;
        while (b > at && close - b < LABEL_BYTES &&
               (is_digit(t[b - 1]) || is_upper(t[b - 1]) || is_lower(t[b - 1])))
            b--;
        b -= b > at && close == b + 1 && t[b - 1] == '(' && t[close] == ')'; /* "(a)" */
        bool open = s->kind != SCAN_OTHER && t[close] == '.' && close + 3 < end &&
                    is_lower(t[close + 1]) && t[close + 2] == ' '; /* "5.b Title" */
        open = open || is_second_level(t, b, close, end) || is_lettered(t, close, end);
        bool glued = is_glued_label(s, b, close, end);
        if (b == close || (b > at ? t[b - 1] != ' ' : b > 0 && t[b - 1] != '\n') ||
            close + 1 >= end || (t[close + 1] != ' ' && !open && !glued) ||
            !label_read(s, b, end, out) || (!out->closed && !open) || out->e <= close ||
            belongs_to_word(t, at, b))
            continue;
        size_t next = out->e;
        while (next < end && t[next] == ' ')
            next++;
        if (is_month(t, next, end)) /* "bis 3. Juli 2017" */
            continue;
        if (next < end && (next > out->e || glued) &&
            (is_upper(t[next]) || is_far_letter(t[next]) || t[next] == '"' ||
             label_inside(s, out, end) || (agenda && t[next] == '(') ||
             (agenda && out->kind == LABEL_LOWER) || is_question(s, next, end) ||
             (s->kind != SCAN_OTHER && is_ordinal(t, next, end))) &&
            !is_version(t, b) &&
            (t[close] == '.' || out->kind == LABEL_LOWER)) /* not "(PART 1) Space" */
            return b;
    }
    return SIZE_MAX;
}

/* "Item 1 - Adoption of the agenda", "Item 3: Action plan": a word before the number, a
 * sign behind it. */
static size_t named_label(const struct scan *s, size_t at, size_t end, struct label *out)
{
    static const struct sv word[] = {{"Item ", 5}, {"ITEM ", 5}, {"Point ", 6}};
    size_t first = SIZE_MAX;
    for (size_t k = 0; k < ARRAY_LEN(word); k++) {
        struct label l = {0};
        size_t stop = first < end ? first : end;
        for (size_t b = at, found; b < stop; b += found + 1) {
            found = sv_find(sv_sub(s->text, b, stop), word[k]);
            if (found == SIZE_MAX)
                break;
            size_t next = 0;
            bool begins = b + found == at || s->text.p[b + found - 1] == ' ';
            if (begins && label_read(s, b + found, end, &l) && l.closed)
                for (next = l.e; next < end && s->text.p[next] == ' ';)
                    next++;
            if (next > l.e && next < end && is_upper(s->text.p[next])) {
                first = b + found;
                *out = l;
                break;
            }
        }
    }
    return first;
}

size_t running_label(const struct scan *s, size_t at, size_t end, struct label *out)
{
    struct label named;
    size_t plain = plain_label(s, at, end, out);
    size_t first = named_label(s, at, plain < end ? plain : end, &named);
    if (first == SIZE_MAX)
        return plain;
    *out = named;
    return first;
}
