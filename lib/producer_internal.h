/* producer_internal — what the parts of the producer skeleton share: producer_run.c (life
 * and loop), producer_fill.c (documents come from the source), producer_take.c (a
 * document becomes records), producer_settle.c (reports become verdicts),
 * producer_refused.c (what a report refused), producer_dry.c (--dry-run).
 *
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_PRODUCER_INTERNAL_H
#define COUNCILWIRE_PRODUCER_INTERNAL_H

#include "daemon.h"
#include "log_id.h"
#include "producer_ahead.h"
#include "producer_main.h"
#include "reject.h"
#include "turn.h"
#include "window.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    PRODUCER_TOPICS = 10,
    COMMIT_MS = 5,
    PREPARED_BYTES = WINDOW_BYTES / 2, /* the window empties to its half meanwhile */
    PREPARED_DOCS = 256,
    PREPARED_DOCS_FIRST = 1
};

struct prepared { /* a record that waits for the commit and for room */
    const struct wire_event *event;
    uint64_t serial;
};

struct producing {
    const struct producer *p;
    const struct producer_parser *parser;
    struct daemon d;
    struct {
        const char *knowledge;
    } o;
    void *ctx, *knowledge;
    struct { /* the tables are built while the store is opened and the broker answers */
        pthread_t thread;
        bool running;
        atomic_bool over;
        int rc;
        struct err err;
    } tables;

    struct window *window;
    struct arena arena;   /* of what is prepared: bytes, texts, records */
    struct ahead *ahead;  /* documents of the source that are not taken yet */
    struct ahead_doc one; /* a document that is not of the source */
    struct prepared *prepared;
    size_t nprepared, prepared_cap, sent; /* sent <= nprepared */
    size_t gulp; /* documents of the next one: few after a pause, more as it lasts */

    bool opened, established, source_none, full;
    bool lingers;     /* records were given to the bus, and may wait for company */
    bool begun;       /* a transaction of ours is open; the store knows better */
    bool uncommitted; /* turns were taken that must be stored before they are sent, */
    bool unsynced;    /* and some of them make records: they must be on the disk */
    uint64_t kept, synced; /* rejects whose bytes were written, are on the disk */
    bool filling;          /* in the middle of a gulp */
    size_t ended;          /* documents that ended in the open transaction */
    int64_t began_ms; /* it, or the last look that found nothing in it to commit yet */
    int64_t probe_due_ms, pause_until_ms, backoff_ms, replay_due_ms;
    int64_t ask_due_ms; /* one that no process could be made for; 0: there is none */
    uint64_t generation, ups;
    struct {
        struct refused_doc {
            char sha256[65]; /* of the original */
            char *why;
        } * v;
        size_t n;
    } refused;          /* by the broker; to be rejected when they are offered again */
    struct err broken;  /* of the bus: latched until the loop takes it */
    char cause[300];    /* of the last RETRY that was not for another's sake; "" */
    int64_t counted[4]; /* documents by verdict */
};

/* producer_settle.c: something went through, or nothing is left to be tried again. */
void producing_failure_over(struct producing *r);

/* producer_fill.c: a gulp of documents, as far as there is room. */
int producing_fill(struct producing *r, struct err *err);
bool producing_may_take(struct producing *r);
/* Documents that were not taken yet become RETRY. */
void producing_drop_ahead(struct producing *r, const char *why);

/* producer_take.c */
/* The document is in the window from now on; it can not end before it was taken. */
struct entry *producing_enter(struct producing *r, const struct doc *doc, uint64_t token,
                              struct sv replay_id);
/* One that was read: 0, or -1 where the program cannot go on. */
int producing_take(struct producing *r, struct entry *e, struct ahead_doc *d,
                   struct err *err);
/* Records as far as the bus has room; push: decisions go out at once, before the rest. */
int producing_send(struct producing *r, bool push, struct err *err);
void producing_abandon(struct producing *r); /* what is prepared becomes RETRY */
/* doc to events, as they are published and as --dry-run prints them. */
struct made {
    struct parsed *parsed;
    struct sv key;
    struct turn turn;
    struct wire_event *events;
    size_t nevents;
};
int producing_make(struct producing *r, struct ahead_doc *d, struct db *db,
                   struct made *out, struct err *err);
void producing_rejected(const struct producing *r, const struct doc *d,
                        const struct made *m, const struct err *err,
                        struct wire_rejected *out);

/* producer_refused.c */
void producing_refused(struct producing *r, const struct entry *e);
/* 0, or -1 with the reject: once. */
int producing_was_refused(struct producing *r, const char *sha256, struct err *err);
void producing_refused_free(struct producing *r);

/* producer_settle.c */
void producing_count_begin(const struct producing *r);
int producing_settle(struct producing *r, struct err *err);
void producing_report(void *ctx, uint64_t serial, enum verdict v, const char *why);
/* The transaction, if none is open. -1 also where the store undid the one that was: what
 * was done in it must be done again, so all is opened anew. */
int producing_begin(struct producing *r, struct err *err);
int producing_commit(struct producing *r, struct err *err); /* if one is open */

/* producer_dry.c */
int producing_dry_run(struct producing *r);

#endif
