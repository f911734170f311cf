/* The meeting that a subject names, or the first sentence behind it. */
#include "header.h"

enum { MEETING_WORDS = 40, SENTENCE_WORDS = 70 };

/* "JHA Council, 5 June", "JHA Council meeting on 5 June", not "JHA Council conclusions of
 * 5 June". */
static bool holds_day(const struct zone *z, size_t b, size_t date)
{
    static const char *const words[] = {"on",      "of", "in",  "held", "meeting",
                                        "session", "du", "des", "vom",  "am",
                                        "van",     "op", "den", "del",  "le"};
    for (size_t i = b; i < date; i++) {
        bool known =
            z->word[i].kind != WORD_LETTERS || zone_hit(z, i, PHRASE_PLACE, -1, -1);
        for (size_t k = 0; k < ARRAY_LEN(words) && !known; k++)
            known = zone_reads(z, i, words[k]);
        if (!known)
            return false;
    }
    return true;
}

/* "Follow-up to the statement of the Members of the European Council of 12 February
 * 2015": a text of old that the paper is about; its own would begin the subject. */
static bool of_old_text(const struct header *h, size_t meeting)
{
    static const char *const text[] = {"statement",     "declaration", "déclaration",
                                       "Erklärung",     "verklaring",  "erklæring",
                                       "erklæringen",   "uttalande",   "uttalandet",
                                       "dichiarazione", "declaración", "declaração"};
    enum { BETWEEN_WORDS = 8 };
    const struct zone *z = &h->z;
    for (size_t i = meeting, most = BETWEEN_WORDS; most > 0; most--) {
        if (i-- <= h->subject_b + 1)
            return false;
        for (size_t k = 0; k < ARRAY_LEN(text); k++)
            if (zone_reads(z, i, text[k]))
                return !zone_reads(z, i - 1, "draft");
    }
    return false;
}

static bool near_meeting(const struct zone *z, size_t word, size_t date)
{
    const struct hit *m = zone_hit(z, word, PHRASE_MEETING, MEETING_WORD, -1);
    const struct hit *council = zone_hit(z, word, PHRASE_MEETING, MEETING_BODY, -1);
    if (council && date >= council->end && date - council->end <= 5u)
        return holds_day(z, council->end, date);
    if (!m || date < m->end)
        return false;
    /* bodies that also have conclusions: only where the day follows at once */
    bool body = m->end > word + 1 && !zone_reads(z, m->end - 1, "on") &&
                !zone_reads(z, m->end - 1, "in") &&
                !zone_reads(z, m->end - 1, "discussions");
    return date - m->end <= (body ? 5u : (size_t)MEETING_WORDS);
}

/* "Outcome of proceedings of the Working Party on Customs Cooperation on 8 March" */
static bool outcome_of(const struct header *h, size_t date, size_t end)
{
    const struct zone *z = &h->z;
    bool outcome =
        zone_reads(z, h->subject_b, "Outcome") && zone_reads(z, h->subject_b + 1, "of");
    bool record = h->type_role == TYPE_OUTCOME || h->type_role == TYPE_RECORD;
    if (record && end == h->subject_e && date > h->subject_b + 2 &&
        zone_is(z, date - 1, ','))
        return true; /* "Working Party on Aviation, 30 May 2018" */
    return outcome && date > h->subject_b + 3 &&
           (zone_reads(z, date - 1, "on") ||
            (end == h->subject_e && zone_reads(z, date - 1, "of")));
}

static bool meeting_between(const struct zone *z, size_t b, size_t date)
{
    for (size_t i = b; i < date; i++)
        if (near_meeting(z, i, date))
            return true;
    return false;
}

static bool met_between(const struct header *h, size_t b, size_t date)
{
    for (size_t i = b; i < date; i++)
        if (near_meeting(&h->z, i, date))
            return !of_old_text(h, i);
    return false;
}

