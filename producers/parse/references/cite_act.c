/* Acts: Directive 95/46/EC, Regulation (EU) No 604/2013, Council Decision (CFSP)
 * 2017/1324. The number says which two digits are the year; the word that names the act
 * stands before it (in Hungarian behind it), perhaps with "(EU)" and "No" between,
 * perhaps further off in a list. */
#include "cite_groups.h"
#include "producers/parse/text/words.h"

#include <stdio.h>
#include <string.h>

/* A number with a year as printed: first/second[/LETTERS]. */
struct act_number {
    size_t b, e;  /* the digits and the letters */
    size_t begin; /* in front of "(EU)" and "No" */
    uint32_t first, second;
    size_t first_digits, second_digits;
    bool letters;  /* /EU, /EC, /JHA, … behind it */
    bool numbered; /* "No" before it */
    bool domain;   /* "(EU)" before it */
};

static bool is_act_year(uint32_t v, size_t digits)
{
    if (digits == 4)
        return v >= 1952 && v <= 2099;
    return digits == 2 && v >= 52; /* 1952 to 1999: then years took four digits */
}

/* "95/46/EC3": a digit or two between `at` and the end of the word. */
static bool is_note_mark(const struct citer *c, size_t at)
{
    uint32_t mark;
    size_t e = at, digits = cite_digits(c, &e, &mark);
    return digits > 0 && digits < 3 && c->t[at] != '0' &&
           (e >= c->n || !(is_letter(c->t[e]) || c->t[e] == '/'));
}

/* Letters that no code or author is, so that a digit behind them is a footnote's. */
static bool is_domain(struct sv letters)
{
    static const struct words list =
        WORDS("EC", "EU", "EEC", "JHA", "CFSP", "Euratom", "CE", "UE", "CEE", "JAI",
              "PESC", "EG", "EWG", "JI", "GASP", "GBVB", "JBZ", "EEG", "EF", "RIA");
    return one_of(letters, &list);
}

/* "95/46 EC", "95/46 /EC": the second stroke is lost or set off. Behind it, or `at`. */
static size_t pass_torn_stroke(const struct citer *c, size_t at, bool old)
{
    static const struct sv letters[] = {{" /EC", 4},  {" /EU", 4},   {" /EEC", 5},
                                        {" /JHA", 5}, {" /CFSP", 6}, {" EC", 3},
                                        {" EEC", 4}};
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        size_t e = at + letters[i].n;
        bool stroke = letters[i].p[1] == '/';
        if ((stroke || old) && sv_starts(sv_sub(c->s->text, at, c->n), letters[i]) &&
            (e == c->n || memchr(" ,.;:)\n", c->t[e], 7)))
            return e;
    }
    return at;
}

/* "/EC", "/ EU", "/JHA", "/Euratom", in any alphabet; "/2012", "/a" and "/REV 1" are
 * none.
 */
static bool pass_letters(const struct citer *c, size_t *at)
{
    enum { LETTERS_MAX = 16 };
    if (*at >= c->n || c->t[*at] != '/')
        return false;
    bool line = *at + 1 < c->n && c->t[*at + 1] == '\n'; /* "2008/841/" above "JHA" */
    bool torn = line || (*at + 1 < c->n && c->t[*at + 1] == ' ');
    size_t e = *at + 1 + torn, b = e;
    if (cite_group_at(c, b) || (torn && !line && b < c->n && c->t[b] != 'E'))
        return false;
    while (e < c->n && e - b < LETTERS_MAX && is_letter(c->t[e]))
        e++;
    while (e < c->n && ((unsigned char)c->t[e] & 0xc0) == 0x80)
        e++;
    if (e - b < 2 || (torn && !is_upper(c->t[e - 1])) ||
        (!is_upper(c->t[b]) && (unsigned char)c->t[b] < 0x80) ||
        (e < c->n && is_digit(c->t[e]) &&
         !(is_note_mark(c, e) && is_domain(sv_sub(c->s->text, b, e)))) ||
        (line && e + 1 < c->n && is_digit(c->t[e + 1]))) /* a code: "JAI 12" */
        return false;
    *at = e;
    return true;
}

/* "(General Affairs)": a capital word of small letters other than Euratom is no domain of
 * acts, and the number behind it one of a paper. */
