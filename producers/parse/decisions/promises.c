/* Acts without a verb of their own ("The Presidency will report", "a Presidency report
 * would be presented", "gav bemyndigelse"), and whom an act asks. */
#include "decide.h"

static bool is_idle_verb(struct sv w)
{
    static const struct words list =
        WORDS("be", "have", "play", "need", "remain", "become", "face", "contribute",
              "depend", "benefit", "allow", "also", "not", "lead", "require", "help",
              "find", "enable", "include", "apply", "take", "cover", "enter", "result",
              "cater", "provide", "strengthen", "increase", "impact", "pose");
    return one_of(w, &list);
}

/* What somebody will do whose future lies in view[verb); there is room for it. */
static void promise_push(struct deciding *d, const struct sentence *at, struct sv by,
                         struct span verb, struct acts *out)
{
    out->v[out->n++] = (struct act){.kind = KIND_COMMITMENT,
                                    .voice = VOICE_ACTIVE,
                                    .act = SV("will"),
                                    .verb = SV("will"),
                                    .by = by,
                                    .draft = d->drafts && in_conclusions(d, at->b),
                                    .b = (uint32_t)verb.b,
                                    .e = (uint32_t)verb.e};
}

/* "Der Ausschuss wird auf diese Frage zurückkommen", "Im Juni wird der Rat ...". */
static void promise_foreign(struct deciding *d, const struct sentence *at,
                            const struct word *x, struct acts *out)
{
    const struct view *v = &d->view;
    struct sv intro = SV("");
    uint32_t b, end = future_behind(d, x->e, &b), before = x->b;
    bool inverted = false;
    if (!end) {
        while (is_determiner(word_before(v, before, &b)))
            before = b;
        struct sv aux = word_before(v, before, &b);
        inverted = aux.n > 0 && future_begins(d->out->document.language, aux) &&
                   future_infinitive(d, x->e);
        end = inverted ? x->e : 0;
    }
    bool subject = inverted || (end && actor_subject(d, x->e + 1, &intro) == x);
    if (!subject || is_subordinate(intro) || out->n == ACTS_MAX ||
        (in_conclusions(d, at->b) && x->actor != ACTOR_COUNCIL))
        return;
    for (size_t i = 0; i < v->nwords; i++) /* "reviendra sur" is a formula of its own */
        if (v->word[i].form != FORM_NONE && v->word[i].form != FORM_ROUTE &&
            v->word[i].b == b)
            return;
    promise_push(d, at, actor_name(d, x), (struct span){b, end}, out);
    d->last_by = out->v[out->n - 1].by;
}

/* What somebody promises at a meeting. */
static bool is_errand(struct sv verb)
{
    static const struct words acts =
        WORDS("circulate", "prepare", "draw", "send", "submit", "present", "report",
              "forward", "convene", "organise", "organize", "issue", "distribute",
              "inform", "revert", "revise", "redraft", "update", "table", "produce",
              "draft", "invite", "return", "schedule", "consult", "contact", "finalise",
              "transmit", "provide", "examine", "come", "put", "share", "host", "deliver",
              "raise", "look", "write", "compile", "clarify", "collect", "check");
    return one_of(verb, &acts);
}

/* "intends to submit": does such a verb follow? */
bool promise_is_errand(const struct deciding *d, uint32_t at)
{
    uint32_t end;
    return is_errand(word_after(&d->view, at, &end));
}

/* "The Presidency would circulate a new text": a record tells what was promised. */
static bool promise_reported(const struct deciding *d, const struct word *x,
                             struct sv modal, struct sv verb)
{
    return IS(modal, "would") && d->mode == MODE_RECORD && is_errand(verb) &&
           x->actor != ACTOR_PARLIAMENT && x->actor != ACTOR_STATES;
}

/* "Europol will present its report in June", "Delegations will send their comments by 5
 * June": in a record of a meeting they said so. */
static bool agency_promises(struct deciding *d, const struct word *x, struct sv verb)
{
    return d->mode == MODE_RECORD && is_errand(verb) &&
           (x->actor == ACTOR_AGENCY || due_in(d, x->e, d->view.n).said.p);
}

/* "Working Party on Terrorism", "Chair of the Working Party": where such a name ends. */
static uint32_t whole_name_end(const struct deciding *d, const struct word *x)
{
    const struct view *v = &d->view;
    struct sv acronym;
    uint32_t end;
    if (x->actor == ACTOR_CHAIR && IS(word_after(v, x->e, &end), "of")) {
        const struct word *of = actor_behind(d, end + 1);
        x = of ? of : x;
    }
    return x->actor == ACTOR_PARTY ? actor_party_end(v, x->e, &acronym) : x->e;
}

