#include "convert.h"

#include "event.h"
#include "utf8.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { SNIFF_BYTES = 4096, TEXT_BYTES_CONVERTED = 17 << 20 };

static const char pdf_to_text[] = "/usr/bin/pdftotext";

const char *convert_media_type(enum doc_format f)
{
    static const char *const types[] = {
        "text/plain", "text/html", "application/xml", "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"};
    return types[f];
}

static bool starts_fold(struct sv s, struct sv prefix)
{
    return s.n >= prefix.n && sv_eq_fold(sv_sub(s, 0, prefix.n), prefix);
}

static struct sv skip_comments(struct sv s)
{
    for (;;) {
        s = sv_trim(s);
        size_t end = sv_starts(s, SV("<!--")) ? sv_find(s, SV("-->")) : SIZE_MAX;
        if (end == SIZE_MAX)
            return s;
        s = sv_sub(s, end + 3, s.n);
    }
}

/* Markup is what begins with a tag that opens a whole document; a text with a tag in it,
 * as Markdown has, is text. */
static enum doc_format sniff_markup(struct sv s)
{
    static const struct sv html[] = {
        {"<!doctype html", 14}, {"<html", 5}, {"<head", 5}, {"<body", 5}};
    bool declared = starts_fold(s, SV("<?xml"));
    if (declared) {
        size_t end = sv_find(s, SV("?>"));
        s = end == SIZE_MAX ? s : skip_comments(sv_sub(s, end + 2, s.n));
    }
    for (size_t i = 0; i < ARRAY_LEN(html); i++)
        if (starts_fold(s, html[i]))
            return FORMAT_HTML;
    static const struct sv xml[] = {
        {"<akomaNtoso", 11}, {"<rss", 4}, {"<feed", 5}, {"<entry", 6}, {"<ACT", 4}};
    for (size_t i = 0; i < ARRAY_LEN(xml) && !declared; i++)
        declared = sv_starts(s, xml[i]);
    return declared ? FORMAT_XML : FORMAT_TEXT;
}

enum doc_format convert_sniff(struct sv bytes)
{
    struct sv head = sv_sub(bytes, 0, bytes.n < SNIFF_BYTES ? bytes.n : SNIFF_BYTES);
    if (bytes.n == 0 || !bytes.p)
        return FORMAT_TEXT;
    if (sv_starts(head, SV("\xef\xbb\xbf")))
        head = sv_sub(head, 3, head.n);
    if (sv_find(sv_sub(head, 0, head.n < 1024 ? head.n : 1024), SV("%PDF-")) !=
            SIZE_MAX &&
        memchr(head.p, '\0', head.n < 5 ? head.n : 5) == NULL && head.p[0] == '%')
        return FORMAT_PDF;
    if (sv_starts(head, SV("PK\x03\x04")))
        return FORMAT_DOCX;
    head = skip_comments(head);
    return head.n && head.p[0] == '<' ? sniff_markup(head) : FORMAT_TEXT;
}

static int no_converter(struct err *err, const char *what, const char *remedy)
{
    err_set(err, ERR_FATAL, "%s %s", what, remedy);
    err->reason = CONVERT_NONE;
    return -1;
}

/* councilwire-extract lies beside the program that asks, or where $COUNCILWIRE_EXTRACT
 * says. */
static int find_extract(char path[PATH_MAX], struct err *err)
{
    static const char name[] = "councilwire-extract";
    const char *said = getenv("COUNCILWIRE_EXTRACT");
    ssize_t n = said ? -1 : readlink("/proc/self/exe", path, PATH_MAX - sizeof name);
    if (said && *said == '/') {
        struct sv s = sv_cstr(said);
        if (s.n < PATH_MAX)
            memcpy(path, s.p, s.n + 1);
    } else if (n > 0) {
        while (n > 0 && path[n - 1] != '/')
            n--;
        memcpy(path + n, name, sizeof name);
    } else {
        return no_converter(err, name,
                            "can not be found without /proc: say where it is in "
                            "$COUNCILWIRE_EXTRACT");
    }
    if (access(path, X_OK) != 0)
        return no_converter(err, path, "is missing: install all programs of Councilwire");
    return 0;
}

bool convert_available(void)
{
    char path[PATH_MAX];
    struct err err = {0};
    return find_extract(path, &err) == 0 && access(pdf_to_text, X_OK) == 0;
}

