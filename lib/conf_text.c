#include "conf.h"

#include "conf_private.h"
#include "file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORD_MAX = 64, SECRET_MAX = 64 * 1024, UNITS = 5 };

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit byte_units[UNITS] = {
    {"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
static const struct unit duration_units[UNITS] = {
    {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}, {"d", 86400000}};

static char plain(char c)
{
    return (char)(c == '_' ? '-' : tolower((unsigned char)c));
}

bool conf_same_key(struct sv a, struct sv b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if ((a.p[i] == '_' ? '-' : a.p[i]) != (b.p[i] == '_' ? '-' : b.p[i]))
            return false;
    return true;
}

bool conf_kafka_secret(struct sv name)
{
    static const char *const secret[] = {"sasl.password", "ssl.key.password",
                                         "ssl.keystore.password", "ssl.key.pem",
                                         "sasl.oauthbearer.client.secret"};
    for (size_t i = 0; i < ARRAY_LEN(secret); i++)
        if (sv_eq(sv_cstr(secret[i]), name))
            return true;
    return false;
}

/* Insertions, deletions, replacements and swaps of neighbours. */
static size_t distance(struct sv a, struct sv b)
{
    size_t row[3][WORD_MAX + 1];
    if (a.n > WORD_MAX || b.n > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *now = row[i % 3], *one = row[(i + 2) % 3], *two = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            char x = plain(a.p[i - 1]), y = plain(b.p[j - 1]);
            size_t best = one[j - 1] + (x != y);
            best = one[j] + 1 < best ? one[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && x == plain(b.p[j - 2]) && plain(a.p[i - 2]) == y &&
                two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[a.n % 3][b.n];
}

const char *conf_nearest(struct sv word, const char *const *candidates, size_t n)
{
    const char *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, sv_cstr(candidates[i]));
        if (d < least) {
            least = d;
            best = candidates[i];
        }
    }
    return best;
}

struct sv conf_effective(const struct conf_slot *s, const char **where)
{
    for (size_t l = LAYERS; l-- > 0;)
        if (s->given[l].text) {
            *where = s->given[l].where;
            return sv_cstr(s->given[l].text);
        }
    *where = "default";
    return s->opt->fallback ? sv_cstr(s->opt->fallback) : SV("");
}

static int bad(struct err *err, const char *where, const struct conf_opt *o,
               struct sv text, const char *why)
{
    return err_reject(err, "configuration", "%s: %s: " SV_FMT ": %s", where, o->name,
                      SV_ARG(text), why);
}

static bool parse_number(struct sv text, const struct unit *units, size_t nunits,
                         int64_t *out)
{
    bool negative = text.n && text.p[0] == '-';
    struct sv s = negative ? sv_sub(text, 1, text.n) : text;
    size_t digits = 0;
    while (digits < s.n && isdigit((unsigned char)s.p[digits]))
        digits++;
    uint64_t n;
    if (!sv_u64(sv_sub(s, 0, digits), &n) || n > INT64_MAX)
        return false;
    struct sv name = sv_trim(sv_sub(s, digits, s.n));
    for (size_t i = 0; i < nunits; i++)
        if (sv_eq(sv_cstr(units[i].name), name)) {
            int64_t v;
            if (__builtin_mul_overflow((int64_t)n, units[i].factor, &v))
                return false;
            *out = negative ? -v : v;
            return true;
        }
    if (n == 0 && name.n == 0) {
        *out = 0;
        return true;
    }
    return false;
}

void conf_add_amount(struct buf *out, enum conf_type type, int64_t v)
{
    const struct unit *u = type == CONF_BYTES ? byte_units : duration_units;
    if (v == 0 || (type != CONF_BYTES && type != CONF_DURATION)) {
        buf_addf(out, "%lld", (long long)v);
        return;
    }
    size_t best = 0;
    for (size_t i = 0; i < UNITS; i++)
        if (v % u[i].factor == 0)
            best = i;
    buf_addf(out, type == CONF_BYTES && best > 1 ? "%lld %s" : "%lld%s",
             (long long)(v / u[best].factor), u[best].name);
}

static int convert_number(const struct conf_opt *o, struct sv text, const char *where,
                          int64_t *out, struct err *err)
{
    static const struct unit one = {"", 1};
    bool ok;
    int64_t v = 0;
    if (o->type == CONF_BYTES)
        ok = parse_number(text, byte_units, ARRAY_LEN(byte_units), &v);
    else if (o->type == CONF_DURATION)
        ok = parse_number(text, duration_units, ARRAY_LEN(duration_units), &v);
    else
        ok = parse_number(text, &one, 1, &v);
    if (!ok)
        return bad(err, where, o, text,
                   o->type == CONF_BYTES      ? "expected bytes, e.g. 64 MiB"
                   : o->type == CONF_DURATION ? "expected a time, e.g. 500ms, 30s, 5min"
                                              : "expected a number");
    if ((o->min != 0 || o->max != 0) && (v < o->min || v > o->max)) {
        AUTO(buf_free) struct buf range = {0};
        buf_lit(&range, "expected ");
        conf_add_amount(&range, o->type, o->min);
        buf_lit(&range, " to ");
        conf_add_amount(&range, o->type, o->max);
        return bad(err, where, o, text, range.p);
    }
    *out = v;
    return 0;
}

static int convert_bool(const struct conf_opt *o, struct sv text, const char *where,
                        bool *out, struct err *err)
{
    static const char *const yes[] = {"true", "yes", "on", "1"};
    static const char *const no[] = {"false", "no", "off", "0", ""};
    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        if (sv_eq(sv_cstr(yes[i]), text)) {
            *out = true;
            return 0;
        }
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        if (sv_eq(sv_cstr(no[i]), text)) {
            *out = false;
            return 0;
        }
    return bad(err, where, o, text, "expected true or false");
}

static int convert_enum(const struct conf_opt *o, struct sv text, const char *where,
                        int64_t *out, struct err *err)
{
    size_t n = 0;
    for (; o->choices[n]; n++)
        if (sv_eq(sv_cstr(o->choices[n]), text)) {
            *out = (int64_t)n;
            return 0;
        }
    AUTO(buf_free) struct buf why = {0};
    buf_lit(&why, "expected");
    for (size_t i = 0; i < n; i++)
        buf_addf(&why, "%s %s", i ? "," : "", o->choices[i]);
    const char *near = conf_nearest(text, o->choices, n);
    if (near && text.n)
        buf_addf(&why, "; did you mean %s?", near);
    return bad(err, where, o, text, why.p);
}

/* Comma-separated; a comma that belongs to an entry is written \, */
static struct conf_list convert_list(struct conf *c, struct sv text)
{
    struct conf_list list = {NULL, 0};
    struct buf one = {0};
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == ',') {
            buf_addc(&one, text.p[++i]);
            continue;
        }
        if (i < text.n && text.p[i] != ',') {
            buf_addc(&one, text.p[i]);
            continue;
        }
        struct sv entry = sv_trim(buf_sv(&one));
        if (entry.n) {
            list.v = mem_resize(list.v, list.n + 1, sizeof *list.v);
            list.v[list.n++] = conf_keep_sv(c, entry);
        }
        buf_reset(&one);
    }
    buf_free(&one);
    if (list.v)
        conf_keep(c, list.v);
    return list;
}

