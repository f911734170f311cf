#include "archive.h"

#include "lib/clock.h"
#include "lib/json_write.h"
#include "lib/log.h"

#include <assert.h>
#include <stdio.h>
#include <unistd.h>

enum { PAGE_ROWS = 5000, KEY_MAX = 512 };

struct archive {
    struct archive_store *store;
    struct db *db;
    struct archive_head head;
    bool changed; /* entries in the open batch */
    int64_t stored_now;
};

static const struct conf_opt options[] = {
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL},
};

/* What the file system refuses now (I/O, read-only, permission) it may grant later; the
 * batch is undone and read again, and nothing counts meanwhile. */
static int later(struct err *err)
{
    if (err->kind == ERR_FATAL && err->sys_errno)
        err->kind = ERR_TEMPORARY;
    return -1;
}

static int archive_open(void *ctx, struct db *db, const struct consumer_env *env,
                        struct err *err)
{
    struct archive *a = ctx;
    a->db = db;
    if (manifest_migrate(db, err) != 0 || manifest_head(db, &a->head, err) != 0 ||
        manifest_adopt(db, env->state_dir, &a->head, err) != 0)
        return -1;
    return store_open(env->state_dir, env->space == SPACE_LIMITE, &a->head, &a->store,
                      err) == 0
               ? 0
               : later(err);
}

/* Fields of a manifest line hold no control characters. */
static bool is_plain(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return s.n <= KEY_MAX;
}

static int add_entry(struct archive *a, struct archive_entry *e, struct err *err)
{
    AUTO(buf_free) struct buf line = {0};
    char stored[CLOCK_RFC3339];
    clock_rfc3339(clock_wall_ms(), stored);
    e->stored = sv_cstr(stored);
    e->seq = a->head.seq + 1;
    manifest_line(e, a->head.chain, &line);
    if (manifest_insert(a->db, e, err) != 0)
        return -1;
    store_line(a->store, buf_sv(&line));
    a->head.seq = e->seq;
    memcpy(a->head.chain, e->chain, sizeof a->head.chain);
    a->changed = true;
    return 0;
}

static bool object_there(const struct archive *a, const char *dir, const char *sha256)
{
    AUTO(buf_free) struct buf path = {0};
    if (store_has(a->store, sha256))
        return true;
    object_path(dir, sv_cstr(sha256), &path);
    return access(path.p, F_OK) == 0;
}

/* Is this version, which is here, the paper's text again after another one? An event that
 * comes twice, or once more from a topic that is read again, is none. */
static int comes_back(const struct archive *a, const struct wire_event *ev,
                      struct sv kind, struct sv sha256, struct err *err)
{
    int newest = version_is_newest(a->db, kind, ev->key, sha256, err);
    if (newest != 0)
        return newest < 0 ? -1 : 0;
    int told = manifest_has_event(a->db, ev->key, ev->id, err);
    return told < 0 ? -1 : !told;
}

/* A version that is here already only learns where it stood last; its object is stored
 * again where it is gone. */
static int keep(struct archive *a, const struct wire_event *ev, struct sv kind,
                struct err *err)
{
    char sha256[HASH_HEX + 1];
    hash_sha256_hex(ev->value, sha256);
    if (ev->type == WIRE_ORIGINAL && !sv_eq(ev->key, sv_cstr(sha256)))
        return err_reject(err, "invalid-event",
                          "the original's bytes have another hash than its key");
    struct archive_version v = {ev->log, ev->offset, false}, old = {0};
    int known = version_get(a->db, kind, ev->key, sv_cstr(sha256), &old, err);
    if (known < 0)
        return -1;
    bool older =
        known && (old.log > v.log || (old.log == v.log && old.offset > v.offset));
    if (older && old.withdrawn)
        return 0; /* taken back since */
    if (older)
        v = old;
    bool there = known && !old.withdrawn;
    int back = there && !older ? comes_back(a, ev, kind, sv_cstr(sha256), err) : 0;
    if (back < 0 || version_put(a->db, kind, ev->key, sv_cstr(sha256), &v, err) != 0)
        return -1;
    if (!(there && object_there(a, store_dir(a->store), sha256)) &&
        store_add(a->store, sha256, ev->value, err) != 0)
        return -1;
    if (there && !back)
        return 0;
    a->stored_now += !there;
    return add_entry(a,
                     &(struct archive_entry){.kind = back ? SV("returned") : kind,
                                             .key = ev->key,
                                             .sha256 = sv_cstr(sha256),
                                             .bytes = (int64_t)ev->value.n,
                                             .marking = ev->marking,
                                             .ce_id = ev->id},
                     err);
}

/* The paper was taken back: its versions in this space go, with objects that no other key
 * holds. */
