#include "httpd_peer.h"

#include <assert.h>
#include <sys/socket.h>

enum {
    HEADER_MS = 10000,
    ALL_MS = 30000,
    CROWDED = HTTPD_PEERS - HTTPD_PEERS / 8,
    CROWDED_HEADER_MS = 500,
    CROWDED_ALL_MS = 3000
};

struct httpd_peer *httpd_peer_add(struct httpd_peers *p, int fd, int64_t now_ms)
{
    for (size_t i = 0; i < HTTPD_PEERS; i++)
        if (!p->v[i].taken) {
            p->v[i] = (struct httpd_peer){fd, true, false, now_ms};
            p->n++;
            return &p->v[i];
        }
    return NULL;
}

void httpd_peer_remove(struct httpd_peers *p, struct httpd_peer *one)
{
    assert(one->taken && p->n > 0);
    *one = (struct httpd_peer){.fd = -1};
    p->n--;
}

void httpd_peer_asks(struct httpd_peer *one)
{
    one->asks = true;
}

void httpd_peer_answered(struct httpd_peer *one, int64_t now_ms)
{
    one->asks = false;
    one->since_ms = now_ms;
}

static int64_t due_of(const struct httpd_peers *p, const struct httpd_peer *one)
{
    if (!one->taken || one->fd < 0)
        return INT64_MAX;
    bool crowded = p->n >= CROWDED;
    if (one->asks)
        return one->since_ms + (crowded ? CROWDED_ALL_MS : ALL_MS);
    return one->since_ms + (crowded ? CROWDED_HEADER_MS : HEADER_MS);
}

int64_t httpd_peers_due(const struct httpd_peers *p)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < HTTPD_PEERS && p->n; i++) {
        int64_t due = due_of(p, &p->v[i]);
        first = due < first ? due : first;
    }
    return first;
}

void httpd_peers_end_overdue(struct httpd_peers *p, int64_t now_ms)
{
    if (httpd_peers_due(p) > now_ms)
        return;
    for (size_t i = 0; i < HTTPD_PEERS; i++) {
        struct httpd_peer *one = &p->v[i];
        if (due_of(p, one) > now_ms)
            continue;
        (void)shutdown(one->fd, SHUT_RDWR); /* the server sees its end, and closes it */
        one->fd = -1;
    }
}
