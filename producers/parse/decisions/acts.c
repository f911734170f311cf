/* What one sentence does: each formula with its subject, kept when this kind of paper
 * lets it count. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

enum { VERBS_MAX = 24 };

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

struct act *acts_push(struct deciding *d, struct acts *out, const struct word *w)
{
    if (out->n == ACTS_MAX)
        return NULL;
    struct act *a = &out->v[out->n++];
    *a =
        (struct act){.row = w->row,
                     .kind = act_kind(w->row->cell[d->kind]),
                     .act = w->row->cell[d->act],
                     .verb = arena_copy(d->a, (struct sv){d->view.p + w->b, w->e - w->b}),
                     .b = w->b,
                     .e = w->e};
    return a;
}

bool view_leads(const struct view *v)
{
    return v->n && v->p[v->n - 1] == ':';
}

/* ---- active verbs ---- */

/* "hat (der Rat) die Kommission aufgefordert": they stand before the participle. */
static struct svs bracket_addressees(const struct deciding *d, const struct word *w,
                                     const struct verb *verb)
{
    const struct view *v = &d->view;
    uint32_t b, end;
    word_after(v, verb->head, &b);
    b = verb->listed ? 0 : b;
    while (is_adverb(word_after(v, b, &end))) /* "hat ferner die Kommission" */
        b = end;
    if (verb->subject && verb->subject->b >= b)
        b = verb->subject->e;
    for (size_t i = 0; i < v->nwords; i++) { /* "hat den Bericht gebilligt und Europol" */
        const struct word *x = &v->word[i];
        if (x->form != FORM_NONE && x->b >= b && x->e < w->b &&
            verb_joins(word_after(v, x->e, &end)))
            b = end;
    }
    uint32_t e = addressees_end(d, b);
    bool named = is_determiner(word_after(v, b, &end)) || actor_behind(d, b + 1);
    for (size_t i = 0; !named && i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->b > b && x->e + 1 == w->b)
            return actor_addressees(d, x->b, x->e);
    }
    return named ? actor_addressees(d, b, e < w->b ? e : w->b) : (struct svs){NULL, 0};
}

/* "granted the Presidency a mandate": the formula holds who got it; "granted a mandate to
 * the Presidency". */
static struct svs mandate_given(struct deciding *d, const struct act *a)
{
    uint32_t end;
    struct sv verb = a->verb;
    static const struct sv body[] = {
        {"Presidency", 10}, {"Commission", 10}, {"High Representative", 19}};
    for (size_t i = 0; i < ARRAY_LEN(body); i++)
        if (sv_find(verb, body[i]) != SIZE_MAX) {
            struct sv *to = arena_array(d->a, 1, sizeof *to);
            *to = body[i];
            return (struct svs){to, 1};
        }
    bool behind = IS(word_after(&d->view, a->e, &end), "to");
    const struct word *x = behind ? actor_behind(d, end + 1) : NULL;
    return x ? actor_addressees(d, x->b, x->e) : (struct svs){NULL, 0};
}

/* "reminded delegations to reply", not "reminded delegations that the time was short". */
static bool reminds_to(const struct deciding *d, const struct act *a)
{
    uint32_t end;
    return a->to.n && IS(word_after(&d->view, addressees_end(d, a->e), &end), "to");
}

/* "asked whether delegations could agree": a question, and nobody is asked to do a thing.
 */
static bool asks_question(const struct deciding *d, const struct act *a)
{
    static const struct words list =
        WORDS("whether", "if", "how", "why", "what", "when", "which");
    uint32_t end;
    return IS(a->act, "asked") && one_of(word_after(&d->view, a->e, &end), &list);
}

/* "authorises the Commission to open negotiations" */
static void authorise_whom(struct deciding *d, struct act *a)
{
    const struct word *x = IS(a->act, "authorised") ? actor_behind(d, a->e + 1) : NULL;
    a->to = x ? actor_addressees(d, x->b, addressees_end(d, x->b)) : a->to;
}

