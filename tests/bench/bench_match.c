/* The matcher with all tables, as ratios to ripgrep in the same run:
 *   bench_match FILE PAPER...
 * FILE is large (bench_text makes it), the papers are scanned one by one. One core: run
 * it under taskset where the machine has more. Prints a line a figure; fails only when it
 * cannot measure. */
#include "lib/match_internal.h"
#include "producers/parse/knowledge/knowledge.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { REPEATS = 3, HOSTILE_BYTES = 32 << 20 };

static const char rg_pattern[] = "\\b\\d{4,5}(/\\d)?/\\d{2}\\b";

/* Processor time, so that what else runs on the machine counts little. */
static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double child_seconds(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_CHILDREN, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static int count(void *ctx, const struct match_hit *hit)
{
    uint64_t *v = ctx;
    v[0]++;
    v[1] += hit->end - hit->start;
    return 0;
}

static struct sv map_file(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size <= 0) {
        perror(path);
        exit(1);
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        perror(path);
        exit(1);
    }
    (void)close(fd);
    return (struct sv){p, (size_t)st.st_size};
}

static void unmap(struct sv s)
{
    void *p;
    memcpy(&p, &s.p, sizeof p);
    (void)munmap(p, s.n);
}

/* MB/s over a file, its mapping included, as ripgrep does it; the best of some. */
static double scan_file(const struct matcher *m, const char *path, enum match_path way)
{
    double best = 0;
    for (int i = 0; i < REPEATS; i++) {
        uint64_t v[2] = {0};
        double t = seconds();
        struct sv s = map_file(path);
        match_scan_path(m, s, way, count, v);
        double rate = (double)s.n / 1e6 / (seconds() - t);
        unmap(s);
        best = rate > best ? rate : best;
        if (i == 0)
            printf("match.hits %llu (%.1f %% of the bytes)\n", (unsigned long long)v[0],
                   100.0 * (double)v[1] / (double)s.n);
    }
    return best;
}

static double rg_file(const char *path)
{
    char command[4200];
    struct stat st;
    double best = 0;
    (void)snprintf(command, sizeof command, "rg -j1 -c '%s' '%s' >/dev/null", rg_pattern,
                   path);
    if (stat(path, &st) != 0)
        exit(1);
    for (int i = 0; i < REPEATS; i++) {
        double t = child_seconds();
        if (system(command) != 0) { // NOLINT(cert-env33-c): a bench, fixed command
            (void)fprintf(stderr, "cannot run: %s\n", command);
            exit(1);
        }
        double rate = (double)st.st_size / 1e6 / (child_seconds() - t);
        best = rate > best ? rate : best;
    }
    return best;
}

static double scan_memory(const struct matcher *m, struct sv s, size_t times)
{
    double best = 0;
    for (int i = 0; i < REPEATS; i++) {
        uint64_t v[2] = {0};
        double t = seconds();
        for (size_t j = 0; j < times; j++)
            match_scan(m, s, count, v);
        double rate = (double)s.n * (double)times / 1e6 / (seconds() - t);
        best = rate > best ? rate : best;
    }
    return best;
}

static void hostile(const struct matcher *m, double rg)
{
    static const char *const unit[] = {
        "REV ",
        "((((",
        "1234567890",
        "12345/12 ",
        "12345/12 REV 1 ADD 1 COR ",
        "was informed about ",
        "the Committee of Permanent Representatives of the ",
        "COM(2013) ",
        "Article ",
        "a ",
        "\u03BF \u03A3\u03C5\u03BC\u03B2\u03BF\u03CD\u03BB\u03B9\u03BF ",
        "word",
        "CALLS ON INVITES ",
        "on 12 October ",
        "\n\n \n",
        "'I/A' ITEM ",
    };
    char *text = malloc(HOSTILE_BYTES);
    double worst = 1e9;
    const char *name = "";
    for (size_t u = 0; u < ARRAY_LEN(unit) && text; u++) {
        struct sv s = sv_cstr(unit[u]);
        for (size_t i = 0; i < HOSTILE_BYTES; i++)
            text[i] = s.p[i % s.n];
        double rate = scan_memory(m, (struct sv){text, HOSTILE_BYTES}, 1);
        printf("match.hostile \"%s\" %.0f MB/s ratio %.2f\n",
               u == 14 ? "\\n\\n \\n" : unit[u], rate, rate / rg);
        if (rate < worst) {
            worst = rate;
            name = unit[u];
        }
    }
    free(text);
    printf("match.hostile.worst \"%s\" %.0f MB/s ratio %.2f (bar 0.4)\n", name, worst,
           worst / rg);
}

