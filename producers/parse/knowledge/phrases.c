#include "phrases.h"

#include "lib/letter.h"
#include "lib/utf8.h"

#include <assert.h>
#include <stdlib.h>

enum { PHRASE_LETTERS_MAX = 200 };

struct source {
    enum phrase_kind kind;
    const char *table;
    int role_cell, lang_cell; /* -1: none */
    const char *const *roles; /* in the order of the enum; NULL: type_role_of */
    size_t nroles;
};

static const char *const label_roles[] = {
    "from",    "to",           "subject",   "on",         "prev", "cion",
    "receipt", "file",         "contact",   "phone",      "date", "time",
    "venue",   "dcl-document", "dcl-dated", "dcl-status", "encl", "reference"};
static const char *const dateword_roles[] = {"filler", "join", "ordinal"};
static const char *const institution_roles[] = {
    "council", "european-council", "convention", "union", "other", "secretariat"};
static const char *const code_roles[] = {"", "never"};
static const char *const addressee_roles[] = {"closed", "open"};
static const char *const opening_roles[] = {"strong", "weak",   "subject", "start",
                                            "title",  "letter", "verb"};
static const char *const furniture_roles[] = {"before", "skip", "list"};
static const char *const meeting_roles[] = {"president", "session",   "meeting",
                                            "deadline",  "statement", "body"};

#define ROLES(a) a, ARRAY_LEN(a)
static const struct source sources[] = {
    {PHRASE_LABEL, "labels", 2, 1, ROLES(label_roles)},
    {PHRASE_TYPE, "types", 2, 1, NULL, 0},
    {PHRASE_MONTH, "months", -1, 1, NULL, 0},
    {PHRASE_DATEWORD, "datewords", 2, 1, ROLES(dateword_roles)},
    {PHRASE_INSTITUTION, "institutions", 2, 1, ROLES(institution_roles)},
    {PHRASE_PLACE, "places", -1, 1, NULL, 0},
    {PHRASE_MARKING, "markings", -1, -1, NULL, 0},
    {PHRASE_CODE, "codes", 1, -1, ROLES(code_roles)},
    {PHRASE_ADDRESSEE, "addressees", 2, 1, ROLES(addressee_roles)},
    {PHRASE_OPENING, "openings", 2, 1, ROLES(opening_roles)},
    {PHRASE_FURNITURE, "furniture", 1, -1, ROLES(furniture_roles)},
    {PHRASE_MEETING, "meetings", 2, 1, ROLES(meeting_roles)},
};

static uint16_t lookalike(uint32_t cp)
{
    static const struct {
        uint16_t from;
        char to;
    } pairs[] = {{0x3B1, 'a'}, {0x3B2, 'b'}, {0x3B5, 'e'}, {0x3B6, 'z'}, {0x3B7, 'h'},
                 {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BC, 'm'}, {0x3BD, 'n'}, {0x3BF, 'o'},
                 {0x3C1, 'p'}, {0x3C4, 't'}, {0x3C5, 'y'}, {0x3C7, 'x'}, {0x3C2, 's'},
                 {0x3C3, 's'}, {0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x43A, 'k'},
                 {0x43C, 'm'}, {0x43D, 'h'}, {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'},
                 {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0xDF, 's'},  {0xF8, 'o'},
                 {0x142, 'l'}, {0x111, 'd'}, {0x131, 'i'}, {0x127, 'h'}, {0xB5, 'm'}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].from == cp)
            return (uint16_t)pairs[i].to;
    return (uint16_t)cp;
}

/* Letter without case and accents, digit as it is, 0 for all else. */
static uint16_t folded(uint32_t cp)
{
    int32_t part[LETTER_PARTS];
    if (!letter_is(cp) && !(cp >= '0' && cp <= '9'))
        return 0;
    uint32_t low = letter_lower(cp);
    uint32_t base = letter_decompose(low, part) > 0 ? (uint32_t)part[0] : low;
    uint16_t letter = base < FOLD_TABLE ? lookalike(base) : FOLD_OTHER;
    return letter;
}

