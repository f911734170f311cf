/* Lines, plain text, page furniture, footnotes; and that what a stage says of a span is
 * what plain() of that span gives, in every paper here. */
#include "lib/doc.h"
#include "producers/parse/text/block.h"
#include "producers/parse/text/scan.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct knowledge *tables;

struct fixture {
    struct arena a;
    struct scan s;
};

static void scan_of(struct fixture *f, struct sv text)
{
    struct err err = {0};
    arena_init(&f->a, SIZE_MAX);
    assert_int_equal(scan_text(tables, text, &f->a, &f->s, &err), 0);
}

static void test_lines(void **state)
{
    (void)state;
    struct fixture f;
    scan_of(&f, SV("one\n\n\n\n\n  two\n## **three**\n- four\n| five |\nlast"));
    assert_int_equal(f.s.nlines, 8); /* of four blank lines two are kept */
    assert_int_equal(f.s.line[1].flags & LINE_BLANK, LINE_BLANK);
    assert_int_equal(f.s.line[3].indent, 2);
    assert_int_equal(f.s.line[4].content - f.s.line[4].b, 5);
    assert_int_equal(f.s.line[5].flags & LINE_BULLET, LINE_BULLET);
    assert_int_equal(f.s.line[6].flags & LINE_TABLE, LINE_TABLE);
    assert_int_equal(f.s.line[7].e, f.s.text.n);
    for (size_t i = 0; i < f.s.nlines; i++)
        assert_int_equal(scan_line_at(&f.s, f.s.line[i].b), i);
    arena_free(&f.a);
}

/* Rings and crosses are list marks where a list can go on; an article, or what leads to a
 * further version of a paper, is none. Which lines are entries, in each text. */
static void test_rings_and_crosses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *entries; /* x: an entry, a line */
    } example[] = {
        {"It agreed:\no   to go on\no   to stop\no\tto rest", ".xxx"},
        {"It agreed:\no  to go on\nand\no  to stop", ".x.."},
        {"decidiu que\no Conselho vai,\no que se sabe", "..."},
        {"It agreed:\n+ to go on;\n+ To stop", ".xx"},
        {"the text in document 8001/17\n+ Add 1 and agreed\n+ annex", "..."},
        {"documents 8001/17,\n+ Cor. 1;\n+ REV 2", "..."},
    };
    for (size_t i = 0; i < ARRAY_LEN(example); i++) {
        struct fixture f;
        scan_of(&f, sv_cstr(example[i].text));
        assert_int_equal(f.s.nlines, strlen(example[i].entries));
        for (size_t j = 0; j < f.s.nlines; j++)
            assert_int_equal((f.s.line[j].flags & LINE_BULLET) != 0,
                             example[i].entries[j] == 'x');
        arena_free(&f.a);
    }
}

/* A site's counters are looked for in the text, not in what lies behind a short one. */
static void test_counters_behind_the_text(void **state)
{
    (void)state;
    static const char text[] = "A paper\nUpload\nothers\nEmbed Size (px)\nThe end";
    struct fixture f;
    scan_of(&f, sv_cstr(text));
    for (size_t i = 1; i < 4; i++)
        assert_true(f.s.line[i].flags & LINE_FURNITURE);
    assert_false(f.s.line[4].flags & LINE_FURNITURE);
    arena_free(&f.a);
    scan_of(&f, (struct sv){text, sizeof "A paper\nUpload\nothers" - 1});
    for (size_t i = 0; i < f.s.nlines; i++)
        assert_false(f.s.line[i].flags & LINE_FURNITURE);
    arena_free(&f.a);
}

static void test_no_lines(void **state)
{
    (void)state;
    static const char *const text[] = {"", "\n", "\n\n\n\n", " ", "x", "\f\n\f"};
    for (size_t i = 0; i < ARRAY_LEN(text); i++) {
        struct fixture f;
        scan_of(&f, sv_cstr(text[i]));
        assert_true(f.s.nlines >= 1 && f.s.nlines <= 3);
        assert_int_equal(f.s.line[f.s.nlines - 1].e <= f.s.text.n, 1);
        assert_int_equal(scan_token_at(&f.s, 0), 0);
        arena_free(&f.a);
    }
}

