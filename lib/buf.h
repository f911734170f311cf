/* buf — bytes being built.
 *
 * Owns:    its memory; p is never NULL after the first append and keeps one spare NUL, so
 * that p is also a C string where the content has none. Units:   bytes. Errors:  none;
 * memory out ends the process (base.h). Threads: one.
 */
#ifndef COUNCILWIRE_BUF_H
#define COUNCILWIRE_BUF_H

#include "sv.h"

struct buf {
    char *p;
    size_t n, cap;
};

void buf_grow(struct buf *b, size_t more); /* buf_reserve where there is no room yet */
static inline void buf_reserve(struct buf *b, size_t more) /* `more` bytes behind n */
{
    if (b->cap == 0 || more >= b->cap - b->n)
        buf_grow(b, more);
}
static inline void buf_add(struct buf *b, const void *p, size_t n)
{
    buf_reserve(b, n);
    if (p && n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}
static inline void buf_add_sv(struct buf *b, struct sv s)
{
    buf_add(b, s.p, s.n);
}
static inline void buf_addc(struct buf *b, char c)
{
    if (b->n + 1 >= b->cap)
        buf_reserve(b, 1);
    b->p[b->n++] = c;
    b->p[b->n] = '\0';
}
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_reset(struct buf *b); /* empties, keeps the memory */
void buf_free(struct buf *b);
struct sv buf_sv(const struct buf *b);
#define buf_lit(b, lit) buf_add((b), (lit), sizeof(lit) - 1)

#endif
