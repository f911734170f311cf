/* Senders and addressees: where a name ends in a run of torn values, and how it splits.
 */
#include "header.h"

enum { NAME_WORDS_MAX = 30, TAIL_WORDS_MAX = 16 };

/* The bracket at word i closes one that opened inside the name: "(International
 * Aspects)". */
static bool closes_name(const struct zone *z, size_t i)
{
    for (size_t n = 1; zone_is(z, i, ')') && n <= i && n < TAIL_WORDS_MAX; n++)
        if (zone_is(z, i - n, '(') || zone_is(z, i - n, ')'))
            return zone_is(z, i - n, '(');
    return false;
}

/* Behind the name: "(PSC)", "(Part 2)", "II". */
static size_t name_tail(const struct zone *z, size_t i, size_t limit)
{
    if (i < limit && closes_name(z, i))
        return i + 1;
    if (zone_is(z, i, '(') && z->word[i].lines <= 2)
        for (size_t j = i + 1; j < limit && j < i + TAIL_WORDS_MAX; j++)
            if (zone_is(z, j, ')'))
                return j + 1;
    return i;
}

static const struct hit *name_at(const struct header *h, size_t i, int role)
{
    return zone_hit(&h->z, i, PHRASE_ADDRESSEE, role, h->lang);
}

static bool roman(struct sv w)
{
    for (size_t i = 0; i < w.n; i++)
        if (!memchr("IVXLC", w.p[i], 5))
            return false;
    return true;
}

/* "… Jordi AYET PUIGARNAU | Jeppe TRANHOLM", "Martine DEPREZ | Thérèse BLANCHET": behind
 * the surnames of another person. */
static bool behind_surnames(const struct zone *z, size_t i)
{
    enum { SURNAME_LETTERS = 4 };
    if (i < 3 || !zone_flag(z, i - 1, WORD_UPPER) ||
        z->word[i - 1].nletters < SURNAME_LETTERS)
        return false;
    size_t first = i - 2;
    first -= zone_flag(z, first, WORD_UPPER) && z->word[first].kind == WORD_LETTERS;
    return zone_flag(z, first, WORD_CAPITAL) && zone_flag(z, first, WORD_LOWER_END);
}

bool names_inside(const struct header *h, size_t i)
{
    enum { NAME_BACK = 10 };
    for (size_t k = i > NAME_BACK ? i - NAME_BACK : 0; k < i; k++) {
        const struct hit *name = name_at(h, k, ADDRESSEE_CLOSED);
        const struct hit *open = name_at(h, k, ADDRESSEE_OPEN);
        if ((name && name->end > i) || (open && open->end > i))
            return true;
    }
    return false;
}

/* A subject begins here by its first words: "Proposal for a", "Draft Council". */
static bool subject_begins(const struct header *h, size_t i)
{
    return zone_flag(&h->z, i, WORD_CAPITAL) && !subject_connector(h, i - 1) &&
           !names_inside(h, i) && zone_hit(&h->z, i, PHRASE_OPENING, OPENING_SUBJECT, -1);
}

/* A person behind a long word, no title: "… Europa-Kommissionen Jeppe TRANHOLM-…". */
static bool person_begins(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    if (!zone_flag(z, i, WORD_CAPITAL) || !zone_flag(z, i, WORD_LOWER_END) ||
        !zone_flag(z, i + 1, WORD_UPPER) || zone_flag(z, i + 1, WORD_GLUED) ||
        z->word[i + 1].nletters < 4 || roman(zone_word(z, i + 1)) || i == 0)
        return false;
    const struct hit *title = name_at(h, i - 1, ADDRESSEE_OPEN);
    bool behind = z->word[i - 1].nletters > 5 && zone_flag(z, i - 1, WORD_LOWER_END);
    return (behind || behind_surnames(z, i)) && !(title && title->end == i) &&
           !subject_connector(h, i - 1) && !masthead_code(h, i + 1, true) &&
           !subject_begins(h, i + 1); /* "Union BERICHT DER KOMMISSION" */
}

/* "de heer Jeppe TRANHOLM", "κ. Jeppe TRANHOLM", "dl Jeppe TRANHOLM"; "részéről" leads to
 * who signs. */
