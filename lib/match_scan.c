/* The scan: a mask of places where a match may begin for 64 bytes at a time, a test of
 * the three bytes there, then the automaton. */
#include "letter.h"
#include "match_internal.h"
#include "utf8.h"

#include <stdlib.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

enum { BLOCK = 64 };

/* The mask of places for p[0..64); *word: was the byte before a letter or digit? */
typedef uint64_t mask_fn(const struct matcher *m, const uint8_t *p, uint64_t *word);

int match_build(struct match_builder *b, struct matcher **out, struct err *err)
{
    struct automaton a = {0};
    int rc = match_automaton(b, &a, err);
    if (rc == 0) {
        struct matcher *m = mem_zalloc(sizeof *m);
        m->npattern = b->npattern;
        m->id = mem_alloc((b->npattern + 1) * sizeof *m->id);
        for (size_t i = 0; i < b->npattern; i++)
            m->id[i] = b->pattern[i].id;
        match_pack(&a, m);
        match_filter(&a, m);
        MOVE(*out, m);
    }
    match_automaton_free(&a);
    return rc;
}

uint32_t match_culprit(const struct match_builder *b)
{
    return b->culprit;
}

void matcher_free(struct matcher **mp)
{
    struct matcher *m = *mp;
    if (!m)
        return;
    free(m->slot);
    free(m->run);
    free(m->op);
    free(m->id);
    free(m);
    *mp = NULL;
}

size_t matcher_bytes(const struct matcher *m)
{
    return sizeof *m + m->nslot * sizeof *m->slot + m->nrun * sizeof *m->run +
           m->nop * sizeof *m->op + m->npattern * sizeof *m->id;
}

size_t matcher_states(const struct matcher *m)
{
    return m->nstate;
}

static bool word_from(const char *p, const char *e)
{
    struct utf8_char c = utf8_next(p, e);
    return c.ok && letter_in_word(c.cp);
}

bool match_inside_word(struct sv text, size_t at)
{
    const char *p = text.p;
    if (at == 0 || at >= text.n)
        return false;
    size_t b = at - 1;
    while (b > 0 && at - b < 4 && (p[b] & 0xC0) == 0x80)
        b--;
    return word_from(p + b, p + at) && word_from(p + at, p + text.n);
}

static bool ascii_word(unsigned c)
{
    return c - '0' < 10 || (c | 0x20) - 'a' < 26;
}

static bool ends_word(struct sv text, size_t at)
{
    if (at >= text.n)
        return true;
    unsigned before = (unsigned char)text.p[at - 1], behind = (unsigned char)text.p[at];
    if ((before | behind) < 0x80)
        return !ascii_word(before) || !ascii_word(behind);
    return !match_inside_word(text, at);
}

/* Bytes of one blank sign at p[i], or 0. */
static size_t blank_at(const uint8_t *p, size_t n, size_t i)
{
    if (i >= n)
        return 0;
    if (p[i] == ' ' || p[i] == '\n' || p[i] == '\t')
        return 1;
    return p[i] == 0xC2 && i + 1 < n && p[i + 1] == 0xA0 ? 2 : 0;
}

/* Where the run ends in the text when it begins at i, or 0. */
static size_t run_end(const struct matcher *m, const struct run *r, struct sv text,
                      size_t i)
{
    const uint8_t *p = (const uint8_t *)text.p;
    const struct run_op *op = m->op + r->op, *end = op + r->n;
    for (; op < end; op++) {
        if (op->mask == 1) {
            size_t one, n = 0;
            for (; n < MATCH_BLANKS && (one = blank_at(p, text.n, i)) != 0; n++)
                i += one;
            if (n == 0)
                return 0;
        } else if (i >= text.n || (p[i] | op->mask) != op->value) {
            return 0;
        } else {
            i++;
        }
    }
    return i;
}

/* Goes through the runs that `to` leads to, and takes what is accepted behind them;
 * returns the state, or 0 where it ends. */
