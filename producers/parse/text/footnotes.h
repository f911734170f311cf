/* footnotes — a footnote's text at the end of a page, and its mark in the running text.
 *
 * A footnote begins with a superscript (¹, <sup>1</sup>) or with plain digits; plain
 * digits count only where the text before carries the mark, as superscript or glued to a
 * word ("area1").
 *
 * Owns:    scan.mark lives in the arena.
 * Threads: one per scan.
 * Cost:    one pass over the text; a second one where footnotes have plain digits.
 */
#ifndef COUNCILWIRE_PARSE_FOOTNOTES_H
#define COUNCILWIRE_PARSE_FOOTNOTES_H

#include "scan.h"

void footnotes_read(struct scan *s, struct arena *a);

#endif
