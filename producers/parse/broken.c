/* Words that a hyphen breaks at a line's end: what such a word belongs to is matched
 * again, the word made whole. */
#include "block.h"
#include "scan.h"

#include <string.h>

enum { AROUND = 160 }; /* bytes; the longest patterns reach this far */

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Where the line's text ends. */
static size_t line_end(const struct scan *s, const struct line *l)
{
    size_t e = l->e;
    while (e > l->b && (s->text.p[e - 1] == ' ' || s->text.p[e - 1] == '\t'))
        e--;
    return e;
}

bool scan_word_broken(const struct scan *s, size_t line)
{
    const struct line *l = &s->line[line];
    size_t e = line_end(s, l);
    if (e < l->b + 3 || s->text.p[e - 1] != '-' || !is_small(s->text.p[e - 2]) ||
        line + 1 >= s->nlines)
        return false;
    const struct line *next = &s->line[line + 1];
    return next->content + 1 < next->e && is_small(s->text.p[next->content]) &&
           byte_in_word(s->text.p[next->content + 1]);
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

/* What the word that line breaks is part of. */
static bool match_whole(const struct scan *s, size_t line, struct window *w)
{
    const char *t = s->text.p;
    size_t hyphen = line_end(s, &s->line[line]) - 1, behind = s->line[line + 1].content;
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

void scan_mend_words(struct scan *s, struct arena *a)
{
    enum { WORDS_MOST = 5000 };
    struct window w;
    struct token *whole = NULL;
    size_t n = 0, cap = 0, words = 0;
    for (size_t i = 0; i + 1 < s->nlines && words < WORDS_MOST; i++) {
        if (!scan_word_broken(s, i))
            continue;
        words++;
        if (match_whole(s, i, &w))
            *(struct token *)arena_push(a, &whole, &n, &cap, sizeof *whole) = w.found;
    }
    if (n && !arena_overflow(a))
        put_tokens(s, whole, n, a);
}
