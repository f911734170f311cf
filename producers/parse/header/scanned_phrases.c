/* Labels and places that a scanner or a converter spoiled: "Siibject:", "date of
 * reccipt:", "t0 :", "Brussls, 30 August 2017". Each becomes a phrase of the zone like
 * any other, so whatever reads rows, torn tables and columns meets what was printed.
 *
 * A word by likeness alone would be found in any text. So a label must stand before a
 * colon, near a whole label of the same language, and be one that the rows still lack; a
 * place must stand before a whole date. */
#include "header.h"
#include "scanned.h"

enum {
    LABEL_WORDS_MAX = 8, /* with stops: "No. prev. doc." */
    NEAR_WORDS = 60,     /* another label stands within */
    SHORT_LETTERS_MAX = 3,
    FINDINGS_MAX = 16,
    TRIES_MAX = 64
};

/* The rows that are looked for. */
static const uint8_t wanted[] = {LABEL_FROM, LABEL_TO,   LABEL_SUBJECT,
                                 LABEL_PREV, LABEL_CION, LABEL_RECEIPT,
                                 LABEL_ON,   LABEL_DATE, LABEL_DCL_DATED};

struct rows_seen {
    size_t at[LABEL_ROLES]; /* word of the first label of a role with its colon, or n */
    size_t n;
};

static bool colon_behind(const struct zone *z, size_t i)
{
    return zone_is(z, i + zone_is(z, i, '.'), ':');
}

/* A line begins within some words before word i. */
static bool lines_kept(const struct zone *z, size_t i)
{
    size_t b = i;
    while (b > 0 && i - b < LABEL_WORDS_MAX && !zone_flag(z, b, WORD_FIRST | WORD_CELL))
        b--;
    return zone_flag(z, b, WORD_FIRST | WORD_CELL);
}

static void see_rows(const struct header *h, struct rows_seen *seen)
{
    const struct zone *z = &h->z;
    seen->n = z->n;
    for (size_t r = 0; r < LABEL_ROLES; r++)
        seen->at[r] = z->n;
    for (size_t i = h->begin; i < z->n; i++) {
        const struct hit *l = zone_hit(z, i, PHRASE_LABEL, -1, h->lang);
        bool begins = zone_flag(z, i, WORD_FIRST | WORD_CELL) || !lines_kept(z, i);
        if (!l || !begins || !colon_behind(z, l->end))
            continue;              /* "dok.:" of a longer one is no row */
        size_t role = LABEL_ROLES; /* "del:" is a sender before it is a day */
        for (size_t k = 0; k < z->word[i].nhits; k++) {
            const struct hit *all = &z->hit[z->word[i].hits + k];
            if (all->phrase->kind == PHRASE_LABEL && all->end == l->end &&
                all->phrase->role < role)
                role = all->phrase->role;
        }
        if (role < LABEL_ROLES && seen->at[role] == z->n)
            seen->at[role] = i;
    }
}

/* Near a row that is whole, and where the sender's and the subject's are, above the last
 * of the rows: what stands behind is text. */
static bool row_near(const struct rows_seen *seen, size_t i)
{
    size_t from = seen->at[LABEL_FROM], subject = seen->at[LABEL_SUBJECT],
           to = seen->at[LABEL_TO];
    if (from < seen->n && to < seen->n && subject < seen->n && i > from && i > subject &&
        i > to)
        return false;
    for (size_t k = 0; k < ARRAY_LEN(wanted); k++) {
        size_t at = seen->at[wanted[k]];
        if (at < seen->n && (at < i ? i - at : at - i) <= NEAR_WORDS)
            return true;
    }
    return false;
}

