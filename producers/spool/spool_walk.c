#define _DEFAULT_SOURCE /* d_type */
#include "spool.h"

#include "lib/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* WINDOW: so many names of a folder are put in order at a time, half as many in each
 * folder below. */
enum { DEPTH_MAX = 64, JOBS_MAX = 1024, WINDOW = 16384, WINDOW_LEAST = 64 };

struct name {
    int64_t modified_ns, changed_ns;
    size_t at; /* in level.names */
    const char *name;
    bool folder;
};

struct level {
    DIR *dir;
    size_t path_n; /* of its path in walk.path */
    struct name *v;
    size_t n, next;
    struct buf names;
};

struct job { /* a folder that is still to be read, with all below it */
    size_t folder;
    char *path;
};

struct walk {
    struct spool *spool;
    struct job job[JOBS_MAX];
    size_t njobs, folder;
    struct level level[DEPTH_MAX];
    size_t depth;
    struct buf path;
};

struct walk *walk_new(struct spool *s)
{
    struct walk *w = mem_zalloc(sizeof *w);
    w->spool = s;
    return w;
}

static void leave(struct walk *w)
{
    struct level *l = &w->level[--w->depth];
    closedir(l->dir);
    mem_free(&l->v);
    buf_free(&l->names);
}

static void stop(struct walk *w)
{
    while (w->depth)
        leave(w);
    while (w->njobs)
        mem_free(&w->job[--w->njobs].path);
}

void walk_free(struct walk **w)
{
    if (!*w)
        return;
    stop(*w);
    buf_free(&(*w)->path);
    mem_free(w);
    *w = NULL;
}

bool walk_active(const struct walk *w)
{
    return w->depth > 0 || w->njobs > 0;
}

void walk_all(struct walk *w)
{
    stop(w);
    for (size_t i = w->spool->nfolders; i-- > 0;)
        walk_below(w, i, (struct sv){w->spool->folder[i].path, w->spool->folder[i].n});
}

void walk_below(struct walk *w, size_t folder, struct sv path)
{
    if (w->njobs == JOBS_MAX) {
        w->spool->rescan_wanted = true;
        return;
    }
    w->job[w->njobs++] = (struct job){folder, mem_copy(path.p, path.n)};
}

/* The watch is set before the folder is read: what comes in between is seen twice rather
 * than never. */
static int enter(struct walk *w, struct err *err)
{
    const struct folder *f = &w->spool->folder[w->folder];
    if (spool_keeps_out(w->spool, buf_sv(&w->path)))
        return 0;
    if (w->depth == DEPTH_MAX && w->njobs == JOBS_MAX)
        return err_set(err, ERR_BAD_INPUT,
                       "too many folders lie %d deep, so this is not read: %s", DEPTH_MAX,
                       w->path.p);
    if (w->depth == DEPTH_MAX) { /* read by itself, once its tree is through */
        walk_below(w, w->folder, buf_sv(&w->path));
        return 0;
    }
    AUTO(fd_close) int fd = open_beneath(f, w->path.p, O_RDONLY | O_DIRECTORY);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR) && w->path.n > f->n)
        return 0; /* gone again */
    if (fd < 0)
        return err_sys(err, ERR_BAD_INPUT, errno, "%s", w->path.p);
    watch_add(w->spool->watch, fd, w->folder, buf_sv(&w->path));
    DIR *d = fdopendir(fd);
    if (!d)
        return err_sys(err, ERR_BAD_INPUT, errno, "%s", w->path.p);
    (void)fd_take(&fd); /* the stream owns it */
    w->level[w->depth++] = (struct level){.dir = d, .path_n = w->path.n};
    return 0;
}

static int next_job(struct walk *w, struct err *err)
{
    struct job *j = &w->job[--w->njobs];
    w->folder = j->folder;
    buf_reset(&w->path);
    buf_add_sv(&w->path, sv_cstr(j->path));
    mem_free(&j->path);
    return enter(w, err);
}

static bool is_folder(int dir, const struct dirent *e)
{
    struct stat st;
    if (e->d_type != DT_UNKNOWN)
        return e->d_type == DT_DIR;
    return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* The oldest first: where two files hold the same paper, and nobody was there to see them
 * come, the one that was written last is its latest version. Folders come behind. */
static int by_age(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    if (x->folder != y->folder)
        return x->folder ? 1 : -1;
    if (x->modified_ns != y->modified_ns)
        return x->modified_ns < y->modified_ns ? -1 : 1;
    if (x->changed_ns != y->changed_ns)
        return x->changed_ns < y->changed_ns ? -1 : 1;
    return strcmp(x->name, y->name);
}

static struct name name_of(const struct level *l, const struct dirent *e)
{
    struct stat st;
    struct name x = {.at = l->names.n, .folder = is_folder(dirfd(l->dir), e)};
    if (!x.folder && fstatat(dirfd(l->dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        struct stamp stamp = stamp_of(&st);
        x.modified_ns = stamp.modified_ns;
        x.changed_ns = stamp.changed_ns;
    }
    return x;
}

/* The next names of the folder; none: it is at its end. */
static void fill(const struct walk *w, struct level *l)
{
    size_t most = w->depth < 9 ? (size_t)WINDOW >> (w->depth - 1) : WINDOW_LEAST,
           cap = l->n; /* of v: what was read before */
    const struct dirent *e;
    l->n = l->next = 0;
    buf_reset(&l->names);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of this thread's own
    while (l->n < most && (e = readdir(l->dir))) {
        if (spool_skips(e->d_name) && !spool_is_aside(e->d_name))
            continue;
        if (l->n == cap) {
            cap = cap ? 2 * cap : WINDOW_LEAST;
            l->v = mem_resize(l->v, cap, sizeof *l->v);
        }
        l->v[l->n++] = name_of(l, e);
        buf_add(&l->names, e->d_name, sv_cstr(e->d_name).n + 1);
    }
    for (size_t i = 0; i < l->n; i++)
        l->v[i].name = l->names.p + l->v[i].at;
    if (l->n)
        qsort(l->v, l->n, sizeof *l->v, by_age);
}

int walk_next(struct walk *w, struct candidate *out, struct err *err)
{
    while (walk_active(w)) {
        if (w->depth == 0) {
            if (next_job(w, err) != 0)
                return -1;
            continue;
        }
        struct level *l = &w->level[w->depth - 1];
        w->path.n = l->path_n;
        w->path.p[w->path.n] = '\0';
        if (l->next == l->n)
            fill(w, l);
        if (l->n == 0) {
            leave(w);
            continue;
        }
        const struct name *x = &l->v[l->next++];
        buf_addf(&w->path, "/%s", x->name);
        if (x->folder) {
            if (enter(w, err) != 0)
                return -1;
            continue;
        }
        *out = candidate_new(w->folder, buf_sv(&w->path), false);
        return 1;
    }
    return 0;
}
