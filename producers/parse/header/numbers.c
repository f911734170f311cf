#include "numbers.h"
#include "producers/parse/text/put.h"

enum { REGISTER_LEAST = 4000 };

static int full_year(long yy)
{
    return (int)(yy >= 50 ? 1900 + yy : 2000 + yy);
}

/* Word i reads like `name` where letters became unreadable, or where a font lost every N:
 * one letter is left of "SN", which is believed only where the whole page has no N. */
static bool reads_lossy(const struct zone *z, size_t i, const char *name)
{
    if (i >= z->n || !zone_flag(z, i, WORD_UPPER) ||
        (z->word[i].nletters < 2 && !(z->lost_n && zone_flag(z, i, WORD_FIRST))))
        return false;
    size_t k = 0, n = z->word[i].nletters;
    for (; *name; name++) {
        uint16_t letter = k < n ? z->letter[z->word[i].letters + k] : 0;
        if (letter == FOLD_ANY || letter == (uint16_t)(*name | 0x20))
            k++;
        else if (*name != 'N')
            return false;
    }
    return k == n;
}

/* The series word at *i; moves *i behind it. PE-CONS is known as PE. */
static const char *series_at(const struct zone *z, size_t *i)
{
    static const char *const series[] = {"ST",  "CM",    "WK",  "SN",    "EUCO",
                                         "XT",  "CONV",  "DS",  "RE",    "ERAC",
                                         "EEE", "CREST", "CIG", "CONFER"};
    if (zone_reads(z, *i, "PE") && zone_is(z, *i + 1, '-') &&
        reads_lossy(z, *i + 2, "CONS")) {
        *i += 3;
        return "PE";
    }
    for (size_t k = 0; zone_flag(z, *i, WORD_UPPER) && k < ARRAY_LEN(series); k++)
        if (reads_lossy(z, *i, series[k])) {
            *i += 1;
            return series[k];
        }
    return NULL;
}

static bool digits(const struct zone *z, size_t i, size_t least, size_t most)
{
    return i < z->n && z->word[i].kind == WORD_NUMBER && z->word[i].nletters >= least &&
           z->word[i].nletters <= most;
}

static bool slash(const struct zone *z, size_t i)
{
    return zone_is(z, i, '/') && z->word[i].lines == 0;
}

/* "ADDs 1-3" */
static bool reads_plural(const struct zone *z, size_t i, const char *kind)
{
    struct sv w = i < z->n ? zone_word(z, i) : SV_NULL;
    return w.n == 4 && (w.p[3] & ~0x20) == 'S' && memcmp(w.p, kind, 3) == 0;
}

static const char *suffix_kind(const struct zone *z, size_t i)
{
    static const char *const kinds[] = {"REV", "ADD", "COR", "DCL", "EXT", "INIT"};
    if (zone_reads(z, i, "CORR"))
        return "COR";
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        if (zone_reads(z, i, kinds[k]) || reads_plural(z, i, kinds[k]) ||
            (kinds[k][0] == 'I' && reads_lossy(z, i, kinds[k])))
            return kinds[k];
    return NULL;
}

/* An act ("2011/36/EU"), a procedure or an open chain of digits is no paper. */
static bool goes_on(const struct zone *z, size_t i)
{
    if (slash(z, i))
        return i + 1 < z->n && !suffix_kind(z, i + 1) &&
               z->word[i + 1].kind != WORD_SIGN && zone_flag(z, i + 1, WORD_GLUED);
    return zone_flag(z, i, WORD_GLUED) &&
           (z->word[i].kind == WORD_NUMBER ||
            (zone_is(z, i, '.') && zone_flag(z, i + 1, WORD_GLUED) &&
             zone_number(z, i + 1) >= 0));
}

static size_t one_suffix(const struct zone *z, size_t i, struct suffix *s)
{
    s->kind = suffix_kind(z, i);
    if (!s->kind || z->word[i].lines > GAP_LINES || !zone_flag(z, i, WORD_CAPITAL))
        return 0;
    if (s->kind[0] == 'I') {
        s->n = 0;
        return i + 1;
    }
    i++;
    if (zone_is(z, i, '.'))
        i++;
    if (!digits(z, i, 1, 2) || slash(z, i + 1))
        return 0;
    s->n = (int)zone_number(z, i);
    return i + 1;
}

/* Number and series as one run without blanks inside, one blank between words and number.
 */
