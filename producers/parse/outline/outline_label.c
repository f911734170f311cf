#include "outline.h"
#include "producers/parse/text/ascii.h"

#include <stdio.h>
#include <string.h>

static bool letter(char c)
{
    return is_upper(c) || is_lower(c) || (unsigned char)c >= 0xc3;
}

static void add_text(struct label *l, const char *p, size_t n)
{
    size_t have = sv_cstr(l->text).n;
    if (have + n < sizeof l->text) {
        memcpy(l->text + have, p, n);
        l->text[have + n] = '\0';
    }
}

static size_t skip_blanks(const char *t, size_t at, size_t end)
{
    while (at < end && t[at] == ' ')
        at++;
    return at;
}

/* Up to three digits at *at; 0 when there are none, or more. */
static unsigned read_number(const char *t, size_t *at, size_t end)
{
    unsigned v = 0;
    size_t b = *at;
    while (*at < end && is_digit(t[*at]) && *at - b < 4)
        v = v * 10 + (unsigned)(t[(*at)++] - '0');
    return *at - b > 3 || t[b] == '0' ? 0 : v;
}

/* "1", "1.1", "3.A", "5.b", "2. A": digits, then parts behind dots. */
static bool read_arabic(const char *t, size_t at, size_t end, struct label *l)
{
    size_t b = at;
    unsigned v = read_number(t, &at, end);
    if (v == 0)
        return false;
    l->kind = LABEL_ARABIC;
    l->part[l->parts++] = v;
    add_text(l, t + b, at - b);
    while (at + 1 < end && t[at] == '.' && is_digit(t[at + 1]) &&
           l->parts < LABEL_PARTS_MAX) {
        b = at++;
        size_t digits = at;
        v = read_number(t, &at, end);
        if (v == 0 || at - digits > 2)
            return false;
        l->part[l->parts++] = v;
        add_text(l, t + b, at - b);
    }
    size_t next = at + (at < end && t[at] == '.');
    next += next > at && next < end && t[next] == ' ';
    bool part = next > at && next + 1 < end && letter(t[next]) &&
                (unsigned char)t[next] < 0x80 && memchr(".):", t[next + 1], 3) &&
                (next + 2 == end || t[next + 2] == ' ' || t[next + 2] == '\t');
    size_t title = skip_blanks(t, next + 1, end);
    /* "5.a Implementation" */
    bool open = next == at + 1 && title > next + 1 && title < end && is_lower(t[next]) &&
                is_upper(t[title]);
    if ((part || open) && l->parts < LABEL_PARTS_MAX) {
        l->part[l->parts++] = (unsigned)((t[next] | 0x20) - 'a' + 1);
        add_text(l, ".", 1);
        add_text(l, t + next, 1);
        at = next + 1;
    }
    l->e = at;
    return true;
}

static unsigned roman_value(const char *p, size_t n)
{
    static const char sign[] = "IVXLC";
    static const unsigned worth[] = {1, 5, 10, 50, 100};
    static const char *const one[] = {"",  "I",  "II",  "III",  "IV",
                                      "V", "VI", "VII", "VIII", "IX"};
    static const char *const ten[] = {"", "X", "XX", "XXX", "XL"};
    unsigned v = 0;
    for (size_t i = 0; i < n; i++) {
        const char *s = memchr(sign, p[i], 5),
                   *next = i + 1 < n ? memchr(sign, p[i + 1], 5) : NULL;
        if (!s)
            return 0;
        v += next > s ? 0 - worth[s - sign] : worth[s - sign];
    }
    if (v == 0 || v > 49)
        return 0;
    struct sv tens = sv_cstr(ten[v / 10]), ones = sv_cstr(one[v % 10]);
    struct sv all = {p, n};
    bool normal = n == tens.n + ones.n && sv_starts(all, tens) &&
                  sv_starts(sv_sub(all, tens.n, n), ones);
    return normal ? v : 0;
}

/* "II", "IV", and "A", "b": capitals that make a Roman number, or one letter. */
static bool read_letters(const char *t, size_t at, size_t end, struct label *l)
{
    size_t b = at;
    while (at < end && is_upper(t[at]) && at - b < 8)
        at++;
    unsigned v = at > b ? roman_value(t + b, at - b) : 0;
    if (v) {
        l->kind = LABEL_ROMAN;
    } else if (at - b == 1 || (at == b && at < end && is_lower(t[at]))) {
        at = b + 1;
        l->kind = is_upper(t[b]) ? LABEL_UPPER : LABEL_LOWER;
        v = (unsigned)((t[b] | 0x20) - 'a' + 1);
    }
    if (v == 0)
        return false;
    l->part[l->parts++] = v;
    add_text(l, t + b, at - b);
    l->e = at;
    return true;
}

/* "1.Adoption", "a)International", but not the month of 31.III.2011. */
static bool begins_title(const char *t, size_t at, size_t end)
{
    size_t e = at;
    while (e < end && is_upper(t[e]))
        e++;
    bool month = e < end && t[e] == '.' && roman_value(t + at, e - at);
    if (e == end) /* "5.AOB" */
        return e > at + 2;
    return e > at && !month && (letter(t[e]) || memchr(" -'/", t[e], 4));
}

enum { WORD_LEAST = 4 };

