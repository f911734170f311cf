/* child — a program that opens a stranger's document, run under limits, with nothing but
 * its input and a pipe back. The parent assumes it compromised: it can only lie about the
 * text.
 *
 * The child gets: descriptor 0 = the input, read-only and sealed; 1 = a pipe; everything
 * else closed; an empty environment; no new privileges; limits of CPU, address space,
 * files, processes, core; a user, network, IPC and mount namespace of its own where the
 * kernel allows; Landlock where the kernel has it (no file at all, or read-only system
 * folders for a program that must load fonts). The program itself adds seccomp.
 *
 * Owns:    nothing after child_run; the process group is killed and reaped.
 * Units:   milliseconds, seconds of CPU, bytes.
 * Errors:  TEMPORARY where no process can be made, or it was called off or gave way. How
 * the child ended is a result, not an error. Threads: any; blocks up to wall_ms.
 */
#ifndef COUNCILWIRE_CHILD_H
#define COUNCILWIRE_CHILD_H

#include "buf.h"
#include "err.h"

enum child_end {
    CHILD_DONE,       /* exit status in `code` */
    CHILD_CPU,        /* used up its processor time */
    CHILD_MEMORY,     /* said that its memory was used up (exit 70) */
    CHILD_TIMEOUT,    /* took longer than wall_ms */
    CHILD_OUTPUT,     /* wrote more than output_max */
    CHILD_POLICY,     /* called what it must not (SIGSYS) */
    CHILD_SIGNAL,     /* any other signal, in `code` */
    CHILD_KILLED,     /* by somebody else: the system, which had no memory left */
    CHILD_UNCONFINED, /* could not be locked in as it must be, and opened nothing (exit
                       * 78): a fault of this machine, not of the input */
    CHILD_NOT_STARTED /* the program could not be executed (exit 127): likewise */
};

/* Asked now and then once the child had own_cpu_ms of processor time: true ends it, and
 * child_run gives TEMPORARY. */
struct child_patience {
    bool (*gives_way)(void *ctx);
    void *ctx;
    int64_t own_cpu_ms;
    int64_t used_ms; /* processor time of the children that ran; child_run adds to it */
};

struct child_spec {
    const char *program;     /* absolute path */
    const char *const *argv; /* NULL-terminated, argv[0] too; nothing of the document */
    struct sv input;
    int64_t wall_ms;   /* 0: 30,000, so that a busy machine is not a document's fault */
    int64_t cpu_s;     /* 0: 5 */
    size_t memory_max; /* address space; 0: 512 MiB */
    size_t output_max; /* 0: 64 MiB */
    struct child_patience *patience; /* NULL: it never gives way */
};

/* From now on, until it is called with false: children that run are ended, and child_run
 * gives TEMPORARY. */
void child_cancel(bool on);
NODISCARD int child_run(const struct child_spec *s, struct buf *output,
                        enum child_end *end, int *code, struct err *err);
const char *
child_end_name(enum child_end end); /* "cpu", "memory", … for a reject's detail */

#endif
