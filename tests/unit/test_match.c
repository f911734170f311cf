#include "lib/buf.h"
#include "lib/match_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PATTERNS = 8, HITS = 4096 };

struct hits {
    struct match_hit v[HITS];
    size_t n;
};

static int collect(void *ctx, const struct match_hit *hit)
{
    struct hits *h = ctx;
    assert_true(h->n < HITS);
    h->v[h->n++] = *hit;
    return 0;
}

/* ~ before a pattern: fold. */
static void add(struct match_builder *b, uint32_t id, const char *pattern)
{
    struct err err = {0};
    bool fold = pattern[0] == '~';
    if (match_add(b, id, sv_cstr(pattern + fold), fold, &err) != 0)
        fail_msg("%s: %s", pattern, err.text);
}

static struct matcher *build(const char *const *pattern, size_t n)
{
    struct match_builder *b = match_builder_new();
    struct matcher *m = NULL;
    struct err err = {0};
    for (uint32_t i = 0; i < n && pattern[i]; i++)
        add(b, i, pattern[i]);
    assert_int_equal(match_build(b, &m, &err), 0);
    match_builder_free(&b);
    return m;
}

/* What scanning finds, by each way, must be what trying every place finds. */
static void scan_all_ways(const struct matcher *m, struct sv text, struct hits *out)
{
    static struct hits other;
    out->n = 0;
    for (size_t at = 0; at < text.n;) {
        struct match_hit h;
        bool found = match_at(m, text, at, &h);
        if (found)
            (void)collect(out, &h);
        at = found ? h.end : at + 1;
    }
    for (int path = MATCH_BEST; path <= MATCH_PLAIN; path++) {
        other.n = 0;
        match_scan_path(m, text, (enum match_path)path, collect, &other);
        assert_int_equal(other.n, out->n);
        assert_memory_equal(other.v, out->v, out->n * sizeof *out->v);
    }
}

/* "id:text" of every hit, joined by |. */
static void check(const char *const *pattern, const char *text, const char *want)
{
    static struct hits hits;
    struct matcher *m = build(pattern, PATTERNS);
    struct buf have = {0};
    scan_all_ways(m, sv_cstr(text), &hits);
    buf_lit(&have, "");
    for (size_t i = 0; i < hits.n; i++)
        buf_addf(&have, "%s%u:%.*s", i ? "|" : "", hits.v[i].id,
                 (int)(hits.v[i].end - hits.v[i].start), text + hits.v[i].start);
    assert_string_equal(have.p, want);
    buf_free(&have);
    matcher_free(&m);
}

#define P(...) ((const char *const[PATTERNS]){__VA_ARGS__})

static void test_language(void **state)
{
    (void)state;
    check(P("Council"), "Council council Councils", "0:Council");
    check(P("a b"),
          "a b a  b a\n\tb a    b a\xC2\xA0 \xC2\xA0"
          "b",
          "0:a b|0:a  b|0:a\n\tb|0:a\xC2\xA0 \xC2\xA0"
          "b");
    check(P("colou?r"), "color colour colouur", "0:color|0:colour");
    check(P("x(a|bc)y"), "xay xbcy xby", "0:xay|0:xbcy");
    check(P("xa{2,3}"), "xa xaa xaaa xaaaa", "0:xaa|0:xaaa");
    check(P("xa{2}"), "xa xaa xaaa", "0:xaa");
    check(P("x[a-c1é]y"), "xay xdy x1y x\xC3\xA9y x-y", "0:xay|0:x1y|0:x\xC3\xA9y");
    check(P("x[\\]\\-]"), "x] x- x\\", "0:x]|0:x-");
    check(P("COM\\({yyyy}\\) {n:1-4}"), "COM(2013) 179 COM(2213) 1 COM(2012) 12345",
          "0:COM(2013) 179");
    check(P("{n:4-5}/{yy} \\+ REV {n:1-2}"), "15584/12 + REV 1 584/12 + REV 1",
          "0:15584/12 + REV 1");
    check(P("a.b"), "a.b axb", "0:a.b");
    check(P("[+-~]{2}"), "::o 0:x", "0:::|0:0:"); /* a sign among digits ends a word */
    check(P("1( ?2)?"), "1 2 12 1  1", "0:1 2|0:12|0:1|0:1");
}

