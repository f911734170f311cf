#define _GNU_SOURCE 1 /* F_SETLEASE */
#include "spool.h"

#include "lib/clock.h"
#include "lib/event.h"
#include "lib/file.h"
#include "lib/log.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* TICK_MS: longer than a tick of any kernel's clock (10 ms at 100 Hz). */
enum { AGAIN_MS = 1000, TICK_MS = 20, SKEW_MS = 3600000 };

struct look { /* at one file */
    struct spool *s;
    struct candidate c;
    struct stamp stamp;
    struct remembered known; /* state 0: nothing is remembered of this path */
    struct sv bytes;
    char sha256[HASH_HEX + 1];
    int64_t rest_ms; /* that it has not had yet */
    bool fresh;      /* the stamp, when reading began */
    bool unread;
    bool again; /* as it was offered before, on another log */
};

struct stamp stamp_of(const struct stat *st)
{
    return (struct stamp){
        .device = (int64_t)st->st_dev,
        .inode = (int64_t)st->st_ino,
        .bytes = st->st_size,
        .modified_ns = st->st_mtim.tv_sec * 1000000000LL + st->st_mtim.tv_nsec,
        .changed_ns = st->st_ctim.tv_sec * 1000000000LL + st->st_ctim.tv_nsec};
}

bool stamp_eq(const struct stamp *a, const struct stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes &&
           a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

/* Not written to for a while. A time of modification in the future says nothing; then the
 * kernel's own time of change is asked. One that is in the future, too (the clock was set
 * back, or a file server's is ahead), must still be the same after the whole rest. */
static int64_t rest_left(const struct spool *s, struct candidate *c,
                         const struct stamp *st)
{
    int64_t now = clock_wall_ms();
    int64_t age = now - st->modified_ns / 1000000;
    if (age < 0)
        age = now - st->changed_ns / 1000000;
    if (age < 0 && c->rested_ns != st->changed_ns) {
        c->rested_ns = st->changed_ns;
        return s->o.rest_ms;
    }
    if (age < 0 || age >= s->o.rest_ms)
        return 0;
    return s->o.rest_ms - age;
}

/* Further ahead than any file server's clock is one from before the clock was set back.
 */
static bool is_fresh(const struct candidate *c, const struct stamp *st)
{
    int64_t age = clock_wall_ms() - st->changed_ns / 1000000;
    return !c->renamed && age < TICK_MS && age > -SKEW_MS;
}

static void log_known(const struct look *l, const char *why)
{
    LOG(INFO, DOC_KNOWN, FC("path", l->c.path), FC("sha256", l->sha256), FC("why", why));
}

static int remember(const struct look *l, enum file_state state, struct err *err)
{
    struct remembered r = {
        .state = state, .stamp = l->stamp, .generation = l->s->generation};
    if (l->fresh)
        r.stamp.changed_ns = 0;
    memcpy(r.sha256, l->sha256, sizeof r.sha256);
    return store_put(l->s->db, sv_cstr(l->c.path), &r, err);
}

/* ---- in flight ---- */

/* The newest one of this path, or NULL. */
static struct in_flight *flying_path(const struct spool *s, const struct candidate *c)
{
    struct sv wanted = sv_cstr(c->path);
    for (uint64_t t = s->next_token; t-- > s->first_token;) {
        struct in_flight *f = spool_flight(s, t);
        if (f->c.path_hash == c->path_hash && sv_eq(sv_cstr(f->c.path), wanted))
            return f;
    }
    return NULL;
}

static struct in_flight *flying_content(const struct spool *s, const char *sha256)
{
    for (uint64_t t = s->first_token; t < s->next_token; t++) {
        struct in_flight *f = spool_flight(s, t);
        if (!f->refused && memcmp(f->sha256, sha256, HASH_HEX) == 0)
            return f;
    }
    return NULL;
}

static bool is_gone(const char *path)
{
    struct stat st;
    return lstat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* ---- a document, or a reject ---- */

static struct sv uri_of(struct arena *a, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-._~/";
    AUTO(buf_free) struct buf b = {0};
    buf_lit(&b, "file://");
    for (; *path; path++)
        if (strchr(plain, *path))
            buf_addc(&b, *path);
        else
            buf_addf(&b, "%%%02X", (unsigned char)*path);
    return arena_copy(a, buf_sv(&b));
}

/* What is remembered of this path is forgotten before anything is sent: after a kill the
 * file may be as it was, while the topic holds what it was in between. */
static int disown(struct look *l, struct err *err)
{
    return l->known.state ? store_forget(l->s->db, sv_cstr(l->c.path), err) : 0;
}

/* Then what is remembered stays, so that a kill does not make it look like a file that
 * brings an earlier text back. */
static bool is_as_before(const struct look *l)
{
    return l->known.state == FILE_TAKEN && l->known.generation != l->s->generation &&
           memcmp(l->known.sha256, l->sha256, HASH_HEX) == 0;
}

static int depart(struct look *l, struct arena *a, struct doc *out, bool refused,
                  struct err *err)
{
    l->again |= is_as_before(l);
    if (!is_as_before(l) && disown(l, err) != 0)
        return -1;
    const struct folder *f = &l->s->folder[l->c.folder];
    const char *below = l->c.path + f->n;
    while (*below == '/')
        below++;
    *out = (struct doc){.name = arena_copy(a, sv_cstr(below)),
                        .uri = uri_of(a, l->c.path),
                        .source = buf_sv(&l->s->source),
                        .original = l->bytes,
                        .seen_ms = l->c.seen_ms};
    memcpy(out->original_sha256, l->sha256, sizeof out->original_sha256);
    struct in_flight flying = {.c = l->c,
                               .stamp = l->stamp,
                               .refused = refused,
                               .unread = l->unread,
                               .fresh = l->fresh};
    memcpy(flying.sha256, l->sha256, sizeof flying.sha256);
    l->c.path = NULL;
    out->token = spool_depart(l->s, &flying);
    return 1;
}

/* What can not be read is known by its path alone; an empty file by its no bytes. */
static int refuse(struct look *l, struct arena *a, struct doc *out, const char *reason,
                  const char *detail, struct err *err)
{
    char path_sha256[HASH_HEX + 1];
    bool empty = strcmp(reason, "empty") == 0;
    hash_sha256_hex(empty ? SV("") : sv_cstr(l->c.path), path_sha256);
    l->bytes = SV("");
    if (depart(l, a, out, true, err) != 1)
        return -1;
    memcpy(out->original_sha256, path_sha256, sizeof out->original_sha256);
    out->reject_reason = reason;
    out->reject_detail = arena_copy(a, sv_cstr(detail));
    return 1;
}

/* Told once; tried again by each scan, since what was in the way (a disk, rights that are
 * not the file's own) may go away without a change of the file. */
static int refuse_unread(struct look *l, struct arena *a, struct doc *out, int error,
                         const char *step, struct err *err)
{
    struct err why = {0};
    if (l->known.state == FILE_UNREAD && l->known.generation == l->s->generation)
        return 0;
    err_sys(&why, ERR_BAD_INPUT, error, "%s", step);
    l->unread = true;
    return refuse(l, a, out, "unreadable", why.text, err);
}

static int hand_on(struct look *l, struct arena *a, struct doc *out, struct err *err)
{
    int had = store_had(l->s->db, l->sha256, l->s->generation, err);
    if (had < 0)
        return -1;
    LOG(DEBUG, DOC_SEEN, FC("path", l->c.path), FC("sha256", l->sha256),
        FI("bytes", l->bytes.n));
    if (depart(l, a, out, false, err) != 1)
        return -1;
    bool again = l->again;
    out->had_before = had == 1;
    out->again = again;
    return 1;
}

/* ---- is it news ---- */

/* To be renamed changes nothing but the time of the change. */
static bool is_renamed(const struct stamp *old, const struct stamp *now)
{
    return old->device == now->device && old->inode == now->inode &&
           old->modified_ns == now->modified_ns;
}

/* A file remembered with this content whose path is gone has moved here: 1, else 0. The
 * same bytes in another file are no move: the key may hold another text meanwhile. */
static int moved_from(struct look *l, struct err *err)
{
    AUTO(buf_free) struct buf paths = {0};
    if (store_paths(l->s->db, l->sha256, false, &paths, err) != 0)
        return -1;
    struct sv rest = buf_sv(&paths), path;
    while (store_cut_path(&rest, &path)) {
        struct remembered old = {0};
        if (!is_gone(path.p) || store_get(l->s->db, path, &old, err) != 1)
            continue;
        if (!is_renamed(&old.stamp, &l->stamp))
            continue;
        if (old.generation != l->s->generation) { /* another log: it is offered again */
            l->again = old.state == FILE_TAKEN;
            continue;
        }
        LOG(INFO, DOC_KNOWN, FC("path", l->c.path), FC("sha256", l->sha256),
            FC("why", "moved"), FS("from", path));
        if (store_forget(l->s->db, path, err) != 0 || remember(l, old.state, err) != 0)
            return -1;
        return 1;
    }
    return 0;
}

/* The file is one that was taken: what comes after has been left undone. */
static int finish(struct look *l, struct err *err)
{
    if (l->s->o.after == AFTER_KEEP)
        return 0;
    if (!spool_after(l->s, &l->c, &l->stamp, l->fresh, l->known.sha256))
        return 0; /* known all the same */
    return store_forget(l->s->db, sv_cstr(l->c.path), err);
}

static bool same_bytes(const struct look *l)
{
    return (l->known.state == FILE_TAKEN || l->known.state == FILE_REJECTED) &&
           l->known.generation == l->s->generation &&
           memcmp(l->known.sha256, l->sha256, HASH_HEX) == 0;
}

/* 1 known: nothing to do, 0 to be handed on, -1. */
static int is_known(struct look *l, struct err *err)
{
    struct in_flight *f = flying_path(l->s, &l->c);
    if (f) { /* what is remembered is older than this one */
        if (f->refused || memcmp(f->sha256, l->sha256, HASH_HEX) != 0)
            return 0;
        f->stamp = l->stamp;
        f->fresh = l->fresh;
        return 1;
    }
    if (same_bytes(l)) {
        log_known(l, "touched");
        if (remember(l, l->known.state, err) != 0)
            return -1;
        return l->known.state == FILE_TAKEN && finish(l, err) != 0 ? -1 : 1;
    }
    f = l->c.alone ? NULL : flying_content(l->s, l->sha256);
    if (f && is_gone(f->c.path)) { /* moved on its way */
        if (disown(l, err) != 0)
            return -1;
        mem_free(&f->c.path);
        MOVE(f->c.path, l->c.path);
        f->c.folder = l->c.folder;
        f->c.path_hash = l->c.path_hash;
        f->stamp = l->stamp;
        f->fresh = l->fresh;
        return 1;
    }
    if (f) {
        log_known(l, "copy");
        l->s->copies = true;
        return remember(l, FILE_COPY, err) != 0 ? -1 : 1;
    }
    return moved_from(l, err);
}

/* ---- reading ---- */

static int later(struct look *l, int64_t wait_ms)
{
    spool_rest(l->s, &l->c, wait_ms);
    return 0;
}

/* Exactly the file's bytes into the arena; 1 read, 0 it is being written, -1 errno. */
static int read_bytes(int fd, size_t n, struct arena *a, struct sv *out)
{
    char *p = arena_alloc(a, n + 1);
    size_t got = 0;
    while (got <= n) {
        ssize_t k = read(fd, p + got, n + 1 - got);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        if (k == 0)
            break;
        got += (size_t)k;
    }
    *out = (struct sv){p, n};
    return got == n;
}

static int refuse_open(struct look *l, int error, struct arena *a, struct doc *out,
                       struct err *err)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR: return 0; /* vanished */
    case ELOOP:
    case EXDEV: return refuse(l, a, out, "not-a-file", "symbolic link", err);
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
        err_sys(err, ERR_TEMPORARY, error, "%s", l->c.path);
        spool_rest(l->s, &l->c, AGAIN_MS);
        return -1;
    default: return refuse_unread(l, a, out, error, "open", err);
    }
}

