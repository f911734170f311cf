#include "webhook.h"

#include "lib/clock.h"
#include "lib/hash.h"
#include "lib/json_write.h"

#include <assert.h>
#include <stdio.h>

#define PREFIX "whsec_"
enum { KEY_MIN = 24, KEY_MAX = 64, KEY_MADE = 32 };

int webhook_secret_read(struct sv secret, struct buf *key, struct err *err)
{
    secret = sv_trim(secret);
    if (!sv_starts(secret, SV(PREFIX)))
        return err_set(err, ERR_BAD_INPUT,
                       "a webhook secret is whsec_ and base64 of 24 to 64 bytes");
    struct sv text = sv_sub(secret, sizeof PREFIX - 1, secret.n);
    if (hash_base64_decode(text, key, err) != 0)
        return err_wrap(err, "webhook secret");
    if (key->n < KEY_MIN || key->n > KEY_MAX)
        return err_set(err, ERR_BAD_INPUT, "a webhook secret has 24 to 64 bytes, not %zu",
                       key->n);
    return 0;
}

void webhook_secret_make(struct buf *secret)
{
    unsigned char key[KEY_MADE];
    random_bytes(key, sizeof key);
    buf_lit(secret, PREFIX);
    hash_base64((struct sv){(const char *)key, sizeof key}, secret);
}

void webhook_id(struct sv subscription, struct sv decision, char out[WEBHOOK_ID + 1])
{
    AUTO(buf_free) struct buf b = {0};
    char hex[HASH_HEX + 1];
    buf_add_sv(&b, subscription);
    buf_addc(&b, '\n');
    buf_add_sv(&b, decision);
    hash_sha256_hex(buf_sv(&b), hex);
    snprintf(out, WEBHOOK_ID + 1, "msg_%.32s", hex);
}

static void put_list(struct json_writer *w, const char *key, struct svs list, size_t max)
{
    json_put_key(w, key);
    json_open_array(w);
    for (size_t i = 0; i < list.n && i < max; i++)
        json_put_string(w, list.v[i]);
    json_close_array(w);
}

static void put_document(struct json_writer *w, const struct document *d, bool thin,
                         size_t max)
{
    json_put_key(w, "document");
    json_open_object(w);
    json_pair(w, "id", d->id);
    json_pair(w, "language", d->language);
    if (!thin) {
        json_pair(w, "number", d->number);
        json_pair(w, "type", d->type);
        json_pair(w, "date", d->date);
        json_pair(w, "meeting_date", d->meeting_date);
        json_pair(w, "subject", d->subject);
        put_list(w, "subject_codes", d->subject_codes, max);
        json_pair(w, "marking", d->marking);
    }
    json_close_object(w);
}

/* The beginning of a long text, cut between characters. */
static struct sv cut(struct sv text, size_t max)
{
    if (text.n <= max)
        return text;
    while (max > 0 && ((unsigned char)text.p[max] & 0xC0) == 0x80)
        max--;
    return sv_sub(text, 0, max);
}

static void put_decision(struct json_writer *w, const struct decision *d, bool thin,
                         size_t text_max, size_t list_max)
{
    json_put_key(w, "decision");
    json_open_object(w);
    json_pair(w, "id", (struct sv){d->id, 32});
    if (!thin) {
        json_pair(w, "kind", sv_cstr(decision_kind_name(d->kind)));
        json_pair(w, "act", d->act);
        json_pair(w, "by", d->by);
        json_pair(w, "item", d->item);
        json_pair(w, "text", cut(d->text, text_max));
        json_pair_bool(w, "truncated", d->text.n > text_max);
        put_list(w, "to", d->to, list_max);
        put_list(w, "refs", d->refs, list_max);
        json_put_key(w, "next");
        json_open_array(w);
        for (size_t i = 0; i < d->nnext && i < list_max; i++) {
            json_open_object(w);
            json_pair(w, "body", d->next[i].body);
            json_pair(w, "date", d->next[i].date);
            json_close_object(w);
        }
        json_close_array(w);
        event_put_due(w, &d->due);
        json_pair(w, "status", d->draft ? SV("draft") : SV("final"));
    }
    json_close_object(w);
}

static void put_item(struct json_writer *w, const struct wire_decision *d, size_t max)
{
    json_put_key(w, "item");
    if (!d->item_number.p && !d->item_title.p) {
        json_put_null(w);
        return;
    }
    json_open_object(w);
    json_pair(w, "number", d->item_number);
    json_pair(w, "title", cut(d->item_title, max));
    json_close_object(w);
}

static void body_within(const struct wire_decision *d, struct sv key,
                        struct sv subscription, struct sv time, bool thin,
                        size_t text_max, size_t list_max, struct buf *out)
{
    struct json_writer w = {.out = out};
    json_open_object(&w);
    json_pair(&w, "type",
              d->decision.draft ? SV("decision.draft") : SV("decision.final"));
    json_pair(&w, "timestamp", time);
    json_put_key(&w, "data");
    json_open_object(&w);
    json_pair(&w, "subscription", subscription);
    json_pair(&w, "key", key);
    put_document(&w, &d->document, thin, list_max);
    if (!thin)
        put_item(&w, d, text_max);
    put_decision(&w, &d->decision, thin, text_max, list_max);
    json_close_object(&w);
    json_close_object(&w);
}

void webhook_body(const struct wire_decision *d, struct sv key, struct sv subscription,
                  struct sv time, bool thin, struct buf *out)
{
    size_t text_max = 8000, list_max = 100, start = out->n;
    struct wire_decision copy = *d;
    body_within(&copy, key, subscription, time, thin, text_max, list_max, out);
    while (out->n - start > WEBHOOK_BODY_MAX && text_max > 100) {
        text_max /= 2;
        list_max /= 2;
        copy.document.subject = cut(d->document.subject, text_max);
        out->n = start;
        body_within(&copy, key, subscription, time, thin, text_max, list_max, out);
    }
}

void webhook_sign(struct sv key, struct sv id, int64_t timestamp_s, struct sv body,
                  struct buf *out)
{
    AUTO(buf_free) struct buf b = {0};
    unsigned char mac[HASH_BYTES];
    buf_addf(&b, "%.*s.%lld.", (int)id.n, id.p, (long long)timestamp_s);
    buf_add_sv(&b, body);
    hash_hmac_sha256(key, buf_sv(&b), mac);
    buf_lit(out, "v1,");
    hash_base64((struct sv){(const char *)mac, sizeof mac}, out);
}

/* Without the random tenth. */
static int64_t base_delay_ms(int64_t attempt)
{
    static const int64_t minute = INT64_C(60000), hour = INT64_C(3600000);
    const int64_t delay[WEBHOOK_ATTEMPTS] = {0,         5000,     5 * minute, 30 * minute,
                                             2 * hour,  5 * hour, 10 * hour,  14 * hour,
                                             20 * hour, 24 * hour};
    if (attempt < 0 || attempt >= WEBHOOK_ATTEMPTS)
        return -1;
    return delay[attempt];
}

int64_t webhook_delay_ms(int64_t attempt)
{
    int64_t ms = base_delay_ms(attempt);
    return ms < 0 ? -1 : ms + (int64_t)random_below((uint64_t)ms / 10 + 1);
}

int64_t webhook_delay_max_ms(int64_t attempt)
{
    int64_t ms = base_delay_ms(attempt);
    return ms < 0 ? -1 : ms + ms / 10;
}
