/* `councilwire search` and `councilwire show`: they ask the index daemon's socket, and
 * read its database themselves only when it is stopped. */
#include "deploy/councilwire/command.h"
#include "lib/cmdline.h"
#include "lib/http.h"
#include "lib/query.h"
#include "lib/root.h"
#include "lib/term.h"
#include "print.h"
#include "schema.h"
#include "search.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ANSWER_MS = 20000 };

static const char search_usage[] =
    "usage: councilwire search QUERY [--documents] [--limite] [--newest | --due]\n"
    "                          [--limit N] [--json] [--state-dir DIR]\n"
    "Finds decisions; with --documents, in the whole texts of papers.\n"
    "  word word, \"a phrase\", a OR b, -not, prefix*, ( )\n"
    "  type: code: by: to: kind: act: ref: id: item: subject: lang: status: marking:\n"
    "  date:2017-01..2017-12 meeting: due:\n"
    "  --documents      whole texts\n"
    "  --limite         the LIMITE index too\n"
    "  --newest         by the paper's date, newest first, not best first\n"
    "  --due            decisions with a deadline, the earliest first: due:2026-11.. "
    "'migra*'\n"
    "  --limit N        at most N results (20)\n"
    "  --json           the answer as it is, one line an index\n"
    "Of more than 20,000 hits those that came last are put in order.\n"
    "A query that begins with - stands behind --.\n"
    "Example: councilwire search 'kind:request to:Commission date:2017 \"internal "
    "security\"'\n";

static const char show_usage[] =
    "usage: councilwire show ID [--limite] [--json] [--state-dir DIR]\n"
    "Shows a paper: header, items, decisions, what it cites, what cites it, versions.\n"
    "ID is ST-15754-2017-INIT, ST-15754-2017-INIT/fr, 15754/17 or a decision's id.\n"
    "Example: councilwire show ST-15754-2017-INIT\n";

struct ask {
    const char *name; /* of the command */
    const char *state_dir;
    bool limite, json, documents;
    enum search_order order;
    int64_t limit;
    struct buf words; /* the operands, with blanks between */
};

/* -- asking */

static void add_encoded(struct buf *out, struct sv v)
{
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        if (plain)
            buf_addc(out, c);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}

static void make_url(const struct ask *q, bool search, struct buf *url)
{
    static const char *const sort[] = {"", "&sort=newest", "&sort=due"};
    buf_addf(url, "http://councilwire/%s", search ? "search?q=" : "show?id=");
    add_encoded(url, buf_sv(&q->words));
    if (search)
        buf_addf(url, "&limit=%lld%s%s", (long long)q->limit,
                 q->documents ? "&documents=1" : "", sort[q->order]);
}

/* 1 answered, 0 nobody listens, -1 */
static int ask_daemon(const struct ask *q, bool search, const char *dir, bool limite,
                      int *status, struct buf *out, struct err *err)
{
    AUTO(buf_free) struct buf url = {0};
    AUTO(buf_free) struct buf socket = {0};
    AUTO(http_answer_free) struct http_answer answer = {0};
    buf_addf(&socket, "%s/socket", dir);
    int there = root_reach(dir, err);
    if (there <= 0)
        return there;
    make_url(q, search, &url);
    struct http_call call = {.method = "GET",
                             .url = url.p,
                             .unix_socket = socket.p,
                             .timeout_ms = ANSWER_MS,
                             .connect_timeout_ms = ANSWER_MS,
                             .answer_max = 64U << 20,
                             .late = term_late,
                             .whom = limite ? "the LIMITE index" : "the index"};
    struct err failed = {0};
    if (http_call(&call, &answer, &failed) != 0) {
        if (failed.sys_errno != ETIMEDOUT)
            return 0; /* a socket left behind by a daemon that was killed */
        return err_set(err, ERR_TEMPORARY,
                       "the daemon does not answer within %d s: it hangs, or is busy; "
                       "`councilwire status` tells",
                       (int)ANSWER_MS / 1000);
    }
    if (answer.status == 404 && !sv_starts(buf_sv(&answer.body), SV("{")))
        return 0; /* it waits for its broker and has not opened its store */
    *status = answer.status;
    buf_add_sv(out, buf_sv(&answer.body));
    return 1;
}

