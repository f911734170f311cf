/* Who acts. A body acts when it stands in front of the verb with nothing
 * but adverbs, a bracket or a date between, and no preposition governs it. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

/* GOVERNMENTS_BYTES: "Representatives of the Governments of the Member States" is longer.
 */
enum { GAP_BYTES = 220, TRIES = 5, GOVERNMENTS_BYTES = 34 };

enum actor_class actor_class_of(struct sv c)
{
    static const struct {
        const char *name;
        enum actor_class c;
    } classes[] = {
        {"council", ACTOR_COUNCIL},
        {"committee", ACTOR_COMMITTEE},
        {"party", ACTOR_PARTY},
        {"self", ACTOR_SELF},
        {"ministers", ACTOR_MINISTERS},
        {"chair", ACTOR_CHAIR},
        {"institution", ACTOR_INSTITUTION},
        {"parliament", ACTOR_PARLIAMENT},
        {"agency", ACTOR_AGENCY},
        {"states", ACTOR_STATES},
        {"group", ACTOR_GROUP},
        {"text", ACTOR_TEXT},
        {"convention", ACTOR_CONVENTION},
    };
    for (size_t i = 0; c.n && i < ARRAY_LEN(classes); i++)
        if (classes[i].name[0] == c.p[0] && sv_eq(c, sv_cstr(classes[i].name)))
            return classes[i].c;
    return ACTOR_NONE;
}

enum actor_class actor_of_row(const struct deciding *d, uint32_t row)
{
    enum actor_class c = (enum actor_class)d->book->row_actor[row];
    if (c != ACTOR_CONVENTION)
        return c;
    return d->convention ? ACTOR_COMMITTEE : ACTOR_NONE;
}

bool is_preposition(struct sv w)
{
    static const struct words list = WORDS(
        "of", "by", "to", "for", "with", "from", "in", "at", "between", "on", "under",
        "within", "through", "before", "during", "against", "via", "into", "towards",
        "about", "among", "than", "per", "Of", "By", "To", "For", "With", "From", "In",
        "At", "Between", "On", "Under", "Within", "Before", "After", "Following", "after",
        "following", "regarding", "concerning", "and/or", "without", "du", "des", "au",
        "aux", "dans", "avec", "sur", "entre", "dem", "vom", "zum", "zur", "beim", "von",
        "durch", "für", "mit", "im", "af", "til", "på", "med", "fra", "ved", "om", "av",
        "till", "från", "vid", "van", "door", "aan", "voor", "met", "bij", "naar", "del",
        "dal", "dalla", "al", "alla", "nel", "por", "para", "con");
    return one_of(w, &list);
}

bool is_subordinate(struct sv w)
{
    static const struct words list =
        WORDS("which", "whom", "where", "when", "once", "if", "until", "since", "as",
              "whether", "After", "after", "before", "Before", "whose", "what", "unless",
              "how", "When", "Once", "If", "As", "Since", "Until", "because", "Because",
              "who", "till", "que", "qui", "dont", "où", "lorsque", "si", "dass", "daß",
              "wenn", "nachdem", "die", "als", "nadat", "indien", "lesquelles",
              "lesquels", "laquelle", "lequel", "waarin", "worin", "denen", "cui", "vari",
              "hvori", "da", "hvis", "når", "som", "at", "att", "che", "dat", "Cuando",
              "cuando", "Quando", "quando", "Lorsque", "Als", "Toen", "toen", "Da", "Når",
              "När", "när", "Nachdem", "Wenn", "Nadat", "Indien", "Mientras", "Aunque");
    static const struct words since =
        WORDS("siden", "eftersom", "fordi", "inden", "indtil", "før", "sedan", "innan",
              "förrän", "omdat", "sinds", "totdat", "voordat", "zodra", "aangezien",
              "seit", "seitdem", "bevor", "sobald", "weil", "obwohl");
    return one_of(w, &list) || one_of(w, &since);
}

