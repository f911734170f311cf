/* What a reader types behind ref: is the id under which the parser finds the same words
 * in a paper: the two know the forms in code and in tables of their own. */
#include "lib/arena.h"
#include "lib/query.h"
#include "producers/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const forms[] = {"COM(2020) 610 final",
                                    "COM (2013) 179 final",
                                    "JOIN(2017) 450",
                                    "SWD(2012) 73",
                                    "SEC(2010) 1626",
                                    "C(2020) 1234 final",
                                    "Directive 95/46/EC",
                                    "Directive 2011/36/EU",
                                    "Directive (EU) 2016/680",
                                    "Regulation (EU) 2016/679",
                                    "Regulation (EC) No 45/2001",
                                    "Regulation (EEC) No 1408/71",
                                    "Regulation (EU) No 1168/2011",
                                    "Decision 2005/387/JHA",
                                    "Framework Decision 2004/757/JHA",
                                    "Council Decision (CFSP) 2015/778",
                                    "Joint Action 2008/124/CFSP",
                                    "Common Position 2001/931/CFSP",
                                    "Recommendation 2006/962/EC",
                                    "Article 71 TFEU",
                                    "Article 6 TEU",
                                    "Article 8 of the Charter",
                                    "PE-CONS 33/16",
                                    "15754/17",
                                    "12583/5/17 REV 5",
                                    "2010/0246 (COD)",
                                    "C-203/15",
                                    "EUCO 79/14"};

static struct knowledge *tables;
static struct fts *fts;
static struct db *db;

static struct sv id_in_a_paper(const char *form, struct arena *a)
{
    struct parsed p = {0};
    struct err err = {0};
    struct sv text = arena_printf(a, "The Council took note of %s.", form);
    assert_int_equal(parse_text(tables, text, a, &p, &err), 0);
    if (p.nreferences != 1)
        fail_msg("%s: %zu references", form, p.nreferences);
    return p.references[0].id;
}

static bool finds(const char *form, struct sv id, struct arena *a)
{
    struct query *q = NULL;
    struct err err = {0};
    struct svs refs = {&id, 1};
    struct query_row row = {.column = {[QUERY_REF] = query_join(a, refs)}};
    assert_int_equal(query_parse(arena_printf(a, "ref:\"%s\"", form), fts, &q, &err), 0);
    bool found = query_match(q, query_words_new(a, fts, &row));
    query_free(&q);
    return found;
}

static void a_query_finds_what_a_paper_cites(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct arena a;
        arena_init(&a, SIZE_MAX);
        struct sv id = id_in_a_paper(forms[i], &a);
        if (!finds(forms[i], id, &a))
            fail_msg("%s does not find " SV_FMT, forms[i], SV_ARG(id));
        arena_free(&a);
    }
}

static void others_are_left_as_they_are(void **state)
{
    (void)state;
    static const char *const none[] = {"",
                                       "COM",
                                       "COM(20) 610",
                                       "COM(2020) ",
                                       "COM(2020) 123456",
                                       "XYZ(2020) 610",
                                       "2011/36/EU",
                                       "Directive",
                                       "Directive 95",
                                       "Directive 33/44444",
                                       "Directive /",
                                       "Article TFEU",
                                       "Article 82",
                                       "Article 82 of",
                                       "Article 8234 TFEU",
                                       "PE-CONS",
                                       "PE-CONS 33",
                                       "31995L0046"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        struct arena a;
        struct sv out;
        arena_init(&a, SIZE_MAX);
        if (query_citation(&a, sv_cstr(none[i]), &out))
            fail_msg("%s: " SV_FMT, none[i], SV_ARG(out));
        arena_free(&a);
    }
}

static int open_all(void **state)
{
    (void)state;
    struct err err = {0};
    return knowledge_open(NULL, &tables, &err) != 0 ||
           db_open(":memory:", DB_DATA, &db, &err) != 0 || fts_new(db, &fts, &err) != 0;
}

static int close_all(void **state)
{
    (void)state;
    fts_free(&fts);
    db_close(&db);
    knowledge_free(&tables);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_query_finds_what_a_paper_cites),
                                       cmocka_unit_test(others_are_left_as_they_are)};
    return cmocka_run_group_tests(tests, open_all, close_all);
}