static bool titles_person(const struct zone *z, size_t i, const struct hit *title)
{
    enum { TITLE_LETTERS = 3 };
    size_t name = title->end + zone_is(z, title->end, '.');
    return title->phrase->role == ADDRESSEE_OPEN &&
           (title->end > i + 1 || z->word[i].nletters <= TITLE_LETTERS) &&
           zone_flag(z, name, WORD_CAPITAL) && zone_flag(z, name + 1, WORD_UPPER);
}

/* Another name begins: with a capital, on a new line, in several small words, or as a
 * person. */
static bool name_begins(const struct header *h, size_t i)
{
    const struct hit *name = name_at(h, i, -1);
    if (person_begins(h, i))
        return true;
    return name && !names_inside(h, i) &&
           (zone_flag(&h->z, i, WORD_CAPITAL | WORD_FIRST) || name->end > i + 2 ||
            titles_person(&h->z, i, name) || zone_is(&h->z, i - 1, '"')) &&
           !subject_connector(h, i - 1) && !zone_is(&h->z, i - 1, ',') &&
           !zone_is(&h->z, i - 1, ':') &&
           !(zone_is(&h->z, i - 1, '-') && zone_flag(&h->z, i, WORD_GLUED));
}

/* "… Member of the European Commission | Visa Working Party": a whole name that small
 * words lead to ends before word i, and a capital follows. */
static bool behind_inner(const struct header *h, size_t i)
{
    const struct hit *inner = name_at(h, i - 2, ADDRESSEE_CLOSED);
    return inner && inner->end == i && subject_connector(h, i - 3) &&
           zone_flag(&h->z, i - 2, WORD_CAPITAL) && zone_flag(&h->z, i, WORD_CAPITAL);
}

/* "Social Questions Working Party": these words end a name where no "on" follows. */
static bool ends_name(const struct header *h, size_t i)
{
    return zone_reads(&h->z, i, "Working") && !h->z.word[i].lines &&
           (zone_reads(&h->z, i + 1, "Party") || zone_reads(&h->z, i + 1, "Group")) &&
           !subject_connector(h, i + 2);
}

/* The rest of an open name: to a bracketed short name, the end of the line, or the first
 * capital that no small word leads to. */
static size_t open_name(const struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    size_t most = i + NAME_WORDS_MAX < limit ? i + NAME_WORDS_MAX : limit;
    for (size_t j = i; j < most; j++) {
        if (z->word[j].lines && !subject_connector(h, j - 1) && !names_inside(h, j))
            return j;
        if (zone_is(z, j, '('))
            return name_tail(z, j, limit);
        if (zone_is(z, j, '/') && name_begins(h, j + 1))
            return j;
        if (j > i && ends_name(h, j))
            return name_tail(z, j + 2, limit);
        if (j > i && behind_inner(h, j))
            return j;
        if (rows_form_begins(h, j) || subject_begins(h, j) ||
            (j > i && name_begins(h, j)))
            return j;
    }
    for (size_t j = i + 1; j < most; j++) /* one line, nothing known in it */
        if (zone_flag(z, j, WORD_CAPITAL) && !zone_flag(z, j, WORD_UPPER) &&
            !subject_connector(h, j - 1) && z->word[j - 1].kind != WORD_SIGN)
            return j;
    return most;
}

static bool has_name(const struct header *h, size_t i, size_t limit)
{
    size_t most = i + NAME_WORDS_MAX < limit ? i + NAME_WORDS_MAX : limit;
    for (size_t j = i + 1; j < most; j++)
        if (name_begins(h, j))
            return true;
    return false;
}

/* A whole name of two words or more: "het Comité van …" goes on with nothing. */
static bool another_name(const struct header *h, size_t i)
{
    const struct hit *name = name_at(h, i, ADDRESSEE_CLOSED);
    return name && name->end > i + 1;
}

/* "Cyprus Presidency", "Trio Presidency": the word that says which one begins no name of
 * its own. */
static bool qualified(const struct header *h, size_t i)
{
    const struct hit *name = name_at(h, i + 1, ADDRESSEE_CLOSED);
    return name && name->end == i + 2 && zone_flag(&h->z, i, WORD_CAPITAL) &&
           h->z.word[i].kind == WORD_LETTERS && !h->z.word[i + 1].lines &&
           zone_reads(&h->z, i + 1, "Presidency");
}

