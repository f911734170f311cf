#include "lib/producer_main.h"
#include "parse.h"
#include "producers/parse/knowledge/knowledge.h"

static int open_knowledge(const char *dir, void **out, struct err *err)
{
    struct knowledge *k = NULL;
    if (knowledge_open(dir, &k, err) < 0)
        return -1;
    *out = k;
    return 0;
}

static struct sv rules(const void *knowledge)
{
    return knowledge_rules(knowledge);
}

static int parse(const void *knowledge, const struct doc *in, struct arena *a,
                 struct parsed *out, struct err *err)
{
    return parse_text(knowledge, in->text, a, out, err);
}

static void close_knowledge(void **knowledge)
{
    struct knowledge *k = *knowledge;
    knowledge_free(&k);
    *knowledge = NULL;
}

const struct producer_parser producer_parser = {open_knowledge, rules, parse,
                                                close_knowledge};
