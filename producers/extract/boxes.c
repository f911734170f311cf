/* Reading order of a PDF from the word boxes of `pdftotext -bbox-layout`.
 *
 * Lines whose heights overlap are one row, so that a label and its value, which a
 * converter tears apart, come together again with a tab between them. A page whose rows
 * leave a gutter between two sides of running text is read side by side: the left column
 * first. A word that is markedly smaller and higher than its line is a superscript.
 *
 * What stands at the same place of several pages (running heads, footers) is written
 * once, behind the text; footnotes are notes; so a sentence that runs over a page's end
 * is one. */
#include "boxes.h"
#include "extract.h"

#include <math.h>
#include <stdlib.h>

enum { PAGE_WORDS = 60000, COLUMN_ROWS = 12, COLUMN_CHARS = 24 };

struct reader {
    struct page page;
    struct survey *survey;
    struct writer *w; /* NULL: only the survey */
    struct tail tail;
    struct counts seen; /* rows of edges that were written */
    struct writer edges;
    bool in_word, any_page, too_many;
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
    if (p->words == p->words_cap) {
        p->words_cap = p->words_cap ? p->words_cap * 2 : 1024;
        p->word = mem_resize(p->word, p->words_cap, sizeof *p->word);
    }
    p->word[p->words++] =
        (struct word){.at = at, .b = p->text.n, .line = (int)p->lines - 1};
    p->line[p->lines - 1].words++;
    if (at.y1 - at.y0 > p->line[p->lines - 1].height)
        p->line[p->lines - 1].height = at.y1 - at.y0;
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

/* 0: unknown */
static double pitch_of(const struct reader *r, const struct row *a)
{
    return r->survey->usual_pitch > 0 ? r->survey->usual_pitch : a->height * 1.3;
}

static bool ends_sentence(struct sv word)
{
    return word.n && strchr(".;:!?", word.p[word.n - 1]);
}

/* CONSIDERS, INVITES: conclusions begin a paragraph so, behind one that ends in a comma.
 */
static bool is_capitals(struct sv w)
{
    size_t i = 0;
    while (i < w.n && w.p[i] >= 'A' && w.p[i] <= 'Z')
        i++;
    return i >= 4 && i == w.n;
}

/* "2." "(a)" "iv)": what begins a paragraph of its own. */
static bool is_number_word(struct sv w)
{
    if (w.n < 2 || w.n > 6 || (w.p[w.n - 1] != '.' && w.p[w.n - 1] != ')'))
        return false;
    for (size_t i = w.p[0] == '(' ? 1 : 0; i + 1 < w.n; i++)
        if (!strchr("0123456789abcdefghivxABCDEFGHIVX.", w.p[i]))
            return false;
    return true;
}

/* Is b the next line of the paragraph that was written last? Between pages and columns no
 * distance tells, so the words must. */
static bool continues(const struct reader *r, const struct row *b)
{
    const struct tail *t = &r->tail;
    const struct page *p = &r->page;
    if (!t->valid || b->bullet || b->n > 1 || b->line->words == 0)
        return false;
    double pitch = pitch_of(r, &t->row);
    if (t->same_side)
        return b->y0 - t->row.y0 <= pitch * 1.2 + 0.5 &&
               boxes_goes_on(p, &t->row, b, t->right);
    struct sv first = boxes_text_of(p, &p->word[b->line->first]);
    if (t->note || is_number_word(first) || fabs(t->row.height - b->height) > 1.0)
        return false;
    struct row moved = t->row; /* as if it stood above b */
    bool small = boxes_starts_small(p, b), full = boxes_goes_on(p, &moved, b, t->right);
    struct sv last = buf_sv(&t->word);
    if (last.n && last.p[last.n - 1] == ',' && is_capitals(first))
        return false;
    return ends_sentence(last) ? full && small : full;
}

static void remember(struct reader *r, const struct row *row, double right, bool note)
{
    struct sv word = boxes_last_word(&r->page, row);
    r->tail.valid = r->tail.same_side = true;
    r->tail.note = note;
    r->tail.row = *row;
    r->tail.row.line = NULL;
    r->tail.right = right;
    buf_reset(&r->tail.word);
    buf_add_sv(&r->tail.word, word);
}

static void write_body_row(struct reader *r, const struct row *row, double right)
{
    const struct page *p = &r->page;
    bool on = continues(r, row), glue = false;
    if (on) {
        struct sv first = boxes_text_of(p, &p->word[row->line->first]);
        glue = boxes_starts_small(p, row) && r->tail.word.n > 1 &&
               r->tail.word.p[r->tail.word.n - 1] == '-';
        if (glue && survey_joins(r->survey, buf_sv(&r->tail.word), first))
            writer_drop_hyphen(r->w);
    } else if (!r->tail.valid || !r->tail.same_side ||
               row->y0 - r->tail.row.y0 > pitch_of(r, &r->tail.row) * 1.2 + 0.5) {
        writer_block(r->w);
    } else {
        writer_line(r->w);
    }
    boxes_write_row(p, row, r->w, glue);
    remember(r, row, right, on ? r->tail.note : boxes_note_number(p, row) != 0);
}

/* A row that other pages have too: written once, behind the text; what the first page
 * begins with stays where it is. True: it is dealt with. */
static bool set_aside(struct reader *r, const struct row *row, bool top)
{
    uint64_t key;
    if (!survey_repeats(r->survey, &r->page, row, &key))
        return false;
    if (counts_add(&r->seen, key, 1) > 1)
        return true;
    if (top && !r->any_page)
        return false;
    writer_line(&r->edges);
    boxes_write_row(&r->page, row, &r->edges, false);
    return true;
}

/* Does a row at the page's edge hold a word of a classification? */
static bool is_classified(const struct page *p, const struct row *rows, size_t n)
{
    static const struct sv words[] = {{"RESTREINT", 9},
                                      {"RESTRICTED", 10},
                                      {"CONFIDENTIEL", 12},
                                      {"CONFIDENTIAL", 12},
                                      {"SECRET", 6}};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < rows[i].n && (i < EDGE_TOP || i + EDGE_BOTTOM >= n); k++)
            for (size_t j = 0; j < rows[i].line[k].words; j++) {
                struct sv t = boxes_text_of(p, &p->word[rows[i].line[k].first + j]);
                for (size_t m = 0; m < ARRAY_LEN(words); m++)
                    if (sv_find(t, words[m]) != SIZE_MAX)
                        return true;
            }
    return false;
}

