#include "header.h"

enum { SUBJECT_WORDS_MAX = 220 };

bool subject_connector(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    if (i >= z->n)
        return false;
    const struct hit *s = zone_hit(z, i, PHRASE_STOPWORD, STOPWORD_SMALL, -1);
    if (!s || s->end != i + 1 || h->lang < 0 ||
        !(s->phrase->langs & 1u << (unsigned)h->lang))
        return false;
    return !zone_flag(z, i, WORD_CAPITAL) || zone_flag(z, i, WORD_UPPER);
}

struct reading {
    const struct header *h;
    size_t b;        /* where the subject begins */
    size_t weak;     /* last place where text may begin; 0: none */
    size_t line;     /* last line that may begin the text; 0: none */
    bool quoted;     /* inside double quotes */
    bool lines_kept; /* a line end was met */
    int depth;       /* brackets */
};

/* What must not stand before the beginning of a sentence. */
static bool leads_on(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    return i > r->b &&
           (subject_connector(r->h, i - 1) || zone_is(z, i - 1, ',') ||
            zone_is(z, i - 1, '-') || zone_is(z, i - 1, ':') || zone_is(z, i - 1, '/') ||
            zone_is(z, i - 1, '(') || zone_is(z, i - 1, '&') || zone_is(z, i - 1, '\''));
}

/* "A. INTRODUCTION": a letter counts where a heading that begins texts follows; "Mr A.
 * Smith" has none. */
static bool letter_counts(const struct zone *z, size_t i)
{
    return zone_reads(z, i, "A") && zone_flag(z, i, WORD_UPPER) &&
           zone_is(z, i + 1, '.') && !zone_flag(z, i + 2, WORD_GLUED) &&
           zone_hit(z, i + 2, PHRASE_OPENING, OPENING_STRONG, -1);
}

/* "(1) Europe ...": paragraph n of a text that is numbered in brackets. */
static bool bracketed(const struct zone *z, size_t i, long n)
{
    return zone_is(z, i, '(') && zone_flag(z, i + 1, WORD_GLUED) &&
           zone_number(z, i + 1) == n && zone_is(z, i + 2, ')') &&
           zone_flag(z, i + 3, WORD_CAPITAL) && !zone_flag(z, i + 3, WORD_GLUED);
}

/* A footnote's mark looks the same: what follows must be numbered on. */
static bool bracketed_text(const struct zone *z, size_t i)
{
    if (!bracketed(z, i, 1))
        return false;
    for (size_t k = i + 4; k + 3 < z->n; k++)
        if (bracketed(z, k, 2))
            return true;
    return false;
}

/* "I. Introduction", "1. On 25 March …", "1." alone on its line. */
static bool enumerator(const struct zone *z, size_t i, bool first)
{
    if (letter_counts(z, i) || bracketed_text(z, i))
        return true;
    if (i + 1 < z->n && zone_flag(z, i, WORD_CAPITAL) && zone_number(z, i + 1) == 1 &&
        (zone_reads(z, i, "Item") || zone_reads(z, i, "Point") ||
         zone_reads(z, i, "Punkt")))
        i++; /* "Item 1. Adoption" */
    if (!zone_is(z, i + 1, '.') && !zone_is(z, i + 1, ')'))
        return false;
    /* a scanner sets the stop off: "I ." */
    bool stop = zone_flag(z, i + 1, WORD_GLUED) ||
                (zone_flag(z, i, WORD_FIRST) && !z->word[i + 1].lines);
    if (!stop || zone_flag(z, i + 2, WORD_GLUED))
        return false;
    bool roman = zone_reads(z, i, "I") && zone_flag(z, i, WORD_UPPER);
    bool one = zone_number(z, i) == 1 || (first && zone_number(z, i) == 2);
    return (roman || one) && (i + 2 >= z->n || zone_flag(z, i + 2, WORD_CAPITAL) ||
                              z->word[i + 2].lines > 0);
}

