#define _GNU_SOURCE /* O_PATH */
#include "archive.h"

#include "lib/file.h"
#include "lib/log.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS_FIRST = 1024, FOLDERS = 65536 };

struct pending { /* an object of the open batch */
    char sha256[HASH_HEX + 1];
    bool remove; /* else: stored under temporary number `number` */
    uint64_t number;
};

struct archive_store {
    char *dir;
    unsigned dir_mode, file_mode;
    int fd, manifest; /* the folder; its manifest */
    int objects;      /* its objects, where they are on another file system; -1 */
    int64_t manifest_bytes;
    struct zip *zip;
    struct buf lines;
    struct pending *pending;
    size_t n, cap;
    uint64_t number;
    unsigned char made[FOLDERS / 8]; /* folders ab/cd that are there */
};

static void temporary(const struct archive_store *s, uint64_t number, struct buf *out)
{
    buf_addf(out, "%s/temporary/%llu", s->dir, (unsigned long long)number);
}

/* What a killed process left: nothing of it was committed. */
static int clear_temporaries(const struct archive_store *s, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s/temporary", s->dir);
    if (dir_make(path.p, s->dir_mode, err) != 0)
        return -1;
    DIR *d = opendir(path.p);
    if (!d)
        return err_sys(err, ERR_FATAL, errno, "%s", path.p);
    const struct dirent *e;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of this thread's own
    while ((e = readdir(d)))
        if (e->d_name[0] != '.')
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    return 0;
}

static int open_manifest(struct archive_store *s, const struct archive_head *head,
                         struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    struct stat st;
    buf_addf(&path, "%s/manifest", s->dir);
    s->manifest = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, s->file_mode);
    if (s->manifest < 0 || fstat(s->manifest, &st) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s", path.p);
    if (st.st_size < head->manifest_bytes) {
        err->reason = "configuration"; /* no further start mends it */
        return err_set(
            err, ERR_FATAL,
            "%s was cut: %lld bytes, and %lld were written; `councilwire "
            "verify` tells what is missing: put it back from a backup, or move "
            "the folder away and begin with what the topics hold",
            path.p, (long long)st.st_size, (long long)head->manifest_bytes);
    }
    if (st.st_size > head->manifest_bytes) {
        LOG(INFO, ARCHIVED, FC("why", "manifest lines that were never committed go"),
            FI("bytes", st.st_size - head->manifest_bytes));
        if (ftruncate(s->manifest, head->manifest_bytes) != 0)
            return err_sys(err, ERR_FATAL, errno, "%s", path.p);
    }
    s->manifest_bytes = head->manifest_bytes;
    return 0;
}

/* Somebody with a larger disk for the objects has put a link in their place. */
static int open_objects(struct archive_store *s, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    struct stat here, there;
    buf_addf(&path, "%s/objects", s->dir);
    if (dir_make(path.p, s->dir_mode, err) != 0)
        return -1;
    AUTO(fd_close) int fd = open(path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &there) != 0 || fstat(s->fd, &here) != 0)
        return err_sys(err, ERR_FATAL, errno, "%s", path.p);
    if (here.st_dev != there.st_dev)
        s->objects = fd_take(&fd);
    return 0;
}

static int sync_all(const struct archive_store *s, struct err *err)
{
    if (fd_sync_fs(s->fd, err) != 0)
        return -1;
    return s->objects < 0 ? 0 : fd_sync_fs(s->objects, err);
}

int store_open(const char *dir, bool private_mode, const struct archive_head *head,
               struct archive_store **out, struct err *err)
{
    struct archive_store *s = mem_zalloc(sizeof *s);
    s->dir = mem_copy(dir, sv_cstr(dir).n);
    s->dir_mode = private_mode ? 0700 : 0750;
    s->file_mode = private_mode ? 0600 : 0640;
    s->manifest = s->objects = -1;
    s->zip = zip_new();
    s->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->fd < 0)
        err_sys(err, ERR_FATAL, errno, "%s", dir);
    else if (clear_temporaries(s, err) == 0 && open_objects(s, err) == 0 &&
             open_manifest(s, head, err) == 0) {
        *out = s;
        return 0;
    }
    store_close(&s);
    return -1;
}

void store_close(struct archive_store **sp)
{
    struct archive_store *s = *sp;
    if (!s)
        return;
    fd_close(&s->fd);
    fd_close(&s->manifest);
    fd_close(&s->objects);
    zip_free(&s->zip);
    buf_free(&s->lines);
    mem_free(&s->pending);
    mem_free(&s->dir);
    mem_free(sp);
    *sp = NULL;
}

const char *store_dir(const struct archive_store *s)
{
    return s->dir;
}

/* What was asked for last decides. */
bool store_has(const struct archive_store *s, const char *sha256)
{
    for (size_t i = s->n; i-- > 0;)
        if (memcmp(s->pending[i].sha256, sha256, HASH_HEX) == 0)
            return !s->pending[i].remove;
    return false;
}

