/* row_json — what of a document or decision stands as JSON in its row, because it is
 * shown whole and never searched: header, items, references, next steps.
 *
 * Owns:    nothing; results live in the arena or buffer given.
 * Units:   spans in bytes of the text.
 * Errors:  none; an arena that is full is seen by its owner.
 * Threads: any.
 */
#ifndef COUNCILWIRE_INDEX_ROW_JSON_H
#define COUNCILWIRE_INDEX_ROW_JSON_H

#include "lib/wire.h"

struct sv row_header_json(const struct wire_document *wd, struct arena *a);
void row_items_json(const struct parsed *p, struct buf *out);
void row_references_json(const struct parsed *p, struct buf *out);
/* The ids of its decisions, with blanks between. */
void row_listed_ids(const struct parsed *p, struct buf *out);
/* Null where there are none. */
struct sv row_steps_json(const struct decision *d, struct arena *a);

#endif