static struct sv print_number(const struct zone *z, size_t b, size_t e, struct arena *a)
{
    char *p = arena_alloc(a, zone_length(z, b, e) + (e - b) + 1), *q = p;
    for (size_t i = b; i < e; i++) {
        struct sv w = zone_word(z, i);
        if (i > b && z->word[i - 1].kind == WORD_LETTERS &&
            (z->word[i].kind == WORD_NUMBER ||
             (z->word[i].kind == WORD_LETTERS && !zone_flag(z, i, WORD_GLUED))))
            *q++ = ' ';
        memcpy(q, w.p, w.n);
        /* digits that a scanner misread are printed as the paper had them */
        for (size_t k = 0; z->word[i].kind == WORD_NUMBER && k < w.n; k++)
            q[k] = (char)z->letter[z->word[i].letters + k];
        q += w.n;
    }
    return (struct sv){p, (size_t)(q - p)};
}

static bool same_suffix(const struct suffix *a, const struct suffix *b)
{
    return a->kind[0] == b->kind[0] && a->n == b->n; /* no two begin alike */
}

bool paper_suffixes(const struct zone *z, size_t i, struct paper *p, struct arena *a)
{
    bool any = false;
    bool slashed = slash(z, i) && suffix_kind(z, i + 1); /* "8560/16/REV 1" */
    i += slashed;
    while (p->nsuffix < SUFFIXES_MAX) {
        struct suffix s;
        size_t end = one_suffix(z, i, &s);
        if (!end)
            break;
        if (any && same_suffix(&p->suffix[p->nsuffix - 1], &s)) { /* printed twice */
            p->end = i = end;
            continue;
        }
        p->suffix[p->nsuffix++] = s;
        struct sv text = zone_text(z, i, end, a);
        bool glued = zone_flag(z, i, WORD_GLUED); /* "8216/2/08REV2" */
        const char *gap = slashed && !any ? "/" : glued ? "" : " ";
        p->printed =
            arena_printf(a, SV_FMT "%s" SV_FMT, SV_ARG(p->printed), gap, SV_ARG(text));
        p->end = i = end;
        any = true;
    }
    return any;
}

/* The digits of a number, also with one blank inside ("15 584/12"). */
static size_t sequence(const struct zone *z, size_t i, bool prefixed, long *number)
{
    *number = zone_number(z, i);
    if (digits(z, i, prefixed ? 1 : 4, 5) && slash(z, i + 1))
        return i + 1;
    if (digits(z, i, 1, 2) && digits(z, i + 1, 3, 3) && slash(z, i + 2) &&
        z->word[i + 1].lines == 0) {
        *number = *number * 1000 + zone_number(z, i + 1);
        return i + 2;
    }
    /* "1 1235/98", read by a scanner: the register gives no number that short */
    if (digits(z, i, 1, 1) && *number == 1 && !zone_flag(z, i, WORD_GLUED) &&
        digits(z, i + 1, 4, 4) && zone_number(z, i + 1) < REGISTER_LEAST &&
        slash(z, i + 2) && z->word[i + 1].lines == 0) {
        *number = 10000 + zone_number(z, i + 1);
        return i + 2;
    }
    return 0;
}

/* "April 2010 /10" lost its number: what stands there is a year. The register itself
 * counts from 5000 a year, but other numbers are given where papers are made or tried. */
static bool is_year(long number)
{
    return number >= 1990 && number <= 2049;
}

/* said: a label says that a number stands here, so it may be short. */
static bool paper_read(const struct zone *z, size_t i, bool said, struct paper *out,
                       struct arena *a)
{
    struct paper p = {.series = "ST"};
    size_t b = i;
    if (i >= z->n || z->word[i].kind == WORD_SIGN)
        return false;
    const char *series = series_at(z, &i);
    p.prefixed = series != NULL;
    if (series) {
        p.series = series;
        if (series[0] == 'E' && reads_lossy(z, i, "XT")) { /* "EUCO XT 20004/17" */
            p.series = "XT";
            i++;
        }
        if (zone_reads(z, i, "No"))
            i += zone_is(z, i + 1, '.') ? 2 : 1;
    }
    if (!p.prefixed && zone_flag(z, i, WORD_GLUED) &&
        (zone_is(z, i - 1, '/') || zone_is(z, i - 1, '.')))
        return false;
    i = sequence(z, i, p.prefixed || said, &p.number);
    if (!i || p.number <= 0)
        return false;
    i++;
    if (digits(z, i, 1, 2) && slash(z, i + 1) && digits(z, i + 2, 2, 4) &&
        !goes_on(z, i + 3)) {
        p.revision = (int)zone_number(z, i);
        i += 2;
    }
    size_t n = i < z->n ? z->word[i].nletters : 0;
    if (!digits(z, i, 2, 4) || n == 3 || goes_on(z, i + 1))
        return false;
    long year = zone_number(z, i);
    if (n == 4 && (year < 1990 || year > 2099 || (!p.prefixed && p.number < 10000)))
        return false;
    p.year = n == 4 ? (int)year : full_year(year);
    if (!p.prefixed && !said && is_year(p.number))
        return false;
    p.printed = print_number(z, b, i + 1, a);
    p.end = i + 1;
    (void)paper_suffixes(z, p.end, &p, a);
    *out = p;
    return true;
}

