/* Whom an act asks: the names behind its verb (addressees.c), those of a clause ("that
 * the Commission ..."), or whom a pronoun means. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

/* "demande à la Commission de": the preposition is no part of the name. */
static uint32_t behind_dative(const struct view *v, uint32_t at)
{
    static const struct words list =
        WORDS("à", "au", "aux", "À", "AU", "AUX", "aan", "a", "ad", "al", "alla", "allo",
              "ai", "agli", "alle", "ao", "aos", "às", "A", "AL", "ALLA", "AI", "AGLI",
              "ALLE", "AOS");
    uint32_t end;
    return one_of(word_after(v, at, &end), &list) ? end : at;
}

static bool is_infinitive(struct sv w)
{
    return w.n > 3 && (unsigned char)w.p[0] >= 'a' &&
           (sv_ends(w, SV("er")) || sv_ends(w, SV("ir")) || sv_ends(w, SV("re")));
}

/* "charge le Secrétariat général d'établir", "demande à la Commission de": where what is
 * asked begins in view[b, e), or e. */
static uint32_t infinitive_behind(const struct deciding *d, const struct act *a,
                                  uint32_t b, uint32_t e)
{
    static const struct words elided = WORDS("d'", "d\xe2\x80\x99");
    static const struct words pronouns =
        WORDS("lui", "leur", "le", "la", "les", "se", "y", "en", "ne");
    const struct view *v = &d->view;
    uint32_t at = b, end, next;
    while (IS(a->row->cell[d->lang], "fr") && at < e) {
        struct sv w = word_after(v, at, &end);
        size_t sign = w.n > 3 && w.p[0] == 'd' ? (w.p[1] == '\'' ? 2 : 4) : 0;
        struct sv behind = sign ? sv_sub(w, sign, w.n) : SV("");
        if (sign && one_of(sv_sub(w, 0, sign), &elided) &&
            (is_infinitive(behind) || IS(behind, "en") || IS(behind, "y")))
            return (uint32_t)(w.p - v->p);
        struct sv verb = IS(w, "de") ? word_after(v, end, &next) : SV("");
        if (one_of(verb, &pronouns)) /* "de lui faire part" */
            verb = word_after(v, next, &next);
        if (is_infinitive(verb))
            return (uint32_t)(w.p - v->p);
        at = end;
    }
    return e;
}

/* "verzocht het Coreper de bespreking voort te zetten": where the bodies end that are
 * asked, if an object follows them at once. */
static uint32_t bodies_end(const struct deciding *d, uint32_t b, uint32_t e)
{
    static const struct words joining =
        WORDS("und", "sowie", "et", "en", "alsmede", "og", "och", "samt", "e", "y", ",");
    static const struct words article =
        WORDS("een", "eine", "einen", "ein", "et", "ett", "un", "une", "una", "um", "uma",
              "ihre", "i", "hun", "deres", "sina", "seine", "leur", "uiterlijk", "vóór",
              "spätestens", "d'ici", "senest", "senast", "entro");
    const struct view *v = &d->view;
    for (uint32_t at = b, end; at < e; at = end) {
        const struct word *x = actor_behind(d, at + (v->p[at] == ' '));
        if (!x || x->actor == ACTOR_PARTY || x->actor == ACTOR_SELF ||
            x->actor == ACTOR_GROUP || x->actor == ACTOR_TEXT)
            return e;
        struct sv next = word_after(v, x->e, &end);
        if (!one_of(next, &joining))
            return (is_determiner(next) || one_of(next, &article)) && x->e < e ? x->e : e;
    }
    return e;
}

/* "requested regular reporting on", "encouraged the continuation of": what is asked for,
 * where nobody stands who is asked. */
static bool asks_for_thing(const struct view *v, uint32_t b, uint32_t e)
{
    static const struct words asking = WORDS("to", "TO", "that", "THAT", ":", "not", "-");
    uint32_t end;
    if (one_of(word_after(v, e, &end), &asking))
        return false;
    struct sv w = word_after(v, b, &end);
    while (is_determiner(w) || is_attribute(w))
        w = word_after(v, end, &end);
    uint32_t at = (uint32_t)(w.p - v->p);
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].b <= end && v->word[i].e > at &&
            v->word[i].b >= b)
            return false;
    return w.n > 0 && w.p[0] >= 'a' && w.p[0] <= 'z';
}

static bool body_ends(const struct view *v, uint32_t at)
{
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].e <= at && at - v->word[i].e <= 1)
            return true;
    return false;
}

