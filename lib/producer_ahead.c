#define _GNU_SOURCE 1 /* sched_getaffinity */
#include "producer_ahead.h"

#include "clock.h"
#include "convert.h"
#include "event.h"
#include "hash.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>

/* KEEP_BYTES: what a usual document needs stays in the caches, paper after paper; what a
 * large one needed is given back. */
enum {
    THREADS_MAX = 3,
    ARENA_BASE = 4 * 1024 * 1024,
    ARENA_PER_BYTE = 4,
    KEEP_BYTES = 512 * 1024
};

struct ahead {
    const struct producer_parser *parser;
    const void *knowledge;
    struct ahead_doc place[AHEAD_DOCS]; /* ring: `first` and the n - 1 behind it */
    size_t first, n;

    pthread_mutex_t lock; /* of every place's state, and of `over` */
    pthread_cond_t put, read;
    pthread_t thread[THREADS_MAX];
    size_t threads;
    bool over;
};

/* ---- one document ---- */

void ahead_doc_init(struct ahead_doc *d)
{
    *d = (struct ahead_doc){.state = AHEAD_FREE};
    arena_init(&d->bytes, SIZE_MAX / 2);
    arena_init(&d->own, SIZE_MAX / 2);
    d->own.keep = KEEP_BYTES;
}

static void give_back(struct arena *a)
{
    if (a->used > KEEP_BYTES)
        arena_free(a);
    else
        arena_reset(a);
    a->limit = SIZE_MAX / 2;
}

void ahead_doc_reset(struct ahead_doc *d)
{
    give_back(&d->bytes);
    give_back(&d->own);
    struct arena bytes = d->bytes, own = d->own;
    *d = (struct ahead_doc){.bytes = bytes, .own = own, .state = AHEAD_FREE};
}

void ahead_doc_free(struct ahead_doc *d)
{
    arena_free(&d->bytes);
    arena_free(&d->own);
}

size_t ahead_share(const struct doc *d)
{
    return ARENA_BASE + ARENA_PER_BYTE * (d->original.n + d->text.n);
}

static int refuse_unread(struct doc *d, struct err *err)
{
    if (!d->original_sha256[0])
        hash_sha256_hex(d->original.n ? d->original : d->name, d->original_sha256);
    return err_reject(err, d->reject_reason, "%.*s",
                      SV_ARG(d->reject_detail.p ? d->reject_detail : SV("not taken")));
}

static int make_text(struct ahead_doc *d)
{
    int64_t began_us = clock_monotonic_us();
    if (d->doc.reject_reason)
        return refuse_unread(&d->doc, &d->err);
    if (!d->doc.original_sha256[0])
        hash_sha256_hex(d->doc.original, d->doc.original_sha256);
    if (convert_doc(&d->doc, &d->bytes, &d->err) < 0 ||
        doc_normalise(&d->doc, &d->bytes, &d->err) < 0)
        return -1;
    d->convert_us = clock_monotonic_us() - began_us;
    return 0;
}

static int parse_text(struct ahead_doc *d, const struct producer_parser *parser,
                      const void *knowledge)
{
    int64_t began_us = clock_monotonic_us();
    d->own.limit = ahead_share(&d->doc);
    d->parsed = arena_zalloc(&d->own, sizeof *d->parsed);
    if (parser->parse(knowledge, &d->doc, &d->own, d->parsed, &d->err) < 0)
        return -1;
    d->parse_us = clock_monotonic_us() - began_us;
    return arena_overflow(&d->own)
               ? err_reject(&d->err, "too-large",
                            "parsing needs more than its share of memory")
               : 0;
}

void ahead_doc_read(struct ahead_doc *d, const struct producer_parser *parser,
                    const void *knowledge)
{
    d->rc = make_text(d) < 0 ? -1 : parse_text(d, parser, knowledge);
}

/* ---- threads ---- */

static void lock(struct ahead *a)
{
    int rc = pthread_mutex_lock(&a->lock);
    assert(rc == 0);
}

static void unlock(struct ahead *a)
{
    int rc = pthread_mutex_unlock(&a->lock);
    assert(rc == 0);
}

static struct ahead_doc *at(struct ahead *a, size_t i)
{
    return &a->place[(a->first + i) % AHEAD_DOCS];
}