static int read_file(struct look *l, struct arena *a, struct doc *out, struct err *err)
{
    struct stat st;
    AUTO(fd_close)
    int fd = open_beneath(&l->s->folder[l->c.folder], l->c.path, O_RDONLY | O_NOCTTY);
    if (fd < 0)
        return refuse_open(l, errno, a, out, err);
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return later(l, AGAIN_MS);
    struct stamp before = stamp_of(&st);
    if (!stamp_eq(&before, &l->stamp))
        return later(l, l->s->o.rest_ms);
    if (l->rest_ms > 0 && spool_nobody_writes(fd) != 1)
        return later(l, l->rest_ms);
    l->fresh = is_fresh(&l->c, &l->stamp);
    int rc = read_bytes(fd, (size_t)l->stamp.bytes, a, &l->bytes);
    if (rc < 0)
        return refuse_unread(l, a, out, errno, "read", err);
    if (rc == 0 || fstat(fd, &st) != 0)
        return later(l, l->s->o.rest_ms);
    struct stamp after = stamp_of(&st);
    if (!stamp_eq(&after, &l->stamp))
        return later(l, l->s->o.rest_ms);
    hash_sha256_hex(l->bytes, l->sha256);
    rc = is_known(l, err);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    return hand_on(l, a, out, err);
}

