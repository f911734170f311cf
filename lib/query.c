#include "query_tree.h"
#include "utf8.h"

#include <assert.h>
#include <stdlib.h>

const char *const query_column_name[QUERY_COLUMNS] = {
    "text", "item", "subject", "body", "addressee",
    "type", "code", "number",  "doc",  "ref"};

#define COLUMN(c) (1U << (c))
enum { COLUMNS_ALONE = (1 << QUERY_DOC) - 1 }; /* all but doc and ref */

enum field_kind { FIELD_WORDS, FIELD_VALUE, FIELD_DATE };

static const struct field_entry {
    const char *name;
    enum field_kind kind;
    unsigned columns;
    const char *values; /* the whole list where it is closed, else NULL */
} fields[F_COUNT] = {
    [F_NONE] = {"", FIELD_WORDS, COLUMNS_ALONE, NULL},
    [F_TYPE] = {"type", FIELD_WORDS, COLUMN(QUERY_TYPE), NULL},
    [F_CODE] = {"code", FIELD_WORDS, COLUMN(QUERY_CODE), NULL},
    [F_BY] = {"by", FIELD_WORDS, COLUMN(QUERY_BODY), NULL},
    [F_TO] = {"to", FIELD_WORDS, COLUMN(QUERY_ADDRESSEE), NULL},
    [F_REF] = {"ref", FIELD_WORDS, COLUMN(QUERY_REF), NULL},
    [F_ID] = {"id", FIELD_WORDS, COLUMN(QUERY_DOC) | COLUMN(QUERY_NUMBER), NULL},
    [F_ITEM] = {"item", FIELD_WORDS, COLUMN(QUERY_ITEM), NULL},
    [F_SUBJECT] = {"subject", FIELD_WORDS, COLUMN(QUERY_SUBJECT), NULL},
    [F_TEXT] = {"text", FIELD_WORDS, COLUMN(QUERY_TEXT), NULL},
    [F_KIND] = {"kind", FIELD_VALUE, 0, "decision request commitment noted statement"},
    [F_ACT] = {"act", FIELD_VALUE, 0, NULL},
    [F_LANG] = {"lang", FIELD_VALUE, 0, NULL},
    [F_STATUS] = {"status", FIELD_VALUE, 0, "final draft"},
    [F_MARKING] = {"marking", FIELD_VALUE, 0, NULL},
    [F_DATE] = {"date", FIELD_DATE, 0, NULL},
    [F_MEETING] = {"meeting", FIELD_DATE, 0, NULL},
    [F_DUE] = {"due", FIELD_DATE, 0, NULL},
};

struct parser {
    struct sv in;
    size_t at;
    int depth;
    enum query_field field; /* of the group we are in */
    struct fts *fts;
    struct query *q;
    struct err *err;
};

static unsigned column_of(const struct parser *p, size_t at)
{
    unsigned n = 1;
    for (size_t i = 0; i < at && i < p->in.n; i++)
        n += ((unsigned char)p->in.p[i] & 0xC0) != 0x80;
    return n;
}

/* -1 with "column N: …". */
#define FAIL(p, at, ...)                                                                 \
    (err_set((p)->err, ERR_BAD_INPUT, __VA_ARGS__),                                      \
     err_wrap((p)->err, "column %u", column_of((p), (at))))

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static bool at_end(const struct parser *p)
{
    return p->at >= p->in.n;
}

static struct sv rest_of(const struct parser *p)
{
    return sv_sub(p->in, p->at, p->in.n);
}

static void skip_blanks(struct parser *p)
{
    while (!at_end(p) && is_blank(p->in.p[p->at]))
        p->at++;
}

static bool at_keyword(const struct parser *p, struct sv word)
{
    struct sv rest = rest_of(p);
    return sv_starts(rest, word) &&
           (rest.n == word.n || is_blank(rest.p[word.n]) || rest.p[word.n] == '(' ||
            rest.p[word.n] == '"' || rest.p[word.n] == ')');
}

static struct query_node *new_node(struct parser *p, enum query_op op)
{
    struct query_node *n = arena_zalloc(&p->q->arena, sizeof *n);
    n->op = op;
    return n;
}

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
    struct svs *tokens;
    size_t cap, seen;
};

