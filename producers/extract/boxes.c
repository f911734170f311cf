/* Reading order of a PDF page from the word boxes of `pdftotext -bbox-layout`.
 *
 * Lines whose heights overlap are one row, so that a label and its value, which a
 * converter tears apart, come together again with a tab between them. A page whose rows
 * leave a gutter between two sides of running text is read side by side: the left column
 * first. A word that is markedly smaller and higher than its line is a superscript. */
#include "extract.h"

#include <math.h>
#include <stdlib.h>

enum { PAGE_WORDS = 60000, COLUMN_ROWS = 12, COLUMN_CHARS = 24 };

struct box {
    double x0, y0, x1, y1;
};

struct word {
    struct box at;
    size_t b, n; /* in struct page's text */
    int line;    /* poppler's line */
};

struct line {
    struct box at;
    size_t first, words; /* in page order */
    size_t chars;
    double height; /* of its tallest word */
};

struct page {
    struct writer *w;
    double width;
    struct word *word;
    struct line *line;
    size_t words, lines, words_cap, lines_cap;
    struct buf text;
    bool in_word, any_page;
    bool too_many;
};

static double number_of(const struct xml_attribute *a, size_t n, const char *name)
{
    char digits[32];
    for (size_t i = 0; i < n; i++) {
        if (!sv_eq(a[i].name, sv_cstr(name)))
            continue;
        size_t k = a[i].value.n < sizeof digits - 1 ? a[i].value.n : sizeof digits - 1;
        memcpy(digits, a[i].value.p, k);
        digits[k] = '\0';
        double v = strtod(digits, NULL);
        return isfinite(v) && fabs(v) < 1e6 ? v : 0;
    }
    return 0;
}

static struct box box_of(const struct xml_attribute *a, size_t n)
{
    return (struct box){number_of(a, n, "xMin"), number_of(a, n, "yMin"),
                        number_of(a, n, "xMax"), number_of(a, n, "yMax")};
}

static void open_line(struct page *p, struct box at)
{
    if (p->lines == p->lines_cap) {
        p->lines_cap = p->lines_cap ? p->lines_cap * 2 : 128;
        p->line = mem_resize(p->line, p->lines_cap, sizeof *p->line);
    }
    p->line[p->lines++] = (struct line){.at = at, .first = p->words};
}

static void open_word(struct page *p, struct box at)
{
    if (p->lines == 0)
        open_line(p, at);
    if (p->words == PAGE_WORDS) {
        p->too_many = true;
        return;
    }
    if (p->words == p->words_cap) {
        p->words_cap = p->words_cap ? p->words_cap * 2 : 1024;
        p->word = mem_resize(p->word, p->words_cap, sizeof *p->word);
    }
    p->word[p->words++] =
        (struct word){.at = at, .b = p->text.n, .line = (int)p->lines - 1};
    p->line[p->lines - 1].words++;
    if (at.y1 - at.y0 > p->line[p->lines - 1].height)
        p->line[p->lines - 1].height = at.y1 - at.y0;
    p->in_word = true;
}

static int by_top(const void *a, const void *b)
{
    const struct line *m = a, *n = b;
    double d = (m->at.y0 + m->at.y1) - (n->at.y0 + n->at.y1);
    if (d != 0)
        return d < 0 ? -1 : 1;
    return (m->at.x0 > n->at.x0) - (m->at.x0 < n->at.x0);
}

static int by_left(const void *a, const void *b)
{
    const struct line *m = a, *n = b;
    return (m->at.x0 > n->at.x0) - (m->at.x0 < n->at.x0);
}

static bool same_row(const struct line *a, const struct line *b)
{
    double top = fmax(a->at.y0, b->at.y0), bottom = fmin(a->at.y1, b->at.y1);
    double smaller = fmin(a->at.y1 - a->at.y0, b->at.y1 - b->at.y0);
    return bottom - top > smaller * 0.5;
}

/* The x of a gutter that hardly any line crosses, with running text on both sides; 0:
 * none. */
static double find_gutter(const struct page *p)
{
    for (double at = 0.40; at <= 0.601; at += 0.02) {
        double x = p->width * at;
        size_t left = 0, right = 0, crossing = 0, left_chars = 0, right_chars = 0;
        for (size_t i = 0; i < p->lines; i++) {
            const struct line *l = &p->line[i];
            if (l->at.x1 <= x)
                left++, left_chars += l->chars;
            else if (l->at.x0 >= x)
                right++, right_chars += l->chars;
            else
                crossing++;
        }
        if (left >= COLUMN_ROWS && right >= COLUMN_ROWS && crossing * 8 < left + right &&
            left_chars / left >= COLUMN_CHARS && right_chars / right >= COLUMN_CHARS)
            return x;
    }
    return 0;
}

