#include "body_lines.h"

#include "scan.h"

static bool is_read(const struct line *l)
{
    return !(l->flags & (LINE_BLANK | LINE_FURNITURE | LINE_HEADER));
}

int body_lines_read(const struct knowledge *k, struct sv text, struct arena *a,
                    struct body_lines *out, struct err *err)
{
    struct scan s;
    struct document header = {0};
    if (scan_text(k, text, a, &s, err) != 0 || header_read(&s, a, &header, err) != 0)
        return -1;
    *out = (struct body_lines){.plain = arena_array(a, s.nlines + 1, sizeof *out->plain),
                               .span = arena_array(a, s.nlines + 1, sizeof *out->span)};
    for (size_t i = 0; i < s.nlines; i++) {
        struct span span = {s.line[i].b, s.line[i].e};
        struct sv plain = is_read(&s.line[i]) ? scan_plain(&s, span, a) : SV_NULL;
        if (!plain.n)
            continue;
        out->plain[out->n] = plain;
        out->span[out->n++] = span;
    }
    return 0;
}
