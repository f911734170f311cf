/* `councilwire rejects`: what could not be taken, and why; again, or for good. */
#include "ask.h"
#include "command.h"
#include "lib/cmdline.h"
#include "lib/shown.h"

#include <stdio.h>

static const char usage[] =
    "usage: councilwire rejects list [--json] [--state-dir DIR]\n"
    "       councilwire rejects show ID... [--json]\n"
    "       councilwire rejects replay ID... | --all [--dry-run]\n"
    "       councilwire rejects purge ID... | --all [--dry-run]\n"
    "A rejected paper's bytes stay with its producer (not those of a classified paper) "
    "until replay or\n"
    "purge. A replay offers it again; when it fails again its attempts rise.\n"
    "Example: councilwire rejects replay --all --dry-run\n";

struct options {
    const char *state_dir, *verb;
    bool json, all, dry_run;
    char **ids;
    int nids;
};

/* -1: go on, else the exit code */
static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"all", no_argument, NULL, 'a'},
                                            {"dry-run", no_argument, NULL, 'n'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"rejects", usage, NULL, options};
    static const char *const verbs[] = {"list", "show", "replay", "purge"};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 's': o->state_dir = optarg; break;
        case 'j': o->json = true; break;
        case 'a': o->all = true; break;
        case 'n': o->dry_run = true; break;
        default: return cmdline_exit(c);
        }
    size_t v = 0;
    o->verb = optind < argc ? argv[optind] : "";
    while (v < ARRAY_LEN(verbs) && strcmp(o->verb, verbs[v]) != 0)
        v++;
    if (v == ARRAY_LEN(verbs))
        return cmdline_no_such(&line, "action", o->verb, verbs, ARRAY_LEN(verbs));
    o->ids = argv + optind + 1;
    o->nids = argc - optind - 1;
    bool list = strcmp(o->verb, "list") == 0, show = strcmp(o->verb, "show") == 0;
    if (list && o->nids)
        return cmdline_misuse(&line,
                              "list takes no ID; `councilwire rejects show %s` "
                              "tells of one",
                              o->ids[0]);
    if (!list && o->nids == 0 && (show || !o->all))
        return cmdline_misuse(&line, "%s of which? Give the ID that list shows%s",
                              o->verb, show ? "" : ", or --all");
    if (!list && o->nids && o->all)
        return cmdline_misuse(&line, "--all or IDs, not both");
    return -1;
}

/* Calls `each` for every reject of every daemon; it returns -1 to stop. */
typedef int each_fn(const struct daemons *d, const char *daemon,
                    const struct json *reject, const struct options *o, struct err *err);

static int for_each(const struct daemons *d, const struct options *o, each_fn *each,
                    int *count, struct err *err)
{
    for (size_t i = 0; i < d->n; i++) {
        AUTO(json_free) struct json *list = NULL;
        enum ask_from from;
        int status;
        struct err own = {0};
        if (daemon_ask(d, d->name[i], "GET", "/rejects", &status, &list, &from, &own) <
            0) {
            if (err->kind == ERR_NONE)
                *err = own; /* told at the end: the others are not hidden by it */
            continue;
        }
        for (size_t k = 0; k < json_count(list); k++, ++*count)
            if (each(d, d->name[i], json_at(list, k), o, err) != 0)
                return -1;
    }
    return err->kind == ERR_NONE ? 0 : -1;
}

static void print_json(const char *daemon, const struct json *r)
{
    AUTO(buf_free) struct buf b = {0};
    json_write_value(r, &b);
    printf("{\"daemon\":\"%s\",\"reject\":%s}\n", daemon, b.p);
}

