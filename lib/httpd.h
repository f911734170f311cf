/* httpd — HTTP server on a Unix socket and, where asked, a TCP address; libmicrohttpd
 * without threads of its own: the caller's loop polls httpd_fds and calls httpd_run.
 *
 * Limits: header 16 KiB, body as configured and four of the largest at a time, answers
 * that wait to be fetched 8 MiB in all, 64 connections, idle time-out 10 s; how long a
 * peer may take: httpd_peer.h.
 * A socket path over 107 bytes is bound through /proc/self/fd/N/NAME.
 *
 * Owns:    its sockets; a stale socket file is replaced. `listen = ADDR:0`: the port
 * taken is written to DIR/port. Errors:  FATAL where the address can not be bound.
 * Units:   bytes; milliseconds.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_HTTPD_H
#define COUNCILWIRE_HTTPD_H

#include "arena.h"
#include "buf.h"
#include "err.h"

#include <poll.h>

struct http_request {
    struct sv method, path; /* path without query, percent-decoded */
    struct sv body;
    bool local; /* came over the Unix socket, whose folder's rights decide who may */
    const void *connection; /* private */
};

struct http_reply {
    int status;               /* 200 unless set */
    const char *content_type; /* "application/json" unless set; a literal */
    struct buf body;          /* filled by the handler, freed by httpd */
    const char *header[8]; /* name, value, name, value …; literals or arena memory of the
                              handler */
};

/* Query argument or request header; null when absent. Borrowed until the reply. */
struct sv http_arg(const struct http_request *q, const char *name);
struct sv http_request_header(const struct http_request *q, const char *name);

/* The asker's mistakes (400) and what passes (503) as {"error": …}: 0; FATAL stays an
 * error for the caller: -1. */
NODISCARD int http_reply_error(struct http_reply *r, struct err *err);

typedef int httpd_fn(void *ctx, const struct http_request *q, struct http_reply *r,
                     struct err *err);

struct httpd;
/* BAD_INPUT with reason "configuration" where `listen` is no numeric ADDRESS:PORT. */
NODISCARD int httpd_check_address(const char *address, struct err *err);
/* dir: the daemon's state folder (DIR/socket, DIR/port); listen: "127.0.0.1:0",
 * "[::1]:80" or NULL. */
NODISCARD int httpd_start(const char *dir, const char *listen, size_t body_max,
                          httpd_fn *fn, void *ctx, struct httpd **out, struct err *err);
/* What cleans up old files may take DIR/socket and DIR/port: made again. 1 they were, 0
 * they are there. */
NODISCARD int httpd_keep(struct httpd *h, const char *dir, struct err *err);
void httpd_stop(struct httpd **h);
int httpd_fds(struct httpd *h, struct pollfd *v, int max, int64_t *next_ms);
void httpd_run(struct httpd *h);

#endif
