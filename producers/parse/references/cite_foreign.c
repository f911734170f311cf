/* Numbers that look like those of papers and are none: telephone numbers, amounts, tails
 * of longer names, applications to a court. */
#include "cite.h"

#include <string.h>

/* +32 (0)2 281 8847 / 6319, Tel. 0228 9950/12, 32.2.281.8847/19: the digits belong to a
 * telephone number. */
static bool is_telephone(const struct citer *c, size_t b)
{
    enum { BACK = 24, DIGITS = 5 };
    static const struct sv sign[] = {{"Tel", 3},  {"tel", 3},       {"TEL", 3},
                                     {"Fax", 3},  {"fax", 3},       {"FAX", 3},
                                     {"hone", 4}, {"T\xc3\xa9l", 4}};
    size_t digits = 0, run = 0, i = b;
    bool dotted = true;
    for (; i > 0 && b - i < BACK; i--) {
        char x = c->t[i - 1];
        if (x == '+')
            return digits > 0;
        if (is_digit(x))
            digits++;
        else if (!memchr(" ().-/:", x, 7))
            break;
        dotted = dotted && (x == '.' || is_digit(x));
        run += dotted && is_digit(x);
    }
    struct sv before = sv_sub((struct sv){c->t, c->n}, 0, i);
    for (size_t k = 0; k < ARRAY_LEN(sign); k++)
        if (sv_ends(before, sign[k]))
            return true;
    return run >= DIGITS;
}

/* "2 285 9950/12": groups of digits as telephone numbers are printed, the last of three.
 */
static bool is_grouped(const struct citer *c, size_t b)
{
    enum { GROUP = 3 };
    size_t run = 0, i = b;
    for (int group = 0; group < 2; group++, run = 0) {
        if (i == 0 || c->t[--i] != ' ')
            return false;
        for (; i > 0 && is_digit(c->t[i - 1]); i--)
            run++;
        if (group == 0 ? run != GROUP : run == 0 || run > GROUP)
            return false;
    }
    return i == 0 || c->t[i - 1] == ' ' || c->t[i - 1] == '\n';
}

/* "5000/10 000", "4512/12 %", "€ 5123/45": an amount or a ratio. */
static bool is_amount(const struct citer *c, size_t b, size_t e)
{
    static const struct sv money[] = {
        {"\xe2\x82\xac", 3}, {"\xc2\xa3", 2}, {"$", 1}, {"EUR", 3}};
    size_t at = cite_skip_blanks(c, e, 0);
    if (at < c->n && c->t[at] == '%')
        return true;
    if (at == e + 1 && c->n - at >= 3 && is_digit(c->t[at]) && is_digit(c->t[at + 1]) &&
        is_digit(c->t[at + 2]) &&
        (c->n - at == 3 || !(is_digit(c->t[at + 3]) || c->t[at + 3] == '/')))
        return true;
    struct sv before = sv_sub((struct sv){c->t, c->n}, 0, cite_back_blanks(c, b));
    for (size_t k = 0; k < ARRAY_LEN(money); k++)
        if (sv_ends(before, money[k]))
            return true;
    return false;
}

/* "Soering v. United Kingdom, no. 14038/88": an application to a court. */
static bool is_application(const struct citer *c, size_t b)
{
    enum { BACK = 90 };
    struct sv before = sv_sub((struct sv){c->t, c->n}, b > BACK ? b - BACK : 0, b);
    static const struct sv sign[] = {
        {" v. ", 4}, {" v ", 3}, {" gegen ", 7}, {"ECtHR", 5}, {"ECHR", 4}};
    size_t at, no = sv_find(before, SV("no"));
    for (size_t k = 0; no != SIZE_MAX && k < ARRAY_LEN(sign); k++)
        if ((at = sv_find(before, sign[k])) != SIZE_MAX &&
            !memchr(before.p + at + sign[k].n, '\n', before.n - at - sign[k].n))
            return true;
    return false;
}

/* "A/9950/12", "MSC.9950/12": the tail of a longer name. */
static bool is_glued(const struct citer *c, size_t b)
{
    return (b > 0 && c->t[b - 1] == '/') ||
           (b > 1 && c->t[b - 1] == '.' && is_upper(c->t[b - 2]));
}

/* "through criminal law 14459/21 + COR 1": only a paper has versions. */
bool cite_has_version(const struct citer *c, size_t e)
{
    static const struct sv sign[] = {{" + COR", 6}, {" + ADD", 6}, {" + REV", 6}};
    struct sv rest = sv_sub((struct sv){c->t, c->n}, e, c->n);
    for (size_t i = 0; i < ARRAY_LEN(sign); i++)
        if (sv_starts(rest, sign[i]))
            return true;
    return false;
}

bool cite_is_other(const struct citer *c, size_t b, size_t e, bool named)
{
    return is_telephone(c, b) || is_grouped(c, b) || is_glued(c, b) ||
           is_amount(c, b, e) || (!named && is_application(c, b));
}

/* "THE EUROPEAN UNION / EN 6120/12": the capitals that might begin a standard's name are
 * the language of the page, which stands behind the institution's name or ends a line. */
static bool is_language_mark(const struct citer *c, size_t word, size_t b)
{
    size_t e = cite_back_blanks(c, word);
    if (e > 0 && (c->t[e - 1] == '/' || c->t[e - 1] == '|'))
        e = cite_back_blanks(c, e - 1);
    bool behind_name = e > 1 && is_upper(c->t[e - 1]) && is_upper(c->t[e - 2]);
    return b > word && is_upper(c->t[word]) &&
           (behind_name || memchr(c->t + word, '\n', b - word));
}

bool cite_is_foreign(const struct scan *s, size_t b, size_t e)
{
    struct citer c = {.s = s, .t = s->text.p, .n = s->text.n};
    size_t i = s->ntokens ? scan_token_at(s, b) : 0;
    if (i > 0 && s->token[i - 1].e > b)
        i--;
    if (i < s->ntokens && s->token[i].b <= b) {
        c.table_index = KNOWLEDGE_ID_TABLE(s->token[i].id);
        c.table = knowledge_table_at(s->k, c.table_index);
        if (strcmp(c.table->name, "citations") == 0 && cite_form(&c, i) == FORM_NUMBER &&
            sv_eq(cite_value(&c, i), SV("not")) &&
            !is_language_mark(&c, s->token[i].b, b))
            return true;
    }
    return cite_is_other(&c, b, e, false);
}
