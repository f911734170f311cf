#define _GNU_SOURCE 1 /* memfd_create, unshare, pipe2, close_range's number */
#include "child.h"

#include "clock.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0 /* sanitizers reserve terabytes of address space */
#endif

enum {
    WALL_MS = 30000,
    LOOK_MS = 100, /* whether it was called off */
    READ_BYTES = 65536,
    CPU_S = 5,
    NOFILE = 16,
    PROGRAM_FD = 20, /* beyond NOFILE: once closed nothing gets this number again */
    NOT_STARTED = 127,
    NOBODY = 65534,
    STACK_BYTES = 8 << 20,
    MEMORY_MAX = 512 << 20,
    OUTPUT_MAX = 64 << 20
};

const char *child_end_name(enum child_end end)
{
    static const char *const names[] = {"exit",       "cpu",        "memory", "timeout",
                                        "output",     "policy",     "signal", "killed",
                                        "unconfined", "not started"};
    return names[end];
}

static int make_input(struct sv input, int *fd, struct err *err)
{
    AUTO(fd_close) int m = memfd_create("paper", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (m < 0)
        return err_sys(err, ERR_TEMPORARY, errno, "input of a converter");
    if (fd_write_all(m, input, err) != 0)
        return -1;
    if (fcntl(m, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) !=
            0 ||
        lseek(m, 0, SEEK_SET) != 0)
        return err_sys(err, ERR_TEMPORARY, errno, "input of a converter");
    *fd = fcntl(m, F_DUPFD_CLOEXEC, 3); /* m itself is closed here */
    return *fd < 0 ? err_sys(err, ERR_TEMPORARY, errno, "input of a converter") : 0;
}

/* What the daemon itself is allowed may be less: a limit is never raised. */
static void limit(int what, rlim_t value)
{
    struct rlimit r;
    if (getrlimit((__rlimit_resource_t)what, &r) == 0 && r.rlim_max < value)
        value = r.rlim_max; /* RLIM_INFINITY is the largest number */
    r = (struct rlimit){value, value};
    if (setrlimit((__rlimit_resource_t)what, &r) != 0)
        _exit(EXIT_CONFIGURATION);
}

static void allow_read(int rules, const char *path)
{
    struct stat st;
    struct landlock_path_beneath_attr a = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE,
        .parent_fd = open(path, O_PATH | O_CLOEXEC),
    };
    if (a.parent_fd < 0)
        return;
    if (fstat(a.parent_fd, &st) == 0 && S_ISDIR(st.st_mode))
        a.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0);
    close(a.parent_fd);
}

/* Every file access that ABI 1 knows is refused but what is allowed here. The loader
 * still needs the system's libraries, also for a program that opens no file afterwards:
 * its own seccomp ends that. */
static void confine_files(const char *program)
{
    struct landlock_ruleset_attr all = {.handled_access_fs = (UINT64_C(1) << 13) - 1};
    long rules = syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (rules < 0)
        return; /* a kernel without Landlock: namespaces, limits and seccomp remain */
    static const char *const system_paths[] = {"/usr",
                                               "/lib",
                                               "/lib64",
                                               "/etc/fonts",
                                               "/etc/ld.so.cache",
                                               "/var/cache/fontconfig"};
    for (size_t i = 0; i < ARRAY_LEN(system_paths); i++)
        allow_read((int)rules, system_paths[i]);
    allow_read((int)rules, program);
    syscall(SYS_landlock_restrict_self, rules, 0);
    close((int)rules);
}

/* Calls that no converter needs, refused with EPERM whatever the program: processes,
 * other programs, sockets, what reaches into a process, and what changes the machine. A
 * program of ours allows itself far less (extract_main.c); pdftotext is not ours. */
static const unsigned short refused_calls[] = {
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
    SYS_execve,
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_kill,
    SYS_tkill,
    SYS_tgkill,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_io_uring_setup,
    SYS_userfaultfd,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_shmget,
    SYS_msgget,
    SYS_semget,
    SYS_setpriority,
    SYS_sched_setaffinity,
    SYS_sched_setscheduler,
    SYS_kexec_load,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_swapon,
    SYS_reboot,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_sethostname,
    SYS_syslog,
    SYS_acct,
    SYS_quotactl,
    SYS_name_to_handle_at,
    SYS_open_by_handle_at,
    SYS_fanotify_init};

