/* root — where things are (DESIGN.md section 7): ROOT, a daemon's folder and socket, the
 * broker's address.
 *
 * Owns:    nothing.
 * Units:   none.
 * Errors:  FATAL where no home can be found or a folder is not for this user; TEMPORARY
 * where no address is known yet.
 * Threads: any; reads the environment.
 */
#ifndef COUNCILWIRE_ROOT_H
#define COUNCILWIRE_ROOT_H

#include "buf.h"
#include "err.h"

/* --state-dir, else $COUNCILWIRE_STATE_DIR, else /var/lib/councilwire as root, else
 * $XDG_STATE_HOME/councilwire (~/.local/state/councilwire). `option` may be NULL. */
NODISCARD int root_find(const char *option, struct buf *root, struct err *err);
/* ROOT/NAME or ROOT/NAME-limite */
void root_daemon_dir(struct sv root, const char *name, bool limite, struct buf *dir);
/* May this user look into a daemon's folder and ask on its socket? 1: its socket is
 * there; 0: there is none, it is stopped or never ran; -1: not allowed. */
NODISCARD int root_reach(const char *dir, struct err *err);
/* What to say behind "nothing in ROOT": where the daemons of this machine keep theirs, if
 * that is elsewhere; else "". */
const char *root_elsewhere(struct sv root);
/* Content of ROOT/broker.address, trimmed: 1 found, 0 none, -1. */
NODISCARD int root_broker_address(struct sv root, struct buf *address, struct err *err);
NODISCARD int root_broker_announce(struct sv root, struct sv address, struct err *err);

#endif
