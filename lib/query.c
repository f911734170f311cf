#include "query_parser.h"
#include "utf8.h"

#include <assert.h>
#include <stdlib.h>

const char *const query_column_name[QUERY_COLUMNS] = {
    "text", "item", "subject", "body", "addressee",
    "type", "code", "number",  "doc",  "ref"};

unsigned query_column_of(const struct parser *p, size_t at)
{
    unsigned n = 1;
    for (size_t i = 0; i < at && i < p->in.n; i++)
        n += ((unsigned char)p->in.p[i] & 0xC0) != 0x80;
    return n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool at_end(const struct parser *p)
{
    return p->at >= p->in.n;
}

static void skip_blanks(struct parser *p)
{
    while (!at_end(p) && is_blank(p->in.p[p->at]))
        p->at++;
}

static bool at_keyword(const struct parser *p, struct sv word)
{
    struct sv rest = query_rest(p);
    return sv_starts(rest, word) &&
           (rest.n == word.n || is_blank(rest.p[word.n]) || rest.p[word.n] == '(' ||
            rest.p[word.n] == '"' || rest.p[word.n] == ')');
}

struct query_node *query_new_node(struct parser *p, enum query_op op)
{
    struct query_node *n = arena_zalloc(&p->q->arena, sizeof *n);
    n->op = op;
    return n;
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
        return FAIL(p, b, "%s: has no value between the quotes",
                    query_fields[field].name);
    return query_leaf(p, field, value, prefix, b, out);
}

static int parse_word(struct parser *p, enum query_field field, struct query_node **out)
{
    size_t b = p->at, e = word_end(p);
    p->at = e;
    bool prefix = e > b + 1 && p->in.p[e - 1] == '*';
    struct sv value = sv_sub(p->in, b, prefix ? e - 1 : e);
    if (value.n > 1 && memchr(value.p, '*', value.n))
        return FAIL(p, b, "* stands at the end of a word only, for any ending");
    return query_leaf(p, field, value, prefix, b, out);
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
    int named = query_field_here(p, &field);
    if (named < 0)
        return -1;
    if (named && (at_end(p) || is_blank(p->in.p[p->at]) || p->in.p[p->at] == ')'))
        return FAIL(p, b, "%s: has no value; write it behind the colon without a blank",
                    query_fields[field].name);
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
        *out = query_new_node(p, Q_NOT);
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
    struct query_node *list = query_new_node(p, Q_AND), *last = NULL;
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
    struct query_node *list = query_new_node(p, Q_OR), *last = NULL;
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

int query_fits(struct sv text, struct err *err)
{
    return text.n <= QUERY_BYTES_MAX
               ? 0
               : err_set(err, ERR_BAD_INPUT, "a query has at most %d bytes, this one %zu",
                         (int)QUERY_BYTES_MAX, text.n);
}

int query_parse(struct sv text, struct fts *fts, struct query **out, struct err *err)
{
    if (query_fits(text, err) != 0)
        return -1;
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
