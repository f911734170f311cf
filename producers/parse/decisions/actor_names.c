/* What those who act are called: by the table, as printed, or with the field that stands
 * beside "Working Party" and "Ministers". */
#include "decide.h"
#include "producers/parse/text/ascii.h"

/* "(TWP)", "(COREU/CFSP)", and not "(International Aspects)". */
static bool is_acronym(struct sv w)
{
    for (size_t i = 0; i < w.n; i++)
        if (w.p[i] == ' ' || (w.p[i] >= 'a' && w.p[i] <= 'z'))
            return false;
    return w.n > 1;
}

/* "VII", "2": a group that is numbered, not named. */
static bool is_ordinal(struct sv w)
{
    for (size_t i = 0; i < w.n; i++)
        if (!memchr("IVX", w.p[i], 3))
            return false;
    return w.n > 0 && w.n < 6;
}

/* "Working Party on Terrorism (TWP)": where the field of a working party ends. */
uint32_t actor_party_end(const struct view *v, uint32_t e, struct sv *acronym)
{
    static const struct words small = WORDS("on", "of", "the", "and", "for", "ON", "in",
                                            "including", "to", "with", "OF");
    static const struct words naming = WORDS("on", "of", "for", "ON", "OF", "FOR");
    uint32_t end, next, last = e;
    *acronym = SV_NULL;
    for (int n = 0; n < 16; n++) {
        struct sv w = word_after(v, e, &end);
        if (w.n && w.p[0] == '(') {
            const char *close = memchr(w.p, ')', v->n - (size_t)(w.p - v->p));
            struct sv inside = {w.p + 1, close ? (size_t)(close - w.p) - 1 : 0};
            if (!close || inside.n > 40)
                break;
            e = (uint32_t)(close - v->p) + 1;
            if (is_acronym(inside)) {
                *acronym = inside;
                return e;
            }
            if (n == 0)
                break;
            last = e;
            continue;
        }
        if (n == 0 && is_ordinal(w))
            return end;
        bool capital = w.n && ((w.p[0] >= 'A' && w.p[0] <= 'Z') ||
                               sv_starts(w, SV("e-"))); /* "on e-Justice" */
        bool comma = n > 1 && w.n == 1 && w.p[0] == ',';
        struct sv behind = word_after(v, end, &next);
        bool issues = n > 1 && w.n > 3 && IS(behind, "(") && is_upper(behind.p[1]) &&
                      is_upper(behind.p[2]); /* "on Tax issues (HLWP)" */
        if (!capital && !comma && !issues && !one_of(w, &small))
            break;
        if (n == 0 && !one_of(w, &naming))
            break;
        e = end;
        if (capital)
            last = end;
    }
    return last;
}

/* "Schengen Evaluation Working Party": where a name begins that stands in front. */
uint32_t actor_party_begin(const struct view *v, uint32_t b)
{
    for (int n = 0; n < 4; n++) {
        uint32_t at;
        struct sv w = word_before(v, b, &at);
        if (w.n < 3 || w.p[0] < 'A' || w.p[0] > 'Z' || is_determiner(w) ||
            is_preposition(w) || w.p + w.n + 1 != v->p + b || is_attribute(w))
            break;
        b = at;
    }
    return b;
}

/* Behind "Justice and Home Affairs" that begins at `at`; `none` where no name does. */
static uint32_t capitals_end(const struct view *v, uint32_t none, uint32_t at)
{
    uint32_t last = none, end;
    for (int n = 0; n < 8; n++, at = end) {
        struct sv w = word_after(v, at, &end);
        bool capital = w.n > 2 && is_upper(w.p[0]) && !IS(w, "Member");
        if (capital)
            last = end;
        else if (n == 0 || !IS(w, "and"))
            break;
    }
    return last;
}

/* "ministres de l'intérieur", "ministri degli esteri": their field stands behind. */
static uint32_t ministers_end(const struct view *v, uint32_t e)
{
    static const struct words of =
        WORDS("de", "des", "du", "della", "delle", "degli", "dei", "del");
    static const struct words article = WORDS("la", "las", "los");
    static const struct words field_of = WORDS("of", "for");
    uint32_t end, next;
    struct sv link = word_after(v, e, &end);
    if (one_of(link, &field_of)) /* "Ministers of Justice and Home Affairs" */
        return capitals_end(v, e, end);
    bool dutch =
        e > 3 && memcmp(v->p + e - 3, "ers", 3) == 0; /* "de ministers de kwestie" */
    if (!one_of(link, &of) || dutch)
        return e;
    struct sv field = word_after(v, end, &next);
    if (one_of(field, &article))
        field = word_after(v, next, &next);
    bool small = field.n > 4 && field.p[0] >= 'a' && field.p[0] <= 'z';
    return small ? next : e;
}

