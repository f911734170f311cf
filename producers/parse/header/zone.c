#include "zone.h"

#include "lib/utf8.h"
#include "producers/parse/text/ascii.h"
#include "scanned.h"
#include "zone_glued.h"

enum { BYTES_A_WORD = 4, CAPITALS_LEAST = 30 };

struct gap {
    unsigned lines;
    bool white, cell, rule;
};

struct reader {
    struct zone *z;
    struct arena *a;
    const char *p, *e;
    size_t words_cap;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct utf8_char next_char(const char *p, const char *e)
{
    if ((unsigned char)*p < 0x80)
        return (struct utf8_char){(unsigned char)*p, 1, true};
    return utf8_next(p, e);
}

/* Superscript digits: footnote marks, wherever they stand. */
static bool superscript(uint32_t cp)
{
    return cp == 0xB9 || cp == 0xB2 || cp == 0xB3 || (cp >= 0x2070 && cp <= 0x2079);
}

static bool invisible(uint32_t cp)
{
    return cp == 0xAD || cp == 0xFEFF || (cp >= 0x200B && cp <= 0x200D);
}

static bool white(uint32_t cp)
{
    return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\f' || cp == 0xA0 ||
           cp == 0x2028 || cp == 0x2029 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F;
}

/* <sup>1</sup>, <br>, </p> … the length, or 0 when it is no tag. */
static size_t tag_length(const char *p, const char *e)
{
    const char *q = p + 1;
    bool sup = (size_t)(e - p) > 5 && memcmp(p, "<sup>", 5) == 0;
    if (q < e && *q == '/')
        q++;
    if (q == e || !((*q >= 'a' && *q <= 'z') || (*q >= 'A' && *q <= 'Z')))
        return 0;
    while (q < e && *q != '>' && *q != '\n' && q - p < 80)
        q++;
    if (q == e || *q != '>')
        return 0;
    if (sup) {
        struct sv rest = {q, (size_t)(e - q) < 20 ? (size_t)(e - q) : 20};
        size_t close = sv_find(rest, SV("</sup>"));
        if (close != SIZE_MAX)
            return (size_t)(q - p) + close + 6;
    }
    return (size_t)(q - p) + 1;
}

static size_t run_length(const char *p, const char *e)
{
    const char *q = p;
    while (q < e && *q == *p)
        q++;
    return (size_t)(q - p);
}

/* One piece of what lies between words; 0 when a word begins. */
static size_t gap_piece(const char *p, const char *e, struct gap *g)
{
    if (*p == ' ') {
        g->white = true;
        return 1;
    }
    if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9'))
        return 0;
    struct utf8_char c = next_char(p, e);
    if (white(c.cp)) {
        g->lines += c.cp == '\n' || c.cp == '\f';
        g->cell |= c.cp == '\t';
        g->white = true;
        return c.len;
    }
    if (c.cp == '|') {
        g->cell = g->white = true;
        return 1;
    }
    if (c.cp == '*' || c.cp == '#' || c.cp == '\\' || c.cp == '>')
        return 1;
    if ((c.cp == '-' || c.cp == '_' || c.cp == '=' || c.cp == '~') &&
        run_length(p, e) >= 3) {
        g->rule = g->white = true;
        return run_length(p, e);
    }
    if (c.cp == '<') {
        size_t n = tag_length(p, e);
        if (n > 3 && (memcmp(p, "<br", 3) == 0 || memcmp(p, "<BR", 3) == 0)) {
            g->lines++;
            g->white = true;
        }
        return n;
    }
    return superscript(c.cp) || invisible(c.cp) ? c.len : 0;
}

static struct gap read_gap(struct reader *r)
{
    struct gap g = {0};
    size_t n;
    if (r->e - r->p > 1 && *r->p == ' ' &&
        (is_letter(r->p[1]) || is_digit(r->p[1]))) { /* most gaps */
        g.white = true;
        r->p++;
        return g;
    }
    while (r->p < r->e && (n = gap_piece(r->p, r->e, &g)) > 0)
        r->p += n;
    return g;
}

/* Room for one letter a byte was made: no letter takes less. */
static void add_letter(struct reader *r, struct word *w, uint16_t letter)
{
    r->z->letter[r->z->nletters++] = letter;
    w->nletters++;
}

/* "LIMITE" is stamped on papers so often that it is known where it is glued to a code. */
static bool is_limite(const struct zone *z, const struct word *w)
{
    static const char limite[] = "limite";
    for (size_t i = 0; i < 6; i++)
        if (w->nletters != 6 || z->letter[w->letters + i] != (uint16_t)limite[i])
            return false;
    return true;
}

struct letters {
    const char *last_capital;
    unsigned capitals, small;
    bool after_small;
};

/* Where two words were glued: "PresidencyTo", "NOTEFrom", "LIMITECOSI". The letters are
 * all kept, so nothing is lost where it was one word. */
static bool glued_here(struct reader *r, struct word *w, struct letters *l, bool upper,
                       size_t len)
{
    const struct phrases *book = r->z->book;
    if (upper)
        return l->after_small || (l->small == 0 && is_limite(r->z, w));
    if (l->capitals < 4 || l->small > 0 || r->p + len >= r->e)
        return false;
    struct utf8_char next = next_char(r->p + len, r->e);
    uint16_t letter = phrases_fold(book, next.cp);
    if (letter < 'a' || phrases_upper(book, next.cp))
        return false;
    if (zone_glued_label(book, r->p, r->e))
        return true;
    r->p = l->last_capital;
    w->nletters--;
    r->z->nletters--;
    return true;
}

enum { LETTERS_AT_ONCE = 16 };

/* Copies 16 bytes; how many of them, from the first on, are small letters. Fewer are no
 * reason to branch: most words are short, and how short is hard to foretell. */
static size_t copy_small(const char *p, uint16_t *to)
{
#ifdef __SSE2__
    __m128i v, none = _mm_setzero_si128();
    memcpy(&v, p, sizeof v);
    __m128i low = _mm_unpacklo_epi8(v, none), high = _mm_unpackhi_epi8(v, none);
    memcpy(to, &low, sizeof low);
    memcpy(to + 8, &high, sizeof high);
    __m128i small = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('a' - 1)),
                                  _mm_cmplt_epi8(v, _mm_set1_epi8('z' + 1)));
    unsigned others = ~(unsigned)_mm_movemask_epi8(small);
    return (size_t)__builtin_ctz(others);