static int check_secret_mode(const char *path, bool credential, const char *where,
                             struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        const char *credentials = getenv("CREDENTIALS_DIRECTORY");
        if (credentials && path[0] != '/')
            return err_sys(err, ERR_BAD_INPUT, errno, "%s: %s (nor in %s)", where, path,
                           credentials);
        return err_sys(err, ERR_BAD_INPUT, errno, "%s: %s", where, path);
    }
    if (!credential && (st.st_mode & 077) != 0)
        return err_reject(err, "configuration",
                          "%s: %s can be read by others; run: chmod 600 %s", where, path,
                          path);
    return 0;
}

int conf_read_secret(struct conf *c, const char *key, struct sv path, const char *where,
                     char **out, struct err *err)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    AUTO(buf_free) struct buf full = {0};
    bool credential = false;
    if (credentials && (path.n == 0 || path.p[0] != '/')) {
        struct sv name = path.n ? path : sv_cstr(key);
        buf_addf(&full, "%s/" SV_FMT, credentials, SV_ARG(name));
        credential = access(full.p, F_OK) == 0;
    }
    if (!credential && path.n == 0) {
        *out = NULL;
        return 0;
    }
    if (!credential) {
        buf_reset(&full);
        buf_add_sv(&full, path);
    }
    if (check_secret_mode(full.p, credential, where, err) != 0)
        return -1;
    struct buf content = {0};
    int rc = file_read(full.p, SECRET_MAX, &content, err);
    while (content.n &&
           (content.p[content.n - 1] == '\n' || content.p[content.n - 1] == '\r'))
        content.p[--content.n] = '\0';
    char *kept = content.p ? conf_keep(c, content.p) : conf_keep_sv(c, SV(""));
    if (rc != 0)
        return err_wrap(err, "%s: %s", where, key);
    if (content.n == 0)
        return err_reject(err, "configuration", "%s: %s: %s is empty", where, key,
                          full.p);
    *out = kept;
    return 0;
}

