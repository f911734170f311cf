#define _GNU_SOURCE /* prctl's parent-death signal, SOCK_CLOEXEC */
#include "supervise.h"

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/sig.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BACKOFF_FIRST_MS = 500, BACKOFF_MAX_MS = 30000 };

struct child *supervise_add(struct supervisor *s, const char *label)
{
    assert(s->n < SUPERVISE_MAX);
    struct child *c = &s->child[s->n++];
    *c = (struct child){.label = label, .notify_fd = -1, .backoff_ms = BACKOFF_FIRST_MS};
    return c;
}

void supervise_arg(struct child *c, const char *arg)
{
    size_t i = 0;
    while (c->argv[i])
        i++;
    assert(i + 1 < SUPERVISE_ARGS);
    c->argv[i] = arg;
}

static void socket_name(const struct supervisor *s, const struct child *c, pid_t self,
                        char *out, size_t size)
{
    snprintf(out, size, "@councilwire-up-%ld-%d", (long)self, (int)(c - s->child));
}

static int open_notify(const struct supervisor *s, struct child *c, struct err *err)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (c->notify_fd >= 0)
        return 0;
    socket_name(s, c, getpid(), a.sun_path, sizeof a.sun_path);
    socklen_t n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                              strnlen(a.sun_path, sizeof a.sun_path));
    a.sun_path[0] = '\0';
    c->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (c->notify_fd < 0 || bind(c->notify_fd, (const struct sockaddr *)&a, n) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s: readiness socket", c->label);
    return 0;
}

NORETURN static void become(const struct supervisor *s, const struct child *c,
                            pid_t parent)
{
    char name[64];
    socket_name(s, c, parent, name, sizeof name);
    /* NOLINTBEGIN(concurrency-mt-unsafe): a forked child has one thread */
    setenv("NOTIFY_SOCKET", name, 1);
    /* A supervisor that dies takes its daemons along: they would hold the locks of the
     * next one. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_TEMPORARY);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0); /* Ctrl-C reaches the supervisor, which ends them in order */
    char *argv[SUPERVISE_ARGS];
    memcpy(argv, c->argv, sizeof argv);
    execv(argv[0], argv);
    fprintf(stderr, "councilwire up: %s: %s\n", argv[0], strerror(errno));
    /* NOLINTEND(concurrency-mt-unsafe) */
    _exit(EXIT_INTERNAL);
}

int supervise_start(struct supervisor *s, struct child *c, struct err *err)
{
    if (open_notify(s, c, err) != 0)
        return -1;
    pid_t parent = getpid();
    c->ready = false;
    c->restart_at_ms = 0;
    c->pid = fork();
    if (c->pid < 0) {
        c->pid = 0;
        return err_sys(err, ERR_FATAL, errno, "%s: fork", c->label);
    }
    if (c->pid == 0)
        become(s, c, parent);
    return 0;
}

static void read_messages(struct child *c)
{
    char text[512];
    for (;;) {
        ssize_t n = recv(c->notify_fd, text, sizeof text - 1, 0);
        if (n <= 0)
            return;
        struct sv rest = {text, (size_t)n}, line;
        while (sv_cut(&rest, '\n', &line))
            if (sv_eq(line, SV("READY=1")) && !c->ready) {
                c->ready = c->was_ready = true;
                c->backoff_ms = BACKOFF_FIRST_MS;
            }
    }
}

static int ended(struct supervisor *s, struct child *c, int status, struct err *err)
{
    c->pid = 0;
    c->ready = false;
    if (s->stopping)
        return 0;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    bool refused = code == EXIT_CONFIGURATION || code == EXIT_USAGE;
    /* At a start it is the person's to mend. Later on (a store that was damaged) the
     * others have their work all the same. */
    if (refused && !c->was_ready)
        return err_reject(err, "configuration", "%s refuses its configuration (exit %d)",
                          c->label, code);
    if (WIFSIGNALED(status))
        fprintf(stderr, "councilwire up: %s ended by signal %d; again in %lld ms\n",
                c->label, WTERMSIG(status), (long long)c->backoff_ms);
    else
        fprintf(stderr, "councilwire up: %s ended with %d; again in %lld ms\n", c->label,
                code, (long long)c->backoff_ms);
    c->restart_at_ms = clock_monotonic_ms() + c->backoff_ms;
    c->backoff_ms =
        c->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : c->backoff_ms * 2;
    c->restarts++;
    return 0;
}

