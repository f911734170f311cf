#include "nfc.h"

#include "letter.h"
#include "utf8.h"

#include <assert.h>
#include <stdlib.h>

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
        uint64_t class = letter_combining_class((uint32_t)cp[i]);
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
        while (i < n && letter_combining_class((uint32_t)cp[i]) != 0)
            i++;
        if (i - b > 1)
            order_marks(cp + b, i - b, key);
    }
}

static const char *compose_piece(struct buf *out, const char *p, const char *e)
{
    int32_t *cp = mem_alloc(sizeof *cp * NFC_RUN * LETTER_PARTS);
    uint64_t *key = mem_alloc(sizeof *key * NFC_RUN * LETTER_PARTS);
    size_t n = 0;
    for (int taken = 0; p < e && taken < NFC_RUN; taken++) {
        struct utf8_char c = utf8_next(p, e);
        size_t k = letter_decompose(c.cp, cp + n);
        assert(c.ok && k > 0);
        n += k;
        p += c.len;
    }
    order_all(cp, n, key);
    size_t m = letter_compose(cp, n);
    for (size_t i = 0; i < m; i++)
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
