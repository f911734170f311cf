/* Versions behind a paper's number: REV 1, (REV 1), REV1ADD1, /REV 1. */
#include "cite_groups.h"

static const char *const group_name[] = {"REV", "ADD", "COR", "EXT", "DCL"};

const char *cite_group_word(const struct citer *c, size_t at, size_t *end, bool *many)
{
    if (c->n - at < 3)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(group_name); i++) {
        size_t k = 0;
        while (k < 3 && (c->t[at + k] & ~0x20) == group_name[i][k])
            k++;
        if (k < 3)
            continue;
        at += 3;
        *many = at < c->n && (c->t[at] == 's' || c->t[at] == 'S');
        at += *many;
        at += at < c->n && c->t[at] == '.';
        *end = at;
        return group_name[i];
    }
    return NULL;
}

/* "REV1ADD1": a further one begins at `at`. */
static bool goes_on_glued(const struct citer *c, size_t at)
{
    size_t e;
    bool many;
    return cite_group_word(c, at, &e, &many) && e < c->n && is_digit(c->t[e]);
}

size_t cite_group(const struct citer *c, size_t at, struct cite_group *g, bool *many)
{
    size_t e, digits;
    g->name = cite_group_word(c, at, &e, many);
    if (!g->name)
        return 0;
    bool glued = e < c->n && is_letter(c->t[e]);
    e = cite_skip_blanks(c, e, 1);
    e += e < c->n && c->t[e] == '-' && e + 1 < c->n && is_digit(c->t[e + 1]);
    digits = cite_digits(c, &e, &g->number);
    if (glued || digits == 0 || digits > 2 || g->number == 0)
        return 0;
    if (e < c->n && ((is_letter(c->t[e]) && !goes_on_glued(c, e)) ||
                     (c->t[e] == '/' && e + 1 < c->n && is_digit(c->t[e + 1]))))
        return 0;
    return e;
}

bool cite_group_at(const struct citer *c, size_t at)
{
    struct cite_group g;
    bool many;
    return at < c->n && cite_group(c, at, &g, &many) != 0;
}

/* "9800/15/REV 1", "9802/15-REV 1", "9803/15 - REV 2": behind the stroke at `at`, or
 * `at`. */
static size_t pass_stroke(const struct citer *c, size_t at)
{
    bool stroke = at < c->n && memchr("/-_", c->t[at], 3);
    return stroke ? cite_skip_blanks(c, at + 1, 0) : at;
}

size_t cite_suffix(const struct citer *c, size_t at, struct cite_groups *g, bool *many)
{
    for (;;) {
        struct cite_group next;
        size_t b = cite_skip_blanks(c, at, 1);
        bool bracket = b < c->n && c->t[b] == '(';
        size_t from = bracket ? b + 1 : pass_stroke(c, b);
        size_t e = g->n < CITE_GROUPS_MAX ? cite_group(c, from, &next, many) : 0;
        if (e && bracket)
            e = e < c->n && c->t[e] == ')' ? e + 1 : 0;
        if (!e) {
            bool init = c->n - b >= 4 && memcmp(c->t + b, "INIT", 4) == 0 && g->n == 0;
            return init && (b + 4 == c->n || !is_letter(c->t[b + 4])) ? b + 4 : at;
        }
        g->v[g->n++] = next;
        at = e;
    }
}

const char *cite_group_short(struct sv s)
{
    for (size_t i = 0; i < ARRAY_LEN(group_name) && s.n >= 2; i++)
        if ((s.p[0] & ~0x20) == group_name[i][0] && (s.p[1] & ~0x20) == group_name[i][1])
            return group_name[i];
    return NULL;
}
