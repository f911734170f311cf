#define _GNU_SOURCE 1 /* O_PATH, realpath */
#include "spool.h"

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* Work of one call of `next` that yields nothing is bounded: delivery reports and the
 * socket have their turn. */
enum {
    LOOKS_MAX = 256,
    FLIGHT_FIRST = 256,
    PROGRESS_MS = 2000,
    SOONEST_MS = 2000,
    SCANS_PART = 20, /* of the time at most for scans of what can not be watched */
    ROOTS_MS = 1000, /* between two looks whether the folders are still the same */
    COPIES_MOST = 256
};

static const char *const after_words[] = {"keep", "move", "delete", NULL};

static const struct conf_opt options[] = {
    {"folder", CONF_LIST, offsetof(struct spool_options, folder), NULL, 0, 0, NULL,
     CONF_REQUIRED, "folders that are watched, with their subfolders", NULL},
    {"name", CONF_STRING, offsetof(struct spool_options, name), "main", 0, 0, NULL,
     CONF_WORD, "name of this source: its events say /councilwire/spool/NAME", NULL},
    {"after", CONF_ENUM, offsetof(struct spool_options, after), "keep", 0, 0, NULL, 0,
     "what becomes of a file once all its events are delivered; a rejected file is never "
     "deleted or moved",
     after_words},
    {"done-folder", CONF_STRING, offsetof(struct spool_options, done_folder), NULL, 0, 0,
     NULL, 0, "where after = move puts files; empty: .done in the watched folder", NULL},
    {"rest", CONF_DURATION, offsetof(struct spool_options, rest_ms), "2s", 0, 3600000,
     NULL, 0,
     "how long a file that a scan finds must have rested, unless nobody has it open for "
     "writing",
     NULL},
    {"rescan", CONF_DURATION, offsetof(struct spool_options, rescan_ms), "10min", 1000,
     7 * 86400000LL, NULL, 0, "time between two scans of all folders", NULL},
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL},
};

/* ---- in flight ---- */

uint64_t spool_depart(struct spool *s, const struct in_flight *f)
{
    size_t n = (size_t)(s->next_token - s->first_token);
    if (n == s->flight_cap) {
        size_t cap = s->flight_cap ? 2 * s->flight_cap : FLIGHT_FIRST;
        struct in_flight *v = mem_resize(NULL, cap, sizeof *v);
        for (uint64_t t = s->first_token; t < s->next_token; t++)
            v[t & (cap - 1)] = s->flight[t & (s->flight_cap - 1)];
        mem_free(&s->flight);
        s->flight = v;
        s->flight_cap = cap;
    }
    s->flight[s->next_token & (s->flight_cap - 1)] = *f;
    s->offered++;
    return s->next_token++;
}

static size_t folder_of(const struct spool *s, struct sv path)
{
    size_t best = 0;
    for (size_t i = 0; i < s->nfolders; i++) {
        struct sv f = {s->folder[i].path, s->folder[i].n};
        if (sv_starts(path, f) && path.n > f.n && path.p[f.n] == '/')
            best = i;
    }
    return best;
}

/* A copy of one that was taken goes away with it. */
static int put_copy_away(struct spool *s, struct sv path, struct remembered *r,
                         struct err *err)
{
    struct stat st;
    struct stamp stamp = r->stamp;
    bool fresh = stamp.changed_ns == 0;
    if (fresh && lstat(path.p, &st) == 0)
        stamp.changed_ns = stamp_of(&st).changed_ns;
    struct candidate c = candidate_new(folder_of(s, path), path, true);
    bool away = spool_after(s, &c, &stamp, fresh, r->sha256);
    candidate_free(&c);
    return away ? store_forget(s->db, path, err) : store_put(s->db, path, r, err);
}

