#include "lib/arena.h"
#include "producers/parse/header/header.h"
#include "producers/parse/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

static struct knowledge *knowledge;
static struct arena arena;

static int setup(void **state)
{
    struct err err = {0};
    (void)state;
    arena_init(&arena, (size_t)64 << 20);
    return knowledge_open(NULL, &knowledge, &err);
}

static int teardown(void **state)
{
    (void)state;
    knowledge_free(&knowledge);
    arena_free(&arena);
    return 0;
}

static int read_header(const char *text, struct scan *s, struct document *d,
                       struct err *err)
{
    arena_reset(&arena);
    err_clear(err);
    *d = (struct document){0};
    assert_int_equal(scan_text(knowledge, sv_cstr(text), &arena, s, err), 0);
    return header_read(s, &arena, d, err);
}

static void assert_sv(struct sv got, const char *want, const char *what)
{
    bool same = want ? got.p && sv_eq(got, sv_cstr(want)) : got.p == NULL;
    if (!same)
        fail_msg("%s: got '" SV_FMT "' instead of '%s'", what, SV_ARG(got),
                 want ? want : "(null)");
}

struct number_case {
    const char *text, *printed, *id, *revises;
};

static const struct number_case numbers[] = {
    {"15754/17", "15754/17", "ST-15754-2017-INIT", NULL},
    {"15584/1/12 REV 1", "15584/1/12 REV 1", "ST-15584-2012-REV-1", "ST-15584-2012-INIT"},
    {"15584/3/12\nREV 3", "15584/3/12 REV 3", "ST-15584-2012-REV-3",
     "ST-15584-2012-REV-2"},
    {"15584/1/12", "15584/1/12", "ST-15584-2012-REV-1", "ST-15584-2012-INIT"},
    {"15584/12 REV4", "15584/12 REV4", "ST-15584-2012-REV-4", "ST-15584-2012-REV-3"},
    {"15 584/12", "15584/12", "ST-15584-2012-INIT", NULL},
    {"15584 / 12", "15584/12", "ST-15584-2012-INIT", NULL},
    {"10150/21 ADD 1 REV 2", "10150/21 ADD 1 REV 2", "ST-10150-2021-ADD-1-REV-2",
     "ST-10150-2021-ADD-1-REV-1"},
    {"10150/21 ADD 1 REV 1", "10150/21 ADD 1 REV 1", "ST-10150-2021-ADD-1-REV-1",
     "ST-10150-2021-ADD-1"},
    {"9761/1/15 REV 1 DCL 1", "9761/1/15 REV 1 DCL 1", "ST-9761-2015-REV-1-DCL-1", NULL},
    {"6611/99 COR 2", "6611/99 COR 2", "ST-6611-1999-COR-2", NULL},
    {"CM 5133/19", "CM 5133/19", "CM-5133-2019-INIT", NULL},
    {"WK 3735/2026 ADD 1", "WK 3735/2026 ADD 1", "WK-3735-2026-ADD-1", NULL},
    {"WK 13911/2020 INIT", "WK 13911/2020 INIT", "WK-13911-2020-INIT", NULL},
    {"PE-CONS 41/22", "PE-CONS 41/22", "PE-41-2022-INIT", NULL},
    {"PE-CONS 3601/1/03 REV 1", "PE-CONS 3601/1/03 REV 1", "PE-3601-2003-REV-1",
     "PE-3601-2003-INIT"},
    {"EUCO 79/14", "EUCO 79/14", "EUCO-79-2014-INIT", NULL},
    {"SN 4944/2/01 REV 2", "SN 4944/2/01 REV 2", "SN-4944-2001-REV-2",
     "SN-4944-2001-REV-1"},
    {"CONV 305/02", "CONV 305/02", "CONV-305-2002-INIT", NULL},
    {"ST 15754/17", "ST 15754/17", "ST-15754-2017-INIT", NULL},
    {"2011/36/EU", NULL, NULL, NULL},
    {"2008/114/EC", NULL, NULL, NULL},
    {"2013/0091 (COD)", NULL, NULL, NULL},
    {"97/827/JHA", NULL, NULL, NULL},
    {"305/02", NULL, NULL, NULL},
    {"12345/123", NULL, NULL, NULL},
    {"+32 (0)2 281 6083 / 6319", NULL, NULL, NULL},
};

