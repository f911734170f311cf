/* httpd_peer — how long the peers of an HTTP server may take.
 *
 * A request's header has 10 s, the whole until its answer is sent 30 s, however steadily
 * the bytes come. Where nearly all places are taken it is half a second and 3 s: one that
 * asks is not kept out for long by those that only hold the line.
 *
 * Owns:    nothing: the sockets are the server's, and are shut down here, not closed.
 * Units:   milliseconds, monotonic.
 * Errors:  none; a peer without a place is only not watched.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_HTTPD_PEER_H
#define COUNCILWIRE_HTTPD_PEER_H

#include "base.h"

enum { HTTPD_PEERS = 64 };

struct httpd_peer {
    int fd;           /* -1: a free place, or shut down already */
    bool taken, asks; /* asks: its header is complete */
    int64_t since_ms; /* its connection, or the end of its last answer */
};

struct httpd_peers {
    struct httpd_peer v[HTTPD_PEERS];
    size_t n;
};

/* NULL where all places are taken. */
struct httpd_peer *httpd_peer_add(struct httpd_peers *p, int fd, int64_t now_ms);
void httpd_peer_remove(struct httpd_peers *p, struct httpd_peer *one);
void httpd_peer_asks(struct httpd_peer *one);
void httpd_peer_answered(struct httpd_peer *one, int64_t now_ms);
/* When the first one's time is over; INT64_MAX: never. */
int64_t httpd_peers_due(const struct httpd_peers *p);
void httpd_peers_end_overdue(struct httpd_peers *p, int64_t now_ms);

#endif