/* One of a rejected content is refused in its own name. */
static int settle_copy(struct spool *s, struct sv path, enum verdict v, struct err *err)
{
    struct remembered r = {0};
    if (store_get(s->db, path, &r, err) != 1)
        return -1;
    r.state = FILE_TAKEN;
    if (v == VERDICT_OK)
        return s->o.after == AFTER_KEEP ? store_put(s->db, path, &r, err)
                                        : put_copy_away(s, path, &r, err);
    struct candidate c = candidate_new(folder_of(s, path), path, true);
    c.alone = true;
    candidates_add(&s->retry, c);
    return store_forget(s->db, path, err);
}

/* Files with the same bytes as one that was in flight share its fate. Where that is more
 * than a row of the store, some of them do, and one brings the next. */
static int settle_copies(struct spool *s, const char *sha256, enum verdict v,
                         struct err *err)
{
    AUTO(buf_free) struct buf paths = {0};
    bool keep = v == VERDICT_OK && s->o.after == AFTER_KEEP;
    size_t most = v == VERDICT_OK || s->retry.n < COPIES_MOST ? COPIES_MOST : 0;
    if (!s->copies)
        return 0;
    for (size_t n = 0;;) {
        buf_reset(&paths);
        if (store_paths(s->db, sha256, true, &paths, err) != 0)
            return -1;
        struct sv rest = buf_sv(&paths), path;
        if (!keep && n >= most) {
            if (v == VERDICT_OK && store_cut_path(&rest, &path))
                candidates_add(&s->retry, candidate_new(folder_of(s, path), path, true));
            s->rescan_wanted |= paths.n && n == 0;
            return 0;
        }
        if (!paths.n)
            return 0;
        for (; store_cut_path(&rest, &path); n++)
            if (settle_copy(s, path, v, err) != 0)
                return -1;
    }
}

static int remember_taken(struct spool *s, const struct in_flight *f, struct err *err)
{
    struct remembered r = {.state = f->unread    ? FILE_UNREAD
                                    : f->refused ? FILE_REJECTED
                                                 : FILE_TAKEN,
                           .stamp = f->stamp,
                           .generation = s->generation};
    if (f->fresh)
        r.stamp.changed_ns = 0;
    memcpy(r.sha256, f->sha256, sizeof r.sha256);
    if (store_put(s->db, sv_cstr(f->c.path), &r, err) != 0)
        return -1;
    if (f->refused)
        return 0;
    return store_taken(s->db, f->sha256, s->generation, clock_wall_ms(), err);
}

/* Behind it one of its copies, if there are any: it stands in where the file is gone or
 * another one by the time that it is looked at. */
static int offer_again(struct spool *s, struct in_flight *f, struct err *err)
{
    AUTO(buf_free) struct buf paths = {0};
    struct sv rest, path;
    f->c.closed = true;
    candidates_add(&s->retry, f->c);
    f->c.path = NULL;
    if (s->copies && f->sha256[0] &&
        store_paths(s->db, f->sha256, true, &paths, err) != 0)
        return -1;
    rest = buf_sv(&paths);
    if (store_cut_path(&rest, &path))
        candidates_add(&s->retry, candidate_new(folder_of(s, path), path, true));
    return 0;
}

static int settle(struct spool *s, struct in_flight *f, enum verdict v, struct err *err)
{
    if (v == VERDICT_RETRY)
        return offer_again(s, f, err);
    if (v == VERDICT_REJECT)
        f->refused = true;
    if (v == VERDICT_FATAL || remember_taken(s, f, err) != 0)
        return -1;
    if (v == VERDICT_OK && s->o.after != AFTER_KEEP &&
        spool_after(s, &f->c, &f->stamp, f->fresh, f->sha256) &&
        store_forget(s->db, sv_cstr(f->c.path), err) != 0)
        return -1;
    return f->sha256[0] ? settle_copies(s, f->sha256, v, err) : 0;
}

static void spool_done(void *ctx, uint64_t token, enum verdict v)
{
    struct spool *s = ctx;
    struct err err = {0};
    assert(token == s->first_token); /* `done` comes in token order */
    struct in_flight f = *spool_flight(s, token);
    s->first_token++;
    /* What is not remembered is offered again after the next scan, and known then. */
    if (settle(s, &f, v, &err) != 0 && err.kind != ERR_NONE)
        LOG(WARN, SOURCE_ERROR, FC("path", f.c.path ? f.c.path : ""),
            FC("why", err.text));
    candidate_free(&f.c);
}

