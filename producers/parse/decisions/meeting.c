/* Which body met, and whether the paper's conclusions are a draft. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

enum { TITLE_BYTES = 1500 };

struct found_bodies {
    const struct deciding *d;
    struct view text; /* as people read it: line ends are blanks */
    struct sv name;
    struct sv other; /* "COST Senior Officials Committee": one that no table knows */
    bool two;
};

static struct view as_view(const struct deciding *d, struct sv text)
{
    struct view v = {.p = arena_alloc(d->a, text.n + VIEW_SLACK), .n = (uint32_t)text.n};
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n')
            v.p[i] = ' ';
        else
            v.p[i] = text.p[i];
    memset(v.p + text.n, 0, VIEW_SLACK);
    return v;
}

static void take_body(struct found_bodies *f, const struct knowledge_row *r, size_t b,
                      size_t e)
{
    enum actor_class c = actor_class_of(r->cell[f->d->class_]);
    if (c == ACTOR_SELF && !f->other.p) {
        size_t begin = actor_party_begin(&f->text, (uint32_t)b);
        if (begin < b)
            f->other = (struct sv){f->text.p + begin, e - begin};
    }
    if (c != ACTOR_COMMITTEE && c != ACTOR_PARTY)
        return;
    struct sv name = r->cell[f->d->name], short_name;
    struct sv printed = {f->text.p + b, e - b};
    if (!name.n && c == ACTOR_PARTY) {
        printed.n = actor_party_end(&f->text, (uint32_t)e, &short_name) - b;
        if (printed.n == e - b) {
            b = actor_party_begin(&f->text, (uint32_t)b);
            printed = (struct sv){f->text.p + b, e - b};
        }
        name = short_name.p ? short_name : SV_NULL;
    }
    if (!name.n) {
        const char *p = printed.p, *end = f->text.p + f->text.n;
        const char *open = memchr(p, '(', (size_t)(end - p));
        const char *close = open ? memchr(open, ')', (size_t)(end - open)) : NULL;
        bool acronym = close && close - open < 14 && close - open > 2 && open - p < 160;
        for (const char *q = open; acronym && ++q < close;)
            acronym = (*q >= 'A' && *q <= 'Z') || *q == '-' || *q == '/';
        name = acronym ? (struct sv){open + 1, (size_t)(close - open) - 1} : printed;
    }
    if (f->name.p && !sv_eq(f->name, name))
        f->two = true;
    else
        f->name = name;
}

static int subject_hit(void *ctx, const struct match_hit *hit)
{
    struct found_bodies *f = ctx;
    if (KNOWLEDGE_ID_TABLE(hit->id) == f->d->bodies) {
        const struct knowledge_table *t = knowledge_table_at(f->d->s->k, f->d->bodies);
        take_body(f, &t->row[KNOWLEDGE_ID_ROW(hit->id)], hit->start, hit->end);
    }
    return 0;
}

static struct sv body_named(const struct deciding *d, struct sv text, bool *two)
{
    struct found_bodies f = {.d = d};
    if (text.n)
        f.text = as_view(d, text);
    if (text.n)
        match_scan(knowledge_matcher(d->s->k), text, subject_hit, &f);
    *two = f.two;
    return f.two                                         ? SV_NULL
           : f.name.p || !meeting_holds(text, "MEETING") ? f.name
                                                         : f.other;
}

/* "COSI 25" is a subject code. */
static bool is_code(struct sv text, size_t b, size_t e)
{
    for (size_t i = b; i < e; i++)
        if (text.p[i] < 'A' || text.p[i] > 'Z')
            return false;
    return e + 1 < text.n && text.p[e] == ' ' && text.p[e + 1] >= '0' &&
           text.p[e + 1] <= '9';
}

/* A summary record names its committee in the title, without a subject. */
static struct sv body_in_title(const struct deciding *d)
{
    const struct scan *s = d->s;
    size_t end = d->out->nitems ? d->out->items[0].span.b : 0;
    if (end < s->header_end || end > TITLE_BYTES)
        end = s->header_end ? s->header_end : TITLE_BYTES;
    end = end < s->text.n ? end : s->text.n;
    struct found_bodies f = {.d = d, .text = as_view(d, sv_sub(s->text, 0, end))};
    const struct knowledge_table *t = knowledge_table_at(s->k, d->bodies);
    for (size_t i = 0; i < s->ntokens && s->token[i].b < end; i++)
        if (KNOWLEDGE_ID_TABLE(s->token[i].id) == d->bodies &&
            !is_code(s->text, s->token[i].b, s->token[i].e))
            take_body(&f, &t->row[KNOWLEDGE_ID_ROW(s->token[i].id)], s->token[i].b,
                      s->token[i].e);
    return f.two ? SV_NULL : f.name;
}

