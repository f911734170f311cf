#include "dates.h"
#include "producers/parse/text/put.h"
#include "scanned.h"

static bool is_year(long n)
{
    return n >= 1950 && n <= 2099;
}

static bool is_day(long n)
{
    return n >= 1 && n <= 31;
}

static bool days_fit(const struct date *d)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= days[d->month - 1];
}

static int month_at(const struct zone *z, size_t i, int lang, size_t *end)
{
    const struct hit *h = zone_hit(z, i, PHRASE_MONTH, -1, lang);
    uint64_t month;
    if (!h || !sv_u64(h->phrase->row->cell[2], &month) || month < 1 || month > 12)
        return 0;
    *end = h->end;
    return (int)month;
}

/* A month that a scanner misread, between a day and a year. */
static int misread_month(const struct zone *z, size_t i, int lang, size_t *end)
{
    struct scanned_word w;
    uint64_t month;
    if (i >= z->n || z->word[i].lines || !scanned_word(z, i, &w) ||
        zone_number(z, w.end) < 1950)
        return 0;
    const struct phrase *p = scanned_phrase(z, &w, PHRASE_MONTH, lang);
    if (!p || !sv_u64(p->row->cell[2], &month) || month < 1 || month > 12)
        return 0;
    *end = w.end;
    return (int)month;
}

static int roman_month(const struct zone *z, size_t i)
{
    static const char *const roman[] = {"I",   "II",   "III", "IV", "V",  "VI",
                                        "VII", "VIII", "IX",  "X",  "XI", "XII"};
    if (i >= z->n || !(z->word[i].flags & WORD_UPPER))
        return 0;
    for (int m = 0; m < 12; m++)
        if (sv_eq(zone_word(z, i), sv_cstr(roman[m])))
            return m + 1;
    return 0;
}

static bool dateword(const struct zone *z, size_t i, enum dateword_role role, size_t *end)
{
    const struct hit *h = zone_hit(z, i, PHRASE_DATEWORD, (int)role, -1);
    if (!h || h->end != i + 1)
        return false;
    *end = h->end;
    return true;
}

/* "1. In June 2013": a capital behind a list's number begins a sentence, not a date. */
static bool begins_sentence(const struct zone *z, size_t i)
{
    struct sv w = zone_word(z, i);
    return i > 0 && zone_is(z, i - 1, '.') && w.n > 1 && w.p[0] >= 'A' && w.p[0] <= 'Z' &&
           w.p[1] >= 'a' && w.p[1] <= 'z';
}

/* Small words and signs that carry nothing: "19 de diciembre de", "2017 m.", "19.". */
static size_t skip_fillers(const struct zone *z, size_t i, int most)
{
    for (; most > 0 && i < z->n; most--) {
        size_t end;
        if (zone_is(z, i, '.') || zone_is(z, i, '\'') || zone_is(z, i, ','))
            i++;
        else if (dateword(z, i, DATEWORD_FILLER, &end) && !begins_sentence(z, i))
            i = end;
        else
            break;
    }
    return i;
}

/* Between two days: "-", "/", ",", "and", also "and on". 0 if none. */
static size_t joint(const struct zone *z, size_t i)
{
    size_t end;
    if (zone_is(z, i, '.') && (zone_is(z, i + 1, '-') || zone_is(z, i + 1, '/')))
        i++;
    if (zone_is(z, i, '-') || zone_is(z, i, '/') || zone_is(z, i, ',')) {
        i++;
        return dateword(z, i, DATEWORD_JOIN, &end) ? end : i;
    }
    if (zone_is(z, i, '.'))
        i++;
    return dateword(z, i, DATEWORD_JOIN, &end) ? end : 0;
}

static size_t skip_ordinal(const struct zone *z, size_t i)
{
    size_t end;
    if (zone_is(z, i, WORD_DEGREE)) /* "1° dicembre" */
        return i + 1;
    if (zone_flag(z, i, WORD_GLUED) && dateword(z, i, DATEWORD_ORDINAL, &end))
        return end;
    return i;
}

/* A day that lost the dash of a range: 67 is 6-7, 1213 is 12-13; 12 and 23 may be either.
 */
static bool split_day(const struct zone *z, size_t i, struct date *d)
{
    long n = zone_number(z, i), first = 0;
    size_t digits = z->word[i].nletters;
    if (digits == 2 && n > 31 && n % 10 == n / 10 + 1)
        first = n / 10;
    else if ((digits == 3 || (digits == 4 && !is_year(n))) && n % 100 == n / 100 + 1)
        first = n / 100;
    if (!is_day(first))
        return false;
    d->day = (int)first;
    d->several = true;
    return true;
}

