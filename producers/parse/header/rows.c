#include "header.h"

enum {
    VALUE_WORDS_MAX = 140,
    COLUMN_GAP = 3 /* blanks */
};

bool rows_waits(const struct header *h, int role)
{
    for (size_t i = 0; i < h->npending; i++)
        if (h->pending[i] == role)
            return true;
    return false;
}

static void done(struct header *h, int role)
{
    size_t n = 0;
    for (size_t i = 0; i < h->npending; i++)
        if (h->pending[i] != role)
            h->pending[n++] = h->pending[i];
    h->npending = n;
}

static size_t read_date(const struct header *h, size_t i, size_t limit, struct date *out)
{
    for (size_t j = i; j < limit && j < i + 10; j++)
        if (date_at(&h->z, j, h->lang, out) || date_short_at(&h->z, j, out))
            return out->end;
    return i;
}

static size_t read_status(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    const struct hit *m = zone_hit(z, i, PHRASE_MARKING, -1, -1);
    if (!m)
        return zone_reads(z, i, "none") ? i + 1 : i; /* "new classification: none" */
    h->status = m->phrase->row->cell[1];
    return m->end;
}

/* Codes that a torn table left among the values, where the masthead had none. */
bool rows_codes_begin(const struct header *h, size_t i)
{
    return h->codes.n == 0 && zone_flag(&h->z, i, WORD_UPPER) &&
           masthead_code(h, i, false) != 0;
}

/* "+32.2-281.99.26/48.36": the digits and signs of one line. */
static size_t pass_phone(const struct zone *z, size_t i, size_t limit)
{
    enum { GROUPS = 3 };
    size_t groups = 0, j = i;
    for (; j < limit && z->word[j].kind != WORD_LETTERS && (j == i || !z->word[j].lines);
         j++)
        groups += z->word[j].kind == WORD_NUMBER;
    if (j > i && j < limit && z->word[j - 1].kind == WORD_NUMBER &&
        zone_flag(z, j, WORD_GLUED)) /* "2421st meeting" */
        j--;
    return groups >= GROUPS ? j : i;
}

/* What another row waits for, by its form: its value is no part of a name. */
bool rows_form_begins(const struct header *h, size_t i)
{
    struct paper p;
    struct date d;
    size_t end;
    if ((rows_waits(h, LABEL_RECEIPT) || rows_waits(h, LABEL_ON) ||
         (rows_waits(h, LABEL_DATE) && rows_waits(h, LABEL_FROM))) &&
        h->z.word[i].kind == WORD_NUMBER && date_at(&h->z, i, h->lang, &d))
        return true;
    if (rows_waits(h, LABEL_PHONE) && zone_is(&h->z, i, '+') &&
        pass_phone(&h->z, i, h->z.n) > i)
        return true;
    return rows_codes_begin(h, i) ||
           ((rows_waits(h, LABEL_PREV) || rows_waits(h, LABEL_CION)) &&
            paper_in_row(&h->z, i, &p, h->a)) ||
           (rows_waits(h, LABEL_CION) &&
            (commission_at(&h->z, i, &end, h->a).p || rows_comitology(&h->z, i)));
}

static bool text_role(int role)
{
    return role == LABEL_FROM || role == LABEL_TO || role == LABEL_SUBJECT ||
           role == LABEL_CONTACT || role == LABEL_VENUE;
}

/* What a role that is known by its form takes at word i; i itself when that form is not
 * there. */
static size_t read_form(struct header *h, int role, size_t i, size_t limit)
{
    struct date d = {0};
    size_t end = i;
    switch (role) {
    case LABEL_PREV: return rows_previous(h, i, limit);
    case LABEL_CION: return rows_commission(h, i, limit);
    case LABEL_RECEIPT: return read_date(h, i, limit, h->receipt.year ? &d : &h->receipt);
    case LABEL_ON:
    case LABEL_DATE: return read_date(h, i, limit, h->meeting.year ? &d : &h->meeting);
    case LABEL_DCL_DATED: return read_date(h, i, limit, &d);
    case LABEL_DCL_STATUS: return read_status(h, i);
    case LABEL_DCL_DOCUMENT: {
        struct paper p;
        return paper_at(&h->z, i, &p, h->a) ? p.end : i;
    }
    case LABEL_PHONE: return pass_phone(&h->z, i, limit);
    case LABEL_FILE:
        while (i < limit && (end = masthead_take(h, i)) != 0 && end <= limit)
            i = end;
        return i;
    default: return i;
    }
}

