#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "httpd.h"

#include "clock.h"
#include "file.h"
#include "httpd_peer.h"
#include "json_write.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    IDLE_S = 10,
    HEADER_BYTES = 16 * 1024,
    BACKLOG = 64,
    REST_MS = 500,
    RUNS_A_TURN = 4,
    BODIES = 4, /* so many of the largest at a time */
    ANSWER_SMALL = 64 * 1024,
    ANSWERS_BYTES = 8 * 1024 * 1024 /* on their way: then only small ones are given */
};

struct httpd {
    httpd_fn *fn;
    void *ctx;
    size_t body_max;
    struct MHD_Daemon *daemon[2];    /* Unix socket, TCP */
    struct httpd_peers peers[2];     /* theirs */
    size_t body_bytes, answer_bytes; /* of all exchanges under way */
    char *socket_path, *port_path;
    int port;
    int64_t rests_until; /* out of descriptors: nobody is let in until then */
    dev_t socket_dev;
    ino_t socket_ino;
};

struct exchange { /* one request while it is read, and its answer while it is sent */
    struct buf body;
    bool too_large, too_many;
    size_t answer_bytes;
};

static int resolve(const char *address, struct addrinfo **found, struct err *err)
{
    struct sv all = sv_cstr(address);
    const char *colon = strrchr(address, ':');
    uint64_t port;
    if (!colon || !sv_u64(sv_cstr(colon + 1), &port) || port > 65535)
        return err_reject(err, "configuration", "listen = %s: expected ADDRESS:PORT",
                          address);
    struct sv host = sv_sub(all, 0, (size_t)(colon - address));
    if (host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = sv_sub(host, 1, host.n - 1);
    AUTO(mem_free) char *name = mem_copy(host.p, host.n);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(name, colon + 1, &hints, found) != 0 || !*found)
        return err_reject(err, "configuration",
                          "listen = %s: no numeric address and port", address);
    return 0;
}

int httpd_check_address(const char *address, struct err *err)
{
    struct addrinfo *found = NULL;
    if (resolve(address, &found, err) != 0)
        return -1;
    freeaddrinfo(found);
    return 0;
}

static int listen_tcp(const char *address, int *port_out, struct err *err)
{
    struct addrinfo *found = NULL;
    if (resolve(address, &found, err) != 0 || !found)
        return -1;
    AUTO(fd_close)
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
              bind(fd, found->ai_addr, found->ai_addrlen) == 0 &&
              listen(fd, BACKLOG) == 0;
    int kept = errno;
    freeaddrinfo(found);
    if (!ok)
        return err_sys(err, ERR_FATAL, kept, "listen = %s", address);
    struct sockaddr_storage taken = {.ss_family = AF_UNSPEC};
    socklen_t n = sizeof taken;
    if (getsockname(fd, (struct sockaddr *)&taken, &n) != 0)
        return err_sys(err, ERR_FATAL, errno, "listen = %s", address);
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memcpy(&v4, &taken, sizeof v4);
    memcpy(&v6, &taken, sizeof v6);
    *port_out = ntohs(taken.ss_family == AF_INET6 ? v6.sin6_port : v4.sin_port);
    return fd_take(&fd);
}

/* A long path does not fit into sun_path: it is reached through its folder's descriptor.
 */
static int bind_unix(int fd, const char *path, int dir, struct err *err)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int n = snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    if (n < 0 || (size_t)n >= sizeof a.sun_path)
        snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/socket", dir);
    if (bind(fd, (const struct sockaddr *)&a, sizeof a) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s", path);
    return 0;
}

