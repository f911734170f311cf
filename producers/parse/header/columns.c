/* Columns out of order: a converter that goes by boxes or by columns prints labels, and
 * their values too, above place, date and number:
 *
 *     Council of the European Union / NOTE / From: / To: / Subject:
 *     Brussels, 22 November 2010 / 16599/10 / GENVAL 15
 *     Presidency / Delegations / Financial crime
 *
 * The block of place, date and number is put where it was printed, behind the
 * institution: so whatever reads the header meets the order that it knows. */
#include "header.h"

enum {
    LABELS_WITHIN = 300, /* words of the page */
    BLOCK_WITHIN = 260,  /* words between the first label and the block */
    NAME_WITHIN = 40,    /* words between institution and first label */
    ROWS_LEAST = 3
};

/* A line begins at word i; anywhere where the page is one line. */
static bool begins(const struct header *h, size_t i)
{
    return h->one_line || zone_flag(&h->z, i, WORD_FIRST);
}

/* A label of the rows at word i, at the beginning of its line and with its colon: its
 * role, or -1. */
static int row_label(const struct header *h, size_t i)
{
    static const uint8_t roles[] = {LABEL_FROM, LABEL_TO,   LABEL_SUBJECT, LABEL_ON,
                                    LABEL_PREV, LABEL_CION, LABEL_RECEIPT, LABEL_DATE};
    const struct zone *z = &h->z;
    const struct hit *best = NULL;
    if (!(begins(h, i) || zone_flag(z, i, WORD_CELL)) ||
        !(z->word[i].kinds >> PHRASE_LABEL & 1))
        return -1;
    for (size_t k = 0; k < ARRAY_LEN(roles); k++) {
        const struct hit *l = zone_hit(z, i, PHRASE_LABEL, roles[k], h->lang);
        if (l && (!best || l->end > best->end ||
                  (l->end == best->end && l->phrase->lang == h->lang &&
                   best->phrase->lang != h->lang)))
            best = l;
    }
    if (!best)
        return -1;
    size_t end = best->end + zone_is(z, best->end, '.');
    return zone_is(z, end, ':') ? best->phrase->role : -1;
}

/* "Brussels, 22 November 2010" at the beginning of a line. */
static bool dated_place(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    struct date d;
    if (!begins(h, i) || !zone_flag(z, i, WORD_CAPITAL))
        return false;
    const struct hit *place = zone_hit(z, i, PHRASE_PLACE, -1, -1);
    if (!place)
        return false;
    size_t at = place->end + zone_is(z, place->end, ',');
    for (size_t k = at; k < at + 2; k++) /* "den" */
        if (date_at(z, k, h->lang, &d) && d.year)
            return true;
    return false;
}

/* What no element is, up to the line's end: "COR 2 (fr)". */
static size_t line_rest(const struct header *h, size_t i)
{
    enum { REST_WORDS = 12 };
    for (size_t k = i; k < h->z.n && k <= i + REST_WORDS; k++)
        if (begins(h, k))
            return k;
    return i;
}

/* Where the block that begins at word i ends, its dated place at word `dated`: behind its
 * last element, at a line's end; 0 where it holds neither number nor codes. */
static size_t block_end(struct header *scratch, size_t i, size_t dated)
{
    const struct zone *z = &scratch->z;
    size_t end = i, next;
    scratch->last = i;
    while (end < z->n && row_label(scratch, end) < 0) {
        if ((next = masthead_file_label(scratch, end)) > end) {
            end = next;
            continue;
        }
        if (end > dated && zone_is(z, end, '(') && zone_is(z, end + 2, ')')) {
            end += 3; /* "COR 2 (fr)" */
            continue;
        }
        bool name =
            end > dated && zone_hit(z, end, PHRASE_ADDRESSEE, -1, scratch->lang) != NULL;
        if ((name && !masthead_code(scratch, end, false)) ||
            (next = masthead_take(scratch, end)) <= end) {
            if (end >= dated)
                break;
            next = dated; /* a name of two lines */
        }
        end = scratch->last = line_rest(scratch, next);
    }
    unsigned own = ELEMENT_NUMBER | ELEMENT_NUMBER_REST | ELEMENT_CODES;
    bool whole = end >= z->n || begins(scratch, end);
    return (scratch->seen & own) && whole ? end : 0;
}

