#include "header.h"
#include "producers/parse/references/cite.h"

enum { UNKNOWN_MAX = 40, CODE_DIGITS = 5 };

static bool same_number(const struct paper *a, const struct paper *b)
{
    return a->number == b->number && a->year == b->year &&
           sv_eq(sv_cstr(a->series), sv_cstr(b->series));
}

bool masthead_in_brackets(const struct zone *z, size_t i)
{
    for (size_t most = 6; most > 0 && i > 0 && !z->word[i].lines; most--, i--) {
        if (zone_is(z, i - 1, ')'))
            return false;
        if (zone_is(z, i - 1, '('))
            return true;
    }
    return false;
}

/* "According to document 9215/15", "See Council Document 9215/15": a small word, or one
 * that says what it is, leads to it on its line. */
static bool in_sentence(const struct header *h, size_t i)
{
    if (zone_reads(&h->z, i - 1, "document") && !zone_flag(&h->z, i - 1, WORD_FIRST) &&
        !h->z.word[i].lines)
        return true;
    const struct word *before = &h->z.word[i - 1];
    return before->kind == WORD_LETTERS && before->nletters >= 3 && !h->z.word[i].lines &&
           !zone_flag(&h->z, i - 1, WORD_CAPITAL) &&
           !zone_flag(&h->z, i, WORD_GLUED | WORD_CELL);
}

/* Another paper's number: in brackets, in a list, or where a sentence leads to it or goes
 * on behind it ("8913/23 and"). */
static bool cited(const struct header *h, size_t i, const struct paper *p)
{
    size_t end;
    struct paper next;
    /* "(OR. en)" without its brackets: "en" is a small word in four languages */
    bool apart = h->last == i && h->z.word[i].lines && h->original.p && !h->has_paper;
    bool led = i > h->begin && ((!p->prefixed && h->last != i && in_sentence(h, i)) ||
                                (!apart && subject_connector(h, i - 1) &&
                                 !zone_flag(&h->z, i - 1, WORD_CAPITAL)));
    /* the digits of "WK 13204/22", which was not taken */
    bool tail = i > h->begin && paper_at(&h->z, i - 1, &next, h->a) && next.prefixed &&
                next.end == p->end;
    bool listed = i > h->begin + 1 && zone_is(&h->z, i - 1, ',') &&
                  zone_number(&h->z, i - 2) >= 0 && h->z.word[i - 2].nletters <= 2;
    if (led || tail || listed || masthead_in_brackets(&h->z, i) ||
        zone_is(&h->z, p->end, '+') ||
        (zone_is(&h->z, p->end, ',') && paper_at(&h->z, p->end + 1, &next, h->a)))
        return true;
    return p->end < h->z.n && !h->z.word[p->end].lines &&
           !zone_flag(&h->z, p->end, WORD_CAPITAL | WORD_CELL) &&
           subject_connector(h, p->end) && rows_label(h, p->end, &end) < 0;
}

/* The first number is the paper's; the same one with more behind it says more. */
static size_t take_number(struct header *h, size_t i)
{
    struct paper p;
    size_t end = footer_at(h, i, &p);
    if (end)
        return end;
    if (!paper_at(&h->z, i, &p, h->a) || cited(h, i, &p))
        return 0;
    /* "A - 4934/92 (Presse 28)": only the Council's have such a code behind them */
    bool press = zone_is(&h->z, p.end, '(') && zone_reads(&h->z, p.end + 1, "PRESSE");
    if (!p.prefixed && !press && h->z.word[i].b < h->z.word[p.end - 1].e &&
        cite_is_foreign(h->s, h->z.word[i].b, h->z.word[p.end - 1].e))
        return 0;
    if (!h->has_paper || (same_number(&p, &h->paper) && p.nsuffix > h->paper.nsuffix)) {
        h->paper = p;
        h->has_paper = true;
        h->seen |= ELEMENT_NUMBER;
    }
    return p.end;
}

/* "Full text of Document 1207/1/04": how a news service names the paper it copies. */
static size_t take_site_number(struct header *h, size_t i)
{
    const struct hit *l = zone_hit(&h->z, i, PHRASE_LABEL, LABEL_REFERENCE, -1);
    struct paper p;
    if (!l || l->end < i + 3 || !zone_flag(&h->z, i, WORD_FIRST) ||
        !paper_behind_label(&h->z, l->end, &p, h->a))
        return 0;
    if (!h->has_paper) {
        h->paper = p;
        h->has_paper = true;
    }
    h->seen |= ELEMENT_NUMBER | ELEMENT_LABELS;
    return p.end;
}

