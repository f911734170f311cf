/* `councilwire subscribe`: subscriptions, through the notifier's socket. */
#define _GNU_SOURCE /* explicit_bzero */
#include "deploy/councilwire/command.h"
#include "history.h"
#include "lib/cmdline.h"
#include "lib/conf.h"
#include "lib/file.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/json_write.h"
#include "lib/log.h"
#include "lib/root.h"
#include "lib/shown.h"
#include "lib/term.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANSWER_MS = 30000 };

static const char usage[] =
    "usage: councilwire subscribe add --url URL [--id ID] [--secret-file FILE]\n"
    "                                 [--from 2026-08|beginning] QUERY\n"
    "       councilwire subscribe list | log [ID] | dead [ID]\n"
    "       councilwire subscribe pause|resume|remove|test|retry ID\n"
    "       councilwire subscribe rotate [--secret-file FILE] ID\n"
    "Webhooks (Standard Webhooks 1.0.0) for each new decision that QUERY matches; the\n"
    "query language is that of `councilwire search`. A new subscription hears what "
    "comes\n"
    "after it was saved; --from also takes what is on the topics since then.\n"
    "  --url URL          where to (https; private addresses need webhook-allow)\n"
    "  --id ID            its name; adding the same id again changes it; what waits goes "
    "to its\n"
    "                     new URL at once\n"
    "  --secret-file FILE holds whsec_…; else one is made and printed\n"
    "  --config FILE      for --from: bootstrap and kafka.* settings (tail.conf)\n"
    "  --limite           the LIMITE notifier: its notices hold ids only\n"
    "  --json             answers as they are\n"
    "  --state-dir DIR    ROOT\n"
    "  retry              sends at once what waits for its next attempt or was given "
    "up (dead)\n"
    "  rotate             another secret; for 24 h notices carry a signature of the old\n"
    "                     one as well\n"
    "Example: councilwire subscribe add --id cosi --url https://example.org/hook "
    "'by:COSI'\n";

struct ask {
    const char *state_dir, *url, *id, *secret_file, *from, *bootstrap, *config;
    bool limite, json;
    struct buf words;
};

static int complain(const struct err *err)
{
    fprintf(stderr, "councilwire subscribe: %s\n", err->text);
    return err_exit_code(err);
}

/* -- the socket */

static int call(const struct ask *q, const char *method, const char *path, struct sv body,
                struct buf *raw, struct json **out, struct err *err)
{
    AUTO(buf_free) struct buf root = {0};
    AUTO(buf_free) struct buf socket = {0};
    AUTO(buf_free) struct buf url = {0};
    AUTO(http_answer_free) struct http_answer a = {0};
    if (root_find(q->state_dir, &root, err) != 0)
        return -1;
    root_daemon_dir(buf_sv(&root), "notify", q->limite, &socket);
    int there = root_reach(socket.p, err);
    if (there < 0)
        return -1;
    buf_lit(&socket, "/socket");
    buf_addf(&url, "http://councilwire%s", path);
    struct http_call c = {.method = method,
                          .url = url.p,
                          .unix_socket = socket.p,
                          .body = body,
                          .timeout_ms = ANSWER_MS,
                          .connect_timeout_ms = ANSWER_MS,
                          .answer_max = 32U << 20,
                          .late = term_late,
                          .whom = q->limite ? "the LIMITE notifier" : "the notifier"};
    if (there == 0 || http_call(&c, &a, err) != 0) {
        bool silent = err->sys_errno == ETIMEDOUT;
        err_clear(err);
        if (silent)
            return err_set(err, ERR_TEMPORARY,
                           "the notifier does not answer within %d s: it hangs, or is "
                           "busy; `councilwire status` tells",
                           (int)ANSWER_MS / 1000);
        return err_set(err, ERR_TEMPORARY,
                       "the notifier does not run (no answer on %s); start it: "
                       "councilwire-notify, or councilwire up%s",
                       socket.p, root_elsewhere(buf_sv(&root)));
    }
    if (json_read(buf_sv(&a.body), out, err) != 0) {
        err_clear(err);
        return err_set(err, ERR_TEMPORARY,
                       "the notifier is not ready: it waits for its broker");
    }
    buf_add_sv(raw, buf_sv(&a.body));
    if (a.status >= 300)
        return err_set(err, a.status < 500 ? ERR_BAD_INPUT : ERR_TEMPORARY, SV_FMT,
                       SV_ARG(json_member_text(*out, "error")));
    return 0;
}

/* -- printing */

static int64_t number(const struct json *o, const char *name)
{
    int64_t n = 0;
    return json_int(json_member(o, name), &n) ? n : 0;
}

