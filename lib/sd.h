/* sd — readiness and watchdog messages to the service manager over $NOTIFY_SOCKET
 * (sd_notify protocol, systemd 252); a leading @ names an abstract socket. Without the
 * variable nothing is sent.
 *
 * Owns:    nothing; the socket lives for one message.
 * Units:   microseconds, as the protocol has them.
 * Errors:  none: a message that can not be sent is dropped.
 * Threads: the loop's.
 */
#ifndef COUNCILWIRE_SD_H
#define COUNCILWIRE_SD_H

#include "base.h"

void sd_notify_line(
    const char *line);        /* "READY=1", "STATUS=…", "STOPPING=1", "WATCHDOG=1" */
int64_t sd_watchdog_ms(void); /* half of $WATCHDOG_USEC, or 0 */

#endif
