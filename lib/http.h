/* http — HTTP client on libcurl: one blocking call for commands, and a multi handle that
 * never blocks a loop for daemons.
 *
 * Owns:    a struct http and its transfers. Answers are cut at `answer_max` bytes.
 * Units:   milliseconds, bytes.
 * Errors:  TEMPORARY with what curl said; an HTTP status is a result, not an error. Of
 * the address they name scheme, host and port: the rest may be a secret. Threads: one per
 * handle; http_global_init before any thread. Redirects are never followed, no proxy, no
 * cookies, no netrc; https and http only, TLS verified.
 */
#ifndef COUNCILWIRE_HTTP_H
#define COUNCILWIRE_HTTP_H

#include "buf.h"
#include "err.h"

#include <poll.h>

enum { HTTP_LATE_MS = 2000 };

struct http_call {
    const char *method; /* "GET", "POST" */
    const char *url;
    const char *unix_socket;    /* path, or NULL */
    struct sv body;             /* copied */
    const char *const *headers; /* "Name: value", NULL-terminated; may be NULL; copied */
    int64_t timeout_ms, connect_timeout_ms; /* 0: 20 s, 5 s */
    size_t answer_max;                      /* 0: 4 KiB */
    const char *const *allow; /* with refuse_private: "host:port", or CIDR of addresses,
                                 that may be reached all the same; may be NULL */
    const char *ca_file;      /* whom to trust, instead of the system's; may be NULL */
    /* of http_call: told once where nothing came for HTTP_LATE_MS, with the milliseconds
     * that are still waited; may be NULL */
    void (*late)(const char *whom, int64_t left_ms);
    const char *whom;
    bool status_suffices; /* an answer whose body breaks off counts by its status */
    bool refuse_private;  /* https on ports 443 and 8443 to public addresses only; decides
                            on the address about to be connected (FAULTS section 7) */
};

struct http_answer {
    int status; /* 0: no answer */
    struct buf body;
    int64_t retry_after_ms; /* -1: not said */
    struct err err;         /* kind ERR_NONE when status is set; sys_errno ETIMEDOUT: in
                               time nothing came */
};

void http_global_init(void); /* any number of times */
/* Can it be called at all? BAD_INPUT says what is wrong with it. */
NODISCARD int http_check_url(struct sv url, struct err *err);
/* Can it be a ca_file? BAD_INPUT says what is wrong with it. */
NODISCARD int http_check_ca(const char *path, struct err *err);
NODISCARD int http_call(const struct http_call *c, struct http_answer *out,
                        struct err *err);
void http_answer_free(struct http_answer *a);

struct http;
typedef void http_done(void *ctx, uint64_t token,
                       struct http_answer *a); /* answer borrowed */
NODISCARD int http_new(http_done *done, void *ctx, struct http **out, struct err *err);
void http_free(struct http **h);
NODISCARD int http_start(struct http *h, uint64_t token, const struct http_call *c,
                         struct err *err);
size_t http_running(const struct http *h);
int http_fds(struct http *h, struct pollfd *v, int max, int64_t *next_ms);
void http_run(struct http *h); /* progress; calls done */

#endif
