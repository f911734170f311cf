/* outline — numbered headings: the label that a line begins with, and what makes a title.
 *
 * outline_label.c reads labels (1., 1.1, II., A., a), Item 5.b); outline_title.c finds
 * where the title behind a label ends, outline_paragraph.c whether it is one;
 * outline_tail.c takes numbers of papers from it; outline_wrap.c tells whether a line of
 * it must go on in the next; outline_parts.c what is seen before the count begins;
 * outline_running.c and outline_running_label.c do all in a paper whose lines are lost;
 * outline_contents.c reads a table of contents; outline_action.c knows what is printed
 * below titles; outline_count.c keeps the count; outline.c makes items.
 *
 * Owns:    nothing.
 * Units:   offsets in bytes of the text.
 * Threads: one per scan.
 */
#ifndef COUNCILWIRE_PARSE_OUTLINE_H
#define COUNCILWIRE_PARSE_OUTLINE_H

#include "producers/parse/text/scan.h"

enum label_kind { LABEL_ARABIC, LABEL_ROMAN, LABEL_UPPER, LABEL_LOWER };

enum { LABEL_PARTS_MAX = 4, LABEL_TEXT_MAX = 24, TITLE_HOLES_MAX = 4 };

struct label {
    size_t parts;
    size_t e; /* behind the label and its dot */
    enum label_kind kind;
    unsigned part[LABEL_PARTS_MAX]; /* 2.3.1: {2, 3, 1}; V: {5}; b: {2} */
    char text[LABEL_TEXT_MAX];      /* as an item's number: "2.3.1", "II", "4.B", "a" */
    bool closed;                    /* "." or ")" stands behind it */
    bool glued;                     /* the title follows without a blank */
};

/* The label at `at`; the line ends at `end`. */
bool label_read(const struct scan *s, size_t at, size_t end, struct label *out);

/* "3. and 4.", "2./3.": items that share a title. The last number, with the label's end
 * behind it; or 0. */
unsigned label_second(const struct scan *s, struct label *l, size_t end);

/* The title behind a label: first and behind the last byte, and the last line it takes.
 */
struct title {
    size_t b, e;
    size_t line;
    bool strong; /* a Markdown heading, bold, or capitals before plain text */
    struct span hole[TITLE_HOLES_MAX]; /* numbers of papers from the column beside it */
    size_t nholes;
};

bool title_read(struct scan *s, size_t line, const struct label *label,
                struct title *out);
/* The same of a title that begins with `line`, its label anywhere else. */
bool title_read_apart(struct scan *s, size_t line, const struct label *label,
                      struct title *out);
enum {
    TITLE_WIDTH_MAX = 160, /* a longer line is a paragraph, no printed line */
    TITLE_BYTES_MAX = 420
};
size_t title_width(const struct scan *s); /* scan.width */
/* Bytes of the line; blanks at its end do not fill it. */
size_t title_line_filled(const struct scan *s, const struct line *l);
/* "INVITES", "CALLS ON the Member States": conclusions number what they ask. */
bool title_begins_operative(const struct scan *s, size_t b);
/* text[t->b, whole) is a numbered paragraph or a line of a table of contents; `small`: a
 * title may begin with a small letter. */
bool title_is_paragraph(const struct scan *s, const struct title *t, size_t whole,
                        bool small);
/* Text[b, e) ends in the middle of a phrase: a short word that needs another, a comma, an
 * open bracket. */
bool title_is_open(const struct scan *s, size_t b, size_t e);
bool title_ends_open(const struct scan *s, size_t b, size_t e); /* a short word only */
/* "… repealing Directive" before "2009/22/EC": the act's number goes on. */
bool title_leads_to_number(const struct scan *s, size_t b, size_t e);
/* "… adoption of a Council" before "Decision on", "on 2 and 3 May" before "2018": the end
 * of text[b, e) and the words at `next` are one name or date. */
bool title_breaks_name(const struct scan *s, size_t b, size_t e, size_t next, size_t end);
/* A site that made a list of an agenda sets the lines of a title apart, with the paper's
 * number at the end of the first: "Conclusions on the preparations for the United Nations
 * 12528/19", then "Framework Convention on Climate Change". */
bool title_wraps_behind_number(const struct scan *s, const struct title *t, size_t next);
/* The bracket at `at` begins a line of the title and belongs to its words: "(recast)",
 * not
 * "(to be issued)" or "(RESTREINT UE)", which speak of the paper beside them. */
