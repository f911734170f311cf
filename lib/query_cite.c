/* What people write of a Commission paper, an act or a treaty's article, as the id under
 * which papers cite it: "COM(2020) 610 final" is COM:2020:0610, "Directive 2011/36/EU"
 * 32011L0036, "Article 82 TFEU" TFEU:82. The parser has tables in 24 languages for this;
 * a query is one form, in the words that an English or French reader types. */
#include "query_parser.h"

struct scan {
    struct sv s;
    size_t at;
};

static void blanks(struct scan *c)
{
    while (c->at < c->s.n && c->s.p[c->at] == ' ')
        c->at++;
}

static struct sv letters(struct scan *c)
{
    size_t b = c->at;
    while (c->at < c->s.n && is_letter(c->s.p[c->at]))
        c->at++;
    return sv_sub(c->s, b, c->at);
}

/* 0: no number of 1 to `most` digits. */
static unsigned number(struct scan *c, size_t most, size_t *digits)
{
    size_t b = c->at;
    unsigned n = 0;
    while (c->at < c->s.n && is_digit(c->s.p[c->at]) && c->at - b < 9)
        n = n * 10 + (unsigned)(c->s.p[c->at++] - '0');
    *digits = c->at - b;
    return *digits <= most ? n : 0;
}

static bool sign(struct scan *c, char what)
{
    bool there = c->at < c->s.n && c->s.p[c->at] == what;
    c->at += there;
    return there;
}

static bool is_word(struct sv word, const char *const *words)
{
    for (; *words; words++)
        if (sv_eq_fold(word, sv_cstr(*words)))
            return true;
    return false;
}

/* COM(2020) 610 final, JOIN (2017)450 */
static bool commission(struct arena *a, struct sv s, struct sv *out)
{
    static const char *const series[] = {"COM", "JOIN", "SWD", "SEC", "C", NULL};
    struct scan c = {s, 0};
    size_t digits;
    struct sv name = letters(&c);
    blanks(&c);
    if (!is_word(name, series) || !sign(&c, '('))
        return false;
    unsigned year = number(&c, 4, &digits);
    if (digits != 4 || !sign(&c, ')'))
        return false;
    blanks(&c);
    unsigned n = number(&c, 5, &digits);
    if (!n)
        return false;
    *out = arena_printf(a, SV_FMT ":%04u:%04u", SV_ARG(name), year, n);
    return true;
}

/* The letter that CELEX gives to a kind of act, 0 for a word that is none. */
static char act_letter(struct sv word)
{
    static const struct {
        const char *word;
        char letter;
    } acts[] = {{"directive", 'L'}, {"regulation", 'R'},     {"reglement", 'R'},
                {"règlement", 'R'}, {"decision", 'D'},       {"décision", 'D'},
                {"framework", 'F'}, {"cadre", 'F'},          {"joint", 'E'},
                {"common", 'E'},    {"recommendation", 'H'}, {"recommandation", 'H'}};
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        if (sv_eq_fold(word, sv_cstr(acts[i].word)))
            return acts[i].letter;
    return 0;
}

/* "framework decision": the first word says which; "décision-cadre": the second. */
static char kind_of_act(struct sv head, bool *number_first)
{
    struct sv rest = head, word;
    char kind = 0;
    *number_first = false;
    while (rest.n && sv_cut(&rest, ' ', &word)) {
        struct sv part = SV_NULL;
        while (word.n && sv_cut(&word, '-', &part)) {
            char letter = act_letter(part);
            if (letter && (!kind || letter == 'F'))
                kind = letter;
        }
        *number_first = sv_eq_fold(word, SV("no")) || sv_eq_fold(part, SV("no")) ||
                        sv_eq_fold(part, SV("n°"));
    }
    return kind;
}

/* 0: none of the Community's or the Union's. */
static unsigned whole_year(unsigned year, size_t digits)
{
    if (digits == 2)
        year += year >= 52 ? 1900 : 2000;
    return digits % 2 == 0 && year >= 1952 && year < 2100 ? year : 0;
}

/* "Directive 95/46/EC", "Regulation (EU) 2016/679", "Regulation (EC) No 45/2001" */
static bool act(struct arena *a, struct sv s, struct sv *out)
{
    struct scan c = {s, 0};
    while (c.at < s.n && !is_digit(s.p[c.at]))
        c.at++;
    bool number_first;
    size_t one_digits, two_digits;
    char kind = kind_of_act(sv_trim(sv_sub(s, 0, c.at)), &number_first);
    unsigned one = number(&c, 4, &one_digits);
    if (!kind || !sign(&c, '/'))
        return false;
    unsigned two = number(&c, 4, &two_digits);
    unsigned year = number_first ? 0 : whole_year(one, one_digits), n = two;
    if (!year) {
        year = whole_year(two, two_digits);
        n = one;
    }
    if (!n || !year)
        return false;
    *out = arena_printf(a, "3%u%c%04u", year, kind, n);
    return true;
}

/* "Article 82 TFEU", "82 TFEU", "Art. 6 TEU", "Article 8 of the Charter" */
static bool article(struct arena *a, struct sv s, struct sv *out)
{
    static const char *const treaties[] = {"TFEU", "TEU", "CHARTER", NULL};
    static const char *const before[] = {"article", "art", "", NULL};
    static const char *const between[] = {"of", "the", NULL};
    struct scan c = {s, 0};
    size_t digits;
    if (!is_word(letters(&c), before))
        return false;
    (void)sign(&c, '.');
    blanks(&c);
    unsigned n = number(&c, 3, &digits);
    if (!n)
        return false;
    struct sv word;
    do {
        size_t from = c.at;
        blanks(&c);
        word = letters(&c);
        if (c.at == from)
            return false;
    } while (is_word(word, between));
    if (!is_word(word, treaties))
        return false;
    *out = arena_printf(a, SV_FMT ":%u", SV_ARG(word), n);
    return true;
}

/* "PE-CONS 33/16" is PE-33-2016. */
static bool cons(struct arena *a, struct sv s, struct sv *out)
{
    struct sv plain;
    if (!sv_eq_fold(sv_sub(s, 0, s.n < 8 ? s.n : 8), SV("PE-CONS ")))
        return false;
    plain = arena_printf(a, "PE " SV_FMT, SV_ARG(sv_sub(s, 8, s.n)));
    return query_number(a, plain, out);
}

bool query_citation(struct arena *a, struct sv s, struct sv *out)
{
    return commission(a, s, out) || act(a, s, out) || article(a, s, out) ||
           cons(a, s, out) || query_number(a, s, out);
}
