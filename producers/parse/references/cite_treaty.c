/* Treaty articles, where the treaty is named beside them: Article 71 TFEU, Articles
 * 82(1)(d) and 87(2)(a) TFEU, Article 6 of the Treaty on European Union, Charter
 * Article 8. */
#include "cite.h"
#include "producers/parse/text/words.h"

#include <stdio.h>
#include <string.h>

enum { ARTICLES_MAX = 24, GLUE_MAX = 20 };

struct article {
    size_t b, e;
    char number[12];
};

struct articles {
    struct article v[ARTICLES_MAX];
    size_t n;
    size_t b, e; /* from the word to the end of the last number */
};

/* "and 2", "e 2" behind "paragraphs 1", "n.os 1": no further article. */
static size_t pass_further_paragraphs(const struct citer *c, size_t at)
{
    static const char *const joint[] = {" and ", " et ", " e ", " y ",
                                        " en ",  " to ", " a "};
    for (size_t i = 0; i < sizeof joint / sizeof *joint; i++) {
        size_t e = at + sv_cstr(joint[i]).n;
        uint32_t v;
        if (e < c->n && memcmp(c->t + at, joint[i], e - at) == 0 &&
            cite_digits(c, &e, &v) == 1)
            return e;
    }
    return at;
}

/* "članak 78. stavak 2.", "članka 8. Povelje": the stop of an ordinal. */
static size_t pass_ordinal(const struct citer *c, size_t at)
{
    static const struct sv next[] = {{". stav", 6},   {". toč", 6},  {". Povelj", 8},
                                     {". Ugovor", 8}, {". UFEU", 6}, {". UEU", 5}};
    for (size_t i = 0; i < ARRAY_LEN(next); i++)
        if (sv_starts(sv_sub(c->s->text, at, c->n), next[i]))
            return at + 1;
    return at;
}

/* What is counted inside an article, as it stands between its number and its treaty. */
static const char *const parts[] = {
    "lid",        "leden",     "onder",     "paragraphe", "paragraphes", "paragraph",
    "paragraphs", "paragrafo", "paragrafi", "stk.",       "stk",         "point",
    "points",     "litra",     "litera",    "lettera",    "lettere",     "letra",
    "letras",     "apartado",  "apartados", "alínea",     "alíneas",     "alinéa",
    "n.º",        "n.os",      "Absatz",    "Absätze",    "Abs.",        "Unterabsatz",
    "Satz",       "Buchstabe", "Buchst.",   "punkt",      "punkti",      "ust.",
    "lit.",       "pkt",       "odst.",     "písm.",      "ods.",        "bod",
    "alineatul",  "alin.",     "lõike",     "lõikele",    "lõige",       "lõiget",
    "stavak",     "stavka",    "stavkom",   "točka",      "točku",       "točki",
    "Buchstaben", "Nummer",    "Nummern",   "Nr.",        "nr.",         "punt",
    "punten",     "punto",     "punti",     "puntos",     "ponto",       "nummer",
    "параграф",   "буква",     "алинея",    "παράγραφος", "παραγράφου",  "στοιχείο",
    "mír"};

/* "d)", "δ)", "d": one small letter that names a point; where it ends, or `at`. */
static size_t pass_letter(const struct citer *c, size_t at)
{
    size_t e = at;
    if (at < c->n && is_lower(c->t[at]))
        e = at + 1;
    else if (at + 1 < c->n && (unsigned char)c->t[at] >= 0xc3)
        e = at + 2;
    if (e == at || (e < c->n && (is_letter(c->t[e]) || c->t[e] == '.')))
        return at;
    return e + (e < c->n && c->t[e] == ')');
}

/* "et b)", ", c)", "und b" behind the letter of a point: where the next one of its list
 * ends, or `at`. */
