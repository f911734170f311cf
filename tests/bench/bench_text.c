/* Makes texts of any size from a few papers by changing the numbers in them:
 *   bench_text MIB OUT PAPER...        one file of so many MiB
 *   bench_text --papers N DIR PAPER... N papers, DIR/000000.txt and on
 * A number is changed alike throughout one copy of a paper, so that its citations still
 * agree; the same arguments give the same bytes. */
#include "lib/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAPERS = 64 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x7FB5D329728EA185);
    x = (x ^ x >> 27) * UINT64_C(0x81DADEF4BC2DD44D);
    return x ^ x >> 33;
}

/* Document numbers are 4 or 5 digits before a slash and a digit. */
static void add_copy(struct buf *out, struct sv paper, uint64_t copy)
{
    for (size_t i = 0; i < paper.n;) {
        size_t j = i;
        while (j < paper.n && is_digit(paper.p[j]))
            j++;
        size_t n = j - i;
        if (n == 0) {
            while (j < paper.n && !is_digit(paper.p[j]))
                j++;
            buf_add(out, paper.p + i, j - i);
        } else if ((n == 4 || n == 5) && j + 1 < paper.n && paper.p[j] == '/' &&
                   is_digit(paper.p[j + 1])) {
            uint64_t low = n == 4 ? 1000 : 10000, old = strtoull(paper.p + i, NULL, 10);
            buf_addf(out, "%llu",
                     (unsigned long long)low + mix(copy * 100003 + old) % (9 * low));
        } else {
            buf_add(out, paper.p + i, n);
        }
        i = j;
    }
}

static int read_paper(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return -1;
    }
    size_t n = 1;
    while (n > 0) {
        buf_reserve(out, 65536);
        n = fread(out->p + out->n, 1, 65536, f);
        out->n += n;
    }
    buf_addc(out, '\n');
    return fclose(f);
}

static int write_file(const char *path, const struct buf *b, const char *mode)
{
    FILE *f = fopen(path, mode);
    if (!f || fwrite(b->p, 1, b->n, f) != b->n || fclose(f) != 0) {
        perror(path);
        return -1;
    }
    return 0;
}

static int write_papers(const struct buf *paper, size_t papers, uint64_t count,
                        const char *dir)
{
    struct buf b = {0};
    char path[4096];
    for (uint64_t i = 0; i < count; i++) {
        buf_reset(&b);
        add_copy(&b, buf_sv(&paper[i % papers]), i);
        (void)snprintf(path, sizeof path, "%s/%06llu.txt", dir, (unsigned long long)i);
        if (write_file(path, &b, "wb") != 0)
            return 1;
    }
    buf_free(&b);
    return 0;
}

static int write_text(const struct buf *paper, size_t papers, uint64_t mib,
                      const char *path)
{
    struct buf b = {0};
    uint64_t written = 0, want = mib << 20;
    if (write_file(path, &b, "wb") != 0)
        return 1;
    for (uint64_t copy = 0; written < want;) {
        buf_reset(&b);
        while (b.n < 4 << 20) {
            add_copy(&b, buf_sv(&paper[copy % papers]), copy);
            copy++;
        }
        b.n = b.n < want - written ? b.n : want - written;
        if (write_file(path, &b, "ab") != 0)
            return 1;
        written += b.n;
    }
    buf_free(&b);
    return 0;
}

int main(int argc, char **argv)
{
    struct buf paper[PAPERS] = {{0}};
    bool many = argc > 1 && strcmp(argv[1], "--papers") == 0;
    int first = many ? 4 : 3, rc;
    if (argc <= first || argc - first > PAPERS) {
        (void)fprintf(stderr, "usage: %s MIB OUT PAPER... | --papers N DIR PAPER...\n",
                      argv[0]);
        return 64;
    }
    size_t n = (size_t)(argc - first);
    for (size_t i = 0; i < n; i++)
        if (read_paper(argv[first + (int)i], &paper[i]) != 0)
            return 1;
    rc = many ? write_papers(paper, n, strtoull(argv[2], NULL, 10), argv[3])
              : write_text(paper, n, strtoull(argv[1], NULL, 10), argv[2]);
    for (size_t i = 0; i < n; i++)
        buf_free(&paper[i]);
    return rc;
}
