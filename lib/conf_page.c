/* What conf tells people: --help, the sample file, the man page. */
#include "conf_private.h"

enum { WIDTH = 80 };

static void add_range(struct buf *out, const struct conf_opt *o)
{
    if (o->type == CONF_ENUM) {
        for (size_t i = 0; o->choices[i]; i++)
            buf_addf(out, "%s%s", i ? " | " : "", o->choices[i]);
        return;
    }
    if (o->unit)
        buf_addf(out, "%s", o->unit);
    if (o->min == 0 && o->max == 0)
        return;
    buf_addf(out, "%s", o->unit ? ", " : "");
    conf_add_amount(out, o->type, o->min);
    buf_lit(out, " to ");
    conf_add_amount(out, o->type, o->max);
}

/* Words folded at WIDTH, each line behind `prefix`. */
static void add_folded(struct buf *out, const char *prefix, struct sv text)
{
    size_t column = 0, lead = sv_cstr(prefix).n;
    struct sv word;
    while (text.n && sv_cut(&text, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (column && column + 1 + word.n > WIDTH) {
            buf_addc(out, '\n');
            column = 0;
        }
        if (column == 0) {
            buf_addf(out, "%s", prefix);
            column = lead;
        } else {
            buf_addc(out, ' ');
            column++;
        }
        buf_add_sv(out, word);
        column += word.n;
    }
    if (column)
        buf_addc(out, '\n');
}

static const char *value_word(const struct conf_opt *o)
{
    switch (o->type) {
    case CONF_STRING: return o->flags & CONF_SECRET ? " FILE" : " TEXT";
    case CONF_LIST: return " LIST";
    case CONF_INT: return " NUMBER";
    case CONF_BYTES: return " BYTES";
    case CONF_DURATION: return " TIME";
    case CONF_ENUM: return " WORD";
    case CONF_BOOL: break;
    }
    return "";
}

static void option_text(struct buf *text, const struct conf_opt *o)
{
    AUTO(buf_free) struct buf range = {0};
    add_range(&range, o);
    buf_addf(text, "%s", o->help ? o->help : "");
    if (range.n)
        buf_addf(text, " (%s)", range.p);
    if (o->fallback && o->fallback[0])
        buf_addf(text, " [%s]", o->fallback);
    if (o->flags & CONF_REQUIRED)
        buf_lit(text, " [required]");
}

static void help_option(struct buf *out, const struct conf_opt *o)
{
    AUTO(buf_free) struct buf text = {0};
    if (o->flags & CONF_HIDDEN)
        return;
    buf_addf(out, "  --%s%s\n", o->name, value_word(o));
    option_text(&text, o);
    add_folded(out, "      ", buf_sv(&text));
}

static const char common_keys[] =
    "Every option is also a key of the configuration file (key = value) and\n"
    "an environment variable (COUNCILWIRE_KEY).\n";

static const struct {
    const char *option, *text;
} actions[] = {{"--config FILE", "settings from this file, not from the usual place"},
               {"--check", "check the configuration, then exit (0 or 78)"},
               {"--print-config", "print the settings in force, then exit"},
               {"--once", "until nothing is left to do, then exit"},
               {"--json", "results as JSON"},
               {"-q, --quiet", "only warnings"},
               {"-v, --verbose", "more"},
               {"-h, --help", "this text"},
               {"--version", "the version"}};

void conf_help(const struct conf *c, struct buf *out)
{
    const struct conf_program *p = c->program;
    buf_addf(out, "%s: %s\n\nUsage: %s [OPTION]... %s\n\n%s\n", p->name, p->summary,
             p->name, p->usage ? p->usage : "", common_keys);
    for (size_t i = 0; i < c->nslots; i++)
        help_option(out, c->slots[i].opt);
    buf_lit(out, "  --kafka.NAME TEXT\n      A setting of librdkafka.\n\n");
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        buf_addf(out, "  %-18s %s\n", actions[i].option, actions[i].text);
    if (p->example)
        buf_addf(out, "\nExample:\n  %s %s\n", p->name, p->example);
}

/* ---- sample file ---- */

static void sample_option(struct buf *out, const struct conf_opt *o)
{
    AUTO(buf_free) struct buf range = {0}, text = {0};
    if (o->flags & CONF_HIDDEN)
        return;
    buf_addc(out, '\n');
    buf_addf(&text, "%s", o->help ? o->help : "");
    add_range(&range, o);
    if (range.n)
        buf_addf(&text, " (%s)", range.p);
    if (o->flags & CONF_RELOAD)
        buf_lit(&text, " Taken again at reload.");
    if (o->flags & CONF_SECRET)
        buf_lit(&text, " The name of a file that only its owner can read.");
    add_folded(out, "# ", buf_sv(&text));
    const char *fallback = o->fallback && o->fallback[0] ? o->fallback : NULL;
    buf_addf(out, "#%s =%s%s\n", o->name, fallback ? " " : "", fallback ? fallback : "");
}

void conf_sample(const struct conf_program *p, struct buf *out)
{
    buf_addf(out, "# %s: %s\n", p->name, p->summary);
    add_folded(
        out, "# ",
        SV("What stands here behind # is the default. A line is key = value; lists "
           "are separated by commas. The environment (COUNCILWIRE_KEY) and options "
           "(--key VALUE) replace what stands here."));
    for (size_t i = 0; i < ARRAY_LEN(p->parts) && p->parts[i].options; i++)
        for (const struct conf_opt *o = p->parts[i].options; o->name; o++)
            sample_option(out, o);
    buf_lit(out, "\n# Settings of librdkafka pass through; passwords by file.\n"
                 "#kafka.security.protocol = SASL_SSL\n"
                 "#kafka.sasl.username = NAME\n"
                 "#kafka.sasl.password-file = FILE\n");
}

/* ---- man page ---- */

/* Signs that roff reads as its own are escaped; a line must not begin with one. */
static void add_roff(struct buf *out, struct sv text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool begins = i == 0 || text.p[i - 1] == '\n';
        if (begins && (text.p[i] == '.' || text.p[i] == '\''))
            buf_lit(out, "\\&");
        if (text.p[i] == '\\')
            buf_lit(out, "\\e");
        else if (text.p[i] == '-')
            buf_lit(out, "\\-");
        else
            buf_addc(out, text.p[i]);
    }
}