/* The letters of words [b, e), digits among them as the letters that they look like. */
static bool letters_of(const struct zone *z, size_t b, size_t e, struct scanned_word *out)
{
    struct scanned_word one;
    out->n = 0;
    out->end = e;
    for (size_t i = b; i < e; i++) {
        if (z->word[i].kind == WORD_SIGN)
            continue;
        if (z->word[i].kind == WORD_NUMBER && !zone_flag(z, i, WORD_GLUED) &&
            !zone_flag(z, i + 1, WORD_GLUED))
            return false;
        (void)scanned_word(z, i, &one);
        if (one.n > SCANNED_LETTERS_MAX - out->n)
            return false;
        memcpy(out->letter + out->n, one.letter, one.n * sizeof *one.letter);
        out->n += one.n;
        i = one.end > i ? one.end - 1 : i;
    }
    return out->n > 0;
}

static bool is_wanted(const struct rows_seen *seen, const struct phrase *p)
{
    for (size_t k = 0; p && k < ARRAY_LEN(wanted); k++)
        if (p->role == wanted[k])
            return seen->at[p->role] == seen->n;
    return false;
}

/* Two or three letters are like many words: only where the rows around them are whole,
 * and the next of them is at hand. */
static const struct phrase *short_label(const struct header *h,
                                        const struct rows_seen *seen, size_t i,
                                        const struct scanned_word *w)
{
    enum { NEXT_ROW_WORDS = 16 };
    size_t from = seen->at[LABEL_FROM], to = seen->at[LABEL_TO],
           subject = seen->at[LABEL_SUBJECT], n = seen->n;
    bool above = from < i && i - from <= NEXT_ROW_WORDS,
         below = subject < n && subject > i && subject - i <= NEAR_WORDS;
    int role = -1;
    if (to == n && (above || (from < i && below)))
        role = LABEL_TO;
    else if (subject == n && to < i && i - to <= NEXT_ROW_WORDS)
        role = LABEL_SUBJECT;
    else if (from == n && to < n && to > i && to - i <= NEXT_ROW_WORDS && below)
        role = LABEL_FROM;
    return role < 0 ? NULL
                    : phrases_nearest_label(h->z.book, (enum label_role)role, h->lang,
                                            w->letter, w->n);
}

/* The label that words [b, e) were, or NULL. */
static const struct phrase *label_like(const struct header *h,
                                       const struct rows_seen *seen, size_t b, size_t e)
{
    struct scanned_word w;
    if (!letters_of(&h->z, b, e, &w))
        return NULL;
    if (w.n <= SHORT_LETTERS_MAX)
        return short_label(h, seen, b, &w);
    const struct phrase *p = scanned_phrase(&h->z, &w, PHRASE_LABEL, h->lang);
    return is_wanted(seen, p) ? p : NULL;
}

struct finding {
    size_t word, end;
    const struct phrase *phrase;
};

/* What is found, and how often a word may still be compared with all that it may have
 * been: a hostile page asks for it at every word. */
struct findings {
    struct finding v[FINDINGS_MAX];
    size_t n, tries;
};

static bool may_try(struct findings *f)
{
    return f->n < FINDINGS_MAX && f->tries++ < TRIES_MAX;
}

static void add_finding(struct findings *f, size_t i, const struct phrase *p, size_t end)
{
    f->v[f->n++] = (struct finding){i, end, p};
}

/* Gives the words their new phrases, behind those that they have. */
static void put_findings(struct header *h, const struct findings *f)
{
    struct zone *z = &h->z;
    size_t n = z->nhits;
    for (size_t i = 0; i < f->n; i++)
        n += z->word[f->v[i].word].nhits + (size_t)FINDINGS_MAX;
    struct hit *all = arena_alloc(h->a, n * sizeof *all);
    memcpy(all, z->hit, z->nhits * sizeof *all);
    for (size_t i = 0; i < f->n; i++) {
        struct word *w = &z->word[f->v[i].word];
        memmove(all + z->nhits, all + w->hits, w->nhits * sizeof *all);
        w->hits = (uint32_t)z->nhits;
        all[w->hits + w->nhits++] = (struct hit){f->v[i].phrase, (uint32_t)f->v[i].end};
        w->kinds = (uint16_t)(w->kinds | 1u << f->v[i].phrase->kind);
        z->nhits += w->nhits;
    }
    z->hit = all;
}

/* Where a label that ends before the colon at word c may begin: at its line's beginning,
 * or where the page is one line at any word from there on. c: a label that is whole
 * stands there. */
