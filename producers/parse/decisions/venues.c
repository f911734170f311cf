/* Where something was decided, said in front: "At the COSI meeting on 2 October 2017 the
 * report was endorsed". Who met there decided. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

/* "the last meeting of the", "the 3546th session of the": between the opening word and
 * the name. */
static bool leads_to_name(const struct deciding *d, uint32_t b, uint32_t e)
{
    const struct view *v = &d->view;
    static const struct words list =
        WORDS("meeting", "meetings", "session", "level", "of", "first", "second",
              "latest", "ad", "hoc");
    uint32_t end;
    for (; b < e; b = end) {
        struct sv w = word_after(v, b, &end);
        bool numbered = w.n > 2 && is_digit(w.p[0]); /* "3546th", "2016" */
        numbered = numbered || decide_book_month(d->book, w) > 0;
        if (end <= e && !is_determiner(w) && !is_attribute(w) && !numbered &&
            !one_of(w, &list))
            return false;
    }
    return true;
}

/* Is it the meeting that is named, and not "the Council conclusions"? */
static bool meets(const struct view *v, uint32_t at)
{
    static const struct words list =
        WORDS("meeting", "meetings", "session", "on", "held", ",", "(", "in", "the", "it",
              "this", "that", "agreement", "consensus", "broad", "a", "an", "general");
    uint32_t end;
    struct sv w = word_after(v, at, &end);
    if (IS(w, "of")) { /* "the Council of 8 June" */
        w = word_after(v, end, &end);
        return w.n > 0 && is_digit(w.p[0]);
    }
    return one_of(w, &list);
}

const struct word *venue_in_front(const struct deciding *d, uint32_t head)
{
    enum { FRONT_BYTES = 90 };
    static const struct words opening = WORDS("At", "In", "During", "Within");
    const struct view *v = &d->view;
    uint32_t end;
    struct sv acronym;
    if (!IS(d->out->document.language, "en") || !one_of(word_after(v, 0, &end), &opening))
        return NULL;
    const struct word *x = NULL;
    for (size_t i = 0; i < v->nwords && v->word[i].b < head; i++) {
        const struct word *w = &v->word[i];
        if (w->form != FORM_NONE && w->form != FORM_ROUTE && IS(row_lang(d, w), "en"))
            return NULL;
        x = !x && w->form == FORM_NONE ? w : x;
    }
    if (!x || x->b > FRONT_BYTES || !leads_to_name(d, end, x->b))
        return NULL;
    uint32_t named = x->actor == ACTOR_PARTY ? actor_party_end(v, x->e, &acronym) : x->e;
    bool body = x->actor == ACTOR_COUNCIL || x->actor == ACTOR_COMMITTEE ||
                x->actor == ACTOR_PARTY || x->actor == ACTOR_SELF ||
                x->actor == ACTOR_MINISTERS;
    return body && named < head && meets(v, named) ? x : NULL;
}
