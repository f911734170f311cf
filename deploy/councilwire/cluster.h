/* cluster — a connection for commands that arrange a cluster (topics, acls): nothing is
 * consumed, nothing is produced.
 *
 * Owns:    *out until bus_close.
 * Errors:  FATAL: a setting that librdkafka refuses; TEMPORARY: nothing answered within
 *          CLUSTER_REACH_MS.
 * Threads: one.
 */
#ifndef COUNCILWIRE_CLUSTER_H
#define COUNCILWIRE_CLUSTER_H

#include "lib/bus.h"
#include "lib/conf.h"

enum { CLUSTER_REACH_MS = 15000, CLUSTER_ANSWER_MS = 15000 };

struct cluster_options { /* the target of cluster_options_table */
    const char *state_dir, *bootstrap;
};

extern const struct conf_opt cluster_options_table[];

/* name is the client's; kafka.* settings come from c. */
NODISCARD int cluster_open(const char *name, const struct cluster_options *o,
                           const struct conf *c, struct bus **out, struct err *err);
/* Asks until an answer comes: partitions of each topic, 0 where it is missing. */
NODISCARD int cluster_probe(struct bus *b, const char *const *topics, size_t n,
                            int32_t *partitions, struct err *err);

#endif
