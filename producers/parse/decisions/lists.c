/* Lists: their marks, where one follows a sentence, and its entries; also lists whose
 * lines are lost, all on one line. */
#include "decide.h"

enum { ENTRY_BYTES = 4000, LABEL_MOST = 4 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_roman(const char *t, size_t b, size_t e)
{
    for (size_t i = b; i < e; i++)
        if (t[i] != 'i' && t[i] != 'v' && t[i] != 'x')
            return false;
    return b < e;
}

/* "A. to start the evaluation", "B) to ask": how long the mark is, or 0. A title would
 * begin with a capital. */
static size_t capital_label(const char *t, size_t b, size_t e)
{
    bool marked = b + 4 < e && t[b] >= 'A' && t[b] <= 'Z' && memchr(".)", t[b + 1], 2) &&
                  t[b + 2] == ' ';
    return marked && is_lower(t[b + 3]) ? 2 : 0;
}

/* "(a)", "b)", "(iv)", "2)", "3." at text[b, e): its style and how long it is. */
static struct list_style label_at(const char *t, size_t b, size_t e, size_t *length)
{
    struct list_style none = {LIST_NONE, 0};
    bool bracket = b < e && t[b] == '(';
    size_t w = b + bracket, k = w, value = 0, capital = capital_label(t, b, e);
    if (capital) {
        *length = capital;
        return (struct list_style){LIST_LETTER, (uint16_t)(t[b] - 'A' + 1)};
    }
    while (k < e && k - w < LABEL_MOST && (is_digit(t[k]) || is_lower(t[k])))
        k++;
    if (k == b + 1 && t[b] == 'o' && k < e && (t[k] == ' ' || t[k] == '\t')) {
        *length = 1;
        return (struct list_style){LIST_RING, 0};
    }
    size_t digits = k;
    if (k + 2 < e && t[k] == '\\') /* "1\.": an escape of Markdown */
        k++;
    if (digits == w || k + 1 >= e || !memchr(" \t*\n", t[k + 1], 4))
        return none;
    *length = k + 1 - b;
    if (is_digit(t[w])) {
        for (size_t i = w; i < digits; i++)
            value = is_digit(t[i]) ? value * 10 + (size_t)(t[i] - '0') : 1000;
        bool stop = t[k] == '.' && !bracket;
        if (value > 999 || (t[k] != ')' && !stop))
            return none;
        return (struct list_style){stop ? LIST_STOP : LIST_NUMBER, (uint16_t)value};
    }
    if (t[k] != ')')
        return none;
    if (digits - w == 1)
        return (struct list_style){LIST_LETTER, (uint16_t)(t[w] - 'a' + 1)};
    return is_roman(t, w, digits) ? (struct list_style){LIST_ROMAN, 0} : none;
}

size_t list_mark(const char *t, size_t b, size_t e)
{
    size_t n;
    if (b < e && t[b] >= 'A' && t[b] <= 'Z') /* most sentences */
        return b + capital_label(t, b, e);
    if (b < e && (unsigned char)t[b] >= 0xe2 && e - b > 3 &&
        (t[b + 3] == ' ' || t[b + 3] == '\t'))
        return b + 3;
    if (e - b > 2 && (n = scan_line_mark(t, b, e)) > 0 && t[b] != '*')
        return b + n;
    return label_at(t, b, e, &n).kind != LIST_NONE ? b + n : b;
}

struct list_style list_style(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    size_t n;
    if (l->flags & LINE_BULLET)
        return (struct list_style){LIST_BULLET, 0};
    return label_at(s->text.p, l->content, l->e, &n);
}

static char first_letter(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    size_t i = list_mark(s->text.p, l->content, l->e);
    while (i < l->e && memchr(" \t*_", s->text.p[i], 4))
        i++;
    if (i < l->e)
        return s->text.p[i];
    return '\0';
}

/* "to", "that", "and": the clause goes on, if need be in a list. */
static bool goes_on(struct sv text)
{
    static const struct sv word[] = {
        {" to", 3},   {" that", 5}, {" and", 4},   {" or", 3},  {" TO", 3},
        {" THAT", 5}, {" von", 4},  {" sig", 4},   {" dat", 4}, {" dass", 5},
        {" att", 4},  {" at", 3},   {" should", 7}};
    for (size_t i = 0; i < ARRAY_LEN(word); i++)
        if (sv_ends(text, word[i]))
            return true;
    return false;
}

/* "1. The Council recalls" below a title that no full stop ends, and not "as set out in
 * point" above "1. The second". */
static bool paragraph_begins(const struct scan *s, struct sv before, size_t line)
{
    static const struct words opening =
        WORDS("The", "In", "At", "On", "It", "This", "Delegations", "Following", "As");
    static const struct words leading =
        WORDS("point", "points", "item", "items", "paragraph", "paragraphs", "Article",
              "Articles", "Annex", "No", "page", "of", "and", "to", "the", "in", "or");
    const struct line *l = &s->line[line];
    size_t b = list_mark(s->text.p, l->content, l->e), word = before.n, e;
    while (b < l->e && s->text.p[b] == ' ')
        b++;
    for (e = b; e < l->e && s->text.p[e] != ' ';)
        e++;
    while (word > 0 && before.p[word - 1] != ' ')
        word--;
    return s->text.p[l->content] >= '0' && s->text.p[l->content] <= '9' &&
           one_of(sv_sub(s->text, b, e), &opening) && before.p[before.n - 1] >= 'A' &&
           !one_of(sv_sub(before, word, before.n), &leading);
}

/* "3. The Council" above "a) welcomes the report": who acts in the entries stands alone
 * in front of them. */
static bool names_who_acts(const struct scan *s, struct sv before, size_t line)
{
    enum { LONGEST = 32 };
    static const struct words body =
        WORDS("Council", "COUNCIL", "Rat", "RAT", "Conseil", "CONSEIL", "Consiglio",
              "CONSIGLIO", "Raad", "RAAD", "Rådet", "RÅDET", "Consejo", "Conselho",
              "Committee", "Ausschuss", "Comité", "Comitato");
    struct list_style style = list_style(s, line);
    size_t word = before.n;
    while (word > 0 && before.p[word - 1] != ' ')
        word--;
    return style.kind == LIST_LETTER && style.value == 1 && before.n <= LONGEST &&
           one_of(sv_sub(before, word, before.n), &body) &&
           is_lower(first_letter(s, line));
}

bool list_entry_begins(const struct scan *s, struct sv before, size_t line, bool blank)
{
    enum list_kind kind = list_style(s, line).kind;
    if (kind == LIST_NONE || !before.n)
        return false;
    char last = before.p[before.n - 1];
    if (last == ':' || last == ';' || blank)
        return true;
    if (kind == LIST_STOP)
        return paragraph_begins(s, before, line);
    if (names_who_acts(s, before, line))
        return true;
    return kind != LIST_RING && (last == ',' || goes_on(before));
}

static bool is_shouted(struct sv word)
{
    for (size_t i = 0; i < word.n; i++)
        if (word.p[i] < 'A' || word.p[i] > 'Z')
            return false;
    return word.n >= 5;
}

/* "FORDERT die Mitgliedstaaten AUF,", "wird daher ersucht,", "dass der COSI
 * übereingekommen ist,", "INVITES": what leads a list without a colon. */
static bool leads_bare(struct sv lead)
{
    static const struct words asked = WORDS("ersucht", "gebeten", "aufgefordert",
                                            "überein", "ist", "hat", "sind", "haben");
    bool comma = sv_ends(lead, SV(","));
    size_t first = 0, e = lead.n - comma, b = e;
    while (first < lead.n && lead.p[first] != ' ')
        first++;
    while (b > 0 && lead.p[b - 1] != ' ')
        b--;
    struct sv last = sv_sub(lead, b, e);
    return comma ? is_shouted(sv_sub(lead, 0, first)) || one_of(last, &asked)
                 : is_shouted(last);
}

/* "INVITES THE COMMISSION TO:", "UPPMANAR MEDLEMSSTATERNA ATT": of several such lists in
 * conclusions each goes on with the numbers of the one before. */
static bool leads_tasks(struct sv lead, char first)
{
    static const struct words last = WORDS("to", "TO", "att", "ATT", "à", "À", "a", "A",
                                           "at", "AT", "om", "OM", "THAT");
    size_t e = 0;
    while (e < lead.n && lead.p[e] != ' ')
        e++;
    bool shouted = is_shouted(sv_sub(lead, 0, e));
    struct sv rest = sv_trim(sv_sub(lead, e, lead.n));
    bool colon = sv_ends(rest, SV(":"));
    rest = sv_trim(sv_sub(rest, 0, rest.n - colon));
    size_t b = rest.n;
    while (b > 0 && rest.p[b - 1] != ' ')
        b--;
    struct sv word = sv_sub(rest, b, rest.n);
    if (sv_ends(lead, SV(","))) /* "ERSUCHT DIE KOMMISSION," */
        return leads_bare(lead) && is_lower(first);
    if (shouted && colon && is_lower(first)) /* "VERZOEKT DE COMMISSIE:" */
        return true;
    static const struct words asking =
        WORDS("Invites", "Calls", "Encourages", "Requests", "Urges", "Recommends");
    if (colon && IS(word, "to") && one_of(sv_sub(lead, 0, e), &asking))
        return true;
    return shouted && one_of(word, &last) &&
           (colon || is_lower(first) || !(IS(word, "to") || IS(word, "TO")));
}

/* A line that lost its mark is an entry where it ends as one. */
static bool ends_bare(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    struct sv t = sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
    return sv_ends(t, SV(";")) || sv_ends(t, SV("; and")) || sv_ends(t, SV("; or"));
}

/* "agreed on the following actions:" */
static bool follows_word(struct sv lead)
{
    enum { LAST_BYTES = 40 };
    struct sv last = sv_sub(lead, lead.n > LAST_BYTES ? lead.n - LAST_BYTES : 0, lead.n);
    return sv_find(last, SV(" the following ")) != SIZE_MAX;
}

/* Is this the first of a list that the text before leads? */
static bool first_entry(const struct scan *s, struct sv lead, size_t line)
{
    struct list_style style = list_style(s, line);
    bool colon = lead.n && (lead.p[lead.n - 1] == ':' || leads_bare(lead));
    if (style.kind >= LIST_NUMBER && style.kind <= LIST_STOP &&
        leads_tasks(lead, first_letter(s, line)))
        return true;
    switch (style.kind) {
    case LIST_NONE:
        return is_lower(first_letter(s, line)) &&
               (sv_ends(lead, SV(" to:")) ||
                (sv_ends(lead, SV(":")) && ends_bare(s, line)));
    case LIST_BULLET: return true;
    case LIST_ROMAN: return false;
    case LIST_RING: return colon;
    case LIST_LETTER: /* "i)" is one, too */
        return (style.value == 1 || style.value == 'i' - 'a' + 1) &&
               (colon || goes_on(lead) ||
                (sv_ends(lead, SV(",")) && is_lower(first_letter(s, line))));
    case LIST_NUMBER: return style.value == 1 && (colon || goes_on(lead));
    case LIST_STOP:
        return style.value == 1 && colon &&
               (is_lower(first_letter(s, line)) || sv_ends(lead, SV(" to:")) ||
                sv_find(lead, SV("S THAT ")) != SIZE_MAX ||
                sv_find(lead, SV("ecommends that ")) != SIZE_MAX || follows_word(lead));
    }
    return false;
}

/* Is `next` the entry behind `now` in the same list, no deeper one? */
static bool follows(struct list_style now, struct list_style next)
{
    enum { FIRST_ROMAN = 'i' - 'a' + 1, FIFTH = 'v' - 'a' + 1, TENTH = 'x' - 'a' + 1 };
    bool roman = now.kind == LIST_ROMAN ||
                 (now.kind == LIST_LETTER &&
                  (now.value == FIRST_ROMAN || now.value == FIFTH || now.value == TENTH));
    if (roman &&
        (next.kind == LIST_ROMAN ||
         (next.kind == LIST_LETTER && (next.value == FIFTH || next.value == TENTH))))
        return true;
    return now.kind == next.kind &&
           (now.kind == LIST_RING || next.value == now.value + 1);
}

size_t list_after(const struct scan *s, const struct sentence *lead)
{
    if (!lead->open)
        return SIZE_MAX;
    bool blank;
    size_t next = line_after(s, lead->last, &blank);
    struct sv text = sv_sub(s->text, lead->b, lead->e);
    if (next == SIZE_MAX || line_is_row(s, &s->line[next]) || !first_entry(s, text, next))
        return SIZE_MAX;
    /* an entry among others leads none, unless it says so */
    if (list_style(s, lead->line).kind == list_style(s, next).kind &&
        s->line[next].indent <= s->line[lead->line].indent && !sv_ends(text, SV(":")))
        return SIZE_MAX;
    struct sentence entry;
    size_t behind;
    list_entry(s, next, &entry, &behind); /* questions are no tasks */
    bool question = entry.e > entry.b && s->text.p[entry.e - 1] == '?';
    return !question && trim_end(s->text.p, lead->e, s->line[lead->last].e) <= lead->e
               ? next
               : SIZE_MAX;
}

/* A line that ends with the entry: a semicolon, or a full stop that was not set because
 * the line was full. */
static bool ends_entry(const struct scan *s, size_t line, size_t next)
{
    enum { LONGEST = 110 }; /* a longer line was not broken at all */
    const struct line *l = &s->line[line];
    struct sv t = sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
    if (is_lower(first_letter(s, next)))
        return false;
    return sv_ends(t, SV(";")) ||
           (sv_ends(t, SV(".")) &&
            (t.n > LONGEST || !line_is_full(s, l, &s->line[next])));
}

/* An entry that lost its mark ends with a semicolon, and the next one begins small. */
static bool bare_follows(const struct scan *s, size_t last, size_t next)
{
    return ends_bare(s, last) && list_style(s, next).kind == LIST_NONE &&
           is_lower(first_letter(s, next));
}

/* "- the recommendation on posting;" "anticipating labour needs;" "- reducing the
 * burden": an entry that lost its mark among others that have theirs, no deeper than they
 * are. */
static bool mark_is_lost(const struct scan *s, size_t last, size_t next, uint16_t indent)
{
    const struct line *q = &s->line[next];
    struct sv t = sv_trim(sv_sub(s->text, q->content < q->e ? q->content : q->e, q->e));
    return bare_follows(s, last, next) && q->indent <= indent &&
           (ends_bare(s, next) || sv_ends(t, SV(".")));
}

/* Does the entry at `next` begin a new one of the list whose last one ends at `last`? */
static bool begins_next(const struct scan *s, const struct line *first,
                        struct list_style now, size_t last, size_t next)
{
    struct list_style other = list_style(s, next);
    const struct line *q = &s->line[next];
    if (now.kind == LIST_NONE)
        return bare_follows(s, last, next) ||
               (other.kind == LIST_BULLET && ends_bare(s, last));
    if (now.kind != LIST_BULLET)
        return follows(now, other);
    return other.kind == LIST_BULLET ? q->indent <= first->indent
                                     : mark_is_lost(s, last, next, first->indent);
}

/* "6. raise awareness, in particular: (a) ...; (b) ...": letters below a number. *inner:
 * the last of them. */
static bool goes_deeper(struct list_style style, struct list_style other,
                        struct list_style *inner)
{
    enum { FIRST_ROMAN = 'i' - 'a' + 1 };
    bool roman = other.kind == LIST_ROMAN || other.value == FIRST_ROMAN;
    bool letter = (style.kind == LIST_STOP || style.kind == LIST_NUMBER) &&
                  (other.kind == LIST_LETTER || other.kind == LIST_ROMAN);
    bool below = style.kind == LIST_LETTER && style.value < FIRST_ROMAN - 1 && roman &&
                 (other.kind == LIST_LETTER || inner->kind != LIST_NONE);
    unsigned first = below ? FIRST_ROMAN : 1; /* "(a) ...: (i) ...; (ii) ...; (b)" */
    if ((!letter && !below) ||
        !(inner->kind == LIST_NONE ? other.value == first : follows(*inner, other)))
        return false;
    *inner = other;
    return true;
}

/* "... dans le domaine;" "Europol fournirait un appui;": an entry of two clauses, behind
 * which the list goes on. apart: the entry's own lines have blank ones between them, so
 * that these say nothing. */
static bool goes_on_below(const struct scan *s, size_t line, size_t next, uint16_t indent,
                          bool apart)
{
    enum { LINES = 3 };
    const struct line *l = &s->line[line];
    struct sv t = sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
    bool blank = false;
    for (int n = 0; sv_ends(t, SV(";")) && n < LINES && next != SIZE_MAX; n++) {
        if (s->line[next].flags & LINE_HEADING)
            return false;
        if (list_style(s, next).kind == LIST_BULLET)
            return s->line[next].indent == indent;
        next = line_after(s, next, &blank);
        if (blank && !apart)
            return false;
    }
    return false;
}

void list_entry(const struct scan *s, size_t line, struct sentence *out,
                size_t *next_line)
{
    const struct line *l = &s->line[line];
    struct list_style style = list_style(s, line), inner = {LIST_NONE, 0};
    uint16_t indent = l->indent;
    size_t last = line, bytes = 0;
    bool bullet_entry = style.kind == LIST_BULLET, apart = false;
    *next_line = SIZE_MAX;
    for (;;) {
        bool blank;
        size_t next = line_after(s, last, &blank);
        if (next == SIZE_MAX)
            break;
        const struct line *q = &s->line[next];
        struct list_style other = list_style(s, next);
        bool bullet = bullet_entry && other.kind == LIST_BULLET;
        if (begins_next(s, l, style, last, next)) {
            *next_line = next;
            break;
        }
        bool deeper = (other.kind == LIST_BULLET && (!bullet || q->indent > indent)) ||
                      goes_deeper(style, other, &inner);
        if (!deeper && (!lines_join(s, last, next, blank) || ends_entry(s, last, next)) &&
            !(bullet_entry && (!blank || apart) &&
              goes_on_below(s, last, next, indent, apart)))
            break;
        apart |= blank;
        bytes += q->e - q->content;
        if (bytes > ENTRY_BYTES)
            break;
        last = next;
    }
    *out = (struct sentence){.line = line, .last = last, .bullet = true, .open = true};
    sentence_fill(s, l->content, s->line[last].e, out);
}

/* ---- a list in one line ---- */

/* Where the words of the entry begin whose mark stands behind i; `i` when none does. */
static size_t entry_mark(const char *t, size_t i, size_t e, struct list_style *style)
{
    size_t b = i, n, mark;
    while (b < e && memchr(" \n\t", t[b], 3))
        b++;
    if (b == i || b >= e)
        return i;
    n = scan_bullet(t + b, t + e);
    *style = n ? (struct list_style){LIST_BULLET, 0} : label_at(t, b, e, &n);
    mark = b + n;
    while (style->kind != LIST_NONE && mark < e && t[mark] == ' ')
        mark++;
    return style->kind == LIST_NONE || mark >= e ? i : mark;
}

static size_t behind_and(const char *t, size_t i, size_t e)
{
    static const struct sv word[] = {
        {" and", 4}, {" or", 3}, {" et", 3}, {" ou", 3},    {" und", 4},  {" oder", 5},
        {" en", 3},  {" of", 3}, {" og", 3}, {" eller", 6}, {" och", 4},  {" e", 2},
        {" ed", 3},  {" o", 2},  {" y", 2},  {" samt", 5},  {" sowie", 6}};
    for (size_t k = 0; k < ARRAY_LEN(word); k++) {
        size_t end = i + word[k].n;
        if (end < e && sv_starts((struct sv){t + i, e - i}, word[k]) &&
            memchr(" \n\t", t[end], 3))
            return end;
    }
    return i;
}

/* Behind the colon that leads the list in text[b, e), and where its first entry begins;
 * 0: none. In "INVITES THE COMMISSION TO: 6. ...; 7. ..." the count goes on. */
static size_t behind_colon(const char *t, size_t b, size_t e, struct list_style *style,
                           size_t *from)
{
    size_t begin = b;
    for (const char *colon; (colon = memchr(t + b, ':', e - b)) != NULL;) {
        b = (size_t)(colon - t) + 1;
        *from = entry_mark(t, b, e, style);
        bool counted = (style->kind == LIST_STOP || style->kind == LIST_NUMBER) &&
                       *from < e &&
                       leads_tasks((struct sv){t + begin, b - begin}, t[*from]);
        if (*from > b && (style->kind == LIST_BULLET || style->value == 1 || counted))
            return b;
    }
    return 0;
}

/* "Der Ausschuss - nahm ... zur Kenntnis; - kam überein" */
static bool body_ends(const struct scan *s, size_t at)
{
    size_t b = at;
    while (b > 0 && at - b < 6 && s->text.p[b - 1] >= 'a' && s->text.p[b - 1] <= 'z')
        b--;
    if (b > 0 && verb_is_having(sv_sub(s->text, b, at))) /* "Der Ausschuss hat - ..." */
        at = b - 1;
    size_t i = scan_token_at(s, at);
    return i > 0 && s->token[i - 1].e == at &&
           knowledge_table_at(s->k, KNOWLEDGE_ID_TABLE(s->token[i - 1].id)) ==
               knowledge_table(s->k, "bodies");
}

/* The same without a colon: "CALLS ON the Commission to (a) report; (b) ...", "INVITES -
 * the Commission to report, - ..." */
static size_t behind_verb(const struct scan *s, size_t b, size_t e,
                          struct list_style *style, size_t *from)
{
    const char *t = s->text.p;
    enum { OPERATIVE = 5 };
    static const bool begins[256] = {
        ['('] = true, ['a'] = true, ['1'] = true, ['-'] = true, [0xe2] = true};
    size_t begin = b;
    for (; b + 1 < e; b++) {
        size_t at = b, w = at;
        if (t[at] != ' ' || !begins[(unsigned char)t[at + 1]] ||
            (*from = entry_mark(t, at, e, style)) == at)
            continue;
        while (w > 0 && t[w - 1] >= 'A' && t[w - 1] <= 'Z')
            w--;
        struct sv lead = {t + begin, at - begin};
        bool to = sv_ends(lead, SV("EN TIL")) || sv_ends(lead, SV("NE TIL")) ||
                  sv_ends(lead, SV("EN ATT")) || sv_ends(lead, SV("NA ATT"));
        if (style->kind == LIST_BULLET
                ? at - w >= OPERATIVE || to || body_ends(s, at) || sv_ends(lead, SV(","))
                : style->value == 1 && (goes_on((struct sv){t, at}) || body_ends(s, at) ||
                                        (sv_ends(lead, SV(",")) && leads_bare(lead))))
            return at;
    }
    return 0;
}

/* "to 1) approve the text, 2) submit it": the mark of a second entry. Most sentences hold
 * no bracket behind such a sign. */
static bool holds_second(struct sv sentence)
{
    const char *t = sentence.p, *end = t + sentence.n;
    for (const char *p = t; (p = memchr(p, ')', (size_t)(end - p))) != NULL; p++) {
        bool opened = p - t > 2 && p[-2] == '(';
        if (p - t < 2 || (p[-1] != '2' && p[-1] != 'b') || end - p < 2 || p[1] != ' ')
            continue;
        if (opened ? p[-3] == ' ' : p[-2] == ' ')
            return true;
    }
    return false;
}

/* "litra b) og c)": a letter that an article counts, no entry. */
static bool counts_parts(const char *t, size_t b, size_t i)
{
    static const struct words part =
        WORDS("litra", "Buchstabe", "Buchstaben", "point", "points", "punkt", "lettera",
              "lettere", "onder", "letra", "letras", "led", "and", "or");
    static const struct words joint = WORDS("og", "et", "und", "en", "e", "och", "y");
    size_t w = i;
    while (w > b && t[w - 1] != ' ')
        w--;
    struct sv word = {t + w, i - w};
    if (one_of(word, &joint) && w > b + 1)
        return t[w - 2] == ')';
    return one_of(word, &part) || memchr(",(", i > b ? t[i - 1] : ',', 2) != NULL;
}

/* "... i bilaget b) at give", "... gruppe - at vende tilbage": at the blank t[i] the next
 * entry begins though no sign ends this one, as Danish lists are printed. A dash leads
 * one that begins with the word of the first, which begins at `first`. */
static bool next_without_sign(const char *t, size_t b, size_t i, size_t e, size_t first,
                              struct list_style style)
{
    struct list_style next;
    if (t[i] != ' ' || (style.kind != LIST_LETTER && style.kind != LIST_BULLET))
        return false;
    size_t mark = entry_mark(t, i, e, &next), n = 0;
    if (mark == i || next.kind != style.kind || mark >= e || !is_lower(t[mark]))
        return false;
    if (style.kind == LIST_LETTER)
        return follows(style, next) && !counts_parts(t, b, i);
    while (first + n < e && is_lower(t[first + n]))
        n++;
    return n > 1 && mark + n < e && t[mark + n] == ' ' &&
           memcmp(t + first, t + mark, n) == 0;
}

size_t list_inline(const struct scan *s, size_t b, size_t e, struct span *entry,
                   size_t *lead_end)
{
    const char *t = s->text.p;
    struct list_style style = {LIST_NONE, 0}, next;
    size_t n = 0, from = b, end;
    *lead_end = behind_colon(t, b, e, &style, &from);
    struct sv all = sv_sub(s->text, b, e);
    bool parted = sv_find(all, SV(", - ")) != SIZE_MAX || /* "TIL - at se, - at høre" */
                  sv_find(all, SV(", \xe2\x80\x93 ")) != SIZE_MAX;
    if (!*lead_end && (parted || memchr(t + b, ';', e - b) || holds_second(all)))
        *lead_end = behind_verb(s, b, e, &style, &from);
    size_t first = from;
    for (size_t i = from; *lead_end && n < LIST_INLINE_MAX; i++) {
        bool sign = true;
        while (i < e && t[i] != ';' && t[i] != ',' &&
               (sign = !next_without_sign(t, from, i, e, first, style)))
            i++;
        end = i < e ? i : e;
        if (i < e) {
            size_t behind = sign ? behind_and(t, i + 1, e) : i,
                   mark = entry_mark(t, behind, e, &next);
            if (mark == behind || (style.kind != LIST_BULLET && !follows(style, next)) ||
                style.kind != next.kind)
                continue;
            style = next;
            entry[n++] = (struct span){from, end + sign};
            i = from = mark;
            continue;
        }
        entry[n++] = (struct span){from, end};
        break;
    }
    return n > 1 ? n : 0;
}

/* "is invited to: confirm the agreement; forward the report to the Council": a list that
 * lost its marks; 0 when there are not two entries that begin with a small letter. */
size_t list_bare(const struct scan *s, size_t b, size_t e, struct span *entry,
                 size_t *lead_end)
{
    const char *t = s->text.p, *colon = memchr(t + b, ':', e - b);
    size_t n = 0, at = colon ? (size_t)(colon - t) : e;
    if (at == e || !goes_on(sv_sub(s->text, b, at)) || !memchr(t + at, ';', e - at))
        return 0;
    *lead_end = ++at;
    while (n < LIST_INLINE_MAX) {
        while (at < e && memchr(" \n\t", t[at], 3))
            at++;
        if (at >= e || !is_lower(t[at]))
            return 0;
        const char *stop = memchr(t + at, ';', e - at);
        size_t end = stop ? (size_t)(stop - t) + 1 : e;
        entry[n++] = (struct span){at, end};
        if (!stop)
            break;
        at = behind_and(t, end, e);
    }
    return n > 1 ? n : 0;
}
