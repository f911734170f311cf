/* The client against the server of lib/httpd, in one process; the guard on its own. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "lib/http.h"

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/http_guard.h"
#include "lib/http_name.h"
#include "lib/httpd.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64], url[128], socket_path[128];
static struct httpd *server;
static struct err err;

static int handler(void *ctx, const struct http_request *q, struct http_reply *r,
                   struct err *e)
{
    (void)ctx;
    (void)e;
    if (sv_eq(q->path, SV("/big"))) {
        buf_reserve(&r->body, 100000);
        memset(r->body.p, 'x', 100000);
        r->body.n = 100000;
        return 0;
    }
    if (sv_eq(q->path, SV("/later"))) {
        r->status = 503;
        r->header[0] = "Retry-After";
        r->header[1] = "7";
        return 0;
    }
    if (sv_eq(q->path, SV("/moved"))) {
        r->status = 302;
        r->header[0] = "Location";
        r->header[1] = "/echo";
        return 0;
    }
    buf_addf(&r->body, SV_FMT " " SV_FMT " " SV_FMT, SV_ARG(q->method),
             SV_ARG(http_request_header(q, "x-id")), SV_ARG(q->body));
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    struct buf port = {0};
    err_clear(&err);
    snprintf(dir, sizeof dir, "/tmp/test_http.XXXXXX");
    if (!mkdtemp(dir) ||
        httpd_start(dir, "127.0.0.1:0", 1000, handler, NULL, &server, &err) != 0)
        return -1;
    snprintf(socket_path, sizeof socket_path, "%s/port", dir);
    if (file_read(socket_path, 10, &port, &err) != 0)
        return -1;
    snprintf(url, sizeof url, "http://127.0.0.1:%ld", strtol(port.p, NULL, 10));
    snprintf(socket_path, sizeof socket_path, "%s/socket", dir);
    buf_free(&port);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    httpd_stop(&server);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

struct seen {
    uint64_t token;
    int status;
    int64_t retry_after_ms;
    struct err err;
    char body[64];
    size_t length, calls;
};

static void on_done(void *ctx, uint64_t token, struct http_answer *a)
{
    struct seen *s = ctx;
    s->token = token;
    s->status = a->status;
    s->retry_after_ms = a->retry_after_ms;
    s->err = a->err;
    s->length = a->body.n;
    s->calls++;
    snprintf(s->body, sizeof s->body, "%s", a->body.p ? a->body.p : "");
}

/* One loop for both ends, until all transfers are through. */
static void run(struct http *h)
{
    while (http_running(h)) {
        struct pollfd v[8];
        int64_t next = 10000;
        int n = http_fds(h, v, 2, &next);
        if (server)
            n += httpd_fds(server, v + n, 4, &next);
        if (poll(v, (nfds_t)n, (int)next) < 0)
            fail();
        if (server)
            httpd_run(server);
        http_run(h);
    }
}

static struct seen fetch(const struct http_call *c)
{
    struct seen s = {0};
    struct http *h = NULL;
    assert_int_equal(http_new(on_done, &s, &h, &err), 0);
    assert_int_equal(http_start(h, 42, c, &err), 0);
    run(h);
    http_free(&h);
    assert_int_equal(s.calls, 1);
    assert_int_equal(s.token, 42);
    return s;
}

static const char *at(const char *path)
{
    static char full[256];
    snprintf(full, sizeof full, "%s%s", url, path);
    return full;
}

static void posts_and_gets(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-Id: 5", NULL};
    struct seen s = fetch(&(struct http_call){.method = "POST",
                                              .url = at("/echo"),
                                              .body = SV("{\"a\":1}"),
                                              .headers = headers});
    assert_int_equal(s.status, 200);
    assert_string_equal(s.body, "POST 5 {\"a\":1}");
    s = fetch(&(struct http_call){.method = "GET", .url = at("/echo")});
    assert_string_equal(s.body, "GET  ");
    s = fetch(&(struct http_call){.method = "POST", .url = at("/echo")});
    assert_string_equal(s.body, "POST  ");
}

static void a_redirect_is_an_answer(void **state)
{
    (void)state;
    struct seen s = fetch(&(struct http_call){.method = "GET", .url = at("/moved")});
    assert_int_equal(s.status, 302);
}

