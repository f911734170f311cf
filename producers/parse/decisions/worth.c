/* Which formulas are worth a sentence: a cheap look at what stands around them, so that
 * most places cost no sentence. */
#include "decide.h"

enum {
    LABEL_BYTES = 10,
    BODY_BEFORE = 230,
    BODY_BEHIND = 170,
    BODY_NEXT = 60,
    SUBJECT_BEFORE = 400
};

/* Does the line end with a colon, or open a list? Elsewhere a narrative decides nothing.
 */
bool leads_list(const struct scan *s, size_t line, size_t offset)
{
    enum { LEAD_BYTES = 200 };
    const struct line *l = &s->line[line];
    size_t e = l->e;
    while (e > l->b && memchr(" *_\t", s->text.p[e - 1], 4))
        e--;
    if (e > l->b && s->text.p[e - 1] == ':')
        return true;
    size_t near = offset + LEAD_BYTES < e ? offset + LEAD_BYTES : e;
    const char *colon =
        offset < near ? memchr(s->text.p + offset, ':', near - offset) : NULL;
    if (colon && colon + 2 < s->text.p + e && colon[1] == ' ' &&
        scan_bullet(colon + 2, s->text.p + e)) /* its lines are lost */
        return true;
    for (size_t i = line + 1; i < s->nlines && i < line + 4; i++)
        if (!(s->line[i].flags & (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE)))
            return (s->line[i].flags & LINE_BULLET) != 0;
    return false;
}

static bool is_body(const struct deciding *d, size_t token)
{
    return KNOWLEDGE_ID_TABLE(d->s->token[token].id) == d->bodies;
}

static bool body_behind(const struct deciding *d, size_t token)
{
    const struct scan *s = d->s;
    uint32_t e = s->token[token].e;
    for (size_t i = token + 1; i < s->ntokens && s->token[i].b - e < BODY_BEHIND; i++)
        if (is_body(d, i))
            return true;
    return false;
}

static bool body_near(const struct deciding *d, size_t token)
{
    const struct scan *s = d->s;
    for (size_t i = token; i-- > 0 && s->token[token].b - s->token[i].e < BODY_BEFORE;)
        if (is_body(d, i))
            return true;
    return body_behind(d, token);
}

/* Is there a body in front, right there or with a bracket, a comma or a date between? */
static bool body_in_front(const struct deciding *d, size_t token)
{
    const struct scan *s = d->s;
    const struct token *k = &s->token[token];
    for (size_t i = token; i-- > 0 && k->b - s->token[i].e < BODY_BEFORE;) {
        uint32_t e = s->token[i].e;
        if (!is_body(d, i))
            continue;
        if (k->b - e < BODY_NEXT)
            return true;
        const char *t = s->text.p + e;
        return t[0] == ',' ||
               ((t[0] == ' ' || t[0] == '\n') && strchr("(oaidbw", t[1]) != NULL);
    }
    return false;
}

/* Is there a body in front that may be the subject of such a verb? */
static bool speaker_in_front(const struct deciding *d, size_t token, enum form form,
                             const struct knowledge_row *row)
{
    const struct scan *s = d->s;
    enum decision_kind kind = act_kind(row->cell[d->kind]);
    for (size_t i = token;
         i-- > 0 && s->token[token].b - s->token[i].e < SUBJECT_BEFORE;) {
        struct word x = {0};
        if (!is_body(d, i))
            continue;
        x.actor = actor_of_row(d, KNOWLEDGE_ID_ROW(s->token[i].id));
        if ((x.actor >= ACTOR_COUNCIL && x.actor <= ACTOR_MINISTERS) ||
            (form != FORM_ACTIVE && actor_may(&x, kind, row->cell[d->act])))
            return true;
    }
    return false;
}

/* The word that ends in front of an offset. */
static struct sv word_in_front(const struct scan *s, size_t e)
{
    const char *t = s->text.p;
    size_t b;
    while (e > 0 && (t[e - 1] == ' ' || t[e - 1] == '\n'))
        e--;
    for (b = e;
         b > 0 && e - b < 16 && (t[b - 1] | 0x20) >= 'a' && (t[b - 1] | 0x20) <= 'z';)
        b--;
    if (b == e && b > 0)
        b--;
    return sv_sub(s->text, b, e);
}

/* "LEWP", as records call the body that met. */
static bool is_short_name(struct sv w)
{
    for (size_t i = 0; i < w.n; i++)
        if (w.p[i] < 'A' || w.p[i] > 'Z')
            return false;
    return w.n > 2;
}

static const struct words finite_auxiliary = WORDS("is", "are", "was", "were", "been");

/* English, in a note, no request: in the active voice it counts with a subject that may
 * do so, or a pronoun; what only goes on with another verb is told by the words in front.
 * In the passive it counts with an agent, but for those that need a subject. */
