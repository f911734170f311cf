#include "clock.h"
#include "consumer_internal.h"
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { LINES_A_BATCH = 1000 };

/* Lines have no log: number 0 lies below every log of Kafka, and the time orders runs. */
static int64_t first_offset(void)
{
    return clock_wall_ms() * 1024;
}

/* A record of another kind than this consumer reads passes by. */
static bool is_ours(const struct consuming *r, const struct wire_event *e)
{
    for (size_t i = 0; e->topic && i < r->c->ntopics; i++)
        if (strcmp(e->topic, r->topics[i]) == 0)
            return true;
    return false;
}

static enum verdict one_line(struct consuming *r, struct sv line, int64_t offset,
                             struct err *err)
{
    struct arena own;
    struct wire_event e = {0};
    enum verdict v = VERDICT_OK;
    arena_init(&own, SIZE_MAX / 2);
    if (wire_read_line(line, &own, &e, err) < 0) {
        v = VERDICT_REJECT;
    } else if (is_ours(r, &e)) {
        e.offset = offset;
        e.log = 0;
        v = consuming_handle(r, &e, err);
        consuming_count(r, e.topic, v, err->reason ? err->reason : "");
    }
    arena_free(&own);
    return v;
}

static int end_lines(struct consuming *r, struct err *err)
{
    if (!db_in_transaction(r->d.db))
        return 0;
    if (r->c->flush && r->c->flush(r->ctx, err) < 0)
        return -1;
    return db_commit(r->d.db, err);
}

static int all_lines(struct consuming *r, size_t *bad, struct err *err)
{
    char *line = NULL;
    size_t cap = 0, number = 0, first = 0;
    int64_t offset = first_offset();
    ssize_t n;
    int got = 0;
    while (got == 0 && (n = getline(&line, &cap, stdin)) > 0) {
        struct err why = {0};
        struct sv text = sv_trim((struct sv){line, (size_t)n});
        number++;
        if (text.n == 0)
            continue;
        if (!db_in_transaction(r->d.db)) {
            first = number;
            got = db_begin(r->d.db, err);
        }
        if (got < 0)
            break;
        if (one_line(r, text, offset + (int64_t)number, &why) != VERDICT_OK) {
            ++*bad;
            fprintf(stderr, "councilwire-%s: line %zu: %s\n", r->c->name, number,
                    why.text);
            if (!db_in_transaction(r->d.db)) /* the batch before it is undone, too */
                got = err_set(err, why.kind, "lines from %zu on are not taken: %s", first,
                              why.text);
        }
        if (got == 0 && number % LINES_A_BATCH == 0)
            got = end_lines(r, err);
    }
    free(line);
    if (got == 0 && ferror(stdin)) { /* what was read stays taken; it is not all */
        int error = errno;
        if (end_lines(r, err) == 0)
            err_sys(err, ERR_TEMPORARY, error, "standard input, behind line %zu", number);
        return -1;
    }
    return got < 0 ? -1 : end_lines(r, err);
}

int consuming_stdin(struct consuming *r, struct err *err)
{
    size_t bad = 0;
    struct consumer_env env = {r->d.dir.p, (enum space)r->o.space};
    if (r->c->open(r->ctx, r->d.db, &env, err) < 0)
        return -1;
    r->opened = true;
    if (all_lines(r, &bad, err) < 0)
        return -1;
    if (bad)
        return err_set(err, ERR_BAD_INPUT, "%zu lines were refused, each is named above",
                       bad);
    return 0;
}