/* "for : 2143rd meeting of the … Wednesday 18 January 2006" */
static void meeting_in(struct header *h, size_t b, size_t e)
{
    struct date d;
    for (size_t i = b; i < e && !h->meeting.year; i++)
        if (date_at(&h->z, i, h->lang, &d) && d.year)
            h->meeting = d;
}

static bool article(const struct zone *z, size_t i)
{
    return z->word[i].kind == WORD_LETTERS && z->word[i].nletters <= 3 &&
           !zone_flag(z, i, WORD_CAPITAL) &&
           zone_hit(z, i, PHRASE_STOPWORD, STOPWORD_SMALL, -1);
}

/* "… on 23 and 24 June 2008 1", "… by experts) 1": a footnote's mark behind the end. */
static size_t without_mark(const struct zone *z, size_t b, size_t e)
{
    bool mark = e > b + 2 && zone_number(z, e - 1) > 0 && z->word[e - 1].nletters == 1 &&
                ((z->word[e - 2].nletters == 4 && zone_number(z, e - 2) >= 1950) ||
                 (zone_is(z, e - 2, ')') && !zone_flag(z, e - 1, WORD_GLUED)));
    return mark ? e - 1 : e;
}

static void take_text(struct header *h, int role, size_t b, size_t e)
{
    /* cells that a converter joined: "from: / Presidency" */
    if (b + 1 < e && zone_is(&h->z, b, '/') && !zone_flag(&h->z, b + 1, WORD_GLUED))
        b++;
    if (role == LABEL_TO && b + 1 < e && article(&h->z, b) &&
        (zone_flag(&h->z, b + 1, WORD_FIRST | WORD_CELL) ||
         h->z.word[b + 1].b - h->z.word[b].e >= COLUMN_GAP)) /* "für die" is the label */
        b++;
    if (role == LABEL_CONTACT && h->type_role == TYPE_AGENDA)
        meeting_in(h, b, e);
    if (role == LABEL_FROM && /* "of: Council of 20-21.11.2006" */
        (h->type_role == TYPE_OUTCOME || h->type_role == TYPE_RECORD))
        meeting_in(h, b, e);
    if (role == LABEL_FROM && !h->from.p) {
        size_t to = names_to_inside(h, b, e);
        h->from = zone_text(&h->z, b, to, h->a);
        if (to < e)
            names_split(h, to + 1, e);
    } else if (role == LABEL_TO && !h->to.n)
        names_split(h, b, e);
    else if (role == LABEL_SUBJECT && !h->subject.p) {
        e = without_mark(&h->z, b, e);
        h->subject = zone_text(&h->z, b, e, h->a);
        if (h->lead_b < h->lead_e)
            h->subject = arena_printf(
                h->a, SV_FMT " " SV_FMT,
                SV_ARG(zone_text(&h->z, h->lead_b, h->lead_e, h->a)), SV_ARG(h->subject));
        h->subject_b = b;
        h->subject_e = e;
    }
}

/* "PUBLIC Proposal for", "PUBLIC JUR 12", "PUBLIC INTRODUCTION": a stamp that shuffled
 * columns put in front of a subject, of codes or of the text. */
static bool is_stamp(const struct header *h, size_t i, size_t end)
{
    const struct zone *z = &h->z;
    bool title = zone_flag(z, end, WORD_CAPITAL) && !zone_flag(z, end, WORD_UPPER);
    return end == i + 1 && zone_flag(z, i, WORD_UPPER) && end < z->n &&
           (title || masthead_code(h, end, false) ||
            zone_hit(z, end, PHRASE_OPENING, OPENING_STRONG, -1));
}

