#include "producers/parse/text/unseen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* What is written, and what is read of it. */
struct piece {
    const char *written, *read;
};

static const struct piece pieces[] = {
    {"a", "a"},
    {"The Council ", "The Council "},
    {"é", "é"},
    {"“", "“"},
    {"ﻼ", "ﻼ"}, /* U+FEFC: a letter, of the same block as U+FEFF */
    {"\u00ad", ""},
    {"\u00a0", " "},
    {"\u200b", ""},
    {"\u202f", " "},
    {"\u2009", " "},
    {"\u2060", ""},
    {"\ufeff", ""},
    {"\ufb01", "fi"},
    {"\ufb03", "ffi"},
    {"\u00ad \n  r", "r"},
    {"\u00ad\nR", "\nR"},
    {"\xc2", "\xc2"}, /* broken off */
    {"\xe2\x80", "\xe2\x80"},
    {"\xef\xac", "\xef\xac"},
};

/* What another format left. */
static const struct piece undecoded[] = {
    {"Member&nbsp;States&#8217; &amp; Co", "Member States’ & Co"},
    {"&amp;rsquo;&#x2019;&eacute;&shy;x", "’’éx"},
    {"AT&T; &unknown; &#0; &", "AT&T; &unknown; &#0; &"},
    {"2\\. Agenda \\- it\\'s\\\nso", "2. Agenda - it's\nso"},
    {"\\*no mark\\*", "\\*no mark\\*"},
    {">a\n> b\n>> c\n> > d\n>", "a\nb\nc\nd\n"},
    {"> one line\nof three\n", "> one line\nof three\n"},
    {"caf=C3=A9=20x =E2=80=\n=99", "café x ’"},
    {"at its meeting on the day it was agreed that the text of the document would be "
     "do=\nne",
     "at its meeting on the day it was agreed that the text of the document would be "
     "do=\nne"},
    {"at its meeting on the day it was agreed that the text of the document be "
     "do=\nne=2E",
     "at its meeting on the day it was agreed that the text of the document be done."},
    {"Heading\n=======\nid=2012&x=E9", "Heading\n=======\nid=2012&x=E9"},
    {"adoptÃ© Ã  l’unanimitÃ©", "adopté à l’unanimité"},
    {"â€œHawalaâ€� â€“ xâ€", "“Hawala” – x”"},
    {"nÂ° 7", "n° 7"},
    {"«daß» Straße", "«daß» Straße"},
};

static void test_undecoded(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(undecoded); i++) {
        struct arena a;
        struct unseen u;
        arena_init(&a, SIZE_MAX / 2);
        unseen_drop(sv_cstr(undecoded[i].written), &a, &u);
        assert_string_equal(arena_copy(&a, u.text).p, undecoded[i].read);
        for (size_t k = 0; u.place && k < u.text.n; k++) {
            struct item item = {.span = {k, k + 1}};
            struct parsed found = {.items = &item, .nitems = 1};
            unseen_restore(&u, &found);
            assert_true(item.span.b < item.span.e);
            assert_true(item.span.e <= u.original.n);
        }
        arena_free(&a);
    }
}

static void test_signs(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct arena a;
        struct unseen u;
        arena_init(&a, SIZE_MAX / 2);
        unseen_drop(sv_cstr(pieces[i].written), &a, &u);
        assert_true(sv_eq(u.text, sv_cstr(pieces[i].read)));
        assert_int_equal(u.place == NULL, strcmp(pieces[i].written, pieces[i].read) == 0);
        arena_free(&a);
    }
}

/* Every byte of the copy leads back to the piece that it was written from. */
static void check_places(const struct unseen *u, const size_t *order, size_t n)
{
    size_t read = 0, written = 0;
    for (size_t i = 0; i < n; i++) {
        struct piece p = pieces[order[i]];
        size_t length = strlen(p.written);
        for (size_t k = 0; k < strlen(p.read); k++, read++) {
            struct item item = {.span = {read, read + 1}};
            struct parsed found = {.items = &item, .nitems = 1};
            unseen_restore(u, &found);
            assert_in_range(item.span.b, written, written + length - 1);
            assert_in_range(item.span.e, item.span.b + 1, written + length);
        }
        written += length;
    }
    assert_int_equal(read, u->text.n);
}

static void test_places(void **state)
{
    enum { PIECES = 300, WHOLE = 16, TEXTS = 40 };
    (void)state;
    srand(1);
    for (int text = 0; text < TEXTS; text++) {
        size_t order[PIECES];
        struct buf b = {0};
        struct arena a;
        struct unseen u;
        arena_init(&a, SIZE_MAX / 2);
        for (size_t i = 0; i < PIECES; i++) {
            order[i] = (size_t)rand() % WHOLE;
            buf_add_sv(&b, sv_cstr(pieces[order[i]].written));
        }
        unseen_drop(buf_sv(&b), &a, &u);
        assert_non_null(u.place);
        check_places(&u, order, PIECES);
        buf_free(&b);
        arena_free(&a);
    }
}

/* A span that holds such signs is the hull of all of it. */
static void test_hull(void **state)
{
    struct arena a;
    struct unseen u;
    struct decision d = {.span = {4, 12}};
    struct parsed found = {.decisions = &d, .ndecisions = 1};
    (void)state;
    arena_init(&a, SIZE_MAX / 2);
    unseen_drop(SV("The\u00a0Coun\u00adcil \u200bmet"), &a, &u);
    assert_true(sv_eq(u.text, SV("The Council met")));
    unseen_restore(&u, &found);
    assert_int_equal(d.span.b, 5);
    assert_int_equal(d.span.e, 15);
    assert_true(sv_eq(sv_sub(u.original, d.span.b, d.span.e), SV("Coun\u00adcil ")));
    arena_free(&a);
}

static void test_no_memory(void **state)
{
    struct arena a;
    struct unseen u;
    (void)state;
    arena_init(&a, 8);
    unseen_drop(SV("a text that is longer than eight bytes\u00ad"), &a, &u);
    assert_null(u.place);
    assert_true(u.text.p == u.original.p && u.text.n == u.original.n);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signs),     cmocka_unit_test(test_undecoded),
        cmocka_unit_test(test_places),    cmocka_unit_test(test_hull),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
