/* Sentences around a place. Only what surrounds a formula is ever cut: a text without
 * formulas costs nothing here. Furniture and footnotes are passed over, so that a
 * sentence may go on behind them. */
#include "decide.h"
#include "producers/parse/text/furniture.h"

enum {
    BACK_BYTES = 2000,  /* how far before its formula a sentence may begin */
    AHEAD_BYTES = 4000, /* how far behind it it may end */
    WALK_LINES = 80,
    WRAPPED_BYTES = 60 /* a line this long was broken because it was full */
};

static bool is_upper_at(const char *p, const char *end)
{
    unsigned char c = (unsigned char)*p;
    if (c >= 'A' && c <= 'Z')
        return true;
    if (c == 0xc3 && end - p > 1) /* À to Þ */
        return (unsigned char)p[1] >= 0x80 && (unsigned char)p[1] <= 0x9e;
    return (c == 0xce || c == 0xd0) &&
           end - p > 1; /* Greek, Cyrillic capitals, roughly */
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Words in front of a full stop that ends no sentence. */
static bool is_abbreviation(struct sv w)
{
    static const struct words list = WORDS(
        "No", "no", "Nr", "nr", "Nos", "doc", "Doc", "docs", "Docs", "dok", "Dok", "Art",
        "art", "Mr", "Mrs", "Ms", "Dr", "Prof", "pp", "para", "paras", "cf", "vs",
        "approx", "prev", "Cion", "Komm", "resp", "bzw", "ggf", "Abs", "Mme", "St", "Vol",
        "Fig", "poss", "est", "incl", "excl", "inter", "ff", "ca", "ev", "jf", "pkt",
        "bl", "blz", "lid", "al", "Encl", "vgl", "sog", "ref", "Ref", "Ch", "Sec", "gem",
        "Dok", "Ziff", "lit", "Buchst", "Unterabs", "einschl", "insb", "bspw", "Erw",
        "Nrn", "nrs", "bijv", "dhr", "mevr", "stk", "hhv", "inkl", "artt", "Sr", "Sra",
        "sig", "núm", "apdo", "osv", "resp", "jfr", "MM", "Mio", "mio", "Mrd", "Vors");
    return one_of(w, &list);
}

static bool is_german_month(const char *p, size_t n)
{
    static const struct words list =
        WORDS("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
              "September", "Oktober", "November", "Dezember", "Tagung");
    size_t e = 0;
    while (e < n && is_letter(p[e]))
        e++;
    return one_of((struct sv){p, e}, &list);
}

/* "die 2873. Tagung des Rates" */
static bool is_german_meeting(const char *p, size_t n)
{
    return n > 7 && (memcmp(p, "Tagung", 6) == 0 || memcmp(p, "Sitzung", 7) == 0);
}

/* Does the word that ends at `i` (a full stop) end no sentence? */
static bool stop_is_inner(const char *t, size_t lo, size_t i, const char *next,
                          size_t left)
{
    size_t b = i;
    while (b > lo && is_letter(t[b - 1]))
        b--;
    if (b < i) {
        bool plural = b > lo + 1 && t[b] == 's' && t[b - 1] == '\''; /* "de regio's." */
        if (i - b == 1)
            return !(b > lo && (is_letter(t[b - 1]) || is_digit(t[b - 1]) || plural ||
                                t[b - 1] == '/')); /* "as an I/A." */
        return is_abbreviation((struct sv){t + b, i - b});
    }
    while (b > lo && is_digit(t[b - 1]))
        b--;
    if (b == i || i - b > 4 || (i - b > 2 && b == lo))
        return false;
    bool entry = i - b < 3 && b > lo + 4 && memcmp(t + b - 4, "TO: ", 4) == 0;
    return b == lo || entry ||
           (i - b > 2 ? is_german_meeting(next, left) : is_german_month(next, left));
}

static size_t skip_closers(const char *t, size_t j, size_t hi)
{
    size_t limit = j + 24 < hi ? j + 24 : hi;
    while (j < limit) {
        unsigned char c = (unsigned char)t[j];
        if (memchr(")]\"'*_", c, 6) || is_digit((char)c))
            j++;
        else if (c == '<' && hi - j > 5 && (memcmp(t + j, "<sup>", 5) == 0))
            j += 5;
        else if (c == '<' && hi - j > 6 && (memcmp(t + j, "</sup>", 6) == 0))
            j += 6;
        else if (c == 0xc2 && j + 1 < hi && memchr("\xb9\xb2\xb3\xbb", t[j + 1], 4))
            j += 2;
        else if (c == 0xe2 && j + 2 < hi &&
                 (t[j + 1] == '\x81' ||
                  (t[j + 1] == '\x80' && memchr("\x99\x9d", t[j + 2], 2))))
            j += 3;
        else
            break;
    }
    return j;
}

/* "... aquaculture.The Council reached": the blank behind the stop at i was lost. */
static bool glued_behind(const struct scan *s, size_t lo, size_t i)
{
    enum { WORD_LEAST = 3 };
    static const struct words opening =
        WORDS("The", "It", "In", "On", "At", "This", "Ministers", "Finally", "They");
    const char *t = s->text.p;
    size_t b = i, e = i + 1;
    while (b > lo && t[b - 1] >= 'a' && t[b - 1] <= 'z')
        b--;
    while (e < s->text.n && is_letter(t[e]))
        e++;
    return i - b >= WORD_LEAST && e < s->text.n && t[e] == ' ' &&
           one_of(sv_sub(s->text, i + 1, e), &opening);
}

/* Does a sentence end with the stop at i? `lo` is where its line begins; *end gets the
 * offset behind its closing signs. */
static bool ends_at(const struct scan *s, size_t lo, size_t i, size_t *end)
{
    const char *t = s->text.p;
    size_t hi = s->text.n;
    size_t j = skip_closers(t, i + 1, hi);
    *end = j;
    if (furniture_holds(s, i)) /* "JAI.1 EN" */
        return false;
    if (j >= hi)
        return true;
    if (t[j] != ' ' && t[j] != '\n' && t[j] != '\t' && t[j] != '\xc2' && t[j] != '\f')
        return glued_behind(s, lo, i);
    size_t k = j, limit = j + 16 < hi ? j + 16 : hi;
    while (k < limit && memchr(" \n\t\f\xc2\xa0*_>|", t[k], 10))
        k++;
    if (k >= hi || k == limit)
        return true;
    if (t[i] == '.' && stop_is_inner(t, lo, i, t + k, hi - k))
        return false;
    unsigned char c = (unsigned char)t[k];
    return is_upper_at(t + k, t + hi) || is_digit((char)c) || c == 0xe2 || c == 0xef ||
           memchr("\"'([-<#\xc2", c, 9) != NULL || (c == 0xc3 && k + 1 < hi) ||
           (hi - k > 7 && memcmp(t + k, "eu-LISA", 7) == 0);
}

/* ---- paragraphs ---- */

static bool is_passed(const struct line *l)
{
    return (l->flags & (LINE_FURNITURE | LINE_FOOTNOTE)) != 0;
}

static struct sv line_text(const struct scan *s, size_t i)
{
    const struct line *l = &s->line[i];
    return sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
}

static bool begins_sentence(const struct scan *s, size_t i)
{
    static const struct words list =
        WORDS("The", "A", "An", "It", "In", "On", "At", "This", "Le", "La", "Les", "Der",
              "Die", "Das", "De", "Het", "Det", "Il", "El", "Delegations", "Following",
              "Elle", "Dans", "Both");
    const struct line *l = &s->line[i];
    size_t e = l->content;
    while (e < l->e && is_letter(s->text.p[e]))
        e++;
    struct sv rest = sv_sub(s->text, l->content, l->e);
    if (one_of(sv_sub(s->text, l->content, e), &list) || sv_starts(rest, SV("L'")) ||
        sv_starts(rest, SV("L’")))
        return true;
    size_t t = scan_token_at(s, l->content);
    return t < s->ntokens && s->token[t].b == l->content;
}

/* "HIGHLIGHTS the ...", "2. UNDERSTRYKER att": the next paragraph of conclusions, and not
 * "ENISA and Europol". */
static bool begins_in_capitals(const struct scan *s, size_t i)
{
    const struct line *l = &s->line[i];
    const char *p = s->text.p;
    size_t b = l->content;
    while (b < l->e && b - l->content < 3 && is_digit(p[b]))
        b++;
    if (b > l->content) { /* its number */
        if (b >= l->e || (p[b] != '.' && p[b] != ')'))
            return false;
        for (b++; b < l->e && (p[b] == ' ' || p[b] == '\t');)
            b++;
    }
    size_t e = b;
    bool numbered = b > l->content; /* "7. ER ENIGT OM" */
    while (e < l->e && ((p[e] >= 'A' && p[e] <= 'Z') || (numbered && p[e] == ' ') ||
                        (p[e] == '\xc3' && is_upper_at(p + e, p + l->e))))
        e += p[e] == '\xc3' ? 2 : 1;
    if (e - b < 5)
        return false;
    size_t t = scan_token_at(s, b);
    const struct decide_book *book = knowledge_decide_book(s->k);
    return !book || t == s->ntokens || s->token[t].b != b ||
           KNOWLEDGE_ID_TABLE(s->token[t].id) != book->bodies;
}

static bool token_spans(const struct scan *s, size_t offset)
{
    size_t t = scan_token_at(s, offset);
    return t > 0 && s->token[t - 1].e > offset;
}

static bool is_lower_at(const struct scan *s, size_t i)
{
    const struct line *l = &s->line[i];
    if (l->content >= l->e)
        return false;
    char c = s->text.p[l->content];
    return (c >= 'a' && c <= 'z') ||
           ((unsigned char)c == 0xc3 &&
            !is_upper_at(s->text.p + l->content, s->text.p + l->e));
}

bool line_is_full(const struct scan *s, const struct line *l, const struct line *next)
{
    size_t word = next->content;
    while (word < next->e && s->text.p[word] != ' ')
        word++;
    size_t bytes = trim_end(s->text.p, l->b, l->e) - l->b;
    return bytes <= s->width && bytes + 1 + (word - next->content) > s->width;
}

static bool ends_open(struct sv line)
{
    size_t b = line.n;
    while (b > 0 && line.p[b - 1] != ' ')
        b--;
    return word_is_open(sv_sub(line, b, line.n));
}

/* A row of several cells. */
bool line_is_row(const struct scan *s, const struct line *l)
{
    const char *t = s->text.p;
    return (l->flags & LINE_TABLE) &&
           (l->content == l->b || l->content >= l->e || t[l->content - 1] != '|' ||
            memchr(t + l->content, '|', l->e - l->content));
}

/* Long enough to have been broken because it was full; where a line holds a paragraph, a
 * title of that length in front of a sentence was not. */
static bool is_wrapped(const struct scan *s, struct sv line, size_t next)
{
    enum { PARAGRAPH_BYTES = 110 };
    if (line.n < WRAPPED_BYTES)
        return false;
    return s->width <= PARAGRAPH_BYTES || line.n * 3 >= s->width * 2 ||
           !begins_sentence(s, next);
}

bool lines_join(const struct scan *s, size_t i, size_t j, bool blank)
{
    const struct line *p = &s->line[i], *q = &s->line[j];
    if ((q->flags & (LINE_HEADING | LINE_BULLET)) || line_is_row(s, q) ||
        line_is_row(s, p) || ((p->flags ^ q->flags) & LINE_HEADER))
        return false;
    struct sv a = line_text(s, i);
    if (a.n == 0 || list_entry_begins(s, a, j, blank))
        return false;
    bool lower = is_lower_at(s, j);
    if (p->flags & LINE_HEADING)
        return lower && !blank;
    char last = a.p[a.n - 1];
    if (last == '*' && a.n > 2)
        last = a.p[a.n - 3];
    bool ended = memchr(".:;!?", last, 5) != NULL;
    if (token_spans(s, q->content) || ends_open(a))
        return true;
    if (blank)
        return !ended &&
               (lower || (last != ',' && a.n >= WRAPPED_BYTES && !begins_sentence(s, j)));
    bool next = last == ',' || last == ';' || is_digit(s->text.p[q->content]);
    if (next && begins_in_capitals(s, j))
        return false;
    if (ended || lower || is_wrapped(s, a, j) || line_is_full(s, p, q))
        return true;
    return !begins_sentence(s, j);
}

/* The next line of the text's own from line i on, `step` by step; SIZE_MAX: none is near.
 * A step back from line 0 wraps to one that no text has. */
static size_t line_near(const struct scan *s, size_t i, size_t step, bool *blank)
{
    *blank = false;
    bool passed = false, after = false;
    for (size_t n = 0; n < WALK_LINES && (i += step) < s->nlines; n++) {
        if (s->line[i].flags & LINE_BLANK)
            after = true;
        else if (is_passed(&s->line[i]))
            passed = true;
        else {
            *blank = after || passed;
            return i;
        }
    }
    return SIZE_MAX;
}

size_t line_after(const struct scan *s, size_t i, bool *blank)
{
    return line_near(s, i, 1, blank);
}

static size_t line_before(const struct scan *s, size_t i, bool *blank)
{
    return line_near(s, i, SIZE_MAX, blank);
}

static size_t skip_front(const char *t, size_t b, size_t e)
{
    static const bool passed[256] = {
        [' '] = true, ['\t'] = true, ['\n'] = true, ['\f'] = true, ['*'] = true,
        ['#'] = true, ['>'] = true,  ['|'] = true,  ['_'] = true};
    for (int round = 0; round < 4; round++) {
        size_t from = b;
        while (b < e && passed[(unsigned char)t[b]])
            b++;
        while (b + 1 < e && t[b] == '\xc2' && t[b + 1] == '\xa0')
            b += 2;
        b = list_mark(t, b, e);
        if (b == from)
            break;
    }
    return b;
}

size_t trim_end(const char *t, size_t b, size_t e)
{
    while (e > b && (t[e - 1] == ' ' || (t[e - 1] >= '\t' && t[e - 1] <= '\r')))
        e--;
    return e;
}

/* ---- sentences ---- */

static uint64_t stops_of(const char *p)
{
    return block_one_of(p, '.', '!', '?');
}

/* The last full stop, exclamation or question mark in text[b, e), or SIZE_MAX. */
static size_t last_stop(const struct scan *s, size_t b, size_t e)
{
    char copy[BLOCK_BYTES];
    while (e > b) {
        size_t at = e > BLOCK_BYTES ? e - BLOCK_BYTES : 0;
        uint64_t stops = stops_of(block_of(s->text.p + at, s->text.n - at, copy));
        if (e - at < BLOCK_BYTES)
            stops &= ((uint64_t)1 << (e - at)) - 1;
        if (stops) {
            size_t i = at + block_last(stops);
            return i >= b ? i : SIZE_MAX;
        }
        e = at;
    }
    return SIZE_MAX;
}

static size_t find_start(const struct scan *s, size_t at, size_t floor, size_t *line)
{
    size_t i = *line, start = at, walked = 0;
    for (size_t pos = at; walked < BACK_BYTES;) {
        const struct line *l = &s->line[i];
        size_t lo = l->content > floor ? l->content : floor, end;
        size_t most = BACK_BYTES - walked, from = pos > lo + most ? pos - most : lo;
        walked += pos > from ? pos - from : 0;
        for (size_t stop; (stop = last_stop(s, from, pos)) != SIZE_MAX; pos = stop)
            if (ends_at(s, lo, stop, &end) && end <= at) {
                *line = i;
                return end;
            }
        pos = pos > from ? from : pos;
        start = pos;
        *line = i;
        bool blank;
        size_t prev = pos > floor ? line_before(s, i, &blank) : SIZE_MAX;
        if (prev == SIZE_MAX || s->line[prev].e <= floor ||
            !lines_join(s, prev, i, blank))
            break;
        i = prev;
        pos = s->line[i].e;
    }
    return start;
}

/* The next full stop, exclamation or question mark in text[b, e), or e. */
static size_t next_stop(const struct scan *s, size_t b, size_t e)
{
    char copy[BLOCK_BYTES];
    for (; b < e; b += BLOCK_BYTES) {
        uint64_t stops = stops_of(block_of(s->text.p + b, s->text.n - b, copy));
        if (stops)
            return b + block_first(stops) < e ? b + block_first(stops) : e;
    }
    return e;
}

static size_t find_end(const struct scan *s, size_t at, size_t *line, bool *open)
{
    size_t i = *line, pos = at, limit = at + AHEAD_BYTES;
    *open = true;
    for (;;) {
        const struct line *l = &s->line[i];
        size_t lo = l->content < l->e ? l->content : l->b;
        size_t stop = l->e < limit ? l->e : limit, end;
        while ((pos = next_stop(s, pos, stop)) < stop) {
            if (ends_at(s, lo, pos, &end)) {
                *open = false;
                *line = i;
                return end < l->e ? end : l->e;
            }
            pos++;
        }
        *line = i;
        bool blank;
        size_t next = pos < limit ? line_after(s, i, &blank) : SIZE_MAX;
        if (next == SIZE_MAX || !lines_join(s, i, next, blank))
            return pos;
        i = next;
        pos = s->line[i].content;
    }
}

bool sentence_fill(const struct scan *s, size_t b, size_t e, struct sentence *out)
{
    b = skip_front(s->text.p, b, e);
    e = trim_end(s->text.p, b, e);
    out->b = (uint32_t)b;
    out->e = (uint32_t)e;
    return b < e;
}

bool sentence_at(const struct scan *s, size_t line, size_t at, size_t floor,
                 struct sentence *out)
{
    if (is_passed(&s->line[line]))
        return false;
    *out = (struct sentence){.line = line, .last = line};
    size_t b = find_start(s, at, floor, &out->line);
    size_t e = find_end(s, at, &out->last, &out->open);
    enum list_kind kind = list_style(s, out->line).kind; /* "1." numbers a paragraph */
    out->bullet = kind != LIST_NONE && kind != LIST_STOP;
    return sentence_fill(s, b, e, out);
}

bool sentence_next(const struct scan *s, const struct sentence *from,
                   struct sentence *out)
{
    size_t line = from->last, pos = from->e;
    const struct line *l = &s->line[line];
    while (pos < l->e && memchr(" \t*_", s->text.p[pos], 4))
        pos++;
    if (pos >= l->e) {
        bool blank;
        size_t next = line_after(s, line, &blank);
        if (next == SIZE_MAX || !lines_join(s, line, next, blank))
            return false;
        line = next;
        pos = s->line[line].content;
    }
    *out = (struct sentence){.line = line, .last = line, .bullet = from->bullet};
    size_t e = find_end(s, pos, &out->last, &out->open);
    return sentence_fill(s, pos, e, out);
}

bool same_paragraph(const struct scan *s, size_t line, const struct sentence *next)
{
    for (size_t n = 0; line < next->line && n < WALK_LINES; n++) {
        bool blank;
        size_t after = line_after(s, line, &blank);
        if (after == SIZE_MAX || blank ||
            (s->line[after].flags & (LINE_BULLET | LINE_HEADING)))
            return false;
        line = after;
    }
    return line == next->line;
}

size_t text_line_before(const struct scan *s, size_t line)
{
    bool blank;
    return line_before(s, line, &blank);
}
