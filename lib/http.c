#define _GNU_SOURCE /* epoll's close-on-exec */
#include "http.h"

#include "clock.h"
#include "file.h"
#include "http_guard.h"
#include "http_name.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENTS = 32,
    CONNECT_MS = 5000,
    TIMEOUT_MS = 20000,
    ANSWER_MAX = 4096,
    HEADERS_MAX = 64 * 1024,
    CONNECTIONS_KEPT = 128, /* beyond those that are in use an idle one is closed */
    BUFFER_LEAST = 2 * 1024,
    BUFFER_MOST = 16 * 1024,
    CROWDED_MS = 50,
    CA_KEPT_S = 60,
    CA_FILE_MAX = 16 * 1024 * 1024,
    NAMES_LOOK_MS = 200 /* a name's time is up no later than so long after it is */
};

struct transfer {
    struct http *owner; /* NULL: a blocking call */
    uint64_t token;
    CURL *easy;
    struct curl_slist *headers, *resolve;
    char *body;
    char *host, *port; /* host: a name, or NULL */
    char *shown;     /* of the address, in errors: path, query and user may be secrets */
    bool waits;      /* for the name's addresses: curl has not seen it yet */
    uint64_t ticket; /* of the question */
    int64_t name_until; /* monotonic */
    size_t answer_max;
    bool cut;                     /* the answer was longer than answer_max */
    bool status_suffices, headed; /* headed: the headers of the answer are complete */
    size_t header_bytes;
    struct http_guard guard;
    struct http_answer answer;
    char message[CURL_ERROR_SIZE];
    struct transfer *next, **link;
};

struct http {
    CURLM *multi;
    int epoll;
    int64_t due_ms; /* monotonic; -1: curl asks for no timer */
    struct transfer *running;
    size_t nrunning, nwaiting; /* nwaiting of them for names */
    struct http_names *names;
    int names_fd;
    http_done *done;
    void *ctx;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void global_init(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

void http_global_init(void)
{
    pthread_once(&once, global_init);
}

void http_answer_free(struct http_answer *a)
{
    buf_free(&a->body);
    *a = (struct http_answer){0};
}

static void transfer_free(struct transfer *t)
{
    if (t->link) {
        *t->link = t->next;
        if (t->next)
            t->next->link = t->link;
        t->owner->nrunning--;
        t->owner->nwaiting -= t->waits;
    }
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->resolve);
    mem_free(&t->host);
    mem_free(&t->port);
    mem_free(&t->shown);
    http_guard_free(&t->guard);
    http_answer_free(&t->answer);
    free(t->body);
    free(t);
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    size_t room = t->answer_max - t->answer.body.n, got = size * n;
    buf_add(&t->answer.body, p, got < room ? got : room);
    if (got <= room)
        return got;
    t->cut = true; /* an endless body is not read to its end */
    return 0;
}

/* curl keeps every header of an answer, and of the 1xx before it: endless ones would fill
 * the memory. */
// NOLINTNEXTLINE(readability-non-const-parameter): curl's type
static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    struct transfer *t = ctx;
    long status = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    /* what comes behind the body is told here, too */
    t->headed |= status >= 200 && size * n > 0 && (p[0] == '\r' || p[0] == '\n');
    t->header_bytes += size * n;
    return t->header_bytes <= HEADERS_MAX ? size * n : 0;
}

static curl_socket_t on_socket_open(void *ctx, curlsocktype purpose,
                                    struct curl_sockaddr *a)
{
    struct transfer *t = ctx;
    (void)purpose;
    if (!http_guard_permits(&t->guard, &a->addr)) {
        t->guard.refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static void add_headers(struct transfer *t, const struct http_call *c)
{
    t->headers = curl_slist_append(t->headers, "Expect:");
    for (size_t i = 0; c->headers && c->headers[i]; i++)
        t->headers = curl_slist_append(t->headers, c->headers[i]);
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void set_method(struct transfer *t, const struct http_call *c)
{
    bool has_body = c->body.p != NULL;
    if (has_body) {
        t->body = mem_copy(c->body.p, c->body.n);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body.n);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->body);
    }
    if (sv_eq(sv_cstr(c->method), SV("HEAD")))
        curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
    else if (sv_eq(sv_cstr(c->method), SV("POST")) && !has_body) {
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE, 0L);
        curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, "");
    } else if (c->method)
        curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, c->method);
}