uint16_t phrases_fold_far(uint32_t cp)
{
    return cp == 0xFFFD ? FOLD_ANY : folded(cp);
}

bool phrases_upper_far(uint32_t cp)
{
    return letter_is_upper(cp);
}

static void fill_fold(struct phrases *p)
{
    for (uint32_t cp = 0; cp < FOLD_TABLE; cp++) {
        p->fold[cp] = folded(cp);
        p->upper[cp] = letter_is_upper(cp);
    }
}

struct phrase_made {
    uint16_t letter;
    uint32_t child, sibling; /* 0: none */
    uint32_t phrase;         /* 1-based; 0: none */
};

static size_t fold_words(const struct phrases *p, struct sv s, uint16_t *out)
{
    size_t n = 0;
    for (const char *q = s.p, *e = s.p + s.n; q < e;) {
        struct utf8_char c = utf8_next(q, e);
        uint16_t letter = c.ok ? phrases_fold(p, c.cp) : 0;
        if (letter && n < PHRASE_LETTERS_MAX)
            out[n++] = letter;
        q += c.len;
    }
    return n;
}

/* As phrases_step, while the tree grows. */
static uint32_t find_child(const struct phrases *p, uint32_t node, uint16_t letter)
{
    uint32_t i = node ? p->made[node].child : letter < FOLD_TABLE ? p->root[letter] : 0;
    while (i && p->made[i].letter != letter)
        i = p->made[i].sibling;
    return i;
}

static uint32_t add_node(struct phrases *p, uint32_t parent, uint16_t letter)
{
    if (p->nodes == p->nodes_cap) {
        p->nodes_cap = p->nodes_cap ? p->nodes_cap * 2 : 16384;
        p->made = mem_resize(p->made, p->nodes_cap, sizeof *p->made);
    }
    uint32_t i = (uint32_t)p->nodes++;
    uint32_t *first = parent ? &p->made[parent].child : &p->root[letter];
    p->made[i] = (struct phrase_made){.letter = letter, .sibling = parent ? *first : 0};
    *first = i;
    return i;
}

static struct phrase *add_phrase(struct phrases *p, uint32_t node)
{
    if (p->phrases == p->phrases_cap) {
        p->phrases_cap = p->phrases_cap ? p->phrases_cap * 2 : 4096;
        p->phrase = mem_resize(p->phrase, p->phrases_cap, sizeof *p->phrase);
    }
    struct phrase *v = &p->phrase[p->phrases++];
    *v = (struct phrase){.next = p->made[node].phrase, .lang = -1};
    p->made[node].phrase = (uint32_t)p->phrases;
    return v;
}

static uint32_t path(struct phrases *p, struct sv words)
{
    uint16_t letter[PHRASE_LETTERS_MAX];
    size_t n = fold_words(p, words, letter);
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t next = find_child(p, at, letter[i]);
        at = next ? next : add_node(p, at, letter[i]);
    }
    return at;
}

static int language_index(const struct phrases *p, struct sv code)
{
    for (size_t i = 0; i < p->langs; i++)
        if (sv_eq(p->lang[i], code))
            return (int)i;
    return -1;
}

/* types.tsv names groups freely; the header only needs to know these. */
static uint8_t type_role_of(struct sv code)
{
    static const struct {
        const char *code;
        enum type_role role;
    } map[] = {{"communication", TYPE_COMMUNICATION},
               {"declassification", TYPE_DECLASSIFICATION},
               {"summary-record", TYPE_RECORD},
               {"minutes", TYPE_RECORD},
               {"draft-minutes", TYPE_RECORD},
               {"outcome", TYPE_OUTCOME},
               {"agenda", TYPE_AGENDA},
               {"notice", TYPE_AGENDA},
               {"council-outcome", TYPE_PRESS},
               {"press-release", TYPE_PRESS},
               {"cover-note", TYPE_COVER},
               {"proposal", TYPE_COVER},
               {"summit", TYPE_SUMMIT}};
    for (size_t i = 0; i < ARRAY_LEN(map); i++)
        if (sv_eq(code, sv_cstr(map[i].code)))
            return (uint8_t)map[i].role;
    return TYPE_OTHER;
}

