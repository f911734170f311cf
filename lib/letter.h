/* letter — what belongs to a word in any script, and the other cases of a letter.
 *
 * Owns:    nothing.
 * Units:   code points.
 * Errors:  none; a value that is no code point is no part of a word.
 * Threads: any.
 * Source:  libutf8proc's data.
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

#endif
