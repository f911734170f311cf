/* header — what the parts of the header's reader share: the flow is in header.c.
 *
 * header.c          which words are the header; the order of steps; footers; the result
 * columns.c         puts what converters printed out of order where it stood
 * header_number.c   the number that the header lost
 * masthead.c        the elements above the labels, each known by its form, in any order
 * masthead_type.c   the type line among them
 * masthead_date.c   the place and the days among them
 * footer.c          footers of pages
 * press_head.c      the head of a press release outside the register
 * summit_head.c     the title of a summit's conclusions outside it
 * rows.c            labels and their values, also when all labels come first
 * rows_label.c      the label of a row
 * rows_bare.c       rows whose labels lost their colons
 * rows_centred.c    a subject whose label stands beside its middle
 * rows_before.c     rows whose labels stand apart from their values
 * row_papers.c      the papers that a row names
 * names.c           senders and addressees in the values
 * subject.c         where a subject ends
 * subject_meeting.c the meeting that it names
 * marking.c         the document's own marking; classified papers
 * language.c        the language of the text
 *
 * Owns:    everything lives in the arena.
 * Units:   indices of words of the zone.
 * Threads: one per header.
 */
#ifndef COUNCILWIRE_PARSE_HEADER_H
#define COUNCILWIRE_PARSE_HEADER_H

#include "dates.h"
#include "numbers.h"
#include "producers/parse/text/scan.h"

/* What a masthead was seen to hold. */
enum element {
    ELEMENT_INSTITUTION = 1,
    ELEMENT_PLACE = 2,
    ELEMENT_DATE = 4,
    ELEMENT_NUMBER = 8,
    ELEMENT_ORIGINAL = 16,
    ELEMENT_FILE = 32,
    ELEMENT_MARKING = 64,
    ELEMENT_CODES = 128,
    ELEMENT_TYPE = 256,
    ELEMENT_SESSION = 512,
    ELEMENT_LABELS = 1024,
    ELEMENT_COLONS = 4096,     /* its labels have colons */
    ELEMENT_NUMBER_REST = 2048 /* "/11": the digits are lost */
};

enum {
    PENDING_MAX = 24,
    LIST_MAX = 200,
    WIDE_BYTES = 16384, /* of the text, for a header that begins late */
    MARGIN_WORDS = 70   /* behind a header that may still be the first page */
};

/* A list without repetitions. */
struct strings {
    struct sv *v;
    size_t n, cap;
};

struct marking {
    bool public, limite;
    struct sv classified;
};

/* Fields stand by role, not by size. */
struct header { /* NOLINT(clang-analyzer-optin.performance.Padding) */
    struct scan *s;
    struct arena *a;
    struct zone z;
    int lang;
    size_t begin, end; /* words of the block */
    size_t last;       /* word behind the last element of the masthead */
    unsigned seen;     /* enum element */
    struct paper paper;
    bool has_paper, lone_date; /* no place stands beside the date */
    bool foreign_date;         /* its month is of another language than the paper */
    bool page_date;            /* it stands in the head of each page */
    struct date date;
    struct sv place;
    struct marking marking;
    struct sv type;
    uint8_t type_role;
    size_t type_end; /* word behind the type; 0: no type */
    bool press, declassified;
    struct sv press_number; /* of the press office: no paper's */
    size_t bare_b, bare_e;  /* words of rows without colons; 0: none */
    bool one_line;          /* no line ends among the first words; set by columns.c */
    size_t list_at; /* offset of a site's list of other papers that ends the page; 0 */
    bool reordered; /* columns_order has moved words: they are not in the text's order */
    bool labels_above; /* rows_above has found them */
    struct sv status;  /* new status of a declassification sheet */
    struct strings codes, files, to, previous;
    struct sv original, from, subject, commission;
    struct date meeting, receipt;
    size_t subject_b, subject_e;
    size_t lead_b, lead_e; /* lines of the subject above its label; 0: none */
    uint32_t roles;        /* labels seen, bits */
    uint8_t pending[PENDING_MAX];
    size_t npending;
};