static void test_longest_then_first_line(void **state)
{
    (void)state;
    check(P("Council", "Council of Ministers", "Ministers"),
          "Council of Ministers, Council of", "1:Council of Ministers|0:Council");
    check(P("a b", "a [b]", "a"), "a b", "0:a b");
    check(P("[a] b", "a b"), "a b", "0:a b");
    /* The longest that ends at a word's end, not the longest. */
    check(P("REV {n:1}", "REV {n:1} A"), "REV 1 AB", "0:REV 1");
    check(P("a b c d", "c d", "a b"), "a b c c d", "2:a b|1:c d");
}

static void test_word_edges(void **state)
{
    (void)state;
    check(P("A"),
          "A \xC3\xA9"
          "A A\xC3\xA9 A1 _A_ (A) \xC2\xB2"
          "A",
          "0:A|0:A|0:A|0:A");
    check(P("\\(A\\)"), "x(A)y", "0:(A)");
    check(P("'A'"), "x'A'y", "0:'A'");
    check(P("\xC3\xA9t\xC3\xA9"),
          "\xC3\xA9t\xC3\xA9 \xC3\xA9t\xC3\xA9s x\xC3\xA9t\xC3\xA9",
          "0:\xC3\xA9t\xC3\xA9");
    check(P("\xC2\xAB", "\xE2\x80\x9C", "\\("),
          "a\xC2\xAB"
          "b\xE2\x80\x9C"
          "c(d",
          "0:\xC2\xAB|1:\xE2\x80\x9C|2:(");
    /* A combining mark belongs to the word before it. */
    check(P("A"), "A\xCC\x81 A", "0:A");
    check(P("12"), "12/3 112 12\xD9\xA1", "0:12");
}

static void test_fold(void **state)
{
    (void)state;
    check(P("~coreper"), "Coreper COREPER cOrEpEr Corepers",
          "0:Coreper|0:COREPER|0:cOrEpEr");
    check(P("~\xC3\x89lu"), "\xC3\xA9lu \xC3\x89LU elu", "0:\xC3\xA9lu|0:\xC3\x89LU");
    /* Greek and Cyrillic; the capital of both small sigmas. */
    check(P("~\xCF\x83\xCF\x82"), "\xCE\xA3\xCE\xA3 \xCF\x82\xCF\x83",
          "0:\xCE\xA3\xCE\xA3|0:\xCF\x82\xCF\x83");
    check(P("~\xD1\x8E\xD0\xBB"), "\xD0\xAE\xD0\x9B \xD1\x8E\xD0\xBB",
          "0:\xD0\xAE\xD0\x9B|0:\xD1\x8E\xD0\xBB");
    check(P("~[a-c]\xC4\x8D"), "B\xC4\x8C d\xC4\x8D", "0:B\xC4\x8C");
    /* The Kelvin sign is no k. */
    check(P("~kg"), "\xE2\x84\xAAg KG", "0:KG");
}

static void test_placeholders(void **state)
{
    struct match_builder *b = match_builder_new();
    struct matcher *m = NULL;
    struct err err = {0};
    static struct hits hits;
    (void)state;
    assert_int_equal(match_define(b, SV("suffix"), SV("REV {n:1-2}"), &err), 0);
    assert_int_equal(match_define_more(b, SV("suffix"), SV("add {n:1-2}"), true, &err),
                     0);
    add(b, 7, "{n:4-5}/{yy}( {suffix}){0,2}");
    assert_int_equal(match_build(b, &m, &err), 0);
    scan_all_ways(m, SV("1234/12 REV 1 ADD 2, 1234/12 rev 1"), &hits);
    assert_int_equal(hits.n, 2);
    assert_int_equal(hits.v[0].id, 7);
    assert_int_equal(hits.v[0].end, 19);
    assert_int_equal(hits.v[1].end - hits.v[1].start, 7);
    matcher_free(&m);
    match_builder_free(&b);
}