#else
    size_t n = 0;
    for (; n < LETTERS_AT_ONCE && p[n] >= 'a' && p[n] <= 'z'; n++)
        to[n] = (uint16_t)p[n];
    return n;
#endif
}

/* Small ASCII letters that no glued word can begin at: most of a text. They are their own
 * folding. */
static void read_small(struct reader *r, struct word *w, struct letters *l)
{
    if (l->capitals >= 4 && l->small == 0)
        return;
    const char *b = r->p, *p = b, *e = r->e;
    uint16_t *to = r->z->letter + r->z->nletters;
    if ((size_t)(e - b) > (size_t)(UINT16_MAX - w->nletters))
        e = b + (UINT16_MAX - w->nletters);
    size_t more = LETTERS_AT_ONCE;
    for (; more == LETTERS_AT_ONCE && e - p >= LETTERS_AT_ONCE; p += more, to += more)
        more = copy_small(p, to);
    while (more == LETTERS_AT_ONCE && p < e && *p >= 'a' && *p <= 'z')
        *to++ = (uint16_t)*p++;
    if (p == b)
        return;
    size_t n = (size_t)(p - b);
    r->z->nletters += n;
    w->nletters = (uint16_t)(w->nletters + n);
    l->small += (unsigned)n;
    l->after_small = true;
    r->p = p;
}

