#include "explain_command.h"

#include "lib/cmdline.h"
#include "parse.h"
#include "parse_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 100 }; /* bytes of a text in the list */

enum entry_kind { ENTRY_ITEM, ENTRY_CITATION, ENTRY_DECISION };

/* One thing found, where it begins. */
struct entry {
    enum entry_kind kind;
    size_t index;
    struct span span;
    size_t line; /* counted from 1 */
};

struct explain {
    const struct knowledge *k;
    struct sv text;
    struct parsed p;
    struct entry *v;
    size_t n, cap;
    struct arena *a;
};

static const char usage[] =
    "usage: councilwire explain [--knowledge DIR] FILE [N]\n"
    "Shows each item, citation and decision of a paper with its line and the rule that\n"
    "took it; with N the N-th of the list alone, with its text and the rule's pattern.\n"
    "FILE - is standard input.\n"
    "Instead of FILE the ID of a decision or an event: what became of it, from the file\n"
    "to the notifications (`councilwire explain ID --help`).\n"
    "Example: councilwire explain paper.txt; councilwire explain paper.txt 12\n";

static void add(struct explain *x, enum entry_kind kind, size_t index, struct span span)
{
    struct entry *e = arena_push(x->a, &x->v, &x->n, &x->cap, sizeof *e);
    *e = (struct entry){kind, index, span, 0};
}

static int by_place(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    if (a->span.b != b->span.b)
        return a->span.b < b->span.b ? -1 : 1;
    return (a->kind > b->kind) - (a->kind < b->kind);
}

static void number_lines(struct explain *x)
{
    size_t at = 0, line = 1;
    for (size_t i = 0; i < x->n; i++) {
        for (; at < x->v[i].span.b; at++)
            line += x->text.p[at] == '\n';
        x->v[i].line = line;
    }
}

static void collect(struct explain *x)
{
    for (size_t i = 0; i < x->p.nitems; i++)
        add(x, ENTRY_ITEM, i, x->p.items[i].span);
    for (size_t i = 0; i < x->p.nreferences; i++)
        for (size_t k = 0; k < x->p.references[i].nspans; k++)
            add(x, ENTRY_CITATION, i, x->p.references[i].spans[k]);
    for (size_t i = 0; i < x->p.ndecisions; i++)
        add(x, ENTRY_DECISION, i, x->p.decisions[i].span);
    if (x->n)
        qsort(x->v, x->n, sizeof *x->v, by_place);
    number_lines(x);
}

static const char *rule_of(const struct explain *x, const struct entry *e)
{
    const char *rule = e->kind == ENTRY_ITEM       ? x->p.items[e->index].rule
                       : e->kind == ENTRY_CITATION ? x->p.references[e->index].rule
                                                   : x->p.decisions[e->index].rule;
    return rule ? rule : "(none named)";
}

/* At most SHOWN bytes, cut between characters. */
static struct sv shortened(struct sv s)
{
    if (s.n <= SHOWN)
        return s;
    size_t n = SHOWN;
    while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
        n--;
    return sv_sub(s, 0, n);
}

static void print_sv(const char *before, struct sv s, const char *after)
{
    (void)fputs(before, stdout);
    (void)fwrite(s.p ? s.p : "", 1, s.n, stdout);
    (void)fputs(after, stdout);
}

static void print_what(const struct explain *x, const struct entry *e, bool whole)
{
    if (e->kind == ENTRY_ITEM) {
        const struct item *i = &x->p.items[e->index];
        print_sv("item ", i->number, ": ");
        print_sv("", whole ? i->title : shortened(i->title), "\n");
    } else if (e->kind == ENTRY_CITATION) {
        const struct reference *r = &x->p.references[e->index];
        print_sv("cites ", r->id, "");
        print_sv(" as \"", sv_sub(x->text, e->span.b, e->span.e), "\"\n");
    } else {
        const struct decision *d = &x->p.decisions[e->index];
        (void)printf("%s: ", decision_kind_name(d->kind));
        print_sv("", d->act, "");
        print_sv(" by ", d->by.p ? d->by : SV("nobody named"), ": ");
        whole = whole || d->text.n <= SHOWN;
        print_sv("\"", whole ? d->text : shortened(d->text), whole ? "\"\n" : "…\"\n");
    }
}

