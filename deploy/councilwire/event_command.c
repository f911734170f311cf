/* `councilwire explain ID`: what became of one event: where it lies, of which paper and
 * file it came, and every notification made of it. */
#include "ask.h"
#include "command.h"
#include "consumers/notify/history.h"
#include "lib/cmdline.h"
#include "lib/conf.h"
#include "lib/json_write.h"
#include "lib/log.h"
#include "lib/shown.h"
#include "producers/parse/explain_command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DECISION_ID = 32, EVENT_ID = 64, EVENTS_MAX = 100 };

static const char usage[] =
    "usage: councilwire explain [--limite] [--json] [--state-dir DIR]\n"
    "                           [--bootstrap HOST:PORT] [--config FILE] ID\n"
    "Shows what became of an event: the records that carry it, the passage it stands "
    "for,\n"
    "the paper and the file that it came from, and every notification made of it.\n"
    "ID is a decision's (32 hex digits) or an event's (ce_id, 64 hex digits).\n"
    "  --limite           look on the topics of LIMITE papers\n"
    "  --config FILE      bootstrap and kafka.* settings (default: tail.conf)\n"
    "Another operand is a FILE: see `councilwire explain --help`.\n"
    "Example: councilwire explain 0123456789abcdef0123456789abcdef\n";

struct options {
    const char *state_dir, *bootstrap, *config, *id;
    bool limite, json;
};

struct place { /* one record that carries the event */
    char topic[48];
    int32_t partition;
    int64_t offset;
    struct sv ce_id, time, source;
    bool news;
};

struct trace {
    const struct options *o;
    struct arena a; /* what is kept of the records */
    struct place v[EVENTS_MAX];
    size_t n, more;
    struct sv key;
    struct wire_decision decision;
    bool is_document, origin;
    struct wire_document document; /* the last one of the key */
    struct place document_place;
    char why[200]; /* why there is no document */
};

/* ---- reading the topics ---- */

static struct wire_event kept(struct trace *t, const struct wire_event *ev)
{
    struct wire_event e = *ev;
    e.key = arena_copy(&t->a, ev->key);
    e.value = arena_copy(&t->a, ev->value);
    return e;
}

static struct place place_of(struct trace *t, const struct wire_event *ev)
{
    struct place p = {.partition = ev->partition,
                      .offset = ev->offset,
                      .ce_id = arena_copy(&t->a, ev->id),
                      .time = arena_copy(&t->a, ev->time),
                      .source = arena_copy(&t->a, ev->source)};
    (void)snprintf(p.topic, sizeof p.topic, "%s", ev->topic);
    return p;
}

static void add_place(struct trace *t, const struct place *p)
{
    if (t->n < EVENTS_MAX)
        t->v[t->n++] = *p;
    else
        t->more++;
}

static int take_decision(void *ctx, const struct wire_event *ev, struct err *err)
{
    struct trace *t = ctx;
    struct sv id = sv_cstr(t->o->id), value_id = {ev->value.p, 0};
    /* Most records are others: one look at the bytes spares their reading. */
    if (id.n == DECISION_ID)
        value_id.n = ev->value.n;
    if (!sv_eq(ev->id, id) && sv_find(value_id, id) == SIZE_MAX)
        return 0;
    struct wire_event e = kept(t, ev);
    struct wire_decision d;
    struct err why = {0};
    (void)err;
    if (wire_read_decision(&e, &t->a, &d, &why) != 0 ||
        (!sv_eq(ev->id, id) && !sv_eq(sv_cstr(d.decision.id), id)))
        return 0;
    t->decision = d;
    t->key = e.key;
    struct place p = place_of(t, ev);
    p.news = d.news;
    add_place(t, &p);
    return 0;
}

