/* Rows whose labels stand apart from their values: above the place and date, or behind
 * the values: "NOTE Presidency Delegations 7120/10 Draft … From: To: No. prev. doc.:
 * Subject: The text begins". */
#include "header.h"

enum { BEFORE_WORDS = 220, LEAST_LABELS = 3, LEAST_WORDS = 4 };

/* The labels that follow one another from word i on; *end is the word behind the last.
 * Their number, 0 where sender or subject are not among them. */
static size_t labels_run(const struct header *h, size_t i, uint8_t role[PENDING_MAX],
                         size_t *end)
{
    size_t n = 0, behind;
    unsigned seen = 0;
    for (; n < PENDING_MAX; n++) {
        int r = rows_label(h, i, &behind);
        if (r < 0 || (r > LABEL_RECEIPT && r != LABEL_DATE) || seen & 1u << r ||
            !zone_is(&h->z, behind - 1, ':'))
            break;
        seen |= 1u << r;
        role[n] = (uint8_t)r;
        *end = i = behind;
    }
    unsigned needed = 1u << LABEL_FROM | 1u << LABEL_SUBJECT;
    return n >= LEAST_LABELS && (seen & needed) == needed ? n : 0;
}

/* Behind the labels the text begins: what stands before them are the values. */
static bool text_begins(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    long n = zone_number(z, i);
    return i >= z->n || zone_hit(z, i, PHRASE_OPENING, OPENING_STRONG, h->lang) ||
           zone_hit(z, i, PHRASE_OPENING, OPENING_START, h->lang) || n == 1 || n == 2 ||
           (zone_reads(z, i, "I") && zone_is(z, i + 1, '.'));
}

size_t rows_labels_only(const struct header *h, size_t i, size_t *end)
{
    uint8_t role[PENDING_MAX];
    size_t n = labels_run(h, i, role, end);
    return n && (text_begins(h, *end) ||
                 !zone_hit(&h->z, *end, PHRASE_ADDRESSEE, -1, h->lang))
               ? n
               : 0;
}

/* A sender stands here, by a known name or behind the type. */
static bool values_begin(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    const struct hit *name = zone_hit(z, i, PHRASE_ADDRESSEE, -1, h->lang);
    const struct hit *inst = zone_hit(z, i, PHRASE_INSTITUTION, -1, -1);
    if (masthead_code(h, i, true))
        return false;
    if (name)
        return !inst || name->end >= inst->end;
    return !inst && i == h->type_end && zone_flag(z, i, WORD_CAPITAL);
}

size_t rows_before(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    uint8_t role[PENDING_MAX];
    size_t most = i + BEFORE_WORDS < z->n ? i + BEFORE_WORDS : z->n, end;
    unsigned seen = ELEMENT_NUMBER | ELEMENT_NUMBER_REST | ELEMENT_CODES;
    if ((!h->type_end && !(h->seen & seen)) || !values_begin(h, i))
        return 0;
    for (size_t k = i + 1; k < most; k++) {
        if (rows_label(h, k, &end) < 0)
            continue;
        bool run = labels_run(h, k, role, &end) > 0, text = run && text_begins(h, end);
        bool name = run && zone_hit(z, end, PHRASE_ADDRESSEE, -1, h->lang);
        bool room = k - i >= LEAST_WORDS;
        return run && room && (text || !name) ? k : 0;
    }
    return 0;
}

size_t rows_read_before(struct header *h, size_t i, size_t labels)
{
    uint8_t role[PENDING_MAX];
    size_t end = labels, n = labels_run(h, labels, role, &end);
    for (size_t k = 0; k < n; k++)
        rows_wait(h, rows_role(h, role[k], end));
    h->seen |= ELEMENT_COLONS;
    (void)rows_assign(h, i, labels, false);
    h->npending = 0;
    return end;
}

/* Place and date behind labels that stand above them. */
static bool masthead_begins(const struct header *h, size_t i)
{
    struct date d;
    const struct hit *place = zone_hit(&h->z, i, PHRASE_PLACE, -1, -1);
    size_t at = place ? place->end : i;
    return place && date_at(&h->z, at + zone_is(&h->z, at, ','), h->lang, &d);
}