/* "The Presidency will report back": a body in front of "will" and a verb of doing. */
void promise_will(struct deciding *d, const struct sentence *at, const struct word *x,
                  struct acts *out)
{
    struct view *v = &d->view;
    uint32_t end, b;
    struct sv intro = SV("");
    bool theirs = x->actor == ACTOR_INSTITUTION && d->mode != MODE_RECORD;
    bool agency = x->actor == ACTOR_AGENCY || x->actor == ACTOR_STATES;
    if ((theirs && d->mode != MODE_NOTE) || x->actor == ACTOR_MINISTERS ||
        d->mode == MODE_NARRATIVE || (!agency && !actor_may(x, KIND_COMMITMENT, SV(""))))
        return;
    if (d->out->document.language.n && !IS(d->out->document.language, "en")) {
        if (!agency || (x->actor == ACTOR_AGENCY && d->mode == MODE_RECORD &&
                        future_errand(d, x->e)))
            promise_foreign(d, at, x, out);
        return;
    }
    uint32_t named = whole_name_end(d, x);
    struct sv modal = word_after(v, named, &end);
    b = end;
    struct sv verb = word_after(v, end, &end);
    if (is_adverb(verb) || IS(verb, "then"))
        verb = word_after(v, end, &end);
    /* "The Commission will report by June": a note tells who does what by when */
    if (theirs && !(is_errand(verb) && due_in(d, x->e, v->n).said.p))
        return;
    if ((agency && !agency_promises(d, x, verb)) ||
        (!IS(modal, "will") && !promise_reported(d, x, modal, verb)))
        return;
    uint32_t next;
    struct sv object = word_after(v, end, &next); /* "will take a decision" */
    bool stock = IS(verb, "take") &&
                 (IS(object, "stock") ||
                  (IS(object, "a") && IS(word_after(v, next, &next), "decision")));
    if ((is_idle_verb(verb) && !stock) || verb.n < 3 ||
        actor_subject(d, named + 1, &intro) != x)
        return;
    bool theirs_too =
        x->actor == ACTOR_INSTITUTION && is_errand(verb) && due_in(d, x->e, v->n).said.p;
    if (is_subordinate(intro) || IS(intro, "that") || out->n == ACTS_MAX ||
        (in_conclusions(d, at->b) && x->actor != ACTOR_COUNCIL && !theirs_too))
        return;
    promise_push(d, at, actor_name(d, x), (struct span){b - modal.n, b}, out);
}

/* "It will", "Er wird", "Il reviendra": behind them, and where the future begins; 0: the
 * sentence begins otherwise. */
static uint32_t it_will(const struct deciding *d, uint32_t *future)
{
    static const struct words one = WORDS("It", "Er", "Hij", "Il", "Esso", "Det");
    uint32_t end, next;
    if (!one_of(word_after(&d->view, 0, &end), &one))
        return 0;
    if (!IS(d->out->document.language, "en")) {
        if (IS(word_after(&d->view, end, &next), "se")) /* "Il se penchera" */
            end = next;
        return future_behind(d, end, future);
    }
    *future = end + 1;
    return IS(word_after(&d->view, end, &end), "will") ? end : 0;
}

/* "It will return to this in June" and not "It will apply from June": what a body does,
 * and no act, of what was named last. */
static bool is_for_bodies(const struct deciding *d, struct sv verb)
{
    static const struct words english =
        WORDS("return", "revert", "examine", "discuss", "adopt", "hold", "consider",
              "review", "assess", "decide", "pursue", "resume", "look", "reconsider");
    static const struct sv stem[] = {
        {"zurückkommen", 13}, {"befassen", 8},    {"prüfen", 7},     {"erörtern", 10},
        {"beraten", 7},       {"terugkomen", 10}, {"buigen", 6},     {"bespreken", 9},
        {"bezien", 6},        {"behandelen", 10}, {"reviendra", 9},  {"penchera", 8},
        {"xaminera", 8},      {"débattra", 9},    {"ornerà", 7},     {"saminerà", 9},
        {"iscuterà", 9},      {"tilbage", 7},     {"se på", 6},      {"drøfte", 7},
        {"behandle", 8},      {"undersøge", 10},  {"återkomma", 10}, {"behandla", 8},
        {"diskutera", 9},     {"granska", 7}};
    uint32_t end;
    if (IS(d->out->document.language, "en"))
        return one_of(verb, &english) ||
               (IS(verb, "come") &&
                IS(word_after(&d->view, (uint32_t)(verb.p + verb.n - d->view.p), &end),
                   "back"));
    for (size_t i = 0; i < ARRAY_LEN(stem); i++)
        if (sv_find((struct sv){d->view.p, d->view.n}, stem[i]) != SIZE_MAX)
            return true;
    return false;
}

