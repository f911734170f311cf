#include "daemon.h"

#include "clock.h"
#include "file.h"
#include "log.h"
#include "metric.h"
#include "owner.h"
#include "root.h"
#include "sd.h"
#include "sig.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    FORCE_AFTER_MS = 5000,
    OWN_FDS = 80,
    START_PATIENCE_MS = 1000,
    STALL_MS = 5000,        /* without an acknowledgement: the broker is mute */
    EXTEND_EVERY_MS = 5000, /* systemd's time for a start is never set as short */
    EXTEND_MS = 30000
};

const struct conf_opt daemon_conf[] = {
    {"state-dir", CONF_STRING, offsetof(struct daemon_options, state_dir), NULL, 0, 0,
     NULL, 0, "ROOT: every daemon keeps its state in ROOT/NAME", NULL},
    {"bootstrap", CONF_STRING, offsetof(struct daemon_options, bootstrap), NULL, 0, 0,
     "HOST:PORT,...", 0, "Kafka brokers; else the address in ROOT/broker.address", NULL},
    {"listen", CONF_STRING, offsetof(struct daemon_options, listen), NULL, 0, 0,
     "ADDRESS:PORT", 0,
     "also serve health and metrics there; port 0: any, see ROOT/NAME/port", NULL},
    {"stop-timeout", CONF_DURATION, offsetof(struct daemon_options, stop_timeout_ms),
     "10s", 0, 3600000, NULL, 0, "how long what is in flight is waited for at a stop",
     NULL},
    {"once-wait", CONF_DURATION, offsetof(struct daemon_options, once_wait_ms), "20s", 0,
     3600000, NULL, 0,
     "how long --once waits for a broker before it ends with exit code 75", NULL},
    {NULL, CONF_STRING, 0, NULL, 0, 0, NULL, 0, NULL, NULL}};

/* ---- start ---- */

static int say_error(const char *program, const struct err *err)
{
    fprintf(stderr, "%s: %s\n", program, err->text);
    return conf_exit_code(err);
}

/* --check also shows the kafka.* settings to librdkafka. */
static int check(struct daemon *d, const char *program)
{
    struct err err = {0};
    if ((d->o.listen && httpd_check_address(d->o.listen, &err) != 0) ||
        daemon_open_bus(d, false, false, NULL, NULL, &err) < 0)
        return say_error(program, &err);
    bus_close(&d->bus);
    printf("%s: the configuration is good\n", program);
    return EXIT_DONE;
}

int daemon_begin(struct daemon *d, const struct conf_program *p, int argc, char **argv)
{
    struct err err = {0};
    fd_hold_standard();
    /* Memory that a large paper needed goes back to the system, all but what the next
     * batch of usual ones would fetch again page by page; and librdkafka's threads do not
     * keep a heap each. */
    /* NOLINTBEGIN(concurrency-mt-unsafe): there are no threads yet */
    (void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    (void)mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
    (void)mallopt(M_ARENA_MAX, 2);
    /* NOLINTEND(concurrency-mt-unsafe) */
    d->lock = -1;
    d->conf = conf_new(p);
    if (conf_read(d->conf, argc, argv, &d->action, &err) < 0)
        return say_error(p->name, &err);
    log_init(p->name, d->action.verbose ? LOG_DEBUG
                      : d->action.quiet ? LOG_WARN
                                        : LOG_INFO);
    struct conf_action about = d->action;
    about.check = false; /* librdkafka is asked, too */
    int code = conf_answer(d->conf, &about);
    return code < 0 && d->action.check ? check(d, p->name) : code;
}

int daemon_misused(const char *program, const char *word, const char *why)
{
    fprintf(stderr, "%s: %s: %s (%s --help)\n", program, word, why, program);
    return EXIT_USAGE;
}

/* Of libraries, stacks of threads and queues, before a paper has come. With less,
 * librdkafka aborts, or has no thread for its broker and waits for ever. */
static int has_memory(struct err *err)
{
    enum { LEAST_MIB = 96, WORK_MIB = 256 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur >= (rlim_t)WORK_MIB << 20)
        return 0;
    int mib = (int)(limit.rlim_cur >> 20);
    if (mib < LEAST_MIB)
        return daemon_configuration(
            err,
            "its address space is limited to %d MiB (ulimit -v): it needs %d to work",
            mib, WORK_MIB);
    LOG(WARN, CONF_WARNING, FI("address_space_mib", mib), FI("should_be", WORK_MIB),
        FC("remedy", "ulimit -v; a large paper may be more than there is room for"));
    return 0;
}

int daemon_open_state(struct daemon *d, struct err *err)
{
    if (has_memory(err) < 0)
        return -1;
    if (root_find(d->o.state_dir, &d->root, err) < 0)
        return daemon_configuration(err, "%s", err->text);
    root_daemon_dir(buf_sv(&d->root), d->name, d->limite, &d->dir);
    AUTO(buf_free) struct buf path = {0};
    buf_addf(&path, "%s/state.db", d->dir.p);
    if (sig_init(err) < 0 || dir_make(d->dir.p, d->limite ? 0700 : 0750, err) < 0 ||
        (d->lock < 0 && dir_lock(d->dir.p, &d->lock, err) < 0))
        return -1;
    /* Behind force_end, which needs the loop to see the signal at all. */
    int64_t patience_ms = d->o.stop_timeout_ms + 2 * (int64_t)FORCE_AFTER_MS;
    sig_deadline((unsigned)(patience_ms / 1000 + 1));
    if (db_open(path.p, d->db_mode, &d->db, err) < 0)
        return -1;
    daemon_know_store(d);
    return 0;
}

int daemon_owns_store(struct daemon *d, struct err *err)
{
    return owner_check(d->db, d->name, d->limite, d->dir.p, err);
}

static const char *given_brokers(const struct daemon *d, const char *const *names,
                                 const char *const *values, size_t n)
{
    if (d->o.bootstrap && *d->o.bootstrap)
        return d->o.bootstrap;
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], "bootstrap.servers") == 0 ||
            strcmp(names[i], "metadata.broker.list") == 0)
            return values[i];
    return NULL;
}

