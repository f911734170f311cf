#include "knowledge_test.h"
#include "knowledge_internal.h"

struct report {
    const struct knowledge *k;
    const char *file;
    struct sv text;
    struct buf *out;
    size_t at; /* how far lines were counted */
    size_t line, line_start;
    size_t matches, others;
};

static void count_lines(struct report *r, size_t to)
{
    for (; r->at < to; r->at++)
        if (r->text.p[r->at] == '\n') {
            r->line++;
            r->line_start = r->at + 1;
        }
}

static int report_hit(void *ctx, const struct match_hit *hit)
{
    struct report *r = ctx;
    const struct knowledge_table *t =
        knowledge_table_at(r->k, KNOWLEDGE_ID_TABLE(hit->id));
    const struct knowledge_row *row = &t->row[KNOWLEDGE_ID_ROW(hit->id)];
    if (strcmp(row->file, r->file) != 0) {
        r->others++;
        return 0;
    }
    r->matches++;
    count_lines(r, hit->start);
    buf_addf(r->out, "%zu:%zu\t%s:%u\t", r->line, hit->start - r->line_start + 1,
             row->file, row->line);
    for (size_t i = hit->start; i < hit->end; i++) /* one line, whatever was matched */
        buf_addc(r->out, (char)((unsigned char)r->text.p[i] < 0x20 ? ' ' : r->text.p[i]));
    buf_addc(r->out, '\n');
    return 0;
}

static size_t rows_of(const struct knowledge *k, const char *file)
{
    size_t n = 0;
    for (size_t i = 0; i < knowledge_table_count(k); i++)
        for (size_t j = 0; j < k->table[i].rows; j++)
            n += strcmp(k->table[i].row[j].file, file) == 0;
    return n;
}

int knowledge_test(const char *file, struct sv text, struct buf *out, struct err *err)
{
    AUTO(knowledge_free) struct knowledge *k = NULL;
    if (knowledge_open_file(NULL, file, &k, err) != 0)
        return -1;
    struct report r = {.k = k, .file = file, .text = text, .out = out, .line = 1};
    if (text.p)
        match_scan(knowledge_matcher(k), text, report_hit, &r);
    buf_addf(out,
             "%s: %zu lines; the automaton of all tables has %zu states, %zu bytes\n",
             file, rows_of(k, file), matcher_states(knowledge_matcher(k)),
             matcher_bytes(knowledge_matcher(k)));
    if (text.p)
        buf_addf(out, "%zu matches of this file, %zu of the other tables\n", r.matches,
                 r.others);
    return 0;
}