static bool lacks_speaker(const struct deciding *d, size_t token, enum form form,
                          const struct knowledge_row *row)
{
    static const struct words pronoun = WORDS("He", "She", "he", "she", "it", "It",
                                              "they", "They", "as", ",", "and", "or");
    static const struct words perfect = WORDS("has", "have");
    const struct scan *s = d->s;
    const struct line *line = &s->line[d->line];
    struct sv front = word_in_front(s, s->token[token].b);
    if (line->flags & LINE_BULLET && s->token[token].b < line->content + 6)
        return false;
    if (one_of(front, &finite_auxiliary))
        return form == FORM_ACTIVE;
    bool has = one_of(front, &perfect);
    if (has)
        front = word_in_front(s, (size_t)(front.p - s->text.p));
    if (!front.n || one_of(front, &pronoun) || is_adverb(front) ||
        (d->concludes && (IS(front, "EU") || IS(front, "Union"))))
        return false;
    return !speaker_in_front(d, token, form, row) &&
           !(form == FORM_PAST && !has && body_behind(d, token));
}

/* "At the COSI meeting on 2 October 2017 the draft report was": in a note who met in
 * front of a passive tells who decided. */
static bool venue_before(const struct deciding *d, size_t token)
{
    enum { FRONT = 48 };
    static const struct sv opening[] = {
        {"At ", 3}, {"In ", 3}, {"During ", 7}, {"Within ", 7}};
    const struct scan *s = d->s;
    for (size_t i = token; i-- > 0 && s->token[token].b - s->token[i].e < BODY_BEFORE;) {
        size_t b = s->token[i].b;
        struct sv front = sv_sub(s->text, b > FRONT ? b - FRONT : 0, b);
        for (size_t k = 0; is_body(d, i) && k < ARRAY_LEN(opening); k++)
            if (sv_find(front, opening[k]) != SIZE_MAX)
                return true;
    }
    return false;
}

/* English: what the word in front alone tells. */
static bool is_worth_in_english(const struct deciding *d, size_t token, enum form form,
                                bool request)
{
    static const struct words adjective =
        WORDS("the", "a", "an", "be", "being", "not", "had", "to", "its", "their", "of",
              "any", "The");
    static const struct words open =
        WORDS("as", ",", "it", "It", "they", "They", "and", "has", "have");
    struct sv front = word_in_front(d->s, d->s->token[token].b);
    bool records = d->mode == MODE_RECORD || d->mode == MODE_PRESS;
    const struct line *line = &d->s->line[d->line];
    if (line->flags & LINE_BULLET &&
        d->s->token[token].b < line->content + 6) /* "- adopted": its list names who */
        return true;
    bool mark = front.n == 1 && (front.p[0] == '-' || (front.p[0] & 0x80));
    mark = mark || (front.n == 1 && front.p[0] == ')' && /* "(c) decided" */
                    d->s->token[token].b < line->content + LABEL_BYTES);
    if (mark && records) /* the same in a list whose lines are lost */
        return true;
    if (request && d->drafts && IS(front, "be")) /* "could be invited" */
        return true;
    if (one_of(front, &adjective))
        return false;
    if (one_of(front, &finite_auxiliary))
        return request || (records && form == FORM_PAST) || body_behind(d, token) ||
               (form == FORM_PAST && venue_before(d, token));
    if (d->mode == MODE_RECORD && is_short_name(front))
        return true;
    if (d->mode == MODE_PRESS && (IS(front, "EU") || IS(front, "Union")))
        return true;
    if (one_of(front, &open) || is_adverb(front))
        return records || request || body_near(d, token);
    return body_in_front(d, token);
}

/* A cheap look before the sentence is cut; what says no here could not count there. What
 * only goes on with an earlier verb is read with that verb's sentence. */
bool formula_is_worth(const struct deciding *d, size_t token)
{
    const struct token *k = &d->s->token[token];
    const struct knowledge_table *t = knowledge_table_at(d->s->k, d->formulas);
    const struct knowledge_row *row = &t->row[KNOWLEDGE_ID_ROW(k->id)];
    enum form form = form_of_row(d, KNOWLEDGE_ID_ROW(k->id));
    bool english = sv_eq(row->cell[d->lang], SV("en")),
         request = row->cell[d->kind].p[0] == 'r', note = d->mode == MODE_NOTE;
    if (form == FORM_FIRST)
        return d->first.n > 0;
    if (form == FORM_PRESENT && !english && IS(d->out->document.language, "en"))
        return false; /* "State Secretary in charge of": no French verb */
    if (form == FORM_PRESENT || form == FORM_SUBJECT)
        return d->concludes ||
               (body_near(d, token) && !(note && english && form == FORM_PRESENT &&
                                         lacks_speaker(d, token, form, row)));
    if (d->mode == MODE_NARRATIVE && !leads_list(d->s, d->line, k->e))
        return false;
    if (form == FORM_INF || (form == FORM_ROUTE && d->mode != MODE_RECORD))
        return false;
    if ((form != FORM_PAST && form != FORM_ACTIVE && form != FORM_FINITE) || !english)
        return true;
    return is_worth_in_english(d, token, form, request) &&
           !(note && !request && form != FORM_FINITE &&
             lacks_speaker(d, token, form, row));
}