/* What a subscription that is, or was, disabled needs. */
static void print_way_back(const struct json *s)
{
    struct sv id = json_member_text(s, "id"), until = json_member_text(s, "kept_until"),
              missed = json_member_text(s, "missed_since");
    bool disabled = sv_eq(json_member_text(s, "state"), SV("disabled"));
    if (disabled)
        printf("  `councilwire subscribe resume " SV_FMT "` starts it again\n",
               SV_ARG(id));
    if (disabled && until.n)
        printf("  what comes until " SV_FMT " is kept for it\n", SV_ARG(until));
    if (!disabled && missed.n)
        printf("  what came from " SV_FMT " on was not kept for it: `councilwire "
               "subscribe add --id " SV_FMT "` with its url, its query and --from " SV_FMT
               " sends it\n",
               SV_ARG(missed), SV_ARG(id), SV_ARG(missed));
    if (number(s, "dead") > 0)
        printf("  `councilwire subscribe retry " SV_FMT "` sends again what was given "
               "up\n",
               SV_ARG(id));
}

static void print_subscription(const struct json *s)
{
    struct sv reason = json_member_text(s, "reason"),
              secret = json_member_text(s, "secret");
    AUTO(buf_free) struct buf query = {0}, url = {0}, why = {0};
    shown_add_name(&query, json_member_text(s, "query"));
    shown_add_name(&url, json_member_text(s, "url"));
    shown_add_name(&why, reason);
    printf(SV_FMT "  " SV_FMT "  sent %lld, waiting %lld, dead %lld\n  %s\n  → %s\n",
           SV_ARG(json_member_text(s, "id")), SV_ARG(json_member_text(s, "state")),
           (long long)number(s, "done"), (long long)number(s, "pending"),
           (long long)number(s, "dead"), query.p, url.p);
    if (reason.n)
        printf("  why: %s\n", why.p);
    print_way_back(s);
    if (secret.n)
        printf("  secret: " SV_FMT "\n", SV_ARG(secret));
}

static void print_delivery(const struct json *d)
{
    AUTO(buf_free) struct buf error = {0};
    shown_add_name(&error, json_member_text(d, "error"));
    printf(SV_FMT "  " SV_FMT "  " SV_FMT "  " SV_FMT "  attempts %lld%s%s\n",
           SV_ARG(json_member_text(d, "subscription")),
           SV_ARG(json_member_text(d, "state")), SV_ARG(json_member_text(d, "key")),
           SV_ARG(json_member_text(d, "decision")), (long long)number(d, "attempts"),
           error.n ? "  " : "", error.n ? error.p : "");
}

/* `none` is said of an empty list. */
static int show(const struct ask *q, const char *method, const char *path, struct sv body,
                void (*print)(const struct json *), const char *none)
{
    AUTO(json_free) struct json *answer = NULL;
    AUTO(buf_free) struct buf raw = {0};
    struct err err = {0};
    if (call(q, method, path, body, &raw, &answer, &err) != 0)
        return complain(&err);
    if (q->json)
        printf("%.*s\n", (int)raw.n, raw.p);
    else if (!json_is_array(answer))
        print(answer);
    else if (json_count(answer) == 0)
        fprintf(stderr, "%s\n", none);
    else
        for (size_t i = 0; i < json_count(answer); i++)
            print(json_at(answer, i));
    return EXIT_DONE;
}

static void print_done(const struct json *answer)
{
    if (json_member(answer, "id"))
        print_subscription(answer);
}

/* -- actions */

static int read_secret(const char *path, struct buf *out, struct err *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && (st.st_mode & 077))
        fprintf(stderr, "councilwire subscribe: %s: others can read it (chmod 600)\n",
                path);
    return file_read(path, 1024, out, err);
}

/* The decisions that are on the topics since then, in lots. */
struct feeding {
    const struct ask *q;
    const char *id;
    struct buf lines;
    int64_t added;
};

static int feed_flush(struct feeding *f, struct err *err)
{
    AUTO(json_free) struct json *answer = NULL;
    AUTO(buf_free) struct buf raw = {0};
    AUTO(buf_free) struct buf path = {0};
    if (f->lines.n == 0)
        return 0;
    buf_addf(&path, "/subscriptions/%s/history", f->id);
    if (call(f->q, "POST", path.p, buf_sv(&f->lines), &raw, &answer, err) != 0)
        return -1;
    f->added += number(answer, "added");
    buf_reset(&f->lines);
    return 0;
}

static int feed(void *ctx, const struct wire_event *ev, struct err *err)
{
    struct feeding *f = ctx;
    wire_write_line(&f->lines, ev);
    buf_addc(&f->lines, '\n');
    return f->lines.n > (512U << 10) ? feed_flush(f, err) : 0;
}