/* A file that is cut to be written anew shows no bytes before it shows a new time: it is
 * empty when it is the same after a rest. */
static bool is_empty(struct look *l, int64_t left)
{
    bool same = l->c.rested_ns == l->stamp.changed_ns;
    l->c.rested_ns = l->stamp.changed_ns;
    return left == 0 && same;
}

/* What is remembered still holds: the file need not be read. */
static bool is_unchanged(const struct look *l)
{
    return (l->known.state == FILE_TAKEN || l->known.state == FILE_REJECTED) &&
           l->known.generation == l->s->generation &&
           stamp_eq(&l->known.stamp, &l->stamp);
}

static int look(struct look *l, struct arena *a, struct doc *out, struct err *err)
{
    struct stat st;
    if (lstat(l->c.path, &st) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            LOG(WARN, SOURCE_ERROR, FC("path", l->c.path), FC("why", "can not be seen"));
        return 0; /* vanished: forgotten by the next scan */
    }
    if (S_ISDIR(st.st_mode))
        return 0;
    l->stamp = stamp_of(&st);
    const struct in_flight *f = flying_path(l->s, &l->c);
    if (f && !f->fresh && stamp_eq(&f->stamp, &l->stamp))
        return 0;
    if (store_get(l->s->db, sv_cstr(l->c.path), &l->known, err) < 0)
        return -1;
    if (!f && is_unchanged(l))
        return l->known.state == FILE_TAKEN ? finish(l, err) : 0;
    if (!S_ISREG(st.st_mode))
        return refuse(l, a, out, "not-a-file",
                      S_ISLNK(st.st_mode)    ? "symbolic link"
                      : S_ISFIFO(st.st_mode) ? "pipe"
                      : S_ISSOCK(st.st_mode) ? "socket"
                                             : "device",
                      err);
    int64_t left = rest_left(l->s, &l->c, &l->stamp);
    l->rest_ms = l->c.closed ? 0 : left;
    if (l->stamp.bytes == 0)
        return is_empty(l, left) ? refuse(l, a, out, "empty", "no bytes", err)
                                 : later(l, left > 0 ? left : l->s->o.rest_ms);
    if (l->stamp.bytes > ORIGINAL_BYTES_MAX)
        return refuse(l, a, out, "too-large", "more than 64 MiB", err);
    return read_file(l, a, out, err);
}

int spool_look(struct spool *s, struct candidate *c, struct arena *a, struct doc *out,
               struct err *err)
{
    struct look l = {.s = s, .c = *c};
    c->path = NULL;
    int rc = look(&l, a, out, err);
    candidate_free(&l.c);
    return rc;
}
