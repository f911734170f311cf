/* term — what standard output is to the person who reads it: a terminal of so many
 * columns, with colour or without; and what is said to one who waits.
 *
 * Owns:    nothing.
 * Units:   columns; one code point takes one.
 * Errors:  none: what can not be told is no terminal.
 * Threads: one; reads the environment.
 */
#ifndef COUNCILWIRE_TERM_H
#define COUNCILWIRE_TERM_H

#include "buf.h"

/* A terminal, and neither NO_COLOR nor TERM=dumb. */
bool term_colour(void);
/* 0: no terminal; what is printed is for a program, and stays on its line. */
size_t term_columns(void);
/* Breaks lines that are longer than `columns` between words; what follows stands under
 * the text of its line: behind its first gap of two blanks, else behind its indent.
 * Escape sequences take no column. A word that is longer than a line stays whole. */
void term_fold(struct buf *out, struct sv text, size_t columns);
/* Writes the text to standard output, with `fold` folded where that is a terminal (not
 * what a program may read): 0, -1. */
NODISCARD int term_print(struct sv text, bool fold);

/* For a person who waits: one line on standard error, "the index has not answered yet…",
 * and how long it is waited for at most. */
void term_late(const char *whom, int64_t left_ms);

#endif
