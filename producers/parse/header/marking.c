#include "header.h"

#include "producers/parse/text/ascii.h"
#include "producers/parse/text/words.h"

static bool all_capitals(const struct zone *z, size_t b, size_t e)
{
    for (size_t i = b; i < e; i++)
        if (z->word[i].kind == WORD_LETTERS && !(z->word[i].flags & WORD_UPPER))
            return false;
    return true;
}

static bool small(const struct zone *z, size_t i)
{
    return i < z->n && z->word[i].kind == WORD_LETTERS &&
           !(z->word[i].flags & (WORD_CAPITAL | WORD_BROKEN));
}

/* "Digest of LIMITE documents", "was marked LIMITE, but": small letters lead to it and
 * the sentence goes on. */
static bool in_prose(const struct zone *z, size_t b, size_t e)
{
    bool led =
        b > 0 && small(z, b - 1) && !z->word[b].lines && !zone_flag(z, b, WORD_CELL);
    bool stop = (zone_is(z, e, ',') || zone_is(z, e, '.')) && zone_flag(z, e, WORD_GLUED);
    return led && e < z->n && !z->word[e].lines && !zone_flag(z, e, WORD_CELL) &&
           (stop || small(z, e));
}

/* What a scanner reads for the letters of capitals: "L1MITE", "RESTRElNT". */
static char misread(char c)
{
    switch (c) {
    case 'L':
    case 'l':
    case '1':
    case '|':
    case '!': return 'I';
    case '0': return 'O';
    case '5': return 'S';
    default: return c;
    }
}

static bool reads_as(struct sv is, struct sv word)
{
    if (is.n != word.n)
        return false;
    for (size_t i = 0; i < is.n; i++)
        if (misread(is.p[i]) != misread(word.p[i]))
            return false;
    return true;
}

/* Behind the word at i, whatever signs and letters it is made of. */
static size_t glued_end(const struct zone *z, size_t i)
{
    size_t e = i + 1;
    while (e < z->n && zone_flag(z, e, WORD_GLUED) && !zone_is(z, e, '/'))
        e++;
    return e;
}

/* A marking that a scanner misread is one all the same: who may not read the paper must
 * not get it for that. `union_mark`: UE behind it or EU before it makes it one. */
static size_t misread_at(const struct zone *z, size_t i, struct marking *m)
{
    static const struct {
        struct sv word;
        bool union_mark;
        struct sv marking;
    } markings[] = {
        {{"LIMITE", 6}, false, {"LIMITE", 6}},
        {{"RESTREINT", 9}, false, {"RESTREINT UE", 12}},
        {{"RESTRICTED", 10}, true, {"EU RESTRICTED", 13}},
        {{"CONFIDENTIEL", 12}, true, {"CONFIDENTIEL UE", 15}},
        {{"CONFIDENTIAL", 12}, true, {"EU CONFIDENTIAL", 15}},
        {{"SECRET", 6}, true, {"SECRET UE", 9}},
    };
    size_t w = zone_reads(z, i, "EU") && i + 1 < z->n ? i + 1 : i;
    if (z->word[w].kind == WORD_SIGN || zone_flag(z, w, WORD_GLUED))
        return 0;
    size_t e = glued_end(z, w);
    struct sv is = sv_sub(z->text, z->word[w].b, z->word[e - 1].e);
    bool marked = w > i || zone_reads(z, e, "UE");
    for (size_t k = 0; k < ARRAY_LEN(markings); k++) {
        if (!reads_as(is, markings[k].word) || (markings[k].union_mark && !marked) ||
            in_prose(z, i, e))
            continue;
        if (k == 0)
            m->limite = true;
        else if (markings[k].marking.n > m->classified.n)
            m->classified = markings[k].marking;
        return e;
    }
    return 0;
}

/* "PUBLIC COUCIL OF Brussels, …": capitals of a name that lost letters, then the place.
 */
static bool before_place(const struct zone *z, size_t i)
{
    enum { NAME_WORDS = 8 };
    for (size_t most = NAME_WORDS; most > 0 && i < z->n && !z->word[i].lines; most--, i++)
        if (zone_hit(z, i, PHRASE_PLACE, -1, -1))
            return true;
        else if (!zone_flag(z, i, WORD_UPPER))
            return false;
    return false;
}

/* "70" on the same line, and no "8714/12". */
static bool is_serial(const struct zone *z, size_t i)
{
    long serial = i < z->n ? zone_number(z, i) : -1;
    return serial > 0 && serial < 1000 && !z->word[i].lines &&
           (i + 1 >= z->n || z->word[i + 1].lines ||
            z->word[i + 1].kind == WORD_LETTERS) &&
           !zone_hit(z, i + 1, PHRASE_MONTH, -1, -1);
}

