/* What addresses of EUR-Lex tell of the thing they lead to: CELEX numbers, European
 * Legislation Identifiers, pages of the Official Journal. */
#include "cite.h"

#include <stdio.h>
#include <string.h>

/* The numbers of an address, in order. */
struct address {
    uint32_t v[4];
    size_t n;
};

static struct address read_address(const struct citer *c, size_t b, size_t e)
{
    struct address a = {.n = 0};
    while (b < e && a.n < ARRAY_LEN(a.v)) {
        if (c->t[b] == '%' && e - b > 3) { /* %3A, a colon */
            b += 3;
            continue;
        }
        if (!is_digit(c->t[b])) {
            b++;
            continue;
        }
        (void)cite_digits(c, &b, &a.v[a.n++]);
    }
    return a;
}

/* 32016R0679: the sector, the year, letters, the number. */
static size_t celex_begin(const struct citer *c, size_t b, size_t e)
{
    enum { SECTOR_AND_YEAR = 5 };
    for (; b + SECTOR_AND_YEAR < e; b++) {
        size_t digits = 0;
        while (b + digits < e && is_digit(c->t[b + digits]))
            digits++;
        if (digits == SECTOR_AND_YEAR)
            return b;
        b += digits;
    }
    return SIZE_MAX;
}

static bool write_celex(const struct citer *c, size_t at, struct sv kind, struct cite *f)
{
    uint32_t year, number;
    size_t digits = at + 1;
    if (at == SIZE_MAX || cite_digits(c, &digits, &year) != 4 || year < 1952)
        return false;
    size_t letters = digits;
    while (!is_digit(c->t[digits]))
        digits++;
    if (!cite_digits(c, &digits, &number) || number == 0)
        return false;
    if (sv_eq(kind, SV("case"))) {
        f->kind = CITE_JUDGMENT;
        (void)snprintf(f->id, sizeof f->id, "%c-%u/%02u", c->t[letters], number,
                       year % 100);
    } else if (sv_eq(kind, SV("proposal"))) {
        f->kind = CITE_COMMISSION;
        (void)snprintf(f->id, sizeof f->id, "COM:%u:%04u:FIN", year, number);
    } else {
        (void)snprintf(f->id, sizeof f->id, "3%u%c%04u", year, c->t[letters], number);
    }
    return true;
}

/* "OJ:L:2008:350:0060", "COM:2018:302:FIN", "eli/reg/2018/1241" */
static bool write_parts(const struct citer *c, const struct token *k, struct sv kind,
                        struct cite *f)
{
    struct address a = read_address(c, k->b, k->e);
    if (a.n < 2 || a.v[0] < 1952 || a.v[1] == 0)
        return false;
    if (sv_eq(kind, SV("gazette"))) {
        f->kind = CITE_GAZETTE;
        (void)snprintf(f->id, sizeof f->id, "OJ:%c:%u:%u:%u",
                       c->t[k->b + 2 + (c->t[k->b + 2] == '%' ? 3 : 1)], a.v[0], a.v[1],
                       a.v[a.n - 1]);
    } else if (sv_eq(kind, SV("proposal"))) {
        f->kind = CITE_COMMISSION;
        (void)snprintf(f->id, sizeof f->id, "COM:%u:%04u:FIN", a.v[0], a.v[1]);
    } else {
        (void)snprintf(f->id, sizeof f->id, "3%u%c%04u", a.v[0], kind.p[0], a.v[1]);
    }
    return true;
}

void cite_address(struct citer *c, size_t token)
{
    const struct token *k = &c->s->token[token];
    struct sv kind = cite_value(c, token);
    struct cite f = {.kind = CITE_ACT, .b = k->b, .e = k->e, .row = cite_row(c, token)};
    size_t celex = celex_begin(c, k->b, k->e);
    if (celex != SIZE_MAX ? !write_celex(c, celex, kind, &f)
                          : !write_parts(c, k, kind, &f))
        return;
    cite_add(c, &f);
    c->end = f.e;
}
