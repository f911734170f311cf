/* How the other languages say "will": an auxiliary with an infinitive behind it or at the
 * clause's end, or an ending. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

static const struct {
    struct sv lang;
    struct words aux;
    bool final; /* the infinitive stands at the clause's end */
} auxiliaries[] = {
    {{"de", 2}, WORDS("wird", "werden"), true},
    {{"nl", 2}, WORDS("zal", "zullen"), true},
    {{"da", 2}, WORDS("vil"), false},
    {{"sv", 2}, WORDS("kommer", "ska"), false},
};

/* With a small letter, also one like "é" and "ö". */
static bool begins_small(struct sv w)
{
    bool accent = w.n > 1 && (unsigned char)w.p[0] == 0xC3;
    return accent ? (unsigned char)w.p[1] >= 0xA0 : (unsigned char)w.p[0] >= 'a';
}

/* "reviendra", "poursuivront", "tornerà", "volverá", "apresentará". */
static bool ends_as_future(struct sv lang, struct sv w)
{
    static const struct {
        struct sv lang, end;
    } ending[] = {{{"fr", 2}, {"ra", 2}}, {{"fr", 2}, {"ront", 4}},
                  {{"it", 2}, {"rà", 3}}, {{"it", 2}, {"ranno", 5}},
                  {{"es", 2}, {"rá", 3}}, {{"es", 2}, {"rán", 4}},
                  {{"pt", 2}, {"rá", 3}}, {{"pt", 2}, {"rão", 4}}};
    static const struct words idle = WORDS(
        "sera", "seront", "aura", "auront", "devra", "devront", "pourra", "pourront",
        "faudra", "permettra", "permettront", "deviendra", "sarà", "saranno", "avrà",
        "avranno", "dovrà", "dovranno", "potrà", "potranno", "será", "serán", "tendrá",
        "tendrán", "deberá", "deberán", "podrá", "podrán", "habrá", "estará", "estarán",
        "serão", "terá", "terão", "deverá", "deverão", "poderá", "poderão", "haverá",
        "contribuera", "contribuirà", "contribuirá", "aidera", "bénéficiera");
    if (IS(w, "fera") && IS(lang, "fr")) /* "fera rapport" */
        return true;
    for (size_t i = 0; w.n > 4 && i < ARRAY_LEN(ending); i++)
        if (sv_eq(ending[i].lang, lang) && sv_ends(w, ending[i].end))
            return begins_small(w) && !one_of(w, &idle);
    return false;
}

static const struct words *auxiliary_of(struct sv lang, bool *final)
{
    for (size_t i = 0; i < ARRAY_LEN(auxiliaries); i++)
        if (sv_eq(auxiliaries[i].lang, lang)) {
            *final = auxiliaries[i].final;
            return &auxiliaries[i].aux;
        }
    return NULL;
}

bool future_begins(struct sv lang, struct sv w)
{
    bool final;
    const struct words *aux = auxiliary_of(lang, &final);
    return aux ? one_of(w, aux) : ends_as_future(lang, w);
}

/* "gebeten", "aufgerufen": what is done to somebody, no infinitive. */
static bool is_participle(struct sv w)
{
    static const struct sv prefix[] = {
        {"ab", 2},  {"an", 2},   {"auf", 3},   {"aus", 3},  {"bei", 3},
        {"ein", 3}, {"fest", 4}, {"heran", 5}, {"nach", 4}, {"vor", 3},
        {"zu", 2},  {"mit", 3},  {"weiter", 6}};
    for (size_t i = 0; i < ARRAY_LEN(prefix); i++)
        if (sv_starts(w, prefix[i]) && sv_starts(sv_sub(w, prefix[i].n, w.n), SV("ge")))
            return w.n > prefix[i].n + 5;
    return sv_starts(w, SV("ge")) && !sv_starts(w, SV("gew")) &&
           !sv_starts(w, SV("geh")) && !IS(w, "geben");
}