int daemon_open_bus(struct daemon *d, bool produce, bool consume,
                    bus_delivered *delivered, void *ctx, struct err *err)
{
    AUTO(buf_free) struct buf name = {0}, address = {0};
    const char *const *names = NULL, *const *values = NULL;
    size_t n = conf_kafka(d->conf, &names, &values);
    buf_addf(&name, "councilwire-%s%s", d->name, d->limite ? "-limite" : "");
    buf_addf(&address, "%s/broker.address", d->root.n ? d->root.p : ".");
    struct bus_options o = {.name = name.p,
                            .brokers = given_brokers(d, names, values, n),
                            .address_file = address.p,
                            .nkafka = n,
                            .kafka_names = names,
                            .kafka_values = values,
                            .produce = produce,
                            .consume = consume,
                            .watch = produce || consume,
                            .delivered = delivered,
                            .ctx = ctx};
    struct err inner = {0};
    if (bus_open(&o, &d->bus, &inner) == 0)
        return 0;
    return daemon_configuration(err, "%s", inner.text);
}

/* ---- life ---- */

void daemon_did(struct daemon *d, struct sv key)
{
    size_t n = key.n < sizeof d->last_document - 1 ? key.n : sizeof d->last_document - 1;
    if (n)
        memcpy(d->last_document, key.p, n);
    d->last_document[n] = '\0';
    d->last_ms = clock_wall_ms();
}

void daemon_is_ready(struct daemon *d)
{
    d->why_not[0] = d->said[0] = '\0';
    if (d->ready)
        return;
    d->ready = true;
    LOG(INFO, READY, FC("log", d->bus ? bus_log_id(d->bus) : ""));
    sd_notify_line("READY=1");
}

void daemon_look_at_partitions(struct daemon *d, const char *const *topics,
                               const int32_t *partitions, size_t n)
{
    for (size_t i = 0; i < n && !d->told_partitions && !bus_embedded(d->bus); i++)
        if (partitions[i] != BUS_PARTITIONS) {
            d->told_partitions = true;
            LOG(WARN, CONF_WARNING, FC("topic", topics[i]),
                FI("partitions", partitions[i]), FI("should_be", BUS_PARTITIONS),
                FC("remedy", "councilwire topics check tells what else differs"));
        }
}

void daemon_waits_for(struct daemon *d, const char *why)
{
    int64_t now = clock_monotonic_ms();
    if (!d->why_not[0])
        d->waits_since_ms = now;
    if (strcmp(d->why_not, why) != 0)
        d->why_since_ms = now;
    (void)snprintf(d->why_not, sizeof d->why_not, "%s", why);
    /* A connection takes a moment, with TLS and passwords above all: no news at a start,
     * nor when the address that was waited for has come. */
    int64_t since = d->said[0] ? d->why_since_ms : d->waits_since_ms;
    bool starting = !d->ready && now - since < START_PATIENCE_MS;
    if (starting || strcmp(d->said, d->why_not) == 0)
        return;
    (void)snprintf(d->said, sizeof d->said, "%s", d->why_not);
    LOG(WARN, BROKER_WAIT, FC("why", why));
    char line[DAEMON_WHY_MAX + 16];
    (void)snprintf(line, sizeof line, "STATUS=waits: %s", d->why_not);
    sd_notify_line(line);
}

