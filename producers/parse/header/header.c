#include "header.h"

#include "producers/parse/text/ascii.h"

enum { PROBES_MAX = 40, PREFACE_WORDS = 8 };

/* Most headers end in the first; each further one is read only if the block may not be
 * complete. */
static const size_t zone_bytes[] = {1280, 4096, WIDE_BYTES};

enum { PROBE_ENOUGH = 5, PROBE_LEAST = 3 };

static size_t cut_back(struct sv text, size_t at)
{
    if (at >= text.n)
        return text.n;
    while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* Word behind the last furniture that stands before a paper. */
static size_t behind_furniture(const struct zone *z)
{
    size_t begin = 0;
    for (size_t i = 0; i < z->n; i++) {
        const struct hit *f = zone_hit(z, i, PHRASE_FURNITURE, FURNITURE_BEFORE, -1);
        if (f && f->end > begin)
            begin = f->end;
    }
    return begin;
}

/* Word where a site's list of other papers begins, with nothing of this one behind it; or
 * the number of words. */
static size_t list_of_others(const struct zone *z, size_t begin)
{
    enum { TITLE_WORDS = 90 };
    for (size_t i = begin; i < z->n && i < begin + TITLE_WORDS; i++) {
        const struct hit *f = zone_hit(z, i, PHRASE_FURNITURE, FURNITURE_LIST, -1);
        if (f && zone_flag(z, i, WORD_FIRST) &&
            (f->end == z->n || z->word[f->end].lines > 0))
            return i;
    }
    return z->n;
}

/* How many different things a masthead at word i would hold. */
static unsigned weight(unsigned seen)
{
    unsigned strong = seen & ~(unsigned)(ELEMENT_LABELS | ELEMENT_DATE | ELEMENT_COLONS);
    return (unsigned)__builtin_popcount(strong) + (seen & ELEMENT_LABELS ? 2u : 0u) +
           ((seen & (ELEMENT_SESSION | ELEMENT_PLACE)) ==
            (ELEMENT_SESSION | ELEMENT_PLACE)) +
           ((seen & (ELEMENT_DATE | ELEMENT_PLACE)) == ELEMENT_DATE);
}

enum { PROBE_WORDS = 250 };

/* What a masthead at word i would hold; scratch->end: the word behind it. */
static unsigned probe(const struct header *h, size_t i, struct header *scratch)
{
    *scratch = *h;
    size_t limit = i + PROBE_WORDS < h->z.n ? i + PROBE_WORDS : h->z.n;
    scratch->end = masthead_read(scratch, i, limit);
    return scratch->seen;
}

/* From the line's beginning to word i there is nothing but a few capitals, such as an
 * institution's name that lost letters. */
static bool behind_capitals(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    for (size_t most = 10; most > 0; most--, i--) {
        if (zone_flag(z, i, WORD_FIRST | WORD_CELL) || i <= h->begin)
            return true;
        if (z->word[i - 1].kind == WORD_LETTERS && i > h->begin + 8 &&
            !zone_flag(z, i - 1, WORD_UPPER))
            return false;
    }
    return false;
}

/* From the line's beginning to word i there is an institution's name that lost its end:
 * "Council of the Brussels, 7 July 2017". */
static bool behind_name_begun(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t b = i, words = 0;
    while (b > h->begin && words < 5 && !zone_flag(z, b, WORD_FIRST | WORD_CELL)) {
        b--;
        words++;
    }
    if (words < 2 || !zone_flag(z, b, WORD_FIRST | WORD_CELL) ||
        !zone_flag(z, b, WORD_CAPITAL))
        return false;
    uint32_t node = 0;
    for (; b < i; b++)
        for (size_t k = 0; k < z->word[b].nletters; k++) {
            node = phrases_step(z->book, node, z->letter[z->word[b].letters + k]);
            if (!node)
                return false;
        }
    return true;
}

/* "Brussels, 15 May 2006 (OR. en) 9409/06". alone: the number has a line of its own. */
static bool dated_number(const struct header *h, size_t i, bool alone)
{
    const struct zone *z = &h->z;
    const struct hit *place = zone_hit(z, i, PHRASE_PLACE, -1, h->lang);
    struct date d;
    struct paper p = {0};
    if (!place)
        return false;
    size_t at = zone_is(z, place->end, ',') ? place->end + 1 : place->end;
    for (size_t k = at; k < at + 3; k++)
        if (date_at(z, k, h->lang, &d) && d.year) {
            size_t at_number = d.end;
            while (at_number < z->n && at_number < d.end + 10 &&
                   !paper_at(z, at_number, &p, h->a))
                at_number++;
            if (at_number >= z->n || at_number == d.end + 10)
                return false;
            return !alone || (zone_flag(z, at_number, WORD_FIRST) &&
                              (p.end >= z->n || zone_flag(z, p.end, WORD_FIRST)));
        }
    return false;
}

/* "2426ème session du Conseil - …": an old press release without a number. */
static bool session_at(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    if (zone_number(z, i) < 1000 || z->word[i].nletters != 4)
        return false;
    size_t most = masthead_session_reach(z, i, 2);
    for (size_t j = i + 1; j <= most && j < z->n; j++)
        if (zone_hit(z, j, PHRASE_MEETING, MEETING_SESSION, -1))
            return true;
    return false;
}

/* "C/07/26 6039/07 (Presse 26) COMUNICADO DE PRENSA" */
static bool press_number(const struct header *h, size_t i)
{
    struct paper p;
    return h->z.word[i].kind == WORD_NUMBER && paper_at(&h->z, i, &p, h->a) &&
           zone_is(&h->z, p.end, '(') && zone_reads(&h->z, p.end + 1, "Presse");
}

/* "Proposal for a" in small letters is a title, no type. */
static bool type_begins(const struct zone *z, size_t i)
{
    const struct hit *t = zone_hit(z, i, PHRASE_TYPE, -1, -1);
    return t && (t->end > i + 1 || zone_flag(z, i, WORD_UPPER) ||
                 !zone_hit(z, i, PHRASE_OPENING, OPENING_SUBJECT, -1));
}

/* "(OR. en)", "PRESSE 94", "PR CO 37" on a line of their own: a press release whose site
 * took away the institution and the number. */
static bool press_lines_begin(const struct zone *z, size_t i)
{
    size_t number = i + 1 + zone_reads(z, i, "PR");
    bool code = zone_reads(z, i, "PRESSE") ||
                (zone_reads(z, i, "PR") && zone_reads(z, i + 1, "CO"));
    return (code && zone_number(z, number) > 0) ||
           (zone_is(z, i, '(') && zone_reads(z, i + 1, "OR") && zone_is(z, i + 2, '.'));
}

/* A header may begin here: an institution, a place and date, a number or a marking at the
 * beginning of a line, also behind a page number. */
static bool may_begin(const struct header *h, size_t i, bool anywhere)
{
    const struct zone *z = &h->z;
    bool first = zone_flag(z, i, WORD_FIRST | WORD_CELL) || i == h->begin;
    if (!first && i > 0 &&
        (z->word[i - 1].kind == WORD_NUMBER || /* "• 11603/98 (Presse 323)" */
         (z->word[i - 1].kind == WORD_SIGN && press_number(h, i))))
        first = zone_flag(z, i - 1, WORD_FIRST | WORD_CELL) || i - 1 == h->begin;
    if (!first && anywhere && press_number(h, i))
        return true;
    if (!first && anywhere && zone_flag(z, i, WORD_CAPITAL))
        return zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_COUNCIL, -1) ||
               dated_number(h, i, false);
    /* "COUNCIL OF PUBLIC Brussels, 7 May 2004": the stamp is the header's */
    const struct hit *stamp = zone_hit(z, i, PHRASE_MARKING, -1, -1);
    size_t place = stamp && zone_flag(z, i, WORD_UPPER) ? stamp->end : i;
    if (!first)
        return zone_hit(z, place, PHRASE_PLACE, -1, -1) &&
               zone_flag(z, place, WORD_CAPITAL) &&
               (behind_capitals(h, i) || behind_name_begun(h, i));
    struct paper p;
    return session_at(h, i) || press_lines_begin(z, i) ||
           zone_hit(z, i, PHRASE_INSTITUTION, -1, -1) ||
           zone_hit(z, i, PHRASE_PLACE, -1, -1) ||
           zone_hit(z, i, PHRASE_MARKING, -1, -1) || type_begins(z, i) ||
           zone_hit(z, i, PHRASE_LABEL, LABEL_FILE, -1) || paper_at(z, i, &p, h->a);
}

