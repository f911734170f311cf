#include "bus_internal.h"

#include "clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* librdkafka 2.0.2 says nothing of a topic that is deleted under a consumer, and nothing
 * to a producer before it sends. The question blocks, so it has a thread of its own.
 *
 * A topic that was deleted and made again between two questions looks as it did, and once
 * it has outgrown a position nothing would look wrong; the version shows no topic ids.
 * But Kafka forgets the positions that a group has shown for a topic with that topic. So
 * what we have shown is asked for again, each time and before more is shown: gone means
 * that the topic is another one (or that somebody took them away, or that Kafka did after
 * a week: then all is found as it was). The consumer may have read on in the new one by
 * then. So it is told what is proven: when what was shown is still there, all that was
 * taken until then came from the same topic; from there it looks again (position.h).
 *
 * What this can not tell: a topic that goes, comes again and outgrows the positions all
 * between a question and the showing that follows it, or before the first of this
 * process. Both are a matter of milliseconds where the group's coordinator is there.
 *
 * A leader that had not all records (an unclean election, a disk that was replaced) gives
 * their offsets to others, and once it has outgrown a position nothing looks wrong
 * either; the version does not show the epochs of leaders. So a consumer is told of each
 * partition that gets another leader, and of questions that were not asked for so long
 * that it may have got two; and nothing is proven before the leaders were seen to be the
 * same since.
 */

enum {
    ASK_EVERY_MS = 2000,
    ASK_EVERY_MAX_MS = 60000,
    CHEAP_TOPICS = 50, /* of a cluster: so many more, so much longer between questions */
    SHOWN_EVERY_MS = 2000,
    SHOWING_EVERY_MS = 100, /* while the answer to a showing is awaited */
    SHOWING_MAX_MS = 60000,
    ANSWER_MS = 1000,
    ANSWER_LATE_MS = 2000, /* of a link on which it did not come in time */
    UNSEEN_MS = 15000,     /* a broker's session lasts 9 s, its start takes as long */
    TOPICS = 16
};

typedef rd_kafka_topic_partition_list_t places;

struct bus_watch {
    pthread_t thread;
    pthread_mutex_t lock; /* held while the cluster is asked: the handle stays */
    pthread_cond_t wake;
    bool ending;
    atomic_bool up;
    int pipe;          /* a byte wakes the loop */
    rd_kafka_t *rk;    /* NULL: nothing to ask */
    rd_kafka_t *group; /* the consumer; NULL: none, or a broker that forgets nothing */
    places *shown;     /* what the group certainly has; NULL: nothing */
    places *showing;   /* was sent, and is not answered yet */
    places *to_show;   /* what it is to have; tried until it is so */
    bool asked;        /* to_show is new */
    rd_kafka_queue_t *answer; /* to `showing` */
    int64_t showing_since_ms;
    uint64_t given; /* the number of the last to_show */
    _Atomic uint64_t proven;
    atomic_bool anew;
    struct {
        char topic[64];
        int32_t partitions;
        int32_t *leader; /* of each; NULL: of no interest; below 0: it had none */
    } known[TOPICS];
    size_t n;
    int64_t seen_ms; /* monotonic: the last answer by which all was as known */
    uint64_t seen;   /* the number of the last to_show before that question */
    int every_ms;
    _Atomic int64_t silent_since_ms; /* monotonic; 0: the last question was answered */
    char why[160];                   /* "": as known */
};

static int32_t partitions_of(const rd_kafka_metadata_t *md, const char *topic)
{
    for (int i = 0; i < md->topic_cnt; i++)
        if (strcmp(md->topics[i].topic, topic) == 0)
            return md->topics[i].err ? 0 : md->topics[i].partition_cnt;
    return 0;
}

static int32_t leader_of(const rd_kafka_metadata_t *md, const char *topic, int32_t p)
{
    for (int i = 0; i < md->topic_cnt; i++)
        for (int k = 0;
             strcmp(md->topics[i].topic, topic) == 0 && k < md->topics[i].partition_cnt;
             k++)
            if (md->topics[i].partitions[k].id == p)
                return md->topics[i].partitions[k].leader;
    return -1;
}

/* True: all have the leaders that they had. Another one is told only when each partition
 * has one: whoever is told finds its places anew, and asks all of them. */
