#include "line_facts.h"

#include "block.h"
#include "furniture.h"

/* What a line's first byte lets it be. */
enum {
    FIRST_NUMBER = 1, /* of a footnote: a digit, <sup>, a superscript */
    FIRST_FOOTER = 2, /* a digit, a rule, the rest of a number */
    FIRST_RULE = 4,
    FIRST_NAME = 8, /* "CM 5133/19", "Page 3" */
    FIRST_BANNER = 16
};

static unsigned first_of(char c)
{
    static const uint8_t sign[128] = {['0'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['1'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['2'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['3'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['4'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['5'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['6'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['7'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['8'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['9'] = FIRST_NUMBER | FIRST_FOOTER,
                                      ['<'] = FIRST_NUMBER,
                                      ['^'] = FIRST_NUMBER,
                                      ['/'] = FIRST_FOOTER,
                                      ['-'] = FIRST_FOOTER | FIRST_RULE,
                                      ['_'] = FIRST_FOOTER | FIRST_RULE,
                                      ['='] = FIRST_FOOTER | FIRST_RULE,
                                      ['*'] = FIRST_FOOTER | FIRST_RULE,
                                      ['~'] = FIRST_FOOTER | FIRST_RULE,
                                      ['p'] = FIRST_NAME,
                                      ['R'] = FIRST_BANNER,
                                      ['C'] = FIRST_BANNER,
                                      ['S'] = FIRST_BANNER,
                                      ['T'] = FIRST_BANNER,
                                      ['E'] = FIRST_BANNER};
    unsigned char u = (unsigned char)c;
    if (u >= sizeof sign)
        return u >= 0xc2 ? FIRST_NUMBER : 0;
    return sign[u] | (is_upper(c) ? FIRST_NAME : 0u);
}

/* "CM 5133/19": a slash soon behind the line's beginning. */
static bool is_name(const char *p, size_t n)
{
    enum { NAME_LEAST = 5, NAME_BYTES = 16 };
    return n >= NAME_LEAST && (memchr(p, '/', n < NAME_BYTES ? n : NAME_BYTES) ||
                               memcmp(p + 1, "age ", 4) == 0);
}

/* "adop-": the word may go on in the next line. */
static bool is_broken(const char *b, const char *e)
{
    while (e > b && (e[-1] == ' ' || e[-1] == '\t'))
        e--;
    return e - b > 2 && e[-1] == '-' && is_lower(e[-2]);
}

/* "FL/jg": initials alone. */
static bool is_initials_word(const char *p, size_t n)
{
    enum { INITIALS_MAX = 20 };
    return n <= INITIALS_MAX && memchr(p, '/', n) && !memchr(p, ' ', n);
}

/* A rule of box-drawing signs. */
static bool is_drawn(const char *p, size_t n)
{
    return n > 6 && p[0] == '\xe2' && (p[1] == '\x94' || p[1] == '\x95');
}

static bool is_footer(const char *text, const struct line *l, unsigned first)
{
    enum { SITE_LINE_LEAST = 20 };
    const char *p = text + l->content;
    size_t n = l->e - l->content;
    bool site = n > SITE_LINE_LEAST && (*p == 'P' || *p == 'U' || *p == 'E');
    if (site && furniture_is_site_line((struct sv){p, n}))
        return true;
    if (is_initials_word(p, n) || is_drawn(p, n) || (n > 8 && memcmp(p, "www.", 4) == 0))
        return true;
    return l->e - l->b <= FOOTER_LINE_MAX &&
           ((first & FIRST_FOOTER) || (first_of(text[l->b]) & FIRST_RULE) ||
            ((first & FIRST_NAME) && is_name(p, n)));
}

static bool is_torn(const char *text, const char *b, const char *e)
{
    for (const char *p = b; (p = memchr(p, '-', (size_t)(e - p))) != NULL; p++)
        if (hyphen_tears(p, text, e))
            return true;
    return false;
}

/* "**Summary of discussions****1. Organised Crime**" */
static bool is_glued(const char *b, const char *e)
{
    return e - b >= 8 && *b == '*' &&
           sv_find((struct sv){b + 1, (size_t)(e - b) - 1}, SV("****")) != SIZE_MAX;
}

uint16_t line_facts(struct sv text, const struct line *l, bool marked)
{
    const char *p = text.p + l->content, *b = text.p + l->b, *e = text.p + l->e;
    size_t n = l->e - l->content;
    unsigned first = first_of(*(n ? p : b)), facts = 0;
    if (n && (first & FIRST_NUMBER))
        facts |= LINE_AS_NUMBER;
    if (n && label_may_begin(p, n))
        facts |= LINE_AS_LABEL;
    if (n >= BANNER_LEAST && n <= BANNER_MAX && (first & FIRST_BANNER))
        facts |= LINE_AS_BANNER;
    if (is_footer(text.p, l, first))
        facts |= LINE_AS_FOOTER;
    if (is_broken(b, e))
        facts |= LINE_AS_BROKEN;
    if (l->e - l->b > MANY_LINES && is_torn(text.p, b, e))
        facts |= LINE_AS_TORN;
    if (is_glued(b, e))
        facts |= LINE_AS_GLUED;
    if (marked)
        facts |= LINE_AS_MARKED;
    return (uint16_t)facts;
}
