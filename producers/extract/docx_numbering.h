/* docx_numbering — the numbers of list paragraphs, which a DOCX does not hold as text
 * (ECMA-376 part 1, 17.9).
 *
 * Owns:    its table.
 * Errors:  BAD_INPUT as lib/xml.h.
 * Threads: one.
 */
#ifndef COUNCILWIRE_DOCX_NUMBERING_H
#define COUNCILWIRE_DOCX_NUMBERING_H

#include "lib/buf.h"
#include "lib/err.h"

struct docx_numbering;
struct docx_numbering *docx_numbering_new(void);
void docx_numbering_free(struct docx_numbering **n);
NODISCARD int docx_numbering_read(struct docx_numbering *n, struct sv numbering_xml,
                                  struct err *err);
/* The level of a list that a paragraph style means; 0 where none says so. */
long docx_numbering_level(struct docx_numbering *n, long list_id, struct sv style);
/* Counts the next paragraph of the list and appends its mark with indent: "  a) ", "3. ",
 * "- ". */
void docx_numbering_next(struct docx_numbering *n, long list_id, long level,
                         struct buf *mark);

#endif
