/* diff — what was taken out of one sequence and put in to make another.
 *
 * Sequences are of symbols (uint32_t): who compares lines or words numbers them first
 * (diff_names). Symbols that occur once on both sides are matched first, in their longest
 * common order (Bram Cohen's patience diff), then what lies between them by the shortest
 * edit (E. Myers, An O(ND) Difference Algorithm, 1986), up to DIFF_EDITS_MAX edits; what
 * differs by more is replaced as a whole.
 *
 * Owns:    nothing; results live in the arena given.
 * Units:   places in the sequences, from 0.
 * Errors:  none. Time: (n + m) log (n + m) for each of at most DIFF_DEPTH_MAX levels, and
 *          (n + m) x DIFF_EDITS_MAX between matches.
 * Threads: any.
 */
#ifndef COUNCILWIRE_DIFF_H
#define COUNCILWIRE_DIFF_H

#include "arena.h"

enum { DIFF_EDITS_MAX = 400, DIFF_DEPTH_MAX = 40 };

/* Numbers from 0 for names as they are met; equal names have equal numbers. */
struct diff_names {
    struct arena *a;
    struct sv *name; /* by number; borrowed */
    size_t n, cap;
    uint32_t *slot; /* number + 1; 0: free */
    size_t slots;
};
uint32_t diff_number(struct diff_names *t, struct sv name);

enum diff_op { DIFF_SAME, DIFF_OUT, DIFF_IN };

/* SAME: a[a..a+n) is b[b..b+n). OUT: a[a..a+n) is not in b, where it would stand at b.
 * IN: b[b..b+n) is not in a, where it would stand at a. */
struct diff_run {
    enum diff_op op;
    size_t a, b, n;
};

struct diff_runs {
    struct diff_run *v;
    size_t n, cap;
};

struct diff_side {
    const uint32_t *v;
    size_t n;
};

/* Runs cover both sides in order; no two of one kind follow each other, and OUT stands
 * before IN. `symbols`: all are below. */
void diff_compare(struct diff_side a, struct diff_side b, size_t symbols,
                  struct arena *arena, struct diff_runs *out);

#endif