static size_t pass_next_letter(const struct citer *c, size_t at)
{
    static const char *const joint[] = {
        " and ", " or ",    " et ",  " ou ", " und ", " oder ", " en ", " of ",
        " og ",  " eller ", " och ", " e ",  " o ",   " y ",    " i ",  ", "};
    for (size_t i = 0; i < ARRAY_LEN(joint); i++) {
        size_t b = at + sv_cstr(joint[i]).n;
        if (b >= c->n || memcmp(c->t + at, joint[i], b - at) != 0)
            continue;
        size_t e = pass_letter(c, b);
        if (e > b && (c->t[e - 1] == ')' || c->t[at - 1] != ')'))
            return e;
    }
    return at;
}

static size_t pass_letters(const struct citer *c, size_t at)
{
    enum { LETTERS_MAX = 8 };
    for (size_t i = 0, e; i < LETTERS_MAX && (e = pass_next_letter(c, at)) > at; i++)
        at = e;
    return at;
}

/* ", deuxième alinéa", "andra stycket", ", secondo comma": one word that counts, and the
 * part; where it ends, or `at`. */
static size_t pass_counted_part(const struct citer *c, size_t at)
{
    enum { COUNT_MAX = 18 };
    static const struct words unit =
        WORDS("subparagraph", "subparagraphs", "paragraph", "indent", "sentence",
              "alinéa", "alinéas", "phrase", "tiret", "alinea", "alinea's", "zin",
              "streepje", "afsnit", "punktum", "led", "stycket", "styckena", "meningen",
              "strecksatsen", "comma", "commi", "frase", "trattino", "párrafo", "guion",
              "parágrafo", "travessão", "akapit", "zdanie", "pododstavec", "lõik");
    size_t b = at < c->n && c->t[at] == ',' ? at + 1 : at;
    b = cite_skip_blanks(c, b, 1);
    size_t e = b;
    while (e < c->n && e < b + COUNT_MAX &&
           (is_lower(c->t[e]) || (unsigned char)c->t[e] >= 0x80))
        e++;
    size_t u = cite_skip_blanks(c, e, 1), end = u;
    while (end < c->n && (is_letter(c->t[end]) || c->t[end] == '\'' ||
                          (unsigned char)c->t[end] >= 0x80))
        end++;
    bool counts = b > at && e > b && u > e && one_of(sv_sub(c->s->text, u, end), &unit);
    return counts ? end : at;
}

/* "lid 2", ", paragraphe 2", "stk. 1", ", point (j)", ", alínea e)": a paragraph in words
 * is no further article. */
static size_t pass_paragraph(const struct citer *c, size_t at)
{
    size_t b = at < c->n && c->t[at] == ',' ? cite_skip_blanks(c, at + 1, 1) : at;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t n = sv_cstr(parts[i]).n;
        uint32_t v;
        if (b + n >= c->n || memcmp(c->t + b, parts[i], n) != 0)
            continue;
        size_t e = cite_skip_blanks(c, b + n, 1);
        if (e == b + n)
            continue;
        if (e < c->n && c->t[e] == '(')
            return e;
        size_t letter = pass_letter(c, e);
        if (letter > e)
            return pass_letters(c, letter);
        if (cite_digits(c, &e, &v) > 0)
            return c->t[b + n - 1] == 's' ? pass_further_paragraphs(c, e)
                                          : pass_ordinal(c, e);
    }
    return at;
}

/* "and (2)", ", (b)" behind a part in brackets: where the next bracket stands, or `at`.
 */
static size_t pass_joint(const struct citer *c, size_t at)
{
    static const char *const joint[] = {",",  "and", "or", "to", "und",
                                        "et", "en",  "e",  "y",  "og"};
    size_t b = cite_skip_blanks(c, at, 1);
    for (size_t i = 0; i < sizeof joint / sizeof *joint; i++) {
        size_t n = sv_cstr(joint[i]).n;
        if (c->n - b <= n || memcmp(c->t + b, joint[i], n) != 0)
            continue;
        size_t e = cite_skip_blanks(c, b + n, 1);
        if (e > b + n && e < c->n && c->t[e] == '(')
            return e;
    }
    return at;
}