/* "Der Rat nimmt den Bericht zur Kenntnis" in conclusions says what "nimmt Kenntnis"
 * does.
 */
static void state_in_conclusions(const struct deciding *d, struct act *a)
{
    static const struct words present = WORDS("nimmt", "nehmen", "neemt", "nemen");
    if (d->concludes && IS(a->act, "took-note") && one_of(a->verb, &present))
        a->act = SV("takes-note"), a->kind = KIND_STATEMENT;
}

static void take_active(struct deciding *d, const struct sentence *at,
                        const struct word *w, const struct verb *verb, struct acts *out)
{
    bool dated = d->mode != MODE_NOTE || /* a note tells its history */
                 (d->concludes && sv_eq(d->council, d->european));
    if (d->mode == MODE_NARRATIVE || (dated && is_background(d, w)) ||
        promise_agreed(d, at, w, verb, out))
        return;
    struct sv by = act_speaker(d, w, verb, out);
    struct act *a = by.p ? acts_push(d, out, w) : NULL;
    if (!a)
        return;
    a->voice = VOICE_ACTIVE;
    a->by = by;
    a->draft = d->drafts && d->concludes && sv_eq(by, SV("EU"));
    d->last_by = by;
    state_in_conclusions(d, a);
    act_addressees(d, a, verb->subject);
    if ((IS(a->act, "reminded") && !reminds_to(d, a)) || asks_question(d, a)) {
        out->n--;
        return;
    }
    if (a->kind == KIND_REQUEST && w->form != FORM_PAST && verb->head < w->b &&
        (IS(row_lang(d, w), "de") || IS(row_lang(d, w), "nl")))
        a->to = bracket_addressees(d, w, verb);
    if (verb->asked)
        a->to = actor_addressees(d, verb->asked->b, w->b);
    if (IS(a->act, "mandated") && sv_ends(a->verb, SV("mandate")))
        a->to = mandate_given(d, a);
    else if (IS(a->act, "mandated"))
        a->to = actor_addressees(d, a->e, addressees_end(d, a->e));
    authorise_whom(d, a);
}

/* ---- third person present ---- */

/* "Calls on Member States to", and not the title "Calls For Action". */
static bool asks_body(const struct deciding *d, const struct word *w)
{
    uint32_t end;
    return act_kind(w->row->cell[d->kind]) == KIND_REQUEST &&
           actor_behind(d, w->e + 1) != NULL &&
           IS(word_after(&d->view, addressees_end(d, w->e), &end), "to");
}

/* "1. welcomes ...": in conclusions the verb may open the paragraph, its subject far
 * above. */
static bool opens_paragraph(const struct deciding *d, const struct word *w,
                            const struct acts *out)
{
    const struct view *v = &d->view;
    uint32_t b, end;
    if (out->n || (!d->concludes && d->mode != MODE_PRESS))
        return false;
    uint32_t at = before_adverbs(v, w->b);
    struct sv next = word_after(v, w->e, &end);
    bool title =
        next.n > 0 && is_upper(next.p[0]) && is_upper(v->p[w->b]) && !asks_body(d, w);
    return word_before(v, at, &b).n == 0 && next.n > 1 && !title &&
           (d->concludes || council_speaks_above(d));
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
    return record_in_present(d) && !IS(row_lang(d, w), "en");
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

/* "the European Council: recalls the importance": a list whose lines are lost. */
static const struct word *behind_colon(const struct deciding *d, const struct word *w)
{
    const struct view *v = &d->view;
    uint32_t b;
    if (!d->concludes || !IS(word_before(v, w->b, &b), ":"))
        return NULL;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->actor == ACTOR_COUNCIL && x->e == b)
            return x;
    }
    return NULL;
}

/* Conclusions, or those that a press release holds: the Council has just spoken in the
 * present. */
static bool speaks_in_conclusions(const struct deciding *d, const struct sentence *at)
{
    enum { NEAR_BYTES = 2000 };
    return d->concludes ||
           (d->mode == MODE_PRESS && d->quoted_end && at->b < d->quoted_end + NEAR_BYTES);
}

