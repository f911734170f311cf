/* json_write — JSON built straight into a buffer: no tree, no allocation of its own.
 *
 * Escaped: controls, quote, backslash, '<' and U+2028/9, so that a value is safe in a
 * page and on one line. Strings must be valid UTF-8: the normalised text is.
 *
 * Owns:    nothing; a struct json_writer is a small value over a buf.
 * Units:   bytes; integers are decimal.
 * Errors:  none; unbalanced calls are our own mistake and reach an assert.
 * Threads: one per writer.
 */
#ifndef COUNCILWIRE_JSON_WRITE_H
#define COUNCILWIRE_JSON_WRITE_H

#include "buf.h"

/* Takes what `out` holds and empties it (buf_reset). */
typedef void json_sink(void *ctx, struct buf *out);

enum { JSON_PIECE = 64 * 1024 };

struct json_writer {
    struct buf *out;
    bool comma; /* the next value needs one before it */
    int depth;
    json_sink *sink; /* NULL: all stays in `out`; else it is called where an object ends
                        and `out` holds JSON_PIECE bytes */
    void *ctx;       /* of sink */
};

void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_put_key_sv(struct json_writer *w, struct sv key); /* the value follows */
static inline void json_put_key(struct json_writer *w, const char *literal)
{
    json_put_key_sv(w, sv_cstr(literal));
}
void json_put_string(struct json_writer *w, struct sv s); /* null writes null */
void json_put_cstr(struct json_writer *w, const char *s);
void json_put_int(struct json_writer *w, int64_t v);
void json_put_bool(struct json_writer *w, bool v);
void json_put_null(struct json_writer *w);
/* Text that is JSON already. */
void json_put_raw(struct json_writer *w, struct sv json);

/* key and value in one */
static inline void json_pair(struct json_writer *w, const char *literal, struct sv s)
{
    json_put_key_sv(w, sv_cstr(literal));
    json_put_string(w, s);
}
void json_pair_int(struct json_writer *w, const char *key, int64_t v);
void json_pair_bool(struct json_writer *w, const char *key, bool v);

#endif
