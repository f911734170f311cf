/* Headings of a paper whose lines are lost: "... 2. Transparency items The Committee took
 * note ...". A title there ends where a sentence about a body begins, at the number of a
 * paper, or at the next label. */
#include "outline.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/words.h"

#include <string.h>

enum {
    RUNNING_TITLE_BYTES = 260,
    NAME_BYTES = 8,
    VERB_GAP = 40, /* from a sentence's subject to its verb */
    VERB_BESIDE = 3,
    ADVERB_GAP = 14, /* from a body to its verb, with a word between them */
    SHORT_WORDS = 10,
    REPEATED_BYTES = 6,
    REPEATED_WORDS = 4
};

static bool formula_near(const struct scan *s, size_t at, size_t gap)
{
    size_t i = scan_token_at(s, at);
    while (i < s->ntokens && s->token[i].b < at + gap && !scan_token_in(s, i, "formulas"))
        i++;
    return i < s->ntokens && s->token[i].b < at + gap;
}

/* The length of a capital article and its blank, or 0. */
static size_t article_at(const char *t, size_t at, size_t end)
{
    static const struct words list =
        WORDS("The", "Der", "Die", "Das", "Le", "La", "Les", "Il", "Lo", "I", "Gli", "El",
              "Los", "Las", "De", "Het", "Det", "Den", "An", "A", "Some", "Several",
              "Both", "Most", "All", "Many", "O");
    size_t e = at;
    while (e < end && (is_upper(t[e]) || is_lower(t[e])))
        e++;
    if (end - e > 3 && e == at + 1 && t[at] == 'L' &&
        (t[e] == '\'' || memcmp(t + e, "’", 3) == 0))
        return t[e] == '\'' ? 2 : 4;
    size_t behind = e;
    while (behind < end && t[behind] == ' ')
        behind++;
    return behind > e && one_of((struct sv){t + at, e - at}, &list) ? behind - at : 0;
}

/* "Vedtagelse af dagsordenen Dagsordenen blev ...", "... de l'ordre du jour L'ordre du
 * jour ...": the last words of title[b, at) again, from `word` on. */
static bool repeats(const char *t, size_t b, size_t at, size_t word, size_t end)
{
    for (size_t e = word, words = 0; e < end && words < REPEATED_WORDS; e++, words++) {
        while (e < end && t[e] != ' ')
            e++;
        size_t n = e - word;
        if (n > at - b)
            return false;
        if (n >= REPEATED_BYTES && t[at - n - 1] != '-' &&
            sv_eq_fold((struct sv){t + at - n, n}, (struct sv){t + word, n}))
            return true;
    }
    return false;
}

/* The body that a token at `at` names does something: "Komitéen godkendte". */
static bool body_acts(const struct scan *s, size_t at)
{
    size_t i = scan_token_at(s, at);
    return i < s->ntokens && s->token[i].b == at && scan_token_in(s, i, "bodies") &&
           formula_near(s, s->token[i].e, ADVERB_GAP);
}

/* "DGEUMS informed", "Europol presented": what records say that somebody did. */
static bool is_told(const char *t, size_t at, size_t end)
{
    static const struct words verb =
        WORDS("informed", "presented", "briefed", "debriefed", "reported", "announced",
              "recalled", "explained", "gave", "outlined", "introduced", "made", "said",
              "stated", "indicated", "stressed", "underlined", "thanked", "provided",
              "confirmed", "supported", "welcomed", "raised", "asked", "requested");
    while (at < end && t[at] == ' ')
        at++;
    size_t e = at;
    while (e < end && is_lower(t[e]))
        e++;
    return one_of((struct sv){t + at, e - at}, &verb);
}

/* "FR and UK tabled", "DE, NL and SE thanked": Member States that do something. */
static bool states_act(const char *t, size_t at, size_t end)
{
    static const struct words code =
        WORDS("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR",
              "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT",
              "RO", "SE", "SI", "SK", "UK", "COM", "CH", "NO");
    for (size_t states = 0; at < end; states++) {
        size_t e = at;
        while (e < end && (is_upper(t[e]) || is_lower(t[e])))
            e++;
        struct sv w = {t + at, e - at};
        bool joins = states && sv_eq(w, SV("and"));
        if (!joins && !one_of(w, &code))
            return states && (is_told(t, at, end) ||
                              (w.n > 4 && is_lower(t[at]) && sv_ends(w, SV("ed"))));
        for (at = e; at < end && (t[at] == ' ' || t[at] == ',');)
            at++;
        if (at == e)
            break;
    }
    return false;
}

