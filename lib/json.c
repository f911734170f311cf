#include "json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

#undef json_is_null
#undef json_is_string
#undef json_is_array
#undef json_is_object

/* A struct json is a json_t; the type is ours so that jansson's leaves this file for no
 * one. */
static const json_t *in(const struct json *v)
{
    return (const void *)v;
}

static json_t *in_mutable(const struct json *v)
{
    json_t *
        j; /* jansson's readers take no const, and change nothing but a reference count */
    memcpy(&j, &v, sizeof j);
    return j;
}

static const struct json *out(const json_t *j)
{
    return (const void *)j;
}

int json_read(struct sv text, struct json **root, struct err *err)
{
    json_error_t e;
    json_t *j = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &e);
    if (!j)
        return err_set(err, ERR_BAD_INPUT, "no valid JSON: line %d, column %d: %s",
                       e.line, e.column, e.text);
    *root = (void *)j;
    return 0;
}

void json_free(struct json **root)
{
    json_t *j = (void *)*root;
    json_decref(j);
    *root = NULL;
}

const struct json *json_member(const struct json *object, const char *name)
{
    return out(json_object_get(in(object), name));
}

const struct json *json_at(const struct json *array, size_t i)
{
    return out(json_array_get(in(array), i));
}

size_t json_count(const struct json *v)
{
    if (json_is_array(v))
        return json_array_size(in(v));
    return json_is_object(v) ? json_object_size(in(v)) : 0;
}

const char *json_key_at(const struct json *object, size_t i, const struct json **value)
{
    json_t *o = in_mutable(object);
    void *it = json_is_object(object) ? json_object_iter(o) : NULL;
    for (size_t k = 0; it && k < i; k++)
        it = json_object_iter_next(o, it);
    if (!it)
        return NULL;
    *value = out(json_object_iter_value(it));
    return json_object_iter_key(it);
}

static bool has_type(const struct json *v, json_type type)
{
    return v && json_typeof(in(v)) == type;
}

bool json_is_null(const struct json *v)
{
    return !v || has_type(v, JSON_NULL);
}

bool json_is_string(const struct json *v)
{
    return has_type(v, JSON_STRING);
}

bool json_is_array(const struct json *v)
{
    return has_type(v, JSON_ARRAY);
}

bool json_is_object(const struct json *v)
{
    return has_type(v, JSON_OBJECT);
}

struct sv json_text(const struct json *v)
{
    if (!json_is_string(v))
        return SV_NULL;
    return (struct sv){json_string_value(in(v)), json_string_length(in(v))};
}

bool json_int(const struct json *v, int64_t *out_int)
{
    if (!has_type(v, JSON_INTEGER))
        return false;
    *out_int = json_integer_value(in(v));
    return true;
}

bool json_bool(const struct json *v, bool *out_bool)
{
    if (!has_type(v, JSON_TRUE) && !has_type(v, JSON_FALSE))
        return false;
    *out_bool = has_type(v, JSON_TRUE);
    return true;
}

static int append(const char *p, size_t n, void *ctx)
{
    buf_add(ctx, p, n);
    return 0;
}

void json_write_value(const struct json *v, struct buf *b)
{
    int rc = json_dump_callback(in(v), append, b, JSON_COMPACT | JSON_ENCODE_ANY);
    assert(rc == 0);
}

struct sv json_member_text(const struct json *object, const char *name)
{
    return json_text(json_member(object, name));
}
