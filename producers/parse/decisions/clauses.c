/* Clauses in which a verb does nothing: conditions and quotations; what a negation
 * belongs to. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

/* "Where the following conditions are met: (a) the Commission has requested ..." */
static bool lists_conditions(const struct view *v, uint32_t at)
{
    static const struct sv sign[] = {{"following conditions", 20},
                                     {"following cases", 15},
                                     {"following circumstances", 23}};
    struct sv before = {v->p, at};
    for (size_t i = 0; i < ARRAY_LEN(sign) && memchr(v->p, ':', at); i++)
        if (sv_find(before, sign[i]) != SIZE_MAX)
            return true;
    return false;
}

/* Behind the last comma, semicolon or colon in front of `at`, or 0. */
static uint32_t clause_begin(const struct view *v, uint32_t at)
{
    while (at > 0) {
        uint32_t block = (at - 1) / BLOCK_BYTES * BLOCK_BYTES;
        uint64_t signs = block_one_of(v->p + block, ',', ';', ':');
        signs &= UINT64_MAX >> (BLOCK_BYTES - (at - block));
        if (signs)
            return block + block_last(signs) + 1;
        at = block;
    }
    return 0;
}

/* " Where " with a stop before it that was lost, or "1Where" of a footnote. Its capital
 * is what is looked for: words of five letters are many. */
static bool holds_where(struct sv t)
{
    size_t at = 0, i;
    for (; (i = sv_find(sv_sub(t, at, t.n), SV("Where "))) != SIZE_MAX; at += i + 1)
        if (at + i > 0 && (t.p[at + i - 1] == ' ' ||
                           (t.p[at + i - 1] >= '0' && t.p[at + i - 1] <= '9')))
            return true;
    return false;
}

/* "will be signed once the text has been finalised": the clause has no comma in front of
 * it. */
static bool is_awaited(const struct view *v, uint32_t at)
{
    enum { BACK_WORDS = 6 };
    static const struct words list = WORDS("once", "until", "unless", "till");
    uint32_t b = at;
    for (int n = 0; n < BACK_WORDS; n++) {
        struct sv w = word_before(v, b, &b);
        if (one_of(w, &list))
            return true;
        if (!w.n || memchr(",;:.", w.p[0], 4))
            break;
    }
    return false;
}

/* A word that opens a condition; Italian "si" is none, but part of a verb. */
static bool opens_condition(const struct deciding *d, struct sv word)
{
    static const struct words list = WORDS(
        "Where", "where", "If", "if", "When", "when", "Once", "once", "Unless", "unless",
        "Until", "until", "Lorsque", "lorsque", "Quand", "Whether", "whether", "Whenever",
        "whereby", "Si", "si", "Wenn", "wenn", "Falls", "Hvis", "Indien", "Om");
    static const struct words italian = WORDS("Se", "Qualora", "qualora");
    if (!IS(d->out->document.language, "it"))
        return one_of(word, &list);
    bool reflexive = IS(word, "Si") || IS(word, "si");
    return one_of(word, &italian) || (one_of(word, &list) && !reflexive);
}

/* "Where declarations have been adopted", "if the Council agreed": a condition. */
bool in_condition(const struct deciding *d, uint32_t at, bool passive)
{
    const struct view *v = &d->view;
    uint32_t end;
    bool first = passive;
    for (size_t i = 0; i < v->nwords && v->word[i].b < at && first; i++)
        first = v->word[i].form == FORM_NONE || v->word[i].form == FORM_ROUTE;
    struct sv opening = word_after(v, 0, &end);
    for (int n = 0; n < 3 && opening.n && opening.p[0] >= '0' && opening.p[0] <= '9'; n++)
        opening = word_after(v, end, &end);
    if (first && opens_condition(d, opening))
        return true;
    if (first && IS(opening, "Before") && !memchr(v->p, ',', at))
        return true;
    if (holds_where((struct sv){v->p, at}) || lists_conditions(v, at))
        return true;
    if (passive && is_awaited(v, at))
        return true;
    if (IS(opening, "Had") && IS(word_after(v, end, &end), "the")) /* "Had the Council" */
        return true;
    return opens_condition(d, word_after(v, clause_begin(v, at), &end));
}

