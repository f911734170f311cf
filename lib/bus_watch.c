#include "bus_internal.h"

#include "clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* librdkafka 2.0.2 says nothing of a topic that is deleted under a consumer, and nothing
 * to a producer before it sends. The question blocks, so it has a thread of its own. */

enum {
    ASK_EVERY_MS = 2000,
    ASK_EVERY_MAX_MS = 60000,
    CHEAP_TOPICS = 50, /* of a cluster: so many more, so much longer between questions */
    ANSWER_MS = 1000,
    TOPICS = 16
};

struct bus_watch {
    pthread_t thread;
    pthread_mutex_t lock; /* held while the cluster is asked: the handle stays */
    pthread_cond_t wake;
    bool ending;
    atomic_bool up;
    int pipe;       /* a byte wakes the loop */
    rd_kafka_t *rk; /* NULL: nothing to ask */
    struct {
        char topic[64];
        int32_t partitions;
    } known[TOPICS];
    size_t n;
    int every_ms;
    char why[160]; /* "": as known */
};

static int32_t partitions_of(const rd_kafka_metadata_t *md, const char *topic)
{
    for (int i = 0; i < md->topic_cnt; i++)
        if (strcmp(md->topics[i].topic, topic) == 0)
            return md->topics[i].err ? 0 : md->topics[i].partition_cnt;
    return 0;
}

static void compare(struct bus_watch *w, const rd_kafka_metadata_t *md)
{
    for (size_t i = 0; i < w->n && !w->why[0]; i++) {
        int32_t now = partitions_of(md, w->known[i].topic);
        if (now == w->known[i].partitions)
            continue;
        if (now == 0)
            (void)snprintf(w->why, sizeof w->why, "topic %s is gone", w->known[i].topic);
        else
            (void)snprintf(w->why, sizeof w->why, "topic %s has %d partitions, not %d",
                           w->known[i].topic, (int)now, (int)w->known[i].partitions);
        (void)!write(w->pipe, "w", 1);
    }
}

/* The answer names every topic of the cluster: one of thousands is asked seldom. */
static int interval_ms(int topics)
{
    int64_t ms = (int64_t)ASK_EVERY_MS * (1 + topics / CHEAP_TOPICS);
    return (int)(ms < ASK_EVERY_MAX_MS ? ms : ASK_EVERY_MAX_MS);
}

/* All topics: a question for one by name would make it on a cluster that makes topics by
 * itself. */
static void ask(struct bus_watch *w)
{
    const rd_kafka_metadata_t *md = NULL;
    if (!w->rk || !atomic_load(&w->up) || w->why[0] ||
        rd_kafka_metadata(w->rk, 1, NULL, &md, ANSWER_MS))
        return;
    compare(w, md);
    w->every_ms = interval_ms(md->topic_cnt);
    rd_kafka_metadata_destroy(md);
}

static void *watch(void *arg)
{
    struct bus_watch *w = arg;
    pthread_mutex_lock(&w->lock);
    while (!w->ending) {
        int64_t until = clock_monotonic_ms() + w->every_ms;
        struct timespec t = {until / 1000, until % 1000 * 1000000};
        (void)pthread_cond_timedwait(&w->wake, &w->lock, &t);
        if (!w->ending && clock_monotonic_ms() >= until)
            ask(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

struct bus_watch *bus_watch_new(int pipe)
{
    struct bus_watch *w = mem_zalloc(sizeof *w);
    pthread_condattr_t monotonic;
    w->pipe = pipe;
    w->every_ms = ASK_EVERY_MS;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&w->thread, NULL, watch, w) == 0)
        return w;
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    mem_free(&w);
    return NULL; /* without it a deletion is noticed by the next error */
}

void bus_watch_free(struct bus_watch **wp)
{
    struct bus_watch *w = *wp;
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->ending = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    mem_free(wp);
}

void bus_watch_known(struct bus_watch *w, rd_kafka_t *rk, const char *const *topics,
                     size_t n, const int32_t *partitions)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->rk = rk;
    w->why[0] = '\0';
    w->n = n < TOPICS ? n : TOPICS;
    for (size_t i = 0; i < w->n; i++) {
        (void)snprintf(w->known[i].topic, sizeof w->known[i].topic, "%s", topics[i]);
        w->known[i].partitions = partitions[i];
    }
    pthread_mutex_unlock(&w->lock);
}

void bus_watch_forget(struct bus_watch *w)
{
    bus_watch_known(w, NULL, NULL, 0, NULL);
}

void bus_watch_up(struct bus_watch *w, bool up)
{
    if (w)
        atomic_store(&w->up, up);
}

bool bus_watch_changed(struct bus_watch *w, char *why, size_t size)
{
    if (!w || pthread_mutex_trylock(&w->lock) != 0)
        return false; /* it is asking just now */
    bool changed = w->why[0] != '\0';
    if (changed)
        (void)snprintf(why, size, "%s", w->why);
    pthread_mutex_unlock(&w->lock);
    return changed;
}
