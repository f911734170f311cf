/* scanned — words and numbers as a scanner or a converter spoils them: digits for letters
 * ("Apri1"), letters for digits ("2O18"), a letter lost ("Brussls").
 *
 * What is found here is a guess by likeness. It is asked for only where the words around
 * say what must stand there, and the words as they are make no sense.
 *
 * Owns:    nothing.
 * Units:   indices of words of a zone.
 * Threads: any.
 * Cost:    scanned_phrase compares with every phrase of the kind.
 */
#ifndef COUNCILWIRE_PARSE_SCANNED_H
#define COUNCILWIRE_PARSE_SCANNED_H

#include "zone.h"

enum { SCANNED_LETTERS_MAX = 24 };

struct scanned_word {
    uint16_t letter[SCANNED_LETTERS_MAX];
    size_t n;
    size_t end; /* the word behind */
};

/* The letters of what is glued to word i, digits among them as the letters that they look
 * like. False: it holds no word of letters. */
bool scanned_word(const struct zone *z, size_t i, struct scanned_word *out);
/* The phrase of that kind that the word most likely was (lang: -1 for any), or NULL. */
const struct phrase *scanned_phrase(const struct zone *z, const struct scanned_word *w,
                                    enum phrase_kind kind, int lang);
/* "2O18", "l8" before a word, "l3777/18", "(20l6)": writes the digits of a number that p
 * begins with, some of them read as letters, and returns how many there are, or 0. What
 * is looked at lies in [b, e). */
size_t scanned_number(const char *b, const char *p, const char *e, char digit[5]);

#endif
