/* How a handle ends. rd_kafka_consumer_close and rd_kafka_destroy wait for requests that
 * a frozen broker never answers, without a bound of their own. So a handle is closed and
 * destroyed in a thread that is waited for a short while (what a consumer shows of its
 * positions still goes out) and then left to itself. It is never destroyed before it is
 * closed: librdkafka 2.0.2 would stop its partitions twice and abort. Nothing of ours is
 * called from there: callbacks come from polls only. */
#include "bus_internal.h"

#include "log.h"

#include <pthread.h>
#include <time.h>

enum { REAP_WAIT_S = 2, CLOSE_POLL_MS = 20 };

struct reaping {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue; /* of a consumer that is closing; or NULL */
    struct bus_asker *asker; /* uses rk until its question is answered; or NULL */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool over, left; /* left: nobody waits any more */
};

static void reaping_free(struct reaping *r)
{
    (void)pthread_cond_destroy(&r->changed);
    (void)pthread_mutex_destroy(&r->lock);
    mem_free(&r);
}

static void close_consumer(rd_kafka_t *rk, rd_kafka_queue_t *queue)
{
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(rk, queue);
    while (!error && !rd_kafka_consumer_closed(rk)) {
        rd_kafka_event_t *e = rd_kafka_queue_poll(queue, CLOSE_POLL_MS);
        if (e)
            rd_kafka_event_destroy(e);
    }
    if (error)
        rd_kafka_error_destroy(error);
    rd_kafka_queue_destroy(queue);
}

static void *reap(void *arg)
{
    struct reaping *r = arg;
    if (r->queue)
        close_consumer(r->rk, r->queue);
    bus_asker_free(&r->asker);
    rd_kafka_destroy_flags(r->rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    (void)pthread_mutex_lock(&r->lock);
    r->over = true;
    bool left = r->left;
    (void)pthread_cond_signal(&r->changed);
    (void)pthread_mutex_unlock(&r->lock);
    if (left)
        reaping_free(r);
    return NULL;
}

static struct reaping *reaping_new(rd_kafka_t *rk, rd_kafka_queue_t *queue,
                                   struct bus_asker *asker)
{
    struct reaping *r = mem_zalloc(sizeof *r);
    pthread_condattr_t attributes;
    r->rk = rk;
    r->queue = queue;
    r->asker = asker;
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&r->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    return r;
}

/* True once it is over; else nobody waits from now on. */
static bool wait_for_end(struct reaping *r)
{
    struct timespec end;
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += REAP_WAIT_S;
    int rc = 0;
    (void)pthread_mutex_lock(&r->lock);
    while (!r->over && rc == 0)
        rc = pthread_cond_timedwait(&r->changed, &r->lock, &end);
    bool over = r->over;
    r->left = !over;
    (void)pthread_mutex_unlock(&r->lock);
    return over;
}

void bus_reap(rd_kafka_t *rk, rd_kafka_queue_t *queue, struct bus_asker *asker)
{
    struct reaping *r = reaping_new(rk, queue, asker);
    pthread_t thread;
    if (pthread_create(&thread, NULL, reap, r) != 0) {
        (void)reap(r);
        reaping_free(r);
        return;
    }
    if (wait_for_end(r)) {
        (void)pthread_join(thread, NULL);
        reaping_free(r);
        return;
    }
    LOG(WARN, BROKER_ERROR,
        FC("why", "a Kafka handle waits for answers that do not come"),
        FC("effect", "it is left to end by itself"));
    (void)pthread_detach(thread);
}
