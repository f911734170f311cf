#include "paper_diff.h"

static void put_paper(struct json_writer *w, const char *key, const struct paper *p)
{
    json_put_key(w, key);
    json_open_object(w);
    json_pair(w, "name", p->name);
    event_put_document(w, &p->parsed.document);
    json_close_object(w);
}

static void put_fields(struct json_writer *w, const char *key,
                       const struct field_change *f, size_t n)
{
    json_put_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < n; i++) {
        json_open_object(w);
        json_pair(w, "field", sv_cstr(f[i].field));
        json_pair(w, "from", f[i].from);
        json_pair(w, "to", f[i].to);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_words(struct json_writer *w, const struct wording *v, size_t n)
{
    static const char *const names[] = {"same", "removed", "added"};
    json_put_key(w, "words");
    json_open_array(w);
    for (size_t i = 0; i < n; i++) {
        json_open_array(w);
        json_put_cstr(w, names[v[i].op]);
        json_put_string(w, v[i].words);
        json_close_array(w);
    }
    json_close_array(w);
}

typedef void put_part(struct json_writer *w, const struct parsed *p, size_t i);

static void put_item(struct json_writer *w, const struct parsed *p, size_t i)
{
    event_put_item(w, &p->items[i]);
}

static void put_decision(struct json_writer *w, const struct parsed *p, size_t i)
{
    event_put_decision(w, &p->decisions[i]);
}

static void put_some(struct json_writer *w, const char *key, enum diff_op op,
                     const struct paper_diff *d, const struct changes *c, put_part *put)
{
    json_put_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < c->n; i++)
        if (c->v[i].op == op)
            put(w, op == DIFF_OUT ? &d->from->parsed : &d->to->parsed,
                op == DIFF_OUT ? c->v[i].from : c->v[i].to);
    json_close_array(w);
}

static void put_changed(struct json_writer *w, const struct paper_diff *d,
                        const struct changes *c, put_part *put)
{
    json_put_key(w, "changed");
    json_open_array(w);
    for (size_t i = 0; i < c->n; i++) {
        const struct change *ch = &c->v[i];
        if (ch->op != DIFF_SAME)
            continue;
        json_open_object(w);
        json_put_key(w, "from");
        put(w, &d->from->parsed, ch->from);
        json_put_key(w, "to");
        put(w, &d->to->parsed, ch->to);
        put_fields(w, "fields", ch->field, ch->nfields);
        put_words(w, ch->wording, ch->nwordings);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_changes(struct json_writer *w, const char *key,
                        const struct paper_diff *d, const struct changes *c,
                        put_part *put)
{
    json_put_key(w, key);
    json_open_object(w);
    json_pair_int(w, "same", (int64_t)c->same);
    put_some(w, "removed", DIFF_OUT, d, c, put);
    put_some(w, "added", DIFF_IN, d, c, put);
    put_changed(w, d, c, put);
    json_close_object(w);
}

static void put_span(struct json_writer *w, const char *key, struct span s)
{
    json_put_key(w, key);
    json_open_array(w);
    json_put_int(w, (int64_t)s.b);
    json_put_int(w, (int64_t)s.e);
    json_close_array(w);
}

static void put_text(struct json_writer *w, const struct paper_diff *d)
{
    json_put_key(w, "text");
    json_open_object(w);
    json_pair_int(w, "lines_same", (int64_t)d->lines_same);
    json_put_key(w, "passages");
    json_open_array(w);
    for (size_t i = 0; i < d->npassages; i++) {
        const struct passage *p = &d->passage[i];
        json_open_object(w);
        json_put_key(w, "item");
        if (p->item)
            event_put_item(w, p->item);
        else
            json_put_null(w);
        put_span(w, "from_span", p->from);
        put_span(w, "to_span", p->to);
        put_words(w, p->wording, p->nwordings);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

void paper_diff_json(const struct paper_diff *d, struct buf *out)
{
    struct json_writer w = {.out = out};
    json_open_object(&w);
    put_paper(&w, "from", d->from);
    put_paper(&w, "to", d->to);
    put_fields(&w, "header", d->field, d->nfields);
    put_changes(&w, "items", d, &d->items, put_item);
    put_changes(&w, "decisions", d, &d->decisions, put_decision);
    put_text(&w, d);
    json_close_object(&w);
    buf_addc(out, '\n');
}
