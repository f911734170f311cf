/* `councilwire topics apply | check | list`: the topics of schemas/topics.tsv on a
 * cluster. */
#include "cluster.h"
#include "command.h"
#include "topics_table.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/cmdline.h"
#include "lib/json_write.h"
#include "lib/log.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { TOPICS_MAX = 32, SETTINGS_ALL = 6, AGAIN_MS = 50 };
enum { SEEN_MS = 60000 }; /* a small broker on a busy machine makes ten topics slowly */

static const char *const setting_names[SETTINGS_ALL] = {
    "cleanup.policy",      "retention.ms",      "min.compaction.lag.ms",
    "delete.retention.ms", "max.message.bytes", "min.insync.replicas"};

struct job {
    struct bus *bus;
    struct arena arena;
    struct topic_row *row;
    size_t rows;
    int32_t partitions[TOPICS_MAX]; /* as found; 0: the topic is missing */
    int brokers;
    bool json;
    int differences;
};

/* ---- the cluster ---- */

static int probe(struct job *j, struct err *err)
{
    const char *names[TOPICS_MAX];
    for (size_t i = 0; i < j->rows; i++)
        names[i] = j->row[i].name;
    return cluster_probe(j->bus, names, j->rows, j->partitions, err);
}

static int reach(struct job *j, const struct cluster_options *o, const struct conf *c,
                 struct err *err)
{
    if (cluster_open("councilwire-topics", o, c, &j->bus, err) < 0 || probe(j, err) < 0)
        return -1;
    return bus_brokers(j->bus, &j->brokers, err);
}

/* ---- what is to be ---- */

static int replicas(const struct job *j)
{
    return j->brokers >= 3 ? 3 : 1;
}

static const char *min_insync(const struct job *j)
{
    return j->brokers >= 3 ? "2" : "1";
}

/* name, value, …, NULL: what the table says, and the replicas that must have a record. */
static void wanted(const struct job *j, const struct topic_row *row, const char **config)
{
    size_t n = 0;
    for (size_t i = 0; i < TOPIC_SETTINGS; i++)
        if (row->setting[i].value) {
            config[n++] = row->setting[i].name;
            config[n++] = row->setting[i].value;
        }
    config[n++] = "min.insync.replicas";
    config[n++] = min_insync(j);
    config[n] = NULL;
}

static const char *wanted_value(const struct job *j, const struct topic_row *row,
                                const char *name)
{
    for (size_t i = 0; i < TOPIC_SETTINGS; i++)
        if (strcmp(row->setting[i].name, name) == 0)
            return row->setting[i].value;
    return strcmp(name, "min.insync.replicas") == 0 ? min_insync(j) : NULL;
}

/* One JSON object a line: what is so with a topic, and the setting where it is one. */
static void say(const char *topic, const char *state, const char *setting, const char *is,
                const char *should)
{
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    json_open_object(&w);
    json_pair(&w, "topic", sv_cstr(topic));
    json_pair(&w, "state", sv_cstr(state));
    if (setting) {
        json_pair(&w, "setting", sv_cstr(setting));
        json_pair(&w, "is", sv_cstr(is));
        json_pair(&w, "should", sv_cstr(should));
    }
    json_close_object(&w);
    printf("%s\n", out.p);
}

static void tell(struct job *j, const char *topic, const char *what, const char *is,
                 const char *should)
{
    j->differences++;
    if (!j->json) {
        printf("%s: %s is %s, should be %s\n", topic, what, is, should);
        return;
    }
    say(topic, "differs", what, is, should);
}

/* Stricter than asked is no difference: a cluster may demand more replicas. */
static bool good(const char *name, struct sv is, const char *should)
{
    uint64_t a, b;
    if (sv_eq(is, sv_cstr(should)))
        return true;
    return strcmp(name, "min.insync.replicas") == 0 && sv_u64(is, &a) &&
           sv_u64(sv_cstr(should), &b) && a >= b;
}

