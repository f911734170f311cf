#include "cmdline.h"

#include "conf.h"
#include "version.h"

#include <stdarg.h>
#include <stdio.h>

enum { OPTIONS_MAX = 32 };

/* The lines of the usage that say how the command is written. */
static size_t synopsis(const char *usage)
{
    struct sv rest = sv_cstr(usage), line;
    size_t n = 0;
    while (sv_cut(&rest, '\n', &line) &&
           (sv_starts(line, SV("usage:")) || sv_starts(line, SV("       "))))
        n += line.n + 1;
    return n;
}

static int end_of_misuse(const struct cmdline *c)
{
    fprintf(stderr, "\n%.*s`councilwire %s --help` tells more.\n",
            (int)synopsis(c->usage), c->usage, c->name);
    return EXIT_USAGE;
}

int cmdline_misuse(const struct cmdline *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "councilwire %s: ", c->name);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    return end_of_misuse(c);
}

int cmdline_no_such(const struct cmdline *c, const char *noun, const char *word,
                    const char *const *words, size_t n)
{
    const char *near = word ? conf_nearest(sv_cstr(word), words, n) : NULL;
    if (!word || !*word)
        return cmdline_misuse(c, "the %s is missing", noun);
    return cmdline_misuse(c, "there is no %s '%s'%s%s%s", noun, word,
                          near ? "; did you mean " : "", near ? near : "",
                          near ? "?" : "");
}

static const struct option *find(const struct cmdline *c, int value)
{
    for (const struct option *o = c->options; o->name; o++)
        if (o->val == value)
            return o;
    return NULL;
}

static void tell_unknown(const struct cmdline *c, struct sv word)
{
    const char *names[OPTIONS_MAX];
    size_t n = 0;
    for (const struct option *o = c->options; o->name && n < OPTIONS_MAX; o++)
        names[n++] = o->name;
    struct sv rest = word, name;
    sv_cut(&rest, '=', &name);
    const char *near = conf_nearest(name, names, n);
    (void)cmdline_misuse(c, "unknown option --" SV_FMT "; did you mean --%s?",
                         SV_ARG(name), near);
}

/* optopt: 0 for a long option that is unknown or stands for several. */
static void tell_mistake(const struct cmdline *c, char **argv, bool missing)
{
    const char *word = argv[optind - 1];
    const struct option *o = optopt ? find(c, optopt) : NULL;
    if (o && missing)
        (void)cmdline_misuse(c, "--%s: a value is missing", o->name);
    else if (o)
        (void)cmdline_misuse(c, "--%s takes no value", o->name);
    else if (optopt)
        (void)cmdline_misuse(c, "unknown option -%c", optopt);
    else
        tell_unknown(c, sv_cstr(word + 2));
}

int cmdline_next(const struct cmdline *c, int argc, char **argv)
{
    char letters[32];
    snprintf(letters, sizeof letters, ":h%s", c->letters ? c->letters : "");
    opterr = 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a command has one thread */
    int got = getopt_long(argc, argv, letters, c->options, NULL);
    switch (got) {
    case 'h': fputs(c->usage, stdout); return CMDLINE_ANSWERED;
    case 'V': printf("councilwire %s\n", councilwire_version); return CMDLINE_ANSWERED;
    case '?':
    case ':': tell_mistake(c, argv, got == ':'); return CMDLINE_WRONG;
    default: return got;
    }
}

int cmdline_exit(int code)
{
    return code == CMDLINE_ANSWERED ? EXIT_DONE : EXIT_USAGE;
}