/* "(2)(a)", "(1), point (d)", ".3", "(1) and (2)" behind an article's number. */
static size_t pass_parts(const struct citer *c, size_t at)
{
    enum { PARTS_MAX = 12, PART_MAX = 8 };
    for (int i = 0; i < PARTS_MAX; i++) {
        size_t b = i > 0 ? pass_joint(c, at) : at;
        b = cite_skip_blanks(c, b, 0);
        if (b < c->n && c->t[b] == '(') {
            const char *close =
                memchr(c->t + b, ')', c->n - b < PART_MAX ? c->n - b : PART_MAX);
            if (!close || memchr(c->t + b, '\n', (size_t)(close - (c->t + b))))
                return at;
            at = (size_t)(close - c->t) + 1;
        } else if (at + 1 < c->n && c->t[at] == '.' && is_digit(c->t[at + 1])) {
            uint32_t v;
            at++;
            (void)cite_digits(c, &at, &v);
        } else {
            size_t e = pass_paragraph(c, b);
            if (e == b && (e = pass_counted_part(c, at)) == at)
                return at;
            at = e;
        }
    }
    return at;
}

/* "6TEU": the abbreviation of a treaty that lost the blank in front of it; its name and
 * *e behind it. */
static struct sv glued_treaty(const struct citer *c, size_t at, size_t *e)
{
    static const struct {
        struct sv printed, name;
    } treaty[] = {{{"TFEU", 4}, {"TFEU", 4}}, {{"TEU", 3}, {"TEU", 3}},
                  {{"AEUV", 4}, {"TFEU", 4}}, {{"EUV", 3}, {"TEU", 3}},
                  {{"TFUE", 4}, {"TFEU", 4}}, {{"TUE", 3}, {"TEU", 3}},
                  {{"VWEU", 4}, {"TFEU", 4}}};
    for (size_t i = 0; i < ARRAY_LEN(treaty) && at > 0 && is_digit(c->t[at - 1]); i++) {
        *e = at + treaty[i].printed.n;
        if (sv_starts(sv_sub(c->s->text, at, c->n), treaty[i].printed) &&
            (*e == c->n || !is_letter(c->t[*e])))
            return treaty[i].name;
    }
    return SV_NULL;
}

/* "71", "15a", "K.3" with its parts. */
static bool read_article(const struct citer *c, size_t at, struct article *a)
{
    size_t n = 0, b = at;
    uint32_t v;
    if (at + 2 < c->n && is_upper(c->t[at]) && c->t[at + 1] == '.' &&
        is_digit(c->t[at + 2])) {
        a->number[n++] = c->t[at];
        a->number[n++] = '.';
        at += 2;
    }
    size_t digits = cite_digits(c, &at, &v);
    if (digits == 0 || digits > 3 || v == 0)
        return false;
    n += (size_t)snprintf(a->number + n, sizeof a->number - n, "%u", v);
    if (at < c->n && c->t[at] >= 'a' && c->t[at] <= 'z') {
        a->number[n++] = c->t[at++];
        a->number[n] = '\0';
    }
    static const struct sv ordinal[] = {{".\xc2\xba", 3}, {"\xc2\xba", 2}};
    for (size_t i = 0; i < ARRAY_LEN(ordinal); i++) /* "artigo 71.º" */
        if (sv_starts(sv_sub((struct sv){c->t, c->n}, at, c->n), ordinal[i]))
            at += ordinal[i].n;
    size_t glued;
    if (at < c->n && (is_letter(c->t[at]) || is_digit(c->t[at]) || c->t[at] == '/') &&
        !glued_treaty(c, at, &glued).n)
        return false;
    a->b = b;
    a->e = pass_ordinal(c, pass_parts(c, pass_ordinal(c, at)));
    return true;
}

/* Short words and commas, no further number: what joins articles, or leads to the treaty.
 */
