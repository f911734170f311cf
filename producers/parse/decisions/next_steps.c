/* Where a paper goes next and until when something is due: bodies behind a routing verb,
 * and dates completed from the meeting's. */
#include "decide.h"
#include "producers/parse/text/put.h"

enum { NEXT_MAX = 8 };

static int number_of(struct sv w, int max)
{
    uint64_t n;
    size_t k = 0;
    while (k < w.n && w.p[k] >= '0' && w.p[k] <= '9')
        k++;
    return k && k <= 4 && sv_u64((struct sv){w.p, k}, &n) && n >= 1 && n <= (uint64_t)max
               ? (int)n
               : 0;
}

static int year_of(struct sv w)
{
    int y = w.n == 4 ? number_of(w, 2100) : 0;
    return y >= 1950 ? y : 0;
}

/* A year of its own: "2018", "early 2018". */
static bool year_at(const struct view *v, uint32_t at, struct iso_date *out)
{
    uint32_t end;
    int y = year_of(word_after(v, at, &end));
    if (!y || (end < v->n && v->p[end] == '/'))
        return false;
    *out = (struct iso_date){.year = y, .b = at, .e = end};
    return true;
}

/* "7 December 2017", "7-8 December", "7 and 8 December 2017", "December 2017". */
static bool date_at(struct deciding *d, uint32_t at, struct iso_date *out)
{
    static const struct words between =
        WORDS("and", "to", "et", "und", "og", "en", "-", ".", "–", "e", "y", "och",
              "\xe2", "\x80", "\x93", ",", "de");
    const struct view *v = &d->view;
    uint32_t end, e;
    struct sv w = word_after(v, at, &end);
    int day = number_of(w, 31), month = 0;
    uint32_t b = (uint32_t)(w.p - v->p);
    if (year_of(w))
        day = 0;
    if (day) {
        for (int n = 0; n < 6 && !month; n++) {
            struct sv x = word_after(v, end, &e);
            if (x.n > 1 && (x.p[0] == '/' || x.p[0] == '-')) /* "8./9. Juni" */
                x = sv_sub(x, 1, x.n);
            month = decide_book_month(d->book, x);
            if (!month && !number_of(x, 31) && !one_of(x, &between))
                return false;
            end = e;
        }
    } else {
        month = w.n && w.p[0] >= 'A' && w.p[0] <= 'Z' ? decide_book_month(d->book, w) : 0;
    }
    if (!month)
        return false;
    *out = (struct iso_date){.month = month, .day = day, .b = b, .e = end};
    struct sv y = word_after(v, end, &e);
    if ((y.n == 1 && (y.p[0] == ',' || y.p[0] == '.')) || IS(y, "de"))
        y = word_after(v, e, &e); /* "15 de julio de 2018" */
    if ((out->year = year_of(y)) != 0)
        out->e = e;
    return true;
}

bool date_in(struct deciding *d, uint32_t b, uint32_t e, struct iso_date *out)
{
    const struct view *v = &d->view;
    bool edge = true;
    for (uint32_t i = b; i < e && i < v->n; i++) {
        char c = v->p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 || c == '/';
        if (word && edge && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) &&
            (date_at(d, i, out) || year_at(v, i, out)) && out->e <= e)
            return true;
        edge = !word;
    }
    return false;
}

static struct sv iso(struct deciding *d, struct iso_date t)
{
    if (!t.year && t.month && d->year)
        t.year = d->year + (t.month < d->month);
    if (!t.year)
        return SV_NULL;
    char text[16];
    struct put o = put_into(text, sizeof text);
    put_number(&o, (uint32_t)t.year, 4);
    if (t.month) {
        put_char(&o, '-');
        put_number(&o, (uint32_t)t.month, 2);
    }
    if (t.month && t.day) {
        put_char(&o, '-');
        put_number(&o, (uint32_t)t.day, 2);
    }
    return arena_copy(d->a, put_sv(&o));
}

