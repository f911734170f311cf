/* `councilwire acls list | apply | remove DAEMON=USER...`: the rights each daemon needs,
 * and no more, on a cluster that denies by default. Names are literal, so that a daemon
 * of the public space never reads council.limite.*. */
#include "cluster.h"
#include "command.h"

#include "lib/cmdline.h"
#include "lib/json_write.h"
#include "lib/log.h"
#include "lib/wire.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { TYPES = 5, RIGHTS_EACH = 10 /* of one daemon, at most */ };

/* What each daemon reads; the daemons' own structs say the same (consumers/NAME/NAME.c).
 */
static const struct reader {
    const char *name;
    size_t topics;
    enum wire_type topic[TYPES];
    bool rejects; /* writes them */
} readers[] = {
    {"index", 3, {WIRE_TEXT, WIRE_DECISION, WIRE_DOCUMENT}, true},
    {"notify", 1, {WIRE_DECISION}, true},
    {"archive", 2, {WIRE_TEXT, WIRE_ORIGINAL}, true},
    {"tail", 1, {WIRE_DECISION}, false},
    {"reader",
     5,
     {WIRE_DOCUMENT, WIRE_DECISION, WIRE_TEXT, WIRE_ORIGINAL, WIRE_REJECT},
     false},
};

static const enum wire_type written[] = {WIRE_DOCUMENT, WIRE_DECISION, WIRE_TEXT,
                                         WIRE_ORIGINAL, WIRE_REJECT};

struct rights {
    struct bus_acl v[BUS_ACLS_MAX];
    size_t n;
    struct arena a;
};

static void add(struct rights *r, const char *principal, bool group, const char *name,
                int operation)
{
    assert(r->n < BUS_ACLS_MAX);
    struct bus_acl *a = &r->v[r->n++];
    a->principal = principal;
    a->resource = group ? BUS_ACL_GROUP : BUS_ACL_TOPIC;
    a->name = name;
    a->operation = operation == BUS_ACL_WRITE ? BUS_ACL_WRITE : BUS_ACL_READ;
}

static const char *joined(struct rights *r, const char *a, struct sv b)
{
    return arena_printf(&r->a, "%s%.*s", a, SV_ARG(b)).p;
}

/* tail has one group for both spaces: it has no state to tell apart. Another team's
 * program reads with a group called as its user. */
static const char *group_of(struct rights *r, struct sv base, struct sv name,
                            struct sv user)
{
    if (sv_eq(base, SV("reader")))
        return joined(r, "",
                      sv_starts(user, SV("User:")) ? sv_sub(user, 5, user.n) : user);
    return joined(r, "councilwire-", sv_eq(base, SV("tail")) ? base : name);
}

static int rights_of(struct rights *r, const char *pair, struct err *err)
{
    struct sv whole = sv_cstr(pair);
    size_t eq = sv_find(whole, SV("="));
    if (eq == SIZE_MAX || eq == 0 || eq + 1 == whole.n)
        return err_set(err, ERR_BAD_INPUT, "'%s' is not DAEMON=USER", pair);
    if (r->n + RIGHTS_EACH > BUS_ACLS_MAX)
        return err_set(err, ERR_BAD_INPUT, "too many daemons at once; name fewer");
    struct sv name = sv_sub(whole, 0, eq), user = sv_sub(whole, eq + 1, whole.n);
    const char *principal =
        joined(r, sv_find(user, SV(":")) == SIZE_MAX ? "User:" : "", user);
    if (sv_eq(name, SV("spool"))) {
        for (size_t s = SPACE_PUBLIC; s <= SPACE_LIMITE; s++)
            for (size_t i = 0; i < ARRAY_LEN(written); i++)
                add(r, principal, false, wire_topic(written[i], (enum space)s),
                    BUS_ACL_WRITE);
        return 0;
    }
    bool limite = sv_ends(name, SV("-limite"));
    enum space space = limite ? SPACE_LIMITE : SPACE_PUBLIC;
    struct sv base = sv_sub(name, 0, name.n - (limite ? 7 : 0));
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        const struct reader *d = &readers[i];
        if (!sv_eq(base, sv_cstr(d->name)))
            continue;
        for (size_t k = 0; k < d->topics; k++)
            add(r, principal, false, wire_topic(d->topic[k], space), BUS_ACL_READ);
        add(r, principal, true, group_of(r, base, name, user), BUS_ACL_READ);
        if (d->rejects)
            add(r, principal, false, wire_topic(WIRE_REJECT, space), BUS_ACL_WRITE);
        return 0;
    }
    return err_set(err, ERR_BAD_INPUT,
                   "there is no daemon '%.*s'; there are spool, index, notify, archive, "
                   "tail, reader, and but for the spool NAME-limite",
                   SV_ARG(name));
}

