/* Positions are shown for others to see; and as Kafka forgets them with their topic, they
 * prove what the marks of position.h are. */
#include "clock.h"
#include "consumer_internal.h"
#include "log.h"

enum {
    SHOW_EVERY_MS = 5000,
    SHOW_BUSY_MS = 100,
    SHOW_AGAIN_MS = 24 * 3600 * 1000 /* Kafka forgets them after a week, too */
};

void consuming_show_soon(struct consuming *r)
{
    r->shown = 0; /* what was to be proven is of positions that are loaded anew */
    r->to_show = true;
    r->show_due_ms = clock_monotonic_ms();
}

static void take_proof(struct consuming *r)
{
    struct err err = {0};
    if (!r->shown || bus_proven(r->d.bus) < r->shown)
        return;
    r->shown = 0;
    for (size_t i = 0; i < r->positions.n; i++)
        position_proven(&r->positions.v[i]);
    if (positions_store_marks(r->d.db, &r->positions, &err) < 0)
        LOG(DEBUG, SOURCE_ERROR, FC("why", err.text)); /* older marks do as well */
}

static bool show(struct consuming *r)
{
    struct bus_place *v = mem_resize(NULL, r->positions.n + 1, sizeof *v);
    for (size_t i = 0; i < r->positions.n; i++)
        v[i] = (struct bus_place){r->positions.v[i].topic, r->positions.v[i].partition,
                                  r->positions.v[i].next};
    uint64_t number = bus_show_positions(r->d.bus, v, r->positions.n);
    mem_free(&v);
    if (number == 0)
        return false;
    r->shown = number;
    r->to_show = false;
    for (size_t i = 0; i < r->positions.n; i++) {
        position_tell(&r->positions.v[i]);
        r->to_show |= r->positions.v[i].verify; /* it can be told when that is over */
    }
    return true;
}

void consuming_show(struct consuming *r)
{
    int64_t now = clock_monotonic_ms();
    if (!r->established)
        return;
    take_proof(r);
    r->to_show |= now - r->shown_ms >= SHOW_AGAIN_MS;
    if (!r->to_show || now < r->show_due_ms)
        return;
    bool shown = show(r);
    r->show_due_ms = now + (shown ? SHOW_EVERY_MS : SHOW_BUSY_MS);
    r->shown_ms = shown ? now : r->shown_ms;
}
