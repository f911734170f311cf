/* http_guard — which addresses the HTTP client may connect to, decided on the address
 * itself just before the connection: a name that resolves elsewhere later, or a number
 * in another spelling, changes nothing. Denied: the special-purpose ranges of the IANA
 * registries (private, loopback, link-local, documentation, multicast, …), also inside
 * IPv4-mapped, NAT64 and 6to4 addresses, and this machine's own addresses.
 *
 * Owns:    a copy of the allow list.
 * Units:   addresses in network order, ports in host order.
 * Errors:  none: what is not understood is refused.
 * Threads: one a transfer.
 */
#ifndef COUNCILWIRE_HTTP_GUARD_H
#define COUNCILWIRE_HTTP_GUARD_H

#include "http.h"

#include <sys/socket.h>

struct http_guard {
    bool active;   /* http_call.refuse_private */
    bool refused;  /* an address was refused */
    bool named;    /* the URL's host:port is on the allow list */
    bool standard; /* https on port 443 or 8443 */
    char **cidr;
    size_t ncidr;
};

void http_guard_init(struct http_guard *g, const struct http_call *c, struct sv host,
                     struct sv port, bool https);
void http_guard_free(struct http_guard *g);
bool http_guard_permits(const struct http_guard *g, const struct sockaddr *a);
/* In none of the denied ranges; own addresses are not asked for. */
bool http_address_public(const struct sockaddr *a);
/* A socket with more callers than its daemon has taken yet refuses for a moment, which
 * curl does not tell from one that nobody listens on. NULL: none. */
bool http_socket_crowded(const char *path);
/* A Unix socket's path that is too long for the kernel, through its folder's descriptor:
 * *folder_out stays open as long as `out` is used; -1 where nothing was needed. */
NODISCARD int http_short_socket(const char *path, char *out, size_t size, int *folder_out,
                                struct err *err);

#endif