static size_t pass_glue(const struct citer *c, size_t at)
{
    size_t stop = at + GLUE_MAX < c->n ? at + GLUE_MAX : c->n;
    while (at < stop && !is_digit(c->t[at]) && !memchr(";:.", c->t[at], 3)) {
        if (c->t[at] == '(') {
            size_t e = pass_parts(c, at);
            if (e == at)
                return at;
            at = e;
        } else if (is_upper(c->t[at])) {
            return at;
        } else {
            at++;
        }
    }
    return at;
}

/* "Articles 82 to 86": those between the last two of the list; a longer range names a
 * title of its treaty. */
static void fill_range(const struct citer *c, struct articles *list)
{
    enum { RANGE_MAX = 10 };
    static const struct words to =
        WORDS("to", "à", "bis", "tot", "til", "till", "a", "al", "do", "-", "–",
              "to Article", "tot en met", "til og med", "till och med");
    struct article *first = &list->v[list->n - 2], last = first[1];
    size_t b = first->b, e = last.b;
    uint32_t from, until;
    bool plain = cite_digits(c, &b, &from) && b == first->e &&
                 cite_digits(c, &e, &until) && e == last.e;
    if (!plain || until <= from + 1 || until > from + RANGE_MAX ||
        list->n + (until - from) > ARTICLES_MAX ||
        !one_of(sv_trim(sv_sub(c->s->text, first->e, last.b)), &to))
        return;
    list->n--;
    for (uint32_t i = from + 1; i <= until; i++) {
        struct article *a = &list->v[list->n++];
        *a = last;
        (void)snprintf(a->number, sizeof a->number, "%u", i);
    }
}

static void read_articles(const struct citer *c, size_t at, struct articles *list)
{
    list->n = 0;
    at = cite_skip_blanks(c, at, 1);
    while (list->n < ARTICLES_MAX && read_article(c, at, &list->v[list->n])) {
        list->e = at = list->v[list->n++].e;
        if (list->n > 1)
            fill_range(c, list);
        at = pass_glue(c, at);
    }
}

/* "of the", "Absatz 2 des": what may stand between an article and its treaty. */
static bool is_lead(const struct citer *c, size_t b, size_t e)
{
    size_t words = 0;
    struct sv gap = sv_sub((struct sv){c->t, c->n}, b, e);
    /* "Artikeln 1 und 2 des dem Vertrag … beigefügten Protokolls": the protocol's */
    if (sv_find(gap, SV("des dem ")) != SIZE_MAX || sv_find(gap, SV(" aan ")) != SIZE_MAX)
        return false;
    for (size_t j = b; j < e; j++) {
        bool first = j == b || !is_letter(c->t[j - 1]);
        words += first && is_letter(c->t[j]);
        if (memchr(";:.()", c->t[j], 5) || (is_upper(c->t[j]) && words > 1) ||
            (is_digit(c->t[j]) && words == 0))
            return false;
    }
    return words <= 4;
}

/* "Charter Article 8": the treaty in front of the word. */
static size_t treaty_before(const struct citer *c, size_t token)
{
    if (token == 0 || cite_form(c, token - 1) != FORM_TREATY)
        return SIZE_MAX;
    size_t e = c->s->token[token - 1].e, b = c->s->token[token].b;
    e += e < b && c->t[e] == ',';
    return cite_skip_blanks(c, e, 1) == b ? token - 1 : SIZE_MAX;
}

/* "TEUF's artikel 77", "chartrets artikel 8": the treaty in front owns the articles. */
static bool genitive_before(const struct citer *c, size_t token)
{
    if (cite_form(c, token) != FORM_ARTICLE || treaty_before(c, token) == SIZE_MAX)
        return false;
    size_t e = c->s->token[token - 1].e;
    return c->t[e - 1] == 's' && c->t[e] == ' ';
}

