/* Where the line of a title breaks in the middle of a phrase, a name or a date. */
#include "outline.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/words.h"

#include <string.h>

static struct sv last_word(const struct scan *s, size_t b, size_t e)
{
    size_t at = e;
    while (at > b && !is_blank(s->text.p[at - 1]))
        at--;
    return sv_sub(s->text, at, e);
}

bool title_ends_open(const struct scan *s, size_t b, size_t e)
{
    return word_is_open(last_word(s, b, e));
}

bool title_is_open(const struct scan *s, size_t b, size_t e)
{
    size_t open = 0;
    const char *first = b < e ? memchr(s->text.p + b, '(', e - b) : NULL;
    for (size_t i = first ? (size_t)(first - s->text.p) : e; i < e; i++)
        open += s->text.p[i] == '(' ? 1 : s->text.p[i] == ')' && open ? (size_t)-1 : 0;
    return open || word_is_open(last_word(s, b, e)) ||
           (e > b && memchr(",-/&", s->text.p[e - 1], 4));
}

bool title_leads_to_number(const struct scan *s, size_t b, size_t e)
{
    static const struct words act = WORDS(
        "Directive", "Directives", "Regulation", "Regulations", "Decision", "Decisions",
        "No", "Nr.", "nr.", "n°", "Richtlinie", "Verordnung", "Beschluss", "directive",
        "règlement", "décision", "direttiva", "regolamento", "decisione", "Richtlijn",
        "Verordening", "Besluit", "direktiv", "forordning", "afgørelse", "förordning",
        "beslut", "Directiva", "Reglamento");
    return one_of(last_word(s, b, e), &act);
}

static bool is_month(struct sv word)
{
    static const struct words month = WORDS(
        "January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December", "janvier", "février", "mars",
        "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre", "Januar", "Februar", "März", "Mai", "Juni", "Juli", "Oktober",
        "Dezember", "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
        "luglio", "agosto", "settembre", "ottobre", "dicembre", "januari", "februari",
        "maart", "april", "juni", "juli", "augustus", "september", "oktober", "november",
        "december", "januar", "februar", "marts", "enero", "febrero", "abril", "mayo",
        "junio", "julio", "septiembre", "octubre", "noviembre", "diciembre");
    return one_of(word, &month);
}

static size_t count_digits(struct sv word)
{
    size_t n = 0;
    while (n < word.n && is_digit(word.p[n]))
        n++;
    return n;
}

/* Of "28-29", "28/29", "28.": the digits at its end; 0 where it ends otherwise. */
static size_t digits_at_end(struct sv word)
{
    size_t n = 0;
    word.n -= word.n > 1 && word.p[word.n - 1] == '.';
    while (n < word.n && is_digit(word.p[word.n - 1 - n]))
        n++;
    return n == word.n || (n && memchr("-/\x93", word.p[word.n - 1 - n], 3)) ? n : 0;
}

/* "on 2-3 May" | "2018", "28" | "May 2018" */
static bool breaks_date(struct sv last, struct sv next)
{
    size_t day = digits_at_end(last);
    return (is_month(last) && count_digits(next) == 4) ||
           (day > 0 && day <= 2 && is_month(next));
}

bool title_breaks_name(const struct scan *s, size_t b, size_t e, size_t next, size_t end)
{
    static const struct words act = WORDS(
        "Decision", "Decisions", "Regulation", "Regulations", "Directive", "Directives",
        "Resolution", "Recommendation", "Recommendations", "Conclusions", "conclusions",
        "Framework", "Implementing", "Joint", "Common");
    static const struct words first =
        WORDS("European", "Member", "Implementing", "Delegated", "Permanent", "United",
              "Standing", "Working", "Draft", "Joint", "Common", "Annual", "Internal",
              "External", "Foreign", "Western", "Eastern", "Horizontal");
    struct sv last = last_word(s, b, e), word = sv_sub(s->text, next, end);
    size_t n = 0;
    while (n < word.n && !is_blank(word.p[n]) && !memchr(",;:)", word.p[n], 4))
        n++;
    word.n = n;
    if (n == 0 || last.n == 0)
        return false;
    return breaks_date(last, word) ||
           (sv_eq(last, SV("Council")) && one_of(word, &act)) ||
           (is_upper(word.p[0]) && one_of(last, &first));
}

bool title_bracket_wraps(const struct scan *s, size_t b, size_t at, size_t e)
{
    static const struct sv paper[] = {{"to be ", 6}, {"to follow", 9}, {"doc", 3},
                                      {"poss", 4},   {"already ", 8},  {"under ", 6},
                                      {"sera ", 5},  {"à ", 3},        {"wird ", 5},
                                      {"liegt ", 6}, {"in ", 3},       {"oral", 4}};
    size_t line = at;
    while (line > b && s->text.p[line - 1] == ' ')
        line--;
    struct sv inner = sv_sub(s->text, at + 1, e);
    bool small = inner.n > 1 && (is_lower(inner.p[0]) || is_lower(inner.p[1]));
    for (size_t i = 0; i < ARRAY_LEN(paper); i++)
        small = small && !sv_starts(inner, paper[i]);
    return small && line > b && s->text.p[line - 1] == '\n';
}

/* "• 3.": a line of a list that a site made, with nothing but a label. */
static bool stands_alone(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    struct label label;
    return (l->flags & LINE_BULLET) ||
           (label_read(s, l->content, l->e, &label) && label.closed &&
            sv_trim(sv_sub(s->text, label.e, l->e)).n == 0);
}

bool title_wraps_behind_number(const struct scan *s, const struct title *t, size_t next)
{
    enum { WORDS_BYTES = 35 };
    const struct line *l = &s->line[t->line], *n = &s->line[next];
    struct label label;
    if (s->kind != SCAN_AGENDA || l->indent < 2 || n->indent != l->indent ||
        t->line == 0 || !stands_alone(s, t->line - 1) ||
        n->flags & (LINE_BULLET | LINE_FURNITURE | LINE_FOOTNOTE | LINE_TABLE) ||
        n->content + 1 >= n->e || title_is_citation_line(s, next) ||
        (label_read(s, n->content, n->e, &label) && label.closed) ||
        title_action_begins(s, n->content, n->e))
        return false;
    size_t i = scan_token_at(s, l->content), number = 0;
    for (; i < s->ntokens && s->token[i].b < l->e; i++)
        if (title_is_paper_token(s, i))
            number = s->token[i].e + 1 >= title_trim_end(s, l->content, l->e)
                         ? s->token[i].b
                         : 0;
    return number > l->content + WORDS_BYTES;
}
