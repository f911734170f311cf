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

/* Takes out what a site has put between the lines; the line ends stay with what follows.
 */
bool zone_drop_furniture(struct zone *z)
{
    enum { SENTENCE_WORDS = 8 };
    size_t n = 0, lines = 0;
    unsigned flags = 0;
    for (size_t i = 0; i < z->n;) {
        bool first = (z->word[i].flags & WORD_FIRST) ||
                     (n > 0 && z->word[n - 1].kind == WORD_NUMBER &&
                      (z->word[n - 1].flags & WORD_FIRST)); /* a page number */
        size_t end = furniture_end(z, i);
        if (!first && end < i + SENTENCE_WORDS) /* a whole sentence stands anywhere */
            end = 0;
        if (end) {
            lines += z->word[i].lines;
            flags |= z->word[i].flags & (WORD_RULE | WORD_CELL);
            i = end;
            continue;
        }
        if (n < i) /* of most papers nothing is taken out */
            z->word[n] = z->word[i];
        i++;
        if (lines) { /* the furniture's own line ends count as one */
            z->word[n].lines = (uint8_t)(lines > 255 ? 255 : lines);
            z->word[n].flags |= (uint8_t)(flags | WORD_FIRST);
            lines = flags = 0;
        }
        n++;
    }
    bool dropped = n < z->n;
    z->n = n;
    return dropped;
}