/* The treaty named right behind `at`, with "of the" between: its token, or SIZE_MAX. */
static size_t treaty_behind(const struct citer *c, size_t token, size_t at)
{
    enum { LOOK_TOKENS = 4, BETWEEN_MAX = 28 };
    for (size_t i = token + 1;
         i < c->s->ntokens && i < token + LOOK_TOKENS + ARTICLES_MAX; i++) {
        const struct token *k = &c->s->token[i];
        if (k->b < at)
            continue;
        if (k->b > at + BETWEEN_MAX)
            return SIZE_MAX;
        if (cite_form(c, i) != FORM_TREATY)
            continue;
        bool in_front = i + 1 < c->s->ntokens && genitive_before(c, i + 1);
        return is_lead(c, at, k->b) && !in_front ? i : SIZE_MAX;
    }
    return SIZE_MAX;
}

static void add_articles(struct citer *c, const struct articles *list, struct sv name,
                         uint32_t row, size_t b, size_t e)
{
    for (size_t i = 0; i < list->n && name.p[0] != '-'; i++) {
        struct cite f = {.kind = CITE_TREATY, .row = row};
        f.b = i == 0 ? b : list->v[i].b;
        f.e = i + 1 == list->n ? e : list->v[i].e;
        (void)snprintf(f.id, sizeof f.id, "%.*s:%s", (int)name.n, name.p,
                       list->v[i].number);
        cite_add(c, &f);
    }
}

/* Behind "(TFEU)", "(hereinafter "the Treaty")": a short name that follows `at` in
 * brackets; else `at`. */
static size_t pass_short_name(const struct citer *c, size_t at)
{
    enum { NAME_MAX = 64 };
    size_t b = cite_skip_blanks(c, at, 1);
    if (b == c->n || c->t[b] != '(')
        return at;
    size_t left = c->n - b < NAME_MAX ? c->n - b : NAME_MAX;
    const char *close = memchr(c->t + b, ')', left);
    return close ? (size_t)(close - c->t) + 1 : at;
}

/* Small words and commas only. */
static bool is_small_gap(const struct citer *c, size_t b, size_t e)
{
    for (size_t j = b; j < e; j++)
        if (memchr(";:.()", c->t[j], 5) || is_upper(c->t[j]) || is_digit(c->t[j]))
            return false;
    return true;
}

/* "the Charter, Article 8 ECHR": a treaty that no row knows stands behind `at`. */
static bool abbreviation_behind(const struct citer *c, size_t at)
{
    size_t b = cite_skip_blanks(c, at, 1), e = b;
    while (e < c->n && is_upper(c->t[e]))
        e++;
    return e - b >= 3 && (e == c->n || !is_letter(c->t[e]));
}

/* "Articles 24 TEU and 38 TEU": further articles, each with its treaty, behind `at`. */
static void cite_further(struct citer *c, size_t token, size_t at)
{
    struct articles list;
    size_t b = cite_skip_blanks(c, at, 1);
    if (b + 4 > c->n || memcmp(c->t + b, "and ", 4) != 0)
        return;
    b = cite_skip_blanks(c, b + 4, 1);
    if (b >= c->n || !is_digit(c->t[b]))
        return;
    read_articles(c, b, &list);
    size_t treaty = list.n ? treaty_behind(c, token, list.e) : SIZE_MAX;
    if (treaty == SIZE_MAX || c->s->token[treaty].b > list.e + 1)
        return;
    c->end = c->s->token[treaty].e;
    add_articles(c, &list, cite_value(c, treaty), cite_row(c, treaty), b, c->end);
}

/* The token of that form that ends right before `at`, small words between; SIZE_MAX. */
static size_t token_before(const struct citer *c, size_t token, size_t at,
                           enum cite_form form)
{
    enum { LOOK_TOKENS = 4, BETWEEN_MAX = 16 };
    for (size_t i = token; i > 0 && i + LOOK_TOKENS > token; i--) {
        const struct token *k = &c->s->token[i - 1];
        if (k->e > at || cite_form(c, i - 1) != form)
            continue;
        size_t e = pass_short_name(c, k->e);
        return e <= at && at - e <= BETWEEN_MAX && is_small_gap(c, e, at) ? i - 1
                                                                          : SIZE_MAX;
    }
    return SIZE_MAX;
}