static bool dash(const struct zone *z, size_t i)
{
    return zone_is(z, i, '-') || zone_is(z, i, '=') ||
           (zone_is(z, i, '?') && z->word[i].e - z->word[i].b > 1 &&
            !zone_flag(z, i + 1, WORD_GLUED));
}

static bool own_footer(const struct header *h, size_t i)
{
    struct paper p;
    if (h->z.word[i].kind != WORD_NUMBER && !zone_flag(&h->z, i, WORD_UPPER))
        return false;
    if (footer_at(h, i, &p))
        return true;
    return h->has_paper && paper_at(&h->z, i, &p, h->a) &&
           (zone_flag(&h->z, i, WORD_FIRST) || zone_number(&h->z, p.end) >= 0 ||
            zone_flag(&h->z, p.end, WORD_UPPER)) &&
           p.number == h->paper.number && p.year == h->paper.year;
}

/* A number on a line of its own is the paper's where none came yet. */
static bool number_alone(const struct header *h, size_t i)
{
    struct paper p;
    return !h->has_paper && zone_flag(&h->z, i, WORD_FIRST) &&
           paper_at(&h->z, i, &p, h->a) && zone_flag(&h->z, p.end, WORD_FIRST);
}

/* "/11 HGN/tt": the footer of a paper whose digits are lost. */
static bool broken_footer(const struct zone *z, size_t i)
{
    return zone_is(z, i, '/') && !zone_flag(z, i, WORD_GLUED) &&
           zone_flag(z, i + 1, WORD_GLUED) && zone_number(z, i + 1) >= 0;
}

/* The longest beginning of running text at word i. */
static const struct hit *opening_at(const struct reading *r, size_t i)
{
    const struct hit *strong =
        zone_hit(&r->h->z, i, PHRASE_OPENING, OPENING_STRONG, r->h->lang);
    const struct hit *weak =
        zone_hit(&r->h->z, i, PHRASE_OPENING, OPENING_WEAK, r->h->lang);
    return strong ? strong : weak;
}

/* "The Hague, 12-13 November 2012": where and when, in a title. */
static bool venue_line(const struct zone *z, size_t i, int lang)
{
    enum { WORDS_MOST = 3 };
    struct date d;
    size_t k = i;
    while (k < i + WORDS_MOST && zone_flag(z, k, WORD_CAPITAL) &&
           z->word[k].kind == WORD_LETTERS)
        k++;
    return k > i && zone_is(z, k, ',') && date_at(z, k + 1, lang, &d) && d.year;
}

/* A capital that only the beginning of a sentence has: "At its", "Building upon". */
static bool sentence_starts(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    const struct hit *s = zone_hit(z, i, PHRASE_OPENING, OPENING_START, r->h->lang);
    if (zone_reads(z, i, "I") && zone_reads(z, i + 2, "II")) /* "Bilagorna I och II" */
        return false;
    if (s && venue_line(z, i, r->h->lang))
        return false;
    bool ours = s && (r->h->lang < 0 || s->phrase->lang == r->h->lang);
    return ours && s->end < z->n && z->word[s->end].kind != WORD_SIGN &&
           !(zone_flag(z, i, WORD_UPPER) && z->word[i].nletters > 1);
}

enum { DOUBLE_SPACED = 4 }; /* line ends where a blank line would be */

/* A line of one or two words in capitals, behind which the text begins: "European Council
 * 25/26 March 2010 / CONCLUSIONS / Delegations will find …". */
static bool capital_line(const struct zone *z, size_t i, int lang)
{
    size_t k = i;
    for (; k < i + 2 && zone_flag(z, k, WORD_UPPER) && z->word[k].nletters > 5; k++)
        if (k + 1 < z->n && z->word[k + 1].lines)
            return z->word[k + 1].lines <= DOUBLE_SPACED &&
                   zone_hit(z, k + 1, PHRASE_OPENING, OPENING_STRONG, lang);
    return false;
}

