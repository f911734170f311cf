/* The matcher of all rows that are scanned for. Each is read up to three times: as it is
 * written, without its accents where it says so, and with lost letters. What some row has
 * as it is goes before what another one has without its accents ("adopte", "adopté").
 *
 * Rows of one's own are a matcher of their own beside the one that was made when the
 * program was built: making one of all would take ten times as long. */
#include "knowledge_internal.h"

#include <stdlib.h>

static int row_refused(const struct knowledge_row *r, struct err *err)
{
    return err_wrap(err, "%s:%u", r->file, r->line);
}

static struct sv cell(const struct knowledge_table *t, const struct knowledge_row *r,
                      const char *column)
{
    int i = knowledge_column(t, column);
    return i < 0 ? SV("") : r->cell[i];
}

/* "adoptée?s?" as "adopt(é|e)e?s?": each accent may be missing. */
static struct sv without_accents(struct sv pattern, struct buf *out)
{
    static const char base[] =
        "AAAAAA?CEEEEIIII?NOOOOO?OUUUUY??aaaaaa?ceeeeiiii?nooooo?ouuuuy?y";
    enum { LEAD = 0xC3, FIRST = 0x80 };
    buf_reset(out);
    for (size_t i = 0; i < pattern.n; i++) {
        unsigned char c = (unsigned char)pattern.p[i];
        char plain = '?';
        bool two = c == LEAD && i + 1 < pattern.n;
        if (two)
            plain = base[((unsigned char)pattern.p[i + 1] - FIRST) & 63];
        if (two && (pattern.p[i + 1] == '\xa6' || pattern.p[i + 1] == '\x9f')) {
            buf_addf(out, pattern.p[i + 1] == '\xa6' ? "(æ|ae)" : "(ß|ss)");
            i++;
            continue;
        }
        if (plain == '?') {
            buf_addc(out, pattern.p[i]);
            continue;
        }
        buf_addf(out, "(" SV_FMT "|%c)", SV_ARG(sv_sub(pattern, i, i + 2)), plain);
        i++;
    }
    return buf_sv(out);
}

/* "Rådet" as "R(å|�|\\?)det": each letter with an accent may be lost, as converters lose
 * it that do not know the text's encoding. The first letter stays: it is what a match is
 * looked for by. False where none is left to lose, or the pattern gets too long. */
static bool with_lost_letters(struct sv pattern, struct buf *out)
{
    enum { LEAD_FIRST = 0xC3, LEAD_LAST = 0xC5, LONGEST = 512, DEPTH = 15 };
    bool begun = false, any = false, outer[DEPTH + 1] = {false};
    int depth = 0;
    buf_reset(out);
    for (size_t i = 0; i < pattern.n; i++) {
        unsigned char c = (unsigned char)pattern.p[i];
        bool accent = c >= LEAD_FIRST && c <= LEAD_LAST && i + 1 < pattern.n;
        if (begun && accent) {
            buf_addf(out, "(" SV_FMT "|\xef\xbf\xbd|\\?)",
                     SV_ARG(sv_sub(pattern, i, i + 2)));
            any = true;
            i++;
            continue;
        }
        buf_addc(out, pattern.p[i]);
        if (c == '(' && depth < DEPTH)
            outer[++depth] = begun;
        else if (c == '|')
            begun = outer[depth];
        else if (c != '(')
            begun = true;
        depth -= c == ')' && depth > 0;
        if (c == '\\' && i + 1 < pattern.n)
            buf_addc(out, pattern.p[++i]);
    }
    return any && buf_sv(out).n <= LONGEST;
}

/* How the row's column `case` reads its pattern: in any case, also without its accents.
 */
