/* Recitals: what conclusions and legal texts give as their reasons decides nothing. */
#include "decide.h"

/* "Recalling ..., it also reiterates". */
static bool it_says(const struct view *v, const struct word *w)
{
    uint32_t b;
    return w->form != FORM_NONE && w->form != FORM_PASSIVE &&
           IS(word_before(v, before_adverbs(v, w->b), &b), "it") &&
           IS(word_before(v, b, &b), ",");
}

/* "Recalling that ..., the European Council noted": what follows the comma is said. */
static bool says_after_comma(const struct view *v)
{
    for (size_t i = 0; i < v->nwords; i++)
        if (it_says(v, &v->word[i]))
            return true;
    for (size_t i = 0; i + 1 < v->nwords; i++) {
        const struct word *x = &v->word[i];
        uint32_t at = x->b, b;
        if (x->form != FORM_NONE || v->word[i + 1].b <= x->e ||
            v->word[i + 1].form == FORM_NONE || v->word[i + 1].b - x->e >= 14)
            continue;
        struct sv before = word_before(v, at, &b);
        if (is_determiner(before) || IS(before, "EU")) /* ", EU ministers asked" */
            before = word_before(v, b, &b);
        if (before.n == 1 && before.p[0] == ',')
            return true;
    }
    return false;
}

/* "RECOGNISING the importance of data, CALLS UPON Member States": what follows the comma
 * is no recital. */
static bool acts_after_comma(const struct view *v)
{
    uint32_t b;
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_OPERATIVE &&
            IS(word_before(v, v->word[i].b, &b), ","))
            return true;
    return false;
}

/* "RECALLING ...", "Having regard to ...": preamble. */
static bool is_recital(const struct view *v)
{
    static const struct words list =
        WORDS("WHEREAS", "Whereas", "HAVING", "Having", "CONSCIOUS", "BASED", "AWARE",
              "MINDFUL", "CONVINCED", "CONCERNED", "DETERMINED", "CONSIDÉRANT",
              "RAPPELANT", "SOULIGNANT", "EINGEDENK", "Recalling", "Recognising",
              "Noting", "Considering", "Acknowledging", "Reaffirming");
    uint32_t end;
    struct sv w = word_after(v, 0, &end);
    if (one_of(w, &list))
        return !says_after_comma(v) && !acts_after_comma(v);
    if (w.n < 6 || !sv_ends(w, SV("ING")))
        return false;
    for (size_t i = 0; i < w.n; i++)
        if (w.p[i] < 'A' || w.p[i] > 'Z')
            return false;
    if (acts_after_comma(v))
        return false;
    return v->p[v->n - 1] != '.' || !says_after_comma(v); /* ", ministers called for" */
}

/* "Whereas:", "in Erwägung nachstehender Gründe:", "considérant ce qui suit:" */
static bool opens_recitals(struct sv line)
{
    static const struct sv end[] = {{"hereas:", 7},
                                    {"HEREAS:", 7},
                                    {"Gründe:", 8},
                                    {"ce qui suit:", 12},
                                    {"ce qui suit :", 13}};
    for (size_t i = 0; i < ARRAY_LEN(end); i++)
        if (sv_ends(line, end[i]))
            return true;
    return false;
}

static bool is_numbered(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    return l->content < l->e && s->text.p[l->content] == '(' &&
           list_style(s, line).kind == LIST_NUMBER;
}

/* "(4) The Council adopted ...": an entry of the list that "Whereas:" opens. */
static bool in_recital_list(const struct scan *s, size_t line)
{
    enum { LINES_BACK = 160, ENTRY_LINES = 12 };
    for (int n = 0; !is_numbered(s, line); n++, line--)
        if (n == ENTRY_LINES || line == 0 || s->line[line - 1].flags & LINE_BLANK ||
            list_style(s, line).kind != LIST_NONE)
            return false;
    for (int n = 0; n < LINES_BACK; n++) {
        line = text_line_before(s, line);
        if (line == SIZE_MAX ||
            s->line[line].flags & (LINE_HEADING | LINE_HEADER | LINE_BULLET))
            return false;
        const struct line *l = &s->line[line];
        if (!is_numbered(s, line) && opens_recitals(sv_trim(sv_sub(s->text, l->b, l->e))))
            return true;
    }
    return false;
}