/* "the December JHA Council", "the April 2012 JHA Council". */
static bool date_before(struct deciding *d, uint32_t at, struct iso_date *out)
{
    const struct view *v = &d->view;
    uint32_t b, c;
    struct sv w = word_before(v, at, &b);
    int year = year_of(w);
    if (year)
        w = word_before(v, b, &b);
    int month = w.n && w.p[0] >= 'A' && w.p[0] <= 'Z' ? decide_book_month(d->book, w) : 0;
    if (!month)
        return false;
    *out = (struct iso_date){.year = year, .month = month};
    out->day = number_of(word_before(v, b, &c), 31);
    return true;
}

/* "lors de la session du Conseil", "auf der Tagung des Rates": `of` stands in front of
 * the body. */
static bool is_session_of(const struct view *v, struct sv of, uint32_t at)
{
    static const struct words genitive = WORDS("du", "des", "del", "van", "da", "do"),
                              session = WORDS("session", "réunion", "Tagung", "Sitzung",
                                              "sessione", "riunione", "zitting",
                                              "bijeenkomst", "reunião", "sesión");
    uint32_t b;
    return one_of(of, &genitive) && one_of(word_before(v, at, &b), &session);
}

/* "vil blive forelagt Coreper", "kommer att föreläggas Coreper": without preposition. */
static bool is_dative(const struct deciding *d, const struct word *x)
{
    const struct view *v = &d->view;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *y = &v->word[i];
        if (y->form == FORM_ROUTE && y->e + 1 == x->b)
            return IS(row_lang(d, y), "da") || IS(row_lang(d, y), "sv");
    }
    return false;
}

static bool is_target(struct deciding *d, const struct word *x, bool referred)
{
    static const struct words list = WORDS(
        "to", "by", "in", "at", "before", "of", "and", "or", ",", "for", "au", "à", "par",
        "dem", "vom", "til", "af", "i", "via", "through", "aan", "al", "alla", "för",
        "till", "och", "und", "et", "en", "og", "e", "y", "vid", "tijdens", "på");
    static const struct words another =
        WORDS("next", "same", "upcoming", "forthcoming", "incoming", "subsequent");
    const struct view *v = &d->view;
    uint32_t b = x->b;
    struct sv w = SV("");
    for (int n = 0; n < 5; n++) {
        w = word_before(v, b, &b);
        bool capital = w.n && w.p[0] >= 'A' && w.p[0] <= 'Z';
        if (!is_determiner(w) && !capital && !year_of(w) && !one_of(w, &another))
            break;
    }
    static const struct words with = WORDS("mit", "von", "bei", "zwischen", "aus");
    uint32_t before;
    if (!one_of(w, &list) && !is_session_of(v, w, b) && !is_dative(d, x))
        return false;
    if (IS(w, "dem") && one_of(word_before(v, b, &before), &with)) /* "mit dem Rat" */
        return false;
    switch (x->actor) {
    case ACTOR_COUNCIL:
    case ACTOR_COMMITTEE:
    case ACTOR_PARTY:
    case ACTOR_SELF:
    case ACTOR_PARLIAMENT: return true;
    case ACTOR_INSTITUTION: return referred;
    case ACTOR_NONE:
    case ACTOR_MINISTERS:
    case ACTOR_CHAIR:
    case ACTOR_AGENCY:
    case ACTOR_STATES:
    case ACTOR_GROUP:
    case ACTOR_TEXT:
    case ACTOR_CONVENTION: break;
    }
    return false;
}

/* "agreed to submit it to Coreper" routes, and so does "Coreper is requested to submit
 * it"; "invited the Commission to submit" asks. */
static bool routes(const struct deciding *d, const struct word *w,
                   const struct decision *out)
{
    static const struct words preparing =
        WORDS("Coreper", "COSI", "CATS", "SCIFA", "PSC");
    bool committee = out->to.n == 1 && one_of(out->to.v[0], &preparing);
    return w->form == FORM_ROUTE && !IS(w->row->cell[d->kind], "commitment") &&
           (!w->row->cell[d->kind].n || committee || out->kind == KIND_DECISION);
}