static int take_back(struct archive *a, const struct wire_event *ev, struct err *err)
{
    AUTO(buf_free) struct buf live = {0};
    struct sv kind = SV("text"), sha256;
    if (version_live(a->db, kind, ev->key, ev->log, ev->offset, &live, err) != 0)
        return -1;
    struct sv rest = buf_sv(&live);
    while (rest.n && sv_cut(&rest, '\n', &sha256)) {
        struct archive_version v = {ev->log, ev->offset, true};
        int64_t holders = 0;
        if (sha256.n != HASH_HEX)
            continue;
        char hex[HASH_HEX + 1];
        memcpy(hex, sha256.p, HASH_HEX);
        hex[HASH_HEX] = '\0';
        if (version_put(a->db, kind, ev->key, sha256, &v, err) != 0 ||
            version_holders(a->db, sha256, &holders, err) != 0)
            return -1;
        if (holders == 0)
            store_remove(a->store, hex);
        if (add_entry(a,
                      &(struct archive_entry){.kind = SV("withdrawn"),
                                              .key = ev->key,
                                              .sha256 = sv_cstr(hex),
                                              .marking = SV("none"),
                                              .ce_id = ev->id},
                      err) != 0)
            return -1;
    }
    return 0;
}

static enum verdict archive_handle(void *ctx, struct db *tx, const struct wire_event *ev,
                                   struct arena *arena, struct err *err)
{
    struct archive *a = ctx;
    assert(tx == a->db);
    int rc;
    if (arena_overflow(arena)) /* the skeleton would undo what is done here */
        rc = err_reject(err, "too-large", "more than its share of memory");
    else if (!is_plain(ev->key) || !is_plain(ev->id) || !is_plain(ev->marking))
        rc = err_reject(err, "invalid-event", "control characters in key or headers");
    else if (ev->value.p)
        rc = keep(a, ev, ev->type == WIRE_TEXT ? SV("text") : SV("original"), err);
    else
        rc = take_back(a, ev, err);
    if (rc != 0)
        (void)later(err);
    return rc == 0 ? VERDICT_OK : err_verdict(err);
}

static int archive_flush(void *ctx, struct err *err)
{
    struct archive *a = ctx;
    if (store_pending(a->store) == 0)
        return 0;
    if (store_flush(a->store, &a->head.manifest_bytes, err) != 0)
        return later(err);
    if (a->changed && manifest_store_head(a->db, &a->head, err) != 0)
        return -1;
    LOG(INFO, ARCHIVED, FI("versions", a->stored_now), FI("entries", a->head.seq),
        FC("head", a->head.chain));
    a->changed = false;
    a->stored_now = 0;
    return 0;
}

static void archive_undo(void *ctx)
{
    struct archive *a = ctx;
    struct err err = {0};
    struct archive_head head;
    if (manifest_head(a->db, &head, &err) == 0)
        a->head = head;
    store_undo(a->store, &a->head);
    a->changed = false;
    a->stored_now = 0;
}

/* The open batch is not told of: its lines may not stand in the manifest yet. */
static int serve_manifest(struct archive *a, const struct http_request *q,
                          struct http_reply *r, struct err *err)
{
    struct archive_head head;
    uint64_t after = 0;
    if (manifest_head(a->db, &head, err) != 0)
        return -1;
    if (sv_eq(q->path, SV("/head"))) {
        buf_addf(&r->body, "%lld\t%s\n", (long long)head.seq, head.chain);
        return 0;
    }
    sv_u64(http_arg(q, "after"), &after);
    return manifest_rows(a->db, (int64_t)(after & INT64_MAX), head.seq, PAGE_ROWS,
                         &r->body, err);
}

static int archive_serve(void *ctx, const struct http_request *q, struct http_reply *r,
                         struct err *err)
{
    struct archive *a = ctx;
    bool find = sv_eq(q->path, SV("/find"));
    if (!find && !sv_eq(q->path, SV("/head")) && !sv_eq(q->path, SV("/manifest")))
        return 1;
    r->content_type = "text/plain; charset=utf-8";
    if (!find)
        return serve_manifest(a, q, r, err);
    struct sv id = http_arg(q, "id");
    if (!id.n)
        return err_reject(err, "query", "id is missing");
    int rc = manifest_find(a->db, id, &r->body, err);
    if (rc == 0)
        r->status = 404;
    return rc < 0 ? -1 : 0;
}

static void archive_close(void *ctx)
{
    struct archive *a = ctx;
    if (a->store)
        store_undo(a->store, &a->head); /* an open batch is gone with its transaction */
    store_close(&a->store);
    *a = (struct archive){0};
}

static const enum wire_type topics[] = {WIRE_TEXT, WIRE_ORIGINAL};

const struct consumer consumer_self = {
    .name = "archive",
    .summary = "keeps texts and originals for good, and can prove it",
    .without_store =
        "the list is made anew from the manifest and the topics; all objects stay",
    .after_absence = "what was withdrawn is told on the topic of decisions for ever, as "
                     "councilwire.withdrawn.v1; to be sure move its folder away and "
                     "start it: it keeps what the topics hold",
    .topics = topics,
    .ntopics = ARRAY_LEN(topics),
    .start = START_AT_BEGINNING,
    .db_mode = DB_DATA,
    .options = options,
    .ctx_size = sizeof(struct archive),
    .open = archive_open,
    .handle = archive_handle,
    .flush = archive_flush,
    .undo = archive_undo,
    .serve = archive_serve,
    .close = archive_close,
};
