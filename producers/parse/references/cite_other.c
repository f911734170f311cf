/* Documents of the Commission, interinstitutional files, the Official Journal, cases. */
#include "cite.h"
#include "producers/parse/text/put.h"
#include "producers/parse/text/words.h"

#include <stdio.h>
#include <string.h>

/* The first digit from `at` on, before `end`. */
static size_t next_digit(const struct citer *c, size_t at, size_t end)
{
    while (at < end && !is_digit(c->t[at]))
        at++;
    return at;
}

/* "835, 836 and 837 final" behind "COM(2004) ": documents of the same year, where one
 * "final" stands behind them all. */
static void cite_further(struct citer *c, struct cite *f, struct sv name, uint32_t year)
{
    enum { FURTHER_MAX = 6 };
    static const struct words between = WORDS(",", "and", ", and", "et", "und");
    uint32_t number[FURTHER_MAX];
    struct span at[FURTHER_MAX];
    size_t n = 0, e = f->e;
    for (; n < FURTHER_MAX; n++) {
        size_t b = e;
        while (b < c->n && b - e < 8 && !is_digit(c->t[b]))
            b++;
        size_t end = b;
        if (!one_of(sv_trim(sv_sub((struct sv){c->t, c->n}, e, b)), &between) ||
            cite_digits(c, &end, &number[n]) > 4 || end == b || number[n] == 0)
            break;
        at[n] = (struct span){b, e = end};
    }
    struct sv behind = sv_sub((struct sv){c->t, c->n}, e, c->n);
    if (n == 0 || !(sv_starts(behind, SV(" final")) || sv_starts(behind, SV(" fin."))))
        return;
    for (size_t i = 0; i < n; i++) {
        f->b = at[i].b;
        f->e = at[i].e;
        (void)snprintf(f->id, sizeof f->id, "%.*s:%u:%04u:FIN", (int)name.n, name.p, year,
                       number[i]);
        cite_add(c, f);
    }
    c->end = e;
}

/* COM(2013) 179 final, COM(2013) 45/3, COM/2011/0654: the state behind the slash and
 * "final" make no other document. */
void cite_commission(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct sv name = cite_value(c, token);
    struct cite f = {
        .kind = CITE_COMMISSION, .b = k->b, .e = k->e, .row = cite_row(c, token)};
    uint32_t year, number;
    size_t at = next_digit(c, k->b, k->e), digits = cite_digits(c, &at, &year);
    at = next_digit(c, at, k->e);
    if (at == k->e || !cite_digits(c, &at, &number) || number == 0)
        return;
    struct put id = put_into(f.id, sizeof f.id);
    put_text(&id, name);
    put_char(&id, ':');
    put_number(&id, cite_year(year, digits), 1);
    put_char(&id, ':');
    put_number(&id, number, 4);
    put_text(&id, SV(":FIN"));
    cite_add(c, &f);
    c->end = f.e;
    if (is_digit(c->t[f.e - 1]))
        cite_further(c, &f, name, cite_year(year, digits));
}

/* 2010/0246 (COD), (2010)2308 (INI), 2018/103(COD), COD/2012/0010. */
void cite_file(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct cite f = {.kind = CITE_FILE, .b = k->b, .e = k->e, .row = cite_row(c, token)};
    uint32_t year, number;
    char letter[2] = "", type[4] = "";
    size_t at = next_digit(c, k->b, k->e), digits = cite_digits(c, &at, &year);
    at = next_digit(c, at, k->e);
    if (at == k->e || !cite_digits(c, &at, &number) || number == 0)
        return;
    if (at < k->e && is_upper(c->t[at]) && !is_upper(c->t[at + 1]))
        letter[0] = c->t[at++];
    size_t letters = 0; /* three in a row, or torn: "(CO D)" */
    for (size_t i = k->b; i < k->e; i++) {
        bool torn = letters && c->t[i] == ' ' && i + 1 < k->e && is_upper(c->t[i + 1]);
        letters = torn ? letters : is_upper(c->t[i]) ? letters + 1 : 0;
        if (letters && letters < sizeof type && !torn)
            type[letters - 1] = c->t[i];
        if (letters == sizeof type - 1)
            break;
    }
    if (letters != sizeof type - 1)
        return;
    (void)snprintf(f.id, sizeof f.id, "%u/%04u%s(%s)", cite_year(year, digits), number,
                   letter, type);
    cite_add(c, &f);
    c->end = f.e;
}

