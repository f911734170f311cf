/* The grammar around a participle where the auxiliary stands apart: the Romance
 * languages, and those that put the verb second. */
#include "decide.h"

#include <string.h>

/* "s'est", "se sont", "si è": the auxiliary that begins at b is a reflexive verb's. */
static bool binds_itself(const struct view *v, struct sv aux, uint32_t b)
{
    static const struct words self =
        WORDS("s", "se", "si", "s'", "s’", "s'en", "s’en", "s'y", "s’y");
    static const struct words joined = WORDS("s'est", "s’est");
    uint32_t c;
    return one_of(aux, &joined) || one_of(word_before(v, b, &c), &self);
}

/* "Si è convenuto" */
static bool is_impersonal(const struct view *v, struct sv aux, uint32_t b)
{
    uint32_t c;
    return (IS(aux, "è") || IS(aux, "\xef\xbf\xbd")) && IS(word_before(v, b, &c), "Si") &&
           c == 0;
}

static const struct words having =
    WORDS("a", "ont", "ha", "hanno", "han", "Ha", "Hanno", "Han", "l'a", "l’a", "l'ont",
          "l’ont", "l'ha", "l’ha", "l'hanno", "l’hanno"); /* "et l'a invité à" */
static const struct words being =
    WORDS("est", "sont", "s'est", "è", "sono", "È", "Sono", "\xef\xbf\xbd");

/* "a été adopté", "è stato informato": "been" begins at b. */
static void read_been(const struct deciding *d, const struct word *w, uint32_t b,
                      struct verb *out)
{
    const struct view *v = &d->view;
    uint32_t c;
    struct sv outer = word_before(v, before_adverbs(v, b), &c);
    if (one_of(outer, &having) || one_of(outer, &being))
        out->voice =
            IS(w->row->cell[d->act], "was-informed") ? VOICE_ACTIVE : VOICE_PASSIVE;
    out->head = c;
    out->intro = word_before(v, before_adverbs(v, c), &b);
    if (out->voice == VOICE_ACTIVE)
        out->subject = actor_subject(d, c, &out->intro);
    out->pronoun =
        !out->subject && verb_is_pronoun(word_before(v, before_adverbs(v, c), &b));
    if (out->voice == VOICE_ACTIVE && !out->subject && !out->pronoun)
        out->voice = VOICE_NONE;
}

/* "a ?t? adopt?": "été" with both its accents lost ends in front of `at`; where it
 * begins, or `at`. */
static uint32_t before_lost_been(const struct view *v, uint32_t at)
{
    static const struct sv been = {" ?t? ", 5};
    bool lost = at > been.n && memcmp(v->p + at - been.n, been.p, been.n) == 0;
    return lost ? at - (uint32_t)been.n + 1 : at;
}

/* "a, sans débat, adopté", "ha, a maggioranza qualificata, approvato": in front of an
 * aside of a few words between two commas that ends at `at`; `at` where there is none. */
static uint32_t before_aside(const struct view *v, uint32_t at)
{
    enum { ASIDE_WORDS = 6 };
    uint32_t b;
    if (!IS(word_before(v, at, &b), ","))
        return at;
    for (int n = 0; n < ASIDE_WORDS; n++) {
        struct sv w = word_before(v, b, &b);
        if (IS(w, ","))
            return before_adverbs(v, b);
        if (!w.n || !byte_in_word(w.p[0]))
            break;
    }
    return at;
}

/* "pourrait être invité à": the infinitive `aux` begins at b. */
static bool verb_could_be(const struct view *v, struct sv aux, uint32_t b,
                          struct verb *out)
{
    static const struct words be = WORDS("être", "essere", "ser");
    static const struct words could =
        WORDS("pourrait", "pourraient", "potrebbe", "potrebbero", "podría", "podrían");
    uint32_t modal;
    if (!one_of(aux, &be) ||
        !one_of(word_before(v, before_adverbs(v, b), &modal), &could))
        return false;
    out->voice = VOICE_ROUTE;
    out->head = modal;
    return true;
}