static int take_document(void *ctx, const struct wire_event *ev, struct err *err)
{
    struct trace *t = ctx;
    bool named = sv_eq(ev->id, sv_cstr(t->o->id));
    (void)err;
    if (!named && (t->n == 0 || t->is_document || !sv_eq(ev->key, t->key)))
        return 0;
    struct wire_event e = kept(t, ev);
    struct err why = {0};
    struct wire_document d;
    if (wire_read_document(&e, &t->a, &d, &why) != 0)
        return 0;
    t->document = d;
    t->document_place = place_of(t, ev);
    t->origin = true;
    if (named) {
        t->is_document = true;
        t->key = e.key;
        add_place(t, &t->document_place);
    }
    return 0;
}

static int read_topics(struct trace *t, struct err *err)
{
    static char name[] = "explain", option[] = "--config";
    const struct options *o = t->o;
    struct history_conf set = {.state_dir = NULL};
    const struct conf_program program = {.name = "councilwire tail",
                                         .parts = {{history_conf, &set}, {NULL, NULL}}};
    AUTO(conf_free) struct conf *c = conf_new(&program);
    AUTO(mem_free)
    char *file = o->config ? mem_copy(o->config, sv_cstr(o->config).n) : NULL;
    char *argv[] = {name, option, file, NULL};
    struct conf_action none;
    if (conf_read(c, o->config ? 3 : 1, argv, &none, err) != 0)
        return -1;
    struct history_options h = {.state_dir = o->state_dir ? o->state_dir : set.state_dir,
                                .bootstrap = o->bootstrap ? o->bootstrap : set.bootstrap,
                                .space = o->limite ? SPACE_LIMITE : SPACE_PUBLIC,
                                .from = "",
                                .withdrawn = true};
    h.nkafka = conf_kafka(c, &h.kafka_names, &h.kafka_values);
    if (history_read(&h, take_decision, t, err) != 0)
        return -1;
    h.documents = true;
    struct err why = {0};
    if (history_read(&h, take_document, t, &why) == 0)
        return 0;
    if (t->n == 0) {
        *err = why;
        return -1;
    }
    (void)snprintf(t->why, sizeof t->why, "%.199s", why.text); /* all the rest is known */
    return 0;
}

/* ---- what the notifier knows ---- */

/* 1 in *out, 0 it does not run, -1 */
static int ask_notifier(const struct trace *t, struct json **out, struct err *err)
{
    struct daemons d = {0};
    AUTO(buf_free) struct buf path = {0};
    enum ask_from from;
    int status = 0;
    const char *name = t->o->limite ? "notify-limite" : "notify";
    if (daemons_find(t->o->state_dir, &d, err) != 0)
        return -1;
    buf_addf(&path, "/deliveries?decision=%s&limit=10000", t->decision.decision.id);
    int rc = daemon_ask(&d, name, "GET", path.p, &status, out, &from, err);
    daemons_free(&d);
    if (rc == 1 && status != 200)
        return err_set(err, ERR_TEMPORARY, "%s answered with status %d", name, status);
    return rc;
}

/* ---- for people ---- */

static void line(const char *label, struct sv v)
{
    AUTO(buf_free) struct buf b = {0};
    if (!v.n)
        return;
    shown_add_text(&b, v);
    printf("  %-12s %s\n", label, b.p);
}

static void print_place(const struct place *p, bool decision)
{
    AUTO(buf_free) struct buf b = {0};
    buf_addf(&b, "  %s/%d offset %lld, ", p->topic, (int)p->partition,
             (long long)p->offset);
    shown_add_text(&b, p->time);
    buf_addf(&b, ", by ");
    shown_add_text(&b, p->source);
    printf("%s%s\n", b.p,
           decision && !p->news ? " (not new: no notice is made of it)" : "");
    line("ce_id", p->ce_id);
}

static void print_decision(const struct trace *t)
{
    const struct decision *d = &t->decision.decision;
    AUTO(buf_free) struct buf what = {0};
    buf_addf(&what, "%s: ", decision_kind_name(d->kind));
    buf_add_sv(&what, d->act);
    if (d->by.n)
        buf_addf(&what, ", by " SV_FMT, SV_ARG(d->by));
    if (d->draft)
        buf_addf(&what, "; draft");
    printf("decision %s\n", d->id);
    line("what", buf_sv(&what));
    line("item", t->decision.item_number);
    line("text", d->text);
    printf("  %-12s bytes %zu to %zu of its text\n", "passage", d->span.b, d->span.e);
}