static bool is_infinitive(struct sv w)
{
    static const struct words idle =
        WORDS("sein", "haben", "werden", "können", "müssen", "bleiben", "erhalten",
              "dienen", "beitragen", "bilden", "ermöglichen", "gelten", "umfassen",
              "profitieren", "bekommen", "zijn", "hebben", "worden", "kunnen", "moeten",
              "blijven", "krijgen", "bijdragen", "leiden", "dürfen", "sollen");
    bool ending = sv_ends(w, SV("en")) || sv_ends(w, SV("ern")) ||
                  sv_ends(w, SV("eln")) || sv_ends(w, SV("gaan")) ||
                  sv_ends(w, SV("doen"));
    return w.n > 3 && begins_small(w) && ending && !one_of(w, &idle) && !is_participle(w);
}

/* Where the clause ends that goes on at `at`. */
static uint32_t clause_end(const struct view *v, uint32_t at)
{
    for (; at < v->n; at++) {
        char c = v->p[at];
        if (memchr(",;:", c, 3) ||
            (c == '.' && (v->p[at - 1] < '0' || v->p[at - 1] > '9')))
            break;
    }
    return at;
}

static bool is_passive_in(const struct view *v, uint32_t b, uint32_t e)
{
    static const struct words list = WORDS("werden", "worden", "nicht", "niet", "geen");
    for (uint32_t end; b < e; b = end)
        if (one_of(word_after(v, b, &end), &list))
            return true;
    return false;
}

/* "zal de tekst, zonder debat, in juni aannemen": the sentence from `at` on ends with the
 * infinitive, and no clause of its own stands behind its last comma. */
static bool closes_with_infinitive(const struct view *v, uint32_t at)
{
    static const struct words clause =
        WORDS("der", "die", "das", "den", "dem", "dass", "daß", "wenn", "um", "ob", "da",
              "damit", "und", "welche", "dat", "waar", "en", "als", "om", "wie", "sobald",
              "nachdem", "zodra", "nadat", "hoe", "was", "deren", "dessen");
    static const struct words to = WORDS("zu", "te");
    uint32_t e = v->n, comma = at, b, end;
    while (e > at && (v->p[e - 1] == '.' || v->p[e - 1] == ' '))
        e--;
    for (uint32_t i = at; i < e; i++)
        if (v->p[i] == ',' || v->p[i] == ';')
            comma = i + 1;
    if (comma == at || one_of(word_after(v, comma, &end), &clause) ||
        is_passive_in(v, at, e) || !is_infinitive(word_before(v, e, &b)))
        return false;
    return !one_of(word_before(v, b, &b), &to);
}

/* The infinitive at the end of the clause behind an auxiliary, in Dutch also near it:
 * "zal hierop terugkomen in juni". */
static bool has_final_infinitive(const struct view *v, uint32_t at)
{
    enum { NEAR_WORDS = 3 };
    uint32_t e = clause_end(v, at), b, end = at;
    if (is_passive_in(v, at, e))
        return false;
    if (is_infinitive(word_before(v, e, &b)))
        return true;
    for (int n = 0; n < NEAR_WORDS && end < e;) {
        struct sv w = word_after(v, end, &end);
        if (is_infinitive(w))
            return true;
        n += !is_adverb(w);
    }
    return closes_with_infinitive(v, at);
}

/* Danish, Swedish: the infinitive follows at once. */
static bool has_next_infinitive(const struct view *v, uint32_t at)
{
    static const struct words idle =
        WORDS("blive", "være", "have", "få", "kunne", "skulle", "ikke", "bidrage", "bli",
              "vara", "ha", "kunna", "inte", "leda", "bidra", "medføre");
    uint32_t end;
    struct sv w = word_after(v, at, &end);
    while (is_adverb(w) || IS(w, "att") || IS(w, "nu"))
        w = word_after(v, end, &end);
    bool passive = sv_ends(w, SV("s"));
    return w.n > 1 && begins_small(w) && !passive && !one_of(w, &idle) &&
           (sv_ends(w, SV("e")) || sv_ends(w, SV("a")) || sv_ends(w, SV("å")));
}

bool future_infinitive(const struct deciding *d, uint32_t at)
{
    bool final = false;
    if (!auxiliary_of(d->out->document.language, &final))
        return true;
    return final ? has_final_infinitive(&d->view, at) : has_next_infinitive(&d->view, at);
}

uint32_t future_behind(const struct deciding *d, uint32_t at, uint32_t *verb)
{
    const struct view *v = &d->view;
    uint32_t end;
    struct sv w = word_after(v, at, &end);
    while (is_adverb(w))
        w = word_after(v, end, &end);
    *verb = (uint32_t)(w.p - v->p);
    if (!w.n || !future_begins(d->out->document.language, w))
        return 0;
    return future_infinitive(d, end) ? end : 0;
}

