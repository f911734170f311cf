#include "archive.h"

#include "lib/file.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

enum { LEVEL = 3, OBJECT_MAX = 64 * 1024 * 1024, KEEP_BYTES = 1024 * 1024 };

struct zip {
    ZSTD_CCtx *pack;
    ZSTD_DCtx *unpack;
    struct buf out;
};

struct zip *zip_new(void)
{
    struct zip *z = mem_zalloc(sizeof *z);
    z->pack = ZSTD_createCCtx();
    z->unpack = ZSTD_createDCtx();
    if (!z->pack || !z->unpack)
        abort(); /* memory is out */
    ZSTD_CCtx_setParameter(z->pack, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(z->pack, ZSTD_c_checksumFlag, 1);
    return z;
}

void zip_free(struct zip **z)
{
    if (!*z)
        return;
    ZSTD_freeCCtx((*z)->pack);
    ZSTD_freeDCtx((*z)->unpack);
    buf_free(&(*z)->out);
    mem_free(z);
    *z = NULL;
}

int zip_pack(struct zip *z, struct sv bytes, struct sv *out, struct err *err)
{
    if (z->out.cap > KEEP_BYTES)
        buf_free(&z->out);
    buf_reset(&z->out);
    buf_reserve(&z->out, ZSTD_compressBound(bytes.n));
    size_t n = ZSTD_compress2(z->pack, z->out.p, z->out.cap, bytes.p, bytes.n);
    if (ZSTD_isError(n))
        return err_set(err, ERR_TEMPORARY, "zstd: %s", ZSTD_getErrorName(n));
    z->out.n = n;
    *out = buf_sv(&z->out);
    return 0;
}

int zip_unpack(struct zip *z, struct sv packed, size_t limit, struct buf *out,
               struct err *err)
{
    unsigned long long size = ZSTD_getFrameContentSize(packed.p, packed.n);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
        size > limit)
        return err_reject(err, "altered", "no zstd frame of ours");
    buf_reserve(out, (size_t)size);
    size_t n =
        ZSTD_decompressDCtx(z->unpack, out->p + out->n, (size_t)size, packed.p, packed.n);
    if (ZSTD_isError(n) || n != size)
        return err_reject(err, "altered", "zstd: %s",
                          ZSTD_isError(n) ? ZSTD_getErrorName(n) : "short");
    out->n += n;
    out->p[out->n] = '\0';
    return 0;
}

void object_path(const char *dir, struct sv sha256, struct buf *out)
{
    buf_addf(out, "%s/objects/%.2s/%.2s/" SV_FMT ".zst", dir, sha256.p, sha256.p + 2,
             SV_ARG(sha256));
}

int object_read(struct zip *z, const char *dir, struct sv sha256, struct buf *out,
                struct err *err)
{
    AUTO(buf_free) struct buf path = {0}, packed = {0};
    char found[HASH_HEX + 1];
    object_path(dir, sha256, &path);
    if (file_read(path.p, OBJECT_MAX, &packed, err) != 0) {
        if (err->sys_errno == ENOENT || err->sys_errno == ENOTDIR)
            err->reason = "missing";
        return -1;
    }
    size_t start = out->n;
    if (zip_unpack(z, buf_sv(&packed), OBJECT_MAX, out, err) != 0)
        return err_wrap(err, "%s", path.p);
    hash_sha256_hex(sv_sub(buf_sv(out), start, out->n), found);
    if (sv_eq(sv_cstr(found), sha256))
        return 0;
    out->n = start;
    return err_reject(err, "altered", "%s: its content has the hash %s", path.p, found);
}
