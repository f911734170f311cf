#include "ask.h"

#include "lib/db.h"
#include "lib/file.h"
#include "lib/http.h"
#include "lib/reject.h"
#include "lib/root.h"
#include "lib/term.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TIMEOUT_MS = 5000, ANSWER_BYTES = 32 << 20 };

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static void add(struct daemons *d, const char *name)
{
    struct sv s = sv_cstr(name);
    d->name = mem_resize(d->name, d->n + 1, sizeof *d->name);
    d->name[d->n++] = mem_copy(s.p, s.n);
}

int daemons_find(const char *state_dir, struct daemons *out, struct err *err)
{
    struct daemons d = {NULL, 0, {0}, {0}};
    if (root_find(state_dir, &d.root, err) != 0)
        return -1;
    DIR *dir = opendir(d.root.p);
    if (!dir && errno != ENOENT) {
        err_sys(err, ERR_FATAL, errno, "%s", d.root.p);
        daemons_free(&d);
        return -1;
    }
    for (struct dirent *e; dir && (e = readdir(dir));) {
        AUTO(buf_free) struct buf path = {0};
        buf_addf(&path, "%s/%s/state.db", d.root.p, e->d_name);
        if (e->d_name[0] == '.')
            continue;
        if (access(path.p, F_OK) == 0) /* the daemon reads it for us */
            add(&d, e->d_name);
        else if (errno == EACCES)
            buf_addf(&d.denied, "%s%s", d.denied.n ? ", " : "", e->d_name);
    }
    if (dir)
        closedir(dir);
    if (d.n)
        qsort(d.name, d.n, sizeof *d.name, by_name);
    *out = d;
    return 0;
}

void daemons_free(struct daemons *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->name[i]);
    free(d->name);
    buf_free(&d->root);
    buf_free(&d->denied);
    *d = (struct daemons){NULL, 0, {0}, {0}};
}

bool daemons_complain(const struct daemons *d, const char *command)
{
    if (d->denied.n)
        fprintf(
            stderr,
            "councilwire %s: %s: permission denied: %s; ask as root, or as a member of "
            "their group\n",
            command, d->root.p, d->denied.p);
    else if (d->n == 0)
        fprintf(stderr, "councilwire %s: no daemon has run in %s%s\n", command, d->root.p,
                root_elsewhere(buf_sv(&d->root)));
    return d->denied.n || d->n == 0;
}

/* It took the question, or its socket did, and says nothing: it is not stopped. */
static int is_silent(const struct daemons *d, const char *name, struct err *err)
{
    AUTO(buf_free) struct buf path = {0}, pid = {0};
    struct err none = {0};
    buf_addf(&path, "%s/%s/lock", d->root.p, name);
    if (file_read(path.p, 16, &pid, &none) != 0)
        buf_reset(&pid);
    struct sv number = sv_trim(buf_sv(&pid));
    err_set(err, ERR_TEMPORARY,
            "%s does not answer within %d s: it hangs, or is busy%s" SV_FMT, name,
            (int)TIMEOUT_MS / 1000, number.n ? "; process " : "", SV_ARG(number));
    err->sys_errno = ETIMEDOUT;
    return -1;
}

static int ask_socket(const struct daemons *d, const char *name, const char *method,
                      const char *path, int *status, struct json **out, struct err *err)
{
    AUTO(buf_free) struct buf url = {0}, socket = {0};
    struct http_answer a = {0};
    struct err failed = {0};
    buf_addf(&url, "http://councilwire%s", path);
    buf_addf(&socket, "%s/%s", d->root.p, name);
    int there = root_reach(socket.p, err);
    if (there <= 0)
        return there;
    buf_lit(&socket, "/socket");
    struct http_call c = {.method = method,
                          .url = url.p,
                          .unix_socket = socket.p,
                          .timeout_ms = TIMEOUT_MS,
                          .connect_timeout_ms = TIMEOUT_MS,
                          .answer_max = ANSWER_BYTES,
                          .late = term_late,
                          .whom = name};
    if (http_call(&c, &a, &failed) != 0) {
        http_answer_free(&a);
        if (failed.sys_errno == ETIMEDOUT)
            return is_silent(d, name, err);
        return 0; /* a socket that nobody listens on: the daemon was killed */
    }
    *status = a.status;
    int rc = json_read(buf_sv(&a.body), out, err);
    http_answer_free(&a);
    return rc == 0 ? 1 : err_wrap(err, "%s", name);
}

static int ask_store(const struct daemons *d, const char *name, const char *path,
                     int *status, struct json **out, struct err *err)
{
    AUTO(buf_free) struct buf dir = {0}, file = {0};
    AUTO(db_close) struct db *db = NULL;
    struct http_request q = {.method = SV("GET"), .path = sv_cstr(path)};
    struct http_reply r = {.status = 200};
    buf_addf(&dir, "%s/%s", d->root.p, name);
    buf_addf(&file, "%s/state.db", dir.p);
    if (db_open(file.p, DB_READONLY, &db, err) != 0)
        return err_wrap(err, "%s (stopped: start it, or ask as its user)", name);
    int rc = reject_serve(db, dir.p, &q, &r, err);
    if (rc == 0)
        rc = json_read(buf_sv(&r.body), out, err);
    *status = r.status;
    buf_free(&r.body);
    return rc == 0 ? 1 : rc < 0 ? err_wrap(err, "%s (stopped)", name) : 0;
}

int daemon_ask(const struct daemons *d, const char *name, const char *method,
               const char *path, int *status, struct json **out, enum ask_from *from,
               struct err *err)
{
    int rc = ask_socket(d, name, method, path, status, out, err);
    bool silent = rc < 0 && err->sys_errno == ETIMEDOUT;
    *from = ASKED_DAEMON;
    if ((rc != 0 && !silent) || strcmp(method, "GET") != 0 ||
        strncmp(path, "/rejects", 8) != 0)
        return rc;
    err_clear(err);
    *from = ASKED_STORE;
    return ask_store(d, name, path, status, out, err);
}