/* "DEBAT PUBLIC", "ORDRE PUBLIC": French, in capitals. */
static bool is_public_noun(const struct zone *z, size_t i)
{
    static const struct words list =
        WORDS("DEBAT", "DÉBAT", "ORDRE", "SERVICE", "SECTEUR", "DROIT", "GRAND",
              "MINISTERE", "MINISTÈRE", "TRANSPORT", "MARCHE", "MARCHÉ");
    return i > 0 && !z->word[i].lines && one_of(zone_word(z, i - 1), &list);
}

size_t marking_at(const struct zone *z, size_t i, struct marking *m)
{
    const struct hit *h = zone_hit(z, i, PHRASE_MARKING, -1, -1);
    if (!h || !all_capitals(z, i, h->end))
        return h ? 0 : misread_at(z, i, m);
    if (in_prose(z, i, h->end))
        return 0;
    struct sv is = h->phrase->row->cell[1];
    /* "PUBLIC HEARING" on one line is no stamp */
    if (sv_eq(is, SV("PUBLIC")) && h->end < z->n && !z->word[h->end].lines &&
        z->word[h->end].kind == WORD_LETTERS && !zone_flag(z, h->end, WORD_CELL) &&
        !zone_hit(z, h->end, PHRASE_MARKING, -1, -1) &&
        !zone_hit(z, h->end, PHRASE_CODE, -1, -1) &&
        !zone_hit(z, h->end, PHRASE_INSTITUTION, -1, -1) &&
        !zone_hit(z, h->end, PHRASE_PLACE, -1, -1) &&
        !zone_hit(z, h->end, PHRASE_TYPE, -1, -1) && !before_place(z, h->end) &&
        !zone_hit(z, h->end, PHRASE_OPENING, OPENING_STRONG, -1))
        return 0;
    if (sv_eq(is, SV("PUBLIC")) && (is_serial(z, h->end) || is_public_noun(z, i)))
        return 0; /* "PUBLIC 70": the code of what lists the Council's acts */
    if (sv_eq(is, SV("PUBLIC")))
        m->public = true;
    else if (sv_eq(is, SV("LIMITE")))
        m->limite = true;
    else if (sv_eq(is, SV("PUBLIC LIMITE")))
        m->public = m->limite = true;
    else if (is.n > m->classified.n)
        m->classified = is;
    return h->end;
}

struct sv marking_text(const struct marking *m)
{
    if (m->classified.p)
        return m->classified;
    if (m->public)
        return m->limite ? SV("PUBLIC LIMITE") : SV("PUBLIC");
    return m->limite ? SV("LIMITE") : SV_NULL;
}

static struct sv bare_line(const struct scan *s, size_t i)
{
    struct sv t = sv_trim(sv_sub(s->text, s->line[i].content, s->line[i].e));
    while (t.n && t.p[t.n - 1] == '*')
        t.n--;
    return sv_trim(t);
}

static bool page_mark(const struct scan *s, size_t i)
{
    struct sv t = bare_line(s, i);
    uint64_t n;
    return (t.n <= 4 && sv_u64(t, &n)) || (t.n == 2 && t.p[0] >= 'A' && t.p[0] <= 'Z') ||
           (s->line[i].flags & LINE_FURNITURE) != 0;
}

/* The line before or behind, blank ones skipped, is a page's number, language or footer.
 */
static bool at_page_edge(const struct scan *s, size_t i)
{
    size_t j = i;
    while (j > 0 && (s->line[j - 1].flags & LINE_BLANK))
        j--;
    if (j > 0 && page_mark(s, j - 1))
        return true;
    for (j = i + 1; j < s->nlines && (s->line[j].flags & LINE_BLANK);)
        j++;
    return j < s->nlines && page_mark(s, j);
}

/* One banner may be anything; one that comes back at the edges of pages is the paper's
 * own. */
struct sv marking_of_pages(const struct scan *s)
{
    static const struct {
        const char *begin;
        struct sv marking;
    } banners[] = {
        {"RESTREINT UE", {"RESTREINT UE/EU RESTRICTED", 26}},
        {"EU RESTRICTED", {"RESTREINT UE/EU RESTRICTED", 26}},
        {"CONFIDENTIEL UE", {"CONFIDENTIEL UE/EU CONFIDENTIAL", 31}},
        {"EU CONFIDENTIAL", {"CONFIDENTIEL UE/EU CONFIDENTIAL", 31}},
        {"SECRET UE", {"SECRET UE/EU SECRET", 19}},
        {"EU SECRET", {"SECRET UE/EU SECRET", 19}},
        {"TRES SECRET UE", {"TRES SECRET UE/EU TOP SECRET", 28}},
        {"TR\xC3\x88S SECRET UE", {"TRES SECRET UE/EU TOP SECRET", 28}},
    };
    unsigned found[ARRAY_LEN(banners)] = {0};
    for (size_t i = 0; i < s->nlines; i++) {
        scan_fetch_ahead(s, i, LINE_AS_BANNER);
        if (!(s->line[i].flags & LINE_AS_BANNER))
            continue;
        struct sv t = bare_line(s, i);
        for (size_t k = 0; k < ARRAY_LEN(banners); k++)
            if (sv_starts(t, sv_cstr(banners[k].begin)) && at_page_edge(s, i) &&
                ++found[k] >= 2)
                return banners[k].marking;
    }
    return SV_NULL;
}