/* "EUROP?ISCHEN", "Br?ssel", "?rende": a converter that knew no accents. */
static bool is_lost_letter(const struct reader *r, const struct word *w)
{
    bool opens = w->nletters == 0 && !(w->flags & WORD_GLUED);
    return *r->p == '?' && (w->nletters > 0 || opens) && r->p + 1 < r->e &&
           is_letter(r->p[1]);
}

/* Capital ASCII letters; false where a glued word begins. */
static bool read_capitals(struct reader *r, struct word *w, struct letters *l)
{
    for (; r->p < r->e && is_upper(*r->p) && w->nletters < UINT16_MAX; r->p++) {
        if (glued_here(r, w, l, true, 1))
            return false;
        w->flags |= w->nletters ? 0 : WORD_CAPITAL;
        l->last_capital = r->p;
        l->capitals++;
        add_letter(r, w, (uint16_t)(*r->p | 0x20));
    }
    return true;
}

/* Any other letter, or what is passed over among letters; false where the word ends. */
static bool read_letter(struct reader *r, struct word *w, struct letters *l)
{
    const struct phrases *book = r->z->book;
    struct utf8_char c = next_char(r->p, r->e);
    uint16_t letter = phrases_fold(book, c.cp);
    if (!letter && is_lost_letter(r, w))
        letter = FOLD_ANY;
    if (!letter || (letter >= '0' && letter <= '9')) {
        if (!invisible(c.cp))
            return false;
        r->p += c.len;
        return true;
    }
    bool upper = phrases_upper(book, c.cp), lost = letter == FOLD_ANY;
    if (!lost && glued_here(r, w, l, upper, c.len))
        return false;
    w->flags |= (upper && !w->nletters ? WORD_CAPITAL : 0) | (lost ? WORD_BROKEN : 0);
    l->last_capital = upper ? r->p : l->last_capital;
    l->capitals += upper;
    l->after_small = !upper && !lost;
    l->small += l->after_small;
    add_letter(r, w, letter);
    r->p += c.len;
    return true;
}

/* An ASCII sign that no word goes on behind. */
static bool ends_letters(char c)
{
    return (unsigned char)c < 0x80 && !is_letter(c) && c != '?';
}

static void read_letters(struct reader *r, struct word *w)
{
    struct letters l = {0};
    while (r->p < r->e && w->nletters < UINT16_MAX && !ends_letters(*r->p)) {
        const char *from = r->p;
        if (is_lower(*r->p))
            read_small(r, w, &l);
        else if (is_upper(*r->p) && !read_capitals(r, w, &l))
            break;
        if (r->p == from && !read_letter(r, w, &l))
            break;
    }
    size_t tail = l.after_small ? zone_glued_tail(r->z->book, r->z->letter + w->letters,
                                                  w->nletters, r->p, r->e)
                                : 0;
    r->p -= tail;
    w->nletters = (uint16_t)(w->nletters - tail);
    r->z->nletters -= tail;
    w->flags |= (uint8_t)((l.capitals && !l.small ? WORD_UPPER : 0) |
                          (l.after_small ? WORD_LOWER_END : 0));
}

/* "30 March 20007352/00": a year that lost the blank before the paper's number, which
 * ends in the same year. The digits end at p. */
static bool year_glued(const struct reader *r, const char *p, size_t digits)
{
    enum { YEAR = 4, NUMBER_LEAST = 4, NUMBER_MOST = 5, BEHIND = 3 };
    const char *b = p - digits;
    return digits >= YEAR + NUMBER_LEAST && digits <= YEAR + NUMBER_MOST &&
           r->e - p >= BEHIND && *p == '/' && p[1] == b[2] && p[2] == b[3] &&
           (memcmp(b, "19", 2) == 0 || memcmp(b, "20", 2) == 0) &&
           (r->e - p == BEHIND || p[BEHIND] < '0' || p[BEHIND] > '9');
}

