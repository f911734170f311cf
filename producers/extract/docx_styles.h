/* docx_styles — what a paragraph style of a DOCX says about headings and lists (ECMA-376
 * part 1, 17.7): Word keeps most numbers of a well-made paper there.
 *
 * Owns:    its table.
 * Errors:  BAD_INPUT as lib/xml.h.
 * Threads: one.
 */
#ifndef COUNCILWIRE_DOCX_STYLES_H
#define COUNCILWIRE_DOCX_STYLES_H

#include "lib/buf.h"
#include "lib/err.h"

struct docx_style {
    int heading;              /* 1 to 6; 0: none */
    long list_id, list_level; /* -1: not said */
};

struct docx_styles;
struct docx_styles *docx_styles_new(void);
void docx_styles_free(struct docx_styles **s);
NODISCARD int docx_styles_read(struct docx_styles *s, struct sv styles_xml,
                               struct err *err);
/* With what the styles it is based on say; an unknown one says nothing. */
struct docx_style docx_styles_find(const struct docx_styles *s, struct sv id);

#endif
