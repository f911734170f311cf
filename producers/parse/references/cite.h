/* cite — what the citation scanners share: the text, the tokens, and where a citation
 * goes.
 *
 * references.c walks over the tokens of citations.tsv and hands each to the scanner of
 * its form. A scanner reads around its token (never further than a fixed number of
 * bytes), and either cites, or leaves the token alone.
 *
 * Owns:    ids are built in the caller's frame; the store copies what is new.
 * Units:   offsets in bytes of the text.
 * Threads: one citer per scan.
 */
#ifndef COUNCILWIRE_PARSE_CITE_H
#define COUNCILWIRE_PARSE_CITE_H

#include "producers/parse/text/ascii.h"
#include "producers/parse/text/scan.h"

enum cite_kind {
    CITE_PAPER,
    CITE_ACT,
    CITE_COMMISSION,
    CITE_FILE,
    CITE_GAZETTE,
    CITE_JUDGMENT,
    CITE_TREATY
};

enum cite_form {
    FORM_NONE, /* a token of another table */
    FORM_NUMBER,
    FORM_SERIES,
    FORM_LINK,
    FORM_COMMISSION,
    FORM_FILE,
    FORM_ADDRESS,
    FORM_ACT,
    FORM_GAZETTE,
    FORM_JUDGMENT,
    FORM_ARTICLE,
    FORM_TREATY,
    FORM_PARTICULAR /* "in particular": leads from a treaty to its articles */
};

enum { CITE_ID_MAX = 96, CITE_GROUPS_MAX = 6, CITE_SENTENCE_BYTES = 240 };

struct cite_store; /* references.c */

struct citer {
    const struct scan *s;
    const char *t; /* the text */
    size_t n;      /* its length */
    const struct knowledge_table *table;
    uint32_t table_index;
    size_t end;      /* everything before it is cited already */
    size_t not_end;  /* of the last number that is no paper's; 0: none */
    uint32_t newest; /* year that no cited paper is younger than; 0: not known */
    struct {
        size_t end;      /* of the last act cited; 0: none */
        char descriptor; /* of CELEX */
        bool bare;       /* printed without /EU and the like behind the number */
    } act;
    struct {
        size_t end; /* of the last articles cited whose treaty stands in front; 0: none */
        struct sv treaty;
        uint32_t row;
    } behind;
    size_t articles_read; /* tokens whose lists of articles have no treaty */
    struct cite_store *store;
};

/* One citation; `b` to `e` is what it looks like in the text. */
struct cite {
    enum cite_kind kind;
    char id[CITE_ID_MAX];
    size_t b, e;
    struct sv marking;
    uint32_t row; /* of citations.tsv */
};

void cite_add(struct citer *c, const struct cite *found);

enum cite_form cite_form(const struct citer *c, size_t token);
enum cite_form cite_row_form(const struct citer *c, uint32_t row);
struct sv cite_value(const struct citer *c, size_t token);
static inline uint32_t cite_row(const struct citer *c, size_t token)
{
    return KNOWLEDGE_ID_ROW(c->s->token[token].id);
}

/* The scanners: each takes a token index of its form. */
void cite_number(struct citer *c, size_t token);
void cite_series(struct citer *c, size_t token);
void cite_link(struct citer *c, size_t token);
void cite_commission(struct citer *c, size_t token);
void cite_file(struct citer *c, size_t token);
void cite_act(struct citer *c, size_t token);
void cite_address(struct citer *c, size_t token);
void cite_gazette(struct citer *c, size_t token);
void cite_judgment(struct citer *c, size_t token);
void cite_article(struct citer *c, size_t token);
/* A number that belongs to an act (the digits begin at `digits`); false when it does not.
 */
bool cite_act_number(struct citer *c, size_t token, size_t digits);

/* cite_marking.c — the marking printed at *at, also in brackets, which moves behind it;
 * null if none. */
struct sv cite_marking(const struct citer *c, size_t *at);

/* cite_foreign.c — a number without a series in bytes [b, e) is a telephone number, an
 * amount, the tail of a longer name or, unless a word names a paper, an application. */
bool cite_is_other(const struct citer *c, size_t b, size_t e, bool named);
/* "+ COR 1" behind a number: only a paper has versions. */
bool cite_has_version(const struct citer *c, size_t e);
/* The same, or a law, a case or another number that citations.tsv knows as none of ours.
 */
bool cite_is_foreign(const struct scan *s, size_t b, size_t e);

struct sv cite_url(struct arena *a, enum cite_kind kind, const char *id);

/* Small readers. */

/* A letter, or the first byte of one; with 0xe2 begin dashes, quotes and other signs. */
static inline bool is_letter(char c)
{
    return is_upper(c) || is_lower(c) ||
           ((unsigned char)c >= 0xc3 && (unsigned char)c != 0xe2);
}

/* The digits at *at; their count, and their value (at most 9 digits). */
size_t cite_digits(const struct citer *c, size_t *at, uint32_t *value);
/* Behind blanks (spaces, tabs, no-break spaces, Markdown emphasis) and at most `lines`
 * line ends. */
size_t cite_skip_blanks(const struct citer *c, size_t at, int lines);
/* In front of blanks and at most one line end, looking back from `at`. */
size_t cite_back_blanks(const struct citer *c, size_t at);
/* 99 is 1999, 17 is 2017; a four-digit year stays. */
uint32_t cite_year(uint32_t year, size_t digits);

#endif
