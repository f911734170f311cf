/* The scan, 2 KiB at a time: the places where a match may begin by one byte and the one
 * before it (match_block.h), those of them that two looks at up to eight bytes each leave
 * (match_filter.c), then the automaton from each. Of a thousand bytes of running text
 * some 150 are such places, 40 pass the first look, 21 the second, and 8 of these are
 * matches. */
#include "letter.h"
#include "match_block.h"
#include "utf8.h"

#include <assert.h>
#include <stdlib.h>

enum { CHUNK = 2048, BEHIND = 2 * MATCH_PREFIX_MAX, AHEAD = BEHIND + 1, LOOK_AGAIN = 8 };

static void list_bits(struct matcher *m)
{
    for (unsigned byte = 0; byte < 256; byte++)
        for (unsigned i = 0; i < 8; i++)
            if (byte >> i & 1)
                m->bit[byte][m->bits[byte]++] = (uint16_t)i;
}

int match_build(struct match_builder *b, struct matcher **out, struct err *err)
{
    struct automaton a = {0};
    int rc = match_automaton(b, &a, err);
    if (rc == 0) {
        struct matcher *m = mem_zalloc(sizeof *m);
        m->npattern = b->npattern;
        m->id = mem_alloc((b->npattern + 1) * sizeof *m->id);
        for (size_t i = 0; i < b->npattern; i++)
            m->id[i] = b->pattern[i].id;
        match_pack(&a, m);
        match_filter(&a, m);
        list_bits(m);
        MOVE(*out, m);
    }
    match_automaton_free(&a);
    return rc;
}

size_t match_builder_patterns(const struct match_builder *b)
{
    return b->npattern;
}

uint32_t match_culprit(const struct match_builder *b)
{
    return b->culprit;
}

static void free_one(struct matcher *m)
{
    if (!m->borrowed) {
        free(m->slot);
        free(m->segment);
        free(m->id);
    }
    free(m->before);
    free(m);
}

void matcher_free(struct matcher **m)
{
    if (*m && (*m)->more)
        free_one((*m)->more);
    if (*m)
        free_one(*m);
    *m = NULL;
}

void matcher_join(struct matcher *m, struct matcher **more, uint32_t **before)
{
    assert(m->start != 0 && !m->more && !(*more)->more);
    if ((*more)->start == 0) {
        matcher_free(more);
        free(*before);
        *before = NULL;
        return;
    }
    m->more = *more;
    m->before = *before;
    *more = NULL;
    *before = NULL;
    for (unsigned c = 0; c < 256; c++)
        if (m->more->begins[c] && !m->begins[c])
            match_begins_with(m, c);
}

static size_t bytes_of(const struct matcher *m)
{
    return sizeof *m + m->nslot * sizeof *m->slot + m->nsegment * sizeof *m->segment +
           m->npattern * sizeof *m->id;
}

size_t matcher_bytes(const struct matcher *m)
{
    return bytes_of(m) +
           (m->more ? bytes_of(m->more) + m->more->npattern * sizeof *m->before : 0);
}

size_t matcher_states(const struct matcher *m)
{
    return m->nstate + (m->more ? m->more->nstate : 0);
}

static bool word_from(const char *p, const char *e)
{
    struct utf8_char c = utf8_next(p, e);
    return c.ok && letter_in_word(c.cp);
}

bool match_inside_word(struct sv text, size_t at)
{
    const char *p = text.p;
    if (at == 0 || at >= text.n)
        return false;
    if (((unsigned char)p[at] & 0xC0) == 0x80)
        return true;
    size_t b = at - 1;
    while (b > 0 && at - b < 4 && (p[b] & 0xC0) == 0x80)
        b--;
    return word_from(p + b, p + at) && word_from(p + at, p + text.n);
}

static bool ascii_word(unsigned c)
{
    return c - '0' < 10 || (c | 0x20) - 'a' < 26;
}