static struct sv ministers_name(const struct view *v, const struct word *w)
{
    uint32_t b = w->b, at = w->b;
    for (int n = 0; n < 12; n++) {
        uint32_t prev;
        struct sv p = word_before(v, at, &prev);
        static const struct words field =
            WORDS("justice", "home", "foreign", "interior", "finance", "economy",
                  "defence", "environment", "health", "energy", "agriculture",
                  "fisheries", "transport", "labour", "employment", "trade", "education",
                  "development", "culture", "research", "space", "telecommunications");
        bool capital = (p.n && p.p[0] >= 'A' && p.p[0] <= 'Z') || one_of(p, &field);
        bool heading = p.n > 4 && is_acronym(p) && !IS(p, "ECOFIN");
        if (is_determiner(p) || is_preposition(p) || IS(p, "Council") || heading)
            break;
        bool and_word = sv_eq(p, SV("and")) && at < w->b; /* not "Ebola and ministers" */
        if (!capital && !and_word && !sv_eq(p, SV("affairs")) && !sv_eq(p, SV("&")))
            break;
        at = prev;
        if (capital)
            b = prev;
    }
    return (struct sv){v->p + b, ministers_end(v, w->e) - b};
}

/* "The Committee instructed the Working Party": one below it. */
static bool is_above_parties(struct sv self)
{
    static const struct words list = WORDS("COSI", "CATS", "SCIFA", "Coreper", "PSC",
                                           "SCA", "Council", "Convention", "Praesidium");
    return one_of(self, &list) || sv_ends(self, SV(" Committee"));
}

bool actor_is_group(struct sv w)
{
    static const struct words group =
        WORDS("groupe", "Groupe", "Gruppe", "Arbeitsgruppe", "groep", "Groep",
              "werkgroep", "Werkgroep", "gruppen", "Gruppen", "arbetsgruppen",
              "Arbetsgruppen", "gruppo", "Gruppo", "Arbejdsgruppen", "arbejdsgruppen",
              "grupo", "Grupo", "grupo de trabajo", "Grupo de Trabajo",
              "Grupo de trabajo", "Grupo de Trabalho", "grupo de trabalho");
    return one_of(w, &group);
}

/* "Groep cybervraagstukken", "arbetsgruppen för cyberfrågor", "Gruppe vedrørende
 * Cyberspørgsmål": behind the field of a group whose name ends at e; e where none
 * follows. */
static uint32_t group_field_end(const struct view *v, uint32_t e)
{
    static const struct words naming = WORDS("för", "vedrørende", "mot");
    static const struct words ands = WORDS("och", "og", "en");
    static const char *const tail[] = {
        "vraagstukken", "zaken",  "samenwerking", "terrorisme", "beleid",
        "recht",        "visa",   "asiel",        "grenzen",    "drugs",
        "migratie",     "handel", "vervoer",      "energie"};
    uint32_t end, next, last;
    struct sv w = word_after(v, e, &end);
    for (size_t i = 0; i < ARRAY_LEN(tail); i++)
        if (sv_ends(w, sv_cstr(tail[i])))
            return end;
    if (!one_of(w, &naming))
        return e;
    w = word_after(v, end, &last);
    if (w.n < 4)
        return e;
    struct sv and_word = word_after(v, last, &end);
    struct sv other = one_of(and_word, &ands) ? word_after(v, end, &next) : SV("");
    return other.n > 3 && is_upper(other.p[0]) == is_upper(w.p[0]) ? next : last;
}

/* "Gruppo orizzontale "Droga"", "groupe "Drogues"": the closing sign of a name in quotes
 * that begins behind e or one word; null: there is none. */
static const char *quoted_behind(const struct view *v, uint32_t e)
{
    uint32_t end = e;
    if (e < v->n && memcmp(v->p + e, " \"", 2) != 0)
        word_after(v, e, &end);
    if (end + 2 >= v->n || memcmp(v->p + end, " \"", 2) != 0)
        return NULL;
    return memchr(v->p + end + 2, '"', v->n - end - 2);
}

/* "(GENVAL)" of "Gruppe für Allgemeine Angelegenheiten einschließlich Bewertungen
 * (GENVAL)". */
static struct sv acronym_behind(const struct view *v, uint32_t e)
{
    enum { NAME_BYTES = 120, LONGEST = 16 };
    size_t left = v->n - e < NAME_BYTES ? v->n - e : NAME_BYTES;
    const char *open = memchr(v->p + e, '(', left);
    const char *close = open ? memchr(open, ')', v->n - (size_t)(open - v->p)) : NULL;
    struct sv inside = {close ? open + 1 : v->p, close ? (size_t)(close - open) - 1 : 0};
    bool named = close && inside.n < LONGEST && is_acronym(inside) &&
                 !memchr(v->p + e, ',', (size_t)(open - v->p) - e);
    return named ? inside : SV_NULL;
}

/* What the working party whose name holds body token k is called in full; null: it is not
 * told. */
