/* What lies in a daemon's state folder may be taken from under it: by what cleans up old
 * files, by a person, by a second daemon. */
#include "daemon.h"

#include "clock.h"
#include "file.h"
#include "log.h"

#include <errno.h>
#include <sys/stat.h>

enum { KEEP_MS = 1000, WAL_BYTES_TOLD = 128 << 20 };

static void path_in(const struct daemon *d, const char *name, struct buf *out)
{
    buf_addf(out, "%s/%s", d->dir.p, name);
}

void daemon_know_store(struct daemon *d)
{
    AUTO(buf_free) struct buf path = {0};
    struct stat st;
    path_in(d, "state.db", &path);
    if (stat(path.p, &st) == 0)
        d->store_ino = st.st_ino;
}

/* What is stored in a file without a name is lost with the process. */
static int look_at_store(const struct daemon *d, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    struct stat st;
    path_in(d, "state.db", &path);
    bool there = stat(path.p, &st) == 0;
    if (!d->db || !d->store_ino || (!there && errno != ENOENT && errno != ENOTDIR) ||
        (there && st.st_ino == d->store_ino))
        return 0;
    return err_set(err, ERR_FATAL,
                   "%s was %s while this daemon ran: it ends, and its next start takes "
                   "what is there then",
                   path.p, there ? "replaced" : "removed");
}

static int look_at_lock(struct daemon *d, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    AUTO(fd_close) int fd = -1;
    struct stat named, held;
    struct err why = {0};
    path_in(d, "lock", &path);
    bool there = lstat(path.p, &named) == 0;
    if (d->lock < 0 || (!there && errno != ENOENT) || fstat(d->lock, &held) != 0 ||
        (there && held.st_ino == named.st_ino))
        return 0;
    if (dir_lock(d->dir.p, &fd, &why) == 0) {
        fd_close(&d->lock);
        d->lock = fd_take(&fd);
    } else if (why.kind == ERR_FATAL && !why.sys_errno) { /* somebody else has it */
        *err = why;
        return -1;
    }
    return 0;
}

/* SQLite gives the write-ahead log back once nobody reads what was before it. Told at
 * each doubling. */
static void look_at_wal(struct daemon *d)
{
    AUTO(buf_free) struct buf path = {0};
    struct stat st;
    path_in(d, "state.db-wal", &path);
    if (!d->db || stat(path.p, &st) != 0)
        return;
    if (st.st_size < WAL_BYTES_TOLD)
        d->wal_told = 0;
    if (st.st_size < WAL_BYTES_TOLD || st.st_size < 2 * d->wal_told)
        return;
    d->wal_told = st.st_size;
    LOG(WARN, DAEMON_LACKS, FC("path", path.p), FI("bytes", st.st_size),
        FC("why",
           "it grows as long as another program (a backup, sqlite3) keeps a read of "
           "state.db open; `fuser state.db` names it, and its end lets it go"));
}

bool daemon_is_gone(const struct daemon *d, struct err *err)
{
    if (d->gone.kind != ERR_NONE)
        *err = d->gone;
    return d->gone.kind != ERR_NONE;
}

void daemon_keep(struct daemon *d)
{
    int64_t now = clock_monotonic_ms();
    struct err why = {0};
    if (now < d->keep_due_ms || d->gone.kind != ERR_NONE || d->stopping)
        return;
    d->keep_due_ms = now + KEEP_MS;
    look_at_wal(d);
    if (look_at_store(d, &d->gone) < 0 || look_at_lock(d, &d->gone) < 0 || !d->httpd)
        return;
    if (httpd_keep(d->httpd, d->dir.p, &why) == 1)
        LOG(WARN, DAEMON_WHOLE, FC("made_again", "socket"));
}
