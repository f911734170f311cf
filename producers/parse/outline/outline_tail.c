/* Where a title ends: numbers of papers behind it or beside it are no part of it. */
#include "outline.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/words.h"

#include <string.h>

enum { GAP_LEAST = 3 /* blanks between two columns */ };

size_t title_trim_end(const struct scan *s, size_t b, size_t e)
{
    while (e > b && (is_blank(s->text.p[e - 1]) || memchr("*#|_", s->text.p[e - 1], 4)))
        e--;
    return e;
}

/* "(EEC) No 4064/89", and what is below or beyond the register's count. */
static bool is_act_number(const struct scan *s, const struct token *k, struct sv value)
{
    enum { REGISTER_LEAST = 4000, REGISTER_MOST = 20000 };
    const char *t = s->text.p;
    size_t b = k->b, number = 0;
    while (b > 0 && t[b - 1] == ' ')
        b--;
    if (sv_eq(value, SV("no")) && b > 0 && t[b - 1] == ')')
        return true;
    for (b = k->b; b < k->e && !is_digit(t[b]); b++)
        ;
    for (; b < k->e && is_digit(t[b]) && number < REGISTER_MOST; b++)
        number = number * 10 + (size_t)(t[b] - '0');
    return !sv_eq(value, SV("paper")) &&
           (number < REGISTER_LEAST || number >= REGISTER_MOST);
}

/* A token of citations.tsv that is a paper's number, not the number of an act. */
bool title_is_paper_token(const struct scan *s, size_t i)
{
    const struct token *k = &s->token[i];
    const struct knowledge_table *t = knowledge_table_at(s->k, KNOWLEDGE_ID_TABLE(k->id));
    if (strcmp(t->name, "citations") != 0)
        return false;
    struct sv form = t->row[KNOWLEDGE_ID_ROW(k->id)].cell[2];
    if (sv_eq(form, SV("series")))
        return true;
    struct sv value = t->row[KNOWLEDGE_ID_ROW(k->id)].cell[3];
    if (!sv_eq(form, SV("number")) || sv_eq(value, SV("not")) ||
        is_act_number(s, k, value))
        return false;
    const char *slash = memchr(s->text.p + k->b, '/', k->e - k->b);
    size_t digits = slash ? (size_t)(slash - (s->text.p + k->b)) : 0;
    const char *last = slash;
    for (const char *p = slash; p && p < s->text.p + k->e; p++)
        if (*p == '/')
            last = p;
    bool act = k->e < s->text.n && s->text.p[k->e] == '/'; /* 2009/22/EC */
    return digits >= 4 && last && s->text.p + k->e - last == 3 && !act;
}

/* "2018/0106(COD)" */
bool title_is_file_token(const struct scan *s, size_t i)
{
    const struct token *k = &s->token[i];
    return scan_token_in(s, i, "citations") && k->e - k->b >= 13 &&
           s->text.p[k->e - 1] == ')' && s->text.p[k->b + 4] == '/';
}

static size_t word_end(const struct scan *s, size_t at, size_t e)
{
    while (at < e && !is_blank(s->text.p[at]))
        at++;
    return at;
}

/* Behind "14503/21 REV 1 + ADD 1 + COR 2" and, where a gap or the line's end sets it off,
 * what else its line holds. */
static size_t number_end(const struct scan *s, size_t token, size_t e, bool column)
{
    static const struct words version = WORDS("+", "REV", "ADD", "COR", "INIT");
    size_t at = s->token[token].e;
    bool number = false; /* a version's */
    while (at + 2 < e && s->text.p[at] == ' ') {
        size_t b = at;
        while (b < e && s->text.p[b] == ' ')
            b++;
        size_t end = word_end(s, b, e);
        bool more = one_of(sv_sub(s->text, b, end), &version);
        if (b == e || (!more && !(number && is_digit(s->text.p[b])) &&
                       !(column && (is_upper(s->text.p[b]) || is_digit(s->text.p[b])))))
            break;
        number = more;
        at = end;
    }
    return at;
}

/* "and 6833/14": a further number, no more of the title. */
static bool is_number_behind(const struct scan *s, size_t at, size_t e)
{
    at = word_end(s, at, e);
    return at + 1 < e && is_digit(s->text.p[at + 1]);
}

/* "13784/22 (Montreal, Canada, 7-19 December 2022)": where and when the subject of the
 * title meets, and nothing about the paper. */
static bool is_dated_bracket(const struct scan *s, size_t at, size_t e)
{
    const char *close =
        at < e && s->text.p[at] == '(' ? memchr(s->text.p + at, ')', e - at) : NULL;
    size_t end = close ? (size_t)(close - s->text.p) : 0;
    return end > at + 12 && is_upper(s->text.p[at + 1]) && is_digit(s->text.p[end - 1]) &&
           is_digit(s->text.p[end - 2]) && is_digit(s->text.p[end - 4]) &&
           s->text.p[end - 5] == ' ';
}

/* The title goes on behind the number: it is set off by a gap, stands at the end of a
 * line, inside a bracket, behind a word that needs another one, or, in an agenda, in
 * front of a small letter. */