static void test_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct number_case *c = &numbers[i];
        struct sv text = sv_cstr(c->text);
        struct zone z;
        struct paper p;
        arena_reset(&arena);
        zone_read(&z, knowledge_phrases(knowledge), text, 0, text.n, &arena);
        bool found = paper_at(&z, 0, &p, &arena);
        if (found != (c->id != NULL))
            fail_msg("%s: found %d", c->text, found);
        if (!found)
            continue;
        assert_sv(p.printed, c->printed, c->text);
        assert_sv(paper_id(&p, &arena), c->id, c->text);
        assert_sv(paper_revises(&p, &arena), c->revises, c->text);
    }
}

#define TOP                                                                              \
    "Council of the\nEuropean Union\n\nBrussels, 3 May 2016\n(OR. en)\n\n9012/16\n\n"
#define ROWS                                                                             \
    "JAI 30\n\nNOTE\nFrom: Presidency\nTo: Delegations\nSubject: Registers\n\n"          \
    "Delegations will find attached a note on 8001/16 RESTREINT UE.\n"

struct marking_case {
    const char *name, *text, *marking;
    bool refused;
};

static const struct marking_case markings[] = {
    {"none", TOP ROWS, NULL, false},
    {"LIMITE", TOP "LIMITE\n\n" ROWS, "LIMITE", false},
    {"lost letter", TOP "LIM\xEF\xBF\xBDTE\n\n" ROWS, "LIMITE", false},
    {"misread", TOP "L1MlTE\n\n" ROWS, "LIMITE", false},
    {"misread, glued", TOP "1IMITE EN\n\n" ROWS, "LIMITE", false},
    {"misread, in a footer", TOP ROWS "\n9012/16 AB/cd 1\nDGD 1C LlMITE EN\n", "LIMITE",
     false},
    {"a name of the same letters", TOP "Limite\n\n" ROWS, NULL, false},
    {"a sentence", TOP ROWS "\nDocuments marked L1MITE are kept.\n", NULL, false},
    {"misread, classified", TOP "RESTRElNT UE\n\n" ROWS, "RESTREINT UE", true},
    {"misread, with digits", TOP "C0NF1DENTIEL UE\n\n" ROWS, "CONFIDENTIEL UE", true},
    {"misread, in English", TOP "EU 5ECRET\n\n" ROWS, "SECRET UE", true},
    {"a secret of nobody's", TOP "5ECRET\n\n" ROWS, NULL, false},
    {"PUBLIC", "PUBLIC\n\n" TOP ROWS, "PUBLIC", false},
    {"broken PUBLIC", TOP "P U B L I C\n\n" ROWS, "PUBLIC", false},
    {"both", "PUBLIC\n\n" TOP "LIMITE\n\n" ROWS, "PUBLIC LIMITE", false},
    {"own", TOP "RESTREINT UE/EU RESTRICTED\n\n" ROWS, "RESTREINT UE/EU RESTRICTED",
     true},
    {"own, over lines", TOP "RESTREINT UE/\nEU RESTRICTED\n\n" ROWS,
     "RESTREINT UE/EU RESTRICTED", true},
    {"old form", TOP "CONFIDENTIEL UE\n\n" ROWS, "CONFIDENTIEL UE", true},
    {"secret", TOP "SECRET UE/EU SECRET\n\n" ROWS, "SECRET UE/EU SECRET", true},
    {"contradiction: the stricter", TOP "LIMITE\n\nRESTREINT UE\n\n" ROWS, "RESTREINT UE",
     true},
    {"on the pages only",
     TOP ROWS "\n9012/16 AB/cd 1\nRESTREINT UE/EU RESTRICTED EN\n\ntext\n\n"
              "9012/16 AB/cd 2\nRESTREINT UE/EU RESTRICTED EN\n",
     "RESTREINT UE/EU RESTRICTED", true},
    {"one line of a table", TOP ROWS "\nRESTREINT UE\n\nis the lowest level.\n", NULL,
     false},
    {"cited in the subject",
     TOP "JAI 30\n\nNOTE\nFrom: Presidency\nTo: Delegations\n"
         "Subject: Follow-up to 8001/16 RESTREINT UE\n\nDelegations will find\n",
     NULL, false},
};

static void test_markings(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(markings); i++) {
        const struct marking_case *c = &markings[i];
        struct scan s;
        struct document d;
        struct err err = {0};
        int rc = read_header(c->text, &s, &d, &err);
        if ((rc != 0) != c->refused)
            fail_msg("%s: %s", c->name, rc ? err.text : "not refused");
        assert_sv(d.marking, c->marking, c->name);
        if (rc)
            assert_string_equal(err.reason, "classified");
    }
}