static uint32_t special(const struct matcher *m, struct sv text, uint32_t to, size_t *i,
                        size_t *end, uint32_t *pattern)
{
    for (;;) {
        uint32_t info = m->slot[to >> 1];
        if ((to & 1) == 0)
            return to >> 1;
        if ((info & 0xff) == SLOT_ACCEPT) {
            if (ends_word(text, *i)) {
                *end = *i;
                *pattern = info >> 8;
            }
            return to >> 1;
        }
        const struct run *r = &m->run[info >> 8];
        *i = run_end(m, r, text, *i);
        if (*i == 0)
            return 0;
        to = r->next;
    }
}

/* The longest match that begins at i: its end, or 0. */
static inline size_t walk(const struct matcher *m, struct sv text, size_t i,
                          uint32_t *pattern)
{
    const uint8_t *p = (const uint8_t *)text.p;
    const uint32_t *slot = m->slot;
    uint32_t s = m->start;
    size_t end = 0;
    while (i < text.n) {
        uint32_t c = m->cls[p[i]], e = slot[s + c];
        if ((e & 0xff) != c)
            break;
        i++;
        s = e >> 9;
        if ((e & 0x100) == 0)
            continue;
        s = special(m, text, e >> 8, &i, &end, pattern);
        if (s == 0)
            break;
    }
    return end;
}

bool match_at(const struct matcher *m, struct sv text, size_t at, struct match_hit *out)
{
    uint32_t pattern = 0;
    size_t end = at < text.n && m->start != 0 ? walk(m, text, at, &pattern) : 0;
    if (end == 0 || match_inside_word(text, at))
        return false;
    *out = (struct match_hit){m->id[pattern], (uint32_t)at, (uint32_t)end};
    return true;
}

static uint64_t begins_mask(const struct matcher *m, const uint8_t *p)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        mask |= (uint64_t)m->begins[p[i]] << i;
    return mask;
}

static uint64_t starts(uint64_t words, uint64_t *word)
{
    uint64_t before = words << 1 | *word;
    *word = words >> 63;
    return words & ~before;
}

static uint64_t mask_plain(const struct matcher *m, const uint8_t *p, uint64_t *word)
{
    uint64_t words = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        words |= (uint64_t)ascii_word(p[i]) << i;
    uint64_t mask = starts(words, word);
    return m->nsigns > 0 || m->begins_high ? mask | begins_mask(m, p) : mask;
}

#if defined(__SSE2__)
static uint64_t join(const int bits[4])
{
    return (uint64_t)(unsigned)bits[0] | (uint64_t)(unsigned)bits[1] << 16 |
           (uint64_t)(unsigned)bits[2] << 32 | (uint64_t)(unsigned)bits[3] << 48;
}

