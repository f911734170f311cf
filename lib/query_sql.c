#include "query_tree.h"

#include <assert.h>

/* The tree is walked recursively; the parser bounds its depth. */
// NOLINTBEGIN(misc-no-recursion)

/* Which table answers a leaf. A subtree whose leaves are all of one full text table is
 * one MATCH. */
enum answer {
    BY_DECISION_FTS = 1,
    BY_BODY_FTS = 2,
    BY_HEAD_FTS = 4,
    BY_ROW = 8,       /* columns of the decision or document itself */
    BY_DECISIONS = 16 /* documents: that have such a decision */
};

struct compiler {
    enum query_target asked, target; /* target: of the subtree under way */
    struct arena *a;
    struct query_sql *out;
};

static const char *fts_table(unsigned answer)
{
    return answer == BY_BODY_FTS   ? "body_fts"
           : answer == BY_HEAD_FTS ? "head_fts"
                                   : "decision_fts";
}

static unsigned answer_leaf(const struct compiler *c, const struct query_node *n)
{
    if (c->target == QUERY_DECISIONS)
        return n->op == Q_TERM ? BY_DECISION_FTS : BY_ROW;
    switch (n->field) {
    case F_NONE:
    case F_TEXT: return BY_BODY_FTS;
    case F_TYPE:
    case F_CODE:
    case F_REF:
    case F_ID:
    case F_SUBJECT: return BY_HEAD_FTS;
    case F_LANG:
    case F_MARKING:
    case F_DATE:
    case F_MEETING: return BY_ROW;
    case F_BY:
    case F_TO:
    case F_ITEM:
    case F_KIND:
    case F_ACT:
    case F_STATUS:
    case F_DUE: return BY_DECISIONS;
    case F_COUNT: break;
    }
    assert(false);
    return BY_ROW;
}

static unsigned answers(const struct compiler *c, const struct query_node *n)
{
    if (n->op >= Q_TERM)
        return answer_leaf(c, n);
    unsigned all = 0;
    for (const struct query_node *k = n->child; k; k = k->next)
        all |= answers(c, k);
    return all;
}

static unsigned bind(struct compiler *c, struct sv v)
{
    assert(c->out->nbind < ARRAY_LEN(c->out->bind));
    c->out->bind[c->out->nbind++] = v;
    return (unsigned)c->out->nbind;
}

/* -- FTS5 expressions */

/* FTS5's NOT takes away from something: a list of nothing but negations is left to SQL.
 */
static bool fts_can(const struct query_node *n)
{
    switch (n->op) {
    case Q_TERM: return true;
    case Q_OR:
        for (const struct query_node *k = n->child; k; k = k->next)
            if (!fts_can(k))
                return false;
        return true;
    case Q_AND: {
        bool positive = false;
        for (const struct query_node *k = n->child; k; k = k->next) {
            if (!fts_can(k->op == Q_NOT ? k->child : k))
                return false;
            positive = positive || k->op != Q_NOT;
        }
        return positive;
    }
    case Q_NOT:
    case Q_VALUE:
    case Q_RANGE: return false;
    }
    return false;
}

