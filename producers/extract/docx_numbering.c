#include "docx_numbering.h"

#include "lib/xml.h"
#include "numeral.h"

#include <stdlib.h>

enum { ABSTRACTS = 256, LISTS = 1024, LEVELS = 9, TEMPLATE_BYTES = 24 };

struct level {
    char format;                   /* '1' 'a' 'A' 'i' 'I', or '-' for a bullet */
    char template[TEMPLATE_BYTES]; /* "%1.%2." */
    long start;
};

struct abstract {
    long id;
    struct level level[LEVELS];
};

struct list {
    long id, abstract;
    long count[LEVELS];
};

struct docx_numbering {
    struct abstract abstracts[ABSTRACTS];
    struct list lists[LISTS];
    size_t nabstracts, nlists;
    struct abstract *open_abstract;
    struct level *open_level;
    struct list *open_list;
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
    return '-';
}

static void open_level(struct docx_numbering *d, long index)
{
    if (d->open_abstract && index >= 0 && index < LEVELS) {
        d->open_level = &d->open_abstract->level[index];
        *d->open_level = (struct level){.format = '-', .start = 1};
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
    } else if (sv_eq(name, SV("num")) && d->nlists < LISTS) {
        d->open_list = &d->lists[d->nlists++];
        *d->open_list = (struct list){.id = value_of(a, n, "numId"), .abstract = -1};
    } else if (sv_eq(name, SV("abstractNumId")) && d->open_list) {
        d->open_list->abstract = value_of(a, n, "val");
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

static const struct level *levels_of(const struct docx_numbering *d, const struct list *l)
{
    for (size_t i = 0; i < d->nabstracts; i++)
        if (d->abstracts[i].id == l->abstract)
            return d->abstracts[i].level;
    return NULL;
}

void docx_numbering_next(struct docx_numbering *d, long list_id, long level,
                         struct buf *mark)
{
    struct list *l = NULL;
    for (size_t i = 0; i < d->nlists && !l; i++)
        if (d->lists[i].id == list_id)
            l = &d->lists[i];
    const struct level *levels = l ? levels_of(d, l) : NULL;
    if (list_id == 0 || level < 0 || level >= LEVELS)
        return;
    for (long i = 0; i < level; i++)
        buf_lit(mark, "  ");
    if (!levels || levels[level].format == '-') {
        buf_lit(mark, "- ");
        return;
    }
    l->count[level]++;
    for (long i = level + 1; i < LEVELS; i++)
        l->count[i] = 0;
    for (const char *t = levels[level].template; *t; t++) {
        long i = t[0] == '%' && t[1] >= '1' && t[1] <= '9' ? t[1] - '1' : -1;
        if (i < 0) {
            buf_addc(mark, *t);
            continue;
        }
        long seen = l->count[i] > 0 ? l->count[i] : 1;
        numeral_add(mark, levels[i].format, levels[i].start + seen - 1);
        t++;
    }
    buf_addc(mark, ' ');
}
