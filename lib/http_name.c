#include "http_name.h"

#include "clock.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum {
    GOOD_MS = 60000,
    LATE_MS = 30000, /* so long nobody waits again for a name that was late */
    NAMES_MAX = 4096,
    ADDRESSES_MAX = 16,
    STACK_BYTES = 512 * 1024
};

struct name {
    char *host, *addresses; /* addresses: of the last good answer, or NULL */
    int error;              /* of the last look-up (EAI_...), 0: none */
    int64_t good_until, late_until;
    uint64_t turns;  /* look-ups that are over */
    uint64_t queued; /* place in the queue; 0: not in it */
    bool running;
};

struct http_names {
    pthread_mutex_t lock;
    int wake;     /* -1: the owner is gone */
    size_t users; /* the owner and the threads */
    size_t running, doubtful;
    uint64_t places; /* given in the queue so far */
    struct name **v; /* in the order of hosts */
    size_t n;
};

/* RFC 6761, section 6.3; libcurl knows them, the C library only by /etc/hosts. */
static bool is_localhost(struct sv host)
{
    const struct sv last = SV("localhost");
    return host.n >= last.n && sv_eq_fold(sv_sub(host, host.n - last.n, host.n), last) &&
           (host.n == last.n || host.p[host.n - last.n - 1] == '.');
}

bool http_is_ascii(struct sv host)
{
    for (size_t i = 0; i < host.n; i++)
        if ((unsigned char)host.p[i] > '~')
            return false;
    return true;
}

bool http_is_name(struct sv host)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_.";
    struct in_addr v4;
    char text[254];
    if (host.n == 0 || host.n >= sizeof text || host.p[host.n - 1] == '.' ||
        is_localhost(host))
        return false;
    for (size_t i = 0; i < host.n; i++)
        if (!memchr(plain, host.p[i], sizeof plain - 1))
            return false;
    (void)snprintf(text, sizeof text, SV_FMT, SV_ARG(host));
    return inet_pton(AF_INET, text, &v4) != 1;
}

struct http_names *http_names_new(int wake)
{
    struct http_names *n = mem_zalloc(sizeof *n);
    (void)pthread_mutex_init(&n->lock, NULL);
    n->wake = wake;
    n->users = 1;
    return n;
}

static void name_free(struct name *one)
{
    mem_free(&one->host);
    mem_free(&one->addresses);
    mem_free(&one);
}

/* With the lock held; it is released. */
static void leave(struct http_names *n)
{
    assert(n->users > 0);
    bool last = --n->users == 0;
    (void)pthread_mutex_unlock(&n->lock);
    if (!last)
        return;
    for (size_t i = 0; i < n->n; i++)
        name_free(n->v[i]);
    mem_free(&n->v);
    (void)pthread_mutex_destroy(&n->lock);
    mem_free(&n);
}

void http_names_free(struct http_names **np)
{
    struct http_names *n = *np;
    if (!n)
        return;
    (void)pthread_mutex_lock(&n->lock);
    n->wake = -1;
    leave(n);
    *np = NULL;
}

/* ---- the threads ---- */

static void add_address(struct buf *out, const struct sockaddr *a)
{
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (a->sa_family == AF_INET) {
        memcpy(&v4, a, sizeof v4);
        if (inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text))
            buf_addf(out, "%s%s", out->n ? "," : "", text);
    } else if (a->sa_family == AF_INET6) {
        memcpy(&v6, a, sizeof v6);
        if (inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text))
            buf_addf(out, "%s[%s]", out->n ? "," : "", text);
    }
}

static int look_up(const char *host, struct buf *out)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int rc = getaddrinfo(host, NULL, &hints, &found);
    size_t i = 0;
    for (const struct addrinfo *a = rc ? NULL : found; a && i < ADDRESSES_MAX;
         a = a->ai_next, i++)
        add_address(out, a->ai_addr);
    if (rc == 0)
        freeaddrinfo(found);
    return rc == 0 && out->n == 0 ? EAI_NONAME : rc;
}

static bool goes_before(const struct name *a, const struct name *b)
{
    bool a_failed = a->error != 0 && !a->addresses;
    bool b_failed = b->error != 0 && !b->addresses;
    return a_failed != b_failed ? b_failed : a->queued < b->queued;
}

/* The next that may be looked up, or NULL. Those that failed the last time come last. */
static struct name *next_name(const struct http_names *n)
{
    struct name *first = NULL;
    if (n->running >= HTTP_NAME_THREADS)
        return NULL;
    for (size_t i = 0; i < n->n; i++) {
        struct name *one = n->v[i];
        bool may = one->addresses || n->doubtful < HTTP_NAME_DOUBTFUL;
        if (one->queued && may && (!first || goes_before(one, first)))
            first = one;
    }
    return first;
}

struct work {
    struct http_names *names;
    struct name *name;
    bool doubtful;
};