/* "Council of 20-21.11.2006": behind the days of the meeting that a name's tail at `end`
 * tells, or `end`. */
static size_t dated_tail(const struct header *h, size_t end)
{
    struct date d;
    bool of = !zone_flag(&h->z, end, WORD_FIRST | WORD_CELL) && subject_connector(h, end);
    return of && date_at(&h->z, end + 1, h->lang, &d) && d.year ? d.end : end;
}

static size_t one_name(const struct header *h, size_t i, size_t limit, bool more_names)
{
    const struct hit *closed = name_at(h, i, ADDRESSEE_CLOSED);
    const struct hit *open = name_at(h, i, ADDRESSEE_OPEN);
    if (closed && (!open || open->end <= closed->end)) {
        size_t end = dated_tail(h, name_tail(&h->z, closed->end, limit));
        /* a name that goes on in small letters: "the Presidency of …" */
        if (!zone_flag(&h->z, end, WORD_FIRST) && subject_connector(h, end) &&
            !another_name(h, end) && !zone_flag(&h->z, end, WORD_CAPITAL) && more_names &&
            has_name(h, end, limit))
            return open_name(h, end, limit);
        return end;
    }
    if (!open && qualified(h, i))
        return name_tail(&h->z, i + 2, limit);
    return open_name(h, open ? open->end : i, limit);
}

static bool chained(const struct header *h, size_t i)
{
    return zone_is(&h->z, i, '/') || zone_is(&h->z, i, '+');
}

/* "1. Coreper; 2. Council": the number at word i counts a list of names. */
static bool counts(const struct header *h, size_t i, long n)
{
    return zone_number(&h->z, i) == n && h->z.word[i].nletters == 1 &&
           (zone_is(&h->z, i + 1, '.') || zone_is(&h->z, i + 1, ')')) &&
           !zone_flag(&h->z, i, WORD_GLUED) && name_at(h, i + 2, -1);
}

/* One addressee, or several joined by slashes or counted. */
static size_t names(const struct header *h, size_t i, size_t limit, bool more_names)
{
    if (counts(h, i, 1)) {
        size_t last = one_name(h, i + 2, limit, more_names);
        for (long n = 2; last + 3 < limit; n++) {
            size_t next =
                zone_is(&h->z, last, ';') || zone_is(&h->z, last, ',') ? last + 1 : last;
            if (!counts(h, next, n))
                break;
            last = one_name(h, next + 2, limit, more_names);
        }
        return last < limit ? last : limit;
    }
    size_t end = one_name(h, i, limit, more_names);
    while (end + 1 < limit && chained(h, end))
        end = one_name(h, end + 1, limit, more_names);
    return end < limit ? end : limit;
}

/* A line that goes on with the one before: small letters, "signed by", after a comma. */
static bool continues(const struct header *h, size_t i)
{
    return subject_connector(h, i - 1) || zone_is(&h->z, i - 1, ',') ||
           zone_is(&h->z, i - 1, '-') || names_inside(h, i) ||
           (h->z.word[i].kind == WORD_LETTERS && !zone_flag(&h->z, i, WORD_CAPITAL) &&
            !name_at(h, i, -1));
}

/* The end of a name in a run that holds further values: the line's, where lines are kept.
 */
size_t names_end(const struct header *h, size_t i, size_t limit, bool more_names)
{
    const struct zone *z = &h->z;
    size_t name = names(h, i, limit, more_names), line = i + 1;
    const struct hit *closed = name_at(h, i, ADDRESSEE_CLOSED);
    const struct hit *open = name_at(h, i, ADDRESSEE_OPEN);
    if (counts(h, i, 1))
        return name;
    bool known = closed && (!open || open->end <= closed->end);
    while (line < limit && !rows_form_begins(h, line) &&
           (!z->word[line].lines || (continues(h, line) && !(known && line == name))))
        line++;
    if (line == limit || line > i + NAME_WORDS_MAX)
        return name;
    if (!known && more_names && name < line &&
        (name_begins(h, name) || behind_inner(h, name)))
        return name;
    if (name > line && zone_is(z, line, '(') && zone_is(z, name - 1, ')'))
        return name; /* the tail has a line of its own */
    return known && name < line && !zone_flag(z, name, WORD_FIRST) &&
                   !zone_is(z, name, ',')
               ? name
               : line;
}

