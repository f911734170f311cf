/* embed — files that lib/embed.cmake put into the program, unchanged; a list ends with
 * name NULL.
 *
 * Owns:    static data.
 * Units:   bytes.
 * Errors:  none.
 * Threads: any.
 */
#ifndef COUNCILWIRE_EMBED_H
#define COUNCILWIRE_EMBED_H

#include <stddef.h>

struct embedded_file {
    const char *name;
    const unsigned char *data;
    size_t size;
};

extern const struct embedded_file knowledge_tables[];
extern const struct embedded_file topics_table[]; /* schemas/topics.tsv */

#endif
