/* Where deliveries go: addresses, the servers behind them, and the places each has. */
#include "sender_internal.h"

#include <string.h>

/* "host:port" of "https://user:password@host:port/path?query" */
static struct sv origin_of(const char *url)
{
    size_t scheme = sv_find(sv_cstr(url), SV("://"));
    const char *p = url + (scheme == SIZE_MAX ? 0 : scheme + 3);
    size_t end = strcspn(p, "/?#"), host = end;
    while (host > 0 && p[host - 1] != '@')
        host--;
    return (struct sv){p + host, end - host};
}

static struct origin *find_origin(struct sender *s, struct sv name)
{
    size_t lo = 0, hi = s->norigins, each = sizeof(struct origin *);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (sv_cmp(sv_cstr(s->origin[mid]->name), name) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo < s->norigins && sv_eq(sv_cstr(s->origin[lo]->name), name))
        return s->origin[lo];
    struct origin *o = mem_zalloc(sizeof *o);
    o->name = mem_copy(name.p, name.n);
    s->origin = mem_resize(s->origin, s->norigins + 1, each);
    memmove(s->origin + lo + 1, s->origin + lo, (s->norigins - lo) * each);
    s->norigins++;
    return s->origin[lo] = o;
}

/* Where in by_url the address stands, or would. */
static size_t place_of(const struct sender *s, const char *url)
{
    size_t lo = 0, hi = s->nendpoints;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (strcmp(s->endpoint[s->by_url[mid]].url, url) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static size_t add_endpoint(struct sender *s, const char *url, size_t place)
{
    size_t n = s->nendpoints++;
    s->endpoint = mem_resize(s->endpoint, n + 1, sizeof *s->endpoint);
    s->by_url = mem_resize(s->by_url, n + 1, sizeof *s->by_url);
    memmove(s->by_url + place + 1, s->by_url + place, (n - place) * sizeof *s->by_url);
    s->by_url[place] = (uint32_t)n;
    s->endpoint[n] = (struct endpoint){.url = mem_copy(url, sv_cstr(url).n),
                                       .origin = find_origin(s, origin_of(url)),
                                       .places = SENDER_PLACES / 2};
    return n;
}

size_t sender_endpoint(struct sender *s, struct subscription *sub)
{
    if (sub->endpoint)
        return sub->endpoint - 1;
    size_t place = place_of(s, sub->url);
    bool known =
        place < s->nendpoints && strcmp(s->endpoint[s->by_url[place]].url, sub->url) == 0;
    size_t e = known ? s->by_url[place] : add_endpoint(s, sub->url, place);
    sub->endpoint = e + 1;
    return e;
}

/* How many more calls may go to an endpoint. Those that never answered well, or not the
 * last time, share half of all places: the other half is always free for the proven. */
size_t sender_room(const struct sender *s, const struct endpoint *e)
{
    size_t own = e->places > e->flights ? e->places - e->flights : 0,
           all = SENDER_FLIGHTS - s->nflights - s->nresults,
           there = e->origin->flights < SENDER_ORIGIN_PLACES
                       ? SENDER_ORIGIN_PLACES - e->origin->flights
                       : 0;
    own = there < own ? there : own;
    if (!e->proven && s->ndoubtful >= SENDER_DOUBTFUL)
        return 0;
    if (!e->proven && all > SENDER_DOUBTFUL - s->ndoubtful)
        all = SENDER_DOUBTFUL - s->ndoubtful;
    return own < all ? own : all;
}