static void note_spoken(struct deciding *d, const struct sentence *at,
                        const struct word *x)
{
    if (d->mode == MODE_PRESS && x && x->actor == ACTOR_COUNCIL)
        d->quoted_end = at->e;
}

/* Where "has" begins in front of the participle at `at`, or `at`. */
static uint32_t before_having(const struct view *v, uint32_t at)
{
    uint32_t b;
    struct sv aux = word_before(v, before_adverbs(v, at), &b);
    return verb_is_having(aux) || IS(aux, "has") || IS(aux, "have") ? b : at;
}

/* "The EU welcomes", "The EU has decided to": conclusions speak for the Union; "The EU
 * noted": so do press releases of what it and others did. */
static bool union_speaks(const struct deciding *d, const struct sentence *at,
                         const struct word *w)
{
    uint32_t head = before_having(&d->view, w->b);
    bool past = w->form == FORM_PAST || w->form == FORM_FINITE;
    bool perfect = head < w->b && d->concludes &&
                   (past || w->form == FORM_ACTIVE || w->form == FORM_PART);
    bool tells = w->form == FORM_PRESENT ? speaks_in_conclusions(d, at)
                                         : perfect || (d->mode == MODE_PRESS && past);
    return tells && (perfect || act_kind(w->row->cell[d->kind]) != KIND_DECISION) &&
           union_in_front(d, head);
}

/* Whom "it" means in front of a verb in the present; null: nobody. */
static struct sv spoken_of_in_present(const struct deciding *d, const struct word *w)
{
    if (IS(w->row->cell[d->act], "agreed") && IS(row_lang(d, w), "fr"))
        return SV_NULL; /* "Il convient de": nobody agrees */
    bool council = d->concludes || d->mode == MODE_PRESS;
    if (antecedent_is_text(d) || antecedent_is_other(d))
        return SV_NULL;
    return d->last_by.p || !council ? d->last_by : d->council;
}

/* "invite", "call on": several do so, or it is an infinitive. */
static bool is_english_plural(const struct deciding *d, const struct word *w)
{
    uint32_t end;
    return w->form == FORM_PRESENT && IS(row_lang(d, w), "en") &&
           !sv_ends(word_after(&d->view, w->b, &end), SV("s"));
}

/* The body in front of a verb in the present; null: such a verb does not count with it.
 */
static struct sv body_in_present(struct deciding *d, const struct sentence *at,
                                 const struct word *w, const struct word *x)
{
    enum decision_kind kind = act_kind(w->row->cell[d->kind]);
    if (is_english_plural(d, w) && x->actor != ACTOR_TEXT && x->actor != ACTOR_MINISTERS)
        return SV_NULL;
    bool self =
        x->actor == ACTOR_SELF && d->self.p && actor_party_begin(&d->view, x->b) == x->b;
    bool body = x->actor == ACTOR_COUNCIL || x->actor == ACTOR_COMMITTEE || self;
    bool decides = kind == KIND_DECISION && !tells_in_present(d, w); /* or the law */
    body = body && (!decides || speaks_in_conclusions(d, at) ||
                    in_conclusions(d, at->b) || is_european_council(d, x));
    struct sv act = w->row->cell[d->act]; /* "Parliament demands more": its view */
    bool asks = kind == KIND_REQUEST && actor_may(x, kind, act) && !IS(act, "demanded") &&
                !IS(act, "entrusted");
    bool tells =
        kind != KIND_STATEMENT && tells_in_present(d, w) && actor_may(x, kind, act);
    tells = tells || (kind == KIND_COMMITMENT && x->actor == ACTOR_CHAIR &&
                      (d->mode == MODE_NOTE || d->mode == MODE_RECORD) &&
                      promise_is_errand(d, w->e)); /* "intends to submit it" */
    bool text = x->actor == ACTOR_TEXT && kind == KIND_REQUEST && d->mode == MODE_PRESS;
    bool counts = (body && d->mode != MODE_NARRATIVE) || asks || tells || text;
    return counts ? actor_name(d, x) : SV_NULL;
}