static inline bool ends_word(struct sv text, size_t at)
{
    if (at >= text.n)
        return true;
    unsigned before = (unsigned char)text.p[at - 1], behind = (unsigned char)text.p[at];
    if ((before | behind) < 0x80)
        return !ascii_word(before) || !ascii_word(behind);
    return !match_inside_word(text, at);
}

/* Bytes of one blank sign at p[i], or 0. */
static size_t blank_at(const uint8_t *p, size_t n, size_t i)
{
    if (i >= n)
        return 0;
    if (p[i] == ' ' || p[i] == '\n' || p[i] == '\t')
        return 1;
    return p[i] == 0xC2 && i + 1 < n && p[i + 1] == 0xA0 ? 2 : 0;
}

/* What seldom comes is kept out of the way of a run: it would cost registers there. */
#define RARE __attribute__((noinline, cold)) static

/* Fewer than eight bytes; what is behind them reads as 0. */
RARE uint64_t load_last(const uint8_t *p, size_t n)
{
    uint8_t eight[8] = {0};
    memcpy(eight, p, n);
    return match_load(eight);
}

/* Behind the indentation of a line that begins at i or a few blanks before it. */
static size_t indentation_end(struct sv text, size_t i)
{
    enum { WIDEST = 60 };
    size_t b = i, most = i + WIDEST < text.n ? i + WIDEST : text.n;
    while (b > 0 && text.p[b - 1] == ' ')
        b--;
    if (b == 0 || text.p[b - 1] != '\n')
        return i;
    while (i < most && text.p[i] == ' ')
        i++;
    return i;
}

/* Behind `least` to `most` blanks at i; 0: there are fewer. Behind a line's end any
 * indentation counts as none. */
RARE size_t blanks_end(struct sv text, size_t i, unsigned least, unsigned most)
{
    unsigned n = 0;
    for (size_t one; n < most; n++, i += one)
        if ((one = blank_at((const uint8_t *)text.p, text.n, i)) == 0)
            break;
    if (n == most && i > 0 && (text.p[i - 1] == '\n' || text.p[i - 1] == ' '))
        i = indentation_end(text, i);
    return n < least ? 0 : i;
}

static bool no_blank(uint8_t byte)
{
    return byte > ' ' && byte != 0xC2;
}

struct reached {
    size_t at; /* 0: nothing */
    uint32_t to;
};

/* The run that begins with segment s, from i on: where it ends in the text, and where it
 * leads. */
__attribute__((noinline)) static struct reached run_end(const struct segment *s,
                                                        struct sv text, size_t i)
{
    const uint8_t *p = (const uint8_t *)text.p;
    for (;; s++) {
        size_t left = text.n - i;
        uint64_t eight = left < 8 ? load_last(p + i, left) : match_load(p + i);
        if (s->n > left || (eight | s->mask) != s->value)
            return (struct reached){0, 0};
        i += s->n;
        bool inside = i + 1 < text.n;
        if (inside && s->most != 0 && p[i] == ' ' && no_blank(p[i + 1]))
            i++;
        else if (s->most != 0 && !(inside && s->least == 0 && no_blank(p[i])) &&
                 (i = blanks_end(text, i, s->least, s->most)) == 0)
            return (struct reached){0, 0};
        if (s->next != 0)
            return (struct reached){i, s->next};
    }
}

/* The longest match that begins at i: its end, or 0. */
static inline size_t walk(const struct matcher *m, struct sv text, size_t i,
                          uint32_t *pattern)
{
    const uint8_t *p = (const uint8_t *)text.p;
    const uint32_t *slot = m->slot;
    uint32_t s = m->start;
    size_t end = 0;
    while (i < text.n) {
        uint8_t c = m->cls[p[i]];
        uint32_t e = slot[s + c];
        if ((uint8_t)e != c)
            break;
        i++;
        s = e >> (8 + TO_BITS);
        unsigned kind = e >> 8 & ((1 << TO_BITS) - 1);
        while (kind == TO_RUN) {
            struct reached r = run_end(m->segment + s, text, i);
            if (r.at == 0)
                return end;
            i = r.at;
            s = r.to >> TO_BITS;
            kind = r.to & ((1 << TO_BITS) - 1);
        }
        if (kind == TO_ACCEPT && ends_word(text, i)) {
            end = i;
            *pattern = slot[s] >> 8;
        }
    }
    return end;
}

