/* What one sentence does: each formula with its subject, kept when this kind of paper
 * lets it count. */
#include "decide.h"

enum { COVER_BYTES = 200, VERBS_MAX = 24 };

enum decision_kind act_kind(struct sv k)
{
    switch (k.n ? k.p[0] : 0) {
    case 'r': return KIND_REQUEST;
    case 'c': return KIND_COMMITMENT;
    case 'n': return KIND_NOTED;
    case 's': return KIND_STATEMENT;
    default: return KIND_DECISION;
    }
}

static struct sv view_text(const struct view *v, uint32_t b, uint32_t e)
{
    return (struct sv){v->p + b, e - b};
}

struct act *acts_push(struct deciding *d, struct acts *out, const struct word *w)
{
    if (out->n == ACTS_MAX)
        return NULL;
    struct act *a = &out->v[out->n++];
    *a = (struct act){.row = w->row,
                      .kind = act_kind(w->row->cell[d->kind]),
                      .act = w->row->cell[d->act],
                      .verb = arena_copy(d->a, view_text(&d->view, w->b, w->e)),
                      .b = w->b,
                      .e = w->e};
    return a;
}

/* "Delegations will find attached ...": what it transmits was decided by somebody. */
static bool is_cover(const struct deciding *d)
{
    const struct view *v = &d->view;
    static const char *const sign[] = {
        "will find",       "are attached", "is attached", "is annexed",
        "hereby attached", "please find",  "trouveront",  "erhalten in der Anlage",
        "erhalten anbei",  "gaat hierbij", "treffen",     NULL};
    if (d->mode != MODE_NOTE && d->mode != MODE_RECORD)
        return false;
    struct sv front = view_text(v, 0, v->n < COVER_BYTES ? v->n : COVER_BYTES);
    for (size_t i = 0; sign[i] && (i == 0 || d->mode == MODE_NOTE); i++)
        if (sv_find(front, sv_cstr(sign[i])) != SIZE_MAX)
            return true;
    return false;
}

bool view_leads(const struct view *v)
{
    return v->n && v->p[v->n - 1] == ':';
}

static bool counts_nowhere(const struct deciding *d)
{
    return d->mode == MODE_NARRATIVE;
}

/* ---- active verbs ---- */

/* "hat (der Rat) die Kommission aufgefordert": they stand before the participle. */
static struct svs bracket_addressees(const struct deciding *d, const struct word *w,
                                     const struct verb *verb)
{
    const struct view *v = &d->view;
    uint32_t b, end;
    word_after(v, verb->head, &b);
    if (verb->subject && verb->subject->b >= b)
        b = verb->subject->e;
    uint32_t e = addressees_end(d, b);
    bool named = is_determiner(word_after(v, b, &end)) || actor_behind(d, b + 1);
    for (size_t i = 0; !named && i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->b > b && x->e + 1 == w->b)
            return actor_addressees(d, x->b, x->e);
    }
    return named ? actor_addressees(d, b, e < w->b ? e : w->b) : (struct svs){NULL, 0};
}

static void take_active(struct deciding *d, const struct word *w, const struct verb *verb,
                        struct acts *out)
{
    if (counts_nowhere(d) || (d->mode != MODE_NOTE && is_background(d, w)))
        return;
    struct sv by = act_speaker(d, w, verb, out);
    struct act *a = by.p ? acts_push(d, out, w) : NULL;
    if (!a)
        return;
    a->voice = VOICE_ACTIVE;
    a->by = by;
    d->last_by = by;
    act_addressees(d, a, verb->subject);
    if (a->kind == KIND_REQUEST && w->form != FORM_PAST && verb->head < w->b &&
        IS(row_lang(d, w), "de"))
        a->to = bracket_addressees(d, w, verb);
    if (IS(a->act, "mandated"))
        a->to = actor_addressees(d, a->e, addressees_end(d, a->e));
    if (IS(a->act, "authorised")) { /* "the Commission to open negotiations" */
        const struct word *x = actor_behind(d, a->e + 1);
        a->to = x ? actor_addressees(d, x->b, addressees_end(d, x->b)) : a->to;
    }
}

