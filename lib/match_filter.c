/* What a match can begin with, read off the automaton: the first byte, and the first
 * three. */
#include "match_internal.h"

static uint32_t step(const struct matcher *m, uint32_t state, unsigned byte)
{
    return m->next[(size_t)state << m->shift | m->cls[byte]];
}

/* Accepted or a run: nothing more is known of the bytes behind. */
static bool is_open(const struct matcher *m, uint32_t state)
{
    return state >= m->first_accept;
}

static void add_prefix(struct matcher *m, uint32_t three)
{
    uint32_t h = match_prefix_hash(three);
    m->prefix[h >> 6] |= (uint64_t)1 << (h & 63);
}

static void third_bytes(struct matcher *m, uint32_t state, bool open, uint32_t two)
{
    for (unsigned c = 0; c < 256; c++)
        if (open || step(m, state, c) != 0)
            add_prefix(m, two | c << 16);
}

static void second_bytes(struct matcher *m, uint32_t state, bool open, uint32_t one)
{
    for (unsigned c = 0; c < 256; c++) {
        uint32_t s = open ? 0 : step(m, state, c);
        if (open || s != 0)
            third_bytes(m, s, open || is_open(m, s), one | c << 8);
    }
}

static bool ascii_word(unsigned c)
{
    return c - '0' < 10 || (c | 0x20) - 'a' < 26;
}

void match_filter(struct matcher *m)
{
    for (unsigned c = 0; c < 256; c++) {
        uint32_t s = m->start == 0 ? 0 : step(m, m->start, c);
        if (s == 0)
            continue;
        second_bytes(m, s, is_open(m, s), c);
        if (ascii_word(c))
            continue;
        m->begins[c] = 1;
        m->begins_high = m->begins_high || c >= 0x80;
        if (c < 0x80 && m->nsigns++ < ARRAY_LEN(m->sign))
            m->sign[m->nsigns - 1] = (uint8_t)c;
    }
}