/* fr, it, es: the auxiliary stands in front of the participle. */
void verb_read_romance(const struct deciding *d, const struct word *w, struct verb *out)
{
    static const struct words passive = WORDS("été", "ete", "\xef\xbf\xbdt\xef\xbf\xbd",
                                              "stato", "stata", "stati", "state", "sido");
    const struct view *v = &d->view;
    struct sv act = w->row->cell[d->act];
    uint32_t b, c;
    struct sv aux = word_before(v, before_aside(v, before_adverbs(v, w->b)), &b);
    out->head = b;
    uint32_t lost = before_lost_been(v, w->b);
    if (one_of(aux, &passive) || lost < w->b) {
        read_been(d, w, lost < w->b ? lost : b, out);
        return;
    }
    if (verb_could_be(v, aux, b, out))
        return;
    static const struct words by = WORDS("par", "dal", "dalla", "por");
    if (one_of(word_after(v, w->e, &c), &by)) { /* "les conclusions adoptées par" */
        out->voice = VOICE_PARTICIPLE;
        out->head = w->b;
        if (!one_of(aux, &having) && !one_of(aux, &being) && !verb_joins(aux))
            return;
        out->voice = VOICE_NONE;
        out->head = b;
    }
    bool reflexive = sv_ends(aux, SV("s\xe2\x80\x99"
                                     "est")) ||
                     IS(aux, "sont") || IS(aux, "est") || IS(aux, "s'est");
    if (is_impersonal(v, aux, b)) {
        out->voice = VOICE_PASSIVE;
        return;
    }
    bool told = one_of(aux, &being) && record_in_present(d); /* "est adopté" */
    if (one_of(aux, &having) ||
        (reflexive && (IS(act, "agreed") || IS(act, "welcomed"))) ||
        ((IS(act, "will") || IS(act, "agreed") || IS(act, "welcomed") ||
          IS(act, "discussed")) &&
         binds_itself(v, aux, b)) ||
        (told && IS(act, "was-informed"))) {
        static const struct words object = /* "lo ha invitato"; "s est" lost its sign */
            WORDS("se", "s", "si", "lo", "la", "li", "le", "gli", "les", "lui", "leur",
                  "en", "y", "ne", "vi", "ci", "s'en", "s’en", "s'y", "s’y");
        if (one_of(word_before(v, b, &c), &object))
            out->head = c;
        verb_find_subject(d, w, out);
    } else if (verb_joins(aux)) {
        out->voice = VOICE_ACTIVE;
        out->joined = true;
    } else if (told) {
        out->voice = VOICE_PASSIVE;
        out->present = true;
        out->intro = word_before(v, before_adverbs(v, b), &c);
    }
    if (out->voice == VOICE_PARTICIPLE)
        out->voice = VOICE_NONE;
    if (d->lead_has && d->lead_by.p && aux.n == 0) { /* "a: - pris acte" */
        out->voice = VOICE_ACTIVE;
        out->listed = true;
    }
}

/* "Auf Vorschlag der Kommission hat der Rat": the body that ends in front of the finite
 * verb at `at` belongs to the phrase that opens the sentence, and the subject stands
 * behind the verb, at `end`. */
static const struct word *subject_in_front(const struct deciding *d, uint32_t at,
                                           uint32_t end, struct sv *intro)
{
    static const struct words leading =
        WORDS("Auf", "Nach", "Mit", "Im", "In", "Bei", "Beim", "Am", "An", "Aufgrund",
              "Gemäß", "Vorbehaltlich", "Anhand", "Unter", "Zu", "Zum", "Zur", "Seit",
              "Vor", "Infolge", "Angesichts", "Anlässlich", "Im", "Entsprechend");
    const struct view *v = &d->view;
    uint32_t next;
    const struct word *x = verb_body_ends_at(v, at) ? actor_subject(d, at, intro) : NULL;
    bool noun = x && intro->n > 3 && intro->p[0] >= 'A' && intro->p[0] <= 'Z';
    bool led = noun && IS(d->out->document.language, "de") &&
               one_of(word_after(v, 0, &next), &leading) && actor_behind(d, end);
    if (led)
        *intro = SV("");
    return led ? NULL : x;
}

