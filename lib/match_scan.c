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

enum { BLOCK = 64, CHUNK = 2048 };

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
    if (((unsigned char)p[at] & 0xC0) == 0x80)
        return true;
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

static inline bool try_at(const struct matcher *m, struct sv text, size_t at,
                          struct match_hit *out)
{
    uint32_t pattern = 0;
    size_t end = walk(m, text, at, &pattern);
    if (end == 0 || (at > 0 && !ends_word(text, at)))
        return false;
    *out = (struct match_hit){m->id[pattern], (uint32_t)at, (uint32_t)end};
    return true;
}

bool match_at(const struct matcher *m, struct sv text, size_t at, struct match_hit *out)
{
    return m->start != 0 && at < text.n && try_at(m, text, at, out);
}

#define INLINE static inline __attribute__((always_inline))

/* Written as one function for all processors and compiled for each: what differs is how a
 * mask is made, and the instructions that the compiler may use. */
typedef uint64_t words_fn(const uint8_t *p);
typedef uint64_t begins_fn(const struct matcher *m, const uint8_t *p);

static uint64_t load_eight(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Bit i is bit 7 of byte i. */
static uint64_t high_bits(uint64_t eight)
{
    return (eight >> 7 & EACH(1)) * UINT64_C(0x0102040810204080) >> 56;
}

/* Bit 7 of each byte that lies between; the bytes are below 0x80. */
static uint64_t between(uint64_t eight, unsigned low, unsigned high)
{
    return (eight + EACH(0x80 - low)) & ~(eight + EACH(0x7F - high));
}

static uint64_t words_plain(const uint8_t *p)
{
    uint64_t words = 0;
    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t x = load_eight(p + i), ascii = x & EACH(0x7F);
        uint64_t w = between(ascii, '0', '9') | between(ascii | EACH(0x20), 'a', 'z');
        words |= high_bits(w & ~x) << i;
    }
    return words;
}

/* The slow way, for any number of signs. */
static uint64_t begins_any(const struct matcher *m, const uint8_t *p)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        mask |= (uint64_t)m->begins[p[i]] << i;
    return mask;
}

static uint64_t begins_plain(const struct matcher *m, const uint8_t *p)
{
    uint64_t begins = 0, high = m->begins_high ? EACH(0x80) : 0;
    if (m->nsigns > ARRAY_LEN(m->sign))
        return begins_any(m, p);
    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t x = load_eight(p + i), found = x & x << 1 & high;
        for (unsigned j = 0; j < m->nsigns; j++) {
            uint64_t y = x ^ EACH(m->sign[j]);
            found |= ~(((y & EACH(0x7F)) + EACH(0x7F)) | y); /* bit 7 of a byte 0 */
        }
        begins |= high_bits(found) << i;
    }
    return begins;
}

#if defined(__SSE2__)
INLINE uint64_t words_of_16(const uint8_t *p)
{
    const __m128i to_digit = _mm_set1_epi8((char)(-128 - '0')),
                  digits = _mm_set1_epi8(-128 + 10), low = _mm_set1_epi8(0x20),
                  to_letter = _mm_set1_epi8((char)(-128 - 'a')),
                  letters = _mm_set1_epi8(-128 + 26);
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i d = _mm_cmplt_epi8(_mm_add_epi8(x, to_digit), digits);
    __m128i l = _mm_cmplt_epi8(_mm_add_epi8(_mm_or_si128(x, low), to_letter), letters);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(d, l));
}

INLINE uint64_t words_vector(const uint8_t *p)
{
    return words_of_16(p) | words_of_16(p + 16) << 16 | words_of_16(p + 32) << 32 |
           words_of_16(p + 48) << 48;
}

INLINE uint64_t begins_of_16(const struct matcher *m, const uint8_t *p)
{
    const __m128i lead = _mm_set1_epi8(-65), zero = _mm_setzero_si128();
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p), b = zero;
    for (unsigned j = 0; j < m->nsigns; j++)
        b = _mm_or_si128(b, _mm_cmpeq_epi8(x, _mm_set1_epi8((char)m->sign[j])));
    if (m->begins_high) /* leading bytes of UTF-8: -64 .. -1 */
        b = _mm_or_si128(b,
                         _mm_and_si128(_mm_cmpgt_epi8(x, lead), _mm_cmplt_epi8(x, zero)));
    return (unsigned)_mm_movemask_epi8(b);
}

INLINE uint64_t begins_vector(const struct matcher *m, const uint8_t *p)
{
    if (m->nsigns > ARRAY_LEN(m->sign))
        return begins_any(m, p);
    return begins_of_16(m, p) | begins_of_16(m, p + 16) << 16 |
           begins_of_16(m, p + 32) << 32 | begins_of_16(m, p + 48) << 48;
}
#elif defined(__ARM_NEON)
INLINE uint64_t join(const uint8x16_t v[4])
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

INLINE uint64_t words_vector(const uint8_t *p)
{
    uint8x16_t words[4];
    for (unsigned i = 0; i < 4; i++) {
        uint8x16_t x = vld1q_u8(p + 16 * i);
        uint8x16_t l = vsubq_u8(vorrq_u8(x, vdupq_n_u8(0x20)), vdupq_n_u8('a'));
        uint8x16_t d = vsubq_u8(x, vdupq_n_u8('0'));
        words[i] = vorrq_u8(vcltq_u8(d, vdupq_n_u8(10)), vcltq_u8(l, vdupq_n_u8(26)));
    }
    return join(words);
}

