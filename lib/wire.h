/* wire — events as they stand on Kafka: CloudEvents 1.0 in binary mode, built by
 * producers and read by consumers, here only. Names: EVENTS.md section 1; shapes and
 * topics: DESIGN.md section 5; ids: section 6.
 *
 * Owns:    all results live in the arena given, or borrow from the inputs (wire_build:
 *          from the doc and the key, not from what was parsed).
 * Units:   bytes; milliseconds since the epoch.
 * Errors:  wire_build: BAD_INPUT too-large, too-many. wire_read: BAD_INPUT invalid-event,
 *          misplaced.
 * Threads: any; no state.
 */
#ifndef COUNCILWIRE_WIRE_H
#define COUNCILWIRE_WIRE_H

#include "doc.h"
#include "event.h"

enum space { SPACE_PUBLIC, SPACE_LIMITE };
enum wire_type {
    WIRE_DOCUMENT,
    WIRE_DECISION,
    WIRE_TEXT,
    WIRE_ORIGINAL,
    WIRE_REJECT,
    WIRE_WITHDRAWN
};

/* "council.limite.texts" and the like; kind is the first type that the topic carries. */
const char *wire_topic(enum wire_type kind, enum space space);
/* Which space a marking belongs to: null and PUBLIC are public, all else is limite. */
enum space wire_space(struct sv marking);
const char *wire_type_name(enum wire_type type); /* "councilwire.document.v1" */
bool wire_classified(struct sv marking); /* RESTREINT UE/EU RESTRICTED and above */

struct wire_header {
    const char *name;
    struct sv value;
};

enum { WIRE_HEADERS = 12 };

struct wire_event { /* one Kafka record, going out or come in */
    enum wire_type type;
    const char *topic;
    struct sv key;
    struct sv value; /* p == NULL: tombstone */
    struct wire_header header[WIRE_HEADERS];
    size_t headers;
    struct sv id, source, time, subject, marking,
        traceparent; /* ce_*; marking null when the header is
                        absent, "none" is kept as it is */
    /* come in only */
    int32_t partition;
    int64_t offset;
    int64_t
        log; /* the sink's number for the log it was read from (DESIGN.md section 6) */
};

/* What one document becomes: original (where it differs), text, decisions, document, in
 * that order. */
struct wire_publication {
    const struct doc *doc;
    const struct parsed *parsed;
    struct sv key;
    struct sv rules; /* knowledge_rules */
    uint64_t turn;
    bool news;
    int64_t time_ms;
    size_t message_max; /* largest record the broker takes, bytes; 0: 10 MiB */
};
NODISCARD int wire_build(const struct wire_publication *p, struct arena *a,
                         struct wire_event **out, size_t *n, struct err *err);

struct wire_rejected { /* DESIGN.md section 5; null fields are left out */
    const char *stage; /* "spool", "parse", "index", … */
    const char *reason;
    struct sv detail;
    int64_t attempts;
    struct sv source;
    struct sv name,
        uri;           /* producers; left out when the marking is unknown or classified */
    const char *topic; /* consumers */
    int32_t partition;
    int64_t offset;
    struct sv
        sha256; /* of the original bytes; of the path when unreadable; null: consumer's */
    int64_t bytes; /* -1: unknown */
    struct sv marking;
    enum space space; /* where it goes */
    int64_t time_ms;
};
void wire_build_reject(const struct wire_rejected *r, struct arena *a,
                       struct wire_event *out);
/* NULL on documents and texts of the old space, and councilwire.withdrawn.v1 on its
 * decisions topic. */
void wire_build_withdrawal(struct sv key, enum space old_space, struct sv source,
                           struct sv reason, int64_t time_ms, struct arena *a,
                           struct wire_event **out, size_t *n);

/* Structured-mode line of --dry-run, with "topic" and "key"; no line end. Binary data:
 * data_base64. */
void wire_write_line(struct buf *out, const struct wire_event *e);
NODISCARD int wire_read_line(struct sv line, struct arena *a, struct wire_event *out,
                             struct err *err);
bool wire_is_structured(struct sv content_type);
/* An event in structured mode: fills headers, value and, where said, topic and key. */
NODISCARD int wire_read_structured(struct sv text, struct arena *a,
                                   struct wire_event *out, struct err *err);

/* Checks a record that came from Kafka: headers to fields, type, marking and topic agree.
 * The caller filled topic, key, value, header, headers, partition, offset, log. Reads
 * both binary and structured mode. space: the consumer's. */
NODISCARD int wire_read(struct wire_event *e, enum space space, struct arena *a,
                        struct err *err);

/* Values, decoded and checked field by field. */
struct wire_document {
    struct parsed parsed; /* decisions: only ids filled */
    struct sv text_sha256, original_sha256, original_media_type, original_uri;
    struct sv rules; /* null before schema 1.1 */
    int64_t text_bytes, repairs, original_bytes;
};
NODISCARD int wire_read_document(const struct wire_event *e, struct arena *a,
                                 struct wire_document *out, struct err *err);
struct wire_decision {
    struct document document; /* id, language, number, type, date, meeting_date, subject,
                                 codes, marking, from, to */
    struct sv text_sha256;
    struct sv item_number, item_title; /* null: none */
    bool news;
    struct decision decision;
};
NODISCARD int wire_read_decision(const struct wire_event *e, struct arena *a,
                                 struct wire_decision *out, struct err *err);

#endif
