/* sig — signals as readable events: a handler writes one byte to a pipe, and at the first
 * TERM or INT sets the alarm of sig_deadline; nothing else.
 *
 * Owns:    the process's dispositions of TERM INT HUP USR1 ALRM (PIPE and XFSZ ignored);
 *          none of these stays blocked.
 * Units:   seconds.
 * Errors:  FATAL where the pipe or a handler can not be set.
 * Threads: sig_init before any library starts threads; the rest from the loop's thread.
 */
#ifndef COUNCILWIRE_SIG_H
#define COUNCILWIRE_SIG_H

#include "err.h"

enum sig_event { SIG_NONE, SIG_STOP, SIG_RELOAD, SIG_DUMP };

NODISCARD int
sig_init(struct err *err); /* the second TERM or INT ends the process at once */
/* For what a person runs in a terminal: HUP is SIG_STOP from now on, and nothing at all
 * where the starter ignored it (nohup). Behind sig_init. */
void sig_hangup_stops(void);
/* The process ends with exit code 1 so many seconds after the first TERM or INT, also
 * while a library call blocks the loop. What was acknowledged is durable by then. 0:
 * never. */
void sig_deadline(unsigned seconds);
int sig_fd(void); /* readable when sig_next has something */
enum sig_event sig_next(void);

#endif
