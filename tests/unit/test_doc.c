#include "lib/doc.h"
#include "lib/event.h"
#include "lib/letter.h"
#include "lib/nfc.h"
#include "lib/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, (size_t)1 << 30);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

struct text_case {
    const char *name, *raw, *want;
    uint64_t repairs;
};

#define R "\xEF\xBF\xBD"

static const struct text_case text_cases[] = {
    {"plain", "Brussels, 7 May 2004\n", "Brussels, 7 May 2004\n", 0},
    {"BOM",
     "\xEF\xBB\xBF"
     "a",
     "a", 0},
    {"BOM inside stays", "a\xEF\xBB\xBF", "a\xEF\xBB\xBF", 0},
    {"CRLF", "a\r\nb\r\n", "a\nb\n", 0},
    {"CR", "a\rb\r\r\n", "a\nb\n\n", 0},
    {"kept controls", "a\tb\fc\n", "a\tb\fc\n", 0},
    {"C0",
     "a\x01"
     "b\x1b",
     "a" R "b" R, 2},
    {"C1",
     "a\xC2\x85"
     "b",
     "a" R "b", 1},
    {"DEL is no C0 or C1", "a\x7f", "a\x7f", 0},
    {"NBSP stays",
     "a\xC2\xA0"
     "b",
     "a\xC2\xA0"
     "b",
     0},
    /* Unicode standard 15.0, tables 3-8 to 3-11 */
    {"table 3-8", "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", R R R R R R R R "A", 8},
    {"table 3-9", "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", R R R R R R R R "A", 8},
    {"table 3-10", "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", R R R R R "A" R R "B", 7},
    {"table 3-11", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", R R R R "A", 4},
    {"cut at the end", "Conse\xC3", "Conse" R, 1},
    {"few broken bytes", "R\xC3\xA9union du Conseil \xE9 \xE8 \xE0 note",
     "R\xC3\xA9union du Conseil " R " " R " " R " note", 3},
    {"one broken byte", "Saint-Barth\xE9lemy", "Saint-Barth" R "lemy", 1},
    {"Latin-1", "R\xE9union du Conseil: d\xE9l\xE9gations, \xE0 12 h\xFBres",
     "R\xC3\xA9union du Conseil: d\xC3\xA9l\xC3\xA9gations, \xC3\xA0 12 h\xC3\xBBres", 0},
    {"Windows-1252", "the \x93mid-term\x94 review \x96 Council\x92s view",
     "the \xE2\x80\x9Cmid-term\xE2\x80\x9D review \xE2\x80\x93 Council\xE2\x80\x99s view",
     0},
    {"Windows-1252 CRLF",
     "\x91"
     "a\x92\r\n\xA7 3",
     "\xE2\x80\x98"
     "a\xE2\x80\x99\n\xC2\xA7 3",
     0},
    {"binary rest is no Latin-1",
     "ab\xFF\xFE"
     "cd\xFF\xFE"
     "ef",
     "ab" R R "cd" R R "ef", 4},
    {"decomposed", "Cafe\xCC\x81", "Caf\xC3\xA9", 0},
    {"decomposed in the middle", "\xC3\xA9t e\xCC\x80 to\xCC\x82t",
     "\xC3\xA9t \xC3\xA8 t\xC3\xB4t", 0},
    {"order of marks", "a\xCC\x81\xCC\xA3", "\xE1\xBA\xA1\xCC\x81", 0},
    {"mark at the beginning",
     "\xCC\x81"
     "a",
     "\xCC\x81"
     "a",
     0},
    {"singleton", "\xE2\x84\xAB", "\xC3\x85", 0},
    {"Greek ano teleia", "\xCE\x87", "\xC2\xB7", 0},
    {"Hangul", "\xE1\x84\x80\xE1\x85\xA1", "\xEA\xB0\x80", 0},
    {"repair, then compose",
     "\x01"
     "e\xCC\x81",
     R "\xC3\xA9", 1},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(text_cases); i++) {
        const struct text_case *c = &text_cases[i];
        uint64_t repairs = 99;
        struct sv got = doc_normal_text(sv_cstr(c->raw), &arena, &repairs);
        if (!sv_eq(got, sv_cstr(c->want)) || repairs != c->repairs)
            fail_msg("%s: got '" SV_FMT "' with %llu repairs", c->name, SV_ARG(got),
                     (unsigned long long)repairs);
        struct sv again = doc_normal_text(got, &arena, &repairs);
        if (!sv_eq(again, got) || repairs != 0)
            fail_msg("%s: normalising twice changes the text", c->name);
    }
}

