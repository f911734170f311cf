/* dates — days as papers print them, in the 24 official languages.
 *
 * Owns:    nothing.
 * Units:   indices of words of a zone.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_DATES_H
#define COUNCILWIRE_PARSE_DATES_H

#include "zone.h"

struct date {
    int year, month, day; /* year 0: not printed; of a range or list the first day */
    size_t end;           /* index of the word behind */
    bool doubtful;        /* a day range may have lost its dash: "12December" */
    bool several;         /* a range or list */
    bool numeric;         /* 12.3.2004, 12.III.2004, 2004-03-12 */
};

/* A date that begins at word i. lang: of the text, or -1; decides where two languages
 * mean different months by one word. */
bool date_at(const struct zone *z, size_t i, int lang, struct date *out);
/* "16.04.14": only where a row says that a day stands there. */
bool date_short_at(const struct zone *z, size_t i, struct date *out);
/* YYYY-MM-DD; null without a year. */
struct sv date_text(const struct date *d, struct arena *a);
static inline long date_order(const struct date *d)
{
    return (long)d->year * 10000 + (long)d->month * 100 + d->day;
}

#endif
