/* arena_guard — in builds with AddressSanitizer, what an arena has not handed out is out
 * of bounds: the bytes behind each block, and what is left of a chunk. In other builds
 * nothing.
 *
 * Owns:    nothing.
 * Units:   bytes.
 * Errors:  none; an access is reported by the sanitizer.
 * Threads: the arena's.
 */
#ifndef COUNCILWIRE_ARENA_GUARD_H
#define COUNCILWIRE_ARENA_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_IS_GUARDED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_IS_GUARDED
#endif

#ifdef ARENA_IS_GUARDED
#include <sanitizer/asan_interface.h>
enum { ARENA_GUARD = 16 }; /* bytes behind a block */
static inline void arena_close(const void *p, size_t n)
{
    __asan_poison_memory_region(p, n);
}
static inline void arena_open(const void *p, size_t n)
{
    __asan_unpoison_memory_region(p, n);
}
static inline bool arena_is_closed(const void *p)
{
    return __asan_address_is_poisoned(p);
}
#else
enum { ARENA_GUARD = 0 };
static inline void arena_close(const void *p, size_t n)
{
    (void)p;
    (void)n;
}
static inline void arena_open(const void *p, size_t n)
{
    (void)p;
    (void)n;
}
static inline bool arena_is_closed(const void *p)
{
    (void)p;
    return false;
}
#endif

#endif
