#include "archive.h"

#include "lib/file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
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
    ZSTD_inBuffer in = {packed.p, packed.n, 0};
    size_t start = out->n, left;
    ZSTD_DCtx_reset(z->unpack, ZSTD_reset_session_only);
    do {
        buf_reserve(out, ZSTD_DStreamOutSize());
        ZSTD_outBuffer o = {out->p + out->n, out->cap - out->n - 1, 0};
        left = ZSTD_decompressStream(z->unpack, &o, &in);
        if (ZSTD_isError(left))
            return err_reject(err, "altered", "zstd: %s", ZSTD_getErrorName(left));
        out->n += o.pos;
        if (out->n - start > limit)
            return err_reject(err, "altered", "larger than any object of ours");
        if (left && o.pos == 0 && in.pos == in.size)
            return err_reject(err, "altered", "zstd: cut short");
    } while (left);
    out->p[out->n] = '\0';
    return in.pos == in.size ? 0
                             : err_reject(err, "altered", "more bytes than one frame");
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
    struct stat st;
    object_path(dir, sha256, &path);
    if (stat(path.p, &st) == 0 && !S_ISREG(st.st_mode)) /* a pipe would never end */
        return err_reject(err, "altered", "%s: is no file", path.p);
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