static void refuse(const char *pattern, const char *reason)
{
    struct match_builder *b = match_builder_new();
    struct err err = {0};
    assert_int_equal(match_add(b, 0, sv_cstr(pattern), false, &err), -1);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    if (!strstr(err.text, reason))
        fail_msg("%s: \"%s\" does not say \"%s\"", pattern, err.text, reason);
    match_builder_free(&b);
}

static void test_refusals(void **state)
{
    char longest[MATCH_PATTERN_BYTES + 2];
    (void)state;
    refuse("a*", "unbounded repeat (write \\* or \\+ for the sign itself) at column 2");
    refuse("a +b", "unbounded repeat");
    refuse("a?", "empty text");
    refuse("(a|b?)", "empty text");
    refuse("", "empty pattern");
    refuse(" a", "begins or ends with a blank");
    refuse("a ", "begins or ends with a blank");
    refuse("{nobody}", "unknown placeholder {nobody}");
    refuse("{n:5-4}", "wrong bounds of {n:a-b}");
    refuse("a{3,2}", "wrong bounds of {m,n}");
    refuse("{2}", "without something to repeat");
    refuse("?a", "? without something before it");
    refuse("(a", "( without )");
    refuse("a)", ") without (");
    refuse("[a", "[ without ]");
    refuse("[b-a]", "runs backwards");
    refuse("[^a]", "cannot be negated");
    refuse("a]", "closing bracket");
    refuse("a|b", "| outside of a group");
    refuse("()", "empty alternative");
    refuse("a\\", "backslash at the end");
    refuse("\xC3", "invalid UTF-8");
    refuse("{n:1-1000}{n:1-1000}{n:1-1000}{n:1-1000}{n:1-1000}", "more than 4096 bytes");
    refuse("((((((a?){0,9}){0,9}){0,9}){0,9}){0,5}){0,1}b", "more than 4096 bytes");
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    refuse(longest, "pattern of 513 bytes; the limit is 512");
}

/* Every second letter free: the number of states doubles with each letter. */
static void test_automaton_over_its_limit(void **state)
{
    struct match_builder *b = match_builder_new();
    struct matcher *m = NULL;
    struct err err = {0};
    (void)state;
    add(b, 3, "fine");
    add(b, 5, "[ab]{0,40}a[ab]{24}x");
    assert_int_equal(match_build(b, &m, &err), -1);
    assert_non_null(strstr(err.text, "automaton over its limit"));
    assert_int_equal(match_culprit(b), 5);
    assert_null(m);
    match_builder_free(&b);
}

static void test_no_patterns(void **state)
{
    static struct hits hits;
    struct matcher *m = build(P(NULL), 1);
    (void)state;
    scan_all_ways(m, SV("anything"), &hits);
    assert_int_equal(hits.n, 0);
    matcher_free(&m);
}

static int stop_at_second(void *ctx, const struct match_hit *hit)
{
    (void)hit;
    return ++*(int *)ctx == 2;
}

static void test_scan_stops(void **state)
{
    struct matcher *m = build(P("a"), 1);
    int n = 0;
    (void)state;
    match_scan(m, SV("a a a a"), stop_at_second, &n);
    assert_int_equal(n, 2);
    matcher_free(&m);
}

/* A match at every distance from the ends of blocks, chunks and the text; its blanks are
 * single ones, and what the filter cannot list. */