/* ---- third person present ---- */

/* "1. welcomes ...": in conclusions the verb may open the paragraph, its subject far
 * above. */
static bool opens_paragraph(const struct deciding *d, const struct word *w,
                            const struct acts *out)
{
    const struct view *v = &d->view;
    uint32_t b, end;
    if (!d->concludes || out->n)
        return false;
    uint32_t at = before_adverbs(v, w->b);
    struct sv next = word_after(v, w->e, &end);
    return word_before(v, at, &b).n == 0 && next.n > 1 &&
           (next.p[0] < 'A' || next.p[0] > 'Z' || v->p[w->b] >= 'a');
}

/* "EU-NATO cooperation: Council welcomes progress made": without article and without full
 * stop, the title of a press release. */
static bool is_headline(const struct deciding *d, const struct sentence *at,
                        const struct word *x)
{
    uint32_t b;
    return at->open && x->actor == ACTOR_COUNCIL && !at->bullet && !d->concludes &&
           d->view.p[x->b] >= 'A' && d->view.p[x->b] <= 'Z' &&
           !is_determiner(word_before(&d->view, x->b, &b)) &&
           (d->view.n < 2 || d->view.p[d->view.n - 1] != ':');
}

/* "Le Conseil adopte l'ordre du jour": minutes in other languages tell in the present. */
static bool tells_in_present(const struct deciding *d, const struct word *w)
{
    return d->mode == MODE_RECORD && !d->concludes && !IS(row_lang(d, w), "en");
}

/* What they take note of and welcome is noted, as in the past tense. */
static void note_in_present(struct act *a)
{
    if (IS(a->act, "takes-note"))
        a->act = SV("took-note"), a->kind = KIND_NOTED;
    else if (IS(a->act, "welcomes"))
        a->act = SV("welcomed"), a->kind = KIND_NOTED;
}

/* "Conseil européen", "Europäische Rat" and "Europäischer Rat". */
static bool is_european_council(const struct deciding *d, const struct word *x)
{
    struct sv name = actor_name(d, x);
    return sv_eq(name, d->european) || sv_starts(name, SV("Europ"));
}

static void take_present(struct deciding *d, const struct sentence *at,
                         const struct word *w, const struct verb *verb, struct acts *out)
{
    enum decision_kind kind = act_kind(w->row->cell[d->kind]);
    const struct word *x = verb->subject;
    struct sv by = SV_NULL;
    if (opens_paragraph(d, w, out)) {
        by = d->council;
    } else if (verb->voice != VOICE_ACTIVE || is_subordinate(verb->intro) ||
               IS(verb->intro, "that") ||
               (x && !verb->joined && !verb->pronoun && is_headline(d, at, x))) {
        return;
    } else if (verb->joined) {
        if (!out->n || out->v[out->n - 1].row == NULL || !act_joined_counts(d, w, out))
            return;
        by = out->v[out->n - 1].by;
    } else if (verb->pronoun) {
        by = d->last_by.p || !d->concludes ? d->last_by : d->council;
    } else if (verb->listed) {
        by = d->lead_by;
    } else if (x) {
        bool self = x->actor == ACTOR_SELF && d->self.p &&
                    actor_party_begin(&d->view, x->b) == x->b;
        bool body = x->actor == ACTOR_COUNCIL || x->actor == ACTOR_COMMITTEE || self;
        bool decides = kind == KIND_DECISION && !tells_in_present(d, w); /* or the law */
        body = body && (!decides || d->concludes || in_conclusions(d, at->b) ||
                        is_european_council(d, x));
        bool asks = kind == KIND_REQUEST && actor_may(x, kind, w->row->cell[d->act]);
        if ((body && !counts_nowhere(d)) || asks)
            by = actor_name(d, x);
    }
    struct act *a = by.p ? acts_push(d, out, w) : NULL;
    if (!a)
        return;
    if (tells_in_present(d, w))
        note_in_present(a);
    a->voice = VOICE_ACTIVE;
    a->by = by;
    a->draft = d->drafts && (in_conclusions(d, at->b) || sv_eq(by, d->council));
    d->last_by = by;
    act_addressees(d, a, x);
    if (!a->to.n && sv_ends(a->verb, SV(" that"))) /* "suggests that this is so" */
        out->n--;
}

