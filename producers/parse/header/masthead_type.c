/* What kind of paper it is: the type line, known or not. */
#include "header.h"

#include "producers/parse/text/ascii.h"

/* Bytes of a quote that a converter did not know at s.p[i]: "?" or U+FFFD; else 0. */
static size_t lost_sign(struct sv s, size_t i)
{
    struct sv rest = {s.p + i, s.n - i};
    return sv_starts(rest, SV("?")) ? 1 : sv_starts(rest, SV("\xEF\xBF\xBD")) ? 3 : 0;
}

/* "?I/A? ITEM NOTE": such a quote before I or A, or behind it. */
static bool lost_quote(struct sv s, size_t i)
{
    size_t n = lost_sign(s, i), at = i + n;
    if (!n)
        return false;
    bool opens = at + 1 < s.n && (s.p[at] == 'I' || s.p[at] == 'A') &&
                 (s.p[at + 1] == '/' || lost_sign(s, at + 1));
    bool closes = i > 1 && (s.p[i - 1] == 'I' || s.p[i - 1] == 'A') &&
                  (s.p[i - 2] == '/' || s.p[i - 2] == '\xBD' || s.p[i - 2] == '?');
    return opens || closes;
}

static struct sv upper_text(struct header *h, struct sv s)
{
    AUTO(buf_free) struct buf b = {0};
    for (size_t i = 0; i < s.n; i++) {
        struct sv rest = {s.p + i, s.n - i};
        if (sv_starts(rest, SV("\xE2\x80\x98")) || sv_starts(rest, SV("\xE2\x80\x99"))) {
            buf_addc(&b, '\'');
            i += 2;
        } else if (sv_starts(rest, SV("\xE2\x80\x9C")) ||
                   sv_starts(rest, SV("\xE2\x80\x9D")) ||
                   sv_starts(rest, SV("\xE2\x80\x9E"))) {
            buf_addc(&b, '"');
            i += 2;
        } else if (sv_starts(rest, SV("\xC2\xAB"))) { /* « I/A » */
            buf_addc(&b, '"');
            i += 1 + sv_starts(sv_sub(rest, 2, rest.n), SV(" "));
        } else if (sv_starts(rest, SV("\xC2\xBB")) || sv_starts(rest, SV(" \xC2\xBB"))) {
            buf_addc(&b, '"');
            i += s.p[i] == ' ' ? 2 : 1;
        } else if (s.p[i] == '`' || lost_quote(s, i)) {
            buf_addc(&b, '\'');
            i += s.p[i] == '`' || s.p[i] == '?' ? 0 : 2;
        } else {
            buf_addc(&b, s.p[i]);
        }
    }
    return arena_copy(h->a, buf_sv(&b));
}

static bool quote(const struct zone *z, size_t i)
{
    return zone_is(z, i, '\'') || zone_is(z, i, '"') || zone_is(z, i, '`');
}

/* "RAPPORT INTERMÉDIAIRE": one or two more capitals that are nothing else, to the end of
 * the type's line or to the first row. */
static size_t capitals_behind(const struct header *h, size_t b, size_t end)
{
    enum { MORE_WORDS = 2, LETTERS_LEAST = 4 };
    const struct zone *z = &h->z;
    size_t e = end, row;
    while (e < z->n && e - end < MORE_WORDS && !z->word[e].lines &&
           zone_flag(z, e, WORD_UPPER) && z->word[e].nletters >= LETTERS_LEAST &&
           !masthead_code(h, e, true) && !zone_hit(z, e, PHRASE_TYPE, -1, -1) &&
           !zone_hit(z, e, PHRASE_INSTITUTION, -1, -1) &&
           !zone_hit(z, e, PHRASE_ADDRESSEE, -1, -1) &&
           !zone_hit(z, e, PHRASE_MARKING, -1, -1))
        e++;
    bool whole = e < z->n && z->word[e].lines && zone_flag(z, b, WORD_FIRST);
    return e > end && (whole || rows_label(h, e, &row) >= 0) ? e : end;
}

