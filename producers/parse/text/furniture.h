/* furniture — what a page carries besides its text: numbers, banners, footers, footnotes.
 *
 * Sets LINE_FURNITURE and LINE_FOOTNOTE on the lines of a scan and ties footnotes to
 * their marks in the running text, so that titles, sentences and citations can leave them
 * out.
 *
 * Owns:    the marks live in the arena.
 * Units:   offsets in bytes of the text.
 * Threads: one per scan.
 * Cost:    linear in the text.
 */
#ifndef COUNCILWIRE_PARSE_FURNITURE_H
#define COUNCILWIRE_PARSE_FURNITURE_H

#include "scan.h"

void furniture_read(struct scan *s, struct arena *a);
/* The footers that stand inside a line, of the paper with this number ("15754/17"). */
void furniture_inside(struct scan *s, struct arena *a, struct sv number);
/* What a site's converter writes between pages: "568117_0003.png", its own name, "UPN,
 * Alm.del - 2017-18 - Bilag 9: ...". */
bool furniture_is_site_line(struct sv content);
/* Does the offset lie in one of them? */
bool furniture_holds(const struct scan *s, size_t at);

#endif
