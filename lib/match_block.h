/* match_block — what a scan first asks of 64 bytes: which are letters or digits, which
 * may begin a match without being one, and what is left of them for the filter's hashes;
 * and the list of a mask's bits.
 *
 * One function per kind of processor, all with the same results: plain C eight bytes at a
 * time, SSE2, AVX2, AVX-512, NEON. They are compiled into the scan that calls them.
 *
 * Owns:    nothing.
 * Units:   bit i of a mask is byte i.
 * Threads: any.
 */
#ifndef COUNCILWIRE_MATCH_BLOCK_H
#define COUNCILWIRE_MATCH_BLOCK_H

#include "match_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#define INLINE static inline __attribute__((always_inline))

enum { BLOCK = 64, LIST_SPARE = 32 };

struct block {
    uint64_t words;  /* ASCII letters and digits */
    uint64_t begins; /* bytes of matcher.begins */
};

/* Writes match_coarse() of the block's bytes to `coarse`, and the flags; reads one byte
 * behind the block. */
typedef struct block block_fn(const struct matcher *m, const uint8_t *p, uint8_t *coarse);

/* Writes the places of the mask's bits, counted from `base`, and returns how many there
 * are; what it writes behind them, LIST_SPARE at most, says nothing. */
typedef unsigned list_fn(const struct matcher *m, uint64_t mask, unsigned base,
                         uint16_t *place);

typedef uint16_t eight_places __attribute__((vector_size(16)));

/* Each eight bits are written as eight places, of which those that are none are
 * overwritten: nothing is to be foretold. The builtin is never a call to the checked
 * memcpy. */
INLINE unsigned list_plain(const struct matcher *m, uint64_t mask, unsigned base,
                           uint16_t *place)
{
    unsigned n = 0;
    eight_places at = (uint16_t)base + (eight_places){0};
    for (unsigned i = 0; i < BLOCK; i += 8, mask >>= 8, at += 8) {
        eight_places eight;
        __builtin_memcpy(&eight, m->bit[mask & 0xff], sizeof eight);
        eight += at;
        __builtin_memcpy(place + n, &eight, sizeof eight);
        n += m->bits[mask & 0xff];
    }
    return n;
}

/* The slow way, for any number of signs. */
static uint64_t begins_any(const struct matcher *m, const uint8_t *p)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        mask |= (uint64_t)m->begins[p[i]] << i;
    return mask;
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

/* Bit 7 of each byte above ' '. */
static uint64_t above_blank(uint64_t eight)
{
    return ((eight & EACH(0x7F)) + EACH(0x7F - ' ')) | eight;
}

static uint64_t coarse_of_8(uint64_t x, uint64_t next)
{
    uint64_t y = x ^ EACH(0xC2), c2 = ~(((y & EACH(0x7F)) + EACH(0x7F)) | y);
    return match_coarse(x) | ((c2 | ~(above_blank(x) | above_blank(next))) & EACH(0x80));
}

INLINE struct block block_plain(const struct matcher *m, const uint8_t *p,
                                uint8_t *coarse)
{
    struct block b = {0, 0};
    uint64_t high = m->begins_high ? EACH(0x80) : 0;
    bool many = m->nsigns > ARRAY_LEN(m->sign);
    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t x = match_load(p + i), ascii = x & EACH(0x7F), found = x & x << 1 & high;
        uint64_t w = between(ascii, '0', '9') | between(ascii | EACH(0x20), 'a', 'z');
        for (unsigned j = 0; j < m->nsigns && !many; j++) {
            uint64_t y = x ^ EACH(m->sign[j]);
            found |= ~(((y & EACH(0x7F)) + EACH(0x7F)) | y); /* bit 7 of a byte 0 */
        }
        b.words |= high_bits(w & ~x) << i;
        b.begins |= high_bits(found) << i;
        match_store(coarse + i, coarse_of_8(x, match_load(p + i + 1)));
    }
    if (many)
        b.begins = begins_any(m, p);
    return b;
}

#if defined(__SSE2__)
INLINE __m128i load_16(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

INLINE uint64_t words_of_16(__m128i x)
{
    const __m128i to_digit = _mm_set1_epi8((char)(-128 - '0')),
                  digits = _mm_set1_epi8((char)(-128 + 10)), low = _mm_set1_epi8(0x20),
                  to_letter = _mm_set1_epi8((char)(-128 - 'a')),
                  letters = _mm_set1_epi8((char)(-128 + 26));
    __m128i d = _mm_cmplt_epi8(_mm_add_epi8(x, to_digit), digits);
    __m128i l = _mm_cmplt_epi8(_mm_add_epi8(_mm_or_si128(x, low), to_letter), letters);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(d, l));
}

