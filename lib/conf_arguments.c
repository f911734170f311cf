/* What the command line says: actions, options, operands. */
#include "conf.h"

#include "conf_private.h"

#include <string.h>

static bool *action_field(struct conf_action *out, struct sv word)
{
    const struct {
        struct sv word;
        bool *field;
    } table[] = {{SV("help"), &out->help},
                 {SV("version"), &out->version},
                 {SV("check"), &out->check},
                 {SV("print-config"), &out->print_config},
                 {SV("dry-run"), &out->dry_run},
                 {SV("stdin"), &out->from_stdin},
                 {SV("once"), &out->once},
                 {SV("offer-again"), &out->offer_again},
                 {SV("json"), &out->json},
                 {SV("quiet"), &out->quiet},
                 {SV("verbose"), &out->verbose},
                 {SV("sample-config"), &out->sample_config}, /* for deploy/conf */
                 {SV("man-page"), &out->man_page},           /* for the installation */
                 {SV("h"), &out->help},
                 {SV("q"), &out->quiet},
                 {SV("v"), &out->verbose}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (conf_same_key(table[i].word, word))
            return table[i].field;
    return NULL;
}

struct arguments {
    int argc, at;
    char **argv;
};

/* The value behind --key: after =, else the next word; a bool may stand alone. */
static int value_of(struct arguments *a, struct sv rest, bool has_value, bool may_lack,
                    const char *where, struct sv *out, struct err *err)
{
    if (has_value)
        *out = rest;
    else if (may_lack)
        *out = SV("true");
    else if (a->at + 1 < a->argc)
        *out = sv_cstr(a->argv[++a->at]);
    else
        return err_reject(err, "usage", "%s: a value is missing", where);
    return 0;
}

static int read_option(struct conf *c, struct arguments *a, struct conf_action *out,
                       struct err *err)
{
    struct sv word = sv_cstr(a->argv[a->at]), text = SV_NULL, key;
    bool is_short = !sv_starts(word, SV("--"));
    bool has_value = !is_short && memchr(word.p, '=', word.n) != NULL;
    struct sv rest = sv_sub(word, is_short ? 1 : 2, word.n);
    if (!sv_cut(&rest, '=', &key))
        key = SV("");
    bool *action = is_short && key.n != 1 ? NULL : action_field(out, key);
    if (action && (is_short || key.n > 1) && !has_value) {
        *action = true;
        return 0;
    }
    struct buf shown = {0};
    buf_addf(&shown, "%s" SV_FMT, is_short ? "-" : "--", SV_ARG(key));
    char *where = conf_keep(c, shown.p);
    if (action)
        return err_reject(err, "usage", "%s takes no value", where);
    if (is_short)
        return conf_unknown_key(c, key, where, true, err);
    if (conf_same_key(key, SV("config"))) {
        if (value_of(a, rest, has_value, false, where, &text, err) != 0)
            return -1;
        c->file = conf_keep_sv(c, text);
        c->file_named = true;
        return 0;
    }
    struct conf_slot *s = conf_find_slot(c, key);
    bool kafka = sv_starts(key, SV("kafka."));
    if (!s && !kafka)
        return conf_unknown_key(c, key, where, true, err);
    if (value_of(a, rest, has_value, s && s->opt->type == CONF_BOOL, where, &text, err) !=
        0)
        return -1;
    if (kafka)
        return conf_give_kafka(c, LAYER_ARGUMENTS, sv_sub(key, 6, key.n), text, where,
                               err);
    return conf_give(c, s, LAYER_ARGUMENTS, text, where, err);
}

int conf_read_arguments(struct conf *c, int argc, char **argv, struct conf_action *out,
                        struct err *err)
{
    struct arguments a = {argc, 1, argv};
    int operands = 1;
    for (; a.at < argc; a.at++) {
        char *word = argv[a.at];
        if (word[0] != '-' || word[1] == '\0') {
            argv[operands++] = word;
        } else if (word[1] == '-' && word[2] == '\0') {
            while (++a.at < argc)
                argv[operands++] = argv[a.at];
        } else if (read_option(c, &a, out, err) != 0) {
            err->reason = "usage";
            return -1;
        }
    }
    out->operand = argv + (argc > 0 ? 1 : 0);
    out->operands = argc > 0 ? operands - 1 : 0;
    return 0;
}
