/* The tree is made in one pass: the text is copied once and its strings are unescaped
 * where they stand; the values of an array or object lie beside each other, so that an
 * element is found by its number at once. (jansson makes every value and every member a
 * block of its own: reading the events was a third of the index's time.) */
#include "json_tree.h"
#include "utf8.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { DEPTH_MAX = 512, PAIRWISE_MAX = 24, STACK_FREE = 64 * 1024 };

struct tree {
    struct json root; /* first: the tree's handle is its root */
    struct arena arena;
};

struct parser {
    struct arena *arena;
    char *begin, *p, *e; /* *e is NUL */
    struct json *stack;  /* values whose array or object is still open */
    size_t n, cap;
    int depth;
    const char *what; /* went wrong, at p */
};

static int fail(struct parser *p, char *at, const char *what)
{
    p->p = at;
    p->what = what;
    return -1;
}

/* The values of an open list stand here, and once more in the arena when it is closed: a
 * list that its arena could not hold beside them ends the reading, not the memory. */
static int push(struct parser *p, const struct json *v)
{
    if (p->n == p->cap) {
        if (p->cap >= STACK_FREE && 2 * p->cap > p->arena->limit / 2 / sizeof *v)
            return fail(p, p->p, "more values than there is memory for");
        p->cap = p->cap ? 2 * p->cap : 64;
        p->stack = mem_resize(p->stack, p->cap, sizeof *p->stack);
    }
    p->stack[p->n++] = *v;
    return 0;
}

static void skip_blanks(struct parser *p)
{
    while (*p->p == ' ' || *p->p == '\n' || *p->p == '\r' || *p->p == '\t')
        p->p++;
}

/* -- strings */

static int hex4(const char *s, const char *e)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        if (s + i >= e)
            return -1;
        char c = s[i];
        int d = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

static char *put_utf8(char *out, uint32_t cp)
{
    unsigned char *o = (unsigned char *)out;
    if (cp < 0x80) {
        *o++ = (unsigned char)cp;
    } else if (cp < 0x800) {
        *o++ = (unsigned char)(0xC0 | cp >> 6);
        *o++ = (unsigned char)(0x80 | (cp & 0x3F));
    } else if (cp < 0x10000) {
        *o++ = (unsigned char)(0xE0 | cp >> 12);
        *o++ = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
        *o++ = (unsigned char)(0x80 | (cp & 0x3F));
    } else {
        *o++ = (unsigned char)(0xF0 | cp >> 18);
        *o++ = (unsigned char)(0x80 | (cp >> 12 & 0x3F));
        *o++ = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
        *o++ = (unsigned char)(0x80 | (cp & 0x3F));
    }
    return (char *)o;
}

