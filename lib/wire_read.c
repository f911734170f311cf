/* Records that come in: headers to fields, the checks of DESIGN.md section 5, and the
 * values decoded field by field. */
#include "json.h"
#include "utf8.h"
#include "wire.h"

enum { NAME_BYTES_MAX = 512 };

static int bad(struct err *err, const char *what)
{
    return err_reject(err, "invalid-event", "%s", what);
}

static struct sv header(const struct wire_event *e, const char *name)
{
    for (size_t i = 0; i < e->headers; i++)
        if (strcmp(e->header[i].name, name) == 0)
            return e->header[i].value;
    return SV_NULL;
}

static bool find_type(struct sv name, enum wire_type *out)
{
    for (int t = WIRE_DOCUMENT; t <= WIRE_WITHDRAWN; t++)
        if (sv_eq(name, sv_cstr(wire_type_name((enum wire_type)t)))) {
            *out = (enum wire_type)t;
            return true;
        }
    return false;
}

static void read_fields(struct wire_event *e)
{
    e->id = header(e, "ce_id");
    e->source = header(e, "ce_source");
    e->time = header(e, "ce_time");
    e->subject = header(e, "ce_subject");
    e->marking = header(e, "ce_marking");
    e->traceparent = header(e, "traceparent");
}

/* The space and the kinds that a topic carries; false for a topic that is not ours. */
static bool topic_kind(const char *topic, enum space *space, enum wire_type *kind)
{
    for (int s = SPACE_PUBLIC; s <= SPACE_LIMITE; s++)
        for (int t = WIRE_DOCUMENT; t <= WIRE_REJECT; t++)
            if (strcmp(topic, wire_topic((enum wire_type)t, (enum space)s)) == 0) {
                *space = (enum space)s;
                *kind = (enum wire_type)t;
                return true;
            }
    return false;
}

static int check_topic(const struct wire_event *e, enum space space, struct err *err)
{
    enum space topic_space;
    enum wire_type kind;
    if (!e->topic || !topic_kind(e->topic, &topic_space, &kind))
        return err_reject(err, "misplaced", "topic %s is none of Councilwire's",
                          e->topic ? e->topic : "(none)");
    bool carried =
        kind == e->type || (kind == WIRE_DECISION && e->type == WIRE_WITHDRAWN);
    if (!carried)
        return err_reject(err, "misplaced", "a %s event does not belong on %s",
                          wire_type_name(e->type), e->topic);
    if (topic_space != space)
        return err_reject(err, "misplaced", "%s is not of this consumer's space",
                          e->topic);
    return 0;
}

static int check_marking(const struct wire_event *e, enum space space, struct err *err)
{
    if (e->type != WIRE_TEXT && e->type != WIRE_ORIGINAL)
        return 0; /* documents and decisions carry it in the value */
    if (!e->marking.p && e->value.p)
        return bad(err, "header ce_marking is missing");
    struct sv marking = sv_eq(e->marking, SV("none")) ? SV_NULL : e->marking;
    if (e->value.p && (wire_space(marking) != space || wire_classified(marking)))
        return err_reject(err, "misplaced",
                          "a paper marked " SV_FMT " does not belong on %s",
                          SV_ARG(e->marking), e->topic);
    return 0;
}

/* They stand in logs, lists and manifests. */
static bool is_plain(struct sv s)
{
    for (size_t i = 0; i < s.n;) {
        if (s.p[i] >= 0x20 && s.p[i] < 0x7F) {
            i++;
            continue;
        }
        struct utf8_char u = utf8_next(s.p + i, s.p + s.n);
        if (!u.ok || u.cp < 0x20 || (u.cp >= 0x7F && u.cp < 0xA0))
            return false;
        i += u.len;
    }
    return s.n <= NAME_BYTES_MAX;
}

bool wire_is_structured(struct sv content_type)
{
    struct sv structured = SV("application/cloudevents");
    return content_type.n >= structured.n &&
           sv_eq_fold(sv_sub(content_type, 0, structured.n), structured);
}

