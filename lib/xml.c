#include "xml.h"

#include <stdlib.h>

#include <libxml/catalog.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

enum {
    ATTRIBUTES_MAX = 256,
    NAME_MAX_BYTES = 1024,
    DEPTH_XML = 128,
    DEPTH_HTML = 256,
    CHUNK = 16384
};

struct run {
    const struct xml_handler *handler;
    void *ctx;
    int depth, depth_max;
    bool too_deep;
    xmlEntity entity; /* the one that was asked for last */
    xmlChar entity_text[5];
};

static xmlParserInputPtr refuse_entity(const char *url, const char *id,
                                       xmlParserCtxtPtr c)
{
    (void)url, (void)id, (void)c;
    return NULL;
}

static void ignore_error(void *ctx, xmlErrorPtr e)
{
    (void)ctx, (void)e;
}

static struct sv view(const xmlChar *s)
{
    return sv_cstr((const char *)s);
}

static bool enter(struct run *r)
{
    if (++r->depth > r->depth_max)
        r->too_deep = true;
    return !r->too_deep;
}

static void html_open(void *ctx, const xmlChar *name, const xmlChar **attributes)
{
    struct run *r = ctx;
    struct xml_attribute a[32];
    size_t n = 0;
    if (!enter(r))
        return;
    for (; attributes && attributes[0] && n < ARRAY_LEN(a); attributes += 2)
        a[n++] = (struct xml_attribute){view(attributes[0]), view(attributes[1])};
    r->handler->open(r->ctx, view(name), a, n);
}

static void html_close(void *ctx, const xmlChar *name)
{
    struct run *r = ctx;
    r->depth--;
    if (!r->too_deep)
        r->handler->close(r->ctx, view(name));
}

static void xml_open(void *ctx, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int nns, const xmlChar **ns, int nattributes,
                     int ndefaulted, const xmlChar **attributes)
{
    (void)prefix, (void)uri, (void)nns, (void)ns, (void)ndefaulted;
    struct run *r = ctx;
    struct xml_attribute a[32];
    size_t n = 0;
    if (!enter(r))
        return;
    for (int i = 0; i < nattributes && n < ARRAY_LEN(a); i++, attributes += 5)
        a[n++] = (struct xml_attribute){
            view(attributes[0]),
            {(const char *)attributes[3], (size_t)(attributes[4] - attributes[3])}};
    r->handler->open(r->ctx, view(name), a, n);
}

static void xml_close(void *ctx, const xmlChar *name, const xmlChar *prefix,
                      const xmlChar *uri)
{
    (void)prefix, (void)uri;
    html_close(ctx, name);
}

static void characters(void *ctx, const xmlChar *p, int n)
{
    struct run *r = ctx;
    if (!r->too_deep && n > 0)
        r->handler->text(r->ctx, (struct sv){(const char *)p, (size_t)n});
}

static int encode(unsigned v, xmlChar out[5])
{
    int n = 0;
    if (v < 0x80) {
        out[n++] = (xmlChar)v;
    } else if (v < 0x800) {
        out[n++] = (xmlChar)(0xc0 | v >> 6);
        out[n++] = (xmlChar)(0x80 | (v & 63));
    } else {
        out[n++] = (xmlChar)(0xe0 | v >> 12);
        out[n++] = (xmlChar)(0x80 | (v >> 6 & 63));
        out[n++] = (xmlChar)(0x80 | (v & 63));
    }
    out[n] = '\0';
    return n;
}

/* An entity that the text did not declare: HTML's names stand for their sign (libxml2
 * takes a predefined entity's content as it is); others are an error of the text. */
static xmlEntityPtr entity(void *ctx, const xmlChar *name)
{
    struct run *r = ctx;
    xmlEntityPtr known = xmlGetPredefinedEntity(name);
    const htmlEntityDesc *e = known ? NULL : htmlEntityLookup(name);
    if (!e)
        return known;
    r->entity = (xmlEntity){.type = XML_ENTITY_DECL,
                            .name = name,
                            .content = r->entity_text,
                            .orig = r->entity_text,
                            .length = encode(e->value, r->entity_text),
                            .etype = XML_INTERNAL_PREDEFINED_ENTITY};
    return &r->entity;
}

static bool name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == ':' || c == '-' || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

/* One tag from behind its '<': the attributes (counted by '=' outside quotes) and name
 * lengths are capped, because every parser tried is quadratic in attributes. Returns the
 * offset behind it. */
