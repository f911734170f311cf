#include "wire.h"

#include "clock.h"
#include "hash.h"
#include "json_write.h"

#include <assert.h>

static const char *const topic_name[2][6] = {
    {"council.documents", "council.decisions", "council.texts", "council.originals",
     "council.rejects", "council.decisions"},
    {"council.limite.documents", "council.limite.decisions", "council.limite.texts",
     "council.limite.originals", "council.limite.rejects", "council.limite.decisions"},
};

static const char *const type_name[] = {
    "councilwire.document.v1", "councilwire.decision.v1", "councilwire.text.v1",
    "councilwire.original.v1", "councilwire.reject.v1",   "councilwire.withdrawn.v1",
};

static const char *const schema_name[] = {
    "urn:councilwire:schema:document:1.1",
    "urn:councilwire:schema:decision:1.1",
    NULL,
    NULL,
    "urn:councilwire:schema:reject:1.0",
    "urn:councilwire:schema:withdrawn:1.0",
};

enum {
    MESSAGE_MAX = 10 * 1024 * 1024,
    MESSAGE_OVERHEAD = 2048,
    INLINE_ORIGINAL = 8 << 20
};

const char *wire_topic(enum wire_type kind, enum space space)
{
    return topic_name[space][kind];
}

const char *wire_type_name(enum wire_type type)
{
    return type_name[type];
}

enum space wire_space(struct sv marking)
{
    return !marking.p || sv_eq(marking, SV("PUBLIC")) ? SPACE_PUBLIC : SPACE_LIMITE;
}

bool wire_classified(struct sv marking)
{
    /* The short forms of the classes, in English and French; a marking holds one of them
     * wherever it stands in a bilingual banner. */
    static const struct sv classes[] = {{"RESTREINT", 9},
                                        {"RESTRICTED", 10},
                                        {"CONFIDENTIEL", 12},
                                        {"CONFIDENTIAL", 12},
                                        {"SECRET", 6}};
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (marking.p && sv_find(marking, classes[i]) != SIZE_MAX)
            return true;
    return false;
}

static void add_header(struct wire_event *e, const char *name, struct sv value)
{
    assert(e->headers < WIRE_HEADERS);
    e->header[e->headers++] = (struct wire_header){name, value};
}

static struct sv hashed_id(struct arena *a, struct sv joined)
{
    char hex[HASH_HEX + 1];
    hash_sha256_hex(joined, hex);
    return arena_copy(a, (struct sv){hex, HASH_HEX});
}

static struct sv trace_parent(struct arena *a)
{
    unsigned char id[24];
    random_bytes(id, sizeof id);
    id[0] |= 1; /* an all-zero trace or span id is invalid */
    id[16] |= 1;
    char *p = arena_alloc(a, 56);
    static const char hex[] = "0123456789abcdef";
    size_t at = 0;
    p[at++] = '0', p[at++] = '0', p[at++] = '-';
    for (size_t i = 0; i < sizeof id; i++) {
        if (i == 16)
            p[at++] = '-';
        p[at++] = hex[id[i] >> 4];
        p[at++] = hex[id[i] & 15];
    }
    memcpy(p + at, "-01", 4);
    return (struct sv){p, at + 3};
}

static struct sv time_text(struct arena *a, int64_t wall_ms)
{
    char time[CLOCK_RFC3339];
    clock_rfc3339(wall_ms, time);
    return arena_copy(a, sv_cstr(time));
}

/* Fills what all events share; `content_type` as on the wire. */
static void envelope(struct wire_event *e, enum space space, struct sv content_type,
                     struct sv time, struct sv trace)
{
    e->topic = wire_topic(e->type, space);
    e->time = time;
    e->subject = e->subject.p ? e->subject : e->key;
    e->traceparent = trace;
    add_header(e, "content-type", content_type);
    add_header(e, "ce_specversion", SV("1.0"));
    add_header(e, "ce_id", e->id);
    add_header(e, "ce_source", e->source);
    add_header(e, "ce_type", sv_cstr(type_name[e->type]));
    add_header(e, "ce_time", e->time);
    add_header(e, "ce_subject", e->subject);
    if (schema_name[e->type])
        add_header(e, "ce_dataschema", sv_cstr(schema_name[e->type]));
    if (e->type == WIRE_TEXT || e->type == WIRE_ORIGINAL) {
        e->marking = e->marking.p ? e->marking : SV("none");
        add_header(e, "ce_marking", e->marking);
    }
    add_header(e, "traceparent", trace);
}

