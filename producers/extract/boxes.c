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
    for (int percent = 40; percent <= 60; percent += 2) {
        double x = p->width * percent / 100;
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

static bool is_bullet(struct sv word)
{
    static const struct sv signs[] = {{"-", 1},
                                      {"\xe2\x80\xa2", 3},
                                      {"\xe2\x97\x8f", 3},
                                      {"\xe2\x97\x8b", 3},
                                      {"\xe2\x96\xaa", 3},
                                      {"\xe2\x80\x93", 3},
                                      {"\xef\x82\xb7", 3},
                                      {"\xc2\xb7", 2},
                                      {"\xe2\x97\xa6", 3},
                                      {"\xef\x82\xa7", 3},
                                      {"\xe2\x9e\xa2", 3}};
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (sv_eq(word, signs[i]))
            return true;
    return false;
}

static struct sv text_of(const struct page *p, const struct word *w)
{
    return (struct sv){p->text.p + w->b, w->n};
}

/* glue: the first word continues the one that was written last. */
static void write_words(struct page *p, const struct line *l, size_t skip, bool glue)
{
    for (size_t i = l->first + skip; i < l->first + l->words; i++) {
        const struct word *w = &p->word[i];
        double height = w->at.y1 - w->at.y0;
        bool super = l->words > 1 && height < l->height * 0.8 &&
                     w->at.y1 < l->at.y1 - l->height * 0.12;
        bool glued = i > l->first ? w->at.x0 - p->word[i - 1].at.x1 < height * 0.1 : glue;
        if (!glued)
            writer_blank(p->w);
        if (super)
            writer_sign(p->w, SV("<sup>"));
        writer_text(p->w, text_of(p, w));
        if (super)
            writer_sign(p->w, SV("</sup>"));
    }
}

/* Lines of one height, sorted by x. */
struct row {
    struct line *line;
    size_t n;
    double x0, x1, y0, y1, height;
    double text_x; /* where the text behind a bullet or a number begins */
    bool bullet;
};

static struct row make_row(const struct page *p, struct line *v, size_t n)
{
    qsort(v, n, sizeof *v, by_left);
    const struct word *first = v->words ? &p->word[v->first] : NULL;
    struct row r = {v,        n,         v->at.x0, v[n - 1].at.x1, v->at.y0,
                    v->at.y1, v->height, v->at.x0, false};
    r.bullet = first && is_bullet(text_of(p, first));
    if (n > 1)
        r.text_x = v[1].at.x0;
    else if (first && v->words > 1)
        r.text_x = p->word[v->first + 1].at.x0;
    for (size_t i = 1; i < n; i++) {
        r.y1 = fmax(r.y1, v[i].at.y1);
        r.height = fmax(r.height, v[i].height);
    }
    return r;
}

/* The usual distance from line to line: the lower quartile, so that gaps between
 * paragraphs and rows of a table do not count. */
static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double usual_pitch(const struct row *rows, size_t n)
{
    AUTO(mem_free) double *pitch = mem_resize(NULL, n + 1, sizeof *pitch);
    size_t k = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(rows[i].height - rows[i - 1].height) < 1.0)
            pitch[k++] = rows[i].y0 - rows[i - 1].y0;
    if (k < 4)
        return n ? rows[0].height * 1.3 : 0;
    qsort(pitch, k, sizeof *pitch, by_value);
    return pitch[k / 4];
}

static bool gap_before(const struct row *a, const struct row *b, double pitch)
{
    return b->y0 - a->y0 > pitch * 1.2 + 0.5;
}

/* Does b go on where a's line was full? Then a's last line reaches so far that b's first
 * word had no place, and b begins where a, or the text behind a's mark, begins. */
static bool goes_on(const struct page *p, const struct row *a, const struct row *b,
                    double right, double pitch)
{
    if (b->bullet || b->n > 1 || b->line->words == 0 || gap_before(a, b, pitch) ||
        fabs(a->height - b->height) > 1.0)
        return false;
    const struct word *w = &p->word[b->line->first];
    double first = w->at.x1 - w->at.x0, blank = a->height * 0.25;
    bool full = a->x1 + blank + first > right;
    bool aligned =
        fabs(b->x0 - a->x0) < a->height || fabs(b->x0 - a->text_x) < a->height * 0.5;
    return full && aligned;
}

static void write_row(struct page *p, const struct row *r, bool glue)
{
    if (r->bullet)
        writer_mark(p->w, SV("- "));
    for (size_t i = 0; i < r->n; i++) {
        bool lone = i == 0 && r->bullet && r->line[0].words == 1;
        if (i > 0 && !(i == 1 && r->bullet && r->line[0].words == 1)) {
            if (r->line[i].at.x0 - r->line[i - 1].at.x1 > r->line[i].height * 0.9)
                writer_tab(p->w);
            else
                writer_blank(p->w);
        }
        if (!lone)
            write_words(p, &r->line[i], i == 0 && r->bullet, i == 0 && glue);
    }
}

/* A word broken at its hyphen: the halves are written without a blank. */
static bool ends_in_hyphen(const struct page *p, const struct row *r)
{
    const struct line *l = &r->line[r->n - 1];
    struct sv last = l->words ? text_of(p, &p->word[l->first + l->words - 1]) : SV_NULL;
    return last.n > 1 && last.p[last.n - 1] == '-';
}

static bool starts_small(const struct page *p, const struct row *r)
{
    struct sv first = text_of(p, &p->word[r->line->first]);
    return first.n && first.p[0] >= 'a' && first.p[0] <= 'z';
}

static size_t make_rows(const struct page *p, struct line *v, size_t n, struct row *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < n;) {
        size_t k = i + 1;
        while (k < n && same_row(&v[i], &v[k]))
            k++;
        rows[count++] = make_row(p, v + i, k - i);
        i = k;
    }
    return count;
}

static void write_lines(struct page *p, struct line *v, size_t n)
{
    double right = 0;
    if (n == 0)
        return; /* an empty page has no array */
    qsort(v, n, sizeof *v, by_top);
    for (size_t i = 0; i < n; i++)
        right = fmax(right, v[i].at.x1);
    AUTO(mem_free) struct row *rows = mem_resize(NULL, n, sizeof *rows);
    size_t count = make_rows(p, v, n, rows);
    double pitch = usual_pitch(rows, count);
    for (size_t i = 0; i < count; i++) {
        struct row *r = &rows[i], *before = i ? r - 1 : NULL;
        bool joined = before && goes_on(p, before, r, right, pitch);
        if (!joined && before && gap_before(before, r, pitch))
            writer_block(p->w);
        else if (!joined)
            writer_line(p->w);
        write_row(p, r, joined && ends_in_hyphen(p, before) && starts_small(p, r));
    }
    writer_line(p->w);
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
            writer_mark(p->w, SV("\f\n"));
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
