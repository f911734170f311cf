/* `councilwire up`: all daemons of this machine under one supervisor, for trying out. */
#include "command.h"
#include "lib/clock.h"
#include "lib/cmdline.h"
#include "lib/file.h"
#include "lib/root.h"
#include "lib/sd.h"
#include "lib/sig.h"
#include "supervise.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READY_MS = 60000, STOP_MS = 20000, FOLDERS = 8, TEXTS = 256 };

static const char usage[] =
    "usage: councilwire up [--folder DIR]... [--state-dir DIR] [--bootstrap ADDRESS | "
    "--no-broker]\n"
    "                      [--conf-dir DIR] [--set NAME.KEY=VALUE]...\n"
    "Starts the embedded broker, the spool, and index, notify and archive for both "
    "spaces; stays\n"
    "until Ctrl-C. Each daemon that ends is started again.\n"
    "  --folder DIR       a folder of papers (default ROOT/inbox)\n"
    "  --bootstrap ADDR   a Kafka of your own instead of the embedded broker\n"
    "  --no-broker        the broker that ROOT/broker.address names runs already\n"
    "  --conf-dir DIR     daemon NAME reads DIR/NAME.conf where it exists; for LIMITE "
    "DIR/NAME-limite.conf\n"
    "                     stands before it\n"
    "  --set NAME.KEY=V   option --KEY V for daemon NAME (index: both spaces)\n"
    "Example: councilwire up --folder ~/papers\n";

struct up {
    const char *state_dir, *bootstrap, *conf_dir;
    bool no_broker;
    int lock;
    const char *folder[FOLDERS];
    int folders;
    const char *set[FOLDERS * 4];
    int sets;
    struct buf root, bin;
    char *text[TEXTS]; /* strings made for argument lists */
    int texts;
    struct supervisor supervisor;
};

static const char *keep(struct up *u, const char *a, const char *b, const char *c)
{
    struct buf t = {0};
    buf_addf(&t, "%s%s%s", a, b, c);
    if (u->texts == TEXTS) {
        fputs("councilwire up: too many options\n", stderr);
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): a command has one thread */
        exit(EXIT_USAGE);
    }
    return u->text[u->texts++] = t.p;
}

static int add_set(struct up *u, const char *text)
{
    static const char *const names[] = {"spool", "index", "notify", "archive"};
    struct sv rest = sv_cstr(text), name;
    bool whole = strchr(text, '=') && sv_cut(&rest, '.', &name) && rest.p && rest.n;
    if (!whole || u->sets == ARRAY_LEN(u->set)) {
        fprintf(stderr, "councilwire up: --set %s: %s\n", text,
                whole ? "too many of them" : "expected NAME.KEY=VALUE");
        return -1;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (sv_eq(name, sv_cstr(names[i]))) {
            u->set[u->sets++] = text;
            return 0;
        }
    fprintf(stderr,
            "councilwire up: --set %s: no daemon is called " SV_FMT
            " (spool, index, notify, archive)\n",
            text, SV_ARG(name));
    return -1;
}

static int read_options(struct up *u, int argc, char **argv)
{
    static const struct option options[] = {{"folder", required_argument, NULL, 'f'},
                                            {"state-dir", required_argument, NULL, 's'},
                                            {"bootstrap", required_argument, NULL, 'b'},
                                            {"no-broker", no_argument, NULL, 'n'},
                                            {"conf-dir", required_argument, NULL, 'c'},
                                            {"set", required_argument, NULL, 'o'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"up", usage, NULL, options};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;) {
        switch (c) {
        case 'f':
            if (u->folders == FOLDERS)
                return cmdline_misuse(&line, "at most %d folders; put them into one",
                                      FOLDERS);
            u->folder[u->folders++] = optarg;
            break;
        case 's': u->state_dir = optarg; break;
        case 'b': u->bootstrap = optarg; break;
        case 'n': u->no_broker = true; break;
        case 'c': u->conf_dir = optarg; break;
        case 'o':
            if (add_set(u, optarg) != 0)
                return EXIT_USAGE;
            break;
        default: return cmdline_exit(c);
        }
    }
    if (optind < argc)
        return cmdline_misuse(&line, "'%s' has no place; a folder stands behind --folder",
                              argv[optind]);
    return -1;
}

static int find_programs(struct up *u, struct err *err)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return err_set(err, ERR_FATAL, "the folder of the programs can not be found");
    while (n > 0 && path[n - 1] != '/')
        n--;
    buf_add(&u->bin, path, (size_t)n);
    return 0;
}

/* --set NAME.KEY=VALUE becomes --KEY=VALUE for daemon NAME. */
static void add_settings(struct up *u, struct child *c, const char *name)
{
    struct sv want = sv_cstr(name);
    for (int i = 0; i < u->sets; i++) {
        struct sv rest = sv_cstr(u->set[i]), daemon;
        if (sv_cut(&rest, '.', &daemon) && sv_eq(daemon, want))
            supervise_arg(c, keep(u, "--", rest.p, ""));
    }
}

/* DIR/NAME + end, where it exists; NULL elsewhere. */
static const char *configuration(struct up *u, const char *name, const char *end)
{
    if (!u->conf_dir)
        return NULL;
    const char *path = keep(u, u->conf_dir, "/", keep(u, name, end, ""));
    return access(path, F_OK) == 0 ? path : NULL;
}

