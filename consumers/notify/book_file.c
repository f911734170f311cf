#define _DEFAULT_SOURCE /* explicit_bzero */
#include "book.h"

#include "lib/file.h"
#include "lib/json.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_BYTES_MAX = 16 << 20, SECRET_BYTES_MAX = 1024 };

struct draft {              /* what a line asks for */
    struct subscription *s; /* NULL: the one in force stays as it is */
    const char *id;         /* of either */
    int line;
};

struct drafts {
    struct draft *v;
    size_t n, cap;
};

/* -- reading */

static int read_secret(const char *list, struct sv name, struct buf *out, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    struct stat st;
    const char *slash = strrchr(list, '/');
    if (name.p && name.p[0] != '/' && slash)
        buf_add(&path, list, (size_t)(slash - list) + 1);
    buf_add_sv(&path, name);
    if (!name.n)
        return err_set(err, ERR_BAD_INPUT, "secret_file is missing");
    if (stat(path.p, &st) == 0 && (st.st_mode & 077))
        return err_set(err, ERR_BAD_INPUT, "%s: others can read it; chmod 600", path.p);
    return file_read(path.p, SECRET_BYTES_MAX, out, err);
}

static int read_line(const struct book *b, const char *path, struct sv line, int64_t now,
                     struct subscription **out, struct err *err)
{
    AUTO(json_free) struct json *o = NULL;
    AUTO(buf_free) struct buf secret = {0};
    if (json_read(line, &o, err) != 0 ||
        read_secret(path, json_member_text(o, "secret_file"), &secret, err) != 0)
        return -1;
    struct book_entry e = {.id = json_member_text(o, "id"),
                           .query = json_member_text(o, "query"),
                           .url = json_member_text(o, "url"),
                           .secret = sv_trim(buf_sv(&secret)),
                           .from_file = true};
    int rc = book_make(&e, b->fts, out, err);
    if (secret.p)
        explicit_bzero(secret.p, secret.n);
    if (rc == 0 && book_follow(*out, book_find(b, sv_cstr((*out)->id)), now, err) != 0) {
        subscription_free(out);
        rc = -1;
    }
    return rc;
}

static void add_draft(struct drafts *d, const struct draft *one)
{
    if (d->n == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 64;
        d->v = mem_resize(d->v, d->cap, sizeof *d->v);
    }
    d->v[d->n++] = *one;
}

static bool is_same(const struct subscription *a, const struct subscription *b)
{
    return a && strcmp(a->text, b->text) == 0 && strcmp(a->url, b->url) == 0 &&
           strcmp(a->secret, b->secret) == 0;
}

/* A list that was cut to nothing, by a full disk or a writer that is not done, is not
 * taken for the wish to have no subscription. */
static int refuse_empty(const struct book *b, const char *path, struct err *err)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->v[i]->from_file)
            return err_set(
                err, ERR_BAD_INPUT,
                "%s: is empty: if all its subscriptions are to go, leave a line "
                "with # in it",
                path);
    return 0;
}

static int read_lines(const struct book *b, const char *path, int64_t now,
                      struct drafts *d, struct err *err)
{
    AUTO(buf_free) struct buf text = {0};
    struct sv rest, line;
    if (file_read(path, FILE_BYTES_MAX, &text, err) != 0)
        return -1;
    if (text.n == 0)
        return refuse_empty(b, path, err);
    rest = buf_sv(&text);
    for (int n = 1; sv_cut(&rest, '\n', &line); n++) {
        struct subscription *s = NULL;
        line = sv_trim(line);
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (read_line(b, path, line, now, &s, err) != 0)
            return err_wrap(err, "%s:%d", path, n);
        const struct subscription *old = book_find(b, sv_cstr(s->id));
        if (is_same(old, s)) /* both would be twice the memory */
            subscription_free(&s);
        add_draft(d, &(struct draft){s, s ? s->id : old->id, n});
    }
    return 0;
}

