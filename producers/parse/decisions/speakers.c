/* Whom an active verb has as its subject: a body in front of it, the one of the verb
 * before, of the sentence before, or of the sentence's beginning. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

/* "the Council invites States to act, encourages agencies to help": no noun in the
 * plural. */
static bool is_third_person(const struct deciding *d, const struct word *w)
{
    static const struct words nouns =
        WORDS("calls", "requests", "notes", "supports", "demands", "mandates", "plans",
              "stresses", "desires", "concerns", "tasks", "commits", "concludes");
    uint32_t end;
    struct sv verb = word_after(&d->view, w->b, &end);
    return w->form == FORM_PRESENT && sv_ends(verb, SV("s")) && !one_of(verb, &nouns);
}

/* "agreed to return", "agreed that it"; "the text, agreed to by" and "agreed to be open"
 * describe. */
static bool goes_on_acting(const struct view *v, struct sv next, uint32_t end)
{
    static const struct words describing = WORDS("by", "be", "in", "at", "and", ",", ".");
    struct sv on = IS(next, "on") ? word_after(v, end, &end) : SV("");
    if (on.n) /* no day */
        return is_lower(on.p[0]) || (on.n > 3 && sv_starts(on, SV("Art")));
    return IS(next, "that") ||
           (IS(next, "to") && !one_of(word_after(v, end, &end), &describing));
}

bool act_joined_counts(const struct deciding *d, const struct word *w,
                       const struct acts *out)
{
    static const struct words passive = WORDS("by", "at", "in", "during", "with");
    const struct view *v = &d->view;
    uint32_t b, c, end;
    if (!out->n)
        return false;
    struct sv and_word = word_before(v, before_adverbs(v, w->b), &b);
    struct sv before = word_before(v, b, &c);
    const struct act *last = &out->v[out->n - 1];
    if (last->row && IS(last->row->cell[d->form], "operative"))
        return false;
    struct sv next = word_after(v, w->e, &end);
    bool object = is_determiner(next) || goes_on_acting(v, next, end) ||
                  actor_behind(d, w->e + (v->p[w->e] == ' '));
    bool finite = w->form == FORM_FINITE || is_third_person(d, w) ||
                  (w->form == FORM_ACTIVE && !IS(row_lang(d, w), "en")) ||
                  IS(word_after(v, w->b, &end), "took"); /* "taken" is the participle */
    if (c > last->e && before.n > 3 && sv_ends(before, SV("ed")) && !object)
        return false; /* "the texts proposed and adopted in May" */
    if (and_word.n == 1 && c > last->e && and_word.p[0] == ',' &&
        !sv_ends(before, SV("s")) && !finite && !object)
        return false;
    if (!finite && w->form != FORM_SUBJECT && one_of(next, &passive) &&
        w->form != FORM_PART && w->form != FORM_PERFECT)
        return false;
    return last->voice == VOICE_ACTIVE;
}

static bool begins_with_the(const struct deciding *d, const struct token *k)
{
    return KNOWLEDGE_ID_TABLE(k->id) == d->bodies && k->b >= 4 &&
           memcmp(d->s->text.p + k->b - 4, "The ", 4) == 0;
}

/* The name of a body that is the Council or one of its committees. */
static struct sv council_or_committee(const struct deciding *d, const struct token *k)
{
    const struct knowledge_row *r =
        &knowledge_table_at(d->s->k, d->bodies)->row[KNOWLEDGE_ID_ROW(k->id)];
    enum actor_class c = actor_class_of(r->cell[d->class_]);
    return c == ACTOR_COUNCIL || c == ACTOR_COMMITTEE ? r->cell[d->name] : SV_NULL;
}

/* The body that the sentence before speaks of: the nearest one behind "The". */
static struct sv body_before(const struct deciding *d)
{
    enum { BACK_TOKENS = 16, BACK_BYTES = 500 };
    const struct scan *s = d->s;
    size_t at = s->token[d->token].b, n = 0;
    for (size_t i = d->token; i-- > 0 && n < BACK_TOKENS; n++) {
        const struct token *k = &s->token[i];
        if (at - k->b > BACK_BYTES)
            break;
        if (begins_with_the(d, k))
            return council_or_committee(d, k);
    }
    return SV_NULL;
}

