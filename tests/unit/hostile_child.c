/* hostile_child WHAT [PID]: a converter that was taken over tries one thing, and says
 * "reached" where it succeeds. Without WHAT it lists what it knows. Run by
 * test_child.c. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static pid_t parent;

static int can_open(const char *path, int flags)
{
    return open(path, flags, 0600) >= 0;
}

static int of_parent(const char *name, int flags)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)parent, name);
    return can_open(path, flags);
}

static int read_passwords(void)
{
    return can_open("/etc/passwd", O_RDONLY);
}
static int read_root(void)
{
    return can_open("/root/.profile", O_RDONLY);
}
static int list_tmp(void)
{
    return can_open("/tmp", O_RDONLY | O_DIRECTORY);
}
static int write_tmp(void)
{
    return can_open("/tmp/councilwire-escape", O_WRONLY | O_CREAT);
}
static int write_usr(void)
{
    return can_open("/usr/councilwire-escape", O_WRONLY | O_CREAT);
}
static int temporary(void)
{
    return can_open("/tmp", O_WRONLY | O_TMPFILE);
}
static int make_folder(void)
{
    return mkdir("/tmp/councilwire-escape.d", 0700) == 0;
}
static int make_link(void)
{
    return symlink("/etc/passwd", "/tmp/councilwire-escape.l") == 0;
}
static int rename_file(void)
{
    return rename("/etc/hostname", "/tmp/councilwire-escape.h") == 0;
}
static int parents_memory(void)
{
    return of_parent("mem", O_RDWR);
}
static int parents_environment(void)
{
    return of_parent("environ", O_RDONLY);
}
static int parents_files(void)
{
    return of_parent("fd", O_RDONLY | O_DIRECTORY);
}
static int parents_maps(void)
{
    return of_parent("maps", O_RDONLY);
}
static int proc_self(void)
{
    return can_open("/proc/self/environ", O_RDONLY);
}
static int kernel_log(void)
{
    return can_open("/dev/kmsg", O_RDONLY);
}
static int socket_tcp(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}
static int socket_udp(void)
{
    return socket(AF_INET6, SOCK_DGRAM, 0) >= 0;
}
static int socket_unix(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}
static int socket_netlink(void)
{
    return socket(AF_NETLINK, SOCK_RAW, 0) >= 0;
}

static int execute(void)
{
    char *const argv[] = {(char *)(uintptr_t) "echo", (char *)(uintptr_t) "reached",
                          NULL};
    execve("/usr/bin/echo", argv, NULL);
    return 0;
}

static int execute_at(void)
{
    char *const argv[] = {(char *)(uintptr_t) "echo", (char *)(uintptr_t) "reached",
                          NULL};
    syscall(SYS_execveat, AT_FDCWD, "/usr/bin/echo", argv, NULL, 0);
    return 0;
}

/* The number at which the cage let its one program start. */
static int execute_again(void)
{
    char *const argv[] = {(char *)(uintptr_t) "echo", (char *)(uintptr_t) "reached",
                          NULL};
    for (int fd = open("/usr/bin/echo", O_PATH); fd >= 0 && fd < 4096;
         fd = open("/usr/bin/echo", O_PATH))
        syscall(SYS_execveat, fd, "", argv, NULL, AT_EMPTY_PATH);
    return 0;
}

static int execute_memory(void)
{
    int fd = memfd_create("program", 0);
    char *const argv[] = {(char *)(uintptr_t) "x", NULL};
    static const char script[] = "#!/bin/sh\necho reached\n";
    if (fd < 0 || write(fd, script, sizeof script - 1) < 0)
        return 0;
    syscall(SYS_execveat, fd, "", argv, NULL, AT_EMPTY_PATH);
    return 0;
}

