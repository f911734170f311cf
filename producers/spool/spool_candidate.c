/* Candidates: names that may be papers, the queues they stand in, and those that rest. */
#include "spool.h"

#include "lib/clock.h"

#include <string.h>

enum { RESTING_MAX = 1024 };

bool spool_skips(const char *name)
{
    struct sv n = sv_cstr(name);
    return n.n == 0 || n.p[0] == '.' || sv_ends(n, SV(".part")) || sv_ends(n, SV(".tmp"));
}

/* Left behind by a kill between two steps of spool_after; taken like any other file. */
bool spool_is_aside(const char *name)
{
    return strncmp(name, SPOOL_ASIDE, sizeof SPOOL_ASIDE - 1) == 0;
}

bool spool_keeps_out(const struct spool *s, struct sv path)
{
    if (s->root && sv_eq(sv_cstr(s->root), path))
        return true;
    for (size_t i = 0; i < s->nfolders; i++)
        if (s->folder[i].done && sv_eq(sv_cstr(s->folder[i].done), path))
            return true;
    return false;
}

uint64_t candidate_hash(struct sv path)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < path.n; i++)
        h = (h ^ (unsigned char)path.p[i]) * 1099511628211u;
    return h;
}

struct candidate candidate_new(size_t folder, struct sv path, bool closed)
{
    return (struct candidate){.path = mem_copy(path.p, path.n),
                              .path_hash = candidate_hash(path),
                              .folder = folder,
                              .seen_ms = clock_wall_ms(),
                              .closed = closed};
}

void candidate_free(struct candidate *c)
{
    mem_free(&c->path);
    c->path = NULL;
}

bool candidates_take(struct candidates *q, struct candidate *out)
{
    if (q->n == 0)
        return false;
    *out = q->v[q->first++];
    if (--q->n == 0)
        q->first = 0;
    return true;
}

void candidates_add(struct candidates *q, struct candidate c)
{
    if (q->first + q->n == q->cap) {
        q->cap = q->cap ? 2 * q->cap : 64;
        q->v = mem_resize(q->v, q->cap, sizeof *q->v);
    }
    q->v[q->first + q->n++] = c;
}

void candidates_free(struct candidates *q)
{
    struct candidate c;
    while (candidates_take(q, &c))
        candidate_free(&c);
    mem_free(&q->v);
    *q = (struct candidates){0};
}

void spool_rest(struct spool *s, struct candidate *c, int64_t wait_ms)
{
    int64_t due = clock_monotonic_ms() + wait_ms;
    if (s->nresting == RESTING_MAX) {
        if (!s->rescan_wanted && due < s->rescan_due_ms)
            s->rescan_due_ms = due;
        candidate_free(c);
        return;
    }
    if (!s->resting)
        s->resting = mem_resize(NULL, RESTING_MAX, sizeof *s->resting);
    c->due_ms = due;
    s->resting[s->nresting++] = *c;
    c->path = NULL;
}

int64_t spool_rest_due(const struct spool *s, size_t *which)
{
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < s->nresting; i++)
        if (s->resting[i].due_ms < due) {
            due = s->resting[i].due_ms;
            *which = i;
        }
    return due;
}
