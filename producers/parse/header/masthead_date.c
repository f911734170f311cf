/* The place and the day of a paper, and the day of the meeting that its type names. */
#include "header.h"

static size_t skip_to_date(const struct zone *z, size_t i)
{
    for (int most = 5; most > 0 && i < z->n; most--) {
        const struct hit *f = zone_hit(z, i, PHRASE_DATEWORD, DATEWORD_FILLER, -1);
        if (zone_is(z, i, ',') || zone_is(z, i, '.') || (f && f->end == i + 1))
            i++;
        else
            break;
    }
    return i;
}

/* The second date in brackets, "(24.10)", is a later one. */
static size_t skip_second_date(const struct zone *z, size_t i)
{
    if (!zone_is(z, i, '(') || zone_number(z, i + 1) < 1)
        return i;
    for (size_t j = i + 1; j < z->n && j < i + 12; j++)
        if (zone_is(z, j, ')'))
            return j + 1;
    return i;
}

/* The first date counts; the same day printed with its year completes it. */
static void set_date(struct header *h, const struct date *d)
{
    bool completes =
        !h->date.year && d->year && h->date.day == d->day && h->date.month == d->month;
    if ((h->seen & ELEMENT_DATE) && !completes)
        return;
    h->date = *d;
    h->seen |= ELEMENT_DATE;
}

/* "OJ CONS 14" tells an agenda whose type is lost. */
static bool is_agenda(const struct header *h)
{
    for (size_t i = 0; i < h->codes.n; i++)
        if (sv_starts(h->codes.v[i], SV("OJ ")))
            return h->seen & ELEMENT_DATE;
    return false;
}

/* A day under the type of a record or an agenda is the meeting's. */
static bool meets(const struct header *h)
{
    bool of = h->type_end ? h->type_role == TYPE_RECORD || h->type_role == TYPE_AGENDA
                          : is_agenda(h);
    return of && !h->meeting.year;
}

/* "Luxembourg, 22 23 October 2007": the dash between two days is lost. */
static bool days_without_dash(const struct zone *z, size_t i, int lang, struct date *d)
{
    long first = zone_number(z, i), second = zone_number(z, i + 1);
    if (first < 1 || second <= first || second > first + 3 ||
        !date_at(z, i + 1, lang, d) || d->numeric || d->day != second)
        return false;
    d->day = (int)first;
    d->several = true;
    return true;
}

/* "Brussels, May 2013": the days are lost. */
static size_t month_alone(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    const struct hit *month = zone_hit(z, i, PHRASE_MONTH, -1, h->lang);
    bool year = month && zone_number(z, month->end) >= 1950 &&
                z->word[month->end].nletters == 4 && !z->word[month->end].lines;
    return year && i > 0 && zone_is(z, i - 1, ',') ? month->end + 1 : 0;
}

/* "Brüsszel, május 22.": a date whose year stood in front of the month, and is lost. */
static size_t month_and_day(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    const struct hit *month = zone_hit(z, i, PHRASE_MONTH, -1, h->lang);
    long day = month ? zone_number(z, month->end) : 0;
    bool ours = month && month->phrase->lang == h->lang && day >= 1 && day <= 31 &&
                !z->word[month->end].lines;
    return ours && i > 0 ? month->end + 1 + zone_is(z, month->end + 1, '.') : 0;
}

/* "Presidency Conclusions Brussels, 14 December 2007": the head of each page, which tells
 * the meeting, stands above the institution; the paper's own day stands below that. */
static bool above_page(const struct header *h)
{
    return h->page_date && h->seen & ELEMENT_INSTITUTION && !h->has_paper && !h->type_end;
}