static void refuse_calls(void)
{
#if defined(__x86_64__)
    static const unsigned native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    static const unsigned native = AUDIT_ARCH_AARCH64;
#else
    return;
#endif
    static const unsigned other_numbers = 0x40000000, eperm = SECCOMP_RET_ERRNO | EPERM;
    struct sock_filter code[ARRAY_LEN(refused_calls) + 16];
    unsigned short n = 0;
    /* offsets of struct seccomp_data: the call 0, the architecture 4, arguments from 16
     */
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4);
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native, 1, 0);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
    code[n++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, other_numbers, 0, 1);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    for (size_t i = 0; i < ARRAY_LEN(refused_calls); i++)
        code[n++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, refused_calls[i],
            (unsigned char)(ARRAY_LEN(refused_calls) - i + 2), 0);
    /* the one program that is executed lies at PROGRAM_FD */
    code[n++] =
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 3);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16);
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROGRAM_FD, 1, 0);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, eperm);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {n, code};
    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Namespaces without network, and no user that owns anything. Not every kernel lets every
 * user make namespaces; what can not be had is left out. */
static void isolate(void)
{
    if (geteuid() != 0) {
        (void)unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS);
        return;
    }
    (void)unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS);
    if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) != 0 || setuid(0) == 0)
        _exit(EXIT_CONFIGURATION);
}

NORETURN static void become(const struct child_spec *s, int input, int output)
{
    static char *const no_environment[] = {NULL};
    setpgid(0, 0);
    if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
        _exit(NOT_STARTED);
    int null = open("/dev/null", O_WRONLY);
    if (null < 0 || dup2(null, STDERR_FILENO) < 0)
        _exit(NOT_STARTED);
    /* Opened before the user changes, who may not reach the folder it lies in. */
    int program = open(s->program, O_PATH | O_CLOEXEC);
    if (program < 0 || dup3(program, PROGRAM_FD, O_CLOEXEC) < 0)
        _exit(NOT_STARTED);
    syscall(SYS_close_range, (unsigned)STDERR_FILENO + 1, (unsigned)PROGRAM_FD - 1, 0u);
    syscall(SYS_close_range, (unsigned)PROGRAM_FD + 1, ~0u, 0u);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    isolate();
    confine_files(s->program);
    limit(RLIMIT_CPU, (rlim_t)(s->cpu_s ? s->cpu_s : CPU_S));
    if (!SANITIZED)
        limit(RLIMIT_AS, s->memory_max ? s->memory_max : MEMORY_MAX);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, NOFILE);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_STACK, STACK_BYTES);
    limit(RLIMIT_NPROC, 0);
    sigset_t none;
    sigemptyset(&none);
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a forked child has one thread */
    sigprocmask(SIG_SETMASK, &none, NULL);
    refuse_calls();
    char *argv[8] = {NULL};
    for (size_t i = 0; i < ARRAY_LEN(argv) - 1 && s->argv[i]; i++)
        memcpy(&argv[i], &s->argv[i], sizeof argv[i]);
    syscall(SYS_execveat, PROGRAM_FD, "", argv, no_environment, AT_EMPTY_PATH);
    _exit(NOT_STARTED);
}

static atomic_bool cancelled;

void child_cancel(bool on)
{
    atomic_store(&cancelled, on);
}

