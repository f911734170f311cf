/* bus_mock — librdkafka's mock cluster: the embedded broker, and errors on demand for
 * tests.
 *
 * It keeps 5 MiB a partition in memory and forgets all at its end; see DESIGN.md
 * section 7.
 *
 * Owns:    the cluster's thread and sockets, until bus_mock_stop.
 * Units:   milliseconds.
 * Errors:  FATAL where it can not start.
 * Threads: any; the cluster runs in a thread of its own.
 */
#ifndef COUNCILWIRE_BUS_MOCK_H
#define COUNCILWIRE_BUS_MOCK_H

#include "err.h"

struct bus_mock;

NODISCARD int bus_mock_start(int brokers, struct bus_mock **out, struct err *err);
const char *bus_mock_address(const struct bus_mock *m);
NODISCARD int bus_mock_topic(struct bus_mock *m, const char *name, int partitions,
                             struct err *err);
void bus_mock_stop(struct bus_mock **m);

/* For tests. api_key: Kafka's (0 Produce, 1 Fetch, 2 ListOffsets, 3 Metadata); errors:
 * Kafka's codes, -195 cuts the connection. */
void bus_mock_fail(struct bus_mock *m, int api_key, const int *errors, size_t n);
/* The cluster says that it has no such topic, until it says it has. */
void bus_mock_topic_gone(struct bus_mock *m, const char *topic, bool gone);
void bus_mock_lead(struct bus_mock *m, const char *topic, int partition, int broker);
void bus_mock_down(struct bus_mock *m, bool down);
void bus_mock_late(struct bus_mock *m, int ms); /* each answer, by so much */

#endif
