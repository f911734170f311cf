/* `councilwire verify` and `councilwire cat`: the archive as a reader sees it. They ask
 * the daemon over its socket and open its database themselves only when it is stopped;
 * the objects and the manifest they read from the folder. */
#define _GNU_SOURCE /* getopt_long */
#include "archive_command.h"
#include "archive.h"

#include "deploy/councilwire/command.h"
#include "lib/clock.h"
#include "lib/file.h"
#include "lib/http.h"
#include "lib/json_write.h"
#include "lib/root.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PAGE_MAX = 16 * 1024 * 1024,
    PAGE_ROWS = 5000,
    ROW_TRIES = 50,
    ROW_WAIT_MS = 100,
    PROGRESS_MS = 2000
};

static const char verify_usage[] =
    "usage: councilwire verify [--state-dir DIR] [--head HASH] [--quiet] [--json]\n"
    "Re-reads the whole archive: every object against its hash, every entry of the "
    "manifest against\n"
    "its chain and against the database. Names what is missing, altered or foreign; exit "
    "code 1 then.\n"
    "--head HASH: also fails when HASH (printed by an earlier run) is not in the chain.\n"
    "--json: each problem and each archive's account as a JSON object a line.\n"
    "Example: councilwire verify\n";

static const char cat_usage[] =
    "usage: councilwire cat [--state-dir DIR] [--limite] ID[/LANGUAGE] | HASH ...\n"
    "Prints a text as it was published (ST-15754-2017-INIT, 15754/17, with /fr), or "
    "any version or\n"
    "original by its SHA-256. LIMITE papers only with --limite.\n"
    "Example: councilwire cat ST-15754-2017-INIT | less\n"
    "What a revision changed: councilwire diff 14186/1/14\n";

/* ---- one archive folder ---- */

struct reader {
    struct buf dir;
    struct db *db; /* NULL: the daemon is asked */
    struct zip *zip;
};

static void reader_close(struct reader *r)
{
    db_close(&r->db);
    zip_free(&r->zip);
    buf_free(&r->dir);
}

static int ask(const struct reader *r, const char *path, struct buf *out, int *status,
               struct err *err)
{
    AUTO(buf_free) struct buf socket_path = {0}, url = {0};
    AUTO(http_answer_free) struct http_answer a = {0};
    buf_addf(&socket_path, "%s/socket", r->dir.p);
    buf_addf(&url, "http://archive%s", path);
    if (http_call(&(struct http_call){.method = "GET",
                                      .url = url.p,
                                      .unix_socket = socket_path.p,
                                      .answer_max = PAGE_MAX},
                  &a, err) != 0)
        return -1;
    *status = a.status;
    buf_add_sv(out, buf_sv(&a.body));
    return 0;
}

/* 1 opened, 0 there is no such archive, -1. */
static int reader_open(struct reader *r, struct sv root, bool limite, struct err *err)
{
    AUTO(buf_free) struct buf path = {0}, answer = {0};
    struct err why = {0};
    int status;
    root_daemon_dir(root, "archive", limite, &r->dir);
    buf_addf(&path, "%s/state.db", r->dir.p);
    if (root_reach(r->dir.p, err) < 0)
        return -1;
    if (access(path.p, F_OK) != 0) {
        buf_free(&r->dir);
        return 0;
    }
    r->zip = zip_new();
    if (ask(r, "/healthz", &answer, &status, &why) == 0)
        return 1;
    return db_open(path.p, DB_READONLY, &r->db, err) != 0 ? -1 : 1;
}

static int reader_rows(const struct reader *r, int64_t after, struct buf *out,
                       struct err *err)
{
    char path[64];
    int status = 0;
    if (r->db)
        return manifest_rows(r->db, after, INT64_MAX, PAGE_ROWS, out, err);
    snprintf(path, sizeof path, "/manifest?after=%lld", (long long)after);
    if (ask(r, path, out, &status, err) != 0)
        return -1;
    return status == 200 ? 0 : err_set(err, ERR_TEMPORARY, "the archive says %d", status);
}

