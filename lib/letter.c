#include "letter.h"

#include <utf8proc.h>

bool letter_in_word(uint32_t code)
{
    static const uint32_t word = 1U << UTF8PROC_CATEGORY_LU | 1U << UTF8PROC_CATEGORY_LL |
                                 1U << UTF8PROC_CATEGORY_LT | 1U << UTF8PROC_CATEGORY_LM |
                                 1U << UTF8PROC_CATEGORY_LO | 1U << UTF8PROC_CATEGORY_MN |
                                 1U << UTF8PROC_CATEGORY_MC | 1U << UTF8PROC_CATEGORY_ME |
                                 1U << UTF8PROC_CATEGORY_ND;
    if (code < 0x80)
        return code - '0' < 10 || (code | 0x20) - 'a' < 26;
    return code <= 0x10FFFF &&
           (word >> utf8proc_category((utf8proc_int32_t)code) & 1) != 0;
}

size_t letter_cases(uint32_t code, uint32_t cases[LETTER_CASES])
{
    /* The two small sigmas have one capital. */
    utf8proc_int32_t c = (utf8proc_int32_t)code, up = utf8proc_toupper(c);
    uint32_t more[] = {(uint32_t)utf8proc_tolower(c), (uint32_t)up,
                       (uint32_t)utf8proc_totitle(c), (uint32_t)utf8proc_tolower(up),
                       up == 0x3A3 ? 0x3C2 : code};
    size_t n = 0;
    cases[n++] = code;
    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        bool skip = (more[i] < 0x80) != (code < 0x80);
        for (size_t j = 0; j < n; j++)
            skip = skip || cases[j] == more[i];
        if (!skip)
            cases[n++] = more[i];
    }
    return n;
}

bool letter_is(uint32_t code)
{
    static const uint32_t letters =
        1U << UTF8PROC_CATEGORY_LU | 1U << UTF8PROC_CATEGORY_LL |
        1U << UTF8PROC_CATEGORY_LT | 1U << UTF8PROC_CATEGORY_LO |
        1U << UTF8PROC_CATEGORY_LM;
    return (letters >> utf8proc_category((utf8proc_int32_t)code) & 1) != 0;
}

bool letter_is_upper(uint32_t code)
{
    return utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_LU;
}

uint32_t letter_lower(uint32_t code)
{
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

size_t letter_decompose(uint32_t code, int32_t parts[LETTER_PARTS])
{
    int boundclass = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)code, parts, LETTER_PARTS,
                                UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &boundclass);
    return n < 0 || n > LETTER_PARTS ? 0 : (size_t)n;
}

unsigned letter_combining_class(uint32_t code)
{
    return (unsigned)utf8proc_get_property((utf8proc_int32_t)code)->combining_class;
}

size_t letter_compose(int32_t *code, size_t n)
{
    utf8proc_ssize_t m = utf8proc_normalize_utf32(code, (utf8proc_ssize_t)n,
                                                  UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    return m < 0 ? 0 : (size_t)m;
}