/* The subject of a participle whose auxiliary `aux` begins at b. */
static void read_having(const struct deciding *d, const struct word *w, struct sv aux,
                        uint32_t b, struct verb *out)
{
    const struct view *v = &d->view;
    uint32_t end = b + (uint32_t)aux.n, c;
    out->head = b;
    bool small = v->p[b] >= 'a' && v->p[b] <= 'z'; /* who is named behind it is asked */
    if (d->lead_by.p && word_before(v, b, &c).n == 0 &&
        (!actor_behind(d, end) || (small && w->row->cell[d->kind].p[0] == 'r'))) {
        out->voice = VOICE_ACTIVE; /* "De Raad: - heeft een verordening aangenomen" */
        out->listed = true;
        return;
    }
    if (w->row->cell[d->kind].p[0] == 'r' &&
        verb_joins(word_before(v, before_adverbs(v, b), &c))) {
        out->voice = VOICE_ACTIVE; /* "... und hat die Kommission ersucht" */
        out->joined = true;
        return;
    }
    /* "Der Rat hat die Kommission ersucht" */
    out->subject = subject_in_front(d, b, end, &out->intro);
    bool he = !out->subject && verb_is_pronoun(word_before(v, b, &c)); /* "Er hat ..." */
    if (!out->subject && !he)
        out->subject = actor_behind(d, end);
    if (!out->subject && !he)
        out->subject = actor_subject(d, b, &out->intro);
    out->pronoun = !out->subject && (verb_is_pronoun(word_after(v, end, &c)) ||
                                     verb_is_pronoun(word_before(v, b, &c)));
    struct sv before = word_before(v, before_adverbs(v, b), &c);
    out->joined = !out->subject && !out->pronoun && verb_joins(before) &&
                  before.p[0] != ','; /* "... aangenomen en heeft ... besproken" */
    out->voice = out->subject || out->pronoun || out->joined ? VOICE_ACTIVE : VOICE_NONE;
}

/* "eine Verordnung angenommen, mit der ein System eingeführt wird": behind the last comma
 * of view[b, w) a clause begins that the participle w ends. An article looks the same:
 * "den Bericht gebilligt, die Schlussfolgerungen angenommen". */
static bool ends_clause_behind(const struct view *v, uint32_t b, const struct word *w)
{
    static const struct words with =
        WORDS("mit", "in", "nach", "durch", "für", "auf", "bei", "von", "zu", "an",
              "über", "unter", "aus", "gegen", "wonach");
    static const struct words relative = WORDS(
        "der", "die", "das", "dem", "den", "denen", "deren", "dessen", "dass", "daß",
        "wenn", "weil", "damit", "wobei", "wodurch", "womit", "wonach", "welche");
    static const struct words last =
        WORDS("wird", "wurde", "werden", "wurden", "worden", "ist", "sind", "war",
              "waren", "hat", "haben", "hatte", "hatten");
    const char *comma = NULL;
    for (const char *p = v->p + b; (p = memchr(p, ',', (size_t)(v->p + w->b - p)));)
        comma = p++;
    if (!comma)
        return false;
    uint32_t end, next;
    struct sv x = word_after(v, (uint32_t)(comma - v->p) + 1, &end);
    if (one_of(x, &with))
        x = word_after(v, end, &end);
    return one_of(x, &relative) && (one_of(word_after(v, w->e, &next), &last) ||
                                    is_determiner(word_after(v, end, &next)));
}

/* "een richtlijn aangenomen die de regels versterkt": in front of `at` stands a word that
 * opens a clause of its own. */
static bool opens_dutch_clause(const struct view *v, struct sv x, uint32_t at)
{
    uint32_t end;
    if (IS(x, "die") || IS(x, "dat"))
        return is_determiner(word_after(v, at, &end));
    return sv_starts(x, SV("waar")) && x.n > 4;
}

/* "zal tijdens een volgende vergadering worden besproken": what is said of view[0, at) in
 * the infinitive is still to come. */
static bool is_to_come(const struct view *v, uint32_t at)
{
    enum { BACK_WORDS = 24 };
    static const struct words modal =
        WORDS("zou", "zouden", "zal", "zullen", "kan", "kunnen", "moet", "moeten");
    static const struct words present = WORDS("is", "zijn"); /* "zijn worden" is none */
    uint32_t b = at;
    for (int n = 0; n < BACK_WORDS; n++) {
        struct sv w = word_before(v, b, &b);
        if (!w.n || one_of(w, &present) || (w.n == 1 && memchr(",;:.", w.p[0], 4)))
            return false;
        if (one_of(w, &modal))
            return true;
    }
    return false;
}

/* "könnte der Rat gebeten werden", "zou de Raad kunnen worden verzocht": the modal in
 * front of a participle whose passive is an infinitive; head: where it begins. */