/* What the database holds as the last entry. */
static int reader_head(const struct reader *r, struct archive_head *out, struct err *err)
{
    AUTO(buf_free) struct buf answer = {0};
    int status = 0;
    if (r->db)
        return manifest_head(r->db, out, err);
    if (ask(r, "/head", &answer, &status, err) != 0)
        return -1;
    struct sv rest = buf_sv(&answer), seq = SV_NULL, chain = SV_NULL;
    uint64_t n;
    if (status != 200 || !sv_cut(&rest, '\t', &seq) || !sv_cut(&rest, '\n', &chain) ||
        !sv_u64(seq, &n) || chain.n != HASH_HEX)
        return err_set(err, ERR_TEMPORARY, "the archive says %d", status);
    *out = (struct archive_head){.seq = (int64_t)n};
    memcpy(out->chain, chain.p, HASH_HEX);
    return 0;
}

static int reader_find(const struct reader *r, struct sv id, struct buf *out,
                       struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    int status = 0;
    if (r->db)
        return manifest_find(r->db, id, out, err);
    buf_lit(&path, "/find?id=");
    for (size_t i = 0; i < id.n; i++)
        buf_addf(&path, "%%%02X", (unsigned char)id.p[i]);
    if (ask(r, path.p, out, &status, err) != 0)
        return -1;
    if (status != 200 && status != 404)
        return err_set(err, ERR_TEMPORARY, "the archive says %d", status);
    return status == 200;
}

/* ---- what should be there ---- */

struct asked {
    const char *state_dir, *head;
    bool limite, quiet, json;
    int first; /* operand */
};

struct held { /* open addressing by hash */
    char sha256[HASH_HEX];
    int64_t holders, bytes;
    bool seen;
};

struct checking {
    struct reader *r;
    struct held *held;
    size_t n, cap;
    int64_t entries, objects, bytes, problems;
    char head[HASH_HEX + 1];
    const char *wanted_head;
    bool head_found, json;
    int64_t told_ms; /* when progress is told next */
};

static void problem(struct checking *c, const char *what, struct sv which,
                    const char *why)
{
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    c->problems++;
    if (!c->json) {
        printf("%s: " SV_FMT ": %s\n", what, SV_ARG(which), why);
        return;
    }
    json_open_object(&w);
    json_pair(&w, "archive", buf_sv(&c->r->dir));
    json_pair(&w, "problem", sv_cstr(what));
    json_pair(&w, "of", which);
    json_pair(&w, "why", sv_cstr(why));
    json_close_object(&w);
    printf("%s\n", out.p);
}

/* For a person who waits: on a terminal, from PROGRESS_MS on, once in that time. */
static void tell_progress(struct checking *c)
{
    int64_t now = clock_monotonic_ms();
    if (c->told_ms == 0)
        c->told_ms = now + PROGRESS_MS;
    if (now < c->told_ms || isatty(STDERR_FILENO) != 1)
        return;
    c->told_ms = now + PROGRESS_MS;
    fprintf(stderr, "%s: %lld entries, %lld of %zu objects re-read, %lld MB\n",
            c->r->dir.p, (long long)c->entries, (long long)c->objects, c->n,
            (long long)c->bytes / 1000000);
}

static size_t slot(const struct checking *c, const char *sha256)
{
    char hex[17];
    memcpy(hex, sha256, 16);
    hex[16] = '\0';
    size_t i = strtoull(hex, NULL, 16) & (c->cap - 1);
    while (c->held[i].sha256[0] && memcmp(c->held[i].sha256, sha256, HASH_HEX) != 0)
        i = (i + 1) & (c->cap - 1);
    return i;
}

static void grow(struct checking *c)
{
    struct held *old = c->held;
    size_t cap = c->cap;
    c->cap = cap ? 2 * cap : 4096;
    c->held = mem_zalloc(c->cap * sizeof *c->held);
    for (size_t i = 0; i < cap; i++)
        if (old[i].sha256[0])
            c->held[slot(c, old[i].sha256)] = old[i];
    free(old);
}

static void hold(struct checking *c, const struct archive_entry *e)
{
    if (2 * c->n >= c->cap)
        grow(c);
    struct held *h = &c->held[slot(c, e->sha256.p)];
    if (!h->sha256[0]) {
        memcpy(h->sha256, e->sha256.p, HASH_HEX);
        c->n++;
    }
    if (sv_eq(e->kind, SV("withdrawn"))) {
        h->holders--;
    } else {
        h->holders++;
        h->bytes = e->bytes;
    }
}

/* ---- the manifest ---- */

