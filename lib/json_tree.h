/* json_tree — a value as json.c makes it and json_value.c reads it; for these two only.
 *
 * Owns:    nothing: values live in the arena or tree of their text.
 * Units:   bytes; n counts the elements of an array, the members of an object.
 * Errors:  none.
 * Threads: a tree is read-only once made.
 */
#ifndef COUNCILWIRE_JSON_TREE_H
#define COUNCILWIRE_JSON_TREE_H

#include "json.h"

enum json_type {
    TYPE_NULL,
    TYPE_FALSE,
    TYPE_TRUE,
    TYPE_INT,
    TYPE_REAL,
    TYPE_STRING,
    TYPE_ARRAY,
    TYPE_OBJECT
};

struct json {
    enum json_type type;
    uint32_t n; /* bytes of a string or real; elements; members */
    union {
        const char *s; /* NUL-terminated string; a real as it stood */
        int64_t i;
        struct json *v; /* elements; key, value, key, value, … of an object */
    } u;
};

#endif
