/* store — the index's tables and how events change them.
 *
 * paper      one row a key: its number, and which events of documents and texts count
 *            (the higher (log, offset) wins; also that of a tombstone)
 * document   header of a paper's current version: lists as query_join, and as JSON what
 *            is only shown (header, items, reflist); views item and reference read those
 * text       the normalised text, stored once (body_fts has no copy)
 * decision   by (paper, id); none is deleted because a newer document does not list it.
 *            It counts while its id is in its document's column `listed` (ids with blanks
 *            between): so the order between the topics does not matter
 * body_fts, head_fts, decision_fts   FTS5 with external content: text, document, decision
 *
 * Keys of the large tables begin with numbers that count up: inserts go to the end of
 * each tree, however many papers there are; ids and citations are found by FTS5.
 *
 * FTS5 writes a segment at every SAVEPOINT and every COMMIT, so no event touches it: a
 * new version of a row takes a new number, the old one loses its paper (NULL), and
 * store_index takes the latter out of the full text and puts in all numbers from its mark
 * (table full_text) on, in a transaction of its own: when nothing comes in, when somebody
 * asks, or when store_waiting says that there is much. What a crash leaves is found by
 * the mark.
 *
 * Owns:    a struct store borrows the database; works in the caller's transaction, but
 * for store_index. Errors:  those of db.h; BAD_INPUT invalid-event. Threads: the
 * database's.
 */
#ifndef COUNCILWIRE_INDEX_STORE_H
#define COUNCILWIRE_INDEX_STORE_H

#include "lib/db.h"
#include "lib/wire.h"

struct store;

NODISCARD int store_open(struct db *db, struct store **out, struct err *err);
void store_free(struct store **s);

/* Each takes an event that wire_read has checked; what is refused (BAD_INPUT) is refused
 * before anything is changed. */
NODISCARD int store_text(struct store *s, const struct wire_event *ev, struct err *err);
NODISCARD int store_document(struct store *s, const struct wire_event *ev,
                             struct arena *a, struct err *err);
NODISCARD int store_decision(struct store *s, const struct wire_event *ev,
                             struct arena *a, struct err *err);
/* councilwire.withdrawn.v1: the paper's decisions up to this event go. */
NODISCARD int store_withdrawn(struct store *s, const struct wire_event *ev,
                              struct err *err);

/* The batch was rolled back. */
void store_undo(struct store *s);
/* Bytes of text that are not in the full text yet; 0: all is. */
size_t store_waiting(const struct store *s);
/* Outside any transaction. */
NODISCARD int store_index(struct store *s, struct err *err);
/* A small step towards fewer segments, so that searches have fewer places to look at; 1:
 * there may be more to do. Outside any transaction, when nothing waits. */
NODISCARD int store_merge(struct store *s, struct err *err);

/* "ST-15584-2012" of "ST-15584-2012-REV-1"; null where it is no such id. */
struct sv store_work(struct sv id);

#endif
