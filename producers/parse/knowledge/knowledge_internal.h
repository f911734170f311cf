/* knowledge_internal — what knowledge.c (which tables there are, what is made of them),
 * knowledge_read.c (how a file is read) and knowledge_build.c (what is scanned for)
 * share.
 *
 * Owns, Units, Errors, Threads: see knowledge.h.
 */
#ifndef COUNCILWIRE_KNOWLEDGE_INTERNAL_H
#define COUNCILWIRE_KNOWLEDGE_INTERNAL_H

#include "knowledge.h"
#include "lib/arena.h"
#include "lib/hash.h"

enum { PLACEHOLDERS = 0 }; /* their place among the tables */

struct registration {
    const char *name;
    const char *columns; /* in the order of knowledge_row.cell, blanks between */
    bool scanned;        /* its column `pattern` is looked for in every text */
    bool sorted;         /* its rows stand in the order of their first cells' bytes */
    /* Its patterns are also the alternatives of this placeholder, or NULL; of_class: only
     * the rows whose column `class` says so. */
    const char *placeholder, *of_class;
};

struct knowledge {
    const struct registration *registered;
    struct knowledge_table *table;
    struct knowledge_row **rows; /* what table[].row points to */
    size_t *capacity;
    size_t *embedded; /* how many rows of each table are this build's */
    size_t tables;
    bool own_read; /* the tables of this build are there: what comes now is checked */
    struct arena arena; /* texts of files and their names */
    struct matcher *matcher;
    struct phrases *phrases;
    struct decide_book *book;
    uint32_t action[256]; /* how rows of actions.tsv begin: second bytes by first one */
    uint32_t action_end[256]; /* behind the last of its rows whose first byte is no later
                                 one */
    char *action_second;      /* the second byte of each; a blank where there is none */
    struct hash_stream *hash;
    char rules[HASH_HEX + 1], embedded_rules[HASH_HEX + 1];
};

/* The matcher that the embedded tables give, made when the program was built
 * (image_main.c); `rules` are those that it was made from, "" where there is none. */
extern const struct knowledge_image {
    const char *rules;
    const void *data;
    size_t size;
} knowledge_image;

/* SHA-256 of the code, made when the program was built (code_version.cmake). */
extern const char knowledge_code_version[];

/* Names the columns of table i. */
void knowledge_register(struct knowledge *k, size_t i);
/* Adds the lines of one table file, called `name` (bodies.tsv); `text` and `where` must
 * stay. */
NODISCARD int knowledge_read(struct knowledge *k, const char *name, const char *where,
                             struct sv text, struct err *err);
NODISCARD int knowledge_read_file(struct knowledge *k, const char *path, struct err *err);
/* All *.tsv of a folder, by name. */
NODISCARD int knowledge_read_dir(struct knowledge *k, const char *dir, struct err *err);
/* k->matcher, when all rows are read: of the image and the rows behind it where that
 * finds the same as one that is made of all rows, else that. */
NODISCARD int knowledge_build(struct knowledge *k, struct err *err);
NODISCARD int knowledge_build_all(const struct knowledge *k, struct matcher **out,
                                  struct err *err);
/* As knowledge_open, with one more file; either may be NULL. */
NODISCARD int knowledge_open_file(const char *dir, const char *file,
                                  struct knowledge **out, struct err *err);

#endif