static bool is_short(struct sv name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < 'A' || name.p[i] > 'Z')
            return false;
    return name.n > 2 && name.n < 10;
}

static const struct words groups =
    WORDS("Gruppe", "Groupe", "Groep", "Gruppo", "Grupo", "Gruppen", "Arbejdsgruppen",
          "Arbetsgruppen", "arbetsgruppen", "groupe", "gruppo", "gruppen", "grupo");

/* "Groep luchtvaart" of "Groep luchtvaart van 28 september": where the field ends in
 * front of the day of the meeting; 0: no day follows, or no field stands there. */
static size_t field_length(struct sv rest)
{
    enum { LONGEST = 80 };
    static const struct words dating = WORDS("van", "op", "du", "le", "de", "del", "el",
                                             "di", "vom", "am", "den", "af", "av", "em");
    struct sv word, from = rest;
    for (size_t n = 0; sv_cut(&rest, ' ', &word); n++) {
        size_t at = (size_t)(word.p - from.p);
        if (at > LONGEST || memchr("(,;:-\"", word.n ? word.p[0] : '(', 6))
            return 0;
        if (one_of(word, &dating) && rest.n && is_digit(rest.p[0]))
            return n > 0 ? at - 1 : 0;
    }
    return 0;
}

/* "Réunion du groupe "Frontières" du 6 juin 2013": the group that a subject names, its
 * field right behind it. */
static struct sv group_in_subject(const struct deciding *d)
{
    enum { LONGEST = 100 };
    struct sv rest = d->out->document.subject, word;
    const char *begin = rest.p;
    bool group = false;
    for (int n = 0; n < 6 && !group && sv_cut(&rest, ' ', &word); n++) {
        group = one_of(word, &groups);
        begin = word.p;
    }
    if (!group || !rest.n)
        return SV_NULL;
    const char *close = rest.p[0] == '"' ? memchr(rest.p + 1, '"', rest.n - 1) : NULL;
    size_t field = close ? (size_t)(close - rest.p) + 1 : field_length(rest);
    size_t n = field ? (size_t)(rest.p - begin) + field : 0;
    n -= n && begin[n - 1] == ',';
    return n && n < LONGEST ? (struct sv){begin, n} : SV_NULL;
}

/* "Gruppe "Polizeiliche Zusammenarbeit"", from whom a record comes in the languages that
 * have no name of its own for a working party. */
static struct sv group_from(const struct deciding *d)
{
    enum { LONGEST = 100 };
    struct sv from = d->out->document.from, rest = from, word;
    bool group = false;
    for (int n = 0; n < 4 && !group && sv_cut(&rest, ' ', &word); n++)
        group = one_of(word, &groups);
    size_t open = from.n;
    while (open > 0 && from.p[open - 1] != '(')
        open--;
    if (group && open && sv_ends(from, SV(")"))) { /* "... (MDG)" */
        struct sv brief = sv_sub(from, open, from.n - 1);
        if (is_short(brief))
            return brief;
    }
    return group && rest.n && from.n < LONGEST ? from : SV_NULL;
}

/* "OUTCOME OF PROCEEDINGS of : Council (Competitiveness) on : 21 May 2007" */
static bool of_council(const struct deciding *d)
{
    static const char *const of[] = {"PROCEEDINGS OF COUNCIL",
                                     "PROCEEDINGS OF THE COUNCIL", "OF : COUNCIL",
                                     "OF: COUNCIL", NULL};
    struct view head = as_view(d, sv_sub(d->s->text, 0, d->s->header_end));
    return meeting_holds_any((struct sv){head.p, head.n}, of);
}