/* "The Mixed Committee met in the margins. It discussed": of nobody else is spoken since.
 */
static struct sv committee_since(const struct deciding *d)
{
    enum { BACK_BYTES = 300 };
    const struct scan *s = d->s;
    const struct parsed *p = d->out;
    size_t at = s->token[d->token].b,
           last = p->ndecisions ? p->decisions[p->ndecisions - 1].span.e : 0;
    for (size_t i = d->token; i-- > 0 && at - s->token[i].b < BACK_BYTES;) {
        const struct token *k = &s->token[i];
        if (k->b < last)
            break;
        if (begins_with_the(d, k))
            return council_or_committee(d, k);
    }
    return SV_NULL;
}

struct sv acts_spoken_of(const struct deciding *d)
{
    struct sv committee = committee_since(d);
    if (committee.n)
        return committee;
    if (d->last_by.p)
        return d->last_by;
    if (d->mode == MODE_PRESS)
        return d->self;
    struct sv before = body_before(d);
    bool english = IS(d->out->document.language, "en");
    return !before.p && d->concludes && !english ? d->council : before;
}

/* Does a verb in the past begin at view[at, w), and none of another clause behind it that
 * could be joined instead? `clauses`: those of what a chair says count for nothing. */
static bool goes_on_to(const struct deciding *d, uint32_t at, const struct word *w,
                       bool clauses)
{
    static const struct words finite =
        WORDS("said", "took", "gave", "drew", "held", "made", "was", "were", "had", "set",
              "put", "dealt", "met", "spoke", "sought", "laid", "found", "came", "sent",
              "began", "brought", "paid", "saw", "could", "did", "a", "ont", "est",
              "sont", "sprach", "wies", "gab", "hielt", "nahm", "hob", "ha", "hanno",
              "si", "gaf", "sprak", "wees", "nam", "ging", "kwam", "riep", "gav", "tog",
              "kom", "så", "såg", "gik", "gick", "lagde");
    const struct view *v = &d->view;
    uint32_t end;
    struct sv verb = word_after(v, at, &end);
    while (is_adverb(verb))
        verb = word_after(v, end, &end);
    struct sv between = {v->p + end, w->b > end ? w->b - end : 0};
    bool modal = sv_find(between, SV(" should ")) != SIZE_MAX ||
                 sv_find(between, SV(" must ")) != SIZE_MAX;
    if (!clauses && ((sv_find(between, SV(" that ")) != SIZE_MAX && !modal) ||
                     sv_find(between, SV(" which ")) != SIZE_MAX))
        return false; /* "underlined that States should reply and agreed": whose verb */
    struct sv lang = row_lang(d, w);
    bool weak =
        !IS(lang, "en") && !IS(lang, "fr") &&
        (sv_ends(verb, SV("te")) || sv_ends(verb, SV("de")) || sv_ends(verb, SV("ten")) ||
         sv_ends(verb, SV("den")) || sv_ends(verb, SV("ó")) || sv_ends(verb, SV("ou")));
    bool present = d->concludes && verb.n > 3 && verb.p[0] >= 'a' && verb.p[0] <= 'z' &&
                   sv_ends(verb, SV("s")); /* "sends a message and has agreed" */
    return sv_ends(verb, SV("ed")) || weak || present || one_of(verb, &finite);
}

/* "The Council stressed that time was short and called on the Commission": a clause in
 * which nobody stands who could ask. */
static bool nobody_between(const struct view *v, uint32_t b, uint32_t e)
{
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].actor != ACTOR_NONE &&
            v->word[i].b >= b && v->word[i].e <= e)
            return false;
    return true;
}

/* "Il a réaffirmé que le système était prêt et a invité", "Er betonte ...", "Ha ribadito
 * ...": the other languages' "It" opens the sentence, goes on to the verb, and nobody
 * else stands between. */
