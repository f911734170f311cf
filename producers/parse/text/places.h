/* places — where an offset lies among things that are kept in the text's order.
 *
 * Owns:    nothing; the array is borrowed.
 * Errors:  none: behind the last one is the end of the range.
 * Threads: no state.
 */
#ifndef COUNCILWIRE_PLACES_H
#define COUNCILWIRE_PLACES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The first i in [lo, hi) whose place, an uint32_t `field` bytes into an element of
 * `stride` bytes, is not before the offset, or hi. An empty range may have no array. */
static inline size_t place_from(const void *array, size_t field, size_t stride, size_t lo,
                                size_t hi, size_t offset)
{
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        uint32_t at;
        memcpy(&at, (const char *)array + mid * stride + field, sizeof at);
        if (at < offset)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

#endif
