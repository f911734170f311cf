#include "writer.h"

#include "lib/utf8.h"

static struct buf *target(struct writer *w)
{
    return w->in_note ? &w->notes : &w->body;
}

/* Bold type ends at the line's end, and before what stands apart from it. */
static void end_bold(struct writer *w)
{
    if (w->bold_open)
        buf_lit(target(w), "**");
    w->bold_open = false;
}

/* Pays what is due before text: line ends, a list mark, a blank. */
static void pay(struct writer *w)
{
    struct buf *b = target(w);
    if (w->line_ends || !w->bold)
        end_bold(w);
    if (w->line_ends) {
        for (int have = b->n == 0 ? 2 : 0; have < w->line_ends; have++)
            buf_addc(b, '\n');
        w->line_ends = 0;
        w->blank = false;
    }
    if (w->mark.n) {
        buf_add_sv(b, buf_sv(&w->mark));
        buf_reset(&w->mark);
        w->blank = false;
    }
    if (w->blank && b->n && b->p[b->n - 1] != '\n' && b->p[b->n - 1] != '\t')
        buf_addc(b, ' ');
    w->blank = false;
    if (w->bold && !w->bold_open)
        buf_lit(b, "**");
    w->bold_open = w->bold;
}

/* The bytes at p that are white space of any width, or no character at all for a reader
 * (soft hyphen, zero width): *seen tells which. 0: text. */
static size_t is_blank(const char *p, const char *e, bool *seen)
{
    *seen = true;
    if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == '\f')
        return 1;
    if ((unsigned char)*p < 0xc2)
        return 0;
    struct utf8_char c = utf8_next(p, e);
    if (c.cp == 0xa0 || (c.cp >= 0x2000 && c.cp <= 0x200a) || c.cp == 0x202f ||
        c.cp == 0x205f || c.cp == 0x3000)
        return c.len;
    *seen = false;
    return c.cp == 0xad || c.cp == 0x200b || c.cp == 0x2060 || c.cp == 0xfeff ? c.len : 0;
}

/* Letters that a font has as one sign. */
static struct sv ligature(struct sv at)
{
    static const struct sv letters[] = {{"ff", 2},  {"fi", 2}, {"fl", 2}, {"ffi", 3},
                                        {"ffl", 3}, {"st", 2}, {"st", 2}};
    unsigned k = at.n > 2 && at.p[0] == '\xef' && at.p[1] == '\xac'
                     ? (unsigned char)at.p[2] - 0x80u
                     : 99;
    return k < ARRAY_LEN(letters) ? letters[k] : SV_NULL;
}

static void add_word(struct buf *b, struct sv word)
{
    size_t from = 0;
    for (size_t i = 0; i + 2 < word.n; i++) {
        struct sv letters = ligature(sv_sub(word, i, word.n));
        if (!letters.n)
            continue;
        buf_add(b, word.p + from, i - from);
        buf_add_sv(b, letters);
        from = i + 3;
        i += 2;
    }
    buf_add(b, word.p + from, word.n - from);
}

static bool over(struct writer *w, size_t more)
{
    if (w->limit && w->body.n + w->notes.n + more > w->limit)
        w->full = true;
    return w->full;
}

static void preformatted(struct writer *w, struct sv text)
{
    struct sv line;
    for (bool first = true; sv_cut(&text, '\n', &line); first = false) {
        if (!first)
            writer_line(w);
        if (line.n) {
            pay(w);
            buf_add_sv(target(w), line);
        }
    }
}

void writer_text(struct writer *w, struct sv text)
{
    if (over(w, text.n))
        return;
    if (w->keep_blanks) {
        preformatted(w, text);
        return;
    }
    const char *e = text.p + text.n;
    for (size_t i = 0; i < text.n;) {
        bool blank;
        size_t n = is_blank(text.p + i, e, &blank), b = i;
        if (n) {
            w->blank |= blank;
            i += n;
            continue;
        }
        while (i < text.n && !is_blank(text.p + i, e, &blank))
            i++;
        pay(w);
        add_word(target(w), (struct sv){text.p + b, i - b});
    }
}

void writer_sign(struct writer *w, struct sv sign)
{
    bool blank = w->blank && !w->line_ends && !w->mark.n;
    w->blank = false;
    pay(w);
    buf_add_sv(target(w), sign);
    w->blank = blank;
}

void writer_bold(struct writer *w, bool on)
{
    w->bold = on;
}

void writer_blank(struct writer *w)
{
    w->blank = true;
}

void writer_tab(struct writer *w)
{
    bool bold = w->bold;
    w->blank = w->bold = false;
    pay(w);
    buf_addc(target(w), '\t');
    w->bold = bold;
}

void writer_line(struct writer *w)
{
    if (w->keep_blanks)
        w->line_ends++;
    else if (w->line_ends < 1)
        w->line_ends = 1;
}

void writer_block(struct writer *w)
{
    if (w->line_ends < 2)
        w->line_ends = 2;
}

void writer_mark(struct writer *w, struct sv mark)
{
    buf_add_sv(&w->mark, mark);
}

void writer_note(struct writer *w, bool on)
{
    end_bold(w);
    w->in_note = on;
    w->blank = w->bold = false;
    w->line_ends = on ? 2 : 0;
}

void writer_drop_hyphen(struct writer *w)
{
    struct buf *b = target(w);
    if (b->n && b->p[b->n - 1] == '-')
        b->p[--b->n] = '\0';
}

static void end_notes(struct writer *w)
{
    end_bold(w);
    w->in_note = false;
    if (w->notes.n) {
        buf_lit(&w->body, "\n\n");
        buf_add_sv(&w->body, buf_sv(&w->notes));
    }
    buf_reset(&w->notes);
}

void writer_append(struct writer *w, struct writer *other)
{
    struct sv more = writer_end(other);
    end_notes(w);
    w->full |= other->full;
    if (more.n > 1)
        buf_lit(&w->body, "\n\n");
    buf_add_sv(&w->body, more);
}

struct sv writer_end(struct writer *w)
{
    end_notes(w);
    if (w->body.n && w->body.p[w->body.n - 1] != '\n')
        buf_addc(&w->body, '\n');
    return buf_sv(&w->body);
}

void writer_free(struct writer *w)
{
    buf_free(&w->body);
    buf_free(&w->notes);
    buf_free(&w->mark);
}
