/* block — what 64 bytes of text are, as a mask: bit i tells of byte i.
 *
 * A pass over the text takes a block at a time and goes on from bit to bit, so that its
 * cost is that of what it finds.
 *
 * Owns:    nothing.
 * Units:   bytes; BLOCK_BYTES must be readable at p (block_of copies what is less).
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_BLOCK_H
#define COUNCILWIRE_PARSE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK_BYTES = 64 };

/* The block at p, of which n bytes are there: p itself, or a copy with zeros behind. */
static inline const char *block_of(const char *p, size_t n, char copy[BLOCK_BYTES])
{
    if (n >= BLOCK_BYTES)
        return p;
    memset(copy, 0, BLOCK_BYTES);
    return memcpy(copy, p, n);
}

#ifdef __SSE2__
static inline __m128i block_part(const char *p, unsigned i)
{
    __m128i v;
    memcpy(&v, p + i * sizeof v, sizeof v);
    return v;
}

/* Which bytes of the four parts are set. */
static inline uint64_t block_mask(__m128i a, __m128i b, __m128i c, __m128i d)
{
    uint64_t low = (unsigned)_mm_movemask_epi8(a) | (unsigned)_mm_movemask_epi8(b) << 16;
    uint64_t high = (unsigned)_mm_movemask_epi8(c) | (unsigned)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}
#endif

static inline uint64_t block_equal_plain(const char *p, char c)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        mask |= (uint64_t)(p[i] == c) << i;
    return mask;
}

/* Which bytes are c. */
static inline uint64_t block_equal(const char *p, char c)
{
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi8(c);
    return block_mask(
        _mm_cmpeq_epi8(block_part(p, 0), all), _mm_cmpeq_epi8(block_part(p, 1), all),
        _mm_cmpeq_epi8(block_part(p, 2), all), _mm_cmpeq_epi8(block_part(p, 3), all));
#else
    return block_equal_plain(p, c);
#endif
}

/* Which bytes are the letter c, small or capital. */
static inline uint64_t block_letter(const char *p, char c)
{
    c |= 0x20;
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi8(c), small = _mm_set1_epi8(0x20);
    return block_mask(_mm_cmpeq_epi8(_mm_or_si128(block_part(p, 0), small), all),
                      _mm_cmpeq_epi8(_mm_or_si128(block_part(p, 1), small), all),
                      _mm_cmpeq_epi8(_mm_or_si128(block_part(p, 2), small), all),
                      _mm_cmpeq_epi8(_mm_or_si128(block_part(p, 3), small), all));
#else
    return block_equal_plain(p, c) | block_equal_plain(p, (char)(c & ~0x20));
#endif
}

#ifdef __SSE2__
static inline __m128i block_part_one_of(__m128i v, char a, char b, char c)
{
    return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(a)),
                                     _mm_cmpeq_epi8(v, _mm_set1_epi8(b))),
                        _mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

static inline __m128i block_part_between(__m128i v, char low, char high)
{
    return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(low - 1))),
                         _mm_cmplt_epi8(v, _mm_set1_epi8((char)(high + 1))));
}
#endif

/* Which bytes are one of three. */
static inline uint64_t block_one_of(const char *p, char a, char b, char c)
{
#ifdef __SSE2__
    return block_mask(block_part_one_of(block_part(p, 0), a, b, c),
                      block_part_one_of(block_part(p, 1), a, b, c),
                      block_part_one_of(block_part(p, 2), a, b, c),
                      block_part_one_of(block_part(p, 3), a, b, c));
#else
    return block_equal_plain(p, a) | block_equal_plain(p, b) | block_equal_plain(p, c);
#endif
}

static inline uint64_t block_between_plain(const char *p, char low, char high)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        mask |= (uint64_t)(p[i] >= low && p[i] <= high) << i;
    return mask;
}

/* Which bytes are ASCII from low to high. */
static inline uint64_t block_between(const char *p, char low, char high)
{
#ifdef __SSE2__
    return block_mask(block_part_between(block_part(p, 0), low, high),
                      block_part_between(block_part(p, 1), low, high),
                      block_part_between(block_part(p, 2), low, high),
                      block_part_between(block_part(p, 3), low, high));
#else
    return block_between_plain(p, low, high);
#endif
}

