/* turn — what a producer has published under which key: content hash, turn, acknowledged,
 * and the spaces that may hold the key (DESIGN.md section 6).
 *
 * A turn is counted per (key, content hash): 0, and one more each time the key gets back
 * a text that it had before, once that was acknowledged. It is stored before anything is
 * produced, and on the disk: ids stay the same over a crash, and over a power cut it is
 * known which space may hold the key.
 *
 * Owns:    tables version, version_key.
 * Units:   turns, counted from 0.
 * Errors:  as db.h.
 * Threads: the database's.
 */
#ifndef COUNCILWIRE_TURN_H
#define COUNCILWIRE_TURN_H

#include "db.h"
#include "wire.h"

struct turn {
    uint64_t turn;
    bool news;     /* not acknowledged before at this turn */
    bool past;     /* an earlier version, only offered again: nothing changes */
    bool withdraw; /* the other space may hold this key: withdraw it after the new events
                    */
};

NODISCARD int turn_migrate(struct db *db, struct err *err);
/* `again`: its source offers all again, this one as it did before. */
NODISCARD int turn_take(struct db *db, struct sv key, const char *text_sha256,
                        enum space space, bool again, struct turn *out, struct err *err);
/* All of its events are in Kafka, and its withdrawal from the other space if there was
 * one. */
NODISCARD int turn_acknowledge(struct db *db, struct sv key, const char *text_sha256,
                               uint64_t turn, enum space space, bool withdrawn,
                               struct err *err);

#endif
