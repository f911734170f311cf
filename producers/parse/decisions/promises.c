/* Acts without a verb of their own ("The Presidency will report", "a Presidency report
 * would be presented", "gav bemyndigelse"). */
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
    static const struct words acts = WORDS(
        "circulate", "prepare", "draw", "send", "submit", "present", "report", "forward",
        "convene", "organise", "organize", "issue", "distribute", "inform", "revert",
        "revise", "redraft", "update", "table", "produce", "draft", "invite", "return",
        "schedule", "consult", "contact", "finalise", "transmit", "provide", "examine",
        "come", "put", "share", "host", "deliver", "raise", "look", "write", "reflect",
        "compile", "clarify", "collect", "check");
    return one_of(verb, &acts);
}

/* "intends to submit": does such a verb follow? */
bool promise_is_errand(const struct deciding *d, uint32_t at)
{
    uint32_t end;
    struct sv verb = word_after(&d->view, at, &end);
    return is_errand(IS(verb, "to") ? word_after(&d->view, end, &end) : verb);
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

/* "Delegations should send their comments by 5 June": in a record those who met ask it.
 */
static void asked_with_should(struct deciding *d, const struct sentence *at,
                              const struct word *x, struct acts *out)
{
    struct view *v = &d->view;
    uint32_t end, b;
    struct sv intro = SV("");
    bool asked = x->actor == ACTOR_AGENCY || x->actor == ACTOR_STATES ||
                 x->actor == ACTOR_INSTITUTION || x->actor == ACTOR_CHAIR;
    struct sv modal = word_after(v, x->e, &end);
    b = end - (uint32_t)modal.n;
    if (!asked || d->mode != MODE_RECORD || !IS(modal, "should") || out->n ||
        !is_errand(word_after(v, end, &end)) || !due_in(d, x->e, v->n).said.p ||
        actor_subject(d, x->e + 1, &intro) != x || intro.n || in_conclusions(d, at->b))
        return;
    out->v[out->n++] = (struct act){.kind = KIND_REQUEST,
                                    .voice = VOICE_PASSIVE,
                                    .act = SV("should"),
                                    .verb = SV("should"),
                                    .by = act_asked_by(d, at, false),
                                    .to = actor_addressees(d, x->b, x->e),
                                    .b = b,
                                    .e = b + 6};
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
    asked_with_should(d, at, x, out);
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

/* "It is the intention of the Presidency to", "the Presidency's intention is to": whose
 * it is. */
static void intention_push(struct deciding *d, const struct word *w, struct acts *out)
{
    static const struct sv owner[] = {
        {"Presidency", 10}, {"Commission", 10}, {"Secretariat", 11}, {"Chair", 5}};
    struct sv said = {d->view.p + w->b, w->e - w->b};
    for (size_t i = 0; i < ARRAY_LEN(owner); i++) {
        bool theirs = sv_eq(owner[i], SV("Commission")) && d->mode != MODE_RECORD;
        if (sv_find(said, owner[i]) == SIZE_MAX || theirs || d->mode == MODE_NARRATIVE)
            continue;
        struct act *a = acts_push(d, out, w);
        if (a)
            a->by = owner[i], a->voice = VOICE_ACTIVE;
        return;
    }
}

/* "No items were raised", "TheCounciladopted", "Italsoagreedon": who acts is not asked
 * for. */
void act_fixed(struct deciding *d, const struct word *w, struct acts *out)
{
    struct sv said = {d->view.p + w->b, w->e - w->b};
    if (act_kind(w->row->cell[d->kind]) == KIND_COMMITMENT) {
        intention_push(d, w, out);
        return;
    }
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