/* "8853/1/19 REV 1" further on: word i stands behind another paper's number. */
static bool behind_other_number(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    if (!h->has_paper || i < 5 || zone_number(z, i - 1) < 0 || !zone_is(z, i - 2, '/'))
        return false;
    size_t k = zone_is(z, i - 4, '/') ? i - 5 : i - 3;
    return zone_number(z, k) >= 0 && zone_number(z, k) != (long)h->paper.number;
}

/* "REV 1" that stands apart from its number; "/11" that lost its digits. */
static size_t take_number_rest(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    if ((i > 0 && zone_is(z, i - 1, '+')) || behind_other_number(h, i))
        return 0; /* of a paper in a list */
    if (h->has_paper && h->paper.nsuffix == 0 && paper_suffixes(z, i, &h->paper, h->a))
        return h->paper.end;
    if (!h->has_paper && zone_is(z, i, '/') && !zone_flag(z, i, WORD_GLUED) &&
        zone_number(z, i + 1) >= 0) {
        size_t j = i + 2;
        if (zone_is(z, j, '/') && zone_number(z, j + 1) >= 0)
            j += 2;
        struct paper rest = {.series = "ST"};
        (void)paper_suffixes(z, j, &rest, h->a);
        h->seen |= ELEMENT_NUMBER_REST;
        return rest.nsuffix ? rest.end : j;
    }
    /* "2345//05 REV": the ones are lost */
    if (!h->has_paper && zone_number(z, i) >= 0 && zone_is(z, i + 1, '/') &&
        zone_is(z, i + 2, '/') && zone_number(z, i + 3) >= 0) {
        h->seen |= ELEMENT_NUMBER_REST;
        return i + 4;
    }
    return 0;
}

static size_t take_file(struct header *h, size_t i)
{
    size_t end;
    struct sv file = file_at(&h->z, i, &end, h->a);
    if (!file.p)
        return 0;
    header_add(h, &h->files, file);
    h->seen |= ELEMENT_FILE;
    return end;
}

static struct sv original_language(const struct zone *z, struct sv code)
{
    static const char old[][2][3] = {{"d", "de"}, {"f", "fr"}, {"e", "en"}, {"i", "it"},
                                     {"n", "nl"}, {"p", "pt"}, {"s", "sv"}, {"g", "el"}};
    for (size_t k = 0; k < ARRAY_LEN(old); k++)
        if (sv_eq_fold(code, sv_cstr(old[k][0])))
            return sv_cstr(old[k][1]);
    for (size_t k = 0; k < z->book->langs; k++)
        if (sv_eq_fold(code, z->book->lang[k]))
            return z->book->lang[k];
    return SV_NULL;
}

/* "(OR. cn)": scanners read "c" for "e". */
static struct sv scanned_language(const struct zone *z, struct sv code)
{
    struct sv known = original_language(z, code);
    char read[2];
    if (known.p || code.n != sizeof read)
        return known;
    for (size_t k = 0; k < sizeof read; k++)
        read[k] = (char)(code.p[k] == 'c' ? 'e' : code.p[k]);
    return original_language(z, (struct sv){read, sizeof read});
}

/* The languages at word j, behind "OR."; the word behind them, or 0. */
static size_t original_behind(struct header *h, size_t j, bool bracket)
{
    const struct zone *z = &h->z;
    struct sv all = SV_NULL;
    for (; j < z->n; j++) {
        if (zone_is(z, j, ',') || zone_is(z, j, '/') || zone_is(z, j, '+') ||
            zone_is(z, j, '-'))
            continue;
        struct sv code =
            z->word[j].kind == WORD_LETTERS
                ? (bracket ? scanned_language : original_language)(z, zone_word(z, j))
                : SV_NULL;
        if (!code.p)
            break;
        all = all.p ? arena_printf(h->a, SV_FMT "," SV_FMT, SV_ARG(all), SV_ARG(code))
                    : code;
        if (!bracket)
            break;
    }
    if (!all.p)
        return 0;
    if (!h->original.p)
        h->original = all;
    h->seen |= ELEMENT_ORIGINAL;
    return zone_is(z, j, ')') ? j + 1 : bracket ? j : j + 1;
}