static uint64_t mask_fast(const struct matcher *m, const uint8_t *p, uint64_t *word)
{
    const __m128i to_digit = _mm_set1_epi8((char)(-128 - '0')),
                  digits = _mm_set1_epi8(-128 + 10), low = _mm_set1_epi8(0x20),
                  to_letter = _mm_set1_epi8((char)(-128 - 'a')),
                  letters = _mm_set1_epi8(-128 + 26), lead = _mm_set1_epi8(-65);
    unsigned nsigns = m->nsigns <= ARRAY_LEN(m->sign) ? m->nsigns : 0;
    int words[4], begin[4];
    for (int i = 0; i < 4; i++) {
        __m128i x;
        memcpy(&x, p + 16 * i, sizeof x);
        __m128i d = _mm_cmplt_epi8(_mm_add_epi8(x, to_digit), digits);
        __m128i l =
            _mm_cmplt_epi8(_mm_add_epi8(_mm_or_si128(x, low), to_letter), letters);
        words[i] = _mm_movemask_epi8(_mm_or_si128(d, l));
        __m128i b = _mm_setzero_si128();
        for (unsigned j = 0; j < nsigns; j++)
            b = _mm_or_si128(b, _mm_cmpeq_epi8(x, _mm_set1_epi8((char)m->sign[j])));
        if (m->begins_high) /* leading bytes of UTF-8: -64 .. -1 */
            b = _mm_or_si128(b, _mm_and_si128(_mm_cmpgt_epi8(x, lead),
                                              _mm_cmplt_epi8(x, _mm_setzero_si128())));
        begin[i] = _mm_movemask_epi8(b);
    }
    uint64_t mask = starts(join(words), word) | join(begin);
    return m->nsigns > nsigns ? mask | begins_mask(m, p) : mask;
}
#elif defined(__ARM_NEON)
static uint64_t join_neon(const uint8x16_t v[4])
{
    static const uint8_t weight[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                       1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t w = vld1q_u8(weight);
    uint8x16_t a = vpaddq_u8(vandq_u8(v[0], w), vandq_u8(v[1], w));
    uint8x16_t b = vpaddq_u8(vandq_u8(v[2], w), vandq_u8(v[3], w));
    a = vpaddq_u8(a, b);
    a = vpaddq_u8(a, a);
    return vgetq_lane_u64(vreinterpretq_u64_u8(a), 0);
}

static uint64_t mask_fast(const struct matcher *m, const uint8_t *p, uint64_t *word)
{
    unsigned nsigns = m->nsigns <= ARRAY_LEN(m->sign) ? m->nsigns : 0;
    uint8x16_t words[4], begin[4];
    for (int i = 0; i < 4; i++) {
        uint8x16_t x = vld1q_u8(p + 16 * i), b = vdupq_n_u8(0);
        uint8x16_t d = vcltq_u8(vsubq_u8(x, vdupq_n_u8('0')), vdupq_n_u8(10));
        uint8x16_t l = vcltq_u8(vsubq_u8(vorrq_u8(x, vdupq_n_u8(0x20)), vdupq_n_u8('a')),
                                vdupq_n_u8(26));
        words[i] = vorrq_u8(d, l);
        for (unsigned j = 0; j < nsigns; j++)
            b = vorrq_u8(b, vceqq_u8(x, vdupq_n_u8(m->sign[j])));
        if (m->begins_high)
            b = vorrq_u8(b, vcgeq_u8(x, vdupq_n_u8(0xC0)));
        begin[i] = b;
    }
    uint64_t mask = starts(join_neon(words), word) | join_neon(begin);
    return m->nsigns > nsigns ? mask | begins_mask(m, p) : mask;
}
#else
#define mask_fast mask_plain
#endif

static uint64_t load_eight(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* Without a branch: which places pass is hard to foretell. */
static inline unsigned may_begin(const struct matcher *m, uint64_t eight)
{
    unsigned n = m->length[match_first_hash((uint32_t)eight & 0xffffff)];
    uint64_t key = (eight | UINT64_C(0x2020202020202020)) & m->length_mask[n];
    uint32_t h = match_prefix_hash(key);
    return (unsigned)(m->prefix[h >> 6] >> (h & 63) & (n != 0));
}

/* Keeps those places of a block where a match may begin; all bytes that are read must be
 * there. */
static inline unsigned filter(const struct matcher *m, const uint8_t *block,
                              uint64_t mask, uint8_t place[BLOCK])
{
    unsigned n = 0;
    for (; mask != 0; mask &= mask - 1) {
        unsigned at = (unsigned)__builtin_ctzll(mask);
        place[n] = (uint8_t)at;
        n += may_begin(m, load_eight(block + at));
    }
    return n;
}

static inline void scan(const struct matcher *m, struct sv text, mask_fn *mask_of,
                        match_fn *hit, void *ctx)
{
    const uint8_t *p = (const uint8_t *)text.p;
    uint8_t place[BLOCK], rest[BLOCK + MATCH_PREFIX_MAX];
    uint64_t word = 0;
    size_t from = 0; /* behind the last match */
    for (size_t base = 0; base < text.n; base += BLOCK) {
        const uint8_t *block = p + base;
        size_t left = text.n - base;
        if (left < sizeof rest) { /* the end: what lies behind it reads as 0 */
            memset(rest, 0, sizeof rest);
            memcpy(rest, block, left);
            block = rest;
        }
        unsigned n = filter(m, block, mask_of(m, block, &word), place);
        for (unsigned i = 0; i < n; i++) {
            size_t at = base + place[i];
            struct match_hit h;
            if (at < from || !match_at(m, text, at, &h))
                continue;
            if (hit(ctx, &h) != 0)
                return;
            from = h.end;
        }
    }
}

void match_scan(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    if (m->start != 0)
        scan(m, text, mask_fast, hit, ctx);
}

void match_scan_plain(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    if (m->start != 0)
        scan(m, text, mask_plain, hit, ctx);
}
