/* The server against raw sockets: what a peer may send that no client library would. */
#include "lib/httpd.h"

#include "lib/file.h"

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
        TEST(errors_become_statuses),
        TEST(bodies_and_headers_are_bounded),
        TEST(listens_on_the_port_it_wrote),
        TEST(a_long_path_and_a_stale_socket_are_no_obstacle),
        TEST(a_wrong_address_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
