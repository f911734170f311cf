/* Decisions: from each sentence that holds a formula its acts, from each list what its
 * lead-in makes of it. */
#include "ascii.h"
#include "decide.h"

enum { LIST_ENTRIES = 400 };

/* ---- events ---- */

static struct sv item_at(struct deciding *d, size_t offset)
{
    const struct parsed *p = d->out;
    while (d->item < p->nitems && p->items[d->item].span.b <= offset)
        d->item++;
    while (d->item > 0 && p->items[d->item - 1].span.b > offset)
        d->item--;
    return d->item ? p->items[d->item - 1].number : SV_NULL;
}

/* "formulas.tsv:40" */
static const char *rule_name(struct arena *a, const struct knowledge_row *row)
{
    struct sv file = sv_cstr(row->file);
    char *name = arena_alloc(a, file.n + 12), digits[10];
    size_t n = 0;
    uint32_t line = row->line;
    memcpy(name, file.p, file.n);
    name[file.n] = ':';
    do
        digits[n++] = (char)('0' + line % 10);
    while ((line /= 10) > 0);
    for (size_t i = 0; i < n; i++)
        name[file.n + 1 + i] = digits[n - 1 - i];
    name[file.n + 1 + n] = '\0';
    return name;
}

/* What depends on the span alone: the acts of one sentence share it. */
static void describe(struct deciding *d, struct decision *o)
{
    const struct decision *before = d->out->ndecisions > 1 ? o - 1 : NULL;
    if (before && before->span.b == o->span.b && before->span.e == o->span.e) {
        o->text = before->text;
        o->item = before->item;
        o->refs = before->refs;
        return;
    }
    o->text = scan_plain(d->s, o->span, d->a);
    o->item = item_at(d, o->span.b);
    o->refs = decision_refs(d, o->span.b, o->span.e);
}

static struct decision *add(struct deciding *d, const struct act *a, size_t b, size_t e)
{
    struct decision *o =
        arena_push(d->a, &d->out->decisions, &d->out->ndecisions, &d->cap, sizeof *o);
    o->kind = a->kind;
    o->act = a->act;
    o->by = a->by;
    o->verb = a->verb;
    o->to = a->to;
    o->draft = a->draft;
    o->span = (struct span){b, e};
    describe(d, o);
    if (a->row)
        o->rule = rule_name(d->a, a->row);
    return o;
}

static void add_to(struct deciding *d, struct decision *o, struct svs more)
{
    struct svs to = {arena_array(d->a, o->to.n + more.n + 1, sizeof *to.v), 0};
    for (size_t i = 0; i < o->to.n; i++)
        to.v[to.n++] = o->to.v[i];
    for (size_t i = 0; i < more.n; i++) {
        bool known = false;
        for (size_t j = 0; j < to.n && !known; j++)
            known = sv_eq(to.v[j], more.v[i]);
        if (!known)
            to.v[to.n++] = more.v[i];
    }
    o->to = to;
}

/* ---- lists ---- */

/* "The way forward in 2013": the heading above a list dates its tasks. */
static struct deadline heading_due(const struct deciding *d, const struct sentence *lead)
{
    const struct deadline none = {SV_NULL, SV_NULL};
    const struct scan *s = d->s;
    size_t i = text_line_before(s, lead->line);
    if (i == SIZE_MAX || s->line[i].e - s->line[i].content > 100)
        return none;
    struct sv t = sv_sub(s->text, s->line[i].content, s->line[i].e);
    size_t at = sv_find(t, SV(" in 20"));
    if (at == SIZE_MAX || at + 8 > t.n || memchr(".,;:", t.p[t.n - 1], 4))
        return none;
    uint64_t year;
    struct sv y = sv_sub(t, at + 4, at + 8);
    return sv_u64(y, &year) ? (struct deadline){y, y} : none;
}

/* Only a body or a formula can make an act. */
static bool may_act(const struct deciding *d, size_t b, size_t e)
{
    const struct scan *s = d->s;
    for (size_t i = scan_token_at(s, b); i < s->ntokens && s->token[i].b < e; i++) {
        size_t table = KNOWLEDGE_ID_TABLE(s->token[i].id);
        if (table == d->formulas || table == d->bodies)
            return true;
    }
    return false;
}

