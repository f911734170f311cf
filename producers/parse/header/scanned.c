#include "scanned.h"

#include "producers/parse/text/ascii.h"

bool scanned_word(const struct zone *z, size_t i, struct scanned_word *out)
{
    static const char looks[] = "olzeasgtbg";
    bool letters = false;
    out->n = 0;
    out->end = i;
    for (size_t e = i; e < z->n && (e == i || zone_flag(z, e, WORD_GLUED)); e++) {
        const struct word *w = &z->word[e];
        if (w->kind == WORD_SIGN || out->n + w->nletters > SCANNED_LETTERS_MAX)
            break;
        letters |= w->kind == WORD_LETTERS && w->nletters >= 3;
        for (size_t k = 0; k < w->nletters; k++) {
            uint16_t c = z->letter[w->letters + k];
            out->letter[out->n++] = c >= '0' && c <= '9' ? (uint16_t)looks[c - '0'] : c;
        }
        out->end = e + 1;
    }
    return letters && (out->end == i + 1 || out->n > 3);
}

const struct phrase *scanned_phrase(const struct zone *z, const struct scanned_word *w,
                                    enum phrase_kind kind, int lang)
{
    return phrases_nearest(z->book, kind, lang, w->letter, w->n);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The digit that this letter looks like, or the sign itself. */
static char digit_of(char c)
{
    return (char)(c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' ? '1' : c);
}

/* "13777/2O", "COM(20l6)": what stands beside the digits says that they are a number. */
static bool beside_sign(const char *b, const char *p, const char *behind, const char *e)
{
    bool slash = e - behind > 2 && *behind == '/' && is_digit(digit_of(behind[1])) &&
                 is_digit(digit_of(behind[2]));
    bool after = p - b > 1 && p[-1] == '/' && is_digit(digit_of(p[-2]));
    return slash || after || (p > b && p[-1] == '(' && behind < e && *behind == ')');
}

size_t scanned_number(const char *b, const char *p, const char *e, char digit[5])
{
    enum { DAY = 2, YEAR = 4, MOST = 5 };
    size_t n = 0, left = (size_t)(e - p), digits = 0;
    for (; n < left && n < MOST && is_digit(digit_of(p[n])); n++) {
        digits += is_digit(p[n]);
        digit[n] = digit_of(p[n]);
    }
    if (digits == 0 || digits == n || (n < left && (is_letter(p[n]) || is_digit(p[n]))))
        return 0;
    bool year = n == YEAR && (memcmp(digit, "19", 2) == 0 || memcmp(digit, "20", 2) == 0);
    size_t word = n;
    while (word < left && p[word] == ' ')
        word++;
    bool month =
        word > n && word < left && (is_letter(p[word]) || (unsigned char)p[word] >= 0x80);
    bool day = n == DAY && digit[0] <= '3' && month;
    return year || day || beside_sign(b, p, p + n, e) ? n : 0;
}
