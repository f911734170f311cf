#define _DEFAULT_SOURCE /* madvise */
#include "arena.h"

#include "arena_guard.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    CHUNK_BYTES = 64 * 1024,
    CHUNK_BYTES_SMALL = 208, /* with its head and malloc's own, 256 */
    CHUNK_PART_SMALL = 2,
    CHUNK_BYTES_MAX = 8 * 1024 * 1024,
    CHUNK_PART = 4, /* a chunk is this part of what is used already */
    KEEP_BYTES = 1024 * 1024,
    LARGE_BYTES = 4 * 1024 * 1024,
    PAGE_BYTES = 4096, /* the least; madvise asks for an address that begins one */
    ALIGN = 16
};

struct arena_chunk {
    struct arena_chunk *next;
    size_t size, used;
    _Alignas(ALIGN) char data[];
};

void arena_init(struct arena *a, size_t limit)
{
    *a = (struct arena){.limit = limit};
}

void arena_init_small(struct arena *a, size_t limit)
{
    *a = (struct arena){.limit = limit, .small = true};
}

/* A large chunk is written from end to end: pages of 2 MiB cost it a fraction of the page
 * faults. Where the system has none, nothing changes. */
static void ask_for_large_pages(struct arena_chunk *c)
{
#ifdef MADV_HUGEPAGE
    size_t inside = (uintptr_t)c & (PAGE_BYTES - 1);
    (void)madvise((char *)c - inside, inside + sizeof *c + c->size, MADV_HUGEPAGE);
#else
    (void)c;
#endif
}

static struct arena_chunk *new_chunk(struct arena *a, size_t size)
{
    struct arena_chunk *c = size == CHUNK_BYTES ? a->spare : NULL;
    if (c) {
        a->spare = c->next;
        a->kept -= CHUNK_BYTES;
    } else {
        c = mem_alloc(sizeof *c + size);
    }
    *c = (struct arena_chunk){.size = size};
    if (size >= LARGE_BYTES)
        ask_for_large_pages(c);
    arena_close(c->data, size);
    return c;
}

static void free_chunks(struct arena_chunk *c)
{
    while (c) {
        struct arena_chunk *next = c->next;
        free(c);
        c = next;
    }
}

/* Chunks that the system took back and gave again would come with page faults. */
static void put_aside(struct arena *a, struct arena_chunk *c)
{
    while (c) {
        struct arena_chunk *next = c->next;
        if (c->size == CHUNK_BYTES && a->kept + CHUNK_BYTES <= a->keep) {
            c->next = a->spare;
            a->spare = c;
            a->kept += CHUNK_BYTES;
        } else {
            free(c);
        }
        c = next;
    }
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *keep = a->chunk;
    if (keep) {
        put_aside(a, keep->next);
        keep->next = NULL;
        keep->used = 0;
        arena_close(keep->data, keep->size);
        if (keep->size > KEEP_BYTES) {
            free(keep);
            keep = NULL;
        }
    }
    a->chunk = keep;
    a->used = 0;
    a->overflow = false;
}

void arena_free(struct arena *a)
{
    free_chunks(a->chunk);
    free_chunks(a->spare);
    *a = (struct arena){.limit = a->limit, .keep = a->keep, .small = a->small};
}

void arena_adopt(struct arena *a, struct arena *from)
{
    struct arena_chunk *last = from->chunk;
    if (!last)
        return;
    while (last->next)
        last = last->next;
    struct arena_chunk **behind = a->chunk ? &a->chunk->next : &a->chunk;
    last->next = *behind; /* the current chunk stays the current one */
    *behind = from->chunk;
    a->used += from->used;
    if (a->used > a->limit)
        a->overflow = true;
    from->chunk = NULL;
    from->used = 0;
    from->overflow = false;
}

bool arena_overflow(const struct arena *a)
{
    return a->overflow;
}

