/* undecoded — what another format wrote around or instead of a sign, left in the text by
 * whoever took it out of a page, a Markdown file or a letter: entities (&nbsp; &#8217;),
 * backslashes in front of punctuation, "> " in front of each line, =E2=80=99 of a letter
 * in transit, UTF-8 that was read as Windows-1252.
 *
 * Each kind is looked for in the whole text first: one that would be rash to undo at a
 * single place (a line that begins with >, a word with =20 in it) has to occur often.
 *
 * Owns:    nothing.
 * Units:   bytes.
 * Errors:  none; what is no whole sign of its kind stays as it is.
 * Threads: any.
 * Source:  HTML 4 entities; RFC 2045 section 6.7; CommonMark 2.4; Windows-1252.
 */
#ifndef COUNCILWIRE_PARSE_UNDECODED_H
#define COUNCILWIRE_PARSE_UNDECODED_H

#include "lib/sv.h"

enum undecoded_kind {
    UNDECODED_ENTITY = 1,
    UNDECODED_ESCAPE = 2,    /* \. at a line's beginning, \ at its end */
    UNDECODED_QUOTE = 4,     /* > in front of lines */
    UNDECODED_PRINTABLE = 8, /* quoted-printable */
    UNDECODED_TWICE = 16,    /* UTF-8 as Windows-1252 */
    UNDECODED_TAG = 32       /* words and numbers with <strong> in them: what a site's
                                search marked */
};

enum { SIGN_MAX = 4 };

/* One sign of the text: how long it is, and what is written for it, which is never
 * longer; length 0: it is read as it is. */
struct sign {
    size_t length, written;
    char text[SIGN_MAX];
};

/* Which kinds the text holds. */
unsigned undecoded_kinds(struct sv text);
/* The sign at p, which is in text. */
struct sign undecoded_sign(unsigned kinds, struct sv text, const char *p);

#endif