/* Where Kafka is, and as whom it is asked, stands in tail.conf: the notifier's own
 * configuration names a secret that only its unit can read. */
static int read_conf(const struct ask *q, struct conf *c, struct err *err)
{
    static char name[] = "subscribe", option[] = "--config";
    struct conf_action none;
    AUTO(mem_free)
    char *file = q->config ? mem_copy(q->config, sv_cstr(q->config).n) : NULL;
    char *argv[] = {name, option, file, NULL};
    return conf_read(c, q->config ? 3 : 1, argv, &none, err);
}

static int take_history(const struct ask *q, const char *id)
{
    struct err err = {0};
    struct feeding f = {.q = q, .id = id};
    struct history_conf set = {.state_dir = NULL};
    const struct conf_program program = {.name = "councilwire tail",
                                         .parts = {{history_conf, &set}, {NULL, NULL}}};
    AUTO(conf_free) struct conf *c = conf_new(&program);
    log_init("councilwire-subscribe", LOG_WARN);
    if (read_conf(q, c, &err) != 0) {
        (void)complain(&err);
        return EXIT_CONFIGURATION;
    }
    struct history_options o = {.state_dir = q->state_dir,
                                .bootstrap = q->bootstrap ? q->bootstrap : set.bootstrap,
                                .space = q->limite ? SPACE_LIMITE : SPACE_PUBLIC,
                                .from = strcmp(q->from, "beginning") == 0 ? "" : q->from};
    o.nkafka = conf_kafka(c, &o.kafka_names, &o.kafka_values);
    int rc = history_read(&o, feed, &f, &err) != 0 || feed_flush(&f, &err) != 0 ? -1 : 0;
    buf_free(&f.lines);
    if (rc != 0)
        return complain(&err);
    fprintf(stderr, "%lld decisions since %s\n", (long long)f.added, q->from);
    return EXIT_DONE;
}

/* Of an address as it is written; what a name leads to is known at delivery only. */
static bool is_private(struct sv url)
{
    static const char *const hosts[] = {"localhost", "127.",     "10.",
                                        "192.168.",  "169.254.", "[::1",
                                        "[fc",       "[fd",      "[fe80"};
    size_t at = sv_find(url, SV("://"));
    struct sv host = at == SIZE_MAX ? url : sv_sub(url, at + 3, url.n);
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        if (sv_starts(host, sv_cstr(hosts[i])))
            return true;
    return false;
}

/* What a person does next; on a terminal or not, beside the result. */
static void tell_next(const struct ask *q, struct sv id)
{
    bool plain = sv_starts(sv_cstr(q->url), SV("http://"));
    if (plain || is_private(sv_cstr(q->url)))
        fprintf(stderr,
                "note: %s refused at delivery unless the notifier's "
                "webhook-allow names it\n",
                plain ? "http:// is" : "a private address is");
    fprintf(stderr,
            "`councilwire subscribe test " SV_FMT "` sends it a test notice; `subscribe "
            "log " SV_FMT "` shows what became of it\n",
            SV_ARG(id), SV_ARG(id));
}

static int add(const struct cmdline *line, struct ask *q)
{
    AUTO(buf_free) struct buf secret = {0};
    AUTO(buf_free) struct buf body = {0};
    struct err err = {0};
    if (!q->url || q->words.n == 0)
        return cmdline_misuse(line, q->url ? "the query is missing: which decisions are "
                                             "wanted, for example by:COSI"
                                           : "--url is missing: where to");
    if (q->from && strcmp(q->from, "beginning") != 0 && !history_time(sv_cstr(q->from))) {
        return cmdline_misuse(
            line, "--from “%s” is no time; write 2026-08, 2026-08-01 or beginning",
            q->from); /* before anything is saved */
    }
    if (q->secret_file && read_secret(q->secret_file, &secret, &err) != 0)
        return complain(&err);
    struct json_writer w = {.out = &body};
    json_open_object(&w);
    json_pair(&w, "id", sv_cstr(q->id));
    json_pair(&w, "query", buf_sv(&q->words));
    json_pair(&w, "url", sv_cstr(q->url));
    json_pair(&w, "secret", q->secret_file ? sv_trim(buf_sv(&secret)) : SV_NULL);
    json_close_object(&w);
    AUTO(json_free) struct json *answer = NULL;
    AUTO(buf_free) struct buf raw = {0};
    int rc = call(q, "POST", "/subscriptions", buf_sv(&body), &raw, &answer, &err);
    if (secret.p)
        explicit_bzero(secret.p, secret.n);
    explicit_bzero(body.p, body.n);
    if (rc != 0)
        return complain(&err);
    if (q->json)
        printf("%.*s\n", (int)raw.n, raw.p);
    else
        print_subscription(answer);
    struct sv id = json_member_text(answer, "id");
    tell_next(q, id);
    return q->from && id.p ? take_history(q, id.p) : EXIT_DONE;
}