/* The further sentences of an entry: their own acts, and whom they task. */
static void entry_rest(struct deciding *d, const struct sentence *entry,
                       struct decision **event, const struct act *lead)
{
    size_t index = (size_t)(*event - d->out->decisions), pos = entry->b,
           line = entry->line;
    if (!may_act(d, entry->b, entry->e))
        return;
    for (int n = 0; n < 20 && pos < entry->e; n++) {
        struct sentence s;
        while (line + 1 < d->s->nlines && d->s->line[line + 1].b <= pos)
            line++;
        if (!sentence_at(d->s, line, pos, entry->b, &s))
            break;
        size_t e = s.e < entry->e ? s.e : entry->e;
        if (e <= pos)
            break;
        view_of(d, s.line, s.b, e);
        acts_read(d, &s, &d->acts);
        for (size_t i = 0; i < d->acts.n; i++) {
            struct act *a = &d->acts.v[i];
            bool asked = a->kind == KIND_REQUEST && a->voice == VOICE_PASSIVE;
            if (asked && lead->kind == KIND_DECISION)
                add_to(d, &d->out->decisions[index], a->to);
            else if (n > 0 && a->voice == VOICE_ACTIVE && lead->kind == KIND_DECISION)
                next_steps(d, 0, d->view.n, false, add(d, a, s.b, e));
        }
        pos = e;
        while (pos < entry->e && memchr(" \n\t", d->s->text.p[pos], 3))
            pos++;
    }
    *event = &d->out->decisions[index];
}

static void add_sentence(struct deciding *d, const struct sentence *at,
                         const struct acts *acts, size_t n);

/* "concluded its deliberations as follows: - the Council took note of ...; - it
 * instructed ...": an entry that says who does what in it. */
static bool entry_acts(struct deciding *d, const struct sentence *entry,
                       const struct act *lead)
{
    enum { SUBJECT_BYTES = 48 };
    if (!sv_eq(lead->act, SV("concluded")))
        return false;
    acts_read(d, entry, &d->acts);
    const struct act *first = d->acts.n ? &d->acts.v[0] : NULL;
    if (!first || first->voice != VOICE_ACTIVE || first->b > SUBJECT_BYTES ||
        first->kind == KIND_COMMITMENT)
        return false;
    add_sentence(d, entry, &d->acts, d->acts.n);
    return true;
}

/* "- forward the text to the Council": an entry that routes what its lead asks. */
static bool entry_routes(const struct deciding *d, const struct act *a)
{
    static const struct words forward = WORDS("forward", "transmit", "submit", "refer");
    uint32_t end;
    bool committee = a->to.n == 1 && sv_eq(a->to.v[0], SV("Coreper"));
    return (committee || a->kind == KIND_DECISION) &&
           one_of(word_after(&d->view, 0, &end), &forward);
}

static void entry_event(struct deciding *d, const struct sentence *entry,
                        const struct act *lead, struct deadline due)
{
    struct act a = *lead;
    view_of(d, entry->line, entry->b, entry->e);
    if (entry_acts(d, entry, lead))
        return;
    if (a.kind == KIND_REQUEST && !a.to.n && a.voice == VOICE_ACTIVE)
        a.to = actor_addressees(d, 0, addressees_end(d, 0)); /* "- the Commission to" */
    bool own = lead->kind == KIND_DECISION && acts_infinitive(d, &a);
    struct decision *o = add(d, &a, entry->b, entry->e);
    next_steps(d, 0, d->view.n, entry_routes(d, &a), o);
    o->due = due_in(d, 0, d->view.n);
    if (!o->due.said.p)
        o->due = due;
    if (!own)
        entry_rest(d, entry, &o, lead);
}

/* Where the list ends; what is not per entry is one event with all of them. */
static size_t read_list(struct deciding *d, const struct sentence *lead_at,
                        struct act *lead, size_t first)
{
    size_t line = first, end = lead_at->e;
    struct deadline due = heading_due(d, lead_at);
    bool each = lead->kind == KIND_DECISION || lead->kind == KIND_REQUEST ||
                lead->kind == KIND_COMMITMENT;
    for (int n = 0; line != SIZE_MAX && n < LIST_ENTRIES; n++) {
        struct sentence entry;
        size_t next;
        list_entry(d->s, line, &entry, &next);
        if (each && entry.e > entry.b)
            entry_event(d, &entry, lead, due);
        end = entry.e > end ? entry.e : end;
        line = next;
    }
    if (each)
        return end;
    bool whole = lead->kind == KIND_NOTED;
    add(d, lead, lead_at->b, whole ? end : lead_at->e);
    return whole ? end : lead_at->e;
}

