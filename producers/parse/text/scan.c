#include "scan.h"

#include "ascii.h"
#include "block.h"
#include "furniture.h"
#include "line_facts.h"
#include "places.h"

#include <assert.h>
#include <string.h>

enum { BLANK_LINES_KEPT = 2 };

/* Length of the blank at p: space, tab, form feed, or a no-break space; else 0. */
static size_t blank_at(const char *p, const char *end)
{
    if (p < end && (*p == ' ' || *p == '\t' || *p == '\f'))
        return 1;
    if (end - p >= 2 && p[0] == '\xc2' && p[1] == '\xa0')
        return 2;
    return 0;
}

size_t scan_bullet(const char *p, const char *end)
{
    enum { GLUED = 6 }; /* the first of them need no blank */
    static const char *const dot[] = {"–", "•", "●",      "▪",      "■",      "\uf0b7",
                                      "—", "‣", "◦",      "○",      "\uf0a7", "\uf02d",
                                      "−", "→", "\u2010", "\u2011", "\ufffd"};
    size_t n = 0, which = GLUED;
    if (p < end && (*p == '-' || *p == '*'))
        n = 1;
    else if (end - p >= 3 && (unsigned char)*p >= 0xe2)
        for (size_t i = 0; i < ARRAY_LEN(dot) && n == 0; i++)
            n = memcmp(p, dot[i], 3) == 0 ? 3 : 0, which = i;
    else if (end - p >= 2 && p[0] == '\xc2' && p[1] == '\xb7')
        n = 2;
    if (!n || (p + n == end && *p == '*'))
        return 0;
    bool letter = p + n < end && (p[n] | 0x20) >= 'a' && (p[n] | 0x20) <= 'z';
    return p + n == end || blank_at(p + n, end) || (letter && which < GLUED) ? n : 0;
}

/* "? ", "§ ", "Ø ", "ü ": what a converter that does not know the font of a list's marks
 * makes of them, at a line's beginning. */
static bool is_misread_mark(const char *p, const char *end)
{
    static const struct sv mark[] = {{"?", 1}, {"§", 2}, {"Ø", 2}, {"ü", 2}};
    if (*p == '.') /* ". a common position": the stop of no sentence */
        return end - p > 16 && p[1] == ' ' && is_lower(p[2]);
    for (size_t i = 0; i < ARRAY_LEN(mark); i++) {
        size_t n = mark[i].n;
        if ((size_t)(end - p) > n + 1 && memcmp(p, mark[i].p, n) == 0)
            return blank_at(p + n, end) && (*p == '?' || !is_digit(p[n + 1]));
    }
    return false;
}

/* A mark alone before a line's end: its entry stands in the next line (add_line). */
static size_t lone_mark(const char *p, const char *end)
{
    for (size_t n = 1; n <= 3 && p + n < end; n++)
        if (p[n] == '\n')
            return scan_bullet(p, p + n);
    return 0;
}

/* Does the line before that of b end with one of these signs? b is where its line begins,
 * but for blanks. A line's end among them stands for an empty line. */
static bool line_before_ends(const char *t, size_t b, const char *signs)
{
    while (b > 0 && t[b - 1] == ' ')
        b--;
    if (b < 2 || t[b - 1] != '\n')
        return false;
    for (b--; b > 1 && t[b - 1] == ' '; b--)
        ;
    return strchr(signs, t[b - 1]) != NULL && t[b - 1] != '\0';
}

/* "-the outcome": the mark lost its blank. A word that a line's end broke begins a line
 * alike, but no sign ends the line before it. */
static bool is_glued_dash(const char *t, size_t b, size_t e)
{
    bool letter = e - b > 2 && ((t[b + 1] | 0x20) >= 'a' && (t[b + 1] | 0x20) <= 'z') &&
                  t[b + 2] != '-';
    return letter && t[b] == '-' && line_before_ends(t, b, "\n:;.,");
}

/* "Add 1", "cor. 2": a further version of the paper in the line before. */
static bool is_version(const char *p, const char *end)
{
    static const char name[][4] = {"REV", "ADD", "COR", "EXT", "DCL"};
    for (size_t i = 0; i < ARRAY_LEN(name) && end - p > 4; i++)
        if ((p[0] & ~0x20) == name[i][0] && (p[1] & ~0x20) == name[i][1] &&
            (p[2] & ~0x20) == name[i][2] && !is_lower(p[3]) && !is_upper(p[3]))
            return true;
    return false;
}