/* "hvordan man tiltrækker og fastholder", "der unterstützt und begrüßt": joined to the
 * verb of a clause, in front of the "and" that stands before `at`. */
static bool shares_clause(const struct view *v, uint32_t at)
{
    static const struct words subject =
        WORDS("man", "som", "der", "on", "qui", "che", "die", "men", "vi", "we", "nous");
    uint32_t b;
    (void)word_before(v, at, &b);
    (void)word_before(v, b, &b);
    return one_of(word_before(v, b, &b), &subject);
}

static void take_present(struct deciding *d, const struct sentence *at,
                         const struct word *w, const struct verb *verb, struct acts *out)
{
    enum decision_kind kind = act_kind(w->row->cell[d->kind]);
    const struct word *x = verb->subject;
    struct sv by = SV_NULL;
    const struct word *led = behind_colon(d, w);
    bool notes = d->concludes && IS(w->row->cell[d->act], "took-note");
    if (kind == KIND_NOTED && !notes && !tells_in_present(d, w))
        return; /* "Le Conseil examine chaque année" */
    if (x && is_that(verb->intro) && act_is_concluded(x, kind, out)) {
        out->n--;
        by = actor_name(d, x);
    } else if (opens_paragraph(d, w, out)) {
        by = d->council;
    } else if (led) {
        by = actor_name(d, led);
    } else if (union_speaks(d, at, w)) {
        by = SV("EU");
    } else if (verb->voice != VOICE_ACTIVE || is_subordinate(verb->intro) ||
               IS(verb->intro, "that") ||
               (x && !verb->joined && !verb->pronoun && is_headline(d, at, x))) {
        return;
    } else if (verb->joined) {
        struct sv said = {d->view.p + w->b, w->e - w->b};
        if (!out->n || (out->v[out->n - 1].row == NULL && !sv_ends(said, SV("s"))) ||
            !act_joined_counts(d, w, out) || /* "will keep it under review and tasks" */
            shares_clause(&d->view, verb->head))
            return;
        by = out->v[out->n - 1].by;
    } else if (verb->pronoun) {
        by = spoken_of_in_present(d, w);
    } else if (verb->listed) {
        by = d->lead_by;
    } else if (x) {
        by = body_in_present(d, at, w, x);
    }
    struct act *a = by.p ? acts_push(d, out, w) : NULL;
    if (!a)
        return;
    if (tells_in_present(d, w))
        note_in_present(a);
    else if (notes)
        a->act = SV("takes-note"), a->kind = KIND_STATEMENT;
    note_spoken(d, at, x);
    a->voice = VOICE_ACTIVE;
    a->by = by;
    a->draft = d->drafts && (in_conclusions(d, at->b) || sv_eq(by, d->council) ||
                             (d->concludes && sv_eq(by, SV("EU"))));
    d->last_by = by;
    act_addressees(d, a, x);
    authorise_whom(d, a);
    if (!a->to.n && sv_ends(a->verb, SV(" that"))) /* "suggests that this is so" */
        out->n--;
}

/* "nimmt ... an" tells the law but in records and conclusions. */
static bool is_split_present(const struct view *v, const struct word *w)
{
    static const struct words list = WORDS("nimmt", "nehmen", "stimmt", "legt", "lehnt",
                                           "hebt", "setzt", "neemt", "stelt", "keurt");
    return one_of((struct sv){v->p + w->b, w->e - w->b}, &list);
}

static bool take_split(const struct deciding *d, const struct word *w, struct word *whole)
{
    bool tells = d->mode == MODE_RECORD || d->concludes;
    return verb_whole(d, w, whole) && (tells || !is_split_present(&d->view, w));
}

