/* A table file: comment lines begin with #, the first other line names the columns. */
#include "knowledge_internal.h"
#include "lib/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 2048, FILE_BYTES = 8 << 20 };

struct reader {
    struct knowledge *k;
    size_t table;
    const char *where;
    uint32_t line;
    size_t place[KNOWLEDGE_COLUMNS]; /* of the file's columns in the table's order */
    size_t columns;                  /* of the file; 0: not read yet */
};

void knowledge_register(struct knowledge *k, size_t i)
{
    struct knowledge_table *t = &k->table[i];
    struct sv rest = sv_cstr(k->registered[i].columns), name;
    t->name = k->registered[i].name;
    while (sv_cut(&rest, ' ', &name) && t->columns < KNOWLEDGE_COLUMNS)
        t->column[t->columns++] = name;
}

static int unknown_column(const struct reader *r, struct sv name, bool alone,
                          struct err *err)
{
    const struct knowledge_table *t = &r->k->table[r->table];
    return err_set(err, ERR_BAD_INPUT,
                   "unknown column \"" SV_FMT "\" of table %s: the first line names %s"
                   "%s",
                   SV_ARG(name), t->name, r->k->registered[r->table].columns,
                   alone ? ", with a tab between two" : "");
}

static int read_columns(struct reader *r, struct sv line, struct err *err)
{
    const struct knowledge_table *t = &r->k->table[r->table];
    bool alone = memchr(line.p, '\t', line.n) == NULL;
    bool seen[KNOWLEDGE_COLUMNS] = {false};
    struct sv name;
    while (sv_cut(&line, '\t', &name)) {
        size_t i = 0;
        while (i < t->columns && !sv_eq(t->column[i], name))
            i++;
        if (i == t->columns)
            return unknown_column(r, name, alone, err);
        if (seen[i])
            return err_set(err, ERR_BAD_INPUT, "column " SV_FMT " is named twice",
                           SV_ARG(name));
        seen[i] = true;
        r->place[r->columns++] = i;
    }
    for (size_t i = 0; i < t->columns; i++)
        if (!seen[i])
            return err_set(err, ERR_BAD_INPUT, "column " SV_FMT " of table %s is missing",
                           SV_ARG(t->column[i]), t->name);
    return 0;
}

/* Columns whose words the code knows: a misspelt one would never count. */
static bool is_closed(struct sv column)
{
    static const struct sv closed[] = {{"lang", 4}, {"kind", 4},     {"class", 5},
                                       {"form", 4}, {"role", 4},     {"month", 5},
                                       {"use", 3},  {"strength", 8}, {"marking", 7}};
    for (size_t i = 0; i < ARRAY_LEN(closed); i++)
        if (sv_eq(column, closed[i]))
            return true;
    return false;
}

static bool holds(const struct knowledge_table *t, size_t rows, size_t column,
                  struct sv value)
{
    for (size_t i = 0; i < rows; i++)
        if (sv_eq(t->row[i].cell[column], value))
            return true;
    return false;
}

static const struct knowledge_table *table_called(const struct knowledge *k,
                                                  const char *name)
{
    for (size_t i = 0; i < k->tables; i++)
        if (strcmp(k->table[i].name, name) == 0)
            return &k->table[i];
    return NULL;
}

static int refuse_value(const struct knowledge_table *t, size_t column, struct sv name,
                        struct sv value, struct err *err)
{
    AUTO(buf_free) struct buf known = {0};
    for (size_t i = 0; i < t->rows && known.n < 160; i++) {
        struct sv v = t->row[i].cell[column];
        if (v.n && !holds(t, i, column, v))
            buf_addf(&known, "%s" SV_FMT, known.n ? ", " : "", SV_ARG(v));
    }
    return err_set(err, ERR_BAD_INPUT,
                   "column " SV_FMT " holds \"" SV_FMT "\"; it takes " SV_FMT,
                   SV_ARG(name), SV_ARG(value), SV_ARG(buf_sv(&known)));
}

/* An added row fills what every row of the table fills, with words that are known where
 * the code must know them. */
static int check_row(const struct knowledge *k, const struct knowledge_table *t,
                     const struct knowledge_row *row, struct err *err)
{
    for (size_t i = 0; i < t->columns; i++) {
        struct sv name = t->column[i], value = row->cell[i];
        const struct knowledge_table *words = t;
        size_t column = i;
        if (sv_eq(name, SV("lang"))) { /* the code of a language */
            words = table_called(k, "languages");
            column = 0;
        }
        if (value.n == 0 && !holds(t, t->rows, i, SV("")))
            return err_set(err, ERR_BAD_INPUT, "column " SV_FMT " is empty",
                           SV_ARG(name));
        if (value.n && words && is_closed(name) &&
            !holds(words, words->rows, column, value))
            return refuse_value(words, column, name, value, err);
    }
    return 0;
}

