/* decide_book — what decisions ask of the rows of formulas.tsv, bodies.tsv and months.tsv
 * again and again, read once when the tables are opened: forms, classes, months by their
 * first letter.
 *
 * Owns:    itself; built by knowledge_open, freed with it.
 * Units:   indices of tables, rows and columns.
 * Errors:  none; NULL where a table is not there.
 * Threads: immutable.
 */
#ifndef COUNCILWIRE_PARSE_DECIDE_BOOK_H
#define COUNCILWIRE_PARSE_DECIDE_BOOK_H

#include "producers/parse/knowledge/knowledge.h"

struct decide_book {
    size_t bodies, formulas;                    /* tables */
    size_t name, class_, lang, form, kind, act; /* columns */
    uint8_t *row_form, *row_actor;              /* enum form, enum actor_class by row */
    const struct knowledge_table *months;       /* NULL: none */
    uint16_t month_first[32]; /* by first letter: row + 1, and the next in month_next */
    uint16_t *month_next;
};

struct decide_book *decide_book_build(const struct knowledge *k);
void decide_book_free(struct decide_book **b);
/* 1 to 12; 0 for another word. */
int decide_book_month(const struct decide_book *b, struct sv word);

#endif