const char *daemon_mute(struct daemon *d)
{
    const char *whom = bus_unreached(d->bus);
    (void)snprintf(d->mute, sizeof d->mute, "%s%s%s",
                   "the broker acknowledges nothing of what is in flight",
                   *whom ? ": " : "", whom);
    return d->mute;
}

bool daemon_is_mute(struct daemon *d, bool waits, int64_t answers)
{
    int64_t now = clock_monotonic_ms();
    if (!d->answered_ms || !waits || answers != d->answers)
        d->answered_ms = now;
    d->answers = answers;
    return now - d->answered_ms > STALL_MS && bus_connected(d->bus);
}

int daemon_patience(struct daemon *d, struct err *err)
{
    if (!d->action.once || d->stopping)
        return 0;
    int64_t now = clock_monotonic_ms();
    int64_t away = d->bus ? bus_down_ms(d->bus) : 0;
    int64_t waits = d->why_not[0] ? now - d->waits_since_ms : 0;
    int64_t mute = d->answered_ms ? now - d->answered_ms - STALL_MS : 0;
    if (away <= d->o.once_wait_ms && waits <= d->o.once_wait_ms &&
        mute <= d->o.once_wait_ms)
        return 0;
    const char *why = d->why_not[0]                ? d->why_not
                      : d->bus && *bus_why(d->bus) ? bus_why(d->bus)
                      : mute > 0                   ? daemon_mute(d)
                                                   : "no connection to a broker";
    return err_set(err, ERR_TEMPORARY, "gave up after %g s: %s",
                   (double)d->o.once_wait_ms / 1000, why);
}

void daemon_lacks(struct daemon *d, const char *what)
{
    if (strncmp(d->lacks, what, sizeof d->lacks - 1) == 0)
        return;
    (void)snprintf(d->lacks, sizeof d->lacks, "%s", what);
    if (*what)
        LOG(WARN, DAEMON_LACKS, FC("why", what));
    else
        LOG(INFO, DAEMON_WHOLE, FC("lacks", "nothing"));
}

void daemon_held_up(struct daemon *d, const char *why)
{
    if (!d->why_not[0])
        d->waits_since_ms = clock_monotonic_ms();
    (void)snprintf(d->why_not, sizeof d->why_not, "%s", why && *why ? why : "a retry");
}

/* librdkafka's destroy can block for ever (2.0.2); all that was acknowledged is safe. */
static void *force_end(void *arg)
{
    int64_t ms = *(int64_t *)arg;
    struct timespec t = {ms / 1000, (ms % 1000) * 1000000};
    (void)nanosleep(&t, NULL);
    static const char text[] = "closing took too long: ended at the deadline\n";
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    _exit(EXIT_RUNTIME);
}

/* The service manager does not end a start or a stop that has its reasons. */
static void extend_time(int64_t ms)
{
    char line[64];
    (void)snprintf(line, sizeof line, "EXTEND_TIMEOUT_USEC=%lld", (long long)ms * 1000);
    sd_notify_line(line);
}

static void begin_stop(struct daemon *d)
{
    static int64_t force_ms;
    if (d->stopping)
        return;
    d->stopping = true;
    int64_t patience = d->o.stop_timeout_ms;
    bool answers =
        d->bus && bus_connected(d->bus) && bus_silent_ms(d->bus) <= DAEMON_SILENT_MS;
    if (d->bus && !answers && patience > 1000)
        patience = 1000; /* nothing that is in flight will be reported */
    d->stop_by_ms = clock_monotonic_ms() + patience;
    force_ms = patience + FORCE_AFTER_MS;
    pthread_t thread;
    if (pthread_create(&thread, NULL, force_end, &force_ms) == 0)
        (void)pthread_detach(thread);
    LOG(INFO, STOPPING, FI("deadline_ms", patience));
    sd_notify_line("STOPPING=1");
    extend_time(force_ms + EXTEND_MS);
}

static void dump_metrics(void)
{
    AUTO(buf_free) struct buf out = {0};
    (void)metric_render(SV_NULL, &out);
    (void)log_text(buf_sv(&out));
}

static void take_signals(struct daemon *d)
{
    for (enum sig_event e = sig_next(); e != SIG_NONE; e = sig_next()) {
        if (e == SIG_STOP)
            begin_stop(d);
        else if (e == SIG_RELOAD)
            d->reload = true;
        else
            dump_metrics();
    }
}

