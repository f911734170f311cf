#include "lib/json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct err err;

static struct json *parsed(const char *text)
{
    struct json *root = NULL;
    err_clear(&err);
    if (json_read(sv_cstr(text), &root, &err) != 0)
        fail_msg("%s", err.text);
    return root;
}

static void reads_every_kind_of_value(void **state)
{
    (void)state;
    struct json *root =
        parsed("{\"s\":\"a\\u00e9\",\"i\":-9007199254740993,\"t\":true,\"f\":"
               "false,\"n\":null,\"a\":[1,\"x\",{}],\"o\":{\"k\":1}}");
    int64_t i = 0;
    bool b = false;
    assert_true(sv_eq(json_member_text(root, "s"), SV("a\xc3\xa9")));
    assert_true(json_int(json_member(root, "i"), &i));
    assert_true(i == -9007199254740993);
    assert_true(json_bool(json_member(root, "t"), &b) && b);
    assert_true(json_bool(json_member(root, "f"), &b) && !b);
    assert_true(json_is_null(json_member(root, "n")));
    assert_true(json_is_array(json_member(root, "a")));
    assert_int_equal(json_count(json_member(root, "a")), 3);
    assert_true(sv_eq(json_text(json_at(json_member(root, "a"), 1)), SV("x")));
    assert_true(json_is_object(json_at(json_member(root, "a"), 2)));
    assert_true(json_is_object(json_member(root, "o")));
    assert_int_equal(json_count(root), 7);
    const struct json *v = NULL;
    assert_string_equal(json_key_at(root, 5, &v), "a");
    assert_int_equal(json_count(v), 3);
    assert_null(json_key_at(root, 7, &v));
    json_free(&root);
    assert_null(root);
}

static void another_type_is_an_answer_not_an_accident(void **state)
{
    (void)state;
    struct json *root = parsed("{\"s\":\"1\",\"i\":1,\"r\":1.5}");
    int64_t i = 7;
    bool b = true;
    assert_false(json_int(json_member(root, "s"), &i));
    assert_false(json_int(json_member(root, "r"), &i));
    assert_false(json_int(json_member(root, "absent"), &i));
    assert_int_equal(i, 7);
    assert_false(json_bool(json_member(root, "i"), &b));
    assert_true(b);
    assert_null(json_member_text(root, "i").p);
    assert_null(json_member_text(root, "absent").p);
    assert_null(json_member(json_member(root, "s"), "x"));
    assert_null(json_at(root, 0));
    assert_null(json_at(json_member(root, "s"), 0));
    assert_int_equal(json_count(json_member(root, "s")), 0);
    assert_int_equal(json_count(NULL), 0);
    assert_true(json_is_null(NULL));
    json_free(&root);
}

static void refuses_what_is_not_json(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "{", "{\"a\":1,\"a\":2}", "[1] x", "\"\xff\"", "\"\\u0000\"", "nul", "[01]"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct json *root = NULL;
        err_clear(&err);
        assert_int_equal(json_read(sv_cstr(bad[i]), &root, &err), -1);
        assert_int_equal(err.kind, ERR_BAD_INPUT);
        assert_non_null(strstr(err.text, "line "));
        assert_null(root);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    static char deep[200001];
    struct json *root = NULL;
    memset(deep, '[', sizeof deep - 1);
    err_clear(&err);
    assert_int_equal(json_read(sv_cstr(deep), &root, &err), -1);
    assert_null(root);
}

/* A peer's list of many short values: sixteen bytes each, and once more on their way. */
static void a_list_is_bounded_by_its_arena(void **state)
{
    (void)state;
    enum { VALUES = 500000 };
    AUTO(buf_free) struct buf text = {0};
    const struct json *root = NULL;
    struct arena a;
    for (int i = 0; i < VALUES; i++)
        buf_addf(&text, "%snull", i ? "," : "[");
    buf_addc(&text, ']');
    err_clear(&err);
    arena_init(&a, (size_t)12 << 20);
    assert_int_equal(json_read_into(&a, buf_sv(&text), &root, &err), -1);
    assert_non_null(strstr(err.text, "more values than there is memory for"));
    assert_in_range(a.used, 0, (size_t)12 << 20);
    arena_free(&a);
    err_clear(&err);
    arena_init(&a, (size_t)64 << 20);
    assert_int_equal(json_read_into(&a, buf_sv(&text), &root, &err), 0);
    assert_int_equal(json_count(root), VALUES);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_kind_of_value),
        cmocka_unit_test(a_list_is_bounded_by_its_arena),
        cmocka_unit_test(another_type_is_an_answer_not_an_accident),
        cmocka_unit_test(refuses_what_is_not_json),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