/* "10 (part II), 15 and 16 May": which part of the meeting was on that day. */
static size_t skip_aside(const struct zone *z, size_t i)
{
    enum { ASIDE_WORDS = 4 };
    if (!zone_is(z, i, '('))
        return i;
    for (size_t j = i + 1; j < z->n && j <= i + ASIDE_WORDS && !zone_is(z, j, '('); j++)
        if (zone_is(z, j, ')'))
            return joint(z, j + 1) ? j + 1 : i;
    return i;
}

/* The days and months before the year: "6", "6 and 7", "30 November and 1". Leaves i
 * behind the last day read. */
static bool read_days(const struct zone *z, size_t *i, struct date *d)
{
    long n = zone_number(z, *i);
    if (n < 0)
        return false;
    if (is_day(n) && z->word[*i].nletters <= 2)
        d->day = (int)n;
    else if (!split_day(z, *i, d))
        return false;
    *i = skip_aside(z, skip_ordinal(z, *i + 1));
    for (int most = 4; most > 0; most--) {
        size_t j = joint(z, *i);
        if (!j)
            break;
        j = skip_fillers(z, j, 1);
        if (!is_day(zone_number(z, j)) || z->word[j].nletters > 2)
            break;
        d->several = true;
        *i = skip_ordinal(z, j + 1);
    }
    return true;
}

/* "(-) 1 December" behind a first month: only the year is wanted from there. */
static size_t skip_second(const struct zone *z, size_t i, int lang)
{
    size_t j = joint(z, i), end;
    if (!j)
        return i;
    j = skip_fillers(z, j, 2);
    struct date days = {0}; /* "30 April, 2 and 3 May" */
    if (!is_day(zone_number(z, j)) || !read_days(z, &j, &days))
        return i;
    j = skip_fillers(z, j, 2);
    return month_at(z, j, lang, &end) ? end : i;
}

static void read_year(const struct zone *z, size_t i, struct date *d)
{
    size_t j = skip_fillers(z, i, 2);
    long n = zone_number(z, j);
    d->end = i;
    if (n >= 0 && z->word[j].nletters == 4 && is_year(n) && z->word[j].lines <= 1 &&
        !zone_is(z, j + 1, '/')) {
        d->year = (int)n;
        d->end = j + 1;
    } else if (n >= 0 && j < z->n && z->word[j].nletters > 4 &&
               z->word[j].nletters <= 9) {
        /* the year and a number after it, printed without a blank */
        struct sv w = zone_word(z, j);
        uint64_t year;
        if (sv_u64(sv_sub(w, 0, 4), &year) && is_year((long)year))
            d->year = (int)year;
    }
}

static bool day_month_year(const struct zone *z, size_t i, int lang, struct date *d)
{
    size_t end;
    if (!read_days(z, &i, d))
        return false;
    i = skip_fillers(z, i, 3);
    d->month = month_at(z, i, lang, &end);
    if (!d->month && lang >= 0)
        d->month = misread_month(z, i, lang, &end);
    if (!d->month)
        return false;
    size_t glued = i;
    end = skip_second(z, end, lang);
    read_year(z, end, d);
    d->doubtful =
        zone_flag(z, glued, WORD_GLUED) && !d->several && (d->day == 12 || d->day == 23);
    return true;
}

/* "2017. december 19.", "2017 m. gruodžio 19 d.", "2017. gada 19. decembrī" */
static bool year_first(const struct zone *z, size_t i, int lang, struct date *d)
{
    long n = zone_number(z, i);
    size_t end = i;
    if (n < 0 || z->word[i].nletters != 4 || !is_year(n))
        return false;
    d->year = (int)n;
    i = skip_fillers(z, i + 1, 3);
    d->month = month_at(z, i, lang, &end);
    if (d->month) {
        i = skip_fillers(z, end, 1);
        if (!read_days(z, &i, d))
            return false;
        d->end = zone_is(z, i, '.') ? i + 1 : i;
        return true;
    }
    if (!read_days(z, &i, d))
        return false;
    i = skip_fillers(z, i, 2);
    d->month = month_at(z, i, lang, &end);
    d->end = end;
    return d->month != 0;
}

/* "January 21, 2020" */
static bool month_first(const struct zone *z, size_t i, int lang, struct date *d)
{
    size_t end;
    d->month = month_at(z, i, lang, &end);
    if (!d->month || !read_days(z, &end, d))
        return false;
    if (zone_is(z, end, ','))
        end++;
    long n = zone_number(z, end);
    if (!is_year(n) || z->word[end].nletters != 4)
        return false;
    d->year = (int)n;
    d->end = end + 1;
    return true;
}

