/* writer — the text that a converter yields: paragraphs, lines, cells, list marks and
 * footnotes, as the Markdown that the parser reads anyway. White space of any width is
 * folded, soft hyphens and signs without width are left out, ligatures are letters; a
 * block ends with one blank line.
 *
 * Footnotes are written apart and come behind the body; superscripts stand as
 * <sup>1</sup>, so that a mark is never taken for a digit of the word it follows.
 *
 * Owns:    its buffers.
 * Errors:  writer_full once the text passes its limit; what follows is dropped.
 * Threads: one.
 */
#ifndef COUNCILWIRE_WRITER_H
#define COUNCILWIRE_WRITER_H

#include "lib/buf.h"

struct writer {
    struct buf body, notes;
    bool in_note;
    bool blank;           /* a blank is due before the next text */
    int line_ends;        /* line ends due before the next text: 1 line, 2 block */
    bool keep_blanks;     /* preformatted */
    bool bold, bold_open; /* wanted; ** written and not yet closed */
    struct buf mark;      /* due at the start of the next line: "- ", "## ", "3. " */
    size_t limit;
    bool full;
};

void writer_text(struct writer *w, struct sv text);
void writer_sign(struct writer *w,
                 struct sv sign); /* glued to what stands before: "</sup>" */
/* What follows is bold or not: ** on both sides, within a line. */
void writer_bold(struct writer *w, bool on);
void writer_blank(struct writer *w);
void writer_tab(struct writer *w);   /* next cell */
void writer_line(struct writer *w);  /* new line */
void writer_block(struct writer *w); /* new paragraph */
void writer_mark(struct writer *w, struct sv mark);
void writer_note(struct writer *w, bool on);
/* Takes back the hyphen that was written last. */
void writer_drop_hyphen(struct writer *w);
/* What another writer holds, as a block behind this one's text and notes. */
void writer_append(struct writer *w, struct writer *other);
/* The whole text, with a line end; borrowed until writer_free. */
struct sv writer_end(struct writer *w);
void writer_free(struct writer *w);

#endif
