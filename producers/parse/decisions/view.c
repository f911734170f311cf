/* Sentences as people read them, and the words around a place in them. */
#include "decide.h"
#include "producers/parse/text/ascii.h"
#include "producers/parse/text/skip.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Where the run of word bytes that holds `at`, if it does, begins and ends. */
static uint32_t run_begin(const struct view *v, uint32_t at)
{
    if (!v->letters) {
        while (at > 0 && byte_in_word(v->p[at - 1]))
            at--;
        return at;
    }
    while (at > 0) {
        unsigned left = (at - 1) % BLOCK_BYTES;
        uint64_t gaps = ~v->letters[(at - 1) / BLOCK_BYTES] << (BLOCK_BYTES - 1 - left);
        if (gaps)
            return at - (uint32_t)__builtin_clzll(gaps);
        at -= left + 1;
    }
    return 0;
}

static uint32_t run_end(const struct view *v, uint32_t at)
{
    if (!v->letters) {
        while (at < v->n && byte_in_word(v->p[at]))
            at++;
        return at;
    }
    for (;;) {
        uint64_t gaps = ~v->letters[at / BLOCK_BYTES] >> at % BLOCK_BYTES;
        if (gaps)
            return at + block_first(gaps);
        at += BLOCK_BYTES - at % BLOCK_BYTES;
    }
}

struct sv word_before(const struct view *v, uint32_t at, uint32_t *begin)
{
    while (at > 0 && v->p[at - 1] == ' ')
        at--;
    uint32_t e = at;
    at = run_begin(v, at);
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
    if (at < v->n) {
        at = run_end(v, at);
        at += at == b;
    }
    *end = at;
    return (struct sv){v->p + b, at - b};
}

bool is_adverb(struct sv w)
{
    static const struct words brief = WORDS("now", "nu", "par", "ook", "poi", "hoy");
    static const struct words list = WORDS(
        "also", "very", "then", "therefore", "thus", "hence", "today", "again", "already",
        "further", "furthermore", "hereby", "both", "still", "however", "moreover",
        "next", "first", "itself", "themselves", "twice", "once", "nevertheless",
        "nonetheless", "meanwhile", "likewise", "également", "aussi", "ensuite", "ainsi",
        "donc", "enfin", "formellement", "ailleurs", "outre", "auch", "ferner",
        "außerdem", "zudem", "ebenfalls", "sodann", "förmlich", "einstimmig", "sich",
        "darüber", "hinaus", "også", "desuden", "endvidere", "også", "formelt", "också",
        "även", "tevens", "voorts", "formeel", "egalement", "altresì", "inoltre", "anche",
        "también", "asimismo", "además");
    static const struct words more = WORDS(
        "infine", "pertanto", "quindi", "formellement", "unanimement", "brièvement",
        "notamment", "officiellement", "longuement", "favorablement", "récemment", "oggi",
        "ancora", "hoje", "alors", "déjà", "deja", "recemment", "encore", "toutefois",
        "cependant", "néanmoins", "después", "luego", "também", "ainda", "depois",
        "jedoch", "hierzu", "dabei", "anschließend", "daraufhin", "abschließend",
        "schließlich", "nunmehr", "bereits", "kurz", "erneut", "vervolgens", "daarna",
        "eveneens", "verder", "bovendien", "tenslotte", "reeds", "derefter", "ligeledes",
        "dernæst", "endelig", "enstemmigt", "därefter", "vidare", "dessutom", "slutligen",
        "likaså", "redan", "enhälligt");
    static const struct words others =
        WORDS("rovněž", "také", "znovu", "opět", "dále", "současně", "tiež", "takisto",
              "opäť", "zároveň", "ďalej", "również", "także", "ponadto", "ponownie",
              "również", "jednocześnie", "też", "ismét", "szintén", "továbbá", "emellett",
              "ezenkívül", "također", "nadalje", "tudi", "poleg", "nadalje", "също",
              "така", "отново", "επίσης", "ακόμη", "myös", "lisäksi", "samuti", "samuti",
              "arī", "turklāt", "taip", "pat", "ukoll", "\xef\xbf\xbdgalement",
              "ogs\xef\xbf\xbd", "ocks\xef\xbf\xbd", "tambi\xef\xbf\xbdn");
    static const struct words manner = WORDS(
        "définitivement", "definitivement", "provisoirement", "préalablement",
        "explicitement", "expressément", "conjointement", "finalement", "partiellement",
        "pleinement", "vivement", "fermement", "chaleureusement", "largement",
        "rapidement", "immédiatement", "endgültig", "eingehend", "ausführlich",
        "vorläufig", "nachdrücklich", "heute", "gemeinsam", "offiziell", "vandaag",
        "definitief", "unaniem", "uitvoerig", "officieel", "endeligt", "officielt",
        "indgående", "slutgiltigt", "formellt", "officiellt", "ingående", "ieri");
    if (w.n < 2 || (w.p[0] >= 'A' && w.p[0] <= 'Z')) /* most words in front of a verb */
        return w.n > 4 && memcmp(w.p + w.n - 2, "ly", 2) == 0 && !IS(w, "July");
    if (w.n <= 3) /* "has", "was", "to": most of the others */
        return one_of(w, &brief);
    return (w.n > 4 && memcmp(w.p + w.n - 2, "ly", 2) == 0) || one_of(w, &list) ||
           one_of(w, &more) || one_of(w, &others) || one_of(w, &manner) ||
           (w.n > 7 && sv_ends(w, SV("mente")));
}

