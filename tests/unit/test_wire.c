#include "lib/hash.h"
#include "lib/wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct doc a_doc(const char *text)
{
    struct doc d = {.text = sv_cstr(text),
                    .original = sv_cstr(text),
                    .source = SV("/councilwire/spool/test"),
                    .name = SV("a.txt"),
                    .media_type = SV("text/plain")};
    hash_sha256_hex(d.text, d.text_sha256);
    hash_sha256_hex(d.original, d.original_sha256);
    return d;
}

static struct parsed a_paper(struct sv marking)
{
    static struct sv to[] = {{"Coreper", 7}};
    static struct next_step next[] = {{{"Council", 7}, {"2017-12-07", 10}}};
    static struct item items[] = {{{"4", 1}, {"A title", 7}, {1, 8}, NULL}};
    static struct decision decisions[1];
    decisions[0] = (struct decision){.kind = KIND_DECISION,
                                     .act = SV("agreed"),
                                     .by = SV("COSI"),
                                     .item = SV("4"),
                                     .text = SV("COSI agreed <it>."),
                                     .verb = SV("agreed"),
                                     .span = {9, 26},
                                     .to = {to, 1},
                                     .next = next,
                                     .nnext = 1};
    return (struct parsed){.document = {.id = SV("ST-1-2017-INIT"),
                                        .number = SV("1/17"),
                                        .language = SV("en"),
                                        .marking = marking},
                           .items = items,
                           .nitems = 1,
                           .decisions = decisions,
                           .ndecisions = 1};
}

static void build(struct doc *d, struct parsed *p, uint64_t turn, struct wire_event **e,
                  size_t *n)
{
    struct err err = {0};
    struct sv key = event_key(&arena, &p->document, d->text_sha256);
    event_decision_ids(p, key);
    struct wire_publication pub = {.doc = d,
                                   .parsed = p,
                                   .key = key,
                                   .rules = SV("rules"),
                                   .turn = turn,
                                   .news = true,
                                   .time_ms = 1500000000123};
    assert_int_equal(wire_build(&pub, &arena, e, n, &err), 0);
}

static void a_document_becomes_text_decisions_document(void **state)
{
    (void)state;
    struct doc d = a_doc("the text\n");
    struct parsed p = a_paper(SV_NULL);
    struct wire_event *e;
    size_t n;
    build(&d, &p, 0, &e, &n);
    assert_int_equal(n, 3); /* the original is the text: not sent twice */
    assert_string_equal(e[0].topic, "council.texts");
    assert_string_equal(e[1].topic, "council.decisions");
    assert_string_equal(e[2].topic, "council.documents");
    assert_true(sv_eq(e[0].marking, SV("none")));
    assert_true(sv_eq(e[2].key, SV("ST-1-2017-INIT/en")));
    assert_true(sv_eq(e[1].time, SV("2017-07-14T02:40:00.123Z")));
}

static void ids_change_with_the_turn_and_nothing_else(void **state)
{
    (void)state;
    struct doc d = a_doc("the text\n");
    struct parsed p = a_paper(SV_NULL);
    struct wire_event *first, *again, *later;
    size_t n;
    build(&d, &p, 0, &first, &n);
    build(&d, &p, 0, &again, &n);
    build(&d, &p, 1, &later, &n);
    for (size_t i = 0; i < n; i++) {
        assert_true(sv_eq(first[i].id, again[i].id));
        assert_false(sv_eq(first[i].id, later[i].id));
    }
}

/* A file that is moved between two attempts, or offered again by another name: the same
 * events, and the document names the place where the file is. */
static void ids_say_nothing_of_the_place(void **state)
{
    (void)state;
    struct doc d = a_doc("the text\n");
    struct parsed p = a_paper(SV_NULL);
    struct wire_event *first, *moved;
    size_t n;
    d.uri = SV("file:///in/a.txt");
    build(&d, &p, 0, &first, &n);
    d.uri = SV("file:///in/2017/b.txt");
    build(&d, &p, 0, &moved, &n);
    for (size_t i = 0; i < n; i++)
        assert_true(sv_eq(first[i].id, moved[i].id));
    assert_true(sv_find(first[2].value, SV("file:///in/a.txt")) != SIZE_MAX);
    assert_true(sv_find(moved[2].value, SV("file:///in/2017/b.txt")) != SIZE_MAX);
}

static void lines_carry_an_event_through(void **state)
{
    (void)state;
    struct doc d = a_doc("the text\n");
    struct parsed p = a_paper(SV("LIMITE"));
    d.original = SV("other bytes\xff");
    hash_sha256_hex(d.original, d.original_sha256);
    struct wire_event *e;
    size_t n;
    build(&d, &p, 0, &e, &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        AUTO(buf_free) struct buf line = {0};
        struct wire_event in;
        struct err err = {0};
        wire_write_line(&line, &e[i]);
        assert_int_equal(wire_read_line(buf_sv(&line), &arena, &in, &err), 0);
        assert_int_equal(wire_read(&in, SPACE_LIMITE, &arena, &err), 0);
        assert_true(sv_eq(in.key, e[i].key));
        assert_true(sv_eq(in.id, e[i].id));
        assert_true(sv_eq(in.subject, e[i].key));
        assert_int_equal(in.type, e[i].type);
        if (in.type == WIRE_TEXT || in.type == WIRE_ORIGINAL)
            assert_true(sv_eq(in.value, e[i].value));
    }
}