static int run(const struct child_spec *s, const char *what, struct buf *out,
               struct err *err)
{
    enum child_end end;
    int code;
    if (child_run(s, out, &end, &code, err) != 0) {
        if (err->sys_errno) {
            err->reason = CONVERT_NO_PROCESS;
            err_wrap(err, "tried again by itself");
        }
        return -1;
    }
    if (end == CHILD_DONE && code == 0)
        return 0;
    if (end == CHILD_NOT_STARTED) {
        err_set(err, ERR_TEMPORARY, "%s could not be started", what);
        err->reason = CONVERT_NO_PROCESS;
        return -1;
    }
    if (end == CHILD_UNCONFINED)
        return no_converter(
            err, what,
            "can not be confined on this machine, so no paper that needs it "
            "is taken; the unit's SystemCallFilter= or the container must allow "
            "seccomp and setrlimit");
    if (end == CHILD_DONE)
        return err_reject(err, "converter", "%s can not read it (exit %d): %s", what,
                          code,
                          sv_find(s->input, SV("/Encrypt")) != SIZE_MAX
                              ? "it is encrypted with a password"
                              : "it is damaged");
    return err_reject(err, end == CHILD_OUTPUT ? "too-large" : "converter",
                      "%s was ended: %s", what, child_end_name(end));
}

static int extract(const char *format, struct sv input, struct child_patience *patience,
                   struct buf *out, struct err *err)
{
    char path[PATH_MAX];
    if (find_extract(path, err) != 0)
        return -1;
    const char *const argv[] = {"councilwire-extract", format, NULL};
    struct child_spec s = {.program = path,
                           .argv = argv,
                           .input = input,
                           .output_max = TEXT_BYTES_CONVERTED,
                           .patience = patience};
    if (run(&s, "councilwire-extract", out, err) != 0)
        return -1;
    if (out->n == 0 || (out->p[0] != 'T' && out->p[0] != 'E'))
        return err_reject(err, "converter", "councilwire-extract gave no answer");
    if (out->p[0] == 'T')
        return 0;
    struct sv detail = sv_sub(buf_sv(out), 1, out->n), reason;
    if (!sv_cut(&detail, '\n', &reason))
        detail = reason;
    /* Reasons are literals: what the child says is looked up, never passed on. */
    static const char *const reasons[] = {"invalid-docx", "too-large", "too-many"};
    const char *known = "invalid-markup";
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (sv_eq(reason, sv_cstr(reasons[i])))
            known = reasons[i];
    return err_reject(err, known, SV_FMT, SV_ARG(detail));
}

static int extract_pdf(struct sv input, struct child_patience *patience, struct buf *out,
                       struct err *err)
{
    static const char *const argv[] = {"pdftotext",    "-q", "-enc", "UTF-8",
                                       "-bbox-layout", "-",  "-",    NULL};
    AUTO(buf_free) struct buf boxes = {0};
    struct child_spec s = {
        .program = pdf_to_text, .argv = argv, .input = input, .patience = patience};
    if (access(pdf_to_text, X_OK) != 0)
        return no_converter(err, pdf_to_text, "is missing: install poppler-utils");
    if (run(&s, "pdftotext", &boxes, err) != 0)
        return -1;
    return extract("boxes", buf_sv(&boxes), patience, out, err);
}

/* UTF-16 by its byte order mark, as UTF-8. False: other bytes. */
static bool from_utf16(struct sv bytes, struct buf *out)
{
    bool big = sv_starts(bytes, SV("\xfe\xff"));
    if (!big && !sv_starts(bytes, SV("\xff\xfe")))
        return false;
    utf8_add_utf16(out, sv_sub(bytes, 2, bytes.n), big);
    return true;
}

bool convert_by_child(struct sv original)
{
    AUTO(buf_free) struct buf utf8 = {0};
    struct sv head =
        sv_sub(original, 0, original.n < SNIFF_BYTES ? original.n : SNIFF_BYTES);
    return convert_sniff(from_utf16(head, &utf8) ? buf_sv(&utf8) : original) !=
           FORMAT_TEXT;
}

int convert_doc(struct doc *d, struct child_patience *patience, struct arena *a,
                struct err *err)
{
    static const char *const names[] = {"", "html", "xml", "", "docx"};
    AUTO(buf_free) struct buf out = {0}, utf8 = {0};
    bool wide = d->original.n <= ORIGINAL_BYTES_MAX && from_utf16(d->original, &utf8);
    struct sv bytes = wide ? buf_sv(&utf8) : d->original;
    enum doc_format f = convert_sniff(bytes);
    if (!d->media_type.p || f != FORMAT_TEXT)
        d->media_type = sv_cstr(convert_media_type(f));
    if (f == FORMAT_TEXT) {
        if (wide)
            d->converted = arena_copy(a, bytes);
        return 0;
    }
    int rc = f == FORMAT_PDF ? extract_pdf(bytes, patience, &out, err)
                             : extract(names[f], bytes, patience, &out, err);
    if (rc != 0)
        return -1;
    d->converted = arena_copy(a, sv_sub(buf_sv(&out), 1, out.n));
    return 0;
}
