#include "position.h"

#include <stdio.h>
#include <string.h>

static const char *const steps[] = {
    "CREATE TABLE position (topic TEXT NOT NULL, partition INTEGER NOT NULL,"
    " log INTEGER NOT NULL, next INTEGER NOT NULL, last TEXT NOT NULL,"
    " PRIMARY KEY (topic, partition)) WITHOUT ROWID"};

static const char *const mark_steps[] = {
    "CREATE TABLE position_mark (topic TEXT NOT NULL, partition INTEGER NOT NULL,"
    " log INTEGER NOT NULL, next INTEGER NOT NULL, id TEXT NOT NULL,"
    " PRIMARY KEY (topic, partition)) WITHOUT ROWID"};

/* So many records are read again at most; where nobody can show positions a mark would
 * stand where it once did. What a broker lost are the last ones. */
enum { REREAD_MAX = 100000 };

int positions_migrate(struct db *db, struct err *err)
{
    return db_migrate(db, "position", steps, ARRAY_LEN(steps), err) < 0
               ? -1
               : db_migrate(db, "position_mark", mark_steps, ARRAY_LEN(mark_steps), err);
}

static void copy_text(char *out, size_t cap, struct sv s)
{
    size_t n = s.n < cap - 1 ? s.n : cap - 1;
    if (n)
        memcpy(out, s.p, n);
    out[n] = '\0';
}

static void mark_here(struct position *p)
{
    p->mark.next = p->next;
    memcpy(p->mark.id, p->last, sizeof p->mark.id);
}

static int load_mark(struct db *db, struct position *p, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT next, id FROM position_mark WHERE topic = ? AND partition = ? AND"
                " log = ? AND next <= ?",
                &s, err) < 0)
        return -1;
    stmt_bind_text(s, 1, sv_cstr(p->topic));
    stmt_bind_int(s, 2, p->partition);
    stmt_bind_int(s, 3, p->log);
    stmt_bind_int(s, 4, p->next);
    int r = stmt_step(s, err);
    if (r < 0)
        return -1;
    if (r == 0) {
        mark_here(p); /* a store of an earlier version, or nothing is proven yet */
        return 0;
    }
    p->mark.next = stmt_int(s, 0);
    copy_text(p->mark.id, sizeof p->mark.id, stmt_text(s, 1));
    p->stored_mark = p->mark;
    stmt_reset(s); /* an open read holds the WAL */
    return 0;
}

static int load_one(struct db *db, struct position *p, struct err *err)
{
    struct stmt *s;
    if (db_stmt(db,
                "SELECT log, next, last FROM position WHERE topic = ? AND partition = ?",
                &s, err) < 0)
        return -1;
    stmt_bind_text(s, 1, sv_cstr(p->topic));
    stmt_bind_int(s, 2, p->partition);
    int r = stmt_step(s, err);
    if (r < 0)
        return -1;
    p->stored = r == 1;
    if (r == 1) {
        p->log = stmt_int(s, 0);
        p->next = p->stored_next = stmt_int(s, 1);
        copy_text(p->last, sizeof p->last, stmt_text(s, 2));
        stmt_reset(s);
    }
    return r == 1 ? load_mark(db, p, err) : 0;
}

static void keep_looks(const struct positions *old, struct position *v, size_t n)
{
    for (size_t i = 0; i < n && i < old->n; i++) {
        const struct position *o = &old->v[i];
        if (strcmp(o->topic, v[i].topic) != 0 || o->partition != v[i].partition)
            continue;
        v[i].looked_next = o->looked_next;
        v[i].looks = o->looks;
    }
}

int positions_load(struct db *db, const char *const *topics, const int32_t *partitions,
                   size_t n, struct positions *out, struct err *err)
{
    size_t total = 0, at = 0;
    for (size_t t = 0; t < n; t++)
        total += partitions[t] > 0 ? (size_t)partitions[t] : 0;
    struct position *v = mem_resize(NULL, total + 1, sizeof *v);
    memset(v, 0, (total + 1) * sizeof *v);
    for (size_t t = 0; t < n; t++)
        for (int32_t i = 0; i < partitions[t]; i++) {
            struct position *p = &v[at++];
            copy_text(p->topic, sizeof p->topic, sv_cstr(topics[t]));
            p->partition = i;
            if (load_one(db, p, err) < 0) {
                mem_free(&v);
                return -1;
            }
        }
    keep_looks(out, v, total);
    positions_free(out);
    *out = (struct positions){v, total};
    return 0;
}

static int read_stored(struct db *db, struct positions *out, struct err *err)
{
    struct stmt *s;
    int rc;
    if (db_stmt(db,
                "SELECT topic, partition, log, next, last FROM position ORDER BY topic, "
                "partition",
                &s, err) < 0)
        return -1;
    while ((rc = stmt_step(s, err)) == 1) {
        out->v = mem_resize(out->v, out->n + 1, sizeof *out->v);
        struct position *p = &out->v[out->n++];
        *p = (struct position){.partition = (int32_t)stmt_int(s, 1),
                               .log = stmt_int(s, 2),
                               .next = stmt_int(s, 3),
                               .stored = true};
        copy_text(p->topic, sizeof p->topic, stmt_text(s, 0));
        copy_text(p->last, sizeof p->last, stmt_text(s, 4));
    }
    return rc;
}

