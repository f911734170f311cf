/* scan — the two arrays that all of the parser is built from: lines and tokens.
 *
 * One pass over line ends and one pass of the matcher (knowledge.h) over the text;
 * header, outline, references and decisions read these arrays and never search the text
 * again.
 *
 * Owns:    arrays live in the arena.
 * Units:   offsets in bytes of the text (uint32_t: a text is shorter than 4 GiB).
 * Threads: one per scan.
 */
#ifndef COUNCILWIRE_SCAN_H
#define COUNCILWIRE_SCAN_H

#include "lib/arena.h"
#include "lib/event.h"
#include "producers/parse/knowledge/knowledge.h"

enum line_flag {
    LINE_BLANK = 1,
    LINE_FURNITURE =
        2, /* page number, repeated banner, footer: no part of titles or sentences */
    LINE_FOOTNOTE = 4, /* a footnote's text at a page's end: interrupts no sentence */
    LINE_HEADER = 8,   /* belongs to the header block; set by header.c */
    LINE_HEADING = 16, /* numbered heading; set by outline.c */
    LINE_BULLET = 32,  /* begins with a list mark */
    LINE_TABLE = 64,   /* a Markdown or pipe table row */
    /* Facts (line_facts.h): without the flag the line is none of these. */
    LINE_AS_NUMBER = 128,  /* begins as the text of a footnote does */
    LINE_AS_LABEL = 256,   /* begins as a numbered heading does */
    LINE_AS_FOOTER = 512,  /* begins as a footer, a page number or a rule does */
    LINE_AS_BANNER = 1024, /* begins as a classified marking does */
    LINE_AS_BROKEN = 2048, /* ends with a hyphen behind a small letter */
    LINE_AS_TORN = 4096,   /* holds many lines, and hyphens that may have ended some */
    LINE_AS_MARKED = 8192, /* holds what may be the superscript of a footnote */
    LINE_AS_GLUED = 32768, /* a heading in bold may stand behind another one */
    LINE_NOTED = 16384     /* a mark belongs to it: a footnote begins. scan_index_marks */
};

struct line {
    uint32_t b, e;    /* without the line end */
    uint32_t content; /* first byte behind blanks and Markdown marks (#, *, >, |); a dash
                         or dot that marks a list stays; e on a blank line */
    uint16_t flags;
    uint16_t indent; /* blanks before the content */
};

struct token {
    uint32_t b, e;
    uint32_t id; /* KNOWLEDGE_ID(table, row) */
};

/* Where the text carries the number of a footnote: dropped by scan_plain. */
struct footnote_mark {
    uint32_t b, e;
    uint32_t number;
    uint32_t line; /* index of the LINE_FOOTNOTE line that it belongs to, or UINT32_MAX */
};

/* A place that cites: which one of parsed.references. */
struct citation {
    uint32_t b, e;
    uint32_t reference;
};

/* Where to look for the line and the token of an offset: one a block of the text. */
enum { SCAN_BLOCK = 9 }; /* 512 bytes */
struct scan_place {
    uint32_t line;  /* that holds the block's first byte */
    uint32_t token; /* the first one from there on */
    uint32_t mark;  /* the first one that ends behind it */
};

/* How far ahead a walk over lines or tokens fetches the text that they stand for. */
enum { SCAN_AHEAD = 12 };

/* "3." that stands in front of the list above its title: a page's narrow left column was
 * read first. No part of what stands around it. */
struct moved_number {
    uint32_t line, title; /* the number's, and the title's first one */
};

/* What the header says that the paper is, as far as the outline has to know. */
enum scan_kind { SCAN_OTHER, SCAN_AGENDA, SCAN_RECORD };