/* Rows without those that pages have in common; the new count. A classification that
 * comes back at the edges of pages is the paper's own: there every row stays. */
static size_t without_edges(struct reader *r, struct row *rows, size_t n)
{
    size_t kept = 0;
    if (is_classified(&r->page, rows, n)) {
        r->tail.valid = false;
        writer_block(r->w);
        if (r->any_page)
            writer_mark(r->w, SV("\f\n"));
        return n;
    }
    for (size_t i = 0; i < n; i++) {
        bool top = i < EDGE_TOP, bottom = i + EDGE_BOTTOM >= n;
        if ((top || bottom) && set_aside(r, &rows[i], top && !bottom))
            continue;
        rows[kept++] = rows[i];
    }
    return kept;
}

/* Where the footnotes at the page's end begin: small type, the first with its number. */
static size_t notes_from(const struct reader *r, const struct row *rows, size_t n)
{
    double size = r->survey->usual_size;
    size_t b = n, from = n;
    while (b > 0 && rows[b - 1].height < size * 0.95) {
        b--;
        if (boxes_note_number(&r->page, &rows[b]))
            from = b;
    }
    return from;
}

static void write_notes(struct reader *r, const struct row *rows, size_t n)
{
    if (n == 0)
        return;
    writer_note(r->w, true);
    for (size_t i = 0; i < n; i++) {
        bool begins = boxes_note_number(&r->page, &rows[i]) != 0;
        struct sv last = i ? boxes_last_word(&r->page, &rows[i - 1]) : SV_NULL;
        bool glue = !begins && last.n > 1 && last.p[last.n - 1] == '-' &&
                    boxes_starts_small(&r->page, &rows[i]);
        if (begins)
            writer_block(r->w);
        boxes_write_row(&r->page, &rows[i], r->w, glue);
    }
    writer_note(r->w, false);
}

