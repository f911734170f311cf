#include "nfc.h"

#include "utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <utf8proc.h>

/* The decomposition of one code point has at most four (NFD of anything in Unicode 15).
 */
enum { EXPANSION = 4 };

static int by_class(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

/* Canonical ordering of one run of combining marks. utf8proc's own is an insertion sort,
 * which a hostile run makes quadratic; the index in the key keeps this one stable. */
static void order_marks(int32_t *cp, size_t n, uint64_t *key)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t class = (uint64_t)utf8proc_get_property(cp[i])->combining_class;
        key[i] = class << 56 | (uint64_t)i << 32 | (uint32_t)cp[i];
    }
    qsort(key, n, sizeof *key, by_class);
    for (size_t i = 0; i < n; i++)
        cp[i] = (int32_t)(uint32_t)key[i];
}

static void order_all(int32_t *cp, size_t n, uint64_t *key)
{
    for (size_t i = 0; i < n; i++) {
        size_t b = i;
        while (i < n && utf8proc_get_property(cp[i])->combining_class != 0)
            i++;
        if (i - b > 1)
            order_marks(cp + b, i - b, key);
    }
}

static const char *compose_piece(struct buf *out, const char *p, const char *e)
{
    int32_t *cp = mem_alloc(sizeof *cp * NFC_RUN * EXPANSION);
    uint64_t *key = mem_alloc(sizeof *key * NFC_RUN * EXPANSION);
    size_t n = 0;
    for (int taken = 0; p < e && taken < NFC_RUN; taken++) {
        struct utf8_char c = utf8_next(p, e);
        int boundclass = 0;
        utf8proc_ssize_t k =
            utf8proc_decompose_char((int32_t)c.cp, cp + n, EXPANSION,
                                    UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &boundclass);
        assert(c.ok && k >= 0 && k <= EXPANSION);
        n += (size_t)k;
        p += c.len;
    }
    order_all(cp, n, key);
    utf8proc_ssize_t m = utf8proc_normalize_utf32(cp, (utf8proc_ssize_t)n,
                                                  UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < m; i++)
        utf8_add(out, (uint32_t)cp[i]);
    mem_free(&cp);
    mem_free(&key);
    return p;
}

/* Where the next composition must begin: the last safe code point before the first one
 * that is not, since a mark composes with what it stands on. NULL: nothing to compose. */
static const char *unsafe_run(const char *p, const char *e)
{
    const char *last = p;
    while (p < e) {
        const char *q = utf8_skip_plain(p, e);
        if (q > p)
            last = q - 1;
        if (q == e)
            return NULL;
        struct utf8_char c = utf8_next(q, e);
        if (!nfc_safe(c.cp))
            return last;
        last = q;
        p = q + c.len;
    }
    return NULL;
}

static const char *run_end(const char *p, const char *e)
{
    p += utf8_next(p, e).len;
    while (p < e && !nfc_safe(utf8_next(p, e).cp))
        p += utf8_next(p, e).len;
    return p;
}

void nfc_add(struct buf *out, struct sv s)
{
    const char *p = s.p, *e = s.p + s.n, *run;
    while (p < e && (run = unsafe_run(p, e)) != NULL) {
        buf_add(out, p, (size_t)(run - p));
        const char *end = run_end(run, e);
        while (run < end)
            run = compose_piece(out, run, end);
        p = end;
    }
    buf_add(out, p, (size_t)(e - p));
}