/* ---- passives ---- */

static bool is_relative(struct sv intro)
{
    static const struct words list =
        WORDS("which", "that", "who", "qui", "die", "der", "das", "som");
    return one_of(intro, &list);
}

struct sv act_asked_by(struct deciding *d, const struct sentence *at, bool present)
{
    bool theirs = d->mode != MODE_RECORD && d->mode != MODE_NARRATIVE;
    if (theirs && (in_conclusions(d, at->b) ||
                   (present && d->concludes && sv_eq(d->council, d->european))))
        return d->council;
    if (present || d->mode == MODE_NARRATIVE)
        return d->author;
    return d->mode == MODE_RECORD || d->mode == MODE_PRESS ? d->self : SV_NULL;
}

static const struct word *body_in(const struct view *v, uint32_t b, uint32_t e)
{
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].actor != ACTOR_NONE &&
            v->word[i].b >= b && v->word[i].e <= e)
            return &v->word[i];
    return NULL;
}

/* The subject of the act before, in the passive whom it asks. */
static struct svs asked_with(struct deciding *d, const struct act *before)
{
    if (before->voice == VOICE_PASSIVE)
        return before->to;
    struct svs to = {arena_array(d->a, 1, sizeof *to.v), 0};
    if (before->by.p && before->kind == KIND_COMMITMENT)
        to.v[to.n++] = before->by;
    return to;
}

static void take_passive_request(struct deciding *d, const struct sentence *at,
                                 const struct word *w, const struct verb *verb,
                                 struct acts *out)
{
    static const struct words goes_on =
        WORDS("to", "with", "by", "that", ":", "not", "in", ",", "à", "accordingly");
    const struct view *v = &d->view;
    uint32_t end, b = noun_phrase_start(d, verb->head);
    struct sv next = word_after(v, w->e, &end);
    bool lead = view_leads(v) || (at->open && end >= v->n);
    struct sv subject = sv_trim(view_text(v, b, verb->head));
    const struct word *whom = body_in(v, b, verb->head);
    if (d->mode != MODE_RECORD && sv_find(subject, SV(" que ")) != SIZE_MAX)
        return; /* "La directive prévoit que les États membres sont invités à" */
    if (w->form == FORM_REQUEST && d->mode == MODE_PRESS && !whom)
        return; /* "I direktivet opfordres medlemsstaterne til" tells the law */
    bool said = d->mode == MODE_NOTE && sv_starts(subject, SV("that "));
    bool nobody = d->mode == MODE_NOTE && !verb->present && !whom && w->form == FORM_PAST;
    bool which = sv_find(subject, SV(" which ")) != SIZE_MAX &&
                 !(whom && whom->b == b && whom->actor == ACTOR_STATES);
    if ((counts_nowhere(d) && !lead) || is_relative(verb->intro) || said || nobody ||
        which)
        return;
    bool english = IS(row_lang(d, w), "en"); /* elsewhere the object may stand there */
    if (next.n && !one_of(next, &goes_on) && w->form != FORM_REQUEST && english)
        return;
    const struct word *agent = actor_agent(d, w, false);
    if (agent && agent->b - w->e > 40)
        agent = NULL; /* of what is asked */
    if (agent && !actor_may(agent, KIND_REQUEST, SV("")))
        return;
    struct act *a = acts_push(d, out, w);
    if (!a)
        return;
    a->voice = VOICE_PASSIVE;
    a->by = agent ? actor_name(d, agent) : act_asked_by(d, at, verb->present);
    a->draft = d->drafts && (verb->present || w->form == FORM_REQUEST);
    if (sv_ends(a->verb, SV(" that"))) {
        const struct word *x = actor_behind(d, w->e + 1);
        if (!x || !actor_may(x, KIND_REQUEST, SV("")))
            out->n--;
        else
            a->to = actor_addressees(d, x->b, x->e);
        return;
    }
    static const struct words empty =
        WORDS("It", "it", "they", "They", "He", "She", "we", "We");
    if (!one_of(subject, &empty))
        a->to = actor_addressees(d, b, verb->head);
    struct sv intro;
    const struct word *x =
        subject.n ? NULL : actor_subject(d, verb->head, &intro); /* behind an aside */
    if (!a->to.n && IS(next, "that")) /* "It is recommended that Coreper ..." */
        x = actor_behind(d, end), intro = SV("");
    if (x && !is_subordinate(intro))
        a->to = actor_addressees(d, x->b, x->e);
    if (!a->to.n && out->n > 1 && IS(verb->intro, "and")) /* "..., and is invited to" */
        a->to = asked_with(d, &out->v[out->n - 2]);
    x = out->n == 1 && IS(verb->intro, "and") ? body_in(v, 0, verb->head) : NULL;
    if (!a->to.n && x && x->actor == ACTOR_STATES && x->b < 16)
        a->to =
            actor_addressees(d, x->b, x->e); /* "Delegations reported and were asked" */
}

