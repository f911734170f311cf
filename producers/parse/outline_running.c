/* Headings of a paper whose lines are lost: "... 2. Transparency items The Committee took
 * note ...". A title there ends where a sentence about a body begins, at the number of a
 * paper, or at the next label. */
#include "ascii.h"
#include "outline.h"
#include "words.h"

#include <string.h>

enum {
    RUNNING_TITLE_BYTES = 260,
    NAME_BYTES = 8,
    VERB_GAP = 40,   /* from a sentence's subject to its verb */
    ADVERB_GAP = 14, /* from a body to its verb, with a word between them */
    REPEATED_BYTES = 6,
    REPEATED_WORDS = 4
};

/* The next full stop or closing bracket. */
static size_t next_close(const char *t, size_t at, size_t end)
{
    while (at < end && t[at] != '.' && t[at] != ')')
        at++;
    return at;
}

/* Of Greek, Cyrillic, or with an accent. */
static bool is_far_letter(char c)
{
    return (unsigned char)c >= 0xc3 && (unsigned char)c < 0xe2;
}

/* "57th session" */
static bool is_ordinal(const char *t, size_t at, size_t end)
{
    size_t e = at;
    while (e < end && is_digit(t[e]))
        e++;
    return e > at && end - e > 2 && is_lower(t[e]) && is_lower(t[e + 1]) &&
           t[e + 2] == ' ';
}

size_t running_label(const struct scan *s, size_t at, size_t end, struct label *out)
{
    enum { LABEL_BYTES = 5 };
    const char *t = s->text.p;
    bool agenda = s->kind == SCAN_AGENDA;
    for (size_t close = at; (close = next_close(t, close, end)) < end; close++) {
        size_t b = close;
        while (b > at && close - b < LABEL_BYTES &&
               (is_digit(t[b - 1]) || is_upper(t[b - 1]) || is_lower(t[b - 1])))
            b--;
        b -= b > at && close == b + 1 && t[b - 1] == '(' && t[close] == ')'; /* "(a)" */
        bool open = s->kind != SCAN_OTHER && t[close] == '.' && close + 3 < end &&
                    is_lower(t[close + 1]) && t[close + 2] == ' '; /* "5.b Title" */
        if (b == close || (b > at ? t[b - 1] != ' ' : b > 0 && t[b - 1] != '\n') ||
            close + 1 >= end || (t[close + 1] != ' ' && !open) ||
            !label_read(s, b, end, out) || (!out->closed && !open) || out->e <= close)
            continue;
        size_t next = out->e;
        while (next < end && t[next] == ' ')
            next++;
        if (next < end && next > out->e &&
            (is_upper(t[next]) || is_far_letter(t[next]) || t[next] == '"' ||
             label_inside(s, out, end) || (agenda && t[next] == '(') ||
             (agenda && (out->kind == LABEL_LOWER || is_ordinal(t, next, end)))) &&
            (t[close] == '.' || out->kind == LABEL_LOWER)) /* not "(PART 1) Space" */
            return b;
    }
    return SIZE_MAX;
}

static bool in_table(const struct scan *s, size_t token, const char *name)
{
    size_t table = KNOWLEDGE_ID_TABLE(s->token[token].id);
    return strcmp(knowledge_table_at(s->k, table)->name, name) == 0;
}

static bool formula_near(const struct scan *s, size_t at, size_t gap)
{
    size_t i = scan_token_at(s, at);
    while (i < s->ntokens && s->token[i].b < at + gap && !in_table(s, i, "formulas"))
        i++;
    return i < s->ntokens && s->token[i].b < at + gap;
}

/* The length of a capital article and its blank, or 0. */
static size_t article_at(const char *t, size_t at, size_t end)
{
    static const struct words list =
        WORDS("The", "A", "An", "Der", "Die", "Das", "Le", "La", "Les", "Il", "Lo", "I",
              "Gli", "El", "Los", "Las", "De", "Het", "Det", "Den");
    size_t e = at;
    while (e < end && (is_upper(t[e]) || is_lower(t[e])))
        e++;
    if (end - e > 3 && e == at + 1 && t[at] == 'L' &&
        (t[e] == '\'' || memcmp(t + e, "’", 3) == 0))
        return t[e] == '\'' ? 2 : 4;
    size_t behind = e;
    while (behind < end && t[behind] == ' ')
        behind++;
    return behind > e && one_of((struct sv){t + at, e - at}, &list) ? behind - at : 0;
}