static void values_come_back_as_they_went(void **state)
{
    (void)state;
    struct doc d = a_doc("the text\n");
    struct parsed p = a_paper(SV("PUBLIC"));
    struct wire_event *e;
    struct wire_document doc;
    struct wire_decision dec;
    struct err err = {0};
    size_t n;
    build(&d, &p, 0, &e, &n);
    assert_int_equal(wire_read_document(&e[2], &arena, &doc, &err), 0);
    assert_int_equal(doc.parsed.ndecisions, 1);
    assert_string_equal(doc.parsed.decisions[0].id, p.decisions[0].id);
    assert_int_equal(doc.text_bytes, 9);
    assert_true(sv_eq(doc.rules, SV("rules")));
    assert_int_equal(wire_read_decision(&e[1], &arena, &dec, &err), 0);
    assert_true(sv_eq(dec.item_title, SV("A title")));
    assert_true(sv_eq(dec.decision.text, SV("COSI agreed <it>.")));
    assert_true(sv_eq(dec.decision.next[0].date, SV("2017-12-07")));
    assert_true(dec.news);
}

static void refused(struct wire_event e, enum space space, const char *reason)
{
    struct err err = {0};
    assert_int_equal(wire_read(&e, space, &arena, &err), -1);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    assert_string_equal(err.reason, reason);
}

static void what_does_not_belong_is_refused(void **state)
{
    (void)state;
    struct doc d = a_doc("the text\n");
    struct parsed p = a_paper(SV_NULL);
    struct wire_event *e;
    size_t n;
    build(&d, &p, 0, &e, &n);
    refused(e[0], SPACE_LIMITE, "misplaced");
    struct wire_event moved = e[1];
    moved.topic = "council.documents";
    refused(moved, SPACE_PUBLIC, "misplaced");
    struct wire_event marked = e[0];
    for (size_t i = 0; i < marked.headers; i++)
        if (strcmp(marked.header[i].name, "ce_marking") == 0)
            marked.header[i].value = SV("LIMITE");
    refused(marked, SPACE_PUBLIC, "misplaced");
    struct wire_event bare = e[0];
    bare.headers = 0;
    refused(bare, SPACE_PUBLIC, "invalid-event");
    struct wire_event hollow = e[2];
    hollow.value = SV("{\"document\":{\"id\":null}}");
    struct wire_document doc;
    struct err err = {0};
    assert_int_equal(wire_read_document(&hollow, &arena, &doc, &err), -1);
    assert_string_equal(err.reason, "invalid-event");
}

static void a_classified_paper_is_not_built_and_its_reject_names_nothing(void **state)
{
    (void)state;
    struct doc d = a_doc("secret\n");
    struct parsed p = a_paper(SV("RESTREINT UE/EU RESTRICTED"));
    struct wire_publication pub = {
        .doc = &d, .parsed = &p, .key = SV("k"), .rules = SV("r")};
    struct wire_event *e, reject;
    size_t n;
    struct err err = {0};
    assert_int_equal(wire_build(&pub, &arena, &e, &n, &err), -1);
    assert_string_equal(err.reason, "classified");
    struct wire_rejected r = {.stage = "spool",
                              .reason = "classified",
                              .detail = SV("canary"),
                              .source = d.source,
                              .name = SV("canary.txt"),
                              .uri = SV("file:///canary"),
                              .sha256 = sv_cstr(d.original_sha256),
                              .bytes = 7,
                              .marking = p.document.marking,
                              .space = SPACE_LIMITE};
    wire_build_reject(&r, &arena, &reject);
    assert_string_equal(reject.topic, "council.rejects");
    assert_true(sv_find(reject.value, SV("canary")) == SIZE_MAX);
    assert_true(sv_find(reject.value, SV("RESTREINT")) != SIZE_MAX);
}

static void a_withdrawal_is_two_tombstones_and_a_word(void **state)
{
    (void)state;
    struct wire_event *e;
    size_t n;
    wire_build_withdrawal(SV("ST-1-2017-INIT/en"), SPACE_PUBLIC, SV("/s"),
                          SV("marking-changed"), 0, &arena, &e, &n);
    assert_int_equal(n, 3);
    assert_null(e[0].value.p);
    assert_null(e[1].value.p);
    assert_string_equal(e[2].topic, "council.decisions");
    for (size_t i = 0; i < n; i++) {
        struct err err = {0};
        assert_int_equal(wire_read(&e[i], SPACE_PUBLIC, &arena, &err), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_becomes_text_decisions_document),
        cmocka_unit_test(ids_change_with_the_turn_and_nothing_else),
        cmocka_unit_test(ids_say_nothing_of_the_place),
        cmocka_unit_test(lines_carry_an_event_through),
        cmocka_unit_test(values_come_back_as_they_went),
        cmocka_unit_test(what_does_not_belong_is_refused),
        cmocka_unit_test(a_classified_paper_is_not_built_and_its_reject_names_nothing),
        cmocka_unit_test(a_withdrawal_is_two_tombstones_and_a_word),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