/* ---- sentences ---- */

/* What others did is told behind "The Committee was informed about": it is not decided
 * here. */
static void drop_reported(struct deciding *d, const struct sentence *at,
                          struct acts *acts)
{
    if (d->mode != MODE_RECORD || d->reported_line == SIZE_MAX ||
        !same_paragraph(d->s, d->reported_line, at))
        return;
    size_t n = 0;
    for (size_t i = 0; i < acts->n; i++) {
        struct act *a = &acts->v[i];
        bool ours =
            a->voice != VOICE_PASSIVE &&
            (sv_eq(a->by, d->self) || sv_eq(a->by, SV("Presidency")) ||
             a->kind == KIND_COMMITMENT || sv_find(a->by, SV("Chair")) != SIZE_MAX);
        if (ours || a->kind == KIND_REQUEST || sv_eq(a->act, SV("postponed")))
            acts->v[n++] = *a;
    }
    acts->n = n;
    d->reported_line = at->last;
}

static void note_reported(struct deciding *d, const struct sentence *at,
                          const struct acts *acts)
{
    for (size_t i = 0; i < acts->n; i++) {
        const struct act *a = &acts->v[i];
        bool told = a->kind == KIND_NOTED &&
                    (sv_eq(a->act, SV("was-informed")) || sv_eq(a->act, SV("took-note")));
        if (told)
            d->reported_line = at->last;
        else if (a->kind == KIND_DECISION)
            d->reported_line = SIZE_MAX;
    }
}

static void add_sentence(struct deciding *d, const struct sentence *at,
                         const struct acts *acts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct act *a = &acts->v[i];
        struct decision *o = add(d, a, at->b, at->e);
        uint32_t end = i + 1 < acts->n ? acts->v[i + 1].b : d->view.n;
        next_steps(d, a->e, end, a->kind == KIND_COMMITMENT, o);
        if (a->kind == KIND_REQUEST || a->kind == KIND_COMMITMENT)
            o->due = due_in(d, a->e, end);
        if (a->kind == KIND_DECISION && o->nnext && !o->to.n &&
            sv_eq(a->act, SV("decided")) &&
            sv_starts((struct sv){d->view.p + a->e, 9}, SV(" to refer")))
            o->to = (struct svs){&o->next[0].body, 1};
    }
}

/* Whom the lead-in names that is in the view: "The Council, without debate:", "it:". */
static struct sv lead_subject(const struct deciding *d)
{
    static const struct words pronouns = WORDS("it", "It", "they", "They");
    struct sv intro;
    uint32_t end = d->view.n - view_leads(&d->view), comma = end, b;
    while (comma > 0 && d->view.p[comma] != ',')
        comma--;
    const struct word *x = actor_subject(d, end, &intro);
    if (!x && one_of(word_before(&d->view, end, &b), &pronouns))
        return acts_spoken_of(d);
    if (!x && comma) /* "the Council, without debate:" */
        x = actor_subject(d, comma, &intro);
    bool acts = x && !is_subordinate(intro) &&
                (actor_may(x, KIND_DECISION, SV("")) || x->actor == ACTOR_CHAIR);
    return acts ? actor_name(d, x) : SV_NULL;
}

/* "Der Ausschuss", alone on the line above a list. */
static bool is_body_alone(const struct deciding *d, const struct line *l)
{
    enum { LONGEST = 60 };
    const struct scan *s = d->s;
    size_t i = scan_token_at(s, l->content), e = trim_end(s->text.p, l->content, l->e);
    return e - l->content < LONGEST && i < s->ntokens && s->token[i].e == e &&
           KNOWLEDGE_ID_TABLE(s->token[i].id) == d->bodies;
}

/* "The Council, without debate: - adopted ...; - decided ...": whom the line above the
 * list names. An entry that follows another one asks nothing. */
