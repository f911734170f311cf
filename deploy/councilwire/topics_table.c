#include "topics_table.h"

#include "lib/bus.h"
#include "lib/embed.h"

#include <assert.h>
#include <string.h>

static const char *const columns[TOPIC_SETTINGS] = {
    "cleanup.policy", "retention.ms", "min.compaction.lag.ms", "delete.retention.ms",
    "max.message.bytes"};

static int read_line(struct arena *a, struct sv line, struct topic_row *out,
                     struct err *err)
{
    struct sv cell;
    uint64_t partitions = 0;
    struct sv all = line;
    if (!sv_cut(&line, '\t', &cell) || cell.n == 0)
        return err_set(err, ERR_FATAL, "topics.tsv: a line without a name");
    out->name = arena_copy(a, cell).p;
    if (!sv_cut(&line, '\t', &cell) || !sv_u64(cell, &partitions) || partitions == 0 ||
        partitions > 1000)
        return err_set(err, ERR_FATAL, "topics.tsv: %.*s: partitions", SV_ARG(all));
    assert(partitions == BUS_PARTITIONS); /* our own table: else some would stay empty */
    out->partitions = (int)partitions;
    for (size_t i = 0; i < TOPIC_SETTINGS; i++) {
        if (!sv_cut(&line, '\t', &cell))
            return err_set(err, ERR_FATAL, "topics.tsv: %s: %s is missing", out->name,
                           columns[i]);
        out->setting[i].name = columns[i];
        out->setting[i].value = sv_eq(cell, SV("-")) ? NULL : arena_copy(a, cell).p;
    }
    return 0;
}

int topics_read(struct arena *a, struct topic_row **out, size_t *n, struct err *err)
{
    struct sv rest = {(const char *)topics_table[0].data, topics_table[0].size}, line;
    struct topic_row *v = NULL;
    size_t count = 0, cap = 0;
    while (sv_cut(&rest, '\n', &line)) {
        if (line.n == 0 || line.p[0] == '#')
            continue;
        struct topic_row *row = arena_push(a, &v, &count, &cap, sizeof *v);
        if (read_line(a, line, row, err) < 0)
            return -1;
    }
    *out = v;
    *n = count;
    return 0;
}
