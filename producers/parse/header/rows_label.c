/* The label of a row: with its colon, without it where the paper's language and time
 * print none, or as a scanner misread it. */
#include "header.h"

enum { BARE_ROWS_WORDS = 40 };

/* The colon behind a label that ends before word i; 0 if none. */
static size_t behind_colon(const struct zone *z, size_t i)
{
    size_t j = i;
    while (j < i + 2 && (zone_is(z, j, '.') || zone_is(z, j, '(')))
        j++;
    if (!zone_is(z, j, ':') || z->word[j].lines > 1)
        return 0;
    bool twice = zone_is(z, j + 1, ':') && !z->word[j + 1].lines; /* "from::" */
    return j + 1 + twice;
}

/* "für die: Delegationen", "van het: voorzitterschap": the article was set with the
 * label; the word behind the colon, or 0. */
static size_t behind_article(const struct header *h, size_t i, const struct hit *label)
{
    enum { ARTICLE_LETTERS = 3 };
    const struct zone *z = &h->z;
    size_t at = label->end;
    bool name = label->phrase->role == LABEL_FROM || label->phrase->role == LABEL_TO;
    bool begins = zone_flag(z, i, WORD_FIRST | WORD_CELL) || i == h->type_end ||
                  (h->roles & 1u << LABEL_FROM) != 0;
    if (!name || !begins || label->phrase->lang != h->lang || at >= z->n ||
        z->word[at].kind != WORD_LETTERS || z->word[at].nletters > ARTICLE_LETTERS ||
        z->word[at].lines || zone_flag(z, at, WORD_CAPITAL))
        return 0;
    const struct hit *next = zone_hit(z, at, PHRASE_LABEL, -1, h->lang); /* "fra til:" */
    bool own = next && next->phrase->lang == h->lang &&
               next->phrase->role != label->phrase->role;
    return own ? 0 : behind_colon(z, at + 1);
}

/* "No. prev. doc 11853/12": the number says what the colon would; in a torn table the
 * next label does. */
static size_t before_number(const struct header *h, const struct hit *label)
{
    const struct zone *z = &h->z;
    size_t i = label->end + (zone_is(z, label->end, '.') ? 1 : 0);
    i += zone_is(z, i, '/') && !zone_flag(z, i, WORD_GLUED); /* between two cells */
    bool row = label->phrase->role == LABEL_PREV || label->phrase->role == LABEL_CION;
    if (!row)
        return 0;
    if (zone_number(z, i) >= 1000 && zone_is(z, i + 1, '/'))
        return i;
    const struct hit *next = zone_hit(z, i, PHRASE_LABEL, LABEL_SUBJECT, h->lang);
    return next && behind_colon(z, next->end) ? i : 0;
}

static bool subject_follows(const struct zone *z, size_t i)
{
    for (size_t j = i; j < z->n && j < i + BARE_ROWS_WORDS; j++) {
        const struct hit *l = zone_hit(z, j, PHRASE_LABEL, LABEL_SUBJECT, -1);
        if (l && behind_colon(z, l->end))
            return true;
    }
    return false;
}

/* Is words [b, e) a name that addressees.tsv has? */
static bool names_whole(const struct header *h, size_t b, size_t e)
{
    const struct hit *name = zone_hit(&h->z, b, PHRASE_ADDRESSEE, -1, h->lang);
    return name && name->end == e;
}

/* A name that addressees.tsv has ends in front of word i, behind the label of the sender.
 */
static bool sender_ends(const struct header *h, size_t i)
{
    for (size_t k = h->type_end + 1; k < i; k++)
        if (names_whole(h, k, i))
            return true;
    return false;
}

/* "OUTCOME OF PROCEEDINGS of Council on 26 April 2012 Subject: …", "NOTE de la Présidence
 * au Comité K.4 Objet : …" */
