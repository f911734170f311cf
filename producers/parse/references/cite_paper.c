/* Council papers: 15754/17, 15584/1/12 REV 1, 12223/17 + REV 1 + ADD 1, WK 3735/2026 ADD
 * 1, ST-15754-2017-INIT and the file names st12223-re03.en17. */
#include "cite_groups.h"
#include "producers/parse/text/put.h"
#include "producers/parse/text/words.h"

#include <stdio.h>
#include <string.h>

/* What is printed of a paper's number. */
struct paper {
    struct sv series;
    uint32_t number, year;
    uint32_t revision; /* of the slash form 15584/1/12; 0: none */
    size_t b, e;       /* in the text */
};

/* A paper's year is printed with two digits: from 1985 on, and not beyond what can be. */
static bool is_paper_year(uint32_t year, size_t digits)
{
    uint32_t y = cite_year(year, digits);
    return y >= 1985 && y <= 2049;
}

/* "(NL)", "(en, fr, de)" behind a version: the languages that it is in. */
static size_t pass_languages(const struct citer *c, size_t at)
{
    enum { BYTES_MAX = 40 };
    size_t b = cite_skip_blanks(c, at, 1), e = b + 1, letters = 0;
    if (b >= c->n || c->t[b] != '(')
        return at;
    for (; e < c->n && e - b < BYTES_MAX; e++) {
        letters = is_letter(c->t[e]) ? letters + 1 : 0;
        if (c->t[e] == ')')
            return e + 1;
        if (letters > 2 || (!letters && !memchr(", +", c->t[e], 3)))
            return at;
    }
    return at;
}

/* What parts a paper from a further one on the same number: "+", ",", "and", "&". */
static size_t read_plus(const struct citer *c, size_t at)
{
    static const struct sv word[] = {{"+", 1},   {"&", 1},  {"and", 3}, {"et", 2},
                                     {"und", 3}, {"en", 2}, {"og", 2},  {"och", 3},
                                     {"e", 1},   {"y", 1},  {",", 1},   {"/", 1}};
    at = cite_skip_blanks(c, at, 1);
    for (size_t i = 0; i < ARRAY_LEN(word); i++)
        if (c->n - at > word[i].n && memcmp(c->t + at, word[i].p, word[i].n) == 0 &&
            !(is_letter(word[i].p[0]) && is_letter(c->t[at + word[i].n])))
            return cite_skip_blanks(c, at + word[i].n, 1);
    return 0;
}

static void append_groups(struct put *id, const struct cite_groups *g)
{
    if (g->n == 0)
        put_text(id, SV("-INIT"));
    for (size_t i = 0; i < g->n; i++) {
        put_char(id, '-');
        put_text(id, sv_cstr(g->v[i].name));
        put_char(id, '-');
        put_number(id, g->v[i].number, 1);
    }
}

static void add_paper(struct citer *c, const struct paper *p, const struct cite_groups *g,
                      size_t b, size_t e, struct sv marking, uint32_t row)
{
    struct cite f = {.kind = CITE_PAPER, .b = b, .e = e, .marking = marking, .row = row};
    struct put id = put_into(f.id, sizeof f.id);
    put_text(&id, p->series);
    put_char(&id, '-');
    put_number(&id, p->number, 1);
    put_char(&id, '-');
    put_number(&id, p->year, 1);
    append_groups(&id, g);
    cite_add(c, &f);
    c->end = e;
}

/* A day ends at `at`: "REV 1 - 19 July 2005", "REV 1 - 19 de julio de 2005",
 * "REV 1 - 19.7.2005". */
static bool is_day(const struct citer *c, size_t at)
{
    enum { MONTH_MIN = 3, MONTH_MAX = 24 };
    size_t e = at, letters = 0;
    uint32_t year;
    if (at + 1 < c->n && c->t[at] == '.' && is_digit(c->t[at + 1]))
        return true;
    for (; e < c->n && e - at < MONTH_MAX && !is_digit(c->t[e]); e++) {
        letters += is_letter(c->t[e]);
        if (memchr("+,;:()/-", c->t[e], 8))
            return false;
    }
    return letters >= MONTH_MIN && cite_digits(c, &e, &year) == 4 && year > 1950 &&
           year < 2100 && (e == c->n || c->t[e] != '/');
}

