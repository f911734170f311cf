#include "shown.h"

#include "utf8.h"

static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

bool shown_is_safe(uint32_t cp)
{
    return !is_control(cp) && cp != 0x61c && cp != 0x200e && cp != 0x200f &&
           !(cp >= 0x2028 && cp <= 0x202e) && !(cp >= 0x2066 && cp <= 0x2069) &&
           cp != 0xfeff;
}

void shown_add_text(struct buf *out, struct sv s)
{
    const char *end = s.p + s.n;
    for (const char *p = s.p; p && p < end;) {
        struct utf8_char u = utf8_next(p, end);
        if (!u.ok || is_control(u.cp) || u.cp == 0x2028 || u.cp == 0x2029)
            buf_addc(out, ' ');
        else if (shown_is_safe(u.cp))
            buf_add(out, p, u.len);
        p += u.len;
    }
}

void shown_add_name(struct buf *out, struct sv s)
{
    const char *end = s.p + s.n;
    for (const char *p = s.p; p && p < end;) {
        struct utf8_char u = utf8_next(p, end);
        if (u.ok && shown_is_safe(u.cp))
            buf_add(out, p, u.len);
        else if (u.ok)
            buf_addf(out, "\\u{%x}", u.cp);
        for (size_t i = 0; i < u.len && !u.ok; i++)
            buf_addf(out, "\\x%02x", (unsigned char)p[i]);
        p += u.len;
    }
}