/* ---- scans ---- */

/* Behind the last scan, before another one that is not due. */
static int64_t pause_of(const struct spool *s)
{
    int64_t pause = SCANS_PART * (s->scan_ended_ms - s->scan_began_ms);
    return pause < SOONEST_MS ? SOONEST_MS : pause;
}

/* Made anew, mounted over, or gone: nothing tells of these. */
static bool is_replaced(const struct folder *f)
{
    struct stat named, held;
    bool there = stat(f->path, &named) == 0 && S_ISDIR(named.st_mode);
    if (!there || f->fd < 0)
        return there != (f->fd >= 0);
    return fstat(f->fd, &held) != 0 || held.st_dev != named.st_dev ||
           held.st_ino != named.st_ino;
}

static void look_at_roots(struct spool *s)
{
    int64_t now = clock_monotonic_ms();
    if (now < s->roots_due_ms)
        return;
    s->roots_due_ms = now + ROOTS_MS;
    s->mounts_moved |= watch_mounts_changed(s->watch);
    if (s->mounts_moved && now - s->scan_ended_ms >= pause_of(s)) {
        s->mounts_moved = false;
        s->rescan_wanted = true;
    }
    for (size_t i = 0; i < s->nfolders; i++)
        if (is_replaced(&s->folder[i])) {
            watch_drop_below(s->watch, sv_cstr(s->folder[i].path));
            s->rescan_wanted = true;
        }
}

static void open_again(struct spool *s, struct folder *f)
{
    fd_close(&f->fd); /* it may be another folder of that name by now */
    f->fd = open(f->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (f->fd < 0 && s->lacks.n == 0) {
        struct err err = {0};
        err_sys(&err, ERR_TEMPORARY, errno, "folder %s", f->path);
        buf_addf(&s->lacks, "%s", err.text);
    }
}

static const char *spool_lacks(void *ctx)
{
    const struct spool *s = ctx;
    return s->lacks.n ? s->lacks.p : "";
}

static void begin_scan(struct spool *s)
{
    buf_reset(&s->lacks);
    s->unwatched = false;
    for (size_t i = 0; i < s->nfolders; i++)
        open_again(s, &s->folder[i]);
    s->rescan_wanted = false;
    s->scanning = true;
    s->scan_failed = false;
    s->nstaying = 0;
    s->scanned = 0;
    s->offered = 0;
    s->scan_began_ms = clock_monotonic_ms();
    s->progress_due_ms = s->scan_began_ms + PROGRESS_MS;
    s->rescan_due_ms = s->scan_began_ms + s->o.rescan_ms;
    walk_all(s->walk);
}

static void log_scan(const struct spool *s, bool over)
{
    int64_t ms = clock_monotonic_ms() - s->scan_began_ms;
    if (over && s->unwatched && s->offered == 0) /* there is one every two seconds */
        return;
    LOG(INFO, SOURCE_SCAN, FI("files", s->scanned), FI("offered", s->offered),
        FI("files_per_s", ms > 0 ? s->scanned * 1000 / ms : 0), FI("ms", ms),
        FB("over", over));
}

/* Files that vanished are forgotten, once all folders were read. */
static int sweep(struct spool *s, struct err *err)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        struct stat st;
        int rc = store_path_behind(s->db, buf_sv(&s->sweep_at), &s->sweep_at, err);
        if (rc < 0)
            return -1;
        if (rc == 0) {
            s->sweeping = false;
            buf_reset(&s->sweep_at);
            return 0;
        }
        if (lstat(s->sweep_at.p, &st) != 0 && (errno == ENOENT || errno == ENOTDIR) &&
            store_forget(s->db, buf_sv(&s->sweep_at), err) != 0)
            return -1;
    }
    return 0;
}

/* Where nothing tells of new files, scans have to: as often as they cost little. */
static void scan_sooner(struct spool *s)
{
    int64_t due = s->scan_ended_ms + pause_of(s);
    if (due < s->rescan_due_ms)
        s->rescan_due_ms = due;
}

