/* conf — one option table a program gives parser, --check, --print-config, --help,
 * environment names and the sample file.
 *
 * File: `key = value`, lines that begin with # are comments, no sections; then the
 * environment (COUNCILWIRE_KEY, dots and dashes as underscores); then options (--key
 * VALUE or --key=VALUE). A later layer replaces an earlier one. In keys - and _ are the
 * same. Keys `kafka.*` pass through to librdkafka; a password among them is given as
 * `kafka.NAME-file = FILE`. A misspelt key is an error with the nearest valid key.
 *
 * The file is --config FILE, else NAME.conf (the program's name without "councilwire")
 * in $CONFIGURATION_DIRECTORY, $XDG_CONFIG_HOME/councilwire (~/.config/councilwire) or
 * /etc/councilwire, the first that exists; in each NAME-INSTANCE.conf (CONF_INSTANCE)
 * stands before NAME.conf.
 *
 * Owns:    the strings it stores into the targets, until conf_free.
 * Units:   per option: bytes ("64 MiB"), durations in ms ("30s"), plain integers.
 * Errors:  BAD_INPUT "FILE:LINE: key: …; did you mean …?"; the program exits with 78
 *          (64 where the command line is at fault).
 * Threads: one.
 */
#ifndef COUNCILWIRE_CONF_H
#define COUNCILWIRE_CONF_H

#include "buf.h"
#include "err.h"

enum conf_type {
    CONF_STRING,   /* const char * (NULL when empty) */
    CONF_LIST,     /* struct conf_list, comma-separated, may be given several times */
    CONF_INT,      /* int64_t */
    CONF_BYTES,    /* int64_t, units KiB MiB GiB */
    CONF_DURATION, /* int64_t ms, units ms s min h d */
    CONF_BOOL,     /* bool */
    CONF_ENUM      /* int64_t: index into choices */
};

enum conf_flag {
    CONF_RELOAD = 1, /* taken again at SIGHUP */
    CONF_SECRET = 2, /* the value names a file whose content goes to the field (const char
                      *); also found as $CREDENTIALS_DIRECTORY/KEY; never printed */
    CONF_REQUIRED = 4, /* but not for --dry-run and --stdin */
    CONF_HIDDEN = 8,
    CONF_INSTANCE = 16, /* a value but the fallback, by option or environment, makes
                         * NAME-VALUE.conf the file where it exists */
    CONF_WORD = 32      /* 1 to 64 letters, digits, . _ - */
};

struct conf_list {
    const char **v;
    size_t n;
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): tables read in this order
struct conf_opt {
    const char *name; /* "listen"; NULL ends the table */
    enum conf_type type;
    size_t offset;        /* of the field in the target */
    const char *fallback; /* as it would stand in the file; NULL: empty */
    int64_t min, max;     /* numbers; both 0: not bounded */
    const char *unit;     /* for --help */
    unsigned flags;
    const char *help;
    const char *const *choices; /* CONF_ENUM, NULL-terminated */
};

struct conf_part { /* one table with the struct it fills */
    const struct conf_opt *options;
    void *target;
};

struct conf_program {
    const char
        *name; /* "councilwire-spool": its file is spool.conf; "councilwire tail" */
    const char *summary;       /* one line */
    const char *usage;         /* operands, e.g. "[FILE...]" or "" */
    const char *example;       /* shown by --help behind the name */
    struct conf_part parts[4]; /* ends with options == NULL */
};

struct conf;

/* What the command line asked for besides options of the table. */
struct conf_action {
    bool help, version, sample_config, man_page, check, print_config, dry_run, from_stdin,
        once, json, quiet, verbose, offer_again;
    char **operand;
    int operands;
};

struct conf *conf_new(const struct conf_program *program);
void conf_free(struct conf **c);
/* Reads options, file (--config FILE, or the default path when it exists), environment.
 */
NODISCARD int conf_read(struct conf *c, int argc, char **argv, struct conf_action *out,
                        struct err *err);
/* --help, --version, --print-config, --check and the like: answered on standard output,
 * the exit code; -1: nothing of the kind was asked. */
NODISCARD int conf_answer(const struct conf *c, const struct conf_action *a);
/* 64 where the command line is at fault (err.reason "usage"), else 78. */
int conf_exit_code(const struct err *err);
/* SIGHUP: reads the file again and sets what is flagged CONF_RELOAD; names the others. */
NODISCARD int conf_reload(struct conf *c, struct buf *not_reloadable, struct err *err);
/* kafka.* settings in the order given: name without the prefix, value. */
size_t conf_kafka(const struct conf *c, const char *const **names,
                  const char *const **values);
bool conf_is_set(const struct conf *c, const char *key); /* anything but the fallback */
void conf_print(const struct conf *c,
                struct buf *out); /* --print-config: secrets left out */
void conf_help(const struct conf *c, struct buf *out);
void conf_sample(const struct conf_program *p,
                 struct buf *out); /* deploy/conf/NAME.conf */
/* A page for man, section 8, in roff. */
void conf_man(const struct conf_program *p, const char *version, struct buf *out);
const char *conf_file(const struct conf *c); /* file read, or NULL */
/* The candidate nearest to a misspelt word, - and _ and case apart; NULL: none at all. */
const char *conf_nearest(struct sv word, const char *const *candidates, size_t n);

#endif
