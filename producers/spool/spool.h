/* spool — what the parts of the folder source share: spool.c (the source's life and what
 * the skeleton calls), spool_look.c (one file: is it news, and its bytes), spool_walk.c
 * (folders read as a stream), spool_watch.c (inotify), spool_born.c (named, not closed),
 * spool_store.c (what was acknowledged), spool_after.c (keep, move, delete).
 *
 * A file is told apart by its stamp (device, inode, size, times): the same stamp as
 * remembered is the same content. Another one is read and hashed: the hash remembered for
 * this path means touched, the hash of a path that is gone means moved, any other is
 * handed on. Whether the key holds that text already is the skeleton's to say.
 *
 * A file is ready when inotify tells that its writer closed it or that it was moved in.
 * One that a scan finds must have rested, or nobody may have it open for writing.
 *
 * The kernel's clock for files goes in ticks: what is written twice within one has the
 * same stamp. So a stamp that was fresh when the file was read is not remembered.
 *
 * Owns:    each part says so; paths are absolute, real, and may hold any byte but NUL.
 * Units:   milliseconds, bytes; stamps in nanoseconds.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_SPOOL_H
#define COUNCILWIRE_SPOOL_H

#include "lib/conf.h"
#include "lib/db.h"
#include "lib/hash.h"
#include "lib/producer_main.h"

#include <assert.h>
#include <sys/stat.h>

/* A file that is about to be moved or deleted is called so first. */
#define SPOOL_ASIDE ".councilwire-done-"

enum spool_after { AFTER_KEEP, AFTER_MOVE, AFTER_DELETE };

enum { STAYING_MAX = 1024 };

struct spool_options {
    struct conf_list folder;
    const char *name, *done_folder;
    int64_t after, rest_ms, rescan_ms;
};

struct folder {
    char *path; /* real */
    size_t n;
    int fd;     /* O_PATH; -1: not there now */
    char *done; /* where taken files go (after = move) */
};

struct stamp {
    int64_t device, inode, bytes, modified_ns, changed_ns;
};

enum file_state {
    FILE_TAKEN = 1,
    FILE_REJECTED = 2,
    FILE_COPY = 3,  /* same bytes as a file that is in flight: settled with it */
    FILE_UNREAD = 4 /* rejected, because it could not be read: tried again by each scan */
};

struct remembered {
    enum file_state state;
    struct stamp stamp;
    char sha256[HASH_HEX + 1];
    int64_t generation;
};

struct candidate {
    char *path; /* owned */
    uint64_t path_hash;
    size_t folder;
    int64_t seen_ms, due_ms; /* wall; monotonic (resting only) */
    int64_t rested_ns;       /* the time of change that it has rested with, where one look
                                proves nothing */
    bool closed;             /* its writer has closed it: no rest needed */
    bool renamed;            /* it came as a whole: nobody has just written to it */
    bool alone;              /* of a content that was rejected: no copy of another one */
};

struct candidates { /* first in, first out */
    struct candidate *v;
    size_t first, n, cap;
};

struct in_flight {
    struct candidate c;
    struct stamp stamp;
    char sha256[HASH_HEX + 1];
    bool refused; /* handed on as a reject */
    bool unread;  /* because it could not be read */
    bool fresh;   /* a further write could leave the stamp as it is */
};

struct walk;
struct watch;

struct spool {
    struct spool_options o;
    struct db *db;
    int64_t generation; /* raised when the log changed: older rows are offered again */
    struct folder *folder;
    size_t nfolders;
    char *root;        /* real; NULL: not known */
    struct buf source; /* ce_source */

    struct walk *walk;
    struct watch *watch;
    struct candidates retry, ready; /* offered before anything new; told by inotify */
    struct candidate *resting;
    size_t nresting;
    struct candidate *born; /* the oldest first; named, and not closed yet */
    size_t nborn;
    struct in_flight *flight; /* ring by token: first_token <= t < next_token */
    size_t flight_cap;        /* a power of two */
    uint64_t first_token, next_token;

    bool copies; /* some file may be remembered as FILE_COPY */
    bool rescan_wanted, scanning, sweeping, scan_failed;
    uint64_t
        staying[STAYING_MAX]; /* done since this scan began, and can not be put away */
    size_t nstaying;
    bool unwatched;             /* of some folder only scans find (all) files */
    struct buf sweep_at, lacks; /* lacks: a folder that is not there, in words */
    unsigned turn;              /* between what inotify tells and the walk */
    int64_t rescan_due_ms, progress_due_ms, roots_due_ms; /* monotonic */
    int64_t scanned, offered, scan_began_ms, scan_ended_ms;
    bool mounts_moved; /* watch_mounts_changed, and no scan since */
};

/* spool_candidate.c */
bool spool_skips(const char *name); /* dot files, *.part, *.tmp */
bool spool_is_aside(const char *name);
/* Not read, though it lies below a watched folder: where done files go, and ROOT, whose
 * databases would be offered, rejected, kept there and offered again. */
