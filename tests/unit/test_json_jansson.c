/* The JSON reader against jansson's: what one takes the other takes, with the same
 * values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <jansson.h>
/* ours are functions of these names */
#undef json_is_null
#undef json_is_string
#undef json_is_array
#undef json_is_object

#include "lib/clock.h"
#include "lib/json.h"

#include <stdlib.h>
#include <string.h>

static bool has_real(const json_t *v)
{
    size_t i;
    json_t *child;
    const char *key;
    if (json_typeof(v) == JSON_REAL)
        return true;
    if (json_typeof(v) == JSON_ARRAY) {
        for (i = 0; i < json_array_size(v); i++)
            if (has_real(json_array_get(v, i)))
                return true;
    } else if (json_typeof(v) == JSON_OBJECT) {
        json_t *o;
        memcpy(&o, &v, sizeof o); // NOLINT(bugprone-sizeof-expression): the pointer
        json_object_foreach (o, key, child)
            if (has_real(child))
                return true;
    }
    return false;
}

/* 1 both took it, 0 both refused it */
static int compare(const char *text, size_t n)
{
    json_error_t e;
    struct err err = {0};
    struct json *ours = NULL;
    json_t *theirs = json_loadb(text, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &e);
    int rc = json_read((struct sv){text, n}, &ours, &err);
    if ((rc == 0) != (theirs != NULL))
        fail_msg("%.*s\nours: %s\njansson: %s", (int)n, text,
                 rc == 0 ? "taken" : err.text, theirs ? "taken" : e.text);
    if (theirs && !has_real(theirs)) {
        struct buf b = {0};
        char *dump = json_dumps(theirs, JSON_COMPACT | JSON_ENCODE_ANY);
        json_write_value(ours, &b);
        if (b.n != strlen(dump) || memcmp(b.p, dump, b.n) != 0)
            fail_msg("%.*s\nours: %s\njansson: %s", (int)n, text, b.p, dump);
        free(dump);
        buf_free(&b);
    }
    int both = theirs != NULL;
    json_decref(theirs);
    json_free(&ours);
    return both;
}

static const char *const seeds[] = {
    "{\"a\":[1,-2,3.5e2,\"x\\n\\u00e9\\ud83d\\ude00\"],\"b\":{\"c\":null,\"d\":true}}",
    "[[],{},[[]],\"\",0,-0,9223372036854775807,-9223372036854775808,1e3,1E-2]",
    "{\"\":\"\\\\\\\"\\/\\b\\f\\n\\r\\t\",\"\xC3\xA9\":\"\xE2\x80\x93\xF0\x9F\x98\x80\"}",
    " [ 1 , { \"k\" : [ false ] } ] \n",
    "\"\\u0041\\u00DF\\uFFFF\"",
    "[9223372036854775808,1e400,01,.5,1.,\"\\ud800\",\"\\udc00\",\"\\u0000\"]"};

static void known_texts(void **state)
{
    (void)state;
    static const char *const more[] = {"9223372036854775808",
                                       "-9223372036854775809",
                                       "1e400",
                                       "01",
                                       "-",
                                       "1.",
                                       ".5",
                                       "1e",
                                       "+1",
                                       "\"\\ud800\"",
                                       "\"\\ud800\\u0041\"",
                                       "\"\\udc00\"",
                                       "\"\\x\"",
                                       "\"\t\"",
                                       "[1,]",
                                       "{,}",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{a:1}",
                                       "[1 2]",
                                       "nulll",
                                       "true false",
                                       "\"\xED\xA0\x80\"",
                                       "\"\xC0\x80\"",
                                       "\"\xF4\x90\x80\x80\"",
                                       "\"\xEF\xBF\xBF\"",
                                       "\"\x7F\"",
                                       "{\"a\":1,\"b\":2,\"a\":3}",
                                       "",
                                       "  ",
                                       "\"",
                                       "\"\\",
                                       "\"\\u12",
                                       "[",
                                       "{\"a\":[}"};
    for (size_t i = 0; i < ARRAY_LEN(seeds); i++)
        (void)compare(seeds[i], strlen(seeds[i]));
    for (size_t i = 0; i < ARRAY_LEN(more); i++)
        (void)compare(more[i], strlen(more[i]));
    assert_int_equal(compare("[\"a\0b\"]", 7), 0);
}

static void a_key_twice_in_a_large_object(void **state)
{
    (void)state;
    for (int twice = 0; twice < 2; twice++) {
        struct buf b = {0};
        buf_addc(&b, '{');
        for (int i = 0; i < 500; i++)
            buf_addf(&b, "%s\"k%d\":%d", i ? "," : "", i, i);
        buf_addf(&b, ",\"k%d\":0}", twice ? 250 : 500);
        assert_int_equal(compare(b.p, b.n), !twice);
        buf_free(&b);
    }
}

static void random_changes(void **state)
{
    (void)state;
    static const char signs[] =
        "{}[]\",:\\/ubfnrt0123456789-+.eE truefalsn\xC3\xA9\xE2\x80"
        "\x93\xF0\x9F\x98\x80\xED\xA0 \n\x01";
    int both = 0;
    random_seed(11);
    for (int i = 0; i < 60000; i++) {
        char text[160];
        const char *seed = seeds[random_below(ARRAY_LEN(seeds))];
        size_t n = strlen(seed);
        memcpy(text, seed, n);
        for (uint64_t changes = 1 + random_below(3); changes-- > 0 && n > 0;) {
            size_t at = random_below(n);
            switch (random_below(3)) {
            case 0: text[at] = signs[random_below(sizeof signs - 1)]; break;
            case 1: memmove(text + at, text + at + 1, --n - at); break;
            default:
                if (n + 1 < sizeof text) {
                    memmove(text + at + 1, text + at, n++ - at);
                    text[at] = signs[random_below(sizeof signs - 1)];
                }
            }
        }
        both += compare(text, n);
    }
    assert_true(both > 1000 && both < 59000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts),
        cmocka_unit_test(a_key_twice_in_a_large_object),
        cmocka_unit_test(random_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