/* "... extension of mandate Following discussion, the Presidency proposed" */
static bool opens_with_clause(const char *t, size_t at, size_t end)
{
    enum { CLAUSE_BYTES = 80 };
    struct sv text = {t + at, end - at > CLAUSE_BYTES ? CLAUSE_BYTES : end - at};
    size_t comma = sv_find(text, SV(", the "));
    return sv_starts(text, SV("Following ")) && comma != SIZE_MAX &&
           !memchr(t + at, '.', comma);
}

static bool acronym_acts(const struct scan *s, size_t at, size_t end, size_t gap)
{
    const char *t = s->text.p;
    size_t e = at;
    while (e < end && e - at <= NAME_BYTES && is_upper(t[e]))
        e++;
    bool name = e - at >= 3 && e < end && t[e] == ' ';
    return name && (formula_near(s, e, gap) || is_told(t, e, end));
}

/* "... of the | European Council": the words before go on. */
static bool goes_on(const char *t, size_t b, size_t at)
{
    size_t w = at;
    while (w > b && t[w - 1] != ' ')
        w--;
    return word_is_open((struct sv){t + w, at - w});
}

/* A form of "be", "have" or a modal follows within a few words of the same sentence. */
static bool auxiliary_near(const char *t, size_t at, size_t end, bool in_german)
{
    static const struct words verb =
        WORDS("is", "are", "was", "were", "has", "have", "had", "will", "would", "should",
              "shall", "must", "could", "est", "sont", "sera", "seront", "serait", "doit",
              "doivent", "zijn", "heeft", "hebben", "wordt", "worden", "werd", "blev",
              "bliver");
    static const struct words german =
        WORDS("wird", "werden", "wurde", "wurden", "ist", "sind", "hat", "haben");
    for (size_t stop = end - at > VERB_GAP ? at + VERB_GAP : end; at < stop;) {
        size_t e = at;
        while (e < end && t[e] != ' ')
            e++;
        size_t letters = e - (e > at && t[e - 1] == ',');
        struct sv word = {t + at, letters - at};
        if (one_of(word, &verb) || (in_german && one_of(word, &german)))
            return true;
        if (e > at && memchr(".;:", t[e - 1], 3))
            return false;
        for (at = e; at < stop && t[at] == ' ';)
            at++;
    }
    return false;
}

/* "Die belgische Delegation", "La délégation française". */
static bool is_delegation(const char *t, size_t at, size_t end)
{
    static const struct words list =
        WORDS("Delegation", "Delegationen", "délégation", "délégations", "delegazione",
              "delegazioni", "delegación", "delegaciones", "delegatie", "delegaties",
              "delegation", "delegationer", "delegationen");
    for (int n = 0; n < 2 && at < end; n++) {
        size_t e = at;
        while (e < end && t[e] != ' ')
            e++;
        if (one_of((struct sv){t + at, e - at}, &list))
            return true;
        at = e + 1;
    }
    return false;
}

/* "... border controls Systematic checks should be carried out": a capital behind a small
 * word, and a verb before the next capital. In German each noun has one. */
static bool capital_acts(const char *t, size_t b, size_t first, size_t end)
{
    size_t before = first, e = first;
    while (before > b && t[before - 1] == ' ')
        before--;
    if (before == b || !is_lower(t[before - 1]) || !is_upper(t[first]))
        return false;
    while (before > b && t[before - 1] != ' ')
        before--;
    if (before > b && is_upper(t[before])) /* "the Working | Group was" */
        return false;
    for (size_t stop = end - first > VERB_GAP ? first + VERB_GAP : end; e < stop; e++)
        if (e > first && t[e - 1] == ' ' && (is_upper(t[e]) || is_digit(t[e])))
            break;
    return e > first && auxiliary_near(t, first, e, false);
}

/* "JARDINS DE L'UNION" */
static bool is_shouted(const char *t, size_t word, size_t end)
{
    return end - word > 2 && is_upper(t[word]) && is_upper(t[word + 1]) &&
           is_upper(t[word + 2]);
}

/* "Background | The Latvian Presidency": in a title a capital article stands only behind
 * a sign, and in front of a city. */
static bool begins_with_the(const struct scan *s, size_t b, size_t at, size_t first,
                            size_t end)
{
    const char *t = s->text.p;
    size_t word = first + title_begins_with(sv_sub(s->text, first, end), SV("The "));
    size_t i = scan_token_at(s, word);
    if (word == first)
        return false;
    bool body = i < s->ntokens && s->token[i].b == word && scan_token_in(s, i, "bodies");
    bool sign = at <= b || memchr("-:,;/(\"\x93\x94\x9c", t[at - 1], 10);
    return body || (!sign && !title_begins_with(sv_sub(s->text, word, end), SV("Hague")));
}

