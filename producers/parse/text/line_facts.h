/* line_facts — what the bytes at a line's ends are, told once while they are at hand.
 *
 * The stages walk over lines many times and most lines concern none of them. A flag says
 * which lines a stage must look at: so its walk reads the array of lines and not the
 * whole text again. A flag says no more than "may be"; the stage decides.
 *
 * Owns:    nothing; the flags LINE_AS_... of scan.h.
 * Units:   bytes.
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_LINE_FACTS_H
#define COUNCILWIRE_PARSE_LINE_FACTS_H

#include "ascii.h"
#include "block.h"
#include "scan.h"

enum {
    FOOTER_LINE_MAX = 96, /* bytes; a longer line is text */
    BANNER_LEAST = 9,
    BANNER_MAX = 60,
    MANY_LINES = 400 /* no line of a page is this long: it was many */
};

/* The facts of a line whose flags, indent and content are known; marked: one of the bytes
 * of line_marks stands in it. */
uint16_t line_facts(struct sv text, const struct line *l, bool marked);

/* Where the superscript of a footnote may begin: 0xc2 begins ¹²³, 0xe2 0x81 begins ⁰ and
 * ⁴ to ⁹, '<' begins <sup>, '^' begins ^1. */
static inline uint64_t line_marks(const char *block)
{
    uint64_t marks = block_equal(block, '<') | block_equal(block, '^');
    if (!block_is_ascii(block)) {
        uint64_t last = (uint64_t)1 << (BLOCK_BYTES - 1); /* may go on behind */
        marks |= block_equal(block, '\xc2') |
                 (block_equal(block, '\xe2') & (block_equal(block, '\x81') >> 1 | last));
    }
    return marks;
}

/* "adop- ted": the hyphen at p may have ended a line. */
static inline bool hyphen_tears(const char *p, const char *b, const char *e)
{
    return e - p >= 4 && p - b >= 3 && p[1] == ' ' && is_lower(p[2]) && is_lower(p[-1]) &&
           is_lower(p[-2]);
}

/* A label ("1.", "(a)", "IV.", "Item 5") may begin at p: most places begin with a word,
 * which two letters tell. */
static inline bool label_may_begin(const char *p, size_t n)
{
    char c = *p, next = (char)(n > 1 ? p[1] : '\n');
    if (next >= 'a' && next <= 'z' && c >= 'A' && c != 'I' && c != 'A' && c != 'P')
        return false;
    if (c >= 'a' && c <= 'z')
        return next == ')' || next == '.';
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '(';
}

#endif