static void add_common(struct up *u, struct child *c, const char *name, const char *space)
{
    const char *path = NULL;
    supervise_arg(c, keep(u, "--state-dir=", u->root.p, ""));
    if (u->bootstrap)
        supervise_arg(c, keep(u, "--bootstrap=", u->bootstrap, ""));
    if (space && strcmp(space, "limite") == 0)
        path = configuration(u, name, "-limite.conf");
    if (!path)
        path = configuration(u, name, ".conf");
    if (path)
        supervise_arg(c, keep(u, "--config=", path, ""));
    add_settings(u, c, name);
}

static struct child *add_daemon(struct up *u, const char *name, const char *space)
{
    struct child *c = supervise_add(&u->supervisor, space && strcmp(space, "limite") == 0
                                                        ? keep(u, name, "-limite", "")
                                                        : name);
    supervise_arg(c, keep(u, u->bin.p, "councilwire-", name));
    add_common(u, c, name, space);
    if (space)
        supervise_arg(c, keep(u, "--space=", space, ""));
    return c;
}

static int start_broker(struct up *u, struct err *err)
{
    struct child *c = supervise_add(&u->supervisor, "broker");
    supervise_arg(c, keep(u, u->bin.p, "councilwire", ""));
    supervise_arg(c, "broker");
    supervise_arg(c, keep(u, "--state-dir=", u->root.p, ""));
    if (supervise_start(&u->supervisor, c, err) != 0)
        return -1;
    return supervise_wait_ready(&u->supervisor, c, READY_MS, err);
}

static int start_consumers(struct up *u, struct err *err)
{
    static const char *const names[] = {"index", "notify", "archive"};
    static const char *const spaces[] = {"public", "limite"};
    int first = u->supervisor.n;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        for (size_t k = 0; k < ARRAY_LEN(spaces); k++)
            if (supervise_start(&u->supervisor, add_daemon(u, names[i], spaces[k]),
                                err) != 0)
                return -1;
    /* All have their positions before the first paper: a new notifier begins at the end.
     */
    for (int i = first; i < u->supervisor.n; i++)
        if (supervise_wait_ready(&u->supervisor, &u->supervisor.child[i], READY_MS,
                                 err) != 0)
            return -1;
    return 0;
}

static int start_spool(struct up *u, struct err *err)
{
    struct child *c = add_daemon(u, "spool", NULL);
    if (u->folders == 0) {
        u->folder[u->folders++] = keep(u, u->root.p, "/inbox", "");
        if (dir_make(u->folder[0], 0755, err) != 0)
            return -1;
    }
    for (int i = 0; i < u->folders; i++)
        supervise_arg(c, keep(u, "--folder=", u->folder[i], ""));
    if (supervise_start(&u->supervisor, c, err) != 0)
        return -1;
    return supervise_wait_ready(&u->supervisor, c, READY_MS, err);
}

/* Before anything runs: the spool's own word would stand between those of the others. */
static int check_folders(const struct up *u, struct err *err)
{
    for (int i = 0; i < u->folders; i++) {
        struct stat st;
        if (stat(u->folder[i], &st) != 0)
            return err_sys(err, ERR_BAD_INPUT, errno, "--folder %s", u->folder[i]);
        if (!S_ISDIR(st.st_mode))
            return err_set(err, ERR_BAD_INPUT, "--folder %s: is no folder", u->folder[i]);
    }
    return 0;
}

/* Two on one state would start each other's daemons again and again. */
static int lock_root(struct up *u, struct err *err)
{
    AUTO(buf_free) struct buf dir = {0};
    buf_addf(&dir, "%s/up", u->root.p);
    if (dir_make(u->root.p, 0755, err) != 0 || dir_make(dir.p, 0750, err) != 0)
        return -1;
    return dir_lock(dir.p, &u->lock, err) == 0
               ? 0
               : err_wrap(err, "another `councilwire up` runs on this state");
}

static int run(struct up *u, struct err *err)
{
    if (check_folders(u, err) != 0)
        return -1;
    if (root_find(u->state_dir, &u->root, err) != 0 || find_programs(u, err) != 0 ||
        lock_root(u, err) != 0 || sig_init(err) != 0)
        return -1;
    sig_hangup_stops();
    if (!u->bootstrap && !u->no_broker && start_broker(u, err) != 0)
        return -1;
    if (start_consumers(u, err) != 0 || start_spool(u, err) != 0)
        return -1;
    fprintf(stderr, "councilwire up: %d programs run; state in %s; Ctrl-C ends them\n",
            u->supervisor.n, u->root.p);
    sd_notify_line("READY=1");
    int rc;
    while ((rc = supervise_turn(&u->supervisor, 1000, err)) == 0)
        continue;
    return rc < 0 ? -1 : 0;
}

static void release(struct up *u)
{
    for (int i = 0; i < u->texts; i++)
        free(u->text[i]);
    buf_free(&u->root);
    buf_free(&u->bin);
    fd_close(&u->lock);
}

int up_command(int argc, char **argv)
{
    struct up u = {.lock = -1};
    struct err err = {0};
    int rc = read_options(&u, argc, argv);
    if (rc >= 0)
        return rc;
    rc = run(&u, &err);
    supervise_stop(&u.supervisor, STOP_MS);
    if (rc != 0)
        fprintf(stderr, "councilwire up: %s\n", err.text);
    release(&u);
    if (rc != 0 && err.kind == ERR_BAD_INPUT)
        return EXIT_CONFIGURATION; /* a daemon's, which said where */
    return rc == 0 ? EXIT_DONE : err_exit_code(&err);
}