/* "decided not to submit it to Coreper": it goes nowhere. */
static bool is_refused(const struct view *v, const struct word *w)
{
    uint32_t b;
    struct sv before = word_before(v, before_adverbs(v, w->b), &b);
    return verb_is_negation(before) ||
           (IS(before, "to") && verb_is_negation(word_before(v, b, &b)));
}

static bool opens_route(struct deciding *d, const struct word *w,
                        const struct decision *out, bool *referred)
{
    struct sv printed = {d->view.p + w->b, w->e - w->b};
    struct verb verb;
    *referred = false;
    if (w->form == FORM_ROUTE && (!routes(d, w, out) || is_refused(&d->view, w)))
        return false;
    if (w->form == FORM_ROUTE && printed.p &&
        (memchr(printed.p, ' ', printed.n) || !IS(row_lang(d, w), "en")))
        return *referred = sv_ends(printed, SV("refer")), true;
    if (sv_eq(printed, SV("refer")))
        return *referred = true;
    if (w->form != FORM_ROUTE && w->form != FORM_PAST)
        return false;
    verb_read(d, w, &verb);
    return verb.voice == VOICE_ROUTE;
}

/* "session du Conseil JAI de décembre", "Tagung des Rates (JI) im Dezember": the month
 * alone. */
static bool month_behind(struct deciding *d, uint32_t at, uint32_t limit,
                         struct iso_date *out)
{
    static const struct words of =
        WORDS("de", "d'", "en", "im", "van", "in", "i", "di", "vom", "möte");
    const struct view *v = &d->view;
    uint32_t end, next;
    for (int n = 0; n < 6 && at < limit; n++, at = end) {
        struct sv w = word_after(v, at, &end);
        bool sign = w.n == 1 && memchr(",.;:", w.p[0], 4);
        if (sign || (w.n && w.p[0] >= '0' && w.p[0] <= '9')) /* a whole date */
            return false;
        if (!one_of(w, &of))
            continue;
        struct sv name = word_after(v, end, &next);
        int month = decide_book_month(d->book, name);
        if (!month || year_of(word_after(v, next, &next)))
            continue;
        *out = (struct iso_date){.month = month};
        return true;
    }
    return false;
}

static void push_next(struct deciding *d, struct decision *out, const struct word *x,
                      uint32_t trigger, uint32_t limit)
{
    struct iso_date t;
    struct sv name = actor_name(d, x);
    for (size_t i = 0; i < out->to.n; i++)
        if (sv_eq(out->to.v[i], name) && out->kind == KIND_REQUEST)
            return;
    if (out->nnext == NEXT_MAX)
        return;
    if (!out->next)
        out->next = arena_array(d->a, NEXT_MAX, sizeof *out->next);
    struct next_step *n = &out->next[out->nnext++];
    n->body = name;
    n->date = SV_NULL;
    uint32_t near = limit < x->e + 60 ? limit : x->e + 60;
    size_t clause = sv_find((struct sv){d->view.p + x->e, near > x->e ? near - x->e : 0},
                            SV(", which ")); /* tells another date */
    near = clause < near - x->e ? x->e + (uint32_t)clause : near;
    if (date_before(d, x->b, &t) || month_behind(d, x->e, limit, &t) ||
        date_in(d, x->e, near, &t) || (out->nnext == 1 && date_in(d, trigger, x->b, &t)))
        n->date = iso(d, t);
}

/* Where the verb of a clause that tells more stands behind all else. */
static bool is_verb_final(struct sv lang)
{
    return IS(lang, "de") || IS(lang, "nl");
}

