/* References: the citations of a text, each paper, act, procedure, case or treaty article
 * once. */
#include "cite.h"
#include "producers/parse/text/furniture.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { YEARS_AHEAD = 5 }; /* a paper's own date may be misread by some */

/* Where citations go: the list of references, found again by id through an open-addressed
 * table. */
struct cite_store {
    struct arena *a;
    struct parsed *out;
    size_t cap;
    uint32_t *slot; /* index of a reference + 1; 0: free */
    size_t slots;   /* a power of two, never more than half full */
    struct sv own_id, own_paper;
    bool own_cited; /* the header has printed the paper's own number */
    struct scan *s;
    size_t citation_cap;
    const char **rule; /* by row; made when first used */
};

static uint32_t hash_id(struct sv id)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < id.n; i++)
        h = (h ^ (unsigned char)id.p[i]) * 16777619u;
    return h ^ h >> 15;
}

static uint32_t *find_slot(struct cite_store *st, struct sv id)
{
    size_t mask = st->slots - 1;
    for (size_t i = hash_id(id) & mask;; i = (i + 1) & mask)
        if (!st->slot[i] || sv_eq(st->out->references[st->slot[i] - 1].id, id))
            return &st->slot[i];
}

static void grow_slots(struct cite_store *st)
{
    if (st->out->nreferences * 2 < st->slots)
        return;
    st->slots = st->slots ? st->slots * 2 : 64;
    st->slot = arena_array(st->a, st->slots, sizeof *st->slot);
    for (size_t i = 0; i < st->out->nreferences; i++)
        *find_slot(st, st->out->references[i].id) = (uint32_t)i + 1;
}

static const char *rule_name(struct citer *c, uint32_t row)
{
    const char **name = &c->store->rule[row];
    if (!*name)
        *name = arena_printf(c->store->a, "%s:%u", c->table->row[row].file,
                             c->table->row[row].line)
                    .p;
    return *name;
}

/* SERIES-NUMBER-YEAR of a canonical id. */
static struct sv paper_of(struct sv id)
{
    size_t dashes = 0;
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] == '-' && ++dashes == 3)
            return sv_sub(id, 0, i);
    return id;
}

/* NUMBER-YEAR: some pages bear the paper's number in their footers behind another series,
 * "DS 12345/13". */
static bool same_number(struct sv a, struct sv b)
{
    const char *p = memchr(a.p, '-', a.n), *q = memchr(b.p, '-', b.n);
    return p && q &&
           sv_eq((struct sv){p, (size_t)(a.p + a.n - p)},
                 (struct sv){q, (size_t)(b.p + b.n - q)});
}

/* "7508/08 (Presse 70) 1": so the footers of a press release print its number, in those
 * of a revised one, too. */
static bool bears_press_code(const struct citer *c, const struct cite *found)
{
    struct sv rest =
        sv_trim((struct sv){c->t + found->e, c->n - found->e < 9 ? c->n - found->e : 9});
    return sv_starts(rest, SV("(Presse")) || sv_starts(rest, SV("(PRESSE"));
}

/* The paper itself is no reference: its own id anywhere; its number without a suffix
 * where the header prints it first, and with any suffix in a footer. */
static bool is_own(struct citer *c, const struct cite *found, struct sv id)
{
    struct cite_store *st = c->store;
    if (found->kind != CITE_PAPER || !st->own_id.n)
        return false;
    if (sv_eq(id, st->own_id)) {
        st->own_cited = true;
        return true;
    }
    if (!sv_eq(paper_of(id), st->own_paper))
        return sv_starts(id, SV("DS-")) && same_number(paper_of(id), st->own_paper);
    if ((c->s->line[scan_line_at(c->s, found->b)].flags & LINE_FURNITURE) ||
        bears_press_code(c, found))
        return true;
    bool first = !st->own_cited && found->b < c->s->header_end;
    st->own_cited = st->own_cited || first;
    return first;
}

static void note_citation(struct cite_store *st, const struct cite *found, uint32_t ref)
{
    struct citation *n = arena_push(st->a, &st->s->citation, &st->s->ncitations,
                                    &st->citation_cap, sizeof *st->s->citation);
    *n = (struct citation){(uint32_t)found->b, (uint32_t)found->e, ref};
}

void cite_add(struct citer *c, const struct cite *found)
{
    struct cite_store *st = c->store;
    struct sv id = sv_cstr(found->id);
    if (is_own(c, found, id))
        return;
    grow_slots(st);
    uint32_t *slot = find_slot(st, id);
    if (!*slot) {
        struct reference *r = arena_push(st->a, &st->out->references,
                                         &st->out->nreferences, &st->cap, sizeof *r);
        r->id = arena_copy(st->a, id);
        r->text = scan_plain(c->s, (struct span){found->b, found->e}, st->a);
        r->url = cite_url(st->a, found->kind, found->id);
        r->rule = rule_name(c, found->row);
        *slot = (uint32_t)st->out->nreferences;
    }
    struct reference *r = &st->out->references[*slot - 1];
    if (!r->marking.p && found->marking.n)
        r->marking = found->marking;
    if (r->nspans > 0 && r->spans[r->nspans - 1].b >= found->b)
        return;      /* two rows read the same place: "TEU 2 2 Article" */
    if (!r->spans) { /* most are cited once */
        r->spans = arena_alloc(st->a, sizeof *r->spans);
        r->spans_cap = 1;
    }
    struct span *s =
        arena_push(st->a, &r->spans, &r->nspans, &r->spans_cap, sizeof *r->spans);
    *s = (struct span){found->b, found->e};
    note_citation(st, found, *slot - 1);
}