/* What is told of 64 bytes at once is what each byte tells. */
static void test_blocks(void **state)
{
    (void)state;
    char text[BLOCK_BYTES + 256], copy[BLOCK_BYTES];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7 + i / 50);
    for (size_t at = 0; at < 256; at++) {
        uint64_t mask = block_equal(text + at, (char)at);
        assert_int_equal(mask, block_equal_plain(text + at, (char)at));
        size_t n = 0;
        for (size_t i = 0; i < BLOCK_BYTES; i++)
            n += text[at + i] == (char)at;
        assert_int_equal(block_count(mask), n);
        assert_int_equal(block_count_equal(text + at, (char)at), n);
        assert_int_equal(block_one_of(text + at, (char)at, 'x', '\xe2'),
                         mask | block_equal_plain(text + at, 'x') |
                             block_equal_plain(text + at, '\xe2'));
        assert_int_equal(block_words(text + at), block_words_plain(text + at));
        assert_int_equal(block_between(text + at, 'A', (char)('B' + at % 37)),
                         block_between_plain(text + at, 'A', (char)('B' + at % 37)));
    }
    assert_ptr_equal(block_of(text, BLOCK_BYTES, copy), text);
    assert_int_equal(block_equal(block_of(text, 5, copy), 0) >> 5, UINT64_MAX >> 5);
}

/* A superscript is told of the line that holds it, wherever it stands, and of no other.
 */
static void test_marked_lines(void **state)
{
    (void)state;
    enum { EACH = 90, LINES = 3 };
    for (size_t at = 0; at < (size_t)EACH * LINES; at++) {
        char text[EACH * LINES];
        struct fixture f;
        size_t in = at / EACH;
        if (at % EACH + 4 > EACH)
            continue;
        memset(text, 'x', sizeof text);
        for (size_t i = 1; i < LINES; i++)
            text[i * EACH - 1] = '\n';
        memcpy(text + at, "\xe2\x81\xb4", 3);
        scan_of(&f, (struct sv){text, sizeof text});
        assert_int_equal(f.s.nlines, LINES);
        for (size_t i = 0; i < LINES; i++)
            assert_int_equal((f.s.line[i].flags & LINE_AS_MARKED) != 0, i == in);
        arena_free(&f.a);
    }
}

/* A short title at the very end of a text: who looks a few bytes on looks behind it. */
static void test_behind_the_end(void **state)
{
    (void)state;
    enum { BLOCK = 1 << SCAN_BLOCK };
    for (size_t n = BLOCK - 3; n <= BLOCK + 3; n++) {
        char text[BLOCK + 8];
        struct fixture f;
        memset(text, 'x', sizeof text);
        scan_of(&f, (struct sv){text, n});
        for (size_t more = 0; more <= (size_t)2 * BLOCK; more += 7) {
            assert_int_equal(scan_token_at(&f.s, n + more), f.s.ntokens);
            assert_int_equal(scan_line_at(&f.s, n + more), f.s.nlines - 1);
        }
        arena_free(&f.a);
    }
}

/* The line and the token of every offset, by the index and by counting. */
static void test_places(void **state)
{
    (void)state;
    struct fixture f;
    AUTO(buf_free) struct buf b = {0};
    for (int i = 0; i < 60; i++)
        buf_addf(&b, "The Council adopted %d/12%s", 10000 + i,
                 i % 7 ? " and so on\n" : "\n\n\n\n\n");
    buf_addf(&b, "%2000d\n", 7);
    scan_of(&f, buf_sv(&b));
    assert_true(f.s.ntokens >= 60);
    size_t line = 0, token = 0;
    for (size_t at = 0; at <= b.n; at++) {
        while (line + 1 < f.s.nlines && f.s.line[line + 1].b <= at)
            line++;
        while (token < f.s.ntokens && f.s.token[token].b < at)
            token++;
        assert_int_equal(scan_line_at(&f.s, at), line);
        assert_int_equal(scan_token_at(&f.s, at), token);
    }
    arena_free(&f.a);
}

struct plain_example {
    const char *text, *plain;
};

static const struct plain_example plains[] = {
    {"just words", "just words"},
    {"  two   blanks ", "two blanks"},
    {"a\nline", "a line"},
    {"**bold** and *italic*", "bold and italic"},
    {"_emphasis_ but snake_case", "emphasis but snake_case"},
    {"## 1. Title", "1. Title"},
    {"> quoted\n> text", "quoted text"},
    {"[12583/5/17 REV 5](#) was", "12583/5/17 REV 5 was"},
    {"![image](a.png) text", "image text"},
    {"[not a link] (x)", "[not a link] (x)"},
    {"area¹ and²³ more", "area and more"},
    {"100 m² of it", "100 m² of it"},
    {"Strategy<sup>1</sup>, adopted", "Strategy, adopted"},
    {"<b>bold</b><br/>new <p>par</p>", "bold new par"},
    {"a < b and c > d", "a < b and c > d"},
    {"<https://europa.eu/x>", "<https://europa.eu/x>"},
    {"civil\\_protection 5\\*", "civil_protection 5*"},
    {"no\xc2\xa0"
     "break",
     "no break"},
    {"soft\xc2\xad"
     "hyphen",
     "softhyphen"},
    {"fill ____ in", "fill ____ in"},
    {"| a | b |", "a b"},
    {"first\n---\nsecond", "first second"},
    {"", ""},
};

