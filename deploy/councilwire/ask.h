/* ask — the daemons of ROOT, found by their folders, and what they answer on their
 * sockets.
 *
 * Owns:    struct daemons, until daemons_free.
 * Units:   HTTP status codes.
 * Errors:  TEMPORARY where a daemon that runs does not answer; FATAL where ROOT can not
 * be read. Threads: one.
 */
#ifndef COUNCILWIRE_ASK_H
#define COUNCILWIRE_ASK_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/json.h"

struct daemons {
    char **name; /* "index-limite", sorted */
    size_t n;
    struct buf root;
    struct buf denied; /* folders of ROOT that this user may not look into: "a, b" */
};

NODISCARD int daemons_find(const char *state_dir, struct daemons *out, struct err *err);
void daemons_free(struct daemons *d);
/* Says on standard error which folders were left out, or that there is nothing: true
 * where it said something. */
bool daemons_complain(const struct daemons *d, const char *command);

enum ask_from { ASKED_DAEMON, ASKED_STORE };

/* The answer's JSON (free it) and HTTP status. A GET of /rejects is answered from the
 * store, read-only, when the daemon is stopped or silent; *from says which. 1 answered, 0
 * stopped, -1 (sys_errno ETIMEDOUT: it runs, and is silent). */
NODISCARD int daemon_ask(const struct daemons *d, const char *name, const char *method,
                         const char *path, int *status, struct json **out,
                         enum ask_from *from, struct err *err);

#endif
