/* Items: each example is a text and the "number|title" lines that it gives. */
#include "producers/parse/text/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct example {
    const char *name, *text, *items;
};

static struct knowledge *tables;

static const struct example examples[] = {
    {"plain numbers",
     "1. Adoption of the agenda\n\nIt was adopted.\n\n2. Any other business\n",
     "1|Adoption of the agenda\n2|Any other business\n"},
    {"colon and bold", "3. **Information from the Presidency:**\n\n",
     "3|Information from the Presidency\n"},
    {"markdown",
     "### 1. INTRODUCTION\n\n#### 1.1. Security in context\n\n## **1.2. Next: steps**\n",
     "1|INTRODUCTION\n1.1|Security in context\n1.2|Next: steps\n"},
    {"nested without a dot", "# 1 Introduction\n\ntext\n\n## 1.1 Background: aims\n",
     "1|Introduction\n1.1|Background: aims\n"},
    {"glued behind another",
     "**Summary of discussions****1. Organised Crime in the Balkans**\n",
     "1|Organised Crime in the Balkans\n"},
    {"footnote mark", "2. Updated Roadmap in the area¹\n\n¹ In the presence of others.\n",
     "2|Updated Roadmap in the area\n"},
    {"footnote tag", "2. Updated Roadmap<sup>12</sup>\n", "2|Updated Roadmap\n"},
    {"glued footnote digit",
     "1. First item\n\n2. Updated Roadmap in the area1\n\nText.\n\n1 Exceptionally.\n",
     "1|First item\n2|Updated Roadmap in the area\n"},
    {"number alone",
     "I. \nAdoption of the agenda \n13086/23 OJ CRP2 31 \nThe Committee adopted it. \n",
     "I|Adoption of the agenda\n"},
    {"number alone, blank line", "1.\n\nAdoption of the agenda\n",
     "1|Adoption of the agenda\n"},
    {"title goes on where a bracket is open",
     "1.Preparation of the meetings (Brussels,\n22 January 2020) and of the rest\n",
     "1|Preparation of the meetings (Brussels, 22 January 2020) and of the rest\n"},
    {"title goes on behind a preposition",
     "2. \nMeeting of the Council on \n25 September 2023: Preparation \n \nThe Committee "
     "met.\n",
     "2|Meeting of the Council on 25 September 2023: Preparation\n"},
    {"number torn into the title",
     "6. \nDecision amending Decision 2017/1324 as regards the \n  12897/23 "
     "\ncontinuation of it \n",
     "6|Decision amending Decision 2017/1324 as regards the continuation of it\n"},
    {"papers are no part of the title",
     "3.State of play on hemp WK 14407/2019\n4.Drugs 5221/20 (to be issued)\n",
     "3|State of play on hemp\n4|Drugs\n"},
    {"letters under a number",
     "4.Drugs (CND)\nA.Report (Vienna) WK "
     "14408/19\nB.Preparation\na)Cannabis\n5221/20\nb)New "
     "substances\n5.Other\n",
     "4|Drugs (CND)\n4.A|Report (Vienna)\n4.B|Preparation\n4.B.a|Cannabis\n4.B.b|New "
     "substances\n5|Other\n"},
    {"letters in text are points of it",
     "1. Drugs\n\nThe delegations considered that:\na) training helps\nb) more of it "
     "helps\n",
     "1|Drugs\n"},
    {"composed", "3. Structures\n3.A. Judiciary\n3.B. Law enforcement\n",
     "3|Structures\n3.A|Judiciary\n3.B|Law enforcement\n"},
    {"item word", "Item 5.b: Cooperation with Europol\n",
     "5.b|Cooperation with Europol\n"},
    {"roman and Arabic below",
     "I. Introduction\n\nText here.\n\n1. Scope\n\n2. Aims\n\nII. Results\n\n1. Scope "
     "again\n",
     "I|Introduction\n1|Scope\n2|Aims\nII|Results\n1|Scope again\n"},
    {"pipe table",
     "| 1. | Adoption of the agenda | 14260/17 |\n| 2. | Drugs | 14261/17 |\n",
     "1|Adoption of the agenda\n2|Drugs\n"},
    {"bold lead of a paragraph",
     "1. **MAIN THREATS and CHALLENGES** for the next years in the field of security:\n",
     "1|MAIN THREATS and CHALLENGES\n"},
    {"capitals lead a paragraph",
     "2. STRENGTHENING A **COHERENT APPROACH** both horizontally and vertically "
     "through:\n",
     "2|STRENGTHENING A COHERENT APPROACH\n"},
    {"numbered paragraphs are none",
     "1. On 25 March the Council adopted the Declaration. It said more.\n\n2. As part of "
     "it, the "
     "Council agreed objectives.\n\n3. The Presidency will report.\n",
     ""},
    {"dates are none", "8. januar 2002\n\n31.III.2011\n\n12. December 2017 was cold.\n",
     ""},
    {"quantities are none", "3.6% of GDP\n\n200 000 messages\n\n2014 was a year\n", ""},
    {"list points are none", "1. first point;\n2. second point;\n3. third point.\n", ""},
    {"contents are none", "1. Introduction ........ 4\n2. Scope ........ 5\n", ""},
    {"annex begins again", "1. Drugs\n\n2. Arms\n\nANNEX\n\n1. Background\n",
     "1|Drugs\n2|Arms\n1|Background\n"},
    {"bullets are none", "- 1. one\n* 2. two\n", ""},
    {"footer between", "1. Drugs\n15754/17 FL/jg 2 DGD 1C LIMITE EN\n2. Arms\n",
     "1|Drugs\n2|Arms\n"},
    {"glued capitals end the line", "1.Agenda item\n2.AOB\n", "1|Agenda item\n2|AOB\n"},
    {"other languages", "1. Goedkeuring van de agenda\n\n2. Diversen\n",
     "1|Goedkeuring van de agenda\n2|Diversen\n"},
};

static void check(const struct example *x)
{
    struct arena a;
    struct err err = {0};
    struct scan s;
    struct parsed p = {0};
    char got[2000] = "";
    arena_init(&a, 1 << 20);
    assert_int_equal(scan_text(tables, sv_cstr(x->text), &a, &s, &err), 0);
    assert_int_equal(outline_read(&s, &a, &p, &err), 0);
    for (size_t i = 0; i < p.nitems; i++) {
        size_t n = strlen(got);
        const struct item *k = &p.items[i];
        (void)snprintf(got + n, sizeof got - n, "%.*s|%.*s\n", (int)k->number.n,
                       k->number.p, (int)k->title.n, k->title.p);
        assert_true(sv_eq(k->title, scan_plain(&s, k->span, &a)));
    }
    if (strcmp(got, x->items) != 0) {
        print_message("%s\n  want\n%s  got\n%s", x->name, x->items, got);
        fail();
    }
    arena_free(&a);
}

static void test_items(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(examples); i++)
        check(&examples[i]);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_items)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