static bool other_it_goes_on(const struct deciding *d, const struct word *w)
{
    static const struct words french = WORDS("Il", "Elle", "Ils", "Elles"),
                              german = WORDS("Er", "Sie"), dutch = WORDS("Hij", "Zij"),
                              nordic = WORDS("Det"), dropped = WORDS("Ha", "Hanno"),
                              impersonal = WORDS("été", "ete", "semblé", "paru", "fallu");
    const struct view *v = &d->view;
    struct sv lang = row_lang(d, w);
    uint32_t end, next;
    struct sv first = word_after(v, 0, &end);
    bool opens = (IS(lang, "fr") && one_of(first, &french)) ||
                 (IS(lang, "de") && one_of(first, &german)) ||
                 (IS(lang, "nl") && one_of(first, &dutch)) ||
                 ((IS(lang, "da") || IS(lang, "sv")) && one_of(first, &nordic));
    if (IS(lang, "it") && one_of(first, &dropped))
        return nobody_between(v, end, w->b);
    (void)word_after(v, end, &next);
    return opens && !one_of(word_after(v, next, &next), &impersonal) &&
           nobody_between(v, end, w->b) && goes_on_to(d, end, w, true);
}

/* "The Chair thanked delegations and concluded that": the verb before is no act. Whom the
 * sentence begins with goes on to act, if no other clause came between. */
static struct sv opening_by(struct deciding *d, const struct word *w)
{
    enum { INTRO_BYTES = 60 };
    const struct view *v = &d->view;
    const struct word *x = NULL;
    struct sv intro = SV("");
    uint32_t end;
    if (IS(word_after(v, 0, &end), "It") && goes_on_to(d, end, w, false))
        return acts_spoken_of(d);
    if (other_it_goes_on(d, w))
        return acts_spoken_of(d);
    /* "After the meeting of the Council, the Ministers met and discussed" */
    for (size_t i = 0; i < v->nwords && v->word[i].b <= INTRO_BYTES && !x; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].actor != ACTOR_NONE &&
            actor_subject(d, v->word[i].e + 1, &intro) == &v->word[i])
            x = &v->word[i];
    enum decision_kind kind = act_kind(w->row->cell[d->kind]);
    bool discuss = x && x->actor == ACTOR_MINISTERS && kind == KIND_NOTED;
    bool settles = kind == KIND_REQUEST || kind == KIND_DECISION;
    bool clauses =
        x && (x->actor == ACTOR_CHAIR || (settles && nobody_between(v, x->e, w->b)));
    if (!x || x->e >= w->b || !actor_may(x, kind, w->row->cell[d->act]) ||
        (w->form == FORM_ACTIVE && x->actor != ACTOR_COUNCIL &&
         x->actor != ACTOR_COMMITTEE && !discuss) ||
        !goes_on_to(d, x->e, w, clauses))
        return SV_NULL;
    return !is_subordinate(intro) && !IS(intro, "that") ? actor_name(d, x) : SV_NULL;
}

/* Whom "They" means: several who acted just before, also the members of one body. */
static bool spoke_just_before(const struct deciding *d)
{
    enum { NEAR_BYTES = 400 };
    const struct parsed *p = d->out;
    const struct decision *last = p->ndecisions ? &p->decisions[p->ndecisions - 1] : NULL;
    size_t at = d->s->token[d->token].b, end = last ? last->span.e : 0;
    bool several = sv_ends(d->last_by, SV("s")) ||
                   (last && sv_find(last->text, SV("embers of the")) != SIZE_MAX);
    return end <= at && at - end < NEAR_BYTES && several;
}

/* The body that stands behind "The" nearest before the formula at hand, at most so many
 * bytes away, and where it is named; NULL: none. */
static const struct knowledge_row *named_before(const struct deciding *d, size_t most,
                                                struct sv *named)
{
    const struct scan *s = d->s;
    size_t at = s->token[d->token].b;
    for (size_t i = d->token; i-- > 0 && at - s->token[i].b < most;) {
        const struct token *k = &s->token[i];
        if (!begins_with_the(d, k))
            continue;
        *named = sv_sub(s->text, k->b, k->e);
        return &knowledge_table_at(s->k, d->bodies)->row[KNOWLEDGE_ID_ROW(k->id)];
    }
    return NULL;
}

/* "The Ministers sent a message ... They also agreed": the nearest body behind "The" is
 * several. */