static int from_walk(struct spool *s, struct candidate *out)
{
    struct err why = {0};
    int rc = walk_next(s->walk, out, &why);
    if (rc == 1) {
        s->scanned += s->scanning;
        if (s->scanning && clock_monotonic_ms() >= s->progress_due_ms) {
            s->progress_due_ms += PROGRESS_MS;
            log_scan(s, false);
        }
    } else if (rc < 0) {
        s->scan_failed = true;
        LOG(WARN, SOURCE_ERROR, FC("why", why.text));
    } else if (s->scanning) {
        s->scanning = false;
        s->scan_ended_ms = clock_monotonic_ms();
        s->sweeping = !s->scan_failed;
        if (s->unwatched)
            scan_sooner(s);
        log_scan(s, true);
    }
    return rc;
}

/* 1 a candidate, 0 none now, -1 trouble. What was in flight before comes first, then what
 * inotify told; the walk has one turn in four at the least. */
static int next_candidate(struct spool *s, struct candidate *out, struct err *err)
{
    size_t which = 0;
    if (candidates_take(&s->retry, out))
        return 1;
    watch_read(s->watch);
    bool walk_first = walk_active(s->walk) && s->turn++ % 4 == 0;
    if (walk_first && from_walk(s, out) == 1)
        return 1;
    if (candidates_take(&s->ready, out) || born_take(s, out))
        return 1;
    if (spool_rest_due(s, &which) <= clock_monotonic_ms()) {
        *out = s->resting[which];
        s->resting[which] = s->resting[--s->nresting];
        return 1;
    }
    look_at_roots(s);
    bool idle = !s->scanning && !s->sweeping && !walk_active(s->walk);
    if (idle && (s->rescan_wanted || clock_monotonic_ms() >= s->rescan_due_ms))
        begin_scan(s);
    while (walk_active(s->walk) || s->scanning)
        if (from_walk(s, out) == 1)
            return 1;
    return s->sweeping ? sweep(s, err) : 0;
}

static int spool_next(void *ctx, struct arena *a, struct doc *out, struct err *err)
{
    struct spool *s = ctx;
    for (int i = 0; i < LOOKS_MAX; i++) {
        struct candidate c;
        int rc = next_candidate(s, &c, err);
        if (rc == 1)
            rc = spool_look(s, &c, a, out, err);
        else if (rc == 0)
            return 0;
        if (rc != 0)
            return rc;
        arena_reset(a); /* the bytes of one that is known: there may be thousands */
    }
    return 0;
}

/* ---- life ---- */

static bool has_work(const struct spool *s)
{
    return s->retry.n || s->ready.n || s->scanning || s->sweeping ||
           walk_active(s->walk) || s->rescan_wanted;
}

static int spool_fds(void *ctx, struct pollfd *v, int max, int64_t *next_ms)
{
    struct spool *s = ctx;
    size_t which = 0;
    int64_t due = spool_rest_due(s, &which), now = clock_monotonic_ms();
    int64_t born = born_due(s);
    due = born < due ? born : due;
    if (s->rescan_due_ms < due)
        due = s->rescan_due_ms;
    if (s->roots_due_ms < due)
        due = s->roots_due_ms;
    *next_ms = has_work(s) || due <= now ? 0 : due - now;
    if (max < 1)
        return 0;
    v[0] = (struct pollfd){watch_fd(s->watch), POLLIN, 0};
    return 1;
}

static bool spool_quiet(void *ctx)
{
    const struct spool *s = ctx;
    return !has_work(s) && s->nresting == 0;
}

