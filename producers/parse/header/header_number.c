/* The number of a paper whose header lost it: in its footers, in what a site prints above
 * the page, or at the text's end. */
#include "header.h"

enum { TAIL_BYTES = 4096 };

static size_t cut_on(struct sv text, size_t at)
{
    while (at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80)
        at++;
    return at;
}

/* A page's footer in words [b, e); the first one counts. only: no other paper's stands
 * there. */
static bool footer_between(struct header *h, size_t b, size_t e, bool only)
{
    bool found = false;
    for (size_t i = b; i < e; i++) {
        struct paper p;
        if (h->z.word[i].kind == WORD_SIGN || !footer_at(h, i, &p))
            continue;
        if (found && (p.number != h->paper.number || p.year != h->paper.year))
            return false;
        if (!found)
            h->paper = p;
        found = true;
        if (!only)
            break;
    }
    h->has_paper = found;
    return found;
}

/* The pages' own footers come before those that a site's list shows above the header. */
static bool number_in_footers(struct header *h)
{
    return footer_between(h, h->begin, h->z.n, false) ||
           footer_between(h, 0, h->begin, true);
}

/* "Reference 8714/1/12 REV 1" in a site's own table. */
static bool number_in_reference(struct header *h)
{
    for (size_t i = 0; i < h->z.n; i++) {
        const struct hit *l = zone_hit(&h->z, i, PHRASE_LABEL, LABEL_REFERENCE, -1);
        if (!l || !zone_flag(&h->z, i, WORD_FIRST | WORD_CELL))
            continue;
        size_t at = zone_is(&h->z, l->end, ':') ? l->end + 1 : l->end;
        if (paper_at(&h->z, at, &h->paper, h->a)) {
            h->has_paper = true;
            return true;
        }
    }
    return false;
}

/* "Reference 9465/18 COR 1" and below it "From Secretary-General of …": who sends the
 * paper, where its own row is lost. */
static void sender_in_reference(struct header *h)
{
    const struct zone *z = &h->z;
    struct paper p;
    unsigned rows = 1u << LABEL_TO | 1u << LABEL_SUBJECT;
    if (h->from.p || h->roles & 1u << LABEL_FROM || !(h->roles & rows))
        return;
    for (size_t i = 0; i < h->end; i++) {
        const struct hit *l = zone_hit(z, i, PHRASE_LABEL, LABEL_REFERENCE, -1);
        if (!l || !zone_flag(z, i, WORD_FIRST) || !paper_at(z, l->end, &p, h->a) ||
            !zone_flag(z, p.end, WORD_FIRST | WORD_CAPITAL))
            continue;
        const struct hit *from = zone_hit(z, p.end, PHRASE_LABEL, LABEL_FROM, -1);
        size_t e = from ? from->end : 0;
        while (e && e < h->end && !z->word[e].lines)
            e++;
        if (from && e > from->end && !z->word[from->end].lines)
            h->from = zone_text(z, from->end, e, h->a);
        return;
    }
}

static void number_from_tail(struct header *h)
{
    struct sv text = h->s->text;
    struct header tail = {.s = h->s, .a = h->a, .lang = h->lang};
    if (text.n <= WIDE_BYTES)
        return;
    zone_read(&tail.z, h->z.book, text, cut_on(text, text.n - TAIL_BYTES), text.n, h->a);
    if (number_in_footers(&tail)) {
        h->paper = tail.paper;
        h->has_paper = true;
    }
}

/* "12353/09 (Presse 228)": the code stands right behind the paper's own number. */
static bool behind_own_number(const struct header *h, size_t code)
{
    struct paper p;
    for (size_t i = code > 8 ? code - 8 : 0; h->has_paper && i + 1 < code; i++)
        if (h->z.word[i].kind == WORD_NUMBER && paper_at(&h->z, i, &p, h->a) &&
            p.end == code - 1 && p.number == h->paper.number && p.year == h->paper.year)
            return true;
    return false;
}

/* A press release whose header lost its code: "12353/09 (Presse 228) 1 EN". */
static void press_code_in_footers(struct header *h)
{
    for (size_t i = 1; !h->codes.n && i < h->z.n; i++) {
        bool press = zone_reads(&h->z, i, "PRESSE") && zone_is(&h->z, i - 1, '(') &&
                     (h->press || behind_own_number(h, i));
        size_t end = press ? masthead_code(h, i, false) : 0;
        if (end)
            header_add(h, &h->codes, zone_text(&h->z, i, end, h->a));
    }
}

/* Without a header, footers of several papers are a site's list of them. */
static bool is_list_of_papers(const struct header *h)
{
    struct paper first = {0}, p;
    for (size_t i = 0; i < h->z.n; i++) {
        if (h->z.word[i].kind == WORD_SIGN || !footer_at(h, i, &p))
            continue;
        if (first.number && (p.number != first.number || p.year != first.year))
            return true;
        first = p;
    }
    return false;
}

static void find_number(struct header *h, bool block)
{
    if (h->has_paper || (!block && is_list_of_papers(h)) || number_in_footers(h))
        return;
    if (block && (h->seen & ELEMENT_NUMBER_REST) && title_number(h))
        return;
    if (block && number_in_reference(h))
        return;
    h->has_paper = footer_of_pages(h, &h->paper);
    if (h->has_paper)
        return;
    number_from_tail(h);
}

void header_number(struct header *h, bool block)
{
    find_number(h, block);
    press_code_in_footers(h);
    if (block) {
        title_fill(h);
        sender_in_reference(h);
    }
}