/* "The act is therefore adopted": the end of a written procedure. */
static bool is_concluded(const struct deciding *d, const struct word *w,
                         const struct verb *verb)
{
    static const struct words list =
        WORDS("therefore", "thus", "hereby", "accordingly", "consequently");
    uint32_t end;
    struct sv aux = word_after(&d->view, verb->head, &end);
    struct sv adverb = word_after(&d->view, end, &end);
    return aux.n > 0 && end <= w->b && d->mode == MODE_RECORD && one_of(adverb, &list);
}

/* Who decided what is said in the passive or as a participle; false: it does not count.
 */
static bool passive_by(const struct deciding *d, const struct word *w,
                       const struct verb *verb, struct sv *by)
{
    enum decision_kind kind = act_kind(w->row->cell[d->kind]);
    uint32_t b;
    if ((verb->present && !is_concluded(d, w, verb)) || counts_nowhere(d) ||
        w->form == FORM_ACTIVE)
        return false;
    bool open = verb->voice == VOICE_PARTICIPLE || is_relative(verb->intro);
    bool cover = open && is_cover(d);
    bool venue =
        d->mode == MODE_NOTE || cover || IS(verb->intro, "as") || kind == KIND_NOTED;
    const struct word *agent = actor_agent(d, w, venue);
    if (verb->voice == VOICE_PARTICIPLE) {
        bool as = IS(word_before(&d->view, before_adverbs(&d->view, w->b), &b), "as");
        if (!agent || !(cover || (as && d->mode == MODE_NOTE)) || d->mode == MODE_PRESS)
            return false;
    } else if (is_relative(verb->intro)) {
        if (!agent || !cover)
            return false;
    } else if (is_subordinate(verb->intro) && !IS(verb->intro, "as")) {
        return false;
    }
    if (agent) {
        *by = actor_name(d, agent);
        return actor_may(agent, kind, w->row->cell[d->act]);
    }
    *by = d->self;
    return d->mode == MODE_RECORD ||
           (d->mode == MODE_PRESS && (kind == KIND_DECISION || w->form == FORM_PART));
}

static void take_passive(struct deciding *d, const struct sentence *at,
                         const struct word *w, const struct verb *verb, struct acts *out)
{
    struct sv by;
    if (act_kind(w->row->cell[d->kind]) == KIND_REQUEST) {
        if (verb->voice == VOICE_PASSIVE)
            take_passive_request(d, at, w, verb, out);
        return;
    }
    if (d->mode != MODE_NOTE && is_background(d, w))
        return;
    if (!passive_by(d, w, verb, &by))
        return;
    struct act *a = acts_push(d, out, w);
    if (a) {
        a->voice = VOICE_PASSIVE;
        a->by = by;
    }
}

