#include "unseen.h"

#include "ascii.h"
#include "block.h"
#include "undecoded.h"

#include <string.h>

enum { PLACE_BITS = 6 };

static bool between(const char *p, unsigned low, unsigned high)
{
    unsigned char c = (unsigned char)*p;
    return c >= low && c <= high;
}

static struct sign write_sign(size_t length, const char *text)
{
    struct sign s = {.length = length};
    for (; *text; text++)
        s.text[s.written++] = *text;
    return s;
}

/* A soft hyphen; at a line's end the rest of the word stands on the next one. */
static struct sign soft_hyphen(const char *p, const char *end)
{
    const char *q = p + 2;
    while (q < end && (*q == ' ' || *q == '\t'))
        q++;
    if (q < end && *q == '\n') {
        q++;
        while (q < end && (*q == ' ' || *q == '\t'))
            q++;
        if (q < end && is_lower(*q))
            return write_sign((size_t)(q - p), "");
    }
    return write_sign(2, "");
}

/* U+2000 to U+206F. */
static struct sign punctuation(const char *p)
{
    bool wide = (p[1] == '\x80' && between(p + 2, 0x80, 0x8a)) ||
                (p[1] == '\x80' && p[2] == '\xaf') || (p[1] == '\x81' && p[2] == '\x9f');
    bool none =
        (p[1] == '\x80' && (between(p + 2, 0x8b, 0x8f) || between(p + 2, 0xaa, 0xae))) ||
        (p[1] == '\x81' && between(p + 2, 0xa0, 0xa9));
    return wide ? write_sign(3, " ") : none ? write_sign(3, "") : (struct sign){0};
}

/* U+FB00 to U+FB04, U+FEFF. */
static struct sign presentation(const char *p)
{
    static const char *const letters[] = {"ff", "fi", "fl", "ffi", "ffl"};
    if (p[1] == '\xac' && between(p + 2, 0x80, 0x84))
        return write_sign(3, letters[(unsigned char)p[2] - 0x80]);
    return p[1] == '\xbb' && p[2] == '\xbf' ? write_sign(3, "") : (struct sign){0};
}

/* The sign at p; length 0: it is read as it is. */
static struct sign sign_at(const struct unseen *u, const char *p)
{
    const char *end = u->original.p + u->original.n;
    if (u->kinds) {
        struct sign s = undecoded_sign(u->kinds, u->original, p);
        if (s.length)
            return s;
    }
    if (end - p >= 2 && p[0] == '\xc2' && p[1] == '\xa0')
        return write_sign(2, " ");
    if (end - p >= 2 && p[0] == '\xc2' && p[1] == '\xad')
        return soft_hyphen(p, end);
    if (end - p >= 3 && p[0] == '\xe2')
        return punctuation(p);
    if (end - p >= 3 && p[0] == '\xef')
        return presentation(p);
    return (struct sign){0};
}

/* The next such sign in [at, limit), or limit. */
static size_t next_sign(const struct unseen *u, size_t at, size_t limit)
{
    struct sv t = {u->original.p, limit};
    char copy[BLOCK_BYTES];
    for (; at < t.n; at += BLOCK_BYTES) {
        const char *p = block_of(t.p + at, t.n - at, copy);
        uint64_t may = 0;
        if (u->kinds & (UNDECODED_ENTITY | UNDECODED_ESCAPE))
            may = block_one_of(p, '&', '\\', '\\');
        if (u->kinds & (UNDECODED_QUOTE | UNDECODED_PRINTABLE | UNDECODED_TWICE))
            may |= block_one_of(p, '>', '=', '\xc3');
        if (u->kinds & UNDECODED_TAG)
            may |= block_equal(p, '<');
        if (!block_is_ascii(p))
            may |= block_one_of(p, '\xc2', '\xe2', '\xef');
        for (; may; may &= may - 1)
            if (sign_at(u, t.p + at + block_first(may)).length)
                return at + block_first(may);
    }
    return t.n;
}

struct copying {
    struct unseen *u;
    char *to;
    size_t n;      /* bytes of the copy */
    size_t places; /* that are told */
};

/* text[from, from + n) goes to the copy, of which `whole` bytes are one sign. */
static void copy_run(struct copying *c, const char *text, size_t from, size_t n,
                     bool whole)
{
    memcpy(c->to + c->n, text, n);
    for (; c->places << PLACE_BITS < c->n + n; c->places++) {
        size_t at = c->places << PLACE_BITS, ahead = whole ? 0 : at - c->n;
        c->u->place[c->places] =
            (struct unseen_place){(uint32_t)(c->n + ahead), (uint32_t)(from + ahead)};
    }
    c->n += n;
}

void unseen_drop(struct sv original, struct arena *a, struct unseen *out)
{
    *out = (struct unseen){.text = original, .original = original};
    if (original.n == 0 || original.n >= UINT32_MAX)
        return;
    out->kinds = undecoded_kinds(original);
    size_t at = next_sign(out, 0, original.n), from = 0;
    if (at == original.n)
        return;
    struct copying c = {.u = out, .to = arena_alloc(a, original.n + 1)};
    out->place = arena_array(a, (original.n >> PLACE_BITS) + 2, sizeof *out->place);
    if (arena_overflow(a)) {
        out->place = NULL;
        return;
    }
    for (; at < original.n; at = next_sign(out, at, original.n)) {
        struct sign s = sign_at(out, original.p + at);
        copy_run(&c, original.p + from, from, at - from, false);
        copy_run(&c, s.text, at, s.written, true);
        from = at += s.length;
    }
    copy_run(&c, original.p + from, from, original.n - from, false);
    out->text = (struct sv){c.to, c.n};
}

/* The sign of the original that the byte at `at` of the copy comes from. */
static struct span sign_of(const struct unseen *u, size_t at)
{
    const struct unseen_place *p = &u->place[at >> PLACE_BITS];
    const char *t = u->original.p;
    size_t copied = p->at, from = p->from;
    for (;;) {
        size_t own = from + (at - copied), sign = next_sign(u, from, own + 1);
        if (sign > own)
            return (struct span){own, own + 1};
        copied += sign - from;
        struct sign s = sign_at(u, t + sign);
        if (at < copied + s.written || sign + s.length >= u->original.n)
            return (struct span){sign, sign + s.length};
        copied += s.written;
        from = sign + s.length;
    }
}

static struct span restored(const struct unseen *u, struct span s)
{
    struct span r = s;
    if (s.b < u->text.n)
        r.b = sign_of(u, s.b).b;
    if (s.e > s.b)
        r.e = sign_of(u, s.e - 1).e;
    return s.e > s.b ? r : (struct span){r.b, r.b};
}

void unseen_restore(const struct unseen *u, struct parsed *p)
{
    if (!u->place)
        return;
    for (size_t i = 0; i < p->nitems; i++)
        p->items[i].span = restored(u, p->items[i].span);
    for (size_t i = 0; i < p->ndecisions; i++)
        p->decisions[i].span = restored(u, p->decisions[i].span);
    for (size_t i = 0; i < p->nreferences; i++)
        for (size_t k = 0; k < p->references[i].nspans; k++)
            p->references[i].spans[k] = restored(u, p->references[i].spans[k]);
}
