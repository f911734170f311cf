/* extract — bytes of a format in, the text that Councilwire reads out. Runs inside the
 * confined child only (lib/child.h); the parent's side is lib/convert.h.
 *
 * Formats: HTML (the Council's pages, EUR-Lex XHTML), XML (Formex 4, Akoma Ntoso, RSS and
 * Atom entries, anything else as its text), DOCX, and the word boxes that `pdftotext
 * -bbox-layout` prints.
 *
 * Owns:    the text is the caller's writer.
 * Errors:  BAD_INPUT with reason invalid-markup, invalid-docx, too-large.
 * Threads: one at a time.
 */
#ifndef COUNCILWIRE_EXTRACT_H
#define COUNCILWIRE_EXTRACT_H

#include "lib/err.h"
#include "lib/xml.h"
#include "writer.h"

/* text: normalised UTF-8 (lib/doc.h) */
NODISCARD int extract_markup(struct sv text, enum xml_kind kind, struct writer *w,
                             struct err *err);
NODISCARD int extract_docx(struct sv bytes, struct writer *w, struct err *err);
NODISCARD int extract_boxes(struct sv text, struct writer *w, struct err *err);

#endif
