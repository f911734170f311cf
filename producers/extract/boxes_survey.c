#include "boxes.h"

#include <math.h>
#include <stdlib.h>

enum {
    KEYS_MAX = 1 << 18,
    PITCHES_MAX = 1 << 14,
    BROKEN_MAX = 1 << 14,
    PITCHES_MIN = 3,
    Y_STEP = 4,
    WORD_MIN = 4
};

static size_t slot_of(const struct counts *c, uint64_t key)
{
    size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15)) & (c->cap - 1);
    while (c->key[i] && c->key[i] != key)
        i = (i + 1) & (c->cap - 1);
    return i;
}

static void grow(struct counts *c)
{
    struct counts old = *c;
    c->cap = old.cap ? old.cap * 2 : 1024;
    c->key = mem_zalloc(c->cap * sizeof *c->key);
    c->count = mem_zalloc(c->cap * sizeof *c->count);
    for (size_t i = 0; i < old.cap; i++)
        if (old.key[i]) {
            size_t at = slot_of(c, old.key[i]);
            c->key[at] = old.key[i];
            c->count[at] = old.count[i];
        }
    free(old.key);
    free(old.count);
}

uint32_t counts_add(struct counts *c, uint64_t key, uint32_t by)
{
    key |= 1; /* 0 is free */
    if (c->n * 2 >= c->cap)
        grow(c);
    size_t i = slot_of(c, key);
    if (!c->key[i] && c->n >= KEYS_MAX)
        return 0; /* what comes after so many counts as unknown */
    c->n += !c->key[i];
    c->key[i] = key;
    return c->count[i] += by;
}

uint32_t counts_of(const struct counts *c, uint64_t key)
{
    return c->cap ? c->count[slot_of(c, key | 1)] : 0;
}

static uint64_t add_byte(uint64_t h, char c)
{
    return (h ^ (unsigned char)c) * UINT64_C(0x100000001b3);
}

static const uint64_t seed = UINT64_C(0xcbf29ce484222325);

static uint64_t add_folded(uint64_t h, struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        h = add_byte(h, (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]));
    return h;
}

/* A row's text, each number as one sign, and its height on the page. */
static uint64_t edge_key(const struct page *p, const struct row *r, long step)
{
    uint64_t h = seed;
    bool digit = false;
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k < r->line[i].words; k++) {
            struct sv t = boxes_text_of(p, &p->word[r->line[i].first + k]);
            for (size_t j = 0; j < t.n; j++) {
                bool is_digit = t.p[j] >= '0' && t.p[j] <= '9';
                if (!is_digit || !digit)
                    h = add_byte(h, (char)(is_digit ? '0' : t.p[j]));
                digit = is_digit;
            }
        }
    return (h ^ (uint64_t)step) * UINT64_C(0x100000001b3);
}

static long step_of(const struct row *r)
{
    return (long)floor(r->y0 / Y_STEP);
}

bool survey_repeats(const struct survey *s, const struct page *p, const struct row *r,
                    uint64_t *key)
{
    uint32_t pages = 0;
    for (long d = -1; d <= 1; d++)
        pages += counts_of(&s->edges, edge_key(p, r, step_of(r) + d));
    *key = edge_key(p, r, 0);
    return pages > 1;
}

/* Letters, with hyphens between them; what punctuation stands around it is cut. */
static struct sv bare(struct sv t)
{
    while (t.n && strchr("(\"'.,;:)", t.p[0]))
        t = sv_sub(t, 1, t.n);
    while (t.n && strchr("\"'.,;:)", t.p[t.n - 1]))
        t = sv_sub(t, 0, t.n - 1);
    return t;
}

static uint64_t joined_key(struct sv first, struct sv second, bool hyphen)
{
    first = bare(first);
    if (!hyphen && first.n)
        first.n--;
    return add_folded(add_folded(seed, first), bare(second));
}

static void add_words(struct survey *s, const struct page *p, const struct row *r,
                      bool last_is_half)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct line *l = &r->line[i];
        size_t words = l->words - (l->words && i + 1 == r->n && last_is_half);
        for (size_t k = 0; k < words; k++) {
            struct sv t = bare(boxes_text_of(p, &p->word[l->first + k]));
            if (t.n >= WORD_MIN)
                counts_add(&s->vocabulary, add_folded(seed, t), 1);
        }
        if (l->chars)
            counts_add(&s->sizes, (uint64_t)lround(l->height * 10) << 1,
                       (uint32_t)l->chars);
    }
}

static bool ends_in_hyphen(struct sv word)
{
    return word.n > 2 && word.p[word.n - 1] == '-' && word.p[word.n - 2] != '-';
}

static void add_broken(struct survey *s, struct sv first, struct sv second)
{
    if (s->nbroken == BROKEN_MAX)
        return;
    if (!s->broken)
        s->broken = mem_resize(NULL, BROKEN_MAX, sizeof *s->broken);
    s->broken[s->nbroken][0] = joined_key(first, second, false);
    s->broken[s->nbroken++][1] = joined_key(first, second, true);
}

void survey_page(struct survey *s, const struct page *p, const struct row *rows, size_t n,
                 double right)
{
    for (size_t i = 0; i < n; i++)
        if (i < EDGE_TOP || i + EDGE_BOTTOM >= n)
            counts_add(&s->edges, edge_key(p, &rows[i], step_of(&rows[i])), 1);
    for (size_t i = 0; i < n; i++) {
        const struct row *next = i + 1 < n ? &rows[i + 1] : NULL;
        bool on = next && boxes_goes_on(p, &rows[i], next, right);
        struct sv last = boxes_last_word(p, &rows[i]);
        bool half = on && ends_in_hyphen(last) && boxes_starts_small(p, next);
        add_words(s, p, &rows[i], half);
        if (half)
            add_broken(s, last, boxes_text_of(p, &p->word[next->line->first]));
        if (!on || s->pitches == PITCHES_MAX)
            continue;
        if (!s->pitch)
            s->pitch = mem_resize(NULL, PITCHES_MAX, sizeof *s->pitch);
        s->pitch[s->pitches++] = next->y0 - rows[i].y0;
    }
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void survey_end(struct survey *s)
{
    size_t joined = 0, kept = 0;
    uint32_t most = 0;
    if (s->pitches >= PITCHES_MIN) {
        qsort(s->pitch, s->pitches, sizeof *s->pitch, by_value);
        s->usual_pitch = s->pitch[s->pitches / 4];
    }
    for (size_t i = 0; i < s->sizes.cap; i++)
        if (s->sizes.count[i] > most) {
            most = s->sizes.count[i];
            s->usual_size = (double)(s->sizes.key[i] >> 1) / 10;
        }
    for (size_t i = 0; i < s->nbroken; i++) {
        joined += counts_of(&s->vocabulary, s->broken[i][0]) > 0;
        kept += counts_of(&s->vocabulary, s->broken[i][1]) > 0;
    }
    s->hyphenates = joined > kept;
}

bool survey_joins(const struct survey *s, struct sv first, struct sv second)
{
    if (!ends_in_hyphen(first))
        return false;
    if (counts_of(&s->vocabulary, joined_key(first, second, true)))
        return false;
    return s->hyphenates || counts_of(&s->vocabulary, joined_key(first, second, false));
}

void counts_free(struct counts *c)
{
    free(c->key);
    free(c->count);
}

void survey_free(struct survey *s)
{
    counts_free(&s->edges);
    counts_free(&s->vocabulary);
    counts_free(&s->sizes);
    free(s->pitch);
    free(s->broken);
}
