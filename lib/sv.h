/* sv — a borrowed run of bytes, for reading.
 *
 * Owns:    nothing. p == NULL means null (not said), which is not the empty string.
 * Units:   n in bytes.
 * Errors:  none; numbers that are none are told by false.
 * Threads: any.
 */
#ifndef COUNCILWIRE_SV_H
#define COUNCILWIRE_SV_H

#include "base.h"

#include <string.h>

struct sv {
    const char *p;
    size_t n;
};

struct svs { /* a borrowed list */
    struct sv *v;
    size_t n;
};

#define SV(lit)   ((struct sv){(lit), sizeof(lit) - 1})
#define SV_NULL   ((struct sv){NULL, 0})
#define SV_FMT    "%.*s"
#define SV_ARG(s) (int)((s).n > 400 ? 400 : (s).n), (s).p ? (s).p : ""

/* NULL gives null. Inline: most arguments are literals, whose length is known then. */
static inline struct sv sv_cstr(const char *s)
{
    return s ? (struct sv){s, strlen(s)} : SV_NULL;
}

static inline bool sv_eq(struct sv a, struct sv b)
{
    return a.n == b.n && (a.n == 0 || (a.p && b.p && memcmp(a.p, b.p, a.n) == 0));
}

static inline bool sv_starts(struct sv s, struct sv prefix)
{
    return s.n >= prefix.n &&
           (prefix.n == 0 || (s.p && memcmp(s.p, prefix.p, prefix.n) == 0));
}

static inline bool sv_ends(struct sv s, struct sv suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || (s.p && memcmp(s.p + s.n - suffix.n,
                                                               suffix.p, suffix.n) == 0));
}

static inline struct sv sv_sub(struct sv s, size_t b, size_t e)
{
    return (struct sv){s.p + b, e - b};
}

bool sv_eq_fold(struct sv a, struct sv b); /* ASCII case only */
int sv_cmp(struct sv a, struct sv b);      /* bytewise */
struct sv sv_trim(struct sv s);            /* ASCII white space */
/* Cuts the part before the first sep off *rest; false when *rest is used up. */
bool sv_cut(struct sv *rest, char sep, struct sv *part);
size_t sv_find(struct sv s, struct sv what); /* offset, or SIZE_MAX */
bool sv_u64(struct sv s, uint64_t *out);     /* decimal digits only, no overflow */

#endif
