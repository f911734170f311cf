#define _DEFAULT_SOURCE /* explicit_bzero, environ */
#include "conf.h"

#include "conf_private.h"
#include "file.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 1024 * 1024, WORDS_MAX = 256 };

extern char **environ;

void *conf_keep(struct conf *c, void *p)
{
    c->pool = mem_resize(c->pool, c->npool + 1, sizeof *c->pool);
    c->pool[c->npool++] = p;
    return p;
}

char *conf_keep_sv(struct conf *c, struct sv s)
{
    return conf_keep(c, mem_copy(s.p, s.n));
}

static char *keep_where(struct conf *c, const char *place, size_t line)
{
    struct buf b = {0};
    if (line)
        buf_addf(&b, "%s:%zu", place, line);
    else
        buf_addf(&b, "%s", place);
    return conf_keep(c, b.p);
}

struct conf *conf_new(const struct conf_program *program)
{
    struct conf *c = mem_zalloc(sizeof *c);
    c->program = program;
    for (size_t p = 0; p < ARRAY_LEN(program->parts) && program->parts[p].options; p++)
        for (const struct conf_opt *o = program->parts[p].options; o->name; o++) {
            c->slots = mem_resize(c->slots, c->nslots + 1, sizeof *c->slots);
            c->slots[c->nslots++] =
                (struct conf_slot){.opt = o, .target = program->parts[p].target};
        }
    return c;
}

void conf_free(struct conf **cp)
{
    struct conf *c = *cp;
    if (!c)
        return;
    for (size_t i = 0; i < c->nslots; i++)
        if (c->slots[i].opt->flags & CONF_SECRET) {
            char *secret;
            memcpy(&secret, c->slots[i].target + c->slots[i].opt->offset, sizeof secret);
            if (secret)
                explicit_bzero(secret, sv_cstr(secret).n);
        }
    for (size_t i = 0; i < c->npool; i++)
        free(c->pool[i]);
    free(c->pool);
    free(c->slots);
    free(c->settings);
    free(c->kafka_names);
    free(c->kafka_values);
    free(c);
    *cp = NULL;
}

int conf_exit_code(const struct err *err)
{
    return err->reason && sv_eq(sv_cstr(err->reason), SV("usage")) ? EXIT_USAGE
                                                                   : EXIT_CONFIGURATION;
}

struct conf_slot *conf_find_slot(struct conf *c, struct sv key)
{
    for (size_t i = 0; i < c->nslots; i++)
        if (conf_same_key(sv_cstr(c->slots[i].opt->name), key))
            return &c->slots[i];
    return NULL;
}

/* Words of the command line that are no keys. */
static const char *const action_words[] = {
    "help",  "version", "config", "check", "print-config", "dry-run",
    "stdin", "once",    "json",   "quiet", "verbose",      "offer-again"};

static const char *nearest_key(struct conf *c, struct sv key, bool arguments)
{
    const char *words[WORDS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < c->nslots && n < WORDS_MAX - ARRAY_LEN(action_words); i++)
        if (!(c->slots[i].opt->flags & CONF_HIDDEN))
            words[n++] = c->slots[i].opt->name;
    for (size_t i = 0; arguments && i < ARRAY_LEN(action_words); i++)
        words[n++] = action_words[i];
    return conf_nearest(key, words, n);
}

int conf_unknown_key(struct conf *c, struct sv key, const char *where, bool arguments,
                     struct err *err)
{
    const char *near = nearest_key(c, key, arguments);
    const char *reason = arguments ? "usage" : "configuration";
    if (!near)
        return err_reject(err, reason, "%s: unknown key " SV_FMT, where, SV_ARG(key));
    return err_reject(err, reason, "%s: unknown key " SV_FMT "; did you mean %s%s?",
                      where, SV_ARG(key), arguments ? "--" : "", near);
}

