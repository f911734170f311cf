#include "ascii.h"
#include "block.h"
#include "outline.h"
#include "words.h"

#include <string.h>

enum {
    TITLE_LINES_MAX = 6,
    TITLE_BYTES_MAX = 420,
    WIDTH_SAMPLE = 2000, /* lines */
    WIDTH_MAX = 160,     /* a longer line is a paragraph, no printed line */
    GAP_LEAST = 3,       /* blanks between two columns */
    PAGE_END_LINES = 18  /* of a footer that stands between a number and its title */
};

bool title_in_contents(const struct scan *s, size_t b, size_t e)
{
    struct sv x = sv_trim(sv_sub(s->text, b, e));
    return x.n && is_digit(x.p[x.n - 1]) && sv_find(x, SV("....")) != SIZE_MAX;
}

/* Blanks at its end do not fill a line. */
static size_t filled(const struct scan *s, const struct line *l)
{
    size_t e = l->e;
    while (e > l->b && (s->text.p[e - 1] == ' ' || s->text.p[e - 1] == '\t'))
        e--;
    return e - l->b;
}

size_t title_width(const struct scan *s)
{
    size_t count[WIDTH_MAX + 1] = {0}, n = 0, paragraphs = 0;
    for (size_t i = 0; i < s->nlines && i < WIDTH_SAMPLE; i++) {
        size_t length = filled(s, &s->line[i]);
        paragraphs += length > WIDTH_MAX;
        if (length >= 40 && length <= WIDTH_MAX &&
            !title_in_contents(s, s->line[i].b, s->line[i].e))
            count[length]++, n++;
    }
    if (paragraphs * 3 > n) /* lines are not broken at all */
        return WIDTH_MAX;
    size_t above = 0;
    for (size_t w = WIDTH_MAX; w > 40; w--)
        if ((above += count[w]) * 20 > n)
            return w;
    return WIDTH_MAX;
}

/* "by criminal law" above "9280/17": the word of the title is none that the number needs.
 */
static bool is_number_apart(const struct scan *s, size_t token, size_t at)
{
    enum { DIGITS_LEAST = 4 };
    size_t n = 0;
    while (at + n < s->text.n && is_digit(s->text.p[at + n]))
        n++;
    const struct token *k = &s->token[token];
    return n >= DIGITS_LEAST && k->b < at && k->e == at + n + 3 &&
           s->text.p[at + n] == '/' && scan_token_in(s, token, "citations");
}

bool title_is_citation_line(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    size_t i = scan_token_at(s, l->content);
    if (i > 0 && is_number_apart(s, i - 1, l->content))
        return true;
    return i < s->ntokens && s->token[i].b == l->content && title_is_paper_token(s, i);
}

/* Is one of the words set off by blanks in text[b, e)? */
static bool holds_word(const struct scan *s, size_t b, size_t e, const struct words *list)
{
    static const struct sv been = {" a été ", 8};
    const char *p = s->text.p + b, *end = s->text.p + e, *next;
    if (!(p = memchr(p, ' ', (size_t)(end - p))))
        return false;
    for (; (next = memchr(p + 1, ' ', (size_t)(end - p) - 1)) != NULL; p = next) {
        struct sv word = {p + 1, (size_t)(next - p) - 1};
        if (one_of(word, list) || (word.n == 1 && word.p[0] == 'a' &&
                                   sv_starts((struct sv){p, (size_t)(end - p)}, been)))
            return true;
    }
    return false;
}

/* 1: the token is a formula of that form, 0: of another one, -1: it is none. */
static int is_formula(const struct scan *s, size_t token, const char *form)
{
    if (!scan_token_in(s, token, "formulas"))
        return -1;
    uint32_t id = s->token[token].id;
    const struct knowledge_table *t = knowledge_table_at(s->k, KNOWLEDGE_ID_TABLE(id));
    int column = knowledge_column(t, "form");
    return column >= 0 && sv_eq(t->row[KNOWLEDGE_ID_ROW(id)].cell[column], sv_cstr(form));
}

