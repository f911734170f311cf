#include "parse_command.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/cmdline.h"
#include "lib/convert.h"
#include "lib/doc.h"
#include "lib/file.h"
#include "parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PROGRESS_AFTER_MS = 2000,
    TOGETHER = 64, /* papers that are read together, at most */
    TOGETHER_BYTES = 4 * 1024 * 1024,
    TOGETHER_MS = 5000, /* converters are slow, and the first result is waited for */
    KEEP_BYTES = 256 * 1024
};

struct paper {
    const char *name;
    struct buf in;
    struct arena arena;
};

struct run {
    struct knowledge *k;
    struct paper paper[TOGETHER];
    struct parse_job *job; /* of each */
    struct buf out;
    struct file_map map; /* a large file, instead of its paper's `in` */
    bool no_limit;
    bool terminal; /* progress may be shown */
    int64_t start_ms;
    int files, done, refused;
    int unwritten; /* errno of standard output; 0: all well */
};

static const char usage[] =
    "usage: councilwire parse [--json] [--no-limit] [--knowledge DIR] FILE...\n"
    "Prints what each Council paper holds (header, items, references, decisions) as one\n"
    "JSON object a line. FILE - is standard input.\n"
    "  --json           the only form there is (default)\n"
    "  --no-limit       take texts and results of any size (benchmarks); the files must\n"
    "                   not change meanwhile\n"
    "  --knowledge DIR  add the lines of the tables in DIR\n"
    "Exit status: 0; 65 when the file was refused, 1 when some of many were (each is\n"
    "named, the others are done); 64 wrong use; 78 when a table is wrong.\n"
    "Example: councilwire parse paper.pdf | jq .document\n";

int parse_command_text(const char *name, bool no_limit, struct buf *in, struct arena *a,
                       struct sv *text, struct err *err)
{
    size_t most = no_limit ? SIZE_MAX : ORIGINAL_BYTES_MAX;
    buf_reset(in);
    if (strcmp(name, "-") == 0) {
        if (fd_read_all(STDIN_FILENO, most, in, err))
            return err_wrap(err, "standard input");
    } else if (file_read(name, most, in, err)) {
        return -1;
    }
    struct doc d = {.name = sv_cstr(name), .original = buf_sv(in)};
    if (no_limit) {
        *text = doc_normal_text(d.original, a, &d.repairs);
        return 0;
    }
    if (convert_doc(&d, NULL, a, err) || doc_text(&d, a, err))
        return err_wrap(err, "%s", name);
    *text = d.text;
    return 0;
}

/* The text of a file of any size. */
static int unbounded_text(struct run *r, struct paper *p, struct sv *text,
                          struct err *err)
{
    uint64_t repairs;
    file_unmap(&r->map);
    if (strcmp(p->name, "-") == 0 || !file_map(p->name, &r->map))
        return parse_command_text(p->name, true, &p->in, &p->arena, text, err);
    *text = doc_normal_text((struct sv){r->map.p, r->map.n}, &p->arena, &repairs);
    return 0;
}

static void print_piece(void *ctx, struct buf *out)
{
    struct run *r = ctx;
    if (!r->unwritten && fwrite(out->p, 1, out->n, stdout) != out->n)
        r->unwritten = errno ? errno : EIO;
    buf_reset(out);
}

static void begin_paper(struct run *r, size_t i, const char *name)
{
    struct paper *p = &r->paper[i];
    p->name = name;
    if (!p->arena.limit)
        arena_init(&p->arena, r->no_limit ? SIZE_MAX / 2 : (size_t)6 * TEXT_BYTES_MAX);
    arena_reset(&p->arena);
    if (p->in.n > KEEP_BYTES)
        buf_free(&p->in);
    r->job[i] = (struct parse_job){.a = &p->arena};
}

static void end_paper(struct paper *p)
{
    arena_free(&p->arena);
    buf_free(&p->in);
}

/* Reads the texts of files from `at` on, as many as are parsed together. */
static size_t read_texts(struct run *r, char **name, int at)
{
    int64_t began = clock_monotonic_ms();
    size_t n = 0, bytes = 0;
    do {
        struct paper *p = &r->paper[n];
        struct parse_job *j = &r->job[n];
        begin_paper(r, n, name[at++]);
        j->rc = parse_command_text(p->name, false, &p->in, &p->arena, &j->text, &j->err);
        bytes += p->in.n + j->text.n;
        n++;
    } while (at < r->files && n < TOGETHER && bytes < TOGETHER_BYTES &&
             clock_monotonic_ms() - began < TOGETHER_MS);
    return n;
}

