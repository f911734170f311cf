/* A DOCX as it is, where the input begins with ZIP's "PK"; anything else is put into an
 * archive: parts parted by NUL, in the order of `parts`. A fuzzer that changes one byte
 * of a compressed part only ever tests its check sum. */
#include "lib/doc.h"
#include "producers/extract/extract.h"

#include <assert.h>
#include <stdlib.h>

#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sv packed(struct sv bytes, struct buf *out)
{
    static const char *const parts[] = {"word/document.xml",  "word/numbering.xml",
                                        "word/footnotes.xml", "word/header1.xml",
                                        "word/footer1.xml",   "word/styles.xml"};
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_source_keep(target);
    zip_t *z = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    struct sv part;
    for (size_t i = 0; i < ARRAY_LEN(parts) && sv_cut(&bytes, '\0', &part); i++) {
        zip_source_t *source = zip_source_buffer(z, part.p, part.n, 0);
        zip_int64_t at = zip_file_add(z, parts[i], source, 0);
        assert(at >= 0 &&
               zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0);
    }
    assert(zip_close(z) == 0 && zip_source_open(target) == 0);
    buf_reserve(out, 1 << 16);
    for (zip_int64_t n; (n = zip_source_read(target, out->p + out->n, 1 << 16)) > 0;) {
        out->n += (size_t)n;
        buf_reserve(out, 1 << 16);
    }
    zip_source_close(target);
    zip_source_free(target);
    return buf_sv(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { LIMIT = 1 << 20 };
    struct err err = {0};
    AUTO(buf_free) struct buf archive = {0};
    struct writer w = {.limit = LIMIT};
    struct sv bytes = {(const char *)data, size};
    if (!sv_starts(bytes, SV("PK")))
        bytes = packed(bytes, &archive);
    if (extract_docx(bytes, &w, &err) == 0)
        assert(writer_end(&w).n <= (size_t)4 * LIMIT);
    else
        assert(err.kind != ERR_NONE);
    writer_free(&w);
    return 0;
}