bool paper_at(const struct zone *z, size_t i, struct paper *out, struct arena *a)
{
    return paper_read(z, i, false, out, a);
}

/* "ST 8560 2016 INIT", as the register writes it. */
static bool register_form(const struct zone *z, size_t i, struct paper *out,
                          struct arena *a)
{
    struct paper p = {.prefixed = true};
    size_t b = i;
    p.series = i < z->n && z->word[i].kind == WORD_LETTERS ? series_at(z, &i) : NULL;
    if (!p.series || !digits(z, i, 1, 5) || !digits(z, i + 1, 4, 4) ||
        z->word[i + 1].lines || slash(z, i + 2) || zone_number(z, i + 1) < 1990 ||
        zone_number(z, i + 1) > 2099)
        return false;
    p.number = zone_number(z, i);
    p.year = (int)zone_number(z, i + 1);
    p.end = i + 2;
    p.printed = zone_text(z, b, p.end, a);
    (void)paper_suffixes(z, p.end, &p, a);
    *out = p;
    return p.number > 0;
}

bool paper_in_row(const struct zone *z, size_t i, struct paper *out, struct arena *a)
{
    return paper_at(z, i, out, a) || register_form(z, i, out, a);
}

bool paper_behind_label(const struct zone *z, size_t i, struct paper *out,
                        struct arena *a)
{
    return paper_read(z, i, true, out, a);
}

bool paper_has(const struct paper *p, const char *kind)
{
    for (size_t i = 0; i < p->nsuffix; i++)
        if (sv_eq(sv_cstr(p->suffix[i].kind), sv_cstr(kind)))
            return true;
    return false;
}

static struct sv id_with(const struct paper *p, size_t nsuffix, struct arena *a)
{
    char text[128];
    struct put id = put_into(text, sizeof text);
    bool said = false;
    put_text(&id, sv_cstr(p->series));
    put_char(&id, '-');
    put_number(&id, (uint32_t)p->number, 1);
    put_char(&id, '-');
    put_number(&id, (uint32_t)p->year, 1);
    for (size_t i = 0; i < nsuffix; i++) {
        if (p->suffix[i].n == 0)
            continue;
        said = true;
        put_char(&id, '-');
        put_text(&id, sv_cstr(p->suffix[i].kind));
        put_char(&id, '-');
        put_number(&id, (uint32_t)p->suffix[i].n, 1);
    }
    if (!said)
        put_text(&id, SV("-INIT"));
    return arena_copy(a, put_sv(&id));
}

/* The slash form alone names the revision too: 15584/1/12 is REV 1. */
static struct paper spelled_out(const struct paper *p)
{
    struct paper q = *p;
    if (q.revision > 0 && !paper_has(&q, "REV") && q.nsuffix < SUFFIXES_MAX) {
        for (size_t i = q.nsuffix; i > 0; i--)
            q.suffix[i] = q.suffix[i - 1];
        q.suffix[0] = (struct suffix){"REV", q.revision};
        q.nsuffix++;
    }
    return q;
}

struct sv paper_id(const struct paper *p, struct arena *a)
{
    struct paper q = spelled_out(p);
    return id_with(&q, q.nsuffix, a);
}

struct sv paper_revises(const struct paper *p, struct arena *a)
{
    struct paper q = spelled_out(p);
    if (!q.nsuffix || q.suffix[q.nsuffix - 1].kind[0] != 'R' ||
        q.suffix[q.nsuffix - 1].n < 1)
        return SV_NULL;
    if (q.suffix[q.nsuffix - 1].n == 1)
        return id_with(&q, q.nsuffix - 1, a);
    q.suffix[q.nsuffix - 1].n--;
    return id_with(&q, q.nsuffix, a);
}