static void take_reload(struct daemon *d)
{
    AUTO(buf_free) struct buf others = {0};
    struct err err = {0};
    if (conf_reload(d->conf, &others, &err) < 0)
        LOG(ERROR, CONF_WARNING, FC("why", err.text),
            FC("kept", "the settings as before"));
    else if (others.n)
        LOG(WARN, CONF_WARNING, FS("needs_a_restart", buf_sv(&others)));
    else
        LOG(INFO, RELOADED, FC("file", conf_file(d->conf)));
}

static void watchdog(struct daemon *d)
{
    int64_t every = sd_watchdog_ms(), now = clock_monotonic_ms();
    if (every > 0 && now >= d->watchdog_due_ms) {
        sd_notify_line("WATCHDOG=1");
        d->watchdog_due_ms = now + every;
    }
}

/* Without a broker there is no READY, for as long as it takes. */
static void still_starting(struct daemon *d)
{
    int64_t now = clock_monotonic_ms();
    if (d->ready || d->stopping || now < d->extend_due_ms)
        return;
    d->extend_due_ms = now + EXTEND_EVERY_MS;
    extend_time(EXTEND_MS);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

void daemon_wait(struct daemon *d, struct pollfd *extra, int n, int64_t timeout_ms)
{
    struct pollfd v[DAEMON_FDS + OWN_FDS];
    int count = 0;
    int64_t http_ms = -1;
    v[count++] = (struct pollfd){sig_fd(), POLLIN, 0};
    if (d->bus)
        v[count++] = (struct pollfd){bus_fd(d->bus), POLLIN, 0};
    if (d->httpd)
        count += httpd_fds(d->httpd, v + count, OWN_FDS - 2, &http_ms);
    int first = count;
    for (int i = 0; i < n && i < DAEMON_FDS; i++)
        v[count++] = extra[i];
    timeout_ms = sooner(timeout_ms, http_ms);
    timeout_ms = sooner(timeout_ms, d->bus ? bus_next_ms(d->bus) : 1000);
    if (sd_watchdog_ms() > 0)
        timeout_ms = sooner(timeout_ms, sd_watchdog_ms());
    if (poll(v, (nfds_t)count, timeout_ms < 0 ? -1 : (int)timeout_ms) < 0)
        for (int i = 0; i < count; i++)
            v[i].revents = 0;
    for (int i = 0; i < n && i < DAEMON_FDS; i++)
        extra[i].revents = v[first + i].revents;
    take_signals(d);
    watchdog(d);
    still_starting(d);
    daemon_keep(d);
    if (d->httpd)
        httpd_run(d->httpd);
    if (d->reload)
        take_reload(d); /* the caller clears the flag after its own part */
}

bool daemon_drain_over(const struct daemon *d)
{
    return d->stopping && clock_monotonic_ms() >= d->stop_by_ms;
}

void daemon_close(struct daemon *d)
{
    httpd_stop(&d->httpd);
    bus_close(&d->bus);
    db_close(&d->db);
    fd_close(&d->lock);
    conf_free(&d->conf);
    buf_free(&d->root);
    buf_free(&d->dir);
}

static bool is_of(const struct err *err, const char *reason)
{
    return err->reason && strcmp(err->reason, reason) == 0;
}

static void tell_store(const struct daemon *d, const struct err *err)
{
    char remedy[300];
    (void)snprintf(remedy, sizeof remedy,
                   "%sput a backup of state.db back, or move it away (with state.db-wal, "
                   "-shm): %s",
                   is_of(err, DB_NEWER) ? "install that version again, " : "",
                   d->without_store);
    LOG(ERROR, FATAL, FC("why", err->text), FC("remedy", remedy));
}

int daemon_end(struct daemon *d, const struct err *err)
{
    int code = EXIT_DONE;
    if (err->kind != ERR_NONE) {
        bool store = is_of(err, DB_DAMAGED) || is_of(err, DB_NEWER);
        bool conf = is_of(err, DAEMON_CONFIGURATION);
        bool again = err->kind == ERR_TEMPORARY && d->action.once;
        code = conf || store ? EXIT_CONFIGURATION : again ? EXIT_TEMPORARY : EXIT_RUNTIME;
        if (store)
            tell_store(d, err);
        else
            LOG(ERROR, FATAL, FC("why", err->text));
    }
    LOG(INFO, STOPPED, FI("code", code));
    daemon_close(d);
    return code;
}

int daemon_configuration(struct err *err, const char *fmt, ...)
{
    char text[sizeof err->text];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    err_clear(err);
    err_set(err, ERR_FATAL, "%s", text);
    err->reason = DAEMON_CONFIGURATION;
    return -1;
}