/* "Regulation on fees and charges payable": a noun, since no verb comes before it. */
static bool is_noun_behind_and(const struct scan *s, size_t token, size_t b)
{
    size_t at = s->token[token].b;
    return at > b + 5 && memcmp(s->text.p + at - 5, " and ", 5) == 0;
}

/* A form of "be", "have" or a modal: a sentence, no title. "With a view to adoption",
 * which says where a paper goes next, is no verb. */
bool title_has_verb(const struct scan *s, size_t b, size_t e)
{
    static const struct words verb = WORDS(
        "is", "are", "was", "were", "has", "have", "will", "shall", "should", "would",
        "must", "may", "can", "could", "might", "had", "est", "sont", "wird", "werden",
        "wurde", "haben", "ist", "sind", "hat", "zijn", "heeft", "är", "har", "ont", "ha",
        "hanno", "è", "sono", "han", "fue", "se", "er", "blev", "skal", "bör", "wordt",
        "worden", "moet", "zal", "sollte", "soll", "devrait", "doit", "sera", "foi",
        "são", "kommer", "kan", "kann", "können", "kunnen", "peut", "peuvent", "può",
        "puede", "pode", "forelagde", "presenterade", "presentó", "presentato",
        "présenté", "ingediend", "vorgelegt");
    if (b < e && holds_word(s, b, e, &verb))
        return true;
    for (size_t i = scan_token_at(s, b); i < s->ntokens && s->token[i].e <= e; i++)
        if (is_formula(s, i, "route") == 0 && !is_noun_behind_and(s, i, b))
            return true;
    return false;
}

static size_t count_words(struct sv t)
{
    char copy[BLOCK_BYTES];
    uint64_t before = 1; /* bit 0: a blank stands in front of the block */
    size_t n = 0;
    for (size_t i = 0; i < t.n; i += BLOCK_BYTES) {
        const char *p = block_of(t.p + i, t.n - i, copy);
        uint64_t blanks =
            block_equal(p, ' ') | block_one_of(p, '\t', '\f', '\n'); /* as is_blank() */
        if (t.n - i < BLOCK_BYTES)
            blanks |= UINT64_MAX << (t.n - i);
        n += block_count(~blanks & (blanks << 1 | before));
        before = blanks >> (BLOCK_BYTES - 1);
    }
    return n;
}

static size_t line_end(const struct scan *s, size_t line)
{
    return title_trim_end(s, s->line[line].b, s->line[line].e);
}

static size_t first_word(const struct scan *s, const struct line *l)
{
    size_t n = 0;
    while (l->content + n < l->e && !is_blank(s->text.p[l->content + n]))
        n++;
    return n;
}

/* No small letter, and some capitals. */
static bool is_capitals(const struct scan *s, size_t b, size_t e)
{
    size_t capitals = 0;
    for (size_t i = b; i < e; i++) {
        if (is_lower(s->text.p[i]))
            return false;
        capitals += is_upper(s->text.p[i]);
    }
    return capitals > 3;
}

/* Where the title's own column ends in text[b, e): behind it, set off by a gap, stands
 * the number of a paper; or the line of an agenda ends with it, and the words in front of
 * it need more: "Conference of the 13735/22". */
static size_t column_end(const struct scan *s, size_t b, size_t e)
{
    for (size_t i = scan_token_at(s, b); i < s->ntokens && s->token[i].b < e; i++) {
        size_t at = s->token[i].b, gap = at;
        while (gap > b && s->text.p[gap - 1] == ' ')
            gap--;
        bool apart =
            at - gap >= GAP_LEAST || (s->kind == SCAN_AGENDA && at > gap &&
                                      s->token[i].e >= e && title_ends_open(s, b, gap));
        if (apart && gap > b && title_is_paper_token(s, i))
            return gap;
    }
    return e;
}