/* What the events of one document have in common while they are built. */
struct builder {
    const struct wire_publication *p;
    struct arena *a;
    struct buf *scratch;
    struct buf *head; /* what the values of all decisions begin with */
    struct hash_stream *hash;
    enum space space;
    struct sv time, trace, marking; /* marking: outlives what was parsed */
    const struct item *item;        /* of the decision before */
};

static void add_decimal(struct buf *out, uint64_t v)
{
    char digit[20];
    size_t at = sizeof digit;
    do
        digit[--at] = (char)('0' + v % 10);
    while (v /= 10);
    buf_add(out, digit + at, sizeof digit - at);
}

/* DESIGN.md section 6: type, key, content hash, rules version, ordinal, turn. */
static struct sv event_id(struct builder *b, enum wire_type type, struct sv key,
                          const char *content_sha256, size_t ordinal)
{
    buf_reset(b->scratch);
    buf_add_sv(b->scratch, sv_cstr(type_name[type]));
    buf_addc(b->scratch, '\n');
    buf_add_sv(b->scratch, key);
    buf_addc(b->scratch, '\n');
    buf_add_sv(b->scratch, sv_cstr(content_sha256));
    buf_addc(b->scratch, '\n');
    buf_add_sv(b->scratch, b->p->rules);
    buf_addc(b->scratch, '\n');
    add_decimal(b->scratch, ordinal);
    buf_addc(b->scratch, '\n');
    add_decimal(b->scratch, b->p->turn);
    char *hex = arena_alloc(b->a, HASH_HEX + 1);
    hash_stream_add(b->hash, buf_sv(b->scratch));
    hash_stream_hex(b->hash, hex);
    return (struct sv){hex, HASH_HEX};
}

static void write_text_object(struct json_writer *w, const struct doc *d, bool whole)
{
    json_put_key(w, "text");
    json_open_object(w);
    json_pair(w, "sha256", sv_cstr(d->text_sha256));
    if (whole) {
        json_pair_int(w, "bytes", (int64_t)d->text.n);
        json_pair_int(w, "repairs", (int64_t)d->repairs);
    }
    json_close_object(w);
}

static void write_original_object(struct json_writer *w, const struct doc *d)
{
    json_put_key(w, "original");
    json_open_object(w);
    json_pair(w, "sha256", sv_cstr(d->original_sha256));
    json_pair_int(w, "bytes", (int64_t)d->original.n);
    json_pair(w, "media_type", d->media_type);
    json_pair(w, "uri", d->uri);
    json_close_object(w);
}

static struct sv document_value(struct builder *b)
{
    struct json_writer w = {.out = b->scratch};
    const struct parsed *p = b->p->parsed;
    buf_reset(b->scratch);
    json_open_object(&w);
    event_put_document(&w, &p->document);
    event_put_items(&w, p);
    event_put_references(&w, p);
    json_put_key(&w, "decisions");
    json_open_array(&w);
    for (size_t i = 0; i < p->ndecisions; i++)
        json_put_cstr(&w, p->decisions[i].id);
    json_close_array(&w);
    json_pair(&w, "rules", b->p->rules);
    write_text_object(&w, b->p->doc, true);
    write_original_object(&w, b->p->doc);
    json_close_object(&w);
    return arena_copy(b->a, buf_sv(b->scratch));
}

static void write_list(struct json_writer *w, const char *key, struct svs list)
{
    json_put_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < list.n; i++)
        json_put_string(w, list.v[i]);
    json_close_array(w);
}

static const struct item *find_item(struct builder *b, struct sv number)
{
    const struct parsed *p = b->p->parsed;
    if (b->item && sv_eq(b->item->number, number))
        return b->item;
    b->item = NULL;
    for (size_t i = 0; i < p->nitems && !b->item; i++)
        if (sv_eq(p->items[i].number, number))
            b->item = &p->items[i];
    return b->item;
}

static void write_item_object(struct json_writer *w, struct builder *b, struct sv number)
{
    json_put_key(w, "item");
    if (!number.p) {
        json_put_null(w);
        return;
    }
    const struct item *found = find_item(b, number);
    json_open_object(w);
    json_pair(w, "number", number);
    json_pair(w, "title", found ? found->title : SV_NULL);
    json_close_object(w);
}

