/* Headings of a paper whose lines are lost: "... 2. Transparency items The Committee took
 * note ...". A title there ends where a sentence about a body begins, at the number of a
 * paper, or at the next label. */
#include "ascii.h"
#include "outline.h"

#include <string.h>

enum { RUNNING_TITLE_BYTES = 260, NAME_BYTES = 8, VERB_GAP = 40 };

/* The next full stop or closing bracket. */
static size_t next_close(const char *t, size_t at, size_t end)
{
    while (at < end && t[at] != '.' && t[at] != ')')
        at++;
    return at;
}

size_t running_label(const struct scan *s, size_t at, size_t end, struct label *out)
{
    enum { LABEL_BYTES = 5 };
    const char *t = s->text.p;
    for (size_t close = at; (close = next_close(t, close, end)) < end; close++) {
        size_t b = close;
        while (b > at && close - b < LABEL_BYTES &&
               (is_digit(t[b - 1]) || is_upper(t[b - 1]) || is_lower(t[b - 1])))
            b--;
        if (b == close || (b > at ? t[b - 1] != ' ' : b > 0 && t[b - 1] != '\n') ||
            close + 1 >= end || t[close + 1] != ' ')
            continue;
        size_t next = close + 1;
        while (next < end && t[next] == ' ')
            next++;
        if (next < end && (is_upper(t[next]) || t[next] == '"') &&
            label_read(s, b, end, out) && out->closed && out->e == close + 1 &&
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

static bool formula_near(const struct scan *s, size_t at)
{
    size_t i = scan_token_at(s, at);
    while (i < s->ntokens && s->token[i].b < at + VERB_GAP && !in_table(s, i, "formulas"))
        i++;
    return i < s->ntokens && s->token[i].b < at + VERB_GAP;
}

/* " The Committee", " The WPI adopted", " No items were raised" at `at`. */
static bool sentence_begins(const struct scan *s, size_t at, size_t end)
{
    static const struct sv opening[] = {
        {" There was ", 11},   {" There were ", 12},       {" It was ", 8},
        {" Delegations ", 13}, {" Some delegations ", 18}, {" Several delegations ", 21}};
    const char *t = s->text.p;
    for (size_t k = 0; k < ARRAY_LEN(opening); k++)
        if (sv_starts(sv_sub(s->text, at, end), opening[k]))
            return true;
    size_t i = scan_token_at(s, at + 1);
    if (i < s->ntokens && s->token[i].b == at + 1 && in_table(s, i, "formulas"))
        return true;
    if (end - at < 10 || memcmp(t + at, " The ", 5) != 0)
        return false;
    i = scan_token_at(s, at + 5);
    if (i < s->ntokens && s->token[i].b == at + 5 && in_table(s, i, "bodies"))
        return true;
    size_t e = at + 5;
    while (e < end && e - at - 5 <= NAME_BYTES && is_upper(t[e]))
        e++;
    return e - at - 5 >= 3 && e < end && t[e] == ' ' && formula_near(s, e);
}

/* " General approach", " COREPER (PART 1)": the line that stood below the title, of the
 * agenda or of a part, at `at`. */
bool title_action_begins(struct sv rest)
{
    static const char *const action[] = {
        " COREPER (",           " General approach",      " Policy debate",
        " Exchange of views",   " Political agreement",   " Progress report",
        " Presidency brief",    " Presidency debrief",    " Information from the",
        " Information by the",  " Presentation by the",   " Mandate for negotiations",
        " Preparation for the", " Decision to use the w", " State of play",
        " Endorsement",         " (For the items",        " (Public deliberation",
        " Orientation debate",  " Guidance for further",  " Preparation of the trilogue"};
    if (rest.n < 10 || (rest.p[1] != '(' && !is_upper(rest.p[1])))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(action); i++)
        if (sv_starts(rest, sv_cstr(action[i])))
            return true;
    return false;
}

static size_t count_words(const char *t, size_t b, size_t e)
{
    size_t n = 0;
    for (size_t i = b; i < e; i++)
        n += t[i] != ' ' && (i == b || t[i - 1] == ' ');
    return n;
}

bool running_title(const struct scan *s, const struct label *label, size_t end,
                   struct title *out, bool *sentence)
{
    const char *t = s->text.p;
    size_t b = label->e, limit;
    while (b < end && t[b] == ' ')
        b++;
    limit = end - b > RUNNING_TITLE_BYTES ? b + RUNNING_TITLE_BYTES : end;
    struct label next;
    size_t token = scan_token_at(s, b), e = running_label(s, b + 1, limit, &next);
    bool found = e != SIZE_MAX || limit == end;
    e = e == SIZE_MAX ? limit : e;
    *sentence = false;
    for (size_t i = b; i < e; i++) {
        while (token < s->ntokens && s->token[token].b < i)
            token++;
        bool paper = token < s->ntokens && s->token[token].b == i && i > b &&
                     title_is_paper_token(s, token);
        *sentence = !paper && t[i] == ' ' && i > b && sentence_begins(s, i, end);
        if (paper || *sentence ||
            (t[i] == ' ' && i > b + 2 && memchr(",-:", t[i - 1], 3) == NULL &&
             title_action_begins(sv_sub(s->text, i, end)))) {
            e = i;
            found = true;
        } else if (t[i] == '.' && i + 2 < e && t[i + 1] == ' ' && i > b + 3 &&
                   is_lower(t[i - 1]) && is_lower(t[i - 2]) && is_lower(t[i - 3])) {
            return false; /* a paragraph of sentences */
        }
    }
    while (e > b && memchr(" .,:;([", t[e - 1], 7))
        e--;
    *out = (struct title){.b = b, .e = e};
    return found && e > b + 2 && count_words(t, b, e) <= 40 && !title_has_verb(s, b, e);
}