static struct sv ministers_before(const struct deciding *d)
{
    enum { BACK_BYTES = 600 };
    struct sv named = SV_NULL;
    const struct knowledge_row *r = named_before(d, BACK_BYTES, &named);
    return r && actor_class_of(r->cell[d->class_]) == ACTOR_MINISTERS ? named : SV_NULL;
}

/* "The Chair noted that ... He invited": the last one named behind "The", if a chair. */
static struct sv chair_named(const struct deciding *d)
{
    enum { BACK_BYTES = 200 };
    struct sv named = SV_NULL;
    const struct knowledge_row *r = named_before(d, BACK_BYTES, &named);
    if (!r || actor_class_of(r->cell[d->class_]) != ACTOR_CHAIR)
        return SV_NULL;
    struct sv name = r->cell[d->name];
    if (sv_eq(name, SV("Presidency")))
        return SV_NULL;
    return name.n ? name : named;
}

/* Who "He invited" is: the chair that the sentence before speaks of. */
static struct sv chair_before(const struct deciding *d)
{
    const struct parsed *p = d->out;
    const struct decision *last = p->ndecisions ? &p->decisions[p->ndecisions - 1] : NULL;
    size_t at = d->s->token[d->token].b;
    if (!last || last->span.e > at || at - last->span.e > 12)
        return chair_named(d);
    bool chair = sv_find(last->by, SV("Chair")) != SIZE_MAX ||
                 sv_find(last->by, SV("President")) != SIZE_MAX;
    return chair && !sv_eq(last->by, SV("Presidency")) ? last->by : SV_NULL;
}

static bool is_and(struct sv w)
{
    static const struct words list =
        WORDS("and", "en", "und", "et", "e", "ed", "og", "och", "y");
    return one_of(w, &list);
}

static const struct word *body_up_to(const struct view *v, uint32_t e)
{
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].e == e)
            return &v->word[i];
    return NULL;
}

/* "the Presidents of the Commission, Eurogroup": the body is one of those that "of"
 * governs. */
static bool is_governed(const struct view *v, const struct word *x)
{
    while (x) {
        uint32_t b;
        struct sv w = word_before(v, x->b, &b);
        if (is_determiner(w))
            w = word_before(v, b, &b);
        if (!IS(w, ","))
            return is_preposition(w);
        x = body_up_to(v, b);
    }
    return false;
}

/* "The Council and the Commission approved": the body named in front of this one. */
static const struct word *named_with(const struct view *v, const struct word *x)
{
    uint32_t end;
    for (size_t i = v->nwords; i-- > 0;) {
        const struct word *y = &v->word[i];
        if (y->form != FORM_NONE || y->e >= x->b)
            continue;
        if (!is_and(word_after(v, y->e, &end)))
            return NULL;
        if (is_determiner(word_after(v, end, &end)))
            end++;
        else
            end = x->b;
        return end == x->b && !is_governed(v, y) ? y : NULL;
    }
    return NULL;
}

bool act_is_concluded(const struct word *x, enum decision_kind kind,
                      const struct acts *out)
{
    const struct act *last = out->n ? &out->v[out->n - 1] : NULL;
    return last && IS(last->act, "concluded") && kind == KIND_DECISION &&
           x->b > last->e && x->b - last->e < 12;
}

/* "was endorsed by the Working Party, which invited Slovenia to ...": who did the last
 * act does this one, too. */
static struct sv which_acted(const struct deciding *d, const struct verb *verb,
                             const struct acts *out)
{
    const struct act *last = out->n ? &out->v[out->n - 1] : NULL;
    const struct word *x = verb->subject;
    bool which = x && IS(verb->intro, "which") && x->e < verb->head;
    if (!last || last->voice != VOICE_PASSIVE || !which || x->b < last->e)
        return SV_NULL;
    return sv_eq(actor_name(d, x), last->by) ? last->by : SV_NULL;
}

/* The words in front of the Union's name without its article; false: they end in no name
 * of it. */