/* A word of a type line: capitals, a quote, a slash, the number of a corrigendum. */
static bool type_piece(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    if (z->word[i].kind == WORD_NUMBER)
        return z->word[i].nletters == 1 && !zone_flag(z, i, WORD_GLUED) &&
               zone_flag(z, i + 1, WORD_UPPER) && !z->word[i + 1].lines;
    if (z->word[i].kind == WORD_SIGN)
        return quote(z, i) || zone_is(z, i, '/') || zone_is(z, i, '-') ||
               (zone_is(z, i, '?') && zone_flag(z, i, WORD_GLUED));
    return zone_flag(z, i, WORD_UPPER) && !masthead_code(h, i, false) &&
           !zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_COUNCIL, -1) &&
           !zone_hit(z, i, PHRASE_MARKING, -1, -1);
}

/* "CORRIGENDUM 1 TO THE 'I/A' ITEM NOTE", "REVISED COVER NOTE": a known type in capitals
 * that go up to the first row. Widens [*b, *end). */
static void widen(const struct header *h, size_t *b, size_t *end)
{
    enum { BEFORE_WORDS = 5, BEHIND_WORDS = 10 };
    const struct zone *z = &h->z;
    size_t e = *end, k = *b, row;
    while (e < z->n && e - *end < BEHIND_WORDS && !z->word[e].lines && type_piece(h, e) &&
           rows_label(h, e, &row) < 0)
        e++;
    if (e >= z->n || (rows_label(h, e, &row) < 0 && !rows_before(h, e)))
        return;
    *end = e;
    while (k > h->last && *b - k < BEFORE_WORDS && !z->word[k].lines &&
           type_piece(h, k - 1))
        k--;
    bool mark = z->word[k].kind == WORD_LETTERS && z->word[k].nletters <= 2 && /* "EN" */
                !zone_flag(z, k, WORD_BROKEN);
    if ((k == h->last || zone_flag(z, k, WORD_FIRST)) && !mark)
        *b = k;
}

/* "BACKGROUND" heads chapters too: it is a type where place and day follow. */
static bool heads_chapter(const struct header *h, size_t i, size_t end)
{
    const struct zone *z = &h->z;
    const struct hit *o = zone_hit(z, i, PHRASE_OPENING, OPENING_STRONG, h->lang);
    size_t next = zone_number(z, end) >= 0 ? end + 1 : end; /* a footnote's mark */
    return o && o->end == end && !zone_hit(z, next, PHRASE_PLACE, -1, -1);
}

/* "REV 1 TO THE 'I/A' ITEM NOTE": where such a type begins that stands at word b, or b.
 */
static size_t version_before(const struct zone *z, size_t b)
{
    static const char *const kind[] = {"REV", "ADD", "COR"};
    size_t k = b > 0 && zone_reads(z, b - 1, "THE") ? b - 1 : b;
    if (k < 3 || !zone_reads(z, k - 1, "TO") || !zone_flag(z, k - 1, WORD_UPPER) ||
        zone_number(z, k - 2) < 1)
        return b;
    for (size_t i = 0; i < ARRAY_LEN(kind); i++)
        if (zone_reads(z, k - 3, kind[i]))
            return k - 3;
    return b;
}

bool masthead_of_wk(const struct header *h)
{
    return sv_eq(h->type, SV("WORKING PAPER"));
}

/* "OTE" of a font that lost its N, which is known as "NOTE": letters of the table's form
 * stand nowhere in words [b, e). */
static bool letters_lost(const struct header *h, size_t b, size_t e, struct sv known)
{
    size_t printed = 0, all = 0;
    for (size_t i = b; i < e; i++)
        printed += h->z.word[i].nletters;
    for (size_t i = 0; i < known.n; i++)
        all += is_upper(known.p[i]) || is_lower(known.p[i]);
    return h->z.lost_n && printed < all;
}

/* Has any word of [b, e) small letters? */
static bool small_letters(const struct zone *z, size_t b, size_t e)
{
    bool small = false;
    for (size_t k = b; k < e; k++)
        small |= z->word[k].kind == WORD_LETTERS && !(z->word[k].flags & WORD_UPPER) &&
                 z->word[k].nletters > 1;
    return small;
}

/* The longest type at word i that is printed in capitals, or the longest at all: "NOTE"
 * above "de la Présidence". */
static const struct hit *type_in_capitals(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    const struct hit *longest = zone_hit(z, i, PHRASE_TYPE, -1, h->lang), *best = NULL;
    const struct hit *at = z->hit + z->word[i].hits;
    if (!longest || !small_letters(z, i, longest->end))
        return longest;
    for (size_t n = z->word[i].nhits; n > 0; n--, at++)
        if (at->phrase->kind == PHRASE_TYPE &&
            at->phrase->lang == longest->phrase->lang && !small_letters(z, i, at->end) &&
            (!best || at->end > best->end))
            best = at;
    return best ? best : longest;
}