enum cite_form cite_form(const struct citer *c, size_t token)
{
    uint32_t id = c->s->token[token].id;
    return KNOWLEDGE_ID_TABLE(id) == c->table_index
               ? cite_row_form(c, KNOWLEDGE_ID_ROW(id))
               : FORM_NONE;
}

enum cite_form cite_row_form(const struct citer *c, uint32_t row)
{
    struct sv form = c->table->row[row].cell[2];
    /* Two letters tell the forms apart; a test holds the table to the list. */
    switch (form.n > 1 ? (form.p[0] << 8 | form.p[1]) : 0) {
    case 'n' << 8 | 'u': return FORM_NUMBER;
    case 's' << 8 | 'e': return FORM_SERIES;
    case 'l' << 8 | 'i': return FORM_LINK;
    case 'c' << 8 | 'o': return FORM_COMMISSION;
    case 'f' << 8 | 'i': return FORM_FILE;
    case 'a' << 8 | 'd': return FORM_ADDRESS;
    case 'a' << 8 | 'c': return FORM_ACT;
    case 'g' << 8 | 'a': return FORM_GAZETTE;
    case 'j' << 8 | 'u': return FORM_JUDGMENT;
    case 'a' << 8 | 'r': return FORM_ARTICLE;
    case 't' << 8 | 'r': return FORM_TREATY;
    case 'p' << 8 | 'a': return FORM_PARTICULAR;
    default: return FORM_NONE;
    }
}

struct sv cite_value(const struct citer *c, size_t token)
{
    return c->table->row[cite_row(c, token)].cell[3];
}

size_t cite_digits(const struct citer *c, size_t *at, uint32_t *value)
{
    size_t b = *at;
    uint32_t v = 0;
    while (*at < c->n && *at - b < 9 && is_digit(c->t[*at]))
        v = v * 10 + (uint32_t)(c->t[(*at)++] - '0');
    *value = v;
    return *at - b;
}

size_t cite_skip_blanks(const struct citer *c, size_t at, int lines)
{
    enum { BLANKS_MAX = 24, MARGIN_MAX = 96 };
    for (size_t stop = at + BLANKS_MAX; at < c->n && at < stop;) {
        char x = c->t[at];
        if (x == '\n') { /* a column may begin far on the right */
            if (lines-- <= 0)
                break;
            stop = at + MARGIN_MAX;
        }
        if (x == ' ' || x == '\t' || x == '\n' || x == '*' || x == '\f')
            at++;
        else if (x == '\xc2' && at + 1 < c->n && c->t[at + 1] == '\xa0')
            at += 2;
        else
            break;
    }
    return at;
}

size_t cite_back_blanks(const struct citer *c, size_t at)
{
    enum { BLANKS_MAX = 24 };
    int lines = 0;
    for (size_t left = BLANKS_MAX; at > 0 && left > 0; left--) {
        char x = c->t[at - 1];
        if (x == '\n' && lines++ > 0)
            break;
        if (x == ' ' || x == '\t' || x == '\n' || x == '*')
            at--;
        else if (at > 1 && x == '\xa0' && c->t[at - 2] == '\xc2')
            at -= 2;
        else
            break;
    }
    return at;
}

uint32_t cite_year(uint32_t year, size_t digits)
{
    enum { FIRST_YEAR = 52 }; /* the Communities began in 1952 */
    if (digits > 2)
        return year;
    return year >= FIRST_YEAR ? 1900 + year : 2000 + year;
}

static void cite_token(struct citer *c, size_t i)
{
    switch (cite_form(c, i)) {
    case FORM_NUMBER: cite_number(c, i); break;
    case FORM_SERIES: cite_series(c, i); break;
    case FORM_LINK: cite_link(c, i); break;
    case FORM_COMMISSION: cite_commission(c, i); break;
    case FORM_FILE: cite_file(c, i); break;
    case FORM_ADDRESS: cite_address(c, i); break;
    case FORM_ACT: cite_act(c, i); break;
    case FORM_GAZETTE: cite_gazette(c, i); break;
    case FORM_JUDGMENT: cite_judgment(c, i); break;
    case FORM_ARTICLE: cite_article(c, i); break;
    case FORM_TREATY:
    case FORM_PARTICULAR:
    case FORM_NONE: break;
    }
}

int references_read(struct scan *s, struct arena *a, struct parsed *out, struct err *err)
{
    (void)err;
    struct citer c = {.s = s, .t = s->text.p, .n = s->text.n};
    for (size_t i = 0; i < knowledge_table_count(s->k); i++)
        if (strcmp(knowledge_table_at(s->k, i)->name, "citations") == 0) {
            c.table = knowledge_table_at(s->k, i);
            c.table_index = (uint32_t)i;
        }
    assert(c.table);
    uint64_t year;
    if (out->document.date.n >= 4 && sv_u64(sv_sub(out->document.date, 0, 4), &year))
        c.newest = (uint32_t)year + YEARS_AHEAD;
    struct cite_store store = {.a = a,
                               .out = out,
                               .s = s,
                               .own_id = out->document.id,
                               .own_paper = paper_of(out->document.id)};
    store.rule = arena_array(a, c.table->rows + 1, sizeof *store.rule);
    c.store = &store;
    for (size_t i = 0; i < s->ntokens && !arena_overflow(a); i++)
        if (KNOWLEDGE_ID_TABLE(s->token[i].id) == c.table_index &&
            s->token[i].b >= c.end && s->token[i].b >= s->site_end &&
            !furniture_holds(s, s->token[i].b))
            cite_token(&c, i);
    return 0;
}
