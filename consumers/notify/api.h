/* api — what the notifier's socket answers:
 *
 * GET  /subscriptions                  [{"id", "query", "url", "state", "reason",
 *                                      "from_file", "pending", "done", "dead"}, …]
 * POST /subscriptions                  {"id"?, "query", "url", "secret"?} → the same with
 *                                      "secret"; 201 new, 200 changed
 * POST /subscriptions/ID/ACTION        pause, resume, remove, test, retry (dead ones
 * again) POST /subscriptions/ID/history       decision events, one structured line each:
 * what it would have heard → {"added": n} GET
 * /deliveries?subscription=&state=pending|done|dead|withdrawn&limit=
 *
 * Changes are taken on the Unix socket only.
 *
 * Owns:    nothing; the replies' bodies are the server's.
 * Units:   milliseconds since the epoch.
 * Errors:  BAD_INPUT answers 400; those of db.h.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_NOTIFY_API_H
#define COUNCILWIRE_NOTIFY_API_H

#include "book.h"
#include "lib/httpd.h"

struct api {
    struct book *book;
    enum space space;
};

/* 0 handled, 1 not mine, -1 */
NODISCARD int api_serve(const struct api *api, const struct http_request *q,
                        struct http_reply *r, struct err *err);

#endif
