/* cite_groups — what a paper's number is followed by: REV 1, ADD 2, COR 1, EXT 1, DCL 1.
 *
 * Owns:    nothing; names are constants.
 * Units:   offsets in bytes of the text; 0 where nothing is read.
 * Errors:  none: what does not read as a version is not found.
 * Threads: as of cite.h.
 */
#ifndef COUNCILWIRE_PARSE_CITE_GROUPS_H
#define COUNCILWIRE_PARSE_CITE_GROUPS_H

#include "cite.h"

struct cite_group { /* REV 1, ADD 2, … */
    const char *name;
    uint32_t number;
};

struct cite_groups {
    struct cite_group v[CITE_GROUPS_MAX];
    size_t n;
};

/* 'REV', 'Rev.', 'rev' or their plurals at `at`; NULL, or the name, *end behind it. */
const char *cite_group_word(const struct citer *c, size_t at, size_t *end, bool *many);
/* "REV 1" at `at`, its number within two digits, a further one or nothing glued behind;
 * 0, or its end. */
size_t cite_group(const struct citer *c, size_t at, struct cite_group *g, bool *many);
bool cite_group_at(const struct citer *c, size_t at);
/* Adds the groups right behind the number: "REV 1 ADD 2", "(REV 1)", "/REV 1", " - REV
 * 1". Returns their end, or `at`. */
size_t cite_suffix(const struct citer *c, size_t at, struct cite_groups *g, bool *many);
/* The name that "re", "ad", … of a file name stands for; NULL: none. */
const char *cite_group_short(struct sv s);

#endif
