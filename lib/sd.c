#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "sd.h"

#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void sd_notify_line(const char *line)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = path ? strnlen(path, sizeof to.sun_path) : 0;
    if (n < 2 || n >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    AUTO(fd_close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    struct sv s = sv_cstr(line);
    ssize_t sent;
    do
        sent = sendto(fd, s.p, s.n, MSG_NOSIGNAL, (const struct sockaddr *)&to,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    while (sent < 0 && errno == EINTR);
}

int64_t sd_watchdog_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID");
    uint64_t n;
    if (!usec || !sv_u64(sv_cstr(usec), &n) || n < 2000 || n > INT64_MAX)
        return 0;
    uint64_t owner;
    if (pid && sv_u64(sv_cstr(pid), &owner) && owner != (uint64_t)getpid())
        return 0;
    return (int64_t)(n / 2000);
}