bool is_determiner(struct sv w)
{
    static const struct words list = WORDS(
        "the", "The", "THE", "a", "an", "A", "An", "its", "Its", "their", "this", "This",
        "all", "All", "any", "each", "both", "le", "la", "les", "Le", "La", "Les", "der",
        "die", "das", "Der", "Die", "Das", "de", "het", "De", "Het", "il", "lo", "i",
        "gli", "Il", "Lo", "I", "Gli", "el", "los", "las", "El", "Los", "Las", "La",
        "den", "det", "Den", "Det", "DIE", "DER", "DEN", "DAS", "LES", "LE", "LA", "LOS",
        "LAS", "EL", "HET", "DE", "GLI", "IL", "os", "as", "Os", "O", "OS", "AS", "o");
    return w.n <= 5 && one_of(w, &list); /* none is longer than "their" */
}

/* "en" of "en outre" at the end of view[0, at): it is none alone. */
static bool ends_with_en(const struct view *v, uint32_t at)
{
    return at > 3 && memcmp(v->p + at - 3, "en ", 3) == 0 && v->p[at - 4] == ' ';
}

/* "on several occasions": in front of what says how often. */
static uint32_t before_occasions(const struct view *v, uint32_t at)
{
    uint32_t b;
    word_before(v, at, &b);
    return IS(word_before(v, b, &b), "on") ? b : at;
}

/* "The Council strongly and repeatedly": in front of "strongly", where the body ends. */
static uint32_t before_joined(const struct view *v, uint32_t and_word)
{
    uint32_t b;
    return is_adverb(word_before(v, and_word, &b)) && verb_body_ends_at(v, b) ? b : 0;
}

uint32_t before_adverbs(const struct view *v, uint32_t at)
{
    for (int n = 0; n < 6; n++) {
        uint32_t b;
        struct sv w = word_before(v, at, &b);
        if (w.n == 9 && IS(w, "occasions"))
            b = before_occasions(v, b);
        else if (n && IS(w, "and") && before_joined(v, b))
            b = before_joined(v, b);
        else if (IS(w, "galement") && b > 0 && v->p[b - 1] == '?') /* "?galement" */
            b--;
        else if (!is_adverb(w))
            break;
        at = b;
        if (w.n == 5 && IS(w, "outre") && ends_with_en(v, at))
            at -= 3;
        if (w.n == 8 && IS(w, "ailleurs") && IS(word_before(v, at, &b), "par"))
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
static const char special[256] = {['*'] = 1, ['|'] = 1,  ['['] = 1,  [']'] = 1,
                                  ['<'] = 1, ['\t'] = 1, ['\f'] = 1, [0xc2] = 1};

/* As skip_words (skip.h), for what is special here: most letters beyond ASCII are not. */
static size_t skip_letters(const char *t, size_t i, size_t end)
{
#ifdef __SSE2__
    enum { BLOCK = 16, WHOLE = (1 << (BLOCK - 1)) - 1 };
    const __m128i blank = _mm_set1_epi8(' ');
    for (; end - i >= BLOCK; i += BLOCK - 1) {
        __m128i v, look;
        memcpy(&v, t + i, sizeof v);
        look = skip_equal(v, 5, '\r'); /* \t and \f; \b and \r stand in no text */
        look = _mm_or_si128(look, skip_equal(v, 6, '_')); /* [ and ], also _ and Y */
        look = _mm_or_si128(look, skip_equal(v, 0, '*'));
        look = _mm_or_si128(look, skip_equal(v, 0x60, '|'));
        look = _mm_or_si128(look, skip_equal(v, 0, '\xc2'));
        unsigned looks = (unsigned)_mm_movemask_epi8(look),
                 blanks = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, blank));
        looks = (looks | (blanks & blanks >> 1)) & WHOLE;
        if (looks)
            return i + (size_t)__builtin_ctz(looks);
    }
#else
    (void)t, (void)end;
#endif
    return i;
}

struct filling {
    struct deciding *d;
    size_t token; /* next one to find its place */
    size_t mark;  /* next footnote mark */
    bool inside;  /* the last word's end is still ahead */
};

