/* `councilwire knowledge test FILE [TEXT]`: what the lines of a table match in a text. */
#include "command.h"
#include "lib/doc.h"
#include "lib/file.h"
#include "producers/parse/knowledge_test.h"

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
    const char *verb = argc > 1 ? argv[1] : "";
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
        return fputs(usage, stdout) < 0;
    if (strcmp(verb, "test") != 0 || argc < 3 || argc > 4)
        return fputs(usage, stderr), EXIT_USAGE;
    if (read_text(argc == 4 ? argv[3] : NULL, &raw, &err) != 0) {
        fprintf(stderr, "councilwire knowledge: %s\n", err.text);
        return err_exit_code(&err);
    }
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    struct sv text = doc_normal_text(buf_sv(&raw), &arena, &repairs);
    int rc = knowledge_test(argv[2], text, &out, &err);
    arena_free(&arena);
    if (rc != 0) {
        fprintf(stderr, "councilwire knowledge: %s\n", err.text);
        return EXIT_CONFIGURATION;
    }
    fwrite(out.p ? out.p : "", 1, out.n, stdout);
    return EXIT_DONE;
}
