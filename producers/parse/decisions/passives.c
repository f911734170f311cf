/* Passives and participles: who decided or asked, and whom the subject of "is invited"
 * names. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

enum { COVER_BYTES = 200 };

static const struct words agent_words =
    WORDS("vom", "von", "durch", "par", "door", "af", "av", "dal", "dall", "dalla");

static struct sv view_text(const struct view *v, uint32_t b, uint32_t e)
{
    return (struct sv){v->p + b, e - b};
}

/* "Delegations will find attached ...": what it transmits was decided by somebody. */
static bool is_cover(const struct deciding *d)
{
    const struct view *v = &d->view;
    static const char *const sign[] = {"will find",
                                       "trouveront",
                                       "erhalten in der Anlage",
                                       "erhalten anbei",
                                       "hierbij",
                                       "Hierbij ga",
                                       "treffen",
                                       "følger hermed",
                                       "bifogas",
                                       "Hermed følger",
                                       "Vedlagt følger",
                                       "accluso",
                                       "allegat",
                                       "i allegano",
                                       "are attached",
                                       "is attached",
                                       "is annexed",
                                       "please find",
                                       "hereby attached",
                                       "se remite",
                                       "em anexo",
                                       "Junto se envia",
                                       NULL};
    enum { FOREIGN_TOO = 14 }; /* a record transmits with these alone */
    if (d->mode != MODE_NOTE && d->mode != MODE_RECORD)
        return false;
    struct sv front = view_text(v, 0, v->n < COVER_BYTES ? v->n : COVER_BYTES);
    for (size_t i = 0; sign[i] && (i < FOREIGN_TOO || d->mode == MODE_NOTE); i++)
        if (sv_find(front, sv_cstr(sign[i])) != SIZE_MAX)
            return true;
    return false;
}

/* Whom the words in front of the participle at `at` name: "die vom Rat am 4. Juni
 * angenommenen", "die der Rat auf seiner Tagung", "que le Conseil". */
static const struct word *transmitted_by(const struct deciding *d, uint32_t at)
{
    enum { NEAR_BYTES = 100 };
    static const struct words clause =
        WORDS("die", "das", "den", "der", "que", "som", "che", "welche", "qu");
    const struct view *v = &d->view;
    for (size_t i = v->nwords; i-- > 0;) {
        const struct word *x = &v->word[i];
        if (x->form != FORM_NONE || x->actor == ACTOR_NONE || x->e > at)
            continue;
        uint32_t b, c;
        struct sv before = word_before(v, x->b, &b);
        if (at - x->e > NEAR_BYTES || memchr(v->p + x->e, ',', at - x->e))
            return NULL;
        if (one_of(before, &agent_words))
            return x;
        bool article = is_determiner(before);
        struct sv more = article ? word_before(v, b, &c) : before;
        if (one_of(more, &agent_words) || one_of(more, &clause))
            return x;
    }
    return NULL;
}

/* "adoptadas por el Consejo Europeo": whom the words behind the participle name. */
static const struct word *transmitted_behind(const struct view *v, uint32_t at)
{
    enum { ARTICLE_BYTES = 5 };
    static const struct words agents = WORDS("por", "pelo", "pela");
    uint32_t end;
    if (!one_of(word_after(v, at, &end), &agents))
        return NULL;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->actor != ACTOR_NONE && x->b >= end)
            return x->b <= end + ARTICLE_BYTES ? x : NULL;
    }
    return NULL;
}

/* "Die Delegationen erhalten anbei die Schlussfolgerungen, die der Rat ... angenommen
 * hat": what a cover note transmits was decided. */