static void print_origin(const struct trace *t)
{
    const struct wire_document *d = &t->document;
    AUTO(buf_free) struct buf key = {0};
    shown_add_text(&key, t->key);
    printf("paper %s\n", key.p);
    line("subject",
         t->is_document ? d->parsed.document.subject : t->decision.document.subject);
    line("marking",
         t->is_document ? d->parsed.document.marking : t->decision.document.marking);
    if (!t->is_document)
        line("text sha256", t->decision.text_sha256);
    if (!t->origin) {
        printf("  its document event %s%s\n",
               t->why[0] ? "can not be read: " : "is not on the topic", t->why);
        return;
    }
    if (t->is_document)
        line("text sha256", d->text_sha256);
    else if (!sv_eq(d->text_sha256, t->decision.text_sha256))
        printf("  since then another text came: the file below is that one's\n");
    line("file", d->original_uri);
    line("type", d->original_media_type);
    line("file sha256", d->original_sha256);
    line("rules", d->rules);
}

static void print_delivery(const struct json *v)
{
    AUTO(buf_free) struct buf b = {0};
    int64_t attempts = 0, status = 0;
    (void)json_int(json_member(v, "attempts"), &attempts);
    (void)json_int(json_member(v, "status"), &status);
    shown_add_name(&b, json_member_text(v, "subscription"));
    buf_addf(&b, "  " SV_FMT ", attempts %lld", SV_ARG(json_member_text(v, "state")),
             (long long)attempts);
    buf_addf(&b, ", webhook-id " SV_FMT, SV_ARG(json_member_text(v, "webhook_id")));
    if (status)
        buf_addf(&b, ", HTTP %lld", (long long)status);
    else if (json_member_text(v, "error").n) {
        buf_addf(&b, ", ");
        shown_add_text(&b, json_member_text(v, "error"));
    }
    printf("  %s\n", b.p);
}

static void print_all(const struct trace *t, int notified, const struct json *deliveries)
{
    if (!t->is_document)
        print_decision(t);
    printf("events\n");
    for (size_t i = 0; i < t->n; i++)
        print_place(&t->v[i], !t->is_document);
    if (t->more)
        printf("  and %zu more\n", t->more);
    print_origin(t);
    if (t->is_document)
        return;
    printf("notifications\n");
    if (notified == 0)
        printf("  the notifier does not run: start it to see them\n");
    else if (json_count(deliveries) == 0)
        printf("  none: no subscription asked for it when it came\n");
    for (size_t i = 0; i < json_count(deliveries); i++)
        print_delivery(json_at(deliveries, i));
}

/* ---- for programs ---- */

static void put_place(struct json_writer *w, const struct place *p)
{
    json_open_object(w);
    json_pair(w, "topic", sv_cstr(p->topic));
    json_pair_int(w, "partition", p->partition);
    json_pair_int(w, "offset", p->offset);
    json_pair(w, "ce_id", p->ce_id);
    json_pair(w, "time", p->time);
    json_pair(w, "source", p->source);
    json_close_object(w);
}

static void put_decision(struct json_writer *w, const struct trace *t)
{
    const struct decision *d = &t->decision.decision;
    json_put_key(w, "decision");
    json_open_object(w);
    json_pair(w, "id", sv_cstr(d->id));
    json_pair(w, "kind", sv_cstr(decision_kind_name(d->kind)));
    json_pair(w, "act", d->act);
    json_pair(w, "text", d->text);
    json_put_key(w, "span");
    json_open_array(w);
    json_put_int(w, (int64_t)d->span.b);
    json_put_int(w, (int64_t)d->span.e);
    json_close_array(w);
    json_pair(w, "text_sha256", t->decision.text_sha256);
    json_close_object(w);
}

