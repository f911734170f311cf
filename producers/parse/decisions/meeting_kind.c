/* What kind of paper it is, which decides what counts in it. */
#include "decide.h"

#include <string.h>

static char upper(char c)
{
    static const char capital[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (c >= 'a' && c <= 'z')
        return capital[c - 'a'];
    return c;
}

bool meeting_holds(struct sv text, const char *words)
{
    struct sv want = sv_cstr(words);
    char copy[BLOCK_BYTES];
    for (size_t at = 0; text.p && at + want.n <= text.n; at += BLOCK_BYTES) {
        const char *p = block_of(text.p + at, text.n - at, copy);
        for (uint64_t may = block_letter(p, want.p[0]); may; may &= may - 1) {
            size_t i = at + block_first(may), k = 0;
            if (i + want.n > text.n)
                return false;
            while (k < want.n && upper(text.p[i + k]) == want.p[k])
                k++;
            if (k == want.n)
                return true;
        }
    }
    return false;
}

bool meeting_holds_any(struct sv text, const char *const *words)
{
    for (; *words; words++)
        if (meeting_holds(text, *words))
            return true;
    return false;
}

static bool is_press(const struct document *h)
{
    static const char *const press[] = {
        "PRESS",          "OUTCOME OF THE COUNCIL MEETING",
        "COMMUNIQU",      "MITTEILUNG AN DIE",
        "PERSMEDEDELING", "PERSBERICHT",
        "COMUNICAT",      NULL};
    if (meeting_holds_any(h->type, press))
        return true;
    for (size_t i = 0; i < h->subject_codes.n; i++)
        if (meeting_holds(h->subject_codes.v[i], "PRES") ||
            meeting_holds(h->subject_codes.v[i], "PR CO"))
            return true;
    return false;
}

/* "O" printed for "Ö": the letter of two bytes without its accent. */
static bool is_bare_letter(struct sv letter, struct sv printed)
{
    static const char bare[] =
        "AAAAAAACEEEEIIIIDNOOOOO OUUUUY  aaaaaaaceeeeiiiidnooooo ouuuuy y";
    unsigned char lead = (unsigned char)letter.p[0], next = (unsigned char)letter.p[1];
    return lead == 0xc3 && next >= 0x80 && printed.n &&
           upper(printed.p[0]) == upper(bare[next - 0x80]);
}

/* A type as the table has it, its letters with an accent lost as U+FFFD or "?", or
 * without their accents. */
static bool same_but_lost(struct sv known, struct sv printed)
{
    static const struct sv lost[] = {{"\xef\xbf\xbd", 3}, {"?", 1}};
    size_t i = 0, k = 0;
    while (i < known.n && k < printed.n) {
        bool accent = (known.p[i] & 0x80) && i + 1 < known.n;
        size_t n = accent ? 2 : 1;
        struct sv rest = sv_sub(printed, k, printed.n);
        if (sv_eq_fold(sv_sub(known, i, i + n), sv_sub(printed, k, k + n)))
            k += n;
        else if (accent && sv_starts(rest, lost[0]))
            k += lost[0].n;
        else if (accent && (sv_starts(rest, lost[1]) ||
                            is_bare_letter(sv_sub(known, i, i + n), rest)))
            k += lost[1].n;
        else
            return false;
        i += n;
    }
    return i == known.n && k == printed.n;
}

/* The code of types.tsv for a type as printed, in any of its languages; null: unknown. */
static struct sv type_code(const struct deciding *d, struct sv type)
{
    const struct knowledge_table *t = knowledge_table(d->s->k, "types");
    int code = t ? knowledge_column(t, "code") : -1;
    for (size_t i = 0; code >= 0 && type.n && i < t->rows; i++)
        if (t->row[i].cell[0].n == type.n && sv_eq_fold(t->row[i].cell[0], type))
            return t->row[i].cell[code];
    for (size_t i = 0; code >= 0 && type.n && i < t->rows; i++)
        if (same_but_lost(t->row[i].cell[0], type))
            return t->row[i].cell[code];
    return SV_NULL;
}

/* Codes of types.tsv: what a meeting did, and what decides nothing. */
static const struct words records =
    WORDS("outcome", "summary-record", "minutes", "draft-minutes", "voting-result",
          "written-procedure");
static const struct words deciding_nothing =
    WORDS("agenda", "notice", "legislative-acts", "corrigendum");

/* The sender belongs to the Council, in any language; accents are left out. */
static bool is_ours(struct sv from)
{
    static const char *const who[] = {"SECRETARIAT OF THE COUNCIL",
                                      "GENERAL SECRETARIAT",
                                      "TARIAT G", /* secrétariat général */
                                      "GENERALSEKRETARIAT",
                                      "SECRETARIAAT-GENERAAL",
                                      "SEGRETARIATO GENERALE",
                                      "PRESIDENCY",
                                      "SIDENCE", /* présidence */
                                      "VORSITZ",
                                      "VOORZITTERSCHAP",
                                      "FORMANDSKAB",
                                      "RANDESKAP", /* ordförandeskapet */
                                      "PRESIDENZA",
                                      "PRESIDENCIA",
                                      "A GENERAL DEL CONSEJO",
                                      "SECRETARIADO-GERAL",
                                      "DELEGA",
                                      "LEGATION", /* délégation */
                                      "COREPER",
                                      "ASTV",
                                      "PERMANENT REPRESENTATIVES",
                                      "WORKING PARTY",
                                      "WORKING GROUP",
                                      "GROUPE",
                                      "GRUPPE",
                                      "GROEP",
                                      "GRUPPO",
                                      "ARBETSGRUPP",
                                      NULL};
    return meeting_holds_any(from, who);
}

/* A preparatory body, or the Council itself, that answers to a paper of the Commission.
 */
static bool is_prepared_by_us(struct sv from)
{
    static const char *const body[] = {
        "COUNCIL",   "COMMITTEE", "COORDINATOR", "CHAIR", "CODE OF CONDUCT GROUP",
        "CONSEIL",   "AUSSCHUSS", "COMIT", /* comité, comitato */
        "CONSIGLIO", "CONSEJO",   "CONSELHO",    "RAAD",  NULL};
    static const char *const other[] = {
        "COMMISSI",       "KOMMISSI",   "COMISI", "COMISS", "ECONOMIC AND SOCIAL",
        "OF THE REGIONS", "PARLIAMENT", NULL};
    return meeting_holds_any(from, body) && !meeting_holds_any(from, other);
}

/* "EU Counter-Terrorism Coordinator in consultation with the Commission services": who
 * sends, without those who were asked. */
struct sv meeting_sender(struct sv from)
{
    static const char *const with[] = {" in consultation with", " in cooperation with",
                                       " in close co",          " in collaboration with",
                                       " together with",        " in agreement with"};
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        size_t at = sv_find(from, sv_cstr(with[i]));
        if (at != SIZE_MAX)
            from.n = at;
    }
    return from;
}

