/* The archive as a reader sees it. The daemon is asked over its socket, and its database
 * opened only when it is stopped; the objects and the manifest are read from the folder.
 */
#include "archive_command.h"

#include "lib/http.h"
#include "lib/root.h"
#include "lib/term.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { PAGE_MAX = 16 * 1024 * 1024, PAGE_ROWS = 5000, ANSWER_MS = 20000 };

void found_free(struct archive_found *f)
{
    buf_free(&f->line);
}

void reader_close(struct reader *r)
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
    struct http_call c = {.method = "GET",
                          .url = url.p,
                          .unix_socket = socket_path.p,
                          .timeout_ms = ANSWER_MS,
                          .connect_timeout_ms = ANSWER_MS,
                          .answer_max = PAGE_MAX,
                          .late = term_late,
                          .whom = r->limite ? "the LIMITE archive" : "the archive"};
    if (http_call(&c, &a, err) != 0)
        return -1;
    *status = a.status;
    buf_add_sv(out, buf_sv(&a.body));
    return 0;
}

int reader_open(struct reader *r, struct sv root, bool limite, struct err *err)
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
    r->limite = limite;
    if (ask(r, "/healthz", &answer, &status, &why) == 0)
        return 1;
    if (why.sys_errno == ETIMEDOUT) /* it runs: what it is writing can not be judged */
        return err_set(err, ERR_TEMPORARY,
                       "%s: the archive does not answer within %d s: it hangs, or is "
                       "busy; `councilwire status` tells",
                       r->dir.p, (int)ANSWER_MS / 1000);
    return db_open(path.p, DB_READONLY, &r->db, err) != 0 ? -1 : 1;
}

int reader_rows(const struct reader *r, int64_t after, struct buf *out, struct err *err)
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

int reader_head(const struct reader *r, struct archive_head *out, struct err *err)
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

int reader_version(const struct reader *r, struct sv id, struct archive_found *out,
                   struct err *err)
{
    buf_reset(&out->line);
    int rc = reader_find(r, id, &out->line, err);
    if (rc != 1)
        return rc;
    struct sv rest = buf_sv(&out->line), kind;
    if (!sv_cut(&rest, '\t', &kind) || !sv_cut(&rest, '\t', &out->key) ||
        !sv_cut(&rest, '\n', &out->sha256) || out->sha256.n != HASH_HEX)
        return err_set(err, ERR_FATAL, "the archive's answer can not be read");
    return 1;
}

int reader_object(struct reader *r, struct sv sha256, struct buf *content,
                  struct err *err)
{
    return object_read(r->zip, r->dir.p, sha256, content, err);
}

int archive_each(const char *state_dir, bool limite, archive_visit *visit, void *ctx,
                 struct err *err)
{
    AUTO(buf_free) struct buf root = {0};
    int archives = 0, rc = 0;
    if (root_find(state_dir, &root, err) != 0)
        return -1;
    for (int space = 0; space <= (limite ? 1 : 0) && rc == 0; space++) {
        AUTO(reader_close) struct reader r = {0};
        int there = reader_open(&r, buf_sv(&root), space, err);
        rc = there == 1 ? visit(ctx, &r, err) : there;
        archives += there == 1;
    }
    if (rc == 0 && archives == 0)
        return err_set(err, ERR_TEMPORARY, "no archive in %s%s", root.p,
                       root_elsewhere(buf_sv(&root)));
    return rc;
}

struct wanted_text {
    struct sv id;
    struct buf *out;
};

static int read_text(void *ctx, struct reader *r, struct err *err)
{
    const struct wanted_text *w = ctx;
    AUTO(found_free) struct archive_found found = {.key = SV_NULL};
    int rc = reader_version(r, w->id, &found, err);
    if (rc != 1)
        return rc;
    return reader_object(r, found.sha256, w->out, err) == 0 ? 1 : -1;
}

int archive_read_text(const char *state_dir, struct sv id, bool limite, struct buf *out,
                      struct err *err)
{
    struct wanted_text w = {id, out};
    int rc = archive_each(state_dir, limite, read_text, &w, err);
    return rc == 0 ? archive_not_held(id, limite, err) : rc < 0 ? -1 : 0;
}

int archive_not_held(struct sv id, bool limite, struct err *err)
{
    return err_set(err, ERR_BAD_INPUT, SV_FMT ": not in the archive%s", SV_ARG(id),
                   limite ? "" : " (LIMITE papers: --limite)");
}
