/* sig — signals as readable events: a handler writes one byte to a pipe and nothing else.
 *
 * Owns:    the process's dispositions of TERM INT HUP USR1 (PIPE ignored).
 * Threads: sig_init before any library starts threads; the rest from the loop's thread.
 */
#ifndef COUNCILWIRE_SIG_H
#define COUNCILWIRE_SIG_H

#include "err.h"

enum sig_event { SIG_NONE, SIG_STOP, SIG_RELOAD, SIG_DUMP };

NODISCARD int
sig_init(struct err *err); /* the second TERM or INT ends the process at once */
int sig_fd(void);          /* readable when sig_next has something */
enum sig_event sig_next(void);

#endif
