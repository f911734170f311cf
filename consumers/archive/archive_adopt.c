/* The manifest is the second copy of the list, and the one that is proved by its chain. A
 * database that is younger or older than it (lost and made anew, put back from a backup,
 * or killed before its commit) takes from it what it has not: when each version came is
 * told by nothing else, and the head that somebody keeps stays in the chain.
 *
 * The events of a batch that was not committed come again, and find their entries there;
 * an object whose name a power cut took is stored again then. Adopted versions stand at
 * log 0, before all that a topic tells, in the order of their entries. */
#include "archive.h"

#include "lib/file.h"
#include "lib/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct adopting {
    struct db *db;
    const char *dir;
    struct archive_head *head;
    int64_t entries;
    struct buf gone; /* hashes of objects that were withdrawn */
};

static int adopt_version(struct adopting *a, const struct archive_entry *e,
                         struct err *err)
{
    bool withdrawn = sv_eq(e->kind, SV("withdrawn"));
    struct sv kind = sv_eq(e->kind, SV("original")) ? e->kind : SV("text");
    struct archive_version v = {0, e->seq, withdrawn}, old = {0};
    int known = version_get(a->db, kind, e->key, e->sha256, &old, err);
    if (known == 1 && old.log > 0) { /* where a topic has it */
        v.log = old.log;
        v.offset = old.offset;
    }
    int64_t holders = 1;
    if (known < 0 || version_put(a->db, kind, e->key, e->sha256, &v, err) != 0 ||
        (withdrawn && version_holders(a->db, e->sha256, &holders, err) != 0))
        return -1;
    if (holders == 0)
        buf_add_sv(&a->gone, e->sha256);
    return 0;
}

/* 1 it is the next entry of the chain and is taken, 0 it is not, -1. */
static int adopt(struct adopting *a, struct sv line, struct err *err)
{
    AUTO(buf_free) struct buf again = {0};
    struct archive_entry e;
    if (!sv_ends(line, SV("\n")) || !manifest_parse(sv_sub(line, 0, line.n - 1), &e) ||
        e.seq != a->head->seq + 1)
        return 0;
    manifest_line(&e, a->head->chain, &again);
    if (!sv_eq(buf_sv(&again), line))
        return 0;
    if (manifest_insert(a->db, &e, err) != 0 || adopt_version(a, &e, err) != 0)
        return -1;
    a->head->seq = e.seq;
    a->head->manifest_bytes += (int64_t)line.n;
    memcpy(a->head->chain, e.chain, sizeof a->head->chain);
    a->entries++;
    return 1;
}

static int adopt_all(struct adopting *a, FILE *f, struct err *err)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    int rc = 1;
    while (rc == 1 && (n = getline(&line, &cap, f)) > 0)
        rc = adopt(a, (struct sv){line, (size_t)n}, err);
    free(line);
    return rc < 0 ? -1 : 0;
}

/* Whole lines that do not belong to the chain are no torn write: they are kept aside, for
 * whoever looks into it, before the manifest is cut behind its last entry. */
static int put_rest_aside(const struct adopting *a, FILE *f, struct err *err)
{
    AUTO(buf_free) struct buf path = {0}, rest = {0};
    char block[65536];
    size_t n;
    if (fseek(f, (long)a->head->manifest_bytes, SEEK_SET) != 0)
        return 0;
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        buf_add(&rest, block, n);
    if (rest.n == 0 || !memchr(rest.p, '\n', rest.n))
        return 0;
    buf_addf(&path, "%s/manifest.cut", a->dir);
    LOG(WARN, ARCHIVED,
        FC("why", "lines of the manifest do not follow from those before them"),
        FI("behind_entry", a->head->seq), FI("bytes", rest.n), FC("kept", path.p));
    return file_replace(path.p, buf_sv(&rest), 0600, err);
}

static void remove_withdrawn(const struct adopting *a)
{
    for (size_t at = 0; at < a->gone.n; at += HASH_HEX) {
        AUTO(buf_free) struct buf path = {0};
        object_path(a->dir, (struct sv){a->gone.p + at, HASH_HEX}, &path);
        (void)unlink(path.p); /* else verify tells that it is still there */
    }
}

static int adopt_from(struct adopting *a, FILE *f, struct err *err)
{
    if (fseek(f, (long)a->head->manifest_bytes, SEEK_SET) != 0)
        return 0;
    if (db_begin(a->db, err) != 0)
        return -1;
    if (adopt_all(a, f, err) != 0 || put_rest_aside(a, f, err) != 0 ||
        (a->entries && manifest_store_head(a->db, a->head, err) != 0) ||
        db_commit(a->db, err) != 0) {
        db_rollback(a->db);
        return -1;
    }
    remove_withdrawn(a);
    if (a->entries)
        LOG(INFO, ARCHIVED,
            FC("why", "entries that only the manifest had are taken back"),
            FI("entries", a->entries), FC("head", a->head->chain));
    return 0;
}

int manifest_adopt(struct db *db, const char *dir, struct archive_head *head,
                   struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    struct adopting a = {.db = db, .dir = dir, .head = head};
    buf_addf(&path, "%s/manifest", dir);
    FILE *f = fopen(path.p, "re");
    if (!f) /* none yet; one that can not be read is told when it is to be written */
        return 0;
    int rc = adopt_from(&a, f, err);
    fclose(f);
    buf_free(&a.gone);
    return rc;
}