int wire_read(struct wire_event *e, enum space space, struct arena *a, struct err *err)
{
    if (wire_is_structured(header(e, "content-type")) && e->value.p) {
        struct wire_event inner = {.topic = NULL};
        if (wire_read_structured(e->value, a, &inner, err) != 0)
            return -1;
        memcpy(e->header, inner.header, sizeof e->header);
        e->headers = inner.headers;
        e->value = inner.value;
    }
    read_fields(e);
    if (!sv_eq(header(e, "ce_specversion"), SV("1.0")))
        return bad(err, "header ce_specversion is missing or not 1.0");
    if (!e->id.n || !e->source.n)
        return bad(err, "header ce_id or ce_source is missing");
    if (!find_type(header(e, "ce_type"), &e->type))
        return bad(err, "header ce_type names no type of Councilwire");
    if (!e->key.n)
        return bad(err, "the record has no key");
    if (!is_plain(e->key) || !is_plain(e->id) || !is_plain(e->source))
        return bad(err, "key, ce_id or ce_source is too long, no UTF-8 or holds control "
                        "characters");
    if (check_topic(e, space, err) != 0)
        return -1;
    bool compacted = e->type == WIRE_DOCUMENT || e->type == WIRE_TEXT;
    if (!e->value.p && !compacted)
        return bad(err, "the record has no value");
    return check_marking(e, space, err);
}

/* --- values --- */

struct reader {
    struct arena *a;
    struct err *err;
};

static int bad_type(struct reader *r, const char *name)
{
    return err_reject(r->err, "invalid-event", "%s has a wrong type", name);
}

/* null is as good as absent; another type is an error, which latches. The tree lives as
 * long as what is read from it. */
static struct sv text_of(struct reader *r, const struct json *object, const char *name)
{
    const struct json *v = json_member(object, name);
    if (v && !json_is_string(v) && !json_is_null(v))
        (void)bad_type(r, name);
    return json_text(v);
}

static size_t count_of(struct reader *r, const struct json *array, const char *name)
{
    if (array && !json_is_array(array) && !json_is_null(array))
        (void)bad_type(r, name);
    return json_is_array(array) ? json_count(array) : 0;
}

static struct svs list_of(struct reader *r, const struct json *object, const char *name)
{
    const struct json *v = json_member(object, name);
    size_t n = count_of(r, v, name);
    struct svs list = {arena_array(r->a, n, sizeof(struct sv)), 0};
    for (size_t i = 0; i < n; i++)
        if (json_is_string(json_at(v, i)))
            list.v[list.n++] = json_text(json_at(v, i));
        else
            (void)bad_type(r, name);
    return list;
}

static bool span_of(const struct json *v, struct span *out)
{
    int64_t b, e;
    if (json_count(v) != 2 || !json_int(json_at(v, 0), &b) ||
        !json_int(json_at(v, 1), &e) || b < 0 || e < b)
        return false;
    *out = (struct span){(size_t)b, (size_t)e};
    return true;
}

static int document_of(struct reader *r, const struct json *v, struct document *d)
{
    if (!json_is_object(v) || !json_member(v, "marking"))
        return bad(r->err, "document or its marking is missing");
    *d = (struct document){
        .id = text_of(r, v, "id"),
        .number = text_of(r, v, "number"),
        .date = text_of(r, v, "date"),
        .place = text_of(r, v, "place"),
        .marking = text_of(r, v, "marking"),
        .type = text_of(r, v, "type"),
        .from = text_of(r, v, "from"),
        .subject = text_of(r, v, "subject"),
        .language = text_of(r, v, "language"),
        .original_language = text_of(r, v, "original_language"),
        .date_of_receipt = text_of(r, v, "date_of_receipt"),
        .meeting_date = text_of(r, v, "meeting_date"),
        .commission_document = text_of(r, v, "commission_document"),
        .revises = text_of(r, v, "revises"),
        .to = list_of(r, v, "to"),
        .subject_codes = list_of(r, v, "subject_codes"),
        .interinstitutional_files = list_of(r, v, "interinstitutional_files"),
        .previous_documents = list_of(r, v, "previous_documents"),
    };
    return 0;
}

