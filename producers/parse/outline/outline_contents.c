/* The entries of a table of contents, where it alone tells the items. */
#include "outline_count.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/words.h"

#include <string.h>

/* "35. Nagoya Protocol .... 3" from line i on: the title up to its dots, which may stand
 * in a line below; false: no dots follow. */
bool contents_title(const struct scan *s, size_t i, const struct label *l, size_t end,
                    struct title *t)
{
    enum { LINES = 3 };
    for (size_t k = i; k < end && k < i + LINES; k++) {
        struct sv text = sv_sub(s->text, l->e, s->line[k].e);
        size_t dots = scan_leaders(text);
        struct label next;
        if (k > i && label_read(s, s->line[k].content, s->line[k].e, &next) &&
            next.closed)
            return false;
        bool last =
            dots == SIZE_MAX && k + 1 == s->nlines; /* where the text breaks off */
        if (dots == SIZE_MAX && !last)
            continue;
        *t = (struct title){.b = l->e, .e = last ? s->line[k].e : l->e + dots, .line = k};
        while (t->b < t->e && s->text.p[t->b] == ' ')
            t->b++;
        t->e = title_trim_end(s, t->b, t->e);
        return t->e > t->b;
    }
    return false;
}

/* "1. Adoption .... 3 2. Approval": where the next entry may begin behind dots and page.
 */
static size_t behind_page(const struct scan *s, size_t at, size_t end)
{
    while (at < end && memchr(". ", s->text.p[at], 2))
        at++;
    size_t page = at;
    while (at < end && is_digit(s->text.p[at]))
        at++;
    if (at == page || at - page > 3 || at + 1 >= end || s->text.p[at] != ' ')
        return end;
    while (at < end && s->text.p[at] == ' ')
        at++;
    return at;
}

/* A record of which only the beginning is there: its table of contents alone tells the
 * items. */
void contents_read(struct outline *o)
{
    const struct scan *s = o->s;
    for (size_t i = o->contents.b; i < o->contents.e; i++) {
        const struct line *line = &s->line[i];
        struct label l;
        struct title t;
        size_t at = line->content;
        if (line->flags & (LINE_BLANK | LINE_FURNITURE))
            continue;
        while (at < line->e && label_read(s, at, line->e, &l) && l.closed &&
               (l.kind == LABEL_ARABIC || l.kind == LABEL_ROMAN)) {
            for (at = l.e; at < line->e && s->text.p[at] == ' ';)
                at++;
            struct label inner; /* "II. 34. Presentation": the number's */
            bool part = l.kind == LABEL_ROMAN && label_read(s, at, line->e, &inner) &&
                        inner.closed && inner.kind == LABEL_ARABIC;
            if (part)
                continue;
            if (!contents_title(s, i, &l, o->contents.e, &t))
                break;
            if (l.kind == LABEL_ROMAN || l.part[0] > o->arabic[0]) {
                o->arabic[0] = l.kind == LABEL_ARABIC ? l.part[0] : o->arabic[0];
                outline_add(o, &l, &t);
            }
            at = t.line == i ? behind_page(s, t.e, line->e) : line->e;
        }
    }
}

/* "1. Adoption of the agenda" */
static bool begins_agenda(const struct scan *s, const struct label *l,
                          const struct title *t)
{
    static const struct words first =
        WORDS("Adoption", "Annahme", "Adozione", "Approvazione", "Aprobación", "Adopción",
              "Vedtagelse", "Godkendelse", "Godkännande", "Aanneming", "Goedkeuring");
    size_t e = t->b;
    while (e < t->e && s->text.p[e] != ' ')
        e++;
    return l->part[0] == 1 && one_of(sv_sub(s->text, t->b, e), &first);
}

/* The same where the lines are lost: "AGENDA 1. Adoption of the agenda .... 2 2. ..." */
void contents_read_running(struct outline *o, const struct line *line)
{
    enum { TITLE_BYTES = 300 };
    const struct scan *s = o->s;
    struct label l;
    for (size_t at = line->b, where; at < line->e; at = l.e) {
        where = running_label(s, at, line->e, &l);
        if (where == SIZE_MAX)
            return;
        size_t reach = l.e + TITLE_BYTES < line->e ? l.e + TITLE_BYTES : line->e;
        size_t dots = scan_dots(sv_sub(s->text, l.e, reach));
        struct title t = {.b = l.e};
        while (t.b < line->e && s->text.p[t.b] == ' ')
            t.b++;
        if (dots == SIZE_MAX || l.kind != LABEL_ARABIC || l.parts > 1 || !l.closed ||
            l.part[0] <= o->arabic[0])
            continue;
        t.e = title_trim_end(s, t.b, l.e + dots);
        if (t.e <= t.b ||
            (s->kind != SCAN_RECORD && !o->arabic[0] && !begins_agenda(s, &l, &t)))
            continue;
        o->arabic[0] = l.part[0];
        outline_add(o, &l, &t);
        l.e = t.e;
    }
}

/* A paper whose header is lost is a record all the same where its table of contents
 * begins as only an agenda does: "1. Adoption of the agenda ..... 4". */
bool contents_of_record(const struct outline *o)
{
    const struct scan *s = o->s;
    struct label l;
    struct title t;
    for (size_t i = o->contents.b; i < o->contents.e; i++) {
        const struct line *line = &s->line[i];
        if (line->content < line->e && label_read(s, line->content, line->e, &l) &&
            l.closed && contents_title(s, i, &l, o->contents.e, &t))
            return begins_agenda(s, &l, &t);
    }
    return false;
}
