#include "parse.h"

#include "lib/hash.h"
#include "producers/parse/text/furniture.h"
#include "producers/parse/text/scan.h"
#include "producers/parse/text/unseen.h"

#include <stdlib.h>

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

static int check_bounds(const struct parsed *p, struct err *err)
{
    if (p->nreferences > REFERENCES_MAX)
        return err_reject(err, "too-many", "%zu references", p->nreferences);
    if (p->nitems > ITEMS_MAX)
        return err_reject(err, "too-many", "%zu items", p->nitems);
    if (p->ndecisions > DECISIONS_MAX)
        return err_reject(err, "too-many", "%zu decisions", p->ndecisions);
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

/* A paper between its stages. */
struct reading {
    struct parse_job *job;
    size_t limit; /* of its arena, before */
    struct scan s;
    struct unseen u;
};

typedef int stage_fn(const struct knowledge *k, struct reading *r, struct err *err);

static int read_tokens(const struct knowledge *k, struct reading *r, struct err *err)
{
    struct parse_job *j = r->job;
    unseen_drop(j->text, j->a, &r->u);
    return scan_text(k, r->u.text, j->a, &r->s, err);
}

static int read_header(const struct knowledge *k, struct reading *r, struct err *err)
{
    struct document *d = &r->job->parsed.document;
    (void)k;
    if (header_read(&r->s, r->job->a, d, err))
        return -1;
    if (is_classified(d->marking))
        return err_reject(err, "classified", "marked " SV_FMT, SV_ARG(d->marking));
    furniture_inside(&r->s, r->job->a, d->number);
    return 0;
}

static int read_outline(const struct knowledge *k, struct reading *r, struct err *err)
{
    (void)k;
    return outline_read(&r->s, r->job->a, &r->job->parsed, err);
}

static int read_references(const struct knowledge *k, struct reading *r, struct err *err)
{
    (void)k;
    return references_read(&r->s, r->job->a, &r->job->parsed, err);
}

static int read_decisions(const struct knowledge *k, struct reading *r, struct err *err)
{
    (void)k;
    return decisions_read(&r->s, r->job->a, &r->job->parsed, err);
}

static int name_decisions(const struct knowledge *k, struct reading *r, struct err *err)
{
    struct parse_job *j = r->job;
    char sha256[HASH_HEX + 1] = "";
    (void)k;
    (void)err;
    unseen_restore(&r->u, &j->parsed);
    if (!j->parsed.document.id.n)
        hash_sha256_hex(j->text, sha256);
    event_decision_ids(&j->parsed, event_key(j->a, &j->parsed.document, sha256));
    return 0;
}

/* Of a paper that was refused nothing else is told. */
static void keep_marking(struct parsed *p)
{
    *p = (struct parsed){.document.marking = p->document.marking};
}

static void pass(const struct knowledge *k, stage_fn *stage, struct reading *r)
{
    struct parse_job *j = r->job;
    if (j->rc == 0)
        j->rc = stage(k, r, &j->err);
    if (j->rc == 0)
        j->rc = check_memory(&j->parsed, j->a, &j->err);
}

/* A stage of all papers before the next one: what the processor has learnt of a stage's
 * code and tables it still knows at the next paper. */
static void read_stages(const struct knowledge *k, struct reading *r, size_t n)
{
    static stage_fn *const stage[] = {read_tokens,     read_header,    read_outline,
                                      read_references, read_decisions, name_decisions};
    for (size_t i = 0; i < ARRAY_LEN(stage); i++)
        for (size_t p = 0; p < n; p++)
            pass(k, stage[i], &r[p]);
    for (size_t p = 0; p < n; p++)
        if (r[p].job->rc)
            keep_marking(&r[p].job->parsed);
}

int parse_text_unbounded(const struct knowledge *k, struct sv text, struct arena *a,
                         struct parsed *out, struct err *err)
{
    struct parse_job job = {.text = text, .a = a};
    struct reading r = {.job = &job};
    read_stages(k, &r, 1);
    *out = job.parsed;
    if (job.rc)
        *err = job.err;
    return job.rc;
}

/* Its share of memory: no more than the arena's own limit. */
static void begin(struct reading *r, struct parse_job *j)
{
    enum { TIMES_TEXT = 4, AND_BYTES = 1024 * 1024 };
    size_t most = j->a->used + TIMES_TEXT * j->text.n + AND_BYTES;
    *r = (struct reading){.job = j, .limit = j->a->limit};
    if (most < j->a->limit)
        j->a->limit = most;
}

static void end(struct reading *r)
{
    struct parse_job *j = r->job;
    if (j->rc == 0)
        j->rc = check_bounds(&j->parsed, &j->err);
    if (j->rc)
        keep_marking(&j->parsed);
    j->a->limit = r->limit;
}

void parse_texts(const struct knowledge *k, struct parse_job *job, size_t n)
{
    struct reading *r = mem_alloc((n + 1) * sizeof *r);
    for (size_t i = 0; i < n; i++)
        begin(&r[i], &job[i]);
    read_stages(k, r, n);
    for (size_t i = 0; i < n; i++)
        end(&r[i]);
    free(r);
}

int parse_text(const struct knowledge *k, struct sv text, struct arena *a,
               struct parsed *out, struct err *err)
{
    struct parse_job job = {.text = text, .a = a};
    struct reading r;
    begin(&r, &job);
    read_stages(k, &r, 1);
    end(&r);
    if (job.rc) {
        out->document.marking = job.parsed.document.marking;
        *err = job.err;
    } else {
        *out = job.parsed;
    }
    return job.rc;
}
