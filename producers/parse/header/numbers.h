/* numbers — the numbers of Council papers and files as a header prints them, and their
 * ids.
 *
 * Owns:    results live in the arena.
 * Units:   indices of words of a zone.
 * Errors:  none: what does not read as a number is not found.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_NUMBERS_H
#define COUNCILWIRE_PARSE_NUMBERS_H

#include "zone.h"

enum { SUFFIXES_MAX = 4, GAP_LINES = 4 };

struct suffix {
    const char *kind; /* "REV", "ADD", "COR", "DCL", "EXT"; "INIT" has n 0 */
    int n;
};

struct paper {
    const char *series; /* "ST", "CM", "PE", … */
    long number;
    int revision; /* of the slash form; 0: none */
    int year;     /* four digits */
    struct suffix suffix[SUFFIXES_MAX];
    size_t nsuffix;
    bool prefixed;     /* the series is printed */
    size_t end;        /* index of the word behind */
    struct sv printed; /* blanks folded */
};

/* A number that begins at word i: "15584/1/12 REV 1", "CM 5133/19", "WK 3735/2026 ADD 1".
 */
bool paper_at(const struct zone *z, size_t i, struct paper *out, struct arena *a);
/* The same where a label announces a number, which may then be short: "295/03". */
bool paper_behind_label(const struct zone *z, size_t i, struct paper *out,
                        struct arena *a);
/* The same in a row that names papers, also "ST 8560 2016 INIT". */
bool paper_in_row(const struct zone *z, size_t i, struct paper *out, struct arena *a);
/* "REV 1", "ADD 1 REV 2" at word i are added to the paper; true if there was one. */
bool paper_suffixes(const struct zone *z, size_t i, struct paper *p, struct arena *a);
bool paper_has(const struct paper *p, const char *kind);
struct sv paper_id(const struct paper *p, struct arena *a);
/* The id of the version before; null unless its last suffix is REV n. */
struct sv paper_revises(const struct paper *p, struct arena *a);

/* "2013/0091 (COD)" → 2013/0091(COD); sets *end. Null if none. */
struct sv file_at(const struct zone *z, size_t i, size_t *end, struct arena *a);
/* "COM(2013) 179 final" → COM:2013:0179:FIN; sets *end. Null if none. */
struct sv commission_at(const struct zone *z, size_t i, size_t *end, struct arena *a);

#endif