/* What only a header has: its number, codes, labels or kind. */
static bool is_header(unsigned seen)
{
    unsigned own = ELEMENT_NUMBER | ELEMENT_NUMBER_REST | ELEMENT_CODES | ELEMENT_LABELS |
                   ELEMENT_SESSION | ELEMENT_TYPE;
    return (seen & own) && (seen & (ELEMENT_DATE | ELEMENT_NUMBER | ELEMENT_INSTITUTION));
}

/* "25 July 2000" alone on its line, or "25 July 2000 JUR 254": a header that lost its
 * institution and its number begins with it where codes and labels follow. */
static bool date_begins(const struct header *h, size_t i)
{
    struct date d;
    if (h->z.word[i].kind != WORD_NUMBER || !date_at(&h->z, i, h->lang, &d) || !d.year)
        return false;
    return (zone_flag(&h->z, i, WORD_FIRST) && zone_flag(&h->z, d.end, WORD_FIRST)) ||
           masthead_code(h, d.end, false) != 0;
}

/* "8799/05 (Presse 110)", alone on its line: no other paper's number is printed so. */
static bool press_alone(const struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    struct paper p;
    bool first = zone_flag(z, i, WORD_FIRST) && paper_at(z, i, &p, h->a);
    size_t end = first ? p.end : 0;
    return first && zone_is(z, end, '(') && zone_reads(z, end + 1, "PRESSE") &&
           zone_number(z, end + 2) > 0 && zone_is(z, end + 3, ')') &&
           (end + 4 >= z->n || zone_flag(z, end + 4, WORD_FIRST));
}