static size_t text_waiting(const struct header *h, size_t from)
{
    size_t n = 0;
    for (size_t i = from; i < h->npending; i++)
        n += text_role(h->pending[i]);
    return n;
}

/* "from:", "to:", "1.", "General Secretariat": the first paragraph's number, which torn
 * columns put in front of the sender. Behind it, or i. */
static size_t behind_point(const struct header *h, size_t i, size_t limit)
{
    const struct zone *z = &h->z;
    bool point = i + 2 < limit && zone_number(z, i) == 1 && zone_is(z, i + 1, '.') &&
                 zone_flag(z, i + 1, WORD_GLUED) && !zone_flag(z, i + 2, WORD_GLUED);
    return point && rows_waits(h, LABEL_FROM) ? i + 2 : i;
}

/* The paper's own number on a line of its own, where the labels stood in front of the
 * masthead's right column and wait for its end. Behind it and its REV, or i. */
static size_t behind_number(struct header *h, size_t i, size_t limit)
{
    enum { WORDS_ABOVE = 14, SHORT = 4 }; /* "(OR. en)", "2018/0329 (COD)" */
    const struct zone *z = &h->z;
    struct paper p;
    size_t at = i, end;
    if (h->has_paper || !rows_waits(h, LABEL_FROM) || text_waiting(h, 0) < 2)
        return i;
    if (rows_label(h, i, &end) == LABEL_FILE)
        at = end;
    while (at < limit && at < i + WORDS_ABOVE && z->word[at].nletters <= SHORT &&
           !(zone_flag(z, at, WORD_FIRST) && paper_at(z, at, &p, h->a)))
        at++;
    if (at >= limit || !zone_flag(z, at, WORD_FIRST) || !paper_at(z, at, &p, h->a) ||
        p.end >= limit || !zone_flag(z, p.end, WORD_FIRST))
        return i;
    for (; i < limit && !zone_hit(z, i, PHRASE_INSTITUTION, -1, -1) &&
           (end = masthead_take(h, i)) != 0 && end <= limit;)
        i = h->last = end;
    return i;
}

/* Elements that shuffled columns put in front of a value. */
static size_t skip_elements(struct header *h, size_t i, size_t limit)
{
    size_t end;
    i = behind_point(h, i, limit);
    i = behind_number(h, i, limit);
    while (i < limit) {
        struct marking m = {0};
        bool known = zone_hit(&h->z, i, PHRASE_CODE, CODE_KNOWN, -1) != NULL;
        if ((end = masthead_code(h, i, false)) != 0 && (h->codes.n == 0 || known)) {
            size_t from = i, code = end;
            h->last = i;
            while (i < limit && masthead_code(h, i, true) &&
                   (end = masthead_take(h, i)) != 0)
                i = h->last = end;
            if (i == from) /* only seen here: passed all the same */
                i = code > i ? code : i + 1;
            continue;
        }
        bool behind_labels = text_waiting(h, 0) > 1; /* "from: to: Subject: NOTE" */
        if (!h->type.p && zone_hit(&h->z, i, PHRASE_TYPE, -1, h->lang) &&
            zone_flag(&h->z, i, WORD_UPPER) && (i == h->last || behind_labels) &&
            (end = masthead_take(h, i)) != 0 && h->type_end == end) {
            i = end;
            continue;
        }
        if ((end = marking_at(&h->z, i, &m)) != 0 &&
            (zone_flag(&h->z, i, WORD_FIRST) || is_stamp(h, i, end))) {
            size_t taken = masthead_take(h, i);
            i = taken > i ? taken : end;
            continue;
        }
        break;
    }
    return i;
}

