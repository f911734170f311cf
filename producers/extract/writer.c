#include "writer.h"

static struct buf *target(struct writer *w)
{
    return w->in_note ? &w->notes : &w->body;
}

/* Pays what is due before text: line ends, a list mark, a blank. */
static void pay(struct writer *w)
{
    struct buf *b = target(w);
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
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
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
    for (size_t i = 0; i < text.n;) {
        if (is_blank(text.p[i])) {
            w->blank = true;
            i++;
            continue;
        }
        size_t b = i;
        while (i < text.n && !is_blank(text.p[i]))
            i++;
        pay(w);
        buf_add(target(w), text.p + b, i - b);
    }
}

void writer_sign(struct writer *w, struct sv sign)
{
    bool blank = w->blank;
    w->blank = false;
    if (w->line_ends || w->mark.n)
        pay(w);
    buf_add_sv(target(w), sign);
    w->blank = blank;
}

void writer_open(struct writer *w, struct sv sign)
{
    pay(w);
    buf_add_sv(target(w), sign);
}

void writer_blank(struct writer *w)
{
    w->blank = true;
}

void writer_tab(struct writer *w)
{
    w->blank = false;
    pay(w);
    buf_addc(target(w), '\t');
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
    w->in_note = on;
    w->blank = false;
    w->line_ends = on ? 2 : 0;
}

struct sv writer_end(struct writer *w)
{
    if (w->notes.n) {
        w->in_note = false;
        buf_lit(&w->body, "\n\n");
        buf_add_sv(&w->body, buf_sv(&w->notes));
    }
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
