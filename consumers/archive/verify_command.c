/* `councilwire verify`: the archive re-reads all that it holds. */
#include "archive_command.h"

#include "deploy/councilwire/command.h"
#include "lib/clock.h"
#include "lib/cmdline.h"
#include "lib/json_write.h"
#include "lib/root.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROW_TRIES = 50, ROW_WAIT_MS = 100, PROGRESS_MS = 2000 };

static const char usage[] =
    "usage: councilwire verify [--state-dir DIR] [--head HASH] [--quiet] [--json]\n"
    "Re-reads the whole archive: every object against its hash, every entry of the "
    "manifest against\n"
    "its chain and against the database. Names what is missing, altered or foreign; exit "
    "code 1 then.\n"
    "While the archive runs, foreign files and which text an ID stands for are not "
    "looked at.\n"
    "--head HASH: also says when HASH (printed by an earlier run) was the head, and "
    "fails "
    "when it is\n"
    "in no chain: then what was held that day is not what is held now.\n"
    "--json: each problem and each archive's account as a JSON object a line.\n"
    "Example: councilwire verify\n";

struct asked {
    const char *state_dir, *head;
    bool quiet, json;
};

/* ---- what should be there ---- */

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
    struct buf head_told; /* where it was found */
    bool json;
    int64_t told_ms; /* when progress is told next */
};

static void print_problem(bool as_json, struct sv archive, const char *what,
                          struct sv which, const char *why)
{
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    if (!as_json) {
        printf("%s: " SV_FMT ": %s\n", what, SV_ARG(which), why);
        return;
    }
    json_open_object(&w);
    json_pair(&w, "archive", archive);
    json_pair(&w, "problem", sv_cstr(what));
    json_pair(&w, "of", which);
    json_pair(&w, "why", sv_cstr(why));
    json_close_object(&w);
    printf("%s\n", out.p);
}

