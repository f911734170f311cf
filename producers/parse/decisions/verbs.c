/* The grammar around one formula: voice, tense, negation, who is its subject. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

static const struct words modals = WORDS("will", "would", "shall", "should", "could",
                                         "can", "may", "might", "must", "to", "not");
static const struct words joining =
    WORDS("and", ",", ";", "or", "but", "et", "und", "en", "og", "och", "e", "ed", "y");

bool verb_is_having(struct sv w)
{
    static const struct words list = WORDS("has", "have", "a", "ont", "hat", "haben",
                                           "heeft", "hebben", "ha", "hanno", "har");
    return one_of(w, &list);
}

bool verb_joins(struct sv w)
{
    return one_of(w, &joining);
}

bool verb_is_pronoun(struct sv w)
{
    static const struct words list =
        WORDS("It", "it", "They", "they", "Il", "il", "Elle", "elle", "Er", "er", "Sie",
              "Det", "det", "Hij", "hij", "Den", "den", "Esso", "Essi", "essi", "Zij",
              "zij", "Ils", "ils", "Elles", "elles", "sie", "er", "Han", "han", "De");
    return one_of(w, &list);
}

/* "At the same time", "On this occasion" in front of `at`: opens a sentence without a
 * comma. */
static bool is_opening(const struct view *v, uint32_t at)
{
    enum { LONGEST = 32 };
    static const struct words list = WORDS("At", "On", "In", "For", "To", "By", "Under");
    uint32_t end;
    return at > 0 && at < LONGEST && one_of(word_after(v, 0, &end), &list) &&
           !memchr(v->p, ',', at);
}

/* A pronoun may open the verb group: "It also adopted". */
static bool pronoun_before(const struct view *v, uint32_t at, uint32_t *head,
                           struct sv *intro)
{
    uint32_t b = before_adverbs(v, at), before;
    struct sv w = word_before(v, b, &b);
    if (!verb_is_pronoun(w))
        return false;
    *head = b;
    *intro = word_before(v, b, &before);
    static const struct words clause = WORDS(
        "and", "but", "or", "that", "which", "where", "when", "while", "as", "so", "then",
        "because", "if", "once", "et", "mais", "und", "og", "och", "en", "e");
    bool english = IS(w, "it") || IS(w, "they"); /* "the fines they have imposed" */
    return !english || !intro->n || intro->p[0] < 'a' || intro->p[0] > 'z' ||
           is_adverb(*intro) || one_of(*intro, &clause) || is_opening(v, b);
}

/* "LEWP" of the Law Enforcement Working Party. */
static bool is_short_for(struct sv name, struct sv body)
{
    static const struct words small = WORDS("on", "of", "for", "the", "and", "in");
    size_t k = 0;
    for (size_t i = 0; i < body.n && k < name.n; i++) {
        size_t e = i;
        while (e < body.n && body.p[e] != ' ')
            e++;
        if (!one_of(sv_sub(body, i, e), &small) && body.p[i] != name.p[k++])
            return false;
        i = e;
    }
    return k == name.n && k > 2;
}

static bool is_short(struct sv name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < 'A' || name.p[i] > 'Z')
            return false;
    return name.n > 2;
}

/* "The WPI adopted the agenda": in a record the short name of the body that met. Without
 * the article it must be short for its name. */
static bool short_name_before(const struct deciding *d, uint32_t at, struct verb *out)
{
    const struct view *v = &d->view;
    enum { LONGEST = 8 };
    uint32_t b, before;
    struct sv name = word_before(v, before_adverbs(v, at), &b);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < 'A' || name.p[i] > 'Z')
            return false;
    if (name.n < 3 || name.n > LONGEST)
        return false;
    out->short_name = name;
    out->intro = word_before(v, b, &before);
    bool named = d->self.p && (sv_eq(name, d->self) || is_short_for(name, d->self));
    if (!named && d->self.p && is_short(d->self)) /* "The CTC introduced", of COSI */
        return false;
    if (!named && !IS(out->intro, "The"))
        return false;
    if (is_determiner(out->intro))
        out->intro = word_before(v, before, &before);
    return true;
}

