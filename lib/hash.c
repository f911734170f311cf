#include "hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct hash_stream {
    EVP_MD_CTX *ctx;
};

static void must(bool done)
{
    if (!done) {
        (void)fputs("hash: libcrypto offers no SHA-256\n", stderr);
        exit(EXIT_INTERNAL); /* NOLINT(concurrency-mt-unsafe): nothing goes on */
    }
}

/* Fetched once: what EVP_sha256() gives is looked up again at every use, which costs more
 * than to hash a short text. Never freed: it lives as long as the process. */
static const EVP_MD *sha256;

static void fetch_sha256(void)
{
    /* Without memory for its beginning the fetch would read from NULL (3.0). */
    must(OSSL_LIB_CTX_get0_global_default() != NULL);
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    must(sha256 != NULL);
}

static const EVP_MD *sha256_method(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    must(pthread_once(&once, fetch_sha256) == 0);
    return sha256;
}

static const void *bytes_of(struct sv s)
{
    return s.n > 0 ? s.p : "";
}

void hash_sha256(struct sv data, unsigned char out[HASH_BYTES])
{
    unsigned int n = 0;
    must(EVP_Digest(bytes_of(data), data.n, out, &n, sha256_method(), NULL) == 1 &&
         n == HASH_BYTES);
}

void hash_hex(const unsigned char digest[HASH_BYTES], char out[HASH_HEX + 1])
{
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_BYTES; i++) {
        out[2 * i] = digit[digest[i] >> 4];
        out[2 * i + 1] = digit[digest[i] & 15];
    }
    out[HASH_HEX] = '\0';
}

void hash_sha256_hex(struct sv data, char out[HASH_HEX + 1])
{
    unsigned char digest[HASH_BYTES];
    hash_sha256(data, digest);
    hash_hex(digest, out);
}

void hash_hmac_sha256(struct sv key, struct sv data, unsigned char out[HASH_BYTES])
{
    unsigned int n = 0;
    must(HMAC(sha256_method(), bytes_of(key), (int)key.n, bytes_of(data), data.n, out,
              &n) != NULL &&
         n == HASH_BYTES);
}

struct hash_stream *hash_stream_new(void)
{
    struct hash_stream *h = mem_zalloc(sizeof *h);
    h->ctx = EVP_MD_CTX_new();
    must(h->ctx && EVP_DigestInit_ex(h->ctx, sha256_method(), NULL) == 1);
    return h;
}

void hash_stream_add(struct hash_stream *h, struct sv data)
{
    must(EVP_DigestUpdate(h->ctx, bytes_of(data), data.n) == 1);
}

void hash_stream_end(struct hash_stream *h, unsigned char out[HASH_BYTES])
{
    must(EVP_DigestFinal_ex(h->ctx, out, NULL) == 1);
    must(EVP_DigestInit_ex(h->ctx, NULL, NULL) == 1);
}

void hash_stream_hex(struct hash_stream *h, char out[HASH_HEX + 1])
{
    unsigned char digest[HASH_BYTES];
    hash_stream_end(h, digest);
    hash_hex(digest, out);
}

void hash_stream_so_far(const struct hash_stream *h, char out[HASH_HEX + 1])
{
    struct hash_stream *copy = hash_stream_new();
    must(EVP_MD_CTX_copy_ex(copy->ctx, h->ctx) == 1);
    hash_stream_hex(copy, out);
    hash_stream_free(&copy);
}

void hash_stream_free(struct hash_stream **h)
{
    if (*h) {
        EVP_MD_CTX_free((*h)->ctx);
        free(*h);
        *h = NULL;
    }
}

void hash_base64(struct sv data, struct buf *out)
{
    static const char sign[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    buf_reserve(out, (data.n + 2) / 3 * 4);
    for (size_t i = 0; i < data.n; i += 3) {
        size_t left = data.n - i;
        uint32_t v = (uint32_t)(unsigned char)data.p[i] << 16;
        v |= left > 1 ? (uint32_t)(unsigned char)data.p[i + 1] << 8 : 0;
        v |= left > 2 ? (uint32_t)(unsigned char)data.p[i + 2] : 0;
        buf_addc(out, sign[v >> 18]);
        buf_addc(out, sign[v >> 12 & 63]);
        buf_addc(out, (char)(left > 1 ? sign[v >> 6 & 63] : '='));
        buf_addc(out, (char)(left > 2 ? sign[v & 63] : '='));
    }
}

static int base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One group of four signs; `last` allows padding. Returns the number of bytes, or 0. */
static size_t base64_group(const char *p, bool last, unsigned char bytes[3])
{
    size_t pad = last && p[3] == '=' ? (p[2] == '=' ? 2 : 1) : 0;
    uint32_t v = 0;
    for (size_t i = 0; i < 4; i++) {
        int d = i >= 4 - pad ? 0 : base64_value((unsigned char)p[i]);
        if (d < 0)
            return 0;
        v = v << 6 | (uint32_t)d;
    }
    for (size_t i = 0; i < 3; i++)
        bytes[i] = (unsigned char)(v >> (16 - 8 * i));
    bool spare = (pad == 1 && bytes[2]) || (pad == 2 && (bytes[1] || bytes[2]));
    return spare ? 0 : 3 - pad;
}

int hash_base64_decode(struct sv text, struct buf *out, struct err *err)
{
    if (text.n % 4 != 0)
        return err_set(err, ERR_BAD_INPUT, "base64: %zu signs are no multiple of 4",
                       text.n);
    size_t before = out->n;
    for (size_t i = 0; i < text.n; i += 4) {
        unsigned char bytes[3];
        size_t n = base64_group(text.p + i, i + 4 == text.n, bytes);
        if (n == 0) {
            out->n = before;
            return err_set(err, ERR_BAD_INPUT, "base64: wrong sign at byte %zu", i);
        }
        buf_add(out, bytes, n);
    }
    return 0;
}