static void test_block(void **state)
{
    (void)state;
    struct scan s;
    struct document d;
    struct err err = {0};
    static const char text[] = "Some site\nwith a menu\n\n" TOP ROWS;
    assert_int_equal(read_header(text, &s, &d, &err), 0);
    const char *body = strstr(text, "\nDelegations will");
    assert_non_null(body);
    assert_true(s.header_end <= (size_t)(body - text));
    assert_true(s.header_end > (size_t)(strstr(text, "Registers") - text));
    for (size_t i = 0; i < s.nlines; i++) {
        size_t b = s.line[i].b;
        bool inside =
            b >= (size_t)(strstr(text, "Council of") - text) && b < s.header_end;
        assert_int_equal((s.line[i].flags & LINE_HEADER) != 0, inside);
    }
}

struct head_case {
    const char *name, *text;
    const char *id, *date, *type, *meeting, *from, *to;
};

/* Heads of pages in shapes that only their lines or their letters tell. */
static const struct head_case heads[] = {
    {"a title runs above the institution",
     "Presidency Conclusions Lisbon, 7 May 2003\n\nCOUNCIL OF\nTHE EUROPEAN UNION\n\n"
     "Brussels, 2 June 2003\n\n9418/1/03\nREV 1\n\nCONCL 6\n\nCOVER NOTE\nfrom :\n"
     "Presidency\nto :\ndelegations\nSubject :\nLISBON EUROPEAN COUNCIL\n7 MAY 2003\n\n"
     "Delegations will find attached the text.\n",
     "ST-9418-2003-REV-1", "2003-06-02", "COVER NOTE", "2003-05-07", "Presidency",
     "delegations"},
    {"the same in cells",
     "Presidency Conclusions – Porto, 9/10 April 2004\nCOUNCIL OFTHE EUROPEAN UNION / "
     "Brussels, 21 June 2004\nD/04/9\n11379/04\nCONCL 8\nfrom : / Presidency\n"
     "to : / Delegations\nSubject: / PORTO EUROPEAN COUNCIL\n18 AND 19 JUNE 2004\n\n"
     "Delegations will find attached the text.\n",
     "ST-11379-2004-INIT", "2004-06-21", NULL, "2004-06-18", "Presidency", "Delegations"},
    {"a summit's title on one line",
     "1 PRESIDENCY CONCLUSIONS 9 EUROPEAN COUNCIL GHENT CONCLUSIONS OF THE PRESIDENCY 4 "
     "and 5 April 2001\n\n2 PRESIDENCY CONCLUSIONS The European Council met in Ghent on "
     "4 and 5 April The meeting was preceded by an exposé.\n",
     NULL, NULL, "PRESIDENCY CONCLUSIONS", "2001-04-04", NULL, NULL},
    {"a summit's days alone",
     "17 AND 18 MAY 2001\n\n1. The European Council met in Vaduz on 17 and 18 May. It "
     "heard the President of the European Parliament.\n",
     NULL, NULL, NULL, "2001-05-17", NULL, NULL},
    {"a summit's title in French",
     "Conseil européen de Namur\n14 et 15 mars 2001\nConclusions de la présidence\n\n"
     "Le Conseil européen s'est réuni à Namur. La réunion a été précédée d'un exposé.\n",
     NULL, NULL, "CONCLUSIONS DE LA PRÉSIDENCE", "2001-03-14", NULL, NULL},
    {"a day that a sentence about a summit names",
     "The presidency conclusions of the European Council of 4 April 2001 asked for a "
     "report on bridges. The Commission has written it.\n",
     NULL, NULL, NULL, NULL, NULL, NULL},
    {"articles beside German labels",
     "RAT DER\nEUROPÄISCHEN UNION\nBrüssel, den 11. März 2003 (14.03)\n7104/03\n"
     "JUSTCIV 29\nVERMERK\nvom: Vorsitz\nfür den: Ausschuss für Zivilrecht\n"
     "Betr.: Entwurf einer Entschließung über Uhren\n\n"
     "Die Delegationen erhalten in der Anlage den Entwurf.\n",
     "ST-7104-2003-INIT", "2003-03-11", "VERMERK", NULL, "Vorsitz",
     "Ausschuss für Zivilrecht"},
    {"SN and NOTE without their N",
     "COU CIL OF\nTHE EUROPEA U IO\nBrussels, 3 May 2007\nS 2417/07\nLIMITE\nPESC 14\n"
     "OTE\nfrom: Secretariat\nto: Delegations\nSubject: DRAFT PROGRAMME OF THE "
     "SEAL COMMITTEE'S VISITS\n\nDelegations will see the programme.\n",
     "SN-2417-2007-INIT", "2007-05-03", "NOTE", NULL, "Secretariat", "Delegations"},
};

