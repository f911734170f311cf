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
