#include "knowledge_internal.h"
#include "lib/buf.h"
#include "lib/embed.h"
#include "lib/hash.h"
#include "phrases.h"
#include "producers/parse/decisions/decide_book.h"

#include <stdlib.h>

/* All tables: one line each. Columns in the order of knowledge_row.cell. */
static const struct registration tables[] = {
    /* name         columns                                        scanned, sorted,
       placeholder, of rows with class */
    {"placeholders", "name pattern case", false, false, NULL, NULL},
    {"bodies", "pattern case name class", true, false, "body", NULL},
    {"formulas", "pattern case lang form kind act", true, false, NULL, NULL},
    {"particles", "finite particle participle", false, false, NULL, NULL},
    {"outcomes", "words lang kind act", false, false, NULL, NULL},
    {"citations", "pattern case form value", true, false, NULL, NULL},
    {"labels", "label lang role", false, false, NULL, NULL},
    {"types", "type lang code", false, false, NULL, NULL},
    {"months", "name lang month", false, false, NULL, NULL},
    {"datewords", "word lang role", false, false, NULL, NULL},
    {"institutions", "name lang kind", false, false, NULL, NULL},
    {"places", "place lang", false, false, NULL, NULL},
    {"addressees", "name lang kind", false, false, NULL, NULL},
    {"openings", "words lang strength", false, false, NULL, NULL},
    {"meetings", "words lang role", false, false, NULL, NULL},
    {"furniture", "words role", false, false, NULL, NULL},
    {"codes", "code use", false, false, NULL, NULL},
    {"markings", "text marking", false, false, NULL, NULL},
    {"languages", "code name words names", false, false, NULL, NULL},
    {"councils", "lang council european-council union", false, false, NULL, NULL},
    {"actions", "words lang where", false, true, NULL, NULL},
};

static int read_embedded(struct knowledge *k, struct err *err)
{
    for (const struct embedded_file *f = knowledge_tables; f->name; f++) {
        struct sv text = {(const char *)f->data, f->size};
        if (knowledge_read(k, f->name, f->name, text, err) != 0)
            return -1;
    }
    for (size_t i = 0; i < k->tables; i++)
        k->embedded[i] = k->table[i].rows;
    hash_stream_so_far(k->hash, k->embedded_rules);
    k->own_read = true;
    return 0;
}

static int by_first_cell(const void *a, const void *b)
{
    struct sv x = ((const struct knowledge_row *)a)->cell[0],
              y = ((const struct knowledge_row *)b)->cell[0];
    int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
    return order ? order : (x.n > y.n) - (x.n < y.n);
}

static void sort_rows(struct knowledge *k)
{
    for (size_t i = 0; i < k->tables; i++)
        if (k->registered[i].sorted)
            qsort(k->rows[i], k->table[i].rows, sizeof **k->rows, by_first_cell);
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

/* A second sign that is no small letter may be printed otherwise: a blank, an apostrophe.
 */
static void index_actions(struct knowledge *k)
{
    const struct knowledge_table *t = knowledge_table(k, "actions");
    size_t rows = t ? t->rows : 0;
    k->action_second = arena_alloc(&k->arena, rows + 1);
    for (size_t i = 0; i < rows; i++) {
        struct sv words = t->row[i].cell[0];
        unsigned char first = (unsigned char)words.p[0];
        char second = (char)(words.n > 1 ? words.p[1] : ' ');
        k->action_second[i] = second;
        k->action[first] |= is_small(second) ? UINT32_C(1) << (second & 31) : UINT32_MAX;
        k->action_end[first] = (uint32_t)i + 1;
    }
    for (size_t c = 1; c < ARRAY_LEN(k->action_end); c++)
        if (!k->action[c])
            k->action_end[c] = k->action_end[c - 1];
}

int knowledge_open_file(const char *dir, const char *file, struct knowledge **out,
                        struct err *err)
{
    AUTO(knowledge_free) struct knowledge *k = mem_zalloc(sizeof *k);
    struct hash_stream *h = hash_stream_new();
    k->hash = h;
    k->registered = tables;
    k->tables = ARRAY_LEN(tables);
    arena_init(&k->arena, SIZE_MAX / 2);
    k->table = mem_zalloc(k->tables * sizeof *k->table);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    k->rows = mem_zalloc(k->tables * sizeof *k->rows);
    k->capacity = mem_zalloc(k->tables * sizeof *k->capacity);
    k->embedded = mem_zalloc(k->tables * sizeof *k->embedded);
    for (size_t i = 0; i < k->tables; i++)
        knowledge_register(k, i);
    hash_stream_add(h, sv_cstr(knowledge_code_version));
    if (read_embedded(k, err) != 0 || (dir && knowledge_read_dir(k, dir, err) != 0) ||
        (file && knowledge_read_file(k, file, err) != 0))
        return -1;
    hash_stream_hex(h, k->rules);
    sort_rows(k);
    if (knowledge_build(k, err) != 0 || phrases_build(k, &k->phrases, err) != 0)
        return -1;
    k->book = decide_book_build(k);
    index_actions(k);
    MOVE(*out, k);
    return 0;
}

int knowledge_open(const char *dir, struct knowledge **out, struct err *err)
{
    return knowledge_open_file(dir, NULL, out, err);
}

void knowledge_free(struct knowledge **kp)
{
    struct knowledge *k = *kp;
    if (!k)
        return;
    for (size_t i = 0; i < k->tables; i++)
        free(k->rows[i]);
    free(k->rows);
    free(k->table);
    free(k->capacity);
    free(k->embedded);
    matcher_free(&k->matcher);
    phrases_free(&k->phrases);
    decide_book_free(&k->book);
    hash_stream_free(&k->hash);
    arena_free(&k->arena);
    free(k);
    *kp = NULL;
}

const struct knowledge_table *knowledge_table(const struct knowledge *k, const char *name)
{
    for (size_t i = 0; i < k->tables; i++)
        if (strcmp(k->table[i].name, name) == 0)
            return &k->table[i];
    return NULL;
}

int knowledge_column(const struct knowledge_table *t, const char *name)
{
    for (size_t i = 0; i < t->columns; i++)
        if (sv_eq(t->column[i], sv_cstr(name)))
            return (int)i;
    return -1;
}

const struct matcher *knowledge_matcher(const struct knowledge *k)
{
    return k->matcher;
}

const struct knowledge_table *knowledge_table_at(const struct knowledge *k, size_t index)
{
    return index < k->tables ? &k->table[index] : NULL;
}

const struct phrases *knowledge_phrases(const struct knowledge *k)
{
    return k->phrases;
}

bool knowledge_action_begins(const struct knowledge *k, const char *p)
{
    return k->action[(unsigned char)p[0]] >> (p[1] & 31) & 1;
}

size_t knowledge_action_row(const struct knowledge *k, const char *p, size_t from)
{
    unsigned char c = (unsigned char)p[0];
    size_t first = c ? k->action_end[c - 1] : 0;
    for (size_t i = from > first ? from : first; i < k->action_end[c]; i++)
        if (k->action_second[i] == p[1] || !is_small(k->action_second[i]))
            return i;
    return SIZE_MAX;
}

const struct decide_book *knowledge_decide_book(const struct knowledge *k)
{
    return k->book;
}

size_t knowledge_table_count(const struct knowledge *k)
{
    return k->tables;
}

struct sv knowledge_rules(const struct knowledge *k)
{
    return (struct sv){k->rules, HASH_HEX};
}