struct scan {
    const struct knowledge *k;
    const struct knowledge_table *actions; /* looked up once */
    struct sv text;
    struct line *line; /* of a run of blank lines only the first two are kept */
    size_t nlines;
    struct token *token; /* leftmost-longest, text order, no overlap */
    size_t ntokens;
    struct scan_place *place;   /* by block */
    struct footnote_mark *mark; /* text order */
    size_t nmarks;
    struct moved_number *moved; /* text order */
    size_t nmoved;
    struct span *margin; /* numbers that the column beside a title put into it: no part of
                            its plain text; text order. Set by outline.c */
    size_t nmargins, margins_cap;
    size_t contents_from; /* no line before this one has the dots of a table of contents;
                             SIZE_MAX: none has */
    struct citation *citation; /* text order; set by references.c */
    size_t ncitations;
    bool footers;    /* some marks are page footers: number 0 */
    size_t width;    /* bytes of a full line, where lines are broken; set by outline.c */
    size_t site_end; /* offset behind what a site puts before the paper: titles of other
                        papers among it; 0: nothing. Set by header.c */
    size_t header_end;   /* offset behind the header block; 0 without a header. Set by
                            header.c */
    enum scan_kind kind; /* set by header.c */
    bool
        dashed; /* an agenda or minutes of the Council's or Coreper's (code OJ, PV): below
                   each title stand dashes with what is to be done. Set by header.c */
};

NODISCARD int scan_text(const struct knowledge *k, struct sv text, struct arena *a,
                        struct scan *out, struct err *err);
/* Length of the list mark at p, or 0: a dash or dot in front of a blank, or one that some
 * converters leave in front of its first letter ("–a decision"). */
size_t scan_bullet(const char *p, const char *end);
/* Where a row of dots begins, close or apart: "....", ". . . .", "……"; SIZE_MAX. */
size_t scan_dots(struct sv text);
/* Where the dots begin that lead to a page: "....", or "... 3" at the end; SIZE_MAX. */
size_t scan_leaders(struct sv line);
/* The same of text[b, e) at a line's beginning, where more signs can be nothing else. */
size_t scan_line_mark(const char *text, size_t b, size_t e);
/* Index of the line that holds the offset; the last one for an offset behind the text. */
size_t scan_line_at(const struct scan *s, size_t offset);
/* Index of the first token with b >= offset. */
size_t scan_token_at(const struct scan *s, size_t offset);
/* The token stands in the table of that name. */
bool scan_token_in(const struct scan *s, size_t token, const char *table);
/* Index of the first mark that ends behind the offset. */
size_t scan_mark_at(const struct scan *s, size_t offset);

/* To be called when the marks have changed. */
void scan_index_marks(struct scan *s);
/* When the tokens have, too. */
void scan_index(struct scan *s, struct arena *a);

/* Finds the numbers that moved. */
void scan_moved_numbers(struct scan *s, struct arena *a);

/* Does a hyphen at the line's end break a word that goes on in the line `next`? */
bool scan_word_broken(const struct scan *s, size_t line, size_t next);
/* Adds the tokens that such words belong to. */
void scan_mend_words(struct scan *s, struct arena *a);
/* Adds the tokens that go on behind the edge of a page, or that a footnote's number is
 * glued to. */
void scan_mend_pages(struct scan *s, struct arena *a);
/* Adds those that a footer inside a line breaks. */
void scan_mend_footers(struct scan *s, struct arena *a);

/* plain(text[span]) of DESIGN.md section 3: without Markdown marks, link targets,
 * footnote marks and page furniture (also what a margin put inside it), white space
 * folded to one blank, trimmed. */
struct sv scan_plain(const struct scan *s, struct span span, struct arena *a);

/* A walk over the lines that have one of these flags is at line i: the text of one that
 * comes soon is fetched. */
static inline void scan_fetch_ahead(const struct scan *s, size_t i, unsigned flags)
{
    if (i + SCAN_AHEAD < s->nlines && (s->line[i + SCAN_AHEAD].flags & flags))
        PREFETCH(s->text.p + s->line[i + SCAN_AHEAD].content);
}

/* Behind the line's last sign that is no blank. */
static inline size_t scan_line_end(const struct scan *s, const struct line *l)
{
    size_t e = l->e;
    while (e > l->content && (s->text.p[e - 1] == ' ' || s->text.p[e - 1] == '\t'))
        e--;
    return e;
}

/* The stages, in this order; each reads what the earlier ones wrote. */
NODISCARD int header_read(struct scan *s, struct arena *a, struct document *out,
                          struct err *err);
NODISCARD int outline_read(struct scan *s, struct arena *a, struct parsed *out,
                           struct err *err);
NODISCARD int references_read(struct scan *s, struct arena *a, struct parsed *out,
                              struct err *err);
NODISCARD int decisions_read(struct scan *s, struct arena *a, struct parsed *out,
                             struct err *err);

#endif
