/* Where a sentence begins and ends in a paper whose lines, stops or years are lost:
 * behind a heading, behind a page's footer, behind a date that lost its year. */
#include "decide.h"

enum { FOOTER_BYTES = 80 };

static bool letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "... outcome of the trilogue The Committee took note": a capital article in front of a
 * body, without a stop before it, begins a sentence: the words before are a heading of a
 * paper whose lines are lost. */
static bool begins_sentence(const struct deciding *d, const struct token *k)
{
    const char *t = d->s->text.p;
    if (KNOWLEDGE_ID_TABLE(k->id) != d->bodies || k->b < 6 ||
        memcmp(t + k->b - 4, "The ", 4) != 0)
        return false;
    if (t[k->b - 5] >= 'a' && t[k->b - 5] <= 'z') /* "results of the CouncilThe" */
        return true;
    if (t[k->b - 5] != ' ')
        return false;
    char before = t[k->b - 6];
    return before == ')' || (before >= '0' && before <= '9') || letter(before);
}

/* "by 3 July A revised version was presented", "2017 and Valletta for It also reached":
 * a date and the full stop behind it were lost. The capital stands at i of text[b, e). */
static bool begins_behind_lost_stop(const struct scan *s, size_t b, size_t e, size_t i)
{
    static const struct words opening =
        WORDS("A", "The", "In", "This", "Delegations", "On", "At", "Following");
    static const struct words month =
        WORDS("January", "February", "March", "April", "May", "June", "July", "August",
              "September", "October", "November", "December");
    enum {
        OPENINGS = 1 << 0 | 1 << 3 | 1 << 5 | 1 << 8 | 1 << 14 | 1 << 19
    }; /* ADFIOT */
    const char *t = s->text.p;
    size_t w = i, m = i - 1;
    if (!(OPENINGS >> (t[i] - 'A') & 1))
        return false;
    while (w < e && letter(t[w]))
        w++;
    if (w >= e || t[w] != ' ')
        return false;
    if (w - i == 2 && t[i] == 'I' && t[i + 1] == 't' && t[i - 2] >= 'a')
        return true;
    if (!one_of(sv_sub(s->text, i, w), &opening))
        return false;
    while (m > b && letter(t[m - 1]))
        m--;
    return one_of(sv_sub(s->text, m, i - 1), &month);
}

/* The next such place in text[b, e), or SIZE_MAX. */
static size_t lost_stop(const struct scan *s, size_t b, size_t e)
{
    char copy[BLOCK_BYTES];
    for (size_t at = b + 3; at + 2 < e; at += BLOCK_BYTES - 2) {
        const char *p = block_of(s->text.p + at, s->text.n - at, copy);
        /* a small letter: neither a month nor a small word ends otherwise */
        uint64_t found = block_between(p, 'a', '~') & block_equal(p, ' ') >> 1 &
                         block_between(p, 'A', 'T') >> 2;
        for (; found; found &= found - 1) {
            size_t i = at + block_first(found) + 2;
            if (i < e && begins_behind_lost_stop(s, b, e, i))
                return i;
        }
    }
    return SIZE_MAX;
}

/* "15349/10 1 EN 25.X.2010 On the budget": the day that a press release prints on each
 * page stands behind the footer. */
static size_t behind_page_date(struct sv text, size_t at, size_t e)
{
    enum { DATE_BYTES = 24 };
    size_t i = at;
    while (i < e && i < at + DATE_BYTES && memchr("0123456789.-/IVX", text.p[i], 16))
        i++;
    return i > at + 6 && i < e && text.p[i] == ' ' ? i + 1 : at;
}

/* "14079/15 EB/dk DGD 1C LIMITE 1 EN COSI is invited": behind the last footer in
 * text[b, e), which repeats the paper's own number; b when there is none. */
static size_t behind_footer(const struct deciding *d, size_t b, size_t e)
{
    static const struct sv mark[] = {{" EN ", 4}, {" FR ", 4}, {" DE ", 4}, {" EN\n", 4}};
    struct sv own = d->out->document.number, text = d->s->text;
    const char *blank = own.n ? memchr(own.p, ' ', own.n) : NULL;
    if (blank) /* "9712/1/21 REV 1": the digits do */
        own.n = (size_t)(blank - own.p);
    if (own.n < 6 || e - b < own.n + 4)
        return b;
    size_t begin = b, at, from = b;
    while ((at = sv_find(sv_sub(text, from, e), own)) != SIZE_MAX) {
        from += at + own.n;
        size_t limit = from + FOOTER_BYTES < e ? from + FOOTER_BYTES : e;
        for (size_t i = 0; i < ARRAY_LEN(mark); i++) {
            size_t stop = sv_find(sv_sub(text, from, limit), mark[i]);
            size_t page =
                stop == SIZE_MAX ? e : behind_page_date(text, from + stop + 4, e);
            if (page < e && capital(text.p[page]))
                begin = page;
        }
    }
    return begin;
}

/* "/1/18 REV 1 GK/cr 1 JAI.1 LIMITE EN 2 Based upon": the same where the number was lost;
 * a marking and a language stand together nowhere else. */
static size_t behind_mark(const struct scan *s, size_t b, size_t e)
{
    size_t begin = b, from = b, at;
    while ((at = sv_find(sv_sub(s->text, from, e), SV("LIMITE "))) != SIZE_MAX) {
        from += at + 7;
        struct sv rest = sv_sub(s->text, from, e);
        if (!sv_starts(rest, SV("EN ")) && !sv_starts(rest, SV("FR ")))
            continue;
        size_t page = from + 3, k = page;
        while (k < e && s->text.p[k] >= '0' && s->text.p[k] <= '9')
            k++;
        begin = from = k > page && k < e && s->text.p[k] == ' ' ? k + 1 : page;
    }
    return begin < e && capital(s->text.p[begin]) ? begin : b;
}