/* Does a sentence end in it? "am 24. Mai" ends none. */
static bool holds_stop(struct sv text)
{
    for (size_t at; (at = sv_find(text, SV(". "))) != SIZE_MAX;) {
        if (at == 0 || text.p[at - 1] < '0' || text.p[at - 1] > '9')
            return true;
        text = sv_sub(text, at + 1, text.n);
    }
    return false;
}

void next_steps(struct deciding *d, uint32_t b, uint32_t e, bool routed,
                struct decision *out)
{
    const struct view *v = &d->view;
    uint32_t trigger = b;
    bool referred = false, word_referred;
    for (size_t i = 0; i < v->nwords && !routed; i++) /* "der dem AStV vorgelegt wird" */
        routed = routes(d, &v->word[i], out) && v->word[i].b >= b && v->word[i].b < e &&
                 is_verb_final(row_lang(d, &v->word[i]));
    for (size_t i = 0; i < v->nwords && v->word[i].b < e; i++) {
        const struct word *x = &v->word[i];
        if (x->b < b)
            continue;
        if (x->form != FORM_NONE) {
            if (opens_route(d, x, out, &word_referred))
                routed = true, trigger = x->e, referred = word_referred;
            continue;
        }
        struct sv since = {v->p + trigger, x->b - trigger};
        if (!routed || since.n > 240 || !is_target(d, x, referred) || holds_stop(since))
            continue;
        uint32_t limit = v->n;
        for (size_t j = i + 1; j < v->nwords; j++)
            if (v->word[j].form == FORM_NONE) {
                limit = v->word[j].b;
                break;
            }
        push_next(d, out, x, trigger, limit);
    }
}

/* How "by", "before", "until", "than", "tard", "early", "late" or "mid", "bis", "avant",
 * "d'ici", "pour", "entro", "senest", "prior", "within", "uiterlijk", "inden", "före" and
 * the others of `ahead` begin. */
#define SECOND VIEW_SECOND
static const struct view_pairs dating_words = {
    {['b'] = SECOND('e') | SECOND('i') | SECOND('y'),
     ['B'] = SECOND('y'),
     ['U'] = SECOND('n'),
     ['a'] = SECOND('v') | SECOND('n') | SECOND('t'),
     ['d'] = SECOND('\'') | SECOND('\xe2') | SECOND('e'),
     ['f'] = SECOND('\xc3'),
     ['i'] = SECOND('n'),
     ['o'] = SECOND('l'),
     ['s'] = SECOND('e') | SECOND('p'),
     ['v'] = SECOND('\xc3') | SECOND('o'),
     ['u'] = SECOND('n') | SECOND('i'),
     ['t'] = SECOND('a') | SECOND('h') | SECOND('e'),
     ['e'] = SECOND('a') | SECOND('n'),
     ['l'] = SECOND('a'),
     ['m'] = SECOND('i'),
     ['p'] = SECOND('o') | SECOND('r') | SECOND('a'),
     ['w'] = SECOND('i')}};
#undef SECOND

/* "juin 2019": most languages begin a month's name small. */
static bool small_month_at(struct deciding *d, uint32_t at, struct iso_date *out)
{
    const struct view *v = &d->view;
    uint32_t end, e;
    struct sv w = word_after(v, at, &end);
    int month = w.n && w.p[0] >= 'a' ? decide_book_month(d->book, w) : 0;
    struct sv y = month ? word_after(v, end, &e) : SV("");
    if (IS(y, "de")) /* "octubre de 2018" */
        y = word_after(v, e, &e);
    int year = year_of(y);
    if (!year)
        return false;
    *out = (struct iso_date){
        .year = year, .month = month, .b = (uint32_t)(w.p - v->p), .e = e};
    return true;
}