static void man_pair(struct buf *out, const char *option, const char *value,
                     struct sv text)
{
    buf_lit(out, ".TP\n\\fB");
    add_roff(out, sv_cstr(option));
    buf_lit(out, "\\fR");
    add_roff(out, sv_cstr(value));
    buf_addc(out, '\n');
    add_roff(out, text);
    buf_addc(out, '\n');
}

static void man_option(struct buf *out, const struct conf_opt *o)
{
    AUTO(buf_free) struct buf text = {0}, name = {0};
    if (o->flags & CONF_HIDDEN)
        return;
    option_text(&text, o);
    buf_addf(&name, "--%s", o->name);
    man_pair(out, name.p, value_word(o), buf_sv(&text));
}

/* What find_file of conf.c looks for. */
static void man_files(struct buf *out, struct sv name)
{
    AUTO(buf_free) struct buf text = {0};
    buf_addf(&text,
             "/etc/councilwire/" SV_FMT ".conf is read where neither "
             "$CONFIGURATION_DIRECTORY (of a systemd unit) nor "
             "$XDG_CONFIG_HOME/councilwire (~/.config/councilwire) holds a file of this "
             "name; --config FILE replaces all of them. A sample with every key: "
             "/usr/share/councilwire/conf/" SV_FMT ".conf. A secret is given by the name "
             "of a file that only its owner can read; a name without a slash is looked "
             "for in $CREDENTIALS_DIRECTORY (LoadCredential= of a unit) first.\n",
             SV_ARG(name), SV_ARG(name));
    buf_lit(out, ".SH FILES\n");
    add_roff(out, buf_sv(&text));
}

static void man_end(struct buf *out)
{
    static const struct {
        const char *code, *text;
    } exits[] = {{"0", "done; a daemon: drained after a signal"},
                 {"1", "failed at run time, or some of many"},
                 {"64", "wrong use"},
                 {"65", "the input was refused"},
                 {"70", "internal error"},
                 {"75", "try again: no broker or peer"},
                 {"78", "wrong configuration"}};
    buf_lit(out, ".SH ENVIRONMENT\n\\fBCOUNCILWIRE_\\fR\\fIKEY\\fR for every option that "
                 "is also a key, in upper case, dashes and dots as underscores: "
                 "\\fBCOUNCILWIRE_BOOTSTRAP\\fR. It replaces what the file says.\n.SH "
                 "EXIT STATUS\n");
    for (size_t i = 0; i < ARRAY_LEN(exits); i++)
        man_pair(out, exits[i].code, "", sv_cstr(exits[i].text));
}

void conf_man(const struct conf_program *p, const char *version, struct buf *out)
{
    buf_addf(out, ".TH %s 8 \"\" \"councilwire %s\"\n.SH NAME\n", p->name, version);
    add_roff(out, sv_cstr(p->name));
    buf_lit(out, " \\- ");
    add_roff(out, sv_cstr(p->summary));
    buf_lit(out, "\n.SH SYNOPSIS\n\\fB");
    add_roff(out, sv_cstr(p->name));
    buf_lit(out, "\\fR [\\fIOPTION\\fR]... ");
    add_roff(out, sv_cstr(p->usage ? p->usage : ""));
    buf_lit(out, "\n.SH DESCRIPTION\n");
    add_roff(out, sv_cstr(common_keys));
    buf_lit(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < ARRAY_LEN(p->parts) && p->parts[i].options; i++)
        for (const struct conf_opt *o = p->parts[i].options; o->name; o++)
            man_option(out, o);
    man_pair(out, "--kafka.NAME", " TEXT", SV("A setting of librdkafka."));
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        man_pair(out, actions[i].option, "", sv_cstr(actions[i].text));
    struct sv name = sv_cstr(p->name);
    man_files(out, sv_sub(name, sv_starts(name, SV("councilwire-")) ? 12 : 0, name.n));
    man_end(out);
    if (p->example) {
        buf_lit(out, ".SH EXAMPLE\n");
        add_roff(out, sv_cstr(p->name));
        buf_addc(out, ' ');
        add_roff(out, sv_cstr(p->example));
        buf_addc(out, '\n');
    }
}
