/* parse_text on any bytes: it ends, its memory stays in bounds, what it says of the text
 * is true, and its JSON is UTF-8 on one line. */
#include "lib/doc.h"
#include "producers/parse/parse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct knowledge *knowledge;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(struct span s, struct sv text)
{
    assert(s.b < s.e && s.e <= text.n);
}

static void check(const struct parsed *p, struct sv text)
{
    for (size_t i = 0; i < p->nitems; i++) {
        check_span(p->items[i].span, text);
        assert(p->items[i].number.n > 0);
        assert(i == 0 || p->items[i - 1].span.b < p->items[i].span.b);
    }
    for (size_t i = 0; i < p->nreferences; i++)
        for (size_t k = 0; k < p->references[i].nspans; k++)
            check_span(p->references[i].spans[k], text);
    for (size_t i = 0; i < p->ndecisions; i++) {
        check_span(p->decisions[i].span, text);
        assert(strlen(p->decisions[i].id) == 32);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct arena a;
    struct parsed p = {0};
    struct buf json = {NULL, 0, 0};
    uint64_t repairs;
    if (!knowledge && knowledge_open(NULL, &knowledge, &err))
        abort();
    arena_init(&a, SIZE_MAX);
    struct sv text = doc_normal_text((struct sv){(const char *)data, size}, &a, &repairs);
    if (parse_text(knowledge, text, &a, &p, &err) == 0) {
        check(&p, text);
        struct json_writer w = {.out = &json};
        event_put_parsed(&w, &p);
        assert(!memchr(json.p, '\n', json.n));
        buf_free(&json);
    } else {
        assert(err.kind == ERR_BAD_INPUT && err.reason);
    }
    arena_free(&a);
    return 0;
}