static int by_id(const void *a, const void *b)
{
    const struct draft *x = a, *y = b;
    int cmp = strcmp(x->id, y->id);
    return cmp ? cmp : x->line - y->line;
}

static int by_line(const void *a, const void *b)
{
    const struct draft *x = a, *y = b;
    return x->line - y->line;
}

static int check_ids(const char *path, struct drafts *d, struct err *err)
{
    int rc = 0;
    if (d->n)
        qsort(d->v, d->n, sizeof *d->v, by_id);
    for (size_t i = 1; i < d->n && rc == 0; i++)
        if (strcmp(d->v[i - 1].id, d->v[i].id) == 0)
            rc = err_set(err, ERR_BAD_INPUT,
                         "%s:%d: subscription %s stands twice, first in line %d; take "
                         "one out or give it another id",
                         path, d->v[i].line, d->v[i].id, d->v[i - 1].line);
    if (d->n)
        qsort(d->v, d->n, sizeof *d->v, by_line);
    return rc;
}

/* -- putting into force */

/* Which of the book's the file still names; how many there would be. */
static size_t mark_named(struct book *b, const struct drafts *d)
{
    size_t n = d->n;
    for (size_t i = 0; i < b->n; i++) {
        b->v[i]->named = false;
        n += !b->v[i]->from_file;
    }
    for (size_t i = 0; i < d->n; i++) {
        struct subscription *old = book_find(b, sv_cstr(d->v[i].id));
        if (old)
            old->named = true;
    }
    return n;
}

static bool is_gone(const struct subscription *s)
{
    return s->from_file && !s->named;
}

static int save_all(struct book *b, const struct drafts *d, int64_t now, struct err *err)
{
    for (size_t i = 0; i < d->n; i++) {
        struct subscription *s = d->v[i].s;
        if (!s)
            continue;
        const struct subscription *old = book_find(b, sv_cstr(s->id));
        if (ledger_save(b->db, s, now, err) != 0 ||
            (book_moves(s, old) && ledger_hasten(b->db, s->n, false, now, err) != 0))
            return -1;
    }
    for (size_t i = 0; i < b->n; i++)
        if (is_gone(b->v[i]) && ledger_remove(b->db, b->v[i]->n, err) != 0)
            return -1;
    return 0;
}

static int save(struct book *b, const struct drafts *d, int64_t now, struct err *err)
{
    if (db_begin(b->db, err) != 0)
        return -1;
    if (save_all(b, d, now, err) == 0 && db_commit(b->db, err) == 0)
        return 0;
    db_rollback(b->db);
    return -1;
}

static void take_all(struct book *b, struct drafts *d)
{
    for (size_t i = b->n; i-- > 0;)
        if (is_gone(b->v[i])) {
            book_tell(b->v[i], "removed");
            book_drop(b, b->v[i]);
        }
    for (size_t i = 0; i < d->n; i++) {
        struct subscription *s = d->v[i].s;
        if (!s)
            continue;
        d->v[i].s = NULL;
        book_tell(s, subscription_state_name[s->state]);
        book_take(b, s);
    }
}

int book_read_file(struct book *b, const char *path, int64_t now, struct err *err)
{
    struct drafts d = {0};
    int rc = read_lines(b, path, now, &d, err);
    if (rc == 0)
        rc = check_ids(path, &d, err);
    if (rc == 0 && mark_named(b, &d) > BOOK_MAX)
        rc = err_set(err, ERR_BAD_INPUT,
                     "%s: at most %d subscriptions, with those made by the command; take "
                     "some out",
                     path, (int)BOOK_MAX);
    if (rc == 0)
        rc = save(b, &d, now, err);
    if (rc == 0)
        take_all(b, &d);
    for (size_t i = 0; i < d.n; i++)
        subscription_free(&d.v[i].s);
    mem_free(&d.v);
    return rc;
}
