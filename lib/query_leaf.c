#include "query_parser.h"

static int count_leaf(struct parser *p, size_t at)
{
    if (++p->q->leaves > QUERY_LEAVES_MAX)
        return FAIL(p, at, "a query has at most %d words and conditions; split it",
                    (int)QUERY_LEAVES_MAX);
    return 0;
}

/* -- words and phrases */

struct token_list {
    struct arena *a;
    struct sv token[QUERY_PHRASE_MAX];
    size_t seen;
};

static void add_token(void *ctx, struct sv token, size_t b, size_t e)
{
    (void)b;
    (void)e;
    struct token_list *l = ctx;
    if (l->seen++ < QUERY_PHRASE_MAX)
        l->token[l->seen - 1] = arena_copy(l->a, token);
}

static bool digits_at(struct sv s, size_t *i, size_t min, size_t max, struct sv *out)
{
    size_t b = *i;
    while (*i < s.n && is_digit(s.p[*i]))
        (*i)++;
    *out = sv_sub(s, b, *i);
    return out->n >= min && out->n <= max;
}

bool query_number(struct arena *a, struct sv s, struct sv *out)
{
    size_t i = 0;
    while (i < s.n && is_letter(s.p[i]))
        i++;
    size_t series = i;
    if (i == 1) /* C-203/15 is a case */
        return false;
    if (i > 0 && (i > 4 || i == s.n || (s.p[i] != ' ' && s.p[i] != '-')))
        return false;
    i += i > 0;
    struct sv number, part, year;
    if (!digits_at(s, &i, 1, 5, &number) || i == s.n || s.p[i++] != '/' ||
        !digits_at(s, &i, 1, 2, &part))
        return false;
    year = part;
    if (i < s.n && s.p[i] == '/') {
        i++;
        if (!digits_at(s, &i, 2, 2, &year))
            return false;
    }
    if (year.n != 2 || (i < s.n && s.p[i] != ' '))
        return false;
    struct sv suffix = sv_sub(s, i, s.n), head = sv_sub(s, 0, series);
    const char *century = year.p[0] >= '7' ? "19" : "20";
    *out = arena_printf(a, SV_FMT "%s" SV_FMT "-%s" SV_FMT SV_FMT, SV_ARG(head),
                        series ? "-" : "", SV_ARG(number), century, SV_ARG(year),
                        SV_ARG(suffix));
    return true;
}

static struct query_node *term_node(struct parser *p, enum query_field field,
                                    struct sv raw)
{
    struct query_node *n = query_new_node(p, Q_TERM);
    n->field = field;
    n->columns = (uint16_t)query_fields[field].columns;
    n->raw = raw;
    struct token_list list = {.a = &p->q->arena};
    fts_tokenise(p->fts, raw, add_token, &list);
    if (list.seen > QUERY_PHRASE_MAX) {
        n->tokens.n = SIZE_MAX;
        return n;
    }
    n->tokens.n = list.seen;
    n->tokens.v = arena_array(list.a, list.seen, sizeof *n->tokens.v);
    for (size_t i = 0; i < list.seen; i++)
        n->tokens.v[i] = list.token[i];
    return n;
}

/* A term, or nothing (*out NULL) when there is no letter or digit in it. */
static int make_term(struct parser *p, enum query_field field, struct sv value,
                     bool prefix, size_t at, struct query_node **out)
{
    *out = NULL;
    struct arena *a = &p->q->arena;
    bool whole = field != F_NONE && value.n > 1 && value.p[0] == '=';
    if (whole)
        value = sv_sub(value, 1, value.n);
    struct sv canonical;
    bool number =
        !whole && (field == F_REF ? query_citation(a, value, &canonical)
                                  : field == F_ID && query_number(a, value, &canonical));
    struct query_node *n = term_node(p, field, number ? canonical : value);
    if (n->tokens.n == SIZE_MAX)
        return FAIL(p, at, "a phrase has at most %d words; shorten it",
                    (int)QUERY_PHRASE_MAX);
    if (n->tokens.n == 0)
        return 0;
    if (number && field == F_ID)
        n->columns = 1U << QUERY_DOC;
    if (whole) {
        n = term_node(p, field, query_join1(a, value));
        if (n->tokens.n == SIZE_MAX)
            return FAIL(p, at, "a phrase has at most %d words; shorten it",
                        (int)QUERY_PHRASE_MAX);
    }
    if (prefix && whole)
        return FAIL(p, at, "“=” asks for the whole value, “*” for a beginning; use one");
    n->prefix = prefix;
    n->leaf = (uint8_t)p->q->terms++; /* at most QUERY_LEAVES_MAX are taken */
    *out = n;
    return count_leaf(p, at);
}