/* There may be hundreds at once. The system's certificates, by file and by folder, are
 * read anew for each connection, and kept with it (1 MB, 20 ms); of a file alone all
 * transfers share one copy. It is read again when that is a minute old: who adds an
 * authority need not start us again. */
static void set_authorities(struct transfer *t, const char *own)
{
    char *file = NULL;
    if (own)
        curl_easy_setopt(t->easy, CURLOPT_CAINFO, own);
    if (curl_easy_getinfo(t->easy, CURLINFO_CAINFO, &file) == CURLE_OK && file &&
        (own || access(file, R_OK) == 0))
        curl_easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(t->easy, CURLOPT_CA_CACHE_TIMEOUT, (long)CA_KEPT_S);
}

static void set_memory(struct transfer *t)
{
    size_t receive = t->answer_max < BUFFER_MOST ? t->answer_max : BUFFER_MOST;
    curl_easy_setopt(t->easy, CURLOPT_BUFFERSIZE,
                     (long)(receive > BUFFER_LEAST ? receive : BUFFER_LEAST));
    curl_easy_setopt(t->easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)BUFFER_MOST);
    curl_easy_setopt(t->easy, CURLOPT_SSL_SESSIONID_CACHE, 0L); /* it ends with us */
}

static void set_limits(struct transfer *t, const struct http_call *c)
{
    CURL *e = t->easy;
    t->answer_max = c->answer_max ? c->answer_max : ANSWER_MAX;
    set_memory(t);
    set_authorities(t, c->ca_file);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    /* a name that curl looks up itself (of letters beyond ASCII, or for a command) and
     * that is not answered holds its thread, not our loop */
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    /* HTTP/2 holds as much again for each connection, and its peers have more to send */
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(e, CURLOPT_USERAGENT, "councilwire");
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(c->connect_timeout_ms ? c->connect_timeout_ms : CONNECT_MS));
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS,
                     (long)(c->timeout_ms ? c->timeout_ms : TIMEOUT_MS));
}

/* The guard is told what curl itself reads out of the address. */
static int set_url(struct transfer *t, const struct http_call *c, struct err *err)
{
    CURLU *u = curl_url();
    char *host = NULL, *port = NULL, *scheme = NULL;
    int rc = 0;
    if (u && curl_url_set(u, CURLUPART_URL, c->url, 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
        http_guard_init(&t->guard, c, sv_cstr(host), sv_cstr(port),
                        sv_eq(sv_cstr(scheme), SV("https")));
        curl_easy_setopt(t->easy, CURLOPT_URL, c->url);
        AUTO(buf_free) struct buf shown = {0};
        buf_addf(&shown, "%s://%s:%s", scheme, host, port);
        t->shown = mem_copy(shown.p, shown.n);
        if (!c->unix_socket && http_is_name(sv_cstr(host))) {
            t->host = mem_copy(host, sv_cstr(host).n);
            t->port = mem_copy(port, sv_cstr(port).n);
        }
    } else {
        rc = err_set(err, ERR_BAD_INPUT, "this is no address of the web");
    }
    curl_free(host), curl_free(port), curl_free(scheme);
    curl_url_cleanup(u);
    return rc;
}

/* A host's letters beyond ASCII are told by the locale, which daemons have none of. */
int http_check_url(struct sv url, struct err *err)
{
    AUTO(buf_free) struct buf text = {0};
    CURLU *u = curl_url();
    char *host = NULL, *port = NULL;
    int rc = 0;
    buf_add_sv(&text, url);
    if (!u || curl_url_set(u, CURLUPART_URL, text.p ? text.p : "", 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        rc = err_set(err, ERR_BAD_INPUT,
                     "url: this is no address of the web; look at its host and port");
    else if (sv_eq(sv_cstr(port), SV("0")))
        rc = err_set(err, ERR_BAD_INPUT, "url: nobody listens on port 0");
    else if (!http_is_ascii(sv_cstr(host)))
        rc = err_set(err, ERR_BAD_INPUT,
                     "url: write the host %s as it is in the DNS (xn--...)", host);
    curl_free(host), curl_free(port);
    curl_url_cleanup(u);
    return rc;
}

int http_check_ca(const char *path, struct err *err)
{
    AUTO(buf_free) struct buf text = {0};
    if (file_read(path, CA_FILE_MAX, &text, err) != 0)
        return -1;
    if (sv_find(buf_sv(&text), SV("-----BEGIN CERTIFICATE-----")) == SIZE_MAX)
        return err_set(err, ERR_BAD_INPUT, "%s: holds no certificate in PEM", path);
    return 0;
}

static int transfer_new(const struct http_call *c, struct transfer **out, struct err *err)
{
    http_global_init();
    struct transfer *t = mem_zalloc(sizeof *t);
    t->easy = curl_easy_init();
    t->answer.retry_after_ms = -1;
    if (!t->easy || set_url(t, c, err) != 0) {
        transfer_free(t);
        err_set(err, ERR_FATAL, "curl does not start");
        return -1;
    }
    if (c->unix_socket)
        curl_easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH, c->unix_socket);
    t->status_suffices = c->status_suffices;
    set_limits(t, c);
    set_method(t, c);
    add_headers(t, c);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_socket_open);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->message);
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    *out = t;
    return 0;
}

