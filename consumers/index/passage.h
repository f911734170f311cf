/* passage — the places of a long text that say best why it was found.
 *
 * Owns:    nothing. Units: bytes of the text. Errors: none. Threads: any.
 */
#ifndef COUNCILWIRE_INDEX_PASSAGE_H
#define COUNCILWIRE_INDEX_PASSAGE_H

#include "lib/query.h"

enum { PASSAGES_MAX = 3, PASSAGE_BYTES = 280 };

struct passage {
    size_t b, e;         /* cut between words */
    size_t first, spans; /* of the highlights given */
};

/* spans: sorted by end. Returns how many were chosen, in text order. */
size_t passage_choose(struct sv text, const struct query_span *spans, size_t n,
                      struct passage out[PASSAGES_MAX]);

#endif
