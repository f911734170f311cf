/* boxes — a PDF's pages as words at places: what boxes.c (reading), boxes_rows.c (lines
 * of one height, paragraphs) and boxes_survey.c (what pages have in common) share.
 *
 * A document is read twice: the survey learns what repeats on its pages, how far lines
 * are apart and which words it uses; then the text is written.
 *
 * Owns:    pages are used again from page to page; a row borrows its page's lines.
 * Units:   points (1/72 inch), y grows downwards.
 * Threads: one.
 */
#ifndef COUNCILWIRE_BOXES_H
#define COUNCILWIRE_BOXES_H

#include "writer.h"

struct box {
    double x0, y0, x1, y1;
};

struct word {
    struct box at;
    size_t b, n; /* in struct page's text */
    int line;    /* poppler's line */
};

struct line {
    struct box at;
    size_t first, words; /* in page order */
    size_t chars;
    double height; /* of its tallest word */
};

struct page {
    double width;
    struct word *word;
    struct line *line;
    size_t words, lines, words_cap, lines_cap;
    struct buf text;
};

/* Lines of one height, sorted by x. */
struct row {
    struct line *line;
    size_t n;
    double x0, x1, y0, y1, height;
    double text_x; /* where the text behind a bullet or a number begins */
    bool bullet;
};

/* The row that was written last, of whatever page: what its next one is held against. */
struct tail {
    bool valid, same_side; /* same_side: nothing but the usual distance lies between */
    bool note;             /* its paragraph is a footnote */
    struct row row;        /* without its lines */
    double right;          /* how far the lines of its side reach */
    struct buf word;       /* its last word */
};

/* What a document's pages have in common. */
struct counts {
    uint64_t *key; /* 0: free */
    uint32_t *count;
    size_t n, cap;
};

struct survey {
    struct counts edges; /* rows at the edges of pages, by text and height */
    struct counts vocabulary;
    struct counts sizes; /* of type, in tenths of a point, weighed by letters */
    double *pitch;       /* distances of lines that go on */
    size_t pitches;
    uint64_t (*broken)[2]; /* words broken at a line's end: joined, with the hyphen */
    size_t nbroken;
    /* by survey_end */
    double usual_pitch, usual_size; /* 0: unknown */
    bool hyphenates;                /* words are broken by hyphens that are not theirs */
};

enum { EDGE_TOP = 4, EDGE_BOTTOM = 5 };

/* boxes_rows.c */
struct sv boxes_text_of(const struct page *p, const struct word *w);
/* Sorts v by place; rows has room for n. */
size_t boxes_make_rows(const struct page *p, struct line *v, size_t n, struct row *rows);
double boxes_right(const struct line *v, size_t n);
/* Was there no room for b's first word behind a, and does b begin where a's text does? */
bool boxes_goes_on(const struct page *p, const struct row *a, const struct row *b,
                   double right);
/* The row's number, where it begins with a footnote's mark; 0. */
unsigned boxes_note_number(const struct page *p, const struct row *r);
void boxes_write_row(const struct page *p, const struct row *r, struct writer *w,
                     bool glue);
struct sv boxes_last_word(const struct page *p, const struct row *r);
bool boxes_starts_small(const struct page *p, const struct row *r);

/* boxes_survey.c */
void survey_page(struct survey *s, const struct page *p, const struct row *rows, size_t n,
                 double right);
void survey_end(struct survey *s);
/* Does the row stand at the same place of other pages, but for its digits? */
bool survey_repeats(const struct survey *s, const struct page *p, const struct row *r,
                    uint64_t *key);
/* A word in two halves, the first with a hyphen at its end: is the hyphen the line's? */
bool survey_joins(const struct survey *s, struct sv first, struct sv second);
void survey_free(struct survey *s);

uint32_t counts_add(struct counts *c, uint64_t key, uint32_t by); /* the new count */
uint32_t counts_of(const struct counts *c, uint64_t key);
void counts_free(struct counts *c);

#endif