/* "(OR. en)", "(OR. en, fr)", "(OR. d)", "OR.fr", "(0R. en)" */
static size_t take_original(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    bool bracket = zone_is(z, i, '(');
    size_t j = bracket ? i + 1 : i;
    if (bracket && zone_number(z, j) == 0 && zone_flag(z, j + 1, WORD_GLUED) &&
        zone_reads(z, j + 1, "R") && zone_is(z, j + 2, '.'))
        return original_behind(h, j + 3, true);
    bool stop = zone_is(z, j + 1, '.') || (bracket && zone_is(z, j + 1, ':'));
    if (!zone_reads(z, j, "OR") || (!zone_flag(z, j, WORD_CAPITAL) && !(bracket && stop)))
        return 0;
    return original_behind(h, j + (stop ? 2 : 1), bracket);
}

/* "THE COUNCIL OF THE EUROPEAN UNION, Having regard to …": an act begins, no header. */
static bool in_formula(const struct zone *z, size_t end)
{
    return zone_is(z, end, ',') && zone_flag(z, end, WORD_GLUED) &&
           !zone_hit(z, end + 1, PHRASE_PLACE, -1, -1);
}

static bool small_behind(const struct zone *z, size_t end, unsigned letters)
{
    return end < z->n && !z->word[end].lines && z->word[end].kind == WORD_LETTERS &&
           z->word[end].nletters >= letters &&
           !zone_flag(z, end, WORD_CAPITAL | WORD_CELL);
}

/* "… where the Council of the European Union meets", "The Council recalls": small words
 * stand before or behind the name. */
static bool in_prose(const struct header *h, size_t i, size_t end)
{
    const struct zone *z = &h->z;
    if (i > h->begin && !z->word[i].lines && subject_connector(h, i - 1))
        return true;
    return small_behind(z, end, 3);
}

/* "aftalen med Europa-Parlamentet": a name that running text prints as headers do. */
static bool within_sentence(const struct header *h, size_t i)
{
    const struct word *before = i > h->begin ? &h->z.word[i - 1] : NULL;
    return before && h->z.word[i].lines <= 1 && before->kind == WORD_LETTERS &&
           !zone_flag(&h->z, i - 1, WORD_CAPITAL | WORD_CELL | WORD_BROKEN);
}

static size_t take_institution(struct header *h, size_t i)
{
    const struct hit *p = zone_hit(&h->z, i, PHRASE_INSTITUTION, -1, h->lang);
    if (!p || !zone_flag(&h->z, i, WORD_CAPITAL) || in_formula(&h->z, p->end))
        return 0;
    if (p->phrase->role == INSTITUTION_OTHER &&
        (within_sentence(h, i) || in_prose(h, i, p->end)))
        return 0;
    if (p->phrase->role == INSTITUTION_UNION && small_behind(&h->z, p->end, 2))
        return 0; /* "The European Union welcomes": a declaration begins */
    if (p->phrase->role != INSTITUTION_SECRETARIAT && !in_prose(h, i, p->end))
        h->seen |= ELEMENT_INSTITUTION;
    return p->end;
}

static size_t take_marking(struct header *h, size_t i)
{
    size_t end = marking_at(&h->z, i, &h->marking);
    if (end)
        h->seen |= ELEMENT_MARKING;
    return end;
}

size_t masthead_session_reach(const struct zone *z, size_t i, size_t near)
{
    enum { CONFIGURATION_WORDS = 18 };
    size_t j = i + 2;
    bool ordinal = j < z->n && zone_flag(z, i + 1, WORD_GLUED) &&
                   z->word[i + 1].nletters == 2 && zone_flag(z, j, WORD_CAPITAL);
    if (!ordinal)
        return i + near;
    while (j < z->n && j < i + CONFIGURATION_WORDS && z->word[j].kind != WORD_NUMBER &&
           !zone_is(z, j, '.'))
        j++;
    return j;
}

/* "3040th Council meeting", "3080. samling i Rådet" */
static size_t take_session(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    const struct hit *alone = zone_hit(z, i, PHRASE_MEETING, MEETING_SESSION, h->lang);
    if (alone && zone_hit(z, alone->end, PHRASE_PLACE, -1, -1)) {
        h->seen |= ELEMENT_SESSION;
        h->press = true;
        return alone->end;
    }
    if (zone_number(z, i) < 100)
        return 0;
    size_t most = masthead_session_reach(z, i, 4);
    for (size_t j = i + 1; j <= most && j < z->n; j++) {
        const struct hit *s = zone_hit(z, j, PHRASE_MEETING, MEETING_SESSION, h->lang);
        if (s) {
            h->seen |= ELEMENT_SESSION;
            h->press = true;
            return s->end;
        }
    }
    return 0;
}

