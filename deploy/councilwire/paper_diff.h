/* paper_diff — what changed between two versions of a paper: in its header, items and
 * decisions, and in its words.
 *
 * Lines are compared as a reader sees them (body_lines.h); where they differ, their
 * words: so text that was only broken into other lines has not changed. A decision or
 * item that stands elsewhere has not changed; one that was reworded (half of its words
 * are the same) is one change, not one removed and one added.
 *
 * Owns:    results live in the arena, or point into the two papers.
 * Units:   spans in bytes of each paper's text; places are indexes of its lists.
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_PAPER_DIFF_H
#define COUNCILWIRE_PAPER_DIFF_H

#include "lib/diff.h"
#include "producers/parse/text/body_lines.h"

struct paper {
    struct sv name; /* as the person named it */
    struct sv text;
    struct parsed parsed;
    struct body_lines lines;
};

struct field_change {
    const char *field;
    struct sv from, to; /* null: not said */
};

/* Words that stay (DIFF_SAME), went (DIFF_OUT) or came (DIFF_IN), with one blank between.
 */
struct wording {
    enum diff_op op;
    struct sv words;
    size_t n; /* words */
};

struct change {      /* of an item or decision */
    enum diff_op op; /* DIFF_SAME: both are there, and differ */
    size_t from, to;
    struct field_change *field;
    size_t nfields;
    struct wording *wording; /* of its text; 0: the same */
    size_t nwordings;
};

struct changes {
    struct change *v;
    size_t n, cap;
    size_t same;
};

struct passage {             /* lines that differ in their words */
    struct span from, to;    /* empty where nothing stands there */
    const struct item *item; /* of the new paper, or NULL */
    struct wording *wording;
    size_t nwordings;
};

struct paper_diff {
    const struct paper *from, *to;
    struct field_change *field;
    size_t nfields;
    struct changes items, decisions;
    struct passage *passage;
    size_t npassages, passages_cap;
    size_t lines_same;
};

void paper_diff(const struct paper *from, const struct paper *to, struct arena *a,
                struct paper_diff *out);

/* One JSON object:
 * {"from": {"name", "document"}, "to": …, "header": [{"field", "from", "to"}],
 *  "items": {"same": N, "removed": [item], "added": [item], "changed": [{"from": item,
 *      "to": item, "words": W}]},
 *  "decisions": {"same": N, "removed": [decision], "added": …, "changed": [{"from",
 *      "to", "fields": [{"field", "from", "to"}], "words": W}]},
 *  "text": {"lines_same": N, "passages": [{"item", "from_span", "to_span", "words": W}]}}
 * W: [["same" | "removed" | "added", "words"], …]; items and decisions as `parse` prints
 * them. */
void paper_diff_json(const struct paper_diff *d, struct buf *out);
/* For people: [-removed-] {+added+}, in colour where `colour`. */
void paper_diff_print(const struct paper_diff *d, bool colour, struct buf *out);

#endif
