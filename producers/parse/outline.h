/* outline — numbered headings: the label that a line begins with, and what makes a title.
 *
 * outline_label.c reads labels (1., 1.1, II., A., a), Item 5.b); outline_title.c finds
 * where the title behind a label ends and whether it is one; outline.c keeps the count
 * and makes items.
 *
 * Owns:    nothing.
 * Units:   offsets in bytes of the text.
 * Threads: one per scan.
 */
#ifndef COUNCILWIRE_PARSE_OUTLINE_H
#define COUNCILWIRE_PARSE_OUTLINE_H

#include "scan.h"

enum label_kind { LABEL_ARABIC, LABEL_ROMAN, LABEL_UPPER, LABEL_LOWER };

enum { LABEL_PARTS_MAX = 4, LABEL_TEXT_MAX = 24 };

struct label {
    enum label_kind kind;
    unsigned part[LABEL_PARTS_MAX]; /* 2.3.1: {2, 3, 1}; V: {5}; b: {2} */
    size_t parts;
    char text[LABEL_TEXT_MAX]; /* as an item's number: "2.3.1", "II", "4.B", "a" */
    size_t e;                  /* behind the label and its dot */
    bool closed;               /* "." or ")" stands behind it */
    bool glued;                /* the title follows without a blank */
};

/* The label at `at`; the line ends at `end`. */
bool label_read(const struct scan *s, size_t at, size_t end, struct label *out);

/* The title behind a label: first and behind the last byte, and the last line it takes.
 */
struct title {
    size_t b, e;
    size_t line;
    bool strong; /* a Markdown heading, bold, or capitals before plain text */
};

/* `width` is how long a full line of the text is (title_width). */
bool title_read(struct scan *s, size_t line, const struct label *label, size_t width,
                struct title *out);
size_t title_width(const struct scan *s);
/* The line begins with the number of a paper, or holds nothing else. */
bool title_is_citation_line(const struct scan *s, size_t line);

#endif
