/* How long a stage of a daemon took: one histogram, a label per stage. */
#include "clock.h"
#include "metric.h"

void metric_stage_took(const char *stage, int64_t us)
{
    static struct metric *stages;
    if (!stages)
        stages = metric_family("councilwire_stage_duration_seconds", METRIC_HISTOGRAM,
                               "stage", "Time that a stage took");
    metric_observe(stages, (double)us / 1e6, LABELS(stage));
}

void metric_stage(const char *stage, int64_t began_us)
{
    metric_stage_took(stage, clock_monotonic_us() - began_us);
}