/* Behind what says "to" at b, or 0: a dash, one that does not break, the word. */
static size_t read_to(const struct citer *c, size_t b)
{
    static const char *const sign[] = {"–", "\u2010", "\u2011", "to "};
    if (b < c->n && c->t[b] == '-')
        return b + 1;
    for (size_t i = 0; i < ARRAY_LEN(sign) && c->n - b > 3; i++)
        if (memcmp(c->t + b, sign[i], 3) == 0)
            return b + 3;
    return 0;
}

/* "ADD 1 and 2": behind the last of several numbers no word goes on that could make it a
 * day or a count, but one that joins a further one. */
static bool ends_numbers(const struct citer *c, size_t e)
{
    size_t next = cite_skip_blanks(c, e, 0);
    size_t joint = next < c->n && is_letter(c->t[next]) ? read_plus(c, e) : 0;
    return next >= c->n || !is_letter(c->t[next]) ||
           (joint && joint < c->n && is_digit(c->t[joint]));
}

/* "ADD 1-3", "ADD 1, 2 and 3", "ADD 1 to 3": the papers behind the first one. */
static size_t read_range(struct citer *c, const struct paper *p, struct cite_groups g,
                         size_t at, bool many, uint32_t row)
{
    enum { RANGE_MAX = 40 };
    for (;;) {
        size_t b = cite_skip_blanks(c, at, 0), e;
        uint32_t first = g.v[g.n - 1].number, last;
        bool apart = b > at, to; /* a blank stands before the dash */
        e = read_to(c, b);
        to = e != 0;
        if (!to)
            e = read_plus(c, at);
        if (!e)
            return at;
        e = cite_skip_blanks(c, e, 0);
        b = e;
        struct sv name = sv_cstr(g.v[g.n - 1].name);
        if (to && sv_starts((struct sv){c->t + e, c->n - e}, name))
            e = cite_skip_blanks(c, e + name.n, 0); /* "ADD 1 to ADD 3" */
        size_t digits = cite_digits(c, &e, &last);
        if (digits == 0 || digits > 2 || last <= first || last - first > RANGE_MAX ||
            (e < c->n && (is_letter(c->t[e]) || c->t[e] == '/')) ||
            (apart && is_day(c, e)) || (!to && !many && !ends_numbers(c, e)))
            return at;
        for (uint32_t i = to ? first + 1 : last; i <= last; i++) {
            g.v[g.n - 1].number = i;
            add_paper(c, p, &g, b, e, SV_NULL, row);
        }
        at = e;
    }
}

/* "9120/1/22 REV 1 + ADD 1 REV 1": an addendum that was revised itself is the paper's,
 * not its version's; without the `n` groups of that version in front. */
static void drop_version(struct cite_groups *g, size_t n)
{
    if (g->n < n + 2 || strcmp(g->v[n + 1].name, "REV") != 0)
        return;
    memmove(g->v, g->v + n, (g->n - n) * sizeof *g->v);
    g->n -= n;
}

/* "(+ ADD 1)": behind the bracket at `at`, or `at`. */
static size_t pass_bracket(const struct citer *c, size_t at)
{
    size_t b = cite_skip_blanks(c, at, 1);
    bool plus = b + 1 < c->n && c->t[b] == '(' && c->t[b + 1] == '+';
    return plus ? b + 1 : at;
}

/* "+ REV 1 + ADD 1": each is a paper of its own on the same number; an ADD or COR belongs
 * to the version that is printed before it. */