/* Sets h->begin. *whole: the masthead there as it was read on trial, where that is all
 * there is to read; else NULL. */
static bool find_begin(struct header *h, bool anywhere, const struct header **whole)
{
    struct header *scratch = arena_alloc(h->a, sizeof *scratch);
    unsigned best = PROBE_LEAST - 1, probes = 0;
    size_t at = SIZE_MAX;
    for (size_t i = h->begin; i < h->z.n && probes < PROBES_MAX; i++) {
        bool begins = may_begin(h, i, anywhere);
        if (!begins && !date_begins(h, i))
            continue;
        probes++;
        unsigned seen = probe(h, i, scratch);
        bool may = begins || ((seen & ELEMENT_CODES) && (seen & ELEMENT_LABELS));
        unsigned weighs = weight(seen);
        weighs +=
            weighs + 1 == PROBE_LEAST && (dated_number(h, i, true) || press_alone(h, i));
        if (!may || !is_header(seen) || weighs <= best)
            continue;
        best = weighs;
        at = i;
        if (best >= PROBE_ENOUGH)
            break;
    }
    bool first = at == h->begin && best >= PROBE_ENOUGH && at + PROBE_WORDS >= h->z.n;
    *whole = first ? scratch : NULL;
    h->begin = at == SIZE_MAX ? h->begin : at;
    return at != SIZE_MAX;
}

/* The place and the day of a letter, on a line of their own within the lines behind word
 * i that name the sender's units; the word where they begin, or 0. */
static size_t letter_date(const struct header *h, size_t i)
{
    enum { UNITS_WORDS = 40 };
    const struct zone *z = &h->z;
    for (size_t k = i; k < z->n && k < i + UNITS_WORDS; k++)
        if (zone_flag(z, k, WORD_FIRST) && !zone_flag(z, k, WORD_CAPITAL))
            return 0;
        else if (zone_flag(z, k, WORD_FIRST) && zone_hit(z, k, PHRASE_PLACE, -1, -1))
            return k;
    return 0;
}

/* A letter's head is no header, but it says where and when: "The European Convention
 * Brussels, 21 February 2002". */
static bool letterhead_at(struct header *h, size_t i, struct header *scratch)
{
    *scratch = *h;
    i = masthead_take(scratch, i);
    if (i)
        (void)masthead_take(scratch, i);
    size_t at = i && !(scratch->seen & ELEMENT_DATE) ? letter_date(h, i) : 0;
    if (at)
        (void)masthead_take(scratch, at);
    if (scratch->seen != (ELEMENT_INSTITUTION | ELEMENT_PLACE | ELEMENT_DATE))
        return false;
    *h = *scratch;
    return true;
}

/* The institution of a letter below a site's lines. That of a European Council names its
 * president next; place and day next are a title of the meeting. */
static bool heads_letter(const struct zone *z, size_t i)
{
    const struct hit *summit =
        zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_EUROPEAN_COUNCIL, -1);
    return zone_hit(z, i, PHRASE_INSTITUTION, INSTITUTION_COUNCIL, -1) ||
           (summit && zone_flag(z, summit->end, WORD_FIRST) &&
            !zone_hit(z, summit->end, PHRASE_PLACE, -1, -1));
}