static int print_one(const struct daemons *d, const char *daemon, const struct json *r,
                     const struct options *o, struct err *err)
{
    (void)d, (void)err;
    if (o->json) {
        print_json(daemon, r);
        return 0;
    }
    struct sv name = json_member_text(r, "name"), detail = json_member_text(r, "detail");
    struct sv topic = json_member_text(r, "topic");
    if (!detail.n)
        detail = json_member_text(r, "marking");
    AUTO(buf_free) struct buf line = {0};
    buf_addf(&line, SV_FMT "  %-10s %-14.*s ", SV_ARG(json_member_text(r, "id")), daemon,
             SV_ARG(json_member_text(r, "reason")));
    shown_add_name(&line, name.n    ? name
                          : topic.n ? topic
                                    : json_member_text(r, "sha256"));
    buf_lit(&line, "  ");
    shown_add_name(&line, detail);
    printf("%s\n", line.p);
    return 0;
}

static int list(const struct daemons *d, const struct options *o, struct err *err)
{
    int count = 0;
    if (for_each(d, o, print_one, &count, err) != 0)
        return -1;
    bool partly = daemons_complain(d, "rejects");
    if (d->n)
        fprintf(stderr, "%d reject%s\n", count, count == 1 ? "" : "s");
    return partly ? EXIT_RUNTIME : EXIT_DONE;
}

/* The daemon whose reject this is: 1 found, with its JSON. */
static int find(const struct daemons *d, const char *id, size_t *daemon,
                struct json **out, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "/rejects/%s", id);
    for (size_t i = 0; i < d->n; i++) {
        struct json *answer = NULL;
        enum ask_from from;
        int status = 0;
        int rc = daemon_ask(d, d->name[i], "GET", path.p, &status, &answer, &from, err);
        if (rc < 0)
            return -1;
        if (rc == 1 && status == 200) {
            *daemon = i;
            *out = answer;
            return 1;
        }
        if (rc == 1)
            json_free(&answer);
    }
    return 0;
}

static void print_whole(const char *daemon, const struct json *r)
{
    static const char *const members[] = {
        "id",        "stage",  "reason",  "detail", "name",   "source",   "uri",  "topic",
        "partition", "offset", "marking", "bytes",  "sha256", "attempts", "time", "kept"};
    printf("%-10s %s\n", "daemon", daemon);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const struct json *v = json_member(r, members[i]);
        AUTO(buf_free) struct buf text = {0}, raw = {0};
        if (!v || json_is_null(v))
            continue;
        json_write_value(v, &raw);
        struct sv s = json_text(v);
        shown_add_name(&text, s.p ? s : buf_sv(&raw));
        printf("%-10s %s\n", members[i], text.p);
    }
}

static int show(const struct daemons *d, const struct options *o, struct err *err)
{
    for (int i = 0; i < o->nids; i++) {
        AUTO(json_free) struct json *r = NULL;
        size_t daemon;
        int rc = find(d, o->ids[i], &daemon, &r, err);
        if (rc < 0)
            return -1;
        if (rc == 0)
            return err_set(err, ERR_BAD_INPUT, "no reject has the id %s", o->ids[i]);
        if (o->json) {
            print_json(d->name[daemon], r);
            continue;
        }
        if (i > 0)
            putchar('\n');
        print_whole(d->name[daemon], r);
    }
    return EXIT_DONE;
}

/* Another command, or a replay that went well, came first. */
static int is_gone(const struct daemons *d, const char *daemon, struct sv id,
                   struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    AUTO(json_free) struct json *answer = NULL;
    enum ask_from from;
    int status = 0;
    buf_lit(&path, "/rejects/");
    buf_add_sv(&path, id);
    int rc = daemon_ask(d, daemon, "GET", path.p, &status, &answer, &from, err);
    return rc < 0 ? -1 : rc == 1 && status == 404;
}