static struct sv body_of_meeting(const struct deciding *d)
{
    const struct document *h = &d->out->document;
    bool two = false;
    bool prepares = d->mode == MODE_RECORD && meeting_holds(h->subject, "PREPARATION");
    struct sv name = prepares ? body_named(d, h->from, &two) : SV_NULL;
    name = name.p ? name : body_named(d, h->subject, &two);
    if (d->mode == MODE_RECORD && (name.p || two))
        return name;
    for (size_t i = 0; d->mode == MODE_NOTE && i < h->to.n; i++) {
        struct sv to = body_named(d, h->to.v[i], &two);
        if (to.p && !sv_eq(to, SV("Coreper")))
            return to;
    }
    if (d->mode == MODE_RECORD) {
        name = group_from(d);
        name = name.p ? name : group_in_subject(d);
        if (!name.p && of_council(d))
            return d->council;
        for (size_t i = 0; !name.p && i < h->to.n; i++)
            name = body_named(d, h->to.v[i], &two);
        if (!name.p)
            name = body_named(d, h->from, &two);
        return name.p ? name : body_in_title(d);
    }
    return d->mode == MODE_NOTE ? body_named(d, h->from, &two) : SV_NULL;
}

static void read_date(struct deciding *d)
{
    const struct document *h = &d->out->document;
    struct sv date = h->meeting_date.n >= 4 ? h->meeting_date : h->date;
    uint64_t y = 0, m = 0;
    if (date.n >= 4 && sv_u64(sv_sub(date, 0, 4), &y))
        d->year = (int)y;
    if (date.n >= 7 && sv_u64(sv_sub(date, 5, 7), &m))
        d->month = (int)m;
}

/* The first verb in capitals, or the first recital: conclusions begin there. */
static size_t operative_begin(const struct deciding *d)
{
    const struct scan *s = d->s;
    const struct knowledge_table *t = knowledge_table_at(s->k, d->formulas);
    for (size_t i = scan_token_at(s, s->header_end); i < s->ntokens; i++)
        if (KNOWLEDGE_ID_TABLE(s->token[i].id) == d->formulas &&
            sv_eq(t->row[KNOWLEDGE_ID_ROW(s->token[i].id)].cell[d->form],
                  SV("operative")))
            return s->token[i].b;
    return SIZE_MAX;
}

bool in_conclusions(struct deciding *d, size_t offset)
{
    if (!d->operative_from)
        d->operative_from = operative_begin(d);
    return offset >= d->operative_from;
}

/* "Delegations will find attached the draft conclusions": the sentence that says what the
 * paper transmits; empty: none does. */
static struct sv cover_sentence(const struct scan *s)
{
    enum { COVER_BYTES = 800 };
    size_t e =
        s->header_end + COVER_BYTES < s->text.n ? s->header_end + COVER_BYTES : s->text.n;
    struct sv cover = sv_sub(s->text, s->header_end, e);
    size_t begin = sv_find(cover, SV("elegations will find"));
    if (begin == SIZE_MAX)
        return SV("");
    struct sv rest = {cover.p + begin, cover.n - begin};
    size_t stop = sv_find(rest, SV(".\n"));
    rest.n = stop == SIZE_MAX ? rest.n : stop;
    return rest;
}

/* "... som antogs av rådet", "die der Rat ... angenommen hat": the same elsewhere. */
static bool transmits_adopted_abroad(const struct scan *s)
{
    enum { COVER_BYTES = 800 };
    static const char *const said[] = {"antogs av r",
                                       "antagits av r",
                                       "vedtaget af R",
                                       "blev vedtaget af",
                                       "adoptées par le Conseil",
                                       "adopté par le Conseil",
                                       "adottate dal C",
                                       "adottato dal C",
                                       "adoptadas por el C",
                                       "adotadas pelo C",
                                       "adoptadas pelo C",
                                       "vom Rat angenommen",
                                       "Rates angenommen",
                                       "door de Raad aangenomen",
                                       "Rada przyj",
                                       "przez Radę",
                                       "neuvosto hyväksyi",
                                       "Neuvosto hyväksyi",
                                       NULL};
    static const char *const draft[] = {"tkast",   "projet",   "ntwurf",   "ntwerp",
                                        "dkast",   "progetto", "proyecto", "projeto",
                                        "projekt", "luonnos",  NULL};
    struct sv rest = sv_sub(s->text, s->header_end, s->text.n);
    rest.n = rest.n < COVER_BYTES ? rest.n : COVER_BYTES;
    size_t at = SIZE_MAX;
    for (size_t i = 0; said[i] && at == SIZE_MAX; i++)
        at = sv_find(rest, sv_cstr(said[i]));
    if (at == SIZE_MAX)
        return false;
    for (size_t i = 0; draft[i]; i++)
        if (sv_find(sv_sub(rest, 0, at), sv_cstr(draft[i])) != SIZE_MAX)
            return false;
    return true;
}

