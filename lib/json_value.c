/* Values of a tree: asked for what they hold, and written again. */
#include "json_tree.h"

/* -- asking */

const struct json *json_member(const struct json *object, const char *name)
{
    if (!json_is_object(object))
        return NULL;
    struct sv want = sv_cstr(name);
    for (size_t i = 0; i < object->n; i++) {
        const struct json *key = &object->u.v[2 * i];
        if (sv_eq((struct sv){key->u.s, key->n}, want))
            return key + 1;
    }
    return NULL;
}

const struct json *json_at(const struct json *array, size_t i)
{
    return json_is_array(array) && i < array->n ? &array->u.v[i] : NULL;
}

size_t json_count(const struct json *v)
{
    return json_is_array(v) || json_is_object(v) ? v->n : 0;
}

const char *json_key_at(const struct json *object, size_t i, const struct json **value)
{
    if (!json_is_object(object) || i >= object->n)
        return NULL;
    if (value)
        *value = &object->u.v[2 * i + 1];
    return object->u.v[2 * i].u.s;
}

bool json_is_null(const struct json *v)
{
    return !v || v->type == TYPE_NULL;
}

bool json_is_string(const struct json *v)
{
    return v && v->type == TYPE_STRING;
}

bool json_is_array(const struct json *v)
{
    return v && v->type == TYPE_ARRAY;
}

bool json_is_object(const struct json *v)
{
    return v && v->type == TYPE_OBJECT;
}

struct sv json_text(const struct json *v)
{
    return json_is_string(v) ? (struct sv){v->u.s, v->n} : SV_NULL;
}

bool json_int(const struct json *v, int64_t *out)
{
    if (!v || v->type != TYPE_INT)
        return false;
    *out = v->u.i;
    return true;
}

bool json_bool(const struct json *v, bool *out)
{
    if (!v || (v->type != TYPE_TRUE && v->type != TYPE_FALSE))
        return false;
    *out = v->type == TYPE_TRUE;
    return true;
}

struct sv json_member_text(const struct json *object, const char *name)
{
    return json_text(json_member(object, name));
}

/* -- writing a value again */

static void write_string(const struct json *v, struct buf *out)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < v->n; i++) {
        char c = v->u.s[i];
        switch (c) {
        case '"': buf_lit(out, "\\\""); break;
        case '\\': buf_lit(out, "\\\\"); break;
        case '\b': buf_lit(out, "\\b"); break;
        case '\f': buf_lit(out, "\\f"); break;
        case '\n': buf_lit(out, "\\n"); break;
        case '\r': buf_lit(out, "\\r"); break;
        case '\t': buf_lit(out, "\\t"); break;
        default:
            if ((unsigned char)c < 0x20)
                buf_addf(out, "\\u%04X", (unsigned)(unsigned char)c);
            else
                buf_addc(out, c);
        }
    }
    buf_addc(out, '"');
}

// NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX bounds it
static void write_list(const struct json *v, struct buf *out)
{
    bool object = v->type == TYPE_OBJECT;
    size_t n = object ? 2 * (size_t)v->n : v->n;
    buf_addc(out, object ? '{' : '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(out, object && i % 2 ? ':' : ',');
        json_write_value(&v->u.v[i], out);
    }
    buf_addc(out, object ? '}' : ']');
}

// NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX bounds it
void json_write_value(const struct json *v, struct buf *out)
{
    switch (v->type) {
    case TYPE_NULL: buf_lit(out, "null"); break;
    case TYPE_FALSE: buf_lit(out, "false"); break;
    case TYPE_TRUE: buf_lit(out, "true"); break;
    case TYPE_INT: buf_addf(out, "%lld", (long long)v->u.i); break;
    case TYPE_REAL: buf_add(out, v->u.s, v->n); break;
    case TYPE_STRING: write_string(v, out); break;
    case TYPE_ARRAY:
    case TYPE_OBJECT: write_list(v, out); break;
    }
}
