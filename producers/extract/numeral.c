#include "numeral.h"

enum { ROMAN_MAX = 399, LETTERS = 26 };

static void add_roman(struct buf *b, long v, bool upper)
{
    static const struct {
        long value;
        const char *lower, *upper;
    } signs[] = {{100, "c", "C"},  {90, "xc", "XC"}, {50, "l", "L"},
                 {40, "xl", "XL"}, {10, "x", "X"},   {9, "ix", "IX"},
                 {5, "v", "V"},    {4, "iv", "IV"},  {1, "i", "I"}};
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        for (; v >= signs[i].value; v -= signs[i].value)
            buf_addf(b, "%s", upper ? signs[i].upper : signs[i].lower);
}

void numeral_add(struct buf *b, char style, long v)
{
    bool letter = style == 'a' || style == 'A', roman = style == 'i' || style == 'I';
    if (letter && v >= 1)
        buf_addc(b, (char)(style + (v - 1) % LETTERS));
    else if (roman && v >= 1 && v <= ROMAN_MAX)
        add_roman(b, v, style == 'I');
    else
        buf_addf(b, "%ld", v);
}
