/* Preloaded into a daemon by the tests of faults: the calls named in a control file fail.
 *
 * The control file (environment FAULTS) is mapped and shared with the test, which may
 * change it at any moment; nothing fails while `errnum` is 0. A call on a descriptor
 * fails only where the descriptor's path contains `path`; one without a path (socket)
 * only when `path` is empty. With errnum KILLED the process dies in place of the call.
 *
 * `ahead_s` is how far the clock of the day has jumped, for this process alone. A
 * connection to port `from_port` of 127.0.0.1 goes to `to_port` instead: to a proxy.
 * With NETWORK in the environment, folders are of NFS, and inotify tells nothing of them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { SHIM_VERSION = 4, KILLED = 9999 };

struct control {                   /* tests/chaos/faults.py writes the same */
    _Atomic int32_t errnum, calls; /* which error; bits of enum call */
    _Atomic int32_t skip, times;   /* so many go well first; then so many fail, -1: all */
    _Atomic int32_t hits;          /* how many have failed */
    char path[236];
    _Atomic int64_t ahead_s;
    _Atomic int32_t from_port, to_port;
};

enum call { /* in the order of faults.py */
            C_OPEN,
            C_READ,
            C_WRITE,
            C_SYNC,
            C_TRUNCATE,
            C_RENAME,
            C_UNLINK,
            C_MKDIR,
            C_SOCKET,
            C_SEND,
            C_RECV,
            C_ACCEPT,
            C_ALLOCATE,
            C_CONNECT,
            C_MEMORY,
            C_FORK
};

static struct control *control;

__attribute__((constructor)) static void start(void)
{
    const char *file = getenv("FAULTS");
    int fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    void *p =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    control = p == MAP_FAILED ? NULL : p;
    if (fd >= 0)
        close(fd);
}

static int due(void)
{
    if (atomic_load(&control->skip) > 0) {
        atomic_fetch_sub(&control->skip, 1);
        return 0;
    }
    int32_t times = atomic_load(&control->times);
    if (times == 0)
        return 0;
    if (times > 0)
        atomic_fetch_sub(&control->times, 1);
    atomic_fetch_add(&control->hits, 1);
    if (atomic_load(&control->errnum) == KILLED)
        kill(getpid(), SIGKILL);
    errno = atomic_load(&control->errnum);
    return 1;
}

static int asked(enum call c)
{
    return control && atomic_load(&control->errnum) &&
           (atomic_load(&control->calls) >> c & 1);
}

static int fails_path(enum call c, const char *path)
{
    return asked(c) && strstr(path, control->path) && due();
}

static int fails_fd(enum call c, int fd)
{
    char link[40], path[PATH_MAX];
    if (!asked(c))
        return 0;
    if (!control->path[0])
        return due();
    int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (n < 0)
        return 0;
    path[n] = '\0';
    return strstr(path, control->path) && due();
}

#define REAL(type, name, ...)                                                            \
    static type (*real)(__VA_ARGS__);                                                    \
    if (!real) {                                                                         \
        void *found = dlsym(RTLD_NEXT, name);                                            \
        memcpy(&real, &found, sizeof real);                                              \
    }

#define ON_FD(c, type, name, params, args, ...)                                          \
    type name params                                                                     \
    {                                                                                    \
        REAL(type, #name, __VA_ARGS__)                                                   \
        return fails_fd(c, fd) ? -1 : real args;                                         \
    }

ON_FD(C_READ, ssize_t, read, (int fd, void *p, size_t n), (fd, p, n), int, void *, size_t)
ON_FD(C_READ, ssize_t, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at), int,
      void *, size_t, off_t)
ON_FD(C_READ, ssize_t, pread64, (int fd, void *p, size_t n, off64_t at), (fd, p, n, at),
      int, void *, size_t, off64_t)
ON_FD(C_WRITE, ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), int,
      const void *, size_t)
ON_FD(C_WRITE, ssize_t, pwrite, (int fd, const void *p, size_t n, off_t at),
      (fd, p, n, at), int, const void *, size_t, off_t)
ON_FD(C_WRITE, ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t at),
      (fd, p, n, at), int, const void *, size_t, off64_t)
ON_FD(C_SYNC, int, fsync, (int fd), (fd), int)
ON_FD(C_SYNC, int, fdatasync, (int fd), (fd), int)
ON_FD(C_SYNC, int, syncfs, (int fd), (fd), int)
ON_FD(C_TRUNCATE, int, ftruncate, (int fd, off_t n), (fd, n), int, off_t)
ON_FD(C_TRUNCATE, int, ftruncate64, (int fd, off64_t n), (fd, n), int, off64_t)
ON_FD(C_ALLOCATE, int, fallocate, (int fd, int mode, off_t at, off_t n),
      (fd, mode, at, n), int, int, off_t, off_t)
ON_FD(C_ALLOCATE, int, fallocate64, (int fd, int mode, off64_t at, off64_t n),
      (fd, mode, at, n), int, int, off64_t, off64_t)
ON_FD(C_SEND, ssize_t, sendmsg, (int fd, const struct msghdr *m, int flags),
      (fd, m, flags), int, const struct msghdr *, int)
ON_FD(C_SEND, ssize_t, send, (int fd, const void *p, size_t n, int flags),
      (fd, p, n, flags), int, const void *, size_t, int)
ON_FD(C_RECV, ssize_t, recv, (int fd, void *p, size_t n, int flags), (fd, p, n, flags),
      int, void *, size_t, int)
ON_FD(C_RECV, ssize_t, recvmsg, (int fd, struct msghdr *m, int flags), (fd, m, flags),
      int, struct msghdr *, int)
ON_FD(C_ACCEPT, int, accept4, (int fd, struct sockaddr *a, socklen_t *n, int flags),
      (fd, a, n, flags), int, struct sockaddr *, socklen_t *, int)