/* Adds s if it is not null, not there yet, and the list is no flood. */
void header_add(struct header *h, struct strings *list, struct sv s);

/* columns.c — labels that stand above place and number: the words are put in the order
 * that was printed. False where they are. */
bool columns_order(struct header *h);
/* scanned_phrases.c — gives labels and places that a scanner or a converter spoiled their
 * phrases. */
void scanned_phrases(struct header *h);

/* header_number.c — block: the paper has a header. */
void header_number(struct header *h, bool block);

/* site_title.c — the number, with day, codes and files, that a site's title line kept
 * where the page lost its own; false where there is none. And behind the whole header:
 * the day, place and files that the page lost. */
bool title_number(struct header *h);
void title_fill(struct header *h);

/* masthead.c — reads elements from word i up to `limit`, a label, or running text;
 * returns the word behind the last element. */
size_t masthead_read(struct header *h, size_t i, size_t limit);
/* Takes the one element at word i that the header still lacks; 0 if none is there. */
size_t masthead_take(struct header *h, size_t i);
/* Behind the label of an interinstitutional file at word i, or 0. */
size_t masthead_file_label(const struct header *h, size_t i);
/* A subject code at word i: its end, or 0. bare: also without a number. */
size_t masthead_code(const struct header *h, size_t i, bool bare);

/* The last word where "Council meeting" may stand behind the number of a session at word
 * i: `near` words on, or behind the configuration, "3208th COMPETITIVENESS (Internal
 * Market, Industry, Research and Space) Council meeting". */
size_t masthead_session_reach(const struct zone *z, size_t i, size_t near);

/* Word i stands in brackets: "(EU doc no: 7102/2/14, pdf)", "(doc. 18302/11)". */
bool masthead_in_brackets(const struct zone *z, size_t i);

/* masthead_type.c — the type at word i: its end, or 0. */
enum { MASTHEAD_TYPE_WORDS = 10 };
size_t masthead_type(struct header *h, size_t i);
/* Each WK bears "WORKING PAPER" and whom it is for above what it is. */
bool masthead_of_wk(const struct header *h);
/* Capitals between the last element and the first label, or the first value, at word i
 * are the type, known or not. */
void masthead_type_before(struct header *h, size_t i);
/* All words of [b, e) are capitals; *scanned: a digit stands in one of them. */
bool masthead_capitals(const struct zone *z, size_t b, size_t e, bool *scanned);

/* masthead_date.c — "Brussels, 3 May 2016" at word i, the same with a place that no table
 * knows, and a day alone: each takes what it finds and returns its end, or 0. */
size_t masthead_place(struct header *h, size_t i);
size_t masthead_other_place(struct header *h, size_t i);
size_t masthead_date(struct header *h, size_t i);
/* Behind the whole header: the day that a press release lost with its place, and what the
 * pages tell of days that lost their dash. */
void masthead_settle_dates(struct header *h);

/* press_head.c — the head of a press release outside the register: true where it is one.
 * And the number below the type of one whose masthead was read. */
bool press_head(struct header *h);
void press_head_number(struct header *h);

/* summit_head.c — a page without a header that the title of a summit's conclusions
 * begins.
 */
void summit_head(struct header *h);

/* footer.c — a footer of the page at word i: its end, or 0; *p is its number. */
size_t footer_at(const struct header *h, size_t i, struct paper *p);
/* Footers that lost all but the number and the page. */
bool footer_of_pages(const struct header *h, struct paper *out);

/* rows_label.c — a label with its colon at word i: its role and the word behind; -1 if
 * none. */
int rows_label(const struct header *h, size_t i, size_t *end);

/* rows_bare.c — finds the rows without colons; the word behind such a label at word i, or
 * 0. */
void rows_find_bare(struct header *h);
size_t rows_bare(const struct header *h, size_t i);

/* rows.c */
/* Reads labels and values from word i on, where a label stands; returns the end. */
size_t rows_read(struct header *h, size_t i);

