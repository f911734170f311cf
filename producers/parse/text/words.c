#include "words.h"

bool words_hold(const struct words *list, struct sv word)
{
    char first = word.p[0];
    for (const char *const *w = list->v; w < list->v + WORDS_MAX && *w; w++) {
        const char *p = *w;
        if (*p != first)
            continue;
        size_t n = 1; /* a text holds no NUL: what is shorter stops there */
        while (n < word.n && p[n] == word.p[n])
            n++;
        if (n == word.n && p[n] == '\0')
            return true;
    }
    return false;
}

bool word_is_open(struct sv word)
{
    static const struct words list = WORDS(
        "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or",
        "the", "to", "with", "its", "their", "between", "under", "that", "which", "The",
        "de", "du", "des", "la", "le", "les", "et", "sur", "pour", "à", "aux", "au",
        "par", "dans", "der", "die", "das", "den", "dem", "und", "von", "zur", "zum",
        "für", "über", "im", "am", "vom", "mit", "van", "het", "een", "voor", "en", "e",
        "del", "della", "dei", "delle", "di", "il", "per", "og", "om", "af", "til", "på",
        "det", "av", "och", "för", "att", "los", "las", "el", "para", "y");
    /* and verbs that wait for whom they tell of: "I går gjorde | Det Blandede Udvalg" */
    static const struct words more =
        WORDS("med", "fra", "ved", "som", "gjorde", "havde", "från", "vid", "met", "con",
              "nel", "nella", "dal", "dalla", "com");
    return one_of(word, &list) || one_of(word, &more);
}
