/* zone_glued — labels in small letters that are glued to the word before them.
 *
 * Owns:    nothing.
 * Units:   bytes of the text, folded letters of a word.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_ZONE_GLUED_H
#define COUNCILWIRE_PARSE_ZONE_GLUED_H

#include "producers/parse/knowledge/phrases.h"

/* At p, behind capitals, a label in small letters begins: "NOTEfrom:", not "NOTEFrom:".
 * e: the text's end. */
bool zone_glued_label(const struct phrases *book, const char *p, const char *e);
/* How many of a word's n last letters, which end at p, are a label: 2 of "Councilto:". */
size_t zone_glued_tail(const struct phrases *book, const uint16_t *letters, size_t n,
                       const char *p, const char *e);

#endif