static void letterhead(struct header *h)
{
    enum { SITE_WORDS = 60 };
    const struct zone *z = &h->z;
    struct header *scratch = arena_alloc(h->a, sizeof *scratch);
    size_t i = h->begin + (zone_number(z, h->begin) >= 0);
    if (zone_hit(z, i, PHRASE_INSTITUTION, -1, -1)) {
        (void)letterhead_at(h, i, scratch);
        return;
    }
    for (size_t most = i + SITE_WORDS; i < z->n && i < most; i++)
        if (zone_flag(z, i, WORD_FIRST) && heads_letter(z, i) &&
            letterhead_at(h, i, scratch))
            return;
}

/* "Transcript of Council …": some sites tell the page in their own head, and behind it
 * once more in pieces that hold no header. */
static bool begins_before_site(struct header *h)
{
    size_t site = h->begin;
    const struct header *whole;
    h->begin = 0;
    if (site && find_begin(h, true, &whole) && h->begin < site)
        return true;
    h->begin = site;
    return false;
}

static size_t read_masthead(struct header *h, const struct header *whole)
{
    if (h->begin > PREFACE_WORDS) /* what stands before may be in another language */
        h->lang = language_of(&h->z, h->begin, h->z.n);
    if (!whole || whole->lang != h->lang)
        return masthead_read(h, h->begin, h->z.n);
    *h = *whole;
    h->end = 0;
    return whole->end;
}

static bool read_block(struct header *h)
{
    size_t end;
    const struct header *whole = NULL;
    if (!find_begin(h, false, &whole) && !find_begin(h, true, &whole) &&
        !begins_before_site(h)) {
        if (!press_head(h))
            letterhead(h);
        return false;
    }
    size_t above, behind = rows_above(h, &above), i;
    h->labels_above = behind > 0;
    i = behind ? masthead_read(h, behind, h->z.n) : read_masthead(h, whole);
    size_t labels = rows_before(h, i);
    if (behind) {
        i = rows_read_above(h, i, above);
    } else if (labels) {
        i = rows_read_before(h, i, labels);
    } else if (rows_label(h, i, &end) >= 0) {
        end = rows_read_late(h, i);
        i = end ? end : rows_read(h, i);
    }
    h->end = i;
    return true;
}

void header_add(struct header *h, struct strings *list, struct sv s)
{
    for (size_t i = 0; i < list->n; i++)
        if (sv_eq(list->v[i], s))
            return;
    if (!s.p || list->n == LIST_MAX)
        return;
    struct sv *slot = arena_push(h->a, &list->v, &list->n, &list->cap, sizeof *list->v);
    *slot = s;
}

/* "CODEC 10..." of a site's title that was cut is the "CODEC 1024" of the page. */
static void drop_cut_codes(struct strings *codes)
{
    size_t n = 0;
    for (size_t i = 0; i < codes->n; i++) {
        struct sv code = codes->v[i];
        bool cut = false;
        for (size_t k = 0; k < codes->n && code.n; k++) {
            struct sv other = codes->v[k];
            cut |= other.n > code.n + 1 && sv_starts(other, code) &&
                   other.p[code.n] == ' ' && is_digit(other.p[code.n + 1]);
        }
        if (!cut)
            codes->v[n++] = code;
    }
    codes->n = n;
}

static struct svs list(const struct strings *s)
{
    return (struct svs){s->v, s->n};
}

static void write_number(struct header *h, struct document *d)
{
    if (!h->has_paper) {
        d->number = h->press_number;
        return;
    }
    d->number = h->paper.printed;
    d->id = paper_id(&h->paper, h->a);
    d->revises = paper_revises(&h->paper, h->a);
}

static void write_document(struct header *h, struct document *d)
{
    struct sv none = SV_NULL;
    write_number(h, d);
    d->date = h->seen & ELEMENT_DATE ? date_text(&h->date, h->a) : none;
    d->place = h->place;
    d->marking = marking_text(&h->marking);
    d->type = h->type;
    drop_cut_codes(&h->codes);
    d->subject_codes = list(&h->codes);
    d->from = h->from;
    d->to = list(&h->to);
    d->subject = h->subject;
    d->original_language = h->original;
    d->meeting_date = h->meeting.year ? date_text(&h->meeting, h->a) : none;
    d->date_of_receipt = h->receipt.year ? date_text(&h->receipt, h->a) : none;
    d->interinstitutional_files = list(&h->files);
    d->commission_document = h->commission;
    d->previous_documents = list(&h->previous);
}