static bool is_followed_by_agent(const struct view *v, const struct word *w)
{
    uint32_t end;
    struct sv next = word_after(v, w->e, &end);
    return w->form == FORM_PAST && (IS(next, "by") || IS(word_after(v, end, &end), "by"));
}

bool verb_is_negation(struct sv w)
{
    static const struct words list = WORDS("not", "never", "nor", "nicht", "pas", "ikke",
                                           "inte", "niet", "non", "no", "yet");
    return one_of(w, &list);
}

bool verb_body_ends_at(const struct view *v, uint32_t at)
{
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->actor != ACTOR_NONE && x->e <= at &&
            at - x->e <= 1)
            return true;
    }
    return false;
}

/* "was presented by the experts and approved.", "was sent to delegations on 5 May and
 * discussed at": the auxiliary of a passive that nothing but "and" parts from the verb
 * behind `at`. */
static bool passive_before(const struct view *v, uint32_t at, uint32_t *head)
{
    static const struct sv aux[] = {
        {" was ", 5}, {" were ", 6}, {" has been ", 10}, {" have been ", 11}};
    struct sv clause = {v->p, at};
    if (memchr(v->p, ',', at) || sv_find(clause, SV(" that ")) != SIZE_MAX ||
        sv_find(clause, SV(" which ")) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(aux); i++) {
        size_t found = sv_find(clause, aux[i]);
        if (found == SIZE_MAX || sv_find(clause, SV(" and ")) != SIZE_MAX)
            continue;
        *head = (uint32_t)found + 1;
        return true;
    }
    return false;
}

/* "was prepared and agreed in the Working Party": the auxiliary of the verb that this one
 * is joined to; false: it has none. */
static bool passive_with(const struct view *v, const struct word *w, uint32_t *head)
{
    enum { BACK_WORDS = 3 };
    static const struct words venue = WORDS("by", "in", "at");
    static const struct words aux = WORDS("was", "were", "been");
    uint32_t b, end;
    struct sv and_word = word_before(v, before_adverbs(v, w->b), &b);
    struct sv next = word_after(v, w->e, &end);
    if (IS(and_word, "and") && (!next.n || IS(next, ".")))
        return sv_find((struct sv){v->p, b}, SV("ed by ")) != SIZE_MAX &&
               passive_before(v, b, head);
    if (!IS(and_word, "and") || !one_of(next, &venue))
        return false;
    uint32_t and_at = b;
    struct sv verb = word_before(v, b, &b);
    bool participle = verb.n > 3 && (sv_ends(verb, SV("ed")) || sv_ends(verb, SV("n")));
    for (int n = 0; participle && n < BACK_WORDS; n++) {
        struct sv x = word_before(v, b, &b);
        if (one_of(x, &aux)) {
            *head = b;
            return true;
        }
        if (!is_adverb(x))
            break;
    }
    return passive_before(v, and_at, head);
}

/* "endorsed by the Committee, which invited": the body that "which" stands for. */
static const struct word *body_of_which(const struct view *v, uint32_t at,
                                        struct sv *which)
{
    uint32_t b, comma;
    *which = word_before(v, at, &b);
    if (!IS(*which, "which") || !IS(word_before(v, b, &comma), ","))
        return NULL;
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].e == comma)
            return &v->word[i];
    return NULL;
}

/* "discussed costs and, on that occasion, agreed": a comma, a few words, ", and," */
static bool behind_aside(const struct view *v, uint32_t comma)
{
    enum { ASIDE_WORDS = 4 };
    static const struct words opening = WORDS("on", "to", "in", "at", "with", "for");
    uint32_t b = comma, and_end;
    struct sv w = SV("");
    for (int n = 0; n < ASIDE_WORDS; n++) {
        w = word_before(v, b, &b);
        if (!w.n || w.p[0] < 'a')
            return false;
        if (one_of(w, &opening))
            break;
    }
    return one_of(w, &opening) && IS(word_before(v, b, &and_end), ",") &&
           IS(word_before(v, and_end, &b), "and");
}

