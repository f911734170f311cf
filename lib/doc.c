#include "doc.h"

#include "event.h"
#include "hash.h"
#include "nfc.h"
#include "utf8.h"

enum { REPLACEMENT = 0xFFFD, SNIFF_BYTES = 8192, CP1252_MIN = 3 };

static bool kept_control(uint32_t cp)
{
    return cp == '\t' || cp == '\n' || cp == '\f';
}

static bool control(uint32_t cp)
{
    return (cp < 0x20 && !kept_control(cp)) || (cp >= 0x80 && cp < 0xA0);
}

/* First place where the text must change, or its end. *unsafe: somewhere before it stands
 * a code point that composition may touch. */
static const char *first_change(const char *p, const char *e, bool *unsafe)
{
    while ((p = utf8_skip_plain(p, e)) < e) {
        struct utf8_char c = utf8_next(p, e);
        if (!c.ok || control(c.cp))
            return p;
        if (!nfc_safe(c.cp))
            *unsafe = true;
        p += c.len;
    }
    return p;
}

static bool ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* `char` has no sign on some processors. */
static bool is_high(char c)
{
    return (unsigned char)c >= 0x80;
}

/* Does the byte at p read as Windows-1252 there: a letter in a word, not a capital behind
 * a small letter, or a typographic sign? Letters that no official language writes (and
 * the last ones, which broken binary is full of) do not count. */
static bool reads_as_cp1252(const char *b, const char *p, const char *e)
{
    unsigned char c = (unsigned char)*p;
    if (c < 0xC0)
        return strchr(
                   "\x80\x82\x84\x85\x8A\x8C\x8E\x91\x92\x93\x94\x95\x96\x97\x99\x9A\x9C"
                   "\x9E\xA0\xA3\xA7\xAA\xAB\xAD\xB0\xB2\xB3\xB4\xB7\xB9\xBA\xBB\xBD",
                   c) != NULL;
    if (c == 0xD0 || c == 0xD7 || c == 0xDE || c == 0xF0 || c == 0xF7 || c >= 0xFE)
        return false;
    char before = (char)(p > b ? p[-1] : ' '), after = (char)(p + 1 < e ? p[1] : ' ');
    if (c < 0xDF)
        return !(before >= 'a' && before <= 'z') &&
               (ascii_letter(after) || ascii_letter(before) || is_high(after));
    return ascii_letter(before) || ascii_letter(after) || is_high(before) ||
           (before == ' ' && after == ' ');
}

/* A text that is not UTF-8 at all but reads as Windows-1252. A few broken bytes in an
 * otherwise good text are not enough: those are repaired. */
static bool is_cp1252(struct sv s)
{
    const char *e = s.p + s.n;
    size_t good = 0, bad = 0, reading = 0;
    for (const char *p = s.p; (p = utf8_skip_plain(p, e)) < e;) {
        struct utf8_char c = utf8_next(p, e);
        if (c.cp >= 0x80 && c.ok) {
            good++;
        } else if (!c.ok) {
            bad++;
            reading += reads_as_cp1252(s.p, p, e);
            c.len = 1;
        }
        p += c.len;
    }
    return bad >= CP1252_MIN && good <= bad / 20 && reading >= bad - bad / 20;
}

static const char *add_line_end(struct buf *out, const char *p, const char *e)
{
    buf_addc(out, '\n');
    return p + (p + 1 < e && p[1] == '\n' ? 2 : 1);
}

/* Everything but composition. */
static bool add_repaired(struct buf *out, struct sv s, uint64_t *repairs)
{
    const char *p = s.p, *e = s.p + s.n;
    bool unsafe = false;
    while (p < e) {
        const char *q = first_change(p, e, &unsafe);
        buf_add(out, p, (size_t)(q - p));
        if (q == e)
            break;
        if (*q == '\r') {
            p = add_line_end(out, q, e);
            continue;
        }
        utf8_add(out, REPLACEMENT);
        ++*repairs;
        p = q + utf8_next(q, e).len;
    }
    return unsafe;
}

static struct sv composed(struct sv s, struct arena *a)
{
    AUTO(buf_free) struct buf out = {0};
    nfc_add(&out, s);
    return sv_eq(buf_sv(&out), s) ? s : arena_copy(a, buf_sv(&out));
}

struct sv doc_normal_text(struct sv raw, struct arena *a, uint64_t *repairs)
{
    *repairs = 0;
    if (raw.n == 0)
        return raw;
    if (sv_starts(raw, SV("\xEF\xBB\xBF")))
        raw = sv_sub(raw, 3, raw.n);
    bool unsafe = false;
    const char *e = raw.p + raw.n;
    if (first_change(raw.p, e, &unsafe) == e)
        return unsafe ? composed(raw, a) : raw;
    AUTO(buf_free) struct buf latin = {0}, out = {0};
    if (is_cp1252(raw)) {
        utf8_add_cp1252(&latin, raw);
        raw = buf_sv(&latin);
    }
    buf_reserve(&out, raw.n + raw.n / 64);
    unsafe = add_repaired(&out, raw, repairs);
    struct sv text = unsafe ? composed(buf_sv(&out), a) : buf_sv(&out);
    return text.p == out.p ? arena_copy(a, text) : text;
}

/* A NUL near the beginning, or too many control characters, is what no text has. */
static bool is_binary(struct sv s)
{
    size_t n = s.n < SNIFF_BYTES ? s.n : SNIFF_BYTES, odd = 0;
    if (sv_starts(s, SV("%PDF-")) || sv_starts(s, SV("PK\003\004")))
        return true;
    const char *e = s.p + n;
    for (const char *p = s.p; (p = utf8_skip_plain(p, e)) < e; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == 0)
            return true;
        odd += c < 0x20 && c != '\r';
    }
    return odd > n / 10;
}

static bool is_blank(struct sv s)
{
    return sv_trim(s).n == 0 || (s.n == 3 && sv_starts(s, SV("\xEF\xBB\xBF")));
}

int doc_text(struct doc *d, struct arena *a, struct err *err)
{
    struct sv raw = d->converted.p ? d->converted : d->original;
    if (d->original.n > ORIGINAL_BYTES_MAX)
        return err_reject(err, "too-large", "%zu bytes: at most %d are taken",
                          d->original.n, ORIGINAL_BYTES_MAX);
    if (is_blank(raw))
        return err_reject(err, "empty", "no text in %zu bytes", raw.n);
    if (is_binary(raw))
        return err_reject(err, "binary", "%zu bytes that are no text", raw.n);
    uint64_t repairs = 0;
    struct sv text = doc_normal_text(raw, a, &repairs);
    if (text.n > TEXT_BYTES_MAX)
        return err_reject(err, "too-large", "a text of %zu bytes: at most %d are taken",
                          text.n, TEXT_BYTES_MAX);
    d->text = text;
    d->repairs = repairs;
    return 0;
}

int doc_normalise(struct doc *d, struct arena *a, struct err *err)
{
    if (doc_text(d, a, err))
        return -1;
    struct sv text = d->text;
    if (!d->original_sha256[0]) /* else its source has hashed it */
        hash_sha256_hex(d->original, d->original_sha256);
    if (text.p == d->original.p && text.n == d->original.n)
        memcpy(d->text_sha256, d->original_sha256, sizeof d->text_sha256);
    else
        hash_sha256_hex(text, d->text_sha256);
    return 0;
}
