/* match — a table of patterns becomes one automaton; one linear pass finds all of them.
 *
 * Knows nothing of the Council. The pattern language, the automaton and the scan are
 * those of the rule book on scanning: words as printed; a blank stands for one to three
 * blanks, tabs, line ends or no-break spaces, and for a line's end with the indentation
 * of the next line (60 blanks at most) where only one phrase is left; {name} is a
 * placeholder; ?, (a|b), {m,n} and [a-z] repeat, choose and range; a backslash makes the
 * next sign literal. Word edges are implied at both ends.
 *
 * Owns:    a builder owns its patterns until match_build; a matcher owns its automaton.
 * Units:   offsets and sizes in bytes; a text is shorter than 4 GiB.
 * Errors:  BAD_INPUT with the reason (unescaped * or +, empty match, unknown placeholder,
 *          pattern over 512 bytes, automaton over its limit).
 * Threads: a matcher is immutable and may be shared; a builder belongs to one thread.
 * Cost:    text length, with a bounded factor (longest pattern) at the very worst.
 */
#ifndef COUNCILWIRE_MATCH_H
#define COUNCILWIRE_MATCH_H

#include "buf.h"
#include "err.h"
#include "sv.h"

struct match_builder;
struct matcher;

struct match_hit {
    uint32_t id;
    uint32_t start, end; /* [start, end) in bytes of the text */
};

struct match_builder *match_builder_new(void);
void match_builder_free(struct match_builder **b);
/* Defines {name}; `pattern` is in the same language and may use earlier placeholders. A
 * name followed by ':' takes parameters: {n:4-5} is built in (that many digits), as are
 * {yy} and {yyyy}. */
NODISCARD int match_define(struct match_builder *b, struct sv name, struct sv pattern,
                           struct err *err);
/* One more alternative of {name}; `fold` holds for this alternative, and a pattern that
 * folds folds what its placeholders stand for, too. match_define may also be called
 * again. */
NODISCARD int match_define_more(struct match_builder *b, struct sv name,
                                struct sv pattern, bool fold, struct err *err);
/* The longest match at the leftmost place wins; ties go to the pattern added first. The
 * same id may be added with several patterns. */
NODISCARD int match_add(struct match_builder *b, uint32_t id, struct sv pattern,
                        bool fold, struct err *err);
NODISCARD int match_build(struct match_builder *b, struct matcher **out, struct err *err);
size_t match_builder_patterns(const struct match_builder *b); /* how many were added */
/* After match_build met its limit: the id of the pattern that took most states. */
uint32_t match_culprit(const struct match_builder *b);
void matcher_free(struct matcher **m);
size_t matcher_bytes(const struct matcher *m); /* memory of the automaton */
size_t matcher_states(const struct matcher *m);
/* From now on `m`, built or opened and with patterns, finds what a matcher of both tables
 * would find, and owns *more and *before. (*before)[i]: how many patterns of m were to be
 * added before the i-th one of *more. For a few patterns beside many that are known long
 * before: every scan costs up to twice as much, but what m has need not be built again.
 * Neither may be a joined one. */
void matcher_join(struct matcher *m, struct matcher **more, uint32_t **before);
/* A matcher as bytes, for the same build of the program to open. match_image_open takes
 * the large tables from where they lie: the image outlives the matcher. NULL where
 * another build wrote them, or they are not aligned to eight bytes. A joined matcher is
 * written without what it was joined with. */
void match_image_write(const struct matcher *m, struct buf *out);
struct matcher *match_image_open(struct sv image);

/* Calls `hit` for every match, left to right, without overlap, until it returns non-zero.
 */
typedef int match_fn(void *ctx, const struct match_hit *hit);
void match_scan(const struct matcher *m, struct sv text, match_fn *hit, void *ctx);
/* The longest match that begins exactly at `at`; both edges are checked. */
bool match_at(const struct matcher *m, struct sv text, size_t at, struct match_hit *out);

#endif
