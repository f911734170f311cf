/* history — decisions as they lie on the topics, read without state: for `tail` and for
 * subscriptions that ask for what came before them.
 *
 * Owns:    its bus, for the length of the call.
 * Units:   offsets of records; times RFC 3339.
 * Errors:  TEMPORARY where no broker answers; what `take` said.
 * Threads: one; blocks.
 */
#ifndef COUNCILWIRE_NOTIFY_HISTORY_H
#define COUNCILWIRE_NOTIFY_HISTORY_H

#include "lib/conf.h"
#include "lib/err.h"
#include "lib/wire.h"

/* What tail.conf may hold: for `tail`, and for a subscription with --from. */
struct history_conf {
    const char *state_dir, *bootstrap, *from;
    int64_t space;
    bool end;
};
extern const struct conf_opt history_conf[];

struct history_options {
    const char *state_dir, *bootstrap; /* NULL: as everywhere */
    size_t nkafka; /* kafka.* settings: names without the prefix, values */
    const char *const *kafka_names, *const *kafka_values;
    enum space space;
    const char
        *from; /* "2026-08-01T…" or a beginning of it; "": all; NULL: from now on */
    bool documents; /* document events instead of decisions */
    bool withdrawn; /* also what was withdrawn since */
    bool follow;    /* go on at the ends */
    int stop_fd;    /* readable: end; <= 0: none */
};

/* Is it a beginning of "2026-08-01T12:00:00Z" that ends between two parts? */
bool history_time(struct sv from);
/* Each decision (or document) event once, checked by wire_read; -1 from `take` ends with
 * it. With `from`, decisions of papers that were withdrawn after them are left out: they
 * stay on the topic. */
typedef int history_take(void *ctx, const struct wire_event *ev, struct err *err);
NODISCARD int history_read(const struct history_options *o, history_take *take, void *ctx,
                           struct err *err);

#endif