static bool bare_behind_type(const struct header *h, size_t i, const struct hit *label)
{
    const struct zone *z = &h->z;
    bool from = label->phrase->role == LABEL_FROM && i == h->type_end;
    bool later = (h->roles & 1u << LABEL_FROM) != 0;
    struct date d;
    if (!h->type_end || i < h->type_end || i > h->type_end + BARE_ROWS_WORDS ||
        label->phrase->lang != h->lang || zone_flag(z, i, WORD_CAPITAL) || h->bare_e ||
        (h->seen & ELEMENT_COLONS))
        return false;
    if (later && label->phrase->role == LABEL_ON)
        return date_at(z, label->end, h->lang, &d) ||
               zone_hit(z, label->end, PHRASE_MONTH, -1, h->lang);
    bool to = later && label->phrase->role == LABEL_TO;
    bool named = (to && (zone_flag(z, i, WORD_FIRST) || sender_ends(h, i))) ||
                 zone_hit(z, label->end, PHRASE_ADDRESSEE, -1, h->lang);
    return (from || to) && named && subject_follows(z, label->end);
}

/* Running text began between the type and word i: a sentence ended, or small words stand
 * there and no sender. */
static bool behind_text(const struct header *h, size_t i)
{
    enum { LONG_WORD = 4, SHORT_WORD = 3 };
    const struct zone *z = &h->z;
    bool sender = (h->roles & 1u << LABEL_FROM) != 0;
    for (size_t j = h->type_end; j < i; j++) {
        const struct word *w = &z->word[j];
        bool letters = w->kind == WORD_LETTERS;
        if (!sender && letters && w->nletters >= SHORT_WORD &&
            !zone_flag(z, j, WORD_CAPITAL))
            return true;
        if (letters && w->nletters >= LONG_WORD && zone_is(z, j + 1, '.') &&
            zone_flag(z, j + 1, WORD_GLUED))
            return true;
    }
    return false;
}

/* Old German papers put no colon behind the rows under the type: "des Vorsitzes", "für
 * die Delegationen". */
static bool bare_label(const struct header *h, size_t i, const struct hit *label)
{
    const struct zone *z = &h->z;
    bool on = label->phrase->role == LABEL_ON || label->phrase->role == LABEL_DCL_DATED;
    struct date d;
    bool begins = zone_flag(z, i, WORD_FIRST) || i == h->type_end ||
                  ((h->roles & 1u << LABEL_FROM) && on && /* "der Gruppe vom 9. Mai" */
                   date_at(z, label->end, h->lang, &d)) ||
                  ((h->roles & 1u << LABEL_FROM) && label->phrase->role == LABEL_TO &&
                   (i == h->type_end + 1 || /* "des für den Nr. Vordok.:" */
                    names_whole(h, h->type_end + 1, i) ||
                    zone_hit(z, label->end, PHRASE_ADDRESSEE, -1, h->lang)));
    return h->type_end && i >= h->type_end && i < h->type_end + BARE_ROWS_WORDS &&
           !(h->seen & ELEMENT_COLONS) && h->lang >= 0 &&
           sv_eq(z->book->lang[h->lang], SV("de")) && label->phrase->lang == h->lang &&
           begins && !zone_flag(z, i, WORD_CAPITAL) && !behind_text(h, i) &&
           (on || label->phrase->role == LABEL_FROM || label->phrase->role == LABEL_TO);
}

/* "vom 21. November 2017" below the row of the sender: no colon stands there in German
 * papers whose other rows have one. */
static bool bare_on(const struct header *h, size_t i, const struct hit *label)
{
    const struct zone *z = &h->z;
    struct date d;
    bool on = label->phrase->role == LABEL_ON || label->phrase->role == LABEL_DCL_DATED;
    return on && zone_flag(z, i, WORD_FIRST | WORD_CELL) && i > h->type_end &&
           h->type_end && h->roles & 1u << LABEL_FROM && h->lang >= 0 &&
           sv_eq(z->book->lang[h->lang], SV("de")) && label->phrase->lang == h->lang &&
           date_at(z, label->end, h->lang, &d) && d.year &&
           (d.end >= z->n || zone_flag(z, d.end, WORD_FIRST));
}

/* "To" and "Subject" alone on their lines below "From :": a table whose other labels have
 * their colons lost some. */
