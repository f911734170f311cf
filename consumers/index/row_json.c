#include "row_json.h"

#include "lib/json_write.h"

static void put_list(struct json_writer *w, const char *name, struct svs list)
{
    json_put_key(w, name);
    json_open_array(w);
    for (size_t i = 0; i < list.n; i++)
        json_put_string(w, list.v[i]);
    json_close_array(w);
}

struct sv row_header_json(const struct wire_document *wd, struct arena *a)
{
    const struct document *d = &wd->parsed.document;
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_open_object(&w);
    json_pair(&w, "id", d->id);
    json_pair(&w, "number", d->number);
    json_pair(&w, "date", d->date);
    json_pair(&w, "place", d->place);
    json_pair(&w, "marking", d->marking);
    json_pair(&w, "type", d->type);
    put_list(&w, "subject_codes", d->subject_codes);
    json_pair(&w, "from", d->from);
    put_list(&w, "to", d->to);
    json_pair(&w, "subject", d->subject);
    json_pair(&w, "language", d->language);
    json_pair(&w, "original_language", d->original_language);
    json_pair(&w, "date_of_receipt", d->date_of_receipt);
    json_pair(&w, "meeting_date", d->meeting_date);
    put_list(&w, "interinstitutional_files", d->interinstitutional_files);
    json_pair(&w, "commission_document", d->commission_document);
    put_list(&w, "previous_documents", d->previous_documents);
    json_pair(&w, "revises", d->revises);
    json_close_object(&w);
    struct sv out = arena_copy(a, buf_sv(&b));
    buf_free(&b);
    return out;
}

static void put_span(struct json_writer *w, const struct span *s)
{
    json_open_array(w);
    json_put_int(w, (int64_t)s->b);
    json_put_int(w, (int64_t)s->e);
    json_close_array(w);
}

void row_items_json(const struct parsed *p, struct buf *out)
{
    struct json_writer w = {.out = out};
    json_open_array(&w);
    for (size_t i = 0; i < p->nitems; i++) {
        json_open_object(&w);
        json_pair(&w, "number", p->items[i].number);
        json_pair(&w, "title", p->items[i].title);
        json_put_key(&w, "span");
        put_span(&w, &p->items[i].span);
        json_close_object(&w);
    }
    json_close_array(&w);
}

void row_references_json(const struct parsed *p, struct buf *out)
{
    struct json_writer w = {.out = out};
    json_open_array(&w);
    for (size_t i = 0; i < p->nreferences; i++) {
        const struct reference *r = &p->references[i];
        json_open_object(&w);
        json_pair(&w, "id", r->id);
        json_pair(&w, "text", r->text);
        json_pair(&w, "marking", r->marking);
        json_pair(&w, "url", r->url);
        json_put_key(&w, "spans");
        json_open_array(&w);
        for (size_t k = 0; k < r->nspans; k++)
            put_span(&w, &r->spans[k]);
        json_close_array(&w);
        json_close_object(&w);
    }
    json_close_array(&w);
}

void row_listed_ids(const struct parsed *p, struct buf *out)
{
    for (size_t i = 0; i < p->ndecisions; i++)
        buf_addf(out, "%s%.32s", i ? " " : "", p->decisions[i].id);
}

struct sv row_steps_json(const struct decision *d, struct arena *a)
{
    if (d->nnext == 0)
        return SV_NULL;
    struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_open_array(&w);
    for (size_t i = 0; i < d->nnext; i++) {
        json_open_object(&w);
        json_pair(&w, "body", d->next[i].body);
        json_pair(&w, "date", d->next[i].date);
        json_close_object(&w);
    }
    json_close_array(&w);
    struct sv out = arena_copy(a, buf_sv(&b));
    buf_free(&b);
    return out;
}