int conf_give_kafka(struct conf *c, enum conf_layer layer, struct sv name, struct sv text,
                    char *where, struct err *err)
{
    struct conf_setting s = {NULL, {NULL, where}, layer};
    if (sv_ends(name, SV("-file"))) {
        struct sv plain = sv_sub(name, 0, name.n - 5);
        if (!conf_kafka_secret(plain))
            return err_reject(err, "configuration",
                              "%s: kafka." SV_FMT ": only passwords are given by file",
                              where, SV_ARG(name));
        if (conf_read_secret(c, "kafka", text, where, &s.given.text, err) != 0)
            return -1;
        name = plain;
    } else if (conf_kafka_secret(name)) {
        return err_reject(err, "configuration",
                          "%s: kafka." SV_FMT ": a secret is given by file; write "
                          "kafka." SV_FMT "-file = FILE",
                          where, SV_ARG(name), SV_ARG(name));
    } else {
        s.given.text = conf_keep_sv(c, text);
    }
    s.name = conf_keep_sv(c, name);
    for (size_t i = 0; i < c->nsettings; i++)
        if (sv_eq(sv_cstr(c->settings[i].name), name)) {
            if (c->settings[i].layer <= layer)
                c->settings[i] = s;
            return 0;
        }
    c->settings = mem_resize(c->settings, c->nsettings + 1, sizeof *c->settings);
    c->settings[c->nsettings++] = s;
    return 0;
}

/* One key of one layer. A list grows, anything else is given once a layer. */
int conf_give(struct conf *c, struct conf_slot *s, enum conf_layer layer, struct sv text,
              char *where, struct err *err)
{
    struct conf_given *g = &s->given[layer];
    if (!g->text) {
        *g = (struct conf_given){conf_keep_sv(c, text), where};
        return 0;
    }
    if (s->opt->type != CONF_LIST && layer == LAYER_FILE)
        return err_reject(err, "configuration", "%s: %s: is set already at %s", where,
                          s->opt->name, g->where);
    struct buf joined = {0};
    if (s->opt->type == CONF_LIST)
        buf_addf(&joined, "%s,", g->text);
    buf_add_sv(&joined, text);
    buf_addc(&joined, '\0');
    g->text = conf_keep(c, joined.p);
    return 0;
}

static int read_line(struct conf *c, struct sv line, size_t number, struct err *err)
{
    struct sv rest = sv_trim(line), key;
    if (rest.n == 0 || rest.p[0] == '#')
        return 0;
    char *where = keep_where(c, c->file, number);
    if (!memchr(rest.p, '=', rest.n))
        return err_reject(err, "configuration", "%s: " SV_FMT ": expected key = value",
                          where, SV_ARG(rest));
    if (memchr(rest.p, '\0', rest.n))
        return err_reject(err, "configuration", "%s: NUL byte", where);
    bool cut = sv_cut(&rest, '=', &key);
    assert(cut);
    key = sv_trim(key);
    struct sv text = sv_trim(rest);
    if (sv_starts(key, SV("kafka.")))
        return conf_give_kafka(c, LAYER_FILE, sv_sub(key, 6, key.n), text, where, err);
    struct conf_slot *s = conf_find_slot(c, key);
    if (!s)
        return conf_unknown_key(c, key, where, false, err);
    return conf_give(c, s, LAYER_FILE, text, where, err);
}

static int read_file(struct conf *c, struct err *err)
{
    AUTO(buf_free) struct buf b = {0};
    if (file_read(c->file, FILE_BYTES_MAX, &b, err) != 0) {
        err->kind = ERR_BAD_INPUT;
        err->reason = "configuration";
        return -1;
    }
    struct sv rest = buf_sv(&b), line, mark = SV("\xEF\xBB\xBF");
    if (sv_starts(rest, mark)) /* some editors put one in front */
        rest = sv_sub(rest, mark.n, rest.n);
    for (size_t number = 1; rest.n && sv_cut(&rest, '\n', &line); number++)
        if (read_line(c, line, number, err) != 0)
            return -1;
    return 0;
}

/* COUNCILWIRE_STATE_DIR for state-dir: upper case, every other sign an underscore. */
static bool is_variable_of(struct sv variable, struct sv key)
{
    if (variable.n != key.n)
        return false;
    for (size_t i = 0; i < key.n; i++) {
        int k = isalnum((unsigned char)key.p[i]) ? toupper((unsigned char)key.p[i]) : '_';
        if ((unsigned char)variable.p[i] != k)
            return false;
    }
    return true;
}

static int read_variable(struct conf *c, struct sv name, struct sv text, struct err *err)
{
    struct sv tail = sv_sub(name, 12, name.n);
    char *where = conf_keep_sv(c, name);
    if (sv_starts(tail, SV("KAFKA_")) && tail.n > 6) {
        char *key = conf_keep_sv(c, sv_sub(tail, 6, tail.n));
        for (char *p = key; *p; p++)
            *p = (char)(*p == '_' ? '.' : tolower((unsigned char)*p));
        size_t n = sv_cstr(key).n;
        if (sv_ends(sv_cstr(key), SV(".file")))
            key[n - 5] = '-';
        return conf_give_kafka(c, LAYER_ENVIRONMENT, sv_cstr(key), text, where, err);
    }
    for (size_t i = 0; i < c->nslots; i++)
        if (is_variable_of(tail, sv_cstr(c->slots[i].opt->name)))
            return conf_give(c, &c->slots[i], LAYER_ENVIRONMENT, text, where, err);
    return 0; /* another program's */
}