static bool names_words(const struct citer *c, size_t b, size_t e)
{
    static const struct sv euratom = {"Eur", 3};
    for (size_t i = b; i + 3 < e; i++)
        if (is_upper(c->t[i]) && is_lower(c->t[i + 1]) && is_lower(c->t[i + 2]) &&
            !sv_starts(sv_sub((struct sv){c->t, c->n}, i, e), euratom))
            return true;
    return false;
}

/* Looks back over "(EU, Euratom)" from `at`; its begin, or `at`. */
static size_t back_domain(const struct citer *c, size_t at)
{
    enum { DOMAIN_MAX = 40 };
    size_t i = cite_back_blanks(c, at), upper = 0;
    if (i == 0 || c->t[i - 1] != ')')
        return at;
    for (size_t left = DOMAIN_MAX; --i > 0 && left > 0; left--) {
        char x = c->t[i - 1];
        if (x == '(')
            return (upper > 1 || sv_starts(sv_sub(c->s->text, i, at), SV("Euratom"))) &&
                           !names_words(c, i, at)
                       ? i - 1
                       : at;
        if (is_digit(x) || x == '\n')
            return at;
        upper += is_upper(x) || (unsigned char)x >= 0xc3;
    }
    return at;
}

/* "No 1049/20012", "2018/12402": the mark of a footnote, which lost its superscript, ends
 * the number; without it there is a year, or a number as high as one year reaches. False
 * where more digits are no mark. */
static bool drop_note_mark(struct act_number *n, size_t *at)
{
    enum { MARK_DIGITS = 2, HIGHEST = 4000, CORRIGENDA = 90000, YEAR_DIGITS = 4 };
    bool front = !n->numbered && n->first_digits == YEAR_DIGITS && n->first >= 2015 &&
                 is_act_year(n->first, YEAR_DIGITS);
    uint32_t value = n->second;
    size_t digits = n->second_digits;
    if (front && digits == YEAR_DIGITS + 1 &&
        value > CORRIGENDA) /* "2024/90123": they are counted from there */
        return false;
    while (front ? value > HIGHEST : digits > YEAR_DIGITS) {
        value /= 10;
        digits--;
    }
    if (digits + MARK_DIGITS < n->second_digits || digits > YEAR_DIGITS ||
        (!front && digits < n->second_digits && !is_act_year(value, digits)))
        return false;
    *at -= n->second_digits - digits;
    n->second = value;
    n->second_digits = digits;
    return true;
}

static bool read_act_number(const struct citer *c, size_t token, size_t digits,
                            struct act_number *n)
{
    size_t at = digits;
    *n = (struct act_number){.b = digits};
    n->first_digits = cite_digits(c, &at, &n->first);
    size_t slash = cite_skip_blanks(c, at, 1);
    if (slash >= c->n || c->t[slash] != '/')
        return false;
    at = cite_skip_blanks(c, slash + 1, 1); /* "562/ 2006" in torn text */
    n->second_digits = cite_digits(c, &at, &n->second);
    n->numbered = sv_eq(cite_value(c, token), SV("no"));
    if (!n->second_digits || n->first_digits > 4)
        return false;
    n->letters = n->second_digits <= 4 && pass_letters(c, &at);
    if (!n->letters && n->second_digits <= 4) {
        size_t e = pass_torn_stroke(c, at, n->first_digits == 2 && n->first >= 52);
        n->letters = e > at;
        at = e;
    }
    if (!n->letters && ((at < c->n && c->t[at] == '/') || !drop_note_mark(n, &at)))
        return false;
    n->e = at;
    n->begin = n->numbered ? c->s->token[token].b : digits;
    size_t domain = back_domain(c, n->begin);
    n->domain = domain < n->begin;
    n->begin = domain;
    return true;
}

/* Puts the year and the number in their places; false when neither part can be a year. */
static bool order(const struct act_number *n, char descriptor, uint32_t *year,
                  uint32_t *number)
{
    bool front = is_act_year(n->first, n->first_digits);
    bool back = is_act_year(n->second, n->second_digits);
    if (front && back) { /* 2016/2012: "No" and old regulations begin with the number */
        bool since_2015 = n->first_digits == 4 && n->first >= 2015;
        back = n->numbered || (descriptor == 'R' && !n->letters && !since_2015);
        front = !back;
    }
    if (!front && !back)
        return false;
    if (front && n->first_digits == 2 && !n->letters && descriptor != 'R')
        return false;
    *year = front ? cite_year(n->first, n->first_digits)
                  : cite_year(n->second, n->second_digits);
    *number = front ? n->second : n->first;
    return *number > 0;
}

