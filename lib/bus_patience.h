/* bus_patience — how long a request may take before its connection is given up.
 *
 * A broker that hangs should be known soon: what was sent to it goes to the partitions'
 * new leaders no sooner. But on a slow link a large record (or five batches on their way
 * at once) needs longer than that, and each connection that is given up in the middle
 * begins with the same bytes again, for ever. So more time is given where it was too
 * little twice in a row and either nothing at all came through between, or the connection
 * carried bytes until its end. Those that are half open, or to a broker that hangs, do
 * neither: behind them others are well. What has not been needed for ten minutes is taken
 * back.
 *
 * Owns:    nothing.
 * Units:   milliseconds, monotonic where a moment is meant.
 * Errors:  none.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_BUS_PATIENCE_H
#define COUNCILWIRE_BUS_PATIENCE_H

#include "base.h"

enum { BUS_PATIENCE_MOST_MS = 300000 }; /* librdkafka's own bound */

struct bus_patience {
    int64_t first_ms, now_ms;
    int64_t late_at;   /* the last time that it was too little; 0: never */
    int64_t raised_at; /* 0: never */
    bool went;         /* something came through since late_at */
};

void bus_patience_init(struct bus_patience *p, int64_t first_ms);
/* What a handle is given that is made now. */
int64_t bus_patience_ms(struct bus_patience *p, int64_t now);
/* A record was acknowledged, or came. */
void bus_patience_well(struct bus_patience *p);
/* A request was not answered in time, on a connection that was closed just now; the last
 * one that was closed and carried bytes until its end was so at `moved`. True: patience
 * changed, so handles are to be made anew. */
bool bus_patience_late(struct bus_patience *p, int64_t now, int64_t moved);

#endif