/* Does a sentence begin behind the blank at `at`, where the title begins at b? " The
 * Committee", " Der Ausschuss nahm", " The WPI adopted", " No items were raised". */
static bool sentence_begins(const struct scan *s, size_t b, size_t at, size_t end)
{
    static const struct sv opening[] = {{" There was ", 11},
                                        {" There were ", 12},
                                        {" It was ", 8},
                                        {" Delegations ", 13},
                                        {" Some delegations ", 18},
                                        {" Several delegations ", 21},
                                        {" On the basis of ", 17},
                                        {" In the light of ", 17},
                                        {" In conclusion, ", 16},
                                        {" At its meeting ", 16},
                                        {" At the request of ", 19},
                                        {" Following a ", 13},
                                        {" Following an ", 14},
                                        {" Following the discussion", 25},
                                        {" Further to the ", 16},
                                        {" As regards ", 12},
                                        {" No AOB ", 8},
                                        {" No comments were ", 18},
                                        {" In 20", 6},
                                        {" In 19", 6}};
    const char *t = s->text.p;
    for (size_t k = 0; k < ARRAY_LEN(opening); k++)
        if (title_begins_with(sv_sub(s->text, at, end), opening[k]))
            return true;
    size_t first = at + 1;
    while (first < end && t[first] == ' ')
        first++;
    size_t i = scan_token_at(s, first);
    if (end - first < 9 || is_lower(t[first]) || is_digit(t[first]))
        return false;
    bool itself = title_begins_with(sv_sub(s->text, first, end), SV("Se ")); /* aprobó */
    while (itself && i < s->ntokens && s->token[i].b < first + 3)
        i++;
    if (i < s->ntokens && s->token[i].b == first + (itself ? 3 : 0) &&
        scan_token_in(s, i, "formulas"))
        return true;
    size_t article = article_at(t, first, end), word = first + article;
    if (at > b && goes_on(t, b, at))
        return false;
    bool again =
        at > b && (repeats(t, b, at, first, end) || repeats(t, b, at, word, end));
    if (again || states_act(t, first, end) || opens_with_clause(t, first, end) ||
        capital_acts(t, b, first, end) || body_acts(s, first) ||
        acronym_acts(s, first, end, VERB_BESIDE))
        return true;
    if (article == 0)
        return false;
    if (is_delegation(t, word, end))
        return true;
    if (begins_with_the(s, b, at, first, end))
        return true;
    bool shouted = is_shouted(t, word, end); /* "JARDINS DE L'UNION" */
    return (!shouted && auxiliary_near(t, word, end, true)) || body_acts(s, word) ||
           acronym_acts(s, word, end, VERB_GAP) ||
           (!shouted && formula_near(s, word, VERB_GAP));
}

static size_t count_words(const char *t, size_t b, size_t e)
{
    size_t n = 0;
    for (size_t i = b; i < e; i++)
        n += t[i] != ' ' && (i == b || t[i - 1] == ' ');
    return n;
}

/* Without the signs that stand before what follows: a stop, a list's mark. */
static size_t behind_title(const char *t, size_t b, size_t e)
{
    for (;;) {
        while (e > b && memchr(" .,:;([-=", t[e - 1], 9))
            e--;
        if (e - b < 5 || t[e - 4] != ' ' || scan_bullet(t + e - 3, t + e) != 3)
            return e;
        e -= 3;
    }
}

/* " - Follow-up", " = Adoption": what began a line of its own. */
static bool dashed_line(const char *p, size_t n)
{
    size_t dash = n < 4 || p[0] != ' '             ? 0
                  : p[1] == '-' || p[1] == '='     ? 1
                  : scan_bullet(p + 1, p + n) == 3 ? 3
                                                   : 0;
    size_t at = dash + 1;
    while (at < n && p[at] == ' ')
        at++;
    return dash && at > dash + 1 && at < n && (p[1] == '=' || is_upper(p[at]));
}

