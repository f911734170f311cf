/* The pattern language: text to tree. match_nfa.c makes the tree an NFA. */
#include "match_internal.h"
#include "utf8.h"

#include <stdlib.h>

struct parser {
    struct match_builder *b;
    struct sv s;
    size_t at;
    bool fold;
    unsigned depth;
    struct err *err;
};

static int refuse(struct parser *p, const char *reason)
{
    return err_set(p->err, ERR_BAD_INPUT, "%s at column %zu", reason, p->at + 1);
}

struct match_builder *match_builder_new(void)
{
    struct match_builder *b = mem_zalloc(sizeof *b);
    (void)MATCH_PUSH(b->tree, b->ntree, b->cap_tree);
    b->tree[0] = (struct tree){.kind = TREE_SEQ};
    (void)MATCH_PUSH(b->node, b->nnode, b->cap_node);
    b->node[0] = (struct nfa_node){.kind = NFA_DEAD};
    return b;
}

void match_builder_free(struct match_builder **bp)
{
    struct match_builder *b = *bp;
    if (!b)
        return;
    for (size_t i = 0; i < b->nholder; i++)
        free(b->holder[i].name);
    free(b->tree);
    free(b->range);
    free(b->holder);
    free(b->set);
    free(b->node);
    free(b->pattern);
    free(b);
    *bp = NULL;
}

static uint32_t add_tree(struct match_builder *b, struct tree t)
{
    *MATCH_PUSH(b->tree, b->ntree, b->cap_tree) = t;
    return (uint32_t)(b->ntree - 1);
}

static uint32_t saturate(uint64_t n)
{
    return n > MATCH_LENGTH_MAX ? MATCH_LENGTH_MAX + 1 : (uint32_t)n;
}

/* Appends a child to a sequence or an alternation and keeps its measures. */
static void add_child(struct match_builder *b, uint32_t parent, uint32_t child)
{
    struct tree *p = &b->tree[parent], *c = &b->tree[child];
    bool first = p->last == 0;
    c->prev = p->last;
    p->last = child;
    if (p->kind == TREE_ALT) {
        p->min_len = first || c->min_len < p->min_len ? c->min_len : p->min_len;
        p->max_len = c->max_len > p->max_len ? c->max_len : p->max_len;
    } else {
        p->min_len = saturate((uint64_t)p->min_len + c->min_len);
        p->max_len = saturate((uint64_t)p->max_len + c->max_len);
    }
    if (c->depth + 1 > p->depth)
        p->depth = c->depth + 1;
}

static uint32_t add_repeat(struct match_builder *b, uint32_t child, uint32_t min,
                           uint32_t max)
{
    struct tree c = b->tree[child];
    return add_tree(b, (struct tree){.kind = TREE_REPEAT,
                                     .a = min,
                                     .b = max,
                                     .last = child,
                                     .depth = c.depth + 1,
                                     .min_len = saturate((uint64_t)min * c.min_len),
                                     .max_len = saturate((uint64_t)max * c.max_len)});
}

static void add_range(struct match_builder *b, uint32_t lo, uint32_t hi)
{
    *MATCH_PUSH(b->range, b->nrange, b->cap_range) = (struct code_range){lo, hi};
}

static uint32_t add_class(struct match_builder *b, size_t first, bool fold)
{
    struct tree t = {.kind = TREE_CLASS,
                     .fold = fold,
                     .a = (uint32_t)first,
                     .b = (uint32_t)(b->nrange - first),
                     .min_len = 1,
                     .max_len = 4};
    return add_tree(b, t);
}

static uint32_t add_digits(struct match_builder *b, uint32_t min, uint32_t max)
{
    size_t first = b->nrange;
    add_range(b, '0', '9');
    uint32_t digit = add_class(b, first, false);
    b->tree[digit].max_len = 1;
    return add_repeat(b, digit, min, max);
}

static uint32_t add_text(struct match_builder *b, const char *text)
{
    uint32_t seq = add_tree(b, (struct tree){.kind = TREE_SEQ});
    for (; *text; text++)
        add_child(b, seq,
                  add_tree(b, (struct tree){.kind = TREE_CHAR,
                                            .a = (unsigned char)*text,
                                            .min_len = 1,
                                            .max_len = 1}));
    return seq;
}