/* What "this year", "the end of next month" is of the paper's own date. */
static void take_relative(const struct deciding *d, struct sv word, struct iso_date *when)
{
    static const struct words next = WORDS("next", "nächsten", "prochain");
    static const struct words months = WORDS("month", "mois", "Monats");
    if (one_of(word, &next)) {
        when->b = 1; /* until the unit is known */
    } else if (!d->year) {
        return;
    } else if (one_of(word, &months) && d->month) {
        int month = d->month + (int)when->b;
        *when = (struct iso_date){.year = d->year + (month > 12),
                                  .month = month > 12 ? 1 : month};
    } else {
        *when = (struct iso_date){.year = d->year + (int)when->b,
                                  .month = IS(word, "Christmas") ? 12 : 0};
    }
}

/* What a date that is said in words is made of, in the languages of most papers. */
static const struct words english_parts =
    WORDS("spring", "summer", "autumn", "winter", "early", "mid", "late", "mid-", "the",
          "end", "of", "beginning", "first", "second", "third", "fourth", "last", "half",
          "quarter", "week", "semester", "year", "month", "next", "this", "calendar",
          "current", "Easter", "Christmas", "break", "Q1", "Q2", "Q3", "Q4");
static const struct words date_parts = WORDS(
    "fin", "début", "la", "le", "du", "de", "l'année", "l’année", "mois", "printemps",
    "l'été", "l’été", "l'automne", "l’automne", "Ende", "Mitte", "Anfang", "des", "der",
    "Jahres", "Monats", "Jahresende", "Frühjahr", "Sommer", "Herbst", "Winter",
    "Sommerpause", "eind", "einde", "het", "van", "begin", "medio", "jaar", "voorjaar",
    "zomer", "najaar", "fine", "del", "di", "metà", "l'autunno", "l’autunno", "l'estate",
    "l’estate", "primavera", "dell'anno", "dell’anno", "udgangen", "slutningen", "midten",
    "af", "året", "årets", "udgang", "foråret", "sommeren", "efteråret", "utgången",
    "slutet", "mitten", "av", "slut", "våren", "sommaren", "hösten", "finales",
    "mediados", "principios", "otoño", "verano", "año", "final", "meados", "do", "outono",
    "ano");
static const struct words weekdays =
    WORDS("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "lundi", "mardi",
          "mercredi", "jeudi", "vendredi", "Montag", "Dienstag", "Mittwoch", "Donnerstag",
          "Freitag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "mandag",
          "tirsdag", "onsdag", "torsdag", "fredag", "måndagen", "tisdagen", "onsdagen",
          "torsdagen", "fredagen", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì",
          "lunes", "martes", "miércoles", "jueves", "viernes", "den");
static const struct words years_end =
    WORDS("year", "month", "l'année", "l’année", "Jahres", "Jahresende", "jaar",
          "dell'anno", "dell’anno", "året", "årets", "mois", "Monats", "Easter",
          "Christmas", "break", "Sommerpause", "año", "ano");

/* "mid-2014", "end-March 2020", "mi-octobre": x begins so, and *next stands behind it;
 * moves *next behind the year. */
static bool half_of(const struct deciding *d, struct sv x, uint32_t *next,
                    struct iso_date *when)
{
    bool french = sv_starts(x, SV("mi-"));
    if (!french && !sv_starts(x, SV("mid-")) && !sv_starts(x, SV("end-")))
        return false;
    struct sv rest = sv_sub(x, french ? 3 : 4, x.n);
    uint32_t end;
    int year = year_of(rest), month = year ? 0 : decide_book_month(d->book, rest);
    if (month && (year = year_of(word_after(&d->view, *next, &end))) != 0)
        *next = end;
    if (!year && !month)
        return false;
    when->year = year, when->month = month;
    return true;
}

