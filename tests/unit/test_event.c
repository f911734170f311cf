/* Keys and ids as the design defines them, and the JSON that a parse prints. */
#include "lib/event.h"
#include "lib/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_key(void **state)
{
    (void)state;
    struct arena a;
    struct document d = {.id = SV("ST-15754-2017-INIT"), .language = SV("en")};
    const char *hex = "0123456789abcdef0123456789abcdeffedcba98765432100123456789abcdef";
    arena_init(&a, 1 << 16);
    assert_true(sv_eq(event_key(&a, &d, hex), SV("ST-15754-2017-INIT/en")));
    d.language = SV_NULL;
    assert_true(sv_eq(event_key(&a, &d, NULL), SV("ST-15754-2017-INIT/und")));
    d.id = SV_NULL;
    assert_true(
        sv_eq(event_key(&a, &d, hex), SV("sha256-0123456789abcdef0123456789abcdef/und")));
    arena_free(&a);
}

static void expect_id(const struct decision *d, const char *hashed)
{
    char hex[HASH_HEX + 1];
    hash_sha256_hex(sv_cstr(hashed), hex);
    hex[32] = '\0';
    assert_string_equal(d->id, hex);
}

static void test_decision_ids(void **state)
{
    (void)state;
    struct decision d[] = {
        {.text = SV("The agenda was adopted."), .verb = SV("was adopted")},
        {.text = SV("The agenda was adopted."), .verb = SV("was adopted")},
        {.text = SV("The agenda was adopted."), .verb = SV("adopted")},
        {.text = SV("The agenda was adopted."), .verb = SV("was adopted")},
    };
    struct parsed p = {.decisions = d, .ndecisions = ARRAY_LEN(d)};
    event_decision_ids(&p, SV("ST-1-2017-INIT/en"));
    expect_id(&d[0], "ST-1-2017-INIT/en\nThe agenda was adopted.\nwas adopted\n0");
    expect_id(&d[1], "ST-1-2017-INIT/en\nThe agenda was adopted.\nwas adopted\n1");
    expect_id(&d[2], "ST-1-2017-INIT/en\nThe agenda was adopted.\nadopted\n0");
    expect_id(&d[3], "ST-1-2017-INIT/en\nThe agenda was adopted.\nwas adopted\n2");
}

static void test_many_equal_decisions(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    static struct decision d[MANY];
    for (size_t i = 0; i < MANY; i++)
        d[i] = (struct decision){.text = SV("x"), .verb = SV("y")};
    struct parsed p = {.decisions = d, .ndecisions = MANY};
    event_decision_ids(&p, SV("k"));
    expect_id(&d[MANY - 1], "k\nx\ny\n4999");
}

static void test_json(void **state)
{
    (void)state;
    struct sv to[] = {SV("Delegations")}, refs[] = {SV("ST-2-2017-INIT")};
    struct span spans[] = {{7, 9}, {20, 30}};
    struct item item = {SV("1"), SV("Drugs \"and\" arms"), {1, 5}, NULL};
    struct reference ref = {.id = SV("ST-2-2017-INIT"),
                            .text = SV("2/17"),
                            .url = SV("https://x/"),
                            .spans = spans,
                            .nspans = 2};
    struct next_step next = {SV("Coreper"), SV("2017-11-29")};
    struct decision dec = {.kind = KIND_REQUEST,
                           .act = SV("invited"),
                           .by = SV("COSI"),
                           .item = SV("1"),
                           .text = SV("t\tu"),
                           .span = {3, 4},
                           .to = {to, 1},
                           .refs = {refs, 1},
                           .next = &next,
                           .nnext = 1,
                           .draft = true};
    struct parsed p = {.items = &item,
                       .nitems = 1,
                       .references = &ref,
                       .nreferences = 1,
                       .decisions = &dec,
                       .ndecisions = 1};
    p.document.id = SV("ST-1-2017-INIT");
    p.document.to = (struct svs){to, 1};
    memcpy(dec.id, "0123456789abcdef0123456789abcdef", 33);
    struct buf b = {NULL, 0, 0};
    struct json_writer w = {.out = &b};
    event_put_parsed(&w, &p);
    assert_string_equal(
        b.p,
        "{\"document\":{\"id\":\"ST-1-2017-INIT\",\"number\":null,\"date\":null,"
        "\"place\":null,\"marking\":null,\"type\":null,\"subject_codes\":[],"
        "\"from\":null,\"to\":[\"Delegations\"],\"subject\":null,\"language\":null,"
        "\"original_language\":null,\"date_of_receipt\":null,\"meeting_date\":null,"
        "\"interinstitutional_files\":[],\"commission_document\":null,"
        "\"previous_documents\":[],\"revises\":null},"
        "\"items\":[{\"number\":\"1\",\"title\":\"Drugs \\\"and\\\" arms\","
        "\"span\":[1,5]}],"
        "\"references\":[{\"id\":\"ST-2-2017-INIT\",\"text\":\"2/17\",\"marking\":null,"
        "\"url\":\"https://x/\",\"spans\":[[7,9],[20,30]]}],"
        "\"decisions\":[{\"id\":\"0123456789abcdef0123456789abcdef\","
        "\"kind\":\"request\",\"act\":\"invited\",\"by\":\"COSI\",\"item\":\"1\","
        "\"text\":\"t\\tu\",\"span\":[3,4],\"to\":[\"Delegations\"],"
        "\"refs\":[\"ST-2-2017-INIT\"],"
        "\"next\":[{\"body\":\"Coreper\",\"date\":\"2017-11-29\"}],\"due\":null,"
        "\"status\":\"draft\"}]}");
    buf_free(&b);
}

static void test_kind_names(void **state)
{
    (void)state;
    assert_string_equal(decision_kind_name(KIND_DECISION), "decision");
    assert_string_equal(decision_kind_name(KIND_REQUEST), "request");
    assert_string_equal(decision_kind_name(KIND_COMMITMENT), "commitment");
    assert_string_equal(decision_kind_name(KIND_NOTED), "noted");
    assert_string_equal(decision_kind_name(KIND_STATEMENT), "statement");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_decision_ids),
        cmocka_unit_test(test_many_equal_decisions),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_kind_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