static bool date_waits(const struct header *h, size_t i)
{
    enum { SHORTEST_DAY = 4 };
    struct date d;
    if (zone_flag(&h->z, i, WORD_CAPITAL) && h->z.word[i].nletters >= SHORTEST_DAY &&
        zone_hit(&h->z, i, PHRASE_DATEWORD, DATEWORD_FILLER, h->lang))
        i++; /* "Friday 5 October 2012" */
    return (rows_waits(h, LABEL_RECEIPT) || rows_waits(h, LABEL_ON) ||
            rows_waits(h, LABEL_DATE)) &&
           date_at(&h->z, i, h->lang, &d) && d.year;
}

/* A row further on waits for what stands here, by its form. */
static bool form_waits(struct header *h, size_t i, size_t limit)
{
    struct paper p;
    size_t end;
    if (date_waits(h, i))
        return true;
    /* "No. Cion doc.: 8847/16": the Council's number of the Commission's paper */
    bool paper = rows_waits(h, LABEL_PREV) || rows_waits(h, LABEL_CION);
    return (paper && paper_in_row(&h->z, i, &p, h->a)) ||
           (rows_waits(h, LABEL_CION) &&
            (commission_at(&h->z, i, &end, h->a).p || rows_comitology(&h->z, i))) ||
           (rows_waits(h, LABEL_DCL_STATUS) && i < limit &&
            (zone_hit(&h->z, i, PHRASE_MARKING, -1, -1) || zone_reads(&h->z, i, "none")));
}

static bool names_wait(const struct header *h, size_t behind)
{
    for (size_t i = behind; i < h->npending; i++)
        if (h->pending[i] == LABEL_TO || h->pending[i] == LABEL_FROM)
            return true;
    return false;
}

/* Where codes begin behind the last value, or what another row waits for; limit if
 * nothing like it is there. */
static size_t form_or(const struct header *h, size_t i, size_t limit)
{
    size_t from = i;
    for (; i < limit; i++)
        if (rows_codes_begin(h, i) || (i > from && rows_form_begins(h, i)))
            break;
    return i;
}

/* "1." or, in front of it, "I." or "A." of a part. */
static bool counts_at(const struct zone *z, size_t i)
{
    bool part =
        (zone_reads(z, i, "I") || zone_reads(z, i, "A")) && zone_flag(z, i, WORD_UPPER);
    return (part || zone_number(z, i) == 1) && z->word[i].nletters == 1 &&
           !zone_flag(z, i, WORD_GLUED) && zone_is(z, i + 1, '.') &&
           zone_flag(z, i + 1, WORD_GLUED) && !zone_flag(z, i + 2, WORD_GLUED);
}

/* Where the agenda begins behind the place of its meeting: "BRUSSELS 1. Adoption of the
 * agenda"; limit if it does not. */
static size_t agenda_or(const struct zone *z, size_t i, size_t limit)
{
    for (size_t k = i + 1; k + 2 < limit; k++)
        if (counts_at(z, k))
            return k;
    return limit;
}

/* Behind an address such as "cosi@consilium.europa.eu", or i. */
static size_t mail_end(const struct zone *z, size_t i, size_t limit)
{
    bool at = false;
    size_t e = i;
    for (; e < limit && (e == i || zone_flag(z, e, WORD_GLUED)); e++)
        at |= zone_is(z, e, '@');
    return at ? e : i;
}

/* Where the value of a row of text ends that begins at word i. *alone: no other row of
 * text waits for what is behind it. */
static size_t value_end(const struct header *h, int role, size_t i, size_t limit,
                        bool *alone)
{
    size_t next = 0;
    while (next < h->npending && h->pending[next] != role)
        next++;
    *alone = text_waiting(h, next + 1) == 0;
    size_t mail = role == LABEL_CONTACT ? mail_end(&h->z, i, limit) : i;
    /* behind the subject the text begins, not another row */
    bool last = h->subject.p && (role == LABEL_FROM || role == LABEL_TO);
    if (mail > i)
        return mail;
    if (role == LABEL_VENUE && *alone)
        return agenda_or(&h->z, i, limit);
    if (*alone && !last)
        return form_or(h, i, limit);
    return names_end(h, i, limit, names_wait(h, next + 1));
}

