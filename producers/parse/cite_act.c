/* Acts: Directive 95/46/EC, Regulation (EU) No 604/2013, Council Decision (CFSP)
 * 2017/1324. The number says which two digits are the year; the word that names the act
 * stands before it (in Hungarian behind it), perhaps with "(EU)" and "No" between,
 * perhaps further off in a list. */
#include "cite.h"

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

/* "/EC", "/JHA", "/Euratom", in any alphabet; "/2012" and "/a" are none. */
static bool pass_letters(const struct citer *c, size_t *at)
{
    enum { LETTERS_MAX = 16 };
    size_t e = *at + 1, b = e;
    if (*at >= c->n || c->t[*at] != '/')
        return false;
    while (e < c->n && e - b < LETTERS_MAX && is_letter(c->t[e]))
        e++;
    while (e < c->n && ((unsigned char)c->t[e] & 0xc0) == 0x80)
        e++;
    if (e - b < 2 || (!is_upper(c->t[b]) && (unsigned char)c->t[b] < 0x80) ||
        (e < c->n && is_digit(c->t[e])))
        return false;
    *at = e;
    return true;
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
            return upper > 1 ? i - 1 : at;
        if (is_digit(x) || x == '\n')
            return at;
        upper += is_upper(x) || (unsigned char)x >= 0xc3;
    }
    return at;
}

static bool read_act_number(const struct citer *c, size_t token, size_t digits,
                            struct act_number *n)
{
    size_t at = digits;
    *n = (struct act_number){.b = digits};
    n->first_digits = cite_digits(c, &at, &n->first);
    if (at >= c->n || c->t[at] != '/')
        return false;
    at++;
    n->second_digits = cite_digits(c, &at, &n->second);
    if (!n->second_digits || n->second_digits > 4 || n->first_digits > 4)
        return false;
    n->letters = pass_letters(c, &at);
    if (!n->letters && at < c->n && (is_digit(c->t[at]) || c->t[at] == '/'))
        return false;
    n->e = at;
    n->begin = c->s->token[token].b;
    n->numbered = sv_eq(cite_value(c, token), SV("no"));
    if (!n->numbered)
        n->begin = digits;
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

/* The nearest word for an act before `at` in its sentence; SIZE_MAX without one. */
static size_t act_before(const struct citer *c, size_t token, size_t at)
{
    for (size_t i = token; i > 0; i--) {
        const struct token *k = &c->s->token[i - 1];
        if (k->e + CITE_SENTENCE_BYTES < at)
            return SIZE_MAX;
        if (cite_form(c, i - 1) != FORM_ACT)
            continue;
        struct sv gap = sv_sub(c->s->text, k->e, at);
        return sv_find(gap, SV("\n\n")) == SIZE_MAX && sv_find(gap, SV(". ")) == SIZE_MAX
                   ? i - 1
                   : SIZE_MAX;
    }
    return SIZE_MAX;
}

static void add_act(struct citer *c, const struct act_number *n, char descriptor,
                    size_t b, size_t e, uint32_t row)
{
    uint32_t year, number;
    struct cite f = {.kind = CITE_ACT, .b = b, .e = e, .row = row};
    if (!order(n, descriptor, &year, &number) ||
        (descriptor == 'H' && !n->letters && !n->domain))
        return;
    (void)snprintf(f.id, sizeof f.id, "3%u%c%04u", year, descriptor, number);
    cite_add(c, &f);
    c->end = e;
    c->act.end = e;
    c->act.descriptor = descriptor;
    c->act.bare = !n->letters;
}

static char descriptor_of(const struct citer *c, size_t token)
{
    return cite_value(c, token).p[0];
}

/* A word for an act right behind the number: "a 95/46/EK irányelv". */
static size_t act_behind(const struct citer *c, size_t token, size_t at)
{
    if (token + 1 >= c->s->ntokens || cite_form(c, token + 1) != FORM_ACT)
        return SIZE_MAX;
    const struct token *k = &c->s->token[token + 1];
    return k->b > at && is_beside(c, at, k->b) ? token + 1 : SIZE_MAX;
}

bool cite_act_number(struct citer *c, size_t token, size_t digits)
{
    struct act_number n;
    uint32_t year, number, row = cite_row(c, token);
    if (sv_eq(cite_value(c, token), SV("paper")) ||
        !read_act_number(c, token, digits, &n))
        return false;
    if (token > 0 && cite_form(c, token - 1) == FORM_ACT) {
        const struct token *k = &c->s->token[token - 1];
        char d = descriptor_of(c, token - 1);
        if (is_beside(c, k->e, n.begin) && order(&n, d, &year, &number)) {
            bool bracket = memchr(c->t + k->e, '(', n.begin - k->e) != NULL;
            add_act(c, &n, d, bracket ? n.begin : k->b, n.e, cite_row(c, token - 1));
            return true;
        }
    }
    bool list = c->act.end && is_list_glue(c, c->act.end, n.begin);
    if (list && (n.letters || n.domain || n.numbered || c->act.bare) &&
        order(&n, c->act.descriptor, &year, &number)) {
        add_act(c, &n, c->act.descriptor, n.begin, n.e, row);
        return true;
    }
    if (!n.letters && !n.domain)
        return false;
    size_t word = act_behind(c, token, n.e);
    if (word == SIZE_MAX)
        word = act_before(c, token, n.begin);
    if (word != SIZE_MAX)
        add_act(c, &n, descriptor_of(c, word), n.begin, n.e, cite_row(c, word));
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
        add_act(c, &n, descriptor_of(c, token), k->b, n.e, cite_row(c, token));
}
