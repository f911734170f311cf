/* The server against raw sockets: what a peer may send that no client library would. */
#include "lib/httpd.h"

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/httpd_peer.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[256];
static struct httpd *server;
static struct err err;

static int handler(void *ctx, const struct http_request *q, struct http_reply *r,
                   struct err *e)
{
    (void)ctx;
    if (sv_eq(q->path, SV("/echo"))) {
        buf_addf(&r->body,
                 SV_FMT " " SV_FMT " a=" SV_FMT " b=%s x=" SV_FMT " body=" SV_FMT,
                 SV_ARG(q->method), SV_ARG(q->path), SV_ARG(http_arg(q, "a")),
                 http_arg(q, "b").p ? "here" : "null",
                 SV_ARG(http_request_header(q, "x-name")), SV_ARG(q->body));
        r->header[0] = "X-Extra";
        r->header[1] = "yes";
        return 0;
    }
    if (sv_eq(q->path, SV("/large"))) {
        const size_t large = (size_t)1 << 20;
        buf_reserve(&r->body, large);
        memset(r->body.p, 'x', large);
        r->body.n = large;
        return 0;
    }
    if (sv_eq(q->path, SV("/busy")))
        return err_set(e, ERR_TEMPORARY, "no broker");
    if (sv_eq(q->path, SV("/bad")))
        return err_reject(e, "x", "bad query");
    return 1;
}

