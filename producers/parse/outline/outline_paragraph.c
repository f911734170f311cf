/* A paragraph that happens to be numbered is no title: what tells them apart. */
#include "outline.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/block.h"
#include "producers/parse/text/words.h"

#include <string.h>

/* Is one of the words set off by blanks in text[b, e)? */
static bool holds_word(const struct scan *s, size_t b, size_t e, const struct words *list)
{
    static const struct sv been = {" a été ", 8};
    const char *p = s->text.p + b, *end = s->text.p + e, *next;
    if (!(p = memchr(p, ' ', (size_t)(end - p))))
        return false;
    for (; (next = memchr(p + 1, ' ', (size_t)(end - p) - 1)) != NULL; p = next) {
        struct sv word = {p + 1, (size_t)(next - p) - 1};
        if (one_of(word, list) || (word.n == 1 && word.p[0] == 'a' &&
                                   sv_starts((struct sv){p, (size_t)(end - p)}, been)))
            return true;
    }
    return false;
}

/* 1: the token is a formula of that form, 0: of another one, -1: it is none. */
static int is_formula(const struct scan *s, size_t token, const char *form)
{
    if (!scan_token_in(s, token, "formulas"))
        return -1;
    uint32_t id = s->token[token].id;
    const struct knowledge_table *t = knowledge_table_at(s->k, KNOWLEDGE_ID_TABLE(id));
    int column = knowledge_column(t, "form");
    return column >= 0 && sv_eq(t->row[KNOWLEDGE_ID_ROW(id)].cell[column], sv_cstr(form));
}

/* "Regulation on fees and charges payable": a noun, since no verb comes before it. */
static bool is_noun_behind_and(const struct scan *s, size_t token, size_t b)
{
    size_t at = s->token[token].b;
    return at > b + 5 && memcmp(s->text.p + at - 5, " and ", 5) == 0;
}

/* A form of "be", "have" or a modal: a sentence, no title. "With a view to adoption",
 * which says where a paper goes next, is no verb. */
bool title_has_verb(const struct scan *s, size_t b, size_t e)
{
    static const struct words verb = WORDS(
        "is", "are", "was", "were", "has", "have", "will", "shall", "should", "would",
        "must", "may", "can", "could", "might", "had", "est", "sont", "wird", "werden",
        "wurde", "haben", "ist", "sind", "hat", "zijn", "heeft", "är", "har", "ont", "ha",
        "hanno", "è", "sono", "han", "fue", "se", "er", "blev", "skal", "bör", "wordt",
        "worden", "moet", "zal", "sollte", "soll", "devrait", "doit", "sera", "foi",
        "são", "kommer", "kan", "kann", "können", "kunnen", "peut", "peuvent", "può",
        "puede", "pode", "forelagde", "presenterade", "presentó", "presentato",
        "présenté", "ingediend", "vorgelegt");
    if (b < e && holds_word(s, b, e, &verb))
        return true;
    for (size_t i = scan_token_at(s, b); i < s->ntokens && s->token[i].e <= e; i++)
        if (is_formula(s, i, "route") == 0 && !is_noun_behind_and(s, i, b))
            return true;
    return false;
}

static size_t count_words(struct sv t)
{
    char copy[BLOCK_BYTES];
    uint64_t before = 1; /* bit 0: a blank stands in front of the block */
    size_t n = 0;
    for (size_t i = 0; i < t.n; i += BLOCK_BYTES) {
        const char *p = block_of(t.p + i, t.n - i, copy);
        uint64_t blanks =
            block_equal(p, ' ') | block_one_of(p, '\t', '\f', '\n'); /* as is_blank() */
        if (t.n - i < BLOCK_BYTES)
            blanks |= UINT64_MAX << (t.n - i);
        n += block_count(~blanks & (blanks << 1 | before));
        before = blanks >> (BLOCK_BYTES - 1);
    }
    return n;
}

