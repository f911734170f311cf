/* metric — counters, gauges and histograms with bounded labels; Prometheus text 0.0.4 and
 * OpenMetrics 1.0.
 *
 * A family is registered once; a child is its labels' values. Names are those of the
 * event rule book, section 6. Children are never freed.
 *
 * Owns:    the registry, process-wide.
 * Units:   base units (seconds, bytes); histograms in seconds with fixed buckets.
 * Errors:  none.
 * Threads: metric_* updates from one thread each; rendering from the loop's thread.
 */
#ifndef COUNCILWIRE_METRIC_H
#define COUNCILWIRE_METRIC_H

#include "buf.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };
struct metric;

/* labels: "stage,outcome" or ""; returns the family with that name, made when it is new.
 */
struct metric *metric_family(const char *name, enum metric_type type, const char *labels,
                             const char *help);
/* values in the order of the labels; at most 256 children a family, further ones are
 * counted in one child "other". */
void metric_add(struct metric *m, double n, const char *const *values);
void metric_set(struct metric *m, double n, const char *const *values);
/* councilwire_stage_duration_seconds: how long one go of a stage took, from its begin
 * (clock_monotonic_us) to now. */
void metric_stage(const char *stage, int64_t began_us);
void metric_stage_took(const char *stage, int64_t us);
void metric_observe(struct metric *m, double seconds, const char *const *values);
double metric_value(struct metric *m, const char *const *values);
#define LABELS(...) ((const char *const[]){__VA_ARGS__})
#define NO_LABELS   ((const char *const[]){""})
/* As the Accept header of whoever asks wants it, process_* beside ours; the content type
 * is a literal. */
const char *metric_render(struct sv accept, struct buf *out);

#endif
