/* Records that tell what a meeting did in the present tense, as French, German, Dutch and
 * Italian ones do, and what somebody says there that they will do. */
#include "decide.h"

static bool is_english(struct sv lang)
{
    return !lang.n || IS(lang, "en");
}

bool record_in_present(const struct deciding *d)
{
    return d->mode == MODE_RECORD && !d->concludes &&
           !is_english(d->out->document.language);
}

/* "The Council,", "“The Council of the European Union:": a line of who speaks in what
 * follows. */
static bool is_speaker_line(struct sv t)
{
    static const struct sv mark[] = {{"\"", 1},
                                     {"\xe2\x80\x9c", 3},
                                     {"\xe2\x80\x9e", 3},
                                     {"\xe2\x80\x9d", 3},
                                     {"*", 1}};
    for (size_t i = 0; i < ARRAY_LEN(mark); i++)
        t = sv_trim(sv_starts(t, mark[i]) ? sv_sub(t, mark[i].n, t.n) : t);
    while (t.n && memchr(",:*", t.p[t.n - 1], 3))
        t = sv_trim(sv_sub(t, 0, t.n - 1));
    return sv_eq_fold(t, SV("The Council")) ||
           sv_eq_fold(t, SV("The Council of the European Union"));
}

/* "1. welcomes ...;" in a press release, some lines below "The Council,": conclusions
 * that it quotes. The quotation's end ends them. */
bool council_speaks_above(const struct deciding *d)
{
    enum { LINES_BACK = 120 };
    static const struct sv closing[] = {
        {".\"", 2}, {";\"", 2}, {".\xe2\x80\x9d", 4}, {".''", 3}};
    const struct scan *s = d->s;
    size_t line = d->line;
    if (d->mode != MODE_PRESS || !is_english(d->out->document.language))
        return false;
    for (int n = 0; n < LINES_BACK; n++) {
        line = text_line_before(s, line);
        if (line == SIZE_MAX)
            return false;
        struct sv t = sv_trim(sv_sub(s->text, s->line[line].b, s->line[line].e));
        if (is_speaker_line(t))
            return true;
        for (size_t i = 0; i < ARRAY_LEN(closing); i++)
            if (sv_ends(t, closing[i]))
                return false;
    }
    return false;
}

/* "souscrit à": an e at its end would be a participle's that lost its accent. */
static bool ends_in_t(const struct deciding *d, const struct word *w)
{
    uint32_t end;
    return sv_ends(word_after(&d->view, w->b, &end), SV("t"));
}

/* "erörtert", "genehmigt", "souscrit": the third person and the participle look the same.
 */
bool verb_is_present(const struct deciding *d, const struct word *w, struct word *out,
                     struct verb *verb)
{
    bool german = IS(row_lang(d, w), "de"), french = IS(row_lang(d, w), "fr");
    if (w->form != FORM_PART || !(german || (french && ends_in_t(d, w))) ||
        !(d->concludes || record_in_present(d)))
        return false;
    *out = *w;
    out->form = FORM_PRESENT;
    verb_read(d, out, verb);
    return verb->voice == VOICE_ACTIVE && (verb->subject || verb->pronoun);
}

/* "a adopte", "a marque son accord": a participle that lost its accent looks like the
 * present. */
static bool lacks_accent(const struct deciding *d, const struct word *w)
{
    uint32_t end;
    return IS(row_lang(d, w), "fr") && w->row->cell[d->kind].p[0] != 's' &&
           sv_ends(word_after(&d->view, w->b, &end), SV("e"));
}

/* "wurde vereinbart", "hat ... vereinbart": the same word as a participle. */
bool verb_is_participle(const struct deciding *d, const struct word *w, struct word *out,
                        struct verb *verb)
{
    if (w->form != FORM_PRESENT || verb->subject || sv_ends(verb->intro, SV(",")))
        return false;
    struct verb read = {.voice = VOICE_NONE, .head = w->b, .intro = SV("")};
    if (lacks_accent(d, w))
        verb_read_romance(d, w, &read);
    else if (IS(row_lang(d, w), "de") && d->view.p[w->e - 1] == 't')
        verb_read_bracket(d, w, &read);
    if (read.voice != VOICE_ACTIVE && read.voice != VOICE_PASSIVE)
        return false;
    *out = *w;
    out->form = FORM_PART;
    *verb = read;
    return true;
}

bool is_that(struct sv w)
{
    static const struct words list =
        WORDS("that", "que", "dass", "daß", "dat", "at", "att", "che");
    return one_of(w, &list);
}

/* "Europol zu beauftragen, ...", "att ge Europol i uppdrag": whom it asks stands in
 * front of the infinitive. */
bool infinitive_asks(const struct deciding *d, const struct word *w, uint32_t *b)
{
    static const struct words give = WORDS("att", "ge", "at", "give");
    struct sv lang = row_lang(d, w);
    uint32_t end = 0;
    *b = 0;
    if (IS(lang, "en") || IS(lang, "fr") || IS(lang, "it"))
        return false;
    while (one_of(word_after(&d->view, *b, &end), &give))
        *b = end;
    return w->b > *b && actor_behind(d, *b + (*b > 0)) != NULL;
}

/* ---- "indique qu'elle rendra compte" ---- */

static bool ends_future(struct sv w)
{
    static const struct sv tail[] = {{"ra", 2},  {"ront", 4},  {"rait", 4},
                                     {"rà", 3},  {"ranno", 5}, {"rebbe", 5},
                                     {"rai", 3}, {"rá", 3},    {"raient", 6}};
    for (size_t i = 0; i < ARRAY_LEN(tail); i++)
        if (w.n > 3 && sv_ends(w, tail[i]))
            return true;
    return false;
}

bool said_of_future(const struct deciding *d, const struct word *w)
{
    static const struct words modal = WORDS("werde", "wird", "würde", "wolle", "zal",
                                            "zou", "wil", "ville", "vil", "skulle");
    static const struct words object =
        WORDS("lui", "leur", "le", "la", "les", "se", "en", "ne", "si", "ne", "lo");
    const struct view *v = &d->view;
    struct sv lang = row_lang(d, w);
    uint32_t at = w->e, end;
    if (IS(lang, "en"))
        return true;
    if (d->mode != MODE_RECORD) /* elsewhere others' plans are told */
        return false;
    if (IS(lang, "fr") || IS(lang, "it") || IS(lang, "es")) {
        struct sv verb = word_after(v, at, &end);
        while (one_of(verb, &object))
            verb = word_after(v, end, &end);
        return ends_future(verb);
    }
    if (!IS(lang, "de") && !IS(lang, "nl"))
        return true;
    for (int n = 0; n < 40 && at < v->n; n++, at = end) {
        struct sv x = word_after(v, at, &end);
        if (x.n == 1 && (x.p[0] == ';' || x.p[0] == '.'))
            return false;
        if (one_of(x, &modal))
            return true;
    }
    return false;
}
