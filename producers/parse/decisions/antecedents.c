/* Whom "It" and "They" mean where the sentence before tells no act: "The Presidency
 * presented the state of play. It invited delegations ...". */
#include "decide.h"
#include "producers/parse/text/ascii.h"

enum { PRONOUN_BYTES = 160, SENTENCE_BYTES = 600 };

/* Where the sentence at hand begins with a pronoun, or SIZE_MAX: behind a full stop, not
 * far in front of the formula. */
static size_t pronoun_at(const struct deciding *d, bool *several)
{
    struct sv t = d->s->text;
    size_t at = d->s->token[d->token].b,
           most = at > PRONOUN_BYTES ? at - PRONOUN_BYTES : 0;
    for (size_t i = at; i > most + 1; i--) {
        struct sv rest = sv_sub(t, i, at);
        if (t.p[i - 1] == '.' && is_blank(t.p[i]))
            return SIZE_MAX; /* another sentence came between */
        *several = sv_starts(rest, SV("They "));
        if ((*several || sv_starts(rest, SV("It "))) && is_blank(t.p[i - 1]))
            return i;
    }
    return SIZE_MAX;
}

/* Where the sentence that ends at `e` begins. */
static size_t sentence_begin(struct sv t, size_t e)
{
    size_t most = e > SENTENCE_BYTES ? e - SENTENCE_BYTES : 0;
    for (size_t i = e; i > most + 1; i--) {
        size_t before = i - 2;
        while (before > most && t.p[before] != '\n' && is_blank(t.p[before]))
            before--;
        bool line = t.p[i - 1] == '\n' && (t.p[before] == '\n' || t.p[before] == ':');
        bool stop = is_blank(t.p[i - 1]) && t.p[i - 2] == '.' && is_upper(t.p[i]) &&
                    i > most + 3 && is_lower(t.p[i - 3]);
        if (line || stop)
            return i;
    }
    return most;
}

/* "presented", "met", "has worked": what a subject stands in front of. */
static bool is_past(struct sv w)
{
    static const struct words list =
        WORDS("met", "dealt", "held", "heard", "began", "took", "gave", "made", "had",
              "has", "have", "was", "were", "is", "are", "saw", "came", "set", "put",
              "drew", "spoke", "also", "then", "first", "again", "thus");
    return sv_ends(w, SV("ed")) || one_of(w, &list);
}

static struct sv next_word(struct sv t, size_t at, size_t e)
{
    while (at < e && is_blank(t.p[at]))
        at++;
    size_t b = at;
    while (at < e && is_lower(t.p[at]))
        at++;
    return sv_sub(t, b, at);
}

/* Behind "The ", or behind an opening that a comma ends: "In August, the ". Where the
 * name begins that ends with the body at k, or SIZE_MAX. */
static size_t name_begin(struct sv t, size_t b, const struct token *k)
{
    static const struct words opening =
        WORDS("In", "On", "At", "During", "After", "Following", "As", "By", "Further",
              "Furthermore", "Moreover", "Finally", "Then", "Subsequently", "Upon",
              "With", "Under", "Since", "Afterwards", "Later");
    size_t from = k->b; /* "Terrorism Working Party" */
    while (from > b && t.p[from - 1] == ' ') {
        size_t w = from - 1;
        while (w > b && !is_blank(t.p[w - 1]))
            w--;
        if (!is_upper(t.p[w]) || sv_starts(sv_sub(t, w, from), SV("The ")) ||
            t.p[from - 2] == ',')
            break;
        from = w;
    }
    struct sv front = sv_trim(sv_sub(t, b, from));
    if (sv_ends(front, SV(" the")))
        front = sv_trim(sv_sub(front, 0, front.n - 4));
    else if (front.n == 0 || sv_eq(front, SV("The")))
        return from;
    size_t n = 0;
    while (n < front.n && !is_blank(front.p[n]) && front.p[n] != ',')
        n++;
    bool opens = sv_ends(front, SV(",")) && one_of(sv_sub(front, 0, n), &opening);
    return opens ? from : SIZE_MAX;
}

