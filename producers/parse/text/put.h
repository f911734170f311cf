/* put — texts and numbers one behind the other in memory of fixed size: ids and addresses
 * are made by the hundred, and a format string would be read anew for each.
 *
 *     char id[40];
 *     struct put o = put_into(id, sizeof id);
 *     put_text(&o, SV("ST-"));
 *     put_number(&o, 12650, 1);
 *
 * Owns:    nothing; the memory is the caller's.
 * Units:   bytes; a NUL always stands behind what was put.
 * Errors:  none: what finds no room is cut.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_PUT_H
#define COUNCILWIRE_PARSE_PUT_H

#include "lib/sv.h"

struct put {
    char *p;
    size_t n, most;
};

static inline struct put put_into(char *p, size_t bytes)
{
    p[0] = '\0';
    return (struct put){p, 0, bytes - 1};
}

static inline void put_text(struct put *o, struct sv text)
{
    size_t n = text.n < o->most - o->n ? text.n : o->most - o->n;
    if (n)
        memcpy(o->p + o->n, text.p, n);
    o->n += n;
    o->p[o->n] = '\0';
}

static inline void put_char(struct put *o, char c)
{
    put_text(o, (struct sv){&c, 1});
}

/* In decimal, with zeros in front up to so many digits. */
static inline void put_number(struct put *o, uint32_t v, size_t least)
{
    char digits[10];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while (v /= 10);
    while (sizeof digits - at < least && at > 0)
        digits[--at] = '0';
    put_text(o, (struct sv){digits + at, sizeof digits - at});
}

static inline struct sv put_sv(const struct put *o)
{
    return (struct sv){o->p, o->n};
}

#endif
