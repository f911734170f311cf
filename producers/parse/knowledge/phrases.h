/* phrases — the words that headers are made of, from the tables, found by one walk a
 * place.
 *
 * Labels, types, months, institutions and the like are folded (case, accents, blanks,
 * stops and quotes do not count; Greek and Cyrillic letters that look like Latin ones are
 * those) and kept in one tree of letters. So "PRESSRELEASE", "P R E S S RELEASE" and
 * "Press\nrelease" are one phrase, and a lost letter (U+FFFD) fits any.
 *
 * Owns:    itself; rows are the knowledge's. Built by knowledge_open, freed with it.
 * Units:   folded letters (uint16_t).
 * Errors:  BAD_INPUT naming file and line: a role or language that is not known.
 * Threads: immutable.
 */
#ifndef COUNCILWIRE_PARSE_PHRASES_H
#define COUNCILWIRE_PARSE_PHRASES_H

#include "knowledge.h"
#include "producers/parse/text/block.h"

enum phrase_kind {
    PHRASE_LABEL,
    PHRASE_TYPE,
    PHRASE_MONTH,
    PHRASE_DATEWORD,
    PHRASE_INSTITUTION,
    PHRASE_PLACE,
    PHRASE_MARKING,
    PHRASE_CODE,
    PHRASE_ADDRESSEE,
    PHRASE_OPENING,
    PHRASE_FURNITURE,
    PHRASE_MEETING,
    PHRASE_STOPWORD,
    PHRASE_KINDS
};

enum label_role {
    LABEL_FROM,
    LABEL_TO,
    LABEL_SUBJECT,
    LABEL_ON,
    LABEL_PREV,
    LABEL_CION,
    LABEL_RECEIPT,
    LABEL_FILE,
    LABEL_CONTACT,
    LABEL_PHONE,
    LABEL_DATE,
    LABEL_TIME,
    LABEL_VENUE,
    LABEL_DCL_DOCUMENT,
    LABEL_DCL_DATED,
    LABEL_DCL_STATUS,
    LABEL_ENCL,
    LABEL_REFERENCE,
    LABEL_ROLES
};
/* The group of a type: the records, agendas and press types give the meeting's day too.
 */
enum type_role {
    TYPE_OTHER,
    TYPE_COMMUNICATION,
    TYPE_DECLASSIFICATION,
    TYPE_RECORD,
    TYPE_OUTCOME,
    TYPE_AGENDA,
    TYPE_PRESS,
    TYPE_COVER,
    TYPE_SUMMIT /* conclusions of the European Council by its presidency */
};
enum dateword_role { DATEWORD_FILLER, DATEWORD_JOIN, DATEWORD_ORDINAL };
enum institution_role {
    INSTITUTION_COUNCIL,
    INSTITUTION_EUROPEAN_COUNCIL,
    INSTITUTION_CONVENTION,
    INSTITUTION_UNION,
    INSTITUTION_OTHER,
    INSTITUTION_SECRETARIAT
};
enum stopword_role { STOPWORD_SMALL, STOPWORD_NAME }; /* a name joins nothing */
enum code_role { CODE_KNOWN, CODE_NEVER };
enum addressee_role { ADDRESSEE_CLOSED, ADDRESSEE_OPEN };
enum opening_role {
    OPENING_STRONG,
    OPENING_WEAK,
    OPENING_SUBJECT,
    OPENING_START,
    OPENING_TITLE,
    OPENING_LETTER,
    OPENING_VERB
};
enum furniture_role { FURNITURE_BEFORE, FURNITURE_SKIP, FURNITURE_LIST };
enum meeting_role {
    MEETING_PRESIDENT,
    MEETING_SESSION,
    MEETING_WORD,
    MEETING_DEADLINE,
    MEETING_STATEMENT,
    MEETING_BODY
};

enum { LANGUAGES_MAX = 32, FOLD_TABLE = 0x600, FOLD_ANY = 1, FOLD_OTHER = 2 };
enum { PHRASE_BEGINS = 1 << 15 }; /* three letters of five bits */

struct phrase {
    uint8_t kind, role;
    int8_t lang;                     /* index into languages.tsv, or -1 */
    uint32_t langs;                  /* PHRASE_STOPWORD: bits */
    uint32_t next;                   /* of the same words, 1-based; 0 ends. While the tree
                                        grows */
    const struct knowledge_row *row; /* NULL for stop words */
};

/* What a step needs, in eight bytes: a walk is as fast as the nodes are near. Which ASCII
 * letters and digits go on (PHRASE_SIGNS bits), whether a phrase ends here, and the first
 * of the nodes behind (0: none): those of the letters stand in their order, the others
 * behind them. */
enum { PHRASE_SIGNS = 36, PHRASE_NODES_MAX = 1 << (64 - PHRASE_SIGNS - 1) };
struct phrase_node {
    uint64_t signs_end_child;
};

