/* What the broker refused for good, though it looked well: by then its bytes are gone
 * from here. Its source offers it once more, and then it is rejected before anything is
 * sent, with its bytes: else nobody could have it taken when the topic takes more. */
#include "producer_internal.h"

#include <string.h>

enum { REFUSED_MAX = 4 * WINDOW_DOCS }; /* more than can be in flight at once */

static void forget(struct producing *r, size_t i)
{
    mem_free(&r->refused.v[i].why);
    r->refused.v[i] = r->refused.v[--r->refused.n];
}

void producing_refused(struct producing *r, const struct entry *e)
{
    if (r->refused.n == REFUSED_MAX) /* of sources that did not offer them again */
        forget(r, 0);
    r->refused.v = mem_resize(r->refused.v, r->refused.n + 1, sizeof *r->refused.v);
    struct refused_doc *d = &r->refused.v[r->refused.n++];
    struct sv why = sv_cstr(e->detail ? e->detail : "the broker refused it");
    memcpy(d->sha256, e->sha256, sizeof d->sha256);
    d->why = mem_copy(why.p, why.n);
}

int producing_was_refused(struct producing *r, const char *sha256, struct err *err)
{
    for (size_t i = 0; i < r->refused.n; i++)
        if (strcmp(r->refused.v[i].sha256, sha256) == 0) {
            (void)err_reject(err, "too-large", "%s", r->refused.v[i].why);
            forget(r, i);
            return -1;
        }
    return 0;
}

void producing_refused_free(struct producing *r)
{
    while (r->refused.n)
        forget(r, r->refused.n - 1);
    mem_free(&r->refused.v);
}
