/* schema — the index's tables (told in store.h) and their steps; steps are only ever
 * added. Errors: those of db_migrate. Threads: the database's.
 */
#ifndef COUNCILWIRE_INDEX_SCHEMA_H
#define COUNCILWIRE_INDEX_SCHEMA_H

#include "lib/db.h"

NODISCARD int schema_migrate(struct db *db, struct err *err);
/* For readers: all steps were taken. */
NODISCARD int schema_check(struct db *db, struct err *err);

#endif
