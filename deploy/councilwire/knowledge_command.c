/* `councilwire knowledge test FILE [TEXT]`: what the lines of a table match in a text. */
#include "command.h"
#include "lib/cmdline.h"
#include "lib/doc.h"
#include "lib/file.h"
#include "producers/parse/knowledge/knowledge_test.h"

#include <stdio.h>
#include <unistd.h>

static const char usage[] =
    "usage: councilwire knowledge test FILE [TEXT]\n"
    "Reads FILE as an addition to the table of its name (bodies.tsv, formulas.tsv, "
    "citations.tsv …) and\n"
    "shows what its lines match in TEXT: a file, - for standard input (default), or the "
    "words themselves.\n"
    "A wrong line is refused with file, line and reason (exit 78).\n"
    "Example: councilwire knowledge test bodies.tsv 'The Foo Committee agreed.'\n";

enum { KNOWLEDGE_TEXT_BYTES = 64 << 20 };

static int read_text(const char *operand, struct buf *out, struct err *err)
{
    if (!operand || strcmp(operand, "-") == 0)
        return fd_read_all(STDIN_FILENO, KNOWLEDGE_TEXT_BYTES, out, err);
    if (access(operand, R_OK) == 0)
        return file_read(operand, KNOWLEDGE_TEXT_BYTES, out, err);
    buf_add_sv(out, sv_cstr(operand));
    return 0;
}

int knowledge_command(int argc, char **argv)
{
    struct err err = {0};
    AUTO(buf_free) struct buf raw = {0}, out = {0};
    uint64_t repairs;
    static const struct option options[] = {CMDLINE_COMMON};
    static const struct cmdline line = {"knowledge", usage, NULL, options};
    static const char *const actions[] = {"test"};
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;)
        return cmdline_exit(c);
    const char *action = optind < argc ? argv[optind] : NULL;
    int operands = argc - optind - 1;
    if (!action || strcmp(action, "test") != 0)
        return cmdline_no_such(&line, "action", action, actions, ARRAY_LEN(actions));
    if (operands < 1)
        return cmdline_misuse(&line, "the FILE is missing");
    if (operands > 2)
        return cmdline_misuse(&line, "one TEXT, not also '%s'; quote its words",
                              argv[optind + 3]);
    const char *file = argv[optind + 1];
    if (read_text(operands == 2 ? argv[optind + 2] : NULL, &raw, &err) != 0) {
        fprintf(stderr, "councilwire knowledge: %s\n", err.text);
        return err_exit_code(&err);
    }
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    struct sv text = doc_normal_text(buf_sv(&raw), &arena, &repairs);
    int rc = knowledge_test(file, text, &out, &err);
    arena_free(&arena);
    if (rc != 0) {
        fprintf(stderr, "councilwire knowledge: %s\n", err.text);
        return EXIT_CONFIGURATION;
    }
    fwrite(out.p ? out.p : "", 1, out.n, stdout);
    return EXIT_DONE;
}