static int read_environment(struct conf *c, struct err *err)
{
    for (char **e = environ; e && *e; e++) {
        struct sv text = sv_cstr(*e), name;
        if (sv_starts(text, SV("COUNCILWIRE_")) && sv_cut(&text, '=', &name) && text.p &&
            text.n && read_variable(c, name, text, err) != 0)
            return -1;
    }
    return 0;
}

/* The value, by option or environment, of the option that names the instance. */
static struct sv instance_of(const struct conf *c)
{
    for (size_t i = 0; i < c->nslots; i++) {
        const struct conf_opt *o = c->slots[i].opt;
        if (!(o->flags & CONF_INSTANCE))
            continue;
        struct sv value = sv_cstr(c->slots[i].given[LAYER_ARGUMENTS].text), name;
        for (char **e = environ; !value.n && e && *e; e++) {
            struct sv text = sv_cstr(*e);
            if (sv_starts(text, SV("COUNCILWIRE_")) && sv_cut(&text, '=', &name) &&
                is_variable_of(sv_sub(name, 12, name.n), sv_cstr(o->name)))
                value = text;
        }
        return sv_eq(value, sv_cstr(o->fallback)) ? SV_NULL : value;
    }
    return SV_NULL;
}

/* Systemd makes $CONFIGURATION_DIRECTORY for this program: what stands there and can not
 * be read is an error of its own, not a reason to go on without. */
static bool use_file_if_there(struct conf *c, const char *folder, const char *below,
                              bool ours)
{
    struct sv name = sv_cstr(c->program->name), instance = instance_of(c);
    if (sv_starts(name, SV("councilwire-")) || sv_starts(name, SV("councilwire ")))
        name = sv_sub(name, 12, name.n);
    if (!folder || !folder[0])
        return false;
    for (int specific = instance.n != 0; specific >= 0; specific--) {
        AUTO(buf_free) struct buf path = {0};
        buf_addf(&path, "%s%s/" SV_FMT, folder, below, SV_ARG(name));
        if (specific)
            buf_addf(&path, "-" SV_FMT, SV_ARG(instance));
        buf_lit(&path, ".conf");
        if (access(path.p, F_OK) != 0 && !(ours && errno == EACCES))
            continue;
        c->file = conf_keep_sv(c, buf_sv(&path));
        return true;
    }
    return false;
}

static void find_file(struct conf *c)
{
    if (c->file)
        return;
    const char *xdg = getenv("XDG_CONFIG_HOME");
    (void)(use_file_if_there(c, getenv("CONFIGURATION_DIRECTORY"), "", true) ||
           use_file_if_there(c, xdg, "/councilwire", false) ||
           (!xdg &&
            use_file_if_there(c, getenv("HOME"), "/.config/councilwire", false)) ||
           use_file_if_there(c, "/etc/councilwire", "", false));
}

static int set_field(struct conf *c, const struct conf_slot *s, bool need,
                     struct err *err)
{
    const char *where;
    struct sv text = conf_effective(s, &where);
    if (text.n == 0 && need && (s->opt->flags & CONF_REQUIRED))
        return err_reject(err, "configuration",
                          "%s: %s is required; write %s = … there, or give --%s",
                          c->file ? c->file : "configuration", s->opt->name, s->opt->name,
                          s->opt->name);
    if (conf_convert(c, s->opt, text, where, s->target + s->opt->offset, err) == 0)
        return 0;
    if (s->given[LAYER_ARGUMENTS].text)
        err->reason = "usage";
    return -1;
}

static void list_kafka(struct conf *c)
{
    c->nkafka = c->nsettings;
    c->kafka_names = mem_resize(c->kafka_names, c->nkafka, sizeof *c->kafka_names);
    c->kafka_values = mem_resize(c->kafka_values, c->nkafka, sizeof *c->kafka_values);
    for (size_t i = 0; i < c->nkafka; i++) {
        c->kafka_names[i] = c->settings[i].name;
        c->kafka_values[i] = c->settings[i].given.text;
    }
}

