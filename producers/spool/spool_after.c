#define _GNU_SOURCE 1 /* O_PATH */
#include "spool.h"

#include "lib/file.h"
#include "lib/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { NAMES_MAX = 100 };

/* The folder that a path lies in, opened beneath the watched one, and the path's last
 * name: what happens to the name happens in this very folder. */
static int open_parent(const struct folder *f, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    AUTO(mem_free) char *parent = mem_copy(path, (size_t)(slash - path));
    *name = slash + 1;
    return open_beneath(f, parent, O_PATH | O_DIRECTORY);
}

/* The path with this behind its last name, which loses its end where that is too long. */
static void add_name(struct buf *out, const char *path, const char *behind)
{
    const char *slash = strrchr(path, '/');
    size_t n = sv_cstr(slash).n - 1, most = NAME_MAX - sv_cstr(behind).n;
    n = n < most ? n : most;
    buf_addf(out, "%.*s%s", (int)(slash + 1 - path + (ptrdiff_t)n), path, behind);
}

/* A name that is taken gets the content's hash behind it, and then a number. */
static int move_away(const char *from, const char *to, const char *sha256,
                     struct err *err)
{
    AUTO(buf_free) struct buf name = {0};
    for (int i = 0; i < NAMES_MAX; i++) {
        struct err why = {0};
        char behind[32] = "";
        if (i > 0)
            snprintf(behind, sizeof behind, ".%.8s", sha256);
        if (i > 1)
            snprintf(behind, sizeof behind, ".%.8s.%d", sha256, i);
        buf_reset(&name);
        add_name(&name, to, behind);
        if (file_shift(from, name.p, &why) == 0)
            return 0;
        if (why.sys_errno != EEXIST) {
            *err = why;
            return -1;
        }
    }
    return err_set(err, ERR_TEMPORARY, "%s: too many files of this name", to);
}

static int to_done_folder(const struct folder *f, const char *path, const char *from,
                          const char *sha256, struct err *err)
{
    AUTO(buf_free) struct buf to = {0}, parent = {0};
    const char *slash = strrchr(path, '/');
    buf_addf(&parent, "%s%.*s", f->done, (int)(slash - path - (ptrdiff_t)f->n),
             path + f->n);
    if (dir_make(parent.p, 0750, err) != 0)
        return -1;
    const char *name = slash + 1;
    buf_addf(&to, "%s/%s", parent.p,
             name + (spool_is_aside(name) ? sizeof SPOOL_ASIDE - 1 : 0));
    return move_away(from, to.p, sha256, err);
}

/* The name under which nobody but us knows the file: what takes its own name from now on
 * is another one. A name that is too long for it stays as it is. */
static int set_aside(int dir, const char *name, struct buf *at, struct err *err)
{
    AUTO(buf_free) struct buf from = {0};
    buf_addf(&from, "/proc/self/fd/%d/%s", dir, name);
    bool keeps = spool_is_aside(name) || sv_cstr(name).n + sizeof SPOOL_ASIDE > NAME_MAX;
    buf_addf(at, "/proc/self/fd/%d/%s%s", dir, keeps ? "" : SPOOL_ASIDE, name);
    return keeps ? 0 : file_shift(from.p, at->p, err);
}

/* Another file took the name before we did: it gets it back. If the name is taken once
 * more, the next scan finds the file where it is. */
static void put_back(int dir, const char *name, const char *at)
{
    struct err err = {0};
    AUTO(buf_free) struct buf to = {0};
    buf_addf(&to, "/proc/self/fd/%d/%s", dir, name);
    if (strcmp(at, to.p) != 0 && file_shift(at, to.p, &err) != 0)
        LOG(WARN, SOURCE_ERROR, FC("file", name), FC("why", err.text));
}

static bool is_same_file(const char *path, const struct stamp *s)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return false;
    struct stamp now = stamp_of(&st);
    now.changed_ns = s->changed_ns; /* to be renamed is a change, too */
    return stamp_eq(&now, s);
}

/* A fresh stamp proves nothing: the bytes do. */
static bool holds(const char *path, const char *sha256)
{
    AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    AUTO(hash_stream_free) struct hash_stream *hash = hash_stream_new();
    char block[16384], hex[HASH_HEX + 1];
    ssize_t n = -1;
    while (fd >= 0 && (n = read(fd, block, sizeof block)) > 0)
        hash_stream_add(hash, (struct sv){block, (size_t)n});
    hash_stream_hex(hash, hex);
    return n == 0 && memcmp(hex, sha256, HASH_HEX) == 0;
}

static int put_away(const struct spool *s, const struct candidate *c,
                    const struct stamp *stamp, bool fresh, const char *sha256,
                    struct err *err)
{
    const struct folder *f = &s->folder[c->folder];
    const char *name;
    AUTO(fd_close) int dir = open_parent(f, c->path, &name);
    struct stat st;
    if (dir < 0 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_sys(err, ERR_TEMPORARY, errno, "%s", c->path);
    struct stamp now = stamp_of(&st);
    if (!stamp_eq(&now, stamp))
        return 0; /* another content by now: it will be taken in its turn */
    AUTO(buf_free) struct buf at = {0};
    if (set_aside(dir, name, &at, err) != 0)
        return err_wrap(err, "%s", c->path);
    if (!is_same_file(at.p, stamp) || (fresh && !holds(at.p, sha256))) {
        put_back(dir, name, at.p);
        return 0;
    }
    if (s->o.after == AFTER_DELETE)
        return unlinkat(AT_FDCWD, at.p, 0) == 0
                   ? 0
                   : err_sys(err, ERR_TEMPORARY, errno, "%s", c->path);
    if (to_done_folder(f, c->path, at.p, sha256, err) != 0) {
        put_back(dir, name, at.p);
        return err_wrap(err, "%s", c->path);
    }
    return 0;
}

/* Each file once a scan: to be set aside and put back is an event of its folder, and
 * whoever followed that at once would go round for ever. Told once a scan: where a folder
 * is not ours to change it is so for every file. */
bool spool_after(struct spool *s, const struct candidate *c, const struct stamp *stamp,
                 bool fresh, const char *sha256)
{
    struct err why = {0};
    for (size_t i = 0; i < s->nstaying; i++)
        if (s->staying[i] == c->path_hash)
            return false;
    if (s->nstaying == STAYING_MAX)
        return false;
    if (put_away(s, c, stamp, fresh, sha256, &why) == 0)
        return true;
    if (s->nstaying == 0)
        LOG(WARN, SOURCE_ERROR, FC("path", c->path), FC("why", why.text),
            FC("effect",
               "files that are done stay where they are; each scan tries again"));
    s->staying[s->nstaying++] = c->path_hash;
    return false;
}
