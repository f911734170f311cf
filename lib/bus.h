/* bus — Kafka: produce with delivery reports, consume from given positions, and what a
 * daemon must know about the cluster it talks to. librdkafka is used here only.
 *
 * One struct bus has at most one producing and one consuming handle. Handles are made
 * anew by bus_serve when idempotence ended fatally, or when ROOT/broker.address names
 * another broker after 1 s without a connection; bus_generation then rises and the caller
 * probes and assigns again.
 *
 * Owns:    handles, their queues, the bytes in flight.
 * Units:   bytes, milliseconds; offsets are Kafka's.
 * Errors:  as each function says. Every record that bus_produce took (0) is reported
 *          exactly once through `delivered`, also when its handle goes away (RETRY).
 * Threads: one thread calls all functions; `delivered` runs inside bus_serve, bus_flush
 *          and bus_close only.
 * Flow:    bus_produce answers 1 when BUS_BYTES_MAX or BUS_RECORDS_MAX are in flight; a
 *          delivery report gives room back.
 * Facts:   KAFKA.md sections 3 to 6 of the rule books (librdkafka 2.0.2).
 */
#ifndef COUNCILWIRE_BUS_H
#define COUNCILWIRE_BUS_H

#include "wire.h"

struct bus;

enum {
    BUS_BYTES_MAX = 8 * 1024 * 1024, /* in flight; one larger record may be alone */
    BUS_RECORDS_MAX = 20000,
    BUS_PARTITIONS = 12, /* of a topic are written to, see bus_produce */
    BUS_RECORD_BYTES_MAX = 10 * 1024 * 1024 - 64 * 1024, /* topics take 10 MiB */
    BUS_EMBEDDED_BYTES_MAX = 4 * 1024 * 1024 /* a record, and a partition's sum */
};

/* `why` is NULL for OK. */
typedef void bus_delivered(void *ctx, uint64_t token, enum verdict v, const char *why);

struct bus_options {
    const char *name;         /* client.id and group.id, "councilwire-index-limite" */
    const char *brokers;      /* NULL: from address_file */
    const char *address_file; /* ROOT/broker.address; may not be there yet */
    size_t nkafka;            /* kafka.*: names without the prefix, values */
    const char *const *kafka_names, *const *kafka_values;
    bool produce, consume; /* which handles are made at once */
    bool watch;            /* bus_topics_changed is asked */
    bus_delivered *delivered;
    void *ctx;
};

/* FATAL: a kafka.* setting that librdkafka refuses (exit code 78). Connects later. */
NODISCARD int bus_open(const struct bus_options *o, struct bus **out, struct err *err);
/* What was not delivered is dropped and reported as RETRY. */
void bus_close(struct bus **b);
int bus_fd(const struct bus *b); /* readable when bus_serve or bus_next has something */
/* Reports, logs, statistics, errors; new handles where they are due. Never blocks. */
void bus_serve(struct bus *b);
int64_t bus_next_ms(const struct bus *b); /* call bus_serve at latest then; -1: on fd */
uint64_t bus_generation(const struct bus *b);
uint64_t bus_ups(const struct bus *b); /* how often a connection came about */
bool bus_connected(const struct bus *b);
int64_t
bus_down_ms(const struct bus *b); /* how long without a connection; 0: connected */
/* A broker that the others name, by an address where it does not answer (of the last
 * minute), and why; or "". */
const char *bus_unreached(const struct bus *b);
/* Connected, and for how long questions have not been answered (a frozen broker); 0. */
int64_t bus_silent_ms(const struct bus *b);
const char *bus_why(const struct bus *b); /* last trouble, "" when none */

/* Asks the cluster who it is and how many partitions each topic has (0: no such topic).
 * 1 answered, 0 not reachable now (err says why, TEMPORARY). Waits at most 2 s, 100 ms
 * where nothing has answered yet. */
NODISCARD int bus_probe(struct bus *b, const char *const *topics, size_t n,
                        int32_t *partitions, struct err *err);
/* A topic of the last probe is gone, or has more partitions, or (for a consumer) one of
 * its partitions has another leader: noticed within a few seconds (of a cluster with many
 * topics, within a minute), by a thread of the bus. Stays so until the next probe. Never
 * blocks. */
bool bus_topics_changed(struct bus *b, char *why, size_t size);
/* After a probe: "kafka:ID" or the embedded broker's topic. "" before. */
const char *bus_log_id(const struct bus *b);
bool bus_embedded(const struct bus *b);
int bus_broker_count(const struct bus *b); /* as of the last probe; at least 1 */
size_t bus_record_bytes_max(const struct bus *b);

/* ---- producing ---- */
/* 0 taken, 1 no room now, -1: BAD_INPUT too-large, or TEMPORARY (RETRY). The record is
 * copied. On the embedded broker FATAL once a partition got BUS_EMBEDDED_BYTES_MAX.
 * Its partition is that which Kafka's own clients choose by the key, among the first
 * BUS_PARTITIONS: so a key stays where it is when a topic gets more of them. Else an
 * earlier version of a paper would stand at a higher offset than the latest, for ever. */
NODISCARD int bus_produce(struct bus *b, const struct wire_event *e, uint64_t token,
                          struct err *err);
/* What was given goes out now, without waiting for more (linger.ms); blocks for a
 * millisecond at most. */
void bus_push(struct bus *b);
size_t bus_inflight_bytes(const struct bus *b);
size_t bus_inflight_records(const struct bus *b);
/* Serves reports until nothing is in flight (0) or the time is over (-1). */
int bus_flush(struct bus *b, int64_t timeout_ms);

