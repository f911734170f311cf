/* sender_internal — what the parts of the sender share: sender.c (calls, their results,
 * the turn) and sender_endpoint.c (addresses and the places they have).
 *
 * Owns:    the sender owns all that it points at.
 * Units:   milliseconds of clock_steady_ms, where nothing else is said.
 * Errors:  none here.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_NOTIFY_SENDER_INTERNAL_H
#define COUNCILWIRE_NOTIFY_SENDER_INTERNAL_H

#include "lib/http.h"
#include "lib/metric.h"
#include "sender.h"
#include "webhook.h"

struct flight { /* n == 0: free */
    int64_t n, subscription, attempt, event_ms;
    size_t endpoint;
    bool doubtful; /* its endpoint was not proven when it started */
    char decision[33];
};

struct origin { /* host and port: what one server answers for, to whichever user */
    char *name;
    size_t flights;
};

struct endpoint { /* one address of a receiver */
    char *url;
    struct origin *origin;
    size_t flights, places;
    bool proven; /* its last answer was a success */
    int64_t rests_until;
};

struct result { /* a flight that has landed */
    struct flight flight;
    struct outcome outcome;
    bool gone;
};

struct sender {
    struct db *db;
    struct http *http;
    struct sender_options o;
    struct flight flight[SENDER_FLIGHTS];
    size_t nflights, ndoubtful;
    size_t first; /* the subscription that is asked first: they take turns */
    struct endpoint *endpoint;
    uint32_t *by_url; /* their places, in the order of addresses */
    size_t nendpoints;
    struct origin **origin; /* in the order of names */
    size_t norigins;
    struct result result[SENDER_FLIGHTS]; /* the oldest first */
    size_t nresults, nwritten;            /* nwritten of them by the skeleton's batch */
    int64_t landed_ms;                    /* the oldest, monotonic */
    int64_t now;
    struct metric *deliveries, *latency;
};

/* The number of a subscription's endpoint; a new address becomes one. */
size_t sender_endpoint(struct sender *s, struct subscription *sub);
/* How many more calls may go to it. */
size_t sender_room(const struct sender *s, const struct endpoint *e);

#endif
