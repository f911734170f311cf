/* Decisions: from each sentence that holds a formula its acts, from each list what its
 * lead-in makes of it. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

/* ---- events ---- */

/* Where the annex begins that text[offset) lies in; 0: in none. */
static size_t annex_before(struct deciding *d, size_t offset)
{
    const struct scan *s = d->s;
    for (; d->past < s->nlines && s->line[d->past].b <= offset; d->past++) {
        const struct line *l = &s->line[d->past];
        if (l->e > l->content && l->e - l->content < 24 &&
            is_annex_title(sv_sub(s->text, l->content, l->e)))
            d->annex = l->b;
    }
    return d->annex;
}

/* The item that the text at `offset` belongs to. An annex has none but its own. */
static struct sv item_at(struct deciding *d, size_t offset)
{
    const struct parsed *p = d->out;
    size_t annex = p->nitems ? annex_before(d, offset) : 0;
    while (d->item < p->nitems && p->items[d->item].span.b <= offset)
        d->item++;
    while (d->item > 0 && p->items[d->item - 1].span.b > offset)
        d->item--;
    const struct item *i = d->item ? &p->items[d->item - 1] : NULL;
    bool apart = i && annex > i->span.b && annex < offset;
    return i && !apart ? i->number : SV_NULL;
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

struct decision *decision_add(struct deciding *d, const struct act *a, size_t b, size_t e)
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

void decision_ask(struct deciding *d, struct decision *o, struct svs more)
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

/* ---- sentences ---- */

static bool chairs(const struct act *a)
{
    static const struct words chair = WORDS(
        "Presidency", "Vorsitz", "présidence", "Présidence", "voorzitterschap",
        "Voorzitterschap", "formandskabet", "Formandskabet", "ordförandeskapet",
        "Ordförandeskapet", "presidenza", "Presidenza", "presidencia", "Presidencia");
    return one_of(a->by, &chair) || sv_find(a->by, SV("Chair")) != SIZE_MAX;
}

/* "Es wurde vereinbart", "Der Ausschuss wurde informiert": of this meeting, though in the
 * passive. */
static bool is_told(const struct deciding *d, const struct act *a)
{
    static const struct words impersonal = WORDS("It", "Il", "Es", "Er", "Det");
    uint32_t end;
    return sv_eq(a->act, SV("was-informed")) ||
           (a->kind == KIND_DECISION &&
            (a->b == 0 || one_of(word_after(&d->view, 0, &end), &impersonal)));
}

/* Those who sit in the meeting: delegations, and where the Council met its ministers. */
static bool attends(const struct deciding *d, const struct act *a)
{
    static const struct sv delegations[] = {
        {"legation", 8}, {"legazion", 8}, {"legacion", 8}, {"legatie", 7}, {"legaç", 6}};
    for (size_t i = 0; i < ARRAY_LEN(delegations); i++)
        if (sv_find(a->by, delegations[i]) != SIZE_MAX)
            return true;
    struct sv front = {d->view.p, a->b}; /* "The Ministers of the region agreed" */
    return sv_eq(d->self, d->council) && sv_find(front, SV("inisters of ")) == SIZE_MAX &&
           (sv_starts(a->by, SV("Minist")) || sv_starts(a->by, SV("minist")));
}

/* What others did is told behind "The Committee was informed about": it is not decided
 * here. */
static void drop_reported(struct deciding *d, const struct sentence *at,
                          struct acts *acts)
{
    if (d->mode != MODE_RECORD || d->reported_line == SIZE_MAX ||
        !same_paragraph(d->s, d->reported_line, at))
        return;
    (void)item_at(d, at->b);
    if (d->item != d->reported_item) /* the page is one line */
        return;
    size_t n = 0;
    for (size_t i = 0; i < acts->n; i++) {
        struct act *a = &acts->v[i];
        bool ours = sv_eq(a->by, d->self)
                        ? a->voice != VOICE_PASSIVE || is_told(d, a)
                        : a->voice != VOICE_PASSIVE &&
                              (a->kind == KIND_COMMITMENT || chairs(a) || attends(d, a));
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
        (void)item_at(d, at->b);
        if (told)
            d->reported_line = at->last, d->reported_item = d->item;
        else if (a->kind == KIND_DECISION)
            d->reported_line = SIZE_MAX;
    }
}

/* "agreed that delegations would send comments by 3 June": what is settled is a task. */
static bool settles_task(const struct deciding *d, const struct act *a, uint32_t end)
{
    static const struct words settling =
        WORDS("agreed", "concluded", "decided", "confirmed");
    static const struct sv modal[] = {{" would ", 7}, {" should ", 8}, {" will ", 6}};
    struct sv clause = {d->view.p + a->e, end > a->e ? end - a->e : 0};
    if (a->kind != KIND_DECISION || !one_of(a->act, &settling) ||
        !IS(d->out->document.language, "en") || !sv_starts(clause, SV(" that ")) ||
        sv_find(clause, SV("until")) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(modal); i++)
        if (sv_find(clause, modal[i]) != SIZE_MAX)
            return true;
    return false;
}

/* "By 19 June 2015, delegations are invited to ...": said in front of the first act. */
static struct deadline due_in_front(struct deciding *d, const struct act *first)
{
    struct sv front = {d->view.p, first->b};
    bool opens = sv_starts(front, SV("By ")) || sv_starts(front, SV("At the latest ")) ||
                 sv_starts(front, SV("No later than ")) || sv_starts(front, SV("Until "));
    return opens ? due_in(d, 0, first->b) : (struct deadline){SV_NULL, SV_NULL};
}

void decision_sentence(struct deciding *d, const struct sentence *at,
                       const struct acts *acts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct act *a = &acts->v[i];
        struct decision *o = decision_add(d, a, at->b, at->e);
        uint32_t end = i + 1 < acts->n ? acts->v[i + 1].b : d->view.n;
        next_steps(d, a->e, end, a->kind == KIND_COMMITMENT, o);
        if (a->kind == KIND_REQUEST || a->kind == KIND_COMMITMENT ||
            settles_task(d, a, end))
            o->due = due_in(d, a->e, end);
        if (i == 0 && a->kind == KIND_REQUEST && !o->due.said.p)
            o->due = due_in_front(d, a);
        if (a->kind == KIND_DECISION && o->nnext && !o->to.n &&
            sv_eq(a->act, SV("decided")) &&
            sv_starts((struct sv){d->view.p + a->e, 9}, SV(" to refer")))
            o->to = (struct svs){&o->next[0].body, 1};
    }
}