/* "early 2018", "the end of the year" at `at`; null when it is no date. */
static struct sv date_said(struct deciding *d, uint32_t at, struct iso_date *when)
{
    const struct view *v = &d->view;
    uint32_t to = at, next;
    struct iso_date t;
    bool year = false; /* or a weekday: "by noon on Friday" */
    for (int n = 0; n < 7; n++) {
        struct sv x = word_after(v, to, &next);
        if (half_of(d, x, &next, when)) {
            to = next, year = true;
            break;
        }
        if (!one_of(x, &english_parts) && !one_of(x, &date_parts) &&
            !one_of(x, &weekdays))
            break;
        if (one_of(x, &years_end) || IS(x, "next"))
            take_relative(d, x, when);
        year = year || one_of(x, &years_end) || (one_of(x, &weekdays) && !IS(x, "den"));
        to = next;
        if (sv_ends(x, SV("day")) && IS(word_after(v, to, &next), ",")) /* "Friday, 3" */
            to = next;
    }
    uint32_t limit = to + 30 < v->n ? to + 30 : v->n;
    bool dated =
        small_month_at(d, to, &t) || (date_in(d, to, limit, &t) && t.b <= to + 1);
    if (dated)
        *when = t;
    struct sv said = sv_trim((struct sv){v->p + at, (dated ? t.e : to) - at});
    return dated || year ? said : SV_NULL;
}

/* "by close of business on Friday 3 June", "by 12.00 on 3 June": where the day begins, if
 * nothing but a time of the day stands in front of it; else `at`. */
static uint32_t behind_time(const struct view *v, uint32_t at)
{
    static const struct words time = WORDS(
        "cob", "COB", "CoB", "close", "of", "business", "noon", "midday", "midnight",
        "lunchtime", "pm", "p", "m", "am", "a", "hours", "hrs", "h", "on", ".", ",", ":",
        "(", ")", "o'clock", "the", "evening", "morning", "latest", "at");
    uint32_t begin = at, end = at;
    for (int n = 0; n < 10; n++) {
        struct sv w = word_after(v, end, &end);
        if (IS(w, "on") || IS(w, "cob") || IS(w, "COB") || IS(w, ","))
            begin = end;
        bool clock = w.n && w.p[0] >= '0' && w.p[0] <= '9';
        if (!clock && !one_of(w, &time))
            return begin;
    }
    return at;
}

/* "within two weeks", at the number: what is printed of it. */
static struct sv span_said(const struct view *v, uint32_t at)
{
    static const struct words number =
        WORDS("one", "two", "three", "four", "five", "six", "eight", "ten", "twelve",
              "eighteen", "a", "the", "next", "coming", "working", "calendar");
    static const struct words unit =
        WORDS("days", "week", "weeks", "month", "months", "year", "years");
    uint32_t end = at, b = at;
    while (b > 0 && v->p[b - 1] == ' ')
        b--;
    for (int n = 0; n < 4; n++) {
        struct sv w = word_after(v, end, &end);
        if (n && one_of(w, &unit))
            return (struct sv){v->p + b - 6, end - b + 6};
        if (!number_of(w, 120) && !one_of(w, &number))
            break;
    }
    return SV_NULL;
}

/* "by 3 July" in a paper of October: this year's is gone, next year's is far. */
static bool may_be_past(const struct deciding *d, const struct iso_date *t)
{
    return !t->year && t->month && t->month < d->month && d->month - t->month <= 6;
}

/* "the June European Council": a month in front of a body dates its meeting. */
static struct sv with_meeting(const struct deciding *d, struct sv said)
{
    const struct view *v = &d->view;
    uint32_t e = said.p ? (uint32_t)(said.p + said.n - v->p) : 0;
    for (size_t i = 0; sv_starts(said, SV("the ")) && i < v->nwords; i++) {
        const struct word *x = &v->word[i];
        if (x->form == FORM_NONE && x->b == e + 1 &&
            (x->actor == ACTOR_COUNCIL || x->actor == ACTOR_COMMITTEE))
            said.n += x->e - e;
    }
    return said;
}

