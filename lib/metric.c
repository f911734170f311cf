#include "metric.h"

#include "clock.h"
#include "file.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CHILDREN_MAX = 256, LABELS_MAX = 4 };

static const double buckets[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                 0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
enum { BUCKETS = sizeof buckets / sizeof buckets[0] };

struct child {
    char *labels; /* as printed between the braces; "" without labels */
    double value; /* counter, gauge; histogram: sum */
    uint64_t count, in_bucket[BUCKETS];
};

struct metric {
    const char *name, *help;
    enum metric_type type;
    const char *label[LABELS_MAX];
    size_t label_n[LABELS_MAX], nlabels;
    struct child *child[CHILDREN_MAX + 1]; /* the last one: "other" */
    size_t nchildren;
    struct metric *next;
};

/* Updates are rare next to the work they count: one lock for all is enough. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct metric *families, **last = &families;

static void cut_labels(struct metric *m, const char *labels)
{
    struct sv rest = sv_cstr(labels), one = SV_NULL;
    while (rest.n && sv_cut(&rest, ',', &one)) {
        assert(m->nlabels < LABELS_MAX);
        m->label[m->nlabels] = one.p;
        m->label_n[m->nlabels++] = one.n;
    }
}

struct metric *metric_family(const char *name, enum metric_type type, const char *labels,
                             const char *help)
{
    pthread_mutex_lock(&lock);
    struct metric *m = families;
    while (m && !sv_eq(sv_cstr(m->name), sv_cstr(name)))
        m = m->next;
    if (!m) {
        m = mem_zalloc(sizeof *m);
        m->name = name;
        m->help = help;
        m->type = type;
        cut_labels(m, labels);
        *last = m;
        last = &m->next;
    }
    assert(m->type == type);
    pthread_mutex_unlock(&lock);
    return m;
}

static void add_value(struct buf *out, const char *value)
{
    for (; value && *value; value++)
        switch (*value) {
        case '\n': buf_lit(out, "\\n"); break;
        case '"':
        case '\\':
            buf_addc(out, '\\');
            buf_addc(out, *value);
            break;
        default: buf_addc(out, *value);
        }
}

static void print_labels(const struct metric *m, const char *const *values,
                         struct buf *out)
{
    for (size_t i = 0; i < m->nlabels; i++) {
        if (i)
            buf_addc(out, ',');
        buf_add(out, m->label[i], m->label_n[i]);
        buf_lit(out, "=\"");
        add_value(out, values ? values[i] : "other");
        buf_addc(out, '"');
    }
    buf_addc(out, '\0');
    out->n--;
}

static struct child *child_with(struct metric *m, struct sv labels)
{
    for (size_t i = 0; i < m->nchildren; i++)
        if (sv_eq(sv_cstr(m->child[i]->labels), labels))
            return m->child[i];
    return NULL;
}

static struct child *find(struct metric *m, const char *const *values, bool make)
{
    AUTO(buf_free) struct buf labels = {0};
    print_labels(m, values, &labels);
    struct child *c = child_with(m, buf_sv(&labels));
    if (!c && m->nchildren >= CHILDREN_MAX) {
        buf_reset(&labels);
        print_labels(m, NULL, &labels);
        c = child_with(m, buf_sv(&labels));
    }
    if (c || !make)
        return c;
    assert(m->nchildren <= CHILDREN_MAX);
    c = mem_zalloc(sizeof *c);
    c->labels = mem_copy(labels.p, labels.n);
    m->child[m->nchildren++] = c;
    return c;
}

void metric_add(struct metric *m, double n, const char *const *values)
{
    pthread_mutex_lock(&lock);
    find(m, values, true)->value += n;
    pthread_mutex_unlock(&lock);
}

void metric_set(struct metric *m, double n, const char *const *values)
{
    pthread_mutex_lock(&lock);
    find(m, values, true)->value = n;
    pthread_mutex_unlock(&lock);
}

void metric_observe(struct metric *m, double seconds, const char *const *values)
{
    assert(m->type == METRIC_HISTOGRAM);
    pthread_mutex_lock(&lock);
    struct child *c = find(m, values, true);
    c->value += seconds;
    c->count++;
    for (size_t i = 0; i < BUCKETS; i++)
        if (seconds <= buckets[i]) {
            c->in_bucket[i]++;
            break;
        }
    pthread_mutex_unlock(&lock);
}

double metric_value(struct metric *m, const char *const *values)
{
    pthread_mutex_lock(&lock);
    const struct child *c = find(m, values, false);
    double v = !c ? 0 : m->type == METRIC_HISTOGRAM ? (double)c->count : c->value;
    pthread_mutex_unlock(&lock);
    return v;
}

static void render_histogram(const struct metric *m, const struct child *c,
                             struct buf *out)
{
    const char *comma = c->labels[0] ? "," : "";
    uint64_t sum = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        sum += c->in_bucket[i];
        buf_addf(out, "%s_bucket{%s%sle=\"%g\"} %llu\n", m->name, c->labels, comma,
                 buckets[i], (unsigned long long)sum);
    }
    const char *open = c->labels[0] ? "{" : "", *close = c->labels[0] ? "}" : "";
    buf_addf(out, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", m->name, c->labels, comma,
             (unsigned long long)c->count);
    buf_addf(out, "%s_sum%s%s%s %.9g\n", m->name, open, c->labels, close, c->value);
    buf_addf(out, "%s_count%s%s%s %llu\n", m->name, open, c->labels, close,
             (unsigned long long)c->count);
}

/* OpenMetrics calls a counter's family without the _total of its samples. */
static void render_head(const char *name, enum metric_type type, const char *help,
                        bool openmetrics, struct buf *out)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    struct sv family = sv_cstr(name);
    if (openmetrics && sv_ends(family, SV("_total")))
        family = sv_sub(family, 0, family.n - 6);
    buf_addf(out, "# HELP " SV_FMT " %s\n# TYPE " SV_FMT " %s\n", SV_ARG(family), help,
             SV_ARG(family), types[type]);
}