static int ask_store(const struct ask *q, bool search, const char *dir,
                     const char *elsewhere, int *status, struct buf *out, struct err *err)
{
    AUTO(buf_free) struct buf path = {0};
    AUTO(db_close) struct db *db = NULL;
    struct fts *fts = NULL;
    buf_addf(&path, "%s/state.db", dir);
    if (access(path.p, F_OK) != 0)
        return err_set(err, ERR_TEMPORARY,
                       "there is no index in %s; start one (councilwire up, "
                       "councilwire-index), or name its state folder with --state-dir%s",
                       dir, elsewhere);
    if (db_open(path.p, DB_READONLY, &db, err) != 0 || schema_check(db, err) != 0 ||
        fts_new(db, &fts, err) != 0)
        return -1;
    struct search_request ask = {.query = buf_sv(&q->words),
                                 .documents = q->documents,
                                 .order = q->order,
                                 .limit = q->limit};
    int rc = search ? search_run(db, fts, &ask, out, err)
                    : show_run(db, fts, buf_sv(&q->words), out, err);
    *status = search || rc == 1 ? 200 : 404;
    fts_free(&fts);
    return rc < 0 ? -1 : 1;
}

static int ask_index(const struct ask *q, bool search, bool limite, int *status,
                     struct json **answer, struct buf *raw, struct err *err)
{
    AUTO(buf_free) struct buf root = {0};
    AUTO(buf_free) struct buf dir = {0};
    /* An address that long would be refused before anybody could say why. */
    if ((search && query_fits(buf_sv(&q->words), err) != 0) ||
        root_find(q->state_dir, &root, err) != 0)
        return -1;
    root_daemon_dir(buf_sv(&root), "index", limite, &dir);
    int rc = ask_daemon(q, search, dir.p, limite, status, raw, err);
    if (rc == 0)
        rc = ask_store(q, search, dir.p, root_elsewhere(buf_sv(&root)), status, raw, err);
    if (rc < 0 && err->reason && strcmp(err->reason, DB_DAMAGED) == 0)
        err_wrap(err,
                 "it is damaged: put a backup of state.db back, or move it away "
                 "(with state.db-wal, -shm) and start councilwire-index, which reads "
                 "all again");
    if (rc < 0 || json_read(buf_sv(raw), answer, err) != 0)
        return err_wrap(err, "%s", limite ? "LIMITE index" : "index");
    if (*status == 400 || *status >= 500)
        return err_set(err, *status == 400 ? ERR_BAD_INPUT : ERR_TEMPORARY, SV_FMT,
                       SV_ARG(json_member_text(*answer, "error")));
    return 0;
}

/* -- options */

/* -1: go on, else the exit code */
static int read_options(struct ask *q, int argc, char **argv, bool search)
{
    static const struct option options[] = {{"documents", no_argument, NULL, 'd'},
                                            {"limite", no_argument, NULL, 'r'},
                                            {"newest", no_argument, NULL, 'n'},
                                            {"due", no_argument, NULL, 'u'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"limit", required_argument, NULL, 'l'},
                                            {"state-dir", required_argument, NULL, 's'},
                                            CMDLINE_COMMON};
    const struct cmdline line = {
        .name = q->name, .usage = search ? search_usage : show_usage, .options = options};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 'd': q->documents = true; break;
        case 'r': q->limite = true; break;
        case 'n': q->order = SEARCH_NEWEST; break;
        case 'u': q->order = SEARCH_DUE; break;
        case 'j': q->json = true; break;
        case 'l': {
            uint64_t n;
            if (!sv_u64(sv_cstr(optarg), &n) || n < 1 || n > SEARCH_LIMIT_MAX)
                return cmdline_misuse(&line, "--limit is a number from 1 to %d",
                                      (int)SEARCH_LIMIT_MAX);
            q->limit = (int64_t)n;
            break;
        }
        case 's': q->state_dir = optarg; break;
        default:
            if (c == CMDLINE_WRONG && search)
                fputs("A query that begins with - stands behind --.\n", stderr);
            return cmdline_exit(c);
        }
    for (int i = optind; i < argc; i++)
        buf_addf(&q->words, "%s%s", i > optind ? " " : "", argv[i]);
    if (q->words.n == 0)
        return cmdline_misuse(&line, search ? "the query is missing; give a word or a "
                                              "field, for example kind:request"
                                            : "the ID is missing");
    if (!search && argc - optind != 1)
        return cmdline_misuse(&line, "one ID at a time, not also '%s'", argv[optind + 1]);
    return -1;
}