/* Where "will" begins in "and will report back", said of the body x that opens the
 * sentence; 0: it says no such thing. */
static uint32_t will_too(const struct deciding *d, const struct word *x)
{
    const struct view *v = &d->view;
    static const struct words clause =
        WORDS("that", "which", "who", "whose", "where", ";");
    uint32_t b, end, next;
    if (x->b > 0 && (!is_determiner(word_before(v, x->b, &b)) || b > 0))
        return 0;
    for (uint32_t at = x->e; at < v->n; at = end) {
        struct sv w = word_after(v, at, &end);
        if (one_of(w, &clause))
            return 0;
        if (!IS(w, "will") || !IS(word_before(v, end - 4, &b), "and"))
            continue;
        struct sv verb = word_after(v, end, &next);
        if (is_errand(verb) || is_for_bodies(d, verb))
            return end - 4;
    }
    return 0;
}

/* "The Presidency will take this forward and will report back", "The Council reverted to
 * it, and will come back in June": the second thing that a body does. */
void promise_too(struct deciding *d, const struct sentence *at, struct acts *out)
{
    const struct view *v = &d->view;
    size_t i = 0, n = out->n;
    if (!v->nwords || out->n == ACTS_MAX || !IS(d->out->document.language, "en") ||
        sv_find((struct sv){v->p, v->n}, SV("and will ")) == SIZE_MAX)
        return;
    const struct word *x = &v->word[0];
    bool theirs = x->actor == ACTOR_INSTITUTION && d->mode != MODE_RECORD;
    if (x->form != FORM_NONE || theirs || x->actor == ACTOR_MINISTERS ||
        d->mode == MODE_NARRATIVE || !actor_may(x, KIND_COMMITMENT, SV("")) ||
        (in_conclusions(d, at->b) && x->actor != ACTOR_COUNCIL))
        return;
    for (; i < out->n; i++)
        if (out->v[i].kind == KIND_COMMITMENT)
            return;
    uint32_t b = will_too(d, x);
    if (!b)
        return;
    promise_push(d, at, actor_name(d, x), (struct span){b, b + 4}, out);
    struct act own = out->v[n];
    for (; n > 0 && out->v[n - 1].b > b; n--)
        out->v[n] = out->v[n - 1];
    out->v[n] = own;
}

/* "It will hold a debate": of the one who promised or said something just before; `any`:
 * of whom nothing else is told than what it does. */
void promise_again(struct deciding *d, const struct sentence *at, bool any,
                   struct acts *out)
{
    uint32_t end, future = 0, behind = it_will(d, &future);
    if (!behind || out->n == ACTS_MAX)
        return;
    struct sv verb = word_after(&d->view, behind, &end);
    if (is_adverb(verb))
        verb = word_after(&d->view, end, &end);
    bool english = IS(d->out->document.language, "en");
    if ((any && english) ? is_idle_verb(verb) : !is_for_bodies(d, verb))
        return;
    promise_push(d, at, d->last_by, (struct span){future, behind}, out);
}

/* Those who promise things at a meeting, and do not decide. */
static bool serves_meeting(const struct word *x)
{
    return x && (x->actor == ACTOR_CHAIR || x->actor == ACTOR_INSTITUTION ||
                 x->actor == ACTOR_AGENCY);
}

/* "A revised text will be prepared by the Presidency". */
static void promise_by_agent(struct deciding *d, const struct word *w, struct acts *out)
{
    uint32_t by;
    bool next = IS(word_after(&d->view, w->e, &by), "by");
    const struct word *x = actor_behind(d, (next ? by : w->e) + 1);
    struct sv front = {d->view.p, w->b};
    if (out->n || d->mode != MODE_RECORD || !serves_meeting(x) ||
        sv_find(front, SV("which ")) != SIZE_MAX ||
        sv_find(front, SV("that ")) != SIZE_MAX)
        return;
    out->v[out->n++] = (struct act){.kind = KIND_COMMITMENT,
                                    .voice = VOICE_ROUTE,
                                    .act = SV("will"),
                                    .verb = SV("will"),
                                    .by = actor_name(d, x),
                                    .row = w->row,
                                    .b = w->b,
                                    .e = w->b};
}

