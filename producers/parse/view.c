/* Sentences as people read them, and the words around a place in them. */
#include "decide.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '\'' || c == '/';
}

bool one_of(struct sv word, const char *const *list)
{
    for (; *list; list++)
        if ((*list)[0] == (word.n ? word.p[0] : 0) && sv_eq(word, sv_cstr(*list)))
            return true;
    return false;
}

struct sv word_before(const struct view *v, uint32_t at, uint32_t *begin)
{
    while (at > 0 && v->p[at - 1] == ' ')
        at--;
    uint32_t e = at;
    while (at > 0 && is_word(v->p[at - 1]))
        at--;
    if (at == e && at > 0)
        at--;
    *begin = at;
    return (struct sv){v->p + at, e - at};
}

struct sv word_after(const struct view *v, uint32_t at, uint32_t *end)
{
    while (at < v->n && v->p[at] == ' ')
        at++;
    uint32_t b = at;
    while (at < v->n && is_word(v->p[at]))
        at++;
    if (at == b && at < v->n)
        at++;
    *end = at;
    return (struct sv){v->p + b, at - b};
}

bool is_adverb(struct sv w)
{
    static const char *const list[] = {
        "also",       "then",     "therefore",  "thus",         "hence",    "today",
        "again",      "already",  "further",    "furthermore",  "hereby",   "both",
        "now",        "still",    "however",    "moreover",     "next",     "itself",
        "themselves", "twice",    "once",       "également",    "aussi",    "ensuite",
        "ainsi",      "donc",     "enfin",      "formellement", "par",      "ailleurs",
        "outre",      "auch",     "ferner",     "außerdem",     "zudem",    "ebenfalls",
        "sodann",     "förmlich", "einstimmig", "sich",         "darüber",  "hinaus",
        "også",       "desuden",  "endvidere",  "også",         "nu",       "formelt",
        "också",      "även",     "ook",        "tevens",       "voorts",   "formeel",
        "altresì",    "inoltre",  "anche",      "también",      "asimismo", "además",
        NULL};
    return (w.n > 4 && memcmp(w.p + w.n - 2, "ly", 2) == 0 && !sv_eq(w, SV("July"))) ||
           one_of(w, list);
}

bool is_determiner(struct sv w)
{
    static const char *const list[] = {
        "the",  "The", "THE", "a",   "an",   "A",    "An",  "its", "Its", "their", "this",
        "This", "all", "All", "any", "each", "both", "le",  "la",  "les", "Le",    "La",
        "Les",  "der", "die", "das", "Der",  "Die",  "Das", "de",  "het", "De",    "Het",
        "il",   "lo",  "i",   "gli", "Il",   "Lo",   "I",   "Gli", "el",  "los",   "las",
        "El",   "Los", "Las", "La",  "den",  "det",  "Den", "Det", NULL};
    return one_of(w, list);
}

uint32_t before_adverbs(const struct view *v, uint32_t at)
{
    for (int n = 0; n < 6; n++) {
        uint32_t b;
        if (!is_adverb(word_before(v, at, &b)))
            break;
        at = b;
    }
    return at;
}

struct sv row_lang(const struct deciding *d, const struct word *w)
{
    return w->row->cell[d->lang];
}

static bool pass_mark(const struct scan *s, size_t *mark, size_t *i)
{
    while (*mark < s->nmarks && s->mark[*mark].e <= *i)
        ++*mark;
    if (*mark >= s->nmarks || s->mark[*mark].b > *i)
        return false;
    *i = s->mark[(*mark)++].e;
    return true;
}

/* Length of a sign that carries no text at text[i], or 0. */
static size_t silent(const struct scan *s, size_t i, size_t e)
{
    const char *t = s->text.p;
    if (t[i] == '*')
        return 1;
    if (t[i] == '[' || t[i] == '<') {
        size_t left = e - i < 200 ? e - i : 200;
        const char *close = memchr(t + i, t[i] == '[' ? ']' : '>', left);
        if (!close)
            return 0;
        if (t[i] == '<')
            return left > 1 && (is_letter(t[i + 1]) || t[i + 1] == '/')
                       ? (size_t)(close - t) - i + 1
                       : 0;
        return close + 1 < t + e && close[1] == '(' ? 1 : 0;
    }
    if (t[i] == ']' && i + 1 < e && t[i + 1] == '(') {
        const char *close = memchr(t + i, ')', e - i < 1000 ? e - i : 1000);
        return close ? (size_t)(close - t) - i + 1 : 0;
    }
    return 0;
}

