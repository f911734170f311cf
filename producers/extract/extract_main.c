/* councilwire-extract FORMAT: the confined converter. Reads the document from descriptor
 * 0, writes one status byte ('T' text follows, 'E' reason and detail follow, separated by
 * LF) and the rest to descriptor 1, and touches nothing else: after start seccomp allows
 * reading, writing, memory and exit only. */
#define _DEFAULT_SOURCE
#include "extract.h"
#include "lib/doc.h"
#include "lib/file.h"
#include "lib/utf8.h"

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

/* Does the markup's head declare Windows-1252 or Latin-1 (which browsers read as it)? */
static bool declares_latin(struct sv bytes)
{
    static const struct sv names[] = {{"windows-1252", 12}, {"iso-8859-1", 10},
                                      {"iso-8859-15", 11},  {"latin1", 6},
                                      {"cp1252", 6},        {"us-ascii", 8}};
    static const struct sv before[] = {{"charset=", 8}, {"encoding=", 9}};
    struct sv head = sv_sub(bytes, 0, bytes.n < 2048 ? bytes.n : 2048);
    for (size_t i = 0; i < head.n; i++) {
        struct sv rest = sv_sub(head, i, head.n);
        for (size_t k = 0; k < ARRAY_LEN(before); k++) {
            if (rest.n < before[k].n ||
                !sv_eq_fold(sv_sub(rest, 0, before[k].n), before[k]))
                continue;
            struct sv value = sv_sub(rest, before[k].n, rest.n);
            if (value.n && (value.p[0] == '"' || value.p[0] == '\''))
                value = sv_sub(value, 1, value.n);
            for (size_t j = 0; j < ARRAY_LEN(names); j++)
                if (value.n > names[j].n &&
                    sv_eq_fold(sv_sub(value, 0, names[j].n), names[j]))
                    return true;
            return false;
        }
    }
    return false;
}

static bool is_utf8(struct sv s)
{
    const char *e = s.p + s.n;
    for (const char *p = s.p; (p = utf8_skip_plain(p, e)) < e;) {
        struct utf8_char c = utf8_next(p, e);
        if (!c.ok)
            return false;
        p += c.len;
    }
    return true;
}

static int extract(const char *format, struct sv bytes, struct writer *w, struct arena *a,
                   struct err *err)
{
    uint64_t repairs;
    AUTO(buf_free) struct buf latin = {0};
    if (strcmp(format, "docx") == 0)
        return extract_docx(bytes, w, err);
    if (!is_utf8(bytes) && declares_latin(bytes)) {
        utf8_add_cp1252(&latin, bytes);
        bytes = buf_sv(&latin);
    }
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

static int by_byte(const void *a, const void *b)
{
    return *(const unsigned char *)a - *(const unsigned char *)b;
}

/* The C library's qsort asks once how much memory the machine has, when it first sorts
 * more than a kilobyte: before the filter, which does not know that call. */
static void warm_up_qsort(void)
{
    unsigned char bytes[4096];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 7);
    qsort(bytes, sizeof bytes, 1, by_byte);
}

int main(int argc, char **argv)
{
    struct err failed = {0}, err = {0};
    struct buf input = {0};
    struct arena arena;
    struct writer w = {.limit = TEXT_BYTES};
    if (argc != 2)
        return EXIT_USAGE;
    warm_up_qsort();
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
