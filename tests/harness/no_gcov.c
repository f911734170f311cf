/* gcov's functions, empty, for a program that may open no file when it ends: the
 * confined converter would be killed by its own filter at exit. Linked into it with
 * BUILD_KIND=coverage only, in front of libgcov's; what it runs is covered by the tests
 * of producers/extract that are not confined.
 */
#include <stdint.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): libgcov's */
void __gcov_init(void *info);
void __gcov_exit(void);
void __gcov_merge_add(int64_t *counters, unsigned n);

void __gcov_init(void *info)
{
    (void)info;
}

void __gcov_exit(void)
{
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libgcov's type */
void __gcov_merge_add(int64_t *counters, unsigned n)
{
    (void)counters, (void)n;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
