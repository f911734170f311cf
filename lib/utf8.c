#include "utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_plain(unsigned char c)
{
    return c < 0x80 && (c >= 0x20 || c == '\n' || c == '\t' || c == '\f');
}

#ifdef __SSE2__
/* Which of the 16 bytes at p are not plain. */
static __m128i unplain(const char *p)
{
    __m128i v;
    memcpy(&v, p, 16);
    __m128i kept = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')),
                                _mm_cmpeq_epi8(v, _mm_set1_epi8('\t')));
    kept = _mm_or_si128(kept, _mm_cmpeq_epi8(v, _mm_set1_epi8('\f')));
    /* signed: bytes from 0x80 on are below the blank too */
    return _mm_andnot_si128(kept, _mm_cmplt_epi8(v, _mm_set1_epi8(' ')));
}
#endif

const char *utf8_skip_plain(const char *p, const char *e)
{
#ifdef __SSE2__
    for (; e - p >= 64; p += 64) {
        __m128i v = _mm_or_si128(_mm_or_si128(unplain(p), unplain(p + 16)),
                                 _mm_or_si128(unplain(p + 32), unplain(p + 48)));
        if (_mm_movemask_epi8(v))
            break;
    }
    for (; e - p >= 16; p += 16) {
        int dirty = _mm_movemask_epi8(unplain(p));
        if (dirty)
            return p + __builtin_ctz((unsigned)dirty);
    }
#endif
    while (p < e && is_plain((unsigned char)*p))
        p++;
    return p;
}

/* The bounds of the second byte are what makes overlong forms, surrogates and values over
 * U+10FFFF malformed (table 3-7). */
struct utf8_char utf8_next(const char *p, const char *e)
{
    unsigned char c = (unsigned char)*p;
    if (c < 0x80)
        return (struct utf8_char){c, 1, true};
    unsigned char low = 0x80, high = 0xBF;
    int more;
    uint32_t cp;
    if (c >= 0xC2 && c <= 0xDF) {
        more = 1;
        cp = c & 0x1Fu;
    } else if ((c & 0xF0) == 0xE0) {
        more = 2;
        cp = c & 0x0Fu;
        low = c == 0xE0 ? 0xA0 : 0x80;
        high = c == 0xED ? 0x9F : 0xBF;
    } else if (c >= 0xF0 && c <= 0xF4) {
        more = 3;
        cp = c & 0x07u;
        low = c == 0xF0 ? 0x90 : 0x80;
        high = c == 0xF4 ? 0x8F : 0xBF;
    } else {
        return (struct utf8_char){0, 1, false};
    }
    uint8_t len = 1;
    for (; more > 0; more--, len++) {
        if (p + len >= e || (unsigned char)p[len] < low || (unsigned char)p[len] > high)
            return (struct utf8_char){0, len, false};
        cp = cp << 6 | ((unsigned char)p[len] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    return (struct utf8_char){cp, len, true};
}

void utf8_add(struct buf *b, uint32_t cp)
{
    char s[4];
    size_t n;
    if (cp < 0x80) {
        s[0] = (char)cp;
        n = 1;
    } else if (cp < 0x800) {
        s[0] = (char)(0xC0 | cp >> 6);
        s[1] = (char)(0x80 | (cp & 0x3F));
        n = 2;
    } else if (cp < 0x10000) {
        s[0] = (char)(0xE0 | cp >> 12);
        s[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        s[2] = (char)(0x80 | (cp & 0x3F));
        n = 3;
    } else {
        s[0] = (char)(0xF0 | cp >> 18);
        s[1] = (char)(0x80 | (cp >> 12 & 0x3F));
        s[2] = (char)(0x80 | (cp >> 6 & 0x3F));
        s[3] = (char)(0x80 | (cp & 0x3F));
        n = 4;
    }
    buf_add(b, s, n);
}

uint32_t utf8_from_cp1252(unsigned char c)
{
    static const uint16_t high[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    return c < 0x80 || c > 0x9F ? c : high[c - 0x80];
}

void utf8_add_cp1252(struct buf *b, struct sv bytes)
{
    const char *e = bytes.p + bytes.n;
    for (const char *p = bytes.p; p < e; p++) {
        const char *q = utf8_skip_plain(p, e);
        buf_add(b, p, (size_t)(q - p));
        if (q == e)
            return;
        p = q;
        uint32_t cp = (unsigned char)*p < 0x80 ? (unsigned char)*p
                                               : utf8_from_cp1252((unsigned char)*p);
        utf8_add(b, cp ? cp : 0xfffd);
    }
}

static uint32_t utf16_unit(const char *p, bool big_endian)
{
    unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];
    return big_endian ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

void utf8_add_utf16(struct buf *b, struct sv bytes, bool big_endian)
{
    size_t i = 0;
    while (i + 1 < bytes.n) {
        uint32_t u = utf16_unit(bytes.p + i, big_endian);
        i += 2;
        if (u >= 0xd800 && u < 0xdc00 && i + 1 < bytes.n) {
            uint32_t low = utf16_unit(bytes.p + i, big_endian);
            if (low >= 0xdc00 && low < 0xe000) {
                u = 0x10000 + ((u - 0xd800) << 10 | (low - 0xdc00));
                i += 2;
            }
        }
        utf8_add(b, u >= 0xd800 && u < 0xe000 ? 0xfffd : u);
    }
    if (i < bytes.n)
        utf8_add(b, 0xfffd);
}