static int check_space(const struct wire_event *e, struct sv marking, struct err *err)
{
    enum space space;
    enum wire_type kind;
    if (topic_kind(e->topic, &space, &kind) &&
        (wire_space(marking) != space || wire_classified(marking)))
        return err_reject(err, "misplaced",
                          "a paper marked " SV_FMT " does not belong on %s",
                          SV_ARG(marking.p ? marking : SV("none")), e->topic);
    return 0;
}

static int items_of(struct reader *r, const struct json *v, struct parsed *p)
{
    size_t n = count_of(r, v, "items");
    if (n > ITEMS_MAX)
        return bad(r->err, "more items than a paper may have");
    p->items = arena_array(r->a, n, sizeof *p->items);
    for (size_t i = 0; i < n; i++) {
        const struct json *o = json_at(v, i);
        struct item *item = &p->items[p->nitems++];
        item->number = text_of(r, o, "number");
        item->title = text_of(r, o, "title");
        if (!span_of(json_member(o, "span"), &item->span))
            return bad(r->err, "an item has no span");
    }
    return 0;
}

static int references_of(struct reader *r, const struct json *v, struct parsed *p)
{
    size_t n = count_of(r, v, "references");
    if (n > REFERENCES_MAX)
        return bad(r->err, "more references than a paper may have");
    p->references = arena_array(r->a, n, sizeof *p->references);
    for (size_t i = 0; i < n; i++) {
        const struct json *o = json_at(v, i), *spans = json_member(o, "spans");
        struct reference *ref = &p->references[p->nreferences++];
        ref->id = text_of(r, o, "id");
        ref->text = text_of(r, o, "text");
        ref->marking = text_of(r, o, "marking");
        ref->url = text_of(r, o, "url");
        if (!ref->id.n)
            return bad(r->err, "a reference has no id");
        ref->spans = arena_array(r->a, json_count(spans), sizeof *ref->spans);
        for (size_t k = 0; k < json_count(spans); k++)
            if (!span_of(json_at(spans, k), &ref->spans[ref->nspans++]))
                return bad(r->err, "a reference has a bad span");
    }
    return 0;
}

static bool is_decision_id(struct sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return s.n == 32;
}

static int ids_of(struct reader *r, const struct json *v, struct parsed *p)
{
    if (!json_is_array(v))
        return bad(r->err, "the list of decisions is missing");
    size_t n = json_count(v);
    if (n > DECISIONS_MAX)
        return bad(r->err, "more decisions than a paper may have");
    p->decisions = arena_array(r->a, n, sizeof *p->decisions);
    for (size_t i = 0; i < n; i++) {
        struct sv id = json_text(json_at(v, i));
        if (!is_decision_id(id))
            return bad(r->err, "a decision id is no 32 hex digits");
        memcpy(p->decisions[p->ndecisions].id, id.p, 32);
        p->decisions[p->ndecisions++].id[32] = '\0';
    }
    return 0;
}

static void member_int(const struct json *o, const char *name, int64_t *out)
{
    if (!json_int(json_member(o, name), out))
        *out = 0;
}