/* "RECALLING", "Recalling", "BEARING": how a recital begins. */
static bool begins_recital(struct sv line)
{
    static const struct words small =
        WORDS("Recalling", "Considering", "Noting", "Recognising", "Acknowledging",
              "Reaffirming", "Whereas");
    size_t n = 0;
    while (n < line.n && ((line.p[n] | 0x20) >= 'a' && (line.p[n] | 0x20) <= 'z'))
        n++;
    struct sv w = sv_sub(line, 0, n);
    if (one_of(w, &small))
        return true;
    for (size_t i = 0; i < w.n; i++)
        if (w.p[i] < 'A' || w.p[i] > 'Z')
            return false;
    return w.n > 6 && sv_ends(w, SV("ING"));
}

/* "- the Council adopted ...;": an entry of the list that "RECALLING that:" opens. */
static bool in_recital_bullets(const struct scan *s, const struct sentence *at)
{
    enum { LINES_BACK = 40, LEAD_LINES = 6 };
    size_t line = at->line;
    for (int n = 0; n < LINES_BACK; n++) {
        line = text_line_before(s, line);
        if (line == SIZE_MAX || s->line[line].flags & (LINE_HEADING | LINE_HEADER))
            return false;
        const struct line *l = &s->line[line];
        struct sv t = sv_trim(sv_sub(s->text, l->b, l->e));
        if (sv_ends(t, SV(".")))
            return false;
        if (!sv_ends(t, SV(":")) || list_style(s, line).kind != LIST_NONE)
            continue;
        for (n = 0; n < LEAD_LINES && !begins_recital(t); n++, line--) {
            if (line == 0 || s->line[line - 1].flags & LINE_BLANK)
                return false;
            t = sv_trim(sv_sub(s->text, s->line[line - 1].b, s->line[line - 1].e));
        }
        return n < LEAD_LINES;
    }
    return false;
}

/* "Whereas: (1) The Council adopted ...; (2) ..." where the lines are lost. */
static bool in_recital_run(const struct scan *s, const struct sentence *at)
{
    enum { RUN_BYTES = 8000 };
    const char *t = s->text.p;
    size_t b = at->b, line = s->line[at->line].b;
    while (b > line && (t[b - 1] == ' ' || t[b - 1] == ')'))
        b--;
    if (b == at->b || b == line || t[b - 1] < '0' || t[b - 1] > '9')
        return false;
    while (b > line && t[b - 1] >= '0' && t[b - 1] <= '9')
        b--;
    if (b == line || t[b - 1] != '(')
        return false;
    size_t from = b - line > RUN_BYTES ? b - RUN_BYTES : line;
    struct sv run = sv_sub(s->text, from, b);
    return sv_find(run, SV("hereas: (")) != SIZE_MAX &&
           sv_find(run, SV("HEREBY")) == SIZE_MAX;
}

/* "Whereas: (1) The Council adopted": the sentence holds the words that open the list. */
static bool opens_recital_run(const struct view *v)
{
    enum { FRONT = 400 };
    if (v->n < FRONT / 2)
        return false;
    struct sv front = {v->p, v->n < FRONT ? v->n : FRONT};
    return sv_find(front, SV("Whereas: (1)")) != SIZE_MAX;
}

bool recital_holds(const struct deciding *d, const struct sentence *at)
{
    return is_recital(&d->view) || opens_recital_run(&d->view) ||
           in_recital_run(d->s, at) || in_recital_list(d->s, at->line) ||
           (at->bullet && in_recital_bullets(d->s, at));
}