/* -- closed values */

static bool in_list(const char *list, struct sv value, bool prefix)
{
    struct sv rest = sv_cstr(list), one;
    while (sv_cut(&rest, ' ', &one))
        if (prefix ? sv_starts(one, value) : sv_eq(one, value))
            return true;
    return false;
}

static int make_value(struct parser *p, enum query_field field, struct sv value,
                      bool prefix, size_t at, struct query_node **out)
{
    struct query_node *n = query_new_node(p, Q_VALUE);
    n->field = field;
    n->prefix = prefix;
    struct sv given = sv_trim(value);
    char *c = arena_zalloc(&p->q->arena, given.n + 1);
    for (size_t i = 0; i < given.n; i++)
        c[i] = lower(given.p[i]);
    n->value = (struct sv){c, given.n};
    const char *list = query_fields[field].values;
    if (list && !in_list(list, n->value, prefix))
        return FAIL(p, at, "%s: has no value “" SV_FMT "”; it is one of: %s",
                    query_fields[field].name, SV_ARG(value), list);
    *out = n;
    return count_leaf(p, at);
}

/* -- dates */

static bool valid_date(struct sv d)
{
    static const char shape[] = "dddd-dd-dd";
    if (d.n != 4 && d.n != 7 && d.n != 10)
        return false;
    for (size_t i = 0; i < d.n; i++)
        if (shape[i] == 'd' ? !is_digit(d.p[i]) : d.p[i] != '-')
            return false;
    int month = d.n >= 7 ? (d.p[5] - '0') * 10 + d.p[6] - '0' : 1;
    int day = d.n == 10 ? (d.p[8] - '0') * 10 + d.p[9] - '0' : 1;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int make_range(struct parser *p, enum query_field field, struct sv value,
                      size_t at, struct query_node **out)
{
    struct query_node *n = query_new_node(p, Q_RANGE);
    n->field = field;
    size_t dots = sv_find(value, SV(".."));
    if (sv_eq(value, SV("*"))) {
        n->lo = SV("0"); /* any date at all */
        *out = n;
        return count_leaf(p, at);
    }
    if (dots == SIZE_MAX) {
        n->lo = n->hi = value;
    } else {
        n->lo = dots ? sv_sub(value, 0, dots) : SV_NULL;
        n->hi = dots + 2 < value.n ? sv_sub(value, dots + 2, value.n) : SV_NULL;
    }
    bool ok = (n->lo.p || n->hi.p) && (!n->lo.p || valid_date(n->lo)) &&
              (!n->hi.p || valid_date(n->hi));
    if (!ok)
        return FAIL(p, at,
                    "“" SV_FMT "” is no date; write %s:2017, %s:2017-11, %s:2017-11-21 "
                    "or a range as %s:2017-01..2017-12",
                    SV_ARG(value), query_fields[field].name, query_fields[field].name,
                    query_fields[field].name, query_fields[field].name);
    if (n->lo.p && n->hi.p) {
        size_t common = n->lo.n < n->hi.n ? n->lo.n : n->hi.n;
        if (sv_cmp(sv_sub(n->lo, 0, common), sv_sub(n->hi, 0, common)) > 0)
            return FAIL(p, at,
                        "the range ends before it begins; write %s:" SV_FMT ".." SV_FMT,
                        query_fields[field].name, SV_ARG(n->hi), SV_ARG(n->lo));
    }
    *out = n;
    return count_leaf(p, at);
}

int query_leaf(struct parser *p, enum query_field field, struct sv value, bool prefix,
               size_t at, struct query_node **out)
{
    switch (query_fields[field].kind) {
    case FIELD_WORDS: return make_term(p, field, value, prefix, at, out);
    case FIELD_VALUE: return make_value(p, field, value, prefix, at, out);
    case FIELD_DATE:
        if (prefix)
            return FAIL(p, at, "a date takes no *; write %s:2017 for the whole year",
                        query_fields[field].name);
        return make_range(p, field, value, at, out);
    }
    return -1;
}