static struct pending *push(struct archive_store *s, const char *sha256)
{
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : SLOTS_FIRST;
        s->pending = mem_resize(s->pending, s->cap, sizeof *s->pending);
    }
    struct pending *p = &s->pending[s->n++];
    *p = (struct pending){.remove = false};
    memcpy(p->sha256, sha256, HASH_HEX + 1);
    return p;
}

int store_add(struct archive_store *s, const char *sha256, struct sv bytes,
              struct err *err)
{
    struct sv packed;
    AUTO(buf_free) struct buf path = {0};
    if (store_has(s, sha256))
        return 0;
    if (zip_pack(s->zip, bytes, &packed, err) != 0)
        return -1;
    uint64_t number = ++s->number;
    temporary(s, number, &path);
    AUTO(fd_close)
    int fd = open(path.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, s->file_mode);
    if (fd < 0)
        return err_sys(err, ERR_TEMPORARY, errno, "%s", path.p);
    if (fd_write_all(fd, packed, err) != 0) {
        unlink(path.p);
        return err_wrap(err, "%s", path.p);
    }
    push(s, sha256)->number = number;
    return 0;
}

void store_line(struct archive_store *s, struct sv line)
{
    buf_add_sv(&s->lines, line);
}

void store_remove(struct archive_store *s, const char *sha256)
{
    push(s, sha256)->remove = true;
}

size_t store_pending(const struct archive_store *s)
{
    return s->n + (s->lines.n > 0);
}

/* ab/cd of a hash, made once a process. */
static int make_folder(struct archive_store *s, const char *sha256, struct err *err)
{
    char hex[5] = {sha256[0], sha256[1], sha256[2], sha256[3], '\0'};
    unsigned long i = strtoul(hex, NULL, 16);
    assert(i < FOLDERS);
    if (s->made[i / 8] & (1u << i % 8))
        return 0;
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s/objects/%.2s/%.2s", s->dir, sha256, sha256 + 2);
    if (dir_make(path.p, s->dir_mode, err) != 0)
        return -1;
    s->made[i / 8] |= (unsigned char)(1u << i % 8);
    return 0;
}

/* The name is there: of a batch that a crash undid, and then it is this content. One that
 * is not gives way. */
static int settle_existing(struct archive_store *s, const char *from, const char *to,
                           const char *sha256, struct err *err)
{
    AUTO(buf_free) struct buf content = {0};
    struct err why = {0};
    if (object_read(s->zip, s->dir, sv_cstr(sha256), &content, &why) == 0) {
        unlink(from);
        return 0;
    }
    LOG(WARN, ARCHIVED, FC("why", why.text), FC("effect", "stored anew"));
    unlink(to);
    return file_shift(from, to, err);
}

static int give_name(struct archive_store *s, const struct pending *p, struct err *err)
{
    AUTO(buf_free) struct buf from = {0}, to = {0};
    object_path(s->dir, sv_cstr(p->sha256), &to);
    if (p->remove) {
        if (unlink(to.p) != 0 && errno != ENOENT)
            return err_sys(err, ERR_TEMPORARY, errno, "%s", to.p);
        return 0;
    }
    struct err why = {0};
    temporary(s, p->number, &from);
    if (make_folder(s, p->sha256, err) != 0)
        return -1;
    if (file_shift(from.p, to.p, &why) == 0)
        return 0;
    if (why.sys_errno == EEXIST)
        return settle_existing(s, from.p, to.p, p->sha256, err);
    *err = why;
    return -1;
}

static int append_lines(struct archive_store *s, struct err *err)
{
    if (lseek(s->manifest, s->manifest_bytes, SEEK_SET) < 0)
        return err_sys(err, ERR_TEMPORARY, errno, "manifest");
    if (fd_write_all(s->manifest, buf_sv(&s->lines), err) != 0)
        return err_wrap(err, "manifest");
    return 0;
}

int store_flush(struct archive_store *s, int64_t *manifest_bytes, struct err *err)
{
    if (append_lines(s, err) != 0 || sync_all(s, err) != 0)
        return -1;
    for (size_t i = 0; i < s->n; i++)
        if (give_name(s, &s->pending[i], err) != 0)
            return -1;
    if (s->n && sync_all(s, err) != 0)
        return -1;
    s->manifest_bytes += (int64_t)s->lines.n;
    *manifest_bytes = s->manifest_bytes;
    s->n = 0;
    buf_reset(&s->lines);
    return 0;
}

void store_undo(struct archive_store *s, const struct archive_head *head)
{
    AUTO(buf_free) struct buf path = {0};
    for (size_t i = 0; i < s->n; i++) {
        buf_reset(&path);
        temporary(s, s->pending[i].number, &path);
        if (!s->pending[i].remove)
            unlink(path.p);
    }
    s->n = 0;
    buf_reset(&s->lines);
    s->manifest_bytes = head->manifest_bytes;
    /* a shorter batch would leave a tail of this one's lines */
    if (s->manifest >= 0)
        (void)!ftruncate(s->manifest, s->manifest_bytes);
}