int wire_read_document(const struct wire_event *e, struct arena *a,
                       struct wire_document *out, struct err *err)
{
    const struct json *root = NULL;
    struct reader r = {a, err};
    if (json_read_into(a, e->value, &root, err) != 0) {
        err->reason = "invalid-event";
        return -1;
    }
    struct wire_document d = {.parsed = {.nitems = 0}};
    const struct json *text = json_member(root, "text"),
                      *original = json_member(root, "original");
    if (document_of(&r, json_member(root, "document"), &d.parsed.document) != 0 ||
        items_of(&r, json_member(root, "items"), &d.parsed) != 0 ||
        references_of(&r, json_member(root, "references"), &d.parsed) != 0 ||
        ids_of(&r, json_member(root, "decisions"), &d.parsed) != 0 ||
        check_space(e, d.parsed.document.marking, err) != 0)
        return -1;
    d.text_sha256 = text_of(&r, text, "sha256");
    d.rules = text_of(&r, root, "rules");
    d.original_sha256 = text_of(&r, original, "sha256");
    d.original_media_type = text_of(&r, original, "media_type");
    d.original_uri = text_of(&r, original, "uri");
    member_int(text, "bytes", &d.text_bytes);
    member_int(text, "repairs", &d.repairs);
    member_int(original, "bytes", &d.original_bytes);
    if (d.text_sha256.n != 64)
        return bad(err, "text.sha256 is missing");
    if (err->kind != ERR_NONE) /* a wrong type somewhere */
        return -1;
    *out = d;
    return 0;
}

static bool kind_of(struct sv name, enum decision_kind *out)
{
    for (int k = KIND_DECISION; k <= KIND_STATEMENT; k++)
        if (sv_eq(name, sv_cstr(decision_kind_name((enum decision_kind)k)))) {
            *out = (enum decision_kind)k;
            return true;
        }
    return false;
}

static void next_of(struct reader *r, const struct json *v, struct decision *d)
{
    size_t n = count_of(r, v, "next");
    d->next = arena_array(r->a, n, sizeof *d->next);
    for (size_t i = 0; i < n; i++)
        d->next[d->nnext++] = (struct next_step){text_of(r, json_at(v, i), "body"),
                                                 text_of(r, json_at(v, i), "date")};
}

static int decision_of(struct reader *r, const struct json *v, struct decision *d)
{
    struct sv id = json_member_text(v, "id");
    if (!is_decision_id(id))
        return bad(r->err, "decision.id is no 32 hex digits");
    memcpy(d->id, id.p, 32);
    d->id[32] = '\0';
    if (!kind_of(json_member_text(v, "kind"), &d->kind))
        return bad(r->err, "decision.kind is unknown");
    d->act = text_of(r, v, "act");
    d->by = text_of(r, v, "by");
    d->item = text_of(r, v, "item");
    d->text = text_of(r, v, "text");
    d->due.said = text_of(r, v, "due");
    d->due.date = text_of(r, v, "due_date");
    d->to = list_of(r, v, "to");
    d->refs = list_of(r, v, "refs");
    d->draft = sv_eq(json_member_text(v, "status"), SV("draft"));
    next_of(r, json_member(v, "next"), d);
    if (!d->act.n || !d->text.n || !span_of(json_member(v, "span"), &d->span))
        return bad(r->err, "decision.act, text or span is missing");
    return 0;
}

int wire_read_decision(const struct wire_event *e, struct arena *a,
                       struct wire_decision *out, struct err *err)
{
    const struct json *root = NULL;
    struct reader r = {a, err};
    if (json_read_into(a, e->value, &root, err) != 0) {
        err->reason = "invalid-event";
        return -1;
    }
    struct wire_decision d = {.news = false};
    const struct json *item = json_member(root, "item");
    if (document_of(&r, json_member(root, "document"), &d.document) != 0 ||
        decision_of(&r, json_member(root, "decision"), &d.decision) != 0 ||
        check_space(e, d.document.marking, err) != 0)
        return -1;
    d.text_sha256 = text_of(&r, json_member(root, "text"), "sha256");
    d.item_number = text_of(&r, item, "number");
    d.item_title = text_of(&r, item, "title");
    if (!json_bool(json_member(root, "news"), &d.news))
        return bad(err, "news is missing");
    if (err->kind != ERR_NONE) /* a wrong type somewhere */
        return -1;
    *out = d;
    return 0;
}