static void check_entry(struct checking *c, struct sv line, struct sv row)
{
    struct archive_entry e;
    AUTO(buf_free) struct buf again = {0};
    char number[40], chain[HASH_HEX + 1];
    snprintf(number, sizeof number, "entry %lld", (long long)c->entries + 1);
    c->entries++;
    if (!sv_eq(line, row))
        problem(c, "manifest", sv_cstr(number),
                "the file and the database say different things");
    if (!manifest_parse(line, &e) && !manifest_parse(row, &e)) {
        problem(c, "manifest", sv_cstr(number), "is no entry");
        return;
    }
    memcpy(chain, e.chain, sizeof chain);
    manifest_line(&e, c->head, &again);
    if (e.seq != c->entries)
        problem(c, "manifest", sv_cstr(number), "has another number: entries are gone");
    else if (memcmp(chain, e.chain, HASH_HEX) != 0)
        problem(c, "manifest", sv_cstr(number), "was altered, or one before it is gone");
    memcpy(c->head, chain, sizeof c->head); /* later entries are judged by themselves */
    c->entries = e.seq;
    c->head_found |= c->wanted_head && strcmp(chain, c->wanted_head) == 0;
    hold(c, &e);
}

/* A whole line; the part of one that is being written is left for later. */
static bool next_line(FILE *f, char **line, size_t *cap, struct sv *out)
{
    long at = f ? ftell(f) : -1;
    ssize_t n = at >= 0 ? getline(line, cap, f) : -1;
    if (n > 0 && (*line)[n - 1] == '\n') {
        *out = (struct sv){*line, (size_t)n - 1};
        return true;
    }
    if (n > 0 && fseek(f, at, SEEK_SET) != 0)
        return false;
    if (f)
        clearerr(f);
    return false;
}

struct both { /* the two copies, side by side */
    FILE *f;
    char *text;
    size_t cap;
    struct buf page;
    struct sv rows, line, row;
    bool has_line, has_row;
};

static int next_row(struct checking *c, struct both *b, struct err *err)
{
    if (b->rows.n == 0) {
        buf_reset(&b->page);
        if (reader_rows(c->r, c->entries, &b->page, err) != 0)
            return -1;
        b->rows = buf_sv(&b->page);
    }
    b->has_row = b->rows.n && sv_cut(&b->rows, '\n', &b->row);
    return 0;
}

/* The daemon writes a line before its row is committed: the row is waited for. */
static int next_of_both(struct checking *c, struct both *b, struct err *err)
{
    if (next_row(c, b, err) != 0)
        return -1;
    b->has_line = next_line(b->f, &b->text, &b->cap, &b->line);
    for (int i = 0; b->has_line && !b->has_row && !c->r->db && i < ROW_TRIES; i++) {
        poll(NULL, 0, ROW_WAIT_MS);
        if (next_row(c, b, err) != 0)
            return -1;
    }
    return 0;
}

static int check_manifest(struct checking *c, const struct archive_head *head,
                          struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    struct both b = {0};
    bool head_met = head->seq == 0;
    int rc;
    buf_addf(&path, "%s/manifest", c->r->dir.p);
    b.f = fopen(path.p, "re");
    if (!b.f)
        problem(c, "manifest", buf_sv(&path), "can not be read");
    while ((rc = next_of_both(c, &b, err)) == 0 && (b.has_line || b.has_row)) {
        if (!b.has_row)
            problem(c, "manifest", b.line, "is not in the database");
        if (!b.has_line && b.f)
            problem(c, "manifest", b.row, "is not in the file");
        check_entry(c, b.has_line ? b.line : b.row, b.has_row ? b.row : b.line);
        tell_progress(c);
        head_met |= c->entries == head->seq && strcmp(c->head, head->chain) == 0;
    }
    if (rc == 0 && !head_met)
        problem(c, "manifest", sv_cstr(head->chain), "the head is none of the entries");
    if (b.f)
        fclose(b.f);
    free(b.text);
    buf_free(&b.page);
    return rc;
}

/* ---- the objects ---- */

static void check_object(struct checking *c, struct held *h)
{
    AUTO(buf_free) struct buf content = {0}, path = {0};
    struct err why = {0};
    struct sv sha256 = {h->sha256, HASH_HEX};
    object_path(c->r->dir.p, sha256, &path);
    if (h->holders <= 0) {
        if (access(path.p, F_OK) == 0)
            problem(c, "withdrawn", buf_sv(&path), "is still there");
        return;
    }
    c->objects++;
    if (object_read(c->r->zip, c->r->dir.p, sha256, &content, &why) != 0)
        problem(c, why.reason ? why.reason : "unreadable", buf_sv(&path), why.text);
    else if ((int64_t)content.n != h->bytes)
        problem(c, "altered", buf_sv(&path), "its entry gives another size");
    c->bytes += (int64_t)content.n;
}