/* Gives words [i, limit) to the labels that wait, in their order. The last of them gets
 * the rest; a subject ends where running text begins. Returns the word behind. */
static size_t assign_once(struct header *h, size_t i, size_t limit, bool last_area)
{
    uint8_t waiting[PENDING_MAX];
    size_t n = h->npending;
    memcpy(waiting, h->pending, n);
    for (size_t k = 0; k < n && i < limit; k++) {
        int role = waiting[k];
        size_t end = i;
        i = skip_elements(h, i, limit);
        if (i >= limit)
            break;
        if (!text_role(role)) {
            end = read_form(h, role, i, limit);
            if (end > i || n == 1)
                done(h, role);
            i = end > i ? end : i;
            continue;
        }
        if (form_waits(h, i, limit))
            continue;
        if (role == LABEL_SUBJECT) {
            end = last_area ? subject_end(h, i) : limit;
            end = end < limit ? end : limit;
            for (size_t j = i + 1; j < end; j++)
                if (date_waits(h, j))
                    end = j;
        } else {
            bool alone;
            end = value_end(h, role, i, limit, &alone);
            if (role == LABEL_TO && !alone) {
                size_t second = names_second(h, end, limit);
                if (second > end) {
                    names_split(h, i, end);
                    names_split(h, end, second);
                    done(h, role);
                    i = second;
                    continue;
                }
            }
        }
        take_text(h, role, i, end);
        done(h, role);
        i = end;
    }
    i = skip_elements(h, i, limit);
    /* a form that stands behind the texts */
    for (size_t k = 0; k < n && i < limit && k < h->npending; k++)
        if (!text_role(h->pending[k])) {
            size_t end = read_form(h, h->pending[k], i, limit);
            if (end > i)
                done(h, h->pending[k--]);
            i = end;
        }
    return i;
}

/* Texts that waited behind a number take what it left. */
size_t rows_assign(struct header *h, size_t i, size_t limit, bool last_area)
{
    size_t end = assign_once(h, i, limit, last_area);
    if (end > i && end < limit && names_wait(h, 0))
        end = assign_once(h, end, limit, last_area);
    return end;
}

/* The next label behind word i that this header has not had yet; limit if none. */
static size_t next_label(const struct header *h, size_t i, size_t limit, int *role,
                         size_t *end)
{
    for (; i < limit; i++) {
        int r = rows_label(h, i, end);
        if (r >= 0 && (!(h->roles & 1u << r) || r == LABEL_CION || r == LABEL_PREV ||
                       r == LABEL_PHONE || r == LABEL_ENCL)) {
            *role = r;
            return i;
        }
    }
    *role = -1;
    return limit;
}

void rows_wait(struct header *h, int role)
{
    h->roles |= 1u << role;
    if (h->npending < PENDING_MAX && !rows_waits(h, role))
        h->pending[h->npending++] = (uint8_t)role;
}

/* Labels set far apart, one line behind them, then running text: the sender and the
 * addressee are lost, the line is the subject. */
static void drop_lost_names(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t e = i + 1;
    if (i >= z->n || z->word[i].lines < 2 || !rows_waits(h, LABEL_FROM) ||
        !rows_waits(h, LABEL_TO) || !rows_waits(h, LABEL_SUBJECT) || h->npending > 3)
        return;
    while (e < z->n && !z->word[e].lines)
        e++;
    if (e == z->n || z->word[e].lines < 2 || !zone_flag(z, e, WORD_CAPITAL) ||
        !zone_hit(z, e, PHRASE_OPENING, OPENING_STRONG, h->lang))
        return;
    done(h, LABEL_FROM);
    done(h, LABEL_TO);
}