static void problem(struct checking *c, const char *what, struct sv which,
                    const char *why)
{
    c->problems++;
    print_problem(c->json, buf_sv(&c->r->dir), what, which, why);
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
    } else if (!sv_eq(e->kind, SV("returned"))) {
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
    if (c->wanted_head && strcmp(chain, c->wanted_head) == 0)
        buf_addf(&c->head_told, "the head after entry %lld, stored " SV_FMT,
                 (long long)e.seq, SV_ARG(e.stored));
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

/* Of a running archive it is a line that is being written. */
static void check_tail(struct checking *c, FILE *f)
{
    AUTO(buf_free) struct buf what = {0};
    long at = f && c->r->db ? ftell(f) : -1;
    if (at < 0 || fseek(f, 0, SEEK_END) != 0 || ftell(f) <= at)
        return;
    buf_addf(&what, "%ld bytes at its end", ftell(f) - at);
    problem(c, "manifest", buf_sv(&what),
            "are no whole line: the archive cuts them at its next start");
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
    if (rc == 0)
        check_tail(c, b.f);
    if (b.f)
        fclose(b.f);
    free(b.text);
    buf_free(&b.page);
    return rc;
}

/* Which text an ID stands for is told by a table beside the entries. */
static int check_versions(struct checking *c, struct err *err)
{
    AUTO(buf_free) struct buf strays = {0};
    if (version_strays(c->r->db, &strays, err) != 0)
        return -1;
    struct sv rest = buf_sv(&strays), line;
    while (rest.n && sv_cut(&rest, '\n', &line)) {
        AUTO(buf_free) struct buf of = {0};
        struct sv key = SV_NULL, sha256 = SV_NULL;
        if (!sv_cut(&line, '\t', &key) || !sv_cut(&line, '\t', &sha256))
            continue;
        buf_addf(&of, SV_FMT " " SV_FMT, SV_ARG(key), SV_ARG(sha256));
        AUTO(buf_free) struct buf why = {0};
        buf_add_sv(&why, line);
        problem(c, "version", buf_sv(&of), why.p);
    }
    return 0;
}

/* ---- the objects ---- */

/* An object is a file of its own in folders of their own: what is a link can be changed,
 * or lost with a backup, where nobody looks. "": it is as it should be. */
static const char *linked(const struct buf *path, size_t root)
{
    struct stat st;
    AUTO(buf_free) struct buf folder = {0};
    for (size_t i = root + 1; i < path->n; i++) {
        if (path->p[i] != '/')
            continue;
        buf_reset(&folder);
        buf_add(&folder, path->p, i);
        if (lstat(folder.p, &st) == 0 && S_ISLNK(st.st_mode))
            return "its folder is a symbolic link to elsewhere";
    }
    if (lstat(path->p, &st) != 0 || (S_ISREG(st.st_mode) && st.st_nlink == 1))
        return "";
    if (S_ISLNK(st.st_mode))
        return "is a symbolic link to elsewhere: put the file itself there";
    return S_ISREG(st.st_mode)
               ? "has another name elsewhere (hard link), under which it can be changed: "
                 "put a copy in its place"
               : "";
}

static void check_object(struct checking *c, struct held *h)
{
    AUTO(buf_free) struct buf content = {0}, path = {0};
    struct err why = {0};
    struct sv sha256 = {h->sha256, HASH_HEX};
    object_path(c->r->dir.p, sha256, &path);
    if (h->holders <= 0) {
        struct stat st;
        if (lstat(path.p, &st) == 0)
            problem(c, "withdrawn", buf_sv(&path), "is still there");
        return;
    }
    c->objects++;
    if (object_read(c->r->zip, c->r->dir.p, sha256, &content, &why) != 0)
        problem(c, why.reason ? why.reason : "unreadable", buf_sv(&path), why.text);
    else if ((int64_t)content.n != h->bytes)
        problem(c, "altered", buf_sv(&path), "its entry gives another size");
    const char *link = linked(&path, c->r->dir.n + sizeof "/objects");
    if (*link)
        problem(c, "linked", buf_sv(&path), link);
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

static bool is_folder(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
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
        if (depth < 2 && is_folder(path.p))
            check_foreign(c, path.p, depth + 1);
        else if (depth < 2 || !is_ours(c, name))
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
        if (c->head_told.n)
            printf("%s: %s was %s\n", c->r->dir.p, c->wanted_head, c->head_told.p);
        return;
    }
    json_open_object(&w);
    json_pair(&w, "archive", buf_sv(&c->r->dir));
    json_pair_int(&w, "objects", c->objects);
    json_pair_int(&w, "bytes", c->bytes);
    json_pair_int(&w, "entries", c->entries);
    json_pair(&w, "head", sv_cstr(c->head));
    if (c->head_told.n)
        json_pair(&w, "asked_head", buf_sv(&c->head_told));
    json_pair_int(&w, "problems", c->problems);
    json_close_object(&w);
    printf("%s\n", out.p);
}

struct account { /* of all archives */
    const struct asked *asked;
    int archives;
    int64_t problems;
    bool head_found;
};

static int verify_one(void *ctx, struct reader *r, struct err *err)
{
    struct account *all = ctx;
    const struct asked *o = all->asked;
    struct checking c = {.r = r, .wanted_head = o->head, .json = o->json};
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
    int rc = 0;
    if (r->db) { /* a running daemon adds objects before their entries */
        check_foreign(&c, objects.p, 0);
        rc = check_versions(&c, err);
    }
    if (!o->quiet || c.problems)
        print_account(&c);
    all->archives++;
    all->problems += c.problems;
    all->head_found |= c.head_told.n > 0;
    buf_free(&c.head_told);
    free(c.held);
    return rc;
}

/* ---- the command ---- */

static int read_options(int argc, char **argv, struct asked *o)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"head", required_argument, NULL, 'H'},
                                            {"quiet", no_argument, NULL, 'q'},
                                            {"json", no_argument, NULL, 'j'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"verify", usage, "q", options};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 's': o->state_dir = optarg; break;
        case 'H': o->head = optarg; break;
        case 'q': o->quiet = true; break;
        case 'j': o->json = true; break;
        default: return cmdline_exit(c);
        }
    if (optind < argc)
        return cmdline_misuse(&line, "all is verified; '%s' has no place", argv[optind]);
    return -1;
}

static int fail(const struct err *err)
{
    fprintf(stderr, "councilwire verify: %s\n", err->text);
    return err_exit_code(err);
}

int verify_command(int argc, char **argv)
{
    struct asked o = {0};
    struct err err = {0};
    struct account all = {.asked = &o};
    int code = read_options(argc, argv, &o);
    if (code >= 0)
        return code;
    if (archive_each(o.state_dir, true, verify_one, &all, &err) < 0) {
        code = fail(&err);
        bool told = all.archives || code == EXIT_CONFIGURATION;
        return told ? code : EXIT_RUNTIME; /* nothing is no proof */
    }
    if (o.head && !all.head_found) {
        print_problem(o.json, SV_NULL, "head", sv_cstr(o.head),
                      "is not in the chain of any archive");
        return EXIT_RUNTIME;
    }
    return all.problems ? EXIT_RUNTIME : EXIT_DONE;
}
