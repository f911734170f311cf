/* Who is asked: from the verb to where what is asked begins, name by name. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

enum { ADDRESSEES_MAX = 12, ADDRESSEE_BYTES = 240 };

static const struct word *body_at(const struct view *v, uint32_t b)
{
    for (size_t i = 0; i < v->nwords; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].b <= b && v->word[i].e > b)
            return &v->word[i];
    return NULL;
}

/* "asked the Commission for a report", not "the Agency for Fundamental Rights",
 * "ministers responsible for ports". */
static bool asks_for(const struct deciding *d, struct sv w, uint32_t end)
{
    static const struct words office =
        WORDS("responsible", "competent", "ministers", "Ministers", "minister");
    struct sv lang = d->out->document.language;
    uint32_t next, b;
    struct sv what = IS(w, "for") ? word_after(&d->view, end, &next) : SV("");
    return what.n && is_lower(what.p[0]) && (!lang.n || IS(lang, "en")) &&
           !one_of(word_before(&d->view, (uint32_t)(w.p - d->view.p), &b), &office);
}

uint32_t addressees_end(const struct deciding *d, uint32_t b)
{
    static const struct words stop =
        WORDS("to", "that", "with", ":", ";", "à", "at", "zu", "om", "te", "a", "di",
              "not", "-", "via", "because", "through", "til", "till", "att", "TO", "THAT",
              "mit", "auf", "AUF", "zur", "zum", "ad", "que", "che", "QUE", "CHE", "ATT",
              "OM", "dass", "dat", "aan", "AAN", "UIT", "OP", "AN", "TIL", "TILL", "op",
              "uit", "i", "whether", "if", "how", "À", "DI", "DAZU");
    static const struct words aside =
        WORDS("in", "as", "with", "WITH", "within", "taking", "by", "on", "at", "when",
              "where", "based", "following", "without", "while", "if", "should", "whilst",
              "under", "having", "dans", "conformément", "im", "gemäß", "IN", "AS",
              "WITHIN", "TAKING", "BY", "ON", "WHERE", "BASED", "FOLLOWING", "UNDER",
              "DANS", "CONFORMÉMENT", "IM", "GEMÄSS");
    static const struct words to = WORDS("à", "a", "ad", "À");
    static const struct words ands = WORDS("et", "e", "ed", "y", "ou", "ET");
    const struct view *v = &d->view;
    for (uint32_t at = b; at < v->n && at - b < ADDRESSEE_BYTES;) {
        const struct word *x = body_at(v, at + (v->p[at] == ' '));
        if (x && x->e > at) {
            at = x->e;
            continue;
        }
        uint32_t end, after;
        struct sv w = word_after(v, at, &end);
        uint32_t start = (uint32_t)(w.p - v->p);
        bool dative = (one_of(w, &to) && one_of(word_before(v, start, &after), &ands)) ||
                      (at == b && IS(w, "i") && /* "ha incaricato i suoi organi" */
                       IS(d->out->document.language, "it"));
        bool task = w.n > 3 && w.p[0] == 'D' && w.p[1] == '\'' && !is_upper(w.p[2]);
        bool apart = at > b && (IS(w, "–") || IS(w, "—")); /* " – with A – to" */
        bool level = IS(w, "AT") && IS(word_after(v, end, &after), "THE");
        if (w.n == 0 || task || (one_of(w, &stop) && !dative) || asks_for(d, w, end) ||
            apart || level)
            return start; /* "AUX ÉTATS MEMBRES D'échanger" */
        if (w.n == 1 && w.p[0] == '(') {
            const char *close = memchr(w.p, ')', v->n - start);
            end = close ? (uint32_t)(close - v->p) + 1 : end;
        }
        struct sv first = word_after(v, end, &after);
        bool named = sv_eq(word_after(v, after, &after), SV("particular"));
        if (w.n == 1 && w.p[0] == ',' && one_of(first, &aside) && !named) {
            const char *close = IS(word_before(v, start, &after), "and")
                                    ? memchr(v->p + end, ',', v->n - end)
                                    : NULL; /* "and, where appropriate, the" */
            if (!close)
                return start;
            end = (uint32_t)(close - v->p) + 1;
        }
        at = end;
    }
    return v->n;
}

/* "the Member States bordering the sea", "... that have not yet done so". */
static bool is_clause(struct sv w)
{
    static const struct words list = WORDS("concerned", "who", "which", "that", "whose",
                                           "affected", "willing", "able");
    bool participle = w.n > 6 && is_lower(w.p[0]) && sv_ends(w, SV("ing"));
    return participle || one_of(w, &list);
}

