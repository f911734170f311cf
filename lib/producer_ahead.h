/* producer_ahead — documents that the source has given and that threads read (normalise,
 * hash, parse) while the loop is busy with those before them.
 *
 * What was put first comes out first. A document that no thread has begun is read by the
 * loop itself: so one that comes alone waits for nobody, and where there is one processor
 * there is no thread.
 *
 * Owns:    AHEAD_DOCS places with their arenas; the threads.
 * Units:   bytes, microseconds.
 * Errors:  those of reading a document stand in its place, for who takes it.
 * Threads: all functions are called in the loop's.
 * Flow:    no place is given beyond AHEAD_DOCS documents, or once those in it have more
 *          than AHEAD_BYTES: of large ones there is one at a time.
 */
#ifndef COUNCILWIRE_PRODUCER_AHEAD_H
#define COUNCILWIRE_PRODUCER_AHEAD_H

#include "doc.h"
#include "producer_main.h"

enum { AHEAD_DOCS = 6, AHEAD_BYTES = 1024 * 1024 };

struct ahead_doc {
    struct doc doc;
    uint64_t serial;    /* of its entry in the window */
    struct arena bytes; /* the source's: original and text */
    struct arena own;   /* the parser's */
    struct parsed *parsed;
    int rc; /* of reading: 0, or -1 with err */
    struct err err;
    int64_t convert_us, parse_us; /* how long it took */
    enum { AHEAD_FREE, AHEAD_WAITS, AHEAD_READING, AHEAD_READ } state;
};

struct ahead;

struct ahead *ahead_new(void);
void ahead_free(struct ahead **a); /* waits for what is being read */
/* From now on documents can be read; makes the threads. `knowledge` outlives them. */
void ahead_start(struct ahead *a, const struct producer_parser *parser,
                 const void *knowledge);

size_t ahead_docs(const struct ahead *a);
/* A free place, empty, or NULL: to be filled by the source and given to ahead_put. */
struct ahead_doc *ahead_place(struct ahead *a);
void ahead_put(struct ahead *a, struct ahead_doc *d);
/* The first one, read; NULL: none. It stays the first until ahead_drop. */
struct ahead_doc *ahead_first(struct ahead *a);
void ahead_drop(struct ahead *a); /* the first one, which was read */
/* Those that nobody has begun to read are not read any more: they come out TEMPORARY. */
void ahead_skip(struct ahead *a);

/* A single document, in the caller's thread: for what is not of the source. */
void ahead_doc_init(struct ahead_doc *d);
void ahead_doc_reset(struct ahead_doc *d);
void ahead_doc_free(struct ahead_doc *d);
void ahead_doc_read(struct ahead_doc *d, const struct producer_parser *parser,
                    const void *knowledge);
/* What a document may need besides its bytes and its text: for the parser, and again for
 * its events. */
size_t ahead_share(const struct doc *d);

#endif