static void test_clean_text_is_not_copied(void **state)
{
    (void)state;
    struct sv s = SV("R\xC3\xA9union \xE2\x80\x93 \xCE\xA3\xCF\x85\xCE\xBC");
    uint64_t repairs;
    assert_ptr_equal(doc_normal_text(s, &arena, &repairs).p, s.p);
}

static void test_refusals(void **state)
{
    (void)state;
    static char nul[100] = "abc";
    static const struct {
        struct sv raw;
        const char *reason;
    } cases[] = {
        {{"", 0}, "empty"},
        {{" \r\n\t", 4}, "empty"},
        {{"\xEF\xBB\xBF", 3}, "empty"},
        {{nul, sizeof nul}, "binary"},
        {{"%PDF-1.4 x", 10}, "binary"},
        {{"\1\2\3\4\5\6abc", 9}, "binary"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct doc d = {.original = cases[i].raw};
        struct err err = {0};
        assert_int_equal(doc_normalise(&d, &arena, &err), -1);
        assert_int_equal(err.kind, ERR_BAD_INPUT);
        assert_string_equal(err.reason, cases[i].reason);
        assert_null(d.text.p);
    }
}

static void test_too_large(void **state)
{
    (void)state;
    size_t n = (size_t)TEXT_BYTES_MAX + 1;
    char *p = mem_alloc(n);
    memset(p, 'a', n);
    struct doc d = {.original = {p, n}};
    struct err err = {0};
    assert_int_equal(doc_normalise(&d, &arena, &err), -1);
    assert_string_equal(err.reason, "too-large");
    d.original.n--;
    err_clear(&err);
    assert_int_equal(doc_normalise(&d, &arena, &err), 0);
    mem_free(&p);
}

static void test_hashes(void **state)
{
    (void)state;
    struct doc d = {.original = SV("abc\r\n")}, e = {.original = SV("abc")};
    struct err err = {0};
    assert_int_equal(doc_normalise(&d, &arena, &err), 0);
    assert_string_not_equal(d.text_sha256, d.original_sha256);
    assert_int_equal(doc_normalise(&e, &arena, &err), 0);
    assert_string_equal(
        e.text_sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(e.text_sha256, e.original_sha256);
}

/* A run of marks that would make an insertion sort quadratic must stay affordable. */
static void test_hostile_marks(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf b = {0};
    buf_lit(&b, "a");
    for (int i = 0; i < 200000; i++) {
        utf8_add(&b, 0x0323);
        utf8_add(&b, 0x0301);
    }
    uint64_t repairs;
    clock_t start = clock();
    struct sv got = doc_normal_text(buf_sv(&b), &arena, &repairs);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2.0);
    assert_true(got.n > 0 && got.n <= b.n);
}

/* What passes the quick check is its own composition and no mark on another. */
static void test_quick_check_of_composition(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        int32_t part[LETTER_PARTS] = {0};
        if (!nfc_safe(cp))
            continue;
        size_t n = letter_decompose(cp, part);
        assert_true(n > 0);
        assert_int_equal(letter_combining_class(cp), 0);
        assert_int_equal(letter_compose(part, n), 1);
        assert_int_equal(part[0], cp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quick_check_of_composition),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_clean_text_is_not_copied),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_hostile_marks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