/* "REQUESTS Europol to support analysis and Eurojust to facilitate cooperation": the
 * second body that is asked, and not the one of "allow Parliament and Council to". */
static const struct word *asked_too(const struct deciding *d, uint32_t from)
{
    enum { BACK_BYTES = 60 };
    static const struct sv other[] = {{"nabl", 4},   {"allow", 5},   {"help", 4},
                                      {"assist", 6}, {"ncourag", 7}, {"between", 7},
                                      {"both ", 5},  {"for ", 4},    {"nvit", 4}};
    const struct view *v = &d->view;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        uint32_t b, end;
        if (x->form != FORM_NONE || x->actor == ACTOR_NONE || x->b <= from ||
            !IS(word_after(v, x->e, &end), "to"))
            continue;
        struct sv verb = word_after(v, end, &end), w = word_before(v, x->b, &b);
        if (is_determiner(w))
            w = word_before(v, b, &b);
        if (IS(w, "on") || IS(w, "upon")) /* "calls on Member States to ..., and on" */
            w = word_before(v, b, &b);
        if (!IS(w, "and") || !verb.n || verb.p[0] < 'a' || is_determiner(verb))
            continue;
        uint32_t back = b > from + BACK_BYTES ? b - BACK_BYTES : from;
        struct sv before = {v->p + back, b - back};
        bool object = body_ends(v, b);
        for (size_t k = 0; k < ARRAY_LEN(other) && !object; k++)
            object = sv_find(before, other[k]) != SIZE_MAX;
        if (!object)
            return x;
    }
    return NULL;
}

/* Behind the "that" of "suggests that", "recommended that", "demandé que", where the
 * clause says who is to do something; or 0. */
static uint32_t that_behind(const struct deciding *d, const struct act *a)
{
    static const struct words that = WORDS("that", "THAT", "que", "dass", "dat", "che");
    uint32_t end;
    if (sv_ends(a->verb, SV(" that")))
        return a->e;
    struct sv w = word_after(&d->view, a->e, &end);
    if (w.n == 1 && memchr(",:", w.p[0], 2))
        w = word_after(&d->view, end, &end);
    return one_of(w, &that) ? end : 0;
}

/* "thanked delegations and invited them to": whom the pronoun at view[b, e) means, if
 * that is all that stands there. */
static const struct word *meant_by_them(const struct deciding *d, const struct act *a,
                                        uint32_t b, uint32_t e)
{
    const struct view *v = &d->view;
    uint32_t end;
    if (!IS(word_after(v, b, &end), "them") || end < e - (e > b && v->p[e - 1] == ' '))
        return NULL;
    for (size_t i = v->nwords; i-- > 0;) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->e <= a->b &&
            (x->actor == ACTOR_STATES || x->actor == ACTOR_AGENCY ||
             x->actor == ACTOR_MINISTERS))
            return x;
    }
    return NULL;
}

/* "requests that the EEAS and the Commission report": where the row of bodies ends. */
static uint32_t row_end(const struct deciding *d, const struct word *x)
{
    enum { ROW = 6 };
    uint32_t e = x->e, end;
    for (int n = 0; n < ROW; n++) {
        struct sv w = word_after(&d->view, e, &end);
        bool joined = IS(w, "and") || IS(w, ",");
        const struct word *y = joined ? actor_behind(d, end + 1) : NULL;
        if (!y)
            break;
        e = y->e;
    }
    return e;
}

static uint32_t word_end(const struct view *v, uint32_t at)
{
    uint32_t end;
    (void)word_after(v, at, &end);
    return end;
}

/* "requests that the EEA include": capitals behind the article, and a verb. */
static bool acronym_acts(const struct view *v, uint32_t at)
{
    enum { SHORTEST = 3, LONGEST = 12 };
    uint32_t end, next;
    struct sv w = word_after(v, at, &end), verb = word_after(v, end, &next);
    for (size_t i = 0; i < w.n; i++)
        if (!is_upper(w.p[i]))
            return false;
    return w.n >= SHORTEST && w.n <= LONGEST && verb.n > 2 && is_lower(verb.p[0]);
}

/* "RECOMMENDS that the Republic of Finland should", "that Malta take action": who is no
 * body of ours. */
