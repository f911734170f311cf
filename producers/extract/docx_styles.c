#include "docx_styles.h"

#include "lib/xml.h"

#include <stdlib.h>

enum { STYLES = 1024, ID_BYTES = 48, BASES = 12 };

struct style {
    char id[ID_BYTES], base[ID_BYTES];
    struct docx_style is;
};

struct docx_styles {
    struct style style[STYLES];
    size_t n;
    struct style *open;
};

struct docx_styles *docx_styles_new(void)
{
    return mem_zalloc(sizeof(struct docx_styles));
}

void docx_styles_free(struct docx_styles **s)
{
    free(*s);
    *s = NULL;
}

static struct sv value_of(const struct xml_attribute *a, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq(a[i].name, sv_cstr(name)))
            return a[i].value;
    return SV_NULL;
}

static long number_of(struct sv s)
{
    uint64_t v;
    return s.n && sv_u64(s, &v) && v < 100000 ? (long)v : -1;
}

/* A longer id is cut: it then differs from every other one, or not, all the same. */
static void copy_id(char to[ID_BYTES], struct sv from)
{
    size_t n = from.n < ID_BYTES - 1 ? from.n : ID_BYTES - 1;
    memcpy(to, from.p ? from.p : "", n);
    to[n] = '\0';
}

static void open_element(void *ctx, struct sv name, const struct xml_attribute *a,
                         size_t n)
{
    struct docx_styles *s = ctx;
    struct style *o = s->open;
    struct sv val = value_of(a, n, "val"), heading = SV("heading ");
    if (sv_eq(name, SV("style")) && s->n < STYLES) {
        o = s->open = &s->style[s->n++];
        o->is = (struct docx_style){0, -1, -1};
        copy_id(o->id, value_of(a, n, "styleId"));
    } else if (!o) {
        return;
    } else if (sv_eq(name, SV("basedOn"))) {
        copy_id(o->base, val);
    } else if (sv_eq(name, SV("name")) && val.n == heading.n + 1 &&
               sv_eq_fold(sv_sub(val, 0, heading.n), heading)) {
        long level = number_of(sv_sub(val, heading.n, val.n));
        o->is.heading = level >= 1 && level <= 6 ? (int)level : 0;
    } else if (sv_eq(name, SV("numId"))) {
        o->is.list_id = number_of(val);
    } else if (sv_eq(name, SV("ilvl"))) {
        o->is.list_level = number_of(val);
    }
}

static void close_element(void *ctx, struct sv name)
{
    struct docx_styles *s = ctx;
    if (sv_eq(name, SV("style")))
        s->open = NULL;
}

static void ignore_text(void *ctx, struct sv text)
{
    (void)ctx, (void)text;
}

int docx_styles_read(struct docx_styles *s, struct sv xml, struct err *err)
{
    static const struct xml_handler handler = {open_element, close_element, ignore_text};
    return xml_parse(xml, XML_STRICT, &handler, s, err);
}

static const struct style *find(const struct docx_styles *s, struct sv id)
{
    if (id.n >= ID_BYTES)
        id.n = ID_BYTES - 1;
    for (size_t i = 0; i < s->n && id.n; i++)
        if (sv_eq(sv_cstr(s->style[i].id), id))
            return &s->style[i];
    return NULL;
}

struct docx_style docx_styles_find(const struct docx_styles *s, struct sv id)
{
    struct docx_style is = {0, -1, -1};
    const struct style *at = find(s, id);
    for (int i = 0; at && i < BASES; i++, at = find(s, sv_cstr(at->base))) {
        is.heading = is.heading ? is.heading : at->is.heading;
        is.list_level = is.list_level >= 0 ? is.list_level : at->is.list_level;
        is.list_id = is.list_id >= 0 ? is.list_id : at->is.list_id;
    }
    return is;
}