static int role_of(const struct source *s, const struct knowledge_row *r, uint8_t *out,
                   struct err *err)
{
    *out = 0;
    if (s->role_cell < 0)
        return 0;
    struct sv role = r->cell[s->role_cell];
    if (!s->roles) {
        *out = type_role_of(role);
        return 0;
    }
    for (size_t i = 0; i < s->nroles; i++)
        if (sv_eq(role, sv_cstr(s->roles[i]))) {
            *out = (uint8_t)i;
            return 0;
        }
    return err_set(err, ERR_BAD_INPUT, "%s:%u: \"" SV_FMT "\" is none of the roles of %s",
                   r->file, r->line, SV_ARG(role), s->table);
}

static int add_table(struct phrases *p, const struct knowledge *k, const struct source *s,
                     struct err *err)
{
    const struct knowledge_table *t = knowledge_table(k, s->table);
    for (size_t i = 0; t && i < t->rows; i++) {
        const struct knowledge_row *r = &t->row[i];
        uint8_t role;
        if (role_of(s, r, &role, err))
            return -1;
        uint32_t at = path(p, r->cell[0]);
        if (!at)
            return err_set(err, ERR_BAD_INPUT, "%s:%u: no letter in the first column",
                           r->file, r->line);
        struct phrase *v = add_phrase(p, at);
        v->kind = (uint8_t)s->kind;
        v->role = role;
        v->row = r;
        if (s->lang_cell >= 0)
            v->lang = (int8_t)language_index(p, r->cell[s->lang_cell]);
    }
    return 0;
}

static void add_stopword(struct phrases *p, struct sv word, size_t lang,
                         enum stopword_role role)
{
    uint32_t at = path(p, word);
    if (!at)
        return;
    for (uint32_t id = p->made[at].phrase; id; id = p->phrase[id - 1].next)
        if (p->phrase[id - 1].kind == PHRASE_STOPWORD) {
            p->phrase[id - 1].langs |= 1u << lang;
            if (role == STOPWORD_SMALL)
                p->phrase[id - 1].role = STOPWORD_SMALL;
            return;
        }
    struct phrase *v = add_phrase(p, at);
    v->kind = PHRASE_STOPWORD;
    v->role = (uint8_t)role;
    v->langs = 1u << lang;
}

static int add_languages(struct phrases *p, const struct knowledge *k, struct err *err)
{
    const struct knowledge_table *t = knowledge_table(k, "languages");
    for (size_t i = 0; t && i < t->rows; i++) {
        struct sv code = t->row[i].cell[0], words = t->row[i].cell[2],
                  names = t->row[i].cell[3], word;
        int known = language_index(p, code);
        if (known < 0 && p->langs == LANGUAGES_MAX)
            return err_set(err, ERR_BAD_INPUT, "%s:%u: more than %d languages",
                           t->row[i].file, t->row[i].line, LANGUAGES_MAX);
        size_t lang = known < 0 ? p->langs++ : (size_t)known;
        p->lang[lang] = code;
        while (sv_cut(&words, ' ', &word))
            add_stopword(p, word, lang, STOPWORD_SMALL);
        while (sv_cut(&names, ' ', &word))
            add_stopword(p, word, lang, STOPWORD_NAME);
    }
    return 0;
}

struct packing {
    const struct phrase_made *from;
    struct phrases *to;
    uint32_t *origin; /* of a packed node */
    uint32_t *stack;
    uint32_t n;
    uint32_t ended; /* phrases that were put in order */
};

static struct phrase_end pack_end(struct packing *k, uint32_t id)
{
    struct phrases *p = k->to;
    struct phrase_end e = {.first = k->ended};
    for (; id; id = p->phrase[id - 1].next, e.n++) {
        p->by_node[k->ended++] = p->phrase[id - 1];
        e.kinds |= (uint16_t)(1u << p->phrase[id - 1].kind);
    }
    return e;
}