size_t masthead_place(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    const struct hit *p = zone_hit(z, i, PHRASE_PLACE, -1, h->lang);
    struct date d;
    bool led = i > 0 && !z->word[i].lines && z->word[i - 1].kind == WORD_LETTERS &&
               !zone_flag(z, i - 1, WORD_CAPITAL) && z->word[i - 1].nletters <= 2;
    if (!p || !zone_flag(z, i, WORD_CAPITAL))
        return 0;
    /* "in Brussels", but not "Conseil de   Bruxelles, le 8 juin 2017" of two columns,
     * where the header begins with it */
    bool column = led && i == h->begin && z->word[i].b - z->word[i - 1].e > 1;
    bool sentence = led && i > 1 && zone_reads(z, i - 2, "met");
    if ((led && !h->type_end && !column) || sentence) /* "The European Council met in" */
        return 0;
    size_t j = skip_to_date(z, p->end);
    if (zone_is(z, j, '(') && zone_number(z, j + 1) > 0)
        j++; /* "Brussels (12-11-1998)" */
    int lang = h->lang >= 0 ? h->lang : p->phrase->lang;
    if (!date_at(z, j, lang, &d) && !days_without_dash(z, j, lang, &d)) {
        size_t end = month_alone(h, j);
        end = end ? end : month_and_day(h, j);
        if (end && !h->place.p) {
            h->place = zone_text(z, i, p->end, h->a);
            h->seen |= ELEMENT_PLACE;
        }
        return end;
    }
    /* "Summary of the meeting (Brussels, 6 May 2009)" in a site's title */
    if (masthead_in_brackets(z, i) && zone_is(z, d.end, ')'))
        return d.end;
    if (above_page(h)) {
        h->place = SV_NULL;
        h->seen &= ~(unsigned)ELEMENT_DATE;
    }
    h->page_date = !(h->seen & (ELEMENT_DATE | ELEMENT_INSTITUTION)) &&
                   !zone_flag(z, i, WORD_FIRST | WORD_CELL);
    if (!h->place.p)
        h->place = zone_text(z, i, p->end, h->a);
    h->seen |= ELEMENT_PLACE;
    bool held = h->press && (h->seen & ELEMENT_SESSION) && !h->meeting.year;
    if ((meets(h) || held) && (h->seen & ELEMENT_DATE) && d.year)
        h->meeting = d;
    if (h->lone_date && !h->type_end && d.year)
        h->seen &= ~(unsigned)ELEMENT_DATE;
    h->lone_date = false;
    set_date(h, &d);
    return skip_second_date(z, d.end);
}

/* Another place than the known ones: one to three capitalised words, a comma, a full
 * date. */
size_t masthead_other_place(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    struct date d;
    size_t j = i;
    if (h->place.p || !zone_flag(z, i, WORD_FIRST))
        return 0;
    while (j < i + 3 && zone_flag(z, j, WORD_CAPITAL) && z->word[j].kind == WORD_LETTERS)
        j++;
    if (j == i || !zone_is(z, j, ',') || (j > i + 1 && z->word[j - 1].lines))
        return 0;
    size_t at = skip_to_date(z, j), begin = i;
    if (!date_at(z, at, h->lang, &d) || !d.year || (h->seen & ELEMENT_DATE))
        return 0;
    for (size_t k = i + 1; k < j; k++) /* "COUNCIL OF   Brussels" of two columns */
        if (zone_hit(z, k, PHRASE_PLACE, -1, h->lang))
            begin = k;
    h->page_date = !h->seen && begin > i;
    h->place = zone_text(z, begin, j, h->a);
    h->seen |= ELEMENT_PLACE;
    set_date(h, &d);
    return skip_second_date(z, d.end);
}

/* "9 April 2014 Brussels": the place stands behind the day, and no day of its own behind
 * it. */
static const struct hit *place_behind(const struct zone *z, size_t i, int lang)
{
    const struct hit *p = zone_hit(z, i, PHRASE_PLACE, -1, lang);
    bool own = !p || zone_flag(z, i, WORD_FIRST) || !zone_flag(z, i, WORD_CAPITAL) ||
               zone_is(z, p->end, ',');
    return own ? NULL : p;
}

