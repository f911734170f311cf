#include "parse.h"

#include "furniture.h"
#include "lib/hash.h"
#include "scan.h"
#include "unseen.h"

/* The classified markings by the words that make them (Decision 2013/488/EU, and the
 * older short forms). LIMITE is none of them. */
static bool is_classified(struct sv marking)
{
    static const char *const word[] = {"RESTREINT", "RESTRICTED", "CONFIDENTIEL",
                                       "CONFIDENTIAL", "SECRET"};
    for (size_t i = 0; marking.n && i < ARRAY_LEN(word); i++)
        if (sv_find(marking, sv_cstr(word[i])) != SIZE_MAX)
            return true;
    return false;
}

static int check_bounds(const struct parsed *p, const struct arena *a, struct err *err)
{
    if (p->nreferences > REFERENCES_MAX)
        return err_reject(err, "too-many", "%zu references", p->nreferences);
    if (p->nitems > ITEMS_MAX)
        return err_reject(err, "too-many", "%zu items", p->nitems);
    if (p->ndecisions > DECISIONS_MAX)
        return err_reject(err, "too-many", "%zu decisions", p->ndecisions);
    if (arena_overflow(a))
        return err_reject(err, "too-many", "the result needs more than %zu bytes",
                          a->limit);
    return 0;
}

/* What was found when the paper's share of memory was used up says why it was. */
static int check_memory(const struct parsed *p, const struct arena *a, struct err *err)
{
    return arena_overflow(a)
               ? err_reject(
                     err, "too-many",
                     "%zu references, %zu items, %zu decisions so far fill the %zu "
                     "bytes of memory that a text of its size has",
                     p->nreferences, p->nitems, p->ndecisions, a->limit)
               : 0;
}

static int read_stages(const struct knowledge *k, struct sv text, struct arena *a,
                       struct parsed *p, struct err *err)
{
    struct scan s;
    struct unseen u;
    unseen_drop(text, a, &u);
    if (scan_text(k, u.text, a, &s, err) || check_memory(p, a, err) ||
        header_read(&s, a, &p->document, err))
        return -1;
    if (is_classified(p->document.marking))
        return err_reject(err, "classified", "marked " SV_FMT,
                          SV_ARG(p->document.marking));
    furniture_inside(&s, a, p->document.number);
    if (outline_read(&s, a, p, err) || check_memory(p, a, err) ||
        references_read(&s, a, p, err) || check_memory(p, a, err) ||
        decisions_read(&s, a, p, err) || check_memory(p, a, err))
        return -1;
    unseen_restore(&u, p);
    char sha256[HASH_HEX + 1] = "";
    if (!p->document.id.n)
        hash_sha256_hex(text, sha256);
    event_decision_ids(p, event_key(a, &p->document, sha256));
    return 0;
}

int parse_text_unbounded(const struct knowledge *k, struct sv text, struct arena *a,
                         struct parsed *out, struct err *err)
{
    struct parsed p = {0};
    if (read_stages(k, text, a, &p, err)) {
        *out = (struct parsed){.document.marking = p.document.marking};
        return -1;
    }
    *out = p;
    return 0;
}

int parse_text(const struct knowledge *k, struct sv text, struct arena *a,
               struct parsed *out, struct err *err)
{
    enum { TIMES_TEXT = 4, AND_BYTES = 1024 * 1024 };
    size_t limit = a->limit, most = a->used + TIMES_TEXT * text.n + AND_BYTES;
    struct parsed p = {0};
    a->limit = most < limit ? most : limit;
    int result = parse_text_unbounded(k, text, a, &p, err);
    if (result == 0)
        result = check_bounds(&p, a, err);
    a->limit = limit;
    if (result)
        out->document.marking = p.document.marking;
    else
        *out = p;
    return result;
}