static int row_case(const struct knowledge_table *t, const struct knowledge_row *r,
                    bool *fold, bool *accents, struct err *err)
{
    struct sv c = cell(t, r, "case");
    bool both = sv_eq(c, SV("fold accents"));
    *fold = both || sv_eq(c, SV("fold"));
    *accents = both || sv_eq(c, SV("accents"));
    if (!*fold && !*accents && c.n > 0)
        return err_set(
            err, ERR_BAD_INPUT,
            "column case holds \"" SV_FMT
            "\"; beside accents, alone or behind fold, it takes fold or nothing",
            SV_ARG(c));
    return 0;
}

/* Each row's pattern becomes an alternative of the placeholder `name` (NULL: of the one
 * that its column `name` says). */
static int define_rows(struct match_builder *b, const struct knowledge_table *t,
                       const char *name, const char *class_, struct err *err)
{
    AUTO(buf_free) struct buf made = {0};
    for (size_t i = 0; i < t->rows; i++) {
        const struct knowledge_row *r = &t->row[i];
        struct sv as = name ? sv_cstr(name) : cell(t, r, "name");
        bool fold, accents;
        if (class_ && !sv_eq(cell(t, r, "class"), sv_cstr(class_)))
            continue;
        if (row_case(t, r, &fold, &accents, err) != 0)
            return row_refused(r, err);
        struct sv pattern = cell(t, r, "pattern");
        if (accents)
            pattern = without_accents(pattern, &made);
        if (match_define_more(b, as, pattern, fold, err) != 0)
            return row_refused(r, err);
    }
    return 0;
}

enum reading { READ_AS_IS, READ_BARE, READ_LOST, READINGS };

/* The pattern of a row in one reading; false where the row has none. */
static bool read_as(struct sv pattern, bool accents, enum reading reading,
                    struct buf *made, struct sv *out)
{
    *out = pattern;
    if (reading == READ_BARE && accents)
        *out = without_accents(pattern, made);
    else if (reading == READ_LOST && with_lost_letters(pattern, made))
        *out = buf_sv(made);
    else
        return reading == READ_AS_IS;
    return true;
}

/* Rows of table `index` from `from` to `to`. */
static int add_rows(struct match_builder *b, const struct knowledge *k, size_t index,
                    size_t from, size_t to, enum reading reading, struct err *err)
{
    AUTO(buf_free) struct buf made = {0};
    const struct knowledge_table *t = &k->table[index];
    for (size_t i = from; i < to; i++) {
        const struct knowledge_row *r = &t->row[i];
        struct sv pattern;
        bool fold, accents;
        if (row_case(t, r, &fold, &accents, err) != 0)
            return row_refused(r, err);
        if (read_as(cell(t, r, "pattern"), accents, reading, &made, &pattern) &&
            match_add(b, KNOWLEDGE_ID(index, i), pattern, fold, err) != 0)
            return row_refused(r, err);
    }
    return 0;
}

static int define_all(struct match_builder *b, const struct knowledge *k, struct err *err)
{
    if (define_rows(b, &k->table[PLACEHOLDERS], NULL, NULL, err) != 0)
        return -1;
    for (size_t i = 0; i < k->tables; i++)
        if (k->registered[i].placeholder &&
            define_rows(b, &k->table[i], k->registered[i].placeholder,
                        k->registered[i].of_class, err) != 0)
            return -1;
    return 0;
}

static int build(struct match_builder *b, const struct knowledge *k, struct matcher **out,
                 struct err *err)
{
    if (match_build(b, out, err) == 0)
        return 0;
    uint32_t id = match_culprit(b);
    return row_refused(&k->table[KNOWLEDGE_ID_TABLE(id)].row[KNOWLEDGE_ID_ROW(id)], err);
}

int knowledge_build_all(const struct knowledge *k, struct matcher **out, struct err *err)
{
    AUTO(match_builder_free) struct match_builder *b = match_builder_new();
    if (define_all(b, k, err) != 0)
        return -1;
    for (enum reading reading = READ_AS_IS; reading < READINGS; reading++)
        for (size_t i = 0; i < k->tables; i++)
            if (k->registered[i].scanned &&
                add_rows(b, k, i, 0, k->table[i].rows, reading, err) != 0)
                return -1;
    return build(b, k, out, err);
}