bool title_begins_operative(const struct scan *s, size_t b)
{
    size_t i = scan_token_at(s, b);
    return i < s->ntokens && s->token[i].b == b && is_formula(s, i, "operative") == 1;
}

/* "RECALLING the conclusions of", "HAVING REGARD to": conclusions number their recitals.
 */
static bool begins_recital(struct sv x)
{
    static const struct words list =
        WORDS("RECALLING", "NOTING", "HAVING", "RECOGNISING", "RECOGNIZING",
              "CONSIDERING", "WELCOMING", "REAFFIRMING", "EMPHASISING", "STRESSING",
              "UNDERLINING", "ACKNOWLEDGING", "BEARING", "TAKING", "REITERATING",
              "HIGHLIGHTING", "AWARE", "MINDFUL", "CONSCIOUS", "CONVINCED", "WHEREAS");
    const char *blank = memchr(x.p, ' ', x.n);
    if (!blank || !is_upper(x.p[0]) ||
        !one_of(sv_sub(x, 0, (size_t)(blank - x.p)), &list))
        return false;
    for (size_t i = 0; i < x.n; i++)
        if (is_lower(x.p[i]))
            return true;
    return false;
}

/* The length of "The ", "Der ", "Le " in front of the title, or 0. */
static size_t capital_article(struct sv x)
{
    static const struct words list = WORDS("The", "Der", "Die", "Das", "Le", "La", "Les",
                                           "Il", "El", "De", "Het", "Det", "O");
    size_t e = 0;
    while (e < x.n && !is_blank(x.p[e]))
        e++;
    return one_of(sv_sub(x, 0, e), &list) ? e + 1 : 0;
}

/* "On 1 December 1997, the Council", "In its conclusions of": how a paragraph begins. */
bool title_opens_paragraph(struct sv t)
{
    static const struct sv opening[] = {
        {"In its ", 7},     {"In the ", 7},         {"In this ", 8},
        {"In line ", 8},    {"In light ", 9},       {"In view ", 8},
        {"In order ", 9},   {"In accordance ", 14}, {"In 20", 5},
        {"In 19", 5},       {"At its ", 7},         {"At the ", 7},
        {"Following ", 10}, {"Further to ", 11},    {"Subsequently", 12},
        {"During ", 7},     {"Pursuant to ", 12},   {"Having ", 7}};
    static const struct words day = WORDS("On", "Am", "Le", "El", "Den", "Op", "Il");
    size_t first = 0;
    while (first < t.n && t.p[first] != ' ')
        first++;
    size_t digit = first;
    while (digit < t.n && t.p[digit] == ' ')
        digit++;
    if (digit < t.n && is_digit(t.p[digit]) && one_of(sv_sub(t, 0, first), &day))
        return true;
    bool may = t.n > 0 && (t.p[0] == 'I' || t.p[0] == 'A' || t.p[0] == 'F' ||
                           t.p[0] == 'S' || t.p[0] == 'D' || t.p[0] == 'P' ||
                           t.p[0] == 'H'); /* most titles begin otherwise */
    for (size_t i = 0; may && i < ARRAY_LEN(opening); i++)
        if (sv_starts(t, opening[i]))
            return true;
    return false;
}

/* The next line goes on in small letters: it is the same paragraph. */
static bool goes_on_small(const struct scan *s, size_t line)
{
    if (line + 1 >= s->nlines)
        return false;
    const struct line *l = &s->line[line + 1];
    return l->content + 1 < l->e && is_lower(s->text.p[l->content]) &&
           is_lower(s->text.p[l->content + 1]) && !title_is_citation_line(s, line + 1);
}

/* The same behind a blank line, in double-spaced text. */
static bool goes_on_below(const struct scan *s, size_t line)
{
    if (line + 2 < s->nlines && s->line[line + 1].flags & LINE_BLANK)
        line++;
    return goes_on_small(s, line);
}