/* ---- consuming ---- */
struct bus_place {
    const char *topic;
    int32_t partition;
    int64_t offset;
};

enum bus_kind {
    BUS_NONE,         /* nothing fetched now */
    BUS_RECORD,       /* record, with topic, partition, offset */
    BUS_END,          /* the end of this partition was reached */
    BUS_OUT_OF_RANGE, /* the position does not exist: find another, assign again */
    BUS_LOST,         /* topic or permission gone: probe and assign again */
    BUS_UNREADABLE,   /* what is fetched can not be unfolded, and will never be: the batch
                         that begins at event.offset, or some records before, holds the
                         next record. Told again and again until another place is assigned;
                         one that was told before bus_assign may still come behind it */
    BUS_TROUBLE       /* told in `why`; goes on by itself */
};

struct bus_record {
    enum bus_kind kind;
    struct wire_event event; /* borrowed until bus_release */
    const char *why;
    void *message;
};

/* Low and high watermark as the brokers have them now. TEMPORARY when they do not answer
 * within timeout_ms. */
NODISCARD int bus_watermarks(struct bus *b, const char *topic, int32_t partition,
                             int64_t timeout_ms, int64_t *low, int64_t *high,
                             struct err *err);
struct bus_range {
    const char *topic;
    int32_t partition;
    int64_t low, high;
};
/* Of many partitions at once, within timeout_ms, whatever the broker does. */
NODISCARD int bus_ranges(struct bus *b, struct bus_range *v, size_t n, int64_t timeout_ms,
                         struct err *err);
/* High watermark as of the last fetch; -1: not known. */
int64_t bus_high(struct bus *b, const char *topic, int32_t partition);
/* Reads from these offsets from now on, and nothing else; n = 0 stops. */
NODISCARD int bus_assign(struct bus *b, const struct bus_place *v, size_t n,
                         struct err *err);
enum bus_kind bus_next(struct bus *b, struct bus_record *out); /* never blocks */
void bus_release(struct bus_record *r);
/* Offsets for lag displays of others; nothing is ever read from there. But Kafka forgets
 * them with their topic: while they are there, it is the topic that they were shown for.
 * 0: not now, ask again soon; else the number of this list. Never blocks. */
NODISCARD uint64_t bus_show_positions(struct bus *b, const struct bus_place *v, size_t n);
/* The last list that was given before all topics were seen to be the ones that positions
 * had been shown for, and to have the leaders that they had; 0: none. Where nothing is
 * forgotten, the last list. */
uint64_t bus_proven(const struct bus *b);
/* What was shown is of topics that are not there any more: it is not asked for again. */
void bus_show_anew(struct bus *b);
/* Asks the fetchers of these partitions' leaders to look again now (one sleeps up to 1 s
 * after its queue was full). Never blocks; nothing happens while an earlier one is out.
 */
void bus_wake(struct bus *b, const struct bus_place *v, size_t n);
/* One record by a handle and a thread of its own; bus_fd wakes when it is over. To be
 * freed before the bus is closed. */
struct bus_read;
NODISCARD int bus_read_begin(struct bus *b, const struct bus_place *at,
                             int64_t timeout_ms, struct bus_read **out, struct err *err);
/* 2 not over yet, 1 read (borrowed), 0 no record at this offset any more, -1; BAD_INPUT
 * where it can not be unfolded. */
#define BUS_READ_UNREADABLE "unreadable"
NODISCARD int bus_read_look(const struct bus_read *r, struct wire_event *out,
                            struct err *err);
void bus_read_free(struct bus_read **r); /* one that is not over is given up: <= 2 s */

/* ---- administration (real Kafka only) ---- */
struct bus_topic {
    const char *name;
    int32_t partitions;
    int32_t replicas;       /* -1: as the cluster says */
    const char *config[12]; /* name, value, name, value, …, NULL */
};

NODISCARD int bus_brokers(struct bus *b, int *out, struct err *err);
NODISCARD int bus_topic_create(struct bus *b, const struct bus_topic *t,
                               int64_t timeout_ms, struct err *err);
/* Values of settings as they are now, in the arena; null: not known. */
NODISCARD int bus_topic_config(struct bus *b, const char *topic, const char *const *names,
                               size_t n, int64_t timeout_ms, struct arena *a,
                               struct sv *values, struct err *err);
/* Settings that are not given fall back to the cluster's. */
NODISCARD int bus_topic_alter(struct bus *b, const char *topic, const char *const *config,
                              int64_t timeout_ms, struct err *err);

/* One right: ALLOW, from any host, on a literal name (a prefix `council.` would cover
 * council.limite.* as well). */
struct bus_acl {
    const char *principal; /* "User:index" */
    enum { BUS_ACL_TOPIC, BUS_ACL_GROUP } resource;
    const char *name;
    enum { BUS_ACL_READ, BUS_ACL_WRITE } operation; /* either holds DESCRIBE */
};

enum { BUS_ACLS_MAX = 64 }; /* in one call */

/* Granting what is granted already, or taking away what is not, is no error. FATAL: the
 * cluster refuses (no authorizer, or no right to alter it). */
NODISCARD int bus_acls_create(struct bus *b, const struct bus_acl *v, size_t n,
                              int64_t timeout_ms, struct err *err);
NODISCARD int bus_acls_delete(struct bus *b, const struct bus_acl *v, size_t n,
                              int64_t timeout_ms, struct err *err);

#endif