static void view_line(struct deciding *d, size_t b, size_t e, size_t *mark)
{
    struct view *v = &d->view;
    const char *t = d->s->text.p;
    for (size_t i = b; i < e && v->n < VIEW_BYTES - 1;) {
        size_t n;
        if (pass_mark(d->s, mark, &i))
            continue;
        if ((n = silent(d->s, i, e)) > 0) {
            i += n;
            continue;
        }
        bool nbsp = t[i] == '\xc2' && i + 1 < e && t[i + 1] == '\xa0';
        if (nbsp || t[i] == ' ' || t[i] == '\t' || t[i] == '\f') {
            if (v->n && v->p[v->n - 1] != ' ') {
                v->p[v->n] = ' ';
                v->at[v->n++] = (uint32_t)i;
            }
            i += 1 + nbsp;
            continue;
        }
        v->p[v->n] = t[i];
        v->at[v->n++] = (uint32_t)i++;
    }
}

static enum form form_of(struct sv f)
{
    static const char *const name[] = {"",          "past",  "active",  "finite",
                                       "subject",   "part",  "passive", "present",
                                       "operative", "inf",   "request", "said",
                                       "authorise", "route", "fixed"};
    for (size_t i = 1; i < ARRAY_LEN(name); i++)
        if (f.n && name[i][0] == f.p[0] && sv_eq(f, sv_cstr(name[i])))
            return (enum form)i;
    return FORM_NONE;
}

static void view_words(struct deciding *d, size_t b, size_t e)
{
    struct view *v = &d->view;
    const struct scan *s = d->s;
    uint32_t pos = 0;
    v->nwords = 0;
    for (size_t i = scan_token_at(s, b);
         i < s->ntokens && s->token[i].b < e && v->nwords < VIEW_WORDS; i++) {
        const struct token *k = &s->token[i];
        size_t table = KNOWLEDGE_ID_TABLE(k->id);
        if (table != d->bodies && table != d->formulas)
            continue;
        while (pos < v->n && v->at[pos] < k->b)
            pos++;
        uint32_t end = pos;
        while (end < v->n && v->at[end] < k->e)
            end++;
        while (end > pos && v->p[end - 1] == ' ')
            end--;
        if (end == pos)
            continue;
        const struct knowledge_row *row =
            &knowledge_table_at(s->k, table)->row[KNOWLEDGE_ID_ROW(k->id)];
        struct word *w = &v->word[v->nwords++];
        *w = (struct word){.b = pos, .e = end, .row = row};
        if (table == d->bodies)
            w->actor = actor_class_of(row->cell[d->class_]);
        else
            w->form = form_of(row->cell[d->form]);
    }
}

void view_of(struct deciding *d, size_t b, size_t e)
{
    const struct scan *s = d->s;
    struct view *v = &d->view;
    size_t line = scan_line_at(s, b), mark = 0, lo = 0, hi = s->nmarks;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->mark[mid].e <= b)
            lo = mid + 1;
        else
            hi = mid;
    }
    mark = lo;
    v->n = 0;
    for (size_t i = line; i < s->nlines && s->line[i].b < e && v->n < VIEW_BYTES - 1;
         i++) {
        const struct line *l = &s->line[i];
        if (i > line &&
            ((l->flags & (LINE_FURNITURE | LINE_FOOTNOTE)) || (l->flags & LINE_BLANK)))
            continue;
        size_t from = i == line ? b : l->content;
        if (i > line && v->n && v->p[v->n - 1] != ' ') {
            v->p[v->n] = ' ';
            v->at[v->n++] = l->b;
        }
        view_line(d, from, l->e < e ? l->e : e, &mark);
    }
    while (v->n && v->p[v->n - 1] == ' ')
        v->n--;
    v->p[v->n] = '\0';
    v->at[v->n] = (uint32_t)e;
    view_words(d, b, e);
}

void view_open(struct deciding *d)
{
    d->view.p = arena_alloc(d->a, VIEW_BYTES + 1);
    d->view.at = arena_alloc(d->a, (VIEW_BYTES + 1) * sizeof *d->view.at);
    d->view.word = arena_alloc(d->a, VIEW_WORDS * sizeof *d->view.word);
}
