#define _GNU_SOURCE 1 /* syscall, O_PATH */
#include "spool.h"

#include "lib/file.h"
#include "lib/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    EVENT_BYTES = 32 * 1024,
    MASK = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MOVED_FROM | IN_ONLYDIR |
           IN_EXCL_UNLINK,
    READY_MAX = 4096
};

struct watched {
    int wd;
    size_t folder;
    char *path;
};

struct watch {
    struct spool *spool;
    int fd;
    int mounts_fd;     /* /proc/self/mountinfo; -1: not there */
    struct watched *v; /* by rising wd */
    size_t n, cap;
    bool told_limit, told_remote;
    _Alignas(struct inotify_event) char block[EVENT_BYTES];
};

/* Kernels without openat2: the name must not be a link, and the descriptor must be of
 * this very path. */
static int open_checked(const struct folder *f, const char *path, int flags)
{
    char name[40], real[PATH_MAX];
    (void)f;
    AUTO(fd_close) int fd = open(path, flags | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(name, real, sizeof real);
    if (n < 0 || !sv_eq((struct sv){real, (size_t)n}, sv_cstr(path))) {
        errno = ELOOP;
        return -1;
    }
    return fd_take(&fd);
}

int open_beneath(const struct folder *f, const char *path, int flags)
{
    flags |= O_CLOEXEC | (flags & O_PATH ? 0 : O_NONBLOCK);
    struct open_how how = {.flags = (unsigned)flags,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                      RESOLVE_NO_MAGICLINKS};
    if (f->fd < 0) {
        errno = ENOENT;
        return -1;
    }
    const char *below = path + f->n;
    while (*below == '/')
        below++;
    long fd = syscall(SYS_openat2, f->fd, *below ? below : ".", &how, sizeof how);
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
        return (int)fd;
    return open_checked(f, path, flags);
}

struct watch *watch_new(struct spool *s)
{
    struct watch *w = mem_zalloc(sizeof *w);
    w->spool = s;
    w->fd = -1;
    w->mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    return w;
}

void watch_free(struct watch **w)
{
    if (!*w)
        return;
    for (size_t i = 0; i < (*w)->n; i++)
        mem_free(&(*w)->v[i].path);
    mem_free(&(*w)->v);
    fd_close(&(*w)->fd);
    fd_close(&(*w)->mounts_fd);
    mem_free(w);
    *w = NULL;
}

int watch_fd(const struct watch *w)
{
    return w->fd;
}

/* The first place whose wd is not below. */
static size_t place_of(const struct watch *w, int wd)
{
    size_t low = 0, high = w->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->v[middle].wd < wd)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void drop(struct watch *w, size_t i)
{
    mem_free(&w->v[i].path);
    memmove(&w->v[i], &w->v[i + 1], (w->n - i - 1) * sizeof *w->v);
    w->n--;
}

/* Other programs of this user may have taken all that the kernel gives him: that is asked
 * for again by each scan. */
static int begin_watch(struct watch *w, int dirfd)
{
    char name[40];
    snprintf(name, sizeof name, "/proc/self/fd/%d",
             dirfd); /* this folder, not its name */
    if (w->fd < 0)
        w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return w->fd < 0 ? -1 : inotify_add_watch(w->fd, name, MASK);
}

/* File systems that others write to as well, of which inotify tells nothing: NFS, SMB
 * (three), FUSE (sshfs, virtiofs), 9p, Ceph, Lustre, GPFS, AFS (two), GFS2, OCFS2, shared
 * folders of VMware and VirtualBox. */
static bool is_remote(int dirfd)
{
    static const uint32_t magic[] = {0x00006969, 0x0000517b, 0xff534d42, 0xfe534d42,
                                     0x65735546, 0x01021997, 0x00c36400, 0x0bd00bd0,
                                     0x47504653, 0x5346414f, 0x6b414653, 0x01161970,
                                     0x7461636f, 0xbacbacbc, 0x786f4256};
    struct statfs st;
    bool there = fstatfs(dirfd, &st) == 0;
    for (size_t i = 0; there && i < ARRAY_LEN(magic); i++)
        if ((uint32_t)st.f_type == magic[i])
            return true;
    return false;
}

/* What this machine writes is told all the same, and taken at once. */
static void scan_remote(struct watch *w, int dirfd, struct sv path)
{
    if (!is_remote(dirfd))
        return;
    w->spool->unwatched = true;
    if (!w->told_remote)
        LOG(INFO, SOURCE_SCAN,
            FC("why", "on a file system of the network nothing tells of what other "
                      "machines write: scans find it, which are frequent now"),
            FS("folder", path));
    w->told_remote = true;
}

void watch_add(struct watch *w, int dirfd, size_t folder, struct sv path)
{
    scan_remote(w, dirfd, path);
    int wd = begin_watch(w, dirfd);
    if (wd < 0) {
        w->spool->unwatched = true;
        if (!w->told_limit)
            LOG(WARN, SOURCE_ERROR,
                FC("why", w->fd < 0
                              ? "no folder can be watched: only scans find files, which "
                                "are frequent now (fs.inotify.max_user_instances)"
                              : "a folder can not be watched: only scans find its files, "
                                "which are frequent now (fs.inotify.max_user_watches)"),
                FS("folder", path));
        w->told_limit = true;
        return;
    }
    size_t i = place_of(w, wd);
    if (i < w->n && w->v[i].wd == wd) {
        mem_free(&w->v[i].path);
    } else {
        if (w->n == w->cap) {
            w->cap = w->cap ? 2 * w->cap : 64;
            w->v = mem_resize(w->v, w->cap, sizeof *w->v);
        }
        memmove(&w->v[i + 1], &w->v[i], (w->n - i) * sizeof *w->v);
        w->n++;
    }
    w->v[i] = (struct watched){wd, folder, mem_copy(path.p, path.n)};
}

/* A folder that was moved: what is known below its old name is no longer true. */
void watch_drop_below(struct watch *w, struct sv path)
{
    for (size_t i = w->n; i-- > 0;) {
        struct sv one = sv_cstr(w->v[i].path);
        if (sv_starts(one, path) && (one.n == path.n || one.p[path.n] == '/')) {
            inotify_rm_watch(w->fd, w->v[i].wd);
            drop(w, i);
        }
    }
}

/* A file is there without being written: a further name of another one, or something that
 * is no file at all. Nobody will ever close these. (Nor one whose only name is the one it
 * just got: spool_born.c.) */
static bool never_closed(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && (!S_ISREG(st.st_mode) || st.st_nlink > 1);
}

static void add_ready(struct watch *w, size_t folder, struct sv path, bool renamed)
{
    struct candidates *r = &w->spool->ready;
    if (r->n >= READY_MAX) {
        w->spool->rescan_wanted = true;
        return;
    }
    if (r->first + r->n == r->cap) {
        if (r->n)
            memmove(r->v, r->v + r->first, r->n * sizeof *r->v);
        r->first = 0;
        if (r->n * 2 >= r->cap) {
            r->cap = r->cap ? 2 * r->cap : 64;
            r->v = mem_resize(r->v, r->cap, sizeof *r->v);
        }
    }
    struct candidate *c = &r->v[r->first + r->n++];
    *c = candidate_new(folder, path, true);
    c->renamed = renamed;
}

static void take_file(struct watch *w, size_t folder, struct sv path, uint32_t what)
{
    if ((what & IN_CREATE) && !never_closed(path.p)) {
        born_add(w->spool, folder, path);
        return;
    }
    born_forget(w->spool, path);
    if (what & (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE))
        add_ready(w, folder, path, (what & IN_MOVED_TO) != 0);
}

static void take_event(struct watch *w, const struct inotify_event *e)
{
    if (e->mask & IN_Q_OVERFLOW) {
        w->spool->rescan_wanted = true;
        return;
    }
    size_t i = place_of(w, e->wd);
    if (i == w->n || w->v[i].wd != e->wd)
        return;
    if (e->mask & IN_IGNORED) {
        drop(w, i);
        return;
    }
    if (e->len == 0 || spool_skips(e->name))
        return;
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s/%s", w->v[i].path, e->name);
    size_t folder = w->v[i].folder;
    if (e->mask & IN_ISDIR) {
        if (e->mask & IN_MOVED_FROM)
            watch_drop_below(w, buf_sv(&path));
        else if (e->mask & (IN_CREATE | IN_MOVED_TO))
            walk_below(w->spool->walk, folder, buf_sv(&path));
    } else {
        take_file(w, folder, buf_sv(&path), e->mask);
    }
}

bool watch_mounts_changed(const struct watch *w)
{
    struct pollfd v = {w->mounts_fd, POLLPRI, 0};
    return w->mounts_fd >= 0 && poll(&v, 1, 0) > 0 && (v.revents & (POLLPRI | POLLERR));
}

void watch_read(struct watch *w)
{
    while (w->spool->ready.n < READY_MAX / 2) {
        ssize_t n = read(w->fd, w->block, sizeof w->block);
        if (n <= 0)
            return;
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *e = (const void *)(w->block + at);
            take_event(w, e);
            at += (ssize_t)(sizeof *e + e->len);
        }
    }
}