bool title_bracket_wraps(const struct scan *s, size_t b, size_t at, size_t e);
/* The end of text[b, e) without blanks and Markdown marks. */
size_t title_trim_end(const struct scan *s, size_t b, size_t e);
/* Cuts numbers of papers at the title's end, "(to be issued)", a colon. */
void title_cut_tail(const struct scan *s, struct title *t);
/* A token of citations.tsv that is a paper's number, not the number of an act. */
bool title_is_paper_token(const struct scan *s, size_t token);
bool title_is_file_token(const struct scan *s, size_t token); /* "2018/0106(COD)" */
/* A number that another column put into the title: makes a hole of it. */
bool title_torn_number(const struct scan *s, struct title *t, size_t token);
/* Subject codes in the column beside the title: its end is cut, a line before that gets a
 * hole. */
void title_cut_codes(const struct scan *s, struct title *t);
/* Holes in the order of the text, none inside another. */
void title_order_holes(struct title *t);
/* A form of "be", "have" or a modal, or a formula: a sentence, no title. */
bool title_has_verb(const struct scan *s, size_t b, size_t e);
/* "On 1 December 1997, the Council": a numbered paragraph, no title. */
bool title_opens_paragraph(struct sv title);
/* "General approach", "COREPER (PART 1)": what stood below a title begins at `at`. */
bool title_action_begins(const struct scan *s, size_t at, size_t end);
/* The same behind the blank at `at` of a title that begins at b, not behind a dash. */
bool title_action_inside(const struct scan *s, size_t b, size_t at, size_t end);
/* "Any other business Next meeting: 5 May": the bytes of a title that is known to end
 * there, or 0. */
size_t title_whole(const struct scan *s, size_t b, size_t end);
/* It is one of the titles that nearly every agenda has, and nothing more. */
bool title_is_standing(const struct scan *s, size_t b, size_t end);
/* In an agenda without lines: the end of title[b, e) without what was to be done and the
 * heading of the next part, which stood on lines of their own. */
size_t title_without_tail(const struct scan *s, size_t b, size_t e);
/* How much of text begins with the words: either apostrophe is the other, a blank is one
 * or more; 0: it does not. */
size_t title_begins_with(struct sv text, struct sv words);
/* A table of contents: dots lead to the page. */
bool title_in_contents(const struct scan *s, size_t b, size_t e);
/* Running text: the next place in [at, end) where a label may stand, or SIZE_MAX. */
size_t running_label(const struct scan *s, size_t at, size_t end, struct label *out);
/* "a) Title" right behind a number, "6. (a) Title": where that label stands, or 0. */
size_t label_inside(const struct scan *s, const struct label *l, size_t end);
/* "2. Information from the Presidency a) Outcome of the seminar 3. AOB": where the next
 * letter, or the next number of an agenda or a record, begins an item of its own in the
 * title's first line, which ends at `end`; or 0. */
size_t title_label_inside(const struct scan *s, const struct label *l, unsigned number,
                          const struct title *t, size_t end);
/* The title behind a label in running text; listed: titles stand before it, one behind
 * the other; *sentence: a sentence follows it at once. */
bool running_title(const struct scan *s, const struct label *label, size_t end,
                   bool listed, struct title *out, bool *sentence);
/* outline_parts.c: what is seen before the count begins. */
/* A line that begins a part after which numbers may begin again: an annex, or the meeting
 * with the associated States. */
bool outline_begins_part(struct sv line);
/* "II", "II (*)" alone on a line of an agenda: the items that are discussed. */
bool outline_begins_discussed(const struct scan *s, const struct line *l);
/* "(b) COREPER (Part 1)" in a summary record. */
bool outline_begins_coreper(const struct scan *s, const struct line *l);
/* "Page 1. Adoption", "II 5. Proposal": where the number of an agenda or a record stands
 * behind the heading of its column or part, whose own line is lost; else the line's
 * content. *second: it was the part of what is discussed. */
size_t outline_behind_part(const struct scan *s, const struct line *l, bool *second);
/* Lines [b, e) of a table of contents, or an empty span. */
struct span outline_contents(const struct scan *s);
/* "• 1." alone: where the label of an agenda begins that a site made a list of. */
size_t outline_listed(const struct scan *s, const struct line *l);
/* An agenda whose numbers have no dots. */
bool outline_lost_dots(const struct scan *s);
/* Ends the header before the agenda that its last row has taken in. */
void outline_end_header(struct scan *s, bool dotless);
/* The line begins with the number of a paper, or holds nothing else. */
bool title_is_citation_line(const struct scan *s, size_t line);

#endif