/* "… held on 2 October 2012" */
static bool in_subject(struct header *h)
{
    struct date d;
    for (size_t i = h->subject_b; i < h->subject_e; i++)
        if (date_at(&h->z, i, h->lang, &d)) {
            if (d.year && d.end <= h->subject_e &&
                (met_between(h, h->subject_b, i) || outcome_of(h, i, d.end))) {
                h->meeting = d;
                return true;
            }
            i = d.end > i ? d.end - 1 : i;
        }
    return false;
}

/* "until", "by": a day that something is due, not that anybody meets. */
static bool deadline(const struct zone *z, size_t date)
{
    for (size_t k = date > 4 ? date - 4 : 0; k < date; k++) {
        const struct hit *d = zone_hit(z, k, PHRASE_MEETING, MEETING_DEADLINE, -1);
        if (d && d->end == date)
            return true;
    }
    return false;
}

/* "… for discussion at the meeting on 17 October 2014": the first sentence, a day to
 * come. */
static void in_first_sentence(struct header *h)
{
    const struct zone *z = &h->z;
    struct date d;
    if (!h->date.year || !h->subject.p)
        return;
    for (size_t i = h->subject_e, n = 0; i < z->n && n < SENTENCE_WORDS; i++, n++) {
        if (subject_sentence_end(z, i))
            return;
        if (!date_at(z, i, h->lang, &d))
            continue;
        size_t from = i > h->subject_e + 8 ? i - 8 : h->subject_e;
        bool meets = false;
        for (size_t k = from; k < i; k++)
            meets |= zone_hit(z, k, PHRASE_MEETING, MEETING_WORD, -1) != NULL;
        meets = meets && !deadline(z, i);
        if (d.year && meets && date_order(&d) >= date_order(&h->date)) {
            h->meeting = d;
            return;
        }
    }
}

/* "Declaration by the Presidency on behalf of the European Union": nobody met. */
static bool declares(const struct header *h)
{
    const struct zone *z = &h->z;
    bool says = false;
    if (h->seen & ELEMENT_SESSION)
        return false;
    for (size_t i = h->begin; i < z->n && i < h->end + MARGIN_WORDS; i++) {
        if (zone_hit(z, i, PHRASE_MEETING, MEETING_WORD, -1))
            return false;
        says |= zone_hit(z, i, PHRASE_MEETING, MEETING_STATEMENT, -1) != NULL;
    }
    return says;
}

/* "European Council meeting (24 and 25 June 2021)" among the lines of a header that lost
 * its labels. */
static bool in_unlabelled_row(struct header *h)
{
    const struct zone *z = &h->z;
    struct date d;
    if (h->subject.p || h->press || !h->has_paper || !h->date.year)
        return false;
    for (size_t i = h->begin + 1; i < h->end && i < z->n; i++)
        if (zone_is(z, i - 1, '(') && date_at(z, i, h->lang, &d) && d.year &&
            meeting_between(z, h->begin, i)) {
            h->meeting = d;
            return true;
        }
    return false;
}

/* "BACKGROUND": what a meeting will deal with, written some days before. The first day at
 * its head that lies behind its own date. */
static void in_background(struct header *h)
{
    enum { HEAD_WORDS = 60 };
    struct date d;
    for (size_t i = h->begin, n = 0; i < h->z.n && n < HEAD_WORDS; i++, n++)
        if (date_at(&h->z, i, h->lang, &d) && d.year &&
            date_order(&d) > date_order(&h->date)) {
            h->meeting = d;
            return;
        }
}

void subject_meeting(struct header *h)
{
    if (h->meeting.year || (h->subject.p && in_subject(h)) || h->declassified ||
        in_unlabelled_row(h))
        return;
    if (h->press && sv_find(h->type, SV("BACKGROU")) != SIZE_MAX) {
        in_background(h);
        return;
    }
    if (h->press) {
        if (!declares(h))
            h->meeting = h->date;
        return;
    }
    in_first_sentence(h);
}
