/* topics_table — schemas/topics.tsv, read from its embedded copy.
 *
 * Owns:    what it returns lives in the arena.
 * Errors:  FATAL: a line of the table is not as its head says.
 * Threads: any.
 */
#ifndef COUNCILWIRE_TOPICS_TABLE_H
#define COUNCILWIRE_TOPICS_TABLE_H

#include "lib/arena.h"
#include "lib/err.h"

enum { TOPIC_SETTINGS = 5 };

struct topic_row {
    const char *name;
    int partitions;
    struct {
        const char *name, *value; /* value NULL: left to the cluster */
    } setting[TOPIC_SETTINGS];
};

NODISCARD int topics_read(struct arena *a, struct topic_row **out, size_t *n,
                          struct err *err);

#endif