static void answers_are_cut_and_retry_after_is_read(void **state)
{
    (void)state;
    struct seen s =
        fetch(&(struct http_call){.method = "GET", .url = at("/big"), .answer_max = 10});
    assert_int_equal(s.status, 200);
    assert_int_equal(s.length, 10);
    s = fetch(&(struct http_call){.method = "GET", .url = at("/later")});
    assert_int_equal(s.status, 503);
    assert_int_equal(s.retry_after_ms, 7000);
    s = fetch(&(struct http_call){.method = "GET", .url = at("/echo")});
    assert_int_equal(s.retry_after_ms, -1);
}

static atomic_int looked_up, at_once, most_at_once;
static atomic_bool servers_away;

static void count_a_look_up(int ms)
{
    int now = atomic_fetch_add(&at_once, 1) + 1, most = atomic_load(&most_at_once);
    atomic_fetch_add(&looked_up, 1);
    while (now > most && !atomic_compare_exchange_weak(&most_at_once, &most, now))
        ;
    poll(NULL, 0, ms);
    atomic_fetch_sub(&at_once, 1);
}

/* The client finds this one before the C library's: names that no server answers for,
 * and some whose server says loopback. */
__attribute__((visibility("default"))) int getaddrinfo(const char *name,
                                                       const char *service,
                                                       const struct addrinfo *hints,
                                                       struct addrinfo **out)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void *found = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&real, &found, sizeof real);
    if (name && strcmp(name, "unanswered.test") == 0)
        poll(NULL, 0, 3000);
    if (name && strncmp(name, "hangs-", 6) == 0) {
        count_a_look_up(1500);
        return EAI_AGAIN;
    }
    if (name && strcmp(name, "alive.test") == 0) {
        count_a_look_up(20);
        if (atomic_load(&servers_away))
            return EAI_AGAIN;
        return real("127.0.0.1", service, hints, out);
    }
    bool turned = name && strcmp(name, "rebound.test") == 0;
    return real(turned ? "127.0.0.1" : name, service, hints, out);
}

static void a_dead_name_server_holds_nobody(void **state)
{
    (void)state;
    int64_t began = clock_monotonic_ms();
    struct seen s = fetch(&(struct http_call){
        .method = "GET", .url = "https://unanswered.test/", .connect_timeout_ms = 200});
    assert_int_equal(s.err.kind, ERR_TEMPORARY);
    assert_true(clock_monotonic_ms() - began < 2000);
}

static const char *alive(void)
{
    static char text[160];
    snprintf(text, sizeof text, "http://alive.test%s/echo", strrchr(url, ':'));
    return text;
}

static void a_name_is_looked_up_once_for_all(void **state)
{
    (void)state;
    struct http *h = NULL;
    struct seen s = {0};
    atomic_store(&looked_up, 0);
    assert_int_equal(http_new(on_done, &s, &h, &err), 0);
    for (uint64_t i = 0; i < 20; i++)
        assert_int_equal(
            http_start(h, i, &(struct http_call){.method = "GET", .url = alive()}, &err),
            0);
    run(h);
    assert_int_equal(s.calls, 20);
    assert_int_equal(s.status, 200);
    assert_int_equal(atomic_load(&looked_up), 1);
    http_free(&h);
}

static void names_without_an_answer_take_few_threads(void **state)
{
    (void)state;
    struct http *h = NULL;
    struct seen s = {0};
    char name[40];
    atomic_store(&most_at_once, 0);
    assert_int_equal(http_new(on_done, &s, &h, &err), 0);
    struct http_call good = {.method = "GET", .url = alive()};
    assert_int_equal(http_start(h, 1, &good, &err), 0);
    run(h);
    for (int i = 0; i < 100; i++) {
        struct http_call c = {.method = "GET", .url = name, .connect_timeout_ms = 300};
        snprintf(name, sizeof name, "https://hangs-%d.test/", i);
        assert_int_equal(http_start(h, 1, &c, &err), 0);
    }
    int64_t began = clock_monotonic_ms();
    run(h);
    assert_int_equal(s.calls, 101);
    assert_int_equal(s.status, 0);
    assert_int_equal(s.err.kind, ERR_TEMPORARY);
    assert_in_range(clock_monotonic_ms() - began, 300, 1400);
    assert_int_equal(http_start(h, 1, &good, &err), 0); /* beside them */
    run(h);
    assert_int_equal(s.status, 200);
    assert_in_range(atomic_load(&most_at_once), 1, HTTP_NAME_DOUBTFUL);
    http_free(&h);
}

