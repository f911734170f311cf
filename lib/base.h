/* base — attributes, small macros, the verdict of a step, and memory that does not fail.
 *
 * Owns:    nothing.
 * Units:   bytes.
 * Errors:  mem_* end the process with exit code 70 when memory is out: what protects data
 *          here is crash safety, not unwinding.
 * Threads: any.
 */
#ifndef COUNCILWIRE_BASE_H
#define COUNCILWIRE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUTO(free_fn) __attribute__((cleanup(free_fn)))
#define NODISCARD     __attribute__((warn_unused_result))
#define PRINTF(f, a)  __attribute__((format(printf, f, a)))
#define NORETURN      __attribute__((noreturn))
#define UNUSED        __attribute__((unused))
/* Begins to fetch what will be read soon: a pass over an array that points into a text
 * need not wait for each place. Any address will do. */
#define PREFETCH(p) __builtin_prefetch(p)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Moves an owned pointer out of an AUTO variable. */
#define MOVE(out, p)                                                                     \
    do {                                                                                 \
        (out) = (p);                                                                     \
        (p) = NULL;                                                                      \
    } while (0)

/* How every step of every daemon ends. RETRY keeps the order; REJECT goes to the rejects
 * topic; FATAL ends the process. */
enum verdict { VERDICT_OK, VERDICT_RETRY, VERDICT_REJECT, VERDICT_FATAL };

/* Exit codes of every program, after sysexits. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_RUNTIME = 1,
    EXIT_USAGE = 64,
    EXIT_REFUSED = 65,
    EXIT_INTERNAL = 70,
    EXIT_TEMPORARY = 75,
    EXIT_CONFIGURATION = 78
};

void *mem_alloc(size_t n);
void *mem_zalloc(size_t n);
void *mem_realloc(void *p, size_t n);
/* Room for count elements of size bytes; the product is checked. */
void *mem_resize(void *p, size_t count, size_t size);
char *mem_copy(const char *p, size_t n); /* NUL-terminated */
void mem_free(void *pp); /* clean-up function for any owned pointer; sets NULL */

#endif