static void test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(plains); i++) {
        struct fixture f;
        scan_of(&f, sv_cstr(plains[i].text));
        struct sv got = scan_plain(&f.s, (struct span){0, f.s.text.n}, &f.a);
        if (!sv_eq(got, sv_cstr(plains[i].plain)))
            fail_msg("%s: got %.*s", plains[i].text, (int)got.n, got.p);
        arena_free(&f.a);
    }
}

/* The lines of a text that are furniture (F) or a footnote (N), by their first letters.
 */
static void check_lines(const char *text, const char *want)
{
    struct fixture f;
    char got[400] = "";
    scan_of(&f, sv_cstr(text));
    for (size_t i = 0; i < f.s.nlines; i++) {
        const struct line *l = &f.s.line[i];
        if (l->flags & LINE_BLANK)
            continue;
        size_t n = strlen(got);
        (void)snprintf(got + n, sizeof got - n, "%c",
                       l->flags & LINE_FURNITURE  ? 'F'
                       : l->flags & LINE_FOOTNOTE ? 'N'
                                                  : '.');
    }
    assert_string_equal(got, want);
    arena_free(&f.a);
}

static void test_furniture(void **state)
{
    (void)state;
    check_lines("text\n15754/17 FL/jg 2 DGD 1C LIMITE EN\ntext", ".F.");
    check_lines("text\n15349/10 1 EN\n\ftext", ".F.");
    check_lines("text\n9761/1/15 REV 1 DCL 1 dm DG F 2A EN\n", ".F");
    check_lines("text\n12711/17 GG/ec 1 DGD2B\n", ".F");
    check_lines("15754/17\nCOSI 1\ntext\n15754/17\nFL/jg\nDG H 2\n1\nEN\ntext",
                "...FFFFF.");
    check_lines("13217/23\ntext\n13217/23 \n \nGIP \n \nEN \ntext", "..FFF.");
    check_lines("CM 5133/19\ntext\nCM 5133/19\ntext", "..F.");
    check_lines("text\n- 12 -\nPage 3\nPage 3 of 9\n---\n***\n____\ntext", ".FFFFFF.");
    check_lines("of the\n\n12\n\nnext words", ".F.");
    check_lines("item\n13086/23\n5221/20\n13024/2/23 REV 2 OJ CRP1 31\n", "....");
    check_lines("LIMITE\nEN\n2017\nEurope\n12\nWords", "......");
}

static void test_footnotes(void **state)
{
    (void)state;
    check_lines("Text¹ here².\n\n¹ One\n\n² Two\n", ".NN");
    check_lines("Text<sup>1</sup>.\n\n<sup>1</sup> One,\nits second line\n\nText",
                ".NN.");
    check_lines("Text¹ and².\n\n1 9798/15\n2 COM(2015) 185\n", ".NN");
    check_lines("in the area1 and (so)2, it\n\n1 One\n\n2 Two\n", ".NN");
    check_lines("1 One\n2 Two\n", "..");
    check_lines("EC3 and FP7\n\n3 Three\n7 Seven\n", "...");
    check_lines("in 1997 1 , the Group\n\n1 Joint Action\n", ".N");
}

static void test_marks(void **state)
{
    (void)state;
    struct fixture f;
    scan_of(&f, SV("A¹ b<sup>2</sup> c.\n\n1 One\n\n2 Two\n\nD³ e\n\n3 Three"));
    assert_int_equal(f.s.nmarks, 3);
    for (size_t i = 0; i < f.s.nmarks; i++) {
        assert_int_equal(f.s.mark[i].number, i + 1);
        const struct line *l = &f.s.line[f.s.mark[i].line];
        assert_int_equal(f.s.text.p[l->content], '1' + (int)i);
    }
    arena_free(&f.a);
}

