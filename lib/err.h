/* err — what went wrong, in the caller's frame.
 *
 * Owns:    nothing; `reason` points to a literal.
 * Units:   none; a system error is an errno.
 * Errors:  the first err_set wins; err_wrap adds context in front of the text
 *          ("feed: fetch https://…: HTTP 503").
 * Threads: one err per call chain.
 */
#ifndef COUNCILWIRE_ERR_H
#define COUNCILWIRE_ERR_H

#include "base.h"

enum err_kind { ERR_NONE, ERR_BAD_INPUT, ERR_TEMPORARY, ERR_FATAL };

struct err {
    enum err_kind kind;
    int sys_errno;      /* 0: no system call failed */
    const char *reason; /* for BAD_INPUT: the reject reason, e.g. "too-large"; for FATAL:
                           ERR_CONFIGURATION where no further start mends it; else NULL */
    char text[600];
};

/* Always returns -1, so that `return err_set(...)` reads well. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...) PRINTF(3, 4);
/* Appends ": " and the message of errno; ENOSPC, EDQUOT, EFBIG, EMFILE, ENOMEM, EAGAIN
 * and EINTR make it TEMPORARY, others `kind`. */
int err_sys(struct err *err, enum err_kind kind, int sys_errno, const char *fmt, ...)
    PRINTF(4, 5);
#define ERR_CONFIGURATION "configuration"

/* BAD_INPUT with a reject reason of DESIGN.md section 5. */
int err_reject(struct err *err, const char *reason, const char *fmt, ...) PRINTF(3, 4);
int err_wrap(struct err *err, const char *fmt, ...) PRINTF(2, 3);
void err_clear(struct err *err);
enum verdict
err_verdict(const struct err *err); /* BAD_INPUT→REJECT, TEMPORARY→RETRY, FATAL→FATAL */
int err_exit_code(
    const struct err *err); /* 65, 75, 1; FATAL of configuration is the caller's */

#endif