static int check_word(const struct conf_opt *o, struct sv text, const char *where,
                      struct err *err)
{
    static const char signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789._-";
    size_t n = 0;
    while (n < text.n && memchr(signs, text.p[n], sizeof signs - 1))
        n++;
    if (n == text.n && n > 0 && n <= 64)
        return 0;
    return err_reject(err, "configuration",
                      "%s: %s: " SV_FMT ": expected 1 to 64 letters, digits, . _ -",
                      where, o->name, SV_ARG(text));
}

int conf_convert(struct conf *c, const struct conf_opt *o, struct sv text,
                 const char *where, void *out, struct err *err)
{
    int64_t number = 0;
    bool flag = false;
    char *string = NULL;
    struct conf_list list;
    switch (o->type) {
    case CONF_STRING:
        if ((o->flags & CONF_WORD) && check_word(o, text, where, err) != 0)
            return -1;
        if (o->flags & CONF_SECRET) {
            if (conf_read_secret(c, o->name, text, where, &string, err) != 0)
                return -1;
        } else if (text.n) {
            string = conf_keep_sv(c, text);
        }
        memcpy(out, &string, sizeof string);
        return 0;
    case CONF_LIST:
        list = convert_list(c, text);
        memcpy(out, &list, sizeof list);
        return 0;
    case CONF_BOOL:
        if (convert_bool(o, text, where, &flag, err) != 0)
            return -1;
        memcpy(out, &flag, sizeof flag);
        return 0;
    case CONF_ENUM:
        if (convert_enum(o, text, where, &number, err) != 0)
            return -1;
        break;
    case CONF_INT:
    case CONF_BYTES:
    case CONF_DURATION:
        if (text.n && convert_number(o, text, where, &number, err) != 0)
            return -1;
        break;
    }
    memcpy(out, &number, sizeof number);
    return 0;
}

void conf_print(const struct conf *c, struct buf *out)
{
    for (size_t i = 0; i < c->nslots; i++) {
        const struct conf_slot *s = &c->slots[i];
        const char *where;
        struct sv text = conf_effective(s, &where);
        if (s->opt->flags & CONF_HIDDEN)
            continue;
        if (s->opt->flags & CONF_SECRET)
            buf_addf(out, "# %s: %s\n", s->opt->name,
                     text.n ? "set, not shown" : "not set");
        else if (text.n)
            buf_addf(out, "%s = %s\n", s->opt->name, text.p);
        else
            buf_addf(out, "# %s =\n", s->opt->name);
    }
    for (size_t i = 0; i < c->nkafka; i++)
        if (conf_kafka_secret(sv_cstr(c->kafka_names[i])))
            buf_addf(out, "# kafka.%s: set, not shown\n", c->kafka_names[i]);
        else
            buf_addf(out, "kafka.%s = %s\n", c->kafka_names[i], c->kafka_values[i]);
}
