/* Patterns (one a line, ~ before one that folds) up to an empty line, then a text. Every
 * way of scanning must find what trying each place in turn finds. */
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

static void compare(const struct matcher *m, struct sv text)
{
    struct hits *want = mem_zalloc(sizeof *want), *have = mem_zalloc(sizeof *have);
    one_by_one(m, text, want);
    for (int path = MATCH_BEST; path <= MATCH_PLAIN; path++) {
        have->n = 0;
        match_scan_path(m, text, (enum match_path)path, collect, have);
        assert(have->n == want->n);
        assert(memcmp(have->v, want->v, want->n * sizeof *want->v) == 0);
    }
    free(want);
    free(have);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv rest = {(const char *)data, size}, line;
    struct match_builder *b = match_builder_new();
    struct matcher *m = NULL;
    struct err err = {0};
    uint32_t n = 0;
    while (n < PATTERNS && sv_cut(&rest, '\n', &line) && line.n > 0) {
        bool fold = line.p[0] == '~';
        if (match_add(b, n, sv_sub(line, fold, line.n), fold, &err) != 0)
            assert(err.kind == ERR_BAD_INPUT);
        err_clear(&err);
        n++;
    }
    if (match_build(b, &m, &err) == 0 && rest.p)
        compare(m, (struct sv){rest.p, rest.n < TEXT ? rest.n : TEXT});
    matcher_free(&m);
    match_builder_free(&b);
    return 0;
}