static int set_up(void **state)
{
    (void)state;
    err_clear(&err);
    snprintf(dir, sizeof dir, "/tmp/test_httpd.XXXXXX");
    return mkdtemp(dir)
               ? httpd_start(dir, "127.0.0.1:0", 1000, handler, NULL, &server, &err)
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[300];
    httpd_stop(&server);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

/* Polls the server until `fd` has been answered and closed by it. */
static struct buf talk(int fd, struct sv request)
{
    struct buf b = {0};
    size_t sent = 0;
    char block[4096];
    for (;;) {
        struct pollfd v[4];
        int64_t next = 5000;
        int n = httpd_fds(server, v, 3, &next);
        v[n] = (struct pollfd){fd, (short)(POLLIN | (sent < request.n ? POLLOUT : 0)), 0};
        if (poll(v, (nfds_t)n + 1, (int)next) < 0)
            fail();
        httpd_run(server);
        if (v[n].revents & POLLOUT) {
            ssize_t k =
                send(fd, request.p + sent, request.n - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (k > 0)
                sent += (size_t)k;
        }
        if (v[n].revents & (POLLIN | POLLHUP)) {
            ssize_t k = recv(fd, block, sizeof block, MSG_DONTWAIT);
            if (k > 0)
                buf_add(&b, block, (size_t)k);
            else
                break;
        }
    }
    close(fd);
    buf_addc(&b, '\0');
    return b;
}

static int connect_unix(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static int connect_here(void)
{
    char path[300];
    snprintf(path, sizeof path, "%s/socket", dir);
    return connect_unix(path);
}

static void assert_answer(const char *request, const char *status, const char *part)
{
    struct buf b = talk(connect_here(), sv_cstr(request));
    if (!strstr(b.p, status) || (part && !strstr(b.p, part)))
        fail_msg("%s\nanswered\n%s", request, b.p);
    buf_free(&b);
}

static void serves_on_its_unix_socket(void **state)
{
    (void)state;
    assert_answer("GET /ec%68o?a=1%202&c HTTP/1.1\r\nHost: x\r\nX-Name: n\r\nConnection: "
                  "close\r\n\r\n",
                  "HTTP/1.1 200", "GET /echo a=1 2 b=null x=n body=");
    assert_answer("POST /echo?b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: "
                  "close\r\n\r\nhello",
                  "HTTP/1.1 200", "b=here x= body=hello");
    assert_answer("GET /echo HTTP/1.0\r\n\r\n", "X-Extra: yes", "nosniff");
    struct stat st;
    char path[300];
    snprintf(path, sizeof path, "%s/socket", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

/* Where each turn of the caller's loop takes long, a question waits for one of them. */
static void a_turn_answers_what_was_asked(void **state)
{
    (void)state;
    static const char request[] = "GET /echo HTTP/1.0\r\n\r\n";
    char path[300], answer[64] = "";
    snprintf(path, sizeof path, "%s/socket", dir);
    int fd = connect_unix(path);
    assert_int_equal(send(fd, request, sizeof request - 1, MSG_NOSIGNAL),
                     sizeof request - 1);
    httpd_run(server);
    assert_true(recv(fd, answer, sizeof answer - 1, MSG_DONTWAIT) > 12);
    assert_memory_equal(answer, "HTTP/1.1 200", 12);
    close(fd);
}

static void errors_become_statuses(void **state)
{
    (void)state;
    assert_answer("GET /nothing HTTP/1.0\r\n\r\n", "HTTP/1.1 404", "not found");
    assert_answer("GET /busy HTTP/1.0\r\n\r\n", "HTTP/1.1 503", "no broker");
    assert_answer("GET /bad HTTP/1.0\r\n\r\n", "HTTP/1.1 400", "bad query");
}

static void bodies_and_headers_are_bounded(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_addf(&b, "POST /echo HTTP/1.0\r\nContent-Length: 1001\r\n\r\n");
    for (int i = 0; i < 1001; i++)
        buf_addc(&b, 'x');
    assert_answer(b.p, "HTTP/1.1 413", "too large");
    buf_reset(&b);
    buf_addf(&b, "GET /echo HTTP/1.0\r\nX-Long: ");
    for (int i = 0; i < 40000; i++)
        buf_addc(&b, 'x');
    buf_addf(&b, "\r\n\r\n");
    struct buf answer = talk(connect_here(), buf_sv(&b));
    assert_null(strstr(answer.p, " 200 "));
    buf_free(&answer);
    buf_free(&b);
    assert_answer("GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 200", NULL);
    assert_answer("\x16\x03\x01 nonsense\r\n\r\n", "", NULL);
    assert_answer("GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 200", NULL);
}

static void listens_on_the_port_it_wrote(void **state)
{
    (void)state;
    struct buf port = {0};
    char path[300];
    snprintf(path, sizeof path, "%s/port", dir);
    assert_int_equal(file_read(path, 10, &port, &err), 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)strtol(port.p, NULL, 10)),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
    struct buf b = talk(fd, SV("GET /echo HTTP/1.0\r\n\r\n"));
    assert_non_null(strstr(b.p, "HTTP/1.1 200"));
    buf_free(&b);
    buf_free(&port);
    httpd_stop(&server);
    assert_int_equal(access(path, F_OK), -1);
}

static void a_long_path_and_a_stale_socket_are_no_obstacle(void **state)
{
    (void)state;
    char base[64], path[300];
    httpd_stop(&server);
    snprintf(base, sizeof base, "%.60s", dir);
    snprintf(dir, sizeof dir, "%s/%0150d", base, 7);
    assert_int_equal(mkdir(dir, 0700), 0);
    struct httpd *first = NULL;
    assert_int_equal(httpd_start(dir, NULL, 1000, handler, NULL, &first, &err), 0);
    snprintf(path, sizeof path, "%s/socket", dir);
    assert_int_equal(access(path, F_OK), 0);
    /* another one takes the name over; the first must not remove it when it stops */
    assert_int_equal(httpd_start(dir, NULL, 1000, handler, NULL, &server, &err), 0);
    httpd_stop(&first);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(chdir(dir), 0);
    struct buf b = talk(connect_unix("socket"), SV("GET /echo HTTP/1.0\r\n\r\n"));
    assert_int_equal(chdir("/"), 0);
    assert_non_null(strstr(b.p, "HTTP/1.1 200"));
    buf_free(&b);
    snprintf(dir, sizeof dir, "%.60s", base);
}

/* As the daemon's loop does, for so long. */
static void serve_ms(int64_t ms)
{
    int64_t end = clock_monotonic_ms() + ms;
    while (clock_monotonic_ms() < end) {
        struct pollfd v[3];
        int64_t next = 20;
        int n = httpd_fds(server, v, 3, &next);
        if (poll(v, (nfds_t)n, (int)next) < 0)
            fail();
        httpd_run(server);
    }
}

static void those_who_hold_the_line_keep_nobody_out(void **state)
{
    (void)state;
    int fd[HTTPD_PEERS];
    static const char *const half[] = {"GET /ec", "POST /echo HTTP/1.1\r\nHost: x\r\n"
                                                  "Content-Length: 900\r\n\r\nx"};
    for (size_t part = 0; part < 2; part++) {
        struct sv begin = sv_cstr(half[part]);
        for (size_t i = 0; i < HTTPD_PEERS; i++) {
            fd[i] = connect_here();
            assert_int_equal(send(fd[i], begin.p, begin.n, MSG_NOSIGNAL), begin.n);
            serve_ms(1);
        }
        int64_t began = clock_monotonic_ms();
        assert_answer("GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 200", NULL);
        assert_in_range(clock_monotonic_ms() - began, 0, 4000);
        for (size_t i = 0; i < HTTPD_PEERS; i++)
            close(fd[i]);
        serve_ms(50);
    }
}

static bool is_ended(int fd)
{
    char c;
    return recv(fd, &c, 1, MSG_DONTWAIT) == 0;
}

static void a_peer_has_its_time_and_no_more(void **state)
{
    (void)state;
    struct httpd_peers p = {0};
    int a[2], b[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
    assert_int_equal(httpd_peers_due(&p), INT64_MAX);
    struct httpd_peer *first = httpd_peer_add(&p, a[0], 1000);
    struct httpd_peer *second = httpd_peer_add(&p, b[0], 2000);
    assert_int_equal(httpd_peers_due(&p), 11000);
    httpd_peer_asks(first);
    assert_int_equal(httpd_peers_due(&p), 12000);
    httpd_peers_end_overdue(&p, 11999);
    assert_false(is_ended(b[1]));
    httpd_peers_end_overdue(&p, 12000);
    assert_true(is_ended(b[1]));
    assert_false(is_ended(a[1]));
    assert_int_equal(httpd_peers_due(&p), 31000);
    httpd_peer_answered(first, 20000); /* it may ask for more */
    assert_int_equal(httpd_peers_due(&p), 30000);
    httpd_peers_end_overdue(&p, 30000);
    assert_true(is_ended(a[1]));
    httpd_peer_remove(&p, first);
    httpd_peer_remove(&p, second);
    assert_int_equal(p.n, 0);
    for (int i = 0; i < 2; i++) {
        close(a[i]);
        close(b[i]);
    }
}

/* A peer that asks and does not read what it gets. */
static int asks(struct sv request)
{
    int fd = connect_here();
    assert_int_equal(send(fd, request.p, request.n, MSG_NOSIGNAL), request.n);
    serve_ms(5);
    return fd;
}

static void what_waits_in_memory_is_bounded(void **state)
{
    (void)state;
    enum { MANY = 12 };
    int fd[MANY];
    char text[64 + 900];
    int n = snprintf(text, sizeof text,
                     "POST /echo HTTP/1.0\r\nContent-Length: 1000\r\n\r\n%0900d", 7);
    for (size_t i = 0; i < MANY; i++)
        fd[i] = asks((struct sv){text, (size_t)n});
    /* four of the largest bodies are held; those beyond are told so at their end */
    struct buf last = talk(fd[MANY - 1], (struct sv){text + n - 100, 100});
    assert_non_null(strstr(last.p, "HTTP/1.1 503"));
    buf_free(&last);
    for (size_t i = 0; i + 1 < MANY; i++)
        close(fd[i]);
    serve_ms(50);
    for (size_t i = 0; i < MANY; i++)
        fd[i] = asks(SV("GET /large HTTP/1.0\r\n\r\n"));
    assert_answer("GET /large HTTP/1.0\r\n\r\n", "HTTP/1.1 503", "too many answers");
    assert_answer("GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 200", NULL);
    for (size_t i = 0; i < MANY; i++)
        close(fd[i]);
    serve_ms(50);
    assert_answer("GET /large HTTP/1.0\r\n\r\n", "HTTP/1.1 200", NULL);
}

static void a_wrong_address_is_told(void **state)
{
    (void)state;
    struct httpd *other = NULL;
    assert_int_equal(httpd_start(dir, "localhost:x", 1000, handler, NULL, &other, &err),
                     -1);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    assert_non_null(strstr(err.text, "listen = localhost:x"));
    assert_null(other);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(serves_on_its_unix_socket),
        TEST(a_turn_answers_what_was_asked),
        TEST(errors_become_statuses),
        TEST(bodies_and_headers_are_bounded),
        TEST(listens_on_the_port_it_wrote),
        TEST(a_long_path_and_a_stale_socket_are_no_obstacle),
        TEST(those_who_hold_the_line_keep_nobody_out),
        TEST(a_peer_has_its_time_and_no_more),
        TEST(what_waits_in_memory_is_bounded),
        TEST(a_wrong_address_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