/* The dot or bracket behind a label, and what may stand behind that. */
static bool close_label(const char *t, size_t end, bool bracket, struct label *l)
{
    size_t at = l->e + (l->e + 1 < end && t[l->e] == '\\'); /* "1\.": Markdown's escape */
    bool dot = at < end && t[at] == '.', close = at < end && t[at] == ')';
    if (bracket && !close)
        return false;
    l->closed = dot || close;
    at += l->closed;
    if (at < end && t[at] == ')' && dot) /* "a.)" */
        at++;
    if (l->kind == LABEL_LOWER && !close)
        return false;
    l->e = at;
    if (at >= end || memchr(" \t*|", t[at], 4) || (unsigned char)t[at] == 0xc2)
        return l->closed || at < end || l->parts == 2; /* "3.1" alone */
    l->glued = true;
    size_t small = at; /* "a)presentation" */
    while (l->kind == LABEL_LOWER && close && small < end && is_lower(t[small]))
        small++;
    return l->closed && (begins_title(t, at, end) || small >= at + WORD_LEAST);
}

/* "Item 5", "Point 5.b": a word before the number. */
static size_t skip_word(const char *t, size_t at, size_t end)
{
    static const struct sv word[] = {{"Item", 4},  {"ITEM", 4},  {"Point", 5},
                                     {"Punkt", 5}, {"Ad", 2},    {"Items", 5},
                                     {"Punt", 4},  {"Punto", 5}, {"TOP", 3}};
    if (!memchr("IPAT", t[at], 4))
        return at;
    for (size_t i = 0; i < ARRAY_LEN(word); i++) {
        size_t e = at + word[i].n;
        if (e >= end || memcmp(t + at, word[i].p, word[i].n) != 0 || t[e] != ' ')
            continue;
        e = skip_blanks(t, e, end);
        if (e < end && is_digit(t[e]))
            return e;
    }
    return at;
}

bool label_read(const struct scan *s, size_t at, size_t end, struct label *out)
{
    const char *t = s->text.p;
    *out = (struct label){0};
    if (at >= end)
        return false;
    bool bracket = t[at] == '(';
    size_t b = bracket ? at + 1 : skip_word(t, at, end);
    bool named = !bracket && b > at;
    if (b >= end)
        return false;
    bool found = is_digit(t[b]) ? !bracket && read_arabic(t, b, end, out)
                                : letter(t[b]) && (unsigned char)t[b] < 0x80 &&
                                      read_letters(t, b, end, out);
    if (!found)
        return false;
    size_t sign = skip_blanks(t, out->e, end);
    size_t dash =
        named && sign < end
            ? t[sign] == ':' || t[sign] == '-' ? 1 : scan_bullet(t + sign, t + end)
            : 0;
    if (dash) /* "Item 1 - Adoption" */
        out->e = sign + dash, out->closed = true;
    else if (!close_label(t, end, bracket, out))
        return false;
    return !(named && !out->closed && out->e < end && t[out->e] != ' ');
}

unsigned label_second(const struct scan *s, struct label *l, size_t end)
{
    enum { TOGETHER_MAX = 5 };
    static const struct sv joint[] = {{"/", 1},   {"-", 1},    {"and ", 4}, {"& ", 2},
                                      {"et ", 3}, {"und ", 4}, {"+ ", 2}};
    const char *t = s->text.p;
    size_t at = skip_blanks(t, l->e, end);
    if (l->kind != LABEL_ARABIC || l->parts > 1 || !l->closed)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(joint); i++) {
        size_t b = at + joint[i].n;
        if (!sv_starts(sv_sub(s->text, at, end), joint[i]))
            continue;
        b = skip_blanks(t, b, end);
        unsigned v = b < end && is_digit(t[b]) ? read_number(t, &b, end) : 0;
        bool closed = v > l->part[0] && v <= l->part[0] + TOGETHER_MAX && b < end &&
                      t[b] == '.' && (b + 1 == end || memchr(" \t", t[b + 1], 2));
        if (closed)
            l->e = b + 1;
        return closed ? v : 0;
    }
    return 0;
}

size_t label_inside(const struct scan *s, const struct label *l, size_t end)
{
    const char *t = s->text.p;
    struct label inner;
    size_t at = l->e;
    while (at < end && (t[at] == ' ' || t[at] == '\t'))
        at++;
    size_t letter = at + (at < end && t[at] == '(');
    if (l->kind != LABEL_ARABIC || !l->closed || at == l->e || letter + 2 >= end ||
        t[letter] != 'a' || t[letter + 1] != ')')
        return 0;
    return label_read(s, at, end, &inner) && inner.closed ? at : 0;
}

/* "4. Practical arrangements" at `at`, behind a blank. */
static bool is_number(const char *t, size_t at, size_t end, unsigned number)
{
    unsigned v = is_digit(t[at]) ? read_number(t, &at, end) : 0;
    size_t title = at < end && t[at] == '.' ? skip_blanks(t, at + 1, end) : at;
    return v == number && title > at + 1 && title + 1 < end && is_upper(t[title]) &&
           is_lower(t[title + 1]);
}

size_t title_label_inside(const struct scan *s, const struct label *l, unsigned number,
                          const struct title *t, size_t end)
{
    enum { TITLE_LEAST = 8 };
    const char *p = s->text.p;
    char next = (char)(l->kind == LABEL_LOWER ? 'a' + l->part[0] : 'a');
    if (s->kind == SCAN_OTHER || (l->kind != LABEL_ARABIC && l->kind != LABEL_LOWER))
        return 0;
    end = t->e < end ? t->e : end;
    for (size_t i = t->b + TITLE_LEAST; i + 4 < end; i++) {
        if (p[i] != ' ')
            continue;
        if (is_number(p, i + 1, end, number))
            return i + 1;
        size_t letter = i + 1 + (p[i + 1] == '(');
        if (s->kind != SCAN_AGENDA || p[letter] != next || p[letter + 1] != ')' ||
            p[letter + 2] != ' ')
            continue;
        size_t title = skip_blanks(p, letter + 2, end);
        if (title < end && is_upper(p[title]))
            return i + 1;
    }
    return 0;
}