/* "It confirmed that they will not reduce it": one body, and what several others do. */
static bool says_of_others(const struct deciding *d, const struct word *w,
                           const struct verb *verb)
{
    uint32_t b;
    struct sv said = {d->view.p + w->b, w->e - w->b};
    if (w->form != FORM_SAID || sv_find(said, SV(" they ")) == SIZE_MAX)
        return false;
    struct sv before = word_before(&d->view, before_adverbs(&d->view, verb->head), &b);
    const struct word *x = verb->subject;
    return IS(before, "It") || IS(before, "it") ||
           (x && (x->actor == ACTOR_COUNCIL || x->actor == ACTOR_INSTITUTION ||
                  x->actor == ACTOR_CHAIR));
}

/* "La présidence et le Conseil ont informé": who told others was told nothing. */
static bool informs_others(const struct deciding *d, const struct word *w)
{
    uint32_t b;
    const struct view *v = &d->view;
    return w->form == FORM_PART && IS(w->row->cell[d->act], "was-informed") &&
           verb_is_having(word_before(v, before_adverbs(v, w->b), &b));
}

/* A verb that does something, by its voice. */
static void take_verb(struct deciding *d, const struct sentence *at, const struct word *w,
                      struct verb *verb, struct acts *out)
{
    if (informs_others(d, w))
        return;
    if (w->form == FORM_ROUTE)
        promise_report(d, w, verb, out);
    else if (w->form == FORM_PRESENT)
        take_present(d, at, w, verb, out);
    else if (verb->joined && out->n && out->v[out->n - 1].voice == VOICE_PASSIVE)
        passive_take(
            d, at, w,
            &(struct verb){.voice = VOICE_PASSIVE, .head = verb->head, .intro = SV("")},
            out);
    else if (verb->voice == VOICE_ACTIVE)
        take_active(d, at, w, verb, out);
    else if (verb->voice == VOICE_PASSIVE || verb->voice == VOICE_PARTICIPLE)
        passive_take(d, at, w, verb, out);
    else if (verb->voice == VOICE_ROUTE && passive_could_be(d, w, verb)) {
        verb->voice = VOICE_PASSIVE, verb->present = d->mode != MODE_RECORD;
        passive_take(d, at, w, verb, out);
    }
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
    bool foreign = w->form != FORM_NONE && !IS(row_lang(d, w), "en");
    if ((foreign && IS(d->out->document.language, "en")) || /* "in charge of" */
        (w->form == FORM_SAID && !said_of_future(d, w)))
        return;
    if (passive_transmitted(d, w, out))
        return;
    switch (w->form) {
    case FORM_NONE: promise_will(d, at, w, out); return;
    case FORM_OPERATIVE:
    case FORM_PLURAL: return;
    case FORM_AUTHORISE: act_authorise(d, w, out); return;
    case FORM_FIXED: act_fixed(d, w, out); return;
    case FORM_IMPERSONAL: act_impersonal(d, at, w, out); return;
    case FORM_FIRST: act_first_person(d, at, w, out); return;
    case FORM_INF:
    case FORM_ATTRIBUTE: return;
    case FORM_PAST:
    case FORM_ACTIVE:
    case FORM_FINITE:
    case FORM_SUBJECT:
    case FORM_PART:
    case FORM_PERFECT:
    case FORM_PASSIVE:
    case FORM_PRESENT:
    case FORM_REQUEST:
    case FORM_SAID:
    case FORM_ROUTE: break;
    case FORM_SPLIT: w = take_split(d, w, &whole) ? &whole : NULL; break;
    }
    if (!w)
        return;
    verb_read(d, w, &verb);
    if ((verb.voice == VOICE_NONE && verb_is_present(d, w, &whole, &verb)) ||
        verb_is_participle(d, w, &whole, &verb))
        w = &whole;
    bool opens =
        w->form == FORM_PRESENT && (opens_paragraph(d, w, out) || behind_colon(d, w));
    if (opens || union_speaks(d, at, w)) {
        verb.voice = VOICE_ACTIVE;
        verb.head = before_having(&d->view, w->b);
    }
    if (verb.voice == VOICE_NONE || says_of_others(d, w, &verb) ||
        in_condition(d, verb.head,
                     verb.voice == VOICE_PASSIVE || verb.voice == VOICE_ROUTE) ||
        in_background(&d->view, w->b) || in_quotation(&d->view, w->b) ||
        in_comparison(&d->view, w->b))
        return;
    take_verb(d, at, w, &verb, out);
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
    promise_too(d, at, out);
    drop_repeated(out);
}

