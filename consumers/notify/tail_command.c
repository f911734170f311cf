/* `councilwire tail`: decisions live from Kafka, without state. */
#include "deploy/councilwire/command.h"
#include "history.h"
#include "lib/conf.h"
#include "lib/log.h"
#include "lib/query.h"
#include "lib/shown.h"
#include "lib/sig.h"
#include "lib/term.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct tail {
    struct db *db;
    struct fts *fts;
    struct query *query; /* NULL: all */
    bool json, colour;
};

/* -- one decision */

/* On one line, whatever blanks its writer put between. */
static void put_json(struct buf *out, struct sv v)
{
    size_t start = out->n;
    buf_add_sv(out, v);
    for (size_t i = start; i < out->n; i++)
        if ((unsigned char)out->p[i] < 0x20)
            out->p[i] = ' ';
}

static void put_field(struct buf *out, const char *before, struct sv v)
{
    if (v.n == 0)
        return;
    buf_addf(out, "%s", before);
    shown_add_text(out, v);
}

/* 2026-08-01T12:00:00Z ST-15754-2017-INIT/en 4. decision: agreed, by COSI, to …
 *     The Committee agreed … */
static void put_decision(struct buf *out, const struct wire_event *ev,
                         const struct wire_decision *w, bool colour)
{
    const struct decision *d = &w->decision;
    shown_add_text(out, sv_sub(ev->time, 0, ev->time.n < 19 ? ev->time.n : 19));
    buf_addf(out, "Z %s", colour ? "\033[1m" : "");
    shown_add_text(out, ev->key);
    buf_addf(out, "%s", colour ? "\033[0m" : "");
    put_field(out, "  item ", w->item_number);
    buf_addf(out, "  %s: ", decision_kind_name(d->kind));
    shown_add_text(out, d->act);
    put_field(out, ", by ", d->by);
    for (size_t i = 0; i < d->to.n; i++)
        put_field(out, i ? ", " : ", to ", d->to.v[i]);
    put_field(out, "; due ", d->due.said);
    buf_addf(out, "%s%s\n    ", d->draft ? "; draft" : "", w->news ? "" : "; not new");
    shown_add_text(out, d->text);
    buf_addc(out, '\n');
}

static bool asked_for(const struct tail *t, const struct wire_decision *d,
                      struct arena *a)
{
    struct query_row row;
    if (!t->query)
        return true;
    query_row_from(d, a, &row);
    return query_match(t->query, query_words_new(a, t->fts, &row));
}

static int take(void *ctx, const struct wire_event *ev, struct err *err)
{
    const struct tail *t = ctx;
    struct wire_decision d;
    struct arena a;
    struct err why = {0};
    AUTO(buf_free) struct buf out = {0};
    arena_init(&a, SIZE_MAX);
    if (wire_read_decision(ev, &a, &d, &why) == 0 && asked_for(t, &d, &a)) {
        if (t->json)
            put_json(&out, ev->value);
        else
            put_decision(&out, ev, &d, t->colour);
        if (t->json)
            buf_addc(&out, '\n');
    }
    arena_free(&a);
    errno = 0;
    if (out.n && term_print(buf_sv(&out), !t->json) != 0)
        return errno == EPIPE /* a reader that has seen enough, as head */
                   ? err_set(err, ERR_FATAL, "%s", "")
                   : err_set(err, ERR_FATAL, "standard output can not be written");
    return 0;
}

/* -- the command */

static int open_query(struct tail *t, const struct conf_action *action, struct err *err)
{
    AUTO(buf_free) struct buf words = {0};
    for (int i = 0; i < action->operands; i++)
        buf_addf(&words, "%s%s", i ? " " : "", action->operand[i]);
    if (words.n == 0)
        return 0;
    if (db_open(":memory:", DB_DATA, &t->db, err) != 0 ||
        fts_new(t->db, &t->fts, err) != 0)
        return -1;
    return query_parse(buf_sv(&words), t->fts, &t->query, err);
}

static int run(const struct history_conf *o, const struct conf *c,
               const struct conf_action *action)
{
    struct err err = {0};
    struct tail t = {.json = action->json, .colour = term_colour()};
    const char *beginning = o->from && strcmp(o->from, "beginning") == 0 ? "" : o->from;
    struct history_options h = {.state_dir = o->state_dir,
                                .bootstrap = o->bootstrap,
                                .space = (enum space)o->space,
                                .from = beginning,
                                .follow = !o->end && !action->once};
    h.nkafka = conf_kafka(c, &h.kafka_names, &h.kafka_values);
    log_init("councilwire-tail", LOG_WARN);
    int rc = open_query(&t, action, &err);
    if (rc == 0 && (rc = sig_init(&err)) == 0) {
        h.stop_fd = sig_fd();
        rc = history_read(&h, take, &t, &err);
    }
    query_free(&t.query);
    fts_free(&t.fts);
    db_close(&t.db);
    if (rc == 0)
        return EXIT_DONE;
    if (err.text[0])
        fprintf(stderr, "councilwire tail: %s\n", err.text);
    return err_exit_code(&err);
}

int tail_command(int argc, char **argv)
{
    struct history_conf o = {.state_dir = NULL};
    const struct conf_program program = {
        .name = "councilwire tail",
        .summary = "prints decisions as they come, from Kafka, without state",
        .usage = "[QUERY]",
        .example = "kind:request to:Commission",
        .parts = {{history_conf, &o}, {NULL, NULL}}};
    struct conf_action action = {0};
    struct err err = {0};
    struct conf *c = conf_new(&program);
    int rc;
    if (conf_read(c, argc, argv, &action, &err) != 0) {
        fprintf(stderr, "councilwire tail: %s\n", err.text);
        rc = conf_exit_code(&err);
    } else if ((rc = conf_answer(c, &action)) < 0) {
        rc = run(&o, c, &action);
    }
    conf_free(&c);
    return rc;
}
