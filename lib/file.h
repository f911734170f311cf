/* file — files and folders: durable replacement, whole reads, locks. The only place with
 * rename and fsync.
 *
 * Owns:    nothing beyond the call; a descriptor given out is the caller's (fd_close).
 * Units:   bytes; modes octal.
 * Errors:  TEMPORARY on ENOSPC, EDQUOT, EMFILE; BAD_INPUT or FATAL as each function says.
 *          After a failed fsync nothing is claimed durable and the descriptor is not used
 * again. Threads: any.
 */
#ifndef COUNCILWIRE_FILE_H
#define COUNCILWIRE_FILE_H

#include "buf.h"
#include "err.h"

void fd_close(int *fd); /* clean-up; closes once, sets -1 */
int fd_take(int *fd);   /* out of a variable with that clean-up */
/* At the start of a program: where it was given no standard input, output or error, its
 * own files would get these numbers, and what it prints would be written into them. */
void fd_hold_standard(void);

/* New content under this name, or the old one, never a mixture: O_EXCL temporary in the
 * same folder, write all, fsync, checked close, rename, fsync of the folder. */
NODISCARD int file_replace(const char *path, struct sv content, unsigned mode,
                           struct err *err);
/* The same without waiting for the disk: until a later fd_sync_fs a power cut may leave
 * less than the new content. For many files at once. */
NODISCARD int file_put(const char *path, struct sv content, unsigned mode,
                       struct err *err);
/* Durable move inside one file system, or copy + durable + unlink across two. Never
 * overwrites: sys_errno is EEXIST where `to` is there already. */
NODISCARD int file_move(const char *from, const char *to, struct err *err);
/* The same without waiting for the disk: a power cut may undo it. */
NODISCARD int file_shift(const char *from, const char *to, struct err *err);
NODISCARD int file_read(const char *path, size_t limit, struct buf *out, struct err *err);
NODISCARD int fd_read_all(int fd, size_t limit, struct buf *out, struct err *err);
/* A regular file as it stands in the system's memory: nothing is copied, and as with a
 * buffer one more byte may be read behind it. Whoever cuts the file short meanwhile ends
 * the process (SIGBUS): for a command on large files, never for a daemon. 1; 0: this file
 * is none that can be had so, read it instead. */
struct file_map {
    const char *p;
    size_t n, mapped;
    void *map; /* what p reads */
};
int file_map(const char *path, struct file_map *out);
void file_unmap(struct file_map *m); /* clean-up; may be called again */
NODISCARD int fd_write_all(int fd, struct sv content, struct err *err);
NODISCARD int fd_sync(int fd, struct err *err);
NODISCARD int dir_sync(const char *path, struct err *err);
NODISCARD int dir_make(const char *path, unsigned mode,
                       struct err *err); /* with parents */
/* Removes the temporaries that a killed file_replace or file_put left in PATH, where
 * nobody else writes. */
void dir_clear(const char *path);
/* flock on PATH/lock; 0 and *fd_out, or FATAL "… is in use by process N". Temporaries
 * that a killed file_replace left in PATH are removed: nobody else writes there now. */
NODISCARD int dir_lock(const char *path, int *fd_out, struct err *err);

/* A nameless file in the folder `dirfd` (O_TMPFILE), and its name given at the end:
 * 1 published, 0 the name is there already, -1. Neither is durable before fd_sync_fs. */
NODISCARD int fd_temporary(int dirfd, unsigned mode, int *fd_out, struct err *err);
NODISCARD int fd_publish(int fd, int dirfd, const char *name, struct err *err);
NODISCARD int fd_sync_fs(int fd, struct err *err); /* the whole file system of fd */

/* What writes and syncs go through: a test makes the disk full or broken here. */
struct file_calls {
    ptrdiff_t (*write)(int fd, const void *p, size_t n);
    int (*fsync)(int fd);
    int (*syncfs)(int fd);
    int (*openat)(int dirfd, const char *name, int flags, ...); /* of temporaries */
};
extern struct file_calls file_calls;

#endif