static void write_words(struct page *p, const struct line *l)
{
    for (size_t i = l->first; i < l->first + l->words; i++) {
        const struct word *w = &p->word[i];
        double height = w->at.y1 - w->at.y0;
        bool super = l->words > 1 && height < l->height * 0.8 &&
                     w->at.y1 < l->at.y1 - l->height * 0.12;
        struct sv text = {p->text.p + w->b, w->n};
        bool glued = i > l->first && w->at.x0 - p->word[i - 1].at.x1 < height * 0.1;
        if (!glued)
            writer_blank(p->w);
        if (super)
            writer_sign(p->w, SV("<sup>"));
        writer_text(p->w, text);
        if (super)
            writer_sign(p->w, SV("</sup>"));
    }
}

/* Lines [from, to) are one row, sorted by x. */
static void write_row(struct page *p, struct line *from, size_t n)
{
    qsort(from, n, sizeof *from, by_left);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            double gap = from[i].at.x0 - from[i - 1].at.x1;
            if (gap > from[i].height * 0.9)
                writer_tab(p->w);
            else
                writer_blank(p->w);
        }
        write_words(p, &from[i]);
    }
    writer_line(p->w);
}

static void write_lines(struct page *p, struct line *v, size_t n)
{
    double bottom = 0, height = 0;
    if (n > 1) /* an empty page has no array */
        qsort(v, n, sizeof *v, by_top);
    for (size_t i = 0; i < n;) {
        size_t k = i + 1;
        while (k < n && same_row(&v[i], &v[k]))
            k++;
        if (i > 0 && v[i].at.y0 - bottom > fmin(height, v[i].height) * 0.55)
            writer_block(p->w);
        bottom = v[i].at.y1;
        height = v[i].height;
        write_row(p, v + i, k - i);
        i = k;
    }
}

static size_t partition(struct line *v, size_t n, double x)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].at.x0 < x) {
            struct line t = v[left];
            v[left++] = v[i];
            v[i] = t;
        }
    return left;
}

static void close_page(struct page *p)
{
    for (size_t i = 0; i < p->words; i++)
        p->line[p->word[i].line].chars += p->word[i].n + 1;
    double gutter = find_gutter(p);
    if (gutter > 0) {
        size_t left = partition(p->line, p->lines, gutter);
        write_lines(p, p->line, left);
        writer_block(p->w);
        write_lines(p, p->line + left, p->lines - left);
    } else {
        write_lines(p, p->line, p->lines);
    }
    writer_block(p->w);
    p->any_page = true;
}

static void open_element(void *ctx, struct sv name, const struct xml_attribute *a,
                         size_t n)
{
    struct page *p = ctx;
    if (sv_eq(name, SV("page"))) {
        p->width = number_of(a, n, "width");
        p->words = p->lines = 0;
        buf_reset(&p->text);
        if (p->any_page)
            writer_mark(p->w, SV("\f"));
    } else if (sv_eq(name, SV("line"))) {
        open_line(p, box_of(a, n));
    } else if (sv_eq(name, SV("word"))) {
        open_word(p, box_of(a, n));
    }
}

static void close_element(void *ctx, struct sv name)
{
    struct page *p = ctx;
    if (sv_eq(name, SV("page")))
        close_page(p);
    else if (sv_eq(name, SV("word")))
        p->in_word = false;
}

static void add_text(void *ctx, struct sv text)
{
    struct page *p = ctx;
    if (!p->in_word || p->words == 0)
        return;
    buf_add_sv(&p->text, text);
    p->word[p->words - 1].n += text.n;
}

int extract_boxes(struct sv text, struct writer *w, struct err *err)
{
    static const struct xml_handler handler = {open_element, close_element, add_text};
    struct page p = {.w = w};
    int rc = xml_parse(text, XML_STRICT, &handler, &p, err);
    if (rc == 0 && p.too_many)
        rc = err_reject(err, "too-many", "a page has more than %d words", PAGE_WORDS);
    mem_free(&p.word);
    mem_free(&p.line);
    buf_free(&p.text);
    return rc;
}
