#include "sv.h"

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

size_t sv_find(struct sv s, struct sv what)
{
    if (what.n == 0)
        return 0;
    for (size_t i = 0; i + what.n <= s.n; i++) {
        const char *at = memchr(s.p + i, what.p[0], s.n - what.n + 1 - i);
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