static void pack_node(struct packing *k, uint32_t c, uint32_t sibling)
{
    k->to->end[k->n] = pack_end(k, k->from[c].phrase);
    k->to->link[k->n] = (struct phrase_link){sibling, k->from[c].letter};
    k->origin[k->n++] = c;
}

static void pack_child(struct packing *k, uint32_t c)
{
    pack_node(k, c, k->n + 1);
}

/* The children of node i stand in a row, those of the first of them next. */
static size_t pack_children(struct packing *k, uint32_t i, size_t depth)
{
    uint32_t first = k->n, children = k->from[k->origin[i]].child, by_bit[36];
    uint64_t ascii = 0;
    for (uint32_t c = children; c; c = k->from[c].sibling) {
        uint64_t bit = phrases_bit(k->from[c].letter);
        ascii |= bit;
        if (bit)
            by_bit[__builtin_ctzll(bit)] = c;
    }
    for (uint64_t bits = ascii; bits; bits &= bits - 1)
        pack_child(k, by_bit[__builtin_ctzll(bits)]);
    for (uint32_t c = children; c; c = k->from[c].sibling)
        if (!phrases_bit(k->from[c].letter))
            pack_child(k, c);
    uint64_t child = k->n > first ? first : 0, ends = k->to->end[i].n != 0;
    k->to->node[i].signs_end_child =
        ascii | ends << PHRASE_SIGNS | child * ((uint64_t)2 << PHRASE_SIGNS);
    if (k->n > first)
        k->to->link[k->n - 1].sibling = 0;
    for (uint32_t c = k->n; c-- > first;)
        k->stack[depth++] = c;
    return depth;
}

/* The tree as it was made becomes one whose nodes a word reads in the order of memory. */
static void pack(struct phrases *p)
{
    struct packing k = {.from = p->made,
                        .to = p,
                        .origin = mem_alloc(p->nodes * sizeof *k.origin),
                        .stack = mem_alloc(p->nodes * sizeof *k.stack)};
    p->node = mem_zalloc(p->nodes * sizeof *p->node);
    p->link = mem_alloc(p->nodes * sizeof *p->link);
    p->end = mem_alloc(p->nodes * sizeof *p->end);
    p->by_node = mem_alloc((p->phrases + 1) * sizeof *p->by_node);
    assert(p->nodes < PHRASE_NODES_MAX);
    pack_node(&k, 0, 0);
    for (size_t letter = 0; letter < FOLD_TABLE; letter++) {
        size_t depth = 0;
        if (!p->root[letter])
            continue;
        uint32_t root = k.n;
        pack_node(&k, p->root[letter], 0);
        p->root[letter] = root;
        for (k.stack[depth++] = root; depth > 0;) {
            uint32_t i = k.stack[--depth];
            depth = pack_children(&k, i, depth);
        }
    }
    free(k.origin);
    free(k.stack);
    free(p->made);
    p->made = NULL;
}

static void index_begins(struct phrases *p)
{
    uint16_t l[3];
    for (l[0] = 'a'; l[0] <= 'z'; l[0]++)
        for (l[1] = 'a'; l[1] <= 'z' && p->root[l[0]]; l[1]++) {
            uint32_t two = phrases_step(p, p->root[l[0]], l[1]);
            for (l[2] = 'a'; l[2] <= 'z' && two; l[2]++)
                p->begin[phrases_begin(l)] = phrases_step(p, two, l[2]);
        }
}

static void bound_kinds(struct phrases *p)
{
    for (uint32_t i = 0; i < p->phrases; i++) {
        unsigned kind = p->phrase[i].kind;
        if (p->of_kind[kind].e == 0)
            p->of_kind[kind].b = i;
        p->of_kind[kind].e = i + 1;
    }
}

