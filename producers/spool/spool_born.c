/* Files whose name appeared in a watched folder, and that nobody was told to have closed
 * since. Of one that was made without a name and got it afterwards (O_TMPFILE and linkat,
 * as careful writers do it), or by mknod, the kernel never tells more than that: it is
 * taken once nobody has it open for writing. One that is being written stays here until
 * it is closed. */
#define _GNU_SOURCE 1 /* F_SETLEASE */
#include "spool.h"

#include "lib/clock.h"
#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

/* FIRST_MS: an ordinary writer has closed by then, and nothing needs to be asked. */
enum { BORN_MAX = 1024, FIRST_MS = 250, AGAIN_MS = 2000 };

int spool_nobody_writes(int fd)
{
    /* a lease that is broken at once must not end the process: SIGIO would */
    if (fcntl(fd, F_SETSIG, SIGURG) != 0 || fcntl(fd, F_SETLEASE, F_RDLCK) != 0)
        return errno == EAGAIN ? 0 : -1;
    return fcntl(fd, F_SETLEASE, F_UNLCK) == 0 ? 1 : -1;
}

static void drop(struct spool *s, size_t i)
{
    candidate_free(&s->born[i]);
    s->nborn--;
    memmove(&s->born[i], &s->born[i + 1], (s->nborn - i) * sizeof *s->born);
}

void born_add(struct spool *s, size_t folder, struct sv path)
{
    if (s->nborn == BORN_MAX) { /* the oldest is left to a scan */
        drop(s, 0);
        if (s->rescan_due_ms > clock_monotonic_ms() + AGAIN_MS)
            s->rescan_due_ms = clock_monotonic_ms() + AGAIN_MS;
    }
    if (!s->born)
        s->born = mem_resize(NULL, BORN_MAX, sizeof *s->born);
    struct candidate *c = &s->born[s->nborn++];
    *c = candidate_new(folder, path, true);
    c->due_ms = clock_monotonic_ms() + FIRST_MS;
}

/* The newest come first: between a file's birth and its end there is little else. */
void born_forget(struct spool *s, struct sv path)
{
    uint64_t hash = s->nborn ? candidate_hash(path) : 0;
    for (size_t i = s->nborn; i-- > 0;)
        if (s->born[i].path_hash == hash && sv_eq(sv_cstr(s->born[i].path), path)) {
            drop(s, i);
            return;
        }
}

int64_t born_due(const struct spool *s)
{
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < s->nborn; i++)
        due = s->born[i].due_ms < due ? s->born[i].due_ms : due;
    return due;
}

/* 1 nobody writes it, 0 somebody does, -1 it is gone, or there is no telling. */
static int ask(const struct spool *s, const struct candidate *c)
{
    AUTO(fd_close)
    int fd = open_beneath(&s->folder[c->folder], c->path, O_RDONLY | O_NOCTTY);
    return fd < 0 ? -1 : spool_nobody_writes(fd);
}

bool born_take(struct spool *s, struct candidate *out)
{
    int64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < s->nborn; i++) {
        if (s->born[i].due_ms > now)
            continue;
        int rc = ask(s, &s->born[i]);
        s->born[i].due_ms = rc < 0 ? INT64_MIN : now + AGAIN_MS;
        if (rc == 1) {
            *out = candidate_new(s->born[i].folder, sv_cstr(s->born[i].path), true);
            drop(s, i);
            return true;
        }
    }
    for (size_t i = s->nborn; i-- > 0;)
        if (s->born[i].due_ms == INT64_MIN)
            drop(s, i);
    return false;
}

void born_free(struct spool *s)
{
    while (s->nborn)
        drop(s, s->nborn - 1);
    mem_free(&s->born);
}
