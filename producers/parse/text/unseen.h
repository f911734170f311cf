/* unseen — the text as it is read: without the signs that print nothing (soft hyphens,
 * zero-width signs, marks of direction), with plain blanks for those of other widths and
 * with letters for ligatures. What is found in it is told by its place in the text
 * itself.
 *
 * A word with a soft hyphen in it is the same word; so it must be found, and no title or
 * decision may carry what nobody sees.
 *
 * Owns:    the copy is the arena's.
 * Units:   bytes.
 * Errors:  none; where the arena is full the text itself is read.
 * Threads: any.
 * Source:  Unicode 15, General Punctuation, Alphabetic Presentation Forms.
 */
#ifndef COUNCILWIRE_PARSE_UNSEEN_H
#define COUNCILWIRE_PARSE_UNSEEN_H

#include "lib/arena.h"
#include "lib/event.h"

struct unseen_place {
    uint32_t at, from; /* the sign at this place of the copy, and where it comes from */
};

struct unseen {
    struct sv text; /* to be read: the original, or a copy */
    struct sv original;
    unsigned kinds;             /* of what another format left (undecoded.h) */
    struct unseen_place *place; /* one a block of the copy; NULL: there is no copy */
};

void unseen_drop(struct sv original, struct arena *a, struct unseen *out);
/* The spans of what was found in the copy, in the original. */
void unseen_restore(const struct unseen *u, struct parsed *p);

#endif