/* The body in front of an auxiliary that ends the view, or behind it: "Die Kommission
 * wird:", "Im Herbst wird die Kommission:"; NULL: none. */
static const struct word *body_of_lead(const struct deciding *d)
{
    const struct view *v = &d->view;
    struct sv lang = d->out->document.language, intro = SV("");
    uint32_t e = v->n, b;
    while (e && memchr(": –-", v->p[e - 1], 6))
        e--;
    if (future_begins(lang, word_before(v, e, &b))) {
        const struct word *x = actor_subject(d, b, &intro);
        return is_subordinate(intro) ? NULL : x;
    }
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->form != FORM_NONE || x->e != e)
            continue;
        struct sv w = word_before(v, x->b, &b);
        return future_begins(lang, is_determiner(w) ? word_before(v, b, &b) : w) ? x
                                                                                 : NULL;
    }
    return NULL;
}

bool future_leads(struct deciding *d, const struct sentence *at,
                  const struct sentence *entry, struct act *lead)
{
    bool final, asked;
    const struct word *x =
        auxiliary_of(d->out->document.language, &final) ? body_of_lead(d) : NULL;
    if (!x || d->mode == MODE_NARRATIVE)
        return false;
    *lead = (struct act){.kind = KIND_COMMITMENT,
                         .voice = VOICE_ACTIVE,
                         .act = SV("will"),
                         .verb = SV("will"),
                         .by = actor_name(d, x),
                         .draft = d->drafts && in_conclusions(d, at->b),
                         .b = d->view.n,
                         .e = d->view.n};
    view_of(d, entry->line, entry->b, entry->e);
    asked =
        !(final ? has_final_infinitive(&d->view, 0) : has_next_infinitive(&d->view, 0));
    view_of(d, at->line, at->b, at->e);
    return !asked;
}

bool future_errand(const struct deciding *d, uint32_t at)
{
    static const struct sv stem[] = {
        {"vorlegen", 8},      {"ausarbeiten", 11},   {"erstellen", 9},
        {"bermitteln", 10},   {"erstatten", 9},      {"unterbreiten", 12},
        {"vorstellen", 10},   {"aktualisieren", 13}, {"berarbeiten", 11},
        {"veranstalten", 12}, {"informieren", 11},   {"liefern", 7},
        {"verteilen", 9},     {"berichten", 9},      {"indienen", 8},
        {"voorleggen", 10},   {"opstellen", 9},      {"toezenden", 9},
        {"uitbrengen", 10},   {"presenteren", 11},   {"bijwerken", 9},
        {"verstrekken", 11},  {"uitwerken", 9},      {"organiseren", 11},
        {"rondsturen", 10},   {"toekomen", 8},       {"forelægge", 10},
        {"udarbejde", 9},     {"fremsende", 9},      {"aflægge", 8},
        {"rapportere", 10},   {"præsentere", 11},    {"ajourføre", 10},
        {"fremlægge", 10},    {"udsende", 7},        {"lägga fram", 11},
        {"utarbeta", 8},      {"rapportera", 10},    {"översända", 11},
        {"presentera", 10},   {"uppdatera", 9},      {"överlämna", 11},
        {"skicka", 6},        {"anordna", 7},        {"résentera", 10},
        {"laborera", 8},      {"transmettra", 11},   {"soumettra", 9},
        {"remettra", 8},      {"fera rapport", 12},  {"rendra compte", 13},
        {"réparera", 9},      {"diffusera", 9},      {"communiquera", 12},
        {"organisera", 10},   {"fournira", 8},       {"resenterà", 10},
        {"laborerà", 9},      {"trasmetterà", 12},   {"riferirà", 9},
        {"reparerà", 9},      {"ggiornerà", 10},     {"distribuirà", 12},
        {"rganizzerà", 11},   {"fornirà", 8},        {"invierà", 8},
        {"resentará", 10},    {"laborará", 9},       {"ransmitirá", 11},
        {"nformará", 9},      {"reparará", 9},       {"emitirá", 8},
        {"nviará", 7}};
    struct sv rest = {d->view.p + at, d->view.n - at};
    for (size_t i = 0; i < ARRAY_LEN(stem); i++)
        if (sv_find(rest, stem[i]) != SIZE_MAX)
            return true;
    return false;
}