/* "He invited" opens a sentence; within one it is somebody else. */
static bool person_before(const struct view *v, struct verb *out)
{
    static const struct words person = WORDS("He", "She");
    uint32_t b;
    if (!one_of(word_before(v, before_adverbs(v, out->head), &b), &person))
        return false;
    out->person = b == 0;
    out->voice = b == 0 ? VOICE_ACTIVE : VOICE_NONE;
    return true;
}

/* "e il 18 novembre 2016 ha raggiunto", "et le 5 mai a": the day between "and" and the
 * verb at `at`: where it begins, or `at`. */
static uint32_t before_day(const struct view *v, uint32_t at)
{
    static const struct words article = WORDS("il", "le", "el", "l'", "l’");
    uint32_t b = at, c, day;
    struct sv w = word_before(v, at, &b);
    if (w.n == 4 && is_digit(w.p[0]))
        w = word_before(v, b, &b);
    struct sv number = word_before(v, b, &day);
    bool month = w.n > 2 && is_lower(w.p[0]);
    if (!month || !number.n || number.n > 6)
        return at;
    bool elided = number.p[0] == 'l' && is_digit(number.p[number.n - 1]); /* "l'8" */
    if (!elided &&
        (!is_digit(number.p[0]) || !one_of(word_before(v, day, &day), &article)))
        return at;
    return verb_joins(word_before(v, day, &c)) ? day : at;
}

/* "DE, FR and IT undertook": a record tells what delegations promised. */
static bool states_undertake(const struct deciding *d, const struct word *w,
                             struct verb *out)
{
    if (w->form != FORM_SAID || d->mode != MODE_RECORD || !IS(row_lang(d, w), "en"))
        return false;
    out->states = states_before(&d->view, before_adverbs(&d->view, out->head));
    return out->states.n > 0;
}

/* "regarding terrorism", "on Cyprus": no more than what the entry is about. */
bool opens_entry(struct sv words)
{
    static const struct words list =
        WORDS("regarding", "Regarding", "concerning", "Concerning", "on", "On", "as",
              "As", "with", "With", "in", "In", "following", "without", "for", "under",
              "at", "after");
    size_t n = 0;
    while (n < words.n && words.p[n] != ' ')
        n++;
    return n < words.n && !memchr(words.p, ',', words.n) &&
           one_of(sv_sub(words, 0, n), &list);
}

/* Nothing stands in front of the verb but the entry's opening, which a comma at b ends.
 */
static bool begins_entry(const struct view *v, struct sv before, uint32_t b)
{
    return before.n == 0 || (IS(before, ",") && opens_entry((struct sv){v->p, b}));
}

/* "billigte nicht", "billigte den Antrag nicht", "stimmte dem nicht zu": a negation
 * stands right behind the verb that ends at `e`, or ends its clause, at most half of the
 * verb behind it. */
static bool is_denied(const struct view *v, uint32_t e)
{
    struct sv last = SV(""), before = SV(""), w;
    for (int n = 0; (w = word_after(v, e, &e)).n && !memchr(",;:.()", w.p[0], 6); n++) {
        if (n < 2 && verb_is_negation(w) && !denies_attribute(v, e - (uint32_t)w.n, e))
            return true;
        before = last;
        last = w;
    }
    return verb_is_negation(last) || verb_is_negation(before);
}

