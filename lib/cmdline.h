/* cmdline — the options of a subcommand: getopt_long, with mistakes told in one way.
 *
 * A daemon's options come from its table (conf); a subcommand that is no daemon has a few
 * of its own and no configuration file. --help and --version are answered here; a mistake
 * is told in a line that names the nearest option, with the usage lines behind it.
 *
 * Owns:    nothing.
 * Units:   none.
 * Errors:  a code below CMDLINE_END; cmdline_exit turns it into the exit code.
 * Threads: one; getopt's own variables (optarg, optind) hold the place.
 */
#ifndef COUNCILWIRE_CMDLINE_H
#define COUNCILWIRE_CMDLINE_H

#include "base.h"

#include <getopt.h>

struct cmdline {
    const char *name;    /* "search" */
    const char *usage;   /* "usage: …\n", more usage lines indented, then prose */
    const char *letters; /* getopt's; h is understood besides */
    const struct option *options; /* ends with CMDLINE_COMMON */
};

#define CMDLINE_COMMON                                                                   \
    {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'},               \
    {                                                                                    \
        NULL, 0, NULL, 0                                                                 \
    }

enum { CMDLINE_END = -1, CMDLINE_ANSWERED = -2, CMDLINE_WRONG = -3 };

/* The next option (its value in optarg), CMDLINE_END with optind at the first operand,
 * CMDLINE_ANSWERED after --help or --version, CMDLINE_WRONG after a mistake was told. */
int cmdline_next(const struct cmdline *c, int argc, char **argv);
/* Tells what is wrong; EXIT_USAGE. */
int cmdline_misuse(const struct cmdline *c, const char *fmt, ...) PRINTF(2, 3);
/* "there is no NOUN 'WORD'; did you mean …?", or that one is missing where word is NULL
 * or empty; EXIT_USAGE. */
int cmdline_no_such(const struct cmdline *c, const char *noun, const char *word,
                    const char *const *words, size_t n);
int cmdline_exit(int code); /* of CMDLINE_ANSWERED and CMDLINE_WRONG */

#endif