/* Between an act's word and its number: blanks, quotes, a bracket. */
static bool is_beside(const struct citer *c, size_t b, size_t e)
{
    static const char soft[] = " \t\n*\"'(:\xc2\xa0\xe2\x80\x98\x99\x9c\x9d";
    if (e < b || e - b > 24)
        return false;
    for (size_t i = b; i < e; i++)
        if (!memchr(soft, c->t[i], sizeof soft - 1))
            return false;
    return true;
}

/* "and", ", (EU) No", "und": short words and signs between two numbers of one list. */
static bool is_list_glue(const struct citer *c, size_t b, size_t e)
{
    enum { GLUE_MAX = 32, WORD_MAX = 6 };
    size_t word = 0;
    if (e <= b || e - b > GLUE_MAX)
        return false;
    for (size_t i = b; i < e; i++) {
        if (memchr(".;:", c->t[i], 3) || is_digit(c->t[i]))
            return false;
        word = is_letter(c->t[i]) ? word + 1 : 0;
        if (word > WORD_MAX)
            return false;
    }
    return true;
}

/* A word for an act: where it stands, and its row. */
struct act_word {
    size_t b, e;
    uint32_t row;
};

static bool holds_number(const struct citer *c, const struct token *k)
{
    for (size_t i = k->b; i < k->e; i++)
        if (is_digit(c->t[i]))
            return true;
    return false;
}

/* The word that token i is, or that stands at the end of it: another table may hold
 * "Council Decision" as a whole. A word with its number is the name of no other one. */
static bool act_word(const struct citer *c, size_t i, struct act_word *w)
{
    const struct token *k = &c->s->token[i];
    *w = (struct act_word){k->b, k->e, cite_row(c, i)};
    if (KNOWLEDGE_ID_TABLE(k->id) == c->table_index)
        return cite_form(c, i) == FORM_ACT && !holds_number(c, k);
    for (size_t at = k->b + 1; at < k->e; at++) {
        struct match_hit hit;
        if (is_letter(c->t[at - 1]) || !is_letter(c->t[at]) ||
            !match_at(knowledge_matcher(c->s->k), c->s->text, at, &hit) ||
            hit.end != k->e)
            continue;
        w->row = KNOWLEDGE_ID_ROW(hit.id);
        return KNOWLEDGE_ID_TABLE(hit.id) == c->table_index &&
               cite_row_form(c, w->row) == FORM_ACT;
    }
    return false;
}

static char descriptor_of(const struct citer *c, const struct act_word *w)
{
    return c->table->row[w->row].cell[3].p[0];
}

/* The nearest word for an act before `at` in its sentence. */
static bool act_before(const struct citer *c, size_t token, size_t at, struct act_word *w)
{
    for (size_t i = token; i > 0; i--) {
        const struct token *k = &c->s->token[i - 1];
        if (k->e + CITE_SENTENCE_BYTES < at)
            return false;
        if (k->e > at || !act_word(c, i - 1, w))
            continue;
        struct sv gap = sv_sub(c->s->text, k->e, at);
        return sv_find(gap, SV("\n\n")) == SIZE_MAX && sv_find(gap, SV(". ")) == SIZE_MAX;
    }
    return false;
}

/* "the Framework Decision on the European arrest warrant 1" above "1 2002/584/JHA, OJ L
 * 190": the footnote begins with the number of what its mark stands behind. */
static bool act_of_note(const struct citer *c, size_t at, struct act_word *w)
{
    const struct scan *s = c->s;
    size_t line = scan_line_at(s, at);
    if (!(s->line[line].flags & LINE_FOOTNOTE) || at > s->line[line].content + 8)
        return false;
    for (size_t i = 0; i < s->nmarks; i++)
        if (s->mark[i].line == line)
            return act_before(c, scan_token_at(s, s->mark[i].b), s->mark[i].b, w);
    return false;
}