/* "...; INVITES THE COMMISSION TO": in conclusions whose lines are lost an operative verb
 * behind a semicolon, in Danish and Swedish ones also behind a comma, begins a paragraph.
 */
static bool begins_paragraph(const struct deciding *d, const struct token *k)
{
    const char *t = d->s->text.p;
    struct sv lang = d->out->document.language;
    bool comma = IS(lang, "da") || IS(lang, "sv");
    if (KNOWLEDGE_ID_TABLE(k->id) != d->formulas || k->b < 3 || t[k->b - 1] != ' ' ||
        (t[k->b - 2] != ';' && !(comma && t[k->b - 2] == ',')))
        return false;
    enum form form = form_of_row(d, KNOWLEDGE_ID_ROW(k->id));
    return form == FORM_OPERATIVE || form == FORM_PLURAL;
}

static void cut_paragraph(const struct deciding *d, size_t offset, struct sentence *at)
{
    enum { LINE_BYTES = 600 }; /* paragraphs have longer ones nowhere else */
    const struct scan *s = d->s;
    if (s->line[at->line].e - s->line[at->line].b < LINE_BYTES)
        return;
    for (size_t i = d->token + 1; i-- > 0 && s->token[i].b > at->b;)
        if (s->token[i].b <= offset && begins_paragraph(d, &s->token[i])) {
            at->b = s->token[i].b;
            break;
        }
    for (size_t i = d->token + 1; i < s->ntokens && s->token[i].e < at->e; i++)
        if (s->token[i].b > offset && begins_paragraph(d, &s->token[i])) {
            at->e = s->token[i].b - 1;
            break;
        }
}

static const struct sv annex_word[] = {
    {"ANNEX", 5}, {"ANHANG", 6},   {"ANLAGE", 6}, {"BIJLAGE", 7},  {"BILAGA", 6},
    {"BILAG", 5}, {"ALLEGATO", 8}, {"ANEXO", 5},  {"ADDENDUM", 8}, {"LIITE", 5}};

/* "2 ANNEX", "14 BILAG": a page that begins with the annex. */
static bool begins_annex(struct sv line)
{
    size_t i = 0;
    while (i < line.n && line.p[i] >= '0' && line.p[i] <= '9')
        i++;
    if (i == 0 || i > 3 || i >= line.n || line.p[i] != ' ')
        return false;
    for (size_t k = 0; k < ARRAY_LEN(annex_word); k++)
        if (sv_starts(sv_sub(line, i + 1, line.n), annex_word[k]))
            return true;
    return false;
}

bool is_annex_title(struct sv line)
{
    enum { LONGEST = 14 };
    line = sv_trim(line);
    while (line.n && (line.p[0] == '*' || line.p[0] == '#' || line.p[0] == ' '))
        line.p++, line.n--;
    while (line.n && line.p[line.n - 1] == '*')
        line.n--;
    if (line.n < 5 || line.n > LONGEST || !memchr("ABL", line.p[0], 3))
        return false;
    for (size_t k = 0; k < ARRAY_LEN(annex_word); k++) {
        if (!sv_starts(line, annex_word[k]))
            continue;
        struct sv number = sv_trim(sv_sub(line, annex_word[k].n, line.n));
        size_t i = 0;
        while (i < number.n && memchr("IVX0123456789", number.p[i], 13))
            i++;
        return i == number.n || (i == 0 && number.n == 1); /* "ANNEX A", "ANNEXE" */
    }
    return false;
}

/* "... at its meeting on 5 December /14 GT/nj 1 EN" and on the next page "2 ANNEX": the
 * stop was lost with the number; the sentence ends with its page. */
static void cut_at_annex(const struct scan *s, size_t offset, struct sentence *at)
{
    for (size_t i = at->line + 1; i <= at->last && i < s->nlines; i++) {
        const struct line *l = &s->line[i];
        if (l->b <= offset || !begins_annex(sv_sub(s->text, l->b, l->e)))
            continue;
        at->e = (uint32_t)trim_end(s->text.p, at->b, l->b);
        at->last = i - 1;
        return;
    }
}

void sentence_cut(const struct deciding *d, size_t offset, struct sentence *at)
{
    const struct scan *s = d->s;
    size_t cut;
    cut_at_annex(s, offset, at);
    at->b = (uint32_t)behind_footer(d, at->b, offset);
    at->b = (uint32_t)behind_mark(s, at->b, offset);
    while ((cut = lost_stop(s, at->b, offset)) != SIZE_MAX)
        at->b = (uint32_t)cut;
    if ((cut = lost_stop(s, offset, at->e)) != SIZE_MAX)
        at->e = (uint32_t)cut - 1;
    if (d->concludes)
        cut_paragraph(d, offset, at);
    if (d->mode != MODE_RECORD && d->mode != MODE_PRESS)
        return;
    for (size_t i = d->token; i-- > 0 && s->token[i].b > at->b + 5;)
        if (s->token[i].b <= offset && begins_sentence(d, &s->token[i])) {
            at->b = s->token[i].b - 4;
            break;
        }
    for (size_t i = d->token + 1; i < s->ntokens && s->token[i].e < at->e; i++)
        if (s->token[i].b > offset && begins_sentence(d, &s->token[i])) {
            at->e = s->token[i].b - 5;
            break;
        }
}
