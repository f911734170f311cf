#define _GNU_SOURCE 1 /* sched_getaffinity, eventfd */
#include "producer_ahead.h"

#include "child.h"
#include "clock.h"
#include "convert.h"
#include "event.h"
#include "file.h"
#include "hash.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* KEEP_BYTES: what a usual document needs stays in the caches, paper after paper; what a
 * large one needed is given back. */
enum {
    THREADS_MAX = 3,
    CONVERTERS = 2,
    ARENA_BASE = 4 * 1024 * 1024,
    ARENA_PER_BYTE = 4,
    KEEP_BYTES = 512 * 1024,
    STAYS = 2 /* a document whose converter gave way so often */
};

struct ahead {
    const struct producer_parser *parser;
    const void *knowledge;
    struct ahead_doc place[AHEAD_PLACES];
    uint64_t used[AHEAD_PLACES / 64];      /* a bit a place */
    struct ahead_doc *order[AHEAD_PLACES]; /* the n that are there, the first put first */
    size_t n;

    pthread_mutex_t lock; /* of every place's state, and of the order and `over` */
    pthread_cond_t put, put_converts, read;
    pthread_t thread[THREADS_MAX];
    size_t threads, readers;   /* the first `readers` read texts, too */
    size_t begun;              /* threads, in turn */
    int64_t spent_ms, lost_ms; /* processor time of converters that ended; gave way */
    int fd;
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
    if (convert_doc(&d->doc, d->patience, &d->bytes, &d->err) < 0 ||
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

static bool is_large(const struct ahead_doc *d)
{
    return d->doc.original.n > AHEAD_BYTES;
}

/* One large document at a time: its converter's output is larger still. */
static bool may_begin(const struct ahead *a, const struct ahead_doc *d)
{
    if (d->state != AHEAD_WAITS)
        return false;
    for (size_t i = 0; i < AHEAD_PLACES && is_large(d); i++) {
        const struct ahead_doc *o = &a->place[i];
        if ((o->state == AHEAD_READING || o->state == AHEAD_ABANDONED) && is_large(o))
            return false;
    }
    return true;
}

/* With the lock held. */
static void make_free(struct ahead *a, struct ahead_doc *d)
{
    size_t i = (size_t)(d - a->place);
    if (i >= AHEAD_DOCS) /* seldom needed: it keeps no memory */
        ahead_doc_free(d);
    ahead_doc_reset(d);
    a->used[i / 64] &= ~(UINT64_C(1) << i % 64);
}

struct reading {
    struct ahead *a;
    struct ahead_doc *d;
    bool gave_way;
};

/* Asked while a document's converter runs: is there one that waits for a converter, and
 * gave way no more often? */
static bool gives_way(void *ctx)
{
    struct reading *r = ctx;
    struct ahead *a = r->a;
    lock(a);
    r->gave_way = r->d->state == AHEAD_ABANDONED;
    bool may = r->d->gave_way < STAYS &&
               a->lost_ms <= AHEAD_LOST_MS + a->spent_ms / AHEAD_LOST_PART;
    for (size_t i = 0; i < a->n && !r->gave_way && may; i++) {
        const struct ahead_doc *o = a->order[i];
        r->gave_way = o->converts && o->gave_way <= r->d->gave_way && may_begin(a, o);
    }
    unlock(a);
    return r->gave_way;
}

/* With the lock held, and held again behind it. */
static void read_one(struct ahead *a, struct ahead_doc *d)
{
    struct reading r = {a, d, false};
    struct child_patience patience = {
        gives_way, &r, d->gave_way ? AHEAD_LONG_CPU_MS : AHEAD_OWN_CPU_MS, 0};
    d->patience = &patience;
    d->state = AHEAD_READING;
    unlock(a);
    ahead_doc_read(d, a->parser, a->knowledge);
    lock(a);
    d->patience = NULL;
    if (d->converts)
        *(r.gave_way ? &a->lost_ms : &a->spent_ms) += patience.used_ms;
    if (d->state == AHEAD_ABANDONED) {
        make_free(a, d);
    } else if (r.gave_way) {
        err_clear(&d->err);
        d->gave_way++;
        d->passed = true;
        d->state = AHEAD_WAITS;
    } else {
        d->state = AHEAD_READ;
    }
}

/* With the lock held: is a converter left for others where one more stays with its
 * document? */
static bool may_stay(const struct ahead *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        n += a->order[i]->state == AHEAD_READING && a->order[i]->gave_way >= STAYS;
    return n == 0 || n + 1 < a->threads;
}

/* Those that gave way least come first. */
static struct ahead_doc *next_that_waits(struct ahead *a, bool texts)
{
    struct ahead_doc *next = NULL;
    for (size_t i = 0; i < a->n; i++) {
        struct ahead_doc *d = a->order[i];
        if ((texts || d->converts) && (!next || d->gave_way < next->gave_way) &&
            may_begin(a, d))
            next = d;
    }
    return next && (next->gave_way < STAYS || may_stay(a)) ? next : NULL;
}

static void *read_ahead(void *arg)
{
    struct ahead *a = arg;
    lock(a);
    bool texts = a->begun++ < a->readers;
    while (!a->over) {
        struct ahead_doc *d = next_that_waits(a, texts);
        if (!d) {
            (void)pthread_cond_wait(texts ? &a->put : &a->put_converts, &a->lock);
            continue;
        }
        read_one(a, d);
        (void)pthread_cond_signal(&a->read);
        if (d->state != AHEAD_READ || d->passed)
            (void)eventfd_write(a->fd, 1);
    }
    unlock(a);
    return NULL;
}

/* One less than there are processors: the loop reads, too. */
static size_t readers_wanted(void)
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
    a->readers = readers_wanted();
    size_t wanted = a->readers > CONVERTERS ? a->readers : (size_t)CONVERTERS;
    while (a->threads < wanted &&
           pthread_create(&a->thread[a->threads], NULL, read_ahead, a) == 0)
        a->threads++;
}

struct ahead *ahead_new(void)
{
    struct ahead *a = mem_zalloc(sizeof *a);
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->put, NULL);
    (void)pthread_cond_init(&a->put_converts, NULL);
    (void)pthread_cond_init(&a->read, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    a->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (size_t i = 0; i < AHEAD_PLACES; i++) {
        ahead_doc_init(&a->place[i]);
        a->place[i].bytes.small = i >= AHEAD_DOCS;
    }
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
    (void)pthread_cond_broadcast(&a->put_converts);
    unlock(a);
    child_cancel(true);
    for (size_t i = 0; i < a->threads; i++)
        (void)pthread_join(a->thread[i], NULL);
    child_cancel(false);
    for (size_t i = 0; i < AHEAD_PLACES; i++)
        ahead_doc_free(&a->place[i]);
    fd_close(&a->fd);
    (void)pthread_cond_destroy(&a->read);
    (void)pthread_cond_destroy(&a->put_converts);
    (void)pthread_cond_destroy(&a->put);
    (void)pthread_mutex_destroy(&a->lock);
    mem_free(ap);
}

/* ---- the loop's ---- */

size_t ahead_docs(struct ahead *a)
{
    size_t n = 0;
    lock(a);
    for (size_t i = 0; i < a->n; i++)
        n += !a->order[i]->passed || a->order[i]->state == AHEAD_READ;
    unlock(a);
    return n;
}

/* The first ones first: only they keep memory. With the lock held. */
static struct ahead_doc *free_place(struct ahead *a)
{
    for (size_t i = 0; i < ARRAY_LEN(a->used); i++)
        if (~a->used[i])
            return &a->place[64 * i + (size_t)__builtin_ctzll(~a->used[i])];
    return NULL;
}

struct ahead_doc *ahead_place(struct ahead *a)
{
    size_t docs = 0, bytes = 0, aside = 0;
    lock(a);
    for (size_t i = 0; i < a->n; i++) {
        const struct ahead_doc *d = a->order[i];
        if (!d->passed || d->state == AHEAD_READ) {
            docs++;
            bytes += d->doc.original.n;
        } else if (d->state == AHEAD_WAITS) {
            aside += d->doc.original.n;
        }
    }
    bool room = docs < AHEAD_DOCS && bytes <= AHEAD_BYTES && aside <= AHEAD_ASIDE_BYTES;
    struct ahead_doc *d = room ? free_place(a) : NULL;
    unlock(a);
    return d;
}

/* The first is the loop's own next work: only what comes behind it is worth a thread. */
void ahead_put(struct ahead *a, struct ahead_doc *d)
{
    assert(d->state == AHEAD_FREE && a->n < AHEAD_PLACES && a->parser);
    d->converts =
        a->threads > 0 && !d->doc.reject_reason && convert_by_child(d->doc.original);
    d->patience_until_ms = clock_monotonic_ms() + AHEAD_PATIENCE_MS;
    lock(a);
    size_t i = (size_t)(d - a->place);
    a->used[i / 64] |= UINT64_C(1) << i % 64;
    d->state = AHEAD_WAITS;
    a->order[a->n++] = d;
    if (a->n > 1 || d->converts)
        (void)pthread_cond_signal(&a->put);
    if (d->converts)
        (void)pthread_cond_signal(&a->put_converts);
    unlock(a);
}

/* With the lock held: every thread has one that others passed by, or that is of no
 * interest any more. */
static bool all_take_long(const struct ahead *a)
{
    size_t n = 0;
    for (size_t i = 0; i < AHEAD_PLACES; i++) {
        const struct ahead_doc *d = &a->place[i];
        n += d->state == AHEAD_ABANDONED || (d->state == AHEAD_READING && d->passed);
    }
    return n >= a->threads;
}

/* With the lock held. */
static void wait_for_converter(struct ahead *a, struct ahead_doc *d)
{
    int64_t ms = d->patience_until_ms;
    struct timespec until = {ms / 1000, (ms % 1000) * 1000000};
    if (clock_monotonic_ms() >= ms || (d->state == AHEAD_WAITS && all_take_long(a)))
        d->passed = true;
    else
        (void)pthread_cond_timedwait(&a->read, &a->lock, &until);
}

/* With the lock held: whether this one is read, by whomever. */
static bool is_read(struct ahead *a, struct ahead_doc *d)
{
    if (!d->converts && may_begin(a, d))
        read_one(a, d);
    while (d->state != AHEAD_READ && !d->passed) {
        if (d->converts)
            wait_for_converter(a, d);
        else if (d->state == AHEAD_READING)
            (void)pthread_cond_wait(&a->read, &a->lock);
        else
            break;
    }
    return d->state == AHEAD_READ;
}

struct ahead_doc *ahead_take(struct ahead *a)
{
    struct ahead_doc *found = NULL;
    lock(a);
    for (size_t i = 0; i < a->n && !found; i++)
        if (is_read(a, a->order[i]))
            found = a->order[i];
    unlock(a);
    return found;
}

void ahead_drop(struct ahead *a, struct ahead_doc *d)
{
    size_t i = 0;
    lock(a);
    assert(d->state == AHEAD_READ);
    while (a->order[i] != d)
        i++;
    a->n--;
    for (; i < a->n; i++)
        a->order[i] = a->order[i + 1];
    make_free(a, d);
    unlock(a);
}

size_t ahead_abandon(struct ahead *a, uint64_t serials[AHEAD_PLACES])
{
    lock(a);
    size_t n = a->n;
    for (size_t i = 0; i < n; i++) {
        struct ahead_doc *d = a->order[i];
        serials[i] = d->serial;
        if (d->state == AHEAD_READING)
            d->state = AHEAD_ABANDONED;
        else
            make_free(a, d);
    }
    a->n = 0;
    unlock(a);
    return n;
}

int ahead_fd(const struct ahead *a)
{
    return a->fd;
}

void ahead_heard(const struct ahead *a)
{
    eventfd_t times;
    (void)eventfd_read(a->fd, &times);
}
