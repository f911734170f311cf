#include "lib/file.h"

#include "lib/sd.h"
#include "lib/sig.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64];

static const char *at(const char *name)
{
    static char path[4][256];
    static unsigned i;
    i = (i + 1) % 4;
    snprintf(path[i], sizeof path[i], "%s/%s", dir, name);
    return path[i];
}

static int set_up(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/test_file.XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static size_t entries(const char *path)
{
    DIR *d = opendir(path);
    assert_non_null(d);
    size_t n = 0;
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    file_calls.write = write;
    file_calls.fsync = fsync;
    file_calls.openat = openat;
    return system(command);
}

static void assert_content(const char *path, const char *expected)
{
    struct buf b = {0};
    struct err err = {0};
    assert_int_equal(file_read(path, 1000, &b, &err), 0);
    assert_string_equal(b.p, expected);
    buf_free(&b);
}

static void replaces(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(file_replace(at("a"), SV("one"), 0640, &err), 0);
    assert_int_equal(file_replace(at("a"), SV("two"), 0600, &err), 0);
    assert_content(at("a"), "two");
    struct stat st;
    assert_int_equal(stat(at("a"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(entries(dir), 1);
}

static ptrdiff_t full_disk(int fd, const void *p, size_t n)
{
    (void)fd;
    (void)p;
    (void)n;
    errno = ENOSPC;
    return -1;
}

static ptrdiff_t one_byte(int fd, const void *p, size_t n)
{
    return write(fd, p, n ? 1 : 0);
}

static int broken_sync(int fd)
{
    (void)fd;
    errno = EIO;
    return -1;
}

static void a_full_disk_leaves_the_old_content(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(file_replace(at("a"), SV("old"), 0640, &err), 0);
    file_calls.write = full_disk;
    assert_int_equal(file_replace(at("a"), SV("new"), 0640, &err), -1);
    assert_int_equal(err.kind, ERR_TEMPORARY);
    assert_int_equal(err.sys_errno, ENOSPC);
    assert_content(at("a"), "old");
    file_calls.write = write;
    file_calls.fsync = broken_sync;
    err_clear(&err);
    assert_int_equal(file_replace(at("a"), SV("new"), 0640, &err), -1);
    assert_int_equal(err.kind, ERR_FATAL);
    assert_content(at("a"), "old");
    assert_int_equal(entries(dir), 1);
}

static void short_writes_are_continued(void **state)
{
    (void)state;
    struct err err = {0};
    file_calls.write = one_byte;
    assert_int_equal(file_replace(at("a"), SV("byte by byte"), 0640, &err), 0);
    assert_content(at("a"), "byte by byte");
}

static void moves_but_never_over_another_file(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(dir_make(at("x/y"), 0750, &err), 0);
    assert_int_equal(dir_make(at("x/y"), 0750, &err), 0);
    assert_int_equal(file_replace(at("a"), SV("a"), 0640, &err), 0);
    assert_int_equal(file_move(at("a"), at("x/y/b"), &err), 0);
    assert_content(at("x/y/b"), "a");
    assert_int_equal(access(at("a"), F_OK), -1);
    assert_int_equal(file_replace(at("a"), SV("other"), 0640, &err), 0);
    assert_int_equal(file_move(at("a"), at("x/y/b"), &err), -1);
    assert_int_equal(err.sys_errno, EEXIST);
    assert_content(at("x/y/b"), "a");
    assert_content(at("a"), "other");
}

static int no_nameless_file(int dirfd, const char *name, int flags, ...)
{
    (void)dirfd;
    (void)name;
    (void)flags;
    errno = EOPNOTSUPP;
    return -1;
}

static void moves_across_file_systems(void **state)
{
    (void)state;
    struct err err = {0};
    char shm[] = "/dev/shm/test_file.XXXXXX";
    struct stat here, there;
    if (!mkdtemp(shm) || stat(dir, &here) != 0 || stat(shm, &there) != 0 ||
        here.st_dev == there.st_dev)
        skip();
    char to[64];
    snprintf(to, sizeof to, "%s/b", shm);
    for (int nameless = 1; nameless >= 0; nameless--) {
        file_calls.openat = nameless ? openat : no_nameless_file;
        assert_int_equal(file_replace(at("a"), SV("a"), 0640, &err), 0);
        assert_int_equal(file_move(at("a"), to, &err), 0);
        assert_content(to, "a");
        assert_int_equal(access(at("a"), F_OK), -1);
        assert_int_equal(file_replace(at("a"), SV("c"), 0640, &err), 0);
        assert_int_equal(file_move(at("a"), to, &err), -1);
        assert_int_equal(err.sys_errno, EEXIST);
        assert_content(at("a"), "c");
        assert_content(to, "a");
        err_clear(&err);
        unlink(to);
        file_calls.write = full_disk;
        assert_int_equal(file_move(at("a"), to, &err), -1);
        assert_int_equal(err.kind, ERR_TEMPORARY);
        file_calls.write = write;
        assert_content(at("a"), "c");
        err_clear(&err);
    }
    assert_int_equal(rmdir(shm), 0); /* nothing is left there */
}

static void reads_up_to_a_limit(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf b = {0};
    assert_int_equal(file_replace(at("a"), SV("12345"), 0640, &err), 0);
    assert_int_equal(file_read(at("a"), 5, &b, &err), 0);
    assert_int_equal(b.n, 5);
    assert_int_equal(file_read(at("a"), 4, &b, &err), -1);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    assert_string_equal(err.reason, "too-large");
    err_clear(&err);
    assert_int_equal(file_read(at("nothing"), 4, &b, &err), -1);
    assert_int_equal(err.sys_errno, ENOENT);
    buf_free(&b);
}

/* A file that fills its last page has a byte behind it, too. */
static void maps_files_of_any_size(void **state)
{
    (void)state;
    struct err err = {0};
    static char page[8192];
    memset(page, 'x', sizeof page);
    static const size_t sizes[] = {1, 4095, 4096, 8192};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct file_map m = {0};
        assert_int_equal(file_replace(at("f"), (struct sv){page, sizes[i]}, 0600, &err),
                         0);
        assert_int_equal(file_map(at("f"), &m), 1);
        assert_int_equal(m.n, sizes[i]);
        assert_memory_equal(m.p, page, sizes[i]);
        assert_int_equal(m.p[m.n], 0);
        file_unmap(&m);
        assert_null(m.p);
        file_unmap(&m);
    }
    struct file_map none = {0};
    assert_int_equal(file_replace(at("empty"), SV(""), 0600, &err), 0);
    assert_int_equal(file_map(at("empty"), &none), 0);
    assert_int_equal(file_map(dir, &none), 0);
    assert_int_equal(file_map("/dev/null", &none), 0);
}

static void one_process_holds_a_folder(void **state)
{
    (void)state;
    struct err err = {0};
    int fd = -1, second = -1;
    char expected[64];
    assert_int_equal(
        file_replace(at(".socket.0123456789abcdef.tmp"), SV("x"), 0600, &err), 0);
    assert_int_equal(file_replace(at(".mine.tmp"), SV("x"), 0600, &err), 0);
    assert_int_equal(dir_lock(dir, &fd, &err), 0);
    assert_int_equal(access(at(".socket.0123456789abcdef.tmp"), F_OK), -1);
    assert_int_equal(access(at(".mine.tmp"), F_OK), 0);
    assert_int_equal(dir_lock(dir, &second, &err), -1);
    assert_int_equal(err.kind, ERR_FATAL);
    snprintf(expected, sizeof expected, "in use by process %ld", (long)getpid());
    assert_non_null(strstr(err.text, expected));
    fd_close(&fd);
    err_clear(&err);
    assert_int_equal(dir_lock(dir, &second, &err), 0);
    fd_close(&second);
}

static void publishes_a_nameless_file_once(void **state)
{
    (void)state;
    struct err err = {0};
    int folder = open(dir, O_RDONLY | O_DIRECTORY), fd = -1;
    assert_int_equal(fd_temporary(folder, 0640, &fd, &err), 0);
    assert_int_equal(fd_write_all(fd, SV("content"), &err), 0);
    assert_int_equal(entries(dir), 0);
    assert_int_equal(fd_sync_fs(fd, &err), 0);
    assert_int_equal(fd_publish(fd, folder, "name", &err), 1);
    fd_close(&fd);
    assert_content(at("name"), "content");
    assert_int_equal(fd_temporary(folder, 0640, &fd, &err), 0);
    assert_int_equal(fd_publish(fd, folder, "name", &err), 0);
    fd_close(&fd);
    fd_close(&folder);
    assert_content(at("name"), "content");
}

static void signals_become_readable(void **state)
{
    (void)state;
    struct err err = {0};
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (sig_init(&err) != 0 || sig_next() != SIG_NONE)
            _exit(10);
        raise(SIGHUP);
        raise(SIGUSR1);
        raise(SIGPIPE);
        raise(SIGTERM);
        struct pollfd p = {sig_fd(), POLLIN, 0};
        if (poll(&p, 1, 0) != 1 || sig_next() != SIG_RELOAD || sig_next() != SIG_DUMP ||
            sig_next() != SIG_STOP || sig_next() != SIG_NONE)
            _exit(11);
        raise(SIGINT); /* the second one ends the process */
        _exit(12);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_RUNTIME);
}

/* A loop that a library blocks never reads the signal: the process ends all the same. */
static void a_blocked_loop_ends_at_its_deadline(void **state)
{
    (void)state;
    struct err err = {0};
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (sig_init(&err) != 0)
            _exit(10);
        sig_deadline(1);
        raise(SIGTERM);
        for (;;)
            pause();
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), EXIT_RUNTIME);
}