static int read_row(struct reader *r, struct sv line, struct err *err)
{
    struct knowledge *k = r->k;
    struct knowledge_table *t = &k->table[r->table];
    struct knowledge_row row = {.file = r->where, .line = r->line};
    struct sv cell;
    size_t n = 0;
    for (size_t i = 0; i < KNOWLEDGE_COLUMNS; i++)
        row.cell[i] = SV("");
    for (; sv_cut(&line, '\t', &cell); n++) {
        if (n == r->columns)
            return err_set(err, ERR_BAD_INPUT, "more than the %zu cells of table %s",
                           r->columns, t->name);
        row.cell[r->place[n]] = cell;
    }
    if (k->own_read && check_row(k, t, &row, err) != 0)
        return -1;
    if (t->rows == 1 << 20)
        return err_set(err, ERR_BAD_INPUT, "table %s has over a million lines", t->name);
    if (t->rows == k->capacity[r->table]) {
        k->capacity[r->table] = t->rows ? 2 * t->rows : 32;
        k->rows[r->table] =
            mem_resize(k->rows[r->table], k->capacity[r->table], sizeof *t->row);
        t->row = k->rows[r->table];
    }
    k->rows[r->table][t->rows++] = row;
    return 0;
}

static bool is_utf8(struct sv s)
{
    const char *p = s.p, *e = s.p + s.n;
    while (p < e) {
        uint64_t eight = 0;
        if (e - p >= 8) /* most lines are ASCII */
            memcpy(&eight, p, sizeof eight);
        if (e - p >= 8 && (eight & UINT64_C(0x8080808080808080)) == 0) {
            p += 8;
            continue;
        }
        struct utf8_char c = utf8_next(p, e);
        if (!c.ok)
            return false;
        p += c.len;
    }
    return true;
}

static int read_line(struct reader *r, struct sv line, struct err *err)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    if (line.n > LINE_BYTES)
        return err_set(err, ERR_BAD_INPUT, "line of %zu bytes; the limit is %d", line.n,
                       LINE_BYTES);
    if (!is_utf8(line) || memchr(line.p, '\0', line.n))
        return err_set(err, ERR_BAD_INPUT, "invalid UTF-8");
    hash_stream_add(r->k->hash, line);
    hash_stream_add(r->k->hash, SV("\n"));
    return r->columns == 0 ? read_columns(r, line, err) : read_row(r, line, err);
}

int knowledge_read(struct knowledge *k, const char *name, const char *where,
                   struct sv text, struct err *err)
{
    struct reader r = {.k = k, .where = where, .table = k->tables};
    struct sv stem = sv_cstr(name), line;
    stem.n = sv_ends(stem, SV(".tsv")) ? stem.n - 4 : stem.n;
    for (size_t i = 0; i < k->tables; i++)
        if (sv_eq(stem, sv_cstr(k->table[i].name)))
            r.table = i;
    if (r.table == k->tables)
        return err_set(err, ERR_BAD_INPUT, "%s: there is no table " SV_FMT, where,
                       SV_ARG(stem));
    hash_stream_add(k->hash, stem);
    hash_stream_add(k->hash, SV("\n"));
    if (sv_starts(text, SV("\xEF\xBB\xBF")))
        text = sv_sub(text, 3, text.n);
    while (sv_cut(&text, '\n', &line)) {
        r.line++;
        if (read_line(&r, line, err) != 0)
            return err_wrap(err, "%s:%u", where, r.line);
    }
    if (r.columns == 0)
        return err_set(err, ERR_BAD_INPUT, "%s: no line names the columns", where);
    return 0;
}

static void close_file(FILE **f)
{
    if (*f)
        (void)fclose(*f); /* it was only read */
}

int knowledge_read_file(struct knowledge *k, const char *path, struct err *err)
{
    AUTO(close_file) FILE *f = fopen(path, "rb");
    AUTO(buf_free) struct buf b = {0};
    if (!f)
        return err_sys(err, ERR_BAD_INPUT, errno, "%s", path);
    while (!feof(f) && !ferror(f) && b.n <= FILE_BYTES) {
        buf_reserve(&b, 65536);
        b.n += fread(b.p + b.n, 1, 65536, f);
    }
    if (ferror(f))
        return err_sys(err, ERR_BAD_INPUT, errno, "%s", path);
    if (b.n > FILE_BYTES)
        return err_set(err, ERR_BAD_INPUT, "%s: a table of over %d MiB", path,
                       FILE_BYTES >> 20);
    const char *slash = strrchr(path, '/');
    struct sv where = arena_copy(&k->arena, sv_cstr(path));
    return knowledge_read(k, slash ? slash + 1 : path, where.p,
                          arena_copy(&k->arena, buf_sv(&b)), err);
}

static void close_dir(DIR **d)
{
    if (*d)
        (void)closedir(*d);
}

static int compare_names(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

int knowledge_read_dir(struct knowledge *k, const char *dir, struct err *err)
{
    AUTO(close_dir) DIR *d = opendir(dir);
    struct sv *path = NULL;
    size_t n = 0, cap = 0;
    const struct dirent *e;
    if (!d)
        return err_sys(err, ERR_BAD_INPUT, errno, "%s", dir);
    while ((e = readdir(d)) != NULL)
        if (e->d_name[0] != '.' && sv_ends(sv_cstr(e->d_name), SV(".tsv")))
            *(struct sv *)arena_push(&k->arena, &path, &n, &cap, sizeof *path) =
                arena_printf(&k->arena, "%s/%s", dir, e->d_name);
    if (n > 0)
        qsort(path, n, sizeof *path, compare_names);
    for (size_t i = 0; i < n; i++)
        if (knowledge_read_file(k, path[i].p, err) != 0)
            return -1;
    return 0;
}
