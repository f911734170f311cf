/* utf8 — strict reading of UTF-8, one code point at a time, and the fast skip over clean
 * ASCII.
 *
 * Owns:    nothing.
 * Units:   bytes; code points.
 * Errors:  a malformed sequence is told by its length, that of its maximal subpart
 * (Unicode standard, section 3.9, table 3-7 and "U+FFFD substitution of maximal
 * subparts"). Threads: any.
 */
#ifndef COUNCILWIRE_UTF8_H
#define COUNCILWIRE_UTF8_H

#include "buf.h"

struct utf8_char {
    uint32_t cp; /* valid only if ok */
    uint8_t len; /* bytes taken, >= 1 */
    bool ok;
};

/* At least one byte must be there: p < e. */
struct utf8_char utf8_next(const char *p, const char *e);
/* First byte at or behind p that is not printable ASCII, TAB, LF, FF or DEL. */
const char *utf8_skip_plain(const char *p, const char *e);
void utf8_add(struct buf *b, uint32_t cp);
/* The code point that Windows-1252 gives a byte >= 0x80; 0 for the five it leaves open.
 */
uint32_t utf8_from_cp1252(unsigned char c);
/* Windows-1252 to UTF-8; a byte that it leaves open: U+FFFD. */
void utf8_add_cp1252(struct buf *b, struct sv bytes);
/* UTF-16 to UTF-8; a half of a pair, or a last odd byte: U+FFFD. */
void utf8_add_utf16(struct buf *b, struct sv bytes, bool big_endian);

#endif
