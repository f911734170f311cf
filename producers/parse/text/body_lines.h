/* body_lines — a text line by line as a reader sees it: without the header block, page
 * furniture, blank lines, Markdown and footnote marks.
 *
 * Owns:    results live in the arena or point into the text.
 * Units:   spans in bytes of the text.
 * Errors:  as of parse.h.
 * Threads: as of parse.h.
 */
#ifndef COUNCILWIRE_PARSE_BODY_LINES_H
#define COUNCILWIRE_PARSE_BODY_LINES_H

#include "lib/event.h"
#include "producers/parse/knowledge/knowledge.h"

struct body_lines {
    struct sv *plain;
    struct span *span;
    size_t n;
};

NODISCARD int body_lines_read(const struct knowledge *k, struct sv text, struct arena *a,
                              struct body_lines *out, struct err *err);

#endif