/* "Permanent Representatives Committee Council": two whole names and nothing else. */
static bool two_names(const struct header *h, size_t b, size_t i, size_t e)
{
    const struct hit *first = name_at(h, b, ADDRESSEE_CLOSED);
    const struct hit *second = name_at(h, i, ADDRESSEE_CLOSED);
    return first && second && second->end == e && name_tail(&h->z, first->end, e) == i;
}

static bool split_here(const struct header *h, size_t b, size_t i, size_t e)
{
    const struct zone *z = &h->z;
    if (zone_is(z, i, '/') || zone_is(z, i, '+'))
        return name_at(h, i + 1, -1) != NULL;
    if (i > b && two_names(h, b, i, e))
        return true;
    return i > b && z->word[i].lines && name_at(h, i, -1) && !continues(h, i);
}

static void add_to(struct header *h, size_t b, size_t e)
{
    struct sv t = zone_text(&h->z, b, e, h->a);
    while (t.n && (t.p[t.n - 1] == ',' || t.p[t.n - 1] == ';' || t.p[t.n - 1] == ' '))
        t.n--;
    if (t.n)
        header_add(h, &h->to, t);
}

static void split_list(struct header *h, size_t b, size_t e)
{
    size_t from = b + 2;
    long n = 2;
    for (size_t i = from; i < e; i++)
        if (counts(h, i, n)) {
            add_to(h, from, i);
            from = i + 2;
            n++;
        }
    add_to(h, from, e);
}

/* "Permanent Representatives Committee/Council": two; a slash inside a name splits
 * nothing. */
void names_split(struct header *h, size_t b, size_t e)
{
    const struct zone *z = &h->z;
    size_t from = b, skip = b;
    int depth = 0;
    if (b < e && counts(h, b, 1)) {
        split_list(h, b, e);
        return;
    }
    for (size_t i = b; i < e; i++) {
        const struct hit *name = name_at(h, i, ADDRESSEE_CLOSED);
        depth += zone_is(z, i, '(') - zone_is(z, i, ')');
        if (i >= skip && depth <= 0 && split_here(h, from, i, e)) {
            add_to(h, from, i);
            from = zone_is(z, i, '/') || zone_is(z, i, '+') ? i + 1 : i;
        }
        if (name && name->end > skip)
            skip = name->end;
    }
    add_to(h, from, e);
}

/* "from: Presidency to Permanent Representatives Committee": the colon is lost. */
size_t names_to_inside(const struct header *h, size_t b, size_t e)
{
    const struct zone *z = &h->z;
    if (h->roles & 1u << LABEL_TO)
        return e;
    for (size_t i = b + 1; i < e; i++) {
        const struct hit *to = zone_hit(z, i, PHRASE_LABEL, LABEL_TO, h->lang);
        if (to && to->end == i + 1 && to->phrase->lang == h->lang &&
            !zone_flag(z, i, WORD_CAPITAL) && zone_flag(z, i + 1, WORD_CAPITAL) &&
            name_at(h, i + 1, -1))
            return i;
    }
    return e;
}

/* A second addressee on a line of its own, or before a number: the Council behind the
 * committee that prepares it. Only where something is left for the subject. */
size_t names_second(const struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    const struct hit *name = i < limit ? name_at(h, i, ADDRESSEE_CLOSED) : NULL;
    if (!name || name->end >= limit || z->word[name->end - 1].e - z->word[i].b > 24)
        return i;
    /* the title of a paper in capitals: "EUROPEAN COUNCIL / 13 DECEMBER 2012" */
    if (name->end > i + 1 && zone_flag(z, i, WORD_UPPER) &&
        !zone_flag(z, i - 1, WORD_UPPER))
        return i;
    bool own_line = z->word[i].lines && z->word[name->end].lines;
    if (own_line && zone_hit(z, name->end, PHRASE_OPENING, OPENING_STRONG, h->lang))
        return i;
    /* "Permanent Representatives Committee Council Draft Council conclusions" */
    bool council =
        zone_reads(z, i, "Council") && !zone_flag(z, i, WORD_UPPER) &&
        (zone_reads(z, name->end, "Draft") || zone_reads(z, name->end, "Proposal"));
    return own_line || council || rows_form_begins(h, name->end) ? name->end : i;
}