/* What curl said, as an answer. A status that came before the body was cut counts. */
static void conclude(struct transfer *t, CURLcode rc)
{
    const char *url = t->shown;
    long status = 0;
    curl_off_t wait = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    const char *why = t->message[0] ? t->message : curl_easy_strerror(rc);
    bool counts = t->cut || (t->status_suffices && t->headed);
    if (rc == CURLE_OK || (counts && status)) {
        t->answer.status = (int)status;
        if (curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK &&
            wait > 0)
            t->answer.retry_after_ms =
                wait < INT64_C(86400) * 30 ? wait * 1000 : INT64_C(86400) * 30000;
        return;
    }
    if (t->guard.refused)
        err_set(&t->answer.err, ERR_BAD_INPUT, "%s: this address is not permitted", url);
    else if (rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL)
        err_set(&t->answer.err, ERR_BAD_INPUT, "%s: %s", url, why);
    else
        err_set(&t->answer.err, ERR_TEMPORARY, "%s: %s", url, why);
    if (rc == CURLE_OPERATION_TIMEDOUT)
        t->answer.err.sys_errno = ETIMEDOUT;
}

/* For a person who waits. */
struct patience {
    const struct http_call *c;
    int64_t from_ms, all_ms;
    bool told;
};

static int64_t left_ms(struct patience *p)
{
    int64_t waited = clock_monotonic_ms() - p->from_ms, left = p->all_ms - waited;
    if (p->c->late && !p->told && waited >= HTTP_LATE_MS && left > 0) {
        p->told = true;
        p->c->late(p->c->whom, left);
    }
    return left > 0 ? left : 0;
}

/* curl asks once a second at least, whatever it waits for. */
static int on_wait(void *ctx, curl_off_t to_get, curl_off_t got, curl_off_t to_send,
                   curl_off_t sent)
{
    (void)to_get, (void)to_send, (void)sent;
    if (got == 0)
        (void)left_ms(ctx);
    return 0;
}

static bool is_crowded(const struct http_call *c, CURLcode rc)
{
    return rc == CURLE_COULDNT_CONNECT && http_socket_crowded(c->unix_socket);
}

