#define _GNU_SOURCE /* O_PATH */
#include "spool.h"

#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
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

/* A name that is taken gets the content's hash behind it, and then a number. */
static int move_away(const char *from, const char *to, const char *sha256,
                     struct err *err)
{
    AUTO(buf_free) struct buf name = {0};
    for (int i = 0; i < NAMES_MAX; i++) {
        struct err why = {0};
        buf_reset(&name);
        buf_addf(&name, "%s", to);
        if (i > 0)
            buf_addf(&name, ".%.8s", sha256);
        if (i > 1)
            buf_addf(&name, ".%d", i);
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
    buf_addf(&to, "%s%s", f->done, path + f->n);
    const char *slash = strrchr(to.p, '/');
    buf_add(&parent, to.p, (size_t)(slash - to.p));
    if (dir_make(parent.p, 0750, err) != 0)
        return -1;
    return move_away(from, to.p, sha256, err);
}

int spool_after(const struct spool *s, const struct candidate *c,
                const struct stamp *stamp, const char *sha256, struct err *err)
{
    if (s->o.after == AFTER_KEEP)
        return 0;
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
    AUTO(buf_free) struct buf from = {0};
    buf_addf(&from, "/proc/self/fd/%d/%s", dir, name);
    if (s->o.after == AFTER_DELETE)
        return unlinkat(dir, name, 0) == 0
                   ? 0
                   : err_sys(err, ERR_TEMPORARY, errno, "%s", c->path);
    if (to_done_folder(f, c->path, from.p, sha256, err) != 0)
        return err_wrap(err, "%s", c->path);
    return 0;
}
