#include "undecoded.h"

#include "ascii.h"
#include "block.h"
#include "lib/utf8.h"

#include <string.h>

enum { NO_BREAK = 0xa0, SOFT_HYPHEN = 0xad, LATIN1 = 0xa0 };

static struct sign write_code(size_t length, uint32_t code)
{
    struct sign s = {.length = length};
    char *t = s.text;
    if (code == NO_BREAK)
        code = ' ';
    if (code == SOFT_HYPHEN || (code >= 0x200b && code <= 0x200f) || code == '\r')
        return s;
    if (code < 0x80) {
        *t++ = (char)code;
    } else if (code < 0x800) {
        *t++ = (char)(0xc0 | code >> 6);
        *t++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *t++ = (char)(0xe0 | code >> 12);
        *t++ = (char)(0x80 | (code >> 6 & 0x3f));
        *t++ = (char)(0x80 | (code & 0x3f));
    } else {
        *t++ = (char)(0xf0 | code >> 18);
        *t++ = (char)(0x80 | (code >> 12 & 0x3f));
        *t++ = (char)(0x80 | (code >> 6 & 0x3f));
        *t++ = (char)(0x80 | (code & 0x3f));
    }
    s.written = (size_t)(t - s.text);
    return s;
}

static bool is_printed(uint32_t code)
{
    return (code >= ' ' && code < 0x7f) || (code >= NO_BREAK && code < 0xd800) ||
           (code > 0xdfff && code < 0x110000) || code == '\t' || code == '\n' ||
           code == '\r';
}