static int fork_one(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static int fork_raw(void)
{
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static int trace_parent(void)
{
    return ptrace(PTRACE_SEIZE, parent, NULL, NULL) == 0;
}
static int stop_parent(void)
{
    return kill(parent, SIGCONT) == 0;
}
static int stop_all(void)
{
    return kill(-1, SIGCONT) == 0;
}
static int stop_thread(void)
{
    return syscall(SYS_tgkill, parent, parent, SIGCONT) == 0;
}
static int queue_signal(void)
{
    return sigqueue(parent, SIGCONT, (union sigval){0}) == 0;
}
static int hold_parent(void)
{
    return syscall(SYS_pidfd_open, parent, 0) >= 0;
}

static int read_parent(void)
{
    char here[8];
    struct iovec mine = {here, sizeof here}, other = {(void *)&parent, sizeof here};
    return process_vm_readv(parent, &mine, 1, &other, 1, 0) > 0 || errno != EPERM;
}

static int other_namespace(void)
{
    return unshare(CLONE_NEWUSER) == 0;
}
static int mount_one(void)
{
    return mount("none", "/tmp", "tmpfs", 0, NULL) == 0;
}
static int change_root(void)
{
    return chroot("/") == 0;
}
static int become_root(void)
{
    return setuid(0) == 0 && geteuid() == 0 && can_open("/etc/shadow", O_RDONLY);
}

static int more_processor(void)
{
    struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_CPU, &r) == 0;
}

static int inherited(void)
{
    for (int fd = 3; fd < 4096; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            return 1;
    return 0;
}

static int write_input(void)
{
    return write(STDIN_FILENO, "x", 1) == 1;
}
static int cut_input(void)
{
    return ftruncate(STDIN_FILENO, 0) == 0;
}
static int environment(void)
{
    return getenv("PATH") != NULL || getenv("HOME") != NULL;
}
static int ring(void)
{
    char params[256] = {0};
    return syscall(SYS_io_uring_setup, 4, params) >= 0;
}
static int load_bpf(void)
{
    char attr[128] = {0};
    return syscall(SYS_bpf, 0, attr, sizeof attr) >= 0;
}
static int page_faults(void)
{
    return syscall(SYS_userfaultfd, 0) >= 0;
}
static int keys(void)
{
    return syscall(SYS_add_key, "user", "councilwire", "x", 1, -2) >= 0;
}
static int counters(void)
{
    char attr[128] = {0};
    return syscall(SYS_perf_event_open, attr, 0, -1, -1, 0) >= 0;
}

static const struct {
    const char *name;
    int (*attempt)(void);
} attempts[] = {{"read-passwords", read_passwords},
                {"read-root", read_root},
                {"list-tmp", list_tmp},
                {"write-tmp", write_tmp},
                {"write-usr", write_usr},
                {"temporary", temporary},
                {"make-folder", make_folder},
                {"make-link", make_link},
                {"rename", rename_file},
                {"parents-memory", parents_memory},
                {"parents-environment", parents_environment},
                {"parents-files", parents_files},
                {"parents-maps", parents_maps},
                {"proc-self", proc_self},
                {"kernel-log", kernel_log},
                {"socket-tcp", socket_tcp},
                {"socket-udp", socket_udp},
                {"socket-unix", socket_unix},
                {"socket-netlink", socket_netlink},
                {"execute", execute},
                {"execute-at", execute_at},
                {"execute-memory", execute_memory},
                {"execute-again", execute_again},
                {"fork", fork_one},
                {"fork-raw", fork_raw},
                {"trace-parent", trace_parent},
                {"signal-parent", stop_parent},
                {"signal-all", stop_all},
                {"signal-thread", stop_thread},
                {"queue-signal", queue_signal},
                {"hold-parent", hold_parent},
                {"read-parent", read_parent},
                {"other-namespace", other_namespace},
                {"mount", mount_one},
                {"change-root", change_root},
                {"become-root", become_root},
                {"more-processor", more_processor},
                {"inherited", inherited},
                {"write-input", write_input},
                {"cut-input", cut_input},
                {"environment", environment},
                {"ring", ring},
                {"bpf", load_bpf},
                {"page-faults", page_faults},
                {"keys", keys},
                {"counters", counters}};

int main(int argc, char **argv)
{
    size_t n = sizeof attempts / sizeof *attempts;
    parent = getppid();
    signal(SIGXFSZ, SIG_IGN);
    for (volatile int spins = argc > 1 && strcmp(argv[1], "spin") == 0; spins;)
        ;
    for (size_t i = 0; i < n; i++) {
        if (argc < 2)
            puts(attempts[i].name);
        else if (strcmp(argv[1], attempts[i].name) == 0)
            puts(attempts[i].attempt() ? "reached" : "refused");
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
