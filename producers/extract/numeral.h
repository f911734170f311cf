/* numeral — the number of a list item in the style that its format asks for.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef COUNCILWIRE_NUMERAL_H
#define COUNCILWIRE_NUMERAL_H

#include "lib/buf.h"

/* style: '1' decimal, 'a' 'A' letters (a … z, a …), 'i' 'I' roman (below 400, else
 * decimal) */
void numeral_add(struct buf *b, char style, long v);

#endif