static bool read_could_be(const struct deciding *d, const struct word *w,
                          struct verb *out)
{
    enum { BACK_WORDS = 16 };
    static const struct words modal = WORDS("könnte", "könnten", "zou", "zouden");
    const struct view *v = &d->view;
    uint32_t at = w->b, end;
    bool behind = IS(word_after(v, w->e, &end), "werden");
    for (int n = 0; n < BACK_WORDS; n++) {
        struct sv x = word_before(v, at, &at);
        if (!x.n || (x.n == 1 && memchr(",;:.", x.p[0], 4)))
            return false;
        behind = behind || IS(x, "worden");
        if (!one_of(x, &modal))
            continue;
        out->voice = VOICE_ROUTE;
        out->head = at;
        return behind;
    }
    return false;
}

/* "Die Minister wurden unterrichtet", "werden de delegaties geïnformeerd": who was told,
 * at the auxiliary in [b, end). */
static void read_told(const struct deciding *d, uint32_t b, uint32_t end,
                      struct verb *out)
{
    struct sv intro = SV("");
    const struct word *x = verb_body_ends_at(&d->view, b) ? actor_subject(d, b, &intro)
                                                          : actor_behind(d, end);
    if (!x || intro.n)
        return;
    out->subject = x;
    out->voice = VOICE_ACTIVE;
}

/* "Het besluit is zonder debat aangenomen.": in a record the Dutch perfect of the
 * passive; "is" stands second in the sentence, which the participle ends. */
static bool is_dutch_perfect(const struct deciding *d, const struct word *w, uint32_t b)
{
    enum { SUBJECT_WORDS = 14 };
    static const struct words clause =
        WORDS("dat", "die", "nadat", "zodra", "wanneer", "indien", "als", "omdat",
              "waarin", "waarbij", "waarover", "zoals", ",", ";", ":");
    const struct view *v = &d->view;
    uint32_t next, at = 0;
    struct sv behind = word_after(v, w->e, &next);
    bool ends = !behind.n || IS(behind, ".") || IS(behind, ",") || IS(behind, "(") ||
                IS(behind, "zoals"); /* "zoals vervat in CM 1811/17" */
    if (!record_in_present(d) || !ends || w->row->cell[d->kind].p[0] != 'd')
        return false;
    for (int n = 0; at < b; n++)
        if (n == SUBJECT_WORDS || one_of(word_after(v, at, &at), &clause))
            return false;
    return b > 0;
}

/* de, nl, da, sv: the auxiliary stands second in the clause, the participle at its end.
 */
void verb_read_bracket(const struct deciding *d, const struct word *w, struct verb *out)
{
    static const struct words has = WORDS("hat", "haben", "heeft", "hebben", "har");
    static const struct words is = WORDS("ist", "sind", "is", "zijn");
    bool moves = IS(w->row->cell[d->act], "agreed"); /* "ist übereingekommen" */
    static const struct words passive = WORDS(
        "wurde", "wurden", "worden", "werd", "werden", "wordt", "blev", "blevet", "wird");
    static const struct words present = WORDS("worden", "wordt"),
                              present_german = WORDS("werden", "wird");
    bool dutch = IS(row_lang(d, w), "nl"), german = IS(row_lang(d, w), "de");
    const struct view *v = &d->view;
    uint32_t at = w->b, next;
    if (at == 0 && one_of(word_after(v, w->e, &next), &passive)) {
        out->voice = VOICE_PASSIVE; /* "Afgesproken werd dat" */
        return;
    }
    if (d->drafts && w->row->cell[d->kind].p[0] == 'r' && read_could_be(d, w, out))
        return;
    for (int n = 0; n < 60 && at > 0; n++) {
        uint32_t b;
        struct sv x = word_before(v, at, &b);
        if (x.n == 1 && (x.p[0] == ';' || x.p[0] == ':'))
            return;
        bool denied = verb_is_negation(x) && !denies_attribute(v, b, at);
        if (denied || (dutch && opens_dutch_clause(v, x, at)))
            return;
        bool aux = one_of(x, &passive) || one_of(x, &has) || (moves && one_of(x, &is));
        if (aux && german && ends_clause_behind(v, at, w))
            return;
        bool told = one_of(x, &is) && (actor_agent_inside(d, b, w, false) ||
                                       (dutch && is_dutch_perfect(d, w, b)));
        if (one_of(x, &passive) || told) { /* "is door de Groep bestudeerd" */
            uint32_t c;
            if (IS(x, "worden") && is_to_come(v, b)) /* "zouden worden verzocht" */
                return;
            if (IS(word_after(v, w->e, &c), "werden")) /* "wird angenommen werden" */
                return;
            out->voice = VOICE_PASSIVE;
            out->present = one_of(x, dutch ? &present : &present_german);
            out->head = b;
            if (IS(w->row->cell[d->act], "was-informed"))
                read_told(d, b, at, out);
            return;
        }
        if (aux) {
            read_having(d, w, x, b, out);
            return;
        }
        at = b;
    }
    if (d->lead_has && d->lead_by.p) { /* "hat - den Bericht gebilligt" */
        out->voice = VOICE_ACTIVE;
        out->listed = true;
        out->head = 0;
    }
}