/* "The European Council will examine it. It will hold a debate in June.": what the same
 * one promises in the next sentences of the paragraph, which no formula leads to. Returns
 * where they end. */
static size_t read_promises(struct deciding *d, const struct sentence *at)
{
    enum { SENTENCES = 4 };
    const struct act *last = d->acts.n ? &d->acts.v[d->acts.n - 1] : NULL;
    size_t end = at->e;
    if (!last || last->voice != VOICE_ACTIVE)
        return end;
    bool any = d->concludes && sv_eq(last->by, d->european);
    bool told = d->concludes || d->mode == MODE_PRESS || d->mode == MODE_RECORD;
    bool body = sv_eq_fold(last->by, d->council) || sv_eq_fold(last->by, d->self);
    if (!any && (!told || !body || last->kind == KIND_REQUEST))
        return end;
    struct sentence from = *at, next;
    for (int n = 0; n < SENTENCES && sentence_next(d->s, &from, &next); n++) {
        view_of(d, next.line, next.b, next.e);
        d->acts.n = 0;
        promise_again(d, &next, any, &d->acts);
        if (!d->acts.n)
            break;
        decision_sentence(d, &next, &d->acts, d->acts.n);
        end = next.e;
        from = next;
    }
    return end;
}

/* "The Council adopted the following conclusions:": what follows is one text, and its
 * paragraphs are no entries of a list that was adopted. */
static bool leads_text(const struct scan *s, const struct sentence *at)
{
    static const struct words text =
        WORDS("conclusions", "Conclusions", "CONCLUSIONS", "resolution", "Resolution",
              "declaration", "statement", "Schlussfolgerungen", "Entschließung",
              "conclusies", "resolutie", "konklusioner", "slutsatser", "conclusiones",
              "conclusioni", "conclusões");
    static const struct sv behind[] = {{" suivantes", 10}, {" seguenti", 9}};
    static const struct sv adopted[] = {
        {"dopt", 4}, {"dott", 4},     {"pprov", 5}, {"vedtog", 6},  {"antog", 5},
        {"nahm", 4}, {"genommen", 8}, {"verab", 5}, {"genomen", 7}, {"vastgesteld", 11}};
    bool found = false;
    struct sv t = sv_trim(sv_sub(s->text, at->b, at->e));
    while (t.n && (t.p[t.n - 1] == ':' || t.p[t.n - 1] == ' '))
        t.n--;
    for (size_t i = 0; i < ARRAY_LEN(behind); i++)
        t.n -= sv_ends(t, behind[i]) ? behind[i].n : 0;
    size_t word = t.n;
    while (word > 0 && !memchr(" \n", t.p[word - 1], 2))
        word--;
    if (!one_of(sv_sub(t, word, t.n), &text))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(adopted); i++)
        found = found || sv_find(t, adopted[i]) != SIZE_MAX;
    return found;
}