static int listen_unix(const char *dir, const char *path, struct err *err)
{
    AUTO(fd_close) int folder = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return err_sys(err, ERR_FATAL, errno, "%s", dir);
    AUTO(fd_close)
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_sys(err, ERR_FATAL, errno, "socket");
    struct stat st;
    if (fstatat(folder, "socket", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode))
        unlinkat(folder, "socket",
                 0); /* of a killed process: the caller holds the lock */
    mode_t mask = umask(0177);
    int rc = bind_unix(fd, path, folder, err);
    umask(mask);
    if (rc != 0)
        return -1;
    /* Whose group may look into the folder may ask. */
    if (fstat(folder, &st) == 0 && (st.st_mode & S_IXGRP) &&
        fchmodat(folder, "socket", 0660, 0) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s", path);
    if (listen(fd, BACKLOG) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s: listen", path);
    return fd_take(&fd);
}

struct sv http_arg(const struct http_request *q, const char *name)
{
    struct MHD_Connection *c;
    const char *v = NULL;
    size_t n = 0;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the pointer itself
    memcpy(&c, &q->connection, sizeof c);
    if (MHD_lookup_connection_value_n(c, MHD_GET_ARGUMENT_KIND, name, sv_cstr(name).n, &v,
                                      &n) != MHD_YES)
        return SV_NULL;
    return v ? (struct sv){v, n} : SV("");
}

struct sv http_request_header(const struct http_request *q, const char *name)
{
    struct MHD_Connection *c;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the pointer itself
    memcpy(&c, &q->connection, sizeof c);
    return sv_cstr(MHD_lookup_connection_value(c, MHD_HEADER_KIND, name));
}

static enum MHD_Result send_reply(struct MHD_Connection *c, struct http_reply *r)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(r->body.n, r->body.p, MHD_RESPMEM_MUST_COPY);
    buf_free(&r->body);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, r->content_type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    for (size_t i = 0; i + 1 < ARRAY_LEN(r->header) && r->header[i]; i += 2)
        MHD_add_response_header(response, r->header[i], r->header[i + 1]);
    enum MHD_Result rc = MHD_queue_response(c, (unsigned)r->status, response);
    MHD_destroy_response(response);
    return rc;
}

static void error_body(struct http_reply *r, int status, const char *text)
{
    r->status = status;
    r->content_type = "text/plain; charset=utf-8";
    buf_reset(&r->body);
    buf_addf(&r->body, "%s\n", text);
}

static int status_of(const struct err *err)
{
    switch (err->kind) {
    case ERR_BAD_INPUT: return 400;
    case ERR_TEMPORARY: return 503;
    case ERR_NONE:
    case ERR_FATAL: break;
    }
    return 500;
}

static bool is_local(const struct httpd *h, struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_DAEMON);
    return info && info->daemon == h->daemon[0];
}

/* Answers that nobody fetches are held in memory, so their sum is bounded. */
static void count_answer(struct httpd *h, struct exchange *x, struct http_reply *r)
{
    if (r->body.n > ANSWER_SMALL && h->answer_bytes > ANSWERS_BYTES)
        error_body(r, 503, "too many answers are under way");
    x->answer_bytes += r->body.n;
    h->answer_bytes += r->body.n;
}

static enum MHD_Result answer(struct httpd *h, struct MHD_Connection *c, const char *url,
                              const char *method, struct exchange *x)
{
    struct http_request q = {.method = sv_cstr(method),
                             .path = sv_cstr(url),
                             .body = buf_sv(&x->body),
                             .local = is_local(h, c),
                             .connection = c};
    struct http_reply r = {.status = 200, .content_type = "application/json"};
    struct err err = {0};
    if (x->too_large) {
        error_body(&r, 413, "body too large");
    } else if (x->too_many) {
        error_body(&r, 503, "too many bodies are under way");
    } else {
        int rc = h->fn(h->ctx, &q, &r, &err);
        if (rc > 0)
            error_body(&r, 404, "not found");
        else if (rc < 0)
            error_body(&r, status_of(&err), err.text);
    }
    count_answer(h, x, &r);
    return send_reply(c, &r);
}

static void drop_body(struct httpd *h, struct exchange *x)
{
    h->body_bytes -= x->body.n;
    buf_free(&x->body);
}

static void take_body(struct httpd *h, struct exchange *x, const char *piece, size_t n)
{
    x->too_large |= x->body.n + n > h->body_max;
    x->too_many |= h->body_bytes + n > BODIES * h->body_max;
    if (x->too_large || x->too_many) {
        drop_body(h, x);
        return;
    }
    buf_add(&x->body, piece, n);
    h->body_bytes += n;
}