/* Whether line `next` goes on with the title that ends at `e` of the line before it. */
static bool continues(const struct scan *s, const struct title *t, size_t next)
{
    const struct line *l = &s->line[next], *before = &s->line[t->line];
    struct label label;
    if (l->flags &
            (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE | LINE_BULLET | LINE_TABLE) ||
        l->content >= l->e || s->text.p[l->b] == '#' || l->content > l->b + l->indent)
        return false;
    size_t end = column_end(s, before->content < t->b ? t->b : before->content, t->e);
    size_t length = filled(s, before);
    char first = s->text.p[l->content];
    bool labelled = label_read(s, l->content, l->e, &label);
    bool deeper = labelled && label.parts > 1; /* "2.1" */
    if (s->kind == SCAN_AGENDA && labelled && label.closed && label.kind == LABEL_LOWER &&
        !title_ends_open(s, t->b, end))
        return false; /* a bracket that was never closed */
    if (title_is_open(s, t->b, end) ||
        (is_digit(first) && !deeper && title_leads_to_number(s, t->b, end)))
        return true;
    if (title_action_begins(s, l->content, l->e))
        return false;
    if (label_read(s, l->content, l->e, &label) && label.closed)
        return false;
    if (title_breaks_name(s, t->b, end, l->content, l->e) ||
        title_wraps_behind_number(s, t, next))
        return true;
    if (length >= 40 && length <= WIDTH_MAX && is_capitals(s, t->b, t->e) &&
        is_capitals(s, l->content, l->e))
        return true;
    if (first == '(' && title_has_verb(s, l->content, l->e))
        return false; /* "(a revised version was distributed)" */
    if (first == '(' ||
        (is_lower(first) && length * 2 >= s->width && length <= WIDTH_MAX))
        return length <= WIDTH_MAX;
    size_t i = scan_token_at(s, l->content);
    if (i < s->ntokens && s->token[i].b == l->content && scan_token_in(s, i, "bodies"))
        return false;
    return length <= WIDTH_MAX && length + 1 + first_word(s, l) > s->width + 2;
}

/* A number from the right-hand column that extraction put into the title: the line is
 * passed over, when the title goes on behind it. */
static bool pass_torn_number(struct scan *s, struct title *t)
{
    size_t next = t->line + 1;
    if (next + 1 >= s->nlines || !title_is_citation_line(s, next) ||
        !title_is_open(s, t->b, t->e) ||
        !is_lower(s->text.p[s->line[next + 1].content]) ||
        s->line[next + 1].flags & LINE_BLANK)
        return false;
    s->line[next].flags |= LINE_FURNITURE;
    t->line = next + 1;
    t->e = line_end(s, next + 1);
    return true;
}

/* Where the title begins: behind the label, or on the next line when the label stands
 * alone. */
static bool find_begin(const struct scan *s, size_t line, const struct label *label,
                       struct title *t)
{
    size_t at = label->e;
    t->line = line;
    while (at < s->line[line].e &&
           (is_blank(s->text.p[at]) || s->text.p[at] == '|' ||
            (unsigned char)s->text.p[at] == 0xc2 || (unsigned char)s->text.p[at] == 0xa0))
        at++;
    if (title_trim_end(s, at, s->line[line].e) > at) {
        t->b = at;
        return true;
    }
    size_t passed = 0; /* a page's end came between */
    for (size_t next = line + 1; next < s->nlines && next <= line + 3 + passed; next++) {
        const struct line *l = &s->line[next];
        if (l->flags & LINE_FURNITURE && passed < PAGE_END_LINES)
            passed +=
                next + 1 < s->nlines && s->line[next + 1].flags & LINE_BLANK ? 3 : 1;
        if (l->flags & (LINE_BLANK | LINE_FURNITURE))
            continue;
        if (l->flags & (LINE_FOOTNOTE | LINE_BULLET) || l->content >= l->e)
            return false;
        struct label other;
        t->line = next;
        t->b = l->content;
        return label->closed && !(label_read(s, l->content, l->e, &other) &&
                                  title_trim_end(s, other.e, l->e) == other.e);
    }
    return false;
}

/* "**Title** and the text goes on", "TITLE IN CAPITALS and so on": the title is the part
 * that stands out. */