static void fts_term(const struct query_node *n, unsigned answer, struct buf *out)
{
    if (answer != BY_BODY_FTS) {
        buf_addc(out, '{');
        for (int i = 0; i < QUERY_COLUMNS; i++)
            if (n->columns >> i & 1U)
                buf_addf(out, " %s", query_column_name[i]);
        buf_lit(out, " } : ");
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < n->raw.n; i++) {
        if (n->raw.p[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, n->raw.p[i]);
    }
    buf_addc(out, '"');
    if (n->prefix)
        buf_addc(out, '*');
}

static void fts_expr(const struct query_node *n, unsigned answer, struct buf *out);

/* (a AND b) NOT c NOT d, each in parentheses. */
static void fts_list(const struct query_node *const *v, size_t n, const char *word,
                     unsigned answer, struct buf *out)
{
    size_t negative = 0, seen = 0;
    for (size_t i = 0; i < n; i++)
        negative += v[i]->op == Q_NOT;
    for (size_t i = 0; i < negative; i++)
        buf_addc(out, '(');
    buf_addc(out, '(');
    for (size_t i = 0; i < n; i++) {
        if (v[i]->op == Q_NOT)
            continue;
        if (seen++)
            buf_addf(out, " %s ", word);
        fts_expr(v[i], answer, out);
    }
    buf_addc(out, ')');
    for (size_t i = 0; i < n; i++) {
        if (v[i]->op != Q_NOT)
            continue;
        buf_lit(out, " NOT ");
        fts_expr(v[i]->child, answer, out);
        buf_addc(out, ')');
    }
}

static void fts_expr(const struct query_node *n, unsigned answer, struct buf *out)
{
    if (n->op == Q_TERM) {
        fts_term(n, answer, out);
        return;
    }
    const struct query_node *v[QUERY_LEAVES_MAX];
    size_t count = 0;
    for (const struct query_node *k = n->child; k; k = k->next)
        v[count++] = k;
    fts_list(v, count, n->op == Q_OR ? "OR" : "AND", answer, out);
}

/* Where the words that rank lead the way, each row is looked up in a list; SQLite would
 * rather go through the list for each row. The plus forbids it. */
static const char *filters_only(const struct compiler *c)
{
    return c->out->match.p && c->target == c->asked ? "+" : "";
}

static void emit_match(struct compiler *c, struct buf *expr, unsigned answer,
                       struct buf *out)
{
    unsigned at = bind(c, arena_copy(c->a, buf_sv(expr)));
    const char *table = fts_table(answer), *plus = filters_only(c);
    if (answer == BY_BODY_FTS)
        buf_addf(out,
                 "%sp.paper IN (SELECT t.paper FROM text t INDEXED BY text_number WHERE "
                 "t.n IN (SELECT rowid FROM body_fts WHERE body_fts MATCH ?%u))",
                 plus, at);
    else
        buf_addf(out, "%s%s IN (SELECT rowid FROM %s WHERE %s MATCH ?%u)", plus,
                 c->target == QUERY_DECISIONS ? "d.n" : "p.n", table, table, at);
    buf_free(expr);
}

/* -- conditions on columns; each is 0 or 1, never NULL, so that NOT means not */

static void emit_value(struct compiler *c, const struct query_node *n, const char *alias,
                       struct buf *out)
{
    static const char *const column[F_COUNT] = {[F_KIND] = "kind",
                                                [F_ACT] = "act",
                                                [F_LANG] = "lang",
                                                [F_STATUS] = "status",
                                                [F_MARKING] = "marking"};
    if (n->field == F_MARKING) {
        struct sv v = arena_printf(c->a, " %.*s%s", (int)n->value.n, n->value.p,
                                   n->prefix ? "" : " ");
        buf_addf(out, "instr(' '||lower(ifnull(%s.marking,'none'))||' ', ?%u) > 0", alias,
                 bind(c, v));
        return;
    }
    unsigned at = bind(c, n->value);
    if (n->prefix)
        buf_addf(out, "ifnull(substr(lower(%s.%s),1,length(?%u)) = ?%u, 0)", alias,
                 column[n->field], at, at);
    else
        buf_addf(out, "ifnull(lower(%s.%s) = ?%u, 0)", alias, column[n->field], at);
}

static void emit_range(struct compiler *c, const struct query_node *n, const char *alias,
                       struct buf *out)
{
    const char *column = n->field == F_DATE      ? "date"
                         : n->field == F_MEETING ? "meeting"
                                                 : "due";
    buf_addf(out, "(%s.%s IS NOT NULL", alias, column);
    if (n->lo.p) { /* the first comparison is for the index on dates */
        unsigned year = bind(c, sv_sub(n->lo, 0, n->lo.n < 4 ? n->lo.n : 4));
        buf_addf(out, " AND %s.%s >= ?%u AND %s.%s||'~' >= ?%u", alias, column, year,
                 alias, column, bind(c, n->lo));
    }
    if (n->hi.p)
        buf_addf(out, " AND %s.%s < ?%u", alias, column,
                 bind(c, arena_printf(c->a, "%.*s~", (int)n->hi.n, n->hi.p)));
    buf_addc(out, ')');
}

/* -- the tree */

static void emit(struct compiler *c, const struct query_node *n, struct buf *out);

/* The condition on a document that it has a decision for which all of v[] holds. */
static void emit_decisions(struct compiler *c, const struct query_node *const *v,
                           size_t n, struct buf *out)
{
    buf_addf(out,
             "%sp.paper IN (SELECT d.paper FROM decision d JOIN document l ON l.paper = "
             "d.paper WHERE instr(l.listed, d.id) > 0",
             filters_only(c));
    c->target = QUERY_DECISIONS;
    for (size_t i = 0; i < n; i++) {
        buf_lit(out, " AND ");
        emit(c, v[i], out);
    }
    c->target = QUERY_DOCUMENTS;
    buf_addc(out, ')');
}

static void emit_leaf(struct compiler *c, const struct query_node *n, struct buf *out)
{
    const char *alias = c->target == QUERY_DECISIONS ? "d" : "p";
    unsigned answer = answer_leaf(c, n);
    if (answer == BY_DECISIONS) {
        emit_decisions(c, &n, 1, out);
    } else if (n->op == Q_TERM) {
        struct buf expr = {0};
        fts_expr(n, answer, &expr);
        emit_match(c, &expr, answer, out);
    } else if (n->op == Q_VALUE) {
        emit_value(c, n, alias, out);
    } else {
        emit_range(c, n, alias, out);
    }
}

struct group { /* children of an AND or OR that one table answers together */
    const struct query_node *v[QUERY_LEAVES_MAX];
    size_t n;
};

/* Takes from `left` what `answer` can say alone; an AND also takes negations where there
 * is something to take away from. */
static void take_group(const struct compiler *c, struct group *left, unsigned answer,
                       bool and, struct group *out)
{
    size_t positive = 0;
    bool fts = answer != BY_DECISIONS;
    bool take[QUERY_LEAVES_MAX] = {false};
    for (size_t i = 0; i < left->n; i++) {
        const struct query_node *n = left->v[i];
        bool not = n->op == Q_NOT;
        const struct query_node *core = not ? n->child : n;
        take[i] =
            answers(c, core) == answer && (!not || (and&&fts)) && (!fts || fts_can(core));
        positive += take[i] && !not ;
    }
    out->n = 0;
    if (positive == 0)
        return;
    size_t kept = 0;
    for (size_t i = 0; i < left->n; i++) {
        if (take[i])
            out->v[out->n++] = left->v[i];
        else
            left->v[kept++] = left->v[i];
    }
    left->n = kept;
}

static struct group group_of(const struct query_node *n)
{
    struct group g = {.n = 0};
    if (n->op == Q_AND || n->op == Q_OR)
        for (const struct query_node *k = n->child; k; k = k->next)
            g.v[g.n++] = k;
    else
        g.v[g.n++] = n;
    return g;
}

static void emit_group(struct compiler *c, struct group *left, bool and, struct buf *out)
{
    static const unsigned tables[] = {BY_DECISION_FTS, BY_BODY_FTS, BY_HEAD_FTS};
    const char *word = and? " AND " : " OR ";
    struct group one;
    size_t seen = 0;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        take_group(c, left, tables[i], and, &one);
        if (one.n == 0)
            continue;
        struct buf expr = {0};
        fts_list(one.v, one.n, and? "AND" : "OR", tables[i], &expr);
        buf_addf(out, "%s", seen++ ? word : "");
        emit_match(c, &expr, tables[i], out);
    }
    if (and&&c->target == QUERY_DOCUMENTS) {
        take_group(c, left, BY_DECISIONS, and, &one);
        if (one.n) {
            buf_addf(out, "%s", seen++ ? word : "");
            emit_decisions(c, one.v, one.n, out);
        }
    }
    for (size_t i = 0; i < left->n; i++) {
        buf_addf(out, "%s", seen++ ? word : "");
        emit(c, left->v[i], out);
    }
    if (seen == 0)
        buf_addc(out, '1');
}

