/* ascii — what kind of sign a byte is. ASCII only: bytes of other letters are none of
 * these.
 *
 * Threads: any; no state.
 */
#ifndef COUNCILWIRE_PARSE_ASCII_H
#define COUNCILWIRE_PARSE_ASCII_H

#include <stdbool.h>

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\n';
}

#endif
