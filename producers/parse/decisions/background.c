/* What a press release tells of other years in other languages than English: "Le
 * règlement a été adopté par le Conseil en 2013", "Die Richtlinie wurde 2013 vom Rat
 * erlassen". */
#include "decide.h"

enum { BEHIND_BYTES = 80, CLAUSE_WORDS = 32 };

static const struct words dating =
    WORDS("en", "le", "nel", "il", "im", "in", "am", "op", "i", "den", "em", "el", "En",
          "Le", "Nel", "Il", "Im", "In", "Am", "Op", "I", "Den", "Em", "El");

/* "juin 2013", "Jahr 2013", "2013", "3. Juni 2013" at `at`. */
static bool date_begins(struct deciding *d, uint32_t at, struct iso_date *out)
{
    const struct view *v = &d->view;
    uint32_t end, next;
    struct sv w = word_after(v, at, &end);
    int month = decide_book_month(d->book, w);
    if (month || IS(w, "Jahr") || IS(w, "Jahre"))
        w = word_after(v, end, &next);
    uint32_t b = (uint32_t)(w.p - v->p);
    if (!w.n || w.p[0] < '0' || w.p[0] > '9' || !date_in(d, b, v->n, out) || out->b != b)
        return false;
    if (month)
        out->month = month;
    return true;
}

/* Is the day or year that begins at `at`, behind a word that dates, some months older
 * than the paper? A bare one must end the sentence, or stand in front of who acted. */
static bool is_old(struct deciding *d, uint32_t at)
{
    static const struct words von = WORDS("vom", "von", ".");
    struct iso_date t;
    uint32_t end, next;
    bool dated = one_of(word_after(&d->view, at, &end), &dating);
    if (!date_begins(d, dated ? end : at, &t) || !t.year ||
        (!dated && !one_of(word_after(&d->view, t.e, &next), &von) && t.e < d->view.n))
        return false;
    int months = (d->year - t.year) * 12 + (t.month && d->month ? d->month - t.month : 0);
    return t.month ? months > 1 : t.year < d->year;
}

/* "adopté par le Conseil et le Parlement européen en 2013": a date behind the agent that
 * stands right behind the participle. */
static bool is_old_behind_agent(struct deciding *d, const struct word *w)
{
    static const struct words by = WORDS("par", "dal", "dalla", "af", "av", "von", "vom",
                                         "door", "por", "pelo", "pela");
    const struct view *v = &d->view;
    uint32_t end, next, limit = w->e + BEHIND_BYTES < v->n ? w->e + BEHIND_BYTES : v->n;
    if (!one_of(word_after(v, w->e, &end), &by))
        return false;
    for (uint32_t at = end; at < limit; at = next) {
        struct sv x = word_after(v, at, &next);
        if (!x.n || (x.n == 1 && (x.p[0] == ';' || x.p[0] == ',')))
            return false;
        if (one_of(x, &dating) || (x.p[0] >= '0' && x.p[0] <= '9'))
            if (is_old(d, at))
                return true;
    }
    return false;
}

bool foreign_background(struct deciding *d, const struct word *w)
{
    static const struct words aux =
        WORDS("wurde", "wurden", "hat", "haben", "heeft", "hebben", "is", "zijn", "werd",
              "werden", "blev");
    const struct view *v = &d->view;
    uint32_t end, at = w->b;
    if (is_old(d, w->e) || is_old_behind_agent(d, w))
        return true;
    if (one_of(word_after(v, 0, &end), &dating) && is_old(d, 0))
        return true;
    for (int n = 0; n < CLAUSE_WORDS && at > 0; n++) {
        struct sv x = word_before(v, at, &at);
        if (one_of(x, &aux))
            return is_old(d, at + (uint32_t)x.n);
    }
    return false;
}