/* A sentence goes on behind the edge of a page, and a footnote's number ends no word: the
 * text of the formula or citation with what breaks it. Where a sentence ends, or a
 * heading stands, nothing is joined. */
static void test_gaps(void **state)
{
    (void)state;
    static const struct {
        const char *text, *token; /* NULL: none that holds a line's end or the digit */
        size_t marks;
    } example[] = {
        {"The Committee took\n\n8911/18 AB/cd 3\nDG B 2A LIMITE EN\n\nnote of it.",
         "took\n\n8911/18 AB/cd 3\nDG B 2A LIMITE EN\n\nnote", 0},
        {"It agreed on Regulation (EU) No\n\nwww.parlament.gv.at\n\n1380/2013.", NULL, 0},
        {"The Committee took\n\nwww.parlament.gv.at\n\nnote of it.",
         "took\n\nwww.parlament.gv.at\n\nnote", 0},
        {"They took.\n\n- 3 -\n\nnote of it", NULL, 0},
        {"The Committee\n\n- 3 -\n\n- took note of it", NULL, 0},
        {"The Working Party agreed3 to it.", "agreed", 1},
        {"The table was wobbled3 to it.", NULL, 0},
        {"It agreed that phase3/2 took part.", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(example); i++) {
        struct fixture f;
        bool found = false;
        scan_of(&f, sv_cstr(example[i].text));
        for (size_t k = 0; k < f.s.ntokens; k++) {
            struct sv token = sv_sub(f.s.text, f.s.token[k].b, f.s.token[k].e);
            bool broken = sv_find(token, SV("\n\n")) != SIZE_MAX;
            assert_false(broken && !example[i].token);
            found =
                found || (example[i].token && sv_eq(token, sv_cstr(example[i].token)));
        }
        assert_int_equal(found, example[i].token != NULL);
        assert_int_equal(f.s.nmarks, example[i].marks);
        arena_free(&f.a);
    }
}

static void check_spans(struct sv raw)
{
    struct err err = {0};
    struct fixture f;
    struct parsed p = {0};
    uint64_t repairs;
    struct arena a;
    arena_init(&a, SIZE_MAX);
    scan_of(&f, doc_normal_text(raw, &a, &repairs));
    bool classified = header_read(&f.s, &f.a, &p.document, &err) != 0;
    assert_true(!classified || strcmp(err.reason, "classified") == 0);
    assert_int_equal(outline_read(&f.s, &f.a, &p, &err), 0);
    assert_int_equal(references_read(&f.s, &f.a, &p, &err), 0);
    assert_int_equal(decisions_read(&f.s, &f.a, &p, &err), 0);
    for (size_t i = 0; i < p.nitems; i++)
        assert_true(sv_eq(p.items[i].title, scan_plain(&f.s, p.items[i].span, &f.a)));
    for (size_t i = 0; i < p.nreferences; i++)
        assert_true(sv_eq(p.references[i].text,
                          scan_plain(&f.s, p.references[i].spans[0], &f.a)));
    for (size_t i = 0; i < p.ndecisions; i++)
        assert_true(
            sv_eq(p.decisions[i].text, scan_plain(&f.s, p.decisions[i].span, &f.a)));
    arena_free(&f.a);
    arena_free(&a);
}

/* Every file below `folder`, at most two folders deep. */
static size_t check_folder(const char *folder, int depth)
{
    size_t n = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[1024];
        static char text[1 << 20];
        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        FILE *in = fopen(path, "rb");
        size_t size = in ? fread(text, 1, sizeof text, in) : 0;
        if (in)
            (void)fclose(in);
        if (size) {
            check_spans((struct sv){text, size});
            n++;
        } else if (depth) {
            n += check_folder(path, depth - 1);
        }
    }
    if (d)
        (void)closedir(d);
    return n;
}

static void test_spans_of_papers(void **state)
{
    (void)state;
    assert_true(check_folder(TESTS_DIR "/data/papers", 0) >= 5);
    assert_true(check_folder(TESTS_DIR "/golden", 2) > 5);
    assert_true(check_folder(TESTS_DIR "/fuzz/corpus/text", 0) > 5);
}

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    return knowledge_open(NULL, &tables, &err);
}

static int tear_down(void **state)
{
    (void)state;
    knowledge_free(&tables);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_no_lines),
        cmocka_unit_test(test_counters_behind_the_text),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_rings_and_crosses),
        cmocka_unit_test(test_marked_lines),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_behind_the_end),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_furniture),
        cmocka_unit_test(test_footnotes),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_spans_of_papers),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
