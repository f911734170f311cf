/* What a site has put between the words of a zone: the names of pages' pictures, and the
 * phrases of furniture.tsv. */
#include "zone.h"

/* "1462385_0002.png": the name of a page's picture. */
static size_t picture(const struct zone *z, size_t i)
{
    return z->word[i].kind == WORD_NUMBER && zone_is(z, i + 1, '_') &&
                   zone_is(z, i + 3, '.') && zone_reads(z, i + 4, "png")
               ? i + 5
               : 0;
}

/* Behind what a site has put at word i, or 0. */
static size_t furniture_end(const struct zone *z, size_t i)
{
    const struct hit *f = zone_hit(z, i, PHRASE_FURNITURE, FURNITURE_SKIP, -1);
    return f ? f->end : picture(z, i);
}

static size_t line_end(const struct zone *z, size_t i)
{
    size_t e = i + 1;
    while (e < z->n && !z->word[e].lines)
        e++;
    return e;
}

/* "EN" is one, "EU" is none. */
static bool is_language(const struct zone *z, size_t i)
{
    enum { LETTERS = 2 };
    if (!zone_flag(z, i, WORD_UPPER) || z->word[i].nletters != LETTERS)
        return false;
    for (size_t k = 0; k < z->book->langs; k++)
        if (sv_eq_fold(zone_word(z, i), z->book->lang[k]))
            return true;
    return false;
}

/* "EN", "LIMITE EN", "FR 2": a language, a marking and small numbers. */
static bool page_marks(const struct zone *z, size_t i, size_t e)
{
    enum { PAGE_DIGITS = 3 };
    size_t languages = 0;
    for (; i < e; i++) {
        bool upper = zone_flag(z, i, WORD_UPPER);
        bool language = is_language(z, i);
        bool page = zone_number(z, i) >= 0 && z->word[i].nletters <= PAGE_DIGITS;
        if (!language && !page && !(upper && zone_reads(z, i, "LIMITE")))
            return false;
        languages += language;
    }
    return languages == 1;
}

/* "1/3", "- 1 -", "Page 1" */
static bool page_number(const struct zone *z, size_t i, size_t e)
{
    enum { PAGE_DIGITS = 3 };
    size_t n = e - i;
    bool of = n == 3 && zone_is(z, i + 1, '/'),
         dashed = n == 3 && zone_is(z, i, '-') && zone_is(z, e - 1, '-'),
         named = n == 2 && (zone_reads(z, i, "Page") || zone_reads(z, i, "Seite"));
    size_t number = of ? i : i + 1;
    return (of || dashed || named) && zone_number(z, number) >= 0 &&
           z->word[number].nletters <= PAGE_DIGITS &&
           (!of ||
            (zone_number(z, e - 1) >= 0 && z->word[e - 1].nletters <= PAGE_DIGITS));
}

/* "www.parlament.gv.at" */
static bool address(const struct zone *z, size_t i, size_t e)
{
    if (!zone_reads(z, i, "www") || e < i + 4)
        return false;
    for (i++; i < e; i++)
        if (!zone_flag(z, i, WORD_GLUED))
            return false;
    return true;
}

size_t zone_page_line(const struct zone *z, size_t i)
{
    enum { WORDS_MAX = 12, LETTERS_MAX = 6 };
    if (i >= z->n || !zone_flag(z, i, WORD_FIRST) || z->word[i].nletters > LETTERS_MAX)
        return 0;
    size_t e = line_end(z, i);
    return e - i <= WORDS_MAX &&
                   (page_marks(z, i, e) || page_number(z, i, e) || address(z, i, e))
               ? e
               : 0;
}

/* The word behind the colon of the label at word i, or 0. */
static size_t label_end(const struct zone *z, size_t i)
{
    const struct hit *l =
        zone_hit(z, i + zone_is(z, i, WORD_NUMERO), PHRASE_LABEL, -1, -1);
    size_t e = l ? l->end + zone_is(z, l->end, '.') : 0;
    return l && zone_is(z, e, ':') ? e + 1 : 0;
}

/* What a page carries at its edge, between the value of one row and the label of the
 * next.
 */
static size_t between_rows(const struct zone *z, size_t begin, size_t i)
{
    size_t e = i > begin && !zone_is(z, i - 1, ':') ? zone_page_line(z, i) : 0;
    return e && label_end(z, e) ? e : 0;
}

/* A line that a converter printed twice, for its bold type is set so: words [i, ..) are
 * those of the line [b, n) before it. Of one word alone it says nothing. */
static size_t printed_twice(const struct zone *z, size_t b, size_t n, size_t i)
{
    enum { LINES_MOST = 2 };
    if (b == n || !z->word[i].lines || z->word[i].lines > LINES_MOST ||
        !sv_eq(zone_word(z, b), zone_word(z, i)))
        return 0;
    size_t e = line_end(z, i);
    if (e - i != n - b || e - i < 2)
        return 0;
    for (size_t k = 1; k < e - i; k++)
        if (!sv_eq(zone_word(z, b + k), zone_word(z, i + k)))
            return 0;
    return e;
}

/* What stands behind furniture takes its place in the lines. */
struct gap_left {
    size_t lines;
    unsigned flags;
};

struct kept {
    size_t n;    /* words, at the front of the zone */
    size_t line; /* of them, where the last line begins */
    size_t row;  /* word of the zone behind a label's colon, or 0 */
};

/* Behind what is to be taken out at word i, or 0. */
static size_t taken_out(const struct zone *z, size_t i, const struct kept *k)
{
    enum { SENTENCE_WORDS = 8 };
    bool first = (z->word[i].flags & WORD_FIRST) ||
                 (k->n > 0 && z->word[k->n - 1].kind == WORD_NUMBER &&
                  (z->word[k->n - 1].flags & WORD_FIRST)); /* a page number */
    size_t end = furniture_end(z, i);
    if (!first && end < i + SENTENCE_WORDS) /* a whole sentence stands anywhere */
        end = 0;
    if (!end && (z->word[i].flags & WORD_FIRST)) {
        end = printed_twice(z, k->line, k->n, i);
        if (!end && k->row)
            end = between_rows(z, k->row, i);
    }
    return end;
}

/* Takes out what a site has put between the lines; the line ends stay with what follows.
 */
bool zone_drop_furniture(struct zone *z)
{
    struct kept k = {0};
    struct gap_left left = {0};
    for (size_t i = 0; i < z->n;) {
        size_t end = taken_out(z, i, &k);
        if (end) {
            left.lines += z->word[i].lines;
            left.flags |= z->word[i].flags & (WORD_RULE | WORD_CELL);
            i = end;
            continue;
        }
        if (z->word[i].flags & WORD_FIRST)
            k.line = k.n;
        size_t row = label_end(z, i);
        k.row = row ? row : k.row;
        if (k.n < i) /* of most papers nothing is taken out */
            z->word[k.n] = z->word[i];
        i++;
        if (left.lines) { /* the furniture's own line ends count as one */
            z->word[k.n].lines = (uint8_t)(left.lines > 255 ? 255 : left.lines);
            z->word[k.n].flags |= (uint8_t)(left.flags | WORD_FIRST);
            left = (struct gap_left){0};
        }
        k.n++;
    }
    bool dropped = k.n < z->n;
    z->n = k.n;
    return dropped;
}
