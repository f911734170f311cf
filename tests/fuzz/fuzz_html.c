#include "lib/doc.h"
#include "producers/extract/extract.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { LIMIT = 1 << 20 };
    struct err err = {0};
    struct arena arena;
    struct writer w = {.limit = LIMIT};
    uint64_t repairs;
    arena_init(&arena, SIZE_MAX);
    struct sv text =
        doc_normal_text((struct sv){(const char *)data, size}, &arena, &repairs);
    if (extract_markup(text, XML_HTML, &w, &err) == 0)
        assert(writer_end(&w).n <= (size_t)4 * LIMIT);
    else
        assert(err.kind != ERR_NONE);
    writer_free(&w);
    arena_free(&arena);
    return 0;
}