/* A printed year: 19yy or 20yy. */
static uint32_t add_year(struct match_builder *b)
{
    uint32_t alt = add_tree(b, (struct tree){.kind = TREE_ALT});
    add_child(b, alt, add_text(b, "19"));
    add_child(b, alt, add_text(b, "20"));
    uint32_t seq = add_tree(b, (struct tree){.kind = TREE_SEQ});
    add_child(b, seq, alt);
    add_child(b, seq, add_digits(b, 2, 2));
    return seq;
}

/* One code point; a backslash has been dealt with. */
static int next_code(struct parser *p, uint32_t *code)
{
    struct utf8_char c = utf8_next(p->s.p + p->at, p->s.p + p->s.n);
    if (!c.ok)
        return refuse(p, "invalid UTF-8");
    p->at += c.len;
    *code = c.cp;
    return 0;
}

static bool at_sign(const struct parser *p, char c)
{
    return p->at < p->s.n && p->s.p[p->at] == c;
}

static size_t code_bytes(uint32_t code)
{
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static uint32_t add_char(struct match_builder *b, uint32_t code, bool fold)
{
    uint32_t n = (uint32_t)code_bytes(code);
    /* Another case may be one byte longer or shorter (U+0250 and U+2C6F). */
    return add_tree(b, (struct tree){.kind = TREE_CHAR,
                                     .fold = fold,
                                     .a = code,
                                     .min_len = fold && n > 1 ? n - 1 : n,
                                     .max_len = fold && n > 1 && n < 4 ? n + 1 : n});
}

static int parse_class_code(struct parser *p, uint32_t *code)
{
    if (p->at >= p->s.n)
        return refuse(p, "[ without ]");
    if (at_sign(p, '\\') && ++p->at >= p->s.n)
        return refuse(p, "backslash at the end");
    return next_code(p, code);
}

static int parse_class(struct parser *p, uint32_t *out)
{
    size_t first = p->b->nrange;
    if (at_sign(p, '^'))
        return refuse(p, "a class cannot be negated; write \\^ for the sign,");
    do {
        uint32_t lo = 0, hi;
        if (parse_class_code(p, &lo) != 0)
            return -1;
        hi = lo;
        if (at_sign(p, '-') && p->at + 1 < p->s.n && p->s.p[p->at + 1] != ']') {
            p->at++;
            if (parse_class_code(p, &hi) != 0)
                return -1;
        }
        if (hi < lo)
            return refuse(p, "range of a class runs backwards");
        if (p->fold && hi - lo > 2000)
            return refuse(p, "range of a class is too wide for fold");
        add_range(p->b, lo, hi);
    } while (p->at < p->s.n && !at_sign(p, ']'));
    if (!at_sign(p, ']'))
        return refuse(p, "[ without ]");
    p->at++;
    *out = add_class(p->b, first, p->fold);
    return 0;
}

/* "4" or "4-5", "4,5" */
static bool read_bounds(struct sv s, char sep, uint32_t *min, uint32_t *max)
{
    struct sv low = SV_NULL;
    uint64_t lo = 0, hi;
    bool pair = s.n && memchr(s.p, sep, s.n) != NULL;
    if (!sv_cut(&s, sep, &low) || !sv_u64(low, &lo) || lo > 1000)
        return false;
    hi = lo;
    if (pair && (!sv_u64(s, &hi) || hi > 1000))
        return false;
    *min = (uint32_t)lo;
    *max = (uint32_t)hi;
    return hi >= lo && hi > 0;
}

static const struct placeholder *holder_find(const struct match_builder *b,
                                             struct sv name)
{
    for (size_t i = 0; i < b->nholder; i++)
        if (sv_eq((struct sv){b->holder[i].name, b->holder[i].name_n}, name))
            return &b->holder[i];
    return NULL;
}

static int parse_placeholder(struct parser *p, struct sv name, uint32_t *out)
{
    struct match_builder *b = p->b;
    uint32_t min, max;
    const struct placeholder *h = holder_find(b, name);
    if (h) {
        struct tree t = b->tree[h->tree];
        *out = add_tree(b, (struct tree){.kind = TREE_REF,
                                         .fold = p->fold,
                                         .last = h->tree,
                                         .depth = t.depth + 1,
                                         .min_len = t.min_len,
                                         .max_len = t.max_len});
    } else if (sv_eq(name, SV("yy"))) {
        *out = add_digits(b, 2, 2);
    } else if (sv_eq(name, SV("yyyy"))) {
        *out = add_year(b);
    } else if (sv_starts(name, SV("n:"))) {
        if (!read_bounds(sv_sub(name, 2, name.n), '-', &min, &max))
            return refuse(p, "wrong bounds of {n:a-b}");
        *out = add_digits(b, min, max);
    } else {
        return err_set(p->err, ERR_BAD_INPUT,
                       "unknown placeholder {" SV_FMT "} at column %zu", SV_ARG(name),
                       p->at + 1);
    }
    return 0;
}

/* What stands between { and }; p->at is behind the }. */
static int braces(struct parser *p, struct sv *inside)
{
    const char *end = memchr(p->s.p + p->at, '}', p->s.n - p->at);
    if (!end)
        return refuse(p, "{ without }");
    *inside = (struct sv){p->s.p + p->at, (size_t)(end - (p->s.p + p->at))};
    p->at += inside->n + 1;
    return inside->n == 0 ? refuse(p, "empty {}") : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Recursion goes as deep as groups are nested, at most MATCH_DEPTH. */
/* NOLINTBEGIN(misc-no-recursion) */
static int parse_alternatives(struct parser *p, uint32_t *out);

static int parse_group(struct parser *p, uint32_t *out)
{
    if (++p->depth > MATCH_DEPTH)
        return refuse(p, "groups nested too deep");
    if (parse_alternatives(p, out) != 0)
        return -1;
    if (!at_sign(p, ')'))
        return refuse(p, "( without )");
    p->at++;
    p->depth--;
    return 0;
}

/* All signs of blank, run together: two blanks in a row are one. */
static bool skip_blanks(struct parser *p)
{
    size_t before = p->at;
    for (;;) {
        if (at_sign(p, ' ') || at_sign(p, '\t') || at_sign(p, '\n'))
            p->at++;
        else if (p->at + 1 < p->s.n && memcmp(p->s.p + p->at, "\xC2\xA0", 2) == 0)
            p->at += 2;
        else
            return p->at > before;
    }
}

static int parse_atom(struct parser *p, uint32_t *out)
{
    uint32_t code = 0;
    struct sv inside = SV_NULL;
    if (skip_blanks(p)) {
        *out = add_tree(
            p->b,
            (struct tree){.kind = TREE_BLANK, .min_len = 1, .max_len = 2 * MATCH_BLANKS});
        return 0;
    }
    switch (p->s.p[p->at]) {
    case '(': p->at++; return parse_group(p, out);
    case '[': p->at++; return parse_class(p, out);
    case '{':
        p->at++;
        if (braces(p, &inside) != 0)
            return -1;
        if (inside.n && is_digit(inside.p[0]))
            return refuse(p, "{m,n} without something to repeat");
        return parse_placeholder(p, inside, out);
    case '*':
    case '+': return refuse(p, "unbounded repeat (write \\* or \\+ for the sign itself)");
    case '?': return refuse(p, "? without something before it");
    case ']':
    case '}': return refuse(p, "closing bracket without an opening one");
    case '\\':
        if (++p->at >= p->s.n)
            return refuse(p, "backslash at the end");
        break;
    default: break;
    }
    if (next_code(p, &code) != 0)
        return -1;
    *out = add_char(p->b, code, p->fold);
    return 0;
}

/* ? and {m,n} behind an atom; several in a row are allowed. */
static int parse_repeats(struct parser *p, uint32_t *atom)
{
    uint32_t min, max;
    struct sv inside = SV_NULL;
    for (;;) {
        if (at_sign(p, '?')) {
            p->at++;
            *atom = add_repeat(p->b, *atom, 0, 1);
        } else if (at_sign(p, '{') && p->at + 1 < p->s.n && is_digit(p->s.p[p->at + 1])) {
            p->at++;
            if (braces(p, &inside) != 0)
                return -1;
            if (!read_bounds(inside, ',', &min, &max))
                return refuse(p, "wrong bounds of {m,n}");
            *atom = add_repeat(p->b, *atom, min, max);
        } else {
            return 0;
        }
    }
}

static int parse_sequence(struct parser *p, uint32_t *out)
{
    uint32_t seq = add_tree(p->b, (struct tree){.kind = TREE_SEQ});
    while (p->at < p->s.n && !at_sign(p, ')') && !at_sign(p, '|')) {
        uint32_t atom = 0;
        if (parse_atom(p, &atom) != 0 || parse_repeats(p, &atom) != 0)
            return -1;
        add_child(p->b, seq, atom);
    }
    if (p->b->tree[seq].last == 0)
        return refuse(p, "empty alternative (write ? behind what may be absent)");
    *out = seq;
    return 0;
}

static int parse_alternatives(struct parser *p, uint32_t *out)
{
    uint32_t alt = add_tree(p->b, (struct tree){.kind = TREE_ALT});
    for (;;) {
        uint32_t seq = 0;
        if (parse_sequence(p, &seq) != 0)
            return -1;
        add_child(p->b, alt, seq);
        if (!at_sign(p, '|'))
            break;
        p->at++;
    }
    *out = alt;
    return 0;
}
/* NOLINTEND(misc-no-recursion) */

static bool is_blank_at(struct sv s, size_t at)
{
    return s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '\n';
}

static int parse_pattern(struct match_builder *b, struct sv pattern, bool fold,
                         uint32_t *out, struct err *err)
{
    struct parser p = {.b = b, .s = pattern, .fold = fold, .err = err};
    if (pattern.n > MATCH_PATTERN_BYTES)
        return err_set(err, ERR_BAD_INPUT, "pattern of %zu bytes; the limit is %d",
                       pattern.n, MATCH_PATTERN_BYTES);
    if (pattern.n == 0)
        return err_set(err, ERR_BAD_INPUT, "empty pattern");
    if (is_blank_at(pattern, 0) || (is_blank_at(pattern, pattern.n - 1) &&
                                    (pattern.n < 2 || pattern.p[pattern.n - 2] != '\\')))
        return err_set(err, ERR_BAD_INPUT, "pattern begins or ends with a blank");
    if (parse_sequence(&p, out) != 0)
        return -1;
    if (p.at < pattern.n)
        return refuse(&p, at_sign(&p, ')') ? ") without (" : "| outside of a group");
    const struct tree *t = &b->tree[*out];
    if (t->min_len == 0)
        return err_set(err, ERR_BAD_INPUT, "pattern matches the empty text");
    if (t->max_len > MATCH_LENGTH_MAX)
        return err_set(err, ERR_BAD_INPUT, "pattern may match more than %d bytes",
                       MATCH_LENGTH_MAX);
    if (t->depth > 4 * MATCH_DEPTH)
        return err_set(err, ERR_BAD_INPUT, "placeholders nested too deep");
    return 0;
}

int match_define_more(struct match_builder *b, struct sv name, struct sv pattern,
                      bool fold, struct err *err)
{
    uint32_t tree = 0;
    if (name.n == 0 || name.n > 64 || is_digit(name.p[0]) ||
        memchr(name.p, '}', name.n) || memchr(name.p, ':', name.n))
        return err_set(err, ERR_BAD_INPUT, "wrong name of a placeholder");
    if (parse_pattern(b, pattern, fold, &tree, err) != 0)
        return -1;
    const struct placeholder *h = holder_find(b, name);
    if (!h) {
        uint32_t alt = add_tree(b, (struct tree){.kind = TREE_ALT});
        *MATCH_PUSH(b->holder, b->nholder, b->cap_holder) =
            (struct placeholder){mem_copy(name.p, name.n), name.n, alt};
        h = &b->holder[b->nholder - 1];
    }
    add_child(b, h->tree, tree);
    return 0;
}

int match_define(struct match_builder *b, struct sv name, struct sv pattern,
                 struct err *err)
{
    return match_define_more(b, name, pattern, false, err);
}

int match_add(struct match_builder *b, uint32_t id, struct sv pattern, bool fold,
              struct err *err)
{
    uint32_t tree = 0;
    size_t before = b->nnode, trees = b->ntree, ranges = b->nrange;
    if (parse_pattern(b, pattern, fold, &tree, err) != 0)
        return -1;
    b->node_limit = b->nnode + MATCH_PATTERN_NODES;
    b->full = false;
    uint32_t accept = match_nfa_node(
        b, (struct nfa_node){.kind = NFA_ACCEPT, .set = (uint32_t)b->npattern});
    uint32_t start = match_nfa(b, tree, false, accept);
    b->ntree = trees; /* only those of placeholders are asked again */
    b->nrange = ranges;
    if (b->full || b->nnode > MATCH_NODES) {
        b->nnode = before;
        return err_set(err, ERR_BAD_INPUT,
                       "pattern is too large when its repeats and placeholders are "
                       "written out");
    }
    *MATCH_PUSH(b->pattern, b->npattern, b->cap_pattern) = (struct pattern){id, start};
    return 0;
}