/* "Vedtagelse af dagsordenen Dagsordenen blev ...", "... de l'ordre du jour L'ordre du
 * jour ...": the last words of title[b, at) again, from `word` on. */
static bool repeats(const char *t, size_t b, size_t at, size_t word, size_t end)
{
    for (size_t e = word, words = 0; e < end && words < REPEATED_WORDS; e++, words++) {
        while (e < end && t[e] != ' ')
            e++;
        size_t n = e - word;
        if (n > at - b)
            return false;
        if (n >= REPEATED_BYTES && t[at - n - 1] != '-' &&
            sv_eq_fold((struct sv){t + at - n, n}, (struct sv){t + word, n}))
            return true;
    }
    return false;
}

/* The body that a token at `at` names does something: "Komitéen godkendte". */
static bool body_acts(const struct scan *s, size_t at)
{
    size_t i = scan_token_at(s, at);
    return i < s->ntokens && s->token[i].b == at && in_table(s, i, "bodies") &&
           formula_near(s, s->token[i].e, ADVERB_GAP);
}

static bool acronym_acts(const struct scan *s, size_t at, size_t end)
{
    const char *t = s->text.p;
    size_t e = at;
    while (e < end && e - at <= NAME_BYTES && is_upper(t[e]))
        e++;
    return e - at >= 3 && e < end && t[e] == ' ' && formula_near(s, e, VERB_GAP);
}

/* "... of the | European Council": the words before go on. */
static bool goes_on(const char *t, size_t b, size_t at)
{
    size_t w = at;
    while (w > b && t[w - 1] != ' ')
        w--;
    return word_is_open((struct sv){t + w, at - w});
}

/* Does a sentence begin behind the blank at `at`, where the title begins at b? " The
 * Committee", " Der Ausschuss nahm", " The WPI adopted", " No items were raised". */
static bool sentence_begins(const struct scan *s, size_t b, size_t at, size_t end)
{
    static const struct sv opening[] = {{" There was ", 11},
                                        {" There were ", 12},
                                        {" It was ", 8},
                                        {" Delegations ", 13},
                                        {" Some delegations ", 18},
                                        {" Several delegations ", 21},
                                        {" In 20", 6},
                                        {" In 19", 6}};
    const char *t = s->text.p;
    for (size_t k = 0; k < ARRAY_LEN(opening); k++)
        if (title_begins_with(sv_sub(s->text, at, end), opening[k]))
            return true;
    size_t first = at + 1;
    while (first < end && t[first] == ' ')
        first++;
    size_t i = scan_token_at(s, first);
    if (end - first < 9 || is_lower(t[first]) || is_digit(t[first]))
        return false;
    if (i < s->ntokens && s->token[i].b == first && in_table(s, i, "formulas"))
        return true;
    size_t article = article_at(t, first, end), word = first + article;
    if (at > b && goes_on(t, b, at))
        return false;
    bool again =
        at > b && (repeats(t, b, at, first, end) || repeats(t, b, at, word, end));
    if (again || body_acts(s, first))
        return true;
    if (article == 0)
        return false;
    i = scan_token_at(s, word);
    if (title_begins_with(sv_sub(s->text, first, end), SV("The ")) && i < s->ntokens &&
        s->token[i].b == word && in_table(s, i, "bodies"))
        return true;
    return body_acts(s, word) || acronym_acts(s, word, end) ||
           formula_near(s, word, VERB_GAP);
}

static size_t count_words(const char *t, size_t b, size_t e)
{
    size_t n = 0;
    for (size_t i = b; i < e; i++)
        n += t[i] != ' ' && (i == b || t[i - 1] == ' ');
    return n;
}

