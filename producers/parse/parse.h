/* parse — a Council paper in, its header, items, references and decisions out.
 *
 * No I/O, no clock, no Kafka. The text must be normalised (lib/doc.h).
 *
 * One folder a stage, in the order in which a paper goes through them:
 *   knowledge/   the tables, what reads them, and the matcher that they give
 *   text/        what conversion left in the text, lines and tokens, page furniture,
 *                footnotes, plain text
 *   header/      mastheads, rows of labels and values, torn tables, press heads
 *   outline/     items, sections, tables of contents
 *   references/  citations and their ids and addresses
 *   decisions/   sentences, who acts, what is done, who is asked, until when
 * Each reads text/ and knowledge/, and no other stage but for the citations in the rows
 * of a header (tests/lint checks it).
 *
 * Owns:    results live in the arena, or point into the text or the knowledge.
 * Units:   spans in bytes of the text.
 * Errors:  BAD_INPUT with the reject reasons classified, too-many; `marking` is set in
 * *out when the reason is classified. Threads: a struct knowledge may be shared; each
 * call is independent. Cost:    linear in the text; memory at most 4 x text + 1 MiB.
 */
#ifndef COUNCILWIRE_PARSE_H
#define COUNCILWIRE_PARSE_H

#include "lib/event.h"
#include "producers/parse/knowledge/knowledge.h"

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