static void cut_lead(const struct scan *s, struct title *t, bool closed)
{
    const char *p = s->text.p;
    if (t->e - t->b > 4 && memcmp(p + t->b, "**", 2) == 0) {
        size_t close = sv_find(sv_sub(s->text, t->b + 2, t->e), SV("**"));
        t->strong = true;
        if (close != SIZE_MAX)
            t->e = t->b + 2 + close;
        return;
    }
    size_t last = 0, words = 0, at = t->b;
    while (at < t->e) {
        size_t b = at;
        while (b < t->e && (is_blank(p[b]) || p[b] == '*'))
            b++;
        size_t e = b;
        bool small = false, capital = false;
        for (; e < t->e && !is_blank(p[e]); e++) {
            small = small || is_lower(p[e]);
            capital = capital || is_upper(p[e]);
        }
        bool ordinal = e > b && p[b] >= '0' && p[b] <= '9'; /* "295th" */
        if ((small && !ordinal) || e == b)
            break;
        words += capital;
        last = e;
        at = e;
    }
    if (words >= 3 && last < t->e && closed) {
        t->strong = true;
        t->e = title_trim_end(s, t->b, last);
    }
}

/* "INVITES", "CALLS ON the Member States": conclusions number what they ask. */
static bool begins_operative(const struct scan *s, size_t b)
{
    size_t i = scan_token_at(s, b);
    return i < s->ntokens && s->token[i].b == b && is_formula(s, i, "operative") == 1;
}

/* "RECALLING the conclusions of", "HAVING REGARD to": conclusions number their recitals.
 */
static bool begins_recital(struct sv x)
{
    static const struct words list =
        WORDS("RECALLING", "NOTING", "HAVING", "RECOGNISING", "RECOGNIZING",
              "CONSIDERING", "WELCOMING", "REAFFIRMING", "EMPHASISING", "STRESSING",
              "UNDERLINING", "ACKNOWLEDGING", "BEARING", "TAKING", "REITERATING",
              "HIGHLIGHTING", "AWARE", "MINDFUL", "CONSCIOUS", "CONVINCED", "WHEREAS");
    const char *blank = memchr(x.p, ' ', x.n);
    if (!blank || !is_upper(x.p[0]) ||
        !one_of(sv_sub(x, 0, (size_t)(blank - x.p)), &list))
        return false;
    for (size_t i = 0; i < x.n; i++)
        if (is_lower(x.p[i]))
            return true;
    return false;
}

/* The length of "The ", "Der ", "Le " in front of the title, or 0. */
static size_t capital_article(struct sv x)
{
    static const struct words list = WORDS("The", "Der", "Die", "Das", "Le", "La", "Les",
                                           "Il", "El", "De", "Het", "Det", "O");
    size_t e = 0;
    while (e < x.n && !is_blank(x.p[e]))
        e++;
    return one_of(sv_sub(x, 0, e), &list) ? e + 1 : 0;
}

/* "On 1 December 1997, the Council", "In its conclusions of": how a paragraph begins. */
bool title_opens_paragraph(struct sv t)
{
    static const struct sv opening[] = {
        {"In its ", 7},     {"In the ", 7},         {"In this ", 8},
        {"In line ", 8},    {"In light ", 9},       {"In view ", 8},
        {"In order ", 9},   {"In accordance ", 14}, {"In 20", 5},
        {"In 19", 5},       {"At its ", 7},         {"At the ", 7},
        {"Following ", 10}, {"Further to ", 11},    {"Subsequently", 12},
        {"During ", 7},     {"Pursuant to ", 12},   {"Having ", 7}};
    static const struct words day = WORDS("On", "Am", "Le", "El", "Den", "Op", "Il");
    size_t first = 0;
    while (first < t.n && t.p[first] != ' ')
        first++;
    size_t digit = first;
    while (digit < t.n && t.p[digit] == ' ')
        digit++;
    if (digit < t.n && is_digit(t.p[digit]) && one_of(sv_sub(t, 0, first), &day))
        return true;
    bool may = t.n > 0 && (t.p[0] == 'I' || t.p[0] == 'A' || t.p[0] == 'F' ||
                           t.p[0] == 'S' || t.p[0] == 'D' || t.p[0] == 'P' ||
                           t.p[0] == 'H'); /* most titles begin otherwise */
    for (size_t i = 0; may && i < ARRAY_LEN(opening); i++)
        if (sv_starts(t, opening[i]))
            return true;
    return false;
}