static void add_token(void *ctx, struct sv token, size_t b, size_t e)
{
    (void)b;
    (void)e;
    struct token_list *l = ctx;
    if (++l->seen > QUERY_PHRASE_MAX)
        return;
    struct sv *slot =
        arena_push(l->a, &l->tokens->v, &l->tokens->n, &l->cap, sizeof *l->tokens->v);
    *slot = arena_copy(l->a, token);
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
    struct query_node *n = new_node(p, Q_TERM);
    n->field = field;
    n->columns = fields[field].columns;
    n->raw = raw;
    struct token_list list = {&p->q->arena, &n->tokens, 0, 0};
    fts_tokenise(p->fts, raw, add_token, &list);
    if (list.seen > QUERY_PHRASE_MAX)
        n->tokens.n = SIZE_MAX;
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
        (field == F_REF || field == F_ID) && !whole && query_number(a, value, &canonical);
    struct query_node *n = term_node(p, field, number ? canonical : value);
    if (n->tokens.n == SIZE_MAX)
        return FAIL(p, at, "a phrase has at most %d words; shorten it",
                    (int)QUERY_PHRASE_MAX);
    if (n->tokens.n == 0)
        return 0;
    if (number && field == F_ID)
        n->columns = COLUMN(QUERY_DOC);
    if (whole) {
        n = term_node(p, field, query_join1(a, value));
        if (n->tokens.n == SIZE_MAX)
            return FAIL(p, at, "a phrase has at most %d words; shorten it",
                        (int)QUERY_PHRASE_MAX);
    }
    if (prefix && whole)
        return FAIL(p, at, "“=” asks for the whole value, “*” for a beginning; use one");
    n->prefix = prefix;
    n->leaf = p->q->terms++;
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
    struct query_node *n = new_node(p, Q_VALUE);
    n->field = field;
    n->prefix = prefix;
    struct sv copy = arena_copy(&p->q->arena, sv_trim(value));
    char *c = arena_alloc(&p->q->arena, copy.n + 1);
    for (size_t i = 0; i < copy.n; i++)
        c[i] = lower(copy.p[i]);
    n->value = (struct sv){c, copy.n};
    const char *list = fields[field].values;
    if (list && !in_list(list, n->value, prefix))
        return FAIL(p, at, "%s: has no value “" SV_FMT "”; it is one of: %s",
                    fields[field].name, SV_ARG(value), list);
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
    struct query_node *n = new_node(p, Q_RANGE);
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
                    SV_ARG(value), fields[field].name, fields[field].name,
                    fields[field].name, fields[field].name);
    if (n->lo.p && n->hi.p) {
        size_t common = n->lo.n < n->hi.n ? n->lo.n : n->hi.n;
        if (sv_cmp(sv_sub(n->lo, 0, common), sv_sub(n->hi, 0, common)) > 0)
            return FAIL(p, at,
                        "the range ends before it begins; write %s:" SV_FMT ".." SV_FMT,
                        fields[field].name, SV_ARG(n->hi), SV_ARG(n->lo));
    }
    *out = n;
    return count_leaf(p, at);
}

static int make_leaf(struct parser *p, enum query_field field, struct sv value,
                     bool prefix, size_t at, struct query_node **out)
{
    switch (fields[field].kind) {
    case FIELD_WORDS: return make_term(p, field, value, prefix, at, out);
    case FIELD_VALUE: return make_value(p, field, value, prefix, at, out);
    case FIELD_DATE:
        if (prefix)
            return FAIL(p, at, "a date takes no *; write %s:2017 for the whole year",
                        fields[field].name);
        return make_range(p, field, value, at, out);
    }
    return -1;
}

/* -- fields */

static size_t distance(struct sv a, struct sv b)
{
    size_t row[16];
    if (a.n > 14 || b.n > 14)
        return 99;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t keep = row[j];
            size_t best = diagonal + (lower(a.p[i - 1]) != b.p[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
            diagonal = keep;
        }
    }
    return row[b.n];
}

static int unknown_field(struct parser *p, struct sv name)
{
    const char *nearest = NULL;
    size_t best = 3;
    struct buf list = {0};
    for (int f = F_NONE + 1; f < F_COUNT; f++) {
        size_t d = distance(name, sv_cstr(fields[f].name));
        if (d < best) {
            best = d;
            nearest = fields[f].name;
        }
        buf_addf(&list, "%s%s:", f > 1 ? " " : "", fields[f].name);
    }
    FAIL(p, p->at,
         "there is no field “" SV_FMT ":”%s%s%s; fields are %s (to look for the signs "
         "themselves, put them between \"quotes\")",
         SV_ARG(name), nearest ? "; did you mean " : "", nearest ? nearest : "",
         nearest ? ":" : "", list.p);
    buf_free(&list);
    return -1;
}

/* Is a field's name with its colon here? 1 and the parser stands behind it, 0, -1. What
 * is all capitals (COM:2013:179, TFEU:71) is a citation and no field. */