int phrases_build(const struct knowledge *k, struct phrases **out, struct err *err)
{
    AUTO(phrases_free) struct phrases *p = mem_zalloc(sizeof *p);
    fill_fold(p);
    (void)add_node(p, 0, 0); /* the root; node 0 never is a child */
    memset(p->root, 0, sizeof p->root);
    if (add_languages(p, k, err))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (add_table(p, k, &sources[i], err))
            return -1;
    bound_kinds(p);
    pack(p);
    index_begins(p);
    MOVE(*out, p);
    return 0;
}

void phrases_free(struct phrases **pp)
{
    struct phrases *p = *pp;
    if (!p)
        return;
    free(p->node);
    free(p->link);
    free(p->end);
    free(p->made);
    free(p->phrase);
    free(p->by_node);
    free(p);
    *pp = NULL;
}

static size_t distance(const uint16_t *a, size_t n, const uint16_t *b, size_t m,
                       size_t limit)
{
    size_t row[PHRASE_LETTERS_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0], best = i;
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t up = row[j] + 1, left = row[j - 1] + 1;
            size_t same = diagonal + !(a[i - 1] == b[j - 1] || a[i - 1] == FOLD_ANY);
            diagonal = row[j];
            row[j] = up < left ? up : left;
            row[j] = same < row[j] ? same : row[j];
            best = row[j] < best ? row[j] : best;
        }
        if (best > limit)
            return limit + 1;
    }
    return row[m];
}

/* What scanners read for "m" and "u". */
static size_t without_pairs(const uint16_t *letters, size_t n, uint16_t *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        uint16_t next = i + 1 < n ? letters[i + 1] : 0;
        uint16_t one = letters[i] == 'r' && next == 'n'   ? 'm'
                       : letters[i] == 'i' && next == 'i' ? 'u'
                                                          : 0;
        out[m++] = one ? one : letters[i];
        i += one != 0;
    }
    return m;
}

struct nearest {
    const struct phrase *found;
    size_t least; /* differences of the best so far; first: one more than may be */
};

static void compare(const struct phrases *p, const struct phrase *v,
                    const uint16_t *letters, size_t n, struct nearest *best)
{
    uint16_t want[PHRASE_LETTERS_MAX];
    size_t m = fold_words(p, v->row->cell[0], want), least = best->least;
    if (m + least <= n || n + least <= m)
        return;
    size_t d = distance(letters, n, want, m, least - 1);
    if (d < least)
        *best = (struct nearest){v, d};
}

const struct phrase *phrases_nearest(const struct phrases *p, enum phrase_kind kind,
                                     int lang, const uint16_t *letters, size_t n)
{
    uint16_t scanned[PHRASE_LETTERS_MAX];
    struct nearest best = {NULL, n / 5 + (n == 3 || n == 4) + 1};
    if (n < 3 || n > PHRASE_LETTERS_MAX)
        return NULL;
    size_t m = without_pairs(letters, n, scanned);
    for (size_t i = p->of_kind[kind].b; i < p->of_kind[kind].e && best.least > 0; i++) {
        const struct phrase *v = &p->phrase[i];
        if (v->kind != kind || (lang >= 0 && v->lang != lang) ||
            v->row->cell[0].n + best.least < m || v->row->cell[0].n > 4 * (n + 4))
            continue;
        compare(p, v, letters, n, &best);
        if (m < n && best.least > 0)
            compare(p, v, scanned, m, &best);
    }
    return best.found;
}

const struct phrase *phrases_nearest_label(const struct phrases *p, enum label_role role,
                                           int lang, const uint16_t *letters, size_t n)
{
    struct nearest best = {NULL, 2};
    size_t most = n <= PHRASE_LETTERS_MAX ? p->of_kind[PHRASE_LABEL].e : 0;
    for (size_t i = p->of_kind[PHRASE_LABEL].b; i < most; i++) {
        const struct phrase *v = &p->phrase[i];
        if (v->kind == PHRASE_LABEL && v->role == role && v->lang == lang)
            compare(p, v, letters, n, &best);
    }
    return best.found;
}