/* What stands above the labels has no number, date or codes of its own. */
static bool bare_above(const struct header *h, struct header *scratch, size_t from,
                       size_t label)
{
    *scratch = *h;
    scratch->begin = scratch->last = from;
    for (size_t i = from; i < label;) {
        size_t end = masthead_take(scratch, i);
        i = end > i ? end : i + 1;
    }
    return !(scratch->seen &
             (ELEMENT_NUMBER | ELEMENT_NUMBER_REST | ELEMENT_CODES | ELEMENT_DATE));
}

/* Where the block begins whose dated place stands at word i: with the institution right
 * above it, where that follows the labels. */
static size_t block_begin(const struct header *h, size_t label, size_t i)
{
    const struct zone *z = &h->z;
    enum { NAME_WORDS = 12 };
    size_t begin = i;
    for (size_t k = i; k-- > label + 1 && k + NAME_WORDS > i;) {
        const struct hit *name = zone_hit(z, k, PHRASE_INSTITUTION, -1, -1);
        if (!name || name->end > i || !begins(h, k) || !zone_flag(z, k, WORD_CAPITAL))
            continue;
        if (name->end == i || begins(h, name->end))
            begin = k;
        if (z->word[k].lines > 1) /* a paragraph of its own */
            break;
    }
    return begin;
}

/* A line of capitals behind the block: a type that no table knows. */
static size_t behind_type(const struct zone *z, size_t i)
{
    size_t e = i + 1;
    bool scanned;
    while (e < z->n && e < i + MASTHEAD_TYPE_WORDS && !zone_flag(z, e, WORD_FIRST))
        e++;
    return i < z->n && masthead_capitals(z, i, e, &scanned) &&
                   (e >= z->n || zone_flag(z, e, WORD_FIRST))
               ? e
               : i;
}

/* The word behind the institution that stands above the labels, or the type's, or the
 * first label. */
static size_t block_place(const struct header *h, size_t label)
{
    const struct zone *z = &h->z;
    size_t from = label > h->begin + NAME_WITHIN ? label - NAME_WITHIN : h->begin,
           type = label;
    for (size_t i = label; i-- > from;) {
        const struct hit *name = zone_hit(z, i, PHRASE_INSTITUTION, -1, -1);
        if (name && begins(h, i) && begins(h, name->end))
            return name->end;
        if (begins(h, i) && zone_flag(z, i, WORD_UPPER) &&
            zone_hit(z, i, PHRASE_TYPE, -1, -1))
            type = i;
    }
    return type;
}

/* Words [b, m) and [m, e) change places. */
static void swap_words(struct header *h, size_t b, size_t m, size_t e)
{
    struct word *w = h->z.word, *copy = arena_alloc(h->a, (m - b) * sizeof *w);
    memcpy(copy, w + b, (m - b) * sizeof *w);
    memmove(w + b, w + m, (e - m) * sizeof *w);
    memcpy(w + b + (e - m), copy, (m - b) * sizeof *w);
}

/* No line ends among the first words. */
static bool is_one_line(const struct header *h)
{
    enum { FIRST_WORDS = 40 };
    size_t i = h->begin + 1;
    while (i < h->z.n && i < h->begin + FIRST_WORDS && !h->z.word[i].lines)
        i++;
    return i == h->begin + FIRST_WORDS;
}

/* The first label of rows that begin above any dated place, and that place; false where
 * the page is as it was printed. */
static bool labels_first(const struct header *h, size_t *label, size_t *block)
{
    const struct zone *z = &h->z;
    unsigned roles = 0, n = 0;
    *label = SIZE_MAX;
    for (size_t i = h->begin; i < z->n; i++) {
        if (i > (*label == SIZE_MAX ? h->begin + LABELS_WITHIN : *label + BLOCK_WITHIN))
            return false;
        int role = row_label(h, i);
        if (role >= 0 && !(roles & 1u << role)) {
            roles |= 1u << role;
            n++;
            *label = i < *label ? i : *label;
        } else if (dated_place(h, i)) {
            *block = i;
            return n >= ROWS_LEAST && (roles & 1u << LABEL_FROM) &&
                   (roles & 1u << LABEL_SUBJECT);
        }
    }
    return false;
}