static int not_done(const struct daemons *d, const char *daemon, struct sv id,
                    const char *verb, const struct options *o, struct err *err)
{
    int gone = is_gone(d, daemon, id, err);
    if (gone < 0)
        return -1;
    if (gone && o->all) {
        fprintf(stderr, SV_FMT " of %s: gone meanwhile\n", SV_ARG(id), daemon);
        return 0;
    }
    if (gone)
        return err_set(err, ERR_BAD_INPUT, "no reject has the id " SV_FMT, SV_ARG(id));
    return err_set(err, ERR_BAD_INPUT,
                   "%s can not %s " SV_FMT ": its bytes were not kept", daemon, verb,
                   SV_ARG(id));
}

static int act_on(const struct daemons *d, const char *daemon, struct sv id,
                  const char *verb, const struct options *o, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    AUTO(json_free) struct json *answer = NULL;
    enum ask_from from;
    int status = 0;
    buf_lit(&path, "/rejects/");
    buf_add_sv(&path, id);
    buf_addf(&path, "/%s", verb);
    if (o->dry_run) {
        printf("%s " SV_FMT " of %s\n", verb, SV_ARG(id), daemon);
        return 0;
    }
    int rc = daemon_ask(d, daemon, "POST", path.p, &status, &answer, &from, err);
    if (rc < 0)
        return -1;
    if (rc == 0)
        return err_set(err, ERR_TEMPORARY, "%s is stopped: start it, then %s again",
                       daemon, verb);
    if (status >= 300)
        return not_done(d, daemon, id, verb, o, err);
    printf("%s " SV_FMT " of %s: asked\n", verb, SV_ARG(id), daemon);
    return 0;
}

static int replay_one(const struct daemons *d, const char *daemon, const struct json *r,
                      const struct options *o, struct err *err)
{
    bool kept = false;
    if (!json_bool(json_member(r, "kept"), &kept) ||
        (!kept && !json_member_text(r, "topic").n)) {
        fprintf(stderr, SV_FMT " of %s: its bytes were not kept\n",
                SV_ARG(json_member_text(r, "id")), daemon);
        return 0;
    }
    return act_on(d, daemon, json_member_text(r, "id"), "replay", o, err);
}

static int purge_one(const struct daemons *d, const char *daemon, const struct json *r,
                     const struct options *o, struct err *err)
{
    return act_on(d, daemon, json_member_text(r, "id"), "purge", o, err);
}

static int act(const struct daemons *d, const char *verb, const struct options *o,
               struct err *err)
{
    int count = 0;
    if (o->all)
        return for_each(d, o, strcmp(verb, "replay") == 0 ? replay_one : purge_one,
                        &count, err);
    for (int i = 0; i < o->nids; i++) {
        AUTO(json_free) struct json *r = NULL;
        size_t daemon;
        int rc = find(d, o->ids[i], &daemon, &r, err);
        if (rc < 0)
            return -1;
        if (rc == 0)
            return err_set(err, ERR_BAD_INPUT, "no reject has the id %s", o->ids[i]);
        if (act_on(d, d->name[daemon], sv_cstr(o->ids[i]), verb, o, err) != 0)
            return -1;
    }
    return EXIT_DONE;
}

static int run(const struct options *o, struct err *err)
{
    const char *verb = o->verb;
    struct daemons d;
    if (daemons_find(o->state_dir, &d, err) != 0)
        return -1;
    int rc;
    if (strcmp(verb, "list") == 0)
        rc = list(&d, o, err);
    else if (strcmp(verb, "show") == 0)
        rc = show(&d, o, err);
    else
        rc = act(&d, verb, o, err);
    if (rc != EXIT_DONE && strcmp(verb, "list") != 0)
        (void)daemons_complain(&d, "rejects");
    daemons_free(&d);
    return rc;
}

int rejects_command(int argc, char **argv)
{
    struct options o = {.verb = ""};
    struct err err = {0};
    int rc = read_options(argc, argv, &o);
    if (rc >= 0)
        return rc;
    rc = run(&o, &err);
    if (rc < 0)
        fprintf(stderr, "councilwire rejects: %s\n", err.text);
    return rc < 0 ? err_exit_code(&err) : rc;
}
