#include "lib/metric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void assert_rendered(const char *line)
{
    struct buf b = {0};
    (void)metric_render(SV("text/plain"), &b);
    if (!strstr(b.p, line))
        fail_msg("'%s' is not in:\n%s", line, b.p);
    buf_free(&b);
}

static void counters_and_gauges_by_label(void **state)
{
    (void)state;
    struct metric *m = metric_family("councilwire_documents_total", METRIC_COUNTER,
                                     "stage,outcome", "Documents.");
    assert_ptr_equal(m, metric_family("councilwire_documents_total", METRIC_COUNTER,
                                      "stage,outcome", "Documents."));
    metric_add(m, 2, LABELS("parse", "ok"));
    metric_add(m, 1, LABELS("parse", "ok"));
    metric_add(m, 1, LABELS("parse", "a\"b\\c\nd"));
    struct metric *g =
        metric_family("councilwire_queue_bytes", METRIC_GAUGE, "", "Bytes.");
    metric_set(g, 7, NO_LABELS);
    metric_set(g, 5e9, NO_LABELS);
    assert_true(metric_value(m, LABELS("parse", "ok")) == 3);
    assert_true(metric_value(m, LABELS("parse", "never")) == 0);
    assert_rendered("# HELP councilwire_documents_total Documents.\n# TYPE "
                    "councilwire_documents_total counter\n");
    assert_rendered("\ncouncilwire_documents_total{stage=\"parse\",outcome=\"ok\"} 3\n");
    assert_rendered("outcome=\"a\\\"b\\\\c\\nd\"} 1\n");
    assert_rendered("\ncouncilwire_queue_bytes 5000000000\n");
}

static void histograms_are_cumulative(void **state)
{
    (void)state;
    struct metric *m = metric_family("councilwire_stage_duration_seconds",
                                     METRIC_HISTOGRAM, "stage", "Seconds.");
    metric_observe(m, 0.003, LABELS("parse"));
    metric_observe(m, 0.003, LABELS("parse"));
    metric_observe(m, 100, LABELS("parse"));
    assert_true(metric_value(m, LABELS("parse")) == 3);
    assert_rendered("seconds_bucket{stage=\"parse\",le=\"0.0025\"} 0\n");
    assert_rendered("seconds_bucket{stage=\"parse\",le=\"0.005\"} 2\n");
    assert_rendered("seconds_bucket{stage=\"parse\",le=\"60\"} 2\n");
    assert_rendered("seconds_bucket{stage=\"parse\",le=\"+Inf\"} 3\n");
    assert_rendered("seconds_sum{stage=\"parse\"} 100.006\n");
    assert_rendered("seconds_count{stage=\"parse\"} 3\n");
}

static void openmetrics_is_given_to_who_asks(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf b = {0};
    struct metric *m = metric_family("councilwire_rejects_total", METRIC_COUNTER,
                                     "stage,reason", "Rejects.");
    metric_add(m, 0, LABELS("spool", "empty"));
    assert_string_equal(
        metric_render(SV("application/openmetrics-text;version=1.0.0,text/plain;q=0.5"),
                      &b),
        "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert_non_null(strstr(b.p, "# TYPE councilwire_rejects counter\n"
                                "councilwire_rejects_total{stage=\"spool\","
                                "reason=\"empty\"} 0\n"));
    assert_non_null(strstr(b.p, "# TYPE process_cpu_seconds counter\n"));
    assert_string_equal(b.p + b.n - 6, "# EOF\n");
}

static void labels_are_bounded(void **state)
{
    (void)state;
    struct metric *m =
        metric_family("councilwire_events_total", METRIC_COUNTER, "topic", "E.");
    for (int i = 0; i < 1000; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", i);
        metric_add(m, 1, LABELS(name));
    }
    assert_true(metric_value(m, LABELS("t255")) == 1);
    assert_true(metric_value(m, LABELS("other")) == 1000 - 256);
}

static void the_process_is_measured(void **state)
{
    (void)state;
    assert_rendered("\nprocess_resident_memory_bytes ");
    assert_rendered("\nprocess_open_fds ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_and_gauges_by_label),
        cmocka_unit_test(histograms_are_cumulative),
        cmocka_unit_test(openmetrics_is_given_to_who_asks),
        cmocka_unit_test(labels_are_bounded),
        cmocka_unit_test(the_process_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
