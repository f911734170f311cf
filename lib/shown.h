/* shown — a stranger's text on a line that a person reads: a terminal, a log, a list.
 *
 * What could make the line say something else is taken out: controls (C0, DEL, C1), what
 * is no UTF-8, and the signs that turn or hide a line (bidi controls, line and paragraph
 * separators, U+FEFF; FAULTS.md section 6).
 *
 * Owns:    nothing.
 * Units:   bytes, code points.
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_SHOWN_H
#define COUNCILWIRE_SHOWN_H

#include "buf.h"

bool shown_is_safe(uint32_t cp);
/* Running text: a blank for each control, nothing for a sign that turns or hides. */
void shown_add_text(struct buf *out, struct sv s);
/* A name, which two different ones must not share: \u{a} for a sign that is not safe,
 * \xff for a byte that is no UTF-8. */
void shown_add_name(struct buf *out, struct sv s);

#endif