/* "Den 1.-2. december 2011 i Bruxelles": a press release says the day first. */
static size_t held_at(struct header *h, const struct date *d)
{
    const struct zone *z = &h->z;
    size_t at = d->end;
    if (!h->press || !(h->seen & ELEMENT_SESSION) || (h->seen & ELEMENT_DATE) ||
        at >= z->n || z->word[at].kind != WORD_LETTERS || z->word[at].nletters > 2)
        return 0;
    const struct hit *place = zone_hit(z, at + 1, PHRASE_PLACE, -1, h->lang);
    if (!place || zone_flag(z, at, WORD_CAPITAL) || !zone_flag(z, at + 1, WORD_CAPITAL))
        return 0;
    if (!h->place.p)
        h->place = zone_text(z, at + 1, place->end, h->a);
    h->seen |= ELEMENT_PLACE;
    set_date(h, d);
    return place->end;
}

/* "21. marts 2005" of a covering letter, above an English paper. */
static bool is_foreign(const struct header *h, size_t i, const struct date *d)
{
    const struct hit *month = NULL;
    for (size_t k = i; k < d->end && !month; k++)
        month = zone_hit(&h->z, k, PHRASE_MONTH, -1, h->lang);
    return month && h->lang >= 0 && month->phrase->lang != h->lang;
}

/* A day on a line of its own stands for the document's until a place and date come. */
size_t masthead_date(struct header *h, size_t i)
{
    struct date d;
    if (meets(h) && date_at(&h->z, i, h->lang, &d) && d.year) {
        h->meeting = d;
        return d.end;
    }
    if (!date_at(&h->z, i, h->lang, &d) || !d.year)
        return 0;
    size_t end = held_at(h, &d);
    if (end)
        return end;
    const struct hit *place = place_behind(&h->z, d.end, h->lang);
    if (!zone_flag(&h->z, i, WORD_FIRST) && !masthead_code(h, d.end, false) && !place)
        return 0;
    if (h->type_end == 0) {
        bool foreign = is_foreign(h, i, &d);
        if (h->foreign_date && !foreign)
            h->seen &= ~(unsigned)ELEMENT_DATE;
        h->foreign_date = foreign && !(h->seen & ELEMENT_DATE);
        h->lone_date |= !(h->seen & ELEMENT_DATE);
        set_date(h, &d);
        if (place && !h->place.p) {
            h->place = zone_text(&h->z, d.end, place->end, h->a);
            h->seen |= ELEMENT_PLACE;
            return place->end;
        }
    }
    return d.end;
}

/* A press release whose place was lost: "2366th Council meeting …, 13 July 2001". */
static void press_date(struct header *h)
{
    const struct zone *z = &h->z;
    struct date d;
    if (!(h->seen & ELEMENT_SESSION) || (h->seen & (ELEMENT_DATE | ELEMENT_LABELS)))
        return;
    for (size_t i = h->begin; i < z->n && i < h->end + MARGIN_WORDS; i++)
        if (zone_is(z, i, ',') && !zone_flag(z, i + 1, WORD_GLUED) &&
            date_at(z, i + 1, h->lang, &d) && d.year &&
            (d.end == z->n || zone_flag(z, d.end, WORD_FIRST | WORD_CAPITAL))) {
            h->date = d;
            h->seen |= ELEMENT_DATE;
            if (!h->meeting.year)
                h->meeting = d;
            return;
        }
}

/* "23 December" that may be "2-3 December": the pages tell, "2.3.XII.2010". */
static void settle_days(const struct header *h, struct date *d)
{
    const struct zone *z = &h->z;
    struct date pages;
    if (!d->doubtful)
        return;
    for (size_t i = h->begin; i + 2 < z->n; i++)
        if (zone_number(z, i) == d->day / 10 && z->word[i].nletters == 1 &&
            (zone_is(z, i + 1, '.') || zone_is(z, i + 1, '/')) &&
            zone_number(z, i + 2) == d->day % 10 && date_at(z, i + 2, h->lang, &pages) &&
            pages.month == d->month && pages.year == d->year) {
            d->day /= 10;
            d->several = true;
            d->doubtful = false;
            return;
        }
}

void masthead_settle_dates(struct header *h)
{
    press_date(h);
    /* only a press release is dated by the days of its meeting: "Brussels,12November1999"
     * above From and To is one day */
    if (h->roles & 1u << LABEL_FROM)
        h->date.doubtful = false;
    settle_days(h, &h->date);
    settle_days(h, &h->meeting);
}
