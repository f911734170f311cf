/* zone — the top of a paper as words: what the header is read from, with all phrases
 * found.
 *
 * A word is a run of letters, a number a run of digits, a sign any other character.
 * Blanks, Markdown marks, pipes, footnote marks and rules lie between them and are
 * remembered as how the next word is set off. So nothing that reads a zone depends on
 * where lines end.
 *
 * Owns:    everything lives in the arena; words point into the text.
 * Units:   offsets in bytes of the text; indices of words.
 * Threads: one per zone.
 * Cost:    linear in the bytes of the zone.
 */
#ifndef COUNCILWIRE_PARSE_ZONE_H
#define COUNCILWIRE_PARSE_ZONE_H

#include "lib/arena.h"
#include "producers/parse/knowledge/phrases.h"

enum word_kind { WORD_LETTERS, WORD_NUMBER, WORD_SIGN };

/* Signs of their own beside the ASCII ones: "N°" and "№". */
enum { WORD_DEGREE = 1, WORD_NUMERO = 2 };

enum word_flag {
    WORD_GLUED = 1, /* no white space before */
    WORD_CELL = 2,  /* begins a cell of a table */
    WORD_RULE = 4,  /* a rule (---) stands before */
    WORD_CAPITAL = 8,
    WORD_UPPER = 16,     /* all letters are capitals */
    WORD_LOWER_END = 32, /* ends with a small letter */
    WORD_FIRST = 64,     /* first of its line */
    WORD_BROKEN = 128    /* holds U+FFFD */
};

struct word {
    uint32_t b, e;
    uint32_t letters; /* first of its folded letters */
    uint16_t nletters;
    uint8_t kind, flags;
    uint8_t lines; /* line ends before it, at most 255 */
    char sign;     /* WORD_SIGN: the ASCII character, or '?' for another */
    uint32_t hits; /* first of its phrases */
    uint16_t nhits;
    uint16_t kinds; /* of them: bit enum phrase_kind */
};

struct hit {
    const struct phrase *phrase;
    uint32_t end; /* index of the word behind the phrase */
};

struct zone {
    const struct phrases *book;
    struct sv text;
    struct word *word;
    size_t n;
    uint16_t *letter;
    size_t nletters;
    struct hit *hit;
    size_t nhits;
    bool lost_n; /* many capitals and no N: a font that lost it */
};

/* The words of text[b, e). zone_phrases.c finds the phrases among them, again when words
 * were taken out. */
void zone_find_phrases(struct zone *z, struct arena *a);
/* zone_furniture.c — takes out what a site has put there; false where that is nothing. */
bool zone_drop_furniture(struct zone *z);
/* A line that begins at word i and holds only what pages carry at their edges ("LIMITE
 * EN", "1/3", "- 1 -", a site's address): the word behind it, or 0. */
size_t zone_page_line(const struct zone *z, size_t i);
void zone_read(struct zone *z, const struct phrases *book, struct sv text, size_t b,
               size_t e, struct arena *a);
/* The longest phrase of the kind at word i (of that role, or any with role < 0); NULL if
 * none. With several of that length the one in language `lang` is preferred (-1: any). */
const struct hit *zone_hit_of_kind(const struct zone *z, size_t i, enum phrase_kind kind,
                                   int role, int lang);
static inline const struct hit *zone_hit(const struct zone *z, size_t i,
                                         enum phrase_kind kind, int role, int lang)
{
    return i < z->n && (z->word[i].kinds >> kind & 1)
               ? zone_hit_of_kind(z, i, kind, role, lang)
               : NULL;
}
struct sv zone_word(const struct zone *z, size_t i);
static inline bool zone_is(const struct zone *z, size_t i, char sign)
{
    return i < z->n && z->word[i].kind == WORD_SIGN && z->word[i].sign == sign;
}
static inline bool zone_flag(const struct zone *z, size_t i, unsigned flag)
{
    return i < z->n && (z->word[i].flags & flag) != 0;
}
/* Letters equal to an ASCII word, ignoring case. */
static inline bool zone_reads(const struct zone *z, size_t i, const char *word)
{
    struct sv want = sv_cstr(word);
    return i < z->n && z->word[i].e - z->word[i].b == want.n &&
           sv_eq_fold(sv_sub(z->text, z->word[i].b, z->word[i].e), want);
}
/* The value of a number word of at most nine digits; -1 for another word. */
long zone_number_of(const struct zone *z, size_t i);
static inline long zone_number(const struct zone *z, size_t i)
{
    return i < z->n && z->word[i].kind == WORD_NUMBER ? zone_number_of(z, i) : -1;
}
/* Bytes of words [b, e), without what stands between them. */
size_t zone_length(const struct zone *z, size_t b, size_t e);
/* Words [b, e) as text: white space folded to one blank, marks dropped. Null if empty. */
struct sv zone_text(const struct zone *z, size_t b, size_t e, struct arena *a);
/* The same with footnotes' marks, which a code's number may look like. */
struct sv zone_text_with_marks(const struct zone *z, size_t b, size_t e, struct arena *a);

#endif