/* C-203/15, T-201/04: a hyphen of any kind. */
void cite_judgment(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct cite f = {
        .kind = CITE_JUDGMENT, .b = k->b, .e = k->e, .row = cite_row(c, token)};
    uint32_t number, year;
    size_t at = next_digit(c, k->b, k->e), letter = at;
    while (letter > k->b && !is_upper(c->t[letter])) /* "case C 203/15" */
        letter--;
    f.b = letter;
    if (!cite_digits(c, &at, &number) || number == 0)
        return;
    at++;
    size_t digits = cite_digits(c, &at, &year);
    if (digits != 2 || (at < c->n && c->t[at] == '/'))
        return;
    (void)snprintf(f.id, sizeof f.id, "%c-%u/%02u", c->t[letter], number, year);
    cite_add(c, &f);
    c->end = f.e;
}

/* The year of the date behind "OJ L 186": 14.7.2012, 14/7/2012, 14 July 2012, 7.XI.2003.
 */
static uint32_t gazette_year(const struct citer *c, size_t *at)
{
    enum { DATE_MAX = 48 };
    size_t stop = *at + DATE_MAX < c->n ? *at + DATE_MAX : c->n;
    for (size_t i = *at; i < stop && !memchr(");\x5d", c->t[i], 3);) {
        uint32_t v;
        size_t digits = 0, b = i;
        if (!is_digit(c->t[i])) {
            if (c->t[i] == '\n' && i + 1 < c->n && c->t[i + 1] == '\n')
                return 0;
            i++;
            continue;
        }
        digits = cite_digits(c, &i, &v);
        size_t month = b; /* its digits: "13569/08" is no date, "doc /07" lost them */
        while (month > 1 && is_digit(c->t[month - 2]))
            month--;
        bool parted = b > 1 && (c->t[b - 1] == '.' || c->t[b - 1] == '/') &&
                      c->t[b - 2] != ' ' && b - month <= 2;
        if (month < b) /* the day before it: "of , p /1/17 REV 1" has none */
            parted = parted && month > 2 && is_digit(c->t[month - 3]);
        bool dated = parted && digits == 2 &&
                     !(i < c->n && (c->t[i] == '.' || c->t[i] == '/') && i + 1 < c->n &&
                       is_digit(c->t[i + 1]));
        if ((digits == 4 && v >= 1952 && v <= 2099) || dated) {
            *at = i;
            return cite_year(v, digits);
        }
    }
    return 0;
}

/* What else of a date may stand behind its year: "2003.2.25.", "2003 2 25", "2003 г.". */
static size_t pass_date_rest(const struct citer *c, size_t at)
{
    enum { REST_MAX = 8 };
    static const struct sv year = {" г.", 4};
    size_t e = at;
    if (sv_starts(sv_sub(c->s->text, at, c->n), year))
        return at + year.n;
    while (e < c->n && e - at < REST_MAX &&
           (is_digit(c->t[e]) || c->t[e] == '.' ||
            (c->t[e] == ' ' && e + 1 < c->n && is_digit(c->t[e + 1]))))
        e++;
    return e < c->n && c->t[e] == ',' ? e : at + (at < c->n && c->t[at] == '.');
}

/* "1. o.", "1. lpp.": the word for a page behind its number; where it ends, or `at`. */
static size_t pass_page_word(const struct citer *c, size_t at)
{
    static const struct sv words[] = {{". o.", 4}, {". lpp.", 6}, {". oldal", 7}};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (sv_starts(sv_sub(c->s->text, at, c->n), words[i]))
            return at + words[i].n;
    return at;
}

