#include "bus_patience.h"

enum {
    TIMES = 4,
    AGAIN_WITHIN = 2,
    CONNECTING_MS = 5000,
    AT_ONCE_MS = 1000,
    FORGOTTEN_MS = 600000,
    JUST_NOW_MS = 1000
};

void bus_patience_init(struct bus_patience *p, int64_t first_ms)
{
    *p = (struct bus_patience){.first_ms = first_ms, .now_ms = first_ms};
}

static bool is_forgotten(const struct bus_patience *p, int64_t now)
{
    int64_t last = p->late_at > p->raised_at ? p->late_at : p->raised_at;
    return p->now_ms != p->first_ms && now - last > FORGOTTEN_MS;
}

int64_t bus_patience_ms(struct bus_patience *p, int64_t now)
{
    if (is_forgotten(p, now))
        p->now_ms = p->first_ms;
    return p->now_ms;
}

void bus_patience_well(struct bus_patience *p)
{
    p->went = true;
}

bool bus_patience_late(struct bus_patience *p, int64_t now, int64_t moved)
{
    int64_t had = p->now_ms, since = now - p->late_at;
    if (p->late_at && since < had / 2 + AT_ONCE_MS)
        return false; /* of other connections, that went at the same time */
    bool again = p->late_at && since <= AGAIN_WITHIN * had + CONNECTING_MS;
    bool slow = now - moved <= JUST_NOW_MS || !p->went;
    (void)bus_patience_ms(p, now);
    p->late_at = now;
    p->went = false;
    if (again && slow && had < BUS_PATIENCE_MOST_MS) {
        int64_t more = TIMES * had;
        p->now_ms = more < BUS_PATIENCE_MOST_MS ? more : BUS_PATIENCE_MOST_MS;
        p->raised_at = now;
        p->late_at = 0; /* whether this is enough will be seen */
    }
    return p->now_ms != had;
}
