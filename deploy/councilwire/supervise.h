/* supervise — child programs that are started in order, watched, restarted, and stopped
 * in reverse.
 *
 * A child says READY=1 over a NOTIFY_SOCKET of its own (an abstract socket, one a child).
 *
 * Owns:    the children; all are ended by supervise_stop.
 * Units:   milliseconds.
 * Errors:  FATAL where a program can not be started or refuses its configuration (64,
 * 78). Threads: one.
 */
#ifndef COUNCILWIRE_SUPERVISE_H
#define COUNCILWIRE_SUPERVISE_H

#include "lib/err.h"

#include <sys/types.h>

enum { SUPERVISE_MAX = 16, SUPERVISE_ARGS = 32 };

struct child {
    const char *label; /* "index-limite" */
    const char *argv[SUPERVISE_ARGS];
    pid_t pid; /* 0: not running */
    int notify_fd;
    bool was_ready; /* once since `up` began */
    bool ready;
    int64_t restart_at_ms; /* 0: no restart due */
    int64_t backoff_ms;
    int restarts;
};

struct supervisor {
    struct child child[SUPERVISE_MAX];
    int n;
    bool stopping;
};

struct child *supervise_add(struct supervisor *s, const char *label);
void supervise_arg(struct child *c, const char *arg); /* borrowed until the end */
NODISCARD int supervise_start(struct supervisor *s, struct child *c, struct err *err);
/* Waits until c is ready; 0, or -1 when it ended, the time is over or a stop was asked
 * for. */
NODISCARD int supervise_wait_ready(struct supervisor *s, struct child *c,
                                   int64_t timeout_ms, struct err *err);
/* One turn of the loop: messages, deaths, restarts. 1: a stop was asked for. */
NODISCARD int supervise_turn(struct supervisor *s, int64_t timeout_ms, struct err *err);
void supervise_stop(struct supervisor *s, int64_t deadline_ms);

#endif