static void closedir_auto(DIR **d)
{
    if (*d)
        closedir(*d);
}

static bool is_ours(const struct checking *c, struct sv name)
{
    return c->cap && name.n == HASH_HEX + 4 && sv_ends(name, SV(".zst")) &&
           c->held[slot(c, name.p)].sha256[0];
}

/* Files that no entry speaks of: one name a line. depth 2: the objects. */
// NOLINTNEXTLINE(misc-no-recursion): two levels
static void check_foreign(struct checking *c, const char *folder, int depth)
{
    AUTO(closedir_auto) DIR *d = opendir(folder);
    const struct dirent *e;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of this thread's own
    while (d && (e = readdir(d))) {
        AUTO(buf_free) struct buf path = {0};
        struct sv name = sv_cstr(e->d_name);
        if (sv_eq(name, SV(".")) || sv_eq(name, SV("..")))
            continue;
        buf_addf(&path, "%s/%s", folder, e->d_name);
        if (depth < 2)
            check_foreign(c, path.p, depth + 1);
        else if (!is_ours(c, name))
            problem(c, "foreign", buf_sv(&path), "no entry speaks of it");
    }
}

static void print_account(const struct checking *c)
{
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    if (!c->json) {
        printf("%s: %lld objects, %lld bytes, %lld entries, head %s: %s\n", c->r->dir.p,
               (long long)c->objects, (long long)c->bytes, (long long)c->entries, c->head,
               c->problems ? "NOT AS IT WAS" : "all as it was");
        return;
    }
    json_open_object(&w);
    json_pair(&w, "archive", buf_sv(&c->r->dir));
    json_pair_int(&w, "objects", c->objects);
    json_pair_int(&w, "bytes", c->bytes);
    json_pair_int(&w, "entries", c->entries);
    json_pair(&w, "head", sv_cstr(c->head));
    json_pair_int(&w, "problems", c->problems);
    json_close_object(&w);
    printf("%s\n", out.p);
}

static int verify_one(struct reader *r, const struct asked *o, const char *wanted_head,
                      int64_t *problems, struct err *err)
{
    struct checking c = {.r = r, .wanted_head = wanted_head, .json = o->json};
    AUTO(buf_free) struct buf objects = {0};
    struct archive_head head = {0};
    memcpy(c.head, archive_chain_zero, sizeof c.head);
    if (reader_head(r, &head, err) != 0 || check_manifest(&c, &head, err) != 0) {
        free(c.held);
        return -1;
    }
    for (size_t i = 0; i < c.cap; i++)
        if (c.held[i].sha256[0]) {
            check_object(&c, &c.held[i]);
            tell_progress(&c);
        }
    buf_addf(&objects, "%s/objects", r->dir.p);
    if (r->db) /* a running daemon adds objects before their entries */
        check_foreign(&c, objects.p, 0);
    if (wanted_head && !c.head_found)
        problem(&c, "manifest", sv_cstr(wanted_head), "is not in the chain");
    if (!o->quiet || c.problems)
        print_account(&c);
    *problems += c.problems;
    free(c.held);
    return 0;
}

/* ---- the commands ---- */

static int read_options(int argc, char **argv, const char *usage, struct asked *o)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"head", required_argument, NULL, 'H'},
                                            {"limite", no_argument, NULL, 'l'},
                                            {"quiet", no_argument, NULL, 'q'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    optind = 1;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a program of one thread
    for (int c; (c = getopt_long(argc, argv, "qh", options, NULL)) != -1;)
        switch (c) {
        case 's': o->state_dir = optarg; break;
        case 'H': o->head = optarg; break;
        case 'l': o->limite = true; break;
        case 'q': o->quiet = true; break;
        case 'j': o->json = true; break;
        case 'h': fputs(usage, stdout); return EXIT_DONE;
        default: fputs(usage, stderr); return EXIT_USAGE;
        }
    o->first = optind;
    return -1;
}

static int fail(const char *command, const struct err *err)
{
    fprintf(stderr, "councilwire %s: %s\n", command, err->text);
    return err_exit_code(err);
}

