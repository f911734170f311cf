#define _DEFAULT_SOURCE /* TIOCGWINSZ */
#include "term.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_LEAST = 20, INDENT_MORE = 2 };

bool term_colour(void)
{
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a command has one thread */
    const char *no = getenv("NO_COLOR"), *kind = getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && (!no || !*no) &&
           !(kind && sv_eq(sv_cstr(kind), SV("dumb")));
}

size_t term_columns(void)
{
    struct winsize size = {.ws_col = 0};
    if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

/* The bytes from i on that take one column, or none: one code point, or an escape
 * sequence of colour. */
static size_t sign_at(struct sv s, size_t i, size_t *columns)
{
    size_t e = i + 1;
    *columns = 1;
    if (s.p[i] == '\033' && e < s.n && s.p[e] == '[') {
        *columns = 0;
        while (e < s.n && s.p[e] != 'm')
            e++;
        return e < s.n ? e + 1 : e;
    }
    while (e < s.n && ((unsigned char)s.p[e] & 0xC0) == 0x80)
        e++;
    return e;
}

/* Where a line that goes on begins again. */
static size_t hanging(struct sv line, size_t columns)
{
    size_t indent = 0;
    while (indent < line.n && line.p[indent] == ' ')
        indent++;
    size_t at = 0, width;
    for (size_t i = 0, e; i < line.n && at < columns / 2; i = e) {
        e = sign_at(line, i, &width);
        at += width;
        if (i > indent && e < line.n && e >= 2 && line.p[e - 1] == ' ' &&
            line.p[e - 2] == ' ' && line.p[e] != ' ')
            return at;
    }
    return indent + INDENT_MORE < columns / 2 ? indent + INDENT_MORE : 0;
}

static void fold_line(struct buf *out, struct sv line, size_t columns)
{
    size_t at = 0, width, indent = hanging(line, columns);
    size_t start = 0;             /* of what is not yet written */
    size_t word = 0, word_at = 0; /* the last word: its first byte, its column */
    for (size_t i = 0, e; i < line.n; i = e) {
        e = sign_at(line, i, &width);
        if (line.p[i] != ' ' && i > start && line.p[i - 1] == ' ') {
            word = i;
            word_at = at;
        }
        at += width;
        if (at <= columns || word <= start || word_at <= indent)
            continue;
        size_t end = word;
        while (end > start && line.p[end - 1] == ' ')
            end--;
        buf_add_sv(out, sv_sub(line, start, end));
        buf_addf(out, "\n%*s", (int)indent, "");
        start = word;
        at = indent + at - word_at;
    }
    buf_add_sv(out, sv_sub(line, start, line.n));
}

void term_fold(struct buf *out, struct sv text, size_t columns)
{
    struct sv rest = text, line;
    while (rest.n && sv_cut(&rest, '\n', &line)) {
        fold_line(out, line, columns);
        buf_addc(out, '\n');
    }
}

int term_print(struct sv text, bool fold)
{
    AUTO(buf_free) struct buf folded = {0};
    size_t columns = fold ? term_columns() : 0;
    if (columns >= COLUMNS_LEAST) {
        term_fold(&folded, text, columns);
        text = buf_sv(&folded);
    }
    return fwrite(text.p ? text.p : "", 1, text.n, stdout) == text.n &&
                   fflush(stdout) == 0
               ? 0
               : -1;
}

void term_late(const char *whom, int64_t left_ms)
{
    fprintf(stderr, "%s has not answered yet; it is waited for %lld s more at most\n",
            whom, (long long)(left_ms + 500) / 1000);
}