/* "The Council could be invited to adopt": a note asks for it. */
static bool could_be(const struct deciding *d, const struct verb *verb)
{
    uint32_t end;
    return IS(word_after(&d->view, verb->head, &end), "could") &&
           body_in(&d->view, 0, verb->head);
}

/* "nimmt ... an" tells the law but in records and conclusions. */
static bool is_split_present(const struct view *v, const struct word *w)
{
    static const struct words list = WORDS("nimmt", "nehmen", "stimmt", "legt", "lehnt",
                                           "hebt", "setzt", "neemt", "stelt", "keurt");
    return one_of((struct sv){v->p + w->b, w->e - w->b}, &list);
}

static void take(struct deciding *d, const struct sentence *at, const struct word *w,
                 struct acts *out)
{
    struct verb verb;
    struct word whole;
    if (w->form == FORM_OPERATIVE || w->form == FORM_PLURAL) {
        operative_take(d, w, out);
        return;
    }
    if (w->form != FORM_NONE && !IS(row_lang(d, w), "en") &&
        IS(d->out->document.language, "en"))
        return; /* "in charge of" is no French */
    switch (w->form) {
    case FORM_NONE: promise_will(d, at, w, out); return;
    case FORM_OPERATIVE:
    case FORM_PLURAL: return;
    case FORM_AUTHORISE: act_authorise(d, w, out); return;
    case FORM_FIXED: act_fixed(d, w, out); return;
    case FORM_IMPERSONAL: act_impersonal(d, at, w, out); return;
    case FORM_INF: return;
    case FORM_PAST:
    case FORM_ACTIVE:
    case FORM_FINITE:
    case FORM_SUBJECT:
    case FORM_PART:
    case FORM_PASSIVE:
    case FORM_PRESENT:
    case FORM_REQUEST:
    case FORM_SAID:
    case FORM_ROUTE: break;
    case FORM_SPLIT:
        if (!verb_whole(d, w, &whole) ||
            (is_split_present(&d->view, w) && d->mode != MODE_RECORD && !d->concludes))
            return;
        w = &whole;
        break;
    }
    verb_read(d, w, &verb);
    if (w->form == FORM_PRESENT && opens_paragraph(d, w, out))
        verb.voice = VOICE_ACTIVE;
    if (verb.voice == VOICE_NONE ||
        in_condition(&d->view, verb.head,
                     verb.voice == VOICE_PASSIVE || verb.voice == VOICE_ROUTE) ||
        in_quotation(&d->view, w->b))
        return;
    if (w->form == FORM_ROUTE)
        promise_report(d, w, &verb, out);
    else if (w->form == FORM_PRESENT)
        take_present(d, at, w, &verb, out);
    else if (verb.joined && out->n && out->v[out->n - 1].voice == VOICE_PASSIVE)
        take_passive(
            d, at, w,
            &(struct verb){.voice = VOICE_PASSIVE, .head = verb.head, .intro = SV("")},
            out);
    else if (verb.voice == VOICE_ACTIVE)
        take_active(d, w, &verb, out);
    else if (verb.voice == VOICE_PASSIVE || verb.voice == VOICE_PARTICIPLE)
        take_passive(d, at, w, &verb, out);
    else if (verb.voice == VOICE_ROUTE && d->drafts && could_be(d, &verb)) {
        verb.voice = VOICE_PASSIVE, verb.present = true;
        take_passive(d, at, w, &verb, out);
    }
}

/* A second statement of a sentence belongs to the first, and so does the same noted
 * twice; what is decided or asked twice is two acts. */
static void drop_repeated(struct acts *out)
{
    size_t n = 0;
    bool statement = false;
    for (size_t i = 0; i < out->n; i++) {
        struct act *a = &out->v[i];
        bool same = a->kind == KIND_STATEMENT && statement;
        for (size_t j = 0; j < n && !same; j++)
            same = (a->kind == KIND_NOTED || out->v[j].e == a->e) &&
                   a->kind == out->v[j].kind && sv_eq(a->act, out->v[j].act) &&
                   sv_eq(a->by, out->v[j].by);
        statement = statement || a->kind == KIND_STATEMENT;
        if (!same)
            out->v[n++] = *a;
    }
    out->n = n;
}

