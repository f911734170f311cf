#include "decide_book.h"

#include "decide.h"

#include <stdlib.h>

static enum form form_of(struct sv f)
{
    static const char *const name[] = {
        "",          "past",      "active",    "finite", "subject", "part",
        "passive",   "present",   "operative", "plural", "inf",     "request",
        "said",      "authorise", "route",     "fixed",  "split",   "impersonal",
        "attribute", "perfect",   "first"};
    for (size_t i = 1; i < ARRAY_LEN(name); i++)
        if (f.n > 2 && name[i][0] == f.p[0] && name[i][2] == f.p[2] &&
            sv_eq(f, sv_cstr(name[i])))
            return (enum form)i;
    return FORM_NONE;
}

static void read_columns(struct decide_book *b, const struct knowledge_table *bodies,
                         const struct knowledge_table *formulas)
{
    b->name = (size_t)knowledge_column(bodies, "name");
    b->class_ = (size_t)knowledge_column(bodies, "class");
    b->lang = (size_t)knowledge_column(formulas, "lang");
    b->form = (size_t)knowledge_column(formulas, "form");
    b->kind = (size_t)knowledge_column(formulas, "kind");
    b->act = (size_t)knowledge_column(formulas, "act");
}

static void index_months(struct decide_book *b)
{
    size_t rows = b->months->rows < UINT16_MAX ? b->months->rows : UINT16_MAX - 1;
    b->month_next = mem_zalloc((rows + 1) * sizeof *b->month_next);
    for (size_t i = rows; i-- > 0;) {
        struct sv name = b->months->row[i].cell[0];
        if (!name.n)
            continue;
        uint16_t *first = &b->month_first[(unsigned char)name.p[0] & 31];
        b->month_next[i + 1] = *first;
        *first = (uint16_t)(i + 1);
    }
}

struct decide_book *decide_book_build(const struct knowledge *k)
{
    const struct knowledge_table *bodies = knowledge_table(k, "bodies"),
                                 *formulas = knowledge_table(k, "formulas");
    if (!bodies || !formulas)
        return NULL;
    struct decide_book *b = mem_zalloc(sizeof *b);
    for (size_t i = 0; i < knowledge_table_count(k); i++) {
        if (knowledge_table_at(k, i) == bodies)
            b->bodies = i;
        if (knowledge_table_at(k, i) == formulas)
            b->formulas = i;
    }
    read_columns(b, bodies, formulas);
    b->row_form = mem_zalloc(formulas->rows + 1);
    for (size_t i = 0; i < formulas->rows; i++)
        b->row_form[i] = (uint8_t)form_of(formulas->row[i].cell[b->form]);
    b->row_actor = mem_zalloc(bodies->rows + 1);
    for (size_t i = 0; i < bodies->rows; i++)
        b->row_actor[i] = (uint8_t)actor_class_of(bodies->row[i].cell[b->class_]);
    b->months = knowledge_table(k, "months");
    if (b->months)
        index_months(b);
    return b;
}

void decide_book_free(struct decide_book **bp)
{
    struct decide_book *b = *bp;
    if (!b)
        return;
    free(b->row_form);
    free(b->row_actor);
    free(b->month_next);
    free(b);
    *bp = NULL;
}

int decide_book_month(const struct decide_book *b, struct sv w)
{
    if (!b->months || w.n < 3)
        return 0;
    for (size_t i = b->month_first[(unsigned char)w.p[0] & 31]; i; i = b->month_next[i]) {
        const struct knowledge_row *r = &b->months->row[i - 1];
        if (r->cell[0].n == w.n && sv_eq_fold(r->cell[0], w)) {
            uint64_t m;
            return sv_u64(r->cell[2], &m) && m <= 12 ? (int)m : 0;
        }
    }
    return 0;
}