bool promise_agreed(struct deciding *d, const struct sentence *at, const struct word *w,
                    const struct verb *verb, struct acts *out)
{
    uint32_t end;
    if (d->mode != MODE_RECORD || !IS(w->row->cell[d->act], "agreed") ||
        verb->voice != VOICE_ACTIVE || verb->joined || !serves_meeting(verb->subject) ||
        is_subordinate(verb->intro) || IS(verb->intro, "that") || out->n == ACTS_MAX ||
        !IS(word_after(&d->view, w->e, &end), "to") ||
        !is_errand(word_after(&d->view, end, &end)))
        return false;
    promise_push(d, at, actor_name(d, verb->subject), (struct span){w->b, w->e}, out);
    return true;
}

/* "A Presidency report would be presented to the Council": whose report it is promises
 * it. */
void promise_report(struct deciding *d, const struct word *w, const struct verb *verb,
                    struct acts *out)
{
    static const struct words owners =
        WORDS("Presidency", "Commission", "Secretariat", "Chair");
    static const struct words acts =
        WORDS("presented", "submitted", "tabled", "put forward");
    struct view *v = &d->view;
    uint32_t end, b;
    if (IS(w->row->cell[d->kind], "commitment") ||
        (verb->voice == VOICE_ROUTE && IS(word_after(v, w->e, &b), "by"))) {
        promise_by_agent(d, w, out);
        return;
    }
    if (out->n || verb->voice != VOICE_ROUTE || d->mode != MODE_RECORD ||
        IS(word_after(v, verb->head, &b), "to") ||
        !one_of((struct sv){v->p + w->b, w->e - w->b}, &acts))
        return;
    struct sv owner = word_after(v, 0, &end);
    if (is_determiner(owner))
        owner = word_after(v, end, &end);
    uint32_t modal;
    struct sv before = word_before(v, verb->head, &modal);
    if (!one_of(owner, &owners) || IS(before, "which") || memchr(v->p, '.', w->b))
        return;
    out->v[out->n++] = (struct act){.kind = KIND_COMMITMENT,
                                    .voice = VOICE_ROUTE,
                                    .act = SV("will"),
                                    .verb = SV("would"),
                                    .by = arena_copy(d->a, owner),
                                    .row = w->row,
                                    .b = verb->head,
                                    .e = verb->head};
}

/* "gav ministrene bemyndigelse til" */
void act_authorise(struct deciding *d, const struct word *w, struct acts *out)
{
    const struct view *v = &d->view;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        uint32_t b;
        if (x->form != FORM_NONE || x->e > w->b || w->b - x->e > 30)
            continue;
        if (!IS(word_before(v, x->b, &b), "gav") ||
            !actor_may(x, KIND_DECISION, SV("authorised")))
            continue;
        struct act *a = acts_push(d, out, w);
        if (a) {
            a->voice = VOICE_ACTIVE;
            a->by = actor_name(d, x);
        }
        return;
    }
}

/* "No items were raised", "TheCounciladopted", "Italsoagreedon": who acts is not asked
 * for. */
void act_fixed(struct deciding *d, const struct word *w, struct acts *out)
{
    struct sv said = {d->view.p + w->b, w->e - w->b};
    bool council = said.n > 10 && (sv_starts(sv_sub(said, 1, said.n), SV("heCouncil")) ||
                                   sv_starts(sv_sub(said, 1, said.n), SV("he Council"))),
         it = sv_starts(said, SV("It")) && !memchr(said.p, ' ', said.n);
    struct sv by = council ? SV("Council") : it ? acts_spoken_of(d) : d->self;
    bool counts = d->mode == MODE_RECORD || (council && d->mode != MODE_NARRATIVE) ||
                  (it && d->mode == MODE_PRESS);
    struct act *a = counts ? acts_push(d, out, w) : NULL;
    if (a) {
        a->by = by;
        a->voice = VOICE_PASSIVE;
    }
}

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

/* "requested regular reporting on": what is asked for, where nobody stands who is asked.
 */
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
    if (english && (IS(a->act, "requested") || IS(a->act, "recommended")) &&
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

void act_impersonal(struct deciding *d, const struct sentence *at, const struct word *w,
                    struct acts *out)
{
    struct act *a = d->mode == MODE_NARRATIVE ? NULL : acts_push(d, out, w);
    if (!a)
        return;
    bool past = sv_ends(a->verb, SV("\xc3\xb3")) || sv_ends(a->verb, SV("aron"));
    a->voice = VOICE_ACTIVE;
    a->by = act_asked_by(d, at, !past);
    a->draft = d->drafts;
    act_addressees(d, a, NULL);
}
