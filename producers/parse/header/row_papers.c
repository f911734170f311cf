/* The values of rows that name papers: the earlier ones, and the Commission's. */
#include "header.h"

#include <string.h>

static void push_previous(struct header *h, const struct paper *p)
{
    struct sv id = paper_id(p, h->a);
    header_add(h, &h->previous, id);
}

/* A Council number that only repeats where the Commission paper came in: "8017/16
 * DATAPROTECT 31 - COM(2016) 194 final". */
static bool leads_to_commission(const struct header *h, const struct paper *p,
                                size_t limit)
{
    const struct zone *z = &h->z;
    size_t i = p->end, end;
    bool dash = false;
    while (i < limit) {
        struct paper add = *p;
        if (commission_at(z, i, &end, h->a).p)
            return dash;
        if (zone_is(z, i, '+') && paper_suffixes(z, i + 1, &add, h->a)) {
            i = add.end;
            continue;
        }
        dash |= zone_is(z, i, '-');
        end = masthead_code(h, i, true);
        if (!end && z->word[i].kind == WORD_SIGN)
            end = i + 1;
        if (!end)
            return false;
        i = end;
    }
    return false;
}

/* Further numbers belong to the Commission's row where that one waits too: on a line of
 * their own, or without a sign that makes a list. */
static bool previous_ends(const struct header *h, const struct paper *p, size_t i,
                          size_t limit)
{
    const struct zone *z = &h->z;
    return rows_waits(h, LABEL_CION) &&
           (leads_to_commission(h, p, limit) ||
            (h->previous.n > 0 &&
             (zone_flag(z, i, WORD_FIRST) ||
              (z->word[i - 1].kind != WORD_SIGN &&
               !zone_hit(z, i - 1, PHRASE_STOPWORD, STOPWORD_SMALL, -1)))));
}

/* "-3", "to ADD 3", ", 2", "and 2" at word i, behind "ADD 1": the further number, and the
 * word behind it; 0 when there is none. to: those between are meant too. */
static long further_number(const struct zone *z, size_t i, const struct suffix *last,
                           bool *to, size_t *end)
{
    enum { RANGE_MAX = 20 };
    *to = zone_is(z, i, '-') || zone_reads(z, i, "to");
    if (!*to && !zone_is(z, i, ',') && !zone_reads(z, i, "and"))
        return 0;
    size_t at = i + 1 < z->n && zone_reads(z, i + 1, last->kind) ? i + 2 : i + 1;
    if (at >= z->n || z->word[at].nletters > 2 || zone_number(z, at) <= last->n ||
        zone_number(z, at) > last->n + RANGE_MAX || zone_is(z, at + 1, '/'))
        return 0;
    *end = at + 1;
    return zone_number(z, at);
}

/* "ADD 1-3", "ADD 1, 2 and 3": one paper for each; the word behind. */
static size_t push_range(struct header *h, struct paper *p)
{
    struct suffix *last = p->nsuffix ? &p->suffix[p->nsuffix - 1] : NULL;
    size_t end = p->end;
    bool to;
    push_previous(h, p);
    for (long n = 1; last && n > 0;) {
        n = further_number(&h->z, end, last, &to, &end);
        while (last->n < n) {
            last->n = to ? last->n + 1 : (int)n;
            push_previous(h, p);
        }
    }
    return end;
}

/* What says more of the paper before: "(en, fr)", "(COD 2012/0010)", "and" before the
 * next. */
static size_t pass_remark(const struct header *h, size_t i, size_t limit)
{
    enum { REMARK_WORDS = 8 };
    const struct zone *z = &h->z;
    struct paper p;
    if (zone_is(z, i, '(') && !paper_in_row(z, i + 1, &p, h->a))
        for (size_t j = i + 1; j < limit && j < i + REMARK_WORDS; j++)
            if (zone_is(z, j, ')'))
                return j + 1;
    return zone_hit(z, i, PHRASE_STOPWORD, STOPWORD_SMALL, -1) &&
                   paper_in_row(z, i + 1, &p, h->a)
               ? i + 1
               : 0;
}

/* A code behind a paper's number; a bare one that words follow opens the subject of a
 * torn table: "14116/17 | SIS police cooperation". */
static size_t code_behind(const struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    size_t end = masthead_code(h, i, true);
    bool bare = end && !masthead_code(h, i, false);
    bool words = end < limit && z->word[end].kind == WORD_LETTERS &&
                 !zone_flag(z, end, WORD_FIRST | WORD_CELL) &&
                 !masthead_code(h, end, true);
    return bare && words ? 0 : end;
}

/* "12S97/98", "1B951/98": a number in which digits were read as letters that look like
 * them names no paper, and ends no list either; the word behind, or 0. */
static size_t damaged_number(const struct zone *z, size_t i)
{
    static const char looks[] = "lIiOoSB";
    size_t stroke = 0, j = i;
    bool letter = false;
    for (; j < z->n && (j == i || zone_flag(z, j, WORD_GLUED)); j++) {
        const struct word *w = &z->word[j];
        if (zone_is(z, j, '/'))
            stroke = j;
        else if (w->kind == WORD_SIGN)
            break;
        if (w->kind != WORD_LETTERS)
            continue;
        letter = true;
        for (uint32_t b = w->b; b < w->e; b++)
            if (!memchr(looks, z->text.p[b], sizeof looks - 1))
                return 0;
    }
    bool year = stroke > i && j == stroke + 2 && z->word[stroke + 1].nletters == 2;
    return letter && year ? j : 0;
}

