/* bus_internal — what the parts of bus share; includes librdkafka for all of them.
 *
 * Threads: as bus.h.
 */
#ifndef COUNCILWIRE_BUS_INTERNAL_H
#define COUNCILWIRE_BUS_INTERNAL_H

#include "bus.h"
#include "bus_patience.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdatomic.h>

enum { BUS_TOPICS_KEPT = 16, BUS_PARTITIONS_KEPT = 256, BUS_LOG_ID = 128 };

struct bus_handle {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue; /* the one whose events wake bus_fd */
    struct bus_asker *asker; /* NULL: nothing was asked yet */
};

enum { BUS_UNREACHED_MS = 60000 };
enum { BUS_BATCH_BYTES = 1000000 }; /* a topic made without our list takes 1048588 */

struct bus {
    struct bus_options o; /* strings owned */
    char *address;        /* in use; NULL: not known yet */
    struct bus_handle producer, consumer;
    int pipe[2]; /* librdkafka writes a byte when a queue stops being empty */
    uint64_t generation, ups;

    bool up;
    int64_t down_since_ms; /* meaningful while !up */
    int64_t address_due_ms;
    bool fatal; /* a new handle: idempotence ended, batches must be smaller, or requests
                 * are to be waited for longer */
    bool out_of_order; /* because the broker misses what it had acknowledged */
    char fatal_why[256];
    bool refused; /* why says that the broker does not let us in */
    char why[384];
    char unreached[200]; /* a broker of the cluster, and why; of unreached_ms */
    int64_t unreached_ms;
    struct bus_patience patience;
    size_t batch_bytes; /* records together, at most; a larger one goes alone */

    bool embedded, tuned;    /* tuned: the consumer was made for the embedded broker */
    struct bus_watch *watch; /* NULL: not asked for */
    uint64_t shows;          /* lists of positions that were given to be shown */
    uint64_t shown_unseen;   /* the last of them that nobody watches */
    char log_id[BUS_LOG_ID];
    int64_t probe_timeout_ms;
    int brokers;

    rd_kafka_topic_t *topic[BUS_TOPICS_KEPT]; /* of the producer, in order of first use */
    size_t topics;
    size_t bytes, records;                 /* in flight */
    uint32_t reported[BUS_TOPICS_KEPT][3]; /* by verdict, not yet in the metrics */
    struct {
        char topic[64];
        int32_t partition;
        int64_t bytes;
    } filled[BUS_PARTITIONS_KEPT]; /* embedded only: what each partition got */
    size_t nfilled;
    bool overfull;

    int64_t log_after_ms; /* repeated librdkafka messages are held back until then */
};

/* bus.c */
int bus_handle_open(struct bus *b, bool consumer, struct err *err);
void bus_handle_close(struct bus *b, struct bus_handle *h);
rd_kafka_t *bus_any(const struct bus *b); /* a handle for questions; NULL: no address */
void bus_trouble(struct bus *b, const char *why);
void bus_is_up(struct bus *b);
void bus_is_down(struct bus *b, const char *why);

/* bus_reap.c: destroys the handle, its asker, and its queue where it is a consumer's that
 * must be closed before; holds the caller up for two seconds at most. */
void bus_reap(rd_kafka_t *rk, rd_kafka_queue_t *queue, struct bus_asker *asker);

/* bus_ask.c */
/* rd_kafka_offsets_for_times within `due` (monotonic ms): *l is replaced by the answer.
 * RD_KAFKA_RESP_ERR__TIMED_OUT: *l is as it was. */
rd_kafka_resp_err_t bus_ask_offsets(struct bus_handle *h,
                                    rd_kafka_topic_partition_list_t **l, int64_t due);
void bus_asker_free(struct bus_asker **a); /* waits for the question that is out */

/* bus_watch.c: a thread that asks the cluster now and then whether the topics of the last
 * probe are there as they were. All functions take NULL. */
struct bus_watch *bus_watch_new(int pipe); /* NULL where there is no thread to be had */
void bus_watch_free(struct bus_watch **w);
/* What is so now, by `md`; rk is asked until bus_watch_forget, which waits for open
 * questions (at most 1 s each). `group`: a consumer whose shown positions and partitions'
 * leaders are watched, or NULL; what it has shown stays known while it is the same. */
void bus_watch_known(struct bus_watch *w, rd_kafka_t *rk, rd_kafka_t *group,
                     const char *const *topics, size_t n, const rd_kafka_metadata_t *md);
/* Shows them for the group, once those shown before were seen to be there: 1 it will, 0
 * it is asking just now, -1 it does not do that. Never blocks. */
int bus_watch_show(struct bus_watch *w, const rd_kafka_topic_partition_list_t *l,
                   uint64_t number);
uint64_t bus_watch_proven(const struct bus_watch *w); /* bus_proven; 0: none */
void bus_watch_anew(struct bus_watch *w);             /* bus_show_anew */
void bus_watch_forget(struct bus_watch *w);
void bus_watch_up(struct bus_watch *w, bool up); /* it asks only while connected */
int64_t bus_watch_silent_ms(const struct bus_watch *w);
/* Never blocks; stays true until the next bus_watch_known. */
bool bus_watch_changed(struct bus_watch *w, char *why, size_t size);

/* bus_admin.c */
/* The answer of one admin question, or NULL with *err. */
rd_kafka_event_t *bus_admin_await(rd_kafka_queue_t *q, int64_t timeout_ms,
                                  struct err *err);
rd_kafka_AdminOptions_t *bus_admin_options(rd_kafka_t *rk, rd_kafka_admin_op_t op,
                                           int64_t timeout_ms);

/* bus_consume.c */
void bus_fill_event(struct wire_event *e, const rd_kafka_message_t *m);
enum bus_kind bus_kind_of(rd_kafka_resp_err_t code);

/* bus_conf.c */
int bus_no_socket(void); /* errno of the last one that was not to be had; 0. Any thread */
rd_kafka_conf_t *bus_conf_new(struct bus *b, bool consumer, struct err *err);

/* bus_produce.c */
rd_kafka_topic_t *bus_topic_new(rd_kafka_t *rk, const char *name); /* to write to */
void bus_count_reports(struct bus *b);                             /* into the metrics */
void bus_on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque);
void bus_producer_drop(struct bus *b); /* every record in flight is reported as RETRY */
size_t bus_record_cost(size_t key, size_t value);

#endif