/* "Approval of the "I" items II": the part of an agenda that begins behind the title. */
static size_t without_part(const struct scan *s, size_t b, size_t e)
{
    const char *p = s->text.p;
    if (s->kind == SCAN_AGENDA) { /* "... and any other business I (*)" */
        struct sv title = sv_sub(s->text, b, e);
        size_t mark = sv_ends(title, SV(" II (*)"))  ? 7
                      : sv_ends(title, SV(" I (*)")) ? 6
                                                     : 0;
        if (mark)
            return behind_title(p, b, e - mark);
    }
    size_t at = e;
    while (at > b && e - at < 2 && p[at - 1] == 'I')
        at--;
    bool part = s->kind == SCAN_AGENDA && at < e && at > b + 1 && p[at - 1] == ' ';
    for (size_t i = b + 1; part && i + 1 < at; i++) /* "I" items, I-Punkte */
        if (p[i] == 'I' && memchr(" \"\x9c\x9d\x9e", p[i - 1], 5) &&
            memchr("\"-\xe2", p[i + 1], 3))
            return behind_title(p, b, at);
    return e;
}

/* "(a revised version was distributed in the meeting)" */
static bool is_sentence_aside(const struct scan *s, size_t at, size_t end)
{
    enum { ASIDE_MAX = 160 };
    size_t reach = end - at > ASIDE_MAX ? at + ASIDE_MAX : end;
    const char *close =
        at < end && s->text.p[at] == '(' ? memchr(s->text.p + at, ')', reach - at) : NULL;
    return close && title_has_verb(s, at, (size_t)(close - s->text.p));
}

/* Dots lead to a page behind the title, or behind that of its first letter: "....", or
 * "...3". */
static bool in_contents(const struct scan *s, size_t b, size_t end)
{
    enum { LOOK_BYTES = 160 };
    size_t stop = end - b > LOOK_BYTES ? b + LOOK_BYTES : end;
    struct sv look = sv_sub(s->text, b, stop);
    size_t at = sv_find(look, SV("...")), apart = sv_find(look, SV(". . ."));
    at = at < apart ? at : apart;
    if (at == SIZE_MAX)
        return false;
    for (at += b + 3; at < end && memchr(". ", s->text.p[at], 2);)
        at++;
    return at < end && is_digit(s->text.p[at]);
}

/* "Website and logo. The meeting will": a few words without a verb. */
static bool is_short_title(const struct scan *s, size_t b, size_t e)
{
    return count_words(s->text.p, b, e) <= SHORT_WORDS && !title_has_verb(s, b, e);
}

/* "doc. WK 2311/19": the stop at i abbreviates. */
static bool behind_doc(const char *t, size_t i)
{
    return (memcmp(t + i - 3, "doc", 3) == 0 && !is_lower(t[i - 4])) ||
           memcmp(t + i - 4, "docs", 4) == 0;
}

/* A stop behind a word, and more behind it. */
static bool ends_sentence(const char *t, size_t b, size_t i, size_t e)
{
    size_t next = i + 1;
    while (next < e && t[next] == ' ')
        next++;
    return t[i] == '.' && next > i + 1 && next < e && i > b + 3 && is_lower(t[i - 1]) &&
           is_lower(t[i - 2]) && is_lower(t[i - 3]) && !behind_doc(t, i);
}

/* "EUROPOL - Work", "AOB: Presentation": what follows belongs to the words before. */
static bool behind_sign(const char *t, size_t b, size_t at)
{
    return at > b && memchr("-:,;/(\"\x93\x94", t[at - 1], 9) != NULL;
}

/* "II. DEBATE Commissioner Muster opened", "1. CONTEXT OF THE PROPOSAL Reasons for":
 * behind a title in capitals a word in small letters. A name of a body alone is no such
 * title. */
static bool ends_capitals(const struct scan *s, const struct label *l, size_t b,
                          size_t at, size_t end)
{
    enum { WORD_LEAST = 5, WORDS_LEAST = 3 };
    const char *t = s->text.p;
    size_t next = at + 1, letters = 0, longest = 0, i = scan_token_at(s, b);
    while (next < end && t[next] == ' ')
        next++;
    if (next + 2 >= end || !is_upper(t[next]) || !is_lower(t[next + 1]) ||
        !is_lower(t[next + 2]) || goes_on(t, b, at) || behind_sign(t, b, at))
        return false;
    for (size_t k = b; k < at; k++) {
        if (is_lower(t[k]) || is_digit(t[k]) || (unsigned char)t[k] >= 0x80)
            return false;
        letters = is_upper(t[k]) ? letters + 1 : 0;
        longest = letters > longest ? letters : longest;
    }
    bool body = i < s->ntokens && s->token[i].b == b && s->token[i].e >= at;
    bool few = count_words(t, b, at) < WORDS_LEAST;
    return longest >= WORD_LEAST && !body && (!few || l->kind == LABEL_ROMAN);
}