/* The block of place and number, and all that the converter printed before it. */
static bool order_block(struct header *h)
{
    size_t label = 0, block = 0;
    if (!labels_first(h, &label, &block))
        return false;
    struct header *scratch = arena_alloc(h->a, sizeof *scratch);
    size_t place = block_place(h, label);
    size_t above = place > h->begin + NAME_WITHIN ? place - NAME_WITHIN : h->begin;
    if (!bare_above(h, scratch, above, label))
        return false;
    *scratch = *h;
    size_t dated = block;
    block = block_begin(h, label, block);
    scratch->begin = block;
    size_t end = block_end(scratch, block, dated);
    if (!end)
        return false;
    if (block < dated && !scratch->type.p && !h->one_line)
        end = behind_type(&h->z, end);
    swap_words(h, place, block, end);
    return true;
}

/* "NOTE / From: / To: / Subject:" with the text behind it: the values stand above the
 * institution. The number of labels, or 0; the first stands at *label, *end is behind the
 * last. */
static size_t labels_last(const struct header *h, size_t *label, size_t *end)
{
    const struct zone *z = &h->z;
    size_t line = h->begin;
    bool scanned;
    for (size_t i = h->begin + 1; i < z->n && i < h->begin + LABELS_WITHIN; i++) {
        if (!zone_flag(z, i, WORD_FIRST))
            continue;
        size_t n = row_label(h, i) >= 0 && masthead_capitals(z, line, i, &scanned)
                       ? rows_labels_only(h, i, end)
                       : 0;
        if (n) {
            *label = i;
            return n;
        }
        line = i;
    }
    return 0;
}

/* The institution above the labels, [*b, *e); false if none. */
static bool name_above(const struct header *h, size_t label, size_t *b, size_t *e)
{
    enum { NAME_WORDS = 8 };
    const struct zone *z = &h->z;
    *e = 0;
    for (size_t i = label; i-- > h->begin && (!*e || i + NAME_WORDS > *b);) {
        const struct hit *n = zone_hit(z, i, PHRASE_INSTITUTION, -1, -1);
        if (!n || n->end > label || !begins(h, i) || !begins(h, n->end) ||
            (*e && n->end != *e && n->end != *b))
            continue;
        *b = i;
        *e = *e ? *e : n->end;
    }
    return *e != 0;
}

static size_t lines_in(const struct zone *z, size_t b, size_t e)
{
    size_t n = 0;
    for (size_t i = b; i < e; i++)
        n += zone_flag(z, i, WORD_FIRST);
    return n;
}

/* Where the values begin among words [b, e): with a name that senders or addressees have,
 * at a line's beginning; e if none. */
static size_t values_begin(const struct header *h, size_t b, size_t e)
{
    while (b < e && !(begins(h, b) && zone_hit(&h->z, b, PHRASE_ADDRESSEE, -1, h->lang)))
        b++;
    return b;
}

/* Values above the institution, with the block or without it, and the labels below. */
static bool order_values(struct header *h)
{
    size_t label = 0, end = 0, b = 0, e = 0,
           n = h->one_line ? 0 : labels_last(h, &label, &end);
    if (!n || !name_above(h, label, &b, &e))
        return false;
    size_t dated = h->begin, values = h->begin;
    while (dated < label && !dated_place(h, dated))
        dated++;
    if (dated < b) {
        struct header *scratch = arena_alloc(h->a, sizeof *scratch);
        *scratch = *h;
        scratch->begin = dated;
        values = block_end(scratch, dated, dated);
    } else {
        values = values_begin(h, values, b);
    }
    if (dated == label || values >= b || (dated < b && !values) ||
        lines_in(&h->z, values, b) < n)
        return false;
    if (dated < b) {
        swap_words(h, dated, b, e); /* block, values, name: the name first */
        values += e - b;
        b = e;
    }
    swap_words(h, values, b, end);
    return true;
}

bool columns_order(struct header *h)
{
    h->one_line = is_one_line(h);
    if (!order_block(h) && !order_values(h))
        return false;
    zone_find_phrases(&h->z, h->a);
    return true;
}
