#include "clock.h"
#include "file.h"
#include "producer_internal.h"

#include <stdio.h>
#include <string.h>

static int read_one(struct producing *r, const char *path, struct doc *d,
                    struct buf *bytes, struct err *err)
{
    if (r->p->one)
        return r->p->one(r->ctx, path, &r->one.bytes, d, err);
    if (strcmp(path, "-") == 0 ? fd_read_all(0, ORIGINAL_BYTES_MAX, bytes, err) < 0
                               : file_read(path, ORIGINAL_BYTES_MAX, bytes, err) < 0)
        return -1;
    d->original = (struct sv){bytes->p ? bytes->p : "", bytes->n};
    return 0;
}

static void print_line(const struct wire_event *e)
{
    AUTO(buf_free) struct buf line = {0};
    wire_write_line(&line, e);
    buf_addc(&line, '\n');
    (void)fwrite(line.p, 1, line.n, stdout);
}

static void print_reject(struct producing *r, const struct doc *d, const struct made *m,
                         const struct err *cause)
{
    struct wire_rejected w;
    struct wire_event e;
    producing_rejected(r, d, m, cause, &w);
    wire_build_reject(&w, &r->arena, &e);
    print_line(&e);
}

static int one(struct producing *r, const char *path)
{
    AUTO(buf_free) struct buf bytes = {0}, source = {0};
    struct err err = {0};
    struct made m = {0};
    buf_addf(&source, "/councilwire/%s/dry-run", r->p->name);
    struct doc *d = &r->one.doc;
    ahead_doc_reset(&r->one);
    *d = (struct doc){
        .name = sv_cstr(path), .source = buf_sv(&source), .seen_ms = clock_wall_ms()};
    arena_reset(&r->arena);
    r->arena.limit = SIZE_MAX / 2;
    int code = EXIT_DONE;
    if (read_one(r, path, d, &bytes, &err) < 0) {
        fprintf(stderr, "councilwire-%s: %s\n", r->p->name, err.text); /* names it */
        return err.kind == ERR_BAD_INPUT ? EXIT_REFUSED : EXIT_RUNTIME;
    }
    ahead_doc_read(&r->one, r->parser, r->knowledge);
    if (producing_make(r, &r->one, NULL, &m, &err) == 0) {
        for (size_t i = 0; i < m.nevents; i++)
            print_line(&m.events[i]);
    } else {
        code = err.kind == ERR_BAD_INPUT ? EXIT_REFUSED : EXIT_RUNTIME;
        if (code == EXIT_REFUSED)
            print_reject(r, d, &m, &err);
    }
    if (code != EXIT_DONE)
        fprintf(stderr, "councilwire-%s: %s: %s%s%s\n", r->p->name, path,
                err.reason ? err.reason : "", err.reason ? ": " : "", err.text);
    return code;
}

int producing_dry_run(struct producing *r)
{
    int worst = EXIT_DONE, n = r->d.action.operands;
    if (n == 0) {
        fprintf(stderr, "councilwire-%s: --dry-run needs at least one FILE\n",
                r->p->name);
        return EXIT_USAGE;
    }
    for (int i = 0; i < n; i++) {
        int code = one(r, r->d.action.operand[i]);
        if (code != EXIT_DONE)
            worst = n == 1 ? code : EXIT_RUNTIME;
    }
    if (fflush(stdout) == 0 && !ferror(stdout)) /* a failed write was earlier, perhaps */
        return worst;
    fprintf(stderr, "councilwire-%s: standard output can not be written\n", r->p->name);
    return EXIT_RUNTIME;
}