static size_t label_begin(const struct header *h, size_t c, bool *first)
{
    const struct zone *z = &h->z;
    size_t b = c, least = c > LABEL_WORDS_MAX ? c - LABEL_WORDS_MAX : 0;
    bool whole = false, here = false;
    *first = false;
    while (b > least && b > h->begin && !*first &&
           !(zone_is(z, b - 1, ':') && !zone_flag(z, b, WORD_GLUED))) {
        b--;
        const struct hit *l = zone_hit(z, b, PHRASE_LABEL, -1, -1);
        here = l && l->end >= c - zone_is(z, c - 1, '.');
        whole = whole || here;
        *first = zone_flag(z, b, WORD_FIRST | WORD_CELL);
    }
    return here || (whole && !*first) ? c : b; /* "Kättesaamie kuupäev:" ends with one */
}

/* Finds the label that begins at one of the words [b, most) and ends before the colon at
 * word c. */
static void find_label(const struct header *h, struct rows_seen *seen, struct findings *f,
                       size_t b, size_t most, size_t c)
{
    const struct zone *z = &h->z;
    size_t e = c - zone_is(z, c - 1, '.');
    for (; b < most && b < e; b++) {
        bool may = z->word[b].kind != WORD_SIGN && row_near(seen, b) && may_try(f);
        const struct phrase *p = may ? label_like(h, seen, b, e) : NULL;
        if (!p)
            continue;
        add_finding(f, b, p, e);
        seen->at[p->role] = b;
        return;
    }
}

static void find_labels(const struct header *h, struct findings *f)
{
    const struct zone *z = &h->z;
    struct rows_seen seen = {0};
    bool first;
    for (size_t c = h->begin + 1; c < z->n; c++) {
        if (!zone_is(z, c, ':') || zone_is(z, c + 1, '/') ||
            zone_flag(z, c + 1, WORD_GLUED))
            continue;
        size_t b = label_begin(h, c, &first);
        if (b == c)
            continue;
        if (!seen.n)
            see_rows(h, &seen);
        b += first && zone_is(z, b, WORD_NUMERO);
        find_label(h, &seen, f, b, first ? b + 1 : c, c);
    }
}

/* Behind the comma and the small words between a place and its date. */
static size_t before_day(const struct zone *z, size_t i)
{
    size_t most = i + 3;
    while (i < most &&
           (zone_is(z, i, ',') || zone_hit(z, i, PHRASE_DATEWORD, DATEWORD_FILLER, -1)))
        i++;
    return i;
}

static void find_places(struct header *h, struct findings *f)
{
    enum { PLACE_LETTERS_LEAST = 5 };
    const struct zone *z = &h->z;
    struct scanned_word w;
    struct date d;
    for (size_t i = h->begin; i < z->n; i++) {
        /* a spoiled word is none that any table knows */
        bool unknown = z->word[i].kind != WORD_SIGN && z->word[i].kinds == 0 &&
                       !zone_flag(z, i, WORD_GLUED);
        if (!unknown || !scanned_word(z, i, &w) || w.n < PLACE_LETTERS_LEAST ||
            (zone_number(z, w.end) < 0 && !zone_is(z, w.end, ',') &&
             !zone_hit(z, w.end, PHRASE_DATEWORD, DATEWORD_FILLER, -1)))
            continue;
        size_t day = before_day(z, w.end);
        if (zone_number(z, day) < 1 || !date_at(z, day, h->lang, &d) || !d.year ||
            d.numeric)
            continue;
        const struct phrase *p =
            may_try(f) ? scanned_phrase(z, &w, PHRASE_PLACE, -1) : NULL;
        if (!p)
            continue;
        add_finding(f, i, p, w.end);
        z->word[i].flags |= WORD_CAPITAL; /* "8russels", "russels" */
    }
}

void scanned_phrases(struct header *h)
{
    struct findings f = {.n = 0};
    if (h->lang < 0)
        return;
    find_labels(h, &f);
    find_places(h, &f);
    if (f.n > 0)
        put_findings(h, &f);
}
