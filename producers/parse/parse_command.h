/* parse_command — `councilwire parse FILE...`: one JSON object a file, no broker.
 *
 * Errors:  returns an exit code: 65 when a file was refused (its reason on stderr; the
 * others are done), 64 for wrong use, 78 when the knowledge cannot be read. Threads: one.
 */
#ifndef COUNCILWIRE_PARSE_COMMAND_H
#define COUNCILWIRE_PARSE_COMMAND_H

#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/err.h"

int parse_command(int argc, char **argv);

/* The normalised text of a file that a person named ("-": standard input), for this and
 * other commands. It lives in the arena or in *in. no_limit: any size, plain text only.
 */
NODISCARD int parse_command_text(const char *name, bool no_limit, struct buf *in,
                                 struct arena *a, struct sv *text, struct err *err);

#endif