/* "De Raad: - heeft een verordening over honing aangenomen": the participle of an entry
 * stands far behind its beginning. */
static bool begins_with_having(const struct deciding *d, const struct sentence *at)
{
    struct sv t = sv_sub(d->s->text, at->b, at->e);
    const char *blank = memchr(t.p, ' ', t.n);
    return blank && verb_is_having(sv_sub(t, 0, (size_t)(blank - t.p)));
}

/* "- regarding terrorism, adopted": is the verb at `offset` the first thing behind the
 * comma that ends the entry's opening? */
static bool stands_behind_opening(const struct scan *s, const struct sentence *at,
                                  size_t offset)
{
    enum { LONGEST = 120 };
    struct sv front = sv_trim(sv_sub(s->text, at->b, offset));
    return front.n < LONGEST && sv_ends(front, SV(",")) &&
           opens_entry(sv_sub(front, 0, front.n - 1));
}

/* "Die Kommission wird:" above the list that begins in line `list`. */
static bool list_promises(struct deciding *d, const struct sentence *at, size_t list,
                          struct act *lead)
{
    struct sentence entry;
    size_t next;
    list_entry(d->s, list, &entry, &next);
    return future_leads(d, at, &entry, lead);
}

/* Reads the sentence around a formula; returns where it (and its list) ends. */
static size_t read_sentence(struct deciding *d, size_t offset, size_t floor)
{
    struct sentence at;
    struct act lead;
    if (!sentence_at(d->s, d->line, offset, floor, &at) || at.e <= offset)
        return offset + 1;
    sentence_cut(d, offset, &at);
    struct sv lead_by =
        at.bullet && d->mode != MODE_NARRATIVE ? decision_subject(d, &at) : SV_NULL;
    d->lead_by = offset < at.b + 12 || d->lead_has || begins_with_having(d, &at) ||
                         stands_behind_opening(d->s, &at, offset)
                     ? lead_by
                     : SV_NULL;
    d->lead_line = d->lead_by.p ? at.last : d->lead_line;
    if (decision_inline(d, &at)) {
        d->reported_line = SIZE_MAX;
        return at.e;
    }
    if (!lead_by.p && d->mode != MODE_NARRATIVE)
        d->lead_by = decision_entry(d, offset, &at);
    view_of(d, at.line, at.b, at.e);
    acts_read(d, &at, &d->acts);
    drop_reported(d, &at, &d->acts);
    size_t list = leads_text(d->s, &at) ? SIZE_MAX : list_after(d->s, &at);
    if (list == SIZE_MAX && (list = decision_recommended(d, &at, &lead)) != SIZE_MAX)
        return decision_list(d, &at, &lead, list);
    if (list == SIZE_MAX && view_leads(&d->view) && acts_lead(d, &at, &d->acts, &lead)) {
        bool blank;
        size_t end = decision_rows(d, &lead, line_after(d->s, at.last, &blank));
        if (end)
            return end;
    }
    if (list == SIZE_MAX && d->acts.n == 1 && !d->acts.v[0].to.n &&
        (view_leads(&d->view) || d->acts.v[0].e == d->view.n)) {
        lead = d->acts.v[0]; /* "INVITES:", and then "the Commission to:" */
        size_t end = decision_addressed(d, &lead, at.last, at.e);
        if (end > at.e)
            return end;
    }
    if (list == SIZE_MAX && d->acts.n == 1 && d->acts.v[0].b == 0 &&
        d->acts.v[0].e == d->view.n)
        return at.e; /* a verb alone */
    if (list != SIZE_MAX && acts_lead(d, &at, &d->acts, &lead)) {
        size_t before = d->acts.n ? d->acts.n - 1 : 0;
        decision_sentence(d, &at, &d->acts, before);
        size_t end = decision_list(d, &at, &lead, list), last = list;
        while (last + 1 < d->s->nlines && d->s->line[last + 1].b < end)
            last++;
        return decision_addressed(d, &lead, last, end);
    }
    if (list != SIZE_MAX && !d->acts.n && list_promises(d, &at, list, &lead))
        return decision_list(d, &at, &lead, list);
    if (list != SIZE_MAX && !d->acts.n && view_leads(&d->view)) {
        size_t end = decision_promises(d, &at, list);
        if (end)
            return end;
    }
    decision_sentence(d, &at, &d->acts, d->acts.n);
    note_reported(d, &at, &d->acts);
    return read_promises(d, &at);
}

