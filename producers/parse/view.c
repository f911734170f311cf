/* Sentences as people read them, and the words around a place in them. */
#include "decide.h"
#include "skip.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Letters, digits, hyphen, apostrophe, slash, and all bytes beyond ASCII. */
static bool is_word(char c)
{
    static const bool word[256] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    };
    return word[(unsigned char)c];
}

bool one_of(struct sv word, const char *const *list)
{
    if (!word.n)
        return false;
    for (; *list; list++) {
        const char *p = *list;
        size_t n = 0; /* a text holds no NUL: what is shorter stops there */
        while (n < word.n && p[n] == word.p[n])
            n++;
        if (n == word.n && p[n] == '\0')
            return true;
    }
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
    static const char *const brief[] = {"now", "nu", "par", "ook", NULL};
    static const char *const list[] = {
        "also",       "then",        "therefore",    "thus",
        "hence",      "today",       "again",        "already",
        "further",    "furthermore", "hereby",       "both",
        "still",      "however",     "moreover",     "next",
        "itself",     "themselves",  "twice",        "once",
        "également",  "aussi",       "ensuite",      "ainsi",
        "donc",       "enfin",       "formellement", "ailleurs",
        "outre",      "auch",        "ferner",       "außerdem",
        "zudem",      "ebenfalls",   "sodann",       "förmlich",
        "einstimmig", "sich",        "darüber",      "hinaus",
        "også",       "desuden",     "endvidere",    "også",
        "formelt",    "också",       "även",         "tevens",
        "voorts",     "formeel",     "altresì",      "inoltre",
        "anche",      "también",     "asimismo",     "además",
        NULL};
    if (w.n < 2 || (w.p[0] >= 'A' && w.p[0] <= 'Z')) /* most words in front of a verb */
        return w.n > 4 && memcmp(w.p + w.n - 2, "ly", 2) == 0 && !IS(w, "July");
    if (w.n <= 3) /* "has", "was", "to": most of the others */
        return one_of(w, brief);
    return (w.n > 4 && memcmp(w.p + w.n - 2, "ly", 2) == 0) || one_of(w, list);
}

