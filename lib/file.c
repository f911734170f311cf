#define _GNU_SOURCE 1 /* renameat2, syncfs, O_TMPFILE */
#include "file.h"

#include "clock.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 64 * 1024, READ_MAX = 8 * 1024 * 1024 };

struct file_calls file_calls = {write, fsync, syncfs, openat};

void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int fd_take(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* Read-only: what is printed to it fails as it would have. */
void fd_hold_standard(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    fd_close(&fd);
}

/* Closing tells of lost writes on some file systems; the descriptor is gone either way.
 */
static int close_checked(int *fd, const char *path, struct err *err)
{
    int rc = close(*fd);
    *fd = -1;
    if (rc != 0 && errno != EINTR)
        return err_sys(err, ERR_TEMPORARY, errno, "%s: close", path);
    return 0;
}

int fd_write_all(int fd, struct sv content, struct err *err)
{
    while (content.n) {
        ssize_t k = file_calls.write(fd, content.p, content.n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return err_sys(err, ERR_FATAL, errno, "write");
        content = sv_sub(content, (size_t)k, content.n);
    }
    return 0;
}

int fd_sync(int fd, struct err *err)
{
    if (file_calls.fsync(fd) != 0)
        return err_sys(err, ERR_FATAL, errno, "fsync");
    return 0;
}

int fd_sync_fs(int fd, struct err *err)
{
    if (file_calls.syncfs(fd) != 0)
        return err_sys(err, ERR_FATAL, errno, "syncfs");
    return 0;
}

int dir_sync(const char *path, struct err *err)
{
    AUTO(fd_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(err, ERR_FATAL, errno, "%s", path);
    if (fd_sync(fd, err) != 0)
        return err_wrap(err, "%s", path);
    return 0;
}

/* The folder a path lies in, as a C string in out. */
static int folder_of(const char *path, char out[PATH_MAX], struct err *err)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 1;
    if (n >= PATH_MAX)
        return err_set(err, ERR_BAD_INPUT, "path too long");
    memcpy(out, slash ? path : ".", n);
    if (slash == path)
        out[n++] = '/';
    out[n] = '\0';
    return 0;
}

static int write_temporary(const char *path, struct sv content, unsigned mode, bool sync,
                           struct err *err)
{
    AUTO(fd_close)
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return err_sys(err, ERR_FATAL, errno, "%s", path);
    if (fchmod(fd, mode) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s: chmod", path);
    if (fd_write_all(fd, content, err) != 0 || (sync && fd_sync(fd, err) != 0))
        return err_wrap(err, "%s", path);
    return close_checked(&fd, path, err);
}

static void temporary_name(struct buf *out, const char *folder, const char *path)
{
    const char *slash = strrchr(path, '/');
    uint32_t r[2];
    random_bytes(r, sizeof r);
    buf_addf(out, "%s/.%s.%08x%08x.tmp", folder, slash ? slash + 1 : path, r[0], r[1]);
}

static int replace(const char *path, struct sv content, unsigned mode, bool sync,
                   struct err *err)
{
    char folder[PATH_MAX];
    AUTO(buf_free) struct buf temporary = {0};
    if (folder_of(path, folder, err) != 0)
        return -1;
    temporary_name(&temporary, folder, path);
    if (write_temporary(temporary.p, content, mode, sync, err) != 0) {
        unlink(temporary.p);
        return -1;
    }
    if (rename(temporary.p, path) != 0) {
        err_sys(err, ERR_FATAL, errno, "%s: rename", path);
        unlink(temporary.p);
        return -1;
    }
    return sync ? dir_sync(folder, err) : 0;
}

int file_replace(const char *path, struct sv content, unsigned mode, struct err *err)
{
    return replace(path, content, mode, true, err);
}

int file_put(const char *path, struct sv content, unsigned mode, struct err *err)
{
    return replace(path, content, mode, false, err);
}

static int copy_content(int from, int to, struct err *err)
{
    AUTO(mem_free) char *block = mem_alloc(READ_STEP);
    for (;;) {
        ssize_t k = read(from, block, READ_STEP);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return err_sys(err, ERR_TEMPORARY, errno, "read");
        if (k == 0)
            return fd_sync(to, err);
        if (fd_write_all(to, (struct sv){block, (size_t)k}, err) != 0)
            return -1;
    }
}

static int rename_new(const char *from, const char *to)
{
    int rc = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
    if (rc == 0 || errno != EINVAL)
        return rc;
    struct stat st; /* a file system without RENAME_NOREPLACE */
    if (lstat(to, &st) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

/* Where a file without a name can not be had (NFS, FAT, older overlays), one with a
 * temporary name, which then is not empty. */
static int open_copy(int dir, const char *folder, const char *to, struct buf *temporary,
                     int *fd, struct err *err)
{
    struct err why = {0};
    if (fd_temporary(dir, 0640, fd, &why) == 0)
        return 0;
    if (why.sys_errno != EOPNOTSUPP && why.sys_errno != EISDIR &&
        why.sys_errno != EINVAL) {
        *err = why;
        return -1;
    }
    temporary_name(temporary, folder, to);
    *fd = open(temporary->p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    return *fd < 0 ? err_sys(err, ERR_FATAL, errno, "%s", temporary->p) : 0;
}

static int name_copy(int fd, int dir, const struct buf *temporary, const char *to,
                     struct err *err)
{
    const char *slash = strrchr(to, '/');
    int rc = 0;
    if (temporary->n == 0)
        rc = fd_publish(fd, dir, slash ? slash + 1 : to, err);
    else if (rename_new(temporary->p, to) == 0)
        rc = 1;
    else if (errno != EEXIST)
        rc = err_sys(err, ERR_FATAL, errno, "%s", to);
    return rc == 0 ? err_sys(err, ERR_FATAL, EEXIST, "%s", to) : rc < 0 ? -1 : 0;
}

/* Another file system: the copy is durable before it gets its name, and the source goes
 * last. */
static int move_across(const char *from, const char *to, const char *folder,
                       struct err *err)
{
    AUTO(fd_close) int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (source < 0)
        return err_sys(err, ERR_FATAL, errno, "%s", from);
    AUTO(fd_close) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_sys(err, ERR_FATAL, errno, "%s", folder);
    AUTO(fd_close) int copy = -1;
    AUTO(buf_free) struct buf temporary = {0};
    if (open_copy(dir, folder, to, &temporary, &copy, err) != 0 ||
        copy_content(source, copy, err) != 0 ||
        name_copy(copy, dir, &temporary, to, err) != 0) {
        if (temporary.n)
            unlink(temporary.p);
        return err_wrap(err, "moving %s", from);
    }
    if (fd_sync(dir, err) != 0)
        return err_wrap(err, "%s", folder);
    if (unlink(from) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s", from);
    return 0;
}

/* 1 renamed, 0 the target is on another file system: moved durably. */
static int move(const char *from, const char *to, const char *target, struct err *err)
{
    if (rename_new(from, to) == 0)
        return 1;
    if (errno != EXDEV)
        return err_sys(err, ERR_FATAL, errno, "%s -> %s", from, to);
    return move_across(from, to, target, err);
}

int file_shift(const char *from, const char *to, struct err *err)
{
    char target[PATH_MAX];
    if (folder_of(to, target, err) != 0)
        return -1;
    return move(from, to, target, err) < 0 ? -1 : 0;
}

int file_move(const char *from, const char *to, struct err *err)
{
    char source[PATH_MAX], target[PATH_MAX];
    if (folder_of(from, source, err) != 0 || folder_of(to, target, err) != 0)
        return -1;
    int rc = move(from, to, target, err);
    if (rc < 0 || (rc == 1 && dir_sync(target, err) != 0))
        return -1;
    return strcmp(source, target) == 0 ? 0 : dir_sync(source, err);
}

int fd_read_all(int fd, size_t limit, struct buf *out, struct err *err)
{
    struct stat st;
    size_t step = READ_STEP;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        step = st.st_size < READ_MAX ? (size_t)st.st_size + 1 : READ_MAX;
    size_t start = out->n;
    for (;;) {
        buf_reserve(out, step);
        ssize_t k = read(fd, out->p + out->n, step);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return err_sys(err, ERR_BAD_INPUT, errno, "read");
        if (k == 0)
            break;
        out->n += (size_t)k;
        if (out->n - start > limit)
            return err_reject(err, "too-large", "more than %zu bytes", limit);
    }
    out->p[out->n] = '\0';
    return 0;
}

int file_read(const char *path, size_t limit, struct buf *out, struct err *err)
{
    AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(err, ERR_BAD_INPUT, errno, "%s", path);
    if (fd_read_all(fd, limit, out, err) != 0)
        return err_wrap(err, "%s", path);
    return 0;
}

/* The file over the beginning of as much memory and a page: where it fills its last page
 * there is one behind it. */
static char *map_file(int fd, size_t n, size_t whole)
{
    char *p = mmap(NULL, whole, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (mmap(p, n, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == p)
        return p;
    (void)munmap(p, whole);
    return NULL;
}

int file_map(const char *path, struct file_map *out)
{
    struct stat st;
    long page = sysconf(_SC_PAGESIZE);
    AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || page <= 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
        st.st_size <= 0)
        return 0;
    size_t n = (size_t)st.st_size, whole = n + (size_t)page;
    char *p = map_file(fd, n, whole);
    if (!p)
        return 0;
    *out = (struct file_map){p, n, whole, p};
    return 1;
}

void file_unmap(struct file_map *m)
{
    if (m->map)
        (void)munmap(m->map, m->mapped);
    *m = (struct file_map){0};
}

int dir_make(const char *path, unsigned mode, struct err *err)
{
    char at[PATH_MAX];
    size_t n = strnlen(path, sizeof at);
    if (n == 0 || n >= sizeof at)
        return err_set(err, ERR_FATAL, "path empty or too long");
    memcpy(at, path, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (i < n && at[i] != '/')
            continue;
        char kept = at[i];
        at[i] = '\0';
        if (mkdir(at, mode) != 0 && errno != EEXIST)
            return err_sys(err, ERR_FATAL, errno, "%s", at);
        at[i] = kept;
    }
    struct stat st;
    if (stat(path, &st) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s", path);
    if (!S_ISDIR(st.st_mode))
        return err_sys(err, ERR_FATAL, ENOTDIR, "%s", path);
    return 0;
}

static int holder(int fd)
{
    char text[24] = {0};
    if (pread(fd, text, sizeof text - 1, 0) <= 0)
        return 0;
    return (int)strtol(text, NULL, 10);
}

static bool is_temporary(struct sv name)
{
    return name.n > 22 && name.p[0] == '.' && sv_ends(name, SV(".tmp")) &&
           name.p[name.n - 21] == '.' &&
           strspn(name.p + name.n - 20, "0123456789abcdef") == 16;
}

static void closedir_auto(DIR **d)
{
    if (*d)
        closedir(*d);
}

void dir_clear(const char *path)
{
    AUTO(closedir_auto) DIR *d = opendir(path);
    struct dirent *e;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of this thread's own
    while (d && (e = readdir(d)))
        if (is_temporary(sv_cstr(e->d_name)))
            unlinkat(dirfd(d), e->d_name, 0);
}

int dir_lock(const char *path, int *fd_out, struct err *err)
{
    AUTO(buf_free) struct buf name = {0};
    buf_addf(&name, "%s/lock", path);
    AUTO(fd_close) int fd = open(name.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_sys(err, ERR_FATAL, errno, "%s", name.p);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return err_set(err, ERR_FATAL, "%s is in use by process %d", path,
                           holder(fd));
        return err_sys(err, ERR_FATAL, errno, "%s: lock", name.p);
    }
    char text[24];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    /* in this order: whoever asks for the holder never meets an empty file */
    if (pwrite(fd, text, (size_t)n, 0) != n || ftruncate(fd, n) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s", name.p);
    dir_clear(path);
    *fd_out = fd_take(&fd);
    return 0;
}

int fd_temporary(int dirfd, unsigned mode, int *fd_out, struct err *err)
{
    int fd = file_calls.openat(dirfd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    if (fd < 0)
        return err_sys(err, ERR_FATAL, errno, "temporary file");
    *fd_out = fd;
    return 0;
}

int fd_publish(int fd, int dirfd, const char *name, struct err *err)
{
    char path[64];
    assert(fd >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (linkat(AT_FDCWD, path, dirfd, name, AT_SYMLINK_FOLLOW) == 0)
        return 1;
    if (errno == EEXIST)
        return 0;
    return err_sys(err, ERR_FATAL, errno, "link %s", name);
}
