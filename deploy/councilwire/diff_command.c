/* `councilwire diff [OLD] NEW`: what changed between two versions of a paper. */
#include "command.h"
#include "consumers/archive/archive_command.h"
#include "lib/cmdline.h"
#include "lib/doc.h"
#include "lib/term.h"
#include "paper_diff.h"
#include "producers/parse/parse.h"
#include "producers/parse/parse_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] =
    "usage: councilwire diff [--limite] [--json] [--knowledge DIR] [--state-dir DIR] "
    "[OLD] NEW\n"
    "Shows what changed between two versions of a paper: header, items, decisions, and "
    "in the words of\n"
    "its text [-what was removed-] and {+what was added+}. How lines are broken, page "
    "numbers and\n"
    "footers do not count. OLD and NEW are files, or texts of the archive: "
    "ST-14186-2014-REV-1,\n"
    "14186/1/14, with /fr, or a version's SHA-256. Without OLD: the version that NEW "
    "revises.\n"
    "  --limite         LIMITE papers of the archive too\n"
    "  --json           one JSON object\n"
    "  --knowledge DIR  add the lines of the tables in DIR\n"
    "Example: councilwire diff 14186/14 14186/1/14\n";

struct asked {
    const char *state_dir, *knowledge;
    bool limite, json;
};

struct side {
    struct paper paper;
    struct buf in;
};

struct run {
    struct asked o;
    struct knowledge *k;
    struct arena a;
    struct side from, to;
};

static int read_archived(struct run *r, struct sv id, struct side *s, struct err *err)
{
    uint64_t repairs;
    if (archive_read_text(r->o.state_dir, id, r->o.limite, &s->in, err) != 0)
        return -1;
    s->paper.text = doc_normal_text(buf_sv(&s->in), &r->a, &repairs);
    return 0;
}

static int understand(struct run *r, struct side *s, struct err *err)
{
    struct paper *p = &s->paper;
    if (parse_text(r->k, p->text, &r->a, &p->parsed, err) != 0 ||
        body_lines_read(r->k, p->text, &r->a, &p->lines, err) != 0)
        return err_wrap(err, SV_FMT, SV_ARG(p->name));
    return 0;
}

static int read_side(struct run *r, const char *name, struct side *s, struct err *err)
{
    s->paper.name = sv_cstr(name);
    int rc = access(name, F_OK) == 0
                 ? parse_command_text(name, false, &s->in, &r->a, &s->paper.text, err)
                 : read_archived(r, s->paper.name, s, err);
    return rc == 0 ? understand(r, s, err) : -1;
}

/* What the new one says that it revises, in its language. */
static int read_revised(struct run *r, struct err *err)
{
    const struct document *d = &r->to.paper.parsed.document;
    if (!d->revises.n)
        return err_set(err, ERR_BAD_INPUT,
                       SV_FMT " does not say that it revises another; name both: "
                              "councilwire diff OLD NEW",
                       SV_ARG(r->to.paper.name));
    r->from.paper.name = d->language.n
                             ? arena_printf(&r->a, SV_FMT "/" SV_FMT, SV_ARG(d->revises),
                                            SV_ARG(d->language))
                             : d->revises;
    if (read_archived(r, r->from.paper.name, &r->from, err) != 0)
        return err_wrap(err, "the version that it revises");
    return understand(r, &r->from, err);
}

static int compare(struct run *r, char **name, int names, struct buf *out,
                   struct err *err)
{
    struct paper_diff d;
    if (read_side(r, name[names - 1], &r->to, err) != 0 ||
        (names == 2 ? read_side(r, name[0], &r->from, err) : read_revised(r, err)) != 0)
        return -1;
    paper_diff(&r->from.paper, &r->to.paper, &r->a, &d);
    if (r->o.json)
        paper_diff_json(&d, out);
    else
        paper_diff_print(&d, term_colour(), out);
    return 0;
}

static int run(const struct asked *o, char **name, int names)
{
    AUTO(buf_free) struct buf out = {0};
    struct err err = {0};
    struct run r = {.o = *o};
    if (knowledge_open(o->knowledge, &r.k, &err) != 0) {
        fprintf(stderr, "councilwire diff: %s\n", err.text);
        return EXIT_CONFIGURATION;
    }
    arena_init(&r.a, SIZE_MAX);
    int code = EXIT_DONE;
    if (compare(&r, name, names, &out, &err) != 0) {
        fprintf(stderr, "councilwire diff: %s%s%s\n", err.reason ? err.reason : "",
                err.reason ? ": " : "", err.text);
        code = err_exit_code(&err);
    } else if (term_print(buf_sv(&out), !o->json) != 0) {
        fprintf(stderr, "councilwire diff: standard output can not be written\n");
        code = EXIT_RUNTIME;
    }
    buf_free(&r.from.in);
    buf_free(&r.to.in);
    arena_free(&r.a);
    knowledge_free(&r.k);
    return code;
}

int diff_command(int argc, char **argv)
{
    static const struct option options[] = {{"limite", no_argument, NULL, 'l'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"knowledge", required_argument, NULL, 'k'},
                                            {"state-dir", required_argument, NULL, 's'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"diff", usage, NULL, options};
    struct asked o = {0};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 'l': o.limite = true; break;
        case 'j': o.json = true; break;
        case 'k': o.knowledge = optarg; break;
        case 's': o.state_dir = optarg; break;
        default: return cmdline_exit(c);
        }
    int names = argc - optind;
    if (names < 1)
        return cmdline_misuse(&line, "the paper is missing");
    if (names > 2)
        return cmdline_misuse(&line, "two versions are compared, not also '%s'",
                              argv[optind + 2]);
    return run(&o, argv + optind, names);
}