/* "incoming", "competent", "Danish": between the article and the name. */
bool is_attribute(struct sv w)
{
    static const struct words list = WORDS(
        "incoming", "outgoing", "current", "competent", "relevant", "respective", "those",
        "these", "present", "next", "last", "recent", "previous", "upcoming",
        "forthcoming", "future", "extraordinary", "informal", "special", "new", "same",
        "two", "three", "various", "several", "some", "many", "most", "other",
        "concerned", "appropriate", "EU", "European", "national", "Home", "joint",
        "Joint", "following", "participating", "tous", "toutes", "alle", "allen");
    static const char *const tail[] = {"ish", "ese", "ian", "nch", "utch", "reek", "eek"};
    if (one_of(w, &list))
        return true;
    bool capital = w.n && w.p[0] >= 'A' && w.p[0] <= 'Z';
    for (size_t i = 0; capital && i < ARRAY_LEN(tail); i++)
        if (sv_ends(w, sv_cstr(tail[i])))
            return true;
    return false;
}

/* The same elsewhere, "der künftige Vorsitz": in a name that is asked it would stay. */
static bool is_foreign_attribute(struct sv w)
{
    static const struct words foreign = WORDS(
        "künftige", "künftigen", "kommende", "kommenden", "nächste", "nächsten", "neue",
        "neuen", "derzeitige", "derzeitigen", "zuständige", "zuständigen", "scheidende",
        "aantredende", "komende", "huidige", "toekomstige", "volgende", "nieuwe",
        "tiltrædende", "nuværende", "næste", "nye", "tillträdande", "kommande",
        "nuvarande", "nästa", "nya", "avgående", "prochaine", "actuelle", "nouvelle",
        "prossima", "futura", "nuova", "attuale", "próxima", "nueva", "actual");
    return one_of(w, &foreign);
}

/* ---- subjects ---- */

/* "après avoir procédé à", "after having heard": what the subject did before. */
static bool done_before(const struct view *v, const struct word *w)
{
    uint32_t at = before_adverbs(v, w->b);
    for (int n = 0; n < 3; n++) {
        struct sv aux = word_before(v, at, &at);
        if (IS(aux, "avoir") || IS(aux, "having"))
            return true;
    }
    return false;
}

static bool has_formula(const struct view *v, uint32_t b, uint32_t e)
{
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form != FORM_NONE && v->word[i].form != FORM_ROUTE &&
            v->word[i].b >= b && v->word[i].e <= e && !done_before(v, &v->word[i]))
            return true;
    return false;
}

