/* Words that a hyphen breaks at a line's end: what such a word belongs to is matched
 * again, the word made whole. */
#include "block.h"
#include "line_facts.h"

#include <string.h>

enum { AROUND = 160 }; /* bytes; the longest patterns reach this far */

/* Where the line's text ends. */
static size_t line_end(const struct scan *s, const struct line *l)
{
    size_t e = l->e;
    while (e > l->b && (s->text.p[e - 1] == ' ' || s->text.p[e - 1] == '\t'))
        e--;
    return e;
}

/* Where the word goes on whose hyphen ends the text of the line, or 0. */
static size_t goes_on_behind(const struct scan *s, size_t line, size_t next)
{
    const struct line *l = &s->line[line];
    if (!(l->flags & LINE_AS_BROKEN) || next >= s->nlines)
        return 0;
    const struct line *q = &s->line[next];
    return q->content + 1 < q->e && is_lower(s->text.p[q->content]) &&
                   byte_in_word(s->text.p[q->content + 1])
               ? q->content
               : 0;
}

bool scan_word_broken(const struct scan *s, size_t line, size_t next)
{
    return goes_on_behind(s, line, next) != 0;
}

struct window {
    char text[2 * AROUND];
    size_t b, e;      /* of the text */
    size_t cut, lost; /* where the window leaves bytes out, and how many */
    struct token found;
    bool any;
};

static int take_whole(void *ctx, const struct match_hit *hit)
{
    struct window *w = ctx;
    if (hit->start >= w->cut || hit->end <= w->cut)
        return 0;
    w->found = (struct token){(uint32_t)(w->b + hit->start),
                              (uint32_t)(w->b + hit->end + w->lost), hit->id};
    w->any = true;
    return 1;
}

/* What the word is part of that is broken by a hyphen and goes on behind it. */
static bool match_whole(const struct scan *s, size_t hyphen, size_t behind,
                        struct window *w)
{
    const char *t = s->text.p;
    w->b = hyphen > AROUND - 1 ? hyphen - (AROUND - 1) : 0;
    while (w->b > 0 && w->b < hyphen && byte_in_word(t[w->b - 1]))
        w->b++;
    w->e = behind + AROUND < s->text.n ? behind + AROUND : s->text.n;
    w->cut = hyphen - w->b;
    w->lost = behind - hyphen;
    w->any = false;
    memcpy(w->text, t + w->b, w->cut);
    memcpy(w->text + w->cut, t + behind, w->e - behind);
    match_scan(knowledge_matcher(s->k), (struct sv){w->text, w->cut + w->e - behind},
               take_whole, w);
    return w->any;
}

/* Puts the tokens of whole words among the others, instead of those that they overlap. */
static void put_tokens(struct scan *s, const struct token *whole, size_t n,
                       struct arena *a)
{
    struct token *all = arena_array(a, s->ntokens + n, sizeof *all);
    size_t k = 0, old = 0;
    if (arena_overflow(a))
        return;
    for (size_t i = 0; i < n; i++) {
        while (old < s->ntokens && s->token[old].e <= whole[i].b)
            all[k++] = s->token[old++];
        if (k && all[k - 1].e > whole[i].b)
            continue;
        all[k++] = whole[i];
        while (old < s->ntokens && s->token[old].b < whole[i].e)
            old++;
    }
    while (old < s->ntokens)
        all[k++] = s->token[old++];
    s->token = all;
    s->ntokens = k;
}

struct mending {
    struct scan *s;
    struct arena *a;
    struct token *whole;
    size_t n, cap, words;
};

static void mend(struct mending *m, size_t hyphen, size_t behind)
{
    enum { WORDS_MOST = 5000 };
    struct window w;
    if (m->words++ < WORDS_MOST && match_whole(m->s, hyphen, behind, &w))
        *(struct token *)arena_push(m->a, &m->whole, &m->n, &m->cap, sizeof w.found) =
            w.found;
}

/* "adop- ted" in the midst of a line that was many; "short- and long-term" is none. */
static void mend_within(struct mending *m, const struct line *l)
{
    static const struct sv joining[] = {
        {"and ", 4}, {"or ", 3}, {"und ", 4}, {"oder ", 5}, {"et ", 3}, {"ou ", 3},
        {"to ", 3},  {"bzw", 3}, {"en ", 3},  {"och ", 4},  {"og ", 3}, {"as ", 3}};
    const char *t = m->s->text.p, *end = t + l->e;
    for (const char *p = t + l->b; (p = memchr(p, '-', (size_t)(end - p))) != NULL; p++) {
        if (!hyphen_tears(p, t, end))
            continue;
        struct sv rest = {p + 2, (size_t)(end - p) - 2};
        bool suspended = false;
        for (size_t i = 0; i < ARRAY_LEN(joining) && !suspended; i++)
            suspended = sv_starts(rest, joining[i]);
        if (!suspended)
            mend(m, (size_t)(p - t), (size_t)(p - t) + 2);
    }
}

void scan_mend_words(struct scan *s, struct arena *a)
{
    struct mending m = {.s = s, .a = a};
    for (size_t i = 0; i < s->nlines; i++) {
        const struct line *l = &s->line[i];
        if (l->flags & LINE_AS_TORN)
            mend_within(&m, l);
        size_t next =
                   i + 1 < s->nlines && s->line[i + 1].flags & LINE_BLANK ? i + 2 : i + 1,
               behind = goes_on_behind(s, i, next);
        if (behind)
            mend(&m, line_end(s, l) - 1, behind);
    }
    if (m.n && !arena_overflow(a))
        put_tokens(s, m.whole, m.n, a);
}