struct deadline due_in(struct deciding *d, uint32_t b, uint32_t e)
{
    static const struct words ahead =
        WORDS("by", "By", "before", "until", "Until", "than", "latest", "deadline",
              "tard", "bis", "avant", "d'ici", "entro", "senest", "senast",
              "v\xc3\xb3\xc3\xb3r", "d\xe2\x80\x99ici", "pour", "vor", "spätestens",
              "voor", "tegen", "uiterlijk", "inden", "før", "före", "innan", "prima",
              "oltre", "antes", "tardar", "para", "até", "prior");
    /* "the plans for 2018": a year alone behind them is none */
    static const struct words vague = WORDS("pour", "voor", "para");
    static const struct words lead =
        WORDS("zum", "le", "la", "il", "den", "dem", "spätestens", "à", "op", "am", "el",
              "o", "ao", "del", "de", "i", "of", "to", "on", ":");
    static const struct words early = WORDS("early", "late", "mid");
    const struct view *v = &d->view;
    e = e < v->n ? e : v->n;
    for (uint32_t at = b, end; (at = view_find(v, at, e, &dating_words)) < e; at = end) {
        struct sv w = word_after(v, at, &end), said = SV_NULL;
        struct iso_date when = {.year = 0};
        if (one_of(w, &early)) {
            said = date_said(d, at, &when);
        } else if (one_of(w, &ahead)) {
            uint32_t next;
            uint32_t from = end;
            for (int n = 0; n < 4 && one_of(word_after(v, from, &next), &lead); n++)
                from = next;
            said = date_said(d, from, &when);
            uint32_t day = said.p ? from : behind_time(v, from);
            if (day > from)
                said = date_said(d, day, &when);
            if (one_of(w, &vague) && !when.month && year_of(said))
                said = SV_NULL;
        } else if (IS(w, "within")) {
            said = span_said(v, end);
        }
        if (said.p)
            return (struct deadline){arena_copy(d->a, with_meeting(d, said)),
                                     may_be_past(d, &when) ? SV_NULL : iso(d, when)};
    }
    return (struct deadline){SV_NULL, SV_NULL};
}

struct deadline due_of_view(struct deciding *d)
{
    struct iso_date when = {.year = 0};
    struct sv whole = sv_trim((struct sv){d->view.p, d->view.n});
    uint32_t end, from = 0;
    if (whole.n < 3)
        return (struct deadline){SV_NULL, SV_NULL};
    if (IS(word_after(&d->view, 0, &end), "By") ||
        IS(word_after(&d->view, 0, &end), "by"))
        from = end + 1;
    struct sv said = date_said(d, from, &when);
    return (struct deadline){arena_copy(d->a, said.p ? said : whole), iso(d, when)};
}

/* "its 1996 common position": the year only names it. */
static bool is_epithet_year(const struct view *v, const struct iso_date *t)
{
    static const struct words dating = WORDS("in", "In", "of", "since", "Since", "by",
                                             "By", "early", "late", "mid", "end");
    uint32_t b;
    return !one_of(word_before(v, t->b, &b), &dating);
}

bool is_background(struct deciding *d, const struct word *w)
{
    const struct view *v = &d->view;
    struct iso_date t;
    uint32_t end, ahead = w->e + 70 < v->n ? w->e + 70 : v->n;
    struct sv first = word_after(v, 0, &end), next = word_after(v, w->e, &end);
    static const struct words dating =
        WORDS("on", "in", "at", "by", "On", "In", "At", "Already", "Since");
    bool found = false;
    if (!d->year)
        return false;
    if (!IS(row_lang(d, w), "en"))
        return foreign_background(d, w);
    if (one_of(next, &dating))
        found = date_in(d, w->e, ahead, &t);
    if (!found && one_of(first, &dating))
        found = date_in(d, 0, w->b < 60 ? w->b : 60, &t);
    if (!found || !t.year || (!t.month && is_epithet_year(v, &t)))
        return false;
    int months = (d->year - t.year) * 12 + (t.month && d->month ? d->month - t.month : 0);
    return t.month ? months > 1 : t.year < d->year;
}