/* "... on 14 December" above "2021 and": double-spaced text that breaks inside a date. */
static bool breaks_in_date(const struct scan *s, size_t line, char last)
{
    size_t next = line + 1;
    while (next < s->nlines && next < line + 3 && s->line[next].flags & LINE_BLANK)
        next++;
    if (next >= s->nlines || !((last | 0x20) >= 'a' && (last | 0x20) <= 'z'))
        return false;
    struct sv t = sv_sub(s->text, s->line[next].content, s->line[next].e);
    bool century = sv_starts(t, SV("20")) || sv_starts(t, SV("19"));
    return century && t.n >= 5 && is_digit(t.p[2]) && is_digit(t.p[3]) &&
           memchr(" .,;:)", t.p[4], 6);
}

/* "The experts presented the draft.", "Several delegations maintained their view.": a
 * note numbers its paragraphs, and a title of so many words that begins so has no full
 * stop. */
static bool is_statement(const struct scan *s, struct sv x, size_t words)
{
    enum { WORDS_LEAST = 5 };
    static const struct words begin =
        WORDS("Several", "Most", "Some", "Many", "Both", "These", "This", "There", "It",
              "They", "We", "Plusieurs", "Certaines", "Cette", "Ces", "Ce", "Mehrere",
              "Einige", "Diese", "Dieser", "Dieses", "Es", "Sommige", "Deze", "Dit",
              "Flere", "Flera", "Alcune");
    const char *blank = memchr(x.p, ' ', x.n);
    return s->kind == SCAN_OTHER && words >= WORDS_LEAST && blank &&
           (capital_article(x) || one_of(sv_sub(x, 0, (size_t)(blank - x.p)), &begin));
}

/* "Do delegations agree with Article 2?": what a note puts to its readers. */
static bool is_question(const struct scan *s, struct sv x, size_t words)
{
    enum { WORDS_LEAST = 5 };
    return s->kind == SCAN_OTHER && words >= WORDS_LEAST && x.n > 2 &&
           x.p[x.n - 1] == '?' && (is_lower(x.p[x.n - 2]) || is_digit(x.p[x.n - 2]));
}

/* The title fills its line, and the line right below tells something: a paragraph that
 * breaks in front of a capital. */
static bool goes_on_telling(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line], *next = l + 1;
    size_t length = title_line_filled(s, l);
    struct label label;
    return s->kind == SCAN_OTHER && line + 1 < s->nlines && length <= TITLE_WIDTH_MAX &&
           length >= s->width - s->width / 5 &&
           title_line_filled(s, next) >= s->width / 2 &&
           !(next->flags &
             (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE | LINE_BULLET | LINE_TABLE)) &&
           !label_read(s, next->content, next->e, &label) &&
           title_has_verb(s, next->content, next->e);
}

/* "APPROVAL OF THE CONCLUSIONS OF THE 295th MEETING": capitals but for an ordinal. */
static bool is_shouted(struct sv x)
{
    size_t small = 0, capitals = 0;
    for (size_t i = 0; i < x.n; i++) {
        small += is_lower(x.p[i]);
        capitals += is_upper(x.p[i]);
    }
    return small <= 2 && capitals > 10;
}

/* The title's dots lead to a page; those of "Regulation (EU) No …/…" stand for a number.
 */
static bool leads_on(struct sv x)
{
    size_t at = sv_find(x, SV("…"));
    if (at == SIZE_MAX)
        return false;
    struct sv before = sv_sub(x, 0, at), behind = sv_sub(x, at + 3, x.n);
    return !sv_starts(behind, SV("/")) && !sv_ends(before, SV("/")) &&
           !sv_ends(before, SV("No "));
}

/* "... in Vienna. The Council": a full stop behind a word, and a capital. */
static bool holds_stop(struct sv x)
{
    enum { FIRST = 5 };
    for (size_t i = FIRST; i + 2 < x.n; i++) {
        const char *stop = memchr(x.p + i, '.', x.n - 2 - i);
        if (!stop)
            break;
        i = (size_t)(stop - x.p);
        if (x.p[i + 1] != ' ')
            continue;
        size_t next = i + 1;
        while (next + 1 < x.n && x.p[next] == ' ')
            next++;
        if (is_upper(x.p[next]) && is_lower(x.p[i - 1]) && is_lower(x.p[i - 2]) &&
            is_lower(x.p[i - 3]))
            return true;
    }
    return false;
}