/* What m and the one that it is joined with find at i: the end, or 0. */
RARE size_t walk_both(const struct matcher *m, struct sv text, size_t i, uint32_t *id)
{
    uint32_t pattern = 0, other = 0;
    const struct matcher *more = m->more;
    size_t end = walk(m, text, i, &pattern);
    size_t theirs = walk(more, text, i, &other);
    *id = m->id[pattern];
    if (theirs == 0 || theirs < end || (theirs == end && pattern < m->before[other]))
        return end;
    *id = more->id[other];
    return theirs;
}

/* Not inlined, so that a walk's steps keep to registers. */
__attribute__((noinline)) static bool try_at(const struct matcher *m, struct sv text,
                                             size_t at, struct match_hit *out)
{
    uint32_t pattern = 0, id;
    size_t end;
    if (!m->more) {
        end = walk(m, text, at, &pattern);
        id = m->id[pattern];
    } else {
        end = walk_both(m, text, at, &id);
    }
    if (end == 0 || (at > 0 && !ends_word(text, at)))
        return false;
    *out = (struct match_hit){id, (uint32_t)at, (uint32_t)end};
    return true;
}

bool match_at(const struct matcher *m, struct sv text, size_t at, struct match_hit *out)
{
    return m->start != 0 && at < text.n && try_at(m, text, at, out);
}

/* The places in a chunk at which a match may begin by what stands before them and by
 * their first byte. *word: was the byte before a letter or digit? `coarse` gets what the
 * filter reads behind the chunk, too. */
INLINE unsigned find_places(const struct matcher *m, const uint8_t *p, unsigned blocks,
                            uint64_t *word, block_fn *block, list_fn *list,
                            uint8_t *coarse, uint16_t *place)
{
    unsigned n = 0;
    for (unsigned i = 0; i < blocks; i++, p += BLOCK, coarse += BLOCK) {
        struct block b = block(m, p, coarse);
        uint64_t mask = (b.words & ~(b.words << 1 | *word)) | b.begins;
        *word = b.words >> 63;
        n += list(m, mask, i * BLOCK, place + n);
    }
    for (unsigned i = 0; i < BEHIND; i += 8)
        match_store(coarse + i, coarse_of_8(match_load(p + i), match_load(p + i + 1)));
    return n;
}

/* The hash's bit; set where the key holds a flag. */
INLINE unsigned bit_of(const uint64_t *bits, uint32_t hash, uint64_t key)
{
    hash = (key & MATCH_FLAGS) != 0 ? MATCH_PASSES : hash;
    return (unsigned)(bits[hash >> 6] >> (hash & 63)) & 1;
}

/* Does the prefix at these eight bytes begin a match? */
INLINE unsigned begins_match(const struct matcher *m, const uint8_t *coarse)
{
    uint64_t eight = match_load(coarse);
    uint64_t key = match_key(eight, m->mask[m->first[match_first_hash(eight)]]);
    return bit_of(m->prefix, match_prefix_hash(key), key);
}

/* May what stands behind the prefix follow it? */
INLINE unsigned may_follow(const struct matcher *m, const uint8_t *coarse)
{
    uint64_t eight = match_load(coarse);
    unsigned length = m->first[match_first_hash(eight)];
    uint64_t key = match_key(eight, m->mask[length]);
    uint32_t h = match_prefix_hash(key);
    eight = match_load(coarse + length);
    uint64_t behind = match_key(eight, m->mask[m->more_bytes[h]]);
    return bit_of(m->behind, match_behind_hash(behind, h), key | behind);
}

/* Keeps those places at which a match may begin. Without branches: which places pass is
 * hard to foretell. `more`: what m is joined with, or NULL. */