static int64_t an_hour_later(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 3600000;
}

static void a_known_receiver_is_found_without_name_servers(void **state)
{
    (void)state;
    struct http *h = NULL;
    struct seen s = {0};
    struct http_call good = {.method = "GET", .url = alive()};
    assert_int_equal(http_new(on_done, &s, &h, &err), 0);
    assert_int_equal(http_start(h, 1, &good, &err), 0);
    run(h);
    assert_int_equal(s.status, 200);
    atomic_store(&looked_up, 0);
    atomic_store(&servers_away, true);
    clock_set(NULL, an_hour_later);
    assert_int_equal(http_start(h, 2, &good, &err), 0);
    run(h);
    clock_set(NULL, NULL);
    atomic_store(&servers_away, false);
    assert_int_equal(s.status, 200);
    assert_int_equal(atomic_load(&looked_up), 1);
    http_free(&h);
}

static void names_are_told_from_addresses(void **state)
{
    (void)state;
    static const char *const names[] = {"a",     "example.org",  "a-b_c.example",
                                        "1.2.3", "notlocalhost", "localhost.example"};
    static const char *const others[] = {"",
                                         "127.0.0.1",
                                         "[::1]",
                                         "example.org.",
                                         "LocalHost",
                                         "a.localhost",
                                         ("b\xc3\xbc"
                                          "cher.example")};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(http_is_name(sv_cstr(names[i])));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(http_is_name(sv_cstr(others[i])));
}

