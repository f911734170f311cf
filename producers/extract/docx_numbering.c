#include "docx_numbering.h"

#include "lib/xml.h"
#include "numeral.h"

#include <stdlib.h>

enum { ABSTRACTS = 256, LISTS = 1024, LEVELS = 9, TEMPLATE_BYTES = 24, ID_BYTES = 48 };

struct level {
    char format; /* '1' 'a' 'A' 'i' 'I', '-' for a bullet, '\0' for no mark */
    char template[TEMPLATE_BYTES]; /* "%1.%2." */
    char style[ID_BYTES];          /* the paragraph style that means this level */
    long start;
    long count; /* the number that came last, where `counted` */
    bool counted;
};

struct abstract {
    long id;
    struct level level[LEVELS];
};

/* Lists of one abstract list go on counting where the other one ended, but for a level
 * that says at which number its list begins. */
struct list {
    long id, abstract;
    long begin[LEVELS]; /* -1: not said */
    bool used[LEVELS];
};

struct docx_numbering {
    struct abstract abstracts[ABSTRACTS];
    struct list lists[LISTS];
    size_t nabstracts, nlists;
    struct abstract *open_abstract;
    struct level *open_level;
    struct list *open_list;
    long open_override; /* the level, or -1 */
};

struct docx_numbering *docx_numbering_new(void)
{
    return mem_zalloc(sizeof(struct docx_numbering));
}

void docx_numbering_free(struct docx_numbering **n)
{
    free(*n);
    *n = NULL;
}

static long value_of(const struct xml_attribute *a, size_t n, const char *name)
{
    uint64_t v;
    for (size_t i = 0; i < n; i++)
        if (sv_eq(a[i].name, sv_cstr(name)) && sv_u64(a[i].value, &v) && v < 1000000)
            return (long)v;
    return -1;
}

static struct sv text_of(const struct xml_attribute *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq(a[i].name, SV("val")))
            return a[i].value;
    return SV_NULL;
}

static char format_of(struct sv name)
{
    static const struct {
        const char *name;
        char format;
    } formats[] = {{"decimal", '1'},     {"decimalZero", '1'}, {"lowerLetter", 'a'},
                   {"upperLetter", 'A'}, {"lowerRoman", 'i'},  {"upperRoman", 'I'}};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (sv_eq(name, sv_cstr(formats[i].name)))
            return formats[i].format;
    return (char)(sv_eq(name, SV("none")) ? '\0' : '-');
}

static void open_level(struct docx_numbering *d, long index)
{
    if (d->open_abstract && index >= 0 && index < LEVELS) {
        d->open_level = &d->open_abstract->level[index];
        *d->open_level = (struct level){.format = '-', .start = 1};
    }
}

static void open_list_element(struct docx_numbering *d, struct sv name,
                              const struct xml_attribute *a, size_t n)
{
    struct list *l = d->open_list;
    if (sv_eq(name, SV("num")) && d->nlists < LISTS) {
        d->open_list = l = &d->lists[d->nlists++];
        *l = (struct list){.id = value_of(a, n, "numId"), .abstract = -1};
        for (int i = 0; i < LEVELS; i++)
            l->begin[i] = -1;
    } else if (sv_eq(name, SV("abstractNumId")) && l) {
        l->abstract = value_of(a, n, "val");
    } else if (sv_eq(name, SV("lvlOverride"))) {
        d->open_override = value_of(a, n, "ilvl");
    } else if (sv_eq(name, SV("startOverride")) && l && d->open_override >= 0 &&
               d->open_override < LEVELS) {
        l->begin[d->open_override] = value_of(a, n, "val");
    }
}

