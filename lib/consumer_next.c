/* Records that were read while refused ones waited for their reports: they come before
 * all that the bus has, in their order. */
#include "consumer_internal.h"

enum { ROOM = 1000, BYTES = 4 * 1024 * 1024 };

enum bus_kind consuming_next(struct consuming *r, struct bus_record *out)
{
    struct waiting *w = &r->waiting;
    if (w->first == w->n)
        return bus_next(r->d.bus, out);
    *out = w->v[w->first++];
    if (w->first == w->n)
        w->first = w->n = w->noted = w->bytes = 0;
    return out->kind;
}

bool consuming_wait_room(const struct consuming *r)
{
    return r->waiting.n < ROOM && r->waiting.bytes < BYTES;
}

void consuming_wait(struct consuming *r, const struct bus_record *rec)
{
    struct waiting *w = &r->waiting;
    if (!w->v)
        w->v = mem_zalloc(ROOM * sizeof *w->v);
    w->v[w->n++] = *rec;
    w->noted = w->n; /* its finder looked at it */
    w->bytes += rec->kind == BUS_RECORD ? rec->event.value.n : 0;
}

void consuming_forget_next(struct consuming *r)
{
    struct waiting *w = &r->waiting;
    for (size_t i = w->first; i < w->n; i++)
        bus_release(&w->v[i]);
    w->first = w->n = w->noted = w->bytes = 0;
    consuming_refusals_end(r);
}

void consuming_next_free(struct consuming *r)
{
    consuming_forget_next(r);
    mem_free(&r->waiting.v);
}
