#include "lib/arena.h"
#include "producers/parse/header/dates.h"
#include "producers/parse/knowledge/knowledge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static struct knowledge *knowledge;

static int setup(void **state)
{
    struct err err = {0};
    (void)state;
    return knowledge_open(NULL, &knowledge, &err);
}

static int teardown(void **state)
{
    (void)state;
    knowledge_free(&knowledge);
    return 0;
}

struct date_case {
    const char *text, *lang,
        *want; /* want: ISO, "" for a date without a year, NULL for none */
};

static const struct date_case cases[] = {
    {"19 December 2017", "en", "2017-12-19"},
    {"14 June (14.6) 1999", "en", ""},
    {"1st March 2010", "en", "2010-03-01"},
    {"January 21, 2020", "en", "2020-01-21"},
    {"5 and 6 December 2013", "en", "2013-12-05"},
    {"30 November and 1 December 2009", "en", "2009-11-30"},
    {"28/29 May 1998", "en", "1998-05-28"},
    {"16-17 November 2017", "en", "2017-11-16"},
    {"20, 21 and 22 October 2014", "en", "2014-10-20"},
    {"67December2007", "en", "2007-12-06"},
    {"1213December2007", "en", "2007-12-12"},
    {"12December2007", "en", ""}, /* 12, or 1-2: not to be known */
    {"19December2017", "en", "2017-12-19"},
    {"23 November /11", "en", ""},
    {"5 Decernber 2001", "en", "2001-12-05"},
    {"31.III.2011", "en", "2011-03-31"},
    {"6-7.XII.2007", "en", "2007-12-06"},
    {"10.4.2013", "en", "2013-04-10"},
    {"10/04/2013", "en", "2013-04-10"},
    {"2013-04-10", "en", "2013-04-10"},
    {"32 December 2017", "en", NULL},
    {"31 February 2017", "en", NULL},
    {"0 May 2017", "en", NULL},
    {"Decision 2008", "en", NULL},
    {"12.3", "en", NULL},
    {"31. marts 2011", "da", "2011-03-31"},
    {"16.-17. december 2004", "da", "2004-12-16"},
    {"2 avril 2004", "fr", "2004-04-02"},
    {"1er mars 2004", "fr", "2004-03-01"},
    {"10. Juni 2008", "de", "2008-06-10"},
    {"22 oktober 2002", "nl", "2002-10-22"},
    {"14 april 2016", "sv", "2016-04-14"},
    {"20 maggio 2015", "it", "2015-05-20"},
    {"7 de junio de 2019", "es", "2019-06-07"},
    {"18 de novembro de 2014", "pt", "2014-11-18"},
    {"19. helmikuuta 2018", "fi", "2018-02-19"},
    {"11 \xCE\x9C\xCE\xB1\xCE\x90\xCE\xBF\xCF\x85 2012", "el", "2012-05-11"},
    {"4 grudnia 2020 r.", "pl", "2020-12-04"},
    {"21. listopadu 2011", "cs", "2011-11-21"},
    {"2016. december 5.", "hu", "2016-12-05"},
    {"9 \xD0\xBC\xD0\xB0\xD1\x80\xD1\x82 2018 \xD0\xB3.", "bg", "2018-03-09"},
    {"24 mai 2019", "ro", "2019-05-24"},
    {"12. oktober 2021", "sl", "2021-10-12"},
    {"9. listopada 2015.", "hr", "2015-10-09"},
    {"9 listopada 2015 r.", "pl", "2015-11-09"},
    {"2017 m. gegu\xC5\xBE\xC4\x97s 19 d.", "lt", "2017-05-19"},
    {"2014. gada 3. decembr\xC4\xAB", "lv", "2014-12-03"},
    {"8. september 2017", "et", "2017-09-08"},
    {"20. okt\xC3\xB3"
     "bra 2016",
     "sk", "2016-10-20"},
    {"7 ta' Marzu 2017", "mt", "2017-03-07"},
    {"5 Bealtaine 2022", "ga", "2022-05-05"},
};

static int language(const struct phrases *book, const char *code)
{
    for (size_t i = 0; i < book->langs; i++)
        if (sv_eq(book->lang[i], sv_cstr(code)))
            return (int)i;
    return -1;
}

static void test_dates(void **state)
{
    (void)state;
    const struct phrases *book = knowledge_phrases(knowledge);
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct date_case *c = &cases[i];
        struct sv text = sv_cstr(c->text), got = SV_NULL;
        struct zone z;
        struct date d = {0};
        zone_read(&z, book, text, 0, text.n, &a);
        bool found = date_at(&z, 0, language(book, c->lang), &d);
        if (found)
            got = date_text(&d, &a);
        if (found != (c->want != NULL) ||
            (c->want && !sv_eq(got.p ? got : SV(""), sv_cstr(c->want))))
            fail_msg("%s: found %d, '" SV_FMT "' instead of '%s'", c->text, found,
                     SV_ARG(got), c->want ? c->want : "(none)");
        arena_reset(&a);
    }
    arena_free(&a);
}

/* Every month of every language stands in the table with twelve numbers. */
static void test_months_are_complete(void **state)
{
    (void)state;
    const struct knowledge_table *t = knowledge_table(knowledge, "months");
    const struct phrases *book = knowledge_phrases(knowledge);
    for (size_t k = 0; k < book->langs; k++) {
        unsigned seen = 0;
        for (size_t i = 0; i < t->rows; i++) {
            uint64_t m = 0;
            assert_true(sv_u64(t->row[i].cell[2], &m) && m >= 1 && m <= 12);
            if (sv_eq(t->row[i].cell[1], book->lang[k]))
                seen |= 1u << m;
        }
        assert_int_equal(seen, 0x1ffe);
    }
    assert_int_equal(book->langs, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_dates),
                                       cmocka_unit_test(test_months_are_complete)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