static struct httpd_peer *peer_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version,
                                  const char *upload, size_t *upload_size, void **state)
{
    struct httpd *h = cls;
    struct exchange *x = *state;
    (void)version;
    if (!x) { /* header only so far */
        struct httpd_peer *peer = peer_of(c);
        *state = mem_zalloc(sizeof *x);
        if (peer)
            httpd_peer_asks(peer);
        return MHD_YES;
    }
    if (*upload_size) {
        take_body(h, x, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    return answer(h, c, url, method, x);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct httpd *h = cls;
    struct exchange *x = *state;
    struct httpd_peer *peer = peer_of(c);
    (void)code;
    if (peer)
        httpd_peer_answered(peer, clock_monotonic_ms());
    if (!x)
        return;
    h->answer_bytes -= x->answer_bytes;
    drop_body(h, x);
    mem_free(state);
    *state = NULL;
}

/* A connection comes, or goes. */
static void on_connection(void *cls, struct MHD_Connection *c, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct httpd_peers *peers = cls;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context)
            httpd_peer_remove(peers, *context);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context =
        info ? httpd_peer_add(peers, info->connect_fd, clock_monotonic_ms()) : NULL;
}

/* What a peer did wrong is answered to the peer. Out of descriptors, a connection that
 * waits would wake the loop for ever. */
static void on_log(void *cls, const char *fmt, va_list ap)
{
    struct httpd *h = cls;
    (void)ap;
    if (strstr(fmt, "resource limit"))
        h->rests_until = clock_monotonic_ms() + REST_MS;
}

static struct MHD_Daemon *start_daemon(struct httpd *h, struct httpd_peers *peers, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, h,
        MHD_OPTION_EXTERNAL_LOGGER, on_log, h, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTPD_PEERS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, peers, MHD_OPTION_END);
}

static int start_unix(struct httpd *h, const char *dir, struct err *err)
{
    int fd = listen_unix(dir, h->socket_path, err);
    if (fd < 0)
        return -1;
    struct stat st;
    if (lstat(h->socket_path, &st) == 0) {
        h->socket_dev = st.st_dev;
        h->socket_ino = st.st_ino;
    }
    h->daemon[0] = start_daemon(h, &h->peers[0], fd);
    if (h->daemon[0])
        return 0;
    close(fd);
    return err_set(err, ERR_FATAL, "%s: the HTTP server does not start", h->socket_path);
}

static int put_port(const struct httpd *h, struct err *err)
{
    char text[16];
    int n = snprintf(text, sizeof text, "%d\n", h->port);
    return file_replace(h->port_path, (struct sv){text, (size_t)n}, 0644, err);
}

static int start_tcp(struct httpd *h, const char *dir, const char *address,
                     struct err *err)
{
    int fd = listen_tcp(address, &h->port, err);
    if (fd < 0)
        return -1;
    h->daemon[1] = start_daemon(h, &h->peers[1], fd);
    if (!h->daemon[1]) {
        close(fd);
        return err_set(err, ERR_FATAL, "%s: the HTTP server does not start", address);
    }
    struct buf path = {0};
    buf_addf(&path, "%s/port", dir);
    h->port_path = path.p;
    return put_port(h, err);
}

static bool is_gone(const char *path)
{
    struct stat st;
    return lstat(path, &st) != 0 && errno == ENOENT;
}

int httpd_keep(struct httpd *h, const char *dir, struct err *err)
{
    int made = 0;
    if (is_gone(h->socket_path)) {
        if (h->daemon[0])
            MHD_stop_daemon(h->daemon[0]);
        h->daemon[0] = NULL;
        made = start_unix(h, dir, err) != 0 ? -1 : 1;
    }
    if (made >= 0 && h->port_path && is_gone(h->port_path))
        made = put_port(h, err) != 0 ? -1 : 1;
    return made;
}