/* How a node is reached. */
struct phrase_link {
    uint32_t sibling; /* 0: the last child */
    uint16_t letter;
};

/* What ends at a node: by_node[first, first + n), and their kinds (bit enum phrase_kind).
 * So a walk that meets it need not go to each. */
struct phrase_end {
    uint32_t first;
    uint16_t n, kinds;
};

struct phrase_made; /* a node while the tree grows */

struct phrases {
    struct phrase_node *node; /* 0 is the root */
    struct phrase_link *link; /* by node */
    struct phrase_end *end;   /* by node */
    struct phrase_made *made; /* NULL once the tree is whole */
    struct phrase *phrase;    /* phrase[i - 1], in the order of the tables */
    struct phrase *by_node;   /* the same in that of the nodes where they end */
    size_t nodes, nodes_cap, phrases, phrases_cap;
    struct {
        uint32_t b, e; /* in phrase: of this kind are some of them, elsewhere none */
    } of_kind[PHRASE_KINDS];
    uint32_t root[FOLD_TABLE];     /* child of the root by letter */
    uint32_t begin[PHRASE_BEGINS]; /* the node behind three ASCII letters: most words end
                                      there, in one step */
    uint16_t fold[FOLD_TABLE];     /* 0: no letter or digit */
    bool upper[FOLD_TABLE];
    struct sv lang[LANGUAGES_MAX];
    size_t langs;
};

NODISCARD int phrases_build(const struct knowledge *k, struct phrases **out,
                            struct err *err);
void phrases_free(struct phrases **p);

/* Folded letter or digit; 0 for what does not count. U+FFFD is FOLD_ANY. */
uint16_t phrases_fold_far(uint32_t cp);
bool phrases_upper_far(uint32_t cp);
static inline uint16_t phrases_fold(const struct phrases *p, uint32_t cp)
{
    return cp < FOLD_TABLE ? p->fold[cp] : phrases_fold_far(cp);
}
static inline bool phrases_upper(const struct phrases *p, uint32_t cp)
{
    return cp < FOLD_TABLE ? p->upper[cp] : phrases_upper_far(cp);
}
/* The bit of a folded ASCII letter or digit; 0 for others. */
static inline uint64_t phrases_bit(uint16_t letter)
{
    if (letter >= 'a' && letter <= 'z')
        return (uint64_t)1 << (letter - 'a');
    return letter >= '0' && letter <= '9' ? (uint64_t)1 << (letter - '0' + 26) : 0;
}

static inline uint64_t phrases_signs(const struct phrases *p, uint32_t node)
{
    return p->node[node].signs_end_child & (((uint64_t)1 << PHRASE_SIGNS) - 1);
}

static inline uint32_t phrases_child(const struct phrases *p, uint32_t node)
{
    return (uint32_t)(p->node[node].signs_end_child >> (PHRASE_SIGNS + 1));
}

/* The phrases that end at a node, or NULL. */
static inline const struct phrase_end *phrases_end(const struct phrases *p, uint32_t node)
{
    return p->node[node].signs_end_child >> PHRASE_SIGNS & 1 ? &p->end[node] : NULL;
}

/* The node behind `letter`, or 0. */
static inline uint32_t phrases_step(const struct phrases *p, uint32_t node,
                                    uint16_t letter)
{
    if (node == 0)
        return letter < FOLD_TABLE ? p->root[letter] : 0;
    uint64_t bit = phrases_bit(letter), signs = phrases_signs(p, node);
    uint32_t i = phrases_child(p, node);
    if (bit) {
        uint64_t before = signs & (bit - 1);
        return signs & bit ? i + (before ? block_count(before) : 0) : 0;
    }
    if (signs) {
        i += block_count(signs) - 1;
        i = p->link[i].sibling;
    }
    while (i && p->link[i].letter != letter)
        i = p->link[i].sibling;
    return i;
}

/* Where three letters that begin a phrase lead, in phrases.begin; PHRASE_BEGINS where one
 * of them is no ASCII letter. */
static inline uint32_t phrases_begin(const uint16_t letter[3])
{
    uint32_t a = (uint32_t)(letter[0] - 'a'), b = (uint32_t)(letter[1] - 'a'),
             c = (uint32_t)(letter[2] - 'a');
    return (a | b | c) < 32 ? a << 10 | b << 5 | c : PHRASE_BEGINS;
}

/* The phrase of one kind (and language, or any with lang < 0) that differs least from the
 * letters: by one in five at most, by one of three or four; "rn" also reads as "m", "ii"
 * as "u". */
const struct phrase *phrases_nearest(const struct phrases *p, enum phrase_kind kind,
                                     int lang, const uint16_t *letters, size_t n);
/* The label of that role and language that differs from a few letters by one. */
const struct phrase *phrases_nearest_label(const struct phrases *p, enum label_role role,
                                           int lang, const uint16_t *letters, size_t n);

#endif
