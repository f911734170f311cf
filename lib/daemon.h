/* daemon — what producer_main and consumer_main share: options, folders, socket, health,
 * signals, readiness, the wait of the loop, and the end within a deadline.
 *
 * Owns:    the configuration, the lock of the state folder, the database, the bus, the
 *          HTTP server; daemon_close gives all back.
 * Units:   milliseconds.
 * Errors:  0 / -1; daemon_begin answers the exit code of the whole program, or -1 to go
 * on. Threads: the loop's.
 */
#ifndef COUNCILWIRE_DAEMON_H
#define COUNCILWIRE_DAEMON_H

#include "bus.h"
#include "conf.h"
#include "db.h"
#include "httpd.h"
#include "json_write.h"

#include <poll.h>
#include <sys/types.h>

enum { DAEMON_FDS = 128, DAEMON_WHY_MAX = 600 };

enum { DAEMON_SILENT_MS = 5000 }; /* then a broker is taken for one that hangs */

struct daemon_options {
    const char *state_dir, *bootstrap, *listen;
    int64_t stop_timeout_ms, once_wait_ms;
};

struct daemon {
    const char *name; /* "spool" */
    bool limite;      /* state in ROOT/NAME-limite */
    enum db_mode db_mode;
    const char *without_store; /* what a start with a new one means, for people */
    void *ctx;                 /* of the functions below */
    int (*serve)(void *ctx, const struct http_request *q, struct http_reply *r,
                 struct err *err);                    /* 0 handled, 1 not mine, -1 */
    void (*health)(void *ctx, struct json_writer *w); /* pairs for /healthz */

    struct daemon_options o;
    struct conf *conf;
    struct conf_action action;
    struct buf root, dir; /* ROOT, ROOT/NAME */
    int lock;
    struct db *db;
    struct bus *bus;
    struct httpd *httpd;
    ino_t store_ino;     /* of state.db; 0: not known */
    struct err gone;     /* what daemon_keep found */
    int64_t keep_due_ms; /* monotonic */
    int64_t wal_told;    /* bytes of the write-ahead log that were told last */

    bool stopping, reload, ready;
    int64_t stop_by_ms;           /* monotonic */
    char last_document[160];      /* key of what was done last, for people */
    int64_t last_ms;              /* when, since the epoch; 0: nothing yet */
    char why_not[DAEMON_WHY_MAX]; /* why /readyz says 503 */
    int64_t watchdog_due_ms, extend_due_ms;
    char lacks[300];              /* daemon_lacks */
    char mute[300];               /* daemon_mute */
    int64_t answers, answered_ms; /* daemon_is_mute; answered_ms 0: not asked yet */
    char said[DAEMON_WHY_MAX];    /* the last thing that is being waited for */
    int64_t waits_since_ms;       /* meaningful while why_not says something */
    int64_t why_since_ms;         /* of these very words */
    bool told_partitions;
    char rules[80]; /* version of the parser's rules; "" for consumers */
};

extern const struct conf_opt daemon_conf[]; /* fills struct daemon_options */

/* Reads the configuration and does --help, --version, --check, --print-config. */
NODISCARD int daemon_begin(struct daemon *d, const struct conf_program *p, int argc,
                           char **argv);
/* Says that a word of the command line has no place there: 64. */
int daemon_misused(const char *program, const char *word, const char *why);
/* Signals, folder, lock, database. */
NODISCARD int daemon_open_state(struct daemon *d, struct err *err);
/* Of tables that the skeleton has migrated: is it this daemon's store. */
NODISCARD int daemon_owns_store(struct daemon *d, struct err *err);
NODISCARD int daemon_open_bus(struct daemon *d, bool produce, bool consume,
                              bus_delivered *delivered, void *ctx, struct err *err);
NODISCARD int daemon_open_http(struct daemon *d, struct err *err);
/* Says where topics have other partitions than they should: once. */
void daemon_look_at_partitions(struct daemon *d, const char *const *topics,
                               const int32_t *partitions, size_t n);
/* Says READY=1 the first time; /readyz answers 200 while the bus is connected. */
void daemon_is_ready(struct daemon *d);
void daemon_did(struct daemon *d, struct sv key); /* told in /healthz */
/* /readyz answers 503 with this; told in the log when it is another than before. */
void daemon_waits_for(struct daemon *d, const char *why);
/* What the work lacks (a folder, acknowledgements), beside all other reasons; "":
 * nothing. Told in the log and by /readyz, for as long as it is so. */
void daemon_lacks(struct daemon *d, const char *what);
/* A broker may answer questions and acknowledge nothing (too few replicas, a leader that
 * hangs): whether it has not for a while. `waits`: for an acknowledgement; `answers`:
 * another number after each. To be asked in every turn. */
bool daemon_is_mute(struct daemon *d, bool waits, int64_t answers);
const char *daemon_mute(struct daemon *d); /* the words for it, until the next call */
/* /readyz answers 503 with this until daemon_is_ready; the caller has logged it. */
void daemon_held_up(struct daemon *d, const char *why);
/* Once a second: makes again what was taken from the state folder and can be made again;
 * what can not is the end: daemon_is_gone gives the reason. */
void daemon_keep(struct daemon *d);
bool daemon_is_gone(const struct daemon *d, struct err *err);
void daemon_know_store(struct daemon *d); /* this is the file that must stay */
/* --once does not wait for ever: -1
 * with a TEMPORARY error once the broker has been away, or mute, or what is waited for,
 * longer than `once-wait`. Else 0. */
NODISCARD int daemon_patience(struct daemon *d, struct err *err);
/* Sleeps until a descriptor, a signal or the time; serves HTTP, signals and watchdog. */
void daemon_wait(struct daemon *d, struct pollfd *extra, int n, int64_t timeout_ms);
bool daemon_drain_over(const struct daemon *d); /* the deadline of the stop has passed */
void daemon_close(struct daemon *d);
/* Tells how it ended and gives the exit code; what is TEMPORARY ends --once with 75. A
 * damaged or newer store ends with 78, like a configuration: no further start mends it.
 */
int daemon_end(struct daemon *d, const struct err *err);
/* FATAL errors of this reason end with 78: only another configuration helps. */
#define DAEMON_CONFIGURATION ERR_CONFIGURATION
int daemon_configuration(struct err *err, const char *fmt, ...) PRINTF(2, 3);

#endif
