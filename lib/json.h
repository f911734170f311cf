/* json — reading JSON (RFC 8259; the tests compare it with jansson value for value).
 * (Writing: json_write.h.)
 *
 * Refused beyond the grammar: a key twice in an object, \u0000, half a surrogate pair,
 * bytes that are no UTF-8, integers that need more than 64 bits, nesting over 512.
 *
 * Owns:    a tree until json_free, or until its arena is reset; strings are borrowed from
 *          it and end with a NUL.
 * Units:   bytes; integers are int64_t.
 * Errors:  BAD_INPUT with line and column. Memory: about the text and 16 bytes a value;
 *          a list that would outgrow its arena's limit is refused.
 * Threads: one a tree.
 */
#ifndef COUNCILWIRE_JSON_H
#define COUNCILWIRE_JSON_H

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "sv.h"

struct json; /* a value inside a tree */

NODISCARD int json_read(struct sv text, struct json **out,
                        struct err *err); /* the root: free it */
void json_free(struct json **root);
/* The same; the tree lives in the arena and is not freed. */
NODISCARD int json_read_into(struct arena *a, struct sv text, const struct json **out,
                             struct err *err);
const struct json *json_member(const struct json *object,
                               const char *name); /* NULL: absent */
const struct json *json_at(const struct json *array, size_t i);
size_t
json_count(const struct json *array_or_object); /* 0 for anything else, also NULL */
const char *json_key_at(const struct json *object, size_t i, const struct json **value);
bool json_is_null(const struct json *v); /* NULL or JSON null */
bool json_is_string(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_object(const struct json *v);
struct sv json_text(const struct json *v); /* null for anything but a string */
bool json_int(const struct json *v, int64_t *out);
bool json_bool(const struct json *v, bool *out);
void json_write_value(const struct json *v,
                      struct buf *out); /* compact, members in order */
struct sv json_member_text(const struct json *object, const char *name);

#endif