int httpd_start(const char *dir, const char *address, size_t body_max, httpd_fn *fn,
                void *ctx, struct httpd **out, struct err *err)
{
    struct httpd *h = mem_zalloc(sizeof *h);
    h->fn = fn;
    h->ctx = ctx;
    h->body_max = body_max;
    struct buf path = {0};
    buf_addf(&path, "%s/socket", dir);
    h->socket_path = path.p;
    if (start_unix(h, dir, err) != 0 ||
        (address && start_tcp(h, dir, address, err) != 0)) {
        httpd_stop(&h);
        return -1;
    }
    *out = h;
    return 0;
}

void httpd_stop(struct httpd **hp)
{
    struct httpd *h = *hp;
    struct stat st;
    if (!h)
        return;
    for (size_t i = 0; i < ARRAY_LEN(h->daemon); i++)
        if (h->daemon[i])
            MHD_stop_daemon(h->daemon[i]);
    if (h->socket_ino && lstat(h->socket_path, &st) == 0 && st.st_dev == h->socket_dev &&
        st.st_ino == h->socket_ino)
        unlink(h->socket_path);
    if (h->port_path)
        unlink(h->port_path);
    mem_free(&h->socket_path);
    mem_free(&h->port_path);
    mem_free(hp);
    *hp = NULL;
}

static void look_at_peers(const struct httpd_peers *p, int64_t *next_ms)
{
    int64_t due = httpd_peers_due(p);
    if (!next_ms || due == INT64_MAX)
        return;
    int64_t left = due - clock_monotonic_ms();
    left = left > 0 ? left : 0;
    if (*next_ms < 0 || left < *next_ms)
        *next_ms = left;
}

int httpd_fds(struct httpd *h, struct pollfd *v, int max, int64_t *next_ms)
{
    int n = 0;
    int64_t rest = h->rests_until - clock_monotonic_ms();
    if (rest > 0) {
        if (next_ms && (*next_ms < 0 || rest < *next_ms))
            *next_ms = rest;
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(h->daemon) && n < max; i++) {
        if (!h->daemon[i])
            continue;
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(h->daemon[i], MHD_DAEMON_INFO_EPOLL_FD);
        if (info)
            v[n++] = (struct pollfd){info->epoll_fd, POLLIN, 0};
        MHD_UNSIGNED_LONG_LONG ms;
        if (MHD_get_timeout(h->daemon[i], &ms) == MHD_YES && next_ms &&
            (*next_ms < 0 || (int64_t)ms < *next_ms))
            *next_ms = ms > INT32_MAX ? INT32_MAX : (int64_t)ms;
        look_at_peers(&h->peers[i], next_ms);
    }
    return n;
}

static bool has_more(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG ms;
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd v = {info ? info->epoll_fd : -1, POLLIN, 0};
    return (MHD_get_timeout(daemon, &ms) == MHD_YES && ms == 0) || poll(&v, 1, 0) > 0;
}

/* A question takes a run for its connection, one to read it and one to answer: where a
 * turn of the caller's loop takes half a second it does not wait for three of them. */
static void run_one(struct MHD_Daemon *daemon)
{
    int runs = 0;
    do
        MHD_run(daemon);
    while (++runs < RUNS_A_TURN && has_more(daemon));
}

void httpd_run(struct httpd *h)
{
    int64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < ARRAY_LEN(h->peers); i++)
        httpd_peers_end_overdue(&h->peers[i], now);
    if (now < h->rests_until)
        return;
    for (size_t i = 0; i < ARRAY_LEN(h->daemon); i++)
        if (h->daemon[i])
            run_one(h->daemon[i]);
}

int http_reply_error(struct http_reply *r, struct err *err)
{
    if (err->kind == ERR_FATAL)
        return -1;
    r->status = err->kind == ERR_BAD_INPUT ? 400 : 503;
    buf_reset(&r->body);
    struct json_writer w = {.out = &r->body};
    json_open_object(&w);
    json_put_key(&w, "error");
    json_put_cstr(&w, err->text);
    json_close_object(&w);
    err_clear(err);
    return 0;
}
