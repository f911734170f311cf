/* `councilwire status`: each daemon of this machine, its lag, rejects and last document.
 */
#include "ask.h"
#include "command.h"
#include "lib/cmdline.h"
#include "lib/json_write.h"
#include "lib/shown.h"

#include <errno.h>
#include <stdio.h>

static const char usage[] =
    "usage: councilwire status [--state-dir DIR] [--json]\n"
    "Shows each daemon of this machine: whether it runs, how far it lags behind its "
    "topics, how many\n"
    "papers or records it rejected, and what it took last. Exit status 1 when one is not "
    "ready.\n"
    "Example: councilwire status --json | jq '.[] | select(.lag > 0)'\n";

struct row {
    const char *name;
    struct json *health; /* NULL: stopped */
    bool silent;         /* it runs, and does not answer */
    int64_t rejects;     /* -1: not known */
    char why[300];       /* not */
};

static int read_row(const struct daemons *d, const char *name, struct row *out,
                    struct err *err)
{
    enum ask_from from;
    int status = 0;
    AUTO(json_free) struct json *rejects = NULL;
    *out = (struct row){.name = name};
    int rc = daemon_ask(d, name, "GET", "/healthz", &status, &out->health, &from, err);
    if (rc < 0 && err->sys_errno == ETIMEDOUT) { /* the others are not hidden by it */
        out->silent = true;
        out->rejects = -1;
        snprintf(out->why, sizeof out->why, "%.290s", err->text);
        err_clear(err);
        return 0;
    }
    if (rc < 0)
        return -1;
    struct err own = {0}; /* one store that can not be read does not hide the others */
    if (daemon_ask(d, name, "GET", "/rejects", &status, &rejects, &from, &own) >= 0) {
        out->rejects = (int64_t)json_count(rejects);
        return 0;
    }
    out->rejects = -1;
    snprintf(out->why, sizeof out->why, "%.290s", own.text);
    return 0;
}

static const char *state_of(const struct row *r)
{
    bool ready = false;
    if (r->silent)
        return "silent";
    if (!r->health)
        return "stopped";
    return json_bool(json_member(r->health, "ready"), &ready) && ready ? "ready"
                                                                       : "waits";
}

static void print_text(const struct row *r)
{
    int64_t lag = -1;
    struct sv last = json_member_text(r->health, "last_document");
    struct sv waits = json_member_text(r->health, "waits_for");
    char lag_text[24] = "-";
    if (json_int(json_member(r->health, "lag"), &lag))
        snprintf(lag_text, sizeof lag_text, "%lld", (long long)lag);
    AUTO(buf_free) struct buf line = {0};
    shown_add_name(&line, last);
    if (waits.n)
        buf_lit(&line, " waits for: ");
    shown_add_name(&line, waits);
    char rejects[24] = "?";
    if (r->rejects >= 0)
        snprintf(rejects, sizeof rejects, "%lld", (long long)r->rejects);
    printf("%-16s %-8s %10s %8s  %s\n", r->name, state_of(r), lag_text, rejects,
           r->why[0] ? r->why
           : line.p  ? line.p
                     : "");
}

static void add_json(struct json_writer *w, const struct row *r)
{
    AUTO(buf_free) struct buf health = {0};
    int64_t lag;
    json_open_object(w);
    json_pair(w, "daemon", sv_cstr(r->name));
    json_pair(w, "state", sv_cstr(state_of(r)));
    json_put_key(w, "lag");
    if (json_int(json_member(r->health, "lag"), &lag))
        json_put_int(w, lag);
    else
        json_put_null(w);
    json_put_key(w, "rejects");
    if (r->rejects >= 0)
        json_put_int(w, r->rejects);
    else
        json_put_null(w);
    json_put_key(w, "health");
    if (r->health)
        json_write_value(r->health, &health);
    json_put_raw(w, r->health ? buf_sv(&health) : SV("null"));
    json_close_object(w);
}

static int show(const struct daemons *d, bool json, struct err *err)
{
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    bool all_ready = true;
    json_open_array(&w);
    if (!json)
        printf("%-16s %-8s %10s %8s  %s\n", "DAEMON", "STATE", "LAG", "REJECTS", "LAST");
    for (size_t i = 0; i < d->n; i++) {
        struct row r;
        if (read_row(d, d->name[i], &r, err) != 0)
            return -1;
        all_ready &= strcmp(state_of(&r), "ready") == 0;
        if (json)
            add_json(&w, &r);
        else
            print_text(&r);
        json_free(&r.health);
    }
    json_close_array(&w);
    if (json)
        printf("%s\n", out.p);
    all_ready &= !daemons_complain(d, "status");
    return all_ready ? EXIT_DONE : EXIT_RUNTIME;
}

int status_command(int argc, char **argv)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"json", no_argument, NULL, 'j'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"status", usage, NULL, options};
    const char *state_dir = NULL;
    bool json = false;
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 's': state_dir = optarg; break;
        case 'j': json = true; break;
        default: return cmdline_exit(c);
        }
    if (optind < argc)
        return cmdline_misuse(&line, "'%s' has no place: every daemon is shown",
                              argv[optind]);
    struct daemons d;
    struct err err = {0};
    if (daemons_find(state_dir, &d, &err) != 0) {
        fprintf(stderr, "councilwire status: %s\n", err.text);
        return err_exit_code(&err);
    }
    int rc = show(&d, json, &err);
    if (rc < 0)
        fprintf(stderr, "councilwire status: %s\n", err.text);
    daemons_free(&d);
    return rc < 0 ? err_exit_code(&err) : rc;
}