/* ---- at a body, before its sentence is cut ---- */

static struct sv word_at(struct sv text, size_t b)
{
    size_t e = b;
    while (e < text.n && byte_in_word(text.p[e]))
        e++;
    return sv_sub(text, b, e);
}

/* The word of the text that ends before `at`, but for blanks. */
static struct sv word_in_front(struct sv text, size_t at)
{
    size_t b;
    while (at > 0 && memchr(" \n", text.p[at - 1], 2))
        at--;
    for (b = at; b > 0 && byte_in_word(text.p[b - 1]);)
        b--;
    return sv_sub(text, b, at);
}

/* "Im Juni wird der Rat ...": a future right in front, but for an article. */
static bool is_inverted_promise(const struct scan *s, const struct token *k,
                                struct sv lang)
{
    struct sv w = word_in_front(s->text, k->b);
    if (is_determiner(w))
        w = word_in_front(s->text, (size_t)(w.p - s->text.p));
    return future_begins(lang, w);
}

/* "Working Party on Company Law (Attachés) will": the field stands in between; `rest` is
 * what stands behind the token. */
static bool field_then_future(struct sv rest)
{
    enum { FIELD_MAX = 100 };
    struct sv field = sv_sub(rest, 0, rest.n < FIELD_MAX ? rest.n : FIELD_MAX);
    size_t at = sv_find(field, SV(" will "));
    return at != SIZE_MAX && !memchr(field.p, '.', at) && !memchr(field.p, ';', at);
}

/* Behind the mark of a list that may stand at `at`: "- ", "(a) ", "o ". */
static size_t behind_mark(struct sv text, size_t at, size_t limit)
{
    while (at < limit && text.p[at] != '\n') {
        bool letter = is_lower(text.p[at]);
        if (letter && at + 1 < limit && text.p[at + 1] != ')' &&
            !is_blank(text.p[at + 1]))
            break;
        at++;
    }
    return at;
}

/* "The Presidency:" at `at`, and below it an entry that begins with "will". */
static bool leads_promises(struct sv text, size_t at)
{
    enum { LINES_AHEAD = 24, BYTES_AHEAD = 2000 };
    size_t limit = at + BYTES_AHEAD < text.n ? at + BYTES_AHEAD : text.n;
    if (text.p[at] != ':')
        return false;
    for (int n = 0; n < LINES_AHEAD && at < limit; n++) {
        const char *line = memchr(text.p + at, '\n', limit - at);
        if (!line)
            break;
        if (n == 0 && sv_trim(sv_sub(text, at + 1, (size_t)(line - text.p))).n > 0)
            return false;
        at = behind_mark(text, (size_t)(line - text.p) + 1, limit);
        if (sv_starts(sv_sub(text, at, limit), SV("will ")))
            return true;
    }
    return false;
}

/* Does a body stand in front of "will" or "should"? */
bool future_may_begin(const struct scan *s, const struct token *k, struct sv lang)
{
    size_t at = k->e;
    while (at < s->text.n && (s->text.p[at] == ' ' || s->text.p[at] == '\n'))
        at++;
    struct sv rest = sv_sub(s->text, at, s->text.n);
    if (at == k->e && rest.n && (!lang.n || sv_eq(lang, SV("en"))))
        return leads_promises(s->text, at);
    if (at == k->e && rest.n && rest.p[0] == ':') /* "Im Herbst wird die Kommission:" */
        return is_inverted_promise(s, k, lang);
    if (at == k->e || !rest.n)
        return false;
    if (lang.n && !sv_eq(lang, SV("en")))
        return future_begins(lang, word_at(rest, 0)) || is_inverted_promise(s, k, lang);
    if (rest.p[0] == 'o') {
        bool chair = sv_ends(sv_sub(s->text, k->b, k->e), SV("hair")) &&
                     sv_starts(rest, SV("of ")); /* "Chair of the Group will" */
        return (chair || sv_starts(rest, SV("on "))) && field_then_future(rest);
    }
    if (rest.p[0] != 'w' && rest.p[0] != 's')
        return false;
    return sv_starts(rest, SV("will")) || sv_starts(rest, SV("should")) ||
           sv_starts(rest, SV("would ")) || sv_starts(rest, SV("shall"));
}