/* "The European Council met in Vienna." */
static bool tells_of_body(const struct scan *s, const struct title *t, struct sv x)
{
    size_t article = capital_article(x), i = scan_token_at(s, t->b + article);
    return article && i < s->ntokens && s->token[i].b == t->b + article &&
           scan_token_in(s, i, "bodies");
}

/* It goes on behind its end, or is cut there by the end of the text or a blank line. */
static bool breaks_off(const struct scan *s, const struct title *t, size_t whole,
                       struct sv x, bool torn)
{
    char last = x.p[x.n - 1];
    size_t words = count_words(x);
    if (s->kind == SCAN_OTHER && title_ends_open(s, t->b, whole))
        return true; /* "... agreed, at det" before a line that does not go on */
    if (last != '.' && tells_of_body(s, t, x) && title_has_verb(s, t->b, whole) &&
        goes_on_below(s, t->line))
        return true; /* "The European Council stresses" above "the need" */
    bool cut = words > 30 || (words > 9 && (torn || goes_on_small(s, t->line)));
    if (cut && last != '.' && title_has_verb(s, t->b, whole))
        return true;
    if (words > 6 && s->kind == SCAN_OTHER && breaks_in_date(s, t->line, last))
        return true;
    return words > 9 && last != '.' && !is_shouted(x) && goes_on_telling(s, t->line);
}

/* Ends as sentences do, or opens as paragraphs do, and tells something. */
static bool is_sentence(const struct scan *s, const struct title *t, size_t whole,
                        struct sv x, bool torn)
{
    /* "3. Mr SAMPLE (Presidency) informed the Committee on progress." */
    static const struct words told =
        WORDS("informed", "briefed", "debriefed", "recalled", "explained", "thanked",
              "stressed", "underlined", "welcomed", "announced");
    char last = x.p[x.n - 1];
    size_t words = count_words(x);
    if (title_opens_paragraph(x) &&
        (last == '.' || memchr(x.p, ',', x.n) || title_has_verb(s, t->b, whole)))
        return true;
    if (((last == '.' || torn) && tells_of_body(s, t, x)) || holds_stop(x) ||
        (last == '.' && is_statement(s, x, words)) || is_question(s, x, words))
        return true;
    if (last != '.' && last != ':')
        return false;
    return words > 30 || title_has_verb(s, t->b, whole) ||
           (last == '.' && holds_word(s, t->b, whole, &told));
}

bool title_is_paragraph(const struct scan *s, const struct title *t, size_t whole,
                        bool small)
{
    struct sv x = sv_sub(s->text, t->b, whole);
    bool torn = whole + 2 >= s->text.n;
    if (sv_ends(x, SV("<br />")) || sv_ends(x, SV("<br/>")))
        x = sv_trim(
            sv_sub(x, 0, x.n - (x.p[x.n - 2] == '/' && x.p[x.n - 3] == ' ' ? 6 : 5)));
    bool number = sv_starts(x, SV("n°")); /* "(a) n° E-007025/2011 put by ..." */
    if (x.n == 0 || x.n > TITLE_BYTES_MAX || (is_lower(x.p[0]) && !small && !number) ||
        title_begins_operative(s, t->b) || begins_recital(x))
        return true;
    if (scan_leaders(x) != SIZE_MAX || leads_on(x))
        return true; /* a table of contents */
    char last = x.p[x.n - 1];
    if (last == ',' || (last == ';' && !small)) /* "(a) information from Eurojust;" */
        return true;
    return breaks_off(s, t, whole, x, torn) || is_sentence(s, t, whole, x, torn);
}