/* " (1) The external borders", " ANNEX I: FIGURES": the first paragraph, and an annex. */
static bool is_other_count(const char *t, size_t b, size_t at, size_t end)
{
    struct sv rest = {t + at, end - at};
    size_t e = title_begins_with(rest, SV(" (1) "));
    if (e)
        return e < rest.n && is_upper(rest.p[e]);
    size_t annex = e = title_begins_with(rest, SV(" ANNEX "));
    if (!e || goes_on(t, b, at))
        return false;
    while (e < rest.n && (is_upper(rest.p[e]) || is_digit(rest.p[e])))
        e++;
    return e > annex && e < rest.n && rest.p[e] == ':';
}

/* "Council meeting (Fisheries) on 25 September 2023: Preparation Regulation on nets":
 * what is done about a meeting ends the title. */
static bool ends_meeting(const char *t, size_t b, size_t at, size_t end)
{
    static const struct words done =
        WORDS("Preparation", "Agenda", "Préparation", "Vorbereitung", "Tagesordnung");
    size_t word = at;
    while (word > b && t[word - 1] != ' ')
        word--;
    return word > b + 3 && t[word - 2] == ':' && is_digit(t[word - 3]) && at + 1 < end &&
           is_upper(t[at + 1]) && one_of((struct sv){t + word, at - word}, &done);
}

bool running_title(const struct scan *s, const struct label *label, size_t end,
                   bool listed, struct title *out, bool *sentence)
{
    const char *t = s->text.p;
    size_t b = label->e, limit;
    while (b < end && t[b] == ' ')
        b++;
    limit = end - b > RUNNING_TITLE_BYTES ? b + RUNNING_TITLE_BYTES : end;
    bool note = s->kind == SCAN_OTHER;
    size_t whole = title_whole(s, b, limit);
    *sentence = b > 0 && !whole &&
                (sentence_begins(s, b, b - 1, end) ||
                 title_opens_paragraph(sv_sub(s->text, b, limit)));
    if (*sentence)
        return false; /* a numbered paragraph */
    struct label next;
    size_t token = scan_token_at(s, b), e = running_label(s, b + 1, limit, &next);
    while (e != SIZE_MAX && e > b + 1 && goes_on(t, b, e - 1)) /* "am 23. März" */
        e = running_label(s, next.e, limit, &next);
    bool found = e != SIZE_MAX || limit == end || whole;
    e = e == SIZE_MAX ? limit : e;
    e = whole && b + whole < e ? b + whole : e;
    struct title found_title = {.b = b, .e = e};
    for (size_t i = b; i < e; i++) {
        while (token < s->ntokens && s->token[token].b < i)
            token++;
        bool paper = token < s->ntokens && s->token[token].b == i && i > b &&
                     (title_is_paper_token(s, token) || title_is_file_token(s, token));
        if (paper && title_torn_number(s, &found_title, token)) {
            i = found_title.hole[found_title.nholes - 1].e - 1;
            continue;
        }
        *sentence = !paper && t[i] == ' ' && i > b && sentence_begins(s, b, i, end);
        bool stop = ends_sentence(t, b, i, e);
        if (stop && !(listed && is_short_title(s, b, i)))
            return false; /* a paragraph of sentences */
        bool aside = t[i] == ' ' && i > b &&
                     (is_sentence_aside(s, i + 1, end) || is_other_count(t, b, i, end) ||
                      ends_capitals(s, label, b, i, end) || ends_meeting(t, b, i, end));
        bool star = t[i] == ' ' && i > b && e - i > 4 &&
                    (memcmp(t + i + 1, "(*)", 3) == 0 ||
                     memcmp(t + i + 1, "\xe2\x80\xa2 ", 4) == 0); /* "• Examination" */
        if (paper || *sentence || stop || star || aside ||
            (i > b + 2 && title_action_inside(s, b, i, end)) ||
            ((s->dashed || (t[i + 1] == '=' && !note)) && dashed_line(t + i, e - i))) {
            e = i;
            found = true;
        }
    }
    *out = found_title;
    size_t stop = e;
    while (stop > b && t[stop - 1] == ' ')
        stop--;
    bool whole_sentence =
        note && stop > b && t[stop - 1] == '.' && count_words(t, b, e) > SHORT_WORDS;
    if (whole_sentence)
        return false;
    out->e = e = title_without_tail(s, b, without_part(s, b, behind_title(t, b, e)));
    bool agenda = s->kind == SCAN_AGENDA; /* holds no sentences */
    return found && !in_contents(s, b, end) && e > b + 2 && count_words(t, b, e) <= 40 &&
           (agenda || !title_has_verb(s, b, e));
}
