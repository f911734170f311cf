/* What parsing costs, as ratios within one run:
 *   bench_parse PAPER...           all of the below, over texts made of the papers
 *   bench_parse --stages FILE...   only the share of each stage, over the files
 * stages: nanoseconds a byte of each. linear: time a byte from 1 KiB to 100 MiB, and of
 * hostile repetitions at 1 and 8 MiB; 1.00 is linear. memory: what a process needs for
 * one text, of 4 times its size and 1 MiB. Prints a line a figure. */
#include "lib/doc.h"
#include "lib/file.h"
#include "producers/parse/parse.h"
#include "producers/parse/text/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MIB = 1 << 20, KIB = 1 << 10, LEAST_BYTES = 4 * MIB, REPEATS = 3 };

enum stage {
    READ,
    NORMAL,
    SCAN,
    HEADER,
    OUTLINE,
    REFERENCES,
    DECISIONS,
    IDS,
    JSON,
    STAGES
};

static const char *const stage_name[STAGES] = {"read",      "normalise", "scan",
                                               "header",    "outline",   "references",
                                               "decisions", "ids",       "json"};

static struct knowledge *tables;

/* Processor time, so that what else runs on the machine counts little. */
static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool done, const char *what)
{
    if (!done) {
        (void)fprintf(stderr, "bench_parse: %s\n", what);
        exit(1);
    }
}

static void drop(void *ctx, struct buf *out)
{
    (void)ctx;
    buf_reset(out);
}

static void read_file(const char *path, struct buf *out)
{
    struct err err = {0};
    must(file_read(path, SIZE_MAX, out, &err) == 0, err.text);
}

/* ---- stages ---- */

static void lap(double took[STAGES], double *since, enum stage s)
{
    double now = seconds();
    took[s] += now - *since;
    *since = now;
}

static size_t parse_by_stages(const char *path, struct arena *a, struct buf *in,
                              struct buf *out, double took[STAGES])
{
    struct err err = {0};
    struct scan s;
    struct parsed p = {0};
    struct json_writer w = {.out = out, .sink = drop};
    uint64_t repairs;
    double t = seconds();
    arena_reset(a);
    buf_reset(in);
    buf_reset(out);
    read_file(path, in);
    lap(took, &t, READ);
    struct sv text = doc_normal_text(buf_sv(in), a, &repairs);
    lap(took, &t, NORMAL);
    must(scan_text(tables, text, a, &s, &err) == 0, err.text);
    lap(took, &t, SCAN);
    must(header_read(&s, a, &p.document, &err) == 0, err.text);
    lap(took, &t, HEADER);
    must(outline_read(&s, a, &p, &err) == 0, err.text);
    lap(took, &t, OUTLINE);
    must(references_read(&s, a, &p, &err) == 0, err.text);
    lap(took, &t, REFERENCES);
    must(decisions_read(&s, a, &p, &err) == 0, err.text);
    lap(took, &t, DECISIONS);
    event_decision_ids(&p, SV("ST-1-2012-INIT/en"));
    lap(took, &t, IDS);
    event_put_parsed(&w, &p);
    lap(took, &t, JSON);
    return text.n;
}

static void bench_stages(char **file, int files)
{
    struct arena a;
    AUTO(buf_free) struct buf in = {0}, out = {0};
    double took[STAGES] = {0}, all = 0;
    size_t bytes = 0;
    arena_init(&a, SIZE_MAX / 2);
    for (int i = 0; i < files; i++)
        bytes += parse_by_stages(file[i], &a, &in, &out, took);
    arena_free(&a);
    for (int i = 0; i < STAGES; i++)
        all += took[i];
    for (int i = 0; i < STAGES; i++)
        printf("%-12s %6.2f ns/byte %5.1f %%\n", stage_name[i],
               took[i] * 1e9 / (double)bytes, took[i] * 100 / all);
    printf("%-12s %6.2f ns/byte, %.0f MB/s\n", "all", all * 1e9 / (double)bytes,
           (double)bytes / all / 1e6);
}

/* ---- linear ---- */

/* The text again and again, cut at n bytes. */
static void fill(struct buf *out, struct sv piece, size_t n)
{
    buf_reset(out);
    buf_reserve(out, n + piece.n);
    while (out->n < n)
        buf_add_sv(out, piece);
    out->n = n;
}

static void parse_whole(struct sv text, struct arena *a, struct buf *out)
{
    struct err err = {0};
    struct parsed p = {0};
    struct json_writer w = {.out = out, .sink = drop};
    uint64_t repairs;
    arena_reset(a);
    buf_reset(out);
    text = doc_normal_text(text, a, &repairs);
    if (parse_text_unbounded(tables, text, a, &p, &err) == 0)
        event_put_parsed(&w, &p);
}

/* Nanoseconds a byte; the least of some. */
static double cost(struct sv text)
{
    struct arena a;
    AUTO(buf_free) struct buf out = {0};
    size_t times = text.n < LEAST_BYTES ? LEAST_BYTES / text.n : 1;
    double best = 1e9;
    arena_init(&a, SIZE_MAX / 2);
    for (int i = 0; i < (text.n > (size_t)32 * MIB ? 1 : REPEATS); i++) {
        double t = seconds();
        for (size_t k = 0; k < times; k++)
            parse_whole(text, &a, &out);
        t = (seconds() - t) * 1e9 / (double)(times * text.n);
        best = t < best ? t : best;
    }
    arena_free(&a);
    return best;
}