/* "competent" of "the competent Joint Expert Panels", not of "competent authorities". */
static bool is_epithet(const struct view *v, struct sv w, uint32_t end)
{
    uint32_t next;
    if (!is_lower(w.p[0]) || !is_attribute(w))
        return false;
    struct sv name = word_after(v, end, &next);
    const struct word *x = body_at(v, (uint32_t)(name.p - v->p));
    bool body =
        x && x->actor != ACTOR_NONE && x->actor != ACTOR_GROUP && x->actor != ACTOR_TEXT;
    return body || (name.n && !is_lower(name.p[0])) || is_determiner(name);
}

/* "verzocht de delegaties schriftelijke opmerkingen in te dienen": Dutch, German and
 * others put what is to be done right behind the name; what belongs to a name begins
 * otherwise. */
static bool object_begins(const struct deciding *d, struct sv w)
{
    static const struct words of_name = WORDS(
        "van", "voor", "bij", "met", "en", "of", "op", "der", "des", "von", "vom", "für",
        "und", "oder", "beim", "bei", "zuständig", "i", "oraz", "lub", "ds", "a", "ja",
        "sekä", "tai", "för", "av", "med", "och", "eller", "på", "vid", "inom", "som",
        "om", "att", "og", "af", "for", "ved", "der", "at", "til", "till");
    static const struct words languages =
        WORDS("nl", "de", "pl", "fi", "cs", "sk", "sv", "da");
    return one_of(d->out->document.language, &languages) && w.n && is_lower(w.p[0]) &&
           !one_of(w, &of_name);
}

static struct sv addressee(const struct deciding *d, uint32_t b, uint32_t e)
{
    const struct view *v = &d->view;
    static const struct words own =
        WORDS("seine", "seinen", "seinem", "ihre", "ihren", "ses", "leurs", "sus", "suoi",
              "sue", "zijn", "hun", "sina", "sine", "seus", "suas");
    while (e > b && v->p[e - 1] == ' ')
        e--;
    for (int n = 0; n < 5; n++) {
        uint32_t end;
        struct sv w = word_after(v, b, &end);
        const struct word *x = body_at(v, (uint32_t)(w.p - v->p));
        static const struct words leading =
            WORDS("on", "ON", "upon", "à", "aux", "au", "al", "À", "AUX", "AU");
        bool dative = (w.n && is_lower(w.p[0]) && is_adverb(w)) || one_of(w, &leading) ||
                      (IS(w, "i") && IS(d->out->document.language, "it"));
        if (sv_starts(w, SV("l'"))) /* "à l'Agence" */
            b = (uint32_t)(w.p - v->p) + 2;
        if ((x && x->b <= (uint32_t)(w.p - v->p) && x->actor != ACTOR_NONE) ||
            !(dative || is_determiner(w) || is_epithet(v, w, end) || one_of(w, &own)))
            break;
        if (end >= e && w.n == 2 && is_upper(w.p[0]) && is_upper(w.p[1]))
            break; /* "FR and DE were asked" */
        if (end >= e)
            return SV_NULL;
        b = end;
    }
    while (b < e && v->p[b] == ' ')
        b++;
    const char *open = b < e ? memchr(v->p + b, '(', e - b) : NULL;
    const struct word *x = body_at(v, b);
    if (x && x->b == b && x->actor != ACTOR_NONE) {
        uint32_t end = x->e, next;
        struct sv behind =
            end < e && v->p[end] == ' ' ? word_after(v, end, &next) : SV("");
        if (behind.n && (is_clause(behind) || object_begins(d, behind)))
            return actor_name(d, x);
        struct sv acronym;
        if (x->actor == ACTOR_PARTY)
            end = actor_party_end(v, x->e, &acronym);
        if (end >= e || (open && (uint32_t)(open - v->p) <= end + 1))
            return actor_name(d, x);
    }
    if (open)
        e = (uint32_t)(open - v->p);
    while (e > b && (v->p[e - 1] == ' ' || v->p[e - 1] == ',' || v->p[e - 1] == '.'))
        e--;
    static const struct words nameless = WORDS("them", "it", "him", "her", "us");
    static const struct words article = WORDS("en", "ett", "et"); /* "a swift solution" */
    uint32_t first;
    if (one_of(word_after(v, b, &first), &article))
        return SV_NULL;
    if (one_of((struct sv){v->p + b, e - b}, &nameless))
        return SV_NULL;
    return e > b && e - b <= 120 ? arena_copy(d->a, (struct sv){v->p + b, e - b})
                                 : SV_NULL;
}

static bool is_aside(struct sv w)
{
    static const struct words list =
        WORDS("in", "including", "notably", "such", "as", "especially", "particularly",
              "where", "together", "inter");
    return one_of(w, &list);
}

