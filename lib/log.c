#include "log.h"

#include "buf.h"
#include "clock.h"
#include "shown.h"
#include "utf8.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { VALUE_MAX = 256, KEYS = 64, BURST = 10, WINDOW_MS = 10000, PATIENCE_MS = 1000 };

#define LOG_EVENT(id, name) name,
static const char *const event_names[] = {
#include "log_events.h"
};
#undef LOG_EVENT

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static struct {
    char daemon[64];
    enum log_level threshold;
    bool logfmt;
} sink = {"councilwire", LOG_INFO, false};

/* Repeated warnings: one slot a key (event and texts); another key takes the slot over.
 */
static pthread_mutex_t rate_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    uint64_t key;
    int64_t since_ms;
    int seen, dropped;
} rate[KEYS];

void log_init(const char *daemon, enum log_level threshold)
{
    snprintf(sink.daemon, sizeof sink.daemon, "%s", daemon);
    sink.threshold = threshold;
    sink.logfmt = isatty(STDERR_FILENO) == 1;
}

const char *log_event_name(enum log_event event)
{
    return event < LOG_EVENT_COUNT ? event_names[event] : "unknown";
}

static uint64_t mix(uint64_t h, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 1099511628211u;
    return h;
}

static uint64_t key_of(enum log_event event, const struct log_field *f)
{
    uint64_t h = 1469598103934665603u + (uint64_t)event;
    for (; f->type != LOG_FIELD_END; f++)
        if (f->type == LOG_FIELD_SV)
            h = mix(h, f->text.p, f->text.n);
    return h;
}

/* True: write it, and *dropped earlier ones of this key were not written. */
static bool passes(uint64_t key, int *dropped)
{
    int64_t now = clock_monotonic_ms();
    bool ok = true;
    *dropped = 0;
    pthread_mutex_lock(&rate_lock);
    size_t i = key % KEYS;
    if (rate[i].key != key || now - rate[i].since_ms >= WINDOW_MS) {
        if (rate[i].key == key)
            *dropped = rate[i].dropped;
        rate[i].key = key;
        rate[i].since_ms = now;
        rate[i].seen = rate[i].dropped = 0;
    }
    if (++rate[i].seen > BURST) {
        rate[i].dropped++;
        ok = false;
    }
    pthread_mutex_unlock(&rate_lock);
    return ok;
}

static bool is_plain(char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static void add_escaped(struct buf *out, struct sv v)
{
    size_t cut = v.n > VALUE_MAX ? VALUE_MAX : v.n;
    const char *end = v.p + v.n; /* a sequence may pass the cut by three bytes */
    for (const char *p = v.p; p < v.p + cut;) {
        const char *plain = p;
        while (p < v.p + cut && is_plain(*p))
            p++;
        buf_add(out, plain, (size_t)(p - plain));
        if (p == v.p + cut)
            break;
        struct utf8_char u = utf8_next(p, end);
        size_t taken = u.ok ? u.len : 1;
        if (u.ok && shown_is_safe(u.cp)) {
            if (*p == '"' || *p == '\\')
                buf_addc(out, '\\');
            buf_add(out, p, taken);
        } else if ((unsigned char)*p < 0x80) {
            buf_addf(out, "\\u%04x", (unsigned char)*p);
        } else {
            for (size_t i = 0; i < taken; i++)
                buf_addf(out, "\\\\x%02x", (unsigned char)p[i]);
        }
        p += taken;
    }
    if (cut < v.n)
        buf_lit(out, "…");
}

static void add_text(struct buf *out, struct sv v)
{
    if (!v.p) {
        buf_lit(out, "null");
        return;
    }
    buf_addc(out, '"');
    add_escaped(out, v);
    buf_addc(out, '"');
}

static void add_name(struct buf *out, const char *name)
{
    bool first = out->n == 0 || out->p[out->n - 1] == '{';
    if (sink.logfmt)
        buf_addf(out, "%s%s=", first ? "" : " ", name);
    else
        buf_addf(out, "%s\"%s\":", first ? "" : ",", name);
}

static void add_field(struct buf *out, const struct log_field *f)
{
    add_name(out, f->name);
    switch (f->type) {
    case LOG_FIELD_SV: add_text(out, f->text); break;
    case LOG_FIELD_INT: buf_addf(out, "%lld", (long long)f->number); break;
    case LOG_FIELD_BOOL: buf_addf(out, "%s", f->number ? "true" : "false"); break;
    case LOG_FIELD_END: break;
    }
}

/* Nobody reads the pipe: one wait, then records are dropped until there is room again. A
 * daemon that stood still for its log would answer nobody and take no signal. */
static bool has_room(void)
{
    static atomic_bool stuck;
    struct pollfd p = {STDERR_FILENO, POLLOUT, 0};
    int rc = poll(&p, 1, atomic_load(&stuck) ? 0 : PATIENCE_MS);
    atomic_store(&stuck, rc == 0);
    return rc != 0;
}

bool log_text(struct sv text)
{
    while (text.n) { /* a pipe with room takes so much without waiting */
        size_t n = text.n < PIPE_BUF ? text.n : PIPE_BUF;
        if (!has_room())
            return false;
        ssize_t k = write(STDERR_FILENO, text.p, n);
        if (k < 0)
            return true; /* nobody is left to be told */
        text = sv_sub(text, (size_t)k, text.n);
    }
    return true;
}

static void build_line(struct buf *line, enum log_level level, enum log_event event,
                       const struct log_field *fields, int64_t suppressed)
{
    char ts[CLOCK_RFC3339];
    clock_rfc3339(clock_wall_ms(), ts);
    if (sink.logfmt) {
        buf_addf(line, "%.12s %-5s %s", ts + 11, level_names[level],
                 log_event_name(event));
    } else {
        buf_addf(line,
                 "{\"ts\":\"%s\",\"level\":\"%s\",\"daemon\":\"%s\",\"event\":\"%s\"", ts,
                 level_names[level], sink.daemon, log_event_name(event));
    }
    for (const struct log_field *f = fields; f->type != LOG_FIELD_END; f++)
        add_field(line, f);
    if (suppressed)
        add_field(line, &FI("suppressed", suppressed));
    if (!sink.logfmt)
        buf_addc(line, '}');
    buf_addc(line, '\n');
}

void log_write(enum log_level level, enum log_event event, const struct log_field *fields)
{
    static atomic_int lost;
    int dropped = 0;
    if (level < sink.threshold)
        return;
    if (level == LOG_WARN && !passes(key_of(event, fields), &dropped))
        return;
    AUTO(buf_free) struct buf line = {0};
    int gone = atomic_exchange(&lost, 0);
    if (gone)
        build_line(&line, LOG_WARN, LOG_EVENT_LOG_LOST,
                   (struct log_field[]){FI("records", gone), {.type = LOG_FIELD_END}}, 0);
    build_line(&line, level, event, fields, dropped);
    if (!log_text(buf_sv(&line)))
        atomic_fetch_add(&lost, gone + 1);
}