/* A procedure that is known, also where it lost letters; null if it is none. */
static struct sv procedure(const struct zone *z, size_t i)
{
    static const char *const known[] = {"COD", "CNS", "NLE", "APP", "AVC", "SYN", "ACC",
                                        "INI", "BUD", "DEC", "CNB", "INL", "INS", "PRT"};
    for (size_t k = 0; zone_flag(z, i, WORD_UPPER) && k < ARRAY_LEN(known); k++)
        if (reads_lossy(z, i, known[k]))
            return sv_cstr(known[k]);
    return SV_NULL;
}

struct sv file_at(const struct zone *z, size_t i, size_t *end, struct arena *a)
{
    if ((!digits(z, i, 4, 4) && !digits(z, i, 2, 2)) || !slash(z, i + 1) ||
        !digits(z, i + 2, 1, 4))
        return SV_NULL;
    long year = zone_number(z, i), number = zone_number(z, i + 2);
    if (z->word[i].nletters == 2)
        year = full_year(year);
    if (year < 1958 || year > 2099)
        return SV_NULL;
    size_t j = i + 3;
    char part[2] = "";
    if (j < z->n && z->word[j].nletters == 1 && zone_flag(z, j, WORD_UPPER) &&
        zone_flag(z, j, WORD_GLUED))
        part[0] = z->text.p[z->word[j++].b];
    bool bracket = zone_is(z, j, '(');
    j += bracket;
    if (j >= z->n || z->word[j].kind != WORD_LETTERS || !zone_flag(z, j, WORD_UPPER) ||
        (!bracket && z->word[i].nletters == 2))
        return SV_NULL;
    if (!bracket && !zone_flag(z, j, WORD_GLUED) && z->word[j].lines)
        return SV_NULL;
    /* without brackets "2016/399 OCH" is no file */
    struct sv type = procedure(z, j);
    if (!type.p && bracket && z->word[j].nletters == 3 && !zone_flag(z, j, WORD_BROKEN))
        type = zone_word(z, j);
    if (!type.p)
        return SV_NULL;
    *end = zone_is(z, j + 1, ')') ? j + 2 : j + 1;
    return arena_printf(a, "%ld/%04ld%s(" SV_FMT ")", year, number, part, SV_ARG(type));
}

/* The series of Commission papers, also as Danish, German, Finnish and Swedish print
 * them. */
static const char *commission_series(const struct zone *z, size_t i)
{
    static const char *const series[][2] = {
        {"COM", "COM"}, {"JOIN", "JOIN"}, {"SWD", "SWD"}, {"SEC", "SEC"},
        {"C", "C"},     {"KOM", "COM"},   {"SEK", "SEC"}};
    for (size_t k = 0; k < ARRAY_LEN(series); k++)
        if (zone_flag(z, i, WORD_UPPER) && zone_reads(z, i, series[k][0]))
            return series[k][1];
    return NULL;
}

/* "final" in the languages that say it in one word; 0 if word i is none. */
static size_t skip_final(const struct zone *z, size_t i)
{
    static const char *const words[] = {
        "final",           "fin", "endelig",    "slutlig",   "endg",
        "definitief",      "def", "definitivo", "definitif", "lopullinen",
        "endg\xC3\xBCltig"};
    for (size_t k = 0; k < ARRAY_LEN(words); k++)
        if (zone_reads(z, i, words[k]))
            return zone_is(z, i + 1, '.') && zone_flag(z, i + 1, WORD_GLUED) ? i + 2
                                                                             : i + 1;
    return i;
}

struct sv commission_at(const struct zone *z, size_t i, size_t *end, struct arena *a)
{
    const char *name = commission_series(z, i);
    if (!name)
        return SV_NULL;
    size_t j = i + 1;
    bool bracket = zone_is(z, j, '(') || zone_is(z, j, '[');
    j += bracket;
    if (!digits(z, j, 4, 4) && !(bracket && digits(z, j, 2, 2)))
        return SV_NULL;
    long year = zone_number(z, j);
    if (z->word[j].nletters == 2)
        year = full_year(year);
    j++;
    if (zone_is(z, j, ')') || zone_is(z, j, ']') || zone_is(z, j, '/'))
        j++;
    if (!digits(z, j, 1, 4) || year < 1958 || year > 2099)
        return SV_NULL;
    long number = zone_number(z, j);
    *end = j + 1;
    if (slash(z, *end) && digits(z, *end + 1, 1, 2))
        *end += 2;
    *end = skip_final(z, *end);
    return arena_printf(a, "%s:%ld:%04ld:FIN", name, year, number);
}
