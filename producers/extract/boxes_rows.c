#include "boxes.h"

#include <math.h>
#include <stdlib.h>

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

struct sv boxes_text_of(const struct page *p, const struct word *w)
{
    return (struct sv){p->text.p + w->b, w->n};
}

static bool is_raised(const struct line *l, const struct word *w)
{
    return w->at.y1 - w->at.y0 < l->height * 0.8 &&
           w->at.y1 < l->at.y1 - l->height * 0.12;
}

/* glue: the first word continues the one that was written last. */
static void write_words(const struct page *p, const struct line *l, struct writer *out,
                        size_t skip, bool glue)
{
    for (size_t i = l->first + skip; i < l->first + l->words; i++) {
        const struct word *w = &p->word[i];
        double height = w->at.y1 - w->at.y0;
        bool super = l->words > 1 && is_raised(l, w);
        bool glued = i > l->first ? w->at.x0 - p->word[i - 1].at.x1 < height * 0.1 : glue;
        if (!glued)
            writer_blank(out);
        if (super)
            writer_sign(out, SV("<sup>"));
        writer_text(out, boxes_text_of(p, w));
        if (super)
            writer_sign(out, SV("</sup>"));
    }
}

static struct row make_row(const struct page *p, struct line *v, size_t n)
{
    qsort(v, n, sizeof *v, by_left);
    const struct word *first = v->words ? &p->word[v->first] : NULL;
    struct row r = {v,        n,         v->at.x0, v[n - 1].at.x1, v->at.y0,
                    v->at.y1, v->height, v->at.x0, false};
    r.bullet = first && is_bullet(boxes_text_of(p, first));
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

size_t boxes_make_rows(const struct page *p, struct line *v, size_t n, struct row *rows)
{
    size_t count = 0;
    if (n) /* an empty page has no array */
        qsort(v, n, sizeof *v, by_top);
    for (size_t i = 0; i < n;) {
        size_t k = i + 1;
        while (k < n && same_row(&v[i], &v[k]))
            k++;
        rows[count++] = make_row(p, v + i, k - i);
        i = k;
    }
    return count;
}

double boxes_right(const struct line *v, size_t n)
{
    double right = 0;
    for (size_t i = 0; i < n; i++)
        right = fmax(right, v[i].at.x1);
    return right;
}

bool boxes_goes_on(const struct page *p, const struct row *a, const struct row *b,
                   double right)
{
    if (b->bullet || b->n > 1 || b->line->words == 0 || fabs(a->height - b->height) > 1.0)
        return false;
    const struct word *w = &p->word[b->line->first];
    double first = w->at.x1 - w->at.x0, blank = a->height * 0.25;
    bool full = a->x1 + blank + first > right;
    bool aligned =
        fabs(b->x0 - a->x0) < a->height || fabs(b->x0 - a->text_x) < a->height * 0.5;
    return full && aligned;
}

unsigned boxes_note_number(const struct page *p, const struct row *r)
{
    const struct word *first = r->line->words ? &p->word[r->line->first] : NULL;
    uint64_t number;
    if (!first || !sv_u64(boxes_text_of(p, first), &number) || number > 999)
        return 0;
    bool alone = r->n > 1 && r->line->words == 1; /* poppler's line is the mark */
    bool raised = first->at.y1 - first->at.y0 < r->height * 0.8;
    return raised && (alone || r->line->words > 1) ? (unsigned)number : 0;
}

void boxes_write_row(const struct page *p, const struct row *r, struct writer *w,
                     bool glue)
{
    if (r->bullet)
        writer_mark(w, SV("- "));
    for (size_t i = 0; i < r->n; i++) {
        bool lone = i == 0 && r->bullet && r->line[0].words == 1;
        if (i > 0 && !(i == 1 && r->bullet && r->line[0].words == 1)) {
            if (r->line[i].at.x0 - r->line[i - 1].at.x1 > r->line[i].height * 0.9)
                writer_tab(w);
            else
                writer_blank(w);
        }
        if (!lone)
            write_words(p, &r->line[i], w, i == 0 && r->bullet, i == 0 && glue);
    }
}

struct sv boxes_last_word(const struct page *p, const struct row *r)
{
    const struct line *l = &r->line[r->n - 1];
    return l->words ? boxes_text_of(p, &p->word[l->first + l->words - 1]) : SV_NULL;
}

bool boxes_starts_small(const struct page *p, const struct row *r)
{
    struct sv first =
        r->line->words ? boxes_text_of(p, &p->word[r->line->first]) : SV_NULL;
    return first.n && first.p[0] >= 'a' && first.p[0] <= 'z';
}
