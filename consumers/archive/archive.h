/* archive — texts and originals as they were published, for good: objects named by their
 * SHA-256 (DIR/objects/ab/cd/HASH.zst, one zstd frame each), and a manifest of every
 * version of every paper in which each entry holds the hash of the one before.
 *
 * The manifest stands twice: table archive_entry of the database, and DIR/manifest, a
 * text that only grows. One line an entry, fields separated by tabs:
 *     SEQ KIND KEY SHA256 BYTES MARKING STORED CE_ID CHAIN
 * KIND is text, original, returned (this version of KEY is its text again, after another
 * one) or withdrawn (it was taken back; its object is removed when no other key holds
 * it). MARKING is "none" for nothing printed; STORED is RFC 3339. CHAIN = SHA-256 of the
 * chain before (64 zeros at first), a line feed, and the line up to the tab before CHAIN.
 * A new field goes behind CE_ID; old lines stay valid.
 *
 * An entry that was altered or taken out breaks the chain; one taken off the end is told
 * by the other copy and by the head in table archive_head, whose hash `verify` prints so
 * that it can be kept elsewhere.
 *
 * Order of a batch: objects written under temporary names, manifest lines appended,
 * syncfs, objects renamed, syncfs, then rows, head and positions in one COMMIT. A crash
 * leaves temporaries and manifest lines behind the head; both are removed at the start.
 *
 * Owns:    archive_store: the folder's files and descriptors.
 * Units:   bytes.
 * Errors:  TEMPORARY on a full disk; FATAL where the manifest contradicts the database.
 * Threads: the loop's; commands: the program's.
 */
#ifndef COUNCILWIRE_ARCHIVE_H
#define COUNCILWIRE_ARCHIVE_H

#include "lib/consumer_main.h"
#include "lib/hash.h"

struct archive_entry {
    int64_t seq, bytes;
    struct sv kind, key, sha256, marking, stored, ce_id;
    char chain[HASH_HEX + 1];
};

struct archive_head {
    int64_t seq, manifest_bytes;
    char chain[HASH_HEX + 1];
};

/* ---- archive_object.c: the only user of zstd ---- */

struct zip;
struct zip *zip_new(void);
void zip_free(struct zip **z);
/* One frame with content size and checksum; the result is borrowed until the next call.
 */
NODISCARD int zip_pack(struct zip *z, struct sv bytes, struct sv *out, struct err *err);
/* Unpacks exactly one frame of at most `limit` bytes; BAD_INPUT when it is damaged. */
NODISCARD int zip_unpack(struct zip *z, struct sv packed, size_t limit, struct buf *out,
                         struct err *err);
/* DIR/objects/ab/cd/HASH.zst */
void object_path(const char *dir, struct sv sha256, struct buf *out);
/* Reads and checks one object: 0; BAD_INPUT "missing" or "altered" as err.reason. */
NODISCARD int object_read(struct zip *z, const char *dir, struct sv sha256,
                          struct buf *out, struct err *err);

/* ---- archive_manifest.c ---- */

extern const char archive_chain_zero[]; /* before the first entry */
NODISCARD int manifest_migrate(struct db *db, struct err *err);
NODISCARD int manifest_head(struct db *db, struct archive_head *out, struct err *err);
NODISCARD int manifest_store_head(struct db *db, const struct archive_head *h,
                                  struct err *err);
/* The line with its end; sets e->chain from `before`. */
void manifest_line(struct archive_entry *e, const char *before, struct buf *out);
/* Cuts a line (without its end) into its fields, which borrow from it: false when it is
 * no entry. */
bool manifest_parse(struct sv line, struct archive_entry *out);
NODISCARD int manifest_insert(struct db *db, const struct archive_entry *e,
                              struct err *err);
/* Lines of the rows behind `seq` up to `last`, at most `max`. */
NODISCARD int manifest_rows(struct db *db, int64_t seq, int64_t last, int64_t max,
                            struct buf *out, struct err *err);
/* Is there an entry of this key that this event made? 1, 0 */
NODISCARD int manifest_has_event(struct db *db, struct sv key, struct sv ce_id,
                                 struct err *err);
/* The version of an id, id/language or hash: "KIND\tKEY\tSHA256\n"; 1 found, 0. */
NODISCARD int manifest_find(struct db *db, struct sv id, struct buf *out,
                            struct err *err);

/* What stands about one version: rows of archive_version. */
struct archive_version {
    int64_t log, offset;
    bool withdrawn;
};
NODISCARD int version_get(struct db *db, struct sv kind, struct sv key, struct sv sha256,
                          struct archive_version *out, struct err *err); /* 1, 0 */
NODISCARD int version_put(struct db *db, struct sv kind, struct sv key, struct sv sha256,
                          const struct archive_version *v, struct err *err);
/* Is it the version of its key that came last, of those not withdrawn? 1, 0 */
NODISCARD int version_is_newest(struct db *db, struct sv kind, struct sv key,
                                struct sv sha256, struct err *err);
/* Versions of a key that are not withdrawn and lie before (log, offset), lines
 * "SHA256\n". */
NODISCARD int version_live(struct db *db, struct sv kind, struct sv key, int64_t log,
                           int64_t offset, struct buf *out, struct err *err);
/* Versions that the entries do not bear out, and entries without one:
 * "KEY\tSHA256\tWHY\n". */
NODISCARD int version_strays(struct db *db, struct buf *out, struct err *err);
/* How many versions, of whatever key, hold this object. */
NODISCARD int version_holders(struct db *db, struct sv sha256, int64_t *out,
                              struct err *err);

/* ---- archive_adopt.c ---- */

/* Entries of DIR/manifest that follow from *head are taken into the database; *head is
 * the last one's. */
NODISCARD int manifest_adopt(struct db *db, const char *dir, struct archive_head *head,
                             struct err *err);

/* ---- archive_store.c: the folder ---- */

struct archive_store;
/* seq and chain go on from `head`; what lies behind it was never committed. */
NODISCARD int store_open(const char *dir, bool private_mode,
                         const struct archive_head *head, struct archive_store **out,
                         struct err *err);
void store_close(struct archive_store **s);
/* Writes an object under a temporary name; nothing when it is pending already. */
NODISCARD int store_add(struct archive_store *s, const char *sha256, struct sv bytes,
                        struct err *err);
const char *store_dir(const struct archive_store *s);
bool store_has(const struct archive_store *s, const char *sha256);
void store_line(struct archive_store *s, struct sv line);       /* of the manifest */
void store_remove(struct archive_store *s, const char *sha256); /* at the flush */
size_t store_pending(const struct archive_store *s);
/* All of the above durable; manifest_bytes as they are then. */
NODISCARD int store_flush(struct archive_store *s, int64_t *manifest_bytes,
                          struct err *err);
void store_undo(struct archive_store *s, const struct archive_head *head);

#endif