int conf_read(struct conf *c, int argc, char **argv, struct conf_action *out,
              struct err *err)
{
    *out = (struct conf_action){0};
    if (conf_read_arguments(c, argc, argv, out, err) != 0)
        return -1;
    bool only_text = out->help || out->version || out->sample_config || out->man_page;
    if (!only_text) {
        find_file(c);
        if ((c->file && read_file(c, err) != 0) || read_environment(c, err) != 0)
            return -1;
    }
    bool filter = out->dry_run || out->from_stdin; /* asks for no source and no sink */
    for (size_t i = 0; i < c->nslots && !only_text; i++)
        if (set_field(c, &c->slots[i], !filter, err) != 0)
            return -1;
    list_kafka(c);
    return 0;
}

size_t conf_kafka(const struct conf *c, const char *const **names,
                  const char *const **values)
{
    *names = c->kafka_names;
    *values = c->kafka_values;
    return c->nkafka;
}

bool conf_is_set(const struct conf *c, const char *key)
{
    for (size_t i = 0; i < c->nslots; i++)
        if (conf_same_key(sv_cstr(c->slots[i].opt->name), sv_cstr(key)))
            for (size_t l = 0; l < LAYERS; l++)
                if (c->slots[i].given[l].text)
                    return true;
    return false;
}

const char *conf_file(const struct conf *c)
{
    return c->file;
}

/* What a fresh reading of the file would set; checked as a whole before any is taken. */
static int take_again(struct conf *c, struct conf *fresh, struct buf *not_reloadable,
                      bool apply, struct err *err)
{
    for (size_t i = 0; i < c->nslots; i++) {
        struct conf_slot *s = &c->slots[i];
        struct conf_slot changed = *s;
        changed.given[LAYER_FILE] = fresh->slots[i].given[LAYER_FILE];
        const char *old_where, *new_where;
        struct sv old = conf_effective(s, &old_where);
        struct sv text = conf_effective(&changed, &new_where);
        bool same = sv_eq(old, text);
        if (same && !(s->opt->flags & CONF_SECRET))
            continue;
        if (!(s->opt->flags & CONF_RELOAD)) {
            if (apply && !same)
                buf_addf(not_reloadable, "%s%s", not_reloadable->n ? ", " : "",
                         s->opt->name);
            continue;
        }
        struct conf_list scratch;
        void *out = apply ? s->target + s->opt->offset : (void *)&scratch;
        text = sv_cstr(conf_keep_sv(c, text));
        if (conf_convert(c, s->opt, text, new_where, out, err) != 0)
            return -1;
        if (apply && changed.given[LAYER_FILE].text)
            s->given[LAYER_FILE] = (struct conf_given){
                conf_keep_sv(c, sv_cstr(changed.given[LAYER_FILE].text)),
                conf_keep_sv(c, sv_cstr(changed.given[LAYER_FILE].where))};
        else if (apply)
            s->given[LAYER_FILE] = (struct conf_given){NULL, NULL};
    }
    return 0;
}

static struct sv file_setting(const struct conf *c, struct sv name)
{
    for (size_t i = 0; i < c->nsettings; i++)
        if (sv_eq(sv_cstr(c->settings[i].name), name))
            return sv_cstr(c->settings[i].given.text);
    return SV_NULL;
}

static void name_changed_kafka(const struct conf *c, const struct conf *fresh,
                               struct buf *out)
{
    for (size_t i = 0; i < c->nsettings; i++) {
        struct sv name = sv_cstr(c->settings[i].name);
        if (c->settings[i].layer == LAYER_FILE &&
            !sv_eq(file_setting(fresh, name), sv_cstr(c->settings[i].given.text)))
            buf_addf(out, "%skafka.%s", out->n ? ", " : "", name.p);
    }
    for (size_t i = 0; i < fresh->nsettings; i++) {
        struct sv name = sv_cstr(fresh->settings[i].name);
        if (!file_setting(c, name).p)
            buf_addf(out, "%skafka.%s", out->n ? ", " : "", name.p);
    }
}

int conf_reload(struct conf *c, struct buf *not_reloadable, struct err *err)
{
    if (!c->file)
        return 0;
    AUTO(conf_free) struct conf *fresh = conf_new(c->program);
    fresh->file = c->file;
    int rc = read_file(fresh, err);
    if (rc == 0)
        rc = take_again(c, fresh, not_reloadable, false, err);
    if (rc == 0)
        rc = take_again(c, fresh, not_reloadable, true, err);
    if (rc == 0)
        name_changed_kafka(c, fresh, not_reloadable);
    fresh->nslots = 0; /* its targets, with the secrets, are live */
    return rc;
}
