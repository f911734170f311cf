/* doc — a document as a source hands it in: its original bytes, its normalised text, its
 * origin.
 *
 * The text is the normalised text of DESIGN.md section 2: valid UTF-8 (U+FFFD per maximal
 * subpart), no BOM, LF line ends, no control characters but TAB, LF, FF, NFC.
 *
 * Owns:    all pointers are borrowed from the source's arena.
 * Units:   bytes.
 * Errors:  doc_normalise: BAD_INPUT empty, binary, too-large.
 * Threads: any.
 */
#ifndef COUNCILWIRE_DOC_H
#define COUNCILWIRE_DOC_H

#include "arena.h"
#include "err.h"

struct doc {
    uint64_t token;       /* the source's own cursor for this document */
    struct sv name;       /* as shown to people (file name, address); any bytes */
    struct sv uri;        /* where the original lies, or null */
    struct sv source;     /* ce_source, e.g. /councilwire/spool/NAME */
    struct sv original;   /* bytes as received */
    struct sv media_type; /* of the original, e.g. text/plain; null: to be found out */
    struct sv converted; /* text of an original that is no text (convert.h); null: none */
    int64_t seen_ms;     /* when the source saw it, ms since the epoch */
    /* A source that can not hand the document on at all (unreadable, not-a-file, …) says
     * so here; `original` is then empty and the skeleton makes the reject. */
    const char *reject_reason;
    struct sv reject_detail;
    bool had_before; /* the source had these bytes acknowledged: nothing is published
                        when the key holds this very text now */
    bool again; /* it offers all again, as it did before: a text that its key does not
                   hold any more stays what it was, an earlier version */

    /* set by doc_normalise; doc_text leaves the hashes empty. A source that knows the
     * hash of the original says so */
    char text_sha256[65], original_sha256[65];
    struct sv text;
    uint64_t repairs; /* bytes sequences replaced by U+FFFD */
};

NODISCARD int doc_normalise(struct doc *d, struct arena *a, struct err *err);
/* The same for who needs no hashes. */
NODISCARD int doc_text(struct doc *d, struct arena *a, struct err *err);
/* Only the text: used by tests, fuzzers and `parse --no-limit`. The result may be `raw`
 * itself when nothing had to change. */
struct sv doc_normal_text(struct sv raw, struct arena *a, uint64_t *repairs);

#endif
