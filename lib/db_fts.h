/* db_fts — the tokenizer of SQLite's full text index, for those who must cut and fold
 * words exactly as the index does: FTS5's own unicode61 with remove_diacritics 2, asked
 * by its public extension interface (fts5_api), so that there is no second table of case
 * and diacritics that could differ.
 *
 * Owns:    a struct fts; it must be freed before the database it was made from.
 * Units:   byte offsets [b, e) into the text given.
 * Errors:  FATAL where this SQLite has no FTS5.
 * Threads: one.
 */
#ifndef COUNCILWIRE_DB_FTS_H
#define COUNCILWIRE_DB_FTS_H

#include "db.h"

/* What an FTS5 table is declared with so that it agrees. */
#define FTS_TOKENIZE "tokenize=\"unicode61 remove_diacritics 2\""

struct fts;

/* token: folded, borrowed for the call; [b, e): where it stood. */
typedef void fts_fn(void *ctx, struct sv token, size_t b, size_t e);

NODISCARD int fts_new(struct db *db, struct fts **out, struct err *err);
void fts_free(struct fts **f);
void fts_tokenise(struct fts *f, struct sv text, fts_fn *fn, void *ctx);

#endif