static size_t scan_tag(struct sv s, size_t i, bool *refused)
{
    size_t attributes = 0, name = 0;
    char quote = 0;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (quote) {
            quote = (char)(c == quote ? '\0' : quote);
            continue;
        }
        if (c == '>')
            return i + 1;
        if (c == '<')
            return i;
        name = name_byte(c) ? name + 1 : 0;
        attributes += c == '=' || ((c == ' ' || c == '\n' || c == '\t') && i + 1 < s.n &&
                                   name_byte(s.p[i + 1]));
        if (c == '"' || c == '\'')
            quote = c;
        if (attributes > (size_t)ATTRIBUTES_MAX * 2 || name > NAME_MAX_BYTES)
            *refused = true;
    }
    return i;
}

/* Linear, before libxml2: tags within the caps, no internal subset. */
static int check_markup(struct sv s, struct err *err)
{
    bool refused = false;
    if (memchr(s.p, '\0', s.n))
        return err_reject(err, "invalid-markup", "the text holds a NUL");
    for (size_t i = 0; i < s.n;) {
        const char *at = memchr(s.p + i, '<', s.n - i);
        if (!at)
            break;
        size_t b = (size_t)(at - s.p) + 1;
        struct sv rest = sv_sub(s, b, s.n);
        if (sv_starts(rest, SV("!--")) || sv_starts(rest, SV("![CDATA["))) {
            size_t end = sv_find(rest, rest.p[1] == '-' ? SV("-->") : SV("]]>"));
            i = end == SIZE_MAX ? s.n : b + end + 3;
            continue;
        }
        i = scan_tag(s, b, &refused);
        struct sv tag = sv_sub(s, b, i);
        if (tag.n > 8 && sv_eq_fold(sv_sub(tag, 0, 8), SV("!DOCTYPE")) &&
            memchr(tag.p, '[', tag.n))
            return err_reject(err, "invalid-markup",
                              "its DOCTYPE has an internal subset, which is never read");
        if (refused)
            return err_reject(
                err, "invalid-markup",
                "a tag at byte %zu has more than %d attributes or a name over %d bytes",
                b, ATTRIBUTES_MAX, NAME_MAX_BYTES);
    }
    return 0;
}

static int feed(xmlParserCtxtPtr c, struct sv s, enum xml_kind kind)
{
    int rc = 0;
    for (size_t i = 0; i < s.n && rc == 0; i += CHUNK) {
        int n = (int)(s.n - i < CHUNK ? s.n - i : CHUNK);
        if (kind == XML_HTML)
            htmlParseChunk(c, s.p + i, n, 0);
        else
            rc = xmlParseChunk(c, s.p + i, n, 0);
    }
    if (kind == XML_HTML)
        htmlParseChunk(c, NULL, 0, 1);
    else if (rc == 0)
        rc = xmlParseChunk(c, NULL, 0, 1);
    return rc;
}

static xmlParserCtxtPtr new_parser(struct run *r, enum xml_kind kind)
{
    xmlSAXHandler sax = {.characters = characters,
                         .ignorableWhitespace = characters,
                         .cdataBlock = characters,
                         .serror = ignore_error};
    xmlParserCtxtPtr c;
    xmlSetExternalEntityLoader(refuse_entity);
    xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
    if (kind == XML_HTML) {
        sax.startElement = html_open;
        sax.endElement = html_close;
        c = htmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
        if (c)
            htmlCtxtUseOptions(c, HTML_PARSE_RECOVER | HTML_PARSE_NONET |
                                      HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                      HTML_PARSE_IGNORE_ENC);
        return c;
    }
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = xml_open;
    sax.endElementNs = xml_close;
    sax.getEntity = entity;
    c = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
    if (c)
        xmlCtxtUseOptions(c, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                 XML_PARSE_IGNORE_ENC);
    return c;
}

int xml_parse(struct sv text, enum xml_kind kind, const struct xml_handler *h, void *ctx,
              struct err *err)
{
    struct run r = {
        .handler = h, .ctx = ctx, .depth_max = kind == XML_HTML ? DEPTH_HTML : DEPTH_XML};
    if (check_markup(text, err) != 0)
        return -1;
    xmlParserCtxtPtr c = new_parser(&r, kind);
    if (!c)
        return err_set(err, ERR_FATAL, "libxml2 gives no parser");
    int rc = feed(c, text, kind);
    int line = c->input ? c->input->line : 0;
    bool well_formed = kind == XML_HTML || (rc == 0 && c->wellFormed);
    if (c->myDoc)
        xmlFreeDoc(c->myDoc);
    xmlFreeParserCtxt(c);
    if (r.too_deep)
        return err_reject(err, "invalid-markup", "its elements are nested deeper than %d",
                          r.depth_max);
    if (!well_formed)
        return err_reject(err, "invalid-markup", "its XML is not well-formed at line %d",
                          line);
    return 0;
}