static void test_every_offset(void **state)
{
    static const char *const form[] = {"ab cd ef gh", "ab\n \tcd ef\xC2\xA0 gh",
                                       "ab cd\n          ef gh"};
    static struct hits hits;
    struct matcher *m = build(P("ab", "ab cd ef gh", "(x)"), 3);
    char text[2300];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(form); i++)
        for (size_t at = 0, n = strlen(form[i]); at + n < sizeof text;
             at = at == 140 ? 1980 : at + 1)
            for (size_t end = at + n; end < at + 90 && end <= sizeof text; end += 13) {
                memset(text, '.', sizeof text);
                memcpy(text + at, form[i], n);
                scan_all_ways(m, (struct sv){text, end}, &hits);
                assert_int_equal(hits.n, 1);
                assert_int_equal(hits.v[0].start, at);
                assert_int_equal(hits.v[0].end, at + n);
            }
    matcher_free(&m);
}

static uint32_t next_random(uint32_t *r)
{
    *r = *r * 1664525U + 1013904223U;
    return *r >> 8;
}

/* Made-up tables over few letters, where all share beginnings, and texts of their pieces.
 */
static void test_random_tables(void **state)
{
    static const char *const piece[] = {
        "a", "b",       "ab",      "ba", " ",       "(a|b)", "a?b", "[ab]",
        "é", "{n:1-2}", "(a b)?c", "1",  "ab{1,2}", "\\(",   "c d", "abab"};
    static const char *const text_piece[] = {"a",  "b",    " ",   "  ", "\n", "c",
                                             "d",  "1",    "12",  "é",  "(",  "\xC2\xA0",
                                             "ab", "abab", "c d", "B"};
    static struct hits hits;
    uint32_t r = 20261121;
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct match_builder *b = match_builder_new();
        struct matcher *m = NULL;
        struct err err = {0};
        struct buf text = {0};
        for (uint32_t i = 0; i < 12; i++) {
            struct buf p = {0};
            for (uint32_t n = 1 + next_random(&r) % 6; n > 0; n--) {
                const char *one = piece[next_random(&r) % ARRAY_LEN(piece)];
                buf_add_sv(&p, sv_cstr(one));
            }
            if (match_add(b, i, buf_sv(&p), next_random(&r) % 3 == 0, &err) != 0)
                err_clear(&err);
            buf_free(&p);
        }
        assert_int_equal(match_build(b, &m, &err), 0);
        for (int i = 0; i < 900; i++)
            buf_add_sv(&text,
                       sv_cstr(text_piece[next_random(&r) % ARRAY_LEN(text_piece)]));
        scan_all_ways(m, buf_sv(&text), &hits);
        buf_free(&text);
        matcher_free(&m);
        match_builder_free(&b);
    }
}

enum { ALL, SOME, REST, BUILDERS };

/* Up to 14 made-up patterns, equal ones among them, in the first builder and in one of
 * the other two; *before: of those in the third, how many of the second's go before. */
static void deal_patterns(struct match_builder *b[BUILDERS], uint32_t *before,
                          uint32_t *r)
{
    static const char *const piece[] = {"a", "ab", " ",   "(a|b)", "b?",
                                        "é", "1",  "\\(", "c"};
    for (uint32_t i = 0; i < 14; i++) {
        bool fold = next_random(r) % 3 == 0;
        int to = i > 0 && next_random(r) % 2 ? REST : SOME;
        struct err err = {0};
        struct buf p = {0};
        for (uint32_t n = 1 + next_random(r) % 3; n > 0; n--)
            buf_add_sv(&p, sv_cstr(piece[next_random(r) % ARRAY_LEN(piece)]));
        if (i == 0)
            buf_reset(&p), buf_addc(&p, 'c'); /* never refused */
        if (match_add(b[ALL], i, buf_sv(&p), fold, &err) == 0) {
            if (to == REST)
                before[match_builder_patterns(b[REST])] =
                    (uint32_t)match_builder_patterns(b[SOME]);
            assert_int_equal(match_add(b[to], i, buf_sv(&p), fold, &err), 0);
        }
        err_clear(&err);
        buf_free(&p);
    }
}

