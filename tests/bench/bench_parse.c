/* Where the time of `councilwire parse` goes:
 *   bench_parse FILE...
 * prints the processor time of each stage over all files, in nanoseconds a byte. */
#include "lib/doc.h"
#include "lib/file.h"
#include "producers/parse/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double took[STAGES];

static void lap(double *since, enum stage s)
{
    double now = seconds();
    took[s] += now - *since;
    *since = now;
}

static void drop(void *ctx, struct buf *out)
{
    (void)ctx;
    buf_reset(out);
}

static void parse(const struct knowledge *k, struct arena *a, struct buf *in,
                  struct buf *out, const char *path, size_t *bytes)
{
    struct err err = {0};
    struct scan s;
    struct parsed p = {0};
    uint64_t repairs;
    double t = seconds();
    arena_reset(a);
    buf_reset(in);
    buf_reset(out);
    if (file_read(path, SIZE_MAX, in, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    lap(&t, READ);
    struct sv text = doc_normal_text(buf_sv(in), a, &repairs);
    *bytes += text.n;
    lap(&t, NORMAL);
    if (scan_text(k, text, a, &s, &err))
        exit(1);
    lap(&t, SCAN);
    if (header_read(&s, a, &p.document, &err))
        exit(1);
    lap(&t, HEADER);
    if (outline_read(&s, a, &p, &err))
        exit(1);
    lap(&t, OUTLINE);
    if (references_read(&s, a, &p, &err))
        exit(1);
    lap(&t, REFERENCES);
    if (decisions_read(&s, a, &p, &err))
        exit(1);
    lap(&t, DECISIONS);
    event_decision_ids(&p, SV("key"));
    lap(&t, IDS);
    struct json_writer w = {.out = out, .sink = drop, .ctx = NULL};
    event_put_parsed(&w, &p);
    lap(&t, JSON);
}

int main(int argc, char **argv)
{
    struct knowledge *k;
    struct err err = {0};
    struct arena a;
    struct buf in = {0}, out = {0};
    size_t bytes = 0;
    if (knowledge_open(NULL, &k, &err))
        return 1;
    arena_init(&a, SIZE_MAX / 2);
    for (int i = 1; i < argc; i++)
        parse(k, &a, &in, &out, argv[i], &bytes);
    double all = 0;
    for (int i = 0; i < STAGES; i++)
        all += took[i];
    for (int i = 0; i < STAGES; i++)
        printf("%-12s %6.2f ns/byte %5.1f %%\n", stage_name[i],
               took[i] * 1e9 / (double)bytes, took[i] * 100 / all);
    printf("%-12s %6.2f ns/byte, %.0f MB/s\n", "all", all * 1e9 / (double)bytes,
           (double)bytes / all / 1e6);
    return 0;
}