enum form form_of_row(const struct deciding *d, size_t row)
{
    return (enum form)d->book->row_form[row];
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
        w->actor = actor_of_row(d, KNOWLEDGE_ID_ROW(k->id));
    else
        w->form = form_of_row(d, KNOWLEDGE_ID_ROW(k->id));
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
        size_t n = special[(unsigned char)t[i]] ? silent(s, i, e) : 0;
        if (n) {
            i += n;
        } else if (t[i] == ' ' || t[i] == '\t' || t[i] == '\f' || t[i] == '|') {
            put_blank(v);
            i++;
        } else if (t[i] == '\xc2' && i + 1 < e && t[i + 1] == '\xa0') {
            put_blank(v);
            i += 2;
        } else {
            size_t j = i + 1;
            while ((j = skip_letters(t, j, limit)) < limit &&
                   !special[(unsigned char)t[j]] &&
                   (t[j] != ' ' || (j + 1 < limit && t[j + 1] != ' ')))
                j++;
            copy_run(f, i, j);
            i = j;
        }
    }
}

/* Behind the end no byte is one of a word. */
static void mark_words(struct view *v)
{
    uint32_t i = 0;
    for (; i * BLOCK_BYTES < v->n; i++)
        v->letters[i] = block_words(v->p + (size_t)i * BLOCK_BYTES);
    v->letters[i] = 0;
    if (v->n % BLOCK_BYTES)
        v->letters[i - 1] &= ((uint64_t)1 << v->n % BLOCK_BYTES) - 1;
}

/* Which bytes of a block are the first of a word. */
static uint64_t word_begins(const struct view *v, uint32_t block)
{
    uint64_t before = block ? v->letters[block - 1] >> (BLOCK_BYTES - 1) : 0;
    return v->letters[block] & ~(v->letters[block] << 1 | before);
}

uint32_t view_find(const struct view *v, uint32_t at, uint32_t e,
                   const struct view_pairs *begin)
{
    e = e < v->n ? e : v->n;
    for (uint32_t i = at / BLOCK_BYTES; i * BLOCK_BYTES < e; i++) {
        uint64_t found = word_begins(v, i);
        if (i == at / BLOCK_BYTES) /* the rest of a word counts as one */
            found = (found | (v->letters[i] & (uint64_t)1 << at % BLOCK_BYTES)) &
                    UINT64_MAX << at % BLOCK_BYTES;
        for (; found; found &= found - 1) {
            uint32_t b = i * BLOCK_BYTES + block_first(found);
            const unsigned char *p = (const unsigned char *)v->p + b;
            if (begin->second[p[0]] >> (p[1] & 31) & 1)
                return b < e ? b : e;
        }
    }
    return e;
}

/* "DAPIX 60" behind a number is a subject code, no body. */
static void drop_codes(struct view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->nwords; i++) {
        const struct word *w = &v->word[i];
        bool code = w->form == FORM_NONE && w->e + 1 < v->n && v->p[w->e] == ' ' &&
                    is_digit(v->p[w->e + 1]);
        for (uint32_t k = w->b; code && k < w->e; k++)
            code = is_upper(v->p[k]);
        if (!code)
            v->word[n++] = *w;
    }
    v->nwords = n;
}

void view_of(struct deciding *d, size_t line, size_t b, size_t e)
{
    const struct scan *s = d->s;
    struct view *v = &d->view;
    if (v->b == b && v->e == e) /* an entry's first sentence is all of most entries */
        return;
    v->b = b;
    v->e = e;
    struct filling f = {.d = d, .token = d->token, .mark = scan_mark_at(s, b)};
    while (f.token > 0 && s->token[f.token - 1].b >= b)
        f.token--;
    while (f.token < s->ntokens && s->token[f.token].b < b)
        f.token++;
    while (line + 1 < s->nlines && s->line[line + 1].b <= b)
        line++;
    size_t last = line;
    v->n = 0;
    v->nwords = 0;
    for (size_t i = line; i < s->nlines && s->line[i].b < e && v->n < VIEW_BYTES - 1;
         i++) {
        const struct line *l = &s->line[i];
        if (i > line && (l->flags & (LINE_FURNITURE | LINE_FOOTNOTE | LINE_BLANK)))
            continue;
        if (i > line && v->n && v->p[v->n - 1] == '-' && scan_word_broken(s, last, i))
            v->n--;
        else if (i > line)
            put_blank(v);
        view_line(&f, i == line ? b : l->content, l->e < e ? l->e : e);
        last = i;
    }
    while (v->n && v->p[v->n - 1] == ' ')
        v->n--;
    while (v->nwords && v->word[v->nwords - 1].b >= v->n)
        v->nwords--;
    for (size_t i = 0; i < v->nwords; i++)
        while (v->word[i].e > v->word[i].b && v->p[v->word[i].e - 1] == ' ')
            v->word[i].e--;
    v->p[v->n] = '\0';
    drop_codes(v);
    mark_words(v);
}

void view_open(struct deciding *d)
{
    d->view.p = arena_zalloc(d->a, VIEW_BYTES + VIEW_SLACK);
    d->view.letters = arena_array(d->a, VIEW_BLOCKS, sizeof *d->view.letters);
    d->view.word = arena_alloc(d->a, VIEW_WORDS * sizeof *d->view.word);
}