/* The capitals of a code that no table knows: "ABC", "CFSP/PESC", "EU-GNSS". */
static size_t unknown_code(const struct zone *z, size_t i)
{
    size_t j = i;
    if (z->word[i].kind != WORD_LETTERS || !(z->word[i].flags & WORD_UPPER) ||
        z->word[i].nletters < 2 || z->word[i].nletters > 14)
        return 0;
    for (j = i + 1; j + 1 < z->n && (zone_is(z, j, '-') || zone_is(z, j, '/')) &&
                    zone_flag(z, j, WORD_GLUED) && zone_flag(z, j + 1, WORD_GLUED) &&
                    zone_flag(z, j + 1, WORD_UPPER);)
        j += 2;
    return j;
}

/* "INFORMATI0N": the digit is a letter that a scanner misread. */
static bool inside_word(const struct zone *z, size_t digit)
{
    return zone_flag(z, digit, WORD_GLUED) && digit + 1 < z->n &&
           zone_flag(z, digit + 1, WORD_GLUED) && z->word[digit + 1].nletters == 1 &&
           z->word[digit + 1].kind == WORD_LETTERS;
}

/* "RO" above a Romanian paper is its language's mark and not the country's code. */
static bool marks_language(const struct header *h, size_t i)
{
    struct sv w = zone_word(&h->z, i),
              lang = h->lang < 0 ? SV("") : h->z.book->lang[h->lang];
    return w.n == 2 && lang.n == 2 && (w.p[0] | 32) == lang.p[0] &&
           (w.p[1] | 32) == lang.p[1];
}

size_t masthead_code(const struct header *h, size_t i, bool bare)
{
    const struct zone *z = &h->z;
    if (i >= z->n || z->word[i].kind != WORD_LETTERS ||
        !(z->word[i].flags & WORD_CAPITAL) || zone_hit(z, i, PHRASE_CODE, CODE_NEVER, -1))
        return 0;
    const struct hit *known = zone_hit(z, i, PHRASE_CODE, CODE_KNOWN, -1);
    if (!known && zone_flag(z, i, WORD_BROKEN))
        return 0;
    size_t plain = unknown_code(z, i), end = plain;
    if (known && (known->end >= plain || !plain) &&
        (plain || known->end > i + 1 || z->word[i].nletters > 3))
        end = known->end;
    else
        known = NULL;
    if (!end)
        return 0;
    struct date d;
    long serial = zone_number(z, end);
    bool year = !known && serial >= 1950 && serial < 2100; /* "IGC 2003" */
    if (serial >= 0 && !year && z->word[end].nletters <= CODE_DIGITS &&
        (known || !z->word[end].lines) &&
        (!date_at(z, end, h->lang, &d) ||
         (!d.year && zone_flag(z, end + 1, WORD_UPPER) &&
          zone_number(z, end + 2) >= 0)) && /* "AVIATION 2 MAR 3" */
        !(zone_is(z, end + 1, '/') && zone_number(z, end + 2) >= 0) &&
        !(zone_is(z, end + 1, '.') && zone_flag(z, end + 2, WORD_GLUED)) &&
        !inside_word(z, end))
        return end + 1;
    if (known && z->word[end - 1].kind == WORD_NUMBER) /* "OJ CRP1" */
        return end;
    bool act = zone_is(z, end, '(') && zone_number(z, end + 1) >= 1950; /* COM(2013) */
    return bare && known && !act && zone_flag(z, i, WORD_UPPER) && !marks_language(h, i)
               ? end
               : 0;
}

static bool code_joint(const struct zone *z, size_t i)
{
    return zone_is(z, i, '-') || zone_is(z, i, ',') || zone_is(z, i, ';') ||
           zone_is(z, i, '/') || zone_is(z, i, ')') || zone_is(z, i, '(') ||
           zone_is(z, i, '+');
}

/* Codes without a number count where they stand alone on their line, or beside another.
 */
