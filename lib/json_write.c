#include "json_write.h"

#include <assert.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static void before_value(struct json_writer *w)
{
    if (w->comma)
        buf_addc(w->out, ',');
    w->comma = true;
}

static void open_bracket(struct json_writer *w, char c)
{
    before_value(w);
    buf_addc(w->out, c);
    w->comma = false;
    w->depth++;
}

static void close_bracket(struct json_writer *w, char c)
{
    assert(w->depth > 0);
    w->depth--;
    buf_addc(w->out, c);
    w->comma = true;
}

void json_open_object(struct json_writer *w)
{
    open_bracket(w, '{');
}

void json_close_object(struct json_writer *w)
{
    close_bracket(w, '}');
    if (w->sink && w->out->n >= JSON_PIECE)
        w->sink(w->ctx, w->out);
}

void json_open_array(struct json_writer *w)
{
    open_bracket(w, '[');
}

void json_close_array(struct json_writer *w)
{
    close_bracket(w, ']');
}

/* 0: as it is; else the letter behind the backslash, 'u' for \u00XX; 1: a lead byte to
 * look at. */
static const unsigned char escape[256] = {
    'u',         'u',           'u',         'u',          'u',        'u', 'u', 'u',
    'b',         't',           'n',         'u',          'f',        'r', 'u', 'u',
    'u',         'u',           'u',         'u',          'u',        'u', 'u', 'u',
    'u',         'u',           'u',         'u',          'u',        'u', 'u', 'u',
    ['"'] = '"', ['\\'] = '\\', ['<'] = 'u', [0x7f] = 'u', [0xe2] = 1,
};

/* Bytes of the separator U+2028 or U+2029 at p, or 0. */
static size_t separator(const char *p, size_t n)
{
    return n >= 3 && (unsigned char)p[1] == 0x80 &&
                   ((unsigned char)p[2] == 0xa8 || (unsigned char)p[2] == 0xa9)
               ? 3
               : 0;
}

#ifdef __SSE2__
/* Copies 16 bytes; which of them need a look. */
static unsigned copy_16(char *to, const char *p)
{
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  less = _mm_set1_epi8('<'), del = _mm_set1_epi8(0x7f),
                  lead = _mm_set1_epi8((char)0xe2), space = _mm_set1_epi8(0x1f);
    __m128i v;
    memcpy(&v, p, sizeof v);
    memcpy(to, &v, sizeof v);
    __m128i look = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
    look = _mm_or_si128(look, _mm_cmpeq_epi8(v, less));
    look = _mm_or_si128(look, _mm_cmpeq_epi8(v, del));
    look = _mm_or_si128(look, _mm_cmpeq_epi8(v, lead));
    look = _mm_or_si128(look, _mm_cmpeq_epi8(_mm_min_epu8(v, space), v));
    return (unsigned)_mm_movemask_epi8(look);
}
#endif

/* Copies what goes out as it is, up to the first byte that needs a look. Room for n bytes
 * is there. */
static size_t copy_clean(char *to, const char *p, size_t n)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; n >= 16 && i < n; i += 16) {
        if (n - i < 16)
            i = n - 16; /* the bytes before are clean */
        unsigned looks = copy_16(to + i, p + i);
        if (looks)
            return i + (size_t)__builtin_ctz(looks);
    }
#endif
    for (; i < n && !escape[(unsigned char)p[i]]; i++)
        to[i] = p[i];
    return i;
}

static void add_escaped(struct buf *b, struct sv s)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < s.n;) {
        buf_reserve(b, s.n - i);
        size_t run = copy_clean(b->p + b->n, s.p + i, s.n - i);
        b->n += run;
        i += run;
        if (i == s.n)
            return;
        unsigned char c = (unsigned char)s.p[i], e = escape[c];
        if (e == 1 && separator(s.p + i, s.n - i)) {
            buf_add(b, s.p[i + 2] == (char)0xa8 ? "\\u2028" : "\\u2029", 6);
            i += 3;
            continue;
        }
        i++;
        if (e == 1)
            buf_addc(b, (char)c);
        else if (e == 'u')
            buf_add(b, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
        else
            buf_add(b, (char[]){'\\', (char)e}, 2);
    }
}

void json_put_key_sv(struct json_writer *w, struct sv key)
{
    buf_reserve(w->out, key.n + 4);
    char *p = w->out->p + w->out->n;
    if (w->comma)
        *p++ = ',';
    *p++ = '"';
    assert(key.p);
    memcpy(p, key.p, key.n);
    memcpy(p + key.n, "\":", sizeof "\":");
    w->out->n = (size_t)(p - w->out->p) + key.n + 2;
    w->comma = false;
}

void json_put_string(struct json_writer *w, struct sv s)
{
    if (!s.p) {
        json_put_null(w);
        return;
    }
    before_value(w);
    buf_reserve(w->out, s.n + 2);
    buf_addc(w->out, '"');
    add_escaped(w->out, s);
    buf_addc(w->out, '"');
}

void json_put_cstr(struct json_writer *w, const char *s)
{
    json_put_string(w, sv_cstr(s));
}

void json_put_int(struct json_writer *w, int64_t v)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        digits[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        digits[--at] = '-';
    before_value(w);
    buf_add(w->out, digits + at, sizeof digits - at);
}

void json_put_bool(struct json_writer *w, bool v)
{
    before_value(w);
    buf_add_sv(w->out, v ? SV("true") : SV("false"));
}

void json_put_null(struct json_writer *w)
{
    before_value(w);
    buf_lit(w->out, "null");
}

void json_put_raw(struct json_writer *w, struct sv json)
{
    before_value(w);
    buf_add_sv(w->out, json);
}

void json_pair_int(struct json_writer *w, const char *key, int64_t v)
{
    json_put_key(w, key);
    json_put_int(w, v);
}

void json_pair_bool(struct json_writer *w, const char *key, bool v)
{
    json_put_key(w, key);
    json_put_bool(w, v);
}