/* Nothing, or what is left of the next label: "o. Cion doc.:" lost its N. */
static bool label_rest(const struct zone *z, size_t b, size_t e)
{
    if (b >= e || (e - b == 1 && article(z, b)))
        return true;
    return (e - b == 1 || (e - b == 2 && zone_is(z, b + 1, '.'))) &&
           z->word[b].kind == WORD_LETTERS && z->word[b].nletters <= 2 &&
           (!zone_flag(z, b, WORD_CAPITAL) || zone_flag(z, b, WORD_BROKEN));
}

/* Without "o." in front of "prev. doc.:", whose N is lost. */
static size_t before_label_rest(const struct zone *z, size_t b, size_t e)
{
    bool rest = e > b + 2 && zone_is(z, e - 1, '.') &&
                z->word[e - 2].kind == WORD_LETTERS && z->word[e - 2].nletters <= 2 &&
                z->word[e - 2].lines && !zone_flag(z, e - 2, WORD_CAPITAL);
    return rest ? e - 2 : e;
}

static int dated_role(const struct header *h, int role)
{
    if (h->declassified || (h->has_paper && paper_has(&h->paper, "DCL")))
        return LABEL_DCL_DATED;
    if (role == LABEL_DATE)
        return role;
    /* the day of a letter that a cover note transmits is no meeting */
    return h->type_role == TYPE_COVER ? LABEL_RECEIPT : LABEL_ON;
}

int rows_role(const struct header *h, int role, size_t end)
{
    /* "Data:", "Datum:" between sender and addressee is the day of receipt; the body
     * whose outcome a record tells met then */
    if (role == LABEL_DATE && (h->roles & 1u << LABEL_FROM) &&
        h->type_role != TYPE_RECORD && h->type_role != TYPE_OUTCOME &&
        h->type_role != TYPE_AGENDA &&
        !(h->roles & (1u << LABEL_TO | 1u << LABEL_SUBJECT)))
        role = LABEL_RECEIPT;
    /* a declassification sheet dates the paper that it frees, others their meeting */
    struct date d;
    if (role == LABEL_DCL_DATED && !(h->roles & 1u << LABEL_FROM) && !h->declassified &&
        !date_at(&h->z, end, h->lang, &d))
        role = LABEL_FROM; /* "vom: Vorsitz" */
    if (role == LABEL_ON || role == LABEL_DATE || role == LABEL_DCL_DATED)
        role = dated_role(h, role);
    /* "for : 2143rd meeting of …" of an agenda names no addressee */
    if (h->type_role == TYPE_AGENDA &&
        (role == LABEL_TO || (role == LABEL_FROM && zone_number(&h->z, end) >= 100)))
        role = LABEL_CONTACT;
    return role;
}

size_t rows_read(struct header *h, size_t i)
{
    const struct zone *z = &h->z;
    size_t end;
    int role = rows_label(h, i, &end);
    while (role >= 0) {
        if (role == LABEL_ENCL)
            return i;
        role = rows_role(h, role, end);
        if (zone_is(z, end - 1, ':'))
            h->seen |= ELEMENT_COLONS;
        rows_wait(h, role);
        size_t limit = end + VALUE_WORDS_MAX < z->n ? end + VALUE_WORDS_MAX : z->n;
        size_t next_end = 0;
        int next_role;
        size_t next = next_label(h, end, limit, &next_role, &next_end);
        bool subject = rows_waits(h, LABEL_SUBJECT);
        if (subject && next_role >= 0 && next > end) {
            /* running text may hold what looks like a label */
            if (subject_end(h, end) < next)
                next_role = -1;
        }
        if (next_role < 0) {
            drop_lost_names(h, end);
            return rows_assign(h, end, subject ? z->n : limit, subject);
        }
        size_t above = next_role == LABEL_SUBJECT && !h->subject.p
                           ? rows_centred(h, role, end, next, next_end)
                           : next;
        if (above < next)
            h->lead_b = above, h->lead_e = next;
        if (!label_rest(z, end, above))
            (void)rows_assign(h, end, before_label_rest(z, end, above), false);
        i = next;
        end = next_end;
        role = next_role;
    }
    return i;
}