/* "8673/04 ENFOPOL 43 + ADD 1, 8674/04": the papers up to what is no part of a list. */
size_t rows_previous(struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    struct paper base = {0}, p;
    while (i < limit) {
        size_t end = 0;
        if (paper_in_row(z, i, &p, h->a)) {
            if (previous_ends(h, &p, i, limit))
                break;
            base = p;
            end = push_range(h, &p);
        } else if (zone_is(z, i, '+') && base.series) {
            p = base;
            if (paper_suffixes(z, i + 1, &p, h->a))
                end = push_range(h, &p);
        } else if (base.series) {
            end = pass_remark(h, i, limit);
        }
        struct marking m = {0}; /* the cited paper's */
        if (!end)
            end = marking_at(z, i, &m);
        if (!end)
            end = code_behind(h, i, limit);
        if (!end)
            end = damaged_number(z, i);
        if (!end)
            (void)file_at(z, i, &end, h->a);
        if (!end && !rows_waits(h, LABEL_CION))
            (void)commission_at(z, i, &end, h->a);
        if (!end && z->word[i].kind == WORD_SIGN && !zone_is(z, i, '"'))
            end = i + 1;
        if (!end)
            break;
        i = end;
    }
    return i;
}

size_t rows_comitology(const struct zone *z, size_t i)
{
    if (!zone_reads(z, i, "D") || !zone_flag(z, i, WORD_CAPITAL) ||
        !zone_flag(z, i + 1, WORD_GLUED) || zone_number(z, i + 1) < 0 ||
        z->word[i + 1].nletters < 5)
        return 0;
    bool version = zone_is(z, i + 2, '/') && zone_number(z, i + 3) >= 0;
    return version ? i + 4 : i + 2;
}

/* "PART 1/2", "ANNEX 1", "- 2016/0133 (COD)" behind a Commission paper: the end, or 0. */
static size_t part_at(const struct header *h, size_t i)
{
    static const char *const words[] = {"PART",    "PARTS",  "ANNEX",
                                        "ANNEXES", "VOLUME", "VOL"};
    const struct zone *z = &h->z;
    size_t end;
    if (file_at(z, i, &end, h->a).p)
        return end;
    for (size_t k = 0; k < ARRAY_LEN(words); k++)
        if (zone_flag(z, i, WORD_CAPITAL) && zone_reads(z, i, words[k]) &&
            zone_number(z, i + 1) >= 0) {
            bool of = zone_is(z, i + 2, '/') && zone_number(z, i + 3) >= 0;
            end = of ? i + 4 : i + 2;
            bool to = zone_reads(z, end, "to") || zone_reads(z, end, "and") ||
                      zone_is(z, end, '-');
            if (to && zone_number(z, end + 1) > zone_number(z, i + 1))
                end += 2; /* "Annexes 1 to 3" */
            /* "ANNEX 1 to the Proposal" begins the subject */
            return subject_connector(h, end) ? 0 : end;
        }
    return 0;
}

/* "(NL)", "(en, fr, de)": the languages of a version; the word behind, or 0. */
static size_t languages_end(const struct zone *z, size_t i, size_t limit)
{
    enum { LANGUAGE_LETTERS = 2 };
    if (!zone_is(z, i, '('))
        return 0;
    for (size_t j = i + 1; j < limit; j++) {
        if (zone_is(z, j, ')'))
            return j > i + 1 ? j + 1 : 0;
        bool language =
            z->word[j].kind == WORD_LETTERS && z->word[j].nletters == LANGUAGE_LETTERS;
        if (!language && !zone_is(z, j, ',') && !zone_is(z, j, '+'))
            return 0;
    }
    return 0;
}

size_t rows_commission(struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    struct paper p;
    size_t from = i, last = i, end;
    while (i < limit) {
        struct sv id = commission_at(z, i, &end, h->a);
        if (id.p) {
            if (!h->commission.p)
                h->commission = id;
            i = last = end;
        } else if (paper_at(z, i, &p, h->a)) {
            /* the earlier paper's row comes second: its number begins a line */
            if (rows_waits(h, LABEL_PREV) &&
                (h->commission.p || (i > from && zone_flag(z, i, WORD_FIRST))))
                break;
            i = last = p.end;
        } else if ((end = part_at(h, i)) != 0 || (end = rows_comitology(z, i)) != 0 ||
                   (end = masthead_code(h, i, true)) != 0 ||
                   (end = languages_end(z, i, limit)) != 0) {
            i = last = end;
        } else if (z->word[i].kind == WORD_SIGN ||
                   zone_hit(z, i, PHRASE_STOPWORD, STOPWORD_SMALL, -1) ||
                   (i + 1 < limit && zone_is(z, i + 1, '/') && last == i)) {
            i++;
        } else if (zone_reads(z, i, "REV") || zone_reads(z, i, "ADD") ||
                   zone_reads(z, i, "COR") || zone_number(z, i) >= 0) {
            i = last = i + 1;
        } else {
            break;
        }
    }
    return last;
}