/* "konklusioner", "riktlinjer": several, of which "det" is no article. */
static bool is_plural(struct sv w)
{
    static const char *const tail[] = {"ioner", "linjer",     "satser", "inger", "ingar",
                                       "elser", "uttalanden", "erne",   "erna"};
    for (size_t i = 0; i < ARRAY_LEN(tail); i++)
        if (sv_ends(w, sv_cstr(tail[i])))
            return true;
    return false;
}

/* "Außerdem nahm er ...", "Endvidere vedtog det en ...": "det" alone may be an article.
 */
static bool pronoun_behind(const struct view *v, uint32_t at)
{
    static const struct words list = WORDS("er", "sie", "hij", "zij", "han");
    static const struct words neuter = WORDS("det", "den");
    static const struct words object =
        WORDS("en", "et", "ett", "sin", "sit", "sitt", "sine", "sina", "om", "at", "att");
    uint32_t end;
    struct sv w = word_after(v, at, &end);
    if (!one_of(w, &neuter))
        return one_of(w, &list);
    struct sv next = word_after(v, end, &end);
    return is_adverb(next) || one_of(next, &object) || is_plural(next);
}

/* "Endvidere bemyndigede det Kommissionen": a noun with its article behind it has none in
 * front, so this is who acts. */
static bool it_acts_on(const struct view *v, uint32_t at)
{
    enum { SHORTEST = 7 }; /* "det andet forslag" */
    static const char *const definite[] = {"en", "et", "erne", "erna", "arna", "orna"};
    uint32_t end;
    if (!IS(word_after(v, at, &end), "det"))
        return false;
    struct sv next = word_after(v, end, &end);
    for (size_t i = 0; next.n >= SHORTEST && i < ARRAY_LEN(definite); i++)
        if (sv_ends(next, sv_cstr(definite[i])))
            return true;
    return false;
}

/* The verb alone may say who: "Volverá", "Ha approvato". */
static bool is_prodrop(struct sv lang)
{
    return IS(lang, "es") || IS(lang, "it") || IS(lang, "pt");
}

/* "En este ámbito, también ha": one phrase that a preposition leads in with ends at `e`.
 */
static bool is_led_in(const struct view *v, uint32_t e)
{
    static const struct words list =
        WORDS("En", "Sobre", "Tras", "Durante", "Respecto", "Por", "Con", "Para", "In",
              "Nel", "Nella", "Nell'", "Nell’", "Per", "Su", "Sul", "Sulla", "Durante",
              "Dopo", "Em", "No", "Na", "Neste", "Nesta", "Quanto", "Após");
    uint32_t end;
    return one_of(word_after(v, 0, &end), &list) && !memchr(v->p, ',', e) &&
           !memchr(v->p, ';', e);
}

/* "In questo contesto ha", "A tale riguardo ha": a few words that point back, without a
 * comma, in front of `at`. */
static bool points_back(const struct view *v, uint32_t at)
{
    enum { LONGEST = 26 };
    static const struct words leading = WORDS("In", "A", "Per", "Su");
    static const struct words that = WORDS("questo", "tale", "questa", "quest'ambito");
    uint32_t end;
    return at < LONGEST && one_of(word_after(v, 0, &end), &leading) &&
           one_of(word_after(v, end, &end), &that);
}

/* "Aprobó también", "También ha adoptado", "Inoltre, ha approvato": nothing but an adverb
 * stands in front of `at`, or a phrase that leads in. */
