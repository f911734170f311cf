/* The citation scanners on any text: spans lie in the text, in order, without overlap
 * inside one citation list; ids and addresses are well formed; no id twice. */
#include "lib/doc.h"
#include "producers/parse/text/scan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct knowledge *knowledge;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_reference(const struct scan *s, const struct reference *r,
                            struct arena *a)
{
    assert(r->id.n > 2 && r->id.n < 64 && r->url.n > 0 && r->nspans > 0 && r->rule);
    for (size_t i = 0; i < r->id.n; i++)
        assert(r->id.p[i] > ' ' && (unsigned char)r->id.p[i] < 0x7f);
    for (size_t i = 0; i < r->nspans; i++) {
        assert(r->spans[i].b < r->spans[i].e && r->spans[i].e <= s->text.n);
        assert(i == 0 || r->spans[i - 1].b < r->spans[i].b);
    }
    assert(sv_eq(scan_plain(s, r->spans[0], a), r->text));
}

static void check(const struct scan *s, const struct parsed *p, struct arena *a)
{
    size_t spans = 0;
    for (size_t i = 0; i < p->nreferences; i++) {
        check_reference(s, &p->references[i], a);
        spans += p->references[i].nspans;
        for (size_t k = 0; k < i && p->nreferences < 100; k++)
            assert(!sv_eq(p->references[i].id, p->references[k].id));
    }
    assert(spans == s->ncitations);
    for (size_t i = 0; i < s->ncitations; i++) {
        assert(s->citation[i].reference < p->nreferences);
        assert(i == 0 || s->citation[i - 1].b <= s->citation[i].b);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct arena a;
    struct scan s;
    struct parsed p = {0};
    uint64_t repairs;
    if (!knowledge && knowledge_open(NULL, &knowledge, &err))
        abort();
    arena_init(&a, SIZE_MAX);
    struct sv text = doc_normal_text((struct sv){(const char *)data, size}, &a, &repairs);
    if (scan_text(knowledge, text, &a, &s, &err) || references_read(&s, &a, &p, &err))
        abort();
    check(&s, &p, &a);
    arena_free(&a);
    return 0;
}