static CURLcode perform(struct transfer *t, const struct http_call *c)
{
    struct patience p = {c, clock_monotonic_ms(),
                         c->timeout_ms ? c->timeout_ms : TIMEOUT_MS, false};
    curl_easy_setopt(t->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(t->easy, CURLOPT_XFERINFOFUNCTION, on_wait);
    curl_easy_setopt(t->easy, CURLOPT_XFERINFODATA, &p);
    CURLcode rc = curl_easy_perform(t->easy);
    for (int64_t left; is_crowded(c, rc) && (left = left_ms(&p)) > 0;) {
        poll(NULL, 0, CROWDED_MS);
        curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left);
        rc = curl_easy_perform(t->easy);
    }
    return is_crowded(c, rc) ? CURLE_OPERATION_TIMEDOUT : rc;
}

int http_call(const struct http_call *c, struct http_answer *out, struct err *err)
{
    struct transfer *t = NULL;
    char socket_path[64];
    struct http_call call = *c;
    AUTO(fd_close) int folder = -1;
    if (http_short_socket(c->unix_socket, socket_path, sizeof socket_path, &folder,
                          err) != 0)
        return -1;
    if (folder >= 0)
        call.unix_socket = socket_path;
    if (transfer_new(&call, &t, err) != 0)
        return -1;
    conclude(t, perform(t, &call));
    int rc = 0;
    if (t->answer.err.kind != ERR_NONE) {
        *err = t->answer.err;
        rc = -1;
    } else {
        *out = t->answer;
        t->answer = (struct http_answer){0};
    }
    transfer_free(t);
    return rc;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *known)
{
    struct http *h = ctx;
    struct epoll_event e = {.data.fd = fd};
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(h->epoll, EPOLL_CTL_DEL, fd, &e);
        return 0;
    }
    if (what & CURL_POLL_IN)
        e.events |= EPOLLIN;
    if (what & CURL_POLL_OUT)
        e.events |= EPOLLOUT;
    if (epoll_ctl(h->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e) != 0)
        epoll_ctl(h->epoll, errno == EEXIST ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &e);
    curl_multi_assign(h->multi, fd, h);
    return 0;
}

static int on_timer(CURLM *multi, long ms, void *ctx)
{
    struct http *h = ctx;
    (void)multi;
    h->due_ms = ms < 0 ? -1 : clock_monotonic_ms() + ms;
    return 0;
}

int http_new(http_done *done, void *ctx, struct http **out, struct err *err)
{
    http_global_init();
    struct http *h = mem_zalloc(sizeof *h);
    h->done = done;
    h->ctx = ctx;
    h->due_ms = -1;
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    h->names_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    h->multi = curl_multi_init();
    struct epoll_event names = {.events = EPOLLIN, .data.fd = h->names_fd};
    if (h->epoll < 0 || h->names_fd < 0 || !h->multi ||
        epoll_ctl(h->epoll, EPOLL_CTL_ADD, h->names_fd, &names) != 0) {
        err_sys(err, ERR_FATAL, errno, "HTTP client");
        http_free(&h);
        return -1;
    }
    h->names = http_names_new(h->names_fd);
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    *out = h;
    return 0;
}

void http_free(struct http **hp)
{
    struct http *h = *hp;
    if (!h)
        return;
    while (h->running) {
        struct transfer *t = h->running;
        // NOLINTNEXTLINE(clang-analyzer-unix.Malloc): transfer_free moves h->running on
        curl_multi_remove_handle(h->multi, t->easy);
        transfer_free(t);
    }
    curl_multi_cleanup(h->multi);
    http_names_free(&h->names);
    fd_close(&h->names_fd);
    fd_close(&h->epoll);
    mem_free(hp);
    *hp = NULL;
}

/* The addresses are this transfer's; the guard sees the one that is connected to. */
static int begin(struct http *h, struct transfer *t, struct sv addresses)
{
    if (addresses.n) {
        AUTO(buf_free) struct buf b = {0};
        buf_addf(&b, "+%s:%s:" SV_FMT, t->host, t->port, SV_ARG(addresses));
        t->resolve = curl_slist_append(NULL, b.p);
        curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->resolve);
    }
    h->nwaiting -= t->waits;
    t->waits = false;
    return curl_multi_add_handle(h->multi, t->easy) == CURLM_OK ? 0 : -1;
}