/* Answers with headers, or 1xx answers, as long as they are read. */
static void *endless(void *arg)
{
    int fd = accept(*(const int *)arg, NULL, NULL);
    char text[8192];
    (void)!recv(fd, text, sizeof text, 0);
    memset(text, 'a', sizeof text);
    memcpy(text, "X-", 2);
    memcpy(text + sizeof text - 6, ": b\r\n", 5);
    static const char begin[] = "HTTP/1.1 200 OK\r\n";
    ssize_t n = send(fd, begin, sizeof begin - 1, MSG_NOSIGNAL);
    size_t sent = 0;
    while (n > 0 && sent < ((size_t)64 << 20)) {
        n = send(fd, text, sizeof text - 1, MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    return sent < ((size_t)64 << 20) ? arg : NULL;
}

static void endless_headers_are_not_read_to_their_end(void **state)
{
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    char there[64];
    pthread_t t;
    void *stopped = NULL;
    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    assert_int_equal(pthread_create(&t, NULL, endless, &fd), 0);
    snprintf(there, sizeof there, "http://127.0.0.1:%d/", ntohs(a.sin_port));
    struct seen s = fetch(&(struct http_call){.method = "GET", .url = there});
    assert_int_equal(s.err.kind, ERR_TEMPORARY);
    pthread_join(t, &stopped);
    assert_non_null(stopped);
    close(fd);
}

static void nobody_listening_is_temporary(void **state)
{
    (void)state;
    char kept[256];
    snprintf(kept, sizeof kept, "%s", at("/echo"));
    httpd_stop(&server);
    struct seen s = fetch(&(struct http_call){.method = "GET", .url = kept});
    assert_int_equal(s.status, 0);
    assert_int_equal(s.err.kind, ERR_TEMPORARY);
}

static void silence_ends_at_the_time_out(void **state)
{
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    char silent[64];
    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    snprintf(silent, sizeof silent, "http://127.0.0.1:%d/", ntohs(a.sin_port));
    struct seen s =
        fetch(&(struct http_call){.method = "GET", .url = silent, .timeout_ms = 100});
    assert_int_equal(s.err.kind, ERR_TEMPORARY);
    close(fd);
}

static void what_is_no_web_address_is_refused(void **state)
{
    (void)state;
    struct http *h = NULL;
    struct seen s = {0};
    static const char *const bad[] = {"", "not a url", "http://", "://x"};
    assert_int_equal(http_new(on_done, &s, &h, &err), 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        err_clear(&err);
        assert_int_equal(
            http_start(h, 1, &(struct http_call){.method = "GET", .url = bad[i]}, &err),
            -1);
        assert_int_equal(err.kind, ERR_BAD_INPUT);
    }
    err_clear(&err);
    assert_int_equal(
        http_start(h, 1, &(struct http_call){.method = "GET", .url = "ftp://127.0.0.1/x"},
                   &err),
        0);
    run(h);
    http_free(&h);
    assert_int_equal(s.err.kind, ERR_BAD_INPUT);
    assert_int_equal(s.length, 0);
}

static void running_transfers_end_with_their_handle(void **state)
{
    (void)state;
    struct http *h = NULL;
    struct seen s = {0};
    assert_int_equal(http_new(on_done, &s, &h, &err), 0);
    for (uint64_t i = 0; i < 5; i++)
        assert_int_equal(
            http_start(h, i, &(struct http_call){.method = "GET", .url = at("/echo")},
                       &err),
            0);
    assert_int_equal(http_running(h), 5);
    http_free(&h);
    assert_int_equal(s.calls, 0);
}

static atomic_bool stop;

static void *serve(void *arg)
{
    (void)arg;
    while (!atomic_load(&stop)) {
        struct pollfd v[4];
        int64_t next = 5;
        int n = httpd_fds(server, v, 4, &next);
        poll(v, (nfds_t)n, (int)next);
        httpd_run(server);
    }
    return NULL;
}

static void the_blocking_call_reaches_a_unix_socket(void **state)
{
    (void)state;
    pthread_t t;
    struct http_answer a = {0};
    atomic_store(&stop, false);
    assert_int_equal(pthread_create(&t, NULL, serve, NULL), 0);
    int rc = http_call(&(struct http_call){.method = "GET",
                                           .url = "http://councilwire/echo",
                                           .unix_socket = socket_path},
                       &a, &err);
    atomic_store(&stop, true);
    pthread_join(t, NULL);
    assert_int_equal(rc, 0);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body.p, "GET  ");
    http_answer_free(&a);
    char missing[300];
    snprintf(missing, sizeof missing, "%s/%0150d/socket", dir, 1);
    assert_int_equal(http_call(&(struct http_call){.method = "GET",
                                                   .url = "http://councilwire/",
                                                   .unix_socket = missing},
                               &a, &err),
                     -1);
    assert_int_equal(err.kind, ERR_TEMPORARY);
}

static int nlate;

static void late(const char *whom, int64_t left_ms)
{
    assert_string_equal(whom, "it");
    assert_true(left_ms > 0 && left_ms <= 3000);
    nlate++;
}

/* A daemon that hangs, or has more callers than it has taken, is no daemon that is gone:
 * who asks waits, is told of it, and gets the answer when there is room. */
static void a_socket_with_many_callers_is_waited_for(void **state)
{
    (void)state;
    enum { CALLERS = 1000 };
    static int fd[CALLERS];
    struct sockaddr_un there = {.sun_family = AF_UNIX};
    struct http_answer a = {0};
    int n = 0;
    pthread_t t;
    struct http_call c = {.method = "GET",
                          .url = "http://councilwire/echo",
                          .unix_socket = socket_path,
                          .timeout_ms = 5000,
                          .late = late,
                          .whom = "it"};
    memcpy(there.sun_path, socket_path, sizeof there.sun_path - 1);
    for (;; n++) {
        assert_true(n < CALLERS);
        fd[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (connect(fd[n], (struct sockaddr *)&there, sizeof there) != 0)
            break;
    }
    assert_int_equal(errno, EAGAIN);
    for (int i = 0; i <= n; i++)
        close(fd[i]);
    nlate = 0;
    assert_int_equal(http_call(&c, &a, &err), -1);
    assert_int_equal(err.sys_errno, ETIMEDOUT);
    assert_int_equal(nlate, 1);
    atomic_store(&stop, false);
    assert_int_equal(pthread_create(&t, NULL, serve, NULL), 0);
    err_clear(&err);
    int rc = http_call(&c, &a, &err);
    atomic_store(&stop, true);
    pthread_join(t, NULL);
    assert_int_equal(rc, 0);
    assert_int_equal(a.status, 200);
    http_answer_free(&a);
}

static void private_addresses_are_refused_unless_listed(void **state)
{
    (void)state;
    struct http_call c = {.method = "GET", .url = at("/echo"), .refuse_private = true};
    struct seen s = fetch(&c);
    assert_int_equal(s.status, 0);
    assert_int_equal(s.err.kind, ERR_BAD_INPUT);
    assert_non_null(strstr(s.err.text, "not permitted"));
    const char *cidr[] = {"127.0.0.0/8", NULL}, *name[] = {url + 7, NULL},
               *other[] = {"127.0.0.1:1", "10.0.0.0/8", "nonsense/99", NULL};
    c.allow = cidr;
    assert_int_equal(fetch(&c).status, 200);
    c.allow = name;
    assert_int_equal(fetch(&c).status, 200);
    c.allow = other;
    assert_int_equal(fetch(&c).status, 0);
}

/* Spellings of loopback and others that only the address about to be connected gives
 * away. */
static const char *const hosts[] = {
    "2130706433",
    "0x7f.1",
    "127.1",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "0.0.0.0",
    "0",
    "[::]",
    "[::ffff:7f00:1]",
    "169.254.169.254",
    "10.1.2.3",
    "[fe80::1]",
    "[fc00::1]",
    "[64:ff9b::a00:1]",
    "[2002:7f00:1::]",
    "192.168.0.1",
    "100.64.0.1",
    "[::127.0.0.1]",
    "rebound.test",
    "localhost.",
    "LOCALHOST",
    /* every way inet_aton reads loopback, and what a browser would make of it */
    "127.0.0.1",
    "127.0.0.1.",
    "127.0.1",
    "127.0x1",
    "127.00000001",
    "127.255.255.254",
    "0x7f000001",
    "0X7F000001",
    "0x7f.0x0.0x0.0x1",
    "0x7f.0.0.1",
    "0x7f.0.1",
    "0x00000000007f000001",
    "017700000001",
    "0177.1",
    "0177.0.1",
    "0177.0x0.0.01",
    "00000177.00.00.01",
    "127.0.0.0x1",
    "127.0.01.1",
    "%31%32%37.0.0.1",
    "127%2E0.0.1",
    "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1", /* fullwidth digits */
    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): a digit would lengthen \x82 */
    "127\xE3\x80\x82"
    "0\xE3\x80\x82"
    "0\xE3\x80\x82"
    "1",                                          /* ideographic stops */
    "\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1", /* circled digits */
    /* this host, link-local, metadata services */
    "0.0.0.1",
    "0x0",
    "00",
    "0.0",
    "0.1.2.3",
    "2852039166",
    "0xa9fea9fe",
    "0xa9.0xfe.0xa9.0xfe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "169.16689662",
    "169.254.170.2",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::1]",
    "[fd00:ec2::254]",
    "[fe80::a9fe:a9fe]",
    "100.100.100.200",
    "192.0.0.192",
    /* private networks */
    "10.0.0.1",
    "10.1",
    "012.0.0.1",
    "0xa.1",
    "167772161",
    "0x0a000001",
    "[::ffff:10.0.0.1]",
    "[::10.0.0.1]",
    "[2002:a00:1::]",
    "[64:ff9b:1::a00:1]",
    "172.16.0.1",
    "172.31.255.255",
    "2886729729",
    "0xac100001",
    "[::ffff:172.16.0.1]",
    "[2002:ac10:1::]",
    "[64:ff9b::ac10:1]",
    "192.168.1",
    "192.168.255.255",
    "0xc0a80001",
    "3232235521",
    "0300.0250.0.1",
    "[::ffff:192.168.0.1]",
    "[::ffff:c0a8:1]",
    "[2002:c0a8:1::]",
    "[64:ff9b::c0a8:1]",
    "100.127.255.255",
    "[::ffff:100.64.0.1]",
    /* documentation, benchmarks, relays, multicast, reserved, broadcast */
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "198.19.255.255",
    "192.88.99.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.0.0.8",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "0xffffffff",
    "4294967295",
    "[::ffff:224.0.0.1]",
    "[::ffff:255.255.255.255]",
    /* IPv6: loopback and unspecified in other words, scopes, transition, special use
     */
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[0:0:0:0:0:0:0:0]",
    "[::0]",
    "[::1%25lo]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::FFFF:7F00:0001]",
    "[::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1:7f00:1::]",
    "[2002:7f00:1::1]",
    "[2001::1]",
    "[2001:0:7f00:1::]",
    "[2001:10::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[100::1]",
    "[fc00::]",
    "[fdff:ffff::1]",
    "[fe80::1%25lo]",
    "[fe90::1]",
    "[febf::1]",
    "[fec0::1]",
    "[feff::1]",
    "[ff02::1]",
    "[ff0e::1]",
    "[fe00::1]",
    "[4000::1]",
    "[::5efe:127.0.0.1]",
};