/* "... the Council conclusions on X, as adopted by the Council at its meeting": what the
 * paper transmits is final. */
static bool transmits_adopted(const struct scan *s, struct sv language)
{
    static const struct sv said[] = {{"adopted by the Council", 22},
                                     {"approved by the Council", 23},
                                     {"adopted by the European Council", 31}};
    struct sv rest = cover_sentence(s);
    for (size_t i = 0; i < ARRAY_LEN(said); i++) {
        size_t at = sv_find(rest, said[i]);
        if (at != SIZE_MAX && at > 3 && memcmp(rest.p + at - 3, "be ", 3) != 0)
            return sv_find(rest, SV("draft")) == SIZE_MAX;
    }
    return !sv_eq(language, SV("en")) && transmits_adopted_abroad(s);
}

/* Conclusions as they are handed to the press: a title, no header. */
static bool begins_as_conclusions(const struct scan *s)
{
    enum { FRONT_BYTES = 600 };
    static const char *const title[] = {"COUNCIL CONCLUSIONS ON",
                                        "COUNCIL ADOPTED THE FOLLOWING CONCLUSIONS",
                                        "IT ADOPTED THE FOLLOWING CONCLUSIONS",
                                        "CONCLUSIONS DU CONSEIL SUR",
                                        "FOLGERUNGEN DES RATES ZU",
                                        "CONCLUSIES VAN DE RAAD OVER",
                                        "KONKLUSIONER OM",
                                        "DETS SLUTSATSER OM",
                                        "CONCLUSIONI DEL CONSIGLIO S",
                                        "CONCLUSIONES DEL CONSEJO S",
                                        "ES DO CONSELHO SOBRE",
                                        "RY RADY O ", /* závěry, závery */
                                        "KONKLUZJE RADY",
                                        "CONCLUZIILE CONSILIULUI",
                                        "NEUVOSTON P", /* päätelmät */
                                        NULL};
    return meeting_holds_any(
        sv_sub(s->text, 0, s->text.n < FRONT_BYTES ? s->text.n : FRONT_BYTES), title);
}

/* "Feira European Council: Conclusions of the Presidency", a page without a header. */
static bool begins_as_summit(const struct scan *s)
{
    enum { FRONT_BYTES = 400 };
    static const char *const title[] = {"PRESIDENCY CONCLUSIONS",
                                        "CONCLUSIONS OF THE PRESIDENCY",
                                        "CONCLUSIONS DE LA PR", NULL};
    struct sv front =
        sv_sub(s->text, 0, s->text.n < FRONT_BYTES ? s->text.n : FRONT_BYTES);
    return meeting_holds_any(front, title) &&
           (meeting_holds(front, "EUROPEAN COUNCIL") ||
            meeting_holds(front, "CONSEIL EUROP") || meeting_holds(front, "EU SUMMIT"));
}

/* "Declaration by the Presidency on behalf of the European Union": who speaks is the
 * Union. */
static bool is_declaration(const struct scan *s, struct sv subject)
{
    enum { FRONT_BYTES = 700 };
    static const char *const title[] = {"ON BEHALF OF THE EU",
                                        "AU NOM DE L'UNION EUROP",
                                        "AU NOM DE L’UNION EUROP",
                                        "AU NOM DE L’UE",
                                        "AU NOM DE L'UE",
                                        "IM NAMEN DER EU",
                                        "NAMENS DE EU",
                                        NULL};
    static const char *const what[] = {
        "DECLARATION", "CLARATION", "STATEMENT", "RUNG", /* Erklärung */ "VERKLARING",
        NULL};
    struct sv front =
        subject.n ? subject
                  : sv_sub(s->text, 0, s->text.n < FRONT_BYTES ? s->text.n : FRONT_BYTES);
    return meeting_holds_any(front, title) && meeting_holds_any(front, what);
}

/* "Agriculture Council - Main results", "25th meeting of the EEA Council": a press
 * release on a page without a header. */
