/* What a daemon tells over its socket: health, readiness, metrics, its rejects. */
#include "clock.h"
#include "daemon.h"
#include "metric.h"
#include "reject.h"
#include "version.h"

enum { BODY_MAX = 1024 * 1024 };

static void reply_json(struct http_reply *r, int status)
{
    r->status = status;
    r->content_type = "application/json";
}

static void put_last(struct json_writer *w, const struct daemon *d)
{
    char time[CLOCK_RFC3339];
    clock_rfc3339(d->last_ms, time);
    json_pair(w, "last_document", d->last_ms ? sv_cstr(d->last_document) : SV_NULL);
    json_pair(w, "last_effect", d->last_ms ? sv_cstr(time) : SV_NULL);
}

/* "" when nothing stands in the way. */
static const char *what_is_missing(const struct daemon *d)
{
    if (d->why_not[0])
        return d->why_not;
    if (!d->bus || !bus_connected(d->bus))
        return d->bus && *bus_why(d->bus) ? bus_why(d->bus) : "no connection to a broker";
    return bus_silent_ms(d->bus) > DAEMON_SILENT_MS
               ? "the broker is connected and does not answer"
               : d->lacks;
}

static void serve_health(struct daemon *d, struct http_reply *r)
{
    struct json_writer w = {.out = &r->body};
    const char *missing = what_is_missing(d);
    reply_json(r, 200);
    json_open_object(&w);
    json_pair(&w, "daemon", sv_cstr(d->name));
    json_pair(&w, "version", sv_cstr(councilwire_version));
    json_pair_bool(&w, "ready", d->ready && !*missing);
    json_pair(&w, "waits_for", *missing ? sv_cstr(missing) : SV_NULL);
    json_pair_bool(&w, "connected", d->bus && bus_connected(d->bus));
    json_pair(&w, "log", d->bus ? sv_cstr(bus_log_id(d->bus)) : SV_NULL);
    json_pair_int(&w, "queue_bytes", d->bus ? (int64_t)bus_inflight_bytes(d->bus) : 0);
    put_last(&w, d);
    if (d->health)
        d->health(d->ctx, &w);
    json_close_object(&w);
    buf_addc(&r->body, '\n');
}

static void serve_ready(struct daemon *d, struct http_reply *r)
{
    const char *why = what_is_missing(d);
    if (!*why && d->stopping)
        why = "stopping";
    if (!*why && !d->ready)
        why = "starting";
    struct json_writer w = {.out = &r->body};
    reply_json(r, *why ? 503 : 200);
    json_open_object(&w);
    json_pair_bool(&w, "ready", !*why);
    json_pair(&w, "reason", *why ? sv_cstr(why) : SV_NULL);
    json_close_object(&w);
    buf_addc(&r->body, '\n');
}

static void gauges(struct daemon *d)
{
    static struct metric *queue;
    if (!queue)
        queue = metric_family("councilwire_queue_bytes", METRIC_GAUGE, "",
                              "Bytes given to Kafka and not yet reported");
    metric_set(queue, d->bus ? (double)bus_inflight_bytes(d->bus) : 0, NO_LABELS);
    struct metric *build = metric_family("councilwire_build_info", METRIC_GAUGE,
                                         "version,rules", "Which version runs, always 1");
    metric_set(build, 1, LABELS(councilwire_version, d->rules));
}

static int serve(void *ctx, const struct http_request *q, struct http_reply *r,
                 struct err *err)
{
    struct daemon *d = ctx;
    if (sv_eq(q->path, SV("/healthz"))) {
        serve_health(d, r);
    } else if (sv_eq(q->path, SV("/readyz"))) {
        serve_ready(d, r);
    } else if (sv_eq(q->path, SV("/metrics"))) {
        gauges(d);
        r->status = 200;
        r->content_type = metric_render(http_request_header(q, "Accept"), &r->body);
    } else {
        int done = d->db ? reject_serve(d->db, d->dir.p, q, r, err) : 1;
        return done == 1 && d->serve ? d->serve(d->ctx, q, r, err) : done;
    }
    return 0;
}

int daemon_open_http(struct daemon *d, struct err *err)
{
    const char *listen = d->o.listen && *d->o.listen ? d->o.listen : NULL;
    return httpd_start(d->dir.p, listen, BODY_MAX, serve, d, &d->httpd, err);
}
