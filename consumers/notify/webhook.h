/* webhook — one notification as it goes over the wire: Standard Webhooks 1.0.0 (headers
 * webhook-id, webhook-timestamp, webhook-signature; EVENTS.md section 4 of the rule
 * books), and when it is tried again.
 *
 * Owns:    nothing; appends to buffers given.
 * Units:   milliseconds, bytes.
 * Errors:  BAD_INPUT for a secret that is none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_NOTIFY_WEBHOOK_H
#define COUNCILWIRE_NOTIFY_WEBHOOK_H

#include "lib/wire.h"

enum {
    WEBHOOK_ATTEMPTS = 10,
    WEBHOOK_BODY_MAX = 18000,                 /* "under about 20 kB" */
    WEBHOOK_ID = 36,                          /* "msg_" and 32 hex digits */
    WEBHOOK_REST_MS_MAX = 24 * 60 * 60 * 1000 /* longest Retry-After that is believed */
};

/* "whsec_" and base64 of 24 to 64 bytes; *key: those bytes. */
NODISCARD int webhook_secret_read(struct sv secret, struct buf *key, struct err *err);
void webhook_secret_make(struct buf *secret);

/* The same for every attempt and after a restart: a hash of both. */
void webhook_id(struct sv subscription, struct sv decision, char out[WEBHOOK_ID + 1]);

/* {"type", "timestamp", "data"}; thin (a LIMITE paper's): data holds ids only. */
void webhook_body(const struct wire_decision *d, struct sv key, struct sv subscription,
                  struct sv time, bool thin, struct buf *out);

/* Value of webhook-signature over ID.TIMESTAMP.BODY. */
void webhook_sign(struct sv key, struct sv id, int64_t timestamp_s, struct sv body,
                  struct buf *out);

/* Wait before attempt n (from 0; 0: at once), with up to a tenth more at random; -1 when
 * there is no such attempt. */
int64_t webhook_delay_ms(int64_t attempt);
int64_t webhook_delay_max_ms(int64_t attempt); /* the longest that may come of it */

#endif