static struct sv party_in_full(const struct deciding *d, const struct token *k)
{
    enum { BEFORE = 60, BEHIND = 160 };
    char text[BEFORE + BEHIND + 64];
    struct sv t = d->s->text, acronym;
    size_t b = k->b > BEFORE ? k->b - BEFORE : 0, n = 0, named = 0;
    for (size_t i = b; i < t.n && i < k->e + BEHIND && n < sizeof text; i++) {
        bool gap = memchr(" \n\t\f", t.p[i], 4) != NULL;
        if (i == k->b)
            named = n;
        if (t.p[i] == '\n' && i < k->b)
            n = 0;
        else if (!gap || (n && text[n - 1] != ' '))
            memcpy(text + n++, gap ? " " : t.p + i, 1);
    }
    struct view v = {.p = text, .n = (uint32_t)n};
    uint32_t e = (uint32_t)(named + (k->e - k->b)), end;
    if (e > n)
        return SV_NULL;
    if ((end = actor_party_end(&v, e, &acronym)) > e)
        return arena_copy(d->a,
                          acronym.p ? acronym : (struct sv){text + named, end - named});
    uint32_t from = actor_party_begin(&v, (uint32_t)named);
    return from < named ? arena_copy(d->a, (struct sv){text + from, e - from}) : SV_NULL;
}

/* "The Working Party agreed", "The Committee" in a note: the one that was named last. */
static struct sv named_before(const struct deciding *d, enum actor_class class)
{
    enum { TOKENS_BACK = 400 };
    size_t low = d->token > TOKENS_BACK ? d->token - TOKENS_BACK : 0;
    for (size_t i = d->token; i-- > low;) {
        const struct token *k = &d->s->token[i];
        size_t row = KNOWLEDGE_ID_ROW(k->id);
        if (KNOWLEDGE_ID_TABLE(k->id) != d->bodies)
            continue;
        enum actor_class other = (enum actor_class)d->book->row_actor[row];
        bool theirs = other == ACTOR_PARLIAMENT ||
                      (other == ACTOR_SELF &&
                       sv_starts(sv_sub(d->s->text, k->e, d->s->text.n), SV(" on ")));
        if (class == ACTOR_COMMITTEE && theirs) /* "the Committee on Civil Liberties" */
            return SV_NULL;
        if (other != class)
            continue;
        struct sv name =
            class == ACTOR_PARTY
                ? party_in_full(d, k)
                : knowledge_table_at(d->s->k, d->bodies)->row[row].cell[d->name];
        if (name.n)
            return name;
    }
    return SV_NULL;
}

/* "the Support Group" where the paper is COSI's, or has named that of COSI. */
static struct sv support_group(const struct deciding *d, struct sv printed)
{
    static const struct sv ours = {"COSI Support Group", 18};
    bool named = sv_eq(d->self, SV("COSI")) ||
                 sv_find(d->out->document.subject, SV("COSI")) != SIZE_MAX;
    for (size_t i = 0; i < d->out->document.to.n && !named; i++)
        named = sv_find(d->out->document.to.v[i], SV("COSI")) != SIZE_MAX;
    return named ? ours : arena_copy(d->a, printed);
}

struct sv actor_name(const struct deciding *d, const struct word *w)
{
    const struct view *v = &d->view;
    struct sv name = w->row->cell[d->name], acronym;
    if (name.n)
        return name;
    struct sv printed = {v->p + w->b, w->e - w->b};
    if (w->actor == ACTOR_SELF) {
        uint32_t b = actor_party_begin(v, w->b);
        bool group = actor_is_group(printed);
        const char *close = group ? quoted_behind(v, w->e) : NULL;
        uint32_t field = group ? group_field_end(v, w->e) : w->e;
        if (close && close - printed.p < 80) /* le groupe "Drogues" */
            printed.n = (size_t)(close - printed.p) + 1;
        else if (field > w->e)
            printed = (struct sv){v->p + b, field - b};
        else if (b < w->b) /* "the Grand Committee" is another one */
            printed = (struct sv){v->p + b, w->e - b};
        else if ((b = actor_party_end(v, w->e, &acronym)) > w->e) /* "on Civil Law" */
            printed.n = b - w->b;
        else if (d->self.p && d->mode != MODE_PRESS &&
                 !(is_above_parties(d->self) && actor_is_group(printed)))
            return d->self;
        else if ((acronym = acronym_behind(v, w->e)).p)
            return arena_copy(d->a, acronym);
        else if (d->mode == MODE_NOTE && IS(printed, "Committee") &&
                 (acronym = named_before(d, ACTOR_COMMITTEE)).p)
            return acronym;
    } else if (w->actor == ACTOR_PARTY) {
        uint32_t e = actor_party_end(v, w->e, &acronym);
        if (acronym.p)
            printed = acronym;
        else if (e > w->e)
            printed.n = e - w->b;
        else if ((e = actor_party_begin(v, w->b)) < w->b)
            printed = (struct sv){v->p + e, w->e - e};
        else if (sv_starts(printed, SV("Support")))
            return support_group(d, printed);
        else if (d->self.p && d->mode != MODE_PRESS && !is_above_parties(d->self))
            return d->self;
        else if (d->mode == MODE_NOTE && (acronym = named_before(d, ACTOR_PARTY)).p)
            return acronym;
    } else if (w->actor == ACTOR_MINISTERS) {
        printed = ministers_name(v, w);
    }
    if (sv_starts(printed, SV("The "))) /* "The group" */
        printed = sv_sub(printed, 4, printed.n);
    return arena_copy(d->a, printed);
}