/* A stroke at `at` with a body on each side. */
static bool slash_between(const struct view *v, uint32_t at)
{
    const struct word *behind = v->p[at] == '/' ? body_at(v, at + 1) : NULL;
    return behind && behind->b == at + 1 && at > 0 && body_at(v, at - 1);
}

/* "die Kommission, Verhandlungen aufzunehmen": behind the comma stands what is to be
 * done, neither an article nor a body. */
static bool german_task_begins(const struct deciding *d, uint32_t at)
{
    uint32_t end;
    struct sv w = word_after(&d->view, at, &end);
    return IS(d->out->document.language, "de") && w.n && !is_determiner(w) &&
           !body_at(&d->view, (uint32_t)(w.p - d->view.p));
}

/* "den Rat, die Fortschritte jährlich zu prüfen", "den Rat, den Bericht vorzulegen":
 * behind the last comma of view[.., e) stands a noun that is no body, and the infinitive
 * right behind it. */
static bool german_object_begins(const struct deciding *d, uint32_t at, uint32_t e)
{
    const struct view *v = &d->view;
    uint32_t end, b;
    struct sv article = word_after(v, at, &end), noun = word_after(v, end, &b);
    if (!IS(d->out->document.language, "de") || !is_determiner(article) || end >= e ||
        memchr(v->p + at, ',', e - at) || body_at(v, (uint32_t)(noun.p - v->p)))
        return false;
    struct sv last = word_before(v, e, &b);
    bool infinitive = is_lower(last.p[0]) && sv_ends(last, SV("en")) &&
                      sv_find(last, SV("zu")) != SIZE_MAX;
    return infinitive || IS(word_after(v, e, &end), "zu");
}

/* "Working Party on Integration, Migration and Expulsion": where the name ends of the
 * body x, if no other body stands in its field. */
static uint32_t name_end(const struct view *v, const struct word *x)
{
    struct sv acronym;
    uint32_t end = x->actor == ACTOR_PARTY ? actor_party_end(v, x->e, &acronym) : x->e;
    for (size_t i = 0; i < v->nwords && end > x->e; i++)
        if (v->word[i].form == FORM_NONE && v->word[i].b >= x->e && v->word[i].b < end)
            return x->e;
    return end;
}

struct svs actor_addressees(const struct deciding *d, uint32_t b, uint32_t e)
{
    const struct view *v = &d->view;
    static const struct words what_for = /* "ein Mandat für Verhandlungen" */
        WORDS("für", "voor", "pour", "per", "para", "för");
    struct svs out = {arena_array(d->a, ADDRESSEES_MAX, sizeof *out.v), 0};
    uint32_t at = b, part = b, end;
    if (one_of(word_after(v, b, &end), &what_for))
        return out;
    bool english = IS(d->out->document.language, "en") || !d->out->document.language.n;
    bool dutch = IS(d->out->document.language, "nl"); /* elsewhere "en" is an article */
    bool skip = english && is_aside(word_after(v, b, &end));
    while (at <= e && out.n < ADDRESSEES_MAX) {
        const struct word *x = at < e ? body_at(v, at + (v->p[at] == ' ')) : NULL;
        if (x && x->e <= e && x->e > at) {
            uint32_t named = name_end(v, x);
            at = named <= e ? named : x->e;
            continue;
        }
        struct sv w = at < e ? word_after(v, at, &end) : SV("");
        uint32_t start = at < e ? (uint32_t)(w.p - v->p) : e;
        if (w.n == 1 && w.p[0] == '(' && start < e) {
            const char *close = memchr(w.p, ')', e - start);
            at = close ? (uint32_t)(close - v->p) + 1 : end;
            continue;
        }
        bool comma = w.n == 1 && w.p[0] == ',';
        if (at < e && slash_between(v, start)) { /* "COREPER/Council" */
            comma = true;
            end = start + 1;
        }
        static const struct words ands =
            WORDS("and", "et", "und", "en", "og", "och", "e", "y", "AND", "ET", "UND",
                  "EN", "OG", "OCH", "E", "Y");
        bool joins = one_of(w, &ands) && (dutch || !IS(w, "en"));
        if (at >= e || start >= e || w.n == 0 || comma || joins) {
            struct sv name = skip || start <= part ? SV_NULL : addressee(d, part, start);
            if (name.n)
                out.v[out.n++] = name;
            if (at >= e || start >= e || w.n == 0 ||
                (comma &&
                 (german_task_begins(d, end) || german_object_begins(d, end, e))))
                break;
            part = end;
            if (comma)
                skip = false;
            struct sv first = word_after(v, end, &start);
            skip = skip || (english && is_aside(first));
        }
        at = end;
    }
    return out;
}