/* How many patterns the embedded rows of a table have in one reading. */
static size_t embedded_patterns(const struct knowledge *k, size_t index,
                                enum reading reading)
{
    AUTO(buf_free) struct buf made = {0};
    const struct knowledge_table *t = &k->table[index];
    struct sv pattern;
    size_t n = 0;
    for (size_t i = 0; i < k->embedded[index]; i++)
        n += read_as(cell(t, &t->row[i], "pattern"),
                     sv_ends(cell(t, &t->row[i], "case"), SV("accents")), reading, &made,
                     &pattern);
    return n;
}

/* The rows behind the embedded ones; *before: of each of their patterns, how many of the
 * embedded ones' go before it. */
static int build_own(const struct knowledge *k, struct matcher **out, uint32_t **before,
                     struct err *err)
{
    AUTO(match_builder_free) struct match_builder *b = match_builder_new();
    size_t n = 0, cap = 0;
    uint32_t embedded = 0;
    if (define_all(b, k, err) != 0)
        return -1;
    for (enum reading reading = READ_AS_IS; reading < READINGS; reading++)
        for (size_t i = 0; i < k->tables; i++) {
            if (!k->registered[i].scanned)
                continue;
            embedded += (uint32_t)embedded_patterns(k, i, reading);
            if (add_rows(b, k, i, k->embedded[i], k->table[i].rows, reading, err) != 0)
                return -1;
            while (n < match_builder_patterns(b)) {
                if (n == cap)
                    *before =
                        mem_resize(*before, cap = cap ? 2 * cap : 64, sizeof **before);
                (*before)[n++] = embedded;
            }
        }
    return build(b, k, out, err);
}

static bool is_scanned(const struct knowledge *k, size_t index)
{
    return k->registered[index].scanned || index == PLACEHOLDERS;
}

/* Does an embedded pattern say {name}? */
static bool is_used(const struct knowledge *k, struct sv name)
{
    AUTO(buf_free) struct buf holder = {0};
    buf_addf(&holder, "{" SV_FMT "}", SV_ARG(name));
    for (size_t i = 0; i < k->tables; i++)
        for (size_t j = 0; j < k->embedded[i]; j++)
            if (is_scanned(k, i) &&
                sv_find(cell(&k->table[i], &k->table[i].row[j], "pattern"),
                        buf_sv(&holder)) != SIZE_MAX)
                return true;
    return false;
}

/* Do own rows add to a placeholder that an embedded pattern uses? */
static bool changes_embedded(const struct knowledge *k)
{
    const struct knowledge_table *t = &k->table[PLACEHOLDERS];
    for (size_t j = k->embedded[PLACEHOLDERS]; j < t->rows; j++)
        if (is_used(k, cell(t, &t->row[j], "name")))
            return true;
    for (size_t i = 0; i < k->tables; i++)
        if (k->registered[i].placeholder && k->table[i].rows > k->embedded[i] &&
            is_used(k, sv_cstr(k->registered[i].placeholder)))
            return true;
    return false;
}

static bool has_own(const struct knowledge *k)
{
    for (size_t i = 0; i < k->tables; i++)
        if (is_scanned(k, i) && k->table[i].rows > k->embedded[i])
            return true;
    return false;
}

int knowledge_build(struct knowledge *k, struct err *err)
{
    AUTO(matcher_free) struct matcher *embedded = NULL, *own = NULL;
    uint32_t *before = NULL;
    if (strcmp(k->embedded_rules, knowledge_image.rules) == 0 && !changes_embedded(k))
        embedded =
            match_image_open((struct sv){knowledge_image.data, knowledge_image.size});
    if (!embedded)
        return knowledge_build_all(k, &k->matcher, err);
    if (has_own(k)) {
        if (build_own(k, &own, &before, err) != 0) {
            free(before);
            return -1;
        }
        matcher_join(embedded, &own, &before);
    }
    MOVE(k->matcher, embedded);
    return 0;
}
