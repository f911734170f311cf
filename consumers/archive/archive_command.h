/* archive_command — what other commands ask of the archive.
 *
 * Owns:    nothing.
 * Units:   bytes.
 * Errors:  BAD_INPUT: the archive has no such text; TEMPORARY: there is no archive, or it
 *          does not answer.
 * Threads: one.
 */
#ifndef COUNCILWIRE_ARCHIVE_COMMAND_H
#define COUNCILWIRE_ARCHIVE_COMMAND_H

#include "lib/buf.h"
#include "lib/err.h"

/* A text by id (ST-15754-2017-INIT, 15754/17, either with /fr) or SHA-256, appended;
 * LIMITE ones only with `limite`. */
NODISCARD int archive_read_text(const char *state_dir, struct sv id, bool limite,
                                struct buf *out, struct err *err);

#endif
