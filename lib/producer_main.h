/* producer_main — the main() of every producer daemon. A producer is one const struct;
 * everything else (arguments, configuration, log, signals, Kafka, delivery reports,
 * turns, rejects, metrics, health) is here, once.
 *
 * The program defines `const struct producer producer_self` and links
 * lib/producer_main.c, which is nothing but main(): producer_run does the work.
 *
 * Owns:    the state folder (locked), the database, the bus, the arena of each document.
 * Units:   milliseconds, bytes.
 * Errors:  a function of the producer that returns -1 has set *err; its kind is the
 *          verdict (FATAL with reason DAEMON_CONFIGURATION: exit code 78).
 * Threads: every function of the producer is called in the loop's thread; the parser's
 *          `parse` also by others at the same time, with documents that `next` gave and
 *          that are not taken yet.
 * Flow:    the window is the documents and bytes in flight, those asked for ahead among
 *          them; when it is full `next` is not called; a delivery report gives room back.
 *          `done` comes in token order.
 * Store:   `next` and `done` run inside a transaction of the skeleton that is committed
 *          before anything is produced, and synced where the key was known before (else
 *          soon after; what `done` wrote: committed only): they use *db without BEGIN or
 * COMMIT. `open` and `close` run outside. When the store fails, all is closed and opened
 * again: `close` leaves the context as it was before `open`, options apart.
 */
#ifndef COUNCILWIRE_PRODUCER_MAIN_H
#define COUNCILWIRE_PRODUCER_MAIN_H

#include "conf.h"
#include "db.h"
#include "doc.h"
#include "httpd.h"

#include <poll.h>

struct parsed;

struct producer_env {   /* what the skeleton tells a producer at open */
    const char *log_id; /* the log (DESIGN.md section 6) */
    bool log_changed; /* another log than the one stored, or somebody wants it: offer all
                         again */
    const char *state_dir; /* ROOT/NAME */
};

struct producer {
    const char *name, *summary;
    const char *without_store;      /* what a start with a new store means, for people */
    const struct conf_opt *options; /* table; offsets into the context */
    size_t ctx_size;
    /* Called once, and again (without close) when the log changed under it; nothing is in
     * flight then. */
    int (*open)(void *ctx, struct db *db, const struct producer_env *env,
                struct err *err);
    /* 1: a document in *out (its memory in the arena), 0: none now, -1: trouble with the
     * source. */
    int (*next)(void *ctx, struct arena *a, struct doc *out, struct err *err);
    /* After the last delivery report of the document (or its reject), in token order.
     * RETRY: offer it again, same bytes, before any later version of the same key. */
    void (*done)(void *ctx, uint64_t token, enum verdict v);
    /* What wakes the loop for this source; *next_ms: at latest in that many ms (-1: no
     * need). May be NULL. */
    int (*fds)(void *ctx, struct pollfd *v, int max, int64_t *next_ms);
    /* What of the source is not there now, for /readyz; "": nothing. May be NULL. */
    const char *(*lacks)(void *ctx);
    /* Own paths on the daemon's socket; may be NULL. 0 handled, 1 not mine, -1. */
    int (*serve)(void *ctx, const struct http_request *q, struct http_reply *r,
                 struct err *err);
    void (*close)(void *ctx);
    /* One file of --dry-run FILE or replay into a doc, without touching state. NULL:
     * file_read. */
    int (*one)(void *ctx, const char *path, struct arena *a, struct doc *out,
               struct err *err);
    int (*reload)(void *ctx, struct err *err); /* SIGHUP; may be NULL */
    bool (*quiet)(void *ctx); /* --once may end when `next` has none. NULL: always */
};

extern const struct producer producer_self;

/* The parser, given by producers/parse at link time: knowledge from `dir`, rules version,
 * parse (with the ids of the decisions). lib knows only these pointers. */
struct producer_parser {
    int (*open)(const char *knowledge_dir, void **knowledge, struct err *err);
    struct sv (*rules)(const void *knowledge);
    int (*parse)(const void *knowledge, const struct doc *in, struct arena *a,
                 struct parsed *out, struct err *err);
    void (*close)(void **knowledge);
};
extern const struct producer_parser
    producer_parser; /* producers/parse/producer_parser.c */

/* The whole program; returns its exit code. */
int producer_run(const struct producer *p, const struct producer_parser *parser, int argc,
                 char **argv);

#endif
