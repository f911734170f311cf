#include "buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { USUAL = 48 }; /* what is printed has mostly room in it */

void buf_grow(struct buf *b, size_t more)
{
    size_t need;
    bool overflow = __builtin_add_overflow(b->n, more, &need) || need >= SIZE_MAX / 2;
    assert(!overflow);
    size_t cap = b->cap ? b->cap : 64;
    while (cap <= need)
        cap *= 2;
    b->p = mem_realloc(b->p, cap);
    b->cap = cap;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    buf_reserve(b, USUAL);
    int n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if ((size_t)n >= b->cap - b->n) {
        buf_reserve(b, (size_t)n + 1);
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    b->n += (size_t)n;
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    if (b->p)
        b->p[0] = '\0';
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){NULL, 0, 0};
}

struct sv buf_sv(const struct buf *b)
{
    return (struct sv){b->p ? b->p : "", b->n};
}