size_t rows_above(const struct header *h, size_t *labels)
{
    enum { ABOVE_WORDS = 40 };
    uint8_t role[PENDING_MAX];
    size_t b = h->begin > ABOVE_WORDS ? h->begin - ABOVE_WORDS : 0, end;
    for (size_t i = b; i < h->z.n && i < h->begin + ABOVE_WORDS; i++) {
        if (i >= h->begin && h->z.word[i].kind == WORD_NUMBER)
            return 0; /* the masthead has begun */
        if (labels_run(h, i, role, &end) && end >= h->begin && masthead_begins(h, end)) {
            *labels = i;
            return end;
        }
    }
    return 0;
}

size_t rows_read_above(struct header *h, size_t i, size_t labels)
{
    uint8_t role[PENDING_MAX];
    size_t end, n = labels_run(h, labels, role, &end);
    for (size_t k = 0; k < n; k++)
        rows_wait(h, rows_role(h, role[k], end));
    h->seen |= ELEMENT_COLONS;
    return rows_assign(h, i, h->z.n, true);
}

/* "To: / sender / day / addressee / Subject: / title / From: / On: / 1. …": a
 * converter that orders a table by heights prints the last labels behind the subject.
 * What stands in the first row belongs to all of them. */
struct late {
    size_t values, subject, title, labels, end; /* words */
    uint8_t role[PENDING_MAX];
    size_t n;
};

static size_t lines_between(const struct zone *z, size_t b, size_t e)
{
    size_t n = 0;
    for (size_t i = b; i < e; i++)
        n += z->word[i].lines > 0;
    return n;
}

/* The labels without a value from word i on; their number. One alone must have a line
 * of its own. */
static size_t labels_late(const struct header *h, size_t i, struct late *l)
{
    bool line = zone_flag(&h->z, i, WORD_FIRST);
    size_t behind;
    for (l->n = 0; l->n < PENDING_MAX; l->n++) {
        int r = rows_label(h, i, &behind);
        if ((r != LABEL_FROM && r != LABEL_TO && r != LABEL_ON && r != LABEL_DATE) ||
            !zone_is(&h->z, behind - 1, ':'))
            break;
        l->role[l->n] = (uint8_t)r;
        l->end = i = behind;
    }
    l->n = line || l->n > 1 ? l->n : 0;
    return l->n;
}

static bool find_late(const struct header *h, size_t i, struct late *l)
{
    enum { NEAR = 60 };
    const struct zone *z = &h->z;
    int first = rows_label(h, i, &l->values);
    size_t k = l->values;
    if (first != LABEL_TO && first != LABEL_FROM && first != LABEL_ON)
        return false;
    while (k < z->n && k < i + NEAR && rows_label(h, k, &l->title) < 0)
        k++;
    if (k >= z->n || rows_label(h, k, &l->title) != LABEL_SUBJECT)
        return false;
    l->subject = k;
    for (k = l->title; k < z->n && k < l->title + NEAR; k++)
        if (k > l->title && labels_late(h, k, l))
            break;
    if (!l->n || l->n == PENDING_MAX || !text_begins(h, l->end))
        return false;
    l->labels = k;
    l->role[l->n++] = (uint8_t)first;
    return !z->word[k].lines || lines_between(z, l->values, l->subject) >= l->n;
}

size_t rows_read_late(struct header *h, size_t i)
{
    static const int order[] = {LABEL_FROM, LABEL_ON, LABEL_DATE, LABEL_TO};
    struct late l = {0};
    if (!find_late(h, i, &l))
        return 0;
    for (size_t k = 0; k < ARRAY_LEN(order); k++)
        for (size_t n = 0; n < l.n; n++)
            if (l.role[n] == order[k])
                rows_wait(h, rows_role(h, order[k], l.values));
    h->seen |= ELEMENT_COLONS;
    (void)rows_assign(h, l.values, l.subject, false);
    h->npending = 0;
    rows_wait(h, LABEL_SUBJECT);
    (void)rows_assign(h, l.title, l.labels, false);
    return l.end;
}