static struct sv trim(struct sv s)
{
    while (s.n && s.p[0] == ' ')
        s.p++, s.n--;
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* "The Council for the first time adopted": several words that are one adverb. */
static struct sv behind_adverbial(struct sv gap)
{
    static const struct sv adverbial[] = {{"for the first time", 18},
                                          {"for its part", 12},
                                          {"once again", 10},
                                          {"once more", 9}};
    for (size_t i = 0; i < ARRAY_LEN(adverbial); i++)
        if (sv_starts(gap, adverbial[i]))
            return trim(sv_sub(gap, adverbial[i].n, gap.n));
    return gap;
}

/* The words between a subject and its verb without a bracket and without adverbs in
 * front. */
static struct sv bare_gap(const struct view *v, uint32_t b, uint32_t e)
{
    struct sv gap = trim((struct sv){v->p + b, e - b});
    if (gap.n > 1 && gap.p[0] == '"' && gap.p[1] == ',') /* the name stands in quotes */
        gap.p++, gap.n--;
    if (gap.n && gap.p[0] == '(') {
        const char *close = memchr(gap.p, ')', gap.n);
        if (!close)
            return gap;
        gap = trim((struct sv){close + 1, (size_t)(gap.p + gap.n - close) - 1});
    }
    gap = behind_adverbial(gap);
    for (int n = 0; gap.n; n++) {
        uint32_t end;
        struct sv first = word_after(v, (uint32_t)(gap.p - v->p), &end);
        if (n && IS(first, "and")) /* "strongly and repeatedly" */
            first = word_after(v, end, &end);
        if (!is_adverb(first) || end >= e)
            return is_adverb(first) ? SV("") : gap;
        gap = trim((struct sv){v->p + end, e - end});
    }
    return gap;
}

/* "of the Governing Board made a presentation about": its verb stands there already. */
static bool holds_verb(struct sv gap)
{
    static const struct sv verb[] = {
        {" made ", 6},        {" gave ", 6},       {" took ", 6},
        {" held ", 6},        {" was ", 5},        {" were ", 6},
        {" presented ", 11},  {" informed ", 10},  {" reported ", 10},
        {" introduced ", 12}, {" explained ", 11}, {" outlined ", 10}};
    for (size_t i = 0; i < ARRAY_LEN(verb); i++)
        if (sv_find(gap, verb[i]) != SIZE_MAX)
            return true;
    return false;
}

/* "of 16 and 17 June, which": the verb behind is that clause's. */
static bool ends_in_relative(struct sv gap)
{
    return sv_ends(gap, SV(" which")) || sv_ends(gap, SV(" who")) ||
           sv_ends(gap, SV(" that"));
}

/* "horizontal "Questions liées au cyberespace"" behind "le groupe". */
static bool ends_in_quotes(struct sv gap)
{
    enum { LONGEST = 100 };
    const char *quote = memchr(gap.p, '"', gap.n);
    if (!quote || gap.n > LONGEST || gap.p[gap.n - 1] != '"' ||
        quote == gap.p + gap.n - 1 || gap.p[0] < 'a' || gap.p[0] > 'z')
        return false;
    struct sv word = {gap.p, (size_t)(quote - gap.p) - 1};
    return quote > gap.p + 1 && !memchr(word.p, ' ', word.n);
}

/* "des conseillers JAI" behind "le groupe", "für Allgemeine Angelegenheiten" behind "die
 * Gruppe": what a working party is for. */
static bool names_group(const struct view *v, uint32_t e, struct sv gap)
{
    static const struct words naming =
        WORDS("de", "des", "du", "sur", "pour", "für", "der", "voor", "van", "om", "for",
              "vedrørende", "för", "per", "sulle", "dei", "degli", "horizontal", "zu",
              "del", "da", "das", "dos", "do", "sobre", "para");
    uint32_t b, end;
    struct sv group = word_before(v, e, &b),
              first = word_after(v, (uint32_t)(gap.p - v->p), &end);
    bool dutch = group.n > 5 ? IS(group, "Werkgroep") || IS(group, "werkgroep")
                             : IS(group, "Groep") || IS(group, "groep");
    dutch &= first.n > 3 && first.p[0] >= 'a' && first.p[0] <= 'z'; /* "Groep milieu" */
    return actor_is_group(group) && gap.n < 120 && !memchr(gap.p, ',', gap.n) &&
           (dutch || one_of(first, &naming));
}

/* "The Council, determined to help, agreed", "The Presidency, supported by the
 * Commission, concluded": the aside begins with a verb of ours. */
static uint32_t behind_participle(const struct view *v, uint32_t b)
{
    uint32_t comma, end, by;
    if (!IS(word_after(v, b, &comma), ","))
        return b;
    bool determined = IS(word_after(v, comma, &end), "determined");
    return determined || IS(word_after(v, end, &by), "by") ? end : b;
}

/* "the representative of the Commission", "Commission representatives": it speaks
 * through them. */
static bool is_spokesman(struct sv w)
{
    static const struct words list =
        WORDS("representative", "representatives", "Representative", "Representatives");
    return one_of(w, &list);
}

/* May these words stand between a subject and its verb? */
static bool is_modifier(const struct view *v, uint32_t b, uint32_t e,
                        enum actor_class actor)
{
    static const struct words opening =
        WORDS("at", "on", "in", "during", "after", "without", "by", "meeting",
              "concerned", "present", "today", "this", "under", "le", "am", "den", "op",
              "il", "el", "lors", "auf", "over", "à");
    static const struct words naming = WORDS("of", "for", "on", "at", "in", "during",
                                             "des", "de", "du", "der", "für", "van");
    if (e - b > GAP_BYTES || has_formula(v, behind_participle(v, b), e))
        return false;
    if (sv_find((struct sv){v->p + b, e - b}, SV(" We ")) != SIZE_MAX)
        return false; /* the stop before it was lost */
    struct sv gap = bare_gap(v, b, e);
    if (gap.n == 0)
        return true;
    uint32_t end;
    struct sv first = word_after(v, (uint32_t)(gap.p - v->p), &end);
    if (gap.p[0] == ',')
        return gap.n > 1 && gap.p[gap.n - 1] == ',';
    if (gap.p[0] == '"' && (actor == ACTOR_PARTY || actor == ACTOR_SELF))
        return gap.n > 1 && gap.n < 80 && gap.p[gap.n - 1] == '"';
    if ((actor == ACTOR_PARTY || actor == ACTOR_SELF) && ends_in_quotes(gap))
        return true;
    if (actor == ACTOR_SELF && names_group(v, b, gap))
        return true;
    if (gap.n == 1 && gap.p[0] == 'i') /* a site's sign for what it explains */
        return true;
    if (is_spokesman(gap))
        return actor == ACTOR_INSTITUTION || actor == ACTOR_AGENCY;
    if (gap.n >= 120 || ends_in_relative(gap))
        return false;
    if (actor == ACTOR_MINISTERS || actor == ACTOR_PARTY || actor == ACTOR_CHAIR)
        return one_of(first, &naming) && !holds_verb(gap);
    bool dated = IS(first, "of") && gap.n > 3 && gap.p[3] >= '0' && gap.p[3] <= '9';
    return dated || one_of(first, &opening);
}

/* Where the noun phrase of a body begins, and the word that stands in front of it. */
static uint32_t phrase_start(const struct view *v, uint32_t at, struct sv *before)
{
    uint32_t b = at;
    for (int n = 0; n < 5; n++) {
        struct sv w = word_before(v, at, &b);
        bool owner = sv_ends(w, SV("'s")) || sv_ends(w, SV("’s")); /* "the Agency's" */
        if (!owner && !is_determiner(w) && !is_attribute(w) && !is_foreign_attribute(w)) {
            *before = w;
            return at;
        }
        at = b;
    }
    *before = SV("");
    return at;
}

/* "Zowel de ministers van Justitie als de ministers van Binnenlandse Zaken": this "als"
 * opens no clause. */
static bool is_both(const struct view *v, struct sv als)
{
    struct sv front = {v->p, (size_t)(als.p - v->p)};
    return IS(als, "als") && sv_find(front, SV("owel ")) != SIZE_MAX;
}

static const struct word *body_before(const struct view *v, uint32_t at)
{
    for (size_t i = v->nwords; i-- > 0;)
        if (v->word[i].form == FORM_NONE && v->word[i].e <= at)
            return &v->word[i];
    return NULL;
}

/* "the members of the European Council" in front of the "of" at `of`: the body itself.
 * "some members of the Committee" are not. */
static bool all_members(const struct view *v, uint32_t of, enum actor_class actor,
                        struct sv *intro)
{
    uint32_t b;
    struct sv members = word_before(v, of, &b);
    struct sv article = b > 0 ? word_before(v, b, &b) : SV("");
    if ((actor != ACTOR_COUNCIL && actor != ACTOR_COMMITTEE && actor != ACTOR_SELF) ||
        !(IS(members, "members") || IS(members, "Members")) ||
        !(IS(article, "the") || IS(article, "The") || IS(article, ",")))
        return false;
    *intro = b > 0 ? word_before(v, b, &b) : SV("");
    return !is_preposition(*intro);
}

/* "majority of", "flertal af", "meerderheid van": does it end behind the word at `of`? */
static bool of_a_majority(const struct view *v, uint32_t of, uint32_t *b)
{
    static const struct words list =
        WORDS("majority", "majorité", "meerderheid", "flertal", "majoritet",
              "maggioranza", "mayoría", "maioria");
    return one_of(word_before(v, of, b), &list);
}

/* "the Working Party of Veterinary Experts": the party whose name the body is a part of.
 */
static const struct word *party_around(const struct view *v, const struct word *x)
{
    struct sv acronym;
    const struct word *y = body_before(v, x->b);
    bool part = x->actor == ACTOR_GROUP || x->actor == ACTOR_INSTITUTION ||
                x->actor == ACTOR_NONE;
    bool around = y && part && y->actor == ACTOR_PARTY &&
                  actor_party_end(v, y->e, &acronym) >= x->e;
    return around ? y : x;
}

const struct word *actor_subject(const struct deciding *d, uint32_t at, struct sv *intro)
{
    const struct view *v = &d->view;
    uint32_t from = at;
    for (int n = 0; n < TRIES; n++) {
        const struct word *x = body_before(v, from);
        if (!x || at - x->e > GAP_BYTES)
            return NULL;
        x = party_around(v, x);
        from = x->b;
        struct sv acronym;
        uint32_t end =
            x->actor == ACTOR_PARTY ? actor_party_end(v, x->e, &acronym) : x->e;
        if (end > at)
            end = x->e;
        if (v->p[end] == '\'' || memcmp(v->p + end, "\xe2\x80\x99", 3) == 0 ||
            !is_modifier(v, end, at, x->actor))
            continue;
        if (x->actor == ACTOR_NONE)
            return NULL;
        uint32_t first = x->actor == ACTOR_SELF ? actor_party_begin(v, x->b) : x->b;
        uint32_t b = phrase_start(v, first, intro), of_b;
        bool several = x->actor == ACTOR_STATES || x->actor == ACTOR_MINISTERS;
        if (several && intro->n && of_a_majority(v, (uint32_t)(intro->p - v->p), &of_b)) {
            phrase_start(v, of_b, intro); /* "a large majority of delegations" */
            return x;
        }
        if (IS(*intro, "of") &&
            (x->actor == ACTOR_INSTITUTION || x->actor == ACTOR_AGENCY) &&
            is_spokesman(word_before(v, (uint32_t)(intro->p - v->p), &of_b))) {
            phrase_start(v, of_b, intro);
            return x;
        }
        if (IS(*intro, "of") &&
            all_members(v, (uint32_t)(intro->p - v->p), x->actor, intro))
            return x;
        if (is_both(v, *intro))
            *intro = SV("");
        bool danish = IS(*intro, "at") && IS(d->out->document.language, "da");
        if (is_preposition(*intro) && !danish) {
            const struct word *y = body_before(v, b);
            struct sv of =
                y && y->e < b ? trim((struct sv){v->p + y->e, b - y->e}) : SV("");
            if (y && (sv_eq(of, SV("of the")) || sv_eq(of, SV("of"))) &&
                (y->actor == ACTOR_CHAIR || y->actor == ACTOR_MINISTERS ||
                 y->actor == ACTOR_STATES ||
                 (y->actor == ACTOR_COUNCIL && x->actor == ACTOR_STATES))) {
                phrase_start(v, y->b, intro);
                return is_preposition(*intro) ? NULL : y;
            }
            if (y && actor_is_group(sv_sub((struct sv){v->p, v->n}, y->b, y->e)) &&
                x->b - y->e < 6) /* "le groupe des conseillers JAI" */
                return y;
            if (at - x->e <= 1)
                return NULL;
            continue;
        }
        return x;
    }
    return NULL;
}

const struct word *actor_behind(const struct deciding *d, uint32_t at)
{
    const struct view *v = &d->view;
    for (int n = 0; n < 5; n++) {
        for (size_t i = 0; i < v->nwords; i++)
            if (v->word[i].form == FORM_NONE && v->word[i].b >= at &&
                v->word[i].b <= at + 1)
                return v->word[i].actor == ACTOR_NONE ? NULL : &v->word[i];
        uint32_t end;
        struct sv w = word_after(v, at, &end);
        if (!is_determiner(w) && !is_adverb(w))
            return NULL;
        at = end;
    }
    return NULL;
}

static bool is_agent_word(struct sv w)
{
    static const struct words list = WORDS("by", "par", "von", "vom", "durch", "af", "av",
                                           "door", "dal", "dalla", "por");
    return one_of(w, &list);
}

/* "wurde von der Gruppe geprüft", "is door de Groep bestudeerd": between its auxiliary at
 * `head` and the participle. */
const struct word *actor_agent_inside(const struct deciding *d, uint32_t head,
                                      const struct word *w, bool venue)
{
    const struct view *v = &d->view;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->b < head || x->e > w->b || x->form != FORM_NONE || x->actor == ACTOR_NONE)
            continue;
        struct sv before;
        phrase_start(v, x->b, &before);
        bool meets = x->actor == ACTOR_COMMITTEE || x->actor == ACTOR_PARTY ||
                     x->actor == ACTOR_SELF;
        if (is_agent_word(before) ||
            (venue && meets && (IS(before, "in") || IS(before, "im"))))
            return x;
    }
    return NULL;
}