static void read_number(struct reader *r, struct word *w)
{
    const char *b = r->p, *e = b;
    while (e < r->e && *e >= '0' && *e <= '9')
        e++;
    if (year_glued(r, e, (size_t)(e - b)))
        e = b + 4;
    while (r->p < e && w->nletters < UINT16_MAX)
        add_letter(r, w, (uint16_t)*r->p++);
}

/* A day, a year or a paper's number in which a scanner read letters for digits. */
static bool read_scanned_number(struct reader *r, struct word *w)
{
    char digit[5];
    size_t n = scanned_number(r->z->text.p, r->p, r->e, digit);
    for (size_t i = 0; i < n; i++)
        add_letter(r, w, (uint16_t)digit[i]);
    r->p += n;
    return n > 0;
}

static struct word *add_word(struct reader *r)
{
    struct zone *z = r->z;
    if (z->n == r->words_cap)
        return arena_push(r->a, &z->word, &z->n, &r->words_cap, sizeof *z->word);
    return memset(&z->word[z->n++], 0, sizeof *z->word);
}

/* The ASCII sign that stands for one, or '?'. */
static char sign_of(uint32_t cp)
{
    if (cp < 0x80)
        return (char)cp;
    if (cp == 0xAB || cp == 0xBB || (cp >= 0x201C && cp <= 0x201F))
        return '"';
    if (cp == 0x2018 || cp == 0x2019)
        return '\'';
    if (cp == 0x2013 || cp == 0x2014 || cp == 0x2010 || cp == 0x2011)
        return '-';
    if (cp == 0xB0)
        return WORD_DEGREE;
    return (char)(cp == 0x2116 ? WORD_NUMERO : '?');
}

static bool begins_letters(const struct reader *r, const struct word *w)
{
    return is_letter(*r->p) || phrases_fold(r->z->book, next_char(r->p, r->e).cp) != 0 ||
           is_lost_letter(r, w);
}

static void read_word(struct reader *r, const struct gap *g)
{
    struct zone *z = r->z;
    struct word *w = add_word(r);
    w->b = (uint32_t)(r->p - z->text.p);
    w->letters = (uint32_t)z->nletters;
    w->lines = (uint8_t)(g->lines < 255 ? g->lines : 255);
    w->flags =
        (uint8_t)((g->white || z->n == 1 ? 0 : WORD_GLUED) | (g->cell ? WORD_CELL : 0) |
                  (g->rule ? WORD_RULE : 0) | (g->lines || z->n == 1 ? WORD_FIRST : 0));
    bool digit = is_digit(*r->p) || *r->p == 'l' || *r->p == 'I' || *r->p == 'O';
    bool apart = !(w->flags & WORD_GLUED) || r->p[-1] == '/' || r->p[-1] == '(';
    if (digit && apart && read_scanned_number(r, w)) {
        w->kind = WORD_NUMBER;
    } else if (is_digit(*r->p)) {
        w->kind = WORD_NUMBER;
        read_number(r, w);
    } else if (begins_letters(r, w)) {
        w->kind = WORD_LETTERS;
        read_letters(r, w);
    } else {
        struct utf8_char c = next_char(r->p, r->e);
        w->kind = WORD_SIGN;
        w->sign = sign_of(c.cp);
        r->p += c.len;
    }
    w->e = (uint32_t)(r->p - z->text.p);
}

/* A font that lost its N: among many capitals there is hardly any. A language's mark may
 * be printed in another font. */
static bool lost_n(const struct zone *z)
{
    size_t capitals = 0, n = 0;
    for (size_t i = 0; i < z->n; i++) {
        if (!(z->word[i].flags & WORD_UPPER) || z->word[i].nletters < 3)
            continue;
        capitals += z->word[i].nletters;
        for (size_t k = 0; k < z->word[i].nletters; k++)
            n += z->letter[z->word[i].letters + k] == 'n';
    }
    return capitals >= CAPITALS_LEAST && n * 50 < capitals;
}

