/* `councilwire positions`: how far a stopped consumer has read each topic. */
#include "ask.h"
#include "command.h"
#include "lib/cmdline.h"
#include "lib/json_write.h"
#include "lib/position.h"
#include "lib/shown.h"

#include <stdio.h>

static const char usage[] =
    "usage: councilwire positions show [DAEMON]... [--json] [--state-dir DIR]\n"
    "Shows how far each stopped consumer has read: topic, partition, the offset that it "
    "reads next, and\n"
    "the id of the last event that it took. A consumer that runs tells its lag by "
    "`councilwire status`.\n"
    "  DAEMON           index, index-limite, notify, ... (default: all)\n"
    "  --json           one object a line\n"
    "Example: councilwire positions show index --json | jq .next\n";

struct options {
    const char *state_dir;
    bool json, headed;
    char **names;
    int n;
};

/* -1: go on, else the exit code */
static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"json", no_argument, NULL, 'j'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"positions", usage, NULL, options};
    static const char *const verbs[] = {"show"};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 's': o->state_dir = optarg; break;
        case 'j': o->json = true; break;
        default: return cmdline_exit(c);
        }
    const char *verb = optind < argc ? argv[optind] : "";
    if (strcmp(verb, verbs[0]) != 0)
        return cmdline_no_such(&line, "action", verb, verbs, ARRAY_LEN(verbs));
    o->names = argv + optind + 1;
    o->n = argc - optind - 1;
    return -1;
}

static void print_one(const char *daemon, const struct position *p, struct options *o)
{
    AUTO(buf_free) struct buf out = {0};
    if (!o->json) {
        if (!o->headed)
            printf("%-14s %-26s %3s %10s  %s\n", "DAEMON", "TOPIC", "P", "NEXT",
                   "LAST EVENT");
        o->headed = true;
        shown_add_name(&out, sv_cstr(p->last));
        printf("%-14s %-26s %3d %10lld  %s\n", daemon, p->topic, (int)p->partition,
               (long long)p->next, out.p ? out.p : "");
        return;
    }
    struct json_writer w = {.out = &out};
    json_open_object(&w);
    json_pair(&w, "daemon", sv_cstr(daemon));
    json_pair(&w, "topic", sv_cstr(p->topic));
    json_pair_int(&w, "partition", p->partition);
    json_pair_int(&w, "log", p->log);
    json_pair_int(&w, "next", p->next);
    json_pair(&w, "last", p->last[0] ? sv_cstr(p->last) : SV_NULL);
    json_close_object(&w);
    printf("%s\n", out.p);
}

/* Only the daemon reads its store while it runs. */
static int is_stopped(const struct daemons *d, const char *name, struct err *err)
{
    AUTO(json_free) struct json *health = NULL;
    enum ask_from from;
    int status;
    int rc = daemon_ask(d, name, "GET", "/healthz", &status, &health, &from, err);
    if (rc <= 0)
        return rc < 0 ? -1 : 0;
    return err_set(err, ERR_TEMPORARY,
                   "%s runs: `councilwire status` tells its lag; stop it to see its "
                   "positions",
                   name);
}

static int show_one(const struct daemons *d, const char *name, struct options *o,
                    struct err *err)
{
    AUTO(buf_free) struct buf file = {0};
    AUTO(db_close) struct db *db = NULL;
    AUTO(positions_free) struct positions p = {0};
    if (is_stopped(d, name, err) != 0)
        return -1;
    buf_addf(&file, "%s/%s/state.db", d->root.p, name);
    if (db_open(file.p, DB_READONLY, &db, err) != 0)
        return err_wrap(err, "%s (stopped: ask as its user)", name);
    int rc = positions_stored_ones(db, &p, err);
    if (rc < 0)
        return err_wrap(err, "%s", name);
    if (rc == 0 && o->n)
        return err_set(err, ERR_BAD_INPUT,
                       "%s has no positions: it reads no topics, or never did", name);
    for (size_t i = 0; i < p.n; i++)
        print_one(name, &p.v[i], o);
    return 0;
}

static bool is_wanted(const struct options *o, const char *name)
{
    bool wanted = o->n == 0;
    for (int i = 0; i < o->n; i++)
        wanted = wanted || strcmp(o->names[i], name) == 0;
    return wanted;
}

static bool is_there(const struct daemons *d, const char *name)
{
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->name[i], name) == 0)
            return true;
    return false;
}

/* One that can not be asked does not hide the others. */
static int show(const struct daemons *d, struct options *o)
{
    int code = daemons_complain(d, "positions") ? EXIT_RUNTIME : EXIT_DONE;
    for (int i = 0; i < o->n && d->n; i++)
        if (!is_there(d, o->names[i])) {
            fprintf(stderr, "councilwire positions: no daemon '%s' has run in %s\n",
                    o->names[i], d->root.p);
            code = EXIT_REFUSED;
        }
    for (size_t i = 0; i < d->n; i++) {
        struct err err = {0};
        if (!is_wanted(o, d->name[i]) || show_one(d, d->name[i], o, &err) == 0)
            continue;
        fprintf(stderr, "councilwire positions: %s\n", err.text);
        code = err_exit_code(&err);
    }
    return code;
}

int positions_command(int argc, char **argv)
{
    struct options o = {0};
    int code = read_options(argc, argv, &o);
    if (code >= 0)
        return code;
    struct daemons d;
    struct err err = {0};
    if (daemons_find(o.state_dir, &d, &err) != 0) {
        fprintf(stderr, "councilwire positions: %s\n", err.text);
        return err_exit_code(&err);
    }
    code = show(&d, &o);
    daemons_free(&d);
    return code;
}