/* "the Council High Level Working Party": the body whose name goes on from this one. */
static const struct word *body_whole(const struct view *v, const struct word *x)
{
    for (size_t i = 0; i < v->nwords && x->actor == ACTOR_COUNCIL; i++) {
        const struct word *y = &v->word[i];
        if (y->form == FORM_NONE && y->b == x->e + 1 &&
            (y->actor == ACTOR_PARTY || y->actor == ACTOR_COMMITTEE))
            return y;
    }
    return x;
}

/* "agreed to submit it for adoption by the Council", "measures proposed by": this "by" at
 * `by` is of a noun or of another participle behind the verb that ends at e. */
static bool is_of_another(const struct view *v, uint32_t e, uint32_t by)
{
    static const struct words linking = WORDS("for", "to", "and", "its", "their", "a",
                                              "an", "the", "of", "further", "upon");
    static const struct sv noun[] = {{"ion", 3},  {"val", 3},  {"ment", 4}, {"ture", 4},
                                     {"uest", 4}, {"osal", 4}, {"tiny", 4}};
    uint32_t b, c;
    struct sv w = word_before(v, by, &b);
    if (b < e)
        return false;
    if (sv_ends(w, SV("ed")) || IS(w, "taken") || IS(w, "up"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(noun); i++)
        if (sv_ends(w, noun[i]))
            return b <= e + 1 || one_of(word_before(v, b, &c), &linking);
    return false;
}

const struct word *actor_agent(const struct deciding *d, const struct word *w, bool venue)
{
    const struct view *v = &d->view;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->b < w->e || x->b - w->e > 160)
            continue;
        if (x->form != FORM_NONE && x->form != FORM_ROUTE)
            break;
        if (x->form != FORM_NONE || x->actor == ACTOR_NONE)
            continue;
        struct sv before, gap = {v->p + w->e, x->b - w->e};
        uint32_t named = x->actor == ACTOR_PARTY ? actor_party_begin(v, x->b) : x->b;
        phrase_start(v, named, &before);
        if (memchr(gap.p, ';', gap.n) || sv_find(gap, SV(" which ")) != SIZE_MAX)
            break;
        if (IS(before, "by") && is_of_another(v, w->e, (uint32_t)(before.p - v->p)))
            continue;
        if (is_agent_word(before))
            return body_whole(v, x);
        bool place =
            sv_eq(before, SV("in")) || sv_eq(before, SV("at")) || sv_eq(before, SV("of"));
        bool meets = x->actor == ACTOR_COMMITTEE || x->actor == ACTOR_PARTY ||
                     x->actor == ACTOR_COUNCIL || x->actor == ACTOR_SELF;
        if (venue && place && meets &&
            (sv_eq(before, SV("in")) || sv_find(gap, SV("meeting")) != SIZE_MAX ||
             sv_ends(trim(gap), SV(" level of")) ||
             memcmp(v->p + x->e, " meeting", 8) == 0 || gap.n <= 13))
            return body_whole(v, x);
    }
    return NULL;
}