void zone_read(struct zone *z, const struct phrases *book, struct sv text, size_t b,
               size_t e, struct arena *a)
{
    *z = (struct zone){.book = book, .text = text};
    struct reader r = {.z = z, .a = a, .p = text.p + b, .e = text.p + e};
    z->letter = arena_alloc(a, (e - b + LETTERS_AT_ONCE) * sizeof *z->letter);
    r.words_cap = (e - b) / BYTES_A_WORD + 1;
    z->word = arena_alloc(a, r.words_cap * sizeof *z->word);
    for (;;) {
        struct gap g = read_gap(&r);
        if (r.p >= r.e)
            break;
        read_word(&r, &g);
    }
    z->lost_n = lost_n(z);
    zone_find_phrases(z, a);
    if (zone_drop_furniture(z))
        zone_find_phrases(z, a);
}

const struct hit *zone_hit_of_kind(const struct zone *z, size_t i, enum phrase_kind kind,
                                   int role, int lang)
{
    const struct hit *best = NULL;
    const struct hit *h = z->hit + z->word[i].hits;
    for (size_t n = z->word[i].nhits; n > 0; n--, h++) {
        if (h->phrase->kind != kind || (role >= 0 && h->phrase->role != role))
            continue;
        if (!best || h->end > best->end ||
            (h->end == best->end && h->phrase->lang == lang &&
             best->phrase->lang != lang))
            best = h;
    }
    return best;
}

struct sv zone_word(const struct zone *z, size_t i)
{
    return sv_sub(z->text, z->word[i].b, z->word[i].e);
}

long zone_number_of(const struct zone *z, size_t i)
{
    const struct word *w = &z->word[i];
    long v = 0;
    if (w->nletters > 9)
        return -1;
    for (size_t k = 0; k < w->nletters; k++)
        v = 10 * v + (z->letter[w->letters + k] - '0');
    return v;
}

/* A footnote's number glued to the word that it belongs to: "Strategy1". */
static bool glued_mark(const struct zone *z, size_t i, size_t e)
{
    const struct word *w = &z->word[i], *before = w - 1;
    return i > 0 && w->kind == WORD_NUMBER && w->nletters <= 2 &&
           (w->flags & WORD_GLUED) && before->kind == WORD_LETTERS &&
           before->nletters >= 4 && (before->flags & WORD_LOWER_END) &&
           (i + 1 == e || !(w[1].flags & WORD_GLUED));
}

size_t zone_length(const struct zone *z, size_t b, size_t e)
{
    size_t n = 0;
    for (size_t i = b; i < e; i++)
        n += z->word[i].e - z->word[i].b;
    return n;
}

/* "Presidency • To: Delegations •": what a page puts between its parts. */
static bool is_bullet(const struct zone *z, size_t i)
{
    return z->word[i].kind == WORD_SIGN &&
           (sv_eq(zone_word(z, i), SV("•")) || sv_eq(zone_word(z, i), SV("·")));
}

static struct sv join(const struct zone *z, size_t b, size_t e, bool marks,
                      struct arena *a)
{
    size_t n = 0;
    while (b < e && is_bullet(z, e - 1))
        e--;
    while (b < e && is_bullet(z, b))
        b++;
    if (b >= e)
        return SV_NULL;
    char *p = arena_alloc(a, zone_length(z, b, e) + (e - b) + 1), *q = p;
    for (size_t i = b; i < e; i++) {
        if (i > b && !marks && glued_mark(z, i, e))
            continue;
        if (i > b && !(z->word[i].flags & WORD_GLUED))
            *q++ = ' ';
        struct sv w = zone_word(z, i);
        if (w.p)
            memcpy(q, w.p, w.n);
        q += w.n;
    }
    n = (size_t)(q - p);
    return n ? (struct sv){p, n} : SV_NULL;
}

struct sv zone_text(const struct zone *z, size_t b, size_t e, struct arena *a)
{
    return join(z, b, e, false, a);
}

struct sv zone_text_with_marks(const struct zone *z, size_t b, size_t e, struct arena *a)
{
    return join(z, b, e, true, a);
}
