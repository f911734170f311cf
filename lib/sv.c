#include "sv.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool sv_eq_fold(struct sv a, struct sv b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

int sv_cmp(struct sv a, struct sv b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct sv sv_trim(struct sv s)
{
    while (s.n && is_blank(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool sv_cut(struct sv *rest, char sep, struct sv *part)
{
    if (!rest->p)
        return false;
    const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    if (!at) {
        *part = *rest;
        *rest = SV_NULL;
        return true;
    }
    size_t n = (size_t)(at - rest->p);
    *part = (struct sv){rest->p, n};
    *rest = (struct sv){at + 1, rest->n - n - 1};
    return true;
}

#ifdef __SSE2__
enum { PLACES = 16 };

/* The first of the 16 places from p on where `what` stands, or PLACES: where its first
 * and its last byte do, the others are compared. */
static size_t find_in_16(const char *p, struct sv what)
{
    __m128i front, back;
    memcpy(&front, p, sizeof front);
    memcpy(&back, p + what.n - 1, sizeof back);
    front = _mm_cmpeq_epi8(front, _mm_set1_epi8(what.p[0]));
    back = _mm_cmpeq_epi8(back, _mm_set1_epi8(what.p[what.n - 1]));
    unsigned may = (unsigned)_mm_movemask_epi8(_mm_and_si128(front, back));
    for (; may; may &= may - 1) {
        size_t i = (size_t)__builtin_ctz(may);
        if (memcmp(p + i, what.p, what.n) == 0)
            return i;
    }
    return PLACES;
}
#endif

/* A byte of `what` that texts hold seldom, or SIZE_MAX: most are small letters and
 * blanks. */
static size_t seldom(struct sv what)
{
    for (size_t i = 0; i < what.n; i++)
        if ((what.p[i] < 'a' || what.p[i] > 'z') && what.p[i] != ' ')
            return i;
    return SIZE_MAX;
}

/* Looks at the places where such a byte stands. Where it stands too often, and none of
 * them was the right one, *from says where to go on. */
static size_t find_seldom(struct sv s, struct sv what, size_t k, size_t *from)
{
    enum { TOO_OFTEN = 8 };
    const char *p = s.p + k, *end = s.p + s.n - what.n + k + 1;
    for (unsigned n = 0; n < TOO_OFTEN; n++, p++) {
        p = p < end ? memchr(p, what.p[k], (size_t)(end - p)) : NULL;
        if (!p) {
            *from = s.n;
            return SIZE_MAX;
        }
        if (memcmp(p - k, what.p, what.n) == 0)
            return (size_t)(p - s.p) - k;
    }
    *from = (size_t)(p - s.p) - k;
    return SIZE_MAX;
}

size_t sv_find(struct sv s, struct sv what)
{
    enum { LONG = 64 }; /* what is shorter is looked through at once */
    if (what.n == 0)
        return 0;
    if (what.n > s.n)
        return SIZE_MAX;
    size_t places = s.n - what.n + 1, i = 0, k = places >= LONG ? seldom(what) : SIZE_MAX;
    if (k != SIZE_MAX) {
        size_t found = find_seldom(s, what, k, &i);
        if (found != SIZE_MAX)
            return found;
    }
#ifdef __SSE2__
    for (; places >= PLACES && i < places; i += PLACES) {
        if (places - i < PLACES)
            i = places - PLACES;
        size_t j = find_in_16(s.p + i, what);
        if (j < PLACES)
            return i + j;
    }
#endif
    for (; i < places; i++) {
        const char *at = memchr(s.p + i, what.p[0], places - i);
        if (!at)
            return SIZE_MAX;
        i = (size_t)(at - s.p);
        if (memcmp(at, what.p, what.n) == 0)
            return i;
    }
    return SIZE_MAX;
}

bool sv_u64(struct sv s, uint64_t *out)
{
    uint64_t v = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        if (__builtin_mul_overflow(v, 10u, &v) ||
            __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
            return false;
    }
    *out = v;
    return true;
}
