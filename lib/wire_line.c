/* The structured mode of CloudEvents, one event a line: what --dry-run prints and --stdin
 * reads. */
#include "hash.h"
#include "json.h"
#include "json_write.h"
#include "wire.h"

static const char *attribute(const char *header)
{
    if (strncmp(header, "ce_", 3) == 0)
        return header + 3;
    return strcmp(header, "content-type") == 0 ? "datacontenttype" : header;
}

static bool is_json(struct sv content_type)
{
    return sv_starts(content_type, SV("application/json"));
}

void wire_write_line(struct buf *out, const struct wire_event *e)
{
    struct json_writer w = {.out = out};
    struct sv content_type = SV_NULL;
    json_open_object(&w);
    json_pair(&w, "topic", sv_cstr(e->topic));
    json_pair(&w, "key", e->key);
    for (size_t i = 0; i < e->headers; i++) {
        json_pair(&w, attribute(e->header[i].name), e->header[i].value);
        if (strcmp(e->header[i].name, "content-type") == 0)
            content_type = e->header[i].value;
    }
    if (!e->value.p) {
        json_put_key(&w, "data");
        json_put_null(&w);
    } else if (is_json(content_type)) {
        json_put_key(&w, "data");
        json_put_raw(&w, e->value);
    } else if (e->type == WIRE_TEXT) {
        json_pair(&w, "data", e->value);
    } else {
        AUTO(buf_free) struct buf b = {0};
        hash_base64(e->value, &b);
        json_pair(&w, "data_base64", buf_sv(&b));
    }
    json_close_object(&w);
}

static const struct wire_header *known(const char *attribute_name)
{
    static const struct wire_header names[] = {
        {"ce_specversion", {"specversion", 11}},
        {"ce_id", {"id", 2}},
        {"ce_source", {"source", 6}},
        {"ce_type", {"type", 4}},
        {"ce_time", {"time", 4}},
        {"ce_subject", {"subject", 7}},
        {"ce_dataschema", {"dataschema", 10}},
        {"ce_marking", {"marking", 7}},
        {"content-type", {"datacontenttype", 15}},
        {"traceparent", {"traceparent", 11}},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i].value.p, attribute_name) == 0)
            return &names[i];
    return NULL;
}

static int read_data(const struct json *root, struct arena *a, struct wire_event *e,
                     struct err *err)
{
    struct sv encoded = json_member_text(root, "data_base64");
    const struct json *data = json_member(root, "data");
    if (encoded.p) {
        AUTO(buf_free) struct buf b = {0};
        if (hash_base64_decode(encoded, &b, err) != 0)
            return -1;
        e->value = arena_copy(a, buf_sv(&b));
    } else if (json_is_null(data)) {
        e->value = SV_NULL;
    } else if (json_is_string(data)) {
        e->value = arena_copy(a, json_text(data));
    } else {
        AUTO(buf_free) struct buf b = {0};
        json_write_value(data, &b);
        e->value = arena_copy(a, buf_sv(&b));
    }
    return 0;
}

static void read_headers(const struct json *root, struct arena *a, struct wire_event *e)
{
    for (size_t i = 0; i < json_count(root); i++) {
        const struct json *v;
        const char *name = json_key_at(root, i, &v);
        const struct wire_header *h = name ? known(name) : NULL;
        if (h && json_is_string(v) && e->headers < WIRE_HEADERS)
            e->header[e->headers++] =
                (struct wire_header){h->name, arena_copy(a, json_text(v))};
    }
}

int wire_read_structured(struct sv text, struct arena *a, struct wire_event *out,
                         struct err *err)
{
    AUTO(json_free) struct json *root = NULL;
    if (json_read(text, &root, err) != 0) {
        err->reason = "invalid-event";
        return -1;
    }
    if (!json_is_object(root))
        return err_reject(err, "invalid-event", "an event is a JSON object");
    out->headers = 0;
    read_headers(root, a, out);
    if (json_member_text(root, "topic").p)
        out->topic = arena_copy(a, json_member_text(root, "topic")).p;
    if (json_member_text(root, "key").p)
        out->key = arena_copy(a, json_member_text(root, "key"));
    return read_data(root, a, out, err);
}

int wire_read_line(struct sv line, struct arena *a, struct wire_event *out,
                   struct err *err)
{
    *out = (struct wire_event){.offset = 0};
    if (wire_read_structured(line, a, out, err) != 0)
        return -1;
    if (!out->topic)
        return err_reject(err, "invalid-event", "the line names no topic");
    return 0;
}
