/* `councilwire cat`: a text as it was published, now or at an earlier time; with
 * --versions, what the archive holds of a paper and since when. */
#include "archive_command.h"

#include "deploy/councilwire/command.h"
#include "lib/cmdline.h"
#include "lib/json_write.h"
#include "lib/moment.h"

#include <stdio.h>

static const char usage[] =
    "usage: councilwire cat [--limite] [--at TIME] ID[/LANGUAGE] | HASH ...\n"
    "       councilwire cat --versions [--limite] [--json] ID[/LANGUAGE] | HASH ...\n"
    "Prints a text as it was published (ST-15754-2017-INIT, 15754/17, with /fr), or "
    "any version or\n"
    "original by its SHA-256. LIMITE papers only with --limite.\n"
    "  --at TIME        the version that was the paper's text then: 2026-11-29 (the end "
    "of that day,\n"
    "                   UTC), 2026-11-29T12:00\n"
    "  --versions       the manifest's entries of the paper: when stored, kind, hash, "
    "bytes, marking\n"
    "  --json           those as JSON, one object a line\n"
    "  --state-dir DIR  ROOT\n"
    "Example: councilwire cat ST-15754-2017-INIT | less\n"
    "What a revision changed: councilwire diff 14186/1/14; that nothing was altered: "
    "councilwire verify\n";

struct asked {
    const char *state_dir, *at;
    bool limite, versions, json;
    struct sv id; /* the operand in turn */
};

/* The entries of a key, in the manifest's order. */
struct entries {
    const struct asked *o;
    struct sv key;
    size_t n;
    char sha256[HASH_HEX + 1]; /* of the text at o->at; "" none */
};

static void print_entry(const struct archive_entry *e, bool json)
{
    AUTO(buf_free) struct buf out = {0};
    struct json_writer w = {.out = &out};
    if (!json) {
        printf(SV_FMT "  %-9.*s  " SV_FMT "  " SV_FMT "  %lld bytes  " SV_FMT
                      "  entry %lld\n",
               SV_ARG(e->stored), SV_ARG(e->kind), SV_ARG(e->key), SV_ARG(e->sha256),
               (long long)e->bytes, SV_ARG(e->marking), (long long)e->seq);
        return;
    }
    json_open_object(&w);
    json_pair_int(&w, "entry", e->seq);
    json_pair(&w, "stored", e->stored);
    json_pair(&w, "kind", e->kind);
    json_pair(&w, "key", e->key);
    json_pair(&w, "sha256", e->sha256);
    json_pair_int(&w, "bytes", e->bytes);
    json_pair(&w, "marking", e->marking);
    json_pair(&w, "event", e->ce_id);
    json_pair(&w, "chain", sv_cstr(e->chain));
    json_close_object(&w);
    printf("%s\n", out.p);
}

static void take_entry(struct entries *s, const struct archive_entry *e)
{
    if (!sv_eq(e->key, s->key))
        return;
    s->n++;
    if (s->o->versions) {
        print_entry(e, s->o->json);
    } else if (moment_cmp(e->stored, sv_cstr(s->o->at)) <= 0) {
        if (sv_eq(e->kind, SV("text")) || sv_eq(e->kind, SV("returned")))
            memcpy(s->sha256, e->sha256.p, HASH_HEX);
        else if (sv_eq(e->kind, SV("withdrawn")) &&
                 sv_eq(e->sha256, (struct sv){s->sha256, HASH_HEX}))
            s->sha256[0] = '\0';
    }
}

static int read_entries(struct entries *s, const struct reader *r, struct err *err)
{
    struct archive_entry e = {.seq = 0};
    for (;;) {
        AUTO(buf_free) struct buf page = {0};
        if (reader_rows(r, e.seq, &page, err) != 0)
            return -1;
        if (page.n == 0)
            return 0;
        struct sv rest = buf_sv(&page), line;
        while (rest.n && sv_cut(&rest, '\n', &line)) {
            if (!manifest_parse(line, &e))
                return err_set(err, ERR_FATAL, "the manifest can not be read: verify");
            take_entry(s, &e);
        }
    }
}

static int write_object(struct reader *r, struct sv sha256, struct err *err)
{
    AUTO(buf_free) struct buf content = {0};
    if (reader_object(r, sha256, &content, err) != 0)
        return -1;
    return fwrite(content.p, 1, content.n, stdout) == content.n && fflush(stdout) == 0
               ? 1
               : err_set(err, ERR_FATAL, "standard output can not be written");
}

static int show(void *ctx, struct reader *r, struct err *err)
{
    const struct asked *o = ctx;
    AUTO(found_free) struct archive_found found = {.key = SV_NULL};
    int rc = reader_version(r, o->id, &found, err);
    if (rc < 0 || (rc == 0 && !o->versions))
        return rc;
    if (!o->versions && !o->at)
        return write_object(r, found.sha256, err);
    struct entries s = {.o = o,
                        .key = rc ? found.key : o->id}; /* one that is withdrawn */
    if (read_entries(&s, r, err) != 0)
        return -1;
    if (o->versions)
        return s.n > 0;
    if (!s.sha256[0])
        return err_set(err, ERR_BAD_INPUT,
                       SV_FMT
                       ": not yet in the archive at %s; --versions tells since when",
                       SV_ARG(found.key), o->at);
    return write_object(r, (struct sv){s.sha256, HASH_HEX}, err);
}

static int cat_one(struct asked *o, const char *id)
{
    struct err err = {0};
    o->id = sv_cstr(id);
    int rc = archive_each(o->state_dir, o->limite, show, o, &err);
    if (rc == 0)
        rc = archive_not_held(o->id, o->limite, &err);
    if (rc > 0)
        return EXIT_DONE;
    fprintf(stderr, "councilwire cat: %s\n", err.text);
    return err_exit_code(&err);
}

/* -1: go on, else the exit code */
static int read_options(int argc, char **argv, struct asked *o)
{
    static const struct option options[] = {{"state-dir", required_argument, NULL, 's'},
                                            {"limite", no_argument, NULL, 'l'},
                                            {"at", required_argument, NULL, 'a'},
                                            {"versions", no_argument, NULL, 'v'},
                                            {"json", no_argument, NULL, 'j'},
                                            CMDLINE_COMMON};
    static const struct cmdline line = {"cat", usage, NULL, options};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        switch (c) {
        case 's': o->state_dir = optarg; break;
        case 'l': o->limite = true; break;
        case 'a': o->at = optarg; break;
        case 'v': o->versions = true; break;
        case 'j': o->json = true; break;
        default: return cmdline_exit(c);
        }
    if (optind >= argc)
        return cmdline_misuse(&line, "the ID is missing");
    if (o->at && !moment_is(sv_cstr(o->at)))
        return cmdline_misuse(&line,
                              "--at “%s” is no time; write 2026-11-29 or "
                              "2026-11-29T12:00",
                              o->at);
    if (o->json && !o->versions)
        return cmdline_misuse(&line, "--json goes with --versions: a text is printed as "
                                     "it is");
    if (o->at && o->versions)
        return cmdline_misuse(&line, "--versions tells all times; --at one");
    return -1;
}

int cat_command(int argc, char **argv)
{
    struct asked o = {0};
    int code = read_options(argc, argv, &o), worst = EXIT_DONE;
    if (code >= 0)
        return code;
    for (int i = optind, last = argc - 1; i < argc; i++) {
        code = cat_one(&o, argv[i]);
        if (code != EXIT_DONE)
            worst = optind < last ? EXIT_RUNTIME : code;
    }
    return worst;
}