bool passive_transmitted(struct deciding *d, const struct word *w, struct acts *out)
{
    bool participle = w->form == FORM_PART || w->form == FORM_ATTRIBUTE ||
                      w->form == FORM_PAST || w->form == FORM_FINITE;
    if (!participle || act_kind(w->row->cell[d->kind]) != KIND_DECISION ||
        IS(row_lang(d, w), "en") || !is_cover(d))
        return false;
    const struct word *x = transmitted_by(d, w->b);
    if (!x)
        x = transmitted_behind(&d->view, w->e);
    if (!x || !actor_may(x, KIND_DECISION, w->row->cell[d->act]))
        return false;
    struct act *a = acts_push(d, out, w);
    if (a) {
        a->voice = VOICE_PARTICIPLE;
        a->by = actor_name(d, x);
    }
    return a != NULL;
}

static bool is_relative(struct sv intro)
{
    static const struct words list =
        WORDS("which", "that", "who", "qui", "die", "der", "das", "som");
    return one_of(intro, &list);
}

/* "The EIB is invited to explore" in conclusions that tell in the third person: they have
 * just said what the Council stresses. */
static bool council_spoke_last(const struct deciding *d)
{
    const struct parsed *p = d->out;
    const struct decision *last = p->ndecisions ? &p->decisions[p->ndecisions - 1] : NULL;
    return d->concludes && last && sv_eq(last->by, d->council) &&
           (last->kind == KIND_STATEMENT || last->kind == KIND_REQUEST);
}

