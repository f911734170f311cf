/* What the lead-in of a list makes of its entries: an event each, or one event of them
 * all; also lists whose lines are lost. */
#include "decide.h"
#include "producers/parse/text/ascii.h"

enum { LIST_ENTRIES = 400 };

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
                decision_ask(d, &d->out->decisions[index], a->to);
            else if (n > 0 && a->voice == VOICE_ACTIVE && lead->kind == KIND_DECISION)
                next_steps(d, 0, d->view.n, false, decision_add(d, a, s.b, e));
        }
        pos = e;
        while (pos < entry->e && memchr(" \n\t", d->s->text.p[pos], 3))
            pos++;
    }
    *event = &d->out->decisions[index];
}

/* "decided to: 1. step up ...; 2. The Council invites": an entry that the infinitive of
 * its lead does not reach. */
static bool entry_stands_alone(const struct deciding *d, const struct sentence *entry)
{
    struct sv t = sv_sub(d->s->text, entry->b, entry->e);
    return d->lead_infinitive && sv_starts(t, SV("The ")) && sv_ends(t, SV("."));
}

/* "concluded its deliberations as follows: - the Council took note of ...; - it
 * instructed ...": an entry that says who does what in it. */
static bool entry_acts(struct deciding *d, const struct sentence *entry,
                       const struct act *lead)
{
    enum { SUBJECT_BYTES = 48 };
    bool alone = entry_stands_alone(d, entry);
    if (!alone && !sv_eq(lead->act, SV("concluded")))
        return false;
    acts_read(d, entry, &d->acts);
    const struct act *first = d->acts.n ? &d->acts.v[0] : NULL;
    if (!first || first->voice != VOICE_ACTIVE || first->b > SUBJECT_BYTES ||
        (first->kind == KIND_COMMITMENT && !alone))
        return false;
    decision_sentence(d, entry, &d->acts, d->acts.n);
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

/* "- Europol to draw up a list;", "- delegations would send comments;": who is to do what
 * was agreed. */
static struct svs entry_doer(struct deciding *d)
{
    static const struct words modal =
        WORDS("to", "would", "will", "should", "shall", "must");
    const struct word *x = actor_behind(d, 0);
    uint32_t end;
    bool english = IS(d->out->document.language, "en");
    if (!english || !x || !one_of(word_after(&d->view, x->e, &end), &modal) ||
        IS(word_after(&d->view, end, &end), "be"))
        return (struct svs){NULL, 0};
    if (d->self.p && sv_eq(actor_name(d, x), d->self)) /* "- COSI would return to it" */
        return (struct svs){NULL, 0};
    return actor_addressees(d, x->b, x->e);
}

/* Whom the entry itself asks; "increase investment" names nobody. */
static struct svs entry_addressees(struct deciding *d)
{
    uint32_t end, e = addressees_end(d, 0);
    bool english = IS(d->out->document.language, "en");
    if (english && !actor_behind(d, 0) && !IS(word_after(&d->view, e, &end), "to"))
        return (struct svs){NULL, 0};
    return actor_addressees(d, 0, e);
}

static void entry_event(struct deciding *d, const struct sentence *entry,
                        const struct act *lead, struct deadline due)
{
    struct act a = *lead;
    view_of(d, entry->line, entry->b, entry->e);
    if (entry_acts(d, entry, lead))
        return;
    if (a.kind == KIND_REQUEST && !a.to.n && d->lead_that) {
        const struct word *x = actor_behind(d, 0); /* "- the Commission present" */
        a.to = x ? actor_addressees(d, x->b, x->e) : a.to;
    } else if (a.kind == KIND_REQUEST && !a.to.n && a.voice == VOICE_ACTIVE &&
               !sv_ends(a.verb, SV(" for")) && !sv_ends(a.verb, SV(" FOR"))) {
        a.to = entry_addressees(d); /* "- the Commission to" */
    }
    bool own = lead->kind == KIND_DECISION && acts_infinitive(d, &a);
    if (!own && a.kind == KIND_DECISION && !a.to.n)
        a.to = entry_doer(d);
    struct decision *o = decision_add(d, &a, entry->b, entry->e);
    next_steps(d, 0, d->view.n, entry_routes(d, &a), o);
    o->due = due_in(d, 0, d->view.n);
    if (!o->due.said.p)
        o->due = due;
    if (!own)
        entry_rest(d, entry, &o, lead);
}

/* How the lead-in of a list ends. */
static void note_lead(struct deciding *d, const struct sentence *lead)
{
    struct sv said = sv_trim(sv_sub(d->s->text, lead->b, lead->e));
    d->lead_infinitive = sv_ends(said, SV(" to:"));
    d->lead_that = sv_ends(said, SV(" that:"));
}

/* "STRESSES:", "NOTES THAT:": the lead says nothing without its entries. */
static bool says_nothing(const struct deciding *d, const struct act *lead)
{
    static const struct words that = WORDS("that", "THAT", ":");
    uint32_t end = lead->e;
    struct sv w = word_after(&d->view, end, &end);
    if (one_of(w, &that) && w.n > 1)
        w = word_after(&d->view, end, &end);
    return lead->kind == KIND_STATEMENT && (!w.n || (one_of(w, &that) && w.n == 1));
}

/* Where the list ends; what is not per entry is one event with all of them. */
size_t decision_list(struct deciding *d, const struct sentence *lead_at, struct act *lead,
                     size_t first)
{
    size_t line = first, end = lead_at->e;
    struct deadline due = heading_due(d, lead_at);
    note_lead(d, lead_at);
    bool whole = lead->kind == KIND_NOTED || says_nothing(d, lead);
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
    decision_add(d, lead, lead_at->b, whole ? end : lead_at->e);
    return whole ? end : lead_at->e;
}

/* "the Commission, within its competence, to:", "The Member States:" in a line of its own
 * above a list, which becomes the view: whom it names; none: it is no such line. */
static struct svs line_of_addressees(struct deciding *d, size_t line, size_t *list)
{
    enum { LONGEST = 160 };
    const struct svs none = {NULL, 0};
    const struct scan *s = d->s;
    const struct line *l = &s->line[line];
    bool blank;
    struct sv t = sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
    while (t.n && memchr("* ", t.p[t.n - 1], 2))
        t.n--;
    *list = line_after(s, line, &blank);
    bool colon = sv_ends(t, SV(":"));
    if (t.n > LONGEST || *list == SIZE_MAX || list_style(s, line).kind != LIST_NONE ||
        list_style(s, *list).kind == LIST_NONE ||
        (!colon && !sv_ends(t, SV(" to")) && !sv_ends(t, SV(" TO"))))
        return none;
    view_of(d, line, l->content, l->e);
    for (size_t i = 0; i < d->view.nwords; i++)
        if (d->view.word[i].form != FORM_NONE)
            return none;
    const struct word *x = actor_behind(d, 0);
    return x ? actor_addressees(d, 0, addressees_end(d, 0)) : none;
}

size_t decision_addressed(struct deciding *d, const struct act *asking, size_t line,
                          size_t end)
{
    enum { BLOCKS = 12 };
    const struct scan *s = d->s;
    bool blank;
    for (int n = 0; n < BLOCKS; n++) {
        struct act lead = *asking;
        struct sentence at;
        size_t list, named = line_after(s, line, &blank);
        if (named == SIZE_MAX || asking->kind != KIND_REQUEST || !asking->row ||
            !sv_eq(asking->row->cell[d->form], SV("operative")))
            return end;
        lead.to = line_of_addressees(d, named, &list);
        if (!lead.to.n ||
            !sentence_fill(s, s->line[named].content, s->line[named].e, &at))
            return end;
        at.line = at.last = named;
        end = decision_list(d, &at, &lead, list);
        for (line = list; line + 1 < s->nlines && s->line[line + 1].b < end;)
            line++;
    }
    return end;
}

/* Whom the lead-in names that is in the view: "The Council, without debate:", "it:". */
static struct sv lead_subject(struct deciding *d)
{
    static const struct words pronouns = WORDS("it", "It", "they", "They");
    struct sv intro;
    uint32_t end = d->view.n - view_leads(&d->view), comma = end, b;
    while (comma > 0 && d->view.p[comma] != ',')
        comma--;
    if (end > 0 && d->view.p[end - 1] == ' ')
        end--;
    d->lead_has = verb_is_having(word_before(&d->view, end, &b));
    if (d->lead_has)
        end = b;
    const struct word *x = actor_subject(d, end, &intro);
    d->lead_has =
        d->lead_has || (x && verb_is_having(intro)); /* "Voorts heeft de Raad:" */
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
    while (i + 1 < s->ntokens && s->token[i + 1].e <= e)
        i++;
    struct sv rest = i < s->ntokens && s->token[i].e <= e
                         ? sv_trim(sv_sub(s->text, s->token[i].e, e))
                         : SV_NULL;
    return e - l->content < LONGEST && rest.p && (rest.n == 0 || verb_is_having(rest)) &&
           KNOWLEDGE_ID_TABLE(s->token[i].id) == d->bodies;
}

/* "The Council, without debate: - adopted ...; - decided ...": whom the line above the
 * list names. An entry that follows another one asks nothing. */
struct sv decision_subject(struct deciding *d, const struct sentence *at)
{
    enum { ENTRIES_BACK = 48 }; /* lines */
    const struct scan *s = d->s;
    size_t i = at->line;
    bool has = d->lead_has;
    d->lead_has = false;
    for (int n = 0; n < ENTRIES_BACK; n++) {
        i = text_line_before(s, i);
        if (i == SIZE_MAX || (n == 0 && i == d->lead_line && d->lead_by.p))
            break;
        const struct line *l = &s->line[i];
        struct sv t =
            sv_trim(sv_sub(s->text, l->content < l->e ? l->content : l->e, l->e));
        bool entry = list_style(s, i).kind != LIST_NONE;
        bool deeper = list_style(s, i).kind == LIST_STOP &&
                      list_style(s, at->line).kind != LIST_STOP; /* "3. The Council" */
        bool alone = (n == 0 || !entry || deeper) && is_body_alone(d, l);
        bool leads = sv_ends(t, SV(":")) || alone; /* "1. The Council:" is no entry */
        if (!leads && entry)
            continue;
        if (!leads) {
            size_t above = text_line_before(s, i);
            if ((t.n && is_lower(t.p[0])) || /* an entry's second line */
                (above != SIZE_MAX && lines_join(s, above, i, false)))
                continue;
            return SV_NULL;
        }
        struct sentence lead;
        if (!sentence_at(s, i, l->e - 1, 0, &lead))
            return SV_NULL;
        view_of(d, lead.line, lead.b, alone ? l->e : lead.e);
        return lead_subject(d);
    }
    d->lead_has = has && i == d->lead_line;
    return i == d->lead_line ? d->lead_by : SV_NULL;
}

/* "The Presidency: - will review the plan; - invited delegations to reply": entries that
 * promise, and others among them. Returns where the list ends; 0: none promises. */
size_t decision_promises(struct deciding *d, const struct sentence *at, size_t first)
{
    size_t line = first, end = 0, next;
    struct sentence entry;
    struct sv intro = SV("");
    const struct view *v = &d->view;
    const struct word *x = actor_subject(d, v->n - 1, &intro);
    bool theirs = x && x->actor == ACTOR_INSTITUTION && d->mode != MODE_RECORD;
    if (!x || theirs || x->actor == ACTOR_MINISTERS || d->mode == MODE_NARRATIVE ||
        is_subordinate(intro) || in_conclusions(d, at->b) ||
        !actor_may(x, KIND_COMMITMENT, SV("")))
        return 0;
    struct sv by = actor_name(d, x);
    struct act will = {.kind = KIND_COMMITMENT,
                       .voice = VOICE_ACTIVE,
                       .act = SV("will"),
                       .verb = SV("will"),
                       .by = by};
    for (int n = 0; line != SIZE_MAX && n < LIST_ENTRIES; n++, line = next) {
        list_entry(d->s, line, &entry, &next);
        uint32_t e;
        view_of(d, entry.line, entry.b, entry.e);
        d->lead_by = by;
        acts_read(d, &entry, &d->acts);
        if (IS(word_after(v, 0, &e), "will") && !d->acts.n)
            d->acts.v[d->acts.n++] = will;
        decision_sentence(d, &entry, &d->acts, d->acts.n);
        end = entry.e > end ? entry.e : end;
    }
    d->lead_by = SV_NULL;
    return end;
}

/* Where the mark of an entry begins that stands in text[b, at) behind a stop, with
 * nothing but small words behind it, or SIZE_MAX. */
static size_t mark_before(const struct scan *s, size_t b, size_t at)
{
    enum { WORDS_BYTES = 24 };
    const char *t = s->text.p;
    size_t most = at > b + WORDS_BYTES ? at - WORDS_BYTES : b;
    for (size_t i = at; i > most + 1; i--) {
        if (is_blank(t[i - 1]) && scan_bullet(t + i, t + at) > 0)
            return memchr(":;.", t[i - 2], 3) ? i : SIZE_MAX;
        if (!is_lower(t[i - 1]) && t[i - 1] != ' ' && t[i - 1] != '-' &&
            !(t[i - 1] & 0x80))
            break;
    }
    return SIZE_MAX;
}

/* "the Council: -": does the list begin behind the body at k? */
static bool leads_entries(const struct scan *s, const struct token *k)
{
    size_t i = k->e, e = s->text.n;
    while (i < e && s->text.p[i] == ' ')
        i++;
    if (i >= e || s->text.p[i] != ':')
        return false;
    for (i++; i < e && is_blank(s->text.p[i]);)
        i++;
    return scan_bullet(s->text.p + i, s->text.p + e) > 0;
}

/* Where the entry ends that text[at, e) goes on with: "...; - invited the Commission". */
static size_t entry_end(const struct scan *s, size_t at, size_t e)
{
    for (size_t i; (i = sv_find(sv_sub(s->text, at, e), SV("; "))) != SIZE_MAX;) {
        at += i + 2;
        if (scan_bullet(s->text.p + at, s->text.p + e))
            return at - 1;
    }
    return e;
}

/* "the Council: - decided to help. The mission will begin soon; - noted the offer": an
 * entry of several sentences in a list whose lines are lost. The sentence at `offset`
 * becomes the entry, or what is left of it; who is named above, or null where the entry
 * begins otherwise than with its verb. */
struct sv decision_entry(const struct deciding *d, size_t offset, struct sentence *at)
{
    enum { BACK_BYTES = 3000 };
    const struct scan *s = d->s;
    size_t begin = s->line[at->line].b, mark = mark_before(s, begin, offset);
    at->e = (uint32_t)entry_end(s, offset, at->e);
    for (size_t i = d->token; mark != SIZE_MAX && i-- > 0;) {
        const struct token *k = &s->token[i];
        uint32_t row = (uint32_t)KNOWLEDGE_ID_ROW(k->id);
        if (offset - k->b > BACK_BYTES)
            break;
        if (KNOWLEDGE_ID_TABLE(k->id) != d->bodies || !leads_entries(s, k))
            continue;
        struct word w = {.row = &knowledge_table_at(s->k, d->bodies)->row[row],
                         .actor = actor_of_row(d, row)};
        struct sv name = w.row->cell[d->name];
        if (!actor_may(&w, KIND_DECISION, SV("")))
            break;
        at->b = (uint32_t)(mark + scan_bullet(s->text.p + mark, s->text.p + offset));
        return name.n ? name : sv_sub(s->text, k->b, k->e);
    }
    return SV_NULL;
}

/* A list whose lines are lost: each entry as if it stood in a line of its own. False:
 * the sentence holds none. */
bool decision_inline(struct deciding *d, struct sentence *at)
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
    struct sentence first = one;
    if (!led && !d->acts.n && sentence_fill(d->s, entry[0].b, entry[0].e, &first))
        led = future_leads(d, &one, &first, &lead);
    note_lead(d, &one);
    if (led && lead.kind != KIND_DECISION && lead.kind != KIND_REQUEST &&
        lead.kind != KIND_COMMITMENT)
        return false;
    if (led)
        decision_sentence(d, &one, &d->acts, d->acts.n ? d->acts.n - 1 : 0);
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
        decision_sentence(d, &one, &d->acts, d->acts.n);
    }
    d->lead_by = SV_NULL;
    d->lead_has = false;
    return true;
}

/* "RECOMMENDS: | that Malta should | 1. develop a strategy": who should do it stands in a
 * line between the verb and the list; the list's first line, or SIZE_MAX. */
size_t decision_recommended(struct deciding *d, const struct sentence *at,
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
