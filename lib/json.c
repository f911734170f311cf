#include "json.h"

#include <assert.h>
#include <jansson.h>

/* Ours are functions of the same names. */
#undef json_is_null
#undef json_is_string
#undef json_is_array
#undef json_is_object

static const json_t *as_json(const struct json *v)
{
    return (const json_t *)(const void *)v;
}

static const struct json *as_value(const json_t *j)
{
    return (const struct json *)(const void *)j;
}

int json_read(struct sv text, struct json **out, struct err *err)
{
    json_error_t e;
    json_t *root = json_loadb(text.p ? text.p : "", text.n,
                              JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &e);
    if (!root)
        return err_set(err, ERR_BAD_INPUT, "JSON, line %d, column %d: %s", e.line,
                       e.column, e.text);
    *out = (struct json *)(void *)root;
    return 0;
}

void json_free(struct json **root)
{
    json_decref((json_t *)(void *)*root);
    *root = NULL;
}

const struct json *json_member(const struct json *object, const char *name)
{
    return as_value(json_object_get(as_json(object), name));
}

const struct json *json_at(const struct json *array, size_t i)
{
    return as_value(json_array_get(as_json(array), i));
}

size_t json_count(const struct json *v)
{
    return json_is_array(v) ? json_array_size(as_json(v)) : json_object_size(as_json(v));
}

const char *json_key_at(const struct json *object, size_t i, const struct json **value)
{
    json_t *o;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the pointer itself
    memcpy(&o, &object, sizeof o); /* jansson iterates over non-const objects only */
    void *at = json_object_iter(o);
    while (at && i-- > 0)
        at = json_object_iter_next(o, at);
    if (!at)
        return NULL;
    if (value)
        *value = as_value(json_object_iter_value(at));
    return json_object_iter_key(at);
}

bool json_is_null(const struct json *v)
{
    return !v || json_typeof(as_json(v)) == JSON_NULL;
}

bool json_is_string(const struct json *v)
{
    return v && json_typeof(as_json(v)) == JSON_STRING;
}

bool json_is_array(const struct json *v)
{
    return v && json_typeof(as_json(v)) == JSON_ARRAY;
}

bool json_is_object(const struct json *v)
{
    return v && json_typeof(as_json(v)) == JSON_OBJECT;
}

struct sv json_text(const struct json *v)
{
    const json_t *j = as_json(v);
    if (!json_is_string(v))
        return SV_NULL;
    return (struct sv){json_string_value(j), json_string_length(j)};
}

bool json_int(const struct json *v, int64_t *out)
{
    if (!v || json_typeof(as_json(v)) != JSON_INTEGER)
        return false;
    *out = json_integer_value(as_json(v));
    return true;
}

bool json_bool(const struct json *v, bool *out)
{
    if (!v ||
        (json_typeof(as_json(v)) != JSON_TRUE && json_typeof(as_json(v)) != JSON_FALSE))
        return false;
    *out = json_typeof(as_json(v)) == JSON_TRUE;
    return true;
}

static int append(const char *p, size_t n, void *ctx)
{
    buf_add(ctx, p, n);
    return 0;
}

void json_write_value(const struct json *v, struct buf *out)
{
    int rc = json_dump_callback(as_json(v), append, out, JSON_COMPACT | JSON_ENCODE_ANY);
    assert(rc == 0);
}

struct sv json_member_text(const struct json *object, const char *name)
{
    return json_text(json_member(object, name));
}