static int check_reach(struct bus *b, struct err *err)
{
    const char *topic = wire_topic(WIRE_DOCUMENT, SPACE_PUBLIC);
    int32_t partitions = 0;
    if (cluster_probe(b, &topic, 1, &partitions, err) < 0)
        return -1;
    return bus_embedded(b) ? err_set(err, ERR_FATAL,
                                     "the embedded broker knows no users and no rights")
                           : 0;
}

static int change(const struct rights *r, bool remove, const struct cluster_options *o,
                  const struct conf *c, struct err *err)
{
    struct bus *b = NULL;
    int got = -1;
    if (cluster_open("councilwire-acls", o, c, &b, err) == 0 && check_reach(b, err) == 0)
        got = (remove ? bus_acls_delete : bus_acls_create)(b, r->v, r->n,
                                                           CLUSTER_ANSWER_MS, err);
    bus_close(&b);
    return got;
}

static void print_json(const struct rights *r)
{
    for (size_t i = 0; i < r->n; i++) {
        AUTO(buf_free) struct buf line = {0};
        struct json_writer w = {.out = &line};
        json_open_object(&w);
        json_pair(&w, "principal", sv_cstr(r->v[i].principal));
        json_pair(&w, "operation",
                  r->v[i].operation == BUS_ACL_WRITE ? SV("write") : SV("read"));
        json_pair(&w, "resource",
                  r->v[i].resource == BUS_ACL_GROUP ? SV("group") : SV("topic"));
        json_pair(&w, "name", sv_cstr(r->v[i].name));
        json_close_object(&w);
        printf("%s\n", line.p);
    }
}

static void print(const struct rights *r, const char *verb)
{
    for (size_t i = 0; i < r->n; i++)
        printf("%s%s %s %s %s\n", r->v[i].principal, verb,
               r->v[i].operation == BUS_ACL_WRITE ? "write" : "read",
               r->v[i].resource == BUS_ACL_GROUP ? "group" : "topic", r->v[i].name);
}

static const char usage[] =
    "usage: councilwire acls list|apply|remove DAEMON=USER... [--bootstrap "
    "HOST:PORT]\n"
    "Grants on a Kafka that denies by default what each daemon needs and no more.\n"
    "  list      print the rights, ask nobody\n"
    "  apply     grant them\n"
    "  remove    take them away\n"
    "DAEMON is spool, index, notify, archive, tail, reader (another team's "
    "program, with\n"
    "a group called as its user), or one but spool with -limite;\n"
    "USER its principal (User:NAME where only NAME is given). --config FILE and "
    "--kafka.NAME\n"
    "say how to reach the cluster as a user that may alter it.\n"
    "Example: councilwire acls apply --config admin.conf spool=spool index=index\n";

static const struct cmdline line = {"acls", usage, NULL, NULL};

static int run(const struct conf_action *act, const struct cluster_options *o,
               const struct conf *c, struct err *err)
{
    static const char *const verbs[] = {"list", "apply", "remove"};
    struct rights r = {.n = 0};
    const char *verb = act->operands ? act->operand[0] : "";
    bool list = strcmp(verb, "list") == 0, remove = strcmp(verb, "remove") == 0;
    if (!list && !remove && strcmp(verb, "apply") != 0)
        return cmdline_no_such(&line, "action", verb, verbs, ARRAY_LEN(verbs));
    if (act->operands < 2)
        return cmdline_misuse(&line, "%s for whom? Name them as DAEMON=USER", verb);
    arena_init(&r.a, 1 << 20);
    int got = 0;
    for (int i = 1; i < act->operands && got == 0; i++)
        got = rights_of(&r, act->operand[i], err);
    int code = got < 0 ? EXIT_USAGE : EXIT_DONE;
    if (got == 0 && !list && change(&r, remove, o, c, err) < 0)
        code = err_exit_code(err);
    if (code == EXIT_DONE && act->json)
        print_json(&r);
    else if (code == EXIT_DONE)
        print(&r, list ? " needs" : remove ? " no longer has" : " has");
    arena_free(&r.a);
    return code;
}

int acls_command(int argc, char **argv)
{
    struct cluster_options o = {0};
    struct err err = {0};
    struct conf_action action = {0};
    struct conf_program program = {
        "councilwire acls", "", "", NULL, {{cluster_options_table, &o}, {NULL, NULL}}};
    struct conf *c = conf_new(&program);
    int code;
    log_init("councilwire-acls", LOG_WARN);
    if (conf_read(c, argc, argv, &action, &err) < 0)
        code = conf_exit_code(&err);
    else if (action.help)
        code = fputs(usage, stdout) < 0;
    else if ((code = conf_answer(c, &action)) < 0)
        code = run(&action, &o, c, &err);
    if (err.kind != ERR_NONE)
        fprintf(stderr, "councilwire acls: %s\n", err.text);
    conf_free(&c);
    return code;
}
