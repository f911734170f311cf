/* A marking behind the number of a paper. */
#include "cite.h"

#include <string.h>

/* The marking behind a cited number is that paper's; codes may stand between. */
struct sv cite_marking(const struct citer *c, size_t *at)
{
    static const struct sv mark[] = {{"RESTREINT UE/EU RESTRICTED", 26},
                                     {"CONFIDENTIEL UE/EU CONFIDENTIAL", 31},
                                     {"TRES SECRET UE/EU TOP SECRET", 28},
                                     {"TRÈS SECRET UE/EU TOP SECRET", 29},
                                     {"SECRET UE/EU SECRET", 19},
                                     {"RESTREINT UE", 12},
                                     {"CONFIDENTIEL UE", 15},
                                     {"SECRET UE", 9},
                                     {"EU RESTRICTED", 13},
                                     {"EU CONFIDENTIAL", 15},
                                     {"LIMITE", 6}};
    size_t b = cite_skip_blanks(c, *at, 0);
    bool bracket = b < c->n && c->t[b] == '(';
    b += bracket;
    for (size_t i = 0; i < ARRAY_LEN(mark); i++) {
        size_t e = b + mark[i].n;
        if (e > c->n || memcmp(c->t + b, mark[i].p, mark[i].n) != 0 ||
            (e < c->n && is_letter(c->t[e])))
            continue;
        *at = e + (bracket && e < c->n && c->t[e] == ')');
        return mark[i];
    }
    return SV_NULL;
}