/* The name of the body at k as a subject; null: it is none, or may not act so. */
static struct sv subject_name(const struct deciding *d, const struct token *k, size_t b,
                              size_t e, bool several, enum decision_kind kind,
                              struct sv act)
{
    struct sv t = d->s->text;
    uint32_t row = (uint32_t)KNOWLEDGE_ID_ROW(k->id);
    struct word w = {.row = &knowledge_table_at(d->s->k, d->bodies)->row[row],
                     .actor = actor_of_row(d, row)};
    size_t from = name_begin(t, b, k), behind = k->e;
    if (behind + 2 < e && t.p[behind] == ' ' && t.p[behind + 1] == '(')
        while (behind < e && t.p[behind - 1] != ')')
            behind++;
    bool plural = w.actor == ACTOR_MINISTERS || t.p[k->e - 1] == 's';
    if (from == SIZE_MAX || several != plural || !is_past(next_word(t, behind, e)) ||
        !actor_may(&w, kind, act) || (w.actor == ACTOR_CHAIR && kind == KIND_NOTED))
        return SV_NULL;
    struct sv printed = sv_sub(t, from, k->e);
    bool bare = (w.actor == ACTOR_SELF || w.actor == ACTOR_PARTY) && from == k->b;
    if (bare && sv_starts(d->last_by, printed)) /* "Working Party on Fisheries" */
        return d->last_by;
    if (bare && d->self.n)
        return d->self;
    struct sv name = w.row->cell[d->name];
    return name.n ? name : printed;
}

/* "The Council report": nouns of what is written or set up, and can ask nobody here. */
static bool names_text(struct sv t, size_t b, size_t e)
{
    enum { NOUN_WORDS = 5 };
    static const struct words opening =
        WORDS("The", "This", "These", "A", "An", "Their", "Its");
    static const struct words noun =
        WORDS("report", "reports", "communication", "proposal", "proposals", "text",
              "document", "paper", "note", "strategy", "plan", "programme", "directive",
              "regulation", "agreement", "conclusions", "study", "initiative", "mission",
              "system", "project", "draft", "resolution", "declaration", "package",
              "framework", "mandate", "mechanism", "network", "handbook", "manual",
              "questionnaire", "evaluation", "assessment", "analysis", "roadmap",
              "guidelines", "letter", "statement", "convention", "protocol", "fund");
    for (int n = 0; n <= NOUN_WORDS && b < e; n++) {
        size_t w = b;
        while (b < e && !is_blank(t.p[b]))
            b++;
        struct sv word = sv_sub(t, w, b);
        if (n == 0 ? !one_of(word, &opening) : is_past(word) || is_determiner(word))
            return false;
        if (n > 0 && one_of(word, &noun))
            return true;
        while (b < e && is_blank(t.p[b]))
            b++;
    }
    return false;
}

/* Where the sentence stands that the pronoun at the head of this one looks back to. */
static bool sentence_before(const struct deciding *d, bool *several, size_t *b, size_t *e)
{
    struct sv t = d->s->text;
    *several = false;
    *e = pronoun_at(d, several);
    if (*e == SIZE_MAX)
        return false;
    while (*e > 0 && is_blank(t.p[*e - 1]))
        --*e;
    if (*e == 0 || t.p[*e - 1] != '.')
        return false;
    *b = sentence_begin(t, *e - 1);
    return true;
}

bool antecedent_is_text(const struct deciding *d)
{
    bool several;
    size_t b, e;
    return sentence_before(d, &several, &b, &e) && names_text(d->s->text, b, e);
}

/* The first body of text[b, e), if it opens the sentence there and is no body of the
 * Council's. */
static bool other_opens(const struct deciding *d, size_t b, size_t e)
{
    const struct scan *s = d->s;
    for (size_t i = scan_token_at(s, b); i < s->ntokens && s->token[i].b < e; i++) {
        const struct token *k = &s->token[i];
        if (KNOWLEDGE_ID_TABLE(k->id) != d->bodies)
            continue;
        enum actor_class c = actor_of_row(d, (uint32_t)KNOWLEDGE_ID_ROW(k->id));
        return (c == ACTOR_INSTITUTION || c == ACTOR_PARLIAMENT) &&
               name_begin(s->text, b, k) != SIZE_MAX;
    }
    return false;
}

bool antecedent_is_other(const struct deciding *d)
{
    enum { SENTENCES = 6 };
    struct sv t = d->s->text;
    bool several;
    size_t b, e;
    if (!sentence_before(d, &several, &b, &e))
        return false;
    for (int n = 0; n < SENTENCES; n++) { /* "It notes ... It recalls" */
        if (!sv_starts(sv_sub(t, b, e), SV("It ")))
            return other_opens(d, b, e);
        while (b > 0 && is_blank(t.p[b - 1]))
            b--;
        if (b == 0 || t.p[b - 1] != '.')
            return false;
        e = b;
        b = sentence_begin(t, e - 1);
    }
    return false;
}

struct sv antecedent_of(const struct deciding *d, enum decision_kind kind, struct sv act)
{
    const struct scan *s = d->s;
    bool several;
    size_t b, e;
    if (!sentence_before(d, &several, &b, &e))
        return SV_NULL;
    for (size_t i = scan_token_at(s, b); i < s->ntokens && s->token[i].b < e; i++)
        if (KNOWLEDGE_ID_TABLE(s->token[i].id) == d->bodies)
            return subject_name(d, &s->token[i], b, e, several, kind, act);
    return SV_NULL;
}