static int reap(struct supervisor *s, struct err *err)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (int i = 0; i < s->n; i++)
            if (s->child[i].pid == pid && ended(s, &s->child[i], status, err) != 0)
                return -1;
    return 0;
}

/* No process can be made now: the others go on, and this one has its next turn. */
static int start_again(struct supervisor *s, struct child *c, struct err *err)
{
    struct err why = {0};
    if (supervise_start(s, c, &why) == 0)
        return 0;
    if (why.kind != ERR_TEMPORARY) {
        *err = why;
        return -1;
    }
    fprintf(stderr, "councilwire up: %s; again in %lld ms\n", why.text,
            (long long)c->backoff_ms);
    c->restart_at_ms = clock_monotonic_ms() + c->backoff_ms;
    return 0;
}

static int restart_due(struct supervisor *s, int64_t *wait_ms, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    for (int i = 0; i < s->n; i++) {
        struct child *c = &s->child[i];
        if (!c->restart_at_ms || s->stopping)
            continue;
        if (c->restart_at_ms <= now) {
            if (start_again(s, c, err) != 0)
                return -1;
        } else if (c->restart_at_ms - now < *wait_ms) {
            *wait_ms = c->restart_at_ms - now;
        }
    }
    return 0;
}

int supervise_turn(struct supervisor *s, int64_t timeout_ms, struct err *err)
{
    struct pollfd v[SUPERVISE_MAX + 1];
    /* Deaths come without a descriptor of their own: look again after a quarter of a
     * second. */
    int64_t wait_ms = timeout_ms > 250 ? 250 : timeout_ms;
    if (reap(s, err) != 0 || restart_due(s, &wait_ms, err) != 0)
        return -1;
    v[0] = (struct pollfd){.fd = sig_fd(), .events = POLLIN};
    for (int i = 0; i < s->n; i++)
        v[i + 1] = (struct pollfd){.fd = s->child[i].notify_fd, .events = POLLIN};
    if (poll(v, (nfds_t)s->n + 1, (int)wait_ms) < 0 && errno != EINTR)
        return err_sys(err, ERR_FATAL, errno, "poll");
    for (int i = 0; i < s->n; i++)
        if (s->child[i].notify_fd >= 0)
            read_messages(&s->child[i]);
    for (enum sig_event e; (e = sig_next()) != SIG_NONE;)
        if (e == SIG_STOP)
            return 1;
    return 0;
}

int supervise_wait_ready(struct supervisor *s, struct child *c, int64_t timeout_ms,
                         struct err *err)
{
    int64_t end = clock_monotonic_ms() + timeout_ms;
    while (!c->ready) {
        int rc = supervise_turn(s, 250, err);
        if (rc < 0)
            return -1;
        if (rc > 0)
            return err_set(err, ERR_TEMPORARY, "stopped while %s was starting", c->label);
        if (clock_monotonic_ms() > end)
            return err_set(err, ERR_TEMPORARY, "%s was not ready after %lld s", c->label,
                           (long long)(timeout_ms / 1000));
    }
    return 0;
}

static void end_child(struct supervisor *s, struct child *c, int64_t deadline_ms)
{
    int64_t end = clock_monotonic_ms() + deadline_ms;
    struct err ignored = {0};
    if (!c->pid)
        return;
    kill(c->pid, SIGTERM);
    while (c->pid && clock_monotonic_ms() < end) {
        if (reap(s, &ignored) != 0 || !c->pid)
            break;
        struct pollfd none = {.fd = -1};
        poll(&none, 1, 10);
    }
    if (c->pid) {
        fprintf(stderr, "councilwire up: %s did not end in %lld s and is killed\n",
                c->label, (long long)(deadline_ms / 1000));
        kill(c->pid, SIGKILL);
        int status;
        waitpid(c->pid, &status, 0);
        c->pid = 0;
    }
}

void supervise_stop(struct supervisor *s, int64_t deadline_ms)
{
    s->stopping = true;
    for (int i = s->n - 1; i >= 0; i--) {
        end_child(s, &s->child[i], deadline_ms);
        fd_close(&s->child[i].notify_fd);
    }
}