/* The table row that "citations.tsv:12" names. */
static const struct knowledge_row *find_row(const struct explain *x, const char *rule)
{
    const char *colon = strrchr(rule, ':');
    for (size_t i = 0; colon && i < knowledge_table_count(x->k); i++) {
        const struct knowledge_table *t = knowledge_table_at(x->k, i);
        for (size_t k = 0; k < t->rows; k++)
            if (strncmp(rule, t->row[k].file, (size_t)(colon - rule)) == 0 &&
                t->row[k].file[colon - rule] == '\0' &&
                strtoul(colon + 1, NULL, 10) == t->row[k].line)
                return &t->row[k];
    }
    return NULL;
}

static void print_entry(const struct explain *x, size_t number)
{
    const struct entry *e = &x->v[number];
    const struct knowledge_row *row = find_row(x, rule_of(x, e));
    size_t b = e->span.b, end = e->span.e;
    (void)printf("%zu  line %zu, bytes %zu to %zu\n", number + 1, e->line, b, end);
    print_what(x, e, true);
    (void)printf("rule: %s\n", rule_of(x, e));
    for (size_t i = 0; row && i < KNOWLEDGE_COLUMNS && (row->cell[i].n || i == 0); i++)
        print_sv(i ? "  " : "row:  ", row->cell[i], "");
    if (row)
        (void)putchar('\n');
    while (b > 0 && x->text.p[b - 1] != '\n')
        b--;
    while (end < x->text.n && x->text.p[end] != '\n')
        end++;
    print_sv("text: ", sv_sub(x->text, b, end), "\n");
}

static void print_list(const struct explain *x)
{
    const struct document *d = &x->p.document;
    print_sv("", d->id.p ? d->id : SV("(no id)"), "");
    print_sv(", ", d->language.p ? d->language : SV("und"), "");
    (void)printf(": %zu items, %zu references, %zu decisions\n", x->p.nitems,
                 x->p.nreferences, x->p.ndecisions);
    for (size_t i = 0; i < x->n; i++) {
        (void)printf("%4zu  line %-5zu %-18s ", i + 1, x->v[i].line,
                     rule_of(x, &x->v[i]));
        print_what(x, &x->v[i], false);
    }
}

static int explain_text(struct explain *x, const char *file, const char *which)
{
    struct err err = {0};
    AUTO(buf_free) struct buf in = {NULL, 0, 0};
    if (parse_command_text(file, false, &in, x->a, &x->text, &err) ||
        parse_text(x->k, x->text, x->a, &x->p, &err)) {
        (void)fprintf(stderr, "councilwire: %s%s%s\n", err.reason ? err.reason : "",
                      err.reason ? ": " : "", err.text);
        return err_exit_code(&err);
    }
    collect(x);
    uint64_t n = 0;
    if (!which) {
        print_list(x);
    } else if (sv_u64(sv_cstr(which), &n) && n > 0 && n <= x->n) {
        print_entry(x, (size_t)n - 1);
    } else {
        (void)fprintf(stderr, "councilwire: %s: there are entries 1 to %zu, no %s\n",
                      file, x->n, which);
        return EXIT_USAGE;
    }
    if (fflush(stdout) == 0)
        return EXIT_DONE;
    (void)fputs("councilwire explain: standard output can not be written\n", stderr);
    return EXIT_RUNTIME;
}

static int run(const char *dir, const char *file, const char *which)
{
    struct err err = {0};
    struct knowledge *k = NULL;
    struct arena a;
    if (knowledge_open(dir, &k, &err)) {
        (void)fprintf(stderr, "councilwire: %s\n", err.text);
        return EXIT_CONFIGURATION;
    }
    arena_init(&a, (size_t)8 * TEXT_BYTES_MAX);
    struct explain x = {.k = k, .a = &a};
    int code = explain_text(&x, file, which);
    arena_free(&a);
    knowledge_free(&k);
    return code;
}

int explain_command(int argc, char **argv)
{
    static const struct option option[] = {{"knowledge", required_argument, NULL, 'k'},
                                           CMDLINE_COMMON};
    static const struct cmdline line = {"explain", usage, NULL, option};
    const char *dir = NULL;
    for (int c; (c = cmdline_next(&line, argc, argv)) != CMDLINE_END;) {
        switch (c) {
        case 'k': dir = optarg; break;
        default: return cmdline_exit(c);
        }
    }
    if (optind == argc)
        return cmdline_misuse(&line, "the FILE is missing");
    if (argc - optind > 2)
        return cmdline_misuse(&line, "one FILE and one number, not also '%s'",
                              argv[optind + 2]);
    return run(dir, argv[optind], argc - optind == 2 ? argv[optind + 1] : NULL);
}
