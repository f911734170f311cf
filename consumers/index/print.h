/* print — what `search` and `show` print of the index's JSON answers: for people, with
 * the words found in colour on a terminal.
 *
 * Owns:    nothing; appends to the buffer given.
 * Units:   spans in bytes.
 * Errors:  none: what is missing in the answer is left out.
 * Threads: any.
 */
#ifndef COUNCILWIRE_INDEX_PRINT_H
#define COUNCILWIRE_INDEX_PRINT_H

#include "lib/buf.h"
#include "lib/json.h"

struct print_style {
    bool colour;
};

/* Returns how many results were printed. */
size_t print_search(struct buf *out, const struct json *answer, struct print_style s);
void print_show(struct buf *out, const struct json *answer, struct print_style s);
void print_not_found(struct buf *out, const struct json *answer);

#endif