/* Some of the patterns in a matcher of their own, joined to that of the other ones, find
 * what one matcher of all finds. */
static void test_joined_finds_the_same(void **state)
{
    static const char *const piece[] = {"a", "b", " ", "  ", "\n", "c",       "1",
                                        "é", "(", "A", "C",  "ab", "\xC2\xA0"};
    static struct hits want, have;
    uint32_t r = 20261130;
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct match_builder *b[BUILDERS];
        struct matcher *m[BUILDERS] = {NULL};
        uint32_t *before = mem_zalloc(16 * sizeof *before);
        struct err err = {0};
        struct buf text = {0};
        for (int i = 0; i < BUILDERS; i++)
            b[i] = match_builder_new();
        deal_patterns(b, before, &r);
        for (int i = 0; i < BUILDERS; i++) {
            assert_int_equal(match_build(b[i], &m[i], &err), 0);
            match_builder_free(&b[i]);
        }
        matcher_join(m[SOME], &m[REST], &before);
        assert_null(m[REST]);
        assert_null(before);
        for (int i = 0; i < 900; i++)
            buf_add_sv(&text, sv_cstr(piece[next_random(&r) % ARRAY_LEN(piece)]));
        scan_all_ways(m[ALL], buf_sv(&text), &want);
        scan_all_ways(m[SOME], buf_sv(&text), &have);
        assert_true(want.n > 0);
        assert_int_equal(have.n, want.n);
        assert_memory_equal(have.v, want.v, want.n * sizeof *want.v);
        buf_free(&text);
        matcher_free(&m[ALL]);
        matcher_free(&m[SOME]);
    }
}

/* The text is shorter than what is looked for, and no byte behind it is read (asan sees
 * it). */
static void test_text_ends_inside(void **state)
{
    static struct hits hits;
    struct matcher *m = build(P("abc def ghi", "{n:4-5}/{yy}", "a  b", "xy"), 4);
    static const char all[] = "abc def ghi 1234/12 a  b xy";
    (void)state;
    for (size_t n = 1; n < sizeof all; n++) {
        char *copy = mem_alloc(n);
        memcpy(copy, all, n);
        scan_all_ways(m, (struct sv){copy, n}, &hits);
        free(copy);
    }
    assert_int_equal(hits.n, 4);
    matcher_free(&m);
}

/* Every match is found by the copy, too; bytes that end early, or that were laid out
 * otherwise, are refused. */
static void test_image(void **state)
{
    static struct hits want, have;
    static const char text[] = "abc def ghi 1234/12 a  b xy";
    struct matcher *m = build(P("abc def ghi", "{n:4-5}/{yy}", "a  b", "xy"), 4), *copy;
    struct buf image = {0};
    (void)state;
    match_image_write(m, &image);
    copy = match_image_open(buf_sv(&image));
    assert_non_null(copy);
    scan_all_ways(m, sv_cstr(text), &want);
    matcher_free(&m);
    scan_all_ways(copy, sv_cstr(text), &have);
    assert_int_equal(have.n, 4);
    assert_memory_equal(have.v, want.v, have.n * sizeof *have.v);
    matcher_free(&copy);
    for (size_t n = 0; n < image.n; n += 8)
        assert_null(match_image_open((struct sv){image.p, n}));
    for (size_t at = 0; at < 16; at += 8) {
        image.p[at]++;
        assert_null(match_image_open(buf_sv(&image)));
        image.p[at]--;
    }
    buf_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_longest_then_first_line),
        cmocka_unit_test(test_word_edges),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_automaton_over_its_limit),
        cmocka_unit_test(test_no_patterns),
        cmocka_unit_test(test_scan_stops),
        cmocka_unit_test(test_every_offset),
        cmocka_unit_test(test_random_tables),
        cmocka_unit_test(test_joined_finds_the_same),
        cmocka_unit_test(test_text_ends_inside),
        cmocka_unit_test(test_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
