#define _GNU_SOURCE 1 /* pipe2 */
#include "sig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int pipe_fd[2] = {-1, -1};
static volatile sig_atomic_t stops;
static volatile sig_atomic_t deadline_s;

static void handle(int signal_number)
{
    int kept = errno;
    unsigned char byte = (unsigned char)signal_number;
    bool stop = signal_number == SIGTERM || signal_number == SIGINT;
    if (signal_number == SIGALRM || (stop && stops++ > 0))
        _exit(EXIT_RUNTIME);
    if (stop && deadline_s > 0)
        alarm((unsigned)deadline_s);
    if (write(pipe_fd[1], &byte, 1) < 0) {
        /* a full pipe means that the loop has enough to read */
    }
    errno = kept;
}

static bool hup_ignored; /* by who started this program */
static enum sig_event on_hup = SIG_RELOAD;

int sig_init(struct err *err)
{
    if (pipe_fd[0] < 0 && pipe2(pipe_fd, O_CLOEXEC | O_NONBLOCK) != 0)
        return err_sys(err, ERR_FATAL, errno, "pipe");
    static const int handled[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGALRM};
    struct sigaction act = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigset_t all;
    sigemptyset(&all);
    sigfillset(&act.sa_mask);
    for (size_t i = 0; i < ARRAY_LEN(handled); i++) {
        struct sigaction before;
        if (sigaction(handled[i], &act, &before) != 0)
            return err_sys(err, ERR_FATAL, errno, "sigaction");
        hup_ignored |= handled[i] == SIGHUP && before.sa_handler == SIG_IGN;
        sigaddset(&all, handled[i]);
    }
    /* Who started this program may have had them blocked: that is inherited.
     * NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads yet */
    if (sigprocmask(SIG_UNBLOCK, &all, NULL) != 0)
        return err_sys(err, ERR_FATAL, errno, "sigprocmask");
    static const int ignored[] = {SIGPIPE, SIGXFSZ}; /* errno says it: EPIPE, EFBIG */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
        if (sigaction(ignored[i], &ignore, NULL) != 0)
            return err_sys(err, ERR_FATAL, errno, "sigaction");
    return 0;
}

void sig_hangup_stops(void)
{
    on_hup = hup_ignored ? SIG_NONE : SIG_STOP;
}

void sig_deadline(unsigned seconds)
{
    deadline_s = (sig_atomic_t)seconds;
}

int sig_fd(void)
{
    return pipe_fd[0];
}

enum sig_event sig_next(void)
{
    unsigned char byte;
    while (pipe_fd[0] >= 0 && read(pipe_fd[0], &byte, 1) == 1)
        switch (byte) {
        case SIGTERM:
        case SIGINT: return SIG_STOP;
        case SIGHUP:
            if (on_hup != SIG_NONE)
                return on_hup;
            break;
        case SIGUSR1: return SIG_DUMP;
        default: break;
        }
    return SIG_NONE;
}