static struct sv list_subject(struct deciding *d, const struct sentence *at)
{
    enum { ENTRIES_BACK = 12 };
    const struct scan *s = d->s;
    size_t i = at->line;
    for (int n = 0; n < ENTRIES_BACK; n++) {
        i = text_line_before(s, i);
        if (i == SIZE_MAX || (n == 0 && i == d->lead_line))
            break;
        const struct line *l = &s->line[i];
        struct sv t =
            sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
        bool leads = sv_ends(t, SV(":")) || /* "1. The Council:" is no entry */
                     (n == 0 && is_body_alone(d, l));
        if (!leads && list_style(s, i).kind != LIST_NONE)
            continue;
        if (!leads) {
            if (t.n && is_lower(t.p[0])) /* an entry's second line */
                continue;
            return SV_NULL;
        }
        struct sentence lead;
        if (!sentence_at(s, i, l->e - 1, 0, &lead))
            return SV_NULL;
        view_of(d, lead.line, lead.b, lead.e);
        return lead_subject(d);
    }
    return i == d->lead_line ? d->lead_by : SV_NULL;
}

/* A list whose lines are lost: each entry as if it stood in a line of its own. False:
 * the sentence holds none. */
static bool read_inline(struct deciding *d, struct sentence *at)
{
    struct span *entry = d->entry;
    struct sentence one = *at;
    struct act lead;
    size_t end, n = list_inline(d->s, at->b, at->e, entry, &end);
    if (!n)
        n = list_bare(d->s, at->b, at->e, entry, &end);
    if (!n)
        return false;
    one.e = (uint32_t)end;
    one.open = true;
    view_of(d, one.line, one.b, one.e);
    acts_read(d, &one, &d->acts);
    bool led = acts_lead(d, &one, &d->acts, &lead);
    if (led && lead.kind != KIND_DECISION && lead.kind != KIND_REQUEST &&
        lead.kind != KIND_COMMITMENT)
        return false;
    if (led)
        add_sentence(d, &one, &d->acts, d->acts.n ? d->acts.n - 1 : 0);
    else if (!(d->lead_by = lead_subject(d)).p)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!sentence_fill(d->s, entry[i].b, entry[i].e, &one))
            continue;
        if (led) {
            entry_event(d, &one, &lead, (struct deadline){SV_NULL, SV_NULL});
            continue;
        }
        view_of(d, one.line, one.b, one.e);
        acts_read(d, &one, &d->acts);
        add_sentence(d, &one, &d->acts, d->acts.n);
    }
    d->lead_by = SV_NULL;
    return true;
}

/* "RECOMMENDS: | that Malta should | 1. develop a strategy": who should do it stands in a
 * line between the verb and the list; the list's first line, or SIZE_MAX. */
static size_t recommended_list(struct deciding *d, const struct sentence *at,
                               struct act *lead)
{
    const struct scan *s = d->s;
    bool blank;
    if (d->acts.n != 1 || !sv_eq(d->acts.v[0].act, SV("recommended")))
        return SIZE_MAX;
    *lead = d->acts.v[0];
    size_t between = line_after(s, at->last, &blank);
    if (between == SIZE_MAX)
        return SIZE_MAX;
    const struct line *l = &s->line[between];
    struct sv t = sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
    size_t list = line_after(s, between, &blank);
    if ((!sv_ends(t, SV(" should")) && !sv_ends(t, SV(" should:"))) || list == SIZE_MAX ||
        list_style(s, list).kind == LIST_NONE)
        return SIZE_MAX;
    view_of(d, between, l->content, l->e);
    uint32_t end, b = 0;
    if (IS(word_after(&d->view, 0, &end), "that"))
        b = end;
    const char *should = d->view.p + d->view.n;
    while (should > d->view.p + b && memcmp(should, " should", 7) != 0)
        should--;
    lead->to = actor_addressees(d, b, (uint32_t)(should - d->view.p));
    return list;
}