/* The days of a meeting on a line of their own in front of that: "24/25 OCTOBER 2013". */
static bool day_line(const struct zone *z, size_t i, int lang)
{
    struct date d;
    return date_at(z, i, lang, &d) && d.year && d.end < z->n && z->word[d.end].lines &&
           (capital_line(z, d.end, lang) ||
            zone_hit(z, d.end, PHRASE_OPENING, OPENING_STRONG, lang));
}

/* "Progress report on …" below the title, nearer to it than to the text that begins
 * behind it. */
static bool nearer_line(const struct zone *z, size_t i, int lang)
{
    enum { WORDS_MOST = 24 };
    size_t k = i + 1;
    while (k < z->n && k < i + WORDS_MOST && !z->word[k].lines)
        k++;
    return k < z->n && z->word[k].lines > z->word[i].lines &&
           z->word[k].lines > DOUBLE_SPACED && !zone_is(z, k - 1, '.') &&
           !zone_is(z, k - 1, ':') &&
           zone_hit(z, k, PHRASE_OPENING, OPENING_STRONG, lang);
}

static bool same_word(const struct zone *z, size_t a, size_t b)
{
    size_t n = z->word[a].e - z->word[a].b;
    return n == z->word[b].e - z->word[b].b &&
           memcmp(z->text.p + z->word[a].b, z->text.p + z->word[b].b, n) == 0;
}

/* A site's own copy of the page, above the header, goes on here without a line's end: the
 * empty line in front of word i is none of the page's. */
static bool runs_on_above(const struct header *h, size_t i)
{
    enum { BEFORE = 4, BEHIND = 2 };
    const struct zone *z = &h->z;
    for (size_t k = BEFORE; i >= BEFORE && k + BEHIND <= h->begin; k++) {
        size_t n = 0;
        while (n < BEFORE + BEHIND && i + n < z->n + BEFORE &&
               same_word(z, k - BEFORE + n, i - BEFORE + n) &&
               !z->word[k - BEFORE + n].lines)
            n++;
        if (n == BEFORE + BEHIND)
            return true;
    }
    return false;
}

/* "-" on a line of its own, "1.Following requests" on the next. */
static bool dash_above_point(const struct zone *z, size_t i)
{
    return dash(z, i) && zone_number(z, i + 1) == 1 && zone_is(z, i + 2, '.') &&
           zone_flag(z, i + 2, WORD_GLUED) && !zone_flag(z, i + 1, WORD_GLUED) &&
           zone_flag(z, i + 3, WORD_CAPITAL) && zone_flag(z, i + 3, WORD_GLUED);
}

/* "… - Statement Statement by the Commission": the heading behind a title that ends with
 * the same word. */
static bool repeats_word(const struct reading *r, size_t i)
{
    enum { LETTERS_LEAST = 6 };
    const struct zone *z = &r->h->z;
    return i > r->b + 1 && zone_flag(z, i, WORD_CAPITAL) &&
           z->word[i].nletters >= LETTERS_LEAST && zone_flag(z, i - 1, WORD_CAPITAL) &&
           same_word(z, i - 1, i);
}

/* "(4)" between two blank lines, or in front of the title of an act in capitals: a site
 * counts the pages. */
static bool page_mark(const struct zone *z, size_t i)
{
    if (!zone_is(z, i, '(') || zone_number(z, i + 1) < 0 || !zone_is(z, i + 2, ')') ||
        i + 3 >= z->n)
        return false;
    return (z->word[i].lines >= 2 && z->word[i + 3].lines >= 2) ||
           (zone_flag(z, i + 3, WORD_UPPER) &&
            zone_hit(z, i + 3, PHRASE_OPENING, OPENING_TITLE, -1));
}

/* "(1) Les informations", "(*) This document": where the mark of the footnote begins
 * whose text begins at word i; i: no mark stands there. The reader of words drops an
 * asterisk. */
static size_t footnote_mark(const struct zone *z, size_t i)
{
    size_t k = i > 0 && zone_is(z, i - 1, ')') ? i - 1 : i;
    if (k == i || zone_flag(z, i, WORD_GLUED))
        return i;
    k -= k > 0 && zone_number(z, k - 1) >= 0;
    return k > 0 && zone_is(z, k - 1, '(') ? k - 1 : i;
}

