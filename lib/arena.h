/* arena — memory of one document or message, freed at once.
 *
 * Owns:    its chunks; what it hands out lives until arena_reset or arena_free.
 * Units:   bytes. `limit` bounds the sum handed out.
 * Errors:  an allocation beyond the limit still succeeds but latches `overflow`; the
 * owner asks arena_overflow after each stage and rejects the document. How far a stage
 * can pass the limit is bounded by the counts of DESIGN.md section 3. Threads: one.
 */
#ifndef COUNCILWIRE_ARENA_H
#define COUNCILWIRE_ARENA_H

#include "sv.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunk; /* newest first */
    struct arena_chunk *spare; /* of a former use, all of one size */
    size_t limit, used;
    size_t keep, kept; /* bytes of spare chunks at most, and now */
    bool overflow, small;
};

void arena_init(struct arena *a, size_t limit);
/* For arenas that are many and hold little: their chunks begin with two hundred
 * bytes. */
void arena_init_small(struct arena *a, size_t limit);
/* Keeps one chunk of at most 1 MiB, and usual ones up to `keep` bytes (0 by default). */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);
/* What was handed out by `from` lives in `a` from now on; `from` is empty then. */
void arena_adopt(struct arena *a, struct arena *from);
bool arena_overflow(const struct arena *a);

void *arena_alloc(struct arena *a, size_t n);  /* 16-byte aligned, not cleared */
void *arena_zalloc(struct arena *a, size_t n); /* cleared */
void *arena_array(struct arena *a, size_t count,
                  size_t size); /* cleared, product checked */
/* Grows the array *v of `size`-byte elements to hold one more; returns its slot, cleared.
 */
void *arena_push(struct arena *a, void *v_ptr, size_t *n, size_t *cap, size_t size);
struct sv arena_copy(struct arena *a,
                     struct sv s); /* NUL-terminated copy; null stays null */
struct sv arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

#endif