#ifdef __SSE2__
static inline __m128i block_part_one_of_or_between(__m128i v, char a, char b, char c,
                                                   char low, char high)
{
    return _mm_or_si128(block_part_one_of(v, a, b, c), block_part_between(v, low, high));
}
#endif

/* Which bytes are one of three, or ASCII from low to high. */
static inline uint64_t block_one_of_or_between(const char *p, char a, char b, char c,
                                               char low, char high)
{
#ifdef __SSE2__
    return block_mask(block_part_one_of_or_between(block_part(p, 0), a, b, c, low, high),
                      block_part_one_of_or_between(block_part(p, 1), a, b, c, low, high),
                      block_part_one_of_or_between(block_part(p, 2), a, b, c, low, high),
                      block_part_one_of_or_between(block_part(p, 3), a, b, c, low, high));
#else
    return block_one_of(p, a, b, c) | block_between(p, low, high);
#endif
}

/* Is none of the bytes beyond ASCII? */
static inline bool block_is_ascii(const char *p)
{
#ifdef __SSE2__
    __m128i any = _mm_or_si128(_mm_or_si128(block_part(p, 0), block_part(p, 1)),
                               _mm_or_si128(block_part(p, 2), block_part(p, 3)));
    return _mm_movemask_epi8(any) == 0;
#else
    char any = 0;
    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        any |= p[i];
    return (any & 0x80) == 0;
#endif
}

static inline bool byte_in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '/' && c <= '9') ||
           c == '-' || c == '\'' || (unsigned char)c >= 0x80;
}

static inline uint64_t block_words_plain(const char *p)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        mask |= (uint64_t)byte_in_word(p[i]) << i;
    return mask;
}

#ifdef __SSE2__
static inline __m128i block_part_words(__m128i v)
{
    /* so that a range begins at the least signed byte, and one comparison tells it */
    const __m128i letter = _mm_set1_epi8((char)(-128 - 'a')),
                  digit = _mm_set1_epi8((char)(-128 - '/')), small = _mm_set1_epi8(0x20);
    __m128i w = _mm_cmplt_epi8(_mm_add_epi8(_mm_or_si128(v, small), letter),
                               _mm_set1_epi8((char)(-128 + 26)));
    w = _mm_or_si128(
        w, _mm_cmplt_epi8(_mm_add_epi8(v, digit), _mm_set1_epi8((char)(-128 + 11))));
    w = _mm_or_si128(w, _mm_cmpeq_epi8(v, _mm_set1_epi8('-')));
    w = _mm_or_si128(w, _mm_cmpeq_epi8(v, _mm_set1_epi8('\'')));
    return _mm_or_si128(w, v);
}
#endif

/* Which bytes make words: letters, digits, hyphen, apostrophe, slash, and all beyond
 * ASCII. */
static inline uint64_t block_words(const char *p)
{
#ifdef __SSE2__
    return block_mask(
        block_part_words(block_part(p, 0)), block_part_words(block_part(p, 1)),
        block_part_words(block_part(p, 2)), block_part_words(block_part(p, 3)));
#else
    return block_words_plain(p);
#endif
}

static inline unsigned block_first(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask);
}

static inline unsigned block_last(uint64_t mask)
{
    return BLOCK_BYTES - 1 - (unsigned)__builtin_clzll(mask);
}

/* How many bytes are c. */
static inline unsigned block_count_equal(const char *p, char c)
{
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi8(c), none = _mm_setzero_si128();
    __m128i n = none; /* each equal byte is -1 */
    for (unsigned i = 0; i < 4; i++)
        n = _mm_sub_epi8(n, _mm_cmpeq_epi8(block_part(p, i), all));
    n = _mm_sad_epu8(n, none);
    return (unsigned)(_mm_cvtsi128_si32(n) + _mm_cvtsi128_si32(_mm_srli_si128(n, 8)));
#else
    unsigned n = 0;
    for (unsigned i = 0; i < BLOCK_BYTES; i++)
        n += p[i] == c;
    return n;
#endif
}

/* How many bits are set. The compiler's own would be a call where the processor is not
 * known to count them. */
static inline unsigned block_count(uint64_t v)
{
    v -= v >> 1 & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
    v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(v * UINT64_C(0x0101010101010101) >> 56);
}

#endif