static void spellings_do_not_matter(void **state)
{
    (void)state;
    assert_true(ARRAY_LEN(hosts) >= 120);
    size_t refused = 0;
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        char address[128];
        snprintf(address, sizeof address, "https://%s:443/", hosts[i]);
        struct seen s = fetch(&(struct http_call){.method = "GET",
                                                  .url = address,
                                                  .refuse_private = true,
                                                  .connect_timeout_ms = 200});
        /* a spelling that curl or the resolver does not read goes nowhere either */
        bool unread = strstr(s.err.text, "resolve") != NULL;
        if (s.status != 0 || (s.err.kind != ERR_BAD_INPUT && !unread))
            fail_msg("%s: %s", address, s.err.text);
        refused += !unread;
    }
    assert_true(refused >= 100);
}

static void ranges_are_those_of_the_registries(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool is_public;
    } cases[] = {
        {"8.8.8.8", true},          {"9.255.255.255", true},   {"10.0.0.0", false},
        {"11.0.0.0", true},         {"100.63.255.255", true},  {"100.127.255.255", false},
        {"172.15.0.1", true},       {"172.31.255.255", false}, {"172.32.0.0", true},
        {"192.0.1.0", true},        {"198.17.255.255", true},  {"198.19.0.1", false},
        {"198.20.0.0", true},       {"223.255.255.255", true}, {"224.0.0.1", false},
        {"255.255.255.255", false}, {"2606:4700::1", true},    {"2001:1ff::1", false},
        {"2001:200::1", true},      {"fdff::1", false},        {"fe00::1", false},
        {"febf::1", false},         {"::ffff:8.8.8.8", true},  {"::ffff:10.0.0.1", false},
        {"64:ff9b::8.8.8.8", true}, {"64:ff9b:1::1", false},   {"2002:808:808::1", true},
        {"2002:a00:1::1", false},   {"3fff::1", false},        {"5f00::1", false},
        {"100::1", false},          {"::8.8.8.8", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        bool is4 = inet_pton(AF_INET, cases[i].address, &v4.sin_addr) == 1;
        if (!is4)
            assert_int_equal(inet_pton(AF_INET6, cases[i].address, &v6.sin6_addr), 1);
        const struct sockaddr *a =
            is4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
        if (http_address_public(a) != cases[i].is_public)
            fail_msg("%s", cases[i].address);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(posts_and_gets),
        TEST(a_redirect_is_an_answer),
        TEST(answers_are_cut_and_retry_after_is_read),
        TEST(nobody_listening_is_temporary),
        TEST(silence_ends_at_the_time_out),
        TEST(a_dead_name_server_holds_nobody),
        TEST(a_name_is_looked_up_once_for_all),
        TEST(names_without_an_answer_take_few_threads),
        TEST(a_known_receiver_is_found_without_name_servers),
        TEST(names_are_told_from_addresses),
        TEST(endless_headers_are_not_read_to_their_end),
        TEST(what_is_no_web_address_is_refused),
        TEST(running_transfers_end_with_their_handle),
        TEST(the_blocking_call_reaches_a_unix_socket),
        TEST(a_socket_with_many_callers_is_waited_for),
        TEST(private_addresses_are_refused_unless_listed),
        TEST(spellings_do_not_matter),
        cmocka_unit_test(ranges_are_those_of_the_registries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