static void bench_sizes(const char *name, struct sv piece, double base)
{
    static const size_t sizes[] = {(size_t)KIB, (size_t)10 * KIB, (size_t)100 * KIB,
                                   (size_t)MIB, (size_t)10 * MIB, (size_t)100 * MIB};
    AUTO(buf_free) struct buf text = {0};
    printf("linear: %-24s", name);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        fill(&text, piece, sizes[i]);
        printf(" %.2f", cost(buf_sv(&text)) / base);
        (void)fflush(stdout);
    }
    printf("  (1 KiB to 100 MiB, time a byte, of papers of 1 MiB)\n");
}

/* Time a byte at 8 MiB, of that at 1 MiB; and of papers. */
static void bench_hostile(double base)
{
    static const struct sv piece[] = {
        {"REV ", 4},
        {"(", 1},
        {"1", 1},
        {"12345/12 ", 9},
        {"was informed about ", 19},
        {"The Council agreed ", 19},
        {"Article 5 TFEU, ", 16},
        {"[a](b) ", 7},
        {"<sup>1</sup>", 12},
        {"e\xcc\x81", 3},
        {"\n", 1},
        {"\t", 1},
        {"- x\n", 4},
        {"1. A\n", 5},
        {"1.\n", 3},
        {"The Council will:\n- adopt it by 2012;\n", 38},
        {"|a|b|\n", 6},
        {"\xff", 1},
    };
    AUTO(buf_free) struct buf text = {0};
    for (size_t i = 0; i < ARRAY_LEN(piece); i++) {
        fill(&text, piece[i], MIB);
        double small = cost(buf_sv(&text));
        fill(&text, piece[i], (size_t)8 * MIB);
        double large = cost(buf_sv(&text));
        char name[64];
        size_t n = 0;
        for (size_t k = 0; k < piece[i].n && n + 1 < sizeof name; k++) {
            char c = piece[i].p[k];
            if (c < ' ')
                c = c == '\n' ? '$' : '?';
            name[n++] = c;
        }
        name[n] = '\0';
        printf("hostile: %-38.38s 8 MiB ÷ 1 MiB %.2f, ÷ papers %.2f\n", name,
               large / small, large / base);
        (void)fflush(stdout);
    }
}

/* ---- memory ---- */

static size_t resident_bytes(void)
{
    unsigned long total = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    must(f && fscanf(f, "%lu %lu", &total, &resident) == 2, "/proc/self/statm");
    (void)fclose(f);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* A process of its own parses the text; prints what it needed. The text counts. */
static void bench_memory(struct sv piece, size_t n)
{
    AUTO(buf_free) struct buf text = {0};
    fill(&text, piece, n);
    (void)fflush(stdout);
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        struct arena a;
        struct buf out = {0};
        struct rusage used;
        arena_init(&a, SIZE_MAX / 2);
        parse_whole(sv_sub(buf_sv(&text), 0, KIB), &a, &out); /* code comes in */
        size_t before = resident_bytes();
        parse_whole(buf_sv(&text), &a, &out);
        (void)getrusage(RUSAGE_SELF, &used);
        size_t needed = (size_t)used.ru_maxrss * KIB - before + n, most = 4 * n + MIB;
        printf(
            "memory: a text of %6zu KiB needs %7zu KiB, %.2f of 4 times that and 1 MiB\n",
            n / KIB, needed / KIB, (double)needed / (double)most);
        (void)fflush(stdout);
        _exit(0);
    }
    int status;
    must(waitpid(child, &status, 0) == child && status == 0, "child");
}

static void bench_papers(char **paper, int papers)
{
    AUTO(buf_free) struct buf all = {0}, line = {0}, text = {0};
    for (int i = 0; i < papers; i++) {
        read_file(paper[i], &all);
        buf_addc(&all, '\n');
    }
    buf_add_sv(&line, buf_sv(&all));
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '\n')
            line.p[i] = ' ';
    fill(&text, buf_sv(&all), MIB);
    double base = cost(buf_sv(&text));
    bench_sizes("papers", buf_sv(&all), base);
    bench_sizes("papers on one line", buf_sv(&line), base);
    bench_hostile(base);
    for (size_t n = (size_t)10 * KIB; n <= (size_t)100 * MIB; n *= 10)
        bench_memory(buf_sv(&all), n);
}

int main(int argc, char **argv)
{
    struct err err = {0};
    bool stages = argc > 1 && strcmp(argv[1], "--stages") == 0;
    int first = stages ? 2 : 1;
    if (argc <= first) {
        (void)fprintf(stderr, "usage: %s [--stages] FILE...\n", argv[0]);
        return 64;
    }
    must(knowledge_open(NULL, &tables, &err) == 0, err.text);
    if (stages)
        bench_stages(argv + first, argc - first);
    else
        bench_papers(argv + first, argc - first);
    knowledge_free(&tables);
    return 0;
}