/* "the Treaty on …, and in particular Articles 77(2) and 79 thereof" */
static size_t treaty_in_particular(const struct citer *c, size_t token)
{
    size_t lead = token_before(c, token, c->s->token[token].b, FORM_PARTICULAR);
    return lead == SIZE_MAX ? SIZE_MAX
                            : token_before(c, lead, c->s->token[lead].b, FORM_TREATY);
}

/* The list behind an Article word that ends where another one begins: "Article 78 and
 * Article 79 TFEU" is one list. */
static size_t next_article_word(const struct citer *c, size_t token, size_t at)
{
    enum { BETWEEN_MAX = 34 };
    for (size_t i = token + 1; i < c->s->ntokens && c->s->token[i].b <= at + BETWEEN_MAX;
         i++) {
        size_t b = c->s->token[i].b;
        if (b < at || cite_form(c, i) != FORM_ARTICLE)
            continue;
        if (genitive_before(c, i))
            return SIZE_MAX;
        for (size_t j = at; j < b; j++)
            if (memchr(";:.", c->t[j], 3) || is_digit(c->t[j]) || is_upper(c->t[j]))
                return SIZE_MAX;
        return i;
    }
    return SIZE_MAX;
}

/* Several words in a row share the treaty that comes last. */
static size_t extend_list(const struct citer *c, size_t token, struct articles *list)
{
    size_t last = token;
    for (;;) {
        size_t next = next_article_word(c, last, list->e);
        struct articles more;
        if (next == SIZE_MAX || list->n == ARTICLES_MAX)
            return last;
        read_articles(c, c->s->token[next].e, &more);
        if (more.n == 0)
            return last;
        for (size_t i = 0; i < more.n && list->n < ARTICLES_MAX; i++)
            list->v[list->n++] = more.v[i];
        list->e = list->v[list->n - 1].e;
        last = next;
    }
}

/* "Article 308 EC", "Articles 29 and 31 EU,": the treaties as they were cited before
 * 2009, with nothing behind that could make them something else ("EU Regulation"); and
 * those whose name lost its blank. Its name, and *e behind it. */
static struct sv other_treaty_behind(const struct citer *c, size_t at, size_t *e)
{
    struct sv glued = glued_treaty(c, at, e);
    if (glued.n)
        return glued;
    size_t b = cite_skip_blanks(c, at, 1);
    if (b == at || c->n - b < 2 || c->t[b] != 'E' ||
        (c->t[b + 1] != 'C' && c->t[b + 1] != 'U'))
        return SV_NULL;
    size_t next = cite_skip_blanks(c, b + 2, 1);
    bool ends = next == c->n || memchr(".,;:)", c->t[next], 5) ||
                (next > b + 2 && is_lower(c->t[next]));
    *e = b + 2;
    return !ends ? SV_NULL : c->t[b + 1] == 'C' ? SV("TEC") : SV("TEU");
}

/* Where the number that ends in front of `at` begins, or `at`: "78", "50.", "15 a". */
static size_t back_number(const struct citer *c, size_t at)
{
    size_t e = cite_back_blanks(c, at), b;
    e -= e > 0 && c->t[e - 1] == '.';
    b = e;
    b -= b > 1 && is_lower(c->t[b - 1]) && is_digit(c->t[b - 2]);
    while (b > 0 && is_digit(c->t[b - 1]))
        b--;
    return b < e && is_digit(c->t[b]) ? b : at;
}

/* Where a number ends that a small word or a comma joins to the one at `at`; 0. */
static size_t back_joint(const struct citer *c, size_t at)
{
    enum { JOINT_MAX = 6 }; /* ", ja " */
    size_t b = at;
    while (
        b > 0 && at - b < JOINT_MAX &&
        (is_letter(c->t[b - 1]) || (c->t[b - 1] & 0x80) || memchr(", ", c->t[b - 1], 2)))
        b--;
    return b < at ? b : 0;
}