void acts_read(struct deciding *d, const struct sentence *at, struct acts *out)
{
    const struct view *v = &d->view;
    out->n = 0;
    if (recital_holds(d, at))
        return;
    size_t verbs = 0;
    for (size_t i = 0; i < v->nwords && verbs < VERBS_MAX; i++) {
        verbs += v->word[i].form != FORM_NONE;
        take(d, at, &v->word[i], out);
    }
    drop_repeated(out);
}

/* "with two additional items:", "with the following changes:" ends the lead. */
static bool adds_list(struct sv rest)
{
    static const struct sv what[] = {{"items:", 6},       {"points:", 7},
                                     {"additions:", 10},  {"changes:", 8},
                                     {"amendments:", 11}, {"business:", 9}};
    static const struct sv agenda[] = {{" the agenda", 11},
                                       {" its agenda", 11},
                                       {" the provisional agenda", 23},
                                       {" the draft agenda", 17}};
    for (size_t i = 0; i < ARRAY_LEN(agenda); i++)
        if (sv_starts(rest, agenda[i]))
            return true;
    bool with = sv_find(rest, SV(" with ")) != SIZE_MAX ||
                sv_find(rest, SV(" under ")) != SIZE_MAX ||
                sv_find(rest, SV(" subject to ")) != SIZE_MAX;
    for (size_t i = 0; with && i < ARRAY_LEN(what); i++)
        if (sv_ends(rest, what[i]))
            return true;
    return false;
}

/* "set out a plan, with work in three strands:": the list is not what is decided. */
static bool governs_list(const struct view *v, uint32_t at)
{
    static const struct sv aside[] = {{", with ", 7},
                                      {", which ", 8},
                                      {", focus", 7},
                                      {", based ", 8},
                                      {", around ", 9}};
    struct sv rest = {v->p + at, v->n - at};
    for (size_t i = 0; i < ARRAY_LEN(aside); i++)
        if (sv_find(rest, aside[i]) != SIZE_MAX)
            return false;
    return !adds_list(rest);
}

bool acts_lead(struct deciding *d, const struct sentence *at, const struct acts *acts,
               struct act *lead)
{
    const struct view *v = &d->view;
    uint32_t e = v->n, b;
    if (acts->n) {
        *lead = acts->v[acts->n - 1];
        return lead->kind != KIND_DECISION || governs_list(v, lead->e);
    }
    while (e && (v->p[e - 1] == ':' || v->p[e - 1] == ' '))
        e--;
    struct sv modal = word_before(v, e, &b);
    bool should = IS(modal, "should");
    if (!should && !IS(modal, "will") && !IS(modal, "shall"))
        return false;
    struct sv intro;
    const struct word *x = actor_subject(d, b, &intro);
    if (!x || is_subordinate(intro))
        return false;
    *lead = (struct act){.kind = should ? KIND_REQUEST : KIND_COMMITMENT,
                         .voice = VOICE_ACTIVE,
                         .act = should ? SV("should") : SV("will"),
                         .verb = arena_copy(d->a, modal),
                         .by = should ? act_asked_by(d, at, true) : actor_name(d, x),
                         .draft = d->drafts && in_conclusions(d, at->b),
                         .b = b,
                         .e = e};
    if (should)
        lead->to = actor_addressees(d, noun_phrase_start(d, b), b);
    return true;
}

bool acts_infinitive(struct deciding *d, struct act *entry)
{
    const struct view *v = &d->view;
    if (!v->nwords || v->word[0].form != FORM_INF || v->word[0].b > 0)
        return false;
    d->acts.n = 0;
    struct act *a = acts_push(d, &d->acts, &v->word[0]);
    a->voice = VOICE_ACTIVE;
    a->to = actor_addressees(d, a->e, addressees_end(d, a->e));
    a->by = entry->by;
    a->draft = entry->draft;
    *entry = *a;
    return true;
}
