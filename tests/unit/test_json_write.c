#include "lib/json_write.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void writes_nested_values(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_open_object(&w);
    json_pair(&w, "a", SV("x"));
    json_pair(&w, "none", SV_NULL);
    json_put_key(&w, "list");
    json_open_array(&w);
    json_put_int(&w, INT64_MIN);
    json_put_int(&w, 0);
    json_open_object(&w);
    json_close_object(&w);
    json_put_bool(&w, true);
    json_close_array(&w);
    json_pair_int(&w, "z", 42);
    json_close_object(&w);
    assert_string_equal(
        b.p,
        "{\"a\":\"x\",\"none\":null,\"list\":[-9223372036854775808,0,{},true],\"z\":42}");
}

static void escapes_what_harms_a_page_or_a_line(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf b = {0};
    struct json_writer w = {.out = &b};
    json_put_string(
        &w, SV("q\" b\\ n\n c\001 t\t <b> \xe2\x80\xa8 \xe2\x80\x9c \xe2\x80\xa9"));
    assert_string_equal(b.p, "\"q\\\" b\\\\ n\\n c\\u0001 t\\t \\u003cb> \\u2028 "
                             "\xe2\x80\x9c \\u2029\"");
}

static void take_piece(void *ctx, struct buf *out)
{
    struct buf *all = ctx;
    assert_true(out->n >= JSON_PIECE);
    buf_add_sv(all, buf_sv(out));
    buf_reset(out);
}

static void write_objects(struct json_writer *w)
{
    json_open_array(w);
    for (int64_t i = 0; i < 20000; i++) {
        json_open_object(w);
        json_pair_int(w, "number", i);
        json_close_object(w);
    }
    json_close_array(w);
}

static void goes_out_in_pieces(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf whole = {0}, piece = {0}, all = {0};
    struct json_writer w = {.out = &whole},
                       x = {.out = &piece, .sink = take_piece, .ctx = &all};
    write_objects(&w);
    write_objects(&x);
    assert_true(all.n >= JSON_PIECE && piece.cap < (size_t)4 * JSON_PIECE);
    buf_add_sv(&all, buf_sv(&piece));
    assert_int_equal(all.n, whole.n);
    assert_memory_equal(all.p, whole.p, whole.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_nested_values),
        cmocka_unit_test(escapes_what_harms_a_page_or_a_line),
        cmocka_unit_test(goes_out_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