/* Subject of an active verb whose group begins at head. */
void verb_find_subject(const struct deciding *d, const struct word *w, struct verb *out)
{
    const struct view *v = &d->view;
    struct sv lang = row_lang(d, w), intro = SV("");
    uint32_t at = before_adverbs(v, out->head), b;
    bool romance = IS(lang, "fr") || IS(lang, "it") || IS(lang, "es");
    bool verb_second = !IS(lang, "en") && !romance;
    at = romance ? before_day(v, at) : at;
    struct sv before = word_before(v, at, &b);
    out->voice = VOICE_ACTIVE;
    bool decided = IS(w->row->cell[d->act], "decided"); /* "besloot zich niet te" */
    if (verb_second && !decided && is_denied(v, w->e)) {
        out->voice = VOICE_NONE;
        return;
    }
    out->listed = d->lead_by.p && begins_entry(v, before, b);
    if (out->listed)
        return;
    if (IS(lang, "en") && IS(before, ",") && behind_aside(v, b)) {
        out->joined = out->aside = true;
        return;
    }
    bool conjoined = verb_joins(before) && before.p[0] != ',';
    if (verb_opens_alone(lang, v, at)) { /* "Aprobó también" */
        out->pronoun = true;
        return;
    }
    if (verb_second && verb_second_subject(d, w, at, conjoined, out))
        return;
    if (w->form == FORM_PAST && passive_with(v, w, &out->head)) {
        out->voice = VOICE_PASSIVE;
        return;
    }
    if (verb_joins(before)) {
        if (is_followed_by_agent(v, w)) {
            out->voice = VOICE_PARTICIPLE;
            out->joined = true;
            return;
        }
        out->joined = true;
        out->subject =
            before.p[0] == ',' ? actor_subject(d, out->head, &out->intro) : NULL;
        out->joined = out->subject == NULL;
        return;
    }
    if (person_before(v, out) || states_undertake(d, w, out))
        return;
    if (pronoun_before(v, out->head, &b, &intro)) {
        out->pronoun = true;
        out->intro = intro;
        return;
    }
    if (IS(lang, "en") && (out->subject = body_of_which(v, at, &out->intro)) != NULL)
        return;
    out->subject = actor_subject(d, out->head, &out->intro);
    if (!out->subject &&
        !(d->mode == MODE_RECORD && short_name_before(d, out->head, out)))
        out->voice = VOICE_PARTICIPLE;
}

/* "has been adopted", "will be adopted", "being adopted": what stands before "been",
 * "be". */
static enum voice passive_of(const struct view *v, struct sv aux, uint32_t *head)
{
    uint32_t b;
    struct sv w = word_before(v, before_adverbs(v, *head), &b);
    if (IS(aux, "been")) {
        bool perfect = IS(w, "has") || IS(w, "have");
        uint32_t c;
        struct sv x = word_before(v, before_adverbs(v, b), &c);
        if (!perfect || one_of(x, &modals))
            return VOICE_NONE;
        *head = b;
        return VOICE_PASSIVE;
    }
    if (IS(aux, "be") && one_of(w, &modals)) {
        *head = b;
        return IS(w, "not") ? VOICE_NONE : VOICE_ROUTE;
    }
    return VOICE_NONE;
}

/* "set the TACs for 2009", and not "set up under": three words and more. */
static bool holds_object(const struct view *v, const struct word *w)
{
    const char *p = memchr(v->p + w->b, ' ', w->e - w->b);
    return p && memchr(p + 1, ' ', (size_t)(v->p + w->e - p) - 1) != NULL;
}

/* "the Group established under Article 14": no act. */
static bool is_reduced(const struct deciding *d, const struct word *w)
{
    static const struct words list = WORDS("under", "pursuant", "by", "in", "within",
                                           "as", "for", "at", "on", "from", "of", "with");
    uint32_t end, b;
    if (w->form != FORM_ACTIVE || w->row->cell[d->kind].p[0] != 'd' ||
        !one_of(word_after(&d->view, w->e, &end), &list) || holds_object(&d->view, w))
        return false;
    word_before(&d->view, before_adverbs(&d->view, w->b), &b);
    for (size_t i = 0; i < d->view.nwords; i++) /* "The Council prolonged by a year" */
        if (d->view.word[i].b == b && d->view.word[i].actor == ACTOR_COUNCIL)
            return b > 4;
    return true;
}