static int64_t cpu_ms(pid_t pid)
{
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        return 0; /* it has ended */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool gives_way(const struct child_spec *s, pid_t pid)
{
    const struct child_patience *p = s->patience;
    return p && cpu_ms(pid) >= p->own_cpu_ms && p->gives_way(p->ctx);
}

/* Reads until the pipe's end, the cap or the deadline. */
static enum child_end collect(int fd, pid_t pid, const struct child_spec *s,
                              struct buf *output, bool *gave_way)
{
    int64_t deadline = clock_monotonic_ms() + (s->wall_ms ? s->wall_ms : WALL_MS);
    size_t max = s->output_max ? s->output_max : OUTPUT_MAX;
    for (;;) {
        int64_t left = deadline - clock_monotonic_ms();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        *gave_way = gives_way(s, pid);
        if (left <= 0 || *gave_way || atomic_load(&cancelled))
            return CHILD_TIMEOUT;
        if (poll(&p, 1, left < LOOK_MS ? (int)left : LOOK_MS) <= 0)
            continue;
        buf_reserve(output, READ_BYTES);
        ssize_t n = read(fd, output->p + output->n, output->cap - output->n - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return CHILD_DONE;
        output->n += (size_t)n;
        output->p[output->n] = '\0';
        if (output->n > max)
            return CHILD_OUTPUT;
    }
}

static int64_t used_ms(const struct rusage *u)
{
    return (int64_t)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000 +
           (u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1000;
}

/* The limit is counted in ticks, which may be a tenth more than what was used. */
static bool used_up(const struct child_spec *s, const struct rusage *u)
{
    return used_ms(u) >= (s->cpu_s ? s->cpu_s : CPU_S) * 1000 * 3 / 4;
}

/* Where soft and hard limit are one the kernel ends it with SIGKILL. */
static enum child_end judge(const struct child_spec *s, int status, bool late,
                            const struct rusage *used, int *code)
{
    if (WIFEXITED(status)) {
        *code = WEXITSTATUS(status);
        if (*code == EXIT_CONFIGURATION)
            return CHILD_UNCONFINED;
        if (*code == NOT_STARTED)
            return CHILD_NOT_STARTED;
        return *code == EXIT_INTERNAL ? CHILD_MEMORY : CHILD_DONE;
    }
    *code = WTERMSIG(status);
    if (*code == SIGXCPU || (*code == SIGKILL && used_up(s, used)))
        return CHILD_CPU;
    if (*code == SIGKILL)
        return late ? CHILD_TIMEOUT : CHILD_KILLED;
    return *code == SIGSYS ? CHILD_POLICY : CHILD_SIGNAL;
}

/* A program may close its output and go on: it is ended at its deadline all the same. */
static int wait_for(pid_t pid, int64_t deadline, bool *late, struct rusage *used)
{
    int status = 0;
    *late = false;
    while (wait4(pid, &status, WNOHANG, used) == 0) {
        struct pollfd none = {.fd = -1};
        *late = clock_monotonic_ms() > deadline;
        if (*late || atomic_load(&cancelled))
            kill(-pid, SIGKILL);
        poll(&none, 1, 1);
    }
    return status;
}

int child_run(const struct child_spec *s, struct buf *output, enum child_end *end,
              int *code, struct err *err)
{
    AUTO(fd_close) int input = -1;
    int pipes[2];
    if (make_input(s->input, &input, err) != 0)
        return -1;
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return err_sys(err, ERR_TEMPORARY, errno, "pipe of a converter");
    AUTO(fd_close) int reading = pipes[0];
    AUTO(fd_close) int writing = pipes[1];
    pid_t pid = fork();
    if (pid < 0)
        return err_sys(err, ERR_TEMPORARY, errno,
                       "no process can be made for a converter");
    if (pid == 0)
        become(s, input, writing);
    fd_close(&writing);
    setpgid(pid, pid); /* both sides, whoever comes first */
    int64_t deadline = clock_monotonic_ms() + (s->wall_ms ? s->wall_ms : WALL_MS);
    *code = 0;
    bool gave_way = false;
    *end = collect(reading, pid, s, output, &gave_way);
    if (*end != CHILD_DONE)
        kill(-pid, SIGKILL);
    struct rusage used = {0};
    bool late;
    int status = wait_for(pid, deadline, &late, &used);
    if (s->patience)
        s->patience->used_ms += used_ms(&used);
    if (gave_way || atomic_load(&cancelled))
        return err_set(err, ERR_TEMPORARY, "a converter was called off");
    if (*end == CHILD_DONE)
        *end = judge(s, status, late, &used, code);
    return 0;
}
