/* Labels that a page centred beside the lines of their value: the lines of a subject that
 * stand above its label.
 *
 *     No. prev. doc.:  8634/16
 *                      Draft Council conclusions on improving criminal justice in
 *     Subject:         cyberspace
 *                      - Adoption
 */
#include "header.h"

enum { LINES_MAX = 8 };

/* Letters between the begin of word i and that of its line. */
static size_t column(const struct zone *z, size_t i)
{
    size_t n = 0;
    for (size_t at = z->word[i].b; at > 0 && z->text.p[at - 1] != '\n'; at--)
        n += ((unsigned char)z->text.p[at - 1] & 0xc0) != 0x80;
    return n;
}

/* Word i begins a line of the value whose column is col, right below the line before. */
static bool is_beside(const struct zone *z, size_t i, size_t col)
{
    return zone_flag(z, i, WORD_FIRST) && z->word[i].lines == 1 && column(z, i) == col;
}

/* The lines of the value below the one of its label that begins at word i. */
static size_t lines_below(const struct zone *z, size_t i, size_t col)
{
    size_t n = 0;
    for (size_t j = i + 1; j < z->n && n < LINES_MAX; j++)
        if (z->word[j].lines) {
            if (!is_beside(z, j, col))
                break;
            n++;
        }
    return n;
}

/* The row above, whose value begins at word b, ends in front of word i: a whole name, or
 * papers. */
static bool ends_row(const struct header *h, int role, size_t b, size_t i)
{
    const struct zone *z = &h->z;
    if (role == LABEL_PREV || role == LABEL_CION)
        return true;
    for (size_t k = b; k < i && (role == LABEL_TO || role == LABEL_FROM); k++) {
        const struct hit *name = zone_hit(z, k, PHRASE_ADDRESSEE, ADDRESSEE_CLOSED, -1);
        if (name && name->end == i)
            return true;
    }
    return false;
}

/* Not "Council" below "COREPER", "ADD 1" and codes below a paper's number. */
static bool may_open(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    if (z->word[i].kind != WORD_LETTERS || !zone_flag(z, i, WORD_CAPITAL) ||
        (zone_flag(z, i, WORD_UPPER) && masthead_code(h, i, true)) ||
        zone_reads(z, i, "REV") || zone_reads(z, i, "ADD") || zone_reads(z, i, "COR"))
        return false;
    return !zone_hit(z, i, PHRASE_ADDRESSEE, -1, -1) ||
           zone_hit(z, i, PHRASE_OPENING, OPENING_SUBJECT, -1);
}

size_t rows_centred(const struct header *h, int role, size_t b, size_t label,
                    size_t value)
{
    const struct zone *z = &h->z;
    size_t begin = label, lines = 0;
    if (value >= z->n || z->word[value].lines || !zone_flag(z, label, WORD_FIRST) ||
        z->word[label].lines != 1)
        return label;
    size_t col = column(z, value);
    for (size_t i = label; i > b + 1 && lines < LINES_MAX; i--)
        if (z->word[i - 1].lines) {
            if (!is_beside(z, i - 1, col))
                break;
            begin = i - 1;
            lines++;
        }
    size_t below = lines_below(z, value, col);
    bool middle = lines && lines <= below + 1 && below <= lines + 1;
    return middle && column(z, label) + 2 < col && may_open(h, begin) &&
                   ends_row(h, role, b, begin)
               ? begin
               : label;
}