static void mark_lines(struct header *h)
{
    struct scan *s = h->s;
    if (h->end <= h->begin)
        return;
    size_t b = h->z.word[h->begin].b, e = h->z.word[h->end - 1].e;
    for (size_t i = h->begin; h->reordered && i < h->end; i++) {
        b = h->z.word[i].b < b ? h->z.word[i].b : b;
        e = h->z.word[i].e > e ? h->z.word[i].e : e;
    }
    size_t site = behind_furniture(&h->z);
    if (site > 0 && site <= h->begin)
        s->site_end = h->z.word[site - 1].e;
    s->header_end = e;
    for (size_t i = scan_line_at(s, b); i < s->nlines && s->line[i].b < e; i++)
        if (s->line[i].e <= e)
            s->line[i].flags |= LINE_HEADER;
}

/* A declassification sheet's new status counts, whatever the paper behind it is marked.
 */
static void settle_marking(struct header *h)
{
    if (h->marking.limite && !h->marking.public)
        h->marking.public = stamp_in_pieces(h);
    h->marking.public |= stamp_on_top(h);
    bool sheet = h->declassified || (h->has_paper && paper_has(&h->paper, "DCL"));
    if (sheet) {
        h->marking.classified = SV_NULL;
        if (sv_eq(h->status, SV("LIMITE")))
            h->marking.limite = true;
        return;
    }
    if (!h->marking.classified.p)
        h->marking.classified = marking_of_pages(h->s);
    if (!marking_text(&h->marking).p && h->has_paper)
        h->marking.limite = marking_of_footers(h->s, h->paper.printed);
}

static void read_zone(struct header *h, size_t bytes)
{
    struct sv text = h->s->text;
    zone_read(&h->z, knowledge_phrases(h->s->k), text, 0, cut_back(text, bytes), h->a);
    h->begin = behind_furniture(&h->z);
    size_t list = list_of_others(&h->z, h->begin);
    if (list < h->z.n) {
        h->list_at = h->z.word[list].b;
        h->z.n = list;
    }
    h->lang = language_of(&h->z, h->begin, h->z.n);
    scanned_phrases(h);
    h->reordered = columns_order(h);
    if (h->reordered)
        scanned_phrases(h);
    rows_find_bare(h);
}

static bool complete(const struct header *h, bool block, size_t bytes)
{
    return h->s->text.n <= bytes ||
           (block && h->has_paper && !h->list_at && h->end + MARGIN_WORDS < h->z.n);
}

/* What stands behind is not of this paper. */
static void cut_scan(struct scan *s, size_t at)
{
    s->nlines = scan_line_at(s, at);
    s->ntokens = scan_token_at(s, at);
    s->nmarks = scan_mark_at(s, at);
    s->text.n = at;
}

static bool read_head(struct header *h)
{
    bool block = false;
    for (size_t i = 0; i < ARRAY_LEN(zone_bytes); i++) {
        *h = (struct header){.s = h->s, .a = h->a};
        read_zone(h, zone_bytes[i]);
        block = read_block(h);
        if (complete(h, block, zone_bytes[i]))
            break;
    }
    if (h->list_at)
        cut_scan(h->s, h->list_at);
    return block;
}

int header_read(struct scan *s, struct arena *a, struct document *out, struct err *err)
{
    struct header *h = arena_zalloc(a, sizeof *h);
    h->s = s;
    h->a = a;
    bool block = read_head(h);
    header_number(h, block);
    press_head_number(h);
    subject_meeting(h);
    summit_head(h);
    masthead_settle_dates(h);
    settle_marking(h);
    struct document d = {0};
    write_document(h, &d);
    if (h->lang >= 0)
        d.language = h->z.book->lang[h->lang];
    mark_lines(h);
    s->kind = h->type_role == TYPE_AGENDA   ? SCAN_AGENDA
              : h->type_role == TYPE_RECORD ? SCAN_RECORD
                                            : SCAN_OTHER;
    /* a communication that names the day of a meeting, its type line lost */
    if (s->kind == SCAN_OTHER && !d.type.n && d.meeting_date.n &&
        sv_starts(d.id, SV("CM-")))
        s->kind = SCAN_AGENDA;
    if (s->kind == SCAN_OTHER && !d.type.n && h->codes.n &&
        sv_starts(h->codes.v[0], SV("OJ ")))
        s->kind = SCAN_AGENDA;
    s->dashed =
        s->kind != SCAN_OTHER && h->codes.n &&
        (sv_starts(h->codes.v[0], SV("OJ")) || sv_starts(h->codes.v[0], SV("PV")));
    *out = d;
    if (h->marking.classified.p)
        return err_reject(err, "classified", "marked " SV_FMT, SV_ARG(d.marking));
    return 0;
}