/* The next line goes on in small letters: it is the same paragraph. */
static bool goes_on_small(const struct scan *s, size_t line)
{
    if (line + 1 >= s->nlines)
        return false;
    const struct line *l = &s->line[line + 1];
    return l->content + 1 < l->e && is_lower(s->text.p[l->content]) &&
           is_lower(s->text.p[l->content + 1]) && !title_is_citation_line(s, line + 1);
}

/* "... on 14 December" above "2021 and": double-spaced text that breaks inside a date. */
static bool breaks_in_date(const struct scan *s, size_t line, char last)
{
    size_t next = line + 1;
    while (next < s->nlines && next < line + 3 && s->line[next].flags & LINE_BLANK)
        next++;
    if (next >= s->nlines || !((last | 0x20) >= 'a' && (last | 0x20) <= 'z'))
        return false;
    struct sv t = sv_sub(s->text, s->line[next].content, s->line[next].e);
    bool century = sv_starts(t, SV("20")) || sv_starts(t, SV("19"));
    return century && t.n >= 5 && is_digit(t.p[2]) && is_digit(t.p[3]) &&
           memchr(" .,;:)", t.p[4], 6);
}

/* "The experts presented the draft.", "Several delegations maintained their view.": a
 * note numbers its paragraphs, and a title of so many words that begins so has no full
 * stop. */
static bool is_statement(const struct scan *s, struct sv x, size_t words)
{
    enum { WORDS_LEAST = 5 };
    static const struct words begin =
        WORDS("Several", "Most", "Some", "Many", "Both", "These", "This", "There", "It",
              "They", "We", "Plusieurs", "Certaines", "Cette", "Ces", "Ce", "Mehrere",
              "Einige", "Diese", "Dieser", "Dieses", "Es", "Sommige", "Deze", "Dit",
              "Flere", "Flera", "Alcune");
    const char *blank = memchr(x.p, ' ', x.n);
    return s->kind == SCAN_OTHER && words >= WORDS_LEAST && blank &&
           (capital_article(x) || one_of(sv_sub(x, 0, (size_t)(blank - x.p)), &begin));
}

/* "Do delegations agree with Article 2?": what a note puts to its readers. */
static bool is_question(const struct scan *s, struct sv x, size_t words)
{
    enum { WORDS_LEAST = 5 };
    return s->kind == SCAN_OTHER && words >= WORDS_LEAST && x.n > 2 &&
           x.p[x.n - 1] == '?' && (is_lower(x.p[x.n - 2]) || is_digit(x.p[x.n - 2]));
}

/* The title fills its line, and the line right below tells something: a paragraph that
 * breaks in front of a capital. */
static bool goes_on_telling(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line], *next = l + 1;
    size_t length = filled(s, l);
    struct label label;
    return s->kind == SCAN_OTHER && line + 1 < s->nlines && length <= WIDTH_MAX &&
           length >= s->width - s->width / 5 && filled(s, next) >= s->width / 2 &&
           !(next->flags &
             (LINE_BLANK | LINE_FURNITURE | LINE_FOOTNOTE | LINE_BULLET | LINE_TABLE)) &&
           !label_read(s, next->content, next->e, &label) &&
           title_has_verb(s, next->content, next->e);
}

/* "APPROVAL OF THE CONCLUSIONS OF THE 295th MEETING": capitals but for an ordinal. */
static bool is_shouted(struct sv x)
{
    size_t small = 0, capitals = 0;
    for (size_t i = 0; i < x.n; i++) {
        small += is_lower(x.p[i]);
        capitals += is_upper(x.p[i]);
    }
    return small <= 2 && capitals > 10;
}

