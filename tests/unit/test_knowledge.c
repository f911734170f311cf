/* Without arguments a test; `test_knowledge --print FILE` prints what all tables find in
 * a text, for match_oracle.py: table, line of the table, start, end. */
#include "lib/embed.h"
#include "lib/match_internal.h"
#include "producers/parse/knowledge/knowledge_internal.h"
#include "producers/parse/knowledge/knowledge_test.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const papers[] = {"st-12650-2017-init.txt", "st-14186-2014-rev-1.txt",
                                     "st-15584-2012-rev-1.txt", "st-15754-2017-init.txt",
                                     "st-8410-2013-init.txt"};

static struct sv read_all(const char *path, struct buf *b)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        abort();
    }
    size_t n = 1;
    while (n > 0) {
        buf_reserve(b, 65536);
        n = fread(b->p + b->n, 1, 65536, f);
        b->n += n;
    }
    (void)fclose(f);
    return buf_sv(b);
}

static struct knowledge *open_tables(const char *dir)
{
    struct knowledge *k = NULL;
    struct err err = {0};
    if (knowledge_open(dir, &k, &err) != 0)
        fail_msg("%s", err.text);
    return k;
}

/* A folder with one file in it. */
struct folder {
    char dir[32], path[80];
};

static void folder_make(struct folder *f, const char *name, const char *content)
{
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/test-knowledge-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/%s", f->dir, name);
    FILE *file = fopen(f->path, "wb");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void folder_remove(const struct folder *f)
{
    (void)unlink(f->path);
    (void)rmdir(f->dir);
}

static void test_every_table_loads(void **state)
{
    struct timespec a, b;
    (void)state;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    struct knowledge *k = open_tables(NULL);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    const struct matcher *m = knowledge_matcher(k);
    size_t files = 0;
    for (const struct embedded_file *f = knowledge_tables; f->name; f++)
        files++;
    assert_int_equal(files,
                     knowledge_table_count(k)); /* none without its file, none twice */
    for (size_t i = 0; i < knowledge_table_count(k); i++) {
        const struct knowledge_table *t = knowledge_table_at(k, i);
        assert_ptr_equal(t, knowledge_table(k, t->name));
        assert_true(t->rows > 0);
        assert_true(t->columns > 0);
        printf("# %s: %zu lines\n", t->name, t->rows);
    }
    printf("# automaton: %zu states, %zu bytes, ready in %.1f ms\n", matcher_states(m),
           matcher_bytes(m),
           (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
    assert_null(knowledge_table(k, "no-such-table"));
    assert_null(knowledge_table_at(k, files));
    assert_true(matcher_bytes(m) < 8 << 20);
    knowledge_free(&k);
}

struct hits {
    struct match_hit v[1 << 15];
    size_t n;
};

static int collect(void *ctx, const struct match_hit *hit)
{
    struct hits *h = ctx;
    h->v[h->n++] = *hit;
    return 0;
}

/* The filters in front of the automaton lose nothing that trying every place finds. */
static void test_scan_finds_all_in_papers(void **state)
{
    static struct hits want, have;
    struct knowledge *k = open_tables(NULL);
    const struct matcher *m = knowledge_matcher(k);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(papers); i++) {
        char path[512];
        struct buf b = {0};
        (void)snprintf(path, sizeof path, "%s/data/papers/%s", TESTS_DIR, papers[i]);
        struct sv text = read_all(path, &b);
        want.n = 0;
        for (size_t at = 0; at < text.n;) {
            struct match_hit h;
            bool found = match_at(m, text, at, &h);
            if (found)
                (void)collect(&want, &h);
            at = found ? h.end : at + 1;
        }
        assert_true(want.n > 20);
        for (int way = MATCH_BEST; way <= MATCH_PLAIN; way++) {
            have.n = 0;
            match_scan_path(m, text, (enum match_path)way, collect, &have);
            assert_int_equal(have.n, want.n);
            assert_memory_equal(have.v, want.v, want.n * sizeof *want.v);
        }
        buf_free(&b);
    }
    knowledge_free(&k);
}

static void test_folder_adds_lines(void **state)
{
    struct folder f;
    struct match_hit h;
    (void)state;
    struct err missing = {0};
    struct knowledge *k = open_tables(NULL), *same = open_tables(NULL), *none = NULL;
    assert_int_equal(knowledge_open("/nonexistent/knowledge.d", &none, &missing), -1);
    assert_non_null(strstr(missing.text, "/nonexistent/knowledge.d"));
    folder_make(&f, "bodies.tsv",
                "\xEF\xBB\xBF# ours\r\nclass\tname\tcase\tpattern\r\n\r\n"
                "committee\tMoon\tfold\tlunar council\r\n");
    struct knowledge *more = open_tables(f.dir);
    const struct knowledge_table *t = knowledge_table(more, "bodies");
    assert_int_equal(t->rows, knowledge_table(k, "bodies")->rows + 1);
    const struct knowledge_row *row = &t->row[t->rows - 1];
    assert_int_equal(row->line, 4);
    assert_string_equal(row->file, f.path);
    /* Cells stand in the order of the table, whatever the file's order is. */
    assert_true(sv_eq(row->cell[knowledge_column(t, "name")], SV("Moon")));
    assert_true(sv_eq(row->cell[knowledge_column(t, "class")], SV("committee")));
    assert_int_equal(knowledge_column(t, "nothing"), -1);
    assert_true(match_at(knowledge_matcher(more), SV("Lunar  Council"), 0, &h));
    assert_int_equal(h.end, 14);
    assert_int_equal(KNOWLEDGE_ID_ROW(h.id), t->rows - 1);
    assert_ptr_equal(knowledge_table_at(more, KNOWLEDGE_ID_TABLE(h.id)), t);
    assert_false(match_at(knowledge_matcher(k), SV("Lunar  Council"), 0, &h));
    /* The rules' hash is of what was read. */
    assert_int_equal(knowledge_rules(k).n, 64);
    assert_true(sv_eq(knowledge_rules(k), knowledge_rules(same)));
    assert_false(sv_eq(knowledge_rules(k), knowledge_rules(more)));
    knowledge_free(&k);
    knowledge_free(&same);
    knowledge_free(&more);
    folder_remove(&f);
}

static void refuse(const char *name, const char *content, const char *line,
                   const char *reason)
{
    struct folder f;
    struct knowledge *k = NULL;
    struct err err = {0};
    char place[128];
    folder_make(&f, name, content);
    assert_int_equal(knowledge_open(f.dir, &k, &err), -1);
    assert_null(k);
    assert_int_equal(err.kind, ERR_BAD_INPUT);
    (void)snprintf(place, sizeof place, "%s%s", f.path, line);
    if (!sv_starts(sv_cstr(err.text), sv_cstr(place)) || !strstr(err.text, reason))
        fail_msg("\"%s\" does not say \"%s ... %s\"", err.text, place, reason);
    folder_remove(&f);
}

#define BODIES "pattern\tcase\tname\tclass\n"

static void test_refusals_name_file_line_and_reason(void **state)
{
    char *longest = mem_zalloc(4096);
    (void)state;
    refuse("nobodies.tsv", BODIES, "", "there is no table nobodies");
    refuse("bodies.tsv", "# nothing\n", "", "no line names the columns");
    refuse("bodies.tsv", "pattern\tcase\tname\tclass\tcolour\n",
           ":1: ", "unknown column \"colour\"");
    refuse("bodies.tsv", "# x\npattern\tcase\tname\n",
           ":2: ", "column class of table bodies");
    refuse("bodies.tsv", "pattern\tcase\tname\tclass\tcase\n", ":1: ", "named twice");
    refuse("bodies.tsv", BODIES "A\t\tA\tcommittee\tmore\n",
           ":2: ", "more than the 4 cells");
    refuse("bodies.tsv", BODIES "A\tFOLD\tA\tcommittee\n",
           ":2: ", "takes fold or nothing");
    refuse("bodies.tsv", BODIES "A*\t\tA\tcommittee\n", ":2: ", "unbounded repeat");
    refuse("bodies.tsv", BODIES "\nA?\t\tA\tcommittee\n", ":3: ", "empty text");
    refuse("bodies.tsv", BODIES "\t\tA\tcommittee\n", ":2: ", "column pattern is empty");
    refuse("bodies.tsv", BODIES "A\t\tA\tbdoy\n", ":2: ", "column class holds \"bdoy\"");
    refuse("bodies.tsv", BODIES "A\n", ":2: ", "column class is empty");
    refuse("months.tsv", "name\tlang\tmonth\nA\txx\t1\n", ":2: ", "lang holds \"xx\"");
    refuse("months.tsv", "name\tlang\tmonth\nA\ten\t13\n", ":2: ", "month holds");
    refuse("bodies.tsv", "pattern case name class\nA  A body\n",
           ":1: ", "with a tab between two");
    refuse("bodies.tsv", BODIES "{who}\t\tA\tcommittee\n",
           ":2: ", "unknown placeholder {who}");
    refuse("bodies.tsv", BODIES "\xFF\t\tA\tcommittee\n", ":2: ", "invalid UTF-8");
    refuse("formulas.tsv", "x\n", ":1: ", "unknown column \"x\" of table formulas");
    refuse("placeholders.tsv", "name\tpattern\tcase\nn:\tx\t\n", ":2: ", "wrong name");
    memcpy(longest, BODIES, sizeof BODIES);
    memset(longest + sizeof BODIES - 1, 'a', 513);
    memcpy(longest + sizeof BODIES - 1 + 513, "\t\tA\tnone\n", sizeof "\t\tA\tnone\n");
    refuse("bodies.tsv", longest, ":2: ", "pattern of 513 bytes; the limit is 512");
    memset(longest + sizeof BODIES - 1, 'a', 2049);
    refuse("bodies.tsv", longest, ":2: ", "line of 2049 bytes; the limit is 2048");
    refuse("bodies.tsv", BODIES "x\t\tX\tnone\n[ab]{0,40}a[ab]{24}x\t\tA\tnone\n",
           ":3: ", "automaton over its limit");
    free(longest);
}

static void test_knowledge_test_reports(void **state)
{
    struct folder f;
    struct buf out = {0};
    struct err err = {0};
    char want[256];
    (void)state;
    folder_make(&f, "bodies.tsv", BODIES "lunar council\tfold\tMoon\tcommittee\n");
    assert_int_equal(knowledge_test(f.path,
                                    SV("The Council and\n the Lunar\nCouncil met."), &out,
                                    &err),
                     0);
    (void)snprintf(want, sizeof want, "2:6\t%s:2\tLunar Council\n%s: 1 lines;", f.path,
                   f.path);
    assert_memory_equal(out.p, want, strlen(want));
    assert_non_null(strstr(out.p, "1 matches of this file, 1 of the other tables\n"));
    buf_free(&out);
    assert_int_equal(knowledge_test("/nonexistent/bodies.tsv", SV("x"), &out, &err), -1);
    assert_non_null(strstr(err.text, "/nonexistent/bodies.tsv"));
    folder_remove(&f);
    buf_free(&out);
}

/* What the build made of the tables is of these tables, and finds what they do when they
 * are built at start, as they are where a line that changes nothing was added. */
static void test_image_is_of_these_tables(void **state)
{
    struct knowledge *made = open_tables(NULL);
    struct matcher *built = NULL;
    struct err err = {0};
    struct buf image = {0}, same = {0};
    (void)state;
    assert_string_equal(knowledge_image.rules, knowledge_rules(made).p);
    assert_int_equal(knowledge_build_all(made, &built, &err), 0);
    match_image_write(knowledge_matcher(made), &image);
    match_image_write(built, &same);
    assert_int_equal(image.n, knowledge_image.size);
    assert_memory_equal(image.p, knowledge_image.data, image.n);
    assert_int_equal(image.n, same.n);
    assert_memory_equal(image.p, same.p, image.n);
    buf_free(&image);
    buf_free(&same);
    knowledge_free(&made);
    matcher_free(&built);
}

/* What is found with `content` as table `name` of a knowledge.d must be what is found
 * when all is built anew; how much is of those rows. */
static size_t check_own_rows(const char *name, const char *content, bool anew)
{
    static struct hits want, have;
    struct folder f;
    struct matcher *all = NULL;
    struct err err = {0};
    size_t own = 0;
    folder_make(&f, name, content);
    struct knowledge *k = open_tables(f.dir);
    const struct matcher *m = knowledge_matcher(k);
    assert_int_equal(knowledge_build_all(k, &all, &err), 0);
    assert_int_equal(m->more == NULL, anew);
    for (size_t i = 0; i < ARRAY_LEN(papers); i++) {
        char path[512];
        struct buf b = {0};
        (void)snprintf(path, sizeof path, "%s/data/papers/%s", TESTS_DIR, papers[i]);
        struct sv text = read_all(path, &b);
        want.n = have.n = 0;
        match_scan(all, text, collect, &want);
        match_scan(m, text, collect, &have);
        assert_int_equal(have.n, want.n);
        assert_memory_equal(have.v, want.v, want.n * sizeof *want.v);
        for (size_t j = 0; j < have.n; j++)
            own += strcmp(knowledge_table_at(k, KNOWLEDGE_ID_TABLE(have.v[j].id))
                              ->row[KNOWLEDGE_ID_ROW(have.v[j].id)]
                              .file,
                          f.path) == 0;
        buf_free(&b);
    }
    matcher_free(&all);
    knowledge_free(&k);
    folder_remove(&f);
    return own;
}

/* Rows of one's own that are equal to others, or longer, or begin where those do: in a
 * table that goes before most, and in one that goes behind most. A placeholder that
 * embedded patterns use makes that all is built. */
static void test_own_rows_find_what_building_all_finds(void **state)
{
    (void)state;
    assert_true(check_own_rows("bodies.tsv",
                               BODIES "The\tfold\tT\tgroup\n"
                                      "adopted\t\tA\tgroup\n"
                                      "Council\t\tC\tgroup\n"
                                      "Ré?gion\taccents\tR\tgroup\n"
                                      "Commission (has|had)\t\tH\tgroup\n"
                                      "\\({n:1-2}\\)\t\tN\tgroup\n",
                               false) > 200);
    assert_true(check_own_rows("citations.tsv",
                               "pattern\tcase\tform\tvalue\n"
                               "{n:4-5}/{yy}\t\tnumber\tST\n"
                               "{n:4-5}/{yy} JAI {n:1-4}\t\tnumber\tST\n"
                               "the {body}\tfold\tnumber\tST\n",
                               false) > 50);
    assert_int_equal(
        check_own_rows("placeholders.tsv", "name\tpattern\tcase\nmoon\tluna\t\n", true),
        0);
    assert_int_equal(
        check_own_rows("placeholders.tsv", "name\tpattern\tcase\nmonth\tLuna\t\n", true),
        0);
    assert_int_equal(check_own_rows("places.tsv", "place\tlang\nNowhere\ten\n", true), 0);
}

static int print_hit(void *ctx, const struct match_hit *hit)
{
    const struct knowledge_table *t =
        knowledge_table_at(ctx, KNOWLEDGE_ID_TABLE(hit->id));
    printf("%s %u %u %u\n", t->name, t->row[KNOWLEDGE_ID_ROW(hit->id)].line, hit->start,
           hit->end);
    return 0;
}

static int print_hits(const char *path)
{
    struct knowledge *k = NULL;
    struct err err = {0};
    struct buf b = {0};
    if (knowledge_open(NULL, &k, &err) != 0) {
        (void)fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    match_scan(knowledge_matcher(k), read_all(path, &b), print_hit, k);
    buf_free(&b);
    knowledge_free(&k);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_table_loads),
        cmocka_unit_test(test_scan_finds_all_in_papers),
        cmocka_unit_test(test_folder_adds_lines),
        cmocka_unit_test(test_refusals_name_file_line_and_reason),
        cmocka_unit_test(test_knowledge_test_reports),
        cmocka_unit_test(test_image_is_of_these_tables),
        cmocka_unit_test(test_own_rows_find_what_building_all_finds),
    };
    if (argc == 3 && strcmp(argv[1], "--print") == 0)
        return print_hits(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
