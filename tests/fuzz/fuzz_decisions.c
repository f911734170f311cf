/* Decisions of any text in any kind of paper: spans lie in the text and give what is
 * stated. */
#include "lib/doc.h"
#include "producers/parse/text/scan.h"

#include <assert.h>
#include <stdlib.h>

static struct knowledge *knowledge;

static const char *const types[] = {
    "OUTCOME OF PROCEEDINGS", "NOTE", "PRESS RELEASE", "COVER NOTE", "'I/A' ITEM NOTE",
    "PROVISIONAL AGENDA",     "",     "REPORT"};
static const char *const subjects[] = {
    "Standing Committee on Operational Cooperation on Internal Security (COSI)",
    "Draft Council conclusions on drugs", "", "Summary of discussions PSC COSI"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct scan *s, const struct parsed *p, struct arena *a)
{
    for (size_t i = 0; i < p->ndecisions; i++) {
        const struct decision *x = &p->decisions[i];
        assert(x->span.b < x->span.e && x->span.e <= s->text.n);
        assert(sv_eq(scan_plain(s, x->span, a), x->text));
        assert(x->act.n > 0 && x->verb.n > 0);
        for (size_t j = 0; j < x->to.n; j++)
            assert(x->to.v[j].n > 0);
        for (size_t j = 0; j < x->nnext; j++)
            assert(x->next[j].body.n > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    if (!knowledge && knowledge_open(NULL, &knowledge, &err))
        abort();
    if (size < 2 || size > 1 << 20)
        return 0;
    struct arena a;
    arena_init(&a, 1 << 28);
    uint64_t repairs = 0;
    struct sv text =
        doc_normal_text((struct sv){(const char *)data + 1, size - 1}, &a, &repairs);
    struct scan s;
    struct parsed p = {0};
    p.document.type = sv_cstr(types[data[0] & 7]);
    p.document.subject = sv_cstr(subjects[(data[0] >> 3) & 3]);
    p.document.from = data[0] & 32 ? SV("Presidency") : SV("European Commission");
    p.document.date = SV("2017-11-21");
    if (scan_text(knowledge, text, &a, &s, &err) == 0 &&
        outline_read(&s, &a, &p, &err) == 0 && references_read(&s, &a, &p, &err) == 0 &&
        decisions_read(&s, &a, &p, &err) == 0)
        check(&s, &p, &a);
    arena_free(&a);
    return 0;
}
