/* The header of any text: fields are what their definitions allow, whatever came in. */
#include "lib/doc.h"
#include "producers/parse/text/scan.h"

#include <assert.h>
#include <stdlib.h>

static struct knowledge *knowledge;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_date(struct sv d)
{
    if (!d.p)
        return;
    assert(d.n == 10 && d.p[4] == '-' && d.p[7] == '-');
    for (size_t i = 0; i < d.n; i++)
        assert(i == 4 || i == 7 || (d.p[i] >= '0' && d.p[i] <= '9'));
}

static void check_list(const struct svs *list)
{
    for (size_t i = 0; i < list->n; i++)
        assert(list->v[i].p && list->v[i].n > 0);
}

static void check(const struct scan *s, const struct document *d)
{
    check_date(d->date);
    check_date(d->meeting_date);
    check_date(d->date_of_receipt);
    check_list(&d->to);
    check_list(&d->subject_codes);
    check_list(&d->interinstitutional_files);
    check_list(&d->previous_documents);
    /* a press office's number is none of the register's: it has no id */
    assert(d->id.p == NULL || d->number.p != NULL);
    assert(!d->revises.p || d->id.p);
    assert(s->header_end <= s->text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    if (!knowledge && knowledge_open(NULL, &knowledge, &err))
        abort();
    if (size == 0 || size > 1 << 18)
        return 0;
    struct arena a;
    struct scan s;
    struct document d = {0};
    uint64_t repairs = 0;
    arena_init(&a, (size_t)256 << 20);
    struct sv text = doc_normal_text((struct sv){(const char *)data, size}, &a, &repairs);
    if (text.n && scan_text(knowledge, text, &a, &s, &err) == 0) {
        if (header_read(&s, &a, &d, &err))
            assert(err.kind == ERR_BAD_INPUT && d.marking.n > 0);
        check(&s, &d);
    }
    arena_free(&a);
    return 0;
}
