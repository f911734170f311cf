/* Patterns (one a line, ~ before one that folds) up to an empty line, then a text. Every
 * way of scanning must find what trying each place in turn finds; so must a matcher of
 * the first half of the patterns that is joined with one of the others. */
#include "lib/match_internal.h"

#include <assert.h>
#include <stdlib.h>

enum { PATTERNS = 24, TEXT = 1 << 14, HITS = 1 << 14 };

struct hits {
    struct match_hit v[HITS];
    size_t n;
};

static int collect(void *ctx, const struct match_hit *hit)
{
    struct hits *h = ctx;
    h->v[h->n++] = *hit;
    return h->n == HITS;
}

static void one_by_one(const struct matcher *m, struct sv text, struct hits *out)
{
    for (size_t at = 0; at < text.n && out->n < HITS;) {
        struct match_hit h;
        if (match_at(m, text, at, &h)) {
            assert(h.start == at && h.end > at && h.end <= text.n);
            out->v[out->n++] = h;
            at = h.end;
        } else {
            at++;
        }
    }
}

/* `other` finds by all ways what m finds one by one. */
static void compare(const struct matcher *m, const struct matcher *other, struct sv text)
{
    struct hits *want = mem_zalloc(sizeof *want), *have = mem_zalloc(sizeof *have);
    one_by_one(m, text, want);
    for (int path = MATCH_BEST; path <= MATCH_PLAIN; path++) {
        have->n = 0;
        match_scan_path(other, text, (enum match_path)path, collect, have);
        assert(have->n == want->n);
        assert(memcmp(have->v, want->v, want->n * sizeof *want->v) == 0);
    }
    free(want);
    free(have);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Adds up to so many patterns; those that are refused count. False where none is left. */
static bool add_patterns(struct match_builder *b, struct sv *rest, uint32_t id,
                         uint32_t count)
{
    struct sv line;
    struct err err = {0};
    for (uint32_t n = 0; n < count; n++) {
        if (!sv_cut(rest, '\n', &line) || line.n == 0)
            return false;
        bool fold = line.p[0] == '~';
        if (match_add(b, id + n, sv_sub(line, fold, line.n), fold, &err) != 0)
            assert(err.kind == ERR_BAD_INPUT);
        err_clear(&err);
    }
    return true;
}

static void compare_joined(const struct matcher *all, struct sv patterns, struct sv text)
{
    struct match_builder *first = match_builder_new(), *other = match_builder_new();
    struct matcher *m = NULL, *more = NULL;
    struct err err = {0};
    if (add_patterns(first, &patterns, 0, PATTERNS / 2) &&
        match_builder_patterns(first) > 0) {
        (void)add_patterns(other, &patterns, PATTERNS / 2, PATTERNS / 2);
        size_t n = match_builder_patterns(other);
        uint32_t *before = mem_alloc((n + 1) * sizeof *before);
        for (size_t i = 0; i < n; i++)
            before[i] = (uint32_t)match_builder_patterns(first);
        if (match_build(first, &m, &err) == 0 && match_build(other, &more, &err) == 0) {
            matcher_join(m, &more, &before);
            compare(all, m, text);
        }
        free(before);
    }
    matcher_free(&m);
    matcher_free(&more);
    match_builder_free(&first);
    match_builder_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv patterns = {(const char *)data, size}, rest = patterns;
    struct match_builder *b = match_builder_new();
    struct matcher *m = NULL;
    struct err err = {0};
    (void)add_patterns(b, &rest, 0, PATTERNS);
    if (match_build(b, &m, &err) == 0 && rest.p) {
        struct sv text = {rest.p, rest.n < TEXT ? rest.n : TEXT};
        compare(m, m, text);
        compare_joined(m, patterns, text);
    }
    matcher_free(&m);
    match_builder_free(&b);
    return 0;
}
