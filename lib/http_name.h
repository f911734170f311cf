/* http_name — names of hosts, looked up by few threads that nobody waits for.
 *
 * The C library's look-up blocks, and ends only when the name servers answered or were
 * given up: half a minute and more. libcurl gives each call a thread of its own for it;
 * with receivers whose names are not answered for these grew by hundreds, where a service
 * may have 64. So here a name is looked up once for all who ask, by at most
 * HTTP_NAME_THREADS; those that never had an answer share three quarters of them, and a
 * name that had one is not held up by others that have none.
 *
 * An answer is good for a minute. Where a later look-up is not answered, the addresses of
 * the last one stand in for it: a name server that is away takes no known receiver away.
 *
 * Owns:    its table and threads; a thread that still waits when it is freed ends by
 *          itself.
 * Units:   milliseconds, monotonic.
 * Errors:  none: what a look-up said is a state.
 * Threads: the loop's, and those that look up.
 */
#ifndef COUNCILWIRE_HTTP_NAME_H
#define COUNCILWIRE_HTTP_NAME_H

#include "buf.h"

enum { HTTP_NAME_THREADS = 32, HTTP_NAME_DOUBTFUL = 24 };

enum http_name_state { HTTP_NAME_FOUND, HTTP_NAME_WAITS, HTTP_NAME_FAILED };

struct http_names;

/* wake: an eventfd that becomes readable with each answer; not owned. */
struct http_names *http_names_new(int wake);
void http_names_free(struct http_names **n);
/* *ticket: 0 at the first question; asked again with it for as long as it WAITS. FOUND:
 * "addr,addr" in *out, IPv6 in brackets; FAILED: what the look-up said. */
enum http_name_state http_names_ask(struct http_names *n, struct sv host, int64_t now_ms,
                                    uint64_t *ticket, struct buf *out);
/* Whoever has waited long enough: the addresses of an earlier answer, or FAILED. */
enum http_name_state http_names_give_up(struct http_names *n, struct sv host,
                                        int64_t now_ms, struct buf *out);
/* A name, as opposed to an address or this machine (libcurl's), that is looked up here.
 */
bool http_is_name(struct sv host);
bool http_is_ascii(struct sv host);

#endif