/* With the lock held, as all that follows here. */
static bool take_name(struct work *w)
{
    struct http_names *n = w->names;
    w->name = n->wake >= 0 ? next_name(n) : NULL;
    if (!w->name)
        return false;
    w->doubtful = w->name->addresses == NULL;
    w->name->queued = 0;
    w->name->running = true;
    n->running++;
    n->doubtful += w->doubtful;
    return true;
}

static void give_back(struct work *w)
{
    w->name->running = false;
    w->names->running--;
    w->names->doubtful -= w->doubtful;
}

static void keep_answer(struct name *one, int error, const struct buf *addresses)
{
    one->turns++;
    one->error = error;
    if (error == 0 || error == EAI_NONAME) /* else its server said nothing */
        mem_free(&one->addresses);
    if (error != 0)
        return;
    one->addresses = mem_copy(addresses->p, addresses->n);
    one->good_until = clock_monotonic_ms() + GOOD_MS;
    one->late_until = 0;
}

static void *work(void *arg)
{
    struct work w = *(struct work *)arg;
    struct http_names *n = w.names;
    static const uint64_t told = 1;
    mem_free(&arg);
    do {
        AUTO(buf_free) struct buf out = {0};
        int error = look_up(w.name->host, &out); /* nobody frees one that is running */
        (void)pthread_mutex_lock(&n->lock);
        give_back(&w);
        keep_answer(w.name, error, &out);
        if (n->wake >= 0)
            (void)!write(n->wake, &told, sizeof told);
        if (!take_name(&w))
            break;
        (void)pthread_mutex_unlock(&n->lock);
    } while (true);
    leave(n);
    return NULL;
}

static void start_thread(struct http_names *n)
{
    pthread_attr_t detached;
    pthread_t thread;
    struct work w = {.names = n};
    if (!take_name(&w))
        return;
    struct work *arg = mem_alloc(sizeof *arg);
    *arg = w;
    n->users++;
    (void)pthread_attr_init(&detached);
    (void)pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&detached, STACK_BYTES);
    if (pthread_create(&thread, &detached, work, arg) != 0) {
        n->users--;
        give_back(&w);
        w.name->queued = ++n->places; /* the next question tries again */
        mem_free(&arg);
    }
    (void)pthread_attr_destroy(&detached);
}

/* ---- questions ---- */

/* Where it stands, or would. */
static size_t place_of(const struct http_names *n, struct sv host)
{
    size_t low = 0, high = n->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sv_cmp(sv_cstr(n->v[middle]->host), host) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void make_room(struct http_names *n, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < n->n; i++) {
        struct name *one = n->v[i];
        if (one->running || one->queued || one->good_until > now)
            n->v[kept++] = one;
        else
            name_free(one);
    }
    n->n = kept;
}

static struct name *name_of(struct http_names *n, struct sv host, int64_t now)
{
    size_t at = place_of(n, host);
    if (at < n->n && sv_eq(sv_cstr(n->v[at]->host), host))
        return n->v[at];
    if (n->n >= NAMES_MAX) {
        make_room(n, now);
        at = place_of(n, host);
    }
    n->v = mem_resize(n->v, n->n + 1, sizeof(struct name *));
    memmove(n->v + at + 1, n->v + at, (n->n - at) * sizeof(struct name *));
    n->n++;
    n->v[at] = mem_zalloc(sizeof **n->v);
    n->v[at]->host = mem_copy(host.p, host.n);
    return n->v[at];
}

static enum http_name_state answer_of(const struct name *one, struct buf *out)
{
    buf_reset(out);
    if (one->addresses)
        buf_add_sv(out, sv_cstr(one->addresses));
    else
        buf_addf(out, "cannot be resolved: %s",
                 gai_strerror(one->error ? one->error : EAI_AGAIN));
    return one->addresses ? HTTP_NAME_FOUND : HTTP_NAME_FAILED;
}

enum http_name_state http_names_ask(struct http_names *n, struct sv host, int64_t now_ms,
                                    uint64_t *ticket, struct buf *out)
{
    enum http_name_state state = HTTP_NAME_WAITS;
    (void)pthread_mutex_lock(&n->lock);
    struct name *one = name_of(n, host, now_ms);
    bool good = one->addresses && now_ms < one->good_until;
    if (!good && !one->running && !one->queued && *ticket == 0)
        one->queued = ++n->places;
    start_thread(n);
    if (good || (*ticket && one->turns >= *ticket) ||
        (one->addresses && now_ms < one->late_until))
        state = answer_of(one, out);
    else if (*ticket == 0)
        *ticket = one->turns + 1;
    (void)pthread_mutex_unlock(&n->lock);
    return state;
}

enum http_name_state http_names_give_up(struct http_names *n, struct sv host,
                                        int64_t now_ms, struct buf *out)
{
    (void)pthread_mutex_lock(&n->lock);
    struct name *one = name_of(n, host, now_ms);
    one->late_until = now_ms + LATE_MS;
    enum http_name_state state = answer_of(one, out);
    (void)pthread_mutex_unlock(&n->lock);
    return state;
}
