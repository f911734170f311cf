/* knowledge — what Councilwire knows about the Council: plain tables, read at start.
 *
 * To add an entry: one line in the table's file; cells left out at the end are empty. To
 * add a table: its file, and one line in `tables` of knowledge.c: its name, its columns
 * in the order in which your code reads row.cell, and whether its column `pattern` is
 * scanned for. To add a column: name it in that line and in the file (KNOWLEDGE_COLUMNS
 * bounds their number). A file that names other columns than its table's is refused, so
 * change both in one commit. A scanned table has the columns `pattern` and, where wanted,
 * `case` (`fold`: letters in any case). Placeholders are lines of placeholders.tsv;
 * several lines of one name are alternatives.
 *
 * Every table is producers/parse/knowledge/NAME.tsv: comment lines begin with #, the
 * first other line names the columns (tab-separated), each further line is an entry. The
 * files are embedded as they are; files of the same names in a folder (knowledge.d) add
 * lines. Tables with a column `pattern` whose registration says so are matched over the
 * whole text by one automaton; the other ones are read by the module that uses them.
 *
 * Owns:    everything it returns; borrowed until knowledge_free.
 * Errors:  BAD_INPUT naming file, line and reason.
 * Threads: immutable after knowledge_open; may be shared.
 */
#ifndef COUNCILWIRE_KNOWLEDGE_H
#define COUNCILWIRE_KNOWLEDGE_H

#include "lib/match.h"

struct knowledge;
struct phrases;
struct decide_book;

enum { KNOWLEDGE_COLUMNS = 8 };

struct knowledge_row {
    struct sv
        cell[KNOWLEDGE_COLUMNS]; /* in the order of the table's columns; empty = "" */
    const char *file;            /* for messages and `explain` */
    uint32_t line;
};

struct knowledge_table {
    const char *name; /* "bodies" */
    struct sv column[KNOWLEDGE_COLUMNS];
    size_t columns;
    const struct knowledge_row *row;
    size_t rows;
};

/* dir: folder with further lines, or NULL. One that is not there is an
 * error: who names it means it. */
NODISCARD int knowledge_open(const char *dir, struct knowledge **out, struct err *err);
void knowledge_free(struct knowledge **k);

/* NULL when no such table is registered. */
const struct knowledge_table *knowledge_table(const struct knowledge *k,
                                              const char *name);
/* Index of a column, or -1. */
int knowledge_column(const struct knowledge_table *t, const char *name);

/* The automaton over all scanned tables (bodies, formulas, citations, …); a hit's id is
 * KNOWLEDGE_ID(table index, row index). Patterns may use {body}. */
const struct matcher *knowledge_matcher(const struct knowledge *k);
/* The phrases of headers (phrases.h), from the tables that are not scanned. */
const struct phrases *knowledge_phrases(const struct knowledge *k);
/* What decisions know of the rows (decide_book.h); NULL where tables are missing. */
const struct decide_book *knowledge_decide_book(const struct knowledge *k);
/* May one of actions.tsv begin with these two bytes? */
bool knowledge_action_begins(const struct knowledge *k, const char *p);
/* The next row of it from `from` on that may; SIZE_MAX when there is none. */
size_t knowledge_action_row(const struct knowledge *k, const char *p, size_t from);
#define KNOWLEDGE_ID_TABLE(id) ((id) >> 24)
#define KNOWLEDGE_ID_ROW(id)   ((id)&0xffffffu)
#define KNOWLEDGE_ID(t, r)     ((uint32_t)(t) << 24 | (uint32_t)(r))
const struct knowledge_table *knowledge_table_at(const struct knowledge *k, size_t index);
size_t knowledge_table_count(const struct knowledge *k);

/* Lower-case hex SHA-256 over the version of the code and all lines read: the rules
 * version that every ce_id contains and every document event names. */
struct sv knowledge_rules(const struct knowledge *k);

#endif
