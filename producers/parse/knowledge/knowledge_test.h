/* knowledge_test — tries one table file: what do its lines match in a text?
 *
 * For whoever writes a table: `councilwire knowledge test FILE [TEXT]`. The file is read
 * on top of the embedded tables, as it would be in knowledge.d.
 *
 * Owns:    nothing; the report is appended to *out.
 * Units:   lines and columns from 1, columns in bytes.
 * Errors:  BAD_INPUT as knowledge_open, naming file, line and reason.
 * Threads: any.
 */
#ifndef COUNCILWIRE_KNOWLEDGE_TEST_H
#define COUNCILWIRE_KNOWLEDGE_TEST_H

#include "lib/buf.h"
#include "lib/err.h"

/* One line a match: LINE:COLUMN, FILE:LINE of the pattern, the matched text; then what
 * the whole came to. A null text only loads the file. */
NODISCARD int knowledge_test(const char *file, struct sv text, struct buf *out,
                             struct err *err);

#endif