/* A text of the Commission, or of somebody else outside the Council: it tells, and
 * decides nothing here. */
static bool is_theirs(const struct document *h, struct sv code)
{
    struct sv from = meeting_sender(h->from);
    bool commission = meeting_holds(from, "EUROPEAN COMMISSION") ||
                      meeting_holds(from, "COMMISSION SERVICES") ||
                      h->commission_document.n;
    if (meeting_holds(h->type, "PROPOSAL") || sv_eq(code, SV("legal-opinion")) ||
        (commission && !meeting_holds(h->type, "ITEM NOTE") && !is_ours(h->from) &&
         !is_prepared_by_us(h->from)))
        return true;
    return meeting_holds(h->type, "COVER NOTE") && h->from.n && !is_ours(h->from);
}

enum mode meeting_mode(const struct deciding *d, const struct document *h)
{
    struct sv code = type_code(d, h->type);
    static const char *const record[] = {"OUTCOME OF",
                                         "SUMMARY",
                                         "MINUTES",
                                         "RECORD",
                                         "VOTING",
                                         "WRITTEN PROCEDURE",
                                         "WRITTE PROCEDURE", /* an N is lost */
                                         "BERATUNGSERGEBNISSE",
                                         "KURZNIEDERSCHRIFT",
                                         "PROTOKOLL",
                                         "RÉSULTATS DES TRAVAUX",
                                         "RESULTATS DES TRAVAUX",
                                         "COMPTE RENDU",
                                         "PROCÈS-VERBAL",
                                         "RESULTAAT",
                                         "NOTULEN",
                                         NULL};
    static const char *const silent[] = {
        "AGENDA",        "NOTICE OF MEETING", "LEGISLATIVE ACTS",
        "ORDRE DU JOUR", "TAGESORDNUNG",      "DAGSORDEN",
        "LEGGEVING",     "CORRIGENDUM",       NULL};
    static const char *const meeting[] = {"SUMMARY OF DISCUSSIONS",
                                          "SUMMARY OF CONCLUSIONS",
                                          "SUMMARY CONCLUSIONS",
                                          "OUTCOME OF",
                                          "MINUTES OF",
                                          "SUMMARY OF THE MEETING",
                                          "SUMMARY RECORD",
                                          "SUMMARY REPORT",
                                          "REPORT OF THE MEETING",
                                          "REPORT ON THE MEETING",
                                          "REPORT FROM THE MEETING",
                                          "MEETING REPORT",
                                          "MEETING HELD",
                                          NULL};
    static const char *const summed_up[] = {"MEETING", "VIDEOCONFERENCE",
                                            "VIDEO CONFERENCE", "VTC", NULL};
    if (is_press(h))
        return MODE_PRESS;
    if (sv_eq(code, SV("council-outcome")) || sv_eq(code, SV("press-release")))
        return MODE_PRESS;
    if (one_of(code, &deciding_nothing))
        return MODE_SILENT;
    if (one_of(code, &records) || meeting_holds_any(h->type, record))
        return MODE_RECORD;
    if (meeting_holds_any(h->type, silent))
        return MODE_SILENT;
    if (is_theirs(h, code))
        return MODE_NARRATIVE;
    bool summary = meeting_holds(h->subject, "SUMMARY OF") &&
                   meeting_holds_any(h->subject, summed_up);
    if ((summary || meeting_holds_any(h->subject, meeting)) &&
        !meeting_holds(h->subject, "EUROPEAN PARLIAMENT") &&
        !meeting_holds(h->subject, "COUNCIL CONCLUSIONS"))
        return MODE_RECORD;
    return MODE_NOTE;
}
