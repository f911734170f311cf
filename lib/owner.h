/* owner — which daemon and space a store belongs to. One that was put into another's
 * folder (a backup, a copy) has positions of topics that its new reader never read, and
 * one of LIMITE papers would be answered from in public.
 *
 * Owns:    table owner (one row).
 * Units:   none.
 * Errors:  FATAL with reason ERR_CONFIGURATION and the remedy; as db.h.
 * Threads: the database's.
 */
#ifndef COUNCILWIRE_OWNER_H
#define COUNCILWIRE_OWNER_H

#include "db.h"

/* A store without the table is taken for this daemon's, unless its schema or its
 * positions say otherwise. */
NODISCARD int owner_check(struct db *db, const char *name, bool limite, const char *dir,
                          struct err *err);

#endif
