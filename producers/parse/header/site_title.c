/* A site's own title line above the page: it repeats the header, and may have kept what
 * the page lost. */
#include "header.h"

/* The place and the day that stand before the number there, where the page's own lost its
 * digits. */
static void date_before(struct header *h, size_t number)
{
    struct date d;
    size_t i = number > 8 ? number - 8 : 0;
    for (; i < number && !h->date.year; i++)
        if (h->z.word[i].kind == WORD_NUMBER && date_at(&h->z, i, h->lang, &d) &&
            d.year && d.end <= number) {
            for (size_t k = i > 3 ? i - 3 : 0; k < i && !h->place.p; k++) {
                const struct hit *place = zone_hit(&h->z, k, PHRASE_PLACE, -1, -1);
                if (place)
                    h->place = zone_text(&h->z, k, place->end, h->a);
            }
            h->date = d;
            h->seen |= ELEMENT_DATE;
        }
}

/* Codes and files of the title line whose number stands at word i: where the page lost
 * digits of its number, those of its codes are lost as well. */
static void codes_behind(struct header *h, size_t i)
{
    struct header *title = arena_alloc(h->a, sizeof *title);
    *title = *h;
    title->codes = title->files = (struct strings){0};
    title->type_end = 0;
    (void)masthead_read(title, i, h->begin);
    if (title->codes.n && title->codes.n >= h->codes.n)
        h->codes = title->codes;
    if (title->files.n && title->files.n >= h->files.n)
        h->files = title->files;
}

/* "…: 13 July 2012. 12202/12 Interinstitutional File": a site's title line repeats the
 * header, and kept what the page lost. */
bool title_number(struct header *h)
{
    for (size_t i = 0; i < h->begin; i++)
        if (h->z.word[i].kind != WORD_SIGN && paper_at(&h->z, i, &h->paper, h->a)) {
            h->has_paper = true;
            date_before(h, i);
            codes_behind(h, i);
            return true;
        }
    return false;
}

/* One of a day's two digits is left. */
static bool digit_lost(int page, int title)
{
    return page < 10 && title >= 10 && (page == title / 10 || page == title % 10);
}

static bool is_whole(const struct date *d)
{
    return d->year && d->month && d->day;
}

/* Behind the title that may begin at word i: the first of the page, or one in quotes. */
static size_t title_end(const struct header *h, size_t i)
{
    enum { WORDS_MAX = 80 };
    const struct zone *z = &h->z;
    bool quoted = i > 0 && zone_is(z, i - 1, '"');
    size_t end = i + 1;
    if (i > 0 && !quoted)
        return 0;
    while (end < h->begin && end < i + WORDS_MAX && !z->word[end].lines &&
           !(quoted && zone_is(z, end, '"')))
        end++;
    return end;
}

/* A title that says whose it is, where and when. */
static bool title_at(const struct header *h, size_t i, struct header *title)
{
    size_t end = title_end(h, i);
    unsigned all = ELEMENT_INSTITUTION | ELEMENT_PLACE | ELEMENT_DATE;
    if (!end)
        return false;
    *title = (struct header){.s = h->s, .a = h->a, .z = h->z, .lang = h->lang};
    (void)masthead_read(title, i, end);
    return (title->seen & all) == all && is_whole(&title->date);
}

void title_fill(struct header *h)
{
    struct header *title = h->begin ? arena_alloc(h->a, sizeof *title) : NULL;
    size_t i = 0;
    while (i < h->begin && !title_at(h, i, title))
        i++;
    if (i == h->begin || h->reordered)
        return;
    if (!(h->seen & ELEMENT_DATE) || !is_whole(&h->date) ||
        (h->date.year == title->date.year && h->date.month == title->date.month &&
         digit_lost(h->date.day, title->date.day))) {
        h->date = title->date;
        h->seen |= ELEMENT_DATE;
    }
    if (!h->place.p)
        h->place = title->place;
    if (!h->files.n)
        h->files = title->files;
}