bool actor_may(const struct word *x, enum decision_kind kind, struct sv act)
{
    static const struct words agreeing =
        WORDS("agreed", "confirmed", "endorsed", "approved");
    static const struct words chairing = WORDS("concluded", "decided", "confirmed");
    static const struct words noting = WORDS("took-note", "was-informed", "noted");
    switch (x->actor) {
    case ACTOR_COUNCIL:
    case ACTOR_COMMITTEE:
    case ACTOR_PARTY:
    case ACTOR_SELF:
    case ACTOR_MINISTERS: return true;
    case ACTOR_CHAIR:
        return kind == KIND_REQUEST || kind == KIND_COMMITMENT ||
               (kind == KIND_DECISION && one_of(act, &chairing)) ||
               (kind == KIND_NOTED && IS(act, "took-note"));
    case ACTOR_INSTITUTION: return kind == KIND_REQUEST || kind == KIND_COMMITMENT;
    case ACTOR_PARLIAMENT: return kind == KIND_REQUEST || kind == KIND_DECISION;
    case ACTOR_STATES:
        if (x->e - x->b > GOVERNMENTS_BYTES) /* their representatives decide */
            return kind != KIND_COMMITMENT;
        return (kind == KIND_DECISION && one_of(act, &agreeing)) ||
               (kind == KIND_NOTED && one_of(act, &noting));
    case ACTOR_NONE:
    case ACTOR_AGENCY:
    case ACTOR_GROUP:
    case ACTOR_TEXT:
    case ACTOR_CONVENTION: break;
    }
    return false;
}

