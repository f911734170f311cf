/* xml — XML and HTML through libxml2's push parser, as events. Linked into the confined
 * converter and its tests only (FAULTS.md section 6).
 *
 * Before libxml2 sees a byte the text must be UTF-8 without NUL (lib/doc.h), and a scan
 * of ours refuses an internal DOCTYPE subset and caps tags: 256 attributes, 1 KiB names,
 * nesting 128 (HTML: 256). The document's own encoding declaration is ignored. No entity
 * but the predefined ones and HTML's is resolved; nothing is loaded.
 *
 * Owns:    nothing beyond the call; strings given to the handler live until it returns.
 * Units:   bytes; lines from 1.
 * Errors:  BAD_INPUT invalid-markup with the line.
 * Threads: one at a time.
 */
#ifndef COUNCILWIRE_XML_H
#define COUNCILWIRE_XML_H

#include "err.h"
#include "sv.h"

struct xml_attribute {
    struct sv name, value; /* name without prefix */
};

struct xml_handler {
    /* name: local name, lower case in HTML */
    void (*open)(void *ctx, struct sv name, const struct xml_attribute *attributes,
                 size_t n);
    void (*close)(void *ctx, struct sv name);
    void (*text)(void *ctx, struct sv text);
};

enum xml_kind { XML_STRICT, XML_HTML };

NODISCARD int xml_parse(struct sv text, enum xml_kind kind, const struct xml_handler *h,
                        void *ctx, struct err *err);

#endif