/* "a number of recently adopted texts", "with agreed rules": no act. */
static bool is_attributive(const struct view *v, const struct word *w)
{
    static const struct words list =
        WORDS("of", "on", "with", "for", "from", "in", "under", "the", "a", "an", "its",
              "their", "these", "such", "other", "about");
    uint32_t b;
    return one_of(word_before(v, before_adverbs(v, w->b), &b), &list);
}

/* "The Presidency informed about the meeting and the statement adopted.": behind an
 * active verb stands what was adopted. */
static bool lacks_object(const struct view *v, const struct word *w)
{
    static const struct words list = WORDS("adopted", "approved", "endorsed");
    uint32_t end, b, at = before_adverbs(v, w->b);
    struct sv next = word_after(v, w->e, &end), before = word_before(v, at, &b);
    bool last = next.n == 0 || (next.p[0] >= '0' && next.p[0] <= '9');
    return last && one_of((struct sv){v->p + w->b, w->e - w->b}, &list) && before.n > 0 &&
           before.p[0] >= 'a' && before.p[0] <= 'z' && !verb_is_pronoun(before) &&
           !verb_joins(before) && !verb_body_ends_at(v, at);
}

/* "not only endorsed but also agreed": in front of "not only", which ends in the word
 * `last` at *b; false: it stands not there. */
static bool is_not_only(const struct view *v, struct sv last, uint32_t *b)
{
    uint32_t c;
    if (!IS(last, "only") || !IS(word_before(v, *b, &c), "not"))
        return false;
    *b = c;
    return true;
}

/* "kan vedtages inden årets udgang", "ska antas": nothing that happened. */
static bool is_possible(const struct view *v, uint32_t at)
{
    static const struct words modal = WORDS("kan", "kunne", "skal", "skulle", "bør", "må",
                                            "ska", "kunna", "bör", "måste");
    uint32_t b;
    return one_of(word_before(v, before_adverbs(v, at), &b), &modal);
}

static void read_english(const struct deciding *d, const struct word *w, struct verb *out)
{
    const struct view *v = &d->view;
    uint32_t b;
    struct sv aux = word_before(v, before_adverbs(v, w->b), &b);
    out->head = b;
    if (is_not_only(v, aux, &out->head)) {
        verb_find_subject(d, w, out);
        return;
    }
    if (verb_is_negation(aux))
        return;
    if (IS(aux, "was") || IS(aux, "were") || IS(aux, "is") || IS(aux, "are")) {
        out->voice = VOICE_PASSIVE;
        out->present = aux.p[0] == 'i' || aux.p[0] == 'a';
    } else if (IS(aux, "been") || IS(aux, "be")) {
        out->voice = passive_of(v, aux, &out->head);
    } else if (IS(aux, "has") || IS(aux, "have")) {
        uint32_t c;
        if (one_of(word_before(v, before_adverbs(v, b), &c), &modals))
            return;
        verb_find_subject(d, w, out);
        if (out->voice == VOICE_PARTICIPLE)
            out->voice = VOICE_NONE;
    } else if (IS(aux, "had") || IS(aux, "having") || IS(aux, "being") || IS(aux, "to")) {
        out->voice = VOICE_NONE;
    } else if (!is_reduced(d, w) && !lacks_object(v, w) &&
               (w->form != FORM_PAST || !is_attributive(v, w))) {
        out->head = w->b;
        verb_find_subject(d, w, out);
    }
    if (out->voice == VOICE_PASSIVE) {
        uint32_t c;
        out->intro = word_before(v, before_adverbs(v, out->head), &c);
    }
}

static bool is_romance(struct sv lang)
{
    return IS(lang, "fr") || IS(lang, "it") || IS(lang, "es");
}

static bool is_iberian(struct sv lang)
{
    return IS(lang, "es") || IS(lang, "pt");
}

