/* archive_command — the archive as a reader sees it, for the commands that show it.
 *
 * The daemon is asked over its socket, and its database opened only when it is stopped;
 * the objects and the manifest are read from the folder.
 *
 * Owns:    reader: the folder's path, the database while it is open.
 * Units:   bytes.
 * Errors:  BAD_INPUT: the archive has no such text; TEMPORARY: there is no archive, or it
 *          does not answer.
 * Threads: one.
 */
#ifndef COUNCILWIRE_ARCHIVE_COMMAND_H
#define COUNCILWIRE_ARCHIVE_COMMAND_H

#include "archive.h"

struct reader { /* of one archive folder */
    struct buf dir;
    bool limite;
    struct db *db; /* NULL: the daemon is asked */
    struct zip *zip;
};

/* 1 opened, 0 there is no such archive, -1. */
NODISCARD int reader_open(struct reader *r, struct sv root, bool limite, struct err *err);
void reader_close(struct reader *r);
/* The manifest's lines behind entry `after`, as the database holds them, some at once. */
NODISCARD int reader_rows(const struct reader *r, int64_t after, struct buf *out,
                          struct err *err);
/* What the database holds as the last entry. */
NODISCARD int reader_head(const struct reader *r, struct archive_head *out,
                          struct err *err);

struct archive_found { /* key and sha256 lie in line */
    struct buf line;
    struct sv key, sha256;
};
void found_free(struct archive_found *f);
/* The version that an id (ST-15754-2017-INIT, 15754/17, either with /fr) or SHA-256 names
 * now: 1, 0 none, -1. */
NODISCARD int reader_version(const struct reader *r, struct sv id,
                             struct archive_found *out, struct err *err);
NODISCARD int reader_object(struct reader *r, struct sv sha256, struct buf *content,
                            struct err *err);

/* Visits the public archive, then with `limite` the other, until one returns 1 or -1.
 * TEMPORARY where there is none at all. */
typedef int archive_visit(void *ctx, struct reader *r, struct err *err);
NODISCARD int archive_each(const char *state_dir, bool limite, archive_visit *visit,
                           void *ctx, struct err *err);
/* A text as it is now, appended. */
NODISCARD int archive_read_text(const char *state_dir, struct sv id, bool limite,
                                struct buf *out, struct err *err);
int archive_not_held(struct sv id, bool limite, struct err *err); /* -1 */

#endif
