/* log — one line a record on standard error: JSON, or logfmt on a terminal.
 *
 * Fields: ts, level, daemon, event (a name of log_events.h), then typed fields. Values
 * are cut at 256 bytes and control characters escaped; no document text goes here.
 *
 * Owns:    the sink (standard error), process-wide.
 * Units:   bytes; what a field's name says (_ms, bytes).
 * Errors:  none: a log that can not be written is dropped. One that nobody reads holds
 * the caller up once, for a second; then records are dropped, and counted (log.lost).
 * Threads: any; a record is one write (over 4 KiB: several).
 */
#ifndef COUNCILWIRE_LOG_H
#define COUNCILWIRE_LOG_H

#include "sv.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

#define LOG_EVENT(id, name) LOG_EVENT_##id,
enum log_event {
#include "log_events.h"
    LOG_EVENT_COUNT
};
#undef LOG_EVENT

enum log_field_type { LOG_FIELD_SV, LOG_FIELD_INT, LOG_FIELD_BOOL, LOG_FIELD_END };

struct log_field {
    enum log_field_type type;
    const char *name;
    struct sv text;
    int64_t number;
};

#define FS(name, sv_value) ((struct log_field){LOG_FIELD_SV, (name), (sv_value), 0})
#define FC(name, c_string) FS((name), sv_cstr(c_string))
#define FI(name, int_value)                                                              \
    ((struct log_field){LOG_FIELD_INT, (name), {NULL, 0}, (int64_t)(int_value)})
#define FB(name, b) ((struct log_field){LOG_FIELD_BOOL, (name), {NULL, 0}, (b) ? 1 : 0})

/* LOG(INFO, DOC_PUBLISHED, FS("id", id), FI("offset", off)); */
#define LOG(level, event, ...)                                                           \
    log_write(                                                                           \
        LOG_##level, LOG_EVENT_##event,                                                  \
        (const struct log_field[]){__VA_ARGS__, {LOG_FIELD_END, NULL, {NULL, 0}, 0}})

void log_init(const char *daemon, enum log_level threshold);
void log_write(enum log_level level, enum log_event event,
               const struct log_field *fields);
/* Text as it is; false: nobody reads, and (a part of) it is lost. */
bool log_text(struct sv text);
const char *log_event_name(enum log_event event);

#endif
