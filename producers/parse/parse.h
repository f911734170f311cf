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
/* One of several papers that are read together. Each has an arena of its own. */
struct parse_job {
    struct sv text;
    struct arena *a;
    struct parsed parsed; /* of a refused one only `marking` */
    struct err err;
    int rc; /* 0: parsed; -1: refused, and `err` says why */
};
/* parse_text of all of them. Some 64 papers take a third less time together than one
 * after the other: a stage is done with all before the next one begins. */
void parse_texts(const struct knowledge *k, struct parse_job *job, size_t n);
/* The same without the bounds of DESIGN.md section 3: for benchmarks and `parse
 * --no-limit`. */
NODISCARD int parse_text_unbounded(const struct knowledge *k, struct sv text,
                                   struct arena *a, struct parsed *out, struct err *err);

#endif