int verify_command(int argc, char **argv)
{
    struct asked o = {0};
    struct err err = {0};
    AUTO(buf_free) struct buf root = {0};
    int64_t problems = 0;
    int code = read_options(argc, argv, verify_usage, &o), archives = 0;
    if (code >= 0)
        return code;
    if (o.first < argc)
        return fputs(verify_usage, stderr), EXIT_USAGE;
    if (root_find(o.state_dir, &root, &err) != 0)
        return fail("verify", &err);
    for (int limite = 0; limite < 2; limite++) {
        AUTO(reader_close) struct reader r = {0};
        int rc = reader_open(&r, buf_sv(&root), limite, &err);
        if (rc < 0 ||
            (rc == 1 && verify_one(&r, &o, limite ? NULL : o.head, &problems, &err) != 0))
            return fail("verify", &err);
        archives += rc;
    }
    if (archives == 0) {
        fprintf(stderr, "councilwire verify: no archive in %s%s\n", root.p,
                root_elsewhere(buf_sv(&root)));
        return EXIT_RUNTIME;
    }
    return problems ? EXIT_RUNTIME : EXIT_DONE;
}

/* 1 read, 0 not here, -1. */
static int read_object(struct reader *r, struct sv id, struct buf *content,
                       struct err *err)
{
    AUTO(buf_free) struct buf line = {0};
    int rc = reader_find(r, id, &line, err);
    if (rc != 1)
        return rc;
    struct sv rest = buf_sv(&line), field[3];
    for (size_t i = 0; i < ARRAY_LEN(field); i++)
        if (!sv_cut(&rest, i < 2 ? '\t' : '\n', &field[i]))
            return err_set(err, ERR_FATAL, "the archive's answer can not be read");
    if (field[2].n != HASH_HEX)
        return err_set(err, ERR_FATAL, "the archive's answer can not be read");
    return object_read(r->zip, r->dir.p, field[2], content, err) == 0 ? 1 : -1;
}

static int read_one(struct sv root, struct sv id, bool limite, struct buf *out,
                    struct err *err)
{
    int found = 0, archives = 0;
    for (int space = 0; space <= (limite ? 1 : 0) && found == 0; space++) {
        AUTO(reader_close) struct reader r = {0};
        found = reader_open(&r, root, space, err);
        if (found == 1) {
            archives++;
            found = read_object(&r, id, out, err);
        }
    }
    if (found == 0 && archives == 0)
        return err_set(err, ERR_TEMPORARY, "no archive in " SV_FMT "%s", SV_ARG(root),
                       root_elsewhere(root));
    if (found == 0)
        return err_set(err, ERR_BAD_INPUT, SV_FMT ": not in the archive%s", SV_ARG(id),
                       limite ? "" : " (LIMITE papers: --limite)");
    return found == 1 ? 0 : -1;
}

int archive_read_text(const char *state_dir, struct sv id, bool limite, struct buf *out,
                      struct err *err)
{
    AUTO(buf_free) struct buf root = {0};
    return root_find(state_dir, &root, err) != 0
               ? -1
               : read_one(buf_sv(&root), id, limite, out, err);
}

static int cat_one(struct sv root, struct sv id, bool limite, struct err *err)
{
    AUTO(buf_free) struct buf content = {0};
    if (read_one(root, id, limite, &content, err) != 0)
        return -1;
    return fwrite(content.p, 1, content.n, stdout) == content.n && fflush(stdout) == 0
               ? 0
               : err_sys(err, ERR_FATAL, errno, "standard output");
}

int cat_command(int argc, char **argv)
{
    struct asked o = {0};
    AUTO(buf_free) struct buf root = {0};
    struct err err = {0};
    int code = read_options(argc, argv, cat_usage, &o), worst = EXIT_DONE;
    if (code >= 0)
        return code;
    if (o.first >= argc) {
        fputs(cat_usage, stderr);
        return EXIT_USAGE;
    }
    if (root_find(o.state_dir, &root, &err) != 0)
        return fail("cat", &err);
    for (int i = o.first; i < argc; i++) {
        struct err why = {0};
        if (cat_one(buf_sv(&root), sv_cstr(argv[i]), o.limite, &why) != 0)
            worst = argc - o.first > 1 ? (fail("cat", &why), EXIT_RUNTIME)
                                       : fail("cat", &why);
    }
    return worst;
}