/* *s: behind "\u". */
static int read_unicode(struct parser *p, char **s, uint32_t *cp)
{
    int v = hex4(*s, p->e);
    if (v < 0)
        return fail(p, *s, "\\u takes four hexadecimal digits");
    if (v == 0)
        return fail(p, *s, "\\u0000 is not taken");
    *s += 4;
    *cp = (uint32_t)v;
    if (v < 0xD800 || v > 0xDFFF)
        return 0;
    int low = v < 0xDC00 && p->e - *s >= 6 && (*s)[0] == '\\' && (*s)[1] == 'u'
                  ? hex4(*s + 2, p->e)
                  : -1;
    if (low < 0xDC00 || low > 0xDFFF)
        return fail(p, *s, "half a surrogate pair");
    *s += 6;
    *cp = 0x10000 + ((uint32_t)(v - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
    return 0;
}

static int read_escape(struct parser *p, char **s, char **out)
{
    uint32_t cp;
    switch (*(*s)++) {
    case '"': *(*out)++ = '"'; return 0;
    case '\\': *(*out)++ = '\\'; return 0;
    case '/': *(*out)++ = '/'; return 0;
    case 'b': *(*out)++ = '\b'; return 0;
    case 'f': *(*out)++ = '\f'; return 0;
    case 'n': *(*out)++ = '\n'; return 0;
    case 'r': *(*out)++ = '\r'; return 0;
    case 't': *(*out)++ = '\t'; return 0;
    case 'u':
        if (read_unicode(p, s, &cp) != 0)
            return -1;
        *out = put_utf8(*out, cp);
        return 0;
    default: return fail(p, *s - 1, "no such escape");
    }
}

/* p->p: at the opening quote. Unescaped text is never longer than what it stood for. */
static int read_string(struct parser *p, struct json *v)
{
    char *s = p->p + 1, *out = s, *from = s;
    for (;;) {
        char *run = s;
        while ((unsigned char)*s >= 0x20 && (unsigned char)*s < 0x80 && *s != '"' &&
               *s != '\\')
            s++;
        if (out != run)
            memmove(out, run, (size_t)(s - run));
        out += s - run;
        if (*s == '"')
            break;
        if (*s == '\\') {
            s++;
            if (read_escape(p, &s, &out) != 0)
                return -1;
            continue;
        }
        if ((unsigned char)*s < 0x20)
            return fail(p, s,
                        s == p->e ? "the string is not closed"
                                  : "a control character in a string");
        struct utf8_char u = utf8_next(s, p->e);
        if (!u.ok)
            return fail(p, s, "bytes that are no UTF-8");
        memmove(out, s, u.len);
        out += u.len;
        s += u.len;
    }
    *out = '\0'; /* at the latest on the closing quote */
    p->p = s + 1;
    if ((size_t)(out - from) > UINT32_MAX)
        return fail(p, from, "a string of this length is not taken");
    *v = (struct json){TYPE_STRING, (uint32_t)(out - from), {.s = from}};
    return 0;
}

/* -- numbers */

static bool digits(char **s)
{
    char *from = *s;
    while (**s >= '0' && **s <= '9')
        (*s)++;
    return *s > from;
}

static int read_number(struct parser *p, struct json *v)
{
    char *from = p->p, *s = from + (*from == '-');
    bool real = false;
    if (*s == '0')
        s++;
    else if (!digits(&s))
        return fail(p, from, "neither a value nor a number");
    if (*s == '.') {
        real = true;
        s++;
        if (!digits(&s))
            return fail(p, s, "digits are missing behind the point");
    }
    if (*s == 'e' || *s == 'E') {
        real = true;
        s += s[1] == '+' || s[1] == '-' ? 2 : 1;
        if (!digits(&s))
            return fail(p, s, "digits are missing in the exponent");
    }
    errno = 0;
    p->p = s;
    if (real) {
        if (isinf(strtod(from, NULL)))
            return fail(p, from, "the number is too large");
        *v = (struct json){TYPE_REAL, (uint32_t)(s - from), {.s = from}};
        return 0;
    }
    long long i = strtoll(from, NULL, 10);
    if (errno == ERANGE)
        return fail(p, from, "the number is too large");
    *v = (struct json){TYPE_INT, 0, {.i = i}};
    return 0;
}

/* -- values */

static int compare_keys(const void *a, const void *b)
{
    const struct json *const *x = a, *const *y = b;
    return sv_cmp((struct sv){(*x)->u.s, (*x)->n}, (struct sv){(*y)->u.s, (*y)->n});
}

static bool same_key(const struct json *a, const struct json *b)
{
    return a->n == b->n && memcmp(a->u.s, b->u.s, a->n) == 0;
}

/* Is a key there twice? n log n at the worst, whatever a peer sends. */
static bool key_twice(const struct json *v, size_t members)
{
    bool twice = false;
    if (members <= PAIRWISE_MAX) {
        for (size_t i = 1; i < members && !twice; i++)
            for (size_t k = 0; k < i && !twice; k++)
                twice = same_key(&v[2 * i], &v[2 * k]);
        return twice;
    }
    const struct json **keys = mem_resize(NULL, members, sizeof(const struct json *));
    for (size_t i = 0; i < members; i++)
        keys[i] = &v[2 * i];
    qsort(keys, members, sizeof(const struct json *), compare_keys);
    for (size_t i = 1; i < members && !twice; i++)
        twice = same_key(keys[i - 1], keys[i]);
    mem_free(&keys);
    return twice;
}

/* The values above `base` leave the stack and become the content of *v. */
static int close_list(struct parser *p, struct json *v, enum json_type type, size_t base)
{
    size_t n = p->n - base;
    struct json *content = arena_alloc(p->arena, (n ? n : 1) * sizeof *content);
    if (n)
        memcpy(content, p->stack + base, n * sizeof *content);
    p->n = base;
    size_t count = type == TYPE_OBJECT ? n / 2 : n;
    if (count > UINT32_MAX)
        return fail(p, p->p, "too many elements");
    *v = (struct json){type, (uint32_t)count, {.v = content}};
    if (type == TYPE_OBJECT && key_twice(content, count))
        return fail(p, p->p, "a key stands twice in an object");
    p->p++;
    p->depth--;
    return 0;
}

// NOLINTBEGIN(misc-no-recursion): DEPTH_MAX bounds it
static int read_value(struct parser *p, struct json *v);

static int read_element(struct parser *p)
{
    struct json v;
    if (read_value(p, &v) != 0)
        return -1;
    return push(p, &v);
}

static int read_member(struct parser *p)
{
    struct json key;
    if (*p->p != '"')
        return fail(p, p->p, "a member's name in quotes is expected");
    if (read_string(p, &key) != 0 || push(p, &key) != 0)
        return -1;
    skip_blanks(p);
    if (*p->p != ':')
        return fail(p, p->p, "a : is expected");
    p->p++;
    return read_element(p);
}

static int read_list(struct parser *p, struct json *v, enum json_type type)
{
    char close = type == TYPE_OBJECT ? '}' : ']';
    size_t base = p->n;
    if (++p->depth > DEPTH_MAX)
        return fail(p, p->p, "nested too deeply");
    p->p++;
    skip_blanks(p);
    if (*p->p == close)
        return close_list(p, v, type, base);
    for (;;) {
        skip_blanks(p);
        if ((type == TYPE_OBJECT ? read_member(p) : read_element(p)) != 0)
            return -1;
        skip_blanks(p);
        if (*p->p == close)
            return close_list(p, v, type, base);
        if (*p->p != ',')
            return fail(p, p->p,
                        type == TYPE_OBJECT ? ", or } is expected"
                                            : ", or ] is expected");
        p->p++;
    }
}

static bool word(struct parser *p, const char *name, size_t n)
{
    if ((size_t)(p->e - p->p) < n || memcmp(p->p, name, n) != 0)
        return false;
    p->p += n;
    return true;
}

static int read_value(struct parser *p, struct json *v)
{
    skip_blanks(p);
    *v = (struct json){TYPE_NULL, 0, {.i = 0}};
    switch (*p->p) {
    case '{': return read_list(p, v, TYPE_OBJECT);
    case '[': return read_list(p, v, TYPE_ARRAY);
    case '"': return read_string(p, v);
    case 'n':
        if (word(p, "null", 4))
            return 0;
        break;
    case 't':
        v->type = TYPE_TRUE;
        if (word(p, "true", 4))
            return 0;
        break;
    case 'f':
        v->type = TYPE_FALSE;
        if (word(p, "false", 5))
            return 0;
        break;
    default: return read_number(p, v);
    }
    return fail(p, p->p, "neither a value nor a number");
}
// NOLINTEND(misc-no-recursion)

static int complain(const struct parser *p, struct err *err)
{
    int line = 1, column = 1;
    for (const char *s = p->begin; s < p->p; s++) {
        column += ((unsigned char)*s & 0xC0) != 0x80;
        if (*s == '\n') {
            line++;
            column = 1;
        }
    }
    return err_set(err, ERR_BAD_INPUT, "JSON, line %d, column %d: %s", line, column,
                   p->what);
}

int json_read_into(struct arena *a, struct sv text, const struct json **out,
                   struct err *err)
{
    struct json *root = arena_alloc(a, sizeof *root);
    char *copy = arena_alloc(a, text.n + 1);
    if (text.n)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    struct parser p = {.arena = a, .begin = copy, .p = copy, .e = copy + text.n};
    int rc = read_value(&p, root);
    if (rc == 0) {
        skip_blanks(&p);
        if (p.p != p.e)
            rc = fail(&p, p.p, "more stands behind the value");
    }
    if (rc != 0)
        (void)complain(&p, err);
    else
        *out = root;
    mem_free(&p.stack);
    return rc;
}

int json_read(struct sv text, struct json **out, struct err *err)
{
    struct tree *t = mem_zalloc(sizeof *t);
    const struct json *content = NULL;
    struct json *root = &t->root;
    arena_init(&t->arena, SIZE_MAX);
    int rc = json_read_into(&t->arena, text, &content, err);
    if (rc != 0) {
        json_free(&root);
        return rc;
    }
    *root = *content;
    *out = root;
    return 0;
}

void json_free(struct json **root)
{
    struct tree *t = (struct tree *)(void *)*root;
    if (!t)
        return;
    arena_free(&t->arena);
    mem_free(&t);
    *root = NULL;
}