int socket(int domain, int type, int protocol)
{
    REAL(int, "socket", int, int, int)
    return fails_path(C_SOCKET, "") ? -1 : real(domain, type, protocol);
}

#define ON_PATH(c, name, params, args, ...)                                              \
    int name params                                                                      \
    {                                                                                    \
        REAL(int, #name, __VA_ARGS__)                                                    \
        return fails_path(c, path) ? -1 : real args;                                     \
    }

ON_PATH(C_UNLINK, unlink, (const char *path), (path), const char *)
ON_PATH(C_UNLINK, unlinkat, (int at, const char *path, int flags), (at, path, flags), int,
        const char *, int)
ON_PATH(C_MKDIR, mkdir, (const char *path, mode_t mode), (path, mode), const char *,
        mode_t)
ON_PATH(C_RENAME, rename, (const char *path, const char *to), (path, to), const char *,
        const char *)
ON_PATH(C_RENAME, link, (const char *path, const char *to), (path, to), const char *,
        const char *)
ON_PATH(C_RENAME, renameat2,
        (int from, const char *path, int dir, const char *to, unsigned flags),
        (from, path, dir, to, flags), int, const char *, int, const char *, unsigned)
ON_PATH(C_RENAME, linkat,
        (int from, const char *path, int dir, const char *to, int flags),
        (from, path, dir, to, flags), int, const char *, int, const char *, int)

#define ON_OPEN(name)                                                                    \
    int name(const char *path, int flags, ...)                                           \
    {                                                                                    \
        REAL(int, #name, const char *, int, ...)                                         \
        va_list ap;                                                                      \
        va_start(ap, flags);                                                             \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;            \
        va_end(ap);                                                                      \
        return fails_path(C_OPEN, path) ? -1 : real(path, flags, mode);                  \
    }

ON_OPEN(open)
ON_OPEN(open64)

pid_t fork(void)
{
    REAL(pid_t, "fork", void)
    if (fails_path(C_FORK, ""))
        return -1;
    return real();
}

int connect(int fd, const struct sockaddr *a, socklen_t n)
{
    REAL(int, "connect", int, const struct sockaddr *, socklen_t)
    struct sockaddr_in in;
    if (fails_path(C_CONNECT, ""))
        return -1;
    if (!control || a->sa_family != AF_INET || n < sizeof in)
        return real(fd, a, n);
    memcpy(&in, a, sizeof in);
    int32_t from = atomic_load(&control->from_port);
    if (from == 0 || ntohs(in.sin_port) != from)
        return real(fd, a, n);
    in.sin_port = htons((uint16_t)atomic_load(&control->to_port));
    return real(fd, (const struct sockaddr *)&in, sizeof in);
}

/* ---- memory */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

static int no_memory(void)
{
    return asked(C_MEMORY) && due();
}

void *malloc(size_t n)
{
    return no_memory() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return no_memory() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return no_memory() ? NULL : __libc_realloc(p, n);
}

/* ---- a folder that other machines write to: environment NETWORK */

int fstatfs(int fd, struct statfs *st)
{
    REAL(int, "fstatfs", int, struct statfs *)
    int rc = real(fd, st);
    if (rc == 0 && getenv("NETWORK"))
        st->f_type = 0x6969; /* NFS */
    return rc;
}

int inotify_add_watch(int fd, const char *path, uint32_t mask)
{
    REAL(int, "inotify_add_watch", int, const char *, uint32_t)
    return real(fd, path, getenv("NETWORK") ? IN_DELETE_SELF : mask);
}

/* ---- the clock of the day */

static int64_t ahead(void)
{
    return control ? atomic_load(&control->ahead_s) : 0;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
    REAL(int, "clock_gettime", clockid_t, struct timespec *)
    int rc = real(id, t);
    if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        t->tv_sec += ahead();
    return rc;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *t = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *t, int base)
{
    clock_gettime(CLOCK_REALTIME, t);
    return base;
}

/* The kernel's waits for an hour of the day follow the clock when it is set. Here it is
 * not set really, so they are cut into short ones, and the hour is asked for after each.
 */
static int by_the_day(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *end)
{
    enum { PIECE_NS = 20000000 };
    for (;;) {
        struct timespec now, piece;
        clock_gettime(CLOCK_REALTIME, &now);
        int64_t left = (int64_t)end->tv_sec - now.tv_sec;
        left = left > 1000    ? INT64_MAX
               : left < -1000 ? 0
                              : left * 1000000000 + end->tv_nsec - now.tv_nsec;
        if (left <= 0)
            return ETIMEDOUT;
        clock_gettime(CLOCK_MONOTONIC, &piece);
        piece.tv_nsec += left < PIECE_NS ? (long)left : PIECE_NS;
        piece.tv_sec += piece.tv_nsec / 1000000000;
        piece.tv_nsec %= 1000000000;
        int rc = pthread_cond_clockwait(c, m, CLOCK_MONOTONIC, &piece);
        if (rc != ETIMEDOUT)
            return rc;
    }
}

int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m,
                           const struct timespec *end)
{
    /* glibc keeps in this bit whether the condition goes by the monotonic clock. */
    return c->__data.__wrefs & 2 ? pthread_cond_clockwait(c, m, CLOCK_MONOTONIC, end)
                                 : by_the_day(c, m, end);
}

int cnd_timedwait(cnd_t *c, mtx_t *m, const struct timespec *end)
{
    pthread_cond_t *cond = (void *)c; /* as glibc has it */
    pthread_mutex_t *mutex = (void *)m;
    int rc = by_the_day(cond, mutex, end);
    return rc == 0 ? thrd_success : rc == ETIMEDOUT ? thrd_timedout : thrd_error;
}