/* The same for all decisions of a paper: written once, copied into each. */
static void write_head(struct builder *b)
{
    struct json_writer w = {.out = b->head};
    const struct document *doc = &b->p->parsed->document;
    json_open_object(&w);
    json_put_key(&w, "document");
    json_open_object(&w);
    json_pair(&w, "id", doc->id);
    json_pair(&w, "language", doc->language);
    json_pair(&w, "number", doc->number);
    json_pair(&w, "type", doc->type);
    json_pair(&w, "date", doc->date);
    json_pair(&w, "meeting_date", doc->meeting_date);
    json_pair(&w, "subject", doc->subject);
    write_list(&w, "subject_codes", doc->subject_codes);
    json_pair(&w, "marking", doc->marking);
    json_close_object(&w);
    write_text_object(&w, b->p->doc, false);
}

static struct sv decision_value(struct builder *b, const struct decision *d)
{
    if (b->head->n == 0)
        write_head(b);
    buf_reset(b->scratch);
    buf_add_sv(b->scratch, buf_sv(b->head));
    struct json_writer w = {.out = b->scratch, .comma = true, .depth = 1};
    write_item_object(&w, b, d->item);
    json_pair_bool(&w, "news", b->p->news);
    json_put_key(&w, "decision");
    event_put_decision(&w, d);
    json_close_object(&w);
    return arena_copy(b->a, buf_sv(b->scratch));
}

static void build_original(struct builder *b, struct wire_event *e)
{
    const struct doc *d = b->p->doc;
    struct sv own = arena_copy(b->a, sv_cstr(d->original_sha256)); /* outlives the doc */
    *e = (struct wire_event){.type = WIRE_ORIGINAL, .key = own, .value = d->original};
    e->id = event_id(b, WIRE_ORIGINAL, b->p->key, d->original_sha256, 0);
    e->source = d->source;
    e->marking = b->marking;
    envelope(e, b->space,
             d->media_type.p ? d->media_type : SV("application/octet-stream"), b->time,
             b->trace);
}

static void build_text(struct builder *b, struct wire_event *e)
{
    const struct doc *d = b->p->doc;
    *e = (struct wire_event){.type = WIRE_TEXT, .key = b->p->key, .value = d->text};
    e->id = event_id(b, WIRE_TEXT, b->p->key, d->text_sha256, 0);
    e->source = d->source;
    e->marking = b->marking;
    envelope(e, b->space, SV("text/plain; charset=utf-8"), b->time, b->trace);
}

static void build_json(struct builder *b, enum wire_type type, struct sv value,
                       size_t ordinal, struct wire_event *e)
{
    *e = (struct wire_event){.type = type, .key = b->p->key, .value = value};
    e->id = event_id(b, type, b->p->key, b->p->doc->text_sha256, ordinal);
    e->source = b->p->doc->source;
    envelope(e, b->space, SV("application/json"), b->time, b->trace);
}

static int check_sizes(const struct wire_publication *p, const struct wire_event *e,
                       size_t n, struct err *err)
{
    size_t max = p->message_max ? p->message_max : MESSAGE_MAX;
    for (size_t i = 0; i < n; i++)
        if (e[i].value.n + e[i].key.n + MESSAGE_OVERHEAD > max)
            return err_reject(
                err, "too-large",
                "its %s event is %zu bytes and the broker takes %zu; split the "
                "paper or raise max.message.bytes",
                type_name[e[i].type], e[i].value.n, max);
    return 0;
}

int wire_build(const struct wire_publication *p, struct arena *a, struct wire_event **out,
               size_t *n, struct err *err)
{
    AUTO(buf_free) struct buf scratch = {0}, head = {0};
    AUTO(hash_stream_free) struct hash_stream *hash = hash_stream_new();
    struct builder b = {.p = p,
                        .a = a,
                        .scratch = &scratch,
                        .head = &head,
                        .hash = hash,
                        .space = wire_space(p->parsed->document.marking),
                        .time = time_text(a, p->time_ms),
                        .trace = trace_parent(a),
                        .marking = arena_copy(a, p->parsed->document.marking)};
    const struct doc *d = p->doc;
    if (wire_classified(p->parsed->document.marking))
        return err_reject(err, "classified", "a classified paper is not published");
    bool original = strcmp(d->original_sha256, d->text_sha256) != 0 &&
                    d->original.n <= INLINE_ORIGINAL &&
                    d->original.n + MESSAGE_OVERHEAD <=
                        (p->message_max ? p->message_max : MESSAGE_MAX);
    struct wire_event *e = arena_array(a, p->parsed->ndecisions + 3, sizeof *e);
    size_t count = 0;
    if (original)
        build_original(&b, &e[count++]);
    build_text(&b, &e[count++]);
    for (size_t i = 0; i < p->parsed->ndecisions; i++)
        build_json(&b, WIRE_DECISION, decision_value(&b, &p->parsed->decisions[i]), i,
                   &e[count++]);
    build_json(&b, WIRE_DOCUMENT, document_value(&b), 0, &e[count++]);
    if (check_sizes(p, e, count, err) != 0)
        return -1;
    *out = e;
    *n = count;
    return 0;
}