static int rotate(const struct ask *q, const char *id)
{
    AUTO(buf_free) struct buf secret = {0}, body = {0}, path = {0};
    struct err err = {0};
    if (q->secret_file && read_secret(q->secret_file, &secret, &err) != 0)
        return complain(&err);
    struct json_writer w = {.out = &body};
    json_open_object(&w);
    json_pair(&w, "secret", q->secret_file ? sv_trim(buf_sv(&secret)) : SV_NULL);
    json_close_object(&w);
    buf_addf(&path, "/subscriptions/%s/rotate", id);
    int rc = show(q, "POST", path.p, buf_sv(&body), print_done, "");
    if (secret.p)
        explicit_bzero(secret.p, secret.n);
    explicit_bzero(body.p, body.n);
    return rc;
}

static int log_of(const struct ask *q, const char *id, const char *state)
{
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "/deliveries?limit=1000%s%s%s%s", id ? "&subscription=" : "",
             id ? id : "", state ? "&state=" : "", state ? state : "");
    return show(q, "GET", path.p, SV_NULL, print_delivery,
                state ? "no delivery was given up" : "no deliveries yet");
}

static int act(const struct ask *q, const char *id, const char *action)
{
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "/subscriptions/%s/%s", id, action);
    return show(q, "POST", path.p, SV("{}"), print_done, "");
}

static bool valid_id(const char *id)
{
    return !id || id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_")] == '\0';
}

static int dispatch(const struct cmdline *line, struct ask *q, const char *action,
                    const char *operand)
{
    static const char *const actions[] = {"pause", "resume", "remove", "test",   "retry",
                                          "add",   "list",   "log",    "rotate", "dead"};
    if (strcmp(action, "add") == 0)
        return add(line, q);
    if (!valid_id(operand))
        return cmdline_misuse(line, "an id is letters, digits, - and _, not '%s'",
                              operand);
    if (strcmp(action, "list") == 0)
        return show(q, "GET", "/subscriptions", SV_NULL, print_subscription,
                    q->limite
                        ? "no subscriptions at the LIMITE notifier"
                        : "no subscriptions; `councilwire subscribe add` makes one");
    if (strcmp(action, "log") == 0)
        return log_of(q, operand, NULL);
    if (strcmp(action, "dead") == 0)
        return log_of(q, operand, "dead");
    if (strcmp(action, "rotate") == 0 && operand)
        return rotate(q, operand);
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (strcmp(action, actions[i]) == 0)
            return operand ? act(q, operand, action)
                           : cmdline_misuse(line,
                                            "%s of which subscription? "
                                            "`councilwire subscribe list` shows "
                                            "them",
                                            action);
    return cmdline_no_such(line, "action", action, actions, ARRAY_LEN(actions));
}

static const struct option options[] = {{"url", required_argument, NULL, 'u'},
                                        {"id", required_argument, NULL, 'i'},
                                        {"name", required_argument, NULL, 'i'},
                                        {"secret-file", required_argument, NULL, 'k'},
                                        {"from", required_argument, NULL, 'f'},
                                        {"bootstrap", required_argument, NULL, 'b'},
                                        {"config", required_argument, NULL, 'c'},
                                        {"state-dir", required_argument, NULL, 's'},
                                        {"limite", no_argument, NULL, 'l'},
                                        {"json", no_argument, NULL, 'j'},
                                        CMDLINE_COMMON};

static int read_options(const struct cmdline *line, struct ask *q, int argc, char **argv)
{
    for (int c; (c = cmdline_next(line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 'u': q->url = optarg; break;
        case 'i': q->id = optarg; break;
        case 'k': q->secret_file = optarg; break;
        case 'f': q->from = optarg; break;
        case 'b': q->bootstrap = optarg; break;
        case 'c': q->config = optarg; break;
        case 's': q->state_dir = optarg; break;
        case 'l': q->limite = true; break;
        case 'j': q->json = true; break;
        default: return cmdline_exit(c);
        }
    return -1;
}

int subscribe_command(int argc, char **argv)
{
    static const struct cmdline line = {"subscribe", usage, NULL, options};
    struct ask q = {.state_dir = NULL};
    int rc = read_options(&line, &q, argc, argv);
    if (rc >= 0)
        return rc;
    const char *action = optind < argc ? argv[optind] : "";
    for (int i = optind + 1; i < argc; i++)
        buf_addf(&q.words, "%s%s", i > optind + 1 ? " " : "", argv[i]);
    rc = dispatch(&line, &q, action, optind + 1 < argc ? argv[optind + 1] : NULL);
    buf_free(&q.words);
    return rc;
}