static bool compare_leaders(struct bus_watch *w, const rd_kafka_metadata_t *md)
{
    bool none = false;
    size_t topic = TOPICS;
    int32_t partition = 0;
    for (size_t i = 0; i < w->n; i++)
        for (int32_t p = 0; w->known[i].leader && p < w->known[i].partitions; p++) {
            int32_t now = leader_of(md, w->known[i].topic, p);
            none |= now < 0;
            if (now == w->known[i].leader[p] && now >= 0)
                continue;
            if (now < 0)
                w->known[i].leader[p] = now;
            topic = i;
            partition = p;
        }
    if (topic < TOPICS && !none)
        (void)snprintf(w->why, sizeof w->why, "%s/%d has another leader",
                       w->known[topic].topic, (int)partition);
    return topic == TOPICS;
}

/* `asked_ms`: when the question went out. */
static void compare_records(struct bus_watch *w, const rd_kafka_metadata_t *md,
                            int64_t asked_ms)
{
    bool same = compare_leaders(w, md),
         late = asked_ms - w->seen_ms > UNSEEN_MS + w->every_ms;
    if (same && late && w->group && !w->why[0])
        (void)snprintf(w->why, sizeof w->why, "the cluster was not asked for %lld s",
                       (long long)(asked_ms - w->seen_ms) / 1000);
    if (w->why[0])
        (void)!write(w->pipe, "w", 1);
    if (!same || late)
        return;
    w->seen_ms = asked_ms;
    w->seen = w->given;
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
    int64_t began = clock_monotonic_ms(), silent = atomic_load(&w->silent_since_ms);
    if (!w->rk || !atomic_load(&w->up) || w->why[0])
        return;
    if (rd_kafka_metadata(w->rk, 1, NULL, &md, silent ? ANSWER_LATE_MS : ANSWER_MS)) {
        if (!silent)
            atomic_store(&w->silent_since_ms, began);
        w->every_ms = ASK_EVERY_MS;
        return;
    }
    atomic_store(&w->silent_since_ms, 0);
    compare(w, md);
    if (!w->why[0])
        compare_records(w, md, began);
    w->every_ms = interval_ms(md->topic_cnt);
    rd_kafka_metadata_destroy(md);
}

/* ---- what is shown */

static void drop(places **l)
{
    if (*l)
        rd_kafka_topic_partition_list_destroy(*l);
    *l = NULL;
}

static void forget_shown(struct bus_watch *w)
{
    drop(&w->shown);
    drop(&w->showing);
    drop(&w->to_show);
    if (w->answer)
        rd_kafka_queue_destroy(w->answer);
    w->answer = NULL;
}

static void forgotten(struct bus_watch *w, const char *topic)
{
    (void)snprintf(w->why, sizeof w->why,
                   "the positions shown on topic %s are gone: perhaps it was made anew",
                   topic);
    forget_shown(w);
    (void)!write(w->pipe, "w", 1);
}

/* 1 all is there that was shown, 0 not, -1 not known. */
static int still_shown(struct bus_watch *w)
{
    places *l = rd_kafka_topic_partition_list_copy(w->shown);
    int got = rd_kafka_committed(w->group, l, ANSWER_MS) ? -1 : 1;
    for (int i = 0; i < l->cnt && got == 1; i++) {
        if (l->elems[i].err)
            got = -1;
        else if (l->elems[i].offset < 0) {
            forgotten(w, l->elems[i].topic);
            got = 0;
        }
    }
    rd_kafka_topic_partition_list_destroy(l);
    return got;
}

static bool all_good(rd_kafka_event_t *e)
{
    const places *l = rd_kafka_event_topic_partition_list(e);
    if (rd_kafka_event_error(e) || !l)
        return false;
    for (int i = 0; i < l->cnt; i++)
        if (l->elems[i].err)
            return false;
    return true;
}

/* The answer may take seconds where the group is new to its coordinator. Nothing more is
 * shown until it is there: it could be shown for a topic that was made anew meanwhile. */
static void look_at_answer(struct bus_watch *w, int wait_ms)
{
    rd_kafka_event_t *e = rd_kafka_queue_poll(w->answer, wait_ms);
    bool over = e || clock_monotonic_ms() - w->showing_since_ms > SHOWING_MAX_MS;
    if (!over)
        return;
    if (e && all_good(e)) { /* else what was shown before is there still */
        drop(&w->shown);
        w->shown = w->showing;
        w->showing = NULL;
    } else if (!w->to_show) { /* again, unless there is something newer */
        w->to_show = w->showing;
        w->showing = NULL;
    }
    if (e)
        rd_kafka_event_destroy(e);
    drop(&w->showing);
    rd_kafka_queue_destroy(w->answer);
    w->answer = NULL;
}

