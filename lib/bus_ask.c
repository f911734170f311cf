/* Questions about offsets. librdkafka 2.0.2 bounds the search for the leaders only: once
 * a question is out, rd_kafka_offsets_for_times and rd_kafka_query_watermark_offsets wait
 * until it is answered or its socket given up, whatever their timeout says
 * (src/rdkafka.c; seen with packets that are lost and with a broker that stands still: a
 * minute). So they are asked by a thread of the handle, one at a time, and the caller
 * waits as long as it wants to. An answer nobody waits for any more is dropped. */
#include "bus_internal.h"

#include "clock.h"

#include <pthread.h>
#include <time.h>

enum { LEADER_MS = 1000 };

struct bus_asker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    rd_kafka_t *rk;
    rd_kafka_topic_partition_list_t *list; /* of the open question; NULL: none */
    rd_kafka_resp_err_t result;
    bool answered; /* list and result are there to be taken */
    bool dropped;  /* nobody waits for the answer */
    bool ending;
};

static void drop_list(struct bus_asker *a)
{
    if (a->list)
        rd_kafka_topic_partition_list_destroy(a->list);
    a->list = NULL;
    a->answered = false;
}

static void *answer(void *arg)
{
    struct bus_asker *a = arg;
    (void)pthread_mutex_lock(&a->lock);
    while (!a->ending) {
        if (!a->list || a->answered) {
            (void)pthread_cond_wait(&a->changed, &a->lock);
            continue;
        }
        rd_kafka_topic_partition_list_t *l = a->list;
        (void)pthread_mutex_unlock(&a->lock);
        rd_kafka_resp_err_t got = rd_kafka_offsets_for_times(a->rk, l, LEADER_MS);
        (void)pthread_mutex_lock(&a->lock);
        a->result = got;
        a->answered = true;
        if (a->dropped)
            drop_list(a);
        (void)pthread_cond_broadcast(&a->changed);
    }
    (void)pthread_mutex_unlock(&a->lock);
    return NULL;
}

static struct bus_asker *asker_new(rd_kafka_t *rk)
{
    struct bus_asker *a = mem_zalloc(sizeof *a);
    pthread_condattr_t monotonic;
    a->rk = rk;
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&a->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    if (pthread_create(&a->thread, NULL, answer, a) == 0)
        return a;
    (void)pthread_cond_destroy(&a->changed);
    (void)pthread_mutex_destroy(&a->lock);
    mem_free(&a);
    return NULL;
}

void bus_asker_free(struct bus_asker **ap)
{
    struct bus_asker *a = *ap;
    if (!a)
        return;
    (void)pthread_mutex_lock(&a->lock);
    a->ending = true;
    (void)pthread_cond_broadcast(&a->changed);
    (void)pthread_mutex_unlock(&a->lock);
    (void)pthread_join(a->thread, NULL);
    drop_list(a);
    (void)pthread_cond_destroy(&a->changed);
    (void)pthread_mutex_destroy(&a->lock);
    mem_free(ap);
}

static struct bus_asker *asker_of(struct bus_handle *h)
{
    if (!h->asker && h->rk)
        h->asker = asker_new(h->rk);
    return h->asker;
}

/* With the lock held, until `due` (monotonic ms): whether it is so. */
static bool wait_until(struct bus_asker *a, bool (*is)(const struct bus_asker *),
                       int64_t due)
{
    struct timespec t = {due / 1000, due % 1000 * 1000000};
    int rc = 0;
    while (!is(a) && rc == 0)
        rc = pthread_cond_timedwait(&a->changed, &a->lock, &t);
    return is(a);
}

static bool is_free(const struct bus_asker *a)
{
    return !a->list;
}

static bool is_answered(const struct bus_asker *a)
{
    return a->answered;
}

static void put(struct bus_asker *a, const rd_kafka_topic_partition_list_t *l, bool waits)
{
    a->list = rd_kafka_topic_partition_list_copy(l);
    a->answered = false;
    a->dropped = !waits;
    (void)pthread_cond_broadcast(&a->changed);
}

rd_kafka_resp_err_t bus_ask_offsets(struct bus_handle *h,
                                    rd_kafka_topic_partition_list_t **l, int64_t due)
{
    struct bus_asker *a = asker_of(h);
    if (!a)
        return RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
    rd_kafka_resp_err_t got = RD_KAFKA_RESP_ERR__TIMED_OUT;
    (void)pthread_mutex_lock(&a->lock);
    if (wait_until(a, is_free, due)) {
        put(a, *l, true);
        if (wait_until(a, is_answered, due)) {
            got = a->result;
            rd_kafka_topic_partition_list_destroy(*l);
            *l = a->list;
            a->list = NULL;
            a->answered = false;
        }
        a->dropped = true;
    }
    (void)pthread_mutex_unlock(&a->lock);
    return got;
}

void bus_wake(struct bus *b, const struct bus_place *v, size_t n)
{
    /* A question to the leader wakes its thread, which then decides on fetching anew. */
    struct bus_asker *a = n ? asker_of(&b->consumer) : NULL;
    if (!a)
        return;
    rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++)
        rd_kafka_topic_partition_list_add(l, v[i].topic, v[i].partition)->offset =
            RD_KAFKA_OFFSET_END;
    (void)pthread_mutex_lock(&a->lock);
    if (is_free(a))
        put(a, l, false);
    (void)pthread_mutex_unlock(&a->lock);
    rd_kafka_topic_partition_list_destroy(l);
}
