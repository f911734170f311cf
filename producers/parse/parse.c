#include "parse.h"

#include "lib/hash.h"
#include "scan.h"

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

int parse_text_unbounded(const struct knowledge *k, struct sv text, struct arena *a,
                         struct parsed *out, struct err *err)
{
    struct parsed p = {0};
    struct scan s;
    if (scan_text(k, text, a, &s, err))
        return err_wrap(err, "header");
    if (header_read(&s, a, &p.document, err)) {
        out->document.marking = p.document.marking; /* a reject tells it */
        return err_wrap(err, "header");
    }
    if (is_classified(p.document.marking)) {
        *out = (struct parsed){.document.marking = p.document.marking};
        return err_reject(err, "classified", "marked " SV_FMT,
                          SV_ARG(p.document.marking));
    }
    if (outline_read(&s, a, &p, err) || references_read(&s, a, &p, err) ||
        decisions_read(&s, a, &p, err))
        return -1;
    char sha256[HASH_HEX + 1] = "";
    if (!p.document.id.n)
        hash_sha256_hex(text, sha256);
    event_decision_ids(&p, event_key(a, &p.document, sha256));
    *out = p;
    return 0;
}

int parse_text(const struct knowledge *k, struct sv text, struct arena *a,
               struct parsed *out, struct err *err)
{
    struct parsed p = {0};
    if (parse_text_unbounded(k, text, a, &p, err)) {
        out->document.marking = p.document.marking;
        return -1;
    }
    if (check_bounds(&p, a, err))
        return -1;
    *out = p;
    return 0;
}