static void render_family(const struct metric *m, bool openmetrics, struct buf *out)
{
    render_head(m->name, m->type, m->help, openmetrics, out);
    for (size_t i = 0; i < m->nchildren; i++) {
        const struct child *c = m->child[i];
        if (m->type == METRIC_HISTOGRAM)
            render_histogram(m, c, out);
        else if (c->labels[0])
            buf_addf(out, "%s{%s} %.15g\n", m->name, c->labels, c->value);
        else
            buf_addf(out, "%s %.15g\n", m->name, c->value);
    }
}

static size_t open_descriptors(void)
{
    struct rlimit limit;
    size_t n = 0;
    long max = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 4096
                   ? (long)limit.rlim_cur
                   : 4096;
    char path[40];
    for (long i = 0; i < max; i++) {
        snprintf(path, sizeof path, "/proc/self/fd/%ld", i);
        n += access(path, F_OK) == 0;
    }
    return n;
}

static void render_process(bool openmetrics, struct buf *out)
{
    struct rusage usage = {0};
    AUTO(buf_free) struct buf statm = {0};
    struct err ignored = {0};
    uint64_t pages = 0;
    if (file_read("/proc/self/statm", 200, &statm, &ignored) == 0) {
        struct sv rest = buf_sv(&statm), total, resident;
        if (!sv_cut(&rest, ' ', &total) || !sv_cut(&rest, ' ', &resident) ||
            !sv_u64(resident, &pages))
            pages = 0;
    }
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    const struct {
        const char *name, *help;
        enum metric_type type;
        double value;
    } rows[] = {
        {"process_cpu_seconds_total", "User and system time", METRIC_COUNTER, cpu},
        {"process_resident_memory_bytes", "Memory in use", METRIC_GAUGE,
         (double)pages * (double)sysconf(_SC_PAGESIZE)},
        {"process_resident_memory_peak_bytes", "Most memory in use so far", METRIC_GAUGE,
         (double)usage.ru_maxrss * 1024},
        {"process_open_fds", "Open descriptors", METRIC_GAUGE,
         (double)open_descriptors()}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        render_head(rows[i].name, rows[i].type, rows[i].help, openmetrics, out);
        buf_addf(out, "%s %.15g\n", rows[i].name, rows[i].value);
    }
}

const char *metric_render(struct sv accept, struct buf *out)
{
    bool openmetrics = sv_find(accept, SV("application/openmetrics-text")) != SIZE_MAX;
    pthread_mutex_lock(&lock);
    for (const struct metric *m = families; m; m = m->next)
        if (m->nchildren)
            render_family(m, openmetrics, out);
    pthread_mutex_unlock(&lock);
    render_process(openmetrics, out);
    if (!openmetrics)
        return "text/plain; version=0.0.4; charset=utf-8";
    buf_lit(out, "# EOF\n");
    return "application/openmetrics-text; version=1.0.0; charset=utf-8";
}