/* "98/427/JHA": justice and home affairs, whose joint actions and positions are F. */
static bool is_of_justice(const struct citer *c, const struct act_number *n)
{
    static const struct words list =
        WORDS("JHA", "JAI", "JI", "GAI", "RIA", "JBZ", "RIF", "YOS", "WSiSW", "SVV",
              "SVZ", "PNZ", "PUP", "JAP", "IB", "TI", "TVR", "JSK", "ΔΕΥ", "ПВР");
    size_t b = n->e;
    while (b > n->b && c->t[b - 1] != '/')
        b--;
    return n->e > b && one_of((struct sv){c->t + b, n->e - b}, &list);
}

static void add_act(struct citer *c, const struct act_number *n, char descriptor,
                    size_t b, size_t e, uint32_t row)
{
    uint32_t year, number;
    struct cite f = {.kind = CITE_ACT, .b = b, .e = e, .row = row};
    if (descriptor == 'E' && is_of_justice(c, n))
        descriptor = 'F';
    if (!order(n, descriptor, &year, &number) ||
        (!n->letters && !n->domain &&
         (descriptor == 'H' || /* "Decision 3/2019 of the Joint Committee" */
          (descriptor == 'D' && number == n->first && number < 100))))
        return;
    (void)snprintf(f.id, sizeof f.id, "3%u%c%04u", year, descriptor, number);
    cite_add(c, &f);
    c->end = e;
    c->act.end = e;
    c->act.descriptor = descriptor;
    c->act.bare = !n->letters;
}

/* A word for an act right behind the number: "a 95/46/EK irányelv". */
static bool act_behind(const struct citer *c, size_t token, size_t at, struct act_word *w)
{
    return token + 1 < c->s->ntokens && act_word(c, token + 1, w) && w->b > at &&
           is_beside(c, at, w->b);
}

/* The number stands right behind a word for an act. */
static bool cite_beside(struct citer *c, size_t token, const struct act_number *n)
{
    struct act_word w;
    uint32_t year, number;
    if (token == 0 || c->s->token[token - 1].e > n->begin ||
        !is_beside(c, c->s->token[token - 1].e, n->begin) ||
        !act_word(c, token - 1, &w) || !order(n, descriptor_of(c, &w), &year, &number))
        return false;
    bool bracket = memchr(c->t + w.e, '(', n->begin - w.e) != NULL;
    add_act(c, n, descriptor_of(c, &w), bracket ? n->begin : w.b, n->e, w.row);
    return true;
}

/* The number continues a list of acts. */
static bool cite_in_list(struct citer *c, size_t token, const struct act_number *n)
{
    uint32_t year, number;
    if (!c->act.end || !is_list_glue(c, c->act.end, n->begin) ||
        !(n->letters || n->domain || n->numbered || c->act.bare) ||
        !order(n, c->act.descriptor, &year, &number))
        return false;
    add_act(c, n, c->act.descriptor, n->begin, n->e, cite_row(c, token));
    return true;
}

bool cite_act_number(struct citer *c, size_t token, size_t digits)
{
    struct act_number n;
    struct act_word w;
    if (sv_eq(cite_value(c, token), SV("paper")) ||
        !read_act_number(c, token, digits, &n))
        return false;
    if (cite_beside(c, token, &n))
        return true;
    if (n.letters && act_behind(c, token, n.e, &w) && !is_upper(c->t[w.b])) {
        add_act(c, &n, descriptor_of(c, &w), n.begin, n.e, w.row);
        return true;
    }
    if (cite_in_list(c, token, &n))
        return true;
    if (!n.letters && !n.domain)
        return false;
    if (act_behind(c, token, n.e, &w) || act_before(c, token, n.begin, &w) ||
        act_of_note(c, n.begin, &w))
        add_act(c, &n, descriptor_of(c, &w), n.begin, n.e, w.row);
    else if (is_act_year(n.first, n.first_digits) ||
             is_act_year(n.second, n.second_digits))
        c->end = n.e; /* an act, though not which: at least no paper */
    else
        return n.letters;
    return true;
}

/* A row may hold the word with its number, where both together say what it is. */
void cite_act(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    size_t digits = k->b;
    struct act_number n;
    while (digits < k->e && !is_digit(c->t[digits]))
        digits++;
    if (digits < k->e && read_act_number(c, token, digits, &n))
        add_act(c, &n, cite_value(c, token).p[0], k->b, n.e, cite_row(c, token));
}