/* A row of that role is announced; all that wait take their values from words [i, limit),
 * with last_area only what is not yet running text. The word behind. */
void rows_wait(struct header *h, int role);
/* What a row of that role is in this paper, its value at word `end`. */
int rows_role(const struct header *h, int role, size_t end);
size_t rows_assign(struct header *h, size_t i, size_t limit, bool last_area);

/* rows_centred.c — where the subject begins above its label, in the value of the row
 * before, which begins at word b; `label` where it does not. */
size_t rows_centred(const struct header *h, int role, size_t b, size_t label,
                    size_t value);

/* rows_before.c */
/* The labels that follow one another from word i on, the last of them with the text
 * behind it: their number, or 0; *end is the word behind. */
size_t rows_labels_only(const struct header *h, size_t i, size_t *end);
/* The word where the labels begin whose values stand before them, from
 * word i on; 0 if there are none. The second reads them and returns the end. */
size_t rows_before(const struct header *h, size_t i);
size_t rows_read_before(struct header *h, size_t i, size_t labels);
/* "from: to: Subject:" above "Brussels, 22 November 2010", their values behind the type:
 * the word behind such labels, or 0; *labels: where they begin. */
size_t rows_above(const struct header *h, size_t *labels);
size_t rows_read_above(struct header *h, size_t i, size_t labels);
/* Rows whose last labels stand behind the subject, from the first label at word i on; the
 * end, 0 if they are none such. */
size_t rows_read_late(struct header *h, size_t i);

/* A row of that role was announced and has no value yet. */
bool rows_waits(const struct header *h, int role);
/* The value of a row that waits begins at word i, by its form; codes that a torn table
 * left among the values. */
bool rows_form_begins(const struct header *h, size_t i);
bool rows_codes_begin(const struct header *h, size_t i);

/* row_papers.c — what such a row takes of words [i, limit); the word behind. */
size_t rows_previous(struct header *h, size_t i, size_t limit);
size_t rows_commission(struct header *h, size_t i, size_t limit);
/* "D045714/02", a draft of a committee's act, at word i: its end, or 0. */
size_t rows_comitology(const struct zone *z, size_t i);

/* names.c — all of them look at words [i, limit). */
/* The end of a name in a run that holds further values. */
size_t names_end(const struct header *h, size_t i, size_t limit, bool more_names);
/* A longer name holds word i: "… der Europäischen / Kommission". */
bool names_inside(const struct header *h, size_t i);
/* Adds the names in [b, e) to the addressees. */
void names_split(struct header *h, size_t b, size_t e);
/* The end of a second addressee at word i, or i. */
size_t names_second(const struct header *h, size_t i, size_t limit);
/* The word "to" inside a sender whose label lost its colon, or e. */
size_t names_to_inside(const struct header *h, size_t b, size_t e);

/* subject.c */
size_t subject_end(const struct header *h, size_t b);
/* The stop at word i ends a sentence, not an abbreviation. */
bool subject_sentence_end(const struct zone *z, size_t i);
/* A small word that no sentence or name ends with ("of", "and", "the"). */
bool subject_connector(const struct header *h, size_t i);

/* subject_meeting.c — behind the whole header. */
void subject_meeting(struct header *h);

/* marking.c */
/* A marking printed at word i: its end, or 0. */
size_t marking_at(const struct zone *z, size_t i, struct marking *m);
struct sv marking_text(const struct marking *m);
/* A classification repeated on the pages of the text, null if none. */
struct sv marking_of_pages(const struct scan *s);
/* The stamp PUBLIC aslant over the page, and on top of one whose header is lost. */
bool stamp_in_pieces(const struct header *h);
bool stamp_on_top(const struct header *h);
/* The footers of the paper with that number say LIMITE. */
bool marking_of_footers(const struct scan *s, struct sv number);

/* language.c — index into the book's languages, or -1. */
int language_of(const struct zone *z, size_t b, size_t e);

#endif