static void write_side(struct reader *r, struct line *v, size_t n)
{
    AUTO(mem_free) struct row *rows = mem_resize(NULL, n + 1, sizeof *rows);
    double right = boxes_right(v, n);
    size_t count = without_edges(r, rows, boxes_make_rows(&r->page, v, n, rows));
    size_t notes = notes_from(r, rows, count);
    r->tail.same_side = false;
    for (size_t i = 0; i < notes; i++)
        write_body_row(r, &rows[i], right);
    write_notes(r, rows + notes, count - notes);
}

static void survey_side(struct reader *r, struct line *v, size_t n)
{
    AUTO(mem_free) struct row *rows = mem_resize(NULL, n + 1, sizeof *rows);
    size_t count = boxes_make_rows(&r->page, v, n, rows);
    survey_page(r->survey, &r->page, rows, count, boxes_right(v, n));
}

static void close_page(struct reader *r)
{
    struct page *p = &r->page;
    void (*side)(struct reader *, struct line *, size_t) =
        r->w ? write_side : survey_side;
    for (size_t i = 0; i < p->words; i++)
        p->line[p->word[i].line].chars += p->word[i].n + 1;
    double gutter = find_gutter(p);
    size_t left = gutter > 0 ? partition(p->line, p->lines, gutter) : p->lines;
    side(r, p->line, left);
    if (left < p->lines)
        side(r, p->line + left, p->lines - left);
    r->any_page = true;
}

static void open_element(void *ctx, struct sv name, const struct xml_attribute *a,
                         size_t n)
{
    struct reader *r = ctx;
    struct page *p = &r->page;
    if (sv_eq(name, SV("page"))) {
        p->width = number_of(a, n, "width");
        p->words = p->lines = 0;
        buf_reset(&p->text);
    } else if (sv_eq(name, SV("line"))) {
        open_line(p, box_of(a, n));
    } else if (sv_eq(name, SV("word"))) {
        r->in_word = p->words < PAGE_WORDS;
        r->too_many |= !r->in_word;
        if (r->in_word)
            open_word(p, box_of(a, n));
    }
}

static void close_element(void *ctx, struct sv name)
{
    struct reader *r = ctx;
    if (sv_eq(name, SV("page")))
        close_page(r);
    else if (sv_eq(name, SV("word")))
        r->in_word = false;
}

static void add_text(void *ctx, struct sv text)
{
    struct reader *r = ctx;
    struct page *p = &r->page;
    if (!r->in_word || p->words == 0)
        return;
    buf_add_sv(&p->text, text);
    p->word[p->words - 1].n += text.n;
}

static int read_pages(struct reader *r, struct sv text, struct err *err)
{
    static const struct xml_handler handler = {open_element, close_element, add_text};
    r->any_page = false;
    if (xml_parse(text, XML_STRICT, &handler, r, err) != 0)
        return -1;
    return r->too_many
               ? err_reject(err, "too-many", "a page has more than %d words", PAGE_WORDS)
               : 0;
}

int extract_boxes(struct sv text, struct writer *w, struct err *err)
{
    struct survey survey = {0};
    struct reader r = {.survey = &survey, .edges = {.limit = w->limit}};
    int rc = read_pages(&r, text, err);
    if (rc == 0) {
        survey_end(&survey);
        r.w = w;
        rc = read_pages(&r, text, err);
    }
    if (rc == 0)
        writer_append(w, &r.edges);
    survey_free(&survey);
    writer_free(&r.edges);
    counts_free(&r.seen);
    buf_free(&r.tail.word);
    mem_free(&r.page.word);
    mem_free(&r.page.line);
    buf_free(&r.page.text);
    return rc;
}
