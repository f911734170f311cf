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
    /* of the words of length n in mask n % 4 */
    uint64_t mask[WORDS_MASKS]; /* WORDS_BIT */
    uint64_t last[WORDS_MASKS]; /* WORDS_LAST */
    const char *v[WORDS_MAX];
};

/* By first byte and length. */
#define WORDS_BIT(first, n)                                                              \
    (UINT64_C(1) << (((unsigned char)(first) ^ (n) / WORDS_MASKS * 16) & 63))

/* By last byte. */
#define WORDS_LAST(last) (UINT64_C(1) << ((unsigned char)(last)&63))

bool words_hold(const struct words *list, struct sv word);
static inline bool one_of(struct sv word, const struct words *list)
{
    return word.n > 0 &&
           (list->mask[word.n % WORDS_MASKS] & WORDS_BIT(word.p[0], word.n)) != 0 &&
           (list->last[word.n % WORDS_MASKS] & WORDS_LAST(word.p[word.n - 1])) != 0 &&
           words_hold(list, word);
}

/* Behind which another word must come: "of", "the", "des", "und". */
bool word_is_open(struct sv word);

/* The masks are made by the compiler, each from all of the list. An analyzer would take
 * minutes over these thousands of terms: its masks let every word through. */
#ifdef __clang_analyzer__
#define WORDS_ALL                                                                        \
    {                                                                                    \
        UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX                                   \
    }
#define WORDS(...)                                                                       \
    {                                                                                    \
        WORDS_ALL, WORDS_ALL,                                                            \
        {                                                                                \
            __VA_ARGS__                                                                  \
        }                                                                                \
    }
#else
#define WORDS(...)                                                                       \
    {                                                                                    \
        {WORDS_EXPAND(WORDS_FIRST_OF, 0, __VA_ARGS__, WORDS_NONE, ""),                   \
         WORDS_EXPAND(WORDS_FIRST_OF, 1, __VA_ARGS__, WORDS_NONE, ""),                   \
         WORDS_EXPAND(WORDS_FIRST_OF, 2, __VA_ARGS__, WORDS_NONE, ""),                   \
         WORDS_EXPAND(WORDS_FIRST_OF, 3, __VA_ARGS__, WORDS_NONE, "")},                  \
            {WORDS_EXPAND(WORDS_LAST_OF, 0, __VA_ARGS__, WORDS_NONE, ""),                \
             WORDS_EXPAND(WORDS_LAST_OF, 1, __VA_ARGS__, WORDS_NONE, ""),                \
             WORDS_EXPAND(WORDS_LAST_OF, 2, __VA_ARGS__, WORDS_NONE, ""),                \
             WORDS_EXPAND(WORDS_LAST_OF, 3, __VA_ARGS__, WORDS_NONE, "")},               \
        {                                                                                \
            __VA_ARGS__                                                                  \
        }                                                                                \
    }
#endif
#define WORDS_EXPAND(...) WORDS_MASK(__VA_ARGS__)
#define WORDS_FIRST_OF(k, w)                                                             \
    (sizeof(w) > 1 && (sizeof(w) - 1) % WORDS_MASKS == (k)                               \
         ? WORDS_BIT((w)[0], sizeof(w) - 1)                                              \
         : 0)
#define WORDS_LAST_OF(k, w)                                                              \
    (sizeof(w) > 1 && (sizeof(w) - 1) % WORDS_MASKS == (k)                               \
         ? WORDS_LAST((w)[sizeof(w) > 1 ? sizeof(w) - 2 : 0])                            \
         : 0)
#define WORDS_NONE                                                                       \
    "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",  \
        "", "", "", "", "", "", "", "", "", "", "", "", "", ""
#define WORDS_MASK(OF, k, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13,    \
                   a14, a15, a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, \
                   a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40, a41, \
                   a42, a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, \
                   a56, a57, a58, a59, a60, a61, a62, a63, a64, a65, a66, a67, a68, a69, \
                   a70, a71, a72, a73, a74, a75, a76, a77, a78, a79, a80, a81, a82, a83, \
                   a84, a85, a86, a87, a88, a89, a90, a91, a92, a93, a94, a95, ...)      \
    (OF(k, a0) | OF(k, a1) | OF(k, a2) | OF(k, a3) | OF(k, a4) | OF(k, a5) | OF(k, a6) | \
     OF(k, a7) | OF(k, a8) | OF(k, a9) | OF(k, a10) | OF(k, a11) | OF(k, a12) |          \
     OF(k, a13) | OF(k, a14) | OF(k, a15) | OF(k, a16) | OF(k, a17) | OF(k, a18) |       \
     OF(k, a19) | OF(k, a20) | OF(k, a21) | OF(k, a22) | OF(k, a23) | OF(k, a24) |       \
     OF(k, a25) | OF(k, a26) | OF(k, a27) | OF(k, a28) | OF(k, a29) | OF(k, a30) |       \
     OF(k, a31) | OF(k, a32) | OF(k, a33) | OF(k, a34) | OF(k, a35) | OF(k, a36) |       \
     OF(k, a37) | OF(k, a38) | OF(k, a39) | OF(k, a40) | OF(k, a41) | OF(k, a42) |       \
     OF(k, a43) | OF(k, a44) | OF(k, a45) | OF(k, a46) | OF(k, a47) | OF(k, a48) |       \
     OF(k, a49) | OF(k, a50) | OF(k, a51) | OF(k, a52) | OF(k, a53) | OF(k, a54) |       \
     OF(k, a55) | OF(k, a56) | OF(k, a57) | OF(k, a58) | OF(k, a59) | OF(k, a60) |       \
     OF(k, a61) | OF(k, a62) | OF(k, a63) | OF(k, a64) | OF(k, a65) | OF(k, a66) |       \
     OF(k, a67) | OF(k, a68) | OF(k, a69) | OF(k, a70) | OF(k, a71) | OF(k, a72) |       \
     OF(k, a73) | OF(k, a74) | OF(k, a75) | OF(k, a76) | OF(k, a77) | OF(k, a78) |       \
     OF(k, a79) | OF(k, a80) | OF(k, a81) | OF(k, a82) | OF(k, a83) | OF(k, a84) |       \
     OF(k, a85) | OF(k, a86) | OF(k, a87) | OF(k, a88) | OF(k, a89) | OF(k, a90) |       \
     OF(k, a91) | OF(k, a92) | OF(k, a93) | OF(k, a94) | OF(k, a95))

#endif