static int fail(const struct ask *q, const struct err *err)
{
    fprintf(stderr, "councilwire %s: %s\n", q->name, err->text);
    return err_exit_code(err);
}

static int write_out(const struct ask *q, const struct buf *out)
{
    if (term_print(buf_sv(out), !q->json) == 0)
        return EXIT_DONE;
    fprintf(stderr, "councilwire %s: standard output can not be written\n", q->name);
    return EXIT_RUNTIME;
}

/* -- the commands */

static int search_one(const struct ask *q, bool limite, struct buf *out, size_t *found,
                      bool *more, struct err *err)
{
    AUTO(json_free) struct json *answer = NULL;
    AUTO(buf_free) struct buf raw = {0};
    int status = 0;
    if (ask_index(q, true, limite, &status, &answer, &raw, err) != 0)
        return -1;
    bool m = false;
    *more = (json_bool(json_member(answer, "more"), &m) && m) || *more;
    if (q->json)
        buf_addf(out, "%s\n", raw.p);
    else
        *found += print_search(out, answer, (struct print_style){term_colour()});
    return 0;
}

/* Nothing was found: where else it may be. */
static void say_none(const struct ask *q, const char *what)
{
    bool number = q->words.p[strcspn(q->words.p, "0123456789")] != '\0' &&
                  q->words.p[strcspn(q->words.p, ": \"")] == '\0';
    fprintf(stderr, "no %s found%s%s\n", what,
            q->documents ? "" : "; --documents looks in whole texts",
            q->limite ? "" : "; --limite also in LIMITE papers");
    if (number)
        fprintf(stderr,
                "id:%s asks for the paper of this number, ref:%s for those that cite it; "
                "councilwire show %s shows it\n",
                q->words.p, q->words.p, q->words.p);
}

static int search_all(const struct ask *q)
{
    AUTO(buf_free) struct buf out = {0};
    struct err err = {0};
    size_t found = 0;
    bool more = false;
    if (search_one(q, false, &out, &found, &more, &err) != 0 ||
        (q->limite && search_one(q, true, &out, &found, &more, &err) != 0))
        return fail(q, &err);
    int rc = write_out(q, &out);
    const char *what = q->documents ? "paper" : "decision";
    if (!q->json && found == 0)
        say_none(q, what);
    else if (!q->json)
        fprintf(stderr, "%zu %s%s%s\n", found, what, found == 1 ? "" : "s",
                more ? ", and there are more (--limit N)" : "");
    return rc;
}

int search_command(int argc, char **argv)
{
    struct ask q = {.name = "search", .limit = SEARCH_LIMIT};
    int rc = read_options(&q, argc, argv, true);
    if (rc < 0)
        rc = search_all(&q);
    buf_free(&q.words);
    return rc;
}

/* 1 shown, 0 not in this index, -1 */
static int show_one(const struct ask *q, bool limite, struct buf *out, struct err *err)
{
    AUTO(json_free) struct json *answer = NULL;
    AUTO(buf_free) struct buf raw = {0};
    int status = 0;
    if (ask_index(q, false, limite, &status, &answer, &raw, err) != 0)
        return -1;
    buf_reset(out);
    if (status == 404)
        print_not_found(out, answer);
    else if (q->json)
        buf_addf(out, "%s\n", raw.p);
    else
        print_show(out, answer, (struct print_style){term_colour()});
    return status == 404 ? 0 : 1;
}

static int show_all(const struct ask *q)
{
    AUTO(buf_free) struct buf out = {0};
    struct err err = {0};
    int rc = show_one(q, false, &out, &err);
    if (rc == 0 && q->limite)
        rc = show_one(q, true, &out, &err);
    if (rc < 0)
        return fail(q, &err);
    if (rc == 1)
        return write_out(q, &out);
    fprintf(stderr, "councilwire show: %s: %s", q->words.p, out.p);
    if (!q->limite)
        fprintf(stderr, "(LIMITE papers: --limite)\n");
    return EXIT_REFUSED;
}

int show_command(int argc, char **argv)
{
    struct ask q = {.name = "show", .limit = SEARCH_LIMIT};
    int rc = read_options(&q, argc, argv, false);
    if (rc < 0)
        rc = show_all(&q);
    buf_free(&q.words);
    return rc;
}