static bool bare_alone(const struct header *h, size_t i, const struct hit *label)
{
    const struct zone *z = &h->z;
    bool follows = label->phrase->role == LABEL_SUBJECT ||
                   (label->phrase->role == LABEL_TO &&
                    zone_hit(z, label->end, PHRASE_ADDRESSEE, -1, h->lang));
    return follows && (h->roles & 1u << LABEL_FROM) && (h->seen & ELEMENT_COLONS) &&
           !(h->roles & 1u << label->phrase->role) && label->phrase->lang == h->lang &&
           zone_flag(z, i, WORD_FIRST) && zone_flag(z, i, WORD_CAPITAL) &&
           label->end < z->n && z->word[label->end].lines > 0;
}

/* A label that a scanner misread: "frorn :", "Subjcct :". */
static int misread_label(const struct header *h, size_t i, size_t *end)
{
    const struct zone *z = &h->z;
    size_t letters = 0, j = i;
    if (!zone_flag(z, i, WORD_FIRST | WORD_CELL) || h->lang < 0 ||
        !(h->seen & (ELEMENT_NUMBER | ELEMENT_NUMBER_REST | ELEMENT_CODES)) ||
        z->word[i].kind != WORD_LETTERS)
        return -1;
    for (; j < i + 5 && j < z->n && z->word[j].kind != WORD_NUMBER &&
           (j == i || !z->word[j].lines) && !zone_is(z, j, ':');
         j++)
        letters += z->word[j].nletters;
    if (!zone_is(z, j, ':') || letters < 4 || letters > 24)
        return -1;
    const struct phrase *p = phrases_nearest(z->book, PHRASE_LABEL, h->lang,
                                             z->letter + z->word[i].letters, letters);
    if (!p || p->role > LABEL_CION || p->role == LABEL_ON)
        return -1;
    *end = j + 1;
    return p->role;
}

/* "… Working Party meeting" above "Date:": a line ends inside the label, and a shorter
 * one begins the next line; or the day's begins with a capital. */
static bool torn_label(const struct zone *z, size_t i, const struct hit *label)
{
    for (size_t k = i + 1; k < label->end; k++) {
        const struct hit *inner = zone_hit(z, k, PHRASE_LABEL, -1, -1);
        if (!inner || inner->end != label->end)
            continue;
        if (zone_flag(z, k, WORD_FIRST) ||
            (inner->phrase->role == LABEL_DATE && zone_flag(z, k, WORD_CAPITAL) &&
             !zone_flag(z, i, WORD_CAPITAL)))
            return true;
    }
    return false;
}

/* "all:" in "Clean Planet for all: a vision": a short word of running text that is a
 * label in another language only. */
static bool is_word_of_text(const struct header *h, size_t i, const struct hit *label)
{
    enum { SHORT_WORD = 3 };
    const struct zone *z = &h->z;
    return h->lang >= 0 && label->phrase->lang != h->lang && label->end == i + 1 &&
           z->word[i].nletters <= SHORT_WORD &&
           !zone_flag(z, i, WORD_FIRST | WORD_CELL | WORD_CAPITAL);
}

int rows_label(const struct header *h, size_t i, size_t *end)
{
    const struct zone *z = &h->z;
    if (zone_is(z, i, WORD_NUMERO))
        i++;
    if (i >= z->n)
        return -1;
    /* the longest label that a colon follows: "No. prev. doc.:", not "No" */
    const struct hit *best = NULL, *at = z->hit + z->word[i].hits;
    size_t n = z->word[i].kinds >> PHRASE_LABEL & 1 ? z->word[i].nhits : 0;
    for (; n > 0; n--, at++) {
        if (at->phrase->kind != PHRASE_LABEL || (best && at->end < best->end))
            continue;
        if (torn_label(z, i, at) || is_word_of_text(h, i, at))
            continue;
        size_t behind = behind_colon(z, at->end);
        if (!behind)
            behind = behind_article(h, i, at);
        if (!behind && h->lang >= 0 &&
            (bare_label(h, i, at) || bare_behind_type(h, i, at) || bare_on(h, i, at) ||
             bare_alone(h, i, at)))
            behind = at->end;
        if (!behind && h->bare_e && at->phrase->lang == h->lang)
            behind = rows_bare(h, i);
        if (!behind)
            behind = before_number(h, at);
        if (!behind || (best && at->end == best->end && at->phrase->lang != h->lang))
            continue;
        best = at;
        *end = behind;
    }
    return best ? best->phrase->role : misread_label(h, i, end);
}
