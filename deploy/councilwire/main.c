/* `councilwire`: one command, a table of subcommands. */
#include "command.h"
#include "lib/conf.h"
#include "lib/file.h"
#include "lib/sv.h"
#include "lib/version.h"
#include "producers/parse/parse_command.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *operands, *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"search", "QUERY [--documents]", "find decisions, or papers by their text",
     search_command},
    {"show", "ID", "a paper: header, items, decisions, citations, versions",
     show_command},
    {"diff", "[OLD] NEW", "what changed between two versions of a paper", diff_command},
    {"subscribe", "add|list|pause|remove|log", "webhooks for what a query matches",
     subscribe_command},
    {"tail", "[QUERY]", "print decisions as they come", tail_command},
    {"cat", "ID [--at TIME]", "a text as it was published, now or at a time",
     cat_command},
    {"verify", "[--head HASH]", "the archive re-reads all that it holds", verify_command},
    {"parse", "FILE...", "print what papers hold, as JSON", parse_command},
    {"explain", "FILE [N] | ID", "what was found in a paper; what became of an event",
     explain_file_or_event_command},
    {"knowledge", "test FILE [TEXT]", "what a knowledge table matches in a text",
     knowledge_command},
    {"status", "[--json]", "each daemon, its lag, rejects and last document",
     status_command},
    {"rejects", "list|show|replay|purge", "what could not be taken, and why",
     rejects_command},
    {"positions", "show [DAEMON]...", "how far a stopped consumer has read its topics",
     positions_command},
    {"up", "[--folder DIR]...", "run all daemons of this machine", up_command},
    {"broker", "[--state-dir DIR]", "the embedded broker, for trials", broker_command},
    {"topics", "apply|check|list", "make or check the topics", topics_command},
    {"acls", "list|apply|remove D=USER", "the rights that each daemon needs",
     acls_command},
};

static void print_usage(FILE *f)
{
    fputs("usage: councilwire COMMAND [OPTION]... [OPERAND]...\n", f);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(f, "  %-10s %-28s %s\n", commands[i].name, commands[i].operands,
                commands[i].summary);
    fputs("`councilwire COMMAND --help` tells more.\n"
          "Example: councilwire parse paper.txt | jq .document\n",
          f);
}

/* The page of man, section 1; --help of each command tells the rest. */
static void print_man(void)
{
    printf(".TH councilwire 1 \"\" \"councilwire %s\"\n"
           ".SH NAME\ncouncilwire \\- what the Council of the European Union decided, "
           "from a paper to whoever asks\n"
           ".SH SYNOPSIS\n\\fBcouncilwire\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... "
           "[\\fIOPERAND\\fR]...\n.SH COMMANDS\n",
           councilwire_version);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        printf(".TP\n\\fB%s\\fR %s\n%s\n", commands[i].name, commands[i].operands,
               commands[i].summary);
    fputs(".PP\n\\fBcouncilwire\\fR \\fICOMMAND\\fR \\fB\\-\\-help\\fR tells "
          "more.\n.SH EXAMPLE\ncouncilwire parse paper.txt | jq .document\n"
          ".SH SEE ALSO\ncouncilwire\\-spool(8), councilwire\\-index(8), "
          "councilwire\\-notify(8), councilwire\\-archive(8)\n",
          stdout);
}

/* What was printed must have arrived: a full disk is no success. */
static int finish(const char *name, int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (code == EXIT_DONE)
        fprintf(stderr, "councilwire%s%s: standard output can not be written\n",
                *name == '-' ? "" : " ", *name == '-' ? "" : name);
    return code == EXIT_DONE ? EXIT_RUNTIME : code;
}

static int run_command(const char *name, int argc, char **argv)
{
    const char *names[ARRAY_LEN(commands)];
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        names[i] = commands[i].name;
        if (strcmp(name, names[i]) == 0)
            return finish(name, commands[i].run(argc, argv));
    }
    if (*name)
        fprintf(stderr,
                "councilwire: there is no command '%s'; did you mean %s?\n"
                "`councilwire --help` lists them.\n",
                name, conf_nearest(sv_cstr(name), names, ARRAY_LEN(names)));
    else
        print_usage(stderr);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    static char help[] = "--help";
    const char *name = argc > 1 ? argv[1] : "";
    fd_hold_standard();
    if (strcmp(name, "help") == 0 && argc > 2)
        return run_command(argv[2], 2, (char *[]){argv[2], help, NULL});
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
        strcmp(name, "help") == 0) {
        print_usage(stdout);
        return finish("--help", EXIT_DONE);
    }
    if (strcmp(name, "--man-page") == 0) {
        print_man();
        return finish(name, EXIT_DONE);
    }
    if (strcmp(name, "--version") == 0) {
        printf("councilwire %s\n", councilwire_version);
        return finish(name, EXIT_DONE);
    }
    return run_command(name, argc - 1, argc > 1 ? argv + 1 : argv);
}