int positions_stored_ones(struct db *db, struct positions *out, struct err *err)
{
    int64_t one;
    struct positions p = {0};
    int rc = db_get_int(db, &one, err,
                        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = "
                        "'position'",
                        "");
    if (rc != 1)
        return rc;
    if (read_stored(db, &p, err) < 0) {
        positions_free(&p);
        return -1;
    }
    *out = p;
    return p.n > 0;
}

void positions_free(struct positions *p)
{
    mem_free(&p->v);
    p->n = 0;
}

struct position *positions_find(struct positions *p, const char *topic, int32_t partition)
{
    /* Partitions of a topic stand together in order, so the first guess is nearly always
     * right. */
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->v[i].topic, topic) != 0)
            continue;
        size_t at = i + (size_t)partition;
        if (partition >= 0 && at < p->n && p->v[at].partition == partition &&
            strcmp(p->v[at].topic, topic) == 0)
            return &p->v[at];
        return NULL;
    }
    return NULL;
}

int position_place(struct db *db, struct position *p, int64_t log, int64_t next,
                   struct err *err)
{
    if (db_run(db, err, "INSERT OR REPLACE INTO position VALUES (?, ?, ?, ?, '')", "tiii",
               sv_cstr(p->topic), (int64_t)p->partition, log, next) < 0)
        return -1;
    p->log = log;
    p->next = p->stored_next = next;
    p->last[0] = '\0';
    p->mark = p->stored_mark = p->told = (struct position_record){0};
    p->from = next;
    p->stored = true;
    p->verify = p->ended = false; /* what was known of it was of the place before */
    return 0;
}

static int store_mark(struct db *db, const struct position *p, struct err *err)
{
    if (!p->mark.id[0] || p->mark.next == p->stored_mark.next)
        return 0;
    return db_run(db, err, "INSERT OR REPLACE INTO position_mark VALUES (?, ?, ?, ?, ?)",
                  "tiiit", sv_cstr(p->topic), (int64_t)p->partition, p->log, p->mark.next,
                  sv_cstr(p->mark.id));
}

static int another_writes(const struct position *p, struct err *err)
{
    return err_set(err, ERR_FATAL,
                   "%s/%d: the stored position is not %lld any more: another instance "
                   "writes to this state folder",
                   p->topic, (int)p->partition, (long long)p->stored_next);
}

int positions_store(struct db *db, struct positions *ps, struct err *err)
{
    for (size_t i = 0; i < ps->n; i++) {
        struct position *p = &ps->v[i];
        if (p->next == p->stored_next)
            continue;
        if (db_run(db, err,
                   "UPDATE position SET next = ?, last = ?"
                   " WHERE topic = ? AND partition = ? AND next = ? AND log = ?",
                   "ittiii", p->next, sv_cstr(p->last), sv_cstr(p->topic),
                   (int64_t)p->partition, p->stored_next, p->log) < 0)
            return -1;
        if (db_changes(db) != 1)
            return another_writes(p, err);
        if (store_mark(db, p, err) < 0)
            return -1;
    }
    return 0;
}

void positions_stored(struct positions *ps)
{
    for (size_t i = 0; i < ps->n; i++) {
        struct position *p = &ps->v[i];
        if (p->next != p->stored_next)
            p->stored_mark = p->mark;
        p->stored_next = p->next;
    }
}

int positions_store_marks(struct db *db, struct positions *ps, struct err *err)
{
    size_t moved = 0;
    for (size_t i = 0; i < ps->n; i++)
        moved += ps->v[i].mark.next != ps->v[i].stored_mark.next;
    if (moved == 0)
        return 0;
    if (db_begin(db, err) < 0)
        return -1;
    for (size_t i = 0; i < ps->n; i++)
        if (store_mark(db, &ps->v[i], err) < 0) {
            db_rollback(db);
            return -1;
        }
    if (db_commit(db, err) < 0)
        return -1;
    for (size_t i = 0; i < ps->n; i++)
        ps->v[i].stored_mark = ps->v[i].mark;
    return 0;
}

int positions_next_log(struct db *db, const char *topic, int64_t *out, struct err *err)
{
    int64_t max = 0;
    if (db_get_int(db, &max, err,
                   "SELECT coalesce(max(log), 0) FROM position WHERE topic = ?", "t",
                   sv_cstr(topic)) < 0)
        return -1;
    *out = max + 1;
    return 0;
}