INLINE uint64_t begins_vector(const struct matcher *m, const uint8_t *p)
{
    uint8x16_t begins[4];
    if (m->nsigns > ARRAY_LEN(m->sign))
        return begins_any(m, p);
    for (unsigned i = 0; i < 4; i++) {
        uint8x16_t x = vld1q_u8(p + 16 * i), b = vdupq_n_u8(0);
        for (unsigned j = 0; j < m->nsigns; j++)
            b = vorrq_u8(b, vceqq_u8(x, vdupq_n_u8(m->sign[j])));
        if (m->begins_high)
            b = vorrq_u8(b, vcgeq_u8(x, vdupq_n_u8(0xC0)));
        begins[i] = b;
    }
    return join(begins);
}
#else
#define words_vector  words_plain
#define begins_vector begins_plain
#endif

/* The lowest place in the mask of block b, taken out of it; any place when there is none.
 */
INLINE uint16_t next_place(unsigned b, uint64_t *mask)
{
    unsigned at = (unsigned)__builtin_ctzll(*mask | (uint64_t)1 << 63);
    *mask &= *mask - 1;
    return (uint16_t)(b * BLOCK + at);
}

/* The places in a chunk at which a match may begin by what stands before them and by
 * their first byte. *word: was the byte before a letter or digit? Written eight at a
 * time, so that there is little to foretell; `place` has room for that. */
INLINE unsigned find_places(const struct matcher *m, const uint8_t *p, unsigned blocks,
                            uint64_t *word, words_fn *words_of, begins_fn *begins_of,
                            uint16_t *place)
{
    bool begins = m->nsigns > 0 || m->begins_high;
    unsigned n = 0;
    for (unsigned b = 0; b < blocks; b++, p += BLOCK) {
        uint64_t words = words_of(p), mask = words & ~(words << 1 | *word);
        *word = words >> 63;
        if (begins)
            mask |= begins_of(m, p);
        unsigned end = n + (unsigned)__builtin_popcountll(mask);
        for (; n < end; n += 8) {
            uint16_t *to = place + n;
            for (unsigned j = 0; j < 8;
                 j += 4) { /* by four: compilers leave it at that */
                to[j] = next_place(b, &mask);
                to[j + 1] = next_place(b, &mask);
                to[j + 2] = next_place(b, &mask);
                to[j + 3] = next_place(b, &mask);
            }
        }
        n = end;
    }
    return n;
}

/* Keeps those places whose prefix begins a match. Without branches: which places pass is
 * hard to foretell. */
INLINE unsigned filter(const struct matcher *m, const uint8_t *p, uint16_t *place,
                       unsigned n)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++) {
        uint16_t at = place[i];
        uint64_t coarse = match_coarse(load_eight(p + at));
        unsigned length = m->length[match_first_hash(coarse)];
        uint32_t h = match_prefix_hash(match_key(coarse, m->length_mask[length]));
        place[kept] = at;
        kept += (unsigned)(m->prefix[h >> 6] >> (h & 63)) & (length != 0);
    }
    return kept;
}

INLINE void scan(const struct matcher *m, struct sv text, words_fn *words,
                 begins_fn *begins, match_fn *hit, void *ctx)
{
    uint16_t place[CHUNK + 8];
    uint8_t rest[CHUNK + BLOCK];
    uint64_t word = 0;
    size_t from = 0; /* behind the last match */
    for (size_t base = 0; base < text.n; base += CHUNK) {
        const uint8_t *p = (const uint8_t *)text.p + base;
        size_t left = text.n - base;
        unsigned blocks = CHUNK / BLOCK;
        if (left < CHUNK + MATCH_PREFIX_MAX) { /* the end: what lies behind reads as 0 */
            blocks = left < CHUNK ? (unsigned)(left + BLOCK - 1) / BLOCK : blocks;
            memcpy(rest, p, left);
            memset(rest + left, 0,
                   (size_t)BLOCK < sizeof rest - left ? BLOCK : sizeof rest - left);
            p = rest;
        }
        unsigned n = find_places(m, p, blocks, &word, words, begins, place);
        n = filter(m, p, place, n);
        for (unsigned i = 0; i < n; i++) {
            size_t at = base + place[i];
            struct match_hit h;
            if (at < from || !try_at(m, text, at, &h))
                continue;
            if (hit(ctx, &h) != 0)
                return;
            from = h.end;
        }
    }
}

static void scan_vector(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    scan(m, text, words_vector, begins_vector, hit, ctx);
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2,popcnt"))) static void
scan_avx2(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    scan(m, text, words_vector, begins_vector, hit, ctx);
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}
#else
#define scan_avx2 scan_vector
static bool has_avx2(void)
{
    return false;
}
#endif

void match_scan_path(const struct matcher *m, struct sv text, enum match_path path,
                     match_fn *hit, void *ctx)
{
    if (m->start == 0)
        return;
    if (path == MATCH_PLAIN)
        scan(m, text, words_plain, begins_plain, hit, ctx);
    else if (path == MATCH_VECTOR || !has_avx2())
        scan_vector(m, text, hit, ctx);
    else
        scan_avx2(m, text, hit, ctx);
}

void match_scan(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    match_scan_path(m, text, MATCH_BEST, hit, ctx);
}