static bool separator(const struct zone *z, size_t i)
{
    return zone_is(z, i, '.') || zone_is(z, i, '/') || zone_is(z, i, '-');
}

/* 10.4.2013, 10/04/2013, 7.XI.2003, 6-7.XII.2007, 2013-04-10 */
static bool numeric(const struct zone *z, size_t i, struct date *d)
{
    long first = zone_number(z, i);
    d->numeric = true;
    if (is_year(first) && zone_is(z, i + 1, '-') && zone_is(z, i + 3, '-')) {
        d->year = (int)first;
        d->month = (int)zone_number(z, i + 2);
        d->day = (int)zone_number(z, i + 4);
        d->end = i + 5;
        return d->day > 0;
    }
    if (!read_days(z, &i, d))
        return false;
    /* in 6/7.12.2007 the days are a list, in 10/04/2013 the second number is the month */
    if (separator(z, i) && (roman_month(z, i + 1) || zone_number(z, i + 1) > 0) &&
        separator(z, i + 2) && is_year(zone_number(z, i + 3)) &&
        z->word[i + 3].nletters == 4) {
        long month = zone_number(z, i + 1);
        d->month = month > 0 ? (int)month : roman_month(z, i + 1);
        d->year = (int)zone_number(z, i + 3);
        d->end = i + 4;
        return true;
    }
    return false;
}

static bool numeric_slash(const struct zone *z, size_t i, struct date *d)
{
    d->numeric = true;
    d->day = (int)zone_number(z, i);
    d->month = (int)zone_number(z, i + 2);
    d->year = (int)zone_number(z, i + 4);
    d->end = i + 5;
    return separator(z, i + 1) && separator(z, i + 3) && d->month > 0 &&
           is_year(d->year) && z->word[i + 4].nletters == 4;
}

/* "5 marca 2018 r.", "5 март 2018 г.", "2018 m. kovo 5 d.", "5. ožujka 2018.": what some
 * languages print behind a date belongs to it. */
static size_t behind_date(const struct zone *z, size_t i, int lang)
{
    if (lang < 0 || i >= z->n || z->word[i].lines)
        return i;
    if (zone_is(z, i, '.') && sv_eq(z->book->lang[lang], SV("hr")))
        return i + 1;
    const struct hit *filler =
        z->word[i].nletters == 1 && zone_is(z, i + 1, '.')
            ? zone_hit(z, i, PHRASE_DATEWORD, DATEWORD_FILLER, lang)
            : NULL;
    return filler && filler->phrase->lang == lang ? i + 2 : i;
}

bool date_at(const struct zone *z, size_t i, int lang, struct date *out)
{
    if (i >= z->n || z->word[i].kind == WORD_SIGN)
        return false;
    for (int form = 0; form < 5; form++) {
        struct date d = {0};
        bool found = form == 0   ? day_month_year(z, i, lang, &d)
                     : form == 1 ? year_first(z, i, lang, &d)
                     : form == 2 ? numeric(z, i, &d)
                     : form == 3 ? numeric_slash(z, i, &d)
                                 : month_first(z, i, lang, &d);
        if (found && days_fit(&d)) {
            d.end = behind_date(z, d.end, lang);
            *out = d;
            return true;
        }
    }
    return false;
}

bool date_short_at(const struct zone *z, size_t i, struct date *out)
{
    struct date d = {.numeric = true, .end = i + 5};
    if (i + 4 >= z->n || z->word[i].nletters > 2 || z->word[i + 4].nletters != 2 ||
        !separator(z, i + 1) || !separator(z, i + 3) || separator(z, i + 5))
        return false;
    long year = zone_number(z, i + 4);
    d.day = (int)zone_number(z, i);
    d.month = (int)zone_number(z, i + 2);
    d.year = (int)(year >= 50 ? 1900 + year : 2000 + year);
    if (d.day < 1 || d.month < 1 || year < 0 || !days_fit(&d))
        return false;
    *out = d;
    return true;
}

struct sv date_text(const struct date *d, struct arena *a)
{
    if (!d->year || d->doubtful)
        return SV_NULL;
    char iso[16];
    struct put o = put_into(iso, sizeof iso);
    put_number(&o, (uint32_t)d->year, 4);
    put_char(&o, '-');
    put_number(&o, (uint32_t)d->month, 2);
    put_char(&o, '-');
    put_number(&o, (uint32_t)d->day, 2);
    return arena_copy(a, put_sv(&o));
}