/* "wie vom Rat beschlossen", "comme le Conseil l'a décidé", "zoals overeengekomen": what
 * was said elsewhere, in the clause that holds the verb at `at`. */
bool in_comparison(const struct view *v, uint32_t at)
{
    static const struct words list =
        WORDS("wie", "zoals", "comme", "come", "como", "såsom", "conformément");
    uint32_t b = clause_begin(v, at), end;
    return b > 0 && one_of(word_after(v, b, &end), &list);
}

/* "... in October, when a partial general approach was reached": what had happened
 * before, said by a formula that begins with its own subject at `at`. */
bool in_background(const struct view *v, uint32_t at)
{
    static const struct words attribute =
        WORDS("a", "an", "the", "this", "such", "partial", "political", "provisional",
              "final", "first", "broad", "full", "preliminary", "informal", "that");
    static const struct words opening =
        WORDS("when", "When", "once", "Once", "until", "Until", "unless", "Unless", "if",
              "If", "after", "After", "since", "Since", "before", "Before", "because",
              "Because", "unlike", "provided");
    struct sv word = word_before(v, at, &at);
    while (word.n && one_of(word, &attribute))
        word = word_before(v, at, &at);
    return one_of(word, &opening);
}

/* "The Council invited X" was the wording: said within a quotation that the sentence goes
 * on behind. */
bool in_quotation(const struct view *v, uint32_t at)
{
    if (!memchr(v->p, '"', at))
        return false;
    bool inside = false;
    for (uint32_t i = 0; i < at; i++)
        inside ^= v->p[i] == '"';
    const char *close = inside ? memchr(v->p + at, '"', v->n - at) : NULL;
    uint32_t end;
    struct sv next = close ? word_after(v, (uint32_t)(close - v->p) + 1, &end) : SV("");
    return next.n > 1 && next.p[0] >= 'a' && next.p[0] <= 'z';
}

/* "strittigen", "omstreden", "omstridte": an adjective as it stands in front of its noun
 * in the languages that put the verb second. */
static bool is_inflected(struct sv w)
{
    enum { SHORTEST = 5 };
    static const char *const tail[] = {"e", "en", "er", "es", "em", "a"};
    static const struct words others =
        WORDS("ohne", "gegen", "unter", "neben", "wegen", "zwischen", "binnen", "seine",
              "ihre", "werden", "worden", "wurde", "können", "kunnen", "willen", "wollen",
              "haben", "hebben", "tegen", "tussen", "zonder", "mellem", "under", "efter",
              "imellem", "mellan");
    bool ends = false;
    for (size_t i = 0; i < ARRAY_LEN(tail); i++)
        ends = ends || sv_ends(w, sv_cstr(tail[i]));
    return w.n >= SHORTEST && !is_upper(w.p[0]) && ends && !one_of(w, &others);
}

/* "die nicht strittigen Punkte", "de nog niet gepubliceerde verslagen": the negation
 * view[b, e) only denies the adjective between an article and its noun. */
bool denies_attribute(const struct view *v, uint32_t b, uint32_t e)
{
    static const struct words article =
        WORDS("der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem",
              "einer", "eines", "alle", "de", "het", "een", "det", "en", "et", "ett",
              "alla", "sämtliche");
    static const struct words yet =
        WORDS("noch", "nog", "endnu", "ännu", "mehr", "meer", "længere", "längre",
              "weiter", "verder", "mere", "mer");
    static const struct words joining =
        WORDS("und", "oder", "en", "of", "og", "eller", "och", "sowie", "zu", "te", "at",
              "att", "werden", "worden", "blev", "haben", "hebben", "hat", "heeft");
    struct sv before = word_before(v, b, &b);
    if (one_of(before, &yet))
        before = word_before(v, b, &b);
    struct sv behind = word_after(v, e, &e);
    if (one_of(behind, &yet))
        behind = word_after(v, e, &e);
    struct sv noun = word_after(v, e, &e);
    return one_of(before, &article) && is_inflected(behind) && noun.n > 1 &&
           byte_in_word(noun.p[0]) && !one_of(noun, &joining);
}