/* Does the footnote of such a mark begin at word i? */
static bool footnote_begins(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    size_t text = i + 2 + (zone_number(z, i + 1) >= 0);
    return zone_is(z, i, '(') && text < z->n && zone_is(z, text - 1, ')') &&
           footnote_mark(z, text) == i &&
           (sentence_starts(r, text) || opening_at(r, text));
}

static bool ends_at_line(struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    const struct word *w = &z->word[i];
    bool capital = (w->flags & WORD_CAPITAL) != 0;
    if (r->quoted || (w->lines <= 2 && i > r->b && names_inside(r->h, i)))
        return false;
    if (repeats_word(r, i) || page_mark(z, i) || footnote_begins(r, i))
        return true;
    const struct hit *o = opening_at(r, i);
    if (o && capital && (w->lines >= 2 || o->phrase->role == OPENING_STRONG))
        return true;
    if (leads_on(r, i))
        return false;
    if ((o && capital) || (capital && sentence_starts(r, i)))
        return true;
    if (enumerator(z, i, true) || (dash(z, i) && enumerator(z, i + 1, true)) ||
        dash_above_point(z, i))
        return true;
    if (w->lines >= 2 && w->lines <= DOUBLE_SPACED &&
        (capital_line(z, i, r->h->lang) || day_line(z, i, r->h->lang) ||
         (capital && nearer_line(z, i, r->h->lang))))
        return false;
    if (w->lines >= 2 && runs_on_above(r->h, i)) {
        r->line = r->line ? r->line : i;
        return false;
    }
    if (w->lines >= 2)
        return !(dash(z, i) || zone_is(z, i, '(') || zone_is(z, i, '/') ||
                 (w->kind == WORD_LETTERS && !capital));
    if (capital)
        r->line = i;
    return false;
}

/* The title of an act in capitals behind small letters: "DRAFT COUNCIL DECISION". */
static bool act_title(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    const struct hit *s = zone_hit(z, i, PHRASE_OPENING, OPENING_TITLE, -1);
    enum { DRAFT_WORDS = 2 }; /* "Draft REGULATION OF THE EUROPEAN PARLIAMENT" */
    if (!s || i <= r->b + DRAFT_WORDS || zone_flag(z, i - 1, WORD_UPPER) ||
        !zone_flag(z, i - 1, WORD_LOWER_END))
        return false;
    for (size_t k = i; k < s->end; k++)
        if (!zone_flag(z, k, WORD_UPPER))
            return false;
    return true;
}

/* "The Council of the European Union, RECALLING": the act itself begins. */
static bool recital_begins(const struct zone *z, const struct hit *o)
{
    return o && o->end < z->n && zone_is(z, o->end, ',') &&
           zone_flag(z, o->end + 1, WORD_UPPER) && z->word[o->end + 1].nletters >= 5;
}

/* "… [på förslag av ordförandeskapet]) Utbildningskommittén har": a bracket closed the
 * title, and small letters follow the capital. */
static bool behind_bracket(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    return !r->lines_kept && i + 1 < z->n &&
           (zone_is(z, i - 1, ')') || zone_is(z, i - 1, ']')) &&
           zone_flag(z, i, WORD_LOWER_END) && !z->word[i + 1].lines &&
           z->word[i + 1].kind == WORD_LETTERS && !zone_flag(z, i + 1, WORD_CAPITAL) &&
           !subject_connector(r->h, i + 1);
}

/* "Sir, I have the honour": the letter that the paper transmits. */
static bool letter_begins(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    const struct hit *o = zone_hit(z, i, PHRASE_OPENING, OPENING_LETTER, r->h->lang);
    return o && zone_is(z, o->end, ',') && zone_flag(z, o->end + 1, WORD_UPPER) &&
           z->word[o->end + 1].nletters == 1;
}