/* Settings that differ are counted and, where asked for, told. */
static int compare(struct job *j, const struct topic_row *row, bool say, int *differ,
                   struct err *err)
{
    struct sv is[SETTINGS_ALL];
    int64_t end = clock_monotonic_ms() + CLUSTER_ANSWER_MS;
    *differ = 0;
    while (bus_topic_config(j->bus, row->name, setting_names, SETTINGS_ALL,
                            CLUSTER_ANSWER_MS, &j->arena, is, err) < 0) {
        if (err->kind != ERR_TEMPORARY || clock_monotonic_ms() > end)
            return -1;
        *err = (struct err){0};
        (void)poll(NULL, 0, AGAIN_MS);
    }
    for (size_t i = 0; i < SETTINGS_ALL; i++) {
        const char *should = wanted_value(j, row, setting_names[i]);
        if (!should || good(setting_names[i], is[i], should))
            continue;
        ++*differ;
        if (say)
            tell(j, row->name, setting_names[i], is[i].p ? is[i].p : "unknown", should);
    }
    return 0;
}

/* ---- the three verbs ---- */

static void partitions_differ(struct job *j, size_t i)
{
    char is[16], should[16];
    (void)snprintf(is, sizeof is, "%d", (int)j->partitions[i]);
    (void)snprintf(should, sizeof should, "%d", j->row[i].partitions);
    tell(j, j->row[i].name, "the number of partitions", is, should);
}

static int check(struct job *j, struct err *err)
{
    for (size_t i = 0; i < j->rows; i++) {
        int differ = 0;
        if (j->partitions[i] == 0) {
            j->differences++;
            if (j->json)
                say(j->row[i].name, "missing", NULL, NULL, NULL);
            else
                printf("%s: missing; councilwire topics apply makes it\n",
                       j->row[i].name);
            continue;
        }
        if (j->partitions[i] != j->row[i].partitions)
            partitions_differ(j, i);
        if (!bus_embedded(j->bus) && compare(j, &j->row[i], true, &differ, err) < 0)
            return -1;
    }
    if (j->differences == 0)
        fprintf(stderr, "all %zu topics are as they should be\n", j->rows);
    return 0;
}

static int make(struct job *j, const struct topic_row *row, struct err *err)
{
    struct bus_topic t = {row->name, row->partitions, replicas(j), {NULL}};
    wanted(j, row, t.config);
    if (bus_topic_create(j->bus, &t, CLUSTER_ANSWER_MS, err) < 0)
        return -1;
    if (j->json)
        say(row->name, "made", NULL, NULL, NULL);
    else
        printf("%s: made, %d partitions, %d replicas\n", row->name, row->partitions,
               replicas(j));
    return 0;
}

static int mend(struct job *j, const struct topic_row *row, struct err *err)
{
    const char *config[2 * SETTINGS_ALL + 1];
    int differ = 0;
    if (compare(j, row, false, &differ, err) < 0)
        return -1;
    if (differ == 0)
        return 0;
    wanted(j, row, config);
    if (bus_topic_alter(j->bus, row->name, config, CLUSTER_ANSWER_MS, err) < 0)
        return -1;
    if (j->json)
        say(row->name, "mended", NULL, NULL, NULL);
    else
        printf("%s: %d settings put right\n", row->name, differ);
    return 0;
}

/* A topic that was made is there for everybody only a moment later. */
static int wait_until_seen(struct job *j, struct err *err)
{
    int32_t before[TOPICS_MAX];
    memcpy(before, j->partitions, sizeof before);
    int64_t end = clock_monotonic_ms() + SEEN_MS;
    size_t missing = 1;
    while (missing && clock_monotonic_ms() < end) {
        if (probe(j, err) < 0)
            return -1;
        missing = 0;
        for (size_t i = 0; i < j->rows; i++)
            missing += j->partitions[i] == 0;
        if (missing)
            (void)poll(NULL, 0, AGAIN_MS);
    }
    memcpy(j->partitions, before, sizeof before);
    return missing ? err_set(err, ERR_TEMPORARY,
                             "%zu topics were made but do not show up yet: `councilwire "
                             "topics check` tells when they do",
                             missing)
                   : 0;
}