static void read_finite(const struct deciding *d, const struct word *w, struct verb *out)
{
    struct sv lang = row_lang(d, w);
    uint32_t b;
    struct sv aux = word_before(&d->view, before_adverbs(&d->view, w->b), &b);
    if (verb_is_attribute(d, w))
        return;
    if (IS(aux, "has") || IS(aux, "have") || is_not_only(&d->view, aux, &b))
        out->head = b;
    else if (verb_is_negation(aux) || IS(aux, "had") || IS(aux, "to"))
        return;
    static const struct words object = WORDS("lo", "los", "la", "las", "le", "les");
    if (is_iberian(lang) && one_of(aux, &object)) /* "El Comité los aprobó" */
        out->head = b;
    static const struct words article = WORDS("een", "het", "dit", "dat", "zijn", "haar");
    if (w->form == FORM_PRESENT && IS(lang, "nl") && one_of(aux, &article))
        return;                                                 /* "een besluit" */
    if (is_iberian(lang) && (IS(aux, "Se") || IS(aux, "se"))) { /* "Se aprobó" */
        out->voice = VOICE_PASSIVE;
        out->intro = word_before(&d->view, b, &b);
        return;
    }
    bool bracket = IS(lang, "de") || IS(lang, "nl");
    if (bracket && sv_ends((struct sv){d->view.p + w->b, w->e - w->b}, SV("cht"))) {
        verb_read_bracket(d, w, out); /* "hat die Kommission ersucht" */
        if (out->voice != VOICE_NONE)
            return;
        *out = (struct verb){.voice = VOICE_NONE, .head = w->b, .intro = SV("")};
    }
    verb_find_subject(d, w, out);
    if (bracket)
        verb_ends_clause(d, w, out);
    if (out->voice != VOICE_PARTICIPLE)
        return;
    *out = (struct verb){.voice = VOICE_NONE, .head = w->b, .intro = SV("")};
    if (bracket &&
        !verb_is_weak_past(&d->view, w)) /* "hat ... ersucht": its participle */
        verb_read_bracket(d, w, out);
}

void verb_read(const struct deciding *d, const struct word *w, struct verb *out)
{
    struct sv lang = row_lang(d, w);
    struct sv aux;
    uint32_t b;
    *out = (struct verb){.voice = VOICE_NONE, .head = w->b, .intro = SV("")};
    switch (w->form) {
    case FORM_PAST:
    case FORM_ACTIVE:
        if (IS(lang, "en"))
            read_english(d, w, out);
        else
            read_finite(d, w, out);
        break;
    case FORM_PART:
    case FORM_PERFECT:
        if (IS(lang, "en"))
            out->voice = IS(word_before(&d->view, w->b, &b), "No") ||
                                 verb_is_negation(word_before(&d->view, w->b, &b))
                             ? VOICE_NONE
                             : VOICE_PASSIVE;
        else if (is_romance(lang))
            verb_read_romance(d, w, out);
        else
            verb_read_bracket(d, w, out);
        break;
    case FORM_FINITE:
    case FORM_SUBJECT:
    case FORM_SAID:
    case FORM_PRESENT:
    case FORM_AUTHORISE: read_finite(d, w, out); break;
    case FORM_PASSIVE:
        aux = word_after(&d->view, w->b, &b);
        out->present = IS(aux, "wird") || IS(aux, "werden");
        out->voice = is_possible(&d->view, w->b) ? VOICE_NONE : VOICE_PASSIVE;
        break;
    case FORM_REQUEST:
        out->voice = VOICE_PASSIVE;
        out->present = !IS(lang, "en");
        break;
    case FORM_ROUTE:
        if (IS(lang, "en"))
            read_english(d, w, out);
        break;
    case FORM_NONE:
    case FORM_OPERATIVE:
    case FORM_PLURAL:
    case FORM_INF:
    case FORM_SPLIT:
    case FORM_IMPERSONAL:
    case FORM_FIRST:
    case FORM_ATTRIBUTE:
    case FORM_FIXED: break;
    }
}
