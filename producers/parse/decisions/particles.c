/* Verbs and nouns whose other half stands at the clause's end: "nahm ... an",
 * "Einvernehmen
 * ... erzielt" (particles.tsv). */
#include "decide.h"

/* Nouns, and verbs that ask in Dutch: what they govern follows without a sign, "riep de
 * lidstaten op het verdrag te bekrachtigen". */
static bool is_free(const struct knowledge_row *r)
{
    static const struct words asking =
        WORDS("opgeroepen", "opgedragen", "aangespoord", "aangemoedigd", "uitgenodigd",
              "débat d'orientation tenu", "débat tenu", "accord atteint",
              "accordo raggiunto", "dibattito orientativo tenuto", "dibattito tenuto",
              "orienterende debat afholdt", "opdracht gegeven", "festgestellt, dass",
              "van gedachten gewisseld", "(gav|givet) mandat", "enighet nåtts",
              "diskussion hållits", "riktlinjedebatt hållits", "debat afholdt",
              "debat gehouden", "beleidsdebat gehouden", "overeenstemming bereikt",
              "nåede frem til enighed", "gjorde status", "gav grønt lys",
              "gav klartecken", "groen licht gegeven", "grünes Licht gegeben",
              "velkommen budt", "overeengekomen", "goedkeuring gehecht");
    int first = r->cell[1].n ? r->cell[1].p[0] : 0;
    return (first >= 'A' && first <= 'Z') || one_of(r->cell[2], &asking);
}

/* Where the particle of a verb that ends at b stands, at the end of its clause (or
 * anywhere), or UINT32_MAX. */
static uint32_t particle_behind(const struct view *v, uint32_t b, struct sv particle,
                                bool anywhere)
{
    static const struct words next =
        WORDS(",", ".", ";", ":", ")", "(", "und", "sowie", "oder", "en", "alsmede",
              "inzake", "betreffende", "over", "houdende", "tot", "waarbij", "voor",
              "ter", "van", "aan", "dat", "om", "als", "att", "at");
    struct sv rest = {v->p + b, v->n - b};
    for (size_t at; (at = sv_find(rest, particle)) != SIZE_MAX;) {
        uint32_t place = (uint32_t)(rest.p - v->p) + (uint32_t)at, end;
        struct sv behind = word_after(v, place + (uint32_t)particle.n, &end);
        bool whole = v->p[place - 1] == ' ' && !byte_in_word(v->p[place + particle.n]);
        if (whole && (anywhere || behind.n == 0 || one_of(behind, &next)))
            return place;
        rest = sv_sub(rest, at + 1, rest.n);
    }
    return UINT32_MAX;
}

/* "Einvernehmen ... erzielt": a noun and its participle, as formulas.tsv has both. */
static bool is_noun_with(const struct knowledge_row *f, size_t form, struct sv noun,
                         struct sv participle)
{
    return IS(f->cell[form], "part") && sv_starts(f->cell[0], noun) &&
           sv_ends(f->cell[0], participle);
}

/* "führte" as it is printed, or with its accent lost: "f?hrte", "fuhrte". */
static bool is_printed_so(struct sv word, struct sv said)
{
    static const struct sv bare[] = {{"ü", 2}, {"ö", 2}, {"ä", 2}, {"å", 2}, {"ø", 2}};
    static const char letter[] = "uoaao";
    size_t j = 0;
    for (size_t i = 0; i < word.n; i++, j++) {
        if (j < said.n && said.p[j] == word.p[i])
            continue;
        if ((unsigned char)word.p[i] < 0x80 || j >= said.n)
            return false;
        bool lost = said.p[j] == '?';
        for (size_t k = 0; k < ARRAY_LEN(bare) && !lost; k++)
            lost = sv_starts(sv_sub(word, i, word.n), bare[k]) && said.p[j] == letter[k];
        if (!lost && sv_starts(sv_sub(said, j, said.n), SV("\xef\xbf\xbd")))
            lost = true, j += 2;
        if (!lost)
            return false;
        i++;
    }
    return j == said.n;
}

bool verb_whole(const struct deciding *d, const struct word *w, struct word *out)
{
    const struct knowledge_table *t = knowledge_table(d->s->k, "particles"),
                                 *f = knowledge_table_at(d->s->k, d->formulas);
    struct sv finite = {d->view.p + w->b, w->e - w->b};
    const struct knowledge_row *found = NULL;
    uint32_t nearest = UINT32_MAX;
    for (size_t i = 0; t && i < t->rows; i++) {
        const struct knowledge_row *r = &t->row[i];
        uint32_t place = is_printed_so(r->cell[0], finite)
                             ? particle_behind(&d->view, w->e, r->cell[1], is_free(r))
                             : UINT32_MAX;
        if (place < nearest)
            nearest = place, found = r;
    }
    for (size_t i = 0; found && i < f->rows; i++)
        if (sv_eq(f->row[i].cell[0], found->cell[2])) {
            *out = *w;
            out->row = &f->row[i];
            bool romance = IS(row_lang(d, out), "fr") || IS(row_lang(d, out), "it");
            out->form = romance ? FORM_PART : FORM_FINITE; /* "a tenu, ..., un débat" */
            if (is_noun_with(out->row, d->form, finite, found->cell[1])) {
                out->form = FORM_PART;
                out->b = nearest;
                out->e = nearest + (uint32_t)found->cell[1].n;
            }
            return true;
        }
    return false;
}
