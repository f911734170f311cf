/* nfc — Unicode normalisation form C, with a quick check that nearly all text passes.
 *
 * Owns:    nothing.
 * Units:   bytes of valid UTF-8.
 * Errors:  none.
 * Threads: any.
 * Cost:    linear; a run of more than NFC_RUN code points without a safe place between
 * them (no writing has one) is composed in pieces of that length. Source:  Unicode
 * Standard Annex 15; the data are libutf8proc's.
 */
#ifndef COUNCILWIRE_NFC_H
#define COUNCILWIRE_NFC_H

#include "buf.h"

enum { NFC_RUN = 4096 };

/* Never touched by composition and never composing with what stands before it. False may
 * still be safe: a quick check, not the property. */
static inline bool nfc_safe(uint32_t cp)
{
    return cp < 0x300 || (cp >= 0x388 && cp <= 0x482) || (cp >= 0x48A && cp <= 0x52F) ||
           (cp >= 0x1E00 && cp <= 0x1EFF) || (cp >= 0x2010 && cp <= 0x20CF) ||
           (cp >= 0x2190 && cp <= 0x2328) || (cp >= 0x2400 && cp <= 0x2ADB) ||
           (cp >= 0xE000 && cp <= 0xF8FF) || (cp >= 0xFFF9 && cp <= 0xFFFD);
}

/* Appends the NFC of s, which is valid UTF-8. */
void nfc_add(struct buf *out, struct sv s);

#endif