size_t masthead_type(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t b = i;
    if (quote(z, i))
        i++;
    const struct hit *t = i < z->n ? type_in_capitals(h, i) : NULL;
    if (!t || heads_chapter(h, i, t->end))
        return 0;
    bool small = small_letters(z, i, t->end);
    /* "Press release 2600th Council meeting" */
    bool press = t->phrase->role == TYPE_PRESS && zone_flag(z, i, WORD_CAPITAL) &&
                 (h->has_paper || (h->seen & ELEMENT_NUMBER_REST)) &&
                 zone_number(z, t->end) >= 100;
    if (small && !press)
        return 0;
    size_t end = t->end;
    if (b == i && quote(z, end) && zone_flag(z, end, WORD_GLUED))
        end++;
    if (h->type.p && h->type_role != TYPE_COMMUNICATION && !masthead_of_wk(h))
        return t->end;
    if (zone_is(z, end, ':') &&
        (zone_reads(z, end + 1, "CORRIGENDUM") || zone_reads(z, end + 1, "RECTIFICATIF")))
        end += 2; /* "LEGISLATIVE ACTS AND OTHER INSTRUMENTS: CORRIGENDUM/RECTIFICATIF" */
    end = capitals_behind(h, b, end);
    if (!small && t->phrase->role != TYPE_COMMUNICATION)
        widen(h, &b, &end);
    b = small ? b : version_before(z, b);
    struct sv known = t->phrase->row->cell[0];
    bool whole = b == i && end == t->end && letters_lost(h, i, end, known);
    h->type = small || whole ? known : upper_text(h, zone_text(z, b, end, h->a));
    h->type_role = t->phrase->role;
    h->type_end = end;
    h->press |= t->phrase->role == TYPE_PRESS;
    h->declassified |= t->phrase->role == TYPE_DECLASSIFICATION;
    h->seen |= ELEMENT_TYPE;
    return end;
}

/* A digit that a scanner read inside a word: "N0TE". */
static bool scanned_digit(const struct zone *z, size_t i)
{
    return z->word[i].nletters == 1 &&
           ((zone_flag(z, i, WORD_GLUED) && z->word[i - 1].kind == WORD_LETTERS) ||
            (zone_flag(z, i + 1, WORD_GLUED) && z->word[i + 1].kind == WORD_LETTERS));
}

/* *scanned: a digit stands in one of the words. */
bool masthead_capitals(const struct zone *z, size_t b, size_t e, bool *scanned)
{
    *scanned = false;
    for (size_t i = b; i < e; i++) {
        if (z->word[i].kind == WORD_NUMBER && scanned_digit(z, i))
            *scanned = true;
        else if (z->word[i].kind == WORD_NUMBER ||
                 (z->word[i].kind == WORD_LETTERS && !(z->word[i].flags & WORD_UPPER)))
            return false;
    }
    return b < e;
}

/* Capitals between the codes and the first label are the type, known or not; one that
 * differs by a lost letter from a known one is that one. */
void masthead_type_before(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t b = h->last, letters = 0;
    bool scanned;
    if (h->type.p || i <= b || i - b > MASTHEAD_TYPE_WORDS ||
        !(h->seen & (ELEMENT_NUMBER | ELEMENT_NUMBER_REST | ELEMENT_CODES)))
        return;
    for (size_t k = b; k < i; k++)
        if (z->word[k].lines && k > b && !masthead_capitals(z, b, k, &scanned))
            b = k;
    while (b < i && z->word[b].kind == WORD_SIGN && !quote(z, b))
        b++;
    if (!masthead_capitals(z, b, i, &scanned))
        return;
    for (size_t k = b; k < i; k++)
        letters += z->word[k].nletters;
    if (letters < 3)
        return;
    const struct phrase *known = phrases_nearest(z->book, PHRASE_TYPE, -1,
                                                 z->letter + z->word[b].letters, letters);
    if (scanned && !known)
        return;
    h->type = upper_text(h, known ? known->row->cell[0] : zone_text(z, b, i, h->a));
    h->type_role = known ? known->role : TYPE_OTHER;
    h->type_end = i;
    h->declassified |= h->type_role == TYPE_DECLASSIFICATION;
    h->seen |= ELEMENT_TYPE;
}