/* "o   the outcome" (the ring of a second level, in a font that a converter does not
 * know), "+ the outcome": marks that are a word, or lead to a further version, elsewhere.
 */
static bool is_ring_or_cross(const char *t, size_t b, size_t e)
{
    if (e - b < 4 || (t[b + 1] != ' ' && t[b + 1] != '\t'))
        return false;
    if (t[b] == '+')
        return line_before_ends(t, b, "\n:;.,") && !is_version(t + b + 2, t + e) &&
               (is_lower(t[b + 2]) || (is_upper(t[b + 2]) && is_lower(t[b + 3])));
    if (t[b + 1] == '\t' || (t[b + 2] == ' ' && t[b + 3] == ' '))
        return true;
    return t[b + 2] == ' ' && line_before_ends(t, b, "\n:;.,");
}

size_t scan_line_mark(const char *t, size_t b, size_t e)
{
    const char *p = t + b, *end = t + e;
    if (b < e && (*p == 'o' || *p == '+'))
        return is_ring_or_cross(t, b, e) ? 1 : 0;
    if (b >= e || is_lower(*p) || is_upper(*p) || is_digit(*p)) /* most lines */
        return 0;
    if ((*p == '?' || *p == '.' || *p == '\xc2' || *p == '\xc3') &&
        is_misread_mark(p, end))
        return *p == '?' || *p == '.' ? 1 : 2;
    size_t n = scan_bullet(p, end);
    if (!n && is_glued_dash(t, b, e))
        return 1;
    return n ? n : lone_mark(p, end);
}

/* "\-": an escape of Markdown. */
static bool is_escaped_mark(const char *p, const char *end)
{
    return end - p > 2 && *p == '\\' && (p[1] == '-' || p[1] == '*') && p[2] == ' ';
}

/* "|De Raad heeft een       |": a page whose every line stands between two bars, which
 * are no part of it. Where the text ends, or NULL: several cells, or none. */
static const char *boxed_end(const char *b, const char *end)
{
    while (b < end && *b == ' ')
        b++;
    if (end - b < 3 || *b != '|' || end[-1] != '|' || b[1] == '|' || b[1] == ' ' ||
        memchr(b + 1, '|', (size_t)(end - b) - 2))
        return NULL;
    end--;
    while (end > b + 1 && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return end;
}

static void read_line(struct sv text, struct line *l, bool marked)
{
    const char *p = text.p + l->b, *end = text.p + l->e;
    while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    const char *inner = boxed_end(p, end);
    if (inner) {
        l->e = (uint32_t)(inner - text.p);
        end = inner;
    }
    size_t n, indent = 0;
    bool quoted = false;
    for (;; p += n) {
        if ((n = blank_at(p, end)) > 0) {
            indent += !quoted;
            continue;
        }
        if (p == end || !(*p == '#' || *p == '*' || *p == '>' || *p == '|' ||
                          is_escaped_mark(p, end)))
            break;
        if (*p == '|')
            l->flags |= LINE_TABLE;
        if (scan_bullet(p, end))
            l->flags |= LINE_BULLET;
        quoted = true;
        n = 1;
    }
    l->indent = (uint16_t)(indent < UINT16_MAX ? indent : UINT16_MAX);
    l->content = (uint32_t)(p - text.p);
    if (p == end && !quoted)
        l->flags |= LINE_BLANK;
    else if (scan_line_mark(text.p, (size_t)(p - text.p), (size_t)(end - text.p)))
        l->flags |= LINE_BULLET;
    if (end > p && end[-1] == '|')
        l->flags |= LINE_TABLE;
    if (p == end)
        l->content = l->e;
    if (!(l->flags & LINE_BLANK))
        l->flags |= line_facts(text, l, marked);
}

size_t scan_dots(struct sv t)
{
    static const struct sv row[] = {
        {"....", 4}, {". . . .", 7}, {".  .  .  .", 10}, {"\xe2\x80\xa6\xe2\x80\xa6", 6}};
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        size_t dots = sv_find(t, row[i]);
        if (dots != SIZE_MAX)
            return dots;
    }
    return SIZE_MAX;
}