INLINE unsigned filter(const struct matcher *m, const struct matcher *more,
                       const uint8_t *coarse, uint16_t *place, unsigned n)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++) {
        uint16_t at = place[i];
        place[kept] = at;
        kept +=
            begins_match(m, coarse + at) | (more ? begins_match(more, coarse + at) : 0);
    }
    return kept;
}

/* Keeps of them those that what stands behind their prefix does not rule out. */
INLINE unsigned filter_behind(const struct matcher *m, const struct matcher *more,
                              const uint8_t *coarse, uint16_t *place, unsigned n)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++) {
        uint16_t at = place[i];
        place[kept] = at;
        kept += may_follow(m, coarse + at) | (more ? may_follow(more, coarse + at) : 0);
    }
    return kept;
}

INLINE void scan(const struct matcher *m, struct sv text, block_fn *block, list_fn *list,
                 match_fn *hit, void *ctx)
{
    const struct matcher *more = m->more;
    uint16_t place[CHUNK + LIST_SPARE];
    uint8_t rest[CHUNK + BLOCK], coarse[CHUNK + BLOCK];
    uint64_t word = 0;
    size_t from = 0;  /* behind the last match */
    bool look = true; /* where all pass the second look it is not worth its time */
    for (size_t base = 0; base < text.n; base += CHUNK) {
        const uint8_t *p = (const uint8_t *)text.p + base;
        size_t left = text.n - base;
        unsigned blocks = CHUNK / BLOCK;
        if (left < CHUNK + AHEAD) { /* the end: what lies behind reads as 0 */
            blocks = left < CHUNK ? (unsigned)(left + BLOCK - 1) / BLOCK : blocks;
            memcpy(rest, p, left);
            memset(rest + left, 0, blocks * BLOCK + AHEAD - left);
            p = rest;
        }
        unsigned n = find_places(m, p, blocks, &word, block, list, coarse, place);
        n = more ? filter(m, more, coarse, place, n) : filter(m, NULL, coarse, place, n);
        if (look || base / CHUNK % LOOK_AGAIN == 0) {
            unsigned kept = more ? filter_behind(m, more, coarse, place, n)
                                 : filter_behind(m, NULL, coarse, place, n);
            look = n - kept >= n / 16;
            n = kept;
        }
        for (unsigned i = 0; i < n; i++) {
            size_t at = base + place[i];
            struct match_hit h;
            if (at < from || !try_at(m, text, at, &h))
                continue;
            if (hit(ctx, &h) != 0)
                return;
            from = h.end;
        }
    }
}

/* Written as one function for all processors and compiled for each: what differs is how a
 * block is looked at, and the instructions that the compiler may use. */
static void scan_plain(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    scan(m, text, block_plain, list_plain, hit, ctx);
}

static void scan_vector(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    scan(m, text, block_vector, list_plain, hit, ctx);
}

#if defined(__x86_64__)
AVX2 static void scan_avx2(const struct matcher *m, struct sv text, match_fn *hit,
                           void *ctx)
{
    scan(m, text, block_avx2, list_plain, hit, ctx);
}

AVX512 static void scan_avx512(const struct matcher *m, struct sv text, match_fn *hit,
                               void *ctx)
{
    scan(m, text, block_avx512, list_avx512, hit, ctx);
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
}
#else
#define scan_avx2   scan_vector
#define scan_avx512 scan_vector
static bool has_avx2(void)
{
    return false;
}

static bool has_avx512(void)
{
    return false;
}
#endif

void match_scan_path(const struct matcher *m, struct sv text, enum match_path path,
                     match_fn *hit, void *ctx)
{
    if (m->start == 0)
        return;
    if (path == MATCH_PLAIN)
        scan_plain(m, text, hit, ctx);
    else if (path == MATCH_BEST && has_avx512())
        scan_avx512(m, text, hit, ctx);
    else if (path <= MATCH_AVX2 && has_avx2())
        scan_avx2(m, text, hit, ctx);
    else
        scan_vector(m, text, hit, ctx);
}

void match_scan(const struct matcher *m, struct sv text, match_fn *hit, void *ctx)
{
    match_scan_path(m, text, MATCH_BEST, hit, ctx);
}