/* The title's dots lead to a page; those of "Regulation (EU) No …/…" stand for a number.
 */
static bool leads_on(struct sv x)
{
    size_t at = sv_find(x, SV("…"));
    if (at == SIZE_MAX)
        return false;
    struct sv before = sv_sub(x, 0, at), behind = sv_sub(x, at + 3, x.n);
    return !sv_starts(behind, SV("/")) && !sv_ends(before, SV("/")) &&
           !sv_ends(before, SV("No "));
}

/* A paragraph that happens to be numbered is no title. */
static bool is_title(const struct scan *s, const struct title *t, size_t whole,
                     bool small)
{
    /* "3. Mr SAMPLE (Presidency) informed the Committee on progress." */
    static const struct words told =
        WORDS("informed", "briefed", "debriefed", "recalled", "explained", "thanked",
              "stressed", "underlined", "welcomed", "announced");
    struct sv x = sv_sub(s->text, t->b, whole);
    bool torn = whole + 2 >= s->text.n;
    if (sv_ends(x, SV("<br />")) || sv_ends(x, SV("<br/>")))
        x = sv_trim(
            sv_sub(x, 0, x.n - (x.p[x.n - 2] == '/' && x.p[x.n - 3] == ' ' ? 6 : 5)));
    char last = (char)(x.n ? x.p[x.n - 1] : ',');
    bool number = sv_starts(x, SV("n°")); /* "(a) n° E-007025/2011 put by ..." */
    if (x.n == 0 || x.n > TITLE_BYTES_MAX || (is_lower(x.p[0]) && !small && !number) ||
        begins_operative(s, t->b) || begins_recital(x))
        return false;
    if (sv_find(x, SV("....")) != SIZE_MAX || leads_on(x))
        return false;                           /* a table of contents */
    if (last == ',' || (last == ';' && !small)) /* "(a) information from Eurojust;" */
        return false;
    if (s->kind == SCAN_OTHER && title_ends_open(s, t->b, whole))
        return false; /* "... agreed, at det" before a line that does not go on */
    /* a paragraph that the end of the text, or a blank line, cuts in the middle */
    size_t words = count_words(x);
    bool cut = words > 30 || (words > 9 && (torn || goes_on_small(s, t->line)));
    if (cut && last != '.' && title_has_verb(s, t->b, whole))
        return false;
    if (words > 6 && s->kind == SCAN_OTHER && breaks_in_date(s, t->line, last))
        return false;
    if (words > 9 && last != '.' && !is_shouted(x) && goes_on_telling(s, t->line))
        return false;
    if (title_opens_paragraph(x) &&
        (last == '.' || memchr(x.p, ',', x.n) || title_has_verb(s, t->b, whole)))
        return false;
    size_t article = capital_article(x);
    size_t i = scan_token_at(s, t->b + article);
    if ((last == '.' || torn) && article && i < s->ntokens &&
        s->token[i].b == t->b + article && scan_token_in(s, i, "bodies"))
        return false; /* "The European Council met in Vienna." */
    for (i = 5; i + 2 < x.n; i++) {
        const char *stop = memchr(x.p + i, '.', x.n - 2 - i);
        if (!stop)
            break;
        i = (size_t)(stop - x.p);
        if (x.p[i + 1] != ' ')
            continue;
        size_t next = i + 1;
        while (next + 1 < x.n && x.p[next] == ' ')
            next++;
        if (is_upper(x.p[next]) && is_lower(x.p[i - 1]) && is_lower(x.p[i - 2]) &&
            is_lower(x.p[i - 3]))
            return false;
    }
    if ((last == '.' && is_statement(s, x, words)) || is_question(s, x, words))
        return false;
    if (last == '.' || last == ':')
        return words <= 30 && !title_has_verb(s, t->b, whole) &&
               !(last == '.' && holds_word(s, t->b, whole, &told));
    return true;
}

