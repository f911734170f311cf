/* councilwire-extract FORMAT: the confined converter. Reads the document from descriptor
 * 0, writes one status byte ('T' text follows, 'E' reason and detail follow, separated by
 * LF) and the rest to descriptor 1, and touches nothing else: after start seccomp allows
 * reading, writing, memory and exit only. */
#define _DEFAULT_SOURCE
#include "extract.h"
#include "lib/doc.h"
#include "lib/file.h"

#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0 /* a sanitizer's run-time calls more than the list below */
#endif

#if SANITIZED
/* The leak check makes a process of its own, which a confined child must not. The
 * converters' leaks are looked for by their fuzz targets. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

enum { INPUT_BYTES = 64 << 20, TEXT_BYTES = 16 << 20 };

static int confine(void)
{
    static const int calls[] = {
        SCMP_SYS(read),         SCMP_SYS(write),         SCMP_SYS(munmap),
        SCMP_SYS(mremap),       SCMP_SYS(brk),           SCMP_SYS(madvise),
        SCMP_SYS(futex),        SCMP_SYS(clock_gettime), SCMP_SYS(exit_group),
        SCMP_SYS(rt_sigreturn), SCMP_SYS(getrandom),     SCMP_SYS(fstat),
        SCMP_SYS(newfstatat),   SCMP_SYS(lseek),
    };
    scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int rc = c ? 0 : -1;
    for (size_t i = 0; i < ARRAY_LEN(calls) && rc == 0; i++)
        rc = seccomp_rule_add(c, SCMP_ACT_ALLOW, calls[i], 0);
    if (rc == 0)
        rc = seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (rc == 0 && !SANITIZED)
        rc = seccomp_load(c);
    seccomp_release(c);
    return rc;
}

static int extract(const char *format, struct sv bytes, struct writer *w, struct arena *a,
                   struct err *err)
{
    uint64_t repairs;
    if (strcmp(format, "docx") == 0)
        return extract_docx(bytes, w, err);
    struct sv text = doc_normal_text(bytes, a, &repairs);
    if (strcmp(format, "html") == 0)
        return extract_markup(text, XML_HTML, w, err);
    if (strcmp(format, "boxes") == 0)
        return extract_boxes(text, w, err);
    return extract_markup(text, XML_STRICT, w, err);
}

static int answer(struct writer *w, const struct err *e, struct err *err)
{
    AUTO(buf_free) struct buf head = {0};
    if (e->kind == ERR_NONE) {
        if (fd_write_all(STDOUT_FILENO, SV("T"), err) != 0)
            return -1;
        return fd_write_all(STDOUT_FILENO, writer_end(w), err);
    }
    buf_addf(&head, "E%s\n%s", e->reason ? e->reason : "invalid-markup", e->text);
    return fd_write_all(STDOUT_FILENO, buf_sv(&head), err);
}

int main(int argc, char **argv)
{
    struct err failed = {0}, err = {0};
    struct buf input = {0};
    struct arena arena;
    struct writer w = {.limit = TEXT_BYTES};
    if (argc != 2)
        return EXIT_USAGE;
    tzset(); /* libzip asks for local time: the zone's file is read before files are out
                of reach */
    if (confine() != 0)
        return EXIT_CONFIGURATION;
    arena_init(&arena, SIZE_MAX);
    if (fd_read_all(STDIN_FILENO, INPUT_BYTES, &input, &failed) == 0 &&
        extract(argv[1], buf_sv(&input), &w, &arena, &failed) == 0 && w.full)
        err_reject(&failed, "too-large", "its text is longer than %d MiB",
                   TEXT_BYTES >> 20);
    int rc = answer(&w, &failed, &err);
    writer_free(&w);
    arena_free(&arena);
    buf_free(&input);
    return rc == 0 ? EXIT_DONE : EXIT_RUNTIME;
}