/* Blanks, and what Markdown puts between words. */
static bool apart(char c)
{
    return (unsigned char)c <= ' ' || c == '*' || c == '|';
}

static struct sv next_word(struct sv *t)
{
    size_t b = 0, e;
    while (b < t->n && apart(t->p[b]))
        b++;
    for (e = b; e < t->n && !apart(t->p[e]);)
        e++;
    struct sv word = sv_sub(*t, b, e);
    *t = sv_sub(*t, e, t->n);
    return word;
}

/* "EN", also one that lost its N. */
static bool language_mark(struct sv w)
{
    return w.n > 0 && is_upper(w.p[0]) &&
           (w.n == 1 || (w.n == 2 && is_upper(w.p[1])) ||
            (w.n == 4 && (unsigned char)w.p[1] == 0xEF));
}

/* "FL/jg 2 DGD 1C LIMITE EN" behind the number: short words, the marking, the language.
 */
static bool footer_says_limite(struct sv t)
{
    enum { WORD_BYTES = 12, BANNER_WORDS = 14 };
    bool limite = false;
    for (int most = BANNER_WORDS; most > 0; most--) {
        struct sv w = next_word(&t);
        uint64_t page;
        if (limite && !sv_u64(w, &page))
            return language_mark(w);
        if (w.n == 0 || w.n > WORD_BYTES || (w.n > 4 && is_lower(w.p[0])) ||
            memchr(",;:(", w.p[w.n - 1], 4))
            return false;
        limite = limite || reads_as(w, SV("LIMITE"));
    }
    return false;
}

/* What the footers of the paper's own pages say, where nothing else does: a paper that
 * may be LIMITE is not for everybody. */
bool marking_of_footers(const struct scan *s, struct sv number)
{
    enum { PAGES_BYTES = 16384, FOOTER_BYTES = 250 };
    size_t b = 0;
    while (b < number.n && !is_digit(number.p[b]))
        b++;
    size_t e = b;
    while (e < number.n && (is_digit(number.p[e]) || number.p[e] == '/'))
        e++;
    struct sv digits = sv_sub(number, b, e);
    for (size_t i = 0; i < s->ntokens && s->token[i].b < PAGES_BYTES && digits.n; i++) {
        struct sv t = sv_sub(s->text, s->token[i].b, s->token[i].e);
        size_t at = t.n < digits.n ? SIZE_MAX : sv_find(t, digits);
        if (at == SIZE_MAX)
            continue;
        at += s->token[i].b + digits.n;
        size_t end = at + FOOTER_BYTES < s->text.n ? at + FOOTER_BYTES : s->text.n;
        if (footer_says_limite(sv_sub(s->text, at, end)))
            return true;
    }
    return false;
}

/* "PU", "B", "LI", "C": the stamp PUBLIC that stands aslant over the page, in pieces. */
bool stamp_in_pieces(const struct header *h)
{
    static const struct sv piece[] = {{"PU", 2}, {"B", 1}, {"LI", 2}, {"C", 1}};
    unsigned found = 0;
    for (size_t i = 0; i < h->z.n && i < h->end + MARGIN_WORDS; i++) {
        if (h->z.word[i].nletters > 2)
            continue;
        for (unsigned k = 0; k < ARRAY_LEN(piece); k++)
            if (sv_eq(zone_word(&h->z, i), piece[k]))
                found |= 1u << k;
    }
    return found == (1u << ARRAY_LEN(piece)) - 1;
}

/* "P U BLI C" alone on the first line of a page whose header is lost. */
bool stamp_on_top(const struct header *h)
{
    const struct zone *z = &h->z;
    static const char stamp[] = "PUBLIC";
    size_t n = 0, i = 0;
    for (; i < z->n && n < sizeof stamp - 1; i++) {
        struct sv w = zone_word(z, i);
        if ((i > 0 && z->word[i].lines) || w.n > sizeof stamp - 1 - n ||
            memcmp(stamp + n, w.p, w.n) != 0)
            return false;
        n += w.n;
    }
    return n == sizeof stamp - 1 && i < z->n && z->word[i].lines;
}