static void put_original(struct json_writer *w, const struct wire_document *d)
{
    json_put_key(w, "original");
    json_open_object(w);
    json_pair(w, "uri", d->original_uri);
    json_pair(w, "sha256", d->original_sha256);
    json_pair_int(w, "bytes", d->original_bytes);
    json_pair(w, "media_type", d->original_media_type);
    json_pair(w, "text_sha256", d->text_sha256);
    json_close_object(w);
    json_pair(w, "rules", d->rules);
}

static void print_json(const struct trace *t, int notified, const struct json *deliveries)
{
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    json_open_object(&w);
    json_pair(&w, "key", t->key);
    if (!t->is_document)
        put_decision(&w, t);
    json_put_key(&w, "events");
    json_open_array(&w);
    for (size_t i = 0; i < t->n; i++)
        put_place(&w, &t->v[i]);
    json_close_array(&w);
    if (t->origin)
        put_original(&w, &t->document);
    if (!t->is_document) {
        buf_addf(&out, ",\"notifications\":");
        if (notified == 1)
            json_write_value(deliveries, &out);
        else
            buf_addf(&out, "null");
    }
    json_close_object(&w);
    printf("%s\n", out.p);
}

/* ---- the command ---- */

static int complain(const struct err *err)
{
    fprintf(stderr, "councilwire explain: %s\n", err->text);
    return err_exit_code(err);
}

static int explain_event(const struct options *o)
{
    struct err err = {0};
    struct trace t = {.o = o};
    AUTO(json_free) struct json *deliveries = NULL;
    int notified = 0, code = EXIT_DONE;
    log_init("councilwire-explain", LOG_WARN);
    arena_init(&t.a, SIZE_MAX / 2);
    bool asked = read_topics(&t, &err) == 0;
    if (asked && t.n && !t.is_document)
        notified = ask_notifier(&t, &deliveries, &err);
    if (!asked || notified < 0)
        code = complain(&err);
    else if (t.n == 0) {
        fprintf(stderr, "councilwire explain: %s: no such event on the %s topics%s\n",
                o->id, o->limite ? "LIMITE" : "public",
                o->limite ? "" : " (--limite looks on the others)");
        code = EXIT_REFUSED;
    } else if (o->json)
        print_json(&t, notified, deliveries);
    else
        print_all(&t, notified, deliveries);
    arena_free(&t.a);
    return code;
}

/* -1: go on, else the exit code */
static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"bootstrap", required_argument, NULL, 'b'},
                                            {"config", required_argument, NULL, 'c'},
                                            {"limite", no_argument, NULL, 'l'},
                                            {"json", no_argument, NULL, 'j'},
                                            CMDLINE_COMMON};
    static const struct cmdline command = {"explain", usage, NULL, options};
    for (int c; (c = cmdline_next(&command, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 's': o->state_dir = optarg; break;
        case 'b': o->bootstrap = optarg; break;
        case 'c': o->config = optarg; break;
        case 'l': o->limite = true; break;
        case 'j': o->json = true; break;
        default: return cmdline_exit(c);
        }
    if (argc - optind != 1)
        return cmdline_misuse(&command, "one ID is expected");
    o->id = argv[optind];
    return -1;
}

static bool is_id(const char *s)
{
    size_t n = strspn(s, "0123456789abcdef");
    return (n == DECISION_ID || n == EVENT_ID) && s[n] == '\0' && access(s, F_OK) != 0;
}

int explain_file_or_event_command(int argc, char **argv)
{
    struct options o = {0};
    bool event = false;
    for (int i = 1; i < argc; i++)
        event |= is_id(argv[i]);
    int code = event ? read_options(argc, argv, &o) : explain_command(argc, argv);
    if (!event && code == EXIT_REFUSED && optind < argc && access(argv[optind], F_OK))
        fprintf(stderr,
                "A paper's file is explained, or the id of a decision or an event; "
                "`councilwire show %s` shows a paper by its ID.\n",
                argv[optind]);
    return code >= 0 ? code : explain_event(&o);
}
