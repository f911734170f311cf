/* outline_count — a count of headings for each kind of label, so that a number that fits
 * nowhere (a date, a quantity, a list inside a sentence) makes no item.
 *
 * Owns:    nothing; the items it looks back at belong to outline.c.
 * Units:   as outline.h.
 * Errors:  none; a label that fits nowhere is refused.
 * Threads: one per outline.
 */
#ifndef COUNCILWIRE_PARSE_OUTLINE_COUNT_H
#define COUNCILWIRE_PARSE_OUTLINE_COUNT_H

#include "outline.h"

struct outline {
    struct scan *s;
    struct arena *a;
    struct parsed *out;
    size_t cap;
    unsigned arabic[LABEL_PARTS_MAX]; /* the last number accepted on each level */
    unsigned roman, upper, lower;
    unsigned before_part;        /* the last number in front of a roman part */
    unsigned listed;             /* the last number of a list that is no heading */
    unsigned section;            /* the last capital that stands above all numbers */
    bool text_since;             /* running text stands between the last item and here */
    char parent[LABEL_TEXT_MAX]; /* "4" or "4.B": what a letter belongs to */
    bool restart;                /* an annex or a section began: counts may begin again */
    size_t paragraphs,
        headings;         /* numbered paragraphs, and headings that only a number makes */
    size_t running;       /* headings found in running text */
    size_t searched;      /* bytes of running text that were searched */
    bool lineless;        /* the header was found in one line */
    bool dotless;         /* an agenda whose numbers lost their dots */
    bool high;            /* items that Coreper discusses begin: their count is its own */
    struct span contents; /* lines [b, e) of a table of contents, where there is one */
};

/* One letter that may be a number or a letter is settled by what stands before. */
void count_settle_kind(const struct outline *o, struct label *l);
/* The label goes on in its count, which moves; its text becomes the item's number.
 * strong: a heading by its print. */
bool count_accept(struct outline *o, struct label *l, bool strong);
/* In running text: the next number of a count, or its first; letters belong to a heading
 * of their own. */
bool count_is_next(const struct outline *o, const struct label *l);
/* The items that Coreper discusses are numbered behind those that it only approves. */
bool count_begins_high(const struct outline *o, const struct label *l);
/* outline.c: the heading becomes the next item. */
void outline_add(struct outline *o, const struct label *l, const struct title *t);
/* outline_contents.c: the title of an entry from line i on up to its dots, which may
 * stand in a line below; false: no dots follow. */
bool contents_title(const struct scan *s, size_t i, const struct label *l, size_t end,
                    struct title *t);
/* A record of which only the beginning is there: its table of contents alone tells the
 * items. And the same in one long line. */
void contents_read(struct outline *o);
void contents_read_running(struct outline *o, const struct line *line);
/* A paper whose header is lost is a record all the same where its table of contents
 * begins as only an agenda does: "1. Adoption of the agenda ..... 4". */
bool contents_of_record(const struct outline *o);

#endif
