/* window — the documents of a producer that are in flight, in token order.
 *
 * A document is `ready` when all its records are sent and reported; it is taken off at
 * the head only, so that `done` comes in token order. A RETRY at the head spreads to
 * every later document of the same key, whatever its own reports say: else version A
 * would land behind B.
 *
 * Owns:    its entries and their strings.
 * Units:   serial counts documents from 1 and is the bus's token.
 * Errors:  none.
 * Threads: one.
 * Flow:    room ends at WINDOW_DOCS documents or WINDOW_BYTES bytes.
 */
#ifndef COUNCILWIRE_WINDOW_H
#define COUNCILWIRE_WINDOW_H

#include "wire.h"

enum { WINDOW_DOCS = 1024, WINDOW_BYTES = 4 * 1024 * 1024 };

enum phase { PHASE_EVENTS, PHASE_WITHDRAWAL, PHASE_REJECT };

struct entry {
    uint64_t serial, token;
    char *key, *id, *source; /* key NULL: no document came of it */
    char text_sha256[65];
    uint64_t turn;
    enum space space;
    bool withdraw, replay;
    char *replay_id;
    size_t bytes;
    uint32_t unsent, outstanding; /* records */
    uint32_t late; /* records of the phase after the first that were sent */
    enum phase phase;
    enum verdict verdict;
    bool behind; /* RETRY for the sake of an earlier one, which says why */
    int64_t seen_ms, taken_ms;
    int64_t reported_ms; /* its last record; 0: not yet */
    size_t events;
    /* the reject, once verdict was REJECT */
    const char *reason;
    char *detail, *name, *uri, *marking, *media_type;
    char sha256[65];
    int64_t original_bytes;
    uint64_t kept; /* its bytes are: the n-th of this run; 0: they are not */
    bool classified, marking_known;
};

struct window {
    struct entry entry[WINDOW_DOCS];
    uint64_t head, tail; /* serials: head <= s < tail are in flight */
    size_t bytes;
};

struct window *window_new(void);
void window_free(struct window **w);
bool window_room(const struct window *w, size_t bytes);
size_t window_docs(const struct window *w);
struct entry *window_add(struct window *w, uint64_t token, size_t bytes);
struct entry *window_head(struct window *w);                  /* NULL: empty */
struct entry *window_find(struct window *w, uint64_t serial); /* NULL: not in flight */
bool entry_ready(const struct entry *e);
void entry_sent(struct entry *e);
void entry_report(struct entry *e, enum verdict v, const char *why);
/* The worse verdict stays: RETRY over REJECT over OK. */
void entry_fail(struct entry *e, enum verdict v, const char *why);
/* RETRY since an earlier one goes first. */
void entry_wait(struct entry *e, const char *why);
/* Nothing more is heard of records in flight: what waits for one is RETRY. */
void window_lose(struct window *w, const char *why);
void window_spread_retry(struct window *w, const struct entry *head);
/* This one was taken behind later ones: those of its key that have another text are
 * RETRY, to be sent again and stand behind it. */
void window_passed(struct window *w, const struct entry *e);
void window_pop(struct window *w);

#endif
