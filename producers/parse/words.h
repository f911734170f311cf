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

enum { WORDS_MAX = 96, WORDS_MASKS = 4 };

struct words {
    uint64_t mask[WORDS_MASKS]; /* WORDS_BIT of the words of length n in mask n % 4 */
    const char *v[WORDS_MAX];
};

/* By first byte and length. */
#define WORDS_BIT(first, n)                                                              \
    (UINT64_C(1) << (((unsigned char)(first) ^ (n) / WORDS_MASKS * 16) & 63))

bool words_hold(const struct words *list, struct sv word);
static inline bool one_of(struct sv word, const struct words *list)
{
    return word.n > 0 &&
           (list->mask[word.n % WORDS_MASKS] & WORDS_BIT(word.p[0], word.n)) != 0 &&
           words_hold(list, word);
}

/* Behind which another word must come: "of", "the", "des", "und". */
bool word_is_open(struct sv word);

/* The masks are made by the compiler, each from all of the list. */
#define WORDS(...)                                                                       \
    {                                                                                    \
        {WORDS_EXPAND(0, __VA_ARGS__, WORDS_NONE, ""),                                   \
         WORDS_EXPAND(1, __VA_ARGS__, WORDS_NONE, ""),                                   \
         WORDS_EXPAND(2, __VA_ARGS__, WORDS_NONE, ""),                                   \
         WORDS_EXPAND(3, __VA_ARGS__, WORDS_NONE, "")},                                  \
        {                                                                                \
            __VA_ARGS__                                                                  \
        }                                                                                \
    }
#define WORDS_EXPAND(...) WORDS_MASK(__VA_ARGS__)
#define WORDS_OF(k, w)                                                                   \
    (sizeof(w) > 1 && (sizeof(w) - 1) % WORDS_MASKS == (k)                               \
         ? WORDS_BIT((w)[0], sizeof(w) - 1)                                              \
         : 0)
#define WORDS_NONE                                                                       \
    "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", ""
#define WORDS_MASK(k, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14,   \
                   a15, a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, \
                   a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, a42, \
                   a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, \
                   a57, a58, a59, a60, a61, a62, a63, a64, a65, a66, a67, a68, a69, a70, \
                   a71, a72, a73, a74, a75, a76, a77, a78, a79, a80, a81, a82, a83, a84, \
                   a85, a86, a87, a88, a89, a90, a91, a92, a93, a94, a95, ...)           \
    (WORDS_OF(k, a0) | WORDS_OF(k, a1) | WORDS_OF(k, a2) | WORDS_OF(k, a3) |             \
     WORDS_OF(k, a4) | WORDS_OF(k, a5) | WORDS_OF(k, a6) | WORDS_OF(k, a7) |             \
     WORDS_OF(k, a8) | WORDS_OF(k, a9) | WORDS_OF(k, a10) | WORDS_OF(k, a11) |           \
     WORDS_OF(k, a12) | WORDS_OF(k, a13) | WORDS_OF(k, a14) | WORDS_OF(k, a15) |         \
     WORDS_OF(k, a16) | WORDS_OF(k, a17) | WORDS_OF(k, a18) | WORDS_OF(k, a19) |         \
     WORDS_OF(k, a20) | WORDS_OF(k, a21) | WORDS_OF(k, a22) | WORDS_OF(k, a23) |         \
     WORDS_OF(k, a24) | WORDS_OF(k, a25) | WORDS_OF(k, a26) | WORDS_OF(k, a27) |         \
     WORDS_OF(k, a28) | WORDS_OF(k, a29) | WORDS_OF(k, a30) | WORDS_OF(k, a31) |         \
     WORDS_OF(k, a32) | WORDS_OF(k, a33) | WORDS_OF(k, a34) | WORDS_OF(k, a35) |         \
     WORDS_OF(k, a36) | WORDS_OF(k, a37) | WORDS_OF(k, a38) | WORDS_OF(k, a39) |         \
     WORDS_OF(k, a40) | WORDS_OF(k, a41) | WORDS_OF(k, a42) | WORDS_OF(k, a43) |         \
     WORDS_OF(k, a44) | WORDS_OF(k, a45) | WORDS_OF(k, a46) | WORDS_OF(k, a47) |         \
     WORDS_OF(k, a48) | WORDS_OF(k, a49) | WORDS_OF(k, a50) | WORDS_OF(k, a51) |         \
     WORDS_OF(k, a52) | WORDS_OF(k, a53) | WORDS_OF(k, a54) | WORDS_OF(k, a55) |         \
     WORDS_OF(k, a56) | WORDS_OF(k, a57) | WORDS_OF(k, a58) | WORDS_OF(k, a59) |         \
     WORDS_OF(k, a60) | WORDS_OF(k, a61) | WORDS_OF(k, a62) | WORDS_OF(k, a63) |         \
     WORDS_OF(k, a64) | WORDS_OF(k, a65) | WORDS_OF(k, a66) | WORDS_OF(k, a67) |         \
     WORDS_OF(k, a68) | WORDS_OF(k, a69) | WORDS_OF(k, a70) | WORDS_OF(k, a71) |         \
     WORDS_OF(k, a72) | WORDS_OF(k, a73) | WORDS_OF(k, a74) | WORDS_OF(k, a75) |         \
     WORDS_OF(k, a76) | WORDS_OF(k, a77) | WORDS_OF(k, a78) | WORDS_OF(k, a79) |         \
     WORDS_OF(k, a80) | WORDS_OF(k, a81) | WORDS_OF(k, a82) | WORDS_OF(k, a83) |         \
     WORDS_OF(k, a84) | WORDS_OF(k, a85) | WORDS_OF(k, a86) | WORDS_OF(k, a87) |         \
     WORDS_OF(k, a88) | WORDS_OF(k, a89) | WORDS_OF(k, a90) | WORDS_OF(k, a91) |         \
     WORDS_OF(k, a92) | WORDS_OF(k, a93) | WORDS_OF(k, a94) | WORDS_OF(k, a95))

#endif
