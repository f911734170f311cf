/* moment — a time as people write it, from a year to a second: 2026, 2026-08,
 * 2026-08-01, 2026-08-01T12, 2026-08-01T12:00 or 2026-08-01T12:00:00, with or without
 * fractions and Z.
 *
 * Written so, a time is a prefix of the RFC 3339 times that lie in it; both compare as
 * text.
 *
 * Owns:    nothing.
 * Units:   UTC.
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_MOMENT_H
#define COUNCILWIRE_MOMENT_H

#include "sv.h"

bool moment_is(struct sv text); /* of whatever precision, and in the calendar */
/* Where an RFC 3339 time lies: < 0 before the moment, 0 within, > 0 behind it. */
int moment_cmp(struct sv time, struct sv moment);

#endif