static void end(struct http *h, struct transfer *t)
{
    h->done(h->ctx, t->token, &t->answer);
    transfer_free(t);
}

/* One that waits for its name: true where it went on. */
static bool look_at_name(struct http *h, struct transfer *t, int64_t now)
{
    AUTO(buf_free) struct buf said = {0};
    struct sv host = sv_cstr(t->host);
    enum http_name_state state = http_names_ask(h->names, host, now, &t->ticket, &said);
    if (state == HTTP_NAME_WAITS && now >= t->name_until)
        state = http_names_give_up(h->names, host, now, &said);
    if (state == HTTP_NAME_WAITS)
        return false;
    if (state == HTTP_NAME_FOUND && begin(h, t, buf_sv(&said)) == 0)
        return true;
    err_set(&t->answer.err, ERR_TEMPORARY, "%s: %s", t->host,
            state == HTTP_NAME_FOUND ? "curl takes no further transfer" : said.p);
    end(h, t);
    return true;
}

static void look_at_names(struct http *h)
{
    int64_t now = clock_monotonic_ms();
    for (struct transfer *t = h->running; t && h->nwaiting;) {
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): one that ended left the list */
        struct transfer *next = t->next;
        if (t->waits && look_at_name(h, t, now))
            next = h->running; /* what was told may have changed the list */
        t = next;
    }
}

int http_start(struct http *h, uint64_t token, const struct http_call *c, struct err *err)
{
    struct transfer *t = NULL;
    AUTO(buf_free) struct buf addresses = {0};
    int64_t now = clock_monotonic_ms();
    if (transfer_new(c, &t, err) != 0)
        return -1;
    t->token = token;
    t->owner = h;
    t->next = h->running;
    t->link = &h->running;
    if (t->next)
        t->next->link = &t->next;
    h->running = t;
    h->nrunning++;
    t->name_until = now + (c->connect_timeout_ms ? c->connect_timeout_ms : CONNECT_MS);
    if (t->host && http_names_ask(h->names, sv_cstr(t->host), now, &t->ticket,
                                  &addresses) != HTTP_NAME_FOUND) {
        t->waits = true;
        h->nwaiting++;
        return 0;
    }
    if (begin(h, t, buf_sv(&addresses)) == 0)
        return 0;
    transfer_free(t);
    return err_set(err, ERR_FATAL, "curl takes no further transfer");
}

size_t http_running(const struct http *h)
{
    return h->nrunning;
}

int http_fds(struct http *h, struct pollfd *v, int max, int64_t *next_ms)
{
    if (h->due_ms >= 0 && next_ms) {
        int64_t left = h->due_ms - clock_monotonic_ms();
        left = left < 0 ? 0 : left;
        if (*next_ms < 0 || left < *next_ms)
            *next_ms = left;
    }
    if (h->nwaiting && next_ms && (*next_ms < 0 || *next_ms > NAMES_LOOK_MS))
        *next_ms = NAMES_LOOK_MS;
    if (max < 1)
        return 0;
    v[0] = (struct pollfd){h->epoll, POLLIN, 0};
    return 1;
}

static void report(struct http *h)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(h->multi, &left))) {
        struct transfer *t = NULL;
        CURLcode rc = m->data.result;
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        assert(t);
        conclude(t, rc);
        curl_multi_remove_handle(h->multi, t->easy);
        end(h, t);
    }
}

void http_run(struct http *h)
{
    struct epoll_event ready[EVENTS];
    uint64_t told;
    int running, n = epoll_wait(h->epoll, ready, EVENTS, 0);
    for (int i = 0; i < n; i++) {
        if (ready[i].data.fd == h->names_fd) {
            (void)!read(h->names_fd, &told, sizeof told);
            continue;
        }
        int mask = (ready[i].events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
                   (ready[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                   (ready[i].events & EPOLLERR ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(h->multi, ready[i].data.fd, mask, &running);
    }
    if (h->due_ms >= 0 && clock_monotonic_ms() >= h->due_ms) {
        h->due_ms = -1;
        curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    report(h);
    if (h->nwaiting)
        look_at_names(h);
}
