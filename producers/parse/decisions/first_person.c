/* "We agreed", "We call on": declarations of the Heads of State or Government and of
 * ministers, where those who speak name themselves once, in the title. */
#include "decide.h"

/* The front of the paper, where its title stands. */
static struct sv front_of(const struct scan *s)
{
    enum { FRONT_BYTES = 900 };
    return sv_sub(s->text, 0, s->text.n < FRONT_BYTES ? s->text.n : FRONT_BYTES);
}

/* What those are called who speak as "we"; null: nobody does. A letter says "we", too,
 * and a page that only quotes. */
struct sv first_person_of(const struct deciding *d)
{
    static const char *const declares[] = {"DECLARATION", "STATEMENT",     "CLARATION",
                                           "ERKL",        "VERKLARING",    "RKLARING",
                                           "UTTALANDE",   "DICHIARAZIONE", NULL};
    static const char *const leaders[] = {"HEADS OF STATE OR GOVERNMENT",
                                          "EUROPEAN COUNCIL",
                                          "LEADERS",
                                          "MINISTERS",
                                          "CHEFS D'",
                                          "CHEFS D’",
                                          "CONSEIL EUROP",
                                          "STAATS- UND REGIERUNGSCHEFS",
                                          "ISCHER RAT",
                                          "ISCHEN RAT",
                                          "REGERINGSLEIDERS",
                                          "EUROPESE RAAD",
                                          "REGERINGSCHEFER",
                                          "REGERINGSCHEFERNE",
                                          "EUROPEISKA",
                                          "CAPI DI STATO",
                                          "CONSIGLIO EUROPEO",
                                          NULL};
    static const char *const letter[] = {"DEAR ", "SINCERELY", "DIRECTOR-GENERAL", NULL};
    struct sv front = front_of(d->s);
    if (d->mode == MODE_RECORD || d->mode == MODE_PRESS ||
        !meeting_holds_any(front, declares) || !meeting_holds_any(front, leaders) ||
        meeting_holds_any(front, letter))
        return SV_NULL;
    bool council = sv_find(front, d->european) != SIZE_MAX ||
                   meeting_holds(front, "EUROPEAN COUNCIL");
    bool heads = meeting_holds(front, "HEADS OF STATE OR GOVERNMENT");
    return council ? d->european : heads ? SV("Heads of State or Government") : SV("We");
}

/* A formula with its "We": in a clause of its own it is an act of those who speak. */
void act_first_person(struct deciding *d, const struct sentence *at, const struct word *w,
                      struct acts *out)
{
    static const struct words clause = WORDS("that", "which", "what", "as", "whom", "how",
                                             "que", "dass", "dat", "at", "att", "che");
    uint32_t b;
    struct sv front = word_before(&d->view, w->b, &b);
    if (!d->first.n || one_of(front, &clause) || is_subordinate(front) ||
        in_quotation(&d->view, w->b))
        return;
    struct act *a = acts_push(d, out, w);
    if (!a)
        return;
    a->voice = VOICE_ACTIVE;
    a->by = d->first;
    a->draft = d->drafts && in_conclusions(d, at->b);
    d->last_by = a->by;
    act_addressees(d, a, NULL);
}