/* "At the meeting on 19 April 2007 delegations": the body alone that ends at `at`. */
static uint32_t body_start(const struct view *v, uint32_t b, uint32_t at)
{
    static const struct words opening = WORDS("In", "At", "On", "During", "With", "For",
                                              "By", "As", "To", "From", "Under");
    uint32_t end;
    if (!one_of(word_after(v, b, &end), &opening))
        return b;
    for (size_t i = v->nwords; i-- > 0;) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->actor != ACTOR_NONE && x->b > b && x->e <= at &&
            at - x->e <= 1)
            return x->b;
    }
    return b;
}

/* "the Committee on Immigration, Frontiers and Asylum": where the body's name begins that
 * goes on behind the comma in front of b, or b. */
static uint32_t name_around(const struct view *v, uint32_t b, uint32_t at)
{
    struct sv acronym;
    for (size_t i = 0; i < v->nwords && v->word[i].b < b; i++) {
        const struct word *x = &v->word[i];
        if (x->form != FORM_NONE || x->actor == ACTOR_NONE)
            continue;
        uint32_t end =
            x->actor == ACTOR_PARTY ? actor_party_end(v, x->e, &acronym) : x->e;
        const struct word *y = body_before(v, at);
        if (end > b && end <= at && (y == x || end == x->e))
            return x->b;
    }
    return b;
}

uint32_t noun_phrase_start(const struct deciding *d, uint32_t at)
{
    const struct view *v = &d->view;
    uint32_t b = at, best = at, ands = 0, words = 0, cut = 0;
    for (int n = 0; n < 40 && b > 0; n++) {
        uint32_t prev;
        struct sv w = word_before(v, b, &prev);
        if (w.n == 1 && memchr(",;:.", w.p[0], 4))
            break;
        if (sv_eq(w, SV("and")) && ands++ == 0)
            cut = b, words = 0;
        else
            words++;
        b = prev;
        best = b;
    }
    if (ands && words > 4)
        best = cut;
    while (best < at && v->p[best] == ' ')
        best++;
    return body_start(v, name_around(v, best, at), at);
}
