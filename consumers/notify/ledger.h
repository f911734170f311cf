/* ledger — what the notifier must not forget: subscriptions, the decisions it has read,
 * and each notification from the moment it is due until it was taken or given up.
 *
 * Nothing goes out that does not stand here first; a notification is (subscription,
 * decision), once, with a webhook-id that never changes.
 *
 * Owns:    strings of a struct subscription, until subscription_free.
 * Units:   milliseconds since the epoch, by clock_steady_ms: a step of the wall clock
 *          neither hastens nor delays anything.
 * Errors:  those of db.h.
 * Threads: the database's.
 */
#ifndef COUNCILWIRE_NOTIFY_LEDGER_H
#define COUNCILWIRE_NOTIFY_LEDGER_H

#include "lib/db.h"
#include "lib/query.h"

enum subscription_state {
    SUBSCRIPTION_ACTIVE,
    SUBSCRIPTION_PAUSED,
    SUBSCRIPTION_DISABLED
};
enum delivery_state {
    DELIVERY_PENDING,
    DELIVERY_DONE,
    DELIVERY_DEAD,
    DELIVERY_WITHDRAWN
};

extern const char *const subscription_state_name[];
extern const char *const delivery_state_name[];

struct subscription {
    int64_t n;
    char *id, *text, *url, *secret, *reason;
    bool from_file;
    enum subscription_state state;
    int64_t failing_since; /* 0: the last one was taken, or none was sent */
    char *old_secret;      /* signs beside the new one until old_until; NULL: none */
    int64_t old_until;
    int64_t disabled_at; /* 0: it is not, or an earlier version did it */

    /* not in the store */
    struct query *query;
    size_t endpoint;      /* the sender's, + 1; 0: not looked up */
    int64_t due;          /* no pending delivery is due before; INT64_MAX: none */
    int64_t missed_since; /* it was disabled so long that this was kept no more; 0: no */
    bool named;           /* in the file that is being read */
    bool at_once;         /* its owner asks: the receiver's rest is over */
};

NODISCARD int ledger_migrate(struct db *db, struct err *err);
/* At the start: times that the clock of an earlier process wrote, and that lie further
 * ahead than any schedule does, are brought back. */
NODISCARD int ledger_mend(struct db *db, int64_t now, struct err *err);

/* Fills what is derived: query. BAD_INPUT says what is wrong with it. */
NODISCARD int subscription_ready(struct subscription *s, struct fts *fts,
                                 struct err *err);
void subscription_free(struct subscription **s);
/* Where number `number` stands in an array that is in the order of numbers; n: nowhere.
 */
size_t subscription_place(struct subscription *const *v, size_t n, int64_t number);

/* Calls row for each; the subscription is the row's to keep. */
typedef int ledger_row(void *ctx, struct subscription *s, struct err *err);
NODISCARD int ledger_subscriptions(struct db *db, ledger_row *row, void *ctx,
                                   struct err *err);
NODISCARD int ledger_save(struct db *db, struct subscription *s, int64_t now,
                          struct err *err); /* a new one gets its n */
NODISCARD int ledger_remove(struct db *db, int64_t n, struct err *err);

/* 1: read for the first time, 0: known, -1. */
NODISCARD int ledger_see(struct db *db, struct sv key, struct sv decision,
                         struct err *err);
/* Has this decision been read? */
NODISCARD int ledger_knows(struct db *db, struct sv key, struct sv decision,
                           struct err *err);
/* 1: this subscription hears of the document in this language (from now on), 0: it heard
 * of it in another one, -1. */
NODISCARD int ledger_hear(struct db *db, int64_t subscription, struct sv document,
                          struct sv language, struct err *err);

struct delivery {
    int64_t n, subscription, attempt, event_ms;
    struct sv decision, key, webhook_id, body; /* borrowed */
};
/* 1: new, 0: there already, -1 */
NODISCARD int ledger_add(struct db *db, const struct delivery *d, int64_t now,
                         struct err *err);
NODISCARD int ledger_withdraw(struct db *db, struct sv key, int64_t now, struct err *err);

struct outcome {
    int64_t n, subscription;
    enum delivery_state state;
    int64_t attempt; /* of the next one */
    int64_t next_at, status;
    char *error; /* NULL: none */
};
NODISCARD int ledger_settle(struct db *db, const struct outcome *o, int64_t now,
                            struct err *err);
struct delivery_counts {
    int64_t pending, done, dead;
};
NODISCARD int ledger_count(struct db *db, int64_t subscription,
                           struct delivery_counts *out, struct err *err);
/* What waits is due now, from the first attempt; so is what was given up, where asked. */
NODISCARD int ledger_hasten(struct db *db, int64_t subscription, bool dead, int64_t now,
                            struct err *err);
/* Earliest next_at of a subscription's pending deliveries; INT64_MAX: none. */
NODISCARD int ledger_due(struct db *db, int64_t subscription, int64_t *out,
                         struct err *err);

#endif