bool verb_opens_alone(struct sv lang, const struct view *v, uint32_t at)
{
    static const struct words opening =
        WORDS("También", "Además", "Asimismo", "Igualmente", "Inoltre", "Altresì",
              "Infine", "Também", "Ainda", "Igualmente", "Finalmente");
    uint32_t b;
    if (!is_prodrop(lang))
        return false;
    struct sv w = word_before(v, at, &b);
    if (IS(w, ",")) {
        if (is_led_in(v, b))
            return true;
        w = word_before(v, b, &b);
    }
    return w.n == 0 || (b == 0 && one_of(w, &opening)) || points_back(v, at);
}

void verb_ends_clause(const struct deciding *d, const struct word *w, struct verb *out)
{
    static const struct words ands = WORDS("und", "sowie", "en");
    static const struct words opening = WORDS("dass", "daß", "dat");
    const struct view *v = &d->view;
    const struct word *asked = out->subject, *who = NULL;
    if (!asked || asked->b > w->b || w->row->cell[d->kind].p[0] != 'r' ||
        !one_of(out->intro, &ands))
        return;
    bool open = false;
    for (uint32_t at = 0, end; at < asked->b && !who; at = end) {
        struct sv x = word_after(v, at, &end);
        if (!x.n)
            return;
        open = open || one_of(x, &opening);
        who = open ? actor_behind(d, end) : NULL;
    }
    if (!who || who->e >= asked->b)
        return;
    out->asked = asked;
    out->subject = who;
    out->intro = SV("");
}

bool verb_second_subject(const struct deciding *d, const struct word *w, uint32_t at,
                         bool conjoined, struct verb *out)
{
    /* "Der Rat ersuchte die Kommission" */
    if ((out->subject = subject_in_front(d, at, w->e, &out->intro)) != NULL)
        return true;
    if (conjoined)
        return false;
    static const struct words opening =
        WORDS("Er", "Sie", "Hij", "Zij", "Han", "Hon", "Det", "Den", "De");
    uint32_t b;
    if (one_of(word_before(&d->view, at, &b), &opening) && b == 0) {
        out->pronoun = true; /* "Er beauftragte Europol": no subject behind it */
        return true;
    }
    if (it_acts_on(&d->view, w->e))
        return out->pronoun = true;
    out->subject = actor_behind(d, w->e);
    out->pronoun = !out->subject && pronoun_behind(&d->view, w->e);
    return out->subject || out->pronoun;
}

/* "bereikte", "erzielten": no participle of theirs looks so. "het met het Parlement
 * bereikte akkoord" */
bool verb_is_weak_past(const struct view *v, const struct word *w)
{
    uint32_t end;
    struct sv verb = word_after(v, w->b, &end);
    return sv_ends(verb, SV("te")) || sv_ends(verb, SV("ten")) ||
           sv_ends(verb, SV("de")) || sv_ends(verb, SV("den"));
}

/* "godkendte det reviderede mandat", "die verstärkte Zusammenarbeit": behind an article
 * stands no verb. Behind "at" and the like "det" is a pronoun. */
bool verb_is_attribute(const struct deciding *d, const struct word *w)
{
    const struct view *v = &d->view;
    static const struct words article =
        WORDS("de", "het", "een", "deze", "dit", "die", "der", "das", "dem", "eine",
              "einer", "eines", "einem", "einen", "seine", "ihre", "seiner", "ihrer");
    static const struct words neuter =
        WORDS("det", "den", "en", "et", "ett", "dets", "dess", "sin", "sitt", "sit");
    static const struct words clause =
        WORDS("at", "att", "og", "och", "som", "men", "da", "når", "när", "idet", ",");
    uint32_t b, c;
    if (!verb_is_weak_past(v, w) || w->b < 2 || v->p[w->b - 1] != ' ')
        return false;
    struct sv before = word_before(v, w->b, &b);
    if (b > 0 && v->p[b - 1] != ' ') /* "R?det": half a word */
        return false;
    if (one_of(before, &article))
        return true;
    bool and_word = IS(before, "en") && IS(row_lang(d, w), "nl"); /* "en machtigde" */
    struct sv front =
        one_of(before, &neuter) && !and_word ? word_before(v, b, &c) : SV("");
    return front.n > 0 && !one_of(front, &clause);
}