static int open_folder(struct spool *s, struct folder *f, const char *path,
                       struct err *err)
{
    f->fd = -1;
    f->path = realpath(path, NULL);
    if (!f->path || (f->fd = open(f->path, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0) {
        err->reason = "configuration";
        return err_sys(err, ERR_FATAL, errno, "folder %s", path);
    }
    if (s->root && strcmp(f->path, s->root) == 0) {
        err->reason = "configuration";
        return err_set(err, ERR_FATAL,
                       "folder %s is the state folder itself; watch a folder below or "
                       "beside it",
                       path);
    }
    f->n = sv_cstr(f->path).n;
    if (f->n == 1)
        f->n = 0; /* "/" */
    if (s->o.after != AFTER_MOVE)
        return 0;
    struct buf done = {0};
    if (s->o.done_folder)
        buf_addf(&done, "%s", s->o.done_folder);
    else
        buf_addf(&done, "%s/.done", f->path);
    f->done = done.p;
    if (dir_make(f->done, 0750, err) != 0)
        return err_wrap(err, "done-folder");
    char *real = realpath(f->done, NULL);
    if (real) {
        mem_free(&f->done);
        f->done = real;
    }
    return 0;
}

static void spool_close(void *ctx)
{
    struct spool *s = ctx;
    struct spool_options o = s->o;
    watch_free(&s->watch);
    walk_free(&s->walk);
    for (size_t i = 0; i < s->nfolders; i++) {
        mem_free(&s->folder[i].path);
        mem_free(&s->folder[i].done);
        fd_close(&s->folder[i].fd);
    }
    for (uint64_t t = s->first_token; t < s->next_token; t++)
        candidate_free(&spool_flight(s, t)->c);
    while (s->nresting)
        candidate_free(&s->resting[--s->nresting]);
    candidates_free(&s->retry);
    candidates_free(&s->ready);
    born_free(s);
    mem_free(&s->folder);
    mem_free(&s->root);
    mem_free(&s->resting);
    mem_free(&s->flight);
    buf_free(&s->source);
    buf_free(&s->sweep_at);
    buf_free(&s->lacks);
    *s = (struct spool){.o = o};
}

static int open_source(struct spool *s, const char *state_dir, struct err *err)
{
    AUTO(buf_free) struct buf above = {0};
    buf_addf(&above, "%s/..", state_dir);
    s->root = realpath(above.p, NULL);
    s->nfolders = s->o.folder.n;
    s->folder = mem_zalloc(s->nfolders * sizeof *s->folder);
    for (size_t i = 0; i < s->nfolders; i++)
        s->folder[i].fd = -1;
    for (size_t i = 0; i < s->nfolders; i++)
        if (open_folder(s, &s->folder[i], s->o.folder.v[i], err) != 0)
            return -1;
    for (size_t i = 0; i < s->nfolders; i++)
        if (s->folder[i].path && spool_keeps_out(s, sv_cstr(s->folder[i].path))) {
            err->reason = "configuration";
            return err_set(err, ERR_FATAL,
                           "done-folder is the watched folder %s: what is in it would "
                           "never be taken",
                           s->folder[i].path);
        }
    buf_addf(&s->source, "/councilwire/spool/%s", s->o.name);
    buf_addc(&s->sweep_at, '\0');
    buf_reset(&s->sweep_at);
    s->walk = walk_new(s);
    s->watch = watch_new(s);
    return 0;
}

static int spool_open(void *ctx, struct db *db, const struct producer_env *env,
                      struct err *err)
{
    struct spool *s = ctx;
    s->db = db;
    if (s->o.folder.n == 0) {
        err->reason = "configuration";
        return err_set(err, ERR_FATAL, "folder is not set: nothing to watch");
    }
    if (store_open(db, env->log_changed, &s->generation, err) != 0 ||
        store_any_copies(db, &s->copies, err) != 0)
        return -1;
    s->rescan_wanted = true;
    if (s->folder || open_source(s, env->state_dir, err) == 0)
        return 0;
    spool_close(s);
    return -1;
}

const struct producer producer_self = {
    .name = "spool",
    .summary = "watches folders and publishes the Council papers put into them",
    .without_store = "all files are offered again, which repeats nothing",
    .options = options,
    .ctx_size = sizeof(struct spool),
    .open = spool_open,
    .next = spool_next,
    .done = spool_done,
    .fds = spool_fds,
    .lacks = spool_lacks,
    .close = spool_close,
    .quiet = spool_quiet,
};