INLINE uint64_t begins_of_16(const struct matcher *m, __m128i x)
{
    const __m128i lead = _mm_set1_epi8((char)-65), zero = _mm_setzero_si128();
    __m128i b = zero;
    for (unsigned j = 0; j < m->nsigns; j++)
        b = _mm_or_si128(b, _mm_cmpeq_epi8(x, _mm_set1_epi8((char)m->sign[j])));
    if (m->begins_high) /* leading bytes of UTF-8: -64 .. -1 */
        b = _mm_or_si128(b,
                         _mm_and_si128(_mm_cmpgt_epi8(x, lead), _mm_cmplt_epi8(x, zero)));
    return (unsigned)_mm_movemask_epi8(b);
}

INLINE void coarse_of_16(__m128i x, __m128i next, uint8_t *coarse)
{
    const __m128i blank = _mm_set1_epi8(' '), high = _mm_set1_epi8((char)0x80);
    __m128i whole =
        _mm_cmplt_epi8(_mm_xor_si128(x, _mm_add_epi8(x, x)), _mm_setzero_si128());
    __m128i c = _mm_andnot_si128(
        high, _mm_and_si128(x, _mm_or_si128(whole, _mm_set1_epi8((char)0xF0))));
    __m128i most = _mm_max_epu8(x, next);
    __m128i flag = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(most, blank), most),
                                _mm_cmpeq_epi8(x, _mm_set1_epi8((char)0xC2)));
    _mm_storeu_si128((__m128i *)(void *)coarse,
                     _mm_or_si128(c, _mm_and_si128(flag, high)));
}

INLINE struct block block_vector(const struct matcher *m, const uint8_t *p,
                                 uint8_t *coarse)
{
    struct block b = {0, 0};
    bool many = m->nsigns > ARRAY_LEN(m->sign);
    for (unsigned i = 0; i < BLOCK; i += 16) {
        __m128i x = load_16(p + i);
        b.words |= words_of_16(x) << i;
        b.begins |= many ? 0 : begins_of_16(m, x) << i;
        coarse_of_16(x, load_16(p + i + 1), coarse + i);
    }
    if (many)
        b.begins = begins_any(m, p);
    return b;
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

INLINE struct block block_vector(const struct matcher *m, const uint8_t *p,
                                 uint8_t *coarse)
{
    uint8x16_t words[4], begins[4];
    bool many = m->nsigns > ARRAY_LEN(m->sign);
    for (unsigned i = 0; i < 4; i++) {
        uint8x16_t x = vld1q_u8(p + 16 * i), b = vdupq_n_u8(0);
        uint8x16_t l = vsubq_u8(vorrq_u8(x, vdupq_n_u8(0x20)), vdupq_n_u8('a'));
        uint8x16_t d = vsubq_u8(x, vdupq_n_u8('0'));
        uint8x16_t whole = vcgeq_u8(veorq_u8(x, vshlq_n_u8(x, 1)), vdupq_n_u8(0x80));
        words[i] = vorrq_u8(vcltq_u8(d, vdupq_n_u8(10)), vcltq_u8(l, vdupq_n_u8(26)));
        for (unsigned j = 0; j < m->nsigns && !many; j++)
            b = vorrq_u8(b, vceqq_u8(x, vdupq_n_u8(m->sign[j])));
        if (m->begins_high)
            b = vorrq_u8(b, vcgeq_u8(x, vdupq_n_u8(0xC0)));
        begins[i] = b;
        uint8x16_t c =
            vandq_u8(vandq_u8(x, vorrq_u8(whole, vdupq_n_u8(0xF0))), vdupq_n_u8(0x7F));
        uint8x16_t flag =
            vorrq_u8(vcleq_u8(vmaxq_u8(x, vld1q_u8(p + 16 * i + 1)), vdupq_n_u8(' ')),
                     vceqq_u8(x, vdupq_n_u8(0xC2)));
        vst1q_u8(coarse + 16 * i, vorrq_u8(c, vandq_u8(flag, vdupq_n_u8(0x80))));
    }
    return (struct block){join(words), many ? begins_any(m, p) : join(begins)};
}
#else
#define block_vector block_plain
#endif

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

INLINE AVX2 __m256i load_32(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

INLINE AVX2 uint64_t words_of_32(__m256i x)
{
    const __m256i to_digit = _mm256_set1_epi8((char)(-128 - '0')),
                  digits = _mm256_set1_epi8((char)(-128 + 10)),
                  low = _mm256_set1_epi8(0x20),
                  to_letter = _mm256_set1_epi8((char)(-128 - 'a')),
                  letters = _mm256_set1_epi8((char)(-128 + 26));
    __m256i d = _mm256_cmpgt_epi8(digits, _mm256_add_epi8(x, to_digit));
    __m256i l =
        _mm256_cmpgt_epi8(letters, _mm256_add_epi8(_mm256_or_si256(x, low), to_letter));
    return (unsigned)_mm256_movemask_epi8(_mm256_or_si256(d, l));
}

INLINE AVX2 uint64_t begins_of_32(const struct matcher *m, __m256i x)
{
    const __m256i lead = _mm256_set1_epi8((char)-65), zero = _mm256_setzero_si256();
    __m256i b = zero;
    for (unsigned j = 0; j < m->nsigns; j++)
        b = _mm256_or_si256(b, _mm256_cmpeq_epi8(x, _mm256_set1_epi8((char)m->sign[j])));
    if (m->begins_high)
        b = _mm256_or_si256(
            b, _mm256_and_si256(_mm256_cmpgt_epi8(x, lead), _mm256_cmpgt_epi8(zero, x)));
    return (unsigned)_mm256_movemask_epi8(b);
}

INLINE AVX2 void coarse_of_32(__m256i x, __m256i next, uint8_t *coarse)
{
    const __m256i blank = _mm256_set1_epi8(' '), high = _mm256_set1_epi8((char)0x80);
    __m256i whole = _mm256_cmpgt_epi8(_mm256_setzero_si256(),
                                      _mm256_xor_si256(x, _mm256_add_epi8(x, x)));
    __m256i c = _mm256_andnot_si256(
        high, _mm256_and_si256(x, _mm256_or_si256(whole, _mm256_set1_epi8((char)0xF0))));
    __m256i most = _mm256_max_epu8(x, next);
    __m256i flag = _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_min_epu8(most, blank), most),
                                   _mm256_cmpeq_epi8(x, _mm256_set1_epi8((char)0xC2)));
    _mm256_storeu_si256((__m256i *)(void *)coarse,
                        _mm256_or_si256(c, _mm256_and_si256(flag, high)));
}

