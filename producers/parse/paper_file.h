/* paper_file — a file that a person names becomes a normalised text: for the commands.
 *
 * Owns:    the text lives in the arena, or in *in.
 * Units:   bytes.
 * Errors:  BAD_INPUT with the file's name; reasons too-large, empty, binary as in
 * lib/doc.h. Threads: one per buffer and arena.
 */
#ifndef COUNCILWIRE_PAPER_FILE_H
#define COUNCILWIRE_PAPER_FILE_H

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/err.h"

/* name: "-" is standard input. no_limit: any size, plain text only. */
NODISCARD int paper_file_read(const char *name, bool no_limit, struct buf *in,
                              struct arena *a, struct sv *text, struct err *err);

#endif