static void read_further(struct citer *c, const struct paper *p, struct cite_groups base,
                         size_t at, uint32_t row)
{
    for (;;) {
        struct cite_groups g = {.n = 0};
        bool many = false;
        size_t b = read_plus(c, pass_bracket(c, pass_languages(c, at)));
        size_t e = b ? cite_group(c, b, &g.v[0], &many) : 0;
        if (!e)
            return;
        g.n = 1;
        bool versioned = base.n && strcmp(g.v[0].name, "REV") != 0 &&
                         strcmp(base.v[base.n - 1].name, "REV") == 0 &&
                         base.n < CITE_GROUPS_MAX;
        if (versioned) {
            struct cite_group last = g.v[0];
            g = base;
            g.v[g.n++] = last;
        }
        e = cite_suffix(c, e, &g, &many);
        if (versioned)
            drop_version(&g, base.n);
        add_paper(c, p, &g, b, e, SV_NULL, row);
        at = read_range(c, p, g, e, many, row);
    }
}

/* The "+" that begins the right-hand column of the line behind `at`, or 0. */
static size_t column_plus(const struct citer *c, size_t at)
{
    enum { LINE_MAX = 160, GAP_LEAST = 3 };
    size_t left = c->n - at < LINE_MAX ? c->n - at : LINE_MAX;
    const char *end = memchr(c->t + at, '\n', left);
    const char *plus = end ? memchr(c->t + at, '+', (size_t)(end - (c->t + at))) : NULL;
    if (!plus)
        return 0;
    size_t b = (size_t)(plus - c->t);
    for (size_t gap = 0; gap < GAP_LEAST; gap++)
        if (b < at + gap + 1 || c->t[b - gap - 1] != ' ')
            return 0;
    return b;
}

/* "12413/20 Mandate for negotiations with the European Parliament + ADD 1": in the lost
 * lines of an agenda or a record the column goes on behind what is to be done. */
static size_t running_plus(const struct citer *c, size_t at)
{
    enum { ACTION_MAX = 100 };
    if (at >= c->n)
        return 0;
    size_t left = c->n - at < ACTION_MAX ? c->n - at : ACTION_MAX, e;
    const char *plus = memchr(c->t + at, '+', left);
    bool many;
    bool title = is_upper(c->t[at]) || c->t[at] == '('; /* "(i) Regulation" */
    if (c->s->kind == SCAN_OTHER || !plus || !title || plus[-1] != ' ')
        return 0;
    size_t b = (size_t)(plus - c->t);
    if (memchr(c->t + at, '.', b - at) || memchr(c->t + at, '\n', b - at))
        return 0;
    return cite_group_word(c, cite_skip_blanks(c, b + 1, 0), &e, &many) ? b : 0;
}

/* Citations are kept in the order of the text: what stands between is read first. The
 * word for an act or an article is none without its number. */
static bool cites_between(const struct citer *c, size_t b, size_t e)
{
    for (size_t i = scan_token_at(c->s, b); i < c->s->ntokens && c->s->token[i].b < e;
         i++)
        if (KNOWLEDGE_ID_TABLE(c->s->token[i].id) == c->table_index)
            for (size_t k = c->s->token[i].b; k < c->s->token[i].e; k++)
                if (is_digit(c->t[k]))
                    return true;
    return false;
}

/* "15051/19" at the end of a line, "+ ADD 1" at the end of the next, behind the title's
 * own column: both stand in the column of numbers. */
static void read_column(struct citer *c, const struct paper *p, struct cite_groups g,
                        size_t at, uint32_t row)
{
    enum { LINES_MAX = 4 };
    for (int i = 0; i < LINES_MAX; i++) {
        while (at < c->n && c->t[at] == ' ')
            at++;
        if (at >= c->n)
            return;
        bool line = c->t[at] == '\n';
        if (line && at + 1 < c->n && c->t[at + 1] == '\n') /* lines set apart */
            at++;
        size_t plus = line ? column_plus(c, at + 1) : 0;
        plus = plus ? plus : running_plus(c, at + line);
        size_t cited = c->end;
        if (!plus || cites_between(c, at, plus))
            return;
        read_further(c, p, g, plus, row);
        if (c->end == cited)
            return;
        at = c->end;
    }
}

/* Subject codes behind a cited number ("15697/12 CRIMORG 121 + ADD 1"), passed over where
 * a "+" stands behind them. */