static bool has_letter(struct sv t)
{
    for (size_t i = 0; i < t.n; i++)
        if (is_lower(t.p[i]) || is_upper(t.p[i]) || (unsigned char)t.p[i] >= 0xc3)
            return true;
    return false;
}

/* In double-spaced text a blank line stands between the lines of a title: one that goes
 * on in small letters. */
static size_t line_of_title(const struct scan *s, const struct title *t, size_t next)
{
    if (next + 1 >= s->nlines || !(s->line[next].flags & LINE_BLANK) ||
        s->line[next + 1].flags & LINE_BLANK)
        return next;
    const struct line *l = &s->line[next + 1];
    bool small = l->content + 1 < l->e && is_lower(s->text.p[l->content]) &&
                 is_lower(s->text.p[l->content + 1]);
    return small || title_is_open(s, t->b, column_end(s, t->b, t->e)) ||
                   title_wraps_behind_number(s, t, next + 1) ||
                   (l->content < l->e && is_digit(s->text.p[l->content]) &&
                    title_leads_to_number(s, t->b, t->e))
               ? next + 1
               : next;
}

/* What is to be done, glued to the title's line. */
static void cut_action(const struct scan *s, struct title *t)
{
    for (size_t i = t->b + 3; i < t->e; i++) {
        const char *next = memchr(s->text.p + i, ' ', t->e - i);
        if (!next)
            break;
        i = (size_t)(next - s->text.p);
        if (next[1] != '(' && title_action_inside(s, t->b, i, t->e))
            t->e = i;
    }
}

/* The title that begins at t.b; its first line, or its number's, is `line`. */
static bool read_from(struct scan *s, size_t line, const struct label *label,
                      struct title t, struct title *out)
{
    const struct line *l = &s->line[line];
    t.strong =
        s->text.p[l->b] == '#' || (l->content > l->b && s->text.p[l->content - 1] == '*');
    t.e = line_end(s, t.line);
    if (l->flags & LINE_TABLE) {
        const char *cell = memchr(s->text.p + t.b, '|', t.e - t.b);
        t.e = cell ? title_trim_end(s, t.b, (size_t)(cell - s->text.p)) : t.e;
    } else {
        for (int i = 1; i < TITLE_LINES_MAX && t.e - t.b < TITLE_BYTES_MAX; i++) {
            if (pass_torn_number(s, &t))
                continue;
            size_t next = line_of_title(s, &t, t.line + 1);
            if (next >= s->nlines || s->text.p[l->b] == '#' ||
                title_is_citation_line(s, next) || !continues(s, &t, next))
                break;
            t.line = next;
            t.e = line_end(s, t.line);
        }
    }
    if (s->kind == SCAN_AGENDA) /* "Information from ..., supported by": no sentence */
        cut_action(s, &t);
    size_t whole = t.e;
    bool small = s->kind == SCAN_AGENDA && label->kind == LABEL_LOWER;
    cut_lead(s, &t, label->closed);
    if (t.e < whole && begins_operative(s, t.b)) /* "INVITES THE COMMISSION, by 2017," */
        return false;
    if (t.e == whole && !is_title(s, &t, whole, small) &&
        !(t.strong && t.e - t.b <= TITLE_BYTES_MAX))
        return false;
    cut_action(s, &t);
    title_cut_codes(s, &t);
    title_cut_tail(s, &t);
    title_order_holes(&t);
    while (t.b < t.e && (is_blank(s->text.p[t.b]) || memchr("*|", s->text.p[t.b], 2)))
        t.b++;
    *out = t;
    return has_letter(sv_sub(s->text, t.b, t.e));
}

bool title_read(struct scan *s, size_t line, const struct label *label, struct title *out)
{
    struct title t = {0};
    return find_begin(s, line, label, &t) && read_from(s, line, label, t, out);
}

bool title_read_apart(struct scan *s, size_t line, const struct label *label,
                      struct title *out)
{
    struct title t = {.b = s->line[line].content, .line = line};
    return read_from(s, line, label, t, out);
}