size_t scan_leaders(struct sv t)
{
    enum { PAGE_DIGITS = 3, LEAST = 3 };
    size_t dots = scan_dots(t), n = t.n;
    if (dots != SIZE_MAX)
        return dots;
    while (n > 0 && t.n - n < PAGE_DIGITS && is_digit(t.p[n - 1]))
        n--;
    if (n == t.n)
        return SIZE_MAX;
    struct sv front = sv_trim(sv_sub(t, 0, n));
    bool leads = front.n > LEAST && sv_ends(front, SV("..."));
    return leads ? (size_t)(front.p - t.p) + front.n - LEAST : SIZE_MAX;
}

/* "Introduction ........ 12": dots, and the page at the line's end or on the next one. */
static bool is_dotted(struct sv text, const struct line *l)
{
    struct sv t = sv_sub(text, l->b, l->e);
    if (l->content >= l->e)
        return false;
    while (t.n > 1 && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t'))
        t.n--;
    char last = t.p[t.n - 1];
    bool page = is_digit(last) || (unsigned char)last < ' ';
    return (page || text.p[l->content] == '.') && scan_leaders(t) != SIZE_MAX;
}

/* How many lines a text has at most: what the array is made for. Where its line ends are
 * many, those are not counted that follow three others: the blank line that each of them
 * begins is not kept. */
static size_t count_lines(struct sv text)
{
    enum { MANY = 32 }; /* a line end in so many bytes */
    char copy[BLOCK_BYTES];
    size_t n = 1;
    uint64_t before = 0; /* the block's line ends */
    for (size_t at = 0; at < text.n; at += BLOCK_BYTES)
        n += block_count_equal(block_of(text.p + at, text.n - at, copy), '\n');
    if (n <= text.n / MANY)
        return n;
    n = 1;
    for (size_t at = 0; at < text.n; at += BLOCK_BYTES) {
        uint64_t end = block_equal(block_of(text.p + at, text.n - at, copy), '\n');
        uint64_t fourth = end & (end << 1 | before >> 63) & (end << 2 | before >> 62) &
                          (end << 3 | before >> 61);
        n += block_count(end & ~fourth);
        before = end;
    }
    return n;
}

/* Where the lines are read to. */
struct line_list {
    struct scan *s;
    size_t cap;
    size_t at;   /* where the next line begins */
    size_t mark; /* the last line, if it is a list's mark and nothing else; or SIZE_MAX */
    bool column; /* before it stood such marks only */
    bool columns; /* there were such */
    size_t blank; /* blank lines in a row */
    bool marked;  /* by what is read of the line (line_marks) */
};

static void drop_line(struct line *l)
{
    l->flags = LINE_BLANK;
    l->content = l->e;
}

/* Marks one below the other, the entries behind all of them: a column says no more than
 * how many entries there are (give_marks).
 * "-" and "the outcome of the meeting", in lines of their own: some converters set a
 * list's marks apart. The mark's line becomes that of its entry. */
static void join_mark(struct line_list *list, size_t last)
{
    struct scan *s = list->s;
    struct line *l = &s->line[last], *mark;
    const char *p = s->text.p + l->content;
    bool alone = (l->flags & (LINE_BULLET | LINE_TABLE)) == LINE_BULLET &&
                 scan_line_end(s, l) - l->content <= 3 && l->content < l->e;
    bool letter = l->content < l->e && (((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') ||
                                        ((unsigned char)*p >= 0xc3 && *p != '\xe2'));
    size_t at = list->mark;
    if (alone && (list->column || at != SIZE_MAX)) {
        drop_line(l);
        if (at != SIZE_MAX)
            drop_line(&s->line[at]);
        list->column = list->columns = true;
        list->mark = SIZE_MAX;
        return;
    }
    bool lettered = l->e - l->content > 2 && p[1] == ')'; /* "a)": a mark of its own */
    list->column = false;
    list->mark = alone ? last : SIZE_MAX;
    if (at == SIZE_MAX || !letter || lettered)
        return;
    mark = &s->line[at];
    *mark = (struct line){mark->b, l->e, l->e, 0, 0};
    read_line(s->text, mark, list->marked);
    s->nlines = at + 1;
}

static void add_line(struct line_list *list, size_t end)
{
    struct scan *s = list->s;
    list->blank = end == list->at ? list->blank + 1 : 0;
    if (list->blank <= BLANK_LINES_KEPT) {
        assert(s->nlines < list->cap);
        struct line *l = &s->line[s->nlines++];
        *l = (struct line){(uint32_t)list->at, (uint32_t)end, (uint32_t)end, LINE_BLANK,
                           0};
        if (!list->blank) {
            l->flags = 0;
            read_line(s->text, l, list->marked);
            if (s->contents_from == SIZE_MAX && is_dotted(s->text, l))
                s->contents_from = s->nlines - 1;
            if (!(l->flags & LINE_BLANK))
                join_mark(list, s->nlines - 1);
        }
    }
    list->at = end + 1;
    list->marked = false;
}

/* The lines that join_mark dropped right before line i. */
static size_t column_before(const struct scan *s, size_t i)
{
    size_t n = 0;
    for (; i > 0 && s->line[i - 1].flags & LINE_BLANK; i--) {
        size_t at = s->line[i - 1].b, e = s->line[i - 1].e;
        while (at < e && (unsigned char)s->text.p[at] <= ' ')
            at++;
        n += at < e;
    }
    return n;
}

/* The line behind `at` that begins the next entry: the one before it ends with one of
 * these signs. Where none does, s->nlines. */
static size_t next_entry(const struct scan *s, size_t at, const char *ends)
{
    for (size_t last = at++; at < s->nlines; at++) {
        const struct line *l = &s->line[last];
        if (s->line[at].flags & LINE_BLANK)
            continue;
        size_t e = scan_line_end(s, l);
        char sign = ' ';
        if (e > l->content)
            sign = s->text.p[e - 1];
        if (s->line[at].flags & LINE_BULLET || (at > last + 1 && sign != ';'))
            break;
        if (strchr(ends, sign))
            return at;
        last = at;
    }
    return s->nlines;
}

/* Text behind a column of marks, with as many entries as there are marks: each gets its
 * own. */
static void give_marks(struct scan *s)
{
    static const char *const ends[] = {";", ";,", ";,."};
    for (size_t i = 1; i < s->nlines; i++) {
        size_t marks =
            s->line[i].flags & (LINE_BLANK | LINE_BULLET) ? 0 : column_before(s, i);
        for (size_t k = 0; marks > 1 && k < ARRAY_LEN(ends); k++) {
            size_t n = 1, at = i;
            bool alike = true; /* behind a stop a heading may follow, which is no entry */
            while (n <= marks && (at = next_entry(s, at, ends[k])) < s->nlines) {
                n++;
                char before = s->text.p[s->line[at - 1].e - 1];
                alike = alike &&
                        (before != '.' || is_lower(s->text.p[s->line[at].content]) ==
                                              is_lower(s->text.p[s->line[i].content]));
            }
            if (n != marks || !alike)
                continue;
            for (at = i; at < s->nlines; at = next_entry(s, at, ends[k]))
                s->line[at].flags |= LINE_BULLET;
            break;
        }
    }
}

/* False when there are more lines than memory is given to: nothing is written then. */
static bool read_lines(struct scan *s, struct arena *a)
{
    struct line_list list = {
        .s = s, .cap = count_lines(s->text) + BLANK_LINES_KEPT, .mark = SIZE_MAX};
    char copy[BLOCK_BYTES];
    s->line = arena_alloc(a, list.cap * sizeof *s->line);
    if (arena_overflow(a))
        return false;
    for (size_t at = 0; at < s->text.n; at += BLOCK_BYTES) {
        const char *p = block_of(s->text.p + at, s->text.n - at, copy);
        uint64_t marks = line_marks(p);
        for (uint64_t end = block_equal(p, '\n'); end; end &= end - 1) {
            uint64_t line = end ^ (end - 1); /* up to its end */
            list.marked = list.marked || (marks & line) != 0;
            marks &= ~line;
            add_line(&list, at + block_first(end));
        }
        list.marked = list.marked || marks != 0;
    }
    add_line(&list, s->text.n);
    if (list.columns)
        give_marks(s);
    return true;
}

struct token_list {
    struct scan *s;
    struct arena *a;
    size_t cap;
};

static int take_token(void *ctx, const struct match_hit *hit)
{
    struct token_list *t = ctx;
    struct token *k = t->s->ntokens < t->cap
                          ? &t->s->token[t->s->ntokens++]
                          : arena_push(t->a, &t->s->token, &t->s->ntokens, &t->cap,
                                       sizeof *t->s->token);
    *k = (struct token){hit->start, hit->end, hit->id};
    return arena_overflow(t->a);
}

/* The line and the token that an offset's block leads to: what is looked for stands
 * between them and those of the next block. */
static void index_places(struct scan *s, struct arena *a)
{
    size_t blocks = (s->text.n >> SCAN_BLOCK) + 2, line = 0, token = 0;
    s->place = arena_alloc(a, blocks * sizeof *s->place);
    for (size_t i = 0; i < blocks; i++) {
        size_t at = i << SCAN_BLOCK;
        while (line + 1 < s->nlines && s->line[line + 1].b <= at)
            line++;
        while (token < s->ntokens && s->token[token].b < at)
            token++;
        s->place[i] = (struct scan_place){(uint32_t)line, (uint32_t)token, 0};
    }
}

void scan_index_marks(struct scan *s)
{
    size_t blocks = (s->text.n >> SCAN_BLOCK) + 2, mark = 0;
    for (size_t i = 0; i < blocks; i++) {
        while (mark < s->nmarks && s->mark[mark].e <= i << SCAN_BLOCK)
            mark++;
        s->place[i].mark = (uint32_t)mark;
    }
    for (mark = 0; mark < s->nmarks; mark++)
        if (s->mark[mark].line != UINT32_MAX)
            s->line[s->mark[mark].line].flags |= LINE_NOTED;
}

void scan_index(struct scan *s, struct arena *a)
{
    index_places(s, a);
    if (!arena_overflow(a))
        scan_index_marks(s);
}

int scan_text(const struct knowledge *k, struct sv text, struct arena *a,
              struct scan *out, struct err *err)
{
    if (text.n >= UINT32_MAX)
        return err_reject(err, "too-large", "text of %zu bytes", text.n);
    struct scan s = {.k = k,
                     .text = text,
                     .actions = knowledge_table(k, "actions"),
                     .contents_from = SIZE_MAX};
    if (!read_lines(&s, a))
        return err_reject(err, "too-many", "lines of a text of %zu bytes", text.n);
    size_t first = text.n / 64 + 16;
    s.token = arena_alloc(a, first * sizeof *s.token);
    struct token_list list = {&s, a, first};
    match_scan(knowledge_matcher(k), text, take_token, &list);
    scan_mend_words(&s, a);
    index_places(&s, a);
    scan_moved_numbers(&s, a);
    furniture_read(&s, a);
    scan_mend_pages(&s, a);
    *out = s;
    return 0;
}

/* The block of an offset; those behind the text are its end. */
static const struct scan_place *place_of(const struct scan *s, size_t offset)
{
    return s->place + ((offset < s->text.n ? offset : s->text.n) >> SCAN_BLOCK);
}

size_t scan_line_at(const struct scan *s, size_t offset)
{
    const struct scan_place *at = place_of(s, offset);
    return place_from(s->line, offsetof(struct line, b), sizeof *s->line,
                      at[0].line + (size_t)1, at[1].line + (size_t)1, offset + 1) -
           1;
}

size_t scan_token_at(const struct scan *s, size_t offset)
{
    const struct scan_place *at = place_of(s, offset);
    return place_from(s->token, offsetof(struct token, b), sizeof *s->token, at[0].token,
                      at[1].token, offset);
}

bool scan_token_in(const struct scan *s, size_t token, const char *table)
{
    size_t at = KNOWLEDGE_ID_TABLE(s->token[token].id);
    return strcmp(knowledge_table_at(s->k, at)->name, table) == 0;
}

size_t scan_mark_at(const struct scan *s, size_t offset)
{
    const struct scan_place *at = place_of(s, offset);
    return place_from(s->mark, offsetof(struct footnote_mark, e), sizeof *s->mark,
                      at[0].mark, at[1].mark, offset + 1);
}
