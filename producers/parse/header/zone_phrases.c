/* The phrases of a zone: from each word on, the letters of the words lead through the
 * book; a lost letter leads everywhere. */
#include "zone.h"

/* Lost letters (U+FFFD) fit any other: what trying them may cost in one zone. */
enum { BRANCH_STEPS_MAX = 60000, GAP_LINES_MAX = 6 };

/* Signs that may stand inside a phrase; a colon between the letters of "Kom:n". */
static bool passes(const struct word *w, const struct word *next)
{
    if (w->sign == ':')
        return next && (w->flags & WORD_GLUED) && (next->flags & WORD_GLUED) &&
               next->kind == WORD_LETTERS && next->nletters <= 2;
    static const bool inside[128] = {
        ['.'] = true, [','] = true,         ['\''] = true,       ['"'] = true,
        ['-'] = true, ['/'] = true,         ['('] = true,        [')'] = true,
        ['&'] = true, [WORD_DEGREE] = true, [WORD_NUMERO] = true};
    return inside[(unsigned char)w->sign & 127];
}

struct finder {
    struct zone *z;
    struct arena *a;
    size_t cap; /* of hits */
    unsigned branch_steps;
};

struct walk {
    struct finder *f;
    size_t from;
    bool branched;
};

static void add_hits(struct walk *w, uint32_t node, size_t end)
{
    struct zone *z = w->f->z;
    const struct phrase_end *e = phrases_end(z->book, node);
    if (!e)
        return;
    const struct phrase *p = z->book->by_node + e->first;
    for (unsigned n = e->n; n > 0; n--, p++) {
        struct hit *h = z->nhits < w->f->cap ? &z->hit[z->nhits++]
                                             : arena_push(w->f->a, &z->hit, &z->nhits,
                                                          &w->f->cap, sizeof *z->hit);
        *h = (struct hit){p, (uint32_t)end};
    }
    z->word[w->from].nhits = (uint16_t)(z->word[w->from].nhits + e->n);
    z->word[w->from].kinds |= e->kinds;
}

/* The word that a phrase may go on in behind word i, or SIZE_MAX. */
static size_t word_behind(const struct zone *z, size_t i)
{
    for (size_t j = i + 1; j < z->n && z->word[j].lines <= GAP_LINES_MAX; j++) {
        if (z->word[j].kind != WORD_SIGN)
            return j;
        if (!passes(&z->word[j], j + 1 < z->n ? &z->word[j + 1] : NULL))
            break;
    }
    return SIZE_MAX;
}

/* Recursion goes over lost letters only, and BRANCH_STEPS_MAX bounds its branches. */
/* NOLINTBEGIN(misc-no-recursion) */
static void walk_from(struct walk *w, uint32_t node, size_t i, size_t k);

/* Behind the last letter of word i. */
static void walk_on(struct walk *w, uint32_t node, size_t i)
{
    add_hits(w, node, i + 1);
    size_t next = word_behind(w->f->z, i);
    if (next != SIZE_MAX)
        walk_from(w, node, next, 0);
}

static void walk_behind(struct walk *w, uint32_t node, size_t i, size_t k)
{
    if (k + 1 < w->f->z->word[i].nletters)
        walk_from(w, node, i, k + 1);
    else
        walk_on(w, node, i);
}

/* Before letter k of word i an N may be lost. */
static void walk_lost_n(struct walk *w, uint32_t node, size_t i, size_t k)
{
    uint32_t n = node ? phrases_step(w->f->z->book, node, 'n') : w->f->z->book->root['n'];
    if (!n)
        return;
    w->branched = true;
    if (k < w->f->z->word[i].nletters)
        walk_from(w, n, i, k);
    else
        walk_on(w, n, i);
}

/* Letter k of word i is lost: any may stand there. */
static void walk_any(struct walk *w, uint32_t node, size_t i, size_t k)
{
    const struct phrases *book = w->f->z->book;
    w->branched = true;
    if (node) {
        for (uint32_t c = phrases_child(book, node); c; c = book->link[c].sibling)
            walk_behind(w, c, i, k);
        return;
    }
    for (size_t letter = 0; letter < FOLD_TABLE; letter++)
        if (book->root[letter])
            walk_behind(w, book->root[letter], i, k);
}

/* Follows the letters from letter k of word i on; the node behind them, or 0. */
static uint32_t walk_word(struct walk *w, uint32_t node, size_t i, size_t k)
{
    const struct zone *z = w->f->z;
    const struct word *at = &z->word[i];
    bool lossy = z->lost_n && (at->flags & WORD_UPPER);
    const uint16_t *letters = z->letter + at->letters;
    bool simple = !z->lost_n && !w->branched; /* most words */
    if (simple && node == 0 && k == 0 && at->nletters >= 3) {
        uint32_t begin = phrases_begin(letters);
        if (begin < PHRASE_BEGINS) {
            if (!(node = z->book->begin[begin]))
                return 0;
            k = 3;
        }
    }
    for (; simple && k < at->nletters; k++) {
        if (letters[k] == FOLD_ANY)
            break;
        if (!(node = phrases_step(z->book, node, letters[k])))
            return 0;
    }
    for (; k < at->nletters; k++) {
        uint16_t letter = letters[k];
        if (w->branched && ++w->f->branch_steps > BRANCH_STEPS_MAX)
            return 0;
        if (letter == FOLD_ANY) {
            walk_any(w, node, i, k);
            return 0;
        }
        if (lossy || (k == 0 && z->lost_n))
            walk_lost_n(w, node, i, k);
        node = phrases_step(z->book, node, letter);
        if (!node)
            return 0;
    }
    if (lossy)
        walk_lost_n(w, node, i, k);
    return node;
}

/* The same, and through the words behind, as far as a phrase goes. */
static void walk_from(struct walk *w, uint32_t node, size_t i, size_t k)
{
    const struct zone *z = w->f->z;
    while ((node = walk_word(w, node, i, k)) != 0) {
        add_hits(w, node, i + 1);
        if (!phrases_child(z->book, node) &&
            !w->branched) /* branches count their steps */
            return;
        if ((i = word_behind(z, i)) == SIZE_MAX)
            return;
        k = 0;
    }
}
/* NOLINTEND(misc-no-recursion) */

void zone_find_phrases(struct zone *z, struct arena *a)
{
    struct finder f = {.z = z, .a = a, .cap = z->n * 2 + 1};
    z->nhits = 0;
    /* never NULL: places in it are computed before any is */
    z->hit = arena_alloc(a, f.cap * sizeof *z->hit);
    for (size_t i = 0; i < z->n; i++) {
        z->word[i].hits = (uint32_t)z->nhits;
        z->word[i].nhits = z->word[i].kinds = 0;
        struct walk w = {.f = &f, .from = i};
        if (z->word[i].kind != WORD_SIGN && z->word[i].nletters)
            walk_from(&w, 0, i, 0);
    }
}