/* The entities of U+00A0 to U+00FF, in their order. */
static const char *const latin1[] = {
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",
    "uml",    "copy",   "ordf",   "laquo",  "not",    "shy",    "reg",    "macr",
    "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",  "para",   "middot",
    "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil",
    "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",
    "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",
    "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",  "szlig",
    "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",
    "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide",
    "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

static const struct {
    const char *name;
    uint32_t code;
} others[] = {
    {"amp", '&'},       {"lt", '<'},        {"gt", '>'},        {"quot", '"'},
    {"apos", '\''},     {"OElig", 0x152},   {"oelig", 0x153},   {"Scaron", 0x160},
    {"scaron", 0x161},  {"ensp", ' '},      {"emsp", ' '},      {"thinsp", ' '},
    {"zwnj", 0x200c},   {"ndash", 0x2013},  {"mdash", 0x2014},  {"lsquo", 0x2018},
    {"rsquo", 0x2019},  {"sbquo", 0x201a},  {"ldquo", 0x201c},  {"rdquo", 0x201d},
    {"bdquo", 0x201e},  {"bull", 0x2022},   {"hellip", 0x2026}, {"permil", 0x2030},
    {"lsaquo", 0x2039}, {"rsaquo", 0x203a}, {"euro", 0x20ac},   {"trade", 0x2122},
    {"minus", 0x2212}};

static uint32_t named(struct sv name)
{
    for (size_t i = 0; i < ARRAY_LEN(latin1); i++)
        if (sv_eq(name, sv_cstr(latin1[i])))
            return LATIN1 + (uint32_t)i;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (sv_eq(name, sv_cstr(others[i].name)))
            return others[i].code;
    return 0;
}

/* "#8217" or "#x2019". */
static uint32_t numbered(struct sv s)
{
    uint32_t v = 0, base = 10;
    size_t i = 1;
    if (i < s.n && (s.p[i] | 0x20) == 'x')
        base = 16, i++;
    if (i == s.n)
        return 0;
    for (; i < s.n; i++) {
        char c = (char)(s.p[i] | (base == 16 ? 0x20 : 0));
        uint32_t digit = is_digit(s.p[i])                     ? (uint32_t)(s.p[i] - '0')
                         : base == 16 && c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                                                              : base;
        if (digit >= base)
            return 0;
        v = v * base + digit;
    }
    if (v >= 0x80 && v < NO_BREAK)
        v = utf8_from_cp1252((unsigned char)v);
    return is_printed(v) ? v : 0;
}

/* What is behind an ampersand: the entity's length with its semicolon, or 0. */
static size_t entity_behind(const char *p, const char *end, uint32_t *code)
{
    enum { NAME_MAX = 8 };
    size_t n = 0;
    while (p + n < end && n < NAME_MAX && p[n] != ';' && p[n] > ' ' && p[n] != '&')
        n++;
    if (n < 2 || p + n >= end || p[n] != ';')
        return 0;
    *code = *p == '#' ? numbered((struct sv){p, n}) : named((struct sv){p, n});
    return *code ? n + 1 : 0;
}

/* &rsquo; and, of a page that was escaped twice, &amp;rsquo; */
static struct sign entity(const char *p, const char *end)
{
    uint32_t code, inner;
    size_t n = entity_behind(p + 1, end, &code), m;
    if (n == 0)
        return (struct sign){0};
    if (code == '&' && (m = entity_behind(p + 1 + n, end, &inner)) > 0)
        return write_code(1 + n + m, inner);
    return write_code(1 + n, code);
}

/* A backslash in front of a sign that only a Markdown writer takes for a mark; those that
 * are marks (* _ | # > < [ ]) stay escaped, and "US\\$2", which nothing reads. */
static struct sign escape(const char *p, const char *end)
{
    const char *q = p + 1;
    while (q < end && *q == ' ')
        q++;
    if (q == end || *q == '\n')
        return write_code(1, '\r');
    return p + 1 < end && strchr(".()-+'\",:;~&=/@^{}", p[1]) && p[1]
               ? write_code(1, '\r')
               : (struct sign){0};
}

static bool begins_line(struct sv text, const char *p)
{
    return p == text.p || p[-1] == '\n';
}

/* "> > " at a line's beginning. */
static struct sign quote(struct sv text, const char *p)
{
    const char *q = p, *end = text.p + text.n;
    if (!begins_line(text, p))
        return (struct sign){0};
    while (q < end && *q == '>')
        q += q + 1 < end && q[1] == ' ' ? 2 : 1;
    return (struct sign){.length = (size_t)(q - p)};
}

static int hex_digit(char c)
{
    return is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that =XX at p stands for, or -1. */
static int printable_byte(const char *p, const char *end)
{
    if (end - p < 3 || *p != '=' || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0)
        return -1;
    return hex_digit(p[1]) * 16 + hex_digit(p[2]);
}

static bool is_soft_break(struct sv text, const char *p)
{
    return p + 1 < text.p + text.n && p[0] == '=' && p[1] == '\n' && p > text.p &&
           p[-1] != '=';
}

static size_t bytes_of(unsigned char first)
{
    return first >= 0xc2 && first < 0xe0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : 1;
}

static struct sign printable(struct sv text, const char *p)
{
    const char *end = text.p + text.n, *q = p;
    char utf8[SIGN_MAX];
    size_t n = 0, whole;
    if (is_soft_break(text, p))
        return write_code(2, '\r');
    int byte = printable_byte(p, end);
    if (byte < 0)
        return (struct sign){0};
    whole = bytes_of((unsigned char)byte);
    for (int b = byte; b >= 0 && n < whole; b = printable_byte(q, end)) {
        utf8[n++] = (char)b;
        q += 3;
        if (n < whole && is_soft_break(text, q))
            q += 2;
    }
    struct utf8_char c = utf8_next(utf8, utf8 + n);
    if (whole > 1 && n == whole && c.ok && c.len == whole)
        return write_code((size_t)(q - p), c.cp);
    uint32_t code = byte >= 0x80 && byte < 0xa0 ? utf8_from_cp1252((unsigned char)byte)
                                                : (uint32_t)byte;
    return is_printed(code) ? write_code(3, code) : (struct sign){0};
}

/* The byte that Windows-1252 reads as this sign, or 0. */
static unsigned char to_cp1252(uint32_t cp)
{
    if (cp >= NO_BREAK && cp <= 0xff)
        return (unsigned char)cp;
    for (unsigned c = 0x80; cp > 0xff && c < 0xa0; c++)
        if (utf8_from_cp1252((unsigned char)c) == cp)
            return (unsigned char)c;
    return 0;
}

/* Latin, Greek, Cyrillic letters and punctuation; not the ß of "daß«" or an é. */
static bool begins_european(unsigned char byte)
{
    return (byte >= 0xc2 && byte <= 0xc5) || byte == 0xc8 ||
           (byte >= 0xce && byte <= 0xd1) || byte == 0xe1 || byte == 0xe2;
}

/* Two or three signs that are the bytes of one. Windows-1252 has no sign for the last
 * byte of a closing quote, and its no-break space often became a blank. */
static struct sign twice(const char *p, const char *end)
{
    char utf8[SIGN_MAX];
    const char *q = p;
    size_t n = 0, whole = 1;
    while (q < end && n < whole) {
        struct utf8_char c = utf8_next(q, end);
        unsigned char byte = c.ok ? to_cp1252(c.cp) : 0;
        if (n == 0)
            whole = begins_european(byte) ? bytes_of(byte) : 1;
        if (n == 0 ? whole == 1 : byte < 0x80 || byte > 0xbf)
            break;
        utf8[n++] = (char)byte;
        q += c.len;
    }
    struct utf8_char c = {0};
    if (n > 1 && n == whole && (c = utf8_next(utf8, utf8 + n)).ok && c.len == n)
        return write_code((size_t)(q - p), c.cp);
    if (n == 2 && memcmp(utf8, "\xe2\x80", 2) == 0) {
        size_t lost = end - q >= 3 && memcmp(q, "\xef\xbf\xbd", 3) == 0 ? 3 : 0;
        return write_code((size_t)(q - p) + lost, 0x201d);
    }
    if (n == 1 && q < end && *q == ' ' && (utf8[0] == '\xc3' || utf8[0] == '\xc2'))
        return write_code((size_t)(q - p) + 1, utf8[0] == '\xc3' ? 0xe0 : ' ');
    return (struct sign){0};
}

/* <strong>, </b>: nothing; <br />: a blank. */
static struct sign tag(const char *p, const char *end)
{
    static const char *const mark[] = {"strong", "mark", "b", "em", "i", "u"};
    enum { LONGEST = 9 }; /* </strong> */
    size_t left = (size_t)(end - p);
    const char *close = memchr(p, '>', left < LONGEST ? left : LONGEST);
    struct sv name = {p + 1, close ? (size_t)(close - p) - 1 : 0};
    if (sv_eq(name, SV("br")) || sv_eq(name, SV("br/")) || sv_eq(name, SV("br /")))
        return write_code(name.n + 2, ' ');
    if (name.n && *name.p == '/')
        name = sv_sub(name, 1, name.n);
    for (size_t i = 0; i < ARRAY_LEN(mark); i++)
        if (sv_eq(name, sv_cstr(mark[i])))
            return write_code((size_t)(close - p) + 1, '\r');
    return (struct sign){0};
}

struct sign undecoded_sign(unsigned kinds, struct sv text, const char *p)
{
    const char *end = text.p + text.n;
    struct sign none = {0};
    switch (*p) {
    case '&': return kinds & UNDECODED_ENTITY ? entity(p, end) : none;
    case '\\': return kinds & UNDECODED_ESCAPE ? escape(p, end) : none;
    case '>': return kinds & UNDECODED_QUOTE ? quote(text, p) : none;
    case '=': return kinds & UNDECODED_PRINTABLE ? printable(text, p) : none;
    case '<': return kinds & UNDECODED_TAG ? tag(p, end) : none;
    default: break;
    }
    return (unsigned char)*p >= 0xc3 && kinds & UNDECODED_TWICE ? twice(p, end) : none;
}

/* Whether a sign of quoted-printable could be nothing else: a letter of several bytes, or
 * a break near where lines have to be broken. A single =20 may be part of an address. */
static bool is_sure_printable(struct sv text, const char *p)
{
    enum { FULL_LINE = 60, LINE_MAX = 76 };
    size_t n = 0;
    if (!is_soft_break(text, p))
        return printable_byte(p, text.p + text.n) >= 0xc2 &&
               printable(text, p).length >= 6;
    while (p - n > text.p && p[-(ptrdiff_t)n - 1] != '\n' && n <= LINE_MAX)
        n++;
    return n >= FULL_LINE && n < LINE_MAX;
}

static bool is_word_sign(char c)
{
    return is_digit(c) || is_lower(c) || is_upper(c);
}

/* Whether a tag stands within a word or a number, where no writer puts one. */
static bool is_inside_word(struct sv text, const char *p)
{
    size_t n = tag(p, text.p + text.n).length;
    const char *q = p + n;
    return n > 0 && p > text.p && q < text.p + text.n && is_word_sign(p[-1]) &&
           is_word_sign(*q);
}

/* "Â°", "Ã©", "â€" could be nothing else; of the other signs there have to be some. */
static bool is_surely_twice(const char *p, const char *end)
{
    static const char *const sure[] = {"\xc3\x82\xc2", "\xc3\x83\xc2",
                                       "\xc3\xa2\xe2\x82\xac"};
    for (size_t i = 0; i < ARRAY_LEN(sure); i++)
        if (sv_starts((struct sv){p, (size_t)(end - p)}, sv_cstr(sure[i])))
            return true;
    return false;
}

/* The kinds by the byte that their signs begin with, and how many of them there have to
 * be. */
static const struct kind {
    unsigned kind;
    char first;
    uint8_t enough;
} all_kinds[] = {
    {UNDECODED_ENTITY, '&', 1}, {UNDECODED_ESCAPE, '\\', 1},
    {UNDECODED_QUOTE, '>', 5},  {UNDECODED_PRINTABLE, '=', 1},
    {UNDECODED_TAG, '<', 3},    {UNDECODED_TWICE, '\xc3', 3},
};

/* How many signs of its kind the one at p is worth: 0, it is none. */
static unsigned worth(const struct kind *k, struct sv text, const char *p)
{
    if (k->kind == UNDECODED_PRINTABLE)
        return is_sure_printable(text, p);
    if (k->kind == UNDECODED_TAG)
        return is_inside_word(text, p);
    if (k->kind == UNDECODED_TWICE && is_surely_twice(p, text.p + text.n))
        return k->enough;
    return undecoded_sign(k->kind, text, p).length > 0;
}

static size_t kind_of(char first)
{
    size_t i = 0;
    while (all_kinds[i].first != first)
        i++;
    return i;
}

unsigned undecoded_kinds(struct sv text)
{
    unsigned kinds = 0, seen[ARRAY_LEN(all_kinds)] = {0};
    char copy[BLOCK_BYTES];
    for (size_t at = 0; at < text.n; at += BLOCK_BYTES) {
        const char *p = block_of(text.p + at, text.n - at, copy);
        uint64_t may = block_one_of_or_between(p, '&', '\\', '\xc3', '<', '>');
        for (; may; may &= may - 1) {
            const char *sign = text.p + at + block_first(may);
            size_t i = kind_of(*sign);
            const struct kind *k = &all_kinds[i];
            if (kinds & k->kind)
                continue;
            seen[i] += worth(k, text, sign);
            if (seen[i] >= k->enough)
                kinds |= k->kind;
        }
    }
    return kinds;
}