static struct svs should_do(struct deciding *d, const struct act *a, uint32_t clause)
{
    enum { NAME_BYTES = 60 };
    const struct view *v = &d->view;
    struct sv rest = {v->p + clause,
                      v->n - clause < NAME_BYTES ? v->n - clause : NAME_BYTES};
    size_t at = sv_find(rest, SV(" should"));
    if (at == SIZE_MAX)
        at = sv_find(rest, SV(" take action"));
    uint32_t end;
    struct sv first = word_after(v, clause, &end);
    if (is_determiner(first) && acronym_acts(v, end))
        return actor_addressees(d, clause, word_end(v, end));
    if (!IS(a->act, "recommended") || at == SIZE_MAX || !IS(a->row->cell[d->lang], "en"))
        return a->to;
    if (is_determiner(first))
        first = word_after(v, end, &end);
    bool name = first.n > 2 && first.p[0] >= 'A' && first.p[0] <= 'Z';
    return name ? actor_addressees(d, clause, clause + (uint32_t)at) : a->to;
}

/* "RECOMMENDS TO THE MEMBER STATES TO": behind the first "to", which leads to a body. */
static uint32_t behind_to(const struct deciding *d, const struct act *a)
{
    uint32_t end;
    struct sv w = word_after(&d->view, a->e, &end);
    bool to = IS(a->act, "recommended") && (IS(w, "to") || IS(w, "TO"));
    return to && actor_behind(d, end + 1) ? end : a->e;
}

/* "nahm Kenntnis vom Bericht der Kommission und ersuchte diese", "a invité celle-ci": the
 * body that was named last, and not who asks. */
static void resolve_latter(const struct deciding *d, struct act *a)
{
    static const struct words latter =
        WORDS("celle-ci", "celui-ci", "ceux-ci", "celles-ci", "diese", "diesen", "dieses",
              "deze", "denne", "denna", "quest'ultima", "quest'ultimo", "questa", "esta",
              "ésta", "este", "éste", "esta última", "este último", "the latter");
    const struct view *v = &d->view;
    if (a->to.n != 1 || !one_of(a->to.v[0], &latter))
        return;
    for (size_t i = v->nwords; i-- > 0;) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->actor != ACTOR_NONE && x->e <= a->b &&
            !sv_eq(actor_name(d, x), a->by)) {
            a->to.v[0] = actor_name(d, x);
            return;
        }
    }
    a->to.n = 0;
}

void act_addressees(struct deciding *d, struct act *a, const struct word *behind)
{
    const struct view *v = &d->view;
    uint32_t clause = a->kind == KIND_REQUEST ? that_behind(d, a) : 0;
    if (clause) {
        const struct word *x = actor_behind(d, clause + 1);
        a->to = x ? actor_addressees(d, x->b, row_end(d, x)) : should_do(d, a, clause);
        return;
    }
    if (a->kind != KIND_REQUEST || sv_ends(a->verb, SV(" for")) ||
        sv_ends(a->verb, SV(" FOR")))
        return;
    bool english = IS(a->row->cell[d->lang], "en");
    uint32_t b = behind && behind->b >= a->e ? behind->e : behind_to(d, a);
    for (uint32_t end; !english && is_adverb(word_after(v, b, &end));)
        b = end; /* "Si invita pertanto il Comitato" */
    uint32_t name = english ? b : behind_dative(v, b), next;
    bool romance = IS(a->row->cell[d->lang], "fr") || IS(a->row->cell[d->lang], "it");
    if (romance && name > b && is_infinitive(word_after(v, name, &next)))
        return; /* "l'a invité à poursuivre" */
    uint32_t e = infinitive_behind(d, a, name, addressees_end(d, name));
    b = name;
    if (english &&
        (IS(a->act, "requested") || IS(a->act, "recommended") ||
         IS(a->act, "encouraged")) &&
        asks_for_thing(v, b, e))
        return;
    const char *comma = memchr(v->p + b, ',', e - b);
    if (comma && !english) /* an infinitive follows, not an enumeration */
        e = (uint32_t)(comma - v->p);
    const struct word *them = english ? meant_by_them(d, a, b, e) : NULL;
    if (them)
        b = them->b, e = them->e;
    a->to = actor_addressees(d, b, english ? e : bodies_end(d, b, e));
    resolve_latter(d, a);
    if (them)
        return;
    uint32_t end;
    const struct word *too =
        english && a->to.n && IS(word_after(v, e, &end), "to") ? asked_too(d, e) : NULL;
    if (too) {
        struct sv *to = arena_array(d->a, a->to.n + 1, sizeof *to);
        memcpy(to, a->to.v, a->to.n * sizeof *to);
        to[a->to.n] = actor_name(d, too);
        a->to = (struct svs){to, a->to.n + 1};
    }
}