static size_t round_up(size_t n)
{
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static size_t chunk_bytes(const struct arena *a)
{
    size_t size = a->used / CHUNK_PART;
    size_t small = a->used / CHUNK_PART_SMALL;
    if (a->small && small < CHUNK_BYTES)
        return small < CHUNK_BYTES_SMALL ? CHUNK_BYTES_SMALL : round_up(small);
    if (size < CHUNK_BYTES || a->keep)
        return CHUNK_BYTES;
    return size < CHUNK_BYTES_MAX ? size : CHUNK_BYTES_MAX;
}

/* A large block gets a chunk of its own and leaves the current one in use: so it can
 * grow, and what is counted does not depend on what the arena held before. */
static struct arena_chunk *chunk_for(struct arena *a, size_t n)
{
    struct arena_chunk *c = a->chunk;
    bool large = n > CHUNK_BYTES / 4;
    n += ARENA_GUARD;
    if (c && !large && c->size - c->used >= n)
        return c;
    size_t usual = chunk_bytes(a);
    c = new_chunk(a, large || n > usual ? n : usual);
    struct arena_chunk **at = a->chunk && large ? &a->chunk->next : &a->chunk;
    c->next = *at;
    *at = c;
    return c;
}

void *arena_alloc(struct arena *a, size_t n)
{
    assert(n < SIZE_MAX / 2);
    size_t asked = n;
    n = round_up(n);
    a->used += n;
    if (a->used > a->limit)
        a->overflow = true;
    struct arena_chunk *c = chunk_for(a, n);
    void *p = c->data + c->used;
    c->used += n + ARENA_GUARD;
    arena_open(p, asked);
    return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
    return memset(arena_alloc(a, n), 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    bool overflow = __builtin_mul_overflow(count, size, &n);
    assert(!overflow);
    return arena_zalloc(a, n);
}

/* A block of its own chunk can grow where it is (or be moved by the system without a
 * copy); its old bytes are no longer counted. NULL when v shares its chunk. */
static char *grow_large(struct arena *a, const char *v, size_t old_bytes, size_t bytes)
{
    if (old_bytes <= CHUNK_BYTES / 4)
        return NULL;
    for (struct arena_chunk **link = &a->chunk; *link; link = &(*link)->next) {
        struct arena_chunk *c = *link;
        if (c->data != v || c->used != round_up(old_bytes) + ARENA_GUARD)
            continue;
        c = mem_realloc(c, sizeof *c + round_up(bytes) + ARENA_GUARD);
        c->size = c->used = round_up(bytes) + ARENA_GUARD;
        if (c->size >= LARGE_BYTES)
            ask_for_large_pages(c);
        arena_close(c->data, c->size);
        arena_open(c->data, bytes);
        *link = c;
        a->used += round_up(bytes) - round_up(old_bytes);
        if (a->used > a->limit)
            a->overflow = true;
        return c->data;
    }
    return NULL;
}

void *arena_push(struct arena *a, void *v_ptr, size_t *n, size_t *cap, size_t size)
{
    char *v;
    memcpy(&v, v_ptr, sizeof v);
    if (*n == *cap) {
        size_t want = *cap ? *cap * 2 : 8, bytes, old = *cap * size;
        bool overflow = __builtin_mul_overflow(want, size, &bytes);
        assert(!overflow);
        char *w = *cap ? grow_large(a, v, old, bytes) : NULL;
        if (!w) {
            w = arena_alloc(a, bytes);
            if (*n)
                memcpy(w, v, *n * size);
        }
        v = w;
        memcpy(v_ptr, &v, sizeof v);
        *cap = want;
    }
    return memset(v + (*n)++ * size, 0, size);
}

struct sv arena_copy(struct arena *a, struct sv s)
{
    if (!s.p)
        return SV_NULL;
    char *p = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct sv){p, s.n};
}

struct sv arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    char most[128]; /* holds nearly all: they need not be printed twice */
    int n = vsnprintf(most, sizeof most, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    if ((size_t)n < sizeof most)
        memcpy(p, most, (size_t)n + 1);
    else
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct sv){p, (size_t)n};
}
