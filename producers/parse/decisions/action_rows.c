/* Tables of what was agreed: a row an act, with a column for who does it and one for
 * until when. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

#include <string.h>

enum { COLUMNS_MAX = 8, ROWS_MAX = 200 };
enum column { COLUMN_OTHER, COLUMN_TASK, COLUMN_WHO, COLUMN_DUE, COLUMN_KINDS };

struct row {
    struct span cell[COLUMNS_MAX];
    size_t n;
};

/* A row of a table: its cells stand between bars, or tabs where a converter wrote it. */
static bool is_row(const struct scan *s, const struct line *l)
{
    return line_is_row(s, l) || (l->content < l->e && memchr(s->text.p + l->content, '\t',
                                                             l->e - l->content) != NULL);
}

static void row_read(const struct scan *s, const struct line *l, struct row *out)
{
    const char *t = s->text.p;
    size_t e = trim_end(t, l->b, l->e), b = l->b;
    char between = line_is_row(s, l) ? '|' : '\t';
    out->n = 0;
    while (b < e && is_blank(t[b]))
        b++;
    b += b < e && t[b] == '|';
    while (b < e && out->n < COLUMNS_MAX) {
        const char *bar = memchr(t + b, between, e - b);
        size_t end = bar ? (size_t)(bar - t) : e;
        out->cell[out->n++] = (struct span){b, end};
        b = end + 1;
    }
}

static struct sv cell_text(const struct scan *s, struct span c)
{
    struct sv t = sv_trim(sv_sub(s->text, c.b, c.e));
    while (t.n && t.p[0] == '*')
        t.p++, t.n--;
    while (t.n && t.p[t.n - 1] == '*')
        t.n--;
    return t;
}

/* What the column below such a title holds. */
static enum column column_titled(struct sv t)
{
    static const struct {
        struct sv begin;
        enum column column;
    } title[] = {{{"action", 6}, COLUMN_TASK},     {{"task", 4}, COLUMN_TASK},
                 {{"measure", 7}, COLUMN_TASK},    {{"follow-up", 9}, COLUMN_TASK},
                 {{"what", 4}, COLUMN_TASK},       {{"activit", 7}, COLUMN_TASK},
                 {{"responsib", 9}, COLUMN_WHO},   {{"who", 3}, COLUMN_WHO},
                 {{"by whom", 7}, COLUMN_WHO},     {{"actor", 5}, COLUMN_WHO},
                 {{"lead", 4}, COLUMN_WHO},        {{"owner", 5}, COLUMN_WHO},
                 {{"deadline", 8}, COLUMN_DUE},    {{"when", 4}, COLUMN_DUE},
                 {{"by when", 7}, COLUMN_DUE},     {{"time", 4}, COLUMN_DUE},
                 {{"due", 3}, COLUMN_DUE},         {{"date", 4}, COLUMN_DUE},
                 {{"target date", 11}, COLUMN_DUE}};
    for (size_t i = 0; i < ARRAY_LEN(title); i++)
        if (sv_eq_fold(sv_sub(t, 0, title[i].begin.n), title[i].begin))
            return title[i].column;
    return COLUMN_OTHER;
}

/* Which column holds what; false: none holds tasks, or nothing is said of them. */
static bool columns_read(const struct scan *s, size_t line, size_t at[COLUMN_KINDS])
{
    struct row titles;
    row_read(s, &s->line[line], &titles);
    for (size_t i = 0; i < COLUMN_KINDS; i++)
        at[i] = SIZE_MAX;
    for (size_t i = titles.n; i-- > 0;)
        at[column_titled(cell_text(s, titles.cell[i]))] = i;
    return at[COLUMN_TASK] != SIZE_MAX &&
           (at[COLUMN_WHO] != SIZE_MAX || at[COLUMN_DUE] != SIZE_MAX);
}

static bool view_cell(struct deciding *d, size_t line, const struct row *r, size_t column)
{
    if (column >= r->n)
        return false;
    struct sv t = cell_text(d->s, r->cell[column]);
    size_t b = (size_t)(t.p - d->s->text.p);
    view_of(d, line, b, b + t.n);
    return t.n > 1;
}

static void row_event(struct deciding *d, const struct act *lead, size_t line,
                      const struct row *r, const size_t at[COLUMN_KINDS])
{
    struct act a = *lead;
    struct sv task = cell_text(d->s, r->cell[at[COLUMN_TASK]]);
    if (view_cell(d, line, r, at[COLUMN_WHO]))
        a.to = actor_addressees(d, 0, d->view.n);
    size_t b = (size_t)(task.p - d->s->text.p);
    struct decision *o = decision_add(d, &a, b, b + task.n);
    if (view_cell(d, line, r, at[COLUMN_DUE]))
        o->due = due_of_view(d);
}

size_t decision_rows(struct deciding *d, const struct act *lead, size_t first)
{
    const struct scan *s = d->s;
    size_t at[COLUMN_KINDS], end = 0;
    if (first == SIZE_MAX || !is_row(s, &s->line[first]) || lead->kind == KIND_NOTED ||
        lead->kind == KIND_STATEMENT || !columns_read(s, first, at))
        return 0;
    for (size_t i = first + 1, n = 0; i < s->nlines && n < ROWS_MAX; i++, n++) {
        struct row r;
        if (s->line[i].flags & LINE_BLANK)
            continue;
        if (!is_row(s, &s->line[i]))
            break;
        row_read(s, &s->line[i], &r);
        struct sv task =
            at[COLUMN_TASK] < r.n ? cell_text(s, r.cell[at[COLUMN_TASK]]) : SV_NULL;
        if (task.n > 3 && task.p[0] != '-' && task.p[0] != ':')
            row_event(d, lead, i, &r, at);
        end = s->line[i].e;
    }
    return end;
}

/* A table of actions without a sentence above it: each row is a task given. */
static void rows_alone(struct deciding *d, size_t line)
{
    const struct scan *s = d->s;
    size_t at[COLUMN_KINDS];
    bool first = line == 0 || !is_row(s, &s->line[line - 1]);
    if (!first || !is_row(s, &s->line[line]) || !columns_read(s, line, at) ||
        at[COLUMN_WHO] == SIZE_MAX)
        return;
    struct act lead = {
        .kind = KIND_REQUEST,
        .voice = VOICE_PASSIVE,
        .act = SV("tasked"),
        .by = d->self,
        .verb = cell_text(s, (struct span){s->line[line].content, s->line[line].e})};
    (void)decision_rows(d, &lead, line);
}

static bool holds_decision(const struct parsed *p, size_t n, size_t b, size_t e)
{
    for (size_t i = 0; i < n; i++)
        if (p->decisions[i].span.b >= b && p->decisions[i].span.b < e)
            return true;
    return false;
}

void decision_tables(struct deciding *d)
{
    const struct scan *s = d->s;
    size_t before = d->out->ndecisions, end = 0;
    if (d->mode != MODE_RECORD || !d->self.p)
        return;
    d->past = d->annex = 0;
    for (size_t i = 0; i < s->nlines; i++) {
        const struct line *l = &s->line[i];
        if (l->b < s->header_end || l->b < end || !is_row(s, l))
            continue;
        size_t last = i;
        while (last + 1 < s->nlines &&
               (s->line[last + 1].flags & LINE_BLANK || is_row(s, &s->line[last + 1])))
            last++;
        if (!holds_decision(d->out, before, l->b, end = s->line[last].e))
            rows_alone(d, i);
    }
}
