#include "paper_file.h"

#include "lib/convert.h"
#include "lib/doc.h"
#include "lib/event.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 256 * 1024 };

static void close_fd(int *fd)
{
    if (*fd > STDIN_FILENO)
        (void)close(*fd);
}

static int read_all(int fd, const char *name, bool no_limit, struct buf *in,
                    struct err *err)
{
    struct stat st;
    buf_reset(in);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        buf_reserve(in, (size_t)st.st_size + 1);
    for (;;) {
        buf_reserve(in, READ_BYTES);
        ssize_t n = read(fd, in->p + in->n, in->cap - in->n - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(err, ERR_BAD_INPUT, errno, "%s", name);
        if (n == 0)
            return 0;
        in->n += (size_t)n;
        if (!no_limit && in->n > ORIGINAL_BYTES_MAX)
            return err_reject(err, "too-large", "%s: more than %d bytes", name,
                              ORIGINAL_BYTES_MAX);
    }
}

static int read_file(const char *name, bool no_limit, struct buf *in, struct err *err)
{
    if (strcmp(name, "-") == 0)
        return read_all(STDIN_FILENO, "standard input", no_limit, in, err);
    AUTO(close_fd) int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return err_sys(err, ERR_BAD_INPUT, errno, "%s", name);
    return read_all(fd, name, no_limit, in, err);
}

int paper_file_read(const char *name, bool no_limit, struct buf *in, struct arena *a,
                    struct sv *text, struct err *err)
{
    if (read_file(name, no_limit, in, err))
        return -1;
    struct doc d = {.name = sv_cstr(name), .original = buf_sv(in)};
    if (no_limit) {
        *text = doc_normal_text(d.original, a, &d.repairs);
        return 0;
    }
    if (convert_doc(&d, a, err) || doc_normalise(&d, a, err))
        return err_wrap(err, "%s", name);
    *text = d.text;
    return 0;
}
