/* parse — a Council paper in, its header, items, references and decisions out.
 *
 * No I/O, no clock, no Kafka. The text must be normalised (lib/doc.h).
 *
 * Owns:    results live in the arena, or point into the text or the knowledge.
 * Units:   spans in bytes of the text.
 * Errors:  BAD_INPUT with the reject reasons classified, too-many; `marking` is set in
 * *out when the reason is classified. Threads: a struct knowledge may be shared; each
 * call is independent. Cost:    linear in the text; memory at most 4 x text + 1 MiB.
 */
#ifndef COUNCILWIRE_PARSE_H
#define COUNCILWIRE_PARSE_H

#include "knowledge.h"
#include "lib/event.h"

NODISCARD int parse_text(const struct knowledge *k, struct sv text, struct arena *a,
                         struct parsed *out, struct err *err);
/* The same without the bounds of DESIGN.md section 3: for benchmarks and `parse
 * --no-limit`. */
NODISCARD int parse_text_unbounded(const struct knowledge *k, struct sv text,
                                   struct arena *a, struct parsed *out, struct err *err);

#endif