/* "… - General approach PUBLIC INTRODUCTION": a stamp between the title and the text. */
static bool stamp_before_text(const struct zone *z, size_t i)
{
    struct marking m = {0};
    size_t end = zone_hit(z, i, PHRASE_MARKING, -1, -1) ? marking_at(z, i, &m) : 0;
    return m.public && (zone_hit(z, end, PHRASE_OPENING, OPENING_STRONG, -1) ||
                        enumerator(z, end, false));
}

static bool ends_inside(struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    if (!r->quoted && (stamp_before_text(z, i) || page_mark(z, i) ||
                       (r->depth == 0 && bracketed_text(z, i))))
        return true;
    if (!r->quoted &&
        ((dash(z, i) && !zone_is(z, i, '-') && enumerator(z, i + 1, false)) ||
         dash_above_point(z, i)))
        return true;
    if (r->quoted || r->depth > 0 ||
        !(z->word[i].kind == WORD_NUMBER || zone_flag(z, i, WORD_CAPITAL)))
        return false;
    const struct hit *o = opening_at(r, i);
    if (letter_begins(r, i) || repeats_word(r, i))
        return true;
    if (leads_on(r, i) && !(o && o->phrase->role == OPENING_STRONG && o->end > i + 1))
        return false;
    if (enumerator(z, i, false) || act_title(r, i) || recital_begins(z, o))
        return true;
    if (!r->weak && (sentence_starts(r, i) || behind_bracket(r, i)))
        r->weak = footnote_mark(z, i);
    if (!o || !zone_flag(z, i, WORD_CAPITAL) ||
        (zone_flag(z, i, WORD_UPPER) && z->word[i].nletters > 1 &&
         !sv_eq_fold(zone_word(z, i), o->phrase->row->cell[0]) &&
         zone_flag(z, i - 1, WORD_UPPER)))
        return false;
    if (o->phrase->role == OPENING_STRONG)
        return true;
    if (o->end > i + 1 && !r->lines_kept && !r->weak)
        r->weak = i;
    return false;
}

bool subject_sentence_end(const struct zone *z, size_t i)
{
    return zone_is(z, i, '.') && zone_flag(z, i, WORD_GLUED) && i > 0 &&
           zone_flag(z, i - 1, WORD_LOWER_END) && z->word[i - 1].nletters >= 4 &&
           !(z->word[i - 1].nletters <= 5 && zone_number(z, i + 1) >= 0 &&
             zone_is(z, i + 2, '/')) && /* "αριθ. 07/c/01/18" */
           !zone_flag(z, i + 1, WORD_GLUED) &&
           (i + 1 >= z->n || zone_flag(z, i + 1, WORD_CAPITAL) || z->word[i + 1].lines ||
            z->word[i + 1].kind == WORD_NUMBER);
}

/* "follow-up" and below it "JAI 108", or behind it "JAI 108 ECOFIN 119": codes that a
 * table left behind the subject. */
static bool code_line(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    size_t end = rows_codes_begin(r->h, i) ? masthead_code(r->h, i, false) : 0;
    if (!end)
        return false;
    if (z->word[i].lines)
        return end >= z->n || zone_flag(z, end, WORD_FIRST | WORD_CELL);
    return zone_hit(z, i, PHRASE_CODE, CODE_KNOWN, -1) && masthead_code(r->h, end, false);
}

static bool hard_end(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    const struct word *w = &z->word[i];
    size_t end;
    if (i == r->b)
        return false;
    if ((w->flags & WORD_RULE) || code_line(r, i) || zone_page_line(z, i))
        return true;
    int role = rows_label(r->h, i, &end);
    if (role >= 0 && (role == LABEL_ENCL || !(r->h->roles & 1u << role)) &&
        ((w->flags & (WORD_FIRST | WORD_CELL)) || zone_flag(z, i, WORD_CAPITAL)))
        return true;
    const struct hit *inst = zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_COUNCIL, -1);
    return inst && zone_flag(z, i, WORD_CAPITAL) &&
           ((w->lines >= 2 && zone_flag(z, i, WORD_UPPER)) ||
            zone_hit(z, inst->end, PHRASE_PLACE, -1, -1));
}