static int apply(struct job *j, struct err *err)
{
    if (bus_embedded(j->bus)) {
        fputs("the embedded broker makes its topics itself\n", stderr);
        return check(j, err);
    }
    for (size_t i = 0; i < j->rows; i++)
        if ((j->partitions[i] == 0 ? make(j, &j->row[i], err)
                                   : mend(j, &j->row[i], err)) < 0)
            return -1;
    /* A change of the number would part a key from its order: only a person can. */
    for (size_t i = 0; i < j->rows; i++)
        if (j->partitions[i] != 0 && j->partitions[i] != j->row[i].partitions)
            partitions_differ(j, i);
    return wait_until_seen(j, err);
}

static int list(struct job *j, struct err *err)
{
    (void)err;
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    if (!j->json) {
        for (size_t i = 0; i < j->rows; i++)
            printf("%-26s %3d partitions%s\n", j->row[i].name, (int)j->partitions[i],
                   j->partitions[i] ? "" : ", missing");
        return 0;
    }
    json_open_array(&w);
    for (size_t i = 0; i < j->rows; i++) {
        json_open_object(&w);
        json_pair(&w, "topic", sv_cstr(j->row[i].name));
        json_pair_int(&w, "partitions", j->partitions[i]);
        json_close_object(&w);
    }
    json_close_array(&w);
    printf("%s\n", out.p);
    return 0;
}

static int start(struct job *j, const struct cluster_options *o, const struct conf *c,
                 const char *verb, struct err *err)
{
    if (topics_read(&j->arena, &j->row, &j->rows, err) < 0 || reach(j, o, c, err) < 0)
        return -1;
    if (strcmp(verb, "apply") == 0)
        return apply(j, err);
    return strcmp(verb, "check") == 0 ? check(j, err) : list(j, err);
}

static int misuse(const char *verb)
{
    static const struct cmdline line = {
        "topics", "usage: councilwire topics apply|check|list [--bootstrap HOST:PORT]\n",
        NULL, NULL};
    static const char *const verbs[] = {"apply", "check", "list"};
    return cmdline_no_such(&line, "action", verb, verbs, ARRAY_LEN(verbs));
}

int topics_command(int argc, char **argv)
{
    struct cluster_options o = {0};
    struct job j = {0};
    struct err err = {0};
    struct conf_action action = {0};
    struct conf_program program = {
        "councilwire topics",
        "makes (apply), checks or lists the topics on a cluster",
        "apply|check|list",
        "apply --bootstrap 127.0.0.1:9092",
        {{cluster_options_table, &o}, {NULL, NULL}}};
    struct conf *c = conf_new(&program);
    int code;
    arena_init(&j.arena, 16 << 20);
    log_init("councilwire-topics", LOG_WARN);
    if (conf_read(c, argc, argv, &action, &err) < 0) {
        fprintf(stderr, "councilwire topics: %s\n", err.text);
        code = conf_exit_code(&err);
    } else if ((code = conf_answer(c, &action)) >= 0) {
        ;
    } else if (action.operands != 1 || (strcmp(action.operand[0], "apply") != 0 &&
                                        strcmp(action.operand[0], "check") != 0 &&
                                        strcmp(action.operand[0], "list") != 0)) {
        code = misuse(action.operands == 1 ? action.operand[0] : NULL);
    } else {
        j.json = action.json;
        code = start(&j, &o, c, action.operand[0], &err) < 0 ? err_exit_code(&err)
               : j.differences                               ? EXIT_RUNTIME
                                                             : EXIT_DONE;
        if (err.kind != ERR_NONE)
            fprintf(stderr, "councilwire topics: %s\n", err.text);
    }
    bus_close(&j.bus);
    arena_free(&j.arena);
    conf_free(&c);
    return code;
}