static bool has_any(struct sv s, const char *const what[])
{
    for (size_t i = 0; what[i]; i++)
        if (sv_find(s, sv_cstr(what[i])) != SIZE_MAX)
            return true;
    return false;
}

/* "…, les points suivants étant ajoutés:", "folgende Punkte werden hinzugefügt:": what
 * the other languages say of an agenda's further items. */
static bool adds_points(struct sv rest)
{
    static const char *const points[] = {
        "points suivants",   "point suivant",     "folgende Punkt",
        "folgenden Punkt",   "folgender Punkt",   "folgenden Ergänzungen",
        "volgende punt",     "følgende punkt",    "följande punkt",
        "punti seguenti",    "seguenti punti",    "seguente punto",
        "punto seguente",    "puntos siguientes", "punto siguiente",
        "siguientes puntos", "seguintes pontos",  NULL};
    static const char *const added[] = {
        "ajout",     "hinzu",   "Ergänzung", "ergänzt",     "toegevoeg",
        "toevoeg",   "tilføje", "lägg",      "lades till",  "aggiun",
        "añad",      "adic",    "aditament", "Divers",      "Sonstiges",
        "Eventuelt", "Övriga",  "Varie",     "aufgenommen", NULL};
    return has_any(rest, points) && has_any(rest, added);
}

/* "with two additional items:", "with the following changes:" ends the lead. */
static bool adds_list(struct sv rest)
{
    static const struct sv what[] = {{"items", 5},   {"points", 6},      {"additions", 9},
                                     {"changes", 7}, {"amendments", 10}, {"business", 8}};
    static const struct sv agenda[] = {{" the agenda", 11},
                                       {" its agenda", 11},
                                       {" the provisional agenda", 23},
                                       {" the draft agenda", 17}};
    for (size_t i = 0; i < ARRAY_LEN(agenda); i++)
        if (sv_starts(rest, agenda[i]))
            return true;
    if (adds_points(rest))
        return true;
    if (sv_ends(rest, SV("\":"))) /* under "Any other business": */
        rest.n -= 2;
    else if (sv_ends(rest, SV(":")))
        rest.n--;
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
    static const struct sv aside[] = {{", with ", 7},          {", which ", 8},
                                      {", focus", 7},          {", based ", 8},
                                      {", around ", 9},        {" which included ", 16},
                                      {" which includes ", 16}};
    struct sv rest = {v->p + at, v->n - at};
    for (size_t i = 0; i < ARRAY_LEN(aside); i++)
        if (sv_find(rest, aside[i]) != SIZE_MAX)
            return false;
    bool more =
        sv_find(rest, SV("as well as ")) != SIZE_MAX && /* "and conclusions on:" */
        sv_find(rest, SV(" following ")) == SIZE_MAX;
    return !more && !adds_list(rest);
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
    const struct word *w = v->word;
    uint32_t b = 0;
    size_t i = 0;
    while (i < v->nwords && w[i].form == FORM_NONE)
        i++;
    if (i == v->nwords || w[i].form != FORM_INF ||
        (w[i].b > 0 && !infinitive_asks(d, &w[i], &b)))
        return false;
    d->acts.n = 0;
    struct act *a = acts_push(d, &d->acts, &w[i]);
    a->voice = VOICE_ACTIVE;
    if (w[i].b > 0)
        a->to = actor_addressees(d, b, w[i].b);
    else
        act_addressees(d, a, NULL);
    a->by = entry->by;
    a->draft = entry->draft;
    *entry = *a;
    return true;
}