bool title_torn_number(const struct scan *s, struct title *t, size_t token)
{
    size_t b = s->token[token].b, depth = 0, gap = b;
    while (gap > t->b && s->text.p[gap - 1] == ' ')
        gap--;
    for (size_t i = t->b; i < b; i++)
        depth += s->text.p[i] == '(' ? 1 : s->text.p[i] == ')' && depth ? (size_t)-1 : 0;
    size_t line_end_at = number_end(s, token, t->e, true);
    size_t end_of_line = line_end_at;
    while (end_of_line < t->e && memchr(" \r", s->text.p[end_of_line], 2))
        end_of_line++;
    bool column =
        b - gap >= GAP_LEAST || (end_of_line < t->e && s->text.p[end_of_line] == '\n');
    size_t word = gap;
    while (word > t->b && !is_blank(s->text.p[word - 1]))
        word--;
    bool apart = b > gap && gap > t->b, bracket = apart && depth > 0,
         open = apart && word_is_open(sv_sub(s->text, word, gap));
    size_t end = number_end(s, token, t->e, column);
    bool small = s->kind != SCAN_OTHER && apart && end + 1 < t->e && /* no sentences */
                 s->text.p[end] == ' ' && is_lower(s->text.p[end + 1]) &&
                 !is_number_behind(s, end + 1, t->e);
    bool dated = apart && is_dated_bracket(s, end + 1, t->e);
    if ((!column && !bracket && !open && !small && !dated) ||
        t->nholes == TITLE_HOLES_MAX)
        return false;
    t->hole[t->nholes++] = (struct span){gap, end};
    return true;
}

/* "(SEC 0092/20)", "(COST 303/03)": a number of somebody else's count, in a bracket that
 * stays whole. */
static bool in_own_bracket(const struct scan *s, const struct title *t, size_t number)
{
    size_t open = number;
    while (open > t->b && s->text.p[open - 1] != '(' && number - open < 12)
        open--;
    struct sv before = sv_trim(sv_sub(s->text, open, number));
    for (size_t i = 0; i < before.n; i++)
        if (!is_upper(before.p[i]))
            return false;
    return open > t->b && s->text.p[open - 1] == '(' && before.n > 2;
}

/* "Markets in crypto-assets [1]": the mark of a footnote. */
static size_t without_mark(const struct scan *s, size_t b, size_t e)
{
    size_t at = e;
    if (at > b + 4 && s->text.p[at - 1] == ']')
        for (at--; at > b && is_digit(s->text.p[at - 1]);)
            at--;
    return at < e - 1 && e - at <= 3 && s->text.p[at - 1] == '[' &&
                   s->text.p[at - 2] == ' '
               ? title_trim_end(s, b, at - 1)
               : e;
}

/* "... the service of judicial documents", the number on the next line: the word is the
 * title's. */
static size_t number_begin(const struct scan *s, const struct token *k)
{
    enum { WORD_LEAST = 8 }; /* "document", not "doc." */
    const char *b = s->text.p + k->b, *line = memchr(b, '\n', k->e - k->b);
    return line && line - b >= WORD_LEAST && is_lower(*b) ? (size_t)(line - s->text.p)
                                                          : k->b;
}

/* What the title does not hold: numbers of papers at its end, "(to be issued)", a colon.
 */
void title_cut_tail(const struct scan *s, struct title *t)
{
    for (size_t i = scan_token_at(s, t->b); i < s->ntokens && s->token[i].b < t->e; i++) {
        if ((!title_is_paper_token(s, i) && !title_is_file_token(s, i)) ||
            s->token[i].b == t->b || in_own_bracket(s, t, s->token[i].b))
            continue;
        size_t small = 0, next = s->token[i].e;
        while (next < t->e && s->text.p[next] == ' ')
            next++;
        /* "... of Ukraine 11073/22 Information from the Commission" */
        bool over = next + 1 < t->e && is_upper(s->text.p[next]) &&
                    is_lower(s->text.p[next + 1]) &&
                    !title_is_open(s, t->b, s->token[i].b - 1);
        for (size_t k = over ? t->e : s->token[i].e; k < t->e; k++) {
            if (s->text.p[k] == '(' && !title_bracket_wraps(s, t->b, k, t->e) &&
                !is_dated_bracket(s, k, t->e))
                while (k < t->e && s->text.p[k] != ')')
                    k++;
            else
                small += is_lower(s->text.p[k]);
        }
        if (small > 0 && title_is_paper_token(s, i) && title_torn_number(s, t, i))
            continue;
        if (small == 0) {
            t->e = number_begin(s, &s->token[i]);
            while (t->e > t->b && (is_blank(s->text.p[t->e - 1]) ||
                                   memchr("([,:;|", s->text.p[t->e - 1], 6)))
                t->e--;
            break;
        }
    }
    t->e = without_mark(s, t->b, title_trim_end(s, t->b, t->e));
    if (sv_ends(sv_sub(s->text, t->b, t->e), SV(" (*)"))) /* taken in public */
        t->e = title_trim_end(s, t->b, t->e - 4);
    while (t->e > t->b && memchr(":.;", s->text.p[t->e - 1], 3))
        t->e = title_trim_end(s, t->b, t->e - 1);
}