/* Two thousand made-up names in a folder of their own. */
static void many_names(void)
{
    static const char *const word[] = {"Working", "Party",      "Committee", "on",
                                       "Group",   "of",         "Internal",  "Market",
                                       "Energy",  "Fisheries",  "Health",    "Telecoms",
                                       "Friends", "Presidency", "Cohesion"};
    char dir[] = "/tmp/bench-match-XXXXXX", path[64];
    struct knowledge *k = NULL;
    struct err err = {0};
    if (!mkdtemp(dir))
        exit(1);
    (void)snprintf(path, sizeof path, "%s/bodies.tsv", dir);
    FILE *f = fopen(path, "w");
    if (!f)
        exit(1);
    (void)fputs("pattern\tcase\tname\tclass\n", f);
    for (unsigned i = 0, r = 1; i < 2000; i++) {
        for (unsigned j = 0; j < 3 + i % 4; j++, r = r * 1103515245 + 12345)
            (void)fprintf(f, "%s ", word[(r >> 16) % ARRAY_LEN(word)]);
        (void)fprintf(f, "%c%u\tfold\tN%u\tgroup\n", 'A' + (int)(i % 26), i, i);
    }
    (void)fclose(f);
    double t = seconds();
    if (knowledge_open(dir, &k, &err) != 0)
        printf("match.names refused: %s\n", err.text);
    else
        printf("match.names.ready %.1f ms, %.2f MB, %zu states, with 2,000 names more "
               "(bar 50 "
               "ms, 8 MB)\n",
               1e3 * (seconds() - t), (double)matcher_bytes(knowledge_matcher(k)) / 1e6,
               matcher_states(knowledge_matcher(k)));
    knowledge_free(&k);
    (void)unlink(path);
    (void)rmdir(dir);
}

static double ready_ms(void)
{
    double best = 1e9;
    for (int i = 0; i < REPEATS; i++) {
        struct knowledge *k = NULL;
        struct err err = {0};
        double t = seconds();
        if (knowledge_open(NULL, &k, &err) != 0) {
            (void)fprintf(stderr, "%s\n", err.text);
            exit(1);
        }
        t = 1e3 * (seconds() - t);
        best = t < best ? t : best;
        knowledge_free(&k);
    }
    return best;
}

int main(int argc, char **argv)
{
    struct knowledge *k = NULL;
    struct err err = {0};
    if (argc < 2) {
        (void)fprintf(stderr, "usage: %s FILE PAPER...\n", argv[0]);
        return EXIT_USAGE;
    }
    if (knowledge_open(NULL, &k, &err) != 0) {
        (void)fprintf(stderr, "%s\n", err.text);
        return EXIT_RUNTIME;
    }
    const struct matcher *m = knowledge_matcher(k);
    printf("match.ready %.1f ms, %.2f MB, %zu states (bar 10 ms)\n", ready_ms(),
           (double)matcher_bytes(m) / 1e6, matcher_states(m));
    double rg = rg_file(argv[1]), fast = scan_file(m, argv[1], MATCH_BEST);
    double plain = scan_file(m, argv[1], MATCH_PLAIN);
    printf("match.scan %.0f MB/s, rg %.0f MB/s, ratio %.2f (bar 1.5)\n", fast, rg,
           fast / rg);
    printf("match.scan.plain %.0f MB/s, ratio to rg %.2f (bar 0.6)\n", plain, plain / rg);
    double sum = 0;
    for (int i = 2; i < argc; i++) {
        struct sv s = map_file(argv[i]);
        sum += 1 / scan_memory(m, s, 1 + (32 << 20) / s.n);
        unmap(s);
    }
    if (argc > 2)
        printf("match.papers %.0f MB/s, ratio to one file %.2f (bar 0.9)\n",
               (double)(argc - 2) / sum, (double)(argc - 2) / sum / fast);
    hostile(m, rg);
    knowledge_free(&k);
    many_names();
    return 0;
}