static size_t pass_codes(const struct citer *c, size_t at)
{
    enum { CODES_MAX = 6, CODE_MAX = 16 };
    size_t from = at;
    for (int i = 0; i < CODES_MAX; i++) {
        size_t b = cite_skip_blanks(c, at, 1), e = b;
        uint32_t serial;
        while (e < c->n && e - b < CODE_MAX &&
               (is_upper(c->t[e]) || (unsigned char)c->t[e] >= 0xbd || /* U+FFFD */
                (e > b && memchr("-/0123456789", c->t[e], 12))))
            e++; /* "OJ CRP2 9" */
        if (e - b < 2)
            break;
        e = cite_skip_blanks(c, e, 0);
        (void)cite_digits(c, &e, &serial);
        at = e;
    }
    at = cite_skip_blanks(c, at, 1);
    return at < c->n && c->t[at] == '+' ? at : from;
}

static void read_rest(struct citer *c, const struct paper *p, uint32_t row)
{
    struct cite_groups g = {.n = 0};
    bool many = false;
    size_t e = cite_suffix(c, p->e, &g, &many);
    bool printed = g.n && strcmp(g.v[0].name, "REV") == 0;
    if (p->revision && !printed && g.n < CITE_GROUPS_MAX) {
        memmove(g.v + 1, g.v, g.n * sizeof *g.v);
        g.v[0] = (struct cite_group){"REV", p->revision};
        g.n++;
    }
    size_t end = e;
    struct sv marking = cite_marking(c, &end);
    add_paper(c, p, &g, p->b, end, marking, row);
    if (g.n)
        e = read_range(c, p, g, e, many, row);
    e = e > end ? e : end;
    read_further(c, p, g, pass_codes(c, pass_languages(c, e)), row);
    read_column(c, p, g, c->end > e ? c->end : e, row); /* not what was read just now */
}

/* A slash with the blanks that torn text puts around it. */
static bool pass_slash(const struct citer *c, size_t *at)
{
    size_t i = cite_skip_blanks(c, *at, 1);
    if (i >= c->n || c->t[i] != '/')
        return false;
    *at = cite_skip_blanks(c, i + 1, 1);
    return true;
}

/* "15 584/12": a blank inside the number at `at`, which begins behind `*number`. */
static void read_torn(const struct citer *c, size_t *at, uint32_t *number,
                      size_t *ndigits)
{
    enum { THOUSAND = 1000, REST = 3, FIRST_MOST = 2, REGISTER_LEAST = 4000 };
    size_t e = *at + 1;
    uint32_t rest;
    if (*ndigits == 0 || *ndigits > FIRST_MOST || e >= c->n || c->t[*at] != ' ' ||
        cite_digits(c, &e, &rest) != REST || e >= c->n || c->t[e] != '/' ||
        *number * THOUSAND < REGISTER_LEAST)
        return;
    *number = *number * THOUSAND + rest;
    *ndigits += REST;
    *at = e;
}

/* Reads number[/revision]/year at `at`, which holds the first digit. */
static bool read_number(const struct citer *c, size_t at, struct paper *p,
                        size_t *ndigits, size_t *ydigits)
{
    uint32_t second, third;
    p->b = at;
    *ndigits = cite_digits(c, &at, &p->number);
    read_torn(c, &at, &p->number, ndigits);
    if (!*ndigits || !pass_slash(c, &at))
        return false;
    size_t e = at;
    *ydigits = cite_digits(c, &e, &second);
    p->year = second;
    p->revision = 0;
    p->e = e;
    size_t more = e;
    if (*ydigits && *ydigits <= 2 && pass_slash(c, &more)) {
        size_t n = cite_digits(c, &more, &third);
        bool apart = more == c->n || (!is_digit(c->t[more]) &&
                                      (c->t[more] != '/' || cite_group_at(c, more + 1)));
        if ((n == 2 || n == 4) && apart) {
            p->revision = second;
            p->year = third;
            p->e = more;
            *ydigits = n;
        }
    }
    return *ydigits >= 2 && *ydigits <= 4;
}