static void emit(struct compiler *c, const struct query_node *n, struct buf *out)
{
    if (n->op == Q_NOT) {
        buf_lit(out, "NOT (");
        emit(c, n->child, out);
        buf_addc(out, ')');
    } else if (n->op == Q_AND || n->op == Q_OR) {
        struct group g = group_of(n);
        buf_addc(out, '(');
        emit_group(c, &g, n->op == Q_AND, out);
        buf_addc(out, ')');
    } else {
        emit_leaf(c, n, out);
    }
}

void query_sql(const struct query *q, enum query_target target, struct arena *a,
               struct query_sql *out)
{
    *out = (struct query_sql){.nbind = 0};
    struct compiler c = {target, target, a, out};
    unsigned table = target == QUERY_DECISIONS ? BY_DECISION_FTS : BY_BODY_FTS;
    struct group left, ranks = {.n = 0};
    if (q->root->op == Q_OR) {
        left = (struct group){{q->root}, 1};
    } else {
        left = group_of(q->root);
    }
    take_group(&c, &left, table, true, &ranks);
    if (ranks.n) {
        struct buf expr = {0};
        fts_list(ranks.v, ranks.n, "AND", table, &expr);
        out->match = arena_copy(a, buf_sv(&expr));
        buf_free(&expr);
    }
    emit_group(&c, &left, true, &out->where);
    assert(out->where.n > 0);
}

// NOLINTEND(misc-no-recursion)