/* Reads the sentence around a formula; returns where it (and its list) ends. */
static size_t read_sentence(struct deciding *d, size_t offset, size_t floor)
{
    struct sentence at;
    struct act lead;
    if (!sentence_at(d->s, d->line, offset, floor, &at) || at.e <= offset)
        return offset + 1;
    sentence_cut(d, offset, &at);
    if (at.bullet && offset < at.b + 12 && d->mode != MODE_NARRATIVE) {
        d->lead_by = list_subject(d, &at);
        d->lead_line = at.last;
    } else if (d->lead_by.p) {
        d->lead_by = SV_NULL;
    }
    if (read_inline(d, &at))
        return at.e;
    view_of(d, at.line, at.b, at.e);
    acts_read(d, &at, &d->acts);
    drop_reported(d, &at, &d->acts);
    size_t list = list_after(d->s, &at);
    if (list == SIZE_MAX && (list = recommended_list(d, &at, &lead)) != SIZE_MAX)
        return read_list(d, &at, &lead, list);
    if (list == SIZE_MAX && d->acts.n == 1 && d->acts.v[0].b == 0 &&
        d->acts.v[0].e == d->view.n)
        return at.e; /* a verb alone */
    if (list != SIZE_MAX && acts_lead(d, &at, &d->acts, &lead)) {
        size_t before = d->acts.n ? d->acts.n - 1 : 0;
        add_sentence(d, &at, &d->acts, before);
        return read_list(d, &at, &lead, list);
    }
    add_sentence(d, &at, &d->acts, d->acts.n);
    note_reported(d, &at, &d->acts);
    return at.e;
}

/* A header may reach too far into a short paper: a line that begins as a sentence does,
 * and ends as one, is none of it. */
static bool is_prose(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    struct sv t = sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
    while (t.n && ((t.p[0] >= '0' && t.p[0] <= '9') || t.p[0] == '.' || t.p[0] == ' '))
        t.p++, t.n--; /* "1.In June" */
    bool begins = sv_starts(t, SV("The ")) || (sv_starts(t, SV("In ")) && t.n > 80);
    bool title = text_line_before(s, line) == SIZE_MAX; /* of a site's page */
    return begins && !title && sv_ends(t, SV(".")) && t.n > 30;
}

/* "The European Council welcomed": a body that does something ends the header it seems to
 * stand in. */
static bool ends_header(const struct deciding *d, size_t token)
{
    const struct scan *s = d->s;
    if (KNOWLEDGE_ID_TABLE(s->token[token].id) != d->formulas ||
        KNOWLEDGE_ID_TABLE(s->token[token - 1].id) != d->bodies)
        return false;
    const struct token *k = &s->token[token], *body = &s->token[token - 1];
    return k->b > body->e && k->b - body->e < 14 && body->b >= 4 &&
           memcmp(s->text.p + body->b - 4, "The ", 4) == 0;
}

static int open_book(struct deciding *d)
{
    const struct decide_book *b = d->book = knowledge_decide_book(d->s->k);
    if (!b)
        return -1;
    d->bodies = b->bodies;
    d->formulas = b->formulas;
    d->name = b->name;
    d->class_ = b->class_;
    d->lang = b->lang;
    d->form = b->form;
    d->kind = b->kind;
    d->act = b->act;
    return 0;
}

int decisions_read(struct scan *s, struct arena *a, struct parsed *out, struct err *err)
{
    struct deciding d = {.s = s,
                         .a = a,
                         .out = out,
                         .cap = out->ndecisions,
                         .lead_line = SIZE_MAX,
                         .reported_line = SIZE_MAX};
    (void)err;
    if (open_book(&d))
        return 0;
    meeting_read(&d);
    if (d.mode == MODE_SILENT)
        return 0;
    view_open(&d);
    size_t floor = 0, header_end = s->header_end;
    for (d.token = 0; d.token < s->ntokens; d.token++) {
        const struct token *k = &s->token[d.token];
        size_t table = KNOWLEDGE_ID_TABLE(k->id);
        if (d.token + SCAN_AHEAD < s->ntokens)
            PREFETCH(s->text.p + k[SCAN_AHEAD].e);
        if (k->b < floor ||
            (table != d.formulas &&
             !(table == d.bodies && future_may_begin(s, k, out->document.language))))
            continue;
        while (d.line + 1 < s->nlines && s->line[d.line + 1].b <= k->b)
            d.line++;
        if (d.token && s->token[d.token - 1].b < header_end && ends_header(&d, d.token))
            header_end = s->token[d.token - 1].b - 4;
        if (k->b < header_end && !is_prose(s, d.line))
            continue;
        if (k->b >= header_end && floor < header_end)
            floor = header_end;
        if (table == d.formulas
                ? !formula_is_worth(&d, d.token)
                : d.mode == MODE_NARRATIVE && !leads_list(s, d.line, k->e))
            continue;
        floor = read_sentence(&d, k->b, floor);
        if (arena_overflow(a)) /* the paper will be rejected */
            return 0;
    }
    if (out->ndecisions)
        reprinted_drop(&d);
    return 0;
}