/* "/EU", "(COD)" and "/2012" behind a number make it something else. */
static bool is_closed(const struct citer *c, size_t e)
{
    if (e >= c->n)
        return true;
    if (is_digit(c->t[e]))
        return false;
    if (c->t[e] == '/' && cite_group_at(c, e + 1)) /* "9800/15/REV 1" */
        return true;
    return !(c->t[e] == '/' && e + 1 < c->n &&
             (is_letter(c->t[e + 1]) || is_digit(c->t[e + 1])));
}

/* "nos. 27765/09 and 28578/03": a further one of what is none of ours. */
static bool goes_on(const struct citer *c, size_t b)
{
    static const struct words between = WORDS(",", "and", "&", "et", "und", ", and");
    return c->not_end && b > c->not_end && b - c->not_end < 8 &&
           one_of(sv_trim(sv_sub((struct sv){c->t, c->n}, c->not_end, b)), &between);
}

/* The register counts from 5000 a year, until 1999 from 4000, and has never passed 20000:
 * beyond stand years, ratios, laws and cases of States. */
static bool is_registered(uint32_t number, uint32_t year)
{
    return number >= (year < 2000 ? 4000 : 5000) && number < 20000;
}

/* "European Climate Law" above "6747/21 + ADD 1": the word ends a title, and the number
 * has a line of its own; below "... by criminal law" no sentence ends behind it. */
static bool begins_line(const struct citer *c, size_t word, size_t digits, size_t e)
{
    enum { LINE_MAX = 60 };
    if (digits == word || !memchr(c->t + word, '\n', digits - word))
        return false;
    size_t i = e;
    for (; i < c->n && c->t[i] != '\n'; i++)
        if (is_lower(c->t[i]) || i - e > LINE_MAX)
            return false;
    return !is_lower(c->t[word]) || !memchr(".,;:)", c->t[i - 1], 5);
}

/* "doc. 12345/172": the mark of a footnote, which lost its superscript, ends the number.
 */
static bool drop_note_mark(const struct citer *c, struct paper *p, size_t *ydigits,
                           bool named)
{
    enum { OLDER_MAX = 10, YEAR_DIGITS = 2 };
    size_t b = p->e - *ydigits;
    if (*ydigits <= YEAR_DIGITS || p->revision || c->t[b + YEAR_DIGITS] == '0')
        return false;
    uint32_t year = *ydigits == YEAR_DIGITS + 1 ? p->year / 10 : p->year / 100;
    uint32_t full = cite_year(year, YEAR_DIGITS);
    bool recent = c->newest && full <= c->newest && full + OLDER_MAX >= c->newest;
    bool plain = recent && *ydigits == YEAR_DIGITS + 1 && p->number >= 10000;
    if (!plain && !(named && is_paper_year(year, YEAR_DIGITS)))
        return false;
    p->year = year;
    *ydigits = YEAR_DIGITS;
    return true;
}

void cite_number(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct sv value = cite_value(c, token);
    size_t digits = k->b;
    while (digits < k->e && !is_digit(c->t[digits]))
        digits++;
    bool apart = begins_line(c, k->b, digits, k->e) || cite_has_version(c, k->e);
    if ((sv_eq(value, SV("not")) && !apart) || goes_on(c, digits)) {
        c->end = c->not_end = k->e;
        return;
    }
    if (cite_act_number(c, token, digits))
        return;
    struct paper p = {.series = SV("ST")};
    size_t nd, yd;
    bool named = sv_eq(value, SV("paper"));
    if (!read_number(c, digits, &p, &nd, &yd) || !is_closed(c, p.e) ||
        !(is_paper_year(p.year, yd) || drop_note_mark(c, &p, &yd, named)) || yd == 3 ||
        c->t[digits] == '0' || p.revision > 30)
        return;
    if (!named && (nd < 4 || (yd == 4 && nd < 5) ||
                   !is_registered(p.number, cite_year(p.year, yd))))
        return;
    if (cite_is_other(c, digits, p.e, named))
        return;
    p.year = cite_year(p.year, yd);
    if (c->newest && p.year > c->newest) /* "5120/32 mm" */
        return;
    read_rest(c, &p, cite_row(c, token));
}