static bool begins_as_press(const struct scan *s)
{
    enum { FRONT_BYTES = 600 };
    static const char *const title[] = {
        "MAIN RESULTS",        "MEETING OF THE EEA COUNCIL", "COOPERATION COUNCIL",
        "ASSOCIATION COUNCIL", "PARTNERSHIP COUNCIL",        NULL};
    return meeting_holds_any(
        sv_sub(s->text, 0, s->text.n < FRONT_BYTES ? s->text.n : FRONT_BYTES), title);
}

/* Names the two councils as the paper's language does. */
static void name_councils(struct deciding *d, bool euco)
{
    const struct knowledge_table *t = knowledge_table(d->s->k, "councils");
    const struct knowledge_row *r = NULL;
    for (size_t i = 0; t && i < t->rows; i++)
        if (sv_eq(t->row[i].cell[0], d->out->document.language))
            r = &t->row[i];
    d->european = r ? r->cell[2] : SV("European Council");
    d->council = euco ? d->european : r ? r->cell[1] : SV("Council");
    d->union_ = r ? r->cell[3] : SV("EU");
}

/* The presidency of a note that comes from it, as printed. */
static struct sv author_of(struct sv from)
{
    if (meeting_holds(from, "PRESIDENCY") && !meeting_holds(from, "SECRETARIAT"))
        return SV("Presidency");
    bool german = meeting_holds(from, "VORSITZ") && !meeting_holds(from, "SEKRETARIAT");
    bool french = meeting_holds(from, "SIDENCE") && !meeting_holds(from, "TARIAT");
    static const char *const other[] = {
        "formandskabet",       "Formandskabet", "ordförandeskapet", "Ordförandeskapet",
        "voorzitterschap",     "presidenza",    "Presidenza",       "Presidencia",
        "Presidência",         "předsednictví", "Předsednictví",    "predsedníctvo",
        "Predsedníctvo",       "prezydencja",   "Prezydencja",      "elnökség",
        "Președinția",         "Προεδρία",      "Председателство",  "puheenjohtajavaltio",
        "Puheenjohtajavaltio", "eesistujariik", "prezidentūra",     "predsjedništvo",
        "Predsjedništvo",      "predsedstvo",   "Predsedstvo"};
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        if (sv_find(from, sv_cstr(other[i])) != SIZE_MAX && from.n < 40)
            return sv_cstr(other[i]);
    if (meeting_holds(from, "COUNTER-TERRORISM COORDINATOR") &&
        meeting_sender(from).n < 60)
        return SV("EU Counter-Terrorism Coordinator");
    return german ? SV("Vorsitz") : french ? SV("Présidence") : SV_NULL;
}

static bool is_minutes(const struct document *h)
{
    for (size_t i = 0; i < h->subject_codes.n; i++)
        if (sv_starts(h->subject_codes.v[i], SV("PV")))
            return true;
    return false;
}

/* Who asks where nobody is named. */
static struct sv author_in(const struct deciding *d)
{
    const struct document *h = &d->out->document;
    switch (d->mode) {
    case MODE_PRESS: return d->council;
    case MODE_NARRATIVE:
        return meeting_holds(h->from, "COMMISSION") || h->commission_document.n
                   ? SV("Commission")
                   : SV_NULL;
    case MODE_NOTE:
    case MODE_SILENT: return author_of(h->from);
    case MODE_RECORD: break;
    }
    return SV_NULL;
}

/* What kind of paper it is, by its header or, without one, by its first words. */
static enum mode mode_of(const struct deciding *d, const struct document *h)
{
    bool bare = !h->number.n && !h->type.n && !h->subject.n && !h->from.n;
    return bare && begins_as_press(d->s) ? MODE_PRESS : meeting_mode(d, h);
}

/* A number of its own, or a cover note: the European Council has adopted what it sends.
 */
static bool sends_euco(const struct document *h)
{
    return sv_starts(h->id, SV("EUCO")) || sv_starts(h->number, SV("EUCO")) ||
           meeting_holds(h->type, "COVER NOTE");
}

static bool is_of_summit(const struct document *h)
{
    return sv_starts(h->id, SV("EUCO")) || sv_starts(h->number, SV("EUCO")) ||
           meeting_holds(h->from, "EUROPEAN COUNCIL") ||
           (sv_starts(h->subject, SV("European Council")) &&
            meeting_holds(h->subject, "CONCLUSIONS")) ||
           (meeting_holds(h->subject, "EUROPEAN COUNCIL") &&
            meeting_holds(h->subject, "PRESIDENCY CONCLUSIONS"));
}