static void tells_the_service_manager(void **state)
{
    (void)state;
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", at("notify"));
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
    setenv("NOTIFY_SOCKET", a.sun_path, 1);
    sd_notify_line("READY=1");
    char line[32] = {0};
    assert_int_equal(recv(fd, line, sizeof line - 1, MSG_DONTWAIT), 7);
    assert_string_equal(line, "READY=1");
    unsetenv("NOTIFY_SOCKET");
    sd_notify_line("STOPPING=1");
    assert_int_equal(recv(fd, line, sizeof line, MSG_DONTWAIT), -1);
    close(fd);
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(sd_watchdog_ms(), 15000);
    setenv("WATCHDOG_PID", "1", 1);
    assert_int_equal(sd_watchdog_ms(), 0);
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(replaces),
        TEST(a_full_disk_leaves_the_old_content),
        TEST(short_writes_are_continued),
        TEST(moves_but_never_over_another_file),
        TEST(moves_across_file_systems),
        TEST(reads_up_to_a_limit),
        TEST(maps_files_of_any_size),
        TEST(one_process_holds_a_folder),
        TEST(publishes_a_nameless_file_once),
        TEST(signals_become_readable),
        TEST(a_blocked_loop_ends_at_its_deadline),
        TEST(tells_the_service_manager),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