/* ", p. 4", " S. 4", ", pp. 31": a short word and a number. */
static uint32_t gazette_page(const struct citer *c, size_t *at)
{
    enum { WORD_MAX = 8 };
    size_t i = cite_skip_blanks(c, pass_date_rest(c, *at), 1), word = 0;
    if (i < c->n && c->t[i] == ',')
        i = cite_skip_blanks(c, i + 1, 1);
    while (i < c->n && word <= WORD_MAX && (is_letter(c->t[i]) || (c->t[i] & 0x80)))
        i++, word++;
    if (word > WORD_MAX)
        return 0;
    i += word > 0 && i < c->n && c->t[i] == '.';
    i = cite_skip_blanks(c, i, 1);
    uint32_t page;
    size_t digits = cite_digits(c, &i, &page);
    size_t behind = pass_page_word(c, i);
    if (digits == 0 || digits > 4 || (word == 0 && behind == i))
        return 0;
    *at = behind;
    return page;
}

/* The series letter: the last L, C or S of the token that stands alone. */
static char gazette_series(const struct citer *c, const struct token *k, size_t *at)
{
    for (size_t i = k->e; i > k->b; i--) {
        char x = c->t[i - 1];
        bool glued = i - 1 == k->b + 2 && i < c->n && memchr(" 0123456789", c->t[i], 11);
        bool alone = i - 1 == k->b || !is_letter(c->t[i - 2]) || glued; /* "OJC 115" */
        bool open = i == c->n || !is_letter(c->t[i]);
        if ((x == 'L' || x == 'C' || x == 'S') && alone && open) {
            *at = i;
            return x;
        }
    }
    return 0;
}

/* Since October 2023 one act has one number: OJ L, 2024/1689. */
static bool cite_new_gazette(struct citer *c, struct cite *f, size_t at, char series)
{
    uint32_t year, number;
    if (at < c->n && (c->t[at] == ',' || c->t[at] == '/'))
        at++;
    at = cite_skip_blanks(c, at, 1);
    if (cite_digits(c, &at, &year) != 4 || year < 2023 || at >= c->n || c->t[at] != '/')
        return false;
    at++;
    if (!cite_digits(c, &at, &number))
        return false;
    f->e = at;
    (void)snprintf(f->id, sizeof f->id, "OJ:%c:%u/%u", series, year, number);
    cite_add(c, f);
    c->end = at;
    return true;
}

void cite_gazette(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct cite f = {.kind = CITE_GAZETTE, .b = k->b, .row = cite_row(c, token)};
    size_t at = k->b;
    uint32_t number, year = 0, page = 0, early;
    char series = gazette_series(c, k, &at);
    if (!series || cite_new_gazette(c, &f, at, series))
        return;
    size_t before = next_digit(c, k->b, at);
    if (before < at && cite_digits(c, &before, &early) == 4) /* OJ 2012 C 326 */
        year = early;
    size_t digits_at = cite_skip_blanks(c, at, 1);
    at = digits_at;
    size_t digits = cite_digits(c, &at, &number);
    if (digits == 0 || digits > 4 || number == 0)
        return;
    if (at + 1 < c->n && c->t[at] == ' ' && c->t[at + 1] >= 'A' && c->t[at + 1] <= 'E' &&
        at + 2 < c->n && !is_letter(c->t[at + 2]))
        at += 2; /* OJ C 303 E */
    if (at + 1 < c->n && c->t[at] == '/' && is_digit(c->t[at + 1])) {
        at++;
        (void)cite_digits(c, &at, &page);
    }
    if (!year)
        year = gazette_year(c, &at);
    if (!year)
        return;
    if (!page)
        page = gazette_page(c, &at);
    f.e = at;
    int n = snprintf(f.id, sizeof f.id, "OJ:%c:%u:%u", series, year, number);
    if (page)
        (void)snprintf(f.id + n, sizeof f.id - (size_t)n, ":%u", page);
    cite_add(c, &f);
    c->end = at;
}
