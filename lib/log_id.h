/* log_id — which log (DESIGN.md section 6) a store belongs to: a Kafka cluster, or one
 * life of the embedded broker.
 *
 * Owns:    table log_id (one row).
 * Units:   none.
 * Errors:  FATAL with the remedy where the state belongs to another Kafka cluster; as
 *          db.h.
 * Threads: the database's.
 */
#ifndef COUNCILWIRE_LOG_ID_H
#define COUNCILWIRE_LOG_ID_H

#include "db.h"

enum log_change {
    LOG_SAME,
    LOG_FIRST,   /* nothing was stored */
    LOG_ANOTHER, /* from the beginning: another embedded broker, or Kafka after one */
    LOG_REFUSED  /* another Kafka cluster, or embedded after Kafka: *err has the remedy */
};

NODISCARD int log_id_migrate(struct db *db, struct err *err);
NODISCARD int log_id_compare(struct db *db, const char *now, const char *state_dir,
                             enum log_change *out, struct err *err);
NODISCARD int log_id_store(struct db *db, const char *now, struct err *err);

#endif