static void show(struct bus_watch *w)
{
    w->answer = rd_kafka_queue_new(w->group);
    w->showing = w->to_show;
    w->to_show = NULL;
    w->showing_since_ms = clock_monotonic_ms();
    if (rd_kafka_commit_queue(w->group, w->showing, w->answer, NULL, NULL))
        w->showing_since_ms -= SHOWING_MAX_MS; /* there will be no answer */
    look_at_answer(w, SHOWING_EVERY_MS);
}

static void look_at_shown(struct bus_watch *w)
{
    if (atomic_exchange(&w->anew, false))
        forget_shown(w);
    if (!w->group || !atomic_load(&w->up) || w->why[0])
        return;
    if (w->answer)
        look_at_answer(w, 0);
    if (w->answer)
        return;
    int there = w->shown ? still_shown(w) : 1;
    if (there == 1 && w->shown)
        atomic_store(&w->proven, w->seen);
    if (there == 1 && w->to_show)
        show(w);
}

/* ---- the thread */

static void *watch(void *arg)
{
    struct bus_watch *w = arg;
    int64_t now = clock_monotonic_ms(), ask_due = now + w->every_ms,
            shown_due = now + SHOWN_EVERY_MS;
    pthread_mutex_lock(&w->lock);
    while (!w->ending) {
        int64_t until = w->group && shown_due < ask_due ? shown_due : ask_due;
        struct timespec t = {until / 1000, until % 1000 * 1000000};
        if (!w->asked)
            (void)pthread_cond_timedwait(&w->wake, &w->lock, &t);
        now = clock_monotonic_ms();
        if (!w->ending && now >= ask_due) {
            ask(w);
            ask_due = clock_monotonic_ms() + w->every_ms;
        }
        if (!w->ending && (now >= shown_due || w->asked)) {
            w->asked = false;
            look_at_shown(w);
            shown_due =
                clock_monotonic_ms() + (w->answer ? SHOWING_EVERY_MS : SHOWN_EVERY_MS);
        }
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
    forget_shown(w);
    for (size_t i = 0; i < TOPICS; i++)
        mem_free(&w->known[i].leader);
    mem_free(wp);
}

static void know_topic(struct bus_watch *w, size_t i, const char *topic,
                       const rd_kafka_metadata_t *md)
{
    int32_t n = partitions_of(md, topic);
    (void)snprintf(w->known[i].topic, sizeof w->known[i].topic, "%s", topic);
    w->known[i].partitions = n;
    mem_free(&w->known[i].leader);
    if (!w->group)
        return;
    w->known[i].leader = mem_resize(NULL, (size_t)n + 1, sizeof *w->known[i].leader);
    for (int32_t p = 0; p < n; p++)
        w->known[i].leader[p] = leader_of(md, topic, p);
}

void bus_watch_known(struct bus_watch *w, rd_kafka_t *rk, rd_kafka_t *group,
                     const char *const *topics, size_t n, const rd_kafka_metadata_t *md)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    if (group != w->group)
        forget_shown(w); /* while there is a handle to the queue's end */
    w->rk = rk;
    w->group = group;
    w->why[0] = '\0';
    w->n = n < TOPICS ? n : TOPICS;
    w->seen_ms = clock_monotonic_ms();
    for (size_t i = 0; i < w->n; i++)
        know_topic(w, i, topics[i], md);
    pthread_mutex_unlock(&w->lock);
}

void bus_watch_forget(struct bus_watch *w)
{
    bus_watch_known(w, NULL, NULL, NULL, 0, NULL);
}

int bus_watch_show(struct bus_watch *w, const places *l, uint64_t number)
{
    if (!w || pthread_mutex_trylock(&w->lock) != 0)
        return w ? 0 : -1;
    bool mine = w->group != NULL;
    if (mine) {
        if (atomic_exchange(&w->anew, false))
            forget_shown(w);
        drop(&w->to_show);
        w->to_show = rd_kafka_topic_partition_list_copy(l);
        w->given = number;
        w->asked = true;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->lock);
    return mine ? 1 : -1;
}

uint64_t bus_watch_proven(const struct bus_watch *w)
{
    return w ? atomic_load(&w->proven) : 0;
}

void bus_watch_anew(struct bus_watch *w)
{
    if (w)
        atomic_store(&w->anew, true);
}

void bus_watch_up(struct bus_watch *w, bool up)
{
    if (!w)
        return;
    atomic_store(&w->up, up);
    atomic_store(&w->silent_since_ms, 0);
}

int64_t bus_watch_silent_ms(const struct bus_watch *w)
{
    int64_t since = w ? atomic_load(&w->silent_since_ms) : 0;
    return since ? clock_monotonic_ms() - since : 0;
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
