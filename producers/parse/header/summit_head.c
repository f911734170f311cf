/* The title of a summit's conclusions on a page that is no paper of the register: what it
 * is, and the days of the meeting.
 *
 *   PRESIDENCY CONCLUSIONS            Lisbon European Council        24 AND 25 MARCH 2000
 *   LISBON EUROPEAN COUNCIL           Conclusions of the Presidency  1. The European
 *   24 AND 25 MARCH 2000                                             Council met on …
 *
 * Days that the title lacks are those of the first sentence. */
#include "header.h"

#include <string.h>

enum {
    TOP_WORDS = 70,      /* in which the title stands */
    TITLE_WORDS = 16,    /* from one part of it to the next */
    SENTENCE_WORDS = 40, /* of the first one, up to its day */
    SMALL_LETTERS = 3    /* "of", "the", "and", "des" */
};

/* Words [b, e) may belong to a title: capitals, and the small words between them. */
static bool is_title(const struct header *h, size_t b, size_t e)
{
    const struct zone *z = &h->z;
    for (size_t i = b; i < e; i++) {
        bool small = z->word[i].kind == WORD_LETTERS && !zone_flag(z, i, WORD_CAPITAL) &&
                     z->word[i].nletters > SMALL_LETTERS;
        if ((small && !zone_hit(z, i, PHRASE_MONTH, -1, -1)) || zone_is(z, i, ';'))
            return false;
    }
    return true;
}

static size_t back(const struct header *h, size_t i, size_t words)
{
    return i > h->begin + words ? i - words : h->begin;
}

/* The European Council is named in one title with words [b, e). */
static bool names_summit(const struct header *h, size_t b, size_t e)
{
    for (size_t i = back(h, b, TITLE_WORDS); i < e + TITLE_WORDS; i++) {
        const struct hit *c =
            zone_hit(&h->z, i, PHRASE_INSTITUTION, INSTITUTION_EUROPEAN_COUNCIL, -1);
        if (c && is_title(h, i < b ? c->end : e, i < b ? b : i))
            return true;
    }
    return false;
}

/* The days that the title around words [b, e) says. */
static bool days_in_title(const struct header *h, size_t b, size_t e, struct date *d)
{
    for (size_t i = back(h, b, TITLE_WORDS); i < e + TITLE_WORDS && i < h->z.n; i++)
        if (h->z.word[i].kind == WORD_NUMBER && date_at(&h->z, i, h->lang, d) &&
            d->year && is_title(h, i < b ? d->end : e, i < b ? b : i))
            return true;
    return false;
}

/* "The European Council met in Lisbon on 24 and 25 March 2000": the first sentence behind
 * word i. */
static bool days_in_sentence(const struct header *h, size_t i, struct date *d)
{
    const struct zone *z = &h->z;
    size_t limit = i + TITLE_WORDS;
    while (i < limit &&
           !zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_EUROPEAN_COUNCIL, -1))
        i++;
    for (size_t k = i; i < limit && k < z->n && k < i + SENTENCE_WORDS; k++)
        if (subject_sentence_end(z, k))
            return false;
        else if (z->word[k].kind == WORD_NUMBER && date_at(z, k, h->lang, d))
            return true;
    return false;
}

/* "24 AND 25 MARCH 2000" at the top, where the first sentence names the same days. */
static void title_lost(struct header *h)
{
    const struct zone *z = &h->z;
    struct date top, d;
    for (size_t i = h->begin; i < z->n && i < h->begin + TOP_WORDS; i++)
        if ((zone_flag(z, i, WORD_FIRST) || i == h->begin) &&
            z->word[i].kind == WORD_NUMBER && date_at(z, i, h->lang, &top) && top.year &&
            days_in_sentence(h, top.end, &d) && d.day == top.day &&
            d.month == top.month) {
            h->meeting = top;
            return;
        }
}

/* The title's words stand together: to their line, or each with a capital. */
static bool title_stands(const struct header *h, size_t i, const struct hit *t)
{
    const struct zone *z = &h->z;
    bool line = zone_flag(z, i, WORD_FIRST) &&
                (t->end >= z->n || zone_flag(z, t->end, WORD_FIRST));
    return zone_flag(z, i, WORD_CAPITAL) &&
           (line || zone_flag(z, t->end - 1, WORD_CAPITAL));
}

void summit_head(struct header *h)
{
    const struct zone *z = &h->z;
    struct date d;
    bool numbered = h->has_paper && strcmp(h->paper.series, "SN") != 0;
    if (numbered || h->subject.p || h->from.p || h->meeting.year)
        return;
    for (size_t i = h->begin; i < z->n && i < h->begin + TOP_WORDS; i++) {
        const struct hit *t = zone_hit(z, i, PHRASE_TYPE, TYPE_SUMMIT, -1);
        if (!t || !title_stands(h, i, t) || !names_summit(h, i, t->end))
            continue;
        if (!h->type.p) {
            h->type = t->phrase->row->cell[0];
            h->type_role = t->phrase->role;
            h->seen |= ELEMENT_TYPE;
        }
        if (days_in_title(h, i, t->end, &d) ||
            (days_in_sentence(h, t->end, &d) && d.year))
            h->meeting = d;
        if (h->lone_date) /* those of the title, without a place beside them */
            h->seen &= ~(unsigned)ELEMENT_DATE;
        return;
    }
    title_lost(h);
}