static void write_origin(struct json_writer *w, const struct wire_rejected *r, bool told)
{
    json_put_key(w, "origin");
    json_open_object(w);
    if (told) {
        json_pair(w, "name", r->name);
        json_pair(w, "uri", r->uri);
    }
    if (r->topic) {
        json_pair(w, "topic", sv_cstr(r->topic));
        json_pair_int(w, "partition", r->partition);
        json_pair_int(w, "offset", r->offset);
    }
    json_close_object(w);
}

static struct sv reject_value(const struct wire_rejected *r, bool told, struct arena *a)
{
    AUTO(buf_free) struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_open_object(&w);
    json_pair(&w, "stage", sv_cstr(r->stage));
    json_pair(&w, "reason", sv_cstr(r->reason));
    json_pair(&w, "detail", told ? r->detail : SV_NULL);
    json_pair_int(&w, "attempts", r->attempts);
    write_origin(&w, r, told);
    json_pair(&w, "sha256", r->sha256);
    json_put_key(&w, "bytes");
    if (r->bytes < 0)
        json_put_null(&w);
    else
        json_put_int(&w, r->bytes);
    json_pair(&w, "marking", r->marking);
    json_close_object(&w);
    return arena_copy(a, buf_sv(&b));
}

void wire_build_reject(const struct wire_rejected *r, struct arena *a,
                       struct wire_event *out)
{
    struct sv what = r->topic ? arena_printf(a, "%s/%d/%lld", r->topic, (int)r->partition,
                                             (long long)r->offset)
                              : r->sha256;
    /* A paper whose marking is not known, or classified, is named by its hash only. */
    bool told = r->topic ||
                (strcmp(r->reason, "classified") != 0 && !wire_classified(r->marking));
    AUTO(buf_free) struct buf id = {0};
    buf_addf(&id, "%s\n%s\n", type_name[WIRE_REJECT], r->stage);
    buf_add_sv(&id, r->source);
    buf_addc(&id, '\n');
    buf_add_sv(&id, what);
    AUTO(buf_free) struct buf key = {0};
    buf_add_sv(&key, r->source);
    buf_addc(&key, ' ');
    buf_add_sv(&key, what);
    *out = (struct wire_event){.type = WIRE_REJECT,
                               .key = arena_copy(a, buf_sv(&key)),
                               .value = reject_value(r, told, a),
                               .id = hashed_id(a, buf_sv(&id)),
                               .source = r->source};
    envelope(out, told ? r->space : SPACE_PUBLIC, SV("application/json"),
             time_text(a, r->time_ms), trace_parent(a));
}

void wire_build_withdrawal(struct sv key, enum space old_space, struct sv source,
                           struct sv reason, int64_t time_ms, struct arena *a,
                           struct wire_event **out, size_t *n)
{
    static const enum wire_type types[] = {WIRE_TEXT, WIRE_DOCUMENT, WIRE_WITHDRAWN};
    struct wire_event *e = arena_array(a, ARRAY_LEN(types), sizeof *e);
    struct sv time = time_text(a, time_ms), trace = trace_parent(a);
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        AUTO(buf_free) struct buf b = {0};
        buf_addf(&b, "%s\n", type_name[WIRE_WITHDRAWN]);
        buf_add_sv(&b, key);
        buf_addf(&b, "\n%s\n%lld", wire_topic(types[i], old_space), (long long)time_ms);
        e[i] = (struct wire_event){.type = types[i],
                                   .key = key,
                                   .id = hashed_id(a, buf_sv(&b)),
                                   .source = source};
        if (types[i] == WIRE_WITHDRAWN) {
            struct json_writer w = {.out = &b};
            buf_reset(&b);
            json_open_object(&w);
            json_pair(&w, "key", key);
            json_pair(&w, "reason", reason);
            json_close_object(&w);
            e[i].value = arena_copy(a, buf_sv(&b));
        }
        envelope(&e[i], old_space,
                 types[i] == WIRE_TEXT ? SV("text/plain; charset=utf-8")
                                       : SV("application/json"),
                 time, trace);
    }
    *out = e;
    *n = ARRAY_LEN(types);
}
