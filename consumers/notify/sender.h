/* sender — takes due deliveries from the ledger to their webhooks and writes down what
 * came of it. One curl multi handle: a receiver that is slow holds its own places only.
 *
 * At most SENDER_FLIGHTS calls at a time, and for one address at most as many as it has
 * earned: twice as many after each success, up to SENDER_PLACES, one after a failure; so
 * that receivers who hang keep one place each, not all; and those whose last answer was
 * no success share SENDER_DOUBTFUL places, however many they are. One server (host
 * and port) gets SENDER_ORIGIN_PLACES at most, however many addresses it has. An
 * address that answers 429, 502, 503 or 504 rests for its Retry-After. A call's result is
 * in the ledger before the delivery may be tried again; a crash in between repeats it
 * with the same webhook-id. Results wait a moment for each other, or go with the next
 * batch of events.
 *
 * Owns:    its transfers and the results not yet written.
 * Units:   milliseconds of clock_steady_ms; the wall clock only in signatures.
 * Errors:  those of db.h. A receiver's failure is a result, never an error.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_NOTIFY_SENDER_H
#define COUNCILWIRE_NOTIFY_SENDER_H

#include "ledger.h"

#include <poll.h>

enum {
    SENDER_FLIGHTS = 256,
    SENDER_PLACES = 8,
    SENDER_ORIGIN_PLACES = 32,
    SENDER_DOUBTFUL = SENDER_FLIGHTS / 2
};

struct sender_options {
    const char *const
        *allow;          /* addresses that may be reached although private; NULL-ended */
    const char *ca_file; /* whom to trust, instead of the system's; may be NULL */
    int64_t timeout_ms;
};

struct sender;

NODISCARD int sender_open(struct db *db, const struct sender_options *o,
                          struct sender **out, struct err *err);
void sender_close(struct sender **s);

/* Results into the ledger, due deliveries of active subscriptions onto the wire;
 * *next_ms: when to call again at latest (-1: when a descriptor says so). */
NODISCARD int sender_turn(struct sender *s, struct subscription *const *v, size_t n,
                          int64_t now, int64_t *next_ms, struct err *err);
/* Inside a transaction of the skeleton's: the results that are there go with it; where it
 * is rolled back instead they are written again. */
NODISCARD int sender_flush(struct sender *s, struct subscription *const *v, size_t n,
                           int64_t now, struct err *err);
void sender_undo(struct sender *s);
int sender_fds(struct sender *s, struct pollfd *v, int max);
bool sender_quiet(const struct sender *s); /* nothing on the wire or to be written */

#endif