/* Without the signs that stand before what follows: a stop, a list's mark. */
static size_t behind_title(const char *t, size_t b, size_t e)
{
    for (;;) {
        while (e > b && memchr(" .,:;([-=", t[e - 1], 9))
            e--;
        if (e - b < 5 || t[e - 4] != ' ' || scan_bullet(t + e - 3, t + e) != 3)
            return e;
        e -= 3;
    }
}

/* " - Follow-up", " = Adoption": what began a line of its own. */
static bool dashed_line(const char *p, size_t n)
{
    size_t dash = n < 4 || p[0] != ' '             ? 0
                  : p[1] == '-' || p[1] == '='     ? 1
                  : scan_bullet(p + 1, p + n) == 3 ? 3
                                                   : 0;
    size_t at = dash + 1;
    while (at < n && p[at] == ' ')
        at++;
    return dash && at > dash + 1 && at < n && (p[1] == '=' || is_upper(p[at]));
}

/* "Approval of the "I" items II": the part of an agenda that begins behind the title. */
static size_t without_part(const struct scan *s, size_t b, size_t e)
{
    const char *p = s->text.p;
    size_t at = e;
    while (at > b && e - at < 2 && p[at - 1] == 'I')
        at--;
    bool part = s->kind == SCAN_AGENDA && at < e && at > b + 1 && p[at - 1] == ' ';
    for (size_t i = b + 1; part && i + 1 < at; i++) /* "I" items, I-Punkte */
        if (p[i] == 'I' && memchr(" \"\x9c\x9d\x9e", p[i - 1], 5) &&
            memchr("\"-\xe2", p[i + 1], 3))
            return behind_title(p, b, at);
    return e;
}

bool running_title(const struct scan *s, const struct label *label, size_t end,
                   struct title *out, bool *sentence)
{
    const char *t = s->text.p;
    size_t b = label->e, limit;
    while (b < end && t[b] == ' ')
        b++;
    limit = end - b > RUNNING_TITLE_BYTES ? b + RUNNING_TITLE_BYTES : end;
    *sentence = (b > 0 && sentence_begins(s, b, b - 1, end)) ||
                title_opens_paragraph(sv_sub(s->text, b, limit));
    if (*sentence)
        return false; /* a numbered paragraph */
    struct label next;
    size_t token = scan_token_at(s, b), e = running_label(s, b + 1, limit, &next);
    while (e != SIZE_MAX && e > b + 1 && goes_on(t, b, e - 1)) /* "am 23. März" */
        e = running_label(s, next.e, limit, &next);
    bool found = e != SIZE_MAX || limit == end;
    e = e == SIZE_MAX ? limit : e;
    struct title found_title = {.b = b, .e = e};
    for (size_t i = b; i < e; i++) {
        while (token < s->ntokens && s->token[token].b < i)
            token++;
        bool paper = token < s->ntokens && s->token[token].b == i && i > b &&
                     (title_is_paper_token(s, token) || title_is_file_token(s, token));
        if (paper && title_torn_number(s, &found_title, token)) {
            i = found_title.hole[found_title.nholes - 1].e - 1;
            continue;
        }
        *sentence = !paper && t[i] == ' ' && i > b && sentence_begins(s, b, i, end);
        if (paper || *sentence || (i > b + 2 && title_action_inside(s, b, i, end)) ||
            (s->dashed && dashed_line(t + i, e - i))) {
            e = i;
            found = true;
        } else if (t[i] == '.' && i + 2 < e && t[i + 1] == ' ' && i > b + 3 &&
                   is_lower(t[i - 1]) && is_lower(t[i - 2]) && is_lower(t[i - 3])) {
            return false; /* a paragraph of sentences */
        }
    }
    *out = found_title;
    out->e = e = without_part(s, b, behind_title(t, b, e));
    bool contents = sv_find(sv_sub(s->text, b, e), SV("....")) != SIZE_MAX;
    return found && !contents && e > b + 2 && count_words(t, b, e) <= 40 &&
           !title_has_verb(s, b, e);
}