static void open_element(void *ctx, struct sv name, const struct xml_attribute *a,
                         size_t n)
{
    struct docx_numbering *d = ctx;
    struct level *l = d->open_level;
    if (sv_eq(name, SV("abstractNum")) && d->nabstracts < ABSTRACTS) {
        d->open_abstract = &d->abstracts[d->nabstracts++];
        d->open_abstract->id = value_of(a, n, "abstractNumId");
    } else if (sv_eq(name, SV("lvl"))) {
        open_level(d, value_of(a, n, "ilvl"));
    } else if (sv_eq(name, SV("numFmt")) && l) {
        l->format = format_of(text_of(a, n));
    } else if (sv_eq(name, SV("start")) && l) {
        l->start = value_of(a, n, "val") >= 0 ? value_of(a, n, "val") : 1;
    } else if (sv_eq(name, SV("lvlText")) && l) {
        struct sv t = text_of(a, n);
        size_t k = t.n < TEMPLATE_BYTES - 1 ? t.n : TEMPLATE_BYTES - 1;
        memcpy(l->template, t.p ? t.p : "", k);
        l->template[k] = '\0';
    } else if (sv_eq(name, SV("pStyle")) && l) {
        struct sv t = text_of(a, n);
        size_t k = t.n < ID_BYTES - 1 ? t.n : ID_BYTES - 1;
        memcpy(l->style, t.p ? t.p : "", k);
        l->style[k] = '\0';
    } else {
        open_list_element(d, name, a, n);
    }
}

static void close_element(void *ctx, struct sv name)
{
    struct docx_numbering *d = ctx;
    if (sv_eq(name, SV("abstractNum")))
        d->open_abstract = NULL, d->open_level = NULL;
    else if (sv_eq(name, SV("lvl")))
        d->open_level = NULL;
    else if (sv_eq(name, SV("num")))
        d->open_list = NULL;
}

static void ignore_text(void *ctx, struct sv text)
{
    (void)ctx, (void)text;
}

int docx_numbering_read(struct docx_numbering *n, struct sv xml, struct err *err)
{
    static const struct xml_handler handler = {open_element, close_element, ignore_text};
    return xml_parse(xml, XML_STRICT, &handler, n, err);
}

static struct list *find_list(struct docx_numbering *d, long id)
{
    for (size_t i = 0; i < d->nlists; i++)
        if (d->lists[i].id == id)
            return &d->lists[i];
    return NULL;
}

static struct level *levels_of(struct docx_numbering *d, const struct list *l)
{
    for (size_t i = 0; l && i < d->nabstracts; i++)
        if (d->abstracts[i].id == l->abstract)
            return d->abstracts[i].level;
    return NULL;
}

long docx_numbering_level(struct docx_numbering *d, long list_id, struct sv style)
{
    const struct level *levels = levels_of(d, find_list(d, list_id));
    for (long i = 0; levels && style.n && i < LEVELS; i++)
        if (sv_eq(sv_cstr(levels[i].style), style))
            return i;
    return 0;
}

/* The next number of a level; deeper levels begin anew. */
static void count(struct list *l, struct level *levels, long at)
{
    struct level *level = &levels[at];
    if (!l->used[at] && l->begin[at] >= 0)
        level->count = l->begin[at];
    else
        level->count = level->counted ? level->count + 1 : level->start;
    level->counted = l->used[at] = true;
    for (long i = at + 1; i < LEVELS; i++)
        levels[i].counted = false;
}

void docx_numbering_next(struct docx_numbering *d, long list_id, long level,
                         struct buf *mark)
{
    struct list *l = find_list(d, list_id);
    struct level *levels = levels_of(d, l);
    if (list_id == 0 || level < 0 || level >= LEVELS)
        return;
    if (levels && levels[level].format == '\0')
        return;
    for (long i = 0; i < level; i++)
        buf_lit(mark, "  ");
    if (!levels || levels[level].format == '-') {
        buf_lit(mark, "- ");
        return;
    }
    count(l, levels, level);
    for (const char *t = levels[level].template; *t; t++) {
        long i = t[0] == '%' && t[1] >= '1' && t[1] <= '9' ? t[1] - '1' : -1;
        if (i < 0) {
            buf_addc(mark, *t);
            continue;
        }
        numeral_add(mark, levels[i].format,
                    levels[i].counted ? levels[i].count : levels[i].start);
        t++;
    }
    buf_addc(mark, ' ');
}
