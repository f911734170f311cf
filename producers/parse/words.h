/* words — a short list of words, with a mask that tells of most words at once that they
 * are not in it.
 *
 *     static const struct words joining = WORDS("and", "or");
 *     if (one_of(word, &joining)) ...
 *
 * Owns:    nothing; lists are constants.
 * Units:   a word has no NUL in it.
 * Errors:  none; the compiler refuses a list of more than WORDS_MAX.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PARSE_WORDS_H
#define COUNCILWIRE_PARSE_WORDS_H

#include "lib/sv.h"

enum { WORDS_MAX = 96 };

struct words {
    uint64_t mask; /* bits of words_bit */
    const char *v[WORDS_MAX];
};

/* By first byte and length. */
#define WORDS_BIT(first, n) (UINT64_C(1) << (((unsigned char)(first) ^ (n) << 3) & 63))

bool words_hold(const struct words *list, struct sv word);
static inline bool one_of(struct sv word, const struct words *list)
{
    return word.n > 0 && (list->mask & WORDS_BIT(word.p[0], word.n)) != 0 &&
           words_hold(list, word);
}

/* clang-format off: the mask is made by the compiler, from all of the list at once */
#define WORDS(...)                                                                       \
    {                                                                                    \
        WORDS_EXPAND(__VA_ARGS__, WORDS_NONE, ""),                                       \
        {                                                                                \
            __VA_ARGS__                                                                  \
        }                                                                                \
    }
#define WORDS_EXPAND(...) WORDS_MASK(__VA_ARGS__)
#define WORDS_OF(w)       (sizeof(w) > 1 ? WORDS_BIT((w)[0], sizeof(w) - 1) : 0)
#define WORDS_NONE                                                                       \
    "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", ""
#define WORDS_MASK(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
                   a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, \
                   a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, a43, \
                   a44, a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, \
                   a58, a59, a60, a61, a62, a63, a64, a65, a66, a67, a68, a69, a70, a71, \
                   a72, a73, a74, a75, a76, a77, a78, a79, a80, a81, a82, a83, a84, a85, \
                   a86, a87, a88, a89, a90, a91, a92, a93, a94, a95, ...)                \
    (WORDS_OF(a0) | WORDS_OF(a1) | WORDS_OF(a2) | WORDS_OF(a3) | WORDS_OF(a4) |          \
     WORDS_OF(a5) | WORDS_OF(a6) | WORDS_OF(a7) | WORDS_OF(a8) | WORDS_OF(a9) |          \
     WORDS_OF(a10) | WORDS_OF(a11) | WORDS_OF(a12) | WORDS_OF(a13) | WORDS_OF(a14) |     \
     WORDS_OF(a15) | WORDS_OF(a16) | WORDS_OF(a17) | WORDS_OF(a18) | WORDS_OF(a19) |     \
     WORDS_OF(a20) | WORDS_OF(a21) | WORDS_OF(a22) | WORDS_OF(a23) | WORDS_OF(a24) |     \
     WORDS_OF(a25) | WORDS_OF(a26) | WORDS_OF(a27) | WORDS_OF(a28) | WORDS_OF(a29) |     \
     WORDS_OF(a30) | WORDS_OF(a31) | WORDS_OF(a32) | WORDS_OF(a33) | WORDS_OF(a34) |     \
     WORDS_OF(a35) | WORDS_OF(a36) | WORDS_OF(a37) | WORDS_OF(a38) | WORDS_OF(a39) |     \
     WORDS_OF(a40) | WORDS_OF(a41) | WORDS_OF(a42) | WORDS_OF(a43) | WORDS_OF(a44) |     \
     WORDS_OF(a45) | WORDS_OF(a46) | WORDS_OF(a47) | WORDS_OF(a48) | WORDS_OF(a49) |     \
     WORDS_OF(a50) | WORDS_OF(a51) | WORDS_OF(a52) | WORDS_OF(a53) | WORDS_OF(a54) |     \
     WORDS_OF(a55) | WORDS_OF(a56) | WORDS_OF(a57) | WORDS_OF(a58) | WORDS_OF(a59) |     \
     WORDS_OF(a60) | WORDS_OF(a61) | WORDS_OF(a62) | WORDS_OF(a63) | WORDS_OF(a64) |     \
     WORDS_OF(a65) | WORDS_OF(a66) | WORDS_OF(a67) | WORDS_OF(a68) | WORDS_OF(a69) |     \
     WORDS_OF(a70) | WORDS_OF(a71) | WORDS_OF(a72) | WORDS_OF(a73) | WORDS_OF(a74) |     \
     WORDS_OF(a75) | WORDS_OF(a76) | WORDS_OF(a77) | WORDS_OF(a78) | WORDS_OF(a79) |     \
     WORDS_OF(a80) | WORDS_OF(a81) | WORDS_OF(a82) | WORDS_OF(a83) | WORDS_OF(a84) |     \
     WORDS_OF(a85) | WORDS_OF(a86) | WORDS_OF(a87) | WORDS_OF(a88) | WORDS_OF(a89) |     \
     WORDS_OF(a90) | WORDS_OF(a91) | WORDS_OF(a92) | WORDS_OF(a93) | WORDS_OF(a94) |     \
     WORDS_OF(a95))
/* clang-format on */

#endif