static bool strip_union(const struct deciding *d, struct sv *front)
{
    struct sv names = d->union_;
    while (names.n) {
        const char *bar = memchr(names.p, '|', names.n);
        struct sv name = {names.p, bar ? (size_t)(bar - names.p) : names.n};
        names = sv_sub(names, bar ? name.n + 1 : names.n, names.n);
        if (!sv_ends(*front, name))
            continue;
        front->n -= name.n;
        static const struct sv elided[] = {{"L'", 2}, {"l'", 2}, {"L’", 4}, {"l’", 4}};
        for (size_t i = 0; i < ARRAY_LEN(elided); i++)
            if (sv_ends(*front, elided[i])) {
                front->n -= elided[i].n;
                return true;
            }
        uint32_t b;
        struct sv article = word_before(&d->view, (uint32_t)front->n, &b);
        if (front->n && (front->p[front->n - 1] != ' ' || !is_determiner(article)))
            return false; /* "l'action de l'UE" is shorter by an article, too */
        front->n = front->n ? b : 0;
        return true;
    }
    return false;
}

/* "In this connection the EU calls on": a comma may be missing behind it. */
static bool connects(struct sv front)
{
    enum { LONGEST = 32 };
    static const struct sv opening[] = {{"In this ", 8},          {"In that ", 8},
                                        {"To this end", 11},      {"To that end", 11},
                                        {"At the same time", 16}, {"On this ", 8}};
    for (size_t i = 0; i < ARRAY_LEN(opening); i++)
        if (sv_starts(front, opening[i]))
            return front.n < LONGEST;
    return false;
}

bool union_in_front(const struct deciding *d, uint32_t at)
{
    struct sv front = {d->view.p, before_adverbs(&d->view, at)};
    while (front.n && front.p[front.n - 1] == ' ')
        front.n--;
    if (!strip_union(d, &front))
        return false;
    while (front.n && front.p[front.n - 1] == ' ')
        front.n--;
    return front.n == 0 || front.p[front.n - 1] == ',' || connects(front);
}

/* "Eurojust sagte zu", "Europol undertook to report": a record also tells what
 * delegations took on. */
static bool undertakes(const struct deciding *d, const struct word *w,
                       const struct word *x)
{
    uint32_t end;
    bool agency = x->actor == ACTOR_AGENCY;
    return (agency && w->form != FORM_SAID) ||
           (d->mode == MODE_RECORD && (agency || x->actor == ACTOR_STATES) &&
            IS(word_after(&d->view, w->b, &end), "undertook"));
}

static bool is_state(struct sv w)
{
    static const struct words code =
        WORDS("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR",
              "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT",
              "RO", "SE", "SI", "SK", "UK");
    static const struct words name =
        WORDS("Austria", "Belgium", "Bulgaria", "Cyprus", "Czechia", "Germany", "Denmark",
              "Estonia", "Greece", "Spain", "Finland", "France", "Croatia", "Hungary",
              "Ireland", "Italy", "Lithuania", "Luxembourg", "Latvia", "Malta", "Poland",
              "Portugal", "Romania", "Sweden", "Slovenia", "Slovakia", "Netherlands",
              "Kingdom", "Republic");
    return w.n == 2 ? one_of(w, &code) : w.n > 4 && one_of(w, &name);
}

struct sv states_before(const struct view *v, uint32_t at)
{
    uint32_t b = at, begin = at, end = at;
    for (struct sv w = word_before(v, at, &b); w.n; w = word_before(v, b, &b)) {
        static const struct words part = WORDS("United", "Czech", "Slovak");
        if (is_state(w)) {
            begin = b;
            end = end == at ? (uint32_t)(w.p + w.n - v->p) : end;
        } else if (begin == at ||
                   !(verb_joins(w) || is_determiner(w) || one_of(w, &part))) {
            break;
        } else if (one_of(w, &part)) {
            begin = b;
        }
    }
    uint32_t before;
    struct sv w = word_before(v, begin, &before);
    if (is_determiner(w))
        w = word_before(v, before, &before);
    bool opens = !w.n || IS(w, ",") || is_adverb(w);
    return begin < at && opens ? (struct sv){v->p + begin, end - begin} : SV_NULL;
}

