/* Any bytes to the JSON reader: what it takes it writes, and takes again as the same. */
#include "lib/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *a = NULL, *b = NULL;
    struct buf first = {0}, second = {0};
    struct err err = {0};
    if (json_read((struct sv){(const char *)data, size}, &a, &err) != 0)
        return 0;
    json_write_value(a, &first);
    if (json_read(buf_sv(&first), &b, &err) != 0)
        abort();
    json_write_value(b, &second);
    if (!sv_eq(buf_sv(&first), buf_sv(&second)))
        abort();
    json_free(&a);
    json_free(&b);
    buf_free(&first);
    buf_free(&second);
    return 0;
}
