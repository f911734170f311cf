#include "query_parser.h"

#define COLUMN(c) (1U << (c))
enum { COLUMNS_ALONE = (1 << QUERY_DOC) - 1 }; /* all but doc and ref */

const struct query_field_entry query_fields[F_COUNT] = {
    [F_NONE] = {"", FIELD_WORDS, COLUMNS_ALONE, NULL},
    [F_TYPE] = {"type", FIELD_WORDS, COLUMN(QUERY_TYPE), NULL},
    [F_CODE] = {"code", FIELD_WORDS, COLUMN(QUERY_CODE), NULL},
    [F_BY] = {"by", FIELD_WORDS, COLUMN(QUERY_BODY), NULL},
    [F_TO] = {"to", FIELD_WORDS, COLUMN(QUERY_ADDRESSEE), NULL},
    [F_REF] = {"ref", FIELD_WORDS, COLUMN(QUERY_REF), NULL},
    [F_ID] = {"id", FIELD_WORDS, COLUMN(QUERY_DOC) | COLUMN(QUERY_NUMBER), NULL},
    [F_ITEM] = {"item", FIELD_WORDS, COLUMN(QUERY_ITEM), NULL},
    [F_SUBJECT] = {"subject", FIELD_WORDS, COLUMN(QUERY_SUBJECT), NULL},
    [F_TEXT] = {"text", FIELD_WORDS, COLUMN(QUERY_TEXT), NULL},
    [F_KIND] = {"kind", FIELD_VALUE, 0, "decision request commitment noted statement"},
    [F_ACT] = {"act", FIELD_VALUE, 0, NULL},
    [F_LANG] = {"lang", FIELD_VALUE, 0, NULL},
    [F_STATUS] = {"status", FIELD_VALUE, 0, "final draft"},
    [F_MARKING] = {"marking", FIELD_VALUE, 0, NULL},
    [F_DATE] = {"date", FIELD_DATE, 0, NULL},
    [F_MEETING] = {"meeting", FIELD_DATE, 0, NULL},
    [F_DUE] = {"due", FIELD_DATE, 0, NULL},
};

static size_t distance(struct sv a, struct sv b)
{
    size_t row[16];
    if (a.n > 14 || b.n > 14)
        return 99;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t keep = row[j];
            size_t best = diagonal + (lower(a.p[i - 1]) != b.p[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
            diagonal = keep;
        }
    }
    return row[b.n];
}

static int unknown_field(struct parser *p, struct sv name)
{
    const char *nearest = NULL;
    size_t best = 3;
    struct buf list = {0};
    for (int f = F_NONE + 1; f < F_COUNT; f++) {
        size_t d = distance(name, sv_cstr(query_fields[f].name));
        if (d < best) {
            best = d;
            nearest = query_fields[f].name;
        }
        buf_addf(&list, "%s%s:", f > 1 ? " " : "", query_fields[f].name);
    }
    FAIL(p, p->at,
         "there is no field “" SV_FMT ":”%s%s%s; fields are %s (to look for the signs "
         "themselves, put them between \"quotes\")",
         SV_ARG(name), nearest ? "; did you mean " : "", nearest ? nearest : "",
         nearest ? ":" : "", list.p);
    buf_free(&list);
    return -1;
}

/* What is all capitals (COM:2013:179, TFEU:71) is a citation and no field. */
int query_field_here(struct parser *p, enum query_field *out)
{
    struct sv rest = query_rest(p);
    size_t n = 0;
    bool capitals = true;
    while (n < rest.n && is_letter(rest.p[n])) {
        capitals = capitals && rest.p[n] < 'a';
        n++;
    }
    if (n == 0 || n == rest.n || rest.p[n] != ':')
        return 0;
    struct sv name = sv_sub(rest, 0, n);
    for (int f = F_NONE + 1; f < F_COUNT; f++)
        if (sv_eq_fold(name, sv_cstr(query_fields[f].name))) {
            *out = (enum query_field)f;
            p->at += n + 1;
            return 1;
        }
    return capitals ? 0 : unknown_field(p, name);
}