static bool bare_code_fits(const struct header *h, size_t i, size_t end)
{
    const struct zone *z = &h->z;
    bool begins = zone_flag(z, i, WORD_FIRST | WORD_CELL);
    bool ends = end >= z->n || zone_flag(z, end, WORD_FIRST | WORD_CELL);
    if (h->type_end ||
        (h->seen & ELEMENT_SESSION)) /* "2188th Council meeting - HEALTH" */
        return false;
    if (begins && ends)
        return true;
    /* "CM 4293/26 CCG COMMUNICATION": between the number and the type */
    if (h->last == i && i > h->begin && zone_hit(z, end, PHRASE_TYPE, -1, h->lang))
        return true;
    bool follows = h->codes.n > 0 && i > 0 && !begins && h->last == i;
    return follows || masthead_code(h, end, true) != 0;
}

/* A known code's end, or that of a number that may be a code's; 0. */
static size_t cell(const struct header *h, size_t i, bool number)
{
    const struct zone *z = &h->z;
    const struct hit *code = number ? NULL : zone_hit(z, i, PHRASE_CODE, CODE_KNOWN, -1);
    struct date d;
    if (code)
        return zone_flag(z, i, WORD_UPPER) && !zone_flag(z, i, WORD_GLUED) ? code->end
                                                                           : 0;
    bool fits = number && zone_number(z, i) > 0 && z->word[i].nletters <= CODE_DIGITS &&
                !zone_flag(z, i, WORD_GLUED) && !zone_flag(z, i + 1, WORD_GLUED) &&
                !date_at(z, i, h->lang, &d);
    return fits ? i + 1 : 0;
}

/* "VISA", "COMIX", "44", "127": a table that was read by its columns. */
static size_t take_columns(struct header *h, size_t i)
{
    enum { ROWS_MAX = 16, ROWS_LEAST = 2 };
    const struct zone *z = &h->z;
    size_t code[ROWS_MAX + 1] = {i}, n = 0, end;
    while (n < ROWS_MAX && (end = cell(h, code[n], false)) > 0)
        code[++n] = end;
    size_t number = code[n], last = number;
    for (size_t k = 0; k < n; k++, last++)
        if (!cell(h, last, true))
            return 0;
    if (n < ROWS_LEAST || cell(h, last, true))
        return 0;
    for (size_t k = 0; k < n; k++) {
        struct sv name = zone_text(z, code[k], code[k + 1], h->a),
                  serial = zone_word(z, number + k);
        header_add(h, &h->codes,
                   arena_printf(h->a, SV_FMT " " SV_FMT, SV_ARG(name), SV_ARG(serial)));
    }
    h->seen |= ELEMENT_CODES;
    return last;
}

static size_t take_codes(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t at = i, columns = take_columns(h, i);
    if (columns)
        return columns;
    if (zone_is(z, at, '('))
        at++;
    size_t end = masthead_code(h, at, false);
    if (!end) {
        end = masthead_code(h, at, true);
        bool lost = zone_flag(z, at, WORD_BROKEN) && z->word[at].nletters <= 2; /* "A?" */
        if (!end || lost || !bare_code_fits(h, at, end))
            return 0;
    }
    /* capitals of a title are no code */
    if (!zone_hit(z, at, PHRASE_CODE, CODE_KNOWN, -1) && h->last != i &&
        !zone_flag(z, i, WORD_FIRST | WORD_CELL))
        return 0;
    header_add(h, &h->codes, zone_text_with_marks(z, at, end, h->a)); /* (Presse45) */
    h->press |= zone_reads(z, at, "PRESSE") && zone_number(z, end - 1) >= 0;
    h->seen |= ELEMENT_CODES;
    while (code_joint(z, end) && end < i + 12 && !zone_reads(z, end + 1, "OR"))
        end++;
    return end;
}

size_t masthead_file_label(const struct header *h, size_t i)
{
    const struct hit *l = zone_hit(&h->z, i, PHRASE_LABEL, LABEL_FILE, -1);
    if (!l)
        return 0;
    return zone_is(&h->z, l->end, ':') ? l->end + 1 : l->end;
}

typedef size_t take_fn(struct header *h, size_t i);

size_t masthead_take(struct header *h, size_t i)
{
    static take_fn *const take[] = {
        take_file,      take_site_number, take_number,      take_number_rest,
        masthead_place, take_original,    take_institution, take_marking,
        take_session,   masthead_type,    take_codes,       masthead_other_place,
        masthead_date};
    for (size_t k = 0; k < ARRAY_LEN(take); k++) {
        size_t end = take[k](h, i);
        if (end)
            return end;
    }
    return 0;
}

