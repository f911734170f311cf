/* convert — what format a document has, by content, and its text by way of a confined
 * child (child.h).
 *
 * Plain text and Markdown are taken as they are, UTF-16 with a byte order mark as UTF-8.
 * HTML, XML and DOCX go through councilwire-extract; PDF through pdftotext, whose word
 * boxes go through councilwire-extract too.
 *
 * Owns:    nothing; the text lives in the arena.
 * Units:   bytes.
 * Errors:  BAD_INPUT with the reason (invalid-markup, invalid-docx, converter, too-large
 * …) and how the converter ended; TEMPORARY where it gave way, or (reason
 * CONVERT_NO_PROCESS) no process can be made now; FATAL with the reason CONVERT_NONE
 * where this machine has no converter for it: a program is missing or can not be
 * confined; that is no fault of the paper. Threads: any; blocks for at most the child's
 * deadline (child.h).
 */
#ifndef COUNCILWIRE_CONVERT_H
#define COUNCILWIRE_CONVERT_H

#include "child.h"
#include "doc.h"

#define CONVERT_NONE       "no-converter"
#define CONVERT_NO_PROCESS "no-process"

enum doc_format { FORMAT_TEXT, FORMAT_HTML, FORMAT_XML, FORMAT_PDF, FORMAT_DOCX };

enum doc_format convert_sniff(struct sv bytes);
/* Whether convert_doc would run a child for it. */
bool convert_by_child(struct sv original);
/* Whether the programs are there that every format needs. */
bool convert_available(void);
const char *convert_media_type(enum doc_format f);
/* Sets d->media_type where it is null, and d->converted where the original is no text.
 * Call before doc_normalise. patience: of its child (child.h), or NULL. */
NODISCARD int convert_doc(struct doc *d, struct child_patience *patience, struct arena *a,
                          struct err *err);

#endif
