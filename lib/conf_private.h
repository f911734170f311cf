/* conf_private — what conf.c (layers, reading), conf_arguments.c (the command line) and
 * conf_text.c (values, texts for people) share.
 *
 * Owns:    strings are kept in struct conf's pool until conf_free.
 * Threads: one.
 */
#ifndef COUNCILWIRE_CONF_PRIVATE_H
#define COUNCILWIRE_CONF_PRIVATE_H

#include "conf.h"

enum conf_layer { LAYER_FILE, LAYER_ENVIRONMENT, LAYER_ARGUMENTS, LAYERS };

struct conf_given { /* what one layer says of one key; text NULL: nothing */
    char *text, *where;
};

struct conf_slot {
    const struct conf_opt *opt;
    char *target;
    struct conf_given given[LAYERS];
};

struct conf_setting { /* kafka.* */
    char *name;
    struct conf_given given;
    enum conf_layer layer;
};

struct conf {
    const struct conf_program *program;
    struct conf_slot *slots;
    size_t nslots;
    struct conf_setting *settings;
    size_t nsettings;
    const char **kafka_names, **kafka_values;
    size_t nkafka;
    char *file; /* read, or NULL */
    bool file_named;
    void **pool;
    size_t npool;
};

void *conf_keep(struct conf *c, void *p);
char *conf_keep_sv(struct conf *c, struct sv s);
struct conf_slot *conf_find_slot(struct conf *c, struct sv key); /* NULL: none */
/* Tells of a key that there is not, and of the nearest there is. */
int conf_unknown_key(struct conf *c, struct sv key, const char *where, bool arguments,
                     struct err *err);
/* What a layer says of a key, or of kafka.NAME; `where` is the pool's. */
NODISCARD int conf_give(struct conf *c, struct conf_slot *s, enum conf_layer layer,
                        struct sv text, char *where, struct err *err);
NODISCARD int conf_give_kafka(struct conf *c, enum conf_layer layer, struct sv name,
                              struct sv text, char *where, struct err *err);
/* Operands are moved to the front of argv, in their order. */
NODISCARD int conf_read_arguments(struct conf *c, int argc, char **argv,
                                  struct conf_action *out, struct err *err);
/* What is in force: the highest layer's text, else the fallback; *where for messages. */
struct sv conf_effective(const struct conf_slot *s, const char **where);
/* Text to the field's type at `out` (as large as the field). */
NODISCARD int conf_convert(struct conf *c, const struct conf_opt *o, struct sv text,
                           const char *where, void *out, struct err *err);
/* The content of a secret's file, with the check of its mode. */
NODISCARD int conf_read_secret(struct conf *c, const char *key, struct sv path,
                               const char *where, char **out, struct err *err);
/* 1048576 bytes as "1 MiB", 90000 ms as "90s". */
void conf_add_amount(struct buf *out, enum conf_type type, int64_t v);
bool conf_same_key(struct sv a, struct sv b); /* - and _ alike */
bool conf_kafka_secret(struct sv name);

#endif
