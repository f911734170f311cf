/* How long a consumer was not at the ends of its topics. A compacted topic forgets: its
 * tombstones, which take a paper back, stay for 30 days (schemas/topics.tsv). Who was
 * away for longer may hold what was withdrawn meanwhile, and nothing on the topic says
 * so. */
#include "clock.h"
#include "consumer_internal.h"
#include "log.h"

enum { NOTE_EVERY_MS = 600 * 1000 };
#define KEPT_MS (INT64_C(30) * 24 * 3600 * 1000)

static const char *const steps[] = {
    "CREATE TABLE at_ends(one INTEGER PRIMARY KEY CHECK(one = 1), ms INTEGER NOT NULL)"};

int consuming_away_migrate(struct db *db, struct err *err)
{
    return db_migrate(db, "at_ends", steps, ARRAY_LEN(steps), err) < 0 ? -1 : 0;
}

static const char *compacted(const struct consuming *r)
{
    for (size_t i = 0; i < r->c->ntopics; i++)
        if (r->c->topics[i] == WIRE_DOCUMENT || r->c->topics[i] == WIRE_TEXT)
            return r->topics[i];
    return NULL;
}

/* Told until it has been at the ends again, with every start. */
static void tell(const struct consuming *r, const char *topic, int64_t since)
{
    const int64_t day_ms = INT64_C(24) * 3600 * 1000;
    char time[CLOCK_RFC3339];
    clock_rfc3339(since, time);
    LOG(ERROR, CONSUMER_AWAY, FC("topic", topic), FC("since", time),
        FI("days", (clock_wall_ms() - since) / day_ms),
        FC("why",
           "withdrawals are kept for 30 days: papers that were withdrawn since, and "
           "more than 30 days ago, may still be here"),
        FC("remedy", r->c->after_absence ? r->c->after_absence : ""));
    consuming_count_break(topic, BREAK_GONE);
}

int consuming_away_look(struct consuming *r, struct err *err)
{
    int64_t since = 0;
    const char *topic = compacted(r);
    if (r->away_looked || !topic)
        return 0;
    if (db_get_int(r->d.db, &since, err, "SELECT ms FROM at_ends", "") < 0)
        return -1;
    r->away_looked = true;
    if (since && clock_wall_ms() - since > KEPT_MS)
        tell(r, topic, since);
    return 0;
}

void consuming_away_note(struct consuming *r)
{
    struct err err = {0};
    int64_t now = clock_monotonic_ms();
    if (!compacted(r) || (r->at_ends_ms && now - r->at_ends_ms < NOTE_EVERY_MS))
        return;
    r->at_ends_ms = now;
    if (db_run(r->d.db, &err, "INSERT OR REPLACE INTO at_ends VALUES(1, ?)", "i",
               clock_wall_ms()) < 0)
        LOG(DEBUG, SOURCE_ERROR, FC("why", err.text)); /* an older time does as well */
}
