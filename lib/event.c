#include "event.h"

#include "hash.h"

#include <assert.h>
#include <string.h>

const char *decision_kind_name(enum decision_kind k)
{
    switch (k) {
    case KIND_DECISION: return "decision";
    case KIND_REQUEST: return "request";
    case KIND_COMMITMENT: return "commitment";
    case KIND_NOTED: return "noted";
    case KIND_STATEMENT: return "statement";
    }
    return "decision";
}

struct sv event_key(struct arena *a, const struct document *d,
                    const char *text_sha256_hex)
{
    struct sv language = d->language.n ? d->language : SV("und");
    if (d->id.n)
        return arena_printf(a, "%.*s/%.*s", (int)d->id.n, d->id.p, (int)language.n,
                            language.p);
    assert(text_sha256_hex);
    return arena_printf(a, "sha256-%.32s/%.*s", text_sha256_hex, (int)language.n,
                        language.p);
}

/* How often a pair (text, verb) has been seen: open addressing over the decisions
 * themselves. */
struct tally {
    size_t *first; /* index + 1 of the decision that opened the slot */
    size_t *count;
    size_t mask;
};

static uint64_t mix(uint64_t h, struct sv s)
{
    const uint64_t odd = UINT64_C(0x9fb21c651e98df25);
    uint64_t v;
    for (; s.n >= sizeof v; s = sv_sub(s, sizeof v, s.n)) {
        memcpy(&v, s.p, sizeof v);
        h = (h ^ v) * odd;
        h ^= h >> 29;
    }
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * odd;
    return (h ^ s.n) * odd;
}

static size_t tally_add(struct tally *t, const struct decision *d, size_t i)
{
    uint64_t h = mix(mix(UINT64_C(0xcbf29ce484222325), d[i].text), d[i].verb);
    for (size_t slot = (size_t)(h ^ h >> 32) & t->mask;; slot = (slot + 1) & t->mask) {
        if (!t->first[slot])
            t->first[slot] = i + 1;
        const struct decision *seen = &d[t->first[slot] - 1];
        if (sv_eq(seen->text, d[i].text) && sv_eq(seen->verb, d[i].verb))
            return t->count[slot]++;
    }
}

static void add_count(struct buf *b, size_t n)
{
    if (n < 10)
        buf_addc(b, (char)('0' + n));
    else
        buf_addf(b, "%zu", n);
}

void event_decision_ids(struct parsed *p, struct sv key)
{
    if (p->ndecisions == 0)
        return;
    size_t slots = 16;
    while (slots < p->ndecisions * 2)
        slots *= 2;
    struct tally t = {.mask = slots - 1};
    AUTO(mem_free) size_t *first = mem_zalloc(slots * sizeof *first);
    AUTO(mem_free) size_t *count = mem_zalloc(slots * sizeof *count);
    t.first = first;
    t.count = count;
    AUTO(buf_free) struct buf b = {NULL, 0, 0};
    AUTO(hash_stream_free) struct hash_stream *hash = hash_stream_new();
    for (size_t i = 0; i < p->ndecisions; i++) {
        struct decision *d = &p->decisions[i];
        buf_reset(&b);
        buf_add_sv(&b, key);
        buf_addc(&b, '\n');
        buf_add_sv(&b, d->text);
        buf_addc(&b, '\n');
        buf_add_sv(&b, d->verb);
        buf_addc(&b, '\n');
        add_count(&b, tally_add(&t, p->decisions, i));
        char hex[HASH_HEX + 1];
        hash_stream_add(hash, buf_sv(&b));
        hash_stream_hex(hash, hex);
        memcpy(d->id, hex, sizeof d->id - 1);
        d->id[sizeof d->id - 1] = '\0';
    }
}

static void put_span(struct json_writer *w, struct span s)
{
    json_open_array(w);
    json_put_int(w, (int64_t)s.b);
    json_put_int(w, (int64_t)s.e);
    json_close_array(w);
}

static void put_list(struct json_writer *w, const char *key, struct svs list)
{
    json_put_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < list.n; i++)
        json_put_string(w, list.v[i]);
    json_close_array(w);
}