static void test_heads(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        const struct head_case *c = &heads[i];
        struct scan s;
        struct document d;
        struct err err = {0};
        assert_int_equal(read_header(c->text, &s, &d, &err), 0);
        assert_sv(d.id, c->id, c->name);
        assert_sv(d.date, c->date, c->name);
        assert_sv(d.type, c->type, c->name);
        assert_sv(d.meeting_date, c->meeting, c->name);
        assert_sv(d.from, c->from, c->name);
        assert_sv(d.to.n ? d.to.v[0] : SV_NULL, c->to, c->name);
    }
}

/* "No. prev. doc.:" lost its N: what is left of it is no part of the addressee. */
static void test_rest_of_label(void **state)
{
    (void)state;
    struct scan s;
    struct document d;
    struct err err = {0};
    static const char text[] =
        "COUNCIL OF\nTHE EUROPEAN UNION\n\nBrussels, 3 December 2009\n\n16864/09\n\n"
        "ASIM 136\n\nNOTE\nfrom: Presidency\nto: Council\n"
        "o. prev. doc.: 16577/1/09 REV 1 ASIM 133\nSubject: Joint framework\n\n"
        "1. At the Coreper meeting on 2 December 2009 delegations supported it.\n";
    assert_int_equal(read_header(text, &s, &d, &err), 0);
    assert_int_equal(d.to.n, 1);
    assert_sv(d.to.v[0], "Council", "addressee");
}

#define TOP_2004                                                                         \
    "COUNCIL OF\nTHE EUROPEAN UNION\nBrussels, 15 April 2004\n8420/04\n"                 \
    "OUTCOME OF PROCEEDINGS\nfrom: Council (JHA)\n"                                      \
    "Subject: Declaration on terrorism: follow-up"

/* Codes below the subject, one a line, or behind it. */
static void test_codes_below_subject(void **state)
{
    (void)state;
    static const char *const text[] = {
        TOP_2004 "\nJAI 108\nECOFIN 119\n\nThe Council discussed the follow-up to it.\n",
        TOP_2004 " JAI 108 ECOFIN 119 The Council discussed the follow-up to it.\n"};
    for (size_t i = 0; i < ARRAY_LEN(text); i++) {
        struct scan s;
        struct document d;
        struct err err = {0};
        assert_int_equal(read_header(text[i], &s, &d, &err), 0);
        assert_sv(d.subject, "Declaration on terrorism: follow-up", text[i]);
        assert_int_equal(d.subject_codes.n, 2);
    }
}

static void test_without_a_header(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Council conclusions on registers\n\nTHE COUNCIL,\n\nRECALLING 12650/17,\n",
        ("From: a@example.eu\nTo: b@example.eu\nSubject: 12650/17\n\nDear all, the "
         "paper\n"),
        "1. The Committee met in Brussels on 3 May 2016.\n2. It took note of 9012/16.\n",
        "x",
        "12650",
        ":",
        "From:",
        "\n\n\n",
        "\xEF\xBF\xBD\xEF\xBF\xBD",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct scan s;
        struct document d;
        struct err err = {0};
        assert_int_equal(read_header(texts[i], &s, &d, &err), 0);
        assert_sv(d.id, NULL, texts[i]);
        assert_sv(d.number, NULL, texts[i]);
        assert_sv(d.date, NULL, texts[i]);
        assert_sv(d.type, NULL, texts[i]);
        assert_sv(d.subject, NULL, texts[i]);
        assert_sv(d.from, NULL, texts[i]);
        assert_sv(d.marking, NULL, texts[i]);
        assert_int_equal(d.to.n + d.subject_codes.n + d.previous_documents.n, 0);
        assert_int_equal(s.header_end, 0);
    }
}

/* What the header costs must not grow with the text. */
static void test_bounded(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf b = {0};
    static const char *const pieces[] = {
        "REV ",         "((((",      "From: ",  "Brussels, 3 May 2016 ",
        "\xEF\xBF\xBD", "12345/12 ", "COSI 1 ", "\n\n"};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct scan s;
        struct document d;
        struct err err = {0};
        buf_reset(&b);
        while (b.n < 1 << 20)
            buf_add_sv(&b, sv_cstr(pieces[i]));
        arena_reset(&arena);
        s = (struct scan){.k = knowledge, .text = buf_sv(&b)};
        assert_int_equal(header_read(&s, &arena, &d, &err), 0);
        if (arena.used > (size_t)8 << 20)
            fail_msg("%s: %zu bytes", pieces[i], arena.used);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_markings),
        cmocka_unit_test(test_block),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_without_a_header),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_rest_of_label),
        cmocka_unit_test(test_codes_below_subject),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