/* With the lock held, and held again behind it. */
static void read_one(struct ahead *a, struct ahead_doc *d)
{
    d->state = AHEAD_READING;
    unlock(a);
    ahead_doc_read(d, a->parser, a->knowledge);
    lock(a);
    d->state = AHEAD_READ;
}

static struct ahead_doc *next_that_waits(struct ahead *a)
{
    for (size_t i = 0; i < a->n; i++)
        if (at(a, i)->state == AHEAD_WAITS)
            return at(a, i);
    return NULL;
}

static void *read_ahead(void *arg)
{
    struct ahead *a = arg;
    lock(a);
    while (!a->over) {
        struct ahead_doc *d = next_that_waits(a);
        if (!d) {
            (void)pthread_cond_wait(&a->put, &a->lock);
            continue;
        }
        read_one(a, d);
        (void)pthread_cond_signal(&a->read);
    }
    unlock(a);
    return NULL;
}

/* One less than there are processors: the loop reads, too. */
static size_t threads_wanted(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > THREADS_MAX ? THREADS_MAX : n > 1 ? (size_t)n - 1 : 0;
}

void ahead_start(struct ahead *a, const struct producer_parser *parser,
                 const void *knowledge)
{
    a->parser = parser;
    a->knowledge = knowledge;
    size_t wanted = threads_wanted();
    while (a->threads < wanted &&
           pthread_create(&a->thread[a->threads], NULL, read_ahead, a) == 0)
        a->threads++;
}

struct ahead *ahead_new(void)
{
    struct ahead *a = mem_zalloc(sizeof *a);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->put, NULL);
    (void)pthread_cond_init(&a->read, NULL);
    for (size_t i = 0; i < AHEAD_DOCS; i++)
        ahead_doc_init(&a->place[i]);
    return a;
}

void ahead_free(struct ahead **ap)
{
    struct ahead *a = *ap;
    if (!a)
        return;
    lock(a);
    a->over = true;
    (void)pthread_cond_broadcast(&a->put);
    unlock(a);
    for (size_t i = 0; i < a->threads; i++)
        (void)pthread_join(a->thread[i], NULL);
    for (size_t i = 0; i < AHEAD_DOCS; i++)
        ahead_doc_free(&a->place[i]);
    (void)pthread_cond_destroy(&a->read);
    (void)pthread_cond_destroy(&a->put);
    (void)pthread_mutex_destroy(&a->lock);
    mem_free(ap);
}

/* ---- the loop's ---- */

size_t ahead_docs(const struct ahead *a)
{
    return a->n;
}

struct ahead_doc *ahead_place(struct ahead *a)
{
    size_t bytes = 0;
    for (size_t i = 0; i < a->n; i++)
        bytes += at(a, i)->doc.original.n;
    return a->n < AHEAD_DOCS && bytes <= AHEAD_BYTES ? at(a, a->n) : NULL;
}

/* The first is the loop's own next work: only what comes behind it is worth a thread. */
void ahead_put(struct ahead *a, struct ahead_doc *d)
{
    assert(d == at(a, a->n) && d->state == AHEAD_FREE && a->parser);
    lock(a);
    d->state = AHEAD_WAITS;
    a->n++;
    if (a->n > 1)
        (void)pthread_cond_signal(&a->put);
    unlock(a);
}

struct ahead_doc *ahead_first(struct ahead *a)
{
    struct ahead_doc *d = at(a, 0);
    if (a->n == 0)
        return NULL;
    lock(a);
    if (d->state == AHEAD_WAITS)
        read_one(a, d);
    while (d->state != AHEAD_READ)
        (void)pthread_cond_wait(&a->read, &a->lock);
    unlock(a);
    return d;
}

void ahead_skip(struct ahead *a)
{
    lock(a);
    for (size_t i = 0; i < a->n; i++) {
        struct ahead_doc *d = at(a, i);
        if (d->state != AHEAD_WAITS)
            continue;
        d->rc = err_set(&d->err, ERR_TEMPORARY, "it was not read");
        d->state = AHEAD_READ;
    }
    unlock(a);
}

void ahead_drop(struct ahead *a)
{
    struct ahead_doc *d = at(a, 0);
    assert(a->n > 0 && d->state == AHEAD_READ);
    lock(a);
    ahead_doc_reset(d);
    a->first = (a->first + 1) % AHEAD_DOCS;
    a->n--;
    unlock(a);
}
