/* clock — the one place that time and randomness come from; tests replace both.
 *
 * Owns:    nothing but the replacements that a test sets.
 * Units:   milliseconds (int64_t); wall: since the epoch; monotonic: from an arbitrary
 *          start.
 * Errors:  none.
 * Threads: any; clock_set and random_seed are for a test's or program's start.
 */
#ifndef COUNCILWIRE_CLOCK_H
#define COUNCILWIRE_CLOCK_H

#include "base.h"

int64_t clock_wall_ms(void);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
/* For schedules: the wall clock as it was when first asked, moved on by the monotonic
 * one; no step of the wall clock moves it. */
int64_t clock_steady_ms(void);
/* From now on both clocks answer what the functions say; NULL gives back the real ones.
 */
void clock_set(int64_t (*wall_ms)(void), int64_t (*monotonic_ms)(void));

/* "2026-08-01T12:00:00.123Z" (RFC 3339, 24 characters and a NUL). */
enum { CLOCK_RFC3339 = 25 };
void clock_rfc3339(int64_t wall_ms, char out[CLOCK_RFC3339]);

/* Unpredictable bytes from the system; after random_seed a reproducible sequence (tests).
 */
void random_bytes(void *p, size_t n);
void random_seed(uint64_t seed);
uint64_t random_below(uint64_t bound);

#endif