/* "77 ja 79 artiklan", "77., 78. és 79. cikke": the numbers in front of the word. */
static void read_articles_before(const struct citer *c, size_t word,
                                 struct articles *list)
{
    list->n = 0;
    list->b = word;
    for (size_t at = word; at > 0 && list->n < ARTICLES_MAX;
         at = back_joint(c, list->b)) {
        size_t b = back_number(c, at);
        if (b == at || b < c->end || !read_article(c, b, &list->v[list->n]))
            break;
        list->b = b;
        list->n++;
    }
    for (size_t i = 0; i < list->n / 2; i++) { /* as they stand in the text */
        struct article last = list->v[list->n - 1 - i];
        list->v[list->n - 1 - i] = list->v[i];
        list->v[i] = last;
    }
}

/* The treaty in front of articles that begin at `at`, or the one of those just cited. */
static struct sv treaty_in_front(const struct citer *c, size_t token, size_t at,
                                 size_t *b, uint32_t *row)
{
    enum { LOOK_TOKENS = 5, BETWEEN_MAX = 60 };
    for (size_t i = token; i > 0 && i + LOOK_TOKENS > token; i--) {
        const struct token *k = &c->s->token[i - 1];
        if (k->e > at || cite_form(c, i - 1) != FORM_TREATY)
            continue;
        size_t e = pass_short_name(c, k->e);
        if (e > at || at - e > BETWEEN_MAX || !is_small_gap(c, e, at))
            break;
        *b = e == k->e && at - e < 4 ? k->b : at;
        *row = cite_row(c, i - 1);
        return cite_value(c, i - 1);
    }
    *b = at;
    *row = c->behind.row;
    bool near = c->behind.end && c->behind.end <= at && at - c->behind.end <= BETWEEN_MAX;
    for (size_t j = c->behind.end; near && j < at; j++)
        near = !memchr(";:", c->t[j], 2) && !is_upper(c->t[j]);
    return near ? c->behind.treaty : SV_NULL;
}

/* "SEUT-sopimuksen 78 artiklan 2 kohta", "az EUMSZ 218. cikke". */
static void cite_article_behind(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct articles list;
    size_t b = 0;
    uint32_t row = 0;
    read_articles_before(c, k->b, &list);
    if (list.n == 0)
        return;
    struct sv treaty = treaty_in_front(c, token, list.b, &b, &row);
    if (!treaty.n)
        return;
    add_articles(c, &list, treaty, row, b, k->e);
    c->behind.end = c->end = k->e;
    c->behind.treaty = treaty;
    c->behind.row = row;
}

void cite_article(struct citer *c, size_t token)
{
    if (sv_eq(cite_value(c, token), SV("behind"))) {
        cite_article_behind(c, token);
        return;
    }
    const struct token *k = &c->s->token[token];
    struct articles list;
    if (token < c->articles_read)
        return; /* its list has been read, and no treaty stands behind it */
    read_articles(c, k->e, &list);
    if (list.n == 0)
        return;
    size_t last = extend_list(c, token, &list);
    size_t treaty = treaty_behind(c, last, list.e);
    if (treaty != SIZE_MAX) {
        size_t e = c->s->token[treaty].e;
        add_articles(c, &list, cite_value(c, treaty), cite_row(c, treaty), k->b, e);
        c->end = e;
        cite_further(c, treaty, e);
        return;
    }
    size_t end;
    struct sv name = other_treaty_behind(c, list.e, &end);
    if (name.n) {
        add_articles(c, &list, name, cite_row(c, token), k->b, end);
        c->end = end;
        return;
    }
    treaty = treaty_in_particular(c, token);
    if (treaty != SIZE_MAX) {
        add_articles(c, &list, cite_value(c, treaty), cite_row(c, treaty), k->b, list.e);
        c->end = list.e;
        return;
    }
    treaty = treaty_before(c, token);
    if (treaty == SIZE_MAX || last != token || abbreviation_behind(c, list.e)) {
        c->articles_read = last + 1;
        return;
    }
    add_articles(c, &list, cite_value(c, treaty), cite_row(c, treaty),
                 c->s->token[treaty].b, list.e);
    c->end = list.e;
}