/* Running text, the president of a press release, or the first item of an agenda. */
static bool stops(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    bool first = zone_flag(z, i, WORD_FIRST | WORD_CELL);
    const struct hit *o = zone_hit(z, i, PHRASE_OPENING, OPENING_STRONG, -1);
    const struct hit *inst = zone_hit(z, i, PHRASE_INSTITUTION, -1, -1);
    if (inst && zone_flag(z, i, WORD_CAPITAL) && in_formula(z, inst->end))
        return true;
    bool bare = !(h->seen & (ELEMENT_NUMBER | ELEMENT_NUMBER_REST | ELEMENT_TYPE));
    if ((first || bare) && zone_flag(z, i, WORD_CAPITAL) &&
        zone_hit(z, i, PHRASE_OPENING, OPENING_LETTER, -1))
        return true;
    if (o && zone_flag(z, i, WORD_CAPITAL) && (h->seen & ELEMENT_NUMBER) && h->type_end &&
        !masthead_of_wk(h))
        return true;
    if (h->press && (h->seen & ELEMENT_DATE) && zone_flag(z, i, WORD_CAPITAL) &&
        zone_hit(z, i, PHRASE_MEETING, MEETING_PRESIDENT, -1))
        return true;
    struct date day; /* "Den 1.-2. december 2011" */
    return h->type_end && zone_is(z, i + 1, '.') && zone_flag(z, i + 1, WORD_GLUED) &&
           (first || zone_number(z, i) == 1 || h->meeting.year) &&
           (zone_number(z, i) == 1 || zone_reads(z, i, "I")) &&
           !date_at(z, i, h->lang, &day);
}

/* A label that ends the masthead; words of a sentence that a colon follows are none. */
static bool begins_rows(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t end;
    int role = rows_label(h, i, &end);
    if (role < 0 || role == LABEL_FILE || role == LABEL_PHONE || role == LABEL_VENUE ||
        role == LABEL_REFERENCE)
        return false;
    /* the contact of an agenda's footer, which extraction put first */
    if (role == LABEL_CONTACT && !(h->seen & (ELEMENT_TYPE | ELEMENT_DATE)))
        return false;
    /* "Betreft: / PERSMEDEDELING / 2671e zitting": the form's label, and no subject */
    const struct hit *type = zone_hit(z, end, PHRASE_TYPE, TYPE_PRESS, -1);
    if (role == LABEL_SUBJECT && type && zone_flag(z, end, WORD_UPPER))
        return false;
    if (zone_flag(z, i, WORD_FIRST | WORD_CELL))
        return true;
    bool sentence = i > 0 && z->word[i - 1].kind == WORD_LETTERS &&
                    !zone_flag(z, i - 1, WORD_CAPITAL | WORD_BROKEN) &&
                    !(h->seen & (ELEMENT_NUMBER | ELEMENT_NUMBER_REST));
    return role != LABEL_ON && !sentence;
}

/* Values whose labels come later begin behind the last element, or behind a line of
 * capitals that no table knows as a type. */
static bool begins_values(const struct header *h, size_t i)
{
    bool scanned, type = !h->type_end && zone_flag(&h->z, i, WORD_FIRST) &&
                         zone_flag(&h->z, h->last, WORD_FIRST) &&
                         i - h->last <= MASTHEAD_TYPE_WORDS &&
                         masthead_capitals(&h->z, h->last, i, &scanned);
    if (h->labels_above && h->type_end && i >= h->type_end) /* of labels far above */
        return true;
    return (type || i == h->last) && rows_before(h, i) != 0;
}

size_t masthead_read(struct header *h, size_t i, size_t limit)
{
    size_t end;
    h->last = i;
    while (i < limit && i - h->last <= UNKNOWN_MAX) {
        if (begins_rows(h, i)) {
            h->seen |= ELEMENT_LABELS;
            masthead_type_before(h, i);
            return i;
        }
        if (stops(h, i))
            return i;
        if (begins_values(h, i)) {
            h->seen |= ELEMENT_LABELS;
            masthead_type_before(h, i);
            return i;
        }
        end = masthead_file_label(h, i);
        if (!end)
            end = masthead_take(h, i);
        if (end)
            i = h->last = end;
        else
            i++;
    }
    return h->last;
}