/* A header may reach too far into a short paper: a line that begins as a sentence does,
 * and ends as one, is none of it. */
static bool is_prose(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    struct sv t = sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
    size_t digits = 0;
    while (digits < t.n && is_digit(t.p[digits]))
        digits++;
    bool numbered = digits > 0 && digits < t.n && t.p[digits] == '.';
    while (t.n && ((t.p[0] >= '0' && t.p[0] <= '9') || t.p[0] == '.' || t.p[0] == ' '))
        t.p++, t.n--; /* "1.In June" */
    bool begins = (numbered && t.n > 160 && is_upper(t.p[0])) ||
                  sv_starts(t, SV("The ")) || (sv_starts(t, SV("In ")) && t.n > 80);
    bool title = text_line_before(s, line) == SIZE_MAX; /* of a site's page */
    return begins && !title && sv_ends(t, SV(".")) && t.n > 30;
}

/* "PRESS RELEASE - Europa · 2010 Le Conseil a tenu un débat", and below it "Page 2: "
 * with the same words: a site's title for the paper. */
static bool is_site_title(const struct scan *s, size_t b, struct sv t)
{
    enum { FRONT_BYTES = 2000, SAME = 48, AHEAD = 4000, PAGE = 9 /* "Page 12: " */ };
    if (b >= FRONT_BYTES || t.n <= SAME)
        return false;
    size_t from = b + t.n, limit = from + AHEAD < s->text.n ? from + AHEAD : s->text.n;
    size_t again = sv_find(sv_sub(s->text, from, limit), sv_sub(t, 0, SAME));
    if (again == SIZE_MAX || again < PAGE)
        return false;
    struct sv before = sv_sub(s->text, from + again - PAGE, from + again);
    return sv_ends(before, SV(": ")) && sv_find(before, SV("Page ")) != SIZE_MAX;
}

/* "Page 2: ... Le Conseil a tenu un débat": a site repeats the paper's title above each
 * page. */
static bool is_page_title(const struct scan *s, size_t line)
{
    enum { TITLE_BYTES = 400 };
    const struct line *l = &s->line[line];
    struct sv t = sv_sub(s->text, l->content, l->e);
    if (t.n < 8 || t.n >= TITLE_BYTES)
        return false;
    if (sv_starts(t, SV("Page ")) && is_digit(t.p[5]))
        return t.p[6] == ':' || t.p[7] == ':';
    return is_site_title(s, l->content, t);
}

/* "Le", "De", "Der" in front of what begins at b: how long it is with its blank, if it
 * begins its line; 0: something else stands there. */
static size_t article_length(const struct scan *s, size_t b)
{
    static const struct sv list[] = {{"The ", 4}, {"Le ", 3},  {"La ", 3}, {"Les ", 4},
                                     {"Der ", 4}, {"Die ", 4}, {"De ", 3}, {"Het ", 4},
                                     {"Il ", 3},  {"I ", 2},   {"Gli ", 4}};
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        size_t n = list[i].n;
        bool stands = b >= n && memcmp(s->text.p + b - n, list[i].p, n) == 0;
        if (stands && (i == 0 || b == n || s->text.p[b - n - 1] == '\n'))
            return n;
    }
    return 0;
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
    return k->b > body->e && k->b - body->e < 14 && article_length(s, body->b) > 0;
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

/* Puts the decisions from `from` on among those before, by where they stand. */
static void sort_in(struct parsed *p, size_t from)
{
    for (size_t i = from; i < p->ndecisions; i++) {
        struct decision x = p->decisions[i];
        size_t at = i;
        while (at > 0 && p->decisions[at - 1].span.b > x.span.b)
            at--;
        memmove(p->decisions + at + 1, p->decisions + at, (i - at) * sizeof x);
        p->decisions[at] = x;
    }
}

/* What records tell without a sentence. */
static void read_records(struct deciding *d)
{
    size_t n = d->out->ndecisions;
    d->past = d->annex = 0;
    decision_tables(d);
    terse_outcomes(d);
    if (d->out->ndecisions > n)
        sort_in(d->out, n);
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
            header_end =
                s->token[d.token - 1].b - article_length(s, s->token[d.token - 1].b);
        if ((k->b < header_end && !is_prose(s, d.line)) || is_page_title(s, d.line))
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
    read_records(&d);
    if (out->ndecisions)
        reprinted_drop(&d);
    return 0;
}
