#include "log.h"

#include "buf.h"
#include "clock.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { VALUE_MAX = 256, KEYS = 64, BURST = 10, WINDOW_MS = 10000 };

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

/* Length of a well-formed UTF-8 sequence that is safe to show, else 0: controls, and the
 * signs that turn or hide a line (bidi controls, line separators, U+FEFF), are escaped.
 */
static size_t shown(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return p[0] >= 0x20 && p[0] != 0x7f;
    size_t k = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || k > n)
        return 0;
    for (size_t i = 1; i < k; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    uint32_t c = k == 2 ? p[0] & 0x1fu : k == 3 ? p[0] & 0x0fu : p[0] & 0x07u;
    for (size_t i = 1; i < k; i++)
        c = c << 6 | (p[i] & 0x3fu);
    if ((k == 3 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) ||
        (k == 4 && (c < 0x10000 || c > 0x10ffff)))
        return 0;
    bool unsafe = c < 0xa0 || c == 0x61c || (c >= 0x200e && c <= 0x200f) ||
                  (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
                  c == 0xfeff;
    return unsafe ? 0 : k;
}

static void add_escaped(struct buf *out, struct sv v)
{
    struct sv s = v.n > VALUE_MAX ? sv_sub(v, 0, VALUE_MAX) : v;
    for (size_t i = 0; i < s.n;) {
        const unsigned char *p = (const unsigned char *)s.p + i;
        size_t k = shown(p, v.n - i); /* a sequence may pass the cut by three bytes */
        if (k == 0) {
            if (*p < 0x80)
                buf_addf(out, "\\u%04x", *p);
            else
                buf_addf(out, "\\\\x%02x", *p);
            k = 1;
        } else {
            if (*p == '"' || *p == '\\')
                buf_addc(out, '\\');
            buf_add(out, p, k);
        }
        i += k;
    }
    if (s.n < v.n)
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

static void write_line(const struct buf *line)
{
    if (write(STDERR_FILENO, line->p, line->n) < 0) {
        /* nobody is left to be told */
    }
}

void log_write(enum log_level level, enum log_event event, const struct log_field *fields)
{
    int dropped = 0;
    if (level < sink.threshold)
        return;
    if (level == LOG_WARN && !passes(key_of(event, fields), &dropped))
        return;
    char ts[CLOCK_RFC3339];
    clock_rfc3339(clock_wall_ms(), ts);
    AUTO(buf_free) struct buf line = {0};
    if (sink.logfmt) {
        buf_addf(&line, "%.12s %-5s %s", ts + 11, level_names[level],
                 log_event_name(event));
    } else {
        buf_addf(&line,
                 "{\"ts\":\"%s\",\"level\":\"%s\",\"daemon\":\"%s\",\"event\":\"%s\"", ts,
                 level_names[level], sink.daemon, log_event_name(event));
    }
    for (const struct log_field *f = fields; f->type != LOG_FIELD_END; f++)
        add_field(&line, f);
    if (dropped)
        add_field(&line,
                  &(struct log_field){LOG_FIELD_INT, "suppressed", SV_NULL, dropped});
    if (!sink.logfmt)
        buf_addc(&line, '}');
    buf_addc(&line, '\n');
    write_line(&line);
}
