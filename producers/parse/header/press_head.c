/* The head of a press release that is no paper of the register: the institution, the
 * type, a number of the press office and the day, one below the other or on one line, and
 * a site's clock beside them:
 *
 *   Council of the EU                 Council of the EU
 *   PRESS RELEASE                     Press release
 *   EN                                7 November 2016
 *   633/16                            10:45
 *   07/11/2016
 *
 * The number is no paper's, so such a release has no id. */
#include "header.h"

enum {
    TOP_WORDS = 80,    /* in which the type stands */
    HEAD_WORDS = 16,   /* behind the type; and before it */
    SERIAL_DIGITS = 4, /* of the press office's number */
    MARK_LETTERS = 2   /* "EN", "E" of a font that lost its N */
};

struct press_head {
    struct date day;
    size_t number, end; /* word of the number, or 0; word behind the head */
    bool dated;
};

/* "633/16" at word i, of the year that the day says where there is one. */
static bool is_serial(const struct zone *z, size_t i, const struct date *day)
{
    long serial = zone_number(z, i), year = zone_number(z, i + 2);
    bool whole = zone_is(z, i + 1, '/') && zone_flag(z, i + 1, WORD_GLUED) &&
                 zone_flag(z, i + 2, WORD_GLUED) && !zone_is(z, i + 3, '/');
    return serial > 0 && whole && z->word[i].nletters <= SERIAL_DIGITS &&
           z->word[i + 2].nletters == 2 && (!day || day->year % 100 == year);
}

/* "10:45" */
static bool is_clock(const struct zone *z, size_t i)
{
    return zone_number(z, i) >= 0 && zone_number(z, i) < 24 && zone_is(z, i + 1, ':') &&
           zone_flag(z, i + 1, WORD_GLUED) && zone_number(z, i + 2) >= 0 &&
           z->word[i + 2].nletters == 2;
}

static bool is_mark(const struct zone *z, size_t i)
{
    const struct word *w = &z->word[i];
    return w->kind == WORD_LETTERS && w->nletters <= MARK_LETTERS &&
           zone_flag(z, i, WORD_UPPER);
}

static bool is_joint(const struct zone *z, size_t i)
{
    return zone_is(z, i, ',') || zone_is(z, i, '-') || zone_is(z, i, '|') ||
           zone_is(z, i, '/');
}

/* What the head holds from word i on. */
static void read_on(const struct header *h, size_t i, struct press_head *p)
{
    const struct zone *z = &h->z;
    size_t limit = i + HEAD_WORDS < z->n ? i + HEAD_WORDS : z->n;
    struct date d;
    p->end = i;
    while (i < limit) {
        if (!p->number && is_serial(z, i, p->dated ? &p->day : NULL)) {
            p->number = i;
            i += 3;
        } else if (!p->dated && date_at(z, i, h->lang, &d) && d.year) {
            p->day = d;
            p->dated = true;
            i = d.end;
        } else if (is_clock(z, i)) {
            i += 3;
        } else if (is_mark(z, i) || is_joint(z, i)) {
            i++;
            continue;
        } else {
            break;
        }
        p->end = i;
    }
}

/* A site prints the day, and the number, above the type. */
static void read_above(const struct header *h, size_t type, struct press_head *p)
{
    struct press_head above = {.end = 0};
    size_t b = type > h->begin + HEAD_WORDS ? type - HEAD_WORDS : h->begin;
    for (; b < type && above.end != type; b++) {
        above = (struct press_head){.end = 0};
        read_on(h, b, &above);
    }
    if (above.end != type)
        return;
    p->day = above.day;
    p->dated = above.dated;
    p->number = above.number;
}

/* The institution begins a line of the page's top, and no sentence goes on behind it. */
static bool institution_ends(const struct zone *z, size_t i, size_t *end)
{
    const struct hit *n = zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_COUNCIL, -1);
    if (!n)
        n = zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_EUROPEAN_COUNCIL, -1);
    if (!n || !zone_flag(z, i, WORD_CAPITAL))
        return false;
    *end = n->end;
    return n->end >= z->n ||
           zone_flag(z, n->end, WORD_FIRST | WORD_CELL | WORD_CAPITAL) ||
           z->word[n->end].kind != WORD_LETTERS;
}

/* begins: a line, or what stands above the type ends there. */
static bool take(struct header *h, size_t i, const struct hit *type, bool begins,
                 bool institution)
{
    struct press_head p = {.end = 0};
    read_above(h, i, &p);
    begins = begins || p.dated;
    read_on(h, type->end, &p);
    bool serial = p.number && is_serial(&h->z, p.number, &p.day);
    if (!p.dated || (!serial && !(institution && begins)))
        return false;
    h->type = zone_flag(&h->z, i, WORD_UPPER) ? zone_text(&h->z, i, type->end, h->a)
                                              : type->phrase->row->cell[0];
    h->type_role = type->phrase->role;
    h->type_end = type->end;
    h->date = p.day;
    h->seen |= ELEMENT_TYPE | ELEMENT_DATE;
    if (serial)
        h->press_number = zone_text(&h->z, p.number, p.number + 3, h->a);
    h->end = p.end;
    return true;
}

bool press_head(struct header *h)
{
    const struct zone *z = &h->z;
    size_t limit = h->begin + TOP_WORDS < z->n ? h->begin + TOP_WORDS : z->n;
    size_t behind = 0; /* the institution */
    for (size_t i = h->begin; i < limit; i++) {
        const struct hit *type = zone_hit(z, i, PHRASE_TYPE, TYPE_PRESS, h->lang);
        bool begins = zone_flag(z, i, WORD_FIRST | WORD_CELL) || i == h->begin ||
                      behind == i || is_joint(z, i - 1);
        if (type && zone_flag(z, i, WORD_CAPITAL) && take(h, i, type, begins, behind > 0))
            return true;
        (void)institution_ends(z, i, &behind);
    }
    return false;
}

/* A masthead that has the place as well was read as any other's; the number below its
 * type, or below place and day, is not. */
void press_head_number(struct header *h)
{
    const struct zone *z = &h->z;
    if (h->has_paper || h->type_role != TYPE_PRESS || !h->type_end || h->press_number.p ||
        !(h->seen & ELEMENT_DATE))
        return;
    for (size_t i = h->type_end; i < z->n && i < h->type_end + HEAD_WORDS; i++)
        if (is_serial(z, i, &h->date) && (zone_flag(z, i, WORD_FIRST | WORD_CELL) ||
                                          z->word[i - 1].kind == WORD_NUMBER)) {
            h->press_number = zone_text(z, i, i + 3, h->a);
            return;
        }
}
