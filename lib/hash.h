/* hash — SHA-256, HMAC-SHA-256 and base64: what names, signs and carries bytes.
 *
 * Owns:    a hash_stream is the caller's, free with hash_stream_free.
 * Units:   a digest has HASH_BYTES bytes, its lower-case hex HASH_HEX signs (and a NUL).
 * Errors:  BAD_INPUT for text that is no base64. Nothing else can fail; a libcrypto that
 *          cannot do SHA-256 ends the process with exit code 70.
 * Threads: one per stream; the other functions from any.
 */
#ifndef COUNCILWIRE_HASH_H
#define COUNCILWIRE_HASH_H

#include "buf.h"
#include "err.h"

enum { HASH_BYTES = 32, HASH_HEX = 64 };

void hash_sha256(struct sv data, unsigned char out[HASH_BYTES]);
void hash_sha256_hex(struct sv data, char out[HASH_HEX + 1]);
void hash_hmac_sha256(struct sv key, struct sv data, unsigned char out[HASH_BYTES]);
void hash_hex(const unsigned char digest[HASH_BYTES], char out[HASH_HEX + 1]);

struct hash_stream;
struct hash_stream *hash_stream_new(void);
void hash_stream_add(struct hash_stream *h, struct sv data);
/* The digest of all that was added; the stream is empty again afterwards. */
void hash_stream_end(struct hash_stream *h, unsigned char out[HASH_BYTES]);
/* The same of what was added until now; the stream goes on. */
void hash_stream_so_far(const struct hash_stream *h, char out[HASH_HEX + 1]);
void hash_stream_hex(struct hash_stream *h, char out[HASH_HEX + 1]);
void hash_stream_free(struct hash_stream **h);

/* RFC 4648 section 4, padded, without line ends; appended to *out. */
void hash_base64(struct sv data, struct buf *out);
NODISCARD int hash_base64_decode(struct sv text, struct buf *out, struct err *err);

#endif