int positions_beyond(struct db *db, const char *topic, int32_t partitions,
                     struct err *err)
{
    int64_t any = 0;
    return db_get_int(
               db, &any, err,
               "SELECT EXISTS(SELECT 1 FROM position WHERE topic = ? AND partition >= ?)",
               "ti", sv_cstr(topic), (int64_t)partitions) < 0
               ? -1
               : any != 0;
}

int positions_forget_beyond(struct db *db, const char *topic, int32_t partitions,
                            struct err *err)
{
    return db_run(db, err, "DELETE FROM position WHERE topic = ? AND partition >= ?",
                  "ti", sv_cstr(topic), (int64_t)partitions) < 0 ||
                   db_run(db, err,
                          "DELETE FROM position_mark WHERE topic = ? AND partition >= ?",
                          "ti", sv_cstr(topic), (int64_t)partitions) < 0
               ? -1
               : 0;
}

int positions_renumber(struct db *db, struct positions *ps, const char *topic,
                       int64_t log, struct err *err)
{
    if (db_run(db, err, "UPDATE position SET log = ? WHERE topic = ?", "it", log,
               sv_cstr(topic)) < 0 ||
        db_run(db, err, "UPDATE position_mark SET log = ? WHERE topic = ?", "it", log,
               sv_cstr(topic)) < 0)
        return -1;
    for (size_t i = 0; i < ps->n; i++)
        if (strcmp(ps->v[i].topic, topic) == 0)
            ps->v[i].log = log;
    return 0;
}

void position_take(struct position *p, int64_t offset, struct sv ce_id)
{
    p->next = offset + 1;
    p->ended = false;
    copy_text(p->last, sizeof p->last, ce_id);
    if (!p->mark.id[0]) /* whatever it is of, nothing was read of that before */
        mark_here(p);
}

int position_skip(struct db *db, struct position *p, int64_t next, struct err *err)
{
    struct sv topic = sv_cstr(p->topic);
    if (db_run(db, err, "DELETE FROM position_mark WHERE topic = ? AND partition = ?",
               "ti", topic, (int64_t)p->partition) < 0 ||
        db_run(db, err,
               "UPDATE position SET next = ?, last = '' WHERE topic = ? AND partition = ?"
               " AND next = ? AND log = ?",
               "itiii", next, topic, (int64_t)p->partition, p->stored_next, p->log) < 0)
        return -1;
    if (db_changes(db) != 1)
        return another_writes(p, err);
    p->next = p->stored_next = p->from = next;
    p->last[0] = '\0';
    p->mark = p->stored_mark = p->told = (struct position_record){0};
    p->verify = p->ended = false;
    return 0;
}

static bool is_marked(const struct position *p)
{
    return p->mark.id[0] && p->mark.next > p->low && p->mark.next <= p->next &&
           p->next - p->mark.next <= REREAD_MAX;
}

/* The mark is too far behind: as far back as is read again. 1, 0 nothing to read, -1 */
static int step_back_unmarked(struct db *db, struct position *p, struct err *err)
{
    int64_t log, from = p->next - REREAD_MAX;
    from = from > p->low ? from : p->low;
    if (!p->mark.id[0] || p->next - p->mark.next <= REREAD_MAX || from >= p->next)
        return 0;
    if (positions_next_log(db, p->topic, &log, err) < 0 ||
        position_place(db, p, log, from, err) < 0)
        return -1;
    return 1;
}

int position_step_back(struct db *db, struct position *p, struct err *err)
{
    int64_t log;
    struct position_record mark = p->mark;
    if (!is_marked(p))
        return step_back_unmarked(db, p, err);
    if (mark.next == p->next)
        return 0;
    if (positions_next_log(db, p->topic, &log, err) < 0 ||
        position_place(db, p, log, mark.next, err) < 0)
        return -1;
    p->mark = mark;
    memcpy(p->last, mark.id, sizeof p->last);
    if (db_run(db, err, "UPDATE position SET last = ? WHERE topic = ? AND partition = ?",
               "tti", sv_cstr(p->last), sv_cstr(p->topic), (int64_t)p->partition) < 0 ||
        store_mark(db, p, err) < 0)
        return -1;
    p->stored_mark = mark;
    return 1;
}

void position_begin(struct position *p)
{
    if (!is_marked(p))
        p->last[0] ? mark_here(p) : (void)(p->mark = (struct position_record){0});
    p->verify = p->mark.id[0] && p->mark.next > p->low;
    p->from = p->verify ? p->mark.next - 1 : p->next;
    p->told = (struct position_record){0};
}

const char *position_expects(const struct position *p, int64_t offset)
{
    if (p->mark.id[0] && offset == p->mark.next - 1)
        return p->mark.id;
    return p->last[0] && offset == p->next - 1 ? p->last : NULL;
}

void position_tell(struct position *p)
{
    p->told = (struct position_record){0};
    if (p->verify || !p->last[0])
        return;
    p->told.next = p->next;
    memcpy(p->told.id, p->last, sizeof p->told.id);
}

void position_proven(struct position *p)
{
    if (p->told.id[0])
        p->mark = p->told;
}