/* A finite verb that is no participle of a title ("submitted by the Commission"). */
static bool finite_verb(const struct reading *r, size_t i)
{
    const struct zone *z = &r->h->z;
    const struct hit *v = zone_hit(z, i, PHRASE_OPENING, OPENING_VERB, r->h->lang);
    bool participle = zone_reads(z, i + 1, "by") || zone_reads(z, i + 1, "at") ||
                      zone_reads(z, i + 1, "on") || zone_reads(z, i + 1, "in") ||
                      zone_reads(z, i + 1, "under");
    return v && v->phrase->lang == r->h->lang && !zone_flag(z, i, WORD_CAPITAL) &&
           !participle;
}

/* "… on rivers Coreper is invited to": the last capital before the first finite verb that
 * nothing leads to begins the text; e if there is none. */
static size_t sentence_with_verb(const struct reading *r, size_t e)
{
    const struct zone *z = &r->h->z;
    size_t at = e;
    bool quoted = zone_is(z, r->b, '"');
    int depth = 0;
    for (size_t i = r->b + 1; i < e; i++) {
        quoted ^= zone_is(z, i, '"');
        depth += zone_is(z, i, '(') - (zone_is(z, i, ')') && depth > 0);
        if (quoted || depth > 0)
            continue;
        bool behind_quote = zone_is(z, i - 1, '"') && i > r->b + 1;
        bool plain = ((z->word[i - 1].kind == WORD_LETTERS &&
                       !zone_flag(z, i - 1, WORD_CAPITAL)) ||
                      behind_quote) &&
                     !leads_on(r, i);
        if (zone_flag(z, i, WORD_CAPITAL) && plain)
            at = i;
        else if (finite_verb(r, i) && at < e)
            return at;
    }
    return e;
}

static size_t fallback(const struct reading *r, size_t i)
{
    if (r->weak)
        return r->weak;
    if (r->line)
        return r->line;
    return r->lines_kept ? i : sentence_with_verb(r, i);
}

/* "… Allgemeine Ausrichtung KONTEXT UND INHALT 1. Die": where the heading in capitals
 * begins in front of the enumerator at i; i: there is none. */
static size_t before_heading(const struct zone *z, size_t b, size_t i)
{
    enum { WORDS_LEAST = 3 };
    size_t k = i;
    while (k > b + 1 && zone_flag(z, k - 1, WORD_UPPER) && !z->word[k - 1].lines)
        k--;
    return i - k >= WORDS_LEAST && zone_flag(z, k - 1, WORD_LOWER_END) ? k : i;
}

size_t subject_end(const struct header *h, size_t b)
{
    const struct zone *z = &h->z;
    struct reading r = {.h = h, .b = b};
    size_t most = b + SUBJECT_WORDS_MAX < z->n ? b + SUBJECT_WORDS_MAX : z->n;
    for (size_t i = b; i < most; i++) {
        if (hard_end(&r, i))
            return i;
        if (i > b && (own_footer(h, i) || broken_footer(z, i) || number_alone(h, i)))
            return r.weak ? r.weak : r.lines_kept ? i : sentence_with_verb(&r, i);
        if (i > b && z->word[i].lines) {
            r.lines_kept = true;
            if (ends_at_line(&r, i))
                return i;
        } else if (i > b && ends_inside(&r, i)) {
            return enumerator(z, i, false) ? before_heading(z, b, i) : i;
        }
        if (i > b && subject_sentence_end(z, i) && !r.quoted)
            return i + 1 < z->n && z->word[i + 1].lines >= 2 && !r.line && !r.weak
                       ? i + 1
                       : fallback(&r, i + 1);
        if (zone_is(z, i, '"'))
            r.quoted = !r.quoted;
        r.depth += zone_is(z, i, '(') - (zone_is(z, i, ')') && r.depth > 0);
        if (r.quoted && z->word[i].lines > 3)
            r.quoted = false;
    }
    /* text that breaks off in its first sentence */
    return most == z->n && !r.weak ? most : fallback(&r, most);
}
