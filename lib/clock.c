#define _DEFAULT_SOURCE /* getrandom's wrapper */
#include "clock.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static int64_t (*wall_hook)(void);
static int64_t (*monotonic_hook)(void);
static _Atomic int64_t steady_offset = INT64_MIN; /* to the monotonic clock */
static bool seeded;
static uint64_t seed_state;

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    int rc = clock_gettime(id, &t);
    assert(rc == 0);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    return wall_hook ? wall_hook() : read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return monotonic_hook ? monotonic_hook() : read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_monotonic_us(void)
{
    return monotonic_hook ? monotonic_hook() * 1000 : read_us(CLOCK_MONOTONIC);
}

int64_t clock_steady_ms(void)
{
    int64_t offset = atomic_load(&steady_offset);
    if (offset == INT64_MIN) {
        int64_t mine = clock_wall_ms() - clock_monotonic_ms();
        if (atomic_compare_exchange_strong(&steady_offset, &offset, mine))
            offset = mine;
    }
    return offset + clock_monotonic_ms();
}

void clock_set(int64_t (*wall_ms)(void), int64_t (*monotonic_ms)(void))
{
    wall_hook = wall_ms;
    monotonic_hook = monotonic_ms;
    atomic_store(&steady_offset, INT64_MIN);
}

static char *add_digits(char *at, int v, int digits, char behind)
{
    for (int i = digits; i-- > 0; v /= 10)
        at[i] = (char)('0' + v % 10);
    at[digits] = behind;
    return at + digits + 1;
}

/* Digit by digit: each record and each line of the log has one. */
void clock_rfc3339(int64_t wall_ms, char out[CLOCK_RFC3339])
{
    int64_t seconds = wall_ms / 1000, ms = wall_ms % 1000;
    if (ms < 0) {
        ms += 1000;
        seconds--;
    }
    time_t t = (time_t)seconds;
    struct tm tm;
    if (!gmtime_r(&t, &tm) || tm.tm_year < -1900 || tm.tm_year > 8099)
        memset(&tm, 0, sizeof tm);
    char *at = add_digits(out, tm.tm_year + 1900, 4, '-');
    at = add_digits(at, tm.tm_mon + 1, 2, '-');
    at = add_digits(at, tm.tm_mday, 2, 'T');
    at = add_digits(at, tm.tm_hour, 2, ':');
    at = add_digits(at, tm.tm_min, 2, ':');
    at = add_digits(at, tm.tm_sec, 2, '.');
    at = add_digits(at, (int)ms, 3, 'Z');
    *at = '\0';
}

static uint64_t next_seeded(void) /* splitmix64 */
{
    uint64_t z = (seed_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void random_seed(uint64_t seed)
{
    seeded = true;
    seed_state = seed;
}

void random_bytes(void *p, size_t n)
{
    unsigned char *at = p;
    while (n) {
        if (seeded) {
            uint64_t v = next_seeded();
            size_t k = n < sizeof v ? n : sizeof v;
            memcpy(at, &v, k);
            at += k;
            n -= k;
            continue;
        }
        ssize_t k = getrandom(at, n > 256 ? 256 : n, 0);
        if (k < 0)
            abort();
        at += k;
        n -= (size_t)k;
    }
}

uint64_t random_below(uint64_t bound)
{
    uint64_t v;
    assert(bound > 0);
    random_bytes(&v, sizeof v);
    return v % bound;
}
