/* letter — what belongs to a word in any script, the other cases of a letter, and what
 * letters are made of.
 *
 * Owns:    nothing.
 * Units:   code points.
 * Errors:  none; a value that is no code point is no part of a word.
 * Threads: any.
 * Source:  libutf8proc's data; nothing else includes that library.
 */
#ifndef COUNCILWIRE_LETTER_H
#define COUNCILWIRE_LETTER_H

#include "base.h"

/* Letters, combining marks and decimal digits. */
bool letter_in_word(uint32_t code);

enum { LETTER_CASES = 6 };
/* The letter first, then its other cases (simple folding); returns how many. A sign
 * outside ASCII (Kelvin sign, long s, dotless i) is no case of an ASCII letter. */
size_t letter_cases(uint32_t code, uint32_t cases[LETTER_CASES]);

bool letter_is(uint32_t code); /* a letter, not a mark or digit */
bool letter_is_upper(uint32_t code);
uint32_t letter_lower(uint32_t code);

/* The canonical decomposition, in full; returns how many. */
enum { LETTER_PARTS = 4 }; /* no code point of Unicode 15 has more */
size_t letter_decompose(uint32_t code, int32_t parts[LETTER_PARTS]);
unsigned letter_combining_class(uint32_t code);
/* Composes decomposed code points that are in canonical order, in place; returns how
 * many. */
size_t letter_compose(int32_t *code, size_t n);

#endif