static int field_here(struct parser *p, enum query_field *out)
{
    struct sv rest = rest_of(p);
    size_t n = 0;
    bool capitals = true;
    while (n < rest.n && is_letter(rest.p[n])) {
        capitals = capitals && rest.p[n] < 'a';
        n++;
    }
    if (n == 0 || n == rest.n || rest.p[n] != ':')
        return 0;
    struct sv name = sv_sub(rest, 0, n);
    for (int f = F_NONE + 1; f < F_COUNT; f++)
        if (sv_eq_fold(name, sv_cstr(fields[f].name))) {
            *out = (enum query_field)f;
            p->at += n + 1;
            return 1;
        }
    return capitals ? 0 : unknown_field(p, name);
}

/* -- the grammar: recursive descent, bounded by QUERY_DEPTH_MAX */

// NOLINTBEGIN(misc-no-recursion)

static int parse_or(struct parser *p, struct query_node **out);

/* End of the word at p->at: a blank, a quote or a parenthesis that does not belong to the
 * word, as in 2010/0246(COD). */
static size_t word_end(const struct parser *p)
{
    size_t i = p->at;
    size_t open = 0;
    for (; i < p->in.n; i++) {
        char c = p->in.p[i];
        if (is_blank(c) || c == '"')
            break;
        if (c == '(') {
            size_t j = i + 1;
            while (j < p->in.n && !is_blank(p->in.p[j]) && p->in.p[j] != '"' &&
                   p->in.p[j] != ')')
                j++;
            if (i == p->at || j == p->in.n || p->in.p[j] != ')')
                break;
            open++;
        } else if (c == ')') {
            if (open == 0)
                break;
            open--;
        }
    }
    return i;
}

static int parse_phrase(struct parser *p, enum query_field field, bool whole,
                        struct query_node **out)
{
    size_t b = p->at++;
    while (!at_end(p) && p->in.p[p->at] != '"')
        p->at++;
    if (at_end(p))
        return FAIL(p, b, "the phrase is not closed; put a \" behind its last word");
    struct sv value = sv_sub(p->in, b + 1, p->at++);
    if (whole)
        value = arena_printf(&p->q->arena, "=%.*s", (int)value.n, value.p);
    bool prefix = !at_end(p) && p->in.p[p->at] == '*';
    p->at += prefix;
    if (field != F_NONE && sv_trim(value).n == 0)
        return FAIL(p, b, "%s: has no value between the quotes", fields[field].name);
    return make_leaf(p, field, value, prefix, b, out);
}

static int parse_word(struct parser *p, enum query_field field, struct query_node **out)
{
    size_t b = p->at, e = word_end(p);
    p->at = e;
    bool prefix = e > b + 1 && p->in.p[e - 1] == '*';
    struct sv value = sv_sub(p->in, b, prefix ? e - 1 : e);
    if (value.n > 1 && memchr(value.p, '*', value.n))
        return FAIL(p, b, "* stands at the end of a word only, for any ending");
    return make_leaf(p, field, value, prefix, b, out);
}

static int parse_group(struct parser *p, enum query_field field, struct query_node **out)
{
    size_t b = p->at++;
    if (++p->depth > QUERY_DEPTH_MAX)
        return FAIL(p, b, "parentheses are at most %d deep; write it flatter",
                    (int)QUERY_DEPTH_MAX);
    enum query_field outer = p->field;
    p->field = field;
    if (parse_or(p, out) != 0)
        return -1;
    p->field = outer;
    p->depth--;
    skip_blanks(p);
    if (at_end(p) || p->in.p[p->at] != ')')
        return FAIL(p, b, "the parenthesis is not closed; add a )");
    p->at++;
    return 0;
}

static int parse_primary(struct parser *p, struct query_node **out)
{
    enum query_field field = p->field;
    size_t b = p->at;
    int named = field_here(p, &field);
    if (named < 0)
        return -1;
    if (named && (at_end(p) || is_blank(p->in.p[p->at]) || p->in.p[p->at] == ')'))
        return FAIL(p, b, "%s: has no value; write it behind the colon without a blank",
                    fields[field].name);
    char c = p->in.p[p->at];
    if (c == '(')
        return parse_group(p, field, out);
    bool whole =
        field != F_NONE && c == '=' && p->at + 1 < p->in.n && p->in.p[p->at + 1] == '"';
    p->at += whole;
    if (p->in.p[p->at] == '"')
        return parse_phrase(p, field, whole, out);
    return parse_word(p, field, out);
}