INLINE AVX2 struct block block_avx2(const struct matcher *m, const uint8_t *p,
                                    uint8_t *coarse)
{
    struct block b = {0, 0};
    bool many = m->nsigns > ARRAY_LEN(m->sign);
    for (unsigned i = 0; i < BLOCK; i += 32) {
        __m256i x = load_32(p + i);
        b.words |= words_of_32(x) << i;
        b.begins |= many ? 0 : begins_of_32(m, x) << i;
        coarse_of_32(x, load_32(p + i + 1), coarse + i);
    }
    if (many)
        b.begins = begins_any(m, p);
    return b;
}

#define AVX512                                                                           \
    __attribute__((target(                                                               \
        "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt")))

INLINE AVX512 struct block block_avx512(const struct matcher *m, const uint8_t *p,
                                        uint8_t *coarse)
{
    const __m512i blank = _mm512_set1_epi8(' '), high = _mm512_set1_epi8((char)0x80);
    __m512i x = _mm512_loadu_si512(p), next = _mm512_loadu_si512(p + 1);
    __m512i d = _mm512_sub_epi8(x, _mm512_set1_epi8('0'));
    __m512i l = _mm512_sub_epi8(_mm512_or_si512(x, blank), _mm512_set1_epi8('a'));
    struct block b = {_mm512_cmplt_epu8_mask(d, _mm512_set1_epi8(10)) |
                          _mm512_cmplt_epu8_mask(l, _mm512_set1_epi8(26)),
                      0};
    bool many = m->nsigns > ARRAY_LEN(m->sign);
    for (unsigned j = 0; j < m->nsigns && !many; j++)
        b.begins |= _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8((char)m->sign[j]));
    if (m->begins_high)
        b.begins |= _mm512_cmpge_epu8_mask(x, _mm512_set1_epi8((char)0xC0));
    if (many)
        b.begins = begins_any(m, p);
    uint64_t whole = _mm512_movepi8_mask(_mm512_xor_si512(x, _mm512_add_epi8(x, x)));
    uint64_t flag = _mm512_cmple_epu8_mask(_mm512_max_epu8(x, next), blank) |
                    _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8((char)0xC2));
    __m512i keep =
        _mm512_mask_blend_epi8(whole, _mm512_set1_epi8(0x70), _mm512_set1_epi8(0x7F));
    __m512i c = _mm512_and_si512(x, keep);
    _mm512_storeu_si512(coarse, _mm512_mask_add_epi8(c, flag, c, high));
    return b;
}

INLINE AVX512 unsigned list_avx512(const struct matcher *m, uint64_t mask, unsigned base,
                                   uint16_t *place)
{
    static const uint8_t count[BLOCK] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const __m512i first = _mm512_set1_epi16((short)base);
    __m512i bits = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(count));
    unsigned n = (unsigned)__builtin_popcountll(mask);
    (void)m;
    _mm512_storeu_si512(
        place,
        _mm512_add_epi16(first, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(bits))));
    if (n > 32)
        _mm512_storeu_si512(
            place + 32, _mm512_add_epi16(first, _mm512_cvtepu8_epi16(
                                                    _mm512_extracti64x4_epi64(bits, 1))));
    return n;
}
#endif

#endif