static void parse_any_size(struct run *r, const char *name)
{
    struct parse_job *j = &r->job[0];
    begin_paper(r, 0, name);
    j->rc = unbounded_text(r, &r->paper[0], &j->text, &j->err);
    if (j->rc == 0)
        j->rc = parse_text_unbounded(r->k, j->text, j->a, &j->parsed, &j->err);
}

static int print_paper(struct run *r, const struct parse_job *j, struct err *err)
{
    struct json_writer w = {.out = &r->out, .sink = print_piece, .ctx = r};
    buf_reset(&r->out);
    event_put_parsed(&w, &j->parsed);
    buf_addc(&r->out, '\n');
    print_piece(r, &r->out);
    return r->unwritten ? err_sys(err, ERR_FATAL, r->unwritten, "standard output") : 0;
}

static void show_progress(const struct run *r, bool last)
{
    if (!r->terminal || clock_monotonic_ms() - r->start_ms < PROGRESS_AFTER_MS)
        return;
    (void)fprintf(stderr, "\r%d of %d files%s", r->done, r->files, last ? "\n" : "");
}

/* 0, or the exit code with which all ends at once. A file that was not even read names
 * itself. */
static int end_file(struct run *r, size_t i)
{
    struct parse_job *j = &r->job[i];
    struct err *err = &j->err;
    bool read = j->text.p != NULL;
    int rc = j->rc == 0 ? print_paper(r, j, err)
             : read     ? err_wrap(err, "%s", r->paper[i].name)
                        : -1;
    if (rc) {
        (void)fprintf(stderr, "councilwire: %s%s%s\n", err->reason ? err->reason : "",
                      err->reason ? ": " : "", err->text);
        if (err->kind == ERR_FATAL || r->unwritten)
            return EXIT_RUNTIME;
        r->refused++;
    }
    r->done++;
    show_progress(r, false);
    return 0;
}

static int parse_each(struct run *r, char **name)
{
    int code = 0;
    for (int at = 0; at < r->files && code == 0;) {
        size_t n = 1;
        if (r->no_limit) {
            parse_any_size(r, name[at]);
        } else {
            n = read_texts(r, name, at);
            parse_texts(r->k, r->job, n);
        }
        for (size_t i = 0; i < n && code == 0; i++)
            code = end_file(r, i);
        at += (int)n;
    }
    if (code == 0)
        show_progress(r, true);
    return code;
}

static int run_files(struct run *r, const char *dir, char **name)
{
    struct err err = {0};
    if (knowledge_open(dir, &r->k, &err)) {
        (void)fprintf(stderr, "councilwire: %s\n", err.text);
        return EXIT_CONFIGURATION;
    }
    r->job = mem_alloc(TOGETHER * sizeof *r->job);
    r->terminal = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    r->start_ms = clock_monotonic_ms();
    int code = parse_each(r, name);
    if (fflush(stdout) && code == 0) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): a command has one thread */
        (void)fprintf(stderr, "councilwire: standard output: %s\n", strerror(errno));
        code = EXIT_RUNTIME;
    }
    for (size_t i = 0; i < TOGETHER; i++)
        end_paper(&r->paper[i]);
    free(r->job);
    file_unmap(&r->map);
    buf_free(&r->out);
    knowledge_free(&r->k);
    if (code || r->refused == 0)
        return code;
    return r->files == 1 ? EXIT_REFUSED : EXIT_RUNTIME;
}

int parse_command(int argc, char **argv)
{
    static const struct option option[] = {{"json", no_argument, NULL, 'j'},
                                           {"no-limit", no_argument, NULL, 'n'},
                                           {"knowledge", required_argument, NULL, 'k'},
                                           CMDLINE_COMMON};
    static const struct cmdline line = {"parse", usage, NULL, option};
    struct run r = {0};
    const char *dir = NULL;
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;) {
        switch (c) {
        case 'j': break;
        case 'n': r.no_limit = true; break;
        case 'k': dir = optarg; break;
        default: return cmdline_exit(c);
        }
    }
    if (optind == argc)
        return cmdline_misuse(&line, "the FILE is missing");
    r.files = argc - optind;
    return run_files(&r, dir, argv + optind);
}