bool spool_keeps_out(const struct spool *s, struct sv path);
struct candidate candidate_new(size_t folder, struct sv path, bool closed);
void candidate_free(struct candidate *c);
uint64_t candidate_hash(struct sv path);
/* Looked at again later: after its rest, or (full) at the next scan. Takes *c. */
void spool_rest(struct spool *s, struct candidate *c, int64_t wait_ms);
/* When the first of those that rest is due (monotonic), and which; INT64_MAX: none. */
int64_t spool_rest_due(const struct spool *s, size_t *which);
bool candidates_take(struct candidates *q, struct candidate *out); /* the first */
void candidates_add(struct candidates *q, struct candidate c);
void candidates_free(struct candidates *q);

/* spool.c */
/* Every document in flight is asked for each file that is looked at. */
static inline struct in_flight *spool_flight(const struct spool *s, uint64_t token)
{
    assert(token >= s->first_token && token < s->next_token);
    return &s->flight[token & (s->flight_cap - 1)];
}
/* Becomes the newest document in flight; takes f->c. */
uint64_t spool_depart(struct spool *s, const struct in_flight *f);

/* spool_look.c: 1 a document in *out, 0 none, -1 trouble with the source. Takes *c. */
int spool_look(struct spool *s, struct candidate *c, struct arena *a, struct doc *out,
               struct err *err);
struct stamp stamp_of(const struct stat *st);
bool stamp_eq(const struct stamp *a, const struct stamp *b);

/* spool_born.c */
/* The kernel grants a read lease on a file only while nobody has it open for writing:
 * then it need not rest. 1 nobody, 0 somebody, -1 not granted for another reason (another
 * owner, a network file system), which proves nothing. */
int spool_nobody_writes(int fd);
void born_add(struct spool *s, size_t folder, struct sv path);
void born_forget(struct spool *s, struct sv path);      /* closed, or gone */
int64_t born_due(const struct spool *s);                /* monotonic; INT64_MAX: none */
bool born_take(struct spool *s, struct candidate *out); /* one that nobody writes */
void born_free(struct spool *s);

/* spool_after.c; fresh: as in struct in_flight */
/* Moves or deletes what is done; false where it can not, which is told. */
bool spool_after(struct spool *s, const struct candidate *c, const struct stamp *stamp,
                 bool fresh, const char *sha256);

/* spool_store.c: all inside the skeleton's transaction but store_open. */
NODISCARD int store_open(struct db *db, bool log_changed, int64_t *generation,
                         struct err *err);
NODISCARD int store_get(struct db *db, struct sv path, struct remembered *out,
                        struct err *err); /* 1 found, 0 */
NODISCARD int store_put(struct db *db, struct sv path, const struct remembered *r,
                        struct err *err);
NODISCARD int store_forget(struct db *db, struct sv path, struct err *err);
/* Up to 8 paths that hold these bytes: copies, or those taken or rejected. Each is a
 * length (size_t), its bytes and a NUL. */
NODISCARD int store_paths(struct db *db, const char *sha256, bool copies, struct buf *out,
                          struct err *err);
bool store_cut_path(struct sv *rest, struct sv *path);
NODISCARD int store_any_copies(struct db *db, bool *out, struct err *err);
/* Was this content acknowledged in this log: 1 yes, 0 no; and that it is now. */
NODISCARD int store_had(struct db *db, const char *sha256, int64_t generation,
                        struct err *err);
NODISCARD int store_taken(struct db *db, const char *sha256, int64_t generation,
                          int64_t now_ms, struct err *err);
/* The first path behind `at`: 1 found, 0 none. */
NODISCARD int store_path_behind(struct db *db, struct sv at, struct buf *out,
                                struct err *err);

/* spool_walk.c: reads folders as a stream; memory grows with depth only. */
struct walk *walk_new(struct spool *s);
void walk_free(struct walk **w);
void walk_all(struct walk *w); /* every folder from the start */
void walk_below(struct walk *w, size_t folder, struct sv path);
bool walk_active(const struct walk *w);
/* 1 a file in *out, 0 the walk is over, -1 a folder could not be read (*err; go on). */
NODISCARD int walk_next(struct walk *w, struct candidate *out, struct err *err);

/* spool_watch.c */
struct watch *watch_new(struct spool *s);
void watch_free(struct watch **w);
int watch_fd(const struct watch *w);
void watch_add(struct watch *w, int dirfd, size_t folder, struct sv path);
void watch_drop_below(struct watch *w, struct sv path);
void watch_read(struct watch *w);
/* Something was mounted or unmounted since the last call, perhaps below a watched folder:
 * nothing else tells of the files that are there now. */
bool watch_mounts_changed(const struct watch *w);
/* A folder or file of `folder`, never through a symbolic link or out of it. */
int open_beneath(const struct folder *f, const char *path, int flags);

#endif