static int parse_unary(struct parser *p, struct query_node **out)
{
    bool minus = p->in.p[p->at] == '-' && p->at + 1 < p->in.n &&
                 !is_blank(p->in.p[p->at + 1]) && p->in.p[p->at + 1] != ')';
    bool not_word = at_keyword(p, SV("NOT"));
    size_t b = p->at;
    if (!minus && !not_word)
        return parse_primary(p, out);
    p->at += minus ? 1 : 3;
    skip_blanks(p);
    if (at_end(p) || p->in.p[p->at] == ')')
        return FAIL(p, b, "there is nothing behind NOT; name what is to be left out");
    struct query_node *operand = NULL;
    if (++p->depth > QUERY_DEPTH_MAX)
        return FAIL(p, b, "negations are at most %d deep", (int)QUERY_DEPTH_MAX);
    if (parse_unary(p, &operand) != 0)
        return -1;
    p->depth--;
    *out = NULL;
    if (operand) {
        *out = new_node(p, Q_NOT);
        (*out)->child = operand;
    }
    return 0;
}

static void append(struct query_node *list, struct query_node **last,
                   struct query_node *n)
{
    if (*last)
        (*last)->next = n;
    else
        list->child = n;
    *last = n;
}

/* A list with one child is that child. */
static struct query_node *simplify(struct query_node *list)
{
    if (!list->child)
        return NULL;
    return list->child->next ? list : list->child;
}

static int parse_and(struct parser *p, struct query_node **out)
{
    struct query_node *list = new_node(p, Q_AND), *last = NULL;
    bool any = false;
    for (;;) {
        skip_blanks(p);
        if (at_end(p) || p->in.p[p->at] == ')' || at_keyword(p, SV("OR")))
            break;
        if (at_keyword(p, SV("AND"))) {
            size_t b = p->at;
            p->at += 3;
            skip_blanks(p);
            if (!any || at_end(p) || p->in.p[p->at] == ')' || at_keyword(p, SV("OR")) ||
                at_keyword(p, SV("AND")))
                return FAIL(p, b, "AND stands between two words; blanks say the same");
        }
        struct query_node *n = NULL;
        if (parse_unary(p, &n) != 0)
            return -1;
        any = true;
        if (n)
            append(list, &last, n);
    }
    if (!any && (!at_end(p) && p->in.p[p->at] == 'O'))
        return FAIL(p, p->at, "there is nothing before OR; name both alternatives");
    *out = simplify(list);
    return 0;
}

static int parse_or(struct parser *p, struct query_node **out)
{
    struct query_node *list = new_node(p, Q_OR), *last = NULL;
    for (;;) {
        struct query_node *n = NULL;
        if (parse_and(p, &n) != 0)
            return -1;
        if (n)
            append(list, &last, n);
        skip_blanks(p);
        if (at_end(p) || !at_keyword(p, SV("OR")))
            break;
        size_t b = p->at;
        p->at += 2;
        skip_blanks(p);
        if (at_end(p) || p->in.p[p->at] == ')')
            return FAIL(p, b, "there is nothing behind OR; name both alternatives");
    }
    *out = simplify(list);
    return 0;
}

// NOLINTEND(misc-no-recursion)

static int parse_all(struct parser *p)
{
    for (size_t i = 0; i < p->in.n;) {
        struct utf8_char u = utf8_next(p->in.p + i, p->in.p + p->in.n);
        if (!u.ok)
            return FAIL(p, i, "bytes that are no UTF-8; set the terminal to UTF-8");
        if ((u.cp < 0x20 && !is_blank(p->in.p[i])) || u.cp == 0x7F)
            return FAIL(p, i, "a control character; take it out");
        i += u.len;
    }
    if (parse_or(p, &p->q->root) != 0)
        return -1;
    skip_blanks(p);
    if (!at_end(p))
        return FAIL(p, p->at, "a ) without its (; take it out or add a ( before");
    if (!p->q->root)
        return err_set(p->err, ERR_BAD_INPUT,
                       "the query asks for nothing; give a word or a field, for example "
                       "kind:request to:Commission");
    return 0;
}

int query_parse(struct sv text, struct fts *fts, struct query **out, struct err *err)
{
    if (text.n > QUERY_BYTES_MAX)
        return err_set(err, ERR_BAD_INPUT, "a query has at most %d bytes, this one %zu",
                       (int)QUERY_BYTES_MAX, text.n);
    struct query *q = mem_zalloc(sizeof *q);
    arena_init_small(&q->arena, SIZE_MAX);
    q->text = arena_copy(&q->arena, text.p ? text : SV(""));
    struct parser p = {q->text, 0, 0, F_NONE, fts, q, err};
    if (parse_all(&p) != 0) {
        query_free(&q);
        return -1;
    }
    assert(q->root && q->leaves > 0);
    *out = q;
    return 0;
}

void query_free(struct query **q)
{
    if (!*q)
        return;
    arena_free(&(*q)->arena);
    mem_free(q);
}

struct sv query_text(const struct query *q)
{
    return q->text;
}