struct sv act_asked_by(struct deciding *d, const struct sentence *at, bool present)
{
    bool theirs = d->mode != MODE_RECORD && d->mode != MODE_NARRATIVE;
    if (theirs &&
        (in_conclusions(d, at->b) || (d->concludes && sv_eq(d->council, d->european))))
        return d->council;
    if (present && council_spoke_last(d))
        return d->council;
    if ((present && !record_in_present(d)) || d->mode == MODE_NARRATIVE)
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

/* "Those Member States who do not yet contribute are encouraged": the body that opens the
 * sentence and that a clause describes. */
static const struct word *described(const struct view *v, uint32_t e)
{
    enum { OPENING = 12 };
    static const struct words clause = WORDS("who", "which", "that", "whose");
    const struct word *x = body_in(v, 0, e);
    uint32_t end;
    return x && x->b < OPENING && one_of(word_after(v, x->e, &end), &clause) ? x : NULL;
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

/* "BE, FR and NL", "Germany, France and": nothing but capital words and commas up to the
 * last comma, at `e`. */
static bool names_only(const struct view *v, uint32_t e)
{
    enum { LONGEST = 120 };
    static const struct words opening =
        WORDS("Furthermore", "Moreover", "However", "Therefore", "Hence", "Thus", "Also",
              "Then", "Today", "Meanwhile", "Nevertheless", "Nonetheless", "Instead",
              "Afterwards", "Next", "Later", "Besides", "Yesterday", "Otherwise", "First",
              "Second", "Third", "Overall", "Against");
    struct sv w;
    uint32_t end = 0;
    for (uint32_t at = 0; at < e && e < LONGEST; at = end) {
        w = word_after(v, at, &end);
        bool comma = IS(w, ","), name = w.n && w.p[0] >= 'A' && w.p[0] <= 'Z';
        if (!comma && !(at == 0 && IS(w, "The")) && (!name || is_preposition(w)))
            return false;
        if (at == 0 && (one_of(w, &opening) || sv_ends(w, SV("ly"))))
            return false;
    }
    return e > 1 && e < LONGEST && IS(word_before(v, e, &end), ",");
}

/* "The Commission, Frontex and eu-LISA were asked": where the row begins whose last names
 * begin at b; b: the sentence opens otherwise. */
static uint32_t row_start(const struct view *v, uint32_t b, uint32_t e)
{
    uint32_t at = b, prev;
    if (names_only(v, b) && sv_find(view_text(v, b, e), SV(" and ")) != SIZE_MAX)
        return 0;
    for (size_t i = v->nwords; i-- > 0;) {
        const struct word *x = &v->word[i];
        if (x->e > at || x->form != FORM_NONE || x->actor == ACTOR_NONE)
            continue;
        struct sv comma = word_before(v, at, &prev);
        if (is_determiner(comma))
            comma = word_before(v, prev, &prev);
        if (!IS(comma, ",") || prev != x->e)
            return b;
        at = x->b;
        struct sv article = word_before(v, at, &prev);
        if (at == 0 || (is_determiner(article) && prev == 0))
            return sv_find(view_text(v, b, e), SV(" and ")) == SIZE_MAX ? b : 0;
    }
    return b;
}

/* Delegations or Member States did what the act tells. */
static bool states_act(const struct deciding *d, const struct act *a)
{
    static const struct words list =
        WORDS("delegations", "Delegations", "Member States", "member states");
    return a->voice == VOICE_ACTIVE && IS(d->out->document.language, "en") &&
           one_of(a->by, &list);
}

/* Whom the act in the passive, the last of *out, asks: its subject from b on, or who
 * stands around it. */
/* The subject in front of the verb at `at` opens the sentence: "Der AStV wird". */
static bool subject_opens(const struct view *v, uint32_t at)
{
    const struct word *x = verb_body_ends_at(v, at) ? body_in(v, 0, at) : NULL;
    uint32_t b;
    return x && (x->b == 0 || (is_determiner(word_before(v, x->b, &b)) && b == 0));
}

/* "Vor diesem Hintergrund wird der AStV ersucht", "Derfor opfordres delegationerne":
 * where the verb stands second, those behind it. */
static struct svs asked_behind(const struct deciding *d, const struct word *w,
                               uint32_t aux)
{
    static const struct words ands = WORDS("und", "sowie", "en", "og", "och", ",");
    const struct view *v = &d->view;
    struct sv lang = row_lang(d, w);
    bool second = IS(lang, "de") || IS(lang, "nl") || IS(lang, "da") || IS(lang, "sv");
    bool whole = w->form == FORM_REQUEST || aux >= w->b; /* "opfordres": no auxiliary */
    uint32_t end = w->e, next, limit = whole ? v->n : w->b;
    if (!second || subject_opens(v, whole ? w->b : aux))
        return (struct svs){NULL, 0};
    if (!whole)
        (void)word_after(v, aux, &end);
    const struct word *x = actor_behind(d, end);
    if (!x || x->e > limit)
        return (struct svs){NULL, 0};
    uint32_t e = x->e;
    while (one_of(word_after(v, e, &next), &ands)) {
        const struct word *more = actor_behind(d, next);
        if (!more || more->e > limit)
            break;
        e = more->e;
    }
    return actor_addressees(d, x->b, e);
}

static void passive_addressees(struct deciding *d, const struct word *w,
                               const struct verb *verb, uint32_t b, struct act *a,
                               const struct acts *out)
{
    const struct view *v = &d->view;
    uint32_t end;
    a->to = asked_behind(d, w, verb->head);
    const struct word *last =
        verb_body_ends_at(v, verb->head) ? body_in(v, b, verb->head) : NULL;
    if (last && last->b > b && IS(row_lang(d, w), "pl")) /* no article, no comma */
        a->to = actor_addressees(d, last->b, verb->head);
    if (a->to.n)
        return;
    struct sv next = word_after(v, w->e, &end);
    struct sv subject = sv_trim(view_text(v, b, verb->head));
    static const struct words empty =
        WORDS("It", "it", "they", "They", "He", "She", "we", "We");
    const struct word *those = described(v, verb->head);
    if (those)
        a->to = actor_addressees(d, those->b, those->e);
    else if (!one_of(subject, &empty))
        a->to = actor_addressees(d, row_start(v, b, verb->head), verb->head);
    struct sv intro;
    const struct word *x =
        subject.n ? NULL : actor_subject(d, verb->head, &intro); /* behind an aside */
    if (!a->to.n && IS(next, "that")) /* "It is recommended that Coreper ..." */
        x = actor_behind(d, end), intro = SV("");
    if (x && !is_subordinate(intro))
        a->to = actor_addressees(d, x->b, x->e);
    if (!a->to.n && out->n > 1 && IS(verb->intro, "and")) /* "..., and is invited to" */
        a->to = asked_with(d, &out->v[out->n - 2]);
    if (!a->to.n && out->n > 1 && IS(verb->intro, "and") &&
        states_act(d, &out->v[out->n - 2])) {
        struct sv *to = arena_array(d->a, 1, sizeof *to);
        *to = out->v[out->n - 2].by;
        a->to = (struct svs){to, 1};
    }
    x = out->n == 1 && IS(verb->intro, "and") ? body_in(v, 0, verb->head) : NULL;
    if (!a->to.n && x && x->actor == ACTOR_STATES && x->b < 16) /* "reported and were" */
        a->to = actor_addressees(d, x->b, x->e);
}

/* "the report that the Commission was asked to prepare": which one, in view[b, e). */
static bool tells_which(const struct view *v, uint32_t b, uint32_t e)
{
    struct sv t = view_text(v, b, e);
    size_t that = sv_find(t, SV(" that "));
    if (that == SIZE_MAX)
        return false;
    uint32_t at;
    struct sv noun = word_before(v, b + (uint32_t)that, &at);
    return noun.n > 2 && is_lower(noun.p[0]) && is_determiner(word_before(v, at, &at));
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
    bool said = (d->mode == MODE_NOTE && sv_starts(subject, SV("that "))) ||
                (sv_eq(w->row->cell[d->act], SV("entrusted")) && IS(next, "to"));
    bool with = out->n && IS(verb->intro, "and") && /* "took note and were invited to" */
                states_act(d, &out->v[out->n - 1]);
    bool nobody =
        d->mode == MODE_NOTE && !verb->present && !whom && w->form == FORM_PAST && !with;
    bool which = sv_find(subject, SV(" which ")) != SIZE_MAX &&
                 !(whom && whom->actor == ACTOR_STATES &&
                   (whom->b == b || (whom->b == b + 6 && described(v, verb->head))));
    bool told = tells_which(v, b, verb->head);
    bool stated = out->n && sv_find(subject, SV(" that ")) != SIZE_MAX &&
                  out->v[out->n - 1].row &&
                  IS(out->v[out->n - 1].row->cell[d->form], "operative");
    if ((d->mode == MODE_NARRATIVE && !lead) || is_relative(verb->intro) || said ||
        nobody || which || told || stated) /* "WELCOMES the fact that COSI was tasked" */
        return;
    bool english = IS(row_lang(d, w), "en"); /* elsewhere the object may stand there */
    if (next.n && !one_of(next, &goes_on) && w->form != FORM_REQUEST && english)
        return;
    if (IS(w->row->cell[d->act], "reminded") && !IS(next, "to"))
        return;
    const struct word *agent = actor_agent(d, w, false);
    if (agent && agent->b - w->e > 40)
        agent = NULL; /* of what is asked */
    bool may = !agent || actor_may(agent, KIND_REQUEST, SV(""));
    struct act *a = may ? acts_push(d, out, w) : NULL;
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
    passive_addressees(d, w, verb, b, a, out);
    if (!agent && a->to.n == 1 && sv_eq(a->to.v[0], a->by))
        a->by = SV_NULL; /* "The Committee was invited to": not by itself */
}

/* "The act is therefore adopted": the end of a written procedure. */
static bool is_concluded(const struct deciding *d, const struct word *w,
                         const struct verb *verb)
{
    bool written = d->mode == MODE_RECORD && IS(w->row->cell[d->act], "adopted") &&
                   meeting_holds(d->out->document.type, "WRITTEN PROCEDURE");
    static const struct words list =
        WORDS("therefore", "thus", "hereby", "accordingly", "consequently");
    uint32_t end;
    struct sv aux = word_after(&d->view, verb->head, &end);
    struct sv adverb = word_after(&d->view, end, &end);
    return written ||
           (aux.n > 0 && end <= w->b && d->mode == MODE_RECORD && one_of(adverb, &list));
}

/* "At that meeting consensus was reached": whose meeting the act before tells. */
static bool at_that_meeting(const struct deciding *d, struct sv *by)
{
    enum { NEAR_BYTES = 120 };
    static const struct words that = WORDS("that", "this", "the");
    const struct parsed *p = d->out;
    const struct decision *last = p->ndecisions ? &p->decisions[p->ndecisions - 1] : NULL;
    uint32_t end;
    if (!last || !last->by.n || last->span.e > d->s->token[d->token].b ||
        d->s->token[d->token].b - last->span.e > NEAR_BYTES ||
        !IS(word_after(&d->view, 0, &end), "At") ||
        !one_of(word_after(&d->view, end, &end), &that) ||
        !IS(word_after(&d->view, end, &end), "meeting"))
        return false;
    *by = last->by;
    return true;
}

/* "were adopted without debate at the 2960th meeting", "at the meeting on General
 * Affairs": what a press release tells so is the subject of another one. */
static bool at_other_meeting(const struct view *v, uint32_t at)
{
    enum { AHEAD = 60 };
    struct sv rest = {v->p + at, v->n - at < AHEAD ? v->n - at : AHEAD};
    size_t place = sv_find(rest, SV(" at the "));
    uint32_t end;
    struct sv which =
        place == SIZE_MAX ? SV("") : word_after(v, at + (uint32_t)place + 8, &end);
    if (IS(which, "meeting") && IS(word_after(v, end, &end), "on")) {
        struct sv subject = word_after(v, end, &end);
        return subject.n && is_upper(subject.p[0]);
    }
    return which.n > 3 && is_digit(which.p[0]) &&
           (sv_ends(which, SV("th")) || sv_ends(which, SV("st")) ||
            sv_ends(which, SV("nd")) || sv_ends(which, SV("rd")));
}

/* "... a table which contains: the mandate adopted by": part of what is transmitted. */
static bool in_contents(const struct view *v, uint32_t at)
{
    const char *colon = memchr(v->p, ':', at);
    return colon &&
           sv_find((struct sv){v->p, (size_t)(colon - v->p)}, SV(" contain")) != SIZE_MAX;
}

/* "presented the report, which was endorsed by COSI on 3 May": the clause tells what came
 * next; without its comma, or in conclusions, it only says which report. */
static bool goes_on_telling(struct deciding *d, const struct word *w,
                            const struct verb *verb)
{
    uint32_t b = (uint32_t)(verb->intro.p - d->view.p), c;
    bool tells = d->mode == MODE_RECORD || (d->mode == MODE_NOTE && !d->concludes);
    return tells && IS(verb->intro, "which") && IS(word_before(&d->view, b, &c), ",") &&
           !in_conclusions(d, d->view.b) && IS(row_lang(d, w), "en");
}

/* "was adopted by the Parliament", "by the Bureau": by somebody whom no table knows. */
static bool by_others(const struct view *v, const struct word *w)
{
    uint32_t end;
    if (!IS(word_after(v, w->e, &end), "by") || !IS(word_after(v, end, &end), "the"))
        return false;
    struct sv name = word_after(v, end, &end);
    return name.n > 1 && is_upper(name.p[0]);
}

/* "thanked FR for its report, which was approved.": the clause ends with the verb. */
static bool closes_telling(struct deciding *d, const struct word *w,
                           const struct verb *verb)
{
    uint32_t end;
    struct sv next = word_after(&d->view, w->e, &end);
    return d->mode == MODE_RECORD && (!next.n || IS(next, ".")) &&
           verb->voice == VOICE_PASSIVE && !verb->present && goes_on_telling(d, w, verb);
}

/* Who decided what is said in the passive or as a participle; false: it does not count.
 */
static bool passive_by(struct deciding *d, const struct word *w, const struct verb *verb,
                       struct sv *by)
{
    enum decision_kind kind = act_kind(w->row->cell[d->kind]);
    bool told = record_in_present(d) && !IS(row_lang(d, w), "en");
    if ((verb->present && !told && !is_concluded(d, w, verb)) ||
        d->mode == MODE_NARRATIVE || w->form == FORM_ACTIVE || w->form == FORM_PERFECT)
        return false;
    if (d->mode == MODE_PRESS && at_other_meeting(&d->view, w->e))
        return false;
    bool open = verb->voice == VOICE_PARTICIPLE || is_relative(verb->intro);
    bool cover = open && is_cover(d);
    bool venue =
        d->mode == MODE_NOTE || cover || IS(verb->intro, "as") || kind == KIND_NOTED;
    const struct word *agent = actor_agent(d, w, venue);
    bool told_by = IS(w->row->cell[d->act], "was-informed"); /* "von der Kommission" */
    if (!agent && !told_by && verb->voice == VOICE_PASSIVE && verb->head < w->b)
        agent = actor_agent_inside(d, verb->head, w, venue);
    if (!agent && verb->voice == VOICE_PASSIVE && d->mode != MODE_PRESS)
        agent = venue_in_front(d, verb->head);
    if (verb->voice == VOICE_PARTICIPLE) {
        if (cover && in_contents(&d->view, w->b))
            return false;
        if (!agent || !cover || d->mode == MODE_PRESS)
            return false;
    } else if (is_relative(verb->intro)) {
        bool told_all = closes_telling(d, w, verb);
        if (!told_all && (!agent || !(cover || goes_on_telling(d, w, verb))))
            return false;
    } else if (is_subordinate(verb->intro) && !IS(verb->intro, "as")) {
        return false;
    }
    if (agent) {
        *by = actor_name(d, agent);
        return actor_may(agent, kind, w->row->cell[d->act]);
    }
    if (by_others(&d->view, w))
        return false;
    if (d->mode == MODE_NOTE && kind == KIND_DECISION && at_that_meeting(d, by))
        return true;
    /* "An exchange of views was held with its President": in the European Council's own
     * conclusions */
    bool theirs = d->mode == MODE_NOTE && kind == KIND_NOTED && w->form == FORM_PART &&
                  d->concludes && sv_eq(d->council, d->european);
    *by = theirs ? d->council : d->self;
    return theirs || d->mode == MODE_RECORD ||
           (d->mode == MODE_PRESS && (kind == KIND_DECISION || w->form == FORM_PART ||
                                      IS(w->row->cell[d->act], "policy-debate")));
}

/* "The Chair concluded that the text was broadly supported and asked": what is noted in
 * the clause is what the chair concluded. */
static bool is_conclusion(const struct deciding *d, const struct word *w,
                          const struct acts *out)
{
    uint32_t end;
    const struct act *last = out->n ? &out->v[out->n - 1] : NULL;
    return last && act_kind(w->row->cell[d->kind]) == KIND_NOTED &&
           last->voice == VOICE_ACTIVE && IS(last->act, "concluded") &&
           IS(word_after(&d->view, last->e, &end), "that");
}

/* The same of a decision: it is what was concluded, as in "concluded that COSI agreed".
 */
static bool concludes_so(const struct deciding *d, const struct word *w,
                         const struct verb *verb, const struct acts *out)
{
    const struct act *last = out->n ? &out->v[out->n - 1] : NULL;
    uint32_t end;
    if (!last || d->mode != MODE_RECORD || last->voice != VOICE_ACTIVE ||
        verb->voice != VOICE_PASSIVE || !IS(last->act, "concluded") ||
        act_kind(w->row->cell[d->kind]) != KIND_DECISION ||
        !IS(word_after(&d->view, last->e, &end), "that"))
        return false;
    struct sv between = {d->view.p + end, verb->head > end ? verb->head - end : 0};
    return !memchr(between.p, ',', between.n) &&
           sv_find(between, SV(" and ")) == SIZE_MAX &&
           sv_find(between, SV(" that ")) == SIZE_MAX;
}

/* "was examined by the Working Party and agreement on the text was reached": in a note
 * who did the one in the passive did the other. */
static bool goes_on_deciding(const struct deciding *d, const struct word *w,
                             const struct verb *verb, const struct acts *out,
                             struct sv *by)
{
    const struct act *last = out->n ? &out->v[out->n - 1] : NULL;
    if (!last || d->mode != MODE_NOTE || last->voice != VOICE_PASSIVE || verb->present ||
        verb->voice != VOICE_PASSIVE || !IS(row_lang(d, w), "en") ||
        act_kind(w->row->cell[d->kind]) != KIND_DECISION || last->kind == KIND_REQUEST)
        return false;
    struct sv between = {d->view.p + last->e, verb->head - last->e};
    *by = last->by;
    return sv_find(between, SV(" and ")) != SIZE_MAX &&
           sv_find(between, SV(" which ")) == SIZE_MAX &&
           sv_find(between, SV(" that ")) == SIZE_MAX;
}

void passive_take(struct deciding *d, const struct sentence *at, const struct word *w,
                  const struct verb *verb, struct acts *out)
{
    struct sv by;
    if (act_kind(w->row->cell[d->kind]) == KIND_REQUEST) {
        if (verb->voice == VOICE_PASSIVE)
            take_passive_request(d, at, w, verb, out);
        return;
    }
    uint32_t end;
    if (w->form == FORM_PASSIVE && IS(word_after(&d->view, w->e, &end), "that"))
        return; /* "It was noted that" */
    if (d->mode != MODE_NOTE && is_background(d, w))
        return;
    if (!passive_by(d, w, verb, &by) && !goes_on_deciding(d, w, verb, out, &by))
        return;
    if (is_conclusion(d, w, out))
        return;
    if (concludes_so(d, w, verb, out)) /* "concluded that the plan was approved" */
        out->n--;
    struct act *a = acts_push(d, out, w);
    if (!a)
        return;
    a->voice = VOICE_PASSIVE;
    a->by = by;
    uint32_t b = verb->head ? noun_phrase_start(d, verb->head) : 0;
    const struct word *whom = body_in(&d->view, b, verb->head);
    if (whom && verb->voice == VOICE_PASSIVE && IS(row_lang(d, w), "en") &&
        (IS(a->act, "mandated") || IS(a->act, "authorised")))
        a->to = actor_addressees(d, b, verb->head); /* "The Group was mandated to" */
}

/* "The Council could be invited to adopt": a note asks for it. What others "could be
 * asked" is an idea. "Delegations will be invited to comment" in a record asks them. */
bool passive_could_be(const struct deciding *d, const struct word *w,
                      const struct verb *verb)
{
    uint32_t end;
    struct sv modal = word_after(&d->view, verb->head, &end);
    static const struct words could =
        WORDS("could", "pourrait", "pourraient", "könnte", "könnten", "zou", "zouden",
              "potrebbe", "potrebbero", "podría", "podrían");
    const struct word *whom =
        body_in(&d->view, noun_phrase_start(d, verb->head), verb->head);
    if (!whom && !IS(row_lang(d, w), "en"))
        whom = actor_behind(d, end); /* "könnte der Rat gebeten werden" */
    bool ours = whom && (whom->actor == ACTOR_COUNCIL || whom->actor == ACTOR_COMMITTEE ||
                         whom->actor == ACTOR_PARTY || whom->actor == ACTOR_SELF);
    static const struct words gentle = WORDS("will", "should", "may", "can");
    bool request = act_kind(w->row->cell[d->kind]) == KIND_REQUEST;
    if (d->mode == MODE_RECORD)
        return request && IS(modal, "will") && whom &&
               (ours || whom->actor == ACTOR_STATES);
    return d->drafts && ours &&
           (one_of(modal, &could) || (request && one_of(modal, &gentle)));
}
