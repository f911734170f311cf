#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PRINTF(2, 0)
static void set_text(struct err *err, const char *fmt, va_list ap)
{
    vsnprintf(err->text, sizeof err->text, fmt, ap);
}

int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
    if (err->kind != ERR_NONE)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    set_text(err, fmt, ap);
    va_end(ap);
    err->kind = kind;
    return -1;
}

static bool passes_by_itself(int sys_errno)
{
    return sys_errno == ENOSPC || sys_errno == EDQUOT || sys_errno == EFBIG ||
           sys_errno == EMFILE || sys_errno == ENFILE || sys_errno == ENOMEM ||
           sys_errno == EAGAIN || sys_errno == EINTR;
}

int err_sys(struct err *err, enum err_kind kind, int sys_errno, const char *fmt, ...)
{
    if (err->kind != ERR_NONE)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    set_text(err, fmt, ap);
    va_end(ap);
    char message[128];
    if (strerror_r(sys_errno, message, sizeof message) != 0)
        snprintf(message, sizeof message, "error %d", sys_errno);
    size_t used = strnlen(err->text, sizeof err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", message);
    err->kind = passes_by_itself(sys_errno) ? ERR_TEMPORARY : kind;
    err->sys_errno = sys_errno;
    return -1;
}

int err_reject(struct err *err, const char *reason, const char *fmt, ...)
{
    if (err->kind != ERR_NONE)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    set_text(err, fmt, ap);
    va_end(ap);
    err->kind = ERR_BAD_INPUT;
    err->reason = reason;
    return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
    char inner[sizeof err->text];
    memcpy(inner, err->text, sizeof inner);
    va_list ap;
    va_start(ap, fmt);
    set_text(err, fmt, ap);
    va_end(ap);
    size_t used = strnlen(err->text, sizeof err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", inner);
    return -1;
}

void err_clear(struct err *err)
{
    *err = (struct err){.kind = ERR_NONE};
}

enum verdict err_verdict(const struct err *err)
{
    switch (err->kind) {
    case ERR_NONE: return VERDICT_OK;
    case ERR_BAD_INPUT: return VERDICT_REJECT;
    case ERR_TEMPORARY: return VERDICT_RETRY;
    case ERR_FATAL: break;
    }
    return VERDICT_FATAL;
}

int err_exit_code(const struct err *err)
{
    switch (err->kind) {
    case ERR_NONE: return EXIT_DONE;
    case ERR_BAD_INPUT: return EXIT_REFUSED;
    case ERR_TEMPORARY: return EXIT_TEMPORARY;
    case ERR_FATAL: break;
    }
    bool conf = err->reason && strcmp(err->reason, ERR_CONFIGURATION) == 0;
    return conf ? EXIT_CONFIGURATION : EXIT_RUNTIME;
}
