/* The footer of a page in the words of a zone: the number, who wrote and typed it, the
 * page, the unit and the language. */
#include "header.h"

static bool language_mark(const struct zone *z, size_t i)
{
    if (i >= z->n || z->word[i].kind != WORD_LETTERS || z->word[i].nletters > 2 ||
        !(z->word[i].flags & WORD_UPPER))
        return false;
    if (z->word[i].flags & WORD_BROKEN)
        return true;
    for (size_t k = 0; k < z->book->langs; k++)
        if (sv_eq_fold(zone_word(z, i), z->book->lang[k]))
            return true;
    return false;
}

static bool small_letters(const struct zone *z, size_t i)
{
    return i < z->n && z->word[i].kind == WORD_LETTERS &&
           !(z->word[i].flags & WORD_CAPITAL) && z->word[i].nletters <= 4;
}

/* Initials of author and typist: "FL/jg", "EB,FR/dk", "een/mm/mb", "dm". */
static size_t initials(const struct zone *z, size_t i)
{
    size_t j = i;
    bool slash = false;
    while (j < z->n && z->word[j].kind == WORD_LETTERS && z->word[j].nletters <= 4 &&
           j < i + 9) {
        j++;
        if (zone_flag(z, j, WORD_GLUED) && z->word[j].kind == WORD_LETTERS)
            continue; /* "GdK" */
        if (!(zone_is(z, j, '/') || zone_is(z, j, ',') || zone_is(z, j, '-')))
            break;
        slash |= zone_is(z, j, '/');
        j++;
    }
    if (j == i || j >= z->n || !small_letters(z, j - 1) ||
        (j == i + 1 && zone_hit(z, i, PHRASE_STOPWORD, STOPWORD_SMALL, -1)))
        return 0; /* "12345/12 of 14 September" */
    return slash || z->word[j].kind == WORD_NUMBER ? j : 0;
}

static bool footer_word(const struct zone *z, size_t i)
{
    struct marking m = {0};
    return language_mark(z, i) || z->word[i].kind == WORD_NUMBER ||
           (z->word[i].nletters <= 4 && zone_flag(z, i, WORD_CAPITAL)) ||
           zone_is(z, i, '.') || marking_at(z, i, &m) || zone_is(z, i, '/');
}

/* "(Presse 173) 1", "(Presse 37) II", "(Presse 28 - G) EN - 2" behind a number. */
static size_t press_page(const struct zone *z, size_t i)
{
    size_t e = i + 3;
    if (!zone_is(z, i, '(') || !zone_reads(z, i + 1, "PRESSE") ||
        zone_number(z, i + 2) < 0)
        return 0;
    bool series = zone_is(z, e, '-') && zone_reads(z, e + 1, "G");
    e += series ? 2 : 0;
    if (!zone_is(z, e, ')'))
        return 0;
    e++;
    if (series && language_mark(z, e) && zone_is(z, e + 1, '-') &&
        zone_number(z, e + 2) > 0)
        return e + 3;
    bool page = zone_number(z, e) > 0 && z->word[e].nletters <= 3 &&
                !zone_flag(z, e + 1, WORD_GLUED); /* "960th meeting" */
    size_t k = e < z->n ? z->word[e].b : 0;
    bool roman = !page && zone_flag(z, e, WORD_UPPER);
    for (; roman && k < z->word[e].e; k++)
        roman = memchr("IVXL", z->text.p[k], 4) != NULL;
    return page || roman ? e + 1 : 0;
}

/* "12111/19 2" alone on its line, and again with a later page. */
bool footer_of_pages(const struct header *h, struct paper *out)
{
    const struct zone *z = &h->z;
    struct paper p;
    long page = 0;
    for (size_t i = 0; i < z->n; i++) {
        if (!zone_flag(z, i, WORD_FIRST) || !paper_at(z, i, &p, h->a) ||
            zone_number(z, p.end) <= page || z->word[p.end].nletters > 3 ||
            z->word[p.end].lines || zone_flag(z, p.end, WORD_GLUED) ||
            (p.end + 1 < z->n && !z->word[p.end + 1].lines))
            continue;
        if (page && p.number == out->number && p.year == out->year)
            return true;
        *out = p;
        page = zone_number(z, p.end);
    }
    return false;
}

/* "E", the last of its line: a font lost the N. */
static bool lost_mark(const struct zone *z, size_t i)
{
    return zone_reads(z, i, "E") && !zone_flag(z, i, WORD_GLUED) &&
           (i + 1 == z->n || zone_flag(z, i + 1, WORD_FIRST));
}

/* "1 EN", "1 GIP.1 EN", "2 DGE 1 C LIMITE EN": a page, the unit, the language; where it
 * ends, or 0. */
static size_t unit_and_language(const struct zone *z, size_t i)
{
    enum { WORDS_MAX_BEHIND = 8 };
    if (zone_number(z, i) < 0 || z->word[i].nletters > 3 || zone_flag(z, i, WORD_GLUED))
        return 0;
    for (size_t j = i + 1; j < z->n && j <= i + WORDS_MAX_BEHIND && footer_word(z, j);) {
        struct marking m = {0};
        size_t end = marking_at(z, j, &m);
        if (!end && (language_mark(z, j) || lost_mark(z, j)))
            return j + 1;
        j = end ? end : j + 1;
    }
    return 0;
}

/* The number is followed by initials, by a page number and a language, or by the press
 * release's code and a page number. */
size_t footer_at(const struct header *h, size_t i, struct paper *p)
{
    const struct zone *z = &h->z;
    if (!paper_at(z, i, p, h->a))
        return 0;
    size_t j = press_page(z, p->end);
    if (j)
        return language_mark(z, j) ? j + 1 : j;
    j = initials(z, p->end);
    if (!j)
        return unit_and_language(z, p->end);
    for (size_t most = 12; most > 0 && j < z->n && footer_word(z, j); most--) {
        struct marking m = {0};
        size_t end = marking_at(z, j, &m);
        if (language_mark(z, j) && !end)
            return j + 1;
        j = end ? end : j + 1;
    }
    return j;
}