/* Whom "It", "He" or "They" in front of the verb mean; null: nobody. */
static struct sv pronoun_speaks(const struct deciding *d, const struct verb *verb,
                                enum decision_kind kind, struct sv act)
{
    struct sv spoke = antecedent_of(d, kind, act);
    uint32_t end;
    bool many =
        IS(word_before(&d->view, before_adverbs(&d->view, verb->head), &end), "They");
    if (spoke.n)
        return spoke;
    return many && !spoke_just_before(d) ? ministers_before(d) : acts_spoken_of(d);
}

/* "presented the report, of which the Committee took note" */
static bool noted_of_which(const struct deciding *d, const struct verb *verb,
                           struct sv act)
{
    uint32_t b = (uint32_t)(verb->intro.p - d->view.p), at;
    return d->mode == MODE_RECORD && IS(verb->intro, "which") && verb->subject &&
           IS(act, "took-note") && IS(word_before(&d->view, b, &at), "of") &&
           actor_may(verb->subject, KIND_NOTED, act);
}

/* Whom the active verb has as its subject; null when it does not count. */
struct sv act_speaker(struct deciding *d, const struct word *w, const struct verb *verb,
                      struct acts *out)
{
    enum decision_kind kind = act_kind(w->row->cell[d->kind]);
    struct sv act = w->row->cell[d->act];
    if (verb->joined && !out->n)
        return opening_by(d, w);
    if (verb->joined && verb->aside)
        return out->v[out->n - 1].voice == VOICE_ACTIVE ? out->v[out->n - 1].by : SV_NULL;
    if (verb->joined)
        return act_joined_counts(d, w, out) ? out->v[out->n - 1].by : SV_NULL;
    if (verb->listed)
        return d->lead_by;
    if (is_that(verb->intro) && !IS(verb->intro, "that") && verb->subject &&
        act_is_concluded(verb->subject, kind, out)) {
        out->n--;
        return actor_name(d, verb->subject);
    }
    if (noted_of_which(d, verb, act))
        return actor_name(d, verb->subject);
    if (is_subordinate(verb->intro))
        return which_acted(d, verb, out);
    if (verb->person)
        return chair_before(d);
    if (verb->pronoun)
        return IS(verb->intro, "that") ? SV_NULL : pronoun_speaks(d, verb, kind, act);
    if (verb->states.p)
        return arena_copy(d->a, verb->states);
    if (verb->short_name.p)
        return d->self.p ? d->self : verb->short_name;
    const struct word *x = verb->subject;
    bool perfect = d->concludes && verb->head < w->b; /* "The EU has decided" */
    if (!x && (perfect || (d->mode == MODE_PRESS && kind != KIND_DECISION)) &&
        union_in_front(d, verb->head))
        return SV("EU");
    if (x && is_and(verb->intro)) { /* "The Council and the Parliament reached" */
        const struct word *with = named_with(&d->view, x);
        bool council = with && with->actor == ACTOR_COUNCIL;
        bool presides = with && with->actor == ACTOR_CHAIR;
        if (x->actor == ACTOR_PARLIAMENT && presides && kind == KIND_DECISION)
            return d->council; /* for which its Presidency negotiates */
        bool second = x->actor == ACTOR_PARLIAMENT || x->actor == ACTOR_STATES;
        if (!actor_may(x, kind, act) || (second && council))
            x = with;
    }
    bool promises = x && kind == KIND_COMMITMENT && undertakes(d, w, x);
    if (!x || (!promises && !actor_may(x, kind, act)))
        return SV_NULL;
    bool deciding_body = x->actor == ACTOR_COUNCIL || x->actor == ACTOR_COMMITTEE ||
                         x->actor == ACTOR_PARTY || x->actor == ACTOR_SELF ||
                         x->actor == ACTOR_MINISTERS;
    bool nobody = x->actor == ACTOR_STATES && !x->row->cell[d->name].n;
    if ((w->form == FORM_ACTIVE && !deciding_body) || (nobody && d->mode == MODE_NOTE))
        return SV_NULL;
    struct sv by = actor_name(d, x);
    if (IS(verb->intro, "that")) {
        if (!act_is_concluded(x, kind, out))
            return SV_NULL;
        out->n--;
    }
    return by;
}