/* Conclusions or a resolution, by name or without one by the first words. */
static bool concludes(const struct deciding *d, const struct document *h, bool euco)
{
    static const char *const about[] = {"STATE OF PLAY", "REPORT ON THE IMPLEMENTATION",
                                        "PROGRESS REPORT", NULL};
    static const char *const concluding[] = {
        "CONCLUSIONS", "RESOLUTION", "SCHLUSSFOLGERUNG", "ENTSCHLIE", "CONCLUSIONI",
        "CONCLUSIES", "CONCLUSIONES", "SLUTSATSER", "KONKLUSIONER", "SOLUTION DU CONSEIL",
        /* a letter outside ASCII counts as it stands */
        "CONCLUSõES", "CONCLUSÕES", "KONKLUZJ", "ZáVěR", "ZÁVĚR", "ZáVER", "ZÁVER",
        "KöVETKEZTETéS", "KÖVETKEZTETÉS", "CONCLUZII", "συμπεράσματα", "Συμπεράσματα",
        "ΣΥΜΠΕΡΑΣΜΑΤΑ", "аключения", "ЗАКЛЮЧЕНИЯ", "PääTELM", "PÄÄTELM", "ZAKLJUčC",
        "ZAKLJUČC", "SKLEPI SVETA", "IšVADOS", "IŠVADOS", "SECINāJUM", "SECINĀJUM",
        "JäRELDUS", "JÄRELDUS", "KONKLUżJON", "KONKLUŻJON", NULL};
    bool of_them =
        meeting_holds_any(h->subject, about); /* "implementation of the conclusions" */
    return (meeting_holds_any(h->subject, concluding) && !of_them) ||
           (euco && meeting_holds(h->subject, "GUIDELINES")) ||
           meeting_holds_any(h->type, concluding) || (euco && !h->subject.n) ||
           (!h->subject.n && !h->type.n && begins_as_conclusions(d->s));
}

void meeting_read(struct deciding *d)
{
    const struct document *h = &d->out->document;
    static const char *const drafting[] = {"NOTE",       "PROPOSAL", "PAPER", "WORKING",
                                           "INITIATIVE", "VERMERK",  "NOTA",  NULL};
    static const char *const draft[] = {"DRAFT",    "ENTWURF",  "PROJET",
                                        "ONTWERP",  "UDKAST",   "UTKAST",
                                        "PROGETTO", "PROYECTO", NULL};
    d->mode = mode_of(d, h);
    d->convention = sv_starts(h->id, SV("CONV"));
    read_date(d);
    bool euco = is_of_summit(h);
    d->concludes = d->mode != MODE_NARRATIVE && concludes(d, h, euco);
    bool numbered = h->number.n && !sv_starts(h->number, SV("SN"));
    if (!h->subject.n && !numbered && !euco && begins_as_summit(d->s))
        d->concludes = euco = true;
    bool declares = is_declaration(d->s, h->subject);
    struct sv cover = h->type.n || h->subject.n ? SV("") : cover_sentence(d->s);
    bool carries = sv_find(cover, SV("draft conclusions")) != SIZE_MAX;
    d->concludes = d->concludes || carries || declares;
    euco = euco || (carries && sv_find(cover, SV("European Council")) != SIZE_MAX);
    name_councils(d, euco);
    if (declares)
        d->council = SV("EU");
    d->drafts = (d->mode == MODE_NOTE &&
                 (meeting_holds_any(h->type, drafting) || sv_ends(h->type, SV("NOT")) ||
                  meeting_holds_any(h->subject, draft)) &&
                 !meeting_holds(h->subject, "ADOPTED")) ||
                meeting_holds(h->subject, "DRAFT COUNCIL CONCLUSIONS") || carries;
    d->drafts = d->drafts && (meeting_holds_any(h->subject, draft) ||
                              (!transmits_adopted(d->s, h->language) &&
                               !(d->concludes && euco && sends_euco(h))));
    d->self = d->mode == MODE_PRESS ? d->council : body_of_meeting(d);
    if (!d->self.p && ((is_minutes(h) && d->mode == MODE_RECORD) ||
                       meeting_holds(h->type, "WRITTEN PROCEDURE")))
        d->self = d->council;
    if (!d->self.p && d->convention && meeting_holds(h->subject, "PLENARY SESSION"))
        d->self = SV("Convention");
    d->author = author_in(d);
    d->first = first_person_of(d);
}