void event_put_document(struct json_writer *w, const struct document *d)
{
    json_put_key(w, "document");
    json_open_object(w);
    json_pair(w, "id", d->id);
    json_pair(w, "number", d->number);
    json_pair(w, "date", d->date);
    json_pair(w, "place", d->place);
    json_pair(w, "marking", d->marking);
    json_pair(w, "type", d->type);
    put_list(w, "subject_codes", d->subject_codes);
    json_pair(w, "from", d->from);
    put_list(w, "to", d->to);
    json_pair(w, "subject", d->subject);
    json_pair(w, "language", d->language);
    json_pair(w, "original_language", d->original_language);
    json_pair(w, "date_of_receipt", d->date_of_receipt);
    json_pair(w, "meeting_date", d->meeting_date);
    put_list(w, "interinstitutional_files", d->interinstitutional_files);
    json_pair(w, "commission_document", d->commission_document);
    put_list(w, "previous_documents", d->previous_documents);
    json_pair(w, "revises", d->revises);
    json_close_object(w);
}

void event_put_item(struct json_writer *w, const struct item *i)
{
    json_open_object(w);
    json_pair(w, "number", i->number);
    json_pair(w, "title", i->title);
    json_put_key(w, "span");
    put_span(w, i->span);
    json_close_object(w);
}

static void put_reference(struct json_writer *w, const struct reference *r)
{
    json_open_object(w);
    json_pair(w, "id", r->id);
    json_pair(w, "text", r->text);
    json_pair(w, "marking", r->marking);
    json_pair(w, "url", r->url);
    json_put_key(w, "spans");
    json_open_array(w);
    for (size_t i = 0; i < r->nspans; i++)
        put_span(w, r->spans[i]);
    json_close_array(w);
    json_close_object(w);
}

static void put_next(struct json_writer *w, const struct decision *d)
{
    json_put_key(w, "next");
    json_open_array(w);
    for (size_t i = 0; i < d->nnext; i++) {
        json_open_object(w);
        json_pair(w, "body", d->next[i].body);
        json_pair(w, "date", d->next[i].date);
        json_close_object(w);
    }
    json_close_array(w);
}

void event_put_due(struct json_writer *w, const struct deadline *d)
{
    json_pair(w, "due", d->said);
    if (d->date.n)
        json_pair(w, "due_date", d->date);
}

void event_put_decision(struct json_writer *w, const struct decision *d)
{
    json_open_object(w);
    json_pair(w, "id", sv_cstr(d->id));
    json_pair(w, "kind", sv_cstr(decision_kind_name(d->kind)));
    json_pair(w, "act", d->act);
    json_pair(w, "by", d->by);
    json_pair(w, "item", d->item);
    json_pair(w, "text", d->text);
    json_put_key(w, "span");
    put_span(w, d->span);
    put_list(w, "to", d->to);
    put_list(w, "refs", d->refs);
    put_next(w, d);
    event_put_due(w, &d->due);
    json_pair(w, "status", d->draft ? SV("draft") : SV("final"));
    json_close_object(w);
}

void event_put_items(struct json_writer *w, const struct parsed *p)
{
    json_put_key(w, "items");
    json_open_array(w);
    for (size_t i = 0; i < p->nitems; i++)
        event_put_item(w, &p->items[i]);
    json_close_array(w);
}

void event_put_references(struct json_writer *w, const struct parsed *p)
{
    json_put_key(w, "references");
    json_open_array(w);
    for (size_t i = 0; i < p->nreferences; i++)
        put_reference(w, &p->references[i]);
    json_close_array(w);
}

void event_put_parsed(struct json_writer *w, const struct parsed *p)
{
    json_open_object(w);
    event_put_document(w, &p->document);
    event_put_items(w, p);
    event_put_references(w, p);
    json_put_key(w, "decisions");
    json_open_array(w);
    for (size_t i = 0; i < p->ndecisions; i++)
        event_put_decision(w, &p->decisions[i]);
    json_close_array(w);
    json_close_object(w);
}
