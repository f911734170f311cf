/* Where each cited thing lies: the Council's document addresses, EUR-Lex for the rest. */
#include "cite.h"
#include "producers/parse/text/put.h"

#include <stdio.h>
#include <string.h>

#define EUR_LEX "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri="

/* The numbers read here have passed the citation scanners: digits only, of bounded
 * length. */
/* NOLINTBEGIN(cert-err34-c) */
/* OJ:L:2012:186:4, OJ:L:2012:186, and since October 2023 one number an act:
 * OJ:L:2024/1689. */
static struct sv gazette_url(struct arena *a, const char *id)
{
    char series = id[3];
    unsigned year = 0, number = 0, page = 0;
    if (sscanf(id + 4, ":%4u/%u", &year, &number) == 2)
        return arena_printf(a, EUR_LEX "OJ:%c_%04u%05u", series, year, number);
    if (sscanf(id + 4, ":%4u:%u:%u", &year, &number, &page) == 3)
        return arena_printf(a, EUR_LEX "uriserv:OJ.%c_.%04u.%03u.01.%04u.01.ENG", series,
                            year, number, page);
    return arena_printf(a, EUR_LEX "%s:TOC", id);
}

/* C-203/15 is 62015CJ0203: sector 6, a judgment of its court. */
static struct sv judgment_url(struct arena *a, const char *id)
{
    unsigned number = 0, year = 0;
    if (sscanf(id, "%*c-%u/%2u", &number, &year) != 2)
        return SV_NULL;
    return arena_printf(a, EUR_LEX "CELEX:6%u%cJ%04u", cite_year(year, 2), id[0], number);
}

/* TFEU:71 is 12016E071: the consolidated treaties of 2016. */
static struct sv treaty_url(struct arena *a, const char *id)
{
    static const struct {
        struct sv name;
        const char *celex;
    } treaty[] = {{{"TFEU:", 5}, "12016E"},
                  {{"TEU:", 4}, "12016M"},
                  {{"CHARTER:", 8}, "12016P"},
                  {{"TEC:", 4}, "12002E"}};
    for (size_t i = 0; i < ARRAY_LEN(treaty); i++) {
        unsigned article = 0;
        if (!sv_starts(sv_cstr(id), treaty[i].name))
            continue;
        size_t n = treaty[i].name.n;
        if (sscanf(id + n, "%3u", &article) != 1)
            return arena_printf(a, EUR_LEX "CELEX:%s/TXT", treaty[i].celex);
        return arena_printf(a, EUR_LEX "CELEX:%s%03u", treaty[i].celex, article);
    }
    return SV_NULL;
}

static struct sv file_url(struct arena *a, const char *id)
{
    unsigned year = 0, number = 0;
    if (sscanf(id, "%4u/%4u", &year, &number) != 2)
        return SV_NULL;
    return arena_printf(a, "https://eur-lex.europa.eu/procedure/EN/%u_%u", year, number);
}

static struct sv around(struct arena *a, struct sv front, const char *id,
                        struct sv behind)
{
    char url[CITE_ID_MAX + 128];
    struct put o = put_into(url, sizeof url);
    put_text(&o, front);
    put_text(&o, sv_cstr(id));
    put_text(&o, behind);
    return arena_copy(a, put_sv(&o));
}

struct sv cite_url(struct arena *a, enum cite_kind kind, const char *id)
{
    switch (kind) {
    case CITE_PAPER:
        return around(a, SV("https://data.consilium.europa.eu/doc/document/"), id,
                      SV("/en/pdf"));
    case CITE_ACT: return around(a, SV(EUR_LEX "CELEX:"), id, SV(""));
    case CITE_COMMISSION: return around(a, SV(EUR_LEX), id, SV(""));
    case CITE_FILE: return file_url(a, id);
    case CITE_GAZETTE: return gazette_url(a, id);
    case CITE_JUDGMENT: return judgment_url(a, id);
    case CITE_TREATY: return treaty_url(a, id);
    }
    return SV_NULL;
}
/* NOLINTEND(cert-err34-c) */