bool is_determiner(struct sv w)
{
    static const char *const list[] = {
        "the",  "The", "THE", "a",   "an",   "A",    "An",  "its", "Its", "their", "this",
        "This", "all", "All", "any", "each", "both", "le",  "la",  "les", "Le",    "La",
        "Les",  "der", "die", "das", "Der",  "Die",  "Das", "de",  "het", "De",    "Het",
        "il",   "lo",  "i",   "gli", "Il",   "Lo",   "I",   "Gli", "el",  "los",   "las",
        "El",   "Los", "Las", "La",  "den",  "det",  "Den", "Det", NULL};
    return w.n <= 5 && one_of(w, list); /* none is longer than "their" */
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

/* What may not simply be copied: marks, brackets of links and tags, blanks of several
 * bytes. */
static const char special[256] = {
    ['*'] = 1, ['['] = 1, [']'] = 1, ['<'] = 1, ['\t'] = 1, ['\f'] = 1, [0xc2] = 1};

struct filling {
    struct deciding *d;
    size_t token; /* next one to find its place */
    size_t mark;  /* next footnote mark */
    bool inside;  /* the last word's end is still ahead */
};

enum form form_of(struct sv f)
{
    static const char *const name[] = {"",          "past",  "active",  "finite",
                                       "subject",   "part",  "passive", "present",
                                       "operative", "inf",   "request", "said",
                                       "authorise", "route", "fixed"};
    for (size_t i = 1; i < ARRAY_LEN(name); i++)
        if (f.n > 2 && name[i][0] == f.p[0] && name[i][2] == f.p[2] &&
            sv_eq(f, sv_cstr(name[i])))
            return (enum form)i;
    return FORM_NONE;
}

static void begin_word(struct deciding *d, const struct token *k, uint32_t b)
{
    struct view *v = &d->view;
    size_t table = KNOWLEDGE_ID_TABLE(k->id);
    const struct knowledge_row *row =
        &knowledge_table_at(d->s->k, table)->row[KNOWLEDGE_ID_ROW(k->id)];
    struct word *w = &v->word[v->nwords++];
    *w = (struct word){.b = b, .e = b, .row = row};
    if (table == d->bodies)
        w->actor = actor_class_of(row->cell[d->class_]);
    else
        w->form = form_of(row->cell[d->form]);
}

/* Appends text[b, e) and places the tokens in it. */
static void copy_run(struct filling *f, size_t b, size_t e)
{
    struct deciding *d = f->d;
    struct view *v = &d->view;
    const struct scan *s = d->s;
    if (e - b > VIEW_BYTES - 1 - v->n)
        e = b + (VIEW_BYTES - 1 - v->n);
    for (; f->token < s->ntokens; f->token++) {
        const struct token *k = &s->token[f->token];
        size_t table = KNOWLEDGE_ID_TABLE(k->id);
        if (k->b >= e)
            break;
        if (!f->inside) {
            if (k->b < b || (table != d->bodies && table != d->formulas) ||
                v->nwords == VIEW_WORDS)
                continue;
            begin_word(d, k, v->n + (uint32_t)(k->b - b));
        }
        f->inside = k->e > e;
        if (f->inside) {
            v->word[v->nwords - 1].e = v->n + (uint32_t)(e - b);
            break;
        }
        if (k->e > b)
            v->word[v->nwords - 1].e = v->n + (uint32_t)(k->e - b);
    }
    memcpy(v->p + v->n, s->text.p + b, e - b);
    v->n += (uint32_t)(e - b);
}

static void put_blank(struct view *v)
{
    if (v->n && v->p[v->n - 1] != ' ' && v->n < VIEW_BYTES - 1)
        v->p[v->n++] = ' ';
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

static void view_line(struct filling *f, size_t b, size_t e)
{
    const struct scan *s = f->d->s;
    struct view *v = &f->d->view;
    const char *t = s->text.p;
    for (size_t i = b; i < e && v->n < VIEW_BYTES - 1;) {
        while (f->mark < s->nmarks && s->mark[f->mark].e <= i)
            f->mark++;
        size_t limit = e;
        if (f->mark < s->nmarks && s->mark[f->mark].b < e) {
            if (s->mark[f->mark].b <= i) {
                i = s->mark[f->mark].e;
                continue;
            }
            limit = s->mark[f->mark].b;
        }
        size_t n = silent(s, i, e);
        if (n) {
            i += n;
        } else if (t[i] == ' ' || t[i] == '\t' || t[i] == '\f') {
            put_blank(v);
            i++;
        } else if (t[i] == '\xc2' && i + 1 < e && t[i + 1] == '\xa0') {
            put_blank(v);
            i += 2;
        } else {
            size_t j = i + 1;
            while ((j = skip_words(t, j, limit)) < limit &&
                   !special[(unsigned char)t[j]] &&
                   (t[j] != ' ' || (j + 1 < limit && t[j + 1] != ' ')))
                j++;
            copy_run(f, i, j);
            i = j;
        }
    }
}

static size_t mark_from(const struct scan *s, size_t offset)
{
    size_t lo = 0, hi = s->nmarks;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->mark[mid].e <= offset)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void view_of(struct deciding *d, size_t line, size_t b, size_t e)
{
    const struct scan *s = d->s;
    struct view *v = &d->view;
    struct filling f = {.d = d, .token = d->token, .mark = mark_from(s, b)};
    while (f.token > 0 && s->token[f.token - 1].b >= b)
        f.token--;
    while (f.token < s->ntokens && s->token[f.token].b < b)
        f.token++;
    while (line + 1 < s->nlines && s->line[line + 1].b <= b)
        line++;
    v->n = 0;
    v->nwords = 0;
    for (size_t i = line; i < s->nlines && s->line[i].b < e && v->n < VIEW_BYTES - 1;
         i++) {
        const struct line *l = &s->line[i];
        if (i > line && (l->flags & (LINE_FURNITURE | LINE_FOOTNOTE | LINE_BLANK)))
            continue;
        if (i > line)
            put_blank(v);
        view_line(&f, i == line ? b : l->content, l->e < e ? l->e : e);
    }
    while (v->n && v->p[v->n - 1] == ' ')
        v->n--;
    while (v->nwords && v->word[v->nwords - 1].b >= v->n)
        v->nwords--;
    for (size_t i = 0; i < v->nwords; i++)
        while (v->word[i].e > v->word[i].b && v->p[v->word[i].e - 1] == ' ')
            v->word[i].e--;
    v->p[v->n] = '\0';
}

void view_open(struct deciding *d)
{
    d->view.p = arena_zalloc(d->a, VIEW_BYTES + VIEW_SLACK);
    d->view.word = arena_alloc(d->a, VIEW_WORDS * sizeof *d->view.word);
}
