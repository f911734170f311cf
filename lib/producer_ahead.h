/* producer_ahead — documents that the source has given and that threads read (normalise,
 * hash, parse) while the loop is busy with those before them.
 *
 * What was put first comes out first, but one whose converter (a child process) takes
 * long is passed by AHEAD_PATIENCE_MS after it was put, or at once where all converters
 * are busy with such as are passed by, and comes out when it is read. A converter that
 * had AHEAD_OWN_CPU_MS gives way where another document had none yet, and begins anew
 * later; so it does a second time after AHEAD_LONG_CPU_MS. Then it stays, but one
 * converter is kept for others. What is lost so is bounded: AHEAD_LOST_MS of
 * processor time, and a tenth (AHEAD_LOST_PART) of what converters took that were not
 * ended. A text that no thread
 * has begun is read by the loop itself: so one that comes alone waits for nobody, and
 * where there is one processor no thread reads texts. Converters are run by threads only,
 * two at least: the loop never waits longer than its patience for one.
 *
 * Owns:    AHEAD_PLACES places with their arenas; the threads.
 * Units:   bytes, milliseconds, microseconds.
 * Errors:  those of reading a document stand in its place, for who takes it.
 * Threads: all functions are called in the loop's.
 * Flow:    no place is given beyond AHEAD_DOCS documents, or once those in it have more
 *          than AHEAD_BYTES. Those that are passed by stand aside and do not count: up to
 *          AHEAD_PLACES in all, and until those that no converter has yet have more than
 *          AHEAD_ASIDE_BYTES. Of large ones one at a time is read.
 */
#ifndef COUNCILWIRE_PRODUCER_AHEAD_H
#define COUNCILWIRE_PRODUCER_AHEAD_H

#include "doc.h"
#include "producer_main.h"

enum {
    AHEAD_DOCS = 6,
    AHEAD_BYTES = 1024 * 1024,
    AHEAD_PLACES = 256,
    AHEAD_ASIDE_BYTES = 4 * AHEAD_BYTES,
    AHEAD_PATIENCE_MS = 100,
    AHEAD_OWN_CPU_MS = 150,
    AHEAD_LONG_CPU_MS = 1000,
    AHEAD_LOST_MS = 10000,
    AHEAD_LOST_PART = 10
};

struct ahead_doc {
    struct doc doc;
    uint64_t serial;    /* of its entry in the window */
    struct arena bytes; /* the source's: original and text */
    struct arena own;   /* the parser's */
    struct parsed *parsed;
    int rc; /* of reading: 0, or -1 with err */
    struct err err;
    int64_t convert_us, parse_us;    /* how long it took */
    bool converts;                   /* a child has to open it */
    bool passed;                     /* by others */
    unsigned gave_way;               /* times its converter did */
    struct child_patience *patience; /* of its converter, or NULL */
    int64_t patience_until_ms;
    enum { AHEAD_FREE, AHEAD_WAITS, AHEAD_READING, AHEAD_READ, AHEAD_ABANDONED } state;
};

struct ahead;

struct ahead *ahead_new(void);
void ahead_free(struct ahead **a); /* ends the converters that run */
/* From now on documents can be read; makes the threads. `knowledge` outlives them. */
void ahead_start(struct ahead *a, const struct producer_parser *parser,
                 const void *knowledge);

/* How many are there that ahead_take does not pass by. */
size_t ahead_docs(struct ahead *a);
/* A free place, empty, or NULL: to be filled by the source and given to ahead_put. */
struct ahead_doc *ahead_place(struct ahead *a);
void ahead_put(struct ahead *a, struct ahead_doc *d);
/* The next one, read; NULL: none now. It stays the next until ahead_drop. */
struct ahead_doc *ahead_take(struct ahead *a);
void ahead_drop(struct ahead *a, struct ahead_doc *d); /* which was taken */
/* All go, read or not, without waiting for those that are being read: how many, and their
 * serials in order. */
size_t ahead_abandon(struct ahead *a, uint64_t serials[AHEAD_PLACES]);
/* Readable once one that was passed by was read, until ahead_heard. */
int ahead_fd(const struct ahead *a);
void ahead_heard(const struct ahead *a);

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
