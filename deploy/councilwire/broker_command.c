/* `councilwire broker`: librdkafka's mock cluster as an embedded broker (DESIGN.md
 * section 7). */
#include "command.h"
#include "topics_table.h"

#include "lib/buf.h"
#include "lib/bus_mock.h"
#include "lib/clock.h"
#include "lib/cmdline.h"
#include "lib/file.h"
#include "lib/root.h"
#include "lib/sd.h"
#include "lib/sig.h"

#include <poll.h>
#include <stdio.h>

static const char usage[] =
    "usage: councilwire broker [--state-dir DIR] [-q]\n"
    "  The embedded broker: for trying Councilwire out and for tests. It listens on\n"
    "  127.0.0.1, writes its address to ROOT/broker.address, and stays in the "
    "foreground.\n"
    "  It is not Apache Kafka: it keeps all in memory, at most 5 MiB a partition, "
    "forgets\n"
    "  all at its end, and knows no users. For anything else: deploy/kafka/kafka start\n"
    "Example: councilwire broker --state-dir /tmp/trial\n";

struct options {
    const char *state_dir;
    bool quiet;
};

static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"quiet", no_argument, NULL, 'q'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"broker", usage, "q", options};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 's': o->state_dir = optarg; break;
        case 'q': o->quiet = true; break;
        default: return cmdline_exit(c);
        }
    if (optind < argc)
        return cmdline_misuse(&line, "'%s' has no place", argv[optind]);
    return -1;
}

/* Tells daemons which life of this broker they talk to. */
static int make_name_topic(struct bus_mock *m, struct err *err)
{
    unsigned char id[8];
    char name[64];
    random_bytes(id, sizeof id);
    size_t n = (size_t)snprintf(name, sizeof name, "councilwire-embedded-");
    for (size_t i = 0; i < sizeof id; i++)
        n += (size_t)snprintf(name + n, sizeof name - n, "%02x", id[i]);
    return bus_mock_topic(m, name, 1, err);
}

static int make_topics(struct bus_mock *m, struct err *err)
{
    struct arena a;
    struct topic_row *v;
    size_t n;
    arena_init(&a, 1 << 20);
    int r = topics_read(&a, &v, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = bus_mock_topic(m, v[i].name, v[i].partitions, err);
    arena_free(&a);
    return r < 0 ? -1 : make_name_topic(m, err);
}

static void wait_for_stop(void)
{
    struct pollfd p = {sig_fd(), POLLIN, 0};
    while (sig_next() != SIG_STOP)
        (void)poll(&p, 1, -1);
}

static int run(const struct options *o, struct buf *root, struct err *err)
{
    struct bus_mock *m = NULL;
    int lock = -1;
    AUTO(buf_free) struct buf dir = {0};
    buf_addf(&dir, "%s/broker", root->p);
    if (sig_init(err) < 0 || dir_make(dir.p, 0750, err) < 0 ||
        dir_lock(dir.p, &lock, err) < 0 || bus_mock_start(1, &m, err) < 0)
        return -1;
    sig_hangup_stops();
    int r = make_topics(m, err);
    struct sv address = sv_cstr(bus_mock_address(m));
    if (r == 0)
        r = root_broker_announce(buf_sv(root), address, err);
    if (r == 0) {
        if (!o->quiet)
            fprintf(
                stderr,
                "councilwire broker: %.*s. In memory only, 5 MiB a partition, gone at "
                "its end: for trials and tests, not Apache Kafka\n",
                SV_ARG(address));
        sd_notify_line("READY=1");
        wait_for_stop();
        sd_notify_line("STOPPING=1");
    }
    bus_mock_stop(&m);
    fd_close(&lock);
    return r;
}

int broker_command(int argc, char **argv)
{
    struct options o = {0};
    struct err err = {0};
    AUTO(buf_free) struct buf root = {0};
    int code = read_options(argc, argv, &o);
    if (code >= 0)
        return code;
    if (root_find(o.state_dir, &root, &err) < 0 || run(&o, &root, &err) < 0) {
        fprintf(stderr, "councilwire broker: %s\n", err.text);
        return err_exit_code(&err);
    }
    return EXIT_DONE;
}
