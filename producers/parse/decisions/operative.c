/* Operative verbs of conclusions and resolutions, in capitals. */
#include "decide.h"

#include <string.h>

/* "THE COUNCIL AND THE REPRESENTATIVES OF THE GOVERNMENTS ... RECALL": is it several who
 * speak in this paper? Looked at once, up to the verb at hand. */
static bool says_we(struct deciding *d)
{
    const struct scan *s = d->s;
    for (; !d->we && d->we_token < d->token; d->we_token++) {
        const struct token *k = &s->token[d->we_token];
        struct sv said = sv_sub(s->text, k->b, k->e);
        d->we = KNOWLEDGE_ID_TABLE(k->id) == d->bodies &&
                (sv_starts(said, SV("REPRESENTATIVES")) ||
                 sv_starts(said, SV("Representatives")) ||
                 sv_starts(said, SV("representatives")));
    }
    return d->we;
}

/* Written alike in French and in the English plural. */
static bool is_english(const struct deciding *d, const struct word *w)
{
    struct sv verb = {d->view.p + w->b, w->e - w->b};
    return IS(verb, "INVITE") || IS(verb, "ENCOURAGE");
}

static bool is_capitals(struct sv w)
{
    for (size_t i = 0; i < w.n; i++)
        if (w.p[i] >= 'a' && w.p[i] <= 'z')
            return false;
    return w.n > 2;
}

/* "...; to that end ENCOURAGES": a few small words behind the stop. */
static bool opens_clause(const struct view *v, uint32_t at)
{
    enum { OPENING_WORDS = 5 };
    static const struct words opening = WORDS("to", "in", "with", "for", "on", "and");
    static const struct words first = WORDS("To", "In", "With", "For", "On", "Against");
    uint32_t b = at, end;
    for (int n = 0; n <= OPENING_WORDS; n++) {
        uint32_t from = b;
        struct sv w = word_before(v, b, &b);
        if (IS(w, ";"))
            return n > 0 && one_of(word_after(v, from, &end), &opening);
        if (n > 0 && b == 0 && one_of(w, &first)) /* "To this end ENCOURAGES" */
            return true;
        if (!w.n || w.p[0] < 'a' || w.p[0] > 'z')
            return false;
    }
    return false;
}

static bool operative_stands(const struct view *v, const struct word *w)
{
    static const struct sv dash = {"– ", 4};
    uint32_t b, end;
    static const struct words adverb =
        WORDS("HEREBY", "THEREFORE", "ALSO", "FURTHER", "FURTHERMORE", "MOREOVER");
    struct sv before = word_before(v, w->b, &b);
    bool dashed = w->b > dash.n && memcmp(v->p + w->b - dash.n, dash.p, dash.n) == 0;
    if (before.n && !dashed && !one_of(before, &adverb) && !opens_clause(v, w->b) &&
        !IS(before, "and") && !IS(before, "AND") && !IS(before, "et") &&
        !IS(before, "und") && !is_adverb(before) && !sv_ends(before, SV("LY")) &&
        !(before.n == 1 && memchr(",;:-\")", before.p[0], 6))) {
        bool body = false;
        for (size_t i = 0; i < v->nwords; i++)
            body = body || (v->word[i].form == FORM_NONE && v->word[i].e + 2 >= w->b &&
                            v->word[i].e <= w->b);
        if (!body)
            return false;
    }
    struct sv next = word_after(v, w->e, &end);
    for (size_t i = 0; i < v->nwords; i++) /* "REQUESTS EUROPOL to" */
        if (v->word[i].form == FORM_NONE && v->word[i].actor != ACTOR_NONE &&
            v->p + v->word[i].b == next.p)
            return true;
    if (next.n == 0)
        return w->b == 0; /* a list follows, or it is dropped */
    return view_leads(v) || !is_capitals(next) || next.n < 5 || w->b > 0;
}

void operative_take(struct deciding *d, const struct word *w, struct acts *out)
{
    bool foreign = !IS(row_lang(d, w), "en") && IS(d->out->document.language, "en");
    bool plural = w->form == FORM_PLURAL || (foreign && is_english(d, w));
    if ((foreign && !plural) || (plural && !says_we(d)) || !operative_stands(&d->view, w))
        return;
    struct act *a = acts_push(d, out, w);
    if (!a)
        return;
    a->voice = VOICE_ACTIVE;
    a->by = d->council;
    a->draft = d->drafts;
    const struct word *x = actor_behind(d, a->e); /* "ERSUCHT DER RAT DIE KOMMISSION" */
    act_addressees(d, a, x && x->actor == ACTOR_COUNCIL ? x : NULL);
    if (IS(a->act, "mandated") || IS(a->act, "authorised")) /* "MANDATES COSI to" */
        a->to = actor_addressees(d, a->e, addressees_end(d, a->e));
}