/* Behind "and", "," or the like and the blank: where the next number of a list may begin,
 * or `at`. */
static size_t pass_list_joint(const struct citer *c, size_t at)
{
    static const struct sv joint[] = {{",", 1},  {"and", 3}, {"und", 3}, {"et", 2},
                                      {"en", 2}, {"og", 2},  {"och", 3}, {"e", 1},
                                      {"y", 1},  {"&", 1}};
    size_t b = cite_skip_blanks(c, at, 1);
    for (size_t i = 0; i < ARRAY_LEN(joint); i++) {
        size_t e = b + joint[i].n;
        if (e < c->n && sv_starts(sv_sub(c->s->text, b, c->n), joint[i]) &&
            cite_skip_blanks(c, e, 1) > e)
            return cite_skip_blanks(c, e, 1);
    }
    return at;
}

/* "CONV 720/03 and 721/03": numbers too short for another series, of the same year. */
static void read_more_of_series(struct citer *c, const struct paper *first, uint32_t row)
{
    enum { MORE_MAX = 12, SHORT_DIGITS = 3 };
    for (int i = 0; i < MORE_MAX; i++) {
        struct paper p = {.series = first->series};
        size_t nd, yd, b = pass_list_joint(c, c->end);
        if (b == c->end || b >= c->n || !is_digit(c->t[b]) ||
            !read_number(c, b, &p, &nd, &yd) || nd > SHORT_DIGITS || nd < 2 || yd != 2 ||
            p.number == 0 || !is_closed(c, p.e) || cite_year(p.year, yd) != first->year)
            return;
        p.b = b;
        p.year = first->year;
        read_rest(c, &p, row);
        if (c->end < p.e)
            return;
    }
}

void cite_series(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct paper p = {.series = cite_value(c, token)};
    size_t digits = k->b, nd, yd;
    while (digits < k->e && !is_digit(c->t[digits]))
        digits++;
    if (!read_number(c, digits, &p, &nd, &yd) || yd == 3 || !is_closed(c, p.e) ||
        p.number == 0)
        return;
    p.b = sv_eq(p.series, SV("ST")) ? digits : k->b;
    p.year = cite_year(p.year, yd);
    read_rest(c, &p, cite_row(c, token));
    if (c->end >= p.e && !sv_eq(p.series, SV("ST")))
        read_more_of_series(c, &p, cite_row(c, token));
}

/* The next run of digits or letters of a file name. */
static struct sv next_part(const struct citer *c, size_t *at, size_t end)
{
    while (*at < end && !is_digit(c->t[*at]) && !is_letter(c->t[*at]))
        ++*at;
    size_t b = *at;
    bool digit = b < end && is_digit(c->t[b]);
    while (*at < end && (digit ? is_digit(c->t[*at]) : is_letter(c->t[*at])))
        ++*at;
    return (struct sv){c->t + b, *at - b};
}

static uint32_t number_of(struct sv s)
{
    uint64_t v;
    return sv_u64(s, &v) && v < UINT32_MAX ? (uint32_t)v : 0;
}

/* ST-15754-2017-REV-1-ADD-2 and st15754-re01-ad02.en17: parts in order, the year second,
 * or in file names behind the language. */
void cite_link(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct paper p = {.series = cite_value(c, token), .b = k->b, .e = k->e};
    struct cite_groups g = {.n = 0};
    size_t at = k->b;
    (void)next_part(c, &at, k->e);
    p.number = number_of(next_part(c, &at, k->e));
    const char *group = NULL;
    while (at < k->e) {
        struct sv part = next_part(c, &at, k->e);
        if (part.n && is_digit(part.p[0])) {
            if (group && g.n < CITE_GROUPS_MAX)
                g.v[g.n++] = (struct cite_group){group, number_of(part)};
            else if (!group)
                p.year = cite_year(number_of(part), part.n);
            group = NULL;
        } else {
            group = at < k->e || part.n > 2 ? cite_group_short(part) : NULL;
        }
    }
    if (p.number && p.year)
        add_paper(c, &p, &g, p.b, p.e, SV_NULL, cite_row(c, token));
}
