/* skip — over words with single blanks between them, sixteen bytes at a time.
 *
 * Owns:    nothing.
 * Units:   byte offsets into t.
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_SKIP_H
#define COUNCILWIRE_PARSE_SKIP_H

#include <stddef.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
/* Which bytes are c, some bits of theirs set: signs that differ in these bits at once. */
static inline __m128i skip_equal(__m128i v, char bits, char c)
{
    return _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8(bits)), _mm_set1_epi8(c));
}
#endif

/* Goes on from i, and stops at the latest at a byte that may need a look: a control, the
 * first byte of a letter beyond ASCII, one of *[]<|\_!, a blank in front of one of these
 * or of another blank. It may stop earlier: the caller looks at the byte in any case. */
static inline size_t skip_words(const char *t, size_t i, size_t end)
{
#ifdef __SSE2__
    enum { BLOCK = 16, WHOLE = (1 << (BLOCK - 1)) - 1 };
    const __m128i blank = _mm_set1_epi8(' ');
    for (; end - i >= BLOCK; i += BLOCK - 1) {
        __m128i v, look;
        memcpy(&v, t + i, sizeof v);
        look = _mm_cmplt_epi8(v, blank); /* signed: bytes from 0x80 on too */
        look = _mm_or_si128(look, skip_equal(v, 0x60, '|')); /* also < and \ */
        look = _mm_or_si128(look, skip_equal(v, 6, '_'));    /* also [ and ], and Y */
        look = _mm_or_si128(look, skip_equal(v, 0, '*'));
        look = _mm_or_si128(look, skip_equal(v, 0, '!'));
        unsigned looks = (unsigned)_mm_movemask_epi8(look),
                 blanks = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, blank));
        looks = (looks | (blanks & (looks | blanks) >> 1)) & WHOLE;
        if (looks)
            return i + (size_t)__builtin_ctz(looks);
    }
#else
    (void)t, (void)end;
#endif
    return i;
}

#endif
